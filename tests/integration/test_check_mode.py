"""A whole onboarding can be dry-run on an empty platform, and the prediction comes true."""

from __future__ import annotations

from tests.integration.playbooks import MODULES, connection, play, run, writes

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
]


def test_the_playbook_holds_every_module():
    used = {key.removeprefix("edtech.lti.") for task in TASKS for key in task if key.startswith("edtech.lti.")}
    assert sorted(used) == MODULES


def test_check_mode_on_an_empty_platform_predicts_the_real_run(sandbox, tmp_path):
    plays = [play(TASKS, connection(sandbox))]
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
