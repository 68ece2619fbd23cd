"""What is to go of a tool, and what stays: the functions behind lti_offboarding."""

from __future__ import annotations

import re
from pathlib import Path

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.edtech.lti.plugins.module_utils._manifest import (
    document,
    offboarding,
    offboarding_exam,
    offboarding_given,
    offboarding_outcome,
)

PLATFORMS = ["canvas", "d2l", "exam", "luminus"]
NOW = "2026-11-22T12:00:00Z"


def manifest(name="Lab", domain="labs.example.com", **more):
    """A tool with both halves."""
    return {
        "client_name": name,
        "initiate_login_uri": f"https://{domain}/login",
        "jwks_uri": f"https://{domain}/jwks.json",
        document.TOOL: {
            "target_link_uri": f"https://{domain}/launch",
            "domain": domain,
            "messages": [{"type": "LtiResourceLinkRequest", "label": name}],
        },
        "lti_1_1": {"launch_url": f"https://{domain}/lti", "consumer_key": name, "links": [{"name": "Paper"}]},
        **more,
    }


def rows(place=None, stays=(), **manifests):
    """Rows of ``lab``, which goes, and of others that stay."""
    manifests = {"lab": manifest(), **manifests}
    tools = [key for key in manifests if key not in stays]
    return offboarding.translations(manifests, tools, PLATFORMS, {"lab": place} if place else {})


def looked(**steps):
    """Results of loops, from pairs of an item and what was found."""
    return {
        name: {"results": [{"ansible_loop_var": "it", "it": item, **result} for item, result in pairs]}
        for name, pairs in steps.items()
    }


def canvas(made, keys, tools=(), elsewhere=None, state="absent", force=False):
    """The decision on ``lab``, whose look-up found these keys, tools by place, and deployments elsewhere."""
    key = {"key": "lab", "tool": "Lab", "name": "Lab", "account_id": "self", "client_id": ""}
    found = looked(keys=[(key, {"tool_configurations": [{"client_id": one, "name": "Lab"} for one in keys]})])
    asked = offboarding.questions(made, "canvas", found)["tools"]
    found |= looked(tools=[(item, {"external_tools": list(there)}) for item, there in zip(asked, tools, strict=False)])
    if elsewhere is not None:
        told = [{"deployment_id": one, "context_type": "Course", "context_id": 7} for one in elsewhere]
        found |= looked(elsewhere=[(key, {"status": 200, "json": told})])
    decision = offboarding.decisions(made, "canvas", found, state, force)
    return decision["tools"]["lab"], decision["steps"]


def tool(number, **more):
    """An installed tool."""
    return {"external_tool_id": str(number), "deployment_id": f"{number}:x", "available": True, **more}


def d2l(made, registrations, deployments=(), links=(), own=(), state="absent", force=False, rules=()):
    """The same for Brightspace: ``links`` is what the deployment carries, ``own`` those that the manifest names."""
    key = {"key": "lab", "tool": "Lab"}
    found = looked(registrations=[({**key, **one}, {"registrations": list(registrations)}) for one in ({},)])
    asked = offboarding.questions(made, "d2l", found)
    found |= looked(deployments=[(item, {"deployments": list(deployments)}) for item in asked["deployments"]])
    asked = offboarding.questions(made, "d2l", found)
    found |= looked(
        uses=[(item, {"cascaded": {"links": list(links), "sharing_rules": list(rules)}}) for item in asked["uses"]],
        links=[(item, {"links": [{"link_id": one} for one in own]}) for item in asked["links"]],
    )
    decision = offboarding.decisions(made, "d2l", found, state, force)
    return decision["tools"]["lab"], decision["steps"]


def registration(client_id="c1", name="Lab", **more):
    """A registration as read."""
    return {"client_id": client_id, "name": name, "domain": "https://Labs.example.com/", "enabled": True, **more}


def deployment(number, name="Lab", enabled=True):
    """A deployment as read."""
    return {"deployment_id": f"d{number}", "client_id": "c1", "name": name, "enabled": enabled}


def exam(made, providers, links=(), exams=(), state="absent", force=False):
    """The same for the exam platform."""
    found = looked(
        tool_providers=[({}, {"tool_providers": list(providers)})],
        lti_resources=[({}, {"lti_resources": list(links)})],
        exams=[({}, {"exams": list(exams)})],
    )
    decision = offboarding.decisions(made, "exam", found, state, force, NOW)
    return decision["tools"]["lab"], decision["steps"]


PROVIDER = {"id": 2, "tool_name": "Lab", "institute_id": 1}
LINK = {"id": 7, "tool_provider_id": 2, "exam_id": 12, "lti_resource_link_name": "Paper"}


@pytest.mark.parametrize("tools", [None, "", [], " , ", "\n"])
def test_nothing_given_is_never_all(tools):
    read = offboarding_given.given({"tools": tools})
    assert read["values"]["tools"] == []
    assert "lti_offboarding_tools is not given" in read["problems"][0]


def test_variables_come_as_job_runners_hand_them_over():
    read = offboarding_given.given({"tools": "lab, map\nlab", "state": "", "force": "yes", "fail": None})
    assert read == {
        "values": {"tools": ["lab", "map"], "state": "disabled", "force": True, "fail": True},
        "problems": [],
    }
    assert "one of disabled, absent" in offboarding_given.given({"tools": ["lab"], "state": "gone"})["problems"][0]


def test_what_a_tool_would_send_does_not_keep_it():
    curious = manifest(data=["role"], platforms={"canvas": {"data": [], "options": {"privacy_level": "public"}}})
    assert {row["state"] for row in rows(lab=curious) if row["platform"] != "luminus"} == {"ready"}


def test_a_tool_for_other_tenants_that_have_keys_of_their_own_stops_nothing():
    other = {**manifest("Map"), "lti_1_1": {"launch_url": "https://maps.example.com/lti"}}
    made = rows(stays=["map"], map=other)
    assert offboarding.refusals(made) == {}
    assert exam(made, [PROVIDER])[0]["state"] == "removed"


def test_a_manifest_that_stays_and_cannot_be_read_stops_the_tenant():
    made = rows(stays=["map"], map="client_name: [")
    assert "map (it stays, but what it shares" in offboarding.refusals(made)["canvas"]["msg"]


def test_a_key_goes_with_what_the_places_name():
    verdict, steps = canvas(rows(), ["77"], [[tool(1)]], ["1:x"])
    assert verdict["state"] == "removed"
    assert [one["external_tool_id"] for one in steps["installations"]] == ["1"]
    assert [one["client_id"] for one in steps["removals"]] == ["77"]


@pytest.mark.parametrize(
    ("tools", "elsewhere", "why"),
    [([[tool(1)]], ["1:x", "2:x"], "course 7"), ([[tool(1)]], None, "does not tell where else")],
)
def test_a_key_that_others_may_have_installed_stays_unless_forced(tools, elsewhere, why):
    verdict, steps = canvas(rows(), ["77"], tools, elsewhere)
    assert (verdict["state"], steps["removals"]) == ("still_on", [])
    assert why in verdict["why"]
    assert len(steps["installations"]) == 1
    verdict, steps = canvas(rows(), ["77"], tools, elsewhere, force=True)
    assert (verdict["state"], len(steps["removals"])) == ("removed", 1)


def test_a_tool_that_came_with_its_key_and_was_never_shown_keeps_nobody():
    place = {"canvas": {"installations": [{"course_id": "9"}]}}
    verdict, _steps = canvas(rows(place), ["77"], [[tool(1)], [tool(2, available=False)]], ["1:x", "2:x"])
    assert verdict["state"] == "removed"
    verdict, _steps = canvas(rows(place), ["77"], [[tool(1)], [tool(2)]], ["1:x", "2:x"])
    assert verdict["state"] == "still_on"


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("state", ["disabled", "absent"])
def test_what_is_not_clear_is_left_as_it_is(state, force):
    for verdict, steps in (
        canvas(rows(), ["77", "78"], state=state, force=force),
        d2l(rows(), [registration("c1"), registration("c2")], state=state, force=force),
        d2l(rows(), [registration()], [deployment(1), deployment(2)], state=state, force=force),
        d2l(rows(), [registration(name="Laboratory")], state=state, force=force),
        exam(rows(), [PROVIDER, {**PROVIDER, "id": 3}], state=state, force=force),
    ):
        assert verdict["problem"]["kind"] == "ambiguous"
        assert not any(steps.values())


def test_an_id_decides_where_a_name_cannot():
    place = {"d2l": {"deployment": {"deployment_id": "D2"}}, "exam": {"tool_provider": {"id": 3}}}
    _verdict, steps = d2l(rows(place), [registration()], [deployment(1), deployment(2)], state="disabled")
    assert [one["deployment_id"] for one in steps["deployments"]] == ["d2"]
    _verdict, steps = exam(rows(place), [PROVIDER, {**PROVIDER, "id": 3}])
    assert [one["id"] for one in steps["tool_providers"]] == [3]


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("state", ["disabled", "absent"])
def test_what_a_tool_that_stays_uses_stays(state, force):
    made = rows(stays=["twin"], twin=manifest())
    verdict, steps = canvas(made, ["77"], [[tool(1)]], ["1:x"], state, force)
    assert (verdict["state"], steps["removals"], steps["bindings"]) == ("kept", [], [])
    verdict, steps = d2l(made, [registration()], [deployment(1)], state=state, force=force)
    assert (verdict["state"], steps["deployments"], steps["registrations"]) == ("kept", [], [])
    verdict, steps = exam(made, [PROVIDER], state=state, force=force)
    assert (verdict["state"], steps["tool_providers"]) == ("kept", [])


def canvas_places(client_id="77", **installations):
    """Places of several tools that have one key; what they say of their installations by the tool."""
    return {
        key: {"canvas": {**({"client_id": client_id} if client_id else {}), **({"installations": at} if at else {})}}
        for key, at in installations.items()
    }


def canvas_shared(lab, twin, tools, account=None, client_id="77", force=False):
    """What ``absent`` removes where ``twin`` stays and has the same key; ``tools`` are there, by the place asked."""
    places = canvas_places(client_id, lab=lab, twin=twin)
    if account:
        places["twin"]["canvas"]["account_id"] = account
    made = offboarding.translations({"lab": manifest(), "twin": manifest()}, ["lab"], ["canvas"], places)
    verdict, steps = canvas(made, ["77"], tools, [one["deployment_id"] for each in tools for one in each], force=force)
    assert (verdict["state"], steps["removals"], steps["bindings"]) == ("kept", [], [])
    return [one["external_tool_id"] for one in steps["installations"]], verdict["why"]


ROOT, NUMBER, COURSE = [{"account_id": "self"}], [{"account_id": "1"}], [{"course_id": "7"}]


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize(
    ("lab", "twin", "tools", "gone"),
    [
        (ROOT, ROOT, [[tool(1)]], []),
        (NUMBER, ROOT, [[tool(1)]], []),
        (ROOT, NUMBER, [[tool(1)]], []),
        (ROOT, [{"account_id": "10000000000001"}], [[tool(1)]], []),
        (ROOT, [{"account_id": "sis_account_id:A"}], [[tool(1)]], []),
        (NUMBER, [{"account_id": "2"}], [[tool(1)]], ["1"]),
        (ROOT, COURSE, [[tool(1)]], ["1"]),
        (COURSE, [{"course_id": 7}], [[tool(1)]], []),
        (COURSE, [{"course_id": "8"}], [[tool(1)]], ["1"]),
        (COURSE, [{"course_id": "sis_course_id:A"}], [[tool(1)]], []),
        ([{"course_id": "sis_course_id:B"}], [{"course_id": "sis_course_id:A"}], [[tool(1)]], ["1"]),
        ([{"course_id": "sis_course_id:a"}], [{"course_id": "sis_course_id:A"}], [[tool(1)]], []),
        (ROOT + COURSE, COURSE, [[tool(1)], [tool(2)]], ["1"]),
        # The same tool by its id, wherever they say that it is; another one in the same place.
        (ROOT, [{"course_id": "8", "external_tool_id": 1}], [[tool(1)]], []),
        (ROOT, [{"course_id": "8", "external_tool_id": "10000000000001"}], [[tool(1)]], []),
        (
            [{"account_id": "self", "external_tool_id": 1}],
            [{"account_id": "1", "external_tool_id": 2}],
            [[tool(1), tool(2)]],
            ["1"],
        ),
        # One that is not there (any more) says nothing about those that are.
        (ROOT, [{"account_id": "self", "external_tool_id": 9}], [[tool(1)]], []),
        # A place that is none, and none at all: nobody can say what it uses.
        (ROOT, [{"account_id": "", "course_id": ""}], [[tool(1)]], []),
    ],
)
def test_what_a_tool_that_stays_is_installed_as_stays(lab, twin, tools, gone, force):
    numbers, why = canvas_shared(lab, twin, tools, force=force)
    assert numbers == gone
    assert "twin uses it, too" in why


def test_installations_that_stay_for_others_are_said():
    assert "what is installed in account self" in canvas_shared(ROOT, NUMBER, [[tool(1)]])[1]
    assert "installed" not in canvas_shared(ROOT, COURSE, [[tool(1)]])[1]


def test_a_tool_that_stays_and_says_nowhere_keeps_all_installations():
    places = canvas_places(lab=ROOT, twin=ROOT)
    places["twin"]["canvas"]["installations"] = []
    made = offboarding.translations({"lab": manifest(), "twin": manifest()}, ["lab"], ["canvas"], places)
    assert canvas(made, ["77"], [[tool(1)]], ["1:x"])[1]["installations"] == []


@pytest.mark.parametrize("account", ["1", "default", "10000000000001", "sis_account_id:A"])
def test_a_key_that_is_shared_by_name_is_seen_whatever_its_account_is_called(account):
    assert canvas_shared(ROOT, ROOT, [[tool(1)]], account, client_id=None)[0] == []


def test_a_key_of_the_same_name_in_another_account_is_not_shared():
    places = {key: {"canvas": {"account_id": account}} for key, account in (("lab", "1"), ("twin", "2"))}
    made = offboarding.translations({"lab": manifest(), "twin": manifest()}, ["lab"], ["canvas"], places)
    found = looked(keys=[(one, {"tool_configurations": [{"client_id": "77", "name": "Lab"}]}) for one in
                         offboarding.questions(made, "canvas")["keys"]])  # fmt: skip
    assert offboarding.decisions(made, "canvas", found, "disabled")["steps"]["bindings"]


@pytest.mark.parametrize("state", ["disabled", "absent"])
def test_two_tools_that_go_and_share_a_key_are_one_step(state):
    made = offboarding.translations(
        {"lab": manifest(), "twin": manifest()},
        ["lab", "twin"],
        ["canvas"],
        canvas_places(lab=ROOT, twin=ROOT + COURSE),
    )
    asked = offboarding.questions(made, "canvas")["keys"]
    key = {"client_id": "77", "name": "Lab", "lti_registration_id": "5"}
    found = looked(keys=[(one, {"tool_configurations": [key]}) for one in asked])
    asked = offboarding.questions(made, "canvas", found)
    there = {"": [tool(1)], "7": [tool(2)]}
    found |= looked(
        tools=[(one, {"external_tools": there[one["course_id"]]}) for one in asked["tools"]],
        elsewhere=[
            (one, {"status": 200, "json": [{"deployment_id": "1:x"}, {"deployment_id": "2:x"}]})
            for one in asked["elsewhere"]
        ],
    )
    decision = offboarding.decisions(made, "canvas", found, state)
    assert {one["state"] for one in decision["tools"].values()} == {"removed" if state == "absent" else "disabled"}
    (step,) = decision["steps"]["removals" if state == "absent" else "bindings"]
    assert step["keys"] == ["lab", "twin"]
    gone = [(one["external_tool_id"], one["keys"]) for one in decision["steps"]["installations"]]
    assert gone == ([("1", ["lab", "twin"]), ("2", ["twin"])] if state == "absent" else [])


@pytest.mark.parametrize(("binding", "state"), [("on", "still_on"), ("allow", "still_on"), (None, "still_on"),
                                                ("off", "kept")])  # fmt: skip
def test_a_key_that_stays_for_others_is_still_on_unless_it_is_off(binding, state):
    made = rows()
    key = {"key": "lab", "tool": "Lab", "name": "Lab", "account_id": "self", "client_id": ""}
    found = looked(keys=[(key, {"tool_configurations": [{"client_id": "77", "name": "Lab", "binding": binding}]})])
    verdict = offboarding.decisions(made, "canvas", found, "absent")["tools"]["lab"]
    assert verdict["state"] == state
    assert ("lti_offboarding_state: disabled switches it off" in verdict["why"]) == (state == "still_on")


def test_what_goes_with_a_deployment_is_said():
    place = {"d2l": {"sharing": [{"org_unit_id": "6606", "share_with_org_unit": True}]}}
    rules = [{"org_unit_id": 6606}, {"org_unit_id": 7421}]
    links = [{"link_id": 4, "org_unit_id": 8101}]
    verdict, steps = d2l(rows(place), [registration()], [deployment(1)], links, own=[4], rules=rules)
    assert steps["deployments"][0]["what"] == "deployment Lab with 1 link and 2 sharing rules"
    (warning,) = verdict["warnings"]
    assert "1 sharing rule that neither the manifest nor lti_onboarding_places names, in org unit 7421" in warning
    verdict, steps = d2l(rows(place), [registration()], [deployment(1)], links, rules=rules[:1], force=True)
    assert "1 link that neither" in verdict["warnings"][0] and "8101" in verdict["warnings"][0]
    verdict, steps = d2l(rows(place), [registration()], [deployment(1)], links, own=[4], rules=rules[:1])
    assert verdict["warnings"] == []
    verdict, steps = d2l(rows(place), [registration()], [deployment(1)], state="disabled")
    assert steps["deployments"][0]["what"] == "deployment Lab"


def test_one_of_two_deployments_goes_and_the_registration_stays():
    other = manifest(platforms={"d2l": {"options": {"deployment": {"name": "Other"}}}})
    made = rows(stays=["other"], other=other)
    verdict, steps = d2l(made, [registration()], [deployment(1), deployment(2, "Other")], force=True)
    assert (verdict["state"], steps["registrations"]) == ("removed", [])
    assert "other uses it" in verdict["why"]
    assert [one["deployment_id"] for one in steps["deployments"]] == ["d1"]


def test_links_that_nobody_named_keep_a_deployment_unless_forced():
    links = [{"link_id": 4, "org_unit_id": None}, {"link_id": 5, "org_unit_id": 8101}]
    verdict, steps = d2l(rows(), [registration()], [deployment(1)], links, own=[4])
    assert verdict["problem"]["kind"] == "conflict"
    assert "org unit 8101" in verdict["why"]
    assert not any(steps.values())
    assert d2l(rows(), [registration()], [deployment(1)], links, own=[4], force=True)[0]["state"] == "removed"
    assert d2l(rows(), [registration()], [deployment(1)], links, own=[4, 5])[0]["state"] == "removed"


def test_only_a_deployment_that_is_on_keeps_a_registration_on():
    for enabled, state in ((True, "kept"), (False, "disabled")):
        others = [deployment(1), deployment(2, "By hand", enabled)]
        verdict, steps = d2l(rows(), [registration()], others, state="disabled")
        assert (verdict["state"], bool(steps["registrations"])) == (state, not enabled)


def test_the_exam_platform_has_no_switch():
    verdict, steps = exam(rows(), [PROVIDER], [LINK], state="disabled")
    assert verdict["state"] == "still_on"
    assert not any(steps.values())
    assert exam(rows(), [], state="disabled")[0]["state"] == "absent"


OVER = {"id": 12, "name": "Algebra", "status": "closed", "end_time": "2026-11-22T12:59:00+01:00"}


@pytest.mark.parametrize(
    ("changes", "over"),
    [
        ({}, True),
        ({"status": "open"}, False),
        ({"status": "draft"}, False),
        ({"status": None}, False),
        ({"end_time": "2026-11-22T13:01:00+01:00"}, False),
        ({"duration_minutes": 2}, False),
        ({"end_time": None, "start_time": "2026-11-22T11:00:00Z", "duration_minutes": "60"}, True),
        ({"end_time": "tomorrow"}, False),
        ({"end_time": "2026-11-22T01:00:00"}, False),
        ({"end_time": None}, True),
    ],
)
def test_an_exam_is_over_when_nobody_can_be_in_it(changes, over):
    assert offboarding_exam.over({**OVER, **changes}, NOW) is over
    verdict, steps = exam(rows(), [PROVIDER], [LINK], [{**OVER, **changes}])
    assert verdict["state"] == ("removed" if over else "failed")
    assert len(steps["lti_resources"]) == len(steps["tool_providers"]) == int(over)
    assert exam(rows(), [PROVIDER], [LINK], [{**OVER, **changes}], force=True)[0]["state"] == "removed"


@given(
    names=st.lists(st.sampled_from(["Lab", "Map", "lab", "Lab "]), max_size=6),
    used=st.lists(st.integers(1, 6), max_size=6),
    force=st.booleans(),
    state=st.sampled_from(offboarding_given.STATES),
)
def test_no_provider_of_another_name_and_no_link_to_one_ever_goes(names, used, force, state):
    providers = [{"id": number, "tool_name": name, "institute_id": 1} for number, name in enumerate(names, start=1)]
    links = [{**LINK, "id": number, "tool_provider_id": target} for number, target in enumerate(used, start=1)]
    verdict, steps = exam(rows(), providers, links, [OVER], state, force)
    ours = [one["id"] for one in providers if one["tool_name"] == "Lab"]
    gone = [one["id"] for one in steps["tool_providers"]]
    assert gone == (ours if len(ours) == 1 and state == "absent" else [])
    targets = [
        link["tool_provider_id"] for link in links if link["id"] in [one["id"] for one in steps["lti_resources"]]
    ]
    assert set(targets) <= set(gone)
    assert (verdict["problem"] is not None) == (len(ours) > 1)


def test_a_step_that_failed_fails_its_tool_and_no_other():
    made = [row for row in rows(map=manifest("Map", "maps.example.com")) if row["platform"] == "exam"]
    providers = [PROVIDER, {**PROVIDER, "id": 3, "tool_name": "Map"}]
    decision = offboarding.decisions(
        made, "exam", looked(tool_providers=[({}, {"tool_providers": providers})]), "absent"
    )
    first, second = decision["steps"]["tool_providers"]
    results = looked(
        tool_providers=[
            (first, {"changed": True, "diff": {"before": {"id": 2}, "after": {}}}),
            (second, {"failed": True, "msg": "It broke."}),
        ]
    )
    failure = {"kind": "unavailable", "msg": "It broke."}
    out = offboarding_outcome.outcomes(
        made, ["exam"], {"exam": decision}, {"exam": results}, "absent", {"exam": failure}
    )["exam"]
    assert [one["state"] for one in out["platform"]["tools"]] == ["removed", "failed"]
    assert (out["platform"]["state"], out["platform"]["changed"]) == ("failed", True)
    assert [line["action"] for line in out["plan"]] == ["remove", "failed"]


TEMPLATES = Path(__file__).resolve().parents[3] / "playbooks" / "templates"


def ended(**tenants):
    """What the playbook says at its end; for each tenant the state of its tool on the exam platform, and more of it."""
    environment = jinja2.Environment(trim_blocks=True, keep_trailing_newline=True)
    environment.filters["regex_replace"] = lambda text, pattern, new: re.sub(pattern, new, text)
    summaries = {}
    for host, (state, more) in tenants.items():
        tool = {"key": "lab", "name": "Lab", "state": state, "why": None, "ids": {}, "warnings": [], **more}
        failure = {"kind": "conflict", "msg": "It is in use."} if state == "failed" else None
        changed = state == "removed"
        platform = {"state": "failed" if failure else "ok", "changed": changed, "failure": failure, "tools": [tool]}
        handback = {"failure": None, "files": []}
        summaries[host] = {"lti_offboarding_summary": {
            "changed": changed, "platforms": {"exam": platform}, "failed": [], "handback": handback,
        }}  # fmt: skip
    template = environment.from_string((TEMPLATES / "offboarding_end.j2").read_text(encoding="utf-8"))
    return template.render(ansible_play_hosts_all=list(tenants), hostvars=summaries).splitlines()


SWITCH = {"why": "There is no switch."}


@pytest.mark.parametrize(("many", "shown"), [(90, 90), (200, 0)])
def test_of_many_tenants_those_that_are_well_are_counted_and_the_others_stand_last(many, shown):
    fine = {f"t{number:03}": ("absent", {}) for number in range(many)}
    lines = ended(a1=("failed", {}), a2=("still_on", SWITCH), a3=("kept", SWITCH), a4=("still_on", SWITCH), **fine)
    assert len([line for line in lines if line.endswith("Lab (not there)")]) == shown
    assert (f"And {many} platforms of {many} tenants are as they should be." in lines) == (shown == 0)
    assert [line.split()[0] for line in lines[-4:]] == ["a3", "a2", "a4", "a1"]
    assert "STILL ON" in lines[-3] and "FAILED" in lines[-1]
    assert "  3 tenants (a2, a3, a4), exam, Lab: There is no switch." in lines


def test_client_ids_that_stand_in_files_elsewhere_are_one_line():
    lines = ended(**{f"t{number}": ("removed", {"ids": {"client_id": f"c{number}"}}) for number in range(4)})
    (line,) = [line for line in lines if "no hand-back file was changed" in line]
    assert "4 tenants (t0 with client id c0, t1 with client id c1, t2 with client id c2, …)" in line
