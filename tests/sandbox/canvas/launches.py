"""Launches of LTI 1.3 tools (`docs/platforms/canvas.md`, sections 6.3 to 6.5).

Every fact comes from what the API wrote: the key and its binding, the installed tool, its privacy
level, placements and custom fields, the scopes of the key.
"""

from __future__ import annotations

import json

from flask import Blueprint, Request, Response, jsonify, request

from ..launch import authorisation, grants
from ..launch.errors import LaunchError, Refused
from ..launch.keysets import NoKeys, fetch_keys
from ..launch.variables import expanded
from ..service import Service
from . import bindings, variables
from .answers import Refusal
from .background import run_due
from .call import Call
from .contexts import Context, course_context, tool_context
from .keys import settings_of
from .platform_keys import public_keys

TOKEN = "/login/oauth2/token"
_LTI = "/api/lti"
_PRODUCTION_TOKEN = f"https://sso.canvaslms.com{TOKEN}"
_DEFAULT_COURSE = 101

_CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
_RESOURCE_LINK = "LtiResourceLinkRequest"
_DEEP_LINKING = "LtiDeepLinkingRequest"
_NRPS = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
_AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"
_LINE_ITEMS = (f"{_AGS}lineitem", f"{_AGS}lineitem.readonly")
_WITH_NAME = ("public", "name_only")
_WITH_EMAIL = ("public", "email_only")


def begin(
    service: Service, host: str, tool: int | str | None = None, user: str | None = None, course: int | None = None,
    placement: str | None = None, deployment_id: str | None = None,
) -> dict:  # fmt: skip
    """Let `user` click on a tool, named by its id or deployment id, in a course."""
    call = Call(service, service.now("canvas"))
    run_due(call)
    found = _tool(call, tool, deployment_id)
    person = authorisation.person_of(call.state, user)
    where = _course(call, found, course)
    if placement is None:
        fitting = (name for name, one in found["placements"].items() if _message_type(one) == _RESOURCE_LINK)
        placement = next(fitting, None)
    elif placement not in found["placements"]:
        raise LaunchError(f"The tool has no placement {placement!r}, but: {', '.join(found['placements']) or 'none'}.")
    key = call.state["developer_keys"][str(found["developer_key_id"])]
    settings = settings_of(call, key)
    if settings is None:
        raise LaunchError("The key has no configuration any more.")
    facts = {
        "client_id": str(call.global_id(key["id"])),
        "login_hint": person["opaque_id"],
        "tool": found["id"],
        "key": key["id"],
        "person": person["role"],
        "course": where.id,
        "placement": placement,
        "host": host,
    }
    parameters = {
        "iss": call.switch("issuer"),
        "target_link_uri": _target(found, placement),
        "lti_deployment_id": found["deployment_id"],
        "canvas_environment": "prod",
        "canvas_region": "not_configured",
    }
    return authorisation.begun(service, "canvas", settings["oidc_initiation_url"], facts, parameters)


def launch_routes(routes: Blueprint, service: Service) -> None:
    """Add the routes that tools use."""

    def authorize() -> Response:
        call = Call(service, service.now("canvas"))
        run_due(call)
        return authorisation.authorised(
            service, "canvas", request, lambda facts: _redirect_uris(call, facts), lambda facts: _claims(call, facts)
        )

    routes.add_url_rule(f"{_LTI}/authorize_redirect", view_func=authorize, methods=["GET", "POST"])
    routes.add_url_rule(
        f"{_LTI}/security/jwks", endpoint="jwks", view_func=lambda: jsonify(keys=public_keys(service)), methods=["GET"]
    )
    routes.add_url_rule(TOKEN, endpoint="service_token", view_func=lambda: _token(service, request), methods=["POST"])
    routes.add_url_rule(
        f"{_LTI}/courses/<int:course_id>/names_and_roles",
        view_func=lambda course_id: _service(service, (_NRPS,), course_id, _memberships),
        endpoint="names_and_roles",
    )
    routes.add_url_rule(
        f"{_LTI}/courses/<int:course_id>/line_items",
        view_func=lambda course_id: _service(service, _LINE_ITEMS, course_id, lambda *_: jsonify([])),
        endpoint="line_items",
    )


def _tool(call: Call, tool, deployment_id) -> dict:
    tools = call.state["tools"]
    found = tools.get(call.local(tool) or "")
    if deployment_id is not None:
        found = next((one for one in tools.values() if one["deployment_id"] == deployment_id), None)
    if found is None or found["workflow_state"] == "deleted":
        raise LaunchError(f"There is no tool {deployment_id or tool!r}.")
    if found["developer_key_id"] is None:
        raise LaunchError(f"The tool {found['name']!r} is one of LTI 1.1.")
    return found


def _course(call: Call, tool: dict, course: int | None) -> Context:
    """Return the course of a launch: the one that was asked for, or a usual one that has the tool."""
    home = (tool["context_type"].lower(), tool["context_id"])
    if course is not None:
        if str(course) not in call.state["courses"]:
            raise LaunchError(f"There is no course {course}.")
        found = course_context(call.state, int(course))
        if home not in found.chain:
            raise LaunchError(f"The tool is not installed in the course {course}, nor above it.")
        return found
    courses = [course_context(call.state, int(one)) for one in call.state["courses"]]
    with_tool = [one for one in courses if home in one.chain]
    if not with_tool:
        raise LaunchError("No course has this tool.")
    return next((one for one in with_tool if one.id == _DEFAULT_COURSE), with_tool[0])


def _message_type(placement: dict) -> str:
    return placement.get("message_type") or _RESOURCE_LINK


def _target(tool: dict, placement: str | None) -> str:
    return tool["placements"].get(placement, {}).get("target_link_uri") or tool["url"]


def _redirect_uris(call: Call, facts: dict) -> list[str]:
    key = call.state["developer_keys"][str(facts["key"])]
    return [one["uri"] for one in key["redirect_uris"] if one["active"]]


def _claims(call: Call, facts: dict) -> dict:
    tool = call.state["tools"][str(facts["tool"])]
    key = call.state["developer_keys"][str(facts["key"])]
    course = course_context(call.state, facts["course"])
    if not bindings.is_usable(call, key, course):
        raise Refused(401, "unauthorized_client", "The developer key is not on in this account.")
    # The key may be on again while the tool has not noticed yet.
    if tool["workflow_state"] in ("deleted", "disabled") or not tool["available"]:
        raise Refused(403, "not_available", "The tool is removed, disabled, or not available here.")
    person = call.state["people"][facts["person"]]
    placement = tool["placements"].get(facts["placement"], {})
    root = call.state["accounts"][str(course.root)]
    host, return_url = facts["host"], f"{facts['host']}/courses/{course.id}/external_content/success/external_tool"
    custom = {**(tool["custom_fields"] or {}), **(placement.get("custom_fields") or {})}
    message = _message_type(placement)
    claims = {
        "iss": call.switch("issuer"),
        "sub": person["opaque_id"],
        "locale": "en",
        f"{_CLAIM}message_type": message,
        f"{_CLAIM}version": "1.3.0",
        f"{_CLAIM}deployment_id": tool["deployment_id"],
        f"{_CLAIM}target_link_uri": _target(tool, facts["placement"]),
        f"{_CLAIM}roles": variables.roles_of(person),
        f"{_CLAIM}context": _context(course),
        f"{_CLAIM}tool_platform": {
            "guid": root["lti_guid"], "name": root["name"], "version": "cloud", "product_family_code": "canvas",
        },
        f"{_CLAIM}launch_presentation": {"document_target": "iframe", "return_url": return_url, "locale": "en"},
        f"{_CLAIM}custom": expanded(custom, variables.values(call, course, person, tool, host), inside=True),
        f"{_CLAIM}lti11_legacy_user_id": person["opaque_id"],
        "https://www.instructure.com/placement": facts["placement"],
        **_personal(tool["privacy_level"], person, course),
        **_services(key["scopes"], host, course),
    }  # fmt: skip
    if message == _DEEP_LINKING:
        claims["https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"] = {
            "deep_link_return_url": f"{host}/courses/{course.id}/deep_linking_response",
            "accept_types": ["link", "file", "html", "ltiResourceLink", "image"],
            "accept_presentation_document_targets": ["iframe", "window"],
        }
    else:
        claims[f"{_CLAIM}resource_link"] = {"id": course.record["lti_context_id"], "title": tool["name"]}
    return claims


def _context(course: Context) -> dict:
    return {
        "id": course.record["lti_context_id"],
        "label": course.record["course_code"],
        "title": course.record["name"],
        "type": ["http://purl.imsglobal.org/vocab/lis/v2/course#CourseOffering"],
    }


def _personal(level: str, person: dict, course: Context) -> dict:
    """Return the claims that the privacy level allows; with the name goes the SIS id."""
    claims = {}
    if level in _WITH_NAME:
        claims |= {
            "name": person["full_name"],
            "given_name": person["given_name"],
            "family_name": person["family_name"],
            f"{_CLAIM}lis": {
                "person_sourcedid": person["sis_id"],
                "course_offering_sourcedid": course.record["sis_course_id"] or "",
            },
        }
    if level in _WITH_EMAIL:
        claims["email"] = person["email"]
    if level == "public":
        claims["picture"] = person["picture"]
    return claims


def _services(scopes: list[str], host: str, course: Context) -> dict:
    claims = {}
    grading = [one for one in scopes if one.startswith(_AGS)]
    if grading:
        claims["https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"] = {
            "scope": grading,
            "lineitems": f"{host}{_LTI}/courses/{course.id}/line_items",
        }
    if _NRPS in scopes:
        claims["https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"] = {
            "context_memberships_url": f"{host}{_LTI}/courses/{course.id}/names_and_roles",
            "service_versions": ["2.0"],
        }
    return claims


def _token(service: Service, request: Request) -> Response:
    call = Call(service, service.now("canvas"))

    def client(client_id: str) -> dict:
        try:
            key = call.find("developer_keys", client_id, lambda one: one["is_lti_key"])
        except Refusal:
            raise Refused(401, "invalid_client", "There is no such key.") from None
        if not bindings.is_usable(call, key, bindings.owner(call, key)):
            raise Refused(401, "invalid_client", "The developer key is off.")
        return {"keys": lambda: _keys_of_tool(service, key), "scopes": key["scopes"]}

    return grants.token(service, "canvas", request, client, {request.base_url, _PRODUCTION_TOKEN})


def _keys_of_tool(service: Service, key: dict) -> list[dict]:
    if not key["public_jwk_url"]:
        return [key["public_jwk"]] if key["public_jwk"] else []
    try:
        return fetch_keys(service, key["public_jwk_url"])
    except NoKeys as error:
        raise Refused(400, "invalid_client", str(error)) from error


def _service(service: Service, scopes: tuple[str, ...], course_id: int, answer) -> Response:
    call = Call(service, service.now("canvas"))
    try:
        client_id = grants.bearer(service, "canvas", request, scopes)
        if str(course_id) not in call.state["courses"]:
            raise Refused(404, "not_found", f"There is no course {course_id}.")
        course = course_context(call.state, course_id)
        return answer(call, course, _tool_in(call, course, call.local(client_id)))
    except Refused as refused:
        return refused.response()


def _tool_in(call: Call, course: Context, key: str | None) -> dict:
    for one in call.state["tools"].values():
        usable = one["available"] and one["workflow_state"] not in ("deleted", "disabled")
        if str(one["developer_key_id"]) == key and usable and tool_context(call.state, one).chain[0] in course.chain:
            return one
    raise Refused(403, "forbidden", "The tool is not in this course.")


def _memberships(call: Call, course: Context, tool: dict) -> Response:
    members = []
    for person in call.state["people"].values():
        personal = _personal(tool["privacy_level"], person, course)
        sis = personal.pop(f"{_CLAIM}lis", None)
        members.append(
            {
                "status": "Active",
                **personal,
                **({"lis_person_sourcedid": sis["person_sourcedid"]} if sis else {}),
                "user_id": person["opaque_id"],
                "lti11_legacy_user_id": person["opaque_id"],
                "roles": [one for one in variables.roles_of(person) if "membership#" in one],
            }
        )
    body = {"id": request.url, "context": _context(course), "members": members}
    kind = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
    return Response(json.dumps(body), content_type=kind)
