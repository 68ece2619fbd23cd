"""A server for what the sandbox would never do."""

from __future__ import annotations

import contextlib
import http.server
import json
import threading


class Script:
    """A server that answers what a test lays down, one answer a request, the last one again and again."""

    def __init__(self):
        self.answers = []
        self.seen = []
        self.ports = set()
        script = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # head and body in one segment: apart, each kept connection costs 40 ms

            def _answer(self):
                length = int(self.headers.get("Content-Length") or 0)
                script.ports.add(self.client_address[1])
                script.seen.append((self.command, self.path, dict(self.headers), self.rfile.read(length)))
                status, headers, body = script.answer(self.command, self.path.split("?")[0])
                self.send_response_only(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer

            def handle_one_request(self):
                # A client that hangs up in the middle is what some tests are about.
                with contextlib.suppress(OSError):
                    super().handle_one_request()

            def log_message(self, *args):
                """Tests print nothing."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def answer(self, method, path):
        """What the next request is answered with: status, headers, body."""
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def close(self):
        self._server.shutdown()
        self._server.server_close()


class Strange(Script):
    """Answers by method and path, with JSON; ``held`` are the objects that a simple platform holds."""

    def __init__(self):
        super().__init__()
        self.held = {}
        self.answers = {}

    def answer(self, method, path):
        """A fixed answer, given as data or as ``(status, data)`` or as a function; else that of a plain platform."""
        fixed = self.answers.get((method, path), self.answers.get((method, "*")))
        if callable(fixed):
            fixed = fixed()
        if fixed is None:
            fixed = {path.rsplit("/", 1)[-1]: list(self.held.values())}
        status, data = fixed if isinstance(fixed, tuple) else (200, fixed)
        return status, {}, data if isinstance(data, bytes) else json.dumps(data).encode()
