"""The contract of ``contract.py`` on Brightspace, and the same for a whole set of sharing rules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .conftest import Runner
from .contract import RUNS, WORDS, assert_contract, some

URLS = st.builds("https://quiz.example.com/{}".format, st.from_regex(r"[a-z]{1,4}(\?[a-z]=%20)?", fullmatch=True))
EMPTY = st.sampled_from([None, ""])
EXTENSIONS = st.lists(
    st.sampled_from(["assignment_and_grade_services", "deep_linking", "3", "submission_review", "7"]), max_size=4
)
PARAMETERS = st.none() | st.dictionaries(WORDS, WORDS | st.booleans() | st.integers(-9, 9) | st.none(), max_size=3)

REGISTRATION_NEEDS = {"name": WORDS, "redirect_urls": st.lists(URLS, min_size=1, max_size=3), "oidc_login_url": URLS}
REGISTRATION_OPTIONS = {
    "description": WORDS | EMPTY,
    "keyset_url": URLS,
    "target_link_uri": URLS | EMPTY,
    "enabled": st.booleans(),
    "send_institution_role": st.booleans(),
    "custom_parameters": PARAMETERS,
}
DEPLOYMENT_OPTIONS = {
    "description": WORDS | EMPTY,
    "enabled": st.booleans(),
    "enabled_extensions": EXTENSIONS,
    "send_user_email": st.booleans(),
    "send_d2l_org_defined_id": st.booleans(),
    "pre_provisioning": st.booleans(),
    "auto_create_grade": st.booleans(),
    "enabled_notice_types": st.lists(st.integers(1, 4), max_size=3),
    "custom_parameters": PARAMETERS,
}
OLD_OPTIONS = {"anonymous": st.booleans(), "send_link_title": st.booleans(), "send_org_unit_information": st.booleans()}
LINK_OPTIONS = {
    "description": WORDS | EMPTY,
    "type": st.sampled_from(["basic", "widget", "3", "quiz_builder"]),
    "enabled": st.booleans(),
    "height": st.none() | st.integers(1, 999),
    "width": st.none() | st.integers(1, 999),
    "custom_parameters": PARAMETERS,
}
FLAGS = {"share_with_org_unit": st.booleans(), "share_with_descendants": st.booleans()}


def prepared(sandbox):
    """A runner on a platform with one registration and one deployment, which is shared with MATH-102."""
    sandbox.reset()
    seed = sandbox.seed("d2l")
    registration = seed.registration(Name="Ready", Domain="ready.example.com")
    deployment = seed.deployment(registration["ClientId"], Name="Ready")
    seed.sharing_rule(deployment["DeploymentId"], 8102, org_unit=True, descendants=False)
    return Runner(sandbox, "d2l"), registration["ClientId"], deployment["DeploymentId"]


CASES = {
    "registration": (
        "d2l_lti_registration",
        {"domain": "quiz.example.com"},
        some(REGISTRATION_NEEDS, REGISTRATION_OPTIONS),
        # A disabled registration is told by its name as well, so another name would mean another one.
        some(optional={**REGISTRATION_OPTIONS, "redirect_urls": REGISTRATION_NEEDS["redirect_urls"]}),
    ),
    "registration with extensions": (
        "d2l_lti_registration",
        {"domain": "quiz.example.com", "name": "Quiz"},
        some({**REGISTRATION_NEEDS, "name": st.just("Quiz"), "keyset_url": URLS, "enabled_extensions": EXTENSIONS}),
        some(optional={"enabled_extensions": EXTENSIONS, "send_institution_role": st.booleans()}),
    ),
    "deployment": (
        "d2l_lti_deployment",
        {"client_id": "client_id", "name": "Courses"},
        some(optional=DEPLOYMENT_OPTIONS),
        some(optional=DEPLOYMENT_OPTIONS),
    ),
    "old deployment": (
        "d2l_lti_deployment",
        {"client_id": "client_id", "name": "Courses", "le_version": "1.82"},
        some(optional={**DEPLOYMENT_OPTIONS, **OLD_OPTIONS}),
        some(optional={**DEPLOYMENT_OPTIONS, **OLD_OPTIONS}),
    ),
    "sharing rule": (
        "d2l_sharing_rule",
        {"deployment_id": "deployment_id", "org_unit_code": "MATH-101"},
        some(FLAGS),
        some(optional=FLAGS),
    ),
    "link of the organization": (
        "d2l_lti_link",
        {"deployment_id": "deployment_id", "name": "Home"},
        some({"url": URLS}, LINK_OPTIONS),
        some(optional={"url": URLS, **LINK_OPTIONS}),
    ),
    "link of an org unit": (
        "d2l_lti_link",
        {"deployment_id": "deployment_id", "name": "Home", "org_unit_id": 8102},
        some({"url": URLS}, LINK_OPTIONS),
        some(optional={"url": URLS, **LINK_OPTIONS}),
    ),
}


@pytest.mark.parametrize("case", CASES)
@RUNS
@given(data=st.data())
def test_any_wish_on_any_found_state(running_sandbox, case, data):
    module, key, creations, changes = CASES[case]
    runner, client_id, deployment_id = prepared(running_sandbox)
    ids = {"client_id": client_id, "deployment_id": deployment_id}
    key = {name: ids.get(value, value) for name, value in key.items()}
    found = data.draw(st.none() | creations, label="found")
    if found is not None:
        assert "failure" not in runner(module, **{**key, **found})
    wish = data.draw(creations if found is None else changes, label="wish")
    wish = {**key, **wish}

    assert_contract(runner, module, wish)

    gone = {name: value for name, value in wish.items() if name in (*key, "name")}
    assert_contract(runner, module, {**gone, "state": "absent"})
    state = running_sandbox.state("d2l")
    assert [one["Name"] for one in state["registrations"].values()] == ["Ready"]
    assert [one["Name"] for one in state["deployments"].values()] == ["Ready"]
    assert "8102" in state["sharing"][deployment_id]


SETS = st.dictionaries(st.sampled_from(range(10001, 10013)), st.fixed_dictionaries(FLAGS), max_size=12)


@RUNS
@given(found=SETS, wished=SETS, purge=st.booleans(), concurrency=st.integers(1, 16))
def test_any_set_of_sharing_rules(running_sandbox, found, wished, purge, concurrency):
    runner, _client_id, deployment_id = prepared(running_sandbox)
    for number, flags in found.items():
        running_sandbox.seed("d2l").sharing_rule(
            deployment_id,
            number,
            org_unit=flags["share_with_org_unit"],
            descendants=flags["share_with_descendants"],
        )
    options = {
        "deployment_id": deployment_id,
        "rules": [{"org_unit_id": number, **flags} for number, flags in wished.items()],
        "purge": purge,
        "concurrency": concurrency,
    }
    runner.writes()

    predicted = runner("d2l_sharing_rules", check=True, **options)
    assert runner.writes() == []
    done = runner("d2l_sharing_rules", **options)

    assert predicted == done
    held = {**found, 8102: {"share_with_org_unit": True, "share_with_descendants": False}}
    kept = {} if purge else held
    assert _held(running_sandbox, deployment_id) == {**kept, **wished}
    differing = [number for number, flags in wished.items() if held.get(number) != flags]
    unwanted = [number for number in held if purge and number not in wished]
    assert len(runner.writes()) == len(differing) + len(unwanted)
    again = runner("d2l_sharing_rules", **options)
    assert not again["changed"]
    assert again["diff"]["before"] == again["diff"]["after"] == done["diff"]["after"]
    assert runner.writes() == []


def _held(sandbox, deployment_id):
    return {
        rule["SharingOrgUnitId"]: {
            "share_with_org_unit": rule["ShareWithOrgUnit"],
            "share_with_descendants": rule["ShareWithDescendants"],
        }
        for rule in sandbox.state("d2l")["sharing"][deployment_id].values()
    }


def test_two_thousand_rules_take_two_thousand_writes_and_then_none(running_sandbox):
    runner, _client_id, deployment_id = prepared(running_sandbox)
    units = range(10001, 12001)
    rules = [{"org_unit_id": unit, "share_with_org_unit": True, "share_with_descendants": False} for unit in units]
    options = {"deployment_id": deployment_id, "rules": rules, "le_version": "1.92"}
    # One rule is there from the start, on one page of twenty; in the end there are 2,001 of them.
    assert _requests(runner, options) == (1, 2000)
    assert _requests(runner, options) == (101, 0)
    for unit in units[5:1005:100]:
        runner("d2l_sharing_rule", deployment_id=deployment_id, org_unit_id=unit, share_with_descendants=True)
    assert _requests(runner, options) == (101, 10)
    assert _requests(runner, options) == (101, 0)


def _requests(runner, options):
    """How many pages were read, and how much was written."""
    runner.sandbox.clear_requests()
    result = runner("d2l_sharing_rules", **options)
    assert "failure" not in result, result
    entries = runner.sandbox.requests()
    assert all("/sharing/" in entry["path"] for entry in entries)
    reads = sum(entry["method"] == "GET" for entry in entries)
    return reads, len(entries) - reads
