#!/usr/bin/python
# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module edtech.lti.d2l_lti_registration_info."""

from __future__ import annotations

DOCUMENTATION = r"""
module: d2l_lti_registration_info
short_description: List the registrations of LTI 1.3 tools in D2L Brightspace
version_added: 0.1.0
author:
  - edtech.lti contributors (@edtech-lti)
description:
  - Returns the registrations that fit all given options, or all registrations.
  - Each item can be handed to M(edtech.lti.d2l_lti_registration) unchanged, which then changes nothing.
extends_documentation_fragment:
  - edtech.lti.connection
  - edtech.lti.d2l
  - edtech.lti.attributes.info
  - edtech.lti.attributes.d2l_group
options:
  client_id:
    description: Client id of the registration.
    type: str
  domain:
    description: Domain of the tool. Scheme, trailing slash and case do not count.
    type: str
  name:
    description: Exact name of the registrations.
    type: str
  enabled:
    description: Whether the registrations are enabled.
    type: bool
"""

EXAMPLES = r"""
- name: List the enabled tools
  edtech.lti.d2l_lti_registration_info:
    base_url: https://lms.example.edu
    oauth_client_id: "{{ vault_d2l_oauth_client_id }}"
    oauth_private_key: "{{ vault_d2l_oauth_private_key }}"
    oauth_key_id: ansible-2026
    enabled: true
  register: tools

- name: Show which domain belongs to which client id
  ansible.builtin.debug:
    msg: "{{ tools.registrations | items2dict(key_name='domain', value_name='client_id') }}"
"""

RETURN = r"""
registrations:
  description: The registrations, in the shape that M(edtech.lti.d2l_lti_registration) returns and accepts.
  returned: success
  type: list
  elements: dict
  sample:
    - client_id: 3c9e7a52-61d4-4f0b-8a27-5b1de0c94f38
      name: Virtual Lab
      description: null
      domain: labs.example.com
      redirect_urls:
        - https://labs.example.com/lti/launch
      oidc_login_url: https://labs.example.com/lti/login
      keyset_url: https://labs.example.com/lti/jwks.json
      target_link_uri: https://labs.example.com/lti/launch
      enabled: true
      enabled_extensions:
        - assignment_and_grade_services
        - deep_linking
        - names_and_role_provisioning
      send_institution_role: false
      custom_parameters: {}
      brightspace_audience: https://api.brightspace.com/auth/token
      brightspace_issuer: https://lms.example.edu
      brightspace_keyset_url: https://lms.example.edu/d2l/.well-known/jwks
      brightspace_oauth2_access_token_url: https://auth.brightspace.com/core/connect/token
      brightspace_oidc_authentication_endpoint: https://lms.example.edu/d2l/lti/authenticate
failure:
  description: What went wrong, for programs. It has the same keys in all modules of this collection.
  returned: failure, except for arguments that Ansible itself refuses
  type: dict
  sample:
    kind: forbidden
    method: GET
    url: https://lms.example.edu/d2l/api/le/1.92/ltiadvantage/registration/
    status: 403
    details: "Insufficient scope to call this route."
    attempts: 1
    hint: >-
      Add it to the application under Manage Extensibility, and to oauth_scope; then log in again.
"""

from ansible_collections.edtech.lti.plugins.module_utils._execution import run_module
from ansible_collections.edtech.lti.plugins.module_utils._platforms import d2l_registration

TASK = d2l_registration.REGISTRATION_INFO


def main():
    """Run as a shipped module; the action plugin runs C(TASK) itself."""
    run_module(TASK)


if __name__ == "__main__":
    main()
