# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A manifest as the LTI JSON of Canvas, and back. Data only.

Members that only Canvas has bear its address as prefix, as in its own dynamic registration: those of a placement
stand in the message, those of the extension and the launch settings in the tool configuration. Every section number
in this file is one of docs/platforms/canvas.md.
"""

from __future__ import annotations

from ansible_collections.edtech.lti.plugins.module_utils._manifest import document, roads, translation
from ansible_collections.edtech.lti.plugins.module_utils._manifest.document import TOOL, ManifestError
from ansible_collections.edtech.lti.plugins.module_utils._manifest.vocabulary import CANVAS, DEEP_LINKING, LEVELS
from ansible_collections.edtech.lti.plugins.module_utils._platforms import canvas_settings, canvas_shapes

STANDARD_PLACEMENTS = {"ContentArea": "link_selection", "RichTextEditor": "editor_button"}
"""The placements that Dynamic Registration 1.0 itself names, and where Canvas shows such a tool."""
_DEFAULT_ENABLED = f"{CANVAS}course_navigation/default_enabled"
_OF_MESSAGE = {"type": "message_type", "target_link_uri": "target_link_uri", "label": "text", "icon_uri": "icon_url"}
OPTIONS = {
    "name": str,
    "client_id": (str, int),
    "account_id": (str, int),
    "state": str,
    "redirect_uris": list,
    "privacy_level": str,
    "custom_fields": dict,
    "disabled_placements": list,
    "notes": str,
    "email": str,
    "test_cluster_only": bool,
    "binding": str,
    "comment": str,
    "clear_via_registration": bool,
    "installations": list,
}
"""Options that may be laid over the payload. Settings are none of them: other ones would go around ``data``."""
_PRIVATE = ("d", "p", "q", "dp", "dq", "qi", "oth", "k")
"""Members of a key that nobody but its owner may have (RFC 7518, 6)."""
_CARRIED = ("client_name", "initiate_login_uri", "redirect_uris", "jwks_uri", "jwks", "scope", "logo_uri")
_OF_TOOL = ("privacy_level", "tool_id", "launch_settings", "oidc_initiation_urls")
_TOOL_CARRIED = ("domain", "target_link_uri", "description", "custom_parameters", *(CANVAS + one for one in _OF_TOOL))


def to_canvas(manifest):
    """A manifest as a tool of Canvas.

    :returns: as :func:`translation.finished`; the payload is an item of ``canvas_onboarding_tools``: ``name``,
        ``settings`` (section 7), ``redirect_uris``, and the options of ``platforms.canvas``.
    :raises ManifestError: where Canvas could not take it, or would send more than the manifest allows.
    """
    said, options = document.for_platform(document.checked(manifest), "canvas")
    translation.required(said, ("client_name", "target_link_uri"), "Canvas")
    _check_options(options)
    tool = document.tool_of(said)
    losses = translation.unplaced(said, "Canvas", _CARRIED, _TOOL_CARRIED)
    settings = {
        "title": said["client_name"],
        "description": tool.get("description") or said["client_name"],
        "target_link_uri": tool["target_link_uri"],
        "oidc_initiation_url": said["initiate_login_uri"],
        **_keys(said, losses),
        "scopes": document.scopes_of(said),
        "custom_fields": translation.values(tool.get("custom_parameters")),
        "extensions": [_extension(said, tool, losses)],
    }
    if tool.get(f"{CANVAS}oidc_initiation_urls"):
        settings["oidc_initiation_urls"] = tool[f"{CANVAS}oidc_initiation_urls"]
    payload = {"name": said["client_name"], "settings": settings}
    if said.get("redirect_uris"):
        payload["redirect_uris"] = list(said["redirect_uris"])
    payload.update(options)
    effective = _with_level(payload, said, options)
    sent = canvas_settings.document(effective, canvas_settings.extras(payload["settings"]))
    return translation.finished(
        "Canvas", said, payload, roads.of_canvas(sent), losses, _warnings(said, effective, tool)
    )


def _check_options(options):
    for name, value in options.items():
        where = f"platforms.canvas.options.{name}"
        if name not in OPTIONS:
            raise ManifestError(f"{where} is no option; there are {', '.join(OPTIONS)}.")
        if value is not None and not isinstance(value, OPTIONS[name]):
            raise ManifestError(f"{where} has another shape than the option of the module.")
    level = options.get("privacy_level")
    if level not in (None, "", *LEVELS):
        raise ManifestError(f"platforms.canvas.options.privacy_level is {level!r}; there are {', '.join(LEVELS)}.")


def _keys(manifest, losses):
    """The tool's keys: Canvas takes an address, or one single key (2.9)."""
    made = {"public_jwk_url": manifest["jwks_uri"]} if manifest.get("jwks_uri") else {}
    keys = (manifest.get("jwks") or {}).get("keys") or []
    if not isinstance(keys, list) or not all(isinstance(key, dict) for key in keys):
        raise ManifestError("jwks.keys is no list of keys.")
    if any(name in key for key in keys for name in _PRIVATE):
        raise ManifestError("jwks has a private key in it. Take it out, and have the vendor make a new one.")
    if len(keys) == 1:
        return {**made, "public_jwk": keys[0]}
    if keys and not made:
        raise ManifestError(f"jwks has {len(keys)} keys, and Canvas takes one: give jwks_uri, or jwks with one key.")
    if keys:
        losses.append(f"jwks has {len(keys)} keys, and Canvas takes one; it reads those at jwks_uri.")
    if not made:
        raise ManifestError("The manifest has neither jwks_uri nor jwks, and Canvas needs the tool's keys.")
    return made


def _extension(manifest, tool, losses):
    launch = dict(tool.get(f"{CANVAS}launch_settings") or {})
    if manifest.get("logo_uri"):
        launch.setdefault("icon_url", manifest["logo_uri"])
    return {
        "platform": canvas_settings.PLATFORM,
        **({"domain": tool["domain"]} if tool.get("domain") else {}),
        **({"tool_id": tool[f"{CANVAS}tool_id"]} if tool.get(f"{CANVAS}tool_id") else {}),
        **({"privacy_level": tool[f"{CANVAS}privacy_level"]} if tool.get(f"{CANVAS}privacy_level") else {}),
        "settings": {**launch, "placements": _placements(tool, losses)},
    }


def _placements(tool, losses):
    """One placement for each message and each of its placements."""
    made = []
    for number, message in enumerate(tool.get("messages") or []):
        _lose(message, number, tool, losses)
        for named in message.get("placements") or []:
            name = placement_name(named)
            made.append({"placement": name, **_members(message, name)})
    return made


def placement_name(named):
    """A placement as the LTI JSON calls it: in dynamic registrations it may bear Canvas's address."""
    return STANDARD_PLACEMENTS.get(named, named[len(CANVAS) :] if named.startswith(CANVAS) else named)


def _members(message, placement):
    made = {ours: message[name] for name, ours in _OF_MESSAGE.items() if message.get(name) is not None}
    if message.get("custom_parameters") is not None:
        made["custom_fields"] = translation.values(message["custom_parameters"])
    for name, value in message.items():
        if name == _DEFAULT_ENABLED:
            # Only this one placement has it.
            if placement == "course_navigation":
                made["default"] = "enabled" if value else "disabled"
        elif name == f"{CANVAS}display_type" and value == "new_window":
            made["windowTarget"] = "_blank"
        elif _is_member(name):
            made[name[len(CANVAS) :]] = value
    return made


def _is_member(name):
    """Is it the name of a setting of the placements that a message names, and of no other?"""
    return name.startswith(CANVAS) and "/" not in name[len(CANVAS) :] and name != f"{CANVAS}placement"


def _lose(message, number, tool, losses):
    where = f"messages[{number}]"
    if message.get("roles"):
        losses.append(f"{where}.roles has no counterpart in Canvas, which knows visibility and required_permissions.")
    if not message.get("placements"):
        plain = not message.get("custom_parameters") and message.get("type") != DEEP_LINKING
        if not plain or message.get("target_link_uri") not in (None, "", tool["target_link_uri"]):
            losses.append(f"{where} names no placement, so Canvas shows it nowhere.")
    known = {*_OF_MESSAGE, "custom_parameters", "placements", "roles", "supported_types", "supported_media_types"}
    losses += [
        f"{where}.{name} has no counterpart in Canvas."
        for name, value in message.items()
        if not (name in known or name == _DEFAULT_ENABLED or _is_member(name) or value in (None, "", [], {}))
    ]


def _with_level(payload, manifest, options):
    """The settings with all that single options say, and a privacy level where nobody said one."""
    settings = canvas_settings.tidy(payload["settings"])
    if options.get("privacy_level"):
        settings = canvas_settings.with_members(settings, {"privacy_level": options["privacy_level"]})
    if options.get("custom_fields"):
        settings = canvas_settings.with_custom_fields(settings, options["custom_fields"])
    if options.get("disabled_placements"):
        try:
            settings = canvas_settings.with_disabled(settings, options["disabled_placements"], others=False)
        except ValueError as error:
            raise ManifestError(f"platforms.canvas.options.disabled_placements {error}.") from error
    if canvas_settings.level_of(settings) is None:
        level = widest_level(document.allowed(manifest))
        payload["settings"]["extensions"][0]["privacy_level"] = level
        settings = canvas_settings.with_members(settings, {"privacy_level": level})
    return settings


def widest_level(allowed):
    """The privacy level that sends as much as is allowed, and no more (6.3)."""
    fitting = [level for level, classes in LEVELS.items() if set(classes) <= set(allowed)]
    return max(fitting, key=lambda level: len(LEVELS[level]))


def _narrowed(level, allowed):
    """Warnings about name or address that are allowed and not sent, since Canvas sends something else with them."""
    found = []
    for name in ("name", "email"):
        if name in allowed and name not in LEVELS[level]:
            wider = min(
                (one for one in LEVELS if name in LEVELS[one]), key=lambda one: len(set(LEVELS[one]) - {*allowed})
            )
            more = [one for one in LEVELS[wider] if one not in allowed]
            why = f"{wider} would send {' and '.join(more)} as well" if more else f"{level} is what was asked for"
            found.append(f"data allows {name}, but with the privacy level {level} Canvas does not send it: {why}.")
    return found


def _warnings(manifest, settings, tool):
    found = _narrowed(canvas_settings.level_of(settings), document.allowed(manifest))
    if not tool.get("description"):
        found.append("Canvas needs a description and the manifest has none: the name takes its place.")
    launch = settings["extensions"][0]["settings"]
    placements = launch["placements"]
    names = [placement["placement"] for placement in placements]
    found += [
        f"The placement {name} is named by several messages; which of them Canvas shows there is not known."
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    for fields in [
        settings["custom_fields"],
        launch.get("custom_fields"),
        *(placement.get("custom_fields") for placement in placements),
    ]:
        found += translation.unknown(canvas_settings.fields_of(fields), "Canvas")
    return found + translation.unknown_scopes(settings["scopes"])


def from_canvas(settings, *, name=None, redirect_uris=None):
    """The LTI JSON of Canvas as a manifest.

    :param settings: a dict in either form of section 7, or JSON text.
    :param name: name of the key, where it is not the title.
    :param redirect_uris: those of the key, which the LTI JSON seldom has.
    :returns: ``manifest``, whose ``data`` are what Canvas sends by these settings, and ``losses``.
    :raises ManifestError: for what is no LTI JSON; of a broken text it names line and column.
    """
    read, key = _read(settings)
    kept = canvas_settings.tidy(read)
    extension = kept["extensions"][0]
    launch = {n: v for n, v in extension["settings"].items() if n not in ("placements", "icon_url")}
    tool = {
        **{member: extension[member] for member in ("domain",) if member in extension},
        "target_link_uri": kept.get("target_link_uri"),
        "description": kept.get("description"),
        "custom_parameters": kept["custom_fields"],
        "messages": [_message(placement) for placement in extension["settings"]["placements"]],
        # Said aloud where nobody did: data alone might be read as leave for a wider one.
        f"{CANVAS}privacy_level": extension.get("privacy_level") or canvas_settings.DEFAULT_LEVEL,
        f"{CANVAS}tool_id": extension.get("tool_id"),
        f"{CANVAS}oidc_initiation_urls": kept.get("oidc_initiation_urls"),
        f"{CANVAS}launch_settings": launch,
    }
    name = name or key.get("name")
    said = redirect_uris if redirect_uris is not None else read.get("redirect_uris") or key.get("redirect_uris")
    manifest = {
        "client_name": kept.get("title") or name,
        "initiate_login_uri": kept.get("oidc_initiation_url"),
        "redirect_uris": said.split() if isinstance(said, str) else said,
        "jwks_uri": kept.get("public_jwk_url"),
        "jwks": {"keys": [kept["public_jwk"]]} if kept.get("public_jwk") else None,
        "scope": " ".join(kept["scopes"]),
        "logo_uri": extension["settings"].get("icon_url"),
        TOOL: {member: value for member, value in tool.items() if value not in (None, "", {})},
        "data": roads.classes(roads.of_canvas(kept)),
    }
    if name and kept.get("title") and name != kept["title"]:
        manifest["platforms"] = {"canvas": {"options": {"name": name}}}
    losses = [
        f"{loss} is not stored by Canvas." for loss in canvas_settings.losses(read) if not loss.startswith("'redirect_")
    ]
    held = {member: value for member, value in manifest.items() if value not in (None, "", {}) or member == "scope"}
    return {"manifest": document.checked(held), "losses": losses + _otherwise(held, kept)}


def _read(settings):
    """Settings in the outer form, and what stands about the key beside them in a wrapper."""
    try:
        read = canvas_shapes.parsed(settings) if isinstance(settings, str) else settings
        key = {}
        while isinstance(read, dict) and not {"oidc_initiation_url", "extensions"} & set(read):
            inner = next((read[name] for name in _WRAPPERS if isinstance(read.get(name), dict)), None)
            if inner is None:
                break
            key = {**key, **(read.get("developer_key") if isinstance(read.get("developer_key"), dict) else {})}
            read = inner
        if not isinstance(read, dict) or not {"title", "oidc_initiation_url", "extensions", "placements"} & set(read):
            raise ManifestError(
                "This is no LTI JSON of Canvas: it has neither title, oidc_initiation_url nor extensions."
            )
        read = outer(read)
        canvas_shapes.check_outer(read)
    except ManifestError:
        raise
    except ValueError as error:
        raise ManifestError(f"The LTI JSON {error}.") from error
    return read, key


def _otherwise(manifest, kept):
    """Losses: what would come back otherwise, such as scopes that Canvas refuses, or settings of earlier names."""
    try:
        made = to_canvas(manifest)["payload"]["settings"]
    except ManifestError as error:
        return [f"It cannot be translated back as it is: {error}"]
    before, after = canvas_settings.canonical(kept), canvas_settings.canonical(made)
    level = canvas_settings.level_of(kept)
    if level is None:
        after["extensions"][0].pop("privacy_level", None)
    return [
        f"{name} would come back otherwise."
        for name in dict.fromkeys((*before, *after))
        if before.get(name) != after.get(name)
    ]


_WRAPPERS = ("settings", "tool_configuration", "ltiKey", "configuration")


_MOVED = ("domain", "tool_id", "privacy_level")


def outer(settings):
    """The outer form of settings that come in the internal one (5.1)."""
    if "extensions" in settings or not {"placements", "launch_settings", *_MOVED} & set(settings):
        return settings
    inner = {**(settings.get("launch_settings") or {}), "placements": settings.get("placements") or []}
    moved = {name: settings[name] for name in _MOVED if settings.get(name)}
    rest = {name: value for name, value in settings.items() if name not in (*moved, "placements", "launch_settings")}
    return {**rest, "extensions": [{"platform": canvas_settings.PLATFORM, **moved, "settings": inner}]}


def _message(placement):
    """A placement as a message of client metadata."""
    back = {ours: name for name, ours in _OF_MESSAGE.items()}
    made = {back[name]: value for name, value in placement.items() if name in back}
    made["placements"] = [placement["placement"]]
    besides = {*back, "placement"}
    if isinstance(placement.get("custom_fields"), dict):
        made["custom_parameters"] = canvas_settings.fields_of(placement["custom_fields"])
        besides.add("custom_fields")
    made.update({f"{CANVAS}{name}": value for name, value in placement.items() if name not in besides})
    return made
