# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""D2L Brightspace: what stands in the way of a removal, and removing it in the documented order.

Every section number in this file is one of docs/platforms/d2l.md.
"""

from __future__ import annotations

from ansible_collections.edtech.lti.plugins.module_utils import _errors
from ansible_collections.edtech.lti.plugins.module_utils._lookup import objects, store_of
from ansible_collections.edtech.lti.plugins.module_utils._platforms.d2l import root_org_unit
from ansible_collections.edtech.lti.plugins.module_utils._platforms.d2l_resources import (
    DEPLOYMENT,
    LINK,
    SHARING_RULE,
)
from ansible_collections.edtech.lti.plugins.module_utils._settle import settle, settle_delete


def deployments_of(client, client_id):
    """The deployments of a registration, as read."""
    store = store_of(client, DEPLOYMENT.edition(client))
    found = objects(store, {"client_id": client_id})
    return [one for one in found if DEPLOYMENT.fields["client_id"].same(one["client_id"], client_id)]


class Cascade:
    """What goes with a deployment: its links in all org units, and its sharing rules.

    :ivar links: ids, and the org unit of each (None: the organization).
    :ivar rules: the deployment's own sharing rules, as read.
    """

    def __init__(self, client, deployment, warn):
        self._client = client
        self._deployment = deployment
        self._all_links_known = True
        self.links = self._links(warn)
        store = self._sharing()
        self.rules = [store.resource.read(item) for item in store.all()]

    def _sharing(self):
        scope = {"deployment_id": self._deployment["deployment_id"]}
        return store_of(self._client, SHARING_RULE.edition(self._client), scope)

    def _links(self, warn):
        """12: servers that cannot list them all only tell those of the organization."""
        deployment_id = self._deployment["deployment_id"]
        try:
            found = _summaries(self._client, deployment_id)
        except _errors.NotFoundError:
            self._all_links_known = False
            warn(
                "This server does not list the links of a deployment; those in org units are not known,"
                " and would make it refuse the removal."
            )
            links = objects(store_of(self._client, LINK.edition(self._client)), {"deployment_id": deployment_id})
            same = LINK.fields["deployment_id"].same
            found = [link for link in links if same(link["deployment_id"], deployment_id)]
        root = root_org_unit(self._client)
        return [
            {
                "link_id": link["link_id"],
                "org_unit_id": None if str(link["owner_org_unit_id"]) == root else link["owner_org_unit_id"],
                "deployment_id": deployment_id,
            }
            for link in found
        ]

    def remove_links(self, gone):
        """Remove the links; each one that is gone is added to ``gone``."""
        for link in self.links:
            with _errors.attempting(f"removing link {link['link_id']}"):
                store = store_of(self._client, LINK.edition(self._client), {"org_unit_id": link["org_unit_id"]})
                settle_delete(store, link["link_id"])
            gone.append(link)

    def remove_rules(self, gone):
        """Remove all sharing rules at once.

        Where a link that nobody knows of may still hold the deployment, they are left to go with it:
        otherwise they would be lost while it stays.
        """
        if not self.rules or not self._all_links_known:
            return
        store = self._sharing()
        address = SHARING_RULE.path.format(
            deployment_id=self._deployment["deployment_id"], **self._client.places(SHARING_RULE)
        )

        def write():
            try:
                self._client.write("DELETE", address)
            except _errors.NotFoundError:
                # Another run that removes the deployment at the same time may have been faster.
                if self._deployment_is_there():
                    raise
            return True

        with _errors.attempting(f"removing the sharing rules of deployment {self._deployment['name']!r}"):
            settle(self._client, write, lambda: None if store.all() else True)
        gone.extend(self.rules)

    def _deployment_is_there(self):
        store = store_of(self._client, DEPLOYMENT.edition(self._client))
        return store.get(self._deployment["deployment_id"]) is not None


def _summaries(client, deployment_id):
    resource = LINK.edition(client)
    store = store_of(client, resource)
    address = DEPLOYMENT.path.format(**client.places(DEPLOYMENT))
    answers = client.pages(f"{address}{deployment_id}/links/summaries/")
    return [resource.read(item) for answer in answers for item in store.listed(answer)]


def named(deployments):
    """Deployments as a sentence lists them."""
    return ", ".join(f"{one['name']!r} ({one['deployment_id']})" for one in deployments)


def tell_removed(error, gone, doomed):
    """Say in an error what was removed before it, so that nobody takes the rest for all."""
    if any(gone.values()):
        told = ", ".join(f"{len(gone[kind])} of {len(doomed[kind])} {kind.replace('_', ' ')}" for kind in gone)
        error.why += f"; removed already: {told}"
        error.done = {"changed": True, "cascaded": gone}


def placed(links):
    """Links as a sentence lists them."""
    return ", ".join(
        f"link {link['link_id']} "
        + (f"in org unit {link['org_unit_id']}" if link["org_unit_id"] else "of the organization")
        for link in links
    )
