# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Taking a tool off the exam platform: its links, then the tool provider (docs/platforms/exam.md, 11).

Exams and their instructions stay: they are the institution's.
"""

from __future__ import annotations

import datetime

from ansible_collections.edtech.lti.plugins.module_utils._manifest.offboarding_found import (
    listed,
    names_of,
    results,
    unclear,
    verdict,
)

STILL_ON = (
    "The exam platform has no switch for a tool provider, so exams can still launch it; lti_offboarding_state: absent"
    " removes it. To stop launches at once, have the vendor withdraw its key."
)


def questions(rows, found):
    """Each list is read as a whole, once, and only when there is a tool to look for."""
    there = any(_providers(row, found) for row in rows)
    return {
        "tool_providers": [{}] if rows else [],
        "lti_resources": [{}] if there else [],
        "exams": [{}] if there else [],
    }


def _held(found, name):
    return [one for _item, result in results(found, name) for one in result.get(name) or ()]


def _providers(row, found):
    return [one for one in _held(found, "tool_providers") if _meant(row, one)]


def _meant(row, provider):
    (wish,) = row["objects"]["tool_providers"]
    if wish.get("id") not in (None, ""):
        return str(wish["id"]) == str(provider["id"])
    institute = wish.get("institute_id")
    return wish["tool_name"] == provider["tool_name"] and institute in (None, "", provider.get("institute_id"))


def decisions(rows, staying, found, state, force, now):
    """As ``offboarding.decisions`` says: loops are ``lti_resources`` and ``tool_providers``."""
    steps, tools = {"lti_resources": [], "tool_providers": []}, {}
    for row in rows:
        there = _providers(row, found)
        if len(there) > 1:
            ids = listed(one["id"] for one in there)
            msg = f"Several tool providers are called {row['objects']['tool_providers'][0]['tool_name']!r}: ids {ids}."
            where = f"lti_onboarding_places.{row['key']}.exam.tool_provider"
            tools[row["key"]] = unclear("ambiguous", f"{msg} Write the id of the one that is meant into {where}.")
        elif not there:
            tools[row["key"]] = verdict("absent")
        else:
            tools[row["key"]] = _judged(row, there[0], staying, found, state, force, now, steps)
    return {"steps": steps, "tools": tools}


def _judged(row, provider, staying, found, state, force, now, steps):
    ids = {"tool_provider_id": provider["id"]}
    shared = [other for other in staying if _meant(other, provider)]
    if shared:
        return verdict("kept", f"Its tool provider stays: {names_of(shared)} uses it, too.", ids)
    if state == "disabled":
        return verdict("still_on", STILL_ON, ids)
    exams = {str(one["id"]): one for one in _held(found, "exams")}
    links = [one for one in _held(found, "lti_resources") if str(one["tool_provider_id"]) == str(provider["id"])]
    used = [exams[str(link["exam_id"])] for link in links if str(link["exam_id"]) in exams]
    waiting = [exam for exam in used if not over(exam, now)]
    if waiting and not force:
        names = listed(f"{one['name']!r} (id {one['id']}, {one['status']})" for one in waiting)
        return unclear(
            "conflict",
            f"{provider['tool_name']} is launched by exams that are not over: {names}. Nothing was removed here. Wait"
            " until they are closed, or take its links out of them; lti_offboarding_force: true breaks them.",
            ids,
        )
    for link in links:
        exam = exams.get(str(link["exam_id"]), {}).get("name") or f"exam {link['exam_id']}"
        what = f"link {link['lti_resource_link_name']} of {exam}"
        steps["lti_resources"].append({**_step(row, what), "id": link["id"]})
    steps["tool_providers"].append({**_step(row, "tool provider"), "id": provider["id"]})
    return verdict("removed", ids=ids)


def _step(row, what):
    return {"keys": [row["key"]], "tool": row["name"], "what": what}


def over(exam, now):
    """Whether nobody can be in an exam any more, now or later; what is not known for sure is not over.

    ``closed`` says no more than that nobody can begin (6): who began may stay to the end, or for the duration.

    :param now: ISO 8601 with an offset.
    """
    if exam.get("status") == "deleted":
        return True
    if exam.get("status") != "closed":
        return False
    try:
        last = [_instant(exam[name]) for name in ("start_time", "end_time") if exam.get(name)]
        minutes = int(exam.get("duration_minutes") or 0)
        return not last or max(last) + datetime.timedelta(minutes=minutes) <= _instant(now)
    except (TypeError, ValueError, OverflowError):
        return False


def _instant(text):
    # Python 3.9 does not read the Z.
    read = datetime.datetime.fromisoformat(str(text).replace("Z", "+00:00"))
    if read.tzinfo is None:
        raise ValueError(text)
    return read
