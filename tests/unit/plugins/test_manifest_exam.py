"""The LTI 1.1 half of a manifest: a tool provider of the exam platform, a look-up of LumiNUS."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.edtech.lti.plugins.module_utils._manifest import exam, roads, vocabulary
from ansible_collections.edtech.lti.plugins.module_utils._manifest.document import ManifestError

from .manifest_samples import manifest, manifests

HALF = {"launch_url": "https://labs.example.com/lti11", "consumer_key": "college"}
ALL = list(vocabulary.DATA_CLASSES)


def _half(**changes):
    return manifest(lti_1_1={**HALF, **changes})


class TestTranslation:
    def test_a_provider_with_its_links_and_no_secret(self):
        said = _half(
            name="Lab (exam)",
            consumer_secret="vault_lab_secret",
            message="deep_linking",
            custom_parameters={"locale": "en", "n": 5},
            links=[
                {"name": "Acid", "launch_url": "https://labs.example.com/acid", "open_in_new_tab": True},
                {"name": "B"},
            ],
        )
        made = exam.to_exam(said)
        assert made["payload"] == {
            "tool_provider": {
                "tool_name": "Lab (exam)",
                "tool_url": HALF["launch_url"],
                "oauth_consumer_key": "college",
                "use_as_basic_link": False,
                "lti_custom_data": {"locale": "en", "n": "5"},
            },
            "lti_resources": [
                {
                    "lti_resource_link_name": "Acid",
                    "lti_resource_launch_url": "https://labs.example.com/acid",
                    "open_in_new_tab": True,
                    "lti_custom_data": {},
                },
                {"lti_resource_link_name": "B", "lti_custom_data": {}},
            ],
        }
        assert "vault_lab_secret" not in json.dumps(made)

    @pytest.mark.parametrize("translate", [exam.to_exam, exam.to_luminus])
    @pytest.mark.parametrize("missing", ["launch_url", "consumer_key"])
    def test_what_every_lti_1_1_tool_needs_is_asked_for(self, translate, missing):
        with pytest.raises(ManifestError, match=f"lti_1_1.{missing}"):
            translate(_half(**{missing: None}))
        with pytest.raises(ManifestError, match=r"LTI 1\.1"):
            translate(manifest(lti_1_1=None))

    def test_the_other_half_is_no_loss(self):
        assert exam.to_exam(_half())["losses"] == ["description has no counterpart in the exam platform."]
        assert exam.to_exam(manifest(description=None, scope=vocabulary.NRPS, data=ALL))["warnings"] == []

    def test_luminus_shows_names_in_its_own_words(self):
        assert exam.to_luminus(_half(custom_parameters={"a": True}))["payload"] == {
            "provider": {
                "name": "Virtual Lab",
                "launch_url": HALF["launch_url"],
                "consumer_key": "college",
                "custom_parameters": {"a": "true"},
            }
        }

    def test_what_luminus_has_no_place_for_is_named(self):
        said = manifest(
            contacts=["a@b.example"], lti_1_1={**HALF, "message": "basic", "links": [{"name": "a"}], "odd": 1}
        )
        assert exam.to_luminus(said)["losses"] == [
            "contacts has no counterpart in LumiNUS.",
            "description has no counterpart in LumiNUS.",
            "lti_1_1.odd has no counterpart in LumiNUS.",
            "lti_1_1.links has no counterpart in LumiNUS.",
            "lti_1_1.message has no counterpart in LumiNUS.",
        ]

    @pytest.mark.parametrize(
        "options", [{"exams": []}, {"tool_provider": []}, {"lti_resources": {}}, {"lti_resources": ["x"]}]
    )
    def test_options_of_another_shape_are_refused(self, options):
        with pytest.raises(ManifestError, match=r"platforms\.exam\.options"):
            exam.to_exam(manifest(platforms={"exam": {"options": options}}))


class TestPrivacy:
    @pytest.mark.parametrize(
        "changes",
        [
            {"lti_1_1": {**HALF, "custom_parameters": {"mail": "$Person.email.primary"}}},
            {"lti_1_1": {**HALF, "links": [{"name": "a", "custom_parameters": {"m": "$Person.email.primary"}}]}},
            {
                "platforms": {
                    "exam": {"options": {"tool_provider": {"lti_custom_data": {"m": "$Person.email.primary"}}}}
                }
            },
        ],
    )
    def test_identity_in_custom_data_is_refused(self, changes):
        with pytest.raises(ManifestError, match=r"email \(\$Person.email.primary in"):
            exam.to_exam(manifest(**changes))

    @given(manifests(), st.sets(st.sampled_from(ALL)))
    def test_no_translation_ever_sends_more_than_data_allow(self, said, data):
        for translate in (exam.to_exam, exam.to_luminus):
            try:
                made = translate({**said, "data": sorted(data)})
            except ManifestError as refusal:
                assert {one["class"] for one in refusal.beyond} - data or not refusal.beyond
            else:
                assert set(made["data"]) <= data

    @pytest.mark.parametrize(
        "options",
        [
            {"tool_provider": {"lti_custom_data": {"a": {"deep": ["$Person.email.primary"]}}}},
            {
                "lti_resources": [
                    {"lti_resource_link_name": "a", "lti_custom_data": {"a": [{"b": "$Person.email.primary"}]}}
                ]
            },
        ],
    )
    def test_identity_is_found_however_deep_it_stands(self, options):
        with pytest.raises(ManifestError, match=r"Person\.email"):
            exam.to_exam(manifest(platforms={"exam": {"options": options}}))

    def test_a_secret_in_the_options_is_refused_and_not_shown(self):
        options = {"tool_provider": {"oauth_consumer_secret": "Sup3rS3cret"}}
        with pytest.raises(ManifestError, match="holds a secret") as refusal:
            exam.to_exam(manifest(platforms={"exam": {"options": options}}))
        assert "Sup3r" not in str(refusal.value)

    def test_a_link_that_says_nothing_of_its_custom_data_has_none(self):
        options = {"lti_resources": [{"lti_resource_link_name": "a"}]}
        made = exam.to_exam(manifest(platforms={"exam": {"options": options}}))
        assert made["payload"]["lti_resources"] == [{"lti_resource_link_name": "a", "lti_custom_data": {}}]

    @pytest.mark.parametrize("value", [None, "{}", ["$Person.email.primary"]])
    def test_what_would_leave_custom_data_alone_is_refused(self, value):
        for options in (
            {"tool_provider": {"lti_custom_data": value}},
            {"lti_resources": [{"lti_resource_link_name": "a", "lti_custom_data": value}]},
        ):
            with pytest.raises(ManifestError, match="lti_custom_data is no object"):
                exam.to_exam(manifest(platforms={"exam": {"options": options}}))

    def test_launch_data_of_luminus_are_personal(self):
        provider = {"launch_data": ["lis_person_name_full", "lis_person_contact_email_primary", "something_new"]}
        assert roads.classes(roads.of_luminus(provider)) == ["opaque_id", "name", "email", "course", "role"]


class TestBack:
    @given(manifests())
    def test_what_is_there_translated_back_says_the_same(self, said):
        made = exam.to_exam({**said, "data": ALL})["payload"]
        taken = exam.from_exam(made["tool_provider"], made["lti_resources"])
        assert taken["losses"] == []
        back = exam.to_exam(taken["manifest"])["payload"]
        assert back["tool_provider"] == made["tool_provider"]
        assert [_without_empty(one) for one in back["lti_resources"]] == [
            _without_empty(one) for one in made["lti_resources"]
        ]

    def test_custom_data_that_are_no_texts_are_kept_for_this_platform(self):
        held = {"a": "1", "deep": {"b": [1, 2]}}
        taken = exam.from_exam(
            {"tool_name": "Lab", "tool_url": "u", "oauth_consumer_key": "k", "lti_custom_data": held}
        )
        assert taken["losses"]
        assert exam.to_exam(taken["manifest"])["payload"]["tool_provider"]["lti_custom_data"] == held

    def test_numbers_in_custom_data_of_links_stay_numbers(self):
        links = [{"lti_resource_link_name": "a", "lti_custom_data": {"n": 5, "t": "x"}}]
        provider = {"tool_name": "Lab", "tool_url": "u", "oauth_consumer_key": "k"}
        taken = exam.from_exam(provider, links)
        assert taken["losses"]
        assert exam.to_exam(taken["manifest"])["payload"]["lti_resources"][0]["lti_custom_data"] == {"n": 5, "t": "x"}

    def test_the_secret_is_only_named(self):
        taken = exam.from_exam({"tool_name": "Lab 1 (exam)", "oauth_consumer_secret": "hidden", "tool_url": "u"})
        assert taken["manifest"]["lti_1_1"]["consumer_secret"] == "vault_lab_1__exam_consumer_secret"


def _without_empty(resource):
    return {name: value for name, value in resource.items() if value not in (False, {}, None)}
