"""The arithmetic of the benchmarks: what is judged met, what needs a reason, where the page takes its tables."""

from __future__ import annotations

import pytest

from tests.benchmarks import __main__ as command
from tests.benchmarks import cases, report


def entry(family, contender, work, count, forks=0, **measured):
    """A result as it is kept."""
    found = {
        "wall": 1.0,
        "cpu": 1.0,
        "main_mb": 60.0,
        "all_mb": 70.0,
        "requests": 1,
        "least": 1,
        "at": "2026-11-22 10:00",
    }
    on = {
        "cpu": "any",
        "cores": 2,
        "memory_gb": 4,
        "system": "any",
        "python": "3",
        "ansible_core": "2",
        "requests": "2",
    }
    what = {"family": family, "contender": contender, "work": work, "count": count, "forks": forks, "on": on}
    return {"name": f"{family}/{contender}/{work}/{count}/{forks}", **found, **what, **measured}


def results(*entries):
    return {one["name"]: one for one in entries}


START = entry("start", "ansible-playbook", "no task", 0, wall=0.5)


def verdict(entries, words):
    (found,) = [(good, text) for good, text in report.judged(entries) if words in text]
    return found


@pytest.mark.parametrize(("wall", "met"), [(1.5, True), (1.51, False)])
def test_the_plural_module_may_take_half_as_much_again_as_script_and_start(wall, met):
    measured = results(
        START,
        entry("rules", "bare", cases.NOTHING, 1000, wall=0.5),
        entry("rules", "plural", cases.NOTHING, 1000, wall=wall),
    )
    assert verdict(measured, "plural module")[0] is met


@pytest.mark.parametrize(("wall", "met"), [(15.5, True), (15.6, False)])
def test_an_item_counts_without_the_start(wall, met):
    measured = results(START, entry("links", "loop", cases.NOTHING, 1000, wall=wall))
    assert verdict(measured, "LTI resources of one exam platform, loop")[0] is met


def test_the_loop_is_compared_with_a_look_up_for_each_object():
    measured = results(
        entry("rules", "loop", cases.NOTHING, 1000, wall=10.0),
        entry("rules", "uri", cases.NOTHING, 1000, wall=200.0),
        entry("rules", "uri listing once", cases.NOTHING, 1000, wall=10.0),
    )
    assert verdict(measured, "20 times") == (True, verdict(measured, "20 times")[1])
    assert "200 s against 10.0 s, 20 times" in verdict(measured, "20 times")[1]


@pytest.mark.parametrize(
    ("main", "together", "met"), [(284.0, 284.0, True), (286.0, 70.0, False), (60.0, 300.0, False)]
)
def test_memory_grows_neither_in_the_first_process_nor_in_all(main, together, met):
    measured = results(
        entry("tenants", "module", cases.NOTHING, 100, 50),
        entry("tenants", "module", cases.NOTHING, 1000, 50, main_mb=main, all_mb=together),
    )
    assert verdict(measured, "Peak memory")[0] is met


def test_what_was_not_measured_is_not_met():
    assert {good for good, _text in report.judged({})} == {None}


def test_a_request_too_many_needs_a_reason():
    explained = entry("rules", "loop", cases.NOTHING, 100, requests=100)
    unexplained = entry("rules", "plural", cases.NOTHING, 100, requests=2)
    assert verdict(results(explained), "Requests")[0] is True
    assert verdict(results(explained, unexplained), "Requests")[0] is False
    assert unexplained["name"] in verdict(results(explained, unexplained), "Requests")[1]


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("rules/plural/nothing to do/1", 1),
        ("rules/plural/nothing to do/1000", 10),
        ("rules/bare/everything to do/1000", 1001),
        ("links/bare/nothing to do/1000", 6),
        ("links/bare/everything to do/100", 103),
        ("tenants/uri/nothing to do/1000/forks 50", 1000),
        ("tenants/module/everything to do/100/forks 10", 200),
    ],
)
def test_the_least_is_a_look_and_a_request_for_each_change(name, least):
    assert {case.name: case.least for case in cases.all_cases()}[name] == least


def test_each_case_has_a_name_of_its_own():
    names = [case.name for case in cases.all_cases()]
    assert len(names) == len(set(names))


def test_what_the_targets_compare_is_measured_in_full():
    names = {case.name for case in cases.all_cases()}
    assert {"rules/uri/nothing to do/1000", "tenants/uri/nothing to do/1000/forks 50"} <= names


def test_the_page_has_a_place_for_each_part():
    page = report.PAGE.read_text(encoding="utf-8")
    filled = report.filled(page, report.sections(results(START)))
    assert report.filled(filled, report.sections(results(START))) == filled


def test_what_is_written_by_hand_stays():
    page = "before\n<!-- measured: one -->\nold\n<!-- end of one -->\nafter\n"
    assert report.filled(page, {"one": "new"}) == page.replace("old", "new")


def test_a_part_without_a_place_is_refused():
    with pytest.raises(ValueError, match="no place for two"):
        report.filled("nothing", {"two": "text"})


def test_a_run_that_was_cut_off_goes_on_with_the_newest_results(tmp_path, monkeypatch):
    monkeypatch.setattr(command, "RESULTS", tmp_path / "results.jsonl")
    assert command.kept() == {}
    command.RESULTS.write_text('{"name": "a", "wall": 1}\n{"name": "b", "wall": 2}\n{"name": "a", "wall": 3}\n')
    assert {name: one["wall"] for name, one in command.kept().items()} == {"a": 3, "b": 2}


def test_only_what_is_asked_for_is_chosen():
    given = command.arguments(["--only", "tenants/uri", "--tenants", "10", "--forks", "10"])
    assert [case.name for case in command.chosen(given)] == [
        "tenants/uri/everything to do/10/forks 10",
        "tenants/uri/nothing to do/10/forks 10",
    ]
