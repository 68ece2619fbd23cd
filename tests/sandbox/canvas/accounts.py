"""Accounts, courses and the caller: what real clients ask before anything else."""

from __future__ import annotations

from .answers import Reply
from .call import Call
from .contexts import Context, account_context
from .paging import page_of
from .parameters import boolean


def index(call: Call) -> Reply:
    """List the accounts in which the caller has a permission."""
    mine = [one["account"] for one in call.user["grants"] if "account" in one]
    found = [one for one in call.state["accounts"].values() if one["id"] in mine]
    return page_of(call, found, lambda one: _account(call, one))


def show(call: Call) -> Reply:
    """Show an account."""
    return Reply(_account(call, _visible(call).record))


def sub_accounts(call: Call) -> Reply:
    """List the accounts below an account, with `recursive` those further down too."""
    account = _visible(call)
    below = [
        one
        for one in call.state["accounts"].values()
        if one["parent_account_id"] == account.id
        or (
            boolean(call.given.get("recursive"))
            and one["id"] != account.id
            and ("account", account.id) in account_context(call.state, one["id"]).chain
        )
    ]
    return page_of(call, below, lambda one: _account(call, one))


def courses(call: Call) -> Reply:
    """List the courses below an account."""
    account = _visible(call)
    found = [
        one
        for one in call.state["courses"].values()
        if ("account", account.id) in account_context(call.state, one["account_id"]).chain
    ]
    return page_of(call, found, lambda one: _course(call, one))


def my_courses(call: Call) -> Reply:
    """List the courses in which the caller has a permission of their own."""
    mine = [one["course"] for one in call.user["grants"] if "course" in one]
    found = [one for one in call.state["courses"].values() if one["id"] in mine]
    return page_of(call, found, lambda one: _course(call, one))


def show_course(call: Call) -> Reply:
    """Show a course."""
    return Reply(_course(call, _visible(call).record))


def myself(call: Call) -> Reply:
    """Show the caller."""
    name = call.user["name"]
    made = {"id": call.user["id"], "name": name, "sortable_name": name, "short_name": name, "locale": None}
    return Reply({**made, "effective_locale": "en", "permissions": {"can_update_name": False}})


def _visible(call: Call) -> Context:
    context = call.context()
    call.require("read", context)
    return context


def _account(call: Call, record: dict) -> dict:
    return {
        "id": record["id"],
        "name": record["name"],
        "workflow_state": "active",
        "parent_account_id": record["parent_account_id"],
        "root_account_id": record["root_account_id"],
        "uuid": record["uuid"],
        "lti_guid": record["lti_guid"],
        "sis_account_id": record["sis_account_id"],
        "default_time_zone": "Europe/Amsterdam",
        "default_storage_quota_mb": 500,
        "default_user_storage_quota_mb": 50,
        "default_group_storage_quota_mb": 50,
    }


def _course(call: Call, record: dict) -> dict:
    account = account_context(call.state, record["account_id"])
    return {
        "id": record["id"],
        "name": record["name"],
        "account_id": record["account_id"],
        "uuid": record["uuid"],
        "course_code": record["course_code"],
        "root_account_id": account.root,
        "workflow_state": "available",
        "sis_course_id": record["sis_course_id"],
        "enrollment_term_id": 1,
        "is_public": False,
        "is_public_to_auth_users": False,
        "public_syllabus": False,
        "grading_standard_id": None,
        "blueprint": False,
        "calendar": {"ics": f"{call.request.host_url}feeds/calendars/course_{record['uuid']}.ics"},
        "time_zone": "Europe/Amsterdam",
        "start_at": None,
        "end_at": None,
        "created_at": "2025-09-01T00:00:00Z",
    }
