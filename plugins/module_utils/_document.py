# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documents that others publish on the web, fetched without any credential."""

from __future__ import annotations

import threading
import urllib.parse

try:
    import requests
except ImportError:  # the front end says what is missing before any request is made
    requests = None

from ansible_collections.edtech.lti.plugins.module_utils import _errors
from ansible_collections.edtech.lti.plugins.module_utils._client import USER_AGENT, untrusted
from ansible_collections.edtech.lti.plugins.module_utils._connection import Connection, session_for, web_address

SIZE_LIMIT = 1024 * 1024
"""Bytes; the largest published configuration known has a few kB."""


def fetched(address, connection, *, option, allow_http):
    """The text of a JSON document.

    :param address: where it is; https, or http under the same conditions as for a platform.
    :param connection: the platform's :class:`Connection`, for its timeout (of the whole, here) and trusted CA.
    :param option: the option that the address comes from, for messages.
    :raises ApiError: when it cannot be had, is too large, or is said to be something else than JSON.
    """
    checked, known = _reachable(address, connection, option, allow_http)

    def fetch():
        with _answer(address, checked) as response:
            return _text(response, option, known)

    return _in_time(fetch, checked, option, known)


def visited(address, connection, *, option, allow_http, method="GET"):
    """What an address answers, whatever that is.

    :param method: ``GET``, or ``POST`` with nothing in it.
    :returns: a triple: the status, the media type (without parameters, in small letters), and the body as bytes.
    :raises ApiError: as :func:`fetched`, but for no status and no media type.
    """
    checked, known = _reachable(address, connection, option, allow_http)
    known["method"] = method

    def visit():
        with _answer(address, checked, method) as response:
            return response.status_code, _kind(response), _body(response, option, known)

    return _in_time(visit, checked, option, known)


def _reachable(address, connection, option, allow_http):
    """A connection to the server of an address, and what errors say of the request."""
    # A query is part of many such addresses, and none of a platform's.
    parts = web_address(address.partition("#")[0].partition("?")[0], option)
    checked = Connection.checked(
        urllib.parse.urlunsplit((*parts[:2], "", "", "")),
        timeout=connection.timeout,
        retries=0,
        validate_certs=connection.verify is not False,
        ca_path=connection.verify if isinstance(connection.verify, str) else None,
        allow_http=allow_http,
        option=option,
    )
    return checked, {"method": "GET", "url": address.partition("?")[0], "attempts": 1}


def _in_time(work, connection, option, known):
    """What ``work`` returns, unless that takes too long.

    :raises ApiError: whatever goes wrong in it.
    """
    outcome = []
    host = urllib.parse.urlsplit(known["url"]).hostname
    hint = f"Can this machine reach {host}? Otherwise give the document itself."
    late = _errors.UnavailableError(
        f"{option} did not arrive within {connection.timeout:g} seconds", hint=hint, **known
    )

    def done():
        try:
            outcome.append((work(), None))
        except _errors.ApiError as error:
            outcome.append((None, error))
        except requests.exceptions.SSLError as error:
            broken = untrusted(error, known)
            broken.why = f"{option} cannot be fetched: {broken.why}"
            outcome.append((None, broken))
        except requests.exceptions.Timeout:
            outcome.append((None, late))
        except (requests.exceptions.RequestException, ValueError) as error:  # urllib3 has ValueErrors of its own
            why = f"{option} cannot be fetched: {type(error).__name__}"
            outcome.append((None, _errors.UnavailableError(why, hint=hint, **known)))

    # Whatever drips is waited for no longer than that; a thread that still waits ends with the process.
    doing = threading.Thread(target=done, daemon=True)
    doing.start()
    doing.join(connection.timeout)
    if not outcome:
        raise late
    result, error = outcome[0]
    if error is not None:
        raise error
    return result


def _answer(address, connection, method="GET"):
    return session_for(connection).request(
        method,
        address,
        # Without an auth object of ours requests would look for a password in ~/.netrc.
        auth=lambda request: request,
        headers={"User-Agent": USER_AGENT, "Accept": "application/json"},
        timeout=connection.timeout,
        verify=connection.verify,
        allow_redirects=False,
        stream=True,
    )


def _text(response, option, known):
    known = {**known, "status": response.status_code}
    if response.status_code != 200:
        raise _errors.InvalidError(
            f"{option} answered {response.status_code}",
            hint="Redirects are not followed: give the final address." if 300 <= response.status_code < 400 else None,
            **known,
        )
    kind = _kind(response)
    if kind != "application/json" and not kind.endswith("+json"):
        raise _errors.InvalidError(f"{option} is not JSON, but {kind or 'of no type'}", **known)
    try:
        return _body(response, option, known).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _errors.InvalidError(f"{option} is not UTF-8, as JSON must be", **known) from error


def _kind(response):
    return response.headers.get("Content-Type", "").partition(";")[0].strip().lower()


def _body(response, option, known):
    chunks, size = [], 0
    for chunk in response.iter_content(65536):
        size += len(chunk)
        chunks.append(chunk)
        if size > SIZE_LIMIT:
            raise _errors.InvalidError(f"{option} is larger than {SIZE_LIMIT} bytes", **known)
    return b"".join(chunks)
