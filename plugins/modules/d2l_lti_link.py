#!/usr/bin/python
# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module edtech.lti.d2l_lti_link."""

from __future__ import annotations

DOCUMENTATION = r"""
module: d2l_lti_link
short_description: Keep a link to an LTI 1.3 tool in D2L Brightspace as described
version_added: 0.1.0
author:
  - edtech.lti contributors (@edtech-lti)
description:
  - Creates, changes and removes a link, by which the organisation or an org unit launches a deployment.
  - A link is found by O(deployment_id) and O(name) within its org unit, or by O(link_id). When several fit, O(url)
    narrows them down. When several still do, the module fails and lists their ids.
  - A new link is enabled, of type V(basic), without custom parameters and with the platform's own size, unless the task
    says otherwise. These values are sent when it is created.
  - A link belongs to one org unit. A link that another org unit owns is never changed or removed, even where it is
    listed.
  - Removing a link breaks every content topic and quicklink that launches it, and nothing warns.
extends_documentation_fragment:
  - edtech.lti.connection
  - edtech.lti.d2l
  - edtech.lti.attributes
  - edtech.lti.attributes.d2l_group
options:
  state:
    description: Whether the link should exist.
    type: str
    choices: [present, absent]
    default: present
  link_id:
    description:
      - Number of the link. It wins over O(name), which then renames it.
      - An id that does not exist is an error for O(state=present), never a new object. For O(state=absent) it is fine.
    type: int
  org_unit_id:
    description:
      - Number of the org unit that owns the link.
      - Without it and O(org_unit_code), the link belongs to the organisation.
    type: int
  org_unit_code:
    description: Exact code of the org unit, instead of O(org_unit_id). It must fit one org unit only.
    type: str
  deployment_id:
    description:
      - Id of the deployment that is launched. Needed, unless O(link_id) is given.
      - In check mode an empty value stands for a deployment that an earlier task would have created.
    type: str
  name:
    description:
      - Name of the link. Needed to create a link.
      - Brightspace does not keep names unique.
    type: str
  description:
    description: What the link is for, in words.
    type: str
  url:
    description:
      - Address that is launched. Needed to create a link. It should lie in the domain of the tool.
      - Without O(link_id) it also decides when several links bear the name.
    type: str
  type:
    description:
      - Kind of link.
      - One of V(basic), V(widget), V(quicklink), V(insert_stuff), V(quiz_builder) and V(activity_read_only), or the
        platform's number.
    type: str
  enabled:
    description: Whether the link can be launched.
    type: bool
  height:
    description: Height in pixels. V(null) stands for the platform's default.
    type: int
  width:
    description: Width in pixels. V(null) stands for the platform's default.
    type: int
  custom_parameters:
    description:
      - Custom parameters of this link, by name. They win over those of deployment and registration.
      - Substitution variables are values like any other.
      - Compared as data, so order does not count.
      - Shown in results and diffs. It is no place for secrets.
    type: dict
"""

EXAMPLES = r"""
- name: Link a tool
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
    - name: Find the deployment of the virtual lab
      edtech.lti.d2l_lti_deployment_info:
        registration_domain: labs.example.com
        name: Virtual Lab
      register: lab

    - name: Keep a link for the whole organisation
      edtech.lti.d2l_lti_link:
        deployment_id: "{{ lab.deployments[0].deployment_id }}"
        name: Virtual Lab catalogue
        url: https://labs.example.com/lti/launch

    - name: Keep a link in one course
      edtech.lti.d2l_lti_link:
        org_unit_code: CHEM-2026
        deployment_id: "{{ lab.deployments[0].deployment_id }}"
        name: Titration
        url: https://labs.example.com/lti/launch/titration
        custom_parameters:
          course_code: $CourseOffering.sourcedId
      register: titration

    - name: Set it back to the platform's size
      edtech.lti.d2l_lti_link:
        org_unit_code: CHEM-2026
        link_id: "{{ titration.link.link_id }}"
        height: null
        width: null
"""

RETURN = r"""
link:
  description:
    - The link after the run, in the names of the options, with its id and read-only fields.
    - V(null) when it is absent. In check mode as it would be, with V(null) for what is not known yet.
  returned: success
  type: dict
  contains:
    link_id:
      description: Number of the link.
      type: int
    org_unit_id:
      description: Number of the org unit. V(null) for a link of the organisation.
      type: int
    available:
      description: Whether the link can be launched, as the platform tells.
      type: bool
    owner_org_unit_id:
      description: Number of the org unit that owns the link. For a link of the organisation that is its root.
      type: int
  sample:
    link_id: 104
    org_unit_id: 7421
    deployment_id: b7f0c6d1-2e83-4a95-9d4c-70a1e5c8f2b6
    name: Titration
    description: null
    url: https://labs.example.com/lti/launch/titration
    type: basic
    enabled: true
    height: null
    width: null
    custom_parameters:
      course_code: $CourseOffering.sourcedId
    available: true
    owner_org_unit_id: 7421
failure:
  description: What went wrong, for programs. It has the same keys in all modules of this collection.
  returned: failure, except for arguments that Ansible itself refuses
  type: dict
  sample:
    kind: forbidden
    method: POST
    url: https://lms.example.edu/d2l/api/le/1.92/ltiadvantage/links/orgunit/7421/
    status: 403
    details: "Not authorized for [ orgUnitId: 7421, securityVariableName: Lti.ManageLinks ]"
    attempts: 1
    hint: >-
      The API user's role lacks the permission for this: Manage External Learning Tool Links, in that org unit.
"""

from ansible_collections.edtech.lti.plugins.module_utils._execution import run_module
from ansible_collections.edtech.lti.plugins.module_utils._platforms import d2l_link

TASK = d2l_link.LinkTask()


def main():
    """Run as a shipped module; the action plugin runs C(TASK) itself."""
    run_module(TASK)


if __name__ == "__main__":
    main()
