"""LTI registrations: the newer way to the same keys."""

from __future__ import annotations

import pytest

from tests.unit.sandbox.canvas_client import (
    APPS,
    JWK,
    LAUNCH,
    LINEITEM,
    CanvasClient,
    configuration_path,
    extension,
    links,
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


def internal(**fields) -> dict:
    """Return a configuration in the internal form."""
    return {
        "title": "Quiz",
        "description": "Practice quizzes",
        "target_link_uri": LAUNCH,
        "oidc_initiation_url": "https://tool.example.com/login",
        "public_jwk_url": "https://tool.example.com/jwks.json",
        "redirect_uris": [LAUNCH],
        "scopes": [LINEITEM],
        "domain": "tool.example.com",
        "placements": [placement()],
        "launch_settings": {"text": "Quiz"},
        **fields,
    }


def register(canvas, **fields) -> dict:
    """Make a registration."""
    answer = canvas.post(APPS, {"configuration": internal(), **fields})
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_what_a_registration_looks_like(canvas):
    made = register(canvas, name="Helper", vendor="Example", admin_nickname="nick", description="d")
    assert (made["name"], made["vendor"], made["admin_nickname"], made["description"]) == (
        "Helper", "Example", "nick", "d",
    )  # fmt: skip
    assert (made["workflow_state"], made["lock_deploying"], made["inherited"]) == ("inactive", True, False)
    assert made["account_binding"]["workflow_state"] == "off"
    assert {name: made["configuration"][name] for name in internal()} == internal()
    assert made["configuration"]["privacy_level"] == "anonymous"
    assert canvas.get(f"{APPS}/{made['id']}").json() == made
    (key,) = canvas.listed()
    assert (key["id"], key["lti_registration_id"], key["name"]) == (made["developer_key_id"], made["id"], "Helper")
    assert key["tool_configuration"]["extensions"][0]["settings"] == {"text": "Quiz", "placements": [placement()]}


def test_create_takes_both_forms(canvas):
    made = register(canvas, configuration=settings(redirect_uris=["https://a.example"]))
    assert made["name"] == "Quiz"
    assert made["configuration"]["redirect_uris"] == ["https://a.example"]
    assert "extensions" not in made["configuration"]
    assert register(canvas, configuration=settings())["configuration"]["redirect_uris"] == [LAUNCH]


@pytest.mark.parametrize(
    ("state", "registration", "binding"),
    [("on", "active", "on"), ("active", "active", "on"), ("off", "inactive", "off"), ("inactive", "inactive", "off")],
)
def test_states(canvas, state, registration, binding):
    made = register(canvas, workflow_state=state)
    assert (made["workflow_state"], made["account_binding"]["workflow_state"]) == (registration, binding)
    other = register(canvas)
    changed = canvas.put(f"{APPS}/{other['id']}", {"workflow_state": state}).json()
    assert (changed["workflow_state"], changed["account_binding"]["workflow_state"]) == (registration, binding)
    bound = {one["lti_registration_id"]: one["developer_key_account_binding"] for one in canvas.listed()}
    assert bound[other["id"]]["workflow_state"] == binding


def test_put_is_partial_and_honours_null(canvas):
    where = f"{APPS}/{register(canvas, name='Helper', vendor='v')['id']}"
    after = canvas.put(where, {"admin_nickname": "n", "comment": "why"}).json()
    assert (after["name"], after["vendor"], after["admin_nickname"]) == ("Helper", "v", "n")
    change = {"domain": None, "public_jwk": JWK, "public_jwk_url": None, "description": None}
    after = canvas.put(where, {"configuration": change}).json()["configuration"]
    assert [after[name] for name in change] == [None, JWK, None, None]
    assert (after["scopes"], after["placements"], after["title"]) == ([LINEITEM], [placement()], "Quiz")
    (key,) = canvas.listed()
    assert (key["public_jwk"], key["public_jwk_url"]) == (JWK, None)
    canvas.put(where, {"name": "Renamed"})
    assert canvas.listed()[0]["name"] == "Renamed"


def test_put_reaches_tools(canvas):
    made = register(canvas, workflow_state="on")
    tool = canvas.post("accounts/1/external_tools", {"client_id": made["developer_key_id"]}).json()
    canvas.put(f"{APPS}/{made['id']}", {"configuration": {"title": "New"}})
    assert canvas.get(f"accounts/1/external_tools/{tool['id']}").json()["name"] == "New"
    canvas.put(f"{APPS}/{made['id']}", {"workflow_state": "off"})
    assert canvas.get(f"accounts/1/external_tools/{tool['id']}").json()["workflow_state"] == "disabled"


@pytest.mark.parametrize(
    "body",
    [
        {"configuration": internal(title=None)},
        {"configuration": internal(target_link_uri=None, redirect_uris=None)},
        {"configuration": internal(scopes=["wrong"])},
        {"configuration": internal(placements=[placement("editor_button")])},
        {"configuration": internal(placements=["x"])},
        {"configuration": internal(redirect_uris=["nowhere"])},
        {"configuration": internal(public_jwk_url=None)},
        {"configuration": internal(privacy_level="x")},
        {"configuration": {"extensions": ["x"]}},
        {"configuration": settings(extensions=[extension(placement("x"))])},
        {"configuration": internal(), "workflow_state": "allow"},
        {"configuration": internal(), "workflow_state": True},
        {"configuration": internal(), "name": "x" * 256},
        {"configuration": internal(), "description": "x" * 2049},
    ],
)
def test_what_is_refused(canvas, body):
    answer = canvas.post(APPS, body)
    assert answer.status_code == 422
    assert answer.json()["errors"]
    assert canvas.listed() == []


@pytest.mark.parametrize(
    "body",
    [
        {"configuration": {"title": None}},
        {"configuration": {"scopes": ["wrong"]}},
        {"configuration": {"redirect_uris": []}},
        {"configuration": {"public_jwk_url": None}},
        {"configuration": {"extensions": "x"}},
        {"workflow_state": "allow", "name": "other"},
        {"name": "x" * 256},
    ],
)
def test_what_put_refuses_changes_nothing(canvas, body):
    made = register(canvas)
    assert canvas.put(f"{APPS}/{made['id']}", body).status_code == 422
    assert canvas.get(f"{APPS}/{made['id']}").json() == made


def test_without_a_configuration(canvas):
    answer = canvas.post(APPS, {"name": "x"})
    assert (answer.status_code, answer.json()) == (400, {"errors": [{"message": "configuration is missing"}]})


def test_the_list(canvas):
    for name in ("Beta", "alpha", "Gamma"):
        register(canvas, name=name)
    answer = canvas.get(APPS, per_page=2)
    assert (answer.json()["total"], [one["name"] for one in answer.json()["data"]]) == (3, ["Gamma", "alpha"])
    following = canvas.get(links(answer)["next"]).json()
    assert [one["name"] for one in following["data"]] == ["Beta"]
    assert "configuration" not in following["data"][0]
    named = canvas.get(APPS, sort="name", dir="asc", query="A").json()["data"]
    assert [one["name"] for one in named] == ["alpha", "Beta", "Gamma"]
    assert [one["name"] for one in canvas.get(APPS, query="gam").json()["data"]] == ["Gamma"]
    more = canvas.get(APPS, **{"include[]": ["configuration", "account_binding", "overlay"]}).json()["data"][0]
    assert (more["configuration"]["title"], more["account_binding"]["workflow_state"]) == ("Quiz", "off")
    for bad in ({"sort": "colour"}, {"dir": "up"}):
        answer = canvas.get(APPS, **bad)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["code"] == f"invalid_{next(iter(bad))}"


def test_15_on_a_page(canvas, seeds):
    seeds.developer_keys(20)
    assert len(canvas.get(APPS).json()["data"]) == 15


def test_by_client_id(canvas, sandbox):
    made = register(canvas)
    where = f"accounts/1/lti_registration_by_client_id/{made['developer_key_id']}"
    answer = canvas.get(where)
    assert (answer.status_code, answer.json()) == (404, {"errors": "LTI registration not found"})
    sandbox.switches({"canvas.era": "C"})
    assert canvas.get(where).status_code == 200
    sandbox.switches({"canvas.era": "D"})
    canvas.turn(made["developer_key_id"], "on")
    assert canvas.get(where).json()["id"] == made["id"]
    assert canvas.get(where + "9").status_code == 404


def test_delete_takes_the_key_along(canvas):
    made = register(canvas)
    answer = canvas.delete(f"{APPS}/{made['id']}")
    assert (answer.status_code, answer.json()["workflow_state"]) == (200, "deleted")
    assert canvas.listed() == []
    assert canvas.delete(f"{APPS}/{made['id']}").status_code == 404
    assert canvas.delete(f"developer_keys/{made['developer_key_id']}").status_code == 404


def test_registrations_of_other_accounts(canvas, seeds):
    foreign = f"{APPS}/{seeds.neighbour_key()['lti_registration_id']}"
    for answer in (canvas.get(foreign), canvas.put(foreign, {"name": "x"}), canvas.delete(foreign)):
        assert (answer.status_code, answer.json()) == (400, {"errors": "registration does not belong to account"})
    assert canvas.get("accounts/5/lti_registrations").status_code == 403
    assert canvas.get(APPS, token="canvas-installer-token").status_code == 403
    assert canvas.get("accounts/2/lti_registrations").status_code == 404


def test_inherited_registrations(canvas, seeds, sandbox):
    key = seeds.site_admin_key()
    where = f"{APPS}/{key['lti_registration_id']}"
    assert canvas.get(APPS).json()["data"] == []
    assert canvas.post(f"{where}/bind", {"workflow_state": "on"}).json()["workflow_state"] == "on"
    (listed,) = canvas.get(APPS).json()["data"]
    assert listed["inherited"] is True
    assert canvas.get(where).json()["inherited"] is True
    assert canvas.delete(where).status_code == 400
    assert canvas.post(f"{where}/bind", {"workflow_state": "perhaps"}).status_code == 422
    assert canvas.delete(f"{where}/bind").status_code == 404
    sandbox.switches({"canvas.lti_deactivate_registrations": True})
    assert canvas.delete(f"{where}/bind").status_code == 200
    assert canvas.delete(f"{where}/bind").status_code == 404


def test_own_registrations_are_not_bound_this_way_since_2026(canvas, sandbox):
    where = f"{APPS}/{register(canvas)['id']}/bind"
    answer = canvas.post(where, {"workflow_state": "on"})
    assert answer.status_code == 422
    assert "must be inherited from Site Admin" in answer.json()["errors"]
    sandbox.switches({"canvas.era": "C"})
    assert canvas.post(where, {"workflow_state": "on"}).json()["workflow_state"] == "on"


def test_validate_changes_nothing(canvas):
    where = f"{APPS}/configuration/validate"
    answer = canvas.post(where, {"lti_configuration": settings()})
    assert answer.status_code == 200
    assert answer.json()["configuration"]["redirect_uris"] == [LAUNCH]
    assert answer.json()["configuration"]["tool_id"] == "quiz"
    by_url = canvas.post(where, {"url": "https://tool.example.com/lti/canvas.json"})
    assert by_url.json()["configuration"]["title"] == "Demo Tool"
    for body in (
        {"lti_configuration": settings(scopes=["wrong"])},
        {"lti_configuration": settings(title=None)},
        {"lti_configuration": "text"},
        {"url": "https://nowhere.example"},
        {"url": "https://nowhere.example", "lti_configuration": settings()},
        {},
    ):
        answer = canvas.post(where, body)
        assert answer.status_code == 422
        assert all(isinstance(one, str) for one in answer.json()["errors"])
    assert canvas.listed() == []


def test_domain_duplicates(canvas):
    where = f"{APPS}/check_domain_duplicates"
    made = register(canvas, name="First", workflow_state="on")
    register(canvas, name="Off")
    register(canvas, name="Other", workflow_state="on", configuration=internal(domain="other.example"))
    answer = canvas.get(where, domain=" TOOL.example.com ")
    assert answer.json() == {"duplicates": [{"id": made["id"], "name": "First", "admin_nickname": None}]}
    assert canvas.get(where, domain="").json() == {"duplicates": []}


def test_overlays_are_merged_since_2026(canvas):
    overlay = {"title": "Overlaid", "domain": None, "disabled_placements": ["course_navigation"],
               "placements": {"course_navigation": {"text": "Here"}}, "disabled_scopes": [LINEITEM]}  # fmt: skip
    made = register(canvas)
    after = canvas.put(f"{APPS}/{made['id']}", {"overlay": overlay})
    shown = canvas.get(f"{APPS}/{made['id']}", **{"include[]": ["overlay", "overlaid_configuration"]}).json()
    assert after.json()["configuration"]["title"] == "Overlaid"
    assert shown["overlay"] is None
    assert shown["overlaid_configuration"] == shown["configuration"]
    assert (shown["configuration"]["domain"], shown["configuration"]["scopes"]) == ("tool.example.com", [])
    assert shown["configuration"]["placements"] == [placement(text="Here", enabled=False)]


def test_dynamic_registrations_keep_overlays(canvas, seeds, sandbox):
    key = seeds.dynamic_registration()
    where = f"{APPS}/{key['lti_registration_id']}"
    answer = canvas.put(where, {"configuration": internal()})
    assert answer.json()["errors"][0]["code"] == "tool_configuration_required"
    canvas.put(where, {"overlay": {"title": "Overlaid", "disabled_placements": ["course_navigation"]}})
    include = {"include[]": ["overlay", "overlaid_configuration", "overlaid_legacy_configuration"]}
    shown = canvas.get(where, **include).json()
    assert (shown["configuration"]["title"], shown["overlaid_configuration"]["title"]) == ("Sample Tool", "Overlaid")
    assert shown["overlaid_legacy_configuration"]["title"] == "Overlaid"
    assert "public_jwk" not in shown["overlaid_legacy_configuration"]
    assert shown["overlay"]["data"]["title"] == "Overlaid"
    assert canvas.put(f"{where}/reset").status_code == 404
    sandbox.switches({"canvas.lti_registrations_next": True})
    canvas.put(f"{where}/reset")
    assert canvas.get(where, **include).json()["overlay"] is None


def test_lock_deploying_needs_the_flag(canvas, sandbox):
    assert register(canvas, lock_deploying=False)["lock_deploying"] is True
    sandbox.switches({"canvas.lock_lti_registrations": True})
    assert register(canvas, lock_deploying=False)["lock_deploying"] is False
    assert register(canvas)["lock_deploying"] is True


def test_a_registration_without_its_configuration(canvas):
    made = register(canvas)
    canvas.delete(configuration_path(made["developer_key_id"]))
    shown = canvas.get(f"{APPS}/{made['id']}").json()
    assert (shown["configuration"], shown["manual_configuration_id"]) == (None, None)
    revived = canvas.put(f"{APPS}/{made['id']}", {"configuration": internal()})
    assert revived.json()["configuration"]["title"] == "Quiz"
