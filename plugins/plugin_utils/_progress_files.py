# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of the callback progress: JSON lines for machines, and the tenants that the next run has to do."""

from __future__ import annotations

import json
import os
import tempfile

PAUSE = 2.0
"""Seconds between two writings of the list of unfinished tenants. Who is in it for that long too much is done again."""


class JsonLines:
    """A file that is begun anew by each run, one JSON object a line, each written out at once."""

    def __init__(self, path):
        """Begin the file. :raises OSError: where that is not possible."""
        self._file = open(os.path.expanduser(path), "w", encoding="utf-8")  # noqa: SIM115 (open as long as the run)

    def write(self, entry):
        """Append an entry."""
        self._file.write(json.dumps(entry, ensure_ascii=False, default=str) + "\n")
        self._file.flush()


class LimitFile:
    """The tenants that are not done, a name a line, for C(--limit @file). There is no file when there are none."""

    def __init__(self, path):
        """The list at this path, with what an earlier run left in it."""
        self._path = os.path.abspath(os.path.expanduser(path))
        self._written = None
        self.late = False
        """Whether there was something to write when it was not time to."""
        try:
            with open(self._path, encoding="utf-8") as file:
                self._before = [line for line in file.read().split() if line != "localhost"]
        except FileNotFoundError:
            self._before = []

    def keep(self, unfinished, known, now, at_once=False):
        """Write the list when it is time to.

        :param unfinished: a function that returns the tenants that are not done.
        :param known: whether a name is one of this run's; others stay in the list.
        :param at_once: whether not to wait, as when the work begins, and when it ends.
        :returns: how many names are in the list, or None when nothing was written.
        """
        self.late = not at_once and self._written is not None and now - self._written < PAUSE
        if self.late:
            return None
        self._written = now
        names = [*(name for name in self._before if not known(name)), *unfinished()]
        if names:
            self._replace("".join(f"{name}\n" for name in names))
        elif os.path.exists(self._path):
            os.unlink(self._path)  # an empty list would mean all
        return len(names)

    def _replace(self, text):
        handle, path = tempfile.mkstemp(prefix=".limit-", dir=os.path.dirname(self._path))
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            os.replace(path, self._path)
        except BaseException:
            os.unlink(path)
            raise
