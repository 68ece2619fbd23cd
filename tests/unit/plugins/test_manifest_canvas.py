"""A manifest as the LTI JSON of Canvas, and back: equal, or each loss is named; and never more data than allowed."""

from __future__ import annotations

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.edtech.lti.plugins.module_utils._manifest import canvas, roads, vocabulary
from ansible_collections.edtech.lti.plugins.module_utils._manifest.document import ManifestError

from .canvas_samples import CANVAS, JWK, SCOPES, documents, meaning, settings
from .manifest_samples import PREFIX, TOOL, manifest, manifests
from .test_canvas_published import FINE

ALL = list(vocabulary.DATA_CLASSES)
NRPS = vocabulary.NRPS


def _there_and_back(document):
    taken = canvas.from_canvas(document)
    return canvas.to_canvas(taken["manifest"]), taken["losses"]


class TestThereAndBack:
    @pytest.mark.parametrize("name", FINE)
    def test_published_ones_come_back_equal(self, name):
        back, losses = _there_and_back(FINE[name])
        expected = meaning(FINE[name])
        if name == "for another platform":  # then Canvas reads nothing of it, and anonymous is what it is
            assert losses
        assert meaning(back["payload"]["settings"]) == expected

    @given(documents(twice=True))
    def test_any_that_canvas_takes_means_the_same_afterwards(self, document):
        back, losses = _there_and_back(copy.deepcopy(document))
        assert meaning(back["payload"]["settings"]) == meaning(document)
        assert bool(losses) == (
            "environments" in document
            or len(document["extensions"]) > 1
            or any("course_navigation" in (one.get("settings") or {}) for one in document["extensions"][:1])
        )

    @given(documents(twice=True))
    def test_a_manifest_from_canvas_allows_exactly_what_canvas_sends(self, document):
        taken = canvas.from_canvas(document)["manifest"]
        assert canvas.to_canvas(taken)["data"] == taken["data"]

    def test_what_canvas_will_not_keep_is_named(self):
        document = settings(extension={"not_selectable": True}, environments={"domain": "x"})
        assert canvas.from_canvas(document)["losses"] == [
            "'environments' is not stored by Canvas.",
            "'not_selectable' in the extension is not stored by Canvas.",
        ]

    def test_the_internal_form_is_read_like_the_outer_one(self):
        inner = {
            "title": "Quiz",
            "target_link_uri": "https://q.example.com/l",
            "oidc_initiation_url": "https://q.example.com/i",
            "public_jwk_url": "https://q.example.com/j",
            "redirect_uris": ["https://q.example.com/l"],
            "scopes": [],
            "placements": [{"placement": "course_navigation"}],
            "launch_settings": {"text": "Quiz"},
            "privacy_level": "email_only",
            "domain": "q.example.com",
        }
        made = canvas.from_canvas(inner)["manifest"]
        assert made["redirect_uris"] == ["https://q.example.com/l"]
        assert made[TOOL][f"{PREFIX}privacy_level"] == "email_only"
        assert made[TOOL]["messages"] == [{"placements": ["course_navigation"]}]
        assert made["data"] == ["opaque_id", "email", "course", "role"]

    def test_the_internal_form_is_known_by_its_level_too(self):
        inner = {"title": "Quiz", "oidc_initiation_url": "https://q.example.com/i", "privacy_level": "public"}
        assert "email" in canvas.from_canvas(inner)["manifest"]["data"]

    @pytest.mark.parametrize(
        "way", [["settings"], ["tool_configuration", "settings"], ["ltiKey", "tool_configuration", "settings"]]
    )
    def test_a_wrapper_around_the_settings_is_taken_off(self, way):
        document = settings()
        for number, name in enumerate(reversed(way)):
            about = (
                {"developer_key": {"redirect_uris": "https://q.example.com/a", "name": "Own name"}} if number else {}
            )
            document = {name: document, **about}
        made = canvas.from_canvas(document)["manifest"]
        assert made["client_name"] == "Quiz Helper"
        if len(way) > 1:
            assert made["redirect_uris"] == ["https://q.example.com/a"]
            assert made["platforms"]["canvas"]["options"]["name"] == "Own name"

    def test_what_would_come_back_otherwise_is_named(self):
        document = settings(
            scopes=["openid"], launch={"placements": [{"placement": "x", "display_type": "new_window"}]}
        )
        assert canvas.from_canvas(document)["losses"] == [
            "scopes would come back otherwise.",
            "extensions would come back otherwise.",
        ]

    def test_a_name_of_its_own_stays_with_the_key(self):
        made = canvas.from_canvas(settings(), name="Quiz Helper (2026)")["manifest"]
        translated = canvas.to_canvas(made)["payload"]
        assert (translated["name"], translated["settings"]["title"]) == ("Quiz Helper (2026)", "Quiz Helper")

    def test_broken_json_is_refused_with_line_and_column(self):
        text = json.dumps(settings(), indent=1).replace('"title"', ',"title"', 1)
        with pytest.raises(ManifestError, match="line 2, column 2"):
            canvas.from_canvas(text)

    @pytest.mark.parametrize("document", [[], 5, "[]", {"title": ["x"]}, {"extensions": {}}, "nothing", {"files": []}])
    def test_what_is_no_configuration_is_refused(self, document):
        with pytest.raises(ManifestError):
            canvas.from_canvas(document)


class TestTranslation:
    def test_messages_become_placements(self):
        said = manifest(
            messages=[
                {
                    "type": "LtiResourceLinkRequest",
                    "label": "Lab",
                    "icon_uri": "https://labs.example.com/i.png",
                    "target_link_uri": "https://labs.example.com/course",
                    "custom_parameters": {"n": 5, "yes": True},
                    "placements": [f"{PREFIX}course_navigation", "account_navigation"],
                    f"{PREFIX}course_navigation/default_enabled": False,
                    f"{PREFIX}visibility": "members",
                    f"{PREFIX}display_type": "new_window",
                },
                {"type": "LtiDeepLinkingRequest", "placements": ["ContentArea", "RichTextEditor"]},
            ]
        )
        made = canvas.to_canvas(said)["payload"]["settings"]["extensions"][0]["settings"]["placements"]
        shared = {
            "message_type": "LtiResourceLinkRequest",
            "text": "Lab",
            "icon_url": "https://labs.example.com/i.png",
            "target_link_uri": "https://labs.example.com/course",
            "custom_fields": {"n": "5", "yes": "true"},
            "visibility": "members",
            "windowTarget": "_blank",
        }
        assert made == [
            {"placement": "course_navigation", **shared, "default": "disabled"},
            {"placement": "account_navigation", **shared},
            {"placement": "link_selection", "message_type": "LtiDeepLinkingRequest"},
            {"placement": "editor_button", "message_type": "LtiDeepLinkingRequest"},
        ]

    def test_what_has_no_counterpart_is_named(self):
        said = manifest(
            policy_uri="https://labs.example.com/privacy",
            contacts=["lab@example.com"],
            token_endpoint_auth_method="private_key_jwt",
            secondary_domains=["old.example.com"],
            messages=[
                {"type": "LtiResourceLinkRequest", "placements": ["course_navigation"], "roles": ["x#Learner"]},
                {"type": "LtiDeepLinkingRequest"},
                {"type": "LtiResourceLinkRequest"},
            ],
        )
        assert canvas.to_canvas(said)["losses"] == [
            "policy_uri has no counterpart in Canvas.",
            "contacts has no counterpart in Canvas.",
            "secondary_domains has no counterpart in Canvas.",
            "messages[0].roles has no counterpart in Canvas, which knows visibility and required_permissions.",
            "messages[1] names no placement, so Canvas shows it nowhere.",
        ]

    def test_members_that_are_no_settings_of_this_placement_are_losses(self):
        message = {
            "placements": ["link_selection"],
            f"{PREFIX}course_navigation/custom_fields": {"x": "$Person.name.full"},
            f"{PREFIX}placement": "editor_button",
        }
        made = canvas.to_canvas(manifest(messages=[message]))
        (placement,) = made["payload"]["settings"]["extensions"][0]["settings"]["placements"]
        assert placement == {"placement": "link_selection"}
        assert len(made["losses"]) == 2

    def test_one_pasted_key_is_taken_and_two_are_refused(self):
        said = manifest(jwks={"keys": [JWK]}, jwks_uri=None)
        assert canvas.to_canvas(said)["payload"]["settings"]["public_jwk"] == JWK
        with pytest.raises(ManifestError, match="2 keys"):
            canvas.to_canvas(manifest(jwks={"keys": [JWK, JWK]}, jwks_uri=None))
        assert canvas.to_canvas(manifest(jwks={"keys": [JWK, JWK]}))["losses"]

    @pytest.mark.parametrize(
        ("without", "word"),
        [("initiate_login_uri", "no initiate_login_uri"), ("jwks_uri", "keys"), ("target_link_uri", "target_link_uri")],
    )
    def test_what_canvas_needs_is_asked_for(self, without, word):
        said = manifest(**{without: None})
        with pytest.raises(ManifestError, match=word):
            canvas.to_canvas(said)

    def test_scopes_of_the_login_open_no_service_and_are_wishes(self):
        made = canvas.to_canvas(manifest(scope="openid email offline_access"))
        assert made["payload"]["settings"]["scopes"] == []
        assert made["warnings"] == [
            "The tool asks for email, which Canvas will not send because data does not allow it."
        ]

    def test_overrides_are_merged_for_this_platform_only(self):
        said = manifest(
            platforms={
                "canvas": {"client_name": "Lab (Canvas)", TOOL: {"custom_parameters": {"a": "1", "course": None}}},
                "d2l": {"client_name": "Lab (D2L)"},
            },
            custom_parameters={"course": "$Context.id", "b": "2"},
        )
        made = canvas.to_canvas(said)["payload"]
        assert made["name"] == made["settings"]["title"] == "Lab (Canvas)"
        assert made["settings"]["custom_fields"] == {"a": "1", "b": "2"}

    def test_two_kinds_of_message_in_one_place_are_warned_of(self):
        messages = [
            {"type": "LtiDeepLinkingRequest", "placements": ["link_selection"]},
            {"type": "LtiResourceLinkRequest", "placements": ["link_selection"]},
        ]
        assert "link_selection is named by several" in " ".join(
            canvas.to_canvas(manifest(messages=messages))["warnings"]
        )


class TestPrivacy:
    @pytest.mark.parametrize(
        ("data", "level"),
        [
            ([], "anonymous"),
            (["name"], "anonymous"),
            (["sis_id"], "anonymous"),
            (["email"], "email_only"),
            (["name", "email"], "email_only"),
            (["name", "sis_id"], "name_only"),
            (["name", "sis_id", "email"], "public"),
            (ALL, "public"),
        ],
    )
    def test_the_level_is_the_widest_that_data_allow(self, data, level):
        made = canvas.to_canvas(manifest(data=[*data, "opaque_id", "course", "role"]))
        assert made["payload"]["settings"]["extensions"][0]["privacy_level"] == level
        for name in {"name", "email"} & set(data) - set(made["data"]):
            assert any(f"data allows {name}" in warning for warning in made["warnings"])

    def test_without_data_nobody_can_be_known(self):
        made = canvas.to_canvas(manifest(data=None))
        assert made["data"] == ["opaque_id", "course", "role"]
        assert made["payload"]["settings"]["extensions"][0]["privacy_level"] == "anonymous"

    @pytest.mark.parametrize(
        ("changes", "named"),
        [
            ({"custom_parameters": {"mail": "$Person.email.primary"}}, "email ($Person.email.primary in"),
            ({"custom_parameters": {"x": "see ${Canvas.user.loginId}!"}}, "username ($Canvas.user.loginId in"),
            ({"scope": NRPS}, f"roster ({NRPS})"),
            ({"scope": [SCOPES[0]]}, "grades ("),
            ({f"{PREFIX}privacy_level": "name_only"}, "name (privacy level name_only); sis_id (privacy level"),
            (
                {"messages": [{"placements": ["course_navigation"], "custom_parameters": {"s": "$Person.sourcedId"}}]},
                "sis_id ($Person.sourcedId in the placement course_navigation's custom field s)",
            ),
            ({f"{PREFIX}launch_settings": {"custom_fields": {"n": "$Person.name.full"}}}, "name ($Person.name.full"),
            ({"platforms": {"canvas": {"options": {"privacy_level": "email_only"}}}}, "email (privacy level"),
            ({"platforms": {"canvas": {"options": {"custom_fields": {"n": "$Person.name.full"}}}}}, "name ("),
            ({"data": ["opaque_id", "role"]}, "course (cannot be switched off: "),
            (
                {f"{PREFIX}launch_settings": {"course_navigation": {"custom_fields": {"e": "$Person.email.primary"}}}},
                "email ($Person.email.primary in the launch settings' course_navigation's",
            ),
            (
                {"platforms": {"canvas": {"options": {"custom_fields": {"a": {"b": "$Person.email.primary"}}}}}},
                "email (",
            ),
            ({"scope": [f"{SCOPES[0]} {NRPS}"]}, f"roster ({NRPS})"),
        ],
    )
    def test_every_road_beyond_data_is_refused_by_name(self, changes, named):
        with pytest.raises(ManifestError, match="Canvas would send more than the manifest allows") as refusal:
            canvas.to_canvas(manifest(**changes))
        assert named in str(refusal.value)
        assert refusal.value.beyond

    @pytest.mark.parametrize(
        "options",
        [
            {"settings": {"title": "x", "placements": [], "custom_fields": {"e": "$Person.email.primary"}}},
            {"settings_url": "https://labs.example.com/all.json"},
            {"settings_file": "all.json"},
            {"privacy_level": "everything"},
            {"custom_fields": "e=$Person.email.primary"},
            {"disabled_placements": "course_navigation"},
        ],
    )
    def test_no_option_goes_around_data(self, options):
        with pytest.raises(ManifestError, match=r"platforms\.canvas\.options"):
            canvas.to_canvas(manifest(platforms={"canvas": {"options": options}}))

    def test_a_private_key_goes_nowhere(self):
        said = manifest(jwks={"keys": [{**JWK, "d": "the-secret"}]}, jwks_uri=None)
        with pytest.raises(ManifestError, match="private key") as refusal:
            canvas.to_canvas(said)
        assert "the-secret" not in str(refusal.value)

    def test_a_placement_that_is_off_sends_nothing(self):
        message = {
            "placements": ["course_navigation"],
            "custom_parameters": {"s": "$Person.sourcedId"},
            f"{PREFIX}enabled": False,
        }
        assert "sis_id" not in canvas.to_canvas(manifest(messages=[message]))["data"]

    def test_less_than_the_tool_asks_for_is_warned_of(self):
        said = manifest(claims=["iss", "sub", "email", "name"], scope="", data=["opaque_id", "course", "role", "email"])
        assert [one for one in canvas.to_canvas(said)["warnings"] if "asks for" in one] == [
            "The tool asks for name, which Canvas will not send because data does not allow it."
        ]

    def test_a_variable_that_nobody_knows_is_warned_of_wherever_it_stands(self):
        said = manifest(**{f"{PREFIX}launch_settings": {"custom_fields": {"x": "$Nobody.knows"}}})
        assert any("$Nobody.knows" in one for one in canvas.to_canvas(said)["warnings"])

    def test_what_nobody_knows_is_warned_of_and_not_counted(self):
        said = manifest(custom_parameters={"x": "$Foo.bar"}, scope="https://tool.example.com/scope")
        made = canvas.to_canvas(said)
        assert made["data"] == ["opaque_id", "course", "role"]
        assert len([one for one in made["warnings"] if "is no known" in one]) == 2

    @given(manifests(), st.sets(st.sampled_from(ALL)))
    def test_no_translation_ever_sends_more_than_data_allow(self, said, data):
        said = {**said, "data": sorted(data)}
        try:
            made = canvas.to_canvas(said)
        except ManifestError as refusal:
            assert {one["class"] for one in refusal.beyond} - data or not refusal.beyond
            return
        assert set(made["data"]) <= data
        # Read anew, from what would be written.
        again = roads.of_canvas(json.loads(json.dumps(made["payload"]["settings"])))
        assert roads.classes(again) == made["data"]


class TestRoads:
    @pytest.mark.parametrize("settings_of", [{}, {"extensions": []}, {"extensions": [{"platform": CANVAS}]}])
    def test_what_says_no_level_is_anonymous(self, settings_of):
        assert roads.classes(roads.of_canvas(settings_of)) == ["opaque_id", "course", "role"]

    def test_narrower_scopes_of_the_key_count(self):
        assert "roster" not in roads.classes(roads.of_canvas(settings(scopes=[NRPS]), scopes=[]))
        assert "roster" in roads.classes(roads.of_canvas(settings(scopes=[]), scopes=[NRPS]))

    def test_a_level_that_nobody_knows_is_taken_for_the_widest(self):
        assert "email" in roads.classes(roads.of_canvas(settings(extension={"privacy_level": "everything"})))
