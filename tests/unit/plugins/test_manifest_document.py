"""Reading a manifest: clear errors with a place, nothing lost, and a vendor's document as it stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.edtech.lti.plugins.module_utils._manifest import document, vocabulary
from ansible_collections.edtech.lti.plugins.module_utils._manifest.document import ManifestError

from .manifest_samples import TOOL, manifest

PUBLISHED = {
    "application_type": "web",
    "response_types": ["id_token"],
    "grant_types": ["implicit", "client_credentials"],
    "client_name": "Notes",
    "client_name#nl": "Notities",
    "initiate_login_uri": "https://notes.example.com/login",
    "redirect_uris": ["https://notes.example.com/launch"],
    "jwks_uri": "https://notes.example.com/jwks",
    "token_endpoint_auth_method": "private_key_jwt",
    "contacts": ["help@notes.example.com"],
    "scope": f"{vocabulary.NRPS} {vocabulary.AGS}score",
    "client_id": "answered-by-the-platform",
    "something_of_tomorrow": {"a": [1]},
    TOOL: {
        "domain": "notes.example.com",
        "target_link_uri": "https://notes.example.com/launch",
        "custom_parameters": {"x": "$Context.id"},
        "claims": ["iss", "sub", "given_name", "email"],
        "messages": [
            {"type": "LtiDeepLinkingRequest", "label": "Add", "label#nl": "Toevoegen", "placements": ["ContentArea"]}
        ],
        "deployment_id": "42",
        "https://tool.example.com/own": True,
    },
}


class TestText:
    def test_yaml_and_json_read_alike(self):
        assert (
            document.parsed("client_name: Lab\n") == document.parsed('{"client_name": "Lab"}') == {"client_name": "Lab"}
        )
        assert document.parsed("{client_name: Lab,}") == {"client_name": "Lab"}
        assert document.parsed('\ufeff{"client_name": "Lab"}') == {"client_name": "Lab"}

    @pytest.mark.parametrize(
        ("text", "place"),
        [
            ('{"client_name": "Lab",,}', "line 1, column"),
            ('{\n  "a": 1\n  "b": 2}', "line 3, column"),
            ("client_name: Lab\n  data: [", "line 2, column"),
            ("a: 'open", "line 1, column"),
            ('{"a": 1, "a": 2}', "'a' twice"),
            ("a: 1\nb: 2\na: 3\n", "'a' twice in one object, line 3, column 1"),
            (f'{{"{TOOL}": {{"claims": [], "claims": []}}}}', "'claims' twice"),
        ],
    )
    def test_what_is_broken_is_named_with_its_place(self, text, place):
        with pytest.raises(ManifestError, match=place):
            document.parsed(text)

    @pytest.mark.parametrize("text", ["", "[]", "- a", "5", "just words", "[" * 10000, "{" * 10000])
    def test_what_is_no_object_is_refused(self, text):
        with pytest.raises(ManifestError):
            document.parsed(text)

    @pytest.mark.parametrize("text", ["custom: {on: x}", "a: [{5: x}]", "? [a, b]\n: x", "true: x"])
    def test_names_that_yaml_takes_for_something_else_are_refused(self, text):
        with pytest.raises(ManifestError):
            document.parsed(text)

    @pytest.mark.parametrize(
        "text",
        [
            "a: &a [*a]",
            "a: &a [1,1,1,1,1,1,1,1]\n"
            + "".join(
                f"{name}: &{name} [{','.join([f'*{before}'] * 9)}]\n"
                for before, name in zip("abcdefg", "bcdefgh", strict=True)
            ),
            "a: " + "[" * 200 + "]" * 200,
        ],
    )
    def test_what_unfolds_without_end_is_refused_in_no_time(self, text):
        with pytest.raises(ManifestError, match=r"nested|values"):
            document.parsed(text)

    def test_anchors_of_yaml_work(self):
        text = "a: &a {x: 1}\nb: {<<: *a, y: 2}\nc: {<<: *a, y: 3}\n"
        assert document.parsed(text)["c"] == {"x": 1, "y": 3}


class TestShape:
    def test_a_published_registration_is_a_manifest_as_it_stands(self):
        assert document.checked(PUBLISHED) is PUBLISHED
        assert document.needed(PUBLISHED) == ["opaque_id", "name", "email", "roster", "grades"]
        assert document.allowed(PUBLISHED) == ["opaque_id", "course", "role"]

    @pytest.mark.parametrize(
        ("changes", "path"),
        [
            ({"client_name": None}, "client_name is missing"),
            ({"client_name": ["x"]}, "client_name is a list"),
            ({"redirect_uris": "https://x"}, "redirect_uris is a text, where a list"),
            ({"redirect_uris": [5]}, r"redirect_uris\[0\] is a number"),
            ({"scope": {"a": 1}}, "scope is an object"),
            ({"data": ["e-mail"]}, "data names e-mail; the data classes are opaque_id"),
            ({"data": "name"}, "data is a text"),
            ({"Data": ["name"]}, "Data is no member of a manifest; is data meant"),
            ({"data_classes": ["name"]}, "is data meant"),
            ({"lti11": {}}, "is lti_1_1 meant"),
            ({"scopes": []}, "scopes is what others call it; in a manifest it is scope"),
            ({"logo_url": "https://x"}, "in a manifest it is logo_uri"),
            ({"platforms": {"d2l": {"redirect_urls": []}}}, "platforms.d2l.redirect_urls is what others"),
            ({"platform": {}}, "is platforms meant"),
            ({"platforms": {"moodle": {}}}, "platforms.moodle is no platform"),
            ({"platforms": {"canvas": []}}, "platforms.canvas is a list"),
            ({"platforms": {"canvas": {"data": ["x"]}}}, "platforms.canvas.data names x"),
            ({"platforms": {"d2l": {TOOL: {"domain": 5}}}}, f"platforms.d2l.{TOOL}.domain is a number"),
            ({"platforms": {"d2l": {"options": []}}}, "platforms.d2l.options is a list"),
            ({"messages": {}}, "messages is an object, where a list"),
            ({"messages": ["x"]}, r"messages\[0\] is a text"),
            ({"messages": [{"placements": "x"}]}, r"messages\[0\].placements is a text"),
            ({"custom_parameters": {"a": {"b": 1}}}, "custom_parameters.a is an object"),
            ({"https://canvas.instructure.com/lti/privacy_level": "all"}, "privacy_level is 'all'"),
            ({"lti_1_1": {"message": "content"}}, "lti_1_1.message is 'content'"),
            ({"platforms": {"exam": {"client_name": None}}}, "platforms.exam.client_name is missing"),
            ({"https://canvas.instructure.com/lti/privacy_level": ["public"]}, "privacy_level is"),
            (
                {"https://canvas.instructure.com/lti/launch_settings": {"placements": []}},
                "are messages of the manifest",
            ),
            ({"https://canvas.instructure.com/lti/launch_settings": {"custom_fields": []}}, "custom_fields is a list"),
            ({"messages": [{"https://canvas.instructure.com/lti/custom_fields": [1]}]}, "custom_fields is a list"),
            ({"lti_1_1": {"links": [{}]}}, r"lti_1_1.links\[0\] has no name"),
            ({"lti_1_1": {"links": [{"name": "a", "open_in_new_tab": "yes"}]}}, "open_in_new_tab is a text"),
        ],
    )
    def test_an_error_names_the_path(self, changes, path):
        with pytest.raises(ManifestError, match=path):
            document.checked(manifest(**changes))

    @pytest.mark.parametrize("value", [None, [], "text", 5])
    def test_what_is_no_object_is_refused(self, value):
        with pytest.raises(ManifestError, match="where an object is needed"):
            document.checked(value)


class TestOverrides:
    def test_they_are_a_merge_patch_and_leave_the_rest_alone(self):
        said = manifest(
            data=["name"],
            platforms={"canvas": {"data": None, TOOL: {"domain": None, "description": "D"}, "options": {"notes": "n"}}},
        )
        here, options = document.for_platform(said, "canvas")
        assert "data" not in here
        assert here[TOOL]["description"] == "D"
        assert "domain" not in here[TOOL]
        assert options == {"notes": "n"}
        there, none = document.for_platform(said, "d2l")
        assert there == {name: value for name, value in said.items() if name != "platforms"}
        assert none == {}
        assert said[TOOL]["domain"] == "labs.example.com"

    _JSON = st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=3),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
        max_leaves=8,
    )

    @given(_JSON, _JSON)
    def test_a_merge_patch_does_what_the_rfc_says(self, target, patch):
        made = document.merged(target, patch)
        if not isinstance(patch, dict):
            assert made == patch
            return
        before = target if isinstance(target, dict) else {}
        assert set(made) == {name for name in {*before, *patch} if name not in patch or patch[name] is not None}
        for name in made:
            assert made[name] == (document.merged(before.get(name), patch[name]) if name in patch else before[name])


class TestVocabulary:
    @pytest.mark.parametrize(
        ("variable", "classes"),
        [
            ("Person.name.full", ("name",)),
            ("Person.email.primary", ("email",)),
            ("Person.sourcedId", ("sis_id",)),
            ("Person.address.street1", ("name",)),
            ("vnd.Canvas.Person.email.sis", ("email",)),
            ("User.id", ("opaque_id",)),
            ("User.username", ("username",)),
            ("User.image", ("name",)),
            ("Canvas.user.loginId", ("username",)),
            ("Canvas.user.sisSourceId", ("sis_id",)),
            ("Canvas.user.id", ("opaque_id",)),
            ("Canvas.masqueradingUser.id", ("opaque_id",)),
            ("com.Instructure.membership.roles", ("role",)),
            ("Canvas.membership.roles", ("role",)),
            ("Canvas.enrollment.enrollmentState", ("role",)),
            ("Canvas.assignment.submission.studentAttempts", ("grades",)),
            ("Canvas.assignment.id", ("course",)),
            ("Canvas.course.sisSourceId", ("course",)),
            ("Context.id.history", ("course",)),
            ("CourseOffering.sourcedId", ("course",)),
            ("Canvas.api.domain", ()),
            ("Person.address.timezone", ()),
            ("ToolConsumerInstance.guid", ()),
            ("Nobody.knows", None),
            ("person.NAME.family", ("name",)),
        ],
    )
    def test_a_variable_stands_for_its_class(self, variable, classes):
        assert vocabulary.classes_of_variable(variable) == classes

    def test_variables_are_found_wherever_they_stand(self):
        text = "$Person.name.full, ${Context.id}x, $5.00, $USER, costs $"
        assert vocabulary.variables_in(text) == ["Person.name.full", "Context.id"]
        assert vocabulary.variables_in(5) == []

    def test_scopes_are_known_or_not(self):
        assert vocabulary.classes_of_scope(vocabulary.NRPS) == ("roster",)
        assert vocabulary.classes_of_scope("https://canvas.instructure.com/lti/data_services/scope/list") == tuple(
            vocabulary.DATA_CLASSES
        )
        assert vocabulary.classes_of_scope("https://canvas.instructure.com/lti/public_jwk/scope/update") == ()
        assert vocabulary.classes_of_scope("https://x.example.com") is None
