"""The playbook audit: tenants that can be read and tenants that cannot, one report on all, and not one write."""

from __future__ import annotations

import csv
import io
import json

import pytest
import yaml

from tests.integration.playbooks import ROOT, connection, run
from tests.sandbox.testing import Sandbox

PLAYBOOK = "edtech.lti.audit"
QUIZ = "b0000000-0000-4000-8000-000000000011"
MANIFEST = {
    "client_name": "Virtual Lab",
    "initiate_login_uri": "https://labs.example.com/login",
    "redirect_uris": ["https://labs.example.com/launch"],
    "jwks_uri": "https://labs.example.com/jwks.json",
    "scope": "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem",
    "https://purl.imsglobal.org/spec/lti-tool-configuration": {
        "domain": "labs.example.com",
        "target_link_uri": "https://labs.example.com/launch",
        "custom_parameters": {"course": "$Canvas.course.id"},
        "https://canvas.instructure.com/lti/privacy_level": "name_only",
    },
    "data": ["opaque_id", "course", "role", "name", "sis_id", "grades"],
}
REGISTER = [
    {"tool": "virtual_lab", "data": MANIFEST["data"], "owner": "Faculty of Science", "review": "2001-01-31"},
    {"tool": "*", "data": ["opaque_id", "course", "role", "name", "email"]},
    {"tool": "Old Forum", "data": []},
]


@pytest.fixture
def estate(sandbox, tmp_path):
    """Tools on all platforms, one with a name that is dangerous everywhere; returns that name."""
    strange = f"</script><b>{{{{ lookup('pipe', 'touch {tmp_path}/ran') }}}}"
    sandbox.switches({"canvas.lti_registrations_next": True})
    canvas = sandbox.seed("canvas")
    lab = canvas.tool_configuration(
        "Virtual Lab", "on", target_link_uri="https://labs.example.com/launch", custom_fields={"who": "$User.username"}
    )
    canvas.external_tool(lab["developer_key"]["id"])
    canvas.external_tool(lab["developer_key"]["id"], course_id=101)
    canvas.tool_configuration(strange, "off")
    canvas.dynamic_registration()
    d2l = sandbox.seed("d2l")
    tool = d2l.registration(Name="=Formula", EnabledExtensions=[1])
    made = d2l.deployment(tool["ClientId"], Name="All courses", EnabledExtensions=[1], SendUserEmail=True)
    d2l.sharing_rule(made["DeploymentId"])
    exam = sandbox.seed("exam")
    remindo = exam.tool_provider(tool_name="Remindo", tool_url="https://remindo.example.com/lti")
    exam.lti_resource(exam.exam(name="Algebra")["id"], remindo["id"], lti_resource_link_name="Paper")
    return strange


@pytest.fixture
def crowded():
    """A Brightspace that throttles whatever comes."""
    with Sandbox() as sandbox:
        sandbox.faults({"platform": "d2l", "kind": "429", "times": 100})
        yield sandbox


def audit(sandbox, folder, *arguments, more=None, **variables):
    """Run the playbook on four tenants, of which the last one's platform refuses the credentials.

    :param more: further tenants: platform and variables by name.
    """
    (folder / "lab.yml").write_text(yaml.safe_dump(MANIFEST), encoding="utf-8")
    (folder / "register.yml").write_text(yaml.safe_dump(REGISTER), encoding="utf-8")
    canvas, exam = connection(sandbox, "canvas"), connection(sandbox, "exam")
    hosts = {
        "college": {"canvas_onboarding_connection": canvas, "exam_onboarding_connection": exam},
        "university": {"d2l_onboarding_connection": connection(sandbox, "d2l")},
        "institute": {
            "lti_audit_luminus_connection": connection(sandbox, "luminus"),
            "lti_audit_luminus_providers": [QUIZ],
        },
        "academy": {"canvas_onboarding_connection": {**canvas, "access_token": "canvas-expired-token"}},
    }
    groups = {
        "canvas": ["college", "academy"],
        "exam": ["college"],
        "d2l": ["university"],
        "luminus": ["institute"],
    }
    for name, (platform, held) in (more or {}).items():
        hosts[name] = held
        groups[platform].append(name)
    inventory = {
        "all": {
            "hosts": hosts,
            "children": {name: {"hosts": dict.fromkeys(members)} for name, members in groups.items()},
            "vars": {
                "ansible_connection": "local",
                "ansible_python_interpreter": "{{ ansible_playbook_python }}",
                "lti_onboarding_manifests": {"virtual_lab": "lab.yml"},
                "lti_audit_dir": str(folder / "report"),
                "lti_audit_register": str(folder / "register.yml"),
                **variables,
            },
        }
    }
    (folder / "hosts.yml").write_text(yaml.safe_dump(inventory), encoding="utf-8")
    return run(folder, PLAYBOOK, "-i", "hosts.yml", *arguments, environment={"ANSIBLE_SHOW_CUSTOM_STATS": "true"})


def rows(report):
    return {(one["tenant"], one["platform"], one["tool"]): one for one in report["tools"]}


def test_one_report_on_all_tenants_without_a_write(sandbox, crowded, tmp_path, estate):
    quick = {"retries": 0, "timeout": 5}
    more = {
        "crowded": ("d2l", {"d2l_onboarding_connection": {**connection(crowded, "d2l"), **quick}}),
        "down": (
            "exam",
            {"exam_onboarding_connection": {**connection(sandbox), **quick, "base_url": "http://127.0.0.1:9"}},
        ),
    }
    played = audit(sandbox, tmp_path, more=more).check()

    assert {entry["method"] for entry in sandbox.requests()} == {"GET"}
    assert not (tmp_path / "ran").exists()
    report = json.loads((tmp_path / "report" / "audit.json").read_text(encoding="utf-8"))
    states = {(one["tenant"], one["platform"]): one["state"] for one in report["tenants"]}
    assert states == {
        ("academy", "canvas"): "failed",
        ("college", "canvas"): "read",
        ("college", "exam"): "read",
        ("crowded", "d2l"): "failed",
        ("down", "exam"): "failed",
        ("institute", "luminus"): "read",
        ("university", "d2l"): "read",
    }
    failures = {one["tenant"]: one["failure"] for one in report["tenants"] if one["failure"]}
    assert {name: failure["kind"] for name, failure in failures.items()} == {
        "academy": "auth",
        "crowded": "rate_limited",
        "down": "unavailable",
    }
    assert "Expired access token" in failures["academy"]["msg"]

    found = rows(report)
    lab = found["college", "canvas", "Virtual Lab"]
    assert list(lab["data"]) == ["opaque_id", "name", "email", "username", "sis_id", "course", "role", "grades"]
    assert [road["via"] for road in lab["data"]["username"]] == ["variable"]
    assert (lab["enabled"], lab["manifest"], lab["excess"]) == (True, "virtual_lab", ["email", "username"])
    assert "privacy_level is public; the manifest has name_only." in lab["drift"]
    assert [place.partition(" (")[0] for place in lab["available"]] == ["the root account", "course 101"]
    assert len(lab["deployments"]) == 2
    assert "The review was due on 2001-01-31." in lab["notes"]

    assert found["college", "canvas", estate]["why_not"] == "The key is off."
    assert "dynamic registration" in found["college", "canvas", "Dynamic Tool"]["notes"]
    formula = found["university", "d2l", "=Formula"]
    assert formula["available"] == ["org unit 6606 with all below it"]
    assert [road["controllable"] for road in formula["data"]["course"]] == [False]
    assert formula["excess"] == ["grades"]
    assert found["college", "exam", "Remindo"]["available"][0].startswith("exam Algebra")
    assert list(found["institute", "luminus", "Quiz Helper"]["data"]) == [
        "opaque_id",
        "name",
        "email",
        "course",
        "role",
    ]
    assert report["register"]["unused"] == ["Old Forum"]

    page = (tmp_path / "report" / "audit.html").read_text(encoding="utf-8")
    assert estate not in page
    assert "&lt;/script&gt;&lt;b&gt;{{ lookup(" in page
    table = list(csv.DictReader(io.StringIO((tmp_path / "report" / "audit.csv").read_text(encoding="utf-8"))))
    assert {line["tool"] for line in table if line["tenant"] == "university"} == {"'=Formula"}

    told = json.loads(played.output.split("CUSTOM STATS")[1].partition("RUN:")[2])["lti_audit"]
    assert [one["tenant"] for one in told["unread"]] == ["academy", "crowded", "down"]
    assert told["excess"] == len(told["beyond"])
    for platform in ("canvas", "d2l"):
        assert sandbox.credentials[platform]["access_token"] not in played.text + page


def test_excess_ends_the_run_in_check_mode_as_well_and_after_the_report(sandbox, tmp_path, estate):
    """A platform whose variables are not complete keeps none from being read. What is blank is not given."""
    unset = {
        "lti_audit_platforms": ["canvas", "exam"],
        "canvas_onboarding_connection": {**connection(sandbox, "canvas"), "access_token": "{{ nowhere_set }}"},
        "exam_onboarding_connection": connection(sandbox, "exam"),
    }
    blank = ["places", "tools", "manifests", "formats", "title", "fail_on_unread", "exam_connection"]
    variables = {"lti_audit_fail_on_excess": "yes", **{f"lti_audit_{name}": "" for name in blank}}
    more = {"aunset": ("canvas", unset)}
    played = audit(sandbox, tmp_path, "--check", "-l", "college,aunset", more=more, **variables)

    assert played.code != 0
    assert "Virtual Lab (college, canvas): email, username" in " ".join(played.output.split())
    first, second = json.loads((tmp_path / "report" / "audit.json").read_text(encoding="utf-8"))["tenants"][:2]
    assert (first["tenant"], first["platform"], first["state"]) == ("aunset", "canvas", "failed")
    assert "nowhere_set" in first["failure"]["msg"]
    assert (second["tenant"], second["platform"], second["state"]) == ("aunset", "exam", "read")


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"lti_audit_registr": "register.yml"}, "has no variable lti_audit_registr"),
        ({"lti_audit_platform": "canvas"}, "has no variable lti_audit_platform"),
        ({"lti_audit_formats": "pdf"}, "lti_audit_formats cannot be used"),
        ({"lti_audit_register": "nowhere.yml"}, "no file nowhere.yml"),
        ({"lti_audit_register": "", "lti_audit_fail_on_excess": "yes"}, "lti_audit_fail_on_excess needs"),
    ],
    ids=["misspelt", "singular", "shape", "nowhere", "none"],
)
def test_what_would_judge_nothing_is_refused_before_anything_is_read(sandbox, tmp_path, variables, said):
    played = audit(sandbox, tmp_path, "-l", "college", **variables)

    assert played.code != 0
    assert said in " ".join(played.output.split())
    assert sandbox.requests() == []


def test_a_manifest_that_is_nowhere_loses_no_tenant_and_a_relative_folder_is_here(sandbox, tmp_path):
    variables = {"lti_onboarding_manifests": {"gone": "audit.yml"}, "lti_audit_dir": "report", "lti_audit_register": ""}
    audit(sandbox, tmp_path, "-l", "college", **variables).check()

    tenant = json.loads((tmp_path / "report" / "audit.json").read_text(encoding="utf-8"))["tenants"][0]
    assert tenant["state"] == "read"
    assert "What differs from the manifest gone: its file was not found." in tenant["gaps"]
    assert not (ROOT / "playbooks" / "report").exists()


def test_without_a_tenant_nothing_is_pretended(sandbox, tmp_path):
    played = audit(sandbox, tmp_path, "-e", "target=nobody")

    assert played.code != 0
    assert "Nothing was done" in played.output
