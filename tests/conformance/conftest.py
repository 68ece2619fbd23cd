"""What the readers of the conformance tests are to find in Canvas, written by our own modules."""

from __future__ import annotations

import dataclasses

import pytest

from tests.unit.plugins.conftest import Runner

TITLE = "Virtual Lab"
LAUNCH = "https://labs.example.com/launch"
SETTINGS = {
    "title": TITLE,
    "description": "Experiments in the browser",
    "target_link_uri": LAUNCH,
    "oidc_initiation_url": "https://labs.example.com/login",
    "public_jwk_url": "https://labs.example.com/jwks.json",
    "scopes": ["https://purl.imsglobal.org/spec/lti-ags/scope/score"],
    "extensions": [
        {
            "platform": "canvas.instructure.com",
            "domain": "labs.example.com",
            "privacy_level": "name_only",
            "settings": {"placements": [{"placement": "course_navigation", "message_type": "LtiResourceLinkRequest"}]},
        }
    ],
}


@dataclasses.dataclass(frozen=True)
class Written:
    """A tool that was configured, installed in account 1 and in course 101, and one that was only registered.

    Ids are texts, as users write them and as our modules return them.
    """

    client_id: str
    account_tool: str
    account_deployment: str
    course_tool: str
    course_deployment: str
    registration: str
    registered_client_id: str


@pytest.fixture
def written(sandbox, monkeypatch):
    """Puts those tools into Canvas with our modules, and sees to it that no proxy stands in the way of a reader."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    run = Runner(sandbox, "canvas")
    made = run("canvas_tool_configuration", name=TITLE, settings=SETTINGS, binding="on")["tool_configuration"]
    in_account = run("canvas_external_tool", client_id=made["client_id"])["external_tool"]
    in_course = run("canvas_external_tool", client_id=made["client_id"], course_id="101")["external_tool"]
    registered = run(
        "canvas_lti_registration",
        name="Essays",
        admin_nickname="Essays of the faculty",
        workflow_state="on",
        configuration={**SETTINGS, "title": "Sample Tool"},
    )["registration"]
    sandbox.clear_requests()
    return Written(
        client_id=made["client_id"],
        account_tool=in_account["external_tool_id"],
        account_deployment=in_account["deployment_id"],
        course_tool=in_course["external_tool_id"],
        course_deployment=in_course["deployment_id"],
        registration=registered["registration_id"],
        registered_client_id=registered["client_id"],
    )
