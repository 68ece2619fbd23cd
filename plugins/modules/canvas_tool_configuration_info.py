#!/usr/bin/python
# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module edtech.lti.canvas_tool_configuration_info."""

from __future__ import annotations

DOCUMENTATION = r"""
module: canvas_tool_configuration_info
short_description: List the LTI keys of a Canvas account with the configurations of their tools
version_added: 0.1.0
author:
  - edtech.lti contributors (@edtech-lti)
description:
  - Returns the LTI keys that fit all given options, or all LTI keys of the account, whether they are on or off.
  - Keys made by dynamic registration, API keys and keys of Site Admin are left out. Registrations of all kinds are
    listed by M(edtech.lti.canvas_lti_registration_info).
  - Each item can be handed to M(edtech.lti.canvas_tool_configuration) unchanged, which then changes nothing. The
    exception is a key whose configuration was deleted, which has no settings and is refused there.
extends_documentation_fragment:
  - edtech.lti.connection
  - edtech.lti.canvas
  - edtech.lti.attributes.info
  - edtech.lti.attributes.canvas_group
options:
  account_id:
    description:
      - Account whose keys are listed. Its number, local, global or like V(1~123), or one of V(self), V(default) and
        V(site_admin), or C(sis_account_id:...), C(lti_context_id:...) or C(uuid:...).
      - Keys live in root accounts. V(self) is the one that the host name of O(base_url) belongs to.
    type: str
    default: self
  client_id:
    description: Client id of the tool, which is the id of its key.
    type: str
  name:
    description: Exact name of the keys.
    type: str
"""

EXAMPLES = r"""
- name: List all LTI keys of the account
  edtech.lti.canvas_tool_configuration_info:
    base_url: https://canvas.example.edu
    access_token: "{{ vault_canvas_access_token }}"
  register: keys

- name: Show which tools are on and learn names and e-mail addresses
  ansible.builtin.debug:
    msg: "{{ keys.tool_configurations | selectattr('binding', 'eq', 'on') | selectattr('settings')
      | selectattr('settings.extensions.0.privacy_level', 'eq', 'public') | map(attribute='name') }}"

- name: Keep a copy of what Canvas holds
  ansible.builtin.copy:
    content: "{{ keys.tool_configurations | ansible.builtin.to_nice_yaml }}"
    dest: "{{ playbook_dir }}/canvas-keys.yml"
    mode: "0644"
"""

RETURN = r"""
tool_configurations:
  description:
    - The keys, in the shape that M(edtech.lti.canvas_tool_configuration) returns and accepts.
    - C(settings) is V(null) for a key whose configuration was deleted.
  returned: success
  type: list
  elements: dict
  sample:
    - client_id: "10000000000077"
      account_id: self
      name: Quiz Helper
      settings:
        title: Quiz Helper
        description: Practice quizzes
        target_link_uri: https://quiz.example.com/lti/launch
        oidc_initiation_url: https://quiz.example.com/lti/login
        public_jwk_url: https://quiz.example.com/lti/jwks.json
        scopes:
          - https://purl.imsglobal.org/spec/lti-ags/scope/score
        custom_fields:
          course: $Canvas.course.id
        extensions:
          - platform: canvas.instructure.com
            domain: quiz.example.com
            tool_id: quiz-helper
            privacy_level: name_only
            settings:
              text: Quiz Helper
              placements:
                - placement: course_navigation
                  message_type: LtiResourceLinkRequest
      redirect_uris:
        - https://quiz.example.com/lti/launch
      notes: Ticket 4711, approved until 2027-08
      email: null
      test_cluster_only: false
      binding: "on"
      binding_owned: true
      workflow_state: active
      scopes:
        - https://purl.imsglobal.org/spec/lti-ags/scope/score
      lti_registration_id: "52"
      created_at: "2026-03-02T09:10:11Z"
      last_used_at: null
failure:
  description: What went wrong, for programs. It has the same keys in all modules of this collection.
  returned: failure, except for arguments that Ansible itself refuses
  type: dict
  sample:
    kind: forbidden
    method: GET
    url: https://canvas.example.edu/api/v1/accounts/self/developer_keys
    status: 403
    details: user not authorized to perform that action
    attempts: 1
    hint: The token's user needs the permission manage_developer_keys in that account.
"""

from ansible_collections.edtech.lti.plugins.module_utils._execution import run_module
from ansible_collections.edtech.lti.plugins.module_utils._platforms import canvas_configuration

TASK = canvas_configuration.CONFIGURATION_INFO


def main():
    """Run as a shipped module; the action plugin runs C(TASK) itself."""
    run_module(TASK)


if __name__ == "__main__":
    main()
