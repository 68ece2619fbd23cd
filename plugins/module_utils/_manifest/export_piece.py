# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the exports of all platforms share: one tool as it was found in one place, and what stays behind. Data only."""

from __future__ import annotations

import dataclasses
import typing

from ansible_collections.edtech.lti.plugins.module_utils import _errors


@dataclasses.dataclass(frozen=True)
class Piece:
    """One tool as it was found on one platform of one tenant.

    :ivar name: what people call it.
    :ivar manifest: what it is, by itself.
    :ivar place: what only this tenant has of it, as in ``lti_onboarding_places``.
    :ivar found: what was read, for comparing.
    :ivar le_version: a version of LE with the same fields as the one that was spoken; Brightspace only.
    """

    tenant: str
    platform: str
    name: str
    manifest: typing.Mapping
    place: typing.Mapping
    found: typing.Mapping
    le_version: str | None = None


class Left:
    """What an export leaves behind, or changes, each with a sentence why.

    :ivar rows: dicts of ``tenant``, ``platform``, ``tool``, ``exported`` (is the tool itself?) and ``why``.
    """

    def __init__(self):
        self.rows = []

    def out(self, tenant, platform, tool, why):
        """Something is not exported."""
        self._tell(tenant, platform, tool, why, exported=False)

    def loss(self, tenant, platform, tool, why):
        """A tool is exported, but not all of it."""
        self._tell(tenant, platform, tool, why, exported=True)

    def _tell(self, tenant, platform, tool, why, exported):
        row = {"tenant": tenant, "platform": platform, "tool": str(tool or ""), "exported": exported, "why": why}
        if row not in self.rows:
            self.rows.append(row)


def differing(fields, wish, found):
    """Names of options by which a module would find a difference; it compares in the same way.

    What the module would refuse is a difference as well.
    """
    known = {name: value for name, value in wish.items() if name in fields and fields[name].writable}
    try:
        return sorted(fields.differing(fields.wish(known), found))
    except _errors.InvalidError as error:
        return [error.why]


def said(members, names):
    """Those of ``names`` for which something stands in ``members``: what is empty or off is what a new one gets."""
    return {name: members[name] for name in names if members.get(name) not in (None, "", {}, [], False)}


def first_of_each(items, key):
    """Items with a key that none before them has, and the others."""
    kept, others, seen = [], [], set()
    for item in items:
        (others if key(item) in seen else kept).append(item)
        seen.add(key(item))
    return kept, others
