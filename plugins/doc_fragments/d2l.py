# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who asks Brightspace, and what is its own."""

from __future__ import annotations


class ModuleDocFragment:
    """Credential options of D2L Brightspace."""

    DOCUMENTATION = r"""
options:
  access_token:
    description:
      - An access token that somebody else obtained, for example M(edtech.lti.d2l_access_token).
      - It wins over the other ways to log in, when both are given as options, and when both come from the
        environment. Options of any way win over the environment.
      - Falls back to the environment variable E(D2L_ACCESS_TOKEN), or to the file named by E(D2L_ACCESS_TOKEN_FILE).
      - It is hidden in all output.
    type: str
  oauth_client_id:
    description:
      - Client id of the OAuth 2.0 application. Not the client id of a tool.
      - Falls back to the environment variable E(D2L_OAUTH_CLIENT_ID), or to the file named by
        E(D2L_OAUTH_CLIENT_ID_FILE).
    type: str
  oauth_private_key:
    description:
      - Private key of an application with the grant "Client Credentials", as PEM text or as the path of a PEM file.
        RSA or elliptic curve.
      - Its public half must be in the key set that is registered with the application. See O(oauth_key_id).
      - Falls back to the environment variable E(D2L_OAUTH_PRIVATE_KEY), or to the file named by
        E(D2L_OAUTH_PRIVATE_KEY_FILE).
      - It is hidden in all output, and never sent.
    type: str
  oauth_key_id:
    description:
      - The C(kid) under which the public half of O(oauth_private_key) stands in the application's key set.
      - Falls back to the environment variable E(D2L_OAUTH_KEY_ID), or to the file named by E(D2L_OAUTH_KEY_ID_FILE).
    type: str
  oauth_client_secret:
    description:
      - Secret of an application that works with refresh tokens. See O(oauth_token_file).
      - Falls back to the environment variable E(D2L_OAUTH_CLIENT_SECRET), or to the file named by
        E(D2L_OAUTH_CLIENT_SECRET_FILE).
      - It is hidden in all output.
    type: str
  oauth_token_file:
    description:
      - File that holds the refresh token, either bare or as JSON with the key C(refresh_token). Tokens are written
        back to it as JSON, with mode 0600, so it must be writable. It cannot lie in a vault.
      - A refresh token works once. Each login writes the next one before anything else is done, and a lock file
        beside it keeps other runs waiting meanwhile.
      - Check mode has to log in too, so it may renew the file, and warns.
      - When the answer to a login is lost, nobody knows whether the refresh token still works. The file is then marked
        with C(in_doubt_since), and no further try is made until you put in a new refresh token or remove that mark.
      - With O(oauth_private_key) it only keeps the access token from task to task, and need not exist before.
      - Falls back to the environment variable E(D2L_OAUTH_TOKEN_FILE), or to the file named by
        E(D2L_OAUTH_TOKEN_FILE_FILE).
    type: path
  oauth_token_url:
    description:
      - Address that gives out access tokens. It is the same for all customers.
      - Falls back to the environment variable E(D2L_OAUTH_TOKEN_URL), or to the file named by
        E(D2L_OAUTH_TOKEN_URL_FILE).
    type: str
    default: https://auth.brightspace.com/core/connect/token
  oauth_scope:
    description:
      - Scopes to ask for, separated by blanks. They must be among those that the application is registered with.
      - Without it, these are asked for, which is all that the modules of this collection need.
        C(ltiadvantage:registrations:create,read,update,delete), C(ltiadvantage:deployments:create,read,update,delete),
        C(ltiadvantage:links:create,read,update,delete), C(ltiadvantage:quicklinks:create) and
        C(organizations:organization:read).
      - Falls back to the environment variable E(D2L_OAUTH_SCOPE), or to the file named by E(D2L_OAUTH_SCOPE_FILE).
    type: str
  oauth_audience:
    description:
      - The C(aud) of the assertion that O(oauth_private_key) signs. O(oauth_token_url) when it is not given.
      - Falls back to the environment variable E(D2L_OAUTH_AUDIENCE), or to the file named by
        E(D2L_OAUTH_AUDIENCE_FILE).
    type: str
  app_id:
    description:
      - Id of the application, for ID-Key.
      - Falls back to the environment variable E(D2L_APP_ID), or to the file named by E(D2L_APP_ID_FILE).
    type: str
  app_key:
    description:
      - Key that belongs to O(app_id). It signs each request and is never sent.
      - Falls back to the environment variable E(D2L_APP_KEY), or to the file named by E(D2L_APP_KEY_FILE).
      - It is hidden in all output.
    type: str
  user_id:
    description:
      - Id of the user who does the work, for ID-Key. It is the one that came with O(user_key), not a user name.
      - Falls back to the environment variable E(D2L_USER_ID), or to the file named by E(D2L_USER_ID_FILE).
    type: str
  user_key:
    description:
      - Key that belongs to O(user_id). It signs each request and is never sent. It may expire.
      - Falls back to the environment variable E(D2L_USER_KEY), or to the file named by E(D2L_USER_KEY_FILE).
      - It is hidden in all output.
    type: str
  le_version:
    description:
      - Version of the C(le) routes to speak, for example V("1.92"). It must be quoted, because YAML reads 1.80 as
        the number 1.8.
      - Without it, the highest one that the server supports and that this collection knows, which is at most 1.92.
      - Falls back to the environment variable E(D2L_LE_VERSION), or to the file named by E(D2L_LE_VERSION_FILE).
    type: str
  lp_version:
    description:
      - Version of the C(lp) routes to speak, for example V("1.58"), quoted like O(le_version).
      - Without it, the highest one that the server supports and that this collection knows, which is at most 1.58.
      - Falls back to the environment variable E(D2L_LP_VERSION), or to the file named by E(D2L_LP_VERSION_FILE).
    type: str
requirements:
  - PyJWT[crypto], only for O(oauth_private_key)
notes:
  - There are four ways to log in to Brightspace. Options go before the environment, and within each of the two
    O(access_token) goes before the others, of which exactly one must be complete.
  - For client credentials, which is the best way for automation, give O(oauth_client_id), O(oauth_private_key) and
    O(oauth_key_id).
  - For rotating refresh tokens, give O(oauth_client_id), O(oauth_client_secret) and O(oauth_token_file).
  - For ID-Key, which the vendor calls deprecated, give O(app_id), O(app_key), O(user_id) and O(user_key).
  - Brightspace also wants the user behind these credentials to have the role permissions for what is done. A scope
    alone is not enough.
seealso:
  - name: Facts about D2L Brightspace
    description: What this collection relies on, with the evidence for each fact.
    link: https://github.com/edtech-lti/edtech.lti/blob/main/docs/platforms/d2l.md
"""
