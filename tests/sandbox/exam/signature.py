"""The exam platform's signature (`docs/platforms/exam.md`, sections 2 and 3).

All parameters of a request except the signature itself, sorted by name in byte order, written
as `name=value` without any escaping, joined by question marks, and authenticated with
HMAC-SHA256. Values are rendered as Ruby would interpolate them into a text.
"""

from __future__ import annotations

import hashlib
import hmac

_ESCAPES = {
    '"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r",
    "\x1b": "\\e", "\x07": "\\a", "\x08": "\\b", "\x0b": "\\v", "\x0c": "\\f",
}  # fmt: skip


def canonical(params: dict) -> str:
    """Return the text that is signed for `params`; a `signature` among them is left out.

    The text is never read back: values are not escaped, so two different sets of parameters
    can share one (section 2, "A weakness to know").
    """
    names = sorted((name for name in params if name != "signature"), key=_bytes)
    return "?".join(f"{name}={ruby_text(params[name])}" for name in names)


def signature(params: dict, secret_key: str) -> str:
    """Return the signature of `params`: 64 lower-case hex digits."""
    return hmac.new(_bytes(secret_key), _bytes(canonical(params)), hashlib.sha256).hexdigest()


def is_signed(params: dict, secret_key: str) -> bool:
    """Tell whether `params["signature"]` is the right one, in constant time."""
    given = _bytes(ruby_text(params.get("signature")))
    return hmac.compare_digest(given, _bytes(signature(params, secret_key)))


def ruby_text(value) -> str:
    """Return a JSON value as Ruby's `to_s` gives it: null is empty, true and false lower-case."""
    if value is None:
        return ""
    return value if isinstance(value, str) else _inspect(value)


def _inspect(value) -> str:
    if value is None:
        return "nil"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, list):
        return f"[{', '.join(_inspect(item) for item in value)}]"
    if isinstance(value, dict):
        pairs = (f"{_inspect(key)}=>{_inspect(item)}" for key, item in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, str):
        escaped = "".join(_ESCAPES.get(letter, letter) for letter in value)
        for opener in "{$@":
            escaped = escaped.replace(f"#{opener}", f"\\#{opener}")
        return f'"{escaped}"'
    return str(value)


def _float(value: float) -> str:
    # Ruby writes 1.0e+16 where Python writes 1e+16; below that they agree.
    mantissa, exponent, power = repr(value).partition("e")
    if exponent and "." not in mantissa:
        mantissa += ".0"
    return mantissa + exponent + power


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
