"""Writes the result of each task and loop item to the file named by RECORD_FILE, one JSON line each."""

from __future__ import annotations

DOCUMENTATION = r"""
name: recorder
type: aggregate
short_description: Record task results for tests
description:
  - Writes the result of each task and loop item to a file, one JSON line each.
"""

import json
import os

from ansible.plugins.callback import CallbackBase


class CallbackModule(CallbackBase):
    """Records what registered variables would hold."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "recorder"

    def _write(self, outcome, result):
        task = getattr(result, "task", None) or result._task
        data = getattr(result, "result", None) or result._result
        line = {"task": task.get_name(), "action": task.action, "outcome": outcome, "result": data}
        with open(os.environ["RECORD_FILE"], "a", encoding="utf-8") as file:
            file.write(json.dumps(line, default=str) + "\n")

    def v2_runner_on_ok(self, result):
        self._write("ok", result)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._write("failed", result)

    def v2_runner_on_skipped(self, result):
        self._write("skipped", result)

    def v2_runner_on_unreachable(self, result):
        self._write("unreachable", result)
