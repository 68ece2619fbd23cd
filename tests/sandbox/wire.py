"""The network side: one HTTP/1.1 server whose every answer leaves in one piece.

Cheroot sends head and body apart. On a kept-alive connection that costs up to 40 ms an answer
(the second packet waits for the client's delayed acknowledgement), and then every measurement
of the collection would measure that. So the answer is gathered here and sent at once.
"""

from __future__ import annotations

import io
import ipaddress
import logging
import select
import socket
import sys
import threading

from cheroot import wsgi
from cheroot.server import HTTPConnection, HTTPRequest

# What a WSGI application puts into its environment to have its answer ill-treated.
WIRE_FAULT = "sandbox.wire_fault"
# Where it finds a function that tells whether the client has hung up.
CLIENT_GONE = "sandbox.client_gone"

THREADS = 32


class OneSegmentGateway(wsgi.Gateway_10):
    """Gathers head and body and sends them with one call, or breaks off as a fault demands."""

    def get_environ(self):
        """Add the means to notice that the client has hung up."""
        environ = super().get_environ()
        environ[CLIENT_GONE] = self._client_is_gone
        return environ

    def respond(self):
        """Serve the request; `drop` sends nothing and hangs up, `truncate` half of the body."""
        connection = self.req.conn
        outlet, gathered = connection.wfile, io.BytesIO()
        connection.wfile = gathered
        try:
            super().respond()
        finally:
            connection.wfile = outlet
        if self.req.chunked_write:
            # An answer without a length ends with this, which cheroot would send on its own.
            gathered.write(b"0\r\n\r\n")
            self.req.chunked_write = False
        fault = self.env.get(WIRE_FAULT)
        if fault is not None:
            self.req.close_connection = True
        if fault != "drop":
            answer = gathered.getvalue()
            outlet.write(_first_half(answer) if fault == "truncate" else answer)

    def _client_is_gone(self) -> bool:
        connection = self.req.conn.socket
        try:
            # Asked first, since reading from a socket with a timeout waits for that long.
            poll = select.poll()
            poll.register(connection, select.POLLIN)
            return bool(poll.poll(0)) and connection.recv(1, socket.MSG_PEEK) == b""
        except (OSError, ValueError):
            return True


def _first_half(answer: bytes) -> bytes:
    """Return `answer` up to the middle of its body, or of its head when it has no body."""
    head, blank_line, body = answer.partition(b"\r\n\r\n")
    if not body:
        return head[: len(head) // 2]
    return head + blank_line + body[: len(body) // 2]


class AnyTargetRequest(HTTPRequest):
    """A request that may name its target by a whole address, `GET http://127.0.0.1:8460/lti/7`.

    HTTP/1.1 wants every server to take that form (RFC 9112, 3.2.2), and clients that follow a link to
    the next page by the address it has do send it. Cheroot takes it in its proxy mode only.
    """

    def __init__(self, server, connection):
        """Read a request from `connection`."""
        super().__init__(server, connection, proxy_mode=True)

    def read_request_line(self) -> bool:
        """Refuse what else the proxy mode would take: a tunnel to somewhere."""
        if not super().read_request_line():
            return False
        if self.method == b"CONNECT":
            self.simple_response("405 Method Not Allowed")
            return False
        return True


class AnyTargetConnection(HTTPConnection):
    """A connection that reads such requests."""

    RequestHandlerClass = AnyTargetRequest


class LoopbackServer(wsgi.Server):
    """A threaded server on a loopback address; a thread is busy only while it has a request.

    A connection waits for its next request without a thread, from its first request on, and
    there is no limit to how many may wait.
    """

    ConnectionClass = AnyTargetConnection
    keep_alive_conn_limit = None
    # Also the longest time that stopping takes.
    expiration_interval = 0.1

    def __init__(self, host: str, port: int, application):
        """Serve the WSGI `application` at `host` and `port` (0: any free port).

        Raises `ValueError` when `host` is not a loopback address: the sandbox's credentials are
        public, so nobody else may reach it.
        """
        if not _is_loopback(host):
            raise ValueError(f"The sandbox listens on a loopback address only, not on {host}.")
        super().__init__(
            (host, port),
            application,
            numthreads=THREADS,
            server_name="edtech-lti-sandbox",
            request_queue_size=256,
            timeout=75,
            shutdown_timeout=2,
        )
        self.gateway = OneSegmentGateway
        self._thread: threading.Thread | None = None

    @property
    def base_url(self) -> str:
        """The address of the running server, with its real port."""
        host, port = self.bind_addr[:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def start_in_thread(self) -> None:
        """Bind, then serve in a thread of its own. Raises `OSError` when the port is taken."""
        self.prepare()
        self._thread = threading.Thread(target=self.serve, name="sandbox", daemon=True)
        self._thread.start()

    def stop(self):
        """Close every connection and end all threads."""
        super().stop()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(5)

    def process_conn(self, conn):
        """Let a connection wait for its first request as it does for each later one."""
        if conn.last_used is None:
            self.put_conn(conn)
        else:
            super().process_conn(conn)

    def error_log(self, msg="", level=logging.INFO, traceback=False):
        """Keep quiet about clients that hang up, which tests do all the time."""
        if level >= logging.ERROR:
            sys.stderr.write(f"{msg}\n")
            if traceback:
                logging.getLogger(__name__).exception(msg)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
