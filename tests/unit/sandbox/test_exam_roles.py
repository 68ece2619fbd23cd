"""Who may do what, and in which institute."""

from __future__ import annotations

import pytest

NOT_AUTHORIZED = {"error": "You are not authorized to access this page."}
PROVIDER = {"tool_name": "T", "oauth_consumer_key": "k", "oauth_consumer_secret": "s"}


@pytest.fixture
def teacher(as_user):
    """A teacher of the demo institute."""
    return as_user("teacher")


def test_a_teacher_works_on_exams_and_documents(teacher):
    assert teacher.post("/exams", name="n", type="demo").status_code == 201
    assert teacher.post("/exams/1/documents", exam_content="x").status_code == 201
    assert teacher.patch("/exams/1/documents/1", exam_content="y").status_code == 200
    assert teacher.delete("/exams/1/documents/1").status_code == 200
    assert teacher.delete("/exams/1").status_code == 200


@pytest.mark.parametrize("resource", ["/tool_providers", "/lti_resources"])
@pytest.mark.parametrize(
    ("method", "tail", "status"),
    [
        ("GET", "", 401),
        ("GET", "/1", 401),
        ("DELETE", "/1", 401),
        ("POST", "", 403),
        ("PATCH", "/1", 403),
        ("PUT", "/1", 403),
    ],
)
def test_one_refusal_has_two_statuses(teacher, resource, method, tail, status):
    answer = teacher.send(method, resource + tail)
    assert (answer.status_code, answer.json()) == (status, NOT_AUTHORIZED)
    assert "WWW-Authenticate" not in answer.headers


def test_lists_show_the_own_institute_only(exam, as_user, seeds):
    seeds.exam()
    seeds.tool_provider()
    seeds.lti_resource(1, 1)
    neighbour = as_user("neighbour")
    for resource in ("exams", "tool_providers", "lti_resources"):
        assert len(exam.get(f"/{resource}").json()[resource]) == 1
        assert neighbour.get(f"/{resource}").json()[resource] == []
        assert len(as_user("super").get(f"/{resource}").json()[resource]) == 1


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/exams/1", 403),
        ("PATCH", "/exams/1", 403),
        ("DELETE", "/exams/1", 403),
        ("GET", "/exams/1/documents", 403),
        ("GET", "/tool_providers/1", 401),
        ("PATCH", "/tool_providers/1", 403),
        ("DELETE", "/tool_providers/1", 401),
        ("GET", "/lti_resources/1", 401),
        ("DELETE", "/lti_resources/1", 401),
    ],
)
def test_an_object_of_another_institute_is_forbidden(as_user, seeds, method, path, status):
    seeds.exam()
    seeds.tool_provider()
    seeds.lti_resource(1, 1)
    answer = as_user("neighbour").send(method, path)
    assert (answer.status_code, answer.json()) == (status, NOT_AUTHORIZED)


def test_a_link_cannot_reach_into_another_institute(as_user, seeds):
    seeds.exam()
    neighbour = as_user("neighbour")
    assert neighbour.post("/tool_providers", **PROVIDER).status_code == 201
    answer = neighbour.post("/lti_resources", lti_resource_link_name="n", exam_id=1, tool_provider_id=1)
    assert answer.status_code == 403


@pytest.mark.parametrize("institute", [1, 2])
def test_only_a_superuser_names_an_institute(exam, as_user, seeds, institute):
    sent = {**PROVIDER, "institute_id": institute}
    assert exam.post("/tool_providers", **sent).status_code == 403
    assert exam.post("/exams", name="n", type="demo", institute_id=institute).status_code == 403
    created = as_user("super").post("/tool_providers", **sent).json()["tool_provider"]
    assert created["institute_id"] == institute


def test_a_superuser_moves_objects_between_institutes(as_user, seeds):
    superuser, neighbour = as_user("super"), as_user("neighbour")
    seeds.exam()
    seeds.tool_provider()
    seeds.lti_resource(1, 1)
    assert superuser.patch("/exams/1", institute_id="2").json()["exam"]["institute_id"] == 2
    assert superuser.patch("/tool_providers/1", institute_id=2).status_code == 200
    assert neighbour.get("/exams/1").status_code == 200
    assert neighbour.get("/lti_resources/1").status_code == 200
    assert neighbour.get("/tool_providers/1").status_code == 200
    assert superuser.patch("/exams/1", institute_id=99).status_code == 422
