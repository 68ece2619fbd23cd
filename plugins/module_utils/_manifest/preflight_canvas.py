# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Preflight: a tool's Canvas JSON configuration, as its vendor publishes it. Data only.

Every section number in this file is one of docs/platforms/canvas.md.
"""

from __future__ import annotations

import json

from ansible_collections.edtech.lti.plugins.module_utils._manifest import canvas, roads, schema, vocabulary
from ansible_collections.edtech.lti.plugins.module_utils._manifest import preflight_keys as keys
from ansible_collections.edtech.lti.plugins.module_utils._manifest import preflight_services as services
from ansible_collections.edtech.lti.plugins.module_utils._manifest import preflight_texts as texts
from ansible_collections.edtech.lti.plugins.module_utils._manifest.preflight_findings import at, finding
from ansible_collections.edtech.lti.plugins.module_utils._platforms import canvas_settings, canvas_shapes

ROOT = "canvas_settings"
_TEXT = {"type": ["string", "null"]}
_FIELDS = {
    "type": ["object", "string", "null"],
    "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
}
_LAUNCH = {"custom_fields": _FIELDS, "message_type": _TEXT, "text": _TEXT, "icon_url": _TEXT, "target_link_uri": _TEXT}
_PLACEMENT = {"type": "object", "required": ["placement"], "properties": {**_LAUNCH, "placement": {"type": "string"}}}
_SETTINGS = {
    "type": ["object", "null"],
    "properties": {**_LAUNCH, "placements": {"type": ["array", "null"], "items": _PLACEMENT}},
}
_EXTENSION = {
    "type": "object",
    "required": ["platform"],
    "properties": {
        "platform": _TEXT,
        "domain": _TEXT,
        "tool_id": _TEXT,
        "privacy_level": {"enum": [*canvas_settings.PRIVACY, "", None]},
        "settings": _SETTINGS,
    },
}
SHAPE = {
    "type": "object",
    "properties": {
        **dict.fromkeys((*canvas_settings.REQUIRED, "public_jwk_url"), _TEXT),
        "public_jwk": {"type": ["object", "null"]},
        "oidc_initiation_urls": {"type": ["object", "null"], "additionalProperties": {"type": "string"}},
        "scopes": {"type": ["array", "null"], "items": {"type": "string"}},
        "redirect_uris": {"type": ["array", "null"], "items": {"type": "string"}},
        "custom_fields": _FIELDS,
        "extensions": {"type": ["array", "null"], "items": _EXTENSION},
    },
}
"""What is read of the outer form (7)."""
_SHAPE_CODES = {"public_jwk": "public_jwk_shape", "redirect_uris": "redirect_uris_shape"}


def read(settings):
    """The settings out of a dict or a text.

    :returns: a pair: the outer form of what was given, None if it cannot be read, and findings.
    """
    found = []
    if isinstance(settings, str):
        text = settings
        try:
            settings = canvas_shapes.parsed(text)
        except ValueError as error:
            return None, [finding("invalid_json", ROOT, f"The text {error}.")]
        found += [finding("member_twice", ROOT, f"The text has {name} twice in one object.") for name in _twice(text)]
    if not isinstance(settings, dict):
        return None, [finding("wrong_shape", ROOT, f"This is {schema.shape(settings)}, where an object is needed.")]
    inner, path = _innermost(settings)
    if path:
        found.append(finding("settings_nested", ROOT, f"The configuration stands further in, under {'.'.join(path)}."))
    launch = inner.get("launch_settings")
    return canvas.outer({**inner, "launch_settings": launch} if isinstance(launch, dict) else _without(inner)), found


def _twice(text):
    """Members of which a JSON text has two in one object, and a program sees the last one only."""
    found = []

    def once(pairs):
        seen = set()
        for name, _value in pairs:
            if name in seen:
                # Whatever looks like no name may be a secret in the wrong place.
                found.append(name if texts.is_reference(name) else "a member")
            seen.add(name)
        return dict(pairs)

    json.loads(text.lstrip("\ufeff"), object_pairs_hook=once)
    return list(dict.fromkeys(found))


def _without(settings):
    return {name: value for name, value in settings.items() if name != "launch_settings"}


def _innermost(settings, path=()):
    """What has a title, looked for where vendors hide it, and the way there."""
    if not {"title", "target_link_uri", "extensions"} & set(settings):
        for name in ("settings", "tool_configuration", "ltiKey", "configuration"):
            if isinstance(settings.get(name), dict):
                return _innermost(settings[name], (*path, name))
    return settings, path


def of_settings(given, *, redirect_uris=None, allowed=None, production=True):
    """Findings on the outer form, and the form without what is wrong in it.

    :param given: as :func:`read` has it.
    :param redirect_uris: those that the key gets, where they are not in the settings.
    :param allowed: data classes that the tool may receive; None where nobody said.
    :returns: a pair: findings, and the settings with what could be read of them.
    """
    settings, problems = schema.mended(given, SHAPE)
    found = [finding(_shape_code(path), schema.at(path, ROOT), f"This {words}.") for path, words in problems]
    if isinstance(given.get("redirect_uris"), str):
        settings["redirect_uris"] = given["redirect_uris"].split()
    found += texts.of_document(settings, ROOT, production)
    found += _of_top(settings, given)
    addresses = redirect_uris or settings.get("redirect_uris") or []
    extension, number = _extension(settings)
    found += _of_extensions(settings, given, number)
    place = "redirect_uris" if redirect_uris else at(ROOT, "redirect_uris")
    domain = extension.get("domain")
    found += texts.of_redirects(
        addresses, place, domains=[domain] if domain else [], target=settings.get("target_link_uri")
    )
    found += _of_placements(extension, number)
    found += _of_data(settings, extension, number, allowed)
    return found, settings


def _shape_code(path):
    return _SHAPE_CODES.get(path[0] if len(path) == 1 else None, "wrong_shape")


def _of_top(settings, given):
    """Findings on what stands outside of the extensions."""
    found = []
    for name in canvas_settings.REQUIRED:
        if not given.get(name):
            found.append(finding("required_missing", at(ROOT, name), f"{name} is missing, which Canvas needs."))
    if not isinstance(given.get("public_jwk"), list):
        places = (at(ROOT, "public_jwk_url"), at(ROOT, "public_jwk"))
        found += keys.of_sources(settings.get("public_jwk_url"), settings.get("public_jwk"), *places)
    elif settings.get("public_jwk_url"):
        found += keys.of_address(settings["public_jwk_url"], at(ROOT, "public_jwk_url"))
    if settings.get("public_jwk"):
        found += keys.of_key(settings["public_jwk"], at(ROOT, "public_jwk"))
    if "scopes" not in given:
        found.append(
            finding("scopes_missing", at(ROOT, "scopes"), "scopes are left out, which is as if there were none.")
        )
    found += services.of_scopes(settings.get("scopes") or [], at(ROOT, "scopes"), refused=True)
    empty = _empty(given)
    if empty:
        said = f"{', '.join(empty[:3])}{' and more' if len(empty) > 3 else ''}: null, or an empty object."
        found.append(finding("null_members", ROOT, said))
    return found


def _empty(tree, path=""):
    """Members that are null, and objects with nothing in them; empty custom fields are usual (2.6)."""
    found = []
    for name, value in tree.items() if isinstance(tree, dict) else enumerate(tree):
        here = f"{path}[{name}]" if isinstance(name, int) else f"{path}.{name}" if path else str(name)
        if value is None or (value == {} and name not in ("custom_fields", "launch_settings")):
            found.append(here)
        elif isinstance(value, (dict, list)):
            found += _empty(value, here)
    return found


def _extension(settings):
    """The extension that counts (7), or the first if none does, and its number; an empty one where there is none."""
    held = settings.get("extensions") or []
    ours = [number for number, one in enumerate(held) if one.get("platform") == canvas_settings.PLATFORM]
    number = ours[0] if ours else 0
    return (held[number], number) if held else ({}, 0)


def domain_of(settings):
    """The domain in settings of whatever shape; None where there is none."""
    extension, _number = _extension(schema.mended(settings, SHAPE)[0])
    return extension.get("domain")


def _of_extensions(settings, given, counted):
    """Findings on platform, domain and privacy level."""
    found, held = [], settings.get("extensions") or []
    if not any(one.get("platform") == canvas_settings.PLATFORM for one in held):
        for number, one in enumerate(held):
            where = at(ROOT, "extensions", number, "platform")
            said = f"The extension is for {one.get('platform')!r}, and so Canvas ignores it with all its placements."
            found.append(finding("platform_wrong", where, said))
    if not held:
        return found  # told as having no placements
    extension, place = held[counted], at(ROOT, "extensions", counted)
    if extension.get("domain"):
        found += texts.of_domain(extension["domain"], f"{place}.domain")
        there = (settings.get("target_link_uri"), settings.get("oidc_initiation_url"))
        found += texts.of_relation([extension["domain"]], there, f"{place}.domain")
    misplaced = _misplaced(settings, extension, place)
    for where in misplaced:
        found.append(
            finding("privacy_level_misplaced", where, "privacy_level stands where Canvas does not look for it.")
        )
    if not extension.get("privacy_level") and not misplaced and not _level_given(given, counted):
        found.append(finding("privacy_level_missing", place, "The extension has no privacy_level."))
    return found


def _misplaced(settings, extension, place):
    inner = extension.get("settings") or {}
    found = [at(ROOT, "privacy_level")] if settings.get("privacy_level") else []
    found += [f"{place}.settings.privacy_level"] if inner.get("privacy_level") else []
    for number, one in enumerate(inner.get("placements") or []):
        found += [f"{place}.settings.placements[{number}].privacy_level"] if one.get("privacy_level") else []
    return found


def _level_given(given, counted):
    """Was there a level that is none? Then that is what is wrong."""
    try:
        return bool(given["extensions"][counted]["privacy_level"])
    except (KeyError, IndexError, TypeError):
        return False


def _of_placements(extension, number):
    inner = extension.get("settings") or {}
    held = inner.get("placements") or []
    place = at(ROOT, "extensions", number, "settings", "placements")
    if not held:
        return [finding("placements_missing", place, "There is no placement, so Canvas shows the tool nowhere.")]
    usual = inner.get("message_type")
    named = [
        (f"{place}[{count}]", one["placement"], one.get("message_type") or usual)
        for count, one in enumerate(held)
        if "placement" in one
    ]
    return services.of_placements(named)


def _of_data(settings, extension, number, allowed):
    """Findings on what the tool would learn (6.3)."""
    found, place = [], at(ROOT, "extensions", number)
    level = extension.get("privacy_level")
    inner = extension.get("settings") or {}
    fields = [(at(ROOT, "custom_fields"), settings.get("custom_fields"))]
    fields.append((f"{place}.settings.custom_fields", inner.get("custom_fields")))
    for count, one in enumerate(inner.get("placements") or []):
        fields.append((f"{place}.settings.placements[{count}].custom_fields", one.get("custom_fields")))
    for where, held in fields:
        found += texts.of_variables(canvas_settings.fields_of(held), where, allowed)
    if level == "public" and allowed is None:
        said = "The tool asks for everything: name, e-mail address, SIS id and picture."
        found.append(finding("privacy_public", f"{place}.privacy_level", said))
    if level in (None, "", "anonymous") and vocabulary.NRPS in (settings.get("scopes") or []):
        found.append(services.anonymous_with_roster(at(ROOT, "scopes"), allowed, "the roster scope"))
    return found + services.of_roads(roads.of_canvas(settings), allowed, ROOT, "canvas")
