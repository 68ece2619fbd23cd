"""Who may read which provider, and what of it (`docs/platforms/luminus.md`, sections 2, 4 and 6)."""

from __future__ import annotations

from .answers import BackendRefusal
from .call import Call

MEMBERSHIPS = ("owner", "staff", "student")

_RIGHTS = ("Full", "Read", "Create", "Update", "Delete", "Settings_Read", "Settings_Update")
_GRANTED = {
    "admin": set(_RIGHTS),
    "owner": set(_RIGHTS) - {"Full"},
    "staff": {"Read", "Settings_Read"},
    "student": {"Read"},
}


def reader(call: Call, provider: dict) -> str:
    """Return as what the user reads `provider` (`admin` or a membership), or refuse with 403."""
    module = provider["resourceID"]
    if module is None:
        if call.user["lti_admin"]:
            return "admin"
        raise BackendRefusal(403, "The user is not authorised to read this LTI provider.", "id")
    return member(call, module)


def member(call: Call, module: str) -> str:
    """Return the user's membership of a module (`admin` for administrators), or refuse with 403."""
    if call.user["lti_admin"] and call.switch("admin_sees_modules"):
        return "admin"
    membership = call.state["modules"].get(module, {"members": {}})["members"].get(call.user["id"])
    if membership is None:
        raise BackendRefusal(403, "The user has no access to this module.", "resourceID")
    return membership


def rights(reads_as: str) -> dict[str, bool]:
    """Return the rights object of who reads as `reads_as`."""
    return {f"access_{name}": name in _GRANTED[reads_as] for name in _RIGHTS}
