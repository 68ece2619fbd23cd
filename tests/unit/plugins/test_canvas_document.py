"""Settings by address: fetched by us, with no credential, and only what can be JSON (docs/platforms/canvas.md, 9.4)."""

from __future__ import annotations

import contextlib
import gzip
import json
import socket
import threading

import pytest

from ansible_collections.edtech.lti.plugins.module_utils import _document, _errors
from ansible_collections.edtech.lti.plugins.module_utils._connection import Connection

from .canvas_samples import AFTER_THE_COMMA, SETTINGS, recorded, settings
from .scripted import Script
from .scripted_canvas import CREATE, TOKEN, Canvas, key

KEYS = "canvas_tool_configuration"
JSON = {"Content-Type": "application/json"}


class Vendor(Script):
    """Publishes one document."""

    def __init__(self):
        super().__init__()
        self.publish(json.dumps(SETTINGS).encode())

    def publish(self, body, status=200, **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers = [(status, {**JSON, **named}, body)]

    @property
    def address(self):
        return f"{self.url}/lti/canvas.json"


@pytest.fixture
def vendor():
    server = Vendor()
    yield server
    server.close()


@pytest.fixture
def quiz(canvas_runner, vendor):
    """Keeps a key with the vendor's document."""

    def run(**arguments):
        return canvas_runner(KEYS, **{"name": "Quiz", "settings_url": vendor.address, **arguments})

    run.runner, run.writes = canvas_runner, canvas_runner.writes
    return run


def test_a_document_goes_in_is_read_in_each_run_and_is_followed(quiz, vendor):
    made = quiz()
    again = quiz()
    vendor.publish(json.dumps(settings(title="New title")).encode())
    predicted, changed = quiz(check=True), quiz()

    assert [made["changed"], again["changed"], predicted["changed"], changed["changed"]] == [True, False, True, True]
    assert predicted["diff"] == changed["diff"]
    assert changed["tool_configuration"]["settings"]["title"] == "New title"
    assert len(vendor.seen) == 4


def test_canvas_is_given_the_document_and_not_its_address(quiz):
    with recorded() as sent:
        quiz()

    (made,) = [one for one in sent if one.path.startswith("/api/lti/")]
    assert "settings_url" not in made.body["tool_configuration"]
    assert made.body["tool_configuration"]["settings"]["title"] == SETTINGS["title"]


def test_options_go_over_what_was_fetched(quiz):
    made = quiz(privacy_level="public", custom_fields={"x": 1}, disabled_placements=["link_selection"])

    held = made["tool_configuration"]["settings"]
    assert held["custom_fields"]["x"] == "1"
    assert held["extensions"][0]["privacy_level"] == "public"
    assert not quiz(privacy_level="public", custom_fields={"x": 1}, disabled_placements=["link_selection"])["changed"]


def test_what_is_to_go_needs_no_document(quiz, vendor):
    quiz()
    vendor.seen.clear()
    vendor.publish(b"gone", 404)

    assert quiz(state="absent")["changed"]
    assert vendor.seen == []


def test_settings_and_their_address_exclude_each_other(quiz):
    assert "mutually exclusive" in quiz(settings=settings())["msg"]


# Credentials stay at home


def names_of(vendor):
    return {name.lower() for _verb, _path, headers, _body in vendor.seen for name in headers}


def test_no_credential_goes_along(quiz, vendor):
    quiz()

    assert "authorization" not in names_of(vendor)
    assert "cookie" not in names_of(vendor)
    assert quiz.runner.connection["access_token"] not in str(vendor.seen)


def test_no_password_of_a_netrc_goes_along(quiz, vendor, tmp_path, monkeypatch):
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password hunter2pw\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))

    assert quiz()["changed"]

    assert "authorization" not in names_of(vendor)


def test_the_same_host_as_the_platform_gets_no_token_either(canvas_runner):
    """The connection is the same, the login is not."""
    server = Canvas()
    try:
        server.answers["GET", "/lti/canvas.json"] = (200, JSON, SETTINGS)
        server.answers["POST", CREATE] = (
            200,
            {},
            {"developer_key": key(1), "tool_configuration": {"settings": SETTINGS}},
        )
        result = server.runner()(KEYS, name="Quiz", settings_url=f"{server.url}/lti/canvas.json")
        assert result["changed"], result
        sent = {path.split("?")[0]: headers.get("Authorization") for _verb, path, headers, _body in server.seen}
        assert sent.pop("/lti/canvas.json") is None
        assert set(sent.values()) == {f"Bearer {TOKEN}"}
    finally:
        server.close()


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("http://tool.example.com/canvas.json", "plain http to tool.example.com"),
        ("http://127.0.0.1.example.com/canvas.json", "plain http"),
        ("ftp://tool.example.com/canvas.json", "no web address"),
        ("file:///etc/passwd", "no web address"),
        ("tool.example.com/canvas.json", "no web address"),
        ("https://", "no web address"),
        ("https://me:hunter2pw@tool.example.com/canvas.json", "credentials"),
        ("https://tool.example.com:99999/x", "no web address"),
        ("http://[", "no web address"),
    ],
)
def test_an_address_that_is_none_or_not_safe_is_refused(quiz, address, says):
    with recorded() as sent:
        result = quiz(settings_url=address)

    assert "settings_url" in result["msg"]
    assert says.replace("no web", "not a web") in result["msg"]
    assert "hunter2pw" not in str(result)
    assert not [one for one in sent if one.method != "GET"]
    assert not [one for one in sent if "/api/" not in one.path]


def test_a_path_that_looks_like_an_api_is_fine_for_a_document(quiz, vendor):
    assert quiz(settings_url=f"{vendor.url}/api/v1/canvas.json")["changed"]


def test_a_query_is_sent_and_not_shown(quiz, vendor):
    assert quiz(settings_url=f"{vendor.address}?school=s3cretive")["changed"]
    assert vendor.seen[0][1].endswith("?school=s3cretive")
    for status, body in ((403, b"no"), (200, b"{"), (200, b"[]"), (200, b"{}"), (200, b"\xff")):
        vendor.publish(body, status)
        failed = quiz(settings_url=f"{vendor.address}?school=s3cretive")
        assert failed["failed"]
        assert "s3cretive" not in str(failed)


def test_a_name_that_no_host_can_have_is_a_sentence(quiz):
    result = quiz(settings_url=f"https://{'a' * 300}.example/x")

    assert "settings_url cannot be fetched" in result["msg"]
    assert result["failure"]["kind"] == "unavailable"


# What can be wrong with it


@pytest.mark.parametrize(
    "kind", ["application/json; charset=utf-8", "Application/JSON", "application/vnd.example+json"]
)
def test_what_is_said_to_be_json_is_read(quiz, vendor, kind):
    vendor.publish(json.dumps(SETTINGS).encode(), Content_Type=kind)

    assert quiz()["changed"]


@pytest.mark.parametrize("kind", ["text/html", "text/plain", "application/xml", "", "application/jsonish", "json"])
def test_what_is_said_to_be_something_else_is_refused(quiz, vendor, kind):
    vendor.publish(json.dumps(SETTINGS).encode(), Content_Type=kind)

    result = quiz()

    assert "settings_url is not JSON" in result["msg"]
    assert result["failure"]["kind"] == "invalid"
    assert quiz.writes() == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(quiz, vendor, status):
    other = Vendor()
    try:
        vendor.publish(b"", status, Location=other.address)
        result = quiz()
        assert f"settings_url answered {status}" in result["msg"]
        assert "Redirects are not followed" in result["failure"]["hint"]
        assert other.seen == []
    finally:
        other.close()


@pytest.mark.parametrize("status", [401, 403, 404, 410, 500, 503, 204, 206])
def test_any_other_answer_is_no_document(quiz, vendor, status):
    vendor.publish(b"", status)

    result = quiz()

    assert f"settings_url answered {status}" in result["msg"]
    assert result["failure"]["status"] == status
    assert result["failure"]["url"] == vendor.address
    assert quiz.writes() == []


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b'{\n  "title": "x",\n}', AFTER_THE_COMMA),
        (b"<html>", "line 1, column 1"),
        (b"", "line 1, column 1"),
        (b"[]", "JSON, but no object"),
        (b"null", "JSON, but no object"),
        (b"{}", "lacks title"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"title": "\xff"}', "not UTF-8"),
        (json.dumps(SETTINGS).encode("utf-16"), "not UTF-8"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_broken_document_says_where_and_that_it_is_the_fetched_one(quiz, vendor, body, says):
    vendor.publish(body)

    for check in (True, False):
        result = quiz(check=check)
        assert says in result["msg"]
        assert "settings_url" in result["msg"]
        assert result["failure"]["kind"] == "invalid"
    assert quiz.writes() == []


def test_a_mark_of_the_byte_order_does_no_harm(quiz, vendor):
    vendor.publish(b"\xef\xbb\xbf" + json.dumps(settings(title="Læring ☃"), ensure_ascii=False).encode())

    assert quiz()["tool_configuration"]["settings"]["title"] == "Læring ☃"


@pytest.fixture
def narrow(monkeypatch):
    """A limit that does not take long to reach."""
    monkeypatch.setattr(_document, "SIZE_LIMIT", 20_000)
    return 20_000


def test_the_limit_leaves_room_for_any_configuration():
    assert _document.SIZE_LIMIT == 1024 * 1024


@pytest.mark.parametrize("packed", [False, True])
def test_a_document_that_is_too_large_is_not_read_to_its_end(quiz, vendor, narrow, packed):
    """However small it is made for the way."""
    body = b'{"title": "' + b"x" * 3_000_000 + b'"}'
    vendor.publish(gzip.compress(body) if packed else body, **({"Content_Encoding": "gzip"} if packed else {}))

    result = quiz()

    assert f"settings_url is larger than {narrow} bytes" in result["msg"]
    assert quiz.writes() == []


@pytest.mark.parametrize(("more", "fits"), [(0, True), (1, False)])
def test_the_limit_is_exact(quiz, vendor, narrow, more, fits):
    body = json.dumps(settings(description="")).encode()
    vendor.publish(json.dumps(settings(description="x" * (narrow - len(body) + more))).encode())

    assert quiz()["changed"] is fits


def test_a_host_that_is_not_there_is_named(quiz):
    result = quiz(settings_url="http://127.0.0.1:9/canvas.json")

    assert "settings_url cannot be fetched" in result["msg"]
    assert "127.0.0.1" in result["failure"]["hint"]
    assert result["failure"]["kind"] == "unavailable"
    assert quiz.writes() == []


@contextlib.contextmanager
def dripping(head, *, pause, bytes_at_once=1):
    """The address of a server that sends ``head`` and then never ends, a little at a time."""
    listener, stop = socket.create_server(("127.0.0.1", 0)), threading.Event()

    def serve():
        with contextlib.suppress(OSError):
            connection = listener.accept()[0]
            with connection:
                connection.recv(65536)
                connection.sendall(head)
                while not stop.wait(pause):
                    connection.sendall(b" " * bytes_at_once)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/canvas.json"
    finally:
        stop.set()
        listener.close()
        thread.join(5)


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 900000\r\n\r\n"


@pytest.mark.parametrize(
    ("head", "pause"),
    [(HEAD, 60), (b"", 60), (HEAD, 0.05), (b"HTTP/1.1 200 OK\r\nX-Long: ", 0.05)],
    ids=["no body", "no answer", "a byte at a time", "a head without an end"],
)
def test_a_server_that_is_too_slow_is_given_up_in_time(head, pause):
    """The timeout is that of the whole, not that of each byte."""
    connection = Connection.checked(
        "https://canvas.example.edu", timeout=0.4, retries=0, validate_certs=True, ca_path=None, allow_http=False
    )
    said = []

    def fetch(address):
        try:
            said.append(_document.fetched(address, connection, option="settings_url", allow_http=False))
        except _errors.ApiError as error:
            said.append(error)

    with dripping(head, pause=pause) as address:
        thread = threading.Thread(target=fetch, args=(address,), daemon=True)
        thread.start()
        thread.join(2)
        in_time = not thread.is_alive()

    assert in_time
    assert isinstance(said[0], _errors.UnavailableError)
    assert "settings_url" in said[0].sentence().lower()
