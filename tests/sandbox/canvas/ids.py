"""Local and global ids (`docs/platforms/canvas.md`, section 1.6).

The state holds local ids, as texts where they are names. The shard is a switch, so that it can be
changed under existing records.
"""

from __future__ import annotations

import re

PER_SHARD = 10**13
_WRITTEN = re.compile(r"(?:(\d{1,6})~)?(\d{1,19})", re.ASCII)


def global_id(local: int, shard: int) -> int:
    """Return the global id of the record `local` on `shard`."""
    return shard * PER_SHARD + local


def local_id(written, shard: int) -> int | None:
    """Return the local id that `written` (local, global, or `shard~local`) stands for.

    None: it is no id, or one on another shard.
    """
    if isinstance(written, bool):
        return None
    found = _WRITTEN.fullmatch(str(written))
    if found is None:
        return None
    number = int(found[2])
    if found[1] is not None:
        return number if int(found[1]) == shard and number < PER_SHARD else None
    if number < PER_SHARD:
        return number
    return number % PER_SHARD if number // PER_SHARD == shard else None
