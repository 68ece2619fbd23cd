# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs every module of this collection inside the controller where that is the same as shipping it.

These modules only talk HTTP, so starting a Python interpreter for each task would be pure cost.
Each module has a link to this file in ``plugins/action``. Where the place of work matters (another machine,
another user, another environment, a background job), the module is shipped as usual.
"""

from __future__ import annotations

import contextlib
import importlib

from ansible.plugins.action import ActionBase

# Imported here, in the parent process, so that each forked worker inherits what is heavy: requests.
from ansible_collections.edtech.lti.plugins.module_utils import _execution

MODULES = "ansible_collections.edtech.lti.plugins.modules."

# Likewise the module whose link this is: Ansible keeps no compiled code of collections, so that each worker
# would compile it anew. Measured with 80 tasks: 46 ms a task without, 23 ms with it.
with contextlib.suppress(ImportError):  # under another name it would only be slower
    importlib.import_module(MODULES + __name__.rpartition(".")[2])


class ActionModule(ActionBase):
    """Chooses where a task runs; see the module's own documentation for what it does."""

    TRANSFERS_FILES = False
    _supports_async = True
    _supports_check_mode = True

    def run(self, tmp=None, task_vars=None):
        result = super().run(tmp, task_vars)
        if self._task.async_val and self._module_task().confidential:
            return {
                **result,
                "failed": True,
                "msg": "This module cannot run with async: its result is a secret, which would be kept in a file.",
            }
        if self._must_ship():
            _execution.forget_loops()
            shipped = self._execute_module(task_vars=task_vars, wrap_async=bool(self._task.async_val))
            return {**result, **self._private(shipped)}
        outcome = _execution.run_in_controller(
            self._module_task(),
            self._task.action,
            self._task.args,
            self._task.check_mode,
            loop=self._loop(),
        )
        return {**result, **self._private(outcome)}

    def _loop(self):
        """The same for all items of one task's loop, else None: who waits with ``until`` wants to see what is new."""
        looping = self._task.loop is not None and not self._task.until
        return getattr(self._task, "_uuid", None) if looping else None

    def _private(self, outcome):
        """Keep a result that is itself a secret out of all output; tasks that follow still have it."""
        if not self._module_task().confidential or outcome.get("failed"):
            return outcome
        # ansible-core 2.18 does not ask the items of a loop whether the whole may be shown, but it asks the task.
        self._task.no_log = True
        return {**outcome, "_ansible_no_log": True}

    def _module_task(self):
        """What the task's module is made of."""
        return importlib.import_module(MODULES + self._task.action.rsplit(".", 1)[-1]).TASK

    def _must_ship(self):
        """Would the module run elsewhere, as somebody else, later, or in another environment?"""
        connection = self._connection
        return bool(
            connection.transport != "local"
            or getattr(connection, "become", None)
            or self._task.async_val
            or any(self._task.environment or [])
        )
