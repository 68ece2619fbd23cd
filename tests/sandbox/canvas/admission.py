"""Who is let in: tokens and their scopes (`docs/platforms/canvas.md`, section 1.1)."""

from __future__ import annotations

import re

from .answers import Refusal
from .call import CHALLENGE, Call
from .state import timestamp

_BEARER = re.compile(r"bearer\s+(\S+)\s*", re.IGNORECASE)


def token_of(call: Call) -> str | None:
    """Return the token that was sent, in the header or as a parameter."""
    found = _BEARER.fullmatch(call.request.headers.get("Authorization", "").strip())
    return found[1] if found else call.given.get("access_token")


def admit(call: Call, pattern: str) -> dict:
    """Return the user of the token, or refuse; `pattern` is the route, which scopes name."""
    written = token_of(call)
    if not written:
        body = {"status": "unauthenticated", "errors": [{"message": "user authorization required"}]}
        raise Refusal(401, body, CHALLENGE)
    token = call.state["tokens"].get(written) if isinstance(written, str) else None
    if token is None:
        raise _refused("Invalid access token.")
    if token["revoked"]:
        raise _refused("Revoked access token.")
    if token["expires_at"] is not None and call.now >= token["expires_at"]:
        raise _refused("Expired access token.", expired_at=timestamp(token["expires_at"]))
    # Scopes name routes of /api/v1 only, so a token with scopes opens nothing else.
    if token["scopes"] is not None and f"url:{call.request.method}|{pattern}" not in token["scopes"]:
        raise _refused("Insufficient scopes on access token.")
    return call.state["users"][str(token["user"])]


def _refused(text: str, **more: str) -> Refusal:
    return Refusal(401, {"errors": [{"message": text, **more}]}, CHALLENGE)
