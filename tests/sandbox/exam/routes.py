"""The exam platform's routes (`docs/platforms/exam.md`)."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, request

from ..service import Service
from . import attachments, documents, exams, institutes, lti_resources, students, tool_providers
from .admission import admitted
from .answers import Refusal, refused
from .sign_in import sign_in

API = "/api/v3"
SIGN_IN = "/users/sign_in.json"


def exam_routes(service: Service) -> Blueprint:
    """Return every route of the platform over `service`."""
    routes = Blueprint("exam", __name__)

    def route(method: str, path: str, action: Callable) -> None:
        writes = method in ("POST", "PATCH", "PUT")

        def view(**path_ids):
            return action(admitted(service, request, path_ids, writes))

        routes.add_url_rule(
            f"{API}{path}",
            endpoint=f"{method}{path}".replace(".", "_"),
            view_func=view,
            methods=[method],
            provide_automatic_options=False,
        )

    def resource(path: str, actions) -> None:
        route("GET", path, actions.index)
        route("POST", path, actions.create)
        route("GET", f"{path}/<id>", actions.show)
        route("DELETE", f"{path}/<id>", actions.destroy)
        if hasattr(actions, "update"):
            route("PATCH", f"{path}/<id>", actions.update)
            route("PUT", f"{path}/<id>", actions.update)

    resource("/exams", exams)
    resource("/exams/<exam_id>/documents", documents)
    resource("/exams/<exam_id>/attachments", attachments)
    resource("/tool_providers", tool_providers)
    resource("/lti_resources", lti_resources)
    route("GET", "/institutes", institutes.index)
    route("POST", "/institutes", institutes.create)
    route("GET", "/institutes/<id>", institutes.show)
    route("GET", "/exams/<id>/show_lti_student", students.show_lti_student)

    routes.add_url_rule(
        SIGN_IN,
        endpoint="sign_in",
        view_func=lambda: sign_in(service, request),
        methods=["POST"],
        provide_automatic_options=False,
    )

    @routes.errorhandler(Refusal)
    def refuse(refusal: Refusal):
        return refused(refusal, service.switches["exam.error_body"])

    return routes
