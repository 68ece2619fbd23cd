"""What somebody who signs requests by hand would write: a filter that adds the exam platform's signature."""

from __future__ import annotations

import hashlib
import hmac
import random
import time


def signed(parameters, key, path_ids=None):
    """Parameters with nonce, timestamp and signature."""
    stamps = {"nonce": str(random.randrange(10**15, 2**53)), "timestamp": str(int(time.time() * 1000))}
    sent = {name: str(value) for name, value in {**parameters, **stamps}.items()}
    text = "?".join(f"{name}={value}" for name, value in sorted({**sent, **(path_ids or {})}.items()))
    return {**sent, "signature": hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()}


class FilterModule:
    """Makes the filter known to Ansible."""

    def filters(self):
        """Filter names to functions."""
        return {"signed": signed}
