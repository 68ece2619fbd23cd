# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Deployments of Brightspace with their registrations, sharing rules and links as manifests and places. Data only.

A deployment is a use of a tool with a choice of its own on what the tool learns, so each becomes a manifest; several
of one registration have all that is the registration's in common. Every section number in this file is one of
docs/platforms/d2l.md.
"""

from __future__ import annotations

from ansible_collections.edtech.lti.plugins.module_utils._manifest import d2l, document, export_piece, roads, vocabulary
from ansible_collections.edtech.lti.plugins.module_utils._platforms.d2l_resources import (
    ABOUT_THE_USER,
    DEPLOYMENT,
    LINK,
    REGISTRATION,
    bare_domain,
)

_OF_DEPLOYMENT = tuple(field.name for field in DEPLOYMENT.fields if field.writable and field.name != "client_id")
_differing = export_piece.differing
_OF_LINK = ("description", "height", "width", "custom_parameters")
_RULE = ("org_unit_id", "share_with_org_unit", "share_with_descendants")


def pieces(tenant, read, left):
    """Pieces of one Brightspace.

    :param read: ``registrations``, ``deployments`` and ``links`` (of all org units), as the info modules return them,
        and ``sharing``: a deployment's own rules by its id.
    """
    deployments = {}
    for deployment in read["deployments"]:
        deployments.setdefault(_guid(deployment["client_id"]), []).append(deployment)
    made = []
    for registration in _one_of_each_domain(tenant, read["registrations"], left):
        held = deployments.pop(_guid(registration["client_id"]), [])
        if not held:
            left.out(
                tenant, "d2l", registration["name"], "The registration has no deployment, so nobody can launch it."
            )
        kept, twins = export_piece.first_of_each(held, lambda one: one["name"])
        for twin in twins:
            why = f"Another deployment of the registration has the same name; {twin['deployment_id']} is left as it is."
            left.out(tenant, "d2l", f"{registration['name']}: {twin['name']}", why)
        for deployment in kept:
            name = _called(registration, deployment)
            links = _links(tenant, name, deployment, read.get("links") or [], left)
            rules = (read.get("sharing") or {}).get(deployment["deployment_id"]) or []
            made.append(_piece(tenant, name, registration, deployment, links, rules, left))
    return [piece for piece in made if piece]


def _called(registration, deployment):
    alike = registration["name"] == deployment["name"]
    return registration["name"] if alike else f"{registration['name']}: {deployment['name']}"


def _guid(text):
    return str(text).lower()


def _one_of_each_domain(tenant, registrations, left):
    """7: an enabled one has its domain for itself, and the role takes each domain once."""
    kept, others = export_piece.first_of_each(
        sorted(registrations, key=lambda one: not one["enabled"]), lambda one: bare_domain(one["domain"])
    )
    for one in others:
        left.out(
            tenant, "d2l", one["name"],
            f"Another registration has the domain {one['domain']} as well; {one['client_id']} is left as it is.",
        )  # fmt: skip
    return [one for one in registrations if one in kept]


def _links(tenant, name, deployment, links, left):
    """The deployment's links, each once, although several org units may list it."""
    own = [link for link in links if _guid(link["deployment_id"]) == _guid(deployment["deployment_id"])]
    each, _again = export_piece.first_of_each(own, lambda link: link["link_id"])
    kept, twins = export_piece.first_of_each(each, lambda link: (link["name"], link["org_unit_id"]))
    for link in twins:
        why = f"Another link of the same place is called {link['name']} as well; {link['link_id']} is left as it is."
        left.loss(tenant, "d2l", name, why)
    return kept


def spoken(deployment):
    """A version of LE that has the fields of a deployment as it was read: versions lost some (8)."""
    if "send_org_unit_information" in deployment:
        return "1.88"
    return "1.91" if "anonymous" in deployment else "1.92"


def _piece(tenant, name, registration, deployment, links, rules, left):
    version = spoken(deployment)
    everywhere = [link for link in links if link["org_unit_id"] is None]
    try:
        # The deployment's own name and links are the tenant's.
        taken = d2l.from_d2l(registration, {**deployment, "name": registration["name"]}, everywhere, version)
        data = roads.classes(roads.of_d2l(registration, deployment, links, version))
        data = vocabulary.in_order([*taken["manifest"]["data"], *data])
        manifest = _as_held({**without_links(taken["manifest"]), "data": data}, deployment, version)
        payload = d2l.to_d2l(manifest, version)["payload"]
    except document.ManifestError as error:
        left.out(tenant, "d2l", name, str(error))
        return None
    for loss in taken["losses"]:
        left.loss(tenant, "d2l", name, loss)
    place = {
        "registration": {
            "client_id": registration["client_id"],
            **export_piece.said(registration, ("send_institution_role",)),
            **_off(registration),
        },
        "deployment": {
            "deployment_id": deployment["deployment_id"],
            **_besides(deployment, payload["deployment"]),
            **_off(deployment),
        },
        "sharing": [{member: rule[member] for member in _RULE} for rule in rules],
        "links": [_link(link) for link in links],
    }
    found = {"registration": registration, "deployment": deployment, "links": links, "sharing": rules}
    return export_piece.Piece(tenant, "d2l", name, manifest, place, found, version)


def _as_held(manifest, deployment, version):
    """The manifest with the deployment's flags, where its data would set them otherwise.

    :raises ManifestError: where the manifest cannot be translated.
    """
    made = d2l.to_d2l(manifest, version)["payload"]["deployment"]
    names = [name for name in _differing_flags(made, deployment, version) if name != "name"]
    if not names:
        return manifest
    held = {name: deployment[name] for name in names}
    return document.merged(manifest, {"platforms": {"d2l": {"options": {"deployment": held}}}})


def without_links(manifest):
    """A manifest without the links that a place names in any case."""
    options = (manifest.get("platforms") or {}).get("d2l", {}).get("options") or {}
    kept = {name: value for name, value in options.items() if name != "links"}
    platforms = {name: value for name, value in (manifest.get("platforms") or {}).items() if name != "d2l"}
    if kept:
        platforms["d2l"] = {**manifest["platforms"]["d2l"], "options": kept}
    rest = {name: value for name, value in manifest.items() if name != "platforms"}
    return {**rest, "platforms": platforms} if platforms else rest


def _off(held):
    return {} if held["enabled"] else {"enabled": False}


def _besides(deployment, payload):
    """What the manifest does not say of a deployment; ``client_id`` is the registration's."""
    made = export_piece.said(deployment, [name for name in _OF_DEPLOYMENT if name not in (*payload, "enabled")])
    return {**({} if payload["name"] == deployment["name"] else {"name": deployment["name"]}), **made}


def _link(link):
    return {
        "name": link["name"],
        "url": link["url"],
        "type": link["type"],
        "link_id": link["link_id"],
        **export_piece.said(link, ("org_unit_id", *_OF_LINK)),
        **_off(link),
    }


def _differing_flags(wish, held, le_version):
    """Names of what of a deployment a module would change, or not know in this version."""
    fields = DEPLOYMENT.fields.at(roads.version_of(le_version))
    strange = [name for name in wish if name in DEPLOYMENT.fields and name not in fields]
    rest = {name: value for name, value in wish.items() if name != "client_id"}
    if rest.get("anonymous", held.get("anonymous")):
        # 8: then they mean nothing, and the module does not compare them either.
        rest = {name: value for name, value in rest.items() if name not in ABOUT_THE_USER}
    return [*strange, *_differing(fields, rest, held)]


def changes(objects, found, le_version):
    """Names of what applying a translation would change."""
    (registration,) = objects["registrations"]
    (deployment,) = registration["deployments"]
    made = [
        *(f"registration.{name}" for name in _differing(REGISTRATION.fields, registration, found["registration"])),
        *(f"deployment.{name}" for name in _differing_flags(deployment, found["deployment"], le_version)),
    ]
    by_id = {link["link_id"]: link for link in found["links"]}
    for link in deployment["links"]:
        names = _differing(LINK.fields, link, by_id.get(link.get("link_id")) or {})
        made += [f"link {link['name']}.{name}" for name in names]
    return made
