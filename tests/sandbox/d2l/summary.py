"""What the page shows of Brightspace: registrations, deployments, links, clients."""

from __future__ import annotations

from ..service import Service
from .org_units import tree

# More than a page can show is counted, not listed.
_SHOWN = 100
_HIDDEN = "********"


def summary(state: dict, service: Service) -> list[dict]:
    """Return the sections of the page; secrets are masked."""
    units = tree(state["org_units"]).units
    return [
        {
            "title": "Registrations",
            "empty": "No registrations yet.",
            "entries": _capped(state["registrations"], lambda one: _registration(state, one)),
        },
        {
            "title": "Links",
            "empty": "No links yet.",
            "entries": _capped(state["links"], lambda one: _link(state, one, units)),
        },
        {
            "title": "OAuth clients",
            "empty": "No clients.",
            "entries": [_client(name, one) for name, one in state["clients"].items()],
        },
    ]


def _capped(records: dict, shown) -> list[dict]:
    entries = [shown(one) for one in list(records.values())[:_SHOWN]]
    more = len(records) - len(entries)
    return [*entries, {"name": f"and {more} more"}] if more else entries


def _registration(state: dict, record: dict) -> dict:
    of_it = {key: one for key, one in state["deployments"].items() if one["ClientId"] == record["ClientId"]}
    return {
        "name": record["Name"],
        "badge": "enabled" if record["IsEnabled"] else "disabled",
        "facts": [
            ("client id", record["ClientId"]),
            ("domain", record["Domain"]),
            ("login URL", record["OpenIDConnectLoginUrl"]),
            ("keyset URL", record["KeysetUrl"] or "none"),
            ("redirect URLs", ", ".join(record["RedirectUrls"])),
            ("extensions", ", ".join(map(str, record["EnabledExtensions"])) or "none"),
        ],
        "entries": _capped(of_it, lambda one: _deployment(state, one)),
    }


def _deployment(state: dict, record: dict) -> dict:
    links = sum(one["DeploymentId"] == record["DeploymentId"] for one in state["links"].values())
    return {
        "name": f"Deployment {record['Name']}",
        "badge": "enabled" if record["IsEnabled"] else "disabled",
        "facts": [
            ("deployment id", record["DeploymentId"]),
            ("extensions", ", ".join(map(str, record["EnabledExtensions"])) or "none"),
            ("sharing rules", len(state["sharing"][record["DeploymentId"]])),
            ("links", links),
        ],
    }


def _link(state: dict, record: dict, units: dict) -> dict:
    owner = units.get(record["OwnerOrgUnitId"])
    return {
        "name": record["Name"],
        "badge": "enabled" if record["IsEnabled"] else "disabled",
        "facts": [
            ("id", record["LinkId"]),
            ("org unit", f"{record['OwnerOrgUnitId']} {owner.name if owner else ''}".strip()),
            ("deployment", state["deployments"][record["DeploymentId"]]["Name"]),
            ("URL", record["URL"]),
        ],
    }


def _client(name: str, client: dict) -> dict:
    return {
        "name": name,
        "facts": [
            ("grants", ", ".join(client["grants"])),
            ("secret", _HIDDEN if client["secret"] else "none"),
            ("keys", ", ".join(str(one["kid"]) for one in client["keys"]) or "none"),
            ("scope", client["scope"]),
        ],
    }
