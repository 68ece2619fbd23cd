"""Registrations as answers show them (`docs/platforms/canvas.md`, section 5.1)."""

from __future__ import annotations

from . import bindings
from .call import Call
from .configuration import internal_form, outer_form
from .contexts import Context


def shown(call: Call, registration: dict, account: Context, includes: set[str]) -> dict:
    """Return a registration; `includes` name the parts that are not always there."""
    key = call.state["developer_keys"][str(registration["key_id"])]
    configuration = key["configuration"] if key["configuration"]["workflow_state"] != "deleted" else None
    internal = configuration["internal"] if configuration else None
    overlay = registration["overlay"]
    made = {
        "id": registration["id"],
        "account_id": registration["account_id"],
        "root_account_id": registration["account_id"],
        "internal_service": False,
        "vendor": registration["vendor"],
        "name": registration["name"],
        "admin_nickname": registration["admin_nickname"],
        "description": registration["description"],
        "workflow_state": registration["workflow_state"],
        "created_at": registration["created_at"],
        "updated_at": registration["updated_at"],
        "inherited": registration["account_id"] != account.root,
        "lti_version": "1.3",
        "icon_url": key["icon_url"],
        "dynamic_registration": registration["dynamic"],
        "developer_key_id": call.global_id(key["id"]),
        "ims_registration_id": registration["id"] if registration["dynamic"] else None,
        "manual_configuration_id": configuration["id"] if configuration and not registration["dynamic"] else None,
        "created_by": _user(call, registration["created_by"]),
        "updated_by": _user(call, registration["updated_by"]),
    }
    if call.is_era("D"):
        made["lock_deploying"] = registration["lock_deploying"]
    if "configuration" in includes:
        made["configuration"] = internal
    if "overlaid_configuration" in includes:
        made["overlaid_configuration"] = _overlaid(call, internal, overlay)
    if "overlaid_legacy_configuration" in includes:
        made["overlaid_legacy_configuration"] = outer_form(call, internal, overlay) if internal else None
    if "account_binding" in includes:
        made["account_binding"] = binding_shown(call, registration, account)
    if "overlay" in includes:
        made["overlay"] = {"id": registration["id"], "data": overlay} if overlay else None
    return call.extra(made)


def binding_shown(call: Call, registration: dict, account: Context) -> dict | None:
    """Return the binding of a registration, which mirrors that of its key."""
    key = call.state["developer_keys"][str(registration["key_id"])]
    binding = bindings.effective(call.state, key, account)
    if binding is None:
        return None
    return {
        "id": binding["id"],
        "account_id": binding["account_id"],
        "registration_id": registration["id"],
        "workflow_state": binding["workflow_state"],
        "created_at": registration["created_at"],
        "updated_at": registration["updated_at"],
    }


def _overlaid(call: Call, internal: dict | None, overlay: dict | None) -> dict | None:
    if internal is None or not overlay:
        return internal
    return {**internal, **internal_form(outer_form(call, internal, overlay))}


def _user(call: Call, number: int) -> dict:
    user = call.state["users"][str(number)]
    return {"id": user["id"], "name": user["name"], "sortable_name": user["name"], "short_name": user["name"]}
