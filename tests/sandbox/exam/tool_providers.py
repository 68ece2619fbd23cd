"""Tool providers (`docs/platforms/exam.md`, section 7)."""

from __future__ import annotations

from .answers import Refusal, answer
from .call import Call
from .exam_rules import status_now
from .fields import boolean, read_fields, text
from .lists import filtered_and_sorted, listed
from .times import shown

_REQUIRED = ("tool_name", "oauth_consumer_key", "oauth_consumer_secret")
_FIELDS = {
    **dict.fromkeys(_REQUIRED, text),
    "tool_url": text,
    "use_as_basic_link": boolean,
    "lti_custom_data": text,
}
_TIMES = ("created_at", "updated_at")
_SHOWN = (
    "id", "tool_name", "tool_url", "oauth_consumer_key", "oauth_consumer_secret", "institute_id",
    "created_at", "updated_at", "use_as_basic_link", "lti_custom_data",
)  # fmt: skip


def index(call: Call):
    """List tool providers: all of them at once, unless a switch pages them."""
    call.require_role("tool_providers")
    records = filtered_and_sorted(call, call.visible("tool_providers"), _TIMES)
    paged = call.switch("page_tool_providers")
    return listed(call, "tool_providers", records, _shown, paged)


def show(call: Call):
    """Show one tool provider, its secret in clear."""
    call.require_role("tool_providers")
    return answer({"tool_provider": _shown(call, call.find("tool_providers"))})


def create(call: Call):
    """Create a tool provider in the caller's institute, or the one a superuser names."""
    call.require_role("tool_providers")
    institute_id = call.institute_for_write()
    values = call.kept(read_fields(call.params, _FIELDS, _REQUIRED))
    provider = {
        "tool_name": "",
        "oauth_consumer_key": "",
        "oauth_consumer_secret": "",
        "tool_url": "",
        "use_as_basic_link": True,
        "lti_custom_data": "{}",
        "institute_id": institute_id or call.user["institute_id"],
        **values,
    }
    provider = call.add("tool_providers", provider)
    return answer({"tool_provider": _shown(call, provider)}, call.switch("create_status"))


def update(call: Call):
    """Change a tool provider; what was not sent keeps its value."""
    call.require_role("tool_providers")
    provider = call.find("tool_providers")
    institute_id = call.institute_for_write()
    values = call.kept(read_fields(call.params, _FIELDS, _REQUIRED, creating=False))
    if institute_id is not None:
        values["institute_id"] = institute_id
    call.change(provider, values)
    return answer({"tool_provider": _shown(call, provider)})


def destroy(call: Call):
    """Delete a tool provider, unless exams that are in use link to it."""
    call.require_role("tool_providers")
    provider = call.find("tool_providers")
    offenders = _locking_exams(call, provider)
    if offenders:
        # An array inside an array: that is how the platform writes it.
        raise Refusal(423, body={"error": {"open_exam": [offenders]}}, fixed=True)
    call.remove("tool_providers", provider)
    return answer({})


def _locking_exams(call: Call, provider: dict) -> list[dict]:
    offenders = {}
    for link in call.state["lti_resources"].values():
        exam = call.state["exams"].get(str(link["exam_id"]))
        if link["tool_provider_id"] != provider["id"] or exam is None:
            continue
        status = status_now(exam, call.now)
        if status == "open" or (call.switch("lock") == "any" and status != "deleted"):
            offenders[exam["id"]] = {"id": exam["id"], "name": exam["name"]}
    return list(offenders.values())


def _shown(call: Call, provider: dict) -> dict:
    offset = call.switch("timezone")
    times = {name: shown(provider[name], offset) for name in _TIMES}
    whole = {**provider, **times}
    return {name: whole[name] for name in _SHOWN}
