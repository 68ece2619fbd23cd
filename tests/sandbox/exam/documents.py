"""Documents: an exam's instructions for students (`docs/platforms/exam.md`, section 9)."""

from __future__ import annotations

from .answers import answer
from .call import Call
from .fields import read_fields, text
from .sanitise import sanitised
from .times import shown

_FIELDS = {"exam_content": text}
_SHOWN = (
    "id", "exam_content", "created_at", "updated_at", "exam_id", "file_file_name",
    "file_content_type", "file_file_size", "file_updated_at", "file_processing",
)  # fmt: skip


def index(call: Call):
    """Show the exam's document: one object, although the route is a list's."""
    call.require_role("documents")
    exam = call.find("exams", "exam_id")
    document = _document_of(call, exam)
    if document is None and call.switch("document_missing") == "null":
        return answer({"document": None})
    if document is None:
        raise call.not_found("documents", "")
    return answer({"document": _shown(call, document)})


def show(call: Call):
    """Show one document of the exam in the path."""
    call.require_role("documents")
    return answer({"document": _shown(call, _find(call))})


def create(call: Call):
    """Create the exam's document, which opens a draft exam."""
    call.require_role("documents")
    exam = call.find("exams", "exam_id")
    values = read_fields(call.params, _FIELDS, ("exam_content",))
    present = _document_of(call, exam)
    if present is not None:
        if call.switch("second_document") == "422":
            raise call.field_errors({"exam_id": ["has already been taken"]})
        call.remove("documents", present)
    document = {
        "exam_id": exam["id"],
        "institute_id": exam["institute_id"],
        "exam_content": "",
        "file_file_name": None,
        "file_content_type": None,
        "file_file_size": None,
        "file_updated_at": None,
        "file_processing": False,
        **_stored(call, values),
    }
    document = call.add("documents", document)
    if exam["status"] == "draft":
        call.change(exam, {"status": "open"})
    return answer({"document": _shown(call, document)}, call.switch("create_status"))


def update(call: Call):
    """Change the text, which is required here too and cannot be emptied."""
    call.require_role("documents")
    document = _find(call)
    call.change(document, _stored(call, read_fields(call.params, _FIELDS, ("exam_content",))))
    return answer({"document": _shown(call, document)})


def destroy(call: Call):
    """Delete the document; the exam keeps its status."""
    call.require_role("documents")
    call.remove("documents", _find(call))
    return answer({})


def _find(call: Call) -> dict:
    exam = call.find("exams", "exam_id")
    document = call.find("documents")
    if document["exam_id"] != exam["id"]:
        raise call.not_found("documents", document["id"])
    return document


def _document_of(call: Call, exam: dict) -> dict | None:
    documents = call.state["documents"].values()
    return next((one for one in documents if one["exam_id"] == exam["id"]), None)


def _stored(call: Call, values: dict) -> dict:
    if call.switch("sanitise_html") and "exam_content" in values:
        values = {**values, "exam_content": sanitised(values["exam_content"])}
    return call.kept(values)


def _shown(call: Call, document: dict) -> dict:
    offset = call.switch("timezone")
    times = {name: shown(document[name], offset) for name in ("created_at", "updated_at")}
    whole = {**document, **times}
    return {name: whole[name] for name in _SHOWN}
