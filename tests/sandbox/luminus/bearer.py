"""Who calls: LumiNUS's check of the bearer token (`docs/platforms/luminus.md`, sections 1.1 and 5.1)."""

from __future__ import annotations

import re
import secrets

import jwt

from ..service import Service
from .answers import BackendRefusal
from .call import Call

_BEARER = re.compile(r"bearer\s+(\S+)\s*", re.IGNORECASE)
# Seconds that a token is still taken after its end.
_DRIFT = 10
_SIGNING_KEY = secrets.token_bytes(32)


def signed_in(call: Call) -> dict:
    """Return the user whose token was sent, or refuse with an empty 401."""
    authorization = call.request.headers.get("Authorization")
    if authorization is None:
        if call.switch("without_bearer") == "admin":
            return next(one for one in call.state["users"].values() if one["lti_admin"])
        raise _refusal(call, "Bearer")
    given = _BEARER.fullmatch(authorization.strip())
    token = call.state["tokens"].get(given[1]) if given else None
    if token is None:
        raise _refusal(call, 'Bearer error="invalid_token", error_description="The signature is invalid"')
    if token["expires_at"] is not None and call.now >= token["expires_at"] + _DRIFT:
        raise _refusal(call, 'Bearer error="invalid_token", error_description="The token is expired"')
    return call.state["users"][token["user"]]


def new_access_token(service: Service, user: dict, life: int | None = None) -> tuple[str, int]:
    """Keep and return a new access token and the seconds it lives (the switch's unless given)."""
    life = service.switches["luminus.token_life"] if life is None else life
    now = service.now("luminus")
    claims = {
        "samAccountName": user["login"],
        "nbf": int(now),
        "exp": int(now + life),
        "jti": secrets.token_hex(8),
    }
    token = jwt.encode(claims, _SIGNING_KEY, algorithm="HS256")
    service.store["luminus"]["tokens"][token] = {"user": user["id"], "expires_at": now + life}
    return token, life


def _refusal(call: Call, challenge: str) -> BackendRefusal:
    times = {"twice": 2, "once": 1, "none": 0}[call.switch("bearer_challenge")]
    headers = {"WWW-Authenticate": ", ".join([challenge] * times)} if times else {}
    return BackendRefusal(401, headers=headers)
