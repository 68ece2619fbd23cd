"""Signing a form with OAuth 1.0a and HMAC-SHA1 (RFC 5849, 3.4), as LTI 1.1 platforms do."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from urllib.parse import parse_qsl, quote, urlsplit

_USUAL_PORTS = {"http": 80, "https": 443}


def signed_form(url: str, parameters: dict[str, str], key: str, secret: str, now: float) -> dict[str, str]:
    """Return `parameters` with OAuth's own and the signature, to be posted as a form to `url`."""
    form = {
        **parameters,
        "oauth_callback": "about:blank",
        "oauth_consumer_key": key,
        "oauth_nonce": secrets.token_hex(16),
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": str(int(now)),
        "oauth_version": "1.0",
    }
    # What the address carries in its query is signed with the form.
    pairs = [*form.items(), *parse_qsl(urlsplit(url).query, keep_blank_values=True)]
    listed = "&".join(f"{name}={value}" for name, value in sorted((_escaped(n), _escaped(v)) for n, v in pairs))
    base = "&".join(("POST", _escaped(_base_address(url)), _escaped(listed)))
    digest = hmac.new(f"{_escaped(secret)}&".encode(), base.encode(), hashlib.sha1).digest()
    return {**form, "oauth_signature": base64.b64encode(digest).decode()}


def _base_address(url: str) -> str:
    parts = urlsplit(url)
    scheme, host = parts.scheme.lower(), (parts.hostname or "").lower()
    host = f"[{host}]" if ":" in host else host
    port = "" if parts.port in (None, _USUAL_PORTS.get(scheme)) else f":{parts.port}"
    return f"{scheme}://{host}{port}{parts.path or '/'}"


def _escaped(text: str) -> str:
    return quote(text, safe="~")
