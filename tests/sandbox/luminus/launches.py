"""Launch data for the tools that have a short name (`docs/platforms/luminus.md`, section 3).

A minimum: two tools, and an LTI 1.1 launch signed with HMAC-SHA1 that the client posts as a form.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from urllib.parse import quote

from flask import Response

from . import access
from .answers import BackendRefusal, data
from .call import Call, invalid
from .providers import is_uuid

# The query parameters that each tool needs.
_NEEDED = {"mediaweb": ("context_id",), "panopto": ("context_id", "resource_link_id")}
_ROLES = {"admin": "Administrator", "owner": "Instructor", "staff": "Instructor", "student": "Learner"}


def launch(call: Call) -> Response:
    """Answer with an address and the signed items to post there."""
    name = call.variable.lower()
    if name not in _NEEDED:
        raise BackendRefusal(404, "There is no such external tool.", "name")
    given = {field: call.query.get(field, "").lower() for field in _NEEDED[name]}
    for field, value in given.items():
        if not is_uuid(value):
            raise invalid(field, f"The value '{value}' is not valid.")
    # The context of the media tool is a channel, of which the sandbox holds none; Panopto's is a module.
    reads_as = access.member(call, given["context_id"]) if name == "panopto" else "student"
    tool = call.state["launch_tools"][name]
    items = {
        "lti_message_type": "basic-lti-launch-request",
        "lti_version": "LTI-1p0",
        "resource_link_id": given["context_id"],
        **given,
        "user_id": call.user["id"],
        "lis_person_name_full": call.user["name"],
        "roles": _ROLES[reads_as],
    }
    signed = _signed(tool, items, int(call.now))
    return data(
        {"launchURL": tool["launchURL"], "dataItems": [{"key": key, "value": value} for key, value in signed.items()]}
    )


def _signed(tool: dict, items: dict[str, str], now: int) -> dict[str, str]:
    signed = {
        **items,
        "oauth_consumer_key": tool["consumerKey"],
        "oauth_nonce": secrets.token_hex(16),
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": str(now),
        "oauth_version": "1.0",
    }
    pairs = sorted((_escaped(key), _escaped(value)) for key, value in signed.items())
    listed = "&".join(f"{key}={value}" for key, value in pairs)
    base = "&".join(("POST", _escaped(tool["launchURL"]), _escaped(listed)))
    key = _escaped(tool["consumerSecret"]) + "&"
    digest = hmac.new(key.encode(), base.encode(), hashlib.sha1).digest()
    return {**signed, "oauth_signature": base64.b64encode(digest).decode()}


def _escaped(text: str) -> str:
    return quote(text, safe="~")
