# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tool providers of the exam platform with their links, and providers of LumiNUS, as manifests and places. Data only.

Instructions of exams are no part of it, and neither are exams that launch no tool.
"""

from __future__ import annotations

from ansible_collections.edtech.lti.plugins.module_utils._manifest import document, exam, export_piece, roads
from ansible_collections.edtech.lti.plugins.module_utils._platforms.exam import EXAM, LTI_RESOURCE, TOOL_PROVIDER

_OF_EXAM = tuple(
    field.name
    for field in EXAM.fields
    if field.writable and field.readable and field.compared and field.name not in ("name", "institute_id")
)
_OF_LINK = ("lti_resource_launch_url", "open_in_new_tab", "lti_custom_data")


def pieces(tenant, read, left):
    """Pieces of one exam platform.

    :param read: ``tool_providers``, ``lti_resources`` and ``exams``, as the info modules return them.
    """
    exams = _exams(tenant, read, left)
    links = _links(tenant, read["lti_resources"], exams, left)
    kept, twins = export_piece.first_of_each(_by_id(read["tool_providers"]), lambda one: one["tool_name"])
    for twin in twins:
        why = f"Another tool provider has the same name; {twin['id']} is left as it is."
        left.out(tenant, "exam", twin["tool_name"], why)
    made = []
    for one in kept:
        own = [link for link in links if str(link["tool_provider_id"]) == str(one["id"])]
        made.append(_piece(tenant, one, own, exams, left))
    known = {str(one["id"]) for one in read["tool_providers"]}
    for link in links:
        if str(link["tool_provider_id"]) not in known:
            why = f"Its link {link['lti_resource_link_name']} ({link['id']}) belongs to no tool provider that is shown."
            left.out(tenant, "exam", exams[str(link["exam_id"])]["name"], why)
    return [piece for piece in made if piece]


def _by_id(items):
    return sorted(items, key=lambda one: int(one["id"]))


def _exams(tenant, read, left):
    """Exams that launch tools, by number; of several of one name the oldest, since the role takes each name once."""
    launching = {str(link["exam_id"]) for link in read["lti_resources"]}
    kept, twins = export_piece.first_of_each(
        [one for one in _by_id(read["exams"]) if str(one["id"]) in launching], lambda one: one["name"]
    )
    for twin in twins:
        why = f"Another exam that launches tools has the same name; exam {twin['id']} is left as it is."
        left.out(tenant, "exam", twin["name"], why)
    return {str(one["id"]): one for one in kept}


def _links(tenant, links, exams, left):
    shown = [link for link in _by_id(links) if str(link["exam_id"]) in exams]
    kept, twins = export_piece.first_of_each(shown, lambda one: (str(one["exam_id"]), one["lti_resource_link_name"]))
    for twin in twins:
        why = f"Another link of the exam is called {twin['lti_resource_link_name']} too; {twin['id']} is left as it is."
        left.out(tenant, "exam", exams[str(twin["exam_id"])]["name"], why)
    gone = sorted({str(link["exam_id"]) for link in links} - set(exams), key=int)
    for number in gone:
        why = f"Links of exam {number} are left as they are, since that exam is not exported or not shown."
        left.out(tenant, "exam", f"exam {number}", why)
    return kept


def _piece(tenant, provider, links, exams, left):
    name = provider["tool_name"]
    try:
        taken = exam.from_exam(provider)
    except document.ManifestError as error:
        left.out(tenant, "exam", name, str(error))
        return None
    for loss in taken["losses"]:
        left.loss(tenant, "exam", name, loss)
    manifest = {**taken["manifest"], "data": roads.classes(roads.of_exam(provider, links))}
    numbers = list(dict.fromkeys(str(link["exam_id"]) for link in links))
    place = {
        "tool_provider": {"id": provider["id"]},
        "exams": [
            {
                "name": exams[number]["name"],
                "id": exams[number]["id"],
                **{member: exams[number][member] for member in _OF_EXAM if exams[number].get(member) is not None},
                "lti_resources": [_link(link) for link in links if str(link["exam_id"]) == number],
            }
            for number in numbers
        ],
    }
    found = {"tool_provider": provider, "exams": exams, "lti_resources": {str(link["id"]): link for link in links}}
    return export_piece.Piece(tenant, "exam", name, manifest, place, found)


def _link(link):
    return {
        "lti_resource_link_name": link["lti_resource_link_name"],
        "id": link["id"],
        "tool_provider_id": link["tool_provider_id"],
        **export_piece.said(link, _OF_LINK),
    }


def changes(objects, found, _le_version):
    """Names of what applying a translation would change."""
    (provider,) = objects["tool_providers"]
    made = [
        f"tool_provider.{name}"
        for name in export_piece.differing(TOOL_PROVIDER.fields, provider, found["tool_provider"])
    ]
    for one in objects["exams"]:
        held = found["exams"][str(one["id"])]
        made += [f"exam {one['name']}.{name}" for name in export_piece.differing(EXAM.fields, one, held)]
        for link in one["lti_resources"]:
            names = export_piece.differing(LTI_RESOURCE.fields, link, found["lti_resources"][str(link["id"])])
            made += [f"link {link['lti_resource_link_name']}.{name}" for name in names]
    return made


def luminus_pieces(tenant, read, left):
    """Pieces of LumiNUS, where nothing can be written.

    :param read: ``providers``: a list of ``provider_id``, ``exists`` and ``provider``, as the info module returns them.
    """
    made = []
    for one in read["providers"]:
        provider = one.get("provider") or {}
        if not one.get("exists"):
            left.out(tenant, "luminus", one["provider_id"], "LumiNUS knows no such provider.")
        elif not provider.get("credentials_visible"):
            left.out(tenant, "luminus", provider["name"], "LumiNUS does not show its launch address to this user.")
        else:
            taken = exam.from_luminus(provider)
            for loss in taken["losses"]:
                left.loss(tenant, "luminus", provider["name"], loss)
            place = {"provider_id": one["provider_id"]}
            made.append(export_piece.Piece(tenant, "luminus", provider["name"], taken["manifest"], place, provider))
    return made


def no_changes(_objects, _found, _le_version):
    """LumiNUS takes no writes."""
    return []
