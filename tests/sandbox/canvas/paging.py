"""Lists and their Link headers (`docs/platforms/canvas.md`, section 1.5)."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from urllib.parse import parse_qsl, quote, urlencode

from .answers import Reply
from .call import Call

_MOST = 100
_LONGEST_HEADER = 3500
_FOREIGN = "https://elsewhere.example"


def page_of(
    call: Call, records: Sequence[dict], shown: Callable, per_page: int = 10, broken_links: bool = False
) -> Reply:
    """Answer with the page of `records` that was asked for, each as `shown(record)`.

    `broken_links` lets the links lack `/api/v1` where the switch says so.
    """
    size = min(max(_whole(call.given.get("per_page"), per_page), 1), _MOST)
    number = max(_number(call.given.get("page")), 1)
    start = (number - 1) * size
    last = max(1, -(-len(records) // size))
    links = {
        "current": number,
        "next": number + 1 if number < last else None,
        "prev": number - 1 if number > 1 else None,
        "first": 1,
        "last": last if call.switch("last_link") else None,
    }
    header = _header(call, {rel: page for rel, page in links.items() if page is not None}, size, broken_links)
    return Reply([shown(one) for one in records[start : start + size]], headers={"Link": header} if header else {})


def _header(call: Call, links: dict[str, int], size: int, broken_links: bool) -> str:
    path = quote(call.request.path, safe="/:~")
    if broken_links and call.switch("link_header_bug"):
        path = path.removeprefix("/api/v1")
    host = _FOREIGN if call.switch("link_host") == "foreign" else call.request.host_url.rstrip("/")
    query = [
        (name, value)
        for name, value in parse_qsl(call.request.query_string.decode("utf-8", "replace"), keep_blank_values=True)
        if name not in ("page", "per_page", "access_token")
    ]
    written = {
        rel: f'<{host}{path}?{urlencode([*query, ("page", _token(call, page)), ("per_page", size)])}>; rel="{rel}"'
        for rel, page in links.items()
    }
    for rel in ("last", "first", "prev", "current", "next"):
        if len(",".join(written.values())) <= _LONGEST_HEADER:
            break
        written.pop(rel, None)
    return ",".join(written.values())


def _token(call: Call, page: int) -> int | str:
    if call.switch("page_tokens") == "number":
        return page
    return "bookmark:" + base64.urlsafe_b64encode(json.dumps([page]).encode()).decode()


def _number(written) -> int:
    if isinstance(written, str) and written.startswith("bookmark:"):
        try:
            found = json.loads(base64.urlsafe_b64decode(written.removeprefix("bookmark:")))
        except ValueError:
            return 1
        return found[0] if isinstance(found, list) and found and isinstance(found[0], int) else 1
    return _whole(written, 1)


def _whole(written, otherwise: int) -> int:
    try:
        return int(written) if isinstance(written, (str, int)) else otherwise
    except ValueError:
        return otherwise
