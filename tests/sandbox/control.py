"""The control routes: what tests and curious people use, never the collection's modules."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template, request

from .faults import FaultError
from .page import page_content
from .service import Service
from .switches import SwitchError

CONTROL_PATHS = ("/", "/favicon.ico")

_PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Cache-Control": "no-store",
}


def control_routes(service: Service) -> Blueprint:
    """Return the routes `/` and `/_sandbox/...` over `service`."""
    routes = Blueprint("control", __name__, template_folder="templates")

    @routes.get("/")
    def page():
        return render_template("page.html", **page_content(service)), _PAGE_HEADERS

    @routes.get("/favicon.ico")
    def icon():
        return Response(status=204)

    @routes.route("/_sandbox/requests", methods=["GET", "DELETE"])
    def requests():
        if request.method == "DELETE":
            service.journal.clear()
        return jsonify(requests=service.journal.entries())

    @routes.get("/_sandbox/state")
    def state():
        return jsonify(service.store.copy())

    @routes.post("/_sandbox/reset")
    def reset():
        service.reset()
        return jsonify({})

    @routes.route("/_sandbox/switches", methods=["GET", "POST"])
    def switches():
        if request.method == "POST":
            service.switches.set(request.get_json(force=True))
        return jsonify(service.switches.values())

    @routes.route("/_sandbox/faults", methods=["GET", "POST", "DELETE"])
    def faults():
        if request.method == "POST":
            given = request.get_json(force=True)
            service.faults.add(given if isinstance(given, list) else [given])
        elif request.method == "DELETE":
            service.faults.clear()
        return jsonify(faults=service.faults.waiting())

    @routes.errorhandler(SwitchError)
    @routes.errorhandler(FaultError)
    def refuse(error):
        return jsonify(error=str(error)), 400

    return routes
