# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""D2L Brightspace: keeping and listing deployments.

Every section number in this file is one of docs/platforms/d2l.md.
"""

from __future__ import annotations

from ansible_collections.edtech.lti.plugins.module_utils import _errors
from ansible_collections.edtech.lti.plugins.module_utils._lookup import PREDICTED, store_of
from ansible_collections.edtech.lti.plugins.module_utils._platforms.d2l import NOTIFICATIONS, PLATFORM
from ansible_collections.edtech.lti.plugins.module_utils._platforms.d2l_cascade import (
    Cascade,
    placed,
    tell_removed,
)
from ansible_collections.edtech.lti.plugins.module_utils._platforms.d2l_resources import (
    ABOUT_THE_USER,
    DEPLOYMENT,
    REGISTRATION,
)
from ansible_collections.edtech.lti.plugins.module_utils._task import InfoTask, StateTask


class DeploymentTask(StateTask):
    """Keeps a deployment of a registration as described."""

    platform = PLATFORM
    resource = DEPLOYMENT
    more_options = {"cascade": {"type": "bool", "default": False}}

    def plan(self, work, found):
        if found is not None and work.run.options["state"] == "present":
            self._refuse_other_registration(work.wish, found)
            anonymous = work.wish.get("anonymous", found.get("anonymous"))
            if anonymous:
                # 8: without a meaning there is no difference either.
                work.wish = {name: value for name, value in work.wish.items() if name not in ABOUT_THE_USER}
        return super().plan(work, found)

    @staticmethod
    def _refuse_other_registration(wish, found):
        """12: whether a deployment could change hands is not known, and the vendor would have to be told."""
        if "client_id" in wish and not DEPLOYMENT.fields["client_id"].same(wish["client_id"], found["client_id"]):
            raise _errors.InvalidError(
                f"deployment {found['deployment_id']} belongs to registration {found['client_id']}, not to"
                f" {wish['client_id']}",
                hint="A deployment cannot move to another registration; make a new one there.",
            )

    def inspect(self, work, plan):
        if work.run.options["state"] == "present":
            return {}
        if plan.action != "delete":
            return {"cascaded": {"links": [], "sharing_rules": []}}
        work.cascade = Cascade(work.client, plan.found, work.run.warn)
        links, rules = work.cascade.links, work.cascade.rules
        if links and not work.run.options["cascade"]:
            # 12: the platform would refuse as well, but not say which.
            raise _errors.ConflictError(
                f"it is still used by {placed(links)}", hint="Remove them first, or set cascade: true."
            )
        return {"cascaded": {"links": links, "sharing_rules": rules}}

    def apply(self, work, plan, extra):
        if plan.action != "delete":
            return super().apply(work, plan, extra)
        gone = {"links": [], "sharing_rules": []}
        try:
            work.cascade.remove_links(gone["links"])
            if work.run.options["cascade"]:
                work.cascade.remove_rules(gone["sharing_rules"])
            return super().apply(work, plan, extra)
        except _errors.ApiError as error:
            tell_removed(error, gone, extra["cascaded"])
            raise

    def conclude(self, work, plan, after):
        if after is None:
            return
        enabled = after.get("enabled_extensions") or []
        offered = self._offered(work, after)
        idle = [] if offered is None else [name for name in enabled if name not in offered]
        if idle and set(idle) & set(work.wish.get("enabled_extensions") or []):
            work.run.warn(
                f"{', '.join(idle)} is enabled in this deployment, but has no effect: the registration does not offer"
                " it. Add it to enabled_extensions of the registration as well."
            )
        if work.wish.get("enabled_notice_types") and NOTIFICATIONS not in enabled:
            work.run.warn(
                f"enabled_notice_types have no effect without {NOTIFICATIONS} in enabled_extensions, here and in the"
                " registration."
            )

    @staticmethod
    def _offered(work, after):
        """The extensions that the registration allows; None when that is not known."""
        if after.get("available_extensions") is not None and not work.run.check_mode:
            return after["available_extensions"]
        client_id = after.get("client_id") or work.wish.get("client_id")
        if client_id in (None, PREDICTED):
            return None
        resource = REGISTRATION.edition(work.client)
        item = store_of(work.client, resource).get(client_id)
        return None if item is None else resource.read(item)["enabled_extensions"]


DEPLOYMENT_INFO = InfoTask(PLATFORM, DEPLOYMENT, ("client_id", "name", "enabled"))
