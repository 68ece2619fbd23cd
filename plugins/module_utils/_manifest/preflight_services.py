# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Preflight: scopes, placements and what is sent, in whatever form they are written. Data only.

Every section number in this file is one of docs/platforms/canvas.md.
"""

from __future__ import annotations

from ansible_collections.edtech.lti.plugins.module_utils._manifest import roads, vocabulary
from ansible_collections.edtech.lti.plugins.module_utils._manifest.preflight_findings import ERROR, WARNING, finding
from ansible_collections.edtech.lti.plugins.module_utils._manifest.preflight_texts import placeholder
from ansible_collections.edtech.lti.plugins.module_utils._manifest.vocabulary import CANVAS, DEEP_LINKING, RESOURCE_LINK
from ansible_collections.edtech.lti.plugins.module_utils._platforms.canvas_settings import PLACEMENTS

_OF_OPENID = ("openid", "profile", "email", "offline_access")
"""What registrations of OpenID Connect have as scopes besides; it opens no service."""
MANY = 8
"""Scopes; the four of grades, the roster and Canvas's three usual ones."""
_BEYOND_COURSE = tuple(
    f"{CANVAS}{family}/" for family in ("account_lookup", "account_external_tools", "data_services", "feature_flags")
)
# fmt: off
_TAKE_BOTH = frozenset((
    "assignment_selection", "collaboration", "conference_selection", "course_assignments_menu", "homework_submission",
    "link_selection", "migration_selection", "module_index_menu_modal", "module_menu_modal", "resource_selection",
    "submission_type_selection",
))
# fmt: on
_ONLY_DEEP_LINKING = frozenset(("editor_button", "ActivityAssetProcessor", "ActivityAssetProcessorContribution"))
"""6.2; all others take resource links only."""


def of_scopes(scopes, where, refused=False):
    """Findings on a list of scopes.

    :param refused: would the platform refuse one that it does not know?
    """
    found = []
    for number, scope in enumerate(scopes):
        here = f"{where}[{number}]"
        after = scopes[number + 1] if number + 1 < len(scopes) else ""
        before = scopes[number - 1] if number else ""
        if _are_halves(scope, after):
            found.append(finding("scope_broken", here, "This is not one whole scope."))
        elif _are_halves(before, scope):
            continue  # told with its first half
        elif _is_known(scope):
            if scope.startswith(_BEYOND_COURSE):
                found.append(finding("scope_beyond_course", here, f"{_short(scope)} reaches beyond the course."))
        elif "," in scope or any(one.isspace() for one in scope):
            found.append(finding("scope_broken", here, "This is not one whole scope."))
        elif scope in _OF_OPENID:
            if refused:
                found.append(finding("scope_unknown", here, f"{scope} is no scope of LTI.", severity=ERROR))
        elif "://" not in scope and not scope.startswith("url:"):
            found.append(finding("scope_broken", here, "This is no scope, and perhaps a part of one."))
        elif not placeholder(("scopes",), scope):
            severity = ERROR if refused and not scope.startswith("url:") else None
            found.append(finding("scope_unknown", here, f"{scope} is no known scope.", severity=severity))
    if len(scopes) > MANY:
        found.append(finding("scopes_many", where, f"The tool asks for {len(scopes)} scopes."))
    return found


def _is_known(scope):
    return vocabulary.classes_of_scope(scope) is not None


def _are_halves(first, second):
    """Are two texts one scope together? The first may be one by itself, as where only ``.readonly`` stands apart."""
    whole = _is_known(second) or second in _OF_OPENID or "://" in second
    return bool(first and second) and not whole and _is_known(first + second)


def _short(scope):
    return scope.replace(CANVAS, "").partition("/")[0]


def of_placements(placements):
    """Findings on placements.

    :param placements: triples: where, name, and message type (None where none is said).
    """
    found, seen = [], {}
    for where, name, message in placements:
        if (name, message) in seen:
            found.append(finding("placement_duplicate", where, f"{name} is there already: {seen[name, message]}."))
        seen.setdefault((name, message), where)
        if name not in PLACEMENTS:
            if not placeholder((), name):
                found.append(finding("placement_unknown", where, f"{name} is no known placement."))
        elif not message:
            severity = ERROR if name in _ONLY_DEEP_LINKING else None
            takes = " and it takes deep linking only" if name in _ONLY_DEEP_LINKING else ""
            said = f"{name} has no message_type{takes}."
            found.append(finding("message_type_missing", where, said, severity=severity))
        elif message not in _taken(name):
            found.append(finding("placement_message", where, f"{name} does not take {message}."))
    return found


def _taken(name):
    if name in _ONLY_DEEP_LINKING:
        return (DEEP_LINKING,)
    return (RESOURCE_LINK, DEEP_LINKING) if name in _TAKE_BOTH else (RESOURCE_LINK,)


_CALLED = {"canvas": "Canvas", "d2l": "Brightspace", "exam": "the exam platform", "luminus": "LumiNUS"}


def of_roads(found_roads, allowed, where, platform):
    """Findings on what is sent beyond what the tool may receive.

    :param found_roads: see ``roads.py``.
    :param allowed: data classes; None where nobody said, and then there is nothing to compare with.
    """
    if allowed is None:
        return []
    found = []
    for name in roads.classes(found_roads):
        if name in allowed:
            continue
        ways = list(dict.fromkeys(one["where"] for one in found_roads if one["class"] == name))
        forced = any(not one["controllable"] for one in found_roads if one["class"] == name)
        fix = "Add the data class, or do without the tool there: this cannot be switched off." if forced else None
        said = f"{name} would be sent by {_CALLED[platform]}, which data does not allow: {', '.join(ways)}."
        found.append(finding("sends_too_much", where, said, fix=fix))
    return found


def anonymous_with_roster(where, allowed, what):
    """The contradiction of a tool that is called anonymous and reads the roster."""
    severity = WARNING if "roster" in (allowed or ()) else None
    said = f"The tool is anonymous, and {what} tells it everybody's details all the same."
    return finding("anonymous_with_roster", where, said, severity=severity)
