"""Institutes (`docs/platforms/exam.md`, section 10)."""

from __future__ import annotations

from .answers import answer
from .call import Call
from .fields import read_fields, text
from .lists import filtered_and_sorted, listed
from .times import shown

_FIELDS = {"name": text, "short_name": text}
_TIMES = ("created_at", "updated_at")
_DEFAULTS = {
    "logo_image_file_name": None,
    "logo_image_content_type": None,
    "logo_image_file_size": None,
    "logo_image_updated_at": None,
    "callback_url": None,
    "tawk_url": None,
    "tawk_api_key": None,
    "check_requirements_emails_enabled": True,
    "reminder_emails_enabled": True,
    "exam_link_emails_enabled": True,
    "exam_changed_emails_enabled": True,
    "exam_finalized_emails_enabled": True,
    "global_proctor": False,
    "global_reviewer": False,
    "token_value": 0,
    "default_exam_languages": "en-GB",
    "logo_image": "",
    "tokens": [],
    "default_locale": "en",
    "default_language": "en-GB",
    "custom_languages": [],
    # A number, and yet a text.
    "session_retention_period": "6",
    "pre_assigned_proctor_fallback_threshold": 0,
    "connected_proctor_fallback_threshold": 0,
    "block_students_until_proctor_connected": False,
}


def new_institute(name: str, short_name: str) -> dict:
    """Return an institute without id and times."""
    return {"name": name, "short_name": short_name, **_DEFAULTS}


def index(call: Call):
    """List all institutes, for superusers."""
    call.require_role("institutes")
    records = filtered_and_sorted(call, list(call.state["institutes"].values()), _TIMES)
    return listed(call, "institutes", records, _shown)


def show(call: Call):
    """Show one institute: any to a superuser, their own to an administrator."""
    institute = call.find("institutes")
    if call.user["role"] != "administrator":
        call.require_role("institutes")
    return answer({"institute": _shown(call, institute)})


def create(call: Call):
    """Create an institute, for superusers; the one name on this platform that must be unique."""
    call.require_role("institutes")
    values = read_fields(call.params, _FIELDS, ("name", "short_name"))
    if any(one["name"] == values["name"] for one in call.state["institutes"].values()):
        raise call.field_errors({"name": ["has already been taken"]})
    institute = call.add("institutes", new_institute(**values))
    institute["institute_id"] = institute["id"]
    return answer({"institute": _shown(call, institute)}, call.switch("create_status"))


def _shown(call: Call, institute: dict) -> dict:
    offset = call.switch("timezone")
    whole = {**institute, **{name: shown(institute[name], offset) for name in _TIMES}}
    # What decides who may see a record is inside knowledge.
    del whole["institute_id"]
    return whole
