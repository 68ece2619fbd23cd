# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one tenant gets of the manifests, on each platform that it has: the data behind the role lti_onboarding.

A tenant's own values are laid over the manifest before it is translated, so that what they would send counts too.
"""

from __future__ import annotations

from ansible_collections.edtech.lti.plugins.module_utils._manifest import canvas, d2l, document, exam
from ansible_collections.edtech.lti.plugins.module_utils._manifest.document import ManifestError
from ansible_collections.edtech.lti.plugins.module_utils._platforms.d2l_versions import NEWEST, OLDEST, versions_of

TITLES = {"canvas": "Canvas", "d2l": "Brightspace", "exam": "the exam platform", "luminus": "LumiNUS"}
LE_VERSIONS = (OLDEST["le"], NEWEST["le"])
"""The oldest and the newest version of LE that the modules speak."""
PLACES = {
    "canvas": tuple(canvas.OPTIONS),
    "d2l": ("registration", "deployment", "sharing", "purge_sharing", "links"),
    "exam": ("tool_provider", "exams"),
    "luminus": ("provider_id", "provider"),
}
"""What a tenant may say of its own about a tool, by platform."""


def translations(manifests, platforms, places=None, le_version=None):
    """Manifests as what the platforms of one tenant get.

    :param manifests: dicts, or YAML or JSON texts, by key.
    :param platforms: names of the platforms that the tenant has.
    :param places: the tenant's own values, by key and platform. A tool that stands there is for the platforms that
        it names; one that does not, for all.
    :param le_version: the version of LE that the tenant's Brightspace speaks; None where it is not known yet.
    :returns: a list of dicts with ``key``, ``platform``, ``name``, ``state`` (``ready``, ``skipped``, ``refused``, or
        ``waiting`` for a version of LE), ``why`` (a sentence unless it is ready), ``objects`` (what the platform's role
        gets), ``data``, ``losses``, ``warnings``, ``uncontrollable``, ``part`` (the manifest's part for the platform
        with the tenant's own values) and ``secret`` (the name of the variable with the LTI 1.1 secret).
    """
    made = []
    for key, given in manifests.items():
        place = _tidied((places or {}).get(key))
        try:
            manifest, refusal = document.checked(document.parsed(given) if isinstance(given, str) else given), None
        except ManifestError as error:
            manifest, refusal = {}, str(error)
        for platform in platforms:
            made.append(_row(key, platform, manifest, refusal, place, le_version))
    return made


def _row(key, platform, manifest, refusal, place, le_version):
    row = {
        "key": key,
        "platform": platform,
        # In one line: it is a vendor's text, and stands in tables.
        "name": " ".join((manifest.get("client_name") or key).split()),
        "state": "refused",
        "why": refusal,
        "part": {},
        "objects": {},
        "data": [],
        "losses": [],
        "warnings": [],
        "uncontrollable": [],
        "secret": (manifest.get("lti_1_1") or {}).get("consumer_secret"),
    }
    if refusal:
        return row
    try:
        _check(key, place)
        why = _skipped(key, platform, manifest, place)
        if why:
            return {**row, "state": "skipped", "why": why}
        place = (place or {}).get(platform) or {}
        if platform == "d2l" and le_version is None:
            return {**row, **_waiting(manifest, place)}
        made = _MAKERS[platform](manifest, place, le_version)
        for provider in made["objects"].get("providers", ()):
            provider["key"] = key
        return {**row, "state": "ready", "why": None, **made}
    except ManifestError as error:
        return {**row, "why": str(error)}


_EMPTY = (None, "")
_OBJECTS = ("registration", "deployment", "tool_provider", "provider")
_LISTS = ("sharing", "links", "exams", "installations")


def _tidied(place):
    """A place without what is null or an empty text, which count as not given.

    Options of Canvas and what lies deeper stay: there, they clear something.
    """
    if not isinstance(place, dict):
        return None if place in _EMPTY else place
    tidy = {}
    for platform, own in place.items():
        if isinstance(own, dict):
            ours = ("installations",) if platform == "canvas" else PLACES.get(platform, ())
            own = {name: value for name, value in own.items() if name not in ours or value not in _EMPTY}
        tidy[platform] = {} if own in _EMPTY else own
    return tidy


def _check(key, place):
    where = f"lti_onboarding_places.{key}"
    if not isinstance(place, (dict, type(None))):
        raise ManifestError(f"{where} is no object.")
    for platform, own in (place or {}).items():
        if platform not in PLACES:
            raise ManifestError(f"{where} has {platform}; it takes {', '.join(PLACES)}.")
        if not isinstance(own, (dict, type(None))):
            raise ManifestError(f"{where}.{platform} is no object.")
        unknown = sorted(set(own or ()) - set(PLACES[platform]))
        if unknown:
            raise ManifestError(f"{where}.{platform} has {', '.join(unknown)}; it takes {', '.join(PLACES[platform])}.")
        _check_own(own or {}, f"{where}.{platform}")


def _check_own(own, where):
    for name, value in own.items():
        if name in _OBJECTS and not isinstance(value, dict):
            raise ManifestError(f"{where}.{name} is no object.")
        if name == "provider_id" and not isinstance(value, str):
            raise ManifestError(f"{where}.{name} is no text.")
        if name in _LISTS:
            _check_objects(value, f"{where}.{name}")
        for position, one in enumerate(value if name == "exams" else ()):
            if one.get("lti_resources") is not None:
                _check_objects(one["lti_resources"], f"{where}.{name}[{position}].lti_resources")
                if not all(isinstance(link.get("lti_resource_link_name"), str) for link in one["lti_resources"]):
                    raise ManifestError(f"{where}.{name}[{position}] has a link without lti_resource_link_name.")


def _check_objects(value, where):
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise ManifestError(f"{where} is no list of objects.")


def _skipped(key, platform, manifest, place):
    here, _options = document.for_platform(manifest, platform)
    if platform in ("canvas", "d2l") and not document.has_lti_1_3(here):
        return f"The manifest has no initiate_login_uri, so it describes no LTI 1.3 tool for {TITLES[platform]}."
    if platform in ("exam", "luminus") and not document.has_lti_1_1(here):
        return f"The manifest has no lti_1_1, so it describes no LTI 1.1 tool for {TITLES[platform]}."
    if place is not None and platform not in place:
        return f"lti_onboarding_places.{key} names other platforms, so the tool is not for {TITLES[platform]} here."
    if platform == "luminus" and not ((place or {}).get("luminus") or {}).get("provider_id"):
        return f"LumiNUS cannot be searched: provider_id is missing in lti_onboarding_places.{key}.luminus."
    return None


def _waiting(manifest, place):
    """Refused already when it is with the oldest and with the newest version: then nobody has to be asked."""
    try:
        d2l.to_d2l(_placed_d2l(manifest, place))
    except ManifestError:
        d2l.to_d2l(_placed_d2l(manifest, place), le_version=".".join(map(str, LE_VERSIONS[0])))
    return {"state": "waiting", "why": "The version of Brightspace is not known yet."}


def highest_le_version(answer):
    """The version of LE to speak, of what ``/d2l/api/versions/`` answers.

    :raises ManifestError: when there is none that the modules speak.
    """
    known = [version for version in versions_of(answer, "le") if LE_VERSIONS[0] <= version <= LE_VERSIONS[1]]
    if not known:
        raise ManifestError("Brightspace names no version of LE that this collection speaks.")
    return ".".join(map(str, max(known)))


def _with(manifest, platform, change):
    """The manifest with a tenant's own options; ``change`` gets the old ones and returns those and a patch."""
    platforms = dict(manifest.get("platforms") or {})
    patch = dict(platforms.get(platform) or {})
    options, besides = change(dict(patch.get("options") or {}))
    platforms[platform] = document.merged({**patch, "options": None}, besides)
    platforms[platform]["options"] = options
    return {**manifest, "platforms": platforms}


def _over(options, place, names):
    """Options with a tenant's own over them, part by part."""
    laid = {name: {**(options.get(name) or {}), **place[name]} for name in names if place.get(name)}
    return {**options, **laid}


def _told(translated, placed, platform, **objects):
    told = {name: translated[name] for name in ("data", "losses", "warnings", "uncontrollable")}
    return {**told, "part": placed["platforms"][platform], "objects": objects}


def _canvas(manifest, place, _le_version):
    placed = _with(manifest, "canvas", lambda options: ({**options, **place}, {}))
    translated = canvas.to_canvas(placed)
    item = {"installations": [{"account_id": "self"}], **translated["payload"]}
    return _told(translated, placed, "canvas", tools=[item])


def _placed_d2l(manifest, place):
    target = document.tool_of(document.for_platform(manifest, "d2l")[0]).get("target_link_uri")

    def change(options):
        options = _over(options, place, ("registration", "deployment"))
        if place.get("links") is not None:
            options["links"] = [{"url": target, **link} for link in place["links"]]
        return options, {}

    return _with(manifest, "d2l", change)


def _d2l(manifest, place, le_version):
    placed = _placed_d2l(manifest, place)
    translated = d2l.to_d2l(placed, le_version=le_version)
    payload = translated["payload"]
    shared = {name: place[name] for name in ("sharing", "purge_sharing") if name in place}
    deployment = {**payload["deployment"], **shared, "links": payload["links"]}
    if "sharing" not in place:
        translated["warnings"].append(
            "No sharing is given for it, so who sees it stays as it is; a new deployment nobody sees."
        )
    return _told(translated, placed, "d2l", registrations=[{**payload["registration"], "deployments": [deployment]}])


def _exam(manifest, place, _le_version):
    key = (place.get("tool_provider") or {}).get("oauth_consumer_key")
    own_key = {"lti_1_1": {"consumer_key": key}} if key else {}
    placed = _with(manifest, "exam", lambda options: (_over(options, place, ("tool_provider",)), own_key))
    links = exam.to_exam(placed)["payload"]["lti_resources"]
    exams = [{**one, "lti_resources": _links_of(one, links)} for one in place.get("exams") or []]
    # What the exams' own links would send counts as well.
    used = [link for one in exams for link in one["lti_resources"]] or links
    counted = [{name: link[name] for name in _OF_LINK if name in link} for link in used]
    placed = _with(placed, "exam", lambda options: ({**options, "lti_resources": counted}, {}))
    translated = exam.to_exam(placed)
    provider = translated["payload"]["tool_provider"]
    for one in exams:
        one["lti_resources"] = [_linked(link, provider["tool_name"]) for link in one["lti_resources"]]
    if not exams and links:
        translated["warnings"].append("No exam is given for it, so its links are nowhere yet.")
    return _told(translated, placed, "exam", tool_providers=[provider], exams=exams)


def _links_of(one, links):
    """An exam's own list of links, in which those of the manifest need only their name; without one, all of them."""
    if one.get("lti_resources") is None:
        return [dict(link) for link in links]
    by_name = {link["lti_resource_link_name"]: link for link in links}
    return [{**by_name.get(own.get("lti_resource_link_name"), {}), **own} for own in one["lti_resources"]]


_OF_LINK = ("lti_resource_link_name", "lti_resource_launch_url", "open_in_new_tab", "lti_custom_data")


def _linked(link, tool_name):
    # Said even where it is empty: what a link has of its own could send anything.
    link = {"lti_custom_data": {}, **link}
    has_tool = "tool_provider_name" in link or "tool_provider_id" in link
    return link if has_tool else {**link, "tool_provider_name": tool_name}


def _luminus(manifest, place, _le_version):
    key = (place.get("provider") or {}).get("consumer_key")
    own_key = {"lti_1_1": {"consumer_key": key}} if key else {}
    placed = _with(manifest, "luminus", lambda options: (_over(options, place, ("provider",)), own_key))
    translated = exam.to_luminus(placed)
    allowed = sorted(document.allowed(document.for_platform(placed, "luminus")[0]))
    provider = {"provider_id": place["provider_id"], "allowed": allowed, **translated["payload"]["provider"]}
    return _told(translated, placed, "luminus", providers=[provider])


_MAKERS = {"canvas": _canvas, "d2l": _d2l, "exam": _exam, "luminus": _luminus}


def objects(rows, platform):
    """What a platform's role gets for all tools together, by the name of its list.

    Exams of one name are one exam with the links of all tools, in the order of the manifests; so are registrations
    that are the same, with all their deployments.
    """
    ready = [row["objects"] for row in rows if row["platform"] == platform and row["state"] == "ready"]
    if platform == "d2l":
        return {"registrations": [{**one, "deployments": uses} for one, _keys, uses in registrations(rows)]}
    names = (
        ("tool_providers", "exams") if platform == "exam" else ("tools",) if platform == "canvas" else ("providers",)
    )
    made = {name: [one for each in ready for one in each[name]] for name in names}
    if "exams" in made:
        made["exams"] = _joined(made["exams"])
    return made


def registrations(rows):
    """Registrations that a tenant's Brightspace gets, each once: a list of (registration, keys, deployments).

    Only what is the same in every word is one; two that differ, but share a domain, the role refuses.
    """
    found = []
    for row in rows:
        if row["platform"] == "d2l" and row["state"] == "ready":
            (whole,) = row["objects"]["registrations"]
            one = {name: value for name, value in whole.items() if name != "deployments"}
            keys, uses = next(((keys, uses) for known, keys, uses in found if known == one), (None, None))
            if keys is None:
                keys, uses = [], []
                found.append((one, keys, uses))
            keys.append(row["key"])
            uses += whole["deployments"]
    return found


def _joined(exams):
    found = {}
    for one in exams:
        held = found.setdefault(one.get("name"), {})
        links = [*held.get("lti_resources", []), *one["lti_resources"]]
        held.update({**one, "lti_resources": links})
    return list(found.values())


def preflights(manifests, rows, with_secret=()):
    """What a preflight looks at: each manifest with the tenant's own values, and the platforms that it is for.

    :param manifests: as :func:`translations` takes them.
    :param rows: what that returned.
    :param with_secret: keys of manifests whose LTI 1.1 secret is known, so that they need not name it.
    :returns: a list of ``key``, ``manifest``, ``platforms``; without manifests that are for none.
    """
    made = []
    for key, given in manifests.items():
        parts = {row["platform"]: row["part"] for row in rows if row["key"] == key and row["state"] == "ready"}
        if parts:
            manifest = document.parsed(given) if isinstance(given, str) else given
            whole = {**manifest, "platforms": {**(manifest.get("platforms") or {}), **parts}}
            if whole.get("lti_1_1") and key in with_secret:
                named = {"consumer_secret": f"lti_onboarding_consumer_secrets.{key}"}
                whole["lti_1_1"] = {**named, **whole["lti_1_1"]}
            made.append({"key": key, "manifest": whole, "platforms": list(parts)})
    return made
