"""Signatures of ID-Key authentication (`docs/platforms/d2l.md`, section 5)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from urllib.parse import unquote, unquote_plus


def signature(key: str, base: str) -> str:
    """Return the signature of `base` with `key`."""
    digest = hmac.new(key.encode(), base.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def base_strings(method: str, path: str, seconds: str, strict: bool = False) -> list[str]:
    """Return every base string that is accepted for `path`, percent escapes and all.

    D2L's libraries differ in the order of decoding and lower-casing, and in what a `+` means;
    the LMS itself verifies the decoded path, which is all that `strict` leaves.
    """
    paths = [unquote(path).lower()]
    if not strict and ("%" in path or "+" in path):
        lowered = path.lower()
        paths += [unquote(lowered), unquote_plus(lowered), unquote_plus(path).lower()]
    return [f"{method.upper()}&{one}&{seconds}" for one in dict.fromkeys(paths)]


def is_signed(given: str, key: str, bases: list[str]) -> bool:
    """Tell whether `given` is the signature of one of `bases` with `key`."""
    return any(hmac.compare_digest(given.encode(), signature(key, base).encode()) for base in bases)
