"""Runs what is Ansible's own and does nothing but think (see ACTIONS) at once, without a process for each task.

Four of five tasks of a target include, remember or assert something. Ansible forks a worker for each of them, as for
any task, and that is half of the time that a target takes. Tasks with modules of ours are none of these: they run as
they do everywhere. Where Ansible is another one than this was written for, everything else does so, too.
"""

from __future__ import annotations

DOCUMENTATION = r"""
name: at_once
type: aggregate
short_description: Run tasks that only think without a process for each
description:
  - Runs tasks that include, remember or assert something in Ansible's own process.
"""

import contextlib
import copy
import sys

from ansible.executor.process import worker
from ansible.plugins.callback import CallbackBase

try:
    from ansible._internal._task import TaskContext
except ImportError:  # ansible-core 2.18
    TaskContext = None

NAMES = ("assert", "debug", "include_role", "include_tasks", "set_fact")
ACTIONS = {prefix + name for name in NAMES for prefix in ("", "ansible.builtin.", "ansible.legacy.")}

start_worker = worker.WorkerProcess.start


class _Watched:
    """An output in which workers look for what was written past Ansible's display; here that display writes."""

    def __init__(self, output):
        self._output = output

    def __getattr__(self, name):
        return getattr(self._output, name)

    def getvalue(self):
        return ""


def start(self):
    """Run the task of a worker, or start the worker for it."""
    task = self._task
    if task.action not in ACTIONS or task.async_val:
        start_worker(self)
        return
    # What a worker changes is its own.
    self._host = copy.copy(self._host)
    self._task = task.copy(exclude_parent=True, exclude_tasks=True)
    self._task._parent = task._parent
    if hasattr(TaskContext, "create"):  # from 2.21 on
        context = TaskContext.create(task=self._task, task_vars=self._task_vars, host_name=self._host.name)
    else:
        context = TaskContext(self._task)
    with (
        contextlib.redirect_stdout(_Watched(sys.stdout)),
        contextlib.redirect_stderr(_Watched(sys.stderr)),
        context,
    ):
        try:
            self._run()
        finally:
            worker.current_worker = None


if TaskContext is not None:
    worker.WorkerProcess.start = start


class CallbackModule(CallbackBase):
    """Nothing more: having been loaded is enough."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "at_once"
