# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of the role lti_audit: their shapes, and what counts as given. Data only.

Job runners hand over empty texts and nulls for fields that were left blank: both are not given.
"""

from __future__ import annotations

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.edtech.lti.plugins.plugin_utils._published import LIMIT

_EMPTY = (None, "")
_FORMATS = ["json", "csv", "html"]
_TEXTS = {"type": "list", "elements": "str"}
_PLACES = {
    "canvas": {"account_id": {"type": "str"}, "course_id": {"type": "str"}},
    "d2l": {"org_unit_id": {"type": "int"}, "org_unit_code": {"type": "str"}},
}
SPEC = {
    "platforms": {**_TEXTS, "choices": ["canvas", "d2l", "exam", "luminus"]},
    "places": {
        "type": "dict",
        "options": {name: {"type": "list", "elements": "dict", "options": held} for name, held in _PLACES.items()},
    },
    "luminus_providers": _TEXTS,
    "manifests": {"type": "dict"},
    "tools": _TEXTS,
    "tenant_places": {"type": "dict"},
    "register": {"type": "raw"},
    "title": {"type": "str"},
    "dir": {"type": "str"},
    "formats": {**_TEXTS, "choices": _FORMATS},
    "publish": {**_TEXTS, "choices": _FORMATS},
    "publish_limit": {"type": "int"},
    "fail_on_excess": {"type": "bool"},
    "fail_on_unread": {"type": "bool"},
}
"""By the names of the variables without ``lti_audit_``. Connections are looked at one by one, when each is needed."""
_OTHERWISE = {
    "platforms": [],
    "places": {},
    "luminus_providers": [],
    "manifests": {},
    "tools": None,
    "tenant_places": {},
    "register": None,
    "title": None,
    "dir": "lti-audit",
    "formats": _FORMATS,
    "publish": [],
    "publish_limit": LIMIT,
    "fail_on_excess": False,
    "fail_on_unread": False,
}


def given(found):
    """The variables as they are meant.

    :param found: values by the names in :data:`SPEC`.
    :returns: ``held``, by the same names, with what they are where they are not given, and ``problems``, a sentence
        for each that cannot be used, which is then as if it were not given.
    """
    held, problems = {}, []
    for name, spec in SPEC.items():
        held[name], variable = _OTHERWISE[name], f"lti_audit_{name}"
        value = found.get(name)
        if name == "places" and isinstance(value, dict):
            value = {key: one for key, one in value.items() if one not in _EMPTY}
        if value in _EMPTY:
            continue
        result = ArgumentSpecValidator({variable: spec}).validate({variable: value})
        if result.error_messages:
            problems.append(f"{variable} cannot be used: {'; '.join(result.error_messages).rstrip('.')}.")
        else:
            held[name] = result.validated_parameters[variable]
    if not isinstance(held["register"], (str, list, type(None))):
        problems.append("lti_audit_register takes a list, or the path of a file with one.")
        held["register"] = None
    held["places"] = {name: [_tidied(one) for one in held["places"].get(name) or []] for name in _PLACES}
    return {"held": held, "problems": problems}


def _tidied(place):
    return {name: value for name, value in place.items() if value not in _EMPTY}
