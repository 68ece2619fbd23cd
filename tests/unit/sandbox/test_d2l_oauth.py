"""The three grants of the token route."""

from __future__ import annotations

import stat
import time
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest

from tests.sandbox.d2l.keys import main, new_key_pair
from tests.unit.sandbox.d2l_client import TOKEN

APP = {"client_id": "d2l-demo-oauth-app", "client_secret": "d2l-demo-oauth-secret"}
CALLBACK = "https://localhost/callback"


@pytest.fixture
def key(d2l_seeds):
    """A key pair of the demo client."""
    return d2l_seeds.new_client_key("ES256")


def refresh(d2l, token="d2l-demo-refresh-token", **form):
    return d2l.grant(**{"grant_type": "refresh_token", "refresh_token": token, **APP, **form})


def error(answer) -> str:
    """Return the error word of a refusal of the token route."""
    assert answer.status_code == 400
    assert set(answer.json()) == {"error", "error_description"}
    return answer.json()["error"]


def test_a_refresh_token_works_once(d2l):
    first = refresh(d2l)
    assert first.status_code == 200
    assert first.headers["Cache-Control"] == "no-store"
    given = first.json()
    assert set(given) == {"access_token", "token_type", "expires_in", "refresh_token", "scope"}
    assert (given["token_type"], given["expires_in"]) == ("Bearer", 3600)
    assert d2l.send("GET", "registration/", token=given["access_token"]).status_code == 200
    assert error(refresh(d2l)) == "invalid_grant"
    # Using the old one again ends nothing else.
    assert d2l.send("GET", "registration/", token=given["access_token"]).status_code == 200
    second = refresh(d2l, given["refresh_token"])
    assert second.json()["refresh_token"] != given["refresh_token"]
    assert error(refresh(d2l, given["refresh_token"])) == "invalid_grant"


def test_a_reset_brings_the_refresh_token_back(d2l, sandbox):
    assert refresh(d2l).status_code == 200
    sandbox.reset()
    assert refresh(d2l).status_code == 200


def test_a_lost_answer_costs_the_refresh_token(d2l, sandbox):
    sandbox.faults({"platform": "d2l", "path": TOKEN, "kind": "drop_after"})
    with pytest.raises(OSError):
        refresh(d2l)
    assert error(refresh(d2l)) == "invalid_grant"


def test_a_request_that_never_arrived_costs_nothing(d2l, sandbox):
    sandbox.faults({"platform": "d2l", "path": TOKEN, "kind": "drop_before"})
    with pytest.raises(OSError):
        refresh(d2l)
    assert refresh(d2l).status_code == 200


@pytest.mark.parametrize(
    ("form", "word"),
    [
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_id": "nobody"}, "invalid_client"),
        ({"client_id": "d2l-demo-client"}, "unauthorized_client"),
        ({"scope": "users:everything:write"}, "invalid_scope"),
        ({"scope": "nonsense"}, "invalid_scope"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"refresh_token": "wrong"}, "invalid_grant"),
    ],
)
def test_a_refused_refresh_costs_nothing(d2l, form, word):
    assert error(refresh(d2l, **form)) == word
    assert refresh(d2l).status_code == 200


def test_the_client_may_use_basic_authentication(d2l):
    form = {"grant_type": "refresh_token", "refresh_token": "d2l-demo-refresh-token"}
    send = d2l.session.post
    assert send(d2l.base_url + TOKEN, data=form, auth=(APP["client_id"], "wrong")).json()["error"] == "invalid_client"
    assert send(d2l.base_url + TOKEN, data=form, auth=tuple(APP.values())).status_code == 200


def test_a_narrower_scope_narrows_the_access_token_only(d2l):
    narrow = refresh(d2l, scope="ltiadvantage:links:read").json()
    assert narrow["scope"] == "ltiadvantage:links:read"
    assert d2l.send("GET", "registration/", token=narrow["access_token"]).status_code == 403
    whole = refresh(d2l, narrow["refresh_token"]).json()
    assert d2l.send("GET", "registration/", token=whole["access_token"]).status_code == 200


def test_the_demo_code_works_once(d2l):
    form = {"grant_type": "authorization_code", "code": "d2l-demo-code", "redirect_uri": CALLBACK, **APP}
    given = d2l.grant(**form).json()
    assert refresh(d2l, given["refresh_token"]).status_code == 200
    assert error(d2l.grant(**form)) == "invalid_grant"


def consent(d2l, **query):
    asked = {"response_type": "code", "client_id": APP["client_id"], "redirect_uri": CALLBACK,
             "scope": "ltiadvantage:*:*", "state": "s 1", **query}  # fmt: skip
    return d2l.send("GET", "/oauth2/auth", token=None, params=asked)


def test_consent_leads_back_with_a_code(d2l):
    answer = consent(d2l)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(CALLBACK + "?")
    given = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert given["state"] == ["s 1"]
    form = {"grant_type": "authorization_code", "code": given["code"][0], **APP}
    assert error(d2l.grant(**form, redirect_uri="https://localhost/elsewhere")) == "invalid_grant"
    assert d2l.grant(**form, redirect_uri=CALLBACK).json()["scope"] == "ltiadvantage:*:*"


def test_consent_that_cannot_be(d2l):
    assert consent(d2l, client_id="nobody").status_code == 400
    assert consent(d2l, redirect_uri="https://evil.example/").status_code == 400
    assert "error=invalid_scope" in consent(d2l, scope="users:all:write").headers["Location"]
    assert "error=unsupported_response_type" in consent(d2l, response_type="token").headers["Location"]
    assert consent(d2l, redirect_uri="http://127.0.0.1:9/back").status_code == 302


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"])
def test_a_client_proves_itself_by_its_key(d2l, d2l_seeds, algorithm):
    key = d2l_seeds.new_client_key(algorithm)
    answer = d2l.prove(d2l.assertion(key, algorithm))
    assert set(answer.json()) == {"access_token", "token_type", "expires_in", "scope"}
    assert d2l.send("GET", "registration/", token=answer.json()["access_token"]).status_code == 200


def wrong(now: int) -> dict:
    return {
        "issuer": {"iss": "someone"},
        "subject": {"sub": "someone"},
        "both the same but not the client": {"iss": "someone", "sub": "someone"},
        "the audience of tools": {"aud": "https://api.brightspace.com/auth/token"},
        "no audience": {"aud": None},
        "expired": {"iat": now - 100, "exp": now - 40},
        "no end": {"exp": None},
        "too long": {"exp": now + 400},
        "made in the future": {"iat": now + 60, "exp": now + 120},
        "no jti": {"jti": None},
        "unknown key": {"header": {"kid": "unknown"}},
        "no key": {"header": {"kid": None}},
    }


@pytest.mark.parametrize("what", wrong(0))
def test_an_assertion_that_proves_nothing(d2l, key, what):
    assert error(d2l.prove(d2l.assertion(key, "ES256", **wrong(int(time.time()))[what]))) == "invalid_client"


def test_an_assertion_works_once(d2l, key):
    assertion = d2l.assertion(key, "ES256")
    assert d2l.prove(assertion).status_code == 200
    assert error(d2l.prove(assertion)) == "invalid_client"


def test_a_forged_assertion_does_not_use_up_the_jti(d2l, d2l_seeds, key):
    other = {"private_key": new_key_pair("ES256")[0], "key_id": key["key_id"]}
    assert error(d2l.prove(d2l.assertion(other, "ES256", jti="once"))) == "invalid_client"
    assert d2l.prove(d2l.assertion(key, "ES256", jti="once")).status_code == 200


def test_algorithms_that_are_not_allowed(d2l, d2l_seeds, key):
    claims = jwt.decode(d2l.assertion(key, "ES256"), options={"verify_signature": False})
    for algorithm, secret in (("HS256", "k" * 64), ("none", None)):
        forged = jwt.encode(claims, secret, algorithm=algorithm, headers={"kid": key["key_id"]})
        assert error(d2l.prove(forged)) == "invalid_client"
    rsa = d2l_seeds.new_client_key("RS256")
    assert error(d2l.prove(d2l.assertion({**rsa, "key_id": key["key_id"]}))) == "invalid_client"
    assert d2l.prove(d2l.assertion(rsa, "RS512")).status_code == 200


@pytest.mark.parametrize(
    "form", [{"client_assertion": ""}, {"client_assertion": "x.y.z"}, {"client_assertion_type": "x"}]
)
def test_what_is_no_assertion(d2l, key, form):
    given = {"client_assertion": d2l.assertion(key, "ES256"), **form}
    asked = {"client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", **given}
    answer = d2l.grant(grant_type="client_credentials", client_id="d2l-demo-client", scope="core:*:*", **asked)
    assert error(answer) == "invalid_client"


@pytest.mark.parametrize("scope", ["", "nonsense", "users:all:write", "ltiadvantage:*:* users:all:write", "*:*:*"])
def test_scopes_beyond_the_registered_ones(d2l, key, scope):
    assert error(d2l.prove(d2l.assertion(key, "ES256"), scope)) == "invalid_scope"


def test_a_narrow_client(d2l, d2l_seeds, key):
    d2l_seeds.client("narrow", scope="ltiadvantage:links:read,create")
    own = d2l_seeds.new_client_key("ES256", "narrow")
    assertion = d2l.assertion(own, "ES256", iss="narrow", sub="narrow")
    form = {"client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": assertion, "grant_type": "client_credentials", "client_id": "narrow"}  # fmt: skip
    assert error(d2l.grant(**form, scope="ltiadvantage:links:delete")) == "invalid_scope"
    again = d2l.assertion(own, "ES256", iss="narrow", sub="narrow")
    answer = d2l.grant(**{**form, "client_assertion": again}, scope="ltiadvantage:links:read")
    assert answer.json()["scope"] == "ltiadvantage:links:read"


def test_an_access_token_is_signed_by_the_platform(d2l):
    token = refresh(d2l).json()["access_token"]
    keys = d2l.send("GET", "/d2l/.well-known/jwks", token=None).json()["keys"]
    assert "alg" not in keys[0]
    claims = jwt.decode(
        token, jwt.PyJWK(keys[0], algorithm="ES256").key, ["ES256"], audience="https://api.brightspace.com/auth/token"
    )
    assert (claims["iss"], claims["sub"]) == ("https://api.brightspace.com/auth", "169")


def test_tokens_of_the_control_route(d2l, sandbox):
    asked = {"scope": "ltiadvantage:links:read", "user": "d2l-course-user", "expires_in": 5}
    made = d2l.session.post(f"{d2l.base_url}/_sandbox/d2l/tokens", json=asked)
    assert made.json()["expires_in"] == 5
    d2l.token = made.json()["access_token"]
    assert d2l.get("links/orgunit/8101/").status_code == 200
    assert d2l.get("links/orgunit/8102/").status_code == 403
    sandbox.switches({"d2l.clock_offset": 10})
    assert d2l.get("links/orgunit/8101/").status_code == 401
    assert [one["path"] for one in sandbox.requests() if "_sandbox" in one["path"]] == []


@pytest.mark.parametrize(
    ("what", "body", "says"),
    [
        ("tokens", {"user": "nobody"}, "no user"),
        ("tokens", {"colour": 1}, "colour"),
        ("keys", {"key": {"kty": "EC"}}, "kid"),
        ("keys", {"key": {"kty": "EC", "kid": "1", "d": "secret"}}, "public"),
        ("users", {"key_id": "x", "permissions": ["fly"]}, "manage_links"),
        ("org_units", {"code": "X", "parents": [1]}, "existing parents"),
        ("tokens", ["x"], "object"),
    ],
)
def test_what_the_control_routes_refuse(d2l, what, body, says):
    answer = d2l.session.post(f"{d2l.base_url}/_sandbox/d2l/{what}", json=body)
    assert answer.status_code == 400
    assert says in answer.json()["error"]


def test_an_unknown_control_route_says_what_there_is(d2l):
    answer = d2l.session.post(f"{d2l.base_url}/_sandbox/d2l/wishes", json={})
    assert answer.status_code == 404
    assert "org_units" in answer.json()["error"]


def test_the_key_command_makes_and_registers_a_key(d2l, sandbox, tmp_path, capsys):
    file = tmp_path / "key.pem"
    assert main(["--base-url", sandbox.base_url, "--out", str(file), "--algorithm", "ES256"]) == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    key = {"private_key": file.read_text(), "key_id": capsys.readouterr().out.strip()}
    assert d2l.prove(d2l.assertion(key, "ES256")).status_code == 200
    assert main(["--base-url", "http://127.0.0.1:9", "--out", str(tmp_path / "none")]) == 1
    assert not (tmp_path / "none").exists()


def test_no_secret_in_the_journal_or_on_the_page(d2l, sandbox, d2l_seeds, key):
    refresh(d2l)
    d2l.prove(d2l.assertion(key, "ES256"))
    d2l.signed("GET", "registration/")
    consent(d2l)
    shown = str(sandbox.requests()) + d2l.session.get(sandbox.base_url).text
    state = sandbox.state("d2l")
    secrets = [*state["tokens"], *state["refresh_tokens"], *state["codes"], APP["client_secret"],
               "d2l-demo-appkey", "d2l-demo-userkey"]  # fmt: skip
    assert [one for one in secrets if one in shown] == []
    assert {one["platform"] for one in sandbox.requests()} == {"d2l"}
    assert APP["client_id"] in shown


def test_the_token_route_takes_only_posts(d2l):
    assert d2l.send("GET", TOKEN, token=None).status_code == 404
