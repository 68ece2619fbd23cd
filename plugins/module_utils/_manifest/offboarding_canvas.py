# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Taking a tool out of Canvas: its installations, then its key. Sections are those of docs/platforms/canvas.md."""

from __future__ import annotations

from ansible_collections.edtech.lti.plugins.module_utils._manifest.offboarding_found import (
    listed,
    names_of,
    results,
    unclear,
    verdict,
)


def questions(rows, found):
    """``keys``; of each key that is clear ``tools``, places where it may be installed, and ``elsewhere``."""
    asked = {"keys": [_wanted(row) for row in rows], "tools": [], "elsewhere": []}
    for item, result in results(found, "keys"):
        keys = result.get("tool_configurations") or []
        if len(keys) == 1:
            row = next(row for row in rows if row["key"] == item["key"])
            asked["tools"] += _places(row, item, keys[0])
            if keys[0].get("lti_registration_id"):
                asked["elsewhere"].append({**item, "registration_id": keys[0]["lti_registration_id"]})
    return asked


def _wanted(row):
    (tool,) = row["objects"]["tools"]
    return {
        "key": row["key"],
        "tool": row["name"],
        "name": tool["name"],
        "client_id": str(tool.get("client_id") or ""),
        "account_id": str(tool.get("account_id") or "self"),
    }


def _places(row, item, key):
    """Where the tenant has it, and the account of its key: newer servers install it there by themselves (2.4)."""
    made = []
    for wish in row["objects"]["tools"][0].get("installations") or ():
        made.append(
            _place(item, key, wish.get("account_id"), wish.get("course_id"), wish.get("external_tool_id"), True)
        )
    if not any(one["account_id"] == item["account_id"] for one in made):
        made.append(_place(item, key, item["account_id"], None, None, False))
    return made


def _place(item, key, account, course, tool, wished):
    return {
        "key": item["key"],
        "tool": item["tool"],
        "client_id": key["client_id"],
        "account_id": str(account or ""),
        "course_id": str(course or ""),
        "external_tool_id": str(tool or ""),
        "wished": wished,
        "where": f"course {course}" if course else f"account {account}",
    }


def nowhere(rows):
    """Keys of tools with an installation that names no place, or two: an empty text must not become the account."""
    return [
        row["key"]
        for row in rows
        if any(
            bool(wish.get("account_id")) == bool(wish.get("course_id"))
            for wish in row["objects"]["tools"][0].get("installations") or ()
        )
    ]


def decisions(rows, staying, found, state, force, _now):
    """As ``offboarding.decisions`` says: loops are ``bindings``, ``installations`` and ``removals``."""
    steps = {"bindings": [], "installations": [], "removals": []}
    tools = {}
    keys = {item["key"]: (item, result.get("tool_configurations") or []) for item, result in results(found, "keys")}
    misplaced = nowhere(rows)
    for row in rows:
        if row["key"] in misplaced:
            msg = f"Each installation of {row['key']} needs either account_id or course_id; an empty text is none."
            tools[row["key"]] = unclear("invalid", msg)
            continue
        item, there = keys[row["key"]]
        if len(there) > 1:
            tools[row["key"]] = _several(row, item, there)
        elif there:
            judge = _disabled if state == "disabled" else _absent
            shared = [other for other in staying if _same(_wanted(other), item, there[0])]
            tools[row["key"]] = judge(row, item, there[0], shared, found, force, steps)
        else:
            tools[row["key"]] = verdict("absent")
    return {"steps": steps, "tools": tools}


def _several(row, item, there):
    ids = listed(one["client_id"] for one in there)
    return unclear(
        "ambiguous",
        f"Several LTI keys are called {item['name']!r}: client ids {ids}. Write the client_id of the one that is meant"
        f" into lti_onboarding_places.{row['key']}.canvas.",
    )


def _same(other, item, key):
    if other["client_id"]:
        return _local(other["client_id"]) == _local(key["client_id"])
    return other["name"] == key["name"] and other["account_id"] == item["account_id"]


def _local(number):
    """An id without its shard, as the client compares them (1.6)."""
    text = str(number).rpartition("~")[2]
    return int(text) % 10**13 if text.isdigit() else text


def _installed(row, found):
    """Triples of a place, the tools of the key there, and whether the tenant's places name it."""
    return [
        (item, result.get("external_tools") or [], item["wished"])
        for item, result in results(found, "tools")
        if item["key"] == row["key"]
    ]


def _ids(row, key, found):
    tools = [tool for _item, there, _wished in _installed(row, found) for tool in there]
    deployments = list(dict.fromkeys(tool["deployment_id"] for tool in tools if tool.get("deployment_id")))
    return {"client_id": key["client_id"], "deployment_ids": deployments}


def _disabled(row, item, key, shared, found, _force, steps):
    ids = _ids(row, key, found)
    if shared:
        return verdict("kept", f"Its key stays on: {names_of(shared)} uses it, too.", ids)
    steps["bindings"].append(_step(row, item, key, "developer key"))
    return verdict("disabled", ids=ids)


def _step(row, item, key, what, **more):
    return {
        "keys": [row["key"]],
        "tool": row["name"],
        "what": what,
        "client_id": key["client_id"],
        "account_id": item["account_id"],
        **more,
    }


def _absent(row, item, key, shared, found, force, steps):
    ids = _ids(row, key, found)
    going, hidden, others = [], [], []
    for place, there, wished in _installed(row, found):
        named = [one for one in there if place["external_tool_id"] in ("", str(one["external_tool_id"]))]
        if wished and len(named) > 1:
            return unclear(
                "ambiguous",
                f"{row['name']} is installed several times in {place['where']}: external_tool_id"
                f" {listed(one['external_tool_id'] for one in named)}. Write the ones that are meant into"
                f" lti_onboarding_places.{row['key']}.canvas.installations.",
                ids,
            )
        going += [(place, one["deployment_id"], one["external_tool_id"]) for one in named if wished]
        for one in there if not wished else ():
            (hidden if one.get("available") is False else others).append((one["deployment_id"], place["where"]))
        others += [(one["deployment_id"], place["where"]) for one in there if wished and one not in named]
    steps["installations"] += [
        {**_step(row, item, key, f"installed in {place['where']}"), **_at(place), "external_tool_id": number}
        for place, _deployment, number in going
    ]
    known = {deployment for _place, deployment, _number in going} | {deployment for deployment, _where in hidden}
    complete, more = _elsewhere(row, found)
    others = dict([*others, *more])
    others = [where for deployment, where in others.items() if deployment not in known]
    why = _kept(shared, others, complete, force)
    if why:
        return verdict("kept", why, ids)
    steps["removals"].append(_step(row, item, key, "developer key"))
    return verdict("removed", ids=ids)


def _at(place):
    return {"account_id": place["account_id"], "course_id": place["course_id"]}


def _elsewhere(row, found):
    """Whether the server told where else the key is installed, and what it told (4.3)."""
    for item, result in results(found, "elsewhere"):
        if item["key"] == row["key"] and isinstance(result.get("json"), list) and result.get("status") == 200:
            return True, [
                (one.get("deployment_id"), f"{str(one.get('context_type')).lower()} {one.get('context_id')}")
                for one in result["json"]
                if one.get("workflow_state") != "deleted"
            ]
    return False, []


def _kept(shared, others, complete, force):
    """Why the key stays; None where it can go."""
    if shared:
        return f"Its key stays: {names_of(shared)} uses it, too."
    if others and not force:
        return (
            f"Its key stays, because it is installed where lti_onboarding_places does not say, too: {listed(others)}."
            " lti_offboarding_force: true removes the key, and these installations go with it."
        )
    if not complete and not force:
        return (
            "Its key stays, because this Canvas does not tell where else it is installed, be it in a course. Look on"
            " its page of developer keys; lti_offboarding_force: true then removes the key with whatever is installed."
        )
    return None
