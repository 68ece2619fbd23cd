"""What an administrator reads when Brightspace refuses: the cause, and what to do (docs/platforms/d2l.md, 3 and 6)."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from ansible_collections.edtech.lti.plugins.module_utils._answer import Answer
from ansible_collections.edtech.lti.plugins.module_utils._platforms import d2l

from .scripted_d2l import REGISTRATIONS

LIST = "d2l_lti_registration_info"
LTI = "/d2l/api/le/1.92/ltiadvantage/"
GUID = "6f1d2b3c-0a4e-4c58-9b7d-e2f30415a6b7"
KINDS = {400: "invalid", 401: "auth", 403: "forbidden", 404: "not_found"}
TYPES = "http://docs.valence.desire2learn.com/res/apiprop.html#"
BLANKS = {"clientId": GUID, "deploymentId": GUID, "orgUnitId": "8101", "linkId": "104"}


def problem(status, kind, title, detail):
    body = {"type": TYPES + kind, "title": title, "status": status, "detail": detail, "instance": None}
    return status, {"Content-Type": "application/problem+json; charset=UTF-8"}, body


def errors(status, *messages):
    return status, {}, {"Errors": [{"Message": message} for message in messages]}


CHALLENGE = {"WWW-Authenticate": 'Bearer error="insufficient_scope"'}
NOT_AUTHORIZED = "Not authorized for [ orgUnitId: 6606, securityVariableName: Lti.ManageRegistrations ]"

SHAPES = {
    "problem 400": (problem(400, "invalid-parameters", "Invalid Parameters", "Domain is taken"), "Domain is taken", ""),
    "problem 401": (
        problem(401, "invalid-token", "Unauthorized", "Couldn't parse token"),
        "Couldn't parse token",
        "log in again",
    ),
    "problem 403": (
        problem(403, "not-authorized", "Not Authorized", NOT_AUTHORIZED),
        NOT_AUTHORIZED,
        "Manage LTI Advantage Tool Registrations",
    ),
    "errors 400": (errors(400, "Name is required"), "Name is required", ""),
    "errors 403": (errors(403, "Not Authorized"), "Not Authorized", "Manage LTI Advantage Tool Registrations"),
    "two errors": (errors(400, "Name is required", "Domain too"), "Name is required; Domain too", ""),
    "no scopes defined": (
        errors(403, "No scopes defined for specified requests."),
        "the token lacks the scope ltiadvantage:registrations:read",
        "Manage Extensibility",
    ),
    "insufficient, problem": (
        problem(403, "not-authorized", "Not Authorized", "Insufficient scope to call GET /x"),
        "the token lacks the scope ltiadvantage:registrations:read",
        "oauth_scope",
    ),
    "insufficient, errors": (
        errors(403, "Insufficient scope to call"),
        "the token lacks the scope ltiadvantage:registrations:read",
        "oauth_scope",
    ),
    "insufficient, text": (
        (403, {"Content-Type": "text/plain"}, b"Insufficient scope to call"),
        "the token lacks the scope ltiadvantage:registrations:read",
        "oauth_scope",
    ),
    "insufficient, challenge": (
        (403, CHALLENGE, b""),
        "the token lacks the scope ltiadvantage:registrations:read",
        "oauth_scope",
    ),
    "bare text": ((400, {}, "The key set address cannot be reached"), "The key set address cannot be reached", ""),
    "empty 404": ((404, {}, b""), "404", "version of the API"),
    "page 404": ((404, {}, b"<html><h1>Not here</h1></html>"), "Not here", "Brightspace address"),
    "empty 403": ((403, {}, b""), "403", "Manage LTI Advantage Tool Registrations"),
    "page 403": ((403, {}, b"<html><h1>Blocked by proxy</h1></html>"), "Blocked by proxy", ""),
    "empty 401": ((401, {}, b""), "401", "log in again"),
    "empty 400": ((400, {}, b""), "400", ""),
    "clock without a number": ((403, {}, b"Timestamp out of range\r\n\r\n"), "Timestamp out of range", "NTP"),
    "signature": ((403, {}, b"Invalid token"), "Invalid token", "app_key"),
    "signature, in capitals": ((403, {}, b"INVALID TOKEN"), "INVALID TOKEN", "app_key"),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_each_shape_of_a_refusal_becomes_a_sentence_with_cause_and_hint(server, run, shape):
    told, cause, hint = SHAPES[shape]
    server.answers[REGISTRATIONS] = told

    result = run(LIST)

    assert cause in result["msg"]
    assert hint in (result["failure"]["hint"] or "")
    assert result["msg"].startswith("Listing registrations failed: ")
    assert result["msg"].endswith((".", "?"))
    assert result["failure"]["status"] == told[0]
    expected = "auth" if "signature" in shape or "clock" in shape else KINDS[told[0]]
    assert result["failure"]["kind"] == expected
    assert len(server.bearers) == 1


@pytest.mark.parametrize("shape", ["problem 400", "problem 403", "empty 404", "bare text", "insufficient, text"])
def test_a_refused_write_is_not_repeated(server, run, shape):
    told, cause, _hint = SHAPES[shape]
    server.answers[f"{REGISTRATIONS}{GUID}"] = told

    result = run("api_request", platform="d2l", method="DELETE", path=f"{REGISTRATIONS}{GUID}")

    assert cause.removesuffix(":read") in result["msg"]
    assert [verb for verb, *_rest in server.seen].count("DELETE") == 1


def documented_scopes():
    """Verb, route and scope of each row of the table of routes, as far as there is a module for it."""
    page = (Path(__file__).parents[3] / "docs" / "platforms" / "d2l.md").read_text(encoding="utf-8")
    rows = page.split("## 6. Routes")[1].split("The permissions behind them")[0].splitlines()
    for row in rows:
        cells = [cell.strip() for cell in row.split("|")]
        spelt = re.findall(r"`([^`]+)`", cells[1]) if len(cells) > 2 else []
        scope = re.search(r"`([a-z]+:[a-z]+)`", row)
        if not spelt or not scope or "migration/" in row or "assetprocessor" in row:
            continue
        route = next((words.split()[1] for words in spelt if " " in words), "")
        for words in spelt:
            yield words.split()[0], route, f"ltiadvantage:{scope[1]}"


SCOPES = list(documented_scopes())


def filled(route):
    return LTI + re.sub("<([^>]+)>", lambda blank: BLANKS[blank[1]], route)


def test_the_table_of_routes_was_read():
    assert len(SCOPES) >= 30
    assert ("POST", "deployment/<deploymentId>/sharing/", "ltiadvantage:deployments:update") in SCOPES


@pytest.mark.parametrize(("verb", "route", "scope"), SCOPES, ids=str)
def test_the_scope_that_is_missing_is_named_for_each_documented_route(verb, route, scope):
    assert d2l.missing_scope(verb, f"https://lms.example.edu{filled(route)}") == scope


@pytest.mark.parametrize("verb", ["GET", "POST", "PUT", "DELETE"])
def test_the_scope_does_not_hang_on_the_case_of_a_path(verb):
    url = f"https://lms.example.edu{LTI}registration/{GUID}"
    assert d2l.missing_scope(verb, url.upper()) == d2l.missing_scope(verb, url)


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        ("/d2l/api/lp/1.58/orgstructure/", "organizations:organization:read"),
        ("/d2l/api/lp/1.58/orgstructure/8101/descendants/paged/", "organizations:organization:read"),
        ("/d2l/api/le/1.92/8101/content/toc", None),
        ("/d2l/api/lp/1.58/users/whoami", None),  # 11: a scope of its own, which nobody has seen for certain
        (LTI + "migration/jobs/", None),
    ],
)
def test_no_wrong_scope_is_named(path, scope):
    assert d2l.missing_scope("GET", f"https://lms.example.edu{path}") == scope


@pytest.mark.parametrize("form", ["problem", "errors", "text", "challenge"])
def test_a_token_without_a_scope_is_told_which_one_it_needs(d2l_runner, form):
    d2l_runner.sandbox.switches({"d2l.insufficient_scope": form})
    seeds = d2l_runner.sandbox.seed("d2l")
    use = seeds.deployment(seeds.registration()["ClientId"])["DeploymentId"]
    reading = d2l_runner.sandbox.credentials["d2l"]["readonly_access_token"]
    d2l_runner.connection["access_token"] = reading
    sharing = {"org_unit_id": 6606, "share_with_org_unit": True, "share_with_descendants": True}

    said = {
        "registrations:create": d2l_runner(
            "d2l_lti_registration",
            name="T",
            domain="t.example",
            redirect_urls=["https://t.example/l"],
            oidc_login_url="https://t.example/in",
        ),
        "deployments:update": d2l_runner("d2l_sharing_rule", deployment_id=use, **sharing),
        "deployments:delete": d2l_runner("d2l_lti_deployment", deployment_id=use, state="absent"),
    }

    for scope, result in said.items():
        assert f"the token lacks the scope ltiadvantage:{scope}" in result["msg"]
        assert result["failure"]["kind"] == "forbidden"
        assert "Manage Extensibility" in result["failure"]["hint"]


@pytest.mark.parametrize(
    ("module", "arguments", "permission"),
    [
        (LIST, {}, "Manage LTI Advantage Tool Registrations"),
        ("d2l_lti_deployment_info", {}, "Manage LTI Advantage Tool Deployments"),
        ("d2l_lti_link_info", {"org_unit_id": 8101}, "Manage External Learning Tool Links"),
    ],
)
@pytest.mark.parametrize("body", ["problem", "errors"])
def test_a_user_without_the_permission_is_told_which_one(d2l_runner, module, arguments, permission, body):
    d2l_runner.sandbox.switches({"d2l.error_body": body})

    result = d2l_runner(module, access_token="d2l-plain-token", **arguments)

    assert result["failure"]["kind"] == "forbidden"
    assert permission in result["failure"]["hint"]
    assert "scope" not in result["msg"]


@pytest.mark.parametrize("challenge", [True, False])
def test_a_token_that_is_none_is_an_error_of_the_login(d2l_runner, challenge):
    d2l_runner.sandbox.switches({"d2l.challenge": challenge})

    result = d2l_runner(LIST, access_token="n0-such-token")

    assert result["failure"]["kind"] == "auth"
    assert "log in again" in result["msg"]
    assert "n0-such-token" not in d2l_runner.shown[-1]


def test_a_token_that_has_ended_is_an_error_of_the_login(d2l_runner):
    ended = d2l_runner.sandbox.seed("d2l").token(expires_in=-1)["access_token"]

    result = d2l_runner(LIST, access_token=ended)

    assert "expired" in result["msg"]
    assert "log in again" in result["failure"]["hint"]
    assert ended not in d2l_runner.shown[-1]


def test_an_object_that_is_not_there_is_not_blamed_on_the_version(d2l_runner):
    result = d2l_runner("d2l_lti_registration", client_id=GUID, name="New name")

    assert result["failed"]
    assert "version of the API" not in result["msg"]


def test_a_refusal_in_the_middle_of_a_write_says_what_was_wanted(d2l_runner):
    d2l_runner.sandbox.switches({"d2l.error_body": "string"})

    result = d2l_runner("api_request", platform="d2l", method="POST", path=REGISTRATIONS, body={"Name": "x"})

    assert result["failure"]["status"] == 400
    assert result["msg"].startswith(f"POST {REGISTRATIONS} failed: the server answered 400: ")


@pytest.mark.parametrize(
    "body",
    [
        b"null",
        b"[]",
        b"{}",
        b"7",
        b'""',
        b'{"Errors": []}',
        b'{"Errors": null}',
        b'{"Errors": [{"Message": null}]}',
        b'{"Errors": ["text"]}',
        b'{"Errors": {"Message": "x"}}',
        b'{"detail": null, "title": null}',
        b'{"detail": {"a": 1}}',
        b"[" * 5000,
        b"\xff\xfe",
        "é ☃".encode(),
    ],
    ids=lambda body: repr(body[:24]),
)
@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 418, 422, 500])
def test_no_body_of_a_refusal_is_a_crash(body, status):
    answer = Answer("GET", f"https://lms.example.edu{REGISTRATIONS}", status, {}, body)
    error = answer.error()

    said = (d2l.refused(answer, error) or error).sentence()

    assert str(status) in said


@pytest.mark.parametrize("shape", SHAPES)
def test_a_refusal_that_repeats_the_token_does_not_show_it(server, run, shape):
    status, headers, body = SHAPES[shape][0]
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    server.answers[REGISTRATIONS] = (status, headers, b"t0ken-of-mine " + text)

    run(LIST)

    assert "t0ken-of-mine" not in run.shown[-1]
    assert "(hidden)" in run.shown[-1]


def test_a_refusal_with_a_token_in_it_does_not_show_that_either(server, run):
    server.answers[REGISTRATIONS] = (400, {}, {"Errors": [{"Message": "no"}], "access_token": "s0mebody-elses"})
    run(LIST)
    server.answers[REGISTRATIONS] = (400, {}, {"odd": True, "Refresh_Token": "s0mebody-elses"})
    run(LIST)

    assert "s0mebody" not in "".join(run.shown)
