"""What the page shows of LumiNUS: providers by where they belong, people, subscriptions."""

from __future__ import annotations

from ..service import Service

_HIDDEN = "********"


def summary(state: dict, service: Service) -> list[dict]:
    """Return the sections of the page; keys and secrets are masked."""
    return [
        {
            "title": "System-level providers",
            "empty": "No system-level providers.",
            "entries": _providers(state, None),
        },
        {
            "title": "Modules",
            "empty": "No modules.",
            "entries": [_module(state, one) for one in state["modules"].values()],
        },
        {
            "title": "People and subscriptions",
            "empty": "Nobody.",
            "entries": [_user(one) for one in state["users"].values()]
            + [_subscription(one) for one in state["subscriptions"].values()],
        },
    ]


def _module(state: dict, module: dict) -> dict:
    members = [f"{state['users'][user]['login']} ({as_what})" for user, as_what in module["members"].items()]
    return {
        "name": module["name"],
        "facts": [("id", module["id"]), ("members", ", ".join(members) or "none")],
        "entries": _providers(state, module["id"]),
    }


def _providers(state: dict, module: str | None) -> list[dict]:
    return [_provider(one) for one in state["providers"].values() if one["resourceID"] == module]


def _provider(record: dict) -> dict:
    if record["resourceID"] is None:
        badge = "installable" if record["installable"] else "not installable"
    else:
        badge = "published" if record["publish"] else "not published"
    return {
        "name": record["name"],
        "badge": badge,
        "facts": [
            ("id", record["id"]),
            ("launch URL", record["launchURL"]),
            ("consumer key", _HIDDEN),
            ("consumer secret", _HIDDEN),
            # Their values may be secrets too.
            ("custom parameters", ", ".join(one["key"] for one in record["custParams"] or ()) or "none"),
            ("personal data", ", ".join(record["launchData"] or ()) or "none"),
            ("parent", record["parentID"] or "none"),
        ],
    }


def _user(user: dict) -> dict:
    return {
        "name": user["name"],
        "badge": "LTI administrator" if user["lti_admin"] else "",
        "facts": [("id", user["id"]), ("login", user["login"])],
    }


def _subscription(subscription: dict) -> dict:
    return {
        "name": f"Subscription {subscription['name']}",
        "badge": "active" if subscription["active"] else "suspended",
        "facts": [("key", _HIDDEN)],
    }
