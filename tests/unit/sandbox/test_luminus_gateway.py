"""What the gateway in front of LumiNUS refuses, in which order and in which words."""

from __future__ import annotations

import pytest

from tests.unit.sandbox.test_luminus_client import NOWHERE, SYSTEM, LuminusClient

MISSING = (
    '{ "statusCode": 401, "message": "Access denied due to missing subscription key. '
    'Make sure to include subscription key when making requests to an API." }'
)
INVALID = (
    '{ "statusCode": 401, "message": "Access denied due to invalid subscription key. '
    'Make sure to provide a valid key for an active subscription." }'
)
CHALLENGE = (
    'AzureApiManagementKey realm="https://luminus.azure-api.net/lti",name="Ocp-Apim-Subscription-Key",type="header"'
)


@pytest.fixture
def luminus(sandbox):
    """A client of LumiNUS."""
    return LuminusClient(sandbox.base_url)


@pytest.fixture
def turn(sandbox):
    """A function that sets switches by their last word."""
    return lambda **values: sandbox.switches({f"luminus.{name}": value for name, value in values.items()})


@pytest.mark.parametrize(("key", "text", "length"), [(None, MISSING, 152), ("", MISSING, 152), ("no", INVALID, 143)])
def test_a_missing_and_a_wrong_key_are_refused_in_the_gateways_words(luminus, key, text, length):
    answer = luminus.provider(SYSTEM, key=key)
    assert (answer.status_code, answer.text) == (401, text)
    assert answer.headers["Content-Length"] == str(length)
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["WWW-Authenticate"] == CHALLENGE
    assert "X-Powered-By" not in answer.headers


def test_a_suspended_key_is_refused_like_a_wrong_one(luminus, sandbox):
    key = sandbox.seed("luminus").subscription(active=False)["subscription_key"]
    assert luminus.provider(SYSTEM, key=key).text == INVALID
    sandbox.seed("luminus").subscription(key)
    assert luminus.provider(SYSTEM, key=key).status_code == 200


def test_the_realm_names_the_api(luminus):
    answer = luminus.token(key=None)
    assert answer.status_code == 401
    assert 'realm="https://luminus.azure-api.net/login"' in answer.headers["WWW-Authenticate"]


def test_the_key_may_stand_in_the_query(luminus, sandbox):
    query = {"subscription-key": "luminus-demo-key"}
    assert luminus.send("GET", f"/lti/{SYSTEM}", key=None, params=query).status_code == 200
    assert sandbox.requests()[-1]["query"] == ["subscription-key"]


def test_the_header_counts_before_the_query(luminus):
    query = {"subscription-key": "luminus-demo-key"}
    assert luminus.send("GET", f"/lti/{SYSTEM}", key="wrong", params=query).text == INVALID


def test_too_many_calls_are_refused_until_the_window_has_moved_on(luminus, turn):
    turn(rate_limit=2, rate_window=30)
    assert [luminus.provider(SYSTEM).status_code for _again in range(3)] == [200, 200, 429]
    answer = luminus.provider(SYSTEM)
    wait = int(answer.headers["Retry-After"])
    assert 1 <= wait <= 30
    assert answer.text == f'{{ "statusCode": 429, "message": "Rate limit is exceeded. Try again in {wait} seconds." }}'
    assert len(answer.content) == 84
    turn(clock_offset=31)
    assert luminus.provider(SYSTEM).status_code == 200


def test_the_window_slides(luminus, turn):
    turn(rate_limit=2, rate_window=60)
    statuses = []
    # The third call is refused; at 61 s only the first has left the window.
    for seconds in (0, 40, 50, 61, 62):
        turn(clock_offset=seconds)
        statuses.append(luminus.provider(SYSTEM).status_code)
    assert statuses == [200, 200, 429, 200, 429]


def test_calls_are_counted_by_subscription(luminus, sandbox, turn):
    other = sandbox.seed("luminus").subscription()["subscription_key"]
    turn(rate_limit=1)
    assert luminus.provider(SYSTEM).status_code == 200
    # Another user with the same key shares its budget.
    assert luminus.provider(SYSTEM, "staff").status_code == 429
    assert luminus.provider(SYSTEM, key=other).status_code == 200


@pytest.mark.parametrize(
    ("period", "left", "span"),
    [(90, 90, "00:01:30"), (3723, 3723, "01:02:03"), (86400 * 20 + 35935, 86400 * 20 + 35935, "20.09:58:55")],
)
def test_a_used_up_quota_is_refused_until_it_is_replenished(luminus, turn, period, left, span):
    turn(quota=1, quota_period=period)
    assert luminus.provider(SYSTEM).status_code == 200
    answer = luminus.provider(SYSTEM)
    message = f"Out of call volume quota. Quota will be replenished in {span}."
    assert answer.text == f'{{ "statusCode": 403, "message": "{message}" }}'
    assert (answer.status_code, answer.headers["Retry-After"]) == (403, str(left))
    turn(clock_offset=period + 1)
    assert luminus.provider(SYSTEM).status_code == 200


def test_checks_come_in_the_gateways_order(luminus, turn):
    """Operation, key, rate, quota, bearer, id, role: a request with several faults shows the first."""
    turn(rate_limit=100, quota=1)
    assert luminus.provider(SYSTEM).status_code == 200
    wrong = {"who": "nobody", "key": "wrong"}
    assert luminus.send("GET", "/lti", **wrong).status_code == 404
    assert luminus.provider("no-uuid", **wrong).text == INVALID
    turn(rate_limit=1)
    assert luminus.provider("no-uuid", "nobody").status_code == 429
    turn(rate_limit=0)
    assert luminus.provider("no-uuid", "nobody").status_code == 403
    turn(quota=0)
    answer = luminus.provider("no-uuid", "nobody")
    assert (answer.status_code, answer.content) == (401, b"")
    assert luminus.provider("no-uuid", "outsider").status_code == 400
    assert luminus.provider(NOWHERE, "outsider").status_code == 404
    assert luminus.provider(SYSTEM, "outsider").status_code == 403


@pytest.mark.parametrize("who", ["nobody", "x.y.z", "luminus-demo-key"])
def test_a_wrong_token_is_refused_by_the_backend(luminus, who):
    answer = luminus.provider(SYSTEM, who)
    assert (answer.status_code, answer.content) == (401, b"")
    once = 'Bearer error="invalid_token", error_description="The signature is invalid"'
    assert answer.headers["WWW-Authenticate"] == f"{once}, {once}"
    assert "Content-Type" not in answer.headers
    assert answer.headers["X-Powered-By"] == "ASP.NET"


@pytest.mark.parametrize("header", ["", "luminus-admin", "Basic luminus-admin", "Bearer", "Bearer a b"])
def test_what_is_no_bearer_header_is_refused(luminus, header):
    answer = luminus.send("GET", f"/lti/{SYSTEM}", who=None, headers={"Authorization": header})
    assert (answer.status_code, answer.content) == (401, b"")


def test_a_request_without_a_token_is_refused_with_a_bare_challenge(luminus):
    answer = luminus.provider(SYSTEM, None)
    assert (answer.status_code, answer.content) == (401, b"")
    assert answer.headers["WWW-Authenticate"] == "Bearer, Bearer"


@pytest.mark.parametrize(("age", "status"), [(-60, 200), (5, 200), (15, 401)])
def test_a_token_is_taken_until_ten_seconds_after_its_end(luminus, sandbox, age, status):
    token = sandbox.seed("luminus").token(expires_in=-age)["access_token"]
    answer = luminus.provider(SYSTEM, token)
    assert answer.status_code == status
    assert ("is expired" in answer.headers.get("WWW-Authenticate", "")) is (status == 401)


def test_refused_keys_use_no_budget(luminus, turn):
    turn(rate_limit=1, quota=1)
    luminus.provider(SYSTEM, key="wrong")
    luminus.send("GET", "/lti")
    assert luminus.provider(SYSTEM).status_code == 200
