"""Credits by application (`docs/platforms/d2l.md`, section 3)."""

from __future__ import annotations

import math

from .answers import Refusal
from .call import Call


def charge(call: Call) -> dict[str, str]:
    """Take what a request costs from its application and return the headers that tell so.

    Raises the 429, which carries nothing but Retry-After, when the credits do not suffice.
    """
    budget, cost = call.switch("credits_per_minute"), call.switch("request_cost")
    window = call.switch("rate_limit_window")
    buckets = call.service.memory["d2l"].setdefault("credits", {})
    bucket = buckets.get(call.caller.app)
    # A clock that was set back starts a new window as well.
    if bucket is None or not 0 <= call.now - bucket["since"] < window:
        bucket = buckets[call.caller.app] = {"since": call.now, "used": 0}
    left = bucket["since"] + window - call.now
    if bucket["used"] + cost > budget:
        raise Refusal(429, headers={"Retry-After": str(max(1, math.ceil(left)))})
    bucket["used"] += cost
    if not call.switch("rate_limit_headers"):
        return {}
    return {
        "X-Request-Cost": str(cost),
        "X-Rate-Limit-Remaining": str(budget - bucket["used"]),
        "X-Rate-Limit-Reset": f"{left:.1f}",
    }
