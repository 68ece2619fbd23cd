# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filters of the role lti_onboarding: what a tenant gets, and what came of it. Each is documented in its own page."""

from __future__ import annotations

from ansible.errors import AnsibleFilterError

from ansible_collections.edtech.lti.plugins.module_utils._execution import plain
from ansible_collections.edtech.lti.plugins.module_utils._manifest import onboarding, outcome

try:
    # Up to ansible-core 2.18 a text in a variable is a template unless something says that it is not, and manifests
    # come from others. Since 2.19 it is none.
    from ansible.utils.unsafe_proxy import wrap_var
except ImportError:

    def wrap_var(value):
        """What is no template stays none."""
        return value


def _filter(name, function):
    """A function on plain data as a filter."""

    def filtered(value, *arguments, **options):
        try:
            return wrap_var(function(plain(value), *plain(arguments), **plain(options)))
        except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
            raise AnsibleFilterError(f"{name} cannot read what it was given: {error}") from error

    return filtered


FILTERS = {
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
}


class FilterModule:
    """What Ansible looks for in this file."""

    def filters(self):
        """Filters by name."""
        return {name: _filter(name, function) for name, function in FILTERS.items()}
