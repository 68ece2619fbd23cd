# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Canvas: what has which shape in the two forms of the LTI JSON (section 7 of docs/platforms/canvas.md). Data only.

What a user gives is refused with words before anything is sent; what a server answers is left as it is where
nobody can read it. All functions that check raise ValueError with the end of a sentence.
"""

from __future__ import annotations

import json

from ansible_collections.edtech.lti.plugins.module_utils._platforms import canvas_settings
from ansible_collections.edtech.lti.plugins.module_utils._platforms.canvas_settings import PLATFORM, PRIVACY, REQUIRED

_TEXTS = (*REQUIRED, "public_jwk_url", "domain", "tool_id", "privacy_level")
_OBJECTS = ("public_jwk", "launch_settings", "oidc_initiation_urls")
_LISTS = {"scopes": str, "redirect_uris": str, "placements": dict}
INTERNAL = frozenset((*_TEXTS, *_OBJECTS, *_LISTS, "custom_fields"))
"""All members of the internal form."""
OF_EXTENSIONS = ("domain", "tool_id", "privacy_level", "placements", "launch_settings")
"""Members that the outer form has in an extension."""


def parsed(text):
    """Settings out of their JSON text; what is wrong in it is named with line and column."""
    try:
        loaded = json.loads(text.lstrip("\ufeff"), parse_constant=_no_constant)
    except RecursionError as error:
        raise ValueError("is no JSON that could be read: it is nested too deeply") from error
    except ValueError as error:
        where = f"line {error.lineno}, column {error.colno}: {error.msg}" if hasattr(error, "lineno") else str(error)
        if "property name" in where:
            where = f"{where} (is there a comma too many before it?)"
        raise ValueError(f"is no valid JSON, {where}") from error
    if not isinstance(loaded, dict):
        raise ValueError("is JSON, but no object")
    return loaded


def _no_constant(name):
    raise ValueError(f"there are no numbers like {name} in it")


def check_outer(settings):
    """Has everything in the outer form ("settings") its shape?"""
    _check_list(settings, "extensions", dict)
    for extension in settings.get("extensions") or []:
        if not isinstance(extension.get("settings"), (dict, type(None))):
            raise ValueError("has an extension whose settings are no object")
        if extension.get("platform") == PLATFORM:
            _check_list(extension.get("settings") or {}, "placements", dict)
    check_internal(canvas_settings.internal(settings))


def check_internal(configuration):
    """Has everything in the internal form ("configuration") its shape?"""
    for name in _TEXTS:
        if not isinstance(configuration.get(name), (str, type(None))):
            raise ValueError(f"has no text as {name}, but {_shape(configuration[name])}")
    for name in _OBJECTS:
        if not isinstance(configuration.get(name), (dict, type(None))):
            what = "one key, an object" if name == "public_jwk" else "an object"
            raise ValueError(f"has {_shape(configuration[name])} as {name}, where Canvas takes {what}")
    if not isinstance(configuration.get("custom_fields"), (dict, str, type(None))):
        raise ValueError(f"has {_shape(configuration['custom_fields'])} as custom_fields, where an object is needed")
    for name, kind in _LISTS.items():
        if name != "redirect_uris" or not isinstance(configuration.get(name), str):
            _check_list(configuration, name, kind)
    for placement in configuration.get("placements") or []:
        if not isinstance(placement.get("placement"), str):
            raise ValueError("has a placement without a name")
    if configuration.get("privacy_level") not in (None, "", *PRIVACY):
        level = configuration["privacy_level"]
        raise ValueError(f"has the privacy_level {level!r}, which is none of {', '.join(PRIVACY)}")


def check_numbers(tree):
    """Is everything in it something that JSON has? YAML knows numbers that are none."""
    try:
        json.dumps(tree, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"cannot be written as JSON: {error}") from error


def is_readable(settings):
    """Can settings be compared? Those of a strange server may not."""
    try:
        check_outer(settings)
    except (ValueError, TypeError, AttributeError):
        return False
    return True


def _check_list(members, name, kind):
    if not isinstance(members.get(name), (list, type(None))):
        raise ValueError(f"has {_shape(members[name])} as {name}, where a list is needed")
    for member in members.get(name) or []:
        if not isinstance(member, kind):
            raise ValueError(f"has {_shape(member)} among its {name}")


def _shape(value):
    shapes = {dict: "an object", list: "a list", bool: "a flag", str: "a text", type(None): "null"}
    return shapes.get(type(value), "a number")
