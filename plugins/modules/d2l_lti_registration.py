#!/usr/bin/python
# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module edtech.lti.d2l_lti_registration."""

from __future__ import annotations

DOCUMENTATION = r"""
module: d2l_lti_registration
short_description: Keep the registration of an LTI 1.3 tool in D2L Brightspace as described
version_added: 0.1.0
author:
  - edtech.lti contributors (@edtech-lti)
description:
  - Creates, changes and removes a registration, which tells Brightspace about an LTI 1.3 tool.
  - A registration is found by O(client_id), or by O(domain) among the enabled registrations, or else by O(domain)
    together with O(name). When several fit, the module fails and lists their client ids. That is also so when an
    enabled registration has the domain, and a disabled one has domain and name.
  - To compare domains, their scheme, trailing slash and case do not count. What is sent is what you wrote.
  - A new registration is enabled, has no extensions and no custom parameters, and tells no institution roles, unless
    the task says otherwise. These values are sent when it is created.
  - A registration that is removed and created again gets another client id, which the vendor must be told. The module
    never does that where it can change the registration.
extends_documentation_fragment:
  - edtech.lti.connection
  - edtech.lti.d2l
  - edtech.lti.attributes
  - edtech.lti.attributes.d2l_group
options:
  state:
    description:
      - Whether the registration should exist.
      - Brightspace refuses to remove a registration that has deployments. See O(cascade).
    type: str
    choices: [present, absent]
    default: present
  client_id:
    description:
      - Client id that Brightspace gave the registration. Needed, unless O(domain) is given. It wins over O(domain) and
        O(name), which then change.
      - A client id that does not exist is an error for O(state=present), never a new object. For O(state=absent) it is
        fine.
    type: str
  name:
    description:
      - Name of the tool. Needed to create a registration.
      - Brightspace does not keep names unique.
    type: str
  description:
    description: What the tool is, in words.
    type: str
  domain:
    description:
      - Domain of the tool, as the vendor gives it. Needed to create a registration.
      - Only one enabled registration may have a domain. The module refuses a second one before anything is sent.
    type: str
  redirect_urls:
    description:
      - Addresses to which Brightspace may send a launch. Needed to create a registration.
      - They are compared exactly at launch and know no wildcards. Their order does not count.
    type: list
    elements: str
  oidc_login_url:
    description: Address at which a launch begins at the tool. Needed to create a registration.
    type: str
  keyset_url:
    description:
      - Address of the tool's key set. Its content must be wrapped in C(keys).
      - Needed as soon as O(enabled_extensions) holds anything. Deep linking that only the server keeps on does not
        count.
    type: str
  target_link_uri:
    description: Address for deep linking when the tool gives none. Brightspace takes O(domain) without it.
    type: str
  enabled:
    description:
      - Whether the registration is enabled. Disabling it stops all launches of all its deployments.
      - The vendor advises to keep it disabled until everything is set up.
    type: bool
  enabled_extensions:
    description:
      - Services that the tool may use. They must be enabled in the deployment as well. Their order does not count.
      - The names are V(assignment_and_grade_services), V(deep_linking), V(names_and_role_provisioning),
        V(activity_item_profile), V(submission_review), V(platform_notification_service) and V(asset_processor). The
        platform's numbers from V(1) to V(7) do as well, and so do numbers that are newer than this collection.
      - Newer servers keep deep linking on whatever is asked for. That is not reported as a difference.
    type: list
    elements: str
  send_institution_role:
    description: Whether the tool learns a user's role in the institution.
    type: bool
  custom_parameters:
    description:
      - Custom parameters of all launches, by name. Those of a deployment or a link win over them.
      - Compared as data, so order does not count.
      - Shown in results and diffs. It is no place for secrets.
    type: dict
  cascade:
    description:
      - With O(state=absent), remove the links, then the sharing rules, then the deployments of the registration first.
        All sharing rules of a deployment go by one request.
      - Content topics and quicklinks that launch these links break at once.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Register a tool
  hosts: d2l
  connection: local
  gather_facts: false
  module_defaults:
    group/edtech.lti.d2l:
      base_url: https://lms.example.edu
      oauth_client_id: "{{ vault_d2l_oauth_client_id }}"
      oauth_private_key: "{{ vault_d2l_oauth_private_key }}"
      oauth_key_id: ansible-2026
  tasks:
    - name: Keep the registration of the virtual lab
      edtech.lti.d2l_lti_registration:
        name: Virtual Lab
        domain: labs.example.com
        redirect_urls:
          - https://labs.example.com/lti/launch
        oidc_login_url: https://labs.example.com/lti/login
        keyset_url: https://labs.example.com/lti/jwks.json
        target_link_uri: https://labs.example.com/lti/launch
        enabled_extensions:
          - assignment_and_grade_services
          - deep_linking
          - names_and_role_provisioning
        custom_parameters:
          institution: example-university
      register: lab

    - name: Show what the vendor needs
      ansible.builtin.debug:
        var: lab.handback

    - name: Stop all launches for the time being
      edtech.lti.d2l_lti_registration:
        domain: labs.example.com
        enabled: false

    - name: Remove the old lab with all that hangs on it
      edtech.lti.d2l_lti_registration:
        domain: old-labs.example.com
        state: absent
        cascade: true
"""

RETURN = r"""
registration:
  description:
    - The registration after the run, in the names of the options, with its client id and read-only fields.
    - V(null) when it is absent. In check mode as it would be, with V(null) for what is not known yet.
  returned: success
  type: dict
  contains:
    client_id:
      description: Client id of the registration.
      type: str
    brightspace_audience:
      description: What the tool names as audience when it asks for a service token. Not the address for tokens.
      type: str
    brightspace_issuer:
      description: Issuer of the launches.
      type: str
    brightspace_keyset_url:
      description: Address of the keys that Brightspace signs with.
      type: str
    brightspace_oauth2_access_token_url:
      description: Address at which the tool gets its service tokens.
      type: str
    brightspace_oidc_authentication_endpoint:
      description: Address to which the tool sends the browser during a launch.
      type: str
  sample:
    client_id: 3c9e7a52-61d4-4f0b-8a27-5b1de0c94f38
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
handback:
  description:
    - What the vendor must be told, apart from the id of the deployment.
    - In check mode its values are V(null) for a registration that does not exist yet.
  returned: success, with state=present
  type: dict
  sample:
    issuer: https://lms.example.edu
    client_id: 3c9e7a52-61d4-4f0b-8a27-5b1de0c94f38
    keyset_url: https://lms.example.edu/d2l/.well-known/jwks
    token_url: https://auth.brightspace.com/core/connect/token
    authentication_endpoint: https://lms.example.edu/d2l/lti/authenticate
    audience: https://api.brightspace.com/auth/token
cascaded:
  description:
    - What was removed first because of O(cascade), or went along. In check mode what would be.
    - When the task fails halfway, what is gone already.
    - The sharing rules are listed whole, so that they can be made again.
    - The org unit of a link is V(null) when the link belongs to the organisation.
  returned: success, with state=absent
  type: dict
  sample:
    deployments:
      - deployment_id: b7f0c6d1-2e83-4a95-9d4c-70a1e5c8f2b6
        name: Virtual Lab
    links:
      - link_id: 104
        org_unit_id: 7421
        deployment_id: b7f0c6d1-2e83-4a95-9d4c-70a1e5c8f2b6
    sharing_rules:
      - deployment_id: b7f0c6d1-2e83-4a95-9d4c-70a1e5c8f2b6
        org_unit_id: 7421
        share_with_org_unit: true
        share_with_descendants: false
        inherited: false
failure:
  description: What went wrong, for programs. It has the same keys in all modules of this collection.
  returned: failure, except for arguments that Ansible itself refuses
  type: dict
  sample:
    kind: forbidden
    method: POST
    url: https://lms.example.edu/d2l/api/le/1.92/ltiadvantage/registration/
    status: 403
    details: "Insufficient scope to call this route."
    attempts: 1
    hint: >-
      Add it to the application under Manage Extensibility, and to oauth_scope; then log in again.
"""

from ansible_collections.edtech.lti.plugins.module_utils._execution import run_module
from ansible_collections.edtech.lti.plugins.module_utils._platforms import d2l_registration

TASK = d2l_registration.RegistrationTask()


def main():
    """Run as a shipped module; the action plugin runs C(TASK) itself."""
    run_module(TASK)


if __name__ == "__main__":
    main()
