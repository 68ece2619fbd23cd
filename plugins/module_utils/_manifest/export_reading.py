# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Registered results of the tasks that read a platform, as an export takes them. Data only."""

from __future__ import annotations

_PER_TASK = {
    "canvas": ("tool_configurations",),
    "d2l": ("registrations", "deployments"),
    "exam": ("tool_providers", "lti_resources", "exams"),
    "luminus": (),
}
"""Lists that a task of their own reads."""


def read(results, platform):
    """What was read from a platform.

    :param results: registered results: by the names of the lists that they hold, and those of loops as ``installed``,
        ``hidden``, ``levels`` and ``registrations`` (Canvas), ``sharing`` and ``links`` (Brightspace), ``providers``
        (LumiNUS).
    :returns: as ``export.exported`` takes it for that platform.
    """
    made = {name: results[name][name] for name in _PER_TASK[platform]}
    return {**made, **_LOOPS[platform](results)}


def hidden_from(results):
    """Which keys are not to be seen in which places, so that an installed tool might be hidden there.

    :param results: ``tool_configurations`` and ``installed``, as for :func:`read`.
    :returns: a list of ``client_id`` and of ``account_id`` or ``course_id``.
    """
    keys = [key["client_id"] for key in results["tool_configurations"]["tool_configurations"]]
    made = []
    for one in _loop(results, "installed"):
        seen = {tool["client_id"] for tool in one["external_tools"]}
        made += [{**one["lti_export_item"], "client_id": client_id} for client_id in keys if client_id not in seen]
    return made


def _loop(results, name):
    return [one for one in results[name].get("results") or [] if not one.get("skipped")]


def _canvas(results):
    tools = [*_loop(results, "installed"), *_loop(results, "hidden")]
    return {
        "external_tools": [tool for one in tools for tool in one["external_tools"]],
        "registrations": results["registrations"].get("registrations"),
        "levels": {
            one["lti_export_item"]["client_id"]: one["json"]["tool_configuration"].get("privacy_level")
            for one in _loop(results, "levels")
            if isinstance((one.get("json") or {}).get("tool_configuration"), dict)
        },
    }


def _d2l(results):
    return {
        "sharing": {one["lti_export_item"]["deployment_id"]: one["sharing_rules"] for one in _loop(results, "sharing")},
        "links": [link for one in _loop(results, "links") for link in one["links"]],
    }


def _luminus(results):
    return {
        "providers": [
            {
                "provider_id": one["lti_export_item"],
                "exists": one["exists"],
                "provider": {
                    name: value for name, value in (one["provider"] or {}).items() if name != "consumer_secret"
                },
            }
            for one in _loop(results, "providers")
        ]
    }


_LOOPS = {"canvas": _canvas, "d2l": _d2l, "exam": lambda _results: {}, "luminus": _luminus}
