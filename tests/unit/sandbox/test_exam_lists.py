"""Paging, filter and sort."""

from __future__ import annotations

import json

import pytest

HEADERS = ("Item-Count", "Page-Count", "Page", "Limit")


def paging(answer) -> list[int]:
    return [int(answer.headers[f"X-Pagination-{name}"]) for name in HEADERS]


def names(answer) -> list[str]:
    return [one["name"] for one in answer.json()["exams"]]


@pytest.fixture
def five(seeds):
    """Five exams, named a to e, the last two without a start."""
    for day, name in enumerate("abc", start=1):
        seeds.exam(name=name, start_time=f"2030-01-0{day}T10:00:00Z")
    seeds.exam(name="d")
    seeds.exam(name="e")


def test_pages_are_cut_and_counted(exam, five):
    answer = exam.get("/exams", limit=2, page="2")
    assert names(answer) == ["c", "d"]
    assert paging(answer) == [5, 3, 2, 2]
    assert set(answer.json()) == {"exams"}


def test_the_limit_is_300_at_most(exam, five):
    assert paging(exam.get("/exams", limit=1000)) == [5, 1, 1, 300]
    assert paging(exam.get("/exams")) == [5, 1, 1, 300]


def test_a_page_past_the_end_is_empty(exam, five):
    answer = exam.get("/exams", limit=2, page=9)
    assert (names(answer), paging(answer)) == ([], [5, 3, 9, 2])


@pytest.mark.parametrize("wrong", [{"page": "x"}, {"limit": "-1"}])
def test_page_and_limit_are_numbers(exam, wrong):
    assert exam.get("/exams", **wrong).status_code == 422


def test_tool_providers_are_not_paged(exam, seeds):
    for _again in range(3):
        seeds.tool_provider()
    answer = exam.get("/tool_providers", limit=1)
    assert len(answer.json()["tool_providers"]) == 3
    assert "X-Pagination-Page" not in answer.headers


def test_links_are_paged(exam, seeds):
    seeds.exam()
    seeds.tool_provider()
    for _again in range(3):
        seeds.lti_resource(1, 1)
    answer = exam.get("/lti_resources", limit=2, page=2)
    assert [one["id"] for one in answer.json()["lti_resources"]] == [3]
    assert paging(answer) == [3, 2, 2, 2]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"start_time": {"gte": "2030-01-02T11:00:00+01:00"}}, ["b", "c"]),
        ({"start_time": {"gte": "2030-01-02", "lt": "2030-01-03"}}, ["b"]),
        ({"name": {"eq": "d"}}, ["d"]),
        ({"name": "e"}, ["e"]),
        ({"duration_minutes": {"gt": 5}}, []),
    ],
)
def test_filter(exam, five, condition, expected):
    assert names(exam.get("/exams", filter=json.dumps(condition))) == expected


def test_sort(exam, five):
    criteria = [{"start_time": "desc"}, {"name": "desc"}]
    assert names(exam.get("/exams", sort=json.dumps(criteria))) == ["c", "b", "a", "e", "d"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"filter": "{"},
        {"filter": "[]"},
        {"filter": '{"name":{"like":"a"}}'},
        {"filter": '{"colour":{"eq":"red"}}'},
        {"filter": '{"start_time":{"gte":"soon"}}'},
        {"sort": '{"name":"asc"}'},
        {"sort": '[{"name":"up"}]'},
        {"sort": '["name"]'},
    ],
)
def test_what_cannot_be_filtered_or_sorted_is_refused(exam, five, wrong):
    assert exam.get("/exams", **wrong).status_code == 422
