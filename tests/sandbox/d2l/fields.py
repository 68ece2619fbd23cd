"""Reading the structures of requests: types, versions, what may be left out.

`docs/platforms/d2l.md`, sections 7 to 10.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from .answers import invalid
from .call import Call
from .versions import Version

_MISSING = object()


@dataclass(frozen=True)
class Field:
    """One field of a request.

    - `read(name, value)` returns the value to keep, or refuses it.
    - `default` stands in where the version has no such field, or may leave it out.
    - `since` and `until`: the first version that has it, and the first that no longer does.
    - `optional_before`: below that version the field may be left out, because it is not known
      when it came in.
    """

    name: str
    read: Callable
    nullable: bool = False
    default: object = None
    since: Version = (1, 40)
    until: Version = (9, 0)
    optional_before: Version = (0, 0)

    def is_in(self, version: Version) -> bool:
        """Tell whether requests of `version` have this field."""
        return self.since <= version < self.until


def read_structure(call: Call, fields: tuple[Field, ...], stored: dict | None = None) -> dict:
    """Return the values that the body of `call` gives to a new object, or to the `stored` one.

    A PUT replaces everything that the version knows: a nullable field left out becomes null, any
    other is refused. What the version does not know keeps its value. Raises `Refusal`.
    """
    body = call.body
    if not isinstance(body, dict):
        raise invalid("The body must be an object.")
    known = {field.name for field in fields if field.is_in(call.version)}
    if call.switch("unknown_fields") == "reject":
        unknown = sorted(set(body) - known)
        if unknown:
            raise invalid(f"Unknown field: {', '.join(unknown)}.")
    return {field.name: _value(call, field, body, stored) for field in fields}


def _value(call: Call, field: Field, body: dict, stored: dict | None):
    kept = field.default if stored is None else stored[field.name]
    if not field.is_in(call.version):
        return kept
    value = body.get(field.name, _MISSING)
    if value is _MISSING:
        if stored is not None and call.switch("put") == "partial":
            return kept
        if field.nullable:
            return None
        if call.switch("missing_field") == "default" or call.version < field.optional_before:
            return field.default
        raise invalid(f"{field.name} is required.")
    if value is None:
        if field.nullable:
            return None
        raise invalid(f"{field.name} must not be null.")
    return field.read(field.name, value)


def boolean(name: str, value) -> bool:
    """Return a boolean, or refuse."""
    if not isinstance(value, bool):
        raise invalid(f"{name} must be true or false.")
    return value


def text(longest: int | None = None, required: bool = False) -> Callable:
    """Return a reader of texts of at most `longest` characters, not blank if `required`."""

    def read(name: str, value) -> str:
        if not isinstance(value, str):
            raise invalid(f"{name} must be a text.")
        if required and not value.strip():
            raise invalid(f"{name} must not be empty.")
        if longest is not None and len(value) > longest:
            raise invalid(f"{name} must have at most {longest} characters.")
        return value

    return read


def address(longest: int | None = None, empty: bool = False) -> Callable:
    """Return a reader of absolute http addresses; `empty` allows the empty text as well."""
    plain = text(longest)

    def read(name: str, value) -> str:
        if not (empty and plain(name, value) == "") and not _is_address(plain(name, value), ("http", "https")):
            raise invalid(f"{name} must be an absolute address.")
        return value

    return read


def redirect_urls(name: str, value) -> list[str]:
    """Return the redirect addresses: at least one, https, no wildcards; or refuse."""
    if not isinstance(value, list) or not value:
        raise invalid(f"{name} must hold at least one address.")
    for one in value:
        if not isinstance(one, str) or "*" in one or not _is_address(one, ("https",)):
            raise invalid(f"{name} must hold https addresses without wildcards.")
    return value


def whole(least: int = 1, most: int = 2**31 - 1) -> Callable:
    """Return a reader of whole numbers from `least` to `most`."""

    def read(name: str, value) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise invalid(f"{name} must be a whole number from {least} to {most}.")
        return value

    return read


def numbers(least: int, most: int) -> Callable:
    """Return a reader of sets of numbers, which are kept without order."""
    one = whole(least, most)

    def read(name: str, value) -> list[int]:
        if not isinstance(value, list):
            raise invalid(f"{name} must be a list.")
        return sorted({one(name, number) for number in value})

    return read


def guid(name: str, value) -> str:
    """Return a GUID in lower case, or refuse."""
    try:
        return str(uuid.UUID(value)) if isinstance(value, str) else str(uuid.UUID(""))
    except ValueError:
        raise invalid(f"{name} must be a GUID.") from None


def custom_parameters(name: str, value) -> list[dict]:
    """Return a list of names and values, or refuse."""
    wanted = {"Name", "Value"}
    if not isinstance(value, list):
        raise invalid(f"{name} must be a list.")
    for one in value:
        if not isinstance(one, dict) or not all(isinstance(one.get(word), str) for word in wanted) or not one["Name"]:
            raise invalid(f"{name} must hold pairs of Name and Value.")
    return [{"Name": one["Name"], "Value": one["Value"]} for one in value]


def _is_address(value: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in schemes and bool(parts.hostname) and not any(one.isspace() for one in value)
