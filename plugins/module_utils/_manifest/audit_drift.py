# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What manifests would write to a tenant, against what is there. Data only."""

from __future__ import annotations

import json
import re

from ansible_collections.edtech.lti.plugins.module_utils._manifest import canvas, d2l, document, exam, roads
from ansible_collections.edtech.lti.plugins.module_utils._manifest.document import ManifestError
from ansible_collections.edtech.lti.plugins.module_utils._platforms import canvas_settings

_TRANSLATIONS = {"canvas": canvas.to_canvas, "d2l": d2l.to_d2l, "exam": exam.to_exam, "luminus": exam.to_luminus}
_LTI_1_3 = ("canvas", "d2l")
_NOT_CLEARED = (*canvas_settings.STICKY, *canvas_settings.STICKY_IN_EXTENSION)
SHARD = 10**13
LONGEST = 160
"""Characters of a value in a sentence."""


def read_manifests(manifests, keys=None):
    """Manifests by key, and a sentence for each that cannot be read.

    :param manifests: by key, each a dict or the text of a file; None for a file that was not found.
    :param keys: those that are meant; None for all.
    """
    read, refused = {}, []
    for key in manifests if keys is None else keys:
        try:
            given = manifests.get(key)
            if given is None:
                raise ManifestError("its file was not found.")
            read[key] = document.checked(document.parsed(given) if isinstance(given, str) else given)
        except ManifestError as error:
            refused.append(f"What differs from the manifest {key}: {error}")
    return read, refused


def bare(domain):
    """A domain without scheme, trailing slash and case, which do not count (docs/platforms/d2l.md, 7)."""
    return re.sub(r"^[a-z]+://|/+$", "", str(domain or "").lower())


def local(number):
    """An id of Canvas without the number of the server in front (docs/platforms/canvas.md, 1.6)."""
    text = str(number or "")
    return str(int(text) % SHARD) if text.isdigit() else text


class Wishes:
    """What the manifests would write to one platform of one tenant; each is looked for among what is there.

    :ivar le_version: version of LE that is spoken, when it is known.
    """

    def __init__(self, platform, manifests, places, le_version=None):
        self.platform = platform
        self.le_version = le_version
        self._manifests = {
            key: one
            for key, one in manifests.items()
            # A tool that has places is for the platforms of these; one that has none is for all.
            if (not places.get(key) or platform in places[key]) and self._is_meant(one)
        }
        self._places = {key: (places.get(key) or {}).get(platform) or {} for key in self._manifests}
        self._found = set()

    def _is_meant(self, manifest):
        """Does a manifest have the half that the platform needs? The other half is none of its business."""
        said, _options = document.for_platform(manifest, self.platform)
        return document.has_lti_1_3(said) if self.platform in _LTI_1_3 else document.has_lti_1_1(said)

    def missing(self):
        """Sentences on manifests to which nothing fits; only after all rows were made."""
        return [
            f"{one['client_name']} (manifest {key})" for key, one in self._manifests.items() if key not in self._found
        ]

    def _translated(self, key):
        options = {"le_version": self.le_version} if self.platform == "d2l" else {}
        return _TRANSLATIONS[self.platform](self._manifests[key], **options)["payload"]

    def _fitting(self, by_id, by_name):
        """The key of the manifest that an object belongs to, and what it would write.

        :param by_id: says of a place whether it names the object; None where it names none.
        :param by_name: says of a payload whether it means the object.
        """
        for key, manifest in self._manifests.items():
            named = by_id(self._places[key])
            if named is False:
                continue
            try:
                payload = self._translated(key)
            except ManifestError as error:
                if named or by_name(self._rough(manifest)):
                    self._found.add(key)
                    return key, None, [f"The manifest is refused: {error}"]
                continue
            if named or by_name(payload):
                self._found.add(key)
                return key, payload, []
        return None, None, []

    def _rough(self, manifest):
        """As much of a payload as a refused manifest tells."""
        said, _options = document.for_platform(manifest, self.platform)
        name = (said.get("lti_1_1") or {}).get("name") or said["client_name"]
        domain = document.tool_of(said).get("domain") or ""
        return {
            "name": said["client_name"],
            "registration": {"domain": domain, "name": said["client_name"]},
            "tool_provider": {"tool_name": name},
            "provider": {"name": name},
        }

    # Canvas

    def of_canvas(self, key):
        """What fits a key, by the client id of its place or else by name."""
        number = str(key["client_id"])

        def by_id(place):
            return (
                number[-13:].lstrip("0") == str(place["client_id"])[-13:].lstrip("0")
                if place.get("client_id")
                else None
            )

        return self._fitting(by_id, lambda payload: payload["name"] == key.get("name"))

    def drift_of_canvas(self, wish, key, kept, places):
        """``manifest`` and ``drift`` of a key.

        :param kept: its settings in tidy form; None where they cannot be read.
        :param places: where it is installed.
        """
        manifest, payload, drift = wish
        if payload is not None and kept is not None:
            place = self._places[manifest]
            wanted = _wanted(payload, place)
            drift += differences(
                _readable(canvas_settings.canonical(wanted)), _readable(canvas_settings.canonical(kept)), _NOT_CLEARED
            )
            drift += differences({"name": place.get("name") or payload["name"]}, {"name": key.get("name")})
            if payload.get("redirect_uris") and "redirect_uris" in key:
                known = {*(key["redirect_uris"] or []), *(key.get("inactive_redirect_uris") or [])}
                drift += differences({"redirect_uris": payload["redirect_uris"]}, {"redirect_uris": list(known)})
            binding = place.get("binding", payload.get("binding", "on"))
            if binding is not None:
                drift += differences({"binding": binding}, {"binding": key.get("binding")})
            drift += _not_installed(place, places)
        return {"manifest": manifest, "drift": drift}

    # D2L Brightspace

    def of_d2l(self, registration):
        """What fits a registration, by the client id of its place or else by domain."""

        def by_id(place):
            named = (place.get("registration") or {}).get("client_id")
            return str(named).lower() == registration["client_id"].lower() if named else None

        def by_name(payload):
            wished = payload["registration"]
            return bare(wished["domain"]) == bare(registration["domain"]) and (
                bool(registration.get("enabled")) or wished["name"] == registration["name"]
            )

        return self._fitting(by_id, by_name)

    def drift_of_d2l(self, wish, registration, deployments, rules, links):
        """``manifest`` and ``drift`` of a registration with its deployments, their sharing and the links."""
        manifest, payload, drift = wish
        if payload is None:
            return {"manifest": manifest, "drift": drift}
        place = self._places[manifest]
        drift += _of_object("", {**payload["registration"], **(place.get("registration") or {})}, registration)
        wished = {**payload["deployment"], **(place.get("deployment") or {})}
        asked = wished.pop("deployment_id", None)
        fitting = [
            one for one in deployments if (one["deployment_id"] == asked if asked else one["name"] == wished["name"])
        ]
        if not fitting:
            return {"manifest": manifest, "drift": [*drift, f"There is no deployment {asked or wished['name']}."]}
        deployment = fitting[0]
        drift += _of_object("the deployment's ", wished, deployment)
        shared = rules.get(deployment["deployment_id"])
        for rule in place.get("sharing") or []:
            if shared is not None and rule.get("org_unit_id"):
                drift += _rule_drift(rule, shared)
        here = [one for one in links if one["deployment_id"].lower() == deployment["deployment_id"].lower()]
        for link in place.get("links") or ([] if place.get("links") is not None else payload["links"]):
            drift += _link_drift(link, here)
        return {"manifest": manifest, "drift": drift}

    # exam platform and LumiNUS

    def of_exam(self, provider):
        """What fits a tool provider, by the id of its place or else by name."""

        def by_id(place):
            named = (place.get("tool_provider") or {}).get("id")
            return str(named) == str(provider["id"]) if named else None

        return self._fitting(by_id, lambda payload: payload["tool_provider"]["tool_name"] == provider["tool_name"])

    def drift_of_exam(self, wish, provider, links, exams):
        """``manifest`` and ``drift`` of a tool provider with its links; ``exams`` by id."""
        manifest, payload, drift = wish
        if payload is None:
            return {"manifest": manifest, "drift": drift}
        place = self._places[manifest]
        wished = {**payload["tool_provider"], **(place.get("tool_provider") or {})}
        wished.pop("oauth_consumer_secret", None)
        drift += _of_object("", _with_data(wished), _with_data(provider))
        for one in place.get("exams") or []:
            resources = one.get("lti_resources", payload["lti_resources"])
            its = [link for link in links if (exams.get(link["exam_id"]) or {}).get("name") == one.get("name")]
            for resource in resources or []:
                name = resource["lti_resource_link_name"]
                held = [link for link in its if link["lti_resource_link_name"] == name]
                if held:
                    drift += _of_object(f"the link {name}'s ", _with_data(resource), _with_data(held[0]))
                else:
                    drift.append(f"The exam {one.get('name')} has no link {name}.")
        return {"manifest": manifest, "drift": drift}

    def of_luminus(self, provider):
        """What fits a provider, by the id of its place or else by name."""

        def by_id(place):
            return place["provider_id"].lower() == provider["id"].lower() if place.get("provider_id") else None

        return self._fitting(by_id, lambda payload: payload["provider"]["name"] == provider["name"])

    def drift_of_luminus(self, wish, provider):
        """``manifest`` and ``drift`` of a provider; what LumiNUS does not show does not differ."""
        manifest, payload, drift = wish
        if payload is not None:
            wished = {
                name: value
                for name, value in payload["provider"].items()
                if name != "consumer_key" and provider.get(name) is not None
            }
            drift += _of_object("", wished, provider)
        if manifest is not None:
            drift += self._beyond(manifest, provider)
        return {"manifest": manifest, "drift": drift}

    def _beyond(self, key, provider):
        """LumiNUS decides by itself what it sends, so a manifest that fits in all words may still allow less."""
        allowed = document.allowed(document.for_platform(self._manifests[key], "luminus")[0])
        sent = {name: ways for name, ways in roads.by_class(roads.of_luminus(provider)).items() if name not in allowed}
        return [
            f"It receives {name} ({', '.join(way['where'] for way in ways)}), which the manifest does not allow."
            for name, ways in sent.items()
        ]


def _wanted(payload, place):
    """The settings that a payload stands for, with the single options over them."""
    options = {**payload, **place}
    settings = canvas_settings.tidy(payload["settings"])
    if options.get("privacy_level"):
        settings = canvas_settings.with_members(settings, {"privacy_level": options["privacy_level"]})
    if options.get("custom_fields"):
        settings = canvas_settings.with_custom_fields(settings, options["custom_fields"])
    held = [one.get("placement") for one in settings["extensions"][0]["settings"]["placements"]]
    disabled = [name for name in options.get("disabled_placements") or [] if name in held]
    return canvas_settings.with_disabled(settings, disabled, others=False) if disabled else settings


def _readable(canonical):
    """Canonical settings without the shells that no page of Canvas shows."""
    extension = dict(canonical["extensions"][0])
    inner = extension.pop("settings")
    extension.pop("platform", None)
    rest = {name: value for name, value in canonical.items() if name != "extensions"}
    launch = {name: value for name, value in inner.items() if name != "placements"}
    return {**rest, **extension, **({"launch_settings": launch} if launch else {}), "placements": inner["placements"]}


def _not_installed(place, installed):
    """Places that the tool should be installed in, the root account if none is said, and is not."""
    here = {(str(one.get("account_id") or ""), str(one.get("course_id") or "")) for one in installed}
    found = []
    for wish in place.get("installations", [{"account_id": "self"}]) or []:
        where = (str(wish.get("account_id") or ""), str(wish.get("course_id") or ""))
        is_wanted = wish.get("state", "present") == "present"
        if is_wanted != (where in here):
            name = f"course {where[1]}" if where[1] else f"account {where[0]}"
            found.append(f"It is {'not installed and available' if is_wanted else 'still installed'} in {name}.")
    return found


def _rule_drift(rule, shared):
    own = [one for one in shared if str(one["org_unit_id"]) == str(rule["org_unit_id"]) and not one.get("inherited")]
    if not own:
        return [f"It is not shared with the org unit {rule['org_unit_id']}."]
    return _of_object(f"the sharing with org unit {rule['org_unit_id']}: ", rule, own[0])


def _link_drift(link, here):
    held = [one for one in here if one["name"] == link["name"]]
    return _of_object(f"the link {link['name']}'s ", link, held[0]) if held else [f"There is no link {link['name']}."]


def _with_data(members):
    if "lti_custom_data" not in members:
        return members
    return {**members, "lti_custom_data": roads.custom_data(members["lti_custom_data"])}


def _of_object(of, wished, held):
    """What differs of the options that are wished for; others are nobody's business."""
    both = {name: value for name, value in wished.items() if name in held and value is not None}
    norm = {"domain": bare}
    return differences(
        {f"{of}{name}": norm.get(name, _plain)(value) for name, value in both.items()},
        {f"{of}{name}": norm.get(name, _plain)(held[name]) for name in both},
    )


def _plain(value):
    """Lists here are sets; deep linking that is on by itself is no difference (docs/platforms/d2l.md, 7)."""
    return [one for one in value if one != "deep_linking"] if isinstance(value, list) else value


def differences(wished, held, kept=(), path=""):
    """Sentences on what differs between two trees; lists of texts are sets, and nothing is like empty.

    :param kept: names that are no difference where only ``held`` has them.
    """
    found = []
    for name in [*wished, *(name for name in held if name not in wished)]:
        wish, there = wished.get(name), held.get(name)
        where = f"{path}{name}"
        if _is_same(wish, there) or (_is_nothing(wish) and name in kept):
            continue
        if isinstance(wish, dict) and isinstance(there, dict):
            found += differences(wish, there, kept, f"{where}.")
        elif _are_texts(wish) and _are_texts(there):
            found += [f"{where} has {one}; the manifest has not." for one in sorted(set(there) - set(wish))]
            found += [f"{where} lacks {one}, which the manifest has." for one in sorted(set(wish) - set(there))]
        elif _is_nothing(there):
            found.append(f"{where} is not there; the manifest has {_said(wish)}.")
        else:
            said = "has none" if _is_nothing(wish) else f"has {_said(wish)}"
            found.append(f"{where} is {_said(there)}; the manifest {said}.")
    return [one[0].upper() + one[1:] if not path and one.startswith("the ") else one for one in found]


def _is_nothing(value):
    return value in (None, "", [], {})


def _is_same(one, other):
    if _are_texts(one) and _are_texts(other):
        return sorted(one) == sorted(other)
    return one == other or (_is_nothing(one) and _is_nothing(other))


def _are_texts(value):
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _said(value):
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
