"""Which object is meant: rules of natural keys on Brightspace (docs/platforms/d2l.md, 7 and 10)."""

from __future__ import annotations

import pytest

from ansible_collections.edtech.lti.plugins.module_utils._platforms.d2l_resources import (
    links_meant,
    registrations_meant,
)


def registration(name, enabled=True, domain="quiz.example.com"):
    return {"name": name, "enabled": enabled, "domain": domain}


ON, OFF, OTHER = registration("Quiz"), registration("Quiz", enabled=False), registration("Other")
OLD = registration("Old", enabled=False)
ELSEWHERE = registration("Quiz", domain="else.example.com")


@pytest.mark.parametrize(
    ("wish", "found", "meant"),
    [
        ({"domain": "quiz.example.com"}, [ON, OFF, ELSEWHERE], [ON]),
        ({"domain": "HTTPS://Quiz.example.com/"}, [ON], [ON]),
        ({"domain": "quiz.example.com"}, [OLD], [OLD]),
        ({"domain": "quiz.example.com"}, [OLD, OFF], [OLD, OFF]),
        ({"domain": "quiz.example.com", "name": "New name"}, [ON, OLD], [ON]),
        ({"domain": "quiz.example.com", "name": "Quiz"}, [ON, OFF], [ON]),
        ({"domain": "quiz.example.com", "name": "Quiz"}, [OTHER, OFF], [OTHER, OFF]),
        ({"domain": "quiz.example.com", "name": "Quiz"}, [OLD, OFF], [OFF]),
        ({"domain": "quiz.example.com", "name": "Quiz"}, [OLD], []),
        ({"domain": "quiz.example.com", "name": "Quiz"}, [ELSEWHERE], []),
        ({"name": "Quiz"}, [OFF, ELSEWHERE, OTHER], [OFF, ELSEWHERE]),
    ],
)
def test_a_registration_is_told_by_its_domain(wish, found, meant):
    assert registrations_meant(wish, found, exactly=False) == meant


@pytest.mark.parametrize(
    ("wish", "found", "meant"),
    [
        ({"domain": "quiz.example.com", "name": "Quiz"}, [OTHER], []),
        ({"domain": "quiz.example.com", "name": "Quiz"}, [OTHER, OFF], [OFF]),
        ({"domain": "quiz.example.com", "name": "Quiz"}, [ON, OFF], [ON]),
        ({"domain": "quiz.example.com"}, [OTHER, OFF], [OTHER]),
    ],
)
def test_what_is_to_go_must_bear_the_very_name(wish, found, meant):
    assert registrations_meant(wish, found, exactly=True) == meant


@pytest.mark.parametrize("nothing", ["https://", "/", " ", "https:// /"])
@pytest.mark.parametrize("exactly", [True, False])
def test_what_is_no_domain_stands_for_no_registration(nothing, exactly):
    assert registrations_meant({"domain": nothing}, [ON, OFF, ELSEWHERE], exactly) == []


@pytest.mark.parametrize("state", ["present", "absent"])
def test_what_is_no_domain_is_refused_before_anything_is_done(d2l_runner, state):
    kept = d2l_runner.sandbox.seed("d2l").registration(Name="Quiz")["ClientId"]

    for task in (
        {"module": "d2l_lti_registration", "domain": "https://", "name": "Quiz"},
        {"module": "d2l_lti_deployment", "registration_domain": "/", "name": "Courses"},
    ):
        result = d2l_runner(state=state, **task)
        assert "is no domain" in result["msg"]
    assert list(d2l_runner.sandbox.state("d2l")["registrations"]) == [kept]
    assert d2l_runner.writes() == []


def test_a_listing_takes_a_domain_as_it_is_looked_for(d2l_runner):
    d2l_runner.sandbox.seed("d2l").registration(Name="Quiz", Domain="https://quiz.example.com/")

    listed = d2l_runner("d2l_lti_registration_info", domain="Quiz.example.com")["registrations"]

    assert [one["name"] for one in listed] == ["Quiz"]


def test_extensions_and_key_set_can_go_together(d2l_runner):
    known = d2l_runner.sandbox.seed("d2l").registration(Name="Quiz", EnabledExtensions=[1])["ClientId"]

    result = d2l_runner("d2l_lti_registration", client_id=known, enabled_extensions=[], keyset_url="")

    assert result["changed"], result
    assert not result["registration"]["keyset_url"]


def test_the_org_unit_that_is_asked_for_must_lie_below(d2l_runner):
    found = d2l_runner("d2l_org_unit_info", below=6702, org_unit_id=8101)
    inside = d2l_runner("d2l_org_unit_info", below=6701, org_unit_id=8101)

    assert found["org_units"] == []
    assert [unit["code"] for unit in inside["org_units"]] == ["MATH-101"]


def link(url, name="Home", deployment_id="D"):
    return {"name": name, "url": url, "deployment_id": deployment_id}


@pytest.mark.parametrize(
    ("url", "found", "kept", "gone"),
    [
        (None, [link("a")], [link("a")], [link("a")]),
        ("b", [link("a")], [link("a")], []),
        ("b", [link("a"), link("b")], [link("b")], [link("b")]),
        ("c", [link("a"), link("b")], [link("a"), link("b")], []),
        ("a", [link("a", deployment_id="E"), link("a", name="x")], [], []),
    ],
)
def test_a_link_is_told_by_its_name_and_where_needed_by_its_address(url, found, kept, gone):
    wish = {"name": "Home", "deployment_id": "d", "url": url}

    assert links_meant(wish, found, exactly=False) == kept
    assert links_meant(wish, found, exactly=True) == gone
