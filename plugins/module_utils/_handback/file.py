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
HINTS = {
    "locked": "Its folder must exist and be readable, because the lock is on the folder.",
    "written": "Its folder must exist and be writable, because the file is replaced as a whole.",
    "changed": "Only its owner and root can change permissions.",
}
"""What helps when a deed fails."""


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

        :raises InvalidError: when it cannot be read, or is something else, such as a pipe, which nobody would end.
        """
        with self._explained("read"):
            try:
                kind = os.stat(self.path).st_mode
                if not stat.S_ISREG(kind):
                    raise _errors.InvalidError(
                        f"{self.path} is {_what(kind)}, and no file", hint="Give the path of a file."
                    )
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

    def obstacles(self, replacing):
        """What a run would stumble over, or could not keep, as far as that can be known before; for check mode.

        :param replacing: is the content to change? Otherwise only permissions are.
        :returns: sentences.
        """
        if not self.has_folder():
            return []
        old = os.stat(self.path) if os.path.exists(self.path) else None
        if not replacing:
            ours = old is None or os.geteuid() in (0, old.st_uid)
            return [] if ours else [f"{self.path} is not ours, so a real run cannot change its permissions."]
        if not os.access(self.folder, os.R_OK | os.W_OK | os.X_OK):
            return [f"The folder {self.folder} is not writable (and readable); a real run fails unless that changes."]
        if old is None or os.geteuid() == 0:
            return []
        group = os.stat(self.folder).st_gid if os.stat(self.folder).st_mode & stat.S_ISGID else os.getegid()
        kept = old.st_gid in {group, os.getegid(), *os.getgroups()}
        return self._losses(old, os.geteuid(), old.st_gid if kept else group)

    @contextlib.contextmanager
    def locked(self):
        """Hold the file for oneself, against other processes and threads.

        The lock is on the folder: the file itself is replaced, and a file for the lock alone would be left behind by
        a run that is killed, and then bar all other users. A lock on the folder ends with its process.

        :raises UnavailableError: when somebody else holds it for too long.
        :raises InvalidError: when there can be no lock.
        """
        number = self._lock()
        try:
            yield
        finally:
            # A process that was started meanwhile has the open folder, and with it the lock, as well.
            fcntl.flock(number, fcntl.LOCK_UN)
            os.close(number)

    def _lock(self):
        """The open folder, once its lock is ours."""
        with self._explained("locked"):
            number = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        end = time.monotonic() + LOCK_PATIENCE
        ours = False
        try:
            while not ours:
                with self._explained("locked"), contextlib.suppress(BlockingIOError):
                    fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    ours = True
                if not ours and time.monotonic() > end:
                    raise _errors.UnavailableError(
                        f"another run holds the lock on {self.folder} for more than {LOCK_PATIENCE} seconds",
                        hint="The lock ends with the run that holds it: look for one that hangs, for instance with"
                        f" fuser -v {self.folder}. There is no file to remove.",
                    )
                if not ours:
                    time.sleep(LOCK_PAUSE)
        finally:
            if not ours:
                os.close(number)
        return number

    def replace(self, content, mode=None):
        """Put new content in place of the old, whole or not at all.

        :param content: bytes.
        :param mode: permissions; None keeps those of the file, or takes the usual ones for a new file.
        :returns: sentences on what of the old file could not be kept.
        :raises InvalidError: when that cannot be done; then the file is as it was.
        """
        with self._explained("written"):
            # A short name, because the file's own may be as long as names can be.
            number, beside = tempfile.mkstemp(prefix=".lti_handback.", dir=self.folder)  # mode 0600
            try:
                with os.fdopen(number, "wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                lost = self._dress(beside, mode)
                os.replace(beside, self.path)
            finally:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(beside)
        return lost

    def chmod(self, mode):
        """Set permissions only; this needs no right to write in the folder."""
        with self._explained("changed"):
            os.chmod(self.path, mode)

    def _dress(self, beside, mode):
        """Give the new file what belonged to the old one: permissions, labels and, where allowed, owner and group.

        :returns: sentences on what was not allowed.
        """
        lost = []
        if os.path.exists(self.path):
            old = os.stat(self.path)
            shutil.copystat(self.path, beside)
            os.utime(beside)
            # One by one: only root may give a file away, but to groups of one's own anybody may.
            for owner, group in ((-1, old.st_gid), (old.st_uid, -1)):
                with contextlib.suppress(PermissionError):
                    os.chown(beside, owner, group)
            new = os.stat(beside)
            lost = self._losses(old, new.st_uid, new.st_gid)
            # Changing the owner may have taken special permissions away.
            os.chmod(beside, _permissions(old, new.st_gid))
        else:
            umask = os.umask(0)
            os.umask(umask)
            os.chmod(beside, 0o666 & ~umask)
        if mode is not None:
            os.chmod(beside, mode)
        return lost

    def _losses(self, old, owner, group):
        """Sentences on an owner and a group that are no longer those of the file."""
        said = []
        if owner != old.st_uid:
            said.append(
                f"{self.path} belongs to user {owner} now, and no longer to {old.st_uid}: only root can keep that."
            )
        if group != old.st_gid:
            said.append(
                f"{self.path} belongs to group {group} now, and no longer to {old.st_gid}, of which whoever runs this"
                " is no member. What the old group could do the new one cannot, unless mode says so;"
                " see whether the tool can still read it."
            )
        return said

    @contextlib.contextmanager
    def _explained(self, deed):
        try:
            yield
        except OSError as error:
            raise _errors.InvalidError(
                f"{self.path} cannot be {deed}: {error.strerror or error}",
                hint=HINTS.get(deed),
            ) from error


def _permissions(old, group):
    """Those of the old file; a group that never had rights gets none that others have not."""
    mode = stat.S_IMODE(old.st_mode)
    return mode if group == old.st_gid else mode & ~0o6070 | (mode & 0o007) << 3 & mode


def _what(kind):
    """What stands at a path, in words."""
    if stat.S_ISDIR(kind):
        return "a folder"
    return "a named pipe" if stat.S_ISFIFO(kind) else "a socket" if stat.S_ISSOCK(kind) else "a device"
