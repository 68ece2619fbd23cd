#!/usr/bin/python
# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module edtech.lti.d2l_sharing_rule_info."""

from __future__ import annotations

DOCUMENTATION = r"""
module: d2l_sharing_rule_info
short_description: List the sharing rules of a deployment in D2L Brightspace
version_added: 0.1.0
author:
  - edtech.lti contributors (@edtech-lti)
description:
  - Returns the sharing rules of a deployment.
  - Each item that is not inherited can be handed to M(edtech.lti.d2l_sharing_rule) unchanged, which then changes
    nothing.
extends_documentation_fragment:
  - edtech.lti.connection
  - edtech.lti.d2l
  - edtech.lti.attributes.info
  - edtech.lti.attributes.d2l_group
options:
  deployment_id:
    description: Id of the deployment.
    type: str
    required: true
  org_unit_id:
    description: Number of the org unit whose rule is wanted.
    type: int
  org_unit_code:
    description: Exact code of the org unit, instead of O(org_unit_id).
    type: str
  include_inherited:
    description:
      - Whether rules that an org unit inherits from one above are listed as well.
      - Together with an org unit this tells whether that org unit sees the deployment at all.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Look for what shows the virtual lab to a course
  edtech.lti.d2l_sharing_rule_info:
    base_url: https://lms.example.edu
    oauth_client_id: "{{ vault_d2l_oauth_client_id }}"
    oauth_private_key: "{{ vault_d2l_oauth_private_key }}"
    oauth_key_id: ansible-2026
    deployment_id: b7f0c6d1-2e83-4a95-9d4c-70a1e5c8f2b6
    org_unit_code: MATH-2026
    include_inherited: true
  register: lab

- name: Say whether the course sees it
  ansible.builtin.debug:
    msg: "{{ 'shared' if lab.sharing_rules | selectattr('share_with_org_unit') else 'not shared' }}"
"""

RETURN = r"""
sharing_rules:
  description: The sharing rules, in the shape that M(edtech.lti.d2l_sharing_rule) returns and accepts.
  returned: success
  type: list
  elements: dict
  sample:
    - deployment_id: b7f0c6d1-2e83-4a95-9d4c-70a1e5c8f2b6
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
    method: GET
    url: https://lms.example.edu/d2l/api/le/1.92/ltiadvantage/deployment/b7f0c6d1-2e83-4a95-9d4c-70a1e5c8f2b6/sharing/
    status: 403
    details: "Insufficient scope to call this route."
    attempts: 1
    hint: >-
      Add it to the application under Manage Extensibility, and to oauth_scope; then log in again.
"""

from ansible_collections.edtech.lti.plugins.module_utils._execution import run_module
from ansible_collections.edtech.lti.plugins.module_utils._platforms import d2l_sharing

TASK = d2l_sharing.SHARING_RULE_INFO


def main():
    """Run as a shipped module; the action plugin runs C(TASK) itself."""
    run_module(TASK)


if __name__ == "__main__":
    main()
