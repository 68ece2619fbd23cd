"""What Canvas accepts as a configuration (`docs/platforms/canvas.md`, sections 2.9, 6 and 7).

The wording of most schema errors is not documented; where it is, it stands here to the letter.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from .answers import invalid
from .call import Call
from .names import API_SCOPE, PLACEMENTS, PRIVACY_LEVELS, SCOPES, SUPPORTS

_REQUIRED = ("title", "description", "target_link_uri", "oidc_initiation_url")
_IDENTITY = ("domain", "tool_id")
_JWK = ("kty", "alg", "e", "n", "kid", "use")
_SIZES = ("selection_height", "selection_width", "launch_height", "launch_width")
_FLAGS = ("enabled", "use_tray", "prefer_sis_email", "oauth_compliant", "root_account_only")
_TEXTS = (
    "text", "message_type", "icon_url", "canvas_icon_class", "icon_svg_path_64", "required_permissions", "windowTarget",
    "display_type", "url", "target_link_uri", "visibility", "default", "accept_media_types",
)  # fmt: skip
_MOST_REDIRECT_URIS = 64


def schema_error(settings: dict) -> tuple[str, str] | None:
    """Return field and message of what is wrong with an outer form, None if nothing is."""
    for name in _REQUIRED:
        if not isinstance(settings.get(name), str) or not settings[name]:
            return "configuration", f"object at root is missing required properties: {name}"
    return _flat_error(settings) or _extensions_error(settings.get("extensions"))


def internal_schema_error(internal: dict) -> str | None:
    """Return the message of what is wrong with an internal form, None if nothing is."""
    for name in ("title", "target_link_uri", "oidc_initiation_url"):
        if not isinstance(internal.get(name), str) or not internal[name]:
            return f"object at root is missing required properties: {name}"
    if not internal.get("redirect_uris") or not _all_texts(internal["redirect_uris"]):
        return "array at `/redirect_uris` size is less than: 1"
    if not isinstance(internal["placements"], list) or not isinstance(internal["launch_settings"], dict):
        return "value at `/placements` is not an array, or value at `/launch_settings` is not an object"
    problem = _flat_error(internal) or _settings_error(
        {**internal["launch_settings"], "placements": internal["placements"]}
    )
    if problem is None and internal.get("privacy_level") not in (*PRIVACY_LEVELS, None):
        problem = ("configuration", _not_one_of("/privacy_level", PRIVACY_LEVELS))
    return problem[1] if problem else None


def check_configuration(call: Call, internal: dict, settings: dict | None = None) -> None:
    """Refuse a configuration that is wrong; `settings` is its outer form where it was sent as such."""
    problem = schema_error(settings) if settings is not None else None
    if problem is None and not (internal.get("public_jwk") or internal.get("public_jwk_url")):
        owner = "tool configuration" if call.is_era("CD") else "developer key"
        problem = ("lti_key", f"{owner} must have public jwk or public jwk url")
    if problem is None:
        problem = scope_error(internal["scopes"], SCOPES) or placement_error(internal["placements"])
    if problem is not None:
        raise invalid(*problem)


def scope_error(scopes: list, known=None) -> tuple[str, str] | None:
    """Return field and message of unknown scopes; a key's own may be routes of the API as well."""
    wrong = [
        str(one)
        for one in scopes
        if str(one) not in (known or SCOPES) and not (known is None and str(one).startswith(API_SCOPE))
    ]
    return ("scopes", f"cannot contain {', '.join(wrong)}") if wrong else None


def placement_error(placements: list) -> tuple[str, str] | None:
    """Return field and message of a placement that does not take its message."""
    for one in placements:
        name, sent = one["placement"], one.get("message_type")
        if sent and name not in SUPPORTS.get(sent, ()):
            return "placements", f"Placement {name} does not support message type {sent}"
    return None


def check_disabled_placements(names) -> None:
    """Refuse names of no placements, as the eras A to C do."""
    wrong = [str(one) for one in names or () if one not in PLACEMENTS]
    if wrong:
        raise invalid("disabled_placements", f"Invalid placements: {', '.join(wrong)}")


def redirect_uri_error(call: Call, uris: list[str]) -> tuple[str, str] | None:
    """Return field and message of what is wrong with redirect URIs."""
    longest = 255 if call.is_era("D") else 4096
    if not all(is_address(one) for one in uris):
        return "redirect_uris", "is not a valid URI"
    if any(len(one) > longest for one in uris):
        return "redirect_uris", f"is too long (maximum is {longest} characters)"
    if call.is_era("D") and len(uris) > _MOST_REDIRECT_URIS:
        return "redirect_uris", f"is too long (maximum is {_MOST_REDIRECT_URIS} URIs)"
    return None


def is_address(value) -> bool:
    """Tell whether `value` is an absolute address."""
    try:
        parts = urlsplit(value)
    except (ValueError, AttributeError, TypeError):
        return False
    return isinstance(value, str) and bool(parts.scheme and parts.netloc) and not any(one.isspace() for one in value)


def _flat_error(settings: dict) -> tuple[str, str] | None:
    """Return what is wrong with the part that both forms have in common."""
    for name in ("title", "description", "target_link_uri", "oidc_initiation_url", "public_jwk_url", *_IDENTITY):
        if not isinstance(settings.get(name), (str, type(None))):
            return "configuration", f"value at `/{name}` is not a string"
    if not isinstance(settings.get("scopes"), (list, type(None))) or not _all_texts(settings.get("scopes") or []):
        return "configuration", "value at `/scopes` is not an array of strings"
    if not isinstance(settings.get("custom_fields"), (dict, str, type(None))):
        return "configuration", "value at `/custom_fields` is not an object"
    urls = settings.get("oidc_initiation_urls")
    if not isinstance(urls, (dict, type(None))) or not all(is_address(one) for one in (urls or {}).values()):
        return "oidc_initiation_urls", "value at `/oidc_initiation_urls` does not match format: uri"
    return _jwk_error(settings.get("public_jwk"))


def _jwk_error(jwk) -> tuple[str, str] | None:
    if not jwk:
        return None
    if not isinstance(jwk, dict):
        return "public_jwk", "value at `/public_jwk` is not an object"
    for name in _JWK:
        if not isinstance(jwk.get(name), str):
            return "public_jwk", f"object at `/public_jwk` is missing required properties: {name}"
    if jwk["kty"] != "RSA" or jwk["alg"] != "RS256":
        return "public_jwk", "value at `/public_jwk` must be an RSA key for RS256"
    return None


def _extensions_error(extensions) -> tuple[str, str] | None:
    if extensions is None:
        return None
    if not isinstance(extensions, list) or not all(isinstance(one, dict) for one in extensions):
        return "configuration", "value at `/extensions` is not an array of objects"
    for one in extensions:
        if not isinstance(one.get("platform"), str):
            return "configuration", "object at `/extensions/0` is missing required properties: platform"
        if one["platform"] != "canvas.instructure.com":
            continue
        if one.get("privacy_level") not in (*PRIVACY_LEVELS, None):
            return "configuration", _not_one_of("/extensions/0/privacy_level", PRIVACY_LEVELS)
        for name in _IDENTITY:
            if not isinstance(one.get(name), (str, type(None))):
                return "configuration", f"value at `/extensions/0/{name}` is not a string"
        inner = one.get("settings")
        if not isinstance(inner, dict) or not isinstance(inner.get("placements"), list):
            return "configuration", "object at `/extensions/0/settings` is missing required properties: placements"
        problem = _settings_error(inner)
        if problem is not None:
            return problem
    return None


def _settings_error(inner: dict) -> tuple[str, str] | None:
    where = "/extensions/0/settings"
    if not all(isinstance(one, dict) for one in inner["placements"]):
        return "configuration", f"value at `{where}/placements` is not an array of objects"
    for number, one in enumerate(inner["placements"]):
        if one.get("placement") not in PLACEMENTS:
            return "configuration", _not_one_of(f"{where}/placements/{number}/placement", PLACEMENTS)
        if one.get("message_type") not in (*SUPPORTS, None, ""):
            return "configuration", _not_one_of(f"{where}/placements/{number}/message_type", tuple(SUPPORTS))
        problem = _launch_error(one, f"{where}/placements/{number}")
        if problem is not None:
            return problem
    return _launch_error(inner, where)


def _launch_error(values: dict, where: str) -> tuple[str, str] | None:
    for name in _SIZES:
        if isinstance(values.get(name), bool) or not isinstance(values.get(name), (int, float, str, type(None))):
            return "configuration", f"value at `{where}/{name}` is not a number"
    for name in _FLAGS:
        if not isinstance(values.get(name), (bool, str, type(None))):
            return "configuration", f"value at `{where}/{name}` is not a boolean"
    for name in _TEXTS:
        if not isinstance(values.get(name), (str, type(None))):
            return "configuration", f"value at `{where}/{name}` is not a string"
    return None


def _not_one_of(where: str, known: tuple) -> str:
    return f"value at `{where}` is not one of: {list(known)}"


def _all_texts(values) -> bool:
    return isinstance(values, list) and all(isinstance(one, str) for one in values)
