"""Credentials go to the address that was given, and nowhere else, whatever a server or the machine around us says."""

from __future__ import annotations

import json

import pytest

from tests.unit.plugins.conftest import Runner
from tests.unit.plugins.scripted import Script

from .planted import ARGUMENTS, MODULES, TOKENS, WAYS, planted

READING = {name: [one for one in MODULES if one.startswith(f"{name}_") and one.endswith("_info")] for name in WAYS}


@pytest.fixture
def elsewhere():
    """A server that no credential may reach."""
    server = Script()
    server.answers = [(200, {}, b"[]")]
    yield server
    server.close()


def runner(server, platform, **more):
    given = {name: planted(name) for name in WAYS[platform][0]}
    return Runner.at(server.url, **{"retries": 1, "timeout": 5, **given, **more})


def headers_of(server):
    return [headers for _verb, _path, headers, _body in server.seen]


MOVED = {
    "another host": "http://localhost:{port}/x",
    "the same host": "/elsewhere",
    "a folder beside": "x",
    "without a scheme": "//localhost:{port}/x",
    "a user before the host": "http://127.0.0.1:{own}@localhost:{port}/x",
    "another scheme": "ftp://127.0.0.1:{own}/x",
    "a file": "file:///etc/passwd",
    "nowhere": "",
}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("module", [one for many in READING.values() for one in many])
def test_no_redirect_is_followed(script, elsewhere, module, status):
    for place in MOVED.values():
        ports = {"port": elsewhere.url.rpartition(":")[2], "own": script.url.rpartition(":")[2]}
        script.seen = []
        script.answers = [(status, {"Location": place.format(**ports)}, b"")]

        result = runner(script, module.partition("_")[0])(module, **ARGUMENTS[module])

        assert elsewhere.seen == []
        assert len(script.seen) == 1, place
        assert result["failure"]["kind"] == "protocol"
        assert "redirects are never followed" in result["msg"]


@pytest.mark.parametrize("module", [one for one in MODULES if one in ARGUMENTS and not one.endswith("_info")])
def test_no_write_is_redirected(script, elsewhere, module):
    script.answers = [(307, {"Location": f"{elsewhere.url}/x"}, b"")]
    given = {} if module == "d2l_access_token" else ARGUMENTS[module]

    runner(script, module.partition("_")[0])(module, **given)

    assert elsewhere.seen == []


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_the_token_endpoint_sends_nobody_elsewhere(script, elsewhere, tmp_path, status):
    (tmp_path / "token").write_text(planted("refresh_token"))
    script.answers = [(status, {"Location": elsewhere.url + TOKENS}, b"")]
    run = Runner.at(script.url, oauth_client_id="app", oauth_client_secret=planted("oauth_client_secret"))

    result = run("d2l_org_unit_info", oauth_token_file=str(tmp_path / "token"), oauth_token_url=script.url + TOKENS)

    assert elsewhere.seen == []
    assert result["failure"]["kind"] == "protocol"


FOREIGN = {
    "another host": "http://localhost:{port}{path}?page=2",
    "another port": "http://127.0.0.1:{port}{path}?page=2",
    "another scheme": "https://127.0.0.1:{own}{path}?page=2",
    "a user before the host": "http://127.0.0.1:{own}@localhost:{port}{path}?page=2",
    "a password before the host": "http://127.0.0.1:{own}:x@127.0.0.1:{port}{path}?page=2",
    "a backslash": "http://127.0.0.1:{port}\\@127.0.0.1:{own}{path}?page=2",
    "without a scheme": "//127.0.0.1:{port}{path}?page=2",
    "a blank before": " http://127.0.0.1:{port}{path}?page=2",
    "a fragment": "http://127.0.0.1:{port}#@127.0.0.1:{own}{path}?page=2",
    "a file": "file://127.0.0.1:{own}{path}",
}


def linked(platform, address, path):
    """A page of a listing that names the next one."""
    if platform == "canvas":
        return 200, {"Link": f'<{address}>; rel="next"'}, b"[]"
    return 200, {}, json.dumps({"Next": address, "Objects": []}).encode()


@pytest.mark.parametrize("platform", ["canvas", "d2l"])
@pytest.mark.parametrize("place", FOREIGN.values(), ids=FOREIGN)
def test_no_foreign_page_is_asked_for(script, elsewhere, platform, place):
    path = {"canvas": "/api/v1/accounts/self/lti_registrations", "d2l": "/d2l/api/le/1.92/ltiadvantage/registration/"}
    ports = {"port": elsewhere.url.rpartition(":")[2], "own": script.url.rpartition(":")[2], "path": path[platform]}
    page = linked(platform, place.format(**ports), path[platform])
    script.answer = lambda method, asked: page

    arguments = {"platform": platform, "path": path[platform], "paginate": True}
    result = runner(script, platform)("api_request", **arguments)

    assert elsewhere.seen == []
    assert all(asked.startswith(path[platform]) for _verb, asked, *_rest in script.seen)
    assert result["failure"]["kind"] == "protocol", result


def netrc(folder, monkeypatch):
    file = folder / "netrc"
    file.write_text("machine 127.0.0.1 login somebody password netrc-Q7-password\ndefault login a password b\n")
    file.chmod(0o600)
    monkeypatch.setenv("NETRC", str(file))


@pytest.mark.parametrize("platform", WAYS)
def test_passwords_in_a_netrc_replace_no_credential(script, tmp_path, monkeypatch, platform):
    netrc(tmp_path, monkeypatch)
    script.answers = [(403, {}, b"{}")]

    runner(script, platform)(READING[platform][0], **ARGUMENTS[READING[platform][0]])

    assert script.seen
    assert all(not headers.get("Authorization", "").startswith("Basic") for headers in headers_of(script))


def test_passwords_in_a_netrc_do_not_go_to_a_token_endpoint(script, tmp_path, monkeypatch):
    netrc(tmp_path, monkeypatch)
    (tmp_path / "token").write_text(planted("refresh_token"))
    script.answers = [(401, {}, b"{}")]
    run = Runner.at(script.url, oauth_client_id="app", oauth_client_secret="s", oauth_token_url=script.url + TOKENS)

    run("d2l_org_unit_info", oauth_token_file=str(tmp_path / "token"))

    assert script.seen
    assert all("Authorization" not in headers for headers in headers_of(script))


def test_passwords_in_a_netrc_do_not_go_to_a_vendor(script, tmp_path, monkeypatch):
    netrc(tmp_path, monkeypatch)
    script.answers = [(200, {}, b"{}")]

    from ansible_collections.edtech.lti.plugins.module_utils import _document
    from ansible_collections.edtech.lti.plugins.module_utils._connection import Connection

    options = {"timeout": 5, "retries": 0, "validate_certs": True, "ca_path": None, "allow_http": False}
    _document.visited(f"{script.url}/jwks", Connection.checked(script.url, **options), option="x", allow_http=False)

    assert all("Authorization" not in headers for headers in headers_of(script))
