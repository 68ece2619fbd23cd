# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An export as files: manifests, host variables, a report. Texts only; nothing is read or written here."""

from __future__ import annotations

import re

from ansible_collections.edtech.lti.plugins.module_utils._manifest.document import ManifestError

REPORT = "lti_export_report.md"
_LONGEST_NAME = 255
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
"""What steers a terminal or turns the order of letters round; some of it YAML does not even take in a comment."""
_TEMPLATE = re.compile(r"\{\{|\{%|\{#")
_TENANT = re.compile(r"[^/\\\x00-\x1f.][^/\\\x00-\x1f]*")

_OF_MANIFEST = """\
# {name}, as it was found. docs/guide/manifest.md explains each member.
# Comments in here are lost when the export is repeated over this file.
"""
_OF_HOST = """\
# What {name} has of the tools in group_vars/all/lti_manifests.yml, as it was found.
# Comments in here are lost when the export is repeated over this file.
"""
_OF_GROUP = """\
# The tools of all tenants: a key for each, and the file that describes it.
"""


def files(export):
    """The files of an export.

    :param export: what ``export.exported`` returns.
    :returns: texts by path, relative to the folder of an inventory; the report is the last one.
    :raises ManifestError: for a tenant whose name cannot be that of a folder.
    """
    made = {}
    for key, manifest in export["manifests"].items():
        header = _OF_MANIFEST.format(name=_line(manifest["client_name"]))
        made[f"manifests/{key}.yml"] = header + _yaml(manifest, ansible=False)
    for tenant, variables in export["hosts"].items():
        if not _TENANT.fullmatch(tenant) or len(tenant.encode()) > _LONGEST_NAME:
            raise ManifestError(f"The host {tenant!r} cannot have a folder of its name in host_vars.")
        made[f"inventory/host_vars/{tenant}/lti.yml"] = _OF_HOST.format(name=tenant) + _yaml(variables)
    paths = {key: f"manifests/{key}.yml" for key in export["manifests"]}
    made["inventory/group_vars/all/lti_manifests.yml"] = _OF_GROUP + _yaml({"lti_onboarding_manifests": paths})
    made[REPORT] = report(export)
    return made


def _line(text):
    return _UNPRINTABLE.sub("\ufffd", " ".join(str(text).split()))


def _yaml(data, ansible=True):
    """YAML as people write it.

    :param ansible: mark what only looks like a template, so that no name or note from a platform is ever run as one.
    """
    try:
        import yaml
    except ImportError as error:
        raise ManifestError("To write YAML needs PyYAML, which is not installed.") from error

    class Dumper(yaml.SafeDumper):
        """Lists indented, texts with templates in them marked."""

        def increase_indent(self, flow=False, indentless=False):
            return super().increase_indent(flow, False)

        def ignore_aliases(self, data):
            return True

    def text(dumper, value):
        value = "".join(value)  # Ansible has kinds of text of its own, which YAML does not know
        if ansible and _TEMPLATE.search(value):
            return dumper.represent_scalar("!unsafe", value, style='"')
        return dumper.represent_scalar("tag:yaml.org,2002:str", value)

    Dumper.add_representer(str, text)
    Dumper.add_multi_representer(str, text)
    return "---\n" + yaml.dump(data, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=110)


def _held(text):
    """What a file of ours holds, whatever its comments; None for one that nobody can read."""
    import yaml

    class Loader(yaml.SafeLoader):
        """Takes Ansible's own tags for the texts behind them."""

    for tag in ("!unsafe", "!vault", "!vault-encrypted"):
        Loader.add_constructor(tag, lambda loader, node: loader.construct_scalar(node))
    try:
        return yaml.load(text, Loader=Loader)  # noqa: S506  # nosec B506  # a safe loader
    except yaml.YAMLError:
        return None


def compared(texts, there):
    """Which files there are, and which of them say something else.

    :param texts: what :func:`files` returns.
    :param there: texts that lie at these paths; null where nothing lies.
    :returns: ``new``, ``differing`` and ``same``: lists of paths. Files that say the same in other words are the same,
        so that comments in them survive.
    """
    made = {"new": [], "differing": [], "same": []}
    for path, text in texts.items():
        held = there.get(path)
        if held is None:
            made["new"].append(path)
        elif path.endswith(".md"):
            made["same" if held.strip() == text.strip() else "differing"].append(path)
        else:
            made["same" if _held(held) == _held(text) else "differing"].append(path)
    return made


def hidden_by(texts):
    """Files that Ansible would no longer read beside the folders of an export, each with that folder.

    Of ``host_vars/college`` and ``host_vars/college.yml`` it takes the folder alone.
    """
    folders = sorted({path.rpartition("/")[0] for path in texts if path.startswith("inventory/")})
    return {folder: [f"{folder}{ending}" for ending in (".yml", ".yaml", ".json")] for folder in folders}


def report(export):
    """A page on what was exported, what was not, and what is still to be done."""
    out = [row for row in export["left"] if not row["exported"]]
    losses = [row for row in export["left"] if row["exported"]]
    parts = [
        ["# Export of LTI tools", ""],
        [
            "Applied with the playbook `edtech.lti.onboard`, these manifests and host variables change nothing"
            " on the platforms as they were when they were read. Lay what is in `inventory` over your inventory, and"
            " `manifests` beside it: Ansible takes every file inside of an inventory for a part of it.",
            "",
            "They set `lti_onboarding_manifests`, `lti_onboarding_tools` and `lti_onboarding_places`. Where your"
            " inventory sets these as well, Ansible takes the file that is last in the alphabet: take them out there.",
            "",
        ],
        ["## Tools", "", *_table(("key", "tool", "where"), _tools(export)), ""],
        _section("Could not be read", export["failed"], ("tenant", "platform", "why")),
        _section("Not exported", out, ("tenant", "platform", "tool", "why")),
        _section("Exported, but not all of it", losses, ("tenant", "platform", "tool", "why")),
        _section(
            "Secrets to put into a vault",
            export["secrets"],
            ("tenant", "tool", "variable"),
            "No platform was asked for a consumer secret, and none is in these files. Without them applying leaves the"
            " secrets as they are; a tool that has to be made anew needs its own.",
        ),
    ]
    return "\n".join(line for part in parts for line in part).rstrip() + "\n"


def _tools(export):
    rows = []
    for key, manifest in export["manifests"].items():
        where = [
            f"{tenant} ({', '.join(name for name, place in host['lti_onboarding_places'][key].items() if place)})"
            for tenant, host in export["hosts"].items()
            if key in host["lti_onboarding_places"]
        ]
        rows.append({"key": key, "tool": manifest["client_name"], "where": ", ".join(where)})
    return rows


def _section(title, rows, columns, text=""):
    if not rows:
        return []
    return [f"## {title}", "", *([text, ""] if text else []), *_table(columns, rows), ""]


def _table(columns, rows):
    made = [f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"]
    return made + [f"| {' | '.join(_cell(row[name]) for name in columns)} |" for row in rows]


def _cell(value):
    return _line(value).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
