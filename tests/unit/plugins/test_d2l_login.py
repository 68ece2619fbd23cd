"""Which of the four ways to log in to Brightspace is meant, and what is said when that is unclear."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.edtech.lti.plugins.module_utils._lookup import Run
from ansible_collections.edtech.lti.plugins.module_utils._oauth2 import (
    ClientCredentials,
    GivenToken,
    RotatingRefreshToken,
)
from ansible_collections.edtech.lti.plugins.module_utils._platforms import d2l
from ansible_collections.edtech.lti.plugins.module_utils._secrets import Secrets
from ansible_collections.edtech.lti.plugins.module_utils._signing import IdKeyAuth

KEY = "-----BEGIN PRIVATE KEY-----\nMHcCAQEEIPrivatePartOfAKey\n-----END PRIVATE KEY-----\n"
WAYS = {
    "client credentials": {"oauth_client_id": "c1", "oauth_private_key": KEY, "oauth_key_id": "k1"},
    "a refresh token": {"oauth_client_id": "c2", "oauth_client_secret": "s2", "oauth_token_file": "/nowhere/t"},
    "ID-Key": {"app_id": "a3", "app_key": "ak3", "user_id": "u3", "user_key": "uk3"},
}
KINDS = {"client credentials": ClientCredentials, "a refresh token": RotatingRefreshToken, "ID-Key": IdKeyAuth}
TOKEN = {"access_token": "t0ken-of-mine"}
LIST = "d2l_lti_registration_info"


@pytest.fixture
def run(server):
    """Runs modules that nobody told how to log in."""
    return server.runner()


@pytest.fixture
def environment(monkeypatch):
    """A function that puts options into the environment."""

    def put(**options):
        for name, value in options.items():
            monkeypatch.setenv(f"D2L_{name.upper()}", value)

    return put


def way(**given):
    """The auth object that options make, and then its grant if it has one."""
    given = {"base_url": "https://lms.example.edu", **given}
    options = {"timeout": 5, "retries": 1, "validate_certs": True, "allow_http": False}
    run = Run(given, {**options, "oauth_token_url": d2l.TOKEN_URL, **given}, {}, False, Secrets())
    auth = d2l.PLATFORM.client(run).auth
    return getattr(getattr(auth, "source", None), "grant", auth)


@pytest.mark.parametrize("name", WAYS)
def test_each_way_is_known_by_its_options(name):
    assert isinstance(way(**WAYS[name]), KINDS[name])


def test_a_token_file_makes_no_refresh_token_out_of_client_credentials():
    assert isinstance(way(**WAYS["client credentials"], oauth_token_file="/nowhere/t"), ClientCredentials)


@pytest.mark.parametrize("other", WAYS)
def test_an_access_token_wins(other):
    auth = way(**TOKEN, **WAYS[other])

    assert isinstance(auth.source, GivenToken)
    assert auth.source.token() == TOKEN["access_token"]


@pytest.mark.parametrize("other", WAYS)
def test_empty_texts_are_no_credentials(other):
    """AWX hands them over for fields that were left blank."""
    empty = {name: "" for way in WAYS.values() for name in way if name not in WAYS[other]}

    assert way(**WAYS[other], **empty, access_token="") is not None


@pytest.mark.parametrize("pair", [(0, 1), (0, 2), (1, 2)])
def test_two_ways_at_once_are_refused_by_name(server, run, pair):
    one, other = (list(WAYS)[number] for number in pair)

    result = run(LIST, **{**WAYS[one], **WAYS[other]})

    assert one in result["msg"]
    assert other in result["msg"]
    assert result["failure"]["kind"] == "invalid"
    assert server.seen == []


def test_no_way_at_all_is_refused_with_all_that_are_possible(server, run):
    result = run(LIST)

    assert "no credentials" in result["msg"]
    for name in ("access_token", *(name for way in WAYS.values() for name in way), "D2L_ACCESS_TOKEN"):
        assert name in result["msg"]
    assert server.seen == []


@pytest.mark.parametrize(("name", "missing"), [(name, option) for name, way in WAYS.items() for option in way])
@pytest.mark.parametrize("blank", [False, True], ids=["left out", "empty"])
def test_an_incomplete_way_names_what_is_missing_and_where_it_may_come_from(server, run, name, missing, blank):
    given = {option: value for option, value in WAYS[name].items() if option != missing}

    result = run(LIST, **given, **({missing: ""} if blank else {}))

    variable = f"D2L_{missing.upper()}"
    assert f"{missing} is missing" in result["msg"]
    assert f"set {variable} or {variable}_FILE in the environment" in result["msg"]
    assert server.seen == []
    assert "PrivatePart" not in run.shown[-1]


@pytest.mark.parametrize("name", WAYS)
def test_a_way_may_come_from_the_environment(environment, name):
    environment(**WAYS[name])

    assert isinstance(way(), KINDS[name])


@pytest.mark.parametrize("name", WAYS)
def test_a_way_may_come_from_files_that_the_environment_names(monkeypatch, tmp_path, name):
    for option, value in WAYS[name].items():
        (tmp_path / option).write_text(f"{value}\n")
        monkeypatch.setenv(f"D2L_{option.upper()}_FILE", str(tmp_path / option))

    made = way()

    assert isinstance(made, KINDS[name])
    if name == "ID-Key":
        assert (made._app_id, made._app_key, made._user_id, made._user_key) == tuple(WAYS[name].values())


def test_an_access_token_may_come_from_a_file_that_the_environment_names(server, run, monkeypatch, tmp_path):
    (tmp_path / "token").write_text("t0ken-of-mine\r\n")
    monkeypatch.setenv("D2L_ACCESS_TOKEN_FILE", str(tmp_path / "token"))

    assert run(LIST)["registrations"] == []
    assert server.bearers == ["t0ken-of-mine"]
    assert "t0ken" not in run.shown[-1]


def test_a_file_that_the_environment_names_and_that_is_not_there_is_an_error(run, monkeypatch):
    monkeypatch.setenv("D2L_USER_KEY_FILE", "/nowhere/key")

    assert "D2L_USER_KEY_FILE names /nowhere/key" in run(LIST)["msg"]


@pytest.mark.parametrize("there", WAYS)
@pytest.mark.parametrize("here", WAYS)
def test_options_go_before_the_environment(environment, here, there):
    environment(**WAYS[there])

    assert type(way(**WAYS[here])) is type(way(**WAYS[here]))
    assert isinstance(
        way(**WAYS[here]), {"client credentials": ClientCredentials, "ID-Key": IdKeyAuth}.get(here, object)
    )


@pytest.mark.parametrize("here", WAYS)
def test_options_of_one_way_go_before_an_access_token_in_the_environment(environment, here):
    environment(**TOKEN)

    assert not isinstance(getattr(way(**WAYS[here]), "source", None), GivenToken)


def test_an_option_goes_before_its_own_variable(environment):
    environment(**WAYS["ID-Key"])

    assert way(user_key="mine")._user_key == "mine"


def test_two_ways_in_the_environment_are_refused_too(run, environment):
    environment(**WAYS["ID-Key"], **WAYS["client credentials"])

    assert "ID-Key" in run(LIST)["msg"]


def test_half_a_way_in_options_is_completed_by_the_environment(environment):
    environment(oauth_client_id="c9", oauth_key_id="k9", app_id="a3", app_key="ak3")

    assert isinstance(way(oauth_private_key=KEY), ClientCredentials)


def test_settings_may_come_from_the_environment(server, run, environment, tmp_path):
    (tmp_path / "token").write_text("refresh-token-0")
    environment(oauth_token_url=server.token_url, oauth_scope="a:b:c", le_version="1.92", lp_version="1.58")
    del run.connection["oauth_token_url"]

    run(LIST, **{**WAYS["a refresh token"], "oauth_token_file": str(tmp_path / "token")})

    assert server.asked[0]["scope"] == "a:b:c"
    assert [path for _method, path, *_rest in server.seen if "versions" in path] == []


def test_the_documented_scopes_are_asked_for_unless_told_otherwise():
    page = (Path(__file__).parents[3] / "docs" / "platforms" / "d2l.md").read_text(encoding="utf-8")
    block = page.split("\nWhat this collection asks for")[1].split("```")[1]
    documented = set()
    for line in block.removeprefix("text").split():
        head, _colon, verbs = line.rpartition(":")
        documented |= {f"{head}:{verb}" for verb in verbs.split(",")}

    assert set(d2l.SCOPES.split()) == documented
    assert d2l.TOKEN_URL in page


def test_login_by_id_key_is_refused_as_there_is_no_token(run):
    assert "ID-Key has no access token" in run("d2l_access_token", **WAYS["ID-Key"])["msg"]


def test_login_with_a_token_hands_it_on(server, run):
    result = run("d2l_access_token", **TOKEN)

    assert result["access_token"] == "t0ken-of-mine"
    assert server.seen == []


@pytest.mark.parametrize("bad", ["to ken\n", "t☃ken-ä", "t0ken\r\nX-Evil: 1"])
def test_a_token_that_no_header_takes_is_refused_without_showing_it(server, run, bad):
    result = run(LIST, access_token=bad)

    assert result["failed"]
    assert "mistake" not in result["msg"]
    assert bad.strip() not in run.shown[-1]
    assert not any("X-Evil" in headers for _method, _path, headers, _body in server.seen)
