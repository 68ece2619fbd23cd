"""An assessment that our modules set up is launched with a signature that oauthlib's server side accepts.

oauthlib is what most Python tools check LTI 1.1 launches with. It knows nothing but the key and the secret
that our modules gave to the exam platform.
"""

from __future__ import annotations

import time

import pytest
from oauthlib.oauth1 import RequestValidator, SignatureOnlyEndpoint
from oauthlib.oauth1.rfc5849 import SIGNATURE_HMAC_SHA1

from tests.unit.plugins.conftest import Runner

from .launching import Launching

KEY, SECRET = "remindo-key", "remindo secret & more"
URL = "https://assess.example.com/lti?tenant=42&name=Caf%C3%A9"


class OfProvider(RequestValidator):
    """What an assessment system knows: one key with its secret, and the nonces that it has seen."""

    enforce_ssl = False
    client_key_length = (1, 100)
    nonce_length = (1, 100)
    allowed_signature_methods = (SIGNATURE_HMAC_SHA1,)
    dummy_client = "nobody"

    def __init__(self, key=KEY, secret=SECRET):
        super().__init__()
        self.key, self.secret, self.seen = key, secret, set()

    def check_client_key(self, client_key):
        return bool(client_key)

    def validate_client_key(self, client_key, _request):
        return client_key == self.key

    def get_client_secret(self, _client_key, _request):
        return self.secret

    def validate_timestamp_and_nonce(self, _client_key, timestamp, nonce, _request, **_tokens):
        fresh = abs(time.time() - int(timestamp)) < 60 and nonce not in self.seen
        self.seen.add(nonce)
        return fresh


@pytest.fixture
def resource(sandbox):
    """The id of an LTI resource, set up by our modules."""
    run = Runner(sandbox)
    run(
        "exam_tool_provider",
        tool_name="Remindo",
        tool_url=URL,
        oauth_consumer_key=KEY,
        oauth_consumer_secret=SECRET,
        lti_custom_data={"school": "Café & Söhne", "level": 1},
    )
    run("exam", name="Finals", type="record_review")
    made = run(
        "exam_lti_resource",
        exam_name="Finals",
        tool_provider_name="Remindo",
        lti_resource_link_name="Part 1",
        lti_custom_data={"level": 2, "part": "one"},
    )
    return made["lti_resource"]["id"]


@pytest.fixture
def launching(sandbox):
    """A browser."""
    made = Launching(sandbox)
    yield made
    made.close()


def accepts(validator, launch):
    """Does oauthlib take this launch?"""
    valid, _request = SignatureOnlyEndpoint(validator).validate_request(
        launch["url"], launch["method"], launch["parameters"], {"Content-Type": "application/x-www-form-urlencoded"}
    )
    return valid


def test_the_launch_is_accepted_with_the_providers_key_and_secret(launching, resource):
    assert accepts(OfProvider(), launching.begin("exam", resource=resource))


def test_each_launch_is_signed_afresh(launching, resource):
    validator = OfProvider()
    first, second = (launching.begin("exam", resource=resource) for _each in range(2))

    assert accepts(validator, first)
    assert accepts(validator, second)
    assert not accepts(validator, second)


@pytest.mark.parametrize("wrong", [{"key": "another"}, {"secret": "another"}])
def test_another_key_or_secret_is_not_accepted(launching, resource, wrong):
    assert not accepts(OfProvider(**wrong), launching.begin("exam", resource=resource))


@pytest.mark.parametrize("name", ["user_id", "roles", "custom_level", "resource_link_id"])
def test_a_changed_parameter_is_noticed(launching, resource, name):
    launch = launching.begin("exam", resource=resource)
    launch["parameters"][name] += "x"

    assert not accepts(OfProvider(), launch)


def test_custom_data_of_the_resource_go_over_those_of_the_provider(launching, resource):
    parameters = launching.claims_of("exam", resource=resource)

    custom = {name: value for name, value in parameters.items() if name.startswith("custom_")}
    assert custom == {"custom_school": "Café & Söhne", "custom_level": "2", "custom_part": "one"}


def test_a_new_secret_is_used_at_once(sandbox, launching, resource):
    Runner(sandbox)("exam_tool_provider", tool_name="Remindo", oauth_consumer_secret="new")

    launch = launching.begin("exam", resource=resource)

    assert accepts(OfProvider(secret="new"), launch)
    assert not accepts(OfProvider(), launch)
