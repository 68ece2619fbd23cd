"""What Brightspace holds at the start.

Records have the names of the wire. The org structure is not part of it, except for the units that
a test adds: it is the same every time and stands in `org_units`.
"""

from __future__ import annotations

from ..launch.people import people

FULL_SCOPE = "ltiadvantage:*:* organizations:organization:read users:own_profile:read core:*:*"
READ_SCOPE = (
    "ltiadvantage:registrations:read ltiadvantage:deployments:read ltiadvantage:links:read "
    "organizations:organization:read"
)


def initial_state(credentials: dict) -> dict:
    """Return the users, apps, clients and tokens of the demo credentials, and no tools."""
    users = {str(one["id"]): new_user(**one) for one in credentials["users"]}
    admin = credentials["users"][0]["id"]
    app = credentials["oauth_app"]
    return {
        "next": {"order": 1, "link": 101, "quicklink": 1, "job": 1},
        "registrations": {},
        "deployments": {},
        "sharing": {},
        "links": {},
        "quicklinks": [],
        "migration_jobs": {},
        "org_units": {},
        "people": people(),
        "users": users,
        "apps": {credentials["app_id"]: credentials["app_key"]},
        "clients": {
            credentials["oauth_client_id"]: new_client(admin, ["client_credentials"]),
            app["client_id"]: new_client(
                admin, ["authorization_code", "refresh_token"], secret=app["client_secret"],
                redirect_uris=[app["redirect_uri"]],
            ),
        },
        "tokens": {
            credentials["access_token"]: fixed_token(admin, FULL_SCOPE),
            credentials["readonly_access_token"]: fixed_token(admin, READ_SCOPE),
            **{one["access_token"]: fixed_token(one["id"], FULL_SCOPE) for one in credentials["users"][1:]},
        },
        "refresh_tokens": {
            app["refresh_token"]: {
                "client_id": app["client_id"],
                "user": admin,
                "scope": FULL_SCOPE,
                "chain": app["refresh_token"],
                "used": False,
            }
        },
        "codes": {
            app["code"]: {"client_id": app["client_id"], "redirect_uri": None, "scope": FULL_SCOPE, "user": admin}
        },
    }  # fmt: skip


def new_user(id: int, key_id: str, key: str, grants: list[dict] | None = None, **names) -> dict:
    """Return a user; `grants` are as in `permissions`."""
    return {
        "id": id,
        "key_id": key_id,
        "key": key,
        "user_name": names.get("user_name", key_id),
        "first_name": names.get("first_name", "Demo"),
        "last_name": names.get("last_name", "User"),
        "grants": grants or [],
    }


def new_client(
    user: int, grants: list[str], secret: str | None = None, scope: str = FULL_SCOPE, redirect_uris: list[str] = ()
) -> dict:
    """Return an OAuth client whose tokens act as `user`."""
    return {
        "user": user,
        "grants": list(grants),
        "secret": secret,
        "scope": scope,
        "redirect_uris": list(redirect_uris),
        "keys": [],
    }


def fixed_token(user: int, scope: str) -> dict:
    """Return an access token that does not expire."""
    return {"user": user, "scope": scope, "client_id": "d2l-demo-app", "expires_at": None}
