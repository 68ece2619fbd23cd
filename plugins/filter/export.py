# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filters of the role lti_export: from what was read to files. Each is documented in its own page."""

from __future__ import annotations

from ansible_collections.edtech.lti.plugins.module_utils._manifest import export, export_files, export_reading
from ansible_collections.edtech.lti.plugins.plugin_utils._filters import as_filters

FILTERS = {
    "export_read": export_reading.read,
    "export_hidden_from": export_reading.hidden_from,
    "export_estate": export.exported,
    "export_files": export_files.files,
    "export_compared": export_files.compared,
    "export_hidden_by": export_files.hidden_by,
}


class FilterModule:
    """What Ansible looks for in this file."""

    def filters(self):
        """Filters by name."""
        return as_filters(FILTERS)
