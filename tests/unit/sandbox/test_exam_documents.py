"""Documents, attachments, institutes and students."""

from __future__ import annotations

import pytest

IDENTITY = {"student_lms_id": "u-1", "resource_link_id": "r?l=1&x", "context_id": "course-v1:A+1"}


def test_the_index_of_documents_is_one_object(exam, seeds):
    seeds.exam()
    answer = exam.post("/exams/1/documents", exam_content="<p>Hi</p>\n{LTI_EXAM_1}")
    assert answer.status_code == 201
    document = exam.get("/exams/1/documents").json()["document"]
    assert document == answer.json()["document"]
    assert document["exam_content"] == "<p>Hi</p>\n{LTI_EXAM_1}"
    assert (document["exam_id"], document["file_processing"]) == (1, False)
    assert document["file_file_name"] is None


def test_an_exam_without_a_document_answers_404(exam, seeds):
    seeds.exam()
    assert exam.get("/exams/1/documents").status_code == 404


def test_a_second_document_is_refused(exam, seeds):
    seeds.exam()
    seeds.document(1)
    answer = exam.post("/exams/1/documents", exam_content="again")
    assert answer.status_code == 422
    assert answer.json() == {"errors": {"exam_id": ["has already been taken"]}}


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_a_document_is_changed(exam, seeds, method):
    seeds.exam()
    seeds.document(1)
    changed = exam.send(method, "/exams/1/documents/1", {"exam_content": "new"})
    assert changed.json()["document"]["exam_content"] == "new"
    assert exam.get("/exams/1/documents/1").json()["document"]["exam_content"] == "new"


@pytest.mark.parametrize("text", ["", "  "])
def test_the_text_cannot_be_emptied(exam, seeds, text):
    seeds.exam()
    assert exam.post("/exams/1/documents", exam_content=text).status_code == 422
    seeds.document(1)
    assert exam.patch("/exams/1/documents/1", exam_content=text).status_code == 422
    assert exam.patch("/exams/1/documents/1").status_code == 422


def test_a_deleted_document_leaves_the_exam_open(exam, seeds):
    seeds.exam()
    seeds.document(1)
    assert exam.delete("/exams/1/documents/1").json() == {}
    assert exam.get("/exams/1/documents").status_code == 404
    assert exam.get("/exams/1").json()["exam"]["status"] == "open"


def test_a_document_belongs_to_its_exam(exam, seeds):
    seeds.exam()
    seeds.exam()
    seeds.document(1)
    assert exam.get("/exams/2/documents/1").status_code == 404
    assert exam.get("/exams/9/documents").json()["error"] == "Couldn't find Exam with 'id'=9"


def test_a_document_does_not_open_a_closed_exam(exam, seeds):
    seeds.exam()
    seeds.close_exam(1)
    seeds.document(1)
    assert exam.get("/exams/1").json()["exam"]["status"] == "closed"


def test_attachments_are_uploaded_unsigned_and_listed(exam, seeds):
    seeds.exam()
    sent = exam.signed({}, "/exams/1/attachments")
    answer = exam.session.post(
        f"{exam.base_url}/api/v3/exams/1/attachments",
        data=sent,
        files={"document": ("image2.jpg", b"12345", "image/jpeg")},
        headers=exam.headers(),
    )
    attachment = answer.json()["attachment"]
    assert answer.status_code == 201
    assert attachment["placeholder"].endswith("_image2.jpg")
    assert attachment["document_file_size"] == 5
    assert attachment["document_content_type"] == "image/jpeg"
    listed = exam.get("/exams/1/attachments")
    assert listed.json() == {"attachments": [attachment]}
    assert listed.headers["X-Pagination-Item-Count"] == "1"
    assert exam.get("/exams/1/attachments/1").json() == {"attachment": attachment}
    assert exam.delete("/exams/1/attachments/1").json() == {}
    assert exam.get("/exams/1/attachments").json() == {"attachments": []}


def test_an_attachment_needs_its_file(exam, seeds):
    seeds.exam()
    assert exam.post("/exams/1/attachments").status_code == 422


def test_an_attachment_belongs_to_its_exam(exam, seeds):
    seeds.exam()
    seeds.exam()
    exam.session.post(
        f"{exam.base_url}/api/v3/exams/1/attachments",
        data=exam.signed({}, "/exams/1/attachments"),
        files={"document": ("a.txt", b"1")},
        headers=exam.headers(),
    )
    assert exam.get("/exams/2/attachments/1").status_code == 404


def test_institutes_are_listed_for_superusers(as_user):
    answer = as_user("super").get("/institutes")
    assert [one["name"] for one in answer.json()["institutes"]] == [
        "Demo University",
        "Neighbour College",
    ]
    assert answer.json()["institutes"][0]["session_retention_period"] == "6"
    assert answer.headers["X-Pagination-Item-Count"] == "2"


def test_the_name_of_an_institute_is_unique(as_user):
    superuser = as_user("super")
    created = superuser.post("/institutes", name="Third", short_name="third")
    assert (created.status_code, created.json()["institute"]["id"]) == (201, 3)
    again = superuser.post("/institutes", name="Third", short_name="other")
    assert again.status_code == 422
    assert again.json() == {"errors": {"name": ["has already been taken"]}}
    assert superuser.post("/institutes", name="Fourth").status_code == 422


def test_institutes_are_refused_to_others(exam, as_user):
    assert exam.get("/institutes").status_code == 403
    assert exam.post("/institutes", name="n", short_name="n").status_code == 403
    assert exam.get("/institutes/1").json()["institute"]["name"] == "Demo University"
    assert exam.get("/institutes/2").status_code == 403
    assert exam.get("/institutes/9").status_code == 404
    assert as_user("teacher").get("/institutes/1").status_code == 403
    assert as_user("super").get("/institutes/2").status_code == 200


def test_a_known_student_is_shown(exam, seeds):
    seeds.exam()
    seeds.lti_student(1, **IDENTITY)
    answer = exam.get("/exams/1/show_lti_student", **IDENTITY)
    assert answer.json()["student"]["status"] == "exam_started"


def test_an_unknown_student_is_a_json_404(exam, seeds):
    seeds.exam()
    seeds.exam()
    seeds.lti_student(2, **IDENTITY)
    answer = exam.get("/exams/1/show_lti_student", **IDENTITY)
    assert answer.status_code == 404
    assert "error" in answer.json()
    assert exam.get("/exams/1/show_lti_student").status_code == 422
    assert exam.get("/exams/9/show_lti_student", **IDENTITY).status_code == 404
