"""What lies outside the core: migrations and asset processors (`docs/platforms/d2l.md`, section 6).

The sandbox holds no LTI 1.1 links and no asset processors, so these answer truthfully that there
are none. A migration job finds nothing to do and is complete at once.
"""

from __future__ import annotations

from .answers import answer, invalid, not_found
from .call import Call
from .fields import Field, guid, read_structure, whole
from .paging import object_list
from .permissions import MANAGE_DEPLOYMENTS, MANAGE_MIGRATIONS, READ_LINKS, REMOVE_LINKS, WRITE_LINKS

_COMPLETE = 2
_MIGRATION = (Field("DeploymentId", guid, default=""), Field("ToolProviderId", whole(), nullable=True))
_JOB = (Field("OrgUnitId", whole(), default=0),)


def migrate_link(call: Call):
    """Move an LTI 1.1 link, of which there are none."""
    call.require(MANAGE_MIGRATIONS)
    values = read_structure(call, _MIGRATION)
    if values["DeploymentId"] not in call.state["deployments"]:
        raise invalid(f"There is no deployment {values['DeploymentId']}.")
    raise not_found()


def jobs(call: Call):
    """List migration jobs."""
    call.require(MANAGE_MIGRATIONS)
    return object_list(call, call.state["migration_jobs"].values(), _job, order="JobId")


def job(call: Call):
    """Show a migration job."""
    call.require(MANAGE_MIGRATIONS)
    return answer(_job(call, call.find("migration_jobs", "jobid")))


def create_job(call: Call):
    """Start a migration job."""
    call.require(MANAGE_MIGRATIONS)
    values = read_structure(call, _JOB)
    if values["OrgUnitId"] not in call.tree.units:
        raise invalid(f"There is no org unit {values['OrgUnitId']}.")
    record = {"JobId": call.next_number("job"), **values, "Status": _COMPLETE}
    call.state["migration_jobs"][str(record["JobId"])] = record
    return answer(_job(call, record))


def deployment_processors(call: Call):
    """List the asset processors of a deployment."""
    call.require(MANAGE_DEPLOYMENTS)
    call.find("deployments", "deploymentid")
    return object_list(call, [], _job)


def unit_processors(call: Call):
    """List the asset processors of an org unit."""
    call.require(READ_LINKS, call.org_unit())
    return object_list(call, [], _job)


def show_processor(call: Call):
    """Show an asset processor, of which there are none."""
    call.require(READ_LINKS, call.org_unit())
    raise not_found()


def write_processor(call: Call):
    """Change an asset processor, of which there are none."""
    call.require(WRITE_LINKS, call.org_unit())
    raise not_found()


def destroy_processor(call: Call):
    """Delete an asset processor, of which there are none."""
    call.require(REMOVE_LINKS, call.org_unit())
    raise not_found()


def _job(call: Call, record: dict) -> dict:
    return call.structure(record)
