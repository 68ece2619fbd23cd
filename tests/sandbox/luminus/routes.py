"""The gateway's operations: names without regard to case, below either front (`docs/platforms/luminus.md`, 1)."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qsl

from flask import Blueprint, Request, Response, request
from werkzeug.routing import BaseConverter

from ..service import Service
from . import launches, providers, sign_in
from .answers import (
    BackendRefusal,
    GatewayRefusal,
    backend_refused,
    gateway_failure,
    gateway_refused,
    no_operation,
    plain,
)
from .bearer import signed_in
from .call import Call
from .control import control_routes
from .gateway import admit

_OTHER_FRONT = "/v2/api"
PREFIXES = ("/lti", "/login/adfstoken", f"{_OTHER_FRONT}/lti", f"{_OTHER_FRONT}/login/adfstoken")

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

# Verb, number of parts, the fixed parts of the path, and what answers.
_OPERATIONS: tuple[tuple[str, int, tuple[str, ...], Callable[[Call], Response]], ...] = (
    ("GET", 2, ("lti",), providers.show),
    ("GET", 3, ("lti", "launch"), launches.launch),
    ("POST", 2, ("login", "adfstoken"), sign_in.token),
)


class _AnyCase(BaseConverter):
    """Matches everything below one of the platform's prefixes, in any case."""

    regex = "(?i:(?:v2/api/)?(?:lti|login/adfstoken))(?:/.*)?"
    part_isolating = False


def luminus_routes(service: Service) -> Blueprint:
    """Return every route of the platform over `service`."""
    routes = Blueprint("luminus", __name__)

    @routes.record_once
    def _register_converter(state):
        state.app.url_map.converters["luminus"] = _AnyCase

    routes.add_url_rule(
        "/<luminus:rest>",
        endpoint="api",
        view_func=lambda rest: _answer(service, request),
        methods=_METHODS,
        provide_automatic_options=False,
    )
    control_routes(routes, service)

    @routes.errorhandler(GatewayRefusal)
    def refuse_at_the_gateway(refusal: GatewayRefusal):
        return gateway_refused(refusal)

    @routes.errorhandler(BackendRefusal)
    def refuse(refusal: BackendRefusal):
        word = "invalid_body" if refusal.status == 400 else "error_body"
        return backend_refused(refusal, service.switches[f"luminus.{word}"])

    return routes


def _answer(service: Service, request: Request) -> Response:
    """Go through the checks in the order of section 5.2, then do what was asked."""
    path = request.path
    if path.lower().startswith(f"{_OTHER_FRONT}/"):
        path = path[len(_OTHER_FRONT) :]
    parts = path.removeprefix("/").split("/")
    action = _operation(request.method, parts)
    call = Call(service, request, parts[0].lower(), parts[-1], _query(request), service.now("luminus"))
    admit(call)
    if call.switch("failure") == "gateway":
        raise gateway_failure()
    if action is sign_in.token:
        return plain("", 500) if call.switch("failure") == "backend" else action(call)
    call.user = signed_in(call)
    if call.switch("failure") == "backend":
        raise BackendRefusal(500, "An error has occurred.")
    return action(call)


def _operation(method: str, parts: list[str]) -> Callable[[Call], Response]:
    for verb, length, fixed, action in _OPERATIONS:
        known = tuple(part.lower() for part in parts[: len(fixed)]) == fixed
        if known and method == verb and len(parts) == length and parts[-1]:
            return action
    raise no_operation()


def _query(request: Request) -> dict[str, str]:
    """Return the query with names in lower case; of several equal names the first counts."""
    query: dict[str, str] = {}
    for name, value in parse_qsl(request.query_string.decode("utf-8", "replace"), keep_blank_values=True):
        query.setdefault(name.lower(), value)
    return query
