"""A whole onboarding can be dry-run on empty platforms, and the prediction comes true."""

from __future__ import annotations

import pytest

from tests.integration.playbooks import MODULES, TOKENS, connection, play, run, writes

SECRET = "planted-consumer-secret-Q7"

TASKS = [
    {
        "name": "provider",
        "edtech.lti.exam_tool_provider": {
            "tool_name": "Remindo",
            "tool_url": "https://remindo.example.com/lti",
            "oauth_consumer_key": "school",
            "oauth_consumer_secret": SECRET,
        },
        "register": "provider",
    },
    {
        "name": "exam",
        "edtech.lti.exam": {"name": "Algebra", "type": "record_review", "start_time": "2026-12-01T09:00:00+01:00"},
        "register": "exam",
    },
    {
        "name": "link by name",
        "edtech.lti.exam_lti_resource": {
            "exam_name": "Algebra",
            "tool_provider_name": "Remindo",
            "lti_resource_link_name": "Algebra paper",
        },
        "register": "link",
    },
    {
        "name": "link by registered ids",
        "edtech.lti.exam_lti_resource": {
            "exam_id": "{{ exam.exam.id }}",
            "tool_provider_id": "{{ provider.tool_provider.id }}",
            "lti_resource_link_name": "Second paper",
            "open_in_new_tab": True,
        },
    },
    {
        "name": "document by link name",
        "edtech.lti.exam_document": {"exam_name": "Algebra", "exam_content": "<p>{lti:Algebra paper}</p>"},
    },
    {"name": "exams", "edtech.lti.exam_info": {"name": "Algebra"}},
    {"name": "providers", "edtech.lti.exam_tool_provider_info": {}},
    {"name": "links", "edtech.lti.exam_lti_resource_info": {"exam_name": "Algebra"}},
    {
        "name": "request",
        "edtech.lti.api_request": {
            "platform": "exam",
            "method": "POST",
            "path": "/api/v3/exams",
            "body": {"name": "Other", "type": "demo"},
        },
    },
    {
        "name": "provider of LumiNUS",
        "edtech.lti.luminus_provider_info": {"provider_id": "b0000000-0000-4000-8000-000000000001"},
    },
]

TOOL = {
    "name": "Virtual Lab",
    "domain": "labs.example.com",
    "redirect_urls": ["https://labs.example.com/launch"],
    "oidc_login_url": "https://labs.example.com/login",
    "keyset_url": "https://labs.example.com/jwks.json",
    "enabled_extensions": ["assignment_and_grade_services", "deep_linking"],
    "enabled": True,
}
FLAGS = {"share_with_org_unit": True, "share_with_descendants": True}
LAUNCH = {"url": "https://labs.example.com/launch", "type": "basic", "enabled": True}
BY_ID = "{{ deployment.deployment.deployment_id }}"

D2L_TASKS = [
    {"name": "registration", "edtech.lti.d2l_lti_registration": TOOL, "register": "registration"},
    {
        "name": "deployment by registered id",
        "edtech.lti.d2l_lti_deployment": {
            "name": "For all",
            "client_id": "{{ registration.registration.client_id }}",
            "enabled_extensions": ["assignment_and_grade_services"],
            "send_user_email": True,
        },
        "register": "deployment",
    },
    {
        "name": "deployment by domain",
        "edtech.lti.d2l_lti_deployment": {"name": "Pilot", "registration_domain": "labs.example.com"},
    },
    {
        "name": "sharing rule",
        "edtech.lti.d2l_sharing_rule": {"deployment_id": BY_ID, "org_unit_code": "EXU", **FLAGS},
    },
    {
        "name": "sharing rules",
        "edtech.lti.d2l_sharing_rules": {
            "deployment_id": BY_ID,
            "rules": [{"org_unit_code": "MATH-101", **FLAGS}, {"org_unit_id": 8103, **FLAGS}],
        },
    },
    {"name": "link", "edtech.lti.d2l_lti_link": {"deployment_id": BY_ID, "name": "Lab", **LAUNCH}, "register": "link"},
    {
        "name": "link in a course",
        "edtech.lti.d2l_lti_link": {
            "deployment_id": BY_ID,
            "org_unit_code": "MATH-101",
            "name": "Lab",
            "custom_parameters": {"course": "$CourseOffering.sourcedId"},
            **LAUNCH,
        },
    },
    {
        "name": "quicklink",
        "edtech.lti.d2l_quicklink": {"org_unit_code": "MATH-101", "link_id": "{{ link.link.link_id }}"},
    },
    {
        "name": "handback",
        "edtech.lti.lti_handback": {
            "path": "{{ playbook_dir }}/platforms.json",
            "format": "pylti1p3",
            "private_key_file": "private.key",
            "platforms": [
                "{{ registration.handback | combine({'deployment_id': deployment.deployment.deployment_id}) }}"
            ],
        },
    },
    {"name": "registrations", "edtech.lti.d2l_lti_registration_info": {"domain": "labs.example.com"}},
    {"name": "deployments", "edtech.lti.d2l_lti_deployment_info": {"registration_domain": "labs.example.com"}},
    {"name": "rules", "edtech.lti.d2l_sharing_rule_info": {"deployment_id": BY_ID}},
    {"name": "links", "edtech.lti.d2l_lti_link_info": {"deployment_id": BY_ID}},
    {"name": "org units", "edtech.lti.d2l_org_unit_info": {"below": 8101}},
    {
        "name": "request to Brightspace",
        "edtech.lti.api_request": {
            "platform": "d2l",
            "method": "DELETE",
            "path": "/d2l/api/le/1.92/ltiadvantage/links/organization/101",
        },
    },
]


SETTINGS = {
    "title": "Lab",
    "description": "Experiments",
    "target_link_uri": "https://labs.example.com/launch",
    "oidc_initiation_url": "https://labs.example.com/login",
    "public_jwk_url": "https://labs.example.com/jwks.json",
    "scopes": ["https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"],
    "extensions": [
        {
            "platform": "canvas.instructure.com",
            "privacy_level": "name_only",
            "settings": {"placements": [{"placement": "course_navigation"}, {"placement": "link_selection"}]},
        }
    ],
}
CONFIGURATION = {
    "title": "Essays",
    "target_link_uri": "https://essays.example.com/launch",
    "oidc_initiation_url": "https://essays.example.com/login",
    "redirect_uris": ["https://essays.example.com/launch"],
    "public_jwk_url": "https://essays.example.com/jwks.json",
    "scopes": [],
    "placements": [{"placement": "course_navigation"}],
    "launch_settings": {},
}
CLIENT_ID = "{{ key.tool_configuration.client_id }}"
COURSE = "sis_course_id:HIST-101-2026"

CANVAS_TASKS = [
    {
        "name": "key",
        "edtech.lti.canvas_tool_configuration": {"name": "Virtual Lab", "settings": SETTINGS},
        "register": "key",
    },
    {
        "name": "binding",
        "edtech.lti.canvas_developer_key_binding": {"client_id": CLIENT_ID, "binding": True},
    },
    {"name": "tool", "edtech.lti.canvas_external_tool": {"client_id": CLIENT_ID}},
    {"name": "tool in a course", "edtech.lti.canvas_external_tool": {"client_id": CLIENT_ID, "course_id": COURSE}},
    {
        "name": "registration",
        "edtech.lti.canvas_lti_registration": {
            "name": "Essays",
            "configuration": CONFIGURATION,
            "workflow_state": True,
        },
        "register": "essays",
    },
    {
        "name": "tool of a registration",
        "edtech.lti.canvas_external_tool": {"client_id": "{{ essays.registration.client_id }}", "account_id": "2"},
    },
    {"name": "preflight", "edtech.lti.lti_preflight": {"canvas_settings": SETTINGS}},
    {"name": "keys", "edtech.lti.canvas_tool_configuration_info": {"name": "Virtual Lab"}},
    {"name": "tools", "edtech.lti.canvas_external_tool_info": {"client_id": CLIENT_ID}},
    {"name": "registrations", "edtech.lti.canvas_lti_registration_info": {"name": "Essays"}},
    {
        "name": "request to Canvas",
        "edtech.lti.api_request": {
            "platform": "canvas",
            "method": "POST",
            "path": "/api/v1/courses/103/external_tools",
            "body": {"client_id": CLIENT_ID},
        },
    },
]


def logged_in(sandbox):
    """A task that logs in to Brightspace with a private key."""
    made = sandbox.seed("d2l").new_client_key("ES256")
    options = {
        "access_token": "",
        "oauth_client_id": "d2l-demo-client",
        "oauth_private_key": made["private_key"],
        "oauth_key_id": made["key_id"],
        "oauth_token_url": f"{sandbox.base_url}{TOKENS}",
    }
    return {"name": "login", "edtech.lti.d2l_access_token": options, "register": "login"}


def onboarding(sandbox, tasks=None):
    """A play of one login and the tasks (those of Brightspace) that work with its token."""
    block = {
        "module_defaults": {
            "group/edtech.lti.d2l": {"base_url": sandbox.base_url, "access_token": "{{ login.access_token }}"}
        },
        "block": tasks or D2L_TASKS,
    }
    return play([logged_in(sandbox), block], connection(sandbox, "d2l"), group="d2l")


def test_the_playbooks_hold_every_module(sandbox):
    tasks = [*TASKS, *D2L_TASKS, *CANVAS_TASKS, logged_in(sandbox)]
    used = {key.removeprefix("edtech.lti.") for task in tasks for key in task if key.startswith("edtech.lti.")}
    assert sorted(used) == MODULES


def test_check_mode_on_an_empty_platform_predicts_the_real_run(sandbox, tmp_path):
    luminus = {"group/edtech.lti.luminus": connection(sandbox, "luminus")}
    plays = [play(TASKS, connection(sandbox), module_defaults=luminus)]
    dry = run(tmp_path, plays, "--check", "--diff").check()

    assert {entry["method"] for entry in sandbox.requests()} == {"GET"}
    real = run(tmp_path, plays, "--diff").check()
    assert len(writes(sandbox)) == 6

    for task in TASKS:
        (predicted,), (done,) = dry.of(task["name"]), real.of(task["name"])
        assert predicted["changed"] == done["changed"], task["name"]
        assert set(predicted) - {"warnings"} == set(done) - {"warnings"}, task["name"]
    for name in ("provider", "exam"):
        assert dry.of(name)[0]["diff"] == real.of(name)[0]["diff"]
    assert dry.of("link by name")[0]["diff"]["after"]["exam_id"] == "(known after creation)"
    assert SECRET not in dry.text + real.text


def test_check_mode_equals_the_real_run_to_the_letter_once_parents_exist(sandbox, tmp_path):
    run(tmp_path, [play(TASKS[:3], connection(sandbox))]).check()
    changes = [
        {
            "name": "provider",
            "edtech.lti.exam_tool_provider": {"tool_name": "Remindo", "oauth_consumer_secret": f"{SECRET}2"},
        },
        {"name": "exam", "edtech.lti.exam": {"name": "Algebra", "duration_minutes": 45, "start_time": None}},
        {"name": "link", "edtech.lti.exam_lti_resource": {"id": 1, "lti_custom_data": {"a": 1}}},
        *TASKS[4:5],
    ]
    plays = [play(changes, connection(sandbox))]
    sandbox.clear_requests()
    dry = run(tmp_path, plays, "--check", "--diff").check()
    assert writes(sandbox) == []
    real = run(tmp_path, plays, "--diff").check()

    for task in changes:
        (predicted,), (done,) = dry.of(task["name"]), real.of(task["name"])
        assert (predicted["changed"], predicted["diff"]) == (done["changed"], done["diff"]), task["name"]
    sandbox.clear_requests()
    again = run(tmp_path, plays, "--diff").check()
    assert writes(sandbox) == []
    assert not any(result["changed"] for _task, result in again.of_modules())


def test_a_missing_parent_is_an_error_in_the_real_run(sandbox, tmp_path):
    played = run(tmp_path, [play(TASKS[2:3], connection(sandbox))])

    assert played.code != 0
    assert "there is no exam named 'Algebra'" in played.output
    assert writes(sandbox) == []


def test_check_mode_on_an_empty_brightspace_predicts_the_real_run(sandbox, tmp_path):
    plays = [onboarding(sandbox)]
    dry = run(tmp_path, plays, "--check", "--diff").check()

    asked = {(entry["method"], entry["path"] if entry["method"] != "GET" else "") for entry in sandbox.requests()}
    assert asked == {("GET", ""), ("POST", TOKENS)}
    real = run(tmp_path, plays, "--diff").check()
    assert len(writes(sandbox)) == 10

    for task in D2L_TASKS:
        (predicted,), (done,) = dry.of(task["name"]), real.of(task["name"])
        assert predicted["changed"] == done["changed"], task["name"]
        assert set(predicted) - {"warnings"} == set(done) - {"warnings"}, task["name"]
    assert dry.of("registration")[0]["diff"] == real.of("registration")[0]["diff"]
    assert dry.of("deployment by registered id")[0]["diff"]["after"]["client_id"] == "(known after creation)"
    assert dry.of("sharing rules")[0]["created"] == real.of("sharing rules")[0]["created"] == [8101, 8103]


def test_check_mode_equals_the_real_run_on_brightspace_once_parents_exist(sandbox, tmp_path):
    run(tmp_path, [onboarding(sandbox, D2L_TASKS[:7])]).check()
    seeds, (client_id,) = sandbox.seed("d2l"), sandbox.state("d2l")["registrations"]
    other = seeds.deployment(client_id, Name="Other")["DeploymentId"]
    seeds.sharing_rule(other, 6606)
    by_domain = {"registration_domain": "labs.example.com", "name": "For all"}
    deployment = "{{ found.deployments[0].deployment_id }}"
    changes = [
        {"name": "found", "edtech.lti.d2l_lti_deployment_info": by_domain, "register": "found"},
        {
            "name": "registration",
            "edtech.lti.d2l_lti_registration": {"domain": "labs.example.com", "description": "Experiments"},
        },
        {"name": "deployment", "edtech.lti.d2l_lti_deployment": {**by_domain, "send_user_email": False}},
        {
            "name": "rule",
            "edtech.lti.d2l_sharing_rule": {
                "deployment_id": other,
                "org_unit_id": 6606,
                "share_with_org_unit": False,
            },
        },
        {
            "name": "rules",
            "edtech.lti.d2l_sharing_rules": {
                "deployment_id": deployment,
                "purge": True,
                "rules": [{"org_unit_code": "EXU"}, {"org_unit_code": "MATH-101", "share_with_descendants": False}],
            },
        },
        {"name": "link", "edtech.lti.d2l_lti_link": {"deployment_id": deployment, "name": "Lab", "width": 640}},
        {
            "name": "pilot",
            "edtech.lti.d2l_lti_deployment": {**by_domain, "name": "Pilot", "state": "absent", "cascade": True},
        },
    ]
    plays = [onboarding(sandbox, changes)]
    sandbox.clear_requests()
    dry = run(tmp_path, plays, "--check", "--diff").check()
    assert writes(sandbox) == []
    real = run(tmp_path, plays, "--diff").check()

    assert len(writes(sandbox)) == 7
    for task in changes[1:]:
        (predicted,), (done,) = dry.of(task["name"]), real.of(task["name"])
        assert (predicted["changed"], predicted["diff"]) == (done["changed"], done["diff"]), task["name"]
    sandbox.clear_requests()
    again = run(tmp_path, plays, "--diff").check()
    assert writes(sandbox) == []
    assert not any(result["changed"] for task, result in again.of_modules() if task != "login")


def test_a_rule_below_one_that_shares_all_warns_in_both_runs(sandbox, tmp_path):
    """The org unit still sees the deployment, whatever its own rule says; that is known before and after."""
    seeds = sandbox.seed("d2l")
    deployment = seeds.deployment(seeds.registration()["ClientId"])["DeploymentId"]
    seeds.sharing_rule(deployment, 6701)
    options = {"deployment_id": deployment, "org_unit_id": 8101}
    closed = {"share_with_org_unit": False, "share_with_descendants": False}
    plays = [
        play(
            [{"name": "rule", "edtech.lti.d2l_sharing_rule": {**options, **closed}}],
            connection(sandbox, "d2l"),
            group="d2l",
        )
    ]
    dry = run(tmp_path, plays, "--check").check().of("rule")[0]
    real = run(tmp_path, plays).check().of("rule")[0]

    assert "still sees the deployment" in dry["warnings"][0]
    assert real.get("warnings") == dry["warnings"]


@pytest.mark.parametrize("era", ["A", "C", "D"])
def test_check_mode_on_an_empty_canvas_predicts_the_real_run(sandbox, tmp_path, era):
    """In 2023 there were no registrations, so those tasks are left out there."""
    sandbox.switches({"canvas.era": era})
    tasks = [task for task in CANVAS_TASKS if era != "A" or "registration" not in task["name"]]
    plays = [play(tasks, connection(sandbox, "canvas"), group="canvas")]
    dry = run(tmp_path, plays, "--check", "--diff").check()

    assert {entry["method"] for entry in sandbox.requests()} == {"GET"}
    real = run(tmp_path, plays, "--diff").check()
    assert len(writes(sandbox)) == (5 if era == "A" else 7)

    for task in tasks:
        (predicted,), (done,) = dry.of(task["name"]), real.of(task["name"])
        assert predicted["changed"] == done["changed"], task["name"]
        assert set(predicted) - {"warnings"} == set(done) - {"warnings"}, task["name"]
    same = ("key", "registration") if era != "A" else ("key",)
    for name in same:
        assert dry.of(name)[0]["diff"] == real.of(name)[0]["diff"]
    assert dry.of("tool")[0]["diff"]["after"]["client_id"] == "(known after creation)"
    sandbox.clear_requests()
    again = run(tmp_path, [play(tasks[:-1], connection(sandbox, "canvas"), group="canvas")]).check()
    assert writes(sandbox) == []
    assert not any(result["changed"] for _task, result in again.of_modules())


def test_check_mode_equals_the_real_run_on_canvas_once_parents_exist(sandbox, tmp_path):
    run(tmp_path, [play(CANVAS_TASKS[:6], connection(sandbox, "canvas"), group="canvas")]).check()
    sandbox.switches({"canvas.lti_registrations_next": True})
    leaner = {**SETTINGS, "scopes": [], "description": "Experiments at home"}
    changes = [
        {
            "name": "key",
            "edtech.lti.canvas_tool_configuration": {
                "name": "Virtual Lab",
                "notes": "Ticket 4801",
                "settings": leaner,
                "custom_fields": {"return_to": "https://exu.example.edu/?a=b"},
                "disabled_placements": ["link_selection"],
            },
            "register": "key",
        },
        {"name": "tool", "edtech.lti.canvas_external_tool": {"client_id": CLIENT_ID, "available": False}},
        {
            "name": "tool in a course",
            "edtech.lti.canvas_external_tool": {"client_id": CLIENT_ID, "course_id": COURSE, "state": "absent"},
        },
        {"name": "binding", "edtech.lti.canvas_developer_key_binding": {"client_id": CLIENT_ID, "binding": "off"}},
        {
            "name": "registration",
            "edtech.lti.canvas_lti_registration": {
                "client_id": "78",
                "vendor": "Example",
                "configuration": {"privacy_level": "public", "placements": []},
            },
        },
    ]
    plays = [play(changes, connection(sandbox, "canvas"), group="canvas")]
    sandbox.clear_requests()
    dry = run(tmp_path, plays, "--check", "--diff").check()
    assert writes(sandbox) == []
    real = run(tmp_path, plays, "--diff").check()

    assert len(writes(sandbox)) == len(changes)
    for task in changes:
        (predicted,), (done,) = dry.of(task["name"]), real.of(task["name"])
        assert (predicted["changed"], predicted["diff"]) == (done["changed"], done["diff"]), task["name"]
        assert predicted.get("warnings") == done.get("warnings"), task["name"]
    sandbox.clear_requests()
    again = run(tmp_path, plays, "--diff").check()
    assert writes(sandbox) == []
    assert not any(result["changed"] for _task, result in again.of_modules())
