#!/usr/bin/python
# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module edtech.lti.exam_lti_resource_info."""

from __future__ import annotations

DOCUMENTATION = r"""
module: exam_lti_resource_info
short_description: List the links from exams to external LTI 1.1 tools
version_added: 0.1.0
author:
  - edtech.lti contributors (@edtech-lti)
description:
  - Returns the LTI resources that fit all given options, or all LTI resources.
  - Each item can be handed to M(edtech.lti.exam_lti_resource) unchanged, which then changes nothing.
extends_documentation_fragment:
  - edtech.lti.connection
  - edtech.lti.exam
  - edtech.lti.attributes.info
  - edtech.lti.attributes.exam_group
options:
  id:
    description: Number of the LTI resource.
    type: int
  lti_resource_link_name:
    description: Exact name of the links.
    type: str
  exam_id:
    description: Number of the exam whose links are wanted.
    type: int
  exam_name:
    description: Name of the exam, instead of O(exam_id).
    type: str
  tool_provider_id:
    description: Number of the tool provider whose links are wanted.
    type: int
  tool_provider_name:
    description: Name of the tool provider, instead of O(tool_provider_id).
    type: str
"""

EXAMPLES = r"""
- name: Find all exams that launch Remindo
  edtech.lti.exam_lti_resource_info:
    base_url: https://school.proctorexam.com
    api_token: "{{ vault_exam_api_token }}"
    secret_key: "{{ vault_exam_secret_key }}"
    tool_provider_name: Remindo
  register: links

- name: Show their numbers
  ansible.builtin.debug:
    msg: "{{ links.lti_resources | map(attribute='exam_id') | unique }}"
"""

RETURN = r"""
lti_resources:
  description: The LTI resources, in the shape that M(edtech.lti.exam_lti_resource) returns and accepts.
  returned: success
  type: list
  elements: dict
  sample:
    - id: 7
      lti_resource_link_name: Algebra paper
      exam_id: 12
      tool_provider_id: 2
      lti_resource_launch_url: https://remindo.example.com/lti/algebra
      open_in_new_tab: true
      lti_custom_data: {}
      placeholder: LTI_EXAM_7
failure:
  description: What went wrong, for programs. It has the same keys in all modules of this collection.
  returned: failure, except for arguments that Ansible itself refuses
  type: dict
  sample:
    kind: auth
    method: GET
    url: https://school.proctorexam.com/api/v3/exams
    status: 401
    details: Signature is invalid.
    attempts: 1
    hint: >-
      Check api_token and secret_key: both belong to one user's profile and change together; the server also refuses a
      clock that is off.
"""

from ansible_collections.edtech.lti.plugins.module_utils._execution import run_module
from ansible_collections.edtech.lti.plugins.module_utils._platforms import exam

TASK = exam.LTI_RESOURCE_INFO


def main():
    """Run as a shipped module; the action plugin runs C(TASK) itself."""
    run_module(TASK)


if __name__ == "__main__":
    main()
