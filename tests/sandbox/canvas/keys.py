"""Developer keys as records: making, changing and showing them (`docs/platforms/canvas.md`, sections 2.4 and 3.2)."""

from __future__ import annotations

import secrets
import string

from . import bindings
from .background import schedule
from .call import Call
from .configuration import outer_form, unique
from .contexts import Context
from .parameters import boolean, texts
from .state import SITE_ADMIN

_LETTERS = string.ascii_letters + string.digits
UNNAMED = "Unnamed tool"


def new_key(call: Call, account: Context, **fields) -> dict:
    """Add a key to `account` and return it; `fields` differ from those of an empty API key."""
    made = {
        "id": call.next_number("key"),
        "account_id": account.id,
        "name": None,
        "created_at": call.stamp,
        "email": None,
        "user_id": call.user["id"],
        "user_name": call.user["name"],
        "icon_url": None,
        "notes": None,
        "workflow_state": "active",
        "scopes": [],
        "require_scopes": False,
        "client_credentials_audience": None,
        "test_cluster_only": False,
        "api_key": "".join(secrets.choice(_LETTERS) for _each in range(64)),
        "redirect_uri": None,
        "redirect_uris": [],
        "unified_tool_id": None,
        "vendor_code": None,
        "public_jwk": None,
        "public_jwk_url": None,
        "oidc_initiation_url": None,
        "allow_includes": False,
        "visible": account.id != SITE_ADMIN,
        "is_lti_key": False,
        "is_lti_registration": False,
        "registration_id": None,
        "configuration": None,
        **fields,
    }
    call.state["developer_keys"][str(made["id"])] = made
    return made


def settings_key_fields(internal: dict) -> dict:
    """Return the fields that a key takes from its configuration."""
    return {
        "icon_url": internal["launch_settings"].get("icon_url"),
        "oidc_initiation_url": internal["oidc_initiation_url"],
        "public_jwk": internal["public_jwk"],
        "public_jwk_url": internal["public_jwk_url"],
    }


def uris_of(written) -> list[str]:
    """Return the redirect URIs in a text or list."""
    if isinstance(written, str):
        return unique(written.split())
    return unique([str(one).strip() for one in written if str(one).strip()]) if isinstance(written, list) else []


def set_redirect_uris(call: Call, key: dict, uris: list[str]) -> None:
    """Give `key` these redirect URIs; one that had fallen asleep wakes if the switch says so."""
    asleep = {one["uri"] for one in key["redirect_uris"] if not one["active"]}
    revive = call.switch("revive_redirect_uris")
    key["redirect_uris"] = [{"uri": one, "active": revive or one not in asleep} for one in uris]


def delete_key(call: Call, key: dict) -> None:
    """Delete a key with its registration, configuration and bindings; its tools go later."""
    key["workflow_state"] = "deleted"
    if key["configuration"] is not None:
        key["configuration"]["workflow_state"] = "deleted"
    registration = call.state["registrations"].get(str(key["registration_id"]))
    if registration is not None:
        registration.update(workflow_state="deleted", updated_at=call.stamp)
    bindings.unbind_everywhere(call, key)
    schedule(call, "delete", key)


def overlay_of(call: Call, key: dict) -> dict | None:
    """Return the overlay of the key's registration."""
    registration = call.state["registrations"].get(str(key["registration_id"]))
    return registration["overlay"] if registration else None


def settings_of(call: Call, key: dict) -> dict | None:
    """Return the LTI JSON of a key as it reads back, None without an active configuration."""
    configuration = key["configuration"]
    if configuration is None or configuration["workflow_state"] == "deleted":
        return None
    if call.is_era("A") and configuration["raw"] is not None:
        return configuration["raw"]
    return outer_form(call, configuration["internal"], overlay_of(call, key))


def shown(call: Call, key: dict, account: Context | None = None, listed: bool = False) -> dict:
    """Return a key as its account sees it; lists have two fields more."""
    account = account or bindings.owner(call, key)
    uris = [one["uri"] for one in key["redirect_uris"] if one["active"]]
    everything = [one["uri"] for one in key["redirect_uris"]]
    newest = call.is_era("D")
    made = {
        "name": key["name"],
        "created_at": key["created_at"],
        "email": key["email"],
        "user_id": key["user_id"],
        "user_name": key["user_name"],
        "icon_url": key["icon_url"],
        "notes": key["notes"],
        "workflow_state": key["workflow_state"],
        "scopes": key["scopes"],
        "require_scopes": key["require_scopes"],
        "client_credentials_audience": key["client_credentials_audience"],
        **({} if call.is_era("A") else {"lti_registration_id": key["registration_id"]}),
        **({"test_cluster_only": key["test_cluster_only"]} if call.switch("test_cluster_only") else {}),
        "api_key": key["api_key"] if call.switch("api_key") == "full" else f"{key['api_key'][:5]}...",
        "redirect_uri": key["redirect_uri"],
        "redirect_uris": "\n".join(sorted(uris) if newest else uris),
        **({"all_redirect_uris": sorted(everything)} if newest else {}),
        "access_token_count": 0,
        "last_used_at": None,
        **({"unified_tool_id": key["unified_tool_id"]} if call.is_era("CD") else {}),
        "vendor_code": key["vendor_code"],
        "public_jwk": key["public_jwk"] or ({} if call.switch("unset_settings") == "empty" else None),
        "public_jwk_url": key["public_jwk_url"],
        "allow_includes": key["allow_includes"],
    }
    binding = bindings.shown(call, bindings.effective(call.state, key, account), account)
    if binding is not None:
        made["developer_key_account_binding"] = binding
    made["account_name"] = call.state["accounts"][str(key["account_id"])]["name"]
    made["visible"] = key["visible"]
    if listed:
        made["tool_configuration"] = settings_of(call, key)
        made["lti_registration"] = _dynamic(call, key)
    made["is_lti_key"] = key["is_lti_key"]
    made["is_lti_registration"] = key["is_lti_registration"]
    made["id"] = call.global_id(key["id"])
    return call.extra(made)


def shown_inherited(call: Call, key: dict, account: Context) -> dict:
    """Return a key of the site admin as other accounts see it."""
    made = {
        "name": key["name"],
        "created_at": key["created_at"],
        "icon_url": key["icon_url"],
        "workflow_state": key["workflow_state"],
        **({} if call.is_era("A") else {"lti_registration_id": key["registration_id"]}),
    }
    binding = bindings.shown(call, bindings.effective(call.state, key, account), account)
    if binding is not None:
        made["developer_key_account_binding"] = binding
    return {
        **made,
        "inherited_from": "global",
        "is_lti_key": key["is_lti_key"],
        "is_lti_registration": key["is_lti_registration"],
        "id": call.global_id(key["id"]),
    }


def plain_fields(given: dict) -> dict:
    """Return the fields that both ways of writing a key take as they are."""
    made = texts(given, ("email", "notes", "client_credentials_audience"))
    if "test_cluster_only" in given:
        made["test_cluster_only"] = boolean(given["test_cluster_only"], False)
    return made


def _dynamic(call: Call, key: dict) -> dict | None:
    """Return the record of Dynamic Registration, None for keys made by hand."""
    if not key["is_lti_registration"]:
        return None
    internal = key["configuration"]["internal"]
    return {
        "id": key["registration_id"],
        "developer_key_id": key["id"],
        "client_name": key["name"],
        "initiate_login_uri": internal["oidc_initiation_url"],
        "jwks_uri": internal["public_jwk_url"],
        "redirect_uris": internal["redirect_uris"],
        "scopes": internal["scopes"],
    }
