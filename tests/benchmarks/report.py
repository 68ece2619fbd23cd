"""What the results say: the tables of docs/performance.md, and whether the targets are met. Computed, never typed."""

from __future__ import annotations

import os
import platform
import re
from importlib.metadata import version
from pathlib import Path

from .cases import ALL, NOTHING
from .measuring import ROOT

PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- measured: {} -->", "<!-- end of {} -->"

WORDS = {
    "plural": "plural module, in the controller",
    "plural written out": "likewise, the rules written out in the playbook",
    "plural shipped": "plural module, shipped",
    "loop": "module in a loop, in the controller",
    "loop shipped": "module in a loop, shipped",
    "module": "module, in the controller",
    "module shipped": "module, shipped",
    "uri": "`uri`, a look-up for each object",
    "uri listing once": "`uri`, one list first",
    "bare": "bare script",
    "nothing": "`set_fact`, Ansible alone",
    "role": "`onboard.yml`",
    "loop of nothing": "`set_fact` in a loop, Ansible alone",
    "ansible-playbook": "`ansible-playbook` without a task",
}
REASONS = {
    ("rules", "loop", NOTHING): "a look at each rule: an item of a loop does not know of the others, and a rule can be"
    " looked up by its org unit; `d2l_sharing_rules` reads the list once",
    ("rules", "loop", ALL): "for each rule a look at it and, because there is none, one at its org unit, so that the"
    " message is clear where that does not exist; for all together one at the deployment and one at the versions of the"
    " organisation's API",
    ("rules", "loop shipped", NOTHING): "nothing is kept between processes: a look at each rule",
    ("rules", "loop shipped", ALL): "likewise, and with each rule the deployment and the org unit",
    ("rules", "uri", NOTHING): "a look-up for each",
    ("rules", "uri", ALL): "a look-up for each",
    ("links", "loop", ALL): "names are not unique there: each link is looked for right before it is made, and once more"
    " after, in case another run did the same; and the exam's instructions are read for placeholders that lead nowhere",
    (
        "links",
        "loop shipped",
        NOTHING,
    ): "nothing is kept between processes: exam, tool provider, and all links",
    ("links", "loop shipped", ALL): "likewise, and as in the loop",
    ("tenants", "module", ALL): "where there is no rule yet, deployment and org unit are looked at, so that the message"
    " is clear where one does not exist, and for that the versions of the organisation's API",
    ("tenants", "module shipped", ALL): "likewise",
}
FEWER = "the pages were made large enough for one"
SUBJECTS = {
    "rules": "sharing rules of one Brightspace deployment",
    "links": "LTI resources of one exam platform",
}


def machine():
    """Where this ran, and on what."""
    cpu = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "cpu": cpu.group(1).strip() if cpu else platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(memory),
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "python": platform.python_version(),
        "ansible_core": version("ansible-core"),
        "requests": version("requests"),
    }


def line(entry):
    """One result on the terminal."""
    return (
        f"{entry['name']:58}{entry['wall']:9.2f} s{entry['cpu']:9.2f} cpu{entry['main_mb']:7.0f} MB"
        f"{entry['all_mb']:7.0f} MB{entry['requests']:7} of {entry['least']}  sandbox {entry['sandbox_cpu']:.2f}"
    )


class Results:
    """Results by what they are of."""

    def __init__(self, entries):
        self._by = {(e["family"], e["contender"], e["work"], e["count"], e["forks"]): e for e in entries.values()}

    def __iter__(self):
        return iter(self._by.values())

    def of(self, family, contender, work, count, forks=0):
        """One result, or None."""
        return self._by.get((family, contender, work, count, forks))

    @property
    def start(self):
        """Seconds that ansible-playbook takes for nothing."""
        found = self.of("start", "ansible-playbook", "no task", 0)
        return found["wall"] if found else 0.0


def verdicts(entries):
    """A line for each target: what was wanted, what was measured, and whether that is enough."""
    return [
        f"{'met' if good else 'MISSED' if good is False else 'not measured':13}{text}" for good, text in judged(entries)
    ]


def judged(entries):
    """Pairs of whether a target is met (None where it was not measured) and a sentence with the figures."""
    results = Results(entries)
    return [
        _plural(results),
        *(_loop(results, family) for family in SUBJECTS),
        _loop_against_uri(results),
        _fleet(results),
        _memory(results),
        _requests(results),
    ]


def _plural(results):
    wanted = "Nothing to do, 1,000 objects, plural module: at most 1.5 times the bare script and Ansible's start"
    plural, bare = (results.of("rules", one, NOTHING, 1000) for one in ("plural", "bare"))
    if not (plural and bare and results.start):
        return None, wanted
    floor = bare["wall"] + results.start
    ratio = plural["wall"] / floor
    figures = f"{plural['wall']:.2f} s against {bare['wall']:.2f} + {results.start:.2f} s, {ratio:.2f} times"
    return ratio <= 1.5, f"{wanted}: {figures}"


def _loop(results, family):
    wanted = f"Nothing to do, 1,000 {SUBJECTS[family]}, loop: at most 15 ms an object"
    loop = results.of(family, "loop", NOTHING, 1000)
    if not loop:
        return None, wanted
    each = (loop["wall"] - results.start) / loop["count"] * 1000
    return each <= 15, f"{wanted}: {each:.1f} ms"


def _loop_against_uri(results):
    wanted = "Nothing to do, 1,000 objects, loop: at least 20 times faster than the `uri` playbook"
    loop, by_hand = (results.of("rules", one, NOTHING, 1000) for one in ("loop", "uri"))
    if not (loop and by_hand):
        return None, wanted
    ratio = by_hand["wall"] / loop["wall"]
    return ratio >= 20, f"{wanted}: {by_hand['wall']:.0f} s against {loop['wall']:.1f} s, {ratio:.0f} times"


def _fleet(results):
    wanted = "Nothing to do, 1,000 tenants, forks 50: at least 8 times faster than the `uri` playbook"
    module, by_hand = (results.of("tenants", one, NOTHING, 1000, 50) for one in ("module", "uri"))
    if not (module and by_hand):
        return None, wanted
    ratio = by_hand["wall"] / module["wall"]
    return ratio >= 8, f"{wanted}: {by_hand['wall']:.0f} s against {module['wall']:.1f} s, {ratio:.1f} times"


def _memory(results):
    wanted = "Peak memory grows by less than 0.25 MB a tenant (forks 50, 100 to 1,000 tenants)"
    few, many = (results.of("tenants", "module", NOTHING, count, 50) for count in (100, 1000))
    if not (few and many):
        return None, wanted
    main, together = ((many[what] - few[what]) / 900 for what in ("main_mb", "all_mb"))
    figures = f"{main:.3f} MB in the first process, {together:.3f} MB in all together"
    return max(main, together) < 0.25, f"{wanted}: {figures}"


def _requests(results):
    wanted = "Requests equal the minimum, or the reason stands beside it"
    ours = [entry for entry in results if entry["least"] is not None]
    if not ours:
        return None, wanted
    equal = sum(entry["requests"] == entry["least"] for entry in ours)
    unexplained = sorted(entry["name"] for entry in ours if entry["requests"] != entry["least"] and not reason(entry))
    figures = f"{equal} of {len(ours)} equal it, {len(ours) - equal - len(unexplained)} have a reason"
    lacking = f"; {', '.join(unexplained)} has none" if unexplained else ""
    return not unexplained, f"{wanted}: {figures}{lacking}"


def reason(entry):
    """Why a case sends more (or fewer) requests than the minimum; empty where it does not, or nobody knows."""
    if entry["least"] is None or entry["requests"] == entry["least"]:
        return ""
    if entry["contender"] == "uri listing once" and entry["requests"] < entry["least"]:
        return FEWER
    return REASONS.get((entry["family"], entry["contender"], entry["work"]), "")


# The page


def _table(head, rows):
    align = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, align, *rows])


def _ms(entry, start):
    return f"{max(0, entry['wall'] - start) / entry['count'] * 1000:.1f}" if entry["count"] else ""


def _row(entry, start, notes):
    why = reason(entry)
    mark = f" [{_number(notes, why)}]" if why else ""
    minimum = "" if entry["least"] is None else f"{entry['least']:,}"
    return [
        WORDS[entry["contender"]],
        f"{entry['count']:,}",
        *([str(entry["forks"])] if entry["forks"] else []),
        f"{entry['wall']:.2f}",
        _ms(entry, 0 if entry["contender"] == "bare" else start),
        f"{entry['cpu']:.2f}",
        f"{entry['main_mb']:.0f}",
        f"{entry['all_mb']:.0f}",
        f"{entry['requests']:,}{mark}",
        minimum,
    ]


def _number(notes, why):
    if why not in notes:
        notes.append(why)
    return notes.index(why) + 1


def _section(results, family, forks=False):
    head = ["", "objects", "wall s", "ms each", "CPU s", "MB", "MB, all", "requests", "minimum"]
    if forks:
        head[1:2] = ["tenants", "forks"]
    parts, notes = [], []
    for work in (NOTHING, ALL):
        found = [entry for entry in results if entry["family"] == family and entry["work"] == work]
        found.sort(key=lambda entry: (entry["count"], entry["forks"] or 0, list(WORDS).index(entry["contender"])))
        if found:
            parts.append(f"**{work.capitalize()}**\n\n{_table(head, [_row(e, results.start, notes) for e in found])}")
    parts += [f"[{number}] {why}." for number, why in enumerate(notes, 1)]
    return "\n\n".join(parts) or "Not measured."


def _setting(results):
    entry = max(results, key=lambda one: one["at"])
    on = entry["on"]
    alone = results.of("start", "loop of nothing", "set_fact", 1000)
    each = f" A loop of `set_fact` takes {_ms(alone, results.start)} ms an item." if alone else ""
    return (
        f"Measured on {entry['at'][:10]}: {on['cores']} cores ({on['cpu']}), {on['memory_gb']} GB,"
        f" {on['system']}, Python {on['python']}, ansible-core {on['ansible_core']}, requests {on['requests']}."
        f" `ansible-playbook` with nothing in it takes {results.start:.2f} s, which is in each figure"
        f' of the column "wall s" and taken out of "ms each".{each}'
    )


def sections(entries):
    """The measured parts of the page, by name."""
    results = Results(entries)
    signs = {True: "yes", False: "**no**", None: "not measured"}
    targets = [[text.replace("|", "\\|"), signs[good]] for good, text in judged(entries)]
    return {
        "setting": _setting(results),
        "targets": _table(["target and figures", "met"], targets).replace("---:", "---"),
        "rules": _section(results, "rules"),
        "links": _section(results, "links"),
        "tenants": _section(results, "tenants", forks=True),
        "onboarding": _section(results, "onboarding", forks=True),
    }


def filled(page, parts):
    """The page with each measured part between its two comments.

    :raises ValueError: for a part that the page has no place for.
    """
    for name, text in parts.items():
        begin, end = BEGIN.format(name), END.format(name)
        if page.count(begin) != 1 or page.count(end) != 1:
            raise ValueError(f"the page has no place for {name}")
        head, _begin, rest = page.partition(begin)
        page = f"{head}{begin}\n{text}\n{end}{rest.partition(end)[2]}"
    return page


def write(entries):
    """Put the results into docs/performance.md; what stands around them is written by hand."""
    if not entries:
        raise SystemExit("There are no results yet: run python -m tests.benchmarks first.")
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), sections(entries)), encoding="utf-8")
    print(f"Written: {PAGE}")
