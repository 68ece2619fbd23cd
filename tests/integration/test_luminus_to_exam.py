"""The playbook that takes tools from LumiNUS over to the exam platform."""

from __future__ import annotations

import pytest
import yaml

from tests.integration.playbooks import ROOT, SHIPPED, connection, run, writes

PLAYBOOK = "edtech.lti.luminus_to_exam"
SYSTEM = "b0000000-0000-4000-8000-000000000001"
IN_MODULE = "b0000000-0000-4000-8000-000000000011"
NOWHERE = "b0000000-0000-4000-8000-00000000ffff"
SECRETS = ("planted-consumer-secret-Q7", "quiz-helper-secret")
QUIZ = {
    "tool_name": "Quiz Helper",
    "tool_url": "https://quiz.example.com/lti/launch",
    "oauth_consumer_key": "quiz-helper-key",
    "oauth_consumer_secret": "quiz-helper-secret",
    "lti_custom_data": '{"feature":"timer","locale":"en"}',
}
LEFT = {
    "description": "Practice quizzes",
    "launch_data": ["lis_person_name_full", "lis_person_contact_email_primary"],
    "document_target": "iframe",
    "cust_params": [{"key": "feature", "value": "hints"}],
}


@pytest.fixture
def inventory(sandbox, tmp_path):
    """A function that writes an inventory of institutions with both platforms and returns it for the command line."""

    def write(**hosts):
        common = {
            "ansible_connection": "local",
            "ansible_python_interpreter": "{{ ansible_playbook_python }}",
            "luminus_to_exam_luminus_connection": connection(sandbox, "luminus"),
            "exam_onboarding_connection": connection(sandbox, "exam"),
        }
        path = tmp_path / "hosts.yml"
        path.write_text(yaml.safe_dump({"luminus": {"vars": common, "hosts": hosts}}), encoding="utf-8")
        return "-i", str(path)

    return write


def held(sandbox):
    """The exam platform's tool providers by name, as far as the playbook sets them."""
    found = sandbox.state("exam")["tool_providers"].values()
    return {one["tool_name"]: {name: one[name] for name in QUIZ} for one in found}


def summary(played):
    (shown,) = played.of("Show what was taken over, and what was not")
    return shown["luminus_to_exam_summary.tool_providers"]


def test_tools_are_taken_over_once_as_check_mode_said(sandbox, inventory, tmp_path):
    strange = "{{ lookup('pipe', 'id') }}"
    other = sandbox.seed("luminus").provider(name=strange, consumerSecret=SECRETS[0])["id"]
    where = inventory(college={"luminus_to_exam_providers": [{"provider_id": SYSTEM}, {"provider_id": other}]})
    kept = "Keep them as tool providers of the exam platform"

    dry = run(tmp_path, PLAYBOOK, *where, "--check", "--diff").check()
    assert writes(sandbox) == []
    real = run(tmp_path, PLAYBOOK, *where, "--diff").check()
    again = run(tmp_path, PLAYBOOK, *where, "-vvv").check()

    assert held(sandbox)["Quiz Helper"] == QUIZ
    assert held(sandbox)[strange]["oauth_consumer_secret"] == SECRETS[0]
    assert writes(sandbox) == [("POST", "/api/v3/tool_providers")] * 2
    assert dry.of(kept)[0]["results"][0]["diff"] == real.of(kept)[0]["results"][0]["diff"]
    for played, changed in ((dry, True), (real, True), (again, False)):
        rows = summary(played)
        assert [row["changed"] for row in rows] == [changed] * 2
        assert [row["tool_name"] for row in rows] == ["Quiz Helper", strange]
        assert [row["not_carried_over"] for row in rows] == [LEFT, {}]
    assert "changed=0" in again.output.split("PLAY RECAP")[1]
    assert not [secret for secret in SECRETS if secret in dry.text + real.text + again.text]


def test_a_shipped_run_takes_over_the_same(sandbox, inventory, tmp_path):
    plays = yaml.safe_load((ROOT / "playbooks" / "luminus_to_exam.yml").read_text(encoding="utf-8"))
    plays[1]["environment"] = SHIPPED
    where = inventory(college={"luminus_to_exam_providers": [{"provider_id": SYSTEM, "tool_name": "Quizzes"}]})

    played = run(tmp_path, plays, *where, "-vvv").check()

    assert held(sandbox) == {"Quizzes": {**QUIZ, "tool_name": "Quizzes"}}
    (kept,) = played.of("Keep them as tool providers of the exam platform")
    assert kept["results"][0]["invocation"]["module_args"]["oauth_consumer_secret"].startswith("VALUE_SPECIFIED")
    assert [row["not_carried_over"] for row in summary(played)] == [LEFT]
    assert not [secret for secret in SECRETS if secret in played.text]


def test_what_cannot_be_taken_over_is_said_and_nothing_is_written(sandbox, inventory, tmp_path):
    sandbox.seed("luminus").provider(NOWHERE[:-1] + "e", name="Odd", custParams="a=b")
    student = {**connection(sandbox, "luminus"), "access_token": "luminus-student"}
    where = inventory(
        absent={"luminus_to_exam_providers": [{"provider_id": NOWHERE}, {"provider_id": "quiz"}]},
        odd={"luminus_to_exam_providers": [{"provider_id": NOWHERE[:-1] + "e"}]},
        same={"luminus_to_exam_providers": [{"provider_id": SYSTEM}, {"provider_id": IN_MODULE}]},
        student={
            "luminus_to_exam_providers": [{"provider_id": IN_MODULE}],
            "luminus_to_exam_luminus_connection": student,
        },
        unlisted={"luminus_to_exam_providers": [{"id": SYSTEM}]},
        unset={},
    )

    played = run(tmp_path, PLAYBOOK, *where)

    assert played.code != 0
    for said in (
        f"LumiNUS knows no LTI provider {NOWHERE}",
        "provider_id is not a GUID: 'quiz'",
        "The custom parameters of Odd are no list of keys and values",
        "These are to be called the same: Quiz Helper, Quiz Helper",
        "LumiNUS does not show key and secret of Quiz Helper to this user",
    ):
        assert said in played.output, said
    assert played.output.count("Set luminus_to_exam_providers to a list") >= 2
    assert writes(sandbox) == []
    assert not [secret for secret in SECRETS if secret in played.text]


def test_an_inventory_without_a_platform_is_refused(tmp_path):
    played = run(tmp_path, PLAYBOOK)

    assert played.code != 0
    assert "Nothing was done: no host fits" in played.output
