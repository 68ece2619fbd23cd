# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A file that keeps tokens for several runs at once: one at a time, and never half written."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import tempfile
import time

from ansible_collections.edtech.lti.plugins.module_utils import _errors
from ansible_collections.edtech.lti.plugins.module_utils._oauth2 import Token

LOCK_PATIENCE = 180
"""Seconds; longer than whoever holds the lock may wait for the server."""
LOCK_PAUSE = 0.05
ROOM = 16384
"""Bytes that are written first, so that a full disk shows before a refresh token is used up."""


class TokenFile:
    """A JSON file with a refresh token, an access token and its end; or, to begin with, a bare refresh token.

    :param path: may be a link, whose target is then replaced.
    :param learn: takes each secret in it, so that it is hidden.
    """

    def __init__(self, path, learn):
        self.path = os.path.realpath(os.path.expanduser(path))
        self._learn = learn

    @contextlib.contextmanager
    def locked(self):
        """Hold the file for oneself, against other processes and threads.

        The lock is on a file beside it, because the file itself is replaced.

        :raises UnavailableError: when somebody else holds it for too long.
        :raises InvalidError: when there can be no lock.
        """
        with self._explained("locked"):
            lock = os.open(f"{self.path}.lock", os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o600)
        try:
            self._wait_for(lock)
            try:
                yield
            finally:
                # A process that was started meanwhile has the open file, and with it the lock, as well.
                fcntl.flock(lock, fcntl.LOCK_UN)
        finally:
            os.close(lock)

    def _wait_for(self, lock):
        end = time.monotonic() + LOCK_PATIENCE
        while True:
            try:
                with self._explained("locked"):
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() > end:
                    raise _errors.UnavailableError(
                        f"another run holds {self.path}.lock for more than {LOCK_PATIENCE} seconds"
                    ) from None
                time.sleep(LOCK_PAUSE)

    def held(self):
        """What the file holds, as a dict; empty for a file that is not there."""
        try:
            with self._explained("read"), open(self.path, encoding="utf-8-sig") as file:
                text = file.read().strip()
        except FileNotFoundError:
            return {}
        try:
            held = json.loads(text)
        except ValueError:
            held = None
        if isinstance(held, str):
            text, held = held, None
        if not isinstance(held, dict):
            if text.startswith(("{", "[")) or len(text.split()) > 1:
                raise _errors.InvalidError(f"oauth_token_file {self.path} holds neither JSON nor a refresh token")
            held = {"refresh_token": text}
        for name in ("refresh_token", "access_token"):
            self._learn(held.get(name))
        return held

    @staticmethod
    def access_token(held, stale):
        """The :class:`Token` in what the file holds, unless that is ``stale`` or at its end; then None."""
        text, end, life = (held.get(name) for name in ("access_token", "expires_at", "expires_in"))
        numbers = all(isinstance(number, (int, float)) for number in (end, life))
        if not isinstance(text, str) or not numbers or text == stale:
            return None
        token = Token(text, end, life, held.get("scope"))
        return token if token.is_fresh() else None

    @contextlib.contextmanager
    def replacement(self):
        """Gives a function that puts new content in place of the old, whole or not at all, and for its owner only.

        :raises InvalidError: before anything is done, when the folder cannot be written to.
        """
        folder, name = os.path.split(self.path)
        with self._explained("written"):
            number, beside = tempfile.mkstemp(prefix=f".{name}.", dir=folder)  # mode 0600
        try:
            with os.fdopen(number, "r+b") as file:
                with self._explained("written"):
                    file.write(b" " * ROOM)
                    _to_disk(file)

                def replace(content):
                    text = json.dumps({key: value for key, value in content.items() if value is not None}, indent=2)
                    with self._explained("written"):
                        file.seek(0)
                        file.write(text.encode("utf-8") + b"\n")
                        file.truncate()
                        _to_disk(file)
                        os.replace(beside, self.path)
                        _folder_to_disk(folder)

                yield replace
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(beside)

    @contextlib.contextmanager
    def _explained(self, deed):
        try:
            yield
        except (FileNotFoundError, BlockingIOError) as error:
            if deed == "written" or (deed == "locked" and isinstance(error, FileNotFoundError)):
                raise self._unusable(deed, error) from error
            raise
        except (OSError, UnicodeDecodeError) as error:
            raise self._unusable(deed, error) from error

    def _unusable(self, deed, error):
        why = getattr(error, "strerror", None) or str(error)
        return _errors.InvalidError(
            f"oauth_token_file {self.path} cannot be {deed}: {why}",
            hint="Its folder must exist and be writable, because the file is replaced and a lock stands beside it.",
        )


def _to_disk(file):
    file.flush()
    os.fsync(file.fileno())


def _folder_to_disk(folder):
    """Where a file system cannot do this, the new file is in its place all the same."""
    with contextlib.suppress(OSError):
        number = os.open(folder or ".", os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
