"""Faults while Brightspace is told many things: a set of sharing rules, a cascade, a quicklink."""

from __future__ import annotations

import pytest

from .conftest import Runner
from .test_faults import KINDS, fault

UNITS = range(10001, 10031)
SHARE = {"share_with_org_unit": True, "share_with_descendants": False}


class Shared:
    """A deployment in the sandbox, and the wish to share it with thirty courses."""

    def __init__(self, sandbox):
        self.sandbox = sandbox
        self.seed = sandbox.seed("d2l")
        self.registration = self.seed.registration(Name="Quiz", Domain="quiz.example.com")["ClientId"]
        self.deployment = self.seed.deployment(self.registration, Name="Courses")["DeploymentId"]
        self.runner = Runner(sandbox, "d2l")
        self.runner.connection.update(timeout=0.4, retries=2)
        self.wish = {
            "deployment_id": self.deployment,
            "rules": [{"org_unit_id": unit, **SHARE} for unit in UNITS],
            "purge": True,
        }

    def start_with_differences(self):
        """Ten rules to change, ten to remove; twenty of the wished ones are to be made."""
        for unit in UNITS[:10]:
            self.seed.sharing_rule(self.deployment, unit, org_unit=False, descendants=False)
        for unit in range(11001, 11011):
            self.seed.sharing_rule(self.deployment, unit, org_unit=True, descendants=True)

    def held(self):
        rules = self.sandbox.state("d2l")["sharing"][self.deployment].values()
        return {rule["SharingOrgUnitId"]: rule["ShareWithOrgUnit"] for rule in rules}

    def disturb(self, kind, method, times, **more):
        self.sandbox.faults({**fault(kind, method, times, "d2l"), **more})


@pytest.fixture
def shared(sandbox):
    return Shared(sandbox)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
@pytest.mark.parametrize("times", [1, 99], ids=["once", "for good"])
def test_a_set_of_rules_is_never_half_known(shared, kind, method, times):
    shared.start_with_differences()
    before = shared.held()
    shared.disturb(kind, method, times)

    result = shared.runner("d2l_sharing_rules", **shared.wish)

    held = shared.held()
    if "failure" in result:
        assert times > 1, result
        assert result["failure"]["kind"] in ("unavailable", "protocol", "rate_limited"), result
        assert f"sharing deployment {shared.deployment}" in result["msg"].lower()
    else:
        assert held == dict.fromkeys(UNITS, True)
    if "not_done" in result:
        _assert_says_what_it_did(result, before, held)
    shared.sandbox.clear_faults()
    final = shared.runner("d2l_sharing_rules", **shared.wish)
    assert "failure" not in final, final
    assert shared.held() == dict.fromkeys(UNITS, True)
    shared.runner.writes()
    assert not shared.runner("d2l_sharing_rules", **shared.wish)["changed"]
    assert shared.runner.writes() == []


def _assert_says_what_it_did(result, before, held):
    not_done = {one["org_unit_id"] for one in result["not_done"]}
    done = {*result["created"], *result["updated"], *result["deleted"]}
    assert not done & not_done
    assert result["changed"] == bool(done)
    for unit in result["created"] + result["updated"]:
        assert held[unit] is True
    assert not set(result["deleted"]) & set(held)
    for unit in set(before) - done - not_done:
        assert held[unit] == before[unit]


def test_one_org_unit_that_is_refused_does_not_stop_the_others(shared):
    shared.wish["rules"].insert(3, {"org_unit_id": 99999, **SHARE})

    result = shared.runner("d2l_sharing_rules", **shared.wish)

    assert result["failed"]
    assert [(one["org_unit_id"], one["action"]) for one in result["not_done"]] == [(99999, "create")]
    assert len(result["created"]) == 30
    assert shared.held() == dict.fromkeys(UNITS, True)
    assert "99999 (create)" in result["msg"]
    assert result["failure"]["kind"] == "invalid"


def test_a_refused_login_stops_all_the_rest_at_once(shared):
    shared.runner.connection["access_token"] = "d2l-demo-readonly"

    result = shared.runner("d2l_sharing_rules", **shared.wish, concurrency=4)

    assert "ltiadvantage:deployments:update" in result["msg"]
    assert not result["changed"]
    assert len(result["not_done"]) == 30
    assert len(shared.runner.writes()) <= 8
    assert sum("not tried" in one["msg"] for one in result["not_done"]) >= 22


def test_a_server_that_is_gone_is_not_asked_thousands_of_times(shared):
    shared.runner.connection["retries"] = 0
    shared.disturb("500", "POST", 9999)

    result = shared.runner("d2l_sharing_rules", **shared.wish, concurrency=2)

    assert len(shared.runner.writes()) < 10
    assert len(result["not_done"]) == 30


def test_throttling_in_the_middle_is_waited_for(shared):
    shared.sandbox.switches({"d2l.credits_per_minute": 200, "d2l.rate_limit_window": 1})

    result = shared.runner("d2l_sharing_rules", **shared.wish)

    assert "failure" not in result, result
    assert shared.held() == dict.fromkeys(UNITS, True)


def test_a_rule_that_another_run_made_meanwhile_gets_the_wished_flags(shared):
    """The listing is read, then somebody else makes a rule, then we write."""
    shared.wish["rules"] = shared.wish["rules"][:1]
    runner, made = shared.runner, []
    from ansible_collections.edtech.lti.plugins.module_utils._platforms import d2l_sharing

    original = d2l_sharing.SharingRulesTask._steps

    def steps_after_somebody_else(*arguments):
        made.append(shared.seed.sharing_rule(shared.deployment, 10001, org_unit=False, descendants=True))
        return original(*arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(d2l_sharing.SharingRulesTask, "_steps", staticmethod(steps_after_somebody_else))
        result = runner("d2l_sharing_rules", **shared.wish)

    assert made
    assert result["changed"]
    assert shared.held() == {10001: True}


@pytest.fixture
def entangled(shared):
    """A registration with two deployments, shared, with links in two places."""
    second = shared.seed.deployment(shared.registration, Name="Second")["DeploymentId"]
    for deployment in (shared.deployment, second):
        shared.seed.sharing_rule(deployment, 8101, org_unit=True, descendants=True)
        shared.seed.link(deployment, 8101, Name="In a course")
        shared.seed.link(deployment, 6606, Name="Everywhere")
    shared.other = shared.seed.deployment(shared.seed.registration(Name="Other")["ClientId"])["DeploymentId"]
    shared.seed.link(shared.other, 6606, Name="Not to be touched")
    return shared


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("skip", [0, 2, 5, 8])
def test_a_cascade_that_is_cut_off_is_finished_by_the_next_run(entangled, kind, skip):
    gone = {"client_id": entangled.registration, "state": "absent", "cascade": True}
    entangled.disturb(kind, "DELETE", 99, skip=skip)

    result = entangled.runner("d2l_lti_registration", **gone)

    state = entangled.sandbox.state("d2l")
    if "cascaded" in result and result.get("failed"):
        assert result["changed"]
        assert len(result["cascaded"]["links"]) + len(_ours(entangled, state)) >= 4
    entangled.sandbox.clear_faults()
    final = entangled.runner("d2l_lti_registration", **gone)
    assert "failure" not in final, final
    state = entangled.sandbox.state("d2l")
    assert list(state["deployments"]) == [entangled.other]
    assert [one["Name"] for one in state["links"].values()] == ["Not to be touched"]
    assert not entangled.runner("d2l_lti_registration", **gone)["changed"]


def _ours(entangled, state):
    return [link for link in state["links"].values() if link["DeploymentId"] != entangled.other]


def test_a_cascade_removes_in_the_documented_order(entangled):
    entangled.runner.writes()

    entangled.runner("d2l_lti_registration", client_id=entangled.registration, state="absent", cascade=True)

    kinds = [path.split("/ltiadvantage/")[1].split("/")[0] for _method, path in entangled.runner.writes()]
    assert kinds == ["links"] * 4 + ["deployment"] * 4 + ["registration"]


def test_without_cascade_nothing_is_removed_and_all_that_stands_in_the_way_is_named(entangled):
    for task in (
        {"module": "d2l_lti_registration", "client_id": entangled.registration},
        {"module": "d2l_lti_deployment", "deployment_id": entangled.deployment},
    ):
        for check in (True, False):
            result = entangled.runner(check=check, state="absent", **task)
            assert result["failure"]["kind"] == "conflict"
            assert "cascade: true" in result["msg"]
            assert entangled.runner.writes() == []


def test_a_lost_quicklink_is_not_made_twice(entangled):
    link = next(iter(entangled.sandbox.state("d2l")["links"].values()))["LinkId"]
    entangled.disturb("drop_after", "POST", 1)

    result = entangled.runner("d2l_quicklink", org_unit_id=8101, link_id=link)

    assert "may have been made" in result["msg"]
    assert len(entangled.sandbox.state("d2l")["quicklinks"]) == 1
