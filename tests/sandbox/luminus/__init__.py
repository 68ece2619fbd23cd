"""LumiNUS behind its API gateway, after `docs/platforms/luminus.md`."""

from __future__ import annotations

from ..platform import Platform
from .answers import unknown_route
from .routes import PREFIXES, luminus_routes
from .seeds import LuminusSeeds
from .state import initial_state
from .summary import summary
from .switches import SWITCHES

PLATFORM = Platform(
    name="luminus",
    title="LumiNUS",
    prefixes=PREFIXES,
    blueprint=luminus_routes,
    initial_state=initial_state,
    summary=summary,
    unknown_route=unknown_route,
    switches=SWITCHES,
    seeds=LuminusSeeds,
    ignores_case=True,
)
