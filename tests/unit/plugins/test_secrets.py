"""Secrets are hidden in any spelling, and nothing else is."""

from __future__ import annotations

import base64
import html
import json
import urllib.parse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.edtech.lti.plugins.module_utils._secrets import HIDDEN, Secrets

WRITTEN = {
    "plain": str,
    "base64": lambda s: base64.b64encode(s.encode()).decode(),
    "base64url": lambda s: base64.urlsafe_b64encode(s.encode()).decode().rstrip("="),
    "quoted": urllib.parse.quote,
    "quoted in a form": urllib.parse.quote_plus,
    "in JSON": lambda s: json.dumps(s)[1:-1],
    "in JSON without ASCII": lambda s: json.dumps(s, ensure_ascii=False)[1:-1],
    "in Python": lambda s: repr(s)[1:-1],
    "in HTML": html.escape,
}


@pytest.mark.parametrize("spelling", WRITTEN)
@given(secret=st.text(min_size=4, max_size=40).filter(lambda text: text.strip() and text != HIDDEN))
def test_a_secret_disappears_in_every_spelling(spelling, secret):
    secrets = Secrets()
    secrets.learn(secret)
    written = WRITTEN[spelling](secret)

    shown = secrets.scrub({"text": f"<{written}>", f"<{written}>": [written]})

    assert shown == {"text": f"<{HIDDEN}>", f"<{HIDDEN}>": [HIDDEN]}


@pytest.mark.parametrize("word", ["changed", "diff", "oauth_consumer_secret", "msg"])
def test_a_secret_that_is_an_ordinary_word_takes_no_key_out_of_a_result(word):
    secrets = Secrets()
    secrets.learn(word)

    assert secrets.scrub({word: True, "x": [word]}) == {word: True, "x": [HIDDEN]}


def test_what_is_sent_of_a_secret_with_a_line_break_at_its_end_is_hidden_in_base64():
    secrets = Secrets()
    secrets.learn("s3cret-value-1\n")
    secrets.learn("s3cret-value-1")

    written = [base64.b64encode(b"s3cret-value-1").decode(), base64.b64encode(b"id:s3cret-value-1").decode()]

    assert not [text for text in written if text in secrets.scrub(f"a {text}")]


def test_a_longer_secret_is_hidden_whole_though_it_begins_like_a_shorter_one():
    secrets = Secrets()
    secrets.learn("abcd")
    secrets.learn("abcd-efgh")

    assert secrets.scrub("x abcd-efgh y abcd z") == f"x {HIDDEN} y {HIDDEN} z"


def test_a_very_short_secret_is_hidden_where_it_stands_alone_and_leaves_words_readable():
    secrets = Secrets()
    secrets.learn("key")

    assert secrets.scrub({"a": "key", "b": "a keyword"}) == {"a": HIDDEN, "b": "a keyword"}


def test_each_line_of_a_key_file_is_a_secret():
    secrets = Secrets()
    secrets.learn("-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0\n-----END PRIVATE KEY-----\n")

    assert "MIIEvQ" not in secrets.scrub("at MIIEvQIBADANBgkqhkiG9w0 something broke")


def test_named_members_are_learnt_at_any_depth_and_in_any_case():
    secrets = Secrets()
    secrets.learn_named(
        {"items": [{"OAuth_Consumer_Secret": "s3cr3t"}], "token": 12345678}, {"oauth_consumer_secret", "token"}
    )

    assert secrets.scrub(["s3cr3t", "12345678", "else"]) == [HIDDEN, HIDDEN, "else"]


def test_the_mask_itself_is_never_a_secret():
    secrets = Secrets()
    secrets.learn(HIDDEN)

    assert secrets.scrub(f"still {HIDDEN} here") == f"still {HIDDEN} here"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_without_secrets_nothing_changes(tree):
    assert Secrets().scrub(tree) == tree


def test_the_front_end_hears_of_each_spelling_once():
    heard = []
    secrets = Secrets(on_learn=heard.append)
    secrets.learn("päss word")
    secrets.learn("päss word")

    assert "päss word" in heard
    assert len(heard) == len(set(heard)) > 3
