# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Kinds of values: how each is written to a platform, read back, and compared.

A kind has four questions to answer. ``option`` is its part of an argument spec. ``checked`` takes
what the user gave and raises ValueError with the end of a sentence when it can never be right.
``to_wire`` and ``from_wire`` translate between option and wire. ``canonical`` maps equal values to
equal data, whichever side they come from; None and the empty value are always equal.
"""

from __future__ import annotations

import datetime
import json
import re

from ansible_collections.edtech.lti.plugins.module_utils._signing import compact_json


class Text:
    """A text, compared letter by letter."""

    option = {"type": "str"}
    clearable = True

    def __init__(self, empty=""):
        """:param empty: what is sent to clear the value, where the platform can clear."""
        self.empty = empty

    def same(self, one, other):
        """Do two values, from either side, mean the same?"""
        return self.canonical(one) == self.canonical(other)

    def fulfilled(self, wish, found):
        """Does a found value give what was wished for? Both may come from either side."""
        return self.same(wish, found)

    def planned(self, wish, found):
        """What a found value is to become for a wish that it does not fulfil."""
        return wish

    def checked(self, value):
        return value

    def to_wire(self, value):
        return value

    def from_wire(self, value):
        return None if value is None else str(value)

    def canonical(self, value):
        return "" if value is None else str(value)

    def usual(self, value):
        """As the platform most likely spells what the user wrote."""
        return value


class Nullable(Text):
    """A text for which nothing is null on the wire, however the user writes it."""

    def __init__(self):
        super().__init__(empty=None)

    def to_wire(self, value):
        return value or None


class Anything(Text):
    """Whatever the server says, handed on as it is; for what no option sets."""

    def from_wire(self, value):
        return value


class Choice(Text):
    """A text out of a closed list."""

    def __init__(self, *choices):
        super().__init__()
        self.option = {"type": "str", "choices": list(choices)}


class Integer(Text):
    """A whole number; platforms return some of them as text."""

    option = {"type": "int"}

    def checked(self, value):
        if isinstance(value, bool):
            raise ValueError(f"is a number, not {str(value).lower()}")
        return value

    def from_wire(self, value):
        if value is None or value == "":
            return None
        return int(value) if re.fullmatch(r"-?\d+", str(value)) else value

    def canonical(self, value):
        return "" if value is None else str(value)


class Boolean(Text):
    """True or false; ``1``, ``"1"``, ``"true"`` and true are the same on the wire."""

    option = {"type": "bool"}
    clearable = False

    _WORDS = {"true": True, "1": True, "false": False, "0": False}

    def from_wire(self, value):
        return self._WORDS.get(str(value).lower(), value) if value not in (None, "") else None

    def canonical(self, value):
        return "" if value is None else self._WORDS.get(str(value).lower(), value)


class Instant(Text):
    """A point in time, compared as such: the zone in which it is written does not matter.

    Options are ISO 8601 with an offset, or seconds since the epoch. A time without an offset is
    refused: it would mean one thing to the user and another to the server.
    """

    _ISO = re.compile(
        r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2})?(?:[.,](\d{1,9}))?\s?(Z|[+-]\d{2}:?\d{2})", re.IGNORECASE
    )

    def checked(self, value):
        if value and self._seconds(value) is None:
            raise ValueError(
                f"is not a time with an offset: {value!r}. Write it like 2026-12-01T09:00:00+01:00"
                " (or in seconds since the epoch)"
            )
        return value

    def canonical(self, value):
        if value is None or value == "":
            return ""
        seconds = self._seconds(value)
        return str(value) if seconds is None else seconds

    def _seconds(self, value):
        """Seconds since the epoch, to the millisecond; None for a text that is no instant."""
        text = str(value).strip()
        if re.fullmatch(r"\d{9,11}", text):
            return float(text)
        match = self._ISO.fullmatch(text)
        if not match:
            return None
        day, minute, second, fraction, offset = match.groups()
        offset = "+00:00" if offset in "Zz" else f"{offset[:3]}:{offset[-2:]}"
        try:
            whole = datetime.datetime.fromisoformat(f"{day}T{minute}{second or ':00'}{offset}")
        except ValueError:
            return None
        return whole.timestamp() + int(f"{fraction or 0}000"[:3]) / 1000


class JsonText(Text):
    """Settings that are a dict to the user and one JSON text on the wire; compared as data."""

    option = {"type": "dict"}

    def checked(self, value):
        if value:
            compact_json(value)
        return value

    def to_wire(self, value):
        return compact_json(value) if value else self.empty

    def from_wire(self, value):
        """A dict; text that is no JSON object is handed on as it is, so that nobody takes it for empty."""
        if value is None or value == "":
            return {}
        try:
            loaded = json.loads(value, parse_constant=_no_constant)
        except (TypeError, ValueError, RecursionError):
            return value
        return loaded if isinstance(loaded, dict) else value

    def canonical(self, value):
        value = {} if value is None or value == "" else value
        return compact_json(_plain_numbers(value)) if isinstance(value, dict) else str(value)


def _no_constant(name):
    raise ValueError(f"{name} is no JSON")


def _plain_numbers(value):
    """1 and 1.0 are one number in JSON, but true is not 1."""
    if isinstance(value, dict):
        return {str(name): _plain_numbers(member) for name, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain_numbers(member) for member in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


class CommaSet(Text):
    """A set of texts that the wire holds as one text with commas; order does not count."""

    option = {"type": "list", "elements": "str"}

    def checked(self, value):
        for member in value or []:
            if "," in member:
                raise ValueError(f"has a comma inside {member!r}, which would make two entries of it")
        return value

    def to_wire(self, value):
        return ",".join(value or [])

    def from_wire(self, value):
        if isinstance(value, list):
            return value
        return [member.strip() for member in str(value or "").split(",") if member.strip()]

    def canonical(self, value):
        members = value if isinstance(value, (list, tuple)) else self.from_wire(value)
        return sorted({str(member).strip() for member in members})


class Guid(Text):
    """An opaque identifier; servers answer in either case."""

    _FORM = re.compile(r"[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}", re.IGNORECASE)

    def checked(self, value):
        if value and not self._FORM.fullmatch(value):
            raise ValueError(f"is not a GUID: {value!r}")
        return value

    def canonical(self, value):
        return "" if value is None else str(value).replace("-", "").lower()

    def usual(self, value):
        """The spelling of RFC 9562, for an id that no answer has spelt yet."""
        digits = self.canonical(value)
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


class NamedNumber(Text):
    """One of the platform's numbers, which people write by name; a number without a name is itself.

    :param names: numbers to names.
    """

    def __init__(self, names):
        super().__init__(empty=None)
        self._names = names
        self._numbers = {name: number for number, name in names.items()}

    def checked(self, value):
        return self.from_wire(self._number(value)) if value else value

    def to_wire(self, value):
        return self._number(value)

    def from_wire(self, value):
        if value is None or value == "":
            return None
        return self._names.get(int(value), str(value)) if str(value).isdigit() else str(value)

    def canonical(self, value):
        return "" if value is None or value == "" else str(self._numbers.get(str(value), value))

    def _number(self, value):
        text = str(value).strip()
        number = self._numbers.get(text, int(text) if text.isascii() and text.isdigit() else None)
        if number is None:
            raise ValueError(f"is none of {', '.join(self._numbers)}, and no number: {value!r}")
        return number


class Collected(Text):
    """A set that both sides write as a list; order and repetition do not count.

    :param member: the kind of its members.
    :param forced: members (canonical) that a server adds by itself; one that only the server has is no difference.
    """

    def __init__(self, member=None, forced=()):
        super().__init__(empty=[])
        self._member = member or Text()
        self._forced = frozenset(forced)
        elements = self._member.option["type"]
        self.option = {"type": "list", "elements": elements}

    def checked(self, value):
        members = {self._member.canonical(member): member for member in map(self._member.checked, value or [])}
        if "" in members:
            raise ValueError("has an empty entry")
        return list(members.values())

    def to_wire(self, value):
        return [self._member.to_wire(member) for member in value or []]

    def from_wire(self, value):
        if value is not None and not isinstance(value, list):
            return value
        return [self._member.from_wire(member) for member in value or []]

    def canonical(self, value):
        if value is None or value == "":
            return []
        return sorted({self._member.canonical(member) for member in value}) if isinstance(value, list) else value

    def planned(self, wish, found):
        """The server keeps what it forces, so nobody is told that it goes."""
        there = found if isinstance(found, list) else []
        wished = set(self.canonical(wish))
        kept = [one for one in there if self._member.canonical(one) in self._forced - wished]
        return [*wish, *kept] if isinstance(wish, list) else kept or wish

    def fulfilled(self, wish, found):
        wish, found = self.canonical(wish), self.canonical(found)
        if not (isinstance(wish, list) and isinstance(found, list)):
            return wish == found
        return wish == found or (not set(wish) - set(found) and set(found) - set(wish) <= self._forced)


class Pairs(Text):
    """Parameters: a dict of texts to the user, a list of names and values on the wire; order does not count.

    :param name: the member that holds a pair's name.
    :param value: the member that holds its value.
    """

    option = {"type": "dict"}

    def __init__(self, name="Name", value="Value"):
        super().__init__(empty=[])
        self._name, self._value = name, value

    def checked(self, value):
        return {name: self._text(name, member) for name, member in (value or {}).items()}

    def to_wire(self, value):
        return [{self._name: name, self._value: text} for name, text in (value or {}).items()]

    def from_wire(self, value):
        """A dict; what cannot be one (a name that stands there twice) is handed on as it is."""
        value = [] if value is None else value
        try:
            pairs = [(str(pair[self._name]), pair[self._value]) for pair in value]
        except (TypeError, KeyError):
            return value
        found = {name: "" if text is None else str(text) for name, text in pairs}
        return found if len(found) == len(pairs) else value

    def canonical(self, value):
        return {} if value is None or value == "" or value == [] else value

    @staticmethod
    def _text(name, value):
        """A parameter is text; what YAML made of it is written back as a person would."""
        if isinstance(value, (dict, list)):
            raise ValueError(f"has a structure under {name!r}, where the platform takes text")
        if isinstance(value, bool):
            return "true" if value else "false"
        return "" if value is None else str(value)
