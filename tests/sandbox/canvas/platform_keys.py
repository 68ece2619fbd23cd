"""The public keys by which tools check launches (`docs/platforms/canvas.md`, section 6)."""

from __future__ import annotations

from ..launch import signing
from ..service import Service


def public_keys(service: Service) -> list[dict]:
    """Return the keys that launches are signed with, the current one first."""
    return [{**one, "alg": "RS256"} for one in signing.public_keys(service, "canvas")]
