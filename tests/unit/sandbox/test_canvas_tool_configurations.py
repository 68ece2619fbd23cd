"""Tool configurations: what comes back, what a PUT keeps, what is refused."""

from __future__ import annotations

import re

import pytest

from tests.unit.sandbox.canvas_client import (
    CREATE,
    JWK,
    LAUNCH,
    LINEITEM,
    PER_SHARD,
    ROSTER,
    SCORE,
    CanvasClient,
    configuration_path,
    document,
    extension,
    placement,
    settings,
)


@pytest.fixture
def canvas(sandbox):
    """The demo administrator."""
    with CanvasClient(sandbox.base_url) as client:
        yield client


@pytest.fixture
def seeds(sandbox):
    """What puts things straight into Canvas."""
    return sandbox.seed("canvas")


def placements_of(answer: dict) -> list[dict]:
    """Return the placements in the settings of an answer."""
    return answer["tool_configuration"]["settings"]["extensions"][0]["settings"]["placements"]


def test_what_create_makes(canvas):
    answer = canvas.post(CREATE, document({"redirect_uris": [LAUNCH, "https://tool.example.com/deep"], "notes": "n"}))
    assert answer.status_code == 200
    key, configuration = answer.json()["developer_key"], answer.json()["tool_configuration"]
    assert (key["workflow_state"], key["is_lti_key"], key["require_scopes"], key["visible"]) == ("active", *[True] * 3)
    assert re.fullmatch(r"\w{64}", key["api_key"])
    assert key["redirect_uris"] == f"https://tool.example.com/deep\n{LAUNCH}"
    assert key["all_redirect_uris"] == ["https://tool.example.com/deep", LAUNCH]
    assert key["id"] == PER_SHARD + configuration["developer_key_id"]
    assert key["lti_registration_id"] == configuration["lti_registration_id"]
    assert key["developer_key_account_binding"] == {
        "id": PER_SHARD + 90,
        "account_id": PER_SHARD + 1,
        "developer_key_id": key["id"],
        "workflow_state": "off",
        "account_owns_binding": True,
    }
    assert (key["name"], key["notes"], key["email"], key["scopes"]) == ("Quiz Helper", "n", None, [LINEITEM])
    assert configuration["settings"] == {**settings(), "public_jwk": None, "oidc_initiation_urls": {}}
    assert (configuration["privacy_level"], configuration["disabled_placements"]) == ("name_only", [])
    assert configuration["redirect_uris"] == [LAUNCH, "https://tool.example.com/deep"]
    assert answer.json()["warning_message"] == []


def test_show_follows_binding_configuration_and_key(canvas):
    made = canvas.create()
    number = made["developer_key"]["id"]
    where = configuration_path(number, "accounts/1")
    answer = canvas.get(where)
    assert (answer.status_code, answer.content) == (401, b"")
    canvas.turn(number, "on")
    shown = canvas.get(where)
    assert shown.status_code == 200
    assert shown.json()["tool_configuration"] == made["tool_configuration"]
    assert "warning_message" not in shown.json()
    assert canvas.get(configuration_path(number, "courses/101")).status_code == 200
    assert canvas.get(configuration_path(number, "courses/501")).status_code == 401
    answer = canvas.get(where, token="canvas-observer-token")
    assert (answer.status_code, answer.content) == (401, b"")
    assert canvas.get(where, token="canvas-installer-token").status_code == 200
    assert canvas.get(configuration_path(number, "accounts/9")).status_code == 404
    assert canvas.get(configuration_path(number)).status_code == 404
    assert canvas.delete(configuration_path(number)).status_code == 204
    answer = canvas.get(where)
    assert (answer.status_code, answer.content) == (404, b"")
    canvas.delete(f"developer_keys/{number}")
    assert canvas.get(where).json() == {"errors": [{"message": "The specified resource does not exist."}]}


def test_an_inactive_key_is_not_shown(canvas):
    number = canvas.create()["developer_key"]["id"]
    canvas.turn(number, "on")
    canvas.put(f"developer_keys/{number}", {"developer_key": {"event": "deactivate"}})
    assert canvas.get(configuration_path(number, "accounts/1")).status_code == 401
    canvas.put(f"developer_keys/{number}", {"developer_key": {"event": "activate"}})
    assert canvas.get(configuration_path(number, "accounts/1")).status_code == 200


def test_deleting_the_configuration_leaves_the_key(canvas):
    number = canvas.create()["developer_key"]["id"]
    answer = canvas.delete(configuration_path(number))
    assert (answer.status_code, answer.content) == (204, b"")
    (key,) = canvas.listed()
    assert (key["id"], key["workflow_state"], key["tool_configuration"]) == (number, "active", None)
    for again in (canvas.delete(configuration_path(number)), canvas.put(configuration_path(number), document())):
        assert (again.status_code, again.content) == (404, b"")


def test_put_without_a_name_renames(canvas):
    number = canvas.create()["developer_key"]["id"]
    answer = canvas.put(configuration_path(number), {"tool_configuration": {"settings": settings()}})
    assert answer.json()["developer_key"]["name"] == "Unnamed tool"
    registration = answer.json()["developer_key"]["lti_registration_id"]
    assert canvas.get(f"accounts/1/lti_registrations/{registration}").json()["name"] == "Unnamed tool"
    made = canvas.post(CREATE, {"tool_configuration": {"settings": settings()}}).json()
    assert made["developer_key"]["name"] == "Unnamed tool"


def test_put_resets_some_fields_and_keeps_others(canvas):
    url = {"eu": "https://eu.example.com/login"}
    number = canvas.create(oidc_initiation_urls=url)["developer_key"]["id"]
    bare = {name: settings()[name] for name in ("title", "description", "target_link_uri", "oidc_initiation_url")}
    answer = canvas.put(configuration_path(number), {"tool_configuration": {"settings": bare}}).json()
    after = answer["tool_configuration"]["settings"]
    assert (after["scopes"], after["custom_fields"], placements_of(answer)) == ([], {}, [])
    assert answer["developer_key"]["scopes"] == []
    assert answer["tool_configuration"]["launch_settings"] == {}
    assert after["public_jwk_url"] == settings()["public_jwk_url"]
    assert after["oidc_initiation_urls"] == url
    kept = after["extensions"][0]
    assert (kept["domain"], kept["tool_id"], kept["privacy_level"]) == ("tool.example.com", "quiz", "name_only")
    assert answer["developer_key"]["redirect_uris"] == LAUNCH


def test_from_jwk_to_jwks_url_leaves_both(canvas):
    made = canvas.create(public_jwk=JWK, public_jwk_url=None)
    number = made["developer_key"]["id"]
    assert made["developer_key"]["public_jwk"] == JWK
    switched = document(public_jwk=None)
    after = canvas.put(configuration_path(number), switched).json()
    assert after["tool_configuration"]["settings"]["public_jwk"] == JWK
    assert after["tool_configuration"]["settings"]["public_jwk_url"] == settings()["public_jwk_url"]
    assert (after["developer_key"]["public_jwk"], after["developer_key"]["public_jwk_url"]) == (
        JWK, settings()["public_jwk_url"],
    )  # fmt: skip
    registration = made["developer_key"]["lti_registration_id"]
    cleared = canvas.put(f"accounts/1/lti_registrations/{registration}", {"configuration": {"public_jwk": None}})
    assert cleared.status_code == 200
    assert canvas.listed()[0]["tool_configuration"]["public_jwk"] is None
    assert canvas.listed()[0]["public_jwk"] is None


def test_put_without_settings_is_a_crash(canvas):
    number = canvas.create()["developer_key"]["id"]
    for body in ({"privacy_level": "public"}, {"settings": {}}, {"settings": "{}"}, {"settings_url": LAUNCH}):
        answer = canvas.put(configuration_path(number), {"tool_configuration": body})
        assert answer.status_code == 500
        assert answer.json()["errors"][0]["error_code"] == "internal_server_error"
        assert isinstance(answer.json()["error_report_id"], int)
    assert canvas.put(configuration_path(number), {"developer_key": {"name": "x"}}).status_code == 400


def test_put_updates_the_stamp_even_without_change(canvas, sandbox):
    made = canvas.create()
    sandbox.switches({"canvas.clock_offset": 60})
    after = canvas.put(configuration_path(made["developer_key"]["id"]), document()).json()
    stamps = [one["tool_configuration"]["updated_at"] for one in (made, after)]
    assert stamps[0] < stamps[1]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", stamps[1])
    assert after["tool_configuration"]["created_at"] == made["tool_configuration"]["created_at"]


CUSTOM = {
    "foo=bar\r\nkey=value": {"foo": "bar", "key": "value"},
    "url=https://x/?a=b": {"url": "https://x/?a"},
    "novalue=": {},
    "=x": {},
    "\n\n \n": {},
    "a=1\na=2": {"a": "2"},
    "a==b": {},
    "foo = bar": {"foo ": " bar"},
    "word": {},
    "a=  ": {},
}


@pytest.mark.parametrize("text", CUSTOM)
@pytest.mark.parametrize("era", ["A", "B", "C", "D"])
def test_the_text_of_custom_fields(canvas, sandbox, era, text):
    sandbox.switches({"canvas.era": era})
    made = canvas.create(document(beside={"custom_fields": text}, custom_fields=None))
    assert made["tool_configuration"]["settings"]["custom_fields"] == CUSTOM[text]
    where = configuration_path(made["developer_key"]["id"])
    changed = canvas.put(where, document(beside={"custom_fields": text}, custom_fields={"own": "kept", "foo": "lost"}))
    after = changed.json()["tool_configuration"]["settings"]["custom_fields"]
    assert after == {"own": "kept", "foo": "lost", **CUSTOM[text]}


def test_a_text_inside_the_settings_is_lost(canvas):
    made = canvas.create(custom_fields="a=b")
    assert made["tool_configuration"]["settings"]["custom_fields"] == {}
    made = canvas.create(custom_fields={"a": "b=c", "empty": "", "number": 5})
    assert made["tool_configuration"]["settings"]["custom_fields"] == {"a": "b=c", "empty": "", "number": 5}


def test_sizes_and_booleans_read_back_as_they_were_sent(canvas):
    given = placement(selection_width="500", selection_height=500, enabled="true", use_tray=False)
    made = canvas.create(extensions=[extension(given, selection_width="800")])
    assert placements_of(made) == [given]
    assert made["tool_configuration"]["launch_settings"]["selection_width"] == "800"


def test_what_is_lost(canvas):
    stray = {"course_navigation": {"enabled": True}, "selection_width": 1}
    sent = settings(
        colour="red",
        redirect_uris=["https://other.example"],
        extensions=[
            extension(placement("file_menu"), platform="other.example"),
            extension(placement("link_selection"), **stray),
            extension(placement("wiki_page_menu")),
        ],
    )
    del sent["scopes"], sent["custom_fields"]
    sent["extensions"][1].pop("privacy_level")
    made = canvas.create({"developer_key": {"name": "x"}, "tool_configuration": {"settings": sent}})
    shown = made["tool_configuration"]["settings"]
    assert {"colour", "redirect_uris"}.isdisjoint(shown)
    (one,) = shown["extensions"]
    assert one["settings"] == {"text": "Quiz", "selection_width": 1, "placements": [placement("link_selection")]}
    assert (one["privacy_level"], shown["scopes"], shown["custom_fields"]) == ("anonymous", [], {})
    assert made["tool_configuration"]["redirect_uris"] == [LAUNCH]


def test_objects_come_back_in_another_order(canvas):
    made = canvas.create(custom_fields={"zzz": "1", "a": "2", "bb": "3"})
    assert list(made["tool_configuration"]["settings"]["custom_fields"]) == ["a", "bb", "zzz"]


def test_privacy_level_of_the_extension_wins(canvas, sandbox):
    made = canvas.create(document(beside={"privacy_level": "public"}))
    assert made["tool_configuration"]["privacy_level"] == "name_only"
    bare = {**extension(), "privacy_level": None}
    made = canvas.create(document(beside={"privacy_level": "email_only"}, extensions=[bare]))
    assert made["tool_configuration"]["settings"]["extensions"][0]["privacy_level"] == "email_only"
    sandbox.switches({"canvas.era": "B"})
    made = canvas.create(document(beside={"privacy_level": "public"}))
    assert made["tool_configuration"]["privacy_level"] == "public"
    assert canvas.post(CREATE, document(beside={"privacy_level": "secret"})).status_code == 422


def test_the_keys_own_scopes_part_from_those_of_the_configuration(canvas):
    made = canvas.create(document({"scopes": [SCORE, SCORE, "url:GET|/api/v1/courses"]}))
    assert made["developer_key"]["scopes"] == [SCORE, "url:GET|/api/v1/courses"]
    assert made["tool_configuration"]["settings"]["scopes"] == [LINEITEM]
    where = configuration_path(made["developer_key"]["id"])
    assert canvas.put(where, document(scopes=[ROSTER, ROSTER])).json()["developer_key"]["scopes"] == [ROSTER]


def test_ignored_parameters_of_the_key(canvas):
    ignored = {
        "public_jwk_url": "https://x.example",
        "public_jwk": JWK,
        "icon_url": "https://x.example/i",
        "visible": False,
        "vendor_code": "v",
        "redirect_uri": "https://x.example",
        "require_scopes": False,
    }
    key = canvas.create(document(ignored, public_jwk=JWK, public_jwk_url=None))["developer_key"]
    assert (key["public_jwk_url"], key["icon_url"], key["visible"], key["vendor_code"]) == (None, None, True, None)
    assert (key["redirect_uri"], key["require_scopes"]) == (None, True)
    made = canvas.create(extensions=[extension(icon_url="https://tool.example.com/i.png")])
    assert made["developer_key"]["icon_url"] == "https://tool.example.com/i.png"


@pytest.mark.parametrize(
    "given", ["https://b.example\r\nhttps://a.example", ["https://b.example", "https://a.example"]]
)
def test_redirect_uris_as_text_or_list(canvas, sandbox, given):
    made = canvas.create(document({"redirect_uris": given}))
    assert made["developer_key"]["redirect_uris"] == "https://a.example\nhttps://b.example"
    sandbox.switches({"canvas.era": "C"})
    assert canvas.listed()[0]["redirect_uris"] == "https://b.example\nhttps://a.example"


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"public_jwk_url": None}, "lti_key", "tool configuration must have public jwk or public jwk url"),
        ({"public_jwk_url": "", "public_jwk": {}}, "lti_key", "must have public jwk or public jwk url"),
        ({"scopes": ["invalid scope"]}, "scopes", "cannot contain invalid scope"),
        ({"scopes": [LINEITEM, "one", "two"]}, "scopes", "cannot contain one, two"),
        ({"scopes": ["url:GET|/api/v1/courses"]}, "scopes", "cannot contain url:GET"),
        ({"scopes": LINEITEM}, "configuration", "/scopes"),
        ({"title": None}, "configuration", "title"),
        ({"description": ""}, "configuration", "description"),
        ({"target_link_uri": 5}, "configuration", "target_link_uri"),
        ({"oidc_initiation_url": None}, "configuration", "oidc_initiation_url"),
        ({"public_jwk": {**JWK, "kty": "EC"}}, "public_jwk", "RSA"),
        ({"public_jwk": {"kty": "RSA"}}, "public_jwk", "alg"),
        ({"public_jwk": "text"}, "public_jwk", "object"),
        ({"oidc_initiation_urls": {"eu": "nowhere"}}, "oidc_initiation_urls", "uri"),
        ({"oidc_initiation_urls": {"eu": 5}}, "oidc_initiation_urls", "uri"),
        ({"custom_fields": ["a"], "extensions": "text"}, "configuration", "/extensions"),
        ({"extensions": ["text"]}, "configuration", "/extensions"),
        ({"extensions": [{}]}, "configuration", "platform"),
        ({"extensions": [{"platform": "canvas.instructure.com"}]}, "configuration", "placements"),
        ({"extensions": [{**extension(), "privacy_level": "x"}]}, "configuration", "privacy_level"),
        ({"extensions": [extension(placement("Course_navigation"))]}, "configuration", "placement"),
        ({"extensions": [extension(placement(message="Other"))]}, "configuration", "message_type"),
        ({"extensions": [extension(placement(enabled=1))]}, "configuration", "enabled"),
        ({"extensions": [extension(placement(selection_width=[1]))]}, "configuration", "selection_width"),
        ({"extensions": [extension(placement(icon_url=5))]}, "configuration", "icon_url"),
        (
            {"extensions": [extension(placement("editor_button"))]},
            "placements",
            "Placement editor_button does not support message type LtiResourceLinkRequest",
        ),
    ],
)
def test_what_is_refused(canvas, changes, field, message):
    for answer in (
        canvas.post(CREATE, document(**changes)),
        canvas.put(configuration_path(_one(canvas)), document(**changes)),
    ):
        if field == "lti_key" and answer.request.method == "PUT":
            # A PUT keeps the keys it does not send.
            assert answer.status_code == 200
            continue
        assert answer.status_code == 422, answer.text
        (error,) = answer.json()["errors"]
        assert (error["field"], error["error_code"]) == (field, "invalid")
        assert message in error["message"]


def _one(canvas) -> int:
    return (canvas.listed() or [canvas.create()["developer_key"]])[0]["id"]


@pytest.mark.parametrize("uri", ["nowhere", "https://", "/path", "https://x.example/" + "a" * 250])
def test_redirect_uris_that_cannot_be(canvas, uri):
    answer = canvas.post(CREATE, document({"redirect_uris": [LAUNCH, uri]}))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "redirect_uris"
    assert canvas.listed() == []


def test_at_most_64_redirect_uris_since_2026(canvas, sandbox):
    many = [f"https://x.example/{number}" for number in range(65)]
    assert canvas.post(CREATE, document({"redirect_uris": many[:64]})).status_code == 200
    assert canvas.post(CREATE, document({"redirect_uris": many})).status_code == 422
    sandbox.switches({"canvas.era": "C"})
    assert canvas.post(CREATE, document({"redirect_uris": many})).status_code == 200


def test_a_placement_may_have_no_message(canvas):
    given = [placement("editor_button", None), placement("link_selection", ""), placement("file_menu")]
    assert placements_of(canvas.create(extensions=[extension(*given)])) == given


def test_flat_and_empty_bodies(canvas):
    for body in (settings(), {}, {"tool_configuration": {}}, {"tool_configuration": "x"}, ["x"]):
        answer = canvas.post(CREATE, body)
        assert answer.status_code == 400
        assert answer.json() == {"errors": [{"message": "tool_configuration is missing"}]}
    answer = canvas.post(CREATE, {"tool_configuration": {"privacy_level": "public"}})
    assert (answer.status_code, answer.json()) == (400, {"message": "Configuration must be present"})
    for broken in ("text", ["x"]):
        assert canvas.post(CREATE, {"tool_configuration": {"settings": broken}}).status_code == 500
    answer = canvas.post(CREATE, data=b"{", headers={"Content-Type": "application/json"})
    assert answer.status_code == 400


def test_settings_win_over_the_url(canvas):
    made = canvas.create(document(beside={"settings_url": "https://nowhere.example"}))
    assert made["tool_configuration"]["settings"]["title"] == "Quiz"


def test_settings_from_a_url(canvas, seeds):
    seeds.page("https://x.example/ok", settings(title="Fetched"), content_type="application/json; charset=utf-8")
    seeds.page("https://x.example/html", "<p>", content_type="text/html")
    seeds.page("https://x.example/secret", status=401)
    seeds.page("https://x.example/slow", status="timeout")

    def fetched(url):
        return canvas.post(CREATE, {"developer_key": {"name": "x"}, "tool_configuration": {"settings_url": url}})

    made = fetched("https://x.example/ok").json()["tool_configuration"]
    assert made["settings"]["title"] == "Fetched"
    assert "settings_url" not in made
    refused = {
        "https://x.example/html": 'Content type must be "application/json"',
        "https://x.example/secret": "Unauthorized",
        "https://x.example/none": "Not found",
        "https://x.example/slow": "Could not retrieve settings, the server response timed out.",
    }
    for url, message in refused.items():
        answer = fetched(url)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "configuration_url"
        assert answer.json()["errors"][0]["message"] == message
    assert fetched("https://tool.example.com/lti/canvas.json").status_code == 200


def test_which_error_comes_first(canvas):
    """Token, account, settings, permission on create; key, permission, configuration, body on PUT."""
    bare = {"tool_configuration": {"privacy_level": "public"}}
    assert canvas.post(CREATE, bare, token="wrong").status_code == 401
    assert canvas.post(CREATE.replace("/1/", "/9/"), bare).status_code == 404
    assert canvas.post(CREATE, bare, token="canvas-observer-token").status_code == 400
    assert canvas.post(CREATE, document(), token="canvas-observer-token").status_code == 403
    number = canvas.create()["developer_key"]["id"]
    where = configuration_path(number)
    assert canvas.put(configuration_path(number + 1), {}).status_code == 404
    assert canvas.put(where, {}, token="canvas-observer-token").status_code == 403
    assert canvas.put(where, {}).status_code == 400
    canvas.delete(where)
    assert canvas.put(where, {}).status_code == 404
    assert canvas.put(where, {}, token="canvas-observer-token").status_code == 403


def test_only_root_accounts_have_keys(canvas):
    for account in ("2", "sis_account_id:ARTS"):
        assert canvas.post(CREATE.replace("/1/", f"/{account}/"), document()).status_code == 404
    assert canvas.post(CREATE.replace("/1/", "/5/"), document()).status_code == 403
    assert canvas.post(CREATE.replace("/1/", "/self/"), document()).status_code == 200


def test_a_name_has_a_length(canvas):
    where = configuration_path(canvas.create(document({"name": "x" * 255}))["developer_key"]["id"])
    for answer in (
        canvas.post(CREATE, document({"name": "x" * 256})),
        canvas.put(where, document({"name": "x" * 256})),
    ):
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "name")


def test_warnings(canvas, sandbox):
    old = [extension(placement("resource_selection"), placement("submission_type_selection"))]
    assert len(canvas.create(extensions=old)["warning_message"]) == 2
    sandbox.switches({"canvas.era": "B"})
    assert isinstance(canvas.create(extensions=old)["warning_message"], str)
    assert canvas.create()["warning_message"] is None
    sandbox.switches({"canvas.era": "A"})
    assert "warning_message" not in canvas.create(extensions=old)


def test_a_comment_has_a_length(canvas):
    where = configuration_path(canvas.create()["developer_key"]["id"])
    assert canvas.put(where, {**document(), "comment": "x" * 2000}).status_code == 200
    answer = canvas.put(where, {**document(), "comment": "x" * 2001})
    assert answer.json()["errors"][0]["field"] == "comment"


def test_a_dynamic_registration_shows_settings_only(canvas, seeds):
    key = seeds.dynamic_registration()
    assert key["is_lti_registration"] is True
    shown = canvas.get(configuration_path(key["id"], "accounts/1")).json()
    assert list(shown) == ["tool_configuration"]
    assert list(shown["tool_configuration"]) == ["settings"]
    assert canvas.put(configuration_path(key["id"]), document()).status_code == 404
    assert canvas.listed()[0]["lti_registration"]["client_name"] == "Dynamic Tool"


def test_by_form(canvas):
    form = [
        ("developer_key[name]", "By form"),
        ("developer_key[test_cluster_only]", "t"),
        ("developer_key[redirect_uris]", "https://a.example\r\nhttps://b.example"),
        *((f"tool_configuration[settings][{name}]", settings()[name])
          for name in ("title", "description", "target_link_uri", "oidc_initiation_url", "public_jwk_url")),
        ("tool_configuration[settings][scopes][]", LINEITEM),
        ("tool_configuration[settings][scopes][]", SCORE),
        ("tool_configuration[settings][extensions][][platform]", "canvas.instructure.com"),
        ("tool_configuration[settings][extensions][][settings][selection_width]", "500"),
        ("tool_configuration[settings][extensions][][settings][placements][][placement]", "file_menu"),
        ("tool_configuration[settings][extensions][][settings][placements][][enabled]", "true"),
        ("tool_configuration[settings][extensions][][settings][placements][][placement]", "wiki_page_menu"),
    ]  # fmt: skip
    made = canvas.send("POST", CREATE, data=form).json()
    assert made["developer_key"]["redirect_uris"] == "https://a.example\nhttps://b.example"
    assert made["tool_configuration"]["settings"]["scopes"] == [LINEITEM, SCORE]
    assert made["tool_configuration"]["launch_settings"] == {"selection_width": "500"}
    assert placements_of(made) == [{"placement": "file_menu", "enabled": "true"}, {"placement": "wiki_page_menu"}]
