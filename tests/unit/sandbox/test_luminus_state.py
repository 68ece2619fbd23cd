"""What LumiNUS holds: the state file, control routes, the page, the journal and faults."""

from __future__ import annotations

import pytest
import requests

from tests.sandbox.testing import Sandbox
from tests.unit.sandbox.test_luminus_client import IN_MODULE, MODULE, SYSTEM, TOKEN_ROUTE, LuminusClient


@pytest.fixture
def luminus(sandbox):
    """A client of LumiNUS."""
    return LuminusClient(sandbox.base_url)


@pytest.fixture
def make(sandbox):
    """A function that calls a control route of LumiNUS."""
    with requests.Session() as session:
        session.trust_env = False
        yield lambda what, body: session.post(f"{sandbox.base_url}/_sandbox/luminus/{what}", json=body, timeout=10)


def test_state_survives_in_the_file(tmp_path):
    file = tmp_path / "state.json"
    with Sandbox(state_file=file) as sandbox:
        luminus = LuminusClient(sandbox.base_url)
        made = sandbox.seed("luminus").provider(name="Kept")
        token = luminus.token(code="luminus-code-admin").json()["access_token"]
    with Sandbox(state_file=file) as sandbox:
        luminus = LuminusClient(sandbox.base_url)
        assert luminus.provider(made["id"], token).json()["name"] == "Kept"
        assert luminus.token(code="luminus-code-admin").json()["error"] == "invalid_grant"
        sandbox.reset()
        assert luminus.provider(made["id"]).status_code == 404


def test_a_reset_brings_back_what_there_was(luminus, sandbox):
    before = luminus.provider(SYSTEM).json()
    sandbox.seed("luminus").provider(SYSTEM, name="Changed")
    sandbox.switches({"luminus.rate_limit": 1})
    luminus.provider(SYSTEM)
    sandbox.reset()
    sandbox.switches({"luminus.rate_limit": 1})
    assert luminus.provider(SYSTEM).json() == before


def test_control_routes_take_the_words_of_the_seeds(luminus, make):
    user = make("users", {"login": "new.one", "name": "New One"}).json()
    module = make("modules", {"name": "NEW1", "members": {"new.one": "student"}}).json()
    provider = make("providers", {"name": "Tool", "resourceID": module["id"]}).json()
    key = make("subscriptions", {}).json()["subscription_key"]
    assert len(key) == 32
    assert luminus.provider(provider["id"], user["access_token"], key).json()["name"] == "Tool"
    token = make("tokens", {"user": "new.one", "expires_in": -60}).json()["access_token"]
    assert luminus.provider(provider["id"], token).status_code == 401
    code = make("codes", {"user": user["id"]}).json()["code"]
    assert "access_token" in luminus.token(code=code).json()


@pytest.mark.parametrize(
    ("what", "body", "status"),
    [
        ("launches", {}, 404),
        ("providers", [], 400),
        ("providers", {"colour": "red"}, 400),
        ("modules", {"members": {"nobody": "staff"}}, 400),
        ("modules", {"members": {"staff.one": "guest"}}, 400),
        ("tokens", {"user": "nobody"}, 400),
        ("users", {}, 400),
    ],
)
def test_what_cannot_be_made_is_refused(make, sandbox, what, body, status):
    before = sandbox.state("luminus")
    answer = make(what, body)
    assert answer.status_code == status
    assert answer.json()["error"]
    assert sandbox.state("luminus") == before


def test_the_page_masks_keys_and_secrets(luminus, sandbox):
    sandbox.seed("luminus").provider(name="Shown", custParams=[{"key": "shown", "value": "XX-value"}])
    page = requests.get(sandbox.base_url, timeout=10).text
    section = page[page.index("LumiNUS") :]
    for shown in ("Shown", "Quiz Helper", SYSTEM, IN_MODULE, MODULE, "CS1010", "staff.one", "Subscription Demo"):
        assert shown in section
    state = sandbox.state("luminus")
    hidden = [one[name] for one in state["providers"].values() for name in ("consumerKey", "consumerSecret")]
    hidden += [one["consumerSecret"] for one in state["launch_tools"].values()]
    for secret in (*hidden, *state["subscriptions"], *state["tokens"], *state["codes"], "XX-value"):
        assert secret not in page


def test_the_journal_has_names_only(luminus, sandbox):
    luminus.send(
        "GET", f"/lti/{SYSTEM}", key=None, params={"subscription-key": "luminus-demo-key", "populate": "creator"}
    )
    luminus.token()
    first, second = sandbox.requests("luminus")
    assert (first["method"], first["path"], first["status"]) == ("GET", f"/lti/{SYSTEM}", 200)
    assert first["query"] == ["populate", "subscription-key"]
    assert (second["method"], second["path"], second["status"]) == ("POST", TOKEN_ROUTE, 200)
    assert "luminus-demo-key" not in str(sandbox.requests())


@pytest.mark.parametrize("kind", ["500", "503", "429", "html", "drop_before", "drop_after", "truncate"])
@pytest.mark.parametrize("path", [f"/lti/{SYSTEM}", TOKEN_ROUTE])
def test_faults_are_met_here_too(luminus, sandbox, kind, path):
    sandbox.faults({"platform": "luminus", "kind": kind, "path": path})
    try:
        answer = luminus.token() if path == TOKEN_ROUTE else luminus.send("GET", path)
        assert kind in ("html", "500", "503", "429")
        assert kind == "html" or answer.status_code == int(kind)
    except requests.RequestException:
        assert kind in ("drop_before", "drop_after", "truncate")
    assert sandbox.requests()[-1]["fault"] == kind
    if path == TOKEN_ROUTE:
        # A code is used up although nobody saw its token.
        used = luminus.token().json().get("error") == "invalid_grant"
        assert used is (kind in ("drop_after", "truncate"))
