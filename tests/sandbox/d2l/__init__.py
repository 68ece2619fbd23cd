"""D2L Brightspace, after `docs/platforms/d2l.md`."""

from __future__ import annotations

from ..platform import Platform
from .answers import unknown_route
from .launches import begin
from .routes import AUTHORIZE, PREFIX, TOKEN, d2l_routes
from .seeds import D2LSeeds
from .state import initial_state
from .summary import summary
from .switches import SWITCHES

PLATFORM = Platform(
    name="d2l",
    title="D2L Brightspace",
    prefixes=(f"{PREFIX}/api", TOKEN, AUTHORIZE, PREFIX),
    blueprint=d2l_routes,
    initial_state=initial_state,
    summary=summary,
    unknown_route=unknown_route,
    switches=SWITCHES,
    seeds=D2LSeeds,
    launch=begin,
    ignores_case=True,
)
