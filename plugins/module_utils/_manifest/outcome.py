# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What came out of onboarding one tenant on one platform, read from the results of the platform's role. Data only."""

from __future__ import annotations

from ansible_collections.edtech.lti.plugins.module_utils._manifest import onboarding, roads

STOPPED = "Nothing was written, because of what was refused for another platform."
SHORT = 60
"""How much of a value a line about a change shows."""
_LISTS = {
    "canvas": ("keys", "installations", "uninstallations", "removals"),
    "d2l": ("registrations", "deployments", "sharing", "links"),
    "exam": ("tool_providers", "exams", "lti_resources", "documents"),
    "luminus": ("providers",),
    "handback": ("files",),
}


def outcomes(rows, platforms, results, summaries=None, failures=None, stopped=False):
    """How a tenant stands, by platform; each argument has by platform what :func:`outcome` takes."""
    return {
        platform: outcome(
            rows,
            platform,
            results.get(platform),
            (summaries or {}).get(platform),
            (failures or {}).get(platform),
            stopped,
        )
        for platform in platforms
    }


def outcome(rows, platform, results, summary=None, failure=None, stopped=False):
    """How a tenant stands on one platform.

    :param rows: the rows of ``onboarding.translations``.
    :param results: results of the role's loops, by the name of its lists; of those that did not run, nothing.
    :param summary: the summary of the platform's role; None when it did not come to it.
    :param failure: what :func:`cause` says, or None.
    :param stopped: whether a refusal, maybe for another platform, kept everything from being written.
    :returns: ``platform``, as the summary of lti_onboarding has it (``state``, ``changed``, ``failure``, ``tools``),
        and ``plan``, a list of ``platform``, ``tool``, ``object``, ``action``, ``changes``.
    """
    ours = [row for row in rows if row["platform"] == platform]
    if stopped and not failure:
        # One that waited for a version waits no more.
        whys = [row["why"] if row["state"] in ("skipped", "refused") else None for row in ours]
        ours = [{**row, "state": "skipped", "why": why or STOPPED} for row, why in zip(ours, whys)]
    plan = planned(platform, results or {}, _LISTS[platform], _WORDS)
    # What was not done now has a summary of an earlier run at most.
    finished = _handed_back(ours, platform, results or {})
    told = {} if stopped else finished if failure else _handbacks(ours, platform, summary or {})
    drifts = {
        _item(one)["key"]: one["drift"]
        for one in (results or {}).get("providers", {}).get("results", ())
        if "drift" in one
    }
    tools = [
        {
            "key": row["key"],
            "name": row["name"],
            "state": _state(row, failure and row["key"] not in told),
            "why": row["why"],
            "handback": told.get(row["key"]),
            "data": row["data"],
            "uncontrollable": row["uncontrollable"],
            "losses": row["losses"],
            "warnings": row["warnings"] + _hints(row, told.get(row["key"])),
            "drift": drifts.get(row["key"], []),
        }
        for row in ours
    ]
    if failure and not any(one["action"] == "failed" for one in plan):
        plan.append(_line(platform, "", "", "failed", failure["msg"]))
    plan += [_line(platform, row["name"], "", "skipped", row["why"]) for row in ours if row["state"] == "skipped"]
    idle = not failure and all(row["state"] == "skipped" for row in ours)
    return {
        "platform": {
            "state": "failed" if failure else "skipped" if idle else "ok",
            "changed": any(one["action"] in ("create", "change", "remove") for one in plan),
            "failure": failure,
            "tools": tools,
        },
        "plan": plan,
    }


def _state(row, failure):
    if row["state"] in ("skipped", "refused"):
        return row["state"]
    return "failed" if failure else "removed" if _leaving(row) else "done"


def _leaving(row):
    return row["state"] == "ready" and any(one.get("state") == "absent" for one in row["objects"].get("tools", ()))


def _hints(row, handback):
    """Warnings that come of what was done."""
    if _leaving(row):
        return ["Its entries in hand-back files stay; lti_handback with state: absent takes them out."]
    if row["platform"] == "canvas" and handback and handback.get("environment_source") == "assumed":
        return [
            "The addresses for the vendor are those of hosted Canvas. Set environment: self_hosted in"
            " canvas_onboarding_connection if it is a server of your own."
        ]
    return []


def _handbacks(rows, platform, summary):
    """What the role hands back, by the key of the manifest; null for LTI 1.1, where the tool gave the key itself."""
    ready = [row for row in rows if row["state"] == "ready"]
    if platform == "canvas" and summary:
        staying = [row for row in ready if not _leaving(row)]
        present = [tool for tool in summary["tools"] if tool["state"] == "present"]
        return {row["key"]: tool["handback"] for row, tool in zip(staying, present)}
    if platform == "d2l" and summary:
        keys = [key for _registration, keys, _deployments in onboarding.registrations(rows) for key in keys]
        return {key: one["handback"] for key, one in zip(keys, summary["deployments"])}
    return {}


def _handed_back(rows, platform, results):
    """The same where the role failed and made no summary: of the tools with which all went well until then."""
    told = {}
    if platform == "canvas":
        staying = [row for row in rows if row["state"] == "ready" and not _leaving(row)]
        made = (results.get("installations") or {}).get("results") or ()
        for position, (row, result) in enumerate(zip(staying, (results.get("keys") or {}).get("results") or ())):
            uses = [one for one in made if (_item(one) or {}).get("position") == position]
            wanted = row["objects"]["tools"][0].get("installations") or ()
            if result.get("handback") and len(uses) == len(wanted) and all(one.get("external_tool") for one in uses):
                ids = [one["external_tool"]["deployment_id"] for one in uses]
                told[row["key"]] = {**result["handback"], "deployment_ids": ids}
    if platform == "d2l":
        keys = [key for _registration, keys, _deployments in onboarding.registrations(rows) for key in keys]
        for key, result in zip(keys, (results.get("deployments") or {}).get("results") or ()):
            if result.get("deployment") and not result.get("failed"):
                handback = _item(result)["handback"]
                told[key] = {**handback, "deployment_id": result["deployment"]["deployment_id"]}
    return told


def planned(platform, results, lists, words):
    """What was done, or in check mode would be, as :func:`outcome` has it in ``plan``.

    :param results: results of the role's loops, by the name of its lists; of those that did not run, nothing.
    :param lists: names of these lists, in their order.
    :param words: by name of a list, a function from an item to the tool and the object that the line is about.
    """
    found = []
    for name in lists:
        for result in (results.get(name) or {}).get("results") or ():
            if result.get("skipped"):
                continue
            tool, what = words[name](_item(result))
            action, changes = _change(result)
            found.append(_line(platform, tool, what, action, changes))
    return found


def _line(platform, tool, what, action, changes):
    return {"platform": platform, "tool": _text(tool), "object": _text(what), "action": action, "changes": changes}


def _item(result):
    """The item of the loop, whatever the loop calls it."""
    return result.get(result.get("ansible_loop_var") or "item") or {}


_WORDS = {
    "keys": lambda item: (item["name"], "developer key"),
    "installations": lambda item: (item["tool"], f"installed in {item['place']}"),
    "uninstallations": lambda item: (item["tool"], f"installed in {item['place']}"),
    "removals": lambda item: (item["name"], "developer key"),
    "registrations": lambda item: (item["name"], "registration"),
    "deployments": lambda item: (item["registration"], f"deployment {item['wish']['name']}"),
    "sharing": lambda item: (item["registration"], f"sharing rules of {item['deployment']}"),
    "links": lambda item: (item["registration"], f"link {item['wish']['name']}"),
    "tool_providers": lambda item: (item["tool_name"], "tool provider"),
    "exams": lambda item: ("", f"exam {item['name']}"),
    "lti_resources": lambda item: (
        item[1].get("tool_provider_name", ""),
        f"link {item[1]['lti_resource_link_name']} of {item[0]['name']}",
    ),
    "documents": lambda item: ("", f"instructions of {item['name']}"),
    "providers": lambda item: (item["name"], "provider"),
    "files": lambda item: (item["name"], f"file {item['file']}"),
}


def _change(result):
    if result.get("failed"):
        return "failed", _text(result.get("msg"))
    if result.get("drift"):
        return "differs", " ".join(result["drift"])
    if not result.get("changed"):
        return "nothing", ""
    diff = result.get("diff") or {}
    before, after = diff.get("before"), diff.get("after")
    if not before:
        return "create", ""
    if not after:
        return "remove", ""
    return "change", differences(before, after)


def differences(before, after):
    """What differs between two values of a diff, in one line: ``field: old -> new``, with the path of each field."""
    if isinstance(before, str) and isinstance(after, str):
        gone = [f"- {line}" for line in before.splitlines() if line not in after.splitlines()]
        come = [f"+ {line}" for line in after.splitlines() if line not in before.splitlines()]
        return "; ".join([*gone, *come])
    said = ((path, *_from_where_they_differ(old, new)) for path, old, new in _differing(before, after, ""))
    return "; ".join(f"{path}: {_shown(old)} -> {_shown(new)}" for path, old, new in said)


def _from_where_they_differ(old, new):
    """Two texts without the long beginning that they share, because only so much of a value is shown."""
    if not (isinstance(old, str) and isinstance(new, str) and max(len(old), len(new)) > SHORT):
        return old, new
    pairs = enumerate(zip(old, new))
    start = next((place for place, (one, other) in pairs if one != other), min(len(old), len(new))) - 10
    return (f"...{old[start:]}", f"...{new[start:]}") if start > 0 else (old, new)


def _differing(before, after, path):
    """Triples of a path, the value before and the one after, for each member that differs."""
    if isinstance(before, dict) and isinstance(after, dict):
        found = []
        for name in dict.fromkeys([*before, *after]):
            found += _differing(before.get(name), after.get(name), f"{path}.{name}" if path else str(name))
        return found
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        pairs = enumerate(zip(before, after))
        return [one for number, pair in pairs for one in _differing(*pair, f"{path}[{number}]")]
    return [] if before == after else [(path, before, after)]


def _shown(value):
    text = _text("none" if value is None else str(value).lower() if isinstance(value, bool) else value)
    return text if len(text) <= SHORT else f"{text[: SHORT - 3]}..."


def _text(value):
    return " ".join(str(value).split())


def cause(result):
    """Why a task failed: ``kind`` and ``msg``. Of a loop, the first item that did, and the tools of the others."""
    failures = [one for one in result.get("results") or () if one.get("failed")] or [result]
    failed = failures[0]
    kind = (failed.get("failure") or {}).get("kind") or "invalid"
    msg = _text(failed.get("msg") or "A task failed without a word.")
    names = [_tool_of(one) for one in failures]
    others = [name for name in dict.fromkeys(names[1:]) if name and name != names[0]]
    said = f"{names[0]}: {msg}" if names[0] and names[0] not in msg else msg
    return {"kind": kind, "msg": f"{said} {', '.join(others)} failed, too." if others else said}


def _tool_of(result):
    """The tool or the like that an item of a loop is about; empty where it says none."""
    item = _item(result)
    named = (
        next((item[name] for name in ("tool", "registration", "name", "tool_name") if item.get(name)), "")
        if (isinstance(item, dict))
        else ""
    )
    return _text(named)


def refusals(rows):
    """Why manifests were refused, by platform, in the form of :func:`cause`."""
    found = {}
    for row in rows:
        if row["state"] == "refused":
            found.setdefault(row["platform"], []).append(f"{row['key']}: {row['why']}")
    return {platform: {"kind": "invalid", "msg": " ".join(said)} for platform, said in found.items()}


def preflight_failures(result):
    """The same of a preflight's result: each platform of a manifest with something that it failed for."""
    found = {}
    for one in result.get("results") or [result]:
        if one.get("failed"):
            item = _item(one)
            said = f"{item.get('key', 'preflight')}: {_text(one.get('msg'))}"
            for platform in item.get("platforms") or ():
                found.setdefault(platform, []).append(said)
    return {platform: {"kind": "invalid", "msg": " ".join(said)} for platform, said in found.items()}


def preflight_findings(result):
    """What a preflight found, with the ``key`` of the manifest in each."""
    return [
        {"key": _item(one).get("key"), **finding}
        for one in result.get("results") or ()
        for finding in one.get("findings") or ()
    ]


def compared(read, secrets):
    """Providers of LumiNUS against the manifests: results of the same shape, without keys and secrets.

    :param read: what the loop over ``luminus_provider_info`` registered, with revealed secrets; its items are the
        payloads' providers, with the ``key`` of the manifest.
    :param secrets: LTI 1.1 secrets by that key, where they are known.
    """
    made = []
    for result in read.get("results") or ():
        item = _item(result)
        said = {"item": {"key": item["key"], "name": item["name"]}, "changed": False}
        if "exists" in result:
            made.append({**said, "drift": drift(item, result["provider"], secrets.get(item["key"]))})
        else:
            made.append({**said, "failed": True, "msg": result.get("msg"), "failure": result.get("failure")})
    return {"results": made}


def drift(wished, found, secret=None):
    """What LumiNUS holds otherwise than a manifest says, a sentence each; values of key and secret are in none.

    :param wished: the payload's provider.
    :param found: the provider as ``luminus_provider_info`` shows it with its secrets, or None.
    :param secret: the LTI 1.1 secret, where it is known here.
    """
    if found is None:
        return ["LumiNUS knows no such provider."]
    said = []
    for name in ("name", "launch_url", "custom_parameters"):
        if not found.get("credentials_visible") and name != "name":
            continue
        if (found.get(name) or None) != (wished.get(name) or None):
            said += [
                f"{path} is {_shown(held)} in LumiNUS, not {_shown(ours)}."
                for path, held, ours in _differing(found.get(name), wished.get(name), name)
            ]
    if not found.get("credentials_visible"):
        return [*said, "LumiNUS does not show the rest to this user, so it was not compared."]
    said += beyond(found, wished.get("allowed"))
    for name, ours in (("consumer_key", wished.get("consumer_key")), ("consumer_secret", secret)):
        if ours and found.get(name) != ours:
            said.append(f"LumiNUS has another {name}.")
    return said


def beyond(provider, allowed):
    """What a provider of LumiNUS sends although a manifest does not allow it, a sentence for each class of data.

    :param allowed: the classes that it allows; None where that is not known.
    """
    ways = {}
    for road in roads.of_luminus(provider):
        if allowed is not None and road["class"] not in allowed:
            ways.setdefault(road["class"], []).append(road["where"])
    return [
        f"LumiNUS sends {name} ({', '.join(dict.fromkeys(where))}), which data does not allow; nothing can be written"
        " there."
        for name, where in ways.items()
    ]
