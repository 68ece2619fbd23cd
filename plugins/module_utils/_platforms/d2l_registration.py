# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""D2L Brightspace: keeping and listing registrations.

Every section number in this file is one of docs/platforms/d2l.md.
"""

from __future__ import annotations

from ansible_collections.edtech.lti.plugins.module_utils import _errors
from ansible_collections.edtech.lti.plugins.module_utils._lookup import objects, store_of
from ansible_collections.edtech.lti.plugins.module_utils._platforms.d2l import PLATFORM
from ansible_collections.edtech.lti.plugins.module_utils._platforms.d2l_cascade import (
    Cascade,
    deployments_of,
    named,
    tell_removed,
)
from ansible_collections.edtech.lti.plugins.module_utils._platforms.d2l_resources import (
    DEPLOYMENT,
    REGISTRATION,
    bare_domain,
)
from ansible_collections.edtech.lti.plugins.module_utils._settle import settle_delete
from ansible_collections.edtech.lti.plugins.module_utils._task import InfoTask, StateTask

HANDBACK = {
    "issuer": "brightspace_issuer",
    "client_id": "client_id",
    "keyset_url": "brightspace_keyset_url",
    "token_url": "brightspace_oauth2_access_token_url",
    "authentication_endpoint": "brightspace_oidc_authentication_endpoint",
    "audience": "brightspace_audience",
}
"""What the vendor needs, taken from the platform's answer and never put together by us (13)."""


class RegistrationTask(StateTask):
    """Keeps an LTI 1.3 tool registered as described."""

    platform = PLATFORM
    resource = REGISTRATION
    more_options = {"cascade": {"type": "bool", "default": False}}

    def inspect(self, work, plan):
        if work.run.options["state"] == "present":
            self._refuse_senseless(work, plan)
            self._tell_renamed(work, plan)
            return {}
        if plan.action != "delete":
            return {"cascaded": {"deployments": [], "links": [], "sharing_rules": []}}
        deployments = deployments_of(work.client, plan.found["client_id"])
        if deployments and not work.run.options["cascade"]:
            # 12: the platform would refuse as well, but not say which.
            raise _errors.ConflictError(
                f"it still has deployments: {named(deployments)}",
                hint="Remove them first, or set cascade: true.",
            )
        work.cascades = [(one, Cascade(work.client, one, work.run.warn)) for one in deployments]
        return {
            "cascaded": {
                "deployments": [{name: one[name] for name in ("deployment_id", "name")} for one in deployments],
                "links": [link for _one, cascade in work.cascades for link in cascade.links],
                "sharing_rules": [rule for _one, cascade in work.cascades for rule in cascade.rules],
            }
        }

    @staticmethod
    def _tell_renamed(work, plan):
        if plan.action == "update" and "name" in plan.send and not work.run.given.get("client_id"):
            work.run.warn(
                f"The enabled registration {plan.found['name']!r} ({plan.found['client_id']}) has this domain, and so"
                f" is the one that is meant; it is renamed to {plan.send['name']!r}."
            )

    def _refuse_senseless(self, work, plan):
        if plan.action == "none":
            return
        after = {**(plan.found or {}), **plan.send}
        touched = {"enabled_extensions", "keyset_url"} & set(plan.send)
        wished = after.get("enabled_extensions")
        only_forced = wished == ["deep_linking"] and wished != work.wish.get("enabled_extensions")
        if touched and wished and not only_forced and not after.get("keyset_url"):
            raise _errors.InvalidError("enabled_extensions need keyset_url", hint="Add the tool's key set address.")
        if plan.action == "update" and {"enabled", "domain"} & set(plan.send) and after["enabled"]:
            self._refuse_taken_domain(work, after)

    @staticmethod
    def _refuse_taken_domain(work, after):
        """7: a domain belongs to one enabled registration; when it is created, that one is found instead."""
        taken = [
            one
            for one in objects(work.store)
            if one["enabled"]
            and bare_domain(one["domain"]) == bare_domain(after["domain"])
            and not REGISTRATION.id.same(one["client_id"], after["client_id"])
        ]
        if taken:
            raise _errors.ConflictError(
                f"the domain {after['domain']!r} is taken by the enabled registration {taken[0]['name']!r}"
                f" ({taken[0]['client_id']})",
                hint="Disable that one first, or use another domain.",
            )

    def apply(self, work, plan, extra):
        if plan.action != "delete":
            return super().apply(work, plan, extra)
        gone = {"deployments": [], "links": [], "sharing_rules": []}
        store = store_of(work.client, DEPLOYMENT.edition(work.client))
        try:
            for _deployment, cascade in work.cascades:
                cascade.remove_links(gone["links"])
            for deployment, cascade in work.cascades:
                cascade.remove_rules(gone["sharing_rules"])
                with _errors.attempting(f"removing deployment {deployment['name']!r}"):
                    settle_delete(store, deployment["deployment_id"])
                gone["deployments"].append({name: deployment[name] for name in ("deployment_id", "name")})
            return super().apply(work, plan, extra)
        except _errors.ApiError as error:
            tell_removed(error, gone, extra["cascaded"])
            raise

    def more_results(self, run, after):
        if run.options["state"] == "absent":
            return {}
        return {"handback": {ours: after.get(theirs) for ours, theirs in HANDBACK.items()}}


class RegistrationInfoTask(InfoTask):
    """Registrations; a domain is compared as it is when a registration is looked for (7)."""

    def _fits(self, found, wanted):
        others = {name: value for name, value in wanted.items() if name != "domain"}
        fits = "domain" not in wanted or bare_domain(found["domain"]) == bare_domain(wanted["domain"])
        return fits and super()._fits(found, others)


REGISTRATION_INFO = RegistrationInfoTask(PLATFORM, REGISTRATION, ("domain", "name", "enabled"))
