"""Kinds of values: what is equal, what is sent, what is refused."""

from __future__ import annotations

import datetime
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.edtech.lti.plugins.module_utils import _kinds, _markup
from ansible_collections.edtech.lti.plugins.module_utils._errors import InvalidError

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def same(kind, one, other):
    return kind.canonical(one) == kind.canonical(other)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        (_kinds.Text(), None, ""),
        (_kinds.Integer(), 2, "2"),
        (_kinds.Integer(), None, ""),
        (_kinds.Boolean(), True, "1"),
        (_kinds.Boolean(), False, "false"),
        (_kinds.Instant(), "2026-12-01T09:00:00+01:00", "2026-12-01T08:00:00.000Z"),
        (_kinds.Instant(), "2026-12-01 09:00+0100", "2026-12-01T03:00:00.0-05:00"),
        (_kinds.Instant(), "1796112000", "2026-12-01T08:00:00Z"),
        (_kinds.Instant(), None, ""),
        (_kinds.JsonText(), {"a": 1, "b": [1.0]}, {"b": [1], "a": 1.0}),
        (_kinds.JsonText(), {}, None),
        (_kinds.JsonText(), {}, ""),
        (_kinds.CommaSet(), ["b.example", "a.example"], "a.example, b.example"),
        (_markup.Html(), "<p class='a' id=b>x\n  y</p>\n", '<p id="b" class="a">x y</p>'),
        (_markup.Html(), "<br/>&eacute;&amp;", "<br>é&amp;"),
        (_markup.Html(), "<div>\n <p> a <b>b</b> c </p>\n</div>\n", "<div><p>a  <b>b</b>\nc</p></div>"),
    ],
)
def test_these_mean_the_same(kind, one, other):
    assert same(kind, one, other)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        (_kinds.Text(), "a", "A"),
        (_kinds.Text(), "a", " a"),
        (_kinds.Boolean(), True, None),
        (_kinds.Boolean(), False, None),
        (_kinds.Integer(), 0, None),
        (_kinds.Instant(), "2026-12-01T09:00:00+01:00", "2026-12-01T09:00:00Z"),
        (_kinds.Instant(), "2026-12-01T09:00:00.001Z", "2026-12-01T09:00:00Z"),
        (_kinds.JsonText(), {"a": True}, {"a": 1}),
        (_kinds.JsonText(), {"a": "1"}, {"a": 1}),
        (_kinds.JsonText(), {}, "not json"),
        (_markup.Html(), "<p>a</p>", "<p>b</p>"),
        (_markup.Html(), "<b>You have</b>90 minutes", "<b>You have</b> 90 minutes"),
        (_markup.Html(), "<i>a</i> <i>b</i>", "<i>a</i><i>b</i>"),
        (_markup.Html(), "<pre>a  b</pre>", "<pre>a b</pre>"),
        (_markup.Html(), "<p>10&nbsp;kg</p>", "<p>10 kg</p>"),
        (_markup.Html(), "<p>a</p>", "<div>a</div>"),
        (_markup.Html(), "<script>x()</script><p>a</p>", "<p>a</p>"),
        (_markup.Html(), '<a href="https://one.example">x</a>', '<a href="https://two.example">x</a>'),
    ],
)
def test_these_differ(kind, one, other):
    assert not same(kind, one, other)


@pytest.mark.parametrize("text", ["2026-12-01T09:00:00", "2026-12-01", "tomorrow", "2026-13-01T09:00:00Z", "12"])
def test_a_time_that_is_no_instant_is_refused(text):
    with pytest.raises(ValueError, match="offset"):
        _kinds.Instant().checked(text)


@given(
    st.datetimes(datetime.datetime(2001, 10, 1), datetime.datetime(2100, 1, 1)),
    st.integers(-14 * 60, 14 * 60),
    st.integers(-14 * 60, 14 * 60),
)
def test_an_instant_is_the_same_in_every_zone(moment, minutes, others):
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000, tzinfo=datetime.UTC)
    one, other = (
        moment.astimezone(datetime.timezone(datetime.timedelta(minutes=m))).isoformat(timespec="milliseconds")
        for m in (minutes, others)
    )
    assert same(_kinds.Instant(), one, other)


@given(st.dictionaries(st.text(), JSON_VALUES, max_size=4))
def test_json_text_comes_back_as_it_went(value):
    kind = _kinds.JsonText()
    wire = kind.to_wire(value)

    assert isinstance(wire, str)
    assert same(kind, value, kind.from_wire(wire))
    assert wire == "" or json.loads(wire) == value


def test_json_text_that_the_server_garbled_is_shown_and_counts_as_different():
    kind = _kinds.JsonText()

    assert kind.from_wire("{broken") == "{broken"
    assert not same(kind, {"a": 1}, kind.from_wire("{broken"))
    assert kind.from_wire("[1]") == "[1]"


def test_what_json_cannot_hold_is_refused():
    with pytest.raises(InvalidError, match="JSON"):
        _kinds.JsonText().checked({"a": float("nan")})


def test_a_comma_inside_a_member_is_refused():
    with pytest.raises(ValueError, match="comma"):
        _kinds.CommaSet().checked(["a,b"])


@given(st.lists(st.from_regex(r"[a-z]{1,8}\.example", fullmatch=True), max_size=5))
def test_a_set_comes_back_whatever_the_order(members):
    kind = _kinds.CommaSet()

    assert same(kind, list(reversed(members)), kind.from_wire(kind.to_wire(members)))


@given(st.text())
def test_any_markup_equals_itself_and_never_raises(markup):
    assert same(_markup.Html(), markup, markup)
