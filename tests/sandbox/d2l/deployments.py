"""Tool deployments (`docs/platforms/d2l.md`, section 8)."""

from __future__ import annotations

import uuid

from .answers import answer, invalid, nothing
from .call import Call
from .fields import Field, boolean, custom_parameters, guid, numbers, read_structure, text
from .org_units import ROOT
from .paging import object_list
from .permissions import MANAGE_DEPLOYMENTS, READ_LINKS, may, not_permitted
from .registrations import SURE, extensions, in_use, with_deep_linking

_FLAGS = (
    "SendUserFirstName", "SendUserMiddleName", "SendUserLastName", "SendUserEmail",
    "SendD2LUserId", "SendD2LUsername", "SendD2LOrgDefinedId",
)  # fmt: skip


def _flag(name: str, **life) -> Field:
    return Field(name, boolean, default=False, **life)


FIELDS = (
    Field("ClientId", guid, default=""),
    _flag("IsEnabled"),
    Field("Name", text(200, required=True), default=""),
    Field("Description", text(1000), nullable=True),
    Field("EnabledExtensions", extensions, default=[]),
    _flag("Anonymous", until=(1, 92)),
    _flag("SendOrgUnitInformation", until=(1, 89)),
    *(_flag(name) for name in _FLAGS),
    _flag("SendLinkTitle", until=(1, 89)),
    _flag("SendLinkDescription", until=(1, 89)),
    _flag("PreProvisioning"),
    Field("CustomParameters", custom_parameters, default=[], optional_before=SURE),
    _flag("OpenAsExternal", optional_before=SURE),
    _flag("IncludeInFinalGrade", optional_before=SURE),
    _flag("AutoMigrateLinks", since=(1, 67)),
    _flag("AutoCreateGrade", since=(1, 68)),
    Field("EnabledNoticeTypes", numbers(0, 2**31 - 1), default=[], since=(1, 76)),
)


def index(call: Call):
    """List deployments."""
    call.require(MANAGE_DEPLOYMENTS)
    client, enabled, available = call.text("clientid"), call.flag("isenabled"), call.flag("isavailable")
    records = (
        one
        for one in call.state["deployments"].values()
        if (not client or client.lower() == one["ClientId"])
        and enabled in (None, one["IsEnabled"])
        and available in (None, is_available(call, one))
    )
    return object_list(call, records, shown)


def show(call: Call):
    """Show one deployment."""
    call.require(MANAGE_DEPLOYMENTS)
    return answer(shown(call, call.find("deployments", "deploymentid")))


def create(call: Call):
    """Deploy a registration; nobody sees the deployment until it is shared."""
    call.require(MANAGE_DEPLOYMENTS)
    values = read_structure(call, FIELDS)
    _check_client(call, values["ClientId"])
    record = {"DeploymentId": str(uuid.uuid4()), **values, "order": call.next_number("order")}
    call.state["deployments"][record["DeploymentId"]] = record
    call.state["sharing"][record["DeploymentId"]] = {}
    return answer(shown(call, record))


def update(call: Call):
    """Replace a deployment."""
    call.require(MANAGE_DEPLOYMENTS)
    record = call.find("deployments", "deploymentid")
    values = read_structure(call, FIELDS, record)
    if values["ClientId"] != record["ClientId"]:
        if call.switch("change_client_id") == "refuse":
            raise invalid("ClientId of a deployment cannot change.")
        _check_client(call, values["ClientId"])
    record.update(values)
    return answer(shown(call, record))


def destroy(call: Call):
    """Delete a deployment with its sharing rules, unless it has links."""
    call.require(MANAGE_DEPLOYMENTS)
    deployment_id = call.find("deployments", "deploymentid")["DeploymentId"]
    if any(one["DeploymentId"] == deployment_id for one in call.state["links"].values()):
        raise in_use(call, "The deployment still has links.")
    del call.state["deployments"][deployment_id]
    del call.state["sharing"][deployment_id]
    return nothing()


def link_summaries(call: Call):
    """List the links of a deployment in all org units."""
    _require_overview(call)
    deployment_id = call.find("deployments", "deploymentid")["DeploymentId"]
    records = (one for one in call.state["links"].values() if one["DeploymentId"] == deployment_id)
    return object_list(call, records, _summary, order="LinkId")


def shown(call: Call, record: dict) -> dict:
    """Return DeploymentData as the version of the call has it."""
    registration = call.state["registrations"][record["ClientId"]]
    omitted = call.switch("removed_fields") == "omitted"
    values = {
        field.name: record[field.name]
        for field in FIELDS
        if field.since <= call.version and not (omitted and call.version >= field.until)
    }
    values["ClientId"] = call.guid(record["ClientId"])
    enabled = with_deep_linking(call, values.pop("EnabledExtensions"))
    blank = " " if call.switch("extensions_key") == "blank" else ""
    values |= {
        "DeploymentId": call.guid(record["DeploymentId"]),
        f"EnabledExtensions{blank}": enabled,
        "AvailableExtensions": with_deep_linking(call, registration["EnabledExtensions"]),
        "IsAvailable": is_available(call, record),
    }
    if call.version >= SURE:
        values["NoticeHandlers"] = []
    return call.structure(values)


def is_available(call: Call, record: dict) -> bool:
    """Tell whether a deployment and its registration are both enabled."""
    return record["IsEnabled"] and call.state["registrations"][record["ClientId"]]["IsEnabled"]


def _check_client(call: Call, client_id: str) -> None:
    if client_id not in call.state["registrations"]:
        raise invalid(f"There is no registration with the ClientId {client_id}.")


def _require_overview(call: Call) -> None:
    user = call.caller.user
    if user is None or not may(user, (MANAGE_DEPLOYMENTS, *READ_LINKS), ROOT, ()):
        raise not_permitted(MANAGE_DEPLOYMENTS, ROOT)


def _summary(call: Call, link: dict) -> dict:
    return call.structure(
        {
            "LinkId": call.d2l_id(link["LinkId"]),
            "IsEnabled": link["IsEnabled"],
            "URL": link["URL"],
            "Type": link["Type"],
            "OwnerOrgUnitId": call.d2l_id(link["OwnerOrgUnitId"]),
        }
    )
