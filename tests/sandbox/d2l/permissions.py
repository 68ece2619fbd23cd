"""Role permissions (`docs/platforms/d2l.md`, section 6): who may do what, and where.

A user's grants are `{"org_unit", "descendants", "permissions"}`: the permissions hold at that
org unit and, with `descendants`, below it.
"""

from __future__ import annotations

from .answers import Refusal

MANAGE_REGISTRATIONS = "manage_registrations"
MANAGE_DEPLOYMENTS = "manage_deployments"
MANAGE_MIGRATIONS = "manage_migrations"
MANAGE_LINKS = "manage_links"
CREATE_LINKS = "create_links"
DELETE_LINKS = "delete_links"
CREATE_QUICKLINKS = "create_quicklinks"

WRITE_LINKS = (MANAGE_LINKS, CREATE_LINKS)
READ_LINKS = (*WRITE_LINKS, CREATE_QUICKLINKS)
REMOVE_LINKS = (MANAGE_LINKS, DELETE_LINKS)

ALL = (
    MANAGE_REGISTRATIONS, MANAGE_DEPLOYMENTS, MANAGE_MIGRATIONS,
    MANAGE_LINKS, CREATE_LINKS, DELETE_LINKS, CREATE_QUICKLINKS,
)  # fmt: skip

# The names behind the words that the role page shows; only errors tell them.
_VARIABLES = {
    MANAGE_REGISTRATIONS: "ExternalLearningTools.ManageLTIAdvantageRegistrations",
    MANAGE_DEPLOYMENTS: "ExternalLearningTools.ManageLTIAdvantageDeployments",
    MANAGE_MIGRATIONS: "ExternalLearningTools.ManageLTIMigrations",
    MANAGE_LINKS: "ExternalLearningTools.ManageLinks",
    CREATE_LINKS: "ExternalLearningTools.CreateLinks",
    DELETE_LINKS: "ExternalLearningTools.DeleteLinks",
    CREATE_QUICKLINKS: "ExternalLearningTools.CreateQuicklinks",
}


def may(user: dict, wanted: tuple[str, ...], org_unit: int, ancestors) -> bool:
    """Tell whether `user` has one of the permissions `wanted` at `org_unit`."""
    return any(
        (grant["org_unit"] == org_unit or (grant["descendants"] and grant["org_unit"] in ancestors))
        and any(one in grant["permissions"] for one in wanted)
        for grant in user["grants"]
    )


def not_permitted(wanted: str, org_unit: int) -> Refusal:
    """Return the refusal for want of the permission `wanted` at `org_unit`."""
    return Refusal(
        403,
        "not-authorized",
        f"Not authorized for [ orgUnitId: {org_unit}, securityVariableName: {_VARIABLES[wanted]} ]",
    )
