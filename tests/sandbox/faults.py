"""Faults: what goes wrong on the way, on purpose.

A fault is queued by a test, matched against the requests that follow, and used up.
"""

from __future__ import annotations

import threading
from fnmatch import fnmatchcase

KINDS = (
    "500", "502", "503", "429", "401", "403",
    "timeout", "drop_before", "drop_after", "truncate", "slow", "html",
)  # fmt: skip

# Only these let the platform do its work; the others answer (or break off) in its place.
WORKING = ("drop_after", "truncate", "slow")

_DEFAULT_SECONDS = {"timeout": 60.0, "slow": 1.0}
_FIELDS = {"platform", "method", "path", "kind", "times", "skip", "seconds", "retry_after"}


class FaultError(ValueError):
    """A fault that cannot be queued."""


def read_fault(given) -> dict:
    """Return the fault described by `given` with every default filled in.

    Raises `FaultError` with one sentence about what is wrong.
    """
    if not isinstance(given, dict):
        raise FaultError(f"A fault is an object, not {given!r}.")
    unknown = sorted(set(given) - _FIELDS)
    if unknown:
        known = ", ".join(sorted(_FIELDS))
        raise FaultError(f"A fault has no {', '.join(unknown)}. Known are: {known}.")
    kind = str(given.get("kind", ""))
    if kind not in KINDS:
        raise FaultError(f"There is no kind {kind!r}. Known are: {', '.join(KINDS)}.")
    fault = {
        "platform": _text(given, "platform"),
        "method": (_text(given, "method") or "").upper() or None,
        "path": _text(given, "path"),
        "kind": kind,
        "times": _number(given, "times", 1, least=1),
        "skip": _number(given, "skip", 0),
    }
    if kind in _DEFAULT_SECONDS:
        fault["seconds"] = _number(given, "seconds", _DEFAULT_SECONDS[kind], whole=False)
    if kind in ("429", "503"):
        default = 0 if kind == "429" else None
        fault["retry_after"] = _number(given, "retry_after", default)
    return fault


class Faults:
    """The queue of faults that have not been used up."""

    def __init__(self):
        """Start empty."""
        self._lock = threading.Lock()
        self._queue: list[dict] = []

    def add(self, given: list) -> None:
        """Queue the faults in `given`, all or none. Raises `FaultError`."""
        faults = [read_fault(one) for one in given]
        with self._lock:
            self._queue.extend(faults)

    def waiting(self) -> list[dict]:
        """Return the faults that are left, `times` and `skip` as far as they are not used up."""
        with self._lock:
            return [dict(fault) for fault in self._queue]

    def clear(self) -> None:
        """Drop all faults."""
        with self._lock:
            self._queue.clear()

    def take(self, platform: str | None, method: str, path: str) -> dict | None:
        """Return the fault this request meets, using it up once, or None.

        The first one in the queue that matches is met. A matching fault that still has
        requests to skip lets this one pass, and the next in the queue is asked.
        """
        with self._lock:
            for fault in self._queue:
                if not _matches(fault, platform, method, path):
                    continue
                if fault["skip"]:
                    fault["skip"] -= 1
                    continue
                fault["times"] -= 1
                if not fault["times"]:
                    self._queue = [other for other in self._queue if other is not fault]
                return dict(fault)
        return None


def _matches(fault: dict, platform: str | None, method: str, path: str) -> bool:
    return (
        fault["platform"] in (None, platform)
        and fault["method"] in (None, method)
        and (fault["path"] is None or fnmatchcase(path, fault["path"]))
    )


def _text(given: dict, name: str) -> str | None:
    value = given.get(name)
    if value is not None and not isinstance(value, str):
        raise FaultError(f"{name} of a fault is a text, not {value!r}.")
    return value or None


def _number(given: dict, name: str, default, least: int = 0, whole: bool = True):
    value = given.get(name)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
        raise FaultError(f"{name} of a fault is a number, not {value!r}.")
    if value < least:
        raise FaultError(f"{name} of a fault is at least {least}, not {value!r}.")
    return value
