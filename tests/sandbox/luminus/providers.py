"""Reading one provider (`docs/platforms/luminus.md`, section 2)."""

from __future__ import annotations

import re

from flask import Response

from . import access
from .answers import BackendRefusal, data
from .call import Call, invalid

ZERO = "00000000-0000-0000-0000-000000000000"

# In the order of the schema; what `populate` adds follows the id it belongs to.
FIELDS = (
    "id", "name", "description", "resourceID", "consumerKey", "consumerSecret", "launchURL", "custParams",
    "launchData", "publish", "installable", "parentID", "documentTarget", "createdDate", "creatorID",
    "lastUpdatedDate", "lastUpdatedBy",
)  # fmt: skip
LISTS = ("custParams", "launchData")
IDS = ("resourceID", "parentID")
WITHHELD = ("consumerKey", "consumerSecret", "launchURL", "custParams", "launchData")

# Entities by their names in lower case: the field whose user they add, and the fields added.
_ENTITIES = {
    "creator": ("creatorID", ("creatorName", "creatorUserID", "creatorEmail")),
    "lastupdateduser": ("lastUpdatedBy", ("lastUpdatedByName", "lastUpdatedByUserID", "lastUpdatedByEmail")),
}

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def is_uuid(text: str) -> bool:
    """Tell whether `text` is a UUID as it is usually written, in small letters."""
    return _UUID.fullmatch(text) is not None


def show(call: Call) -> Response:
    """Answer with the provider that the path names."""
    wanted = call.variable.lower()
    if not is_uuid(wanted):
        raise invalid("id", f"The value '{call.variable}' is not valid.")
    provider = call.state["providers"].get(wanted)
    if provider is None:
        raise BackendRefusal(404, "The LTI provider does not exist.", "id")
    reads_as = access.reader(call, provider)
    populated = _populated(call)
    _refuse_for_no_reason(call)
    return data(_shown(call, provider, reads_as, populated))


def _populated(call: Call) -> set[str]:
    """Return the entities asked for, in lower case."""
    asked = [one.strip() for one in call.query.get("populate", "").split(",") if one.strip()]
    unknown = [one for one in asked if one.lower() not in _ENTITIES]
    if unknown and call.switch("unknown_populate") == "refuse":
        raise invalid("populate", f"There is no entity {unknown[0]}.")
    return {one.lower() for one in asked}


def _refuse_for_no_reason(call: Call) -> None:
    """Refuse as often as the switch says, then let one request pass, then begin again."""
    often = call.switch("spurious_400")
    refused = call.memory.setdefault("spurious", {})
    before = refused.get(call.variable, 0)
    if before < often:
        refused[call.variable] = before + 1
        raise invalid("", "The request is invalid.")
    refused.pop(call.variable, None)


def _shown(call: Call, provider: dict, reads_as: str, populated: set[str]) -> dict:
    shown: dict = {}
    for name in FIELDS:
        if name in WITHHELD and reads_as == "student":
            _put_empty(shown, name, call.switch("withheld"))
        elif provider[name] is not None:
            shown[name] = provider[name]
        elif name in IDS:
            shown |= {name: ZERO} if call.switch("no_id") == "zero" else {}
        else:
            _put_empty(shown, name, call.switch("absent"))
        for entity, (source, added) in _ENTITIES.items():
            if name == source and entity in populated:
                user = call.state["users"][provider[source]]
                shown |= dict(zip(added, (user["name"], user["login"], user["email"]), strict=True))
    if call.switch("rights"):
        shown["access"] = access.rights(reads_as)
    return shown


def _put_empty(shown: dict, name: str, how: str) -> None:
    if how == "empty":
        shown[name] = [] if name in LISTS else ""
    elif how == "null":
        shown[name] = None
