#!/usr/bin/python
# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module edtech.lti.d2l_sharing_rule."""

from __future__ import annotations

DOCUMENTATION = r"""
module: d2l_sharing_rule
short_description: Keep a sharing rule of a deployment in D2L Brightspace as described
version_added: 0.1.0
author:
  - edtech.lti contributors (@edtech-lti)
description:
  - Creates, changes and removes a sharing rule, which says that an org unit, or what lies below it, sees a deployment.
  - A sharing rule is found by its deployment and its org unit.
  - Rules that an org unit inherits from one above are never touched. When O(state=absent) finds only such a rule, it
    changes nothing and warns that the org unit still sees the tool.
  - For many org units at once, M(edtech.lti.d2l_sharing_rules) is faster.
extends_documentation_fragment:
  - edtech.lti.connection
  - edtech.lti.d2l
  - edtech.lti.attributes
  - edtech.lti.attributes.d2l_group
options:
  state:
    description: Whether the sharing rule should exist.
    type: str
    choices: [present, absent]
    default: present
  deployment_id:
    description:
      - Id of the deployment that is shared.
      - In check mode an empty value stands for a deployment that an earlier task would have created.
    type: str
    required: true
  org_unit_id:
    description: Number of the org unit. Needed, unless O(org_unit_code) is given.
    type: int
  org_unit_code:
    description: Exact code of the org unit, instead of O(org_unit_id). It must fit one org unit only.
    type: str
  share_with_org_unit:
    description: Whether the org unit itself sees the deployment. Needed to create a sharing rule.
    type: bool
  share_with_descendants:
    description: Whether everything below the org unit sees the deployment. Needed to create a sharing rule.
    type: bool
"""

EXAMPLES = r"""
- name: Share a deployment
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
    - name: Keep the deployment of the virtual lab
      edtech.lti.d2l_lti_deployment:
        name: Virtual Lab
        registration_domain: labs.example.com
      register: lab

    - name: Show it to all courses of the faculty of science
      edtech.lti.d2l_sharing_rule:
        deployment_id: "{{ lab.deployment.deployment_id }}"
        org_unit_code: FAC-SCIENCE
        share_with_org_unit: false
        share_with_descendants: true

    - name: Hide it from the sandbox course again
      edtech.lti.d2l_sharing_rule:
        deployment_id: "{{ lab.deployment.deployment_id }}"
        org_unit_id: 7421
        state: absent
"""

RETURN = r"""
sharing_rule:
  description:
    - The sharing rule after the run.
    - V(null) when it is absent. In check mode as it would be, with V(null) for what is not known yet.
  returned: success
  type: dict
  contains:
    inherited:
      description: Whether the rule is inherited. The rule that this module keeps never is.
      type: bool
  sample:
    deployment_id: b7f0c6d1-2e83-4a95-9d4c-70a1e5c8f2b6
    org_unit_id: 6606
    share_with_org_unit: true
    share_with_descendants: true
    inherited: false
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

TASK = d2l_sharing.SharingRuleTask()


def main():
    """Run as a shipped module; the action plugin runs C(TASK) itself."""
    run_module(TASK)


if __name__ == "__main__":
    main()
