# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tools of D2L Brightspace as rows of a report; ``audit.py`` says what readings and rows are. Data only."""

from __future__ import annotations

from ansible_collections.edtech.lti.plugins.module_utils._manifest import audit_drift, roads
from ansible_collections.edtech.lti.plugins.module_utils._manifest.audit_reading import (
    looped,
    sentences,
    unique,
    unknown,
)
from ansible_collections.edtech.lti.plugins.module_utils._platforms.d2l_versions import versions_of


def spoken(versions, asked=None):
    """The version of LE that is spoken: the one asked for, else the highest of those that the server supports."""
    if asked not in (None, ""):
        return str(asked)
    found = versions_of(versions, "le")
    return ".".join(map(str, max(found))) if found else None


def rows(reading, wishes, told):
    """Rows of all registrations; ``told`` gets what was looked at and what was not."""
    registrations = reading["registrations"]["registrations"]
    deployments = reading["deployments"]["deployments"]
    told["looked"].append(f"All registrations ({len(registrations)}) and deployments ({len(deployments)}).")
    version = spoken((reading.get("versions") or {}).get("json"), reading.get("le_version"))
    wishes.le_version = version
    told["looked"].append(
        f"What can be controlled was judged by LE {version}."
        if version
        else "Which version of LE is spoken is not known; the newest was assumed."
    )
    sharing = looped(
        reading.get("sharing"), "sharing_rules", told, lambda item: f"Sharing of the deployment {item['name']}"
    )
    rules = {item["deployment_id"]: found for item, found in sharing}
    links = {}
    for item, found in looped(reading.get("links"), "links", told, lambda item: f"Links of {_unit(item)}"):
        told["looked"].append(f"Links of {_unit(item)}: {len(found)}.")
        for one in found:
            links[one["link_id"]] = one
    told["gaps"].append("Links of org units that were not named.")
    return [_row(one, deployments, rules, list(links.values()), version, wishes) for one in registrations]


def _unit(item):
    if item.get("org_unit_code"):
        return f"the org unit {item['org_unit_code']}"
    return f"the org unit {item['org_unit_id']}" if item.get("org_unit_id") else "the organisation"


def _row(registration, deployments, rules, links, version, wishes):
    own = [one for one in deployments if one["client_id"].lower() == registration["client_id"].lower()]
    on = [one for one in own if one.get("enabled")]
    if not registration.get("enabled"):
        why_not = "The registration is disabled."
    elif not on:
        why_not = "All its deployments are disabled." if own else "It has no deployment."
    else:
        why_not = ""
    # Where nothing is on, what would flow if somebody switched it on.
    counted = on or own
    found, places, off = [], [], []
    for one in counted:
        its = [link for link in links if link["deployment_id"].lower() == one["deployment_id"].lower()]
        live = [link for link in its if link.get("enabled")]
        parts = roads.of_d2l(registration, one, live, version)
        several = f" ({one['name']})" if len(counted) > 1 else ""
        found += [{**part, "where": f"{part['where']}{several}"} for part in parts]
        places += [f"{text}{several}" for text in _shared(rules.get(one["deployment_id"]) or [], live)]
        off += [f"The link {link['name']} is disabled." for link in its if not link.get("enabled")]
    parameters = [registration.get("custom_parameters"), *(one.get("custom_parameters") for one in (*counted, *links))]
    variables = list(dict.fromkeys(name for one in parameters for name in roads.unknown_variables(one or {})))
    wish = wishes.of_d2l(registration)
    return {
        "tool": registration["name"],
        "id": registration["client_id"],
        "enabled": not why_not,
        "why_not": why_not,
        "available": places,
        "deployments": [one["deployment_id"] for one in own],
        "domain": audit_drift.bare(registration.get("domain")),
        "data": unique(found),
        **wishes.drift_of_d2l(wish, registration, own, rules, links),
        "notes": sentences(
            *(f"The deployment {one['name']} is disabled." for one in own if on and one not in on),
            *off,
            "It is on, but shared with no org unit and without a link that was looked at."
            if not places and not why_not
            else "",
            *unknown(variables),
        ),
    }


def _shared(rules, links):
    texts = []
    for rule in rules:
        below, here = rule.get("share_with_descendants"), rule.get("share_with_org_unit")
        if below or here:
            reach = " with all below it" if below and here else ", all below it" if below else ""
            texts.append(f"org unit {rule['org_unit_id']}{reach}")
    return texts + [
        f"link {one['name']} in org unit {one.get('owner_org_unit_id') or one.get('org_unit_id')}" for one in links
    ]
