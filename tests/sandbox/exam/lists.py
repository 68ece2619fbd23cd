"""Lists: paging, filter and sort (`docs/platforms/exam.md`, section 4)."""

from __future__ import annotations

import json
import operator
from collections.abc import Callable

from .answers import answer, invalid_parameter
from .call import Call
from .fields import number
from .times import moment

_OPERATORS = {
    "eq": operator.eq,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}


def listed(call: Call, name: str, records: list[dict], shown: Callable, paged: bool = True):
    """Answer with `records` under `name`: the whole list, or the page that was asked for.

    `shown(call, record)` gives what the platform shows of one.

    A limit above the maximum becomes the maximum; a page past the end is empty.
    """
    headers = {}
    if paged:
        largest = call.switch("page_limit")
        limit = min(_positive(call, "limit", largest), largest)
        page = _positive(call, "page", 1)
        total = len(records)
        records = records[(page - 1) * limit : page * limit]
        if call.switch("page_headers"):
            headers = {
                "X-Pagination-Item-Count": str(total),
                "X-Pagination-Page-Count": str(-(-total // limit)),
                "X-Pagination-Page": str(page),
                "X-Pagination-Limit": str(limit),
            }
    return answer({name: [shown(call, record) for record in records]}, headers=headers)


def _positive(call: Call, name: str, default: int) -> int:
    if name not in call.params:
        return default
    return number(name, call.params[name]) or default


def filtered_and_sorted(call: Call, records: list[dict], times: tuple[str, ...]) -> list[dict]:
    """Return `records` after the parameters `filter` and `sort`, both JSON in a text.

    `times` names the fields that hold moments, compared as such. A field that no record has,
    and an operator beyond eq, gt, gte, lt and lte, is refused.
    """
    for field, conditions in _json(call, "filter", dict).items():
        conditions = conditions if isinstance(conditions, dict) else {"eq": conditions}
        for word, wanted in conditions.items():
            _check("filter", field, records, word in _OPERATORS)
            if field in times:
                wanted = moment("filter", wanted, call.switch("timezone"))
            records = [one for one in records if _holds(_OPERATORS[word], one[field], wanted)]
    # Sorting is stable, so the last criterion is applied first.
    for criterion in reversed(_json(call, "sort", list)):
        if not isinstance(criterion, dict):
            raise invalid_parameter("sort", criterion, "Must be a list of objects.")
        for field, direction in reversed(criterion.items()):
            _check("sort", field, records, direction in ("asc", "desc"))
            records = _ordered(records, field, direction == "desc")
    return records


def _json(call: Call, name: str, kind: type):
    given = call.params.get(name)
    if given in (None, ""):
        return kind()
    try:
        value = json.loads(given)
    except (ValueError, TypeError):
        value = None
    if not isinstance(value, kind):
        raise invalid_parameter(name, given, "Must be a stringified JSON value.")
    return value


def _check(name: str, field: str, records: list[dict], is_known: bool) -> None:
    if not is_known or any(field not in record for record in records):
        raise invalid_parameter(name, field, "Is not supported.")


def _holds(compare, value, wanted) -> bool:
    try:
        return value is not None and compare(value, wanted)
    except TypeError:
        return False


def _ordered(records: list[dict], field: str, descending: bool) -> list[dict]:
    known = [one for one in records if one[field] is not None]
    unknown = [one for one in records if one[field] is None]
    return sorted(known, key=lambda one: one[field], reverse=descending) + unknown
