"""A client of LumiNUS for the sandbox's own tests, and the addresses under which it is answered.

Written from the platform's page, sharing nothing with the sandbox and nothing with the collection.
"""

from __future__ import annotations

import pytest
import requests

KEY = "luminus-demo-key"
TOKEN_ROUTE = "/login/adfstoken"

MODULE = "a0000000-0000-4000-8000-000000000001"
OTHER_MODULE = "a0000000-0000-4000-8000-000000000002"
SYSTEM = "b0000000-0000-4000-8000-000000000001"
BARE = "b0000000-0000-4000-8000-000000000002"
IN_MODULE = "b0000000-0000-4000-8000-000000000011"
UNPUBLISHED = "b0000000-0000-4000-8000-000000000012"
ELSEWHERE = "b0000000-0000-4000-8000-000000000021"
NOWHERE = "b0000000-0000-4000-8000-00000000ffff"


class LuminusClient:
    """Sends requests with a subscription key and a demo user's token, or without one of them."""

    def __init__(self, base_url: str):
        """Speak to the sandbox at `base_url`."""
        self.base_url = base_url

    def send(self, method: str, path: str, who: str | None = "admin", key: str | None = KEY, **how):
        """Send a request; `who` is a demo user's word or a whole token, None sends no bearer."""
        demo = ("admin", "staff", "student", "outsider")
        token = f"luminus-{who}" if who in demo else who
        headers = {
            **({"Ocp-Apim-Subscription-Key": key} if key is not None else {}),
            **({"Authorization": f"Bearer {token}"} if token is not None else {}),
            **how.pop("headers", {}),
        }
        with requests.Session() as session:
            session.trust_env = False
            return session.request(method, self.base_url + path, headers=headers, timeout=10, **how)

    def provider(self, id: str, who: str | None = "admin", key: str | None = KEY, **query) -> requests.Response:
        """Read a provider."""
        return self.send("GET", f"/lti/{id}", who, key, params=query)

    def token(self, key: str | None = KEY, **form) -> requests.Response:
        """Ask the token route with the demo client's form, `form` changed (None: left out)."""
        given = {
            "grant_type": "authorization_code",
            "client_id": "luminus-demo-client",
            "resource": "sg_edu_nus_oauth",
            "redirect_uri": "https://localhost/callback",
            "code": "luminus-code-staff",
            **form,
        }
        sent = {name: value for name, value in given.items() if value is not None}
        return self.send("POST", TOKEN_ROUTE, None, key, data=sent)


@pytest.fixture
def luminus(sandbox):
    """A client of LumiNUS."""
    return LuminusClient(sandbox.base_url)


@pytest.mark.parametrize("path", ["/lti/", "/LTI/", "/v2/api/lti/", "/V2/API/Lti/"])
def test_both_fronts_and_any_case_lead_to_a_provider(luminus, sandbox, path):
    answer = luminus.send("GET", path + SYSTEM.upper())
    assert (answer.status_code, answer.json()["id"]) == (200, SYSTEM)
    assert [entry["platform"] for entry in sandbox.requests()] == ["luminus"]


def test_data_has_the_headers_of_the_backend(luminus):
    headers = luminus.provider(SYSTEM).headers
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert headers["X-Powered-By"] == "ASP.NET"
    assert headers["Request-Context"].startswith("appId=cid-v1:")
    assert (headers["Cache-Control"], headers["Pragma"]) == ("no-store,no-cache", "no-cache")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/lti"),
        ("GET", "/lti/"),
        ("GET", f"/lti/{SYSTEM}/"),
        ("GET", f"/lti/{SYSTEM}/more"),
        ("GET", "/lti/Launch/mediaweb/more"),
        ("POST", "/lti/" + SYSTEM),
        ("PUT", "/lti/" + SYSTEM),
        ("PATCH", "/lti/" + SYSTEM),
        ("DELETE", "/lti/" + SYSTEM),
        ("OPTIONS", "/lti/" + SYSTEM),
        ("GET", TOKEN_ROUTE),
        ("POST", TOKEN_ROUTE + "/more"),
        ("GET", "/v2/api/lti"),
    ],
)
def test_what_is_no_operation_is_a_404_of_the_gateway(luminus, method, path):
    answer = luminus.send(method, path)
    assert answer.status_code == 404
    assert answer.text == '{ "statusCode": 404, "message": "Resource not found" }'
    assert answer.headers["Content-Type"] == "application/json"


def test_head_is_no_operation(luminus):
    assert luminus.send("HEAD", f"/lti/{SYSTEM}").status_code == 404
