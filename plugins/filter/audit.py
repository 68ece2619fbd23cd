# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filters of the role lti_audit: from what was read to the report. Each is documented in its own page."""

from __future__ import annotations

import base64
import hashlib

from ansible_collections.edtech.lti.plugins.module_utils._manifest import audit, audit_report
from ansible_collections.edtech.lti.plugins.plugin_utils import _audit_given, _published
from ansible_collections.edtech.lti.plugins.plugin_utils._filters import as_filters


def audit_csp_hash(text):
    """What a Content-Security-Policy names an inline script or style by."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


FILTERS = {
    "audit_given": _audit_given.given,
    "audit_rows": audit.audited,
    "audit_report": audit_report.reported,
    "audit_csv": audit_report.as_csv,
    "audit_published": _published.of_audit,
    "audit_csp_hash": audit_csp_hash,
}


class FilterModule:
    """What Ansible looks for in this file."""

    def filters(self):
        """Filters by name."""
        return as_filters(FILTERS)
