"""Tool configurations (`docs/platforms/canvas.md`, section 2)."""

from __future__ import annotations

import json
from http import HTTPStatus

from . import bindings, keys
from .answers import Refusal, Reply, invalid, missing, not_found
from .background import schedule
from .call import CHALLENGE, Call
from .configuration import internal_form, kept, merged, unique, with_custom_fields, with_defaults, with_disabled
from .names import PRIVACY_LEVELS, WARNINGS
from .parameters import is_blank, texts
from .registration_records import new_lti_key
from .validation import check_configuration, check_disabled_placements, redirect_uri_error, scope_error

_ABSENT = "Configuration must be present"
_LONGEST_COMMENT = 2000
_LONGEST_NAME = 255
_TIMEOUT = "Could not retrieve settings, the server response timed out."


def create(call: Call) -> Reply:
    """Make a key with its configuration; what is wrong with the body may come before what is forbidden."""
    account = call.account()
    settings = _sent(call) if call.is_era("CD") else None
    call.require_keys(account)
    if not account.is_root:
        raise not_found()
    if settings is None:
        settings = _sent(call)
    wrapper, given = call.wrapper("tool_configuration"), _developer_key(call)
    if call.is_era("B") and is_blank(given.get("redirect_uris")) and not _by_url(wrapper):
        raise missing("redirect_uris")
    if call.switch("scopes_at_create") == "fail" and not is_blank(given.get("scopes")):
        raise call.crash()
    settings, internal = _read(call, wrapper, settings)
    check_configuration(call, internal, settings)
    uris = keys.uris_of(given.get("redirect_uris"))
    if not uris and call.is_era("CD"):
        uris = [internal["target_link_uri"]]
    _check(redirect_uri_error(call, uris))
    disabled, overlay = _disabled(wrapper), None
    if call.is_era("C"):
        disabled, overlay = None, {"disabled_placements": disabled} if disabled else None
    elif call.is_era("D"):
        internal, disabled = with_disabled(internal, disabled or []), []
    name = _name(call, given)
    key = new_lti_key(
        call, account, with_defaults({**internal, "redirect_uris": uris}), state=call.switch("initial_binding"),
        name=name, overlay=overlay, disabled_placements=disabled, raw=_raw(call, settings),
        key_fields={**keys.plain_fields(given), "scopes": _key_scopes(given, internal)},
    )  # fmt: skip
    return Reply(_both(call, key))


def update(call: Call) -> Reply:
    """Change a configuration: as a whole in the eras A and B, field by field since."""
    key = _key(call)
    call.require_keys(bindings.owner(call, key))
    configuration = _configuration(key)
    wrapper, given = call.wrapper("tool_configuration"), _developer_key(call)
    if len(str(call.given.get("comment") or "")) > _LONGEST_COMMENT and call.is_era("D"):
        raise invalid("comment", f"is too long (maximum is {_LONGEST_COMMENT} characters)")
    if is_blank(wrapper.get("settings")):
        raise call.crash() if call.is_era("CD") else invalid("configuration", _ABSENT)
    settings, internal = _read(call, wrapper, _object(call, wrapper["settings"]))
    stored = configuration["internal"]
    if call.is_era("CD"):
        internal = merged(stored, internal)
        check_configuration(call, internal, settings)
    else:
        check_configuration(call, internal, settings)
        kept_fields = {name: stored[name] for name in ("redirect_uris", "privacy_level")}
        internal = with_defaults({**kept_fields, **internal})
    uris, name = keys.uris_of(given.get("redirect_uris")), _name(call, given)
    _check(redirect_uri_error(call, uris))
    scopes = _key_scopes(given, internal)
    disabled = _disabled(wrapper)
    if call.is_era("ABC"):
        check_disabled_placements(disabled)
    if call.is_era("D"):
        internal = with_disabled(internal, disabled or [])
    elif disabled is not None:
        configuration["disabled_placements"] = disabled
    if uris:
        internal["redirect_uris"] = uris
        keys.set_redirect_uris(call, key, uris)
    configuration.update(internal=kept(internal), raw=_raw(call, settings), updated_at=call.stamp)
    key.update({**keys.plain_fields(given), **keys.settings_key_fields(internal), "scopes": scopes})
    key["name"] = name or key["name"]
    registration = call.state["registrations"][str(key["registration_id"])]
    registration.update(name=key["name"], updated_at=call.stamp, updated_by=call.user["id"])
    schedule(call, "sync", key)
    return Reply(_both(call, key))


def destroy(call: Call) -> Reply:
    """Delete the configuration; the key stays."""
    key = _key(call)
    call.require_keys(bindings.owner(call, key))
    _configuration(key)["workflow_state"] = "deleted"
    return Reply(status=204)


def show(call: Call) -> Reply:
    """Show a configuration where its key is usable; each refusal after the look-up is without a body."""
    context = call.context()
    key = _key(call)
    allowed = any(call.may(one, context) for one in ("manage_lti_add", "manage_lti_edit", "manage_lti_delete"))
    if not bindings.is_usable(call, key, context) or not allowed:
        raise Refusal(401, headers=CHALLENGE)
    if key["is_lti_registration"]:
        return Reply({"tool_configuration": {"settings": keys.settings_of(call, key)}})
    _configuration(key)
    return Reply({"tool_configuration": shown(call, key), "developer_key": keys.shown(call, key)})


def shown(call: Call, key: dict) -> dict:
    """Return the configuration of a key; its ids are local ones."""
    configuration = key["configuration"]
    internal = configuration["internal"]
    made = {
        "id": configuration["id"],
        "developer_key_id": key["id"],
        "created_at": configuration["created_at"],
        "updated_at": configuration["updated_at"],
        "privacy_level": internal["privacy_level"],
        "disabled_placements": configuration["disabled_placements"],
        "settings": keys.settings_of(call, key),
    }
    if call.is_era("AB"):
        return made
    return call.extra(
        {
            **made,
            **{name: internal[name] for name in internal if name != "privacy_level"},
            "unified_tool_id": key["unified_tool_id"],
            "lti_registration_id": key["registration_id"],
            "workflow_state": configuration["workflow_state"],
        }
    )


def _both(call: Call, key: dict) -> dict:
    made = {"tool_configuration": shown(call, key), "developer_key": keys.shown(call, key)}
    placements = [one.get("placement") for one in key["configuration"]["internal"]["placements"]]
    warnings = [WARNINGS[name] for name in unique(placements) if name in WARNINGS]
    if call.is_era("B"):
        made["warning_message"] = " ".join(warnings) or None
    elif call.is_era("CD"):
        made["warning_message"] = warnings
    return made


def _sent(call: Call) -> dict:
    """Return the settings of a create, fetched if need be."""
    wrapper = call.wrapper("tool_configuration")
    if not is_blank(wrapper.get("settings")):
        return _object(call, wrapper["settings"])
    if not _by_url(wrapper):
        raise Refusal(400, {"message": _ABSENT}) if call.is_era("CD") else invalid("configuration", _ABSENT)
    return _fetched(call, str(wrapper["settings_url"]))


def _object(call: Call, settings) -> dict:
    """Return settings that were sent; all but objects bring the server down, except for texts in era A."""
    if isinstance(settings, str) and call.is_era("A"):
        try:
            settings = json.loads(settings)
        except ValueError as error:
            raise invalid("configuration", "is not valid JSON") from error
    if not isinstance(settings, dict):
        raise call.crash()
    return settings


def _fetched(call: Call, url: str) -> dict:
    """Return the settings at a URL, out of the pages of the sandbox's state: it asks no other host."""
    page = call.state["pages"].get(url, {"status": 404, "content_type": "text/html", "body": ""})
    if page["status"] == "timeout":
        raise invalid("configuration_url", _TIMEOUT)
    if not 200 <= page["status"] < 300:
        raise invalid("configuration_url", HTTPStatus(page["status"]).phrase.capitalize())
    body = page["body"]
    if page["content_type"].partition(";")[0].strip() != "application/json" or not isinstance(body, dict):
        raise invalid("configuration_url", 'Content type must be "application/json"')
    return body


def _read(call: Call, wrapper: dict, settings: dict) -> tuple[dict, dict]:
    """Return settings in both forms, with the parameters beside them worked in."""
    settings = with_custom_fields(settings, wrapper.get("custom_fields"))
    extensions = settings.get("extensions")
    if not isinstance(extensions, (list, type(None))) or any(not isinstance(one, dict) for one in extensions or ()):
        raise invalid("configuration", "value at `/extensions` is not an array of objects")
    level = wrapper.get("privacy_level")
    if level not in (*PRIVACY_LEVELS, None, ""):
        raise invalid("privacy_level", "is not included in the list")
    try:
        internal = internal_form(settings)
    except (TypeError, AttributeError):
        # Not of the types that a conversion can work with; the schema says which.
        check_configuration(call, {}, settings)
        raise call.crash() from None
    own = internal.pop("privacy_level", None)
    chosen = (own or level) if call.is_era("CD") else (level or own)
    if chosen:
        internal["privacy_level"] = chosen
    return settings, internal


def _raw(call: Call, settings: dict) -> dict | None:
    """Return the settings as era A keeps them, as a whole."""
    if not call.is_era("A"):
        return None
    return kept({**{name: settings[name] for name in settings if name != "redirect_uris"},
                 "scopes": settings.get("scopes") or []})  # fmt: skip


def _disabled(wrapper: dict) -> list | None:
    names = wrapper.get("disabled_placements")
    return names if isinstance(names, list) else None


def _name(call: Call, given: dict) -> str | None:
    """Return the name that a body gives to key and registration; since 2025 there is always one."""
    name = texts(given, ("name",)).get("name") or None
    if len(name or "") > _LONGEST_NAME:
        raise invalid("name", f"is too long (maximum is {_LONGEST_NAME} characters)")
    return name or (keys.UNNAMED if call.is_era("CD") else None)


def _key_scopes(given: dict, internal: dict) -> list:
    own = given.get("scopes")
    if not isinstance(own, list):
        return internal["scopes"]
    _check(scope_error(own))
    return unique(own)


def _check(problem: tuple[str, str] | None) -> None:
    if problem is not None:
        raise invalid(*problem)


def _by_url(wrapper: dict) -> bool:
    return not is_blank(wrapper.get("settings_url"))


def _developer_key(call: Call) -> dict:
    given = call.given.get("developer_key")
    return given if isinstance(given, dict) else {}


def _key(call: Call) -> dict:
    return call.find("developer_keys", call.params["developer_key_id"])


def _configuration(key: dict) -> dict:
    configuration = key["configuration"]
    if configuration is None or configuration["workflow_state"] == "deleted" or key["is_lti_registration"]:
        raise Refusal(404)
    return configuration
