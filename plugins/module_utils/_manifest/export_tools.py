# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pieces of an export put together: what is the same tool in several places becomes one manifest. Data only.

On platforms of one kind it is the same tool where the manifests are equal in everything. Platforms of different kinds
say different things of a tool: there it is the same where name, login and keys agree (LTI 1.3), or name and address
(LTI 1.1), and what remains becomes the part for that platform. Whatever is put together is translated back and
compared with what was found; where that would change anything, nothing is put together.
"""

from __future__ import annotations

import dataclasses
import json
import typing
import unicodedata
import urllib.parse

from ansible_collections.edtech.lti.plugins.module_utils._manifest import (
    d2l,
    document,
    export_canvas,
    export_d2l,
    export_exam,
    onboarding,
)

_CHANGES = {
    "canvas": export_canvas.changes,
    "d2l": export_d2l.changes,
    "exam": export_exam.changes,
    "luminus": export_exam.no_changes,
}
_NOT_SHARED = ("consumer_secret",)
"""Members of the LTI 1.1 half that are named after the manifest."""


@dataclasses.dataclass
class Tool:
    """A manifest, with the pieces that it stands for."""

    manifest: typing.Mapping
    pieces: list

    def platforms(self):
        """Names of the platforms on which it is."""
        return {piece.platform for piece in self.pieces}

    def on(self, tenant, platform):
        """The piece of a tenant on a platform, or None."""
        held = (piece for piece in self.pieces if (piece.tenant, piece.platform) == (tenant, platform))
        return next(held, None)


def objection(piece, manifest=None):
    """Why a piece cannot be exported by a manifest (its own, unless one is given); None where it can.

    The manifest is translated as the role lti_onboarding does, and compared as the modules compare.
    """
    rows = onboarding.translations(
        {"tool": piece.manifest if manifest is None else manifest},
        [piece.platform],
        {"tool": {piece.platform: piece.place}},
        piece.le_version,
    )
    (row,) = rows
    if row["state"] != "ready":
        return row["why"]
    names = _CHANGES[piece.platform](row["objects"], piece.found, piece.le_version)
    return f"To apply its manifest would change {', '.join(names)}." if names else None


def joined(pieces):
    """Pieces as tools.

    :param pieces: :class:`Piece` objects to which there is no :func:`objection`.
    :returns: a list of :class:`Tool`, each with one piece at most for a platform of a tenant.
    """
    tools = []
    for piece in pieces:
        alike = (
            tool
            for tool in tools
            if tool.platforms() == {piece.platform}
            and tool.on(piece.tenant, piece.platform) is None
            and _comparable(tool.manifest) == _comparable(piece.manifest)
        )
        same = next(alike, None)
        if same:
            same.pieces.append(piece)
        else:
            tools.append(Tool(piece.manifest, [piece]))
    for platform, identity in (("d2l", _of_lti_1_3), ("exam", _of_lti_1_1), ("luminus", _of_lti_1_1)):
        tools = _across(tools, platform, identity)
    return tools


def _comparable(manifest):
    part = {name: value for name, value in (manifest.get("lti_1_1") or {}).items() if name not in _NOT_SHARED}
    return json.dumps({**manifest, "lti_1_1": part}, sort_keys=True)


def _across(tools, platform, identity):
    """Tools of one platform put to those of others, where exactly one of each is meant."""
    mine = [tool for tool in tools if tool.platforms() == {platform}]
    others = [tool for tool in tools if platform not in tool.platforms()]
    gone = []
    for tool in mine:
        known = identity(tool.manifest)
        rivals = [one for one in mine if identity(one.manifest) == known]
        fitting = _nearest(tool, [one for one in others if identity(one.manifest) == known])
        if known is None or len(rivals) > 1 or len(fitting) != 1:
            continue
        manifest = _put_together(fitting[0].manifest, tool, platform)
        pieces = [*fitting[0].pieces, *tool.pieces]
        if manifest is None or any(objection(piece, manifest) for piece in pieces):
            continue
        fitting[0].manifest, fitting[0].pieces = manifest, pieces
        gone.append(id(tool))
    return [tool for tool in tools if id(tool) not in gone]


def _nearest(tool, others):
    """Of several tools those that an institution has together with this one."""
    near = [one for one in others if {piece.tenant for piece in one.pieces} & {piece.tenant for piece in tool.pieces}]
    return others if len(others) == 1 else near


def _of_lti_1_3(manifest):
    if not document.has_lti_1_3(manifest):
        return None
    keys = manifest.get("jwks_uri") or json.dumps(manifest.get("jwks"), sort_keys=True)
    return manifest["client_name"], manifest["initiate_login_uri"], keys


def _of_lti_1_1(manifest):
    """Name and host, of either half: a vendor has both at one address."""
    part = manifest.get("lti_1_1") or {}
    address = part.get("launch_url") or document.tool_of(manifest).get("target_link_uri")
    try:
        host = urllib.parse.urlsplit(address or "").hostname
    except ValueError:
        return None
    return host and (manifest["client_name"], host)


def _put_together(base, tool, platform):
    """A manifest with the part for one more platform; None where that cannot be."""
    other = tool.manifest
    patch = {} if other.get("data") == base.get("data") else {"data": other.get("data")}
    if platform == "d2l":
        options = _remaining(base, patch, tool)
        if options is None:
            return None
    else:
        if "lti_1_1" in base and _comparable({"lti_1_1": base["lti_1_1"]}) != _comparable(
            {"lti_1_1": other["lti_1_1"]}
        ):
            return None
        base = {**base, "lti_1_1": base.get("lti_1_1") or other["lti_1_1"]}
        options = ((other.get("platforms") or {}).get(platform) or {}).get("options")
    if options:
        patch["options"] = options
    return {**base, "platforms": {**(base.get("platforms") or {}), platform: patch}} if patch else base


def _remaining(base, patch, tool):
    """What Brightspace holds otherwise than the manifest of another platform says; None where it cannot be said."""
    version = tool.pieces[0].le_version
    placed = {**base, "platforms": {**(base.get("platforms") or {}), "d2l": patch}}
    try:
        held = d2l.to_d2l(tool.manifest, version)["payload"]
        # All is allowed here: what remains is what takes away again.
        says = d2l.to_d2l({**placed, "platforms": {"d2l": {**patch, "data": tool.manifest.get("data")}}}, version)[
            "payload"
        ]
    except document.ManifestError:
        return None
    made = {}
    for part in ("registration", "deployment"):
        names = [*held[part], *(name for name in says[part] if name not in held[part])]
        other = {
            name: held[part].get(name)
            for name in names
            if _sorted(held[part].get(name)) != _sorted(says[part].get(name))
        }
        made[part] = other
    return {part: other for part, other in made.items() if other}


def _sorted(value):
    return sorted(map(str, value)) if isinstance(value, list) else value


def keys(tools):
    """Keys for manifests: names as variables are called, made different by what a tool is called on its platform, by
    tenant and platform, or by number."""
    plain = [slug(tool.manifest["client_name"]) for tool in tools]
    called = [slug(tool.pieces[0].name) if tool.pieces else name for tool, name in zip(tools, plain)]
    made = []
    for tool, name, other in zip(tools, plain, called):
        if plain.count(name) > 1 and called.count(other) == 1 and other not in plain:
            name = other
        elif plain.count(name) > 1:
            tenants = sorted({piece.tenant for piece in tool.pieces})
            name = "_".join([name, *([slug(tenants[0])] if len(tenants) == 1 else []), *sorted(tool.platforms())])
        made.append(name)
    held = []
    for name in made:
        number, unique = 2, name
        while unique in held or (unique != name and unique in made):
            unique, number = f"{name}_{number}", number + 1
        held.append(unique)
    return held


def slug(text):
    """A text as a name of a variable or a file."""
    bare = unicodedata.normalize("NFKD", text or "").encode("ascii", "ignore").decode("ascii").lower()
    words = "".join(letter if letter.isalnum() else " " for letter in bare).split()
    return "_".join(words)[:60].strip("_") or "tool"
