"""Many runs, one after the other, until there were enough or the time is over; and what came of it."""

from __future__ import annotations

import argparse
import collections
import concurrent.futures
import datetime
import json
import pprint
import sys
import tempfile
import time
import traceback
from pathlib import Path

from tests.sandbox.testing import Sandbox

from .plans import FAULTS
from .playbooks import PlaybookRun
from .runs import Bench

ROOT = Path(__file__).resolve().parents[2]
PLAYBOOK_EVERY = 25
"""Runs whose seed this divides are those of a playbook."""


def main(arguments: list[str] | None = None) -> int:
    """Run; return 0 when every invariant held in all runs, 1 when one broke, 2 when there was not time for all."""
    options = _options().parse_args(arguments)
    began = time.monotonic()
    lanes: tuple = ([], [])
    for seed in range(options.seed, options.seed + options.runs):
        lanes[seed % PLAYBOOK_EVERY == 0].append(seed)
    # Playbooks mostly wait for processes, so they run beside the rest, on a sandbox of their own.
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        played = pool.map(lambda seeds: _lane(seeds, began, options), lanes)
        try:
            counted, broken = zip(*played, strict=True)
        except KeyboardInterrupt:
            options.seconds = 0  # no run begins any more
            raise
    told = sorted((one for lane in broken for one in lane), key=lambda one: one["seed"])
    figures = _figures(sum(counted, collections.Counter()), time.monotonic() - began, told, options)
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    print(_text(figures))
    return 1 if told else 2 if figures["runs"] < options.runs else 0


def _lane(seeds, began, options):
    """Carry out the runs with these seeds, one after the other; return the figures and what broke."""
    broken = []
    with tempfile.TemporaryDirectory(prefix="soak") as folder, Sandbox() as sandbox:
        bench = Bench(sandbox, Path(folder))
        for number, seed in enumerate(seeds):
            if number and number % 50 == 0:
                print(f"{number} of {len(seeds)}, {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
            if time.monotonic() - began > options.seconds or len(broken) >= options.broken:
                break
            try:
                run_of(bench, seed)
            except Exception as error:
                broken.append(_told(seed, error))
    return bench.figures, broken


def run_of(bench: Bench, seed: int) -> None:
    """Carry out the run that has this seed."""
    if seed % PLAYBOOK_EVERY:
        bench.run(seed)
        return
    playing = PlaybookRun(bench, seed)
    try:
        playing.go()
    except Exception as error:
        error.plan = playing
        raise
    bench.figures["runs"] += 1
    bench.figures["runs of a playbook"] += 1


def _options():
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--runs", type=int, default=500, help="how many (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of the first run; each further one has the next")
    parser.add_argument("--seconds", type=float, default=1800, help="begin no run after so long (default: %(default)s)")
    parser.add_argument("--broken", type=int, default=10, help="stop after so many broken runs (default: %(default)s)")
    parser.add_argument("--json", type=Path, default=ROOT / "build" / "soak.json", help="where the figures go as JSON")
    return parser


def _told(seed, error):
    plan = error.plan.told() if hasattr(error, "plan") else None
    print(f"BROKEN in the run with seed {seed}: {error}", file=sys.stderr)
    print(f"Again: python -m tests.soak --runs 1 --seed {seed}", file=sys.stderr)
    print("".join(traceback.format_tb(error.__traceback__)), file=sys.stderr)
    print(pprint.pformat(plan, width=140), file=sys.stderr, flush=True)
    return {"seed": seed, "what": str(error)[:2000], "plan": plan}


def _figures(counted: collections.Counter, seconds, broken, options):
    return {
        "date": datetime.date.today().isoformat(),
        "python": sys.version.split()[0],
        "first seed": options.seed,
        "runs": counted["runs"] + len(broken),
        "broken": broken,
        "seconds": round(seconds, 1),
        "faults met": {kind: counted[f"fault {kind}"] for kind in FAULTS},
        "figures": {name: count for name, count in sorted(counted.items()) if not name.startswith("fault ")},
    }


def _text(figures):
    lines = [f"{figures['runs']} runs from seed {figures['first seed']} in {figures['seconds']:.0f} s"]
    lines += [f"  {name:<34} {count}" for name, count in figures["figures"].items()]
    lines.append("  faults met: " + ", ".join(f"{kind} {count}" for kind, count in figures["faults met"].items()))
    bad = ", ".join(str(one["seed"]) for one in figures["broken"])
    lines.append(f"BROKEN, by seed: {bad}" if bad else "Every invariant held.")
    return "\n".join(lines)
