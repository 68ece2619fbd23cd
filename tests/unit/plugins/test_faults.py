"""Each kind of fault on each verb of each module: never a duplicate, never a lost object, and either
success or a message that says what happened. Afterwards a clean run converges and is quiet."""

from __future__ import annotations

import dataclasses
import typing

import pytest

from .canvas_samples import SETTINGS, settings
from .conftest import Runner

KINDS = ["500", "502", "503", "429", "timeout", "drop_before", "drop_after", "truncate", "slow", "html"]
IDS = ("client_id", "deployment_id")

PROVIDER = {"tool_name": "Remindo", "oauth_consumer_key": "k", "oauth_consumer_secret": "first-secret-Q7"}
LINK = {"exam_name": "Algebra", "tool_provider_name": "Remindo", "lti_resource_link_name": "Paper"}
TOOL = {
    "name": "Quiz",
    "domain": "quiz.example.com",
    "redirect_urls": ["https://quiz.example.com/launch"],
    "oidc_login_url": "https://quiz.example.com/login",
}


@dataclasses.dataclass
class Case:
    """What makes an object of a module's kind, what changes it, how messages name it, and where it is kept.

    ``alive`` gives the objects of that kind out of the sandbox's state, those apart that stand ready. Without
    ``change`` there is nothing about such an object that could be changed.
    """

    module: str
    create: dict
    change: dict | None
    label: str
    alive: typing.Callable
    update: str = "PATCH"

    @property
    def platform(self):
        return self.module.split("_")[0]

    def with_ids(self, arguments, ids):
        """Arguments with the ids of what stands ready in place of their names."""
        return {name: ids[value] if value in IDS else value for name, value in arguments.items()}


def _exam_objects(kind):
    def alive(state):
        held = state[kind]
        items = held.values() if isinstance(held, dict) else held
        own = [one for one in items if one.get("status") != "deleted"]
        ready = ("Algebra", "Remindo")
        return [one for one in own if one.get("name") not in ready and one.get("tool_name") not in ready]

    return alive


def _d2l_objects(kind):
    return lambda state: [one for one in state[kind].values() if one["Name"] != "Ready"]


def _canvas_objects(kind):
    return lambda state: [
        one for one in state[kind].values() if one["workflow_state"] != "deleted" and one["name"] != "Ready"
    ]


CASES = [
    Case(
        "exam",
        {"name": "Geometry", "type": "demo"},
        {"name": "Geometry", "duration_minutes": 60},
        "exam 'Geometry'",
        _exam_objects("exams"),
    ),
    Case(
        "exam_tool_provider",
        {**PROVIDER, "tool_name": "Other"},
        {"tool_name": "Other", "oauth_consumer_secret": "second-secret-Q7"},
        "tool provider 'Other'",
        _exam_objects("tool_providers"),
    ),
    Case(
        "exam_lti_resource",
        LINK,
        {**LINK, "open_in_new_tab": True},
        "LTI resource 'Paper' of exam 'Algebra'",
        _exam_objects("lti_resources"),
    ),
    Case(
        "exam_document",
        {"exam_name": "Algebra", "exam_content": "<p>one</p>"},
        {"exam_name": "Algebra", "exam_content": "<p>two</p>"},
        "instructions document of exam 'Algebra'",
        _exam_objects("documents"),
    ),
    Case(
        "d2l_lti_registration",
        TOOL,
        {**TOOL, "description": "changed"},
        "registration 'Quiz'",
        _d2l_objects("registrations"),
        "PUT",
    ),
    Case(
        "d2l_lti_deployment",
        {"client_id": "client_id", "name": "Courses"},
        {"client_id": "client_id", "name": "Courses", "send_user_email": True},
        "deployment 'Courses' of registration",
        _d2l_objects("deployments"),
        "PUT",
    ),
    Case(
        "d2l_sharing_rule",
        {
            "deployment_id": "deployment_id",
            "org_unit_id": 8101,
            "share_with_org_unit": True,
            "share_with_descendants": False,
        },
        {"deployment_id": "deployment_id", "org_unit_id": 8101, "share_with_descendants": True},
        "sharing rule 8101 of deployment",
        lambda state: [rule for rules in state["sharing"].values() for rule in rules.values()],
        "PUT",
    ),
    Case(
        "d2l_lti_link",
        {"deployment_id": "deployment_id", "name": "Home", "url": "https://ready.example.com/x"},
        {"deployment_id": "deployment_id", "name": "Home", "custom_parameters": {"a": "$B"}},
        "link 'Home' of deployment",
        _d2l_objects("links"),
        "PUT",
    ),
    Case(
        "canvas_tool_configuration",
        {"name": "Quiz", "settings": SETTINGS, "binding": "on"},
        {"name": "Quiz", "settings": settings(title="New title"), "notes": "changed"},
        "tool configuration 'Quiz'",
        _canvas_objects("developer_keys"),
        "PUT",
    ),
    Case(
        "canvas_lti_registration",
        {"name": "Quiz", "configuration": SETTINGS, "workflow_state": "on"},
        {"name": "Quiz", "vendor": "changed", "configuration": {"domain": None}},
        "registration 'Quiz'",
        _canvas_objects("registrations"),
        "PUT",
    ),
    Case(
        "canvas_external_tool",
        {"client_id": "client_id", "course_id": "101"},
        None,
        "in course 101",
        _canvas_objects("tools"),
    ),
]


def stand_ready_exam(runner):
    runner("exam", name="Algebra", type="demo")
    runner("exam_tool_provider", **PROVIDER)
    return {}


def stand_ready_d2l(runner):
    tool = {**TOOL, "name": "Ready", "domain": "ready.example.com"}
    registration = runner("d2l_lti_registration", **tool)["registration"]
    deployment = runner("d2l_lti_deployment", client_id=registration["client_id"], name="Ready")["deployment"]
    return {"client_id": registration["client_id"], "deployment_id": deployment["deployment_id"]}


def stand_ready_canvas(runner):
    made = runner("canvas_tool_configuration", name="Ready", settings=SETTINGS, binding="on")
    return {"client_id": made["tool_configuration"]["client_id"]}


class Prepared:
    """A runner for one case: what the case needs stands ready, pauses and timeouts are short."""

    def __init__(self, sandbox, case):
        self.case = case
        self.sandbox = sandbox
        self.runner = Runner(sandbox, case.platform)
        self.runner.connection["timeout"] = 0.4
        ready = {"exam": stand_ready_exam, "d2l": stand_ready_d2l, "canvas": stand_ready_canvas}
        ids = ready[case.platform](self.runner)
        self.create, self.change = (case.with_ids(arguments or {}, ids) for arguments in (case.create, case.change))
        self.runner.connection["retries"] = 2
        sandbox.clear_requests()

    def __call__(self, arguments, **more):
        return self.runner(self.case.module, **{**arguments, **more})

    def alive(self):
        """The objects of the case's kind that exist on the server."""
        return self.case.alive(self.sandbox.state(self.case.platform))

    def disturb(self, kind, method, times):
        self.sandbox.faults(fault(kind, method, times, self.case.platform))


@pytest.fixture(params=CASES, ids=lambda case: case.module)
def case(request, sandbox):
    return Prepared(sandbox, request.param)


@pytest.fixture(params=[one for one in CASES if one.change], ids=lambda case: case.module)
def changing(request, sandbox):
    return Prepared(sandbox, request.param)


@pytest.fixture
def prepared(runner):
    """An exam and a tool provider stand ready; pauses and timeouts are short."""
    runner.connection["timeout"] = 0.4
    stand_ready_exam(runner)
    runner.sandbox.clear_requests()
    return runner


def fault(kind, method, times, platform="exam"):
    return {
        "platform": platform,
        "method": method,
        "kind": kind,
        "times": times,
        "seconds": 1 if kind == "timeout" else 0.1,
    }


def assert_clear(case, result):
    """A failure names the object, its kind, the request, and how often it was tried."""
    failure = result["failure"]
    assert failure["kind"] in ("unavailable", "protocol", "rate_limited"), result
    assert failure["attempts"] == 3, result
    assert failure["url"].startswith("http://127.0.0.1")
    assert case.case.label in result["msg"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("times", [1, 99], ids=["once", "for good"])
class TestFaults:
    def test_reading(self, case, kind, times):
        case(case.create)
        before = case.alive()
        case.disturb(kind, "GET", times)

        result = case(case.create)

        assert case.alive() == before
        self._assert_settled(case, case.create, result, times, kind)

    def test_create(self, case, kind, times):
        case.disturb(kind, "POST", times)

        result = case(case.create)

        assert len(case.alive()) <= 1
        if "failure" not in result:
            assert len(case.alive()) == 1
            assert result["changed"]
        if kind == "timeout" and times == 1 and case.case.module != "d2l_sharing_rule":
            # Nobody knows whether a server that does not answer is still at work: looking is all that is safe,
            # but for a rule, of which the platform itself keeps only one.
            assert "may still be at work" in result["msg"]
            times = 2
        self._assert_settled(case, case.create, result, times, kind)

    def test_update(self, changing, kind, times):
        changing(changing.create)
        changing.disturb(kind, changing.case.update, times)

        result = changing(changing.change)

        assert len(changing.alive()) == 1
        self._assert_settled(changing, changing.change, result, times, kind)

    def test_delete(self, case, kind, times):
        case(case.create)
        case.disturb(kind, "DELETE", times)
        gone = {name: value for name, value in case.create.items() if name != "exam_content"}

        result = case(gone, state="absent")

        assert len(case.alive()) <= 1
        if "failure" not in result:
            assert case.alive() == []
        self._assert_settled(case, {**gone, "state": "absent"}, result, times, kind)

    @staticmethod
    def _assert_settled(case, arguments, result, times, kind):
        if "failure" in result:
            assert_clear(case, result)
            assert times > 1, f"a single {kind} must be survived: {result}"
        case.sandbox.clear_faults()
        final = case(arguments)
        assert "failure" not in final, final
        assert len(case.alive()) == (0 if arguments.get("state") == "absent" else 1)
        case.runner.writes()
        assert not case(arguments)["changed"]
        assert case.runner.writes() == []


@pytest.mark.parametrize("kind", ["401", "403"])
@pytest.mark.parametrize("skip", [0, 1])
def test_a_refusal_to_look_is_never_taken_for_absence(case, kind, skip):
    case(case.create)
    before = case.alive()
    gone = {name: value for name, value in case.create.items() if name != "exam_content"}

    for arguments in (case.create, {**gone, "state": "absent"}):
        case.sandbox.faults({**fault(kind, "GET", 99, case.case.platform), "skip": skip})
        result = case(arguments)
        case.sandbox.clear_faults()

        if "failure" in result:
            assert result["failure"]["kind"] in ("auth", "forbidden")
            assert case.alive() == before
        else:  # it was not needed
            assert case.alive() == ([] if result["changed"] else before)
            assert result["changed"] is ("state" in arguments)


def alive(runner, module):
    """The objects of an exam module's kind that exist on the server."""
    found = next(one for one in CASES if one.module == module)
    return found.alive(runner.sandbox.state("exam"))


def test_lost_answer_on_create_leaves_one_object_and_succeeds(prepared):
    prepared.sandbox.faults(fault("drop_after", "POST", 1))

    result = prepared("exam_lti_resource", **LINK)

    assert result["changed"]
    assert result["lti_resource"]["placeholder"] == "LTI_EXAM_1"
    assert prepared.writes() == [("POST", "/api/v3/lti_resources")]


def test_lost_answer_on_create_without_effect_is_repeated_once(prepared):
    prepared.sandbox.faults(fault("drop_before", "POST", 1))

    result = prepared("exam_lti_resource", **LINK)

    assert result["changed"]
    assert prepared.writes() == [("POST", "/api/v3/lti_resources")] * 2
    assert len(alive(prepared, "exam_lti_resource")) == 1


def test_lost_answer_on_an_update_that_took_effect_is_not_repeated(prepared):
    prepared("exam_lti_resource", **LINK)
    prepared.writes()
    prepared.sandbox.faults(fault("drop_after", "PATCH", 1))

    assert prepared("exam_lti_resource", **LINK, open_in_new_tab=True)["changed"]
    assert prepared.writes() == [("PATCH", "/api/v3/lti_resources/1")]


def test_detaching_stops_at_a_failure_and_says_how_far_it_came(prepared):
    for name in ("One", "Two", "Three"):
        prepared("exam_lti_resource", **{**LINK, "lti_resource_link_name": name})
    prepared.connection["retries"] = 0
    prepared.sandbox.faults({**fault("500", "DELETE", 99), "skip": 1})

    result = prepared("exam_tool_provider", tool_name="Remindo", state="absent", detach=True)

    assert "1 of its 3 LTI resources are removed already" in result["msg"]
    assert (result["changed"], len(result["detached"])) == (True, 1)
    assert len(alive(prepared, "exam_lti_resource")) == 2
    prepared.sandbox.clear_faults()
    assert prepared("exam_tool_provider", tool_name="Remindo", state="absent", detach=True)["changed"]
    assert prepared.sandbox.state("exam")["lti_resources"] in ({}, [])


@pytest.mark.parametrize("case", [one for one in CASES if one.platform == "exam"], ids=lambda case: case.module)
def test_what_was_created_stays_reported_when_the_looks_afterwards_fail(prepared, case):
    module, create = case.module, case.create
    prepared("exam_info")  # nothing is remembered between calls: this only proves that reading works
    reads = len([entry for entry in prepared.sandbox.requests() if entry["method"] == "GET"])
    assert reads == 1
    prepared.sandbox.clear_requests()
    prepared(module, check=True, **create)
    before_the_write = len(prepared.sandbox.requests())
    if module == "exam_lti_resource":
        before_the_write -= 1  # the look at the instructions, which check mode takes as well
    prepared.connection["retries"] = 0
    prepared.sandbox.faults({**fault("500", "GET", 99), "skip": before_the_write})

    result = prepared(module, **create)

    assert result.get("failed") is None, result
    assert result["changed"]
    assert len(alive(prepared, module)) == 1
    if module != "exam_document":
        assert "not known" in result["warnings"][0]


def test_a_failing_look_for_a_lost_request_says_that_it_may_have_happened(prepared):
    prepared.connection["retries"] = 0
    prepared.sandbox.faults(fault("drop_after", "POST", 1), {**fault("500", "GET", 99), "skip": 3})

    result = prepared("exam_lti_resource", **LINK)

    assert result["failed"]
    assert "it may have" in result["msg"]
    prepared.sandbox.clear_faults()
    assert not prepared("exam_lti_resource", **LINK)["changed"]
    assert len(alive(prepared, "exam_lti_resource")) == 1
