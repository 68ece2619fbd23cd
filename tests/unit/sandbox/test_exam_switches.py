"""Each switch of the exam platform changes what it says, and every switch is tried here."""

from __future__ import annotations

import time

import pytest

from tests.sandbox.exam.switches import SWITCHES

PROVIDER = {"tool_name": "T", "oauth_consumer_key": "k", "oauth_consumer_secret": "s"}
LINK = {"lti_resource_link_name": "L", "exam_id": 1, "tool_provider_id": 1}

TRIED: set[str] = set()


def switches(*names: str):
    """Mark a test as trying these switches."""
    TRIED.update(f"exam.{name}" for name in names)
    return lambda test: test


@pytest.fixture
def linked(seeds):
    """A draft exam with a link to a tool provider."""
    seeds.exam(name="Finals")
    seeds.tool_provider(tool_url="https://old.example", lti_custom_data='{"a":"1"}')
    seeds.lti_resource(1, 1)


@switches("create_status")
def test_create_status(exam, sandbox):
    sandbox.switches({"exam.create_status": 200})
    assert exam.post("/exams", name="n", type="demo").status_code == 200
    assert exam.post("/tool_providers", **PROVIDER).status_code == 200
    assert exam.post("/lti_resources", **LINK).status_code == 200
    assert exam.post("/exams/1/documents", exam_content="x").status_code == 200


@switches("auth_status")
@pytest.mark.parametrize("status", [400, 403])
def test_auth_status(exam, sandbox, status):
    sandbox.switches({"exam.auth_status": status})
    exam.secret_key = "wrong"
    answer = exam.get("/exams")
    assert answer.status_code == status
    assert "WWW-Authenticate" not in answer.headers
    exam.token = "wrong"
    assert exam.get("/exams").status_code == status


@switches("clock_window")
def test_clock_window(exam, sandbox):
    timestamp = int((time.time() - 60) * 1000)
    assert exam.send("GET", "/exams", timestamp=timestamp).status_code == 200
    sandbox.switches({"exam.clock_window": 30})
    assert exam.send("GET", "/exams", timestamp=timestamp).status_code == 401


@switches("clock_offset")
def test_clock_offset(exam, sandbox):
    sandbox.switches({"exam.clock_offset": -7200})
    refused = exam.get("/exams")
    assert refused.status_code == 401
    shown = time.strptime(refused.headers["Date"], "%a, %d %b %Y %H:%M:%S GMT")
    hours_ago = time.strftime("%j %H", time.gmtime(time.time() - 7200))
    assert time.strftime("%j %H", shown) == hours_ago
    timestamp = int((time.time() - 7200) * 1000)
    created = exam.send("POST", "/exams", {"name": "n", "type": "demo"}, timestamp=timestamp)
    there = time.gmtime(time.time() - 3600)  # the answer is in the zone +01:00
    assert created.json()["exam"]["created_at"].startswith(time.strftime("%Y-%m-%dT%H:", there))


@switches("error_body")
@pytest.mark.parametrize(
    ("form", "kind", "text"),
    [
        ("text", "text/plain", "Couldn't find Exam with 'id'=9\n"),
        ("empty", "text/html", ""),
        ("html", "text/html", "<!DOCTYPE html>"),
        ("json", "application/json", '{"error":'),
    ],
)
def test_error_body(exam, sandbox, form, kind, text):
    sandbox.switches({"exam.error_body": form})
    answer = exam.get("/exams/9")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith(kind)
    assert answer.text.startswith(text)
    assert (answer.text == "") == (text == "")


@pytest.mark.parametrize("form", ["text", "empty", "html"])
def test_the_body_of_a_lock_is_always_json(exam, sandbox, seeds, linked, form):
    seeds.document(1)
    sandbox.switches({"exam.error_body": form})
    offenders = [{"id": 1, "name": "Finals"}]
    assert exam.delete("/tool_providers/1").json() == {"error": {"open_exam": [offenders]}}


@switches("field_errors")
def test_field_errors(exam, sandbox, linked):
    sandbox.switches({"exam.field_errors": "bare"})
    answer = exam.post("/lti_resources", **{**LINK, "exam_id": 9})
    assert (answer.status_code, answer.json()) == (422, {"exam": ["must exist"]})


@switches("foreign_object")
def test_foreign_object(sandbox, as_user, linked):
    sandbox.switches({"exam.foreign_object": "missing"})
    neighbour = as_user("neighbour")
    for path in ("/exams/1", "/tool_providers/1", "/lti_resources/1"):
        assert neighbour.get(path).status_code == 404


@switches("ignore_fields")
def test_ignore_fields(exam, sandbox, linked):
    sandbox.switches({"exam.ignore_fields": "tool_url, end_time,open_in_new_tab,exam_content"})
    provider = exam.patch("/tool_providers/1", tool_url="https://new.example", tool_name="New")
    assert provider.json()["tool_provider"]["tool_url"] == "https://old.example"
    assert provider.json()["tool_provider"]["tool_name"] == "New"
    changed = exam.patch("/exams/1", end_time="2030-01-01T10:00:00Z").json()["exam"]
    assert changed["end_time"] is None
    link = exam.post("/lti_resources", **LINK, open_in_new_tab="1").json()["lti_resource"]
    assert link["open_in_new_tab"] is False
    document = exam.post("/exams/1/documents", exam_content="x").json()["document"]
    assert document["exam_content"] == ""


def test_a_link_has_its_parents_even_if_they_are_ignored(exam, sandbox, linked):
    sandbox.switches({"exam.ignore_fields": "exam_id,tool_provider_id,lti_resource_launch_url"})
    link = exam.post("/lti_resources", **LINK, lti_resource_launch_url="https://x.example")
    assert link.json()["lti_resource"]["exam_id"] == 1
    assert link.json()["lti_resource"]["lti_resource_launch_url"] == "https://old.example"


@switches("timezone")
@pytest.mark.parametrize(("zone", "shown"), [("-03:30", "06:30:00.000-03:30"), ("+00:00", "10:00:00.000+00:00")])
def test_timezone(exam, sandbox, zone, shown):
    sandbox.switches({"exam.timezone": zone})
    created = exam.post("/exams", name="n", type="demo", start_time="2030-01-01T10:00:00Z")
    assert created.json()["exam"]["start_time"] == f"2030-01-01T{shown}"


@switches("page_limit", "page_headers")
def test_page_limit_and_headers(exam, sandbox, seeds):
    sandbox.switches({"exam.page_limit": 2})
    for _again in range(3):
        seeds.exam()
    answer = exam.get("/exams", limit=300)
    assert len(answer.json()["exams"]) == 2
    assert answer.headers["X-Pagination-Page-Count"] == "2"
    assert answer.headers["X-Pagination-Limit"] == "2"
    sandbox.switches({"exam.page_headers": False})
    assert not [name for name in exam.get("/exams").headers if "Pagination" in name]


@switches("page_tool_providers")
def test_page_tool_providers(exam, sandbox, seeds):
    sandbox.switches({"exam.page_limit": 2, "exam.page_tool_providers": True})
    for _again in range(3):
        seeds.tool_provider()
    answer = exam.get("/tool_providers", page=2)
    assert [one["id"] for one in answer.json()["tool_providers"]] == [3]
    assert answer.headers["X-Pagination-Item-Count"] == "3"


@switches("types")
def test_types(exam, sandbox):
    sandbox.switches({"exam.types": "demo, class_room"})
    assert exam.post("/exams", name="n", type="class_room").status_code == 201
    assert exam.post("/exams", name="n", type="classroom").status_code == 422


@switches("demo_mode")
@pytest.mark.parametrize(
    ("mode", "digits"),
    [("record_review", "01010000"), ("classroom", "00000000"), ("live", "01011000")],
)
def test_demo_mode(exam, sandbox, seeds, mode, digits):
    sandbox.switches({"exam.demo_mode": mode})
    assert seeds.exam(type="demo")["mode"] == digits


@switches("soft_delete")
def test_hard_delete(exam, sandbox, seeds, linked):
    sandbox.switches({"exam.soft_delete": False})
    seeds.document(1)
    assert exam.delete("/exams/1").json() == {}
    assert exam.get("/exams/1").status_code == 404
    assert exam.get("/exams").json() == {"exams": []}
    assert exam.get("/exams/1/documents").status_code == 404
    assert exam.get("/lti_resources/1").json()["lti_resource"]["exam_id"] == 1


@switches("delete_cascades")
@pytest.mark.parametrize(("cascades", "status"), [(True, 404), (False, 200)])
def test_delete_cascades(exam, sandbox, seeds, linked, cascades, status):
    sandbox.switches({"exam.delete_cascades": cascades})
    seeds.document(1)
    assert exam.delete("/tool_providers/1").status_code == 423
    exam.delete("/exams/1")
    assert exam.get("/lti_resources/1").status_code == status
    assert exam.delete("/tool_providers/1").status_code == 200


@switches("lock")
def test_lock(exam, sandbox, linked):
    sandbox.switches({"exam.lock": "any"})
    assert exam.delete("/tool_providers/1").status_code == 423
    exam.delete("/exams/1")
    assert exam.delete("/tool_providers/1").status_code == 200


@switches("lti_resource_delete")
def test_lti_resource_delete(exam, sandbox, linked):
    sandbox.switches({"exam.lti_resource_delete": False})
    answer = exam.delete("/lti_resources/1")
    assert (answer.status_code, answer.headers["Content-Type"][:9]) == (404, "text/html")
    assert "No route matches [DELETE]" in answer.text
    assert exam.get("/lti_resources/1").status_code == 200


@switches("link_custom_data")
def test_link_custom_data(exam, sandbox, linked):
    assert exam.get("/lti_resources/1").json()["lti_resource"]["lti_custom_data"] == ""
    sandbox.switches({"exam.link_custom_data": "provider"})
    link = exam.post("/lti_resources", **LINK).json()["lti_resource"]
    assert link["lti_custom_data"] == '{"a":"1"}'


@switches("link_follows_provider")
def test_link_follows_provider(exam, sandbox, seeds, linked):
    sandbox.switches({"exam.link_follows_provider": True})
    seeds.lti_resource(1, 1, lti_resource_launch_url="https://own.example")
    exam.patch("/tool_providers/1", tool_url="https://new.example")
    links = exam.get("/lti_resources").json()["lti_resources"]
    assert [one["lti_resource_launch_url"] for one in links] == [
        "https://new.example",
        "https://own.example",
    ]


@switches("document_missing")
def test_document_missing(exam, sandbox, linked):
    sandbox.switches({"exam.document_missing": "null"})
    answer = exam.get("/exams/1/documents")
    assert (answer.status_code, answer.json()) == (200, {"document": None})


@switches("second_document")
def test_second_document(exam, sandbox, seeds, linked):
    sandbox.switches({"exam.second_document": "replace"})
    seeds.document(1)
    second = exam.post("/exams/1/documents", exam_content="second").json()["document"]
    assert second["id"] == 2
    assert exam.get("/exams/1/documents").json()["document"] == second
    assert exam.get("/exams/1/documents/1").status_code == 404


@switches("sanitise_html")
def test_sanitise_html(exam, sandbox, linked):
    sandbox.switches({"exam.sanitise_html": True})
    sent = (
        "<div class='a'   id=b onclick=\"x()\">\n  <p>1 &lt; 2&nbsp;&amp;\u00e9<br/></p>"
        "<p>{LTI_EXAM_1}</p>\n</div><script>alert(1)</script>"
    )
    stored = exam.post("/exams/1/documents", exam_content=sent).json()["document"]["exam_content"]
    assert stored == ('<div class="a" id="b">\n  <p>1 &lt; 2\u00a0&amp;\u00e9<br></p>\n<p>{LTI_EXAM_1}</p>\n</div>')
    again = exam.patch("/exams/1/documents/1", exam_content=stored).json()["document"]
    assert again["exam_content"] == stored


def test_every_switch_is_tried():
    assert {switch.name for switch in SWITCHES} == TRIED
