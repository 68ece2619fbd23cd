"""Canvas LMS, after `docs/platforms/canvas.md`."""

from __future__ import annotations

from ..platform import Platform
from .answers import unknown_route
from .launches import begin
from .routes import PREFIXES, canvas_routes
from .seeds import CanvasSeeds
from .state import initial_state
from .summary import summary
from .switches import SWITCHES

PLATFORM = Platform(
    name="canvas",
    title="Canvas LMS",
    prefixes=PREFIXES,
    blueprint=canvas_routes,
    initial_state=initial_state,
    summary=summary,
    unknown_route=unknown_route,
    switches=SWITCHES,
    seeds=CanvasSeeds,
    launch=begin,
)
