#!/usr/bin/python
# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module edtech.lti.canvas_developer_key_binding."""

from __future__ import annotations

DOCUMENTATION = r"""
module: canvas_developer_key_binding
short_description: Switch a developer key on or off in a Canvas account
version_added: 0.1.0
author:
  - edtech.lti contributors (@edtech-lti)
description:
  - Keeps the binding of a developer key in an account as described, which is the switch on the page of developer
    keys.
  - For LTI keys of one's own, O(edtech.lti.canvas_tool_configuration#module:binding) does the same in one task. This
    module is for keys of other kinds as well, such as keys of Site Admin that the account may switch on for itself,
    and keys made by dynamic registration.
  - The key is looked for among those of the account first, and then among those that the account inherits.
  - A binding cannot be removed, only switched off, so there is no option C(state).
extends_documentation_fragment:
  - edtech.lti.connection
  - edtech.lti.canvas
  - edtech.lti.attributes
  - edtech.lti.attributes.canvas_group
options:
  account_id:
    description:
      - Account in which the key is switched. Its number, local, global or like V(1~123), or one of V(self), V(default)
        and V(site_admin), or C(sis_account_id:...), C(lti_context_id:...) or C(uuid:...).
      - It must be a root account. V(self) is the one that the host name of O(base_url) belongs to.
    type: str
    default: self
  client_id:
    description:
      - Id of the key. For an LTI key that is the client id of the tool.
      - In check mode an empty value stands for a key that an earlier task would have created.
    type: str
    required: true
  binding:
    description:
      - Whether the key is switched on in the account.
      - V(allow) leaves it to the accounts below, and makes sense for keys of Site Admin only.
      - C(true) and C(false), which YAML makes of a bare C(on) and C(off), do as well.
      - Switching a key off disables the tools installed with it, in the background. Switching it on brings them back.
    type: str
    choices: ["on", "off", allow]
    required: true
seealso:
  - module: edtech.lti.canvas_tool_configuration
"""

EXAMPLES = r"""
- name: Switch keys
  hosts: canvas
  connection: local
  gather_facts: false
  module_defaults:
    group/edtech.lti.canvas:
      base_url: https://canvas.example.edu
      access_token: "{{ vault_canvas_access_token }}"
  tasks:
    - name: Switch on a tool that Instructure offers to all accounts
      edtech.lti.canvas_developer_key_binding:
        client_id: "170000000000561"
        binding: "on"

    - name: Find a tool that registered itself
      edtech.lti.canvas_lti_registration_info:
        name: Lecture Capture
      register: capture

    - name: Switch it off over the summer, without losing its installations
      edtech.lti.canvas_developer_key_binding:
        client_id: "{{ capture.registrations[0].client_id }}"
        binding: "off"
"""

RETURN = r"""
developer_key_binding:
  description: The key's binding after the run. In check mode as it would be.
  returned: success
  type: dict
  contains:
    client_id:
      description: Global id of the key.
      type: str
    account_id:
      description: The account, as the task names it.
      type: str
    name:
      description: Name of the key.
      type: str
    binding:
      description: Whether the key is on, off or left to the accounts below. V(null) when there is no binding.
      type: str
    binding_owned:
      description: Whether that binding is the account's own, and not that of an account above.
      type: bool
    inherited:
      description: Whether the key belongs to Site Admin or to an account above.
      type: bool
    workflow_state:
      description: State of the key itself, C(active) or C(inactive). It is not the binding.
      type: str
    lti_registration_id:
      description: Id of the registration that belongs to the key, for LTI keys on servers since 2024.
      type: str
    is_lti_key:
      description: Whether it is a key for LTI, and not one for the API.
      type: bool
  sample:
    client_id: "170000000000561"
    account_id: self
    name: Lecture Capture
    binding: "on"
    binding_owned: true
    inherited: true
    workflow_state: active
    lti_registration_id: "170000000000412"
    is_lti_key: true
failure:
  description: What went wrong, for programs. It has the same keys in all modules of this collection.
  returned: failure, except for arguments that Ansible itself refuses
  type: dict
  sample:
    kind: forbidden
    method: POST
    url: https://canvas.example.edu/api/v1/accounts/self/developer_keys/170000000000561/developer_key_account_bindings
    status: 403
    details: user not authorized to perform that action
    attempts: 1
    hint: The token's user needs the permission manage_developer_keys in that account.
"""

from ansible_collections.edtech.lti.plugins.module_utils._execution import run_module
from ansible_collections.edtech.lti.plugins.module_utils._platforms import canvas_binding

TASK = canvas_binding.BindingTask()


def main():
    """Run as a shipped module; the action plugin runs C(TASK) itself."""
    run_module(TASK)


if __name__ == "__main__":
    main()
