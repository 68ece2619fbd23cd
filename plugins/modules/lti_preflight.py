#!/usr/bin/python
# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module edtech.lti.lti_preflight."""

from __future__ import annotations

DOCUMENTATION = r"""
module: lti_preflight
short_description: Find what is wrong with the description of an LTI tool, before anything is written
version_added: 0.1.0
author:
  - edtech.lti contributors (@edtech-lti)
description:
  - Looks at a manifest, at what a vendor published for Canvas, and at what Brightspace and the exam platform would be
    given, and tells each defect with its place and what to do about it.
  - Changes nothing, and without O(live) and O(canvas) it sends nothing either.
  - Fails when it found something as bad as O(fail_on) says. The findings are in the result in any case.
  - Each kind of finding has a code, which the guide to preflight explains.
extends_documentation_fragment:
  - edtech.lti.attributes.info
  - edtech.lti.attributes.all_group
options:
  manifest:
    description:
      - The manifest of the tool. A dict, or YAML or JSON text such as the content of a file. For a text that cannot be
        read, the finding names line and column.
      - Besides its own defects, it is found what the translation for each of O(platforms) would refuse.
    type: raw
  canvas_settings:
    description:
      - The configuration of a tool for Canvas, as vendors publish it, in either of its two forms. A dict or JSON text.
    type: raw
  redirect_uris:
    description: Redirect URIs that the key in Canvas gets, where O(canvas_settings) has none.
    type: list
    elements: str
  d2l_registration:
    description: Options of M(edtech.lti.d2l_lti_registration), to be looked at.
    type: dict
  d2l_deployment:
    description:
      - Options of M(edtech.lti.d2l_lti_deployment), to be looked at. With O(d2l_registration), they are compared with
        those of the registration.
    type: dict
  exam_tool_provider:
    description:
      - Options of M(edtech.lti.exam_tool_provider), to be looked at.
      - The secret may be missing where O(manifest) names it.
    type: dict
  platforms:
    description:
      - Platforms that the manifest is meant for. Left out, they are Canvas and Brightspace where it describes an LTI
        1.3 tool, and the exam platform and LumiNUS where it describes an LTI 1.1 tool.
      - Those for whose kind of LTI it describes no tool do not count. When that holds for all of them, it is worth a
        warning.
    type: list
    elements: str
    choices: [canvas, d2l, exam, luminus]
  data:
    description:
      - What the tool may receive. It counts for everything but the manifest, which says so itself.
      - Left out, it is what the manifest allows. Without a manifest, nothing is known about that, and then identity in
        custom fields and the privacy level V(public) are worth a warning.
    type: list
    elements: str
    choices: [opaque_id, name, email, username, sis_id, course, role, roster, grades]
  le_version:
    description:
      - Version of LE that is spoken with Brightspace, such as V(1.92). It decides what can be controlled there.
      - Left out, the newest.
    type: str
  production:
    description:
      - Whether the tool is for production. Otherwise plain http and local addresses are only worth a note, and
        O(live) asks the latter as well.
    type: bool
    default: true
  fail_on:
    description: How bad a finding must be for the task to fail.
    type: str
    choices: [error, warning, never]
    default: error
  ignore:
    description: Codes of findings that are known and accepted. They are left out everywhere.
    type: list
    elements: str
    default: []
  live:
    description:
      - Whether the addresses of key sets and logins are asked, without credentials and from where the module runs.
      - A login is asked without parameters. Whatever it answers is fine, unless it is missing or broken.
    type: bool
    default: false
  timeout:
    description: Seconds to wait for each answer, with O(live=true).
    type: float
    default: 10
  validate_certs:
    description: Whether certificates are verified, with O(live=true).
    type: bool
    default: true
  ca_path:
    description: File or folder with the certificates of the authorities to trust, instead of the usual ones, with
      O(live=true).
    type: path
  allow_http:
    description: Whether other machines may be asked by plain C(http), with O(live=true).
    type: bool
    default: false
  allow_local:
    description:
      - Whether this machine and others in its own network may be asked, with O(live=true). With O(production=false),
        they may be in any case.
      - A vendor's document chooses the addresses. Otherwise each name is resolved first, and what is not on the
        internet is only told.
    type: bool
    default: false
  canvas:
    description:
      - A Canvas that is asked what it thinks of the configuration, without keeping it, and whether another active
        registration has the tool's domain.
      - Asked about is O(canvas_settings), or else the translation of O(manifest).
      - A Canvas that cannot say (before 2024) is worth a note. The token's user needs the permission
        C(manage_lti_registrations).
      - Values that are left out come from the same environment variables as those of the modules for Canvas.
    type: dict
    suboptions:
      base_url:
        description: Address of Canvas, without a path.
        type: str
      access_token:
        description: Access token of the user who asks. It is hidden in all output.
        type: str
      account_id:
        description: Account in which the tool would be registered.
        type: str
        default: self
      timeout:
        description: Seconds to wait for a connection, and for each part of an answer.
        type: float
        default: 30
      retries:
        description: How often a request is repeated when the platform throttles, and a reading one after a passing
          fault.
        type: int
        default: 4
      validate_certs:
        description: Whether the server's certificate is verified.
        type: bool
        default: true
      ca_path:
        description: File or folder with the certificates of the authorities to trust, instead of the usual ones.
        type: path
      allow_http:
        description: Whether O(canvas.base_url) may be plain C(http) to another machine.
        type: bool
        default: false
      environment:
        description: Taken, so that the connection of other modules can be given as it is, and not used.
        type: str
        choices: [production, beta, test, self_hosted]
      issuer:
        description: Like O(canvas.environment).
        type: str
      authentication_endpoint:
        description: Like O(canvas.environment).
        type: str
      token_url:
        description: Like O(canvas.environment).
        type: str
      keyset_url:
        description: Like O(canvas.environment).
        type: str
requirements:
  - Python 3.9 or later
  - requests 2.31 or later
  - jsonschema 4.18 or later
  - PyYAML, for a manifest that is YAML text
seealso:
  - name: Guide to preflight
    description: What each code means, and what to do about it.
    link: https://github.com/edtech-lti/edtech.lti/blob/main/docs/guide/preflight.md
  - name: JSON Schema of the manifest
    description: For editors, and for checks elsewhere.
    link: https://github.com/edtech-lti/edtech.lti/blob/main/docs/manifest.schema.json
"""

EXAMPLES = r"""
- name: See whether a manifest is in order
  edtech.lti.lti_preflight:
    manifest: "{{ lookup('ansible.builtin.file', 'virtual-lab.yml') }}"
    platforms: [canvas, d2l]

- name: Look at what a vendor sent for Canvas, and go on whatever is found
  edtech.lti.lti_preflight:
    canvas_settings: "{{ lookup('ansible.builtin.file', 'quiz-helper.json') }}"
    data: [opaque_id, name, course, role]
    fail_on: never
  register: quiz_helper

- name: Show what is wrong with it
  ansible.builtin.debug:
    msg: "{{ quiz_helper.findings | map(attribute='message') }}"

- name: Ask the vendor's addresses and our Canvas as well
  edtech.lti.lti_preflight:
    manifest: "{{ lookup('ansible.builtin.file', 'virtual-lab.yml') }}"
    live: true
    canvas:
      base_url: https://canvas.example.edu
      access_token: "{{ vault_canvas_access_token }}"
    fail_on: warning
    ignore:
      - pinned_key
"""

RETURN = r"""
findings:
  description: What was found, the worst first.
  returned: always, except for arguments that Ansible itself refuses
  type: list
  elements: dict
  sample:
    - code: domain_not_bare
      severity: error
      where: canvas_settings.extensions[0].domain
      message: The domain is an address with a path, not a host name.
      fix: Give the host name alone, such as tool.example.com.
  contains:
    code:
      description: What kind of finding it is. The guide to preflight explains each code.
      type: str
    severity:
      description: One of C(error), C(warning) and C(note).
      type: str
    where:
      description: Where it is, as a path that begins with the option.
      type: str
    message:
      description: What is wrong, in a sentence.
      type: str
    fix:
      description: What to do about it, in a sentence.
      type: str
counts:
  description: How many findings there are of each severity.
  returned: always, except for arguments that Ansible itself refuses
  type: dict
  sample:
    error: 1
    warning: 0
    note: 0
seen:
  description: What the network answered, with O(live=true) or O(canvas).
  returned: always, except for arguments that Ansible itself refuses
  type: list
  elements: dict
  sample:
    - where: manifest.jwks_uri
      url: https://labs.example.com/lti/jwks.json
      seen: "1 key: RSA 2048 (2026-a)"
failure:
  description: What went wrong, for programs. It has the same keys in all modules of this collection.
  returned: failure, except for arguments that Ansible itself refuses
  type: dict
  sample:
    kind: invalid
    method: null
    url: null
    status: null
    details: null
    attempts: 0
    hint: Give the host name alone, such as tool.example.com.
"""

from ansible_collections.edtech.lti.plugins.module_utils._execution import run_module
from ansible_collections.edtech.lti.plugins.module_utils._manifest import preflight

TASK = preflight.PreflightTask()


def main():
    """Run as a shipped module; the action plugin runs C(TASK) itself."""
    run_module(TASK)


if __name__ == "__main__":
    main()
