#!/usr/bin/python
# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module edtech.lti.canvas_external_tool_info."""

from __future__ import annotations

DOCUMENTATION = r"""
module: canvas_external_tool_info
short_description: List the LTI 1.3 tools installed in a Canvas account or course
version_added: 0.1.0
author:
  - edtech.lti contributors (@edtech-lti)
description:
  - Returns the tools that are installed in one account or course and fit all given options, or all of them.
  - What is installed in an account above, or below, is not listed. Neither are tools of LTI 1.1.
  - A tool that its availability hides is listed only together with O(client_id).
  - Each item can be handed to M(edtech.lti.canvas_external_tool) unchanged, which then changes nothing.
extends_documentation_fragment:
  - edtech.lti.connection
  - edtech.lti.canvas
  - edtech.lti.attributes.info
  - edtech.lti.attributes.canvas_group
options:
  account_id:
    description:
      - Account whose tools are listed. Its number, local, global or like V(1~123), or one of V(self), V(default) and
        V(site_admin), or C(sis_account_id:...), C(lti_context_id:...) or C(uuid:...).
      - Without it and O(course_id), it is V(self), the root account that the host name of O(base_url) belongs to.
    type: str
  course_id:
    description:
      - Course whose tools are listed, instead of O(account_id). Its number, local, global or like V(1~123), or
        C(sis_course_id:...), C(lti_context_id:...) or C(uuid:...).
    type: str
  external_tool_id:
    description: Number of the installed tool.
    type: str
  client_id:
    description: Client id of the tool, which is the id of its key.
    type: str
  name:
    description: Exact name of the tools, which is the title in the configuration of their key.
    type: str
"""

EXAMPLES = r"""
- name: List the tools of a course
  edtech.lti.canvas_external_tool_info:
    base_url: https://canvas.example.edu
    access_token: "{{ vault_canvas_access_token }}"
    course_id: sis_course_id:HIST-101-2026
  register: history

- name: Show their deployment ids
  ansible.builtin.debug:
    msg: "{{ history.external_tools | items2dict(key_name='name', value_name='deployment_id') }}"
"""

RETURN = r"""
external_tools:
  description: The tools, in the shape that M(edtech.lti.canvas_external_tool) returns and accepts.
  returned: success
  type: list
  elements: dict
  sample:
    - external_tool_id: "310"
      client_id: "10000000000077"
      account_id: null
      course_id: sis_course_id:HIST-101-2026
      deployment_id: "310:8b1c5a0de95f1f7cb0d4e2d8c6f3a7b9012e4d5f"
      name: Quiz Helper
      description: Practice quizzes
      url: https://quiz.example.com/lti/launch
      domain: quiz.example.com
      privacy_level: name_only
      workflow_state: name_only
      available: true
      lti_registration_id: "52"
      created_at: "2026-03-02T09:12:40Z"
      updated_at: "2026-03-02T09:12:40Z"
failure:
  description: What went wrong, for programs. It has the same keys in all modules of this collection.
  returned: failure, except for arguments that Ansible itself refuses
  type: dict
  sample:
    kind: not_found
    method: GET
    url: https://canvas.example.edu/api/v1/courses/sis_course_id:HIST-101-2026/external_tools
    status: 404
    details: The specified resource does not exist.
    attempts: 1
    hint: Check client_id, and account_id or course_id.
"""

from ansible_collections.edtech.lti.plugins.module_utils._execution import run_module
from ansible_collections.edtech.lti.plugins.module_utils._platforms import canvas_tool

TASK = canvas_tool.TOOL_INFO


def main():
    """Run as a shipped module; the action plugin runs C(TASK) itself."""
    run_module(TASK)


if __name__ == "__main__":
    main()
