# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filters of the role lti_onboarding: what a tenant gets, and what came of it. Each is documented in its own page."""

from __future__ import annotations

from ansible_collections.edtech.lti.plugins.module_utils._manifest import onboarding, onboarding_given, outcome
from ansible_collections.edtech.lti.plugins.plugin_utils import _fitting, _published
from ansible_collections.edtech.lti.plugins.plugin_utils._filters import as_filters

FILTERS = {
    "onboarding_given": onboarding_given.given,
    "onboarding_connection_problems": onboarding_given.connection_problems,
    "onboarding_fitted": _fitting.fitted,
    "onboarding_translations": onboarding.translations,
    "onboarding_objects": onboarding.objects,
    "onboarding_preflights": onboarding.preflights,
    "onboarding_le_version": onboarding.highest_le_version,
    "onboarding_outcomes": outcome.outcomes,
    "onboarding_cause": outcome.cause,
    "onboarding_refusals": outcome.refusals,
    "onboarding_preflight_failures": outcome.preflight_failures,
    "onboarding_preflight_findings": outcome.preflight_findings,
    "onboarding_compared": outcome.compared,
    "onboarding_handed_back": _published.handed_back,
}


class FilterModule:
    """What Ansible looks for in this file."""

    def filters(self):
        """Filters by name."""
        return as_filters(FILTERS)
