"""Two runs at once: ids that do not grow say nothing about who was first, and still one object is left."""

from __future__ import annotations

import threading

import pytest

from .conftest import Runner

NAME = "Courses"


@pytest.fixture
def deploying(sandbox):
    """A runner, and what makes the same deployment as somebody else."""
    seed = sandbox.seed("d2l")
    client_id = seed.registration(Name="Quiz", Domain="quiz.example.com")["ClientId"]
    runner = Runner(sandbox, "d2l")
    runner.wish = {"client_id": client_id, "name": NAME}
    runner.seed = seed
    return runner


def deployments(runner):
    return list(runner.sandbox.state("d2l")["deployments"])


@pytest.mark.parametrize("attempt", range(6))  # who has the lower id is a matter of chance
def test_a_twin_whose_run_has_ended_stays_and_ours_goes(deploying, monkeypatch, attempt):
    theirs = []
    _after_our_post(deploying, monkeypatch, lambda: theirs.append(_make(deploying)))

    result = deploying("d2l_lti_deployment", **deploying.wish)

    assert deployments(deploying) == theirs
    assert result["deployment"]["deployment_id"] == theirs[0]
    assert "ours" in result["warnings"][0]
    assert not deploying("d2l_lti_deployment", **deploying.wish)["changed"]


@pytest.mark.parametrize("attempt", range(6))
def test_with_two_runs_at_work_one_object_is_left(deploying, attempt):
    barrier, results = threading.Barrier(2), []

    def run():
        runner = Runner(deploying.sandbox, "d2l")
        barrier.wait()
        results.append(runner("d2l_lti_deployment", **deploying.wish))

    threads = [threading.Thread(target=run) for _one in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    failed = [result for result in results if result.get("failed")]
    assert len(deployments(deploying)) <= 1
    if failed:
        assert "Run again" in failed[0]["msg"]
        assert deploying("d2l_lti_deployment", **deploying.wish)["changed"]
    assert len(deployments(deploying)) == 1
    assert not deploying("d2l_lti_deployment", **deploying.wish)["changed"]


def test_a_second_registration_that_the_domain_forbids_becomes_the_first(sandbox, monkeypatch):
    runner = Runner(sandbox, "d2l")
    wish = {
        "name": "Quiz",
        "domain": "quiz.example.com",
        "redirect_urls": ["https://quiz.example.com/launch"],
        "oidc_login_url": "https://quiz.example.com/login",
    }
    theirs = []
    from ansible_collections.edtech.lti.plugins.module_utils import _resource

    create = _resource.Store.create

    def create_after_somebody_else(store, payload):
        if not theirs:
            theirs.append(sandbox.seed("d2l").registration(Name="Quiz", Domain="quiz.example.com")["ClientId"])
        return create(store, payload)

    monkeypatch.setattr(_resource.Store, "create", create_after_somebody_else)

    result = runner("d2l_lti_registration", **wish)

    assert result["registration"]["client_id"] == theirs[0]
    assert result["registration"]["oidc_login_url"] == wish["oidc_login_url"]
    assert list(sandbox.state("d2l")["registrations"]) == theirs


def test_a_name_that_two_have_is_ambiguous_and_both_are_named(deploying):
    both = {_make(deploying), _make(deploying)}

    result = deploying("d2l_lti_deployment", **deploying.wish)

    assert result["failure"]["kind"] == "ambiguous"
    assert all(one in result["msg"] for one in both)
    assert deploying.writes() == []


def test_two_runs_that_remove_a_deployment_with_its_rules_both_succeed(deploying, monkeypatch):
    from ansible_collections.edtech.lti.plugins.module_utils._platforms.d2l_cascade import Cascade

    wish = {"deployment_id": _make(deploying), "state": "absent", "cascade": True}
    deploying.seed.sharing_rule(wish["deployment_id"])
    remove_links, others = Cascade.remove_links, []

    def remove_links_before_somebody_else(cascade, gone):
        remove_links(cascade, gone)
        if not others:
            others.append(True)
            others.append(Runner(deploying.sandbox, "d2l")("d2l_lti_deployment", **wish))

    monkeypatch.setattr(Cascade, "remove_links", remove_links_before_somebody_else)

    result = deploying("d2l_lti_deployment", **wish)

    assert [others[1].get("failed"), result.get("failed")] == [None, None]
    assert deployments(deploying) == []


def _make(runner):
    return runner.seed.deployment(runner.wish["client_id"], Name=NAME)["DeploymentId"]


def _after_our_post(runner, monkeypatch, deed):
    from ansible_collections.edtech.lti.plugins.module_utils import _resource

    create = _resource.Store.create

    def create_and_then(store, payload):
        made = create(store, payload)
        deed()
        return made

    monkeypatch.setattr(_resource.Store, "create", create_and_then)
