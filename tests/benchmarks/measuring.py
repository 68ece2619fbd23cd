"""Runs playbooks against the sandbox and measures them."""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]


class Bench:
    """A sandbox in a process of its own, and a folder to run playbooks in."""

    def __init__(self, folder):
        self._folder = Path(folder)
        self._sandbox = subprocess.Popen(
            [sys.executable, "-m", "tests.sandbox", "--port", "0"], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        self.url = re.search(r"http://\S+?(?=/\s)", self._sandbox.stdout.readline()).group(0)
        self.idle = self.run([complete({"tasks": []})])["wall"]

    def close(self):
        self._sandbox.terminate()
        self._sandbox.wait()

    def control(self, path, payload=None):
        """Talk to the sandbox's control routes."""
        data = None if payload is None else json.dumps(payload).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.url}{path}", data=data, headers=headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def run(self, plays):
        """One run of ansible-playbook: what it took, and what the sandbox saw of it."""
        playbook = self._folder / "playbook.yml"
        playbook.write_text(yaml.safe_dump(plays), encoding="utf-8")
        seen = len(self.control("/_sandbox/requests")["requests"])
        environment = {
            **os.environ,
            "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "build" / "link"),
            "ANSIBLE_FILTER_PLUGINS": str(ROOT / "tests" / "benchmarks" / "filter_plugins"),
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        }
        command = [str(Path(sys.executable).with_name("ansible-playbook")), str(playbook)]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        begun = time.perf_counter()
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        wall = time.perf_counter() - begun
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode:
            raise SystemExit(done.stdout + done.stderr)
        requests = self.control("/_sandbox/requests")["requests"][seen:]
        return {
            "wall": wall,
            "cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
            "requests": len(requests),
            "connections": len({entry["connection"] for entry in requests}),
        }

    def compare(self, title, items, prepare, contenders):
        """Print a table: each contender first does everything on a fresh platform, then finds nothing to do.

        :param prepare: makes the platform ready, and returns what it says about it.
        :param contenders: names to functions that make a play out of that.
        """
        print(f"\n{items} {title}\n")
        print(f"{'':32}{'':14}{'wall s':>8}{'ms/item':>9}{'cpu s':>8}{'requests':>10}{'connections':>13}")
        for contender, play in contenders.items():
            ready = prepare(self)
            for case in ("all to do", "nothing to do"):
                found = self.run([complete(play(self.url, items, ready))])
                each = (found["wall"] - self.idle) / items * 1000
                print(
                    f"{contender:32}{case:14}{found['wall']:8.2f}{each:9.1f}{found['cpu']:8.2f}"
                    f"{found['requests']:10}{found['connections']:13}",
                    flush=True,
                )


def complete(play):
    """A play on the controller."""
    base = {
        "hosts": "localhost",
        "gather_facts": False,
        "connection": "local",
        "vars": {"ansible_python_interpreter": sys.executable},
    }
    return {**base, **play, "vars": {**base["vars"], **play.get("vars", {})}}
