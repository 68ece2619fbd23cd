# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filters of the role lti_offboarding: what a tenant has, what is to go, and what came of it."""

from __future__ import annotations

from ansible_collections.edtech.lti.plugins.module_utils._manifest import (
    offboarding,
    offboarding_given,
    offboarding_outcome,
)
from ansible_collections.edtech.lti.plugins.plugin_utils._filters import as_filters

FILTERS = {
    "offboarding_given": offboarding_given.given,
    "offboarding_translations": offboarding.translations,
    "offboarding_refusals": offboarding.refusals,
    "offboarding_questions": offboarding.questions,
    "offboarding_decisions": offboarding.decisions,
    "offboarding_outcomes": offboarding_outcome.outcomes,
    "offboarding_handbacks": offboarding_outcome.handbacks,
}


class FilterModule:
    """What Ansible looks for in this file."""

    def filters(self):
        """Filters by name."""
        return as_filters(FILTERS)
