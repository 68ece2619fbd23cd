"""One run: a plan carried out against the sandbox, and every invariant judged after each step."""

from __future__ import annotations

import collections
import json
import shutil
from pathlib import Path

from tests.sandbox.testing import Sandbox

from . import judge
from .d2l import expire, login
from .judge import Broken
from .plans import Act, Plan, plan_of
from .processes import Processes, Said, settled

PATIENT = {"timeout": 20, "retries": 4}
HURRIED = {"timeout": 0.5, "retries": 2}
BACKOFF_OF_TWO = 0.02
"""Seconds; two runs that look for each other need pauses that are not nothing."""
SECRETS = (
    "access_token", "api_token", "secret_key", "subscription_key", "app_key", "user_key", "oauth_client_secret",
    "oauth_private_key",
)  # fmt: skip
"""Of the options that log in."""


class Bench:
    """A sandbox with the processes that work on it, and the figures of all runs."""

    def __init__(self, sandbox: Sandbox, folder: Path):
        """Work in `folder`."""
        self.sandbox, self.folder = sandbox, folder
        self.processes = Processes(folder)
        self.figures: collections.Counter = collections.Counter()

    def run(self, seed: int) -> Plan:
        """Carry out one run. Raises `Broken`, with the plan under `plan`."""
        plan, rng = plan_of(seed)
        try:
            Run(self, plan, rng).go()
        except Exception as error:
            error.plan = plan
            raise
        self.figures["runs"] += 1
        self.figures[f"runs on {plan.ground.name}"] += 1
        return plan


class Run:
    """What is known while a run goes on."""

    def __init__(self, bench: Bench, plan: Plan, rng):
        """Put the sandbox into its start state."""
        self.bench, self.plan, self.sandbox = bench, plan, bench.sandbox
        self.ground, self.figures = plan.ground, bench.figures
        self.folder = bench.folder / "run"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(mode=0o700)
        self.sandbox.reset()
        self.sandbox.switches(plan.switches)
        self.login = self.ground.connection(rng, self.sandbox, self.folder)
        self.ground.foreign(rng, self.sandbox)
        self.foreign = self.state()
        # In every second run tasks of one module that follow each other are the items of a loop.
        self.bench.processes.loops = plan.seed % 2 == 1
        self.wanted = self.ground.wanted(plan.wish)
        begun = self.ground.wanted(plan.start)
        self.known = {(one.kind, one.key) for one in [*begun, *self.wanted]}
        self.seen_secrets: set = set()
        self.readings: list = []

    def go(self):
        """Carry out the plan."""
        if self.plan.start:
            self.play(self.plan.start, ())
        for act in self.plan.acts:
            self.act(act)
        self.converge()

    def state(self) -> dict:
        """Return what the platform holds, without counters and tokens."""
        return self.ground.plain(self.sandbox.state(self.ground.name))

    def own(self, state):
        """Return our objects in a state; nobody else's was touched, and nothing strange made."""
        judge.no_foreign_touched(self.foreign, state)
        own = judge.ours(self.ground, self.foreign, state)
        judge.nothing_strange(own, self.known)
        return own

    def act(self, act: Act):
        """One disturbed attempt, and what holds after it whatever happened."""
        before = self.state()
        owned = self.own(before)
        if act.expire and self.ground.name == "d2l":
            expire(self.sandbox)
            self.figures["tokens expired"] += 1
        self.sandbox.clear_requests()
        self.sandbox.faults(*({k: v for k, v in fault.items() if v is not None} for fault in act.faults))
        times = 2 if act.what == "double" else 1
        said = self.bench.processes.run(
            self.plan.wish,
            self.connection(HURRIED),
            times=times,
            check=act.what == "check",
            backoff=BACKOFF_OF_TWO if times == 2 else 0.001,
            die=act.die,
            seconds=act.seconds,
        )
        journal = settled(self.sandbox, 0.1 if any(one.killed for one in said) else 0.005)
        self.sandbox.clear_faults()
        self.count(act, journal, said)
        now = self.state()
        for one in said:
            self.heard(one)
        allowed = self.allowed(act)
        ends = [judge.failures_explained(one.results, allowed) for one in said]
        for end in filter(None, ends):
            self.figures[f"failures: {end}"] += 1
        if act.what == "check":
            judge.wrote_nothing(journal, before, now, "check mode writes nothing")
            self.mend_login()
            return
        if not self.wanted:
            self.readings.append(said[0].results)
        judge.no_quicklink_repeated(before, now, times)
        own = self.own(now)
        lossy = times == 2 and bool(act.faults or act.die)
        self.judge_twins(own, lossy)
        judge.nothing_lost(self.ground, self.wanted, owned, own)
        judge.unnamed_options_kept(self.ground, self.wanted, owned, own, (before, now))
        judge.tells_the_truth(said[0].results, before, now, alone=times == 1 and not said[0].killed)
        if times == 2 and not act.faults and not act.die and not any(ends):
            judge.as_wished(self.ground, self.wanted, own, now)
        self.mend_login()
        self.remove_twins()

    def allowed(self, act):
        """Which failures a disturbed attempt may end with."""
        disturbed = judge.DISTURBED if act.faults else ()
        doubted = ("auth",) if self.refreshes() and (act.faults or act.die) else ()
        return (*disturbed, *doubted, *(judge.MEANWHILE if act.what == "double" else ()))

    def judge_twins(self, own, lossy):
        """No platform guards natural keys: two runs of which one cannot look after its create may leave two."""
        for (kind, key), items in judge.twins(own).items():
            if not lossy or len(items) > 2:
                raise Broken("no duplicate", f"{kind} {key}: {[number for number, _item in items]}")

    def remove_twins(self):
        """What two disturbed runs left twice is told, not guessed at; an administrator removes one by its id."""
        for _attempt in range(6):
            twins = judge.twins(self.own(self.state()))
            if not twins:
                return
            (kind, _key), items = next(iter(twins.items()))
            self.figures["twins left by two disturbed runs"] += 1
            (said,) = self.bench.processes.run(self.plan.wish, self.connection(PATIENT))
            self.heard(said)
            failed = said.results[-1]
            if failed.get("failed"):
                if failed["failure"]["kind"] != "ambiguous":
                    raise Broken("twins are told", failed)
            elif not any("times" in text for one in said.results for text in one.get("warnings", ())):
                raise Broken("twins are told", f"{kind}: {said.results}")
            judge.no_foreign_touched(self.foreign, self.state())
            self.play([self.ground.removal(kind, *items[-1])], ())
        raise Broken("twins can be removed", judge.twins(self.own(self.state())))

    def converge(self):
        """Without faults: check mode tells what happens, it happens, and then nothing is left to do."""
        before = self.state()
        self.sandbox.clear_requests()
        check = self.play(self.plan.wish, (), check=True)
        judge.wrote_nothing(settled(self.sandbox), before, self.state(), "check mode writes nothing")
        owned, before = self.own(before), self.state()
        real = self.play(self.plan.wish, ())
        now = self.state()
        own = self.own(now)
        judge.predicted(check, real)
        for reading in self.readings:
            judge.read_whole(reading, real)
        judge.as_wished(self.ground, self.wanted, own, now)
        judge.nothing_lost(self.ground, self.wanted, owned, own)
        judge.unnamed_options_kept(self.ground, self.wanted, owned, own, (before, now))
        judge.tells_the_truth(real, before, now, alone=True)
        self.sandbox.clear_requests()
        again = self.play(self._quicklinks_known(real), ())
        if any(one["changed"] for one in again):
            raise Broken("the next run changes nothing", again)
        judge.wrote_nothing(settled(self.sandbox), now, self.state(), "the next run changes nothing")
        self.figures["convergences"] += 1

    def _quicklinks_known(self, results):
        """10: the platform lists no quicklinks, so the address of one that was made is handed back."""
        known = zip(self.plan.wish, results, strict=True)
        return [
            {**task, "args": {**task["args"], "existing_url": result["quicklink"]["public_url"]}}
            if task["module"] == "d2l_quicklink"
            else task
            for task, result in known
        ]

    def play(self, tasks, allowed, check=False):
        """Run tasks undisturbed; they succeed."""
        (said,) = self.bench.processes.run(tasks, self.connection(PATIENT), check=check)
        self.heard(said)
        judge.failures_explained(said.results, allowed)
        self.figures["undisturbed plays"] += 1
        return said.results

    def connection(self, pace):
        """Return connection options."""
        return {"base_url": self.sandbox.base_url, **self.login, **pace}

    def heard(self, said: Said):
        """Whatever a process said holds neither a secret nor a trace."""
        self.figures["tasks"] += len(said.results)
        logins = [value for name, value in self.login.items() if name in SECRETS]
        held = self.ground.secrets(self.sandbox.state(self.ground.name))
        wished = [task["args"].get("oauth_consumer_secret") for task in [*self.plan.start, *self.plan.wish]]
        self.seen_secrets.update([*logins, *held, *wished])
        judge.no_secret(said.text, self.seen_secrets)
        judge.no_trace(said.text)

    def count(self, act, journal, said):
        """Take down what happened."""
        self.figures["requests"] += len(journal)
        self.figures[f"acts: {act.what}"] += 1
        self.figures["kills"] += sum(one.killed for one in said)
        self.figures["doubles"] += act.what == "double"
        for one in journal:
            if one["fault"]:
                self.figures[f"fault {one['fault']}"] += 1

    def refreshes(self):
        """Tell whether this run logs in with a rotating refresh token."""
        return "oauth_client_secret" in self.login

    def mend_login(self):
        """Log in again where a refresh was lost, as its message demands; nothing else brings such a chain back."""
        if "oauth_token_file" not in self.login:
            return
        file = Path(self.login["oauth_token_file"])
        doubt = judge.token_file_whole(file)
        if not self.refreshes():
            return
        token = json.loads(file.read_text())["refresh_token"]
        used = self.sandbox.state("d2l")["refresh_tokens"][token]["used"]
        if doubt or used:
            self.figures["logins lost and mended"] += 1
            login(self.sandbox, file)
