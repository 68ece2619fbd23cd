"""Deployments and controls of the Apps page (`docs/platforms/canvas.md`, section 4.3)."""

from __future__ import annotations

from . import tools
from .answers import NOT_FOUND, Refusal, Reply, not_found
from .call import Call
from .contexts import Context, find_account, find_course, tool_context
from .paging import page_of
from .parameters import boolean, is_blank


def index(call: Call) -> Reply:
    """List the deployments of a registration, those that are not available too."""
    _account, registration = _where(call)
    found = [
        one
        for one in call.state["tools"].values()
        if one["registration_id"] == registration["id"] and one["workflow_state"] != "deleted"
    ]
    return page_of(call, found, lambda one: _shown(call, one))


def create(call: Call) -> Reply:
    """Deploy a registration in the root account, in a sub-account or in a course."""
    account, registration = _where(call)
    context = _target(call, account)
    key = call.state["developer_keys"][str(registration["key_id"])]
    available = boolean(call.given.get("available"), True)
    return Reply(_shown(call, tools.install(call, key, context, available)))


def show(call: Call) -> Reply:
    """Show a deployment."""
    return Reply(_shown(call, _deployment(call)))


def destroy(call: Call) -> Reply:
    """Remove a deployment."""
    tool = _deployment(call)
    tool.update(workflow_state="deleted", updated_at=call.stamp)
    return Reply(_shown(call, tool))


def controls(call: Call) -> Reply:
    """List the one control of a deployment: whether it is available where it is installed."""
    return page_of(call, [_control(call, _deployment(call))], lambda one: one, per_page=20)


def update_control(call: Call) -> Reply:
    """Change whether a deployment is available."""
    _account, registration = _where(call)
    tool = call.find("tools", call.params["id"], lambda one: one["registration_id"] == registration["id"])
    if "available" in call.given:
        tool.update(available=boolean(call.given["available"], tool["available"]), updated_at=call.stamp)
    return Reply(_control(call, tool))


def _control(call: Call, tool: dict) -> dict:
    context = tool_context(call.state, tool)
    letters = "".join(f"{kind[0]}{number}." for kind, number in reversed(context.chain))
    return {
        "id": tool["id"],
        "account_id": tool["context_id"] if tool["context_type"] == "Account" else None,
        "course_id": tool["context_id"] if tool["context_type"] == "Course" else None,
        "registration_id": tool["registration_id"],
        "deployment_id": tool["id"],
        "available": tool["available"],
        "path": letters,
        "workflow_state": "active",
    }


def _where(call: Call) -> tuple[Context, dict]:
    if not (call.switch("lti_registrations_next") or call.switch("auto_deploy")):
        raise Refusal(404, {"error": NOT_FOUND})
    account = call.account()
    call.require("manage_lti_registrations", account)
    if not account.is_root:
        raise not_found()
    found = call.find("registrations", call.params["registration_id"], lambda one: one["account_id"] == account.id)
    return account, found


def _deployment(call: Call) -> dict:
    _account, registration = _where(call)
    return call.find("tools", call.params["id"], lambda one: one["registration_id"] == registration["id"])


def _target(call: Call, account: Context) -> Context:
    sub_account, course = call.given.get("for_subaccount_id"), call.given.get("for_course_id")
    if not is_blank(sub_account) and not is_blank(course):
        raise Refusal(422, {"errors": ["Only one of for_subaccount_id and for_course_id can be given"]})
    context = account
    if not is_blank(sub_account):
        context = find_account(call.state, sub_account, call.local)
    elif not is_blank(course):
        context = find_course(call.state, course, call.local)
    if context.root != account.id:
        raise not_found()
    return context


def _shown(call: Call, tool: dict) -> dict:
    return {
        "id": tool["id"],
        "registration_id": tool["registration_id"],
        "deployment_id": tool["deployment_id"],
        "context_id": tool["context_id"],
        "context_type": tool["context_type"],
        "context_name": tool_context(call.state, tool).record["name"],
        "workflow_state": "deleted" if tool["workflow_state"] == "deleted" else "active",
    }
