# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A configuration file that several runs may change at once: one at a time, and never half written."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import stat
import tempfile
import time

from ansible_collections.edtech.lti.plugins.module_utils import _errors

LOCK_PATIENCE = 60
"""Seconds; whoever holds the lock only reads and writes a small file."""
LOCK_PAUSE = 0.01


class SharedFile:
    """A file that is replaced as a whole.

    :param path: absolute; may be a link, whose target is then replaced.
    """

    def __init__(self, path):
        self.path = os.path.realpath(path)
        self.folder, self._name = os.path.split(self.path)

    def has_folder(self):
        """Is there a place for the file?"""
        return os.path.isdir(self.folder)

    def held(self):
        """Its bytes; None for a file that is not there.

        :raises InvalidError: when it cannot be read.
        """
        with self._explained("read"):
            try:
                with open(self.path, "rb") as file:
                    return file.read()
            except FileNotFoundError:
                return None

    def mode(self):
        """Its permissions as a number; None for a file that is not there."""
        with self._explained("read"):
            try:
                return stat.S_IMODE(os.stat(self.path).st_mode)
            except FileNotFoundError:
                return None

    @contextlib.contextmanager
    def locked(self):
        """Hold the file for oneself, against other processes and threads.

        The lock is on a file beside it, because the file itself is replaced. That file goes with the lock, so that
        a folder of configuration files holds nothing else.

        :raises UnavailableError: when somebody else holds it for too long.
        :raises InvalidError: when there can be no lock.
        """
        beside = os.path.join(self.folder, f".{self._name}.lock")
        number = self._lock(beside)
        try:
            yield
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(beside)
            # A process that was started meanwhile has the open file, and with it the lock, as well.
            fcntl.flock(number, fcntl.LOCK_UN)
            os.close(number)

    def _lock(self, beside):
        """The open lock file, once it is ours and still the one that the others see."""
        end = time.monotonic() + LOCK_PATIENCE
        while True:
            with self._explained("locked"):
                number = os.open(beside, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
            ours = False
            try:
                with self._explained("locked"), contextlib.suppress(BlockingIOError):
                    fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    with contextlib.suppress(FileNotFoundError):
                        ours = os.path.samestat(os.fstat(number), os.stat(beside))
            finally:
                if not ours:
                    os.close(number)
            if ours:
                return number
            if time.monotonic() > end:
                raise _errors.UnavailableError(f"another run holds {beside} for more than {LOCK_PATIENCE} seconds")
            time.sleep(LOCK_PAUSE)

    def replace(self, content, mode=None):
        """Put new content in place of the old, whole or not at all.

        :param content: bytes.
        :param mode: permissions; None keeps those of the file, or takes the usual ones for a new file.
        :raises InvalidError: when that cannot be done; then the file is as it was.
        """
        with self._explained("written"):
            number, beside = tempfile.mkstemp(prefix=f".{self._name}.", dir=self.folder)  # mode 0600
            try:
                with os.fdopen(number, "wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                self._dress(beside, mode)
                os.replace(beside, self.path)
            finally:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(beside)

    def chmod(self, mode):
        """Set permissions only."""
        with self._explained("written"):
            os.chmod(self.path, mode)

    def _dress(self, beside, mode):
        """Give the new file what belonged to the old one: permissions, labels and, where allowed, its owner."""
        if os.path.exists(self.path):
            old = os.stat(self.path)
            shutil.copystat(self.path, beside)
            os.utime(beside)
            with contextlib.suppress(PermissionError):
                os.chown(beside, old.st_uid, old.st_gid)
            # Changing the owner may have taken special permissions away.
            os.chmod(beside, stat.S_IMODE(old.st_mode))
        else:
            umask = os.umask(0)
            os.umask(umask)
            os.chmod(beside, 0o666 & ~umask)
        if mode is not None:
            os.chmod(beside, mode)

    @contextlib.contextmanager
    def _explained(self, deed):
        try:
            yield
        except OSError as error:
            raise _errors.InvalidError(
                f"{self.path} cannot be {deed}: {error.strerror or error}",
                hint="Its folder must exist and be writable, because the file is replaced as a whole."
                if deed != "read"
                else None,
            ) from error
