"""ID-Key signatures of Brightspace, against vectors that the vendor's own library made."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import urllib.parse
from pathlib import Path

import pytest
import requests
from hypothesis import example, given
from hypothesis import strategies as st

from ansible_collections.edtech.lti.plugins.module_utils import _signing
from ansible_collections.edtech.lti.plugins.module_utils._answer import Answer

from .conftest import Runner
from .scripted import Strange

FILE = json.loads((Path(__file__).parent.parent / "vectors" / "d2l_idkey.json").read_text(encoding="utf-8"))
WITH_USER = [vector for vector in FILE["request_vectors"] if vector["user_key"]]
# The library turns a plus sign in a path into a blank; no route has one (docs/platforms/d2l.md, 5).
DIFFERENT = {"path_plus_sign"}
SIGNED = ("x_a", "x_b", "x_c", "x_d", "x_t")
HOST = "https://lms.example.edu"
KEYS = ("the-app", "app-key", "the-user", "user-key")

METHODS = st.sampled_from(["GET", "POST", "PUT", "DELETE"])
SEGMENTS = st.text("abcXYZ0189-_.~", min_size=1, max_size=12)
PATHS = st.lists(SEGMENTS.filter(lambda word: word.strip(".")), max_size=6).map(lambda words: "/" + "/".join(words))
SECONDS = st.integers(0, 2**33)


def signed(method, url, keys=KEYS, seconds=1_767_225_600):
    """A request as it is sent."""
    auth = _signing.IdKeyAuth(*keys, clock=lambda: seconds)
    return requests.Request(method, url, auth=auth).prepare()


def parameters(request):
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(request.url).query, keep_blank_values=True))


def by_hand(key, text):
    """The signature, written a second time and in another way."""
    word = base64.b64encode(hmac.digest(bytes(key, "utf-8"), bytes(text, "utf-8"), "sha256")).decode()
    return word.translate({ord("+"): "-", ord("/"): "_", ord("="): None})


@pytest.mark.parametrize("vector", WITH_USER, ids=lambda vector: vector["name"])
def test_request_of_vector_is_signed_as_the_vendors_library_signs_it(vector):
    address = vector["input"] if "://" in vector["input"] else f"https://{vector['host']}{vector['input']}"
    keys = [vector[name] for name in ("app_id", "app_key", "user_id", "user_key")]
    seconds = round(vector["client_unix_time"] + vector["server_skew_ms"] / 1000)

    sent = parameters(signed(vector["method"], address, keys, seconds))

    same = {name: sent[name] for name in SIGNED} == vector["query_parameters"]
    assert same == (vector["name"] not in DIFFERENT)


@pytest.mark.parametrize("vector", WITH_USER, ids=lambda vector: vector["name"])
def test_signed_text_of_vector(vector):
    seconds = vector["query_parameters"]["x_t"]
    base = _signing.id_key_base(vector["method"].lower(), vector["input"], seconds)

    assert (base == vector["base_string"]) == (vector["name"] not in DIFFERENT)
    if vector["name"] not in DIFFERENT:
        assert _signing.id_key_signature(vector["app_key"], base) == vector["query_parameters"]["x_c"]


def test_a_plus_sign_in_a_path_is_signed_as_it_stands():
    assert _signing.id_key_base("GET", f"{HOST}/demo/a+b%2Bc%20d", 7) == "GET&/demo/a+b+c d&7"


DOCUMENTED = [
    {"key": "TestAppKey", "data": "GET&/d2l/api/lp/1.0/organization/info&1318600982",
     "signature": "Ow-WGtpYff6kZBVTb4P-DYOMk43FdVVp8HtiS3nGnfY"},
    {"key": "bar", "data": "GET&/d2l/api/lp/1.0/users/whoami&1397958932",
     "signature": "eInA7Qr4HYQn8b8x6RoMPioxftBYbRsa3oiIFCZFTgU"},
    {"key": "quux", "data": "GET&/d2l/api/lp/1.0/users/whoami&1397958932",
     "signature": "fkpwBDGOppT6DrsjJNxcsxFIaGo-RS3q3kmeJBwemc0"},
]  # fmt: skip


@pytest.mark.parametrize("raw", [*FILE["raw_signatures"], *DOCUMENTED], ids=lambda raw: raw["data"])
def test_raw_signature(raw):
    assert _signing.id_key_signature(raw["key"], raw["data"]) == raw["signature"]


def test_the_vectors_differ_from_each_other():
    signatures = [vector["query_parameters"]["x_c"] for vector in FILE["request_vectors"]]
    assert len(set(signatures)) == len(signatures)


@pytest.mark.parametrize("vector", FILE["must_be_rejected"], ids=lambda vector: vector["name"])
def test_what_a_server_refuses_is_not_what_we_sign(vector):
    given_keys = {one["app_id"]: one for one in WITH_USER}[vector["query_parameters"]["x_a"]]
    keys = [given_keys[name] for name in ("app_id", "app_key", "user_id", "user_key")]

    sent = parameters(signed(vector["method"], HOST + vector["path"], keys, int(vector["query_parameters"]["x_t"])))

    assert sent["x_t"] == vector["query_parameters"]["x_t"]
    assert sent["x_c"] != vector["query_parameters"]["x_c"]
    assert sent["x_d"] != vector["query_parameters"]["x_d"]


@given(METHODS, PATHS, SECONDS, st.text(min_size=1), st.text(min_size=1))
@example("GET", "/", 0, "é\x00", "🔑")
def test_equal_to_an_hmac_written_by_hand(method, path, seconds, app_key, user_key):
    sent = parameters(signed(method, HOST + path, ("a", app_key, "u", user_key), seconds))

    base = f"{method}&{path.lower()}&{seconds}"
    assert sent == {
        "x_a": "a",
        "x_b": "u",
        "x_c": by_hand(app_key, base),
        "x_d": by_hand(user_key, base),
        "x_t": str(seconds),
    }


@given(
    PATHS,
    st.sampled_from(["http://127.0.0.1:1", "https://a.example", "https://B.Example:8443"]),
    st.dictionaries(st.text("abc_é&", min_size=1, max_size=5), st.text(max_size=8), max_size=3),
)
def test_scheme_host_and_query_are_not_signed(path, host, query):
    plain = parameters(signed("GET", HOST + path))
    other = parameters(signed("GET", f"{host}{path}?{urllib.parse.urlencode(query)}"))

    assert {name: other[name] for name in SIGNED} == plain


@given(METHODS, PATHS)
def test_the_case_of_a_path_does_not_count(method, path):
    assert len({signed(method, HOST + one).url.rpartition("?")[2] for one in (path, path.upper(), path.lower())}) == 1


@given(METHODS, METHODS, PATHS, PATHS, SECONDS, SECONDS)
def test_verb_path_and_time_are_signed(method, other_method, path, other_path, seconds, other_seconds):
    one = parameters(signed(method, HOST + path, seconds=seconds))
    other = parameters(signed(other_method, HOST + other_path, seconds=other_seconds))
    equal = (method, path.lower(), seconds) == (other_method, other_path.lower(), other_seconds)

    assert (one["x_c"] == other["x_c"]) == (one["x_d"] == other["x_d"]) == equal


@pytest.mark.parametrize(
    "query",
    [
        "isEnabled=true",
        "exactOrgUnitCode=DEPT%20A%2F1&bookmark=5_abc",
        "flag&empty=&a=1&a=2",
        "code=a+b%2Bc&name=%C3%89cole",
        "pageToken=YWZ0ZXI6MjA=",
        "order=desc,asc;x:y@z/!$'()*",
    ],
)
def test_a_query_that_is_there_stays_byte_for_byte(query):
    request = signed("GET", f"{HOST}/d2l/api/lp/1.49/orgstructure/?{query}")

    assert request.url.startswith(f"{HOST}/d2l/api/lp/1.49/orgstructure/?{query}&x_a=")


def test_ids_that_need_quoting_reach_the_server_whole():
    assert parameters(signed("GET", f"{HOST}/x", ("a&b=c d", "k", "é+/", "k")))["x_a"] == "a&b=c d"


def refusal(status, body, host="lms.example.edu"):
    return Answer("GET", f"https://{host}/d2l/api/versions/", status, {}, body.encode())


@pytest.mark.parametrize("case", FILE["timestamp_skew"], ids=lambda case: case["origin"])
def test_the_clock_of_the_server_is_taken_over_where_it_tells_it(case):
    now = case["client_unix_time"]
    auth = _signing.IdKeyAuth(*KEYS, clock=lambda: now)

    assert auth.mends(refusal(case["status"], case["body"])) == (case["new_skew_seconds"] is not None)

    later = parameters(requests.Request("GET", f"{HOST}/x", auth=auth).prepare())
    assert later["x_t"] == str(now + (case["new_skew_seconds"] or 0))


@pytest.mark.parametrize(
    "answer",
    [
        refusal(401, "Timestamp out of range 5"),
        refusal(200, "Timestamp out of range 5"),
        refusal(403, "Timestamp out of range -5"),
        refusal(403, "5 Timestamp out of range"),
        refusal(403, ""),
    ],
    ids=lambda answer: f"{answer.status} {answer.body.decode()}",
)
def test_other_words_leave_the_clock_alone(answer):
    assert not _signing.IdKeyAuth(*KEYS).mends(answer)
    assert _signing.IdKeyAuth._skews == {}


def test_one_servers_clock_is_not_anothers():
    auth = _signing.IdKeyAuth(*KEYS, clock=lambda: 1000)
    auth.mends(refusal(403, "Timestamp out of range 5000"))

    assert parameters(requests.Request("GET", "https://other.example/x", auth=auth).prepare())["x_t"] == "1000"
    assert parameters(requests.Request("GET", f"{HOST}:444/x", auth=auth).prepare())["x_t"] == "1000"


def test_a_fraction_of_a_second_is_cut_off_and_the_signed_time_is_the_sent_one():
    sent = parameters(signed("GET", f"{HOST}/x", seconds=1624.6))

    assert sent["x_t"] == "1624"
    assert sent["x_c"] == by_hand("app-key", "GET&/x&1624")


@pytest.fixture
def id_key(sandbox):
    """A runner that logs in with ID-Key."""
    runner = Runner(sandbox, "d2l")
    del runner.connection["access_token"]
    runner.connection.update({n: sandbox.credentials["d2l"][n] for n in ("app_id", "app_key", "user_id", "user_key")})
    return runner


@pytest.mark.parametrize("offset", [-100_000, -600, 0, 250, 600, 100_000])
def test_a_clock_that_is_off_costs_one_more_request_in_the_life_of_a_process(id_key, offset):
    id_key.sandbox.switches({"d2l.clock_offset": offset})

    assert id_key("d2l_lti_registration_info")["registrations"] == []
    assert id_key("d2l_lti_registration_info")["registrations"] == []

    refused = [entry for entry in id_key.sandbox.requests() if entry["status"] == 403]
    assert len(refused) == (1 if abs(offset) > 300 else 0)


def test_a_write_is_signed_again_with_the_servers_clock_and_done_once(id_key):
    versions = {"le_version": "1.92", "lp_version": "1.58"}
    id_key.sandbox.switches({"d2l.clock_offset": 5000})
    body = {"Name": "Tool", "IsEnabled": True, "Domain": "t.example", "RedirectUrls": ["https://t.example/l"]}
    body |= {"Description": None, "KeysetUrl": None, "EnabledExtensions": [], "SendInstitutionRole": False}
    body |= {"OpenIDConnectLoginUrl": "https://t.example/in", "CustomParameters": [], "TargetLinkUri": None}
    path = "/d2l/api/le/1.92/ltiadvantage/registration/"

    result = id_key("api_request", platform="d2l", method="POST", path=path, body=body, **versions)

    assert result["status"] == 200, result
    assert [entry["status"] for entry in id_key.sandbox.requests()] == [403, 200]
    assert len(id_key.sandbox.state("d2l")["registrations"]) == 1


def test_the_strictest_server_takes_our_signatures(id_key):
    id_key.sandbox.switches({"d2l.strict_signature": True, "d2l.page_size": 2})
    for number in range(5):
        id_key.sandbox.seed("d2l").registration(Name=f"Tool {number}")

    assert len(id_key("d2l_lti_registration_info")["registrations"]) == 5
    assert len(id_key("d2l_org_unit_info", org_unit_name="Thesis Seminar")["org_units"]) == 2


def test_a_server_that_never_takes_our_time_is_asked_twice_and_no_more():
    server = Strange()
    try:
        server.answers["GET", "*"] = lambda: (403, b"Timestamp out of range\r\n12345\r\n")
        keys = dict(zip(("app_id", "app_key", "user_id", "user_key"), KEYS, strict=True))

        result = Runner.at(server.url, retries=3, **keys)("d2l_lti_registration_info")
    finally:
        server.close()

    assert result["failure"]["kind"] == "auth"
    assert len(server.seen) == 2


def test_threads_that_hear_the_time_at_once_do_not_add_it_up():
    auth = _signing.IdKeyAuth(*KEYS, clock=lambda: 1000)
    answer = refusal(403, "Timestamp out of range 4000")
    threads = [threading.Thread(target=auth.mends, args=[answer]) for _each in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert parameters(requests.Request("GET", f"{HOST}/x", auth=auth).prepare())["x_t"] == "4000"


@pytest.mark.parametrize("status", [403, 401])
@pytest.mark.parametrize("wrong", ["app_id", "app_key", "user_id", "user_key"])
def test_wrong_credentials_are_named_and_not_shown(id_key, wrong, status):
    id_key.sandbox.switches({"d2l.signature_status": status})

    result = id_key("d2l_lti_registration_info", **{wrong: "wr0ng-value"})

    assert result["failure"]["kind"] == "auth"
    assert "Check app_id, app_key, user_id and user_key" in result["msg"]
    assert not {"d2l-demo-appkey", "d2l-demo-userkey"} & set(id_key.shown[-1].split('"'))
    assert ("wr0ng-value" in id_key.shown[-1]) is False


def test_keys_are_never_sent(id_key):
    server = Strange()
    try:
        server.answers["GET", "*"] = []
        id_key("d2l_lti_registration_info", base_url=server.url, le_version="1.92", lp_version="1.58")
    finally:
        server.close()

    (request,) = server.seen
    assert "x_c=" in request[1]
    assert "d2l-demo-appkey" not in str(request)
    assert "d2l-demo-userkey" not in str(request)
    assert hashlib.sha256(b"d2l-demo-userkey").hexdigest() not in str(request)
