#!/usr/bin/python
# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module edtech.lti.d2l_lti_deployment_info."""

from __future__ import annotations

DOCUMENTATION = r"""
module: d2l_lti_deployment_info
short_description: List the deployments of LTI 1.3 tools in D2L Brightspace
version_added: 0.1.0
author:
  - edtech.lti contributors (@edtech-lti)
description:
  - Returns the deployments that fit all given options, or all deployments.
  - Each item can be handed to M(edtech.lti.d2l_lti_deployment) unchanged, which then changes nothing.
extends_documentation_fragment:
  - edtech.lti.connection
  - edtech.lti.d2l
  - edtech.lti.attributes.info
  - edtech.lti.attributes.d2l_group
options:
  deployment_id:
    description: Id of the deployment.
    type: str
  client_id:
    description: Client id of the registration whose deployments are wanted.
    type: str
  registration_domain:
    description: Domain of the registration, instead of O(client_id).
    type: str
  registration_name:
    description: Name of the registration, instead of O(client_id) or together with O(registration_domain).
    type: str
  name:
    description: Exact name of the deployments.
    type: str
  enabled:
    description: Whether the deployments are enabled.
    type: bool
"""

EXAMPLES = r"""
- name: List the deployments of the virtual lab
  edtech.lti.d2l_lti_deployment_info:
    base_url: https://lms.example.edu
    oauth_client_id: "{{ vault_d2l_oauth_client_id }}"
    oauth_private_key: "{{ vault_d2l_oauth_private_key }}"
    oauth_key_id: ansible-2026
    registration_domain: labs.example.com
  register: lab

- name: Show which of them tell the tool e-mail addresses
  ansible.builtin.debug:
    msg: "{{ lab.deployments | selectattr('send_user_email') | map(attribute='name') }}"
"""

RETURN = r"""
deployments:
  description: The deployments, in the shape that M(edtech.lti.d2l_lti_deployment) returns and accepts.
  returned: success
  type: list
  elements: dict
  sample:
    - deployment_id: b7f0c6d1-2e83-4a95-9d4c-70a1e5c8f2b6
      client_id: 3c9e7a52-61d4-4f0b-8a27-5b1de0c94f38
      name: Virtual Lab
      description: null
      enabled: true
      enabled_extensions:
        - assignment_and_grade_services
        - deep_linking
        - names_and_role_provisioning
      send_user_first_name: true
      send_user_middle_name: false
      send_user_last_name: true
      send_user_email: true
      send_d2l_user_id: false
      send_d2l_username: false
      send_d2l_org_defined_id: false
      pre_provisioning: false
      custom_parameters: {}
      open_as_external: false
      include_in_final_grade: false
      auto_migrate_links: false
      auto_create_grade: false
      enabled_notice_types: []
      available_extensions:
        - assignment_and_grade_services
        - deep_linking
        - names_and_role_provisioning
      available: true
      notice_handlers: []
failure:
  description: What went wrong, for programs. It has the same keys in all modules of this collection.
  returned: failure, except for arguments that Ansible itself refuses
  type: dict
  sample:
    kind: forbidden
    method: GET
    url: https://lms.example.edu/d2l/api/le/1.92/ltiadvantage/deployment/
    status: 403
    details: "Insufficient scope to call this route."
    attempts: 1
    hint: >-
      Add it to the application under Manage Extensibility, and to oauth_scope; then log in again.
"""

from ansible_collections.edtech.lti.plugins.module_utils._execution import run_module
from ansible_collections.edtech.lti.plugins.module_utils._platforms import d2l_deployment

TASK = d2l_deployment.DEPLOYMENT_INFO


def main():
    """Run as a shipped module; the action plugin runs C(TASK) itself."""
    run_module(TASK)


if __name__ == "__main__":
    main()
