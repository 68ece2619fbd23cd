# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a field is: one declaration gives its option, payload, comparison, diff and result."""

from __future__ import annotations

import dataclasses
import typing

from ansible_collections.edtech.lti.plugins.module_utils import _kinds
from ansible_collections.edtech.lti.plugins.module_utils._errors import InvalidError
from ansible_collections.edtech.lti.plugins.module_utils._secrets import HIDDEN

SET = "(set)"
UNSET = "(unset)"
REPLACED = "(will be replaced)"
UNREADABLE = "(not readable)"


@dataclasses.dataclass(frozen=True)
class Field:
    """One field of a platform's object.

    :param name: the option's name, and the key in results.
    :param kind: how its values are written, read back and compared (``_kinds.py``).
    :param wire: its name on the wire, where that differs.
    :param required: needed to create an object, and never empty.
    :param secret: shown nowhere; in a diff only as set, unset or to be replaced.
    :param writable: false for what only the server sets.
    :param readable: false for what answers never hold.
    :param compared: false where what is read back cannot be held against what was written; such a
        field is sent on create, and later only when asked (``write_only: always``).
    :param volatile: changes with others (time stamps, what the server works out), so a prediction
        does not know it, and nobody is told that it was ignored.
    :param clearable: false where the platform knows no empty value for it.
    :param predicted: its value on a new object when it is not given; None for "not known".
    :param initial: what a new object gets when the user says nothing, where the platform wants a value and not to
        give one would leave it to chance.
    :param sent: false for what the address of a request says already.
    :param since: the first version of the API that has it, as a pair of numbers; None for all.
    :param until: the first version that no longer has it; None for all later ones.
    :param option: anything more for its argument spec.
    """

    name: str
    kind: typing.Any = dataclasses.field(default_factory=_kinds.Text)
    wire: str = ""
    required: bool = False
    secret: bool = False
    writable: bool = True
    readable: bool = True
    compared: bool = True
    volatile: bool = False
    clearable: bool = True
    predicted: typing.Any = None
    initial: typing.Any = None
    sent: bool = True
    since: tuple | None = None
    until: tuple | None = None
    option: typing.Mapping = dataclasses.field(default_factory=dict)

    @property
    def on_wire(self):
        return self.wire or self.name

    def checked(self, value):
        """``value`` as it may be planned with.

        :raises InvalidError: for a value that can never be right.
        """
        try:
            value = self.kind.checked(value)
        except ValueError as error:
            raise InvalidError(f"{self.name} {error}") from error
        if self.required and self.same(value, None):
            raise InvalidError(f"{self.name} cannot be empty", hint=f"Leave {self.name} out to keep what is there.")
        return value

    def same(self, one, other):
        """Do two values, from either side, mean the same?"""
        return self.kind.same(one, other)

    def exists_in(self, version):
        """Does this version of the API, a pair of numbers, have the field?"""
        return (self.since is None or version >= self.since) and (self.until is None or version < self.until)

    def to_wire(self, value):
        return self.kind.empty if value is None else self.kind.to_wire(value)

    def masked(self, value):
        return HIDDEN if self.secret and value not in (None, "") else value


class Fields:
    """All fields of one object, in the order of the platform's page.

    Objects and wishes are dicts by option name. A wish holds what the user gave and nothing else:
    a name that is missing means "leave alone", None or an empty value means "clear".
    """

    def __init__(self, *fields):
        self._fields = {field.name: field for field in fields}

    def __iter__(self):
        return iter(self._fields.values())

    def __getitem__(self, name):
        return self._fields[name]

    def __contains__(self, name):
        return name in self._fields

    def at(self, version):
        """The fields that one version of the API has."""
        return Fields(*(field for field in self if field.exists_in(version)))

    def refuse_other_versions(self, given, product, version):
        """:raises InvalidError: for an option that the spoken version of the API has no field for."""
        for field in self:
            if field.name in given and not field.exists_in(version):
                early = field.since is not None and version < field.since
                first = ".".join(map(str, field.since if early else field.until))
                spoken = f"{product} {'.'.join(map(str, version))}"
                raise InvalidError(
                    f"{field.name} {'came with' if early else 'was removed as of'} {product} {first},"
                    f" and {spoken} is spoken here",
                    hint=f"Leave {field.name} out, or ask for another version with {product.lower()}_version.",
                )

    def options(self):
        """The argument spec of all writable fields. No field has a default: that would be a claim
        about the server."""
        return {
            field.name: {**field.kind.option, **({"no_log": True} if field.secret else {}), **field.option}
            for field in self
            if field.writable
        }

    def read_only(self):
        """Names that results hold and no option sets."""
        return [field.name for field in self if not field.writable]

    def wish(self, given):
        """The part of the user's options that concerns this object, checked.

        :raises InvalidError: naming the option at fault.
        """
        return {
            field.name: field.checked(given[field.name]) for field in self if field.writable and field.name in given
        }

    def read(self, wire_object):
        """A platform's object in option names; what it does not hold is None."""
        return {field.name: field.kind.from_wire(wire_object.get(field.on_wire)) for field in self if field.readable}

    def payload(self, values):
        """``values`` in wire names, ready to be sent."""
        return {self[name].on_wire: self[name].to_wire(value) for name, value in values.items() if self[name].sent}

    def refuse_unclearable(self, changes):
        """:raises InvalidError: when a change would empty what has no empty value."""
        for name, value in changes.items():
            if value in (None, "") and not (self[name].clearable and self[name].kind.clearable):
                raise InvalidError(f"{name} cannot be emptied", hint=f"Leave {name} out, or give a value.")

    def initial(self):
        """What a new object gets where the user says nothing."""
        return {field.name: field.initial for field in self if field.initial is not None}

    def missing(self, wish):
        """Names without which no object can be created."""
        return [field.name for field in self if field.required and field.name not in wish]

    def differing(self, wish, found):
        """The part of ``wish`` that ``found`` does not fulfil; only comparable fields count."""
        return {
            name: self[name].kind.planned(value, found.get(name))
            for name, value in wish.items()
            if self[name].readable and self[name].compared and not self[name].kind.fulfilled(value, found.get(name))
        }

    def unverifiable(self, wish):
        """The part of ``wish`` that no answer can confirm."""
        return {name: value for name, value in wish.items() if not (self[name].readable and self[name].compared)}

    def predicted(self, wish, found=None):
        """The object as it will be read after ``wish`` was applied to ``found`` (None: to nothing)."""
        base = {field.name: field.predicted for field in self if field.readable} if found is None else dict(found)
        applied = {n: v for n, v in wish.items() if self[n].readable and self[n].compared}
        unknown = {field.name: None for field in self if field.volatile and field.readable and wish}
        return {**base, **unknown, **applied}

    def shown(self, values):
        """An object for a result: secrets hidden."""
        return {name: self[name].masked(value) if name in self else value for name, value in values.items()}

    def teach(self, secrets, values):
        """Make the secrets of an object known to the one who hides them."""
        for field in self:
            if field.secret:
                secrets.learn(values.get(field.name))

    def in_diff(self, found, changes):
        """Before and after, as a person reads them in a diff.

        :param found: the object, or None when there is none.
        :param changes: the values to be sent.
        :returns: a pair of dicts with the writable fields.
        """
        before, after = {}, {}
        for field in self:
            if not field.writable:
                continue
            name, was = field.name, (found or {}).get(field.name)
            if field.readable and found is not None:
                before[name] = after[name] = (SET if was else UNSET) if field.secret else was
            if name in changes:
                if found is not None and not field.readable:
                    before[name] = UNREADABLE
                after[name] = (REPLACED if was else SET) if field.secret else changes[name]
                if field.secret and changes[name] in (None, ""):
                    after[name] = UNSET
        return before, after
