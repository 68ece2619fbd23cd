# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filters that translate a manifest, and that say which data a tool receives. Each is documented in its own page."""

from __future__ import annotations

from ansible_collections.edtech.lti.plugins.module_utils._manifest import (
    canvas,
    d2l,
    document,
    exam,
    roads,
    vocabulary,
)
from ansible_collections.edtech.lti.plugins.plugin_utils._filters import as_filters


def _read(value):
    return document.parsed(value) if isinstance(value, str) else value


def _to(translate):
    return lambda value, **options: translate(_read(value), **options)


def manifest_from_dynamic_registration(value):
    """A vendor's published client metadata, or what a platform answered to them, as a manifest.

    It is one as it stands; without what the platform put in, and with the data that the tool asks for.
    """
    read = document.checked(_read(value))
    if not document.has_lti_1_3(read):
        raise document.ManifestError("The document has no initiate_login_uri, so it is no registration of an LTI tool.")
    tool = {name: member for name, member in document.tool_of(read).items() if name != "deployment_id"}
    answered = (
        "client_id",
        "client_secret",
        "client_id_issued_at",
        "client_secret_expires_at",
        "registration_client_uri",
    )
    kept = {name: member for name, member in read.items() if name not in (*answered, "registration_access_token")}
    manifest = {**kept, document.TOOL: tool}
    asked = [*vocabulary.UNIDENTIFYING, *document.needed(read)]
    return {"manifest": manifest, "asked": vocabulary.in_order(asked), "losses": []}


def data_classes(value, platform, **options):
    """Data classes that a tool receives by what is set on a platform, with their roads."""
    if platform == "canvas":
        found = roads.of_canvas(canvas.outer(value), **options)
    elif platform == "d2l":
        registration, deployment = value.get("registration") or {}, value.get("deployment") or {}
        found = roads.of_d2l(registration, deployment, value.get("links") or [], **options)
    elif platform == "exam":
        found = roads.of_exam(value.get("tool_provider") or value, value.get("lti_resources") or [], **options)
    elif platform == "luminus":
        found = roads.of_luminus(value.get("provider") or value, **options)
    else:
        raise document.ManifestError(f"{platform!r} is no platform; there are {', '.join(document.PLATFORMS)}.")
    return {"data": roads.by_class(found), "uncontrollable": roads.uncontrollable(found)}


FILTERS = {
    "manifest_to_canvas": _to(canvas.to_canvas),
    "manifest_to_d2l": _to(d2l.to_d2l),
    "manifest_to_exam": _to(exam.to_exam),
    "manifest_to_luminus": _to(exam.to_luminus),
    "manifest_from_canvas": canvas.from_canvas,
    "manifest_from_d2l": d2l.from_d2l,
    "manifest_from_exam": exam.from_exam,
    "manifest_from_dynamic_registration": manifest_from_dynamic_registration,
    "data_classes": data_classes,
}


class FilterModule:
    """What Ansible looks for in this file."""

    def filters(self):
        """Filters by name."""
        return as_filters(FILTERS)
