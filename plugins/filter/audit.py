# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filters of the role lti_audit: from what was read to the report. Each is documented in its own page."""

from __future__ import annotations

import base64
import hashlib

from ansible.errors import AnsibleFilterError

from ansible_collections.edtech.lti.plugins.module_utils._execution import plain
from ansible_collections.edtech.lti.plugins.module_utils._manifest import audit, audit_report


def _filter(name, function):
    """A function on plain data as a filter, whose refusals are Ansible's."""

    def filtered(value, **options):
        try:
            return function(plain(value), **plain(options))
        except ValueError as error:
            raise AnsibleFilterError(f"{name}: {error}") from error
        except (TypeError, AttributeError, KeyError, IndexError) as error:
            raise AnsibleFilterError(f"{name} cannot read what it was given: {error!r}") from error

    return filtered


def audit_csp_hash(text):
    """What a Content-Security-Policy names an inline script or style by."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


FILTERS = {
    "audit_rows": audit.audited,
    "audit_report": audit_report.reported,
    "audit_csv": audit_report.as_csv,
    "audit_csp_hash": audit_csp_hash,
}


class FilterModule:
    """What Ansible looks for in this file."""

    def filters(self):
        """Filters by name."""
        return {name: _filter(name, function) for name, function in FILTERS.items()}
