"""A manifest in Brightspace, and back: every flag is said, what a version cannot control is never called off."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.edtech.lti.plugins.module_utils._manifest import d2l, roads, vocabulary
from ansible_collections.edtech.lti.plugins.module_utils._manifest.document import ManifestError

from .contract import WORDS, some
from .manifest_samples import PREFIX, TOOL, manifest, manifests

ALL = list(vocabulary.DATA_CLASSES)
AGS, NRPS = f"{vocabulary.AGS}score", vocabulary.NRPS
VERSIONS = ["1.66", "1.82", "1.88", "1.89", "1.91", "1.92", None]
USER_FLAGS = {
    "send_user_first_name": "name",
    "send_user_middle_name": "name",
    "send_user_last_name": "name",
    "send_user_email": "email",
    "send_d2l_user_id": "opaque_id",
    "send_d2l_username": "username",
    "send_d2l_org_defined_id": "sis_id",
}
DEEP = {"type": "LtiDeepLinkingRequest"}


def _payload(le_version=None, **changes):
    return d2l.to_d2l(manifest(**changes), le_version)["payload"]


class TestTranslation:
    def test_a_registration_has_what_the_platform_asks_for(self):
        assert _payload(custom_parameters={"course": "$CourseOffering.sourcedId", "n": 5})["registration"] == {
            "name": "Virtual Lab",
            "description": "Titrations without acid",
            "domain": "labs.example.com",
            "redirect_urls": ["https://labs.example.com/lti/launch"],
            "oidc_login_url": "https://labs.example.com/lti/login",
            "keyset_url": "https://labs.example.com/lti/jwks.json",
            "target_link_uri": "https://labs.example.com/lti/launch",
            "enabled_extensions": [],
            "custom_parameters": {"course": "$CourseOffering.sourcedId", "n": "5"},
            "send_institution_role": False,
        }

    def test_services_are_on_at_both_levels(self):
        made = _payload(scope=f"{NRPS} {AGS}", data=ALL, messages=[{**DEEP, "placements": ["ContentArea"]}])
        names = ["assignment_and_grade_services", "deep_linking", "names_and_role_provisioning"]
        assert made["registration"]["enabled_extensions"] == made["deployment"]["enabled_extensions"] == names

    @pytest.mark.parametrize(
        ("version", "there"),
        [("1.88", {"anonymous", "send_link_title"}), ("1.89", {"anonymous"}), ("1.91", {"anonymous"}), ("1.92", set())],
    )
    def test_only_flags_that_the_version_has_are_said(self, version, there):
        said = set(_payload(version)["deployment"])
        assert {"anonymous", "send_link_title"} & said == there
        assert set(USER_FLAGS) <= said

    def test_every_flag_about_people_follows_data(self):
        may = ["opaque_id", "course", "role"]
        for name in ("name", "email", "username", "sis_id"):
            flags = _payload(data=[*may, name])["deployment"]
            on = {flag for flag in USER_FLAGS if flags[flag]}
            middle = {"send_user_middle_name", "send_d2l_user_id"}
            assert on == {flag for flag, tells in USER_FLAGS.items() if tells == name} - middle

    def test_messages_become_links_of_the_kinds_that_there_are(self):
        messages = [
            {"label": "Lab", "type": "LtiResourceLinkRequest", "custom_parameters": {"a": "1"}},
            {
                "label": "Two",
                "type": "LtiResourceLinkRequest",
                "custom_parameters": {"a": "1"},
                "icon_uri": "https://x",
            },
            {"label": "Lab", "placements": ["ContentArea"], **DEEP, "target_link_uri": "https://labs.example.com/pick"},
            {"label": "Insert", "placements": ["editor_button"], **DEEP},
        ]
        made = d2l.to_d2l(manifest(messages=messages))
        launch = "https://labs.example.com/lti/launch"
        assert [(one["name"], one["type"], one["url"]) for one in made["payload"]["links"]] == [
            ("Lab", "basic", launch),
            ("Lab (quicklink, 2)", "quicklink", "https://labs.example.com/pick"),
            ("Insert", "insert_stuff", launch),
        ]
        assert made["losses"] == [
            "messages[1].icon_uri has no counterpart in Brightspace.",
            "messages[1].label has no link of its own: the link Lab launches the same.",
        ]

    def test_where_canvas_would_show_it_and_other_kinds_of_message_are_losses(self):
        messages = [
            {"type": "LtiResourceLinkRequest", "placements": ["course_navigation"], f"{PREFIX}visibility": "members"},
            {"type": "LtiSubmissionReviewRequest"},
        ]
        made = d2l.to_d2l(manifest(messages=messages))
        assert [one["type"] for one in made["payload"]["links"]] == ["basic"]
        assert made["losses"] == [
            "messages[0].placements (course_navigation) have no counterpart in Brightspace; it gets a link.",
            "messages[0].Canvas's visibility has no counterpart in Brightspace.",
            "messages[1] is a LtiSubmissionReviewRequest, for which Brightspace has no link.",
        ]

    def test_links_of_one_name_are_told_apart(self):
        messages = [{"label": "A"}, {"label": "A", "custom_parameters": {"x": "1"}}]
        names = [one["name"] for one in _payload(messages=messages)["links"]]
        assert names == ["A", "A (basic, 2)"]

    def test_what_has_no_counterpart_is_named(self):
        said = manifest(
            logo_uri="https://labs.example.com/i.png",
            scope="https://canvas.instructure.com/lti/account_lookup/scope/show",
            custom_parameters={"id": "$Canvas.user.id", "course": "$Context.id"},
        )
        made = d2l.to_d2l({**said, TOOL: {**said[TOOL], "messages": []}})
        assert made["payload"]["registration"]["custom_parameters"] == {"course": "$Context.id"}
        assert made["losses"] == [
            "logo_uri has no counterpart in Brightspace.",
            "The scope https://canvas.instructure.com/lti/account_lookup/scope/show has no counterpart in Brightspace.",
            "custom_parameters.id is $Canvas.user.id, a variable of Canvas; Brightspace has none of that name.",
        ]

    def test_pasted_keys_cannot_be_used(self):
        said = manifest(jwks_uri=None, jwks={"keys": [{"kty": "RSA"}]}, scope=AGS, data=ALL)
        with pytest.raises(ManifestError, match="no pasted keys"):
            d2l.to_d2l(said)
        assert d2l.to_d2l({**said, "scope": ""})["losses"]

    def test_a_missing_domain_is_that_of_the_target_link(self):
        made = d2l.to_d2l(manifest(domain=None))
        assert made["payload"]["registration"]["domain"] == "labs.example.com"
        assert any("has no domain" in one for one in made["warnings"])

    def test_options_are_laid_over_and_unknown_ones_refused(self):
        options = {"deployment": {"open_as_external": True, "name": "Science"}, "links": []}
        made = _payload(platforms={"d2l": {"options": options}})
        assert made["deployment"]["name"] == "Science"
        assert made["links"] == []
        with pytest.raises(ManifestError, match="deployments"):
            _payload(platforms={"d2l": {"options": {"deployments": []}}})


class TestPrivacy:
    def test_where_the_version_leaves_a_choice_the_role_can_be_kept_back(self):
        made = d2l.to_d2l(manifest(data=["opaque_id"]), "1.88")
        assert made["data"] == ["opaque_id"]
        assert made["payload"]["deployment"]["anonymous"] is True
        assert made["payload"]["deployment"]["send_org_unit_information"] is False

    @pytest.mark.parametrize(("version", "forced"), [("1.91", "course"), ("1.92", "course"), ("1.92", "role")])
    def test_what_the_version_cannot_control_is_refused_when_it_may_not_be_sent(self, version, forced):
        data = [name for name in ("opaque_id", "course", "role") if name != forced]
        with pytest.raises(ManifestError, match="cannot be switched off"):
            d2l.to_d2l(manifest(data=data), version)

    @pytest.mark.parametrize(
        "options",
        [
            {"deployment": {"send_user_email": True}},
            {"deployment": {"custom_parameters": {"m": "$Person.email.primary"}}},
            {"registration": {"custom_parameters": {"m": "$Person.email.primary"}}},
            {"links": [{"name": "a", "url": "https://x", "custom_parameters": {"m": "$Person.email.primary"}}]},
        ],
    )
    def test_no_option_goes_around_data(self, options):
        with pytest.raises(ManifestError, match="email"):
            _payload(platforms={"d2l": {"options": options}})

    @pytest.mark.parametrize(
        ("part", "own", "word"),
        [
            ("deployment", {"send_user_email": None}, "true or false"),
            ("deployment", {"send_user_email": "no"}, "true or false"),
            ("deployment", {"enabled_extensions": "names_and_role_provisioning"}, "list of names"),
            ("deployment", {"enabled_extensions": [3]}, "names 3"),
            ("registration", {"enabled_extensions": None}, "list of names"),
            ("registration", {"custom_parameters": None}, "an object"),
            ("deployment", {"custom_parameters": [{"a": "$Person.email.primary"}]}, "an object"),
        ],
    )
    def test_what_is_left_alone_or_misspelt_could_send_anything(self, part, own, word):
        with pytest.raises(ManifestError, match=f"platforms.d2l.options.{part}.*{word}"):
            _payload(platforms={"d2l": {"options": {part: own}}})

    def test_what_a_deployment_had_of_its_own_goes(self):
        made = _payload(platforms={"d2l": {"options": {"links": [{"name": "a", "url": "https://x"}]}}})
        assert made["deployment"]["custom_parameters"] == made["links"][0]["custom_parameters"] == {}
        assert made["deployment"]["pre_provisioning"] is made["registration"]["send_institution_role"] is False

    @pytest.mark.parametrize("version", ["latest", "1", "1,92", "v1.92", 1.92])
    def test_what_is_no_version_is_refused(self, version):
        with pytest.raises(ValueError, match="no version of LE"):
            d2l.to_d2l(manifest(), version)

    @given(manifests(), st.sets(st.sampled_from(ALL)), st.sampled_from(VERSIONS))
    def test_no_translation_ever_sends_more_than_data_allow(self, said, data, version):
        try:
            made = d2l.to_d2l({**said, "data": sorted(data)}, version)
        except ManifestError as refusal:
            assert {one["class"] for one in refusal.beyond} - data or not refusal.beyond
            return
        assert set(made["data"]) <= data


class TestRoads:
    @pytest.mark.parametrize(("flag", "tells"), USER_FLAGS.items())
    def test_every_flag_alone(self, flag, tells):
        found = roads.of_d2l({}, {flag: True}, (), "1.82")
        assert {one["class"] for one in found if one["via"] == "flag"} == {tells}
        assert not [
            one for one in roads.of_d2l({}, {flag: True, "anonymous": True}, (), "1.82") if one["via"] == "flag"
        ]

    def test_what_anonymous_says_counts_only_where_it_can_be_written(self):
        held = {"anonymous": True, "send_user_email": True}
        assert roads.classes(roads.of_d2l({}, held, (), "1.88")) == ["opaque_id"]
        assert roads.classes(roads.of_d2l({}, held, (), "1.92")) == ["opaque_id", "email", "course", "role"]

    def test_the_course_is_sent_and_not_controllable_since_1_89(self):
        found = roads.of_d2l({}, {"send_org_unit_information": False}, (), "1.89")
        assert [one["controllable"] for one in found if one["class"] == "course"] == [False]
        assert "course" not in roads.classes(roads.of_d2l({}, {"send_org_unit_information": False}, (), "1.88"))

    def test_an_extension_works_only_when_both_levels_have_it(self):
        both = ["names_and_role_provisioning"]
        assert "roster" in roads.classes(roads.of_d2l({"enabled_extensions": both}, {"enabled_extensions": both}))
        assert "roster" not in roads.classes(roads.of_d2l({"enabled_extensions": []}, {"enabled_extensions": both}))
        offered = {"enabled_extensions": both, "available_extensions": []}
        assert "roster" not in roads.classes(roads.of_d2l({"enabled_extensions": both}, offered))

    def test_the_nearer_parameter_wins(self):
        registration = {"custom_parameters": {"a": "$Person.email.primary", "b": "$User.username"}}
        deployment = {"custom_parameters": {"a": "none"}}
        assert roads.classes(roads.of_d2l(registration, deployment)) == ["opaque_id", "username", "course", "role"]


@st.composite
def _estates(draw):
    """A registration with a deployment and links, as they are read back."""
    words = st.sampled_from(["plain", "$Person.name.full", "$CourseOffering.sourcedId"])
    parameters = st.dictionaries(st.sampled_from("ab"), words, max_size=2)
    extensions = st.lists(
        st.sampled_from(
            ["assignment_and_grade_services", "deep_linking", "names_and_role_provisioning", "submission_review"]
        ),
        unique=True,
    )
    registration = draw(
        some(
            {
                "name": WORDS,
                "domain": st.sampled_from(["labs.example.com", "https://labs.example.com"]),
                "redirect_urls": st.just(["https://labs.example.com/launch"]),
                "oidc_login_url": st.just("https://labs.example.com/login"),
                "keyset_url": st.just("https://labs.example.com/jwks"),
                "target_link_uri": st.sampled_from([None, "https://labs.example.com/launch"]),
                "description": st.sampled_from([None, "Acid"]),
                "enabled_extensions": extensions,
                "custom_parameters": parameters,
                "send_institution_role": st.booleans(),
            }
        )
    )
    deployment = draw(
        some(
            {
                "name": WORDS,
                "enabled_extensions": extensions,
                "custom_parameters": parameters,
                "anonymous": st.booleans(),
                "pre_provisioning": st.booleans(),
                "send_org_unit_information": st.booleans(),
                "send_link_title": st.booleans(),
                "send_link_description": st.booleans(),
                **{flag: st.booleans() for flag in USER_FLAGS},
            }
        )
    )
    links = draw(
        st.lists(
            some(
                {
                    "name": WORDS,
                    "url": st.sampled_from(["https://labs.example.com/launch", "https://labs.example.com/other"]),
                    "type": st.sampled_from(["basic", "quicklink", "insert_stuff", "widget"]),
                    "custom_parameters": parameters,
                }
            ),
            max_size=3,
        )
    )
    return registration, deployment, links


class TestBack:
    @given(_estates(), st.sampled_from(VERSIONS))
    def test_what_is_there_translated_back_says_nothing_else(self, estate, version):
        registration, deployment, links = estate
        taken = d2l.from_d2l(registration, deployment, links, version)["manifest"]
        made = d2l.to_d2l(taken, version)
        for held, wish in (
            (registration, made["payload"]["registration"]),
            (deployment, made["payload"]["deployment"]),
        ):
            for name, value in wish.items():
                if name == "enabled_extensions":
                    assert set(value) == set(held[name])
                elif held.get(name) is not None or name != "target_link_uri":
                    assert value == held.get(name), name
        assert [
            (one["name"], one["url"], one["type"], one["custom_parameters"]) for one in made["payload"]["links"]
        ] == [(one["name"], one["url"], one["type"], one["custom_parameters"]) for one in links]
        assert made["data"] == taken["data"]

    def test_what_a_manifest_leaves_alone_is_named_and_nulls_are_no_wish(self):
        registration = {**_payload()["registration"], "enabled": False, "enabled_extensions": ["99", "deep_linking"]}
        deployment = {**_payload()["deployment"], "open_as_external": True, "send_user_email": None}
        links = [
            {"name": "a", "url": "https://labs.example.com/lti/launch", "type": "basic", "custom_parameters": None}
        ]
        taken = d2l.from_d2l(registration, deployment, links)
        assert taken["losses"] == [
            "That the registration Virtual Lab is disabled is left alone.",
            "open_as_external of the deployment Virtual Lab is left alone, whatever it is.",
            "The extension 99 is not known, and is left out.",
        ]
        d2l.to_d2l(taken["manifest"])

    def test_it_reads_like_a_manifest_that_somebody_wrote(self):
        registration = _payload(scope=AGS, data=ALL)["registration"]
        deployment = _payload(scope=AGS, data=ALL)["deployment"]
        taken = d2l.from_d2l(registration, deployment, [])["manifest"]
        assert taken["client_name"] == "Virtual Lab"
        assert taken[TOOL]["domain"] == "labs.example.com"
        assert taken["platforms"] == {"d2l": {"options": {"links": []}}}
