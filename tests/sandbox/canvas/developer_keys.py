"""Developer keys (`docs/platforms/canvas.md`, section 3)."""

from __future__ import annotations

from . import bindings, keys
from .answers import Reply, invalid_attribute, message, not_found
from .background import schedule
from .call import Call
from .configuration import unique
from .contexts import HOST, account_context
from .ids import local_id
from .names import API_SCOPE, SCOPES
from .paging import page_of
from .parameters import boolean, is_blank, texts
from .state import SITE_ADMIN
from .validation import is_address, redirect_uri_error

_PLAIN = ("icon_url", "name", "redirect_uri", "unified_tool_id", "vendor_code")
_FLAGS = ("auto_expire_tokens", "visible", "require_scopes", "allow_includes")
_EVENTS = {"activate": "active", "deactivate": "inactive"}


def index(call: Call) -> Reply:
    """List the keys of a root account, newest first, or with `inherited` those of the site admin.

    For a root account that the host does not belong to, permissions of the site admin count.
    """
    account = call.account()
    foreign = account.is_root and account.id != HOST
    call.require("manage_developer_keys", account_context(call.state, SITE_ADMIN) if foreign else account)
    if not account.is_root:
        raise not_found()
    inherited = not is_blank(call.given.get("inherited"))
    wanted = None if inherited or not call.switch("id_filter") else call.given.get("id")
    owner = SITE_ADMIN if inherited else account.id
    found = [
        one
        for one in reversed(call.state["developer_keys"].values())
        if one["account_id"] == owner and one["workflow_state"] != "deleted"
    ]
    if inherited:
        visible = [one for one in found if one["visible"]]
        return page_of(call, visible, lambda one: keys.shown_inherited(call, one, account), broken_links=True)
    if not is_blank(wanted):
        number = local_id(wanted, call.switch("shard"))
        found = [one for one in found if one["id"] == number]
    return page_of(call, found, lambda one: keys.shown(call, one, account, listed=True), broken_links=True)


def create(call: Call) -> Reply:
    """Make an API key; keys for LTI are not made here."""
    account = call.account()
    call.require("manage_developer_keys", account)
    if not account.is_root:
        raise not_found()
    given = _given(call)
    fields, uris = _read(call, given, strict=True)
    key = keys.new_key(call, account, **fields)
    keys.set_redirect_uris(call, key, uris or [])
    bindings.bind(call, key, account, call.switch("initial_binding"))
    return Reply(keys.shown(call, key))


def update(call: Call) -> Reply:
    """Change a key, also one for LTI, whose configuration stays as it is."""
    key = _key(call)
    given = _given(call)
    fields, uris = _read(call, given, strict=False)
    key.update(fields)
    if uris is not None:
        keys.set_redirect_uris(call, key, uris)
    event = _EVENTS.get(str(given.get("event")))
    if event is not None:
        key["workflow_state"] = event
        schedule(call, "sync", key)
    return Reply(keys.shown(call, key))


def destroy(call: Call) -> Reply:
    """Delete a key with all that hangs on it."""
    key = _key(call)
    account = bindings.owner(call, key)
    keys.delete_key(call, key)
    return Reply(keys.shown(call, key, account))


def regenerate_secret(call: Call) -> Reply:
    """Make a new secret, which keys for LTI do not have."""
    if not call.is_era("D"):
        raise not_found()
    key = _key(call)
    if key["is_lti_key"]:
        raise message(400, "Cannot regenerate secret for LTI keys")
    key["api_key"] = key["api_key"][::-1]
    return Reply(keys.shown(call, key))


def _key(call: Call) -> dict:
    key = call.find("developer_keys", call.params["id"])
    account = bindings.owner(call, key)
    call.require_keys(account)
    if call.switch("domain_restriction") and account.id != HOST:
        raise message(403, "Developer keys may only be managed from their account's domain")
    return key


def _given(call: Call) -> dict:
    given = call.given.get("developer_key")
    if not isinstance(given, dict):
        raise call.crash()
    return given


def _read(call: Call, given: dict, strict: bool) -> tuple[dict, list[str] | None]:
    """Return the fields and the redirect URIs that a body gives; `strict` refuses unknown scopes."""
    fields = texts(given, _PLAIN) | keys.plain_fields(given)
    fields |= {name: boolean(given[name], False) for name in _FLAGS if name in given}
    if "scopes" in given:
        sent = given["scopes"] if isinstance(given["scopes"], list) else str(given["scopes"] or "").split()
        sent = [str(one) for one in sent]
        wrong = [one for one in sent if one not in SCOPES and not one.startswith(API_SCOPE)]
        if wrong and strict:
            raise invalid_attribute("scopes", f"cannot contain {', '.join(wrong)}")
        fields["scopes"] = unique([one for one in sent if one not in wrong])
    if fields.get("redirect_uri") and not is_address(fields["redirect_uri"]):
        raise invalid_attribute("redirect_uri", "is not a valid URI")
    uris = keys.uris_of(given["redirect_uris"]) if "redirect_uris" in given else None
    problem = redirect_uri_error(call, uris or [])
    if problem is not None:
        raise invalid_attribute(*problem)
    return fields, uris
