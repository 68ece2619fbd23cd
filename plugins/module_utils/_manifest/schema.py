# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The JSON Schema of the manifest, and what does not fit a schema, in words.

Strict about what a translation reads and about the members that are ours; open for everything else that client
metadata of Dynamic Registration may hold. Addresses have no pattern here: what is wrong with one is a finding of
its own, with a fix. ``scripts/metadata.py`` publishes the schema as docs/manifest.schema.json.
"""

from __future__ import annotations

import copy
import json

from ansible_collections.edtech.lti.plugins.module_utils._errors import InvalidError
from ansible_collections.edtech.lti.plugins.module_utils._manifest import document, vocabulary

PROBLEMS_AT_MOST = 200
"""What is wrong in more places than this is something else than a manifest."""


def _maybe(kind, **more):
    """Something of a kind, or null, which vendors write for what they leave out."""
    return {"type": [kind, "null"], **more}


_TEXT = _maybe("string")
_ADDRESS = _maybe("string", format="uri")
_FLAG = _maybe("boolean")
_OBJECT = _maybe("object")


def _list(items, **more):
    return _maybe("array", items=items, **more)


_TEXTS = _list({"type": "string"})
_PARAMETERS = _maybe("object", additionalProperties={"type": ["string", "number", "boolean", "null"]})
_TEXT_OR_TEXTS = {"type": ["string", "array", "null"], "items": {"type": "string"}}
_KEYS = {"type": ["object", "null"], "required": ["keys"], "properties": {"keys": _list({"type": "object"})}}

_MESSAGE = {
    "type": "object",
    "required": ["type"],
    "properties": {
        "type": {"type": "string"},
        "target_link_uri": _ADDRESS,
        "label": _TEXT,
        "icon_uri": _ADDRESS,
        "custom_parameters": _PARAMETERS,
        "placements": _TEXTS,
        "roles": _TEXTS,
    },
}
_TOOL = {
    "type": ["object", "null"],
    "properties": {
        "domain": _TEXT,
        "secondary_domains": _TEXTS,
        "target_link_uri": _ADDRESS,
        "description": _TEXT,
        "custom_parameters": _PARAMETERS,
        "claims": _TEXTS,
        "messages": _list(_MESSAGE),
        "deployment_id": _TEXT,
        f"{vocabulary.CANVAS}privacy_level": {"enum": [*vocabulary.LEVELS, None]},
        f"{vocabulary.CANVAS}tool_id": _TEXT,
        f"{vocabulary.CANVAS}vendor": _TEXT,
        f"{vocabulary.CANVAS}launch_settings": _OBJECT,
        f"{vocabulary.CANVAS}oidc_initiation_urls": _maybe("object", additionalProperties={"type": "string"}),
    },
}
_LINK = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "minLength": 1},
        "launch_url": _ADDRESS,
        "custom_parameters": _PARAMETERS,
        "open_in_new_tab": _FLAG,
    },
    "additionalProperties": False,
}
_LTI_1_1 = {
    "description": "The tool's LTI 1.1 side, for platforms that launch that way.",
    "type": ["object", "null"],
    "properties": {
        "name": _TEXT,
        "launch_url": _ADDRESS,
        "consumer_key": _TEXT,
        "consumer_secret": {**_TEXT, "description": "The name of a variable that holds the secret, never the secret."},
        "message": {"enum": ["basic", "deep_linking", None]},
        "custom_parameters": _PARAMETERS,
        "links": _list(_LINK),
    },
    "additionalProperties": False,
}
_BODY = {
    "application_type": _TEXT,
    "response_types": _TEXTS,
    "grant_types": _TEXTS,
    "client_name": {**_TEXT, "description": "The tool's name."},
    "client_uri": _ADDRESS,
    "logo_uri": _ADDRESS,
    "policy_uri": _ADDRESS,
    "tos_uri": _ADDRESS,
    "contacts": _TEXTS,
    "token_endpoint_auth_method": _TEXT,
    "initiate_login_uri": _ADDRESS,
    "redirect_uris": _list({"type": "string", "format": "uri"}),
    "jwks_uri": _ADDRESS,
    "jwks": _KEYS,
    "scope": {**_TEXT_OR_TEXTS, "description": "Scopes, separated by blanks; a list is taken as well."},
    vocabulary.TOOL_CONFIGURATION: {"$ref": "#/$defs/tool"},
    "data": {
        **_list({"enum": list(vocabulary.DATA_CLASSES)}, uniqueItems=True),
        "description": "What the tool may receive; left out, what nobody can be known by.",
    },
    "lti_1_1": {"$ref": "#/$defs/lti_1_1"},
}
_NOT_OURS = {"not": {"enum": ["data_class", "data_classes", "allowed_data", "lti_11", "lti11", "lti1p1", "platform"]}}
"""Names that are a slip of the pen for a member of ours; the rest of what looks like one is found by :func:`slip`."""
_PATCH = {
    "description": "A JSON Merge Patch over the manifest for one platform, and options of that platform's modules.",
    "type": ["object", "null"],
    "properties": {**{name: {**rule} for name, rule in _BODY.items()}, "options": _OBJECT},
    "propertyNames": _NOT_OURS,
}

SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://raw.githubusercontent.com/edtech-lti/edtech.lti/main/docs/manifest.schema.json",
    "title": "Manifest of an LTI tool",
    "description": (
        "One description of an LTI tool for every platform: client metadata of LTI Dynamic Registration 1.0, what the"
        " tool may learn about students (data), its LTI 1.1 side (lti_1_1), and what differs by platform (platforms)."
    ),
    "type": "object",
    "required": ["client_name"],
    "anyOf": [{"required": ["initiate_login_uri"]}, {"required": ["lti_1_1"]}],
    "properties": {
        **_BODY,
        "client_name": {"type": "string", "minLength": 1, "description": "The tool's name."},
        "platforms": {
            "type": ["object", "null"],
            "properties": {name: {"$ref": "#/$defs/patch"} for name in document.PLATFORMS},
            "additionalProperties": False,
        },
    },
    "propertyNames": _NOT_OURS,
    "$defs": {"tool": _TOOL, "lti_1_1": _LTI_1_1, "patch": _PATCH},
}
"""JSON Schema 2020-12 of the manifest."""


def text():
    """The schema as it is published."""
    return json.dumps(SCHEMA, indent=2, ensure_ascii=False) + "\n"


def validator(schema):
    """What finds the errors of a document against a schema.

    :raises InvalidError: when the library is not there.
    """
    try:
        import jsonschema
    except ImportError as error:
        raise InvalidError(
            "the check needs the Python library jsonschema, which is not installed",
            hint="Install it where the module runs: pip install jsonschema",
        ) from error
    return jsonschema.Draft202012Validator(schema)


def problems(value, schema=None):
    """What does not fit the schema, as a list of pairs: a path (a list of names and numbers) and a sentence's end."""
    return [(_path(error), _words(error)) for error in _errors_in(value, schema)]


def _errors_in(value, schema):
    found = validator(SCHEMA if schema is None else schema).iter_errors(value)
    return sorted(found, key=lambda error: [str(part).zfill(9) for part in error.absolute_path])


def mended(value, schema=None):
    """A copy without what does not fit, so that everything else can still be looked at, and what that was.

    :returns: a pair: the copy, and a list as that of :func:`problems`.
    """
    whole, told = copy.deepcopy(value), []
    while len(told) < PROBLEMS_AT_MOST:
        found = _errors_in(whole, schema)
        fresh = [one for one in ((_path(error), _words(error)) for error in found) if one not in told]
        if not fresh:
            break
        told += fresh
        # From the end, so that taking one away does not move the next. What lacks something only lacks that.
        for error in reversed(found):
            if error.validator not in ("required", "anyOf"):
                _take_away(whole, _path(error))
    return whole, told


def _take_away(tree, path):
    for part in path[:-1]:
        try:
            tree = tree[part]
        except (KeyError, IndexError, TypeError):
            return
    if not path:
        return
    if isinstance(tree, dict):
        tree.pop(path[-1], None)
    elif isinstance(tree, list) and isinstance(path[-1], int) and path[-1] < len(tree):
        del tree[path[-1]]


def at(path, root=""):
    """A path in words, such as ``custom_fields.name`` or ``extensions[0].domain``."""
    said = root
    for part in path:
        said += f"[{part}]" if isinstance(part, int) else f".{part}" if said else str(part)
    return said


def slip(manifest):
    """What a translation would still refuse in a manifest that fits the schema, as a sentence; None for nothing.

    Mostly a member that looks like one of ours and is none."""
    try:
        document.checked(manifest)
    except document.ManifestError as error:
        return str(error)
    return None


def _path(error):
    path = list(error.absolute_path)
    if error.validator == "additionalProperties":
        path += _unknown(error)[:1]
    if "propertyNames" in error.absolute_schema_path:
        path.append(error.instance)
    return path


def _unknown(error):
    return [name for name in error.instance if name not in error.schema.get("properties", {})]


_KINDS = {
    "string": "a text",
    "array": "a list",
    "object": "an object",
    "boolean": "true or false",
    "number": "a number",
    "integer": "a whole number",
    "null": "null",
}


def _words(error):
    """The end of a sentence that begins with the path; never with the value itself, which may be a secret."""
    wanted = error.validator_value
    if error.validator == "type":
        kinds = [wanted] if isinstance(wanted, str) else [kind for kind in wanted if kind != "null"]
        return f"is {shape(error.instance)}, where {' or '.join(_KINDS[kind] for kind in kinds)} is needed"
    if error.validator == "required":
        return f"lacks {error.message.split(' is a required')[0]}"
    if error.validator == "anyOf":
        return "describes neither an LTI 1.3 tool (initiate_login_uri) nor an LTI 1.1 tool (lti_1_1)"
    if error.validator == "enum":
        return f"is none of {', '.join(str(one) for one in wanted if one not in (None, ''))}"
    if error.validator == "minLength":
        return "is empty"
    if error.validator == "uniqueItems":
        return "names something twice"
    if error.validator == "additionalProperties":
        return f"is no member here; there are {', '.join(error.schema.get('properties', {}))}"
    if error.validator == "not":
        return f"is no member of a manifest; there are {', '.join(document.OURS)}"
    return "does not fit the schema"


def shape(value):
    """What something is, in words."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    kinds = {dict: "an object", list: "a list", str: "a text"}
    return kinds.get(type(value), "a number")
