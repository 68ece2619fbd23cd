# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run publishes as statistics, because files may be lost with the container that it ran in. Data only."""

from __future__ import annotations

import json

from ansible_collections.edtech.lti.plugins.module_utils._errors import ApiError
from ansible_collections.edtech.lti.plugins.module_utils._handback import task

LIMIT = 500_000
"""Bytes. AWX has no limit for what a job publishes, but keeps it in its database, hands it to all following jobs of a
workflow, and drops the result of a task that has more than 700,000 characters (MAX_EVENT_RES_DATA)."""


def within(contents, limit, raise_it):
    """As many contents as fit, in the given order.

    :param contents: by name; texts, or data that is counted as JSON.
    :param limit: bytes of all of them together.
    :param raise_it: the end of a sentence, what to do about one that does not fit.
    :returns: those that fit by name, and a sentence for each of the others.
    """
    fitting, left_out, room = {}, [], limit
    for name, content in contents.items():
        text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
        size = len(text.encode("utf-8", "surrogatepass"))
        if size <= room:
            fitting[name] = content
            room -= size
        else:
            left_out.append(
                f"{name} is not published: it has {size:,} bytes, and of {limit:,} there were {room:,} left. {raise_it}"
            )
    return fitting, left_out


def of_audit(contents, limit=LIMIT):
    """What lti_audit publishes besides its summary.

    :param contents: the report by format, data or text.
    :returns: ``published``, by format, and ``left_out``, sentences.
    """
    hint = "Write it to a folder that outlives the job (lti_audit_dir), or raise lti_audit_publish_limit."
    fitting, left_out = within(contents, limit, hint)
    return {"published": fitting, "left_out": left_out}


def handed_back(summaries, options, ends):
    """The files that tools need, as far as one run knows what belongs into them.

    They are made anew of what the platforms handed back, and not read from the folder: other things stand there too,
    which may be secrets. Tenants come by name: in a folder they stand as they were worked on, which changes from run
    to run.

    :param summaries: those of lti_onboarding by tenant.
    :param options: ``formats``, ``private_key_file``, ``public_key_file``, ``contact`` and ``publish_limit`` of
        ``lti_onboarding_handback``.
    :param ends: what the names of files end in, by format.
    :returns: ``files``, texts by the names of files, and ``left_out``, sentences.
    """
    told, titles = {}, {}
    for tenant, summary in sorted(summaries.items()):
        for platform in summary["platforms"].values():
            for tool in platform["tools"]:
                if tool["handback"]:
                    told.setdefault(tool["key"], []).append({**tool["handback"], "name": tenant})
                    titles.setdefault(tool["key"], tool["name"])
    files, refused = {}, []
    for key, platforms in told.items():
        for form in options.get("formats") or ("pylti1p3", "markdown"):
            name = key + ends[form]
            try:
                files[name] = _file(name, form, platforms, titles[key], options)
            except ApiError as error:
                refused.append(f"{name} is not published: {error}")
    hint = "Write it to a folder that outlives the job (dir), or raise publish_limit, of lti_onboarding_handback."
    fitting, left_out = within(files, LIMIT if options.get("publish_limit") is None else options["publish_limit"], hint)
    return {"files": fitting, "left_out": [*refused, *left_out]}


def _file(name, form, platforms, title, options):
    given = {
        **dict.fromkeys(task.HandbackTask().argument_spec()),
        "path": f"/{name}",
        "format": form,
        "platforms": platforms,
    }
    if form == "pylti1p3":
        given["private_key_file"] = options.get("private_key_file") or "private.key"
        given["public_key_file"] = options.get("public_key_file")
    if form == "markdown":
        given.update(title=title, contact=options.get("contact"))
    return task.composed(given)
