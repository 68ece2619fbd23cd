"""What the frame needs to know about a platform, and the list of platforms it serves.

A new platform is one package beside `exam` that offers a `PLATFORM`, and one line in
`all_platforms`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, Response

from .switches import Switch

if TYPE_CHECKING:
    from .service import Service


@dataclass(frozen=True)
class Platform:
    """One platform inside the sandbox.

    - `name`: the word used in switches, faults and the journal (`exam`).
    - `title`: how the page calls it.
    - `prefixes`: the paths that belong to it; a request under one of them is journalled for this
      platform, takes its faults and carries its clock.
    - `blueprint(service)`: its routes, as a Flask blueprint without a prefix of its own.
    - `initial_state(credentials)`: what it holds after a reset; plain JSON data, with the demo
      credentials of this platform as input.
    - `switches`: its open questions. A switch `<name>.clock_offset` shifts its clock and the
      `Date` of its answers.
    - `summary(state, service)`: what the page shows: a list of sections, each
      `{"title", "empty", "entries"}`, each entry `{"name", "badge", "facts", "text", "entries"}`
      (all but `name` optional, `facts` a list of label and value, `entries` nested ones).
      It must leave secrets out or masked.
    - `unknown_route(method, path)`: its answer to a path or verb it does not have.
    - `seeds(service)`: an object whose methods put something into the state, for tests; what
      `Sandbox.seed("<name>")` returns.
    - `launch(service, host, **given)`: a person's click on a tool: where the browser posts what,
      `{"url", "method", "parameters"}`. `host` is the platform's address without a slash at the
      end, `given` the words of the control route. Raises `LaunchError`.
    - `ignores_case`: its prefixes, written in lower case, match in any case.
    """

    name: str
    title: str
    prefixes: tuple[str, ...]
    blueprint: Callable[[Service], Blueprint]
    initial_state: Callable[[dict], dict]
    summary: Callable[[dict, Service], list[dict]]
    unknown_route: Callable[[str, str], Response]
    switches: tuple[Switch, ...] = ()
    seeds: Callable[[Service], object] | None = None
    launch: Callable[..., dict] | None = None
    ignores_case: bool = False

    def owns(self, path: str) -> bool:
        """Tell whether `path` belongs to this platform."""
        if self.ignores_case:
            path = path.lower()
        return any(path == prefix or path.startswith(prefix.rstrip("/") + "/") for prefix in self.prefixes)


def all_platforms() -> list[Platform]:
    """Return the platforms in the order in which the page shows them."""
    from .canvas import PLATFORM as canvas
    from .d2l import PLATFORM as d2l
    from .exam import PLATFORM as exam
    from .luminus import PLATFORM as luminus

    return [exam, d2l, canvas, luminus]
