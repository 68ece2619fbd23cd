"""Who is let in: bearer tokens and ID-Key parameters (`docs/platforms/d2l.md`, sections 3 to 5)."""

from __future__ import annotations

import re

from . import scopes
from .answers import Refusal
from .call import Call, Caller
from .signature import base_strings, is_signed

_BEARER = re.compile(r"bearer\s+(\S+)\s*", re.IGNORECASE)
_SECONDS = re.compile(r"\d{1,12}")


def admitted(call: Call) -> Caller:
    """Return the caller of a request whose token or signature is right, or raise `Refusal`.

    An Authorization header counts before the `x_` parameters; ID-Key callers without a user
    come back as such.
    """
    authorization = call.request.headers.get("Authorization")
    if authorization is not None:
        return _by_token(call, authorization)
    if "x_a" in call.query:
        return _by_signature(call)
    # Not repairable by another token, hence without the header that asks for one.
    raise Refusal(401, "invalid-token", "No credentials were sent.")


def check_scope(call: Call, needed: str) -> None:
    """Refuse a token without one of the scopes `needed`; signatures know no scopes."""
    given = call.caller.scope
    if given is None or scopes.allows(given, needed):
        return
    form = call.switch("insufficient_scope")
    challenge = {"WWW-Authenticate": 'Bearer error="insufficient_scope"'} if form == "challenge" else {}
    raise Refusal(
        403,
        "not-authorized",
        f"Insufficient scope to call {call.request.method} {call.request.path}. Required: {needed}",
        headers=challenge,
        form="problem" if form == "challenge" else form,
    )


def _by_token(call: Call, authorization: str) -> Caller:
    given = _BEARER.fullmatch(authorization.strip())
    token = call.state["tokens"].get(given[1]) if given else None
    if token is None:
        raise _invalid_token(call, "Couldn't parse token")
    if token["expires_at"] is not None and call.now >= token["expires_at"]:
        raise _invalid_token(call, "The token is expired")
    return Caller(call.state["users"][str(token["user"])], token["scope"], token["client_id"])


def _by_signature(call: Call) -> Caller:
    app_id, seconds = call.text("x_a"), call.text("x_t") or ""
    app_key = call.state["apps"].get(app_id)
    if app_key is None or not _SECONDS.fullmatch(seconds):
        raise _invalid_signature(call)
    if abs(call.now - int(seconds)) > call.switch("clock_window"):
        raise Refusal(403, text=f"Timestamp out of range\r\n{int(call.now)}\r\n")
    bases = base_strings(call.request.method, raw_path(call.request.environ), seconds, call.switch("strict_signature"))
    if not is_signed(call.text("x_c") or "", app_key, bases):
        raise _invalid_signature(call)
    user_id, user_signature = call.text("x_b"), call.text("x_d")
    if not user_id and not user_signature:
        return Caller(None, None, app_id)
    user = next((one for one in call.state["users"].values() if user_id and one["key_id"] == user_id), None)
    if user is None or not is_signed(user_signature or "", user["key"], bases):
        raise _invalid_signature(call)
    return Caller(user, None, app_id)


def raw_path(environ: dict) -> str:
    """Return the path of a request as it was sent, escapes and all."""
    target = environ.get("REQUEST_URI") or environ.get("RAW_URI") or environ["PATH_INFO"]
    if "://" in target.partition("?")[0]:
        target = "/" + target.split("://", 1)[1].partition("/")[2]
    return target.partition("?")[0]


def _invalid_token(call: Call, detail: str) -> Refusal:
    challenge = {"WWW-Authenticate": f'Bearer error="invalid_token", error_description="{detail}"'}
    return Refusal(401, "invalid-token", detail, headers=challenge if call.switch("challenge") else {})


def _invalid_signature(call: Call) -> Refusal:
    return Refusal(call.switch("signature_status"), text="Invalid token")
