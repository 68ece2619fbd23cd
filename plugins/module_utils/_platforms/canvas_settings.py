# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Canvas: the LTI JSON of a tool, its two forms, and when two of them say the same. Data only.

The *outer* form ("settings") is what vendors publish and tool configurations take; the *internal* form
("configuration") is flat, and what registrations take. Every section number in this file is one of
docs/platforms/canvas.md.
"""

from __future__ import annotations

import re

PLATFORM = "canvas.instructure.com"
REQUIRED = ("title", "description", "target_link_uri", "oidc_initiation_url")
KEYS = ("public_jwk", "public_jwk_url")
STICKY = ("oidc_initiation_urls", *KEYS)
STICKY_IN_EXTENSION = ("domain", "tool_id")
"""What a PUT of a configuration cannot clear since 2025 (2.7)."""
PRIVACY = ("public", "name_only", "email_only", "anonymous")
DEFAULT_LEVEL = "anonymous"
TELLS = {
    "public": {"name", "email", "sis_id"},
    "name_only": {"name", "sis_id"},
    "email_only": {"email"},
    "anonymous": set(),
    None: set(),
}
"""What each level tells about people (6.3)."""
_TOP = (*REQUIRED, "custom_fields", *STICKY, "scopes")
_EXTENSION = (*STICKY_IN_EXTENSION, "privacy_level")
_SWITCHES = ("enabled", "use_tray", "prefer_sis_email", "oauth_compliant")
# fmt: off
PLACEMENTS = frozenset((
    "account_navigation", "ActivityAssetProcessor", "ActivityAssetProcessorContribution", "analytics_hub",
    "assignment_edit", "assignment_group_menu", "assignment_index_menu", "assignment_menu", "assignment_selection",
    "assignment_view", "collaboration", "conference_selection", "course_assignments_menu",
    "course_home_sub_navigation", "course_navigation", "course_settings_sub_navigation",
    "discussion_topic_index_menu", "discussion_topic_menu", "editor_button", "file_index_menu", "file_menu",
    "global_navigation", "homework_submission", "link_selection", "migration_selection", "module_group_menu",
    "module_index_menu", "module_index_menu_modal", "module_menu", "module_menu_modal", "post_grades",
    "quiz_index_menu", "quiz_menu", "resource_selection", "similarity_detection", "student_context_card",
    "submission_type_selection", "tool_configuration", "top_navigation", "user_navigation", "wiki_index_menu",
    "wiki_page_menu",
))
# fmt: on
"""Placements by name (6.2). New ones come with new versions, so others are not refused."""


def tidy(settings):
    """The part of settings that Canvas keeps, in one form: one Canvas extension; scopes and custom fields always
    there; nothing that is null."""
    kept = {name: settings[name] for name in _TOP if settings.get(name) not in (None, "", {})}
    extension = _canvas_extension(settings)
    inner = extension.get("settings") or {}
    launch = {n: v for n, v in inner.items() if n != "placements" and n not in PLACEMENTS and v is not None}
    about = {name: extension[name] for name in _EXTENSION if extension.get(name) not in (None, "")}
    return {
        **kept,
        "scopes": list(dict.fromkeys(settings.get("scopes") or [])),
        "custom_fields": fields_of(settings.get("custom_fields")),
        "extensions": [
            {
                "platform": PLATFORM,
                **about,
                "settings": {**launch, "placements": [_without_nulls(one) for one in inner.get("placements") or []]},
            }
        ],
    }


def _canvas_extension(settings):
    """The extension that counts: the first for Canvas (2.6)."""
    found = (one for one in settings.get("extensions") or [] if one.get("platform") == PLATFORM)
    return next(found, {})


def _without_nulls(members):
    return {name: value for name, value in members.items() if value is not None}


def fields_of(custom_fields):
    """Custom fields as an object of texts.

    Of a text in lines (2.5) all after the first ``=`` is the value; Canvas itself would cut it off at a second one.
    """
    if isinstance(custom_fields, str):
        pairs = [line.split("=", 1) for line in re.split(r"[\r\n]+", custom_fields) if "=" in line]
        return {name: value for name, value in pairs if name.strip() and value.strip()}
    return {str(name): text_of(value) for name, value in (custom_fields or {}).items() if value is not None}


def text_of(value):
    """One custom field as text; what is no scalar stays as it is."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (int, float)) else value


NO_EXTRAS = {"top": {}, "extension": {}, "launch": {}, "extensions": []}


def extras(settings):
    """What :func:`tidy` leaves out although some versions of Canvas keep it: to be sent along, and never compared.

    :returns: unknown members at the top and in the extension that counts, its launch settings that are named like
        placements, and the other extensions.
    """
    known = {*_TOP, "extensions", "redirect_uris"}
    counted = _canvas_extension(settings)
    inner = counted.get("settings") or {}
    return {
        "top": {name: value for name, value in settings.items() if name not in known and value is not None},
        "extension": {
            name: value
            for name, value in counted.items()
            if name not in (*_EXTENSION, "platform", "settings") and value is not None
        },
        "launch": {name: value for name, value in inner.items() if name in PLACEMENTS and value is not None},
        "extensions": [one for one in settings.get("extensions") or [] if one is not counted],
    }


def document(kept, besides):
    """What is sent: settings as :func:`tidy` has them, with the :func:`extras`."""
    extension = kept["extensions"][0]
    whole = {**besides["extension"], **extension, "settings": {**besides["launch"], **extension["settings"]}}
    return {**besides["top"], **kept, "extensions": [whole, *besides["extensions"]]}


def losses(settings):
    """Names of what Canvas will not store, each as a person would look for it in the document (2.6)."""
    found = extras(settings)
    second = [one for one in found["extensions"] if one.get("platform") == PLATFORM]
    foreign = [one for one in found["extensions"] if one not in second]
    return [
        *(f"{name!r}" for name in found["top"]),
        *(f"{name!r} in the extension" for name in found["extension"]),
        *(f"{name!r} among the launch settings (the name of a placement)" for name in found["launch"]),
        *(f"the extension for the platform {one.get('platform')!r}" for one in foreign),
        *("a second extension for Canvas" for _one in second),
    ]


def canonical(settings):
    """Tidy settings in the form that equal ones share (9.3)."""
    made = tidy(settings)
    extension = made["extensions"][0]
    return {
        **made,
        "scopes": sorted(made["scopes"]),
        **({"public_jwk": _without_nulls(made["public_jwk"])} if isinstance(made.get("public_jwk"), dict) else {}),
        "extensions": [{**extension, "settings": canonical_launch(extension["settings"])}],
    }


def canonical_launch(settings):
    """Launch settings with their placements, whose order does not count."""
    return {
        **{name: _scalar(name, value) for name, value in settings.items() if name != "placements"},
        "placements": canonical_placements(settings.get("placements") or []),
    }


def canonical_placements(placements):
    """Placements by name; where one stands twice, in order."""
    made = [{"enabled": True, **_canonical_members(one)} for one in placements]
    names = [one.get("placement") for one in made]
    return dict(zip(names, made)) if len(set(names)) == len(names) else made


def _canonical_members(placement):
    made = {name: _scalar(name, value) for name, value in placement.items() if value is not None}
    if isinstance(made.get("custom_fields"), dict):
        made["custom_fields"] = fields_of(made["custom_fields"])
    return made


def _scalar(name, value):
    """Forms make texts of flags and sizes, and Canvas keeps them as they came (2.6)."""
    if name in _SWITCHES and str(value).lower() in ("true", "false"):
        return str(value).lower() == "true"
    if name.endswith(("_height", "_width")) and re.fullmatch(r"\d{1,9}(\.0+)?", str(value)):
        return int(str(value).partition(".")[0])
    return value


def sticky_members(settings):
    """What tidy settings hold of the fields that cannot be cleared (2.7), by name."""
    extension = settings["extensions"][0]
    return {
        **{name: settings[name] for name in STICKY if name in settings},
        **{name: extension[name] for name in STICKY_IN_EXTENSION if name in extension},
    }


def with_members(settings, members):
    """Tidy settings with further members, each where it belongs."""
    top = {name: value for name, value in members.items() if name not in _EXTENSION}
    inside = {name: value for name, value in members.items() if name in _EXTENSION}
    return {**settings, **top, "extensions": [{**settings["extensions"][0], **inside}]}


def level_of(settings):
    """The privacy level that tidy settings have; None where none is said."""
    return settings["extensions"][0].get("privacy_level")


def with_custom_fields(settings, fields):
    """Tidy settings with ``fields`` over their custom fields; null takes one away."""
    merged = {**settings["custom_fields"], **{str(name): text_of(value) for name, value in fields.items()}}
    return {**settings, "custom_fields": _without_nulls(merged)}


def with_disabled(settings, names, others):
    """Tidy settings whose placements ``names`` are disabled.

    :param others: true to enable all others, false to leave them as they are.
    :raises ValueError: for a placement that the settings do not have.
    """
    extension = settings["extensions"][0]
    placements = extension["settings"]["placements"]
    unknown = sorted(set(names) - {one.get("placement") for one in placements})
    if unknown:
        raise ValueError(f"names placements that the settings do not have: {', '.join(unknown)}")

    def switched(placement):
        if placement.get("placement") in names:
            return {**placement, "enabled": False}
        return {name: value for name, value in placement.items() if name != "enabled" or not others}

    inner = {**extension["settings"], "placements": [switched(one) for one in placements]}
    return {**settings, "extensions": [{**extension, "settings": inner}]}


def internal(settings):
    """The internal form of settings (7), with those members only that the settings have."""
    made = {name: settings[name] for name in (*_TOP, "redirect_uris") if name in settings}
    extension = _canvas_extension(settings)
    made.update({name: extension[name] for name in _EXTENSION if name in extension})
    inner = extension.get("settings")
    if inner is not None:
        made["placements"] = inner.get("placements") or []
        made["launch_settings"] = {n: v for n, v in inner.items() if n != "placements" and n not in PLACEMENTS}
    return made
