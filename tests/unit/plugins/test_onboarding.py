"""What a tenant gets of the manifests, and what is said of the outcome: the functions behind lti_onboarding."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from ansible_collections.edtech.lti.plugins.module_utils._manifest import (
    document,
    onboarding,
    onboarding_given,
    outcome,
)
from ansible_collections.edtech.lti.plugins.plugin_utils import _fitting

ROLES = Path(__file__).resolve().parents[3] / "roles"
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


@pytest.mark.parametrize(
    ("platform", "own"),
    [
        ("exam", {"exams": {"name": "A"}}),
        ("exam", {"exams": ["A"]}),
        ("exam", {"exams": [{"name": "A", "lti_resources": ["Paper"]}]}),
        ("exam", {"exams": [{"name": "A", "lti_resources": [{"name": "Paper"}]}]}),
        ("exam", {"exams": [{"nam": "A"}]}),
        ("exam", {"tool_provider": "Lab"}),
        ("d2l", {"registration": []}),
        ("d2l", {"deployment": "Lab"}),
        ("d2l", {"deployment": {"visible": True}}),
        ("d2l", {"links": {"name": "Lab"}}),
        ("d2l", {"links": ["Lab"]}),
        ("d2l", {"sharing": "FAC"}),
        ("d2l", {"purge_sharing": "perhaps", "sharing": []}),
        ("canvas", {"installations": ["self"]}),
        ("canvas", {"installations": [{"account": "self"}]}),
        ("canvas", {"binding": "perhaps"}),
        ("luminus", {"provider_id": ["x"]}),
        ("luminus", {"provider_id": "x", "provider": "Lab"}),
    ],
)
def test_a_place_of_another_shape_is_named(platform, own):
    specs = {
        name: yaml.safe_load((ROLES / f"{name}_onboarding/meta/argument_specs.yml").read_text(encoding="utf-8"))
        for name in ("canvas", "d2l", "exam")
    }
    specs = {name: one["argument_specs"]["main"]["options"] for name, one in specs.items()}
    made = onboarding.translations({"lab": BOTH}, [platform], {"lab": {platform: own}}, "1.92")
    (row,) = _fitting.fitted(made, specs)
    assert row["state"] == "refused"
    assert f"lti_onboarding_places.lab.{platform}" in row["why"]
    (fine,) = _fitting.fitted(onboarding.translations({"lab": BOTH}, ["canvas"]), specs)
    assert fine["state"] == "ready"


def test_what_is_blank_in_a_place_is_not_given():
    blank = {
        "exam": {"exams": "", "tool_provider": None},
        "d2l": {"registration": "", "deployment": "", "links": "", "sharing": "", "purge_sharing": ""},
        "luminus": {"provider_id": "x", "provider": ""},
        "canvas": {"installations": None},
    }
    bare = {"exam": "", "d2l": None, "luminus": {"provider_id": "x"}, "canvas": {}}
    assert rows(list(blank), blank) == rows(list(blank), bare)
    assert rows(["exam"], "") == rows(["exam"])


@pytest.mark.parametrize("blank", [None, ""])
def test_blank_variables_are_not_given(blank):
    found = {
        **dict.fromkeys(("platforms", "tools", "places", "consumer_secrets", "preflight", "fail"), blank),
        "manifests": {"lab": "lab.yml"},
        "preflight_options": {"live": blank},
        "handback": {"dir": "/x", "formats": blank, "mode": blank},
    }
    made = onboarding_given.given(found)
    assert made["problems"] == []
    assert made["values"] == {
        "manifests": {"lab": "lab.yml"},
        "platforms": None,
        "tools": None,
        "places": {},
        "consumer_secrets": {},
        "preflight": True,
        "preflight_options": {},
        "handback": {"dir": "/x"},
        "fail": True,
    }
    assert (
        onboarding_given.given({"manifests": {"lab": "x"}, "consumer_secrets": {"lab": blank}})["values"][
            "consumer_secrets"
        ]
        == {}
    )


def test_texts_count_as_lists_and_as_switches():
    found = {"tools": "lab, quiz", "fail": "no", "handback": {"formats": "json"}, "platforms": "d2l"}
    made = onboarding_given.given({"manifests": {"lab": {}}, **found})
    assert made["problems"] == []
    assert (made["values"]["tools"], made["values"]["fail"]) == (["lab", "quiz"], False)
    assert (made["values"]["handback"], made["values"]["platforms"]) == ({"formats": ["json"]}, ["d2l"])


@pytest.mark.parametrize(
    ("name", "value", "where"),
    [
        ("manifests", "", "lti_onboarding_manifests"),
        ("manifests", ["s3cret-Q7"], "lti_onboarding_manifests"),
        ("manifests", {"lab": None}, "lti_onboarding_manifests.lab"),
        ("manifests", {"lab": 5}, "lti_onboarding_manifests.lab"),
        ("platforms", ["moodle"], "lti_onboarding_platforms"),
        ("tools", {"lab": True}, "lti_onboarding_tools"),
        ("tools", [5], "lti_onboarding_tools"),
        ("places", ["lab"], "lti_onboarding_places"),
        ("consumer_secrets", "s3cret-Q7", "lti_onboarding_consumer_secrets"),
        ("consumer_secrets", {"lab": ["s3cret-Q7"]}, "lti_onboarding_consumer_secrets.lab"),
        ("preflight", "perhaps", "lti_onboarding_preflight"),
        ("preflight_options", [], "lti_onboarding_preflight_options"),
        ("preflight_options", {"lives": True}, "lti_onboarding_preflight_options has lives"),
        ("preflight_options", {"fail_on": "note"}, "lti_onboarding_preflight_options.fail_on"),
        ("preflight_options", {"timeout": "long"}, "lti_onboarding_preflight_options.timeout"),
        ("handback", "/x", "lti_onboarding_handback"),
        ("handback", {"formats": ["xml"]}, "lti_onboarding_handback.formats"),
        ("handback", {"mode": 640}, "lti_onboarding_handback.mode"),
        ("handback", {"publish": "perhaps"}, "lti_onboarding_handback.publish"),
        ("handback", {"publish_limit": "-1"}, "lti_onboarding_handback.publish_limit"),
        ("handback", {"dir": ["/x"]}, "lti_onboarding_handback.dir"),
        ("fail", [], "lti_onboarding_fail"),
    ],
)
def test_a_variable_of_another_shape_is_named_in_one_sentence_without_its_value(name, value, where):
    (said,) = onboarding_given.given({"manifests": {"lab": "lab.yml"}, name: value})["problems"]
    assert said.startswith(where)
    assert "Q7" not in said


def test_connections_are_looked_at_without_showing_them():
    names = list(onboarding_given.CONNECTIONS)
    fine = {**{name: {"base_url": "", "timeout": 5} for name in names}, names[0]: None, names[3]: ""}
    assert onboarding_given.connection_problems(fine) == []
    for value in ("s3cret-Q7", ["s3cret-Q7"], {"base_urll": "s3cret-Q7"}, {"base_url": ["s3cret-Q7"]}):
        (said,) = onboarding_given.connection_problems({names[2]: value})
        assert said.startswith(names[2]) and "Q7" not in said
    # Those of other roles only the roles could refuse, when something is written already.
    assert names[0] in onboarding_given.connection_problems({names[0]: ""})[0]


def test_what_luminus_sends_beyond_data_is_told():
    row = rows(["luminus"], {"luminus": {"provider_id": "x"}})["luminus"]
    (wished,) = row["objects"]["providers"]
    found = {
        **{name: wished[name] for name in ("name", "launch_url", "consumer_key", "custom_parameters")},
        "launch_data": ["lis_person_contact_email_primary"],
        "credentials_visible": True,
    }
    (said,) = outcome.drift(wished, found)
    assert said.startswith("LumiNUS sends email (launch data lis_person_contact_email_primary), which data does not")
    assert said.endswith("nothing can be written there.")
    may = {**BOTH, "data": ["opaque_id", "course", "role", "email"]}
    (wished,) = rows(["luminus"], {"luminus": {"provider_id": "x"}}, may)["luminus"]["objects"]["providers"]
    assert outcome.drift(wished, found) == []


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
        {"ProductCode": "le", "SupportedVersions": ["1.9", "1.75", "1.92", "1.93", "unstable", "1.", None]},
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
    long = "x" * 99
    assert outcome.differences({"a": f"{long}old"}, {"a": f"{long}new"}) == "a: ...xxxxxxxxxxold -> ...xxxxxxxxxxnew"


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
    assert told["platform"]["failure"] == {"kind": "conflict", "msg": "Lab: No way."}
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


def test_texts_of_vendors_make_no_lines_of_their_own():
    made = onboarding.translations({"lab": {**BOTH, "client_name": "Lab\nother  exam  ok"}}, ["canvas"])
    assert made[0]["name"] == "Lab other exam ok"
    result = {"changed": True, "item": {"name": "Lab\nother"}}
    told = outcome.outcome(made, "canvas", {"keys": {"results": [result]}})
    assert told["plan"][0]["tool"] == "Lab other"


def test_what_waited_for_a_version_was_stopped_by_the_others_too():
    made = onboarding.translations({"lab": BOTH}, ["canvas", "d2l"], {"lab": {"canvas": {"x": 1}, "d2l": {}}})
    d2l = [row for row in made if row["platform"] == "d2l"]
    assert d2l[0]["state"] == "refused"  # a place that cannot be read says nothing for sure
    level = {"lab": {"canvas": {"privacy_level": "public"}, "d2l": {}}}
    made = onboarding.translations({"lab": BOTH}, ["canvas", "d2l"], level)
    told = outcome.outcomes(made, ["canvas", "d2l"], {}, {}, outcome.refusals(made), stopped=True)
    assert told["d2l"]["platform"]["tools"][0]["why"] == outcome.STOPPED


def test_a_cause_names_the_tools_and_how_many_more_failed():
    one = {"failed": True, "msg": "No course.", "item": {"tool": "Lab", "place": "course X"}}
    other = {"failed": True, "msg": "No course.", "item": {"tool": "Quiz", "place": "course X"}}
    assert outcome.cause({"results": [one]})["msg"] == "Lab: No course."
    assert outcome.cause({"results": [one, {"changed": True}, other]})["msg"] == "Lab: No course. Quiz failed, too."


def test_what_went_well_is_handed_back_although_another_tool_failed():
    made = onboarding.translations({"one": BOTH, "two": {**BOTH, "client_name": "Two"}}, ["canvas"])
    keys = [{"item": {"name": name}, "handback": {"client_id": name}} for name in ("Lab", "Two")]
    uses = [
        {"item": {"position": 0, "tool": "Lab", "place": "account self"}, "failed": True, "msg": "No."},
        {"item": {"position": 1, "tool": "Two", "place": "account self"}, "external_tool": {"deployment_id": "7:a"}},
    ]
    results = {"keys": {"results": keys}, "installations": {"results": uses}}
    failure = outcome.cause(results["installations"])
    one, two = outcome.outcome(made, "canvas", results, failure=failure)["platform"]["tools"]
    assert (one["state"], one["handback"]) == ("failed", None)
    assert (two["state"], two["handback"]) == ("done", {"client_id": "Two", "deployment_ids": ["7:a"]})
    stopped = outcome.outcome(made, "canvas", results, failure=failure, stopped=True)["platform"]["tools"]
    assert [tool["handback"] for tool in stopped] == [None, None]


def test_a_removed_tool_and_assumed_addresses_are_told():
    made = onboarding.translations({"lab": BOTH}, ["canvas"], {"lab": {"canvas": {"state": "absent"}}})
    (tool,) = outcome.outcome(made, "canvas", {}, {"tools": []})["platform"]["tools"]
    assert (tool["state"], "hand-back files stay" in tool["warnings"][-1]) == ("removed", True)
    summary = {"tools": [{"state": "present", "handback": {"environment_source": "assumed"}}]}
    (tool,) = outcome.outcome(onboarding.translations({"lab": BOTH}, ["canvas"]), "canvas", {}, summary)["platform"][
        "tools"
    ]
    assert "self_hosted" in tool["warnings"][-1]


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
