"""Each kind of fault on each verb of each module: never a duplicate, never a lost object, and either
success or a message that says what happened. Afterwards a clean run converges and is quiet."""

from __future__ import annotations

import pytest

KINDS = ["500", "502", "503", "429", "timeout", "drop_before", "drop_after", "truncate", "slow", "html"]

PROVIDER = {"tool_name": "Remindo", "oauth_consumer_key": "k", "oauth_consumer_secret": "first-secret-Q7"}
LINK = {"exam_name": "Algebra", "tool_provider_name": "Remindo", "lti_resource_link_name": "Paper"}

# Module, what creates its object, what changes it, and the path of the verb that is disturbed.
CASES = {
    "exam": ({"name": "Geometry", "type": "demo"}, {"name": "Geometry", "duration_minutes": 60}),
    "exam_tool_provider": (
        {**PROVIDER, "tool_name": "Other"},
        {"tool_name": "Other", "oauth_consumer_secret": "second-secret-Q7"},
    ),
    "exam_lti_resource": (LINK, {**LINK, "open_in_new_tab": True}),
    "exam_document": (
        {"exam_name": "Algebra", "exam_content": "<p>one</p>"},
        {"exam_name": "Algebra", "exam_content": "<p>two</p>"},
    ),
}
COLLECTIONS = {
    "exam": "exams",
    "exam_tool_provider": "tool_providers",
    "exam_lti_resource": "lti_resources",
    "exam_document": "documents",
}


@pytest.fixture
def prepared(runner):
    """An exam and a tool provider stand ready; pauses and timeouts are short."""
    runner.connection["timeout"] = 0.4
    runner("exam", name="Algebra", type="demo")
    runner("exam_tool_provider", **PROVIDER)
    runner.sandbox.clear_requests()
    return runner


def fault(kind, method, times):
    return {
        "platform": "exam",
        "method": method,
        "kind": kind,
        "times": times,
        "seconds": 1 if kind == "timeout" else 0.1,
    }


def alive(runner, module):
    """The objects of a module's kind that exist on the server, oldest first."""
    held = runner.sandbox.state("exam")[COLLECTIONS[module]]
    items = held.values() if isinstance(held, dict) else held
    own = [one for one in items if one.get("status") != "deleted"]
    prepared_names = ("Algebra", "Remindo")
    return [one for one in own if one.get("name") not in prepared_names and one.get("tool_name") not in prepared_names]


NAMES = {
    "exam": "exam 'Geometry'",
    "exam_tool_provider": "tool provider 'Other'",
    "exam_lti_resource": "LTI resource 'Paper' of exam 'Algebra'",
    "exam_document": "instructions document of exam 'Algebra'",
}


def assert_clear(module, result):
    """A failure names the object, its kind, the request, and how often it was tried."""
    failure = result["failure"]
    assert failure["kind"] in ("unavailable", "protocol", "rate_limited"), result
    assert failure["attempts"] == 3, result
    assert failure["url"].startswith("http://127.0.0.1")
    assert NAMES[module] in result["msg"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("module", CASES)
@pytest.mark.parametrize("times", [1, 99], ids=["once", "for good"])
class TestFaults:
    def test_reading(self, prepared, module, kind, times):
        create, _change = CASES[module]
        prepared(module, **create)
        before = prepared.sandbox.state("exam")
        prepared.connection["retries"] = 2
        prepared.sandbox.faults(fault(kind, "GET", times))

        result = prepared(module, **create)

        assert alive(prepared, module) == _kept(before, module)
        self._assert_settled(prepared, module, create, result, times, kind)

    def test_create(self, prepared, module, kind, times):
        create, _change = CASES[module]
        prepared.connection["retries"] = 2
        prepared.sandbox.faults(fault(kind, "POST", times))

        result = prepared(module, **create)

        assert len(alive(prepared, module)) <= 1
        if "failure" not in result:
            assert len(alive(prepared, module)) == 1
            assert result["changed"]
        if kind == "timeout" and times == 1:
            # Nobody knows whether a server that does not answer is still at work: looking is all that is safe.
            assert "may still be at work" in result["msg"]
            times = 2
        self._assert_settled(prepared, module, create, result, times, kind)

    def test_update(self, prepared, module, kind, times):
        create, change = CASES[module]
        prepared(module, **create)
        prepared.connection["retries"] = 2
        prepared.sandbox.faults(fault(kind, "PATCH", times))

        result = prepared(module, **change)

        assert len(alive(prepared, module)) == 1
        self._assert_settled(prepared, module, change, result, times, kind)

    def test_delete(self, prepared, module, kind, times):
        create, _change = CASES[module]
        prepared(module, **create)
        prepared.connection["retries"] = 2
        prepared.sandbox.faults(fault(kind, "DELETE", times))
        gone = {name: value for name, value in create.items() if name != "exam_content"}

        result = prepared(module, **gone, state="absent")

        assert len(alive(prepared, module)) <= 1
        if "failure" not in result:
            assert alive(prepared, module) == []
        self._assert_settled(prepared, module, {**gone, "state": "absent"}, result, times, kind)

    @staticmethod
    def _assert_settled(runner, module, arguments, result, times, kind):
        if "failure" in result:
            assert_clear(module, result)
            assert times > 1, f"a single {kind} must be survived: {result}"
        runner.sandbox.clear_faults()
        final = runner(module, **arguments)
        assert "failure" not in final, final
        assert len(alive(runner, module)) == (0 if arguments.get("state") == "absent" else 1)
        runner.writes()
        assert not runner(module, **arguments)["changed"]
        assert runner.writes() == []


def _kept(before, module):
    held = before[COLLECTIONS[module]]
    items = held.values() if isinstance(held, dict) else held
    return [one for one in items if one.get("name") != "Algebra" and one.get("tool_name") != "Remindo"]


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


@pytest.mark.parametrize("module", CASES)
def test_what_was_created_stays_reported_when_the_looks_afterwards_fail(prepared, module):
    create, _change = CASES[module]
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
