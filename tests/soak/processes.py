"""Runs tasks in processes of their own, one or two at once, and takes down what they said."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import multiprocessing
import os
import signal
import time
from multiprocessing import forkserver
from pathlib import Path

from .child import play

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 60
"""Seconds; a run that takes longer hangs."""


@dataclasses.dataclass
class Said:
    """What came out of one process: results as far as it came, all of its output, and whether it was killed."""

    results: list[dict]
    text: str
    killed: bool


class Processes:
    """Starts children out of one process that has loaded everything, as Ansible forks its workers."""

    def __init__(self, folder: Path):
        """Keep what children write in `folder`."""
        self._folder = folder
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["tests.soak.child"])
        with _path_for_imports():
            forkserver.ensure_running()
        self._count = 0
        self.loops = False
        """Are tasks of one module that follow each other the items of a loop, which remember what they listed?"""

    def run(self, tasks: list[dict], connection: dict, *, times: int = 1, check: bool = False, backoff: float = 0.001,
            die: dict | None = None, seconds: float | None = None) -> list[Said]:  # fmt: skip
        """Run tasks in `times` processes at once.

        `die` kills the first of them at a request, `seconds` after so long.
        """
        start = time.time() + (0.05 if times > 1 else 0)
        orders = [
            {
                "tasks": tasks, "connection": connection, "check": check, "loops": self.loops,
                "backoff": backoff, "start": start,
                "kill": die if number == 0 else None,
                "results": self._file("results"), "output": self._file("output"),
            }
            for number in range(times)
        ]  # fmt: skip
        children = [self._context.Process(target=play, args=(order,)) for order in orders]
        for child in children:
            child.start()
        if seconds is not None:
            children[0].join(seconds)
            children[0].kill()
        for child in children:
            child.join(LONGEST)
            if child.is_alive():
                child.kill()
                child.join()
                raise TimeoutError(f"a run took more than {LONGEST} seconds")
        return [self._said(order, child.exitcode) for order, child in zip(orders, children, strict=True)]

    def _file(self, name):
        self._count += 1
        return str(self._folder / f"{self._count}.{name}")

    @staticmethod
    def _said(order, code):
        texts = {}
        for name in ("results", "output"):
            path = Path(order[name])
            texts[name] = path.read_text(encoding="utf-8") if path.exists() else ""
            path.unlink(missing_ok=True)
        killed = code == -signal.SIGKILL
        if code not in (0, -signal.SIGKILL):
            raise RuntimeError(f"a child ended with {code}: {texts['output'][-3000:]}")
        lines = texts["results"].split("\n")[:-1]  # what follows the last line break was cut off
        return Said([json.loads(line) for line in lines], "".join(texts.values()), killed)


def settled(sandbox, pause: float = 0.005) -> list[dict]:
    """Wait until the sandbox serves nothing any more, and for `pause` seconds nothing comes; return the journal.

    What a killed process has sent may be on its way to the sandbox for a while.
    """
    end = time.monotonic() + LONGEST
    journal = sandbox.requests()
    while time.monotonic() < end:
        time.sleep(pause)
        before, journal = journal, sandbox.requests()
        if len(before) == len(journal) and all(one["ms"] is not None for one in journal):
            return journal
    raise TimeoutError(f"the sandbox is busy for more than {LONGEST} seconds")


@contextlib.contextmanager
def _path_for_imports():
    """The server of forks starts with the environment of the moment, and looks there for what it is to load."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), str(ROOT / "build" / "link"), before]))
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before
