"""Signing in with a password, to get the API's credentials.

`docs/platforms/exam.md`, section 1: outside the API, unsigned.
"""

from __future__ import annotations

import hmac

from flask import Request, Response

from ..service import Service
from .answers import Refusal, answer
from .parameters import merged_parameters

_SHOWN = ("id", "email", "name", "role", "institute_id", "api_token", "secret_key")


def sign_in(service: Service, request: Request) -> Response:
    """Answer with the user whose email and password were sent, credentials included."""
    params, _path = merged_parameters(request, {})
    given = params.get("user")
    if not isinstance(given, dict):
        raise Refusal(422, "Param is missing or the value is empty: user")
    for user in service.credentials["exam"]["users"]:
        if given.get("email") == user["email"] and _same(given.get("password"), user["password"]):
            institute = service.store["exam"]["institutes"][str(user["institute_id"])]
            shown = {name: user[name] for name in _SHOWN}
            return answer({**shown, "institute_name": institute["name"]})
    raise Refusal(401, "Invalid Email or password.")


def _same(given, password: str) -> bool:
    return isinstance(given, str) and hmac.compare_digest(given.encode(), password.encode())
