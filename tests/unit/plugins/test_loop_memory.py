"""What the items of one loop remember of each other, and what they never do."""

from __future__ import annotations

import importlib

import pytest

from ansible_collections.edtech.lti.plugins.module_utils import _execution, _lookup

MODULES = "ansible_collections.edtech.lti.plugins.modules."
LISTING = ("GET", "/api/v3/lti_resources")


class Loop:
    """The items of one task's loop over LTI resources, as the action plugin runs them."""

    def __init__(self, runner, name="loop"):
        self._runner = runner
        self._name = name

    def __call__(self, name, check=False, **options):
        given = {
            **self._runner.connection,
            "exam_name": "Algebra",
            "tool_provider_name": "Remindo",
            "lti_resource_link_name": name,
            "lti_resource_launch_url": f"https://remindo.example.com/{name}",
            **options,
        }
        task = importlib.import_module(f"{MODULES}exam_lti_resource").TASK
        result = _execution.run_in_controller(task, "exam_lti_resource", given, check, loop=self._name)
        assert "failed" not in result, result["msg"]
        return result

    @property
    def connection(self):
        """Where the platform is, and who we are."""
        return self._runner.connection

    def seen(self):
        """What was sent since the last call."""
        entries = [(entry["method"], entry["path"]) for entry in self._runner.sandbox.requests()]
        self._runner.sandbox.clear_requests()
        return entries


@pytest.fixture
def loop(runner):
    """A loop at a platform that has two links, A and B."""
    runner("exam", name="Algebra", type="demo")
    runner("exam_tool_provider", tool_name="Remindo", oauth_consumer_key="k", oauth_consumer_secret="a-long-secret")
    for name in "AB":
        Loop(runner, name)(name)
    _execution._loops.clear()
    runner.sandbox.clear_requests()
    return Loop(runner)


def links(runner):
    return list(runner.sandbox.state("exam")["lti_resources"].values())


def test_nothing_to_do_is_read_off_one_listing(loop):
    assert [loop(name)["changed"] for name in "ABAB"] == [False] * 4
    assert loop.seen().count(LISTING) == 1


def test_another_task_looks_for_itself(loop, runner):
    loop("A")
    loop.seen()
    Loop(runner, "another")("A")
    assert loop.seen().count(LISTING) == 1


def test_without_a_loop_every_look_is_fresh(loop, runner):
    nameless = Loop(runner, None)
    nameless("A")
    nameless("A")
    assert loop.seen().count(LISTING) == 2


def test_a_listing_does_not_last(loop, monkeypatch):
    loop("A")
    now = _lookup.time.monotonic()
    monkeypatch.setattr(_lookup.time, "monotonic", lambda: now + _lookup.LISTING_LASTS + 1)
    loop("B")
    assert loop.seen().count(LISTING) == 2


def test_what_somebody_else_made_meanwhile_is_not_made_again(loop, runner):
    loop("A")
    Loop(runner, None)("C")
    assert loop("C")["changed"] is False
    assert [link["lti_resource_link_name"] for link in links(runner)] == ["A", "B", "C"]


def test_what_somebody_else_changed_meanwhile_is_compared_as_it_is(loop, runner):
    loop("A")
    Loop(runner, None)("B", lti_resource_launch_url="https://remindo.example.com/new")
    loop.seen()
    assert loop("B", lti_resource_launch_url="https://remindo.example.com/new")["changed"] is False
    assert not [entry for entry in loop.seen() if entry[0] != "GET"]


def test_own_writes_are_seen_by_later_items(loop, runner):
    loop("A")
    assert loop("C")["changed"] is True
    assert loop("C")["changed"] is False
    assert loop("A", lti_resource_launch_url="https://remindo.example.com/new")["changed"] is True
    again = loop("A", lti_resource_launch_url="https://remindo.example.com/new")
    assert again["changed"] is False
    assert again["lti_resource"]["lti_resource_launch_url"] == "https://remindo.example.com/new"
    assert loop("B", state="absent")["changed"] is True
    assert loop("B", state="absent")["changed"] is False
    assert [link["lti_resource_link_name"] for link in links(runner)] == ["A", "C"]


def test_what_one_item_removes_the_next_one_makes_again(loop, runner):
    assert loop("B", state="absent")["changed"] is True
    assert loop("B")["changed"] is True
    assert [link["lti_resource_link_name"] for link in links(runner)] == ["A", "B"]


def test_what_one_item_changes_the_next_one_changes_back(loop, runner):
    assert loop("A", lti_resource_launch_url="https://remindo.example.com/new")["changed"] is True
    assert loop("A")["changed"] is True
    assert links(runner)[0]["lti_resource_launch_url"] == "https://remindo.example.com/A"


def test_after_an_item_that_ran_elsewhere_every_look_is_fresh(loop, runner):
    loop("A")
    Loop(runner, None)("B", state="absent")  # seen by nobody here
    _execution.forget_loops()  # as the action plugin does before it ships a module
    assert loop("B")["changed"] is True


def test_a_loop_over_many_tenants_keeps_no_listing_that_is_too_old(loop, monkeypatch):
    now = _lookup.time.monotonic()
    for number in range(5):
        monkeypatch.setattr(_lookup.time, "monotonic", lambda seconds=40 * number: now + seconds)
        loop("A", base_url=f"{loop.connection['base_url']}/" if number % 2 else loop.connection["base_url"])
    (listings,) = [listings for _parents, listings in _execution._loops.values()]
    assert len(listings) == 1


def test_a_result_does_not_change_with_a_later_item(loop):
    first = loop("A")
    kept = dict(first["lti_resource"])
    first["lti_resource"].clear()
    assert loop("A")["lti_resource"] == kept


def test_a_twin_of_which_only_the_memory_knows_does_not_fail_the_task(loop, runner):
    Loop(runner, None)("C")
    twin = dict(links(runner)[-1])
    runner.sandbox.service.store["exam"]["lti_resources"]["999"] = {**twin, "id": 999}
    loop("A")
    del runner.sandbox.service.store["exam"]["lti_resources"]["999"]
    assert loop("C")["changed"] is False


def test_check_mode_predicts_off_one_listing_what_the_run_then_does(loop):
    predicted = [loop(name, check=True)["changed"] for name in "ABCD"]
    assert loop.seen().count(LISTING) == 1
    assert [loop(name)["changed"] for name in "ABCD"] == predicted == [False, False, True, True]


def test_a_rule_that_is_there_is_one_request(d2l_runner):
    run, sandbox = d2l_runner, d2l_runner.sandbox
    registration = {"name": "Quiz", "domain": "quiz.example.com", "redirect_urls": ["https://quiz.example.com/launch"]}
    run("d2l_lti_registration", oidc_login_url="https://quiz.example.com/login", **registration)
    made = run("d2l_lti_deployment", registration_domain="quiz.example.com", name="Courses")
    rule = {
        "deployment_id": made["deployment"]["deployment_id"],
        "org_unit_id": 10001,
        "share_with_org_unit": True,
        "share_with_descendants": False,
    }
    assert run("d2l_sharing_rule", **rule)["changed"] is True
    sandbox.clear_requests()
    assert run("d2l_sharing_rule", **rule)["changed"] is False
    assert len(sandbox.requests()) == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"deployment_id": "00000000-0000-4000-8000-000000000000"}, "deployment"),
        ({"org_unit_id": 9_999_999}, "org unit"),
    ],
)
def test_a_rule_whose_place_is_missing_says_which(d2l_runner, wrong, words):
    run = d2l_runner
    registration = {"name": "Quiz", "domain": "quiz.example.com", "redirect_urls": ["https://quiz.example.com/launch"]}
    run("d2l_lti_registration", oidc_login_url="https://quiz.example.com/login", **registration)
    made = run("d2l_lti_deployment", registration_domain="quiz.example.com", name="Courses")
    rule = {"deployment_id": made["deployment"]["deployment_id"], "org_unit_id": 10001, **wrong}
    result = run("d2l_sharing_rule", share_with_org_unit=True, share_with_descendants=False, **rule)
    assert result["failure"]["kind"] == "not_found"
    assert f"there is no {words} with id" in result["msg"]
