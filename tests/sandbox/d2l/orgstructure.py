"""Finding org units and oneself (`docs/platforms/d2l.md`, section 11)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from .answers import answer, invalid, not_found
from .call import Call, number
from .org_units import ROOT, TYPES, OrgUnit
from .paging import result_set


def index(call: Call):
    """List org units; an exact filter overrides its substring one."""
    units: Iterable[OrgUnit] = call.tree.units.values()
    code, part_of_code = call.text("exactorgunitcode"), call.text("orgunitcode")
    name, part_of_name = call.text("exactorgunitname"), call.text("orgunitname")
    if code:
        units = [one for one in call.tree.by_code.get(code.casefold(), []) if _same(call, code, one.code)]
    elif part_of_code:
        units = [one for one in units if one.code is not None and part_of_code.casefold() in one.code.casefold()]
    if name:
        units = [one for one in units if _same(call, name, one.name)]
    elif part_of_name:
        units = [one for one in units if part_of_name.casefold() in one.name.casefold()]
    return result_set(call, _of_type(call, units, "orgunittype"), _shown)


def show(call: Call):
    """Show one org unit."""
    return answer(_shown(call, _unit(call)))


def descendants(call: Call):
    """List everything below an org unit at once."""
    return _all(call, call.tree.descendants(_unit(call).id))


def descendants_paged(call: Call):
    """List everything below an org unit by pages."""
    return result_set(call, _of_type(call, call.tree.descendants(_unit(call).id), "outypeid"), _shown)


def children(call: Call):
    """List the units right below an org unit at once."""
    return _all(call, call.tree.children.get(_unit(call).id, []))


def children_paged(call: Call):
    """List the units right below an org unit by pages."""
    return result_set(call, _of_type(call, call.tree.children.get(_unit(call).id, []), "outypeid"), _shown)


def ancestors(call: Call):
    """List everything above an org unit."""
    return _all(call, [call.tree.units[one] for one in call.tree.ancestors(_unit(call).id)])


def parents(call: Call):
    """List the units right above an org unit."""
    return _all(call, [call.tree.units[one] for one in _unit(call).parents])


def organization(call: Call):
    """Tell about the organisation, to anyone."""
    return answer(
        call.structure({"Identifier": str(ROOT), "Name": call.tree.units[ROOT].name, "TimeZone": "Europe/Amsterdam"})
    )


def whoami(call: Call):
    """Tell who calls."""
    user = call.caller.user
    return answer(
        call.structure(
            {
                "Identifier": str(user["id"]),
                "FirstName": user["first_name"],
                "LastName": user["last_name"],
                "UniqueName": user["user_name"],
                "ProfileIdentifier": f"p{user['id']}",
            }
        )
    )


def _unit(call: Call) -> OrgUnit:
    unit = call.tree.units.get(number(call.params["orgunitid"]))
    if unit is None:
        raise not_found()
    return unit


def _all(call: Call, units: Iterable[OrgUnit]):
    return answer([_shown(call, one) for one in _of_type(call, units, "outypeid")])


def _of_type(call: Call, units: Iterable[OrgUnit], name: str) -> Iterable[OrgUnit]:
    wanted = call.text(name)
    if not wanted:
        return units
    if number(wanted) is None:
        raise invalid(f"The value {wanted!r} is not valid for {name}.")
    return [one for one in units if one.type == int(wanted)]


def _same(call: Call, one: str, other: str) -> bool:
    fold: Callable = str.casefold if call.switch("code_match") == "ignore_case" else str
    return fold(one) == fold(other)


def _shown(call: Call, unit: OrgUnit) -> dict:
    code, name = TYPES[unit.type]
    return call.structure(
        {
            "Identifier": str(unit.id),
            "Name": unit.name,
            "Code": unit.code,
            "Path": f"/content/enforced/{unit.id}-{unit.code or ''}/",
            "Type": {"Id": unit.type, "Code": code, "Name": name},
        }
    )
