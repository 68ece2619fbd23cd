#!/usr/bin/python
# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module edtech.lti.exam_document."""

from __future__ import annotations

DOCUMENTATION = r"""
module: exam_document
short_description: Keep the student instructions of an exam as described
version_added: 0.1.0
author:
  - edtech.lti contributors (@edtech-lti)
description:
  - Creates, changes and removes the document with the instructions that students read before an exam.
  - An exam has one such document. Creating it opens a draft exam for students.
extends_documentation_fragment:
  - edtech.lti.connection
  - edtech.lti.exam
  - edtech.lti.attributes
  - edtech.lti.attributes.exam_group
options:
  state:
    description: Whether the document should exist.
    type: str
    choices: [present, absent]
    default: present
  id:
    description: Number of the document. Not needed, because an exam has only one.
    type: int
  exam_id:
    description:
      - Number of the exam. Either this or O(exam_name) is needed.
      - In check mode an empty value stands for an exam that an earlier task would have created.
    type: int
  exam_name:
    description: Name of the exam, instead of O(exam_id).
    type: str
  exam_content:
    description:
      - The instructions, which may be HTML. Needed to create a document.
      - An LTI resource of this exam is put in by its placeholder in braces, such as C({LTI_EXAM_7}), or by its
        name, such as C({lti:Algebra paper}), which the module replaces by the placeholder.
      - Compared by what a reader sees, which is tags, attributes and words. Quoting of attributes, comments, and white
        space between blocks do not count.
    type: str
  check_placeholders:
    description:
      - Whether to refuse placeholders that no LTI resource of this exam has.
      - A name that no LTI resource of this exam has is always refused, because nothing stands for it.
    type: bool
    default: true
"""

EXAMPLES = r"""
- name: Tell students where the paper is
  hosts: exam
  connection: local
  gather_facts: false
  module_defaults:
    group/edtech.lti.exam:
      base_url: https://school.proctorexam.com
      api_token: "{{ vault_exam_api_token }}"
      secret_key: "{{ vault_exam_secret_key }}"
  tasks:
    - name: Keep the instructions, with the link put in by its name
      edtech.lti.exam_document:
        exam_name: Algebra 2026
        exam_content: |
          <h1>Algebra</h1>
          <p>You have 90 minutes. Start here: {lti:Algebra paper}</p>

    - name: Keep the instructions, with the placeholder of an earlier result
      edtech.lti.exam_document:
        exam_name: Algebra 2026
        exam_content: "<p>Start here: {{ '{' ~ paper.lti_resource.placeholder ~ '}' }}</p>"
"""

RETURN = r"""
document:
  description:
    - The document after the run, in the names of the options, with its id and read-only fields.
    - V(null) when it is absent. In check mode as it would be, with V(null) for what is not known yet.
  returned: success
  type: dict
  sample:
    id: 3
    exam_id: 12
    exam_content: "<p>You have 90 minutes. Start here: {LTI_EXAM_7}</p>"
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

TASK = exam.DocumentTask()


def main():
    """Run as a shipped module; the action plugin runs C(TASK) itself."""
    run_module(TASK)


if __name__ == "__main__":
    main()
