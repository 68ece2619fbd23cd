"""What Canvas holds at the start: accounts, courses, users and tokens, and no tools."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from ..launch.people import people

SITE_ADMIN = 99

# id, parent, SIS id, name; an account without a parent is a root account.
_ACCOUNTS = (
    (1, None, None, "Example University"),
    (2, 1, "ARTS", "Faculty of Arts"),
    (3, 1, "SCIENCE", "Faculty of Science"),
    (4, 3, "PHYSICS", "Department of Physics"),
    (5, None, None, "Neighbour College"),
    (SITE_ADMIN, None, None, "Site Admin"),
)
# id, account, SIS id, code, name
_COURSES = (
    (101, 2, "HIST-101-2026", "HIST-101", "World History"),
    (102, 4, "PHYS-101-2026", "PHYS-101", "Mechanics"),
    (103, 1, None, "STAFF", "Staff Room"),
    (104, 4, "PHYS-201-2026", "PHYS-201", "Électrodynamique"),
    (105, 2, "THESIS-A", "THESIS", "Thesis Seminar"),
    (106, 2, "THESIS-B", "THESIS", "Thesis Seminar"),
    (501, 5, None, "NC-1", "Neighbour Course"),
)

PERMISSIONS = (
    "read",
    "manage_developer_keys",
    "manage_lti_registrations",
    "manage_lti_add",
    "manage_lti_edit",
    "manage_lti_delete",
    "modify_site_admin_developer_keys",
)

# Where the demonstration's configuration can be fetched from.
DEMO_SETTINGS_URL = "https://tool.example.com/lti/canvas.json"


def initial_state(credentials: dict) -> dict:
    """Return the accounts, the courses and whoever the demo credentials name."""
    return {
        "next": {"key": 77, "configuration": 41, "registration": 52, "binding": 90, "tool": 310, "error": 1},
        "accounts": {str(row[0]): _account(*row) for row in _ACCOUNTS},
        "courses": {str(row[0]): _course(*row) for row in _COURSES},
        "users": {str(one["id"]): new_user(one["id"], one["name"], one["grants"]) for one in credentials["users"]},
        "tokens": {
            one["access_token"]: new_token(user["id"], **{k: v for k, v in one.items() if k != "access_token"})
            for user in credentials["users"]
            for one in user["tokens"]
        },
        "developer_keys": {},
        "registrations": {},
        "bindings": {},
        "tools": {},
        "jobs": [],
        "pages": {DEMO_SETTINGS_URL: demo_page()},
        "people": people(),
    }


def new_user(id: int, name: str, grants: list[dict]) -> dict:
    """Return a user; each grant is `{"account" or "course": id, "permissions": [...]}`."""
    return {"id": id, "name": name, "grants": grants}


def new_token(
    user: int, scopes: list[str] | None = None, expires_at: float | None = None, revoked: bool = False
) -> dict:
    """Return a token; `scopes` None is a token without limits, `expires_at` counts from the epoch."""
    return {"user": user, "scopes": scopes, "expires_at": expires_at, "revoked": revoked}


def timestamp(seconds: float) -> str:
    """Return a time as Canvas writes it."""
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def demo_page() -> dict:
    """Return a page with a configuration, as a tool's vendor offers it."""
    return {
        "status": 200,
        "content_type": "application/json",
        "body": {
            "title": "Demo Tool",
            "description": "Configured from a URL",
            "target_link_uri": "https://tool.example.com/launch",
            "oidc_initiation_url": "https://tool.example.com/login",
            "public_jwk_url": "https://tool.example.com/jwks.json",
            "scopes": [],
            "custom_fields": {},
            "extensions": [
                {
                    "platform": "canvas.instructure.com",
                    "domain": "tool.example.com",
                    "privacy_level": "public",
                    "settings": {
                        "text": "Demo Tool",
                        "placements": [{"placement": "course_navigation", "message_type": "LtiResourceLinkRequest"}],
                    },
                }
            ],
        },
    }


def _account(id: int, parent: int | None, sis_id: str | None, name: str) -> dict:
    root = id
    parents = {row[0]: row[1] for row in _ACCOUNTS}
    while parents[root] is not None:
        root = parents[root]
    return {
        "id": id,
        "name": name,
        "parent_account_id": parent,
        "root_account_id": None if root == id else root,
        "sis_account_id": sis_id,
        "uuid": _opaque("uuid", "Account", id)[:40],
        "lti_guid": f"{_opaque('guid', 'Account', id)[:40]}.canvas.example.edu",
        "lti_context_id": _opaque("context", "Account", id),
    }


def _course(id: int, account: int, sis_id: str | None, code: str, name: str) -> dict:
    return {
        "id": id,
        "account_id": account,
        "sis_course_id": sis_id,
        "course_code": code,
        "name": name,
        "uuid": _opaque("uuid", "Course", id)[:40],
        "lti_context_id": _opaque("context", "Course", id),
    }


def _opaque(*words) -> str:
    """Return 40 hexadecimal digits that are the same every time."""
    return hashlib.sha1(":".join(map(str, words)).encode(), usedforsecurity=False).hexdigest()
