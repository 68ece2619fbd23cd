"""The sandbox verifies what D2L's own library signed, and refuses its near misses."""

from __future__ import annotations

import json
import time
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from tests.sandbox.d2l.signature import base_strings, is_signed, signature

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "d2l_idkey.json").read_text(encoding="utf-8"))
REQUESTS = VECTORS["request_vectors"]
REFUSED = VECTORS["must_be_rejected"]
APP = ("G9nUpvbZQyiPrk3um2YAkQ", "kRTNQ1cYf3lDpZmv0B7eWg")
USER = ("ybZu7fm_JKJTFwKEHfoZ7Q", "SFwQ3nT8Ub-0oXyLkd5pZA")


@pytest.mark.parametrize("vector", REQUESTS, ids=lambda vector: vector["name"])
def test_vectors_of_the_library_verify(vector):
    given = vector["query_parameters"]
    bases = base_strings(vector["method"], urlsplit(vector["input"]).path, given["x_t"])
    assert vector["base_string"] in bases
    assert is_signed(given["x_c"], vector["app_key"], bases)
    if given["x_b"]:
        assert is_signed(given["x_d"], vector["user_key"], bases)


@pytest.mark.parametrize("vector", REFUSED, ids=lambda vector: vector["name"])
def test_near_misses_are_refused(vector):
    given = vector["query_parameters"]
    bases = base_strings(vector["method"], vector["path"], given["x_t"])
    assert not is_signed(given["x_c"], APP[1], bases)
    assert not is_signed(given["x_d"], USER[1], bases)


@pytest.mark.parametrize("vector", VECTORS["raw_signatures"], ids=lambda vector: vector["data"])
def test_raw_signatures(vector):
    assert signature(vector["key"], vector["data"]) == vector["signature"]


@pytest.mark.parametrize(
    ("seconds", "key", "signed"),
    [
        ("1318600982", "TestAppKey", "Ow-WGtpYff6kZBVTb4P-DYOMk43FdVVp8HtiS3nGnfY"),
        ("1397958932", "bar", None),
    ],
)
def test_cross_checks(seconds, key, signed):
    if signed:
        assert signature(key, f"GET&/d2l/api/lp/1.0/organization/info&{seconds}") == signed
    else:
        base = f"GET&/d2l/api/lp/1.0/users/whoami&{seconds}"
        assert signature("bar", base) == "eInA7Qr4HYQn8b8x6RoMPioxftBYbRsa3oiIFCZFTgU"
        assert signature("quux", base) == "fkpwBDGOppT6DrsjJNxcsxFIaGo-RS3q3kmeJBwemc0"


def test_strict_keeps_the_decoded_path_only():
    assert base_strings("GET", "/a+%C3%89", "1", strict=True) == ["GET&/a+é&1"]
    assert base_strings("GET", "/a+%C3%89", "1") == ["GET&/a+é&1", "GET&/a+É&1", "GET&/a É&1", "GET&/a é&1"]


@pytest.fixture
def frozen(sandbox, d2l_seeds):
    """The vectors' app and user, and a function that sets the platform's clock."""
    sandbox.service.store["d2l"]["apps"][APP[0]] = APP[1]
    d2l_seeds.user(USER[0], USER[1])
    return lambda seconds: sandbox.switches({"d2l.clock_offset": int(seconds - time.time())})


# Only what stands at a real route of the supported versions gets an answer other than 404.
SERVED = [one for one in REQUESTS if "/demo/" not in one["input"]]


@pytest.mark.parametrize("vector", SERVED, ids=lambda vector: vector["name"])
def test_signed_requests_pass_over_the_network(frozen, d2l, vector):
    given = vector["query_parameters"]
    frozen(int(given["x_t"]))
    target = urlsplit(vector["input"])
    query = "&".join(part for part in (target.query, urlencode(given)) if part)
    answer = d2l.send(vector["method"], f"{target.path}?{query}", token=None)
    assert answer.status_code in (200, 400, 404)
    assert "Invalid token" not in answer.text


@pytest.mark.parametrize("vector", REFUSED, ids=lambda vector: vector["name"])
def test_near_misses_are_refused_over_the_network(frozen, d2l, vector):
    frozen(int(vector["query_parameters"]["x_t"]))
    answer = d2l.send(vector["method"], f"{vector['path']}?{urlencode(vector['query_parameters'])}", token=None)
    assert (answer.status_code, answer.text) == (403, "Invalid token")
