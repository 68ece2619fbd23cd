#!/usr/bin/python
# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module edtech.lti.lti_handback."""

from __future__ import annotations

DOCUMENTATION = r"""
module: lti_handback
short_description: Hand the facts of LTI platforms back to a tool, in a file that it reads
version_added: 0.1.0
author:
  - edtech.lti contributors (@edtech-lti)
description:
  - Writes what an LTI 1.3 tool has to know of a platform (issuer, client id, deployment ids and addresses) into a
    configuration file, in the format of the tool's software.
  - Takes the C(handback) of M(edtech.lti.canvas_tool_configuration), M(edtech.lti.canvas_lti_registration),
    M(edtech.lti.canvas_external_tool), M(edtech.lti.d2l_lti_registration) and of this collection's roles as it is.
  - An entry is found again by issuer and client id. All other entries stay, and so do members of the entry that this
    module does not write.
  - Many tasks and hosts may write into one file at once. The file is replaced as a whole, under a lock on its folder.
  - Deployment ids that are given are added. Others stay, unless O(purge_deployments=true).
  - What an entry leaves out, or has as V(null), is left alone in the file.
  - No key and no secret is written, only the name of the file with the tool's private key.
  - It runs where the file is. With the connection V(local) that is the controller; over any other connection, or with
    C(delegate_to), it is that machine.
extends_documentation_fragment:
  - edtech.lti.attributes.all_group
attributes:
  check_mode:
    support: full
    description: Predicts what a real run would write, and only reads.
    details:
      - What is V(null) in O(platforms), because an earlier task would have created it, is assumed, with a warning.
      - So is a folder that does not exist yet. For one that is not writable there is a warning.
  diff_mode:
    support: full
    description: Shows what this module writes, of all entries. Anything else in the file may be a secret and is not
      shown.
  idempotent:
    support: full
    description: A second run with the same options changes nothing, and keeps the file as it is to the byte.
options:
  path:
    description:
      - The file. It is absolute, and C(~) stands for the home folder.
      - Its folder must exist. A file that does not exist is created.
      - A link is followed. A pipe, a device, or a folder is refused.
    type: path
    required: true
  format:
    description:
      - V(pylti1p3) is the JSON file that C(ToolConfJsonFile) of PyLTI1p3 reads.
      - V(ltijs) is a JSON list of objects, each of which C(registerPlatform) of ltijs takes.
      - V(django_lti) is a fixture for C(manage.py loaddata), of registrations and deployments of django-lti.
      - V(spring) is a properties file for Spring Boot with spring-security-lti13.
      - V(json) is a JSON list in the words of O(platforms), for any other software.
      - V(markdown) is a sheet for people.
      - The guide docs/guide/handback.md says what each of them holds, how it is loaded, and where its traps are.
    type: str
    required: true
    choices: [pylti1p3, ltijs, django_lti, spring, json, markdown]
  platforms:
    description:
      - The platforms, each as a C(handback) says it.
      - Several of one issuer and client id become one entry, with the deployment ids of all.
    type: list
    elements: dict
    required: true
    suboptions:
      issuer:
        description: Issuer of the launches. Always needed.
        type: str
      client_id:
        description: Client id of the tool. Always needed.
        type: str
      deployment_ids:
        description: Deployment ids. V(null) among them is one that is not known yet.
        type: list
        elements: raw
      deployment_id:
        description: One more of them, as D2L Brightspace's deployments say it.
        type: str
      authentication_endpoint:
        description: Address to which the tool sends the browser during a launch. Needed with O(state=present).
        type: str
      token_url:
        description: Address at which the tool gets service tokens. Needed with O(state=present).
        type: str
      audience:
        description: What the tool names as audience when it asks for a service token.
        type: str
      keyset_url:
        description: Address of the keys that the platform signs launches with. Needed with O(state=present).
        type: str
      name:
        description:
          - How people call the platform.
          - V(pylti1p3) holds none. V(ltijs) and V(django_lti) take the issuer for a new entry without one.
        type: str
      environment:
        description: Which environment of the platform this is. Formats V(json) and V(markdown) hold it.
        type: str
      environment_source:
        description: Taken, because Canvas's handback has it, and not written.
        type: str
      registration_id:
        description: See O(registration_id), for this platform.
        type: str
  state:
    description:
      - V(present) adds or updates the entries.
      - V(absent) removes the whole entry of each issuer and client id, whatever deployment ids are given. A file that
        holds nothing any more stays.
    type: str
    choices: [present, absent]
    default: present
  purge_deployments:
    description:
      - Whether to remove deployment ids that the file has for an entry and O(platforms) does not name.
      - An entry that names none is refused then.
    type: bool
    default: false
  private_key_file:
    description:
      - Name of the file with the tool's private key, relative to the folder of O(path). Never the key. What looks
        like one, in any shape, is refused and not shown, and so is a name of more than 255 characters.
      - For the format V(pylti1p3), which does without it only where the entry has one already.
    type: str
  public_key_file:
    description: Likewise for the public key. For the format V(pylti1p3).
    type: str
  registration_id:
    description:
      - How the tool itself calls this registration, in its own login address.
      - For V(spring) it is the registration id. The default for a new one is made of issuer and client id.
      - For V(django_lti) it is the UUID. The default for a new one is made of issuer and client id.
      - At this place it is for a task with a single client.
    type: str
  redirect_uri:
    description: >-
      For the format V(spring). A new registration gets C({baseUrl}/lti/login) otherwise.
    type: str
  scope:
    description: For the format V(spring). A new registration gets V(openid) otherwise, and must have it.
    type: str
  title:
    description: Heading of the sheet. For the format V(markdown).
    type: str
  contact:
    description: Whom the vendor may ask. For the format V(markdown).
    type: str
  mode:
    description:
      - Permissions of the file, as an octal number in quotes such as V('0640'). Symbolic ones are not taken.
      - Without quotes YAML makes a number of it. That is taken where it can be meant (V(0640)), and refused where it
        cannot (V(640)).
      - Those of an existing file stay otherwise, and a new file gets the usual ones.
      - Owner and group stay as far as whoever runs this may give them; there is a warning where they do not.
    type: raw
seealso:
  - module: edtech.lti.canvas_external_tool
  - module: edtech.lti.d2l_lti_registration
"""

EXAMPLES = r"""
- name: Onboard the virtual lab
  hosts: canvas
  connection: local
  gather_facts: false
  module_defaults:
    group/edtech.lti.canvas:
      base_url: https://canvas.example.edu
      access_token: "{{ vault_canvas_access_token }}"
  tasks:
    - name: Install it for all
      edtech.lti.canvas_external_tool:
        client_id: "10000000000077"
      register: installed

    - name: Tell the tool, which uses PyLTI1p3
      edtech.lti.lti_handback:
        path: "{{ playbook_dir }}/handback/platforms.json"
        format: pylti1p3
        private_key_file: private.key
        platforms:
          - "{{ installed.handback | combine({'name': 'Example University'}) }}"

- name: Onboard it on Brightspace
  hosts: d2l
  connection: local
  gather_facts: false
  roles:
    - role: edtech.lti.d2l_onboarding
  tasks:
    # Two deployments of one registration become one entry with two ids.
    - name: Write the properties of the tool, which uses Spring
      edtech.lti.lti_handback:
        path: "{{ playbook_dir }}/handback/lti.properties"
        format: spring
        registration_id: example
        platforms: "{{ d2l_onboarding_summary.deployments | map(attribute='handback') }}"

    - name: Write a sheet for the vendor
      edtech.lti.lti_handback:
        path: "{{ playbook_dir }}/handback/vendor.md"
        format: markdown
        title: Virtual Lab at Example University
        contact: lms@example.edu
        platforms: "{{ d2l_onboarding_summary.deployments | map(attribute='handback') }}"

- name: Take a platform out, on the tool's own machine
  hosts: tool_servers
  gather_facts: false
  tasks:
    - name: Remove the old client
      edtech.lti.lti_handback:
        path: /etc/virtual-lab/platforms.json
        format: pylti1p3
        state: absent
        platforms:
          - issuer: https://canvas.test.instructure.com
            client_id: "10000000000042"
"""

RETURN = r"""
path:
  description: The file.
  returned: success
  type: str
  sample: /srv/onboarding/handback/platforms.json
entries:
  description:
    - What the file holds for O(platforms) after the run, one item for each client, in the words of O(platforms).
    - V(null), or an empty list, is what the format does not hold. In check mode it is also what is not known yet.
    - Empty with O(state=absent).
  returned: success
  type: list
  elements: dict
  sample:
    - issuer: https://canvas.instructure.com
      client_id: "10000000000077"
      deployment_ids:
        - "310:4c1e0d1f7f1f2a1d3f6b8a2f3c5d7e9f0a1b2c3d"
      authentication_endpoint: https://sso.canvaslms.com/api/lti/authorize_redirect
      token_url: https://sso.canvaslms.com/login/oauth2/token
      audience: https://sso.canvaslms.com/login/oauth2/token
      keyset_url: https://sso.canvaslms.com/api/lti/security/jwks
      name: Example University
      environment: null
      registration_id: null
failure:
  description: What went wrong, for programs. It has the same keys in all modules of this collection.
  returned: failure, except for arguments that Ansible itself refuses
  type: dict
  sample:
    kind: invalid
    method: null
    url: null
    status: null
    details: null
    attempts: 0
    hint: Mend it, or give another path; nothing was changed.
"""

from ansible_collections.edtech.lti.plugins.module_utils._execution import run_module
from ansible_collections.edtech.lti.plugins.module_utils._handback import task

TASK = task.HandbackTask()


def main():
    """Run as a shipped module; the action plugin runs C(TASK) itself."""
    run_module(TASK)


if __name__ == "__main__":
    main()
