# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""D2L Brightspace: listing org units.

Every section number in this file is one of docs/platforms/d2l.md.
"""

from __future__ import annotations

from ansible_collections.edtech.lti.plugins.module_utils import _errors
from ansible_collections.edtech.lti.plugins.module_utils._lookup import store_of
from ansible_collections.edtech.lti.plugins.module_utils._platforms.d2l import PLATFORM
from ansible_collections.edtech.lti.plugins.module_utils._platforms.d2l_resources import ORG_UNIT
from ansible_collections.edtech.lti.plugins.module_utils._task import InfoTask

EXACT = {"org_unit_code": "code", "org_unit_name": "name"}
FILTERS = {**EXACT, "code_contains": "code_contains", "name_contains": "name_contains", "org_unit_type": "type_id"}


class OrgUnitInfoTask(InfoTask):
    """Org units by what they are called, by type, or below another one."""

    more_options = {
        "org_unit_code": {"type": "str"},
        "org_unit_name": {"type": "str"},
        "code_contains": {"type": "str"},
        "name_contains": {"type": "str"},
        "org_unit_type": {"type": "int"},
        "below": {"type": "int"},
    }

    def found(self, run, client, wanted):
        asked = {name: self._filter(run, option) for option, name in FILTERS.items() if option in run.given}
        if "below" in run.given:
            found = self._below(client, self._filter(run, "below"), asked)
        else:
            found = super().found(run, client, {**wanted, **asked})
        number = wanted.get("org_unit_id")
        return [one for one in found if self._is_wanted(one, asked) and number in (None, one["org_unit_id"])]

    @staticmethod
    def _below(client, unit, asked):
        """The descendants of a unit; the platform filters them by type only (11)."""
        resource = ORG_UNIT.edition(client)
        store = store_of(client, resource)
        path = ORG_UNIT.path.format(**client.places(ORG_UNIT))
        query = {"ouTypeId": asked["type_id"]} if "type_id" in asked else {}
        try:
            answers = client.pages(f"{path}{ORG_UNIT.id.checked(unit)}/descendants/paged/", query)
        except _errors.NotFoundError as error:
            if store.get(unit) is not None:
                raise
            raise _errors.NotFoundError(f"there is no org unit with id {unit}", hint="Check below.") from error
        return [resource.read(item) for answer in answers for item in store.listed(answer)]

    @staticmethod
    def _is_wanted(unit, asked):
        """11: matching may ignore case, and what is exact to us may be a part of it to the server."""
        exact = all(unit[name] == asked[name] for name in EXACT.values() if name in asked)
        parts = (("code_contains", "code"), ("name_contains", "name"))
        has_parts = all(asked[part].lower() in (unit[name] or "").lower() for part, name in parts if part in asked)
        return exact and has_parts and asked.get("type_id") in (None, unit["type_id"])


ORG_UNIT_INFO = OrgUnitInfoTask(PLATFORM, ORG_UNIT)
