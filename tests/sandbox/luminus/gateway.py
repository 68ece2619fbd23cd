"""What the gateway checks before LumiNUS hears of a request.

`docs/platforms/luminus.md`, section 5.2: the subscription key, then the rate limit, then the quota.
"""

from __future__ import annotations

import math

from .answers import GatewayRefusal
from .call import Call

_ORIGIN = "https://luminus.azure-api.net"
_HEADER = "Ocp-Apim-Subscription-Key"
_PARAMETER = "subscription-key"


def admit(call: Call) -> None:
    """Let the request through and count it, or raise `GatewayRefusal`."""
    key = _subscription(call)
    _check_rate(call, key)
    _check_quota(call, key)


def _subscription(call: Call) -> str:
    key = call.request.headers.get(_HEADER) or call.query.get(_PARAMETER)
    if not key:
        raise _no_key(
            call,
            "Access denied due to missing subscription key. "
            "Make sure to include subscription key when making requests to an API.",
        )
    known = call.state["subscriptions"].get(key)
    if known is None or not known["active"]:
        raise _no_key(
            call,
            "Access denied due to invalid subscription key. "
            "Make sure to provide a valid key for an active subscription.",
        )
    return key


def _no_key(call: Call, message: str) -> GatewayRefusal:
    comma = ", " if call.switch("challenge_space") else ","
    parts = (f'realm="{_ORIGIN}/{call.api}"', f'name="{_HEADER}"', 'type="header"')
    return GatewayRefusal(401, message, {"WWW-Authenticate": f"AzureApiManagementKey {comma.join(parts)}"})


def _check_rate(call: Call, key: str) -> None:
    """Count the call in the sliding window; a refused one is not counted."""
    limit, window = call.switch("rate_limit"), call.switch("rate_window")
    if not limit:
        return
    earlier = call.memory.setdefault("calls", {}).get(key, [])
    calls = [one for one in earlier if 0 <= call.now - one < window]
    if len(calls) >= limit:
        wait = max(1, math.ceil(calls[-limit] + window - call.now))
        message = f"Rate limit is exceeded. Try again in {wait} seconds."
        raise GatewayRefusal(429, message, {"Retry-After": str(wait)})
    call.memory["calls"][key] = [*calls, call.now]


def _check_quota(call: Call, key: str) -> None:
    quota, period = call.switch("quota"), call.switch("quota_period")
    if not quota:
        return
    budgets = call.memory.setdefault("quota", {})
    budget = budgets.get(key)
    # A clock that was set back starts a new period as well.
    if budget is None or not 0 <= call.now - budget["since"] < period:
        budget = budgets[key] = {"since": call.now, "used": 0}
    if budget["used"] >= quota:
        wait = max(1, math.ceil(budget["since"] + period - call.now))
        headers = {"Retry-After": str(wait)} if call.switch("quota_retry_after") else {}
        message = f"Out of call volume quota. Quota will be replenished in {_time_span(wait)}."
        raise GatewayRefusal(403, message, headers)
    budget["used"] += 1


def _time_span(seconds: int) -> str:
    """Return `hh:mm:ss`, with days and a point before it when there are any."""
    days, rest = divmod(seconds, 86400)
    text = f"{rest // 3600:02}:{rest % 3600 // 60:02}:{rest % 60:02}"
    return f"{days}.{text}" if days else text
