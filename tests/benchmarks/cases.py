"""Which cases there are: what each measures, on how much, and the fewest requests that would do."""

from __future__ import annotations

import dataclasses
import sys
import typing

from . import one_tenant, tenants
from .measuring import on_the_controller

ALL, NOTHING = "everything to do", "nothing to do"
SIZES = (1, 100, 1000)
TENANTS = (10, 100, 1000)
FORKS = (10, 50)
ONBOARDED = (10, 100)

AT_MOST = {
    ("rules", "loop shipped"): {ALL: 1, NOTHING: 100},
    ("links", "loop shipped"): {ALL: 1, NOTHING: 100},
    ("rules", "uri"): {ALL: 100, NOTHING: 1000},
    ("rules", "uri listing once"): {ALL: 100, NOTHING: 1000},
    ("links", "uri listing once"): {ALL: 100, NOTHING: 1000},
    ("tenants", "module shipped"): {ALL: 10, NOTHING: 100},
    ("tenants", "uri"): {ALL: 10, NOTHING: 1000},
}
"""The slowest ones do no more than this, or a run would take hours; what the targets compare is measured in full."""
ONCE_IS_ENOUGH = 5
"""Seconds; what takes less is measured three times, and the middle one counts."""


@dataclasses.dataclass(frozen=True)
class Case:
    """One thing to measure.

    :param family: the kind of work.
    :param contender: who does it.
    :param work: :data:`ALL` or :data:`NOTHING`.
    :param count: objects on one tenant, or tenants.
    :param forks: how many tenants at once; 0 for one tenant.
    :param least: the fewest requests by which the work can be done; None where nobody can say.
    """

    family: str
    contender: str
    work: str
    count: int
    forks: int
    least: int | None
    prepare: typing.Callable
    run: typing.Callable

    @property
    def name(self):
        """What ``--only`` looks at, and results are kept under."""
        forks = f"/forks {self.forks}" if self.forks else ""
        return f"{self.family}/{self.contender}/{self.work}/{self.count}{forks}"

    def measured(self, bench):
        """One measurement, from a fresh sandbox on."""
        place = self.prepare(bench)
        found = self.run(bench, place)
        del found["output"]
        return found


def _one_tenant(family, contenders, prepared, page, looks, sizes):
    for contender, run in contenders.items():
        for work in (ALL, NOTHING):
            for count in sizes:
                if count <= AT_MOST.get((family, contender), {}).get(work, count):
                    held = count if work == NOTHING else 0
                    least = looks + one_tenant.pages_of(held, page) + count - held
                    yield Case(
                        family,
                        contender,
                        work,
                        count,
                        0,
                        least,
                        _filled(prepared, family, held),
                        lambda bench, place, run=run, count=count: run(bench, count, place),
                    )


def _filled(prepared, kind, held):
    def prepare(bench):
        place = prepared(bench)
        if held:
            one_tenant.bare(bench, held, place, kind)
        return place

    return prepare


def _tenants(counts, forks):
    for contender, run in tenants.TENANTS.items():
        for work in (NOTHING,) if contender == "nothing" else (ALL, NOTHING):
            for count in counts:
                if count > AT_MOST.get(("tenants", contender), {}).get(work, count):
                    continue
                for many in forks if contender != "bare" else (1,):
                    yield Case(
                        "tenants",
                        contender,
                        work,
                        count,
                        many,
                        0 if contender == "nothing" else count * (2 if work == ALL else 1),
                        _filled(one_tenant.rules_prepared, "tenants", count if work == NOTHING else 0),
                        lambda bench, place, run=run, count=count, many=many: run(bench, count, place, many),
                    )


def _onboarding(counts, forks):
    for count in counts:
        for many in forks:
            yield Case(
                "onboarding",
                "role",
                NOTHING,
                count,
                many,
                None,
                tenants.onboarded,
                lambda bench, place, count=count, many=many: tenants.onboard(bench, count, many),
            )


def all_cases(sizes=SIZES, counts=TENANTS, forks=FORKS, onboarded=ONBOARDED):
    """Every case, the quick ones of each kind first."""
    found = [_start(), _loop_of_nothing(max(sizes))]
    found += _one_tenant(
        "rules", one_tenant.RULES, one_tenant.rules_prepared, page=one_tenant.RULES_A_PAGE, looks=0, sizes=sizes
    )
    found += _one_tenant(
        "links", one_tenant.LINKS, one_tenant.links_prepared, page=one_tenant.LINKS_A_PAGE, looks=2, sizes=sizes
    )
    found += _tenants(counts, forks)
    found += _onboarding(onboarded, forks)
    return found


def _start():
    empty = [on_the_controller({"tasks": []})]
    return Case("start", "ansible-playbook", "no task", 0, 0, 0, _nothing, lambda bench, place: bench.playbook(empty))


def _loop_of_nothing(count):
    play = [on_the_controller(one_tenant.nothing_at_all("", count, ""))]
    return Case(
        "start", "loop of nothing", "set_fact", count, 0, 0, _nothing, lambda bench, place: bench.playbook(play)
    )


def _nothing(bench):
    """No preparation."""


def interpreter():
    """The Python that everything runs on."""
    return sys.version.split()[0]
