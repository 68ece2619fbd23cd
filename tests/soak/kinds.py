"""What there is on a platform, as the judge reads it: straight from the sandbox's state, by the names of the wire.

Nothing here comes from `plugins/`: it is a second reading of the same facts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Kind:
    """One kind of object.

    - `table`: where the state keeps them, by id.
    - `alive(state, item)`: does it count as there?
    - `key(state, item)`: its natural key, a tuple of texts.
    - `reads`: option of the module to a function of state and item that gives the value held; options that are not
      listed are not judged.
    - `follows`: option to the members of the item that may change along with it.
    - `volatile`: members that anything may change.
    """

    table: str
    alive: Callable
    key: Callable
    reads: dict = field(default_factory=dict)
    follows: dict = field(default_factory=dict)
    volatile: tuple = ()

    def may_change(self, options) -> set:
        """Return the members that a task with these options may change."""
        return {*self.volatile, *(member for option in options for member in self.follows.get(option, ()))}


@dataclass(frozen=True)
class Wanted:
    """What one task of a wish stands for: an object that is there with these options, or is not there (None)."""

    kind: str
    key: tuple
    options: dict | None


class Ground:
    """A platform to play on; one subclass for each. All randomness comes from the `rng` that is handed in."""

    name = ""
    kinds: dict[str, Kind] = {}
    hidden = ()
    """Tables of the state that nobody promised to leave alone: counters, tokens, nonces."""

    def switches(self, rng) -> dict:
        """Return the platform's switches for a run."""
        raise NotImplementedError

    def connection(self, rng, sandbox, folder) -> dict:
        """Return options that log in, in one of the ways that there are."""
        raise NotImplementedError

    def foreign(self, rng, sandbox) -> None:
        """Put objects into the sandbox that look like ours and are somebody else's."""
        raise NotImplementedError

    def wish(self, rng, switches: dict) -> list[dict]:
        """Return tasks: what is to be there, or not, in the end; each `{"module", "args", "register"}`."""
        raise NotImplementedError

    def wanted(self, tasks: list[dict]) -> list[Wanted]:
        """Return what a wish stands for."""
        raise NotImplementedError

    def goes_along(self, wanted: Wanted, kind: str, key: tuple) -> bool:
        """Tell whether an object goes or changes because of a wish about another one (a cascade, a set with purge)."""
        return False

    def filled(self, state: dict, key: tuple, option: str, value):
        """Return what the platform is to hold for a wished value."""
        return value

    def removal(self, kind: str, number: str, item: dict) -> dict:
        """Return the task that removes one object by its id, as an administrator would who was told of twins."""
        raise NotImplementedError

    def secrets(self, state: dict) -> list[str]:
        """Return what the platform holds and nobody may be shown."""
        return []

    def plain(self, state: dict) -> dict:
        """Return what of the state is to be compared, with flat tables of objects by id."""
        return {name: value for name, value in state.items() if name not in self.hidden}

    def alive(self, state: dict) -> dict:
        """Return `{(kind, key): [(id, item), ...]}` of everything that is there."""
        found: dict = {}
        for name, kind in self.kinds.items():
            for number, item in state[kind.table].items():
                if kind.alive(state, item):
                    found.setdefault((name, kind.key(state, item)), []).append((number, item))
        return found


def pick(rng, **choices) -> dict:
    """Return some of the given options, each with one of its values."""
    return {name: rng.choice(values) for name, values in choices.items() if rng.random() < 0.5}
