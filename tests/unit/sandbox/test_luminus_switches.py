"""Each switch of LumiNUS changes what it says, and every switch is tried here."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest

from tests.sandbox.luminus.switches import SWITCHES
from tests.unit.sandbox.test_luminus_client import (
    BARE,
    ELSEWHERE,
    IN_MODULE,
    NOWHERE,
    SYSTEM,
    LuminusClient,
)

TRIED: set[str] = set()
WITHHELD = ("consumerKey", "consumerSecret", "launchURL", "custParams", "launchData")


def switches(*names: str):
    """Mark a test as trying these switches."""
    TRIED.update(f"luminus.{name}" for name in names)
    return lambda test: test


@pytest.fixture
def luminus(sandbox):
    """A client of LumiNUS."""
    return LuminusClient(sandbox.base_url)


@pytest.fixture
def turn(sandbox):
    """A function that sets switches by their last word."""
    return lambda **values: sandbox.switches({f"luminus.{name}": value for name, value in values.items()})


@switches("clock_offset")
def test_clock_offset(luminus, sandbox, turn):
    token = sandbox.seed("luminus").token(expires_in=3600)["access_token"]
    turn(clock_offset=7200)
    answer = luminus.provider(SYSTEM, token)
    assert answer.status_code == 401
    shown = time.strptime(answer.headers["Date"], "%a, %d %b %Y %H:%M:%S GMT")
    assert time.strftime("%j %H", shown) == time.strftime("%j %H", time.gmtime(time.time() + 7200))


@switches("rate_limit", "rate_window")
@pytest.mark.parametrize(("window", "statuses"), [(300, [200, 429]), (5, [200, 200])])
def test_rate_limit(luminus, turn, window, statuses):
    turn(rate_limit=1, rate_window=window)
    first = luminus.provider(SYSTEM).status_code
    turn(clock_offset=10)
    assert [first, luminus.provider(SYSTEM).status_code] == statuses


@pytest.mark.parametrize("seconds", [0, 301])
def test_a_window_that_cannot_be(sandbox, seconds):
    with pytest.raises(ValueError, match="from 1 to 300"):
        sandbox.switches({"luminus.rate_window": seconds})


@switches("quota", "quota_period", "quota_retry_after")
def test_quota(luminus, turn):
    turn(quota=2, quota_period=3600, quota_retry_after=False)
    assert [luminus.provider(SYSTEM).status_code for _again in range(3)] == [200, 200, 403]
    answer = luminus.provider(SYSTEM)
    assert "Retry-After" not in answer.headers
    assert re.fullmatch(r"Out of call .* replenished in 0[01]:[0-5]\d:[0-5]\d\.", answer.json()["message"])
    turn(quota_retry_after=True)
    assert 3590 <= int(luminus.provider(SYSTEM).headers["Retry-After"]) <= 3600


@switches("challenge_space")
def test_challenge_space(luminus, turn):
    turn(challenge_space=True)
    challenge = luminus.provider(SYSTEM, key=None).headers["WWW-Authenticate"]
    assert challenge.endswith('/lti", name="Ocp-Apim-Subscription-Key", type="header"')


@switches("bearer_challenge")
def test_bearer_challenge(luminus, turn):
    turn(bearer_challenge="once")
    once = 'Bearer error="invalid_token", error_description="The signature is invalid"'
    assert luminus.provider(SYSTEM, "nobody").headers["WWW-Authenticate"] == once
    turn(bearer_challenge="none")
    answer = luminus.provider(SYSTEM, "nobody")
    assert (answer.status_code, answer.content) == (401, b"")
    assert "WWW-Authenticate" not in answer.headers


@switches("without_bearer")
def test_without_bearer(luminus, turn):
    turn(without_bearer="admin")
    assert luminus.provider(SYSTEM, None).json() == luminus.provider(SYSTEM).json()
    assert luminus.provider(SYSTEM, "nobody").status_code == 401
    assert luminus.provider(SYSTEM, None, key=None).status_code == 401


@switches("withheld")
@pytest.mark.parametrize(
    ("how", "values"), [("omit", []), ("empty", ["", "", "", [], []]), ("null", [None, None, None, None, None])]
)
def test_withheld(luminus, turn, how, values):
    turn(withheld=how)
    provider = luminus.provider(IN_MODULE, "student").json()
    assert [provider[name] for name in WITHHELD if name in provider] == values
    assert luminus.provider(IN_MODULE, "staff").json()["consumerKey"] == "quiz-helper-key"


@switches("absent")
def test_absent(luminus, turn):
    turn(absent="empty")
    provider = luminus.provider(BARE).json()
    assert (provider["description"], provider["documentTarget"]) == ("", "")
    assert (provider["custParams"], provider["launchData"]) == ([], [])


@switches("no_id")
def test_no_id(luminus, turn):
    turn(no_id="omit")
    assert not {"resourceID", "parentID"} & set(luminus.provider(SYSTEM).json())
    assert luminus.provider(IN_MODULE).json()["parentID"] == SYSTEM


@switches("rights")
@pytest.mark.parametrize(
    ("who", "granted"),
    [
        ("student", {"access_Read"}),
        ("staff", {"access_Read", "access_Settings_Read"}),
        ("admin", {"access_Full", "access_Read", "access_Create", "access_Update", "access_Delete",
                   "access_Settings_Read", "access_Settings_Update"}),
    ],
)  # fmt: skip
def test_rights(luminus, turn, who, granted):
    assert "access" not in luminus.provider(IN_MODULE, who).json()
    turn(rights=True)
    rights = luminus.provider(IN_MODULE, who).json()["access"]
    assert len(rights) == 7
    assert {name for name, given in rights.items() if given} == granted


def test_owners_have_all_rights_but_full(luminus, sandbox, turn):
    turn(rights=True)
    seeds = sandbox.seed("luminus")
    module = seeds.module(members={"e0000004": "owner"})["id"]
    rights = luminus.provider(seeds.provider(resourceID=module)["id"], "outsider").json()["access"]
    assert [name for name, given in rights.items() if not given] == ["access_Full"]


@switches("unknown_populate")
def test_unknown_populate(luminus, turn):
    turn(unknown_populate="refuse")
    answer = luminus.provider(SYSTEM, populate="creator,owner")
    assert (answer.status_code, answer.json()) == (400, {"populate": ["There is no entity owner."]})
    assert luminus.provider(SYSTEM, populate="Creator,LastUpdatedUser").status_code == 200


@switches("admin_sees_modules")
def test_admin_sees_modules(luminus, sandbox, turn):
    turn(admin_sees_modules=False)
    assert [luminus.provider(id).status_code for id in (SYSTEM, IN_MODULE, ELSEWHERE)] == [200, 403, 403]
    sandbox.seed("luminus").module("Mine", {"lti.admin": "staff"}, id="a0000000-0000-4000-8000-000000000002")
    assert luminus.provider(ELSEWHERE).status_code == 200


@switches("invalid_body")
@pytest.mark.parametrize(
    ("form", "body"),
    [
        ("object", '{"id":["The value \'1\' is not valid."]}'),
        ("string", "\"The value '1' is not valid.\""),
        ("empty", ""),
    ],
)
def test_invalid_body(luminus, turn, form, body):
    turn(invalid_body=form)
    answer = luminus.provider("1")
    assert (answer.status_code, answer.text) == (400, body)


@switches("error_body")
@pytest.mark.parametrize("form", ["string", "object", "empty"])
@pytest.mark.parametrize(
    ("id", "who", "failure", "status"),
    [(NOWHERE, "admin", "none", 404), (SYSTEM, "staff", "none", 403), (SYSTEM, "admin", "backend", 500)],
)
def test_error_body(luminus, turn, form, id, who, failure, status):
    turn(error_body=form, failure=failure)
    answer = luminus.provider(id, who)
    assert answer.status_code == status
    if form == "empty":
        assert answer.content == b""
        assert "Content-Type" not in answer.headers
    else:
        assert isinstance(answer.json(), str if form == "string" else dict)
        assert "statusCode" not in answer.json()
    assert luminus.provider("1").status_code == (500 if failure == "backend" else 400)


@switches("spurious_400")
def test_spurious_400(luminus, turn):
    turn(spurious_400=2)
    assert [luminus.provider(SYSTEM).status_code for _again in range(6)] == [400, 400, 200, 400, 400, 200]
    assert [luminus.provider(BARE).status_code for _again in range(3)] == [400, 400, 200]
    # What is wrong anyway is not delayed.
    assert luminus.provider(NOWHERE).status_code == 404
    assert luminus.provider(SYSTEM, "staff").status_code == 403


@switches("failure")
def test_failure(luminus, turn):
    turn(failure="gateway")
    answer = luminus.provider(SYSTEM)
    assert answer.status_code == 500
    form = r'\{ "statusCode": 500, "message": "Internal server error", "activityId": "[0-9a-f-]{36}" \}'
    assert re.fullmatch(form, answer.text)
    assert luminus.provider(SYSTEM, key=None).status_code == 401
    assert luminus.token().status_code == 500
    turn(failure="backend")
    answer = luminus.provider(SYSTEM)
    assert (answer.status_code, answer.json()) == (500, "An error has occurred.")
    assert luminus.provider(SYSTEM, "nobody").status_code == 401
    answer = luminus.token()
    assert (answer.status_code, answer.text) == (500, "")
    assert answer.headers["Content-Type"].startswith("text/plain")


@switches("token_failure")
@pytest.mark.parametrize(
    ("status", "kind", "body"), [(200, "text/plain", True), (400, "application/json", True), (500, "text/plain", False)]
)
def test_token_failure(luminus, turn, status, kind, body):
    turn(token_failure=status)
    answer = luminus.token(code="wrong")
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, f"{kind}; charset=utf-8")
    assert (json.loads(answer.text)["error"] if body else answer.text) == ("invalid_grant" if body else "")
    assert "access_token" in luminus.token().json()


@switches("token_life")
def test_token_life(luminus, turn):
    turn(token_life=28800)
    given = luminus.token(code="luminus-code-admin").json()
    assert given["expires_in"] == 28800
    assert luminus.provider(SYSTEM, given["access_token"]).status_code == 200
    turn(clock_offset=28815)
    assert luminus.provider(SYSTEM, given["access_token"]).status_code == 401


def test_every_switch_is_tried():
    assert {switch.name for switch in SWITCHES} == TRIED


def test_the_readme_lists_every_switch_with_its_default_and_meaning():
    text = (Path(__file__).parents[2] / "sandbox" / "README.md").read_text(encoding="utf-8")
    for switch in SWITCHES:
        row = next((line for line in text.splitlines() if line.startswith(f"| `{switch.name}` | ")), "")
        default = str(switch.default).lower()
        assert row.startswith(f"| `{switch.name}` | `{default}`"), switch.name
        assert row.endswith(f" | {switch.meaning} |"), switch.name
