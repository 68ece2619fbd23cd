"""What Brightspace puts in for substitution variables (`docs/platforms/d2l.md`, section 13)."""

from __future__ import annotations

from .org_units import OrgUnit

_COURSE = "http://purl.imsglobal.org/vocab/lis/v2/course#"


def values(unit: OrgUnit, template: OrgUnit | None, person: dict, link: dict | None) -> dict:
    """Return what each variable stands for, by its name without `$`; names differ in case."""
    return {
        "User.id": str(person["number"]),
        "User.username": person["login"],
        "Person.name.full": f"{person['given_name']} {person['family_name']}",
        "Person.name.given": person["given_name"],
        "Person.name.family": person["family_name"],
        "Person.email.primary": person["email"],
        "CourseOffering.sourcedId": unit.code,
        "CourseOffering.label": unit.code,
        "CourseOffering.title": unit.name,
        "CourseSection.sourcedId": unit.code,
        "CourseSection.label": unit.code,
        "CourseSection.title": unit.name,
        "CourseSection.dept": template.name if template else None,
        "CourseSection.timeFrame.begin": "2025-09-01T00:00:00Z",
        "CourseSection.timeFrame.end": "2026-01-31T00:00:00Z",
        "CourseTemplate.sourcedId": template.code if template else None,
        "CourseTemplate.title": template.name if template else None,
        "ResourceLink.title": link["Name"] if link else None,
        "ResourceLink.description": (link["Description"] or "") if link else None,
        "Context.id.history": "",
        "ResourceLink.id.history": "",
    }


def kind_of(unit: OrgUnit) -> str:
    """Return the type of a context."""
    return _COURSE + {2: "CourseTemplate", 4: "Group", 7: "CourseSection"}.get(unit.type, "CourseOffering")
