"""Key pairs for client assertions, made when they are needed: none is part of this repository.

In a test: `sandbox.seed("d2l").new_client_key()`. Against a running sandbox:

    python -m tests.sandbox.d2l.keys --base-url http://127.0.0.1:8460 --out build/d2l.pem

writes a private key (mode 0600), tells the sandbox the public one, and prints its key id.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import urllib.request
import uuid
from pathlib import Path

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

_CURVES = {"ES256": ec.SECP256R1, "ES384": ec.SECP384R1, "ES512": ec.SECP521R1}


def new_key_pair(algorithm: str = "RS256", key_id: str | None = None) -> tuple[str, dict]:
    """Return a private key as PEM text and its public JWK, for one of the six algorithms."""
    if algorithm in _CURVES:
        private = ec.generate_private_key(_CURVES[algorithm]())
        public = jwt.algorithms.ECAlgorithm.to_jwk(private.public_key(), as_dict=True)
    else:
        private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        public = jwt.algorithms.RSAAlgorithm.to_jwk(private.public_key(), as_dict=True)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    plain = {name: value for name, value in public.items() if name != "key_ops"}
    return pem, {**plain, "kid": key_id or str(uuid.uuid4()), "use": "sig", "alg": algorithm}


def main(arguments: list[str] | None = None) -> int:
    """Make a key pair, keep the private half and register the public one."""
    parser = argparse.ArgumentParser(prog="python -m tests.sandbox.d2l.keys", description=__doc__.splitlines()[0])
    parser.add_argument("--base-url", default="http://127.0.0.1:8460", help="the sandbox (default: %(default)s)")
    parser.add_argument("--client", default="d2l-demo-client", help="the client id (default: %(default)s)")
    parser.add_argument("--algorithm", default="RS256", choices=("RS256", "RS384", "RS512", *_CURVES))
    parser.add_argument("--key-id", default=None, help="a new one unless given")
    parser.add_argument("--out", type=Path, required=True, help="where the private key goes")
    options = parser.parse_args(arguments)
    private, public = new_key_pair(options.algorithm, options.key_id)
    body = json.dumps({"client_id": options.client, "key": public}).encode()
    request = urllib.request.Request(
        f"{options.base_url.rstrip('/')}/_sandbox/d2l/keys", body, {"Content-Type": "application/json"}
    )
    try:
        urllib.request.urlopen(request, timeout=10).close()
    except OSError as error:
        print(f"The sandbox does not take the key: {error}", file=sys.stderr)
        return 1
    handle = os.open(options.out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(private)
    print(public["kid"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
