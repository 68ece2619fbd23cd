# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is handed back: the facts of platforms, gathered from what modules and roles returned."""

from __future__ import annotations

import re

from ansible_collections.edtech.lti.plugins.module_utils import _errors
from ansible_collections.edtech.lti.plugins.module_utils._lookup import PREDICTED

IDENTITY = ("issuer", "client_id")
"""One client of one platform. Hosted Canvas has one issuer for everybody, so the issuer alone says nothing."""

FACTS = ("authentication_endpoint", "token_url", "audience", "keyset_url")
BESIDES = ("name", "environment", "registration_id")
NEEDED = (*IDENTITY, "authentication_endpoint", "token_url", "keyset_url")
"""Without these no tool can do anything; the audience is the token address where nobody says otherwise."""

ADDRESSES = ("issuer", *FACTS)
ODD = re.compile(r"[\x00-\x20\x7f]")
"""What stands in no address and no id; in some formats it would end a line or begin another value."""

HALF = re.compile(r"[\ud800-\udfff]")
"""Half of a letter (a lone surrogate), which no encoding has."""


def gathered(platforms, *, absent=False, predicting=False, warn=lambda sentence: None):
    """The entries that a task is about, one for each client of each issuer, in the given order.

    Several handbacks of one client (Brightspace has one for each deployment) become one entry.

    :param platforms: handbacks, as dicts; what is None or empty is not said.
    :param absent: only the identity matters.
    :param predicting: what is not known yet is assumed, with a warning.
    :returns: dicts of ``issuer``, ``client_id``, :data:`FACTS`, :data:`BESIDES`, ``deployment_ids`` (texts),
        ``known`` (false for a client that an earlier task would have created), ``more_deployments`` (true where ids
        will be known after creation) and ``where`` (how messages name it).
    :raises InvalidError: for what is missing, contradicts itself, or is no address.
    """
    entries = {}
    for number, platform in enumerate(platforms or ()):
        where = f"platforms[{number}]"
        entry = _entry(platform or {}, where, predicting)
        missing = [name for name in (IDENTITY if absent else NEEDED) if entry[name] is None]
        if missing and not predicting:
            raise _errors.InvalidError(
                f"{where} has no {' and no '.join(missing)}",
                hint="Hand over what the platform's module or role returned as handback.",
            )
        entry["known"] = entry["issuer"] is not None and entry["client_id"] is not None
        if missing and absent:
            warn(f"{where} has no {' and no '.join(missing)} yet, so nothing is removed for it.")
            continue
        if missing or entry["more_deployments"]:
            unknown = [*missing, *(["deployment_ids"] if entry["more_deployments"] else [])]
            warn(
                f"{_label(entry, where)} is not all known yet ({', '.join(unknown)});"
                " this prediction assumes that an earlier task creates it."
            )
        for name in missing:
            entry[name] = PREDICTED
        # Of two clients that do not exist yet nobody knows whether they are one.
        identity = (entry["issuer"], entry["client_id"]) if entry["known"] else number
        entries[identity] = _joined(entries[identity], entry) if identity in entries else entry
    return list(entries.values())


def label(entry):
    """How messages name an entry."""
    return _label(entry, entry["where"])


def _label(entry, where):
    if entry["client_id"] in (None, PREDICTED):
        return entry["name"] or where
    return f"client {entry['client_id']} of {entry['issuer']}"


def _entry(platform, where, predicting):
    entry = {name: _said(platform.get(name)) for name in (*IDENTITY, *FACTS, *BESIDES)}
    for name, value in entry.items():
        refuse_unwritable(value, f"{where}.{name}")
    entry["where"] = where
    if entry["name"] is not None:
        entry["name"] = " ".join(entry["name"].split())
    for name in (*IDENTITY, *FACTS, "registration_id"):
        _refuse_odd(entry[name], f"{where}.{name}", name in ADDRESSES)
    listed = [*(platform.get("deployment_ids") or ()), *filter(None, [_said(platform.get("deployment_id"))])]
    ids = [_said(one) for one in listed]
    if None in ids and not predicting:
        raise _errors.InvalidError(f"{where}.deployment_ids holds an empty one", hint="Leave it out.")
    if any(isinstance(one, (dict, list, bool)) for one in listed):
        raise _errors.InvalidError(f"{where}.deployment_ids holds what is no id", hint="Give texts.")
    for one in ids:
        refuse_unwritable(one, f"{where}.deployment_ids")
        _refuse_odd(one, f"{where}.deployment_ids", False)
    entry["deployment_ids"] = list(dict.fromkeys(one for one in ids if one is not None))
    entry["more_deployments"] = None in ids
    return entry


def _said(value):
    """A value as text; None for what stands for nothing, or for something that is yet to be created."""
    text = "" if value is None else str(value).strip()
    return None if text in ("", PREDICTED) else text


def refuse_unwritable(value, where):
    """Refuse a text that no file can hold, or that no reader gets out of it again.

    :param value: a text or None.
    :raises InvalidError: without the text, because it could not be shown either.
    """
    if HALF.search(value or ""):
        raise _errors.InvalidError(f"{where} holds half a letter (a lone surrogate)", hint="See where it comes from.")
    if "\0" in (value or ""):
        raise _errors.InvalidError(f"{where} holds a NUL character", hint="See where it comes from.")


def _refuse_odd(value, where, is_address):
    if value is None:
        return
    if ODD.search(value):
        raise _errors.InvalidError(f"{where} holds blanks or control characters: {value!r}")
    if is_address and not re.match(r"https?://[^/]", value):
        raise _errors.InvalidError(f"{where} is no address: {value!r}", hint="It begins with https://.")


def _joined(one, other):
    """Two handbacks of one client as one entry; of two names the first one counts."""
    for name in FACTS:
        if None not in (one[name], other[name]) and one[name] != other[name]:
            raise _errors.InvalidError(
                f"{one['where']} and {other['where']} are the same client, but {name} differs:"
                f" {one[name]!r} and {other[name]!r}"
            )
    return {
        **{name: value if value is not None else other.get(name) for name, value in one.items()},
        "deployment_ids": list(dict.fromkeys([*one["deployment_ids"], *other["deployment_ids"]])),
        "more_deployments": one["more_deployments"] or other["more_deployments"],
    }
