"""Switches: the behaviours of a platform that its documentation leaves open.

A switch picks one of the possible answers to such a question, so that a test can hold the
collection against each of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_TRUE = {"true", "yes", "on", "1"}
_FALSE = {"false", "no", "off", "0"}


class SwitchError(ValueError):
    """A switch that does not exist, or a value it cannot take."""


@dataclass(frozen=True)
class Switch:
    """One open question and the answer the sandbox gives unless told otherwise.

    `name` is `<platform>.<word>`; the type of `default` is the type of every value. `choices`
    lists the only possible values, `pattern` is what a text must match as a whole, `minimum`
    and `maximum` bound a number.
    """

    name: str
    default: bool | int | str
    meaning: str
    choices: tuple = ()
    pattern: str = ""
    minimum: int | None = None
    maximum: int | None = None

    def read(self, value):
        """Return `value` (native, or text from the command line) in the type of this switch.

        Raises `SwitchError` when it cannot be.
        """
        if isinstance(self.default, bool):
            result = _boolean(value)
        elif isinstance(self.default, int):
            result = _integer(value)
        else:
            result = value if isinstance(value, str) else _number_as_text(value)
        if result is None or not self._allows(result):
            raise SwitchError(f"{self.name} cannot be {value!r}; it takes {self.values()}.")
        return result

    def values(self) -> str:
        """Return in words what this switch accepts."""
        if self.choices:
            return " or ".join(str(choice) for choice in self.choices)
        if isinstance(self.default, bool):
            return "true or false"
        if isinstance(self.default, int):
            bounds = [
                f"{word} {bound}" for word, bound in (("from", self.minimum), ("to", self.maximum)) if bound is not None
            ]
            return " ".join(["a whole number", *bounds])
        return f"a text like {self.default!r}" if self.pattern else "a text"

    def _allows(self, value) -> bool:
        if self.choices and value not in self.choices:
            return False
        if self.pattern and not re.fullmatch(self.pattern, value):
            return False
        if self.minimum is not None and value < self.minimum:
            return False
        return self.maximum is None or value <= self.maximum


def _boolean(value):
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower() if isinstance(value, (str, int)) else ""
    return True if word in _TRUE else False if word in _FALSE else None


def _integer(value):
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        return None
    try:
        return int(value)
    except ValueError:
        return None


def _number_as_text(value):
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


class Switches:
    """The current value of every switch of every platform."""

    def __init__(self, known: list[Switch], start: dict | None = None):
        """Take the switches `known` and the values `start` that differ from the defaults."""
        self._known = {switch.name: switch for switch in known}
        self._start: dict = {}
        self._changed: dict = {}
        self._start = self._read(start or {})

    def __getitem__(self, name: str):
        """Return the value of the switch `name`."""
        if name in self._changed:
            return self._changed[name]
        return self._start.get(name, self._known[name].default)

    def get(self, name: str, missing=None):
        """Return the value of `name`, or `missing` where no platform has that switch."""
        return self[name] if name in self._known else missing

    def set(self, values: dict) -> None:
        """Change several switches at once, all or none. Raises `SwitchError`."""
        self._changed = {**self._changed, **self._read(values)}

    def reset(self) -> None:
        """Return every switch to the value it had at the start."""
        self._changed = {}

    def values(self) -> dict:
        """Return all values by name."""
        return {name: self[name] for name in self._known}

    def rows(self) -> list[dict]:
        """Return name, value, default, meaning and accepted values of each switch."""
        return [
            {
                "name": switch.name,
                "value": self[switch.name],
                "default": switch.default,
                "meaning": switch.meaning,
                "accepts": switch.values(),
            }
            for switch in self._known.values()
        ]

    def _read(self, values) -> dict:
        if not isinstance(values, dict):
            raise SwitchError('Switches are an object, like {"exam.soft_delete": false}.')
        unknown = sorted(str(name) for name in values if name not in self._known)
        if unknown:
            known = ", ".join(sorted(self._known))
            raise SwitchError(f"There is no switch {', '.join(unknown)}. Known are: {known}.")
        return {name: self._known[name].read(value) for name, value in values.items()}
