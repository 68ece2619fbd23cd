# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What must never be shown, in any spelling, on any ansible-core.

Ansible's own C(no_log) hides what the user typed, and inside an action plugin before 2.22 not even
that. C(no_log) never hides old values read back from a server, nor encoded forms.
"""

from __future__ import annotations

import base64
import html
import json
import re
import urllib.parse

HIDDEN = "(hidden)"
"""Stands where a secret was. Given back as an option, it means "leave the secret alone"."""

SUBSTRING_FLOOR = 4
"""Shorter secrets are hidden only where they are the whole text; inside words they would hide the words."""

OUR_KEY = re.compile("[a-z][a-z_]*")

LINE_FLOOR = 16
"""Lines of a multi-line secret (a PEM key) that are at least this long are secrets of their own."""


def spellings(secret):
    """All the ways in which one secret text may turn up: plain, base64, URL-quoted, escaped.

    :param secret: the plain text.
    :returns: a set of texts, the plain one included.
    """
    raw = secret.encode("utf-8", "surrogatepass")
    quoted = urllib.parse.quote(secret, safe="")
    found = {
        secret,
        secret.strip() or secret,
        " ".join(secret.split()) or secret,
        quoted,
        re.sub(r"%[0-9A-F]{2}", lambda escape: escape.group().lower(), quoted),
        urllib.parse.quote(secret),
        urllib.parse.quote_plus(secret),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        repr(secret)[1:-1],
        html.escape(secret),
    }
    for encoded in (base64.b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode()):
        found.update((encoded, encoded.rstrip("=")))
    return found


def _leaves(tree):
    if isinstance(tree, (dict, list, tuple)):
        for member in tree.values() if isinstance(tree, dict) else tree:
            yield from _leaves(member)
    else:
        yield tree


class Secrets:
    """The secrets met in one task, and the means to remove them from whatever is shown.

    :param on_learn: called with each newly learnt spelling, so that a front end can tell Ansible.
    """

    def __init__(self, on_learn=None):
        self._spellings = set()
        self._pattern = None
        self._on_learn = on_learn

    def learn(self, value):
        """Remember a secret. Anything but a non-empty text is ignored, and so is the mask itself."""
        if not isinstance(value, str) or not value or value == HIDDEN:
            return
        lines = [line for line in value.splitlines() if len(line) >= LINE_FLOOR]
        fresh = set().union(*(spellings(text) for text in [value, *lines])) - self._spellings
        if fresh:
            self._spellings |= fresh
            self._pattern = None
            for spelling in fresh:
                if self._on_learn:
                    self._on_learn(spelling)

    def learn_named(self, tree, names):
        """Remember every text that stands under one of ``names`` (any case) anywhere in ``tree``."""
        if isinstance(tree, dict):
            for key, value in tree.items():
                if str(key).lower() in names and not isinstance(value, (dict, list, tuple)):
                    self.learn(value if isinstance(value, str) or value is None else str(value))
                elif str(key).lower() in names:
                    self.learn_named([{key: leaf} for leaf in _leaves(value)], names)
                else:
                    self.learn_named(value, names)
        elif isinstance(tree, (list, tuple)):
            for value in tree:
                self.learn_named(value, names)

    def scrub(self, tree):
        """A copy of ``tree`` (plain data) in which no secret is left.

        Keys are scrubbed as well, except those that look like names of ours and of the platforms: a
        secret that happens to be ``changed`` must not take that key out of a result.
        """
        if not self._spellings:
            return tree
        if isinstance(tree, dict):
            return {k if OUR_KEY.fullmatch(str(k)) else self.scrub(k): self.scrub(v) for k, v in tree.items()}
        if isinstance(tree, (list, tuple)):
            return [self.scrub(value) for value in tree]
        if isinstance(tree, str):
            return HIDDEN if tree in self._spellings else self._scrubbed(tree)
        return tree

    def _scrubbed(self, text):
        if self._pattern is None:
            # Longest first, so that a spelling that contains another one disappears whole.
            known = sorted((s for s in self._spellings if len(s) >= SUBSTRING_FLOOR), key=len, reverse=True)
            self._pattern = re.compile("|".join(map(re.escape, known)) if known else r"(?!)")
        return self._pattern.sub(HIDDEN, text)
