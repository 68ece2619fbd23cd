# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of the role lti_offboarding: their shapes, and what counts as given. Data only."""

from __future__ import annotations

from ansible_collections.edtech.lti.plugins.module_utils._manifest.onboarding_given import flag, one_of, read, texts

STATES = ("disabled", "absent")


def _keys(value):
    # A text area of a job runner has a key in each line.
    return list(dict.fromkeys(texts()(value.replace("\n", ",") if isinstance(value, str) else value)))


_VARIABLES = {
    "tools": (None, _keys),
    "state": ("disabled", one_of(*STATES)),
    "force": (False, flag),
    "fail": (True, flag),
}


def given(found):
    """The variables as they are meant; shapes as in :func:`onboarding_given.given`.

    What is to go must be named: nothing, or a list of nothing, is a problem and never all tools.
    """
    values, problems = read(found, _VARIABLES, "lti_offboarding_")
    if not values["tools"] and not problems:
        problems.append(
            "lti_offboarding_tools is not given: it takes the keys of the manifests in lti_onboarding_manifests whose"
            " tools are to go."
        )
    return {"values": {**values, "tools": values["tools"] or []}, "problems": problems}
