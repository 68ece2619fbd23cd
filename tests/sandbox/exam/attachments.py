"""Attachments of an exam's instructions (`docs/platforms/exam.md`, section 9)."""

from __future__ import annotations

from .answers import answer, missing_parameter
from .call import Call
from .lists import listed
from .times import shown

_TIMES = ("created_at", "updated_at", "document_updated_at")
_SHOWN = (
    "id", "created_at", "updated_at", "document_file_name", "document_content_type",
    "document_file_size", "document_updated_at", "exam_id", "placeholder",
)  # fmt: skip


def index(call: Call):
    """List the exam's attachments."""
    call.require_role("attachments")
    exam = call.find("exams", "exam_id")
    own = [one for one in call.state["attachments"].values() if one["exam_id"] == exam["id"]]
    return listed(call, "attachments", own, _shown)


def show(call: Call):
    """Show one attachment."""
    call.require_role("attachments")
    return answer({"attachment": _shown(call, _find(call))})


def create(call: Call):
    """Keep what there is to know about the file part `document`; its content is not kept."""
    call.require_role("attachments")
    exam = call.find("exams", "exam_id")
    file = call.files.get("document")
    if file is None or not file.filename:
        raise missing_parameter("document")
    attachment = {
        "exam_id": exam["id"],
        "institute_id": exam["institute_id"],
        "document_file_name": file.filename,
        "document_content_type": file.mimetype or "application/octet-stream",
        "document_file_size": len(file.read()),
        "document_updated_at": call.now,
        "placeholder": f"{call.now // 1000}_{file.filename}",
    }
    attachment = call.add("attachments", attachment)
    return answer({"attachment": _shown(call, attachment)}, call.switch("create_status"))


def destroy(call: Call):
    """Delete one attachment."""
    call.require_role("attachments")
    call.remove("attachments", _find(call))
    return answer({})


def _find(call: Call) -> dict:
    exam = call.find("exams", "exam_id")
    attachment = call.find("attachments")
    if attachment["exam_id"] != exam["id"]:
        raise call.not_found("attachments", attachment["id"])
    return attachment


def _shown(call: Call, attachment: dict) -> dict:
    offset = call.switch("timezone")
    whole = {**attachment, **{name: shown(attachment[name], offset) for name in _TIMES}}
    return {name: whole[name] for name in _SHOWN}
