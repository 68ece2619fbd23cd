"""The LTI JSON in its two forms and how one becomes the other (`docs/platforms/canvas.md`, section 7).

The outer form is what tool configurations take and return as `settings`; the internal form is flat,
and is what the server keeps since 2024.
"""

from __future__ import annotations

import re

from .call import Call
from .names import PLACEMENTS

PLATFORM = "canvas.instructure.com"

# In the order in which settings show them; those after the custom fields are kept by a PUT that lacks them.
_TOP = (
    "title", "description", "custom_fields", "target_link_uri", "oidc_initiation_url", "oidc_initiation_urls",
    "public_jwk", "public_jwk_url", "scopes",
)  # fmt: skip
_EXTENSION = ("domain", "tool_id", "privacy_level")
INTERNAL = (*_TOP, *_EXTENSION, "redirect_uris", "placements", "launch_settings")
# A PUT that lacks these resets them (section 2.7).
RESET = {"scopes": [], "placements": [], "launch_settings": {}, "custom_fields": {}}
_LINES = re.compile(r"[\r\n]+")


def internal_form(settings: dict) -> dict:
    """Return the internal form of the outer one, with only what `settings` give.

    Every extension but the first for Canvas is lost, unknown keys are, and keys of the extension's
    settings that bear the name of a placement.
    """
    made = {name: settings[name] for name in _TOP if name in settings}
    extension = _extension(settings)
    made |= {name: extension[name] for name in _EXTENSION if name in extension}
    inner = extension.get("settings") or {}
    made["placements"] = inner.get("placements") or []
    made["launch_settings"] = {
        name: value for name, value in inner.items() if name != "placements" and name not in PLACEMENTS
    }
    made["scopes"] = unique(made.get("scopes") or [])
    for name in ("public_jwk", "public_jwk_url"):
        if name in made and not made[name]:
            made[name] = None
    return made


def outer_form(call: Call, internal: dict, overlay: dict | None = None) -> dict:
    """Return `settings` as they read back, with what `overlay` changes in them."""
    overlay = overlay or {}
    shown = {name: internal.get(name) for name in _TOP}
    shown["custom_fields"] = shown["custom_fields"] or {}
    shown["oidc_initiation_urls"] = shown["oidc_initiation_urls"] or {}
    shown["scopes"] = [one for one in shown["scopes"] or [] if one not in (overlay.get("disabled_scopes") or ())]
    extension = {name: internal.get(name) for name in _EXTENSION}
    for name in ("title", "description", "custom_fields", "target_link_uri", "oidc_initiation_url"):
        if overlay.get(name) is not None:
            shown[name] = overlay[name]
    for name in ("domain", "privacy_level"):
        if overlay.get(name) is not None:
            extension[name] = overlay[name]
    placements = [_overlaid(one, overlay) for one in internal.get("placements") or []]
    order = call.switch("placement_order")
    if order == "sorted":
        placements.sort(key=lambda one: str(one.get("placement")))
    elif order == "reversed":
        placements.reverse()
    extension |= {
        "platform": PLATFORM,
        "settings": {**(internal.get("launch_settings") or {}), "placements": placements},
    }
    if overlay or call.switch("unset_settings") == "absent":
        shown = {name: value for name, value in shown.items() if value is not None}
        extension = {name: value for name, value in extension.items() if value is not None}
    elif call.switch("unset_settings") == "empty":
        shown["public_jwk"] = shown["public_jwk"] or {}
    return {**shown, "extensions": [extension]}


def merged(stored: dict, given: dict) -> dict:
    """Return the internal form after a PUT of `given` (section 2.7): null and absent values keep the stored ones."""
    sent = {name: value for name, value in given.items() if value is not None}
    return {**stored, **RESET, **sent}


def with_defaults(internal: dict) -> dict:
    """Return an internal form with every field, those of a new configuration for the ones not given."""
    empty = {**dict.fromkeys(INTERNAL), **RESET, "oidc_initiation_urls": {}, "redirect_uris": []}
    sent = {name: value for name, value in internal.items() if name in INTERNAL and value is not None}
    made = {**empty, **sent}
    made["privacy_level"] = made["privacy_level"] or "anonymous"
    return made


def with_disabled(internal: dict, names: list) -> dict:
    """Return the configuration with the placements `names` disabled."""
    placements = [{**one, "enabled": False} if one.get("placement") in names else one for one in internal["placements"]]
    return {**internal, "placements": placements}


def custom_fields_of(text) -> dict[str, str]:
    """Return what a text of custom fields says (section 2.5); a value ends at a second equals sign."""
    made = {}
    for line in _LINES.split(text) if isinstance(text, str) else ():
        key, value = [*line.split("="), "", ""][:2]
        if key.strip() and value.strip():
            made[key] = value
    return made


def with_custom_fields(settings: dict, text) -> dict:
    """Return `settings` with the text of custom fields over their own; a text in the settings is lost."""
    own = settings.get("custom_fields")
    return {**settings, "custom_fields": {**(own if isinstance(own, dict) else {}), **custom_fields_of(text)}}


def kept(value):
    """Return `value` as the database returns it: keys of objects by length, then by letters."""
    if isinstance(value, dict):
        return {name: kept(value[name]) for name in sorted(value, key=lambda name: (len(name.encode()), name))}
    return [kept(one) for one in value] if isinstance(value, list) else value


def unique(values: list) -> list:
    """Return `values` without repetition."""
    return list(dict.fromkeys(values))


def _extension(settings: dict) -> dict:
    extensions = settings.get("extensions")
    return next((one for one in extensions or () if one.get("platform") == PLATFORM), {})


def _overlaid(placement: dict, overlay: dict) -> dict:
    name = placement.get("placement")
    changed = {**placement, **(overlay.get("placements") or {}).get(name, {})}
    return {**changed, "enabled": False} if name in (overlay.get("disabled_placements") or ()) else changed
