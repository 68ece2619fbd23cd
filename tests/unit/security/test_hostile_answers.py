"""Answers that no platform gives: refused in a sentence, with bounded time and memory, and without a write after."""

from __future__ import annotations

import gzip
import json
import socket
import threading
import tracemalloc
import zlib

import pytest

from ansible_collections.edtech.lti.plugins.module_utils import _body, _paging
from tests.unit.plugins.conftest import Runner

from .planted import ARGUMENTS, MODULES, WAYS, planted

READING = {name: next(one for one in MODULES if one.startswith(f"{name}_") and one.endswith("_info")) for name in WAYS}
DEEP = b'{"a":' * 5000 + b"1" + b"}" * 5000
STRANGE = {
    "not JSON": (b"<h1>Welcome</h1>", {}),
    "a page that says JSON": (b"<h1>Welcome</h1>", {"Content-Type": "application/json"}),
    "a number without an end": (b'{"exams": [' + b"9" * 5000 + b"]}", {}),
    "no number": (b'{"exams": [{"id": NaN}]}', {}),
    "no end of a number": (b'[{"id": -Infinity}]', {}),
    "nested deep": (DEEP, {}),
    "nested as deep as some read": (b'{"a":' * 150 + b"1" + b"}" * 150, {}),
    "lists in lists": (b"[" * 100_000, {}),
    "another charset": ('["é"]'.encode("latin-1"), {"Content-Type": "application/json; charset=latin-1"}),
    "half of it": (b'{"exams": [{"id":', {}),
    "two answers": (b"[][]", {}),
    "packed twice": (gzip.compress(gzip.compress(b"[]")), {"Content-Encoding": "gzip, gzip"}),
    "packed as nobody does": (b"[]", {"Content-Encoding": "br"}),
    "not packed though it says so": (b"[]", {"Content-Encoding": "gzip"}),
    "packed and cut": (gzip.compress(b"[" + b"1," * 9000)[:-30], {"Content-Encoding": "gzip"}),
}


def runner(server, platform, **more):
    given = {name: planted(name) for name in WAYS[platform][0]}
    return Runner.at(server.url, **{"retries": 0, "timeout": 5, **given, **more})


@pytest.mark.parametrize("platform", WAYS)
@pytest.mark.parametrize("body, headers", STRANGE.values(), ids=STRANGE)
def test_what_is_no_answer_is_refused_in_a_sentence(script, platform, body, headers):
    script.answers = [(200, headers, body)]

    result = runner(script, platform)(READING[platform], **ARGUMENTS[READING[platform]])

    assert result["failure"]["kind"] in ("protocol", "unavailable"), result
    assert len(result["msg"]) < 1000
    assert result["msg"].endswith((".", "?", "..."))


@pytest.mark.parametrize("module", [one for one in MODULES if one in ARGUMENTS and not one.endswith("_info")])
@pytest.mark.parametrize("body, headers", STRANGE.values(), ids=STRANGE)
def test_after_what_is_no_answer_nothing_is_written(script, module, body, headers):
    script.answers = [(200, headers, body)]
    given = {} if module == "d2l_access_token" else ARGUMENTS[module]

    result = runner(script, module.partition("_")[0])(module, **given)

    assert {verb for verb, *_rest in script.seen} <= {"GET"}
    assert result.get("failed") or module == "d2l_access_token"


def test_a_mark_of_byte_order_is_no_harm(script):
    script.answers = [(200, {}, b"\xef\xbb\xbf" + b'{"exams": []}')]

    assert runner(script, "exam")("exam_info")["exams"] == []


def test_a_name_that_stands_twice_counts_once(script):
    script.answers = [(200, {}, b'{"exams": [{"id": 1}], "exams": []}')]

    assert runner(script, "exam")("exam_info")["exams"] == []


@pytest.mark.parametrize("pack", ["gzip", "deflate"])
def test_what_unpacks_to_too_much_takes_no_memory(script, monkeypatch, pack):
    monkeypatch.setattr(_body, "BODY_LIMIT", 1024 * 1024)
    plain = b" " * (50 * 1024 * 1024)
    body = gzip.compress(plain, 9) if pack == "gzip" else zlib.compress(plain, 9)
    del plain
    script.answers = [(200, {"Content-Encoding": pack}, body)]
    tracemalloc.start()
    try:
        result = runner(script, "exam")("exam_info")
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert "larger than" in result["msg"]
    assert result["failure"]["kind"] == "protocol"
    assert most < 20 * 1024 * 1024


class Dripping:
    """A server that sends a head and then a byte at a time, until nobody listens."""

    def __init__(self, head):
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._head, self._over = head, threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while not self._over.is_set():
            try:
                other, _address = self._socket.accept()
            except OSError:
                return
            with other:
                try:
                    other.recv(65536)
                    other.sendall(self._head)
                    while not self._over.wait(0.01):
                        other.sendall(b"1\r\n \r\n" if b"chunked" in self._head else b" ")
                except OSError:
                    continue

    def close(self):
        self._over.set()
        self._socket.close()


@pytest.mark.parametrize("way", ["Content-Length: 1000000", "Transfer-Encoding: chunked", "Connection: close"])
def test_a_body_that_drips_is_not_waited_for_without_end(way, monkeypatch):
    monkeypatch.setattr(_body, "PATIENCE", 1)
    server = Dripping(f"HTTP/1.1 200 OK\r\n{way}\r\n\r\n".encode())
    try:
        result = runner(server, "exam", timeout=0.3)("exam_info")
    finally:
        server.close()

    assert "had no end within" in result["msg"]
    assert result["failure"]["kind"] == "protocol"


def test_a_flood_of_headers_is_refused(script):
    script.answers = [(200, {f"X-{number}": "y" for number in range(500)}, b"{}")]
    assert runner(script, "exam")("exam_info")["failure"]["kind"] == "unavailable"

    script.answers = [(200, {"X": "y" * 200_000}, b"{}")]
    assert runner(script, "exam")("exam_info")["failure"]["kind"] == "unavailable"


@pytest.mark.parametrize("length", ["1000", "-1", "x", "9" * 30])
def test_a_length_that_is_not_that_of_the_body_is_no_crash(script, length):
    script.answers = [(200, {"Content-Length": length, "Connection": "close"}, b'{"exams": []}')]

    result = runner(script, "exam", timeout=0.3)("exam_info")

    assert "made a mistake" not in result.get("msg", "")


def page(platform, number, path):
    if platform == "canvas":
        return 200, {"Link": f'<{path}?page={number + 1}>; rel="next"'}, b"[]"
    if platform == "d2l":
        return 200, {}, json.dumps({"Next": f"{path}?bookmark={number}", "Objects": []}).encode()
    return 200, {"X-Pagination-Page-Count": "9" * 9, "X-Pagination-Page": str(number)}, b'{"exams": []}'


PATHS = {
    "canvas": "/api/v1/accounts/self/lti_registrations",
    "d2l": "/d2l/api/le/1.92/ltiadvantage/registration/",
    "exam": "/api/v3/exams",
}


@pytest.mark.parametrize("platform", PATHS)
@pytest.mark.parametrize("limit", ["PAGES_AT_MOST", "BYTES_AT_MOST"])
def test_pages_without_an_end_come_to_one(script, monkeypatch, platform, limit):
    monkeypatch.setattr(_paging, limit, 20)
    script.answer = lambda method, path: page(platform, len(script.seen), path)

    result = runner(script, platform)("api_request", platform=platform, path=PATHS[platform], paginate=True)

    assert "the pages of the list never end" in result["msg"]
    assert result["failure"]["kind"] == "protocol"
    assert len(script.seen) <= 21


@pytest.mark.parametrize("name", ["X-Pagination-Page-Count", "X-Pagination-Item-Count", "Retry-After", "Date"])
def test_a_number_without_an_end_in_the_head_is_no_crash(script, name):
    script.answers = [(status, {name: "9" * 5000}, b'{"exams": []}') for status in (503, 200)]

    result = runner(script, "exam", retries=1)("exam_info")

    assert "made a mistake" not in result.get("msg", "")


def test_a_clock_without_an_end_is_no_crash(script):
    script.answers = [(403, {}, b"Timestamp out of range " + b"9" * 5000)]
    keys = {"app_id": "a", "app_key": "b", "user_id": "c", "user_key": "d"}

    result = Runner.at(script.url, retries=0, timeout=5, **keys)("d2l_org_unit_info")

    assert result["failure"]["kind"] == "auth"


@pytest.mark.parametrize("half", [b"\\ud800", b"\\uDFFF", b"\xed\xa0\x80"])
def test_half_a_letter_spoils_no_list(script, half):
    """Nobody could print it or write it into a file, and so one name would spoil a report on all tenants."""
    script.answers = [(200, {}, b'{"exams": [{"id": 1, "name": "a' + half + b'b \\ud83d\\ude00", "status": "new"}]}')]

    (exam,) = runner(script, "exam")("exam_info")["exams"]

    assert exam["name"].encode().decode().endswith("b \U0001f600")
