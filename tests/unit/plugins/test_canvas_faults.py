"""Faults in the middle of what takes several requests, and throttling (docs/platforms/canvas.md, 1.4, 2.7, 9.5)."""

from __future__ import annotations

import math
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.edtech.lti.plugins.module_utils import _client, _errors
from ansible_collections.edtech.lti.plugins.module_utils._answer import Answer
from ansible_collections.edtech.lti.plugins.module_utils._client import Client
from ansible_collections.edtech.lti.plugins.module_utils._connection import Connection
from ansible_collections.edtech.lti.plugins.module_utils._platforms import canvas, canvas_keys

from .canvas_samples import JWK, before, key_of, meaning, recorded, settings, written
from .conftest import Runner
from .scripted_canvas import Canvas
from .test_faults import KINDS, fault

FAULTS = [(kind, 1) for kind in KINDS] + [(kind, 99) for kind in ("500", "429", "drop_before", "drop_after", "html")]
KEYS = "canvas_tool_configuration"
BINDING = "canvas_developer_key_binding"
TOOLS = "canvas_external_tool"
REGISTRATIONS = "canvas_lti_registration"
ON = {"name": "Quiz", "settings": settings(), "binding": "on"}


@pytest.fixture
def hasty(sandbox):
    """A runner that does not wait long."""
    runner = Runner(sandbox, "canvas")
    runner.connection.update(timeout=0.4, retries=2)
    return runner


def disturb(runner, kind, method, path, times=1, **more):
    runner.sandbox.faults({**fault(kind, method, times, "canvas"), "path": path, **more})


def keys(runner):
    held = runner.sandbox.state("canvas")["developer_keys"].values()
    return [one for one in held if one["workflow_state"] != "deleted"]


def paths(runner):
    return [path.rsplit("/", 1)[1] for _method, path in runner.writes()]


def settled(runner, module, wish):
    """The next run without faults finishes, and the one after that is quiet."""
    runner.sandbox.clear_faults()
    final = runner(module, **wish)
    assert "failure" not in final, final
    runner.writes()
    again = runner(module, **wish)
    assert not again["changed"], again
    assert runner.writes() == []
    return final


@pytest.mark.parametrize("kind", ["drop_after", "truncate"])
def test_a_lost_answer_to_a_create_leaves_one_key_and_it_is_switched_on(hasty, kind):
    disturb(hasty, kind, "POST", "/api/lti/*")

    result = hasty(KEYS, **ON)

    assert result["changed"]
    assert paths(hasty) == ["tool_configuration", "developer_key_account_bindings"]
    assert len(keys(hasty)) == 1
    assert result["tool_configuration"]["binding"] == "on"
    assert result["tool_configuration"]["client_id"] == "10000000000077"
    assert result["handback"]["client_id"] == "10000000000077"


def test_a_create_that_never_arrived_is_repeated_once(hasty):
    disturb(hasty, "drop_before", "POST", "/api/lti/*")

    assert hasty(KEYS, **ON)["changed"]
    assert paths(hasty) == ["tool_configuration", "tool_configuration", "developer_key_account_bindings"]
    assert len(keys(hasty)) == 1


@pytest.mark.parametrize(("kind", "times"), FAULTS)
@pytest.mark.parametrize("there", [True, False], ids=["on a key", "on a new key"])
def test_trouble_with_the_switch_leaves_one_key_and_the_next_run_finishes(hasty, kind, times, there):
    if there:
        hasty(KEYS, name="Quiz", settings=settings())
    disturb(hasty, kind, "POST", "*bindings", times)

    result = hasty(KEYS, **ON)

    assert len(keys(hasty)) == 1
    if "failure" in result:
        assert times > 1, result
        assert result["failure"]["kind"] in ("unavailable", "protocol", "rate_limited")
        assert "'Quiz'" in result["msg"]
    else:
        assert result["tool_configuration"]["binding"] == "on"
        assert result["changed"]
    settled(hasty, KEYS, ON)
    assert len(keys(hasty)) == 1
    assert key_of(hasty)["developer_key_account_binding"]["workflow_state"] == "on"


@pytest.mark.parametrize(("status", "kind"), [(403, "forbidden"), (404, "not_found"), (422, "invalid"), (401, "auth")])
def test_a_refused_switch_after_the_create_is_a_failure_that_changed_something(hasty, status, kind):
    told = {"errors": [{"message": "not this key"}]}
    with before(lambda method, path: path.endswith("bindings"), lambda: (status, told)) as done:
        result = hasty(KEYS, **ON)

    assert done
    assert (result["failed"], result["changed"], result["failure"]["kind"]) == (True, True, kind)
    assert "the key is in place, but could not be switched on" in result["msg"]
    assert "not this key" in result["msg"]
    assert len(keys(hasty)) == 1
    assert settled(hasty, KEYS, ON)["changed"]
    assert len(keys(hasty)) == 1


def test_a_refused_switch_of_a_key_that_was_there_changed_nothing(hasty):
    hasty(KEYS, name="Quiz", settings=settings())
    with before(lambda method, path: path.endswith("bindings"), lambda: (403, {"errors": "no"})):
        result = hasty(KEYS, **ON)

    assert result["failed"]
    assert result["changed"] is False


@pytest.mark.parametrize(("kind", "times"), FAULTS)
@pytest.mark.parametrize(("method", "whose"), [("GET", "own"), ("GET", "inherited"), ("POST", "own")])
def test_trouble_with_the_binding_of_a_key(hasty, kind, times, method, whose):
    seeds = hasty.sandbox.seed("canvas")
    made = seeds.site_admin_key() if whose == "inherited" else seeds.tool_configuration()["developer_key"]
    wish = {"client_id": str(made["id"]), "binding": "on"}
    disturb(hasty, kind, method, None, times)

    result = hasty(BINDING, **wish)

    if "failure" in result:
        assert times > 1, result
        assert result["failure"]["attempts"] == 3
        assert "developer key" in result["msg"]
    assert settled(hasty, BINDING, wish)["developer_key_binding"]["binding"] == "on"


# Between two requests

BOTH = settings(public_jwk=JWK)
ONE = {"name": "Quiz", "settings": settings(), "clear_via_registration": True}


@pytest.mark.parametrize(("kind", "times"), FAULTS)
def test_trouble_with_clearing_is_told_and_the_next_run_finishes(hasty, kind, times):
    hasty(KEYS, name="Quiz", settings=BOTH)
    disturb(hasty, kind, "PUT", "*/lti_registrations/*", times)

    result = hasty(KEYS, **ONE)

    if "failure" in result:
        assert times > 1, result
        assert "'Quiz'" in result["msg"]
    settled(hasty, KEYS, ONE)
    assert meaning(key_of(hasty)["tool_configuration"]) == meaning(settings())


@pytest.mark.parametrize("status", [401, 403, 404, 422])
def test_a_refused_clearing_is_a_failure_that_changed_something_and_names_what_stays(hasty, status):
    hasty(KEYS, name="Quiz", settings=BOTH)
    with before(
        lambda method, path: "lti_registrations" in path and method == "PUT", lambda: (status, {"errors": "no"})
    ):
        result = hasty(KEYS, **{**ONE, "settings": settings("domain", title="New title")})

    assert (result["failed"], result["changed"]) == (True, True)
    assert "domain" in result["msg"]
    assert "public_jwk" in result["msg"]
    assert "could not be cleared" in result["msg"]
    assert key_of(hasty)["tool_configuration"]["title"] == "New title"


def test_a_run_that_is_killed_before_clearing_is_finished_by_the_next(hasty, monkeypatch):
    class Killed(BaseException):
        """What no except clause of ours may catch."""

    def killed(*arguments):
        raise Killed

    hasty(KEYS, name="Quiz", settings=BOTH)
    with monkeypatch.context() as patch:
        patch.setattr(canvas_keys.KeyStore, "_cleared", killed)
        with pytest.raises(Killed):
            hasty(KEYS, **{**ONE, "settings": settings(title="New title")})
    held = meaning(key_of(hasty)["tool_configuration"])
    assert (held["title"], held["public_jwk"]) == ("New title", JWK)

    result = settled(hasty, KEYS, {**ONE, "settings": settings(title="New title")})

    assert result["changed"]
    assert meaning(key_of(hasty)["tool_configuration"])["public_jwk"] is None


def test_a_run_that_is_killed_before_the_switch_is_finished_by_the_next(hasty, monkeypatch):
    class Killed(BaseException):
        """What no except clause of ours may catch."""

    def killed(*arguments):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(canvas_keys, "bound", killed)
        with pytest.raises(Killed):
            hasty(KEYS, **ON)
    hasty.writes()

    assert hasty(KEYS, **ON)["changed"]
    assert paths(hasty) == ["developer_key_account_bindings"]
    assert len(keys(hasty)) == 1


def test_a_key_that_somebody_removes_in_the_middle_of_a_change_is_not_made_anew(hasty):
    hasty(KEYS, name="Quiz", settings=settings())
    other = Runner(hasty.sandbox, "canvas")
    with before(lambda method, path: method == "PUT", lambda: other(KEYS, name="Quiz", state="absent")):
        result = hasty(KEYS, name="Quiz", notes="x")

    assert result["failed"]
    assert keys(hasty) == []


@pytest.mark.parametrize("module", [KEYS, TOOLS, REGISTRATIONS])
def test_what_is_gone_when_it_is_to_go_is_gone(hasty, module):
    made = hasty(KEYS, **ON)["tool_configuration"]
    hasty(TOOLS, client_id=made["client_id"])
    other, wish = Runner(hasty.sandbox, "canvas"), {"client_id": made["client_id"], "state": "absent"}
    with before(lambda method, path: method == "DELETE", lambda: other(module, **wish)) as done:
        result = hasty(module, **wish)

    assert done
    assert "failure" not in result, result
    assert not hasty(module, **wish)["changed"]


# Unlocking


@pytest.fixture
def locked(hasty):
    """A key that is on, and whose registration is locked."""
    hasty.sandbox.switches({"canvas.lock_lti_registrations": True})
    hasty.wish = {"client_id": hasty(KEYS, **ON)["tool_configuration"]["client_id"], "unlock": True}
    hasty.writes()
    return hasty


def test_a_lock_is_only_lifted_where_that_is_asked_for(locked):
    result = locked(TOOLS, **{**locked.wish, "unlock": False})

    assert result["failure"]["kind"] == "forbidden"
    assert "unlock: true" in result["failure"]["hint"]
    assert locked.writes() == [("POST", "/api/v1/accounts/self/external_tools")]
    done = locked(TOOLS, **locked.wish)
    assert done["changed"]
    assert "lock" in " ".join(done["warnings"])
    assert [method for method, _path in locked.writes()] == ["POST", "PUT", "POST"]
    assert locked(TOOLS, **locked.wish)["changed"] is False


def test_no_lock_is_lifted_where_none_stands_in_the_way(hasty):
    client_id = hasty(KEYS, **ON)["tool_configuration"]["client_id"]
    hasty.writes()

    assert hasty(TOOLS, client_id=client_id, unlock=True)["changed"]
    assert [method for method, _path in hasty.writes()] == ["POST"]
    assert hasty.sandbox.state("canvas")["registrations"]["52"]["lock_deploying"] is True


@pytest.mark.parametrize("kind", KINDS)
def test_trouble_with_lifting_a_lock_installs_once(locked, kind):
    disturb(locked, kind, "PUT", "*/lti_registrations/*")

    result = locked(TOOLS, **locked.wish)

    assert ("failure" in result) or result["changed"]
    settled(locked, TOOLS, locked.wish)
    assert len(locked.sandbox.state("canvas")["tools"]) == 1


@pytest.mark.parametrize(("kind", "times"), FAULTS)
def test_trouble_with_installing_after_a_lock_was_lifted_says_that_something_changed(locked, kind, times):
    disturb(locked, kind, "POST", "*/external_tools", times, skip=1)

    result = locked(TOOLS, **locked.wish)

    if result.get("failed"):
        assert result["changed"] is True
        assert "lock of its registration was lifted" in result["msg"]
    settled(locked, TOOLS, locked.wish)
    assert len(locked.sandbox.state("canvas")["tools"]) == 1


def test_who_may_not_lift_a_lock_is_told_which_permission_that_needs(locked):
    result = locked(TOOLS, **locked.wish, access_token="canvas-installer-token")

    assert result["failed"]
    assert "manage_lti_registrations" in result["msg"]
    assert locked.sandbox.state("canvas")["tools"] == {}


# Throttling


@pytest.fixture
def asked(canvas_runner):
    """A runner and a key of its own, with nothing in the journal."""
    canvas_runner.client_id = canvas_runner(KEYS, name="Ready", settings=settings(), binding="on")[
        "tool_configuration"
    ]["client_id"]
    canvas_runner.sandbox.clear_requests()
    return canvas_runner


WRITES = {
    "making a key": (KEYS, "POST", lambda asked: ON, 2),
    "changing a key": (KEYS, "PUT", lambda asked: {"client_id": asked.client_id, "notes": "x"}, 1),
    "removing a key": (KEYS, "DELETE", lambda asked: {"client_id": asked.client_id, "state": "absent"}, 1),
    "switching a key": (BINDING, "POST", lambda asked: {"client_id": asked.client_id, "binding": "off"}, 1),
    "installing": (TOOLS, "POST", lambda asked: {"client_id": asked.client_id}, 1),
    "registering": (REGISTRATIONS, "POST", lambda asked: {"name": "New", "configuration": settings()}, 1),
    "changing a registration": (REGISTRATIONS, "PUT", lambda asked: {"name": "Ready", "vendor": "x"}, 1),
    "removing a registration": (REGISTRATIONS, "DELETE", lambda asked: {"name": "Ready", "state": "absent"}, 1),
}


@pytest.mark.parametrize("status", ["429", "403"])
@pytest.mark.parametrize("deed", WRITES)
def test_a_throttled_write_is_repeated_and_nothing_is_done_twice(asked, deed, status):
    """1.4: until 2025 it was a 403, which looks like a missing permission."""
    module, verb, wish, count = WRITES[deed]
    asked.sandbox.switches({"canvas.throttle_status": status})
    seeds = asked.sandbox.seed("canvas")
    with before(lambda method, path: method == verb, lambda: seeds.throttle(2)) as done:
        result = asked(module, **wish(asked))

    assert done
    assert "failure" not in result, result
    assert result["changed"]
    entries = [entry for entry in asked.sandbox.requests() if entry["method"] == verb]
    assert [entry["status"] for entry in entries][:2] == [int(status)] * 2
    assert len(entries) == 2 + count
    assert not asked(module, **wish(asked))["changed"]


@pytest.mark.parametrize("status", ["429", "403"])
def test_a_throttled_reading_is_repeated(asked, status):
    asked.sandbox.switches({"canvas.throttle_status": status})
    asked.sandbox.seed("canvas").throttle(3)

    assert len(asked(f"{KEYS}_info")["tool_configurations"]) == 1
    assert [entry["status"] for entry in asked.sandbox.requests()] == [int(status)] * 3 + [200]


@pytest.mark.parametrize("status", ["429", "403"])
@pytest.mark.parametrize("deed", WRITES)
def test_throttling_for_good_is_called_so_and_nothing_was_done(asked, deed, status):
    module, verb, wish, _count = WRITES[deed]
    asked.sandbox.switches({"canvas.throttle_status": status})
    asked.connection["retries"] = 1
    held = asked.sandbox.state("canvas")
    seeds = asked.sandbox.seed("canvas")
    with before(lambda method, path: method == verb, lambda: seeds.throttle(99)):
        result = asked(module, **wish(asked))

    assert result["failure"]["kind"] == "rate_limited", result
    assert result["failure"]["status"] == int(status)
    assert "forks" in result["failure"]["hint"]
    assert "permission" not in result["msg"]
    assert result["changed"] is False
    assert asked.sandbox.state("canvas") == held


def test_a_missing_permission_is_not_taken_for_throttling(asked):
    result = asked(KEYS, client_id=asked.client_id, notes="x", access_token="canvas-installer-token")

    assert result["failure"]["kind"] == "forbidden"
    assert result["failure"]["attempts"] == 1


def test_a_bucket_that_fills_is_waited_for_before_a_request_is_refused(asked):
    asked.sandbox.switches({"canvas.high_water_mark": 101, "canvas.request_cost": 900})
    began = time.monotonic()

    for number in range(3):
        assert asked(KEYS, client_id=asked.client_id, notes=str(number))["changed"]

    assert time.monotonic() - began > 0.4
    assert {entry["status"] for entry in asked.sandbox.requests()} == {200}


def answer(status=200, body=b"{}", **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer("GET", "https://canvas.example.edu/api/v1/x", status, named, body)


@pytest.mark.parametrize(
    ("left", "seconds"),
    [
        ("600.0", 0),
        ("599.96", 0),
        ("100", 0),
        ("99.9", 0.01),
        ("90", 1),
        ("50", 2),
        ("0.0", 2),
        ("-1e9", 2),
        (None, 0),
        ("", 0),
        ("many", 0),
        ("nan", 0),
        ("inf", 0),
    ],
)
def test_a_pause_is_made_when_the_bucket_is_nearly_full_and_is_never_long(left, seconds):
    told = answer(**({} if left is None else {"X_Rate_Limit_Remaining": left}))

    assert canvas.pause(told) == pytest.approx(seconds)


@given(st.text(max_size=12) | st.floats().map(str))
def test_no_header_of_throttling_is_a_crash(text):
    pause = canvas.pause(answer(X_Rate_Limit_Remaining=text))

    assert pause >= 0
    assert not math.isnan(pause)


@pytest.mark.parametrize(
    ("status", "body", "is_so"),
    [
        (429, b"", True),
        (429, b"<h1>Too many</h1>", True),
        (403, b"403 Forbidden (Rate Limit Exceeded)\n", True),
        (403, b"403 Forbidden (rate limit exceeded)", True),
        (403, b'{"status":"unauthorized","errors":[{"message":"user not authorized to perform that action"}]}', False),
        (403, b"", False),
        (403, b"\xff\xfe", False),
        (500, b"Rate Limit Exceeded", False),
        (200, b"Rate Limit Exceeded", False),
    ],
)
def test_what_is_throttling_and_what_is_not(status, body, is_so):
    assert canvas.throttled(answer(status, body)) is is_so


class Clock:
    """A time that only passes while somebody sleeps."""

    def __init__(self):
        self.now, self.slept = 1000.0, []

    def monotonic(self):
        return self.now

    def time(self):
        return time.time()

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def scripted(monkeypatch):
    """A server, and a client whose time passes only while it sleeps."""
    server = Canvas()
    server.clock = Clock()
    monkeypatch.setattr(_client, "time", server.clock)
    monkeypatch.setattr(_client, "BACKOFF_FACTOR", 0.5)
    connection = Connection.checked(
        server.url, timeout=5, retries=4, validate_certs=True, ca_path=None, allow_http=False
    )
    server.client = Client(
        connection, canvas.PLATFORM.dialect, None, learn=lambda *unused: None, sleep=server.clock.sleep
    )
    yield server
    server.close()


def test_little_in_the_bucket_makes_the_next_request_wait(scripted):
    scripted.answers["GET"] = (200, {"X-Rate-Limit-Remaining": "85.0"}, {})
    scripted.client.read("/x")
    assert scripted.clock.slept == []
    scripted.answers["GET"] = (200, {"X-Rate-Limit-Remaining": "580.0"}, {})
    scripted.client.read("/x")
    scripted.client.read("/x")

    assert scripted.clock.slept == [pytest.approx(1.5)]


def test_being_throttled_makes_it_wait_longer_each_time_though_nobody_says_how_long(scripted):
    scripted.answers["POST"] = (429, {"X-Rate-Limit-Remaining": "0.0"}, b"403 Forbidden (Rate Limit Exceeded)\n")

    with pytest.raises(_errors.RateLimitedError):
        scripted.client.write("POST", "/x", {})

    slept = scripted.clock.slept
    assert len(slept) == 4
    assert slept[3] > slept[1]
    assert sum(slept) > 3


# What happens in the background


@pytest.mark.parametrize("delay", ["1", "3", "9"])
def test_tools_that_follow_their_key_late_are_no_change(canvas_runner, delay):
    """2.7: installed tools change in the background, so a read right after shows the old state."""
    made = canvas_runner(KEYS, **ON)["tool_configuration"]
    canvas_runner(TOOLS, client_id=made["client_id"])
    canvas_runner.sandbox.switches({"canvas.propagation_delay": delay})

    canvas_runner(KEYS, name="Quiz", settings=settings(title="New title"), binding="off")
    seen = canvas_runner(TOOLS, client_id=made["client_id"])

    assert not seen["changed"]
    assert not canvas_runner(KEYS, name="Quiz", settings=settings(title="New title"), binding="off")["changed"]
    assert len(canvas_runner.sandbox.state("canvas")["tools"]) == 1


def test_tools_that_go_late_with_their_key_do_not_bring_it_back(canvas_runner):
    made = canvas_runner(KEYS, **ON)["tool_configuration"]
    canvas_runner(TOOLS, client_id=made["client_id"])
    canvas_runner.sandbox.switches({"canvas.propagation_delay": "9"})

    assert canvas_runner(KEYS, name="Quiz", state="absent")["changed"]
    assert not canvas_runner(KEYS, name="Quiz", state="absent")["changed"]
    gone = canvas_runner(TOOLS, client_id=made["client_id"], state="absent")

    assert "failure" not in gone, gone
    assert not canvas_runner(TOOLS, client_id=made["client_id"], state="absent")["changed"]


def test_a_quiet_run_sends_one_request_for_the_key_and_none_that_writes(asked):
    with recorded() as sent:
        asked(KEYS, client_id=asked.client_id, settings=settings(), binding="on", notes="")

    assert [one.method for one in sent] == ["GET"]
    assert written(sent) == []
