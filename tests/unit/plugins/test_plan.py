"""Planning is a function from data to data; what it promises holds for any fields and any values."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.edtech.lti.plugins.module_utils._errors import InvalidError
from ansible_collections.edtech.lti.plugins.module_utils._fields import Field, Fields
from ansible_collections.edtech.lti.plugins.module_utils._kinds import (
    Boolean,
    CommaSet,
    Instant,
    Integer,
    JsonText,
)
from ansible_collections.edtech.lti.plugins.module_utils._markup import Html
from ansible_collections.edtech.lti.plugins.module_utils._plan import ALWAYS, plan_absent, plan_present, unfulfilled

FIELDS = Fields(
    Field("name", required=True),
    Field("label", wire="Title"),
    Field("count", Integer()),
    Field("flag", Boolean()),
    Field("moment", Instant()),
    Field("settings", JsonText()),
    Field("tags", CommaSet()),
    Field("text", Html()),
    Field("password", secret=True),
    Field("kind", readable=False),
    Field("prose", compared=False),
    Field("seen", Integer(), writable=False),
)

WISHES = st.fixed_dictionaries(
    {"name": st.text(min_size=1)},
    optional={
        "label": st.none() | st.text(),
        "count": st.none() | st.integers(),
        "flag": st.booleans(),
        "moment": st.sampled_from([None, "", "2026-12-01T09:00:00+01:00", "2026-12-01T08:00:00Z", "1796112000"]),
        "settings": st.none() | st.dictionaries(st.text(), st.integers() | st.text() | st.none(), max_size=3),
        "tags": st.none() | st.lists(st.from_regex(r"[a-z]{1,4}", fullmatch=True), max_size=3),
        "text": st.sampled_from(["", "<p>a</p>", "<p >a</p>", "b"]),
        "password": st.from_regex(r"[a-z]{12}", fullmatch=True),
        "kind": st.text(),
        "prose": st.text(),
    },
)


def stored(wish):
    """What a server that keeps everything answers afterwards."""
    wire = json.loads(json.dumps({**FIELDS.payload(wish), "prose": "[[true]]", "seen": 7}))
    wire.pop("kind", None)
    return FIELDS.read(wire)


@given(WISHES)
def test_what_was_just_written_needs_no_second_write(wish):
    wish = FIELDS.wish(wish)
    plan = plan_present(FIELDS, wish, stored(wish))

    assert plan.action == "none"
    assert plan.before == plan.after
    assert set(plan.unconfirmed) == {"kind", "prose"} & set(wish)
    assert unfulfilled(FIELDS, plan_present(FIELDS, wish, None), stored(wish)) == []


@given(WISHES, WISHES)
def test_an_update_sends_only_what_differs_and_then_is_fulfilled(first, second):
    first, second = FIELDS.wish(first), FIELDS.wish(second)
    found = stored(first)
    plan = plan_present(FIELDS, second, found)

    assert set(plan.send) <= set(second)
    assert all(not FIELDS[name].same(value, found[name]) for name, value in plan.send.items())
    after = stored({**first, **plan.send})
    assert plan_present(FIELDS, second, after).action == "none"
    assert {name for name in after if not FIELDS[name].same(found[name], after[name])} <= set(second)


@given(WISHES)
def test_handing_back_what_was_read_changes_nothing(wish):
    found = stored(FIELDS.wish(wish))
    writable = {name: value for name, value in found.items() if FIELDS[name].writable}

    assert plan_present(FIELDS, writable, found).action == "none"


@given(WISHES, st.none() | WISHES)
def test_no_secret_and_no_old_secret_is_in_a_diff(wish, found):
    wish["password"] = "new-password-text"
    held = stored({**FIELDS.wish(found), "password": "old-password-text"}) if found else None
    plan = plan_present(FIELDS, FIELDS.wish(wish), held)

    shown = json.dumps([plan.before, plan.after])
    assert "password-text" not in shown
    assert plan.after["password"] == ("(will be replaced)" if found else "(set)")


@given(WISHES)
def test_what_cannot_be_compared_is_sent_when_asked_and_then_always_a_change(wish):
    wish = FIELDS.wish({"kind": "k", **wish})
    plan = plan_present(FIELDS, wish, stored(wish), ALWAYS)

    assert plan.action == "update"
    assert set(plan.send) == {"kind", "prose"} & set(wish)
    assert plan.unconfirmed == ()


def test_creating_without_what_is_needed_names_it():
    with pytest.raises(InvalidError, match="creating it needs name"):
        plan_present(FIELDS, {"count": 1}, None)


@pytest.mark.parametrize("empty", [None, ""])
def test_what_is_required_cannot_be_emptied(empty):
    with pytest.raises(InvalidError, match="name cannot be empty"):
        FIELDS.wish({"name": empty})


@pytest.mark.parametrize("found", [None, {"name": "x", "flag": True}])
def test_a_flag_has_no_empty_value(found):
    with pytest.raises(InvalidError, match="flag cannot be emptied"):
        plan_present(FIELDS, {"name": "x", "flag": None}, found and stored(found))
    assert plan_present(FIELDS, {"flag": None}, stored({"name": "x"})).action == "none"


def test_a_name_that_looks_like_an_empty_dict_is_a_name():
    assert FIELDS.wish({"name": "{}"}) == {"name": "{}"}


def test_absent_of_nothing_is_nothing():
    assert not plan_absent(FIELDS, None).changes
    assert plan_absent(FIELDS, stored({"name": "x"})).changes


@given(WISHES)
def test_a_result_shows_the_mask_where_a_secret_is_and_nothing_where_none_is(wish):
    found = stored(FIELDS.wish(wish))

    assert FIELDS.shown(found) == {**found, "password": "(hidden)" if found["password"] else found["password"]}
