"""Students who reach an exam through LTI (`docs/platforms/exam.md`, section 6)."""

from __future__ import annotations

from .answers import Refusal, answer, missing_parameter
from .call import Call
from .fields import is_blank
from .signature import ruby_text

IDENTITY = ("student_lms_id", "resource_link_id", "context_id")


def show_lti_student(call: Call):
    """Show how far a student got, or 404 for one who has not come through LTI yet."""
    call.require_role("exams")
    exam = call.find("exams")
    for name in IDENTITY:
        if is_blank(call.params.get(name)):
            raise missing_parameter(name)
    wanted = {name: ruby_text(call.params[name]) for name in IDENTITY}
    for student in call.state["lti_students"]:
        if student["exam_id"] == exam["id"] and wanted.items() <= student.items():
            return answer({"student": student})
    raise Refusal(404, f"Couldn't find Student with 'student_lms_id'={wanted['student_lms_id']}")
