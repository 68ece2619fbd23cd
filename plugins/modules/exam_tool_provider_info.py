#!/usr/bin/python
# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module edtech.lti.exam_tool_provider_info."""

from __future__ import annotations

DOCUMENTATION = r"""
module: exam_tool_provider_info
short_description: List the external LTI 1.1 tools of the exam platform
version_added: 0.1.0
author:
  - edtech.lti contributors (@edtech-lti)
description:
  - Returns the tool providers that fit all given options, or all tool providers.
  - Each item can be handed to M(edtech.lti.exam_tool_provider) unchanged, which then changes nothing.
extends_documentation_fragment:
  - edtech.lti.connection
  - edtech.lti.exam
  - edtech.lti.attributes.info
  - edtech.lti.attributes.exam_group
options:
  id:
    description: Number of the tool provider.
    type: int
  tool_name:
    description: Exact name of the tool providers.
    type: str
  institute_id:
    description: Institute that owns the tool providers.
    type: int
  reveal_secrets:
    description:
      - Whether consumer secrets are shown in the result instead of being hidden.
      - Set C(no_log) on the task as well, or they stay in the log.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: List all tool providers
  edtech.lti.exam_tool_provider_info:
    base_url: https://school.proctorexam.com
    api_token: "{{ vault_exam_api_token }}"
    secret_key: "{{ vault_exam_secret_key }}"
  register: tools

- name: Show which addresses exams launch
  ansible.builtin.debug:
    msg: "{{ tools.tool_providers | items2dict(key_name='tool_name', value_name='tool_url') }}"
"""

RETURN = r"""
tool_providers:
  description: The tool providers, in the shape that M(edtech.lti.exam_tool_provider) returns and accepts.
  returned: success
  type: list
  elements: dict
  sample:
    - id: 2
      tool_name: Remindo
      tool_url: https://remindo.example.com/lti
      oauth_consumer_key: school-proctorexam
      oauth_consumer_secret: (hidden)
      use_as_basic_link: true
      lti_custom_data:
        locale: nl
      institute_id: 1
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

TASK = exam.TOOL_PROVIDER_INFO


def main():
    """Run as a shipped module; the action plugin runs C(TASK) itself."""
    run_module(TASK)


if __name__ == "__main__":
    main()
