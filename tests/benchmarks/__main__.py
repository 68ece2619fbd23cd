"""Measures this collection against ``ansible.builtin.uri``, shipped modules and a bare script, on one sandbox.

Each result is a line in ``build/bench/results.jsonl``; what stands there is not measured again, so a run that was cut
off goes on where it was. ``--fresh`` begins anew. ``--write`` puts the tables into ``docs/performance.md`` and
measures nothing.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time

from . import cases, report
from .measuring import ROOT, Bench

REPEAT = 3
RESULTS = ROOT / "build" / "bench" / "results.jsonl"


def numbers(text):
    """A list of whole numbers, separated by commas."""
    return tuple(int(one) for one in text.split(",") if one)


def arguments(given=None):
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--only", default="", help="only cases whose name holds this text (see --list)")
    parser.add_argument("--sizes", type=numbers, default=cases.SIZES, help="objects on one tenant")
    parser.add_argument("--tenants", type=numbers, default=cases.TENANTS, help="numbers of tenants")
    parser.add_argument("--forks", type=numbers, default=cases.FORKS, help="tenants at once")
    parser.add_argument("--onboarded", type=numbers, default=cases.ONBOARDED, help="tenants onboarded by the role")
    parser.add_argument("--list", action="store_true", help="name the cases and measure nothing")
    parser.add_argument("--fresh", action="store_true", help="forget earlier results")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md from the results kept")
    return parser.parse_args(given)


def chosen(given):
    """The cases that the command line asks for."""
    every = cases.all_cases(given.sizes, given.tenants, given.forks, given.onboarded)
    return [case for case in every if given.only in case.name]


def kept():
    """The results so far, the newest of each case, by name."""
    if not RESULTS.exists():
        return {}
    lines = RESULTS.read_text(encoding="utf-8").splitlines()
    return {entry["name"]: entry for entry in map(json.loads, lines)}


def measured(bench, case):
    """The result of a case; the middle one of three where it is quick."""
    runs = [case.measured(bench)]
    while len(runs) < REPEAT and runs[0]["wall"] < cases.ONCE_IS_ENOUGH:
        runs.append(case.measured(bench))
    middle = statistics.median_low(run["wall"] for run in runs)
    found = next(run for run in runs if run["wall"] == middle)
    what = {name: getattr(case, name) for name in ("name", "family", "contender", "work", "count", "forks", "least")}
    return {**what, **found, "runs": len(runs), "on": report.machine(), "at": time.strftime("%Y-%m-%d %H:%M")}


def main():
    """Measure what is asked for, or write the page."""
    given = arguments()
    asked = chosen(given)
    if given.list:
        print("\n".join(case.name for case in asked))
        return
    if given.write:
        report.write(kept())
        return
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    if given.fresh:
        RESULTS.unlink(missing_ok=True)
    done = kept()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(folder)
        try:
            for case in asked:
                if case.name not in done:
                    entry = done[case.name] = measured(bench, case)
                    with RESULTS.open("a", encoding="utf-8") as file:
                        file.write(json.dumps(entry) + "\n")
                    print(report.line(entry), flush=True)
        finally:
            bench.close()
    print(f"\n{len(asked)} cases, {time.monotonic() - begun:.0f} s. {RESULTS}\n")
    print("\n".join(report.verdicts(done)))


if __name__ == "__main__":
    main()
