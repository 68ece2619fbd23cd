"""What Canvas puts in for substitution variables (`docs/platforms/canvas.md`, sections 6.3 and 6.5).

Whatever the privacy level says: a variable needs somebody who launches, and nothing else.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from .call import Call
from .contexts import Context, account_context

_ENROLMENTS = {"student": "StudentEnrollment", "teacher": "TeacherEnrollment"}
_MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
_INSTITUTION = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#"
_SYSTEM = "http://purl.imsglobal.org/vocab/lis/v2/system/person#"
_ROLES = {"student": ("Learner", "Student"), "teacher": ("Instructor", "Instructor")}


def roles_of(person: dict) -> list[str]:
    """Return the roles of a launch in a course."""
    in_course, at_institution = _ROLES[person["role"]]
    return [f"{_INSTITUTION}{at_institution}", f"{_MEMBERSHIP}{in_course}", f"{_SYSTEM}User"]


def values(call: Call, course: Context, person: dict, tool: dict, host: str) -> dict:
    """Return what each variable stands for, by its name without `$`."""
    account = account_context(call.state, course.record["account_id"]).record
    root = call.state["accounts"][str(course.root)]
    all_roles = ",".join(roles_of(person))
    number, record = str(person["number"]), course.record
    return {
        "Person.name.full": person["full_name"],
        "Person.name.display": person["full_name"],
        "Person.name.given": person["given_name"],
        "Person.name.family": person["family_name"],
        "com.instructure.Person.name_sortable": f"{person['family_name']}, {person['given_name']}",
        "Person.email.primary": person["email"],
        "vnd.Canvas.Person.email.sis": person["email"],
        "Person.address.timezone": "Europe/Amsterdam",
        "Person.sourcedId": person["sis_id"],
        "Canvas.user.sisSourceId": person["sis_id"],
        "User.username": person["login"],
        "Canvas.user.loginId": person["login"],
        "User.id": number,
        "Canvas.user.id": number,
        "Canvas.user.globalId": str(call.global_id(person["number"])),
        "User.image": person["picture"],
        "Canvas.user.prefersHighContrast": "false",
        "Membership.role": all_roles,
        "Canvas.xuser.allRoles": all_roles,
        "com.instructure.User.allRoles": all_roles,
        "Canvas.membership.roles": _ENROLMENTS[person["role"]],
        "Canvas.enrollment.enrollmentState": "active",
        "Canvas.course.id": str(record["id"]),
        "Canvas.course.name": record["name"],
        "Canvas.course.sisSourceId": record["sis_course_id"],
        "CourseSection.sourcedId": record["sis_course_id"],
        "CourseOffering.sourcedId": record["sis_course_id"],
        "Context.id": record["lti_context_id"],
        "Context.title": record["name"],
        "Context.sourcedId": record["sis_course_id"],
        "com.instructure.contextLabel": record["course_code"],
        "Canvas.account.id": str(account["id"]),
        "Canvas.account.name": account["name"],
        "Canvas.account.sisSourceId": account["sis_account_id"],
        "Canvas.rootAccount.id": str(root["id"]),
        "ResourceLink.title": tool["name"],
        "Canvas.api.domain": urlsplit(host).netloc,
        "Canvas.api.baseUrl": host,
        "ToolConsumerInstance.guid": root["lti_guid"],
    }
