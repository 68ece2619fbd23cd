"""Whom we talk to: certificates are checked before anything is sent, and nothing around us switches that off."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import warnings

import pytest

from tests.unit.plugins.conftest import Runner

from .planted import ARGUMENTS, MODULES, TOKENS, WAYS, planted
from .secure import Secure, authority, issued

PLATFORM = {name: next(one for one in MODULES if one.startswith(f"{name}_") and one.endswith("_info")) for name in WAYS}
"""A module that reads, for each platform."""


@pytest.fixture(autouse=True)
def _no_bundle(monkeypatch):
    for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture(scope="module")
def ca():
    return authority()


@pytest.fixture
def serve(ca):
    """Starts servers with certificates for the given names."""
    servers = []

    def start(*names, days=9, of=ca):
        servers.append(Secure(issued(of, *names, days=days)))
        servers[-1].answers = [(200, {}, b'{"exams": []}')]
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def trusted(ca, tmp_path):
    file = tmp_path / "ca.pem"
    ca.cert_pem.write_to_path(file)
    return str(file)


def look(server, platform="exam", **more):
    given = {name: planted(name) for name in WAYS[platform][0]}
    run = Runner.at(server.url, retries=0, timeout=5, **given)
    return run(PLATFORM[platform], **{**ARGUMENTS[PLATFORM[platform]], **more})


@pytest.mark.parametrize("platform", WAYS)
def test_an_authority_of_ones_own_is_trusted_by_its_file(serve, trusted, platform):
    server = serve("localhost")

    refused = look(server, platform)
    assert server.seen == []
    result = look(server, platform, ca_path=trusted)

    assert refused["failure"]["kind"] == "unavailable"
    assert "the server's certificate is not trusted" in refused["msg"]
    assert "ca_path" in refused["failure"]["hint"]
    assert server.seen
    assert result.get("failure", {}).get("kind") != "unavailable", result


def test_an_authority_of_ones_own_is_trusted_by_its_folder(serve, ca, tmp_path):
    if shutil.which("openssl") is None:
        pytest.skip("the name of a certificate in such a folder comes from openssl's command line")
    folder = tmp_path / "certificates"
    folder.mkdir()
    ca.cert_pem.write_to_path(folder / "ca.pem")
    named = subprocess.run(
        ["openssl", "x509", "-hash", "-noout", "-in", folder / "ca.pem"], capture_output=True, text=True, check=True
    )
    (folder / f"{named.stdout.strip()}.0").symlink_to("ca.pem")

    assert "failure" not in look(serve("localhost"), ca_path=str(folder))


WRONG = {
    "another name": (("other.example",), 9, "ostname mismatch"),
    "a name that only begins like it": (("localhost.example",), 9, "ostname mismatch"),
    "an address in place of the name": (("127.0.0.1",), 9, "ostname mismatch"),
    "expired": (("localhost",), -1, "expired"),
    "not yet": (("localhost",), 60, "not yet valid"),
}


@pytest.mark.parametrize("platform", WAYS)
@pytest.mark.parametrize("names, days, says", WRONG.values(), ids=WRONG)
def test_a_wrong_certificate_is_refused_before_anything_is_sent(serve, trusted, platform, names, days, says):
    server = serve(*names, days=days)

    result = look(server, platform, ca_path=trusted)

    assert server.seen == []
    assert result["failure"]["kind"] == "unavailable"
    assert result["failure"]["hint"]
    assert says in result["failure"]["details"]
    assert all(planted(name) not in json.dumps(result) for name in WAYS[platform][0])


def test_another_authority_is_refused_though_one_is_given(serve, trusted):
    server = serve("localhost", of=authority())

    assert "certificate is not trusted" in look(server, ca_path=trusted)["msg"]
    assert server.seen == []


def test_who_switches_the_check_off_is_let_through(serve):
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        assert "failure" not in look(serve("other.example"), validate_certs=False)
    assert "InsecureRequestWarning" in {one.category.__name__ for one in said}


def test_the_token_endpoint_is_checked_as_well(serve, trusted, tmp_path):
    platform, tokens = serve("localhost"), serve("other.example")
    file = tmp_path / "token"
    file.write_text(planted("refresh_token"))
    run = Runner.at(platform.url, oauth_client_id="app", oauth_client_secret=planted("oauth_client_secret"), timeout=5)
    where = {"oauth_token_file": str(file), "oauth_token_url": tokens.url + TOKENS, "ca_path": trusted, "retries": 0}

    result = run("d2l_org_unit_info", **where)

    assert tokens.seen == platform.seen == []
    assert "certificate is not trusted" in result["msg"]
    assert file.read_text() == planted("refresh_token")


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_a_bundle_of_the_machine_is_used_where_none_is_given(serve, trusted, monkeypatch, variable):
    monkeypatch.setenv(variable, trusted)

    assert "failure" not in look(serve("localhost"))


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_the_environment_takes_no_check_away(serve, monkeypatch, trusted, variable):
    monkeypatch.setenv(variable, "")
    monkeypatch.setenv("PYTHONHTTPSVERIFY", "0")
    server = serve("other.example")

    assert "certificate is not trusted" in look(server)["msg"]
    assert "certificate is not trusted" in look(server, ca_path=trusted)["msg"]
    assert server.seen == []


@pytest.mark.parametrize("content", [b"", b"no certificate", b"-----BEGIN CERTIFICATE-----\nxx\n"])
def test_what_holds_no_certificate_is_named(serve, tmp_path, content):
    (tmp_path / "ca.pem").write_bytes(content)
    server = serve("localhost")

    result = look(server, ca_path=str(tmp_path / "ca.pem"))

    assert server.seen == []
    assert "ca_path" in result["msg"], result


def test_a_server_without_tls_hears_nothing(script):
    script.url = script.url.replace("http:", "https:")

    result = look(script)

    assert script.seen == []
    assert "Is this address really https?" in result["msg"]


def test_a_server_that_says_nothing_is_not_waited_for_longer_than_told(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        run = Runner.at(f"https://127.0.0.1:{silent.getsockname()[1]}", api_token="t", secret_key="s")
        result = run("exam_info", timeout=0.2, retries=0)

    assert result["failure"]["kind"] == "unavailable"
