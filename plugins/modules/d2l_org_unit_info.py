#!/usr/bin/python
# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module edtech.lti.d2l_org_unit_info."""

from __future__ import annotations

DOCUMENTATION = r"""
module: d2l_org_unit_info
short_description: List org units of D2L Brightspace
version_added: 0.1.0
author:
  - edtech.lti contributors (@edtech-lti)
description:
  - Returns the org units that fit all given options, or all org units.
  - Org units are the organisation, faculties, departments, courses and the like, to which sharing rules and links
    belong.
extends_documentation_fragment:
  - edtech.lti.connection
  - edtech.lti.d2l
  - edtech.lti.attributes.info
  - edtech.lti.attributes.d2l_group
options:
  org_unit_id:
    description: Number of the org unit.
    type: int
  org_unit_code:
    description: Exact code of the org units. Brightspace keeps codes unique only within one type.
    type: str
  org_unit_name:
    description: Exact name of the org units.
    type: str
  code_contains:
    description: Part of the code.
    type: str
  name_contains:
    description: Part of the name.
    type: str
  org_unit_type:
    description: Number of the type, as in RV(org_units[].type_id). Which number means what differs between customers.
    type: int
  below:
    description: Number of an org unit. Only org units below it are listed.
    type: int
"""

EXAMPLES = r"""
- name: Find the courses of this year below the faculty of science
  edtech.lti.d2l_org_unit_info:
    base_url: https://lms.example.edu
    oauth_client_id: "{{ vault_d2l_oauth_client_id }}"
    oauth_private_key: "{{ vault_d2l_oauth_private_key }}"
    oauth_key_id: ansible-2026
    below: 6650
    org_unit_type: 3
    code_contains: "-2026"
  register: courses

- name: Show their codes
  ansible.builtin.debug:
    msg: "{{ courses.org_units | map(attribute='code') | sort }}"
"""

RETURN = r"""
org_units:
  description: The org units.
  returned: success
  type: list
  elements: dict
  contains:
    org_unit_id:
      description: Number of the org unit.
      type: int
    name:
      description: Name of the org unit.
      type: str
    code:
      description: Code of the org unit, or V(null).
      type: str
    path:
      description: Where its files lie. V(null) where the server does not tell.
      type: str
    type_id:
      description: Number of the type.
      type: int
    type_code:
      description: Code of the type.
      type: str
    type_name:
      description: Name of the type.
      type: str
  sample:
    - org_unit_id: 7421
      name: Chemistry 2026
      code: CHEM-2026
      path: /content/enforced/7421-CHEM-2026/
      type_id: 3
      type_code: Course Offering
      type_name: Course Offering
failure:
  description: What went wrong, for programs. It has the same keys in all modules of this collection.
  returned: failure, except for arguments that Ansible itself refuses
  type: dict
  sample:
    kind: forbidden
    method: GET
    url: https://lms.example.edu/d2l/api/lp/1.58/orgstructure/
    status: 403
    details: "Insufficient scope to call this route."
    attempts: 1
    hint: >-
      Add it to the application under Manage Extensibility, and to oauth_scope; then log in again.
"""

from ansible_collections.edtech.lti.plugins.module_utils._execution import run_module
from ansible_collections.edtech.lti.plugins.module_utils._platforms import d2l_org_units

TASK = d2l_org_units.ORG_UNIT_INFO


def main():
    """Run as a shipped module; the action plugin runs C(TASK) itself."""
    run_module(TASK)


if __name__ == "__main__":
    main()
