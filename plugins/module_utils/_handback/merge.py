# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Entries into a file's content and out of it: what stays, what changes, what is said about it."""

from __future__ import annotations

import copy
import dataclasses

from ansible_collections.edtech.lti.plugins.module_utils import _errors
from ansible_collections.edtech.lti.plugins.module_utils._handback.entries import BESIDES, FACTS, label
from ansible_collections.edtech.lti.plugins.module_utils._lookup import PREDICTED


@dataclasses.dataclass
class Merged:
    """What a file will hold.

    :param changes: does its content change?
    :param content: all of it, as bytes; the very bytes of before where nothing changes.
    :param before: what a diff shows of it, as text.
    :param after: likewise.
    :param entries: what it holds for the task's entries, in the words of a handback.
    :param warnings: sentences for the user.
    """

    changes: bool
    content: bytes | None
    before: str
    after: str
    entries: list
    warnings: list


class Format:
    """How a tool's software writes platforms down; each file of formats has some of these.

    A *document* is a file's content as data that can be copied and compared, a *place* whatever a format needs to
    find an entry in it again.

    :ivar encoding: of the file.
    :ivar deployments: does the format hold deployment ids?
    :param wish: the task's options; see the module's documentation.
    """

    encoding = "utf-8"
    deployments = True

    def __init__(self, wish):
        self.wish = wish

    def parsed(self, text):
        """The document in a text; that of an empty file for an empty text.

        :raises InvalidError: naming line and column, when it is none.
        """
        raise NotImplementedError

    def written(self, document, held):
        """A document as text, in the manner (indentation, line ends) of the text ``held`` before."""
        raise NotImplementedError

    def shown(self, document):
        """What a diff shows: only what this collection writes, since a file may hold secrets beside it."""
        raise NotImplementedError

    def place(self, document, entry):
        """Where the client of an entry stands, or None."""
        raise NotImplementedError

    def told(self, document, place):
        """What stands there, in the words of a handback."""
        raise NotImplementedError

    def put(self, document, place, entry):
        """Write an entry there; a place of None stands for a new one. What an entry does not say stays.

        :returns: the place.
        """
        raise NotImplementedError

    def remove(self, document, place):
        """Take an entry out."""
        raise NotImplementedError

    def prepare(self, document):
        """Write what belongs to no entry."""

    def advice(self, document, place, entry):
        """What the user should know about an entry as it now stands there."""
        return []


def merge(form, held, entries, *, absent=False, purge=False, predicting=False):
    """What a file will hold once the entries are in it, or out of it.

    :param form: a :class:`Format`.
    :param held: its bytes so far; None for a file that is not there.
    :param entries: see :func:`entries.gathered`.
    :param purge: remove deployment ids that an entry does not name.
    :param predicting: in check mode what is missing is assumed to follow.
    :raises InvalidError: when the file is not what it should be, or an entry lacks what the format needs.
    :raises ConflictError: when another client stands in the way.
    """
    text = _decoded(held or b"", form.encoding)
    before = form.parsed(text)
    after = copy.deepcopy(before)
    if not absent and entries:
        form.prepare(after)
    places, warnings = [], []
    for entry in entries:
        place = form.place(after, entry) if entry["known"] else None
        if absent:
            if place is not None:
                form.remove(after, place)
            continue
        known = form.told(after, place)["deployment_ids"] if place is not None else []
        ids, said = _deployments(entry, known, purge, predicting) if form.deployments else ([], [])
        wanted = {**entry, "deployment_ids": ids}
        place = form.put(after, place, wanted)
        warnings += said + form.advice(after, place, wanted)
        places.append((place, entry))
    changes = after != before or (held is None and bool(places))
    return Merged(
        changes=changes,
        content=form.written(after, text).encode(form.encoding) if changes else held,
        before=form.shown(before) if held is not None else "",
        after=form.shown(after) if held is not None or changes else "",
        entries=[_result(form.told(after, place), entry) for place, entry in places],
        warnings=warnings,
    )


def _deployments(entry, known, purge, predicting):
    """The ids that an entry will have, in the order of the file, and what is to be said about them."""
    given = [*entry["deployment_ids"], *([PREDICTED] if entry["more_deployments"] else [])]
    if purge and not given and known:
        if not predicting:
            raise _errors.InvalidError(
                f"{label(entry)} names no deployment id, and purge_deployments would remove all of them",
                hint="Name those that stay, or remove the client with state: absent.",
            )
        return known, [f"{label(entry)} names no deployment id, so none is predicted to be removed."]
    kept = [one for one in known if one in given] if purge and given else known
    ids = [*kept, *(one for one in given if one not in kept)]
    if predicting and not given and known:
        return ids, [f"{label(entry)} names no deployment id; a real run adds those that are known by then."]
    return ids, []


def _result(told, entry):
    """What a file holds of an entry, with the same keys for all formats; None for what it does not hold or know."""
    found = {name: told.get(name) for name in ("issuer", "client_id", *FACTS, *BESIDES)}
    return {
        **{name: None if value == PREDICTED else value for name, value in found.items()},
        "name": found["name"] or entry["name"],
        "deployment_ids": [one for one in told["deployment_ids"] if one != PREDICTED],
    }


def _decoded(content, encoding):
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        good = content[: error.start].decode(encoding)
        raise _errors.InvalidError(f"the file is not in {encoding.upper()}: {position(good)}") from error


def position(text):
    """Where a text ends, as line and column for a message."""
    lines = text.split("\n")
    return f"line {len(lines)}, column {len(lines[-1]) + 1}"
