"""Sharing rules (`docs/platforms/d2l.md`, section 9), kept by deployment and org unit."""

from __future__ import annotations

from .answers import answer, invalid, not_found, nothing
from .call import Call, number
from .fields import Field, boolean, read_structure, whole
from .org_units import ROOT
from .paging import object_list
from .permissions import MANAGE_DEPLOYMENTS

FLAGS = (
    Field("ShareWithOrgUnit", boolean, default=False),
    Field("ShareWithDescendants", boolean, default=False),
)


def _org_unit_id(name: str, value) -> int:
    if isinstance(value, str) and number(value) is not None:
        value = int(value)
    return whole(most=2**63 - 1)(name, value)


# Ids travel as numbers, sometimes as texts (section 2).
FIELDS = (
    Field("SharingOrgUnitId", _org_unit_id, default=ROOT),
    *FLAGS,
)

# The documented spelling is a mistyped one.
_SPELLINGS = {
    "both": ("incldueinherited", "includeinherited"),
    "documented": ("incldueinherited",),
    "mended": ("includeinherited",),
}


def index(call: Call):
    """List the rules of a deployment, of some org units only, with inherited ones or without."""
    rules = _rules(call)
    inherited = _wants_inherited(call)
    wanted = [number(one.strip()) for given in call.query.get("orgunitid", []) for one in given.split(",")]
    if any(one not in call.tree.units for one in wanted):
        raise invalid("There is no such org unit.")
    if not wanted:
        rows = [_row(rule, False) for rule in rules.values()]
    else:
        rows = []
        for unit in dict.fromkeys(wanted):
            rule = rules.get(str(unit))
            if rule is not None:
                rows.append(_row(rule, False))
            elif inherited and inherits(call, rules, unit):
                rows.append({"SharingOrgUnitId": unit, "ShareWithOrgUnit": True, "ShareWithDescendants": True,
                             "Inherited": True, "order": unit})  # fmt: skip
        if len(rows) > 1:
            rows = [{**row, "order": place} for place, row in enumerate(rows)]
    if not inherited and call.switch("inherited_null"):
        rows = [{**row, "Inherited": None} for row in rows]
    return object_list(call, rows, _shown)


def show(call: Call):
    """Show the rule of one org unit."""
    return answer(_shown(call, _row(_own(call), False)))


def create(call: Call):
    """Share a deployment with an org unit that it is not yet shared with."""
    rules = _rules(call)
    values = read_structure(call, FIELDS)
    unit = values["SharingOrgUnitId"]
    if unit not in call.tree.units:
        raise invalid(f"There is no org unit {unit}.")
    rule = rules.get(str(unit))
    if rule is not None and call.switch("sharing_post") == "refuse":
        raise invalid(f"The deployment is already shared with the org unit {unit}.")
    if rule is None:
        rule = rules[str(unit)] = {"order": call.next_number("order")}
    rule.update(values)
    return answer(_shown(call, rule))


def update(call: Call):
    """Change the flags of a rule; an inherited one is not there to be changed."""
    rule = _own(call)
    rule.update(read_structure(call, FLAGS, rule))
    return answer(_shown(call, rule))


def destroy(call: Call):
    """Delete one rule."""
    rule = _own(call)
    del _rules(call)[str(rule["SharingOrgUnitId"])]
    return nothing()


def destroy_all(call: Call):
    """Delete every rule of a deployment."""
    _rules(call).clear()
    return nothing()


def inherits(call: Call, rules: dict, unit: int) -> bool:
    """Tell whether an org unit above `unit` shares with those below it."""
    above = (rules.get(str(one)) for one in call.tree.ancestors(unit))
    return any(rule is not None and rule["ShareWithDescendants"] for rule in above)


def is_shared_with(call: Call, deployment_id: str, unit: int) -> bool:
    """Tell whether `unit` sees the deployment, by its own rule or by one above."""
    rules = call.state["sharing"][deployment_id]
    own = rules.get(str(unit))
    return (own is not None and own["ShareWithOrgUnit"]) or inherits(call, rules, unit)


def _rules(call: Call) -> dict:
    call.require(MANAGE_DEPLOYMENTS)
    return call.state["sharing"][call.find("deployments", "deploymentid")["DeploymentId"]]


def _own(call: Call) -> dict:
    rule = _rules(call).get(call.params["orgunitid"])
    if rule is None:
        raise not_found()
    return rule


def _wants_inherited(call: Call) -> bool:
    for name in _SPELLINGS[call.switch("inherited_parameter")]:
        asked = call.flag(name)
        if asked is not None:
            return asked
    return call.switch("inherited_default")


def _row(rule: dict, inherited: bool) -> dict:
    return {**rule, "Inherited": inherited}


def _shown(call: Call, rule: dict) -> dict:
    values = {name: value for name, value in rule.items() if name != "order"}
    return call.structure({**values, "SharingOrgUnitId": call.d2l_id(rule["SharingOrgUnitId"])})
