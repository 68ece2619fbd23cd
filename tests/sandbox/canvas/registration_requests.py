"""What the bodies of registration requests mean (`docs/platforms/canvas.md`, section 5.1)."""

from __future__ import annotations

from .answers import Refusal
from .call import Call
from .configuration import INTERNAL, internal_form
from .contexts import Context
from .parameters import texts
from .state import SITE_ADMIN
from .validation import internal_schema_error, placement_error, redirect_uri_error, scope_error

_STATES = {"on": "on", "active": "on", "off": "off", "inactive": "off", "allow": "allow"}
_LONGEST = {"name": 255, "admin_nickname": 255, "vendor": 255, "description": 2048}
_OVERLAY_TEXTS = ("title", "description", "target_link_uri", "oidc_initiation_url", "domain", "privacy_level")
_OVERLAY_LISTS = ("disabled_scopes", "disabled_placements")


def internal_of(configuration: dict) -> dict:
    """Return the internal form of what was sent: the outer form is known by its extensions."""
    if "extensions" not in configuration:
        return {name: configuration[name] for name in INTERNAL if name in configuration}
    extensions = configuration["extensions"]
    if not isinstance(extensions, list) or not all(isinstance(one, dict) for one in extensions):
        raise _schema("value at `/extensions` is not an array of objects")
    try:
        made = internal_form(configuration)
    except (TypeError, AttributeError) as error:
        raise _schema("value at root does not match the schema") from error
    return {**made, **{name: configuration[name] for name in ("redirect_uris",) if name in configuration}}


def checked(call: Call, internal: dict) -> dict:
    """Return the whole internal form, or refuse it."""
    problem = internal_schema_error(internal)
    if problem is None and not (internal["public_jwk"] or internal["public_jwk_url"]):
        problem = "tool configuration must have public jwk or public jwk url"
    if problem is None:
        found = (
            scope_error(internal["scopes"])
            or placement_error(internal["placements"])
            or redirect_uri_error(call, internal["redirect_uris"])
        )
        problem = f"{found[0]} {found[1]}" if found else None
    if problem is not None:
        raise _schema(problem)
    return internal


def overlay_of(given: dict) -> dict | None:
    """Return the overlay that was sent, None if none was, or refuse it."""
    overlay = given.get("overlay")
    if not isinstance(overlay, dict):
        return None
    for name in _OVERLAY_TEXTS:
        if not isinstance(overlay.get(name), (str, type(None))):
            raise _schema(f"value at `/overlay/{name}` is not a string")
    for name in _OVERLAY_LISTS:
        if not isinstance(overlay.get(name), (list, type(None))):
            raise _schema(f"value at `/overlay/{name}` is not an array")
    placements = overlay.get("placements") or {}
    if not isinstance(placements, dict) or not all(isinstance(one, dict) for one in placements.values()):
        raise _schema("value at `/overlay/placements` is not an object of objects")
    if not isinstance(overlay.get("custom_fields"), (dict, type(None))):
        raise _schema("value at `/overlay/custom_fields` is not an object")
    return overlay


def merged_overlay(internal: dict, overlay: dict) -> dict:
    """Return the configuration with an overlay merged into it; what is null in the overlay changes nothing."""
    plain = (*_OVERLAY_TEXTS, "custom_fields")
    changed = {name: overlay[name] for name in plain if overlay.get(name) is not None}
    placements = []
    for one in internal["placements"]:
        name = one["placement"]
        over = (overlay.get("placements") or {}).get(name, {})
        added = {key: value for key, value in over.items() if value is not None}
        disabled = {"enabled": False} if name in (overlay.get("disabled_placements") or ()) else {}
        placements.append({**one, **added, **disabled})
    scopes = [one for one in internal["scopes"] if one not in (overlay.get("disabled_scopes") or ())]
    return {**internal, **changed, "placements": placements, "scopes": scopes}


def texts_of(given: dict) -> dict:
    """Return name, nickname, vendor and description as far as they were sent, or refuse them."""
    found = texts(given, tuple(_LONGEST))
    for name, value in found.items():
        if len(value or "") > _LONGEST[name]:
            raise coded(f"invalid_{name}", f"{name} is too long (maximum is {_LONGEST[name]} characters)")
    return found


def state_of(call: Call, account: Context) -> str | None:
    """Return the state of the binding that was asked for, None if none was."""
    given = call.given.get("workflow_state")
    if given is None:
        return None
    state = _STATES.get(given) if isinstance(given, str) else None
    if state is None or (state == "allow" and account.id != SITE_ADMIN):
        raise coded("invalid_workflow_state", f"workflow_state cannot be {given}")
    return "allow" if state == "on" and account.id == SITE_ADMIN else state


def may_lock(call: Call) -> bool:
    """Tell whether the request may say something about the lock, and does."""
    return call.switch("lock_lti_registrations") and call.is_era("D") and "lock_deploying" in call.given


def coded(code: str, text: str) -> Refusal:
    """Return a refusal with a code."""
    return Refusal(422, {"errors": [{"code": code, "message": text}]})


def _schema(text: str) -> Refusal:
    return Refusal(422, {"errors": [text]})
