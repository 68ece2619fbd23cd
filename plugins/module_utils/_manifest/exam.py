# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The LTI 1.1 half of a manifest: a tool provider with its links on the exam platform, a provider of LumiNUS.

Data only. The secret is in none of it: a manifest names it, and whoever runs a playbook has it.
"""

from __future__ import annotations

from ansible_collections.edtech.lti.plugins.module_utils._manifest import document, roads, translation
from ansible_collections.edtech.lti.plugins.module_utils._manifest.document import ManifestError
from ansible_collections.edtech.lti.plugins.module_utils._manifest.vocabulary import TOOL_CONFIGURATION

_OF_LTI_1_3 = ("client_name", "initiate_login_uri", "redirect_uris", "jwks_uri", "jwks", "scope")
"""The other half, which has its own platforms: not lost, only not meant."""
_PART = ("name", "launch_url", "consumer_key", "consumer_secret", "message", "custom_parameters", "links")


def to_exam(manifest):
    """The LTI 1.1 half as objects of the exam platform.

    :returns: as :func:`translation.finished`; the payload has ``tool_provider`` and ``lti_resources`` in the options
        of our modules, with those of ``platforms.exam`` laid over them, and without the secret.
    :raises ManifestError: where the manifest has no such half, or more would be sent than it allows.
    """
    said, options = document.for_platform(document.checked(manifest), "exam")
    part = translation.lti_1_1_of(said, "the exam platform")
    translation.checked_options(options, "exam", {"tool_provider": dict, "lti_resources": list})
    _check_options(options)
    custom = translation.values(part.get("custom_parameters"))
    provider = {
        "tool_name": part.get("name") or said["client_name"],
        "tool_url": part["launch_url"],
        "oauth_consumer_key": part["consumer_key"],
        "use_as_basic_link": part.get("message") != "deep_linking",
        "lti_custom_data": custom,
        **(options.get("tool_provider") or {}),
    }
    links = options["lti_resources"] if "lti_resources" in options else [_link(one) for one in part.get("links") or []]
    # Said even where it is empty: what a link has of its own could send anything.
    resources = [{"lti_custom_data": {}, **link} for link in links]
    losses = _losses(said, part, "the exam platform")
    found = roads.of_exam(provider, resources)
    unknown = [
        warning
        for own in (provider, *resources)
        for warning in translation.unknown(own["lti_custom_data"], "the exam platform")
    ]
    return translation.finished(
        "The exam platform",
        _half(said),
        {"tool_provider": provider, "lti_resources": resources},
        found,
        losses,
        unknown,
    )


def _check_options(options):
    for number, own in enumerate([options.get("tool_provider") or {}, *(options.get("lti_resources") or [])]):
        where = "platforms.exam.options." + (f"lti_resources[{number - 1}]" if number else "tool_provider")
        if "oauth_consumer_secret" in own:
            raise ManifestError(f"{where} holds a secret. Name it in lti_1_1.consumer_secret, and keep it in a vault.")
        if not isinstance(own.get("lti_custom_data", {}), dict):
            raise ManifestError(f"{where}.lti_custom_data is no object, and what is left alone could send anything.")


def _half(manifest):
    """The manifest without what the other half asks for: scopes and claims are words of LTI 1.3."""
    return {name: manifest[name] for name in ("data", "lti_1_1") if name in manifest}


def _link(link):
    made = {"lti_resource_link_name": link["name"]}
    if link.get("launch_url"):
        made["lti_resource_launch_url"] = link["launch_url"]
    if "open_in_new_tab" in link:
        made["open_in_new_tab"] = link["open_in_new_tab"]
    if link.get("custom_parameters"):
        made["lti_custom_data"] = translation.values(link["custom_parameters"])
    return made


def _losses(manifest, part, platform):
    besides = translation.unplaced(manifest, platform, _OF_LTI_1_3, _tool_members(manifest))
    description = document.tool_of(manifest).get("description")
    return [
        *besides,
        *([f"description has no counterpart in {platform}."] if description else []),
        *(f"lti_1_1.{name} has no counterpart in {platform}." for name in part if name not in _PART),
    ]


def _tool_members(manifest):
    return tuple(manifest.get(TOOL_CONFIGURATION) or ())


def to_luminus(manifest):
    """The LTI 1.1 half as LumiNUS should show it; nothing can be written there.

    :returns: as :func:`translation.finished`; the payload has ``provider``, in the words of
        ``luminus_provider_info``.
    :raises ManifestError: where the manifest has no such half, or more would be sent than it allows.
    """
    said, options = document.for_platform(document.checked(manifest), "luminus")
    part = translation.lti_1_1_of(said, "LumiNUS")
    translation.checked_options(options, "luminus", {"provider": dict})
    provider = {
        "name": part.get("name") or said["client_name"],
        "launch_url": part["launch_url"],
        "consumer_key": part["consumer_key"],
        "custom_parameters": translation.values(part.get("custom_parameters")),
        **(options.get("provider") or {}),
    }
    losses = _losses(said, part, "LumiNUS")
    losses += [f"lti_1_1.{name} has no counterpart in LumiNUS." for name in ("links", "message") if part.get(name)]
    return translation.finished(
        "LumiNUS",
        _half(said),
        {"provider": provider},
        roads.of_luminus(provider),
        losses,
        translation.unknown(provider["custom_parameters"], "LumiNUS"),
    )


def from_exam(tool_provider, lti_resources=()):
    """A tool provider of the exam platform with its links as the LTI 1.1 half of a manifest.

    :param tool_provider: as ``exam_tool_provider_info`` returns it; ``lti_resources`` likewise.
    :returns: ``manifest`` and ``losses``. The secret is named after the tool; its value is not in it.
    """
    name = tool_provider.get("tool_name")
    part = {
        "launch_url": tool_provider.get("tool_url"),
        "consumer_key": tool_provider.get("oauth_consumer_key"),
        "consumer_secret": _reference(name),
        "message": "basic" if tool_provider.get("use_as_basic_link", True) else "deep_linking",
        "custom_parameters": roads.custom_data(tool_provider.get("lti_custom_data")),
        "links": [_link_of(one) for one in lti_resources],
    }
    manifest = {
        "client_name": name,
        "lti_1_1": {member: value for member, value in part.items() if value not in (None, "", {}, [])},
        "data": roads.classes(roads.of_exam(tool_provider, lti_resources)),
    }
    losses, options = [], {}
    held = tool_provider.get("lti_custom_data") or {}
    texts = _texts(held)
    if texts != held:
        # A manifest has texts only, and 5 is not "5" there.
        manifest["lti_1_1"] = {**manifest["lti_1_1"], "custom_parameters": texts}
        others = sorted(set(held) - set(texts)) if isinstance(held, dict) else []
        if others:
            options["tool_provider"] = {"lti_custom_data": held}
            losses.append(f"custom data {', '.join(others)} are no texts; they are kept for the exam platform only.")
        else:
            losses.append("The custom data are no object, and are left out.")
    if any(
        _texts(one.get("lti_custom_data")) != roads.custom_data(one.get("lti_custom_data")) for one in lti_resources
    ):
        options["lti_resources"] = [_held(one) for one in lti_resources]
        losses.append("Custom data of links are not all texts; these links are kept for the exam platform only.")
    if options:
        manifest["platforms"] = {"exam": {"options": options}}
    return {"manifest": document.checked(manifest), "losses": losses}


def _texts(custom_data):
    return {key: value for key, value in roads.custom_data(custom_data).items() if isinstance(value, str)}


def _held(resource):
    """A link in the options of our module, as it is there."""
    names = ("lti_resource_link_name", "lti_resource_launch_url", "open_in_new_tab")
    made = {name: resource[name] for name in names if resource.get(name) is not None}
    return {**made, "lti_custom_data": roads.custom_data(resource.get("lti_custom_data"))}


def from_luminus(provider):
    """A provider of LumiNUS as the LTI 1.1 half of a manifest.

    :param provider: as ``luminus_provider_info`` returns it, with the consumer key revealed.
    :returns: ``manifest`` and ``losses``; the secret is named after the tool, and its value is not in it.
    """
    name = provider.get("name")
    pairs = provider.get("cust_params") or []
    keys = [one.get("key") for one in pairs if isinstance(one, dict)]
    repeated = sorted({str(key) for key in keys if keys.count(key) > 1})
    part = {
        "launch_url": provider.get("launch_url"),
        "consumer_key": provider.get("consumer_key"),
        "consumer_secret": _reference(name),
        "custom_parameters": provider.get("custom_parameters"),
    }
    manifest = {
        "client_name": name,
        TOOL_CONFIGURATION: {"description": provider.get("description")} if provider.get("description") else None,
        "lti_1_1": {member: value for member, value in part.items() if value not in (None, "", {})},
        "data": roads.classes(roads.of_luminus(provider)),
        "platforms": {"luminus": {"options": {"provider": {"launch_data": provider["launch_data"]}}}}
        if provider.get("launch_data")
        else None,
    }
    held = {member: value for member, value in manifest.items() if value is not None}
    losses = [f"Of the custom parameter {key} LumiNUS has several values; the last one is kept." for key in repeated]
    return {"manifest": document.checked(held), "losses": losses}


def _reference(name):
    """A name for the secret of a tool, as variables are called."""
    plain = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in (name or "tool").lower())
    return f"vault_{plain.strip('_')}_consumer_secret"


def _link_of(resource):
    made = {
        "name": resource.get("lti_resource_link_name"),
        "launch_url": resource.get("lti_resource_launch_url"),
        "open_in_new_tab": resource.get("open_in_new_tab") or None,
        "custom_parameters": _texts(resource.get("lti_custom_data")),
    }
    return {name: value for name, value in made.items() if value not in (None, "", {})}
