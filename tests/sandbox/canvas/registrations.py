"""LTI registrations, the parents of keys (`docs/platforms/canvas.md`, section 5.1)."""

from __future__ import annotations

from . import bindings, keys
from .answers import Refusal, Reply, missing, not_found
from .background import schedule
from .bindings import is_usable
from .call import Call
from .configuration import kept, with_defaults
from .contexts import Context
from .paging import page_of
from .parameters import boolean, is_blank, texts
from .registration_answers import binding_shown, shown
from .registration_records import new_lti_key
from .registration_requests import checked, coded, internal_of, may_lock, merged_overlay, overlay_of, state_of, texts_of
from .state import SITE_ADMIN

_SORTS = {
    "name": lambda one: str(one["name"] or "").lower(),
    "nickname": lambda one: str(one["admin_nickname"] or "").lower(),
    "lti_version": lambda one: "1.3",
    "installed": lambda one: (one["created_at"], one["id"]),
    "installed_by": lambda one: one["created_by"],
    "updated_by": lambda one: one["updated_by"],
    "updated": lambda one: (one["updated_at"], one["id"]),
    "on": lambda one: one["workflow_state"],
    "status": lambda one: one["workflow_state"],
}
_PER_PAGE = 15


def index(call: Call) -> Reply:
    """List the registrations of an account, and those of the site admin that are on in it."""
    account = _account(call, reading=True)
    sort, direction = call.given.get("sort") or "installed", call.given.get("dir") or "desc"
    for name, value, known in (("sort", sort, _SORTS), ("dir", direction, ("asc", "desc"))):
        if not isinstance(value, str) or value not in known:
            raise coded(f"invalid_{name}", f"{name} must be one of: {', '.join(known)}")
    term = str(call.given.get("query") or "").lower()
    found = [
        one
        for one in call.state["registrations"].values()
        if one["workflow_state"] != "deleted"
        and _is_seen(call, one, account)
        and term in f"{one['name']} {one['admin_nickname'] or ''} {one['vendor'] or ''}".lower()
    ]
    found.sort(key=_SORTS[sort], reverse=direction == "desc")
    reply = page_of(call, found, lambda one: shown(call, one, account, _includes(call)), per_page=_PER_PAGE)
    reply.body = {"total": len(found), "data": reply.body}
    return reply


def show(call: Call) -> Reply:
    """Show a registration, one that is off as well."""
    account = _account(call, reading=True)
    includes = {*_includes(call), "account_binding", "configuration"}
    return Reply(shown(call, _registration(call, account, inherited=True), account, includes))


def by_client_id(call: Call) -> Reply:
    """Show the registration of a key; in 2026 not while it is off."""
    account = _account(call, reading=True)
    key = call.state["developer_keys"].get(call.local(call.params["client_id"]))
    found = call.state["registrations"].get(str(key["registration_id"])) if key else None
    hidden = found is not None and found["workflow_state"] == "inactive" and call.is_era("D")
    if found is None or found["workflow_state"] == "deleted" or hidden or not _is_seen(call, found, account):
        raise Refusal(404, {"errors": "LTI registration not found"})
    return Reply(shown(call, found, account, {*_includes(call), "account_binding", "configuration"}))


def create(call: Call) -> Reply:
    """Register a tool by hand."""
    account = _account(call)
    given = call.given
    if not isinstance(given.get("configuration"), dict) or not given["configuration"]:
        raise missing("configuration")
    fields = texts_of(given)
    internal = internal_of(given["configuration"])
    if not internal.get("redirect_uris"):
        internal["redirect_uris"] = [internal["target_link_uri"]] if internal.get("target_link_uri") else []
    internal, overlay = checked(call, with_defaults(internal)), overlay_of(given)
    if overlay and call.is_era("D"):
        internal, overlay = checked(call, merged_overlay(internal, overlay)), None
    state = state_of(call, account) or call.switch("initial_binding")
    name = fields.pop("name", None) or internal["title"]
    if may_lock(call):
        fields["lock_deploying"] = boolean(given["lock_deploying"], True)
    key = new_lti_key(
        call, account, internal, state=state, name=name, overlay=overlay, disabled_placements=[],
        registration_fields=fields, key_fields=texts(given, ("unified_tool_id",)),
    )  # fmt: skip
    registration = call.state["registrations"][str(key["registration_id"])]
    return Reply(shown(call, registration, account, {"account_binding", "configuration"}), 201)


def update(call: Call) -> Reply:
    """Change what was sent of a registration; null clears a field of the configuration."""
    account = _account(call)
    registration = _registration(call, account)
    given = call.given
    fields = texts_of(given)
    key = call.state["developer_keys"][str(registration["key_id"])]
    state = state_of(call, account)
    internal, overlay = None, overlay_of(given)
    if isinstance(given.get("configuration"), dict):
        if registration["dynamic"]:
            raise coded("tool_configuration_required", "The configuration belongs to the tool's own registration")
        internal = checked(call, with_defaults({**_stored(key), **internal_of(given["configuration"])}))
    if overlay is not None and call.is_era("D") and not registration["dynamic"]:
        internal, overlay = checked(call, merged_overlay(internal or _stored(key), overlay)), {}
    if overlay is not None:
        registration["overlay"] = overlay or None
    name = fields.pop("name", None)
    if name:
        registration["name"] = key["name"] = name
    registration.update(fields)
    if may_lock(call):
        registration["lock_deploying"] = boolean(given["lock_deploying"], registration["lock_deploying"])
    if internal is not None:
        _write(call, key, internal)
    registration.update(updated_at=call.stamp, updated_by=call.user["id"])
    if state is not None:
        bindings.bind(call, key, account, state)
    schedule(call, "sync", key)
    return Reply(shown(call, registration, account, {"account_binding", "configuration"}))


def destroy(call: Call) -> Reply:
    """Delete a registration with its key."""
    account = _account(call)
    registration = _registration(call, account)
    keys.delete_key(call, call.state["developer_keys"][str(registration["key_id"])])
    return Reply(shown(call, registration, account, set()))


def bind(call: Call) -> Reply:
    """Turn a registration on or off; since 2026 only one of the site admin."""
    account = _account(call)
    registration = _registration(call, account, inherited=True)
    if account.id == SITE_ADMIN or (call.is_era("D") and registration["account_id"] == account.id):
        raise Refusal(422, {"errors": "registration must be inherited from Site Admin"})
    state = call.given.get("workflow_state")
    if state not in ("on", "off"):
        raise coded("invalid_workflow_state", "workflow_state must be one of: on, off")
    key = call.state["developer_keys"][str(registration["key_id"])]
    bindings.bind(call, key, account, state)
    return Reply(binding_shown(call, registration, account))


def unbind(call: Call) -> Reply:
    """Let a registration of the site admin be as that account says."""
    if not call.switch("lti_deactivate_registrations"):
        raise not_found()
    account = _account(call)
    registration = _registration(call, account, inherited=True)
    if registration["account_id"] == account.id:
        raise Refusal(422, {"errors": "registration must be inherited from Site Admin"})
    before = binding_shown(call, registration, account)
    if not bindings.unbind(call, call.state["developer_keys"][str(registration["key_id"])], account):
        raise not_found()
    return Reply(before)


def reset(call: Call) -> Reply:
    """Clear the overlay of a registration."""
    if not (call.switch("lti_registrations_next") or call.switch("auto_deploy")):
        raise not_found()
    account = _account(call)
    registration = _registration(call, account)
    registration["overlay"] = None
    schedule(call, "sync", call.state["developer_keys"][str(registration["key_id"])])
    return Reply(shown(call, registration, account, {"account_binding", "configuration"}))


def validate(call: Call) -> Reply:
    """Say what a configuration would become, or what is wrong with it; changes nothing."""
    _account(call)
    sent, url = call.given.get("lti_configuration"), call.given.get("url")
    if is_blank(sent) == is_blank(url):
        raise Refusal(422, {"errors": ["Either lti_configuration or url must be given"]})
    if not is_blank(url):
        page = call.state["pages"].get(str(url), {"status": 404})
        if page["status"] != 200 or not isinstance(page["body"], dict):
            raise Refusal(422, {"errors": ["The configuration could not be retrieved"]})
        sent = page["body"]
    if not isinstance(sent, dict):
        raise Refusal(422, {"errors": ["value at root is not an object"]})
    internal = internal_of(sent)
    if not internal.get("redirect_uris") and internal.get("target_link_uri"):
        internal["redirect_uris"] = [internal["target_link_uri"]]
    return Reply({"configuration": checked(call, with_defaults(internal))})


def domain_duplicates(call: Call) -> Reply:
    """List the active registrations with a domain."""
    account = _account(call, reading=True)
    domain = str(call.given.get("domain") or "").strip().lower()
    found = []
    for one in call.state["registrations"].values():
        key = call.state["developer_keys"][str(one["key_id"])]
        theirs = str(key["configuration"]["internal"]["domain"] or "").strip().lower()
        if domain and theirs == domain and one["workflow_state"] == "active" and one["account_id"] == account.id:
            found.append({"id": one["id"], "name": one["name"], "admin_nickname": one["admin_nickname"]})
    return Reply({"duplicates": found})


def _account(call: Call, reading: bool = False) -> Context:
    """Return the account of the path if the caller may work with registrations there, or refuse."""
    there = call.switch("registrations_api")
    if there == "off" or (there == "era" and call.is_era("AB")):
        raise not_found()
    account = call.account()
    call.require("manage_lti_registrations", account)
    if not account.is_root:
        if not call.switch("sub_account_access"):
            raise not_found()
        if not reading:
            raise Refusal(403, {"errors": "sub-accounts can only view registrations"})
    return account


def _registration(call: Call, account: Context, inherited: bool = False) -> dict:
    """Return the registration of the path, one of the site admin too if it may be `inherited`."""
    found = call.find("registrations", call.params.get("registration_id") or call.params["id"])
    if found["account_id"] != account.root and not (inherited and found["account_id"] == SITE_ADMIN):
        raise Refusal(400, {"errors": "registration does not belong to account"})
    return found


def _is_seen(call: Call, registration: dict, account: Context) -> bool:
    if registration["account_id"] == account.root:
        return True
    key = call.state["developer_keys"][str(registration["key_id"])]
    return registration["account_id"] == SITE_ADMIN and is_usable(call, key, account)


def _includes(call: Call) -> set[str]:
    given = call.given.get("include")
    return {str(one) for one in given} if isinstance(given, list) else set()


def _stored(key: dict) -> dict:
    configuration = key["configuration"]
    return configuration["internal"] if configuration["workflow_state"] != "deleted" else with_defaults({})


def _write(call: Call, key: dict, internal: dict) -> None:
    internal = kept(internal)
    key["configuration"].update(internal=internal, raw=None, updated_at=call.stamp, workflow_state="active")
    key.update({**keys.settings_key_fields(internal), "scopes": internal["scopes"]})
    keys.set_redirect_uris(call, key, internal["redirect_uris"])
