# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An estate as it was found, as manifests and host variables of the role lti_onboarding. Data only.

What comes out can be applied and changes nothing; what could not be said so is left out and named.
"""

from __future__ import annotations

from ansible_collections.edtech.lti.plugins.module_utils._manifest import (
    document,
    export_canvas,
    export_d2l,
    export_exam,
    export_piece,
    export_tools,
)

_PIECES = {
    "canvas": export_canvas.pieces,
    "d2l": export_d2l.pieces,
    "exam": export_exam.pieces,
    "luminus": export_exam.luminus_pieces,
}


def exported(reads):
    """Manifests and host variables of an estate.

    :param reads: for each tenant a dict of ``tenant`` (its name in the inventory), and of each of its platforms by its
        name what was read (as the ``pieces`` of ``export_canvas``, ``export_d2l`` and
        ``export_exam`` take it), or ``failed`` with a sentence.
    :returns: ``manifests`` by key; ``hosts``, by tenant a dict of ``lti_onboarding_tools`` and
        ``lti_onboarding_places``; ``secrets``, a list of ``tenant``, ``tool`` (a key) and ``variable``; ``left``, a
        list of ``tenant``, ``platform``, ``tool``, ``exported`` and ``why``; ``failed``, a list of ``tenant``,
        ``platform``, ``why``.
    """
    left, failed, pieces = export_piece.Left(), [], []
    reads = sorted(reads, key=lambda one: one["tenant"])
    for read in reads:
        for platform in document.PLATFORMS:
            held = read.get(platform)
            if held and held.get("failed"):
                failed.append({"tenant": read["tenant"], "platform": platform, "why": held["failed"]})
            elif held:
                pieces += _exportable(_PIECES[platform](read["tenant"], held, left), left)
    order = {name: number for number, name in enumerate(document.PLATFORMS)}
    tools = export_tools.joined(sorted(pieces, key=lambda piece: order[piece.platform]))
    keys = export_tools.keys(tools)
    by_key = dict(sorted(zip(keys, tools), key=lambda pair: pair[0]))
    return {
        "manifests": {key: _finished(key, tool.manifest) for key, tool in by_key.items()},
        "hosts": {read["tenant"]: _host(read["tenant"], by_key) for read in reads if _was_read(read)},
        "secrets": _secrets(by_key),
        "left": left.rows,
        "failed": failed,
    }


def _was_read(read):
    return any(read.get(name) and not read[name].get("failed") for name in document.PLATFORMS)


def _exportable(pieces, left):
    kept = []
    for piece in pieces:
        why = export_tools.objection(piece)
        if why:
            left.out(piece.tenant, piece.platform, piece.name, why)
        else:
            kept.append(piece)
    return kept


_FIRST = ("client_name", "client_uri", "logo_uri", "initiate_login_uri", "redirect_uris", "jwks_uri", "jwks", "scope")
_LAST = ("data", "lti_1_1", "platforms")


def _finished(key, manifest):
    """A manifest in the order in which people read it, with a secret's name of its own."""
    names = [name for name in _FIRST if name in manifest]
    names += [name for name in manifest if name not in (*_FIRST, *_LAST)]
    names += [name for name in _LAST if name in manifest]
    made = {name: manifest[name] for name in names}
    if made.get("lti_1_1"):
        made["lti_1_1"] = {**made["lti_1_1"], "consumer_secret": _variable(key)}
    return made


def _variable(key):
    return f"vault_{key}_consumer_secret"


def _host(tenant, by_key):
    """Variables of one tenant; a tool goes onto the platforms that its place names, and onto no other."""
    places = {}
    for key, tool in by_key.items():
        here = {piece.platform: piece.place for piece in tool.pieces if piece.tenant == tenant}
        if here:
            places[key] = here
    return {"lti_onboarding_tools": list(places), "lti_onboarding_places": places}


def _secrets(by_key):
    """Secrets that somebody has to put into a vault before a tool can be made anew; no platform is asked for them."""
    return [
        {"tenant": piece.tenant, "tool": key, "variable": _variable(key)}
        for key, tool in by_key.items()
        for piece in tool.pieces
        if piece.platform == "exam"
    ]
