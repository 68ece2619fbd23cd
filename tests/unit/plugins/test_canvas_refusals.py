"""What an administrator reads when Canvas refuses, and what to do (docs/platforms/canvas.md, 1.1, 1.3, 2.9, 9.7)."""

from __future__ import annotations

import json

import pytest
import requests

from ansible_collections.edtech.lti.plugins.module_utils._answer import Answer
from ansible_collections.edtech.lti.plugins.module_utils._platforms import canvas

from .canvas_samples import JWK, before, settings
from .scripted_canvas import CREATE, KEYS, REGISTRATIONS, TOKEN, TOOLS, Canvas, key

CONFIGURATION = "canvas_tool_configuration"
BINDING = "canvas_developer_key_binding"
INSTALL = "canvas_external_tool"
REGISTER = "canvas_lti_registration"


@pytest.fixture(scope="module")
def one_server():
    server = Canvas()
    yield server
    server.close()


@pytest.fixture
def server(one_server):
    return one_server.forget()


@pytest.fixture
def run(server):
    return server.runner(retries=0)


def said(*messages, status=None):
    return {**({"status": status} if status else {}), "errors": [{"message": message} for message in messages]}


UNAUTHORIZED = said("user not authorized to perform that action", status="unauthorized")

# 1.1: status and body, kind, what the message and the hint say
LOGINS = {
    "no token": (
        401,
        said("user authorization required", status="unauthenticated"),
        "auth",
        "user authorization required",
        "access_token",
    ),
    "unknown token": (401, said("Invalid access token."), "auth", "Invalid access token", "access_token"),
    "revoked": (401, said("Revoked access token."), "auth", "Revoked access token", "access_token"),
    "expired": (
        401,
        {"errors": [{"message": "Expired access token.", "expired_at": "2026-01-01T00:00:00Z"}]},
        "auth",
        "Expired access token",
        "ended",
    ),
    "scope": (401, said("Insufficient scopes on access token."), "forbidden", "lacks the scope", "without scopes"),
    "permission, newer": (403, UNAUTHORIZED, "forbidden", "not authorized", "manage_developer_keys"),
    "permission, older": (401, UNAUTHORIZED, "forbidden", "not authorized", "manage_developer_keys"),
    "empty": (401, b"", "auth", "401", "access_token"),
    "a page": (401, b"<h1>Log in</h1>", "auth", "Log in", "access_token"),
}


@pytest.mark.parametrize("situation", LOGINS)
@pytest.mark.parametrize("writing", [False, True])
def test_a_refused_login_and_a_missing_permission_are_told_apart(server, run, situation, writing):
    status, body, kind, words, hint = LOGINS[situation]
    server.answers["POST" if writing else "GET"] = (status, {"WWW-Authenticate": 'Bearer realm="canvas-lms"'}, body)

    result = run(CONFIGURATION, name="Quiz", settings=settings())

    assert result["failure"]["kind"] == kind
    assert result["failure"]["status"] == status
    assert words in result["msg"]
    assert hint in result["failure"]["hint"]
    assert result["msg"].endswith((".", "?"))
    assert result["changed"] is False
    assert len(server.writes) == writing


PERMISSIONS = [
    (f"{CONFIGURATION}_info", {}, "GET", "manage_developer_keys"),
    (CONFIGURATION, {"name": "Quiz", "settings": settings()}, "POST", "manage_developer_keys"),
    (BINDING, {"client_id": "1", "binding": "on"}, "GET", "manage_developer_keys"),
    (f"{REGISTER}_info", {}, "GET", "manage_lti_registrations"),
    (REGISTER, {"name": "Quiz", "configuration": settings()}, "POST", "manage_lti_registrations"),
    (f"{INSTALL}_info", {}, "GET", "manage_lti_edit"),
    (f"{INSTALL}_info", {"course_id": "101"}, "GET", "manage_lti_edit"),
    (INSTALL, {"client_id": "1"}, "POST", "manage_lti_add"),
    (INSTALL, {"client_id": "1", "course_id": "101"}, "POST", "manage_lti_add"),
]


@pytest.mark.parametrize(("module", "wish", "verb", "permission"), PERMISSIONS, ids=lambda value: str(value)[:30])
@pytest.mark.parametrize("status", [401, 403])
def test_the_permission_that_is_missing_is_named(server, run, module, wish, verb, permission, status):
    if module == INSTALL:
        server.answers["GET", KEYS] = (200, {}, [key(1)])
    server.answers[verb] = (status, {}, UNAUTHORIZED)

    result = run(module, **wish)

    assert result["failure"]["kind"] == "forbidden", result
    assert permission in result["failure"]["hint"]


def test_a_removal_names_the_permission_to_remove(server, run):
    server.answers["GET", f"{TOOLS}/310"] = (200, {}, {"id": 310, "version": "1.3", "developer_key_id": 10**13 + 1})
    server.answers["DELETE"] = (403, {}, UNAUTHORIZED)

    assert "manage_lti_delete" in run(INSTALL, external_tool_id="310", state="absent")["failure"]["hint"]


# 1.3, all shapes
SHAPES = {
    "messages": ({"errors": [{"message": "one"}, {"message": "two"}]}, "one; two"),
    "with fields": (
        {"errors": [{"field": "scopes", "message": "cannot contain x", "error_code": "invalid"}]},
        "scopes: cannot contain x",
    ),
    "texts": ({"errors": ["one", "two"]}, "one; two"),
    "a text": ({"errors": "sub-accounts can only view registrations"}, "sub-accounts can only view registrations"),
    "by attribute": (
        {"errors": {"scopes": [{"attribute": "scopes", "type": "invalid", "message": "cannot contain x"}]}},
        "scopes: cannot contain x",
    ),
    "by two attributes": (
        {
            "errors": {
                "a": [{"attribute": "a", "type": "t", "message": "one"}],
                "b": [{"attribute": "b", "type": "t", "message": "two"}],
            }
        },
        "a: one; b: two",
    ),
    "coded": ({"errors": [{"code": "invalid_name", "message": "name is too long"}]}, "name is too long"),
    "one message": ({"message": "Configuration must be present"}, "Configuration must be present"),
    "one error": ({"error": "The specified resource does not exist."}, "The specified resource does not exist."),
    "a report": (
        {"errors": [{"message": "An error occurred.", "error_code": "internal_server_error"}], "error_report_id": 7},
        "An error occurred.",
    ),
    "plain": (b"Something went wrong\n", "Something went wrong"),
    "a page": (b"<html><style>p{}</style><h1>Sorry</h1></html>", "Sorry"),
    "escaped": (b'{"errors":[{"message":"value \\u003cb\\u003e \\u0026 more"}]}', "value <b> & more"),
    "nothing": (b"", None),
}
KINDS = {400: "invalid", 403: "forbidden", 404: "not_found", 422: "invalid"}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("verb", "status"), [("GET", 403), ("GET", 404), ("POST", 400), ("POST", 403), ("POST", 422)])
def test_each_shape_of_a_refusal_is_read(server, run, shape, status, verb):
    body, words = SHAPES[shape]
    server.answers[verb] = (status, {}, body)

    result = run(CONFIGURATION, name="Quiz", settings=settings())

    assert result["failure"]["details"] == words
    assert result["failure"]["kind"] == KINDS[status]
    assert (words or str(status)) in result["msg"]
    assert "{" not in result["msg"]
    assert "'Quiz' failed: " in result["msg"]


@pytest.mark.parametrize(
    "body",
    [
        b"null",
        b"[]",
        b"{}",
        b"7",
        b'""',
        b'{"errors": []}',
        b'{"errors": null}',
        b'{"errors": [{"message": null}]}',
        b'{"errors": {"a": "b"}}',
        b'{"errors": {"a": []}}',
        b'{"errors": [["x"]]}',
        b'{"errors": {"a": [{"type": "t"}]}}',
        b'{"message": {"a": 1}}',
        b'{"status": "unauthorized"}',
        b"[" * 5000,
        b"\xff\xfe",
        "é ☃".encode(),
    ],
    ids=lambda body: repr(body[:24]),
)
@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 418, 422, 429, 500])
def test_no_body_of_a_refusal_is_a_crash(body, status):
    for path in (KEYS, TOOLS, REGISTRATIONS, "/elsewhere"):
        answer = Answer("POST", f"https://canvas.example.edu{path}", status, {}, body)
        assert str(status) in canvas.refused(answer, answer.error()).sentence()
        assert canvas.throttled(answer) is (status == 429)


@pytest.mark.parametrize(
    ("module", "wish", "hint"),
    [
        (CONFIGURATION, {"name": "Quiz", "settings": settings()}, "root account"),
        (f"{CONFIGURATION}_info", {}, "root account"),
        (f"{REGISTER}_info", {}, "registration API"),
        (f"{INSTALL}_info", {"course_id": "9"}, "course_id"),
    ],
)
def test_a_place_that_is_not_there_says_what_to_check(server, run, module, wish, hint):
    server.answers["GET"] = (404, {}, {"errors": [{"message": "The specified resource does not exist."}]})

    result = run(module, **wish)

    assert result["failure"]["kind"] == "not_found"
    assert hint in result["failure"]["hint"]


@pytest.mark.parametrize("account_id", ["2", "sis_account_id:ARTS"])
@pytest.mark.parametrize("era", ["A", "D"])
def test_a_sub_account_has_no_keys(canvas_runner, account_id, era):
    canvas_runner.sandbox.switches({"canvas.era": era})

    for module, wish in (
        (CONFIGURATION, {"name": "Quiz", "settings": settings()}),
        (BINDING, {"client_id": "1", "binding": "on"}),
    ):
        result = canvas_runner(module, account_id=account_id, **wish)
        assert result["failure"]["kind"] in ("not_found", "forbidden")
        assert "account" in result["failure"]["hint"]


# 2.9, as the sandbox says it
VALIDATION = {
    "scopes": (settings(scopes=["https://x.example/none"]), {}, "cannot contain https://x.example/none"),
    "placements": (
        settings(launch={"placements": [{"placement": "course_navigation", "message_type": "LtiDeepLinkingRequest"}]}),
        {},
        "Placement course_navigation does not support message type LtiDeepLinkingRequest",
    ),
    "unknown placement": (settings(launch={"placements": [{"placement": "no_such_place"}]}), {}, "/placement"),
    "public_jwk": (settings(public_jwk={"kty": "EC"}), {}, "public_jwk"),
    "redirect_uris": (settings(), {"redirect_uris": ["nowhere"]}, "redirect_uris: is not a valid URI"),
    "redirect_uris, long": (
        settings(),
        {"redirect_uris": ["https://x.example/" + "x" * 5000]},
        "redirect_uris: is too long",
    ),
    "oidc_initiation_urls": (settings(oidc_initiation_urls={"eu": "nowhere"}), {}, "oidc_initiation_urls"),
    "name": (settings(), {"name": "x" * 256}, "name: is too long"),
}


@pytest.mark.parametrize("field", VALIDATION)
@pytest.mark.parametrize("era", ["A", "D"])
@pytest.mark.parametrize("there", [False, True], ids=["create", "update"])
def test_what_validation_says_is_handed_on(canvas_runner, field, era, there):
    canvas_runner.sandbox.switches({"canvas.era": era})
    wish = {"name": "Quiz"}
    if there:
        made = canvas_runner(CONFIGURATION, **wish, settings=settings())
        wish = {"client_id": made["tool_configuration"]["client_id"]}
    before_it = canvas_runner.sandbox.state("canvas")["developer_keys"]
    document, more, words = VALIDATION[field]

    result = canvas_runner(CONFIGURATION, **{**wish, "settings": document, **more})

    assert words in result["msg"]
    assert result["failure"]["kind"] == "invalid"
    assert (result["failure"]["status"], result["failure"]["attempts"]) == (422, 1)
    assert result["changed"] is False
    assert canvas_runner.sandbox.state("canvas")["developer_keys"] == before_it


def test_white_space_inside_a_redirect_address_is_refused_by_us(canvas_runner):
    """2.2: Canvas would make two of it."""
    result = canvas_runner(
        CONFIGURATION, name="Quiz", settings=settings(), redirect_uris=["https://quiz.example.com/a b"]
    )

    assert "redirect_uris has white space" in result["msg"]
    assert canvas_runner.writes() == []


def test_more_than_sixty_four_redirect_addresses_are_refused_in_words(canvas_runner):
    uris = [f"https://quiz.example.com/{number}" for number in range(65)]

    assert "maximum is 64" in canvas_runner(CONFIGURATION, name="Quiz", settings=settings(), redirect_uris=uris)["msg"]


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, {"message": "Configuration must be present"}),
        (
            422,
            {"errors": [{"field": "lti_key", "message": "tool configuration must have public jwk or public jwk url"}]},
        ),
        (400, said("tool_configuration is missing")),
    ],
)
def test_what_our_requests_never_cause_is_readable_too(server, run, status, body):
    server.answers["POST"] = (status, {}, body)

    result = run(CONFIGURATION, name="Quiz", settings=settings())

    assert result["failure"]["details"].split(": ")[-1] in json.dumps(body)
    assert result["failure"]["kind"] == "invalid"


def test_a_crash_of_the_server_on_a_change_is_looked_into_before_it_is_told(server, run):
    """9.7: a 500 says nothing about whether the change was made."""
    report = {
        "errors": [{"message": "An error occurred.", "error_code": "internal_server_error"}],
        "error_report_id": 7,
    }
    server.answers["GET", KEYS] = (200, {}, [key(1)])
    server.answers["PUT"] = (500, {}, report)

    result = run(CONFIGURATION, client_id="1", notes="x")

    assert result["failure"]["kind"] == "unavailable"
    assert "An error occurred." in result["msg"]
    assert server.asked[-1][0] == "PUT" or server.asked[-1] == ("GET", KEYS)


# 4.1 and others


@pytest.mark.parametrize("form", ["hash", "list", "text", "message", "empty"])
def test_a_key_that_is_off_says_to_switch_it_on(canvas_runner, form):
    canvas_runner.sandbox.switches({"canvas.key_off_body": form})
    client_id = canvas_runner(CONFIGURATION, name="Quiz", settings=settings())["tool_configuration"]["client_id"]

    result = canvas_runner(INSTALL, client_id=client_id)

    assert result["failure"]["status"] == 422
    assert "binding" in result["failure"]["hint"]
    assert ("not enabled" in result["msg"]) == (form != "empty")
    assert canvas_runner.sandbox.state("canvas")["tools"] == {}


def test_a_key_that_is_off_is_foreseen_in_check_mode(canvas_runner):
    client_id = canvas_runner(CONFIGURATION, name="Quiz", settings=settings())["tool_configuration"]["client_id"]

    off = canvas_runner(INSTALL, check=True, client_id=client_id)
    canvas_runner(BINDING, client_id=client_id, binding="on")
    on = canvas_runner(INSTALL, check=True, client_id=client_id)

    assert "'Quiz' is off" in off["warnings"][0]
    assert "warnings" not in on


def test_a_locked_registration_says_how_to_lift_the_lock(canvas_runner):
    canvas_runner.sandbox.switches({"canvas.lock_lti_registrations": True})
    client_id = canvas_runner(CONFIGURATION, name="Quiz", settings=settings(), binding="on")["tool_configuration"][
        "client_id"
    ]

    result = canvas_runner(INSTALL, client_id=client_id)

    assert result["failure"]["kind"] == "forbidden"
    assert "unlock: true" in result["failure"]["hint"]
    assert "permission" not in result["msg"]


@pytest.mark.parametrize("permission_status", ["401", "403"])
@pytest.mark.parametrize(
    ("token", "module", "wish", "permission"),
    [
        ("canvas-installer-token", f"{CONFIGURATION}_info", {}, "manage_developer_keys"),
        ("canvas-installer-token", f"{REGISTER}_info", {}, "manage_lti_registrations"),
        ("canvas-observer-token", INSTALL, {"client_id": "77"}, "manage_lti_add"),
        ("canvas-teacher-token", f"{INSTALL}_info", {}, "manage_lti_edit"),
        ("canvas-teacher-token", INSTALL, {"client_id": "77", "course_id": "102"}, "manage_lti"),
        ("canvas-faculty-token", f"{CONFIGURATION}_info", {}, "manage_developer_keys"),
    ],
)
def test_who_may_not_is_told_what_it_takes(canvas_runner, permission_status, token, module, wish, permission):
    canvas_runner.sandbox.seed("canvas").tool_configuration("Quiz", binding="on")
    canvas_runner.sandbox.switches({"canvas.permission_status": permission_status})

    result = canvas_runner(module, access_token=token, **wish)

    assert result["failure"]["kind"] == "forbidden", result
    assert result["failure"]["status"] == int(permission_status)
    assert permission in result["failure"]["hint"]
    assert token not in canvas_runner.shown[-1]


@pytest.mark.parametrize("module", [CONFIGURATION, REGISTER])
def test_a_token_with_scopes_is_told_that_it_lacks_one(canvas_runner, module):
    wish = {"settings": settings()} if module == CONFIGURATION else {"configuration": settings()}

    result = canvas_runner(module, access_token="canvas-scoped-token", name="Quiz", **wish)

    assert result["failure"]["kind"] == "forbidden"
    assert "scope" in result["msg"]
    assert "without scopes" in result["failure"]["hint"]


def test_a_token_with_the_right_scopes_does(canvas_runner):
    canvas_runner.sandbox.seed("canvas").tool_configuration("Quiz", binding="on")
    canvas_runner.connection["access_token"] = "canvas-scoped-token"

    assert canvas_runner(INSTALL, client_id="77")["changed"]
    assert not canvas_runner(CONFIGURATION, name="Quiz")["changed"]


@pytest.mark.parametrize("token", ["canvas-expired-token", "canvas-revoked-token", "n0-such-token"])
@pytest.mark.parametrize("module", [f"{CONFIGURATION}_info", f"{INSTALL}_info", f"{REGISTER}_info"])
def test_a_token_that_does_not_count_is_an_error_of_the_login(canvas_runner, token, module):
    result = canvas_runner(module, access_token=token)

    assert result["failure"]["kind"] == "auth"
    assert token not in canvas_runner.shown[-1]


def test_a_missing_token_says_where_to_put_one(canvas_runner):
    canvas_runner.connection["access_token"] = ""

    result = canvas_runner(f"{CONFIGURATION}_info")

    assert "CANVAS_ACCESS_TOKEN" in result["msg"]
    assert canvas_runner.sandbox.requests() == []


def test_a_server_without_the_newer_api_says_so(canvas_runner):
    canvas_runner.sandbox.switches({"canvas.era": "A"})

    result = canvas_runner(REGISTER, name="Quiz", configuration=settings())

    assert result["failure"]["kind"] == "not_found"
    assert "2024" in result["failure"]["hint"]
    assert canvas_runner.writes() == []


def test_a_restriction_to_the_domain_is_told_in_canvas_own_words(canvas_runner):
    canvas_runner.sandbox.switches({"canvas.domain_restriction": True})
    seeds = canvas_runner.sandbox.seed("canvas")
    theirs = seeds.neighbour_key()

    answer = canvas_runner(
        "api_request",
        platform="canvas",
        method="DELETE",
        path=f"/api/v1/developer_keys/{theirs['id']}",
        access_token="canvas-site-admin-token",
    )

    assert "Developer keys may only be managed from their account's domain" in answer["msg"]
    assert answer["failure"]["kind"] == "forbidden"


# Answers that are no answers

STRANGE = {
    "null": b"null",
    "a number": b"7",
    "a text": b'"text"',
    "an object": b"{}",
    "a list of numbers": b"[1]",
    "a list of lists": b"[[]]",
    "objects without ids": b'[{"name": "Quiz"}]',
    "nothing": b"",
    "an error that says 200": b'{"errors": [{"message": "not today"}]}',
}


@pytest.mark.parametrize("strange", STRANGE)
@pytest.mark.parametrize(
    ("module", "wish"),
    [
        (CONFIGURATION, {"name": "Quiz", "settings": settings()}),
        (CONFIGURATION, {"client_id": "1", "state": "absent"}),
        (BINDING, {"client_id": "1", "binding": "on"}),
        (REGISTER, {"name": "Quiz", "configuration": settings()}),
        (REGISTER, {"registration_id": "1", "state": "absent"}),
        (INSTALL, {"client_id": "1"}),
        (INSTALL, {"external_tool_id": "1", "state": "absent"}),
        (f"{CONFIGURATION}_info", {}),
        (f"{REGISTER}_info", {}),
        (f"{INSTALL}_info", {}),
    ],
    ids=str,
)
def test_an_answer_of_another_shape_is_neither_absence_nor_a_crash(server, run, strange, module, wish):
    server.answers["GET"] = (200, {}, STRANGE[strange])

    result = run(module, **wish)

    assert result["failure"]["kind"] in ("protocol", "invalid"), result
    assert server.writes == []


@pytest.mark.parametrize("strange", STRANGE)
@pytest.mark.parametrize(
    ("module", "wish", "verb", "path"),
    [
        (CONFIGURATION, {"name": "Quiz", "settings": settings()}, "POST", CREATE),
        (CONFIGURATION, {"client_id": "1", "notes": "x"}, "PUT", None),
        (BINDING, {"client_id": "1", "binding": "off"}, "POST", None),
        (REGISTER, {"name": "Quiz", "configuration": settings()}, "POST", REGISTRATIONS),
        (INSTALL, {"client_id": "1"}, "POST", TOOLS),
    ],
    ids=str,
)
def test_a_write_that_is_answered_with_something_else_is_no_crash_and_not_blindly_repeated(
    server, run, strange, module, wish, verb, path
):
    if module not in (REGISTER,) and path != CREATE:
        server.answers["GET", KEYS] = (200, {}, [key(1)])
    server.answers[verb] = (200, {}, STRANGE[strange])

    result = run(module, **wish)

    assert "mistake" not in str(result.get("msg")), result.get("exception")
    # Nothing at all after a change means to look again, and then it is told what was not kept.
    assert result.get("failed") or "did not keep notes" in result["warnings"][0], result
    assert len(server.writes) == 1


@pytest.mark.parametrize("strange", STRANGE)
def test_whatever_the_pages_about_registrations_say_an_installation_is_no_crash(server, run, strange):
    """4.3: those pages are internal, and only asked for what may hide there."""
    client_id = key(1)["id"]
    server.answers["GET", KEYS] = (200, {}, [key(1)])
    paths = (
        f"/api/v1/accounts/self/lti_registration_by_client_id/{client_id}",
        f"{REGISTRATIONS}/52/deployments",
        "/api/v1/accounts/self",
    )
    good = ({"id": 52}, [{"id": 310, "context_type": "Account", "context_id": 1}], {"id": 1})
    server.answers["POST", TOOLS] = (
        200,
        {},
        {"id": 311, "version": "1.3", "developer_key_id": client_id, "deployment_id": "311:x"},
    )
    for path in paths:
        server.answers.update({("GET", one): (200, {}, data) for one, data in zip(paths, good, strict=True)})
        server.answers["GET", path] = (200, {}, STRANGE[strange])
        result = run(INSTALL, client_id="1")
        assert "mistake" not in str(result.get("msg")), (path, result.get("exception"))


def test_a_key_that_was_not_asked_for_is_not_touched(server, run):
    server.answers["GET", KEYS] = (200, {}, [key(1)])
    server.answers["PUT"] = (200, {}, {"developer_key": key(2), "tool_configuration": {"settings": settings()}})

    result = run(CONFIGURATION, client_id="1", notes="x")

    assert "was asked for and 10000000000002 came" in result["msg"]
    assert len(server.writes) == 1


def test_what_canvas_does_not_keep_is_a_warning(server, run):
    server.answers["GET", KEYS] = (200, {}, [key(1)])
    server.answers["PUT"] = (
        200,
        {},
        {"developer_key": key(1), "tool_configuration": {"settings": settings()}, "warning_message": None},
    )

    result = run(CONFIGURATION, client_id="1", notes="x", settings=settings(title="New title"))

    assert "did not keep notes, settings" in result["warnings"][0]


@pytest.mark.parametrize("told", ["One warning", ["One warning"], None, [], ""])
def test_a_warning_of_the_platform_comes_as_a_text_or_a_list(server, run, told):
    server.answers["GET", KEYS] = (200, {}, [key(1)])
    server.answers["PUT"] = (
        200,
        {},
        {"developer_key": key(1, notes="x"), "tool_configuration": {"settings": settings()}, "warning_message": told},
    )

    result = run(CONFIGURATION, client_id="1", notes="x")

    assert result.get("warnings", []) == (["Canvas says: One warning"] if told else [])


def test_a_redirect_is_not_followed_and_the_token_goes_nowhere(server, run):
    server.answers["GET"] = (302, {"Location": "https://elsewhere.example/login?x=secret"}, b"")

    result = run(f"{CONFIGURATION}_info")

    assert "redirects are never followed" in result["msg"]
    assert len(server.seen) == 1
    assert TOKEN not in str(result)


def test_a_key_without_a_binding_has_none(server, run):
    server.answers["GET", KEYS] = (200, {}, [{name: value for name, value in key(1).items() if "binding" not in name}])

    (found,) = run(f"{CONFIGURATION}_info")["tool_configurations"]

    assert (found["binding"], found["binding_owned"]) == (None, None)


def test_removing_the_last_key_from_a_registration_is_refused_before_anything_is_sent(canvas_runner):
    canvas_runner(REGISTER, name="Quiz", configuration=settings("public_jwk_url", public_jwk=JWK))
    canvas_runner.writes()

    for check in (True, False):
        result = canvas_runner(REGISTER, check=check, name="Quiz", configuration={"public_jwk": None})
        assert "public_jwk" in result["msg"]
        assert result["failure"]["kind"] == "invalid"
    assert canvas_runner.writes() == []


def test_a_sub_account_may_only_read_registrations(canvas_runner):
    canvas_runner.sandbox.switches({"canvas.sub_account_access": True})

    assert "failure" not in canvas_runner(f"{REGISTER}_info", account_id="2")
    result = canvas_runner(REGISTER, account_id="2", name="Quiz", configuration=settings())

    assert "sub-accounts can only view registrations" in result["msg"]


def test_the_reading_of_a_refusal_does_not_hang_on_where_it_came_from(canvas_runner):
    """The wire may be cut anywhere: a refusal in the middle of a create has the words of the platform."""
    with before(lambda method, path: method == "POST", lambda: (422, {"errors": ["one", "two"]})):
        result = canvas_runner(CONFIGURATION, name="Quiz", settings=settings())

    assert result["failure"]["details"] == "one; two"
    assert requests.codes.unprocessable == result["failure"]["status"]
