"""The HTTP client's own rules: where credentials may go, how long to wait, what an answer means."""

from __future__ import annotations

import email.utils
import http.client
import json
import time

import pytest
import requests
import urllib3

from ansible_collections.edtech.lti.plugins.module_utils import _body, _client, _errors
from ansible_collections.edtech.lti.plugins.module_utils._client import (
    Client,
    Dialect,
    Patience,
)
from ansible_collections.edtech.lti.plugins.module_utils._connection import Connection
from ansible_collections.edtech.lti.plugins.module_utils._paging import numbered_pages
from tests.unit.plugins.scripted import Script

CONNECTION = {"timeout": 2, "retries": 2, "validate_certs": True, "ca_path": None, "allow_http": False}


@pytest.fixture
def script():
    server = Script()
    yield server
    server.close()


def client(url, *, sleep=lambda seconds: None, **changes):
    connection = Connection.checked(url, **{**CONNECTION, **changes})
    return Client(connection, Dialect({"Accept": "x/y"}, numbered_pages), None, learn=lambda *unused: None, sleep=sleep)


def reply(status=200, body=b"{}", **headers):
    return status, {name.replace("_", "-"): value for name, value in headers.items()}, body


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("school.example.com", "not a web address"),
        ("ftp://school.example.com", "not a web address"),
        ("https://", "not a web address"),
        ("http://school.example.com", "plain http"),
        ("http://127.0.0.1.example.com", "plain http"),
        ("https://user:pass@school.example.com", "credentials"),
        ("https://school.example.com?x=1", "query"),
        ("https://school.example.com/api/v3", "before the API's path"),
    ],
)
def test_addresses_that_may_not_get_credentials_are_refused(address, says):
    with pytest.raises(_errors.InvalidError, match=says):
        Connection.checked(address, **CONNECTION)


@pytest.mark.parametrize(
    ("address", "api", "right"),
    [
        ("https://school.example.com/api/v3", "/api/", "https://school.example.com"),
        ("https://school.example.com/proxy/api", "/api/", "https://school.example.com/proxy"),
        ("https://lms.example.edu/d2l/api/le/1.92", "/d2l/api/", "https://lms.example.edu"),
        ("https://luminus.example.edu/v2/api/lti/", "/lti/", "https://luminus.example.edu/v2/api"),
    ],
)
def test_an_address_of_the_api_is_refused_with_the_one_before_it(address, api, right):
    with pytest.raises(_errors.InvalidError) as raised:
        Connection.checked(address, api=api, **CONNECTION)
    assert raised.value.hint == f"Use {right}."


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1", "http://[::1]:1", "http://localhost:1", "https://a.example/x/"]
)
def test_these_addresses_are_fine(address):
    assert Connection.checked(address, **CONNECTION).base_url == address.rstrip("/")


def test_plain_http_is_possible_where_it_is_really_meant():
    assert Connection.checked("http://school.example.com", **{**CONNECTION, "allow_http": True})


def test_a_redirect_is_never_followed_and_says_where_it_points(script):
    script.answers = [reply(302, Location="https://elsewhere.example/login?secret=1")]

    with pytest.raises(_errors.ProtocolError, match=r"https://elsewhere\.example/login;") as raised:
        client(script.url).read("/x")

    assert len(script.seen) == 1
    assert "secret" not in raised.value.sentence()


def test_an_answer_that_never_ends_is_cut_off(script, monkeypatch):
    monkeypatch.setattr(_body, "BODY_LIMIT", 1000)
    script.answers = [reply(body=b"x" * 200_000)]

    with pytest.raises(_errors.ProtocolError, match="larger than 1000 bytes"):
        client(script.url).read("/x")


def test_json_nested_too_deep_is_no_crash(script):
    script.answers = [reply(body=b"[" * 200_000)]

    with pytest.raises(_errors.UnavailableError, match="not JSON") as raised:
        client(script.url, retries=0).read("/x")
    assert raised.value.kind == "protocol"


def test_the_server_says_how_long_to_wait(script):
    pauses = []
    script.answers = [reply(429, Retry_After="7"), reply(503, Retry_After=_http_date(30)), reply()]

    client(script.url, sleep=pauses.append).read("/x")

    assert pauses[0] == 7
    assert 20 < pauses[1] <= 31


def test_a_wait_of_an_hour_is_an_error_that_names_the_throttling(script):
    script.answers = [reply(429, Retry_After="3600")]

    with pytest.raises(_errors.RateLimitedError, match="429") as raised:
        client(script.url).read("/x")
    assert len(script.seen) == 1
    assert "throttling" in raised.value.sentence()


@pytest.mark.parametrize("nonsense", ["soon", "", "-5", "1e9999"])
def test_a_retry_after_that_nobody_can_read_is_ignored(script, nonsense):
    script.answers = [reply(503, Retry_After=nonsense), reply()]

    assert client(script.url).read("/x").ok


def test_pauses_grow_are_jittered_and_end(monkeypatch):
    monkeypatch.setattr(_client, "BACKOFF_FACTOR", 0.5)
    rounds = []
    for _again in range(30):
        pauses = []
        patience = Patience(8, pauses.append)
        while patience.wait():
            pass
        rounds.append(pauses)

    assert {len(pauses) for pauses in rounds} == {8}
    assert all(0.25 <= pauses[0] <= 0.5 and max(pauses) <= _client.BACKOFF_CEILING for pauses in rounds)
    assert all(pauses[5] > pauses[1] for pauses in rounds)
    assert len({pauses[3] for pauses in rounds}) > 20


def test_a_cookie_of_one_user_is_not_sent_for_another(script):
    script.answers = [reply(Set_Cookie="session=abc; Path=/")]
    one = client(script.url)
    one.read("/x")
    one.read("/x")

    assert "Cookie" not in script.seen[1][2]


def test_a_throttled_write_is_repeated_and_a_refused_one_is_not(script):
    script.answers = [reply(429, Retry_After="0"), reply(422, b'{"error": "no"}')]

    with pytest.raises(_errors.InvalidError, match="422") as raised:
        client(script.url).write("POST", "/x", {})
    assert len(script.seen) == 2
    assert raised.value.details == "no"


def test_a_write_that_may_have_happened_is_never_repeated_by_the_client(script):
    script.answers = [reply(502, b"<h1>Bad Gateway</h1>")]

    with pytest.raises(_errors.OutcomeUnknown) as raised:
        client(script.url).write("POST", "/x", {})
    assert len(script.seen) == 1
    assert raised.value.details == "Bad Gateway"


def test_check_mode_sends_no_write_even_if_somebody_tries(script):
    connection = Connection.checked(script.url, **CONNECTION)
    dry = Client(connection, Dialect({}, numbered_pages), None, learn=lambda *unused: None, writes_allowed=False)

    with pytest.raises(_errors.WriteInCheckMode):
        dry.write("DELETE", "/x")
    assert script.seen == []


def test_an_unreachable_host_is_named_with_what_to_check():
    with pytest.raises(_errors.UnavailableError, match=r"127\.0\.0\.1:9 cannot be reached") as raised:
        client("http://127.0.0.1:9", retries=1).read("/x")
    assert raised.value.attempts == 2
    assert "DNS" in raised.value.sentence()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"error": "Couldn\'t find Exam"}', "Couldn't find Exam"),
        (b'{"errors": {"name": ["has already been taken"]}}', '{"name": ["has already been taken"]}'),
        (
            b"<html><head><style>p{}</style></head><h1>Sorry</h1><p>We are back &amp; soon</p>",
            "Sorry We are back & soon",
        ),
        (b"plain words", "plain words"),
        (b"", None),
        (b"s\xe9cr\xe8t", "sécrèt"),
        (b"x" * 5000, "x" * 600 + "..."),
    ],
)
def test_the_servers_own_words_are_repeated(script, body, words):
    script.answers = [reply(403, body)]

    with pytest.raises(_errors.ForbiddenError) as raised:
        client(script.url).read("/x")
    assert raised.value.details == words


def test_pages_end_where_the_headers_say_and_a_server_that_stays_on_one_page_is_found_out(script):
    count = {"X-Pagination-Page-Count": "3"}
    script.answers = [(200, {"Content-Length": "2", "X-Pagination-Page": str(n), **count}, b"{}") for n in (1, 2, 3)]
    assert len(list(client(script.url).pages("/x"))) == 3
    assert [entry[1] for entry in script.seen] == [f"/x?page={n}&limit=100" for n in (1, 2, 3)]

    script.answers = [(200, {"Content-Length": "2", "X-Pagination-Page": "1", **count}, b"{}")]
    with pytest.raises(_errors.ProtocolError, match="page 2 was asked for and page 1 came"):
        list(client(script.url).pages("/x"))


def test_one_connection_serves_many_requests(script):
    script.answers = [reply(body=json.dumps({"n": 1}).encode())]
    one = client(script.url)
    for _again in range(20):
        one.read("/x")

    assert len(script.ports) == 1
    assert len(script.seen) == 20


def _http_date(seconds):
    return email.utils.formatdate(time.time() + seconds, usegmt=True)


@pytest.mark.parametrize(
    ("cause", "never_sent"),
    [
        (urllib3.exceptions.NewConnectionError(None, "refused"), True),
        (urllib3.exceptions.ProxyError("proxy", urllib3.exceptions.NewConnectionError(None, "refused")), True),
        (urllib3.exceptions.ProxyError("proxy", http.client.RemoteDisconnected("after the request")), False),
        (urllib3.exceptions.ProtocolError("aborted", ConnectionResetError(104, "reset")), False),
    ],
)
def test_only_a_connection_that_was_never_made_counts_as_never_sent(monkeypatch, cause, never_sent):
    """A proxy may hand a request on and hang up before the answer; urllib3 calls that a proxy error too."""
    kind = requests.exceptions.ProxyError if isinstance(cause, urllib3.exceptions.ProxyError) else None
    wrapped = urllib3.exceptions.MaxRetryError(None, "/x", cause)
    failure = (kind or requests.exceptions.ConnectionError)(wrapped)
    tries = []

    def send(*arguments, **options):
        tries.append(arguments)
        raise failure

    monkeypatch.setattr(requests.Session, "request", send)
    with pytest.raises(_errors.Unanswered if never_sent else _errors.OutcomeUnknown):
        client("https://school.example.com").write("POST", "/x", {})
    assert len(tries) == (3 if never_sent else 1)
