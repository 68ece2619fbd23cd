"""The leaky bucket of each token (`docs/platforms/canvas.md`, section 1.4).

Requests are served one at a time here, so the up-front cost, which makes parallel callers run into
the limit, is always refunded before the next request and does not appear.
"""

from __future__ import annotations

from .answers import Reply
from .call import Call

# How far above the high-water mark a bucket may be filled.
_ABOVE = 200
_TEXT = "403 Forbidden (Rate Limit Exceeded)\n"


def throttled(call: Call, caller: str) -> Reply | None:
    """Return the answer to a request that `caller` may not make now, if so."""
    memory = call.service.memory["canvas"]
    bucket = _bucket(call, caller)
    if memory.get("throttle_next", 0) > 0:
        memory["throttle_next"] -= 1
    elif bucket["level"] < call.switch("high_water_mark"):
        return None
    status = int(call.by_era("throttle_status", "429", "403"))
    return Reply(status=status, text=_TEXT, headers={"X-Rate-Limit-Remaining": "0.0"})


def charge(call: Call, caller: str) -> dict[str, str]:
    """Fill the bucket of `caller` by the cost of a request; return the headers that tell so."""
    bucket = _bucket(call, caller)
    mark, cost = call.switch("high_water_mark"), call.switch("request_cost") / 1000
    bucket["level"] = min(bucket["level"] + cost, mark + _ABOVE)
    return {"X-Request-Cost": str(cost), "X-Rate-Limit-Remaining": str(max(0.0, mark - bucket["level"]))}


def _bucket(call: Call, caller: str) -> dict:
    buckets = call.service.memory["canvas"].setdefault("buckets", {})
    bucket = buckets.setdefault(caller, {"level": 0.0, "at": call.now})
    leaked = max(0.0, call.now - bucket["at"]) * call.switch("outflow")
    bucket.update(level=max(0.0, bucket["level"] - leaked), at=call.now)
    return bucket
