# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ways in which platforms cut long listings into pages."""

from __future__ import annotations

try:
    from requests.utils import parse_header_links
except ImportError:  # the front end says what is missing before any request is made
    parse_header_links = None

from ansible_collections.edtech.lti.plugins.module_utils import _errors

LISTINGS_AT_MOST = 4
LONGEST_NUMBER = 10
PAGES_AT_MOST = 10_000
BYTES_AT_MOST = 256 * 1024 * 1024
"""A listing with more is a server that goes round in circles, or makes up objects."""


def numbered_pages(client, path, query, size):
    """Pages by number, told by ``X-Pagination-*`` headers; without them one answer is everything.

    When objects go between two pages, others move forward, and one may be seen on neither: then all is
    read again. Source: docs/platforms/exam.md, 4.

    :returns: a list of answers.
    """
    for _attempt in range(LISTINGS_AT_MOST):
        answers = _all_numbered(client, path, query, size)
        # More objects than before do no harm: they stand at the end, or are seen twice.
        counts = [_whole(answer.headers.get("X-Pagination-Item-Count")) or 0 for answer in answers]
        if counts == sorted(counts):
            return answers
    raise _errors.UnavailableError(
        f"the list changed {LISTINGS_AT_MOST} times while it was read",
        hint="Try again when less is going on.",
        method="GET",
        url=answers[-1].url,
    )


def _all_numbered(client, path, query, size):
    answers, size_so_far = [], 0
    while True:
        number = len(answers) + 1
        answer = client.read(path, {**query, "page": number, "limit": size})
        answers.append(answer)
        size_so_far = _bounded(size_so_far, answers)
        count, came = (_whole(answer.headers.get(f"X-Pagination-{what}")) for what in ("Page-Count", "Page"))
        if count is None and number == 1:
            return answers
        if count is None or (count > 1 and came != number):
            raise _errors.ProtocolError(
                f"page {number} was asked for and page {came} came", method="GET", url=answer.url, status=answer.status
            )
        if number >= count:
            return answers


def _whole(text):
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < LONGEST_NUMBER else None


def _bounded(size, answers):
    """The bytes of all pages of a listing, of which all but the last have ``size``.

    :raises ProtocolError: when there are too many pages, or too much on them.
    """
    size += len(answers[-1].body)
    if len(answers) > PAGES_AT_MOST or size > BYTES_AT_MOST:
        raise _endless(answers[-1])
    return size


def _endless(answer):
    return _errors.ProtocolError(
        "the pages of the list never end", hint="Ask the platform's operator.", method="GET", url=answer.url
    )


def linked_pages(client, path, query, next_link):
    """Pages of which each names the address of the next one, which is followed as it stands.

    :param next_link: an answer to the address of the next page, or None.
    :returns: a list of answers.
    :raises ProtocolError: for an address outside the platform, and for pages without an end.
    """
    answers = [client.read(path, query)]
    seen, size_so_far = set(), 0
    while True:
        size_so_far = _bounded(size_so_far, answers)
        address = next_link(answers[-1])
        if not address:
            return answers
        if not isinstance(address, str):
            raise _errors.ProtocolError(
                "the address of the next page is no text", method="GET", url=answers[-1].url, status=answers[-1].status
            )
        if address in seen or len(answers) >= PAGES_AT_MOST:
            raise _endless(answers[-1])
        seen.add(address)
        answers.append(client.follow(answers[-1], address))


def next_in_header(answer):
    """The address that the header ``Link`` gives for the next page (RFC 8288); None at the end."""
    links = parse_header_links(answer.headers.get("Link") or "")
    return next((link.get("url") for link in links if link.get("rel") == "next"), None)
