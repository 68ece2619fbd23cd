"""The OAuth 2.0 routes: consent, and the three grants at the token route (`docs/platforms/d2l.md`, section 4)."""

from __future__ import annotations

import base64
import binascii
import secrets
from urllib.parse import unquote_plus, urlencode, urlsplit

from flask import Request, Response

from ..service import Service
from . import launches, scopes
from .answers import answer, as_json
from .assertion import UnprovenClient, check_assertion
from .tokens import end_chain, new_access_token, new_refresh_token, public_keys

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class TokenRefusal(Exception):
    """The token route refuses, with an `error` word and a description."""

    def __init__(self, error: str, description: str):
        """Refuse with the word `error`."""
        super().__init__(description)
        self.error = error


def authorize(service: Service, request: Request) -> Response:
    """Consent at once, as the app's own user, and go back with a code and the state."""
    given = request.args
    client = service.store["d2l"]["clients"].get(given.get("client_id"))
    redirect_uri = given.get("redirect_uri", "")
    if client is None or "authorization_code" not in client["grants"]:
        return _page(400, "There is no such application.")
    if redirect_uri not in client["redirect_uris"] and not _is_loopback(redirect_uri):
        return _page(400, "The application has no such redirect URI.")
    scope = given.get("scope", "")
    state = {"state": given["state"]} if "state" in given else {}
    if given.get("response_type") != "code":
        return _back(redirect_uri, {"error": "unsupported_response_type", **state})
    if not scopes.parsed(scope) or not scopes.is_subset(scope, client["scope"]):
        return _back(redirect_uri, {"error": "invalid_scope", **state})
    code = secrets.token_urlsafe(24)
    service.store["d2l"]["codes"][code] = {
        "client_id": given["client_id"],
        "redirect_uri": redirect_uri,
        "scope": scope,
        "user": client["user"],
    }
    return _back(redirect_uri, {"code": code, **state})


def token(service: Service, request: Request) -> Response:
    """Give tokens for a code, a refresh token or a client's assertion; tools come here as well."""
    form = request.form
    if launches.is_tool(service, request):
        return launches.token(service, request)
    try:
        grant = form.get("grant_type")
        if grant not in _GRANTS:
            raise TokenRefusal("unsupported_grant_type", f"The grant type {grant!r} is not supported.")
        given = _GRANTS[grant](service, request, form)
    except TokenRefusal as refusal:
        response = answer({"error": refusal.error, "error_description": str(refusal)}, 400)
    else:
        response = answer(given)
    response.headers["Cache-Control"] = "no-store"
    return response


def platform_keys(service: Service) -> Response:
    """Show the public keys of the platform."""
    return answer({"keys": [*public_keys(), *launches.public_keys(service)]})


def _authorization_code(service: Service, request: Request, form) -> dict:
    client_id = _client_by_secret(service, request, form, "authorization_code")
    codes = service.store["d2l"]["codes"]
    code = codes.get(form.get("code", ""))
    if code is None or code["client_id"] != client_id:
        raise TokenRefusal("invalid_grant", "The code is not valid.")
    if code["redirect_uri"] not in (None, form.get("redirect_uri")):
        raise TokenRefusal("invalid_grant", "redirect_uri is not the one that the code was given to.")
    del codes[form["code"]]
    return _tokens(service, client_id, code["user"], code["scope"], None)


def _refresh_token(service: Service, request: Request, form) -> dict:
    client_id = _client_by_secret(service, request, form, "refresh_token")
    known = service.store["d2l"]["refresh_tokens"].get(form.get("refresh_token", ""))
    if known is None or known["client_id"] != client_id:
        raise TokenRefusal("invalid_grant", "The refresh token is not valid.")
    if known["used"]:
        if service.switches["d2l.refresh_reuse_revokes"]:
            end_chain(service, known["chain"])
        raise TokenRefusal("invalid_grant", "The refresh token has already been used.")
    scope = form.get("scope") or known["scope"]
    _check_scope(scope, known["scope"])
    known["used"] = True
    return _tokens(service, client_id, known["user"], scope, known)


def _client_credentials(service: Service, request: Request, form) -> dict:
    client_id = form.get("client_id", "")
    client = _client(service, client_id, "client_credentials")
    if form.get("client_assertion_type") != ASSERTION_TYPE or not form.get("client_assertion"):
        raise TokenRefusal("invalid_client", "A client assertion of type jwt-bearer is required.")
    scope = form.get("scope", "")
    try:
        check_assertion(service, client_id, client["keys"], form["client_assertion"], request.base_url)
    except UnprovenClient as error:
        raise TokenRefusal("invalid_client", str(error)) from error
    _check_scope(scope, client["scope"])
    access, life = new_access_token(service, client["user"], scope, client_id)
    return {"access_token": access, "token_type": "Bearer", "expires_in": life, "scope": scopes.as_text(scope)}


_GRANTS = {
    "authorization_code": _authorization_code,
    "refresh_token": _refresh_token,
    "client_credentials": _client_credentials,
}


def _tokens(service: Service, client_id: str, user: int, scope: str, used: dict | None) -> dict:
    access, life = new_access_token(service, user, scope, client_id)
    # A narrower scope narrows the access token; the chain keeps what was consented to.
    kept, chain = (used["scope"], used["chain"]) if used else (scope, None)
    return {
        "access_token": access,
        "token_type": "Bearer",
        "expires_in": life,
        "refresh_token": new_refresh_token(service, client_id, user, kept, chain),
        "scope": scopes.as_text(scope),
    }


def _client(service: Service, client_id: str, grant: str) -> dict:
    client = service.store["d2l"]["clients"].get(client_id)
    if client is None:
        raise TokenRefusal("invalid_client", "There is no such client.")
    if grant not in client["grants"]:
        raise TokenRefusal("unauthorized_client", f"The client may not use the grant type {grant}.")
    return client


def _client_by_secret(service: Service, request: Request, form, grant: str) -> str:
    """Return the id of the client that proved itself by its secret."""
    client_id, secret = _basic(request.headers.get("Authorization", "")) or (
        form.get("client_id", ""),
        form.get("client_secret", ""),
    )
    client = _client(service, client_id, grant)
    if not client["secret"] or not secrets.compare_digest(secret.encode(), client["secret"].encode()):
        raise TokenRefusal("invalid_client", "The client secret is wrong.")
    return client_id


def _basic(header: str) -> tuple[str, str] | None:
    scheme, _blank, given = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _colon, secret = base64.b64decode(given.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return unquote_plus(name), unquote_plus(secret)


def _check_scope(requested: str, registered: str) -> None:
    if not scopes.parsed(requested) or not scopes.is_subset(requested, registered):
        raise TokenRefusal("invalid_scope", "The scopes are not among those of the application.")


def _is_loopback(address: str) -> bool:
    try:
        return urlsplit(address).hostname in ("127.0.0.1", "localhost", "::1")
    except ValueError:
        return False


def _back(redirect_uri: str, query: dict) -> Response:
    joint = "&" if "?" in redirect_uri else "?"
    return Response(status=302, headers={"Location": f"{redirect_uri}{joint}{urlencode(query)}"})


def _page(status: int, text: str) -> Response:
    return Response(as_json({"error": "invalid_request", "error_description": text}), status,
                    content_type="application/json")  # fmt: skip
