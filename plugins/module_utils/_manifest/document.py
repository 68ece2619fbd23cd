# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The manifest: one description of a tool, in the words of LTI Dynamic Registration 1.0 and three of our own.

Reading it, checking its shape, and what it says for one platform. Data only; the whole schema is in ``schema.py``.
"""

from __future__ import annotations

import json

from ansible_collections.edtech.lti.plugins.module_utils._manifest import vocabulary

TOOL = vocabulary.TOOL_CONFIGURATION
OURS = ("data", "lti_1_1", "platforms")
"""Members that are this collection's own; all others are those of client metadata."""
PLATFORMS = ("canvas", "d2l", "exam", "luminus")

_TEXTS = ("client_name", "initiate_login_uri", "jwks_uri", "logo_uri", "client_uri", "policy_uri", "tos_uri")
_TOOL_TEXTS = ("domain", "target_link_uri", "description")
_MESSAGE_TEXTS = ("type", "target_link_uri", "label", "icon_uri")
_LTI_1_1_TEXTS = ("name", "launch_url", "consumer_key", "consumer_secret", "message")


class ManifestError(ValueError):
    """A manifest that cannot be used, or must not: a whole sentence.

    :ivar beyond: roads (see ``roads.py``) by which a platform would send more than the manifest allows.
    """

    def __init__(self, sentence, beyond=()):
        super().__init__(sentence)
        self.beyond = list(beyond)


def parsed(text):
    """A manifest out of YAML or JSON text.

    :raises ManifestError: naming line and column; also for a key that stands twice, of which YAML would lose one.
    """
    stripped = text.lstrip("\ufeff")
    loaded = _json(stripped) if stripped.lstrip().startswith("{") else _yaml(stripped)
    if not isinstance(loaded, dict):
        raise ManifestError("The manifest is no object with members.")
    _check_size(loaded)
    _check_names(loaded, "")
    return loaded


LARGEST, DEEPEST = 100_000, 60
"""Values in a manifest, and objects inside each other: far more than anybody writes by hand."""


def _check_size(tree):
    """Aliases of YAML can make a few lines billions of values, or a document that holds itself."""
    todo, seen = [(tree, 0)], 0
    while todo:
        value, depth = todo.pop()
        seen += 1
        if depth > DEEPEST:
            raise ManifestError("The manifest is nested too deeply.")
        if seen + len(todo) > LARGEST:
            raise ManifestError(f"The manifest has more than {LARGEST} values.")
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        todo += [(one, depth + 1) for one in inner]


def _check_names(tree, path):
    """YAML takes ``on``, ``no`` and numbers for something else than texts, and has names that are no texts."""
    if isinstance(tree, dict):
        for name, value in tree.items():
            if not isinstance(name, str):
                raise ManifestError(
                    f"{_at(path, repr(name))} is no text, as names have to be: put it in quotation marks."
                )
            _check_names(value, _at(path, name))
    elif isinstance(tree, list):
        for number, value in enumerate(tree):
            _check_names(value, f"{path}[{number}]")


def _json(text):
    try:
        return json.loads(text, object_pairs_hook=_once)
    except RecursionError as error:
        raise ManifestError("The manifest is nested too deeply.") from error
    except json.JSONDecodeError as error:
        try:
            return _yaml(text)  # YAML in braces is no JSON
        except ManifestError:
            comma = " (is there a comma too many before it?)" if "property name" in error.msg else ""
            where = f"line {error.lineno}, column {error.colno}: {error.msg}{comma}"
            raise ManifestError(f"The manifest is no valid JSON, {where}.") from error


def _once(pairs):
    made = {}
    for name, value in pairs:
        if name in made:
            raise ManifestError(f"The manifest has the member {name!r} twice in one object.")
        made[name] = value
    return made


def _yaml(text):
    try:
        import yaml
    except ImportError as error:
        raise ManifestError("A manifest in YAML needs PyYAML, which is not installed; one in JSON does not.") from error

    class Loader(yaml.SafeLoader):
        """Refuses what would silently be lost."""

        def construct_mapping(self, node, deep=False):
            names = [key for key, _value in node.value if isinstance(key.value, str)]
            seen = set()
            for key in names:
                if key.value in seen and key.tag != "tag:yaml.org,2002:merge":
                    where = f"line {key.start_mark.line + 1}, column {key.start_mark.column + 1}"
                    raise ManifestError(f"The manifest has {key.value!r} twice in one object, {where}.")
                seen.add(key.value)
            return super().construct_mapping(node, deep)

    try:
        return yaml.load(text, Loader=Loader)  # noqa: S506  # nosec B506  # a safe loader
    except RecursionError as error:
        raise ManifestError("The manifest is nested too deeply.") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        said = getattr(error, "problem", None) or str(error)
        raise ManifestError(f"The manifest is no valid YAML, {where}{said}.") from error


def checked(manifest):
    """The manifest, when everything that a translation reads has its shape.

    :raises ManifestError: naming the path of what has not.
    """
    if not isinstance(manifest, dict):
        raise ManifestError(f"The manifest is {_shape(manifest)}, where an object is needed.")
    _check_size(manifest)
    _check_body(manifest, "")
    platforms = _member(manifest, "platforms", dict, "")
    for name in platforms:
        if name not in PLATFORMS:
            raise ManifestError(f"platforms.{name} is no platform; there are {', '.join(PLATFORMS)}.")
        patch = _member(platforms, name, dict, "platforms")
        _check_body(patch, f"platforms.{name}", partial=True)
        _member(patch, "options", dict, f"platforms.{name}")
    return manifest


def _check_body(body, path, partial=False):
    for name in _TEXTS:
        _member(body, name, str, path)
    for name in _mistaken(body):
        raise ManifestError(f"{_at(path, name)} is no member of a manifest; is {_meant(name)} meant?")
    for name, meant in _ELSEWHERE.items():
        if name in body and meant not in body:
            raise ManifestError(f"{_at(path, name)} is what others call it; in a manifest it is {meant}.")
    if not isinstance(body.get("scope"), (str, list, type(None))):
        raise ManifestError(f"{_at(path, 'scope')} is {_shape(body['scope'])}, where a text with blanks is needed.")
    for name in ("redirect_uris", "scope"):
        if isinstance(body.get(name), list) or name == "redirect_uris":
            _texts(body, name, path)
    _member(body, "jwks", dict, path)
    data = _texts(body, "data", path)
    unknown = [name for name in data if name not in vocabulary.DATA_CLASSES]
    if unknown:
        known = ", ".join(vocabulary.DATA_CLASSES)
        raise ManifestError(f"{_at(path, 'data')} names {', '.join(unknown)}; the data classes are {known}.")
    _check_tool(_member(body, TOOL, dict, path), _at(path, TOOL))
    _check_lti_1_1(_member(body, "lti_1_1", dict, path), _at(path, "lti_1_1"))
    if body.get("client_name") in (None, "") and not (partial and "client_name" not in body):
        raise ManifestError(f"{_at(path, 'client_name')} is missing: the tool's name.")


def _check_tool(tool, path):
    for name in _TOOL_TEXTS:
        _member(tool, name, str, path)
    for name in ("claims", "secondary_domains"):
        _texts(tool, name, path)
    _check_parameters(tool, path)
    level = tool.get(f"{vocabulary.CANVAS}privacy_level")
    if level is not None and level not in tuple(vocabulary.LEVELS):
        raise ManifestError(
            f"{_at(path, vocabulary.CANVAS + 'privacy_level')} is {level!r}; there are {', '.join(vocabulary.LEVELS)}."
        )
    _check_launch(_member(tool, f"{vocabulary.CANVAS}launch_settings", dict, path), path)
    for number, message in enumerate(_member(tool, "messages", list, path) or ()):
        where = f"{_at(path, 'messages')}[{number}]"
        if not isinstance(message, dict):
            raise ManifestError(f"{where} is {_shape(message)}, where an object is needed.")
        for name in _MESSAGE_TEXTS:
            _member(message, name, str, where)
        for name in ("placements", "roles"):
            _texts(message, name, where)
        _check_parameters(message, where)
        _check_fields(message, f"{vocabulary.CANVAS}custom_fields", where)


def _check_launch(settings, path):
    """Launch settings of Canvas, whose custom fields decide which data are sent."""
    where = _at(path, f"{vocabulary.CANVAS}launch_settings")
    if "placements" in settings:
        raise ManifestError(f"{where} has placements; these are messages of the manifest.")
    _check_fields(settings, "custom_fields", where)
    for name, beside in settings.items():
        if isinstance(beside, dict):
            _check_fields(beside, "custom_fields", _at(where, name))


def _check_fields(body, name, path):
    """Custom fields of Canvas: an object, or a text in lines."""
    if not isinstance(body.get(name), (dict, str, type(None))):
        raise ManifestError(f"{_at(path, name)} is {_shape(body[name])}, where an object is needed.")


def _check_lti_1_1(part, path):
    for name in _LTI_1_1_TEXTS:
        _member(part, name, str, path)
    if part.get("message") not in (None, "basic", "deep_linking"):
        raise ManifestError(f"{_at(path, 'message')} is {part['message']!r}; there are basic and deep_linking.")
    _check_parameters(part, path)
    for number, link in enumerate(_member(part, "links", list, path) or ()):
        where = f"{_at(path, 'links')}[{number}]"
        if not isinstance(link, dict) or not link.get("name"):
            raise ManifestError(f"{where} has no name.")
        for name in ("name", "launch_url"):
            _member(link, name, str, where)
        _member(link, "open_in_new_tab", bool, where)
        _check_parameters(link, where)


def _check_parameters(body, path):
    for name, value in _member(body, "custom_parameters", dict, path).items():
        if isinstance(value, (dict, list)):
            raise ManifestError(f"{_at(path, 'custom_parameters')}.{name} is {_shape(value)}, where a text is needed.")


def _member(body, name, kind, path):
    """A member of its kind, or an empty one of that kind where there is none."""
    value = body.get(name)
    if value is None:
        return kind()
    if not isinstance(value, kind) or (kind is str and isinstance(value, bool)):
        raise ManifestError(f"{_at(path, name)} is {_shape(value)}, where {_NEEDED[kind]} is needed.")
    return value


_NEEDED = {str: "a text", dict: "an object", list: "a list", bool: "true or false"}


def _texts(body, name, path):
    found = _member(body, name, list, path)
    for number, one in enumerate(found):
        if not isinstance(one, str):
            raise ManifestError(f"{_at(path, name)}[{number}] is {_shape(one)}, where a text is needed.")
    return found


def _shape(value):
    shapes = {dict: "an object", list: "a list", bool: "true or false", str: "a text", type(None): "empty"}
    return shapes.get(type(value), "a number")


def _at(path, name):
    return f"{path}.{name}" if path else str(name)


def _reduced(name):
    return "".join(letter for letter in str(name).lower() if letter.isalnum()).rstrip("s")


_LIKE_OURS = {
    _reduced(like): name
    for name, likes in {
        "data": ("data", "data_class", "data_classes", "dataclass", "allowed_data"),
        "lti_1_1": ("lti_1_1", "lti11", "lti_1_1_part", "lti_11", "lti1p1"),
        "platforms": ("platforms", "platform"),
    }.items()
    for like in likes
}


_ELSEWHERE = {
    "scopes": "scope",
    "redirect_urls": "redirect_uris",
    "redirect_uri": "redirect_uris",
    "oidc_initiation_url": "initiate_login_uri",
    "oidc_login_url": "initiate_login_uri",
    "initiate_login_url": "initiate_login_uri",
    "public_jwk_url": "jwks_uri",
    "jwks_url": "jwks_uri",
    "keyset_url": "jwks_uri",
    "public_jwk": "jwks",
    "logo_url": "logo_uri",
}
"""What Canvas, Brightspace and habit call members of client metadata; a document may have them beside the real ones."""


def _mistaken(body):
    """Members that look like one of ours and are none: the ones of client metadata are open, ours are not."""
    return [name for name in body if name not in OURS and _reduced(name) in _LIKE_OURS]


def _meant(name):
    return _LIKE_OURS[_reduced(name)]


def for_platform(manifest, platform):
    """What a manifest says for one platform.

    ``platforms.<platform>`` is a JSON Merge Patch (RFC 7386) over the rest: objects are merged, null takes a member
    away, everything else is replaced. Its ``options`` are no part of the manifest, but go to the platform's modules.

    :returns: a pair: the manifest without ``platforms``, and the options.
    """
    rest = {name: value for name, value in manifest.items() if name != "platforms"}
    patch = (manifest.get("platforms") or {}).get(platform) or {}
    changes = {name: value for name, value in patch.items() if name != "options"}
    return merged(rest, changes), patch.get("options") or {}


def merged(target, patch):
    """A JSON Merge Patch, as RFC 7386 has it."""
    if not isinstance(patch, dict):
        return patch
    made = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            made.pop(name, None)
        else:
            made[name] = merged(made.get(name), value)
    return made


def tool_of(manifest):
    """The LTI part of the client metadata."""
    return manifest.get(TOOL) or {}


def scopes_of(manifest):
    """Scopes of services as a list, each once: client metadata have one text with blanks.

    Those of OpenID Connect, which some have among them, open no service: every launch is a login of that kind, and
    Canvas refuses them.
    """
    return [one for one in _scopes(manifest) if one not in vocabulary.OPENID_SCOPES]


def _scopes(manifest):
    scope = manifest.get("scope") or []
    return list(dict.fromkeys((scope if isinstance(scope, str) else " ".join(scope)).split()))


def has_lti_1_3(manifest):
    """Does the manifest describe an LTI 1.3 tool?"""
    return bool(manifest.get("initiate_login_uri"))


def has_lti_1_1(manifest):
    """Does the manifest describe an LTI 1.1 tool?"""
    return bool(manifest.get("lti_1_1"))


def allowed(manifest):
    """Data classes that the tool may receive; without ``data`` those by which nobody is known."""
    said = manifest.get("data")
    return vocabulary.in_order(vocabulary.UNIDENTIFYING if said is None else said)


def needed(manifest):
    """Data classes that the tool asks for by its claims and scopes; claims that it does not list are not known."""
    claims = [vocabulary.class_of_claim(claim) for claim in tool_of(manifest).get("claims") or []]
    scopes = [name for scope in scopes_of(manifest) for name in vocabulary.classes_of_scope(scope) or ()]
    wishes = [name for scope in _scopes(manifest) for name in vocabulary.OPENID_SCOPES.get(scope, ())]
    return vocabulary.in_order([*claims, *scopes, *wishes])
