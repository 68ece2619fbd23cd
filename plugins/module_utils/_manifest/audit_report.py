# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report on all tenants: what was approved, what goes beyond it, sums, and the same as a table. Data only."""

from __future__ import annotations

import csv
import io
import re

from ansible_collections.edtech.lti.plugins.module_utils._manifest import vocabulary

TITLE = "Who gets what"
_NAMING = ("client_id", "domain", "tool")
_WEIGHTS = {"client_id": 16, "domain": 8, "tool": 8, "tenant": 2, "platform": 1}
"""How much it tells that a key of a register entry fits: of several entries the most telling one counts."""
_KNOWN = (*_WEIGHTS, "data", "owner", "review", "notes")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet takes for the beginning of a formula."""
COLUMNS = (
    "tenant", "platform", "tool", "id", "domain", "manifest", "enabled", "why_not", "available", "data_class", "sent",
    "via", "where", "controllable", "approved", "beyond", "drift", "owner", "review", "notes",
)  # fmt: skip


class RegisterError(ValueError):
    """A register that cannot be used: a whole sentence."""


def reported(parts, register=None, generated_at="", title=None):
    """The report.

    :param parts: what :func:`audit.audited` returned for each tenant and platform.
    :param register: what was approved, a list; None where there is none, and then nothing is beyond it.
    :param generated_at: a time in UTC, as ISO 8601.
    :returns: ``title``, ``generated_at``, ``summary``, ``register``, ``tenants``, ``tools``.
    :raises RegisterError: naming the entry that is wrong.
    """
    # Older versions of Ansible hand over an empty text where a variable is null.
    entries = None if register in (None, "") else checked_register(register)
    tenants = sorted((part["tenant"] for part in parts), key=lambda one: (one["tenant"].lower(), one["platform"]))
    rows = [_judged(row, entries, generated_at) for part in parts for row in part["tools"]]
    rows.sort(key=lambda one: (one["tool"].lower(), one["tenant"].lower(), one["platform"], one["id"]))
    unused = [_called(entry) for entry in entries or [] if not any(_fits(entry, row) for row in rows)]
    return {
        "title": title or TITLE,
        "generated_at": generated_at,
        "summary": _sums(tenants, rows),
        "register": {"given": entries is not None, "unused": unused},
        "tenants": tenants,
        "tools": rows,
    }


def _sums(tenants, rows):
    on = [row for row in rows if row["enabled"]]
    return {
        "tenants": len(tenants),
        "failed": sum(one["state"] == "failed" for one in tenants),
        "tools": len(rows),
        "enabled": len(on),
        "identifying": sum(not set(row["data"]) <= set(vocabulary.UNIDENTIFYING) for row in on),
        "excess": sum(bool(row["excess"]) for row in on),
        "drift": sum(bool(row["drift"]) for row in rows),
    }


def checked_register(register):
    """The entries of a register in one form.

    :raises RegisterError: naming the entry that is wrong.
    """
    if not isinstance(register, list):
        raise RegisterError("The register is no list of entries.")
    return [_entry(number, one) for number, one in enumerate(register)]


def _entry(number, given):
    where = f"The register's entry {number + 1}"
    if not isinstance(given, dict):
        raise RegisterError(f"{where} is no object with members.")
    where = f"{where} ({_called(given)})"
    unknown = [str(name) for name in given if name not in _KNOWN]
    if unknown:
        raise RegisterError(f"{where} has {', '.join(unknown)}; there are {', '.join(_KNOWN)}.")
    if not any(given.get(name) not in (None, "") for name in _NAMING):
        raise RegisterError(f"{where} says for no tool that it is: give {', '.join(_NAMING[:-1])} or {_NAMING[-1]}.")
    data = given.get("data")
    if not isinstance(data, list):
        raise RegisterError(f"{where} has no list as data; an empty one is a list, too.")
    strange = [str(name) for name in data if name not in vocabulary.DATA_CLASSES]
    if strange:
        known = ", ".join(vocabulary.DATA_CLASSES)
        raise RegisterError(f"{where} has {', '.join(strange)} in data; the data classes are {known}.")
    texts = {name: str(given[name]) for name in _KNOWN if name != "data" and given.get(name) not in (None, "")}
    return {**texts, "data": vocabulary.in_order(data)}


def _called(entry):
    """An entry as a person would name it."""
    said = [f"{name} {entry[name]}" for name in _WEIGHTS if entry.get(name) not in (None, "") and name != "tool"]
    named = str(entry.get("tool") or "")
    return f"{named} ({', '.join(said)})" if named and said else named or ", ".join(said) or "without a name"


def _fits(entry, row):
    return all(_same(name, entry[name], row) for name in _WEIGHTS if name in entry)


def _same(name, said, row):
    if name == "tool":
        return said == "*" or said.lower() in (row["tool"].lower(), str(row["manifest"] or "").lower())
    return said.lower() == str(row["id" if name == "client_id" else name]).lower()


def _weight(entry):
    return sum(weight for name, weight in _WEIGHTS.items() if name in entry and entry[name] != "*")


def _judged(row, entries, generated_at):
    """A row with what was approved, by the entry that tells most."""
    if entries is None:
        return row
    fitting = sorted((one for one in entries if _fits(one, row)), key=_weight, reverse=True)
    if not fitting:
        notes = f"It is not in the register, so nothing is approved. {row['notes']}".rstrip()
        return {**row, "excess": vocabulary.in_order(row["data"]), "notes": notes}
    entry = fitting[0]
    rivals = [one for one in fitting[1:] if _weight(one) == _weight(entry) and one["data"] != entry["data"]]
    review = entry.get("review", "")
    late = _DATE.fullmatch(review) and review < generated_at[:10]
    notes = [
        entry.get("notes", ""),
        f"The review was due on {review}." if late else "",
        "Several entries of the register fit, and say different things; the first one counts." if rivals else "",
        row["notes"],
    ]
    return {
        **row,
        "approved": entry["data"],
        "excess": [name for name in vocabulary.in_order(row["data"]) if name not in entry["data"]],
        "owner": entry.get("owner", ""),
        "review": review,
        "notes": " ".join(note for note in notes if note),
    }


def as_csv(report):
    """The report as CSV (RFC 4180): a line for each tool and data class, and one for each tenant that failed."""
    made = io.StringIO()
    writer = csv.writer(made)
    writer.writerow(COLUMNS)
    for one in report["tenants"]:
        if one["state"] == "failed":
            told = {"why_not": f"The tenant could not be read: {one['failure']['msg']}"}
            writer.writerow(_cells({**one, **told}))
    for row in report["tools"]:
        for name in vocabulary.DATA_CLASSES:
            writer.writerow(_cells({**row, **_of_class(row, name)}))
    return made.getvalue()


def _of_class(row, name):
    roads = row["data"].get(name) or []
    vias = list(dict.fromkeys(one["via"] for one in roads))
    sent = "no" if not roads else "unknown" if vias == ["unknown"] else "yes" if row["enabled"] else "if on"
    return {
        "data_class": name,
        "sent": sent,
        "via": vias,
        "where": [one["where"] for one in roads],
        "controllable": all(one["controllable"] for one in roads) if roads else "",
        "approved": "" if row["approved"] is None else name in row["approved"],
        "beyond": name in row["excess"],
    }


def _cells(values):
    return [_cell(values.get(name)) for name in COLUMNS]


def _cell(value):
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = "; ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
    # A quotation mark in front makes it a text for every spreadsheet.
    return f"'{text}" if text.startswith(_FORMULA) else text
