"""Exams (`docs/platforms/exam.md`, section 6)."""

from __future__ import annotations

import secrets
from functools import partial

from .answers import answer, invalid_parameter, missing_parameter
from .call import Call
from .exam_rules import (
    RESTRICTION_ROWS,
    read_restrictions,
    shown_mode,
    shown_restrictions,
    status_now,
)
from .fields import boolean, number_or_nothing, read_fields, text
from .lists import filtered_and_sorted, listed
from .times import moment, shown

TIMES = ("start_time", "end_time", "created_at", "updated_at")
STATUSES = ("draft", "open", "closed", "deleted")

_FLAGS = (
    "use_duration",
    "global_proctoring",
    "global_reviewing",
    "for_reviewing",
    "upload_answers",
    "mobile_cam",
)
_FIELDS = {
    "name": text,
    "type": text,
    "duration_minutes": number_or_nothing,
    "restrictions": text,
    "student_experience": boolean,
    **dict.fromkeys(_FLAGS, boolean),
    **{flag: boolean for flag, _words in RESTRICTION_ROWS},
    **{words: text for _flag, words in RESTRICTION_ROWS if words},
}
_PERMISSIONS = {"restrictions", *(name for row in RESTRICTION_ROWS for name in row if name)}

_NEW = {
    "terms": None,
    "duration_minutes": None,
    "clipboard": None,
    "start_time": None,
    "end_time": None,
    "upload_answers": False,
    "published": False,
    "for_reviewing": False,
    "uploaded_exam_documents_file_name": None,
    "uploaded_exam_documents_content_type": None,
    "uploaded_exam_documents_file_size": None,
    "uploaded_exam_documents_updated_at": None,
    "timezone": 0,
    "use_duration": False,
    "global_proctoring": False,
    "global_reviewing": False,
    "exam_language": "en-GB",
    "mobile_cam": False,
}

# In the order in which the platform's page shows an exam.
_SHOWN = (
    "id", "institute_id", "name", "terms", "created_at", "updated_at", "duration_minutes",
    "clipboard", "start_time", "end_time", "mode", "upload_answers", "token", "user_id",
    "restrictions", "published", "status", "for_reviewing", "uploaded_exam_documents_file_name",
    "uploaded_exam_documents_content_type", "uploaded_exam_documents_file_size",
    "uploaded_exam_documents_updated_at", "timezone", "use_duration", "global_proctoring",
    "global_reviewing", "exam_language", "web_cam", "mobile_cam", "screen_share",
    "live_proctoring",
)  # fmt: skip


def index(call: Call):
    """List exams, deleted ones included as long as they exist."""
    call.require_role("exams")
    exams = call.visible("exams")
    if {"status", "filter", "sort"} & set(call.params):
        narrowed = _narrowed(call, [_readable(call, exam) for exam in exams])
        exams = [call.state["exams"][str(exam["id"])] for exam in narrowed]
    return listed(call, "exams", exams, _shown)


def show(call: Call):
    """Show one exam."""
    call.require_role("exams")
    return answer({"exam": _shown(call, call.find("exams"))})


def create(call: Call):
    """Create an exam, as a draft."""
    call.require_role("exams")
    institute_id = call.institute_for_write()
    values = _values(call, creating=True)
    _check_duration({**_NEW, **values})
    values = call.kept(values)
    exam = {
        "institute_id": institute_id or call.user["institute_id"],
        "user_id": call.user["id"],
        "name": "",
        "type": "demo",
        "status": "draft",
        "token": secrets.token_hex(16),
        **_NEW,
        "permissions": {},
        "written": {},
    }
    _apply(exam, values)
    return answer({"exam": _shown(call, call.add("exams", exam))}, call.switch("create_status"))


def update(call: Call):
    """Change an exam; what was not sent keeps its value."""
    call.require_role("exams")
    exam = call.find("exams")
    institute_id = call.institute_for_write()
    values = _values(call, creating=False)
    _check_duration({**exam, **values})
    changed = {**exam, "permissions": dict(exam["permissions"]), "written": dict(exam["written"])}
    _apply(changed, call.kept(values))
    if institute_id is not None:
        changed["institute_id"] = institute_id
        for child in _children(call, exam, "lti_resources", "documents", "attachments"):
            child["institute_id"] = institute_id
    call.change(exam, changed)
    return answer({"exam": _shown(call, exam)})


def destroy(call: Call):
    """Delete an exam, softly or for good, with or without its links, as the switches say."""
    call.require_role("exams")
    exam = call.find("exams")
    if call.switch("delete_cascades"):
        _remove_children(call, exam, "lti_resources")
    if call.switch("soft_delete"):
        call.change(exam, {"status": "deleted"})
    else:
        _remove_children(call, exam, "documents", "attachments")
        call.remove("exams", exam)
    return answer({})


def _children(call: Call, exam: dict, *resources: str) -> list[dict]:
    records = (record for resource in resources for record in call.state[resource].values())
    return [record for record in records if record["exam_id"] == exam["id"]]


def _remove_children(call: Call, exam: dict, *resources: str) -> None:
    for resource in resources:
        for child in _children(call, exam, resource):
            call.remove(resource, child)


def _values(call: Call, creating: bool) -> dict:
    read_time = partial(moment, offset=call.switch("timezone"))
    fields = {**_FIELDS, "start_time": read_time, "end_time": read_time}
    values = read_fields(call.params, fields, ("name", "type"), creating)
    types = [one.strip() for one in call.switch("types").split(",")]
    if "type" in values and values["type"] not in types:
        raise invalid_parameter("type", values["type"], f"Must be one of: {', '.join(types)}.")
    return values


def _check_duration(values: dict) -> None:
    if values["use_duration"] and values["duration_minutes"] is None:
        raise missing_parameter("duration_minutes")


def _apply(exam: dict, values: dict) -> None:
    for name, value in values.items():
        if name == "restrictions":
            exam["permissions"].update(read_restrictions(value))
        elif name in _PERMISSIONS:
            exam["permissions"][name] = value
        elif name == "student_experience":
            exam["written"][name] = value
        else:
            exam[name] = value


def _narrowed(call: Call, exams: list[dict]) -> list[dict]:
    wanted = call.params.get("status")
    if wanted is not None:
        if wanted not in STATUSES:
            raise invalid_parameter("status", wanted, f"Must be one of: {', '.join(STATUSES)}.")
        exams = [exam for exam in exams if exam["status"] == wanted]
    return filtered_and_sorted(call, exams, TIMES)


def _readable(call: Call, exam: dict) -> dict:
    mode = shown_mode(exam["type"], exam["mobile_cam"], call.switch("demo_mode"))
    computed = {
        "mode": mode,
        "restrictions": shown_restrictions(exam["permissions"]),
        "status": status_now(exam, call.now),
        "web_cam": mode[1] == "1",
        "screen_share": mode[3] == "1",
        "live_proctoring": mode[4] == "1",
    }
    whole = {**exam, **computed}
    return {name: whole[name] for name in _SHOWN}


def _shown(call: Call, exam: dict) -> dict:
    readable, offset = _readable(call, exam), call.switch("timezone")
    return {**readable, **{name: shown(readable[name], offset) for name in TIMES}}
