"""Tool providers and the links that exams have to them."""

from __future__ import annotations

import time

import pytest

PROVIDER = {"tool_name": "Remindo", "oauth_consumer_key": "k", "oauth_consumer_secret": "s"}


def test_a_new_tool_provider_shows_its_secret_and_the_servers_defaults(exam):
    answer = exam.post("/tool_providers", **PROVIDER)
    created = answer.json()["tool_provider"]
    assert answer.status_code == 201
    for name in ("created_at", "updated_at"):
        assert created.pop(name).endswith("+01:00")
    assert created == {
        "id": 1,
        **PROVIDER,
        "tool_url": "",
        "institute_id": 1,
        "use_as_basic_link": True,
        "lti_custom_data": "{}",
    }
    assert exam.get("/tool_providers/1").json()["tool_provider"]["oauth_consumer_secret"] == "s"


@pytest.mark.parametrize("missing", list(PROVIDER))
def test_name_key_and_secret_are_required(exam, missing):
    answer = exam.post("/tool_providers", **{**PROVIDER, missing: ""})
    assert answer.json() == {"error": f"Param is missing or the value is empty: {missing}"}
    assert answer.status_code == 422
    exam.post("/tool_providers", **PROVIDER)
    assert exam.patch("/tool_providers/1", **{missing: ""}).status_code == 422


def test_tool_provider_names_are_not_unique(exam):
    for _again in range(2):
        assert exam.post("/tool_providers", **PROVIDER).status_code == 201
    assert len(exam.get("/tool_providers").json()["tool_providers"]) == 2


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_an_update_leaves_what_it_does_not_name(exam, seeds, method):
    before = seeds.tool_provider(tool_url="https://a.example", lti_custom_data='{"a":"1"}')
    time.sleep(0.005)
    after = exam.send(method, "/tool_providers/1", {"tool_name": "New"}).json()["tool_provider"]
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"tool_name", "updated_at"}


def test_an_empty_text_clears_the_url(exam, seeds):
    seeds.tool_provider(tool_url="https://a.example")
    changed = exam.patch("/tool_providers/1", tool_url="", use_as_basic_link=0).json()
    assert changed["tool_provider"]["tool_url"] == ""
    assert changed["tool_provider"]["use_as_basic_link"] is False


def test_custom_data_is_kept_byte_for_byte(exam):
    text = '{ "a":  "é" }'
    created = exam.post("/tool_providers", **PROVIDER, lti_custom_data=text).json()
    assert created["tool_provider"]["lti_custom_data"] == text


def test_custom_data_is_a_text(exam):
    sent = exam.signed({**PROVIDER, "lti_custom_data": '{"b"=>"1"}'}, "/tool_providers")
    answer = exam.session.post(
        f"{exam.base_url}/api/v3/tool_providers",
        json={**sent, "lti_custom_data": {"b": "1"}},
        headers=exam.headers(),
    )
    assert answer.status_code == 422
    assert "lti_custom_data" in answer.json()["error"]


@pytest.mark.parametrize(("path", "label"), [
    ("/tool_providers/9", "tool provider"),
    ("/lti_resources/9", "lti resource"),
])  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_an_unknown_one_is_not_found(exam, path, label, method):
    answer = exam.send(method, path)
    assert answer.status_code == 404
    assert answer.json() == {"error": f"Couldn't find {label} with 'id'=9"}


def test_an_unused_tool_provider_is_deleted(exam, seeds):
    seeds.tool_provider()
    deleted = exam.delete("/tool_providers/1")
    assert (deleted.status_code, deleted.json()) == (200, {})
    assert exam.get("/tool_providers/1").status_code == 404


def test_links_of_open_exams_lock_a_tool_provider(exam, seeds):
    seeds.tool_provider()
    for number, name in enumerate(["draft", "open", "also open", "closed"], start=1):
        seeds.exam(name=name)
        seeds.lti_resource(number, 1)
    seeds.lti_resource(2, 1)
    for number in (2, 3, 4):
        seeds.document(number)
    seeds.close_exam(4)
    answer = exam.delete("/tool_providers/1")
    assert answer.status_code == 423
    offenders = [{"id": 2, "name": "open"}, {"id": 3, "name": "also open"}]
    assert answer.json() == {"error": {"open_exam": [offenders]}}


def test_a_link_takes_its_launch_url_from_the_provider(exam, seeds):
    seeds.exam()
    seeds.tool_provider(tool_url="https://tool.example/launch")
    answer = exam.post("/lti_resources", lti_resource_link_name="Essay", exam_id="1", tool_provider_id=1)
    created = answer.json()["lti_resource"]
    assert answer.status_code == 201
    for name in ("created_at", "updated_at"):
        assert created.pop(name).endswith("+01:00")
    assert created == {
        "id": 1,
        "lti_resource_link_id": None,
        "tool_provider_id": "1",
        "lti_resource_link_name": "Essay",
        "exam_id": 1,
        "lti_resource_launch_url": "https://tool.example/launch",
        "lti_custom_data": "",
        "open_in_new_tab": False,
        "placeholder": "LTI_EXAM_1",
    }


def test_the_placeholder_counts_links_not_exams(seeds):
    seeds.exam()
    seeds.tool_provider()
    seeds.lti_resource(1, 1)
    assert seeds.lti_resource(1, 1)["placeholder"] == "LTI_EXAM_2"


@pytest.mark.parametrize("missing", ["lti_resource_link_name", "exam_id", "tool_provider_id"])
def test_name_exam_and_provider_are_required(exam, seeds, missing):
    seeds.exam()
    seeds.tool_provider()
    sent = {"lti_resource_link_name": "Essay", "exam_id": 1, "tool_provider_id": 1}
    del sent[missing]
    answer = exam.post("/lti_resources", **sent)
    assert (answer.status_code, answer.json()["error"].split(": ")[1]) == (422, missing)


def test_the_exam_and_the_provider_of_a_link_exist(exam, seeds):
    seeds.exam()
    seeds.tool_provider()
    exam.delete("/exams/1")
    answer = exam.post("/lti_resources", lti_resource_link_name="Essay", exam_id=1, tool_provider_id=7)
    assert answer.status_code == 422
    assert answer.json() == {"errors": {"exam": ["must exist"], "tool_provider": ["must exist"]}}


def test_a_link_can_be_moved_and_keeps_its_placeholder(exam, seeds):
    for _again in range(2):
        seeds.exam()
        seeds.tool_provider()
    seeds.lti_resource(1, 1)
    moved = exam.patch("/lti_resources/1", exam_id=2, tool_provider_id="2", open_in_new_tab="1")
    link = moved.json()["lti_resource"]
    assert (link["exam_id"], link["tool_provider_id"]) == (2, "2")
    assert (link["open_in_new_tab"], link["placeholder"]) == (True, "LTI_EXAM_1")


def test_a_link_cannot_be_moved_to_an_exam_that_does_not_exist(exam, seeds):
    seeds.exam()
    seeds.tool_provider()
    seeds.lti_resource(1, 1)
    assert exam.patch("/lti_resources/1", exam_id=9).status_code == 422


def test_the_update_page_slip_tool_name_is_no_field(exam, seeds):
    seeds.exam()
    seeds.tool_provider()
    before = seeds.lti_resource(1, 1)
    assert exam.patch("/lti_resources/1", tool_name="x").json()["lti_resource"] == before


def test_a_link_made_anew_has_another_placeholder(exam, seeds):
    seeds.exam()
    seeds.tool_provider()
    seeds.lti_resource(1, 1)
    assert exam.delete("/lti_resources/1").json() == {}
    assert exam.get("/lti_resources/1").status_code == 404
    assert seeds.lti_resource(1, 1)["placeholder"] == "LTI_EXAM_2"


def test_a_link_keeps_its_url_when_the_provider_moves(exam, seeds):
    seeds.exam()
    seeds.tool_provider(tool_url="https://old.example")
    seeds.lti_resource(1, 1)
    exam.patch("/tool_providers/1", tool_url="https://new.example")
    shown = exam.get("/lti_resources/1").json()["lti_resource"]
    assert shown["lti_resource_launch_url"] == "https://old.example"
