#!/usr/bin/python
# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module edtech.lti.canvas_tool_configuration."""

from __future__ import annotations

DOCUMENTATION = r"""
module: canvas_tool_configuration
short_description: Keep an LTI key in Canvas, with the configuration of its tool, as described
version_added: 0.1.0
author:
  - edtech.lti contributors (@edtech-lti)
description:
  - Creates, changes and removes an LTI key, which is a developer key together with the configuration of an LTI 1.3
    tool. The id of the key is the client id.
  - A key is found by O(client_id), or by O(name) among the LTI keys of the account that were not made by dynamic
    registration. When several bear the name, the module fails and lists their client ids.
  - A new key is what the server makes it, which is mostly off, unless the task says otherwise. See O(binding). A tool
    whose key is off can neither be installed nor launched.
  - A key alone shows the tool to nobody. See M(edtech.lti.canvas_external_tool).
  - A key that is removed and created again gets another client id, which the vendor must be told. The module never
    does that where it can change the key.
  - Keys made by dynamic registration, API keys, and keys whose configuration was deleted are refused.
extends_documentation_fragment:
  - edtech.lti.connection
  - edtech.lti.canvas
  - edtech.lti.attributes
  - edtech.lti.attributes.canvas_group
options:
  state:
    description:
      - Whether the key should exist.
      - V(absent) removes the key with its configuration. The tools that were installed with it go along, in the
        background, and with them their deployment ids.
    type: str
    choices: [present, absent]
    default: present
  account_id:
    description:
      - Account that owns the key. Its number, local, global or like V(1~123), or one of V(self), V(default) and
        V(site_admin), or C(sis_account_id:...), C(lti_context_id:...) or C(uuid:...).
      - Keys live in root accounts. V(self) is the one that the host name of O(base_url) belongs to.
    type: str
    default: self
  client_id:
    description:
      - Client id of the tool, which is the id of its key. It wins over O(name), which then renames the key.
      - A client id that does not exist is an error for O(state=present), never a new object. For O(state=absent) it is
        fine.
    type: str
  name:
    description:
      - Name of the key, as the page of developer keys shows it. Needed to create a key.
      - It is neither the title in O(settings), by which people see the tool, nor does Canvas keep it unique.
    type: str
  settings:
    description:
      - The configuration of the tool, as vendors give it for "Paste JSON". A dict, or JSON text such as the content of
        a file. For a text that is no JSON, the message names line and column.
      - Needed to create a key, unless O(settings_url) is given. It needs C(title), C(description), C(target_link_uri),
        C(oidc_initiation_url), and C(public_jwk_url) or C(public_jwk).
      - It is taken as a whole. Placements, scopes, custom fields and launch settings that it does not hold are removed.
      - Left out, what Canvas holds stays, and O(privacy_level), O(custom_fields) and O(disabled_placements) change
        that.
      - The fields C(domain), C(tool_id), C(public_jwk), C(public_jwk_url) and C(oidc_initiation_urls) stay when they
        are not in it any more, with a warning, because servers since 2025 cannot clear them this way. See
        O(clear_via_registration).
      - What Canvas will not store is sent, but not compared, and the module warns. That is so for unknown keys, for
        extensions of other platforms, for a second extension of Canvas, and for launch settings named like a placement.
    type: raw
  settings_url:
    description:
      - Address from which the module reads the configuration in each run, instead of O(settings). It is read where the
        module runs, not by Canvas, without credentials.
      - It must answer with JSON of at most 1 MiB, and without a redirect.
    type: str
  redirect_uris:
    description:
      - Addresses to which Canvas may send a launch. They must match to the letter, a slash at the end included. Their
        order does not count.
      - Without it, a new key gets the C(redirect_uris) of the settings, if the vendor put any there, or else their
        C(target_link_uri).
      - Without it, an existing key keeps what it has, and gets those C(redirect_uris) of the settings that it lacks.
        Only where it has just the old C(target_link_uri) is that replaced, by what a new key would get.
    type: list
    elements: str
  privacy_level:
    description:
      - What the tool learns about users. V(public) is name, e-mail address and more, V(anonymous) neither.
      - It wins over the one in O(settings). Settings without any mean V(anonymous).
      - Servers before 2024 show the level that counts only for keys that are on. Where it cannot be seen and nothing
        says what it should be, it is left alone, with a warning.
      - Variables in custom fields, such as C($Person.email.primary), tell the tool more than the level says. So does
        the scope of the roster.
    type: str
    choices: [public, name_only, email_only, anonymous]
  custom_fields:
    description:
      - Custom fields of all launches, by name. They are merged over those of O(settings), or over those that Canvas
        holds when there are no O(settings).
      - V(null) removes one field. Values become text.
      - Shown in results and diffs. It is no place for secrets.
    type: dict
  disabled_placements:
    description:
      - Names of placements of the settings that are switched off, such as V(course_navigation). A name that the
        settings do not have is an error. Their order does not count.
      - Together with O(settings) or O(settings_url), these are off in addition to what is off there.
      - Without them, exactly these placements of what Canvas holds are off.
    type: list
    elements: str
  notes:
    description: Notes of the administrators on the key. Users do not see them.
    type: str
  email:
    description: E-mail address of whoever owns the key.
    type: str
  test_cluster_only:
    description:
      - Whether the key works on beta and test only.
      - Compared only where the server shows it, which hosted Canvas does. Elsewhere it is sent along whenever something
        else changes.
    type: bool
  binding:
    description:
      - Whether the key is switched on in the account.
      - V(allow) leaves it to the accounts below, and makes sense for keys of Site Admin only.
      - Without it, the state is left alone, and a new key is what the server makes it. C(true) and C(false), which
        YAML makes of a bare C(on) and C(off), do as well.
      - Switching a key off disables the tools installed with it, in the background. Switching it on brings them back.
      - Where the binding of another account counts, the module warns.
    type: str
    choices: ["on", "off", allow]
  comment:
    description:
      - Why this change is made, for the history of newer servers, up to 2000 characters.
      - Sent with changes of an existing key, except when it is only switched on or off. Never compared.
    type: str
  clear_via_registration:
    description:
      - Whether fields that O(settings) no longer hold, and that Canvas cannot clear otherwise, are cleared by the
        newer API for registrations.
      - Needs the permission C(manage_lti_registrations).
    type: bool
    default: false
seealso:
  - module: edtech.lti.canvas_external_tool
  - module: edtech.lti.canvas_developer_key_binding
"""

EXAMPLES = r"""
- name: Offer a tool
  hosts: canvas
  connection: local
  gather_facts: false
  module_defaults:
    group/edtech.lti.canvas:
      base_url: https://canvas.example.edu
      access_token: "{{ vault_canvas_access_token }}"
  tasks:
    - name: Keep the key of the quiz helper, with the configuration that its vendor sent
      edtech.lti.canvas_tool_configuration:
        name: Quiz Helper
        settings: "{{ lookup('ansible.builtin.file', 'quiz-helper.json') }}"
        privacy_level: name_only
        disabled_placements:
          - account_navigation
        notes: Ticket 4711, approved until 2027-08
        binding: "on"
      register: quiz_helper

    - name: Install it in the account
      edtech.lti.canvas_external_tool:
        client_id: "{{ quiz_helper.tool_configuration.client_id }}"
      register: installed

    - name: Show what the vendor needs
      ansible.builtin.debug:
        var: installed.handback

    - name: Keep a key whose configuration is written here
      edtech.lti.canvas_tool_configuration:
        name: Reading List
        settings:
          title: Reading List
          description: Literature for courses, by the library
          target_link_uri: https://reading.example.com/lti/launch
          oidc_initiation_url: https://reading.example.com/lti/login
          public_jwk_url: https://reading.example.com/lti/jwks.json
          scopes:
            - https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly
          custom_fields:
            course_code: $Canvas.course.sisSourceId
          extensions:
            - platform: canvas.instructure.com
              domain: reading.example.com
              tool_id: reading-list
              privacy_level: anonymous
              settings:
                text: Reading List
                placements:
                  - placement: course_navigation
                    message_type: LtiResourceLinkRequest
                    default: disabled
        redirect_uris:
          - https://reading.example.com/lti/launch
          - https://reading.example.com/lti/deep

    - name: Take one placement out of sight, and leave everything else as Canvas has it
      edtech.lti.canvas_tool_configuration:
        name: Video Wall
        disabled_placements:
          - global_navigation

    - name: Follow the configuration that a vendor publishes
      edtech.lti.canvas_tool_configuration:
        client_id: "10000000000081"
        settings_url: https://polls.example.com/lti/canvas.json
        comment: Nightly run

    - name: Remove the key of the old quiz tool, and with it everything that was installed
      edtech.lti.canvas_tool_configuration:
        name: Old Quiz Tool
        state: absent
"""

RETURN = r"""
tool_configuration:
  description:
    - The key with its configuration after the run, in the names of the options, with read-only fields.
    - V(null) when it is absent. In check mode as it would be, with V(null) for what is not known yet.
  returned: success
  type: dict
  contains:
    client_id:
      description: Client id of the tool, which is the global id of the key.
      type: str
    settings:
      description:
        - The configuration in a tidy form. It has one extension, that of Canvas, with C(privacy_level); C(scopes) and
          C(custom_fields) are always there, and nothing is V(null).
        - V(null) for a key without a configuration.
      type: dict
    binding:
      description: Whether the key is on, off or left to the accounts below. V(null) when there is no binding.
      type: str
    binding_owned:
      description: Whether that binding is the account's own, and not that of an account above.
      type: bool
    test_cluster_only:
      description: Whether the key works on beta and test only. V(null) when the server does not say.
      type: bool
    workflow_state:
      description: State of the key itself, C(active) or C(inactive). It is not the binding.
      type: str
    inactive_redirect_uris:
      description: Redirect addresses that newer servers put to sleep, because nobody used them for long.
      type: list
      elements: str
    scopes:
      description:
        - Scopes of the key, which should be those of its settings. Somebody may have narrowed them. That stays so
          until the settings are given.
      type: list
      elements: str
    lti_registration_id:
      description: Id of the registration that belongs to the key, on servers since 2024.
      type: str
    created_at:
      description: When the key was made.
      type: str
    last_used_at:
      description: When the tool last asked for a service token with it.
      type: str
  sample:
    client_id: "10000000000077"
    account_id: self
    name: Quiz Helper
    settings:
      title: Quiz Helper
      description: Practice quizzes
      target_link_uri: https://quiz.example.com/lti/launch
      oidc_initiation_url: https://quiz.example.com/lti/login
      public_jwk_url: https://quiz.example.com/lti/jwks.json
      scopes:
        - https://purl.imsglobal.org/spec/lti-ags/scope/score
      custom_fields:
        course: $Canvas.course.id
      extensions:
        - platform: canvas.instructure.com
          domain: quiz.example.com
          tool_id: quiz-helper
          privacy_level: name_only
          settings:
            text: Quiz Helper
            placements:
              - placement: course_navigation
                message_type: LtiResourceLinkRequest
              - placement: account_navigation
                message_type: LtiResourceLinkRequest
                enabled: false
    redirect_uris:
      - https://quiz.example.com/lti/launch
    notes: Ticket 4711, approved until 2027-08
    email: null
    test_cluster_only: false
    binding: "on"
    binding_owned: true
    workflow_state: active
    scopes:
      - https://purl.imsglobal.org/spec/lti-ags/scope/score
    lti_registration_id: "52"
    created_at: "2026-03-02T09:10:11Z"
    last_used_at: null
handback:
  description:
    - What the vendor must be told, apart from the deployment ids, which M(edtech.lti.canvas_external_tool) returns.
    - The addresses come from O(environment), or from the options for single ones.
    - In check mode C(client_id) is V(null) for a key that does not exist yet.
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
    url: https://canvas.example.edu/api/v1/accounts/self/developer_keys
    status: 403
    details: user not authorized to perform that action
    attempts: 1
    hint: The token's user needs the permission manage_developer_keys in that account.
"""

from ansible_collections.edtech.lti.plugins.module_utils._execution import run_module
from ansible_collections.edtech.lti.plugins.module_utils._platforms import canvas_configuration

TASK = canvas_configuration.ConfigurationTask()


def main():
    """Run as a shipped module; the action plugin runs C(TASK) itself."""
    run_module(TASK)


if __name__ == "__main__":
    main()
