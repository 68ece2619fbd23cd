# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who asks Canvas, and what is its own."""

from __future__ import annotations


class ModuleDocFragment:
    """Credential options of Canvas, and the addresses that a vendor is told."""

    DOCUMENTATION = r"""
options:
  access_token:
    description:
      - Access token of the user who does the work.
      - A token without scopes is best. The routes for tool configurations lie outside of what scopes name, so a token
        with scopes may not reach them at all.
      - Falls back to the environment variable E(CANVAS_ACCESS_TOKEN), or to the file named by
        E(CANVAS_ACCESS_TOKEN_FILE).
      - It is hidden in all output.
    type: str
  environment:
    description:
      - Which Canvas this is. It decides the addresses in C(handback), which Canvas itself does not tell, and nothing
        else.
      - Without it, the host name of O(base_url) tells. C(*.beta.instructure.com) is V(beta),
        C(*.test.instructure.com) is V(test), everything else V(production), because institutions use addresses of
        their own for hosted Canvas. V(self_hosted) must be said.
      - Falls back to the environment variable E(CANVAS_ENVIRONMENT), or to the file named by
        E(CANVAS_ENVIRONMENT_FILE).
    type: str
    choices: [production, beta, test, self_hosted]
  issuer:
    description:
      - Issuer of the launches, for C(handback), if it is not that of O(environment). A server of one's own says what
        its security configuration holds.
      - Falls back to the environment variable E(CANVAS_ISSUER), or to the file named by E(CANVAS_ISSUER_FILE).
    type: str
  authentication_endpoint:
    description:
      - Address to which the tool sends the browser during a launch, for C(handback), if it is not that of
        O(environment).
      - Falls back to the environment variable E(CANVAS_AUTHENTICATION_ENDPOINT), or to the file named by
        E(CANVAS_AUTHENTICATION_ENDPOINT_FILE).
    type: str
  token_url:
    description:
      - Address at which the tool gets its service tokens, for C(handback), if it is not that of O(environment).
      - Falls back to the environment variable E(CANVAS_TOKEN_URL), or to the file named by E(CANVAS_TOKEN_URL_FILE).
    type: str
  keyset_url:
    description:
      - Address of the keys that Canvas signs launches with, for C(handback), if it is not that of O(environment).
        Not the address of the tool's keys.
      - Falls back to the environment variable E(CANVAS_KEYSET_URL), or to the file named by E(CANVAS_KEYSET_URL_FILE).
    type: str
notes:
  - Canvas wants the user behind the token to have permissions. C(manage_developer_keys) in the root account for keys,
    tool configurations and bindings; C(manage_lti_add) and C(manage_lti_delete) for installed tools, in their account
    or course; C(manage_lti_registrations) in the root account for registrations.
seealso:
  - name: Guide to Canvas
    description: From the first tool to removing it, and what each error means.
    link: https://github.com/edtech-lti/edtech.lti/blob/main/docs/guide/canvas.md
  - name: Facts about Canvas
    description: What this collection relies on, with the evidence for each fact.
    link: https://github.com/edtech-lti/edtech.lti/blob/main/docs/platforms/canvas.md
"""
