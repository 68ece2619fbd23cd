"""The sandbox inside a test process.

For example:

    with Sandbox() as sandbox:
        sandbox.switches({"exam.soft_delete": False})
        sandbox.seed("exam").tool_provider(tool_name="Remindo")
        sandbox.faults({"platform": "exam", "method": "POST", "kind": "drop_after"})
        ...
        assert [entry["status"] for entry in sandbox.requests()] == [200, 201]
"""

from __future__ import annotations

from pathlib import Path

from .service import Service
from .web import Frame
from .wire import LoopbackServer


class Sandbox:
    """A running sandbox on a free loopback port, controlled by direct calls instead of HTTP.

    `base_url` is its address without a trailing slash, `credentials` the content of
    `credentials.yml` by platform. Use it as a context manager, or call `start` and `stop`.
    """

    def __init__(self, switches: dict | None = None, state_file: Path | None = None):
        """Prepare a sandbox whose switches start with `switches`."""
        self.service = Service(state_file, switches)
        self._server: LoopbackServer | None = None

    def start(self, port: int = 0) -> Sandbox:
        """Start serving; return itself."""
        self._server = LoopbackServer("127.0.0.1", port, Frame(self.service))
        self._server.start_in_thread()
        return self

    def stop(self) -> None:
        """End held answers, close all connections and stop serving."""
        if self._server is not None:
            self.service.release_held_answers()
            self._server.stop()
            self._server = None

    def __enter__(self) -> Sandbox:
        """Start serving."""
        return self.start()

    def __exit__(self, *_) -> None:
        """Stop serving."""
        self.stop()

    @property
    def base_url(self) -> str:
        """The address, like `http://127.0.0.1:41234`."""
        if self._server is None:
            raise RuntimeError("The sandbox is not running.")
        return self._server.base_url

    @property
    def credentials(self) -> dict:
        """The demo credentials by platform."""
        return self.service.credentials

    def reset(self) -> None:
        """Return state, nonces, journal, faults and switches to how they started."""
        self.service.reset()

    def requests(self, platform: str | None = None) -> list[dict]:
        """Return the journal, oldest first; of one platform if given."""
        entries = self.service.journal.entries()
        return [one for one in entries if platform in (None, one["platform"])]

    def clear_requests(self) -> None:
        """Empty the journal."""
        self.service.journal.clear()

    def switches(self, values: dict | None = None, **words) -> dict:
        """Change switches and return the values of all.

        Given as `{"exam.soft_delete": False}`, or as `exam__soft_delete=False`.
        """
        named = {word.replace("__", ".", 1): value for word, value in words.items()}
        self.service.switches.set({**(values or {}), **named})
        return self.service.switches.values()

    def faults(self, *faults: dict) -> list[dict]:
        """Queue faults and return those that are waiting."""
        self.service.faults.add(list(faults))
        return self.service.faults.waiting()

    def clear_faults(self) -> None:
        """Drop all waiting faults."""
        self.service.faults.clear()

    def seed(self, platform: str):
        """Return the object that puts things straight into the state of `platform`."""
        return next(one for one in self.service.platforms if one.name == platform).seeds(self.service)

    def state(self, platform: str | None = None) -> dict:
        """Return a copy of the whole state, or of one platform's."""
        data = self.service.store.copy()
        return data if platform is None else data[platform]
