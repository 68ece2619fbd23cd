"""One request, as the gateway and LumiNUS see it."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import Request

from ..service import Service
from .answers import BackendRefusal


@dataclass
class Call:
    """A request: the API it addresses (`lti`, `login`), the variable of its path, its query, its user.

    `query` has the names in lower case; `now` is the platform's clock in seconds since the epoch.
    """

    service: Service
    request: Request
    api: str
    variable: str = ""
    query: dict[str, str] = field(default_factory=dict)
    now: float = 0.0
    user: dict | None = None

    @property
    def state(self) -> dict:
        """The state of LumiNUS, to be changed in place."""
        return self.service.store["luminus"]

    @property
    def memory(self) -> dict:
        """What is remembered until a reset but not kept in the state."""
        return self.service.memory["luminus"]

    def switch(self, name: str):
        """Return the value of the switch `luminus.<name>`."""
        return self.service.switches[f"luminus.{name}"]


def invalid(field: str, message: str) -> BackendRefusal:
    """Return LumiNUS's refusal of a value."""
    return BackendRefusal(400, message, field)
