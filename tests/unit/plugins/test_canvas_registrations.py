"""Registrations, and what only they can do (docs/platforms/canvas.md, 5.1)."""

from __future__ import annotations

import pytest

from .canvas_samples import JWK, SETTINGS, key_of, meaning, recorded, settings, written

MODULE = "canvas_lti_registration"
FLAT = {
    "title": "Quiz Helper",
    "description": "Practice quizzes",
    "target_link_uri": "https://quiz.example.com/launch",
    "oidc_initiation_url": "https://quiz.example.com/login",
    "redirect_uris": ["https://quiz.example.com/launch"],
    "public_jwk_url": "https://quiz.example.com/jwks.json",
    "scopes": SETTINGS["scopes"],
    "custom_fields": {"course": "$Canvas.course.id"},
    "domain": "quiz.example.com",
    "tool_id": "quiz-helper",
    "privacy_level": "name_only",
    "launch_settings": {"text": "Quiz Helper", "selection_width": 800},
    "placements": SETTINGS["extensions"][0]["settings"]["placements"],
}


@pytest.fixture(params=["C", "D"])
def quiz(request, canvas_runner):
    """Keeps a registration of that name, on servers of 2025 and 2026."""
    canvas_runner.sandbox.switches({"canvas.era": request.param})

    def run(**arguments):
        return canvas_runner(MODULE, **{"name": "Quiz", **arguments})

    run.runner, run.writes, run.sandbox, run.era = (
        canvas_runner,
        canvas_runner.writes,
        canvas_runner.sandbox,
        request.param,
    )
    return run


def held(quiz):
    return key_of(quiz.runner)


def registration(quiz):
    (one,) = quiz.sandbox.state("canvas")["registrations"].values()
    return one


def test_both_forms_say_the_same(quiz):
    quiz(configuration=FLAT, workflow_state="on")
    assert meaning(held(quiz)["tool_configuration"]) == meaning(SETTINGS)

    assert not quiz(configuration=settings())["changed"]
    assert not quiz(configuration={**settings(), "redirect_uris": "https://quiz.example.com/launch"})["changed"]
    assert not quiz(configuration=FLAT)["changed"]


def test_what_is_left_out_is_left_alone_and_null_clears(quiz):
    quiz(configuration=FLAT, workflow_state="on", vendor="Example", description="Words")

    for change in (
        {"domain": None},
        {"public_jwk": JWK},
        {"public_jwk_url": None},
        {"tool_id": None, "title": "New title"},
    ):
        with recorded() as sent:
            assert quiz(configuration=change)["changed"], change
        (put,) = written(sent)
        assert {name: put.body["configuration"][name] for name in change} == change
        assert not quiz(configuration=change)["changed"]

    said = meaning(held(quiz)["tool_configuration"])
    assert said == {
        **meaning(SETTINGS),
        "domain": None,
        "tool_id": None,
        "title": "New title",
        "public_jwk": JWK,
        "public_jwk_url": None,
    }
    assert (registration(quiz)["vendor"], registration(quiz)["description"]) == ("Example", "Words")


@pytest.mark.parametrize(
    ("name", "empty"),
    [("scopes", []), ("placements", []), ("custom_fields", {}), ("launch_settings", {}), ("oidc_initiation_urls", {})],
)
def test_null_empties_what_is_never_null(quiz, name, empty):
    quiz(configuration={**FLAT, "oidc_initiation_urls": {"eu": "https://eu.example.com/"}}, workflow_state="on")

    for nothing in (None, empty):
        quiz(configuration={name: FLAT.get(name, {"eu": "https://eu.example.com/"})})
        with recorded() as sent:
            assert quiz(configuration={name: nothing})["changed"]
        assert written(sent)[0].body["configuration"][name] == empty
        assert not quiz(configuration={name: None})["changed"]
        assert not quiz(configuration={name: empty})["changed"]


def test_a_name_alone_changes_no_configuration(quiz):
    made = quiz(configuration=FLAT, workflow_state="on")["registration"]

    with recorded() as sent:
        result = quiz(registration_id=made["registration_id"], name="New name")

    assert [one.body for one in written(sent)] == [{"name": "New name"}]
    assert result["registration"]["name"] == "New name"
    assert held(quiz)["name"] == "New name"


@pytest.mark.parametrize("initial", ["on", "off"])
def test_a_new_one_is_off_unless_it_is_said_otherwise_and_that_is_always_said(quiz, initial):
    """5.1: the documentation says off, the newest tests say on."""
    quiz.sandbox.switches({"canvas.initial_binding": initial})

    with recorded() as sent:
        made = quiz(configuration=FLAT)

    assert written(sent)[0].body["workflow_state"] == "inactive"
    assert held(quiz)["developer_key_account_binding"]["workflow_state"] == "off"
    assert made["registration"]["workflow_state"] == "inactive"  # though in 2025 the server calls it active (2.4)
    assert "warnings" not in made
    assert not quiz(workflow_state="off")["changed"]


@pytest.mark.parametrize(("word", "same"), [("on", "active"), ("off", "inactive"), (True, "on"), (False, "off")])
def test_the_state_goes_by_either_word(quiz, word, same):
    quiz(configuration=FLAT, workflow_state="on" if word in ("off", False) else "off")
    quiz(workflow_state=word)

    assert not quiz(workflow_state=same)["changed"]
    expected = "on" if same in ("active", "on") else "off"
    assert held(quiz)["developer_key_account_binding"]["workflow_state"] == expected


@pytest.mark.parametrize("state", ["off", "on"])
def test_a_state_of_site_admin_is_refused_elsewhere(quiz, state):
    quiz(configuration=FLAT, workflow_state=state)

    result = quiz(workflow_state="allow")

    assert result["failure"]["kind"] == "invalid"
    assert "allow" in result["msg"]


def test_a_lock_is_set_and_lifted_where_the_server_has_locks(canvas_runner):
    canvas_runner.sandbox.switches({"canvas.lock_lti_registrations": True})
    wish = {"name": "Quiz", "configuration": FLAT, "workflow_state": "on"}

    for lock in (False, True, False):
        made = canvas_runner(MODULE, **wish, lock_deploying=lock)
        assert (made["changed"], made["registration"]["lock_deploying"]) == (True, lock)
        assert not canvas_runner(MODULE, **wish, lock_deploying=lock)["changed"]
        assert "warnings" not in made


def test_a_server_that_shows_no_lock_is_not_asked_for_one(canvas_runner):
    canvas_runner.sandbox.switches({"canvas.era": "C"})
    wish = {"name": "Quiz", "configuration": FLAT, "workflow_state": "on"}
    canvas_runner(MODULE, **wish)
    canvas_runner.writes()

    result = canvas_runner(MODULE, **wish, lock_deploying=True)

    assert not result["changed"]
    assert "lock" in result["warnings"][0]
    assert canvas_runner.writes() == []


def test_a_comment_goes_with_a_change_only(quiz):
    with recorded() as sent:
        quiz(configuration=FLAT, workflow_state="on", comment="made")
        quiz(comment="nothing to say")
        quiz(vendor="Example", comment="because")

    assert [one.body.get("comment") for one in written(sent)] == [None, "because"]


@pytest.mark.parametrize(
    ("configuration", "says"),
    [
        ({**FLAT, "scopes": "a,b"}, "scopes"),
        ({**FLAT, "placements": {"course_navigation": {}}}, "placements"),
        ({**FLAT, "public_jwk": [JWK]}, "public_jwk"),
        ({**FLAT, "privacy_level": "everything"}, "privacy_level"),
        (settings(public_jwk=[JWK]), "public_jwk"),
    ],
    ids=str,
)
def test_a_configuration_of_a_wrong_shape_is_refused_before_anything_is_sent(quiz, configuration, says):
    result = quiz(configuration=configuration)

    assert says in result["msg"]
    assert result["failure"]["kind"] == "invalid"
    assert quiz.writes() == []


def test_what_canvas_will_not_store_is_said(quiz):
    odd = settings(environments=[1])
    odd["extensions"].append({"platform": "other.example.com", "settings": {}})

    said = " ".join(quiz(configuration=odd, workflow_state="on")["warnings"])

    assert "'environments'" in said
    assert "other.example.com" in said


@pytest.mark.parametrize("by", ["registration_id", "client_id", "name"])
def test_it_is_removed_with_its_key(quiz, by):
    made = quiz(configuration=FLAT, workflow_state="on")["registration"]

    assert quiz.runner(MODULE, state="absent", **{by: made[by]})["changed"]
    assert not quiz.runner(MODULE, state="absent", **{by: made[by]})["changed"]
    assert [one["workflow_state"] for one in quiz.sandbox.state("canvas")["developer_keys"].values()] == ["deleted"]


def test_an_item_of_the_list_can_be_handed_back(quiz):
    quiz(configuration=FLAT, workflow_state="on", vendor="Example")
    (found,) = quiz.runner(f"{MODULE}_info")["registrations"]
    quiz.writes()

    again = quiz.runner(MODULE, **found)

    assert not again["changed"]
    assert quiz.writes() == []


def test_a_key_made_by_its_own_module_is_the_same_tool(quiz):
    quiz.runner("canvas_tool_configuration", name="Quiz", settings=settings(), binding="on")

    assert not quiz(configuration=settings(), workflow_state="on")["changed"]
    assert quiz(configuration={"domain": None})["changed"]
    result = quiz.runner("canvas_tool_configuration", name="Quiz", settings=settings("domain"), binding="on")
    assert not result["changed"]
    assert "warnings" not in result


@pytest.mark.parametrize(
    ("module", "filters"),
    [
        ("canvas_tool_configuration_info", {"name": "Quiz"}),
        ("canvas_tool_configuration_info", {"client_id": "77"}),
        ("canvas_lti_registration_info", {"name": "Quiz"}),
        ("canvas_lti_registration_info", {"client_id": "10000000000077"}),
        ("canvas_lti_registration_info", {"registration_id": "52"}),
        ("canvas_external_tool_info", {"client_id": "1~77"}),
        ("canvas_external_tool_info", {"name": "Quiz Helper"}),
        ("canvas_external_tool_info", {"client_id": "77", "account_id": "1"}),
    ],
)
def test_a_listing_is_narrowed_by_all_that_is_given(canvas_runner, module, filters):
    for name, title in (("Quiz", "Quiz Helper"), ("Other", "Other Title")):
        made = canvas_runner("canvas_tool_configuration", name=name, settings=settings(title=title), binding="on")
        canvas_runner("canvas_external_tool", client_id=made["tool_configuration"]["client_id"])
    plural = {
        "canvas_tool_configuration_info": "tool_configurations",
        "canvas_lti_registration_info": "registrations",
    }.get(module, "external_tools")

    assert len(canvas_runner(module)[plural]) == 2
    (found,) = canvas_runner(module, **filters)[plural]
    assert found["client_id"] == "10000000000077"
    nothing = {name: "nobody" if name == "name" else "9999" for name in filters if name != "account_id"}
    listed = canvas_runner(module, **nothing)
    if listed.get("failed"):  # a key that there is not is no place to look for tools
        assert (listed["failure"]["kind"], module) == ("not_found", "canvas_external_tool_info")
    else:
        assert listed[plural] == []
    for name in nothing:
        assert canvas_runner(module, **{name: ""})["failed"]
