"""Exams: what comes back, what does not, and the status nobody writes."""

from __future__ import annotations

import json
import re
import time

import pytest


def iso(seconds_from_now: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds_from_now))


def test_a_new_exam_is_a_draft_with_every_field(exam):
    answer = exam.post("/exams", name="Finals", type="record_review", mobile_cam="1")
    created = answer.json()["exam"]
    assert answer.status_code == 201
    assert created["id"] == 1
    assert (created["institute_id"], created["user_id"]) == (1, 1)
    assert created["status"] == "draft"
    assert re.fullmatch("[0-9a-f]{32}", created["token"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+01:00", created["created_at"])
    assert created["mobile_cam"] is True
    assert {"terms", "clipboard", "timezone", "exam_language", "published"} <= set(created)


def test_write_only_parameters_do_not_come_back(exam):
    sent = {"allow_textbooks": "1", "allowed_textbooks": "Knuth", "student_experience": "true"}
    created = exam.post("/exams", name="Finals", type="demo", **sent).json()["exam"]
    assert not {"type", "institute", "permissions", *sent} & set(created)


@pytest.mark.parametrize(
    ("kind", "mobile_cam", "mode"),
    [
        ("record_review", "true", "01110000"),
        ("record_review", "false", "01010000"),
        ("live", "false", "01011000"),
        ("classroom", "false", "00000000"),
    ],
)
def test_the_mode_stands_for_the_type(exam, kind, mobile_cam, mode):
    created = exam.post("/exams", name="n", type=kind, mobile_cam=mobile_cam).json()["exam"]
    assert created["mode"] == mode
    shown = (created["web_cam"], created["screen_share"], created["live_proctoring"])
    assert shown == (mode[1] == "1", mode[3] == "1", mode[4] == "1")


def test_restrictions_come_back_as_a_matrix(exam):
    created = exam.post(
        "/exams",
        name="n",
        type="demo",
        restrictions="No talking",
        allow_websites=True,
        allowed_websites="a.example,b.example",
        allow_pen_paper="1",
    ).json()["exam"]
    nothing = [False, [""]]
    assert json.loads(created["restrictions"]) == [
        [True, ["a.example", "b.example"]], nothing, nothing, nothing, [True, [""]], nothing,
        [True, ["No talking"]],
    ]  # fmt: skip


def test_restrictions_written_as_a_matrix_are_understood(exam):
    first = exam.post("/exams", name="n", type="demo", allow_calculator="1").json()["exam"]
    second = exam.post("/exams", name="m", type="demo", restrictions=first["restrictions"])
    assert second.json()["exam"]["restrictions"] == first["restrictions"]


@pytest.mark.parametrize(
    "sent",
    [
        "2030-01-01T10:00:00Z",
        "2030-01-01T12:00:00.000+02:00",
        "2030-01-01T11:00:00",
        "2030-01-01 11:00",
        "1893492000",
        1893492000,
    ],
)
def test_times_come_back_in_the_servers_zone(exam, sent):
    created = exam.post("/exams", name="n", type="demo", start_time=sent).json()["exam"]
    assert created["start_time"] == "2030-01-01T11:00:00.000+01:00"


@pytest.mark.parametrize("wrong", ["tomorrow", "9" * 30, "9999-12-31T23:59:59Z", True])
def test_a_time_that_is_none_is_refused(exam, wrong):
    answer = exam.post("/exams", name="n", type="demo", end_time=wrong)
    assert answer.status_code == 422
    assert "end_time" in answer.json()["error"]


def test_an_empty_text_clears_a_time(exam, seeds):
    seeds.exam(end_time="2030-01-01T10:00:00Z")
    assert exam.patch("/exams/1", end_time="").json()["exam"]["end_time"] is None


@pytest.mark.parametrize("missing", ["name", "type"])
@pytest.mark.parametrize("value", [None, "", "  "])
def test_name_and_type_are_required(exam, missing, value):
    sent = {"name": "n", "type": "demo", missing: value}
    if value is None:
        del sent[missing]
    answer = exam.post("/exams", **sent)
    assert answer.status_code == 422
    assert answer.json() == {"error": f"Param is missing or the value is empty: {missing}"}


def test_an_unknown_type_is_refused(exam):
    assert exam.post("/exams", name="n", type="oral").status_code == 422


def test_a_duration_is_required_where_it_is_used(exam):
    refused = exam.post("/exams", name="n", type="demo", use_duration="true")
    assert refused.json()["error"].endswith(": duration_minutes")
    created = exam.post("/exams", name="n", type="demo", use_duration="1", duration_minutes="90")
    assert created.json()["exam"]["duration_minutes"] == 90
    unused = exam.post("/exams", name="n", type="demo", use_duration="false")
    assert unused.json()["exam"]["duration_minutes"] is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("use_duration", "yes"),
        ("use_duration", "True"),
        ("use_duration", ""),
        ("use_duration", 2),
        ("duration_minutes", "ninety"),
        ("duration_minutes", "-5"),
        ("duration_minutes", "1.5"),
        ("name", 5),
    ],
)
def test_values_of_the_wrong_type_are_refused(exam, name, value):
    answer = exam.post("/exams", **{"name": "n", "type": "demo", name: value})
    assert answer.status_code == 422
    assert f"Invalid parameter '{name}'" in answer.json()["error"]


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_an_update_changes_only_what_it_names(exam, seeds, method):
    before = seeds.exam(name="Old", type="live", upload_answers=True)
    after = exam.send(method, "/exams/1", {"name": "New"}).json()["exam"]
    changed = {name for name in before if before[name] != after[name]}
    assert changed - {"updated_at"} == {"name"}


def test_an_update_without_effect_leaves_updated_at(exam, seeds):
    before = seeds.exam(name="Same")
    time.sleep(0.005)
    assert exam.patch("/exams/1", name="Same").json()["exam"] == before


def test_a_name_cannot_be_emptied(exam, seeds):
    seeds.exam(name="Kept")
    assert exam.patch("/exams/1", name="").status_code == 422
    assert exam.get("/exams/1").json()["exam"]["name"] == "Kept"


def test_names_are_not_unique(exam):
    ids = [exam.post("/exams", name="n", type="demo").json()["exam"]["id"] for _again in range(2)]
    assert ids == [1, 2]


@pytest.mark.parametrize("method", ["GET", "PATCH", "PUT", "DELETE"])
def test_an_unknown_exam_is_not_found(exam, method):
    answer = exam.send(method, "/exams/9")
    assert (answer.status_code, answer.json()) == (404, {"error": "Couldn't find Exam with 'id'=9"})


def test_an_id_is_a_number(exam):
    assert exam.get("/exams/abc").status_code == 422
    assert exam.get(f"/exams/{'9' * 5000}").status_code == 422


def test_a_document_opens_a_draft(exam, seeds):
    seeds.exam()
    seeds.document(1)
    assert exam.get("/exams/1").json()["exam"]["status"] == "open"


def test_an_open_exam_closes_when_its_end_has_passed(exam, seeds, sandbox):
    seeds.exam(start_time=iso(-60), end_time=iso(600))
    seeds.document(1)
    assert exam.get("/exams/1").json()["exam"]["status"] == "open"
    assert exam.patch("/exams/1", end_time=iso(-30)).json()["exam"]["status"] == "closed"
    assert exam.patch("/exams/1", end_time=iso(60)).json()["exam"]["status"] == "open"


def test_a_draft_does_not_close(exam, seeds):
    seeds.exam(start_time=iso(-3600))
    assert exam.get("/exams/1").json()["exam"]["status"] == "draft"


def test_status_cannot_be_written(exam, seeds):
    seeds.exam()
    assert exam.patch("/exams/1", status="closed").json()["exam"]["status"] == "draft"


def test_a_deleted_exam_stays_with_the_status_deleted(exam, seeds):
    seeds.exam()
    deleted = exam.delete("/exams/1")
    assert (deleted.status_code, deleted.json()) == (200, {})
    assert exam.get("/exams/1").json()["exam"]["status"] == "deleted"
    assert [one["status"] for one in exam.get("/exams").json()["exams"]] == ["deleted"]


def test_the_list_can_be_narrowed_to_a_status(exam, seeds):
    for name in ("draft", "open", "closed", "deleted"):
        seeds.exam(name=name)
    seeds.document(2)
    seeds.close_exam(3)
    exam.delete("/exams/4")
    for name in ("draft", "open", "closed", "deleted"):
        listed = exam.get("/exams", status=name).json()["exams"]
        assert [one["name"] for one in listed] == [name]
    assert exam.get("/exams", status="lost").status_code == 422


@pytest.mark.parametrize("path", ["/exams/", "/exams/1/", "/exams/1/documents/"])
def test_a_trailing_slash_is_accepted(exam, seeds, path):
    seeds.exam()
    seeds.document(1)
    assert exam.get(path).status_code == 200


def test_head_answers_without_a_body(exam, seeds):
    seeds.exam()
    answer = exam.send("HEAD", "/exams/1")
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["Content-Length"]) > 0


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/nothing"), ("PATCH", "/exams"), ("OPTIONS", "/exams"), ("POST", "/exams/1")],
)
def test_a_path_or_verb_without_a_route_is_an_html_404(exam, method, path):
    answer = exam.send(method, path)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "No route matches" in answer.text
