# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Canvas: switching a developer key on or off in an account.

Every section number in this file is one of docs/platforms/canvas.md.
"""

from __future__ import annotations

import dataclasses

from ansible_collections.edtech.lti.plugins.module_utils import _errors
from ansible_collections.edtech.lti.plugins.module_utils._platforms.canvas import PLATFORM
from ansible_collections.edtech.lti.plugins.module_utils._platforms.canvas_keys import (
    DEVELOPER_KEY,
    is_overridden,
    without_key,
)
from ansible_collections.edtech.lti.plugins.module_utils._task import StateTask


class BindingTask(StateTask):
    """Keeps the state of a key in an account. A binding cannot be removed (3.5), so there is no ``state`` option."""

    platform = PLATFORM
    resource = DEVELOPER_KEY

    def __init__(self):
        super().__init__()
        self.rules = {}  # client_id is required anyway

    def argument_spec(self):
        spec = super().argument_spec()
        del spec["state"]
        spec["client_id"] = {**spec["client_id"], "required": True}
        return spec

    def run(self, run):
        run = dataclasses.replace(run, options={**run.options, "state": "present"})
        if run.given.get("client_id") not in (None, ""):
            return super().run(run)
        if run.check_mode:
            return self._predicted(run)
        raise _errors.InvalidError("client_id is empty", hint="Say which developer key is meant.")

    def _predicted(self, run):
        run.warn("The developer key does not exist yet; this prediction assumes that an earlier task creates it.")
        fields = self.resource.fields
        wish = fields.wish({"binding": run.given["binding"]})
        before, after = fields.in_diff(None, wish)
        key = {"client_id": None, **fields.predicted({**wish, "account_id": run.options["account_id"]})}
        return {"changed": True, self.resource.name: self._shown(key), "diff": {"before": before, "after": after}}

    def find(self, work):
        try:
            return super().find(work)
        except _errors.NotFoundError as error:
            if error.status is None:  # otherwise it is the account that was not found
                error.hint = (
                    "Check client_id and account_id; only keys of this account and of Site Admin can be switched."
                )
            raise

    def _shown(self, found):
        return without_key(super()._shown(found))

    def plan(self, work, found):
        if found and is_overridden(work.run, self._label(work.run), work.wish["binding"], found):
            work.wish = {name: value for name, value in work.wish.items() if name != "binding"}
        return super().plan(work, found)
