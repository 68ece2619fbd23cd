# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Markup as a kind of value: compared by what it says."""

from __future__ import annotations

import html.parser
import re

from ansible_collections.edtech.lti.plugins.module_utils._kinds import Text

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
