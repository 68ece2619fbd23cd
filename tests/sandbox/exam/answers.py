"""Answers and refusals of the exam platform (`docs/platforms/exam.md`, section 5)."""

from __future__ import annotations

import html
import json
import uuid

from flask import Response

NOT_AUTHORIZED = "You are not authorized to access this page."

_ERROR_PAGE = """<!DOCTYPE html>
<html>
<head><title>{status}</title></head>
<body><div class="dialog"><h1>{message}</h1></div></body>
</html>
"""


class Refusal(Exception):
    """The request ends here with an error.

    `message` is the text under `error`; `body` replaces that object as a whole. A `fixed`
    body is JSON whatever the switch `exam.error_body` says.
    """

    def __init__(self, status, message="", *, body=None, headers=None, fixed=False):
        """Refuse with `status` and either `message` or `body`."""
        super().__init__(message)
        self.status = status
        self.message = message or json.dumps(body)
        self.body = {"error": message} if body is None else body
        self.headers = headers or {}
        self.fixed = fixed


def answer(body, status: int = 200, headers: dict | None = None) -> Response:
    """Return `body` as compact JSON, the way Rails writes it."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return _response(text, status, "application/json", headers)


def refused(refusal: Refusal, form: str) -> Response:
    """Return the answer to `refusal` in the `form` of the switch `exam.error_body`."""
    if form == "json" or refusal.fixed:
        return answer(refusal.body, refusal.status, refusal.headers)
    if form == "empty":
        return _response("", refusal.status, "text/html", refusal.headers)
    if form == "text":
        return _response(refusal.message + "\n", refusal.status, "text/plain", refusal.headers)
    return error_page(refusal.status, refusal.message, refusal.headers)


def error_page(status: int, message: str, headers: dict | None = None) -> Response:
    """Return an HTML error page."""
    page = _ERROR_PAGE.format(status=status, message=html.escape(message))
    return _response(page, status, "text/html", headers)


def unknown_route(method: str, path: str) -> Response:
    """Return what Rails says about a path or verb that it does not route."""
    return error_page(404, f'No route matches [{method}] "{path}"')


def missing_parameter(name: str) -> Refusal:
    """Return the refusal of a required parameter that is missing or blank."""
    return Refusal(422, f"Param is missing or the value is empty: {name}")


def invalid_parameter(name: str, value, must: str) -> Refusal:
    """Return the refusal of a value of the wrong type, in the words of the vendor's validator."""
    shown = json.dumps(value, ensure_ascii=False)
    return Refusal(422, f"Invalid parameter '{name}' value {shown}: {must}")


def _response(text: str, status: int, kind: str, headers: dict | None) -> Response:
    response = Response(text, status, content_type=f"{kind}; charset=utf-8")
    response.headers["X-Request-Id"] = str(uuid.uuid4())
    response.headers["Cache-Control"] = "no-cache"
    response.headers.update(headers or {})
    return response
