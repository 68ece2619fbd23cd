"""Preflight asks the network only when it is told to: key sets, logins, and a Canvas itself."""

from __future__ import annotations

import datetime
import http.server
import ipaddress
import json
import socket
import ssl
import threading

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ansible_collections.edtech.lti.plugins.module_utils import _document, _errors
from ansible_collections.edtech.lti.plugins.module_utils._manifest import preflight_live
from ansible_collections.edtech.lti.plugins.module_utils._platforms.canvas import PLATFORM

from .conftest import Runner
from .preflight_samples import MANIFEST, NRPS, REGISTRATION, SETTINGS, TOOL, manifest, settings
from .scripted import Script
from .test_preflight import KEY, MODULUS, PRIVATE, look

JSON = {"Content-Type": "application/json"}
DEVELOPING = {"production": False, "ignore": ["http_address", "local_address"], "live": True}


class Vendor(Script):
    """Answers by method and path."""

    def __init__(self):
        super().__init__()
        self.key_set = (200, JSON, json.dumps({"keys": [KEY]}).encode())
        self.login = {"GET": (400, {}, b"iss is missing"), "POST": (400, {}, b"iss is missing")}

    def answer(self, method, path):
        return self.key_set if path == "/jwks" else self.login[method]

    def publish(self, key_set, status=200, kind="application/json"):
        body = key_set if isinstance(key_set, bytes) else json.dumps(key_set).encode()
        self.key_set = (status, {"Content-Type": kind}, body)

    def settings(self):
        return settings(public_jwk_url=f"{self.url}/jwks?v=s3cretive", oidc_initiation_url=f"{self.url}/login")

    def look(self, **more):
        return look(canvas_settings=self.settings(), **{**DEVELOPING, **more})


@pytest.fixture
def vendor():
    server = Vendor()
    yield server
    server.close()


def codes(result):
    return [one["code"] for one in result["findings"]]


def test_nothing_is_asked_unless_it_is_wanted(vendor):
    vendor.look(live=False)
    assert vendor.seen == []


def test_a_tool_that_answers_well_has_no_finding_and_it_is_told_what_was_seen(vendor):
    found = vendor.look(fail_on="warning")

    assert found["findings"] == []
    assert found["seen"] == [
        {"where": "canvas_settings.oidc_initiation_url", "url": f"{vendor.url}/login", "seen": "GET answered 400"},
        {"where": "canvas_settings.public_jwk_url", "url": f"{vendor.url}/jwks", "seen": "1 key: RSA 2048 (a)"},
    ]
    assert {(method, path) for method, path, _headers, _body in vendor.seen} == {
        ("GET", "/jwks?v=s3cretive"),
        ("GET", "/login"),
    }
    assert not any("Authorization" in headers for _method, _path, headers, _body in vendor.seen)


@pytest.mark.parametrize(
    ("key_set", "status", "kind", "code"),
    [
        (b"<html>", 200, "text/html", "key_set_answer"),
        ({"keys": [KEY]}, 404, "application/json", "key_set_answer"),
        ({"keys": [KEY]}, 302, "application/json", "key_set_answer"),
        ({"keys": [KEY]}, 200, "text/plain", "key_set_type"),
        ([KEY], 200, "application/json", "key_set_shape"),
        ({"keys": []}, 200, "application/json", "key_set_shape"),
        ({"keys": [KEY, 5]}, 200, "application/json", "key_set_shape"),
        ({"keys": [{**KEY, "kid": None}]}, 200, "application/json", "key_without_kid"),
        ({"keys": [{**KEY, "n": MODULUS[:100]}]}, 200, "application/json", "key_weak"),
        ({"keys": [PRIVATE]}, 200, "application/json", "key_private"),
        ({"keys": [{**KEY, "kty": ["RSA"]}]}, 200, "application/json", "key_unusable"),
        (b"x" * 1100000, 200, "application/json", "unreachable"),
    ],
)
def test_what_is_wrong_with_a_key_set(vendor, key_set, status, kind, code):
    vendor.publish(key_set, status, kind)
    result = vendor.look()

    assert codes(result) == [code]
    assert "planted-Q7" not in json.dumps(result)


def test_keys_of_elliptic_curves_are_read(vendor):
    vendor.publish({"keys": [{"kty": "EC", "kid": "e", "crv": "P-256", "x": "AQAB", "y": "AQAB"}]})
    assert codes(vendor.look()) == ["key_alg"]


@pytest.mark.parametrize(
    ("get", "post", "fine"),
    [(200, 500, True), (302, 404, True), (405, 400, True), (404, 302, True), (404, 404, False), (500, 502, False)],
)
def test_a_login_must_be_there_for_either_verb(vendor, get, post, fine):
    vendor.login = {"GET": (get, {}, b""), "POST": (post, {}, b"")}
    found = vendor.look()
    assert codes(found) == ([] if fine else ["login_answer"])


def test_nobody_there_is_a_finding_and_no_failure_of_the_module(vendor):
    with socket.create_server(("127.0.0.1", 0)) as gone:
        address = f"http://127.0.0.1:{gone.getsockname()[1]}/jwks"
    found = look(canvas_settings=settings(public_jwk_url=address, oidc_initiation_url=f"{vendor.url}/x"), **DEVELOPING)

    assert codes(found) == ["unreachable"]
    assert found["findings"][0]["where"] == "canvas_settings.public_jwk_url"


def test_who_drips_is_waited_for_no_longer_than_told():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/jwks"
        found = look(
            d2l_registration={**REGISTRATION, "keyset_url": address, "oidc_login_url": None}, timeout=0.2, **DEVELOPING
        )
    (late,) = [one for one in found["findings"] if one["code"] == "unreachable"]
    assert "did not arrive within 0.2 seconds" in late["message"]


@pytest.mark.parametrize("kind", [requests.exceptions.ReadTimeout, requests.exceptions.ConnectTimeout])
def test_whichever_clock_strikes_first_the_message_is_the_same(monkeypatch, kind):
    def asked(*_arguments, **_more):
        raise kind

    monkeypatch.setattr(_document, "_answer", asked)
    address = "http://127.0.0.1:9/jwks"
    found = look(d2l_registration={**REGISTRATION, "keyset_url": address, "oidc_login_url": None}, **DEVELOPING)
    (late,) = [one for one in found["findings"] if one["code"] == "unreachable"]
    assert "did not arrive within" in late["message"]
    assert "Can this machine reach 127.0.0.1?" in late["fix"]


def test_plain_http_leaves_this_machine_only_when_allowed():
    found = look(
        d2l_registration={**REGISTRATION, "keyset_url": "http://192.0.2.1/jwks", "oidc_login_url": None}, **DEVELOPING
    )
    (refused,) = [one for one in found["findings"] if one["code"] == "unreachable"]
    assert "plain http" in refused["message"]


def test_what_is_not_asked_has_no_word_about_credentials_that_are_not_sent():
    found = look(d2l_registration={**REGISTRATION, "keyset_url": "http://192.0.2.1/jwks"}, **DEVELOPING)
    (refused,) = [one for one in found["findings"] if one["where"].endswith("keyset_url")]
    assert "credentials" not in refused["message"]
    assert "allow_http" in refused["fix"]


# A document chooses the addresses, and this machine is trusted in its own network


@pytest.mark.parametrize(
    "more", [{"production": True}, {"production": True, "allow_http": True}, {"production": True, "allow_local": False}]
)
def test_what_is_local_is_not_asked_unless_that_is_wanted(vendor, more):
    found = vendor.look(**more)
    assert vendor.seen == []
    assert codes(found) == ["local_not_asked"] * 2
    assert {one["seen"] for one in found["seen"]} == {"not asked"}


def test_what_is_local_is_asked_when_that_is_wanted(vendor):
    assert vendor.look(production=True, allow_local=True)["findings"] == []
    assert len(vendor.seen) == 2


@pytest.mark.parametrize(
    "held",
    [
        ["10.1.2.3"],
        ["127.0.0.1"],
        ["169.254.169.254"],
        ["::1"],
        ["fe80::1%1"],
        ["fd00::1"],
        ["::ffff:192.168.0.1"],
        ["93.184.216.34", "10.1.2.3"],
    ],
)
def test_a_name_is_resolved_before_it_is_asked(monkeypatch, held):
    asked = []
    monkeypatch.setattr(preflight_live, "_login", lambda address, *_more: asked.append(address) or ([], "answered"))
    monkeypatch.setattr(preflight_live, "_key_set", lambda address, *_more: asked.append(address) or ([], "answered"))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_host, **_more: [(2, 1, 6, "", (one, 0)) for one in held])
    found = look(d2l_registration=REGISTRATION, live=True)

    assert asked == []
    assert {(one["code"], one["severity"]) for one in found["findings"]} == {("local_not_asked", "warning")}
    assert f"at {ipaddress.ip_address(held[-1])}" in found["findings"][0]["message"]

    monkeypatch.setattr(socket, "getaddrinfo", lambda *_host, **_more: [(2, 1, 6, "", ("93.184.216.34", 0))])
    assert look(d2l_registration=REGISTRATION, live=True)["findings"] == []
    assert len(asked) == 2


def test_a_name_that_nobody_knows_is_not_asked_unless_a_proxy_may_know_it(monkeypatch):
    asked = []
    monkeypatch.setattr(preflight_live, "_login", lambda address, *_more: asked.append(address) or ([], "answered"))
    monkeypatch.setattr(preflight_live, "_key_set", lambda address, *_more: asked.append(address) or ([], "answered"))

    def unknown(*_host, **_more):
        raise socket.gaierror("unknown")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    for name in ("HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    found = look(d2l_registration=REGISTRATION, live=True)
    assert (codes(found), asked) == (["unreachable"] * 2, [])

    monkeypatch.setenv("https_proxy", "http://proxy.example.edu:3128")
    assert look(d2l_registration=REGISTRATION, live=True)["findings"] == []
    assert len(asked) == 2


def test_a_name_that_takes_too_long_is_not_waited_for(monkeypatch):
    released = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_host, **_more: released.wait(9) and [])
    monkeypatch.setattr(preflight_live, "_by_proxy", lambda *_more: False)
    found = look(d2l_registration=REGISTRATION, live=True, timeout=0.1)
    released.set()
    assert codes(found) == ["unreachable"] * 2


def test_one_address_is_asked_once_and_a_manifest_in_all_its_parts(vendor):
    described = manifest(
        jwks_uri=f"{vendor.url}/jwks",
        initiate_login_uri=f"{vendor.url}/login",
        platforms={"canvas": {"jwks_uri": f"{vendor.url}/jwks", "initiate_login_uri": f"{vendor.url}/eu"}},
    )
    found = look(manifest=described, **DEVELOPING)

    assert found["findings"] == []
    assert sorted(one["url"].rpartition("/")[2] for one in found["seen"]) == ["eu", "jwks", "login"]


@pytest.fixture(scope="module")
def secure():
    """A server with a certificate that nobody trusts: its address, and the certificate's text."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    begun = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begun)
        .not_valid_after(begun + datetime.timedelta(days=9))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    return key, made


@pytest.fixture
def https(secure, tmp_path):
    """Serves a key set with that certificate; gives the address and the file with the certificate."""
    key, made = secure
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    file = tmp_path / "server.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + pem)
    (tmp_path / "jwks").write_text(json.dumps({"keys": [KEY]}))

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args):
            super().__init__(*args, directory=str(tmp_path))

        def log_message(self, *_message):
            """Tests print nothing."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"https://localhost:{server.server_port}/jwks", str(file)
    server.shutdown()
    server.server_close()


def test_a_certificate_that_is_not_trusted_is_explained(https):
    address, certificate = https
    registration = {**REGISTRATION, "keyset_url": address, "oidc_login_url": None}
    found = look(d2l_registration=registration, **DEVELOPING)
    (refused,) = [one for one in found["findings"] if one["code"] == "unreachable"]
    assert "certificate is not trusted" in refused["message"]
    assert "ca_path" in refused["fix"]

    trusted = look(d2l_registration=registration, ca_path=certificate, **DEVELOPING)
    assert codes(trusted) == ["required_missing", "key_set_type"]


# A Canvas is asked


@pytest.fixture
def asked(sandbox):
    """Asks the sandbox's Canvas about something."""

    def ask(check=False, connection=None, **arguments):
        known = {"base_url": sandbox.base_url, "access_token": sandbox.credentials["canvas"]["access_token"]}
        return look(check=check, canvas={**known, **(connection or {})}, **arguments)

    ask.paths = lambda: [(one["method"], one["path"].rpartition("/")[2], one["status"]) for one in sandbox.requests()]
    return ask


def test_what_canvas_would_take_has_no_finding_in_check_mode_as_well(asked):
    for check in (False, True):
        found = asked(check, canvas_settings=SETTINGS, fail_on="warning")
        assert found["findings"] == []
        assert [one["seen"] for one in found["seen"]] == ["answered", "answered"]
    assert asked.paths() == [("POST", "validate", 200), ("GET", "check_domain_duplicates", 200)] * 2


def test_a_manifest_is_translated_for_the_question(asked):
    assert asked(True, manifest=MANIFEST)["findings"] == []
    assert asked.paths()[0] == ("POST", "validate", 200)


def test_nothing_is_asked_about_what_cannot_be_translated(asked):
    found = asked(manifest=manifest(scope=NRPS))
    assert codes(found)[0] == "sends_too_much"
    assert asked.paths() == []


def test_canvas_says_what_it_minds(asked):
    found = asked(True, canvas_settings=settings(scopes=["https://canvas.instructure.com/lti/nothing"]))
    (refused,) = [one for one in found["findings"] if one["code"] == "canvas_refuses"]
    assert "scopes cannot contain" in refused["message"]


def test_a_canvas_without_these_routes_is_no_defect(asked, sandbox):
    sandbox.switches({"canvas.era": "A"})
    found = asked(canvas_settings=SETTINGS, fail_on="warning")
    assert codes(found) == ["canvas_cannot_validate"]
    assert found["counts"] == {"error": 0, "warning": 0, "note": 1}


def test_a_domain_of_another_registration_is_told_and_that_of_the_tool_itself_is_not(asked, sandbox):
    Runner(sandbox, "canvas")("canvas_tool_configuration", name="Virtual Lab", settings=SETTINGS, binding="on")
    assert asked(canvas_settings=SETTINGS)["findings"] == []
    (taken,) = asked(canvas_settings=settings(title="Second Lab"))["findings"]
    assert (taken["code"], taken["severity"]) == ("domain_taken", "warning")
    assert "'Virtual Lab'" in taken["message"]


def test_who_may_not_ask_is_told_and_a_wrong_token_is_an_error(asked):
    found = asked(canvas_settings=SETTINGS, connection={"access_token": "n0t-the-right-token"})
    assert {(one["code"], one["severity"]) for one in found["findings"]} == {("canvas_not_asked", "error")}
    assert "n0t-the-right-token" not in json.dumps(found)

    found = asked(canvas_settings=SETTINGS, connection={"access_token": "canvas-installer-token"})
    assert {(one["code"], one["severity"]) for one in found["findings"]} == {("canvas_not_asked", "warning")}
    assert "manage_lti_registrations" in found["findings"][0]["fix"]

    found = asked(canvas_settings=SETTINGS, connection={"base_url": ""})
    assert "base_url is missing" in found["findings"][0]["message"]
    found = asked(canvas_settings=SETTINGS, connection={"account_id": "1/../2"})
    assert "account_id cannot be" in found["findings"][0]["message"]


def test_the_connection_comes_from_the_environment_as_for_other_modules(sandbox, monkeypatch):
    monkeypatch.setenv("CANVAS_BASE_URL", sandbox.base_url)
    monkeypatch.setenv("CANVAS_ACCESS_TOKEN", sandbox.credentials["canvas"]["access_token"])
    assert look(canvas_settings=SETTINGS, canvas={})["findings"] == []
    assert len(sandbox.requests()) == 2


def test_only_what_a_platform_declares_as_a_question_may_be_asked(sandbox):
    """Everything else that is a POST writes, and check mode sends none of it."""
    from ansible_collections.edtech.lti.plugins.module_utils._lookup import Run
    from ansible_collections.edtech.lti.plugins.module_utils._secrets import Secrets

    options = {"timeout": 5, "retries": 0, "validate_certs": True, "allow_http": False}
    given = {"base_url": sandbox.base_url, "access_token": "canvas-demo-token"}
    client = PLATFORM.client(Run(given, {**options, **given}, {}, True, Secrets()))
    for path in (
        "/api/v1/accounts/self/lti_registrations",
        "/api/v1/accounts/self/lti_registrations/configuration/validate/../..",
        "/api/v1/accounts/1/../2/lti_registrations/configuration/validate",
    ):
        with pytest.raises(_errors.WriteInCheckMode):
            client.ask(path, {})
    assert sandbox.requests() == []


def test_the_tool_part_of_a_manifest_is_not_taken_for_an_address():
    """Its name is one."""
    assert TOOL in MANIFEST
    assert look(manifest=MANIFEST)["findings"] == []
