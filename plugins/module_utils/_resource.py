# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a platform's resource is: fields, addresses, natural key; and how it is read and written."""

from __future__ import annotations

import dataclasses
import typing

from ansible_collections.edtech.lti.plugins.module_utils import _answer, _errors
from ansible_collections.edtech.lti.plugins.module_utils._fields import Fields


class Store:
    """Reads and writes the objects of one resource, REST fashion; a platform overrides what differs.

    :param client: a :class:`Client`.
    :param resource: a :class:`Resource`.
    :param scope: ids of the parents that the path names.
    """

    def __init__(self, client, resource, scope=None):
        self.client = client
        self.resource = resource
        self._path = resource.path.format(**(scope or {}))

    def all(self):
        """Every object there is (all pages), as wire objects."""
        seen = {}
        for answer in self.client.pages(self._path):
            for item in self.listed(answer):
                # An object that moved to the next page while we were reading is still one object.
                seen[str(item.get("id"))] = item
        return [item for item in seen.values() if not self.resource.gone(item)]

    def get(self, object_id):
        """The object with this id as a wire object, or None when it is definitely not there.

        :raises ApiError: for every other refusal; being unable to look is never absence.
        """
        try:
            item = self.unwrapped(self.client.read(self._member(object_id)))
        except _errors.NotFoundError as error:
            if self.definitely_missing(error):
                return None
            raise
        return self._asked_for(object_id, item)

    def create(self, payload):
        return self.written(self.client.write("POST", self._path, payload))

    def update(self, object_id, payload):
        """The object after the change; None when it turns out to be gone."""
        answer = self.client.write("PATCH", self._member(object_id), payload)
        item = self.unwrapped(answer)
        incomplete = item is None or item.get("id") is None
        return self.get(object_id) if incomplete else self._asked_for(object_id, item)

    def delete(self, object_id):
        """Remove it; one that is already gone counts as removed."""
        try:
            self._refuse_errors(self.client.write("DELETE", self._member(object_id)))
        except _errors.NotFoundError as error:
            if not self.definitely_missing(error):
                raise

    def definitely_missing(self, error):
        """Does this 404 speak of the object, and not of an address that nobody serves?

        No, unless a platform knows the words by which its API says so.
        """
        return False

    def _asked_for(self, object_id, item):
        if item is None or self.resource.gone(item):
            return None
        if str(item.get("id")) != str(object_id):
            raise _errors.ProtocolError(
                f"{self.resource.title} {object_id} was asked for and {item.get('id')} came",
                hint="Nothing is done with an object that was not meant.",
            )
        return item

    def _refuse_errors(self, answer):
        """Some servers put a refusal into an answer that says 200."""
        try:
            loaded = answer.json()
        except _answer.NotJson:
            return
        if (
            isinstance(loaded, dict)
            and self.resource.name not in loaded
            and (loaded.get("error") or loaded.get("errors"))
        ):
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
        objects = isinstance(listed, list) and all(isinstance(item, dict) and item.get("id") for item in listed)
        if not objects or loaded.get("error") or loaded.get("errors"):
            raise self._strange(answer, self.resource.plural)
        return listed

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
            raise self._strange(answer, self.resource.name)
        return item

    def written(self, answer):
        """The wire object that a create answered with.

        :raises OutcomeUnknown: when it cannot be told from the answer what was created.
        """
        item = self.unwrapped(answer)
        if item is None or item.get("id") is None:
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

    def _strange(self, answer, expected):
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


@dataclasses.dataclass(frozen=True)
class Resource:
    """One kind of object on one platform, declared once.

    :param name: its name in singular, as the platform's JSON and our results use it.
    :param title: its name for people, "tool provider".
    :param path: the collection's path; ``{option}`` stands for a resolved parent.
    :param fields: a :class:`Fields` (without ``id``, which every object has).
    :param key: options that together identify an object when no id is given; the first is its name.
    :param optional_key: options that narrow the key when they are given.
    :param parents: the :class:`Parent` objects that it belongs to or uses.
    :param gone: does a wire object stand for one that no longer exists?
    :param single: at most one exists below its parent, so no key is needed.
    :param store: the class that reads and writes it.
    """

    name: str
    title: str
    path: str
    fields: Fields
    key: tuple = ()
    optional_key: tuple = ()
    parents: tuple = ()
    gone: typing.Callable = lambda wire_object: False
    single: bool = False
    store: type = Store

    @property
    def plural(self):
        return f"{self.name}s"

    def read(self, wire_object):
        """A wire object in option names, ``id`` first."""
        return {"id": wire_object.get("id"), **self.fields.read(wire_object)}

    def labelled(self, values):
        """How messages name an object: its title and its name or id."""
        name = values.get(self.key[0]) if self.key else None
        if name not in (None, ""):
            return f"{self.title} {name!r}"
        return f"{self.title} {values['id']}" if values.get("id") else self.title

    def matches(self, wish, found):
        """Does a found object bear the natural key of the wish?"""
        narrowing = [name for name in self.optional_key if wish.get(name) not in (None, "")]
        return all(self.fields[name].same(wish.get(name), found.get(name)) for name in [*self.key, *narrowing])


@dataclasses.dataclass(frozen=True)
class Parent:
    """Another object that a resource belongs to or uses, given by id or by name.

    :param field: the option that takes its id (``exam_id``).
    :param by_name: the option that takes its name (``exam_name``).
    :param resource: what it is.
    :param scope: true when the natural key of the child holds within this parent only.
    """

    field: str
    by_name: str
    resource: Resource
    scope: bool = False
