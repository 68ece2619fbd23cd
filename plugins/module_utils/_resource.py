# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a platform's resource is: fields, addresses, natural key; and how it is read and written."""

from __future__ import annotations

import dataclasses
import typing

from ansible_collections.edtech.lti.plugins.module_utils import _answer, _errors
from ansible_collections.edtech.lti.plugins.module_utils._errors import InvalidError
from ansible_collections.edtech.lti.plugins.module_utils._fields import Fields
from ansible_collections.edtech.lti.plugins.module_utils._kinds import Integer


class Store:
    """Reads and writes the objects of one resource, REST fashion; a platform overrides what differs.

    :param client: a :class:`Client`.
    :param resource: a :class:`Resource`.
    :param scope: ids of the parents that the path names.
    """

    def __init__(self, client, resource, scope=None):
        self.client = client
        self.resource = resource
        self.scope = {**resource.usual_address(), **(scope or {})}
        self._path = self.place().format(**client.places(resource), **self.scope)

    def place(self):
        """The collection's path, with names for what it depends on."""
        return self.resource.path

    def all(self, wish=None):
        """Every object there is (all pages), as wire objects.

        :param wish: what the caller looks for; a platform may leave out what certainly is something else.
        """
        seen = {}
        for answer in self.client.pages(self._path, self.resource.query(wish or {})):
            for item in self.listed(answer):
                # An object that moved to the next page while we were reading is still one object.
                seen[self.resource.id.on_wire(item)] = item
        return [item for item in seen.values() if not self.resource.gone(item)]

    def listing(self, wish=None):
        """What :meth:`all` depends on, for listings that may be the same; None where it depends on more."""
        return (self._path, repr(self.resource.query(wish or {}))) if type(self).all is Store.all else None

    def get(self, object_id):
        """The object with this id as a wire object, or None when it is definitely not there.

        :raises ApiError: for every other refusal; being unable to look is never absence.
        """
        try:
            item = self.unwrapped(self.looked_up(object_id))
        except _errors.NotFoundError as error:
            if self.definitely_missing(error):
                return None
            # An address that nobody serves is 404 as well, but then so is the listing.
            return next((item for item in self.all() if self.resource.id.is_of(item, object_id)), None)
        return self._asked_for(object_id, item)

    def looked_up(self, object_id):
        """The answer to a request for one object."""
        return self.client.read(self._member(object_id))

    def create(self, payload):
        return self.written(self.client.write("POST", self._path, payload))

    def update(self, object_id, payload):
        """The object after the change; None when it turns out to be gone."""
        answer = self.client.write("PATCH", self._member(object_id), payload)
        item = self.unwrapped(answer)
        incomplete = item is None or self.resource.id.on_wire(item) is None
        return self.get(object_id) if incomplete else self._asked_for(object_id, item)

    def delete(self, object_id):
        """Remove it; one that is already gone counts as removed."""
        try:
            self._refuse_errors(self.client.write("DELETE", self._member(object_id)))
        except _errors.NotFoundError as error:
            if not self.definitely_missing(error) and self.get(object_id) is not None:
                raise _errors.ProtocolError(
                    "the server offers no way to delete it by the API",
                    hint="Delete it on the platform's own page.",
                    **error.of_request(),
                ) from error

    def definitely_missing(self, error):
        """Does this 404 speak of the object, and not of an address that nobody serves?

        No, unless a platform knows the words by which its API says so.
        """
        return False

    def _asked_for(self, object_id, item):
        if item is None or self.resource.gone(item):
            return None
        if not self.resource.id.is_of(item, object_id):
            raise _errors.ProtocolError(
                f"{self.resource.title} {object_id} was asked for and {item.get(self.resource.id.wire)} came",
                hint="Nothing is done with an object that was not meant.",
            )
        return item

    def _refuse_errors(self, answer):
        """Some servers put a refusal into an answer that says 200."""
        try:
            loaded = answer.json()
        except _answer.NotJson:
            return
        if isinstance(loaded, dict) and self.resource.name not in loaded and _speaks_of_errors(loaded):
            raise _errors.InvalidError(
                f"the server answered {answer.status}, but refused",
                method=answer.method,
                url=answer.url,
                status=answer.status,
                details=self.client.words_of(answer),
                attempts=answer.attempts,
            )

    def _member(self, object_id):
        return f"{self._path}/{object_id}"

    def listed(self, answer):
        """The wire objects in one page of a listing.

        :raises ProtocolError: when there are none where they should be.
        """
        loaded = answer.json()
        listed = loaded.get(self.resource.plural) if isinstance(loaded, dict) else None
        if not self.are_objects(listed) or _speaks_of_errors(loaded):
            raise self.strange(answer, self.resource.plural)
        return listed

    def are_objects(self, listed):
        """Is this a list of wire objects, each with its id?"""
        return isinstance(listed, list) and all(
            isinstance(item, dict) and self.resource.id.on_wire(item) for item in listed
        )

    def unwrapped(self, answer):
        """The one wire object in an answer, or None when the answer says that there is none.

        :raises ApiError: when the answer holds something else.
        """
        self._refuse_errors(answer)
        loaded = answer.json()
        if loaded is None or loaded == {}:
            return None
        item = loaded.get(self.resource.name) if isinstance(loaded, dict) else None
        if item is None and isinstance(loaded, dict) and self.resource.name in loaded:
            return None
        if not isinstance(item, dict):
            raise self.strange(answer, self.resource.name)
        return item

    def written(self, answer):
        """The wire object that a create answered with.

        :raises OutcomeUnknown: when it cannot be told from the answer what was created.
        """
        item = self.unwrapped(answer)
        if item is None or self.resource.id.on_wire(item) is None:
            lost = _errors.OutcomeUnknown(
                "the server's answer does not hold the new object",
                method=answer.method,
                url=answer.url,
                status=answer.status,
                attempts=answer.attempts,
            )
            lost.pending = True
            raise lost
        return item

    def strange(self, answer, expected):
        kind = _errors.ProtocolError if answer.method == "GET" else _errors.OutcomeUnknown
        return kind(
            f"the answer has no {expected!r}",
            method=answer.method,
            url=answer.url,
            status=answer.status,
            details=self.client.words_of(answer),
            attempts=answer.attempts,
            hint="Is base_url the address of this platform?",
        )


def _speaks_of_errors(loaded):
    return any(str(name).lower() in ("error", "errors") and value for name, value in loaded.items())


@dataclasses.dataclass(frozen=True)
class Identity:
    """By what a server tells the objects of a resource apart.

    :param option: the option that takes it, and its key in results.
    :param wire: its name on the wire.
    :param kind: the kind of its values.
    :param grows: is the id of a newer object higher?
    :param chosen: true when it is not the server that makes the id, but the user who chooses it (the
        org unit of a sharing rule): what does not exist yet is then created instead of refused.
    """

    option: str = "id"
    wire: str = "id"
    kind: typing.Any = dataclasses.field(default_factory=Integer)
    grows: bool = True
    chosen: bool = False

    def on_wire(self, item):
        """The id of a wire object in the form that equal ids share; None when it has none."""
        value = item.get(self.wire)
        if value is None or (self.kind.option["type"] == "int" and not str(value).isdigit()):
            return None
        return self.kind.canonical(value)

    def is_of(self, item, object_id):
        return self.on_wire(item) is not None and self.kind.same(item.get(self.wire), object_id)

    def of(self, found):
        """The id of an object in option names."""
        return found[self.option]

    def age(self, found):
        """Orders objects in option names by their ids, where those grow from the eldest on."""
        text = self.kind.canonical(self.of(found))
        return len(text), text

    def same(self, one, other):
        return self.kind.same(one, other)

    def checked(self, value):
        """:raises InvalidError: for what can never be an id, and might be taken for part of a path."""
        try:
            self.kind.checked(value)
        except ValueError as error:
            raise InvalidError(f"{self.option} {error}") from error
        if isinstance(value, int) and value < 1:
            raise InvalidError(f"{self.option} must be above 0, not {value}")
        return value


@dataclasses.dataclass(frozen=True)
class Resource:
    """One kind of object on one platform, declared once.

    :param name: its name in singular, as the platform's JSON and our results use it.
    :param title: its name for people, "tool provider".
    :param path: the collection's path; ``{option}`` stands for a resolved parent or a version.
    :param fields: a :class:`Fields` (without the id, unless that is chosen by the user).
    :param id: its :class:`Identity`.
    :param product: the part of the API whose version decides which fields there are; empty for all fields always.
    :param key: options that together identify an object when no id is given; the first is its name.
    :param optional_key: options that narrow the key when they are given.
    :param parents: the :class:`Parent` objects that it belongs to or uses.
    :param address: the argument spec of options that say where it is, and are not looked up themselves.
    :param query: narrows a listing: what is looked for, to parameters that the platform knows.
    :param choose: ``(wish, objects, exactly)`` to those that bear the natural key, where comparing the key's
        options is not enough.
    :param labels: the option by which messages name an object, if it is not the first of ``key``.
    :param gone: does a wire object stand for one that no longer exists?
    :param single: at most one exists below its parent, so no key is needed.
    :param guarded: the server itself refuses a second one of the same key.
    :param eldest: of several with the same key the one with the lowest id is meant, unless one is to be removed.
    :param store: the class that reads and writes it.
    """

    name: str
    title: str
    path: str
    fields: Fields
    id: Identity = Identity()
    product: str = ""
    key: tuple = ()
    optional_key: tuple = ()
    parents: tuple = ()
    address: typing.Mapping = dataclasses.field(default_factory=dict)
    query: typing.Callable = lambda wish: {}
    choose: typing.Callable | None = None
    labels: str = ""
    gone: typing.Callable = lambda wire_object: False
    single: bool = False
    guarded: bool = False
    eldest: bool = False
    store: type = Store

    @property
    def plural(self):
        return f"{self.name}s"

    def usual_address(self):
        """Where objects are when nobody says where."""
        return {name: spec.get("default") for name, spec in self.address.items()}

    def edition(self, client):
        """The resource as the version of the API knows it that ``client`` speaks."""
        if not self.product:
            return self
        return dataclasses.replace(self, fields=self.fields.at(client.version(self.product)))

    def read(self, wire_object):
        """A wire object in option names, its id first."""
        return {self.id.option: self.id.kind.from_wire(wire_object.get(self.id.wire)), **self.fields.read(wire_object)}

    def labelled(self, values):
        """How messages name an object: its title and its name or id."""
        options = [name for name in (self.labels, *self.key[:1]) if name]
        names = [values[option] for option in options if values.get(option) not in (None, "")]
        if names:
            return f"{self.title} {names[0]!r}"
        return f"{self.title} {values[self.id.option]}" if values.get(self.id.option) else self.title

    def fitting(self, wish, found, exactly=False):
        """Those of the found objects that bear the natural key of the wish.

        :param exactly: nothing is about to be changed into what was wished for, so all that was given must be so.
        """
        if self.choose is not None:
            return self.choose(wish, found, exactly)
        narrowing = [name for name in self.optional_key if wish.get(name) not in (None, "")]
        for name in [*self.key, *narrowing]:
            if name in wish:
                same, wished = self.fields[name].same, wish[name]
                found = [one for one in found if same(wished, one.get(name))]
        return list(found)


@dataclasses.dataclass(frozen=True)
class Parent:
    """Another object that a resource belongs to or uses, given by id or by what it is called.

    :param field: the option that takes its id (``exam_id``).
    :param by: options that say what it is called, to its own options (``{"exam_name": "name"}``).
    :param resource: what it is.
    :param scope: true when the natural key of the child holds within this parent only.
    :param optional: true when the child may do without.
    :param ours: false for what no task of ours creates, so that check mode cannot take it for granted.
    :param trusted: true where whoever may work on the child need not be allowed to look at it; its id is then
        taken as it is given.
    """

    field: str
    by: typing.Mapping
    resource: Resource
    scope: bool = False
    optional: bool = False
    ours: bool = True
    trusted: bool = False

    def called(self, given):
        """What the user's options say it is called: its own options to their values."""
        return {name: given[option] for option, name in self.by.items() if given.get(option) not in (None, "")}

    def names(self):
        """The options that name it, for a sentence."""
        return " or ".join([self.field, *self.by])
