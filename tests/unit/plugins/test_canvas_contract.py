"""The contract of ``contract.py`` on Canvas, of any age: what goes in comes back, a second run is quiet, check mode
tells the truth, and what was not asked for stays."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .canvas_samples import (
    ADDRESSES,
    CUSTOM_FIELDS,
    JWK,
    SCOPES,
    SETTINGS,
    STICKY,
    documents,
    key_of,
    meaning,
    placements,
)
from .conftest import Runner
from .contract import RUNS, WORDS, assert_contract, some

PRIVACY = st.sampled_from(["public", "name_only", "email_only", "anonymous"])
SERVERS = st.fixed_dictionaries(
    {
        "canvas.unset_settings": st.sampled_from(["null", "absent", "empty"]),
        "canvas.placement_order": st.sampled_from(["sent", "sorted", "reversed"]),
        "canvas.initial_binding": st.sampled_from(["off", "on"]),
        "canvas.string_ids": st.sampled_from(["accept", "always"]),
        "canvas.extra_fields": st.booleans(),
        "canvas.test_cluster_only": st.booleans(),
        "canvas.shard": st.sampled_from([1, 48, 0]),
        "canvas.api_key": st.sampled_from(["full", "masked"]),
    }
)
KEY_OPTIONS = {
    "redirect_uris": st.lists(ADDRESSES, min_size=1, max_size=3),
    "notes": WORDS | st.sampled_from(["", None]),
    "email": st.sampled_from(["ops@example.edu", "", None]),
    "test_cluster_only": st.booleans(),
    "binding": st.sampled_from(["on", "off"]),
    "privacy_level": PRIVACY,
    "custom_fields": CUSTOM_FIELDS,
    "comment": st.just("because"),
}


@st.composite
def wishes(draw, order, *, partly):
    """Options of canvas_tool_configuration; ``partly``: settings may be left out."""
    wish = draw(some(optional=KEY_OPTIONS))
    if partly and draw(st.booleans()):
        return wish
    # A placement that stands twice is compared in order, which such a server does not keep.
    document = draw(documents(twice=order == "sent"))
    counts = next(one for one in document["extensions"] if one["platform"] == "canvas.instructure.com")
    names = sorted({one["placement"] for one in counts["settings"]["placements"]})
    disabled = draw(st.none() | st.lists(st.sampled_from(names), unique=True)) if names else None
    return {**wish, "settings": document, **({} if disabled is None else {"disabled_placements": disabled})}


@pytest.mark.parametrize("era", ["A", "B", "C", "D"])
@settings(RUNS, max_examples=20)
@given(data=st.data())
def test_any_configuration_on_any_found_one(running_sandbox, era, data):
    running_sandbox.reset()
    switches = running_sandbox.switches({"canvas.era": era, **data.draw(SERVERS, label="server")})
    runner, order = Runner(running_sandbox, "canvas"), switches["canvas.placement_order"]
    found = data.draw(st.none() | wishes(order, partly=False), label="found")
    if found is not None:
        made = runner("canvas_tool_configuration", name="Quiz", **found)
        assert "failure" not in made, made
    wish = data.draw(wishes(order, partly=found is not None), label="wish")
    before = key_of(runner) if found is not None else None

    assert_contract(runner, "canvas_tool_configuration", {"name": "Quiz", **wish})

    _assert_as_wished(wish, before, key_of(runner))
    info = runner("canvas_tool_configuration_info")["tool_configurations"]
    assert not runner("canvas_tool_configuration", **info[0])["changed"]
    assert not any("ignored" in text for text in runner("canvas_tool_configuration", **info[0]).get("warnings", []))
    assert_contract(runner, "canvas_tool_configuration", {"name": "Quiz", "state": "absent"})


def _assert_as_wished(wish, before, after):
    """What the sandbox lists in the end is what was asked for, and for the rest what was there before."""
    base = wish.get("settings") or before["tool_configuration"]
    wanted, held = meaning(base), meaning(after["tool_configuration"])
    wanted["privacy_level"] = wish.get("privacy_level") or wanted["privacy_level"]
    more = meaning({"custom_fields": wish.get("custom_fields")})["custom_fields"]
    gone = {name for name, value in (wish.get("custom_fields") or {}).items() if value is None}
    wanted["custom_fields"] = {n: v for n, v in {**wanted["custom_fields"], **more}.items() if n not in gone}
    for one in wanted["placements"]:
        one["enabled"] = one["enabled"] and one["placement"] not in (wish.get("disabled_placements") or ())
    for name in STICKY:
        if wanted[name] is None:  # 2.7: cannot be cleared since 2025
            held[name] = None
    assert held == wanted
    assert set(after["scopes"]) == held["scopes"]
    if "redirect_uris" in wish:
        assert sorted(after["redirect_uris"].split()) == sorted(set(wish["redirect_uris"]))
    for name in ("notes", "email"):
        assert (after[name] or "") == (wish.get(name) or "" if name in wish else (before or {}).get(name) or "")
    if "binding" in wish:
        assert after["developer_key_account_binding"]["workflow_state"] == wish["binding"]


REGISTRATION = {
    "title": WORDS,
    "description": WORDS,
    "target_link_uri": ADDRESSES,
    "oidc_initiation_url": ADDRESSES,
    "redirect_uris": st.lists(ADDRESSES, min_size=1, max_size=3),
    "public_jwk_url": ADDRESSES,
}
CLEARABLE = {
    "domain": st.sampled_from(["tool.example.com", None]),
    "tool_id": WORDS | st.none(),
    "public_jwk": st.sampled_from([JWK, None]),
    "oidc_initiation_urls": st.sampled_from([{"eu": "https://eu.example.com/"}, {}, None]),
    "scopes": st.lists(st.sampled_from(SCOPES), max_size=4),
    "custom_fields": CUSTOM_FIELDS | st.none() | st.just("a=b=c"),
    "privacy_level": PRIVACY | st.none(),
    "placements": placements(twice=False),
    "launch_settings": some(optional={"text": WORDS, "selection_width": st.integers(1, 9) | st.just("7")}) | st.none(),
}
REGISTRATION_OPTIONS = {
    "admin_nickname": WORDS | st.sampled_from(["", None]),
    "vendor": WORDS | st.sampled_from(["", None]),
    "description": WORDS | st.sampled_from(["", None]),
    "workflow_state": st.sampled_from(["on", "off", "active", "inactive"]),
    "comment": st.just("because"),
}


@pytest.mark.parametrize("era", ["C", "D"])
@settings(RUNS, max_examples=20)
@given(data=st.data())
def test_any_registration_on_any_found_one(running_sandbox, era, data):
    running_sandbox.reset()
    switches = data.draw(SERVERS, label="server")
    running_sandbox.switches({"canvas.era": era, **switches, "canvas.lock_lti_registrations": True})
    runner = Runner(running_sandbox, "canvas")
    options = {**REGISTRATION_OPTIONS, **({"lock_deploying": st.booleans()} if era == "D" else {})}
    # In 2025 a new one is always active, whatever is said.
    born = {} if era == "D" else {"workflow_state": st.sampled_from(["on", "active"])}
    creations = st.builds(
        lambda configuration, more: {**more, "configuration": configuration},
        some(REGISTRATION, CLEARABLE) | documents(),
        some(born, {name: value for name, value in options.items() if name not in born}),
    )
    configuration = some(optional={**REGISTRATION, **CLEARABLE}).filter(bool).map(_with_a_key)
    changes = some(optional={**options, "configuration": configuration})
    found = data.draw(st.none() | creations, label="found")
    if found is not None:
        made = runner("canvas_lti_registration", name="Quiz", **found)
        assert "failure" not in made, made
    wish = data.draw(creations if found is None else changes, label="wish")
    before = key_of(runner) if found is not None else None

    assert_contract(runner, "canvas_lti_registration", {"name": "Quiz", **wish})

    if before is not None:
        _assert_kept(wish.get("configuration") or {}, meaning(before["tool_configuration"]), key_of(runner))
    info = runner("canvas_lti_registration_info")["registrations"]
    assert not runner("canvas_lti_registration", **info[0])["changed"]
    assert_contract(runner, "canvas_lti_registration", {"name": "Quiz", "state": "absent"})


def _with_a_key(configuration):
    """The last key cannot go (2.9)."""
    return (
        {"public_jwk_url": "https://tool.example.com/keys", **configuration}
        if "public_jwk" in configuration
        else configuration
    )


def _assert_kept(said, was, listed):
    """Of the configuration, what was not said is as it was, and null has cleared."""
    held = meaning(listed["tool_configuration"])
    for name, value in held.items():
        told = {"launch": "launch_settings"}.get(name, name)
        if told not in said:
            assert value == was[name], name
        elif said[told] is None:
            assert value == "anonymous" if name == "privacy_level" else not value, name


PLACES = st.sampled_from([{}, {"account_id": "1"}, {"account_id": "sis_account_id:ARTS"}, {"course_id": "101"}])


@settings(RUNS, max_examples=20)
@given(data=st.data())
def test_any_installation(running_sandbox, data):
    running_sandbox.reset()
    switches = {"canvas.era": data.draw(st.sampled_from("ABCD")), **data.draw(SERVERS)}
    running_sandbox.switches({**switches, "canvas.auto_deploy": data.draw(st.booleans(), label="hidden tool")})
    runner, seeds = Runner(running_sandbox, "canvas"), running_sandbox.seed("canvas")
    quiz, other = (seeds.tool_configuration(name, binding="on")["developer_key"]["id"] for name in ("Quiz", "Other"))
    seeds.external_tool(other)
    seeds.external_tool(other, course_id=101)
    place = data.draw(PLACES, label="place")
    if data.draw(st.booleans(), label="there already"):
        assert runner("canvas_external_tool", client_id=quiz, **place)["external_tool"]
    before = _other_tools(runner, quiz)

    for state in ("present", "absent"):
        assert_contract(runner, "canvas_external_tool", {"client_id": str(quiz), "state": state, **place})
        assert _other_tools(runner, quiz) == before


def _other_tools(runner, client_id):
    tools = runner.sandbox.state("canvas")["tools"].values()
    return {one["id"]: one for one in tools if one["developer_key_id"] != client_id % 10**13}


@settings(RUNS, max_examples=20)
@given(data=st.data())
def test_any_binding(running_sandbox, data):
    running_sandbox.reset()
    running_sandbox.switches({"canvas.era": data.draw(st.sampled_from("ABCD")), **data.draw(SERVERS)})
    runner, seeds = Runner(running_sandbox, "canvas"), running_sandbox.seed("canvas")
    kind = data.draw(st.sampled_from(["own", "inherited", "dynamic"]))
    made = {
        "own": lambda: seeds.tool_configuration("Quiz")["developer_key"],
        "inherited": seeds.site_admin_key,
        "dynamic": seeds.dynamic_registration,
    }[kind]()
    states = st.sampled_from(["on", "off", *(["allow"] if kind == "inherited" else [])])
    if data.draw(st.booleans(), label="switched before"):
        seeds.binding(made["id"], data.draw(states))
    wish = {"client_id": str(made["id"]), "binding": data.draw(states)}

    assert_contract(runner, "canvas_developer_key_binding", wish)

    after = runner("canvas_developer_key_binding", **wish)["developer_key_binding"]
    assert (after["binding"], after["inherited"]) == (wish["binding"], kind == "inherited")


def test_the_sample_says_what_it_should():
    """The oracle of these tests is no empty one."""
    said = meaning(SETTINGS)

    assert said["launch"] == {"text": "Quiz Helper", "selection_width": 800}
    assert [one["placement"] for one in said["placements"]] == ["course_navigation", "link_selection"]
    assert meaning({**SETTINGS, "title": "x"}) != said
