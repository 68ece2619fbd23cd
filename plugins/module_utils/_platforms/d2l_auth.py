# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""D2L Brightspace: logging in once, for all tasks that follow."""

from __future__ import annotations

import time

from ansible_collections.edtech.lti.plugins.module_utils import _errors
from ansible_collections.edtech.lti.plugins.module_utils._errors import attempting
from ansible_collections.edtech.lti.plugins.module_utils._platforms.d2l import PLATFORM
from ansible_collections.edtech.lti.plugins.module_utils._task import Task


class AccessTokenTask(Task):
    """Gets an access token by any of the OAuth 2.0 ways and hands it on."""

    confidential = True

    def argument_spec(self):
        return PLATFORM.options()

    def run(self, run):
        with attempting("logging in"):
            source = getattr(PLATFORM.client(run).auth, "source", None)
            if source is None:
                raise _errors.InvalidError("ID-Key has no access token", hint="Use it in the tasks themselves.")
            if not hasattr(source, "current"):
                return {
                    "changed": False,
                    "access_token": source.token(),
                    "token_type": "Bearer",
                    "expires_at": None,
                    "expires_in": None,
                    "scope": None,
                    "rotated": False,
                }
            token = source.current()
        return {
            "changed": False,
            "access_token": token.text,
            "token_type": "Bearer",
            "expires_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(token.expires_at)),
            "expires_in": int(token.expires_at - time.time()),
            "scope": token.scope,
            "rotated": source.grant.rotated,
        }
