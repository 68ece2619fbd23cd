# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a platform is, and the kept connections to it."""

from __future__ import annotations

import dataclasses
import http.cookiejar
import ipaddress
import os
import urllib.parse

try:
    import requests
except ImportError:  # the front end says what is missing before any request is made
    requests = None

from ansible_collections.edtech.lti.plugins.module_utils import _errors

LONGEST_TIMEOUT = 3600
"""Seconds; a longer one is a mistake, and some are more than a socket takes."""
CONNECTIONS_AT_MOST = 16
"""Kept open to one server at once; no task writes more at a time."""

_sessions = {}


@dataclasses.dataclass(frozen=True)
class Connection:
    """Where a platform is and how to reach it. Build it with :meth:`checked`.

    ``timeout`` in seconds, for the connection and for each wait on the answer; ``retries`` is how
    often a request is repeated after its first attempt; ``verify`` as requests takes it.
    """

    base_url: str
    timeout: float = 30
    retries: int = 4
    verify: bool | str = True

    @classmethod
    def checked(
        cls, base_url, *, timeout, retries, validate_certs, ca_path, allow_http, option="base_url", api="/api/"
    ):
        """A connection whose address may be trusted with credentials.

        :param option: the option that the address comes from, for messages.
        :param api: the part of a path with which the platform's API begins; the address ends before it.
        :raises InvalidError: before anything is sent, when the address or the CA file is unusable.
        """
        address = web_address(base_url, option)
        before, begins, _rest = f"{address.path}/".partition(api)
        if begins:
            raise _errors.InvalidError(
                f"{option} must end before the API's path, but has {address.path!r}",
                hint=f"Use {address.scheme}://{address.netloc}{before}.",
            )
        if address.scheme == "http" and not allow_http and not _is_loopback(address.hostname):
            raise _errors.InvalidError(
                f"{option} is plain http to {address.hostname}: everybody on the way could read the credentials",
                hint="Use https, or set allow_http: true where that is really meant.",
            )
        if ca_path and not os.path.exists(ca_path):
            raise _errors.InvalidError(f"ca_path does not exist: {ca_path}")
        if not 0 < timeout <= LONGEST_TIMEOUT or retries < 0:
            raise _errors.InvalidError(f"timeout must be above 0 and at most {LONGEST_TIMEOUT}, retries not below 0")
        return cls(base_url.rstrip("/"), timeout, retries, (ca_path or True) if validate_certs else False)


def web_address(text, option):
    """The parts of a web address.

    :param option: the option that it comes from, for messages.
    :raises InvalidError: for what cannot be one, without repeating a password in it, and for what holds one.
    """
    try:
        address = urllib.parse.urlsplit(text)
        usable = address.scheme in ("https", "http") and address.hostname and (address.port or 1) > 0
    except ValueError:
        usable = False
    if not usable:
        shown = text.rpartition("@")[2]  # what stands before it may be a password
        raise _errors.InvalidError(
            f"{option} is not a web address: {shown!r}",
            hint="It looks like https://school.example.com, without a path.",
        )
    if address.username or address.password or address.query or address.fragment:
        raise _errors.InvalidError(f"{option} must hold neither credentials nor a query")
    return address


def origin(address):
    """Scheme, host and port of a split address; what browsers call its origin."""
    return address.scheme, address.hostname, address.port or {"https": 443, "http": 80}.get(address.scheme)


def _is_loopback(host):
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def session_for(connection):
    """The kept HTTP session for a server: one connection serves all items of a task's loop."""
    # The process id keeps a forked worker from sharing its parent's sockets.
    key = (os.getpid(), urllib.parse.urlsplit(connection.base_url)[:2], connection.verify)
    if key not in _sessions:
        session = requests.Session()
        # Redirects are never followed; requests would still read the address, and stumble over a bad one.
        session.get_redirect_target = lambda response: None
        # Where a request is not signed, requests would look for a password in ~/.netrc.
        session.auth = lambda request: request
        # Cookies would carry one user's login into another user's requests.
        session.mount("https://", requests.adapters.HTTPAdapter(pool_maxsize=CONNECTIONS_AT_MOST))
        session.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=CONNECTIONS_AT_MOST))
        session.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
        _sessions[key] = session
    return _sessions[key]
