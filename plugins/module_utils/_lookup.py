# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Looking things up before anything is planned: what a task names, and what it belongs to."""

from __future__ import annotations

import dataclasses
import time
import typing

from ansible_collections.edtech.lti.plugins.module_utils import _errors


@dataclasses.dataclass
class Run:
    """One task's run, as the front end hands it over.

    :param given: the options that the user gave, validated; an explicit null is None.
    :param options: all options, defaults included.
    :param read_only: read-only result keys that were handed back along with the options.
    :param check_mode: predict, and write nothing.
    :param secrets: the :class:`Secrets` of this task.
    :param known: parents that earlier items of the same task's loop have found; empty for others.
    :param listings: what earlier items of the same task's loop have listed; None where every look is to be fresh.
    :param warn: takes one sentence for the user.
    :ivar parents: the parents of this task's object as they were found, by the option that takes the id.
    :ivar recalled: does what is known of the object rest on a listing of an earlier item?
    """

    given: typing.Mapping
    options: typing.Mapping
    read_only: typing.Mapping
    check_mode: bool
    secrets: typing.Any
    known: dict = dataclasses.field(default_factory=dict)
    listings: dict | None = None
    warn: typing.Callable = dataclasses.field(default=lambda sentence: None)
    parents: dict = dataclasses.field(default_factory=dict)
    recalled: bool = False


PREDICTED = "(known after creation)"
"""Stands for the id of a parent that an earlier task of a real run would have created."""


def resolve_parents(run, client, parents, *, predict, verify=True, trust=False):
    """Ids of those ``parents`` that the task names, by the option that takes the id.

    :param predict: in check mode a parent that does not exist yet is :data:`PREDICTED`, with a
        warning, so that a whole onboarding can be dry-run on an empty platform.
    :param verify: false where it does not matter whether a trusted parent, given by its id, is still there.
    :param trust: take any parent that is given by its id to be there.
    :raises NotFoundError: for a parent that does not exist, unless it is predicted.
    :raises AmbiguousError: when several parents bear the name.
    """
    ids = {}
    for parent in parents:
        options = [parent.field, *parent.by]
        if not any(option in run.given for option in options):
            continue
        if parent.optional and all(run.given.get(option) is None for option in options):
            continue
        parent_id = run.given.get(parent.field)
        taken = trust or (parent.trusted and not verify)
        if taken and parent_id not in (None, "") and not parent.called(run.given):
            ids[parent.field] = parent.resource.id.kind.usual(parent.resource.id.checked(parent_id))
            continue
        asked = (client.identity, parent.resource.name, *(repr(run.given.get(option)) for option in options))
        found = run.known.get(asked) or _parent(run, client, parent, predict and parent.ours)
        if found is None:
            run.warn(_assumption(run, parent))
            ids[parent.field] = PREDICTED
        else:
            run.known[asked] = run.parents[parent.field] = found
            parent.resource.fields.teach(run.secrets, found)
            ids[parent.field] = parent.resource.id.of(found)
    return ids


def _assumption(run, parent):
    called = ", ".join(repr(name) for name in parent.called(run.given).values())
    which = called or f"({parent.field} is empty)"
    return (
        f"The {parent.resource.title} {which} does not exist yet;"
        " this prediction assumes that an earlier task creates it."
    )


def _parent(run, client, parent, predict):
    """The parent as read; None where it is to be predicted."""
    resource = parent.resource.edition(client)
    store = store_of(client, resource)
    parent_id, called = run.given.get(parent.field), parent.called(run.given)
    if parent_id not in (None, "") and called:
        others = " and ".join(option for option in parent.by if run.given.get(option) not in (None, ""))
        raise _errors.InvalidError(f"{parent.field} and {others} exclude each other", hint="Give one of them.")
    if parent_id not in (None, ""):
        return _parent_by_id(parent, resource, store, parent_id)
    for name, value in called.items():
        resource.fields[name].checked(value)
    if called:
        found = only_match(resource, called, objects(store, called), parent.field, exactly=True)
        if found is not None or predict:
            return found
        raise _errors.ParentMissingError(
            f"there is no {resource.title} named {', '.join(map(repr, called.values()))}",
            hint=f"{'Create it first, or correct' if parent.ours else 'Correct'} {' or '.join(parent.by)}.",
        )
    if predict:
        return None
    if run.check_mode and parent.ours:
        # To be removed from something that is not there yet: then there is nothing to remove.
        raise _errors.ParentMissingError(f"there is no {resource.title} yet")
    if not parent.by:
        raise _errors.InvalidError(f"{parent.field} is empty", hint=f"Say which {resource.title} is meant.")
    options = [parent.field, *parent.by]
    raise _errors.InvalidError(
        f"{' and '.join(options)} are {'both' if len(options) == 2 else 'all'} empty", hint="Give one of them."
    )


def _parent_by_id(parent, resource, store, parent_id):
    resource.id.checked(parent_id)
    try:
        item = store.get(parent_id)
    except _errors.ForbiddenError:
        if not parent.trusted:
            raise
        return {resource.id.option: parent_id}
    if item is None:
        raise _errors.ParentMissingError(
            f"there is no {resource.title} with id {parent_id}", hint=f"Check {parent.field}."
        )
    return resource.read(item)


def store_of(client, resource, scope=None):
    """The :class:`Store` that reads and writes a resource below the given parents."""
    return resource.store(client, resource, scope)


def objects(store, wish=None):
    """All objects of a store in option names; see :meth:`Store.all`."""
    return [store.resource.read(item) for item in store.all(wish)]


LISTING_LASTS = 30
"""Seconds for which a listing may serve later items of the same task's loop."""


def recalled_objects(run, store, wish=None):
    """As :func:`objects`, but possibly as an earlier item of the loop has read them, which ``run.recalled`` tells.

    A loop over a thousand links would otherwise read the same pages a thousand times. What comes from here may
    only lead to the insight that there is nothing to do; before a write one looks again, and after it nothing is
    remembered.
    """
    subject = None if run.listings is None else store.listing(wish)
    if subject is None:
        return objects(store, wish)
    subject = (store.client.identity, store.resource.name, *subject)
    now = time.monotonic()
    for old in [one for one, (begun, _found) in run.listings.items() if now - begun >= LISTING_LASTS]:
        del run.listings[old]  # a loop over a thousand tenants would keep them all
    if subject in run.listings:
        run.recalled = True
        return run.listings[subject][1]
    begun, found = now, objects(store, wish)
    run.listings[subject] = begun, found
    return found


def forget_listings(run):
    """From now on each look is fresh."""
    run.recalled = False
    if run.listings is not None:
        run.listings.clear()


def only_match(resource, wish, candidates, id_option=None, *, exactly=False):
    """The one candidate that bears the wish's natural key, or None.

    :param id_option: the option by which a user can say which one is meant.
    :param exactly: see :meth:`Resource.fitting`.
    :raises AmbiguousError: listing the ids, when there are more and it matters which.
    """
    matching = resource.fitting(wish, candidates, exactly)
    if resource.eldest and not exactly:
        return min(matching, key=resource.id.age, default=None)
    if len(matching) > 1:
        ids = ", ".join(str(resource.id.of(found)) for found in matching)
        names = [wish[name] for name in (*resource.key[:1], resource.labels, *wish) if wish.get(name) not in (None, "")]
        are = f"have the {resource.key[0]}" if resource.key[0].endswith("_id") else "are called"
        raise _errors.AmbiguousError(
            f"{len(matching)} {resource.title}s {are} {names[0]!r} (ids {ids})",
            hint=f"Say which one is meant with {id_option or resource.id.option}, or remove the others.",
        )
    return matching[0] if matching else None
