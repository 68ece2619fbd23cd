"""The published schema of the manifest: what it takes, and in which words it refuses."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import jsonschema
import pytest

from ansible_collections.edtech.lti.plugins.module_utils import _errors
from ansible_collections.edtech.lti.plugins.module_utils._manifest import document, schema, vocabulary

from .preflight_samples import MANIFEST, TOOL, manifest

ROOT = Path(__file__).resolve().parents[3]

PUBLISHED = {
    "application_type": "web",
    "response_types": ["id_token"],
    "grant_types": ["implicit", "client_credentials"],
    "initiate_login_uri": "https://polls.example.com/lti/login",
    "redirect_uris": ["https://polls.example.com/lti/launch"],
    "client_name": "Polls",
    "client_name#de": "Umfragen",
    "jwks_uri": "https://polls.example.com/lti/jwks.json",
    "logo_uri": None,
    "token_endpoint_auth_method": "private_key_jwt",
    "contacts": ["lti@polls.example.com"],
    "scope": "openid https://purl.imsglobal.org/spec/lti-ags/scope/score",
    "software_statement": {"anything": [1, 2]},
    TOOL: {
        "version": "1.3.0",
        "domain": "polls.example.com",
        "target_link_uri": "https://polls.example.com/lti/launch",
        "custom_parameters": {"course": "$Context.id"},
        "claims": ["iss", "sub", "name"],
        "messages": [
            {"type": "LtiResourceLinkRequest"},
            {
                "type": "LtiDeepLinkingRequest",
                "target_link_uri": "https://polls.example.com/lti/pick",
                "label": "Add a poll",
                "placements": ["ContentArea", "RichTextEditor"],
                "supported_types": ["ltiResourceLink"],
                "https://canvas.instructure.com/lti/course_navigation/default_enabled": False,
            },
        ],
        "https://canvas.instructure.com/lti/privacy_level": "name_only",
        "https://canvas.instructure.com/lti/disable_reinstall": True,
    },
}
"""A registration request as a vendor's server sends it, with members that are nobody's."""


def said(value):
    """What does not fit, one sentence each."""
    return [f"{schema.at(path, 'manifest')} {words}" for path, words in schema.problems(value)]


def test_it_is_a_valid_schema_and_published_as_it_is():
    jsonschema.Draft202012Validator.check_schema(schema.SCHEMA)

    published = (ROOT / "docs" / "manifest.schema.json").read_text(encoding="utf-8")
    assert published == schema.text()
    assert json.loads(published)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_a_published_registration_request_is_a_manifest_as_it_stands():
    assert said(PUBLISHED) == []
    assert document.checked(PUBLISHED) == PUBLISHED


def test_a_registration_answer_is_a_manifest_as_well():
    answer = {**PUBLISHED, "client_id": "10000000000077", "registration_client_uri": "https://x.example.com/r"}
    answer[TOOL] = {**PUBLISHED[TOOL], "deployment_id": "7:abc"}
    assert said(answer) == []


def test_our_own_members_fit():
    assert said(MANIFEST) == []


LEVEL = "https://canvas.instructure.com/lti/privacy_level"
NO_CLASS = f"is none of {', '.join(vocabulary.DATA_CLASSES)}"


@pytest.mark.parametrize(
    ("members", "path", "words"),
    [
        ({"client_name": 5}, "client_name", "is a number, where a text is needed"),
        ({"redirect_uris": "https://x.example.com"}, "redirect_uris", "is a text, where a list is needed"),
        ({"redirect_uris": [None]}, "redirect_uris[0]", "is null, where a text is needed"),
        ({"scope": {}}, "scope", "is an object, where a text or a list is needed"),
        ({"jwks": {}}, "jwks", "lacks 'keys'"),
        ({"data": ["names"]}, "data[0]", NO_CLASS),
        ({"data": ["name", "name"]}, "data", "names something twice"),
        ({"data": "name"}, "data", "is a text, where a list is needed"),
        ({"platforms": {"moodle": {}}}, "platforms.moodle", "is no member here; there are canvas, d2l, exam, luminus"),
        ({"platforms": {"d2l": []}}, "platforms.d2l", "is a list, where an object is needed"),
        ({"platforms": {"d2l": {"data": [1]}}}, "platforms.d2l.data[0]", NO_CLASS),
        ({"lti_1_1": {"message": "deep"}}, "lti_1_1.message", "is none of basic, deep_linking"),
        ({"lti_1_1": {"links": [{}]}}, "lti_1_1.links[0]", "lacks 'name'"),
        ({"lti_1_1": {"links": [{"name": ""}]}}, "lti_1_1.links[0].name", "is empty"),
        (
            {"lti_1_1": {"links": [{"name": "a", "open_in_new_tab": "yes"}]}},
            "lti_1_1.links[0].open_in_new_tab",
            "is a text, where true or false is needed",
        ),
        (
            {TOOL: {"messages": [{"type": "x", "placements": "y"}]}},
            f"{TOOL}.messages[0].placements",
            "is a text, where a list is needed",
        ),
        (
            {TOOL: {"custom_parameters": {"a": []}}},
            f"{TOOL}.custom_parameters.a",
            "is a list, where a text or a number or true or false is needed",
        ),
        ({TOOL: {LEVEL: "Public"}}, f"{TOOL}.{LEVEL}", "is none of public, name_only, email_only, anonymous"),
    ],
)
def test_what_does_not_fit_is_said_with_its_path(members, path, words):
    assert said(manifest(**members)) == [f"manifest.{path} {words}"]


def test_a_misspelt_member_of_ours_is_refused_and_not_ignored():
    assert said(manifest(data_classes=[])) == [
        "manifest.data_classes is no member of a manifest; there are data, lti_1_1, platforms"
    ]
    (unknown,) = said(manifest(lti_1_1={"lauch_url": "x"}))
    assert unknown.startswith("manifest.lti_1_1.lauch_url is no member here; there are name, launch_url,")
    for slip in ("DATA", "lti-1.1", "Platforms", "dataclass"):
        assert said(manifest(**{slip: {}})) or schema.slip(manifest(**{slip: {}})), slip


def test_a_manifest_describes_some_tool():
    assert said({"client_name": "Nothing"}) == [
        "manifest describes neither an LTI 1.3 tool (initiate_login_uri) nor an LTI 1.1 tool (lti_1_1)"
    ]
    assert said({"client_name": "Old", "lti_1_1": {"launch_url": "https://x.example.com"}}) == []
    assert said([]) == ["manifest is a list, where an object is needed"]


def test_no_value_is_repeated():
    """It may be a secret."""
    secret = "s3cr3t-Q7-s3cr3t"
    wrong = manifest(data=secret, lti_1_1={"message": secret, "launch_url": [secret], secret[:0] + "x": secret})
    assert said(wrong)
    assert secret not in str(said(wrong))


def test_what_is_wrong_is_taken_out_and_the_rest_stays():
    wrong = manifest(redirect_uris=["https://labs.example.com/a", 5, 6], contacts=7, lti_1_1={"a": 1, "b": 2})
    whole, told = schema.mended(wrong)

    assert whole["redirect_uris"] == ["https://labs.example.com/a"]
    assert "contacts" not in whole
    assert whole["lti_1_1"] == {}
    assert len(told) == 5
    assert wrong["contacts"] == 7


def test_the_schema_and_the_translations_agree_on_shapes():
    """What the schema lets through, a translation can read."""
    for members in ({"redirect_uris": None}, {"jwks": None}, {TOOL: None}, {"platforms": None}, {"scope": None}):
        assert said(manifest(**members)) == []
        document.checked(manifest(**members))


def test_the_library_is_missed_with_words(monkeypatch):
    monkeypatch.setitem(sys.modules, "jsonschema", None)
    with pytest.raises(_errors.InvalidError) as failed:
        schema.problems({})
    assert failed.value.sentence() == (
        "The check needs the Python library jsonschema, which is not installed. Install it where the module runs:"
        " pip install jsonschema"
    )
