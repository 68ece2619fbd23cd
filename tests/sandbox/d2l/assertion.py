"""Client assertions, `private_key_jwt` (`docs/platforms/d2l.md`, section 4)."""

from __future__ import annotations

import jwt

from ..service import Service
from .registrations import AUDIENCE, TOKEN_URL

ALGORITHMS = ("RS256", "RS384", "RS512", "ES256", "ES384", "ES512")
LONGEST_LIFE = 300

_CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}
# Clocks that differ by this much are still taken for equal.
_LEEWAY = 5
_CHECKED_HERE = ("verify_exp", "verify_iat", "verify_nbf", "verify_aud", "verify_jti", "verify_sub")


class UnprovenClient(Exception):
    """An assertion that proves nothing; the text says why."""


def check_assertion(service: Service, client_id: str, keys: list[dict], assertion: str, endpoint: str) -> None:
    """Check that the owner of one of `keys` signed `assertion` for `client_id`, and use it up.

    `endpoint` is the address at which the token was asked for. Raises `UnprovenClient`.
    """
    claims = _verified(keys, assertion)
    now = service.now("d2l")
    if claims.get("iss") != client_id or claims.get("sub") != client_id:
        raise UnprovenClient("iss and sub of the assertion must be the client id.")
    given = claims.get("aud")
    audiences = {one for one in (given if isinstance(given, list) else [given]) if isinstance(one, str)}
    if not audiences & _accepted(service, endpoint):
        raise UnprovenClient("aud of the assertion is not this server.")
    expires = _seconds(claims, "exp")
    if expires is None or expires <= now - _LEEWAY:
        raise UnprovenClient("The assertion has expired.")
    if expires > now + LONGEST_LIFE + _LEEWAY:
        raise UnprovenClient("exp of the assertion is more than five minutes ahead.")
    for name in ("iat", "nbf"):
        if name in claims and (_seconds(claims, name) is None or _seconds(claims, name) > now + _LEEWAY):
            raise UnprovenClient(f"{name} of the assertion is not in the past.")
    _use_up(service, client_id, claims.get("jti"), expires, now)


def _verified(keys: list[dict], assertion: str) -> dict:
    try:
        header = jwt.get_unverified_header(assertion)
    except jwt.InvalidTokenError as error:
        raise UnprovenClient("The assertion is not a JWT.") from error
    algorithm, key_id = header.get("alg"), header.get("kid")
    if algorithm not in ALGORITHMS:
        raise UnprovenClient(f"alg of the assertion must be one of {', '.join(ALGORITHMS)}.")
    key = next((one for one in keys if one["kid"] == key_id), None)
    if key is None:
        raise UnprovenClient(f"There is no key with the KeyId {key_id!r}.")
    if (key["kty"], key.get("crv")) != (("EC", _CURVES[algorithm]) if algorithm in _CURVES else ("RSA", None)):
        raise UnprovenClient(f"The key {key_id!r} does not fit the algorithm {algorithm}.")
    try:
        return jwt.decode(
            assertion,
            jwt.PyJWK(key, algorithm=algorithm).key,
            algorithms=[algorithm],
            # What the claims say is checked above, against the platform's own clock.
            options=dict.fromkeys(_CHECKED_HERE, False),
        )
    except jwt.PyJWTError as error:
        raise UnprovenClient("The signature of the assertion is wrong.") from error


def _accepted(service: Service, endpoint: str) -> set[str]:
    which = service.switches["d2l.assertion_audience"]
    accepted = set()
    if which in ("token_endpoint", "both"):
        accepted |= {endpoint, TOKEN_URL}
    if which in ("api", "both"):
        accepted.add(AUDIENCE)
    return accepted


def _seconds(claims: dict, name: str) -> float | None:
    value = claims.get(name)
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _use_up(service: Service, client_id: str, jti, expires: float, now: float) -> None:
    if not isinstance(jti, str) or not jti:
        raise UnprovenClient("The assertion has no jti.")
    used = service.memory["d2l"].setdefault("assertions", {})
    for key in [key for key, end in used.items() if end + _LEEWAY < now]:
        del used[key]
    if (client_id, jti) in used:
        raise UnprovenClient("The assertion has already been used.")
    used[client_id, jti] = expires
