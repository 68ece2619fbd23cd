"""Tokens for services: client credentials with an assertion signed by the tool (Security Framework, 4.1)."""

from __future__ import annotations

import secrets
from collections.abc import Callable

import jwt
from flask import Request, Response, jsonify

from ..service import Service
from .errors import Refused

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LIFE = 3600
_LONGEST_ASSERTION = 300
_LEEWAY = 5
_ALGORITHMS = ("RS256", "RS384", "RS512")
# Checked here, against the platform's own clock and with words of their own.
_CHECKED_HERE = ("verify_exp", "verify_iat", "verify_nbf", "verify_aud", "verify_jti", "verify_sub")


def issuer_of(request: Request) -> str | None:
    """Return who says to have made the assertion of a token request, None without one."""
    try:
        claims = jwt.decode(request.form.get("client_assertion", ""), options={"verify_signature": False})
    except jwt.PyJWTError:
        return None
    issuer = claims.get("iss")
    return issuer if isinstance(issuer, str) else None


def token(service: Service, platform: str, request: Request, client: Callable, audiences: set[str]) -> Response:
    """Give a token to a tool, or refuse.

    `client(client_id)` returns what the platform knows of it, `{"keys": function, "scopes": [...]}`,
    or raises `Refused`; `keys()` may raise `Refused` too.
    """
    try:
        form = request.form
        if form.get("grant_type") != "client_credentials":
            raise Refused(400, "unsupported_grant_type", "Tools get tokens by client_credentials.")
        if form.get("client_assertion_type") != ASSERTION_TYPE or not form.get("client_assertion"):
            raise Refused(400, "invalid_request", "A client assertion of type jwt-bearer is required.")
        client_id = issuer_of(request)
        if client_id is None:
            raise Refused(400, "invalid_client", "The assertion is not a JWT with an issuer.")
        known = client(client_id)
        _check(service, platform, form["client_assertion"], client_id, known["keys"](), audiences)
        wanted = form.get("scope", "").split()
        refused = [one for one in wanted if one not in known["scopes"]]
        if refused or not wanted:
            raise Refused(400, "invalid_scope", f"Not granted: {' '.join(refused) or 'nothing was asked for'}.")
    except Refused as refused:
        return refused.response()
    made = secrets.token_urlsafe(32)
    kept = {"client_id": client_id, "scopes": wanted, "expires": service.now(platform) + LIFE}
    service.memory[platform].setdefault("service_tokens", {})[made] = kept
    answer = jsonify(access_token=made, token_type="Bearer", expires_in=LIFE, scope=" ".join(wanted))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def bearer(service: Service, platform: str, request: Request, scopes: tuple[str, ...]) -> str:
    """Return the client id of the tool whose token a service request carries; one of `scopes` is needed."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    known = service.memory[platform].get("service_tokens", {}).get(given)
    if known is None or known["expires"] < service.now(platform):
        raise Refused(401, "invalid_token", "The access token is unknown or has expired.")
    if not set(scopes) & set(known["scopes"]):
        raise Refused(403, "insufficient_scope", f"Needed is one of: {' '.join(scopes)}.")
    return known["client_id"]


def _check(
    service: Service, platform: str, assertion: str, client_id: str, keys: list[dict], audiences: set[str]
) -> None:
    claims = _verified(assertion, keys)
    now = service.now(platform)
    if claims.get("sub") != client_id:
        raise Refused(400, "invalid_client", "iss and sub of the assertion must be the client id.")
    given = claims.get("aud")
    if not audiences & {one for one in (given if isinstance(given, list) else [given]) if isinstance(one, str)}:
        raise Refused(400, "invalid_client", f"aud of the assertion is {given!r}, which is not this token service.")
    expires, issued = claims.get("exp"), claims.get("iat")
    if not isinstance(expires, (int, float)) or not isinstance(issued, (int, float)):
        raise Refused(400, "invalid_client", "The assertion needs exp and iat.")
    if expires < now - _LEEWAY or issued > now + _LEEWAY or expires > now + _LONGEST_ASSERTION + _LEEWAY:
        raise Refused(400, "invalid_client", "The assertion has expired, or is not valid yet, or for too long.")
    used = service.memory[platform].setdefault("assertions_of_tools", {})
    name = f"{client_id} {claims.get('jti')}"
    if not claims.get("jti") or name in used:
        raise Refused(400, "invalid_client", "jti of the assertion is missing or has been used.")
    used[name] = expires


def _verified(assertion: str, keys: list[dict]) -> dict:
    header = jwt.get_unverified_header(assertion)
    if header.get("alg") not in _ALGORITHMS:
        raise Refused(400, "invalid_client", f"alg of the assertion must be one of {', '.join(_ALGORITHMS)}.")
    fitting = [one for one in keys if header.get("kid") in (None, one.get("kid"))]
    if not fitting:
        raise Refused(400, "invalid_client", f"The tool's key set has no key {header.get('kid')!r}.")
    for one in fitting:
        try:
            key = jwt.PyJWK(one, algorithm=header["alg"]).key
            return jwt.decode(assertion, key, algorithms=[header["alg"]], options=dict.fromkeys(_CHECKED_HERE, False))
        except (jwt.PyJWTError, ValueError, TypeError):
            continue
    raise Refused(400, "invalid_client", "The signature of the assertion is wrong.")
