# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keys of a Canvas account with their installed tools as manifests and places. Data only.

Every section number in this file is one of docs/platforms/canvas.md.
"""

from __future__ import annotations

from ansible_collections.edtech.lti.plugins.module_utils._manifest import (
    canvas,
    document,
    export_piece,
    roads,
    vocabulary,
)
from ansible_collections.edtech.lti.plugins.module_utils._platforms import canvas_settings, canvas_shapes
from ansible_collections.edtech.lti.plugins.module_utils._platforms.canvas import CanvasId
from ansible_collections.edtech.lti.plugins.module_utils._platforms.canvas_keys import TOOL_CONFIGURATION

FIELDS = TOOL_CONFIGURATION.fields
_OF_KEY = ("notes", "email", "test_cluster_only")
_same = CanvasId().same


def pieces(tenant, read, left):
    """Pieces of one Canvas.

    :param read: ``tool_configurations``, ``external_tools`` (of all places) and ``registrations`` (None where they
        could not be listed), as the info modules return them, and ``levels``: privacy levels by client id, where an
        old version keeps them beside the settings (2.2).
    """
    installed, _again = export_piece.first_of_each(
        sorted(read.get("external_tools") or [], key=_number), lambda tool: str(tool["external_tool_id"])
    )
    made = []
    for key in sorted(read["tool_configurations"], key=lambda one: CanvasId().canonical(one["client_id"]).zfill(20)):
        tools = [tool for tool in installed if _same(tool["client_id"], key["client_id"])]
        piece = _piece(tenant, _with_level(key, read.get("levels") or {}), tools, left)
        if piece:
            made.append(piece)
    _tell_others(tenant, read, installed, left)
    return made


def _number(tool):
    return str(tool["external_tool_id"]).zfill(20)


def _with_level(key, levels):
    level = levels.get(key["client_id"])
    if not level or not _is_readable(key):
        return key
    return {
        **key,
        "settings": canvas_settings.with_members(canvas_settings.tidy(key["settings"]), {"privacy_level": level}),
    }


def _is_readable(key):
    return bool(key["settings"]) and canvas_shapes.is_readable(key["settings"])


def _piece(tenant, key, tools, left):
    name = key["name"] or key["client_id"]
    if not _is_readable(key):
        what = "cannot be read" if key["settings"] else "was deleted"
        left.out(tenant, "canvas", name, f"The configuration of the key {key['client_id']} {what}.")
        return None
    if set(key["scopes"] or []) != set(key["settings"].get("scopes") or []):
        # 9.3, 11: to apply settings mends that.
        left.out(
            tenant,
            "canvas",
            name,
            f"Its key {key['client_id']} may use other scopes than its settings say; to apply them would change that.",
        )
        return None
    try:
        taken = canvas.from_canvas(key["settings"], name=key["name"], redirect_uris=key["redirect_uris"] or None)
    except document.ManifestError as error:
        left.out(tenant, "canvas", name, str(error))
        return None
    for loss in taken["losses"]:
        left.loss(tenant, "canvas", name, loss)
    place = {
        "client_id": key["client_id"],
        # Where another account decides there is nothing to keep.
        "binding": key["binding"] if key["binding_owned"] else None,
        **export_piece.said(key, _OF_KEY),
        "installations": _installations(tenant, name, tools, left),
    }
    manifest = {**taken["manifest"], "data": _data(tenant, name, key["settings"], tools, left)}
    return export_piece.Piece(tenant, "canvas", name, manifest, place, key)


def _data(tenant, name, settings, tools, left):
    """What the settings send, and what installed tools send that were changed by hand (2.7)."""
    sent = roads.classes(roads.of_canvas(settings))
    for tool in tools:
        level = tool.get("privacy_level")
        more = [one for one in vocabulary.LEVELS.get(level, ()) if one not in sent]
        if more:
            left.loss(
                tenant, "canvas", name,
                f"The installed tool {tool['external_tool_id']} was changed by hand to the privacy level {level}, and"
                f" sends {' and '.join(more)} until its key is changed.",
            )  # fmt: skip
            sent = vocabulary.in_order([*sent, *more])
    return sent


def _installations(tenant, name, tools, left):
    kept, twins = export_piece.first_of_each(tools, _place)
    for tool in twins:
        left.loss(
            tenant, "canvas", name,
            f"It is installed more than once in {_place(tool)}; {tool['external_tool_id']} is left as it is.",
        )  # fmt: skip
    return [_installation(tool) for tool in kept]


def _place(tool):
    return f"course {tool['course_id']}" if tool.get("course_id") else f"account {tool.get('account_id') or 'self'}"


def _installation(tool):
    where = (
        {"course_id": tool["course_id"]} if tool.get("course_id") else {"account_id": tool.get("account_id") or "self"}
    )
    hidden = {"available": False} if tool.get("available") is False else {}
    return {**where, "external_tool_id": tool["external_tool_id"], **hidden}


def _tell_others(tenant, read, installed, left):
    """What the account has and does not own, or what the tools own themselves (5.2)."""
    registrations = read.get("registrations")
    if registrations is None:
        left.out(
            tenant, "canvas", "",
            "This Canvas does not list registrations to this token, so that inherited keys and keys of tools that"
            " registered themselves cannot be named.",
        )  # fmt: skip
    others = [one for one in registrations or [] if one.get("inherited") or one.get("dynamic")]
    for one in others:
        why = (
            "It belongs to Site Admin."
            if one.get("inherited")
            else "The tool registered itself, and keeps its settings."
        )
        left.out(tenant, "canvas", one["name"] or one["client_id"], f"{why} Its client id is {one['client_id']}.")
    known = [*read["tool_configurations"], *others]
    for tool in installed:
        if not any(_same(tool["client_id"], one["client_id"]) for one in known):
            left.out(
                tenant, "canvas", tool["name"],
                f"The installed tool {tool['external_tool_id']} in {_place(tool)} belongs to the key"
                f" {tool['client_id']}, which is none of this account's own.",
            )  # fmt: skip


def changes(objects, found, _le_version):
    """Names of what applying a translation would change."""
    (item,) = objects["tools"]
    wish = {name: value for name, value in item.items() if name != "binding" or value is not None}
    return export_piece.differing(FIELDS, wish, found)
