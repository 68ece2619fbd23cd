"""The signature of the exam platform, against vectors that independent real clients made."""

from __future__ import annotations

import hashlib
import hmac
import json
import urllib.parse
from pathlib import Path

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.edtech.lti.plugins.module_utils import _signing
from ansible_collections.edtech.lti.plugins.module_utils._errors import InvalidError

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "exam_signatures.json").read_text())["vectors"]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_canonical_text_and_signature_of_vector(vector):
    texts = {name: _signing.wire_text(value) for name, value in vector["params"].items()}

    assert _signing.exam_canonical(texts) == vector["canonical"]
    assert _signing.exam_signature(vector["secret"], vector["params"]) == vector["signature"]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_request_of_vector_is_sent_with_its_signature(vector):
    stamps = ("nonce", "timestamp")
    parameters = {k: v for k, v in vector["params"].items() if k not in (*stamps, *vector["path_params"])}
    auth = _signing.ExamAuth(
        "token",
        vector["secret"],
        clock=lambda: vector["params"]["timestamp"] / 1000,
        nonce=lambda: vector["params"]["nonce"],
    )
    reading = vector["method"] == "GET"
    request = requests.Request(
        vector["method"],
        "https://school.example.com" + vector["path"],
        params={k: _signing.wire_text(v) for k, v in parameters.items()} if reading else None,
        json=None if reading else parameters,
        auth=auth,
    ).prepare()

    sent = _query(request) if reading else json.loads(request.body)
    assert sent.pop("signature") == vector["signature"]
    assert sent == {k: _signing.wire_text(v) for k, v in {**parameters, **_stamps(vector)}.items()}
    assert request.headers["Authorization"] == "Token token=token"


def test_signature_was_checked_against_a_vector_that_differs_from_its_neighbours():
    """The vectors would prove nothing if all of them had one signature, as the vendor's examples do."""
    assert len({vector["signature"] for vector in VECTORS}) > len(VECTORS) - 2


@pytest.mark.parametrize(
    ("path", "ids"),
    [
        ("/api/v3/exams", {}),
        ("/api/v3/exams/", {}),
        ("/api/v3/exams/7", {"id": "7"}),
        ("/api/v3/exams/7/", {"id": "7"}),
        ("/api/v3/exams/7/documents", {"exam_id": "7"}),
        ("/api/v3/exams/7/documents/9", {"exam_id": "7", "id": "9"}),
        ("/api/v3/exams/7/attachments/9", {"exam_id": "7", "id": "9"}),
        ("/api/v3/exams/7/show_lti_student", {"id": "7"}),
        ("/prefix/api/v3/tool_providers/2", {"id": "2"}),
        ("/api/v3/institutes/1/users/5", {"institute_id": "1", "id": "5"}),
    ],
)
def test_ids_in_a_path_bear_the_names_that_are_signed(path, ids):
    assert _signing.exam_path_parameters(path) == ids


def test_delete_carries_everything_in_the_query():
    request = _signed("DELETE", "/api/v3/tool_providers/2", {"reason": "a&b=c?d e+f%"})

    assert request.body is None
    assert request.headers.get("Content-Length") in (None, "0")
    assert _query(request)["reason"] == "a&b=c?d e+f%"


@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT"])
def test_writes_send_the_very_text_that_was_signed(method):
    given_parameters = {"flag": True, "count": 7, "settings": {"b": [1, None], "a": "é"}, "empty": ""}
    sent = json.loads(_signed(method, "/api/v3/exams/3", given_parameters).body)

    assert sent["flag"] == "true"
    assert sent["count"] == "7"
    assert sent["settings"] == '{"a":"é","b":[1,null]}'
    signature = sent.pop("signature")
    message = "?".join(f"{k}={v}" for k, v in sorted({**sent, "id": "3"}.items()))
    assert hmac.new(b"key", message.encode(), hashlib.sha256).hexdigest() == signature


@pytest.mark.parametrize("name", ["nonce", "timestamp", "signature"])
def test_parameters_that_the_signature_sets_are_refused(name):
    with pytest.raises(InvalidError, match=name):
        _signed("POST", "/api/v3/exams", {name: "1"})


def test_a_body_that_contradicts_the_path_is_refused():
    with pytest.raises(InvalidError, match="given twice"):
        _signed("PATCH", "/api/v3/exams/3", {"id": 4})


def test_null_is_refused_because_nobody_agrees_on_its_text():
    with pytest.raises(InvalidError, match="null"):
        _signed("POST", "/api/v3/exams", {"name": None})


def test_text_that_is_no_unicode_is_refused_before_it_is_signed():
    with pytest.raises(InvalidError, match="Unicode"):
        _signing.wire_text("\ud800")


def test_every_signing_draws_a_new_nonce_that_a_reader_of_doubles_keeps_whole():
    nonces = {_query(_signed("GET", "/api/v3/exams", {}))["nonce"] for _again in range(200)}

    assert len(nonces) == 200
    assert all(2**53 > int(nonce) >= 10**15 and int(float(nonce)) == int(nonce) for nonce in nonces)


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,12}", fullmatch=True), st.text(), max_size=6), st.text(min_size=1))
def test_any_text_reaches_the_server_as_it_was_signed(parameters, key):
    """Percent-encoding must be undone to exactly the text that was signed."""
    parameters = {k: v for k, v in parameters.items() if k not in _signing.SIGNED_BY_US}
    request = requests.Request("GET", "https://x.example/api/v3/exams", params=parameters)
    sent = _query(request.prepare())
    assert sent == parameters  # requests itself keeps them

    request.auth = _signing.ExamAuth("t", key)
    sent = _query(request.prepare())
    signature = sent.pop("signature")
    message = "?".join(f"{k}={v}" for k, v in sorted(sent.items()))
    assert hmac.new(key.encode(), message.encode(), hashlib.sha256).hexdigest() == signature
    assert {k: v for k, v in sent.items() if k not in _signing.SIGNED_BY_US} == parameters


def _signed(method, path, parameters):
    reading = method in ("GET", "DELETE")
    return requests.Request(
        method,
        "https://school.example.com" + path,
        params=parameters if reading else None,
        json=None if reading else parameters,
        auth=_signing.ExamAuth("token", "key"),
    ).prepare()


def _query(request):
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(request.url).query, keep_blank_values=True))


def _stamps(vector):
    return {name: vector["params"][name] for name in ("nonce", "timestamp")}
