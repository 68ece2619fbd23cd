"""The sandbox without its network side: state, switches, faults, journal and clock."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import yaml

from .faults import Faults
from .journal import Journal
from .platform import Platform, all_platforms
from .store import Store
from .switches import Switches

CREDENTIALS_FILE = Path(__file__).with_name("credentials.yml")


class Service:
    """Everything the routes work on; one for each running sandbox.

    `memory` holds, by platform, what a platform remembers but does not keep in its state (the
    exam platform's used nonces), and under `launch` what launches on all of them share; a reset
    empties it.
    """

    def __init__(self, state_file: Path | None = None, switches: dict | None = None):
        """Start from `state_file` (if given and there) with `switches` set from the start.

        Raises `SwitchError` or `StateFileError`.
        """
        self.credentials: dict = yaml.safe_load(CREDENTIALS_FILE.read_text(encoding="utf-8"))
        self.platforms: list[Platform] = all_platforms()
        self.switches = Switches([switch for platform in self.platforms for switch in platform.switches], switches)
        self.faults = Faults()
        self.journal = Journal()
        self.memory: dict[str, dict] = self._empty_memory()
        self.store = Store(self._initial_state, state_file)
        self._released = threading.Event()

    def platform_of(self, path: str) -> Platform | None:
        """Return the platform that `path` belongs to."""
        return next((one for one in self.platforms if one.owns(path)), None)

    def now(self, platform: str | None) -> float:
        """Return the time on the clock of `platform`, in seconds since the epoch."""
        return time.time() + self.switches.get(f"{platform}.clock_offset", 0)

    def reset(self) -> None:
        """Return to how the sandbox started, and end every answer that is being held back."""
        self.release_held_answers()
        with self.store.lock:
            self.switches.reset()
            self.faults.clear()
            self.journal.clear()
            self.memory.update(self._empty_memory())
            self.store.reset()

    def hold(self, seconds: float, until=lambda: False) -> None:
        """Wait `seconds`, or less when `until()` turns true or the sandbox is reset or stopped."""
        released = self._released
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if released.wait(min(left, 0.05)) or until():
                return

    def release_held_answers(self) -> None:
        """End every `hold` that is going on."""
        released, self._released = self._released, threading.Event()
        released.set()

    def _empty_memory(self) -> dict[str, dict]:
        return {name: {} for name in ("launch", *(platform.name for platform in self.platforms))}

    def _initial_state(self) -> dict:
        return {
            platform.name: platform.initial_state(self.credentials.get(platform.name, {}))
            for platform in self.platforms
        }
