"""One admitted request, as the resources see it, and who may do what."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field

from werkzeug.datastructures import FileStorage

from ..service import Service
from .answers import NOT_AUTHORIZED, Refusal, invalid_parameter
from .fields import number

# How not-found errors call the resources (`docs/platforms/exam.md`, section 5).
_LABELS = {
    "exams": "Exam",
    "tool_providers": "tool provider",
    "lti_resources": "lti resource",
    "documents": "Document",
    "attachments": "Attachment",
    "institutes": "Institute",
}

# The roles that may use a resource; everyone else is refused.
_ALLOWED = {
    "exams": {"superuser", "administrator", "teacher"},
    "documents": {"superuser", "administrator", "teacher"},
    "attachments": {"superuser", "administrator", "teacher"},
    "tool_providers": {"superuser", "administrator"},
    "lti_resources": {"superuser", "administrator"},
    "institutes": {"superuser"},
}

# Reading or deleting these is refused with 401, everything else with 403.
_REFUSED_WITH_401 = {"tool_providers", "lti_resources"}


@dataclass
class Call:
    """An admitted request: its user, parameters, files, and the platform it works on.

    `now` is the platform's clock in milliseconds since the epoch; `writes` tells whether the
    request creates or updates (and so is refused with 403 where a read gets 401).
    """

    service: Service
    user: dict
    params: dict
    now: int
    writes: bool = False
    files: dict[str, FileStorage] = field(default_factory=dict)

    @property
    def state(self) -> dict:
        """The state of the exam platform, to be changed in place."""
        return self.service.store["exam"]

    def switch(self, name: str):
        """Return the value of the switch `exam.<name>`."""
        return self.service.switches[f"exam.{name}"]

    @property
    def is_superuser(self) -> bool:
        """Tell whether the user sees every institute."""
        return self.user["role"] == "superuser"

    def forbidden(self, resource: str) -> Refusal:
        """Return the refusal for lack of permission on `resource`."""
        status = 401 if resource in _REFUSED_WITH_401 and not self.writes else 403
        return Refusal(status, NOT_AUTHORIZED)

    def require_role(self, resource: str) -> None:
        """Refuse unless the user's role may use `resource` at all."""
        if self.user["role"] not in _ALLOWED[resource]:
            raise self.forbidden(resource)

    def may_see(self, record: dict) -> bool:
        """Tell whether `record` belongs to an institute that the user sees."""
        return self.is_superuser or record["institute_id"] == self.user["institute_id"]

    def visible(self, resource: str) -> list[dict]:
        """Return the user's records of `resource` in the order of their ids."""
        return [record for record in self.state[resource].values() if self.may_see(record)]

    def find(self, resource: str, parameter: str = "id") -> dict:
        """Return the record of `resource` whose id is in `parameter`; refuse 404, 403 or 401."""
        wanted = number(parameter, self.params.get(parameter))
        record = self.state[resource].get(str(wanted))
        if record is None:
            raise self.not_found(resource, wanted)
        if not self.may_see(record):
            if self.switch("foreign_object") == "missing":
                raise self.not_found(resource, wanted)
            raise self.forbidden(resource)
        return record

    def not_found(self, resource: str, wanted) -> Refusal:
        """Return the refusal of an id that does not exist."""
        return Refusal(404, f"Couldn't find {_LABELS[resource]} with 'id'={wanted}")

    def field_errors(self, errors: dict[str, list[str]]) -> Refusal:
        """Return the refusal of values that are well formed but not acceptable."""
        bare = self.switch("field_errors") == "bare"
        return Refusal(422, body=errors if bare else {"errors": errors})

    def institute_for_write(self) -> int | None:
        """Return the `institute_id` that was sent, or None; only a superuser may send one."""
        if "institute_id" not in self.params:
            return None
        if not self.is_superuser:
            raise Refusal(403, NOT_AUTHORIZED)
        value = number("institute_id", self.params["institute_id"])
        if str(value) not in self.state["institutes"]:
            raise invalid_parameter("institute_id", value, "Must be an existing institute.")
        return value

    def kept(self, values: dict) -> dict:
        """Return `values` without those that the switch `exam.ignore_fields` leaves out."""
        ignored = {name.strip() for name in self.switch("ignore_fields").split(",")}
        return {name: value for name, value in values.items() if name not in ignored}

    def add(self, resource: str, record: dict) -> dict:
        """Give `record` the next id and its times, keep it under `resource` and return it."""
        numbers = self.state["next_id"]
        record = {"id": numbers[resource], **record, "created_at": self.now, "updated_at": self.now}
        numbers[resource] += 1
        self.state[resource][str(record["id"])] = record
        return record

    def change(self, record: dict, values: dict) -> None:
        """Put `values` into `record`; its `updated_at` moves only if something differs."""
        before = copy.deepcopy(record)
        record.update(values)
        if record != before:
            record["updated_at"] = self.now

    def remove(self, resource: str, record: dict) -> None:
        """Forget `record`."""
        del self.state[resource][str(record["id"])]
