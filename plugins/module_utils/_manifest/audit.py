# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a tenant's platform was found to hold, as rows of a report: one for each tool. Data only.

A *reading* is what the role lti_audit collected: ``tenant``, ``platform``, ``base_url``, and either ``failed`` (the
result of the task that failed) or the results of the info modules, as registered, by the names that the functions
below take. A single result may be one of a failure, too: then that part is a gap.

A *row* has ``tenant``, ``platform``, ``tool``, ``id``, ``manifest``, ``enabled``, ``why_not``, ``available``,
``deployments``, ``domain``, ``data`` (roads by data class, see ``roads.py``), ``drift``, ``excess``, ``approved``,
``owner``, ``review`` and ``notes``.
"""

from __future__ import annotations

from ansible_collections.edtech.lti.plugins.module_utils._manifest import (
    audit_canvas,
    audit_d2l,
    audit_drift,
    audit_exam,
)
from ansible_collections.edtech.lti.plugins.module_utils._manifest.audit_reading import cause


def audited(reading, manifests=None, tools=None, places=None):
    """A reading as a part of the report.

    :param manifests: by key, each a dict or the text of a file; with them comes what differs from them.
    :param tools: keys of those that this tenant should have; None for all.
    :param places: ``lti_onboarding_places`` of the tenant.
    :returns: ``tenant`` (with ``looked``, ``gaps``, ``missing`` and ``invalid``) and ``tools``, the rows.
    """
    about = {name: reading.get(name) or "" for name in ("tenant", "platform", "base_url")}
    told = {"looked": [], "gaps": [], "missing": []}
    failed = audit_exam.unread(reading) if about["platform"] == "luminus" else None
    failed = reading.get("failed") or failed
    if failed is not None:
        return {"tenant": {**about, "state": "failed", "failure": cause(failed), **told}, "tools": []}
    # Older versions of Ansible hand over an empty text where a variable is null.
    read, gaps = audit_drift.read_manifests(manifests or {}, tools if isinstance(tools, list) else None)
    wishes = audit_drift.Wishes(about["platform"], read, places or {}, reading.get("le_version"))
    rows = _READERS[about["platform"]](reading, wishes, told)
    return {
        "tenant": {
            **about,
            "state": "read",
            "failure": None,
            **told,
            "gaps": [*told["gaps"], *gaps],
            "missing": wishes.missing(),
        },
        "tools": [{**_EMPTY, "tenant": about["tenant"], "platform": about["platform"], **row} for row in rows],
    }


_EMPTY = {
    "tool": "",
    "id": "",
    "manifest": None,
    "enabled": False,
    "why_not": "",
    "available": [],
    "deployments": [],
    "domain": "",
    "data": {},
    "drift": [],
    "excess": [],
    "approved": None,
    "owner": "",
    "review": "",
    "notes": "",
}


_READERS = {
    "canvas": audit_canvas.rows,
    "d2l": audit_d2l.rows,
    "exam": audit_exam.rows_of_exam,
    "luminus": audit_exam.rows_of_luminus,
}
