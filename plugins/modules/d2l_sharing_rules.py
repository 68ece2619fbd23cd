#!/usr/bin/python
# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module edtech.lti.d2l_sharing_rules."""

from __future__ import annotations

DOCUMENTATION = r"""
module: d2l_sharing_rules
short_description: Keep all sharing rules of a deployment in D2L Brightspace as described
version_added: 0.1.0
author:
  - edtech.lti contributors (@edtech-lti)
description:
  - Creates, changes and removes sharing rules of one deployment, many at a time.
  - All rules are read once, compared, and only what differs is written, one request a rule.
  - In a diff each rule is one line of text.
  - Rules that an org unit inherits from one above are never touched.
  - When some writes fail, the others are done all the same. The task then fails and lists what is left, and the next
    run finishes it.
extends_documentation_fragment:
  - edtech.lti.connection
  - edtech.lti.d2l
  - edtech.lti.attributes
  - edtech.lti.attributes.d2l_group
options:
  deployment_id:
    description:
      - Id of the deployment that is shared.
      - In check mode an empty value stands for a deployment that an earlier task would have created.
    type: str
    required: true
  rules:
    description:
      - The sharing rules that should exist. An org unit may stand in it only once.
      - An empty list with O(purge=true) removes all sharing rules.
    type: list
    elements: dict
    required: true
    suboptions:
      org_unit_id:
        description:
          - Number of the org unit. Needed, unless O(rules[].org_unit_code) is given.
          - It is not looked up beforehand. Brightspace refuses a rule for a number that it does not know.
        type: int
      org_unit_code:
        description:
          - Exact code of the org unit, instead of O(rules[].org_unit_id). It must fit one org unit only.
          - Each different code costs one more request, so numbers are quicker for many org units.
        type: str
      share_with_org_unit:
        description: Whether the org unit itself sees the deployment. Needed to create a sharing rule.
        type: bool
      share_with_descendants:
        description: Whether everything below the org unit sees the deployment. Needed to create a sharing rule.
        type: bool
  purge:
    description:
      - Whether the deployment's own rules of org units that O(rules) does not list are removed.
      - They are removed one by one.
    type: bool
    default: false
  concurrency:
    description: How many writes, and look-ups of codes, may be under way at once, from 1 to 16.
    type: int
    default: 8
"""

EXAMPLES = r"""
- name: Share a deployment with some faculties
  hosts: d2l
  connection: local
  gather_facts: false
  module_defaults:
    group/edtech.lti.d2l:
      base_url: https://lms.example.edu
      oauth_client_id: "{{ vault_d2l_oauth_client_id }}"
      oauth_private_key: "{{ vault_d2l_oauth_private_key }}"
      oauth_key_id: ansible-2026
  tasks:
    - name: Find the deployment of the virtual lab
      edtech.lti.d2l_lti_deployment_info:
        registration_domain: labs.example.com
        name: Virtual Lab
      register: lab

    - name: Show it to two faculties and one course, and to nobody else
      edtech.lti.d2l_sharing_rules:
        deployment_id: "{{ lab.deployments[0].deployment_id }}"
        purge: true
        rules:
          - org_unit_code: FAC-SCIENCE
            share_with_org_unit: false
            share_with_descendants: true
          - org_unit_code: FAC-MEDICINE
            share_with_org_unit: false
            share_with_descendants: true
          - org_unit_id: 7421
            share_with_org_unit: true
            share_with_descendants: false

    - name: Find the deployment of the simulator
      edtech.lti.d2l_lti_deployment_info:
        registration_domain: simulator.example.com
        name: Simulator
      register: simulator

    - name: Show the simulator to the pilot courses of the inventory, and leave its other rules alone
      edtech.lti.d2l_sharing_rules:
        deployment_id: "{{ simulator.deployments[0].deployment_id }}"
        rules: "{{ simulator_pilot_rules }}"
"""

RETURN = r"""
sharing_rules:
  description:
    - All own sharing rules of the deployment after the run, sorted by org unit.
    - In check mode as they would be.
  returned: success
  type: list
  elements: dict
  sample:
    - deployment_id: b7f0c6d1-2e83-4a95-9d4c-70a1e5c8f2b6
      org_unit_id: 6606
      share_with_org_unit: true
      share_with_descendants: true
      inherited: false
created:
  description: Numbers of the org units whose sharing rule was created.
  returned: success
  type: list
  elements: int
  sample: [6606]
updated:
  description: Numbers of the org units whose sharing rule was changed.
  returned: success
  type: list
  elements: int
  sample: []
deleted:
  description: Numbers of the org units whose sharing rule was removed.
  returned: success
  type: list
  elements: int
  sample: [7421]
unchanged:
  description: How many sharing rules were already as described.
  returned: success
  type: int
  sample: 12
not_done:
  description:
    - What could not be written. The next run tries it again.
    - RV(sharing_rules), RV(created), RV(updated), RV(deleted) and RV(unchanged) are returned as well then.
  returned: when some writes failed
  type: list
  elements: dict
  contains:
    org_unit_id:
      description: Number of the org unit.
      type: int
    action:
      description: What should have been done.
      type: str
    msg:
      description: Why it was not.
      type: str
  sample:
    - org_unit_id: 8110
      action: create
      msg: "the server answered 400: There is no such org unit."
failure:
  description: What went wrong, for programs. It has the same keys in all modules of this collection.
  returned: failure, except for arguments that Ansible itself refuses
  type: dict
  sample:
    kind: forbidden
    method: POST
    url: https://lms.example.edu/d2l/api/le/1.92/ltiadvantage/deployment/b7f0c6d1-2e83-4a95-9d4c-70a1e5c8f2b6/sharing/
    status: 403
    details: "Insufficient scope to call this route."
    attempts: 1
    hint: >-
      Add it to the application under Manage Extensibility, and to oauth_scope; then log in again.
"""

from ansible_collections.edtech.lti.plugins.module_utils._execution import run_module
from ansible_collections.edtech.lti.plugins.module_utils._platforms import d2l_sharing

TASK = d2l_sharing.SharingRulesTask()


def main():
    """Run as a shipped module; the action plugin runs C(TASK) itself."""
    run_module(TASK)


if __name__ == "__main__":
    main()
