"""Bindings: where a key is on (`docs/platforms/canvas.md`, section 3.5)."""

from __future__ import annotations

from .answers import Refusal, Reply, not_found
from .background import schedule
from .call import Call
from .contexts import Context, account_context
from .state import SITE_ADMIN

STATES = ("on", "off", "allow")


def create(call: Call) -> Reply:
    """Turn a key on or off in a root account; makes the binding if there is none."""
    account = call.account()
    if not account.is_root:
        raise not_found()
    call.require("manage_developer_keys", account)
    key = _key(call, account)
    state = call.wrapper("developer_key_account_binding").get("workflow_state")
    if state not in STATES:
        if call.is_era("CD"):
            raise Refusal(422, {"errors": f"{state!r} is not a valid workflow_state"})
        state = "off"
    inverted = call.by_era("binding_status", "inverted", "classic") == "inverted"
    is_new = _name(key, account.id) not in call.state["bindings"]
    binding = bind(call, key, account, state)
    return Reply(shown(call, binding, account), 200 if is_new == inverted else 201)


def bind(call: Call, key: dict, account: Context, state: str) -> dict:
    """Set and return the binding of `key` in `account`; its registration and tools follow."""
    bindings = call.state["bindings"]
    name = _name(key, account.id)
    if name not in bindings:
        bindings[name] = {
            "id": call.next_number("binding"), "account_id": account.id, "developer_key_id": key["id"],
            "workflow_state": state,
        }  # fmt: skip
    bindings[name]["workflow_state"] = state
    registration = call.state["registrations"].get(str(key["registration_id"]))
    if registration is not None and key["account_id"] == account.id and call.is_era("CD"):
        registration["workflow_state"] = "inactive" if state == "off" else "active"
    schedule(call, "sync", key)
    return bindings[name]


def unbind(call: Call, key: dict, account: Context) -> bool:
    """Remove the binding of `key` in `account`; tell whether there was one."""
    found = call.state["bindings"].pop(_name(key, account.id), None)
    if found is not None:
        schedule(call, "sync", key)
    return found is not None


def unbind_everywhere(call: Call, key: dict) -> None:
    """Remove all bindings of `key`."""
    bindings = call.state["bindings"]
    for name in [name for name, one in bindings.items() if one["developer_key_id"] == key["id"]]:
        del bindings[name]


def effective(state: dict, key: dict, context: Context) -> dict | None:
    """Return the binding that counts for `key` in `context`.

    One of the site admin that says on or off counts most, then that of the highest account.
    """
    above = [SITE_ADMIN, *(number for kind, number in reversed(context.chain) if kind == "account")]
    found = [state["bindings"][_name(key, one)] for one in above if _name(key, one) in state["bindings"]]
    return next((one for one in found if one["workflow_state"] != "allow"), found[-1] if found else None)


def is_usable(call: Call, key: dict, context: Context) -> bool:
    """Tell whether tools of `key` can be used in `context`."""
    binding = effective(call.state, key, context)
    if key["workflow_state"] != "active" or binding is None or key["account_id"] not in (context.root, SITE_ADMIN):
        return False
    if call.switch("lti_deactivate_registrations"):
        return call.state["registrations"][str(key["registration_id"])]["workflow_state"] == "active"
    return binding["workflow_state"] == "on"


def shown(call: Call, binding: dict | None, account: Context) -> dict | None:
    """Return a binding as `account` sees it; all its ids are global."""
    if binding is None:
        return None
    return {
        "id": call.global_id(binding["id"]),
        "account_id": call.global_id(binding["account_id"]),
        "developer_key_id": call.global_id(binding["developer_key_id"]),
        "workflow_state": binding["workflow_state"],
        "account_owns_binding": binding["account_id"] == account.id,
    }


def owner(call: Call, key: dict) -> Context:
    """Return the account that owns `key`."""
    return account_context(call.state, key["account_id"])


def _key(call: Call, account: Context) -> dict:
    written = str(call.params["developer_key_id"])
    key = call.find("developer_keys", written, lambda one: one["account_id"] in (account.id, SITE_ADMIN))
    # In 2026 the id in the path is compared as a text with the global one.
    if call.is_era("D") and written != str(call.global_id(key["id"])):
        raise not_found()
    return key


def _name(key: dict, account: int) -> str:
    return f"{key['id']}:{account}"
