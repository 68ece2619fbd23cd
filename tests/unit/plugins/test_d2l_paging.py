"""Both ways of paging of Brightspace, and the pace that its credits allow (docs/platforms/d2l.md, 2 and 3)."""

from __future__ import annotations

import concurrent.futures
import itertools
import time
import urllib.parse

import pytest

from ansible_collections.edtech.lti.plugins.module_utils import _client, _errors, _paging
from ansible_collections.edtech.lti.plugins.module_utils._answer import Answer
from ansible_collections.edtech.lti.plugins.module_utils._client import Client
from ansible_collections.edtech.lti.plugins.module_utils._connection import Connection
from ansible_collections.edtech.lti.plugins.module_utils._platforms import d2l
from ansible_collections.edtech.lti.plugins.module_utils._signing import IdKeyAuth

from .conftest import Runner
from .scripted_d2l import REGISTRATIONS, Brightspace

LIST = "d2l_lti_registration_info"
UNITS = "/d2l/api/lp/1.58/orgstructure/"


@pytest.fixture(params=["bearer", "ID-Key"])
def signed(request, sandbox):
    """A runner on the sandbox, with either kind of credentials."""
    runner = Runner(sandbox, "d2l")
    if request.param == "ID-Key":
        del runner.connection["access_token"]
        names = ("app_id", "app_key", "user_id", "user_key")
        runner.connection.update({name: sandbox.credentials["d2l"][name] for name in names})
    return runner


@pytest.mark.parametrize("form", ["absolute", "relative"])
@pytest.mark.parametrize("size", [1, 2, 3, 20])
def test_all_pages_are_read_and_each_with_the_login(signed, form, size):
    signed.sandbox.switches({"d2l.next": form, "d2l.page_size": size})
    for number in range(6):
        signed.sandbox.seed("d2l").registration(Name=f"Tool {number}")

    names = [one["name"] for one in signed(LIST)["registrations"]]

    assert names == [f"Tool {number}" for number in range(6)]
    assert {entry["status"] for entry in signed.sandbox.requests()} == {200}


def test_a_bare_list_is_a_list(signed):
    signed.sandbox.switches({"d2l.list_shape": "array", "d2l.page_size": 1})
    for number in range(3):
        signed.sandbox.seed("d2l").registration(Name=f"Tool {number}")

    assert len(signed(LIST)["registrations"]) == 3


def test_what_a_listing_is_narrowed_by_holds_on_all_pages(d2l_runner):
    d2l_runner.sandbox.switches({"d2l.page_size": 1})
    seeds = d2l_runner.sandbox.seed("d2l")
    tool, other = (seeds.registration()["ClientId"] for _each in range(2))
    for number in range(3):
        seeds.deployment(tool, Name=f"Mine {number}")
        seeds.deployment(other, Name=f"Other {number}")

    found = d2l_runner("d2l_lti_deployment_info", client_id=tool)["deployments"]

    assert [one["name"] for one in found] == ["Mine 0", "Mine 1", "Mine 2"]


def test_a_next_at_another_host_is_refused_and_that_host_hears_nothing(server, run):
    foreign = Brightspace()
    try:
        server.answers[REGISTRATIONS] = (200, {}, {"Next": f"{foreign.url}{REGISTRATIONS}?page=2", "Objects": []})
        result = run(LIST)
    finally:
        foreign.close()

    assert "outside the platform" in result["msg"]
    assert result["failure"]["kind"] == "protocol"
    assert foreign.seen == []
    assert foreign.ports == set()
    assert len(server.bearers) == 1


@pytest.mark.parametrize(
    "address",
    [
        "https://elsewhere.example/d2l/api/x",
        "//elsewhere.example/d2l/api/x",
        "http://127.0.0.1:1/d2l/api/x",
        "https://{host}/d2l/api/x",
        "http://{host}@elsewhere.example/d2l/api/x",
        "http://{host}.elsewhere.example/x",
        "http://{host}\\@elsewhere.example/x",
        "ftp://{host}/x",
        "javascript:alert(1)",
        "http://[::1",
        "http://127.0.0.1:99999/x",
        "http://{host}:x/",
    ],
)
def test_a_next_that_leaves_the_platform_is_refused(server, run, address):
    host = server.url.partition("://")[2]
    server.answers[REGISTRATIONS] = (200, {}, {"Next": address.format(host=host), "Objects": []})

    result = run(LIST)

    assert result["failure"]["kind"] == "protocol", result["msg"]
    assert len(server.bearers) == 1


def test_a_next_with_the_host_in_capitals_is_inside(server, run):
    tries = itertools.count()
    loud = server.url.replace("127.0.0.1", "LOCALHOST")
    quiet = {"base_url": server.url.replace("127.0.0.1", "localhost")}
    server.answers[REGISTRATIONS] = lambda: (
        None if next(tries) else (200, {}, {"Next": f"{loud}{REGISTRATIONS}?p=2", "Objects": []})
    )

    assert run(LIST, **quiet)["registrations"] == []
    assert len(server.bearers) == 2


@pytest.mark.parametrize("strange", [7, True, ["x"], {"href": "/x"}, 1.5])
def test_a_next_that_is_no_address_is_refused(server, run, strange):
    server.answers[REGISTRATIONS] = (200, {}, {"Next": strange, "Objects": []})

    result = run(LIST)

    assert result["failure"]["kind"] == "protocol", result["msg"]


@pytest.mark.parametrize("nothing", [None, "", False, 0])
def test_a_next_of_nothing_is_the_end(server, run, nothing):
    server.answers[REGISTRATIONS] = (200, {}, {"Next": nothing, "Objects": []})

    assert run(LIST)["registrations"] == []


@pytest.mark.parametrize("length", [1, 2, 3])
def test_pages_that_go_round_in_circles_end(server, run, length):
    pages = itertools.cycle(f"{REGISTRATIONS}?page={number}" for number in range(length))
    server.answers[REGISTRATIONS] = lambda: (200, {}, {"Next": next(pages), "Objects": []})

    assert "never end" in run(LIST)["msg"]
    assert len(server.bearers) == length + 1


def test_pages_without_end_end(server, run, monkeypatch):
    monkeypatch.setattr(_paging, "PAGES_AT_MOST", 10)
    pages = itertools.count()
    server.answers[REGISTRATIONS] = lambda: (200, {}, {"Next": f"{REGISTRATIONS}?page={next(pages)}", "Objects": []})

    assert "never end" in run(LIST)["msg"]
    assert len(server.bearers) == 10


@pytest.mark.parametrize("query", ["pageToken=YWZ0ZXI6MjA=&isEnabled=true", "a=%2F%20+&b&c=", "t=a%2Bb"])
def test_the_query_of_a_next_is_kept_and_signed_anew(server, query):
    pages = iter([(200, {}, {"Next": f"{REGISTRATIONS}?{query}", "Objects": []})])
    server.answers[REGISTRATIONS] = lambda: next(pages, None)
    keys = {"app_id": "a", "app_key": "b", "user_id": "c", "user_key": "d"}

    assert server.runner(**keys)(LIST)["registrations"] == []

    second = server.seen[-1][1]
    assert second.startswith(f"{REGISTRATIONS}?{query}&x_a=a&")
    given = urllib.parse.parse_qs(urllib.parse.urlsplit(second).query)
    assert len(given["x_c"]) == 1


def test_a_fault_between_pages_is_repeated_there(d2l_runner):
    d2l_runner.sandbox.switches({"d2l.page_size": 2})
    for number in range(6):
        d2l_runner.sandbox.seed("d2l").registration(Name=f"Tool {number}")
    d2l_runner.sandbox.faults({"platform": "d2l", "path": "*/registration/", "kind": "503", "skip": 1})

    assert len(d2l_runner(LIST)["registrations"]) == 6


@pytest.mark.parametrize(
    "listed",
    [
        {"Objects": [1]},
        {"Objects": None},
        {"Objects": {}},
        {"Next": None},
        {},
        [1],
        [None],
        "text",
        7,
        {"Objects": "x"},
    ],
)
def test_a_listing_of_another_shape_is_refused_as_such(server, run, listed):
    server.answers[REGISTRATIONS] = (200, {}, listed)

    assert run(LIST)["failure"]["kind"] == "protocol"


def test_bookmarks_are_followed_with_the_query_that_was_there(signed):
    signed.sandbox.switches({"d2l.org_page_size": 100})

    found = signed("d2l_org_unit_info", code_contains="CRS-00")["org_units"]

    assert len(found) == 198
    assert len({one["org_unit_id"] for one in found}) == 198


def units(bookmark, more=True):
    return 200, {}, {"PagingInfo": {"Bookmark": bookmark, "HasMoreItems": more}, "Items": []}


@pytest.mark.parametrize("bookmark", ["5_a b&c=d", "é/+%", ""])
def test_a_bookmark_is_quoted(server, run, bookmark):
    pages = iter([units(bookmark), units(bookmark, more=False)])
    server.answers[UNITS] = lambda: next(pages)

    assert run("d2l_org_unit_info", code_contains="a&b")["org_units"] == []

    asked = [urllib.parse.urlsplit(path).query for _method, path, *_rest in server.seen if path.startswith(UNITS)]
    first, second = (dict(urllib.parse.parse_qsl(query, keep_blank_values=True)) for query in asked)
    assert second == {**first, "bookmark": bookmark}
    assert first["orgUnitCode"] == "a&b"


def test_a_bookmark_that_never_moves_is_found_out(server, run):
    server.answers[UNITS] = units("5_1")

    assert "never end" in run("d2l_org_unit_info")["msg"]


@pytest.mark.parametrize(
    "info", [7, "x", [], [1], True, {"HasMoreItems": True, "Bookmark": 7}, {"HasMoreItems": "yes"}]
)
def test_a_paging_info_that_is_none_is_no_crash(server, run, info):
    tries = itertools.count()
    server.answers[UNITS] = lambda: (
        units("", more=False) if next(tries) else (200, {}, {"PagingInfo": info, "Items": []})
    )

    assert "mistake" not in str(run("d2l_org_unit_info").get("msg"))


def told(**headers):
    return Answer(
        "GET", "https://x.example/", 200, {name.replace("_", "-"): text for name, text in headers.items()}, b""
    )


@pytest.mark.parametrize(
    ("left", "cost", "reset", "pause"),
    [
        ("49990", "10", "31.5", 0),
        ("160", "10", "31.5", 0),
        ("159", "10", "31.5", 31.5),
        ("0", "10", "31.5", 31.5),
        ("-5", "10", "31.5", 31.5),
        ("200", "50", "31.5", 31.5),
        ("100", None, "31.5", 31.5),
        ("100", "0", "2", 2),
        (None, "10", "31.5", 0),
        ("0", "10", None, 0),
        ("0", "10", "0", 0),
        ("many", "10", "31.5", 0),
        ("0", "10", "soon", 0),
        ("", "", "", 0),
    ],
)
def test_a_pause_is_asked_for_when_the_credits_run_out(left, cost, reset, pause):
    headers = {"X_Rate_Limit_Remaining": left, "X_Request_Cost": cost, "X_Rate_Limit_Reset": reset}

    assert d2l.pause(told(**{name: text for name, text in headers.items() if text is not None})) == pause


class Clock:
    """A time that only passes while somebody sleeps."""

    def __init__(self):
        self.now = 1000.0
        self.slept = []

    def monotonic(self):
        return self.now

    def time(self):
        return time.time()

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(_client, "time", clock)
    return clock


@pytest.fixture
def client(server, clock):
    """A client of the server whose time passes only while it sleeps."""
    connection = Connection.checked(
        server.url, timeout=5, retries=2, validate_certs=True, ca_path=None, allow_http=False
    )
    auth = IdKeyAuth("a", "b", "c", "d")
    return Client(connection, d2l.PLATFORM.dialect, auth, learn=lambda *unused: None, sleep=clock.sleep)


def credits(left, reset="30"):
    return {"X-Request-Cost": "10", "X-Rate-Limit-Remaining": str(left), "X-Rate-Limit-Reset": reset}


def test_the_request_after_the_last_credits_waits(server, client, clock):
    server.answers["/x"] = (200, credits(20), {})
    client.read("/x")
    assert clock.slept == []
    server.answers["/x"] = (200, credits(49990), {})
    client.read("/x")
    client.read("/x")

    assert clock.slept == [pytest.approx(30)]


def test_the_wait_is_only_what_is_left_of_it(server, client, clock):
    server.answers["/x"] = (200, credits(20), {})
    client.read("/x")
    clock.now += 18
    server.answers["/x"] = (200, credits(49990), {})
    client.read("/x")

    assert clock.slept == [pytest.approx(12)]


@pytest.mark.parametrize("reset", ["nan", "inf", "-3", "100000"])
def test_a_reset_that_nobody_would_wait_for_is_not_waited_for(server, client, clock, reset):
    server.answers["/x"] = (200, credits(0, reset), {})
    client.read("/x")
    client.read("/x")

    assert clock.slept == []


def test_threads_wait_together_and_not_one_after_the_other(server, client, monkeypatch):
    monkeypatch.setattr(_client, "time", time)
    slept = []
    client._sleep = lambda seconds: slept.append(seconds) or time.sleep(min(seconds, 0.2))
    server.answers["/x"] = (200, credits(20), {})
    client.read("/x")
    server.answers["/x"] = (200, credits(49990), {})
    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(client.read, ["/x"] * 8))

    assert len(slept) == 8
    assert all(29 < seconds <= 30 for seconds in slept)
    assert time.monotonic() - began < 1.5


def test_a_throttled_request_waits_as_long_as_it_is_told_and_is_repeated(server, client, clock):
    answers = iter([(429, {"Retry-After": "17"}, b"")])
    server.answers["/x"] = lambda: next(answers, (200, credits(49990), {}))

    assert client.write("POST", "/x", {}).ok

    assert clock.slept == [pytest.approx(17)]
    assert len(server.seen) == 2


def test_what_one_thread_is_told_holds_for_the_others(server, client, clock):
    """The others must not spend the first credits of the next minute on being refused."""
    server.answers["/x"] = (429, {"Retry-After": "17"}, b"")
    client._sleep = clock.slept.append  # the first thread gives up, and no time has passed
    with pytest.raises(_errors.RateLimitedError):
        client.read("/x")
    clock.slept.clear()
    server.answers["/x"] = (200, {}, {})
    client.read("/x")

    assert clock.slept == [pytest.approx(17)]


def test_a_throttled_request_with_an_hour_to_wait_fails_at_once(server, client, clock):
    server.answers["/x"] = (429, {"Retry-After": "3600"}, b"")

    with pytest.raises(_errors.RateLimitedError) as raised:
        client.read("/x")
    assert "throttling" in raised.value.sentence()
    assert clock.slept == []
    assert len(server.seen) == 1


def test_an_application_without_credits_is_waited_for(d2l_runner):
    d2l_runner.sandbox.switches({"d2l.credits_per_minute": 30, "d2l.rate_limit_window": 1})
    for number in range(3):
        d2l_runner.sandbox.seed("d2l").registration(Name=f"Tool {number}")

    assert len(d2l_runner(LIST)["registrations"]) == 3
    assert d2l_runner("d2l_lti_registration", domain="https://tool1.example.com", name="New name")["changed"]


def test_headers_of_credits_make_a_long_listing_wait_before_it_is_refused(d2l_runner):
    switches = {"credits_per_minute": 40, "request_cost": 1, "rate_limit_window": 1, "page_size": 1}
    d2l_runner.sandbox.switches({f"d2l.{name}": value for name, value in switches.items()})
    for number in range(35):
        d2l_runner.sandbox.seed("d2l").registration(Name=f"Tool {number}")
    began = time.monotonic()

    assert len(d2l_runner(LIST)["registrations"]) == 35

    # The window ends to a tenth of a second: that is how the headers tell it.
    assert time.monotonic() - began > 0.9
    assert 429 not in {entry["status"] for entry in d2l_runner.sandbox.requests()}


def test_without_those_headers_it_goes_on_after_being_refused(d2l_runner):
    switches = {"credits_per_minute": 50, "rate_limit_window": 1, "page_size": 1, "rate_limit_headers": False}
    d2l_runner.sandbox.switches({f"d2l.{name}": value for name, value in switches.items()})
    for number in range(8):
        d2l_runner.sandbox.seed("d2l").registration(Name=f"Tool {number}")

    assert len(d2l_runner(LIST)["registrations"]) == 8
    assert 429 in {entry["status"] for entry in d2l_runner.sandbox.requests()}
