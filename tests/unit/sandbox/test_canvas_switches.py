"""Each switch of Canvas changes what it says, and every switch is tried here."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import requests

from tests.sandbox.canvas.switches import SWITCHES
from tests.unit.sandbox.canvas_client import (
    APPS,
    CREATE,
    JWK,
    KEYS,
    LAUNCH,
    LINEITEM,
    PER_SHARD,
    SCORE,
    TOOLS,
    CanvasClient,
    configuration_path,
    document,
    extension,
    links,
    placement,
    settings,
)

TRIED: set[str] = set()


def switches(*names: str):
    """Mark a test as trying these switches."""
    TRIED.update(f"canvas.{name}" for name in names)
    return lambda test: test


@pytest.fixture
def canvas(sandbox):
    """The demo administrator."""
    with CanvasClient(sandbox.base_url) as client:
        yield client


@pytest.fixture
def seeds(sandbox):
    """What puts things straight into Canvas."""
    return sandbox.seed("canvas")


@pytest.fixture
def turn(sandbox):
    """A function that sets switches by their last word."""
    return lambda **values: sandbox.switches({f"canvas.{name}": value for name, value in values.items()})


BARE = {name: settings()[name] for name in ("title", "description", "target_link_uri", "oidc_initiation_url")}
BARE["public_jwk_url"] = settings()["public_jwk_url"]


@switches("era")
def test_era_a_keeps_the_whole_document(canvas, turn):
    turn(era="A")
    foreign = {**extension(), "platform": "other.example"}
    sent = settings(colour="red", extensions=[foreign, extension(), extension()])
    made = canvas.create({"developer_key": {"name": "x"}, "tool_configuration": {"settings": sent}})
    assert made["tool_configuration"]["settings"] == sent
    assert set(made["tool_configuration"]) == {
        "id", "developer_key_id", "created_at", "updated_at", "privacy_level", "disabled_placements", "settings",
    }  # fmt: skip
    assert made["developer_key"]["redirect_uris"] == ""
    absent = {"lti_registration_id", "all_redirect_uris", "unified_tool_id"}
    assert absent.isdisjoint(made["developer_key"])
    where = configuration_path(made["developer_key"]["id"])
    after = canvas.put(where, {"tool_configuration": {"settings": BARE}}).json()
    assert after["tool_configuration"]["settings"] == {**BARE, "custom_fields": {}, "scopes": []}
    assert after["developer_key"]["name"] == "x"
    text = canvas.put(where, {"tool_configuration": {"settings": requests.compat.json.dumps(sent)}})
    assert text.json()["tool_configuration"]["settings"] == sent
    assert canvas.listed()[0]["tool_configuration"] == sent
    turn(era="D")
    assert "colour" not in canvas.listed()[0]["tool_configuration"]


@switches("era")
@pytest.mark.parametrize("era", ["A", "B"])
def test_eras_a_and_b_without_settings(canvas, turn, era):
    turn(era=era)
    body = {"developer_key": {"redirect_uris": LAUNCH}, "tool_configuration": {"privacy_level": "public"}}
    for answer in (
        canvas.post(CREATE, body),
        canvas.put(configuration_path(canvas.create()["developer_key"]["id"]), body),
    ):
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["message"] == "Configuration must be present"
    assert canvas.post(CREATE, body, token="canvas-observer-token").status_code == 401
    answer = canvas.post(CREATE, document(public_jwk_url=None))
    assert answer.json()["errors"][0]["message"] == "developer key must have public jwk or public jwk url"


@switches("era")
def test_era_b_wants_redirect_uris(canvas, turn):
    turn(era="B")
    answer = canvas.post(CREATE, {"tool_configuration": {"settings": settings()}})
    assert (answer.status_code, answer.json()) == (400, {"errors": [{"message": "redirect_uris is missing"}]})
    by_url = {"tool_configuration": {"settings_url": "https://tool.example.com/lti/canvas.json"}}
    made = canvas.create(by_url)
    assert (made["developer_key"]["name"], made["developer_key"]["redirect_uris"]) == (None, "")
    number = canvas.create(public_jwk=JWK)["developer_key"]["id"]
    replaced = canvas.put(configuration_path(number), document()).json()["tool_configuration"]["settings"]
    assert replaced["public_jwk"] is None
    assert canvas.post(CREATE, {**document(), "tool_configuration": {"settings": "{}"}}).status_code == 500


@switches("era")
@pytest.mark.parametrize("era", ["A", "B", "C"])
def test_disabled_placements_before_2026(canvas, turn, era):
    turn(era=era)
    answer = canvas.post(CREATE, document(beside={"disabled_placements": ["a", "course_navigation", "b"]}))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "disabled_placements")
    assert answer.json()["errors"][0]["message"] == "Invalid placements: a, b"
    assert canvas.listed() == []
    made = canvas.create(document(beside={"disabled_placements": ["course_navigation"]}))
    column = made["tool_configuration"]["disabled_placements"]
    assert column == (None if era == "C" else ["course_navigation"])
    (shown,) = made["tool_configuration"]["settings"]["extensions"][0]["settings"]["placements"]
    assert shown.get("enabled", True) is (era != "C")
    assert ("public_jwk" in made["tool_configuration"]["settings"]) is (era == "B")
    where = configuration_path(made["developer_key"]["id"])
    after = canvas.put(where, document(beside={"disabled_placements": ["course_navigation"]})).json()
    assert after["tool_configuration"]["disabled_placements"] == ["course_navigation"]
    wrong = canvas.put(where, document(beside={"disabled_placements": ["a"]}))
    assert wrong.status_code == 422


@switches("era")
def test_marks_by_which_eras_are_told_apart(canvas, turn):
    seen = {}
    for era in "ABCD":
        turn(era=era)
        made = canvas.create()
        seen[era] = (
            "launch_settings" in made["tool_configuration"],
            type(made.get("warning_message", 0)),
            "lti_registration_id" in made["developer_key"],
            "unified_tool_id" in made["developer_key"],
            "all_redirect_uris" in made["developer_key"],
        )
    assert seen == {
        "A": (False, int, False, False, False),
        "B": (False, type(None), True, False, False),
        "C": (True, list, True, True, False),
        "D": (True, list, True, True, True),
    }


@switches("era")
def test_era_c_has_active_registrations(canvas, turn):
    turn(era="C")
    made = canvas.create()["developer_key"]
    shown = canvas.get(f"{APPS}/{made['lti_registration_id']}").json()
    assert (shown["workflow_state"], shown["account_binding"]["workflow_state"]) == ("active", "off")
    assert "lock_deploying" not in shown


@switches("initial_binding")
def test_initial_binding(canvas, turn):
    turn(initial_binding="on")
    key = canvas.create()["developer_key"]
    assert key["developer_key_account_binding"]["workflow_state"] == "on"
    assert canvas.get(f"{APPS}/{key['lti_registration_id']}").json()["workflow_state"] == "active"
    assert canvas.post(APPS, {"configuration": settings()}).json()["workflow_state"] == "active"


@switches("permission_status")
def test_permission_status(canvas, turn):
    def status():
        return canvas.get(KEYS, token="canvas-observer-token").status_code

    assert status() == 403
    turn(permission_status=401)
    answer = canvas.get(KEYS, token="canvas-observer-token")
    assert (answer.status_code, answer.json()["status"]) == (401, "unauthorized")
    turn(permission_status="era", era="A")
    assert status() == 401
    turn(permission_status="403")
    assert status() == 403


@switches("throttle_status", "high_water_mark", "outflow", "request_cost")
def test_throttling(canvas, turn):
    turn(throttle_status=403, high_water_mark=50, request_cost=30_000, outflow=0)
    answers = [canvas.get(KEYS) for _again in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 403]
    assert [one.headers["X-Rate-Limit-Remaining"] for one in answers] == ["20.0", "0.0", "0.0"]
    assert answers[0].headers["X-Request-Cost"] == "30.0"
    assert "Rate Limit Exceeded" in answers[2].text
    turn(outflow=1000)
    time.sleep(0.05)
    assert canvas.get(KEYS).status_code == 200
    turn(throttle_status="era", outflow=0, era="C")
    canvas.get(KEYS)
    canvas.get(KEYS)
    assert canvas.get(KEYS).status_code == 403


@switches("binding_status")
def test_binding_status(canvas, seeds, turn):
    def statuses():
        number = seeds.site_admin_key()["id"]
        return [canvas.turn(number, "on").status_code for _again in range(2)]

    assert statuses() == [200, 201]
    turn(binding_status="classic")
    assert statuses() == [201, 200]
    turn(binding_status="era", era="B")
    assert statuses() == [201, 200]
    turn(binding_status="inverted")
    assert statuses() == [200, 201]


@switches("lock_lti_registrations", "auto_deploy", "lti_registrations_next")
def test_flags_of_2026(canvas, turn):
    turn(lock_lti_registrations="on", auto_deploy="on", initial_binding="on")
    key = canvas.create()["developer_key"]
    assert canvas.post(TOOLS, {"client_id": key["id"]}).status_code == 403
    deployments = f"{APPS}/{key['lti_registration_id']}/deployments"
    assert len(canvas.get(deployments).json()) == 1
    assert canvas.get(TOOLS).json() == []
    turn(lock_lti_registrations=False, auto_deploy=False)
    assert canvas.get(deployments).status_code == 404
    turn(lti_registrations_next=True)
    assert len(canvas.get(deployments).json()) == 1
    assert canvas.post(TOOLS, {"client_id": key["id"]}).status_code == 200


@switches("lti_deactivate_registrations")
def test_lti_deactivate_registrations(canvas, turn):
    turn(lti_deactivate_registrations=True, era="C")
    number = canvas.create()["developer_key"]["id"]
    where = configuration_path(number, "accounts/1")
    assert canvas.get(where).status_code == 200
    turn(lti_deactivate_registrations=False)
    assert canvas.get(where).status_code == 401


@switches("registrations_api", "sub_account_access")
def test_where_registrations_are(canvas, turn):
    for era, there in {"A": 404, "B": 404, "C": 200, "D": 200}.items():
        turn(era=era)
        assert canvas.get(APPS).status_code == there
    turn(registrations_api="off")
    assert canvas.get(APPS).status_code == 404
    turn(era="B", registrations_api="on")
    assert canvas.get(APPS).status_code == 200
    turn(sub_account_access=True)
    assert canvas.get("accounts/2/lti_registrations").status_code == 200
    answer = canvas.post("accounts/2/lti_registrations", {"configuration": settings()})
    assert (answer.status_code, answer.json()) == (403, {"errors": "sub-accounts can only view registrations"})


@switches("domain_restriction")
def test_domain_restriction(canvas, seeds, turn):
    key = seeds.neighbour_key()
    turn(domain_restriction=True)
    answer = canvas.delete(f"developer_keys/{key['id']}", token="canvas-neighbour-token")
    assert answer.status_code == 403
    assert "may only be managed from their account's domain" in answer.json()["errors"][0]["message"]
    turn(domain_restriction=False)
    assert canvas.delete(f"developer_keys/{key['id']}", token="canvas-neighbour-token").status_code == 200


@switches("site_admin_permission")
def test_site_admin_permission(canvas, seeds, turn):
    key = seeds.site_admin_key()
    turn(site_admin_permission=True)
    plain = seeds.user("Someone", ["manage_developer_keys"], account=99)["access_token"]
    body = {"developer_key": {"notes": "n"}}
    answer = canvas.put(f"developer_keys/{key['id']}", body, token=plain)
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["message"] == "You don't have permission to modify Site Admin developer keys"
    assert canvas.put(f"developer_keys/{key['id']}", body, token="canvas-site-admin-token").status_code == 200
    turn(site_admin_permission=False)
    assert canvas.put(f"developer_keys/{key['id']}", body, token=plain).status_code == 200


@switches("shard", "string_ids")
def test_ids(canvas, turn):
    number = canvas.create()["developer_key"]["id"]
    turn(shard=48)
    assert canvas.listed()[0]["id"] == 48 * PER_SHARD + number % PER_SHARD
    turn(string_ids="always")
    assert canvas.listed()[0]["id"] == str(48 * PER_SHARD + 77)
    turn(string_ids="never")
    answer = canvas.send("GET", KEYS, headers={"Accept": "application/json+canvas-string-ids"})
    assert answer.json()[0]["id"] == 48 * PER_SHARD + 77


@switches("clock_offset")
def test_clock_offset(canvas, turn):
    turn(clock_offset=-(10**9))
    assert canvas.create()["developer_key"]["created_at"] < "2000"


@switches("key_off_body")
@pytest.mark.parametrize(
    ("form", "body"),
    [("list", "[{'message': 'The"), ("text", "The"), ("message", None), ("empty", None), ("hash", "{'developer_key'")],
)
def test_key_off_body(canvas, turn, form, body):
    turn(key_off_body=form)
    answer = canvas.post(TOOLS, {"client_id": canvas.create()["developer_key"]["id"]})
    assert answer.status_code == 422
    if body is not None:
        assert str(answer.json()["errors"]).startswith(body)
    else:
        assert answer.content == b"" if form == "empty" else answer.json()["message"]


@switches("scopes_at_create")
def test_scopes_at_create(canvas, turn):
    turn(scopes_at_create="fail")
    assert canvas.post(CREATE, document({"scopes": [SCORE]})).status_code == 500
    assert canvas.listed() == []
    number = canvas.create(document({"scopes": []}))["developer_key"]["id"]
    after = canvas.put(configuration_path(number), document({"scopes": [SCORE]}))
    assert after.json()["developer_key"]["scopes"] == [SCORE]


@switches("require_user_agent")
def test_require_user_agent(canvas, turn):
    turn(require_user_agent=True)
    assert canvas.get(KEYS).status_code == 200
    assert canvas.send("GET", KEYS, headers={"User-Agent": ""}).status_code == 403


@switches("link_header_bug", "page_tokens", "last_link", "link_host")
def test_links(canvas, seeds, turn):
    seeds.developer_keys(25)
    turn(link_header_bug="on")
    broken = links(canvas.get(KEYS))["next"]
    assert broken.startswith(f"{canvas.base_url}/accounts/1/developer_keys?")
    assert canvas.get(broken).headers["Content-Type"].startswith("text/html")
    assert "/api/v1/" in links(canvas.get(APPS))["next"]
    turn(link_header_bug=False, page_tokens="bookmark", last_link=False)
    rels = links(canvas.get(KEYS))
    assert set(rels) == {"current", "next", "first"}
    assert "page=bookmark%3A" in rels["next"]
    assert len(canvas.get(rels["next"]).json()) == 10
    assert canvas.get(KEYS, page="bookmark:x").status_code == 200
    turn(link_host="foreign")
    assert links(canvas.get(KEYS))["next"].startswith("https://elsewhere.example/api/v1/")


@switches("id_filter")
def test_id_filter(canvas, seeds, turn):
    ids = seeds.developer_keys(3)["client_ids"]
    turn(id_filter=False)
    assert len(canvas.get(KEYS, id=ids[0]).json()) == 3


@switches("api_key", "test_cluster_only")
def test_parts_of_a_key(canvas, turn):
    whole = canvas.create()["developer_key"]["api_key"]
    turn(api_key="masked", test_cluster_only=True)
    (key,) = canvas.listed()
    assert key["api_key"] == whole[:5] + "..."
    assert key["test_cluster_only"] is False


@switches("unset_settings")
def test_unset_settings(canvas, turn):
    bare = {**extension(), "domain": None, "tool_id": None}
    canvas.create(extensions=[bare])
    shown = canvas.listed()[0]["tool_configuration"]
    assert (shown["public_jwk"], shown["extensions"][0]["domain"], shown["extensions"][0]["tool_id"]) == (None,) * 3
    turn(unset_settings="absent")
    shown = canvas.listed()[0]["tool_configuration"]
    assert "public_jwk" not in shown
    assert {"domain", "tool_id"}.isdisjoint(shown["extensions"][0])
    turn(unset_settings="empty")
    (key,) = canvas.listed()
    assert (key["public_jwk"], key["tool_configuration"]["public_jwk"]) == ({}, {})
    assert key["tool_configuration"]["extensions"][0]["domain"] is None


@switches("placement_order")
def test_placement_order(canvas, turn):
    names = ["wiki_page_menu", "file_menu", "link_selection"]
    canvas.create(extensions=[extension(*(placement(name) for name in names))])

    def shown():
        inner = canvas.listed()[0]["tool_configuration"]["extensions"][0]["settings"]
        return [one["placement"] for one in inner["placements"]]

    assert shown() == names
    turn(placement_order="sorted")
    assert shown() == sorted(names)
    turn(placement_order="reversed")
    assert shown() == names[::-1]


@switches("extra_fields")
def test_extra_fields(canvas, turn):
    turn(extra_fields=True, initial_binding="on")
    made = canvas.create()
    assert all("sandbox_note" in made[name] for name in ("developer_key", "tool_configuration"))
    assert "sandbox_note" not in made["tool_configuration"]["settings"]
    assert "sandbox_note" in canvas.post(TOOLS, {"client_id": made["developer_key"]["id"]}).json()
    assert "sandbox_note" in canvas.get(f"{APPS}/{made['developer_key']['lti_registration_id']}").json()


@switches("propagation_delay")
def test_propagation_by_requests(canvas, turn):
    turn(initial_binding="on")
    number = canvas.create()["developer_key"]["id"]
    where = f"{TOOLS}/{canvas.post(TOOLS, {'client_id': number}).json()['id']}"
    turn(propagation_delay=2)
    canvas.put(configuration_path(number), document(title="New"))
    assert [canvas.get(where).json()["name"] for _again in range(3)] == ["Quiz", "Quiz", "New"]
    canvas.turn(number, "off")
    assert [canvas.get(where).json()["workflow_state"] for _again in range(3)] == ["name_only", "name_only", "disabled"]
    canvas.delete(f"developer_keys/{number}")
    assert [canvas.get(where).status_code for _again in range(3)] == [200, 200, 404]


@switches("propagation_delay")
def test_propagation_by_time(canvas, turn):
    turn(initial_binding="on")
    number = canvas.create()["developer_key"]["id"]
    where = f"{TOOLS}/{canvas.post(TOOLS, {'client_id': number}).json()['id']}"
    turn(propagation_delay="30s")
    canvas.put(configuration_path(number), document(title="New"))
    assert [canvas.get(where).json()["name"] for _again in range(3)] == ["Quiz"] * 3
    turn(clock_offset=31)
    assert canvas.get(where).json()["name"] == "New"


@switches("revive_redirect_uris")
def test_revive_redirect_uris(canvas, seeds, turn):
    number = canvas.create()["developer_key"]["id"]
    seeds.deactivate_redirect_uri(number, LAUNCH)
    turn(revive_redirect_uris=False)
    assert canvas.put(configuration_path(number), document()).json()["developer_key"]["redirect_uris"] == ""


@switches("issuer")
def test_the_issuer_of_ones_own_canvas_is_a_switch(sandbox, launching, canvas_tool):
    tool, _client_id = canvas_tool()
    sandbox.switches({"canvas.issuer": "https://lms.example.edu"})

    assert launching.claims_of("canvas", tool=tool)["iss"] == "https://lms.example.edu"


def test_every_switch_is_tried():
    assert {switch.name for switch in SWITCHES} == TRIED


def test_the_readme_lists_every_switch():
    text = (Path(__file__).parents[2] / "sandbox" / "README.md").read_text(encoding="utf-8")
    assert [switch.name for switch in SWITCHES if f"| `{switch.name}` |" not in text] == []


@pytest.mark.parametrize("value", ["", "x", "-1", "2m", "1.5", "s"])
def test_delays_that_cannot_be(sandbox, value):
    with pytest.raises(ValueError, match="cannot be"):
        sandbox.switches({"canvas.propagation_delay": value})


@pytest.mark.parametrize(("path", "method"), [(CREATE, "POST"), (f"/api/v1/{KEYS}", "GET")])
@pytest.mark.parametrize("kind", ["500", "503", "429", "html", "drop_before", "drop_after", "truncate"])
def test_faults_are_met_here_too(canvas, sandbox, path, method, kind):
    sandbox.faults({"platform": "canvas", "kind": kind, "path": path, "method": method})
    try:
        answer = canvas.send(method, path, document() if method == "POST" else None)
        assert kind in ("html", "500", "503", "429")
        assert kind == "html" or answer.status_code == int(kind)
    except requests.RequestException:
        assert kind in ("drop_before", "drop_after", "truncate")
    entry = sandbox.requests()[-1]
    assert (entry["platform"], entry["path"], entry["fault"]) == ("canvas", path, kind)
    if method == "POST":
        assert bool(canvas.listed()) is (kind in ("drop_after", "truncate"))


def test_a_refused_create_leaves_nothing_behind(canvas, sandbox):
    before = sandbox.state("canvas")
    canvas.post(CREATE, document(scopes=["wrong"]))
    canvas.post(CREATE, document({"redirect_uris": "nowhere"}))
    canvas.post(CREATE, document({"scopes": [LINEITEM, "wrong"]}))
    assert sandbox.state("canvas") == before
