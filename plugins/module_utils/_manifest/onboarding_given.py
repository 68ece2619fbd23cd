# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of the role lti_onboarding: their shapes, and what counts as given. Data only.

Job runners hand over empty texts and nulls for fields that were left blank: both are not given. No value is in a
sentence, because it may be a secret that stands in the wrong place.
"""

from __future__ import annotations

import re

from ansible_collections.edtech.lti.plugins.module_utils._manifest import document
from ansible_collections.edtech.lti.plugins.module_utils._platforms import canvas, d2l, exam, luminus

FORMATS = ("pylti1p3", "ltijs", "django_lti", "spring", "json", "markdown")
CONNECTIONS = {
    "canvas_onboarding_connection": canvas.PLATFORM,
    "d2l_onboarding_connection": d2l.PLATFORM,
    "exam_onboarding_connection": exam.PLATFORM,
    "lti_onboarding_luminus_connection": luminus.PLATFORM,
}
_PATH = "the path of a manifest, or the manifest itself"
_EMPTY = (None, "")
_YES, _NO = (True, 1, "true", "yes", "on", "y", "t", "1"), (False, 0, "false", "no", "off", "n", "f", "0")
_SHAPES = ((bool, "yes or no"), (str, "a text"), ((int, float), "a number"), (list, "a list"), (dict, "an object"))


class _WrongError(Exception):
    """What a value should be, as the end of a sentence."""


def _shape(value):
    return next((name for kind, name in _SHAPES if isinstance(value, kind)), "something else")


def _text(value):
    if isinstance(value, (dict, list, bool)):
        raise _WrongError("a text")
    return str(value)


def _secret(value):
    if not isinstance(value, str):
        raise _WrongError("a text (digits in quotation marks)")
    return value


def flag(value):
    said = value.strip().lower() if isinstance(value, str) else value
    if said not in (*_YES, *_NO):
        raise _WrongError("true or false")
    return said in _YES


def _seconds(value):
    try:
        return float(_text(value))
    except ValueError:
        raise _WrongError("a number of seconds") from None


def _bytes(value):
    text = _text(value)
    if not re.fullmatch("[0-9]+", text):
        raise _WrongError("a number of bytes")
    return int(text)


def _mode(value):
    # As lti_handback takes it: YAML makes 0640 the octal number that it looks like, and of 640 quite another one.
    if isinstance(value, int) and not isinstance(value, bool) and re.fullmatch("[46][046][046]", f"{value:o}"):
        return value
    if not (isinstance(value, str) and re.fullmatch("[0-7]{3,4}", value)):
        raise _WrongError('an octal number in quotation marks, like "0640"')
    return value


def one_of(*names):
    def fits(value):
        if value not in names:
            raise _WrongError(f"one of {', '.join(names)}")
        return value

    return fits


def texts(*names):
    """A list of texts, or one text with commas as Ansible's own options have it; of certain ones where named."""

    def fits(value):
        members = value.split(",") if isinstance(value, str) else value
        what = f"a list of {', '.join(names)}" if names else "a list of texts"
        if not isinstance(members, list) or not all(isinstance(one, str) for one in members):
            raise _WrongError(what)
        members = [one.strip() for one in members if one.strip()]
        if names and set(members) - set(names):
            raise _WrongError(what)
        return members

    return fits


def _manifest(value):
    if not isinstance(value, (str, dict)):
        raise _WrongError(_PATH)
    return value


def _as_it_is(value):
    return value  # what a place holds, onboarding.py looks at, with the manifest


_PREFLIGHT = {
    "fail_on": one_of("error", "warning", "never"),
    "ignore": texts(),
    "timeout": _seconds,
    "ca_path": _text,
    **dict.fromkeys(("production", "live", "canvas", "validate_certs", "allow_http", "allow_local"), flag),
}
_HANDBACK = {
    "formats": texts(*FORMATS),
    "mode": _mode,
    "publish": flag,
    "publish_limit": _bytes,
    **dict.fromkeys(("dir", "private_key_file", "public_key_file", "contact"), _text),
}
_VARIABLES = {
    "manifests": ({}, _manifest),
    "platforms": (None, texts(*document.PLATFORMS)),
    "tools": (None, texts()),
    "places": ({}, _as_it_is),
    "consumer_secrets": ({}, _secret),
    "preflight": (True, flag),
    "preflight_options": ({}, _PREFLIGHT),
    "handback": ({}, _HANDBACK),
    "fail": (True, flag),
}
"""By name: what it is when it is not given, and its kind; of an object that of its members, by name or for all."""


def given(found):
    """The variables as they are meant.

    :param found: values by the names of the variables without ``lti_onboarding_``.
    :returns: ``values``, by the same names, with what they are where they are not given, and ``problems``, a sentence
        for each that cannot be used, which is then as if it were not given.
    """
    values, problems = read(found, _VARIABLES, "lti_onboarding_")
    if found.get("manifests") in _EMPTY:
        problems.append("lti_onboarding_manifests is not given: it takes manifests, or their paths, by a key of yours.")
    elif isinstance(found["manifests"], dict):
        empty = [str(key) for key, value in found["manifests"].items() if value in _EMPTY]
        problems += [f"lti_onboarding_manifests.{key} is empty: it takes {_PATH}." for key in empty]
    return {"values": values, "problems": problems}


def read(found, variables, prefix):
    """Values and problems, as :func:`given` returns them, of other variables whose names begin with ``prefix``."""
    values, problems = {}, []
    for name, (otherwise, kind) in variables.items():
        where, value = f"{prefix}{name}", found.get(name)
        values[name] = otherwise
        if value in _EMPTY:
            continue
        if otherwise == {}:
            values[name] = _members(value, kind, where, problems)
        else:
            values[name] = _fitting(value, kind, where, problems, otherwise)
    return values, problems


def _fitting(value, kind, where, problems, otherwise=None):
    try:
        return kind(value)
    except _WrongError as error:
        problems.append(f"{where} takes {error}. What is given is {_shape(value)} that does not fit.")
        return otherwise


def _members(value, kinds, where, problems):
    """The members of an object that are given; ``kinds`` by name, or one for all of them."""
    if not isinstance(value, dict):
        problems.append(f"{where} takes an object with members, not {_shape(value)}.")
        return {}
    made = {}
    for name, member in value.items():
        kind = kinds.get(name) if isinstance(kinds, dict) else kinds
        if kind is None:
            problems.append(f"{where} has {name}; it takes {', '.join(kinds)}.")
        elif member not in _EMPTY:
            count = len(problems)
            fitting = _fitting(member, kind, f"{where}.{name}", problems)
            made.update({name: fitting} if len(problems) == count else {})
    return made


def connection_problems(found):
    """A sentence for each connection that cannot be used; ``found`` has them by the names of their variables."""
    problems = []
    for variable, value in found.items():
        if value is None or (value == "" and variable.startswith("lti_")):
            continue
        if value == "":
            # The role of the platform would refuse it, when others are done already.
            problems.append(f"{variable} is an empty text. Leave it out, or make it null, where it is not given.")
        else:
            _members(value, dict.fromkeys(CONNECTIONS[variable].options(), _simple), variable, problems)
    return problems


def _simple(value):
    if isinstance(value, (dict, list)):
        raise _WrongError("a text")
    return value
