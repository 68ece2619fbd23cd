"""The keys with which platforms sign launches, and their rotation."""

from __future__ import annotations

from functools import cache

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from ..service import Service

FIRST = {"generation": 0, "kid": "sandbox"}
# The key before the current one is still shown: tools that ask again find both.
_SHOWN = 2


def signed(service: Service, platform: str, claims: dict) -> str:
    """Return `claims` as an id_token, RS256 by the current key of `platform`."""
    current = _keys(service, platform)[-1]
    key = _private_key(platform, current["generation"])
    return jwt.encode(claims, key, algorithm="RS256", headers={"kid": current["kid"]})


def public_keys(service: Service, platform: str) -> list[dict]:
    """Return the public keys of `platform` as JWKs without `alg`, the current one first."""
    shown: dict[str, dict] = {}
    for one in reversed(_keys(service, platform)[-_SHOWN:]):
        shown.setdefault(one["kid"], _public_key(platform, one["generation"], one["kid"]))
    return list(shown.values())


def rotate(service: Service, platform: str, keep_kid: bool = False) -> dict:
    """Let `platform` sign with a new key from now on, and return its `kid`.

    With `keep_kid` it is called as the one before, which then cannot be shown any more: a tool
    with a copy of the old key finds a wrong signature instead of an unknown key.
    """
    keys = _keys(service, platform)
    generation = keys[-1]["generation"] + 1
    kid = keys[-1]["kid"] if keep_kid else f"{FIRST['kid']}-{generation}"
    keys.append({"generation": generation, "kid": kid})
    return {"platform": platform, "kid": kid}


def _keys(service: Service, platform: str) -> list[dict]:
    # Not in the state: private keys have no place in its file. A reset returns to the first key.
    return service.memory[platform].setdefault("signing_keys", [dict(FIRST)])


@cache
def _private_key(platform: str, generation: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def _public_key(platform: str, generation: int, kid: str) -> dict:
    key = jwt.algorithms.RSAAlgorithm.to_jwk(_private_key(platform, generation).public_key(), as_dict=True)
    plain = {name: value for name, value in key.items() if name != "key_ops"}
    return {**plain, "kid": kid, "use": "sig"}
