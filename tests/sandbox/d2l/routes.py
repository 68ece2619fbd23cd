"""Brightspace's routes (`docs/platforms/d2l.md`, section 6): names without regard to case, slashes to the letter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl

from flask import Blueprint, Request, request
from werkzeug.routing import BaseConverter

from ..service import Service
from . import deployments, later, launches, links, oauth, orgstructure, registrations, sharing, versions
from .admission import admitted, check_scope
from .answers import Refusal, not_found, refused
from .call import Call
from .control import control_routes
from .rate_limit import charge

PREFIX = "/d2l"
TOKEN = "/core/connect/token"
AUTHORIZE = "/oauth2/auth"

_METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH")
_LTI = "le/{version}/ltiadvantage/"
_LATER = (1, 75)


@dataclass(frozen=True)
class Route:
    """One route: the scopes of which one opens it (None: open to all), and since when it is there."""

    action: Callable
    scope: str | None
    later: bool = False


_ROUTES: dict[str, dict[str, Route]] = {}


def _route(method: str, pattern: str, scope: str | None, action: Callable, later: bool = False) -> None:
    _ROUTES.setdefault(pattern, {})[method] = Route(action, scope, later)


def _lti(method: str, pattern: str, scope: str, action: Callable, later: bool = False) -> None:
    _route(method, _LTI + pattern, f"ltiadvantage:{scope}", action, later)


_route("GET", "versions/", None, versions.all_products)
_route("POST", "versions/check", None, versions.check)
_route("GET", "{product}/versions/", None, versions.one_product)
_route("GET", "{product}/versions/{version}", None, versions.one_version)

_lti("GET", "registration/", "registrations:read", registrations.index)
_lti("POST", "registration/", "registrations:create", registrations.create)
_lti("GET", "registration/{clientid}", "registrations:read", registrations.show)
_lti("PUT", "registration/{clientid}", "registrations:update", registrations.update)
_lti("DELETE", "registration/{clientid}", "registrations:delete", registrations.destroy)
_domains = "registration/{clientid}/legacydomains/"
_lti("GET", _domains, "registrations:read", registrations.legacy_domains, later=True)
_lti("POST", _domains, "registrations:update", registrations.write_legacy_domains, later=True)
_lti("PUT", _domains, "registrations:update", registrations.write_legacy_domains, later=True)

_lti("GET", "deployment/", "deployments:read", deployments.index)
_lti("POST", "deployment/", "deployments:create", deployments.create)
_lti("GET", "deployment/{deploymentid}", "deployments:read", deployments.show)
_lti("PUT", "deployment/{deploymentid}", "deployments:update", deployments.update)
_lti("DELETE", "deployment/{deploymentid}", "deployments:delete", deployments.destroy)
_lti("GET", "deployment/{deploymentid}/links/summaries/", "links:read", deployments.link_summaries, later=True)

_rules = "deployment/{deploymentid}/sharing/"
_lti("GET", _rules, "deployments:read", sharing.index)
_lti("POST", _rules, "deployments:update", sharing.create)
_lti("DELETE", _rules, "deployments:update", sharing.destroy_all)
_lti("GET", _rules + "{orgunitid}", "deployments:read", sharing.show, later=True)
_lti("PUT", _rules + "{orgunitid}", "deployments:update", sharing.update)
_lti("DELETE", _rules + "{orgunitid}", "deployments:update", sharing.destroy)

for _where in ("links/organization/", "links/orgunit/{orgunitid}/"):
    _lti("GET", _where, "links:read", links.index)
    _lti("POST", _where, "links:create", links.create)
    _lti("GET", _where + "{linkid}", "links:read", links.show)
    _lti("PUT", _where + "{linkid}", "links:update", links.update)
    _lti("DELETE", _where + "{linkid}", "links:delete", links.destroy, later="{" not in _where)
_lti("POST", "quicklinks/orgunit/{orgunitid}/link/{linkid}", "quicklinks:create", links.quicklink)

_lti("POST", "migration/links/{linkid}", "links:update", later.migrate_link)
_lti("GET", "migration/jobs/", "migrationjob:view", later.jobs, later=True)
_lti("POST", "migration/jobs/", "migrationjob:manage", later.create_job, later=True)
_lti("GET", "migration/jobs/{jobid}", "migrationjob:view", later.job, later=True)
_lti(
    "GET", "deployment/{deploymentid}/assetprocessors/", "assetprocessors:read",
    later.deployment_processors, later=True,
)  # fmt: skip
_lti("GET", "orgunit/{orgunitid}/assetprocessors/", "assetprocessors:read", later.unit_processors, later=True)
_processor = "orgunit/{orgunitid}/assetprocessor/{id}"
_lti("GET", _processor, "assetprocessors:read", later.show_processor, later=True)
_lti("DELETE", _processor, "assetprocessors:delete", later.destroy_processor, later=True)
_lti("PUT", _processor + "/status", "assetprocessors:update", later.write_processor, later=True)

_units = "lp/{version}/orgstructure/"
for _pattern, _action in {
    "": orgstructure.index,
    "{orgunitid}": orgstructure.show,
    "{orgunitid}/descendants/": orgstructure.descendants,
    "{orgunitid}/descendants/paged/": orgstructure.descendants_paged,
    "{orgunitid}/children/": orgstructure.children,
    "{orgunitid}/children/paged/": orgstructure.children_paged,
    "{orgunitid}/ancestors/": orgstructure.ancestors,
    "{orgunitid}/parents/": orgstructure.parents,
}.items():
    _route("GET", _units + _pattern, "organizations:organization:read", _action)
_route("GET", "lp/{version}/organization/info", None, orgstructure.organization)
_route("GET", "lp/{version}/users/whoami", "users:own_profile:read core:*:*", orgstructure.whoami)

# The patterns by number of parts and by the parts that are not variable, in the order above.
_BY_LENGTH: dict[int, list[tuple[list[str], dict[str, Route]]]] = {}
for _pattern, _methods in _ROUTES.items():
    _parts = _pattern.split("/")
    _BY_LENGTH.setdefault(len(_parts), []).append((_parts, _methods))


class _AnyCase(BaseConverter):
    """Matches everything below one of the platform's prefixes, in any case and with any slashes."""

    regex = "(?i:d2l)(?:/.*)?"
    part_isolating = False


def d2l_routes(service: Service) -> Blueprint:
    """Return every route of the platform over `service`."""
    routes = Blueprint("d2l", __name__)

    @routes.record_once
    def _register_converter(state):
        state.app.url_map.converters["d2l"] = _AnyCase

    routes.add_url_rule(
        "/<d2l:rest>",
        endpoint="api",
        view_func=lambda rest: _api(service, request),
        methods=_METHODS,
        provide_automatic_options=False,
    )
    routes.add_url_rule(TOKEN, endpoint="token", view_func=lambda: oauth.token(service, request), methods=["POST"])
    routes.add_url_rule(
        AUTHORIZE, endpoint="authorize", view_func=lambda: oauth.authorize(service, request), methods=["GET"]
    )
    control_routes(routes, service)

    @routes.errorhandler(Refusal)
    def refuse(refusal: Refusal):
        return refused(refusal, service.switches["d2l.error_body"])

    return routes


def _api(service: Service, request: Request):
    path = request.path.lower()
    call = Call(service, service.now("d2l"), query=_query(request), request=request)
    if path == "/d2l/.well-known/jwks":
        return oauth.platform_keys(service)
    if path in launches.PATHS:
        return launches.authenticate(service, request)
    if path.startswith(launches.SERVICES):
        return launches.serve(service, request)
    route, call.params = _match(path.removeprefix("/d2l/api/") if path.startswith("/d2l/api/") else "", request.method)
    if route is None or not _is_there(call, route, path):
        raise _no_route(call)
    if route.scope is None:
        return route.action(call)
    call.caller = admitted(call)
    headers = charge(call)
    try:
        check_scope(call, route.scope)
        if call.caller.user is None:
            raise Refusal(403, "not-authorized", "This route needs a user.")
        answer = route.action(call)
    except Refusal as refusal:
        answer = refused(refusal, call.switch("error_body"))
    answer.headers.update(headers)
    return answer


def _match(path: str, method: str) -> tuple[Route | None, dict[str, str]]:
    """Return the route of `path` below the API's root, and the variables in it."""
    parts = path.split("/")
    for pattern, methods in _BY_LENGTH.get(len(parts), ()):
        if all(known == given or (known[:1] == "{" and given) for known, given in zip(pattern, parts, strict=True)):
            params = {known[1:-1]: given for known, given in zip(pattern, parts, strict=True) if known[:1] == "{"}
            return methods.get(method), params
    return None, {}


def _is_there(call: Call, route: Route, path: str) -> bool:
    """Tell whether the route is part of the version that the path names; keeps that version."""
    product, version = path.split("/")[3:5] if path.count("/") > 4 else ("", "")
    if product not in ("le", "lp") or version == "versions":
        return True
    call.version = versions.version_of(call.service, product, version)
    return not route.later or (call.switch("later_routes") and call.version >= _LATER)


def _no_route(call: Call) -> Refusal:
    authorization = call.request.headers.get("Authorization", "").lower()
    if call.switch("unknown_route") == "403" and authorization.startswith("bearer"):
        return Refusal(403, "not-authorized", "No scopes defined for specified requests.", form="errors")
    return not_found()


def _query(request: Request) -> dict[str, list[str]]:
    query: dict[str, list[str]] = {}
    for name, value in parse_qsl(request.query_string.decode("utf-8", "replace"), keep_blank_values=True):
        query.setdefault(name.lower(), []).append(value)
    return query
