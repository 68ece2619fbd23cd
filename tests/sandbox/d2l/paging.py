"""Lists: ObjectListPage for LTI Advantage, PagedResultSet for the org structure.

`docs/platforms/d2l.md`, section 2.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from itertools import islice
from urllib.parse import parse_qsl, quote, urlencode

from flask import Response

from .answers import answer, invalid
from .call import Call, number

_CURSOR = "pageToken"


def object_list(call: Call, records: Iterable[dict], shown: Callable, order: str = "order") -> Response:
    """Answer with the page of `records` that was asked for.

    `shown(call, record)` is what the platform shows of one. Each record has a growing number
    under `order`, so that a page goes on after the last one shown even when some were deleted.
    """
    if call.switch("list_shape") == "array":
        return answer([shown(call, record) for record in records])
    size = call.switch("page_size")
    after = _after(call.text(_CURSOR.lower()))
    found = list(islice((one for one in records if one[order] > after), size + 1))
    page = found[:size]
    following = _next(call, page[-1][order]) if len(found) > size else None
    return answer({"Next": following, "Objects": [shown(call, record) for record in page]})


def _next(call: Call, last: int) -> str:
    request = call.request
    query = [
        (name, value)
        for name, value in parse_qsl(request.query_string.decode("latin-1"), keep_blank_values=True)
        if not name.lower().startswith("x_") and name.lower() != _CURSOR.lower()
    ]
    token = base64.urlsafe_b64encode(f"after:{last}".encode()).decode().rstrip("=")
    where = f"{quote(request.path)}?{urlencode([*query, (_CURSOR, token)])}"
    hosts = {"absolute": request.host_url.rstrip("/"), "relative": "", "foreign": "https://elsewhere.example"}
    return hosts[call.switch("next")] + where


def _after(token: str | None) -> int:
    if token is None:
        return -1
    try:
        word, _colon, last = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode().partition(":")
    except ValueError as error:
        raise invalid(f"{_CURSOR} is not one of this server's.") from error
    if word != "after" or number(last) is None:
        raise invalid(f"{_CURSOR} is not one of this server's.")
    return int(last)


def result_set(call: Call, units: Iterable, shown: Callable) -> Response:
    """Answer with the PagedResultSet of `units` (by growing id) that was asked for."""
    size = call.switch("org_page_size")
    bookmark = call.text("bookmark")
    after = -1
    if bookmark:
        size_then, _line, last = bookmark.partition("_")
        if number(size_then) is None or number(last) is None:
            raise invalid("The bookmark is not one of this server's.")
        after = int(last)
    found = list(islice((one for one in units if one.id > after), size + 1))
    page = found[:size]
    info = {
        "Bookmark": f"{size}_{page[-1].id}" if page else bookmark or "",
        "HasMoreItems": len(found) > size,
    }
    return answer({"PagingInfo": info, "Items": [shown(call, one) for one in page]})
