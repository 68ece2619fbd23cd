"""Two runs at once: Canvas keeps nothing unique, and one object is left (docs/platforms/canvas.md, 4.1, 9.1)."""

from __future__ import annotations

import threading

import pytest

from .canvas_samples import before, settings
from .conftest import Runner

KEYS = "canvas_tool_configuration"
BINDING = "canvas_developer_key_binding"
TOOLS = "canvas_external_tool"
REGISTRATIONS = "canvas_lti_registration"
TABLES = {KEYS: "developer_keys", TOOLS: "tools", REGISTRATIONS: "registrations"}
IDS = {
    KEYS: ("tool_configuration", "client_id"),
    TOOLS: ("external_tool", "external_tool_id"),
    REGISTRATIONS: ("registration", "registration_id"),
}


@pytest.fixture(params=[KEYS, TOOLS, REGISTRATIONS])
def making(request, sandbox):
    """A runner with a wish that makes something."""
    runner = Runner(sandbox, "canvas")
    ready = runner(KEYS, name="Ready", settings=settings(), binding="on")["tool_configuration"]["client_id"]
    runner.module = request.param
    runner.wish = {
        KEYS: {"name": "Quiz", "settings": settings(), "binding": "on"},
        TOOLS: {"client_id": ready, "course_id": "101"},
        REGISTRATIONS: {"name": "Quiz", "configuration": settings(), "workflow_state": "on"},
    }[request.param]
    runner.writes()
    return runner


def held(runner):
    """Ids of what there is, the eldest first, without the key that stands ready."""
    table = runner.sandbox.state("canvas")[TABLES[runner.module]].values()
    there = [one for one in table if one["workflow_state"] != "deleted"]
    return [str(one["id"]) for one in there if one["name"] != "Ready"]


def id_in(runner, result):
    name, option = IDS[runner.module]
    return str(int(result[name][option]) % 10**13)


def test_whoever_comes_second_takes_its_own_one_back(making):
    other = Runner(making.sandbox, "canvas")
    theirs = []

    def theirs_first():
        theirs.append(other(making.module, **making.wish))

    with before(lambda method, path: method == "POST" and not theirs, theirs_first):
        result = making(making.module, **making.wish)

    assert "failure" not in result, result
    assert held(making) == [id_in(making, theirs[0])]
    assert id_in(making, result) == id_in(making, theirs[0])
    assert "Another run created" in result["warnings"][0]
    assert not making(making.module, **making.wish)["changed"]


@pytest.mark.parametrize("attempt", range(3))
def test_with_two_runs_at_work_one_object_is_left(making, attempt):
    barrier, results = threading.Barrier(2), []

    def run():
        runner = Runner(making.sandbox, "canvas")
        barrier.wait()
        results.append(runner(making.module, **making.wish))

    threads = [threading.Thread(target=run) for _one in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not [result["msg"] for result in results if result.get("failed")]
    (left,) = held(making)
    assert {id_in(making, result) for result in results} == {left}
    assert not making(making.module, **making.wish)["changed"]


def test_an_object_that_somebody_else_made_earlier_is_never_taken_back(making):
    """The key of another run stays even where ours had to go: only what this run made is removed."""
    first = Runner(making.sandbox, "canvas")(making.module, **making.wish)

    making(making.module, **making.wish)

    assert held(making) == [id_in(making, first)]
    assert [method for method, _path in making.writes() if method == "DELETE"] == []


def test_two_runs_that_switch_one_key_agree(sandbox):
    runner = Runner(sandbox, "canvas")
    client_id = runner(KEYS, name="Quiz", settings=settings())["tool_configuration"]["client_id"]
    wish = {"client_id": client_id, "binding": "on"}
    other = Runner(sandbox, "canvas")
    with before(lambda method, path: path.endswith("bindings"), lambda: other(BINDING, **wish)):
        result = runner(BINDING, **wish)

    assert result["developer_key_binding"]["binding"] == "on"
    assert not runner(BINDING, **wish)["changed"]


def test_two_runs_that_change_one_key_leave_the_wish_of_the_last(sandbox):
    runner = Runner(sandbox, "canvas")
    runner(KEYS, name="Quiz", settings=settings())
    other, theirs = Runner(sandbox, "canvas"), settings(title="Theirs")
    with before(lambda method, path: method == "PUT", lambda: other(KEYS, name="Quiz", settings=theirs)):
        result = runner(KEYS, name="Quiz", settings=settings(title="Ours"))

    assert "failure" not in result, result
    assert not runner(KEYS, name="Quiz", settings=settings(title="Ours"))["changed"]
