# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One HTTP client for all platforms: send, retry, wait as told, page, decode, explain.

What differs between platforms is data: a :class:`Dialect` and an auth object from ``_signing.py``.
"""

from __future__ import annotations

import dataclasses
import http.cookiejar
import ipaddress
import os
import random
import time
import typing
import urllib.parse

try:
    import requests
    from requests import exceptions as trouble
    from urllib3.exceptions import InvalidHeader, MaxRetryError, NewConnectionError, ReadTimeoutError
    from urllib3.util.retry import Retry

    UNSENDABLE = (trouble.InvalidURL, trouble.InvalidSchema, trouble.InvalidHeader, trouble.InvalidJSONError)
except ImportError:  # the front end says what is missing before any request is made
    requests = None

from ansible_collections.edtech.lti.plugins.module_utils import _answer, _errors

USER_AGENT = "ansible-edtech.lti/0.1.0"

READS = frozenset({"GET", "HEAD", "OPTIONS"})
REPEATABLE = frozenset({408, 425, 429, 500, 502, 503, 504})
BODY_LIMIT = 64 * 1024 * 1024
"""Bytes of one answer; no page of any platform comes near it."""
LONGEST_PAUSE = 120
"""Seconds that a server may ask us to wait; beyond, the task fails and says so."""
LONGEST_TIMEOUT = 3600
"""Seconds; a longer one is a mistake, and some are more than a socket takes."""
LISTINGS_AT_MOST = 4
PENDING = frozenset({408, 504})
"""Statuses by which a gateway gives up while the server behind it may still be working."""
BACKOFF_FACTOR = 0.5
BACKOFF_CEILING = 30

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
    def checked(cls, base_url, *, timeout, retries, validate_certs, ca_path, allow_http):
        """A connection whose address may be trusted with credentials.

        :raises InvalidError: before anything is sent, when the address or the CA file is unusable.
        """
        address = _web_address(base_url)
        if address.username or address.password or address.query or address.fragment:
            raise _errors.InvalidError("base_url must hold neither credentials nor a query")
        if "/api/" in f"{address.path}/":
            raise _errors.InvalidError(
                f"base_url must end before the API's path, but has {address.path!r}",
                hint=f"Use {address.scheme}://{address.netloc}.",
            )
        if address.scheme == "http" and not allow_http and not _is_loopback(address.hostname):
            raise _errors.InvalidError(
                f"base_url is plain http to {address.hostname}: everybody on the way could read the credentials",
                hint="Use https, or set allow_http: true where that is really meant.",
            )
        if ca_path and not os.path.exists(ca_path):
            raise _errors.InvalidError(f"ca_path does not exist: {ca_path}")
        if not 0 < timeout <= LONGEST_TIMEOUT or retries < 0:
            raise _errors.InvalidError(f"timeout must be above 0 and at most {LONGEST_TIMEOUT}, retries not below 0")
        return cls(base_url.rstrip("/"), timeout, retries, (ca_path or True) if validate_certs else False)


def _web_address(text):
    """The parts of a web address; what cannot be one is refused without repeating a password in it."""
    try:
        address = urllib.parse.urlsplit(text)
        usable = address.scheme in ("https", "http") and address.hostname and (address.port or 1) > 0
    except ValueError:
        usable = False
    if not usable:
        shown = text.rpartition("@")[2]  # what stands before it may be a password
        raise _errors.InvalidError(
            f"base_url is not a web address: {shown!r}",
            hint="It looks like https://school.example.com, without a path.",
        )
    return address


def _is_loopback(host):
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


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
    answers = []
    while True:
        number = len(answers) + 1
        answer = client.read(path, {**query, "page": number, "limit": size})
        answers.append(answer)
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
    return int(text) if text and text.isascii() and text.isdigit() else None


@dataclasses.dataclass(frozen=True)
class Dialect:
    """How one platform speaks HTTP, beyond signing.

    :param headers: sent with every request.
    :param pages: ``(client, path, query, size)`` to a list of answers.
    :param page_size: items asked for at once.
    :param query_text: renders one query value.
    :param refine: ``(answer, error)`` to the error to raise instead, or None to keep it.
    :param secret_names: lower-case names of members that hold secrets in any answer or body.
    """

    headers: typing.Mapping
    pages: typing.Callable
    page_size: int = 100
    query_text: typing.Callable = str
    refine: typing.Callable = lambda answer, error: None
    secret_names: frozenset = frozenset()


class Client:
    """Sends requests to one platform as one user.

    :param auth: a requests auth object; applied afresh to each attempt.
    :param writes_allowed: false in check mode; then any verb but a reading one is a bug and raises.
    :param learn: called with what error answers and answers to writes hold, and with the names of
        the members that are secrets in it; what a listing holds is learnt object by object.
    :param hide: takes the secrets known so far out of a text.
    :ivar identity: tells one server and user from another, within this process; never shown.
    """

    def __init__(
        self, connection, dialect, auth, *, learn, hide=str, identity=(), writes_allowed=True, sleep=time.sleep
    ):
        self.identity = (connection.base_url, *identity)
        self.connection = connection
        self.dialect = dialect
        self._learn = learn
        self._hide = hide
        self._auth = auth
        self._writes_allowed = writes_allowed
        self._sleep = sleep

    def read(self, path, query=None):
        """GET ``path``; repeated after passing faults.

        :returns: an :class:`Answer` with status 2xx whose body is JSON or empty.
        :raises ApiError: for everything else.
        """
        return self._send("GET", path, query, None)

    def pages(self, path, query=None):
        """All answers of a paged listing, in order."""
        return self.dialect.pages(self, path, query or {}, self.dialect.page_size)

    def write(self, method, path, body=None, query=None):
        """Send one writing request, repeated only where the server certainly did nothing.

        :raises OutcomeUnknown: when the answer was lost; the caller must look before it decides.
        :raises ApiError: for a refusal.
        """
        if not self._writes_allowed:
            raise _errors.WriteInCheckMode(f"{method} {path} in check mode")
        return self._send(method, path, query, body)

    def rehearse(self, method, path, body=None, query=None):
        """Build and sign a request without sending it.

        :raises ApiError: as sending it would, for what can be known beforehand.
        """
        url = self.connection.base_url + path
        try:
            requests.Request(method, url, params=self._texts(query), json=body, auth=self._auth).prepare()
        except (*UNSENDABLE, ValueError) as error:
            raise _unsendable({"method": method, "url": url}) from error

    def words_of(self, answer):
        """The server's own words in an answer, without the secrets in it."""
        self._learn(answer.json(), self.dialect.secret_names)
        return answer.words(self._hide) or None

    def patience(self):
        """A fresh schedule of pauses for one undertaking."""
        return Patience(self.connection.retries, self._sleep)

    def _send(self, method, path, query, body):
        patience = self.patience()
        url = self.connection.base_url + path
        texts = self._texts(query)
        while True:
            try:
                answer = self._attempt(method, url, texts, body, patience.attempts)
            except _errors.Unanswered:
                if not patience.wait():
                    raise
                continue
            if answer.ok:
                return answer
            throttled = answer.status == 429
            repeatable = throttled or (method in READS and answer.status in REPEATABLE)
            if repeatable and patience.wait(answer.headers.get("Retry-After")):
                continue
            raise self._explained(answer, lost=method not in READS and answer.status in REPEATABLE and not throttled)

    def _texts(self, query):
        return {name: self.dialect.query_text(value) for name, value in (query or {}).items()}

    def _attempt(self, method, url, query, body, attempts):
        known = {"method": method, "url": url, "attempts": attempts}
        sent_blindly = _errors.Unanswered if method in READS else _errors.OutcomeUnknown
        try:
            response = _session(self.connection).request(
                method,
                url,
                params=query,
                json=body,
                auth=self._auth,
                headers={"User-Agent": USER_AGENT, **self.dialect.headers},
                timeout=self.connection.timeout,
                verify=self.connection.verify,
                allow_redirects=False,
                stream=True,
            )
            received = time.time()
            text = _limited_body(response, known)
        except trouble.SSLError as error:
            raise _untrusted(error, known) from error
        except (*UNSENDABLE, ValueError) as error:
            if error.args and isinstance(error.args[0], InvalidHeader):
                raise sent_blindly("the answer's head cannot be read", **known) from error
            raise _unsendable(known) from error
        except trouble.Timeout as error:
            kind = _errors.Unanswered if isinstance(error, trouble.ConnectTimeout) else sent_blindly
            late = kind(
                f"no answer within {self.connection.timeout:g} seconds",
                hint="Raise the timeout option, or ask the platform's operator.",
                **known,
            )
            late.pending = True
            raise late from error
        except trouble.RequestException as error:
            if _never_sent(error):
                raise _unreachable(url, known) from error
            broken = sent_blindly("the connection broke before the answer was complete", **known)
            broken.pending = bool(error.args) and isinstance(error.args[0], ReadTimeoutError)
            raise broken from error
        answer = _answer.Answer(method, url, response.status_code, response.headers, text, attempts, received)
        return self._decodable(answer, sent_blindly)

    def _decodable(self, answer, sent_blindly):
        try:
            loaded = answer.json()
            if not answer.ok or answer.method not in READS:
                self._learn(loaded, self.dialect.secret_names)
        except _answer.NotJson as error:
            if answer.ok:
                strange = sent_blindly(
                    f"the answer ({answer.status}) is not JSON",
                    hint="A maintenance page or a proxy may stand in between; look at base_url.",
                    method=answer.method,
                    url=answer.url,
                    status=answer.status,
                    details=answer.words(self._hide) or None,
                    attempts=answer.attempts,
                )
                strange.kind = _errors.ProtocolError.kind
                raise strange from error
        return answer

    def _explained(self, answer, *, lost):
        error = answer.error(self._hide)
        if lost:
            unknown = _errors.OutcomeUnknown(error.why, hint=error.hint, **error.of_request())
            unknown.pending = answer.status in PENDING
            return unknown
        if answer.status == 429:
            error.hint = "The platform is throttling; run fewer hosts at once (forks), or try again later."
        return self.dialect.refine(answer, error) or error


class Patience:
    """How often and how long to wait in one undertaking: exponential, jittered, as told by the server.

    :param retries: pauses at most.
    :ivar attempts: the number of the attempt that is under way, from 1.
    """

    def __init__(self, retries, sleep):
        self._schedule = Retry(total=retries, backoff_factor=BACKOFF_FACTOR)
        self._sleep = sleep
        self.attempts = 1

    def wait(self, retry_after=None):
        """Pause before the next attempt; False (at once) when there is to be none."""
        try:
            self._schedule = self._schedule.increment()
        except MaxRetryError:
            return False
        pause = max(BACKOFF_FACTOR, self._schedule.get_backoff_time())
        pause = min(pause, BACKOFF_CEILING) * random.uniform(0.5, 1)  # noqa: S311 - jitter, not a secret
        told = self._told(retry_after)
        if told > LONGEST_PAUSE:
            return False
        self._sleep(max(pause, told))
        self.attempts += 1
        return True

    def _told(self, retry_after):
        try:
            return self._schedule.parse_retry_after(retry_after) if retry_after else 0
        except Exception:  # urllib3 raises InvalidHeader; a header that nobody can read says nothing
            return 0


def _session(connection):
    """The kept HTTP session for a server: one connection serves all items of a task's loop."""
    # The process id keeps a forked worker from sharing its parent's sockets.
    key = (os.getpid(), urllib.parse.urlsplit(connection.base_url)[:2], connection.verify)
    if key not in _sessions:
        session = requests.Session()
        # Redirects are never followed; requests would still read the address, and stumble over a bad one.
        session.get_redirect_target = lambda response: None
        # Cookies would carry one user's login into another user's requests.
        session.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
        _sessions[key] = session
    return _sessions[key]


def _limited_body(response, known):
    chunks, size = [], 0
    for chunk in response.iter_content(65536):
        size += len(chunk)
        if size > BODY_LIMIT:
            response.close()
            raise _errors.ProtocolError(f"the answer is larger than {BODY_LIMIT} bytes", **known)
        chunks.append(chunk)
    return b"".join(chunks)


def _never_sent(error):
    """Was no connection made at all? A proxy's failure may as well come after the request went out."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(getattr(reason, "original_error", reason), NewConnectionError)


def _unreachable(url, known):
    host = urllib.parse.urlsplit(url).netloc
    return _errors.Unanswered(
        f"{host} cannot be reached",
        hint="Check base_url, the name's DNS entry, and that this machine may connect there (firewall, proxy).",
        **known,
    )


def _unsendable(known):
    return _errors.InvalidError(
        "the request cannot be sent: the address, a value or a credential has what HTTP or JSON does not allow",
        hint="Look for blanks and line breaks at the end of tokens and keys.",
        **known,
    )


def _untrusted(error, known):
    text = str(error)
    if "CERTIFICATE_VERIFY_FAILED" not in text and "certificate" not in text.lower():
        return _errors.UnavailableError("the TLS handshake failed", hint="Is this address really https?", **known)
    return _errors.UnavailableError(
        "the server's certificate is not trusted",
        details=text.rsplit("certificate verify failed: ", 1)[-1].split(" (_ssl")[0] if "failed: " in text else None,
        hint="For a CA of your own set ca_path to its certificate; never switch validate_certs off in production.",
        **known,
    )
