"""Tokens for services, and what they open."""

from __future__ import annotations

import json
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, HTTPServer

import jwt
import pytest
import requests

from tests.sandbox.d2l.keys import new_key_pair
from tests.sandbox.testing import Sandbox

ROSTER = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
LINE_ITEM = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"
SCORE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class OfTool:
    """A tool's key set at a loopback address, and assertions signed with it."""

    def __init__(self):
        self.private, public = new_key_pair("RS256", "tool-key")
        self.body = json.dumps({"keys": [public]})
        tool = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.end_headers()
                self.wfile.write(tool.body.encode())

            def log_message(self, *_words):
                """Keep quiet."""

        self.server = HTTPServer(("127.0.0.1", 0), Answer)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.keyset = f"http://127.0.0.1:{self.server.server_port}/jwks"

    def ask(self, sandbox, client_id, scope=ROSTER, path="/login/oauth2/token", kid="tool-key", **changes):
        """Ask for a token; `changes` are claims that differ, or None for those left out."""
        now = int(time.time())
        own = {"iss": client_id, "sub": client_id, "aud": sandbox.base_url + path, "iat": now, "exp": now + 60}
        claims = {**own, "jti": str(uuid.uuid4()), **changes}
        claims = {name: value for name, value in claims.items() if value is not None}
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": JWT_BEARER,
            "client_assertion": jwt.encode(claims, self.private, algorithm="RS256", headers={"kid": kid}),
            "scope": scope,
        }
        return requests.post(sandbox.base_url + path, data=form, timeout=5)


@pytest.fixture
def of_tool():
    """A tool's keys."""
    made = OfTool()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def with_keys(canvas_tool, of_tool):
    """The client id of a tool in Canvas that may read the roster and line items, with those keys."""
    return canvas_tool(public_jwk_url=of_tool.keyset, scopes=[ROSTER, LINE_ITEM])[1]


def test_a_token_opens_what_its_scopes_say(sandbox, of_tool, with_keys):
    token = of_tool.ask(sandbox, with_keys).json()
    assert (token["token_type"], token["scope"]) == ("Bearer", ROSTER)
    bearer = {"Authorization": f"Bearer {token['access_token']}"}

    def read(path, headers=None):
        headers = bearer if headers is None else headers
        return requests.get(f"{sandbox.base_url}/api/lti/courses/{path}", headers=headers, timeout=5)

    assert len(read("101/names_and_roles").json()["members"]) == 2
    assert read("101/line_items").status_code == 403
    assert read("501/names_and_roles").status_code == 403
    assert read("9/names_and_roles").status_code == 404
    assert read("101/names_and_roles", {}).status_code == 401
    sandbox.switches({"canvas.clock_offset": 3700})
    assert read("101/names_and_roles").status_code == 401


def test_line_items_are_there_and_empty(sandbox, of_tool, with_keys):
    token = of_tool.ask(sandbox, with_keys, LINE_ITEM).json()["access_token"]
    answer = requests.get(
        f"{sandbox.base_url}/api/lti/courses/101/line_items", headers={"Authorization": f"Bearer {token}"}, timeout=5
    )
    assert answer.json() == []


@pytest.mark.parametrize(
    ("level", "shown"),
    [
        ("public", {"name", "given_name", "family_name", "email", "picture", "lis_person_sourcedid"}),
        ("name_only", {"name", "given_name", "family_name", "lis_person_sourcedid"}),
        ("email_only", {"email"}),
        ("anonymous", set()),
    ],
)
def test_the_roster_of_canvas_keeps_to_the_privacy_level(sandbox, of_tool, canvas_tool, level, shown):
    _tool, client_id = canvas_tool(level=level, public_jwk_url=of_tool.keyset, scopes=[ROSTER])
    token = of_tool.ask(sandbox, client_id).json()["access_token"]
    address = f"{sandbox.base_url}/api/lti/courses/101/names_and_roles"
    members = requests.get(address, headers={"Authorization": f"Bearer {token}"}, timeout=5).json()["members"]

    always = {"status", "user_id", "lti11_legacy_user_id", "roles"}
    assert [set(one) - always for one in members] == [shown, shown]


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"scope": f"{ROSTER} {SCORE}"}, 400, "invalid_scope"),
        ({"scope": ""}, 400, "invalid_scope"),
        ({"aud": "https://tool.example.com"}, 400, "invalid_client"),
        ({"aud": None}, 400, "invalid_client"),
        ({"sub": "another"}, 400, "invalid_client"),
        ({"exp": 1}, 400, "invalid_client"),
        ({"exp": None}, 400, "invalid_client"),
        ({"exp": 9999999999}, 400, "invalid_client"),
        ({"iat": 9999999999}, 400, "invalid_client"),
        ({"jti": None}, 400, "invalid_client"),
        ({"kid": "another"}, 400, "invalid_client"),
        ({"iss": "10000000000099"}, 401, "invalid_client"),
        ({"iss": None}, 400, "invalid_client"),
    ],
)
def test_a_request_for_a_token_that_is_wrong_is_refused(sandbox, of_tool, with_keys, changes, status, error):
    answer = of_tool.ask(sandbox, with_keys, **changes)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_an_assertion_works_once_and_by_its_own_key_only(sandbox, of_tool, with_keys):
    assert of_tool.ask(sandbox, with_keys, jti="one").status_code == 200
    assert "used" in of_tool.ask(sandbox, with_keys, jti="one").json()["error_description"]
    of_tool.private = new_key_pair("RS256")[0]
    assert "signature" in of_tool.ask(sandbox, with_keys).json()["error_description"]


def test_a_key_that_is_off_gets_no_token(sandbox, of_tool, with_keys):
    sandbox.seed("canvas").binding(with_keys, "off")
    assert of_tool.ask(sandbox, with_keys).status_code == 401


@pytest.mark.parametrize("form", [{}, {"grant_type": "password"}, {"grant_type": "client_credentials"}])
def test_without_an_assertion_there_is_no_token(sandbox, form):
    assert requests.post(f"{sandbox.base_url}/login/oauth2/token", data=form, timeout=5).status_code == 400


@pytest.mark.parametrize("body", ["[]", "{}", '{"keys": {}}', '{"keys": [1]}', "nothing"])
def test_a_key_set_that_is_none_is_told(sandbox, of_tool, with_keys, body):
    of_tool.body = body
    assert "key set" in of_tool.ask(sandbox, with_keys).json()["error_description"].replace("list of keys", "key set")


def test_no_other_host_is_asked_for_keys(sandbox, of_tool, canvas_tool, launching):
    _tool, client_id = canvas_tool(public_jwk_url="https://tool.example.com/jwks", scopes=[ROSTER])
    assert "loopback" in of_tool.ask(sandbox, client_id).json()["error_description"]
    launching.tell_host("https://tool.example.com", of_tool.keyset.removesuffix("/jwks"))
    assert of_tool.ask(sandbox, client_id).status_code == 200
    with pytest.raises(ValueError, match="loopback"):
        launching.tell_host("https://tool.example.com", "https://192.0.2.1")


def test_asking_for_a_token_is_no_write(tmp_path, of_tool):
    with Sandbox() as sandbox:
        sandbox.service.journal.count_writes_in(tmp_path / "writes")
        of_tool.ask(sandbox, "1")
        assert (tmp_path / "writes").read_text() == "0"


def test_brightspace_gives_tokens_for_its_audience_and_services_to_both_levels(sandbox, of_tool, brightspace_tool):
    audience = "https://api.brightspace.com/auth/token"
    keys = {"KeysetUrl": of_tool.keyset, "EnabledExtensions": [1, 3]}
    deployment, client_id = brightspace_tool(keys, EnabledExtensions=[3], SendUserEmail=True)
    where = {"path": "/core/connect/token"}
    assert of_tool.ask(sandbox, client_id, **where).json()["error"] == "invalid_client"
    assert of_tool.ask(sandbox, client_id, LINE_ITEM, aud=audience, **where).status_code == 200
    token = of_tool.ask(sandbox, client_id, f"{ROSTER} {LINE_ITEM}", aud=audience, **where).json()["access_token"]

    def read(what, header=f"Bearer {token}"):
        address = f"{sandbox.base_url}/d2l/api/lti/{what}"
        return requests.get(address, headers={"Authorization": header}, timeout=5)

    place = f"2.0/deployment/{deployment}/orgunit/8101"
    members = read(f"nrps/{place}/memberships").json()["members"]
    assert {one["email"] for one in members} == {"ada.l@students.example.edu", "e.noether@staff.example.edu"}
    assert read(f"ags/{place}/lineitems").status_code == 403
    assert read(f"nrps/{place}/memberships", "").status_code == 401
    assert read("nrps/2.0/deployment/other/orgunit/8101/memberships").status_code == 404
    assert read("nothing").status_code == 404
    sandbox.service.store["d2l"]["deployments"][deployment]["EnabledExtensions"] = [1]
    assert read(f"ags/{place}/lineitems").json() == []


def test_a_disabled_registration_or_one_without_keys_gets_no_token(sandbox, of_tool, brightspace_tool):
    _deployment, client_id = brightspace_tool()
    record = sandbox.service.store["d2l"]["registrations"][client_id]
    where = {"path": "/core/connect/token", "aud": "https://api.brightspace.com/auth/token"}
    record["KeysetUrl"] = None
    assert "key set" in of_tool.ask(sandbox, client_id, **where).json()["error_description"]
    record["IsEnabled"] = False
    assert of_tool.ask(sandbox, client_id, **where).status_code == 401
