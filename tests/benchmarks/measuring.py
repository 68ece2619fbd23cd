"""Runs one command against a sandbox of its own and measures it: time, processor, memory, requests."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
TICKS = os.sysconf("SC_CLK_TCK")
SHARE_OF_SAMPLING = 0.02
"""Reading a process's pages takes the kernel's time; the pauses between are as much longer."""
LONGEST_RUN = 1800
"""Seconds."""


class Bench:
    """A sandbox in a process of its own, and a folder to run things in."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self._sandbox = subprocess.Popen(
            [sys.executable, "-m", "tests.sandbox", "--port", "0"], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        self.url = re.search(r"http://\S+?(?=/\s)", self._sandbox.stdout.readline()).group(0)

    def close(self):
        """Stop the sandbox."""
        self._sandbox.terminate()
        self._sandbox.wait()

    def control(self, path, payload=None, method=None):
        """Talk to the sandbox's control routes."""
        data = None if payload is None else json.dumps(payload).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.url}{path}", data=data, headers=headers, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read() or b"null")

    def write(self, name, content):
        """A YAML file in the folder; its path."""
        path = self.folder / name
        # JSON is YAML, and a thousand hosts are written and read in no time.
        text = json.dumps(content) if isinstance(content, dict) else yaml.safe_dump(content, sort_keys=False)
        path.write_text(text, encoding="utf-8")
        return str(path)

    def run(self, command, **environment):
        """One run: what it took, and what the sandbox saw of it.

        :returns: ``wall`` and ``cpu`` (user and system, with all children) in seconds, ``main_mb`` (the most that the
            first process held), ``all_mb`` (the most that all processes held together, shared pages counted once),
            ``requests``, ``connections``, ``sandbox_cpu`` in seconds, and ``output``.
        """
        self.control("/_sandbox/requests", method="DELETE")
        before = _cpu_of(self._sandbox.pid)
        begun = time.perf_counter()
        with open(self.folder / "output", "w+b") as output:
            process = subprocess.Popen(
                command, env={**os.environ, **environment}, cwd=self.folder, stdout=output, stderr=subprocess.STDOUT
            )
            memory = Memory(process.pid)
            status, usage = _wait(process)
            wall = time.perf_counter() - begun
            memory.stop()
            output.seek(0)
            said = output.read().decode(errors="replace")
        if status:
            raise SystemExit(f"{' '.join(command)} ended with {status}:\n{said[-4000:]}")
        seen = self.control("/_sandbox/requests")["requests"]
        return {
            "wall": round(wall, 3),
            "cpu": round(usage.ru_utime + usage.ru_stime, 3),
            "main_mb": round(memory.main, 1),
            "all_mb": round(max(memory.all, memory.main), 1),
            "requests": len(seen),
            "connections": len({entry["connection"] for entry in seen}),
            "sandbox_cpu": round(_cpu_of(self._sandbox.pid) - before, 2),
            "output": said,
        }

    def playbook(self, plays, hosts=None, forks=5):
        """One run of ansible-playbook.

        :param hosts: the inventory's hosts and their variables; without, the implicit localhost.
        """
        command = [program("ansible-playbook"), self.write("playbook.yml", plays)]
        if hosts is not None:
            command += ["-i", self.write("hosts.json", {"all": {"hosts": hosts}}), "-f", str(forks)]
        return self.run(command, **ansible_environment())


def program(name):
    """The path of a program of the environment that this runs in."""
    return str(Path(sys.executable).with_name(name))


def ansible_environment():
    """What ansible-playbook has to know to find this collection, and the filter that signs by hand."""
    return {
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "build" / "link"),
        "ANSIBLE_FILTER_PLUGINS": str(ROOT / "tests" / "benchmarks" / "filter_plugins"),
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "ANSIBLE_NOCOLOR": "true",
    }


class Memory:
    """Watches a process and its descendants in a thread.

    :ivar main: the most that the first process held, in MB, as the kernel counts it (``VmHWM``).
    :ivar all: the most that all held together at one moment, in MB; what several share counts once (``Pss``).
    """

    def __init__(self, pid):
        self.main = self.all = 0.0
        self._pid = pid
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self):
        """Look no more."""
        self._ended.set()
        self._thread.join()

    def _watch(self):
        pause, due = 0.05, 0.0
        while not self._ended.wait(pause):
            self.main = max(self.main, _figure(f"/proc/{self._pid}/status", "VmHWM"))
            if time.perf_counter() < due:
                continue
            begun = time.perf_counter()
            held = sum(_figure(f"/proc/{one}/smaps_rollup", "Pss") for one in [self._pid, *descendants(self._pid)])
            self.all = max(self.all, held)
            due = time.perf_counter() + max(0.2, (time.perf_counter() - begun) / SHARE_OF_SAMPLING)


def descendants(pid):
    """The process ids of all children of a process, and of theirs."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = [int(number) for number in task.read_text(encoding="ascii").split()]
        except OSError:
            continue
        for child in children:
            found += [child, *descendants(child)]
    return found


def _figure(path, name):
    """A line of a file in /proc in MB; 0 where the process has ended."""
    try:
        text = Path(path).read_text(encoding="ascii")
    except OSError:
        return 0.0
    line = re.search(rf"^{name}:\s+(\d+) kB", text, re.MULTILINE)
    return int(line.group(1)) / 1024 if line else 0.0


def _cpu_of(pid):
    """Seconds of processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _wait(process):
    """The exit status of a process, and what it and all its children used."""
    watchdog = threading.Timer(LONGEST_RUN, process.kill)
    watchdog.start()
    try:
        _pid, status, usage = os.wait4(process.pid, 0)
    finally:
        watchdog.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage


def on_the_controller(play, shipped=False):
    """A play that works from this machine, on the implicit localhost unless it says otherwise."""
    base = {
        "name": "Measured",
        "hosts": "localhost",
        "gather_facts": False,
        "connection": "local",
        # Anything in the environment of a task has it shipped.
        **({"environment": {"SHIPPED": "1"}} if shipped else {}),
    }
    interpreter = {"ansible_python_interpreter": sys.executable}
    return {**base, **play, "vars": {**interpreter, **play.get("vars", {})}}
