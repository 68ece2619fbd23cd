#!/usr/bin/python
# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module edtech.lti.exam."""

from __future__ import annotations

DOCUMENTATION = r"""
module: exam
short_description: Keep an exam on the exam platform as described
version_added: 0.1.0
author:
  - edtech.lti contributors (@edtech-lti)
description:
  - Creates, changes and removes an exam.
  - An exam is found by O(name), together with O(institute_id) when that is given, or by O(id).
  - An exam with status C(deleted) counts as absent.
  - An exam stays a draft until it gets student instructions with M(edtech.lti.exam_document). That opens it.
extends_documentation_fragment:
  - edtech.lti.connection
  - edtech.lti.exam
  - edtech.lti.attributes
  - edtech.lti.attributes.exam_group
options:
  state:
    description: Whether the exam should exist.
    type: str
    choices: [present, absent]
    default: present
  id:
    description:
      - Number of the exam. It wins over O(name), which then renames it.
      - An id that does not exist is an error for O(state=present), never a new object. For O(state=absent) it is fine.
    type: int
  name:
    description:
      - Name of the exam. Needed to create an exam.
      - The platform does not keep names unique. When several exams bear it, the module fails and lists their ids.
    type: str
  type:
    description:
      - Kind of exam, for example V(record_review) or V(demo). Needed to create an exam.
      - The platform does not tell it back. See O(write_only).
    type: str
  institute_id:
    description:
      - Institute that owns the exam. Only superusers may set it.
      - Without O(id) it also narrows the search by name.
    type: int
  use_duration:
    description: Whether the exam lasts O(duration_minutes) for each student instead of until O(end_time).
    type: bool
  duration_minutes:
    description: How long the exam lasts, in minutes. Needed with O(use_duration=true).
    type: int
  start_time:
    description:
      - When the exam starts, as ISO 8601 with an offset such as V(2026-12-01T09:00:00+01:00), or in seconds since
        the epoch.
      - Compared as an instant. The zone in which the platform shows it does not matter.
    type: str
  end_time:
    description: When the exam ends, in the form of O(start_time).
    type: str
  global_proctoring:
    description: Whether the platform's own proctors watch the exam.
    type: bool
  global_reviewing:
    description: Whether the platform's own reviewers review the recordings.
    type: bool
  for_reviewing:
    description: Whether the recordings are reviewed.
    type: bool
  upload_answers:
    description: Whether students may upload answers.
    type: bool
  mobile_cam:
    description: Whether students film with a mobile phone as well.
    type: bool
  restrictions:
    description:
      - Restrictions in words.
      - The platform gives back something else than it was sent, so this is treated as O(write_only) says.
    type: str
  allow_websites:
    description: Whether websites are allowed. The platform does not tell it back. See O(write_only).
    type: bool
  allow_external_applications:
    description: Whether other applications are allowed. The platform does not tell it back. See O(write_only).
    type: bool
  allow_textbooks:
    description: Whether textbooks are allowed. The platform does not tell it back. See O(write_only).
    type: bool
  allow_calculator:
    description: Whether a calculator is allowed. The platform does not tell it back. See O(write_only).
    type: bool
  allow_pen_paper:
    description: Whether pen and paper are allowed. The platform does not tell it back. See O(write_only).
    type: bool
  allow_additional:
    description: Whether something else is allowed. The platform does not tell it back. See O(write_only).
    type: bool
  allowed_websites:
    description: The websites that are allowed. The platform does not tell them back. See O(write_only).
    type: list
    elements: str
  allowed_external_applications:
    description: The applications that are allowed. The platform does not tell them back. See O(write_only).
    type: str
  allowed_textbooks:
    description: The textbooks that are allowed. The platform does not tell them back. See O(write_only).
    type: str
  allowed_calculator_type:
    description: The kind of calculator that is allowed, for example V(Basic). See O(write_only).
    type: str
  allowed_additional:
    description: What else is allowed. The platform does not tell it back. See O(write_only).
    type: str
  student_experience:
    description: Whether the newer student pages are used. The platform does not tell it back. See O(write_only).
    type: bool
  write_only:
    description:
      - When options are sent whose value cannot be read back, which are O(type), O(restrictions),
        O(student_experience), and all that begin with C(allow_) or C(allowed_).
      - V(on_create) sends them when the exam is created and never again. RV(not_compared) then lists those that
        were given.
      - V(always) sends those that are given each time, and then always reports a change.
    type: str
    choices: [on_create, always]
    default: on_create
"""

EXAMPLES = r"""
- name: Prepare an exam
  hosts: exam
  connection: local
  gather_facts: false
  module_defaults:
    group/edtech.lti.exam:
      base_url: https://school.proctorexam.com
      api_token: "{{ vault_exam_api_token }}"
      secret_key: "{{ vault_exam_secret_key }}"
  tasks:
    - name: Keep the algebra exam
      edtech.lti.exam:
        name: Algebra 2026
        type: record_review
        use_duration: true
        duration_minutes: 90
        start_time: "2026-12-01T09:00:00+01:00"
        end_time: "2026-12-01T12:00:00+01:00"
        mobile_cam: true
        allow_calculator: true
        allowed_calculator_type: Basic
      register: algebra

    - name: Put it half an hour later
      edtech.lti.exam:
        id: "{{ algebra.exam.id }}"
        start_time: "2026-12-01T09:30:00+01:00"

    - name: Remove last year's exam
      edtech.lti.exam:
        name: Algebra 2025
        state: absent
"""

RETURN = r"""
exam:
  description:
    - The exam after the run, in the names of the options, with its id and read-only fields.
    - V(null) when it is absent. In check mode as it would be, with V(null) for what is not known yet.
  returned: success
  type: dict
  sample:
    id: 12
    name: Algebra 2026
    institute_id: 1
    status: draft
    mode: "01110000"
    use_duration: true
    duration_minutes: 90
    start_time: "2026-12-01T09:00:00.000+01:00"
    end_time: "2026-12-01T12:00:00.000+01:00"
    mobile_cam: true
    token: (hidden)
not_compared:
  description: Options that were given, cannot be read back, and were not sent in this run. See O(write_only).
  returned: success
  type: list
  elements: str
  sample: [allow_calculator, allowed_calculator_type, type]
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

TASK = exam.ExamTask()


def main():
    """Run as a shipped module; the action plugin runs C(TASK) itself."""
    run_module(TASK)


if __name__ == "__main__":
    main()
