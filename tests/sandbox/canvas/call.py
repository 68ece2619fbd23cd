"""One admitted request, as the resources see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from flask import Request

from ..service import Service
from .answers import Refusal, message, missing, not_found, unexpected
from .contexts import Context, find_account, find_course
from .ids import global_id, local_id
from .state import SITE_ADMIN, timestamp


@dataclass
class Call:
    """A request: who calls, the variables of its path, and its parameters.

    `given` are the parameters of address and body together, `now` is the platform's clock in
    seconds since the epoch, `scheme_and_host` what links in answers begin with.
    """

    service: Service
    now: float
    params: dict[str, str] = field(default_factory=dict)
    given: dict = field(default_factory=dict)
    user: dict | None = None
    request: Request | None = None

    @property
    def state(self) -> dict:
        """The state of Canvas, to be changed in place."""
        return self.service.store["canvas"]

    def switch(self, name: str):
        """Return the value of the switch `canvas.<name>`."""
        return self.service.switches[f"canvas.{name}"]

    def is_era(self, eras: str) -> bool:
        """Tell whether the server is of one of `eras`, such as `CD`."""
        return self.switch("era") in eras

    def by_era(self, name: str, newest: str, before: str) -> str:
        """Return the switch `name`, or what the era decides: `newest` in D, `before` in all others."""
        value = self.switch(name)
        return value if value != "era" else newest if self.is_era("D") else before

    @property
    def stamp(self) -> str:
        """The time now, as Canvas writes it."""
        return timestamp(self.now)

    def next_number(self, name: str) -> int:
        """Return the next number of the sequence `name`."""
        numbers = self.state["next"]
        numbers[name] += 1
        return numbers[name] - 1

    def global_id(self, local: int) -> int:
        """Return the global id of a record here."""
        return global_id(local, self.switch("shard"))

    def local(self, written) -> str | None:
        """Return the local id that is meant by `written`, as the state has it."""
        number = local_id(written, self.switch("shard"))
        return None if number is None else str(number)

    def account(self, name: str = "account_id") -> Context:
        """Return the account that the path names, or refuse with 404."""
        return find_account(self.state, self.params[name], self.local)

    def context(self) -> Context:
        """Return the account or course that the path names, or refuse with 404."""
        if "course_id" in self.params:
            return find_course(self.state, self.params["course_id"], self.local)
        return self.account()

    def find(self, table: str, written, is_there: Callable[[dict], bool] = lambda _record: True) -> dict:
        """Return the record of `table` with an id and not deleted, or refuse with 404."""
        record = self.state[table].get(self.local(written))
        if record is None or record["workflow_state"] == "deleted" or not is_there(record):
            raise not_found()
        return record

    def wrapper(self, name: str) -> dict:
        """Return the parameters under `name`, or refuse with 400."""
        given = self.given.get(name)
        if not isinstance(given, dict) or not given:
            raise missing(name)
        return given

    def may(self, permission: str, context: Context) -> bool:
        """Tell whether the caller has `permission` in `context`; what one has in the site admin holds everywhere."""
        return any(
            permission in grant["permissions"]
            for grant in self.user["grants"]
            for kind, number in (*context.chain, ("account", SITE_ADMIN))
            if grant.get(kind) == number
        )

    def require(self, permissions: tuple[str, ...] | str, context: Context) -> None:
        """Refuse unless the caller has one of `permissions` in `context`."""
        wanted = (permissions,) if isinstance(permissions, str) else permissions
        if not any(self.may(one, context) for one in wanted):
            raise self.unauthorized()

    def require_keys(self, account: Context) -> None:
        """Refuse unless the caller may change the developer keys of `account` (section 2.3)."""
        self.require("manage_developer_keys", account)
        if account.id != SITE_ADMIN or not self.switch("site_admin_permission"):
            return
        if not self.may("modify_site_admin_developer_keys", account):
            raise message(403, "You don't have permission to modify Site Admin developer keys")

    def unauthorized(self) -> Refusal:
        """Return the refusal for want of a permission (section 1.1)."""
        body = {
            "status": "unauthorized",
            "errors": [{"message": "user not authorized to perform that action"}],
        }
        status = int(self.by_era("permission_status", "403", "401"))
        return Refusal(status, body, CHALLENGE if status == 401 else None)

    def crash(self) -> Refusal:
        """Return a server error."""
        return unexpected(self.next_number("error"))

    def extra(self, values: dict) -> dict:
        """Return a record of an answer, with a field nobody knows if the switch says so."""
        return {**values, "sandbox_note": "ignore unknown fields"} if self.switch("extra_fields") else values


CHALLENGE = {"WWW-Authenticate": 'Bearer realm="canvas-lms"'}
