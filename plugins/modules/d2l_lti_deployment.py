#!/usr/bin/python
# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module edtech.lti.d2l_lti_deployment."""

from __future__ import annotations

DOCUMENTATION = r"""
module: d2l_lti_deployment
short_description: Keep a deployment of an LTI 1.3 tool in D2L Brightspace as described
version_added: 0.1.0
author:
  - edtech.lti contributors (@edtech-lti)
description:
  - Creates, changes and removes a deployment, which is one use of a registration with its own settings on what the
    tool learns.
  - A deployment is found by O(name) within its registration, or by O(deployment_id). When several fit, the module
    fails and lists their ids.
  - A new deployment is shared with nobody. See M(edtech.lti.d2l_sharing_rule).
  - A new deployment is enabled. All its other flags are off, so that the tool learns nothing about users, and it has no
    extensions, custom parameters or notice types, unless the task says otherwise. These values are sent when it is
    created.
  - A deployment that is removed and created again gets another id, which the vendor must be told.
extends_documentation_fragment:
  - edtech.lti.connection
  - edtech.lti.d2l
  - edtech.lti.attributes
  - edtech.lti.attributes.d2l_group
options:
  state:
    description:
      - Whether the deployment should exist.
      - A deployment that links use is not removed. The module fails and names them. See O(cascade).
    type: str
    choices: [present, absent]
    default: present
  deployment_id:
    description:
      - Id that Brightspace gave the deployment. It wins over O(name), which then renames it.
      - An id that does not exist is an error for O(state=present), never a new object. For O(state=absent) it is fine.
    type: str
  name:
    description:
      - Name of the deployment. Needed to create a deployment.
      - Brightspace does not keep names unique.
    type: str
  client_id:
    description:
      - Client id of the registration. Needed, unless O(registration_domain), O(registration_name) or O(deployment_id)
        is given.
      - It cannot change once the deployment exists.
      - In check mode an empty value stands for a registration that an earlier task would have created.
    type: str
  registration_domain:
    description: Domain of the registration, instead of O(client_id). An enabled registration wins over disabled ones.
    type: str
  registration_name:
    description: Name of the registration, instead of O(client_id) or together with O(registration_domain).
    type: str
  description:
    description: What the deployment is for, in words.
    type: str
  enabled:
    description: Whether the deployment is enabled. Launches also need the registration to be enabled.
    type: bool
  enabled_extensions:
    description:
      - Services that the tool may use in this deployment. Their order does not count.
      - The names are V(assignment_and_grade_services), V(deep_linking), V(names_and_role_provisioning),
        V(activity_item_profile), V(submission_review), V(platform_notification_service) and V(asset_processor). The
        platform's numbers from V(1) to V(7) do as well, and so do numbers that are newer than this collection.
      - One that the registration does not allow has no effect, and the module warns.
      - Newer servers keep deep linking on whatever is asked for. That is not reported as a difference.
    type: list
    elements: str
  anonymous:
    description:
      - Whether the tool learns nothing about users. While it is V(true), the options about users have no effect, and
        no differences in them are reported.
      - Only up to LE 1.91. From 1.92 on, switch the options about users off instead.
    type: bool
  send_org_unit_information:
    description: Whether the tool learns about the course. Only up to LE 1.88.
    type: bool
  send_user_first_name:
    description: Whether the tool learns a user's first name.
    type: bool
  send_user_middle_name:
    description: Whether the tool learns a user's middle name.
    type: bool
  send_user_last_name:
    description: Whether the tool learns a user's last name.
    type: bool
  send_user_email:
    description: Whether the tool learns a user's e-mail address.
    type: bool
  send_d2l_user_id:
    description: Whether the tool learns a user's id in Brightspace.
    type: bool
  send_d2l_username:
    description: Whether the tool learns a user's name for logging in to Brightspace.
    type: bool
  send_d2l_org_defined_id:
    description: Whether the tool learns the id that the organisation gave a user.
    type: bool
  send_link_title:
    description: Whether the tool learns the name of the link. Only up to LE 1.88.
    type: bool
  send_link_description:
    description: Whether the tool learns the description of the link. Only up to LE 1.88.
    type: bool
  pre_provisioning:
    description: Whether the tool's roster also holds users who have not opened the tool yet.
    type: bool
  custom_parameters:
    description:
      - Custom parameters of the launches of this deployment, by name. They win over those of the registration, and
        those of a link win over them.
      - Compared as data, so order does not count.
      - Shown in results and diffs. It is no place for secrets.
    type: dict
  open_as_external:
    description: Whether the tool opens in a new window.
    type: bool
  include_in_final_grade:
    description: Whether grade items of the tool count towards the final grade.
    type: bool
  auto_migrate_links:
    description:
      - Whether existing LTI 1.1 links of the same domain become links of this deployment. That cannot be undone, so it
        is never on unless you say so.
      - From LE 1.67 on.
    type: bool
  auto_create_grade:
    description: Whether grade items are made by themselves. From LE 1.68 on.
    type: bool
  enabled_notice_types:
    description:
      - Numbers of the kinds of notices that the tool may get. Their order does not count.
      - They need V(platform_notification_service) in O(enabled_extensions), here and in the registration.
      - From LE 1.76 on.
    type: list
    elements: int
  cascade:
    description:
      - With O(state=absent), remove the links that use the deployment, and then its sharing rules, first. The sharing
        rules go by one request.
      - Content topics and quicklinks that launch these links break at once.
    type: bool
    default: false
notes:
  - An option that the spoken version of the C(le) routes has no field for fails, and the message names the version.
    See O(le_version).
"""

EXAMPLES = r"""
- name: Deploy a tool
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
    - name: Keep the deployment of the virtual lab
      edtech.lti.d2l_lti_deployment:
        name: Virtual Lab
        registration_domain: labs.example.com
        enabled_extensions:
          - assignment_and_grade_services
          - deep_linking
          - names_and_role_provisioning
        send_user_first_name: true
        send_user_last_name: true
        send_user_email: true
      register: lab

    - name: Show the id that the vendor needs
      ansible.builtin.debug:
        var: lab.deployment.deployment_id

    - name: Share it with the whole organisation
      edtech.lti.d2l_sharing_rule:
        deployment_id: "{{ lab.deployment.deployment_id }}"
        org_unit_id: 6606
        share_with_org_unit: true
        share_with_descendants: true

    - name: Remove the pilot with its links
      edtech.lti.d2l_lti_deployment:
        name: Virtual Lab pilot
        registration_domain: labs.example.com
        state: absent
        cascade: true
"""

RETURN = r"""
deployment:
  description:
    - The deployment after the run, in the names of the options, with its id and read-only fields. Options that the
      spoken version has no field for are left out.
    - V(null) when it is absent. In check mode as it would be, with V(null) for what is not known yet.
  returned: success
  type: dict
  contains:
    deployment_id:
      description: Id of the deployment. The vendor needs it.
      type: str
    client_id:
      description: Client id of the registration.
      type: str
    available_extensions:
      description: What the registration allows.
      type: list
      elements: str
    available:
      description: Whether the deployment can be launched as far as the platform tells.
      type: bool
    notice_handlers:
      description: Where the tool wants its notices. The tool sets it.
      type: list
      elements: dict
  sample:
    deployment_id: b7f0c6d1-2e83-4a95-9d4c-70a1e5c8f2b6
    client_id: 3c9e7a52-61d4-4f0b-8a27-5b1de0c94f38
    name: Virtual Lab
    description: null
    enabled: true
    enabled_extensions:
      - assignment_and_grade_services
      - deep_linking
      - names_and_role_provisioning
    send_user_first_name: true
    send_user_middle_name: false
    send_user_last_name: true
    send_user_email: true
    send_d2l_user_id: false
    send_d2l_username: false
    send_d2l_org_defined_id: false
    pre_provisioning: false
    custom_parameters: {}
    open_as_external: false
    include_in_final_grade: false
    auto_migrate_links: false
    auto_create_grade: false
    enabled_notice_types: []
    available_extensions:
      - assignment_and_grade_services
      - deep_linking
      - names_and_role_provisioning
    available: true
    notice_handlers: []
cascaded:
  description:
    - What was removed first because of O(cascade), or went along. In check mode what would be.
    - When the task fails halfway, what is gone already.
    - The sharing rules are listed whole, so that they can be made again.
    - The org unit of a link is V(null) when the link belongs to the organisation.
  returned: success, with state=absent
  type: dict
  sample:
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
    kind: conflict
    method: null
    url: null
    status: null
    details: null
    attempts: 0
    hint: "Remove them first, or set cascade: true."
"""

from ansible_collections.edtech.lti.plugins.module_utils._execution import run_module
from ansible_collections.edtech.lti.plugins.module_utils._platforms import d2l_deployment

TASK = d2l_deployment.DeploymentTask()


def main():
    """Run as a shipped module; the action plugin runs C(TASK) itself."""
    run_module(TASK)


if __name__ == "__main__":
    main()
