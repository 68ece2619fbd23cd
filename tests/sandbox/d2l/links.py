"""Links of the organisation and of single org units, and quicklinks (`docs/platforms/d2l.md`, section 10)."""

from __future__ import annotations

from .answers import answer, invalid, not_found, nothing
from .call import Call
from .deployments import is_available as deployment_is_available
from .fields import Field, address, boolean, custom_parameters, guid, read_structure, text, whole
from .org_units import ROOT
from .paging import object_list
from .permissions import CREATE_QUICKLINKS, READ_LINKS, REMOVE_LINKS, WRITE_LINKS
from .sharing import is_shared_with

FIELDS = (
    Field("DeploymentId", guid, default=""),
    Field("IsEnabled", boolean, default=False),
    Field("Name", text(200, required=True), default=""),
    Field("Description", text(1000), nullable=True),
    Field("URL", address(2000), default=""),
    Field("Type", whole(1, 6), default=1),
    Field("Height", whole(), nullable=True),
    Field("Width", whole(), nullable=True),
    Field("CustomParameters", custom_parameters, nullable=True),
)


def index(call: Call):
    """List the links that an org unit sees."""
    unit = _unit(call)
    call.require(READ_LINKS, unit)
    deployment, enabled, available = call.text("deploymentid"), call.flag("isenabled"), call.flag("isavailable")
    owners = {unit, ROOT} if call.switch("list_shared_links") else {unit}
    records = (
        one
        for one in call.state["links"].values()
        if one["OwnerOrgUnitId"] in owners
        and _sees(call, unit, one)
        and (not deployment or deployment.lower() == one["DeploymentId"])
        and enabled in (None, one["IsEnabled"])
        and available in (None, is_available(call, one))
    )
    return object_list(call, records, shown, order="LinkId")


def show(call: Call):
    """Show one link, the organisation's as well where the org unit sees it."""
    unit = _unit(call)
    call.require(READ_LINKS, unit)
    return answer(shown(call, _visible(call, unit)))


def create(call: Call):
    """Create a link; an org unit needs the deployment to be shared with it."""
    unit = _unit(call)
    call.require(WRITE_LINKS, unit)
    values = read_structure(call, FIELDS)
    _check_deployment(call, values["DeploymentId"], unit)
    record = {"LinkId": call.next_number("link"), **values, "OwnerOrgUnitId": unit}
    call.state["links"][str(record["LinkId"])] = record
    return answer(shown(call, record))


def update(call: Call):
    """Replace a link."""
    unit = _unit(call)
    call.require(WRITE_LINKS, unit)
    record = _own(call, unit)
    values = read_structure(call, FIELDS, record)
    if values["DeploymentId"] != record["DeploymentId"]:
        if call.switch("change_deployment_id") == "refuse":
            raise invalid("DeploymentId of a link cannot change.")
        _check_deployment(call, values["DeploymentId"], unit)
    record.update(values)
    return answer(shown(call, record))


def destroy(call: Call):
    """Delete a link; whatever points to it breaks without a word."""
    unit = _unit(call)
    call.require(REMOVE_LINKS, unit)
    del call.state["links"][str(_own(call, unit)["LinkId"])]
    return nothing()


def quicklink(call: Call):
    """Make a quicklink, another one each time."""
    unit = _unit(call)
    call.require(CREATE_QUICKLINKS, unit)
    link = _visible(call, unit)
    made = {
        "LinkId": call.next_number("link"),
        "Source": link["LinkId"],
        "OrgUnitId": unit,
        "Code": f"ExampleUniversity-{call.next_number('quicklink')}",
    }
    call.state["quicklinks"].append(made)
    address = (
        f"/d2l/common/dialogs/quickLink/quickLink.d2l?ou={{orgUnitId}}&type=lti&rcode={made['Code']}"
        f"&srcou={link['OwnerOrgUnitId']}"
    )
    return answer(call.structure({"LinkId": call.d2l_id(made["LinkId"]), "PublicUrl": address}))


def shown(call: Call, record: dict) -> dict:
    """Return LTIAdvantageLinkData."""
    return call.structure(
        {
            **record,
            "LinkId": call.d2l_id(record["LinkId"]),
            "DeploymentId": call.guid(record["DeploymentId"]),
            "IsAvailable": is_available(call, record),
            "OwnerOrgUnitId": call.d2l_id(record["OwnerOrgUnitId"]),
        }
    )


def is_available(call: Call, record: dict) -> bool:
    """Tell whether a link can be launched: on, its deployment on, and visible where it lives."""
    owner = record["OwnerOrgUnitId"]
    return (
        record["IsEnabled"]
        and deployment_is_available(call, call.state["deployments"][record["DeploymentId"]])
        and (owner == ROOT or is_shared_with(call, record["DeploymentId"], owner))
    )


def _unit(call: Call) -> int:
    """Return the org unit of the path; the organisation's routes have none and mean the root."""
    return call.org_unit() if "orgunitid" in call.params else ROOT


def _sees(call: Call, unit: int, record: dict) -> bool:
    return record["OwnerOrgUnitId"] == unit or is_shared_with(call, record["DeploymentId"], unit)


def _visible(call: Call, unit: int) -> dict:
    record = call.find("links", "linkid")
    if record["OwnerOrgUnitId"] not in (unit, ROOT) or not _sees(call, unit, record):
        raise not_found()
    return record


def _own(call: Call, unit: int) -> dict:
    record = call.find("links", "linkid")
    if record["OwnerOrgUnitId"] != unit:
        raise not_found()
    return record


def _check_deployment(call: Call, deployment_id: str, unit: int) -> None:
    if deployment_id not in call.state["deployments"]:
        raise invalid(f"There is no deployment {deployment_id}.")
    open_to_all = unit == ROOT or call.switch("link_without_share") == "allow"
    if not open_to_all and not is_shared_with(call, deployment_id, unit):
        raise invalid(f"The deployment {deployment_id} is not shared with the org unit {unit}.")
