#!/usr/bin/python
# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module edtech.lti.d2l_access_token."""

from __future__ import annotations

DOCUMENTATION = r"""
module: d2l_access_token
short_description: Log in to D2L Brightspace once for many tasks
version_added: 0.1.0
author:
  - edtech.lti contributors (@edtech-lti)
description:
  - Obtains an access token by OAuth 2.0 and hands it out.
  - Each task logs in for itself otherwise. With this module a play logs in once, and its tasks take the token as
    O(access_token).
  - Works by client credentials and by refresh tokens. It does not work with ID-Key, which knows no access tokens.
  - The result is the token, so Ansible never shows it, at any verbosity. C(no_log) on the task is not needed, and would
    also hide why a login failed. What a later task prints of the registered result is shown.
  - It cannot run with C(async), because the token would then be kept in a file and be shown.
  - When O(access_token) is given, the module hands it back as it is, and knows nothing of its life.
extends_documentation_fragment:
  - edtech.lti.connection
  - edtech.lti.d2l
  - edtech.lti.attributes.d2l_group
attributes:
  check_mode:
    support: full
    description: Logs in, in check mode as well, because the tasks after it need the token.
    details:
      - With O(oauth_token_file) and refresh tokens that may renew the file.
  diff_mode:
    support: N/A
    description: Changes nothing on the platform, so there is no difference to show.
  idempotent:
    support: full
    description: Changes nothing on the platform.
    details:
      - A second run may return another token. With O(oauth_token_file) it returns the same one until it expires.
"""

EXAMPLES = r"""
- name: Offer the virtual lab to all courses
  hosts: d2l
  connection: local
  gather_facts: false
  tasks:
    - name: Log in once
      edtech.lti.d2l_access_token:
        base_url: https://lms.example.edu
        oauth_client_id: "{{ vault_d2l_oauth_client_id }}"
        oauth_private_key: "{{ vault_d2l_oauth_private_key }}"
        oauth_key_id: ansible-2026
      register: login

    - name: Work with that token
      module_defaults:
        group/edtech.lti.d2l:
          base_url: https://lms.example.edu
          access_token: "{{ login.access_token }}"
      block:
        - name: Find the deployment
          edtech.lti.d2l_lti_deployment_info:
            registration_domain: labs.example.com
            name: Virtual Lab
          register: lab

        - name: Share it with the whole organisation
          edtech.lti.d2l_sharing_rule:
            deployment_id: "{{ lab.deployments[0].deployment_id }}"
            org_unit_id: 6606
            share_with_org_unit: true
            share_with_descendants: true

- name: Look around with a rotating refresh token
  hosts: d2l
  connection: local
  gather_facts: false
  tasks:
    # The token file belongs to one application. Keep it where only this user can read it.
    - name: Log in once
      edtech.lti.d2l_access_token:
        base_url: https://lms.example.edu
        oauth_client_id: "{{ vault_d2l_oauth_client_id }}"
        oauth_client_secret: "{{ vault_d2l_oauth_client_secret }}"
        oauth_token_file: ~/.config/brightspace/lms.example.edu.json
      register: login

    - name: List the registrations
      edtech.lti.d2l_lti_registration_info:
        base_url: https://lms.example.edu
        access_token: "{{ login.access_token }}"
"""

RETURN = r"""
access_token:
  description: The access token, in clear for the tasks that follow.
  returned: success
  type: str
  sample: eyJhbGciOiJSUzI1NiJ9.e30.c2lnbmF0dXJl
token_type:
  description: Kind of token.
  returned: success
  type: str
  sample: Bearer
expires_at:
  description: When the token expires, in UTC as ISO 8601. V(null) for a token that was given.
  returned: success
  type: str
  sample: "2026-11-25T17:21:59Z"
expires_in:
  description: Seconds until then. V(null) for a token that was given.
  returned: success
  type: int
  sample: 3600
scope:
  description: The scopes that the token has, separated by blanks. V(null) where that is not known.
  returned: success
  type: str
  sample: ltiadvantage:deployments:read ltiadvantage:deployments:update
rotated:
  description: Whether a refresh token was used up and O(oauth_token_file) now holds the next one.
  returned: success
  type: bool
  sample: false
failure:
  description: What went wrong, for programs. It has the same keys in all modules of this collection.
  returned: failure, except for arguments that Ansible itself refuses
  type: dict
  sample:
    kind: auth
    method: POST
    url: https://auth.brightspace.com/core/connect/token
    status: 400
    details: invalid_client
    attempts: 1
    hint: >-
      Check the client id with its secret; or that the key set registered for it holds oauth_key_id, and that
      oauth_audience is what the server wants.
"""

from ansible_collections.edtech.lti.plugins.module_utils._execution import run_module
from ansible_collections.edtech.lti.plugins.module_utils._platforms import d2l_auth

TASK = d2l_auth.AccessTokenTask()


def main():
    """Run as a shipped module; the action plugin runs C(TASK) itself."""
    run_module(TASK)


if __name__ == "__main__":
    main()
