"""Launches of assessments by LTI 1.1 (`docs/platforms/exam.md`, section 8).

What the platform sends is documented in one point only, the custom data. So a launch here holds
what LTI 1.1 requires and recommends without naming anybody: message, link, context, a role, and a
user id that tells nothing.
"""

from __future__ import annotations

import json

from ..launch.authorisation import person_of
from ..launch.errors import LaunchError
from ..launch.oauth1 import signed_form
from ..service import Service

_ROLES = {"student": "Learner", "teacher": "Instructor"}
_BASIC = {"lti_message_type": "basic-lti-launch-request", "lti_version": "LTI-1p0"}
_DEEP = {
    "lti_message_type": "ContentItemSelectionRequest",
    "lti_version": "LTI-1p0",
    "accept_media_types": "application/vnd.ims.lti.v1.ltilink",
    "accept_presentation_document_targets": "iframe,window",
}


def begin(service: Service, host: str, resource: int | str | None = None, user: str | None = None) -> dict:
    """Let `user` open an LTI resource from the instructions of its exam."""
    state = service.store["exam"]
    link = state["lti_resources"].get(str(resource))
    if link is None:
        raise LaunchError(f"There is no LTI resource {resource!r}.")
    provider = state["tool_providers"].get(str(link["tool_provider_id"]))
    exam = state["exams"].get(str(link["exam_id"]))
    if provider is None or exam is None or exam["status"] == "deleted":
        raise LaunchError("The resource's exam or tool provider is gone.")
    follows = service.switches["exam.link_follows_provider"] and not link["launch_url_given"]
    url = provider["tool_url"] if follows else link["lti_resource_launch_url"]
    if not url:
        raise LaunchError("Neither the resource nor its tool provider has an address.")
    person = person_of(state, user)
    parameters = {
        "resource_link_id": link["lti_resource_link_id"] or str(link["id"]),
        "resource_link_title": link["lti_resource_link_name"],
        "context_id": str(exam["id"]),
        "context_title": exam["name"],
        "user_id": person["opaque_id"],
        "roles": _ROLES[person["role"]],
        "launch_presentation_document_target": "window" if link["open_in_new_tab"] else "iframe",
        **(_BASIC if provider["use_as_basic_link"] else {**_DEEP, "content_item_return_url": f"{host}/lti/content"}),
        **_custom(provider["lti_custom_data"]),
        **_custom(link["lti_custom_data"]),
    }
    key, secret = provider["oauth_consumer_key"], provider["oauth_consumer_secret"]
    return {"url": url, "method": "POST", "parameters": signed_form(url, parameters, key, secret, service.now("exam"))}


def _custom(text: str | None) -> dict[str, str]:
    """Return custom data as launch parameters: each key with its prefix, values as texts."""
    try:
        data = json.loads(text or "{}")
    except ValueError as error:
        raise LaunchError(f"The custom data are not JSON: {error}") from error
    if not isinstance(data, dict):
        raise LaunchError("The custom data are no JSON object.")
    return {f"custom_{name}": one if isinstance(one, str) else json.dumps(one) for name, one in data.items()}
