"""Answers and refusals of Brightspace (`docs/platforms/d2l.md`, section 3)."""

from __future__ import annotations

import json

from flask import Response

_TYPES = "http://docs.valence.desire2learn.com/res/apiprop.html#"
_PROBLEM = "application/problem+json; charset=UTF-8"
_TITLES = {
    "invalid-parameters": "Invalid Parameters",
    "not-authorized": "Not Authorized",
    "invalid-token": "Unauthorized",
}


class Refusal(Exception):
    """The request ends here with an error.

    `kind` is the fragment of the problem's type and `detail` its text. A refusal without a kind
    has `text` as its plain body; a `fixed` one keeps its form whatever the switches say.
    """

    def __init__(self, status, kind=None, detail="", *, text="", headers=None, form=None):
        """Refuse with `status` and either `kind` and `detail`, or `text`; `form` fixes the form."""
        super().__init__(detail or text)
        self.status = status
        self.kind = kind
        self.detail = detail
        self.text = text
        self.headers = headers or {}
        self.form = form


def answer(body, status: int = 200) -> Response:
    """Return `body` as JSON."""
    return Response(as_json(body), status, content_type="application/json; charset=UTF-8")


def as_json(body) -> str:
    """Return `body` as compact JSON text."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def nothing() -> Response:
    """Return the empty answer of a delete."""
    return Response(b"", 200)


def refused(refusal: Refusal, form: str) -> Response:
    """Return the answer to `refusal` in the `form` of the switch `d2l.error_body`."""
    form = refusal.form or form
    if refusal.kind is None:
        kind = "text/plain; charset=utf-8" if refusal.text else None
        response = Response(refusal.text, refusal.status, content_type=kind)
    elif form == "text":
        response = Response(refusal.detail, refusal.status, content_type="text/plain; charset=utf-8")
    elif form == "string" and refusal.status == 400:
        response = answer(refusal.detail, refusal.status)
    elif form in ("errors", "string") and refusal.status != 401:
        old = refusal.kind == "not-authorized" and refusal.form is None
        message = "Not Authorized" if old else refusal.detail
        response = answer({"Errors": [{"Message": message}]}, refusal.status)
    else:
        response = Response(as_json(_problem(refusal)), refusal.status, content_type=_PROBLEM)
    response.headers.update(refusal.headers)
    return response


def _problem(refusal: Refusal) -> dict:
    return {
        "type": _TYPES + refusal.kind,
        "title": _TITLES[refusal.kind],
        "status": refusal.status,
        "detail": refusal.detail,
        "instance": None,
    }


def invalid(detail: str) -> Refusal:
    """Return the refusal of a body or parameter."""
    return Refusal(400, "invalid-parameters", detail)


def not_found() -> Refusal:
    """Return the refusal of an object or route that does not exist: a bare 404."""
    return Refusal(404)


def unknown_route(method: str, path: str) -> Response:
    """Return what a path or verb gets that the platform does not have."""
    return refused(not_found(), "problem")
