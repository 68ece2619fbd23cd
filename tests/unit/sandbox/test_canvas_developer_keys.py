"""Developer keys and their bindings."""

from __future__ import annotations

import pytest

from tests.unit.sandbox.canvas_client import (
    CREATE,
    KEYS,
    LAUNCH,
    LINEITEM,
    PER_SHARD,
    CanvasClient,
    configuration_path,
    document,
    links,
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


def test_what_a_listed_key_looks_like(canvas):
    made = canvas.create()
    (listed,) = canvas.get(KEYS).json()
    assert listed.pop("tool_configuration") == made["tool_configuration"]["settings"]
    assert listed.pop("lti_registration") is None
    assert listed == made["developer_key"]
    assert "updated_at" not in listed


def test_the_list_is_newest_first_without_deleted_ones(canvas, seeds):
    ids = [int(one) for one in seeds.developer_keys(4)["client_ids"]]
    canvas.delete(f"developer_keys/{ids[1]}")
    canvas.put(f"developer_keys/{ids[2]}", {"developer_key": {"event": "deactivate"}})
    listed = canvas.get(KEYS).json()
    assert [one["id"] for one in listed] == [ids[3], ids[2], ids[0]]
    assert [one["workflow_state"] for one in listed] == ["active", "inactive", "active"]


def test_300_keys_over_pages(canvas, seeds):
    ids = [int(one) for one in seeds.developer_keys(300)["client_ids"]]
    answer = canvas.get(KEYS, per_page=100)
    found, rels = [*answer.json()], links(answer)
    assert set(rels) == {"current", "next", "first", "last"}
    while "next" in links(answer):
        answer = canvas.get(links(answer)["next"])
        found += answer.json()
    assert [one["id"] for one in found] == ids[::-1]
    assert set(links(answer)) == {"current", "prev", "first", "last"}
    beyond = canvas.get(KEYS, per_page=100, page=4)
    assert (beyond.status_code, beyond.json()) == (200, [])
    assert "next" not in links(beyond)


@pytest.mark.parametrize(("asked", "given"), [(None, 10), ("0", 1), ("-3", 1), ("100", 100), ("1000", 100), ("x", 10)])
def test_per_page_is_clamped(canvas, seeds, asked, given):
    seeds.developer_keys(101)
    assert len(canvas.get(KEYS, **({"per_page": asked} if asked else {})).json()) == given


def test_links_keep_the_query(canvas, seeds):
    seeds.site_admin_key("One")
    seeds.site_admin_key("Two")
    answer = canvas.get(KEYS, per_page=1, inherited="1")
    following = links(answer)["next"]
    assert following.startswith(f"{canvas.base_url}/api/v1/accounts/1/developer_keys?")
    assert [one["name"] for one in canvas.get(following).json()] == ["One"]


def test_a_header_has_a_length(canvas, seeds):
    seeds.developer_keys(30)
    rels = links(canvas.get(KEYS, per_page=10, search="x" * 900))
    assert set(rels) == {"current", "next", "first"}
    assert set(links(canvas.get(KEYS, per_page=10, search="x" * 2000))) == {"next"}


@pytest.mark.parametrize("value", ["1", "true", "false", "0"])
def test_inherited_is_there_or_not(canvas, seeds, value):
    canvas.create()
    seeds.site_admin_key("Inherited Tool")
    seeds.site_admin_key("Hidden Tool", visible=False)
    (one,) = canvas.get(KEYS, inherited=value).json()
    assert (one["name"], one["inherited_from"]) == ("Inherited Tool", "global")
    assert {"tool_configuration", "api_key", "redirect_uris"}.isdisjoint(one)
    assert one["developer_key_account_binding"]["account_owns_binding"] is False
    assert [one["name"] for one in canvas.get(KEYS, inherited="").json()] == ["Quiz Helper"]


def test_narrowed_to_one_id(canvas, seeds):
    ids = seeds.developer_keys(3)["client_ids"]
    for written in (ids[1], int(ids[1]) % PER_SHARD, f"1~{int(ids[1]) % PER_SHARD}"):
        assert [str(one["id"]) for one in canvas.get(KEYS, id=written).json()] == [ids[1]]
    for written in ("999", "2~78", "x"):
        assert canvas.get(KEYS, id=written).json() == []


def test_who_lists_keys_and_where(canvas):
    for account in ("self", "default", str(PER_SHARD + 1), "1~1"):
        assert canvas.get(f"accounts/{account}/developer_keys").status_code == 200
    assert canvas.get("accounts/2/developer_keys").status_code == 404
    assert canvas.get("accounts/9/developer_keys").status_code == 404
    assert canvas.get("accounts/5/developer_keys").status_code == 403
    for token in ("canvas-installer-token", "canvas-teacher-token", "canvas-observer-token", "canvas-faculty-token"):
        assert canvas.get(KEYS, token=token).status_code == 403
    assert canvas.get("accounts/2/developer_keys", token="canvas-observer-token").status_code == 403


def test_there_is_no_single_key(canvas):
    number = canvas.create()["developer_key"]["id"]
    assert canvas.get(f"developer_keys/{number}").status_code == 404


def test_put_changes_the_key_but_not_the_configuration(canvas):
    number = canvas.create()["developer_key"]["id"]
    changes = {
        "name": "Other",
        "redirect_uris": "https://a.example https://b.example",
        "workflow_state": "inactive",
        "visible": "no",
        "scopes": [LINEITEM, "wrong"],
        "vendor_code": "v",
        "public_jwk_url": "https://x.example",
    }
    answer = canvas.put(f"developer_keys/{number}", {"developer_key": changes})
    assert answer.status_code == 200
    key = answer.json()
    assert (key["name"], key["visible"], key["workflow_state"]) == ("Other", False, "active")
    assert (key["redirect_uris"], key["scopes"]) == ("https://a.example\nhttps://b.example", [LINEITEM])
    assert key["public_jwk_url"] == "https://tool.example.com/jwks.json"
    registration = canvas.get(f"accounts/1/lti_registrations/{key['lti_registration_id']}").json()
    assert (registration["name"], registration["configuration"]["redirect_uris"]) == ("Quiz Helper", [LAUNCH])


def test_refusals_of_put(canvas, seeds):
    number = canvas.create()["developer_key"]["id"]
    where = f"developer_keys/{number}"
    answer = canvas.put(where, {"developer_key": {"redirect_uris": "nowhere"}})
    assert answer.status_code == 400
    assert answer.json()["errors"]["redirect_uris"][0]["message"] == "is not a valid URI"
    assert canvas.put(where, {"name": "flat"}).status_code == 500
    assert canvas.put("developer_keys/999", {"developer_key": {}}).status_code == 404
    assert canvas.put(where, {"developer_key": {}}, token="canvas-installer-token").status_code == 403
    assert canvas.put(f"developer_keys/{seeds.neighbour_key()['id']}", {"developer_key": {}}).status_code == 403


def test_post_makes_api_keys_only(canvas):
    answer = canvas.post(KEYS, {"developer_key": {"name": "API", "is_lti_key": True, "scopes": []}})
    assert (answer.status_code, answer.json()["is_lti_key"], answer.json()["name"]) == (200, False, "API")
    assert canvas.listed()[0]["tool_configuration"] is None
    answer = canvas.post(KEYS, {"developer_key": {"scopes": ["wrong"]}})
    assert answer.status_code == 400
    assert answer.json()["errors"]["scopes"][0]["attribute"] == "scopes"
    made = canvas.put(f"developer_keys/{canvas.listed()[0]['id']}", {"developer_key": {"scopes": ""}}).json()
    assert made["scopes"] == []


def test_delete_once(canvas):
    made = canvas.create()["developer_key"]
    where = f"developer_keys/{made['id']}"
    answer = canvas.delete(where)
    assert (answer.status_code, answer.json()["workflow_state"], answer.json()["id"]) == (200, "deleted", made["id"])
    assert canvas.delete(where).status_code == 404
    assert canvas.listed() == []
    registration = f"accounts/1/lti_registrations/{made['lti_registration_id']}"
    assert canvas.get(registration).status_code == 404
    assert canvas.turn(made["id"], "on").status_code == 404
    assert canvas.put(configuration_path(made["id"]), document()).status_code == 404
    assert canvas.create()["developer_key"]["id"] == made["id"] + 1


def test_a_secret_of_lti_keys_is_not_made_again(canvas):
    number = canvas.create()["developer_key"]["id"]
    answer = canvas.post(f"developer_keys/{number}/regenerate_secret")
    assert (answer.status_code, answer.json()["errors"][0]["message"]) == (
        400, "Cannot regenerate secret for LTI keys",
    )  # fmt: skip


def test_a_binding_is_turned(canvas):
    made = canvas.create()["developer_key"]
    answer = canvas.turn(made["id"], "on")
    assert answer.status_code == 201
    assert answer.json() == {**made["developer_key_account_binding"], "workflow_state": "on"}
    assert canvas.listed()[0]["developer_key_account_binding"] == answer.json()
    registration = f"accounts/1/lti_registrations/{made['lti_registration_id']}"
    assert canvas.get(registration).json()["workflow_state"] == "active"
    canvas.turn(made["id"], "off")
    assert canvas.get(registration).json()["workflow_state"] == "inactive"


def test_an_inherited_key_is_bound_here(canvas, seeds):
    key = seeds.site_admin_key(state="allow")
    answer = canvas.turn(key["id"], "on")
    assert (answer.status_code, answer.json()["account_owns_binding"]) == (200, True)
    assert canvas.turn(key["id"], "off").status_code == 201
    forced = seeds.site_admin_key("Forced", state="off")
    canvas.turn(forced["id"], "on")
    listed = {one["name"]: one["developer_key_account_binding"] for one in canvas.get(KEYS, inherited=1).json()}
    assert listed["Forced"]["workflow_state"] == "off"
    assert listed["Forced"]["account_owns_binding"] is False


def test_refusals_of_a_binding(canvas, seeds):
    number = canvas.create()["developer_key"]["id"]
    below = f"developer_keys/{number}/developer_key_account_bindings"
    body = {"developer_key_account_binding": {"workflow_state": "on"}}
    assert canvas.post(f"accounts/2/{below}", body).status_code == 404
    assert canvas.post(f"accounts/1/{below}", {"workflow_state": "on"}).status_code == 400
    assert canvas.post(f"accounts/1/{below}", body, token="canvas-installer-token").status_code == 403
    assert canvas.turn(seeds.neighbour_key()["id"], "on").status_code == 404
    for written in (number % PER_SHARD, f"1~{number % PER_SHARD}", "x"):
        assert canvas.turn(written, "on").status_code == 404
    answer = canvas.turn(number, "perhaps")
    assert (answer.status_code, type(answer.json()["errors"])) == (422, str)
    for word in (True, False, None):
        assert canvas.turn(number, word).status_code == 422


def test_bindings_before_2026(canvas, sandbox):
    sandbox.switches({"canvas.era": "A"})
    number = canvas.create()["developer_key"]["id"]
    assert canvas.turn(number % PER_SHARD, "on").status_code == 200
    answer = canvas.turn(number, "perhaps")
    assert (answer.status_code, answer.json()["workflow_state"]) == (200, "off")


def test_names_need_not_be_unique(canvas):
    for _again in range(2):
        canvas.create()
    first, second = canvas.listed()
    assert first["name"] == second["name"]
    assert first["api_key"] != second["api_key"]


def test_a_key_reads_back_test_cluster_only_on_hosted_canvas_only(canvas, sandbox):
    made = canvas.create(document({"test_cluster_only": True}))
    assert "test_cluster_only" not in made["developer_key"]
    sandbox.switches({"canvas.test_cluster_only": True})
    assert canvas.listed()[0]["test_cluster_only"] is True


def test_a_sleeping_redirect_uri_drops_out(canvas, seeds, sandbox):
    number = canvas.create()["developer_key"]["id"]
    seeds.deactivate_redirect_uri(number, LAUNCH)
    (key,) = canvas.listed()
    assert (key["redirect_uris"], key["all_redirect_uris"]) == ("", [LAUNCH])
    sandbox.switches({"canvas.revive_redirect_uris": False})
    assert canvas.put(configuration_path(number), document()).json()["developer_key"]["redirect_uris"] == ""
    sandbox.switches({"canvas.revive_redirect_uris": True})
    assert canvas.put(configuration_path(number), document()).json()["developer_key"]["redirect_uris"] == LAUNCH


def test_keys_of_another_host_are_for_the_site_admin(canvas, seeds):
    seeds.neighbour_key()
    assert canvas.get("accounts/5/developer_keys", token="canvas-neighbour-token").status_code == 403
    answer = canvas.get("accounts/5/developer_keys", token="canvas-site-admin-token")
    assert [one["name"] for one in answer.json()] == ["Neighbour Tool"]


def test_the_site_admin_may_do_everything_everywhere(canvas):
    canvas.token = "canvas-site-admin-token"
    number = canvas.create()["developer_key"]["id"]
    assert canvas.turn(number, "on").status_code == 201
    assert [one["id"] for one in canvas.listed()] == [number]
    answer = canvas.post(CREATE.replace("/1/", "/site_admin/"), document(), token="canvas-site-admin-token")
    assert (answer.json()["developer_key"]["visible"], answer.json()["developer_key"]["account_name"]) == (
        False, "Site Admin",
    )  # fmt: skip
