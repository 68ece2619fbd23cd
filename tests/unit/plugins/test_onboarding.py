"""What a tenant gets of the manifests, and what is said of the outcome: the functions behind lti_onboarding."""

from __future__ import annotations

import pytest

from ansible_collections.edtech.lti.plugins.module_utils._manifest import document, onboarding, outcome

TOOL = document.TOOL
BOTH = {
    "client_name": "Lab",
    "initiate_login_uri": "https://labs.example.com/login",
    "jwks_uri": "https://labs.example.com/jwks.json",
    TOOL: {
        "target_link_uri": "https://labs.example.com/launch",
        "domain": "labs.example.com",
        "messages": [{"type": "LtiResourceLinkRequest", "label": "Lab"}],
    },
    "lti_1_1": {
        "launch_url": "https://labs.example.com/lti",
        "consumer_key": "lab",
        "links": [{"name": "Paper", "custom_parameters": {"paper": "1"}}, {"name": "Formulas"}],
    },
}
ONE_THREE = {name: value for name, value in BOTH.items() if name != "lti_1_1"}
ONE_ONE = {"client_name": "Lab", "lti_1_1": BOTH["lti_1_1"]}


def rows(platforms, place=None, manifest=None, le_version="1.92"):
    """Rows of one tool, by platform; ``place`` is what its tenant says of it, if anything."""
    places = {} if place is None else {"lab": place}
    made = onboarding.translations({"lab": manifest or BOTH}, platforms, places, le_version)
    return {row["platform"]: row for row in made}


@pytest.mark.parametrize(("manifest", "skipped"), [(ONE_THREE, {"exam", "luminus"}), (ONE_ONE, {"canvas", "d2l"})])
def test_a_half_that_is_not_there_is_skipped(manifest, skipped):
    place = {"canvas": {}, "d2l": None, "exam": {}, "luminus": {"provider_id": "x"}}
    made = rows(list(place), place, manifest)
    assert {name for name, row in made.items() if row["state"] == "skipped"} == skipped
    assert {name for name, row in made.items() if row["state"] == "ready"} == set(place) - skipped


def test_a_place_names_the_platforms_and_no_place_means_all():
    assert [row["state"] for row in rows(["canvas", "exam"]).values()] == ["ready", "ready"]
    assert [row["state"] for row in rows(["canvas", "exam"], {"exam": {}}).values()] == ["skipped", "ready"]
    assert "provider_id" in rows(["luminus"])["luminus"]["why"]


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ({"canvas": {"installation": []}}, "lti_onboarding_places.lab.canvas has installation"),
        ({"moodle": {}}, "lti_onboarding_places.lab has moodle"),
        ({"canvas": []}, "lti_onboarding_places.lab.canvas is no object"),
        ({"canvas": {"settings": None}}, "lti_onboarding_places.lab.canvas has settings"),
        ({"canvas": {"privacy_level": "public"}}, "name (privacy level public)"),
        ({"canvas": {"custom_fields": {"who": "$Person.name.full"}}}, "$Person.name.full"),
    ],
)
def test_a_tenants_own_values_are_checked_and_counted(place, says):
    row = rows(["canvas"], place)["canvas"]
    assert row["state"] == "refused"
    assert says in row["why"]


def test_links_of_exams_count_and_inherit():
    own = [{"lti_resource_link_name": "Paper", "lti_resource_launch_url": "https://labs.example.com/2"}]
    exams = [{"name": "A", "lti_resources": own}, {"name": "B"}]
    exam = rows(["exam"], {"exam": {"exams": exams}})["exam"]["objects"]["exams"]
    assert exam[0]["lti_resources"] == [
        {**own[0], "lti_custom_data": {"paper": "1"}, "tool_provider_name": "Lab"},
    ]
    assert [link["lti_resource_link_name"] for link in exam[1]["lti_resources"]] == ["Paper", "Formulas"]

    curious = [{"name": "A", "lti_resources": [{**own[0], "lti_custom_data": {"who": "$Person.email.primary"}}]}]
    refused = rows(["exam"], {"exam": {"exams": curious}})["exam"]
    assert (refused["state"], "email" in refused["why"]) == ("refused", True)


def test_a_consumer_key_of_the_tenant_makes_one_in_the_manifest_needless():
    manifest = {**ONE_ONE, "lti_1_1": {"launch_url": "https://labs.example.com/lti"}}
    assert rows(["exam"], manifest=manifest)["exam"]["state"] == "refused"
    row = rows(["exam"], {"exam": {"tool_provider": {"oauth_consumer_key": "college"}}}, manifest)["exam"]
    assert row["objects"]["tool_providers"][0]["oauth_consumer_key"] == "college"


def test_exams_of_one_name_and_equal_registrations_are_joined():
    exams = {"exam": {"exams": [{"name": "Algebra", "lti_resources": [{"lti_resource_link_name": "Paper"}]}]}}
    other = {**BOTH, "lti_1_1": {**BOTH["lti_1_1"], "name": "Other"}}
    made = onboarding.translations({"one": BOTH, "two": other}, ["exam"], {"one": exams, "two": exams})
    (algebra,) = onboarding.objects(made, "exam")["exams"]
    assert [link["tool_provider_name"] for link in algebra["lti_resources"]] == ["Lab", "Other"]

    places = {key: {"d2l": {"deployment": {"name": key}}} for key in ("one", "two")}
    made = onboarding.translations({"one": BOTH, "two": BOTH}, ["d2l"], places, "1.92")
    (registration,) = onboarding.objects(made, "d2l")["registrations"]
    assert [use["name"] for use in registration["deployments"]] == ["one", "two"]
    told = {"deployments": [{"handback": 1}, {"handback": 2}]}
    tools = outcome.outcome(made, "d2l", {}, told)["platform"]["tools"]
    assert [(tool["key"], tool["handback"]) for tool in tools] == [("one", 1), ("two", 2)]

    made = onboarding.translations({"one": BOTH, "two": {**BOTH, "client_name": "Other"}}, ["d2l"], None, "1.92")
    assert len(onboarding.objects(made, "d2l")["registrations"]) == 2  # the role refuses them by their domain


@pytest.mark.parametrize(("data", "state"), [(["opaque_id", "role"], "waiting"), (["role"], "refused")])
def test_brightspace_is_asked_for_its_version_only_where_that_may_help(data, state):
    assert rows(["d2l"], manifest={**BOTH, "data": data}, le_version=None)["d2l"]["state"] == state


def test_the_newest_version_that_is_spoken_is_chosen():
    answer = [
        {"ProductCode": "lp", "SupportedVersions": ["1.58"]},
        {"ProductCode": "le", "SupportedVersions": ["1.9", "1.75", "1.92", "1.93", "unstable"]},
    ]
    assert onboarding.highest_le_version(answer) == "1.92"
    with pytest.raises(document.ManifestError, match="names no version"):
        onboarding.highest_le_version([{"ProductCode": "le", "SupportedVersions": ["2.0"]}])


def test_a_preflight_sees_the_tenants_values_and_that_the_secret_is_known():
    made = onboarding.translations({"lab": BOTH}, ["canvas", "exam"], {"lab": {"exam": {}, "canvas": {"notes": "x"}}})
    (item,) = onboarding.preflights({"lab": BOTH}, made, ["lab"])
    assert item["platforms"] == ["canvas", "exam"]
    assert item["manifest"]["platforms"]["canvas"]["options"] == {"notes": "x"}
    assert item["manifest"]["lti_1_1"]["consumer_secret"] == "lti_onboarding_consumer_secrets.lab"


def test_changes_are_told_with_their_path():
    before = {"settings": {"fields": {"a": 1}, "on": True}, "list": [1, 2]}
    after = {"settings": {"fields": {"a": 1, "b": None}, "on": False}, "list": [1, 3]}
    assert outcome.differences(before, after) == "settings.on: true -> false; list[1]: 2 -> 3"
    assert outcome.differences("1: on\n2: on\n", "1: on\n3: on\n") == "- 2: on; + 3: on"
    assert len(outcome.differences({"a": "x" * 999}, {"a": 1})) < 80


def test_a_plan_tells_each_object_and_what_failed():
    made = onboarding.translations({"lab": BOTH}, ["canvas"])
    item = {"name": "Lab"}
    created = {"changed": True, "diff": {"before": {}, "after": {"name": "Lab"}}, "item": item}
    broken = {"failed": True, "msg": "No\n  way.", "item": {"tool": "Lab", "place": "account self"}}
    told = outcome.outcome(
        made,
        "canvas",
        {"keys": {"results": [created]}, "installations": {"results": [broken]}},
        failure=outcome.cause({"results": [{"changed": True}, {**broken, "failure": {"kind": "conflict"}}]}),
    )
    assert [(one["object"], one["action"], one["changes"]) for one in told["plan"]] == [
        ("developer key", "create", ""),
        ("installed in account self", "failed", "No way."),
    ]
    assert told["platform"]["failure"] == {"kind": "conflict", "msg": "No way."}
    assert (told["platform"]["state"], told["platform"]["changed"]) == ("failed", True)


def test_a_refusal_elsewhere_leaves_a_platform_skipped():
    made = onboarding.translations({"lab": BOTH}, ["canvas", "exam"], {"lab": {"canvas": {"x": 1}, "exam": {}}})
    assert set(outcome.refusals(made)) == {"canvas", "exam"}  # a place that cannot be read says nothing for sure
    level = {"lab": {"canvas": {"privacy_level": "public"}, "exam": {}}}
    made = onboarding.translations({"lab": BOTH}, ["canvas", "exam"], level)
    failures = outcome.refusals(made)
    told = outcome.outcomes(made, ["canvas", "exam"], {}, {}, failures, stopped=True)
    assert {name: one["platform"]["state"] for name, one in told.items()} == {"canvas": "failed", "exam": "skipped"}
    assert told["exam"]["platform"]["tools"][0]["why"] == outcome.STOPPED


def test_drift_names_keys_and_secrets_without_their_values():
    wished = {"key": "lab", "name": "Lab", "launch_url": "https://a", "consumer_key": "mine", "custom_parameters": {}}
    found = {
        "name": "Lap",
        "launch_url": "https://a",
        "consumer_key": "theirs-Q7",
        "consumer_secret": "secret-Q7",
        "custom_parameters": None,
        "credentials_visible": True,
    }
    said = outcome.drift(wished, found, "another-Q7")
    assert said == [
        "name is Lap in LumiNUS, not Lab.",
        "LumiNUS has another consumer_key.",
        "LumiNUS has another consumer_secret.",
    ]
    hidden = {**found, "credentials_visible": False, "launch_url": None}
    assert outcome.drift(wished, hidden)[-1].startswith("LumiNUS does not show the rest")
    assert outcome.drift(wished, None) == ["LumiNUS knows no such provider."]
    read = {"results": [{"exists": True, "provider": found, "item": wished}, {"msg": "401", "item": wished}]}
    compared = outcome.compared(read, {"lab": "another-Q7"})
    assert "Q7" not in str(compared)
    assert compared["results"][1]["failed"]
