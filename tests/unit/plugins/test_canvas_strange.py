"""Answers of Canvas that are not as they should be, and administrators who are at work at the same time."""

from __future__ import annotations

import itertools

import pytest
import requests

from .canvas_samples import JWK, SCOPES, SETTINGS, before, key_of, meaning, recorded, settings, written
from .conftest import Runner
from .scripted_canvas import KEYS, REGISTRATIONS, TOOLS, Canvas, key

CONFIGURATION = "canvas_tool_configuration"
BINDING = "canvas_developer_key_binding"
INSTALL = "canvas_external_tool"
REGISTER = "canvas_lti_registration"


@pytest.fixture(scope="module")
def one_server():
    server = Canvas()
    yield server
    server.close()


@pytest.fixture
def server(one_server):
    one_server.forget().answers["GET", KEYS] = (200, {}, [key(1)])
    return one_server


@pytest.fixture
def run(server):
    return server.runner(retries=0)


def by_hand(runner, method, path, body=None):
    """What an administrator, or another program, does."""
    answer = requests.request(
        method,
        f"{runner.sandbox.base_url}{path}",
        json=body,
        headers={"Authorization": "Bearer canvas-demo-token"},
        timeout=5,
    )
    answer.raise_for_status()
    return answer.json() if answer.content else None


# Refusals that say 200

REFUSED = (200, {}, {"errors": [{"message": "not today"}]})


@pytest.mark.parametrize(
    ("module", "wish", "verb"),
    [
        (CONFIGURATION, {"client_id": "1", "state": "absent"}, "DELETE"),
        (CONFIGURATION, {"client_id": "1", "notes": "x"}, "PUT"),
        (REGISTER, {"registration_id": "52", "state": "absent"}, "DELETE"),
        (INSTALL, {"external_tool_id": "310", "state": "absent"}, "DELETE"),
        (BINDING, {"client_id": "1", "binding": "off"}, "POST"),
    ],
    ids=str,
)
def test_a_refusal_that_says_200_is_a_refusal(server, run, module, wish, verb):
    server.answers["GET", f"{REGISTRATIONS}/52"] = (
        200,
        {},
        {"id": 52, "name": "Quiz", "developer_key_id": 10**13 + 1, "configuration": {}},
    )
    server.answers["GET", f"{TOOLS}/310"] = (200, {}, {"id": 310, "version": "1.3", "developer_key_id": 10**13 + 1})
    server.answers[verb] = REFUSED

    result = run(module, **wish)

    assert result["failed"], result
    assert "not today" in result["msg"]
    assert len(server.writes) == 1


# Not being able to look is not absence

PLACES = {
    "the registration": f"/api/v1/accounts/self/lti_registration_by_client_id/{10**13 + 1}",
    "its deployments": f"{REGISTRATIONS}/52/deployments",
    "the account": "/api/v1/accounts/self",
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "body",
    [b"null", b"7", b'"x"', b"{}", b"[1]", b"[[]]", b'[{"name": "x"}]', b"", b'{"errors": ["no"]}', b'{"id": null}'],
)
def test_a_tool_that_may_be_there_already_is_not_installed_again(server, run, place, body):
    """4.4: each installation is a deployment of its own."""
    good = ({"id": 52}, [{"id": 310, "context_type": "Account", "context_id": 1}], {"id": 1})
    server.answers.update({("GET", path): (200, {}, data) for path, data in zip(PLACES.values(), good, strict=True)})
    server.answers["GET", PLACES[place]] = (200, {}, body)

    result = run(INSTALL, client_id="1")

    assert result["failure"]["kind"] in ("protocol", "invalid"), result
    assert server.writes == []


# Members that are missing, or of another type


@pytest.mark.parametrize(
    "odd",
    [
        {"redirect_uris": None},
        {"redirect_uris": "..."},
        {"name": None},
        {"name": "..."},
        {"developer_key_account_binding": []},
        {"developer_key_account_binding": "on"},
        {"developer_key_account_binding": None},
        {"scopes": None},
        {"notes": "..."},
        {"tool_configuration": {**SETTINGS, "extensions": {}}},
        {"tool_configuration": {**SETTINGS, "extensions": ["x"]}},
        {"tool_configuration": {**SETTINGS, "custom_fields": []}},
        {"tool_configuration": {**SETTINGS, "scopes": "a b"}},
        {"tool_configuration": settings(launch={"placements": ["x"]})},
        {"tool_configuration": settings(launch={"placements": {}})},
        {"tool_configuration": []},
        {"tool_configuration": "x"},
        {"tool_configuration": {}},
        {"tool_configuration": None},
        {"lti_registration_id": None},
        {"all_redirect_uris": 5},
    ],
    ids=str,
)
def test_one_odd_key_does_not_spoil_the_list_and_is_no_crash(server, run, odd):
    strange = {name: value for name, value in {**key(2, "Odd"), **odd}.items() if odd.get(name) != "..."}
    server.answers["GET", KEYS] = (200, {}, [key(1), strange])
    server.answers["PUT"] = (200, {}, {"developer_key": key(2), "tool_configuration": {"settings": SETTINGS}})

    listed = run(f"{CONFIGURATION}_info")
    good = run(CONFIGURATION, client_id="1")
    results = [
        run(CONFIGURATION, client_id="2", notes="x"),
        run(CONFIGURATION, client_id="2", state="absent"),
        run(BINDING, client_id="2", binding="off"),
    ]

    assert len(listed["tool_configurations"]) == 2, listed
    assert not good["changed"]
    for result in results:
        assert "mistake" not in str(result.get("msg")), result.get("exception")
    for _verb, _path, _headers, body in [one for one in server.seen if one[0] == "PUT"]:
        assert b'"scopes": ["a"' not in body


@pytest.mark.parametrize("told", [5, {"a": "b"}, True, [1, None], [{"message": "x"}]])
def test_a_warning_of_another_type_is_no_crash(server, run, told):
    server.answers["PUT"] = (
        200,
        {},
        {"developer_key": key(1, notes="x"), "tool_configuration": {"settings": SETTINGS}, "warning_message": told},
    )

    result = run(CONFIGURATION, client_id="1", notes="x")

    assert result["changed"], result
    assert result["warnings"][0].startswith("Canvas says: ")


@pytest.mark.parametrize(
    "odd",
    [
        {"account_binding": []},
        {"account_binding": "x"},
        {"configuration": None},
        {"configuration": []},
        {"configuration": {"placements": {}}},
        {"configuration": {"public_jwk": []}},
        {"configuration": {"scopes": "a b"}},
        {"configuration": {"custom_fields": []}},
        {"name": None},
    ],
    ids=str,
)
def test_one_odd_registration_does_not_spoil_the_list(server, run, odd):
    good = {
        "id": 52,
        "name": "Quiz",
        "workflow_state": "active",
        "developer_key_id": 10**13 + 1,
        "configuration": {"title": "x"},
    }
    server.answers["GET", REGISTRATIONS] = (
        200,
        {},
        {"total": 2, "data": [good, {**good, "id": 53, "name": "Odd", **odd}]},
    )
    server.answers["GET", f"{REGISTRATIONS}/53"] = (200, {}, {**good, "id": 53, "name": "Odd", **odd})
    server.answers["PUT"] = (200, {}, {**good, "id": 53, "vendor": "x"})

    listed = run(f"{REGISTER}_info")
    results = [
        run(REGISTER, registration_id="53", **wish)
        for wish in ({"vendor": "x"}, {"configuration": {"placements": []}}, {"state": "absent"})
    ]

    assert len(listed["registrations"]) == 2, listed
    for result in results:
        assert "mistake" not in str(result.get("msg")), result.get("exception")


@pytest.mark.parametrize("empty", [b"", b"null"])
def test_a_change_that_is_answered_with_nothing_is_looked_at(server, run, empty):
    looks = iter([[key(1)], [key(1)]])
    server.answers["GET", KEYS] = lambda: (200, {}, next(looks, [key(1, notes="x")]))
    server.answers["PUT"] = (200, {}, empty)

    result = run(CONFIGURATION, client_id="1", notes="x")

    assert (result.get("failed"), result["changed"]) == (None, True)
    assert "warnings" not in result


def test_the_vendor_gets_the_whole_client_id_though_a_tool_shows_the_local_one(server, run):
    """1.6: one answer has both kinds."""
    tool = {"id": 310, "version": "1.3", "developer_key_id": 1, "deployment_id": "310:x", "workflow_state": "public"}
    server.answers["GET", TOOLS] = (200, {}, [tool])

    result = run(INSTALL, client_id=str(10**13 + 1))

    assert not result["changed"]
    assert result["external_tool"]["client_id"] == result["handback"]["client_id"] == str(10**13 + 1)


@pytest.mark.parametrize("typed", ["1~77", " 10000000000077 ", "10000000000077"])
def test_an_installer_who_may_not_list_keys_sends_the_whole_id(canvas_runner, typed):
    """4.1: the global id is what goes into the body; shard~local is a form for paths."""
    canvas_runner.sandbox.seed("canvas").tool_configuration("Quiz", binding="on")
    with recorded() as sent:
        result = canvas_runner(INSTALL, client_id=typed, access_token="canvas-installer-token")

    assert result["changed"], result
    assert [one.body for one in written(sent)] == [{"client_id": "10000000000077"}]
    assert not any("1~77" in one.path or " " in one.path for one in sent)


def test_a_local_id_is_none_of_a_key_of_site_admin_on_another_shard(server, run):
    """1.6: an id without a shard is one of this server's own."""
    own, inherited = [], [{**key(77), "inherited_from": "global"}]
    answers = itertools.cycle([own, inherited])
    server.answers["GET", KEYS] = lambda: (200, {}, next(answers))

    assert run(BINDING, client_id="77", binding="off")["failure"]["kind"] == "not_found"
    server.answers["POST"] = (200, {}, {"workflow_state": "off", "account_owns_binding": True})
    assert run(BINDING, client_id="10000000000077", binding="off")["changed"]


# Contradictions


@pytest.fixture
def two(canvas_runner):
    """Two tools with their keys, registrations and installations."""
    seeds = canvas_runner.sandbox.seed("canvas")
    made = [seeds.tool_configuration(name, binding="on") for name in ("One", "Two")]
    canvas_runner.ids = [str(one["developer_key"]["id"]) for one in made]
    canvas_runner.registrations = [str(one["tool_configuration"]["lti_registration_id"]) for one in made]
    canvas_runner.tools = [str(seeds.external_tool(client_id)["id"]) for client_id in canvas_runner.ids]
    canvas_runner.writes()
    return canvas_runner


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("state", ["present", "absent"])
def test_ids_of_two_different_things_are_refused(two, check, state):
    """One mistyped loop variable would cost all deployment ids of a tool."""
    for module, wish in (
        (REGISTER, {"registration_id": two.registrations[0], "client_id": two.ids[1]}),
        (INSTALL, {"external_tool_id": two.tools[0], "client_id": two.ids[1]}),
    ):
        result = two(module, check=check, state=state, **wish)
        assert two.ids[0] in result["msg"]
        assert two.ids[1] in result["msg"]
        assert result["failure"]["kind"] == "invalid"
    assert two.writes() == []


# Somebody else at work


@pytest.mark.parametrize("era", ["A", "B", "C", "D"])
def test_what_an_administrator_changes_in_the_meantime_is_not_undone(canvas_runner, era):
    """A level that was made stricter between our reading and our writing stays so."""
    canvas_runner.sandbox.switches({"canvas.era": era})
    canvas_runner(CONFIGURATION, name="Quiz", settings=settings(extension={"privacy_level": "public"}), binding="on")
    other = Runner(canvas_runner.sandbox, "canvas")
    looks = []

    def stricter():
        other(CONFIGURATION, name="Quiz", privacy_level="anonymous")

    # The second look is that of the write itself.
    with before(
        lambda method, path: (
            method == "GET" and path.endswith("developer_keys") and (looks.append(1) or len(looks) == 2)
        ),
        stricter,
    ):
        result = canvas_runner(CONFIGURATION, name="Quiz", custom_fields={"z": 1})

    assert "failure" not in result, result
    said = meaning(key_of(canvas_runner)["tool_configuration"])
    assert (said["privacy_level"], said["custom_fields"]["z"]) == ("anonymous", "1")


def test_a_registration_is_sent_only_what_was_named(canvas_runner):
    canvas_runner(
        REGISTER, name="Quiz", configuration=settings(extension={"privacy_level": "public"}), workflow_state="on"
    )
    other = Runner(canvas_runner.sandbox, "canvas")

    def stricter():
        other(REGISTER, name="Quiz", configuration={"privacy_level": "anonymous"})

    with recorded() as sent, before(lambda method, path: method == "PUT", stricter):
        canvas_runner(REGISTER, name="Quiz", configuration={"domain": "new.example.com"})

    assert written(sent)[-1].body == {"configuration": {"domain": "new.example.com"}}
    said = meaning(key_of(canvas_runner)["tool_configuration"])
    assert (said["privacy_level"], said["domain"]) == ("anonymous", "new.example.com")


@pytest.mark.parametrize(
    "wish", [{"notes": "x"}, {"settings": settings(title="New title")}, {"custom_fields": {"x": "y"}}]
)
def test_a_configuration_that_is_deleted_in_the_meantime_is_a_conflict(canvas_runner, wish):
    canvas_runner(CONFIGURATION, name="Quiz", settings=settings())
    looks = []

    def gone():
        by_hand(canvas_runner, "DELETE", "/api/lti/developer_keys/77/tool_configuration")

    # The second look is that of the write itself.
    with before(lambda method, path: method == "GET" and (looks.append(1) or len(looks) == 2), gone):
        result = canvas_runner(CONFIGURATION, name="Quiz", **wish)

    assert result["failed"], result
    assert "mistake" not in result["msg"]
    assert result["failure"]["kind"] in ("conflict", "not_found")


def test_scopes_that_somebody_narrowed_are_not_widened_by_what_says_nothing_of_them(canvas_runner):
    canvas_runner(CONFIGURATION, name="Quiz", settings=settings())
    by_hand(canvas_runner, "PUT", "/api/v1/developer_keys/77", {"developer_key": {"scopes": [SCOPES[0]]}})

    for wish in ({"binding": "on"}, {"notes": "x"}, {"redirect_uris": ["https://quiz.example.com/other"]}):
        assert canvas_runner(CONFIGURATION, name="Quiz", **wish)["changed"]
        assert key_of(canvas_runner)["scopes"] == [SCOPES[0]]


@pytest.mark.parametrize("revives", [True, False])
def test_sleeping_redirect_addresses_are_lost_by_nothing(canvas_runner, revives):
    canvas_runner.sandbox.switches({"canvas.revive_redirect_uris": revives})
    uris = ["https://quiz.example.com/launch", "https://quiz.example.com/asleep"]
    canvas_runner(CONFIGURATION, name="Quiz", settings=settings(), redirect_uris=uris)

    for wish in (
        {"notes": "x"},
        {"settings": settings(target_link_uri="https://quiz.example.com/new")},
        {
            "settings": settings("domain", target_link_uri="https://quiz.example.com/new"),
            "clear_via_registration": True,
        },
    ):
        canvas_runner.sandbox.seed("canvas").deactivate_redirect_uri("77", uris[1])
        result = canvas_runner(CONFIGURATION, name="Quiz", **wish)
        assert result["changed"], result
        assert set(uris) <= set(key_of(canvas_runner)["all_redirect_uris"])
        asleep = result["tool_configuration"]["inactive_redirect_uris"]
        assert asleep == ([] if revives else [uris[1]])


# The level that counts


def hidden_level(runner, level):
    """2.2: on servers of 2023 the level beside the settings counts, which lists do not show."""
    made = by_hand(
        runner,
        "POST",
        "/api/lti/accounts/1/developer_keys/tool_configuration",
        {
            "developer_key": {"name": "Quiz", "redirect_uris": SETTINGS["target_link_uri"]},
            "tool_configuration": {"settings": settings("privacy_level"), "privacy_level": level},
        },
    )
    return str(made["developer_key"]["id"])


@pytest.mark.parametrize("bound", ["on", "off"])
def test_a_level_that_lists_do_not_show_is_made_what_is_wished_for(canvas_runner, bound):
    canvas_runner.sandbox.switches({"canvas.era": "A"})
    client_id = hidden_level(canvas_runner, "public")
    canvas_runner(BINDING, client_id=client_id, binding=bound)

    assert canvas_runner(CONFIGURATION, name="Quiz", privacy_level="anonymous")["changed"]
    assert not canvas_runner(CONFIGURATION, name="Quiz", privacy_level="anonymous")["changed"]
    canvas_runner(BINDING, client_id=client_id, binding="on")
    tool = canvas_runner(INSTALL, client_id=client_id)["external_tool"]
    assert tool["privacy_level"] == "anonymous"


def test_a_level_that_nobody_shows_is_never_claimed(canvas_runner):
    canvas_runner.sandbox.switches({"canvas.era": "A"})
    hidden_level(canvas_runner, "public")

    result = canvas_runner(CONFIGURATION, name="Quiz", custom_fields={"x": 1})

    assert "privacy_level" not in result["tool_configuration"]["settings"]["extensions"][0]
    assert "privacy level" in " ".join(result["warnings"])
    canvas_runner(BINDING, client_id="77", binding="on")
    assert canvas_runner(INSTALL, client_id="77")["external_tool"]["privacy_level"] == "public"


# What an administrator changed on the Apps page


def test_an_overlay_that_shows_more_than_was_wished_for_is_told(canvas_runner):
    canvas_runner.sandbox.switches({"canvas.era": "C"})
    wish = {
        "name": "Quiz",
        "configuration": {**settings(extension={"privacy_level": "anonymous"})},
        "workflow_state": "on",
    }
    made = canvas_runner(REGISTER, **wish)["registration"]
    by_hand(
        canvas_runner,
        "PUT",
        f"/api/v1/accounts/1/lti_registrations/{made['registration_id']}",
        {"overlay": {"privacy_level": "public"}},
    )

    for by in ({"name": "Quiz"}, {"registration_id": made["registration_id"]}):
        result = canvas_runner(REGISTER, configuration={"privacy_level": "anonymous"}, **by)
        assert "overlay" in result["warnings"][0]
        assert "privacy_level" in result["warnings"][0]
    assert "warnings" not in canvas_runner(REGISTER, name="Quiz", configuration={"title": SETTINGS["title"]})


# What null and nothing mean


@pytest.mark.parametrize("nothing", [None, ""])
@pytest.mark.parametrize(
    ("module", "wish", "option"),
    [
        (CONFIGURATION, {"name": "Quiz"}, "binding"),
        (CONFIGURATION, {"name": "Quiz"}, "privacy_level"),
        (CONFIGURATION, {"name": "Quiz"}, "environment"),
        (REGISTER, {"name": "Quiz"}, "workflow_state"),
    ],
)
def test_nothing_for_one_of_several_words_is_not_given(canvas_runner, module, wish, option, nothing):
    canvas_runner.sandbox.seed("canvas").tool_configuration("Quiz", binding="on")

    result = canvas_runner(module, **wish, **{option: nothing})

    assert result["changed"] is False
    assert "failure" not in result, result


def test_a_key_without_a_binding_can_be_handed_back(server, run):
    server.answers["GET", KEYS] = (200, {}, [{name: value for name, value in key(1).items() if "binding" not in name}])
    (found,) = run(f"{CONFIGURATION}_info")["tool_configurations"]

    assert found["binding"] is None
    assert run(CONFIGURATION, **found)["changed"] is False


@pytest.mark.parametrize("module", [CONFIGURATION, REGISTER])
def test_what_has_lost_its_configuration_can_be_handed_back(canvas_runner, module):
    canvas_runner(CONFIGURATION, name="Quiz", settings=settings(), binding="on")
    by_hand(canvas_runner, "DELETE", "/api/lti/developer_keys/77/tool_configuration")
    (found,) = canvas_runner(f"{module}_info")["registrations" if module == REGISTER else "tool_configurations"]
    canvas_runner.writes()

    result = canvas_runner(module, **found)

    assert result["changed"] is False, result
    assert canvas_runner.writes() == []


# Registrations: what can be known before anything is sent


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    "wrong",
    [
        {"extensions": 5},
        {"extensions": [None]},
        {"extensions": ["a"]},
        {"custom_fields": 5},
        {"custom_fields": []},
        {"launch_settings": []},
        {"placements": [None]},
        {"placements": ["a"]},
        {"placements": {}},
        {"scopes": [1]},
        {"scopes": [{}]},
        {"redirect_uris": [[]]},
        {"redirect_uris": []},
        {"redirect_uris": None},
        {"redirect_uris": ""},
        {"title": 5},
        {"domain": []},
        {"tool_id": 5},
        {"public_jwk_url": 5},
        {"privacy_level": "all"},
        {"title": None},
        {"target_link_uri": ""},
    ],
    ids=str,
)
def test_a_configuration_that_can_never_be_right_is_refused_in_check_mode_too(canvas_runner, wrong, check):
    canvas_runner.sandbox.seed("canvas").lti_registration("Quiz")
    canvas_runner.writes()

    result = canvas_runner(REGISTER, check=check, name="Quiz", configuration=wrong)

    assert result["failure"]["kind"] == "invalid", result
    assert next(iter(wrong)) in result["msg"]
    assert canvas_runner.writes() == []


@pytest.mark.parametrize(
    "beside",
    [{"privacy_level": "anonymous"}, {"domain": None}, {"placements": []}, {"launch_settings": {}}, {"tool_id": "x"}],
)
def test_a_mixture_of_both_forms_is_refused(canvas_runner, beside):
    """Otherwise a level that was said would be dropped without a word."""
    result = canvas_runner(REGISTER, name="Quiz", configuration={**settings(), **beside})

    assert next(iter(beside)) in result["msg"]
    assert result["failure"]["kind"] == "invalid"
    assert canvas_runner.writes() == []


def test_a_member_that_canvas_does_not_know_is_named_and_not_compared(canvas_runner):
    canvas_runner.sandbox.seed("canvas").lti_registration("Quiz")
    canvas_runner.writes()

    result = canvas_runner(REGISTER, name="Quiz", configuration={"privacy-level": "anonymous", "title": "Sample Tool"})

    assert "'privacy-level'" in result["warnings"][0]
    assert not result["changed"]
    assert canvas_runner.writes() == []


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    ("module", "wish", "option"),
    [
        (REGISTER, {"name": "x" * 256, "configuration": settings()}, "name"),
        (REGISTER, {"name": "Quiz", "configuration": settings(), "description": "x" * 2049}, "description"),
        (REGISTER, {"name": "Quiz", "configuration": settings(), "comment": "x" * 2001}, "comment"),
        (CONFIGURATION, {"name": "Quiz", "settings": settings(), "comment": "x" * 2001}, "comment"),
    ],
)
def test_what_is_too_long_is_refused_in_check_mode_too(canvas_runner, module, wish, option, check):
    result = canvas_runner(module, check=check, **wish)

    assert option in result["msg"]
    assert "longer than" in result["msg"]
    assert canvas_runner.writes() == []


def test_a_state_of_site_admin_comes_to_rest_there(canvas_runner):
    canvas_runner.connection["access_token"] = "canvas-site-admin-token"
    wish = {"account_id": "site_admin", "name": "Quiz", "configuration": settings()}

    for state in ("allow", "on", "off", "allow"):
        canvas_runner(REGISTER, **wish, workflow_state=state)
        again = canvas_runner(REGISTER, **wish, workflow_state=state)
        assert (again["changed"], "warnings" in again) == (False, False)


# Failures after something was changed


@pytest.mark.parametrize("kind", ["500", "drop_before", "html"])
@pytest.mark.parametrize(
    ("path", "method", "wish"),
    [
        ("*bindings", "POST", {"notes": "x", "binding": "on"}),
        (
            "*/lti_registrations/*",
            "PUT",
            {"settings": settings("domain", public_jwk=JWK), "clear_via_registration": True},
        ),
    ],
)
def test_a_failure_after_a_change_says_that_something_changed(canvas_runner, kind, path, method, wish):
    canvas_runner(CONFIGURATION, name="Quiz", settings=settings())
    canvas_runner.connection["retries"] = 1
    canvas_runner.sandbox.faults({"platform": "canvas", "method": method, "path": path, "kind": kind, "times": 99})

    result = canvas_runner(CONFIGURATION, name="Quiz", **wish)

    assert (result["failed"], result["changed"]) == (True, True)


@pytest.mark.parametrize("shown", [[], "x", {"privacy_level": "everything"}, None])
def test_a_privacy_level_that_nobody_knows_is_no_crash_in_an_old_version(server, run, shown):
    """2.2: in era A it is asked for with a request of its own."""
    old = {name: value for name, value in key(1).items() if name != "lti_registration_id"}
    server.answers["GET", KEYS] = (200, {}, [old])
    path = f"/api/lti/accounts/self/developer_keys/{old['id']}/tool_configuration"
    server.answers["GET", path] = (200, {}, {"tool_configuration": shown})
    result = run("canvas_tool_configuration", check=True, client_id="1", settings=old["tool_configuration"])

    assert "mistake" not in str(result.get("msg")), result
