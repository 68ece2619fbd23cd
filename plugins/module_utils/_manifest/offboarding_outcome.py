# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What came of taking tools away from one tenant, read from the results of the role's loops. Data only."""

from __future__ import annotations

from ansible_collections.edtech.lti.plugins.module_utils._manifest import offboarding, outcome
from ansible_collections.edtech.lti.plugins.module_utils._manifest.offboarding_found import results as pairs

LISTS = {
    "canvas": ("bindings", "installations", "removals"),
    "d2l": ("deployments", "registrations"),
    "exam": ("lti_resources", "tool_providers"),
    "luminus": (),
}
_WORDS = {name: lambda item: (item["tool"], item["what"]) for names in LISTS.values() for name in names}


def outcomes(rows, platforms, decisions, results, state="disabled", failures=None, stopped=False):
    """How a tenant stands, by platform.

    :param rows: those of ``offboarding.translations``.
    :param decisions: what ``offboarding.decisions`` said, by platform; nothing where it did not come to that.
    :param results: results of the role's loops, by platform and by the name of the loop.
    :param state: ``disabled`` or ``absent``, whichever was wanted.
    :param failures: what ``outcome.cause`` said, by platform.
    :param stopped: whether a refusal, maybe for another platform, kept everything from being sent.
    :returns: by platform ``platform`` (``state``, ``changed``, ``failure``, ``tools``) and ``plan``, as the summary and
        the plan of lti_offboarding have them.
    """
    return {
        platform: _outcome(
            [row for row in rows if row["platform"] == platform and row["leaving"]],
            platform,
            (decisions or {}).get(platform) or {},
            (results or {}).get(platform) or {},
            state,
            (failures or {}).get(platform),
            stopped,
        )
        for platform in platforms
    }


def _outcome(rows, platform, decision, results, state, failure, stopped):
    tools = [_tool(row, decision, results, failure, stopped) for row in rows]
    problems = [one["problem"] for one in (decision.get("tools") or {}).values() if one["problem"]]
    said = [failure, *problems] if failure else problems
    if said:
        failure = {"kind": said[0]["kind"], "msg": " ".join(dict.fromkeys(one["msg"] for one in said))}
    plan = outcome.planned(platform, results, LISTS[platform], _WORDS)
    for line in plan:
        # What went along is in the diff as well, so that it looks like a change.
        if state == "absent" and line["action"] == "change":
            line.update(action="remove", changes="")
    for tool in tools:
        if tool["state"] == "failed":
            if not any(line["action"] == "failed" and line["tool"] == tool["name"] for line in plan):
                plan.append(_line(platform, tool, "failed"))
        elif tool["state"] in ("skipped", "refused", "by_hand", "still_on", "absent", "kept"):
            plan.append(_line(platform, tool, "nothing" if tool["state"] == "absent" else tool["state"]))
    idle = all(tool["state"] == "skipped" for tool in tools)
    return {
        "platform": {
            "state": "failed" if failure else "skipped" if idle else "ok",
            "changed": any(line["action"] in ("create", "change", "remove") for line in plan),
            "failure": failure,
            "tools": tools,
        },
        "plan": plan,
    }


def _line(platform, tool, action):
    why = "It is not there." if tool["state"] == "absent" else tool["why"] or ""
    return {"platform": platform, "tool": tool["name"], "object": "", "action": action, "changes": why}


def _tool(row, decision, results, failure, stopped):
    said = {"key": row["key"], "name": row["name"], "ids": {}, "warnings": []}
    if row["state"] in ("skipped", "refused"):
        return {**said, "state": row["state"], "why": row["why"]}
    if stopped:
        return {**said, "state": "skipped", "why": outcome.STOPPED}
    if row["platform"] == "luminus":
        (provider,) = row["objects"]["providers"]
        return {**said, "state": "by_hand", "why": offboarding.BY_HAND.format(**provider)}
    verdict = (decision.get("tools") or {}).get(row["key"])
    if verdict is None:
        return {**said, "state": "failed", "why": (failure or {}).get("msg")}
    told = {name: verdict[name] for name in ("state", "why", "ids", "warnings")}
    if not verdict["problem"] and not _finished(row["key"], decision, results):
        told.update(state="failed", why=(failure or {}).get("msg"))
    return {**said, **told}


def _finished(key, decision, results):
    """Whether all that was to be done for a tool is done."""
    for name, wanted in decision["steps"].items():
        ours = [item for item in wanted if key in item["keys"]]
        done = [item for item, result in pairs(results, name) if key in item["keys"] and not result.get("failed")]
        if len(done) < len(ours):
            return False
    return True


def handbacks(decisions, results, issuers=None):
    """Whose entries leave the hand-back files: ``key``, ``issuer`` and ``client_id`` of what was removed as a whole.

    :param issuers: what the loop over Canvas's keys registered, with a ``handback`` in each result.
    """
    known = {
        item["key"]: (result.get("handback") or {}).get("issuer") for item, result in pairs({"i": issuers or {}}, "i")
    }
    found = []
    for platform, name in (("canvas", "removals"), ("d2l", "registrations")):
        if not ((decisions or {}).get(platform) or {}).get("steps"):
            continue
        for item, result in pairs((results or {}).get(platform) or {}, name):
            # Asked for one of those that share it.
            asked = next((known[key] for key in item["keys"] if known.get(key)), None)
            for key in item["keys"] if not result.get("failed") else ():
                issuer = item.get("issuer") or asked
                if issuer:
                    found.append({"key": key, "issuer": issuer, "client_id": item["client_id"]})
    return found
