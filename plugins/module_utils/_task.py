# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a module is: an argument spec and a run, made from a platform and a resource."""

from __future__ import annotations

import functools
import re

from ansible_collections.edtech.lti.plugins.module_utils import _errors, _lookup, _plan
from ansible_collections.edtech.lti.plugins.module_utils._errors import attempting
from ansible_collections.edtech.lti.plugins.module_utils._lookup import PREDICTED, objects, resolve_parents, store_of
from ansible_collections.edtech.lti.plugins.module_utils._reconcile import Reconciler
from ansible_collections.edtech.lti.plugins.module_utils._secrets import HIDDEN

PLACE = re.compile(r"(?!\.+$)(?! )[^/?#%\\\x00-\x1f]+")
"""What can stand in a path between two slashes."""


class Task:
    """Anything a module can do.

    :ivar rules: ``mutually_exclusive`` and its kin, as Ansible takes them.
    :ivar tolerated: names of read-only result keys that are taken (and not sent) when the option
        ``told_by`` is given as well, so that what an info module returns can be handed back unchanged.
    :ivar speaks_http: false for what works without a platform, and so without the library for HTTP.
    :ivar choices_may_be_blank: true where null for an option with choices means "leave alone"; to a filter it would
        mean "all", and Ansible refuses it.
    :ivar confidential: true when a successful result is itself a secret, and nothing of it may be shown.
    """

    rules: dict = {}
    tolerated: tuple = ()
    told_by = "id"
    confidential = False
    speaks_http = True
    choices_may_be_blank = False

    @functools.cached_property
    def spec(self):
        """The argument spec; see :meth:`argument_spec`."""
        return self.argument_spec()

    def argument_spec(self):
        raise NotImplementedError

    def teach(self, secrets, arguments):
        """Make known what is secret in the arguments, beyond ``no_log`` options."""

    def run(self, run):
        """Do the work.

        :param run: a :class:`Run`.
        :returns: the result, without masks and warnings, which the front end adds.
        :raises ApiError: for everything that a user or an operator can mend.
        """
        raise NotImplementedError


class StateTask(Task):
    """A state module: brings one object of a resource into the wished state."""

    platform = None
    resource = None
    more_options: dict = {}
    choices_may_be_blank = True
    proves_its_parents = False
    """Can an object of this resource only be found where its parents are? Then they are looked up without it only."""

    def __init__(self):
        fields = self.resource.fields
        identity = self.resource.id
        self.rules = {
            "required_one_of": [] if self.resource.single else [self._telling_options()],
        }
        self.told_by = identity.option
        self.tolerated = tuple(fields.read_only())
        self._write_only = any(field.writable and not (field.readable and field.compared) for field in fields)

    def _telling_options(self):
        """The options of which one must say which object is meant."""
        chosen = [parent for parent in self.resource.parents if parent.field == self.resource.id.option]
        return (self.resource.id.option, *(chosen[0].by if chosen else self.resource.key[:1]))

    def argument_spec(self):
        return {
            **self.platform.options(),
            "state": {"type": "str", "default": "present", "choices": ["present", "absent"]},
            self.resource.id.option: dict(self.resource.id.kind.option),
            **self.resource.address,
            **self.resource.fields.options(),
            **_naming_options(self.resource),
            **(
                {"write_only": {"type": "str", "default": _plan.ON_CREATE, "choices": [_plan.ON_CREATE, _plan.ALWAYS]}}
                if self._write_only
                else {}
            ),
            **self.more_options,
        }

    def run(self, run):
        with attempting(f"{'removing' if run.options['state'] == 'absent' else 'setting up'} {self._label(run)}"):
            client = self.platform.client(run)
            work, found, plan = self._looked(run, client)
            if work is None:
                return self._result(run, plan, None, {})
            if found is not None:
                self._tell_ignored(run, found)
            extra = self.inspect(work, plan)
            after = work.predict(plan) if run.check_mode else self._applied(work, plan, extra)
            self._concluded(work, plan, after)
        return {**self._result(run, plan, after, extra), **self.more_results(run, after)}

    def _looked(self, run, client):
        """The reconciler (None when a parent is gone), the object as found, and the plan.

        What an earlier item of a loop has listed is good enough to do nothing, and to predict. Nothing is
        written and nothing refused because of it: then everything is looked at once more.
        """
        try:
            work, found, plan = self._look(run, client)
            if not (run.recalled and plan.changes) or run.check_mode:
                return work, found, plan
        except _errors.ApiError:
            if not run.recalled:
                raise
        _lookup.forget_listings(run)
        return self._look(run, client)

    def _look(self, run, client):
        work = self._work(run, client)
        if work is None:
            return None, None, _plan.plan_absent(self.resource.fields, None)
        try:
            found = self.find(work)
        except (_errors.NotFoundError, _errors.ForbiddenError, _errors.InvalidError):
            self._verify_parents(run, client)
            raise
        if found is None:
            self._verify_parents(run, client)
        else:
            self.resource.fields.teach(run.secrets, found)
        return work, found, self.plan(work, found)

    def _verify_parents(self, run, client):
        """:raises NotFoundError: for a parent that was taken to be there, as long as that did not matter."""
        if self.proves_its_parents and run.options["state"] != "absent":
            resolve_parents(run, client, self.resource.parents, predict=run.check_mode)

    def wish(self, run, client, parents):
        """The checked options, parents' ids included; a resource with rules of its own adds to it."""
        resource, given = self.resource.edition(client), run.given
        if resource.product:
            version = client.version(resource.product)
            self.resource.fields.refuse_other_versions(given, resource.product.upper(), version)
        identifying = {*resource.key, *resource.optional_key}
        if run.options["state"] == "absent":
            relevant = () if self._by_id(run) else identifying
        else:
            relevant = given
        wish = resource.fields.wish({n: v for n, v in given.items() if n in relevant and n not in parents})
        return {**wish, **parents}

    def _by_id(self, run):
        """Does the user name an object by an id that the server made?"""
        identity = self.resource.id
        return not identity.chosen and run.given.get(identity.option) not in (None, "")

    def find(self, work):
        """The object that the task is about, as read, or None; a resource with other ways to name it adds to it."""
        return work.find()

    def plan(self, work, found):
        """What is to be done with the object as found; a resource with rules of its own leaves something out."""
        return work.plan(found)

    def inspect(self, work, plan):
        """Look around before a plan is carried out: refuse, warn, or add to the result.

        Runs in check mode too, so it only reads.

        :returns: result keys, each with what the run will do besides the plan.
        """
        return {}

    def _applied(self, work, plan, extra):
        if plan.changes:
            _lookup.forget_listings(work.run)
        return self.apply(work, plan, extra)

    def apply(self, work, plan, extra):
        return work.apply(plan)

    def conclude(self, work, plan, after):
        """Say what the user should know once the object is as planned (or predicted)."""

    def more_results(self, run, after):
        """Result keys that are made out of the object as it is after the run."""
        return {}

    def _concluded(self, work, plan, after):
        """What is left to say never undoes what is done."""
        try:
            self.conclude(work, plan, after)
        except _errors.ApiError as error:
            work.run.warn(f"The {work.label} is as it should be, but not all could be checked: {error.sentence()}")

    def _label(self, run):
        """How messages name the object: its title and name, and where it belongs."""
        label = self.resource.labelled(run.given)
        for parent in self.resource.parents:
            called, number = list(parent.called(run.given).values()), run.given.get(parent.field)
            if parent.scope and parent.field != self.resource.id.option and (called or number):
                label += (
                    f" of {parent.resource.title} {called[0]!r}" if called else f" of {parent.resource.title} {number}"
                )
        for name, spec in self.resource.address.items():
            if run.options.get(name) not in (None, spec.get("default")):
                label += f" in {name.removesuffix('_id')} {run.options[name]}"
        return label

    def _work(self, run, client):
        """The reconciler; None when a parent is gone and so nothing can be left to remove."""
        absent = run.options["state"] == "absent"
        wanted = [parent for parent in self.resource.parents if not absent or self._places(parent, run)]
        try:
            how = {"predict": run.check_mode, "verify": True, "trust": self.proves_its_parents}
            parents = resolve_parents(run, client, wanted, **dict.fromkeys(how, False) if absent else how)
        except _errors.ParentMissingError as error:
            if not absent:
                raise
            if not all(parent.ours for parent in wanted):
                run.warn(f"Nothing was looked for: {error.why}.")
            return None
        if self._by_id(run):
            self.resource.id.checked(run.given[self.resource.id.option])
        wish = self.wish(run, client, parents)
        scope = {parent.field: parents.get(parent.field) for parent in self.resource.parents if parent.scope}
        scope.update(addressed(run, self.resource))
        if not self._by_id(run) or self.resource.single:
            self._require_scope(scope)
        nowhere = any(value == PREDICTED and self._is_address(name) for name, value in scope.items())
        resource = self.resource.edition(client)
        store = None if nowhere else store_of(client, resource, scope)
        return Reconciler(run, client, store, resource, wish, self._label(run))

    def _places(self, parent, run):
        """Does one have to know this parent to know which object is meant?"""
        return parent.scope and (not self._by_id(run) or self._is_address(parent.field))

    def _is_address(self, name):
        return f"{{{name}}}" in self.resource.path

    def _require_scope(self, scope):
        for parent in self.resource.parents:
            if parent.scope and not parent.optional and scope[parent.field] is None:
                raise _errors.InvalidError(
                    f"{parent.names()} is needed", hint=f"Say which {parent.resource.title} is meant."
                )

    def _tell_ignored(self, run, found):
        for name, value in run.read_only.items():
            field = self.resource.fields[name]
            if not field.volatile and not field.same(value, found.get(name)) and value != HIDDEN:
                run.warn(f"{name} is set by the server only and was ignored; it stays {found.get(name)!r}.")

    def _result(self, run, plan, after, extra):
        label = self._label(run)
        besides = {name: value for name, value in extra.items() if _holds_anything(value)}
        before = {**plan.before, **besides}
        later = {**plan.after, **{name: type(value)() for name, value in besides.items()}}
        return {
            "changed": plan.changes,
            self.resource.name: None if after is None else self._shown(after),
            "diff": {"before": before, "after": later, "before_header": label, "after_header": label},
            **({"not_compared": list(plan.unconfirmed)} if self._write_only else {}),
            **extra,
        }

    def _shown(self, found):
        return self.resource.fields.shown(found)


def _holds_anything(value):
    return any(value.values()) if isinstance(value, dict) else bool(value)


def addressed(run, resource):
    """What the user's options say about where a resource's objects are.

    :raises InvalidError: for what is empty, or might be taken for another part of an address.
    """
    where = {name: run.options.get(name) for name in resource.address}
    for name, value in where.items():
        if value is not None and not PLACE.fullmatch(str(value)):
            raise _errors.InvalidError(f"{name} cannot be {value!r}", hint=f"Check {name}.")
    return where


def _naming_options(resource):
    """The options by which a resource's parents can be named instead of numbered."""
    return {
        option: dict(parent.resource.fields[name].kind.option)
        for parent in resource.parents
        for option, name in parent.by.items()
    }


class InfoTask(Task):
    """An info module: the objects of a resource, in the shape that its state module takes."""

    more_options: dict = {}

    def __init__(self, platform, resource, filters=()):
        self.platform = platform
        self.resource = resource
        self._filters = filters

    def argument_spec(self):
        fields = self.resource.fields
        secret = any(field.secret for field in fields)
        return {
            **self.platform.options(),
            self.resource.id.option: dict(self.resource.id.kind.option),
            **self.resource.address,
            **{name: {**fields[name].kind.option, **fields[name].option} for name in self._filters},
            **_naming_options(self.resource),
            **self.more_options,
            **({"reveal_secrets": {"type": "bool", "default": False}} if secret else {}),
        }

    def run(self, run):
        with attempting(f"listing {self.resource.title}s"):
            client = self.platform.client(run)
            parents = resolve_parents(run, client, self.resource.parents, predict=run.check_mode)
            optional = [parent.field for parent in self.resource.parents if parent.optional]
            names = [name for name in (self.resource.id.option, *self._filters) if name not in optional]
            wanted = {name: self._filter(run, name) for name in names if name in run.given and name not in parents}
            wanted.update(parents)
            self.check(run, wanted)
            found = [] if PREDICTED in wanted.values() else self.found(run, client, wanted)
        chosen = [one for one in found if self._fits(one, wanted)]
        if not run.options.get("reveal_secrets"):
            for one in chosen:
                self.resource.fields.teach(run.secrets, one)
        return {"changed": False, self.resource.plural: [self._shown(run, one) for one in chosen]}

    def check(self, run, wanted):
        """Refuse what cannot be listed."""

    def _filter(self, run, name):
        """An empty filter is refused: whoever removes what is listed must not get everything listed.

        In check mode an empty id stands for an object that an earlier task would have created.
        """
        value = run.given[name]
        if value in (None, "") and run.check_mode and (name == self.resource.id.option or name.endswith("_id")):
            return PREDICTED
        if value in (None, ""):
            raise _errors.InvalidError(f"{name} is empty", hint=f"Leave {name} out to list all.")
        return self.resource.fields[name].checked(value) if name in self.resource.fields else value

    def _fits(self, found, wanted):
        fields = self.resource.fields
        return all(fields[name].same(value, found.get(name)) for name, value in wanted.items() if name in fields)

    def found(self, run, client, wanted):
        """The objects that may be meant, in option names."""
        resource = self.resource.edition(client)
        scope = {parent.field: wanted.get(parent.field) for parent in resource.parents if parent.scope}
        scope.update(addressed(run, resource))
        store = store_of(client, resource, scope)
        object_id = None if resource.id.chosen else wanted.get(resource.id.option)
        if object_id is None:
            return objects(store, wanted)
        item = store.get(resource.id.checked(object_id))
        return [] if item is None else [resource.read(item)]

    def _shown(self, run, found):
        return found if run.options.get("reveal_secrets") else self.resource.fields.shown(found)
