"""What is going to happen in a run, worked out from its seed alone."""

from __future__ import annotations

import dataclasses
import random

from .canvas import Canvas
from .child import STAGES
from .d2l import D2L
from .exam import Exam
from .kinds import Ground
from .luminus import Luminus

FAULTS = (
    "500", "502", "503", "429", "401", "403", "timeout", "drop_before", "drop_after", "truncate", "slow", "html",
)  # fmt: skip
GROUNDS = {ground.name: ground for ground in (Exam(), D2L(), Canvas(), Luminus())}
_WEIGHTS = {"exam": 5, "d2l": 6, "canvas": 5, "luminus": 1}
_PATHS = {
    "exam": ["*exams*", "*tool_providers*", "*lti_resources*", "*documents*"],
    "d2l": ["*registration*", "*deployment*", "*sharing*", "*links*", "/core/connect/token", "*/versions/*"],
    "canvas": ["*developer_keys*", "*tool_configuration*", "*external_tools*", "*lti_registrations*"],
    "luminus": [None],
}


@dataclasses.dataclass
class Act:
    """One attempt that is disturbed.

    `what` is `run`, `check`, `double` (two runs at once) or `kill`; `die` says where a killed run dies, by its
    so-many-th request, or after so many `seconds`; `expire` lets all access tokens expire before.
    """

    what: str
    faults: list[dict]
    die: dict | None = None
    seconds: float | None = None
    expire: bool = False


@dataclasses.dataclass
class Plan:
    """A run: what the platform is like, what was there, what is wished, and what goes wrong."""

    seed: int
    ground: Ground
    switches: dict
    start: list[dict]
    wish: list[dict]
    acts: list[Act]

    def told(self) -> dict:
        """Return it as plain data, for people who look for a cause."""
        return {**dataclasses.asdict(dataclasses.replace(self, ground=None)), "ground": self.ground.name}


def plan_of(seed: int) -> tuple[Plan, random.Random]:
    """Return the plan of a run, and the randomness that is left for logins and foreign objects."""
    rng = random.Random(seed)
    ground = GROUNDS[rng.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]]
    switches = ground.switches(rng)
    start = ground.wish(rng, switches) if rng.random() < 0.6 else []
    wish = ground.wish(rng, switches)
    acts = [_act(rng, ground.name) for _one in range(rng.randint(1, 3))]
    return Plan(seed, ground, switches, start, wish, acts), rng


def faults(rng: random.Random, platform: str, most: int = 6) -> list[dict]:
    """Return faults of random kinds at random places."""
    return [_fault(rng, platform) for _one in range(rng.randint(1, most))]


def _fault(rng, platform):
    kind = rng.choice(FAULTS)
    fault = {
        "platform": platform,
        "kind": kind,
        "method": rng.choice([None, "GET", "POST", "POST", "PATCH" if platform == "exam" else "PUT", "DELETE"]),
        "path": rng.choice([None, None, None, None, *_PATHS[platform]]),
        "times": rng.choice([1, 1, 1, 2, 4, 99]),
        "skip": rng.choice([0, 0, 0, 1, 2, 3, 5, 8]),
    }
    if kind in ("timeout", "slow"):
        fault["seconds"] = 3.0 if kind == "timeout" else rng.choice([0.05, 0.2, 1.0])
    if kind in ("429", "503"):
        fault["retry_after"] = rng.choice([None, 0, 0])
    return fault


def _act(rng, platform):
    what = rng.choices(["run", "check", "double", "kill"], [45, 10, 20, 25])[0]
    act = Act(what, [], expire=rng.random() < 0.15)
    if what in ("run", "check") or rng.random() < 0.5:
        act.faults = faults(rng, platform)
    if what == "kill" and rng.random() < 0.75:
        act.die = {"request": rng.randint(1, 14), "stage": rng.choice(STAGES)}
    elif what == "kill":
        act.seconds = round(rng.uniform(0.01, 0.2), 3)
    if what == "double" and rng.random() < 0.3:
        act.die = {"request": rng.randint(1, 14), "stage": rng.choice(STAGES)}  # of one of the two
    return act
