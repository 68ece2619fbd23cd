#!/usr/bin/python
# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module edtech.lti.d2l_quicklink."""

from __future__ import annotations

DOCUMENTATION = r"""
module: d2l_quicklink
short_description: Make an address for course content that launches a link in D2L Brightspace
version_added: 0.1.0
author:
  - edtech.lti contributors (@edtech-lti)
description:
  - Makes a quicklink, which is an address that can be put into a content topic to launch a link.
  - The platform has no way to list, change or remove quicklinks, so each run makes another one. Keep the address and
    hand it in as O(existing_url), then nothing is made.
extends_documentation_fragment:
  - edtech.lti.connection
  - edtech.lti.d2l
  - edtech.lti.attributes.d2l_group
attributes:
  check_mode:
    support: full
    description: Predicts whether a quicklink would be made, and only reads.
    details:
      - The addresses of a quicklink that does not exist yet are V(null).
      - A link that an earlier task would have created is assumed, with a warning.
  diff_mode:
    support: none
    description: Quicklinks cannot be read, so there is nothing to compare.
  idempotent:
    support: partial
    description: A second run changes nothing.
    details:
      - With O(existing_url) nothing is made. Without it, each run makes another quicklink.
options:
  org_unit_id:
    description: Number of the org unit in which the quicklink is used. Needed, unless O(org_unit_code) is given.
    type: int
  org_unit_code:
    description: Exact code of the org unit, instead of O(org_unit_id). It must fit one org unit only.
    type: str
  link_id:
    description:
      - Number of the link that is launched. Needed, unless O(existing_url) is given.
      - In check mode an empty value stands for a link that an earlier task would have created.
    type: int
  existing_url:
    description:
      - The RV(quicklink.public_url) of a quicklink that was made before.
      - When it is not empty, nothing is made, and the result repeats it.
    type: str
"""

EXAMPLES = r"""
- name: Put the titration lab into a course
  hosts: d2l
  connection: local
  gather_facts: false
  module_defaults:
    group/edtech.lti.d2l:
      base_url: https://lms.example.edu
      oauth_client_id: "{{ vault_d2l_oauth_client_id }}"
      oauth_private_key: "{{ vault_d2l_oauth_private_key }}"
      oauth_key_id: ansible-2026
  vars:
    kept_address: "{{ playbook_dir }}/quicklink-chem-2026-titration.txt"
  tasks:
    - name: Keep the link
      edtech.lti.d2l_lti_link:
        org_unit_code: CHEM-2026
        deployment_id: "{{ titration_deployment_id }}"
        name: Titration
        url: https://labs.example.com/lti/launch/titration
      register: titration

    - name: Make a quicklink, unless an earlier run kept one
      edtech.lti.d2l_quicklink:
        org_unit_code: CHEM-2026
        link_id: "{{ titration.link.link_id }}"
        existing_url: "{{ lookup('ansible.builtin.file', kept_address, errors='ignore') | default('', true) }}"
      register: made

    - name: Keep its address for the next run
      ansible.builtin.copy:
        content: "{{ made.quicklink.public_url }}"
        dest: "{{ kept_address }}"
        mode: "0644"
      when: made is changed and not ansible_check_mode

    - name: Show the address for the content topic
      ansible.builtin.debug:
        var: made.quicklink.url
"""

RETURN = r"""
quicklink:
  description: The quicklink. In check mode its addresses are V(null) when it does not exist yet.
  returned: success
  type: dict
  contains:
    link_id:
      description: Number of the link that the quicklink launches, which may differ from O(link_id).
      type: int
    org_unit_id:
      description: Number of the org unit.
      type: int
    public_url:
      description: The address as the platform gives it, with the placeholder C({orgUnitId}) in it.
      type: str
    url:
      description: The address with the number of the org unit filled in.
      type: str
  sample:
    link_id: 104
    org_unit_id: 7421
    public_url: "/d2l/common/dialogs/quickLink/quickLink.d2l?ou={orgUnitId}&type=lti&rcode=exu-1042&srcou=6606"
    url: "/d2l/common/dialogs/quickLink/quickLink.d2l?ou=7421&type=lti&rcode=exu-1042&srcou=6606"
failure:
  description: What went wrong, for programs. It has the same keys in all modules of this collection.
  returned: failure, except for arguments that Ansible itself refuses
  type: dict
  sample:
    kind: forbidden
    method: POST
    url: https://lms.example.edu/d2l/api/le/1.92/ltiadvantage/quicklinks/orgunit/7421/link/104
    status: 403
    details: "Insufficient scope to call this route."
    attempts: 1
    hint: >-
      Add it to the application under Manage Extensibility, and to oauth_scope; then log in again.
"""

from ansible_collections.edtech.lti.plugins.module_utils._execution import run_module
from ansible_collections.edtech.lti.plugins.module_utils._platforms import d2l_link

TASK = d2l_link.QuicklinkTask()


def main():
    """Run as a shipped module; the action plugin runs C(TASK) itself."""
    run_module(TASK)


if __name__ == "__main__":
    main()
