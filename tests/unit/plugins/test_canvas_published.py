"""Configurations with what was found in published ones: each comes back as it went in, or is refused in good words."""

from __future__ import annotations

import json
import sys

import pytest

from .canvas_samples import AGS, CANVAS, JWK, SCOPES, key_of, meaning, settings

KEYS = "canvas_tool_configuration"
IDENTITY = {
    "email": "$Person.email.primary",
    "full_name": "$Person.name.full",
    "login": "$Canvas.user.loginId",
    "sis": "$Canvas.user.sisSourceId",
    "term_end": "$Canvas.term.endAt",
}
BARE = [{"placement": "course_navigation"}]

FINE = {
    "without scopes": settings("scopes"),
    "without a privacy level": settings("privacy_level"),
    "a privacy level in the wrong place": settings("privacy_level", launch={"privacy_level": "public"}),
    "a domain with scheme and path": settings(extension={"domain": "https://quiz.example.com/lti/authenticate"}),
    "without domain and tool id": settings("domain", "tool_id"),
    "addresses of this machine": settings(
        target_link_uri="http://localhost:8080/app/launch",
        oidc_initiation_url="http://localhost:8080/lti/login_initiation/quiz",
        public_jwk_url="http://localhost:8080/.well-known/jwks.json",
        extension={"domain": "localhost"},
    ),
    "variables about people": settings(custom_fields=IDENTITY, extension={"privacy_level": "public"}),
    "redirect addresses as a text, placements without a message": settings(
        redirect_uris="https://quiz.example.com/launch https://quiz.example.com/deep", launch={"placements": BARE}
    ),
    "placeholders in braces": settings(
        target_link_uri="https://{app-hostname}/launch",
        oidc_initiation_url="https://{app-hostname}/init/<uuid:lti-registration>/",
        extension={"domain": "{app-hostname}"},
        launch={"platform": CANVAS},
        public_jwk={},
    ),
    "a key of its own and letters beyond ASCII": settings(
        "public_jwk_url",
        title="Læringsverktøy 🔗 ",
        public_jwk={**JWK, "x5c": None},
        custom_fields={"språk": "norsk ☃"},
    ),
    "nulls and empty objects as Canvas writes them": settings(
        "custom_fields",
        public_jwk={},
        oidc_initiation_urls={},
        extension={"domain": None, "tool_id": None},
        launch={"icon_url": None, "text": None, "selection_height": None},
        custom_fields={},
    ),
    "texts for flags and sizes": settings(
        launch={
            "selection_width": "500",
            "prefer_sis_email": "false",
            "placements": [
                {"placement": "course_navigation", "enabled": "true", "launch_height": "500", "use_tray": "true"}
            ],
        }
    ),
    "without an extension": settings("extensions") | {"extensions": []},
    "no placements at all": settings(launch={"placements": []}),
    "members of the extension that Canvas does not know": settings(extension={"not_selectable": True}),
    "for another platform": settings(extension={"platform": "quiz.example.com"}),
    "one placement for two messages": settings(
        launch={
            "placements": [
                {"placement": "link_selection", "message_type": "LtiDeepLinkingRequest"},
                {"placement": "link_selection", "message_type": "LtiResourceLinkRequest", "text": "The other one"},
            ]
        }
    ),
}


@pytest.mark.parametrize("era", ["A", "B", "C", "D"])
@pytest.mark.parametrize("trait", FINE)
@pytest.mark.parametrize("form", ["dict", "text"])
def test_it_goes_in_comes_back_and_stays(canvas_runner, era, trait, form):
    canvas_runner.sandbox.switches({"canvas.era": era})
    document = FINE[trait] if form == "dict" else json.dumps(FINE[trait], indent=2, ensure_ascii=False)
    wish = {"name": "Quiz", "settings": document, "binding": "on"}

    predicted = canvas_runner(KEYS, check=True, **wish)
    made = canvas_runner(KEYS, **wish)

    assert "failure" not in made, made
    assert (predicted["changed"], predicted["diff"]) == (made["changed"], made["diff"])
    assert meaning(key_of(canvas_runner)["tool_configuration"]) == meaning(FINE[trait])
    assert meaning(made["tool_configuration"]["settings"]) == meaning(FINE[trait])
    canvas_runner.writes()
    again = canvas_runner(KEYS, **wish)
    assert not again["changed"], again["diff"]
    assert canvas_runner.writes() == []


def test_a_level_in_the_wrong_place_does_not_count(canvas_runner):
    made = canvas_runner(KEYS, name="Quiz", settings=FINE["a privacy level in the wrong place"])

    assert made["tool_configuration"]["settings"]["extensions"][0]["privacy_level"] == "anonymous"


def test_an_extension_for_another_platform_is_said_to_be_lost_with_its_placements(canvas_runner):
    made = canvas_runner(KEYS, name="Quiz", settings=FINE["for another platform"])

    assert made["tool_configuration"]["settings"]["extensions"][0]["settings"]["placements"] == []
    assert "quiz.example.com" in " ".join(made["warnings"])


BROKEN = """{
  "title": "Book Helper",
  "custom_fields": {
    "course": "$Canvas.course.id",
  }
}
"""

REFUSED_BY_US = {
    "a comma too many": (BROKEN, "line 5, column 3" if sys.version_info < (3, 13) else "line 4, column 34"),
    "a list of keys": (settings("public_jwk_url", public_jwk=[JWK]), "public_jwk, where Canvas takes one key"),
    "no key at all": (settings("public_jwk_url"), "neither public_jwk nor public_jwk_url"),
    "empty keys only": (settings(public_jwk_url="", public_jwk={}), "neither public_jwk nor public_jwk_url"),
    "scopes in one text": (settings(scopes=f"{SCOPES[0]},{SCOPES[1]}"), "scopes, where a list is needed"),
    "in a wrapper": ({"ltiKey": {"tool_configuration": {"settings": settings()}}}, "lacks title, description"),
    "nothing": ({}, "lacks title"),
    "XML": ('<?xml version="1.0"?><cartridge_basiclti_link/>', "line 1, column 1"),
}


@pytest.mark.parametrize("era", ["A", "D"])
@pytest.mark.parametrize("trait", REFUSED_BY_US)
@pytest.mark.parametrize("check", [True, False])
def test_it_is_refused_before_anything_is_sent(canvas_runner, era, trait, check):
    canvas_runner.sandbox.switches({"canvas.era": era})
    document, says = REFUSED_BY_US[trait]

    result = canvas_runner(KEYS, check=check, name="Quiz", settings=document)

    assert says in result["msg"]
    assert "settings" in result["msg"]
    assert result["failure"]["kind"] == "invalid"
    assert canvas_runner.writes() == []


REFUSED_BY_CANVAS = {
    "a scope broken in two": (
        settings(scopes=[AGS.removesuffix("scope/"), "scope/lineitem"]),
        "cannot contain https://purl.imsglobal.org/spec/lti-ags/, scope/lineitem",
    ),
    "placeholders with a dollar": (settings(target_link_uri="$LTI_TOOL_URL"), "redirect_uris: is not a valid URI"),
    "placeholders in percent signs": (
        settings(target_link_uri="%(tool_url)s/launch"),
        "redirect_uris: is not a valid URI",
    ),
    "a placement that has another message": (
        settings(launch={"placements": [{"placement": "editor_button", "message_type": "LtiResourceLinkRequest"}]}),
        "Placement editor_button does not support message type LtiResourceLinkRequest",
    ),
    "a key for another algorithm": (settings(public_jwk={**JWK, "alg": "ES256"}), "public_jwk"),
    "a key without its id": (settings(public_jwk={n: v for n, v in JWK.items() if n != "kid"}), "kid"),
}


@pytest.mark.parametrize("era", ["A", "B", "C", "D"])
@pytest.mark.parametrize("trait", REFUSED_BY_CANVAS)
def test_it_is_refused_by_canvas_and_the_reason_is_handed_on(canvas_runner, era, trait):
    canvas_runner.sandbox.switches({"canvas.era": era})
    document, says = REFUSED_BY_CANVAS[trait]

    result = canvas_runner(KEYS, name="Quiz", settings=document)

    assert says in result["msg"]
    assert result["failure"]["kind"] == "invalid"
    assert result["failure"]["status"] == 422
    assert not result["changed"]
    assert len(canvas_runner.writes()) == 1
    assert canvas_runner.sandbox.state("canvas")["developer_keys"] == {}
