"""What runs in a process of its own, as a user's run does, and so can be killed: a list of tasks, in order."""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import time
from pathlib import Path

_LINK = str(Path(__file__).resolve().parents[2] / "build" / "link")
if _LINK not in sys.path:
    sys.path.insert(0, _LINK)

from urllib3.connection import HTTPConnection  # noqa: E402

from ansible_collections.edtech.lti.plugins.module_utils import _client, _execution  # noqa: E402

MODULES = "ansible_collections.edtech.lti.plugins.modules."
STAGES = ("before", "sent", "answered")
"""Where a run may die: before a request leaves, after it left, and after its answer came but was not looked at."""

for _module in (Path(__file__).resolve().parents[2] / "plugins" / "modules").glob("*.py"):
    importlib.import_module(MODULES + _module.stem)  # once, in the process that all children are forked from


def play(order: dict) -> None:
    """Carry out `order["tasks"]` and write each result as a line into `order["results"]`.

    A task that fails ends the play, as in a playbook. A text `@name.key.key` among the arguments stands for a part of
    the result that an earlier task registered under that name.
    """
    for stream, number in ((sys.stdout, 1), (sys.stderr, 2)):
        stream.flush()
        os.dup2(os.open(order["output"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), number)
    # Backoff as it is, only shorter: how long it waits is tested elsewhere, with a clock.
    _client.BACKOFF_FACTOR = order["backoff"]
    if order["kill"]:
        _die_at(**order["kill"])
    time.sleep(max(0, order["start"] - time.time()))
    registered: dict = {}
    with open(order["results"], "a", encoding="utf-8") as results:
        for task in order["tasks"]:
            given = {**order["connection"], **_filled(task["args"], registered)}
            loaded = importlib.import_module(MODULES + task["module"]).TASK
            loop = task["module"] if order["loops"] else None
            result = _execution.run_in_controller(loaded, task["module"], given, order["check"], loop=loop)
            results.write(json.dumps(result) + "\n")
            results.flush()
            registered[task.get("register")] = result
            if result.get("failed"):
                break


def _filled(given, registered: dict):
    if isinstance(given, dict):
        return {name: _filled(value, registered) for name, value in given.items()}
    if isinstance(given, list):
        return [_filled(value, registered) for value in given]
    if isinstance(given, str) and given.startswith("@"):
        name, *keys = given[1:].split(".")
        value = registered.get(name)
        for key in keys:
            value = value and value.get(key)
        return value
    return given


def _die_at(request: int, stage: str) -> None:
    """Have this process killed at its so-many-th request."""
    count = [0]
    send, receive = HTTPConnection.request, HTTPConnection.getresponse

    def counted(connection, *arguments, **options):
        count[0] += 1
        if count[0] == request and stage == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        return send(connection, *arguments, **options)

    def received(connection, *arguments, **options):
        if count[0] == request and stage == "sent":
            os.kill(os.getpid(), signal.SIGKILL)
        response = receive(connection, *arguments, **options)
        if count[0] == request and stage == "answered":
            os.kill(os.getpid(), signal.SIGKILL)
        return response

    HTTPConnection.request, HTTPConnection.getresponse = counted, received
