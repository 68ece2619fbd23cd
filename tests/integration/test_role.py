"""The role exam_onboarding: one description, four steps, an honest summary."""

from __future__ import annotations

import json

import pytest

from tests.integration.playbooks import connection, play, run, writes

SECRET = "planted-consumer-secret-Q7"
VARIABLES = {
    "exam_onboarding_tool_providers": [
        {"tool_name": "Remindo", "tool_url": "https://remindo.example.com/lti", "oauth_consumer_key": "school"}
    ],
    "exam_onboarding_consumer_secrets": {"Remindo": SECRET},
    "exam_onboarding_exams": [
        {
            "name": "Algebra",
            "type": "record_review",
            "use_duration": True,
            "duration_minutes": 90,
            "lti_resources": [
                {"lti_resource_link_name": "Paper", "tool_provider_name": "Remindo"},
                {"lti_resource_link_name": "Formulas", "tool_provider_name": "Remindo", "open_in_new_tab": True},
            ],
            "instructions": "<p>{lti:Paper} and {lti:Formulas}</p>",
        },
        {"name": "Geometry", "type": "demo"},
    ],
}


def onboard(sandbox, folder, *arguments, variables=None, **options):
    """Run the role with variables from a file, as a vault would hand them in."""
    given = {**VARIABLES, "exam_onboarding_connection": connection(sandbox), **(variables or {})}
    (folder / "variables.yml").write_text(json.dumps(given), encoding="utf-8")
    one = play([{"ansible.builtin.include_role": {"name": "edtech.lti.exam_onboarding"}}])
    one["tasks"].append({"name": "shown at the end", "ansible.builtin.debug": {"var": "exam_onboarding_summary"}})
    environment = {"ANSIBLE_SHOW_CUSTOM_STATS": "true"}
    return run(folder, [one], "-e", "@variables.yml", *arguments, environment=environment, **options)


def summary(played):
    return played.of("shown at the end")[0]["exam_onboarding_summary"]


def shape(value):
    """Keys of dicts and the shape of a list's members; values left out."""
    if isinstance(value, dict):
        return {key: shape(member) for key, member in value.items()}
    return [shape(member) for member in value] if isinstance(value, list) else None


def test_an_empty_platform_is_predicted_then_filled_then_left_alone(sandbox, tmp_path):
    dry = onboard(sandbox, tmp_path, "--check", "--diff").check()
    assert {entry["method"] for entry in sandbox.requests()} == {"GET"}

    real = onboard(sandbox, tmp_path, "--diff", "-vvv").check()
    sandbox.clear_requests()
    again = onboard(sandbox, tmp_path, "--diff", "-vvv").check()

    assert shape(summary(dry)) == shape(summary(real)) == shape(summary(again))
    assert [summary(played)["changed"] for played in (dry, real, again)] == [True, True, False]
    assert {**summary(real), "changed": False} == summary(again)
    assert [(exam["name"], exam["status"]) for exam in summary(real)["exams"]] == [
        ("Algebra", "open"),
        ("Geometry", "draft"),
    ]
    assert [link["placeholder"] for link in summary(real)["lti_resources"]] == ["LTI_EXAM_1", "LTI_EXAM_2"]
    assert writes(sandbox) == []
    assert (
        '"exam_onboarding": {' in real.output.replace("\n", " ")
        or "exam_onboarding" in real.output.split("CUSTOM STATS")[1]
    )
    for played in (dry, real, again):
        assert SECRET not in played.text
        assert "exam-demo-secret" not in played.text


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"exam_onboarding_exams": [{"name": "Twice", "type": "demo"}] * 2}, "Twice"),
        ({"exam_onboarding_exams": [{"type": "demo"}]}, "name"),
        ({"exam_onboarding_exams": [{"name": "x", "type": "demo", "stat": "absent"}]}, "stat"),
        (
            {
                "exam_onboarding_tool_providers": [
                    {"tool_name": "x", "oauth_consumer_secret": "planted-in-the-wrong-place"}
                ]
            },
            "",
        ),
    ],
)
def test_half_written_input_is_refused_before_anything_is_sent(sandbox, tmp_path, variables, says):
    played = onboard(sandbox, tmp_path, variables=variables)

    assert played.code != 0
    assert says in played.output
    assert sandbox.requests() == []


def test_texts_that_look_like_templates_stay_texts(sandbox, tmp_path):
    """What stands on the server, or came from it, is never evaluated."""
    evil = "{{ lookup('pipe', 'echo EVALU' ~ 'ATED') }}"
    one = play([{"ansible.builtin.include_role": {"name": "edtech.lti.exam_onboarding"}}], connection(sandbox))
    one["tasks"].append({"name": "shown at the end", "ansible.builtin.debug": {"var": "exam_onboarding_summary"}})
    (tmp_path / "unsafe.yml").write_text(
        f"""
exam_onboarding_tool_providers: []
exam_onboarding_exams:
  - name: !unsafe "{evil}"
    type: demo
    instructions: !unsafe "<p>{evil}</p>"
""",
        encoding="utf-8",
    )

    played = run(tmp_path, [one], "-e", "@unsafe.yml", "-vvv").check()

    assert "EVALUATED" not in played.text
    (exam,) = _values(sandbox.state("exam")["exams"])
    (document,) = _values(sandbox.state("exam")["documents"])
    assert exam["name"] == evil
    assert document["exam_content"] == f"<p>{evil}</p>"


def _values(held):
    return list(held.values()) if isinstance(held, dict) else held
