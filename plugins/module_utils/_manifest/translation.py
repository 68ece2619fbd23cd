# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every translation of a manifest ends with: the payload, what it leaves behind, and what it would send."""

from __future__ import annotations

from ansible_collections.edtech.lti.plugins.module_utils._manifest import document, roads, vocabulary
from ansible_collections.edtech.lti.plugins.module_utils._manifest.document import ManifestError

_IMPLIED = {
    "application_type": ("web",),
    "token_endpoint_auth_method": ("private_key_jwt",),
    "response_types": (["id_token"],),
    "grant_types": (["implicit", "client_credentials"], ["client_credentials", "implicit"], ["implicit"]),
}
"""Client metadata that every LTI 1.3 tool has alike, so that nothing is lost with them."""
_ANSWERED = (
    "client_id",
    "registration_client_uri",
    "registration_access_token",
    "client_secret",
    "client_id_issued_at",
)
"""What a platform answered to a registration; it is no part of the tool."""


def finished(platform, manifest, payload, found, losses, warnings):
    """A translation, unless it would send more than the manifest allows.

    :param platform: what the platform is called in sentences.
    :param found: the roads of the payload.
    :returns: ``payload``, ``losses`` and ``warnings`` (sentences), ``data`` (data classes that will be sent),
        ``roads``, and ``uncontrollable`` (data classes that the platform sends in any case).
    :raises ManifestError: naming each class beyond, with its roads.
    """
    may = document.allowed(manifest)
    beyond = [one for one in found if one["class"] not in may]
    if beyond:
        raise ManifestError(_refusal(platform, beyond), beyond)
    sent = roads.classes(found)
    for name in document.needed(manifest):
        if name not in sent:
            why = "by these settings" if name in may else "because data does not allow it"
            warnings = [*warnings, f"The tool asks for {name}, which {platform} will not send {why}."]
    return {
        "payload": payload,
        "losses": list(dict.fromkeys(losses)),
        "warnings": list(dict.fromkeys(warnings)),
        "data": sent,
        "roads": found,
        "uncontrollable": roads.uncontrollable(found),
    }


def _refusal(platform, beyond):
    whats = []
    for name in roads.classes(beyond):
        ways = [one for one in beyond if one["class"] == name]
        where = ", ".join(dict.fromkeys(one["where"] for one in ways))
        forced = any(not one["controllable"] for one in ways)
        whats.append(f"{name} ({'cannot be switched off: ' if forced else ''}{where})")
    names = ", ".join(roads.classes(beyond))
    return (
        f"{platform} would send more than the manifest allows: {'; '.join(whats)}. Add {names} to data if the tool may"
        f" have that, or take it out of the manifest or of its part for this platform."
    )


def _listed(names):
    return ", ".join(names[:-1]) + (" and " if names[:-1] else "") + names[-1]


def unknown(parameters, platform):
    """Warnings about variables of which nobody knows what they carry."""
    return [
        f"${name} is no known substitution variable; what {platform} would send for it is not counted."
        for name in roads.unknown_variables(parameters or {})
    ]


def unknown_scopes(scopes):
    """Warnings about scopes of which nobody knows what they open."""
    return [
        f"{scope} is no known scope; what it opens is not counted."
        for scope in scopes
        if vocabulary.classes_of_scope(scope) is None
    ]


def unplaced(manifest, platform, carried, tool_carried):
    """Losses: members of the client metadata that a platform has no place for.

    :param carried: names of members at the top that the translation reads.
    :param tool_carried: names of members of the tool configuration that it reads.
    """
    ignored = {*carried, *_ANSWERED, *document.OURS, document.TOOL}
    names = [
        name
        for name, value in manifest.items()
        if name not in ignored and value not in (None, "", [], {}) and value not in _IMPLIED.get(name, ())
    ]
    tool = document.tool_of(manifest)
    # claims and messages are told one by one.
    besides = {*tool_carried, "claims", "messages", "deployment_id", "version"}
    names += [name for name, value in tool.items() if name not in besides and value not in (None, "", [], {})]
    return [f"{_short(name)} has no counterpart in {platform}." for name in names]


def _short(name):
    return name.replace(vocabulary.CANVAS, "Canvas's ")


def values(parameters):
    """Custom parameters as an object of texts; what is null is none."""
    return {str(name): _text(value) for name, value in (parameters or {}).items() if value is not None}


def _text(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def required(manifest, names, platform):
    """:raises ManifestError: when the LTI 1.3 half of a manifest lacks what the platform cannot do without."""
    if not document.has_lti_1_3(manifest):
        raise ManifestError(f"The manifest has no initiate_login_uri, so it describes no LTI 1.3 tool for {platform}.")
    tool = document.tool_of(manifest)
    missing = [name for name in names if not (manifest.get(name) or tool.get(name))]
    if missing:
        raise ManifestError(f"The manifest has no {_listed(missing)}, which {platform} needs.")


def checked_options(options, platform, kinds):
    """Options of one platform, when they are among those that there are and have their kinds.

    :param kinds: dict or list, by name; the members of a list are objects.
    :raises ManifestError: naming what is not.
    """
    for name, value in options.items():
        where = f"platforms.{platform}.options.{name}"
        if name not in kinds:
            raise ManifestError(f"{where} is no option; there are {_listed(list(kinds))}.")
        fits = isinstance(value, kinds[name]) and all(isinstance(one, dict) for one in value if kinds[name] is list)
        if not fits:
            raise ManifestError(f"{where} is no {'list of objects' if kinds[name] is list else 'object'}.")
    return options


def lti_1_1_of(manifest, platform):
    """The LTI 1.1 half of a manifest.

    :raises ManifestError: when there is none, or it lacks what every platform needs.
    """
    part = manifest.get("lti_1_1") or {}
    missing = [f"lti_1_1.{name}" for name in ("launch_url", "consumer_key") if not part.get(name)]
    if missing:
        raise ManifestError(f"The manifest has no {_listed(missing)}, which an LTI 1.1 tool needs for {platform}.")
    return part
