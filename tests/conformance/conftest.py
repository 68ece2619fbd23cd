"""What the readers of the conformance tests are to find in Canvas."""

from __future__ import annotations

import dataclasses

import pytest

TITLE = "Virtual Lab"
LAUNCH = "https://labs.example.com/launch"


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
    """Puts those tools into Canvas, and sees to it that no proxy stands in the way of a reader."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    seeds = sandbox.seed("canvas")
    made = seeds.tool_configuration(TITLE, binding="on", title=TITLE, target_link_uri=LAUNCH)
    client_id = made["developer_key"]["id"]
    in_account = seeds.external_tool(client_id)
    in_course = seeds.external_tool(client_id, course_id=101)
    registered = seeds.lti_registration("Essays", admin_nickname="Essays of the faculty", workflow_state="on")
    sandbox.clear_requests()
    return Written(
        client_id=str(client_id),
        account_tool=str(in_account["id"]),
        account_deployment=in_account["deployment_id"],
        course_tool=str(in_course["id"]),
        course_deployment=in_course["deployment_id"],
        registration=str(registered["id"]),
        registered_client_id=str(registered["developer_key_id"]),
    )
