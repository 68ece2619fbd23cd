# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the readers of all platforms share: results of tasks, and roads as a report has them. Data only."""

from __future__ import annotations

import urllib.parse

from ansible_collections.edtech.lti.plugins.module_utils._manifest import roads


def cause(result):
    """Why a task failed, of its result or that of a loop: ``kind`` and ``msg``."""
    loop = [one for one in result.get("results") or [] if one.get("failed")]
    told = loop[0] if loop else result
    kind = (told.get("failure") or {}).get("kind") or "failed"
    return {"kind": kind, "msg": str(told.get("msg") or "The task failed and did not say why.")}


def items(result, name, told, what):
    """The list in a result; None, and a gap in ``told``, where it could not be read.

    :param what: what the list is of, for the sentence.
    """
    if isinstance(result, dict) and isinstance(result.get(name), list):
        return result[name]
    if isinstance(result, dict) and result and not result.get("skipped"):
        told["gaps"].append(f"{what}: {cause(result)['msg']}")
    return None


def looped(results, name, told, what):
    """Pairs of loop item and list of a looped task; what could not be read is a gap in ``told``.

    :param what: makes of an item what its list is of.
    """
    found = []
    for one in (results or {}).get("results") or []:
        listed = items(one, name, told, what(one["lti_audit_item"]))
        if listed is not None:
            found.append((one["lti_audit_item"], listed))
    return found


def unique(roads_found):
    """Roads, each once, in the order of data classes."""
    held = []
    for one in roads_found:
        if one not in held:
            held.append(one)
    return roads.by_class(held)


def sentences(*texts):
    """One text of those that are not empty."""
    return " ".join(text for text in texts if text)


def unknown(variables, scopes=()):
    """Sentences on what is not counted."""
    return [
        *(f"Nobody knows what the variable ${name} stands for." for name in variables),
        *(f"Nobody knows what the scope {scope} opens." for scope in scopes),
    ]


def host(url):
    """The host of an address; empty where there is none."""
    try:
        return urllib.parse.urlsplit(url or "").hostname or ""
    except ValueError:
        return ""
