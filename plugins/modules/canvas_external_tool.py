#!/usr/bin/python
# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module edtech.lti.canvas_external_tool."""

from __future__ import annotations

DOCUMENTATION = r"""
module: canvas_external_tool
short_description: Keep an LTI 1.3 tool installed in a Canvas account or course
version_added: 0.1.0
author:
  - edtech.lti contributors (@edtech-lti)
description:
  - Installs a tool by its client id, in an account with all that lies below it or in one course, and removes it
    again. The result holds the deployment id, which the vendor needs.
  - A tool is found by O(client_id) in that account or course, or by O(external_tool_id). What is installed in an
    account above does not count.
  - When the client id is installed there several times, the one with the lowest id is taken, with a warning. Another
    one is never made. For O(state=absent) the module fails and lists the ids, so that you choose one.
  - Everything else about an installed tool comes from the configuration of its key, so only O(available) can be changed
    here. See M(edtech.lti.canvas_tool_configuration).
  - A tool that is removed and installed again gets another deployment id, which the vendor must be told.
  - Tools of LTI 1.1 are never touched.
extends_documentation_fragment:
  - edtech.lti.connection
  - edtech.lti.canvas
  - edtech.lti.attributes
  - edtech.lti.attributes.canvas_group
options:
  state:
    description:
      - Whether the tool should be installed.
      - Content that launches a tool breaks at once when it is removed.
    type: str
    choices: [present, absent]
    default: present
  account_id:
    description:
      - Account in which the tool is installed, which may be a sub-account. Its number, local, global or like
        V(1~123), or one of V(self), V(default) and V(site_admin), or C(sis_account_id:...), C(lti_context_id:...) or
        C(uuid:...).
      - Without it and O(course_id), it is V(self), the root account that the host name of O(base_url) belongs to.
    type: str
  course_id:
    description:
      - Course in which the tool is installed, instead of O(account_id). Its number, local, global or like V(1~123), or
        C(sis_course_id:...), C(lti_context_id:...) or C(uuid:...).
    type: str
  client_id:
    description:
      - Client id of the tool, which is the id of its key. The key must be on. Needed, unless O(external_tool_id) is
        given.
      - It cannot change once the tool is installed. Together with O(external_tool_id) it must be that of the tool.
      - In check mode an empty value stands for a key that an earlier task would have created.
    type: str
  external_tool_id:
    description:
      - Number of the installed tool, where the client id is installed several times.
      - An id that does not exist is an error for O(state=present), never a new object. For O(state=absent) it is fine.
    type: str
  available:
    description:
      - Whether the tool can be used in that account or course, which is its availability on the page "Apps" of newer
        servers. Exceptions for accounts and courses below are left alone.
      - Newer servers install each new tool in the account of its key by themselves, not available yet. The module takes
        that tool, so that there is no second one, and warns unless this option says what is wanted.
      - Left out, the availability is left alone. On servers without availability every tool is available, and V(false)
        is refused before anything is installed.
      - Needs the permission C(manage_lti_registrations) where something is to change. Finding a tool that is not
        available needs it too.
    type: bool
  unlock:
    description:
      - Whether a lock on the tool's registration, which some newer servers put on each new key, is lifted when Canvas
        refuses to install the tool because of it. The installation is then tried again.
      - The lock stays lifted. M(edtech.lti.canvas_lti_registration) can put it back.
      - Needs the permission C(manage_lti_registrations).
    type: bool
    default: false
seealso:
  - module: edtech.lti.canvas_tool_configuration
  - module: edtech.lti.canvas_external_tool_info
"""

EXAMPLES = r"""
- name: Install a tool
  hosts: canvas
  connection: local
  gather_facts: false
  module_defaults:
    group/edtech.lti.canvas:
      base_url: https://canvas.example.edu
      access_token: "{{ vault_canvas_access_token }}"
  tasks:
    - name: Find the key of the quiz helper
      edtech.lti.canvas_tool_configuration_info:
        name: Quiz Helper
      register: quiz_helper

    - name: Keep it installed for the whole institution
      edtech.lti.canvas_external_tool:
        client_id: "{{ quiz_helper.tool_configurations[0].client_id }}"
        available: true
        unlock: true
      register: installed

    - name: Show what the vendor needs
      ansible.builtin.debug:
        var: installed.handback

    - name: Keep the reading list installed in two faculties only
      edtech.lti.canvas_external_tool:
        account_id: "sis_account_id:{{ item }}"
        client_id: "10000000000078"
      loop:
        - ARTS
        - SCIENCE
      loop_control:
        label: "{{ item }}"
      register: faculties

    - name: Show the deployment ids, one for each faculty
      ansible.builtin.debug:
        msg: "{{ faculties.results | map(attribute='handback.deployment_ids') | flatten }}"

    - name: Remove a pilot from its course
      edtech.lti.canvas_external_tool:
        course_id: sis_course_id:HIST-101-2026
        client_id: "10000000000079"
        state: absent
"""

RETURN = r"""
external_tool:
  description:
    - The installed tool after the run.
    - V(null) when it is absent. In check mode as it would be, with V(null) for what is not known yet.
  returned: success
  type: dict
  contains:
    external_tool_id:
      description: Number of the installed tool.
      type: str
    client_id:
      description: Client id of the tool, which is the global id of its key.
      type: str
    account_id:
      description: The account, as the task names it. V(null) for a tool in a course.
      type: str
    course_id:
      description: The course, as the task names it. V(null) for a tool in an account.
      type: str
    deployment_id:
      description: Deployment id. It stays when the configuration changes, and is another one after a new installation.
      type: str
    name:
      description: Name of the tool, which is the title in the configuration of its key.
      type: str
    privacy_level:
      description: What the tool learns about users.
      type: str
    workflow_state:
      description: The privacy level again, or C(disabled) while the key is off.
      type: str
    available:
      description: Whether the tool can be used there.
      type: bool
    lti_registration_id:
      description: Id of the registration that belongs to the key, on servers since 2024.
      type: str
  sample:
    external_tool_id: "310"
    client_id: "10000000000077"
    account_id: self
    course_id: null
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
handback:
  description:
    - What the vendor must be told.
    - The addresses come from O(environment), or from the options for single ones.
    - In check mode C(deployment_ids) is empty for a tool that is not installed yet.
  returned: success, with state=present
  type: dict
  contains:
    issuer:
      description: Issuer of the launches. On hosted Canvas it is the same for all institutions.
      type: str
    client_id:
      description: Client id of the tool.
      type: str
    deployment_ids:
      description: The deployment id of this installation.
      type: list
      elements: str
    authentication_endpoint:
      description: Address to which the tool sends the browser during a launch.
      type: str
    token_url:
      description: Address at which the tool gets its service tokens.
      type: str
    audience:
      description: What the tool names as audience when it asks for a service token. The same as RV(handback.token_url).
      type: str
    keyset_url:
      description: Address of the keys that Canvas signs launches with.
      type: str
    environment:
      description: Which Canvas these are the values of. One of the choices of O(environment).
      type: str
    environment_source:
      description:
        - Where RV(handback.environment) comes from. C(option), C(host) for the host name of O(base_url), or C(assumed)
          where that name says nothing.
      type: str
  sample:
    issuer: https://canvas.instructure.com
    client_id: "10000000000077"
    deployment_ids:
      - "310:8b1c5a0de95f1f7cb0d4e2d8c6f3a7b9012e4d5f"
    authentication_endpoint: https://sso.canvaslms.com/api/lti/authorize_redirect
    token_url: https://sso.canvaslms.com/login/oauth2/token
    audience: https://sso.canvaslms.com/login/oauth2/token
    keyset_url: https://sso.canvaslms.com/api/lti/security/jwks
    environment: production
    environment_source: assumed
failure:
  description: What went wrong, for programs. It has the same keys in all modules of this collection.
  returned: failure, except for arguments that Ansible itself refuses
  type: dict
  sample:
    kind: forbidden
    method: POST
    url: https://canvas.example.edu/api/v1/accounts/self/external_tools
    status: 403
    details: This app has been locked by an administrator and cannot be installed via client ID.
    attempts: 1
    hint: "Set unlock: true to lift the lock of the registration, or unlock it on the Apps page."
"""

from ansible_collections.edtech.lti.plugins.module_utils._execution import run_module
from ansible_collections.edtech.lti.plugins.module_utils._platforms import canvas_tool

TASK = canvas_tool.ToolTask()


def main():
    """Run as a shipped module; the action plugin runs C(TASK) itself."""
    run_module(TASK)


if __name__ == "__main__":
    main()
