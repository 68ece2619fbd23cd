"""Control routes for what no client of this API can make: everything."""

from __future__ import annotations

from flask import Blueprint, jsonify, request

from ..service import Service
from .seeds import LuminusSeeds, SeedError


def control_routes(routes: Blueprint, service: Service) -> None:
    """Add `POST /_sandbox/luminus/...` to `routes`; each takes the words of a method of the seeds."""
    seeds = LuminusSeeds(service)
    makers = {
        "providers": seeds.provider,
        "modules": seeds.module,
        "users": seeds.user,
        "tokens": seeds.token,
        "codes": seeds.code,
        "subscriptions": seeds.subscription,
    }

    @routes.post("/_sandbox/luminus/<what>")
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
