"""The journal: which requests the platforms received, in order, without any secret."""

from __future__ import annotations

import threading
import time
from collections import deque
from pathlib import Path
from urllib.parse import parse_qsl

# A benchmark sends tens of thousands of requests; only the latest are worth keeping.
KEPT = 50_000

READS = ("GET", "HEAD", "OPTIONS")
# Asking for a token changes nothing that anybody keeps.
TOKEN_PATHS = ("/core/connect/token", "/login/adfstoken", "/login/oauth2/token")


class Journal:
    """A list of entries `{n, platform, method, path, query, status, connection, fault, ms}`.

    `path` has no query, `query` holds only the names (values may be secrets), `connection` is
    the peer's port, so requests with the same one shared a TCP connection. `status` is null
    while a request is being served, and for ever when it ended without an answer being made.
    """

    def __init__(self):
        """Start empty."""
        self._lock = threading.Lock()
        self._entries: deque[dict] = deque(maxlen=KEPT)
        self._count = 0
        self._writes_file: Path | None = None

    def count_writes_in(self, file: Path) -> None:
        """Keep the number of writing requests from now on in a file, for those to whom asking is too slow."""
        with self._lock:
            self._writes_file = file
            file.write_text("0", encoding="utf-8")

    def open(self, platform: str | None, environ: dict) -> dict:
        """Add an entry for the request in `environ` and return it, to be closed later."""
        entry = {
            "platform": platform,
            "method": environ["REQUEST_METHOD"],
            "path": environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace"),
            "query": _names(environ.get("QUERY_STRING", "")),
            "status": None,
            "connection": environ.get("REMOTE_PORT", ""),
            "fault": None,
            "ms": None,
        }
        with self._lock:
            self._count += 1
            entry = {"n": self._count, **entry}
            self._entries.append(entry)
            if self._writes_file and entry["method"] not in READS and entry["path"] not in TOKEN_PATHS:
                number = int(self._writes_file.read_text(encoding="utf-8")) + 1
                self._writes_file.write_text(str(number), encoding="utf-8")
        return entry

    def close(self, entry: dict, status: int | None, started: float) -> None:
        """Complete `entry`; `started` is the `time.perf_counter()` of the request's arrival."""
        with self._lock:
            entry["status"] = status
            entry["ms"] = round((time.perf_counter() - started) * 1000, 3)

    def entries(self, last: int | None = None) -> list[dict]:
        """Return a copy of all entries, or of the `last` so many, oldest first."""
        with self._lock:
            entries = list(self._entries)
            return [dict(entry) for entry in (entries if last is None else entries[-last:])]

    def clear(self) -> None:
        """Forget all entries and count from 1 again."""
        with self._lock:
            self._entries.clear()
            self._count = 0


def _names(query: str) -> list[str]:
    return sorted({name for name, _value in parse_qsl(query, keep_blank_values=True)})
