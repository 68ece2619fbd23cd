"""Whether an installed tool can be used where it is (docs/platforms/canvas.md, 4.2, 4.3): nothing is shown to everybody
by mistake."""

from __future__ import annotations

import pytest

from .canvas_samples import before, settings
from .test_faults import KINDS, fault

TOOLS = "canvas_external_tool"
NEXT = {"canvas.lti_registrations_next": True}


@pytest.fixture
def quiz(canvas_runner):
    """Installs the tool of one key, which is on, on a server that knows availability."""
    canvas_runner.sandbox.switches(NEXT)
    made = canvas_runner("canvas_tool_configuration", name="Quiz", settings=settings(), binding="on")
    canvas_runner.writes()

    def run(**arguments):
        return canvas_runner(TOOLS, client_id=made["tool_configuration"]["client_id"], **arguments)

    run.runner, run.sandbox, run.writes = canvas_runner, canvas_runner.sandbox, canvas_runner.writes
    return run


def there(quiz):
    """Availability of each tool that is installed."""
    held = quiz.sandbox.state("canvas")["tools"].values()
    return [one["available"] for one in held if one["workflow_state"] != "deleted"]


WHERE = pytest.mark.parametrize(
    "where", [{}, {"account_id": "1"}, {"account_id": "sis_account_id:ARTS"}, {"course_id": "101"}]
)


@WHERE
def test_a_tool_is_hidden_and_shown_and_hidden_again(quiz, where):
    for number, wanted in enumerate((False, True, False)):
        predicted = quiz(available=wanted, check=True, **where)
        result = quiz(available=wanted, **where)
        assert (predicted["changed"], predicted["diff"]) == (result["changed"], result["diff"]), number
        assert (result["changed"], result["external_tool"]["available"]) == (True, wanted)
        assert there(quiz) == [wanted]
        again = quiz(available=wanted, **where)
        assert not again["changed"]
        assert "warnings" not in again


@WHERE
def test_what_was_not_asked_for_is_left_alone_and_told(quiz, where):
    quiz(available=False, **where)
    quiz.writes()

    result = quiz(**where)

    assert not result["changed"]
    assert "not available there" in result["warnings"][0]
    assert there(quiz) == [False]
    assert quiz.writes() == []


def test_a_tool_that_came_with_its_key_is_shown_instead_of_installed_twice(canvas_runner):
    canvas_runner.sandbox.switches({"canvas.auto_deploy": True})
    made = canvas_runner("canvas_tool_configuration", name="Quiz", settings=settings(), binding="on")
    wish = {"client_id": made["tool_configuration"]["client_id"], "available": True}
    canvas_runner.writes()

    assert canvas_runner(TOOLS, **wish)["changed"]
    assert [method for method, _path in canvas_runner.writes()] == ["PUT"]
    assert not canvas_runner(TOOLS, **wish)["changed"]
    assert len(canvas_runner.sandbox.state("canvas")["tools"]) == 1


@pytest.mark.parametrize("era", ["A", "C", "D"])
@pytest.mark.parametrize("check", [True, False])
def test_where_nothing_can_hide_it_a_hidden_tool_is_refused_before_it_is_installed(quiz, era, check):
    """5.3: the flag varies from host to host."""
    quiz.sandbox.switches({"canvas.era": era, "canvas.lti_registrations_next": False})

    result = quiz(available=False, check=check)

    assert "cannot be installed without being available" in result["msg"]
    assert result["failure"]["kind"] == "not_found"
    assert result["changed"] is False
    assert quiz.writes() == []
    assert there(quiz) == []


@pytest.mark.parametrize("check", [True, False])
def test_where_nothing_can_hide_it_an_installed_tool_stays_as_it_is(quiz, check):
    quiz()
    quiz.sandbox.switches({"canvas.lti_registrations_next": False})
    quiz.writes()

    assert quiz(available=True)["changed"] is False
    result = quiz(available=False, check=check)

    assert "Apps page" in result["failure"]["hint"]
    assert result["changed"] is False
    assert quiz.writes() == []


@pytest.mark.parametrize("told", [(403, {"errors": "no"}), (404, {"error": "gone"}), (422, {"errors": ["no"]})])
def test_a_tool_that_could_not_be_hidden_is_taken_back(quiz, told):
    with before(lambda method, path: method == "PUT" and "/controls/" in path, lambda: told) as done:
        result = quiz(available=False)

    assert done
    assert result["failed"]
    assert "it was removed again" in result["msg"]
    assert there(quiz) == []


def test_a_tool_that_could_neither_be_hidden_nor_taken_back_is_told_to_be_there_for_everybody(quiz):
    def refuse():
        return 403, {"errors": "no"}

    with before(lambda method, path: method == "PUT", refuse), before(lambda method, path: method == "DELETE", refuse):
        result = quiz(available=False)

    assert (result["failed"], result["changed"]) == (True, True)
    assert "for everybody" in result["msg"]
    assert there(quiz) == [True]


@pytest.mark.parametrize(
    "answer", [{}, [], {"errors": [{"message": "no"}]}, {"available": True, "id": 1}, {"id": 1}, None]
)
def test_an_answer_that_does_not_say_so_is_no_success(quiz, answer):
    quiz()
    quiz.writes()
    with before(lambda method, path: method == "PUT", lambda: (200, answer)):
        quiz.runner.connection["retries"] = 0
        result = quiz(available=False)

    assert result["failed"], result
    assert "mistake" not in result["msg"]
    assert there(quiz) == [True]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("installed", [True, False])
def test_trouble_while_hiding_leaves_one_tool_and_the_next_run_finishes(quiz, kind, installed):
    if installed:
        quiz()
    quiz.runner.connection.update(timeout=0.4, retries=2)
    quiz.sandbox.faults({**fault(kind, "PUT", 1, "canvas"), "path": "*/controls/*"})

    result = quiz(available=False)

    assert ("failure" in result) or result["external_tool"]["available"] is False
    quiz.sandbox.clear_faults()
    assert "failure" not in quiz(available=False)
    assert there(quiz) == [False]
    assert quiz(available=False)["changed"] is False


def test_a_hidden_tool_can_be_removed(quiz):
    quiz(available=False)

    assert quiz(state="absent", check=True)["changed"]
    assert quiz(state="absent")["changed"]
    assert not quiz(state="absent")["changed"]
    assert there(quiz) == []


def test_who_may_not_look_is_told_which_permission_hiding_takes(quiz):
    result = quiz(available=False, access_token="canvas-installer-token")

    assert result["failure"]["kind"] == "forbidden"
    assert "manage_lti_registrations" in result["msg"]


def test_who_may_not_hide_installs_nothing(quiz):
    assert quiz(available=False, access_token="canvas-installer-token")["failed"]
    assert there(quiz) == []
