"""Reading typed parameters, with the rules of the vendor's validator.

`docs/platforms/exam.md`, section 3: a number may be a text of digits, a boolean is
exactly true, false, 1 or 0 (as text or not), a text is a text.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from .answers import invalid_parameter, missing_parameter
from .signature import ruby_text

_DIGITS = re.compile(r"0|[1-9][0-9]{0,17}")
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


def number(name: str, value) -> int:
    """Return `value` as an int, or refuse."""
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise invalid_parameter(name, value, "Must be a number.")
    if not _DIGITS.fullmatch(str(value)):
        raise invalid_parameter(name, value, "Must be a number.")
    return int(value)


def number_or_nothing(name: str, value) -> int | None:
    """Return `value` as an int, None for null and the empty text, or refuse."""
    return None if value in (None, "") else number(name, value)


def boolean(name: str, value) -> bool:
    """Return `value` as a bool, or refuse."""
    if isinstance(value, (bool, int, str)):
        word = ruby_text(value)
        if word in _BOOLEANS:
            return _BOOLEANS[word]
    raise invalid_parameter(name, value, "Must be one of: true, false, 1, 0.")


def text(name: str, value) -> str:
    """Return `value` if it is a text, the empty text for null, or refuse."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise invalid_parameter(name, value, "Must be a String")
    return value


def is_blank(value) -> bool:
    """Tell whether Rails would call `value` blank; false is a value here."""
    return value is None or (isinstance(value, str) and not value.strip())


def read_fields(
    params: dict,
    fields: dict[str, Callable],
    required: tuple[str, ...] = (),
    creating: bool = True,
) -> dict:
    """Return the parameters named in `fields`, each through its reader, where they were sent.

    `required` ones may not be left out when `creating`, and may never be blank. The first
    offence is refused.
    """
    for name in required:
        if (creating or name in params) and is_blank(params.get(name)):
            raise missing_parameter(name)
    return {name: read(name, params[name]) for name, read in fields.items() if name in params}
