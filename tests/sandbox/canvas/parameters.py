"""Reading requests: JSON, Rails forms, query (`docs/platforms/canvas.md`, section 1.2)."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qsl

from flask import Request

from .answers import message

_NAME = re.compile(r"\A\[?([^\[\]]+)\]?(.*)\Z", re.DOTALL)
_CHILD = re.compile(r"\A\[\]\[([^\[\]]+)\]\Z|\A\[\](.+)\Z", re.DOTALL)
_TRUE = {"true", "t", "yes", "y", "on", "1"}
_FALSE = {"false", "f", "no", "n", "off", "0"}
_DEEPEST = 30


def query_of(request: Request) -> dict:
    """Return the parameters in the address."""
    return nested(parse_qsl(request.query_string.decode("utf-8", "replace"), keep_blank_values=True))


def body_of(request: Request) -> dict:
    """Return the parameters in the body: JSON, or a form; anything else has none."""
    kind = request.mimetype
    if kind == "multipart/form-data":
        return nested(request.form.items(multi=True))
    raw = request.get_data()
    if kind == "application/x-www-form-urlencoded":
        return nested(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True))
    if kind != "application/json" or not raw.strip():
        return {}
    try:
        body = json.loads(raw)
        # Half of a surrogate pair is JSON, but no text.
        json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError) as error:
        raise message(400, "The request body is not JSON.") from error
    return body if isinstance(body, dict) else {"_json": body}


def nested(pairs) -> dict:
    """Return names such as `a[b][]` and their values as the structure that Rails makes of them."""
    made: dict = {}
    for name, value in pairs:
        if name.count("[") > _DEEPEST:
            raise message(400, "The request is nested too deeply.")
        _put(made, name, value)
    return made


def _put(target: dict, name: str, value) -> None:
    found = _NAME.match(name)
    if found is None:
        return
    key, rest = found[1], found[2]
    if rest == "":
        target[key] = value
    elif rest == "[]":
        _container(target, key, list).append(value)
    elif (child := _CHILD.match(rest)) is not None:
        inner = child[1] if child[1] is not None else child[2]
        rows = _container(target, key, list)
        # A name that the last row has already begins a new row.
        if not rows or not isinstance(rows[-1], dict) or _has(rows[-1], inner):
            rows.append({})
        _put(rows[-1], inner, value)
    else:
        _put(_container(target, key, dict), rest, value)


def _container(target: dict, key: str, kind: type):
    made = target.setdefault(key, kind())
    if not isinstance(made, kind):
        raise message(400, f"expected {kind.__name__} for param `{key}'")
    return made


def _has(row: dict, name: str) -> bool:
    if "[]" in name:
        return False
    words = [word for word in re.split(r"[\[\]]+", name) if word]
    for word in words:
        if not isinstance(row, dict) or word not in row:
            return False
        row = row[word]
    return True


def boolean(value, otherwise: bool | None = None) -> bool | None:
    """Return `value` as Canvas reads it, `otherwise` where it says nothing."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower() if isinstance(value, (str, int)) else ""
    return True if word in _TRUE else False if word in _FALSE else otherwise


def scalars(given: dict, names: tuple[str, ...]) -> dict:
    """Return those parameters `names` that were sent with a plain value; others are not permitted."""
    return {name: given[name] for name in names if name in given and not isinstance(given[name], (dict, list))}


def texts(given: dict, names: tuple[str, ...]) -> dict:
    """Return the same for columns of text, which make texts of numbers."""
    plain = scalars(given, names)
    return {name: value if value is None else as_text(value) for name, value in plain.items()}


def as_text(value) -> str:
    """Return a plain value as a column of text keeps it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def is_blank(value) -> bool:
    """Tell whether there is nothing in `value`, in the sense of Rails."""
    return value is None or value is False or (isinstance(value, str) and not value.strip()) or value in ([], {})
