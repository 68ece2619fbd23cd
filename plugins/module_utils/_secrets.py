# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What must never be shown, in any spelling, on any ansible-core.

Ansible's own C(no_log) hides what the user typed, and inside an action plugin before 2.22 not even
that. C(no_log) never hides old values read back from a server, nor encoded forms.
"""

from __future__ import annotations

import base64
import functools
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


CORE_FLOOR = 12
"""A shorter piece of base64 may as well be one of something else."""


@functools.lru_cache(maxsize=64)
def spellings(secret, encoded=True):
    """All the ways in which one secret text may turn up: plain, URL-quoted, escaped, and all that in base64 or hex.

    :param secret: the plain text.
    :param encoded: false without base64 and hex.
    :returns: a frozen set of texts, the plain one included; the items of a loop have the same secrets.
    """
    in_json = json.dumps(secret)[1:-1]
    # A file's last line break is often part of what was typed, and never of what was sent.
    sent = {secret, secret.strip() or secret, in_json, json.dumps(secret, ensure_ascii=False)[1:-1]}
    quoted = {urllib.parse.quote(text, safe=safe) for text in sent for safe in ("", "/")}
    quoted.update(map(urllib.parse.quote_plus, sent))
    # As it stands in an address, a form or a JSON body, which somebody may encode as a whole.
    sent |= quoted
    found = {
        *sent,
        " ".join(secret.split()) or secret,
        *(re.sub(r"%[0-9A-F]{2}", lambda escape: escape.group().lower(), text) for text in quoted),
        json.dumps(in_json)[1:-1],
        repr(secret)[1:-1],
        html.escape(secret),
    }
    # In JSON that is cut off, so that nobody decodes it.
    found |= {json.dumps(text, ensure_ascii=plain)[1:-1] for text in found for plain in (True, False)}
    for text in sent if encoded else ():
        found |= _encoded(text.encode("utf-8", "surrogatepass"))
    return frozenset(found)


def _encoded(raw):
    """Bytes in base64 and in hex, alone and amid others."""
    found = {raw.hex(), raw.hex().upper()} if len(raw) >= SUBSTRING_FLOOR else set()
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        whole = encode(raw).decode()
        found.update((whole, whole.rstrip("=")))
        for before in range(3):
            # The letters at both ends also depend on what stands there, and are left out.
            core = encode(bytes(before) + raw).decode()[(0, 2, 3)[before] : (before + len(raw)) * 8 // 6]
            if len(core) >= CORE_FLOOR:
                found.add(core)
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
        self._learnt = set()
        self._on_learn = on_learn

    def learn(self, value):
        """Remember a secret. Anything but a non-empty text is ignored, and so is the mask itself."""
        if not isinstance(value, str) or not value or value == HIDDEN:
            return
        if value in self._learnt:
            return
        self._learnt.add(value)
        lines = [line for line in value.splitlines() if len(line) >= LINE_FLOOR and line != value]
        fresh = spellings(value).union(*(spellings(line, encoded=False) for line in lines)) - self._spellings
        if fresh:
            self._spellings |= fresh
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
        # One look through all of it at once for each spelling: there are many, and rarely is one there.
        whole = "\n".join(_texts(tree))
        there = sorted((s for s in self._spellings if s in whole), key=len, reverse=True)
        # Longest first, so that a spelling that contains another one disappears whole.
        inside = "|".join(re.escape(spelling) for spelling in there if len(spelling) >= SUBSTRING_FLOOR)
        return _scrubbed(tree, frozenset(there), re.compile(inside or "(?!)"))


def _texts(tree):
    if isinstance(tree, dict):
        for name, value in tree.items():
            if isinstance(name, str):
                yield name
            yield from _texts(value)
    elif isinstance(tree, (list, tuple)):
        for value in tree:
            yield from _texts(value)
    elif isinstance(tree, str):
        yield tree


def _scrubbed(tree, known, inside):
    """A copy of plain data without the secrets ``known``, of which ``inside`` finds those in other texts."""
    if isinstance(tree, dict):
        return {
            name if OUR_KEY.fullmatch(str(name)) else _scrubbed(name, known, inside): _scrubbed(value, known, inside)
            for name, value in tree.items()
        }
    if isinstance(tree, (list, tuple)):
        return [_scrubbed(value, known, inside) for value in tree]
    if isinstance(tree, str):
        return HIDDEN if tree in known else inside.sub(HIDDEN, tree) if known else tree
    return tree
