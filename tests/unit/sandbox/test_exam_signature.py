"""The sandbox verifies what independent public clients signed."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sandbox.exam.signature import canonical, is_signed, ruby_text, signature
from tests.unit.sandbox.exam_client import sign

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "exam_signatures.json").read_text(encoding="utf-8"))[
    "vectors"
]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_vectors_of_public_clients_verify(vector):
    params, secret_key = vector["params"], vector["secret"]
    assert canonical(params) == vector["canonical"]
    assert is_signed({**params, "signature": vector["signature"]}, secret_key)


@pytest.mark.parametrize(
    "vector", [one for one in VECTORS if "encoded_query" in one], ids=lambda vector: vector["name"]
)
def test_encoded_queries_of_public_clients_verify(vector):
    sent = dict(parse_qsl(vector["encoded_query"], keep_blank_values=True))
    path_ids = {name: vector["params"][name] for name in vector["path_params"]}
    assert is_signed({**sent, **path_ids}, vector["secret"])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (1, "1"),
        ("1", "1"),
        (1.5, "1.5"),
        (2.0, "2.0"),
        (1e16, "1.0e+16"),
        (["a", "b"], '["a", "b"]'),
        ([1, True, None], "[1, true, nil]"),
        ({"b": 1}, '{"b"=>1}'),
        (['say "a"\n'], '["say \\"a\\"\\n"]'),
    ],
)
def test_values_are_rendered_as_ruby_does(value, text):
    assert ruby_text(value) == text


def test_text_and_native_value_sign_alike():
    native = {"id": 1, "use_as_basic_link": True, "end_time": None}
    texts = {"id": "1", "use_as_basic_link": "true", "end_time": ""}
    assert signature(native, "k") == signature(texts, "k")


@pytest.mark.parametrize("wrong", [None, "", "0" * 64, 5, ["x"]])
def test_a_wrong_signature_of_any_type_is_refused(wrong):
    assert not is_signed({"nonce": 1, "signature": wrong}, "secret")


def test_upper_case_digits_are_refused():
    right = signature({"nonce": 1}, "secret")
    assert not is_signed({"nonce": 1, "signature": right.upper()}, "secret")


values = st.one_of(st.text(), st.integers(), st.booleans())


@given(st.dictionaries(st.text(min_size=1), values), st.text(min_size=1))
def test_two_independent_signers_agree(params, secret_key):
    params.pop("signature", None)
    try:
        expected = sign(params, secret_key)
    except UnicodeEncodeError:
        return
    # Python sorts texts by code point, which for UTF-8 is the order of the bytes.
    assert signature(params, secret_key) == expected
