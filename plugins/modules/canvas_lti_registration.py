#!/usr/bin/python
# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module edtech.lti.canvas_lti_registration."""

from __future__ import annotations

DOCUMENTATION = r"""
module: canvas_lti_registration
short_description: Keep a registration of an LTI 1.3 tool in Canvas as described
version_added: 0.1.0
author:
  - edtech.lti contributors (@edtech-lti)
description:
  - Creates, changes and removes a registration, which is what the page "Apps" of newer servers shows. Each registration
    has a key, whose id is the client id, and each LTI key made on such a server has a registration.
  - Use this module for what keys do not have, which is the nickname, the vendor, the lock, the history, and clearing
    single fields. For everything else M(edtech.lti.canvas_tool_configuration) does as well, and works on servers of any
    age. Do not describe one tool by both.
  - A registration is found by O(registration_id), by O(client_id), or by O(name) among the account's own ones. When
    several bear the name, the module fails and lists their ids.
  - A new registration is off, unless the task says otherwise. That is sent when it is created.
  - The API is documented as beta since 2024. A server without it answers 404, and the module says so.
  - Registrations that the account inherits are never changed. Of a registration that a tool made by dynamic
    registration, everything but the configuration can be.
extends_documentation_fragment:
  - edtech.lti.connection
  - edtech.lti.canvas
  - edtech.lti.attributes
  - edtech.lti.attributes.canvas_group
options:
  state:
    description:
      - Whether the registration should exist.
      - V(absent) removes its key and its configuration too. The tools that were installed with it go along, in the
        background, and with them their deployment ids.
    type: str
    choices: [present, absent]
    default: present
  account_id:
    description:
      - Account that owns the registration. Its number, local, global or like V(1~123), or one of V(self), V(default)
        and V(site_admin), or C(sis_account_id:...), C(lti_context_id:...) or C(uuid:...).
      - Registrations live in root accounts. V(self) is the one that the host name of O(base_url) belongs to.
    type: str
    default: self
  registration_id:
    description:
      - Number of the registration. It wins over O(name), which then renames it.
      - An id that does not exist is an error for O(state=present), never a new object. For O(state=absent) it is fine.
    type: str
  client_id:
    description:
      - Client id of the tool, which is the id of its key, instead of O(registration_id).
      - A client id that does not exist is an error for O(state=present), never a new object. For O(state=absent) it is
        fine.
    type: str
  name:
    description:
      - Name of the registration, up to 255 characters. Needed to create a registration.
      - Canvas does not keep names unique.
    type: str
  admin_nickname:
    description: Name that administrators see instead of O(name).
    type: str
  vendor:
    description: Who makes the tool.
    type: str
  description:
    description: What the tool is, in words, up to 2048 characters.
    type: str
  configuration:
    description:
      - The configuration of the tool. Needed to create a registration.
      - Either in the flat form that the registration API itself uses, or in the form with C(extensions) that vendors
        give, which is brought into the flat one. The flat form has C(title), C(description), C(target_link_uri),
        C(oidc_initiation_url), C(redirect_uris), C(public_jwk_url) or C(public_jwk), C(scopes), C(custom_fields),
        C(domain), C(tool_id), C(privacy_level), C(placements) and C(launch_settings).
      - A key that is left out is left alone, and not sent. V(null) clears one.
      - Both forms at once are refused. Keys that Canvas does not know are not sent, and the module warns.
      - What is given is taken as a whole, so C(placements) replaces all placements.
      - The configuration of a registration that a tool made by dynamic registration cannot be changed, and is refused
        before anything is sent.
    type: dict
  workflow_state:
    description:
      - Whether the registration, and its key, is on.
      - V(active) is the same as V(on), and V(inactive) the same as V(off). V(allow) is for Site Admin only.
      - C(true) and C(false), which YAML makes of a bare C(on) and C(off), do as well.
    type: str
    choices: ["on", "off", allow, active, inactive]
  lock_deploying:
    description:
      - Whether the tool can no longer be installed by its client id.
      - Servers on which locks are not switched on show it, but ignore it. The module then reports a change in each run,
        and warns.
    type: bool
  comment:
    description:
      - Why this change is made, for the history of newer servers, up to 2000 characters.
      - Sent with a change of an existing registration only, and never compared.
    type: str
seealso:
  - module: edtech.lti.canvas_tool_configuration
  - module: edtech.lti.canvas_lti_registration_info
"""

EXAMPLES = r"""
- name: Work on registrations
  hosts: canvas
  connection: local
  gather_facts: false
  module_defaults:
    group/edtech.lti.canvas:
      base_url: https://canvas.example.edu
      access_token: "{{ vault_canvas_access_token }}"
  tasks:
    - name: Keep the registration of the map room
      edtech.lti.canvas_lti_registration:
        name: Map Room
        admin_nickname: Map Room (geography)
        vendor: Example Maps
        workflow_state: "on"
        lock_deploying: true
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
          launch_settings: {}
          placements:
            - placement: course_navigation
              message_type: LtiResourceLinkRequest
              default: disabled
      register: map_room

    - name: Take the key away that the quiz helper replaced by a key set
      edtech.lti.canvas_lti_registration:
        client_id: "10000000000077"
        configuration:
          public_jwk: null
        comment: The vendor has a key set now, ticket 4801

    - name: Allow a tool that registered itself to be installed by its client id
      edtech.lti.canvas_lti_registration:
        name: Lecture Capture
        lock_deploying: false
"""

RETURN = r"""
registration:
  description:
    - The registration after the run, in the names of the options, with its ids and read-only fields.
    - V(null) when it is absent. In check mode as it would be, with V(null) for what is not known yet.
  returned: success
  type: dict
  contains:
    registration_id:
      description: Number of the registration.
      type: str
    client_id:
      description: Client id of the tool, which is the global id of its key.
      type: str
    configuration:
      description: The configuration in its flat form as Canvas holds it, C(redirect_uris) included.
      type: dict
    overlaid_configuration:
      description: The configuration with what administrators changed in it on the page "Apps", which is what counts.
        The module never changes that, and warns where it differs from what the task gives.
      type: dict
    workflow_state:
      description: Whether the registration is on, as C(active) or C(inactive); C(allow) for one of Site Admin that
        leaves it to the accounts.
      type: str
    lock_deploying:
      description: Whether the tool can no longer be installed by its client id, as far as the server has locks.
      type: bool
    inherited:
      description: Whether the registration belongs to Site Admin or to an account above.
      type: bool
    dynamic:
      description: Whether the tool made it by dynamic registration.
      type: bool
    lti_version:
      description: Version of LTI.
      type: str
  sample:
    registration_id: "52"
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
handback:
  description:
    - What the vendor must be told, apart from the deployment ids, which M(edtech.lti.canvas_external_tool) returns.
    - The addresses come from O(environment), or from the options for single ones.
    - In check mode C(client_id) is V(null) for a registration that does not exist yet.
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
      description: Empty here.
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
    deployment_ids: []
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
    method: GET
    url: https://canvas.example.edu/api/v1/accounts/self/lti_registrations
    status: 403
    details: user not authorized to perform that action
    attempts: 1
    hint: The token's user needs the permission manage_lti_registrations in that account.
"""

from ansible_collections.edtech.lti.plugins.module_utils._execution import run_module
from ansible_collections.edtech.lti.plugins.module_utils._platforms import canvas_registration

TASK = canvas_registration.RegistrationTask()


def main():
    """Run as a shipped module; the action plugin runs C(TASK) itself."""
    run_module(TASK)


if __name__ == "__main__":
    main()
