# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bringing objects of one resource into the wished state, honestly: never twice, never lost.

The order is always the same: look everything up, plan (``_plan.py``), write only the plan, look
again where an answer was lost.
"""

from __future__ import annotations

import copy
import dataclasses

from ansible_collections.edtech.lti.plugins.module_utils import _errors
from ansible_collections.edtech.lti.plugins.module_utils._errors import after_change, attempting
from ansible_collections.edtech.lti.plugins.module_utils._lookup import PREDICTED, objects, only_match, recalled_objects
from ansible_collections.edtech.lti.plugins.module_utils._plan import plan_absent, plan_present, unfulfilled
from ansible_collections.edtech.lti.plugins.module_utils._settle import settle, settle_delete

LOOKS_AT_TWINS = 2


class Reconciler:
    """Brings one object into the wished state.

    :param run: the task's :class:`Run`.
    :param store: the :class:`Store` of its resource; None when a parent is only predicted.
    :param resource: its :class:`Resource`.
    :param wish: the checked options, parents' ids included.
    :param label: how messages name the object.
    :ivar twins: the objects that bore the natural key when it was last looked for.
    """

    def __init__(self, run, client, store, resource, wish, label):
        self.run = run
        self.client = client
        self.store = store
        self.resource = resource
        self.fields = resource.fields
        self.wish = wish
        self.label = label
        self._seen = set()
        self.twins = []

    def find(self):
        """The object that the task is about, as read, or None.

        :raises NotFoundError: for an id that does not exist, unless it is to be absent anyway.
        :raises AmbiguousError: when several objects bear the natural key.
        """
        object_id = None if self.resource.id.chosen else self.run.given.get(self.resource.id.option)
        if self.store is None:
            return None
        if object_id not in (None, ""):
            item = self.store.get(object_id)
            if item is None and self.run.options["state"] == "present":
                raise _errors.NotFoundError(
                    f"there is no {self.resource.title} with id {object_id}",
                    hint="An id that does not exist is never created;"
                    f" leave {self.resource.id.option} out to create a new object.",
                )
            return None if item is None else self.resource.read(item)
        if PREDICTED in [self.wish.get(name) for name in self.resource.key]:
            return None
        if self.resource.key and self.wish.get(self.resource.key[0]) in (None, ""):
            options = f"neither {self.resource.id.option} nor {self.resource.key[0]}"
            raise _errors.InvalidError(f"{options} says which {self.resource.title} is meant")
        if self.run.listings is not None and not self.resource.id.chosen:
            try:
                return copy.deepcopy(self._meant(recalled_objects(self.run, self.store, self.wish)))
            except _errors.AmbiguousError:
                self.run.recalled = False
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
        object_id = self.resource.id.of(plan.found) if plan.found else None
        known = {name: value for name, value in plan.send.items() if value != PREDICTED}
        scope = self.store.scope if self.store else {}
        where = {name: scope.get(name) for name in self.resource.address if name in self.fields}
        return {self.resource.id.option: object_id, **self.fields.predicted(known, plan.found), **where}

    def apply(self, plan):
        """Do what was planned.

        :returns: the object as the server holds it now; None when it is gone.
        """
        if plan.action == "none":
            return plan.found
        if plan.action == "delete":
            with attempting(f"removing {self.label}"):
                settle_delete(self.store, self._id(plan.found))
            return None
        with attempting(f"{'creating' if plan.action == 'create' else 'changing'} {self.label}"):
            after = self._create(plan) if plan.action == "create" else self._update(plan, self._id(plan.found))
        ignored = unfulfilled(self.fields, plan, after)
        if ignored:
            self.run.warn(
                f"The server accepted {self.label}, but did not keep {', '.join(ignored)} as sent;"
                " the next run will find the same difference."
            )
        return after

    def _refuse_other_name(self, plan, created):
        """A name that the server rewrites is never found again: each run would create one more object.

        So the one that this run has just created is taken back.
        """
        name = self.resource.key[0]
        if created[name] is None or self.resource.fitting(self.wish, [created]):
            return
        why = f"the server keeps {name} as {created[name]!r}, under which the next run would not find it"
        told = {n: v for n, v in plan.send.items() if n != name and created.get(n) is not None}
        if self.fields.differing(told, created):
            raise self._foreign(f"another object, whose {name} is {created[name]!r}")
        self._take_back(created, f"{why}, and the new object (id {self._id(created)}) stays")
        raise _errors.ProtocolError(why, hint=f"Write {name} as the server keeps it. The new object was removed again.")

    def _refuse_known(self, item):
        """An object that stood there before is not one that we made, whatever the answer says."""
        known = self.resource.id.on_wire(item)
        if known in self._seen and not self.resource.single:
            raise self._foreign(f"an object that was there before (id {known})")

    def _foreign(self, what):
        return _errors.ProtocolError(
            f"the server answered the creation with {what}",
            hint="Nothing more was done. Look what the server holds before you run again.",
        )

    def _id(self, found):
        return self.resource.id.of(found)

    def _create(self, plan):
        payload = self.fields.payload(plan.send)
        made = []

        def write():
            try:
                item = self.store.create(payload)
            except (_errors.InvalidError, _errors.ConflictError):
                # Where the platform itself allows only one, another run may have been faster.
                seen = self._same_key_object() if self.resource.single or self.resource.guarded else None
                if seen is None:
                    raise
                return seen
            self._refuse_known(item)
            made.append(self.resource.id.on_wire(item))
            return self.resource.read(item)

        created = settle(self.client, write, self._same_key_object, harmless_twice=self.resource.id.chosen)
        if self.resource.key and self._is_made(created, made):
            self._refuse_other_name(plan, created)
        if not (self.resource.single or self.resource.id.chosen):
            created = self._one_of(created, made)
        return created if self._is_made(created, made) else self._fulfilled(plan, created)

    def _is_made(self, found, made):
        """Did the id of an object come in the answer to a request of ours?"""
        return self.resource.id.kind.canonical(self._id(found)) in made

    def _same_key_object(self):
        if self.resource.id.chosen:
            item = self.store.get(self.wish[self.resource.id.option])
            return None if item is None else self.resource.read(item)
        return self._meant(objects(self.store, self.wish))

    def _meant(self, found):
        """The one of the listed objects that the wish is about, or None."""
        if not self.run.recalled:
            self._seen.update(self.resource.id.kind.canonical(self._id(one)) for one in found)
        if self.resource.single:
            return found[0] if found else None
        exactly = self.run.options["state"] == "absent"
        self.twins = self.resource.fitting(self.wish, found, exactly)
        return only_match(self.resource, self.wish, self.twins, exactly=exactly)

    def _one_of(self, created, made):
        """Of objects that two runs made at once, keep one and take back our own if it is not that one.

        No platform guards natural keys, so both runs see both objects here and agree on the lowest id.
        Only an object whose id came in the answer to our own request is ever taken back.

        Where ids grow, the lowest is the oldest, and whoever made it may not have seen ours. Where they
        do not, ours may be the lowest while the other run has ended long ago: then the other one would
        stay, and so ours goes.
        """
        try:
            others = self._others(created)
            ours_is_lowest = others and min([created, *others], key=self.resource.id.age) is created
            if ours_is_lowest and not self.resource.id.grows:
                # An other run that still looks takes its object back; one that has ended does not.
                patience = self.client.patience()
                while others and patience.wait():
                    others = self._others(created)
        except _errors.ApiError as error:
            self.run.warn(
                f"The {self.label} was created; whether another run did the same is not known: {error.sentence()}"
            )
            return created
        if not others or (ours_is_lowest and self.resource.id.grows):
            return created
        kept = min(others, key=self.resource.id.age)
        if self._is_made(created, made[-1:]):
            self._take_back(
                created,
                f"another run made one at the same time (id {self._id(kept)}), and ours (id {self._id(created)}) stays",
            )
            self.run.warn(
                f"Another run created the {self.label} at the same time;"
                f" its object {self._id(kept)} was kept and ours ({self._id(created)}) removed again."
            )
            if not self.resource.id.grows and self.store.get(self._id(kept)) is None:
                raise _errors.ConflictError(
                    "two runs made it at the same time, and each took its own one back", hint="Run again."
                )
        return kept

    def _others(self, created):
        """Objects with the same key as one of ours; none where that one is itself not to be seen."""
        twins = self.resource.fitting(self.wish, objects(self.store, self.wish))
        others = [twin for twin in twins if not self.resource.id.same(self._id(twin), self._id(created))]
        return others if len(others) < len(twins) else []

    def _take_back(self, created, otherwise):
        """Remove what this run has just created; ``otherwise`` says what it means when that fails."""
        with after_change(otherwise):
            settle_delete(self.store, self._id(created))

    def _fulfilled(self, plan, found):
        """An object that we did not get from our own create may differ from the wish: settle that too."""
        changes = self.fields.differing(plan.send, found)
        if not changes:
            return found
        with after_change("it is there, but not yet as described"):
            return self._update(dataclasses.replace(plan, send=changes), self._id(found))

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

        return settle(self.client, write, effect)
