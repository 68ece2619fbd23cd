"""The role canvas_onboarding: one description, keys and installed tools, and what the vendors need at the end."""

from __future__ import annotations

import json

import pytest

from tests.integration.playbooks import play, run, writes

HANDBACK = {
    "issuer",
    "client_id",
    "deployment_ids",
    "authentication_endpoint",
    "token_url",
    "audience",
    "keyset_url",
    "environment",
    "environment_source",
}
SETTINGS = {
    "title": "Virtual Lab",
    "description": "Experiments in the browser",
    "target_link_uri": "https://labs.example.com/launch",
    "oidc_initiation_url": "https://labs.example.com/login",
    "public_jwk_url": "https://labs.example.com/jwks.json",
    "scopes": ["https://purl.imsglobal.org/spec/lti-ags/scope/score"],
    "extensions": [
        {
            "platform": "canvas.instructure.com",
            "settings": {"placements": [{"placement": "course_navigation"}, {"placement": "link_selection"}]},
        }
    ],
}
LAB = {
    "name": "Lab",
    "settings": SETTINGS,
    "privacy_level": "name_only",
    "custom_fields": {"course": "$Canvas.course.id"},
    "installations": [{"account_id": "self"}, {"course_id": "sis_course_id:PHYS-101-2026"}],
}
ESSAYS = {"name": "Essays", "settings_file": "essays.json", "binding": "off"}
TOOLS = [LAB, ESSAYS]


def onboard(sandbox, folder, *arguments, tools=None, **variables):
    """Run the role with variables from a file, as a vault would hand them in."""
    given = {
        "canvas_onboarding_tools": TOOLS if tools is None else tools,
        "canvas_onboarding_connection": {
            "base_url": sandbox.base_url,
            "access_token": sandbox.credentials["canvas"]["access_token"],
        },
        **variables,
    }
    (folder / "variables.yml").write_text(json.dumps(given), encoding="utf-8")
    (folder / "files").mkdir(exist_ok=True)
    (folder / "files" / "essays.json").write_text(json.dumps({**SETTINGS, "title": "Essays"}), encoding="utf-8")
    one = play([{"ansible.builtin.include_role": {"name": "edtech.lti.canvas_onboarding"}}])
    one["tasks"].append({"name": "shown at the end", "ansible.builtin.debug": {"var": "canvas_onboarding_summary"}})
    return run(folder, [one], "-e", "@variables.yml", *arguments, environment={"ANSIBLE_SHOW_CUSTOM_STATS": "true"})


def summary(played):
    return played.of("shown at the end")[0]["canvas_onboarding_summary"]


def shape(value):
    """Keys of dicts and the shape of a list's members; values left out."""
    if isinstance(value, dict):
        return {key: shape(member) for key, member in value.items()}
    return [shape(member) for member in value] if isinstance(value, list) else None


def changes(played):
    """Names of the tools, and whether the run changed them."""
    return {tool["name"]: tool["changed"] for tool in summary(played)["tools"]}


@pytest.mark.parametrize("era", ["A", "D"])
def test_an_empty_platform_is_predicted_then_filled_then_left_alone(sandbox, tmp_path, era):
    sandbox.switches({"canvas.era": era})

    dry = onboard(sandbox, tmp_path, "--check", "--diff").check()
    assert {entry["method"] for entry in sandbox.requests()} == {"GET"}

    real = onboard(sandbox, tmp_path, "--diff", "-vvv").check()
    sandbox.clear_requests()
    again = onboard(sandbox, tmp_path, "--diff", "-vvv").check()

    assert shape(summary(dry)) == shape(summary(real)) == shape(summary(again))
    assert [changes(played) for played in (dry, real, again)] == [
        {"Lab": True, "Essays": True},
        {"Lab": True, "Essays": True},
        {"Lab": False, "Essays": False},
    ]
    assert [summary(played)["changed"] for played in (dry, real, again)] == [True, True, False]
    assert summary(again)["installations"] == summary(real)["installations"]
    assert writes(sandbox) == []

    (predicted, told) = (summary(played)["tools"][0]["handback"] for played in (dry, real))
    assert set(predicted) == set(told) == HANDBACK
    assert (predicted["client_id"], predicted["deployment_ids"]) == (None, [None, None])
    assert {**predicted, "client_id": told["client_id"], "deployment_ids": told["deployment_ids"]} == told
    assert told["deployment_ids"] == [one["deployment_id"] for one in summary(real)["installations"]]
    assert len(set(told["deployment_ids"])) == 2
    assert told["deployment_ids"][0] in real.output.split("CUSTOM STATS")[1]
    for played in (dry, real, again):
        assert sandbox.credentials["canvas"]["access_token"] not in played.text


def test_one_change_then_removal(sandbox, tmp_path):
    first = onboard(sandbox, tmp_path).check()
    sandbox.clear_requests()

    changed = onboard(sandbox, tmp_path, tools=[{**LAB, "privacy_level": "anonymous"}, ESSAYS]).check()
    assert changes(changed) == {"Lab": True, "Essays": False}
    assert [method for method, _path in writes(sandbox)] == ["PUT"]
    assert summary(changed)["tools"][0]["handback"] == summary(first)["tools"][0]["handback"]

    leaving = [{**LAB, "state": "absent"}, ESSAYS]
    dry = onboard(sandbox, tmp_path, "--check", tools=leaving).check()
    sandbox.clear_requests()
    gone = onboard(sandbox, tmp_path, tools=leaving).check()
    removed = [path.split("/")[-2] for method, path in writes(sandbox) if method == "DELETE"]
    again = onboard(sandbox, tmp_path, tools=leaving).check()

    assert removed == ["external_tools", "external_tools", "developer_keys"]
    assert summary(dry) == summary(gone)
    assert [changes(played) for played in (gone, again)] == [
        {"Essays": False, "Lab": True},
        {"Essays": False, "Lab": False},
    ]
    (was, now) = (summary(played)["tools"][1] for played in (gone, again))
    assert was["client_id"] == summary(first)["tools"][0]["client_id"]
    assert (now["state"], now["client_id"], now["handback"]) == ("absent", None, None)


def test_a_tool_leaves_one_course_and_stays_elsewhere(sandbox, tmp_path):
    first = onboard(sandbox, tmp_path, tools=[LAB]).check()

    places = [LAB["installations"][0], {**LAB["installations"][1], "state": "absent"}]
    left = onboard(sandbox, tmp_path, tools=[{**LAB, "installations": places}]).check()

    assert [one["state"] for one in summary(left)["installations"]] == ["present", "absent"]
    assert (
        summary(left)["tools"][0]["handback"]["deployment_ids"]
        == summary(first)["tools"][0]["handback"]["deployment_ids"][:1]
    )


def test_the_tool_that_comes_with_its_key_is_taken_and_made_available(sandbox, tmp_path):
    sandbox.switches({"canvas.auto_deploy": True})
    tools = [{**LAB, "installations": [{"account_id": "self"}]}]

    onboard(sandbox, tmp_path, tools=tools).check()
    again = onboard(sandbox, tmp_path, tools=tools).check()

    (installed,) = sandbox.state("canvas")["tools"].values()
    assert summary(again)["tools"][0]["handback"]["deployment_ids"] == [installed["deployment_id"]]
    assert "not available" not in again.output
    assert changes(again) == {"Lab": False}


@pytest.mark.parametrize(
    ("tools", "says"),
    [
        ([LAB, {**LAB, "account_id": "self"}], "more than once: Lab"),
        ([{**LAB, "installations": LAB["installations"] * 2}], "more than once: Lab in account self, Lab in course"),
        ([{**LAB, "installations": [{"course_id": ""}]}], "Look at the installations of Lab."),
        ([{**LAB, "installations": [{"account_id": "self", "course_id": 102}]}], "either account_id or course_id"),
        ([{**LAB, "settings_file": "essays.json"}], "settings|settings_url|settings_file"),
        ([{**LAB, "binding": "enabled"}], "on, off, allow"),
        ([{**LAB, "instalations": []}], "instalations"),
    ],
    ids=["names", "places", "an empty course", "two places at once", "two settings", "a binding", "a misspelt key"],
)
def test_half_written_input_is_refused_before_anything_is_sent(sandbox, tmp_path, tools, says):
    played = onboard(sandbox, tmp_path, tools=tools)

    assert played.code != 0
    assert says in " ".join(played.output.split())
    assert sandbox.requests() == []
