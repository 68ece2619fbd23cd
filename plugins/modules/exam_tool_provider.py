#!/usr/bin/python
# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module edtech.lti.exam_tool_provider."""

from __future__ import annotations

DOCUMENTATION = r"""
module: exam_tool_provider
short_description: Keep an external LTI 1.1 tool on the exam platform as described
version_added: 0.1.0
author:
  - edtech.lti contributors (@edtech-lti)
description:
  - Creates, changes and removes a tool provider, which is an external assessment system that exams launch by LTI 1.1.
  - A tool provider is found by O(tool_name), together with O(institute_id) when that is given, or by O(id).
extends_documentation_fragment:
  - edtech.lti.connection
  - edtech.lti.exam
  - edtech.lti.attributes
  - edtech.lti.attributes.exam_group
options:
  state:
    description:
      - Whether the tool provider should exist.
      - The platform refuses to remove a tool provider that open exams use. See O(detach).
    type: str
    choices: [present, absent]
    default: present
  id:
    description:
      - Number of the tool provider. It wins over O(tool_name), which then renames it.
      - An id that does not exist is an error for O(state=present), never a new object. For O(state=absent) it is fine.
    type: int
  tool_name:
    description:
      - Name of the tool. Needed to create a tool provider.
      - The platform does not keep names unique. When several tool providers bear it, the module fails and lists
        their ids.
    type: str
  tool_url:
    description: Address that is launched.
    type: str
  oauth_consumer_key:
    description: Consumer key that the tool gave you. Needed to create a tool provider.
    type: str
  oauth_consumer_secret:
    description:
      - Consumer secret that the tool gave you. Needed to create a tool provider.
      - The platform gives it back in clear, so a changed secret is noticed and replaced. It is hidden in all output.
      - The text V((hidden)), which an info module shows in its place, leaves the secret alone.
    type: str
  use_as_basic_link:
    description: V(true) for a basic launch link, V(false) for deep linking.
    type: bool
  lti_custom_data:
    description:
      - Custom parameters. The platform puts C(custom_) before each name at launch.
      - Compared as data, so neither order nor spacing counts.
      - Shown in results and diffs. It is no place for secrets.
    type: dict
  institute_id:
    description:
      - Institute that owns the tool provider. Only superusers may set it.
      - Without O(id) it also narrows the search by name.
    type: int
  detach:
    description:
      - With O(state=absent), remove the LTI resources that use the tool provider first.
      - Exams that launch them lose these links at once.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Connect the assessment system
  hosts: exam
  connection: local
  gather_facts: false
  module_defaults:
    group/edtech.lti.exam:
      base_url: https://school.proctorexam.com
      api_token: "{{ vault_exam_api_token }}"
      secret_key: "{{ vault_exam_secret_key }}"
  tasks:
    - name: Keep Remindo as a tool provider
      edtech.lti.exam_tool_provider:
        tool_name: Remindo
        tool_url: https://remindo.example.com/lti
        oauth_consumer_key: school-proctorexam
        oauth_consumer_secret: "{{ vault_remindo_consumer_secret }}"
        lti_custom_data:
          locale: nl
      register: remindo

    - name: Replace the secret only
      edtech.lti.exam_tool_provider:
        tool_name: Remindo
        oauth_consumer_secret: "{{ vault_remindo_new_consumer_secret }}"

    - name: Remove the old tool with all its links
      edtech.lti.exam_tool_provider:
        tool_name: Old assessment system
        state: absent
        detach: true
"""

RETURN = r"""
tool_provider:
  description:
    - The tool provider after the run, in the names of the options, with its id and read-only fields.
    - V(null) when it is absent. In check mode as it would be, with V(null) for what is not known yet.
  returned: success
  type: dict
  sample:
    id: 2
    tool_name: Remindo
    tool_url: https://remindo.example.com/lti
    oauth_consumer_key: school-proctorexam
    oauth_consumer_secret: (hidden)
    use_as_basic_link: true
    lti_custom_data:
      locale: nl
    institute_id: 1
    created_at: "2026-11-25T17:21:59.485+01:00"
    updated_at: "2026-11-25T17:21:59.485+01:00"
detached:
  description: The LTI resources that were removed first because of O(detach).
  returned: success
  type: list
  elements: dict
  sample:
    - id: 7
      lti_resource_link_name: Algebra paper
      exam_id: 12
failure:
  description: What went wrong, for programs. It has the same keys in all modules of this collection.
  returned: failure, except for arguments that Ansible itself refuses
  type: dict
  sample:
    kind: conflict
    method: DELETE
    url: https://school.proctorexam.com/api/v3/tool_providers/2
    status: 423
    details: exam 'Algebra' (id 12)
    attempts: 1
    hint: "Remove those LTI resources first, or set detach: true."
"""

from ansible_collections.edtech.lti.plugins.module_utils._execution import run_module
from ansible_collections.edtech.lti.plugins.module_utils._platforms import exam

TASK = exam.ToolProviderTask()


def main():
    """Run as a shipped module; the action plugin runs C(TASK) itself."""
    run_module(TASK)


if __name__ == "__main__":
    main()
