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


def links_of(client, deployment, warn):
    """The links of a deployment in all org units: ids, and the org unit of each (None: the organization).

    12: servers that cannot list them all only tell those of the organization.
    """
    try:
        found = _summaries(client, deployment["deployment_id"])
    except _errors.NotFoundError:
        warn(
            "This server does not list the links of a deployment; those in org units are not known,"
            " and would make it refuse the removal."
        )
        store = store_of(client, LINK.edition(client))
        links = objects(store, {"deployment_id": deployment["deployment_id"]})
        found = [
            link
            for link in links
            if LINK.fields["deployment_id"].same(link["deployment_id"], deployment["deployment_id"])
        ]
    root = root_org_unit(client)
    return [
        {
            "link_id": link["link_id"],
            "org_unit_id": None if str(link["owner_org_unit_id"]) == root else link["owner_org_unit_id"],
            "deployment_id": deployment["deployment_id"],
        }
        for link in found
    ]


def _summaries(client, deployment_id):
    resource = LINK.edition(client)
    store = store_of(client, resource)
    address = DEPLOYMENT.path.format(**client.places(DEPLOYMENT))
    answers = client.pages(f"{address}{deployment_id}/links/summaries/")
    return [resource.read(item) for answer in answers for item in store.listed(answer)]


def named(deployments):
    """Deployments as a sentence lists them."""
    return ", ".join(f"{one['name']!r} ({one['deployment_id']})" for one in deployments)


def placed(links):
    """Links as a sentence lists them."""
    return ", ".join(
        f"link {link['link_id']} "
        + (f"in org unit {link['org_unit_id']}" if link["org_unit_id"] else "of the organization")
        for link in links
    )


def remove_links(client, links, gone):
    """Remove links; each one that is gone is added to ``gone``."""
    for link in links:
        with _errors.attempting(f"removing link {link['link_id']}"):
            settle_delete(store_of(client, LINK.edition(client), {"org_unit_id": link["org_unit_id"]}), link["link_id"])
        gone.append(link)


def remove_sharing(client, deployment):
    """Remove all sharing rules of a deployment at once."""
    address = SHARING_RULE.path.format(deployment_id=deployment["deployment_id"], **client.places(SHARING_RULE))
    store = store_of(client, SHARING_RULE.edition(client), {"deployment_id": deployment["deployment_id"]})

    def write():
        client.write("DELETE", address)
        return True

    if store.all():
        with _errors.attempting(f"removing the sharing rules of deployment {deployment['name']!r}"):
            settle(client, write, lambda: None if store.all() else True)
