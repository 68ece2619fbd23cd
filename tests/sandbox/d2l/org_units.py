"""The org units of Example University: the same every time, built once for the process.

Tests may add some; those stand in the state. The well-known ones are listed in the sandbox's
README.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

ROOT = 6606

TYPES = {
    1: ("Organization", "Organization"),
    2: ("Course Template", "Course Template"),
    3: ("Course Offering", "Course Offering"),
    4: ("Group", "Group"),
    5: ("Semester", "Semester"),
    7: ("Section", "Section"),
    203: ("Department", "Department"),
}

OFFERINGS = 2500
SECTIONS = 500
FIRST_OFFERING = 10_000
FIRST_SECTION = 20_000

_DEPARTMENTS = (("MATH", "Mathematics"), ("PHYS", "Physics"), ("CHEM", "Chemistry"), ("HIST", "History"),
                ("LANG", "Languages"))  # fmt: skip
_SEMESTERS = (("2025-FALL", "Fall 2025"), ("2026-SPRING", "Spring 2026"), ("2026-SUMMER", "Summer 2026"),
              ("2026-FALL", "Fall 2026"))  # fmt: skip

# id, code, name, template, semester
_WELL_KNOWN = (
    (8101, "MATH-101", "Calculus I", 7001, 6801),
    (8102, "MATH-102", "Calculus II", 7001, 6802),
    (8103, "PHYS-101", "Mechanics", 7002, 6801),
    (8104, "CHEM-101", "General Chemistry", 7003, 6801),
    (8105, "HIST-101", "World History", 7004, 6801),
    (8106, "LANG-101", "Français débutant", 7005, 6801),
    # The code is also a template's.
    (8110, "BIO-200", "Cell Biology", 7010, 6801),
    # The codes differ in case only.
    (8120, "CHEM-201", "Organic Chemistry", 7003, 6801),
    (8121, "chem-201", "Organic Chemistry (pilot)", 7003, 6801),
    # No code at all.
    (8130, None, "Staff Room", 7001, 6801),
    (8131, None, "Sandbox of the Service Desk", 7001, 6801),
    # The same name twice.
    (8140, "THESIS-A", "Thesis Seminar", 7001, 6802),
    (8141, "THESIS-B", "Thesis Seminar", 7004, 6802),
)


@dataclass(frozen=True)
class OrgUnit:
    """One org unit; `parents` are the ids of the units right above."""

    id: int
    code: str | None
    name: str
    type: int
    parents: tuple[int, ...]


class OrgTree:
    """Org units with every way to look one up."""

    def __init__(self, units: Iterable[OrgUnit]):
        """Take `units`, each after its parents."""
        self.units = {unit.id: unit for unit in units}
        self.by_code: dict[str, list[OrgUnit]] = {}
        self.children: dict[int, list[OrgUnit]] = {}
        self._ancestors: dict[int, tuple[int, ...]] = {}
        for unit in self.units.values():
            if unit.code is not None:
                self.by_code.setdefault(unit.code.casefold(), []).append(unit)
            above = dict.fromkeys(unit.parents)
            for parent in unit.parents:
                self.children.setdefault(parent, []).append(unit)
                above.update(dict.fromkeys(self._ancestors[parent]))
            self._ancestors[unit.id] = tuple(above)

    def ancestors(self, unit: int) -> tuple[int, ...]:
        """Return the ids of all units above `unit`, the nearest first."""
        return self._ancestors.get(unit, ())

    def descendants(self, unit: int) -> list[OrgUnit]:
        """Return all units below `unit`, by id."""
        return [one for one in self.units.values() if unit in self._ancestors[one.id]]


@lru_cache(maxsize=1)
def example_university() -> OrgTree:
    """Return the tree that every sandbox starts with."""
    return OrgTree(sorted(_units(), key=lambda unit: unit.id))


def tree(added: dict) -> OrgTree:
    """Return the university with the units `added` (those of the state, by id)."""
    if not added:
        return example_university()
    return _with_added(tuple((one["id"], one["code"], one["name"], one["type"], tuple(one["parents"]))
                             for one in added.values()))  # fmt: skip


@lru_cache(maxsize=4)
def _with_added(added: tuple) -> OrgTree:
    return OrgTree([*example_university().units.values(), *(OrgUnit(*one) for one in added)])


def _units() -> Iterable[OrgUnit]:
    yield OrgUnit(ROOT, "EXU", "Example University", 1, ())
    for number, (code, name) in enumerate(_DEPARTMENTS, 1):
        yield OrgUnit(6700 + number, f"DEPT-{code}", f"Department of {name}", 203, (ROOT,))
        yield OrgUnit(7000 + number, f"TPL-{code}", f"{name} template", 2, (6700 + number,))
    for number, (code, name) in enumerate(_SEMESTERS, 1):
        yield OrgUnit(6800 + number, code, name, 5, (ROOT,))
    yield OrgUnit(7010, "BIO-200", "Biology template", 2, (6703,))
    for number, code, name, template, semester in _WELL_KNOWN:
        yield OrgUnit(number, code, name, 3, (template, semester))
    yield OrgUnit(9101, "MATH-101-A", "Calculus I, section A", 7, (8101,))
    yield OrgUnit(9102, "MATH-101-B", "Calculus I, section B", 7, (8101,))
    for number in range(1, OFFERINGS + 1):
        above = (7001 + number % len(_DEPARTMENTS), 6801 + number % len(_SEMESTERS))
        yield OrgUnit(FIRST_OFFERING + number, f"CRS-{number:04}", f"Course {number:04}", 3, above)
    for number in range(1, SECTIONS + 1):
        course = FIRST_OFFERING + number
        yield OrgUnit(FIRST_SECTION + number, f"CRS-{number:04}-S1", f"Course {number:04}, section 1", 7, (course,))
