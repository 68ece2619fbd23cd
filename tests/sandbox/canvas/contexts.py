"""Accounts and courses: how a path names them, and what lies above them (`docs/platforms/canvas.md`, section 1.6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .answers import not_found
from .state import SITE_ADMIN

# The account that the host name belongs to.
HOST = 1
_WORDS = {"self": HOST, "default": HOST, "site_admin": SITE_ADMIN}
_ACCOUNT_IDS = {"sis_account_id": "sis_account_id", "lti_context_id": "lti_context_id", "uuid": "uuid"}
_COURSE_IDS = {"sis_course_id": "sis_course_id", "lti_context_id": "lti_context_id", "uuid": "uuid"}


@dataclass(frozen=True)
class Context:
    """An account or course.

    `chain` names it and everything above it, nearest first, as (`account` or `course`, id).
    """

    kind: str
    record: dict
    chain: tuple[tuple[str, int], ...]

    @property
    def id(self) -> int:
        """Its local id."""
        return self.record["id"]

    @property
    def is_root(self) -> bool:
        """Whether it is a root account."""
        return self.kind == "Account" and self.record["parent_account_id"] is None

    @property
    def root(self) -> int:
        """The id of the root account at the top."""
        return self.chain[-1][1]


def account_context(state: dict, number: int) -> Context:
    """Return the account `number`."""
    record = state["accounts"][str(number)]
    return Context("Account", record, tuple(_upwards(state, number)))


def course_context(state: dict, number: int) -> Context:
    """Return the course `number`."""
    record = state["courses"][str(number)]
    return Context("Course", record, (("course", number), *_upwards(state, record["account_id"])))


def tool_context(state: dict, tool: dict) -> Context:
    """Return where `tool` is installed."""
    found = course_context if tool["context_type"] == "Course" else account_context
    return found(state, tool["context_id"])


def find_account(state: dict, written, local: Callable) -> Context:
    """Return the account that `written` names, or refuse with 404."""
    if written in _WORDS:
        return account_context(state, _WORDS[written])
    return account_context(state, _find(state["accounts"], _ACCOUNT_IDS, written, local)["id"])


def find_course(state: dict, written, local: Callable) -> Context:
    """Return the course that `written` names, or refuse with 404."""
    return course_context(state, _find(state["courses"], _COURSE_IDS, written, local)["id"])


def _find(records: dict, names: dict, written, local: Callable) -> dict:
    word, colon, value = str(written).partition(":")
    if colon and word in names and value:
        found = next((one for one in records.values() if one[names[word]] == value), None)
    else:
        found = records.get(local(written))
    if found is None:
        raise not_found()
    return found


def _upwards(state: dict, number: int | None):
    while number is not None:
        yield "account", number
        number = state["accounts"][str(number)]["parent_account_id"]
