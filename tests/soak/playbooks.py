"""Runs of the playbook `edtech.lti.onboard` as users start it, killed in the middle with all that it has started."""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psutil
import yaml

from tests.integration.playbooks import PREFIXES, connection, writes

from . import judge
from .judge import Broken
from .plans import GROUNDS, faults
from .processes import settled

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "examples" / "demo" / "host_vars"
TENANTS = {"canvas": "harbour-college", "d2l": "northern-university", "exam": "city-school"}
SECRET = "quiz+helper/secret&Q7"
LONGEST = 240
"""Seconds; a run that takes longer hangs."""


class PlaybookRun:
    """One institution or several, onboarded by one playbook while everything goes wrong."""

    def __init__(self, bench, seed: int):
        """Put the sandbox into its start state, and write the inventory."""
        self.bench, self.sandbox, self.figures = bench, bench.sandbox, bench.figures
        self.rng = random.Random(f"playbook {seed}")
        self.folder = bench.folder / "playbook"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(mode=0o700)
        self.sandbox.reset()
        self.sandbox.switches({"d2l.link_without_share": "allow"})
        self.platforms = sorted(self.rng.sample(list(TENANTS), self.rng.choice([1, 1, 1, 2, 3])))
        self.grounds = [GROUNDS[platform] for platform in self.platforms]
        for ground in self.grounds:
            ground.foreign(self.rng, self.sandbox)
        self.foreign = self.state()
        self.acts = [self._act() for _one in range(self.rng.choice([1, 1, 1, 2]))]
        self._write_inventory()

    def told(self) -> dict:
        """Return the plan as plain data."""
        return {"playbook": "edtech.lti.onboard", "platforms": self.platforms, "acts": self.acts}

    def _act(self):
        """How many at once, what goes wrong, and after so many requests everything is killed (None: not at all)."""
        wrong = [fault for platform in self.platforms for fault in faults(self.rng, platform, 3)]
        return {
            "times": self.rng.choice([1, 1, 1, 2]),
            "faults": wrong if self.rng.random() < 0.7 else [],
            "kill": self.rng.randint(1, 15 * len(self.platforms)) if self.rng.random() < 0.75 else None,
        }

    def _write_inventory(self):
        tools = ROOT / "examples" / "manifests" / "quiz_helper.yml"
        common = {
            "ansible_connection": "local",
            "ansible_python_interpreter": sys.executable,
            "lti_onboarding_manifests": {"quiz_helper": str(tools)},
            "lti_onboarding_consumer_secrets": {"quiz_helper": SECRET},
            "lti_onboarding_handback": {"dir": str(self.folder / "handback"), "formats": ["pylti1p3", "markdown"]},
            **{
                f"{platform}_onboarding_connection": connection(self.sandbox, platform, timeout=1, retries=2)
                for platform in self.platforms
            },
        }
        groups = {}
        for platform in self.platforms:
            host = TENANTS[platform]
            places = yaml.safe_load((DEMO / f"{host}.yml").read_text(encoding="utf-8"))
            groups[platform] = {"hosts": {host: places}}
        text = yaml.safe_dump({"all": {"vars": common, "children": groups}})
        (self.folder / "hosts.yml").write_text(text, encoding="utf-8")

    def go(self):
        """Carry out the plan."""
        for act in self.acts:
            self.act(act)
        if self.rng.random() < 0.3:
            before = self.state()
            self.sandbox.clear_requests()
            self.play("plan")
            for platform in self.platforms:
                judge.wrote_nothing(
                    self.sandbox.requests(platform), before[platform], self.state()[platform],
                    "check mode writes nothing",
                )  # fmt: skip
        self.play("onboard")
        now = self.state()
        self.judge(now, most=1)
        self._complete(now)
        self.sandbox.clear_requests()
        again = self.play("onboard")
        if writes(self.sandbox) or self.state() != now or re.search(r"changed=[1-9]", again):
            raise Broken("the next run changes nothing", f"{writes(self.sandbox)} {again[-1500:]}")
        self.figures["playbook convergences"] += 1

    def act(self, act):
        """One attempt that is disturbed."""
        self.sandbox.clear_requests()
        self.sandbox.faults(*({k: v for k, v in one.items() if v is not None} for one in act["faults"]))
        playing = [self._start("onboard", number) for number in range(act["times"])]
        end = time.monotonic() + LONGEST
        while any(one.poll() is None for one in playing) and time.monotonic() < end:
            if act["kill"] is not None and len(self.sandbox.requests()) >= act["kill"]:
                break
            time.sleep(0.005)
        for one in playing if act["kill"] is None else playing[:1]:
            if one.poll() is None:
                _kill(one.pid)
                self.figures["playbook kills"] += 1
                if act["kill"] is None:
                    raise TimeoutError(f"a playbook took more than {LONGEST} seconds")
        for number, one in enumerate(playing):
            one.wait(LONGEST)
            self._heard(self._output(number), broken_off=act["kill"] is not None and number == 0)
        self.figures["playbook runs disturbed"] += len(playing)
        journal = settled(self.sandbox, 0.5)
        self.figures["requests"] += len(journal)
        for one in filter(None, (one["fault"] for one in journal)):
            self.figures[f"fault {one}"] += 1
        self.sandbox.clear_faults()
        lossy = act["times"] == 2 and (act["faults"] or act["kill"] is not None)
        self.judge(self.state(), most=2 if lossy else 1)
        self._remove_twins()

    def judge(self, now, most):
        """No foreign object is touched, and nothing is there more often than `most` times."""
        for ground in self.grounds:
            judge.no_foreign_touched(self.foreign[ground.name], now[ground.name])
            for one, items in self._own(ground, now).items():
                if len(items) > most:
                    raise Broken("no duplicate", f"{one}: {[number for number, _item in items]}")
        for file in (self.folder / "handback").glob("*.json"):
            json.loads(file.read_text(encoding="utf-8"))  # never half written

    def state(self) -> dict:
        """Return what each platform holds, without counters and tokens."""
        return {ground.name: ground.plain(self.sandbox.state(ground.name)) for ground in self.grounds}

    def _own(self, ground, now):
        return judge.ours(ground, self.foreign[ground.name], now[ground.name])

    def _complete(self, now):
        """Everything that the manifest and the places speak of is there."""
        expected = {
            "canvas": {"key": 1, "registration": 1, "tool": 2},
            "d2l": {"registration": 1, "deployment": 1, "sharing_rule": 2},
            "exam": {"exam": 1, "tool_provider": 1, "lti_resource": 2, "document": 1},
        }
        for ground in self.grounds:
            kinds = [kind for kind, _key in self._own(ground, now)]
            held = {kind: kinds.count(kind) for kind in expected[ground.name]}
            if held != expected[ground.name]:
                raise Broken("the clean run converges", held)

    def _remove_twins(self):
        for ground in self.grounds:
            for _attempt in range(6):
                twins = {
                    one: items for one, items in self._own(ground, self.state()).items() if len(items) > 1
                    and not (ground.name == "canvas" and one[0] == "registration")  # goes with its key
                }  # fmt: skip
                if not twins:
                    break
                (kind, _key), items = next(iter(twins.items()))
                self.figures["twins left by two disturbed runs"] += 1
                login = connection(self.sandbox, ground.name)
                (said,) = self.bench.processes.run([ground.removal(kind, *items[-1])], login)
                if said.results[-1].get("failed"):
                    raise Broken("twins can be removed", said.results[-1])

    def play(self, name):
        """Run a playbook undisturbed; it succeeds."""
        playing = self._start(name, 0)
        playing.wait(LONGEST)
        output = self._output(0)
        self._heard(output)
        if playing.returncode != 0:
            raise Broken("no failure without a cause", output[-3000:])
        self.figures["undisturbed plays"] += 1
        return output

    def _heard(self, output, broken_off=False):
        held = [secret for ground in self.grounds for secret in ground.secrets(self.sandbox.state(ground.name))]
        logins = [
            value
            for platform in self.platforms
            for name, value in connection(self.sandbox, platform).items()
            if name != "base_url"
        ]
        judge.no_secret(output, [SECRET, *logins, *held])
        if not broken_off:
            judge.no_trace(output)

    def _start(self, name, number):
        variables = {
            **{name: value for name, value in os.environ.items() if not name.startswith(PREFIXES)},
            "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "build" / "link"),
            "ANSIBLE_HOME": str(self.folder / f"ansible{number}"),
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_NOCOLOR": "true",
            "ANSIBLE_SHOW_CUSTOM_STATS": "true",
        }
        with open(self.folder / f"{number}.output", "w", encoding="utf-8") as output:
            return subprocess.Popen(
                [
                    str(Path(sys.executable).with_name("ansible-playbook")),
                    *("-i", str(self.folder / "hosts.yml"), "-vv", "--diff", f"edtech.lti.{name}"),
                ],
                cwd=self.folder, env=variables, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                start_new_session=True,
            )  # fmt: skip

    def _output(self, number):
        return (self.folder / f"{number}.output").read_text(encoding="utf-8", errors="replace")


def _kill(pid: int) -> None:
    """Kill a process with all that it started; workers of Ansible are sessions of their own."""
    doomed = [psutil.Process(pid)]
    doomed += doomed[0].children(recursive=True)
    for one in doomed:
        with contextlib.suppress(psutil.NoSuchProcess):
            one.kill()
