"""Installed tools as records (`docs/platforms/canvas.md`, sections 4.1 and 4.2)."""

from __future__ import annotations

from . import bindings
from .call import Call
from .configuration import outer_form
from .contexts import Context, tool_context
from .keys import overlay_of
from .names import PLACEMENTS

_NO_PLACEMENTS = dict.fromkeys(PLACEMENTS)
_NOT_USED = "N/A"
_SHOWN = (
    "id", "name", "description", "url", "domain", "consumer_key", "created_at", "updated_at", "privacy_level",
    "custom_fields", "workflow_state", "version",
)  # fmt: skip
_SHOWN_LAST = (
    "unified_tool_id", "deployment_id", "selection_width", "selection_height", "icon_url", "not_selectable",
    "message_settings", "is_rce_favorite", "is_top_nav_favorite",
)  # fmt: skip


def new_tool(call: Call, context: Context, **fields) -> dict:
    """Add a tool to `context` and return it."""
    number = call.next_number("tool")
    made = {
        "id": number,
        "context_type": context.kind,
        "context_id": context.id,
        "name": None,
        "description": None,
        "url": None,
        "domain": None,
        "consumer_key": _NOT_USED,
        "created_at": call.stamp,
        "updated_at": call.stamp,
        "privacy_level": "anonymous",
        "custom_fields": {},
        "workflow_state": "anonymous",
        "version": "1.1",
        "developer_key_id": None,
        "registration_id": None,
        "unified_tool_id": None,
        "deployment_id": f"{number}:{context.record['lti_context_id']}",
        "selection_width": None,
        "selection_height": None,
        "icon_url": None,
        "not_selectable": False,
        "message_settings": [],
        "is_rce_favorite": False,
        "is_top_nav_favorite": False,
        "placements": {},
        "available": True,
        **fields,
    }
    call.state["tools"][str(number)] = made
    return made


def install(call: Call, key: dict, context: Context, available: bool = True) -> dict:
    """Install the tool of `key` in `context` and return it."""
    tool = new_tool(
        call, context, version="1.3", developer_key_id=key["id"], registration_id=key["registration_id"],
        available=available,
    )  # fmt: skip
    follow(call, tool)
    return tool


def follow(call: Call, tool: dict) -> None:
    """Make `tool` what the configuration of its key says; what was changed by hand is lost."""
    key = call.state["developer_keys"][str(tool["developer_key_id"])]
    configuration = key["configuration"]
    if configuration is not None and configuration["workflow_state"] != "deleted":
        tool.update(_attributes(outer_form(call, configuration["internal"], overlay_of(call, key))))
    usable = bindings.is_usable(call, key, tool_context(call.state, tool))
    tool["workflow_state"] = tool["privacy_level"] if usable else "disabled"
    tool["updated_at"] = call.stamp


def shown(call: Call, tool: dict) -> dict:
    """Return a tool as answers show it."""
    key = tool["developer_key_id"]
    made = {name: tool[name] for name in _SHOWN}
    if key is not None:
        made["developer_key_id"] = call.global_id(key)
        if not call.is_era("A"):
            made["lti_registration_id"] = tool["registration_id"]
    made |= {name: tool[name] for name in _SHOWN_LAST}
    return call.extra({**made, **_NO_PLACEMENTS, **tool["placements"]})


def _attributes(settings: dict) -> dict:
    extension = settings["extensions"][0]
    launch = {name: value for name, value in extension["settings"].items() if name != "placements"}
    placements = [one for one in extension["settings"]["placements"] if str(one.get("enabled", True)).lower() == "true"]
    return {
        "name": settings["title"],
        "description": settings.get("description"),
        "url": settings["target_link_uri"],
        "domain": extension.get("domain"),
        "privacy_level": extension.get("privacy_level") or "anonymous",
        "custom_fields": settings["custom_fields"],
        "selection_width": launch.get("selection_width"),
        "selection_height": launch.get("selection_height"),
        "icon_url": launch.get("icon_url"),
        "placements": {
            one["placement"]: {"enabled": True, **launch, **one, "url": one.get("target_link_uri") or one.get("url")}
            for one in placements
        },
    }
