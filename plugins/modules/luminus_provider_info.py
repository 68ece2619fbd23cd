#!/usr/bin/python
# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module edtech.lti.luminus_provider_info."""

from __future__ import annotations

DOCUMENTATION = r"""
module: luminus_provider_info
short_description: Read an LTI provider of LumiNUS
version_added: 0.1.0
author:
  - edtech.lti contributors (@edtech-lti)
description:
  - Reads one provider, which is an external LTI 1.1 tool with its key, secret and launch address.
  - A provider of the system is for LTI administrators. A provider of a module (a course) is for everyone with access
    to that module, but students do not see its credentials, launch address, custom parameters and launch data. See
    RV(provider.credentials_visible).
  - LumiNUS has no way to list, create, change or remove providers, so there is no module for that.
extends_documentation_fragment:
  - edtech.lti.connection
  - edtech.lti.luminus
  - edtech.lti.attributes.info
  - edtech.lti.attributes.luminus_group
options:
  provider_id:
    description:
      - Id of the provider, a UUID. It is checked before anything is sent.
      - One that LumiNUS does not know is no failure. RV(exists) is then V(false).
    type: str
    required: true
  populate:
    description: Users of whom name, login and address are read as well. Without it, the provider has their ids only.
    type: list
    elements: str
    choices: [creator, lastUpdatedUser]
    default: []
  retry_invalid:
    description:
      - Whether the request is repeated when LumiNUS calls it invalid (400), at most O(retries) times. LumiNUS has been
        seen to do that now and then to correct requests.
      - Throttling and passing faults are repeated in any case.
    type: bool
    default: false
  reveal_secrets:
    description:
      - Whether consumer key and secret are shown in the result instead of being hidden.
      - Set C(no_log) on the task as well, or they stay in the log.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Look at the quiz tool of a module
  edtech.lti.luminus_provider_info:
    base_url: https://luminus.azure-api.net
    subscription_key: "{{ vault_luminus_subscription_key }}"
    access_token: "{{ vault_luminus_access_token }}"
    provider_id: 5b8f2c14-7d36-4e0a-9c51-2a6e8f0b3d97
    populate: [creator]
  register: quiz

- name: Say who made it
  ansible.builtin.debug:
    msg: "{{ quiz.provider.name }} was made by {{ quiz.provider.creator_name }}"
  when: quiz.exists

# The playbook edtech.lti.luminus_to_exam does the following, with checks and a summary.
- name: Read the quiz tool with its key and secret
  edtech.lti.luminus_provider_info:
    base_url: https://luminus.nus.edu.sg/v2/api
    subscription_key: "{{ vault_luminus_subscription_key }}"
    access_token: "{{ vault_luminus_access_token }}"
    provider_id: 5b8f2c14-7d36-4e0a-9c51-2a6e8f0b3d97
    reveal_secrets: true
  no_log: true
  register: quiz

- name: Offer it to exams as well
  edtech.lti.exam_tool_provider:
    base_url: https://school.proctorexam.com
    api_token: "{{ vault_exam_api_token }}"
    secret_key: "{{ vault_exam_secret_key }}"
    tool_name: "{{ quiz.provider.name }}"
    tool_url: "{{ quiz.provider.launch_url }}"
    oauth_consumer_key: "{{ quiz.provider.consumer_key }}"
    oauth_consumer_secret: "{{ quiz.provider.consumer_secret }}"
    lti_custom_data: "{{ quiz.provider.custom_parameters }}"
    # What does not carry over: launch_data (the personal data that LumiNUS sends), document_target, and all but one
    # value of a custom parameter that cust_params holds several times.
  when:
    - quiz.exists
    - quiz.provider.credentials_visible
"""

RETURN = r"""
exists:
  description: Whether LumiNUS has the provider. V(false) only when LumiNUS itself says so; every other refusal is a
    failure.
  returned: success
  type: bool
  sample: true
provider:
  description: The provider, or V(null) when there is none. What LumiNUS does not show is V(null) as well, or empty.
  returned: success
  type: dict
  sample:
    id: 5b8f2c14-7d36-4e0a-9c51-2a6e8f0b3d97
    name: Quiz Helper
    description: Practice quizzes
    resource_id: e1d94a70-3c58-4b12-8f6d-90b7c2a4e835
    consumer_key: (hidden)
    consumer_secret: (hidden)
    launch_url: https://quiz.example.com/lti/launch
    cust_params:
      - {key: locale, value: en}
      - {key: feature, value: hints}
    launch_data: [lis_person_name_full]
    publish: true
    installable: false
    parent_id: null
    document_target: iframe
    created_date: "2019-08-05T10:15:30+08:00"
    creator_id: 7c2e9f63-1a84-4d5b-b0e7-6f38d1a25c49
    creator_name: Tan Ah Kow
    creator_user_id: staff.one
    creator_email: staff.one@u.example.edu
    last_updated_date: "2020-01-13T17:42:08+08:00"
    last_updated_by: 7c2e9f63-1a84-4d5b-b0e7-6f38d1a25c49
    last_updated_by_name: null
    last_updated_by_user_id: null
    last_updated_by_email: null
    custom_parameters:
      locale: en
      feature: hints
    credentials_visible: true
  contains:
    id:
      description: Id of the provider.
      type: str
    name:
      description: Its name.
      type: str
    description:
      description: Its description.
      type: str
    resource_id:
      description: Id of the module that it belongs to. V(null) for a provider of the system.
      type: str
    consumer_key:
      description: Key of the tool, hidden unless O(reveal_secrets=true). Not shown to students.
      type: str
    consumer_secret:
      description: Secret of the tool, hidden unless O(reveal_secrets=true). Not shown to students.
      type: str
    launch_url:
      description: Address that is launched. Not shown to students.
      type: str
    cust_params:
      description: Custom parameters as LumiNUS has them, each with C(key) and C(value). A key may come several times.
        Not shown to students.
      type: list
      elements: dict
    launch_data:
      description: Which personal data LumiNUS sends with a launch. Not shown to students.
      type: list
      elements: str
    publish:
      description: Whether a provider of a module is shown there.
      type: bool
    installable:
      description: Whether modules may install a provider of the system.
      type: bool
    parent_id:
      description: Id of the provider of the system that this one was made from.
      type: str
    document_target:
      description: Where the tool opens, V(frame), V(iframe) or V(window).
      type: str
    created_date:
      description: When it was made, to the second. LumiNUS sends any number of further digits, which are left out.
      type: str
    creator_id:
      description: Id of the user who made it.
      type: str
    creator_name:
      description: Name of that user, with O(populate=creator).
      type: str
    creator_user_id:
      description: Login of that user, with O(populate=creator).
      type: str
    creator_email:
      description: Address of that user, with O(populate=creator).
      type: str
    last_updated_date:
      description: When it was last changed, like RV(provider.created_date).
      type: str
    last_updated_by:
      description: Id of the user who changed it last.
      type: str
    last_updated_by_name:
      description: Name of that user, with O(populate=lastUpdatedUser).
      type: str
    last_updated_by_user_id:
      description: Login of that user, with O(populate=lastUpdatedUser).
      type: str
    last_updated_by_email:
      description: Address of that user, with O(populate=lastUpdatedUser).
      type: str
    custom_parameters:
      description: The custom parameters as a dictionary, for convenience. Of a key that comes several times it has the
        last value, and the module warns. V(null) when RV(provider.cust_params) is no list of keys and values.
      type: dict
    credentials_visible:
      description: Whether the caller may see the consumer secret.
      type: bool
providers:
  description: The same as a list, with RV(provider) or nothing in it, as all info modules of this collection have one.
  returned: success
  type: list
  elements: dict
  sample: []
failure:
  description: What went wrong, for programs. It has the same keys in all modules of this collection.
  returned: failure, except for arguments that Ansible itself refuses
  type: dict
  sample:
    kind: auth
    method: GET
    url: https://luminus.azure-api.net/lti/5b8f2c14-7d36-4e0a-9c51-2a6e8f0b3d97
    status: 401
    details: null
    attempts: 1
    hint: "Sign in again for a new access_token: they live for a day at most, and this one may have ended."
"""

from ansible_collections.edtech.lti.plugins.module_utils._execution import run_module
from ansible_collections.edtech.lti.plugins.module_utils._platforms import luminus

TASK = luminus.PROVIDER_INFO


def main():
    """Run as a shipped module; the action plugin runs C(TASK) itself."""
    run_module(TASK)


if __name__ == "__main__":
    main()
