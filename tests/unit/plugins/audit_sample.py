"""A report as the role lti_audit makes it, for the tests of the page and of the table."""

from __future__ import annotations

import json
from pathlib import Path

import jinja2

from ansible_collections.edtech.lti.plugins.filter.audit import FilterModule

ROLE = Path(__file__).resolve().parents[3] / "roles" / "lti_audit"
ALWAYS = {"via": "always", "where": "every launch from Canvas", "controllable": False}
HOSTILE = "</script><img src=x onerror=alert(1)>\"'&{{ 7 * 7 }}<!--"
"""A name that breaks out of wherever it is not escaped."""


def road(via, where, controllable=True):
    return {"via": via, "where": where, "controllable": controllable}


def tool(name, tenant="college", platform="canvas", **fields):
    """One entry of a report; every field has a default."""
    return {
        "tenant": tenant,
        "platform": platform,
        "tool": name,
        "id": "10000000000077",
        "manifest": None,
        "enabled": True,
        "why_not": "",
        "available": ["account self (root account)"],
        "deployments": ["310:8b1c5a0de95f"],
        "domain": f"{name.split()[0].lower()}.example.com" if name.isascii() and name[0].isalpha() else "",
        "data": {"opaque_id": [ALWAYS], "course": [ALWAYS], "role": [ALWAYS]},
        "drift": [],
        "excess": [],
        "approved": None,
        "owner": "",
        "review": "",
        "notes": "",
        **fields,
    }


def tenant(name, platform="canvas", **fields):
    """One tenant of a report; every field has a default."""
    return {
        "tenant": name,
        "platform": platform,
        "base_url": f"https://{platform}.{name}.example.edu",
        "state": "read",
        "failure": None,
        "looked": ["All LTI keys of the root account."],
        "gaps": [],
        "missing": [],
        **fields,
    }


BASE = {"opaque_id": [ALWAYS], "course": [ALWAYS], "role": [ALWAYS]}
EXAM = {name: [road("always", "every LTI 1.1 launch", False)] for name in BASE}
TOOLS = (
    tool(
        "Virtual Lab",
        manifest="virtual_lab",
        data={
            **BASE,
            "name": [road("privacy_level", "privacy level public")],
            "email": [road("privacy_level", "privacy level public")],
            "sis_id": [
                road("privacy_level", "privacy level public"),
                road("variable", "$Canvas.user.sisSourceId in the custom field student"),
            ],
            "grades": [road("scope", "https://purl.imsglobal.org/spec/lti-ags/scope/score")],
        },
        approved=["opaque_id", "name", "course", "role", "grades"],
        excess=["email", "sis_id"],
        drift=["privacy_level is public; the manifest has name_only."],
        owner="Faculty of Science",
        review="2027-08-31",
        notes="The administrator's changes on the Apps page (an overlay) count more than the configuration.",
    ),
    tool(
        "Virtual Lab",
        "university",
        "d2l",
        id="3c9e7a52-61d4-4f0b-8a27-5b1de0c94f38",
        manifest="virtual_lab",
        available=["org unit 6606 with all below it", "link Titration in org unit 7421"],
        deployments=["b7f0c6d1-2e83-4a95-9d4c-70a1e5c8f2b6"],
        data={
            **BASE,
            "name": [road("flag", "send_user_first_name of the deployment")],
            "roster": [road("extension", "names_and_role_provisioning in registration and deployment")],
        },
        approved=["opaque_id", "name", "course", "role", "roster"],
        owner="Faculty of Science",
    ),
    tool(
        "Map Room",
        enabled=False,
        why_not="The key is off.",
        available=[],
        deployments=[],
        approved=["opaque_id", "course", "role"],
    ),
    tool(
        "Remindo",
        "college",
        "exam",
        id="2",
        deployments=[],
        available=["exam Algebra 2026 (open), link Algebra paper"],
        data={**EXAM, "username": [road("variable", "$User.username in the custom data student")]},
        excess=["username"],
        approved=["opaque_id", "course", "role"],
        owner="Examination office",
    ),
    tool(
        "Quiz Helper",
        "college",
        "luminus",
        id="5b8f2c14-7d36-4e0a-9c51-2a6e8f0b3d97",
        data={
            **EXAM,
            "name": [road("flag", "launch data lis_person_name_full")],
            "email": [road("unknown", "LumiNUS does not show it to this user")],
        },
    ),
)
TENANTS = (
    tenant("college"),
    tenant("university", "d2l", looked=["All registrations."], gaps=["Links of courses that were not named."]),
    tenant("college", "exam"),
    tenant("college", "luminus"),
    tenant(
        "academy",
        state="failed",
        looked=[],
        failure={"kind": "auth", "msg": "Listing the LTI keys failed: the server answered 401: Invalid access token."},
    ),
    tenant("institute", "d2l", state="failed", looked=[], failure={"kind": "rate_limited", "msg": "Throttled."}),
)


def report(tools=TOOLS, tenants=TENANTS, **fields):
    """A whole report."""
    on = [one for one in tools if one["enabled"]]
    return {
        "title": "Who gets what",
        "generated_at": "2026-11-22T09:30:00Z",
        "summary": {
            "tenants": len(tenants),
            "failed": sum(one["state"] == "failed" for one in tenants),
            "tools": len(tools),
            "enabled": len(on),
            "identifying": sum(bool(set(one["data"]) - set(BASE)) for one in on),
            "excess": sum(bool(one["excess"]) for one in on),
            "drift": sum(bool(one["drift"]) for one in tools),
        },
        "register": {"given": True, "unused": ["Old Forum (client_id 10000000000012)"]},
        "tenants": list(tenants),
        "tools": list(tools),
        **fields,
    }


def page(given):
    """The page of a report, as the role's template makes it."""
    environment = jinja2.Environment(trim_blocks=True, loader=jinja2.FileSystemLoader(ROLE / "templates"))
    environment.filters["to_json"] = json.dumps
    environment.filters.update({f"edtech.lti.{name}": made for name, made in FilterModule().filters().items()})
    files = {name: (ROLE / "files" / f"audit.{name}").read_text(encoding="utf-8").rstrip() for name in ("css", "js")}
    template = environment.get_template("audit.html.j2")
    return template.render(lti_audit_page=given, lti_audit_css=files["css"], lti_audit_js=files["js"])
