"""External tools of accounts and courses: the deployments (`docs/platforms/canvas.md`, sections 4.1 and 4.2)."""

from __future__ import annotations

from urllib.parse import urlsplit

from . import tools
from .answers import Refusal, Reply, invalid, invalid_attribute, message, not_found
from .bindings import is_usable
from .call import Call
from .configuration import custom_fields_of
from .contexts import Context
from .keys import settings_of
from .names import PRIVACY_LEVELS
from .paging import page_of
from .parameters import boolean, is_blank, scalars, texts
from .state import SITE_ADMIN

_OFF = "The developer key is not enabled in this context."
_LOCKED = "This app has been locked by an administrator and cannot be installed via client ID."
_INSTALLED = "The tool is already installed in this context."
_READ = ("manage_lti_add", "manage_lti_edit", "manage_lti_delete", "read")
_EDITABLE = ("name", "description", "url", "domain", "privacy_level", "icon_url")
_TEXTS = (*_EDITABLE, "consumer_key", "shared_secret")
_SIZES = ("selection_width", "selection_height")


def index(call: Call) -> Reply:
    """List the tools of an account or course."""
    context = call.context()
    call.require(_READ, context)
    found = [one for one in call.state["tools"].values() if _is_listed(call, one, context)]
    found.sort(key=lambda one: (str(one["name"] or "").lower(), one["id"]))
    return page_of(call, found, lambda one: tools.shown(call, one))


def show(call: Call) -> Reply:
    """Show a tool."""
    context = call.context()
    call.require(_READ, context)
    return Reply(tools.shown(call, _tool(call, context)))


def create(call: Call) -> Reply:
    """Install a tool by the client id of its key, or one of LTI 1.1 by its own description."""
    context = call.context()
    call.require("manage_lti_add", context)
    if not is_blank(call.given.get("client_id")):
        return Reply(tools.shown(call, tools.install(call, _key(call, context), context)))
    return Reply(tools.shown(call, _install_by_hand(call, context)))


def update(call: Call) -> Reply:
    """Change a tool by hand; the next change of its key's configuration undoes that."""
    context = call.context()
    call.require("manage_lti_edit", context)
    tool = _tool(call, context)
    given = _described(call)
    tool.update(_fields(given), updated_at=call.stamp)
    if given.get("privacy_level") in PRIVACY_LEVELS and tool["workflow_state"] != "disabled":
        tool["workflow_state"] = given["privacy_level"]
    return Reply(tools.shown(call, tool))


def destroy(call: Call) -> Reply:
    """Remove a tool."""
    context = call.context()
    call.require("manage_lti_delete", context)
    tool = _tool(call, context)
    tool.update(workflow_state="deleted", updated_at=call.stamp)
    return Reply(tools.shown(call, tool))


def _key(call: Call, context: Context) -> dict:
    """Return the key that the client id names, if it may be installed in `context`."""
    roots = (context.root, SITE_ADMIN)
    key = call.find("developer_keys", call.given["client_id"], lambda one: one["is_lti_key"])
    if key["account_id"] not in roots:
        raise not_found()
    settings = settings_of(call, key)
    if not is_usable(call, key, context) or settings is None:
        raise _key_is_off(call)
    registration = call.state["registrations"][str(key["registration_id"])]
    if call.switch("lock_lti_registrations") and registration["lock_deploying"]:
        raise message(403, _LOCKED)
    options = call.given.get("external_tool")
    if isinstance(options, dict) and boolean(options.get("verify_uniqueness")):
        domain = settings["extensions"][0].get("domain") if settings.get("extensions") else None
        _check_uniqueness(call, context, settings["target_link_uri"], domain)
    return key


def _key_is_off(call: Call) -> Refusal:
    bodies = {
        "list": {"errors": [{"message": _OFF}]},
        "text": {"errors": _OFF},
        "message": {"message": _OFF},
        "empty": None,
    }
    form = call.switch("key_off_body")
    return invalid_attribute("developer_key", _OFF, 422) if form == "hash" else Refusal(422, bodies[form])


def _check_uniqueness(call: Call, context: Context, url: str | None, domain: str | None) -> None:
    for one in call.state["tools"].values():
        same = (url and one["url"] == url) or (domain and one["domain"] == domain)
        if same and one["available"] and one["workflow_state"] != "deleted" and _where(one) in context.chain:
            raise invalid_attribute("tool_currently_installed", _INSTALLED)


def _install_by_hand(call: Call, context: Context) -> dict:
    given = _described(call)
    for name in ("name", "consumer_key", "shared_secret"):
        if is_blank(given.get(name)):
            raise invalid_attribute(name, "can't be blank", kind="blank")
    if is_blank(given.get("url")) and is_blank(given.get("domain")):
        raise invalid_attribute("url", "Either the url or domain should be set.")
    level = given.get("privacy_level") or "anonymous"
    if level not in PRIVACY_LEVELS:
        raise invalid("privacy_level", "is not included in the list")
    if boolean(given.get("verify_uniqueness")):
        _check_uniqueness(call, context, given.get("url"), given.get("domain"))
    custom = given.get("custom_fields")
    if not isinstance(custom, dict):
        custom = custom_fields_of(given.get("custom_fields_string"))
    return tools.new_tool(
        call, context,
        **{
            **_fields(given),
            "domain": given.get("domain") or urlsplit(given.get("url") or "").hostname,
            "consumer_key": given["consumer_key"],
            "privacy_level": level,
            "workflow_state": level,
            "custom_fields": custom,
        },
    )  # fmt: skip


def _fields(given: dict) -> dict:
    """Return what may be written by hand, in the types of its columns."""
    return texts(given, _EDITABLE) | scalars(given, _SIZES) | _flag(given)


def _flag(given: dict) -> dict:
    return {"not_selectable": boolean(given["not_selectable"], False)} if "not_selectable" in given else {}


def _described(call: Call) -> dict:
    """Return the parameters of a tool, which stand at the top or under `external_tool`."""
    inner = call.given.get("external_tool")
    given = {**call.given, **(inner if isinstance(inner, dict) else {})}
    # Text columns take plain values only.
    others = {name: value for name, value in given.items() if name not in _TEXTS}
    return {**others, **texts(given, _TEXTS)}


def _tool(call: Call, context: Context) -> dict:
    return call.find("tools", call.params["id"], lambda one: _where(one) == context.chain[0])


def _is_listed(call: Call, tool: dict, context: Context) -> bool:
    given = call.given
    places = context.chain if boolean(given.get("include_parents")) else context.chain[:1]
    if tool["workflow_state"] == "deleted" or not tool["available"] or _where(tool) not in places:
        return False
    term = given.get("search_term")
    if not is_blank(term) and str(term).lower() not in str(tool["name"]).lower():
        return False
    placement = given.get("placement")
    if not is_blank(placement) and placement not in tool["placements"]:
        return False
    return not boolean(given.get("selectable")) or not tool["not_selectable"]


def _where(tool: dict) -> tuple[str, int]:
    return tool["context_type"].lower(), tool["context_id"]
