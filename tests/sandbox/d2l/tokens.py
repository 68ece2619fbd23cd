"""Access and refresh tokens (`docs/platforms/d2l.md`, section 4): made, kept, used up."""

from __future__ import annotations

import base64
import secrets
import uuid
from functools import lru_cache

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from ..service import Service
from .registrations import AUDIENCE
from .scopes import as_text

_ISSUER = "https://api.brightspace.com/auth"
_TENANT = "5f3f2c39-6c0c-4d5c-9f4e-0d7a3b8f6606"
KEY_ID = "sandbox-key"


def new_access_token(
    service: Service, user: int, scope: str, client_id: str, life: int | None = None
) -> tuple[str, int]:
    """Keep and return a new access token and the seconds it lives (the switch's unless given)."""
    life = service.switches["d2l.token_life"] if life is None else life
    now = service.now("d2l")
    scope = as_text(scope)
    form = service.switches["d2l.token_form"]
    token = secrets.token_urlsafe(48) if form == "opaque" else _jwt(user, scope, client_id, now, life)
    service.store["d2l"]["tokens"][token] = {
        "user": user,
        "scope": scope,
        "client_id": client_id,
        "expires_at": now + life,
    }
    return token, life


def new_refresh_token(service: Service, client_id: str, user: int, scope: str, chain: str | None = None) -> str:
    """Keep and return a new refresh token, the next of `chain` or the first of a new one."""
    token = secrets.token_urlsafe(32)
    service.store["d2l"]["refresh_tokens"][token] = {
        "client_id": client_id,
        "user": user,
        "scope": as_text(scope),
        "chain": chain or token,
        "used": False,
    }
    return token


def end_chain(service: Service, chain: str) -> None:
    """Use up every refresh token of `chain`."""
    for one in service.store["d2l"]["refresh_tokens"].values():
        if one["chain"] == chain:
            one["used"] = True


def public_keys() -> list[dict]:
    """Return the keys with which the platform signs; they have no `alg`, as on real systems."""
    numbers = _signing_key().public_key().public_numbers()
    x, y = (
        base64.urlsafe_b64encode(number.to_bytes(32, "big")).decode().rstrip("=") for number in (numbers.x, numbers.y)
    )
    return [{"kty": "EC", "use": "sig", "crv": "P-256", "kid": KEY_ID, "x": x, "y": y}]


@lru_cache(maxsize=1)
def _signing_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _jwt(user: int, scope: str, client_id: str, now: float, life: int) -> str:
    claims = {
        "iss": _ISSUER,
        "aud": AUDIENCE,
        "sub": str(user),
        "tenantid": _TENANT,
        "scope": scope,
        "client_id": client_id,
        "jti": str(uuid.uuid4()),
        "iat": int(now),
        "nbf": int(now),
        "exp": int(now + life),
    }
    return jwt.encode(claims, _signing_key(), algorithm="ES256", headers={"kid": KEY_ID})
