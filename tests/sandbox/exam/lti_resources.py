"""LTI resources: links from an exam to a tool provider (`docs/platforms/exam.md`, section 8)."""

from __future__ import annotations

from .answers import answer, unknown_route
from .call import Call
from .fields import boolean, is_blank, number, read_fields, text
from .lists import filtered_and_sorted, listed
from .times import shown

_REQUIRED = ("lti_resource_link_name", "exam_id", "tool_provider_id")
_FIELDS = {
    "lti_resource_link_name": text,
    "exam_id": number,
    "tool_provider_id": number,
    "lti_resource_launch_url": text,
    "open_in_new_tab": boolean,
    "lti_custom_data": text,
}
_PARENTS = {
    "exam_id": ("exams", "exam"),
    "tool_provider_id": ("tool_providers", "tool_provider"),
}
_TIMES = ("created_at", "updated_at")
_SHOWN = (
    "id", "lti_resource_link_id", "tool_provider_id", "lti_resource_link_name", "exam_id",
    "created_at", "updated_at", "lti_resource_launch_url", "lti_custom_data", "open_in_new_tab",
    "placeholder",
)  # fmt: skip


def index(call: Call):
    """List the links of the whole institute; there is no parameter for one exam's."""
    call.require_role("lti_resources")
    records = filtered_and_sorted(call, call.visible("lti_resources"), _TIMES)
    return listed(call, "lti_resources", records, _shown)


def show(call: Call):
    """Show one link."""
    call.require_role("lti_resources")
    return answer({"lti_resource": _shown(call, call.find("lti_resources"))})


def create(call: Call):
    """Create a link; its launch URL is the provider's unless sent."""
    call.require_role("lti_resources")
    values = read_fields(call.params, _FIELDS, _REQUIRED)
    _check_parents(call, values)
    kept = call.kept(values)
    # Without its parents there is no link, whatever a switch would leave out.
    provider = call.state["tool_providers"][str(values["tool_provider_id"])]
    follows = "lti_resource_launch_url" not in kept
    from_provider = call.switch("link_custom_data") == "provider"
    link = {
        "lti_resource_link_id": None,
        "lti_resource_link_name": "",
        "exam_id": values["exam_id"],
        "tool_provider_id": values["tool_provider_id"],
        "lti_resource_launch_url": provider["tool_url"],
        "open_in_new_tab": False,
        "lti_custom_data": provider["lti_custom_data"] if from_provider else "",
        **kept,
        "launch_url_given": not follows,
        "institute_id": _institute(call, values["exam_id"]),
    }
    link = call.add("lti_resources", link)
    return answer({"lti_resource": _shown(call, link)}, call.switch("create_status"))


def update(call: Call):
    """Change a link, or move it to another exam or provider; its placeholder stays."""
    call.require_role("lti_resources")
    link = call.find("lti_resources")
    values = read_fields(call.params, _FIELDS, _REQUIRED, creating=False)
    _check_parents(call, values)
    values = call.kept(values)
    if "lti_resource_launch_url" in values:
        values["launch_url_given"] = True
    if "exam_id" in values:
        values["institute_id"] = _institute(call, values["exam_id"])
    call.change(link, values)
    return answer({"lti_resource": _shown(call, link)})


def destroy(call: Call):
    """Delete a link, where that route exists at all."""
    if not call.switch("lti_resource_delete"):
        return unknown_route("DELETE", f"/api/v3/lti_resources/{call.params['id']}")
    call.require_role("lti_resources")
    call.remove("lti_resources", call.find("lti_resources"))
    return answer({})


def _check_parents(call: Call, values: dict) -> None:
    errors = {}
    for parameter, (resource, name) in _PARENTS.items():
        if parameter not in values or is_blank(values[parameter]):
            continue
        parent = call.state[resource].get(str(values[parameter]))
        if parent is None or parent.get("status") == "deleted":
            errors[name] = ["must exist"]
        elif not call.may_see(parent):
            raise call.forbidden("lti_resources")
    if errors:
        raise call.field_errors(errors)


def _institute(call: Call, exam_id: int) -> int:
    return call.state["exams"][str(exam_id)]["institute_id"]


def _shown(call: Call, link: dict) -> dict:
    offset = call.switch("timezone")
    whole = {
        **link,
        # A text here, although everything else called id is a number.
        "tool_provider_id": str(link["tool_provider_id"]),
        "placeholder": f"LTI_EXAM_{link['id']}",
        **{name: shown(link[name], offset) for name in _TIMES},
    }
    provider = call.state["tool_providers"].get(str(link["tool_provider_id"]))
    if call.switch("link_follows_provider") and not link["launch_url_given"] and provider:
        whole["lti_resource_launch_url"] = provider["tool_url"]
    return {name: whole[name] for name in _SHOWN}
