"""The role d2l_onboarding: one description, four steps, and what the vendor needs at the end."""

from __future__ import annotations

import json

import pytest

from tests.integration.playbooks import play, run, writes

TOKENS = "/core/connect/token"
HANDBACK = {
    "client_id",
    "deployment_id",
    "issuer",
    "keyset_url",
    "authentication_endpoint",
    "token_url",
    "audience",
}
DEPLOYMENT = {
    "name": "All courses",
    "enabled_extensions": ["deep_linking", "names_and_role_provisioning"],
    "send_user_email": True,
    "sharing": [
        {"org_unit_code": "MATH-101", "share_with_org_unit": True, "share_with_descendants": False},
        {"org_unit_id": 8103, "share_with_org_unit": True, "share_with_descendants": True},
    ],
    "links": [
        {"name": "Catalogue", "url": "https://labs.example.com/launch"},
        {"name": "Calculus lab", "url": "https://labs.example.com/launch/1", "org_unit_code": "MATH-101"},
    ],
}
REGISTRATION = {
    "name": "Virtual Lab",
    "domain": "labs.example.com",
    "redirect_urls": ["https://labs.example.com/launch"],
    "oidc_login_url": "https://labs.example.com/login",
    "keyset_url": "https://labs.example.com/jwks.json",
    "enabled_extensions": ["deep_linking", "names_and_role_provisioning"],
    "deployments": [DEPLOYMENT],
}


def described(deployments=None, **changes):
    """The one registration, with other deployments or with changes to its only one."""
    return [{**REGISTRATION, "deployments": deployments or [{**DEPLOYMENT, **changes}]}]


def onboard(sandbox, folder, *arguments, registrations=None, **variables):
    """Run the role with variables from a file, as a vault would hand them in."""
    given = {
        "d2l_onboarding_registrations": registrations or described(),
        "d2l_onboarding_connection": {
            "base_url": sandbox.base_url,
            "access_token": sandbox.credentials["d2l"]["access_token"],
        },
        **variables,
    }
    (folder / "variables.yml").write_text(json.dumps(given), encoding="utf-8")
    one = play([{"ansible.builtin.include_role": {"name": "edtech.lti.d2l_onboarding"}}])
    one["tasks"].append({"name": "shown at the end", "ansible.builtin.debug": {"var": "d2l_onboarding_summary"}})
    return run(folder, [one], "-e", "@variables.yml", *arguments, environment={"ANSIBLE_SHOW_CUSTOM_STATS": "true"})


def summary(played):
    return played.of("shown at the end")[0]["d2l_onboarding_summary"]


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
    assert writes(sandbox) == []
    (predicted, told) = (summary(played)["deployments"][0]["handback"] for played in (dry, real))
    assert set(predicted) == set(told) == HANDBACK
    assert set(predicted.values()) == {None}
    assert all(told.values())
    assert summary(real)["sharing"] == [{"registration": "Virtual Lab", "deployment": "All courses", "rules": 2}]
    assert [link["org_unit_id"] for link in summary(real)["links"]] == [None, 8101]
    assert told["deployment_id"] in real.output.split("CUSTOM STATS")[1]
    for played in (dry, real, again):
        assert sandbox.credentials["d2l"]["access_token"] not in played.text


def test_one_login_serves_all_steps_and_is_never_shown(sandbox, tmp_path):
    key = sandbox.seed("d2l").new_client_key("ES256")
    connection = {
        "base_url": sandbox.base_url,
        "oauth_client_id": sandbox.credentials["d2l"]["oauth_client_id"],
        "oauth_private_key": key["private_key"],
        "oauth_key_id": key["key_id"],
        "oauth_token_url": f"{sandbox.base_url}{TOKENS}",
    }

    played = onboard(
        sandbox, tmp_path, "--diff", "-vvv", d2l_onboarding_connection=connection, d2l_onboarding_login=True
    ).check()

    tokens = [entry for entry in sandbox.requests() if entry["path"] == TOKENS]
    assert len(tokens) == 1
    assert summary(played)["changed"]
    assert "eyJ" not in played.text  # how each token of the sandbox begins
    assert "PRIVATE KEY" not in played.text


def test_sharing_is_purged_only_where_a_list_is_given(sandbox, tmp_path):
    onboard(sandbox, tmp_path).check()
    (deployment_id,) = sandbox.state("d2l")["sharing"]

    forgotten = [{"name": "All courses", "purge_sharing": True}]
    refused = onboard(sandbox, tmp_path, registrations=described(forgotten))
    assert refused.code != 0
    assert "Virtual Lab: All courses" in refused.output
    assert len(sandbox.state("d2l")["sharing"][deployment_id]) == 2

    fewer = described(sharing=DEPLOYMENT["sharing"][:1], purge_sharing=True)
    purged = onboard(sandbox, tmp_path, registrations=fewer).check()
    assert summary(purged)["sharing"][0]["rules"] == 1
    assert len(sandbox.state("d2l")["sharing"][deployment_id]) == 1


@pytest.mark.parametrize(
    ("registrations", "says"),
    [
        ([REGISTRATION, {**REGISTRATION, "domain": "https://LABS.example.com/"}], "more than once: labs.example.com"),
        (described(deployments=[DEPLOYMENT, {"name": "All courses"}]), "more than once: Virtual Lab: All courses"),
        (described(sharing=DEPLOYMENT["sharing"][:1] * 2), "more than once: Virtual Lab: All courses: MATH-101"),
        (described(links=DEPLOYMENT["links"][1:] * 2), "Virtual Lab: All courses: Calculus lab (MATH-101)"),
        (described(sharing=[{"org_unit_id": 6606}]), "share_with_descendants, share_with_org_unit"),
        (described(links=[{**DEPLOYMENT["links"][1], "org_unit_code": ""}]), "Calculus lab is an empty text"),
        ([{**REGISTRATION, "deploymnets": []}], "deploymnets"),
    ],
    ids=["domains", "deployments", "org units", "links", "half a rule", "an empty org unit", "a misspelt key"],
)
def test_half_written_input_is_refused_before_anything_is_sent(sandbox, tmp_path, registrations, says):
    played = onboard(sandbox, tmp_path, registrations=registrations)

    assert played.code != 0
    assert says in " ".join(played.output.split())
    assert sandbox.requests() == []
