"""Times: milliseconds since the epoch inside, ISO 8601 in the server's zone outside.

`docs/platforms/exam.md`, section 6: accepted are ISO 8601 (without an offset it is read in the
server's zone) and epoch seconds.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from .answers import invalid_parameter

# In the year 9889; later moments could not be shown in every zone.
_LATEST = 250_000_000_000_000

_OFFSET = re.compile(r"([+-])(\d\d):(\d\d)")


@lru_cache(maxsize=16)
def zone(offset: str) -> timezone:
    """Return the zone of an offset like `+01:00`."""
    sign, hours, minutes = _OFFSET.fullmatch(offset).groups()
    away = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-away if sign == "-" else away)


def shown(milliseconds: int | None, offset: str) -> str | None:
    """Return a moment as the platform writes it, like `2020-11-25T17:21:59.485+01:00`."""
    if milliseconds is None:
        return None
    moment = datetime.fromtimestamp(milliseconds // 1000, zone(offset))
    moment = moment.replace(microsecond=milliseconds % 1000 * 1000)
    return moment.isoformat(timespec="milliseconds")


def moment(name: str, value, offset: str) -> int | None:
    """Return the moment that a parameter means, None for null and the empty text, or refuse."""
    if value is None or value == "":
        return None
    read = None if isinstance(value, bool) else _milliseconds(value, offset)
    if read is None:
        raise invalid_parameter(name, value, "Must be a date and time.")
    return read


def _milliseconds(value, offset: str) -> int | None:
    try:
        if isinstance(value, int) or (isinstance(value, str) and value.isdecimal() and value.isascii()):
            seconds = int(value)
            return _within_reason(seconds * 1000)
        read = datetime.fromisoformat(value)
        if read.tzinfo is None:
            read = read.replace(tzinfo=zone(offset))
        since = read - datetime(1970, 1, 1, tzinfo=UTC)
        return _within_reason(since // timedelta(milliseconds=1))
    except (ValueError, TypeError, AttributeError, OverflowError):
        return None


def _within_reason(milliseconds: int) -> int | None:
    return milliseconds if abs(milliseconds) < _LATEST else None
