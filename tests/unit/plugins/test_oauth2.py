"""Access tokens: the assertion that asks for one, what may go wrong on the way, and how long one is kept."""

from __future__ import annotations

import builtins
import concurrent.futures
import itertools
import json
import socket
import time

import jwt
import pytest
import requests
from cryptography.hazmat.primitives import serialization as pem
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa

from ansible_collections.edtech.lti.plugins.module_utils import _errors, _oauth2
from ansible_collections.edtech.lti.plugins.module_utils._client import Client
from ansible_collections.edtech.lti.plugins.module_utils._lookup import Run
from ansible_collections.edtech.lti.plugins.module_utils._platforms import d2l
from ansible_collections.edtech.lti.plugins.module_utils._secrets import Secrets
from tests.sandbox.d2l.keys import new_key_pair

from .conftest import Runner
from .scripted_d2l import REGISTRATIONS, TOKEN, Brightspace

KEYS = {
    "RS256": lambda: rsa.generate_private_key(65537, 2048),
    "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "ES384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "ES512": lambda: ec.generate_private_key(ec.SECP521R1()),
}
ALGORITHMS = list(KEYS)


def text_of(key, form=pem.PrivateFormat.PKCS8, passphrase=None):
    """A private key as PEM text."""
    locked = pem.BestAvailableEncryption(passphrase) if passphrase else pem.NoEncryption()
    return key.private_bytes(pem.Encoding.PEM, form, locked).decode()


@pytest.fixture(scope="module")
def elliptic():
    """A P-256 key as PEM text."""
    return text_of(KEYS["ES256"]())


@pytest.fixture
def server():
    server = Brightspace()
    server.rotates = False
    yield server
    server.close()


@pytest.fixture
def run(server, elliptic):
    """Runs modules that log in by client credentials."""
    return server.runner(oauth_client_id="the-app", oauth_private_key=elliptic, oauth_key_id="k1")


@pytest.fixture
def by_key(sandbox):
    """A function that gives a runner which logs in to the sandbox with a new key."""

    def runner(algorithm="ES256", **more):
        run = Runner(sandbox, "d2l")
        del run.connection["access_token"]
        pair = sandbox.seed("d2l").new_client_key(algorithm)
        run.connection.update(
            oauth_client_id="d2l-demo-client",
            oauth_private_key=pair["private_key"],
            oauth_key_id=pair["key_id"],
            oauth_token_url=sandbox.base_url + TOKEN,
            **more,
        )
        return run

    return runner


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("form", [pem.PrivateFormat.PKCS8, pem.PrivateFormat.TraditionalOpenSSL])
def test_an_assertion_is_a_short_lived_jwt_that_the_public_key_verifies(algorithm, form):
    key = KEYS[algorithm]()
    before = int(time.time())

    text = _oauth2.client_assertion("the-app", text_of(key, form), "kid-1", "https://as.example/token")

    head = jwt.get_unverified_header(text)
    claims = jwt.decode(text, key.public_key(), algorithms=[algorithm], audience="https://as.example/token")
    assert head == {"alg": algorithm, "typ": "JWT", "kid": "kid-1"}
    assert set(claims) == {"iss", "sub", "aud", "iat", "exp", "jti"}
    assert claims["iss"] == claims["sub"] == "the-app"
    assert before <= claims["iat"] <= time.time()
    assert 0 < claims["exp"] - claims["iat"] < 60


def test_no_two_assertions_are_the_same(elliptic):
    texts = [_oauth2.client_assertion("a", elliptic, "k", "aud", clock=lambda: 1000) for _each in range(50)]
    ids = {jwt.decode(text, options={"verify_signature": False})["jti"] for text in texts}

    assert len(ids) == 50
    assert min(map(len, ids)) >= 16


@pytest.mark.parametrize(
    "spoil",
    [
        lambda key: "",
        lambda key: "garbage",
        lambda key: key[: len(key) // 2],
        lambda key: key.replace("\n", "\\n"),
        lambda key: key.replace("PRIVATE", "PUBLIC"),
        lambda key: "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n",
        lambda key: "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
        lambda key: "-----BEGIN PRIVATE KEY-----\né\n-----END PRIVATE KEY-----\n",
    ],
)
def test_what_is_no_private_key_is_refused_in_a_sentence(elliptic, spoil):
    with pytest.raises(_errors.InvalidError, match="oauth_private_key") as raised:
        _oauth2.client_assertion("a", spoil(elliptic), "k", "aud")
    assert elliptic.splitlines()[1][:20] not in raised.value.sentence()


@pytest.mark.parametrize(
    ("key", "form"),
    [
        (ed25519.Ed25519PrivateKey.generate, pem.PrivateFormat.PKCS8),
        (lambda: ec.generate_private_key(ec.SECP256K1()), pem.PrivateFormat.PKCS8),
        (lambda: dsa.generate_private_key(2048), pem.PrivateFormat.PKCS8),
    ],
    ids=["Ed25519", "secp256k1", "DSA"],
)
def test_a_key_of_another_kind_is_refused_in_a_sentence(key, form):
    with pytest.raises(_errors.InvalidError, match="neither an RSA key nor"):
        _oauth2.client_assertion("a", text_of(key(), form), "k", "aud")


def test_a_key_with_a_passphrase_is_refused_in_a_sentence():
    text = text_of(KEYS["ES256"](), passphrase=b"open")

    with pytest.raises(_errors.InvalidError, match="without a passphrase"):
        _oauth2.client_assertion("a", text, "k", "aud")


@pytest.mark.parametrize("missing", ["jwt", "cryptography"])
def test_a_missing_package_is_named_with_what_to_install(run, monkeypatch, missing):
    real = builtins.__import__

    def importing(name, *rest):
        if name.split(".")[0] == missing:
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", importing)

    result = run("d2l_access_token")

    assert "pip install 'PyJWT[crypto]'" in result["msg"]
    assert "mistake" not in result["msg"]


def test_nothing_but_a_private_key_needs_the_package(server, monkeypatch):
    real = builtins.__import__

    def importing(name, *rest):
        if name.split(".")[0] in ("jwt", "cryptography"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", importing)

    assert server.runner(access_token="t0ken-of-mine")("d2l_lti_registration_info")["registrations"] == []


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_each_kind_of_key_logs_in(by_key, algorithm):
    run = by_key(algorithm)

    assert run("d2l_lti_registration_info")["registrations"] == []
    assert run("d2l_org_unit_info", org_unit_id=6606)["org_units"][0]["name"] == "Example University"


def test_the_key_may_stand_in_a_file(by_key, tmp_path):
    run = by_key()
    key = run.connection["oauth_private_key"]
    (tmp_path / "key.pem").write_text(key)

    result = run("d2l_lti_registration_info", oauth_private_key=str(tmp_path / "key.pem"))

    assert result["registrations"] == []


def test_the_file_of_the_key_may_lie_in_the_home_folder(by_key, tmp_path, monkeypatch):
    run = by_key()
    (tmp_path / "key.pem").write_text(run.connection["oauth_private_key"])
    monkeypatch.setenv("HOME", str(tmp_path))

    assert run("d2l_lti_registration_info", oauth_private_key="~/key.pem")["registrations"] == []


@pytest.mark.parametrize(
    ("content", "says"),
    [(None, "No such file"), (b"nonsense", "PEM"), (b"\x30\x82\xff\xfe", "PEM"), ("folder", "directory")],
    ids=["missing", "garbage", "binary", "folder"],
)
def test_a_file_without_a_key_is_refused_in_a_sentence(by_key, tmp_path, content, says):
    path = tmp_path / "key.pem"
    if content == "folder":
        path.mkdir()
    elif content:
        path.write_bytes(content)

    result = by_key()("d2l_lti_registration_info", oauth_private_key=str(path))

    assert "oauth_private_key" in result["msg"]
    assert says in result["msg"]
    assert "no path" not in result["msg"]
    assert result["failure"]["kind"] == "invalid"


def test_a_key_that_is_neither_text_nor_file_does_not_show(by_key):
    for garbage in ("MHcCAQEEIPrivatePartOfAKey" * 200, "MHcCAQEE\nIPrivatePartOfAKey\n", "a\0PrivatePart"):
        run = by_key()
        result = run("d2l_lti_registration_info", oauth_private_key=garbage)
        assert "oauth_private_key is neither" in result["msg"]
        assert "PrivatePart" not in run.shown[-1]


def test_an_encrypted_key_is_refused_before_anything_is_sent(by_key):
    run = by_key()

    result = run("d2l_lti_registration_info", oauth_private_key=text_of(KEYS["ES256"](), passphrase=b"open"))

    assert "passphrase" in result["msg"]
    assert run.sandbox.requests() == []


@pytest.mark.parametrize("audience", [None, "https://api.brightspace.com/auth/token"])
def test_the_audience_is_the_token_address_or_what_the_option_says(by_key, audience):
    run = by_key(**({"oauth_audience": audience} if audience else {}))
    run.sandbox.switches({"d2l.assertion_audience": "api" if audience else "token_endpoint"})

    assert not run("d2l_lti_registration_info").get("failed")


def test_a_wrong_audience_is_refused_with_a_hint(by_key):
    run = by_key()
    run.sandbox.switches({"d2l.assertion_audience": "api"})

    result = run("d2l_lti_registration_info")

    assert result["failure"]["kind"] == "auth"
    assert "oauth_audience" in result["msg"]


@pytest.mark.parametrize(
    ("change", "word", "hint"),
    [
        ({"oauth_key_id": "another"}, "invalid_client", "oauth_key_id"),
        ({"oauth_client_id": "nobody"}, "invalid_client", "client id"),
        ({"oauth_client_id": "d2l-demo-oauth-app"}, "unauthorized_client", "not registered for this grant type"),
        ({"oauth_scope": "users:everything:write"}, "invalid_scope", "oauth_scope"),
        ({"oauth_scope": "nonsense"}, "invalid_scope", "oauth_scope"),
    ],
)
def test_a_refusal_of_the_token_endpoint_says_what_to_look_at(by_key, change, word, hint):
    run = by_key()

    result = run("d2l_lti_registration_info", **change)

    assert result["failure"]["kind"] == "auth"
    assert word in result["msg"]
    assert hint in result["failure"]["hint"]
    assert len(run.sandbox.requests()) == 1


@pytest.mark.parametrize(("ahead", "words"), [(240, "4 minutes behind"), (-600, "10 minutes ahead of")])
def test_an_assertion_refused_for_its_time_is_blamed_on_the_clock(by_key, ahead, words):
    run = by_key()
    run.sandbox.switches({"d2l.clock_offset": ahead})

    result = run("d2l_lti_registration_info")

    assert result["failure"]["kind"] == "auth"
    assert f"clock is {words} the server's" in result["failure"]["hint"]


def test_a_key_that_is_not_the_registered_one_is_refused(by_key):
    run = by_key("ES256")
    result = run("d2l_lti_registration_info", oauth_private_key=new_key_pair("ES256")[0])

    assert "invalid_client" in result["msg"]


def test_a_narrow_scope_is_asked_for_and_the_lack_of_another_is_named(by_key):
    run = by_key(oauth_scope="ltiadvantage:registrations:read organizations:organization:read")

    assert run("d2l_lti_registration_info")["registrations"] == []
    assert "ltiadvantage:deployments:read" in run("d2l_lti_deployment_info")["msg"]


def test_login_module_hands_out_a_token_that_works(by_key):
    run = by_key()
    login = run("d2l_access_token")

    assert login["expires_in"] in range(3590, 3601)
    assert (login["token_type"], login["rotated"], login["changed"]) == ("Bearer", False, False)
    for name in ("oauth_client_id", "oauth_private_key", "oauth_key_id"):
        del run.connection[name]
    assert run("d2l_lti_registration_info", access_token=login["access_token"])["registrations"] == []


def test_one_token_serves_all_tasks_of_a_process(server, run):
    for _task in range(3):
        run("d2l_lti_registration_info")

    assert len(server.asked) == 1
    assert server.bearers == ["access-token-1"] * 3


@pytest.mark.parametrize("other", [{"oauth_scope": "a:b:c"}, {"oauth_client_id": "b"}, {"oauth_audience": "c"}])
def test_whoever_asks_in_another_way_gets_another_token(server, run, other):
    run("d2l_lti_registration_info")
    run("d2l_lti_registration_info", **other)

    assert server.bearers == ["access-token-1", "access-token-2"]


@pytest.mark.parametrize(("life", "asked"), [(3600, 1), (61, 1), (30, 1), (5, 1), ("3600", 1), (None, 1), (0, 1)])
def test_a_token_is_kept_for_its_life(server, run, life, asked):
    server.life = life
    for _task in range(2):
        assert run("d2l_lti_registration_info")["registrations"] == []

    assert len(server.asked) == asked


def test_a_token_near_its_end_is_not_used(server, run, monkeypatch):
    server.life = 3600
    run("d2l_lti_registration_info")
    now = time.time()
    monkeypatch.setattr(_oauth2.time, "time", lambda: now + 3545)
    run("d2l_lti_registration_info")

    assert server.bearers == ["access-token-1", "access-token-2"]


@pytest.mark.parametrize(
    "life", [-5, "soon", True, [], 1e999, -1e999, float("nan"), "nan", 10**30, 10**400], ids=lambda life: str(life)[:32]
)
@pytest.mark.parametrize("module", ["d2l_lti_registration_info", "d2l_access_token"])
def test_a_life_that_nobody_can_read_is_no_crash(server, run, life, module):
    server.life = life

    result = run(module)

    assert "mistake" not in str(result.get("msg")), result


@pytest.mark.parametrize("many", [2, 5])
def test_a_token_that_has_ended_is_renewed_once_and_the_request_repeated(server, run, many):
    server.answers[REGISTRATIONS] = expiring(server, many)

    result = run("d2l_lti_registration_info")

    assert result["failure"]["kind"] == "auth"
    assert server.bearers == ["access-token-1", "access-token-2"]
    assert len(server.asked) == 2


def expiring(server, many):
    """An answer that says of the first ``many`` tokens that they have ended."""
    ended = {f"access-token-{number}" for number in range(1, many + 1)}

    def told():
        if server.bearers[-1] in ended:
            return 401, {"WWW-Authenticate": 'Bearer error="invalid_token"'}, {"title": "Unauthorized"}
        return None

    return told


def test_a_renewed_token_is_the_one_that_stays(server, run):
    server.answers[REGISTRATIONS] = expiring(server, 1)

    for _task in range(2):
        assert run("d2l_lti_registration_info")["registrations"] == []
    assert server.bearers == ["access-token-1", "access-token-2", "access-token-2"]


def test_a_401_that_does_not_speak_of_the_token_is_final(server, run):
    server.answers[REGISTRATIONS] = (401, {}, {"title": "Unauthorized"})

    assert run("d2l_lti_registration_info")["failure"]["kind"] == "auth"
    assert len(server.asked) == len(server.bearers) == 1


def test_a_token_from_elsewhere_is_not_renewed(server):
    server.answers[REGISTRATIONS] = (401, {"WWW-Authenticate": "Bearer"}, b"")

    result = server.runner(access_token="t0ken-of-mine")("d2l_lti_registration_info")

    assert "log in again" in result["msg"]
    assert len(server.bearers) == 1
    assert server.asked == []


def test_a_token_that_the_sandbox_has_ended_is_renewed(by_key):
    run = by_key()
    run.sandbox.switches({"d2l.token_life": 3600})
    assert run("d2l_lti_registration_info")["registrations"] == []
    run.sandbox.service.store["d2l"]["tokens"].clear()

    assert run("d2l_lti_registration_info")["registrations"] == []

    kinds = [(entry["path"] == TOKEN, entry["status"]) for entry in run.sandbox.requests()][-3:]
    assert kinds == [(False, 401), (True, 200), (False, 200)]


def test_a_write_whose_token_has_ended_is_done_once(by_key):
    run = by_key()
    run("d2l_lti_registration_info")
    run.sandbox.service.store["d2l"]["tokens"].clear()

    result = run(
        "d2l_lti_registration",
        name="Tool",
        domain="t.example",
        redirect_urls=["https://t.example/l"],
        oidc_login_url="https://t.example/in",
    )

    assert result["changed"], result
    assert len(run.sandbox.state("d2l")["registrations"]) == 1


def test_a_bulk_change_whose_token_ends_midway_is_done_whole_with_one_renewal(by_key, monkeypatch):
    run = by_key()
    seeds = run.sandbox.seed("d2l")
    use = seeds.deployment(seeds.registration()["ClientId"])["DeploymentId"]
    write, writes = Client.write, itertools.count()

    def write_and_disturb(self, method, path, *rest, **more):
        if "/sharing/" in path and next(writes) == 12:
            run.sandbox.service.store["d2l"]["tokens"].clear()
        return write(self, method, path, *rest, **more)

    monkeypatch.setattr(Client, "write", write_and_disturb)
    flags = {"share_with_org_unit": True, "share_with_descendants": False}
    rules = [{"org_unit_id": number, **flags} for number in range(10001, 10041)]

    result = run("d2l_sharing_rules", deployment_id=use, rules=rules, concurrency=8)

    assert result.get("changed"), result
    assert len(run.sandbox.state("d2l")["sharing"][use]) == 40
    entries = run.sandbox.requests()
    assert [entry["path"] for entry in entries].count(TOKEN) == 2
    assert 1 <= [entry["status"] for entry in entries].count(401) <= 8


def test_a_login_that_is_lost_in_the_middle_of_a_write_is_not_taken_for_a_lost_write(server, run):
    """Nothing was created, so there is nothing to look for, and the reason is the login."""
    server.answers[REGISTRATIONS] = lambda: (
        (401, {"WWW-Authenticate": "Bearer"}, b"") if server.seen[-1][0] == "POST" else None
    )
    grants = itertools.count()
    server.answers[TOKEN] = lambda: (502, {}, b"") if next(grants) else None
    tool = {"redirect_urls": ["https://t.example/l"], "oidc_login_url": "https://t.example/in"}

    result = run("d2l_lti_registration", name="T", domain="t.example", retries=1, **tool)

    assert result["failure"]["status"] == 502
    assert TOKEN in result["failure"]["url"]
    assert sum(request[:2] == ("POST", REGISTRATIONS) for request in server.seen) == 1
    assert len(server.asked) == 3


def test_threads_that_find_the_token_ended_renew_it_once(server, run):
    source = bearer_source(server, run)
    stale = source.token()

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        assert all(pool.map(source.renew, [stale] * 16))

    assert len(server.asked) == 2
    assert source.token() == "access-token-2"


def bearer_source(server, run):
    """What gives access tokens to a client that is made of a runner's connection."""
    endpoint = _oauth2.TokenEndpoint(server.token_url, endpoint_options(), lambda tree: None)
    key = run.connection["oauth_private_key"]
    grant = _oauth2.ClientCredentials(endpoint, "the-app", key, "k1", "x:y:z", server.token_url)
    return _oauth2.GrantedToken(grant, lambda text: None)


def endpoint_options(**more):
    return {"timeout": 5, "retries": 2, "validate_certs": True, "ca_path": None, "allow_http": False, **more}


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "truncate", "502", "503", "html"])
def test_a_lost_answer_is_simply_asked_for_again(by_key, kind):
    run = by_key(retries=3)
    run.sandbox.faults({"platform": "d2l", "path": TOKEN, "kind": kind, "times": 2})

    assert run("d2l_lti_registration_info").get("registrations") == []

    assert len([entry for entry in run.sandbox.requests() if entry["path"] == TOKEN]) == 3


def test_each_try_has_an_assertion_of_its_own(server, run):
    tries = itertools.count()
    server.answers[TOKEN] = lambda: (503, {}, b"") if next(tries) < 2 else None

    run("d2l_lti_registration_info")

    assert len({form["client_assertion"] for form in server.asked}) == len(server.asked) == 3


@pytest.mark.parametrize("status", [500, 503])
def test_a_token_endpoint_that_is_down_is_given_up_on(server, run, status):
    server.answers[TOKEN] = (status, {}, b"<h1>Down</h1>")

    result = run("d2l_lti_registration_info")

    assert result["failure"]["kind"] == "unavailable"
    assert str(status) in result["msg"]
    assert len(server.asked) == 3
    assert server.bearers == []


@pytest.fixture
def nowhere():
    """A token address at which nobody listens."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{unused.getsockname()[1]}{TOKEN}"


def test_an_unreachable_token_endpoint_is_tried_as_often_as_retries_say(run, monkeypatch, nowhere):
    tries, send = [], requests.Session.request

    def counted(self, method, url, **more):
        tries.append(url)
        return send(self, method, url, **more)

    monkeypatch.setattr(requests.Session, "request", counted)
    result = run("d2l_lti_registration_info", oauth_token_url=nowhere, le_version="1.92", lp_version="1.58")

    assert result["failure"]["kind"] == "unavailable"
    assert tries.count(nowhere) == 3


def test_an_unreachable_token_endpoint_is_blamed_on_the_token_address(run, nowhere):
    result = run("d2l_lti_registration_info", oauth_token_url=nowhere)

    assert "cannot be reached" in result["msg"]
    assert "oauth_token_url" in result["msg"]


def test_a_token_endpoint_that_throttles_is_waited_for(server, run):
    tries = itertools.count()
    server.answers[TOKEN] = lambda: (429, {"Retry-After": "0"}, b"") if next(tries) < 2 else None

    assert run("d2l_lti_registration_info")["registrations"] == []
    assert len(server.asked) == 3


STRANGE = [
    (200, {}, b"<html><h1>Sign in</h1></html>"),
    (200, {}, {}),
    (200, {}, []),
    (200, {}, None),
    (200, {}, b""),
    (204, {}, b""),
    (200, {}, {"access_token": ""}),
    (200, {}, {"access_token": None}),
    (200, {}, {"access_token": 7}),
    (200, {}, {"access_token": ["a"]}),
    (201, {}, {"token_type": "Bearer", "expires_in": 3600}),
]


@pytest.mark.parametrize("told", STRANGE, ids=[str(told) for told in STRANGE])
def test_an_answer_without_a_token_is_an_error_that_says_so(server, run, told):
    server.answers[TOKEN] = told

    result = run("d2l_lti_registration_info")

    assert result["failure"]["kind"] == "protocol", result["msg"]
    assert server.bearers == []


def test_an_answer_that_is_a_page_is_blamed_on_the_token_address(server, run):
    server.answers[TOKEN] = (200, {}, b"<html><h1>Sign in</h1></html>")

    result = run("d2l_lti_registration_info")

    assert "not JSON" in result["msg"]
    assert "oauth_token_url" in result["msg"]


def test_a_redirect_is_not_followed_with_credentials(server, run):
    elsewhere = Brightspace()
    try:
        server.answers[TOKEN] = (302, {"Location": f"{elsewhere.url}{TOKEN}?x=secret"}, b"")
        result = run("d2l_lti_registration_info")
    finally:
        elsewhere.close()

    assert result["failure"]["status"] == 302
    assert "oauth_token_url" in result["msg"]
    assert elsewhere.seen == []
    assert len(server.asked) == 1


def test_a_wrong_path_is_named_as_the_token_address(server, run):
    server.answers["/wrong"] = (404, {}, b"")

    result = run("d2l_lti_registration_info", oauth_token_url=f"{server.url}/wrong")

    assert "404" in result["msg"]
    assert "oauth_token_url" in result["msg"]


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("http://auth.example.com/core/connect/token", "oauth_token_url is plain http to auth.example.com"),
        ("auth.example.com/core/connect/token", "oauth_token_url is not a web address"),
        ("ftp://auth.example.com/token", "oauth_token_url is not a web address"),
        ("https://me:hunter2pw@auth.example.com/token", "oauth_token_url must hold neither credentials"),
        ("https://", "oauth_token_url"),
        ("http://[::1", "oauth_token_url"),
        ("https://auth.example.com:99999/token", "oauth_token_url"),
        ("https://[hunter2pw/token", "oauth_token_url"),
    ],
)
def test_an_address_that_may_not_get_credentials_is_refused(server, run, address, says):
    result = run("d2l_lti_registration_info", oauth_token_url=address)

    assert says in result["msg"]
    assert result["failure"]["kind"] == "invalid"
    assert "me:hunter2pw" not in result["msg"]
    assert server.seen == []


def test_a_query_in_the_token_address_is_not_lost_in_silence(server, run):
    """Some gateways tell tenants apart by it."""
    result = run("d2l_lti_registration_info", oauth_token_url=f"{server.token_url}?tenant=7")

    assert result.get("failed") or "tenant=7" in next(path for _verb, path, *_rest in server.seen if TOKEN in path)


def test_plain_http_is_possible_where_it_is_really_meant():
    endpoint = _oauth2.TokenEndpoint("http://auth.example.com/t", endpoint_options(allow_http=True), lambda tree: None)

    assert endpoint.address == "http://auth.example.com/t"


def test_the_token_endpoint_is_trusted_as_the_platform_is(tmp_path):
    authority = tmp_path / "ca.pem"
    authority.write_text("x")
    for given, verify in (
        ({"ca_path": str(authority)}, str(authority)),
        ({"validate_certs": False}, False),
        ({}, True),
    ):
        login = {"oauth_client_id": "a", "oauth_client_secret": "b", "oauth_token_file": str(tmp_path / "t")}
        given = {"base_url": "https://lms.example.edu", **login, **given}
        options = {"timeout": 7, "retries": 1, "validate_certs": True, "allow_http": False, **given}
        client = d2l.PLATFORM.client(Run(given, {**options, "oauth_token_url": d2l.TOKEN_URL}, {}, False, Secrets()))
        connection = client.auth.source.grant._endpoint._client.connection
        assert (connection.verify, connection.timeout, connection.retries) == (verify, 7, 1)
        assert connection.base_url == "https://auth.brightspace.com"


def test_the_token_is_kept_in_a_file_from_process_to_process(by_key, tmp_path):
    path = tmp_path / "token.json"
    run = by_key(oauth_token_file=str(path))
    for _process in range(3):
        _oauth2._kept.clear()
        assert run("d2l_lti_registration_info")["registrations"] == []

    assert len([entry for entry in run.sandbox.requests() if entry["path"] == TOKEN]) == 1
    assert path.stat().st_mode & 0o777 == 0o600
    held = json.loads(path.read_text())
    assert set(held) >= {"access_token", "expires_at", "client_id", "token_url"}
    assert "refresh_token" not in held
    assert "PRIVATE" not in path.read_text()


@pytest.mark.parametrize(
    "other", [{"oauth_client_id": "b"}, {"oauth_scope": "a:b:c"}, {"oauth_token_url": "another"}], ids=str
)
def test_a_cached_token_is_not_used_for_another_purpose(server, run, tmp_path, other):
    run.connection["oauth_token_file"] = str(tmp_path / "token.json")
    run("d2l_lti_registration_info")
    _oauth2._kept.clear()
    if "oauth_token_url" in other:
        other = {"oauth_token_url": server.token_url.replace("127.0.0.1", "localhost")}

    run("d2l_lti_registration_info", **other)

    assert server.bearers == ["access-token-1", "access-token-2"]


def test_a_cached_token_that_the_server_has_ended_is_replaced(server, run, tmp_path):
    run.connection["oauth_token_file"] = str(tmp_path / "token.json")
    run("d2l_lti_registration_info")
    _oauth2._kept.clear()
    server.answers[REGISTRATIONS] = expiring(server, 1)

    assert run("d2l_lti_registration_info")["registrations"] == []

    assert json.loads((tmp_path / "token.json").read_text())["access_token"] == "access-token-2"


@pytest.mark.parametrize("content", ["", "refresh-token-0", '{"refresh_token": "r-0"}', "{broken", "a b\nc"])
def test_a_file_that_is_not_such_a_cache_is_left_alone(server, run, tmp_path, content):
    path = tmp_path / "token.json"
    path.write_text(content)

    result = run("d2l_lti_registration_info", oauth_token_file=str(path))

    assert bool(result.get("failed")) == bool(content)
    if content:
        assert "oauth_token_file" in result["msg"]
        assert path.read_text() == content


@pytest.mark.parametrize("module", ["d2l_lti_registration_info", "d2l_access_token"])
def test_what_the_token_endpoint_repeats_shows_no_assertion(server, run, module):
    def echo():
        assertion = server.asked[-1]["client_assertion"]
        return 400, {}, {"error": "invalid_client", "error_description": f"cannot verify {assertion} of the-app"}

    server.answers[TOKEN] = echo

    run(module)

    assert "invalid_client" in run.shown[-1]
    for part in server.asked[-1]["client_assertion"].split("."):
        assert part[:30] not in run.shown[-1]


@pytest.mark.parametrize(
    "body",
    [
        b'{"access_token": "t0ken-in-half-an-answer-abcdef", "refresh_tok',
        b"access_token=t0ken-in-half-an-answer-abcdef&token_type=bearer",
        b"t0ken-in-half-an-answer-abcdef",
    ],
)
def test_an_answer_that_cannot_be_read_shows_no_token(server, run, body):
    server.answers[TOKEN] = (200, {}, body)

    result = run("d2l_lti_registration_info")

    assert result["failed"]
    assert "t0ken-in-half" not in run.shown[-1]


def test_no_result_error_or_warning_shows_a_credential(server, run, elliptic, tmp_path):
    run.connection["oauth_token_file"] = str(tmp_path / "token.json")
    lines = [line for line in elliptic.splitlines() if "-----" not in line]
    server.answers[REGISTRATIONS] = lambda: (
        400,
        {},
        {"Errors": [{"Message": f"{server.bearers[-1]} {' '.join(lines)}"}]},
    )
    run("d2l_lti_registration_info")
    run("api_request", platform="d2l", path=REGISTRATIONS)
    run("api_request", platform="d2l", path=REGISTRATIONS, method="POST", check=True)
    server.answers.pop(REGISTRATIONS)
    run("api_request", platform="d2l", path=TOKEN, method="POST")
    run("d2l_lti_registration_info")

    shown = "\n".join(run.shown)
    assert "(hidden)" in shown
    secrets = [*lines, "access-token-", *(form["client_assertion"] for form in server.asked if "scope" in form)]
    assert [text for text in secrets if text in shown] == []
