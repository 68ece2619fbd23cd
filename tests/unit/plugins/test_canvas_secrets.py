"""The token, and the api_key that Canvas gives every key (docs/platforms/canvas.md, 2.4, 3.2), are shown by nothing."""

from __future__ import annotations

import base64
import json
import urllib.parse

import pytest

from .canvas_samples import before, key_of, settings
from .scripted_canvas import CREATE, KEYS, REGISTRATIONS, TOKEN, TOOLS, Canvas, key

CONFIGURATION = "canvas_tool_configuration"
BINDING = "canvas_developer_key_binding"
INSTALL = "canvas_external_tool"
REGISTER = "canvas_lti_registration"
API_KEY = "aPiKeY0fAnLtIkEy" * 4
SPELT = {
    "plain": str,
    "base64": lambda secret: base64.b64encode(secret.encode()).decode(),
    "quoted": lambda secret: urllib.parse.quote(secret, safe=""),
    "in a login": lambda secret: f"Bearer {secret}",
}


def api_keys(runner):
    return [one["api_key"] for one in runner.sandbox.state("canvas")["developer_keys"].values()]


@pytest.mark.parametrize("form", ["full", "masked"])
@pytest.mark.parametrize("era", ["A", "D"])
def test_nothing_shows_a_secret_in_a_whole_life_of_a_tool(canvas_runner, form, era):
    canvas_runner.sandbox.switches({"canvas.api_key": form, "canvas.era": era, "canvas.lock_lti_registrations": True})
    wish = {"name": "Quiz", "settings": settings(), "binding": "on"}
    for check in (True, False, False):
        canvas_runner(CONFIGURATION, check=check, **wish)
    client_id = str(key_of(canvas_runner)["id"])
    for check in (True, False):
        canvas_runner(
            CONFIGURATION,
            check=check,
            client_id=client_id,
            settings=settings("domain"),
            clear_via_registration=era == "D",
            notes="x",
        )
        canvas_runner(BINDING, check=check, client_id=client_id, binding="off")
        canvas_runner(BINDING, check=check, client_id=client_id, binding="on")
        canvas_runner(INSTALL, check=check, client_id=client_id, unlock=True)
        canvas_runner(REGISTER, check=check, client_id=client_id, vendor="x")
    for module in (CONFIGURATION, INSTALL, REGISTER):
        canvas_runner(f"{module}_info")
    canvas_runner("api_request", platform="canvas", path="/api/v1/accounts/1/developer_keys")
    canvas_runner(CONFIGURATION, name="Quiz", settings={})
    canvas_runner(CONFIGURATION, name="Quiz", settings=settings(scopes=["nonsense"]))
    canvas_runner(INSTALL, client_id="9999")
    keys = api_keys(canvas_runner)
    for check in (True, False):
        canvas_runner(INSTALL, check=check, client_id=client_id, state="absent")
        canvas_runner(CONFIGURATION, check=check, client_id=client_id, state="absent")

    shown = "".join(canvas_runner.shown)
    assert len(keys) == 1
    assert "api_key" not in "".join(text for text in canvas_runner.shown if '"json"' not in text)
    for secret in (*keys, f"{keys[0][:5]}...", canvas_runner.connection["access_token"]):
        assert secret not in shown


def test_an_answer_of_the_api_is_shown_without_the_api_key_unless_somebody_asks_for_it(canvas_runner):
    canvas_runner.sandbox.seed("canvas").tool_configuration("Quiz")
    (secret,) = api_keys(canvas_runner)
    path = {"platform": "canvas", "path": "/api/v1/accounts/1/developer_keys"}

    hidden = canvas_runner("api_request", **path)
    revealed = canvas_runner("api_request", **path, reveal_secrets=True)

    assert hidden["json"][0]["api_key"] == "(hidden)"
    assert secret not in canvas_runner.shown[0]
    assert revealed["json"][0]["api_key"] == secret


@pytest.fixture(scope="module")
def one_server():
    server = Canvas()
    yield server
    server.close()


@pytest.fixture
def server(one_server):
    """A Canvas with one key that repeats everything it knows when it refuses."""
    one_server.forget().answers["GET", KEYS] = (200, {}, [key(1, api_key=API_KEY)])
    return one_server


WRITES = {
    "making": (CONFIGURATION, {"name": "Other", "settings": settings()}, ("POST", CREATE)),
    "changing": (CONFIGURATION, {"client_id": "1", "notes": "x"}, ("PUT",)),
    "removing": (CONFIGURATION, {"client_id": "1", "state": "absent"}, ("DELETE",)),
    "switching": (BINDING, {"client_id": "1", "binding": "off"}, ("POST",)),
    "installing": (INSTALL, {"client_id": "1"}, ("POST", TOOLS)),
    "registering": (REGISTER, {"name": "Quiz", "configuration": settings()}, ("POST", REGISTRATIONS)),
    "listing": (f"{CONFIGURATION}_info", {}, ("GET", KEYS)),
}


@pytest.mark.parametrize(
    ("deed", "status", "spelling"),
    [
        *((deed, status, "plain") for deed in WRITES for status in (200, 400, 401, 403, 404, 422, 429, 500)),
        *((deed, 422, spelling) for deed in ("making", "listing") for spelling in SPELT),
    ],
)
def test_a_refusal_that_repeats_the_token_does_not_show_it(server, deed, status, spelling):
    module, wish, where = WRITES[deed]
    told = SPELT[spelling](TOKEN)
    server.answers[where if len(where) > 1 else where[0]] = (status, {}, {"errors": [{"message": f"no {told} today"}]})
    run = server.runner(retries=0)

    result = run(module, **wish)

    assert result.get("failed"), result
    assert TOKEN not in run.shown[-1]
    assert told not in run.shown[-1]


@pytest.mark.parametrize("deed", [deed for deed in WRITES if deed != "listing"])
@pytest.mark.parametrize("status", [200, 400, 403, 404, 422, 500])
def test_a_refusal_that_holds_an_api_key_does_not_show_it(server, deed, status):
    module, wish, where = WRITES[deed]
    body = {"errors": [{"message": f"no, {API_KEY}"}], "developer_key": {"api_key": API_KEY}}
    server.answers[where if len(where) > 1 else where[0]] = (status, {}, body)
    run = server.runner(retries=0)

    run(module, **wish)

    assert API_KEY not in run.shown[-1]


@pytest.mark.parametrize(
    "deed",
    [
        "changing",
        "removing",
        "switching",
        "installing",
    ],
)
@pytest.mark.parametrize("status", [422, 500])
def test_an_api_key_that_was_read_before_is_not_shown_when_a_refusal_speaks_of_it(server, deed, status):
    module, wish, where = WRITES[deed]
    server.answers[where if len(where) > 1 else where[0]] = (status, {}, {"errors": [{"message": f"no, {API_KEY}"}]})
    run = server.runner(retries=0)

    result = run(module, **wish)

    assert result["failed"]
    assert API_KEY not in run.shown[-1]


@pytest.mark.parametrize(
    "listed",
    [
        {"developer_keys": [key(1, api_key=API_KEY)]},
        {"errors": "none today", "api_key": API_KEY},
        [{"api_key": API_KEY}],
        [[key(1, api_key=API_KEY)]],
    ],
)
def test_a_listing_that_is_none_is_refused_without_its_api_keys(server, listed):
    server.answers["GET", KEYS] = (200, {}, listed)
    run = server.runner(retries=0)

    for module, wish, _where in WRITES.values():
        if module == REGISTER:
            continue
        assert run(module, **wish)["failed"]
    assert API_KEY not in "".join(run.shown)


def test_a_warning_of_the_platform_that_repeats_a_secret_does_not_show_it(server):
    made = {"developer_key": key(1, api_key=API_KEY, notes="x"), "tool_configuration": {"settings": settings()}}
    server.answers["PUT"] = (200, {}, {**made, "warning_message": [f"mind {API_KEY} and {TOKEN}"]})
    run = server.runner()

    result = run(CONFIGURATION, client_id="1", notes="x")

    assert result["warnings"] == ["Canvas says: mind (hidden) and (hidden)"]


def test_a_token_in_the_notes_of_a_key_is_hidden_wherever_it_came_from(server):
    """Somebody may have put it there; it is no use to show it in a diff."""
    server.answers["GET", KEYS] = (200, {}, [key(1, notes=f"made with {TOKEN}")])
    run = server.runner()

    run(CONFIGURATION, check=True, client_id="1", notes="better")

    assert TOKEN not in run.shown[-1]
    assert "(hidden)" in run.shown[-1]


@pytest.mark.parametrize("spelling", SPELT)
def test_an_answer_that_is_no_json_does_not_show_the_token_either(server, spelling):
    server.answers["GET", KEYS] = (200, {}, f"<h1>Welcome {SPELT[spelling](TOKEN)}</h1>".encode())
    run = server.runner(retries=0)

    assert run(f"{CONFIGURATION}_info")["failed"]
    assert TOKEN not in run.shown[-1]
    assert SPELT[spelling](TOKEN) not in run.shown[-1]


def test_a_token_from_the_environment_or_a_file_is_hidden_like_any_other(canvas_runner, monkeypatch, tmp_path):
    del canvas_runner.connection["access_token"]
    (tmp_path / "token").write_text("n0-such-token-of-mine\n")
    monkeypatch.setenv("CANVAS_ACCESS_TOKEN_FILE", str(tmp_path / "token"))
    told = {"errors": [{"message": "who is n0-such-token-of-mine?"}]}
    with before(lambda method, path: True, lambda: (401, told)):
        result = canvas_runner(f"{CONFIGURATION}_info")

    assert "who is (hidden)?" in result["msg"]
    assert "n0-such-token" not in json.dumps(result)


def test_not_even_the_name_of_the_api_key_is_in_a_prediction(canvas_runner):
    result = canvas_runner("canvas_developer_key_binding", check=True, client_id="", binding="on")

    assert result["changed"]
    assert "api_key" not in str(result)
