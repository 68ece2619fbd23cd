# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The body of an answer: not larger, not longer under way, and not more tightly packed than makes sense."""

from __future__ import annotations

import time

try:
    from requests import exceptions as trouble
    from urllib3 import exceptions as broken
except ImportError:  # the front end says what is missing before any request is made
    trouble = None

from ansible_collections.edtech.lti.plugins.module_utils import _errors

BODY_LIMIT = 64 * 1024 * 1024
"""Bytes of one answer, unpacked; no page of any platform comes near it."""
CODINGS = ("", "identity", "gzip", "x-gzip", "deflate")
"""Ways to pack an answer. In others, and in several at once, a few bytes may unpack to more than there is memory."""
PATIENCE = 10
"""Times the timeout that a whole answer may take; each wait on a piece of it may take the timeout."""
PIECE = 65536


def body_of(response, timeout, known, *, reading):
    """All of a body.

    :param response: of requests, with nothing of its body read.
    :param timeout: of one wait, in seconds.
    :param known: what is known of the request, as errors take it.
    :param reading: false for a request that may have changed something.
    :raises ProtocolError: for a body that makes no sense.
    :raises OutcomeUnknown: for the same when something may have changed; of kind ``protocol``, too.
    """
    coding = response.headers.get("Content-Encoding", "").strip().lower()
    known = {**known, "status": response.status_code}
    if coding not in CODINGS:
        raise _strange(response, f"the answer is packed as {coding[:40]!r}", known, reading)
    pieces, size, end = [], 0, time.monotonic() + PATIENCE * timeout
    for piece in _arriving(response):
        size += len(piece)
        if size > BODY_LIMIT:
            raise _strange(response, f"the answer is larger than {BODY_LIMIT} bytes", known, reading)
        if time.monotonic() > end:
            raise _strange(response, f"the answer had no end within {PATIENCE * timeout:g} seconds", known, reading)
        pieces.append(piece)
    return b"".join(pieces)


def _arriving(response):
    """Pieces of a body as they arrive, with the exceptions of requests; for a full one the wait may have no end."""
    if not (hasattr(response.raw, "read1") and hasattr(response.raw, "stream")):  # urllib3 before 2.1
        yield from response.iter_content(PIECE)
        return
    try:
        piece = response.raw.read1(PIECE, decode_content=True)
        while piece:
            yield piece
            piece = response.raw.read1(PIECE, decode_content=True)
    except broken.ReadTimeoutError as error:
        raise trouble.ConnectionError(error) from error
    except broken.SSLError as error:
        raise trouble.SSLError(error) from error
    except broken.HTTPError as error:
        raise trouble.ChunkedEncodingError(error) from error


def _strange(response, why, known, reading):
    response.close()
    kind = _errors.ProtocolError if reading else _errors.OutcomeUnknown
    error = kind(why, hint="A proxy may stand in between; look at base_url.", **known)
    error.kind = _errors.ProtocolError.kind
    return error
