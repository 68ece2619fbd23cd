# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which student data a tool receives on a platform, and by which road. Data only.

A road is a dict: ``class`` (a data class), ``via`` (``always``, ``privacy_level``, ``variable``, ``scope``,
``extension``, ``flag``), ``where`` (what to look for on the platform's page) and ``controllable`` (false where the
platform leaves no choice: then it is sent, whatever a switch says). The rules are those of docs/platforms and of
the mapping in docs/guide/manifest.md.
"""

from __future__ import annotations

import json
import re

from ansible_collections.edtech.lti.plugins.module_utils._manifest import vocabulary
from ansible_collections.edtech.lti.plugins.module_utils._platforms import canvas_settings

NO_ANONYMOUS_SINCE = (1, 92)
NO_ORG_UNIT_CHOICE_SINCE = (1, 89)
"""Versions of LE that lost the fields (docs/platforms/d2l.md, 8)."""
USER_FLAGS = {
    "send_user_first_name": "name",
    "send_user_middle_name": "name",
    "send_user_last_name": "name",
    "send_user_email": "email",
    "send_d2l_user_id": "opaque_id",
    "send_d2l_username": "username",
    "send_d2l_org_defined_id": "sis_id",
}
_CONTEXT_FLAGS = ("send_org_unit_information", "send_link_title", "send_link_description")
_EXTENSIONS = {
    "assignment_and_grade_services": ("grades",),
    "names_and_role_provisioning": ("roster",),
    "submission_review": ("grades",),
    "asset_processor": ("grades",),
    "activity_item_profile": ("course",),
    "platform_notification_service": ("course",),
}
_LAUNCH_DATA = {
    "lis_person_name_full": "name",
    "lis_person_name_given": "name",
    "lis_person_name_family": "name",
    "lis_person_contact_email_primary": "email",
    "lis_person_sourcedid": "sis_id",
}
"""Personal data that a provider of LumiNUS can list (docs/platforms/luminus.md, 4)."""


def road(data_class, via, where, controllable=True):
    """One road; the shape is described above."""
    return {"class": data_class, "via": via, "where": where, "controllable": controllable}


def classes(roads):
    """Data classes that are reached by any road, in order."""
    return vocabulary.in_order(one["class"] for one in roads)


def by_class(roads):
    """Roads by data class, without the class in each."""
    return {
        name: [{key: value for key, value in one.items() if key != "class"} for one in roads if one["class"] == name]
        for name in classes(roads)
    }


def uncontrollable(roads):
    """Data classes that are sent whatever anybody sets."""
    return vocabulary.in_order(one["class"] for one in roads if not one["controllable"])


def unknown_variables(roads_or_parameters):
    """Names of variables in custom parameters that stand for something that is not known."""
    names = [name for value in roads_or_parameters.values() for name in variables_in(value)]
    return [name for name in dict.fromkeys(names) if vocabulary.classes_of_variable(name) is None]


def variables_in(value):
    """Names of variables in a custom parameter, however deep they stand in one that is no text."""
    if isinstance(value, (dict, list, tuple)):
        value = json.dumps(value, default=str, ensure_ascii=False)
    return vocabulary.variables_in(value)


def of_parameters(parameters, where):
    """Roads of custom parameters: what substitution variables in them stand for.

    They count whatever the privacy level is: platforms fill them in all the same (docs/platforms/canvas.md, 6.3).
    """
    return [
        road(data_class, "variable", f"${variable} in {where} {name}")
        for name, value in (parameters or {}).items()
        for variable in dict.fromkeys(variables_in(value))
        for data_class in vocabulary.classes_of_variable(variable) or ()
    ]


def of_scopes(scopes):
    """Roads of scopes."""
    return [
        road(data_class, "scope", scope) for scope in scopes for data_class in vocabulary.classes_of_scope(scope) or ()
    ]


def of_canvas(settings, scopes=None, level=None):
    """Roads of a tool in Canvas.

    :param settings: its LTI JSON, as published or as read back (docs/platforms/canvas.md, 7).
    :param scopes: those of the key, where they are narrower than those of the settings (2.6).
    :param level: the privacy level that counts, where it is not that of the settings (2.2).
    """
    extension = canvas_settings.tidy(settings)["extensions"][0]
    level = level or extension.get("privacy_level") or canvas_settings.DEFAULT_LEVEL
    found = [road(name, "always", "every launch from Canvas", False) for name in vocabulary.UNIDENTIFYING]
    found += [
        road(name, "privacy_level", f"privacy level {level}")
        for name in vocabulary.LEVELS.get(level, vocabulary.LEVELS["public"])
    ]
    found += of_parameters(canvas_settings.fields_of(settings.get("custom_fields")), "the custom field")
    launch = extension["settings"]
    found += of_parameters(canvas_settings.fields_of(launch.get("custom_fields")), "the launch settings' custom field")
    # Some versions keep settings that bear a placement's name and stand beside the placements (2.6).
    for name, beside in canvas_settings.extras(settings)["launch"].items():
        fields = beside.get("custom_fields") if isinstance(beside, dict) else None
        found += of_parameters(canvas_settings.fields_of(fields), f"the launch settings' {name}'s custom field")
    for placement in launch["placements"]:
        if _enabled(placement):
            fields = canvas_settings.fields_of(placement.get("custom_fields"))
            found += of_parameters(fields, f"the placement {placement.get('placement')}'s custom field")
    return found + of_scopes(settings.get("scopes") or [] if scopes is None else scopes)


def _enabled(placement):
    return str(placement.get("enabled", True)).lower() != "false"


def of_d2l(registration, deployment, links=(), le_version=None):
    """Roads of one deployment in Brightspace, from objects in the words of our modules.

    :param le_version: the version of LE that is spoken, as ``(1, 92)`` or ``"1.92"``; None for the newest. It
        decides what can be controlled, since versions lost fields (docs/platforms/d2l.md, 8).
    """
    version = version_of(le_version)
    anonymous = deployment.get("anonymous") is True and version < NO_ANONYMOUS_SINCE
    found = [road("opaque_id", "always", "every launch from Brightspace", False)]
    if not anonymous:
        found.append(road("role", "always", "every launch from Brightspace", version < NO_ANONYMOUS_SINCE))
    if registration.get("send_institution_role"):
        found.append(road("role", "flag", "send_institution_role of the registration"))
    if version >= NO_ORG_UNIT_CHOICE_SINCE:
        found.append(road("course", "always", "every launch since LE 1.89", False))
    else:
        found += [
            road("course", "flag", f"{flag} of the deployment") for flag in _CONTEXT_FLAGS if deployment.get(flag)
        ]
    if not anonymous:
        sent = {flag: name for flag, name in USER_FLAGS.items() if deployment.get(flag)}
        found += [road(name, "flag", f"{flag} of the deployment") for flag, name in sent.items()]
    found += _of_extensions(registration, deployment)
    cascaded = {**(registration.get("custom_parameters") or {}), **(deployment.get("custom_parameters") or {})}
    found += of_parameters(cascaded, "the custom parameter")
    for link in links:
        found += of_parameters(link.get("custom_parameters"), f"the link {link.get('name')}'s custom parameter")
    return found


def version_of(text):
    """A version of LE as a pair of numbers; what nobody named is newer than all.

    :raises ValueError: for what is no version.
    """
    if text in (None, ""):
        return (99, 0)
    if isinstance(text, (tuple, list)):
        return tuple(text)
    found = re.fullmatch(r"(\d+)\.(\d+)", str(text)) if isinstance(text, str) else None
    if not found:
        raise ValueError(f"{text!r} is no version of LE; give it as a text such as '1.92'.")
    return int(found.group(1)), int(found.group(2))


EXTENSIONS = (*_EXTENSIONS, "deep_linking")
"""Extensions by the names of our modules (docs/platforms/d2l.md, 7)."""


def _of_extensions(registration, deployment):
    """Only what both levels have on works (docs/platforms/d2l.md, 8)."""
    asked = deployment.get("enabled_extensions") or []
    offered = deployment.get("available_extensions")
    offered = registration.get("enabled_extensions") or [] if offered is None else offered
    found = [
        road(data_class, "extension", f"{name} in registration and deployment")
        for name in asked
        if name in offered
        for data_class in _EXTENSIONS.get(name, ())
    ]
    if deployment.get("pre_provisioning") and "roster" in classes(found):
        found.append(road("roster", "flag", "pre_provisioning of the deployment: people the tool has not seen, too"))
    return found


def of_exam(tool_provider, lti_resources=()):
    """Roads of a tool provider of the exam platform, which launches by LTI 1.1.

    What a launch carries besides custom data is not documented; that of LTI 1.1 itself is assumed.
    """
    found = [road(name, "always", "every LTI 1.1 launch", False) for name in vocabulary.UNIDENTIFYING]
    found += of_parameters(custom_data(tool_provider.get("lti_custom_data")), "the custom data")
    for resource in lti_resources:
        where = f"the link {resource.get('lti_resource_link_name')}'s custom data"
        found += of_parameters(custom_data(resource.get("lti_custom_data")), where)
    return found


def custom_data(value):
    """Custom data of the exam platform as an object: they are a dict in our modules and JSON text on the wire."""
    if isinstance(value, str):
        try:
            value = json.loads(value or "{}")
        except ValueError:
            return {"lti_custom_data": value}
    return value if isinstance(value, dict) else {"lti_custom_data": value} if value else {}


def of_luminus(provider):
    """Roads of a provider of LumiNUS: what it lists as launch data, and its custom parameters."""
    found = [road(name, "always", "every LTI 1.1 launch", False) for name in vocabulary.UNIDENTIFYING]
    for name in provider.get("launch_data") or []:
        # An unknown one is personal all the same: that is what the list is for.
        found.append(road(_LAUNCH_DATA.get(name, "name"), "flag", f"launch data {name}"))
    return found + of_parameters(provider.get("custom_parameters"), "the custom parameter")
