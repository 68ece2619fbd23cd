# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run over many tenants says: who is done, how many, how fast, how long it still takes, and why some failed.

Data in, text out. It keeps a word for each tenant and a few examples for each cause, however many tasks there are.
"""

from __future__ import annotations

import re

STATES = ("ok", "changed", "failed", "unreachable", "not tried")
_CAUSES_AT_MOST = 50
_EXAMPLES = 5
_LONGEST = 300
REMARKS = {"still_on": "still on", "by_hand": "by hand", "kept": "kept"}
"""What an offboarding says of a tool that is not gone, in words; the worst first."""
_UNREAD = {"lti_audit": "unread", "lti_export": "failed"}
_OTHER = ("", "", "other causes")


def one_line(text, longest=_LONGEST):
    """A text of a server on one line, without what could steer a terminal, and not longer than people read."""
    words = " ".join("".join(one if one.isprintable() else " " for one in str(text)).split())
    return words if len(words) <= longest else words[: longest - 1] + "…"


def duration(seconds):
    """Words for seconds: C(2.1 s), C(45 s), C(7 min), C(1 h 12 min)."""
    if seconds < 10:
        return f"{max(seconds, 0):.1f} s"
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60} min"


def cause_of(result):
    """Why a task failed, by its result as callbacks see it, which is masked: C(kind) and C(msg)."""
    for one in result.get("results") or ():
        if isinstance(one, dict) and one.get("failed"):
            result = one
            break
    failure = result.get("failure")
    kind = failure.get("kind") if isinstance(failure, dict) else None
    said = result.get("msg") or result.get("reason") or result.get("censored") or result.get("stderr") or "It failed."
    return {"kind": one_line(kind or "error", 40), "msg": one_line(said)}


def outcome_of(summary):
    """What a role's summary says of a tenant; None for one that says nothing of that kind.

    :param summary: with C(changed), C(failed) (a list of sentences) and C(platforms), as of ``lti_onboarding``.
    :returns: C(state), C(changed) platforms, C(failures) and C(remarks) with C(platform), C(kind), C(msg).
    """
    if (
        not isinstance(summary, dict)
        or not isinstance(summary.get("failed"), (list, tuple))
        or "changed" not in summary
    ):
        return None
    platforms = summary.get("platforms")
    platforms = platforms if isinstance(platforms, dict) else {}
    failures = []
    for name, one in [*platforms.items(), ("handback", summary.get("handback"))]:
        failure = one.get("failure") if isinstance(one, dict) else None
        if isinstance(failure, dict):
            failures.append({"platform": name, **cause_of({"failure": failure, "msg": failure.get("msg")})})
    if not failures:
        failures = [{"platform": "", "kind": "error", "msg": one_line(text)} for text in summary["failed"]]
    if summary.get("not_tried"):
        state = "not tried"
    elif summary["failed"]:
        state = "failed"
    else:
        state = "changed" if summary["changed"] else "ok"
    changed = [name for name, one in platforms.items() if isinstance(one, dict) and one.get("changed")]
    return {"state": state, "changed": changed, "failures": failures, "remarks": _remarks(platforms)}


def _remarks(platforms):
    found = []
    for platform, one in platforms.items():
        tools = one.get("tools") if isinstance(one, dict) else None
        for tool in tools if isinstance(tools, (list, tuple)) else ():
            if isinstance(tool, dict) and tool.get("state") in REMARKS:
                said = ": ".join(str(text) for text in (tool.get("name") or tool.get("key"), tool.get("why")) if text)
                found.append({"platform": platform, "kind": REMARKS[tool["state"]], "msg": one_line(said)})
    return found


def unread_of(statistic, summary):
    """Pairs of a tenant and a remark, for the platforms that an audit or an export could not read.

    :param statistic: the statistic's name.
    :param summary: what it holds; where it holds nothing of that kind there are no pairs.
    """
    rows = summary.get(_UNREAD.get(statistic)) if isinstance(summary, dict) else None
    return [
        (str(row["tenant"]), {"platform": str(row.get("platform") or ""), "kind": "not read", "msg": _why_unread(row)})
        for row in (rows if isinstance(rows, (list, tuple)) else ())
        if isinstance(row, dict) and row.get("tenant")
    ]


def _why_unread(row):
    return one_line(": ".join(str(row[name]) for name in ("kind", "msg", "why") if row.get(name)))


def alike(text, tenant=""):
    """A cause without what differs between tenants, so that the same cause of many is one."""
    text = re.sub(r"\w+://[^\s'\",;)]+", "<address>", text)
    if tenant:
        text = re.sub(rf"(?<!\w){re.escape(tenant)}(?!\w)", "<tenant>", text)
    text = re.sub(r"\b(?:[\w-]+\.)+[a-z]{2,}(:\d+)?\b", "<address>", text)
    text = re.sub(r"(?<!\w)'[^']*'(?!\w)", "<name>", text)
    return re.sub(r"\d+", "<n>", text)


class Progress:
    """One run, tenant by tenant."""

    def __init__(self, now):
        """A run that begins."""
        self.began = now
        self.expected = {}  # in this order; the values say nothing
        self.states = {}
        self.remarks = {}
        self.starts = {}
        self.causes = {}

    def expects(self, names, now):
        """These tenants are worked on from now on; of those before only the ones that are done count."""
        self.expected, self.began, self.starts = dict.fromkeys([*self.states, *names]), now, {}

    def adds(self, names):
        """These tenants are worked on as well."""
        self.expected.update(dict.fromkeys(names))

    def begins_anew(self):
        """Forget who is done: it was a rehearsal."""
        self.expected, self.states, self.remarks, self.causes = {}, {}, {}, {}

    def starts_with(self, name, now):
        """The first task of a tenant begins; later ones change nothing."""
        if name not in self.states:
            self.starts.setdefault(name, now)

    def finishes(self, name, outcome, now):
        """A tenant is done, or a later task says otherwise of one that was.

        :returns: what there is to tell, None when it is known already: C(tenant), C(state), C(seconds), C(changed),
            C(failures), C(remarks), C(done), C(total).
        """
        remarks = list(self.remarks.get(name, ()))
        remarks += [one for one in outcome.get("remarks", ()) if one not in remarks]
        if remarks:
            self.remarks[name] = remarks
        before = self.states.get(name)
        if before == outcome["state"] or before in ("failed", "unreachable", "not tried"):
            return None
        self.states[name] = outcome["state"]
        self.adds([name])
        if outcome["state"] in ("failed", "unreachable"):
            for failure in outcome["failures"]:
                self._count(name, failure)
        return {
            "tenant": name,
            "state": outcome["state"],
            "seconds": round(now - self.starts.pop(name, now), 3),
            "changed": outcome["changed"],
            "failures": outcome["failures"],
            "remarks": remarks,
            "done": len(self.states),
            "total": len(self.expected),
        }

    def _count(self, name, failure):
        key = (failure["platform"], failure["kind"], alike(failure["msg"], name))
        if key not in self.causes and len(self.causes) >= _CAUSES_AT_MOST:
            key = _OTHER
        cause = self.causes.setdefault(key, {"count": 0, "tenants": [], "example": failure["msg"]})
        cause["count"] += 1
        if len(cause["tenants"]) < _EXAMPLES:
            cause["tenants"].append(name)

    def totals(self, now):
        """Figures: by state, C(done), C(total), C(seconds), C(rate) by second, C(left) in seconds or None.

        C(remarks) has the number of tenants by kind of remark.
        """
        counts = dict.fromkeys(STATES, 0)
        for state in self.states.values():
            counts[state] += 1
        remarks = {}
        for name, said in self.remarks.items():
            for kind in {one["kind"] for one in said} if name in self.states else ():
                remarks[kind] = remarks.get(kind, 0) + 1
        done, total = len(self.states), len(self.expected)
        seconds = max(now - self.began, 0)
        tried = done - counts["not tried"]
        rate = tried / seconds if seconds else 0
        left = (total - done) / rate if rate and total > done else None
        figures = {"done": done, "total": total, "seconds": seconds, "rate": rate, "left": left}
        return {**counts, "remarks": remarks, **figures}

    def untried(self):
        """Tenants of which nothing was heard, or only that they were not tried, in the order of the play."""
        return [name for name in self.expected if self.states.get(name, "not tried") == "not tried"]

    def unfinished(self):
        """Tenants that are to be worked on again: those that failed, and those that were not tried."""
        done = ("ok", "changed")
        return [name for name in self.expected if self.states.get(name) not in done and name != "localhost"]


def tenant_line(told, dry=False):
    """The line of a tenant, of what :meth:`Progress.finishes` returned."""
    state = {"failed": "FAILED", "unreachable": "FAILED"}.get(told["state"], told["state"])
    state = "to change" if dry and state == "changed" else state
    if state == "ok" and told["remarks"]:
        kinds = {one["kind"] for one in told["remarks"]}
        state = next((kind for kind in ("not read", *REMARKS.values()) if kind in kinds), state)
    width = len(str(told["total"]))
    texts = [f"{one['platform']}: {one['kind']}: {one['msg']}".removeprefix(": ") for one in told["failures"]]
    parts = texts or [", ".join(told["changed"])]
    for one in told["remarks"]:
        kind = "" if one["kind"] == state else f"{one['kind']}: "
        parts.append(f"{one['platform']}: {kind}{one['msg']}".removeprefix(": "))
    after = " | ".join(part for part in parts if part)
    line = f"{told['done']:>{width}}/{told['total']}  {state:<9}  {told['tenant']:<24} {duration(told['seconds']):>8}"
    return f"{line}  {one_line(after)}".rstrip()


def totals_line(totals, dry=False):
    """The figures on one line: C(37/1000 tenants, 3 changed, 1 failed, 2.1/s, about 7 min left)."""
    parts = [f"{totals['done']}/{totals['total']} tenants"]
    for state in STATES[1:]:
        if totals[state]:
            parts.append(f"{totals[state]} {'to change' if dry and state == 'changed' else state}")
    parts += [f"{count} {kind}" for kind, count in sorted(totals["remarks"].items())]
    if totals["rate"]:
        rate = totals["rate"]
        parts.append(f"{rate:.1f}/s" if rate >= 0.95 else f"{rate * 60:.1f}/min")
    parts.append(f"about {duration(totals['left'])} left" if totals["left"] else f"after {duration(totals['seconds'])}")
    return ", ".join(parts)


def cause_lines(causes):
    """Why tenants failed, the most frequent cause first: a line for the cause, one for whom it struck."""
    lines = []
    for (platform, kind, words), cause in sorted(causes.items(), key=lambda one: -one[1]["count"]):
        count = f"{cause['count']} tenant{'s' if cause['count'] > 1 else ''}"
        where = ", ".join(text for text in (platform, kind) if text)
        lines.append(f"{count}: {where + ': ' if where else ''}{words if not kind else cause['example']}")
        more = cause["count"] - len(cause["tenants"])
        lines.append(f"    {', '.join(cause['tenants'])}{f' and {more} more' if more else ''}")
    return lines
