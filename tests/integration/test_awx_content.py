"""The role awx_content against a stand-in of AWX, by the modules of awx.awx; and a job as AWX would run it."""

from __future__ import annotations

import json
import shutil

import pytest
import yaml

from tests.awx_stand_in import TOKEN, StandIn, injection
from tests.integration.playbooks import ROOT, run, writes

PLAYBOOK = "edtech.lti.awx_setup"
PROJECT = ROOT / "examples" / "awx_project"
MODULES = ROOT / "build" / "awx"
BOTH = f"{ROOT / 'build' / 'link'}:{MODULES}"
SECRETS = {"api_token": "planted-t0ken", "secret_key": "planted-s3cret", "vault_password": "planted-p4ssword"}
GIVEN = {
    "awx_content_galaxy_credentials": ["Galaxy"],
    "awx_content_project": {"scm_url": "https://git.example.com/lti.git", "scm_branch": "main"},
    "awx_content_execution_environment": {"image": "registry.example.com/lti-ee:1"},
    "awx_content_credentials": {
        "exam": {
            "inputs": {
                "base_url": "https://college.proctorexam.com",
                "api_token": SECRETS["api_token"],
                "secret_key": SECRETS["secret_key"],
                "ca_certificate": "",
            }
        },
        "canvas": {"name": "Canvas of the college"},
        "vault": {"name": "The vault", "inputs": {"vault_password": SECRETS["vault_password"]}},
    },
}
PLAYBOOKS = sorted(path.name for path in PROJECT.glob("*.yml"))


@pytest.fixture
def awx():
    """A new AWX that has what the variables name."""
    assert (MODULES / "ansible_collections" / "awx" / "awx").exists(), "awx.awx is missing: make awx puts it there"
    with StandIn(PLAYBOOKS) as awx:
        held = awx.all("credential_types")
        galaxy, machine = held["Ansible Galaxy/Automation Hub API Token"], held["Machine"]
        awx.awx.add("credentials", {"name": "Galaxy", "credential_type": galaxy["id"]})
        awx.awx.add("credentials", {"name": "Canvas of the college", "credential_type": machine["id"]})
        yield awx


@pytest.fixture
def setup(awx, tmp_path, prepared):
    """Runs the playbook, and returns what came of it: the summary and the requests that write."""

    def play(*arguments, code=0, **given):
        (tmp_path / "given.json").write_text(json.dumps({**GIVEN, **given}), encoding="utf-8")
        before = len(awx.writes)
        played = run(
            tmp_path,
            PLAYBOOK,
            *("-e", "@given.json", "-e", "ansible_connection=prepared", *arguments),
            environment={"CONTROLLER_HOST": awx.base_url, "CONTROLLER_OAUTH_TOKEN": TOKEN, **prepared},
            collections=BOTH,
        )
        assert played.code == code, played.output
        assert not [secret for secret in SECRETS.values() if secret in played.text]
        summary = played.of("Show what there is")[0]["awx_content_summary"]
        changed = [(one["kind"], one["name"]) for one in summary["objects"] if one["changed"]]
        assert summary["changed"] is bool(changed)
        return summary, changed, awx.writes[before:]

    return play


def test_awx_gets_all_of_it_once_and_afterwards_only_what_somebody_changed(awx, setup):
    # Check mode on an AWX that has nothing yet looks as far as it can, and says that all the rest would come.
    foretold, changes_foretold, sent = setup("--check")
    assert sent == []

    made, changes, _sent = setup("-vvv")
    assert [(one["kind"], one["name"]) for one in foretold["objects"]] == [
        (one["kind"], one["name"]) for one in made["objects"]
    ]
    assert changes_foretold == changes
    assert all(one["id"] for one in made["objects"])

    # A second run puts back what was changed by hand, and has nothing to say about the rest: not one request.
    onboard = awx.all("job_templates")["LTI onboard"]
    awx.awx.change("job_templates", onboard["id"], {"forks": 100})
    label = awx.all("labels")["edtech.lti"]["id"]
    awx.awx.attach("job_templates", onboard["id"], "labels", {"id": label, "disassociate": True})
    node = awx.all("workflow_job_template_nodes")["plan"]["id"]
    stray = awx.all("workflow_job_template_nodes")["onboard"]["id"]
    awx.awx.attach("workflow_job_template_nodes", node, "success_nodes", {"id": stray})
    _summary, changes, sent = setup()
    assert changes == [("job_template", "LTI onboard"), ("workflow_job_template_node", "plan")]
    assert sent == [
        ("PATCH", f"/api/v2/job_templates/{onboard['id']}/"),
        ("POST", f"/api/v2/job_templates/{onboard['id']}/labels/"),
        ("POST", f"/api/v2/workflow_job_template_nodes/{node}/success_nodes/"),
    ]
    assert awx.all("job_templates")["LTI onboard"]["forks"] == 8
    look_at(awx)

    _summary, changes, _sent = setup(awx_content_state="absent")
    assert {kind for kind, _name in changes} == {
        "workflow_job_template",
        "job_template",
        "inventory",
        "project",
        "execution_environment",
    }
    left = {kind for kind in ("job_templates", "schedules", "inventory_sources", "projects") if awx.all(kind)}
    assert left == set()
    assert "LTI exam platform" in awx.all("credentials")


def look_at(awx):
    """What people find in AWX."""
    templates = awx.all("job_templates")
    assert sorted(awx.linked("job_templates", "LTI audit", "credentials")) == [
        "Canvas of the college",
        "LTI exam platform",
        "The vault",
    ]
    asking = {name for name in templates["LTI plan"] if name.startswith("ask_") and templates["LTI plan"][name]}
    assert {"ask_job_type_on_launch", "ask_diff_mode_on_launch", "ask_limit_on_launch"} <= asking
    assert {one["ask_job_slice_count_on_launch"] for one in (templates["LTI plan"], templates["LTI audit"])} == {False}
    assert templates["LTI onboard"]["ask_job_slice_count_on_launch"]
    assert awx.all("organizations")["Default"]["name"] == "Default"
    assert awx.linked("organizations", "Default", "galaxy_credentials") == ["Galaxy"]
    ways = {
        (name, when): awx.linked("workflow_job_template_nodes", name, f"{when}_nodes")
        for name in awx.all("workflow_job_template_nodes")
        for when in ("success", "failure", "always")
    }
    assert {way: where for way, where in ways.items() if where} == {
        ("preflight", "success"): ["plan"],
        ("plan", "success"): ["approval"],
        ("approval", "success"): ["onboard"],
        ("onboard", "success"): ["audit"],
        ("onboard", "failure"): ["audit_after_failure"],
        ("audit_after_failure", "always"): ["failed"],
    }
    assert set(awx.all("schedules")) == {"LTI nightly audit", "LTI weekly plan"}


def refused(tmp_path, given, collections, environment=None):
    (tmp_path / "given.json").write_text(json.dumps(given), encoding="utf-8")
    played = run(tmp_path, PLAYBOOK, "-e", "@given.json", environment=environment, collections=collections)
    assert played.code != 0
    return played.output


def test_says_what_is_missing_where_awx_awx_is_not_installed(tmp_path):
    output = refused(tmp_path, GIVEN, str(ROOT / "build" / "link"))
    assert "needs the collection awx.awx" in output


def test_refuses_to_slice_what_writes_one_report(tmp_path):
    options = {"awx_content_job_template_options": {"audit": {"job_slice_count": 4}}}
    output = refused(tmp_path, {**GIVEN, **options}, BOTH)
    assert "audit would write a report for each slice" in output


SMALL = {
    "awx_content_galaxy_credentials": [],
    "awx_content_credentials": {"exam": GIVEN["awx_content_credentials"]["exam"]},
    "awx_content_credential_types": ["exam"],
    "awx_content_job_templates": ["audit"],
    "awx_content_workflow": False,
    "awx_content_schedules": ["nightly_audit"],
    "awx_content_schedule_options": {
        "nightly_audit": {"rrule": "DTSTART:20260105T020000Z RRULE:INTERVAL=1;FREQ=WEEKLY;BYDAY=MO,TH"}
    },
}


def test_two_organisations_with_the_same_names_leave_each_other_alone(awx, setup):
    setup(**SMALL)
    ours = {kind: list(awx.awx.held[kind]) for kind in ("inventories", "credentials", "execution_environments")}
    _summary, changes, _sent = setup(**SMALL, awx_content_organization="Physics")
    assert ("job_template", "LTI audit") in changes
    for organization in ("Default", "Physics"):
        [template] = within(awx, "job_templates", organization)
        assert template["inventory"] == within(awx, "inventories", organization)[0]["id"]
        assert template["execution_environment"] == within(awx, "execution_environments", organization)[0]["id"]
        attached = awx.awx.links["job_templates", template["id"], "credentials"]
        assert attached == [within(awx, "credentials", organization)[0]["id"]]
    assert setup(**SMALL)[1:] == ([], [])
    setup(**SMALL, awx_content_organization="Physics", awx_content_state="absent")
    assert {kind: [one for one in awx.awx.held[kind] if one in ours[kind]] for kind in ours} == ours
    assert within(awx, "execution_environments", "Physics") == []


def within(awx, kind, organization):
    number = awx.all("organizations")[organization]["id"]
    return [one for one in awx.awx.held[kind].values() if one["organization"] == number]


def test_what_somebody_named_is_not_removed(awx, setup):
    named = {
        **SMALL,
        "awx_content_project": {**GIVEN["awx_content_project"], "name": "Shared"},
        "awx_content_inventory": {"name": "Shared", "source_path": "hosts.yml"},
        "awx_content_execution_environment": {**GIVEN["awx_content_execution_environment"], "name": "Shared"},
    }
    organization = awx.all("organizations")["Default"]["id"]
    for kind in ("projects", "inventories", "execution_environments"):
        image = {"image": "registry.example.com/lti-ee:1"} if kind == "execution_environments" else {}
        awx.awx.add(kind, {"name": "Shared", "organization": organization, **image})
    summary, _changes, sent = setup(**named, awx_content_state="absent")
    assert ({one["kind"] for one in summary["objects"]}, sent) == ({"job_template"}, [])


def test_a_name_that_several_organisations_have_is_refused_before_anything_is_written(awx, tmp_path):
    kind = awx.all("credential_types")["Machine"]["id"]
    for name in ("Physics", "Chemistry"):
        organization = awx.awx.add("organizations", {"name": name})["id"]
        given = {"name": "Reader", "credential_type": kind, "organization": organization}
        awx.awx.add("credentials", given)
    environment = {"CONTROLLER_HOST": awx.base_url, "CONTROLLER_OAUTH_TOKEN": TOKEN}
    output = refused(tmp_path, {**GIVEN, "awx_content_more_credentials": ["Reader"]}, BOTH, environment)
    assert "give the number of the one" in " ".join(output.split())
    assert "Reader" in output
    assert awx.writes == []


def test_rules_that_awx_would_not_take_are_refused_before_awx_is_asked(tmp_path):
    rules = {
        "nightly_audit": {"rrule": "DTSTART;TZID=Europe/Amsterdam:20260105T020000 RRULE:FREQ=DAILY"},  # no interval
        "weekly_plan": {"rrule": "DTSTART:20260105T020000 RRULE:FREQ=DAILY;INTERVAL=1"},  # of no time zone
    }
    output = refused(tmp_path, {**GIVEN, "awx_content_schedule_options": rules}, BOTH)
    assert "AWX would not take when nightly_audit, weekly_plan is due" in " ".join(output.split())


class _Loader(yaml.SafeLoader):
    pass


_Loader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


def held(path):
    return yaml.load(path.read_text(encoding="utf-8"), _Loader)


def test_a_job_of_the_example_project_reaches_all_platforms_by_credentials_alone(sandbox, tmp_path):
    """As AWX lays it out: the inventory is elsewhere, the variables are beside the playbook, files hold the secrets."""
    path = ROOT / "roles" / "awx_content" / "vars" / "main" / "credential_types.yml"
    types = held(path)["__awx_content_credential_types"]
    environment = {}
    for platform, kind in types.items():
        known = sandbox.credentials[platform]
        inputs = {field["id"]: known.get(field["id"], "") for field in kind["inputs"]["fields"]}
        inputs = {name: value for name, value in inputs.items() if isinstance(value, str)}
        if platform == "d2l":
            inputs = {"access_token": known["access_token"]}
        folder = tmp_path / platform
        folder.mkdir()
        environment |= injection.environment(kind, {**inputs, "base_url": sandbox.base_url}, folder)
    project = shutil.copytree(PROJECT, tmp_path / "project")
    (project / "inventory" / "host_vars" / "college" / "main.yml").unlink()
    variables = held(project / "inventory" / "group_vars" / "all" / "main.yml")
    # What AWX makes of the inventory: variables in one document, somewhere else.
    inventory = tmp_path / "inventory" / "hosts.json"
    inventory.parent.mkdir()
    groups = {name: {"hosts": {"college": {}}} for name in ("canvas", "d2l", "exam")}
    inventory.write_text(json.dumps({"all": {"children": groups, "vars": variables}}), encoding="utf-8")
    # A file that the job reads itself, since AWX could not.
    secrets = project / "secrets" / "college.yml"
    secrets.parent.mkdir()
    secrets.write_text("lti_onboarding_places: {virtual_lab: {canvas: {}, d2l: {}}}", encoding="utf-8")
    answers = {"target": "", "lti_onboarding_tools": "virtual_lab", "batch": "", "give_up_at": ""}
    played = run(
        tmp_path,
        str(project / "plan.yml"),
        *("-i", str(inventory), "-e", json.dumps(answers)),
        environment={**environment, "ANSIBLE_CONFIG": str(project / "ansible.cfg")},
    ).check()
    reached = {entry["platform"] for entry in sandbox.requests() if entry["status"] == 200}
    assert reached == {"canvas", "d2l"}
    assert writes(sandbox) == []
    [table] = [result["msg"] for result in played.of("Show the table")]
    assert {line.split()[1] for line in table if line.startswith("college")} >= {"canvas", "d2l"}
    assert ", 0 failed." in table[-1]
