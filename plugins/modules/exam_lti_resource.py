#!/usr/bin/python
# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module edtech.lti.exam_lti_resource."""

from __future__ import annotations

DOCUMENTATION = r"""
module: exam_lti_resource
short_description: Keep a link from an exam to an external LTI 1.1 tool as described
version_added: 0.1.0
author:
  - edtech.lti contributors (@edtech-lti)
description:
  - Creates, changes and removes an LTI resource, which is the link by which an exam launches a tool provider.
  - An LTI resource is found by O(lti_resource_link_name) within its exam, or by O(id).
  - The result holds the placeholder that stands for the link in the student instructions. A link that is removed
    and created again gets another placeholder. The module warns when instructions still hold the old one.
extends_documentation_fragment:
  - edtech.lti.connection
  - edtech.lti.exam
  - edtech.lti.attributes
  - edtech.lti.attributes.exam_group
options:
  state:
    description: Whether the LTI resource should exist.
    type: str
    choices: [present, absent]
    default: present
  id:
    description:
      - Number of the LTI resource. It wins over O(lti_resource_link_name), which then renames it, and over the
        exam, to which it is then moved.
      - An id that does not exist is an error for O(state=present), never a new object. For O(state=absent) it is fine.
    type: int
  lti_resource_link_name:
    description: Name of the link. Needed to create an LTI resource.
    type: str
  exam_id:
    description:
      - Number of the exam. Needed, unless O(exam_name) or O(id) is given.
      - In check mode an empty value stands for an exam that an earlier task would have created.
    type: int
  exam_name:
    description: Name of the exam, instead of O(exam_id).
    type: str
  tool_provider_id:
    description:
      - Number of the tool provider that is launched. Needed to create an LTI resource, unless O(tool_provider_name)
        is given.
      - In check mode an empty value stands for a tool provider that an earlier task would have created.
    type: int
  tool_provider_name:
    description: Name of the tool provider, instead of O(tool_provider_id).
    type: str
  lti_resource_launch_url:
    description: Address that is launched. The platform takes that of the tool provider when it is not given at
      creation.
    type: str
  open_in_new_tab:
    description: Whether the tool opens in a tab of its own.
    type: bool
  lti_custom_data:
    description:
      - Custom parameters of this link. The platform puts C(custom_) before each name at launch.
      - Compared as data, so neither order nor spacing counts.
      - Shown in results and diffs. It is no place for secrets.
    type: dict
"""

EXAMPLES = r"""
- name: Link the exam to the assessment system
  hosts: exam
  connection: local
  gather_facts: false
  module_defaults:
    group/edtech.lti.exam:
      base_url: https://school.proctorexam.com
      api_token: "{{ vault_exam_api_token }}"
      secret_key: "{{ vault_exam_secret_key }}"
  tasks:
    - name: Keep the link to the algebra paper
      edtech.lti.exam_lti_resource:
        exam_name: Algebra 2026
        tool_provider_name: Remindo
        lti_resource_link_name: Algebra paper
        lti_resource_launch_url: https://remindo.example.com/lti/algebra
        open_in_new_tab: true
        lti_custom_data:
          paper: algebra-2026
      register: paper

    - name: Show what stands for the link in the instructions
      ansible.builtin.debug:
        var: paper.lti_resource.placeholder
"""

RETURN = r"""
lti_resource:
  description:
    - The LTI resource after the run, in the names of the options, with its id and read-only fields.
    - V(null) when it is absent. In check mode as it would be, with V(null) for what is not known yet.
  returned: success
  type: dict
  contains:
    id:
      description: Number of the LTI resource.
      type: int
    placeholder:
      description: What stands for the link in the student instructions, in braces there.
      type: str
  sample:
    id: 7
    lti_resource_link_name: Algebra paper
    exam_id: 12
    tool_provider_id: 2
    lti_resource_launch_url: https://remindo.example.com/lti/algebra
    open_in_new_tab: true
    lti_custom_data:
      paper: algebra-2026
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

TASK = exam.LtiResourceTask()


def main():
    """Run as a shipped module; the action plugin runs C(TASK) itself."""
    run_module(TASK)


if __name__ == "__main__":
    main()
