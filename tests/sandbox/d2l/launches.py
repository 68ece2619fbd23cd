"""Launches of LTI Advantage tools (`docs/platforms/d2l.md`, sections 7 to 10 and 13).

Every fact comes from what the API wrote: registration, deployment, sharing rules, links.
"""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

from flask import Request, Response, jsonify

from ..launch import authorisation, grants, signing
from ..launch.errors import LaunchError, Refused
from ..launch.keysets import NoKeys, fetch_keys
from ..launch.variables import expanded
from ..service import Service
from . import deployments, sharing, variables
from .call import Call
from .org_units import ROOT, OrgUnit
from .registrations import AUDIENCE, normalised_domain
from .versions import supported

PATHS = ("/d2l/lti/authenticate",)
SERVICES = "/d2l/api/lti/"
_SERVICE = re.compile(r"/d2l/api/lti/(nrps|ags)/2\.0/deployment/([^/]+)/orgunit/(\d+)/(memberships|lineitems)")
_TENANT = "5f3f2c39-6c0c-4d5c-9f4e-0d7a3b8f6606"
_DEFAULT_UNIT = 8101
_COURSE_TEMPLATE = 2

_CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
_NRPS = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
_AGS = [
    f"https://purl.imsglobal.org/spec/lti-ags/scope/{one}"
    for one in ("lineitem", "lineitem.readonly", "result.readonly", "score")
]
_GRADES, _DEEP_LINKING, _ROSTER = 1, 2, 3
_SCOPES = {_GRADES: _AGS, _ROSTER: [_NRPS]}
_QUICKLINK, _INSERT_STUFF = 3, 4
_MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
_INSTITUTION = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#"
_ROLES = {"student": ("Learner", "Student"), "teacher": ("Instructor", "Instructor")}


def begin(
    service: Service, host: str, deployment: str | None = None, link: int | str | None = None,
    user: str | None = None, org_unit: int | str | None = None,
) -> dict:  # fmt: skip
    """Let `user` click on a link (or on the tool as such, by its deployment) in an org unit."""
    call = _call(service)
    record = None
    if link is not None:
        record = call.state["links"].get(str(link))
        if record is None:
            raise LaunchError(f"There is no link {link}.")
        deployment = record["DeploymentId"]
    deployed = call.state["deployments"].get(str(deployment).lower())
    if deployed is None:
        raise LaunchError(f"There is no deployment {deployment!r}.")
    registration = call.state["registrations"][deployed["ClientId"]]
    person = authorisation.person_of(call.state, user)
    unit = _unit(call, org_unit, record)
    target = _target(registration, record)
    facts = {
        "client_id": call.guid(registration["ClientId"]),
        "login_hint": _user_id(person),
        "deployment": deployed["DeploymentId"],
        "registration": registration["ClientId"],
        "link": record and record["LinkId"],
        "person": person["role"],
        "unit": unit.id,
        "host": host,
    }
    parameters = {
        "iss": host,
        "target_link_uri": target,
        "lti_deployment_id": call.guid(deployed["DeploymentId"]),
    }
    return authorisation.begun(service, "d2l", registration["OpenIDConnectLoginUrl"], facts, parameters)


def authenticate(service: Service, request: Request) -> Response:
    """Answer a tool that comes back with what its login address was told."""
    call = _call(service)
    return authorisation.authorised(
        service, "d2l", request, lambda facts: _registration(call, facts)["RedirectUrls"],
        lambda facts: _claims(call, facts),
    )  # fmt: skip


def public_keys(service: Service) -> list[dict]:
    """Return the keys that launches are signed with, the current one first; Brightspace leaves out `alg`."""
    return signing.public_keys(service, "d2l")


def is_tool(service: Service, request: Request) -> bool:
    """Tell whether a token request comes from a tool, not from a client of the API."""
    issuer = grants.issuer_of(request)
    return issuer is not None and issuer.lower() in service.store["d2l"]["registrations"]


def token(service: Service, request: Request) -> Response:
    """Give a tool a token for services."""

    def client(client_id: str) -> dict:
        registration = service.store["d2l"]["registrations"][client_id.lower()]
        if not registration["IsEnabled"]:
            raise Refused(401, "invalid_client", "The registration is disabled.")
        scopes = [one for number in registration["EnabledExtensions"] for one in _SCOPES.get(number, ())]
        return {"keys": lambda: _keys_of_tool(service, registration), "scopes": scopes}

    return grants.token(service, "d2l", request, client, {AUDIENCE})


def serve(service: Service, request: Request) -> Response:
    """Answer a tool that asks for the roster or the grades of an org unit."""
    call = _call(service)
    found = _SERVICE.fullmatch(request.path.lower())
    try:
        if found is None or request.method != "GET":
            raise Refused(404, "not_found", "The sandbox has no such service.")
        kind, deployment_id, unit, _what = found.groups()
        number = _ROSTER if kind == "nrps" else _GRADES
        client_id = grants.bearer(service, "d2l", request, tuple(_SCOPES[number]))
        deployed = call.state["deployments"].get(deployment_id)
        if deployed is None or deployed["ClientId"] != client_id.lower():
            raise Refused(404, "not_found", "The deployment is none of this tool's.")
        _check_launchable(call, deployed, None, int(unit))
        if number not in _extensions(call, deployed):
            raise Refused(403, "forbidden", f"Extension {number} is not on in registration and deployment.")
        return _memberships(call, deployed, int(unit), request.url) if kind == "nrps" else jsonify([])
    except Refused as refused:
        return refused.response()


def _call(service: Service) -> Call:
    newest = list(supported(service, "le").values())[-1]
    return Call(service, service.now("d2l"), version=newest)


def _unit(call: Call, asked, link: dict | None) -> OrgUnit:
    owner = link["OwnerOrgUnitId"] if link else ROOT
    number = int(asked) if asked is not None else _DEFAULT_UNIT if owner == ROOT else owner
    if number not in call.tree.units:
        raise LaunchError(f"There is no org unit {number}.")
    if owner not in (ROOT, number):
        raise LaunchError(f"The link belongs to the org unit {owner}.")
    return call.tree.units[number]


def _target(registration: dict, link: dict | None) -> str:
    if link is not None:
        return link["URL"]
    domain = registration["Domain"]
    return registration["TargetLinkUri"] or (domain if "://" in domain else f"https://{domain}")


def _registration(call: Call, facts: dict) -> dict:
    found = call.state["registrations"].get(facts["registration"])
    if found is None:
        raise Refused(400, "unauthorized_client", "The registration is gone.")
    return found


def _check_launchable(call: Call, deployed: dict | None, link: dict | None, unit: int) -> None:
    if deployed is None:
        raise Refused(403, "not_available", "The deployment is gone.")
    if not call.state["registrations"][deployed["ClientId"]]["IsEnabled"]:
        raise Refused(401, "registration_disabled", "The registration is disabled.")
    if not deployed["IsEnabled"]:
        raise Refused(403, "deployment_disabled", "The deployment is disabled.")
    if link is not None and not link["IsEnabled"]:
        raise Refused(403, "link_disabled", "The link is disabled.")
    if unit != ROOT and not sharing.is_shared_with(call, deployed["DeploymentId"], unit):
        raise Refused(403, "not_shared", f"The deployment is not shared with the org unit {unit}.")


def _claims(call: Call, facts: dict) -> dict:
    registration = _registration(call, facts)
    deployed = call.state["deployments"].get(facts["deployment"])
    link = call.state["links"].get(str(facts["link"]))
    if facts["link"] is not None and link is None:
        raise Refused(403, "not_available", "The link is gone.")
    _check_launchable(call, deployed, link, facts["unit"])
    target = _target(registration, link)
    if (urlsplit(target).hostname or "") != normalised_domain(registration["Domain"]).split("/")[0].split(":")[0]:
        raise Refused(400, "outside_domain", f"{target} does not lie in the domain {registration['Domain']}.")
    person, unit = call.state["people"][facts["person"]], call.tree.units[facts["unit"]]
    flags = _flags(call, deployed)
    is_deep = link is not None and link["Type"] in (_QUICKLINK, _INSERT_STUFF)
    extensions = _extensions(call, deployed)
    if is_deep and _DEEP_LINKING not in extensions:
        raise Refused(403, "forbidden", "Deep linking is not on in registration and deployment.")
    claims = {
        "iss": facts["host"],
        "sub": _user_id(person),
        f"{_CLAIM}message_type": "LtiDeepLinkingRequest" if is_deep else "LtiResourceLinkRequest",
        f"{_CLAIM}version": "1.3.0",
        f"{_CLAIM}deployment_id": call.guid(deployed["DeploymentId"]),
        f"{_CLAIM}target_link_uri": target,
        f"{_CLAIM}lti11_legacy_user_id": _user_id(person),
        f"{_CLAIM}roles": _roles(registration, flags, person),
        f"{_CLAIM}tool_platform": {
            "guid": _TENANT, "name": call.tree.units[ROOT].name, "version": "10.0.0.0",
            "product_family_code": "desire2learn",
        },
        f"{_CLAIM}launch_presentation": {"locale": "en-US"},
        f"{_CLAIM}custom": _custom(call, registration, deployed, link, person, unit),
        **_personal(flags, person),
        **_context(flags, unit),
        **_services(call, extensions, deployed, unit, facts["host"]),
    }  # fmt: skip
    own = _of_brightspace(flags, person)
    claims["http://www.brightspace.com"] = {"tenant_id": _TENANT, **own}
    if is_deep:
        claims["https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"] = {
            "deep_link_return_url": f"{facts['host']}/d2l/lti/deeplinking",
            "accept_types": ["link", "ltiResourceLink"],
            "accept_presentation_document_targets": ["iframe", "window"],
        }
    else:
        claims[f"{_CLAIM}resource_link"] = _resource_link(flags, link, deployed)
    return claims


def _flags(call: Call, deployed: dict) -> dict:
    """Return the flags of a deployment as they count on this platform."""
    flags = {name: value for name, value in deployed.items() if isinstance(value, bool)}
    if call.switch("removed_flags") == "ignored":
        gone = {field.name for field in deployments.FIELDS if field.until <= call.version}
        # What nobody can turn off is on; what nobody can make anonymous is not.
        flags |= {name: name != "Anonymous" for name in gone}
    if flags["Anonymous"]:
        flags |= {name: False for name in flags if name.startswith(("SendUser", "SendD2L"))}
    return flags


def _extensions(call: Call, deployed: dict) -> set[int]:
    """Return the extensions that are on at both levels."""
    registration = call.state["registrations"][deployed["ClientId"]]
    both = set(registration["EnabledExtensions"]) & set(deployed["EnabledExtensions"])
    return both | {_DEEP_LINKING} if call.switch("force_deep_linking") else both


def _user_id(person: dict) -> str:
    return f"{_TENANT}_{person['number']}"


def _roles(registration: dict, flags: dict, person: dict) -> list[str]:
    in_course, at_institution = _ROLES[person["role"]]
    roles = [] if flags["Anonymous"] else [f"{_MEMBERSHIP}{in_course}"]
    return roles + [f"{_INSTITUTION}{at_institution}"] * registration["SendInstitutionRole"]


def _custom(call: Call, registration: dict, deployed: dict, link: dict | None, person: dict, unit: OrgUnit) -> dict:
    given: dict[str, str] = {}
    for level in (registration, deployed, link or {}):
        given |= {one["Name"]: one["Value"] for one in level.get("CustomParameters") or ()}
    above = (call.tree.units[one] for one in unit.parents)
    template = next((one for one in above if one.type == _COURSE_TEMPLATE), None)
    return expanded(given, variables.values(unit, template, person, link))


def _personal(flags: dict, person: dict) -> dict:
    """Return the claims that the flags allow; the whole name is made of the parts that are sent."""
    named = {
        "given_name": ("SendUserFirstName", "given_name"),
        "middle_name": ("SendUserMiddleName", "middle_name"),
        "family_name": ("SendUserLastName", "family_name"),
    }
    claims = {claim: person[fact] for claim, (flag, fact) in named.items() if flags[flag]}
    if "given_name" in claims and "family_name" in claims:
        claims["name"] = f"{claims['given_name']} {claims['family_name']}"
    if flags["SendUserEmail"]:
        claims["email"] = person["email"]
    return claims


def _of_brightspace(flags: dict, person: dict) -> dict:
    sent = {
        "user_id": ("SendD2LUserId", "number"),
        "username": ("SendD2LUsername", "login"),
        "org_defined_id": ("SendD2LOrgDefinedId", "sis_id"),
    }
    return {name: person[fact] for name, (flag, fact) in sent.items() if flags[flag]}


def _context(flags: dict, unit: OrgUnit) -> dict:
    if not flags["SendOrgUnitInformation"]:
        return {}
    code = unit.code or ""
    return {
        f"{_CLAIM}context": {
            "id": str(unit.id), "label": code, "title": unit.name, "type": [variables.kind_of(unit)],
        },
        f"{_CLAIM}lis": {"course_offering_sourcedid": code, "course_section_sourcedid": code},
    }  # fmt: skip


def _resource_link(flags: dict, link: dict | None, deployed: dict) -> dict:
    shown = {"id": str(link["LinkId"]) if link else deployed["DeploymentId"]}
    if link is not None and flags["SendLinkTitle"]:
        shown["title"] = link["Name"]
    if link is not None and flags["SendLinkDescription"] and link["Description"]:
        shown["description"] = link["Description"]
    return shown


def _services(call: Call, extensions: set[int], deployed: dict, unit: OrgUnit, host: str) -> dict:
    place = f"deployment/{call.guid(deployed['DeploymentId'])}/orgunit/{unit.id}"
    claims = {}
    if _GRADES in extensions:
        claims["https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"] = {
            "scope": _AGS,
            "lineitems": f"{host}{SERVICES}ags/2.0/{place}/lineitems",
        }
    if _ROSTER in extensions:
        claims["https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"] = {
            "context_memberships_url": f"{host}{SERVICES}nrps/2.0/{place}/memberships",
            "service_versions": ["2.0"],
        }
    return claims


def _keys_of_tool(service: Service, registration: dict) -> list[dict]:
    if not registration["KeysetUrl"]:
        raise Refused(400, "invalid_client", "The registration has no key set address.")
    try:
        return fetch_keys(service, registration["KeysetUrl"])
    except NoKeys as error:
        raise Refused(400, "invalid_client", str(error)) from error


def _memberships(call: Call, deployed: dict, unit: int, address: str) -> Response:
    flags = _flags(call, deployed)
    registration = call.state["registrations"][deployed["ClientId"]]
    members = [
        {
            "status": "Active",
            **_personal(flags, person),
            "user_id": _user_id(person),
            "roles": _roles(registration, flags, person),
        }
        for person in call.state["people"].values()
    ]
    place = call.tree.units[unit]
    context = _context(flags, place).get(f"{_CLAIM}context", {"id": str(unit)})
    kind = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
    return Response(json.dumps({"id": address, "context": context, "members": members}), content_type=kind)
