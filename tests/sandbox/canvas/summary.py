"""What the page shows of Canvas: keys with their tools, accounts, tokens by user."""

from __future__ import annotations

from ..service import Service
from .contexts import account_context, tool_context
from .ids import global_id

# More than a page can show is counted, not listed.
_SHOWN = 100
_HIDDEN = "********"


def summary(state: dict, service: Service) -> list[dict]:
    """Return the sections of the page; secrets are masked."""
    shard = service.switches["canvas.shard"]
    present = [one for one in state["developer_keys"].values() if one["workflow_state"] != "deleted"]
    by_hand = [one for one in state["tools"].values() if one["version"] == "1.1" and one["workflow_state"] != "deleted"]
    return [
        {
            "title": "Developer keys",
            "empty": "No keys yet.",
            "entries": _capped(present[::-1], lambda one: _key(state, one, shard)),
        },
        {
            "title": "Tools without a key",
            "empty": "No tools of LTI 1.1.",
            "entries": _capped(by_hand, lambda one: _tool(state, one)),
        },
        {
            "title": "Accounts and courses",
            "empty": "No accounts.",
            "entries": [_account(state, one) for one in state["accounts"].values() if not one["parent_account_id"]],
        },
        {
            "title": "Users",
            "empty": "No users.",
            "entries": [_user(state, one) for one in state["users"].values()],
        },
    ]


def _capped(records: list[dict], shown) -> list[dict]:
    entries = [shown(one) for one in records[:_SHOWN]]
    more = len(records) - len(entries)
    return [*entries, {"name": f"and {more} more"}] if more else entries


def _key(state: dict, key: dict, shard: int) -> dict:
    own = state["bindings"].get(f"{key['id']}:{key['account_id']}")
    registration = state["registrations"].get(str(key["registration_id"]))
    configuration = key["configuration"]
    has_one = configuration is not None and configuration["workflow_state"] != "deleted"
    placements = [one["placement"] for one in configuration["internal"]["placements"]] if has_one else []
    tools = [
        one for one in state["tools"].values()
        if one["developer_key_id"] == key["id"] and one["workflow_state"] != "deleted"
    ]  # fmt: skip
    return {
        "name": key["name"] or "(no name)",
        "badge": own["workflow_state"] if own else key["workflow_state"],
        "facts": [
            ("client id", global_id(key["id"], shard)),
            ("account", state["accounts"][str(key["account_id"])]["name"]),
            ("key", key["workflow_state"]),
            ("API key", _HIDDEN),
            ("registration", f"{registration['id']}, {registration['workflow_state']}" if registration else "none"),
            ("locked", "yes" if registration and registration["lock_deploying"] else "no"),
            ("title", configuration["internal"]["title"] if has_one else "no configuration"),
            ("placements", ", ".join(placements) or "none"),
            ("redirect URIs", ", ".join(one["uri"] for one in key["redirect_uris"]) or "none"),
        ],
        "entries": [_tool(state, one) for one in tools[:_SHOWN]],
    }


def _tool(state: dict, tool: dict) -> dict:
    context = tool_context(state, tool)
    return {
        "name": f"{tool['name']} in {context.record['name']}",
        "badge": tool["workflow_state"] if tool["available"] else "unavailable",
        "facts": [("id", tool["id"]), ("deployment id", tool["deployment_id"]), ("URL", tool["url"] or "none")],
    }


def _account(state: dict, account: dict) -> dict:
    below = [one for one in state["accounts"].values() if one["parent_account_id"] == account["id"]]
    courses = [one for one in state["courses"].values() if one["account_id"] == account["id"]]
    return {
        "name": account["name"],
        "facts": [("id", account["id"]), ("SIS id", account["sis_account_id"] or "none")],
        "entries": [
            *(_account(state, one) for one in below),
            *({"name": one["name"], "facts": [("course", one["id"]), ("code", one["course_code"])]} for one in courses),
        ],
    }


def _user(state: dict, user: dict) -> dict:
    grants = []
    for grant in user["grants"]:
        where = f"course {grant['course']}" if "course" in grant else account_name(state, grant["account"])
        grants.append((where, ", ".join(grant["permissions"])))
    count = sum(one["user"] == user["id"] for one in state["tokens"].values())
    return {"name": user["name"], "facts": [("id", user["id"]), ("tokens", count), *grants]}


def account_name(state: dict, number: int) -> str:
    """Return the name of an account."""
    return account_context(state, number).record["name"]
