#!/usr/bin/python
# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module edtech.lti.canvas_lti_registration_info."""

from __future__ import annotations

DOCUMENTATION = r"""
module: canvas_lti_registration_info
short_description: List the registrations of LTI tools in a Canvas account
version_added: 0.1.0
author:
  - edtech.lti contributors (@edtech-lti)
description:
  - Returns the registrations that fit all given options, or all registrations of the account. Those that it inherits
    and those that tools made by dynamic registration are listed too.
  - Each item of the account's own can be handed to M(edtech.lti.canvas_lti_registration) unchanged, which then changes
    nothing.
  - The API is documented as beta since 2024. A server without it answers 404, and the module says so.
extends_documentation_fragment:
  - edtech.lti.connection
  - edtech.lti.canvas
  - edtech.lti.attributes.info
  - edtech.lti.attributes.canvas_group
options:
  account_id:
    description:
      - Account whose registrations are listed. Its number, local, global or like V(1~123), or one of V(self),
        V(default) and V(site_admin), or C(sis_account_id:...), C(lti_context_id:...) or C(uuid:...).
      - Registrations live in root accounts. V(self) is the one that the host name of O(base_url) belongs to.
    type: str
    default: self
  registration_id:
    description: Number of the registration.
    type: str
  client_id:
    description: Client id of the tool, which is the id of its key.
    type: str
  name:
    description: Exact name of the registrations.
    type: str
"""

EXAMPLES = r"""
- name: List all registrations
  edtech.lti.canvas_lti_registration_info:
    base_url: https://canvas.example.edu
    access_token: "{{ vault_canvas_access_token }}"
  register: all

- name: Show which tools registered themselves
  ansible.builtin.debug:
    msg: "{{ all.registrations | selectattr('dynamic') | map(attribute='name') }}"

- name: Show which of them are on, with the date of their last change
  ansible.builtin.debug:
    msg: "{{ all.registrations | selectattr('workflow_state', 'eq', 'active')
      | items2dict(key_name='name', value_name='updated_at') }}"
"""

RETURN = r"""
registrations:
  description: The registrations, in the shape that M(edtech.lti.canvas_lti_registration) returns and accepts.
  returned: success
  type: list
  elements: dict
  sample:
    - registration_id: "52"
      account_id: self
      client_id: "10000000000077"
      name: Map Room
      admin_nickname: Map Room (geography)
      vendor: Example Maps
      description: null
      configuration:
        title: Map Room
        description: Maps for courses
        target_link_uri: https://maps.example.com/lti/launch
        oidc_initiation_url: https://maps.example.com/lti/login
        redirect_uris:
          - https://maps.example.com/lti/launch
        public_jwk_url: https://maps.example.com/lti/jwks.json
        privacy_level: anonymous
        scopes: []
        custom_fields: {}
        launch_settings: {}
        placements:
          - placement: course_navigation
            message_type: LtiResourceLinkRequest
            default: disabled
      workflow_state: active
      lock_deploying: true
      inherited: false
      dynamic: false
      lti_version: "1.3"
      created_at: "2026-03-02T09:10:11Z"
      updated_at: "2026-03-02T09:10:11Z"
failure:
  description: What went wrong, for programs. It has the same keys in all modules of this collection.
  returned: failure, except for arguments that Ansible itself refuses
  type: dict
  sample:
    kind: forbidden
    method: GET
    url: https://canvas.example.edu/api/v1/accounts/self/lti_registrations
    status: 403
    details: user not authorized to perform that action
    attempts: 1
    hint: The token's user needs the permission manage_lti_registrations in that account.
"""

from ansible_collections.edtech.lti.plugins.module_utils._execution import run_module
from ansible_collections.edtech.lti.plugins.module_utils._platforms import canvas_registration

TASK = canvas_registration.REGISTRATION_INFO


def main():
    """Run as a shipped module; the action plugin runs C(TASK) itself."""
    run_module(TASK)


if __name__ == "__main__":
    main()
