# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bringing objects of one resource into the wished state, honestly: never twice, never lost.

The order is always the same: look everything up, plan (``_plan.py``), write only the plan, look
again where an answer was lost.
"""

from __future__ import annotations

import dataclasses
import typing

from ansible_collections.edtech.lti.plugins.module_utils import _errors
from ansible_collections.edtech.lti.plugins.module_utils._errors import attempting
from ansible_collections.edtech.lti.plugins.module_utils._plan import plan_absent, plan_present, unfulfilled


@dataclasses.dataclass
class Run:
    """One task's run, as the front end hands it over.

    :param given: the options that the user gave, validated; an explicit null is None.
    :param options: all options, defaults included.
    :param read_only: read-only result keys that were handed back along with the options.
    :param check_mode: predict, and write nothing.
    :param secrets: the :class:`Secrets` of this task.
    :param known: parents that earlier items of the same task's loop have found; empty for others.
    :param warn: takes one sentence for the user.
    """

    given: typing.Mapping
    options: typing.Mapping
    read_only: typing.Mapping
    check_mode: bool
    secrets: typing.Any
    known: dict = dataclasses.field(default_factory=dict)
    warn: typing.Callable = dataclasses.field(default=lambda sentence: None)


LOOKS_AT_TWINS = 2

PREDICTED = "(known after creation)"
"""Stands for the id of a parent that an earlier task of a real run would have created."""


def resolve_parents(run, client, parents, *, predict):
    """Ids of those ``parents`` that the task names, by the option that takes the id.

    :param predict: in check mode a parent that does not exist yet is :data:`PREDICTED`, with a
        warning, so that a whole onboarding can be dry-run on an empty platform.
    :raises NotFoundError: for a parent that does not exist, unless it is predicted.
    :raises AmbiguousError: when several parents bear the name.
    """
    ids = {}
    for parent in parents:
        if parent.field not in run.given and parent.by_name not in run.given:
            continue
        asked = (client.identity, parent.resource.name, run.given.get(parent.field), run.given.get(parent.by_name))
        found = run.known.get(asked) or _parent(run, client, parent, predict)
        if found is not None:
            run.known[asked] = found
        else:
            name = run.given.get(parent.by_name)
            named = (
                f"The {parent.resource.title} {name!r}"
                if name
                else f"The {parent.resource.title} ({parent.field} is empty)"
            )
            run.warn(f"{named} does not exist yet; this prediction assumes that an earlier task creates it.")
        ids[parent.field] = PREDICTED if found is None else found["id"]
    return ids


def _parent(run, client, parent, predict):
    """The parent as read; None where it is to be predicted."""
    store = store_of(client, parent.resource)
    parent_id, name = run.given.get(parent.field), run.given.get(parent.by_name)
    if parent_id is not None and name:
        raise _errors.InvalidError(f"{parent.field} and {parent.by_name} exclude each other", hint="Give one of them.")
    if parent_id is not None:
        item = store.get(parent_id)
        if item is None:
            raise _errors.ParentMissingError(
                f"there is no {parent.resource.title} with id {parent_id}", hint=f"Check {parent.field}."
            )
        return parent.resource.read(item)
    if name:
        found = only_match(parent.resource, {parent.resource.key[0]: name}, objects(store), parent.field)
        if found is not None or predict:
            return found
        raise _errors.ParentMissingError(
            f"there is no {parent.resource.title} named {name!r}", hint=f"Create it first, or correct {parent.by_name}."
        )
    if predict:
        return None
    raise _errors.InvalidError(f"{parent.field} and {parent.by_name} are both empty", hint="Give one of them.")


def store_of(client, resource, scope=None):
    """The :class:`Store` that reads and writes a resource below the given parents."""
    return resource.store(client, resource, scope)


def objects(store):
    """All objects of a store in option names."""
    return [store.resource.read(item) for item in store.all()]


def only_match(resource, wish, candidates, id_option="id"):
    """The one candidate that bears the wish's natural key, or None.

    :raises AmbiguousError: listing the ids, when there are more.
    """
    matching = [found for found in candidates if resource.matches(wish, found)]
    if len(matching) > 1:
        ids = ", ".join(str(found["id"]) for found in matching)
        raise _errors.AmbiguousError(
            f"{len(matching)} {resource.title}s are called {wish[resource.key[0]]!r} (ids {ids})",
            hint=f"Say which one is meant with {id_option}, or remove the others.",
        )
    return matching[0] if matching else None


class Reconciler:
    """Brings one object into the wished state.

    :param run: the task's :class:`Run`.
    :param store: the :class:`Store` of its resource; None when a parent is only predicted.
    :param resource: its :class:`Resource`.
    :param wish: the checked options, parents' ids included.
    :param label: how messages name the object.
    """

    def __init__(self, run, client, store, resource, wish, label):
        self.run = run
        self.client = client
        self.store = store
        self.resource = resource
        self.fields = resource.fields
        self.wish = wish
        self.label = label

    def find(self):
        """The object that the task is about, as read, or None.

        :raises NotFoundError: for an id that does not exist, unless it is to be absent anyway.
        :raises AmbiguousError: when several objects bear the natural key.
        """
        object_id = self.run.given.get("id")
        if self.store is None:
            return None
        if object_id is not None:
            item = self.store.get(object_id)
            if item is None and self.run.options["state"] == "present":
                raise _errors.NotFoundError(
                    f"there is no {self.resource.title} with id {object_id}",
                    hint="An id that does not exist is never created; leave id out to create a new object.",
                )
            return None if item is None else self.resource.read(item)
        if PREDICTED in [self.wish.get(name) for name in self.resource.key]:
            return None
        if self.resource.key and self.wish.get(self.resource.key[0]) in (None, ""):
            raise _errors.InvalidError(
                f"neither id nor {self.resource.key[0]} says which {self.resource.title} is meant"
            )
        return self._patiently(self._same_key_object)

    def _patiently(self, look):
        """Look again before calling something ambiguous: another run may be about to take its twin back."""
        patience = self.client.patience()
        for _attempt in range(LOOKS_AT_TWINS):
            try:
                return look()
            except _errors.AmbiguousError:
                if not patience.wait():
                    break
        return look()

    def plan(self, found):
        if self.run.options["state"] == "absent":
            return plan_absent(self.fields, found)
        return plan_present(self.fields, self.wish, found, self.run.options.get("write_only", "on_create"))

    def predict(self, plan):
        """The object as it will be after the plan; None when it will be gone."""
        if self.run.options["state"] == "absent":
            return None
        object_id = plan.found["id"] if plan.found else None
        known = {name: value for name, value in plan.send.items() if value != PREDICTED}
        return {"id": object_id, **self.fields.predicted(known, plan.found)}

    def apply(self, plan):
        """Do what was planned.

        :returns: the object as the server holds it now; None when it is gone.
        """
        if plan.action == "none":
            return plan.found
        if plan.action == "delete":
            with attempting(f"removing {self.label}"):
                self.settle_delete(self.store, plan.found["id"])
            return None
        with attempting(f"{'creating' if plan.action == 'create' else 'changing'} {self.label}"):
            after = self._create(plan) if plan.action == "create" else self._update(plan, plan.found["id"])
        ignored = unfulfilled(self.fields, plan, after)
        if ignored:
            self.run.warn(
                f"The server accepted {self.label}, but did not keep {', '.join(ignored)} as sent;"
                " the next run will find the same difference."
            )
        return after

    def _refuse_other_name(self, created):
        """A name that the server rewrites is never found again: each run would create one more object.

        So the one that this run has just created is taken back.
        """
        name = self.resource.key[0]
        if created[name] is None or self.fields[name].same(created[name], self.wish[name]):
            return
        why = f"the server keeps {name} as {created[name]!r}, under which the next run would not find it"
        self._take_back(created["id"], f"{why}, and the new object (id {created['id']}) stays")
        raise _errors.ProtocolError(why, hint=f"Write {name} as the server keeps it. The new object was removed again.")

    def settle(self, write, effect, *, harmless_twice=True):
        """Write once; when the answer is lost, look for the effect before deciding to write again.

        :param write: sends the request and returns what it did.
        :param effect: looks, and returns what was done, or None when nothing was.
        :param harmless_twice: false for a create. That is not repeated while the server may still be
            working on it (:attr:`OutcomeUnknown.pending`): then there is only looking, until patience ends.
        """
        patience = self.client.patience()
        while True:
            try:
                return write()
            except _errors.OutcomeUnknown as lost:
                more = True
                while more:
                    more = patience.wait()
                    seen = self._looked(effect)
                    if seen is not None:
                        return seen
                    if harmless_twice or not lost.pending:
                        break
                if not more:
                    lost.attempts = patience.attempts
                    if lost.pending and not harmless_twice:
                        lost.hint = "The server may still be at work on it. Look, or run again, in a few minutes."
                    raise

    @staticmethod
    def _looked(effect):
        try:
            return effect()
        except _errors.ApiError as error:
            error.why += " (while looking whether a request whose answer was lost had taken effect; it may have)"
            raise

    def _create(self, plan):
        payload = self.fields.payload(plan.send)
        made = []

        def write():
            try:
                item = self.store.create(payload)
            except (_errors.InvalidError, _errors.ConflictError):
                # Where the platform itself allows only one, another run may have been faster.
                seen = self._same_key_object() if self.resource.single else None
                if seen is None:
                    raise
                return seen
            made.append(str(item["id"]))
            return self.resource.read(item)

        created = self.settle(write, self._same_key_object, harmless_twice=False)
        if self.resource.key and str(created["id"]) in made:
            self._refuse_other_name(created)
        if not self.resource.single:
            created = self._one_of(created, made)
        return created if str(created["id"]) in made else self._fulfilled(plan, created)

    def _same_key_object(self):
        found = objects(self.store)
        if self.resource.single:
            return found[0] if found else None
        return only_match(self.resource, self.wish, found)

    def _one_of(self, created, made):
        """Of objects that two runs made at once, keep the oldest and take back our own newer one.

        No platform guards natural keys, so both runs see both objects here and agree on the lowest
        id, which is the oldest where ids are numbers that grow. Only an object whose id came in the
        answer to our own request is ever taken back.
        """
        try:
            twins = [found for found in objects(self.store) if self.resource.matches(self.wish, found)]
        except _errors.ApiError as error:
            self.run.warn(
                f"The {self.label} was created; whether another run did the same is not known: {error.sentence()}"
            )
            return created
        if str(created["id"]) not in [str(twin["id"]) for twin in twins]:
            return created
        oldest = min(twins, key=lambda twin: (len(str(twin["id"])), str(twin["id"])))
        if str(oldest["id"]) == str(created["id"]):
            return created
        if made and made[-1] == str(created["id"]):
            self._take_back(
                created["id"],
                f"another run made one at the same time (id {oldest['id']}), and ours (id {created['id']}) stays",
            )
            self.run.warn(
                f"Another run created the {self.label} at the same time;"
                f" its object {oldest['id']} was kept and ours ({created['id']}) removed again."
            )
        return oldest

    def _take_back(self, object_id, otherwise):
        """Remove what this run has just created; ``otherwise`` says what it means when that fails."""
        try:
            self.settle_delete(self.store, object_id)
        except _errors.ApiError as error:
            error.why = f"{otherwise}: {error.why}"
            error.done = {"changed": True}
            raise

    def _fulfilled(self, plan, found):
        """An object that we did not get from our own create may differ from the wish: settle that too."""
        changes = self.fields.differing(plan.send, found)
        if not changes:
            return found
        try:
            return self._update(dataclasses.replace(plan, send=changes), found["id"])
        except _errors.ApiError as error:
            error.done = {"changed": True}
            raise

    def _update(self, plan, object_id):
        payload = self.fields.payload(plan.send)

        def write():
            item = self.store.update(object_id, payload)
            if item is None:
                raise _errors.NotFoundError(f"{self.resource.title} {object_id} was removed meanwhile")
            return self.resource.read(item)

        def effect():
            item = self.store.get(object_id)
            if item is None:
                raise _errors.NotFoundError(f"{self.resource.title} {object_id} was removed meanwhile")
            found = self.resource.read(item)
            done = not self.fields.differing(plan.send, found) and not self.fields.unverifiable(plan.send)
            return found if done else None

        return self.settle(write, effect)

    def settle_delete(self, store, object_id):
        """Remove an object of any store for good."""

        def write():
            store.delete(object_id)
            return True

        self.settle(write, lambda: True if store.get(object_id) is None else None)
