"""The playbook export: an estate becomes manifests and host variables, and applying them writes nothing."""

from __future__ import annotations

import json

import pytest
import yaml

from tests.integration.playbooks import connection, run, writes

PROVIDER = "b0000000-0000-4000-8000-000000000001"
GROUPS = {
    "canvas": ["harbour-college", "seaside-college"],
    "d2l": ["northern-university"],
    "exam": ["harbour-college", "city-school"],
    "luminus": ["island-university"],
}
TEMPLATE = "{{ lookup('ansible.builtin.pipe', 'touch ' ~ playbook_dir ~ '/was_run') }}"
SECRETS = ("remindo-s3cret-Q7", "paper-s3cret-Q7", "quiz-helper-secret", "canvas-demo-token", "exam-demo-secret")
REPORT = "lti_export_report.md"


@pytest.fixture
def estate(sandbox):
    """Tools on all four platforms, as administrators made them by hand; one of them on three of them."""
    sandbox.switches({"canvas.auto_deploy": True, "d2l.le_versions": "1.75-1.90"})
    canvas, d2l, exam = (sandbox.seed(name) for name in ("canvas", "d2l", "exam"))
    lab = canvas.tool_configuration("Remindo", binding="on", title="Remindo")["developer_key"]["id"]
    canvas.external_tool(lab)
    canvas.external_tool(lab, course_id=101)
    canvas.tool_configuration("Quiz (old)", title="Quiz", custom_fields={"who": "$User.username"})
    canvas.dynamic_registration("Poll")
    registration = d2l.registration(
        Name="Remindo",
        Domain="tool.example.com",
        OpenIDConnectLoginUrl="https://tool.example.com/login",
        KeysetUrl="https://tool.example.com/jwks.json",
        EnabledExtensions=[1, 3],
    )
    for name, flags in (("Science", {"SendUserEmail": True}), ("Pilot", {"Anonymous": True, "IsEnabled": False})):
        number = d2l.deployment(registration["ClientId"], Name=name, EnabledExtensions=[3], **flags)["DeploymentId"]
        d2l.sharing_rule(number, 8101)
        d2l.link(number, Name="Home")
        d2l.link(number, 8101, Name="Algebra", Type=3, CustomParameters=[{"Name": "login", "Value": "$User.UserName"}])
    paper = exam.exam(name=f"Algebra 2026 {TEMPLATE}", duration_minutes=90)["id"]
    for name, secret in (("Remindo", SECRETS[0]), ("Paper", SECRETS[1])):
        provider = exam.tool_provider(
            tool_name=name,
            tool_url="https://tool.example.com/lti",
            oauth_consumer_key="c",
            oauth_consumer_secret=secret,
        )
        exam.lti_resource(paper, provider["id"], lti_resource_link_name=name, lti_custom_data='{"pages": 5}')
    exam.document(paper, "<p>{LTI_EXAM_1}</p>")
    return sandbox


@pytest.fixture
def export(estate, tmp_path):
    """A function that plays ``edtech.lti.export``, or another, with an inventory of five institutions."""
    variables = {
        "ansible_connection": "local",
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
        **{f"{name}_onboarding_connection": connection(estate, name) for name in ("canvas", "d2l", "exam")},
        "lti_onboarding_luminus_connection": connection(estate, "luminus"),
        "lti_export_luminus_providers": [PROVIDER],
        "lti_export_places": {"canvas": [{"course_id": "101"}], "d2l": [{"org_unit_id": 8101}]},
    }
    groups = {name: {"hosts": dict.fromkeys(hosts)} for name, hosts in GROUPS.items()}
    folder = tmp_path / "inventory"
    folder.mkdir()
    (folder / "hosts.yml").write_text(yaml.safe_dump({"all": {"vars": variables, "children": groups}}))

    def play(*arguments, playbook="edtech.lti.export", **extra):
        extra = {"lti_export_dir": str(tmp_path), **extra}
        arguments = ("-i", str(folder), "-e", json.dumps(extra), "--diff", *arguments)
        return run(tmp_path, playbook, *arguments)

    play.folder = folder
    return play


def files(folder):
    """Texts by path."""
    folder = folder.parent
    named = [*folder.glob("inventory/*_vars/**/*"), *folder.glob("manifests/*"), *folder.glob(REPORT)]
    paths = (path for path in named if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def test_an_estate_is_exported_and_applying_it_writes_nothing(export, estate, tmp_path):
    dry = export("--check").check()
    assert files(export.folder) == {}

    done = export("-vvv").check()
    texts = files(export.folder)
    estate.clear_requests()
    onboarded = export("-vvv", playbook="edtech.lti.onboard").check()

    assert writes(estate) == []
    (ends,) = onboarded.of("Show a line for each institution and platform")
    lines = [line.split()[:3] for line in ends["msg"]]
    assert [[host, name, "ok"] in lines for name, hosts in GROUPS.items() for host in hosts] == [True] * 6
    (told,) = done.of("Show what was written, and what was not exported")
    assert sorted(told["msg"]["written"]) == sorted(texts)
    assert dry.of("Show what was written, and what was not exported") == [told]
    assert [row["tool"] for row in told["msg"]["not_exported"]] == ["Poll", "Poll"]
    # One tool in Canvas and on the exam platform, for two institutions: one manifest. The two uses in Brightspace
    # differ in what they send, and so does the manifest of each.
    manifests = {path: yaml.safe_load(text) for path, text in texts.items() if path.startswith("manifests/")}
    assert sorted(path[10:-4] for path in manifests) == [
        "paper", "quiz", "quiz_helper", "remindo_canvas_exam", "remindo_pilot", "remindo_science",
    ]  # fmt: skip
    assert "lti_1_1" in manifests["manifests/remindo_canvas_exam.yml"]
    assert not (tmp_path / "was_run").exists()
    assert not [secret for secret in SECRETS if secret in "".join([*texts.values(), dry.text, done.text])]


def test_a_misspelt_variable_is_refused_before_anything_is_read(export, estate):
    refused = export("--limit", "city-school", lti_export_place={"canvas": []})
    assert refused.code != 0
    assert "has no variable lti_export_place." in " ".join(refused.output.split())
    assert estate.requests() == []


def test_what_was_changed_by_hand_is_not_overwritten_unawares(export):
    export("--limit", "city-school").check()
    variables = export.folder / "host_vars/city-school/lti.yml"
    commented = "# Ticket 4711\n" + variables.read_text(encoding="utf-8")
    variables.write_text(commented, encoding="utf-8")
    export("--limit", "city-school").check()
    assert variables.read_text(encoding="utf-8") == commented

    changed = commented.replace("Algebra 2026", "Algebra 2027")
    variables.write_text(changed, encoding="utf-8")
    refused = export("--limit", "city-school")
    assert refused.code != 0
    assert "say something else: inventory/host_vars/city-school/lti.yml" in refused.output
    assert variables.read_text(encoding="utf-8") == changed

    export("--limit", "city-school", lti_export_overwrite=True).check()
    assert "4711" not in variables.read_text(encoding="utf-8")


def test_one_that_cannot_be_read_is_named_and_the_others_are_exported(export, estate):
    here = ("--limit", "city-school,northern-university")
    hidden = export.folder / "host_vars" / "city-school.yml"
    hidden.parent.mkdir()
    hidden.write_text("a: b\n")
    refused = export(*here)
    assert "inventory/host_vars/city-school.yml (move it to inventory/host_vars/city-school/main.yml)" in refused.output
    hidden.unlink()
    estate.faults({"platform": "d2l", "path": "/d2l/api/le/*", "kind": "500", "times": 20})

    played = export(*here)

    assert played.code != 0
    assert "northern-university (d2l)" in played.output
    texts = files(export.folder)
    assert "inventory/host_vars/northern-university/lti.yml" not in texts
    assert "inventory/host_vars/city-school/lti.yml" in texts
    assert "| northern-university | d2l |" in texts[REPORT]
