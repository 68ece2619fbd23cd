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
    :returns: C(state), C(changed) platforms, C(failures) with C(platform), C(kind), C(msg).
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
    return {"state": state, "changed": changed, "failures": failures}


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
        self.expected = []
        self.states = {}
        self.starts = {}
        self.causes = {}

    def expects(self, names, now):
        """These tenants are worked on from now on, unless the work is under way."""
        if not self.states:
            self.expected, self.began, self.starts = list(names), now, {}

    def starts_with(self, name, now):
        """The first task of a tenant begins; later ones change nothing."""
        if name not in self.states:
            self.starts.setdefault(name, now)

    def finishes(self, name, outcome, now):
        """A tenant is done, or a later task says otherwise of one that was.

        :returns: what there is to tell, None when it is known already: C(tenant), C(state), C(seconds), C(changed),
            C(failures), C(done), C(total).
        """
        before = self.states.get(name)
        if before == outcome["state"] or before in ("failed", "unreachable", "not tried"):
            return None
        self.states[name] = outcome["state"]
        if outcome["state"] in ("failed", "unreachable"):
            for failure in outcome["failures"]:
                self._count(name, failure)
        return {
            "tenant": name,
            "state": outcome["state"],
            "seconds": round(now - self.starts.pop(name, now), 3),
            "changed": outcome["changed"],
            "failures": outcome["failures"],
            "done": len(self.states),
            "total": max(len(self.expected), len(self.states)),
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
        """Figures: by state, C(done), C(total), C(seconds), C(rate) by second, C(left) in seconds or None."""
        counts = dict.fromkeys(STATES, 0)
        for state in self.states.values():
            counts[state] += 1
        done, total = len(self.states), max(len(self.expected), len(self.states))
        seconds = max(now - self.began, 0)
        tried = done - counts["not tried"]
        rate = tried / seconds if seconds else 0
        left = (total - done) / rate if rate and total > done else None
        return {**counts, "done": done, "total": total, "seconds": seconds, "rate": rate, "left": left}

    def untried(self):
        """Tenants that were expected and of which nothing was heard."""
        return [name for name in self.expected if name not in self.states]

    def unfinished(self):
        """Tenants that are to be worked on again: those that failed, and those that were not tried."""
        return [*(name for name in self.states if self.states[name] not in ("ok", "changed")), *self.untried()]


def tenant_line(told, dry=False):
    """The line of a tenant, of what :meth:`Progress.finishes` returned."""
    state = {"failed": "FAILED", "unreachable": "FAILED"}.get(told["state"], told["state"])
    state = "to change" if dry and state == "changed" else state
    width = len(str(told["total"]))
    texts = [f"{one['platform']}: {one['kind']}: {one['msg']}".removeprefix(": ") for one in told["failures"]]
    after = " | ".join(texts) if texts else ", ".join(told["changed"])
    line = f"{told['done']:>{width}}/{told['total']}  {state:<9}  {told['tenant']:<24} {duration(told['seconds']):>8}"
    return f"{line}  {one_line(after)}".rstrip()


def totals_line(totals, dry=False):
    """The figures on one line: C(37/1000 tenants, 3 changed, 1 failed, 2.1/s, about 7 min left)."""
    parts = [f"{totals['done']}/{totals['total']} tenants"]
    for state in STATES[1:]:
        if totals[state]:
            parts.append(f"{totals[state]} {'to change' if dry and state == 'changed' else state}")
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
