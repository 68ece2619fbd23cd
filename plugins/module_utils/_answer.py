# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One HTTP answer: decoding it, and explaining it when it is a refusal."""

from __future__ import annotations

import dataclasses
import email.utils
import html.parser
import json
import re
import time
import typing
import urllib.parse

from ansible_collections.edtech.lti.plugins.module_utils import _errors

DETAILS_LIMIT = 600
"""Characters of the server's own words that an error repeats."""

SKEW_WORTH_NAMING = 60
"""Seconds between our clock and the server's that are worth a hint."""

ERROR_BY_STATUS = {
    400: _errors.InvalidError,
    401: _errors.AuthError,
    403: _errors.ForbiddenError,
    404: _errors.NotFoundError,
    406: _errors.InvalidError,
    409: _errors.ConflictError,
    410: _errors.NotFoundError,
    415: _errors.InvalidError,
    422: _errors.InvalidError,
    423: _errors.ConflictError,
    429: _errors.RateLimitedError,
}


MEMBER = re.compile(r'"(\w+)"\s*:\s*"((?:[^"\\]|\\.)*)')
"""A name and its text in what is no JSON as a whole: cut off, or with something before or after it."""


DEEPEST = 100
"""Levels of JSON in JSON; no platform nests a tenth of it, and what goes deeper breaks those who read our results."""


UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What steers a terminal, turns the order of letters round, or is half a letter."""


HALF = re.compile(rb"\\u[dD][89a-fA-F]|\xed")
"""Where half a letter may stand; of two halves JSON makes a whole one."""


class NotJson(ValueError):
    """An answer that should hold JSON does not."""


def _refuse(constant):
    raise NotJson(f"{constant} is no JSON")


DECODER = json.JSONDecoder(parse_constant=_refuse)


def _deeper(tree, levels):
    """Is plain data nested deeper than that? Level by level, so that nothing is nested here."""
    level = [tree] if isinstance(tree, (dict, list)) else []
    for _down in range(levels):
        level = [
            inner
            for one in level
            for inner in (one.values() if isinstance(one, dict) else one)
            if isinstance(inner, (dict, list))
        ]
        if not level:
            return False
    return True


@dataclasses.dataclass(frozen=True)
class Answer:
    """What came back for one request.

    ``url`` has no query; ``headers`` is a case-insensitive mapping; ``received`` is our clock's
    reading (seconds since the epoch) when the head of the answer arrived.
    """

    method: str
    url: str
    status: int
    headers: typing.Mapping
    body: bytes
    attempts: int = 1
    received: float = dataclasses.field(default_factory=time.time)

    @property
    def ok(self):
        return 200 <= self.status < 300

    def json(self):
        """The decoded body; None for an empty one.

        :raises NotJson: for anything else, and for nesting deeper than Python reads.
        """
        if not self.body.strip():
            return None
        try:
            loaded = DECODER.decode(self.body.decode(json.detect_encoding(self.body), "surrogatepass"))
        except (ValueError, RecursionError) as error:
            raise NotJson(str(error)) from error
        if self.body.count(b"{") + self.body.count(b"[") > DEEPEST and _deeper(loaded, DEEPEST):
            raise NotJson(f"nested deeper than {DEEPEST} levels")
        return _whole_letters(loaded) if HALF.search(self.body) else loaded

    def members(self):
        """What looks like the members of objects in a body that is no JSON, one dict each."""
        return [{name: text} for name, text in MEMBER.findall(self._text())]

    def _text(self):
        try:
            return self.body.decode("utf-8")
        except UnicodeDecodeError:
            return self.body.decode("latin-1")

    def words(self, hide=str):
        """The server's own words, shortened: an error field of JSON, or the visible text of HTML.

        :param hide: takes secrets out of a text; applied before anything is folded or cut, which
            would make a secret unrecognisable and leave most of it to be read.
        """
        text = hide(self._text())
        try:
            found = _error_text(_each(hide, json.loads(text))) if text.strip() else ""
        except (ValueError, RecursionError):
            found = visible_text(text) if "<" in text else text
        found = hide(UNPRINTABLE.sub("\ufffd", " ".join((found or "").split())))
        return found if len(found) <= DETAILS_LIMIT else f"{found[:DETAILS_LIMIT]}..."

    def clock_skew(self):
        """Seconds by which our clock is ahead of the server's ``Date`` header; None without one."""
        try:
            theirs = email.utils.parsedate_to_datetime(self.headers.get("Date") or "")
            return self.received - theirs.timestamp()
        except (TypeError, ValueError):
            return None

    def error(self, hide=str):
        """The :class:`ApiError` that this answer amounts to, before a platform refines it.

        :param hide: as for :meth:`words`.
        """
        known = {
            "method": self.method,
            "url": self.url,
            "status": self.status,
            "details": self.words(hide) or None,
            "attempts": self.attempts,
        }
        if 300 <= self.status < 400:
            return self._redirected(known)
        if self.status >= 500:
            return _errors.UnavailableError(
                f"the server answered {self.status}", hint="Try again later, or ask the platform's operator.", **known
            )
        kind = ERROR_BY_STATUS.get(self.status, _errors.ProtocolError)
        return kind(f"the server answered {self.status}", **known)

    def _redirected(self, known):
        try:
            target = urllib.parse.urlsplit(self.headers.get("Location") or "")
            # Neither the query nor a user's name and password are for the eyes of everybody.
            host = target.netloc.rpartition("@")[2]
            place = urllib.parse.urlunsplit((target.scheme, host, target.path, "", "")) or "nowhere"
        except ValueError:
            place = "an address that cannot be read"
        return _errors.ProtocolError(
            f"the server answered {self.status} and points to {place}; redirects are never followed,"
            " because credentials would travel along",
            hint="Set base_url to the address that the server itself uses.",
            **known,
        )


class _Visible(html.parser.HTMLParser):
    """Collects the text that a browser would show."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.texts = []
        self._hidden = 0

    def handle_starttag(self, tag, attrs):
        self._hidden += tag in ("script", "style")

    def handle_endtag(self, tag):
        self._hidden -= tag in ("script", "style") and self._hidden > 0

    def handle_data(self, data):
        if not self._hidden and data.strip():
            self.texts.append(data.strip())


def visible_text(markup):
    """The text of an HTML page without tags, scripts and styles."""
    reader = _Visible()
    try:
        reader.feed(markup)
        reader.close()
    except AssertionError:  # what html.parser raises for some malformed declarations
        return markup
    return " ".join(reader.texts)


def _whole_letters(tree):
    """Plain data without halves of letters, which nobody could print or write into a file."""
    return _each(lambda text: text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"), tree)


def _each(change, tree):
    """Plain data with each of its texts changed; written as JSON again they would be another spelling."""
    if isinstance(tree, dict):
        return {change(name): _each(change, value) for name, value in tree.items()}
    if isinstance(tree, list):
        return [_each(change, value) for value in tree]
    return change(tree) if isinstance(tree, str) else tree


def _error_text(loaded):
    """The text of the usual error members, or all of it as compact JSON when it has another shape."""
    if loaded is None:
        return ""
    if isinstance(loaded, dict):
        members = {str(name).lower(): value for name, value in loaded.items()}
        for name in ("error", "errors", "message", "detail", "title"):
            if members.get(name):
                loaded = members[name]
                break
        if members.get("error_description") and isinstance(loaded, str):
            return f"{loaded}: {members['error_description']}"
    return _said(loaded) or (loaded if isinstance(loaded, str) else json.dumps(loaded, ensure_ascii=False))


def _said(loaded):
    """Messages as a person reads them, each with the field that it is about; None for any other shape."""
    if isinstance(loaded, dict):
        # By attribute: {"scopes": [{"attribute": "scopes", "message": "..."}]}
        lists = [many for many in loaded.values() if isinstance(many, list)]
        listed = [one for many in lists for one in many if isinstance(one, dict)]
        return _said(listed) if len(lists) == len(loaded) and len(listed) == sum(map(len, lists)) else None
    if not isinstance(loaded, list) or not loaded:
        return None
    if all(isinstance(one, str) for one in loaded):
        return "; ".join(loaded)
    texts = []
    for one in loaded:
        members = {str(name).lower(): value for name, value in one.items()} if isinstance(one, dict) else {}
        if not members.get("message"):
            return None
        field = members.get("field") or members.get("attribute")
        texts.append(f"{field}: {members['message']}" if field else str(members["message"]))
    return "; ".join(texts)
