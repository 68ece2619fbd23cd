"""Which key, tool or registration is meant, and how few requests that takes (docs/platforms/canvas.md, 1.5, 3.1, 4.4,
9.1)."""

from __future__ import annotations

import pytest
import requests

from .canvas_samples import recorded, settings
from .scripted_canvas import Canvas, key

KEYS = "canvas_tool_configuration"
REGISTRATIONS = "canvas_lti_registration"
TOOLS = "canvas_external_tool"
BINDING = "canvas_developer_key_binding"


@pytest.fixture
def many(canvas_runner):
    """An account with 300 keys, Key 1 to Key 300."""
    canvas_runner.client_ids = canvas_runner.sandbox.seed("canvas").developer_keys(300)["client_ids"]
    return canvas_runner


def reads(runner):
    entries = runner.sandbox.requests()
    runner.sandbox.clear_requests()
    return [entry["path"] for entry in entries if entry["method"] == "GET"]


@pytest.mark.parametrize("name", ["Key 300", "Key 150", "Key 1"])
def test_a_key_is_found_by_name_with_one_request_for_each_hundred(many, name):
    assert not many(KEYS, name=name)["changed"]
    assert len(reads(many)) <= 4


@pytest.mark.parametrize("index", [0, 150, 299])
def test_a_key_is_found_by_its_client_id_with_a_single_request(many, index):
    result = many(KEYS, client_id=many.client_ids[index])

    assert result["tool_configuration"]["name"] == f"Key {index + 1}"
    assert len(reads(many)) == 1
    assert many(BINDING, client_id=many.client_ids[index], binding="off")["changed"] is False
    assert len(reads(many)) == 1


@pytest.mark.parametrize("module", [KEYS, BINDING, TOOLS])
def test_a_server_that_does_not_know_the_filter_does_not_mislead(many, module):
    many.sandbox.switches({"canvas.id_filter": False})
    wish = {"binding": "on"} if module == BINDING else {}
    if module == TOOLS:
        many(BINDING, client_id=many.client_ids[0], binding="on")

    result = many(module, client_id=many.client_ids[0], **wish)

    assert "failure" not in result, result
    (found,) = (
        result[name] for name in ("tool_configuration", "developer_key_binding", "external_tool") if name in result
    )
    assert found["client_id"] == many.client_ids[0]


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("module", [KEYS, BINDING, TOOLS, REGISTRATIONS])
def test_a_client_id_that_does_not_exist_is_an_error_and_never_a_create(many, module, known):
    many.sandbox.switches({"canvas.id_filter": known})
    wish = {"binding": "on"} if module == BINDING else {}
    many.writes()

    result = many(module, client_id="9999", **wish)

    assert result["failure"]["kind"] == "not_found"
    assert "9999" in result["msg"]
    assert many.writes() == []


@pytest.mark.parametrize("module", [KEYS, TOOLS, REGISTRATIONS])
def test_what_does_not_exist_is_absent_already(many, module):
    assert not many(module, client_id="9999", state="absent")["changed"]
    assert many.writes() == []


SWITCHES = {
    "plain": {},
    "links without a prefix": {"canvas.link_header_bug": True},
    "opaque pages": {"canvas.page_tokens": "bookmark"},
    "no last link": {"canvas.last_link": False},
    "all at once": {"canvas.link_header_bug": True, "canvas.page_tokens": "bookmark", "canvas.last_link": False},
}


@pytest.mark.parametrize("switches", SWITCHES)
@pytest.mark.parametrize("era", ["A", "D"])
def test_all_pages_are_read(many, switches, era):
    many.sandbox.switches({"canvas.era": era, **SWITCHES[switches]})

    listed = many(f"{KEYS}_info")["tool_configurations"]

    assert [one["name"] for one in listed] == [f"Key {number}" for number in range(300, 0, -1)]
    assert len(reads(many)) == 3
    assert not many(KEYS, name="Key 1")["changed"]


def test_pages_of_a_platform_below_a_path_keep_that_path(running_sandbox):
    """Links without /api/v1, at a base address that has a path itself."""
    server = Canvas()
    try:
        run = server.runner(base_url=f"{server.url}/canvas")
        first = f'<{server.url}/canvas/accounts/1/developer_keys?page=2>; rel="next"'
        server.pages = [([key(1)], first), ([key(2)], "")]
        assert len(run(f"{KEYS}_info")["tool_configurations"]) == 2
        assert [path for _verb, path, *_rest in server.seen] == [
            "/canvas/api/v1/accounts/self/developer_keys?per_page=100",
            "/canvas/api/v1/accounts/1/developer_keys?page=2",
        ]
    finally:
        server.close()


@pytest.mark.parametrize("module", [f"{KEYS}_info", f"{REGISTRATIONS}_info", f"{TOOLS}_info"])
def test_a_link_to_another_host_is_refused_before_the_token_leaves(many, module):
    many.sandbox.switches({"canvas.link_host": "foreign"})
    if "tool" in module:
        for client_id in many.client_ids[:101]:
            many.sandbox.seed("canvas").binding(client_id, "on")
            many.sandbox.seed("canvas").external_tool(client_id)
    with recorded() as sent:
        result = many(module)

    assert "outside the platform" in result["msg"]
    assert result["failure"]["kind"] == "protocol"
    assert {one.url.split("/api/")[0] for one in sent} == {many.sandbox.base_url}
    assert len(sent) == 1


@pytest.mark.parametrize(
    "address",
    [
        "https://elsewhere.example/api/v1/accounts/1/developer_keys?page=2",
        "//elsewhere.example/accounts/1/developer_keys?page=2",
        "http://{host}@elsewhere.example/api/v1/x",
        "http://{host}.elsewhere.example/api/v1/x",
        "https://{host}/api/v1/accounts/1/developer_keys?page=2",
        "http://127.0.0.1:1/api/v1/x",
    ],
)
def test_a_link_that_leaves_the_platform_is_refused(address):
    server = Canvas()
    try:
        host = server.url.partition("://")[2]
        server.pages = [([key(1)], f'<{address.format(host=host)}>; rel="next"'), ([], "")]
        result = server.runner()(f"{KEYS}_info")
        assert "outside the platform" in result["msg"]
        assert len(server.seen) == 1
    finally:
        server.close()


@pytest.mark.parametrize(
    "link", ["", "garbage", '<>; rel="next"', '</api/v1/x>; rel="prev"', "<x", '; rel="next"', ",,,"]
)
def test_a_header_without_a_next_page_is_the_end(link):
    server = Canvas()
    try:
        server.pages = [([key(1)], link)]
        listed = server.runner()(f"{KEYS}_info")
        assert len(listed.get("tool_configurations", [])) == 1, listed
    finally:
        server.close()


def test_pages_without_an_end_are_found_out():
    server = Canvas()
    try:
        server.pages = [([key(1)], f'<{server.url}/api/v1/accounts/self/developer_keys?page=1>; rel="next"')] * 3
        result = server.runner()(f"{KEYS}_info")
        assert "never end" in result["msg"]
        assert len(server.seen) == 2
    finally:
        server.close()


# Names


@pytest.mark.parametrize("state", ["present", "absent"])
def test_two_keys_of_one_name_are_ambiguous_and_both_are_named(canvas_runner, state):
    seeds = canvas_runner.sandbox.seed("canvas")
    ids = {str(seeds.tool_configuration("Quiz")["developer_key"]["id"]) for _each in range(2)}
    canvas_runner.connection["retries"] = 0

    result = canvas_runner(KEYS, name="Quiz", state=state)

    assert result["failure"]["kind"] == "ambiguous"
    assert all(client_id in result["msg"] for client_id in ids)
    assert "client_id" in result["msg"]
    assert canvas_runner.writes() == []


def test_of_two_keys_of_one_name_a_client_id_chooses(canvas_runner):
    seeds = canvas_runner.sandbox.seed("canvas")
    first, second = (seeds.tool_configuration("Quiz")["developer_key"]["id"] for _each in range(2))

    canvas_runner(KEYS, client_id=str(second), name="Quiz", state="absent")

    held = canvas_runner.sandbox.state("canvas")["developer_keys"]
    assert [held[str(one % 10**13)]["workflow_state"] for one in (first, second)] == ["active", "deleted"]


def api_key(runner, name):
    answer = requests.post(
        f"{runner.sandbox.base_url}/api/v1/accounts/1/developer_keys",
        json={"developer_key": {"name": name, "scopes": []}},
        headers={"Authorization": "Bearer canvas-demo-token"},
        timeout=5,
    )
    return answer.json()


OTHERS = {
    "inherited": lambda runner: runner.sandbox.seed("canvas").site_admin_key("Quiz"),
    "of the neighbour": lambda runner: runner.sandbox.seed("canvas").neighbour_key("Quiz"),
    "made by the tool itself": lambda runner: runner.sandbox.seed("canvas").dynamic_registration("Quiz"),
    "for API use": lambda runner: api_key(runner, "Quiz"),
}


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("era", ["A", "D"])
def test_keys_of_another_kind_are_never_taken_by_name(canvas_runner, other, era):
    canvas_runner.sandbox.switches({"canvas.era": era})
    theirs = OTHERS[other](canvas_runner)
    before = canvas_runner.sandbox.state("canvas")["developer_keys"]

    gone = canvas_runner(KEYS, name="Quiz", state="absent")
    made = canvas_runner(KEYS, name="Quiz", settings=settings())
    again = canvas_runner(KEYS, name="Quiz", settings=settings())

    assert [gone["changed"], made["changed"], again["changed"]] == [False, True, False]
    assert made["tool_configuration"]["client_id"] != str(theirs["id"])
    after = canvas_runner.sandbox.state("canvas")["developer_keys"]
    assert {name: after[name] for name in before} == before
    assert len(canvas_runner(f"{KEYS}_info")["tool_configurations"]) == 1


@pytest.mark.parametrize(
    ("other", "says"), [("made by the tool itself", "dynamic registration"), ("for API use", "key for API use")]
)
@pytest.mark.parametrize("wish", [{"notes": "x"}, {"state": "absent"}, {"settings": settings()}, {"binding": "on"}])
def test_a_key_of_another_kind_is_refused_by_its_id(canvas_runner, other, says, wish):
    theirs = OTHERS[other](canvas_runner)
    canvas_runner.writes()

    for check in (True, False):
        result = canvas_runner(KEYS, check=check, client_id=str(theirs["id"]), **wish)
        assert says in result["msg"]
        assert result["failure"]["kind"] == "invalid"
    assert canvas_runner.writes() == []


@pytest.mark.parametrize("other", ["inherited", "of the neighbour"])
@pytest.mark.parametrize("state", ["present", "absent"])
def test_a_key_of_another_account_is_not_there(canvas_runner, other, state):
    theirs = OTHERS[other](canvas_runner)

    result = canvas_runner(KEYS, client_id=str(theirs["id"]), state=state)

    assert result.get("failure", {}).get("kind") == (None if state == "absent" else "not_found")
    assert canvas_runner.writes() == []


def event(runner, client_id, name):
    requests.put(
        f"{runner.sandbox.base_url}/api/v1/developer_keys/{client_id}",
        json={"developer_key": {"event": name}},
        headers={"Authorization": "Bearer canvas-demo-token"},
        timeout=5,
    ).raise_for_status()


def test_an_inactive_key_is_still_the_key_of_that_name(canvas_runner):
    made = canvas_runner(KEYS, name="Quiz", settings=settings())
    event(canvas_runner, made["tool_configuration"]["client_id"], "deactivate")

    result = canvas_runner(KEYS, name="Quiz", settings=settings())

    assert not result["changed"]
    assert result["tool_configuration"]["workflow_state"] == "inactive"
    assert "inactive" in result["warnings"][0]


def test_a_deleted_key_is_no_longer_the_key_of_that_name(canvas_runner):
    first = canvas_runner(KEYS, name="Quiz", settings=settings())["tool_configuration"]["client_id"]
    canvas_runner(KEYS, name="Quiz", state="absent")

    second = canvas_runner(KEYS, name="Quiz", settings=settings())

    assert second["changed"]
    assert second["tool_configuration"]["client_id"] != first
    assert not canvas_runner(KEYS, client_id=first, state="absent")["changed"]
    assert canvas_runner(KEYS, client_id=first, notes="x")["failure"]["kind"] == "not_found"


@pytest.mark.parametrize("other", ["quiz", "Quiz ", "Quiz 2", "Qu"])
def test_a_name_is_taken_by_the_letter(canvas_runner, other):
    canvas_runner.sandbox.seed("canvas").tool_configuration(other)

    assert canvas_runner(KEYS, name="Quiz", settings=settings())["changed"]
    assert len(canvas_runner.sandbox.state("canvas")["developer_keys"]) == 2


def test_titles_and_addresses_do_not_tell_keys_apart(canvas_runner):
    """9.1: nothing is guessed; five things of a tool are called a name (8)."""
    canvas_runner(KEYS, name="Quiz (2025)", settings=settings())

    assert canvas_runner(KEYS, name="Quiz", settings=settings())["changed"]


def test_a_client_id_renames(canvas_runner):
    made = canvas_runner(KEYS, name="Quiz", settings=settings())["tool_configuration"]

    result = canvas_runner(KEYS, client_id=made["client_id"], name="New name")

    assert result["changed"]
    assert result["tool_configuration"]["name"] == "New name"
    assert [one["name"] for one in canvas_runner(f"{KEYS}_info")["tool_configurations"]] == ["New name"]


@pytest.mark.parametrize("deletion", ["D", "A"])
@pytest.mark.parametrize("check", [True, False])
def test_a_key_whose_configuration_was_deleted_is_refused_and_can_be_removed(canvas_runner, deletion, check):
    canvas_runner.sandbox.switches({"canvas.era": deletion})
    made = canvas_runner(KEYS, name="Quiz", settings=settings())["tool_configuration"]
    canvas_runner(
        "api_request",
        platform="canvas",
        method="DELETE",
        path=f"/api/lti/developer_keys/{made['client_id']}/tool_configuration",
    )
    canvas_runner.writes()

    for wish in ({"name": "Quiz", "settings": settings()}, {"client_id": made["client_id"], "notes": "x"}):
        result = canvas_runner(KEYS, check=check, **wish)
        assert result["failure"]["kind"] == "conflict"
        assert "state: absent" in result["msg"]
    assert canvas_runner.writes() == []
    (listed,) = canvas_runner(f"{KEYS}_info")["tool_configurations"]
    assert listed["settings"] is None
    assert canvas_runner(KEYS, check=check, name="Quiz", state="absent")["changed"]


# Registrations


def test_a_registration_is_found_by_name_among_own_ones(canvas_runner):
    seeds = canvas_runner.sandbox.seed("canvas")
    seeds.site_admin_key("Quiz", state="on")
    mine = seeds.lti_registration("Quiz")

    result = canvas_runner(REGISTRATIONS, name="Quiz", vendor="Example")

    assert result["registration"]["registration_id"] == str(mine["id"])
    assert result["registration"]["inherited"] is False


@pytest.mark.parametrize("wish", [{"vendor": "x"}, {"state": "absent"}])
def test_an_inherited_registration_is_refused_by_its_id(canvas_runner, wish):
    seeds = canvas_runner.sandbox.seed("canvas")
    theirs = seeds.site_admin_key("Theirs", state="on")
    canvas_runner.writes()

    result = canvas_runner(REGISTRATIONS, registration_id=str(theirs["lti_registration_id"]), **wish)

    assert "belongs to Site Admin" in result["msg"]
    assert "canvas_developer_key_binding" in result["msg"]
    assert canvas_runner.writes() == []


def test_an_inherited_registration_is_listed_as_such(canvas_runner):
    seeds = canvas_runner.sandbox.seed("canvas")
    theirs = seeds.site_admin_key("Theirs")
    seeds.binding(theirs["id"], "on")

    (listed,) = canvas_runner(f"{REGISTRATIONS}_info")["registrations"]

    assert (listed["client_id"], listed["inherited"]) == (str(theirs["id"]), True)


def test_two_registrations_of_one_name_are_ambiguous(canvas_runner):
    seeds = canvas_runner.sandbox.seed("canvas")
    ids = [str(seeds.lti_registration("Quiz")["id"]) for _each in range(2)]
    canvas_runner.connection["retries"] = 0

    result = canvas_runner(REGISTRATIONS, name="Quiz", vendor="x")

    assert result["failure"]["kind"] == "ambiguous"
    assert all(number in result["msg"] for number in ids)
    assert canvas_runner.writes() == []


def test_many_registrations_are_read_in_pages_of_a_hundred(many):
    assert not many(REGISTRATIONS, name="Key 1")["changed"]
    assert len(reads(many)) == 3
    assert not many(REGISTRATIONS, client_id=many.client_ids[0])["changed"]
    assert len(reads(many)) <= 3
    assert not many(REGISTRATIONS, registration_id="52")["changed"]
    assert len(reads(many)) == 1


@pytest.mark.parametrize("field", ["vendor", "admin_nickname", "workflow_state"])
def test_of_a_registration_that_the_tool_made_everything_but_the_configuration_can_be_changed(canvas_runner, field):
    theirs = canvas_runner.sandbox.seed("canvas").dynamic_registration("Dynamic")
    number = str(theirs["lti_registration_id"])
    value = "off" if field == "workflow_state" else "Example"
    canvas_runner.writes()

    for check in (True, False):
        refused = canvas_runner(REGISTRATIONS, check=check, registration_id=number, configuration={"title": "Mine"})
        assert "made by the tool" in refused["msg"]
    assert canvas_runner.writes() == []
    assert canvas_runner(REGISTRATIONS, registration_id=number, **{field: value})["changed"]
    assert not canvas_runner(REGISTRATIONS, registration_id=number, **{field: value})["changed"]


# Installed tools


def test_tools_above_and_below_do_not_count(canvas_runner):
    seeds = canvas_runner.sandbox.seed("canvas")
    client_id = str(seeds.tool_configuration("Quiz", binding="on")["developer_key"]["id"])
    seeds.external_tool(client_id)
    seeds.external_tool(client_id, course_id=101)

    made = canvas_runner(TOOLS, client_id=client_id, account_id="2")

    assert made["changed"]
    held = canvas_runner.sandbox.state("canvas")["tools"].values()
    assert sorted((one["context_type"], one["context_id"]) for one in held) == [
        ("Account", 1),
        ("Account", 2),
        ("Course", 101),
    ]


def test_of_several_installations_the_eldest_is_meant_and_a_removal_must_choose(canvas_runner):
    seeds = canvas_runner.sandbox.seed("canvas")
    client_id = str(seeds.tool_configuration("Quiz", binding="on")["developer_key"]["id"])
    ids = [str(seeds.external_tool(client_id)["id"]) for _each in range(3)]
    canvas_runner.connection["retries"] = 0
    canvas_runner.writes()

    result = canvas_runner(TOOLS, client_id=client_id)
    refused = canvas_runner(TOOLS, client_id=client_id, state="absent")

    assert not result["changed"]
    assert result["external_tool"]["external_tool_id"] == ids[0]
    assert all(number in result["warnings"][0] for number in ids)
    assert refused["failure"]["kind"] == "ambiguous"
    assert all(number in refused["msg"] for number in ids)
    assert "external_tool_id" in refused["msg"]
    assert canvas_runner.writes() == []
    assert canvas_runner(TOOLS, external_tool_id=ids[1], state="absent")["changed"]
    left = [
        one["id"]
        for one in canvas_runner.sandbox.state("canvas")["tools"].values()
        if one["workflow_state"] != "deleted"
    ]
    assert [str(number) for number in left] == [ids[0], ids[2]]


def test_a_tool_of_lti_1_1_is_never_touched(canvas_runner):
    old = canvas_runner(
        "api_request",
        platform="canvas",
        method="POST",
        path="/api/v1/accounts/1/external_tools",
        body={
            "name": "Quiz",
            "consumer_key": "k",
            "shared_secret": "s3cret-of-1-1",
            "url": "https://quiz.example.com/launch",
        },
    )["json"]
    canvas_runner.writes()

    for state in ("present", "absent"):
        result = canvas_runner(TOOLS, external_tool_id=str(old["id"]), state=state)
        assert "not one of LTI 1.3" in result["msg"]
    assert canvas_runner(f"{TOOLS}_info")["external_tools"] == []
    assert canvas_runner.writes() == []


def test_a_tool_cannot_be_given_to_another_key(canvas_runner):
    seeds = canvas_runner.sandbox.seed("canvas")
    mine, other = (
        str(seeds.tool_configuration(name, binding="on")["developer_key"]["id"]) for name in ("Quiz", "Other")
    )
    tool = str(seeds.external_tool(mine)["id"])
    canvas_runner.writes()

    result = canvas_runner(TOOLS, external_tool_id=tool, client_id=other)

    assert f"belongs to the key {mine}" in result["msg"]
    assert canvas_runner.writes() == []


@pytest.mark.parametrize(
    "where", [{}, {"account_id": "1"}, {"account_id": "default"}, {"account_id": "10000000000001"}]
)
def test_a_tool_that_came_with_the_key_is_found_though_it_is_hidden(canvas_runner, where):
    """2.4, 4.2: a second installation would be a second deployment."""
    canvas_runner.sandbox.switches({"canvas.auto_deploy": True})
    client_id = str(
        canvas_runner.sandbox.seed("canvas").tool_configuration("Quiz", binding="on")["developer_key"]["id"]
    )

    result = canvas_runner(TOOLS, client_id=client_id, **where)

    assert not result["changed"]
    assert result["external_tool"]["available"] is False
    assert result["external_tool"]["deployment_id"] == result["handback"]["deployment_ids"][0]
    assert "not available" in " ".join(result["warnings"])
    assert len(canvas_runner.sandbox.state("canvas")["tools"]) == 1


@pytest.mark.parametrize("where", [{"account_id": "2"}, {"course_id": "101"}])
def test_a_hidden_tool_of_another_place_is_not_taken_for_this_one(canvas_runner, where):
    canvas_runner.sandbox.switches({"canvas.auto_deploy": True})
    client_id = str(
        canvas_runner.sandbox.seed("canvas").tool_configuration("Quiz", binding="on")["developer_key"]["id"]
    )

    assert canvas_runner(TOOLS, client_id=client_id, **where)["changed"]
    assert not canvas_runner(TOOLS, client_id=client_id, **where)["changed"]
    assert len(canvas_runner.sandbox.state("canvas")["tools"]) == 2


def test_who_may_not_look_for_hidden_tools_is_told_so(canvas_runner):
    canvas_runner.sandbox.switches({"canvas.auto_deploy": True})
    client_id = str(
        canvas_runner.sandbox.seed("canvas").tool_configuration("Quiz", binding="on")["developer_key"]["id"]
    )

    result = canvas_runner(TOOLS, client_id=client_id, access_token="canvas-installer-token")

    assert result["changed"]
    assert "manage_lti_registrations" in " ".join(result["warnings"])


def test_a_course_can_be_managed_by_who_may_do_no_more(canvas_runner):
    """4.1: who installs in a course need not be allowed to see keys or registrations."""
    client_id = str(
        canvas_runner.sandbox.seed("canvas").tool_configuration("Quiz", binding="on")["developer_key"]["id"]
    )
    canvas_runner.connection["access_token"] = "canvas-teacher-token"

    made = canvas_runner(TOOLS, client_id=client_id, course_id="101")

    assert made["changed"], made
    assert not canvas_runner(TOOLS, client_id=client_id, course_id="101")["changed"]
    assert canvas_runner(TOOLS, client_id=client_id, course_id="101", state="absent")["changed"]


# Bindings of others


def test_an_inherited_key_is_switched_in_this_account(canvas_runner):
    theirs = str(canvas_runner.sandbox.seed("canvas").site_admin_key("Theirs")["id"])

    for wanted in ("on", "off"):
        result = canvas_runner(BINDING, client_id=theirs, binding=wanted)
        assert result["changed"]
        assert (result["developer_key_binding"]["binding"], result["developer_key_binding"]["inherited"]) == (
            wanted,
            True,
        )
        assert not canvas_runner(BINDING, client_id=theirs, binding=wanted)["changed"]


@pytest.mark.parametrize("module", [BINDING, KEYS])
@pytest.mark.parametrize("forced", ["on", "off"])
def test_a_binding_that_another_account_decides_is_left_alone_with_a_warning(canvas_runner, module, forced):
    seeds = canvas_runner.sandbox.seed("canvas")
    mine = module == KEYS
    client_id = str(
        (seeds.tool_configuration("Quiz")["developer_key"] if mine else seeds.site_admin_key("Quiz", state="allow"))[
            "id"
        ]
    )
    _force(canvas_runner, client_id, forced)
    other = {"on": "off", "off": "on"}[forced]
    canvas_runner.writes()

    asked, agreed = (canvas_runner(module, client_id=client_id, binding=wanted) for wanted in (other, forced))

    assert not asked["changed"]
    assert not agreed["changed"]
    assert "another account" in asked["warnings"][0]
    assert "warnings" not in agreed
    assert canvas_runner.writes() == []


def _force(runner, client_id, state):
    """Site Admin decides, which counts before everybody else."""
    with runner.sandbox.service.store.lock:
        number = int(client_id) % 10**13
        runner.sandbox.service.store["canvas"]["bindings"][f"{number}:99"] = {
            "id": 999,
            "account_id": 99,
            "developer_key_id": number,
            "workflow_state": state,
        }
