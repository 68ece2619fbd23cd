"""Which data classes a tool received, read off a launch; the other reading is `_manifest` in the collection.

    received(claims, facts_of(sandbox, "canvas", user="student", course=101))

Claims and parameters are told by their names, and count only when something is in them. Custom
parameters have any name, so their values are compared with what the platform knows about the person
and the course.
"""

from __future__ import annotations

import re

CLASSES = ("opaque_id", "name", "email", "username", "sis_id", "course", "role", "roster", "grades")

_LTI = "https://purl.imsglobal.org/spec/lti/claim/"
_CUSTOM = f"{_LTI}custom"
_MEMBERS = (
    ("sub", "opaque_id"),
    ("name", "name"),
    ("given_name", "name"),
    ("middle_name", "name"),
    ("family_name", "name"),
    # A face is as good as a name.
    ("picture", "name"),
    ("email", "email"),
    (f"{_LTI}lti11_legacy_user_id", "opaque_id"),
    (f"{_LTI}roles", "role"),
    (f"{_LTI}context", "course"),
    (f"{_LTI}resource_link title", "course"),
    (f"{_LTI}resource_link description", "course"),
    (f"{_LTI}lis person_sourcedid", "sis_id"),
    (f"{_LTI}lis course_offering_sourcedid", "course"),
    (f"{_LTI}lis course_section_sourcedid", "course"),
    ("http://www.brightspace.com user_id", "opaque_id"),
    ("http://www.brightspace.com username", "username"),
    ("http://www.brightspace.com org_defined_id", "sis_id"),
    ("https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice context_memberships_url", "roster"),
    ("https://purl.imsglobal.org/spec/lti-ags/claim/endpoint lineitems", "grades"),
    # LTI 1.1
    ("user_id", "opaque_id"),
    ("lis_person_name_full", "name"),
    ("lis_person_name_given", "name"),
    ("lis_person_name_family", "name"),
    ("user_image", "name"),
    ("lis_person_contact_email_primary", "email"),
    ("lis_person_sourcedid", "sis_id"),
    ("roles", "role"),
    ("context_id", "course"),
    ("context_title", "course"),
    ("context_label", "course"),
    ("lis_outcome_service_url", "grades"),
)
_ROLES = {"student": ("StudentEnrollment", "Learner"), "teacher": ("TeacherEnrollment", "Instructor")}
# Shorter facts are only found as a whole, never inside a longer text.
_SHORTEST_INSIDE = 4


def received(launch: dict, facts: dict[str, list[str]]) -> list[str]:
    """Return the data classes in `launch` (claims, or the parameters of LTI 1.1), in the usual order."""
    found = {one for path, one in _MEMBERS if _at(launch, path)}
    found |= {one for value in custom_values(launch) for one in _classes_in(value, facts)}
    return [one for one in CLASSES if one in found]


def custom_values(launch: dict) -> list[str]:
    """Return the values of all custom parameters."""
    claimed = launch.get(_CUSTOM) or {}
    return [*map(str, claimed.values()), *(value for name, value in launch.items() if name.startswith("custom_"))]


def facts_of(sandbox, platform: str, user: str = "student", course: int | None = None) -> dict[str, list[str]]:
    """Return what could be found in custom parameters, by data class: the person's and the course's own facts."""
    state = sandbox.state(platform)
    person = state["people"][user]
    enrolment, membership = _ROLES[user]
    return {
        "opaque_id": [person["opaque_id"], str(person["number"]), *_global_ids(sandbox, platform, person)],
        "name": [person[one] for one in ("full_name", "given_name", "middle_name", "family_name", "picture")],
        "email": [person["email"]],
        "username": [person["login"]],
        "sis_id": [person["sis_id"]],
        "role": [enrolment, membership],
        "course": _COURSES[platform](state, course),
    }


def _global_ids(sandbox, platform: str, person: dict) -> list[str]:
    if platform != "canvas":
        return []
    return [str(sandbox.switches()["canvas.shard"] * 10**13 + person["number"])]


def _of_canvas(state: dict, course: int | None) -> list[str]:
    record = state["courses"][str(course or 101)]
    account = state["accounts"][str(record["account_id"])]
    found = [record[one] for one in ("id", "name", "course_code", "sis_course_id", "lti_context_id", "uuid")]
    return _texts([*found, account["name"], account["sis_account_id"]])


def _of_d2l(state: dict, course: int | None) -> list[str]:
    from tests.sandbox.d2l.org_units import tree

    units = tree(state["org_units"]).units
    unit = units[course or 8101]
    above = [units[one] for one in unit.parents]
    return _texts([unit.id, unit.code, unit.name, *(one.code for one in above), *(one.name for one in above)])


def _of_exam(state: dict, course: int | None) -> list[str]:
    exams = [one for one in state["exams"].values() if course in (None, one["id"])]
    return _texts([one["name"] for one in exams])


_COURSES = {"canvas": _of_canvas, "d2l": _of_d2l, "exam": _of_exam}


def _texts(values: list) -> list[str]:
    return [str(one) for one in values if one not in (None, "")]


def _at(launch: dict, path: str):
    value = launch
    for step in path.split(" "):
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _classes_in(value: str, facts: dict[str, list[str]]) -> set[str]:
    return {name for name, known in facts.items() if any(_holds(value, one) for one in known)}


def _holds(value: str, fact: str) -> bool:
    if value == fact:
        return True
    return len(fact) >= _SHORTEST_INSIDE and re.search(rf"(?<!\w){re.escape(fact)}(?!\w)", value) is not None
