"""Control routes for what no client of this API can make: tokens, keys, users, org units."""

from __future__ import annotations

from flask import Blueprint, jsonify, request

from ..service import Service


def control_routes(routes: Blueprint, service: Service) -> None:
    """Add `POST /_sandbox/d2l/...` to `routes`; each takes the words of a method of the seeds."""
    # Here, since the seeds go through the actions that the routes lead to.
    from .seeds import D2LSeeds, SeedError

    seeds = D2LSeeds(service)
    makers = {
        "tokens": seeds.token,
        "refresh_tokens": seeds.refresh_token,
        "keys": seeds.client_key,
        "clients": seeds.client,
        "users": seeds.user,
        "org_units": seeds.org_unit,
    }

    @routes.post("/_sandbox/d2l/<what>")
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
