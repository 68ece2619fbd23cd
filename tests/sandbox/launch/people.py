"""The people who launch tools: one student and one teacher, the same on every platform.

Each fact is written so that it cannot be mistaken for another one: no value is part of another.
"""

from __future__ import annotations

import copy

_PEOPLE = {
    "student": {
        "role": "student",
        "number": 4201,
        "opaque_id": "5b0c1d52-7f3e-4c0a-9d0e-6d2f0f6a4201",
        "full_name": "Ada King Lovelace",
        "given_name": "Ada",
        "middle_name": "King",
        "family_name": "Lovelace",
        "email": "ada.l@students.example.edu",
        "login": "alovelac7",
        "sis_id": "SIS-2026-0042",
        "picture": "https://lms.example.edu/images/thumbnails/9137/ada.png",
    },
    "teacher": {
        "role": "teacher",
        "number": 4202,
        "opaque_id": "0f8d7c9a-3f51-4b7e-8a54-1c3f5e9b4202",
        "full_name": "Emmy Amalie Noether",
        "given_name": "Emmy",
        "middle_name": "Amalie",
        "family_name": "Noether",
        "email": "e.noether@staff.example.edu",
        "login": "enoether3",
        "sis_id": "STAFF-0007",
        "picture": "https://lms.example.edu/images/thumbnails/9138/emmy.png",
    },
}


def people() -> dict[str, dict]:
    """Return the people by the word that launches name them by; a part of a platform's state.

    Everybody is a member of every course. `number` is the platform's own id, `opaque_id` the one
    that tells nothing.
    """
    return copy.deepcopy(_PEOPLE)
