# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wish against found state: what would have to be done, as data. No input, no output, no Ansible.

Check mode and the real run both start from the same plan, so what one predicts the other does.
"""

from __future__ import annotations

import dataclasses
import typing

from ansible_collections.edtech.lti.plugins.module_utils._errors import InvalidError

ON_CREATE = "on_create"
ALWAYS = "always"


@dataclasses.dataclass(frozen=True)
class Plan:
    """What is to be done with one object.

    :param action: ``none``, ``create``, ``update`` or ``delete``.
    :param found: the object before, in option names; None when there is none.
    :param send: option names to values that the write carries.
    :param before: for the diff.
    :param after: for the diff.
    :param unconfirmed: given options that were neither compared nor sent.
    """

    action: str
    found: typing.Mapping | None
    send: typing.Mapping
    before: typing.Mapping
    after: typing.Mapping
    unconfirmed: tuple = ()

    @property
    def changes(self):
        return self.action != "none"


def plan_present(fields, wish, found, write_only=ON_CREATE):
    """How an object comes to fulfil ``wish``.

    :param fields: a :class:`Fields`.
    :param wish: checked options (:meth:`Fields.wish`).
    :param found: the object as read (:meth:`Fields.read`), or None.
    :param write_only: whether fields that cannot be compared are sent ``on_create`` or ``always``.
    :raises InvalidError: when an object would have to be created and options for that are missing.
    """
    if found is None:
        missing = fields.missing(wish)
        if missing:
            raise InvalidError(
                f"it does not exist, and creating it needs {', '.join(missing)}",
                hint=f"Add {', '.join(missing)} to the task.",
            )
        wish = {**fields.initial(), **wish}
        fields.refuse_unclearable(wish)
        before, after = fields.in_diff(None, wish)
        return Plan("create", None, dict(wish), before, after)
    unverifiable = fields.unverifiable(wish)
    changes = fields.differing(wish, found)
    if write_only == ALWAYS:
        changes = {**changes, **unverifiable}
        unverifiable = {}
    fields.refuse_unclearable(changes)
    before, after = fields.in_diff(found, changes)
    action = "update" if changes else "none"
    return Plan(action, found, changes, before, after, tuple(sorted(unverifiable)))


def plan_absent(fields, found):
    """How an object comes to be gone."""
    if found is None:
        return Plan("none", None, {}, {}, {})
    before, _unused = fields.in_diff(found, {})
    return Plan("delete", found, {}, before, {})


def unfulfilled(fields, plan, answer):
    """Names of what was sent and reads back differently: the server ignored or rewrote it."""
    return sorted(fields.differing(plan.send, answer))
