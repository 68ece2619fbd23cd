"""What the platforms hold: plain JSON data behind one lock, optionally kept in a file."""

from __future__ import annotations

import copy
import json
import os
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path


class StateFileError(Exception):
    """The state file cannot be read."""


class Store:
    """The state of all platforms, `{platform: {...}}`.

    `lock` is held for the whole of a platform's request, so that each request sees and leaves
    a consistent state.
    """

    def __init__(self, initial: Callable[[], dict], file: Path | None = None):
        """Start from `file` if it exists, otherwise from `initial()`."""
        self.lock = threading.RLock()
        self._initial = initial
        self._file = file
        self._kept: str | None = None
        self.data = initial()
        if file is not None and file.exists():
            self.data.update(_read(file, self.data))
        self.save()

    def __getitem__(self, platform: str) -> dict:
        """Return the state of one platform, to be read and changed in place under `lock`."""
        return self.data[platform]

    def copy(self) -> dict:
        """Return a copy of everything."""
        with self.lock:
            return copy.deepcopy(self.data)

    def reset(self) -> None:
        """Return to the initial state, in the file as well."""
        with self.lock:
            self.data = self._initial()
            self.save()

    def save(self) -> None:
        """Rewrite the file if the state has changed since the last time.

        The new text is written beside the file and renamed over it, so that a reader never
        sees half a state. Its mode is 0600: the state holds the platforms' secrets.
        """
        if self._file is None:
            return
        with self.lock:
            text = json.dumps({"platforms": self.data}, indent=1, ensure_ascii=False)
            if text == self._kept:
                return
            handle, name = tempfile.mkstemp(dir=self._file.parent, prefix=self._file.name)
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as stream:
                    stream.write(text)
                os.replace(name, self._file)
            except BaseException:
                os.unlink(name)
                raise
            self._kept = text


def _read(file: Path, known: dict) -> dict:
    try:
        platforms = json.loads(file.read_text(encoding="utf-8"))["platforms"]
        # A file from an earlier version may lack what has been added since.
        return {name: {**known[name], **state} for name, state in platforms.items() if name in known}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StateFileError(f"{file} is not a state file of the sandbox: {error}") from error
