# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the role of a platform would refuse, looked at before anything is sent: by its argument spec."""

from __future__ import annotations

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

_LISTS = {
    "canvas": {"tools": "canvas_onboarding_tools"},
    "d2l": {"registrations": "d2l_onboarding_registrations"},
    "exam": {"tool_providers": "exam_onboarding_tool_providers", "exams": "exam_onboarding_exams"},
    "luminus": {},
}


def fitted(rows, specs):
    """Rows of ``onboarding.translations``, of which those are refused that the role of their platform would refuse.

    :param specs: the argument specs of these roles, by platform.
    """
    return [_fitted(row, specs.get(row["platform"]) or {}) if row["state"] == "ready" else row for row in rows]


def _fitted(row, spec):
    said = []
    for name, variable in _LISTS[row["platform"]].items():
        validator = ArgumentSpecValidator({variable: spec.get(variable) or {"type": "raw"}})
        messages = validator.validate({variable: row["objects"][name]}).error_messages
        said += [message.rstrip(".") for message in messages]
    if not said:
        return row
    where = f"lti_onboarding_places.{row['key']}.{row['platform']}, or the manifest's options for this platform"
    return {**row, "state": "refused", "why": f"{where}, cannot be used: {'; '.join(dict.fromkeys(said))}."}
