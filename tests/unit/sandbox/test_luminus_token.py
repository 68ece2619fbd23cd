"""The token route, whose refusals answer 200, and launches."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from urllib.parse import quote

import jwt
import pytest

from tests.unit.sandbox.test_luminus_client import IN_MODULE, MODULE, OTHER_MODULE, LuminusClient


@pytest.fixture
def luminus(sandbox):
    """A client of LumiNUS."""
    return LuminusClient(sandbox.base_url)


def test_a_code_is_exchanged_for_a_token_that_opens_what_its_user_may_read(luminus):
    answer = luminus.token()
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json; charset=utf-8")
    given = answer.json()
    assert list(given) == ["access_token", "token_type", "expires_in"]
    assert (given["token_type"], given["expires_in"]) == ("bearer", 86400)
    claims = jwt.decode(given["access_token"], options={"verify_signature": False})
    assert claims["samAccountName"] == "staff.one"
    assert claims["exp"] - claims["nbf"] == 86400
    assert "consumerSecret" in luminus.provider(IN_MODULE, given["access_token"]).json()


@pytest.mark.parametrize("path", ["/login/ADFSToken", "/v2/api/login/adfstoken"])
def test_the_case_of_the_path_does_not_matter(luminus, path):
    answer = luminus.send("POST", path, None, data={})
    assert answer.json()["error"] == "invalid_client"


@pytest.mark.parametrize(
    ("form", "error", "begins"),
    [
        ({"code": "wrong"}, "invalid_grant", "MSIS9612"),
        ({"code": None}, "invalid_grant", "MSIS9612"),
        ({"redirect_uri": "https://localhost/callback/"}, "invalid_request", "MSIS9609"),
        ({"client_id": "wrong"}, "invalid_client", "MSIS9607"),
        ({"client_id": "wrong", "redirect_uri": "wrong", "code": "wrong"}, "invalid_client", "MSIS9607"),
        ({"grant_type": "password"}, "unsupported_grant_type", ""),
        ({"resource": None}, "invalid_resource", ""),
    ],
)
def test_a_refusal_answers_200_in_plain_text(luminus, form, error, begins):
    answer = luminus.token(**form)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
    refused = json.loads(answer.text)
    assert list(refused) == ["error", "error_description"]
    assert refused["error"] == error
    assert refused["error_description"].startswith(begins)


def test_a_code_works_once(luminus, sandbox):
    assert "access_token" in luminus.token().json()
    assert luminus.token().json()["error"] == "invalid_grant"
    assert "access_token" in luminus.token(code=sandbox.seed("luminus").code("staff.one")["code"]).json()
    sandbox.reset()
    assert "access_token" in luminus.token().json()


def test_a_refused_request_does_not_use_up_the_code(luminus):
    luminus.token(redirect_uri="wrong")
    assert "access_token" in luminus.token().json()


def test_the_token_route_needs_the_key_too(luminus):
    assert luminus.token(key="wrong").status_code == 401
    assert "access_token" in luminus.token().json()


def launched(answer) -> dict:
    """Return the items of a launch as a dict; there is only one of each."""
    listed = answer.json()["dataItems"]
    items = {one["key"]: one["value"] for one in listed}
    assert len(items) == len(listed)
    return items


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("mediaweb", {"context_id": OTHER_MODULE}),
        ("panopto", {"context_id": MODULE, "resource_link_id": OTHER_MODULE}),
        ("Panopto", {"context_id": MODULE, "resource_link_id": OTHER_MODULE}),
    ],
)
def test_launch_data_are_signed(luminus, sandbox, name, query):
    answer = luminus.send("GET", f"/lti/Launch/{name}", "student", params=query)
    items = launched(answer)
    signature = items.pop("oauth_signature")
    tool = sandbox.state("luminus")["launch_tools"][name.lower()]
    address = answer.json()["launchURL"]
    pairs = "&".join(f"{quote(key, safe='~')}={quote(value, safe='~')}" for key, value in sorted(items.items()))
    base = f"POST&{quote(address, safe='~')}&{quote(pairs, safe='~')}"
    digest = hmac.new(f"{tool['consumerSecret']}&".encode(), base.encode(), hashlib.sha1).digest()
    assert signature == base64.b64encode(digest).decode()
    assert (address, items["oauth_consumer_key"]) == (tool["launchURL"], tool["consumerKey"])
    assert (items["lti_version"], items["roles"]) == ("LTI-1p0", "Learner")
    assert tool["consumerSecret"] not in answer.text


@pytest.mark.parametrize(
    ("name", "who", "query", "status"),
    [
        ("kaltura", "admin", {"context_id": MODULE}, 404),
        ("mediaweb", "admin", {}, 400),
        ("mediaweb", "admin", {"context_id": "1"}, 400),
        ("panopto", "admin", {"context_id": MODULE}, 400),
        ("panopto", "outsider", {"context_id": MODULE, "resource_link_id": MODULE}, 403),
        ("panopto", "nobody", {"context_id": MODULE, "resource_link_id": MODULE}, 401),
    ],
)
def test_launches_that_are_refused(luminus, name, who, query, status):
    assert luminus.send("GET", f"/lti/Launch/{name}", who, params=query).status_code == status


def test_staff_launch_as_instructors(luminus):
    query = {"context_id": MODULE, "resource_link_id": MODULE}
    assert launched(luminus.send("GET", "/lti/Launch/panopto", "staff", params=query))["roles"] == "Instructor"
