"""What goes wrong on purpose."""

from __future__ import annotations

import json
import socket
import threading
import time
from urllib.parse import urlsplit

import pytest
import requests

from tests.sandbox.faults import KINDS, WORKING

VERBS = ["GET", "POST", "PATCH", "PUT", "DELETE"]


def path_for(method: str) -> str:
    return "/exams" if method == "POST" else "/exams/1"


def params_for(method: str) -> dict:
    return {} if method in ("GET", "DELETE") else {"name": "Changed", "type": "demo"}


def is_done(sandbox, method: str) -> bool:
    """Tell whether the request that `path_for` and `params_for` describe took effect."""
    exams = sandbox.state("exam")["exams"]
    if method == "POST":
        return len(exams) == 2
    return exams["1"]["status" if method == "DELETE" else "name"] in ("deleted", "Changed")


def outcome(exam, method: str, timeout: float = 10):
    """Send the request; return its answer, or the exception it ended in."""
    try:
        return exam.send(method, path_for(method), params_for(method), timeout=timeout)
    except requests.RequestException as error:
        return error


@pytest.mark.parametrize("method", VERBS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_does_or_prevents_the_work(exam, sandbox, seeds, kind, method):
    seeds.exam()
    seconds = {"seconds": 0.05} if kind in ("slow", "timeout") else {}
    sandbox.faults({"kind": kind, "method": method, **seconds})
    first = outcome(exam, method)
    if method != "GET":
        assert is_done(sandbox, method) is (kind in WORKING)
    entry = sandbox.requests()[-1]
    assert (entry["fault"], entry["method"]) == (kind, method)
    if kind in ("timeout", "drop_before", "drop_after"):
        assert isinstance(first, requests.ConnectionError)
    elif kind == "truncate":
        assert isinstance(first, requests.exceptions.ChunkedEncodingError)
    elif kind in ("slow", "html"):
        assert first.ok
    else:
        assert first.status_code == int(kind)
    # The fault is used up, and the next request meets the platform as it is.
    after = exam.get("/exams")
    assert after.status_code == 200
    assert sandbox.requests()[-1]["fault"] is None


@pytest.mark.parametrize(
    ("kind", "status"),
    [("timeout", None), ("drop_before", None), ("drop_after", 201), ("truncate", 201),
     ("slow", 201), ("html", 200), ("500", 500), ("429", 429)],
)  # fmt: skip
def test_the_journal_shows_what_the_platform_did(exam, sandbox, kind, status):
    seconds = {"seconds": 0.01} if kind in ("slow", "timeout") else {}
    sandbox.faults({"kind": kind, **seconds})
    outcome(exam, "POST")
    assert sandbox.requests()[0]["status"] == status


@pytest.mark.parametrize("kind", ["500", "502", "503", "html"])
def test_error_pages_are_html(exam, sandbox, kind):
    sandbox.faults({"kind": kind})
    answer = exam.get("/exams")
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "<html>" in answer.text
    assert "Retry-After" not in answer.headers


@pytest.mark.parametrize(
    ("fault", "header"),
    [
        ({"kind": "429"}, "0"),
        ({"kind": "429", "retry_after": 1}, "1"),
        ({"kind": "503", "retry_after": 2}, "2"),
        ({"kind": 503}, None),
    ],
)
def test_retry_after(exam, sandbox, fault, header):
    sandbox.faults(fault)
    assert exam.get("/exams").headers.get("Retry-After") == header


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "timeout"])
def test_a_dropped_answer_has_no_byte(exam, sandbox, kind):
    sandbox.faults({"kind": kind, "seconds": 0})
    address = urlsplit(sandbox.base_url)
    with socket.create_connection((address.hostname, address.port), timeout=5) as connection:
        connection.sendall(b"GET /api/v3/exams HTTP/1.1\r\nHost: sandbox\r\n\r\n")
        assert connection.recv(100) == b""


def test_a_truncated_answer_promises_the_whole_body(exam, sandbox, seeds):
    seeds.exam()
    sandbox.faults({"kind": "truncate"})
    sent = exam.signed({}, "/exams")
    answer = exam.session.get(f"{exam.base_url}/api/v3/exams", params=sent, headers=exam.headers(), stream=True)
    whole = len(json.dumps(exam.get("/exams").json(), separators=(",", ":")))
    assert int(answer.headers["Content-Length"]) == whole
    assert len(answer.raw.read(decode_content=False, amt=whole // 2)) == whole // 2
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        _unused = answer.content


def test_a_timeout_holds_the_answer(exam, sandbox):
    sandbox.faults({"kind": "timeout"})
    assert isinstance(outcome(exam, "POST", timeout=0.2), requests.Timeout)
    assert sandbox.state("exam")["exams"] == {}


def test_a_timeout_ends_when_the_client_hangs_up(exam, sandbox):
    sandbox.faults({"kind": "timeout"})
    exam.session.headers["Connection"] = "close"
    outcome(exam, "GET", timeout=0.1)
    exam.session.close()
    deadline = time.monotonic() + 5
    while sandbox.requests()[0]["ms"] is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_reset_ends_a_timeout(exam, sandbox):
    sandbox.faults({"kind": "timeout"})
    timer = threading.Timer(0.1, sandbox.reset)
    timer.start()
    started = time.monotonic()
    assert isinstance(outcome(exam, "GET"), requests.ConnectionError)
    assert time.monotonic() - started < 5
    timer.join()


def test_a_slow_answer_comes_late_and_blocks_nobody(exam, as_user, sandbox):
    sandbox.faults({"kind": "slow", "seconds": 0.5, "method": "POST"})
    answers = []
    thread = threading.Thread(target=lambda: answers.append(outcome(exam, "POST")))
    started = time.monotonic()
    thread.start()
    deadline = started + 5
    while not sandbox.state("exam")["exams"] and time.monotonic() < deadline:
        time.sleep(0.005)
    assert as_user("super").get("/exams").status_code == 200
    assert time.monotonic() - started < 0.4
    thread.join()
    assert time.monotonic() - started >= 0.5
    assert answers[0].status_code == 201


@pytest.mark.parametrize(
    ("narrowed", "met"),
    [
        ({}, True),
        ({"platform": "exam"}, True),
        ({"platform": "canvas"}, False),
        ({"method": "get"}, True),
        ({"method": "POST"}, False),
        ({"path": "/api/v3/exams"}, True),
        ({"path": "/api/v3/exams*"}, True),
        ({"path": "/api/v3/tool_providers*"}, False),
        ({"platform": "exam", "method": "GET", "path": "*/exams"}, True),
    ],
)
def test_a_fault_can_be_narrowed(exam, sandbox, narrowed, met):
    sandbox.faults({"kind": "500", **narrowed})
    assert (exam.get("/exams").status_code == 500) is met


def test_a_fault_is_met_as_often_as_it_says(exam, sandbox):
    sandbox.faults({"kind": "503", "times": 2})
    assert [exam.get("/exams").status_code for _again in range(3)] == [503, 503, 200]


def test_a_fault_lets_the_first_requests_through(exam, sandbox):
    sandbox.faults({"kind": "503", "skip": 2})
    assert [exam.get("/exams").status_code for _again in range(4)] == [200, 200, 503, 200]


def test_faults_are_met_in_order(exam, sandbox):
    left = sandbox.faults({"kind": "500"}, {"kind": "502", "skip": 1}, {"kind": "429"})
    assert [one["kind"] for one in left] == ["500", "502", "429"]
    assert [exam.get("/exams").status_code for _again in range(4)] == [500, 429, 502, 200]


def test_a_fault_does_not_use_up_the_nonce(exam, sandbox):
    sandbox.faults({"kind": "503"})
    assert exam.send("GET", "/exams", nonce=7).status_code == 503
    assert exam.send("GET", "/exams", nonce=7).status_code == 200


def test_a_lost_answer_does_use_up_the_nonce(exam, sandbox):
    sandbox.faults({"kind": "drop_after"})
    with pytest.raises(requests.ConnectionError):
        exam.send("GET", "/exams", nonce=7)
    assert exam.send("GET", "/exams", nonce=7).status_code == 401


def test_control_routes_meet_no_fault(exam, sandbox):
    sandbox.faults({"kind": "500", "times": 9})
    for path in ("/", "/_sandbox/requests", "/_sandbox/state", "/_sandbox/faults"):
        assert exam.session.get(exam.base_url + path).status_code == 200
    assert sandbox.requests() == []
