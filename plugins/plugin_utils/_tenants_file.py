# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A list of institutions as people keep it: CSV of a spreadsheet, or YAML. Bytes in, rows out.

Spreadsheets write a byte order mark, semicolons where the comma is the decimal sign, Windows line ends, UTF-16 as
"Unicode text", a first line C(sep=;), and rows of nothing but delimiters at the end. All of that is read.
"""

from __future__ import annotations

import codecs
import csv
import io
import re

import yaml

AT_MOST = 20
"""So many problems are told; a broken delimiter makes one of each line."""
DELIMITERS = (",", ";", "\t", "|")


class TenantsError(ValueError):
    """A list that cannot be used: ``problems`` holds a sentence for each reason."""

    def __init__(self, problems):
        """Keep the sentences, and make one text of the first ones."""
        self.problems = list(problems)
        more = len(self.problems) - AT_MOST
        super().__init__(" ".join([*self.problems[:AT_MOST], *([f"And {more} more."] if more > 0 else [])]))


def column(heading):
    """The name under which a column is known: C(Canvas URL) is C(canvas_url)."""
    return re.sub(r"\W+", "_", str(heading).strip().lower()).strip("_")


def rows(raw, name, delimiter=None):
    """The rows of a file.

    :param raw: its content, as bytes.
    :param name: its name, which says whether it is YAML or CSV.
    :param delimiter: of CSV; otherwise that which the heading has most of.
    :returns: a list of pairs: where the row stands (C(line 7)), and a dict from :func:`column` names to values.
    :raises TenantsError: for what cannot be read.
    """
    text = _text(raw)
    if "\0" in text:
        raise TenantsError(["It is no text: it holds a zero byte."])
    found = _of_yaml(text) if name.lower().endswith((".yml", ".yaml", ".json")) else _of_csv(text, delimiter)
    if not found:
        raise TenantsError(["It holds no tenant."])
    return found


def _text(raw):
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    else:
        encoding = "utf-8-sig"
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise TenantsError(
            [f"Line {line} is not in UTF-8. Spreadsheets offer that when they save, as 'CSV UTF-8'."]
        ) from None


def _of_csv(text, delimiter):
    before = 0
    first, _end, rest = text.partition("\n")
    told = re.fullmatch(r'"?sep=(.)"?\r?', first)
    if told:
        text, before, delimiter = rest, 1, delimiter or told.group(1)
    if not delimiter:
        heading = next((line for line in text.splitlines() if line.strip() and not line.startswith("#")), "")
        bare = re.sub(r'"[^"]*"', "", heading)
        delimiter = max(DELIMITERS, key=bare.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    names, found, problems, line = None, [], [], 1
    try:
        for cells in reader:
            where, line = f"line {line + before}", reader.line_num + 1
            if not any(cell.strip() for cell in cells) or cells[0].startswith("#"):
                continue
            if names is None:
                names = _headings(cells)
                continue
            if len(cells) > len(names) and not any(cell.strip() for cell in cells[len(names) :]):
                cells = cells[: len(names)]
            if len(cells) != len(names):
                problems.append(
                    f"{where.capitalize()} has {len(cells)} cells, the heading {len(names)}: quote texts that hold"
                    f" {_shown(delimiter)}."
                )
                continue
            row = dict(zip(names, (cell.strip() for cell in cells)))
            if row.pop("", ""):
                problems.append(f"{where.capitalize()} has a value in a column without a heading.")
            found.append((where, row))
    except csv.Error as error:
        said = "a quoted text does not end" if "unexpected end" in str(error) else str(error)
        problems.append(f"The row that begins in line {line + before} cannot be read: {said}.")
    if problems:
        raise TenantsError(problems)
    return found


def _shown(delimiter):
    return "a tab" if delimiter == "\t" else repr(delimiter)


def _headings(cells):
    names = [column(cell) for cell in cells]
    unreadable = [cell for cell, name in zip(cells, names) if cell.strip() and not name]
    twice = sorted({name for name in names if name and names.count(name) > 1})
    problems = [f"The heading has a column {cell!r}, which is no name." for cell in unreadable]
    problems += [f"The heading has the column {name} twice." for name in twice]
    if problems:
        raise TenantsError(problems)
    return names


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """As always, but a key that stands twice is an error, and a date stays as it was written."""


def _mapping(loader, node):
    loader.flatten_mapping(node)
    keys = [key.value for key, _value in node.value if isinstance(key, yaml.ScalarNode)]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        line = node.start_mark.line + 1
        raise TenantsError([f"The entry that begins in line {line} has {', '.join(twice)} twice."])
    return loader.construct_mapping(node, deep=True)


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _Loader.construct_scalar)


def _of_yaml(text):
    try:
        data = yaml.load(text, Loader=_Loader)  # noqa: S506  # nosec B506  # a SafeLoader, see above
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" in line {mark.line + 1}" if mark else ""
        raise TenantsError([f"It is no YAML{line}: {getattr(error, 'problem', None) or error}."]) from None
    except RecursionError:
        raise TenantsError(["It is nested too deeply."]) from None
    if isinstance(data, dict) and set(data) == {"tenants"}:
        data = data["tenants"]
    if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
        raise TenantsError(["It must be a list of tenants, each with its name, platforms and so on."])
    found = []
    for number, row in enumerate(data, 1):
        names = [column(key) for key in row]
        if len(set(names)) < len(names) or not all(names):
            raise TenantsError([f"Tenant {number} has two keys of the same name, or one that is no name."])
        found.append((f"tenant {number}", dict(zip(names, row.values()))))
    return found
