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

STAYS_ON = " The key is still on; lti_offboarding_state: disabled switches it off, for all who use it."


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
    tools, clear = {}, {}
    keys = {item["key"]: (item, result.get("tool_configurations") or []) for item, result in results(found, "keys")}
    for row in rows:
        item, there = keys.get(row["key"]) or (_wanted(row), [])
        problem = _problem(row, item, there, found, state)
        if problem or not there:
            tools[row["key"]] = problem or verdict("absent")
        else:
            clear[row["key"]] = (row, item, there[0])
    # What is left as it is because of a problem uses its key like one that stays.
    stuck = [(row, keys[row["key"]][1]) for row in rows if row["key"] in keys and row["key"] not in clear]
    for name, (row, item, key) in clear.items():
        sharing = [other for other in staying if _same(_wanted(other), item, key)]
        sharing += [other for other, held in stuck if any(_is(one["client_id"], key["client_id"]) for one in held)]
        if state == "disabled":
            tools[name] = _disabled(row, item, key, sharing, found, steps)
        else:
            group = [one for one, _item, held in clear.values() if _is(held["client_id"], key["client_id"])]
            tools[name] = _absent(row, item, key, sharing, group, found, force, steps)
    return {"steps": {name: _once(made) for name, made in steps.items()}, "tools": tools}


def _problem(row, item, there, found, state):
    """What keeps a tool from being worked on, as its verdict; None where nothing does."""
    if nowhere([row]):
        msg = f"Each installation of {row['key']} needs either account_id or course_id; an empty text is none."
        return unclear("invalid", msg)
    if len(there) > 1:
        ids = listed(one["client_id"] for one in there)
        return unclear(
            "ambiguous",
            f"Several LTI keys are called {item['name']!r}: client ids {ids}. Write the client_id of the one that is"
            f" meant into lti_onboarding_places.{row['key']}.canvas.",
        )
    for place, tools, wished in _installed(row, found) if there and state == "absent" else ():
        named = _named(place, tools)
        if wished and len(named) > 1:
            return unclear(
                "ambiguous",
                f"{row['name']} is installed several times in {place['where']}: external_tool_id"
                f" {listed(one['external_tool_id'] for one in named)}. Write the ones that are meant into"
                f" lti_onboarding_places.{row['key']}.canvas.installations.",
                _ids(row, there[0], found),
            )
    return None


def _once(steps):
    """Steps without repetitions: tools that share a key share its step."""
    made = {}
    for step in steps:
        known = made.setdefault((_local(step["client_id"]), step.get("external_tool_id")), step)
        if known is not step:
            known["keys"] = [*known["keys"], *(key for key in step["keys"] if key not in known["keys"])]
    return list(made.values())


def _same(other, item, key):
    """Whether a tool uses this key; one that may, does."""
    if other["client_id"]:
        return _is(other["client_id"], key["client_id"])
    return other["name"] == key["name"] and not _apart(other["account_id"], item["account_id"])


def _local(number):
    """An id without its shard, as the client compares them (1.6)."""
    text = str(number).rpartition("~")[2]
    return int(text) % 10**13 if text.isdigit() else text


def _is(one, other):
    return _local(one) == _local(other)


def _apart(one, other):
    """Whether two ways to name an account, or a course, can only be two of them.

    Numbers tell, and so do two of one system. Whether ``self`` is the account 1, nobody knows without asking (1.6).
    """
    one, other = (str(name).strip().lower() for name in (one, other))
    if one == other:
        return False
    if all(isinstance(_local(name), int) for name in (one, other)):
        return not _is(one, other)
    systems = {name.partition(":")[0] if ":" in name else "" for name in (one, other)}
    return len(systems) == 1 and systems <= {"sis_account_id", "sis_course_id", "lti_context_id", "uuid"}


def _used_there(place, tool, there, sharing):
    """Whether what is installed in a place may be what tools that stay use."""
    for row in sharing:
        wishes = row["objects"]["tools"][0].get("installations") or ()
        if not wishes or nowhere([row]):
            return True  # nobody can say where it is installed
        for wish in wishes:
            number = wish.get("external_tool_id")
            if number and _is(number, tool["external_tool_id"]):
                return True
            course = str(wish.get("course_id") or "")
            where, ours = course or wish["account_id"], place["course_id"] or place["account_id"]
            # An account is no course; of two accounts, or two courses, it depends.
            if bool(course) != bool(place["course_id"]) or _apart(where, ours):
                continue
            # An id that is not there, be it an old one, says nothing about what is.
            if not (number and any(_is(number, one["external_tool_id"]) for one in there)):
                return True
    return False


def _installed(row, found):
    """Triples of a place, the tools of the key there, and whether the tenant's places name it."""
    return [
        (item, result.get("external_tools") or [], item["wished"])
        for item, result in results(found, "tools")
        if item["key"] == row["key"]
    ]


def _named(place, there):
    number = place["external_tool_id"]
    return [one for one in there if not number or _is(number, one["external_tool_id"])]


def _ids(row, key, found):
    tools = [tool for _item, there, _wished in _installed(row, found) for tool in there]
    deployments = list(dict.fromkeys(tool["deployment_id"] for tool in tools if tool.get("deployment_id")))
    return {"client_id": key["client_id"], "deployment_ids": deployments}


def _disabled(row, item, key, sharing, found, steps):
    ids = _ids(row, key, found)
    if sharing:
        return verdict("kept", f"Its key stays on: {names_of(sharing)} uses it, too.", ids)
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


def _absent(row, item, key, sharing, group, found, force, steps):
    """``sharing`` are other tools of the key that stay, ``group`` those that go, with this one."""
    ids = _ids(row, key, found)
    ours = [
        (place, tool, _used_there(place, tool, there, sharing))
        for place, there, wished in _installed(row, found)
        for tool in (_named(place, there) if wished else ())
    ]
    steps["installations"] += [
        {**_step(row, item, key, f"installed in {place['where']}"), **_at(place), "external_tool_id": str(number)}
        for place, number in ((place, tool["external_tool_id"]) for place, tool, held in ours if not held)
    ]
    if sharing:
        # It is theirs, and on for them: nothing else is to be said.
        held = listed(place["where"] for place, _tool, held in ours if held)
        also = f" So does what is installed in {held}: it may be theirs." if held else ""
        return verdict("kept", f"Its key stays: {names_of(sharing)} uses it, too.{also}", ids)
    complete, others = _others(row, group, found)
    why = _kept(others, complete) if not force else None
    if why:
        on = key.get("binding") != "off"
        return verdict("still_on" if on else "kept", f"{why}{STAYS_ON if on else ''}", ids)
    steps["removals"].append(_step(row, item, key, "developer key"))
    return verdict("removed", ids=ids)


def _at(place):
    return {"account_id": place["account_id"], "course_id": place["course_id"]}


def _others(row, group, found):
    """Whether it is known where else the key is installed, and these places.

    Not where tools of the group are, which go, and not what a newer server made by itself and nobody ever saw (2.4).
    """
    known, others = set(), []
    for place, there, wished in (one for member in group for one in _installed(member, found)):
        named = _named(place, there) if wished else [one for one in there if one.get("available") is False]
        known |= {one["deployment_id"] for one in named}
        others += [(one["deployment_id"], place["where"]) for one in there if one not in named]
    complete, more = _elsewhere(row, found)
    others = dict([*others, *more])
    return complete, [where for deployment, where in others.items() if deployment not in known]


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


def _kept(others, complete):
    """Why the key stays, unless it is forced; None where it can go."""
    if others:
        return (
            f"Its key stays, because it is installed where lti_onboarding_places does not say, too: {listed(others)}."
            " lti_offboarding_force: true removes the key, and these installations go with it."
        )
    if not complete:
        return (
            "Its key stays, because this Canvas does not tell where else it is installed, be it in a course. Look on"
            " its page of developer keys; lti_offboarding_force: true then removes the key with whatever is installed."
        )
    return None
