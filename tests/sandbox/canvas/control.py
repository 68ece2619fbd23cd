"""Control routes for what no client of this API can make: tokens, users, pages, throttling, many keys."""

from __future__ import annotations

from flask import Blueprint, jsonify, request

from ..service import Service


def control_routes(routes: Blueprint, service: Service) -> None:
    """Add `POST /_sandbox/canvas/...` to `routes`; each takes the words of a method of the seeds."""
    # Here, since the seeds go through the actions that the routes lead to.
    from .seeds import CanvasSeeds, SeedError

    seeds = CanvasSeeds(service)
    makers = {
        "tokens": seeds.token,
        "users": seeds.user,
        "pages": seeds.page,
        "throttle": seeds.throttle,
        "developer_keys": seeds.developer_keys,
        "site_admin_keys": seeds.site_admin_key,
        "dynamic_registrations": seeds.dynamic_registration,
        "redirect_uris": seeds.deactivate_redirect_uri,
    }

    @routes.post("/_sandbox/canvas/<what>")
    def make(what: str):
        if what not in makers:
            return jsonify(error=f"Possible are: {', '.join(makers)}."), 404
        given = request.get_json(force=True, silent=True)
        if not isinstance(given, dict):
            return jsonify(error="The body must be an object."), 400
        try:
            return jsonify(makers[what](**given))
        except (SeedError, TypeError, KeyError, AttributeError) as error:
            return jsonify(error=str(error)), 400
