"""Canvas's routes, written as its scopes write them (`docs/platforms/canvas.md`, sections 1.1, 2.1, 3 to 5)."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Request, Response, request
from werkzeug.routing import BaseConverter

from ..service import Service
from . import (
    accounts,
    bindings,
    deployments,
    developer_keys,
    external_tools,
    launches,
    registrations,
    tool_configurations,
)
from .admission import admit, token_of
from .answers import Refusal, Reply, message, not_found
from .background import run_due
from .call import Call
from .control import control_routes
from .parameters import body_of, query_of
from .throttle import charge, throttled

# Below /accounts is only where links without /api/v1 lead to: pages for people.
PREFIXES = ("/api/v1", "/api/lti", "/accounts", launches.TOKEN)

_METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH")
_STRING_IDS = "application/json+canvas-string-ids"
_V1 = "/api/v1"
_LTI = "/api/lti"

_ROUTES: dict[str, dict[str, Callable]] = {}


def _route(method: str, pattern: str, action: Callable) -> None:
    _ROUTES.setdefault(pattern, {})[method] = action


_key_in = "developer_keys/:developer_key_id/tool_configuration"
_route("POST", f"{_LTI}/accounts/:account_id/developer_keys/tool_configuration", tool_configurations.create)
_route("PUT", f"{_LTI}/{_key_in}", tool_configurations.update)
_route("DELETE", f"{_LTI}/{_key_in}", tool_configurations.destroy)
_route("GET", f"{_LTI}/accounts/:account_id/{_key_in}", tool_configurations.show)
_route("GET", f"{_LTI}/courses/:course_id/{_key_in}", tool_configurations.show)

_route("GET", f"{_V1}/accounts/:account_id/developer_keys", developer_keys.index)
_route("POST", f"{_V1}/accounts/:account_id/developer_keys", developer_keys.create)
_route("PUT", f"{_V1}/developer_keys/:id", developer_keys.update)
_route("DELETE", f"{_V1}/developer_keys/:id", developer_keys.destroy)
_route("POST", f"{_V1}/developer_keys/:id/regenerate_secret", developer_keys.regenerate_secret)
_route(
    "POST",
    f"{_V1}/accounts/:account_id/developer_keys/:developer_key_id/developer_key_account_bindings",
    bindings.create,
)

for _where in (f"{_V1}/accounts/:account_id/external_tools", f"{_V1}/courses/:course_id/external_tools"):
    _route("GET", _where, external_tools.index)
    _route("POST", _where, external_tools.create)
    _route("GET", f"{_where}/:id", external_tools.show)
    _route("PUT", f"{_where}/:id", external_tools.update)
    _route("DELETE", f"{_where}/:id", external_tools.destroy)

_apps = f"{_V1}/accounts/:account_id/lti_registrations"
_route("GET", _apps, registrations.index)
_route("POST", _apps, registrations.create)
_route("GET", f"{_apps}/check_domain_duplicates", registrations.domain_duplicates)
_route("POST", f"{_apps}/configuration/validate", registrations.validate)
_route("GET", f"{_apps}/:id", registrations.show)
_route("PUT", f"{_apps}/:id", registrations.update)
_route("DELETE", f"{_apps}/:id", registrations.destroy)
_route("POST", f"{_apps}/:id/bind", registrations.bind)
_route("DELETE", f"{_apps}/:id/bind", registrations.unbind)
_route("PUT", f"{_apps}/:id/reset", registrations.reset)
_route("GET", f"{_V1}/accounts/:account_id/lti_registration_by_client_id/:client_id", registrations.by_client_id)

_route("GET", f"{_apps}/:registration_id/deployments", deployments.index)
_route("POST", f"{_apps}/:registration_id/deployments", deployments.create)
_route("GET", f"{_apps}/:registration_id/deployments/:id", deployments.show)
_route("DELETE", f"{_apps}/:registration_id/deployments/:id", deployments.destroy)
_route("GET", f"{_apps}/:registration_id/deployments/:id/controls", deployments.controls)
_route("PUT", f"{_apps}/:registration_id/controls/:id", deployments.update_control)

_route("GET", f"{_V1}/accounts", accounts.index)
_route("GET", f"{_V1}/accounts/:account_id", accounts.show)
_route("GET", f"{_V1}/accounts/:account_id/sub_accounts", accounts.sub_accounts)
_route("GET", f"{_V1}/accounts/:account_id/courses", accounts.courses)
_route("GET", f"{_V1}/courses", accounts.my_courses)
_route("GET", f"{_V1}/courses/:course_id", accounts.show_course)
_route("GET", f"{_V1}/users/self", accounts.myself)
_route("GET", f"{_V1}/users/self/profile", accounts.myself)

# The patterns by number of parts, those with words before those with variables.
_BY_LENGTH: dict[int, list[tuple[list[str], str, dict[str, Callable]]]] = {}
for _pattern, _methods in _ROUTES.items():
    _parts = _pattern.split("/")
    _BY_LENGTH.setdefault(len(_parts), []).append((_parts, _pattern, _methods))


class _Everything(BaseConverter):
    """Matches everything below `/api`'s two prefixes, with any slashes."""

    regex = "api/(?:v1|lti)(?:/.*)?"
    part_isolating = False


def canvas_routes(service: Service) -> Blueprint:
    """Return every route of the platform over `service`."""
    routes = Blueprint("canvas", __name__)

    @routes.record_once
    def _register_converter(state):
        state.app.url_map.converters["canvas"] = _Everything

    routes.add_url_rule(
        "/<canvas:rest>",
        endpoint="api",
        view_func=lambda rest: _api(service, request),
        methods=_METHODS,
        provide_automatic_options=False,
    )

    @routes.get("/accounts/<account_id>/developer_keys")
    def page_for_people(account_id: str):
        return Response("<!DOCTYPE html><title>Developer Keys</title>", content_type="text/html; charset=utf-8")

    launches.launch_routes(routes, service)
    control_routes(routes, service)
    return routes


def _api(service: Service, request: Request) -> Response:
    call = Call(service, service.now("canvas"), request=request)
    run_due(call)
    reply = _reply(call)
    accept = request.headers.get("Accept", "")
    switch = call.switch("string_ids")
    return reply.response(switch == "always" or (switch == "accept" and _STRING_IDS in accept))


def _reply(call: Call) -> Reply:
    try:
        call.given = {**query_of(call.request), **body_of(call.request)}
    except Refusal as refusal:
        return refusal.reply
    if call.switch("require_user_agent") and not call.request.headers.get("User-Agent"):
        return message(403, "A User-Agent header is required.").reply
    caller = str(token_of(call) or call.request.remote_addr)
    refused = throttled(call, caller)
    if refused is not None:
        return refused
    try:
        pattern, action, call.params = _match(call.request)
        call.user = admit(call, pattern)
        reply = action(call)
    except Refusal as refusal:
        reply = refusal.reply
    reply.headers = {**reply.headers, **charge(call, caller)}
    return reply


def _match(request: Request) -> tuple[str, Callable, dict[str, str]]:
    """Return pattern, action and variables of the route that was asked for, or refuse with 404."""
    parts = request.path.split("/")
    for pattern, written, methods in _BY_LENGTH.get(len(parts), ()):
        pairs = list(zip(pattern, parts, strict=True))
        if request.method in methods and all(known == given or (known[:1] == ":" and given) for known, given in pairs):
            params = {known[1:]: given for known, given in pairs if known[:1] == ":"}
            return written, methods[request.method], params
    raise not_found()
