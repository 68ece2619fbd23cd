"""What preflight finds: every code in a description that has just that wrong, and nothing in a clean one."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.edtech.lti.plugins.module_utils import _execution
from ansible_collections.edtech.lti.plugins.module_utils._manifest import canvas, d2l, exam, preflight_findings
from ansible_collections.edtech.lti.plugins.modules import lti_preflight

from .preflight_samples import (
    AGS,
    DEPLOYMENT,
    MANIFEST,
    NRPS,
    PROVIDER,
    REGISTRATION,
    SETTINGS,
    TOOL,
    manifest,
    settings,
)

ROOT = Path(__file__).resolve().parents[3]
LIVE = {"unreachable", "local_not_asked", "key_set_answer", "key_set_type", "login_answer"}
OF_SERVER = {"canvas_refuses", "canvas_not_asked", "canvas_cannot_validate", "domain_taken"}
MODULUS = base64.urlsafe_b64encode(b"\xc5" * 256).decode().rstrip("=")
KEY = {"kty": "RSA", "kid": "a", "use": "sig", "alg": "RS256", "e": "AQAB", "n": MODULUS}
PRIVATE = {**KEY, "d": "planted-Q7-private-exponent"}
EXTENSION = "extensions[0]"
PLACEMENTS = f"{EXTENSION}.settings.placements"


def look(fail_on="never", check=False, **arguments):
    """What the module returns, without a failure unless asked for."""
    given_options = {name: value for name, value in arguments.items() if value is not None}
    return _execution.run_in_controller(
        lti_preflight.TASK, "lti_preflight", {"fail_on": fail_on, **given_options}, check
    )


def told(result):
    """Pairs of code and place."""
    return [(one["code"], one["where"]) for one in result["findings"]]


def of_canvas(*extension, **members):
    """The module's arguments for Canvas settings."""
    return {"canvas_settings": settings(*extension, **members)}


def of_manifest(**members):
    return {"manifest": manifest(**members)}


def placed(*placements):
    """Canvas settings with these placements, as pairs of name and message type."""
    held = [{"placement": name, **({"message_type": message} if message else {})} for name, message in placements]
    return {"canvas_settings": settings(placements=held)}


BROKEN = json.dumps(SETTINGS, indent=1).replace('"dark"', '"dark",')
LINK, DEEP = "LtiResourceLinkRequest", "LtiDeepLinkingRequest"

CASES = [
    # Rows of defects seen in published configurations
    ("invalid_json", "canvas_settings", {"canvas_settings": BROKEN}),
    ("member_twice", "", {"canvas_settings": json.dumps(SETTINGS).replace('"title"', '"title": "Old", "title"')}),
    ("domain_unrelated", f"{EXTENSION}.domain", of_canvas({"domain": "labs.example.org"})),
    ("privacy_level_misplaced", f"{EXTENSION}.settings.privacy_level",
     of_canvas({"privacy_level": ..., "settings": {"privacy_level": "public", "placements": []}})),
    ("privacy_level_misplaced", "privacy_level", of_canvas({"privacy_level": ...}, privacy_level="public")),
    ("privacy_level_missing", EXTENSION, of_canvas({"privacy_level": ...})),
    ("domain_not_bare", f"{EXTENSION}.domain", of_canvas({"domain": "https://labs.example.com/lti"})),
    ("target_not_redirect", "redirect_uris", of_canvas(redirect_uris=["https://labs.example.com/other"])),
    ("scope_broken", "scopes[0]", of_canvas(scopes=[f"{AGS}line", "item"])),
    ("scope_broken", "scopes[0]", of_canvas(scopes=[f"{AGS}score, {AGS}lineitem"])),
    ("scope_broken", "scopes[0]", of_canvas(scopes=[f"{AGS}lineitem", ".readonly"])),
    ("scope_broken", "manifest.scope[1]", of_manifest(scope=f"{AGS}score {AGS}lineitem .readonly")),
    ("scope_broken", "scopes[1]", of_canvas(scopes=[NRPS, "item.readonly"])),
    ("platform_wrong", f"{EXTENSION}.platform", of_canvas({"platform": "canvas.example.edu"})),
    ("key_set_of_platform", "public_jwk_url",
     of_canvas(public_jwk_url="https://canvas.instructure.com/api/lti/security/jwks")),
    ("key_set_of_platform", "public_jwk_url", of_canvas(public_jwk_url="https://sso.canvaslms.com/keys")),
    ("key_set_of_platform", "public_jwk_url", of_canvas(public_jwk_url="https://lms.example.edu/d2l/.well-known/jwks")),
    ("public_jwk_shape", "public_jwk", of_canvas(public_jwk=[KEY])),
    ("key_missing", "public_jwk_url", of_canvas(public_jwk_url=..., public_jwk={})),
    ("scopes_many", "scopes",
     of_canvas(scopes=[f"https://canvas.instructure.com/lti/account_external_tools/scope/{n}" for n in range(9)])),
    ("scope_beyond_course", "scopes[0]",
     of_canvas(scopes=["https://canvas.instructure.com/lti/account_lookup/scope/show"])),
    ("redirect_uris_shape", "redirect_uris", of_canvas(redirect_uris=SETTINGS["target_link_uri"])),
    ("message_type_missing", f"{PLACEMENTS}[0]", placed(("course_navigation", None))),
    ("identity_variable", "custom_fields.who", of_canvas(custom_fields={"who": "$Person.name.full"})),
    ("identity_variable", "custom_fields.mail", of_canvas(custom_fields={"mail": "x=$Person.email.primary"})),
    ("identity_variable", "custom_fields.login", of_canvas(custom_fields={"login": "$Canvas.user.loginId"})),
    ("identity_variable", "custom_fields.sis", of_canvas(custom_fields="sis=$Canvas.user.sisSourceId\nb=c")),
    ("identity_variable", f"{PLACEMENTS}[0].custom_fields.who",
     of_canvas(placements=[{"placement": "course_navigation", "message_type": LINK,
                            "custom_fields": {"who": "$User.username"}}])),
    ("scopes_missing", "scopes", of_canvas(scopes=...)),
    ("http_address", "target_link_uri", of_canvas(target_link_uri="http://localhost:8080/launch")),
    ("http_address", "public_jwk_url", of_canvas(public_jwk_url="http://labs.example.com/jwks")),
    ("local_address", f"{EXTENSION}.domain", of_canvas({"domain": "localhost:8080"})),
    ("local_address", "oidc_initiation_url", of_canvas(oidc_initiation_url="https://192.168.4.7/login")),
    ("privacy_public", f"{EXTENSION}.privacy_level", of_canvas({"privacy_level": "public"})),
    ("placeholder", "title", of_canvas(title="Lab $TITLE_SUFFIX")),
    ("placeholder", "target_link_uri", of_canvas(target_link_uri="https://{app-hostname}/launch")),
    ("placeholder", "target_link_uri", of_canvas(target_link_uri="https://%(host)s/launch")),
    ("placeholder", "target_link_uri", of_canvas(target_link_uri="https://labs.example.com/<uuid:tool>/")),
    ("placeholder", "target_link_uri", of_canvas(target_link_uri="$server/launch")),
    ("placeholder", "public_jwk_url", of_canvas(public_jwk_url="https://${HOST}/jwks")),
    ("placeholder", "description", of_canvas(description="The lab of {{ school }}")),
    ("placeholder", "custom_fields.host", of_canvas(custom_fields={"host": "$LAB_HOST"})),
    ("placeholder", "custom_fields.host", of_canvas(custom_fields={"host": "<host>"})),
    ("placeholder", f"{EXTENSION}.domain", of_canvas({"domain": "YOUR-DOMAIN"})),
    ("pinned_key", "public_jwk", of_canvas(public_jwk_url=..., public_jwk=KEY)),
    ("non_ascii_text", "title", of_canvas(title="Lab 🔗")),
    ("non_ascii_name", "target_link_uri", of_canvas(target_link_uri="https://lab\u00f6r.example.com/launch")),
    ("null_members", "", of_canvas(public_jwk={}, custom_fields=None)),
    # Canvas: what else its own rules say
    ("wrong_shape", "title", of_canvas(title=5)),
    ("wrong_shape", f"{EXTENSION}.privacy_level", of_canvas({"privacy_level": "everything"})),
    ("wrong_shape", "", {"canvas_settings": [1]}),
    ("settings_nested", "", {"canvas_settings": {"ltiKey": {"tool_configuration": {"settings": SETTINGS}}}}),
    ("required_missing", "description", of_canvas(description=...)),
    ("address_invalid", "oidc_initiation_url", of_canvas(oidc_initiation_url="labs.example.com/login")),
    ("redirect_slash_twins", "redirect_uris[1]",
     of_canvas(redirect_uris=[SETTINGS["target_link_uri"], f"{SETTINGS['target_link_uri']}/"])),
    ("redirect_outside_domain", "redirect_uris[0]", of_canvas(redirect_uris=["https://labs.example.org/launch"])),
    ("redirect_uri_unmatchable", "redirect_uris[0]", of_canvas(redirect_uris=["https://labs.example.com/*"])),
    ("scope_unknown", "scopes[0]", of_canvas(scopes=["https://purl.imsglobal.org/spec/lti-ags/scope/scores"])),
    ("variable_unknown", "custom_fields.x", of_canvas(custom_fields={"x": "$Nobody.knows"})),
    ("anonymous_with_roster", "scopes", of_canvas({"privacy_level": "anonymous"}, scopes=[NRPS])),
    ("anonymous_with_roster", "scopes", of_canvas({"privacy_level": ...}, scopes=[NRPS])),
    ("placements_missing", PLACEMENTS, placed()),
    ("placements_missing", PLACEMENTS, of_canvas(extensions=[])),
    ("placement_unknown", f"{PLACEMENTS}[0]", placed(("course_navigaton", LINK))),
    ("placement_duplicate", f"{PLACEMENTS}[1]", placed(("file_menu", LINK), ("file_menu", LINK))),
    ("placement_message", f"{PLACEMENTS}[0]", placed(("course_navigation", DEEP))),
    ("placement_message", f"{PLACEMENTS}[0]", placed(("editor_button", LINK))),
    ("key_private", "public_jwk", of_canvas(public_jwk=PRIVATE)),
    ("key_unusable", "public_jwk", of_canvas(public_jwk={**KEY, "kty": "oct"})),
    ("key_unusable", "public_jwk", of_canvas(public_jwk={**KEY, "n": "$MODULUS"})),
    ("key_weak", "public_jwk", of_canvas(public_jwk={**KEY, "n": MODULUS[:128]})),
    ("key_without_kid", "public_jwk", of_canvas(public_jwk={**KEY, "kid": ""})),
    ("key_use", "public_jwk", of_canvas(public_jwk={**KEY, "use": "enc"})),
    ("key_alg", "public_jwk", of_canvas(public_jwk={**KEY, "alg": "HS256"})),
    ("secret_in_document", "client_secret", of_canvas(client_secret="planted-Q7-secret")),
    ("secret_in_document", "custom_fields.pem",
     of_canvas(custom_fields={"pem": "-----BEGIN RSA PRIVATE KEY-----\nMII"})),
    ("sends_too_much", "", {**of_canvas(custom_fields={"mail": "$Person.email.primary"}), "manifest": MANIFEST}),
    ("sends_too_much", "", {**of_canvas(scopes=[NRPS]), "data": ["opaque_id", "name", "sis_id", "course", "role"]}),
    # The manifest
    ("invalid_yaml", "manifest", {"manifest": "client_name: Lab\n  jwks_uri: x: y"}),
    ("invalid_json", "manifest", {"manifest": '{"client_name": "Lab" "scope": "x"}'}),
    ("json_read_as_yaml", "manifest", {"manifest": json.dumps(MANIFEST)[:-1] + ",}"}),
    ("wrong_shape", "manifest", {"manifest": "just a text"}),
    ("manifest_invalid", "manifest.data[0]", of_manifest(data=["names"])),
    ("manifest_invalid", "manifest.data_classes", of_manifest(data_classes=[])),
    ("redirect_uris_shape", "manifest.redirect_uris", of_manifest(redirect_uris="https://labs.example.com")),
    ("redirect_uris_missing", "manifest.redirect_uris", of_manifest(redirect_uris=[])),
    ("data_missing", "manifest.data", of_manifest(data=None)),
    ("asks_for_more", f"manifest.{TOOL}.claims", of_manifest(**{TOOL: {"claims": ["sub", "email"]}})),
    ("sends_too_much", "manifest.platforms.canvas", of_manifest(scope=NRPS)),
    ("sends_too_much", "manifest.platforms.d2l", of_manifest(scope=NRPS)),
    ("sends_too_much", "manifest.platforms.exam",
     of_manifest(lti_1_1={**MANIFEST["lti_1_1"], "custom_parameters": {"m": "$Person.email.primary"}})),
    ("privacy_public", f"manifest.{TOOL}.https://canvas.instructure.com/lti/privacy_level",
     of_manifest(**{TOOL: {"https://canvas.instructure.com/lti/privacy_level": "public"}})),
    ("anonymous_with_roster", "manifest.scope",
     of_manifest(data=["opaque_id", "course", "role", "roster"], scope=NRPS)),
    ("domain_not_bare", f"manifest.{TOOL}.domain", of_manifest(**{TOOL: {"domain": "https://labs.example.com"}})),
    ("domain_unrelated", f"manifest.{TOOL}.domain", of_manifest(**{TOOL: {"domain": "labs.example.org"}})),
    ("key_set_shape", "manifest.jwks", of_manifest(jwks_uri=None, jwks={"keys": []})),
    ("key_kid_twice", "manifest.jwks", of_manifest(jwks={"keys": [KEY, KEY]})),
    ("key_private", "manifest.jwks.keys[0]", of_manifest(jwks={"keys": [PRIVATE]})),
    ("not_translatable", "manifest", {**of_manifest(lti_1_1=None), "platforms": ["luminus"]}),
    ("not_translatable", "manifest.platforms.canvas",
     of_manifest(jwks_uri=None, jwks={"keys": [KEY, {**KEY, "kid": "b"}]})),
    ("exam_key_missing", "manifest.lti_1_1.consumer_key", of_manifest(lti_1_1={"launch_url": "https://a.example.com"})),
    ("exam_secret_missing", "manifest.lti_1_1.consumer_secret",
     of_manifest(lti_1_1={"launch_url": "https://a.example.com", "consumer_key": "a"})),
    ("secret_in_document", "manifest.lti_1_1.consumer_secret",
     of_manifest(lti_1_1={**MANIFEST["lti_1_1"], "consumer_secret": "f3Zk81Lq07Xw"})),
    ("placement_unknown", f"manifest.{TOOL}.messages[0].placements[0]",
     of_manifest(**{TOOL: {"messages": [{"type": LINK, "placements": ["sidebar"]}]}})),
    ("redirect_outside_domain", "manifest.platforms.canvas.redirect_uris[0]",
     of_manifest(platforms={"canvas": {"redirect_uris": ["https://labs.example.org/launch"]}})),
    # Brightspace and the exam platform
    ("d2l_domain_missing", "d2l_registration.domain", {"d2l_registration": {**REGISTRATION, "domain": ""}}),
    ("domain_unrelated", "d2l_registration.domain", {"d2l_registration": {**REGISTRATION, "domain": "https://a.io"}}),
    ("domain_not_bare", "d2l_registration.domain",
     {"d2l_registration": {**REGISTRATION, "domain": "https://labs.example.com/lti"}}),
    ("d2l_keyset_missing", "d2l_registration.keyset_url", {"d2l_registration": {**REGISTRATION, "keyset_url": None}}),
    ("http_address", "d2l_registration.redirect_urls[0]",
     {"d2l_registration": {**REGISTRATION, "redirect_urls": ["http://labs.example.com/lti/launch"]}}),
    ("redirect_uris_missing", "d2l_registration.redirect_urls",
     {"d2l_registration": {**REGISTRATION, "redirect_urls": []}}),
    ("required_missing", "d2l_registration.oidc_login_url",
     {"d2l_registration": {**REGISTRATION, "oidc_login_url": ""}}),
    ("wrong_shape", "d2l_registration.redirect_urls", {"d2l_registration": {**REGISTRATION, "redirect_urls": "x"}}),
    ("d2l_extension_one_level", "d2l_deployment.enabled_extensions",
     {"d2l_registration": REGISTRATION, "d2l_deployment": {**DEPLOYMENT, "enabled_extensions": []}}),
    ("d2l_extension_one_level", "d2l_deployment.enabled_extensions",
     {"d2l_registration": REGISTRATION,
      "d2l_deployment": {**DEPLOYMENT, "enabled_extensions": ["names_and_role_provisioning"]}}),
    ("d2l_flag_without_effect", "d2l_deployment.anonymous", {"d2l_deployment": {**DEPLOYMENT, "anonymous": True}}),
    ("anonymous_with_roster", "d2l_deployment.enabled_extensions",
     {"d2l_deployment": {"anonymous": True, "enabled_extensions": ["names_and_role_provisioning"]}}),
    ("sends_too_much", "d2l_deployment",
     {"manifest": MANIFEST, "d2l_deployment": {**DEPLOYMENT, "send_user_email": True}}),
    ("identity_variable", "d2l_deployment.custom_parameters.who",
     {"d2l_deployment": {**DEPLOYMENT, "custom_parameters": {"who": "$User.username"}}}),
    ("exam_key_missing", "exam_tool_provider.oauth_consumer_key",
     {"exam_tool_provider": {**PROVIDER, "oauth_consumer_key": None}}),
    ("exam_secret_missing", "exam_tool_provider.oauth_consumer_secret",
     {"exam_tool_provider": {**PROVIDER, "oauth_consumer_secret": ""}}),
    ("custom_data_shape", "exam_tool_provider.lti_custom_data",
     {"exam_tool_provider": {**PROVIDER, "lti_custom_data": "mode=exam"}}),
    ("identity_variable", "exam_tool_provider.lti_custom_data.who",
     {"exam_tool_provider": {**PROVIDER, "lti_custom_data": '{"who": "$Person.name.full"}'}}),
    ("required_missing", "exam_tool_provider.tool_url", {"exam_tool_provider": {**PROVIDER, "tool_url": ""}}),
]  # fmt: skip


def place(where):
    """A place among the Canvas settings, unless it says another option."""
    options = ("manifest", "canvas_settings", "d2l_", "exam_")
    return where if where.startswith(options) else f"canvas_settings.{where}".rstrip(".")


@pytest.mark.parametrize(
    ("code", "where", "arguments"), CASES, ids=lambda value: value if isinstance(value, str) else ""
)
def test_each_defect_is_found_where_it_is(code, where, arguments):
    found = look(**arguments)

    assert (code, place(where)) in told(found)
    for one in found["findings"]:
        assert re.fullmatch(r"[\"$A-Za-z0-9_{%<é].*[.?]", one["message"], re.DOTALL), one
        assert one["fix"].endswith((".", "?"))


def test_every_code_has_a_case_and_a_line_in_the_guide():
    codes = {code: severity for code, (severity, _fix) in preflight_findings.CODES.items()}
    guide = (ROOT / "docs" / "guide" / "preflight.md").read_text(encoding="utf-8")

    assert set(codes) - LIVE - OF_SERVER == {code for code, _where, _arguments in CASES}
    assert codes == dict(re.findall(r"^\| `(\w+)` \| (error|warning|note) \|", guide, re.MULTILINE))


@pytest.mark.parametrize(
    "arguments",
    [
        {"manifest": MANIFEST},
        {"manifest": json.dumps(MANIFEST)},
        {"canvas_settings": SETTINGS},
        {"canvas_settings": "\ufeff" + json.dumps(SETTINGS)},
        {"canvas_settings": canvas.canvas_settings.internal(SETTINGS)},
        {"canvas_settings": {**SETTINGS, "custom_fields": {}}},
        {"d2l_registration": REGISTRATION, "d2l_deployment": DEPLOYMENT},
        {"exam_tool_provider": PROVIDER},
        {"manifest": MANIFEST, "canvas_settings": SETTINGS, "exam_tool_provider": PROVIDER},
    ],
    ids=["manifest", "its text", "settings", "their text", "internal form", "empty fields", "d2l", "exam", "all"],
)
def test_nothing_is_found_in_what_is_clean(arguments):
    found = look(fail_on="warning", **arguments)

    assert found == {
        "changed": False,
        "findings": [],
        "counts": {"error": 0, "warning": 0, "note": 0},
        "seen": [],
    }


def test_what_a_clean_manifest_becomes_is_clean_as_well():
    to_canvas, to_d2l = canvas.to_canvas(MANIFEST)["payload"], d2l.to_d2l(MANIFEST)["payload"]
    found = look(
        manifest=MANIFEST,
        canvas_settings=to_canvas["settings"],
        redirect_uris=to_canvas["redirect_uris"],
        d2l_registration=to_d2l["registration"],
        d2l_deployment=to_d2l["deployment"],
        exam_tool_provider=exam.to_exam(MANIFEST)["payload"]["tool_provider"],
    )
    assert told(found) == []


def test_a_broken_text_is_told_with_line_and_column():
    (one,) = look(canvas_settings='{\n "title": "Lab",\n "x": {"a": 1,}\n}')["findings"]
    assert "line 3, column 14" in one["message"] or "line 3, column 15" in one["message"]
    (one,) = look(manifest="client_name: Lab\ndata: [name\nscope: x\n")["findings"]
    assert re.search(r"line \d, column \d", one["message"])


def test_local_addresses_are_fine_while_developing():
    local = settings({"domain": "localhost"}, target_link_uri="http://localhost/launch")
    assert look(canvas_settings=local)["counts"]["error"] == 2
    found = look(canvas_settings=local, production=False, fail_on="error")
    assert found["counts"] == {"error": 0, "warning": 0, "note": 2}


def test_variables_and_values_are_no_placeholders():
    fields = {
        "a": "$Canvas.course.id",
        "b": "$Person.name.full and $Context.title",
        "c": '{"json": [1, 2]}',
        "d": "5 < 6 > 4",
        "e": "costs $5",
        "f": "${Canvas.course.id}",
        "g": "$com.instructure.Course.groups",
    }
    codes = [
        code for code, _where in told(look(canvas_settings=settings(custom_fields=fields, description="A <b>lab</b>")))
    ]
    assert "placeholder" not in codes


def test_absent_scopes_count_as_none_but_the_rest_is_as_if_they_were_empty():
    without, empty = look(**of_canvas(scopes=...)), look(**of_canvas(scopes=[]))
    assert [one for one in told(without) if one[0] != "scopes_missing"] == told(empty)


def test_what_the_manifest_allows_is_no_defect():
    everything = [*MANIFEST["data"], "email", "username", "roster"]
    public = settings({"privacy_level": "public"}, scopes=[NRPS], custom_fields={"u": "$User.username"})
    allowed = look(manifest=manifest(data=everything), canvas_settings=public)
    assert allowed["counts"]["error"] == allowed["counts"]["warning"] == 0
    alone = look(canvas_settings=public)
    assert {"privacy_public", "identity_variable"} <= {code for code, _where in told(alone)}


def test_only_the_halves_of_lti_that_a_manifest_has_are_looked_at():
    old = {"client_name": "Old", "data": ["opaque_id", "course", "role"], "lti_1_1": MANIFEST["lti_1_1"]}
    assert told(look(manifest=old)) == []
    assert told(look(manifest=old, platforms=["canvas", "exam"])) == []
    assert told(look(manifest=manifest(lti_1_1=None), platforms=["canvas", "exam"])) == []


def test_the_scopes_of_openid_are_none_of_lti():
    assert told(look(manifest=manifest(scope=f"openid {AGS}score"))) == []
    assert told(look(**of_canvas(scopes=["openid"]))) == [("scope_unknown", "canvas_settings.scopes[0]")]


def test_the_same_defect_in_an_override_is_told_once():
    twice = manifest(scope=f"{AGS}scores", platforms={"canvas": {"client_name": "Lab in Canvas"}})
    assert [one for one in told(look(manifest=twice)) if one[0] == "scope_unknown"] == [
        ("scope_unknown", "manifest.scope[0]")
    ]


# Failing


WARNED = of_canvas({"privacy_level": "public"})


def test_it_fails_as_asked_and_the_findings_are_there():
    for fail_on, arguments, fails in (
        ("error", WARNED, False),
        ("warning", WARNED, True),
        ("error", of_canvas(title=...), True),
        ("never", of_canvas(title=...), False),
        ("warning", of_canvas(scopes=...), False),
    ):
        result = look(fail_on=fail_on, **arguments)
        assert result.get("failed", False) == fails
        assert len(result["findings"]) == sum(result["counts"].values()) == 1
        assert result["changed"] is False


def test_the_message_names_the_worst_and_what_to_do():
    result = look(fail_on="error", **of_canvas({"domain": "https://labs.example.com/lti", "privacy_level": "public"}))
    assert result["msg"] == (
        "The check before anything is written failed: 1 error and 1 warning, the first at"
        " canvas_settings.extensions[0].domain: The domain is an address with a path, not a host name. Give the host"
        " name alone, such as tool.example.com."
    )
    assert result["failure"]["kind"] == "invalid"
    assert [one["severity"] for one in result["findings"]] == ["error", "warning"]


def test_what_is_known_and_accepted_is_left_out():
    assert look(fail_on="warning", ignore=["privacy_public"], **WARNED)["findings"] == []
    assert "ignore names privacy_pubic" in look(ignore=["privacy_pubic"], **WARNED)["msg"]


def test_nothing_to_look_at_is_refused():
    assert "one of the following is required" in look()["msg"]


# Strange documents


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=12)
    | st.sampled_from(["$A.b", "https://x", "{y}", NRPS]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(base=st.sampled_from([SETTINGS, MANIFEST, REGISTRATION, DEPLOYMENT, PROVIDER]), data=st.data())
def test_nothing_whatever_makes_it_stumble(base, data):
    def odd(tree):
        """The tree with anything in the place of some parts."""
        if data.draw(st.integers(0, 7)) == 0:
            return data.draw(ANYTHING)
        if isinstance(tree, dict):
            return {name: odd(value) for name, value in tree.items()}
        return [odd(value) for value in tree] if isinstance(tree, list) else tree

    made = {name: odd(value) for name, value in base.items()}
    option = {id(SETTINGS): "canvas_settings", id(MANIFEST): "manifest", id(REGISTRATION): "d2l_registration"}.get(
        id(base), "d2l_deployment" if base is DEPLOYMENT else "exam_tool_provider"
    )
    result = look(**{option: made})
    assert "exception" not in result, result
    assert "findings" in result
