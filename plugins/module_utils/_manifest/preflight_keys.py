# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Preflight: a tool's public keys, pinned or at an address. Data only."""

from __future__ import annotations

import base64
import binascii
import collections
import re

from ansible_collections.edtech.lti.plugins.module_utils._manifest.preflight_findings import at, finding
from ansible_collections.edtech.lti.plugins.module_utils._manifest.preflight_texts import host_of, split

PRIVATE = ("d", "p", "q", "dp", "dq", "qi", "oth", "k")
"""Members of a JWK that only its owner may have (RFC 7518, 6.2.2, 6.3.2, 6.4)."""
LEAST_BITS = 2048
_NEEDED = {"RSA": ("n", "e"), "EC": ("crv", "x", "y")}
_ALGORITHMS = {"RSA": re.compile(r"[RP]S(256|384|512)"), "EC": re.compile(r"ES(256|384|512)")}
_PLATFORM_HOSTS = re.compile(
    r"(?:.+\.)?(?:instructure\.com|canvaslms\.com|brightspace\.com|desire2learn\.com|d2l\.com)"
)
_PLATFORM_PATHS = ("/api/lti/security/jwks", "/d2l/.well-known/jwks")
"""docs/platforms/canvas.md, 6, and docs/platforms/d2l.md, 13."""


def of_key_set(key_set, root):
    """Findings on a key set."""
    keys = key_set.get("keys") if isinstance(key_set, dict) else None
    if not isinstance(keys, list) or not all(isinstance(key, dict) for key in keys):
        return [finding("key_set_shape", root, "This is no key set.")]
    if not keys:
        return [finding("key_set_shape", root, "The key set is empty.")]
    found = [one for number, key in enumerate(keys) for one in of_key(key, at(root, "keys", number))]
    kids = collections.Counter(str(key["kid"]) for key in keys if key.get("kid"))
    twice = sorted(kid for kid, times in kids.items() if times > 1)
    if twice:
        found.append(finding("key_kid_twice", root, f"Several keys have the kid {', '.join(twice)}."))
    return found


def of_key(key, where):
    """Findings on one key."""
    found = []
    if any(key.get(name) for name in PRIVATE):
        found.append(finding("key_private", where, "This is a private key, or a shared one, and not a public one."))
    kind = str(key.get("kty"))
    lacking = [name for name in _NEEDED.get(kind, ()) if _number(key.get(name)) is None and name != "crv"]
    if kind not in _NEEDED:
        found.append(finding("key_unusable", where, f"The key is of the type {kind!r}, with which nobody signs."))
    elif lacking:
        found.append(finding("key_unusable", where, f"The key has no readable {' and '.join(lacking)}."))
    elif kind == "RSA" and _number(key["n"]).bit_length() < LEAST_BITS:
        bits = _number(key["n"]).bit_length()
        found.append(finding("key_weak", where, f"The key has {bits} bits, fewer than {LEAST_BITS}."))
    if not key.get("kid"):
        found.append(finding("key_without_kid", where, "The key has no kid."))
    if key.get("use") not in (None, "sig"):
        found.append(finding("key_use", where, f"The key is for {key['use']!r}, not for signatures."))
    algorithm = key.get("alg")
    if kind in _NEEDED and algorithm is not None and not _ALGORITHMS[kind].fullmatch(str(algorithm)):
        found.append(finding("key_alg", where, f"A key of the type {kind} does not go with {algorithm!r}."))
    elif kind == "EC":
        found.append(finding("key_alg", where, "The key is one for elliptic curves."))
    return found


def _number(text):
    """The number that a member of a key holds, base64url; None for what is none."""
    if not isinstance(text, str) or not re.fullmatch(r"[A-Za-z0-9_-]+={0,2}", text):
        return None
    try:
        raw = base64.urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))
    except (binascii.Error, ValueError):
        return None
    return int.from_bytes(raw, "big") or None


def described(key):
    """A key in words, such as ``RSA 2048 (2026-a)``."""
    number = _number(key.get("n")) if key.get("kty") == "RSA" else None
    size = f" {number.bit_length()}" if number else ""
    return f"{key.get('kty')}{size} ({key.get('kid') or 'no kid'})"


def of_address(address, where):
    """Is the address of the tool's keys that of the platform's?"""
    parts = split(address)
    host = host_of(address)
    if _PLATFORM_HOSTS.fullmatch(host) or (parts and parts.path.rstrip("/").endswith(_PLATFORM_PATHS)):
        return [
            finding("key_set_of_platform", where, f"At {host} are the keys of the platform, not those of the tool.")
        ]
    return []


def of_sources(address, key, where_address, where_key):
    """Findings on where a tool's keys are said to come from.

    :param address: of its key set, if any.
    :param key: a pinned key or key set, if any.
    """
    if address:
        return of_address(address, where_address)
    if key:
        return [
            finding("pinned_key", where_key, "The key is pinned: when the tool changes it, launches and services fail.")
        ]
    return [finding("key_missing", where_address, "The tool has no key: neither an address of a key set nor a key.")]
