"""The WSGI application: control routes, platforms, journal and faults around them."""

from __future__ import annotations

import io
import json
import time
from email.utils import formatdate
from http import HTTPStatus

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from .control import CONTROL_PATHS, control_routes
from .faults import WORKING
from .launch.control import launch_routes
from .service import Service
from .wire import CLIENT_GONE, WIRE_FAULT

_WIRE_FAULTS = {"drop_after": "drop", "truncate": "truncate"}

_ERROR_PAGE = """<!DOCTYPE html>
<html>
<head><title>{title}</title></head>
<body>
<center><h1>{title}</h1></center>
<hr><center>nginx</center>
</body>
</html>
"""

_RAILS_PAGE = """<!DOCTYPE html>
<html>
<head><title>We're sorry, but something went wrong (500)</title></head>
<body class="rails-default-error-page">
<div class="dialog"><h1>We're sorry, but something went wrong.</h1></div>
</body>
</html>
"""

_MAINTENANCE_PAGE = """<!DOCTYPE html>
<html>
<head><title>Scheduled maintenance</title></head>
<body><h1>We will be back soon</h1><p>The platform is being updated.</p></body>
</html>
"""


def flask_app(service: Service) -> Flask:
    """Return the Flask application with the control routes and every platform's routes."""
    app = Flask("tests.sandbox", static_folder=None)
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    app.json.sort_keys = False
    app.register_blueprint(control_routes(service))
    app.register_blueprint(launch_routes(service))
    for platform in service.platforms:
        app.register_blueprint(platform.blueprint(service))

    @app.errorhandler(HTTPException)
    def refuse(error: HTTPException):
        if error.code in (404, 405, 308):
            platform = service.platform_of(request.path)
            if platform is not None:
                return platform.unknown_route(request.method, request.path)
            return _json({"error": f"The sandbox has nothing at {request.path}."}, 404)
        return _json({"error": error.description}, error.code or 500)

    return app


class Frame:
    """Wraps the Flask application: journal, faults, the platform's clock, the state file."""

    def __init__(self, service: Service):
        """Serve what `service` holds."""
        self._service = service
        self._app = flask_app(service)

    def __call__(self, environ, start_response):
        """Serve one request (PEP 3333)."""
        path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
        if path in CONTROL_PATHS or path.startswith("/_sandbox/"):
            return self._app(environ, start_response)
        status, headers, body = self._serve(environ, path)
        start_response(status, headers)
        return [body]

    def _serve(self, environ, path: str):
        started = time.perf_counter()
        service = self._service
        platform = service.platform_of(path)
        name = platform.name if platform else None
        entry = service.journal.open(name, environ)
        # The body is read whatever happens, so that a fault never turns into a reset of the
        # connection halfway through the client's sending.
        _read_body(environ)
        fault = service.faults.take(name, environ["REQUEST_METHOD"], path)
        kind = entry["fault"] = fault["kind"] if fault else None
        if fault and kind not in WORKING:
            answer = self._failure(fault, environ)
        else:
            answer = self._work(environ)
            environ[WIRE_FAULT] = _WIRE_FAULTS.get(kind)
            if kind == "slow":
                service.hold(fault["seconds"], environ[CLIENT_GONE])
        status, headers, body = answer
        headers.append(("Date", formatdate(service.now(name), usegmt=True)))
        made = None if environ[WIRE_FAULT] == "drop" and kind != "drop_after" else int(status[:3])
        service.journal.close(entry, made, started)
        return status, headers, body

    def _work(self, environ):
        head = []

        def keep(status, headers, exc_info=None):
            head[:] = [status, list(headers)]

        with self._service.store.lock:
            chunks = self._app(environ, keep)
            body = b"".join(chunks)
            chunks.close()
            if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
                self._service.store.save()
        return *head, body

    def _failure(self, fault: dict, environ):
        kind = fault["kind"]
        environ[WIRE_FAULT] = None
        if kind in ("timeout", "drop_before"):
            environ[WIRE_FAULT] = "drop"
            if kind == "timeout":
                self._service.hold(fault["seconds"], environ[CLIENT_GONE])
            return "504 Gateway Timeout", [], b""
        if kind == "html":
            return _page(HTTPStatus.OK, _MAINTENANCE_PAGE)
        status = HTTPStatus(int(kind))
        if status == HTTPStatus.INTERNAL_SERVER_ERROR:
            return _page(status, _RAILS_PAGE)
        page = _ERROR_PAGE.format(title=f"{status.value} {status.phrase}")
        retry_after = fault.get("retry_after")
        extra = [] if retry_after is None else [("Retry-After", str(retry_after))]
        return _page(status, page, extra)


def _page(status: HTTPStatus, text: str, extra=()):
    body = text.encode()
    headers = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Length", str(len(body))),
        *extra,
    ]
    return f"{status.value} {status.phrase}", headers, body


def _read_body(environ) -> None:
    if environ.get("wsgi.input_terminated") or environ.get("CONTENT_LENGTH"):
        body = environ["wsgi.input"].read()
    else:
        body = b""
    environ["wsgi.input"] = io.BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))
    environ.pop("HTTP_TRANSFER_ENCODING", None)


def _json(body, status: int) -> Response:
    return Response(json.dumps(body) + "\n", status, content_type="application/json")
