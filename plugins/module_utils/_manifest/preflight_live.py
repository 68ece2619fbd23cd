# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Preflight: is what a document names really there? Only asked when the user wants it."""

from __future__ import annotations

import ipaddress
import json
import socket
import threading
import urllib.request

from ansible_collections.edtech.lti.plugins.module_utils import _document
from ansible_collections.edtech.lti.plugins.module_utils._errors import ApiError
from ansible_collections.edtech.lti.plugins.module_utils._manifest import preflight_keys as keys
from ansible_collections.edtech.lti.plugins.module_utils._manifest import preflight_texts as texts
from ansible_collections.edtech.lti.plugins.module_utils._manifest.preflight_findings import finding

KEY_SETS = ("jwks_uri", "public_jwk_url", "keyset_url")
LOGINS = ("initiate_login_uri", "oidc_initiation_url", "oidc_login_url")
REGIONS = "oidc_initiation_urls"


def addresses(document, root):
    """The addresses in a document that can be looked at.

    :returns: triples: kind (``key set`` or ``login``), where it stands, and the address.
    """
    found = []
    for path, text in texts.texts(document):
        name, regions = texts.name_of(path), any(str(part).endswith(REGIONS) for part in path)
        kind = "key set" if name in KEY_SETS else "login" if name in LOGINS or regions else None
        if kind and not texts.placeholder(path, text):
            where = root
            for part in path:
                where += f"[{part}]" if isinstance(part, int) else f".{part}"
            found.append((kind, where, text))
    return found


def looked_at(places, connection, *, allow_http=False, allow_local=False):
    """Ask all addresses, each once.

    A vendor's document chooses them. Those in the own network are another matter than those on the internet: what
    answers there trusts this machine, or takes any request for an order.

    :param places: as :func:`addresses` returns them.
    :param connection: for its timeout and what certificates it trusts.
    :param allow_http: may plain http leave this machine?
    :param allow_local: may this machine and those in its own network be asked?
    :returns: a pair: findings, and what was seen (``where``, ``url`` without a query, ``seen`` in words).
    """
    found, seen, done = [], [], set()
    for kind, where, address in places:
        if (kind, address) in done:
            continue
        done.add((kind, address))
        findings, words = _held_back(address, where, connection.timeout, allow_http, allow_local), "not asked"
        look = _key_set if kind == "key set" else _login
        try:
            if not findings:
                findings, words = look(address, where, connection, allow_http)
        except ApiError as error:
            findings, words = [finding("unreachable", where, _sentence(error), fix=error.hint)], error.why
        found += findings
        seen.append({"where": where, "url": address.partition("?")[0].rpartition("@")[2], "seen": words})
    return found, seen


def _held_back(address, where, seconds, allow_http, allow_local):
    """Findings on an address that is not to be asked; none for one that is."""
    parts, host = texts.split(address), texts.host_of(address)
    if parts is None or not host:
        return []  # what is wrong with it is found when it is asked
    if not allow_local:
        known = [] if texts.is_local(host) else _resolved(host, seconds)
        if known is None and not _by_proxy(parts.scheme, host):
            return [finding("unreachable", where, f"The name {host} is not known here.")]
        inside = [str(one) for one in known or () if not texts.is_public(one)]
        if inside or texts.is_local(host):
            named = f", at {inside[0]}" if inside else ""
            said = f"{host} is no address on the internet{named}, and was not asked."
            return [finding("local_not_asked", where, said)]
    if parts.scheme == "http" and not allow_http and not _is_here(host):
        said = f"{host} is addressed by plain http, and was not asked: anybody on the way could answer."
        return [finding("unreachable", where, said, fix="Use https, or say allow_http: true if that is really meant.")]
    return []


def _is_here(host):
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _resolved(host, seconds):
    """The IP addresses of a name; None where it has none, or not in time."""
    found = []

    def resolve():
        try:
            held = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return
        found.extend(ipaddress.ip_address(one[4][0]) for one in held)

    # It waits as long as it likes; a thread that still waits ends with the process.
    resolving = threading.Thread(target=resolve, daemon=True)
    resolving.start()
    resolving.join(seconds)
    return list(found) or None


def _by_proxy(scheme, host):
    """Does a proxy go there, which knows names that this machine may not know?"""
    return scheme in urllib.request.getproxies() and not urllib.request.proxy_bypass(host)


def _sentence(error):
    said = f"{error.why}: {error.details}" if error.details else error.why
    return f"{said[:1].upper()}{said[1:]}."


def _key_set(address, where, connection, allow_http):
    status, kind, body = _document.visited(address, connection, option="the key set", allow_http=allow_http)
    if status != 200:
        moved = " Redirects are not followed." if 300 <= status < 400 else ""
        return [finding("key_set_answer", where, f"The key set answers {status}.{moved}")], f"answered {status}"
    try:
        key_set = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return [finding("key_set_answer", where, f"The key set is no JSON, but {kind or 'of no type'}.")], "no JSON"
    found = keys.of_key_set(key_set, where)
    if kind != "application/json" and not kind.endswith("+json"):
        found.append(finding("key_set_type", where, f"The key set is called {kind or 'nothing'} by its server."))
    held = key_set.get("keys") if isinstance(key_set, dict) else None
    shown = [keys.described(key) for key in held if isinstance(key, dict)] if isinstance(held, list) else []
    return found, f"{len(shown)} key{'' if len(shown) == 1 else 's'}: {', '.join(shown)}" if shown else "no keys"


def _login(address, where, connection, allow_http):
    """A login without parameters may be refused, but must be there; platforms come by GET or by POST."""
    answers = []
    for method in ("GET", "POST"):
        status, _kind, _body = _document.visited(
            address, connection, option="the login address", allow_http=allow_http, method=method
        )
        answers.append(f"{method} answered {status}")
        if status < 500 and status not in (404, 405, 501):
            return [], answers[-1]
    words = ", ".join(answers)
    return [finding("login_answer", where, f"The login address is not usable: {words}.")], words
