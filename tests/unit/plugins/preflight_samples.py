"""Descriptions of a tool with nothing wrong in them, for tests that put something wrong into them."""

from __future__ import annotations

import copy

TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"

MANIFEST = {
    "client_name": "Virtual Lab",
    "initiate_login_uri": "https://labs.example.com/lti/login",
    "redirect_uris": ["https://labs.example.com/lti/launch", "https://labs.example.com/lti/pick"],
    "jwks_uri": "https://labs.example.com/lti/jwks.json",
    "scope": f"{AGS}lineitem {AGS}score",
    TOOL: {
        "domain": "labs.example.com",
        "target_link_uri": "https://labs.example.com/lti/launch",
        "description": "Experiments",
        "custom_parameters": {"course": "$Context.id"},
        "claims": ["iss", "sub", "name"],
        "messages": [
            {"type": "LtiResourceLinkRequest", "placements": ["course_navigation"]},
            {"type": "LtiDeepLinkingRequest", "placements": ["link_selection", "RichTextEditor"]},
        ],
    },
    "data": ["opaque_id", "name", "sis_id", "course", "role", "grades"],
    "lti_1_1": {
        "launch_url": "https://labs.example.com/lti11",
        "consumer_key": "school",
        "consumer_secret": "vault_lab_secret",
        "links": [{"name": "Algebra paper"}],
    },
    "platforms": {"d2l": {"client_name": "Virtual Lab (Brightspace)"}},
}
SETTINGS = {
    "title": "Virtual Lab",
    "description": "Experiments",
    "target_link_uri": "https://labs.example.com/lti/launch",
    "oidc_initiation_url": "https://labs.example.com/lti/login",
    "public_jwk_url": "https://labs.example.com/lti/jwks.json",
    "scopes": [f"{AGS}lineitem", f"{AGS}score"],
    "custom_fields": {"course": "$Canvas.course.id", "theme": "dark"},
    "extensions": [
        {
            "platform": "canvas.instructure.com",
            "domain": "labs.example.com",
            "tool_id": "virtual-lab",
            "privacy_level": "name_only",
            "settings": {
                "text": "Virtual Lab",
                "placements": [
                    {"placement": "course_navigation", "message_type": "LtiResourceLinkRequest"},
                    {"placement": "editor_button", "message_type": "LtiDeepLinkingRequest"},
                ],
            },
        }
    ],
}
REGISTRATION = {
    "name": "Virtual Lab",
    "domain": "https://labs.example.com",
    "redirect_urls": ["https://labs.example.com/lti/launch"],
    "oidc_login_url": "https://labs.example.com/lti/login",
    "keyset_url": "https://labs.example.com/lti/jwks.json",
    "target_link_uri": "https://labs.example.com/lti/launch",
    "enabled_extensions": ["assignment_and_grade_services", "deep_linking"],
    "custom_parameters": {"course": "$Context.id"},
}
DEPLOYMENT = {
    "name": "Virtual Lab",
    "enabled_extensions": ["assignment_and_grade_services"],
    "send_user_first_name": True,
    "send_user_last_name": True,
}
PROVIDER = {
    "tool_name": "Virtual Lab",
    "tool_url": "https://labs.example.com/lti11",
    "oauth_consumer_key": "school",
    "oauth_consumer_secret": "planted-Q7-secret-of-the-provider",
    "lti_custom_data": {"mode": "exam"},
}


def manifest(**members):
    """The manifest with other members; those of the tool configuration are merged, null takes one away."""
    made = copy.deepcopy(MANIFEST)
    for name, value in members.items():
        made[name] = {**made[TOOL], **value} if name == TOOL and value is not None else value
    return made


def settings(extension=None, placements=None, **members):
    """The Canvas settings with other members, at the top, in the extension, or as placements; ``...`` takes away."""
    made = {**copy.deepcopy(SETTINGS), **members}
    held = made["extensions"][0] if members.get("extensions", SETTINGS["extensions"]) else {}
    held.update(extension or {})
    if placements is not None:
        held["settings"]["placements"] = placements
    for tree in (made, held):
        for name in [name for name, value in tree.items() if value is ...]:
            del tree[name]
    return made
