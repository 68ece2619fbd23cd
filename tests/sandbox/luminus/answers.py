"""Answers and refusals, of the gateway and of LumiNUS behind it (`docs/platforms/luminus.md`, section 5)."""

from __future__ import annotations

import json
import uuid

from flask import Response

_JSON = "application/json; charset=utf-8"
# Which instance of the backend spoke; any GUID will do.
_BACKEND = {
    "Request-Context": "appId=cid-v1:4d1f6c0e-6a5f-4f0e-9a52-7b1c1a2f0e11",
    "X-Powered-By": "ASP.NET",
}
_NOT_KEPT = {"Cache-Control": "no-store,no-cache", "Pragma": "no-cache"}


class GatewayRefusal(Exception):
    """The gateway answers itself; the request does not reach LumiNUS."""

    def __init__(self, status: int, message: str, headers: dict | None = None, **more: str):
        """Refuse with `status` and `message`; `more` stands behind them in the body."""
        super().__init__(message)
        self.body = {"statusCode": status, "message": message, **more}
        self.status = status
        self.headers = headers or {}


class BackendRefusal(Exception):
    """LumiNUS refuses; the body is a text, an object of messages by field, or empty, as a switch says."""

    def __init__(self, status: int, message: str = "", field: str = "", headers: dict | None = None):
        """Refuse with `status`; without a `message` the body is empty whatever the switches say."""
        super().__init__(message)
        self.status = status
        self.message = message
        self.field = field
        self.headers = headers or {}


def data(body) -> Response:
    """Return the data `body` as LumiNUS sends it: bare, and not to be kept."""
    return _backend(_json(body), 200, _JSON, _NOT_KEPT)


def gateway_refused(refusal: GatewayRefusal) -> Response:
    """Return the gateway's own answer: one line of JSON with blanks inside the braces."""
    text = "{ " + json.dumps(refusal.body)[1:-1] + " }"
    return _with_headers(Response(text, refusal.status, content_type="application/json"), refusal.headers)


def backend_refused(refusal: BackendRefusal, form: str) -> Response:
    """Return the answer to `refusal` in `form`: `string`, `object` or `empty`."""
    if form == "empty" or not refusal.message:
        return _backend("", refusal.status, None, refusal.headers)
    body = {refusal.field: [refusal.message]} if form == "object" else refusal.message
    return _backend(_json(body), refusal.status, _JSON, refusal.headers)


def plain(text: str, status: int) -> Response:
    """Return `text` as `text/plain`, as the token route words its refusals."""
    return _backend(text, status, "text/plain; charset=utf-8", {})


def token_data(body: dict, status: int = 200) -> Response:
    """Return `body` as the token route does when it answers in JSON."""
    return _backend(_json(body), status, _JSON, {})


def no_operation() -> GatewayRefusal:
    """Return the refusal of a path or verb that the gateway does not have."""
    return GatewayRefusal(404, "Resource not found")


def gateway_failure() -> GatewayRefusal:
    """Return the gateway's answer when it fails itself."""
    return GatewayRefusal(500, "Internal server error", activityId=str(uuid.uuid4()))


def unknown_route(method: str, path: str) -> Response:
    """Return what a path or verb gets that the gateway does not have."""
    return gateway_refused(no_operation())


def _json(body) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _backend(text: str, status: int, kind: str | None, headers: dict) -> Response:
    response = Response(text, status, content_type=kind)
    if kind is None:
        # An empty answer has no type; Flask would name one.
        del response.headers["Content-Type"]
    return _with_headers(response, {**_BACKEND, **headers})


def _with_headers(response: Response, headers: dict) -> Response:
    response.headers.update(headers)
    return response
