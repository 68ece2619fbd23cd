# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What all platforms say alike of a tool that is to go. Data only."""

from __future__ import annotations


def results(found, step):
    """Pairs of an item and its result, of one step that looked something up."""
    made = []
    for result in (found.get(step) or {}).get("results") or ():
        if not result.get("skipped"):
            made.append((result.get(result.get("ansible_loop_var") or "item") or {}, result))
    return made


def verdict(state, why=None, ids=None, warnings=(), problem=None):
    """How a tool stands when all goes well; the shape is that of ``tools`` in ``offboarding.decisions``."""
    return {"state": state, "why": why, "ids": ids or {}, "warnings": list(warnings), "problem": problem}


def unclear(kind, msg, ids=None):
    """A tool that is left as it is, because of a problem."""
    return verdict("failed", msg, ids, problem={"kind": kind, "msg": msg})


def listed(texts):
    """Texts as a sentence lists them; of many the first ones, and how many there are besides."""
    texts = list(dict.fromkeys(str(text) for text in texts))
    shown = texts if len(texts) <= 8 else [*texts[:8], f"and {len(texts) - 8} more"]
    return ", ".join(shown)


def names_of(rows):
    """The keys of tools as a sentence lists them."""
    return listed(row["key"] for row in rows)
