"""Ids of Canvas: local in one place, global in another, texts to the user (docs/platforms/canvas.md, 1.6)."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.edtech.lti.plugins.module_utils._platforms.canvas import SHARD, CanvasId, Switch

from .canvas_samples import recorded, settings, written

KIND = CanvasId()
LOCAL = st.integers(1, SHARD - 1)
SHARDS = st.integers(1, 99_999)


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ("123", 123),
        ("123", "10000000000123"),
        (10000000000123, "1~123"),
        ("1~123", "123"),
        ("48230000000000017", "17"),
        ("4823~17", 48230000000000017),
        ("48~77", "480000000000077"),
        ("0~123", "123"),
        (" 123 ", "123"),
    ],
)
def test_these_are_one_id(mine, theirs):
    assert KIND.same(mine, theirs)
    assert KIND.same(theirs, mine)


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ("123", "124"),
        ("1~123", "2~123"),
        ("10000000000123", "20000000000123"),
        ("480000000000077", "1~77"),
        ("123", "0123x"),
        ("123", None),
        ("123", ""),
        ("0", "10000000000000"),
        ("sis_account_id:ARTS", "123"),
        ("self", "default"),
    ],
)
def test_these_are_two(mine, theirs):
    assert not KIND.same(mine, theirs)
    assert not KIND.same(theirs, mine)


def test_what_a_local_id_means_is_not_handed_on_from_shard_to_shard():
    """Equal to the one and to the other, and those are two: so nobody may group ids by it."""
    assert KIND.same("123", "1~123")
    assert KIND.same("123", "2~123")
    assert not KIND.same("1~123", "2~123")


@given(LOCAL, SHARDS, SHARDS)
def test_an_id_is_the_same_in_all_its_spellings(local, shard, other):
    whole = shard * SHARD + local

    assert KIND.same(whole, f"{shard}~{local}")
    assert KIND.same(local, whole)
    assert KIND.canonical(f"{shard}~{local}") == KIND.canonical(whole) == str(whole)
    assert KIND.same(whole, other * SHARD + local) == (shard == other)
    assert not KIND.same(whole, whole + 1)


@given(st.integers(1, 2**63 - 1))
def test_an_id_is_a_text_that_has_lost_no_digit(number):
    assert KIND.from_wire(number) == str(number)
    assert KIND.canonical(number) == str(number)
    assert KIND.checked(str(number)) == str(number)


@pytest.mark.parametrize(
    "text", ["0", "-1", "1.5", "12e3", "abc", "1~", "~1", "1~2~3", "1/2", "1~123?x=1", "0~0", "9" * 20]
)
def test_what_can_be_no_id_is_refused(text):
    with pytest.raises(ValueError, match="no id of Canvas"):
        KIND.checked(text)
    assert not KIND.is_id(text)


@pytest.mark.parametrize("text", ["self", "sis_account_id:1", "lti_context_id:ab", "uuid:1", "default", "site_admin"])
def test_other_names_of_an_account_are_no_numbers(text):
    assert not KIND.is_id(text)


def test_the_states_of_keys_and_registrations_are_the_same_in_other_words():
    kind = Switch("on", "off", "allow", "active", "inactive")

    assert kind.same("on", "active")
    assert kind.same("off", "inactive")
    assert not kind.same("on", "off")
    assert not kind.same("allow", "on")
    assert not kind.same("off", None)


# Through the modules


def everything(runner, client_id):
    """Each state module and each info module once, on the key; all results."""
    yield runner("canvas_tool_configuration", client_id=client_id, binding="on")
    yield runner("canvas_tool_configuration_info", client_id=client_id)
    yield runner("canvas_developer_key_binding", client_id=client_id, binding="on")
    yield runner("canvas_lti_registration", client_id=client_id, vendor="Example")
    yield runner("canvas_lti_registration_info", client_id=client_id)
    yield runner("canvas_external_tool", client_id=client_id)
    yield runner("canvas_external_tool_info", client_id=client_id)
    yield runner("canvas_external_tool", client_id=client_id, state="absent")


@pytest.mark.parametrize("string_ids", ["accept", "always", "never"])
@pytest.mark.parametrize(
    ("shard", "key"), [(1, "10000000000077"), (48, "480000000000077"), (0, "77"), (99999, "999990000000000077")]
)
@pytest.mark.parametrize("spelling", ["local", "global", "with the shard"])
def test_a_key_is_found_by_any_spelling_of_its_id_and_shown_by_its_global_one(
    canvas_runner, shard, key, string_ids, spelling
):
    canvas_runner.sandbox.switches({"canvas.shard": shard, "canvas.string_ids": string_ids})
    made = canvas_runner("canvas_tool_configuration", name="Quiz", settings=settings())
    assert made["tool_configuration"]["client_id"] == key
    given = {"local": "77", "global": key, "with the shard": f"{shard}~77"}[spelling]

    results = list(everything(canvas_runner, given))

    assert not [result["msg"] for result in results if "failure" in result]
    assert [result["changed"] for result in results] == [True, False, False, True, False, True, False, True]
    shown = json.dumps(results)
    assert f'"client_id": "{key}"' in shown
    for result in results:
        for one in _objects(result):
            assert one["client_id"] == key
            assert all(isinstance(value, str) or value is None for name, value in one.items() if name.endswith("_id"))
        if "handback" in result:
            assert result["handback"]["client_id"] == key
    assert canvas_runner.sandbox.state("canvas")["developer_keys"].keys() == {"77"}


def _objects(result):
    for name in ("tool_configuration", "developer_key_binding", "registration", "external_tool"):
        yield from [result[name]] if result.get(name) else []
        yield from result.get(f"{name}s", [])


@pytest.mark.parametrize("spelling", ["77", "480000000000077", "48~77"])
def test_requests_name_the_key_by_its_global_id(canvas_runner, spelling):
    """3.5: since 2026 a local id on a server with shards is not found there."""
    canvas_runner.sandbox.switches({"canvas.shard": 48})
    canvas_runner("canvas_tool_configuration", name="Quiz", settings=settings())

    with recorded() as sent:
        canvas_runner("canvas_tool_configuration", client_id=spelling, binding="on", notes="x")
        canvas_runner("canvas_external_tool", client_id=spelling)

    put, bound, installed = written(sent)
    assert put.path == "/api/lti/developer_keys/480000000000077/tool_configuration"
    assert "/480000000000077/" in bound.path
    assert installed.body == {"client_id": "480000000000077"}


@pytest.mark.parametrize("client_id", ["47~77", "470000000000077", "78"])
@pytest.mark.parametrize(
    "module",
    ["canvas_tool_configuration", "canvas_lti_registration", "canvas_developer_key_binding", "canvas_external_tool"],
)
def test_a_key_of_another_shard_is_another_key(canvas_runner, module, client_id):
    canvas_runner.sandbox.switches({"canvas.shard": 48, "canvas.id_filter": False})
    canvas_runner("canvas_tool_configuration", name="Quiz", settings=settings(), binding="on")
    canvas_runner.writes()
    wish = {"binding": "off"} if "binding" in module else {}

    result = canvas_runner(module, client_id=client_id, **wish)

    assert result["failure"]["kind"] == "not_found"
    assert canvas_runner.writes() == []


@pytest.mark.parametrize("client_id", ["0", "abc", "-5", "1/../2", "77?x"])
@pytest.mark.parametrize(
    "module",
    ["canvas_tool_configuration", "canvas_lti_registration", "canvas_developer_key_binding", "canvas_external_tool"],
)
@pytest.mark.parametrize("state", ["present", "absent"])
def test_what_can_be_no_client_id_is_refused_before_anything_is_asked(canvas_runner, module, client_id, state):
    options = {"binding": "off"} if "binding" in module else {"state": state}

    result = canvas_runner(module, client_id=client_id, **options)

    assert "no id of Canvas" in result["msg"]
    assert result["failure"]["kind"] == "invalid"
    assert canvas_runner.sandbox.requests() == []


@pytest.mark.parametrize("account_id", ["1", "self", "default", "10000000000001", "1~1"])
def test_an_account_goes_by_any_of_its_names_and_is_shown_as_it_was_given(canvas_runner, account_id):
    made = canvas_runner(
        "canvas_tool_configuration", name="Quiz", settings=settings(), account_id=account_id, binding="on"
    )
    tool = canvas_runner(
        "canvas_external_tool", client_id=made["tool_configuration"]["client_id"], account_id=account_id
    )
    registration = canvas_runner("canvas_lti_registration", name="Quiz", account_id=account_id, vendor="x")

    assert made["tool_configuration"]["account_id"] == account_id
    assert tool["external_tool"]["account_id"] == account_id
    assert registration["registration"]["account_id"] == account_id


@pytest.mark.parametrize(
    "where",
    [{"account_id": "sis_account_id:ARTS"}, {"course_id": "sis_course_id:HIST-101-2026"}, {"course_id": "1~101"}],
)
def test_a_place_goes_by_its_sis_id_as_well(canvas_runner, where):
    made = canvas_runner("canvas_tool_configuration", name="Quiz", settings=settings(), binding="on")
    client_id = made["tool_configuration"]["client_id"]

    assert canvas_runner("canvas_external_tool", client_id=client_id, **where)["changed"]
    assert not canvas_runner("canvas_external_tool", client_id=client_id, **where)["changed"]
    held = list(canvas_runner.sandbox.state("canvas")["tools"].values())
    assert [(one["context_type"], one["context_id"]) for one in held] == [
        ("Account", 2) if "account_id" in where else ("Course", 101)
    ]


@pytest.mark.parametrize("place", ["../5", "1/x", "a?b", "a#b", "%2e%2e", "..", "\\x", " x", ""])
@pytest.mark.parametrize("option", ["account_id", "course_id"])
def test_what_is_no_part_of_an_address_is_refused(canvas_runner, option, place):
    """An empty one as well: a template that went wrong must not install a tool for everybody."""
    made = canvas_runner("canvas_tool_configuration", name="Quiz", settings=settings(), binding="on")
    canvas_runner.writes()

    result = canvas_runner("canvas_external_tool", client_id=made["tool_configuration"]["client_id"], **{option: place})

    assert option in result["msg"]
    assert result["failure"]["kind"] == "invalid"
    assert all(entry["path"].endswith("/developer_keys") for entry in canvas_runner.sandbox.requests())
