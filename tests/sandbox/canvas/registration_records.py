"""Registrations as records: a key, its configuration and its binding come to be together.

`docs/platforms/canvas.md`, sections 2.4 and 5.1.
"""

from __future__ import annotations

from . import bindings, keys
from .call import Call
from .configuration import kept
from .contexts import Context
from .state import SITE_ADMIN
from .tools import install
from .validation import check_disabled_placements


def new_lti_key(
    call: Call, account: Context, internal: dict, *, state: str, name: str | None, key_fields: dict | None = None,
    registration_fields: dict | None = None, overlay: dict | None = None, disabled_placements: list | None = None,
    raw: dict | None = None, dynamic: bool = False,
) -> dict:  # fmt: skip
    """Make a key for the configuration `internal` with registration and binding, and return the key.

    `state` is that of the binding, `raw` the settings as era A keeps them. Nothing is made when
    something is refused.
    """
    if call.is_era("ABC"):
        check_disabled_placements([*(disabled_placements or ()), *((overlay or {}).get("disabled_placements") or ())])
    internal = kept(internal)
    registration = _new_registration(call, account, name, state, overlay, dynamic)
    registration.update(registration_fields or {})
    if account.id == SITE_ADMIN and state == "on":
        state = "allow"
    key = keys.new_key(
        call, account, name=name, is_lti_key=True, require_scopes=True, is_lti_registration=dynamic,
        registration_id=registration["id"],
    )  # fmt: skip
    key.update({**keys.settings_key_fields(internal), "scopes": internal["scopes"], **(key_fields or {})})
    key["configuration"] = {
        "id": call.next_number("configuration"),
        "created_at": call.stamp,
        "updated_at": call.stamp,
        "workflow_state": "active",
        "disabled_placements": disabled_placements,
        "internal": internal,
        "raw": raw,
    }
    keys.set_redirect_uris(call, key, internal["redirect_uris"])
    registration["key_id"] = key["id"]
    follows = registration["workflow_state"]
    bindings.bind(call, key, account, state)
    if call.is_era("C"):
        # Whatever the binding says.
        registration["workflow_state"] = follows
    if call.switch("auto_deploy"):
        install(call, key, account, available=False)
    return key


def _new_registration(
    call: Call, account: Context, name: str | None, state: str, overlay: dict | None, dynamic: bool
) -> dict:
    made = {
        "id": call.next_number("registration"),
        "account_id": account.id,
        "name": name,
        "admin_nickname": None,
        "vendor": None,
        "description": None,
        "workflow_state": "inactive" if state == "off" and call.is_era("D") else "active",
        "lock_deploying": call.is_era("D"),
        "created_at": call.stamp,
        "updated_at": call.stamp,
        "created_by": call.user["id"],
        "updated_by": call.user["id"],
        "dynamic": dynamic,
        "overlay": overlay,
        "key_id": None,
    }
    call.state["registrations"][str(made["id"])] = made
    return made
