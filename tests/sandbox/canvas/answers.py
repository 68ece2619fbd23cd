"""Answers and refusals of Canvas (`docs/platforms/canvas.md`, sections 1.1 to 1.4)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

from flask import Response

_ID = re.compile(r"(?:^|_)id$")
_IDS = re.compile(r"(?:^|_)ids$")
# JSON has these characters inside texts only.
_ESCAPES = str.maketrans({char: f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"})

NOT_FOUND = "The specified resource does not exist."


@dataclass
class Reply:
    """What an action answers: JSON data, nothing (None), or `text` as it is."""

    body: object = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    text: str | None = None

    def response(self, string_ids: bool = False) -> Response:
        """Return it as a response, with ids as texts if wanted."""
        if self.text is not None:
            response = Response(self.text, self.status, content_type="text/plain; charset=utf-8")
        elif self.body is None:
            response = Response(b"", self.status, content_type=None if self.status == 204 else "text/html")
        else:
            body = with_string_ids(self.body) if string_ids else self.body
            response = Response(as_json(body), self.status, content_type="application/json; charset=utf-8")
        response.headers.update(self.headers)
        return response


class Refusal(Exception):
    """The request ends here with the answer `reply`."""

    def __init__(self, status: int, body: object = None, headers: dict[str, str] | None = None):
        """Refuse with `status` and `body`."""
        super().__init__(json.dumps(body))
        self.reply = Reply(body, status, headers or {})


def as_json(body) -> str:
    """Return `body` as compact JSON text, with what could be HTML escaped."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)


def _is_number(value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def with_string_ids(value):
    """Return `value` with whole numbers as texts where a name says that they are ids."""
    if isinstance(value, list):
        return [with_string_ids(one) for one in value]
    if not isinstance(value, dict):
        return value
    changed = {}
    for name, one in value.items():
        if _is_number(one) and _ID.search(name):
            changed[name] = str(one)
        elif isinstance(one, list) and _IDS.search(name):
            changed[name] = [str(each) if _is_number(each) else with_string_ids(each) for each in one]
        else:
            changed[name] = with_string_ids(one)
    return changed


def message(status: int, text: str, **headers: str) -> Refusal:
    """Return a refusal in the usual form, a list with one message."""
    return Refusal(status, {"errors": [{"message": text}]}, headers)


def not_found() -> Refusal:
    """Return the refusal of what does not exist."""
    return message(404, NOT_FOUND)


def missing(name: str) -> Refusal:
    """Return the refusal of a body without the wrapper `name`."""
    return message(400, f"{name} is missing")


def invalid(name: str, text: str) -> Refusal:
    """Return the refusal of a record whose attribute `name` is wrong."""
    return Refusal(422, {"errors": [{"field": name, "message": text, "error_code": "invalid"}]})


def invalid_attribute(name: str, text: str, status: int = 400, kind: str = "invalid") -> Refusal:
    """Return the refusal of a record in the form keyed by attribute."""
    return Refusal(status, {"errors": {name: [{"attribute": name, "type": kind, "message": text}]}})


def unexpected(report: int) -> Refusal:
    """Return what a crash of the server looks like."""
    error = {"message": "An error occurred.", "error_code": "internal_server_error"}
    return Refusal(500, {"errors": [error], "error_report_id": report})


def unknown_route(method: str, path: str) -> Response:
    """Return what a path or verb gets that the platform does not have."""
    return not_found().reply.response()
