"""The most used LTI library for Python reads the file that was handed back, after a real onboarding."""

from __future__ import annotations

import pytest
from pylti1p3.tool_config import ToolConfJsonFile

from tests.unit.plugins.conftest import Runner

KEY = "-----BEGIN PRIVATE KEY-----\n(of the tool; only its file's name is handed back)\n-----END PRIVATE KEY-----\n"


@pytest.fixture
def onboarded(sandbox, written, tmp_path):
    """The handbacks of a tool in Canvas (twice) and of one in Brightspace with two deployments."""
    canvas, d2l = Runner(sandbox, "canvas"), Runner(sandbox, "d2l")
    in_account = canvas("canvas_external_tool", client_id=written.client_id)["handback"]
    in_course = canvas("canvas_external_tool", client_id=written.client_id, course_id="101")["handback"]
    other = canvas("canvas_external_tool", client_id=written.registered_client_id)["handback"]
    registered = d2l(
        "d2l_lti_registration",
        name="Virtual Lab",
        domain="labs.example.com",
        redirect_urls=["https://labs.example.com/launch"],
        oidc_login_url="https://labs.example.com/login",
        keyset_url="https://labs.example.com/jwks.json",
    )["handback"]
    deployed = [
        d2l("d2l_lti_deployment", client_id=registered["client_id"], name=name)["deployment"]["deployment_id"]
        for name in ("For all", "Pilot")
    ]
    (tmp_path / "private.key").write_text(KEY, encoding="utf-8")
    return [in_account, in_course, other, *({**registered, "deployment_id": one} for one in deployed)]


@pytest.fixture
def hand_back(tmp_path):
    """Runs the module on a file."""
    run = Runner.at(None)
    run.connection = {"path": str(tmp_path / "platforms.json"), "format": "pylti1p3", "private_key_file": "private.key"}
    return lambda *platforms, **options: run("lti_handback", platforms=list(platforms), **options)


def read(tmp_path):
    return ToolConfJsonFile(str(tmp_path / "platforms.json"))


def test_every_client_is_found_with_its_addresses(onboarded, hand_back, tmp_path):
    hand_back(*onboarded)
    tool = read(tmp_path)

    for told in onboarded:
        found = tool.find_registration_by_params(told["issuer"], told["client_id"])
        assert (found.get_issuer(), found.get_client_id()) == (told["issuer"], told["client_id"])
        assert found.get_auth_login_url() == told["authentication_endpoint"]
        assert found.get_auth_token_url() == told["token_url"]
        assert found.get_auth_audience() == told["audience"]
        assert found.get_key_set_url() == told["keyset_url"]
        assert found.get_key_set() is None
        assert found.get_tool_private_key() == KEY


def test_every_deployment_is_found_and_no_other(onboarded, hand_back, tmp_path):
    hand_back(*onboarded)
    tool = read(tmp_path)

    known = {(told["issuer"], told["client_id"]) for told in onboarded}
    assert len(known) == 3
    for told in onboarded:
        for one in told.get("deployment_ids") or [told["deployment_id"]]:
            found = tool.find_deployment_by_params(told["issuer"], one, told["client_id"])
            assert found.get_deployment_id() == one
        assert tool.find_deployment_by_params(told["issuer"], "99:unknown", told["client_id"]) is None


def test_the_first_client_is_meant_where_a_login_names_none(onboarded, hand_back, tmp_path):
    first, _same, other, *_rest = onboarded
    hand_back(first)
    hand_back(other)

    assert read(tmp_path).find_registration_by_issuer(first["issuer"]).get_client_id() == first["client_id"]


def test_a_client_that_was_alone_is_still_found_when_another_one_comes(onboarded, hand_back, tmp_path):
    first, _same, other, *_rest = onboarded
    hand_back(first)
    path = tmp_path / "platforms.json"
    path.write_text(
        path.read_text().replace("[\n    {", "{", 1).replace("}\n  ]", "}", 1).replace('"default": true,', "")
    )
    assert read(tmp_path).find_registration_by_issuer(first["issuer"]).get_client_id() == first["client_id"]

    assert hand_back(other)["changed"]

    assert read(tmp_path).find_registration_by_issuer(first["issuer"]).get_client_id() == first["client_id"]
    assert read(tmp_path).find_registration_by_params(other["issuer"], other["client_id"])


def test_a_removed_client_is_not_found(onboarded, hand_back, tmp_path):
    hand_back(*onboarded)
    first, _same, other, *_rest = onboarded

    hand_back(first, state="absent")

    tool = read(tmp_path)
    assert tool.find_registration_by_params(other["issuer"], other["client_id"])
    with pytest.raises(Exception, match="not found in settings"):
        tool.find_registration_by_params(first["issuer"], first["client_id"])


def test_the_library_needs_the_private_key_as_we_say(onboarded, hand_back, tmp_path):
    assert "has no private_key_file" in hand_back(onboarded[0], private_key_file=None)["msg"]
    hand_back(onboarded[0])
    path = tmp_path / "platforms.json"
    path.write_text(path.read_text().replace('"private.key"', "null"))

    with pytest.raises(Exception, match="private_key_file not found"):
        read(tmp_path)
