"""Whose refusal it is, the gateway's or LumiNUS's, and what to do about it (docs/platforms/luminus.md, 5)."""

from __future__ import annotations

import json
import time

import pytest

from ansible_collections.edtech.lti.plugins.module_utils._answer import Answer
from ansible_collections.edtech.lti.plugins.module_utils._platforms import luminus

from .conftest import Runner
from .scripted import Script

INFO = "luminus_provider_info"
PROVIDER = "b0000000-0000-4000-8000-000000000001"
IN_MODULE = "b0000000-0000-4000-8000-000000000011"
ELSEWHERE = "b0000000-0000-4000-8000-000000000021"
FOUND = (200, {}, json.dumps({"id": PROVIDER, "name": "Quiz Helper"}).encode())

KEY = "Check subscription_key"
TOKEN = "Sign in again for a new access_token"
RIGHTS = "use the access_token of such a user"
ADDRESS = "Is base_url the address of the gateway"
PROXY = "does a proxy stand in between?"
AGAIN = "set retry_invalid: true"
PASSES = "all who use this subscription_key share it"

AZURE = 'AzureApiManagementKey realm="https://luminus.azure-api.net/lti",name="Ocp-Apim-Subscription-Key",type="header"'
BEARER = 'Bearer error="invalid_token", error_description="The signature is invalid"'


@pytest.fixture
def script():
    """A LumiNUS that answers what a test lays down."""
    server = Script()
    yield server
    server.close()


@pytest.fixture
def run(script):
    """Reads the provider from that server."""
    return Runner.at(script.url, subscription_key="k3y-of-mine", access_token="t0ken-of-mine", provider_id=PROVIDER)


def gateway(status, message="Words that nobody should go by", challenge=None, **more):
    headers = {"Content-Type": "application/json", **({"WWW-Authenticate": challenge} if challenge else {})}
    return status, headers, f'{{ "statusCode": {status}, "message": "{message}"{_members(more)} }}'.encode()


def _members(more):
    return "".join(f', "{name}": "{value}"' for name, value in more.items())


def own(status, said=None, challenge=None):
    headers = {"WWW-Authenticate": challenge} if challenge else {}
    return status, headers, b"" if said is None else json.dumps(said).encode()


def page(status, challenge=None):
    return status, {"WWW-Authenticate": challenge} if challenge else {}, b"<html><h1>Blocked</h1></html>"


SHAPES = {
    # The subscription key, or the user's token?
    "401 key": (gateway(401, challenge=AZURE), "auth", "the gateway answered 401", KEY),
    "401 key, blanks": (gateway(401, challenge=AZURE.replace(",", ", ")), "auth", "the gateway answered 401", KEY),
    "401 key, no challenge": (gateway(401), "auth", "the gateway answered 401", KEY),
    "401 key, no body": (own(401, challenge=AZURE.upper()), "auth", "the gateway answered 401", KEY),
    "401 token": (own(401, challenge=BEARER), "auth", "LumiNUS answered 401", TOKEN),
    "401 token, twice": (own(401, challenge=f"{BEARER}, {BEARER}"), "auth", "LumiNUS answered 401", TOKEN),
    "401 token, no challenge": (own(401), "auth", "LumiNUS answered 401", TOKEN),
    "401 token, page": (page(401, BEARER), "auth", "LumiNUS answered 401", TOKEN),
    "401 proxy": (page(401, 'Basic realm="proxy"'), "auth", "the server answered 401", PROXY),
    "401 proxy, no body": (own(401, challenge="Negotiate"), "auth", "the server answered 401", PROXY),
    "401 page": (page(401), "auth", "the server answered 401", PROXY),
    # A used-up quota, or a missing right?
    "403 quota": (gateway(403), "rate_limited", "the gateway answered 403", PASSES),
    "403 rights": (own(403, "No."), "forbidden", "LumiNUS answered 403: No", RIGHTS),
    "403 rights, by field": (own(403, {"id": ["No."]}), "forbidden", 'LumiNUS answered 403: {"id": ["No."]}', RIGHTS),
    "403 rights, empty": (own(403), "forbidden", "LumiNUS answered 403", RIGHTS),
    "403 rights, in the gateway's words": (
        own(403, "Out of call volume quota. Quota will be replenished in 00:10:00."),
        "forbidden",
        "LumiNUS answered 403: Out of call volume quota",
        RIGHTS,
    ),
    "403 page": (page(403), "forbidden", "the server answered 403: Blocked", PROXY),
    # No such operation?
    "404 gateway": (gateway(404), "protocol", "the gateway answered 404", ADDRESS),
    "404 page": (page(404), "protocol", "the server answered 404: Blocked", ADDRESS),
    "404 another API": (own(404, {"error": "Not Found"}), "protocol", "the server answered 404: Not Found", ADDRESS),
    "404 empty object": (own(404, {}), "protocol", "the server answered 404", ADDRESS),
    "404 list": (own(404, ["x"]), "protocol", "the server answered 404", ADDRESS),
    "404 number": (own(404, 7), "protocol", "the server answered 404", ADDRESS),
    # Everything else.
    "400 by field": (own(400, {"id": ["Odd."]}), "invalid", 'LumiNUS answered 400: {"id": ["Odd."]}', AGAIN),
    "400 text": (own(400, "Odd."), "invalid", "LumiNUS answered 400: Odd", AGAIN),
    "400 empty": (own(400), "invalid", "LumiNUS answered 400. ", AGAIN),
    "410": (own(410), "not_found", "LumiNUS answered 410", ""),
    "429": (gateway(429), "rate_limited", "the gateway answered 429", PASSES),
    "500": (own(500, "Oh."), "unavailable", "LumiNUS answered 500: Oh", "Try again later"),
    "500 empty": (own(500), "unavailable", "LumiNUS answered 500", "Try again later"),
    "500 gateway": (
        gateway(500, activityId="6d5e3c1a"),
        "unavailable",
        "the gateway answered 500",
        "the gateway's operator can look up 6d5e3c1a",
    ),
    "502 page": (page(502), "unavailable", "the server answered 502: Blocked", "Try again later"),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_each_refusal_says_whose_it_is_and_what_to_do(script, run, shape):
    answer, kind, cause, hint = SHAPES[shape]
    script.answers = [answer]

    result = run(INFO, retries=0)

    assert result["failed"]
    assert "exists" not in result
    assert cause in result["msg"]
    assert hint in (result["failure"]["hint"] or "")
    assert result["msg"].startswith(f"Reading LTI provider {PROVIDER} failed: ")
    assert (result["failure"]["kind"], result["failure"]["status"]) == (kind, answer[0])


@pytest.mark.parametrize("shape", [shape for shape in SHAPES if shape[:3] in ("400", "401", "404")])
def test_what_will_not_pass_is_not_repeated(script, run, shape):
    script.answers = [SHAPES[shape][0]]

    assert run(INFO)["failure"]["attempts"] == 1
    assert len(script.seen) == 1


@pytest.mark.parametrize("shape", ["403 quota", "429", "500", "500 gateway", "502 page"])
def test_what_may_pass_is_repeated(script, run, shape):
    script.answers = [SHAPES[shape][0], SHAPES[shape][0], FOUND]

    assert run(INFO, retries=2)["exists"] is True
    assert len(script.seen) == 3


@pytest.mark.parametrize("status", [403, 429])
def test_the_gateway_says_how_long_to_wait(script, run, status):
    _status, headers, body = gateway(status)
    script.answers = [(status, {**headers, "Retry-After": "1"}, body), FOUND]

    started = time.monotonic()
    assert run(INFO)["exists"] is True
    assert 1 <= time.monotonic() - started < 3


@pytest.mark.parametrize("status", [403, 429])
def test_a_longer_wait_than_anybody_has_is_an_error_at_once(script, run, status):
    _status, headers, body = gateway(status, message="Quota will be replenished in 20.09:58:55.")
    script.answers = [(status, {**headers, "Retry-After": "1763935"}, body)]

    result = run(INFO)

    assert result["failure"]["kind"] == "rate_limited"
    assert "20.09:58:55" in result["msg"]
    assert len(script.seen) == 1


@pytest.mark.parametrize("challenge", ["twice", "once", "none"])
@pytest.mark.parametrize("space", [True, False])
def test_key_and_token_are_told_apart(luminus_runner, challenge, space):
    switches = {"luminus.bearer_challenge": challenge, "luminus.challenge_space": space}
    luminus_runner.sandbox.switches(switches)

    without_key = luminus_runner(INFO, provider_id=PROVIDER, subscription_key="n0-such-key")
    without_user = luminus_runner(INFO, provider_id=PROVIDER, access_token="n0-such-token")

    assert KEY in without_key["failure"]["hint"]
    assert TOKEN in without_user["failure"]["hint"]
    assert "n0-such" not in "".join(luminus_runner.shown)


def test_a_suspended_key_and_a_token_that_has_ended_are_told(luminus_runner):
    seeds = luminus_runner.sandbox.seed("luminus")
    suspended = seeds.subscription(active=False)["subscription_key"]
    ended = seeds.token(expires_in=-20)["access_token"]

    assert KEY in luminus_runner(INFO, provider_id=PROVIDER, subscription_key=suspended)["failure"]["hint"]
    assert TOKEN in luminus_runner(INFO, provider_id=PROVIDER, access_token=ended)["failure"]["hint"]
    assert not [word for word in (suspended, ended) if word in "".join(luminus_runner.shown)]


@pytest.mark.parametrize("body", ["string", "object", "empty"])
@pytest.mark.parametrize(
    ("provider_id", "who"),
    [(PROVIDER, "staff"), (PROVIDER, "student"), (IN_MODULE, "outsider"), (ELSEWHERE, "staff")],
)
def test_who_may_not_read_a_provider_is_told_who_may(luminus_runner, provider_id, who, body):
    luminus_runner.sandbox.switches({"luminus.error_body": body})

    result = luminus_runner(INFO, provider_id=provider_id, access_token=f"luminus-{who}")

    assert result["failure"]["kind"] == "forbidden"
    assert RIGHTS in result["failure"]["hint"]
    assert len(luminus_runner.sandbox.requests()) == 1


def test_an_administrator_may_be_shut_out_of_a_module(luminus_runner):
    assert luminus_runner(INFO, provider_id=ELSEWHERE)["exists"] is True
    luminus_runner.sandbox.switches({"luminus.admin_sees_modules": False})

    assert luminus_runner(INFO, provider_id=ELSEWHERE)["failure"]["kind"] == "forbidden"


@pytest.mark.parametrize("told", [True, False])
def test_a_used_up_quota_is_no_missing_right(luminus_runner, told):
    luminus_runner.sandbox.switches({"luminus.quota": 1, "luminus.quota_retry_after": told})
    luminus_runner(INFO, provider_id=PROVIDER)
    luminus_runner.sandbox.clear_requests()

    result = luminus_runner(INFO, provider_id=PROVIDER, retries=2)

    assert result["failure"]["kind"] == "rate_limited"
    assert "Quota will be replenished in" in result["msg"]
    # A week is too long to wait; without a time it may pass at any moment.
    assert len(luminus_runner.sandbox.requests()) == (1 if told else 3)


def test_a_rate_limit_is_waited_for(luminus_runner):
    luminus_runner.sandbox.switches({"luminus.rate_limit": 1, "luminus.rate_window": 1})
    luminus_runner(INFO, provider_id=PROVIDER)

    assert luminus_runner(INFO, provider_id=PROVIDER)["exists"] is True
    assert [entry["status"] for entry in luminus_runner.sandbox.requests()] == [200, 429, 200]


@pytest.mark.parametrize("failure", ["backend", "gateway"])
def test_a_server_that_keeps_failing_is_given_up(luminus_runner, failure):
    luminus_runner.sandbox.switches({"luminus.failure": failure})

    result = luminus_runner(INFO, provider_id=PROVIDER, retries=2)

    assert (result["failure"]["kind"], result["failure"]["attempts"]) == ("unavailable", 3)
    assert len(luminus_runner.sandbox.requests()) == 3


@pytest.mark.parametrize("kind", ["502", "503", "429", "drop_before", "truncate", "html"])
def test_a_passing_fault_goes_unnoticed(luminus_runner, kind):
    luminus_runner.sandbox.faults({"platform": "luminus", "kind": kind})

    assert luminus_runner(INFO, provider_id=PROVIDER)["exists"] is True


@pytest.mark.parametrize("body", ["object", "string", "empty"])
class TestSpurious400:
    @pytest.fixture(autouse=True)
    def _twice(self, luminus_runner, body):
        luminus_runner.sandbox.switches({"luminus.spurious_400": 2, "luminus.invalid_body": body})

    def test_is_an_error_that_names_the_way_out(self, luminus_runner):
        result = luminus_runner(INFO, provider_id=PROVIDER)

        assert result["failure"]["kind"] == "invalid"
        assert AGAIN in result["failure"]["hint"]
        assert len(luminus_runner.sandbox.requests()) == 1

    def test_is_asked_again_where_that_is_wanted(self, luminus_runner):
        result = luminus_runner(INFO, provider_id=PROVIDER, retry_invalid=True)

        assert result["exists"] is True
        assert len(luminus_runner.sandbox.requests()) == 3

    def test_is_not_asked_again_for_ever(self, luminus_runner):
        result = luminus_runner(INFO, provider_id=PROVIDER, retry_invalid=True, retries=1)

        assert (result["failure"]["status"], result["failure"]["attempts"]) == (400, 2)
        assert result["failure"]["hint"] == "retry_invalid did not help; requests sent: 2."
        assert len(luminus_runner.sandbox.requests()) == 2


def test_attempts_of_all_kinds_are_counted(script, run):
    script.answers = [own(400), own(500), own(400), own(400)]

    result = run(INFO, retry_invalid=True, retries=2)

    assert (result["failure"]["attempts"], len(script.seen)) == (4, 4)


@pytest.mark.parametrize("answer", [own(401), own(403, "No."), gateway(404), own(422, "Odd."), own(415)])
def test_only_a_400_is_asked_again_on_wish(script, run, answer):
    script.answers = [answer]

    run(INFO, retry_invalid=True)

    assert len(script.seen) == 1


def test_what_cannot_be_sent_is_not_tried_again(script, run):
    result = run(INFO, access_token="two\nlines", retry_invalid=True)

    assert "cannot be sent" in result["msg"]
    assert (script.seen, "two" in run.shown[-1]) == ([], False)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_refusal_that_repeats_credentials_does_not_show_them(script, run, shape):
    status, headers, _body = SHAPES[shape][0]
    said = "t0ken-of-mine k3y-of-mine"
    script.answers = [(status, headers, body) for body in (json.dumps(said).encode(), said.encode())]

    for _again in script.answers[:]:
        run(INFO, retries=0)

    assert "of-mine" not in "".join(run.shown)
    assert len(script.seen) == 2


def test_a_refusal_with_a_secret_in_it_does_not_show_that_either(script, run):
    script.answers = [own(400, {"id": ["no"], "ConsumerSecret": "s0mebody-elses", "access_token": "an0ther-ones"})]

    run(INFO)

    assert not [word for word in ("s0mebody", "an0ther") if word in run.shown[-1]]
    assert run.shown[-1].count("(hidden)") >= 2


def test_a_request_of_ones_own_for_what_is_not_there_is_an_error(luminus_runner):
    result = luminus_runner("api_request", platform="luminus", path=f"/lti/{PROVIDER[:-1]}f")

    assert (result["failure"]["kind"], result["failure"]["hint"]) == ("not_found", "Check the id.")


BODIES = [
    b"null",
    b"[]",
    b"{}",
    b"7",
    b'""',
    b'{"statusCode": null}',
    b'{"statusCode": "401"}',
    b'{"statusCode": 401}',
    b'{"statusCode": 500, "activityId": {"a": 1}}',
    b'{"activityId": 7}',
    b'{"id": "text"}',
    b'{"id": [1, null, {"a": 1}]}',
    b"[" * 5000,
    b"\xff\xfe",
    "é ☃".encode(),
]


@pytest.mark.parametrize("body", BODIES, ids=lambda body: repr(body[:24]))
@pytest.mark.parametrize("challenge", [None, AZURE, BEARER, "Basic", ",,"])
@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 418, 422, 500])
def test_no_body_of_a_refusal_is_a_crash(body, challenge, status):
    headers = {"WWW-Authenticate": challenge} if challenge else {}
    answer = Answer("GET", f"https://luminus.azure-api.net/lti/{PROVIDER}", status, headers, body)
    error = answer.error()

    said = luminus.refused(answer, error).sentence()

    assert str(status) in said
    assert luminus.throttled(answer) in (True, False)
