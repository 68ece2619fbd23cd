# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tools of Canvas as rows of a report; ``audit.py`` says what readings and rows are. Data only.

Every section number in this file is one of docs/platforms/canvas.md.
"""

from __future__ import annotations

from ansible_collections.edtech.lti.plugins.module_utils._manifest import audit_drift, canvas, roads, vocabulary
from ansible_collections.edtech.lti.plugins.module_utils._manifest.audit_reading import (
    host,
    items,
    looped,
    sentences,
    unique,
    unknown,
)
from ansible_collections.edtech.lti.plugins.module_utils._platforms import canvas_settings, canvas_shapes


def rows(reading, wishes, told):
    """Rows of all keys and registrations; ``told`` gets what was looked at and what was not."""
    keys = reading["keys"]["tool_configurations"]
    registrations = items(
        reading.get("registrations"),
        "registrations",
        told,
        "Registrations (overlays, tools that registered themselves, tools of Site Admin)",
    )
    told["looked"].append(f"All LTI keys of the root account: {len(keys)}.")
    if registrations is not None:
        told["looked"].append(
            f"All registrations of the root account, inherited and dynamic ones too: {len(registrations)}."
        )
    installed = _installed(reading, told)
    by_client = {audit_drift.local(one.get("client_id")): one for one in registrations or []}
    made = []
    for key in keys:
        registration = by_client.pop(audit_drift.local(key["client_id"]), None)
        made.append(_row(key, registration, installed, wishes))
    others = [one for one in by_client.values() if one.get("inherited") or one.get("dynamic")]
    made += [_row(_as_key(one), one, installed, wishes) for one in others]
    told["gaps"].append("Tools of LTI 1.1, which have neither key nor registration.")
    return made


def _installed(reading, told):
    """Installed tools by deployment id: place, client id, availability, privacy level."""
    found = {}
    listed = looped(reading.get("installed"), "external_tools", told, lambda item: f"Tools installed in {_place(item)}")
    for item, tools in listed:
        for one in tools:
            found[one["deployment_id"]] = {**one, "place": _place(item), "available": one.get("available", True)}
    if listed:
        told["looked"].append(f"Installed tools in {', '.join(_place(item) for item, _tools in listed)}.")
    root = (reading.get("root") or {}).get("json") or {}
    deployed = reading.get("deployments") or {}
    asked = deployed.get("results") or []
    answers = [one for one in asked if isinstance(one.get("pages"), list)]
    for answer in answers:
        for one in (item for page in answer["pages"] if isinstance(page, list) for item in page):
            if one.get("workflow_state") != "deleted" and one.get("deployment_id") not in found:
                found[one["deployment_id"]] = _deployed(one, answer["lti_audit_item"], root)
    if answers:
        told["looked"].append(f"Installations of {len(answers)} registrations in all accounts and courses.")
    if not asked or len(answers) < len(asked):
        told["gaps"].append("Installations in accounts and courses that were not named: Canvas did not list them.")
    return list(found.values())


def _deployed(deployment, registration, root):
    """An installed tool that only the registration's own list shows: in the root account it is hidden."""
    kind, number = deployment.get("context_type"), deployment.get("context_id")
    in_root = kind == "Account" and root and audit_drift.local(number) == audit_drift.local(root.get("id"))
    name = deployment.get("context_name")
    return {
        "client_id": registration.get("client_id"),
        "deployment_id": deployment["deployment_id"],
        "place": f"{str(kind or 'context').lower()} {number}{f' ({name})' if name else ''}",
        "available": not in_root,
        "privacy_level": None,
    }


def _place(item):
    if item.get("course_id") not in (None, ""):
        return f"course {item['course_id']}"
    account = item.get("account_id") or "self"
    return "the root account" if account == "self" else f"account {account}"


def _as_key(registration):
    """A registration without a key of ours in the shape of one."""
    configuration = registration.get("configuration")
    return {
        "client_id": registration.get("client_id"),
        "name": registration.get("admin_nickname") or registration.get("name"),
        "settings": canvas.outer(configuration) if configuration else None,
        "binding": "on" if registration.get("workflow_state") == "active" else "off",
        "workflow_state": "active",
        "scopes": None,
        "of_registration": True,
    }


def _row(key, registration, installed, wishes):
    registration = registration or {}
    overlaid = registration.get("overlaid_configuration")
    settings = canvas.outer(overlaid) if overlaid else key.get("settings")
    deleted = not settings and not key.get("of_registration")
    places = [
        one for one in installed if audit_drift.local(one.get("client_id")) == audit_drift.local(key["client_id"])
    ]
    here = [one for one in places if one["available"]]
    readable = bool(settings) and canvas_shapes.is_readable(settings)
    kept = canvas_settings.tidy(settings) if readable else None
    found, doubts = _roads(key, kept, places) if readable else ([] if deleted else _unseen(settings), [])
    why_not = _off(key, registration, deleted)
    wish = wishes.of_canvas(key)
    return {
        "tool": key.get("name") or (kept or {}).get("title") or "",
        "id": str(key["client_id"]),
        "enabled": not why_not,
        "why_not": why_not,
        "available": [one["place"] for one in here],
        "deployments": [one["deployment_id"] for one in places],
        "domain": _domain(kept),
        "data": unique(found),
        **wishes.drift_of_canvas(wish, key, kept, places),
        "notes": sentences(
            "It registered itself (dynamic registration)." if registration.get("dynamic") else "",
            "It belongs to Site Admin and is inherited." if registration.get("inherited") else "",
            "An overlay of the Apps page changes its configuration; what is said here is with the overlay."
            if overlaid
            else "",
            *(f"Installed, but not available, in {one['place']}." for one in places if not one["available"]),
            "It is on, but installed in no place that was looked at." if not places and not why_not else "",
            *doubts,
        ),
    }


def _roads(key, kept, places):
    """Roads with the scopes of the key, which count, and with the level of each installed tool (2.2, 2.6)."""
    scopes = key.get("scopes") if isinstance(key.get("scopes"), list) else kept["scopes"]
    level = canvas_settings.level_of(kept) or canvas_settings.DEFAULT_LEVEL
    found = roads.of_canvas(kept, scopes)
    doubts = []
    for one in places:
        other = one.get("privacy_level")
        if other in vocabulary.LEVELS and other != level:
            found += roads.of_canvas(kept, scopes, other)
            doubts.append(
                f"In {one['place']} it is installed with the privacy level {other}, in its settings it has {level}."
            )
    if set(scopes) != set(kept["scopes"]):
        doubts.append("The scopes of the key, which count, are not those of its settings.")
    fields = [kept["custom_fields"], *_placement_fields(kept)]
    names = list(dict.fromkeys(name for one in fields for name in roads.unknown_variables(one)))
    doubts += unknown(names, [one for one in scopes if vocabulary.classes_of_scope(one) is None])
    return found, list(dict.fromkeys(doubts))


def _placement_fields(kept):
    inner = kept["extensions"][0]["settings"]
    return [canvas_settings.fields_of(one.get("custom_fields")) for one in (inner, *inner["placements"])]


def _unseen(settings):
    """What cannot be read may be everything."""
    where = "its settings, which have a strange shape" if settings else "its configuration, which Canvas does not show"
    return [roads.road(name, "unknown", where) for name in vocabulary.DATA_CLASSES]


def _off(key, registration, deleted):
    if key.get("workflow_state") not in (None, "active"):
        return "The key was deactivated."
    if deleted:
        return "Its configuration was deleted, so it cannot be launched."
    if key.get("binding") == "allow" and registration.get("workflow_state") in ("active", "allow"):
        return ""
    if key.get("binding") != "on":
        if key.get("binding_owned") is False:
            return f"The binding of another account, which counts, is {key.get('binding') or 'off'}."
        return "The key is off." if key.get("binding") in ("off", None) else "The key is neither on nor off (allow)."
    return ""


def _domain(kept):
    if not kept:
        return ""
    return (kept["extensions"][0].get("domain") or host(kept.get("target_link_uri"))).lower()
