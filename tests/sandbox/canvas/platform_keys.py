"""The public keys by which tools check launches (`docs/platforms/canvas.md`, section 6)."""

from __future__ import annotations

from functools import cache

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa


@cache
def public_keys() -> list[dict]:
    """Return one key, made when it is first asked for; nothing here ever signs with it."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    key = jwt.algorithms.RSAAlgorithm.to_jwk(private.public_key(), as_dict=True)
    plain = {name: value for name, value in key.items() if name != "key_ops"}
    return [{**plain, "kid": "sandbox", "use": "sig", "alg": "RS256"}]
