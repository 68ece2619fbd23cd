"""What Canvas does behind one's back (docs/platforms/canvas.md, 2.5 to 2.7, 8): no false change, no lost field."""

from __future__ import annotations

import json

import pytest
import requests

from ansible_collections.edtech.lti.plugins.module_utils import _client

from .canvas_samples import CANVAS, JWK, SCOPES, SETTINGS, key_of, meaning, recorded, settings, written

KEYS = "canvas_tool_configuration"
ERAS = pytest.mark.parametrize("era", ["A", "B", "C", "D"])
SINCE_2025 = pytest.mark.parametrize("era", ["C", "D"])
FOREIGN = {"platform": "other.example.com", "settings": {"a": 1}}


@pytest.fixture
def quiz(canvas_runner):
    """Runs canvas_tool_configuration on one key of that name."""

    def run(era=None, **arguments):
        if era:
            canvas_runner.sandbox.switches({"canvas.era": era})
        result = canvas_runner(KEYS, **({"name": "Quiz"} if "client_id" not in arguments else {}), **arguments)
        return result

    run.sandbox, run.runner, run.writes = canvas_runner.sandbox, canvas_runner, canvas_runner.writes
    return run


def held(quiz):
    return key_of(quiz.runner)


CHANGES = {
    "notes": {"notes": "Ticket 4711"},
    "email": {"email": "ops@example.edu"},
    "privacy level": {"privacy_level": "public"},
    "custom fields": {"custom_fields": {"more": "x=y"}},
    "placements": {"disabled_placements": ["course_navigation"]},
    "redirect addresses": {"redirect_uris": ["https://quiz.example.com/other"]},
    "cluster": {"test_cluster_only": True, "notes": "so that it is sent"},
    "settings": {"settings": settings(title="New title")},
    "name": {"name": "Renamed"},
}


@ERAS
@pytest.mark.parametrize("change", CHANGES)
def test_every_put_is_complete(quiz, era, change):
    """2.7: what is left out is reset, renamed or kept; so all is said, whatever changes."""
    quiz(era, settings=settings(), notes="before", email="before@example.edu", binding="on")
    client_id = str(held(quiz)["id"])

    with recorded() as sent:
        result = quiz(client_id=client_id, **CHANGES[change])

    assert result["changed"], result
    (put,) = written(sent)
    assert put.method == "PUT"
    key, configuration = put.body["developer_key"], put.body["tool_configuration"]
    assert key["name"] == CHANGES[change].get("name", "Quiz")
    assert key["redirect_uris"] == CHANGES[change].get("redirect_uris", ["https://quiz.example.com/launch"])
    assert key["notes"] == CHANGES[change].get("notes", "before")
    assert key["email"] == CHANGES[change].get("email", "before@example.edu")
    assert not {"scopes", "require_scopes"} & set(key)
    assert not {"custom_fields", "disabled_placements", "settings_url"} & set(configuration)
    document = configuration["settings"]
    assert {"scopes", "custom_fields", "extensions", "title", "target_link_uri", "public_jwk_url"} <= set(document)
    assert configuration["privacy_level"] == document["extensions"][0]["privacy_level"]
    assert document["extensions"][0]["settings"]["placements"]


@ERAS
@pytest.mark.parametrize("change", [one for one in CHANGES if one not in ("settings",)])
def test_only_what_was_asked_for_changes(quiz, era, change):
    quiz(era, settings=settings(public_jwk=JWK, oidc_initiation_urls={"eu": "https://eu.example.com/"}), notes="before")
    before = held(quiz)

    quiz(client_id=str(before["id"]), **CHANGES[change])

    after = held(quiz)
    own = {"notes", "email", "redirect_uris", "all_redirect_uris", "name"}
    asked = {
        "notes" if change == "cluster" else change.replace("redirect addresses", "redirect_uris"),
        "all_redirect_uris",
    }
    ours = {"tool_configuration", *(own & asked)}
    assert {n: v for n, v in after.items() if n not in ours} == {n: v for n, v in before.items() if n not in ours}
    was, now = meaning(before["tool_configuration"]), meaning(after["tool_configuration"])
    said = {"privacy level": "privacy_level", "custom fields": "custom_fields", "placements": "placements"}.get(change)
    assert {name for name in was if was[name] != now[name]} == ({said} if said else set())


@pytest.mark.parametrize("era", ["C", "D"])
def test_a_key_without_a_name_does_not_become_an_unnamed_tool(quiz, era):
    """0.3, 2.7: old servers made keys without names; a name of null on a PUT is none."""
    quiz.sandbox.switches({"canvas.era": "A"})
    requests.post(
        f"{quiz.sandbox.base_url}/api/lti/accounts/1/developer_keys/tool_configuration",
        json={
            "developer_key": {"redirect_uris": "https://quiz.example.com/launch"},
            "tool_configuration": {"settings": SETTINGS},
        },
        headers={"Authorization": "Bearer canvas-demo-token"},
        timeout=5,
    ).raise_for_status()
    assert held(quiz)["name"] is None

    with recorded() as sent:
        result = quiz(era, client_id="77", notes="x")

    assert "failure" not in result, result
    assert all(one.body["developer_key"]["name"] for one in written(sent))
    assert held(quiz)["name"] != "Unnamed tool"


# Values with equals signs


@ERAS
@pytest.mark.parametrize(
    "fields",
    [{"url": "https://x.example/?a=b&c==d", "plain": "1"}, "url=https://x.example/?a=b&c==d\r\nplain=1"],
    ids=["dict", "text"],
)
def test_an_equals_sign_in_a_custom_field_survives(quiz, era, fields):
    wish = {"settings": settings(custom_fields=fields)}

    made = quiz(era, **wish)

    expected = {"url": "https://x.example/?a=b&c==d", "plain": "1"}
    assert made["tool_configuration"]["settings"]["custom_fields"] == expected
    assert held(quiz)["tool_configuration"]["custom_fields"] == expected
    assert not quiz(**wish)["changed"]
    assert not quiz(settings=settings(custom_fields=expected))["changed"]


@ERAS
def test_an_equals_sign_in_a_custom_field_option_survives(quiz, era):
    wish = {
        "settings": settings(),
        "custom_fields": {"url": "https://x.example/?a=b", "n": 5, "course": None, "flag": True},
    }

    made = quiz(era, **wish)

    assert made["tool_configuration"]["settings"]["custom_fields"] == {
        "url": "https://x.example/?a=b",
        "n": "5",
        "flag": "true",
    }
    assert not quiz(**wish)["changed"]
    assert not quiz(custom_fields={"n": "5"})["changed"]
    assert quiz(custom_fields={"n": None})["changed"]
    assert held(quiz)["tool_configuration"]["custom_fields"] == {"url": "https://x.example/?a=b", "flag": "true"}
    assert not quiz(custom_fields={"n": None})["changed"]


# A key, a key set, and back

BY_URL, BY_KEY = settings(), settings("public_jwk_url", public_jwk=JWK)


@ERAS
@pytest.mark.parametrize(("first", "second"), [(BY_URL, BY_KEY), (BY_KEY, BY_URL)], ids=["to a key", "to a key set"])
def test_a_key_for_a_key_set_and_back_comes_to_rest(quiz, era, first, second):
    """Where neither can be cleared, Canvas holds both after the first change, and that is all that can be had."""
    quiz(era, settings=first)
    replaces = era == "A"

    for document, changes in ((second, True), (first, replaces), (second, replaces)):
        assert quiz(settings=document)["changed"] is changes
        assert not quiz(settings=document)["changed"]
        said, now = meaning(document), meaning(held(quiz)["tool_configuration"])
        for name in ("public_jwk", "public_jwk_url"):
            assert now[name] == said[name] or (said[name] is None and not replaces)


def test_in_2023_a_key_set_simply_takes_the_place_of_a_key(quiz):
    quiz("A", settings=BY_KEY)

    result = quiz(settings=BY_URL)

    now = meaning(held(quiz)["tool_configuration"])
    assert (now["public_jwk"], now["public_jwk_url"]) == (None, SETTINGS["public_jwk_url"])
    assert "warnings" not in result


@pytest.mark.parametrize("era", ["B", "C", "D"])
def test_a_key_that_cannot_be_cleared_is_warned_of_in_each_run_and_is_no_change(quiz, era):
    quiz(era, settings=BY_KEY)

    results = [quiz(settings=BY_URL), quiz(settings=BY_URL), quiz(settings=BY_URL, check=True)]

    assert [result["changed"] for result in results] == [True, False, False]
    for result in results:
        (warning,) = result["warnings"]
        assert "still holds public_jwk," in warning
        assert "clear_via_registration" in warning
    assert meaning(held(quiz)["tool_configuration"])["public_jwk"] == JWK


@SINCE_2025
@pytest.mark.parametrize(
    "gone", ["public_jwk", "public_jwk_url", "domain", "tool_id", "oidc_initiation_urls", "all but the key set"]
)
def test_what_cannot_be_cleared_by_a_put_goes_through_the_registration(quiz, era, gone):
    everything = settings(public_jwk=JWK, oidc_initiation_urls={"eu": "https://eu.example.com/"})
    quiz(era, settings=everything, redirect_uris=["https://quiz.example.com/launch", "https://quiz.example.com/other"])
    names = ["public_jwk", "domain", "tool_id", "oidc_initiation_urls"] if gone.startswith("all") else [gone]
    less = settings(
        *names,
        **{
            n: v
            for n, v in (("public_jwk", JWK), ("oidc_initiation_urls", {"eu": "https://eu.example.com/"}))
            if n not in names
        },
    )
    before = held(quiz)

    predicted = quiz(settings=less, clear_via_registration=True, check=True)
    with recorded() as sent:
        result = quiz(settings=less, clear_via_registration=True)

    assert (predicted["changed"], predicted["diff"]) == (result["changed"], result["diff"])
    _put, cleared = written(sent)
    assert cleared.path == "/api/v1/accounts/self/lti_registrations/52"
    assert {name: cleared.body["configuration"][name] for name in names} == dict.fromkeys(names)
    after = held(quiz)
    assert meaning(after["tool_configuration"]) == meaning(less)
    assert {n: v for n, v in after.items() if n not in ("tool_configuration", "public_jwk", "public_jwk_url")} == {
        n: v for n, v in before.items() if n not in ("tool_configuration", "public_jwk", "public_jwk_url")
    }
    assert "warnings" not in result
    again = quiz(settings=less, clear_via_registration=True)
    assert not again["changed"]
    assert "warnings" not in again


# Ways of writing that mean the same

SAME = {
    "numbers as texts": settings(launch={"selection_width": "800"}),
    "nulls": settings(
        public_jwk=None, oidc_initiation_urls=None, extension={"anything": None}, launch={"icon_url": None}
    ),
    "empty objects, as Canvas writes them": settings(public_jwk={}, oidc_initiation_urls={}),
    "other order of scopes": settings(scopes=[SCOPES[1], SCOPES[0]]),
    "a scope twice": settings(scopes=[SCOPES[1], SCOPES[0], SCOPES[1]]),
    "other order of placements": settings(
        launch={"placements": SETTINGS["extensions"][0]["settings"]["placements"][::-1]}
    ),
    "enabled, said": settings(
        launch={
            "placements": [
                {**one, "enabled": flag}
                for one, flag in zip(SETTINGS["extensions"][0]["settings"]["placements"], ["true", True], strict=True)
            ]
        }
    ),
    "as a text": json.dumps(SETTINGS),
    "as a text with white space": json.dumps(SETTINGS, indent=4),
    "redirect addresses inside": settings(redirect_uris="https://quiz.example.com/launch"),
    "unknown members": settings(environments=[1]),
}


@ERAS
@pytest.mark.parametrize("spelling", SAME)
@pytest.mark.parametrize("order", ["sent", "reversed"])
def test_another_way_of_writing_is_no_change(quiz, era, spelling, order):
    quiz.sandbox.switches({"canvas.placement_order": order})
    quiz(era, settings=settings(), binding="on")
    quiz.writes()

    result = quiz(settings=SAME[spelling], binding="on")

    assert not result["changed"], result["diff"]
    assert quiz.writes() == []


@ERAS
@pytest.mark.parametrize("spelling", SAME)
def test_what_was_made_in_another_way_of_writing_is_no_change_either(quiz, era, spelling):
    quiz(era, settings=SAME[spelling])

    assert not quiz(settings=settings())["changed"]
    assert not quiz(settings=SAME[spelling])["changed"]


@ERAS
@pytest.mark.parametrize("name", ["scopes", "custom_fields"])
def test_what_is_left_out_is_none_and_is_taken_away(quiz, era, name):
    quiz(era, settings=settings(name))
    assert not quiz(settings=settings(name))["changed"]
    quiz(settings=settings())
    assert meaning(held(quiz)["tool_configuration"]) == meaning(SETTINGS)

    assert quiz(settings=settings(name))["changed"]
    assert not meaning(held(quiz)["tool_configuration"])[name]
    assert held(quiz)["scopes"] == ([] if name == "scopes" else SETTINGS["scopes"])
    assert not quiz(settings=settings(name))["changed"]


@ERAS
def test_more_than_the_settings_have_is_a_difference(quiz, era):
    more = settings(
        scopes=[*SETTINGS["scopes"], SCOPES[2]],
        custom_fields={**SETTINGS["custom_fields"], "x": "y"},
        launch={"icon_url": "https://x.example/i"},
    )
    more["extensions"][0]["settings"]["placements"].append(
        {"placement": "editor_button", "message_type": "LtiDeepLinkingRequest"}
    )
    quiz(era, settings=more)

    result = quiz(settings=settings())

    assert result["changed"]
    assert meaning(held(quiz)["tool_configuration"]) == meaning(SETTINGS)
    assert not quiz(settings=settings())["changed"]


# What only old servers keep


def test_in_2023_what_nobody_asked_for_survives_an_unrelated_change(quiz):
    odd = settings(environments=[{"a": 1}], selection_height=300)
    odd["extensions"] = [FOREIGN, odd["extensions"][0], {**odd["extensions"][0], "domain": "second.example.com"}]
    quiz("A", settings=odd)
    before = held(quiz)["tool_configuration"]
    assert before["environments"] == [{"a": 1}]

    for change in (
        {"notes": "x"},
        {"custom_fields": {"more": "1"}},
        {"privacy_level": "public"},
        {"redirect_uris": ["https://x.example/"]},
        {"binding": "on"},
    ):
        result = quiz(**change)
        assert result["changed"], result
        after = held(quiz)["tool_configuration"]
        assert (after["environments"], after["selection_height"]) == ([{"a": 1}], 300)
        assert FOREIGN in after["extensions"]
        assert [one.get("domain") for one in after["extensions"] if one["platform"] == CANVAS] == [
            "quiz.example.com",
            "second.example.com",
        ]


def test_in_2023_members_of_the_extension_that_canvas_does_not_know_survive_too(quiz):
    quiz("A", settings=settings(extension={"not_selectable": True}))

    quiz(notes="x")

    assert held(quiz)["tool_configuration"]["extensions"][0]["not_selectable"] is True


@pytest.mark.parametrize("era", ["B", "C", "D"])
def test_members_of_the_extension_that_canvas_does_not_know_are_named(quiz, era):
    result = quiz(era, settings=settings(extension={"not_selectable": True}))

    assert any("'not_selectable'" in warning for warning in result["warnings"])


def odd_settings():
    """Settings with four things that Canvas will not store."""
    odd = settings(environments=[1], launch={"course_navigation": {"text": "old"}})
    odd["extensions"] += [FOREIGN, {"platform": CANVAS, "settings": {"placements": []}}]
    return odd


def test_in_2023_everything_is_stored_and_no_warning_says_otherwise(quiz):
    results = [quiz("A", settings=odd_settings()), quiz(settings=odd_settings())]

    assert [result["changed"] for result in results] == [True, False]
    assert not any("warnings" in result for result in results)


@pytest.mark.parametrize("era", ["B", "C", "D"])
def test_what_canvas_will_not_store_is_said_each_time_and_compared_never(quiz, era):
    odd = odd_settings()

    results = [quiz(era, settings=odd), quiz(settings=odd), quiz(settings=odd, check=True)]

    assert [result["changed"] for result in results] == [True, False, False]
    for result in results:
        said = " ".join(result["warnings"])
        assert len(result["warnings"]) == 4
        for part in ("'environments'", "'other.example.com'", "second extension", "'course_navigation'"):
            assert part in said
    assert "warnings" not in quiz(settings=settings())


# Redirect addresses


@ERAS
def test_a_new_key_launches_to_its_target_and_moves_along_with_it(quiz, era):
    quiz(era, settings=settings())
    assert held(quiz)["redirect_uris"] == "https://quiz.example.com/launch"

    quiz(settings=settings(target_link_uri="https://quiz.example.com/new"))

    assert held(quiz)["redirect_uris"] == "https://quiz.example.com/new"
    assert not quiz(settings=settings(target_link_uri="https://quiz.example.com/new"))["changed"]


@ERAS
def test_redirect_addresses_that_somebody_chose_do_not_move(quiz, era):
    quiz(era, settings=settings(), redirect_uris=["https://quiz.example.com/launch", "https://quiz.example.com/b"])

    quiz(settings=settings(target_link_uri="https://quiz.example.com/new"))

    assert set(held(quiz)["redirect_uris"].split()) == {"https://quiz.example.com/launch", "https://quiz.example.com/b"}


@ERAS
@pytest.mark.parametrize(
    "inside",
    [
        "https://quiz.example.com/b https://quiz.example.com/a",
        ["https://quiz.example.com/a", "https://quiz.example.com/b"],
    ],
)
def test_redirect_addresses_inside_the_settings_count_and_options_win(quiz, era, inside):
    document = settings(redirect_uris=inside)

    made = quiz(era, settings=document)

    assert sorted(made["tool_configuration"]["redirect_uris"]) == [
        "https://quiz.example.com/a",
        "https://quiz.example.com/b",
    ]
    assert not quiz(settings=document)["changed"]
    assert quiz(settings=document, redirect_uris=["https://quiz.example.com/c"])["changed"]
    assert held(quiz)["redirect_uris"] == "https://quiz.example.com/c"
    assert "redirect_uris" not in held(quiz)["tool_configuration"]


@ERAS
def test_the_order_of_redirect_addresses_does_not_count_and_a_slash_does(quiz, era):
    uris = ["https://quiz.example.com/b", "https://quiz.example.com/a"]
    quiz(era, settings=settings(), redirect_uris=uris)

    assert not quiz(redirect_uris=uris[::-1])["changed"]
    assert not quiz(redirect_uris=[*uris, uris[0]])["changed"]
    assert quiz(redirect_uris=[uris[0], f"{uris[1]}/"])["changed"]


@pytest.mark.parametrize("revives", [True, False])
def test_a_redirect_address_that_fell_asleep_is_written_again(quiz, revives):
    """6: since 2026 unused ones vanish from what is read."""
    quiz.sandbox.switches({"canvas.revive_redirect_uris": revives})
    uris = ["https://quiz.example.com/a", "https://quiz.example.com/b"]
    quiz(settings=settings(), redirect_uris=uris)
    quiz.sandbox.seed("canvas").deactivate_redirect_uri("77", uris[1])

    result = quiz(settings=settings(), redirect_uris=uris)

    assert result["changed"]
    assert ("did not keep redirect_uris" in str(result.get("warnings"))) == (not revives)
    assert quiz(settings=settings(), redirect_uris=uris)["changed"] == (not revives)


# Scopes of the key


@ERAS
def test_scopes_of_the_key_that_went_their_own_way_are_mended(quiz, era):
    """9.3, 11: a key's scopes can be changed apart from those of its configuration."""
    quiz(era, settings=settings())
    requests.put(
        f"{quiz.sandbox.base_url}/api/v1/developer_keys/77",
        json={"developer_key": {"scopes": [SCOPES[2]]}},
        headers={"Authorization": "Bearer canvas-demo-token"},
        timeout=5,
    ).raise_for_status()
    assert held(quiz)["scopes"] == [SCOPES[2]]

    predicted = quiz(settings=settings(), check=True)
    result = quiz(settings=settings())

    assert (predicted["changed"], predicted["diff"]) == (result["changed"], result["diff"])
    assert result["changed"]
    assert result["diff"]["before"]["scopes"] == [SCOPES[2]]
    assert held(quiz)["scopes"] == SETTINGS["scopes"]
    assert not quiz(settings=settings())["changed"]


def test_scopes_are_never_sent_beside_the_settings(quiz):
    """2.2: on hosted Canvas that was reported to end in a 500."""
    quiz.sandbox.switches({"canvas.scopes_at_create": "fail"})

    assert quiz(settings=settings())["changed"]


# Privacy


@ERAS
def test_a_privacy_level_is_said_in_both_places(quiz, era):
    """2.2: until 2024 it was the one beside the settings that counted, since then the other one."""
    made = quiz(era, settings=settings(), privacy_level="email_only", binding="on")
    tool = quiz.runner("canvas_external_tool", client_id=made["tool_configuration"]["client_id"])

    assert made["tool_configuration"]["settings"]["extensions"][0]["privacy_level"] == "email_only"
    assert tool["external_tool"]["privacy_level"] == "email_only"


@ERAS
def test_a_level_that_the_settings_no_longer_have_falls_back_to_anonymous(quiz, era):
    quiz(era, settings=settings(extension={"privacy_level": "public"}))

    result = quiz(settings=settings("privacy_level"))

    assert result["changed"]
    assert meaning(held(quiz)["tool_configuration"])["privacy_level"] == "anonymous"
    assert not quiz(settings=settings("privacy_level"))["changed"]


LEVELS = ("anonymous", "name_only", "email_only", "public")
MORE = {("anonymous", level) for level in LEVELS[1:]} | {("name_only", "public"), ("email_only", "public")}
MORE |= {("name_only", "email_only"), ("email_only", "name_only")}


@pytest.mark.parametrize("after", LEVELS)
@pytest.mark.parametrize("before", LEVELS)
def test_settings_by_which_the_tool_learns_more_about_people_are_told(quiz, before, after):
    """A vendor's new document must not open anything in silence; who says privacy_level knows it."""
    quiz(settings=settings(extension={"privacy_level": before}))
    wish = {"settings": settings(extension={"privacy_level": after})}

    said = [quiz(check=check, **wish).get("warnings", []) for check in (True, False)]

    assert [any("learns more" in text for text in warnings) for warnings in said] == [(before, after) in MORE] * 2
    assert "warnings" not in quiz(**wish)
    quiz(settings=settings(extension={"privacy_level": before}), privacy_level=before)
    assert "warnings" not in quiz(settings=settings(), privacy_level=after)


# Placements that are switched off


@ERAS
def test_disabled_placements_are_off_in_addition_to_what_the_settings_say(quiz, era):
    document = settings()
    document["extensions"][0]["settings"]["placements"][1]["enabled"] = False

    quiz(era, settings=document, disabled_placements=["course_navigation"])

    assert {one["placement"]: one["enabled"] for one in meaning(held(quiz)["tool_configuration"])["placements"]} == {
        "course_navigation": False,
        "link_selection": False,
    }
    assert not quiz(settings=document, disabled_placements=["course_navigation"])["changed"]
    assert quiz(settings=document)["changed"]


@ERAS
def test_without_settings_exactly_the_listed_placements_are_off(quiz, era):
    quiz(era, settings=settings(), disabled_placements=["course_navigation"])

    for names, changes in ((["link_selection"], True), (["link_selection"], False), ([], True), ([], False)):
        assert quiz(disabled_placements=names)["changed"] is changes
        off = [
            one["placement"] for one in meaning(held(quiz)["tool_configuration"])["placements"] if not one["enabled"]
        ]
        assert off == names


def test_a_placement_that_the_settings_lack_cannot_be_switched_off(quiz):
    quiz(settings=settings())
    quiz.writes()

    for wish in ({"settings": settings()}, {}):
        result = quiz(**wish, disabled_placements=["editor_button", "course_navigation"])
        assert "disabled_placements names placements that the settings do not have: editor_button" in result["msg"]
    assert quiz.writes() == []


# Other things to get wrong


def test_the_platforms_warnings_are_handed_on_and_never_compared(quiz):
    document = settings(
        launch={"placements": [{"placement": "resource_selection", "message_type": "LtiDeepLinkingRequest"}]}
    )
    for era in "BCD":
        quiz.sandbox.reset()
        result = quiz(era, settings=document)
        assert any(warning.startswith("Canvas says: ") for warning in result["warnings"]), result
        assert not quiz(settings=document)["changed"]


@pytest.mark.parametrize("shows", [True, False])
def test_a_flag_that_the_server_does_not_show_is_sent_and_is_no_difference(quiz, shows):
    quiz.sandbox.switches({"canvas.test_cluster_only": shows})
    quiz(settings=settings(), test_cluster_only=True)
    assert quiz.sandbox.state("canvas")["developer_keys"]["77"]["test_cluster_only"] is True
    assert not quiz(test_cluster_only=True)["changed"]

    result = quiz(test_cluster_only=False)

    assert result["changed"] is shows
    assert any("does not show test_cluster_only" in text for text in result.get("warnings", [])) is not shows
    assert quiz.sandbox.state("canvas")["developer_keys"]["77"]["test_cluster_only"] is (not shows)


def test_a_hidden_flag_travels_with_the_next_change(quiz):
    quiz(settings=settings(), test_cluster_only=True)

    quiz(test_cluster_only=False, notes="so that something is sent")

    assert quiz.sandbox.state("canvas")["developer_keys"]["77"]["test_cluster_only"] is False


@pytest.mark.parametrize("bound", ["on", "off", True, False])
def test_a_binding_may_be_the_boolean_that_yaml_makes_of_it(quiz, bound):
    word = {True: "on", False: "off"}.get(bound, bound)

    assert quiz(settings=settings(), binding=bound)["tool_configuration"]["binding"] == word
    assert not quiz(binding=bound)["changed"]


@pytest.mark.parametrize("initial", ["on", "off"])
def test_a_binding_that_nobody_asked_for_is_left_as_the_server_makes_it(quiz, initial):
    quiz.sandbox.switches({"canvas.initial_binding": initial})

    made = quiz(settings=settings())

    assert made["tool_configuration"]["binding"] == initial
    assert [method for method, path in quiz.writes()] == ["POST"]


@pytest.mark.parametrize("initial", ["on", "off"])
@pytest.mark.parametrize("status", ["inverted", "classic"])
@pytest.mark.parametrize("wanted", ["on", "off"])
def test_a_binding_is_switched_with_one_request_and_only_if_need_be(quiz, initial, status, wanted):
    quiz.sandbox.switches({"canvas.initial_binding": initial, "canvas.binding_status": status})

    made = quiz(settings=settings(), binding=wanted)

    assert made["tool_configuration"]["binding"] == wanted
    assert len(quiz.writes()) == (1 if initial == wanted else 2)
    assert not quiz(binding=wanted)["changed"]


def test_only_a_switch_sends_no_configuration(quiz):
    quiz(settings=settings())
    quiz.writes()

    assert quiz(binding="on")["changed"]
    assert [path.rsplit("/", 1)[1] for _method, path in quiz.writes()] == ["developer_key_account_bindings"]


def test_a_comment_goes_with_a_change_and_is_none_by_itself(quiz):
    with recorded() as sent:
        quiz(settings=settings(), comment="made")
        quiz(comment="nothing to say")
        quiz(notes="x", comment="because")
        quiz(binding="on", comment="not for this")

    assert ["comment" in one.body for one in written(sent)] == [False, True, False]
    assert written(sent)[1].body["comment"] == "because"


def test_a_comment_that_is_too_long_is_refused_before_anything_is_sent(quiz):
    quiz(settings=settings())
    quiz.writes()

    assert "2000" in quiz(notes="x", comment="x" * 2001)["msg"]
    assert quiz.writes() == []
    assert quiz(notes="x", comment="x" * 2000)["changed"]


def test_every_request_says_who_asks(quiz):
    quiz.sandbox.switches({"canvas.require_user_agent": True})
    with recorded() as sent:
        assert quiz(settings=settings(), binding="on")["changed"]

    assert {one.headers["User-Agent"] for one in sent} == {_client.USER_AGENT}
    assert not any("access_token" in one.url for one in sent)


@ERAS
@pytest.mark.parametrize("unset", ["null", "absent", "empty"])
def test_what_is_read_can_be_handed_back(quiz, era, unset):
    quiz.sandbox.switches({"canvas.unset_settings": unset})
    quiz(era, settings=settings("domain", "public_jwk_url", public_jwk=JWK), binding="on")
    (found,) = quiz.runner("canvas_tool_configuration_info")["tool_configurations"]
    quiz.writes()

    again = quiz.runner(KEYS, **found)

    assert not again["changed"]
    assert "warnings" not in again
    assert quiz.writes() == []
    assert found["settings"]["extensions"][0]["settings"]["placements"]
    assert None not in found["settings"].values()
