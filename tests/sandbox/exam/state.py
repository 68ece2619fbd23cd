"""What the exam platform holds at the start (`docs/platforms/exam.md`).

Records are kept by id (as text, since the state is JSON) with times in milliseconds since the
epoch. Users are not part of it: they stand in `credentials.yml`.
"""

from __future__ import annotations

import time

from ..launch.people import people
from .institutes import new_institute

RESOURCES = (
    "institutes",
    "exams",
    "tool_providers",
    "lti_resources",
    "documents",
    "attachments",
)


def initial_state(credentials: dict) -> dict:
    """Return the institutes of the demo credentials and nothing else."""
    now = int(time.time() * 1000)
    state: dict = {"next_id": dict.fromkeys(RESOURCES, 1), "lti_students": [], "people": people()}
    state.update({resource: {} for resource in RESOURCES})
    for given in credentials["institutes"]:
        state["institutes"][str(given["id"])] = {
            "id": given["id"],
            **new_institute(given["name"], given["short_name"]),
            "institute_id": given["id"],
            "created_at": now,
            "updated_at": now,
        }
        state["next_id"]["institutes"] = given["id"] + 1
    return state
