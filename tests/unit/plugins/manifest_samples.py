"""Manifests as people write them."""

from __future__ import annotations

from hypothesis import strategies as st

from .canvas_samples import ADDRESSES, SCOPES
from .contract import WORDS, some

TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
PREFIX = "https://canvas.instructure.com/lti/"
MANIFEST = {
    "client_name": "Virtual Lab",
    "initiate_login_uri": "https://labs.example.com/lti/login",
    "redirect_uris": ["https://labs.example.com/lti/launch"],
    "jwks_uri": "https://labs.example.com/lti/jwks.json",
    TOOL: {
        "domain": "labs.example.com",
        "target_link_uri": "https://labs.example.com/lti/launch",
        "description": "Titrations without acid",
        "messages": [{"type": "LtiResourceLinkRequest", "placements": ["course_navigation"], "label": "Lab"}],
    },
    "lti_1_1": {
        "launch_url": "https://labs.example.com/lti11",
        "consumer_key": "college",
        "consumer_secret": "vault_lab_consumer_secret",
    },
}
_OF_TOOL = ("domain", "target_link_uri", "description", "custom_parameters", "claims", "messages", "secondary_domains")


def manifest(**changes):
    """The sample with other members, wherever they belong; None takes one away."""
    made = {**MANIFEST, TOOL: dict(MANIFEST[TOOL]), "lti_1_1": dict(MANIFEST["lti_1_1"])}
    for name, value in changes.items():
        place = made[TOOL] if name in _OF_TOOL or name.startswith(PREFIX) else made
        place[name] = value
        if value is None:
            del place[name]
    return made


_VALUES = st.sampled_from(
    [
        "plain",
        "$Person.name.full",
        "$Person.email.primary",
        "$Canvas.user.loginId",
        "$Person.sourcedId",
        "${Canvas.user.sisSourceId} and more",
        "$Context.id",
        "$Canvas.api.domain",
        "$Nobody.knows.it",
        5,
        True,
        None,
    ]
)
_PARAMETERS = st.dictionaries(st.sampled_from("abc"), _VALUES, max_size=3)
_MESSAGES = some(
    {"type": st.sampled_from(["LtiResourceLinkRequest", "LtiDeepLinkingRequest"])},
    {
        "label": WORDS,
        "target_link_uri": ADDRESSES,
        "custom_parameters": _PARAMETERS,
        "placements": st.lists(
            st.sampled_from(["course_navigation", "ContentArea", f"{PREFIX}editor_button", "link_selection"]),
            max_size=3,
        ),
        f"{PREFIX}enabled": st.sampled_from([True, False, "false"]),
        f"{PREFIX}custom_fields": st.just({"over": "$Person.name.given"}),
        "roles": st.just(["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"]),
    },
)


def manifests():
    """Any manifest with both halves."""
    tool = some(
        {"target_link_uri": ADDRESSES},
        {
            "domain": st.just("tool.example.com"),
            "description": WORDS,
            "custom_parameters": _PARAMETERS,
            "claims": st.lists(st.sampled_from(["iss", "sub", "name", "email", "given_name"])),
            "messages": st.lists(_MESSAGES, max_size=3),
            f"{PREFIX}privacy_level": st.sampled_from(["public", "name_only", "email_only", "anonymous"]),
            f"{PREFIX}launch_settings": st.fixed_dictionaries({"custom_fields": _PARAMETERS}),
        },
    )
    return some(
        {
            "client_name": WORDS,
            "initiate_login_uri": ADDRESSES,
            "jwks_uri": ADDRESSES,
            TOOL: tool,
            "lti_1_1": some(
                {"launch_url": ADDRESSES, "consumer_key": WORDS},
                {
                    "custom_parameters": _PARAMETERS,
                    "message": st.sampled_from(["basic", "deep_linking"]),
                    "links": st.lists(
                        some({"name": WORDS}, {"launch_url": ADDRESSES, "custom_parameters": _PARAMETERS}), max_size=2
                    ),
                },
            ),
        },
        {
            "redirect_uris": st.lists(ADDRESSES, min_size=1, max_size=2),
            "scope": st.lists(st.sampled_from(SCOPES), max_size=3) | st.lists(st.sampled_from(SCOPES)).map(" ".join),
            "logo_uri": ADDRESSES,
            "policy_uri": ADDRESSES,
        },
    )
