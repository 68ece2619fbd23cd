#!/usr/bin/python
# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module edtech.lti.d2l_lti_link_info."""

from __future__ import annotations

DOCUMENTATION = r"""
module: d2l_lti_link_info
short_description: List the links to LTI 1.3 tools in D2L Brightspace
version_added: 0.1.0
author:
  - edtech.lti contributors (@edtech-lti)
description:
  - Returns the links of the organisation, or of one org unit, that fit all given options.
  - Each item can be handed to M(edtech.lti.d2l_lti_link) unchanged, which then changes nothing.
extends_documentation_fragment:
  - edtech.lti.connection
  - edtech.lti.d2l
  - edtech.lti.attributes.info
  - edtech.lti.attributes.d2l_group
options:
  link_id:
    description: Number of the link.
    type: int
  org_unit_id:
    description:
      - Number of the org unit whose links are wanted.
      - Without it and O(org_unit_code), those of the organisation are listed.
    type: int
  org_unit_code:
    description: Exact code of the org unit, instead of O(org_unit_id).
    type: str
  deployment_id:
    description: Id of the deployment whose links are wanted.
    type: str
  name:
    description: Exact name of the links.
    type: str
  enabled:
    description: Whether the links are enabled.
    type: bool
"""

EXAMPLES = r"""
- name: List the links of a course to the virtual lab
  edtech.lti.d2l_lti_link_info:
    base_url: https://lms.example.edu
    oauth_client_id: "{{ vault_d2l_oauth_client_id }}"
    oauth_private_key: "{{ vault_d2l_oauth_private_key }}"
    oauth_key_id: ansible-2026
    org_unit_code: CHEM-2026
    deployment_id: b7f0c6d1-2e83-4a95-9d4c-70a1e5c8f2b6
  register: lab

- name: Show where they lead
  ansible.builtin.debug:
    msg: "{{ lab.links | map(attribute='url') }}"
"""

RETURN = r"""
links:
  description: The links, in the shape that M(edtech.lti.d2l_lti_link) returns and accepts.
  returned: success
  type: list
  elements: dict
  sample:
    - link_id: 104
      org_unit_id: 7421
      deployment_id: b7f0c6d1-2e83-4a95-9d4c-70a1e5c8f2b6
      name: Titration
      description: null
      url: https://labs.example.com/lti/launch/titration
      type: basic
      enabled: true
      height: null
      width: null
      custom_parameters:
        course_code: $CourseOffering.sourcedId
      available: true
      owner_org_unit_id: 7421
failure:
  description: What went wrong, for programs. It has the same keys in all modules of this collection.
  returned: failure, except for arguments that Ansible itself refuses
  type: dict
  sample:
    kind: forbidden
    method: GET
    url: https://lms.example.edu/d2l/api/le/1.92/ltiadvantage/links/orgunit/7421/
    status: 403
    details: "Insufficient scope to call this route."
    attempts: 1
    hint: >-
      Add it to the application under Manage Extensibility, and to oauth_scope; then log in again.
"""

from ansible_collections.edtech.lti.plugins.module_utils._execution import run_module
from ansible_collections.edtech.lti.plugins.module_utils._platforms import d2l_link

TASK = d2l_link.LINK_INFO


def main():
    """Run as a shipped module; the action plugin runs C(TASK) itself."""
    run_module(TASK)


if __name__ == "__main__":
    main()
