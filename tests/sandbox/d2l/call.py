"""One admitted request, as the resources see it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property

from flask import Request

from ..service import Service
from .answers import invalid, not_found
from .org_units import ROOT, OrgTree, tree
from .permissions import may, not_permitted
from .versions import Version

_BOOLEANS = {"true": True, "false": False}


@dataclass
class Caller:
    """Who calls: `user` (None when anonymous), the scopes of the token (None for ID-Key), the app."""

    user: dict | None
    scope: str | None
    app: str


@dataclass
class Call:
    """A request: its caller, the version and variables of its path, its query and body.

    `query` has the names in lower case and lists of values; `params` are lower case too.
    `now` is the platform's clock in seconds since the epoch.
    """

    service: Service
    now: float
    params: dict[str, str] = field(default_factory=dict)
    query: dict[str, list[str]] = field(default_factory=dict)
    version: Version = (1, 40)
    caller: Caller | None = None
    request: Request | None = None
    given: object = None

    @property
    def state(self) -> dict:
        """The state of Brightspace, to be changed in place."""
        return self.service.store["d2l"]

    def switch(self, name: str):
        """Return the value of the switch `d2l.<name>`."""
        return self.service.switches[f"d2l.{name}"]

    @cached_property
    def body(self):
        """The JSON body; refuses what is none."""
        if self.request is None:
            return self.given
        kind = self.request.mimetype
        if kind != "application/json":
            raise invalid(f"The body must be application/json, not {kind or 'untyped'}.")
        raw = self.request.get_data()
        try:
            body = json.loads(raw)
            if b"\\ud" in raw.lower():
                # Half of a surrogate pair is JSON, but no text.
                json.dumps(body, ensure_ascii=False).encode()
            return body
        except ValueError as error:
            raise invalid(f"The body is not JSON: {error}") from error

    @cached_property
    def tree(self) -> OrgTree:
        """The org structure."""
        return tree(self.state["org_units"])

    def require(self, wanted: tuple[str, ...] | str, org_unit: int = ROOT) -> None:
        """Refuse unless the user has one of the permissions `wanted` at `org_unit`."""
        wanted = (wanted,) if isinstance(wanted, str) else wanted
        user = self.caller.user if self.caller else None
        if user is None or not may(user, wanted, org_unit, self.tree.ancestors(org_unit)):
            raise not_permitted(wanted[0], org_unit)

    def org_unit(self, name: str = "orgunitid") -> int:
        """Return the org unit that the path names, or refuse with 404."""
        unit = number(self.params[name])
        if unit not in self.tree.units:
            raise not_found()
        return unit

    def find(self, resource: str, name: str) -> dict:
        """Return the record of `resource` whose id the path has under `name`, or refuse with 404."""
        record = self.state[resource].get(self.params[name])
        if record is None:
            raise not_found()
        return record

    def text(self, name: str) -> str | None:
        """Return a query parameter, by its name in lower case."""
        values = self.query.get(name)
        return values[0] if values else None

    def flag(self, name: str) -> bool | None:
        """Return a boolean query parameter, None if it was not sent, or refuse its value."""
        value = self.text(name)
        if value is None or value == "":
            return None
        if value.lower() not in _BOOLEANS:
            raise invalid(f"The value {value!r} is not valid for {name}.")
        return _BOOLEANS[value.lower()]

    def next_number(self, name: str) -> int:
        """Return the next number of the sequence `name`."""
        numbers = self.state["next"]
        numbers[name] += 1
        return numbers[name] - 1

    def guid(self, value: str) -> str:
        """Return a GUID as answers show it."""
        return value.upper() if self.switch("id_case") == "upper" else value

    def d2l_id(self, value: int) -> int | str:
        """Return the id of a link or org unit as LTI answers show it."""
        return str(value) if self.switch("id_type") == "string" else value

    def structure(self, values: dict) -> dict:
        """Return a structure of an answer, with a field nobody knows if the switch says so."""
        return {**values, "SandboxNote": "ignore unknown fields"} if self.switch("extra_fields") else values


def number(text: str) -> int | None:
    """Return `text` as a number if it is written as one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
