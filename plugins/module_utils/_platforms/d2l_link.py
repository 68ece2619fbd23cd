# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""D2L Brightspace: keeping and listing links, and making quicklinks.

Every section number in this file is one of docs/platforms/d2l.md.
"""

from __future__ import annotations

from ansible_collections.edtech.lti.plugins.module_utils import _errors
from ansible_collections.edtech.lti.plugins.module_utils._errors import attempting
from ansible_collections.edtech.lti.plugins.module_utils._lookup import resolve_parents, store_of
from ansible_collections.edtech.lti.plugins.module_utils._platforms.d2l import LE, PLATFORM
from ansible_collections.edtech.lti.plugins.module_utils._platforms.d2l_resources import LINK, ORG_UNIT
from ansible_collections.edtech.lti.plugins.module_utils._resource import Parent, Store
from ansible_collections.edtech.lti.plugins.module_utils._task import InfoTask, StateTask, Task

PLACEHOLDER = "{orgUnitId}"


class LinkTask(StateTask):
    """Keeps a link of the organization or of an org unit as described."""

    platform = PLATFORM
    resource = LINK

    def inspect(self, work, plan):
        for name in ("height", "width"):
            value = plan.send.get(name)
            if value is not None and value < 1:
                raise _errors.InvalidError(f"{name} is in pixels and above 0, not {value}")
        return {}


LINK_INFO = InfoTask(PLATFORM, LINK, ("org_unit_id", "deployment_id", "name", "enabled"))


class QuicklinkTask(Task):
    """Makes a quicklink to a link. The platform knows neither a list of quicklinks nor a way to remove one (10)."""

    _unit = Parent("org_unit_id", {"org_unit_code": "code"}, ORG_UNIT, ours=False, trusted=True)
    rules = {"required_one_of": [("org_unit_id", "org_unit_code")]}

    def argument_spec(self):
        return {
            **PLATFORM.options(),
            "org_unit_id": {"type": "int"},
            "org_unit_code": {"type": "str"},
            "link_id": {"type": "int"},
            "existing_url": {"type": "str"},
        }

    def run(self, run):
        with attempting(f"making a quicklink to link {run.given.get('link_id') or '(not given)'}"):
            client = PLATFORM.client(run)
            unit = resolve_parents(run, client, [self._unit], predict=False)["org_unit_id"]
            link_id, existing = run.given.get("link_id"), run.given.get("existing_url")
            if existing:
                return self._result(False, link_id, unit, existing)
            if link_id is None and not run.check_mode:
                raise _errors.InvalidError("link_id is missing", hint="Say which link is meant.")
            if link_id is None:
                run.warn("The link does not exist yet; this prediction assumes that an earlier task creates it.")
                return self._result(True, None, unit, None)
            LINK.id.checked(link_id)
            if run.check_mode:
                self._refuse_unknown(client, unit, link_id)
                return self._result(True, link_id, unit, None)
            return self._made(client, unit, link_id)

    @staticmethod
    def _refuse_unknown(client, unit, link_id):
        """What the real run would be refused for; a link of the organization can be used in any org unit."""
        for scope in ({"org_unit_id": unit}, {}):
            store = store_of(client, LINK.edition(client), scope)
            try:
                if any(LINK.id.is_of(item, link_id) for item in Store.all(store)):
                    return
            except _errors.ScopeMissingError:
                return  # whoever may make quicklinks need not be allowed to list links
        raise _errors.NotFoundError(f"there is no link {link_id} in org unit {unit}", hint="Check link_id.")

    def _made(self, client, unit, link_id):
        path = f"{LE}/quicklinks/orgunit/{unit}/link/{link_id}".replace("{le}", client.places(LINK)["le"])
        try:
            answer = client.write("POST", path)
        except _errors.OutcomeUnknown as lost:
            lost.hint = "It may have been made. One that nobody uses does no harm: run again later."
            raise
        loaded = answer.json()
        made = {str(name).lower(): value for name, value in loaded.items()} if isinstance(loaded, dict) else {}
        if not isinstance(made.get("publicurl"), str):
            strange = _errors.ProtocolError(
                "the answer holds no PublicUrl", method=answer.method, url=answer.url, status=answer.status
            )
            strange.done = {"changed": True}
            raise strange
        return self._result(True, made.get("linkid", link_id), unit, made["publicurl"])

    @staticmethod
    def _result(changed, link_id, unit, address):
        return {
            "changed": changed,
            "quicklink": {
                "link_id": LINK.id.kind.from_wire(link_id),
                "org_unit_id": ORG_UNIT.id.kind.from_wire(unit),
                "public_url": address,
                "url": address and address.replace(PLACEHOLDER, str(unit)),
            },
        }
