# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A fixture for django-lti, as C(manage.py loaddata) reads it and C(manage.py dumpdata) writes it.

django-lti 0.10 has no natural keys, so a fixture carries primary keys, and what it does not say is reset to its
default when it is loaded; see docs/guide/handback.md.
"""

from __future__ import annotations

import datetime
import hashlib
import re
import uuid

from ansible_collections.edtech.lti.plugins.module_utils import _errors
from ansible_collections.edtech.lti.plugins.module_utils._handback.entries import label
from ansible_collections.edtech.lti.plugins.module_utils._handback.json_formats import (
    JsonFormat,
    strange,
    text_or_none,
    update,
)

REGISTRATION = "lti_tool.ltiregistration"
DEPLOYMENT = "lti_tool.ltideployment"
FIRST_KEY, KEYS = 1_000_000_000, 1_000_000_000
"""Primary keys that a database's own count does not reach, and that still fit its 32 bits."""


class DjangoLti(JsonFormat):
    """Registrations, each followed by its deployments."""

    members = {
        "name": "name",
        "uuid": "registration_id",
        "issuer": "issuer",
        "client_id": "client_id",
        "audience": "audience",
        "auth_url": "authentication_endpoint",
        "token_url": "token_url",
        "keyset_url": "keyset_url",
    }
    seen = {*members, "is_active", "deployment_id"}

    def check(self, document):
        super().check(document)
        if not all(isinstance(item.get("model"), str) and isinstance(item.get("fields"), dict) for item in document):
            raise strange("a Django fixture (objects with model and fields)")

    def place(self, document, entry):
        for item in _all(document, REGISTRATION):
            fields = item["fields"]
            if (fields.get("issuer"), text_or_none(fields.get("client_id"))) == (entry["issuer"], entry["client_id"]):
                return item
        return None

    def told(self, document, place):
        return {
            # Django has an empty text where others have null.
            **{ours: text_or_none(place["fields"].get(theirs)) or None for theirs, ours in self.members.items()},
            "deployment_ids": [str(item["fields"].get("deployment_id")) for item in _deployments(document, place)],
        }

    def put(self, document, place, entry):
        entry = {**entry, "registration_id": self._uuid(document, place, entry["registration_id"])}
        if place is None:
            place = {"model": REGISTRATION, "pk": None, "fields": self._new(entry)}
            document.append(place)
        if place.get("pk") is None:
            place["pk"] = _key(document, REGISTRATION, entry["issuer"], entry["client_id"])
        update(place["fields"], {theirs: entry[ours] for theirs, ours in self.members.items()})
        present = {str(item["fields"].get("deployment_id")): item for item in _deployments(document, place)}
        for one in entry["deployment_ids"]:
            if one not in present:
                _insert(document, place, self._deployment(document, place, entry, one))
        gone = [item for one, item in present.items() if one not in entry["deployment_ids"]]
        document[:] = [item for item in document if not any(item is other for other in gone)]
        return place

    def _new(self, entry):
        """The fields of a new registration: the uuid stays the same for ever, because it is in the login address."""
        return {
            "name": entry["issuer"],
            "uuid": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{entry['issuer']}#{entry['client_id']}")),
            **{name: "" for name in self.members if name not in ("name", "uuid")},
            "is_active": True,
            **_moments(),
        }

    def _deployment(self, document, place, entry, deployment_id):
        """A deployment that may be used: django-lti's own ones begin inactive, and then every launch is refused."""
        return {
            "model": DEPLOYMENT,
            "pk": _key(document, DEPLOYMENT, entry["issuer"], entry["client_id"], deployment_id),
            "fields": {
                "registration": place["pk"],
                "deployment_id": deployment_id,
                "is_active": True,
                **_moments(),
            },
        }

    @staticmethod
    def _uuid(document, place, given):
        """The wished one as Django writes it; None if there is no wish."""
        wanted = given and given.lower()
        if wanted and not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", wanted):
            raise _errors.InvalidError(
                f"registration_id is no UUID: {given!r}", hint="It is the one in the tool's login address."
            )
        for item in _all(document, REGISTRATION):
            if wanted and item is not place and str(item["fields"].get("uuid")).lower() == wanted:
                raise _errors.ConflictError(
                    f"registration_id {wanted} is that of client {item['fields'].get('client_id')}"
                    f" of {item['fields'].get('issuer')}",
                    hint="Remove that one first, or give another one.",
                )
        return wanted

    def remove(self, document, place):
        gone = [place, *_deployments(document, place)]
        document[:] = [item for item in document if not any(item is other for other in gone)]

    def visible(self, document):
        return [
            {
                "model": item["model"],
                "fields": {name: value for name, value in item["fields"].items() if name in self.seen},
            }
            for item in document
            if item["model"].lower() in (REGISTRATION, DEPLOYMENT)
        ]

    def advice(self, document, place, entry):
        off = [] if place["fields"].get("is_active", True) else ["the registration"]
        off += [
            f"deployment {item['fields'].get('deployment_id')}"
            for item in _deployments(document, place)
            if not item["fields"].get("is_active", False)
        ]
        return [f"{label(entry)}: {' and '.join(off)} is inactive in the file, and stays so."] if off else []


def _all(document, model):
    return [item for item in document if item["model"].lower() == model]


def _deployments(document, place):
    """The deployments of a registration. A fixture refers to it by its primary key, or by words of a natural key."""
    found = []
    for item in _all(document, DEPLOYMENT):
        reference = item["fields"].get("registration")
        if _refers(reference, place):
            others = _all(document, REGISTRATION) if isinstance(reference, list) else [place]
            if sum(_refers(reference, one) for one in others) == 1:
                found.append(item)
    return found


def _refers(reference, place):
    """May a reference mean this registration?"""
    if isinstance(reference, list):
        words = {text_or_none(place["fields"].get(name)) for name in ("issuer", "client_id", "uuid")}
        return bool(reference) and {text_or_none(one) for one in reference} <= words - {None}
    return None not in (reference, place.get("pk")) and str(reference) == str(place["pk"])


def _insert(document, place, deployment):
    """Put a deployment after its registration and those that it has."""
    family = [place, *_deployments(document, place)]
    last = max(index for index, item in enumerate(document) if any(item is one for one in family))
    document.insert(last + 1, deployment)


def _key(document, model, *identity):
    """A primary key that follows from what it is for, so that several files for one database agree."""
    taken = {item.get("pk") for item in _all(document, model)}
    digest = hashlib.sha256("\n".join(identity).encode("utf-8")).digest()
    key = int.from_bytes(digest[:8], "big") % KEYS
    while FIRST_KEY + key in taken:
        key = (key + 1) % KEYS
    return FIRST_KEY + key


def _moments():
    """What Django does not fill in for a fixture, and the database insists on."""
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"datetime_created": now, "datetime_modified": now}
