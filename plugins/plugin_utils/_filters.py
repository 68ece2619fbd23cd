# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Functions on plain data as filters of Ansible."""

from __future__ import annotations

from ansible.errors import AnsibleFilterError
from ansible.utils.unsafe_proxy import wrap_var

from ansible_collections.edtech.lti.plugins.module_utils._execution import plain


def as_filters(functions):
    """Filters by name, of functions by name.

    What a function is given is plain data, so that it need not know Ansible's own texts; what it returns is no
    template, since texts of vendors and servers are in it. Its ValueError is a whole sentence, and becomes Ansible's.
    """
    return {name: _filter(name, function) for name, function in functions.items()}


def _filter(name, function):
    def filtered(value, *arguments, **options):
        try:
            # Before ansible-core 2.19 a text in a variable is a template unless something says that it is not.
            return wrap_var(function(plain(value), *plain(arguments), **plain(options)))
        except ValueError as error:
            raise AnsibleFilterError(f"{name}: {error}") from error
        except (TypeError, AttributeError, LookupError, RecursionError) as error:
            raise AnsibleFilterError(f"{name} cannot read what it was given: {error!r}") from error

    return filtered
