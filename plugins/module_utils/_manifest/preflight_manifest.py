# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Preflight: a manifest, by itself and for each platform that it is meant for. Data only."""

from __future__ import annotations

import json

from ansible_collections.edtech.lti.plugins.module_utils._manifest import (
    canvas,
    d2l,
    document,
    exam,
    schema,
    vocabulary,
)
from ansible_collections.edtech.lti.plugins.module_utils._manifest import preflight_keys as keys
from ansible_collections.edtech.lti.plugins.module_utils._manifest import preflight_services as services
from ansible_collections.edtech.lti.plugins.module_utils._manifest import preflight_texts as texts
from ansible_collections.edtech.lti.plugins.module_utils._manifest.document import TOOL, ManifestError
from ansible_collections.edtech.lti.plugins.module_utils._manifest.preflight_findings import WARNING, at, finding

ROOT = "manifest"
LTI_1_3 = ("canvas", "d2l")
LTI_1_1 = ("exam", "luminus")
_LEVEL = f"{vocabulary.CANVAS}privacy_level"


def read(given):
    """A manifest out of a dict or a text.

    :returns: a pair: the manifest, None if it cannot be read, and findings.
    """
    if not isinstance(given, str):
        return (given, []) if isinstance(given, dict) else (None, [_no_object(given)])
    text, found = given.lstrip("\ufeff"), []
    as_json = text.lstrip().startswith("{")
    try:
        loaded = document.parsed(text)
    except ManifestError as error:
        no_object = str(error).endswith("no object with members.")
        code = "wrong_shape" if no_object else "invalid_json" if as_json else "invalid_yaml"
        return None, [finding(code, ROOT, str(error))]
    if as_json:
        try:
            json.loads(text)
        except ValueError as error:
            where = f"line {error.lineno}, column {error.colno}" if hasattr(error, "lineno") else "somewhere"
            found.append(finding("json_read_as_yaml", ROOT, f"This looks like JSON and is none ({where}), only YAML."))
    return loaded, found


def _no_object(given):
    return finding("wrong_shape", ROOT, f"This is {schema.shape(given)}, where an object or a text is needed.")


def of_manifest(given, platforms=None, *, production=True, le_version=None):
    """Findings on a manifest, and the manifest without what is wrong in it.

    :param given: a dict.
    :param platforms: those that it is meant for; None for all that it describes a tool for.
    :param production: false where http and local addresses are only worth a note.
    :param le_version: the version of LE that is spoken with Brightspace.
    :returns: a pair.
    """
    manifest, problems = schema.mended(given)
    found = [_problem(path, words, given) for path, words in problems]
    slip = None if problems else schema.slip(manifest)
    if slip:
        found.append(finding("manifest_invalid", ROOT, slip))
    meant = meant_for(manifest, platforms)
    if platforms and not meant and not problems:
        said = f"The manifest describes no tool for {', '.join(platforms)}."
        found.append(finding("not_translatable", ROOT, said, severity=WARNING))
    found += texts.of_document(manifest, ROOT, production)
    base = _of_tool(manifest, ROOT, meant)
    found += base
    known = {(one["code"], one["message"]) for one in base}
    for name in meant:
        said, _options = document.for_platform(manifest, name)
        root = at(ROOT, "platforms", name)
        changed = said != document.for_platform(manifest, None)[0]
        own = _of_tool(said, root, [name]) if changed else []
        found += [one for one in own if (one["code"], one["message"]) not in known]
        if not problems and not slip:
            found += _of_translation(manifest, name, le_version)
    return found, manifest


def meant_for(manifest, platforms=None):
    """The platforms that a manifest is meant for: those for whose kind of LTI it describes a tool.

    :param platforms: the only ones that count; None for all.
    """
    lti_1_3 = LTI_1_3 if document.has_lti_1_3(manifest) else ()
    able = [*lti_1_3, *(LTI_1_1 if document.has_lti_1_1(manifest) else ())]
    return [name for name in able if platforms is None or name in platforms]


def _problem(path, words, given):
    where = schema.at(path, ROOT)
    if path == ["redirect_uris"] and isinstance(given.get("redirect_uris"), str):
        return finding("redirect_uris_shape", where, f"This {words}.", severity="error")
    return finding("manifest_invalid", where, f"This {words}.")


def _of_tool(manifest, root, meant):
    """Findings on what a manifest says of the tool, as it holds for some platforms."""
    allowed = document.allowed(manifest) if manifest.get("data") is not None else None
    found = []
    if allowed is None:
        said = "data is not said, so the tool may know nobody: only opaque id, course and role."
        found.append(finding("data_missing", at(root, "data"), said))
    if document.has_lti_1_3(manifest) and (set(meant) & set(LTI_1_3) or not meant):
        found += _of_lti_1_3(manifest, root, meant, allowed)
    if document.has_lti_1_1(manifest) and (set(meant) & set(LTI_1_1) or not meant):
        found += _of_lti_1_1(manifest["lti_1_1"], at(root, "lti_1_1"), allowed)
    return found


def _of_lti_1_3(manifest, root, meant, allowed):
    tool, place = document.tool_of(manifest), at(root, TOOL)
    found, uris = [], manifest.get("redirect_uris") or []
    if not uris:
        said = "There are no redirect URIs; the target link would have to do."
        found.append(finding("redirect_uris_missing", at(root, "redirect_uris"), said))
    domains = [one for one in (tool.get("domain"), *(tool.get("secondary_domains") or [])) if one]
    found += texts.of_redirects(uris, at(root, "redirect_uris"), domains=domains, target=tool.get("target_link_uri"))
    if tool.get("domain"):
        found += texts.of_domain(tool["domain"], f"{place}.domain", scheme_allowed=set(meant) == {"d2l"})
        there = (tool.get("target_link_uri"), manifest.get("initiate_login_uri"))
        found += texts.of_relation(domains, there, f"{place}.domain")
    if not tool.get("target_link_uri"):
        found.append(finding("required_missing", f"{place}.target_link_uri", "target_link_uri is missing."))
    pinned = manifest.get("jwks")
    found += keys.of_sources(manifest.get("jwks_uri"), pinned, at(root, "jwks_uri"), at(root, "jwks"))
    if pinned:
        found += keys.of_key_set(pinned, at(root, "jwks"))
    scopes = document.scopes_of(manifest)
    found += services.of_scopes(scopes, at(root, "scope"))
    found += services.of_placements(list(_placements(tool, place))) if "canvas" in meant or not meant else []
    return found + _of_data(manifest, tool, root, place, allowed)


def _placements(tool, place):
    """Where, name and message type of the placements that Canvas knows; those of the standard have other names."""
    for number, message in enumerate(tool.get("messages") or []):
        for count, name in enumerate(message.get("placements") or []):
            where = f"{place}.messages[{number}].placements[{count}]"
            yield where, canvas.placement_name(name), message.get("type")


def _of_data(manifest, tool, root, place, allowed):
    """Findings on what the tool wants to know (field names are those of client metadata)."""
    may = document.allowed(manifest)
    found = _claims_beyond(tool, place, may)
    found += texts.of_variables(tool.get("custom_parameters"), f"{place}.custom_parameters", allowed)
    for number, message in enumerate(tool.get("messages") or []):
        parameters = message.get("custom_parameters")
        found += texts.of_variables(parameters, f"{place}.messages[{number}].custom_parameters", allowed)
    level, scopes = tool.get(_LEVEL), document.scopes_of(manifest)
    if level == "public" and not set(vocabulary.LEVELS["public"]) <= set(may):
        said = "The tool asks for everything in Canvas: name, e-mail address, SIS id and picture."
        found.append(finding("privacy_public", f"{place}.{_LEVEL}", said))
    # A misspelt class is told already, and says nothing about what is meant.
    known = set(manifest.get("data") or ()) <= set(vocabulary.DATA_CLASSES)
    anonymous = level == "anonymous" or (known and not set(may) & texts.IDENTITY)
    if anonymous and vocabulary.NRPS in scopes:
        found.append(services.anonymous_with_roster(at(root, "scope"), allowed, "the roster scope"))
    return found


def _claims_beyond(tool, place, may):
    beyond = {}
    for claim in tool.get("claims") or []:
        data_class = vocabulary.class_of_claim(claim)
        if data_class and data_class not in may:
            beyond.setdefault(data_class, []).append(claim)
    return [
        finding(
            "asks_for_more", f"{place}.claims", f"The tool asks for {name} ({', '.join(claims)}), and may not have it."
        )
        for name, claims in beyond.items()
    ]


def _of_lti_1_1(part, place, allowed):
    found = []
    if not part.get("launch_url"):
        found.append(finding("required_missing", f"{place}.launch_url", "launch_url is missing."))
    if not part.get("consumer_key"):
        found.append(finding("exam_key_missing", f"{place}.consumer_key", "There is no consumer key."))
    if not part.get("consumer_secret"):
        found.append(finding("exam_secret_missing", f"{place}.consumer_secret", "No consumer secret is named."))
    found += texts.of_variables(part.get("custom_parameters"), f"{place}.custom_parameters", allowed)
    for number, link in enumerate(part.get("links") or []):
        where = f"{place}.links[{number}].custom_parameters"
        found += texts.of_variables(link.get("custom_parameters"), where, allowed)
    return found


def _of_translation(manifest, platform, le_version):
    """What the translation for a platform would refuse (its warnings are told where it is done)."""
    where = at(ROOT, "platforms", platform)
    try:
        _translated(manifest, platform, le_version)
    except ManifestError as error:
        if not error.beyond:
            return [finding("not_translatable", where, str(error))]
        allowed = document.allowed(document.for_platform(manifest, platform)[0])
        return services.of_roads(error.beyond, allowed, where, platform)
    return []


def _translated(manifest, platform, le_version):
    if platform == "canvas":
        return canvas.to_canvas(manifest)
    if platform == "d2l":
        return d2l.to_d2l(manifest, le_version)
    return exam.to_exam(manifest) if platform == "exam" else exam.to_luminus(manifest)


def canvas_payload(manifest):
    """What Canvas would be given for a manifest; None for one that cannot be translated."""
    try:
        return canvas.to_canvas(manifest)["payload"]
    except ManifestError:
        return None
