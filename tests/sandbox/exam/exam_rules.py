"""What the platform makes of an exam's values (`docs/platforms/exam.md`, section 6).

Mode, restrictions and status are computed: a client reads something else than it wrote.
"""

from __future__ import annotations

import json

# Each row of the restrictions: the flag and the text that fill it. The seventh row holds the
# free text written to `restrictions`.
RESTRICTION_ROWS = (
    ("allow_websites", "allowed_websites"),
    ("allow_external_applications", "allowed_external_applications"),
    ("allow_textbooks", "allowed_textbooks"),
    ("allow_calculator", "allowed_calculator_type"),
    ("allow_pen_paper", None),
    ("allow_additional", "allowed_additional"),
)


def shown_mode(exam_type: str, mobile_cam: bool, demo_mode: str) -> str:
    """Return the eight digits that stand for an exam's type.

    The second is the web cam, the third the mobile cam, the fourth screen sharing, the fifth
    live proctoring. A demo exam looks like one of the type `demo_mode`.
    """
    kind = demo_mode if exam_type == "demo" else exam_type
    if kind.startswith("class"):
        return "00000000"
    return f"01{int(mobile_cam)}1{int(kind.startswith('live'))}000"


def shown_restrictions(permissions: dict) -> str:
    """Return the seven-row matrix that reading shows, as text."""
    rows = []
    for flag, words in RESTRICTION_ROWS:
        listed = permissions.get(words, "") if words else ""
        rows.append([permissions.get(flag, False), listed.split(",")])
    rows.append([True, [permissions.get("restrictions", "")]])
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def read_restrictions(text: str) -> dict:
    """Return the permissions that a written `restrictions` means.

    A matrix as reading shows it sets flags and texts; anything else is taken as prose.
    """
    rows = _matrix(text)
    if rows is None:
        return {"restrictions": text}
    permissions: dict = {"restrictions": ",".join(rows[-1][1])}
    for (flag, words), (allowed, listed) in zip(RESTRICTION_ROWS, rows, strict=False):
        permissions[flag] = allowed
        if words:
            permissions[words] = ",".join(listed)
    return permissions


def _matrix(text: str) -> list | None:
    try:
        rows = json.loads(text)
        well_formed = len(rows) == len(RESTRICTION_ROWS) + 1 and all(
            isinstance(allowed, bool) and all(isinstance(word, str) for word in listed) for allowed, listed in rows
        )
    except (ValueError, TypeError):
        return None
    return rows if well_formed else None


def status_now(exam: dict, now: int) -> str:
    """Return the status of `exam` at the time `now`: an open exam closes by itself.

    It does so when the last moment to start has passed: the end time, or without one the
    start time.
    """
    last_start = exam["end_time"] if exam["end_time"] is not None else exam["start_time"]
    if exam["status"] == "open" and last_start is not None and last_start < now:
        return "closed"
    return exam["status"]
