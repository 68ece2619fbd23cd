"""The token route, whose refusals answer 200 (`docs/platforms/luminus.md`, section 1.1)."""

from __future__ import annotations

import json

from flask import Response

from .answers import plain, token_data
from .bearer import new_access_token
from .call import Call

_RESOURCE = "sg_edu_nus_oauth"


class TokenRefusal(Exception):
    """No token: an `error` word and a description."""

    def __init__(self, error: str, description: str):
        """Refuse with the word `error`."""
        super().__init__(description)
        self.error = error


def token(call: Call) -> Response:
    """Give an access token for a code; a code works once."""
    try:
        user = _user(call)
    except TokenRefusal as refusal:
        body = {"error": refusal.error, "error_description": str(refusal)}
        status = call.switch("token_failure")
        if status == 400:
            return token_data(body, 400)
        return plain("" if status == 500 else json.dumps(body), status)
    access, life = new_access_token(call.service, user)
    return token_data({"access_token": access, "token_type": "bearer", "expires_in": life})


def _user(call: Call) -> dict:
    form, client = call.request.form, call.state["client"]
    if form.get("client_id") != client["client_id"]:
        raise TokenRefusal("invalid_client", "MSIS9607: No client is registered under this 'client_id'.")
    if form.get("redirect_uri") != client["redirect_uri"]:
        raise TokenRefusal("invalid_request", "MSIS9609: The client has no such 'redirect_uri'.")
    if form.get("grant_type") != "authorization_code":
        raise TokenRefusal("unsupported_grant_type", "Only authorization_code is supported.")
    if form.get("resource") != _RESOURCE:
        raise TokenRefusal("invalid_resource", "There is no such 'resource'.")
    code = call.state["codes"].pop(form.get("code", ""), None)
    if code is None:
        raise TokenRefusal("invalid_grant", "MSIS9612: The 'code' is not valid, or was used before.")
    return call.state["users"][code["user"]]
