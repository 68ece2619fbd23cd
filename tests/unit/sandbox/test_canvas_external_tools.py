"""External tools: installing by client id, finding, removing, and what follows a key later."""

from __future__ import annotations

import re

import pytest

from tests.unit.sandbox.canvas_client import (
    APPS,
    LAUNCH,
    TOOLS,
    CanvasClient,
    configuration_path,
    document,
    extension,
    placement,
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


@pytest.fixture
def key(canvas):
    """A key that is on."""
    made = canvas.create()["developer_key"]
    canvas.turn(made["id"], "on")
    return made


def install(canvas, key, where=TOOLS, **more):
    """Install a key's tool."""
    return canvas.post(where, {"client_id": str(key["id"]), **more})


def test_what_an_installed_tool_looks_like(canvas, key):
    answer = install(canvas, key, name="ignored", privacy_level="public")
    assert answer.status_code == 200
    tool = answer.json()
    assert (tool["version"], tool["developer_key_id"], tool["name"]) == ("1.3", key["id"], "Quiz")
    assert (tool["workflow_state"], tool["privacy_level"]) == ("name_only", "name_only")
    assert (tool["url"], tool["domain"]) == (LAUNCH, "tool.example.com")
    assert tool["lti_registration_id"] == key["lti_registration_id"]
    assert re.fullmatch(rf"{tool['id']}:[0-9a-f]{{40}}", tool["deployment_id"])
    assert tool["course_navigation"]["message_type"] == "LtiResourceLinkRequest"
    assert tool["editor_button"] is None
    assert canvas.get(f"{TOOLS}/{tool['id']}").json() == tool
    assert canvas.get(TOOLS).json() == [tool]


def test_installing_twice_makes_two(canvas, key):
    ids = [install(canvas, key).json()["deployment_id"] for _again in range(2)]
    assert ids[0] != ids[1]
    assert len(canvas.get(TOOLS).json()) == 2


def test_verify_uniqueness(canvas, key):
    unique = {"external_tool": {"verify_uniqueness": True}}
    assert install(canvas, key, **unique).status_code == 200
    for where in (TOOLS, "accounts/2/external_tools", "courses/101/external_tools"):
        answer = install(canvas, key, where, **unique)
        assert answer.status_code == 400
        (error,) = answer.json()["errors"]["tool_currently_installed"]
        assert error["message"] == "The tool is already installed in this context."
    assert install(canvas, key, external_tool={"verify_uniqueness": "false"}).status_code == 200


def test_verify_uniqueness_looks_upwards_only(canvas, key):
    install(canvas, key, "courses/101/external_tools")
    assert install(canvas, key, external_tool={"verify_uniqueness": True}).status_code == 200


def test_a_key_that_is_off(canvas, key):
    canvas.turn(key["id"], "off")
    assert install(canvas, key).status_code == 422
    canvas.turn(key["id"], "on")
    canvas.put(f"developer_keys/{key['id']}", {"developer_key": {"event": "deactivate"}})
    assert install(canvas, key).status_code == 422


def test_an_unknown_client_id(canvas, key, seeds):
    for written in ("999", "x", "480000000000077", str(seeds.neighbour_key()["id"])):
        answer = canvas.post(TOOLS, {"client_id": written})
        assert answer.status_code == 404
        assert answer.json()["errors"][0]["message"] == "The specified resource does not exist."
    assert canvas.post(TOOLS, {"client_id": key["id"]}).status_code == 200
    assert canvas.post(TOOLS, {"client_id": f"1~{key['id'] % 10**13}"}).status_code == 200


def test_a_locked_registration(canvas, key, sandbox):
    where = f"{APPS}/{key['lti_registration_id']}"
    assert canvas.get(where).json()["lock_deploying"] is True
    assert install(canvas, key).status_code == 200
    canvas.put(where, {"lock_deploying": False})
    assert canvas.get(where).json()["lock_deploying"] is True
    sandbox.switches({"canvas.lock_lti_registrations": True})
    for context in (TOOLS, "courses/101/external_tools"):
        answer = install(canvas, key, context)
        assert answer.status_code == 403
        assert answer.json()["errors"][0]["message"] == (
            "This app has been locked by an administrator and cannot be installed via client ID."
        )
    assert canvas.put(where, {"lock_deploying": False}).json()["lock_deploying"] is False
    assert install(canvas, key).status_code == 200


def test_an_old_registration_is_not_locked(canvas, sandbox):
    sandbox.switches({"canvas.era": "C", "canvas.lock_lti_registrations": True})
    made = canvas.create()["developer_key"]
    canvas.turn(made["id"], "on")
    assert install(canvas, made).status_code == 200


def test_who_may_do_what(canvas, key):
    tool = install(canvas, key, "courses/101/external_tools").json()
    canvas.token = "canvas-teacher-token"
    assert install(canvas, key, "courses/101/external_tools").status_code == 200
    assert install(canvas, key, "courses/103/external_tools").status_code == 403
    assert install(canvas, key, "accounts/2/external_tools").status_code == 403
    assert canvas.get(TOOLS).status_code == 403
    assert canvas.delete(f"courses/101/external_tools/{tool['id']}").status_code == 200
    canvas.token = "canvas-faculty-token"
    assert install(canvas, key, "accounts/sis_account_id:ARTS/external_tools").status_code == 200
    assert install(canvas, key).status_code == 403
    canvas.token = "canvas-observer-token"
    assert canvas.get(TOOLS).status_code == 200
    assert install(canvas, key).status_code == 403


def test_lists_of_contexts(canvas, key):
    root = install(canvas, key).json()["id"]
    faculty = install(canvas, key, "accounts/2/external_tools").json()["id"]
    course = install(canvas, key, "courses/sis_course_id:HIST-101-2026/external_tools").json()["id"]

    def listed(where, **query):
        return [one["id"] for one in canvas.get(f"{where}/external_tools", **query).json()]

    assert (listed("accounts/1"), listed("accounts/2"), listed("courses/101")) == ([root], [faculty], [course])
    assert listed("courses/101", include_parents="true") == [root, faculty, course]
    assert listed("courses/103", include_parents="true") == [root]
    assert listed("courses/101", include_parents="true", per_page=1, page=2) == [faculty]
    assert listed("accounts/1", search_term="qUi") == [root]
    assert listed("accounts/1", search_term="other") == []
    assert listed("accounts/1", placement="course_navigation") == [root]
    assert listed("accounts/1", placement="editor_button") == []


def test_delete(canvas, key):
    where = f"{TOOLS}/{install(canvas, key).json()['id']}"
    answer = canvas.delete(where)
    assert (answer.status_code, answer.json()["workflow_state"]) == (200, "deleted")
    for gone in (canvas.delete(where), canvas.get(where), canvas.put(where, {"name": "x"})):
        assert gone.status_code == 404
    assert canvas.get(TOOLS).json() == []


def test_a_tool_is_found_in_its_own_context_only(canvas, key):
    number = install(canvas, key).json()["id"]
    assert canvas.get(f"accounts/2/external_tools/{number}").status_code == 404
    assert canvas.delete(f"courses/101/external_tools/{number}").status_code == 404


def test_tools_follow_their_key(canvas, key):
    tool = install(canvas, key).json()
    where = f"{TOOLS}/{tool['id']}"
    assert canvas.put(where, {"name": "By hand"}).json()["name"] == "By hand"
    other = extension(placement("file_menu"), placement("editor_button", "LtiDeepLinkingRequest", enabled=False))
    canvas.put(configuration_path(key["id"]), document(title="Renamed", extensions=[other]))
    after = canvas.get(where).json()
    assert (after["name"], after["deployment_id"]) == ("Renamed", tool["deployment_id"])
    assert (after["course_navigation"], after["editor_button"]) == (None, None)
    assert after["file_menu"]["placement"] == "file_menu"
    canvas.turn(key["id"], "off")
    assert canvas.get(where).json()["workflow_state"] == "disabled"
    canvas.turn(key["id"], "on")
    assert canvas.get(where).json()["workflow_state"] == "name_only"
    canvas.delete(f"developer_keys/{key['id']}")
    assert canvas.get(where).status_code == 404


def test_tools_of_lti_11(canvas):
    form = {"name": "Old", "privacy_level": "public", "consumer_key": "k", "shared_secret": "s",
            "url": "https://old.example/launch", "custom_fields[a]": "b=c"}  # fmt: skip
    made = canvas.send("POST", TOOLS, data=form).json()
    assert (made["version"], made["domain"], made["custom_fields"]) == ("1.1", "old.example", {"a": "b=c"})
    assert "developer_key_id" not in made
    assert "shared_secret" not in made
    assert canvas.send("POST", TOOLS, data={**form, "shared_secret": ""}).status_code == 400


def test_auto_deployment_hides_a_tool(canvas, sandbox):
    sandbox.switches({"canvas.auto_deploy": True, "canvas.initial_binding": "on"})
    key = canvas.create()["developer_key"]
    assert canvas.get(TOOLS).json() == []
    where = f"{APPS}/{key['lti_registration_id']}/deployments"
    (hidden,) = canvas.get(where).json()
    assert (hidden["context_type"], hidden["context_name"], hidden["workflow_state"]) == (
        "Account", "Example University", "active",
    )  # fmt: skip
    assert canvas.get(f"{where}/{hidden['id']}/controls").json()[0]["available"] is False
    second = install(canvas, key).json()
    assert [one["id"] for one in canvas.get(TOOLS).json()] == [second["id"]]
    assert [one["id"] for one in canvas.get(where).json()] == [hidden["id"], second["id"]]


def test_a_control_makes_a_tool_available(canvas, sandbox):
    sandbox.switches({"canvas.auto_deploy": True, "canvas.initial_binding": "on"})
    key = canvas.create()["developer_key"]
    apps = f"{APPS}/{key['lti_registration_id']}"
    (hidden,) = canvas.get(f"{apps}/deployments").json()
    (control,) = canvas.get(f"{apps}/deployments/{hidden['id']}/controls").json()
    changed = canvas.send("PUT", f"{apps}/controls/{control['id']}", json={"available": True})
    assert (changed.status_code, changed.json()["available"]) == (200, True)
    assert [one["id"] for one in canvas.get(TOOLS).json()] == [hidden["id"]]
    assert canvas.send("PUT", f"{apps}/controls/999", json={"available": True}).status_code == 404
    assert canvas.send("PUT", f"{apps}/controls/{control['id']}", json={"available": False}).status_code == 200
    assert canvas.get(TOOLS).json() == []


def test_deployments_of_the_apps_page(canvas, key, sandbox):
    where = f"{APPS}/{key['lti_registration_id']}/deployments"
    answer = canvas.get(where)
    assert (answer.status_code, answer.json()) == (404, {"error": "The specified resource does not exist."})
    sandbox.switches({"canvas.lti_registrations_next": True})
    made = canvas.post(where, {"for_course_id": 101}).json()
    assert (made["context_type"], made["context_id"]) == ("Course", 101)
    assert [one["id"] for one in canvas.get("courses/101/external_tools").json()] == [made["id"]]
    assert canvas.post(where, {"for_subaccount_id": 2, "available": False}).json()["context_id"] == 2
    assert canvas.get("accounts/2/external_tools").json() == []
    assert canvas.post(where, {"for_course_id": 101, "for_subaccount_id": 2}).status_code == 422
    assert canvas.post(where, {"for_course_id": 501}).status_code == 404
    assert canvas.post(where).json()["context_id"] == 1
    assert canvas.get(f"{where}/{made['id']}").json() == made
    assert canvas.get(f"{where}/{made['id']}/controls").json()[0]["path"] == "a1.a2.c101."
    assert canvas.delete(f"{where}/{made['id']}").json()["workflow_state"] == "deleted"
    assert canvas.get(f"{where}/{made['id']}").status_code == 404
    assert canvas.get(where, token="canvas-installer-token").status_code == 403
