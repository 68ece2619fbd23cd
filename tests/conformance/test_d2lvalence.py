"""The vendor's own Python library works against the sandbox, and signs as this collection does.

`d2lvalence` is D2L's client for ID-Key. That it is understood says that the sandbox verifies what the
platform verifies; that its signatures are ours, byte for byte, says the same of the collection.
"""

from __future__ import annotations

import time
import urllib.parse

import d2lvalence.auth
import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.edtech.lti.plugins.module_utils._signing import IdKeyAuth
from tests.sandbox.testing import Sandbox

SIGNED = ("x_a", "x_b", "x_c", "x_d", "x_t")
REGISTRATION = "/d2l/api/le/1.82/ltiadvantage/registration/"
GUID = "6F1D2B3C-0A4E-4C58-9B7D-E2F30415A6B7"
TOOL = {
    "IsEnabled": True,
    "Name": "Virtual Lab",
    "Description": None,
    "Domain": "https://labs.example.com",
    "RedirectUrls": ["https://labs.example.com/launch"],
    "OpenIDConnectLoginUrl": "https://labs.example.com/login",
    "KeysetUrl": "https://labs.example.com/jwks.json",
    "EnabledExtensions": [1, 3],
    "SendInstitutionRole": False,
    "CustomParameters": [{"Name": "course", "Value": "$CourseOffering.sourcedId"}],
    "TargetLinkUri": None,
}


@pytest.fixture(scope="module")
def sandbox():
    """A running sandbox."""
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture(autouse=True)
def _direct(sandbox, monkeypatch):
    """An empty sandbox, and no proxy on the way to it."""
    sandbox.reset()
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def context(host="lms.example.edu", user_id="d2l-demo-user", user_key="d2l-demo-userkey", **more):
    """The library's view of one user of one application."""
    known = {"host": host, "user_id": user_id, "user_key": user_key, "encrypt_requests": False, "server_skew": 0}
    return d2lvalence.auth.fashion_user_context("d2l-demo-app", "d2l-demo-appkey", {**known, **more})


@pytest.fixture
def ask(sandbox):
    """A function that sends one request which the library signs."""
    signer = context(sandbox.base_url.partition("://")[2])

    def request(method, path, auth=None, **content):
        return requests.request(method, sandbox.base_url + path, auth=auth or signer, timeout=10, **content)

    request.signer = signer
    return request


def test_the_library_reads_the_versions(ask):
    products = {one["ProductCode"]: one["LatestVersion"] for one in ask("GET", "/d2l/api/versions/").json()}

    assert products["le"] == "1.92"


def test_the_address_that_the_library_makes_works_as_it_stands(ask):
    address = ask.signer.create_authenticated_url("/d2l/api/lp/1.49/users/whoami")

    assert requests.get(address, timeout=10).json()["Identifier"] == "169"


def test_an_anonymous_user_is_told_what_needs_no_login(sandbox, ask):
    app = d2lvalence.auth.fashion_app_context("d2l-demo-app", "d2l-demo-appkey")
    anonymous = app.create_anonymous_user_context(sandbox.base_url.partition("://")[2])

    assert ask("GET", "/d2l/api/lp/1.49/organization/info", anonymous).json()["Identifier"] == "6606"
    assert ask("GET", REGISTRATION, anonymous).status_code == 403


def test_the_library_creates_changes_and_removes_a_registration(ask):
    made = ask("POST", REGISTRATION, json=TOOL)
    assert made.status_code == 200, made.text
    client_id = made.json()["ClientId"]

    renamed = ask("PUT", REGISTRATION + client_id.upper(), json={**TOOL, "Name": "Renamed"})
    assert renamed.json()["Name"] == "Renamed"
    listed = ask("GET", REGISTRATION, params={"isEnabled": "true"}).json()
    assert [one["ClientId"] for one in listed["Objects"]] == [client_id]
    assert ask("DELETE", REGISTRATION + client_id).status_code == 200
    assert ask("GET", REGISTRATION + client_id).status_code == 404


def test_the_library_follows_pages(sandbox, ask):
    sandbox.switches({"d2l.page_size": 2})
    for number in range(5):
        sandbox.seed("d2l").registration(Name=f"Tool {number}")
    names, path = [], REGISTRATION
    while path:
        page = ask("GET", path).json()
        names += [one["Name"] for one in page["Objects"]]
        path = (page["Next"] or "").removeprefix(sandbox.base_url)

    assert names == [f"Tool {number}" for number in range(5)]


@pytest.mark.parametrize(
    ("change", "meaning"),
    [
        ({"user_key": "wrong"}, "Invalid token"),
        ({"user_id": "nobody"}, "Invalid token"),
        ({"server_skew": 600_000}, "Timestamp out of range"),
    ],
)
def test_the_library_is_refused_as_the_platform_refuses_it(sandbox, ask, change, meaning):
    answer = ask("GET", REGISTRATION, context(sandbox.base_url.partition("://")[2], **change))

    assert (answer.status_code, answer.text.split("\r\n")[0]) == (403, meaning)
    told = ask.signer.interpret_result(answer.status_code, answer)
    assert told == d2lvalence.auth.D2LAuthResult.NO_PERMISSION


def test_the_library_is_let_in_with_the_clock_that_a_refusal_tells(sandbox, ask):
    """The correction that its documentation leaves to the program."""
    sandbox.switches({"d2l.clock_offset": 4000})
    refused = ask("GET", REGISTRATION)
    ask.signer.set_new_skew((int(refused.text.split()[-1]) - int(time.time())) * 1000)

    assert ask("GET", REGISTRATION).status_code == 200


def ours(method, url, seconds):
    """The address that this collection asks at."""
    auth = IdKeyAuth("d2l-demo-app", "d2l-demo-appkey", "d2l-demo-user", "d2l-demo-userkey", clock=lambda: seconds)
    return requests.Request(method, url, auth=auth).prepare().url


def theirs(method, url, seconds):
    """The address that the library asks at."""
    clock = d2lvalence.auth.time
    try:
        d2lvalence.auth.time = type("Clock", (), {"time": staticmethod(lambda: seconds)})
        return requests.Request(method, url, auth=context()).prepare().url
    finally:
        d2lvalence.auth.time = clock


def signature(url):
    given = urllib.parse.parse_qs(urllib.parse.urlsplit(url).query, keep_blank_values=True)
    return {name: given[name] for name in SIGNED}


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
@pytest.mark.parametrize(
    "path",
    [
        "/d2l/api/versions/",
        REGISTRATION,
        f"{REGISTRATION}?isEnabled=true",
        REGISTRATION + GUID,
        REGISTRATION + GUID.lower(),
        f"/d2l/api/le/1.82/ltiadvantage/deployment/{GUID}/sharing/?incldueInherited=false&orgUnitId=6606",
        f"/d2l/api/le/1.82/ltiadvantage/deployment/{GUID}/sharing/6606",
        "/d2l/api/le/1.82/ltiadvantage/links/orgunit/8101/104",
        "/d2l/api/le/1.82/ltiadvantage/quicklinks/orgunit/8101/link/104",
        "/d2l/api/lp/1.49/orgstructure/?exactOrgUnitCode=DEPT%20A%2F1&bookmark=5_abc",
        "/D2L/API/lp/1.49/demo/%C3%89COLE",
    ],
)
def test_our_signature_is_the_librarys(method, path):
    url = f"https://lms.example.edu{path}"

    assert signature(ours(method, url, 1_767_225_600)) == signature(theirs(method, url, 1_767_225_600))


@given(
    st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
    st.lists(st.from_regex(r"[A-Za-z0-9_~-]{1,12}", fullmatch=True), max_size=7).map("/".join),
    st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.text(min_size=1, max_size=9), max_size=3),
    st.integers(0, 2**33),
)
def test_our_signature_is_the_librarys_for_any_route_and_time(method, path, query, seconds):
    url = f"https://lms.example.edu/d2l/api/{path}?{urllib.parse.urlencode(query)}"

    assert signature(ours(method, url, seconds)) == signature(theirs(method, url, seconds))


def test_without_a_query_the_whole_address_is_the_librarys():
    url = f"https://lms.example.edu{REGISTRATION}"
    one, other = (urllib.parse.urlsplit(sign("GET", url, 1_767_225_600)) for sign in (ours, theirs))

    assert one[:3] == other[:3]
    assert sorted(one.query.split("&")) == sorted(other.query.split("&"))
