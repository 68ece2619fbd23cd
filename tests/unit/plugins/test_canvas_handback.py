"""What the vendor gets to know (docs/platforms/canvas.md, 6)."""

from __future__ import annotations

import pytest

from ansible_collections.edtech.lti.plugins.module_utils._lookup import Run
from ansible_collections.edtech.lti.plugins.module_utils._platforms import canvas
from ansible_collections.edtech.lti.plugins.module_utils._secrets import Secrets

from .canvas_samples import settings

PRODUCTION = {
    "issuer": "https://canvas.instructure.com",
    "authentication_endpoint": "https://sso.canvaslms.com/api/lti/authorize_redirect",
    "token_url": "https://sso.canvaslms.com/login/oauth2/token",
    "audience": "https://sso.canvaslms.com/login/oauth2/token",
    "keyset_url": "https://sso.canvaslms.com/api/lti/security/jwks",
}
BETA = {
    "issuer": "https://canvas.beta.instructure.com",
    "authentication_endpoint": "https://sso.beta.canvaslms.com/api/lti/authorize_redirect",
    "token_url": "https://sso.beta.canvaslms.com/login/oauth2/token",
    "audience": "https://sso.beta.canvaslms.com/login/oauth2/token",
    "keyset_url": "https://sso.beta.canvaslms.com/api/lti/security/jwks",
}
TEST = {name: value.replace(".beta.", ".test.") for name, value in BETA.items()}
OWN = {
    "issuer": "https://canvas.instructure.com",
    "authentication_endpoint": "https://lms.example.edu/canvas/api/lti/authorize_redirect",
    "token_url": "https://lms.example.edu/canvas/login/oauth2/token",
    "audience": "https://lms.example.edu/canvas/login/oauth2/token",
    "keyset_url": "https://lms.example.edu/canvas/api/lti/security/jwks",
}


@pytest.fixture(autouse=True)
def _nothing_in_the_environment(monkeypatch):
    for name in ("BASE_URL", "ENVIRONMENT", "ISSUER", "TOKEN_URL", "KEYSET_URL", "AUTHENTICATION_ENDPOINT"):
        monkeypatch.delenv(f"CANVAS_{name}", raising=False)


def handback(base_url, **given):
    given = {"base_url": base_url, **given}
    return canvas.handback(Run(given, given, {}, False, Secrets()), "10000000000077", ["310:abc"])


@pytest.mark.parametrize(
    ("base_url", "environment", "source", "addresses"),
    [
        ("https://school.instructure.com", "production", "host", PRODUCTION),
        ("https://School.Instructure.COM/", "production", "host", PRODUCTION),
        ("https://school.beta.instructure.com", "beta", "host", BETA),
        ("https://school.test.instructure.com", "test", "host", TEST),
        ("https://canvas.beta.instructure.com", "beta", "host", BETA),
        ("https://beta.instructure.com", "production", "host", PRODUCTION),
        ("https://a.b.instructure.com", "production", "host", PRODUCTION),
        ("https://canvas.school.edu", "production", "assumed", PRODUCTION),
        ("https://canvas.beta.school.edu", "production", "assumed", PRODUCTION),
        ("https://instructure.com.evil.example", "production", "assumed", PRODUCTION),
        ("https://notinstructure.com", "production", "assumed", PRODUCTION),
        ("http://127.0.0.1:3000", "production", "assumed", PRODUCTION),
    ],
)
def test_the_environment_is_told_from_the_host_or_assumed(base_url, environment, source, addresses):
    told = handback(base_url)

    assert (told["environment"], told["environment_source"]) == (environment, source)
    assert {name: told[name] for name in addresses} == addresses
    assert (told["client_id"], told["deployment_ids"]) == ("10000000000077", ["310:abc"])


@pytest.mark.parametrize(("environment", "addresses"), [("production", PRODUCTION), ("beta", BETA), ("test", TEST)])
@pytest.mark.parametrize("base_url", ["https://canvas.school.edu", "https://school.test.instructure.com"])
def test_what_the_user_says_wins_over_the_host(base_url, environment, addresses):
    told = handback(base_url, environment=environment)

    assert (told["environment"], told["environment_source"]) == (environment, "option")
    assert {name: told[name] for name in addresses} == addresses


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_canvas_of_ones_own_has_its_addresses_at_its_own_host(slash):
    told = handback(f"https://lms.example.edu/canvas{slash}", environment="self_hosted")

    assert told["environment"] == "self_hosted"
    assert {name: told[name] for name in OWN} == OWN


@pytest.mark.parametrize("name", ["issuer", "authentication_endpoint", "token_url", "keyset_url"])
def test_single_addresses_can_be_given(name):
    told = handback("https://canvas.school.edu", **{name: "https://mine.example.edu/x"})

    changed = {name, "audience"} if name == "token_url" else {name}
    assert {n: told[n] for n in PRODUCTION} == {**PRODUCTION, **dict.fromkeys(changed, "https://mine.example.edu/x")}


def test_the_environment_of_the_process_counts_where_no_option_is_given(monkeypatch):
    monkeypatch.setenv("CANVAS_ENVIRONMENT", "beta")
    monkeypatch.setenv("CANVAS_ISSUER", "https://issuer.example.edu")

    assert handback("https://canvas.school.edu")["keyset_url"] == BETA["keyset_url"]
    assert handback("https://canvas.school.edu")["issuer"] == "https://issuer.example.edu"
    assert handback("https://canvas.school.edu", environment="test")["keyset_url"] == TEST["keyset_url"]


@pytest.mark.parametrize("variable", [True, False])
def test_an_environment_that_there_is_not_is_refused(canvas_runner, monkeypatch, variable):
    if variable:
        monkeypatch.setenv("CANVAS_ENVIRONMENT", "staging")

    result = canvas_runner("canvas_tool_configuration_info", **({} if variable else {"environment": "staging"}))

    assert "staging" in result["msg"]
    assert "self_hosted" in result["msg"]
    assert canvas_runner.sandbox.requests() == []


@pytest.mark.parametrize("name", ["issuer", "authentication_endpoint", "token_url", "keyset_url"])
def test_an_address_for_the_vendor_that_is_none_is_refused(canvas_runner, name):
    result = canvas_runner("canvas_tool_configuration_info", **{name: "not an address"})

    assert name in result["msg"]
    assert result["failure"]["kind"] == "invalid"
    assert canvas_runner.sandbox.requests() == []


def test_each_module_that_makes_a_tool_known_hands_back_the_same(canvas_runner):
    said = {"environment": "beta", "issuer": "https://issuer.example.edu"}
    made = canvas_runner("canvas_tool_configuration", name="Quiz", settings=settings(), binding="on", **said)
    client_id = made["tool_configuration"]["client_id"]
    registered = canvas_runner("canvas_lti_registration", client_id=client_id, **said)
    tool = canvas_runner("canvas_external_tool", client_id=client_id, **said)

    assert made["handback"] == registered["handback"] == {**tool["handback"], "deployment_ids": []}
    assert made["handback"]["issuer"] == "https://issuer.example.edu"
    assert made["handback"]["keyset_url"] == BETA["keyset_url"]
    assert tool["handback"]["deployment_ids"] == [tool["external_tool"]["deployment_id"]]


@pytest.mark.parametrize("module", ["canvas_tool_configuration", "canvas_lti_registration", "canvas_external_tool"])
def test_a_prediction_hands_back_what_is_known_and_a_removal_nothing(canvas_runner, module):
    wish = {
        "canvas_tool_configuration": {"name": "Quiz", "settings": settings()},
        "canvas_lti_registration": {"name": "Quiz", "configuration": settings()},
        "canvas_external_tool": {"client_id": ""},
    }[module]

    predicted = canvas_runner(module, check=True, **wish)
    gone = canvas_runner(module, check=True, state="absent", **wish)

    assert (predicted["handback"]["client_id"], predicted["handback"]["deployment_ids"]) == (None, [])
    assert predicted["handback"]["issuer"] == PRODUCTION["issuer"]
    assert "handback" not in gone
