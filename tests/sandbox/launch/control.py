"""Control routes for launches: the click itself, new keys of a platform, where tools really run."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from ..service import Service
from .errors import LaunchError
from .keysets import tell_host
from .signing import rotate


def launch_routes(service: Service) -> Blueprint:
    """Return `POST /_sandbox/launches`, `/_sandbox/launches/keys` and `/_sandbox/launches/hosts`."""
    routes = Blueprint("launch", __name__)
    able = {one.name: one.launch for one in service.platforms if one.launch is not None}

    def given() -> dict:
        body = request.get_json(force=True, silent=True)
        if not isinstance(body, dict):
            raise LaunchError("The body must be an object.")
        return body

    def platform_of(body: dict) -> str:
        name = body.pop("platform", None)
        if name not in able:
            raise LaunchError(f"platform is one of: {', '.join(able)}.")
        return name

    @routes.post("/_sandbox/launches")
    def click() -> Response:
        body = given()
        name = platform_of(body)
        with service.store.lock:
            return jsonify(able[name](service, request.host_url.rstrip("/"), **body))

    @routes.post("/_sandbox/launches/keys")
    def keys() -> Response:
        body = given()
        name = platform_of(body)
        if name == "exam":
            raise LaunchError("The exam platform signs with the consumer secret.")
        with service.store.lock:
            return jsonify(rotate(service, name, **body))

    @routes.post("/_sandbox/launches/hosts")
    def hosts() -> Response:
        for origin, address in given().items():
            tell_host(service, origin, address)
        return jsonify(service.memory["launch"].get("hosts", {}))

    @routes.errorhandler(ValueError)
    @routes.errorhandler(TypeError)
    @routes.errorhandler(AttributeError)
    def refuse(error: Exception):
        return jsonify(error=str(error)), 400

    return routes
