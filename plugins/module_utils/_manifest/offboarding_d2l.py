# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Taking a tool out of Brightspace: links, sharing rules, deployment, registration (docs/platforms/d2l.md, 12)."""

from __future__ import annotations

from ansible_collections.edtech.lti.plugins.module_utils._manifest.offboarding_found import (
    listed,
    names_of,
    results,
    unclear,
    verdict,
)

AGAIN = (
    "Onboarding leaves it off. To switch it on again, write enabled: true into registration and deployment of"
    " lti_onboarding_places.{key}.d2l, and onboard."
)


def questions(rows, found):
    """``registrations``, ``deployments`` of those that are clear, ``uses`` of deployments, and their own ``links``."""
    asked = {"registrations": [_wanted(row) for row in rows], "deployments": [], "uses": [], "links": []}
    for row in rows:
        there = _registrations(row, found)
        if len(there) != 1:
            continue
        client_id = there[0]["client_id"]
        if client_id not in [one["client_id"] for one in asked["deployments"]]:
            asked["deployments"].append({"client_id": client_id, "tool": row["name"]})
        deployments = _deployments(row, client_id, found)
        if len(deployments) == 1:
            held = {"key": row["key"], "tool": row["name"], "deployment_id": deployments[0]["deployment_id"]}
            asked["uses"].append(held)
            asked["links"] += [{**held, **_link(link)} for link in _wish(row).get("links") or ()]
    return asked


def _wanted(row):
    registration = row["objects"]["registrations"][0]
    client_id = registration.get("client_id") or ""
    return {
        "key": row["key"],
        "tool": row["name"],
        "client_id": client_id,
        "domain": "" if client_id else registration.get("domain") or "",
    }


def _link(link):
    return {
        "name": link.get("name") or "",
        "link_id": link.get("link_id"),
        "org_unit_id": link.get("org_unit_id"),
        "org_unit_code": link.get("org_unit_code") or "",
    }


def _wish(row):
    return row["objects"]["registrations"][0]["deployments"][0]


def _of_domain(row, found):
    """The registrations that were found by id, or by domain."""
    pairs = results(found, "registrations")
    return next((result.get("registrations") or [] for item, result in pairs if item["key"] == row["key"]), [])


def _registrations(row, found):
    """Those that are meant: by their id, or by domain and name. The name must be the very same (7)."""
    there = _of_domain(row, found)
    wanted = row["objects"]["registrations"][0]
    return there if wanted.get("client_id") else [one for one in there if one["name"] == wanted["name"]]


def _all_deployments(client_id, found):
    pairs = results(found, "deployments")
    return next((result.get("deployments") or [] for item, result in pairs if item["client_id"] == client_id), [])


def _deployments(row, client_id, found):
    wish = _wish(row)
    return [one for one in _all_deployments(client_id, found) if _meant(wish, one)]


def _meant(wish, deployment):
    if wish.get("deployment_id"):
        return str(wish["deployment_id"]).lower() == str(deployment["deployment_id"]).lower()
    return wish["name"] == deployment["name"]


def decisions(rows, staying, found, state, force, _now):
    """As ``offboarding.decisions`` says: loops are ``deployments`` and ``registrations``."""
    tools, own = {}, {}
    for row in rows:
        tools[row["key"]], deployment = _clear(row, found, state, force)
        if deployment:
            own[row["key"]] = deployment
    steps = {"deployments": [], "registrations": []}
    done = set()
    for row in rows:
        if tools[row["key"]]["problem"] or tools[row["key"]]["state"] == "absent":
            continue
        (registration,) = _registrations(row, found)
        client_id = registration["client_id"]
        shared = [other for other in staying if _same(other, registration)]
        if row["key"] in own and any(_meant(_wish(other), own[row["key"]]) for other in shared):
            sharing = [other for other in shared if _meant(_wish(other), own[row["key"]])]
            tools[row["key"]].update(state="kept", why=f"Its deployment stays: {names_of(sharing)} uses it, too.")
            own.pop(row["key"])
            continue
        group = [one for one in rows if one["key"] in tools and _same(one, registration)]
        if row["key"] in own:
            steps["deployments"].append(_step_of(row, own, found))
        going = [own[one["key"]]["deployment_id"] for one in group if one["key"] in own]
        others = [one for one in _all_deployments(client_id, found) if one["deployment_id"] not in going]
        others = [one for one in others if state == "absent" or one.get("enabled")]
        stuck = [one for one in group if tools[one["key"]]["problem"]]
        tools[row["key"]].update(_rest(row, own, shared, stuck, others, state, force))
        if state == "absent" and row["key"] in own:
            tools[row["key"]]["warnings"] += _going_along(row, found)
        if not (shared or stuck or (others and not (force and state == "absent"))) and client_id not in done:
            done.add(client_id)
            steps["registrations"].append(_registration_step(row, group, registration, others))
    return {"steps": steps, "tools": tools}


def _clear(row, found, state, force):
    """The verdict on one tool as far as it stands alone (:func:`_rest` has the last word), and its deployment."""
    there = _registrations(row, found)
    wanted = row["objects"]["registrations"][0]
    place = f"lti_onboarding_places.{row['key']}.d2l"
    if len(there) > 1:
        ids = listed(one["client_id"] for one in there)
        msg = f"Several registrations of {wanted['domain']} are called {wanted['name']!r}: client ids {ids}."
        return unclear(
            "ambiguous", f"{msg} Write the client_id of the one that is meant into {place}.registration."
        ), None
    if not there:
        renamed = [one for one in _of_domain(row, found) if one.get("enabled")]
        if renamed:
            # Only one enabled registration may have a domain, so this one may well be the tool (7).
            names = listed(f"{one['name']!r} (client id {one['client_id']})" for one in renamed)
            msg = f"The registration of {wanted['domain']} is not called {wanted['name']!r}, but {names}."
            return unclear("ambiguous", f"{msg} Write its client_id into {place}.registration if that is meant."), None
        return verdict("absent"), None
    client_id = there[0]["client_id"]
    deployments = _deployments(row, client_id, found)
    ids = {"client_id": client_id, "deployment_ids": [one["deployment_id"] for one in deployments]}
    if len(deployments) > 1:
        several = f"{_wish(row)['name']!r}: {listed(ids['deployment_ids'])}"
        msg = f"Several deployments of {wanted['name']!r} are called {several}."
        return unclear(
            "ambiguous", f"{msg} Write the deployment_id of the one that is meant into {place}.deployment.", ids
        ), None
    blocked = _blocked(row, found) if deployments and state == "absent" and not force else None
    if blocked:
        return unclear("conflict", blocked, ids), None
    return verdict("removed", ids=ids), deployments[0] if deployments else None


def _foreign_links(row, found):
    """Links that launch it, although neither the manifest nor the places name them."""
    own = {
        str(link["link_id"])
        for item, result in results(found, "links")
        if item["key"] == row["key"]
        for link in result.get("links") or ()
        if item["link_id"] in (None, "") or str(item["link_id"]) == str(link["link_id"])
    }
    return [link for link in _cascaded(row, found).get("links") or () if str(link["link_id"]) not in own]


def _foreign_rules(row, found):
    """Sharing rules that the places do not name.

    One that is named by the code of its org unit cannot be told from others: as many as there are such codes count as
    named.
    """
    wished = _wish(row).get("sharing") or ()
    ids = {str(one["org_unit_id"]) for one in wished if one.get("org_unit_id") not in (None, "")}
    rules = [one for one in _cascaded(row, found).get("sharing_rules") or () if str(one["org_unit_id"]) not in ids]
    codes = [one for one in wished if one.get("org_unit_id") in (None, "")]
    return rules if len(rules) > len(codes) else []


def _units(found):
    return listed(f"org unit {one['org_unit_id']}" if one["org_unit_id"] else "the organisation" for one in found)


def _counted(*counts):
    """How many there are of what: ``1 link and 2 sharing rules``; empty where there is nothing."""
    return " and ".join(f"{count} {what}{'' if count == 1 else 's'}" for count, what in counts if count)


def _blocked(row, found):
    """What content still launches it, although the manifest and the places do not name it."""
    foreign = _foreign_links(row, found)
    if not foreign:
        return None
    return (
        f"{row['name']} is launched by {len(foreign)} link(s) that neither the manifest nor lti_onboarding_places"
        f" names, in {_units(foreign)}: content that uses them would break at once. lti_offboarding_state: disabled"
        " stops launches and can be undone; lti_offboarding_force: true removes these links as well."
    )


def _going_along(row, found):
    """Warnings of what goes with its deployment, although nobody named it; there are links only by force."""
    links, rules = _foreign_links(row, found), _foreign_rules(row, found)
    counted = _counted((len(links), "link"), (len(rules), "sharing rule"))
    if not counted:
        return []
    return [
        f"With its deployment goes {counted} that neither the manifest nor lti_onboarding_places names, in"
        f" {_units([*links, *rules])}."
    ]


def _cascaded(row, found):
    pairs = results(found, "uses")
    return next((result.get("cascaded") or {} for item, result in pairs if item["key"] == row["key"]), {})


def _same(row, registration):
    """Whether a tool uses this registration."""
    wanted = row["objects"]["registrations"][0]
    if wanted.get("client_id"):
        return str(wanted["client_id"]).lower() == str(registration["client_id"]).lower()
    # Onboarding takes the enabled one of a domain whatever its name is (7).
    named = wanted["name"] == registration["name"] or (registration.get("enabled") and not row.get("leaving"))
    return bool(named) and _bare(wanted.get("domain")) == _bare(registration["domain"])


def _bare(domain):
    """A domain as the client compares it (7)."""
    return str(domain or "").lower().rpartition("://")[2].rstrip("/")


def _rest(row, own, shared, stuck, others, state, force):
    """What becomes of the tool, by what else its registration carries."""
    gone = "removed" if state == "absent" else "disabled"
    warnings = [AGAIN.format(key=row["key"])] if state == "disabled" else []
    kept = f"Its registration stays{' on' if state == 'disabled' else ''}"
    if shared or stuck:
        mine = gone if row["key"] in own else "absent"
        return {"state": mine, "why": f"{kept}: {names_of([*shared, *stuck])} uses it, too.", "warnings": warnings}
    if others and not (force and state == "absent"):
        why = f"{kept}, because it has deployments that lti_onboarding_places does not name: {_deployed(others)}."
        if state == "absent":
            why += " lti_offboarding_force: true removes them, too."
        return {"state": "kept", "why": why, "warnings": warnings}
    return {"state": gone, "warnings": warnings}


def _deployed(found):
    return listed(f"{one['name']!r} ({one['deployment_id']})" for one in found)


def _step_of(row, own, found):
    deployment, with_it = own[row["key"]], _cascaded(row, found)
    links, rules = len(with_it.get("links") or ()), len(with_it.get("sharing_rules") or ())
    besides = _counted((links, "link"), (rules, "sharing rule"))
    return {
        "keys": [row["key"]],
        "tool": row["name"],
        "what": f"deployment {deployment['name']}{f' with {besides}' if besides else ''}",
        "deployment_id": deployment["deployment_id"],
    }


def _registration_step(row, group, registration, others):
    # Only with state absent and force are there others that do not keep it.
    besides = f" with deployments that nobody named: {_deployed(others)}" if others else ""
    return {
        "keys": [one["key"] for one in group],
        "tool": row["name"],
        "what": f"registration {registration['name']}{besides}",
        "client_id": registration["client_id"],
        "cascade": bool(others),
        "issuer": registration.get("brightspace_issuer"),
    }
