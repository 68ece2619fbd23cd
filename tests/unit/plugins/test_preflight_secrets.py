"""Secrets in what preflight looks at: found wherever they stand, and never shown."""

from __future__ import annotations

import json

import pytest

from ansible_collections.edtech.lti.plugins.module_utils._secrets import Secrets
from ansible_collections.edtech.lti.plugins.modules import lti_preflight

from .preflight_samples import MANIFEST, PROVIDER, REGISTRATION, manifest, settings
from .test_preflight import KEY, look, of_canvas, of_manifest, told

SECRETS = [
    of_manifest(lti_1_1={**MANIFEST["lti_1_1"], "consumer_secret": "planted-Q7-0815-secret"}),
    {"manifest": json.dumps(manifest(lti_1_1={"consumer_secret": "planted-Q7-0815-secret"}))},
    {"manifest": 'lti_1_1: {"consumer_secret": "planted-Q7-0815-secret", ]'},
    {"manifest": "lti_1_1:\n  consumer_secret: planted-Q7-0815-secret\n  : ["},
    of_manifest(jwks={"keys": [{**KEY, "d": "planted-Q7-0815-secret"}]}),
    of_manifest(registration_access_token="planted-Q7-0815-secret"),
    {"exam_tool_provider": dict.fromkeys(("oauth_consumer_secret", "tool_url"), "planted-Q7-0815-secret")},
    of_manifest(platforms={"exam": {"options": {"tool_provider": {"oauth_consumer_secret": "planted-Q7-0815"}}}}),
    of_manifest(platforms={"d2l": {"options": {"registration": {"api": {"client_secrets": ["planted-Q7-0815"]}}}}}),
    of_manifest(clientSecret="planted-Q7-0815"),
    of_manifest(**{"api-key": "planted-Q7-0815"}),
    of_manifest(client_secret="planted-Q7{b}-$AB_C0815"),
    of_manifest(initiate_login_uri="https://user:planted-Q7-0815@labs.example.com/login"),
    of_manifest(initiate_login_uri="http://us:planted-Q7@0815@labs.example.com/login"),
    of_manifest(contacts=["see https://planted-Q7-0815@labs.example.com"]),
    of_manifest(jwks_uri="https://labs.example.com/jwks?v=1&access_token=planted-Q7-0815"),
    of_canvas(custom_fields={"api_key": "planted-Q7-0815"}),
    {"canvas_settings": settings(), "redirect_uris": ["https://user:planted-Q7-0815@labs.example.com/lti/launch"]},
    {"d2l_registration": {**REGISTRATION, "redirect_urls": ["https://user:planted-Q7-0815@labs.example.com/"]}},
    {"exam_tool_provider": {**PROVIDER, "tool_url": "https://user:planted-Q7-0815@labs.example.com/"}},
    {"manifest": '{"clientSecret": "planted-Q7 with blanks", ]'},
    {"manifest": '{"a": "https://user:planted-Q7-0815@labs.example.com", ]'},
    {"manifest": "client_name: a\nlti_1_1:\n  consumer_secret: *planted-Q7-0815\n"},
    {"manifest": "client_name: a\nx: !planted-Q7-0815 b\n"},
    {"manifest": '{"planted-Q7-0815": 1, "planted-Q7-0815": 2}'},
    {"canvas_settings": settings(client_secret="planted-Q7-0815-secret", scopes=["planted-Q7-0815-secret"])},
]  # fmt: skip


@pytest.mark.parametrize("arguments", SECRETS)
def test_a_secret_is_found_and_never_shown(arguments):
    for fail_on in ("never", "error"):
        result = look(fail_on=fail_on, **arguments)
        codes = {code for code, _where in told(result)}
        unreadable = {"invalid_yaml", "invalid_json"}
        of_module = (
            arguments.get("exam_tool_provider", {}).get("tool_url") == "planted-Q7-0815-secret"
        )  # where it belongs
        assert of_module or codes & {"secret_in_document", "key_private", *unreadable}
        assert "planted-Q7" not in json.dumps(result)


@pytest.mark.parametrize("arguments", SECRETS)
def test_a_secret_is_known_before_anything_is_logged(arguments):
    """A shipped module repeats its arguments in its result, and Ansible writes them into the system's log."""
    secrets = Secrets()
    lti_preflight.TASK.teach(secrets, arguments)
    assert "planted-Q7" not in json.dumps(secrets.scrub(arguments))


@pytest.mark.parametrize(
    "name", ["LAB_SECRET", "vault_lab_secret", "lab.secret", "env:LAB_SECRET", "vault/lab-tool/secret2"]
)
def test_a_reference_is_no_secret(name):
    found = look(manifest=manifest(lti_1_1={**MANIFEST["lti_1_1"], "consumer_secret": name}))
    assert told(found) == []


def test_a_member_that_stands_twice_is_named_only_if_it_is_a_name():
    twice = '{"title": 1, "title": 2, "planted-Q7-0815": 1, "planted-Q7-0815": 2}'
    found = [one["message"] for one in look(canvas_settings=twice)["findings"] if one["code"] == "member_twice"]
    assert found == ["The text has title twice in one object.", "The text has a member twice in one object."]


@pytest.mark.parametrize("secret", [4815162342, 4815162342.5])
def test_a_number_may_be_a_secret(secret):
    found = look(manifest=manifest(client_name=f"Lab {secret}", client_secret=secret))
    assert ("secret_in_document", "manifest.client_secret") in told(found)
    named = manifest(client_name=f"Lab {secret}", lti_1_1={**MANIFEST["lti_1_1"], "consumer_secret": secret})
    secrets = Secrets()
    lti_preflight.TASK.teach(secrets, {"manifest": named})
    assert str(secret) not in secrets.scrub(f"Lab {secret}")


@pytest.mark.parametrize(
    "members",
    [
        {"client_secret_expires_at": 1800000000},
        {"contacts": ["lab@example.com", "https://labs.example.com/@lab"]},
        {"client_uri": "https://labs.example.com/?next=/a@b&page=2"},
        {"requires_secret": True},
    ],
)
def test_what_only_sounds_like_a_secret_is_none(members):
    assert told(look(manifest=manifest(**members))) == []


@pytest.mark.parametrize("value", ["$Canvas.api.token", "required", "no", "{secret}", "$SECRET"])
def test_settings_and_templates_are_no_secrets(value):
    found = look(canvas_settings=settings(custom_fields={"access_token": value}))
    assert "secret_in_document" not in {code for code, _where in told(found)}


@pytest.mark.parametrize("where", ["manifest", "exam_tool_provider"])
def test_a_secret_is_hidden_in_the_sentence_about_something_else(where):
    """An address of plain http is told with its host."""
    address = "http://planted-Q7-0815/lti"
    described = {
        "manifest": manifest(client_secret="planted-Q7-0815", initiate_login_uri=address),
        "exam_tool_provider": {**PROVIDER, "oauth_consumer_secret": "planted-Q7-0815", "tool_url": address},
    }
    result = look(**{where: described[where]})
    assert "http_address" in {code for code, _where in told(result)}
    assert "planted-q7" not in json.dumps(result).lower()
