"""Who is let in: API version, token, timestamp, signature, nonce.

`docs/platforms/exam.md`, sections 1, 2 and 5. The nonce comes last, so that a
request that fails for another reason does not use it up.
"""

from __future__ import annotations

import re

from flask import Request

from ..service import Service
from .answers import Refusal, missing_parameter
from .call import Call
from .fields import is_blank, number
from .parameters import merged_parameters
from .signature import is_signed, ruby_text

MEDIA_TYPE = "application/vnd.procwise.v3"
NONCE_LIFE = 24 * 60 * 60 * 1000

_TOKEN = re.compile(r'Token\s+token="?([^",\s]*)"?\s*', re.IGNORECASE)


def admitted(service: Service, request: Request, path_ids: dict[str, str], writes: bool) -> Call:
    """Return the `Call` of a request that passes every check, or raise `Refusal`."""
    now = int(service.now("exam") * 1000)
    _check_version(request.headers.get("Accept", ""))
    user = _user(service, request.headers.get("Authorization", ""))
    params, files = merged_parameters(request, path_ids)
    for name in ("nonce", "timestamp", "signature"):
        if is_blank(params.get(name)):
            raise missing_parameter(name)
    number("nonce", params["nonce"])
    timestamp = number("timestamp", params["timestamp"])
    call = Call(service, user, params, now, writes, files)
    if abs(now - timestamp) > call.switch("clock_window") * 1000:
        raise _unauthenticated(service, "Timestamp is out of range.")
    if not is_signed(params, user["secret_key"]):
        raise _unauthenticated(service, "Signature is invalid.")
    _use_nonce(service, user, ruby_text(params["nonce"]), now)
    return call


def _check_version(accept: str) -> None:
    offered = [part.partition(";")[0].strip().lower() for part in accept.split(",")]
    if MEDIA_TYPE not in offered:
        raise Refusal(406, f"The Accept header must be {MEDIA_TYPE}.")


def _user(service: Service, authorization: str) -> dict:
    given = _TOKEN.fullmatch(authorization.strip())
    token = given[1] if given else ""
    for user in service.credentials["exam"]["users"]:
        if token and user["api_token"] == token:
            return user
    raise _unauthenticated(service, "HTTP Token: Access denied.")


def _use_nonce(service: Service, user: dict, nonce: str, now: int) -> None:
    """Remember `nonce` for a day, or refuse it when `user` has used it within the last one."""
    used = service.memory["exam"].setdefault("nonces", {})
    while used:
        oldest = next(iter(used))
        if now - used[oldest] <= NONCE_LIFE:
            break
        del used[oldest]
    key = (user["id"], nonce)
    if key in used and now - used[key] <= NONCE_LIFE:
        raise _unauthenticated(service, "Nonce has already been used.")
    used.pop(key, None)
    used[key] = now


def _unauthenticated(service: Service, message: str) -> Refusal:
    status = service.switches["exam.auth_status"]
    challenge = {"WWW-Authenticate": 'Token realm="Application"'} if status == 401 else {}
    return Refusal(status, message, headers=challenge)
