"""OpenID Connect's third-party login, the platform's side (LTI 1.3 Security Framework, 5.1.1).

A click begins a launch: the tool's login address is told who the platform is, and two hints. The
tool comes back to the platform with them, and gets the id_token by way of the browser.
"""

from __future__ import annotations

import html
import secrets
from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Request, Response

from ..service import Service
from .errors import LaunchError, Refused
from .signing import signed

LIFE = 3600
_FIXED = {"scope": "openid", "response_type": "id_token", "response_mode": "form_post", "prompt": "none"}
_NEEDED = ("client_id", "redirect_uri", "login_hint", "lti_message_hint", "nonce")

_PAGE = """<!DOCTYPE html>
<html>
<head><title>Launching</title></head>
<body onload="document.forms[0].submit()">
<form action="{action}" method="post">
{fields}
<noscript><button>Continue</button></noscript>
</form>
</body>
</html>
"""


def person_of(state: dict, word) -> dict:
    """Return the person that `word` names; raises `LaunchError`."""
    person = state["people"].get(word or "student")
    if person is None:
        raise LaunchError(f"There is no user {word!r}. Known are: {', '.join(state['people'])}.")
    return person


def begun(service: Service, platform: str, login_url: str, facts: dict, parameters: dict) -> dict:
    """Remember a launch, and return where the browser posts what: `{"url", "method", "parameters"}`.

    `facts` are what the platform needs when the tool comes back, with `client_id` and `login_hint`
    among them; `parameters` what the tool is told besides them.
    """
    if urlsplit(login_url or "").scheme not in ("http", "https"):
        raise LaunchError(f"The tool has no usable login address, but {login_url!r}.")
    hint = secrets.token_urlsafe(24)
    service.memory[platform].setdefault("launches", {})[hint] = {**facts, "expires": service.now(platform) + LIFE}
    told = {name: facts[name] for name in ("login_hint", "client_id")}
    return {"url": login_url, "method": "POST", "parameters": {**parameters, **told, "lti_message_hint": hint}}


def authorised(service: Service, platform: str, request: Request, redirect_uris: Callable, claims: Callable):
    """Answer a tool that comes back with a page that posts an id_token to it, or refuse.

    `redirect_uris(facts)` are those that the tool may name, `claims(facts)` the launch's; both may
    raise `Refused`. A launch works once.
    """
    try:
        given = request.values
        wrong = next((name for name, value in _FIXED.items() if given.get(name) != value), None)
        if wrong is not None:
            raise Refused(400, "invalid_request", f"{wrong} must be {_FIXED[wrong]}.")
        missing = [name for name in _NEEDED if not given.get(name)]
        if missing:
            raise Refused(400, "invalid_request", f"Missing: {', '.join(missing)}.")
        facts = _facts(service, platform, given)
        if given["redirect_uri"] not in redirect_uris(facts):
            raise Refused(400, "invalid_redirect_uri", f"The tool has no redirect URI {given['redirect_uri']}.")
        now = int(service.now(platform))
        token = {
            **claims(facts),
            "aud": facts["client_id"],
            "azp": facts["client_id"],
            "nonce": given["nonce"],
            "iat": now,
            "exp": now + LIFE,
        }
    except Refused as refused:
        return refused.response()
    del service.memory[platform]["launches"][given["lti_message_hint"]]
    return _page(given["redirect_uri"], {"id_token": signed(service, platform, token), "state": given.get("state")})


def _facts(service: Service, platform: str, given) -> dict:
    facts = service.memory[platform].get("launches", {}).get(given["lti_message_hint"])
    if facts is None or facts["expires"] < service.now(platform):
        raise Refused(400, "launch_no_longer_valid", "The launch has expired or has been used.")
    if given["client_id"] != facts["client_id"]:
        raise Refused(400, "unauthorized_client", "The launch is another client's.")
    if given["login_hint"] != facts["login_hint"]:
        raise Refused(400, "login_required", "The launch is another user's.")
    return facts


def _page(action: str, fields: dict) -> Response:
    lines = [
        f'<input type="hidden" name="{name}" value="{html.escape(value)}">'
        for name, value in fields.items()
        if value is not None
    ]
    page = _PAGE.format(action=html.escape(action), fields="\n".join(lines))
    return Response(page, content_type="text/html; charset=utf-8", headers={"Cache-Control": "no-store"})
