"""Who is let in and how requests and answers are written: tokens, throttling, encodings, ids."""

from __future__ import annotations

import pytest

from tests.sandbox.canvas.answers import with_string_ids
from tests.sandbox.canvas.ids import global_id, local_id
from tests.sandbox.canvas.parameters import boolean, nested
from tests.unit.sandbox.canvas_client import (
    CREATE,
    KEYS,
    PER_SHARD,
    TOOLS,
    CanvasClient,
    configuration_path,
    document,
    links,
    placement,
    settings,
)

PERMISSION = {"status": "unauthorized", "errors": [{"message": "user not authorized to perform that action"}]}
STRING_IDS = {"Accept": "application/json+canvas-string-ids"}


@pytest.fixture
def canvas(sandbox):
    """The demo administrator."""
    with CanvasClient(sandbox.base_url) as client:
        yield client


@pytest.fixture
def seeds(sandbox):
    """What puts things straight into Canvas."""
    return sandbox.seed("canvas")


def test_tokens(canvas):
    answer = canvas.get(KEYS, token=None)
    assert answer.json() == {
        "status": "unauthenticated",
        "errors": [{"message": "user authorization required"}],
    }
    refused = {
        "wrong": {"message": "Invalid access token."},
        "canvas-revoked-token": {"message": "Revoked access token."},
        "canvas-expired-token": {"message": "Expired access token.", "expired_at": "2026-01-01T00:00:00Z"},
    }
    for token, error in refused.items():
        answer = canvas.get(KEYS, token=token)
        assert answer.status_code == 401
        assert answer.json() == {"errors": [error]}
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="canvas-lms"'
    assert canvas.get(KEYS, token=None, access_token="canvas-demo-token").status_code == 200


@pytest.mark.parametrize("header", ["Bearer", "Basic canvas-demo-token", "canvas-demo-token", "Bearer a b"])
def test_other_headers_are_no_token(canvas, header):
    assert canvas.send("GET", KEYS, token=None, headers={"Authorization": header}).status_code == 401


def test_the_link_does_not_repeat_the_token(canvas, seeds):
    seeds.developer_keys(20)
    answer = canvas.get(KEYS, token=None, access_token="canvas-demo-token")
    assert "canvas-demo-token" not in answer.headers["Link"]


def test_scopes_name_routes_of_v1_only(canvas, seeds):
    number = canvas.create()["developer_key"]["id"]
    canvas.turn(number, "on")
    canvas.token = "canvas-scoped-token"
    assert canvas.get(KEYS).status_code == 200
    assert canvas.post(TOOLS, {"client_id": number}).status_code == 200
    insufficient = {"errors": [{"message": "Insufficient scopes on access token."}]}
    for answer in (
        canvas.post("courses/101/external_tools", {"client_id": number}),
        canvas.post(CREATE, document()),
        canvas.delete(f"developer_keys/{number}"),
        canvas.get(configuration_path(number, "accounts/1")),
    ):
        assert (answer.status_code, answer.json()) == (401, insufficient)
    every = ["url:POST|/api/lti/accounts/:account_id/developer_keys/tool_configurations"]
    canvas.token = seeds.token(scopes=every)["access_token"]
    assert canvas.post(CREATE, document()).status_code == 401


def test_a_token_that_expires(canvas, seeds, sandbox):
    canvas.token = seeds.token(expires_in=60)["access_token"]
    assert canvas.get(KEYS).status_code == 200
    sandbox.switches({"canvas.clock_offset": 61})
    assert canvas.get(KEYS).json()["errors"][0]["message"] == "Expired access token."


def test_without_permission(canvas):
    answer = canvas.get(KEYS, token="canvas-observer-token")
    assert (answer.status_code, answer.json()) == (403, PERMISSION)
    assert "WWW-Authenticate" not in answer.headers


def test_a_user_of_the_seeds(canvas, seeds):
    canvas.token = seeds.user("Someone", ["manage_lti_add"], course=102)["access_token"]
    number = seeds.tool_configuration(binding="on")["developer_key"]["id"]
    assert canvas.post("courses/102/external_tools", {"client_id": number}).status_code == 200
    assert canvas.post("courses/101/external_tools", {"client_id": number}).status_code == 403
    with pytest.raises(ValueError, match="manage_lti_add"):
        seeds.user("Someone", ["everything"])


def test_unknown_routes(canvas):
    for method, path in (("GET", "nothing"), ("PATCH", KEYS), ("GET", "/api/lti"), ("GET", "/accounts/1/nothing")):
        answer = canvas.send(method, path)
        assert answer.status_code == 404
        assert answer.json() == {"errors": [{"message": "The specified resource does not exist."}]}


def test_headers_of_the_bucket(canvas):
    answer = canvas.get(KEYS)
    assert float(answer.headers["X-Request-Cost"]) > 0
    assert 0 < float(answer.headers["X-Rate-Limit-Remaining"]) < 600
    assert "X-Request-Cost" in canvas.get(KEYS, token="wrong").headers


def test_throttled(canvas, seeds, sandbox):
    seeds.throttle(2)
    for answer in (canvas.get(KEYS), canvas.post(CREATE, document())):
        assert answer.status_code == 429
        assert answer.text == "403 Forbidden (Rate Limit Exceeded)\n"
        assert answer.headers["Content-Type"].startswith("text/plain")
        assert answer.headers["X-Rate-Limit-Remaining"] == "0.0"
        assert {"Retry-After", "X-Request-Cost"}.isdisjoint(answer.headers)
    assert canvas.get(KEYS).json() == []
    assert [one["status"] for one in sandbox.requests("canvas")] == [429, 429, 200]


def test_each_token_has_its_bucket(canvas, sandbox):
    sandbox.switches({"canvas.high_water_mark": 100, "canvas.request_cost": 60_000, "canvas.outflow": 1})
    assert [canvas.get(KEYS).status_code for _again in range(3)] == [200, 200, 429]
    assert canvas.get("accounts/1", token="canvas-observer-token").status_code == 200
    sandbox.switches({"canvas.clock_offset": 60})
    assert canvas.get(KEYS).status_code == 200


def test_html_is_escaped(canvas):
    answer = canvas.post(CREATE, document({"name": "<b> & é \u2028"}))
    assert "\\u003cb\\u003e \\u0026 é \\u2028" in answer.text
    assert answer.json()["developer_key"]["name"] == "<b> & é \u2028"


def test_ids_as_texts(canvas):
    number = canvas.create(custom_fields={"course_id": 5, "count": 5})["developer_key"]["id"]
    canvas.turn(number, "on")
    plain = canvas.get(configuration_path(number, "accounts/1")).json()
    texts = canvas.send("GET", configuration_path(number, "accounts/1"), headers=STRING_IDS).json()
    assert texts["developer_key"]["id"] == str(number)
    assert texts["developer_key"]["developer_key_account_binding"]["account_id"] == str(PER_SHARD + 1)
    assert texts["tool_configuration"]["settings"]["custom_fields"] == {"count": 5, "course_id": "5"}
    assert texts["developer_key"]["access_token_count"] == plain["developer_key"]["access_token_count"] == 0


def test_which_names_are_ids():
    given = {"id": 1, "my_id": 2, "ids": [3, True, "x"], "a_ids": [4], "grid": 5, "idle": 6, "id_x": 7,
             "deep": [{"id": 8, "client_id": None}], "void": [9], "x_id": True}  # fmt: skip
    assert with_string_ids(given) == {
        "id": "1", "my_id": "2", "ids": ["3", True, "x"], "a_ids": ["4"], "grid": 5, "idle": 6, "id_x": 7,
        "deep": [{"id": "8", "client_id": None}], "void": [9], "x_id": True,
    }  # fmt: skip


def test_forms_of_ids():
    assert global_id(17, 4823) == 48_230_000_000_000_017
    for written in (77, "77", "480000000000077", 480000000000077, "48~77"):
        assert local_id(written, 48) == 77
    for written in ("10000000000077", "1~77", "x", "7x", "", None, True, "~7", "-7", "48~480000000000077"):
        assert local_id(written, 48) is None
    assert local_id("77", 0) == global_id(77, 0) == 77


@pytest.mark.parametrize("shard", [48, 0])
def test_another_shard(canvas, sandbox, shard):
    sandbox.switches({"canvas.shard": shard})
    made = canvas.create()
    number = made["developer_key"]["id"]
    assert number == shard * PER_SHARD + 77
    assert made["tool_configuration"]["developer_key_id"] == 77
    assert canvas.turn(number, "on").json()["account_id"] == shard * PER_SHARD + 1
    assert canvas.turn(77, "on").status_code == (404 if shard else 201)
    tool = canvas.post(TOOLS, {"client_id": str(number)}).json()
    assert (tool["id"], tool["developer_key_id"]) == (310, number)
    assert canvas.get(f"accounts/{shard * PER_SHARD + 1}/developer_keys").json()[0]["id"] == number
    assert canvas.put(configuration_path(77), document()).status_code == 200
    assert canvas.delete(f"developer_keys/{PER_SHARD + 77}").status_code == 404


def test_accounts_and_courses_by_other_names(canvas):
    account = canvas.get("accounts/sis_account_id:PHYSICS").json()
    assert (account["name"], account["parent_account_id"], account["root_account_id"]) == (
        "Department of Physics",
        3,
        1,
    )
    assert canvas.get(f"accounts/uuid:{account['uuid']}").json() == account
    assert canvas.get("accounts/sis_account_id%3AARTS").json()["id"] == 2
    assert canvas.get("courses/sis_course_id:THESIS-B").json()["id"] == 106
    tool = canvas.send("POST", "courses/101/external_tools", {
        "name": "x", "consumer_key": "k", "shared_secret": "s", "url": "https://x.example"}).json()  # fmt: skip
    opaque = tool["deployment_id"].partition(":")[2]
    assert canvas.get(f"courses/lti_context_id:{opaque}").json()["id"] == 101
    for path in ("accounts/sis_account_id:NONE", "accounts/sis_account_id:", "courses/999", "accounts/2~1"):
        assert canvas.get(path).status_code == 404


def test_the_tree_of_accounts(canvas):
    def names(path, **query):
        return [one["name"] for one in canvas.get(path, **query).json()]

    assert names("accounts") == ["Example University"]
    assert names("accounts/1/sub_accounts") == ["Faculty of Arts", "Faculty of Science"]
    assert names("accounts/1/sub_accounts", recursive="1")[-1] == "Department of Physics"
    assert names("accounts/1/sub_accounts", recursive="False") == ["Faculty of Arts", "Faculty of Science"]
    assert names("accounts/2/courses") == ["World History", "Thesis Seminar", "Thesis Seminar"]
    assert names("courses", token="canvas-teacher-token") == ["World History"]
    assert canvas.get("users/self").json()["name"] == "Demo Administrator"
    assert canvas.get("accounts/5").status_code == 403


@pytest.mark.parametrize(
    ("pairs", "made"),
    [
        ([("a", "1"), ("a", "2")], {"a": "2"}),
        ([("a[]", "1"), ("a[]", "2")], {"a": ["1", "2"]}),
        ([("a[b][c]", "1"), ("a[b][d]", "")], {"a": {"b": {"c": "1", "d": ""}}}),
        ([("a[][b]", "1"), ("a[][c]", "2"), ("a[][b]", "3")], {"a": [{"b": "1", "c": "2"}, {"b": "3"}]}),
        ([("a[][b][c]", "1"), ("a[][b][c]", "2")], {"a": [{"b": {"c": "1"}}, {"b": {"c": "2"}}]}),
        ([("a[][b][]", "1"), ("a[][b][]", "2")], {"a": [{"b": ["1", "2"]}]}),
        ([("[a]", "1"), ("", "2"), ("]", "3")], {"a": "1"}),
    ],
)
def test_names_of_forms(pairs, made):
    assert nested(pairs) == made


def test_forms_that_cannot_be(canvas):
    for form in ("a=1&a[b]=2", "a[]=1&a[b]=2", "a" + "[b]" * 40 + "=1"):
        answer = canvas.send("POST", TOOLS, data=form, headers={"Content-Type": "application/x-www-form-urlencoded"})
        assert answer.status_code == 400


@pytest.mark.parametrize("body", [b"{", b'{"a": NaN}', b'{"a": "\\ud800"}', b"[" * 5000])
def test_bodies_that_are_no_json(canvas, body):
    assert canvas.send("POST", TOOLS, data=body, headers={"Content-Type": "application/json"}).status_code == 400


def test_a_body_without_a_type_is_not_read(canvas):
    assert canvas.send("POST", CREATE, data=b'{"tool_configuration": {}}').json()["errors"][0]["message"] == (
        "tool_configuration is missing"
    )


def test_by_multipart(canvas):
    files = {
        f"external_tool[{name}]": (None, value)
        for name, value in {
            "name": "Old",
            "consumer_key": "k",
            "shared_secret": "s",
            "url": "https://x.example/",
        }.items()
    }
    assert canvas.send("POST", TOOLS, files=files).json()["name"] == "Old"


def test_words_for_booleans():
    assert [boolean(one) for one in (True, "t", "YES", "on", "1", 1)] == [True] * 6
    assert [boolean(one) for one in (False, "f", "No", "off", "0", 0)] == [False] * 6
    assert [boolean(one) for one in (None, "", "perhaps", [], 2)] == [None] * 5


def test_query_and_body_count_together(canvas):
    body = {"tool_configuration": {"settings": settings()}}
    answer = canvas.send("POST", f"{CREATE}?developer_key[name]=From%20the%20query", body)
    assert answer.json()["developer_key"]["name"] == "From the query"


def test_the_keys_of_the_platform_are_open(canvas):
    (key,) = canvas.get("/api/lti/security/jwks", token=None).json()["keys"]
    assert (key["kty"], key["alg"], "d" in key) == ("RSA", "RS256", False)


def test_the_page_for_people(canvas):
    answer = canvas.get("/accounts/1/developer_keys")
    assert answer.headers["Content-Type"].startswith("text/html")


def test_the_summary_tells_no_secret(canvas, seeds, sandbox):
    made = seeds.tool_configuration("Visible Tool", binding="on")["developer_key"]
    seeds.external_tool(made["id"], course_id=101)
    page = canvas.get("/").text
    assert "Canvas LMS" in page
    assert "Visible Tool" in page
    assert str(made["id"]) in page
    state = sandbox.state("canvas")
    secrets = [made["api_key"], *state["tokens"]]
    assert [one for one in secrets if one in page] == []


def test_the_journal_knows_the_platform(canvas, sandbox):
    canvas.get(KEYS, per_page=5)
    (entry,) = sandbox.requests("canvas")
    assert (entry["path"], entry["query"], entry["status"]) == ("/api/v1/accounts/1/developer_keys", ["per_page"], 200)


def test_control_routes(canvas):
    where = "/_sandbox/canvas/"
    token = canvas.post(where + "tokens", {"user": 2}).json()["access_token"]
    assert canvas.get("users/self", token=token).json()["name"] == "Tool Installer"
    assert canvas.post(where + "developer_keys", {"count": 3}).json()["client_ids"][0] == str(PER_SHARD + 77)
    assert canvas.post(where + "throttle", {"times": 1}).json() == {"times": 1}
    assert canvas.get(KEYS).status_code == 429
    assert canvas.post(where + "pages", {"url": "https://x.example", "status": 500}).status_code == 200
    assert canvas.post(where + "site_admin_keys", {}).json()["account_name"] == "Site Admin"
    assert canvas.post(where + "dynamic_registrations", {}).json()["is_lti_registration"] is True
    asleep = {"client_id": PER_SHARD + 77, "uri": "https://many.example.com/launch"}
    assert canvas.post(where + "redirect_uris", asleep).json() == {"active": []}
    assert canvas.post(where + "users", {"name": "x", "permissions": ["read"], "account": 2}).json()["id"] == 8
    for path, body in (("users", {}), ("users", {"name": "x", "permissions": ["y"]}), ("tokens", {"user": 99}),
                       ("tokens", []), ("pages", {"url": "x", "status": "y"})):  # fmt: skip
        assert canvas.post(where + path, body).status_code == 400
    assert canvas.post(where + "nothing", {}).status_code == 404


def test_seeds_say_what_was_refused(seeds):
    with pytest.raises(ValueError, match="422"):
        seeds.tool_configuration(scopes=["wrong"])


def test_links_lead_to_the_address_that_was_asked(canvas, seeds):
    seeds.developer_keys(11)
    other = canvas.base_url.replace("127.0.0.1", "localhost")
    answer = canvas.send("GET", f"{other}/api/v1/{KEYS}", headers={"Host": "canvas.example.edu"})
    assert links(answer)["next"].startswith("http://canvas.example.edu/api/v1/accounts/1/developer_keys?")


def test_a_placement_that_is_disabled_beside_the_settings(canvas):
    made = canvas.create(document(beside={"disabled_placements": ["course_navigation", "file_menu", "x"]}))
    shown = made["tool_configuration"]["settings"]["extensions"][0]["settings"]["placements"]
    assert shown == [placement(enabled=False)]
    assert made["tool_configuration"]["disabled_placements"] == []
