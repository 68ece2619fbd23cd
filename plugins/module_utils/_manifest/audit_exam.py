# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The LTI 1.1 tools of the exam platform and of LumiNUS as rows of a report. Data only.

``audit.py`` says what readings and rows are.
"""

from __future__ import annotations

from ansible_collections.edtech.lti.plugins.module_utils._manifest import roads
from ansible_collections.edtech.lti.plugins.module_utils._manifest.audit_reading import (
    host,
    items,
    looped,
    sentences,
    unique,
    unknown,
)

HIDDEN_FROM_STUDENTS = ("name", "email", "sis_id")
"""What a provider of LumiNUS may send, where its launch data are not shown to the caller."""


def rows_of_exam(reading, wishes, told):
    """Rows of all tool providers; ``told`` gets what was looked at and what was not."""
    providers = reading["providers"]["tool_providers"]
    links = reading["resources"]["lti_resources"]
    exams = items(reading.get("exams"), "exams", told, "Exams")
    told["looked"].append(f"All tool providers ({len(providers)}) and links of exams ({len(links)}).")
    if exams is not None:
        told["looked"].append(f"All exams that are not deleted: {len(exams)}.")
    told["gaps"].append("What else than custom data a launch carries, which the exam platform does not document.")
    by_id = {one["id"]: one for one in exams or []}
    return [_exam_row(one, links, by_id, exams is not None, wishes) for one in providers]


def _exam_row(provider, links, exams, known, wishes):
    own = [one for one in links if str(one["tool_provider_id"]) == str(provider["id"])]
    live = [
        one
        for one in own
        if not known or exams.get(one["exam_id"], {}).get("status", "deleted") not in ("closed", "deleted")
    ]
    parameters = [provider.get("lti_custom_data"), *(one.get("lti_custom_data") for one in live or own)]
    variables = list(
        dict.fromkeys(name for one in parameters for name in roads.unknown_variables(roads.custom_data(one)))
    )
    return {
        "tool": provider["tool_name"],
        "id": str(provider["id"]),
        "enabled": bool(live),
        "why_not": "" if live else "All its exams are closed or deleted." if own else "No exam uses it.",
        "available": [_of_exam(one, exams) for one in live],
        "domain": host(provider.get("tool_url")),
        "data": unique(roads.of_exam(provider, live or own)),
        **wishes.drift_of_exam(wishes.of_exam(provider), provider, own, exams),
        "notes": sentences(
            *(f"Not in use: {_of_exam(one, exams)}." for one in own if live and one not in live),
            *unknown(variables),
        ),
    }


def _of_exam(link, exams):
    exam = exams.get(link["exam_id"])
    name = f"exam {exam.get('name')} ({exam.get('status')})" if exam else f"exam {link['exam_id']}"
    return f"{name}, link {link['lti_resource_link_name']}"


def unread(reading):
    """The result of a provider of LumiNUS that could not be read, if that is so for all of them."""
    results = (reading.get("providers") or {}).get("results") or []
    return results[0] if results and not any(isinstance(one.get("providers"), list) for one in results) else None


def rows_of_luminus(reading, wishes, told):
    """Rows of the providers that are listed; ``told`` as above."""
    made = []
    found = looped(reading.get("providers"), "providers", told, lambda item: f"The provider {item}")
    for item, providers in found:
        if not providers:
            told["gaps"].append(f"The provider {item} does not exist.")
        made += [_luminus_row(one, wishes) for one in providers]
    told["looked"].append(f"The providers that are listed: {len(made)}.")
    told["gaps"].append("Other providers, which LumiNUS does not list.")
    return made


def _luminus_row(provider, wishes):
    of_module = bool(provider.get("resource_id"))
    enabled = provider.get("publish") if of_module else provider.get("installable")
    found = roads.of_luminus(provider)
    hidden = provider.get("credentials_visible") is False
    if hidden:
        where = "its launch data, which LumiNUS does not show to this user"
        found += [roads.road(name, "unknown", where) for name in HIDDEN_FROM_STUDENTS]
    off = "It is not shown in its module." if of_module else "Modules may not install it."
    return {
        "tool": provider["name"],
        "id": provider["id"],
        "enabled": bool(enabled),
        "why_not": "" if enabled else off,
        "available": [f"module {provider['resource_id']}" if of_module else "all modules that install it"]
        if enabled
        else [],
        "domain": host(provider.get("launch_url")),
        "data": unique(found),
        **wishes.drift_of_luminus(wishes.of_luminus(provider), provider),
        "notes": sentences(*unknown(roads.unknown_variables(provider.get("custom_parameters") or {}))),
    }
