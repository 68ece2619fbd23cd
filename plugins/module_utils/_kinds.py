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
import html.parser
import json
import re

from ansible_collections.edtech.lti.plugins.module_utils._signing import compact_json


class Text:
    """A text, compared letter by letter."""

    option = {"type": "str"}
    empty = ""
    """What is sent to clear the value, where the platform can clear."""
    clearable = True

    def checked(self, value):
        return value

    def to_wire(self, value):
        return value

    def from_wire(self, value):
        return None if value is None else str(value)

    def canonical(self, value):
        return "" if value is None else str(value)


class Anything(Text):
    """Whatever the server says, handed on as it is; for what no option sets."""

    def from_wire(self, value):
        return value


class Choice(Text):
    """A text out of a closed list."""

    def __init__(self, *choices):
        self.option = {"type": "str", "choices": list(choices)}


class Integer(Text):
    """A whole number; platforms return some of them as text."""

    option = {"type": "int"}

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


BLOCK_NAMES = """
address article aside blockquote body br caption dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 head header
hr html li main nav ol p pre section table tbody td tfoot th thead title tr ul
"""
BLOCKS = frozenset(BLOCK_NAMES.split())
"""Elements around which white space is not seen."""


class Html(Text):
    """Markup, compared by what it says: servers re-quote attributes and re-indent."""

    def canonical(self, value):
        reader = _MarkupReader()
        try:
            reader.feed("" if value is None else str(value))
            reader.close()
        except AssertionError:  # what html.parser raises for some malformed declarations
            return [["as it is", str(value)]]
        return reader.tokens()


class _MarkupReader(html.parser.HTMLParser):
    """Turns markup into tokens that do not change when a server writes the same thing differently."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self._tokens = []
        self._preformatted = 0

    def handle_starttag(self, tag, attrs):
        self._tokens.append(["<", tag, sorted((name, value or "") for name, value in attrs)])
        self._preformatted += tag == "pre"

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag):
        self._tokens.append(["/", tag])
        self._preformatted -= tag == "pre" and self._preformatted > 0

    def handle_data(self, data):
        kind = "as it is" if self._preformatted else "text"
        if self._tokens and self._tokens[-1][0] == kind:
            self._tokens[-1][1] += data
        else:
            self._tokens.append([kind, data])

    def tokens(self):
        """Tags with sorted attributes, and texts with single blanks, where a browser shows any."""
        found = []
        for place, token in enumerate(self._tokens):
            if token[0] == "text":
                text = re.sub(r"[ \t\r\n\f]+", " ", token[1])  # a no-break space is seen
                text = text.lstrip(" ") if self._is_edge(place - 1) else text
                text = text.rstrip(" ") if self._is_edge(place + 1) else text
                token = ["text", text]
            if token != ["text", ""]:
                found.append(token)
        return found

    def _is_edge(self, place):
        """Is here the beginning, the end, or a block, so that a blank beside it is not seen?"""
        inside = 0 <= place < len(self._tokens)
        return not inside or (self._tokens[place][0] in "</" and self._tokens[place][1] in BLOCKS)
