"""What travels over TCP: one piece an answer, kept-alive connections, many at a time."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from urllib.parse import urlencode, urlsplit

import pytest

from tests.sandbox.testing import Sandbox
from tests.sandbox.wire import THREADS, LoopbackServer


@pytest.fixture
def connect(sandbox):
    """A function that opens a raw connection to the sandbox."""
    opened = []

    def open_one() -> socket.socket:
        address = urlsplit(sandbox.base_url)
        connection = socket.create_connection((address.hostname, address.port), timeout=5)
        opened.append(connection)
        return connection

    yield open_one
    for one in opened:
        one.close()


def raw_request(exam, path: str, method: str = "GET") -> bytes:
    head = {**exam.headers(), "Host": "sandbox"}
    lines = [f"{method} /api/v3{path}?{urlencode(exam.signed({}, path))} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in head.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _all_of(connection: socket.socket) -> bytes:
    received = b""
    while piece := connection.recv(65536):
        received += piece
    return received


def test_head_and_body_arrive_together(exam, seeds, connect):
    seeds.exam()
    connection = connect()
    for _again in range(20):
        connection.sendall(raw_request(exam, "/exams"))
        head, _blank, body = connection.recv(65536).partition(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
        )
        assert len(body) == length > 0


@pytest.mark.parametrize("path", ["/_sandbox/state", "/"])
def test_control_answers_arrive_together_too(connect, path):
    connection = connect()
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: sandbox\r\n\r\n".encode())
    head, _blank, body = connection.recv(65536).partition(b"\r\n\r\n")
    assert body  # the beginning of it; the page is longer than what one packet takes
    length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
    while len(body) < length:
        body += connection.recv(65536)
    assert len(body) == length


def test_one_connection_serves_many_requests(exam, sandbox):
    address = urlsplit(sandbox.base_url)
    connection = http.client.HTTPConnection(address.hostname, address.port)
    for _again in range(20):
        connection.request("GET", f"/api/v3/exams?{urlencode(exam.signed({}, '/exams'))}", headers=exam.headers())
        connection.getresponse().read()
    connection.close()
    assert len({one["connection"] for one in sandbox.requests()}) == 1


@pytest.mark.parametrize("path", ["/api/v3/exams", "/d2l/api/versions/", "/_sandbox/switches", "/"])
def test_a_target_may_be_a_whole_address(sandbox, connect, path):
    answers = []
    for target in (path, sandbox.base_url + path):
        connection = connect()
        connection.sendall(f"GET {target} HTTP/1.1\r\nHost: sandbox\r\nConnection: close\r\n\r\n".encode())
        head, _blank, body = _all_of(connection).partition(b"\r\n\r\n")
        answers.append((head.split(b"\r\n")[0], body))
    assert answers[0] == answers[1]
    assert {entry["path"] for entry in sandbox.requests()} <= {path}


def test_a_whole_address_keeps_its_query(exam, seeds, sandbox, connect):
    seeds.exam(name="Finals")
    address = raw_request(exam, "/exams").replace(b"GET /", b"GET " + sandbox.base_url.encode() + b"/")
    connection = connect()
    for _again in range(2):  # the connection is kept; the second time the nonce is known
        connection.sendall(address)
        received = connection.recv(65536)
    assert b"Nonce" in received
    assert [entry["status"] for entry in sandbox.requests()] == [200, 401]


@pytest.mark.parametrize("target", ["elsewhere.example:443", "127.0.0.1:80"])
def test_nobody_tunnels_through_the_sandbox(sandbox, connect, target):
    connection = connect()
    connection.sendall(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode())
    assert connection.recv(65536).startswith(b"HTTP/1.1 405 ")
    assert sandbox.requests() == []


def test_a_client_may_send_requests_ahead(exam, connect):
    connection = connect()
    connection.sendall(raw_request(exam, "/exams") * 1 + raw_request(exam, "/exams"))
    received = b""
    while received.count(b"HTTP/1.1 200") < 2:
        received += connection.recv(65536)


def test_idle_connections_do_not_block_new_ones(exam, connect):
    kept_alive = [connect() for _again in range(THREADS * 2)]
    for one in kept_alive:
        one.sendall(raw_request(exam, "/exams"))
        assert one.recv(65536).startswith(b"HTTP/1.1 200")
    silent = [connect() for _again in range(THREADS * 2)]
    started = time.perf_counter()
    assert exam.get("/exams").status_code == 200
    assert time.perf_counter() - started < 20  # and not until those others have ended
    for one in [*kept_alive, *silent]:
        one.sendall(raw_request(exam, "/exams"))
        assert one.recv(65536).startswith(b"HTTP/1.1 200")


def test_requests_are_served_side_by_side(exam, as_user, sandbox):
    sandbox.faults({"kind": "slow", "seconds": 1, "times": 8})
    clients = [as_user("demo") for _again in range(8)]
    threads = [threading.Thread(target=client.get, args=("/exams",)) for client in clients]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.perf_counter() - started < 6  # one after the other they would take eight
    assert len({one["connection"] for one in sandbox.requests()}) == 8


def test_parallel_creates_get_different_ids(as_user, sandbox):
    clients = [as_user("demo") for _again in range(8)]

    def create(client):
        for _again in range(10):
            client.post("/exams", name="n", type="demo")

    threads = [threading.Thread(target=create, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(int, sandbox.state("exam")["exams"])) == list(range(1, 81))


def test_nagle_is_off(sandbox):
    listening = sandbox._server.socket
    assert listening.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "example.org", "::"])
def test_only_loopback_addresses_are_served(host):
    with pytest.raises(ValueError, match="loopback"):
        LoopbackServer(host, 0, None)


def test_a_stopped_sandbox_refuses_connections():
    with Sandbox() as sandbox:
        address = urlsplit(sandbox.base_url)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((address.hostname, address.port), timeout=1)
    with pytest.raises(RuntimeError):
        _unused = sandbox.base_url


def test_stopping_ends_a_held_answer(sandbox):
    with Sandbox() as other:
        other.faults({"kind": "timeout"})
        address = urlsplit(other.base_url)
        connection = socket.create_connection((address.hostname, address.port), timeout=10)
        connection.sendall(b"GET /api/v3/exams HTTP/1.1\r\nHost: sandbox\r\n\r\n")
        while not other.requests():
            time.sleep(0.005)
        started = time.perf_counter()
    assert time.perf_counter() - started < 30  # and not the minute for which it is held
    assert connection.recv(10) == b""
    connection.close()
