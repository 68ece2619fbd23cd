#!/usr/bin/python
# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module edtech.lti.api_request."""

from __future__ import annotations

DOCUMENTATION = r"""
module: api_request
short_description: Send one signed request to a platform
version_added: 0.1.0
author:
  - edtech.lti contributors (@edtech-lti)
description:
  - For what no module of this collection covers yet.
  - Signs the request or logs in as the platform wants it, reads all pages when asked, and explains refusals.
  - Secrets in answers are hidden, unless O(reveal_secrets=true).
extends_documentation_fragment:
  - edtech.lti.connection
  - edtech.lti.canvas
  - edtech.lti.d2l
  - edtech.lti.exam
  - edtech.lti.luminus
  - edtech.lti.attributes.any_group
attributes:
  check_mode:
    support: partial
    description: Can run in check mode.
    details:
      - Reading requests are sent. Writing ones are not, and are reported as changed without a status.
  diff_mode:
    support: none
    description: Does not know what a request changes.
  idempotent:
    support: partial
    description: A second run changes nothing.
    details:
      - Reading requests change nothing. Writing ones are sent each time, and always reported as changed.
options:
  platform:
    description: Which platform is asked. Its connection options and environment variables apply, those of others do
      not.
    type: str
    choices: [canvas, d2l, exam, luminus]
    required: true
  access_token:
    description:
      - An access token for Canvas, D2L Brightspace or LumiNUS.
      - For D2L Brightspace it is one of several ways to log in.
      - Falls back to the environment variable E(CANVAS_ACCESS_TOKEN), E(D2L_ACCESS_TOKEN) or E(LUMINUS_ACCESS_TOKEN),
        or to the file named by its twin, such as E(CANVAS_ACCESS_TOKEN_FILE).
      - It is hidden in all output.
    type: str
  method:
    description: Verb of the request.
    type: str
    choices: [GET, POST, PUT, PATCH, DELETE]
    default: GET
  path:
    description:
      - Path from the root of the server, without a query, for example V(/api/v3/exams/12),
        V(/d2l/api/le/1.92/ltiadvantage/registration/) or V(/api/v1/accounts/self/developer_keys).
      - Ids in the path are signed where the platform wants that.
      - On Brightspace the path of a collection ends with a slash, and that of one object does not.
    type: str
    required: true
  query:
    description:
      - Parameters of the query.
      - For the exam platform, a dict or a list is sent as compact JSON. For Canvas, a list is sent as one parameter for
        each of its items, and the name ends with C([]).
    type: dict
    default: {}
  body:
    description:
      - What a writing request carries.
      - For the exam platform these are its parameters. A dict or a list inside is sent as compact JSON.
      - For the others it is sent as JSON as it is. On Brightspace an update wants all fields of the object.
    type: dict
  paginate:
    description: Whether all pages of a listing are read. Only for O(method=GET), and not for LumiNUS.
    type: bool
    default: false
  reveal_secrets:
    description:
      - Whether secrets are shown in the result instead of being hidden.
      - Set C(no_log) on the task as well, or they stay in the log.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: List the attachments of an exam
  edtech.lti.api_request:
    platform: exam
    base_url: https://school.proctorexam.com
    api_token: "{{ vault_exam_api_token }}"
    secret_key: "{{ vault_exam_secret_key }}"
    path: /api/v3/exams/12/attachments
    paginate: true
  register: attachments

- name: Find the exams of this term
  edtech.lti.api_request:
    platform: exam
    path: /api/v3/exams
    query:
      filter:
        start_time:
          gte: "2026-09-01"
      sort:
        - start_time: desc

- name: List the legacy domains of a tool
  edtech.lti.api_request:
    platform: d2l
    base_url: https://lms.example.edu
    access_token: "{{ login.access_token }}"
    path: /d2l/api/le/1.92/ltiadvantage/registration/3c9e7a52-61d4-4f0b-8a27-5b1de0c94f38/legacydomains/
  register: domains

- name: List the sub-accounts of a Canvas account
  edtech.lti.api_request:
    platform: canvas
    base_url: https://canvas.example.edu
    access_token: "{{ vault_canvas_access_token }}"
    path: /api/v1/accounts/self/sub_accounts
    query:
      recursive: true
    paginate: true
  register: accounts

- name: Move an LTI 1.1 link to the deployment of the same tool, which cannot be undone
  edtech.lti.api_request:
    platform: d2l
    method: POST
    path: /d2l/api/le/1.92/ltiadvantage/migration/links/88
    body:
      DeploymentId: b7f0c6d1-2e83-4a95-9d4c-70a1e5c8f2b6
"""

RETURN = r"""
status:
  description: Status of the answer. V(null) for a writing request in check mode.
  returned: success
  type: int
  sample: 200
json:
  description:
    - The decoded answer. With O(paginate=true) that of the first page.
    - V(null) for an empty answer, and for a writing request in check mode.
  returned: success
  type: raw
  sample:
    attachments:
      - id: 5
        document_file_name: formulas.pdf
pages:
  description: The decoded answers of all pages, with O(paginate=true).
  returned: success
  type: list
  elements: raw
  sample:
    - attachments:
        - id: 5
          document_file_name: formulas.pdf
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
from ansible_collections.edtech.lti.plugins.module_utils._platforms import canvas, d2l, exam, luminus
from ansible_collections.edtech.lti.plugins.module_utils._request import RequestTask

TASK = RequestTask([canvas.PLATFORM, d2l.PLATFORM, exam.PLATFORM, luminus.PLATFORM])


def main():
    """Run as a shipped module; the action plugin runs C(TASK) itself."""
    run_module(TASK)


if __name__ == "__main__":
    main()
