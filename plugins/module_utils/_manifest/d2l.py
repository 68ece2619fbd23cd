# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A manifest as a registration, a deployment and links of D2L Brightspace, and back. Data only.

Every section number in this file is one of docs/platforms/d2l.md.
"""

from __future__ import annotations

import re
import urllib.parse

from ansible_collections.edtech.lti.plugins.module_utils._manifest import document, roads, translation, vocabulary
from ansible_collections.edtech.lti.plugins.module_utils._manifest.document import TOOL, ManifestError
from ansible_collections.edtech.lti.plugins.module_utils._manifest.vocabulary import DEEP_LINKING

_FLAGS = {
    "send_user_first_name": "name",
    "send_user_last_name": "name",
    "send_user_email": "email",
    "send_d2l_username": "username",
    "send_d2l_org_defined_id": "sis_id",
}
"""Flags that are on when a manifest allows the data class; the others about users are off."""
_OFF = ("send_user_middle_name", "send_d2l_user_id")
_OF_CONTEXT = ("send_org_unit_information", "send_link_title", "send_link_description")
_INSERT_STUFF = ("RichTextEditor", "editor_button", f"{vocabulary.CANVAS}editor_button")
_DEEP_PLACEMENTS = (*_INSERT_STUFF, "ContentArea", "link_selection", f"{vocabulary.CANVAS}link_selection")
_EXTENSION_OF_SCOPE = {
    vocabulary.AGS: "assignment_and_grade_services",
    vocabulary.NRPS: "names_and_role_provisioning",
    f"{vocabulary.LTI}noticehandlers": "platform_notification_service",
    f"{vocabulary.LTI}asset.readonly": "asset_processor",
    f"{vocabulary.LTI}report": "asset_processor",
}
_CARRIED = ("client_name", "initiate_login_uri", "redirect_uris", "jwks_uri", "jwks", "scope")
_TOOL_CARRIED = ("domain", "target_link_uri", "description", "custom_parameters")
_FOREIGN = re.compile(r"\$\{?((?:vnd\.)?Canvas\.|com\.instructure\.)", re.IGNORECASE)


def to_d2l(manifest, le_version=None):
    """A manifest as objects of Brightspace.

    :param le_version: the version of LE that is spoken, such as ``"1.92"``; it decides which flags there are (8).
    :returns: as :func:`translation.finished`; the payload has ``registration``, ``deployment`` and ``links`` in the
        options of our modules, with those of ``platforms.d2l`` laid over them.
    :raises ManifestError: where Brightspace could not take it, or would send more than the manifest allows.
    """
    said, options = document.for_platform(document.checked(manifest), "d2l")
    translation.required(said, ("client_name", "target_link_uri"), "Brightspace")
    translation.checked_options(options, "d2l", {"registration": dict, "deployment": dict, "links": list})
    _check_data_options(options)
    losses = translation.unplaced(said, "Brightspace", _CARRIED, _TOOL_CARRIED)
    payload = _payload(said, options, le_version, losses)
    registration, deployment, links = payload["registration"], payload["deployment"], payload["links"]
    if registration.get("enabled_extensions") and not registration.get("keyset_url"):
        raise ManifestError(
            "The manifest has no jwks_uri, and Brightspace needs it for services; it takes no pasted keys."
        )
    found = roads.of_d2l(registration, deployment, links, le_version)
    warnings = [
        warning
        for parameters in (
            registration.get("custom_parameters"),
            deployment.get("custom_parameters"),
            *(link.get("custom_parameters") for link in links),
        )
        for warning in translation.unknown(parameters, "Brightspace")
    ]
    if not document.tool_of(said).get("domain"):
        warnings.append(f"The manifest has no domain; that of its target link, {registration['domain']}, is taken.")
    return translation.finished("Brightspace", said, payload, found, losses, warnings)


_ABOUT_DATA = {
    "enabled_extensions": list,
    "custom_parameters": dict,
    **dict.fromkeys((*roads.USER_FLAGS, *_OF_CONTEXT, "anonymous", "pre_provisioning", "send_institution_role"), bool),
}


def _check_data_options(options):
    """What decides which data are sent must be said outright: null would leave alone what nobody knows."""
    parts = [("registration", options.get("registration")), ("deployment", options.get("deployment"))]
    parts += [(f"links[{number}]", link) for number, link in enumerate(options.get("links") or [])]
    for part, own in parts:
        for name, kind in _ABOUT_DATA.items():
            where = f"platforms.d2l.options.{part}.{name}"
            if name in (own or {}) and not isinstance(own[name], kind):
                what = {list: "a list of names", dict: "an object", bool: "true or false"}[kind]
                raise ManifestError(f"{where} is not {what}; what it leaves alone could send anything.")
            unknown = set(own[name]) - set(roads.EXTENSIONS) if kind is list and name in (own or {}) else ()
            if unknown:
                raise ManifestError(
                    f"{where} names {', '.join(map(str, unknown))}; there are {', '.join(roads.EXTENSIONS)}."
                )


def _payload(manifest, options, le_version, losses):
    """What a manifest says to Brightspace, with options laid over it."""
    extensions = _extensions(manifest, losses)
    return {
        "registration": {**_registration(manifest, extensions, losses), **(options.get("registration") or {})},
        "deployment": {**_deployment(manifest, extensions, le_version), **(options.get("deployment") or {})},
        # Said even where it is empty: what a link has of its own could send anything.
        "links": [{"custom_parameters": {}, **link} for link in options["links"]]
        if "links" in options
        else _links(manifest, losses),
    }


def _registration(manifest, extensions, losses):
    tool = document.tool_of(manifest)
    if manifest.get("jwks") and not manifest.get("jwks_uri"):
        losses.append("jwks has no counterpart in Brightspace, which reads the tool's keys at an address only.")
    made = {
        "name": manifest["client_name"],
        "domain": tool.get("domain") or urllib.parse.urlsplit(tool["target_link_uri"]).hostname or "",
        "redirect_urls": list(manifest.get("redirect_uris") or [tool["target_link_uri"]]),
        "oidc_login_url": manifest["initiate_login_uri"],
        "target_link_uri": tool["target_link_uri"],
        "enabled_extensions": list(extensions),
        "custom_parameters": _parameters(tool.get("custom_parameters"), "custom_parameters", losses),
        "send_institution_role": False,
    }
    if manifest.get("jwks_uri"):
        made["keyset_url"] = manifest["jwks_uri"]
    if tool.get("description"):
        made["description"] = tool["description"]
    return made


def _extensions(manifest, losses):
    """What has to be on in registration and deployment, in the order of the numbers (7)."""
    wanted = set()
    for scope in document.scopes_of(manifest):
        name = next((one for start, one in _EXTENSION_OF_SCOPE.items() if scope.startswith(start)), None)
        if name:
            wanted.add(name)
        else:
            losses.append(f"The scope {scope} has no counterpart in Brightspace.")
    if any(message.get("type") == DEEP_LINKING for message in document.tool_of(manifest).get("messages") or []):
        wanted.add("deep_linking")
    known = (
        "assignment_and_grade_services",
        "deep_linking",
        "names_and_role_provisioning",
        "platform_notification_service",
        "asset_processor",
    )
    return [name for name in known if name in wanted]


def _deployment(manifest, extensions, le_version):
    """All flags about data are said: what nobody says is left alone, and might be on (8)."""
    may = document.allowed(manifest)
    version = roads.version_of(le_version)
    made = {
        "name": manifest["client_name"],
        "enabled_extensions": list(extensions),
        # Parameters of its own could send anything, too.
        "custom_parameters": {},
        "pre_provisioning": False,
        **{flag: name in may for flag, name in _FLAGS.items()},
        **dict.fromkeys(_OFF, False),
    }
    if version < roads.NO_ANONYMOUS_SINCE:
        # The only way to keep the role back; the flags alone keep the person back.
        made["anonymous"] = "role" not in may
    if version < roads.NO_ORG_UNIT_CHOICE_SINCE:
        made.update(dict.fromkeys(_OF_CONTEXT, "course" in may))
    return made


def _links(manifest, losses):
    """One link of the organisation for each address that a message launches (10)."""
    tool = document.tool_of(manifest)
    made = []
    for number, message in enumerate(tool.get("messages") or [{}]):
        where = f"messages[{number}]"
        if message.get("type") not in (None, "", vocabulary.RESOURCE_LINK, DEEP_LINKING):
            losses.append(f"{where} is a {message['type']}, for which Brightspace has no link.")
            continue
        _lose(message, where, losses)
        link = {
            "name": message.get("label") or manifest["client_name"],
            "url": message.get("target_link_uri") or tool["target_link_uri"],
            "type": _link_type(message),
            "custom_parameters": _parameters(message.get("custom_parameters"), f"{where}.custom_parameters", losses),
        }
        alike = [one for one in made if all(one[name] == link[name] for name in ("url", "type", "custom_parameters"))]
        if not alike:
            made.append(link)
        elif alike[0]["name"] != link["name"]:
            losses.append(f"{where}.label has no link of its own: the link {alike[0]['name']} launches the same.")
    return _told_apart(made)


def _lose(message, where, losses):
    losses += [
        f"{where}.{name} has no counterpart in Brightspace." for name in ("icon_uri", "roles") if message.get(name)
    ]
    kept = _DEEP_PLACEMENTS if message.get("type") == DEEP_LINKING else ()
    elsewhere = [name for name in message.get("placements") or [] if name not in kept]
    if elsewhere:
        losses.append(
            f"{where}.placements ({', '.join(elsewhere)}) have no counterpart in Brightspace; it gets a link."
        )
    own = [name for name in message if name.startswith(vocabulary.CANVAS)]
    losses += [f"{where}.Canvas's {name[len(vocabulary.CANVAS) :]} has no counterpart in Brightspace." for name in own]


def _told_apart(links):
    """Links are found by name, so none may bear that of another (10)."""
    names = set()
    for number, link in enumerate(links):
        if link["name"] in names:
            link["name"] = f"{link['name']} ({link['type'].replace('_', ' ')}, {number + 1})"
        names.add(link["name"])
    return links


def _link_type(message):
    if message.get("type") != DEEP_LINKING:
        return "basic"
    return "insert_stuff" if set(message.get("placements") or ()) & set(_INSERT_STUFF) else "quicklink"


def _parameters(parameters, where, losses):
    """Custom parameters without the variables of another platform, which would reach the tool as plain text."""
    made = {}
    for name, value in translation.values(parameters).items():
        if _FOREIGN.search(value):
            losses.append(f"{where}.{name} is {value}, a variable of Canvas; Brightspace has none of that name.")
        else:
            made[name] = value
    return made


_SCOPES_OF_EXTENSION = {
    "assignment_and_grade_services": [
        f"{vocabulary.AGS}{name}" for name in ("lineitem", "lineitem.readonly", "result.readonly", "score")
    ],
    "names_and_role_provisioning": [vocabulary.NRPS],
    "platform_notification_service": [f"{vocabulary.LTI}noticehandlers"],
    "asset_processor": [f"{vocabulary.LTI}asset.readonly", f"{vocabulary.LTI}report"],
}


def from_d2l(registration, deployment, links=(), le_version=None):
    """What is set up in Brightspace as a manifest.

    What a manifest would say otherwise than it is there becomes ``platforms.d2l.options``, so that applying the
    manifest changes nothing.

    :param registration: as ``d2l_lti_registration_info`` returns it; ``deployment`` and ``links`` likewise.
    :returns: ``manifest`` and ``losses``.
    """
    losses = _unheld(registration, deployment, links)
    registration, deployment = _known(registration, losses), _known(deployment, losses)
    scopes = [
        one for name in registration.get("enabled_extensions") or [] for one in _SCOPES_OF_EXTENSION.get(name, ())
    ]
    tool = {
        "domain": registration.get("domain"),
        "target_link_uri": registration.get("target_link_uri") or _first(links) or _address(registration.get("domain")),
        "description": registration.get("description"),
        "custom_parameters": registration.get("custom_parameters"),
        "messages": [_message(link) for link in links],
    }
    manifest = {
        "client_name": registration.get("name"),
        "initiate_login_uri": registration.get("oidc_login_url"),
        "redirect_uris": registration.get("redirect_urls"),
        "jwks_uri": registration.get("keyset_url"),
        "scope": " ".join(scopes),
        TOOL: {name: value for name, value in tool.items() if value not in (None, "", {}, [])},
        "data": roads.classes(roads.of_d2l(registration, deployment, links, le_version)),
    }
    manifest = {name: value for name, value in manifest.items() if value not in (None, "", {}, [])}
    made = _payload(manifest, {}, le_version, [])
    options = {
        "registration": _differing(made["registration"], registration),
        "deployment": _differing(made["deployment"], deployment),
    }
    options = {name: value for name, value in options.items() if value}
    held = [
        {**{name: link.get(name) for name in _OF_LINK}, "custom_parameters": link.get("custom_parameters") or {}}
        for link in links
    ]
    if held != made["links"]:
        options["links"] = held
    if options:
        manifest["platforms"] = {"d2l": {"options": options}}
    return {"manifest": document.checked(manifest), "losses": losses}


_OF_LINK = ("name", "url", "type")
_LEFT_ALONE = {
    "registration": (),
    "deployment": (
        "open_as_external",
        "include_in_final_grade",
        "auto_migrate_links",
        "auto_create_grade",
        "enabled_notice_types",
    ),
    "link": ("description", "height", "width"),
}


def _unheld(registration, deployment, links):
    """Losses: what is set there, and what a manifest says nothing about and so leaves alone."""
    parts = [("registration", registration), ("deployment", deployment)]
    parts += [("link", link) for link in links]
    found = []
    for part, held in parts:
        which = f"the {part} {held.get('name')}"
        found += [f"{name} of {which} is left alone, whatever it is." for name in _LEFT_ALONE[part] if held.get(name)]
        if held.get("enabled") is False:
            found.append(f"That {which} is disabled is left alone.")
    return found


def _known(held, losses):
    """An object without extensions that nobody knows by name."""
    names = held.get("enabled_extensions") or []
    strange = [str(name) for name in names if name not in roads.EXTENSIONS]
    losses += [f"The extension {name} is not known, and is left out." for name in strange]
    return {**held, "enabled_extensions": [name for name in names if name in roads.EXTENSIONS]}


def _first(links):
    return next((link["url"] for link in links if link.get("url")), None)


def _address(domain):
    return domain if "://" in (domain or "") else f"https://{domain}"


def _message(link):
    deep = link.get("type") in ("quicklink", "insert_stuff")
    made = {
        "type": DEEP_LINKING if deep else vocabulary.RESOURCE_LINK,
        "label": link.get("name"),
        "target_link_uri": link.get("url"),
        "custom_parameters": link.get("custom_parameters"),
        "placements": {"quicklink": ["ContentArea"], "insert_stuff": ["RichTextEditor"]}.get(link.get("type")),
    }
    return {name: value for name, value in made.items() if value not in (None, {}, "")}


def _differing(made, held):
    """What is held otherwise than it would be made."""
    found = {}
    for name, value in made.items():
        unread = held.get(name) is None and name in _ABOUT_DATA
        if name in held and not unread and _comparable(held[name]) != _comparable(value):
            found[name] = held[name]
    return found


def _comparable(value):
    if isinstance(value, list):
        return sorted(map(str, value))
    return {} if value is None else value
