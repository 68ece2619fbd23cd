#!/usr/bin/python
# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module edtech.lti.exam_info."""

from __future__ import annotations

DOCUMENTATION = r"""
module: exam_info
short_description: List exams of the exam platform
version_added: 0.1.0
author:
  - edtech.lti contributors (@edtech-lti)
description:
  - Returns the exams that fit all given options, or all exams.
  - Each item can be handed to M(edtech.lti.exam) unchanged, which then changes nothing.
  - Exams with status C(deleted) are left out.
extends_documentation_fragment:
  - edtech.lti.connection
  - edtech.lti.exam
  - edtech.lti.attributes.info
  - edtech.lti.attributes.exam_group
options:
  id:
    description: Number of the exam.
    type: int
  name:
    description: Exact name of the exams.
    type: str
  institute_id:
    description: Institute that owns the exams.
    type: int
  status:
    description: Status of the exams.
    type: str
    choices: [draft, open, closed]
  reveal_secrets:
    description:
      - Whether secrets are shown in the result instead of being hidden.
      - Set C(no_log) on the task as well, or they stay in the log.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: List the exams that are open now
  edtech.lti.exam_info:
    base_url: https://school.proctorexam.com
    api_token: "{{ vault_exam_api_token }}"
    secret_key: "{{ vault_exam_secret_key }}"
    status: open
  register: open_exams

- name: Show their names
  ansible.builtin.debug:
    msg: "{{ open_exams.exams | map(attribute='name') }}"
"""

RETURN = r"""
exams:
  description: The exams, in the shape that M(edtech.lti.exam) returns and accepts.
  returned: success
  type: list
  elements: dict
  sample:
    - id: 12
      name: Algebra 2026
      institute_id: 1
      status: open
      duration_minutes: 90
      start_time: "2026-12-01T09:00:00.000+01:00"
      token: (hidden)
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

TASK = exam.EXAM_INFO


def main():
    """Run as a shipped module; the action plugin runs C(TASK) itself."""
    run_module(TASK)


if __name__ == "__main__":
    main()
