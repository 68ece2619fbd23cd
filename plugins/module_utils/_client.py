# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One HTTP client for all platforms: send, retry, wait as told, page, decode, explain.

What differs between platforms is data: a :class:`Dialect` and an auth object from ``_signing.py``.
"""

from __future__ import annotations

import dataclasses
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
from ansible_collections.edtech.lti.plugins.module_utils._body import body_of
from ansible_collections.edtech.lti.plugins.module_utils._connection import origin, session_for

USER_AGENT = "ansible-edtech.lti/0.1.0"

READS = frozenset({"GET", "HEAD", "OPTIONS"})
REPEATABLE = frozenset({408, 425, 429, 500, 502, 503, 504})
LONGEST_PAUSE = 120
"""Seconds that a server may ask us to wait; beyond, the task fails and says so."""
PENDING = frozenset({408, 504})
"""Statuses by which a gateway gives up while the server behind it may still be working."""
BACKOFF_FACTOR = 0.5
BACKOFF_CEILING = 30


@dataclasses.dataclass(frozen=True)
class Dialect:
    """How one platform speaks HTTP, beyond signing.

    :param headers: sent with every request.
    :param pages: ``(client, path, query, size)`` to a list of answers.
    :param page_size: items asked for at once.
    :param query_text: renders one query value.
    :param refine: ``(answer, error)`` to the error to raise instead, or None to keep it.
    :param secret_names: lower-case names of members that hold secrets in any answer or body.
    :param version: ``(client, product)`` to the version of that part of the API to speak, as a pair of numbers.
    :param pause: seconds for which an answer asks to send nothing more, for a platform that says so.
    :param throttled: does an answer say that there were too many requests, and that this one was not carried out?
    :param questions: patterns of the paths at which a POST changes nothing and only asks.
    """

    headers: typing.Mapping
    pages: typing.Callable
    page_size: int = 100
    query_text: typing.Callable = str
    refine: typing.Callable = lambda answer, error: None
    secret_names: frozenset = frozenset()
    version: typing.Callable | None = None
    pause: typing.Callable = lambda answer: 0
    throttled: typing.Callable = lambda answer: answer.status == 429
    questions: tuple = ()


class Client:
    """Sends requests to one platform as one user.

    :param auth: a requests auth object; applied afresh to each attempt.
    :param writes_allowed: false in check mode; then any verb but a reading one is a bug and raises.
    :param learn: called with what error answers and answers to writes hold, and with the names of
        the members that are secrets in it; what a listing holds is learnt object by object.
    :param hide: takes the secrets known so far out of a text.
    :param settings: the platform's own options that are no credentials.
    :ivar identity: tells one server and user from another, within this process; never shown.
    """

    def __init__(
        self,
        connection,
        dialect,
        auth,
        *,
        learn,
        hide=str,
        identity=(),
        settings=None,
        writes_allowed=True,
        sleep=time.sleep,
    ):
        self.identity = (connection.base_url, *identity)
        self.connection = connection
        self.dialect = dialect
        self.settings = settings or {}
        self._learn = learn
        self._hide = hide
        self._versions = {}
        self._not_before = 0
        self.auth = auth
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

    def follow(self, answer, address):
        """GET the next page of a listing, by the address that the server gives in the page before.

        :raises ProtocolError: for an address outside the platform, before a credential leaves.
        """
        base = urllib.parse.urlsplit(self.connection.base_url)
        try:
            target = urllib.parse.urlsplit(urllib.parse.urljoin(answer.url, address))
            inside = origin(target) == origin(base) and target.path.startswith(f"{base.path}/")
        except ValueError:
            inside = False
        if not inside:
            raise _errors.ProtocolError(
                "the next page of the list is said to be outside the platform, where no credential may go",
                hint="Is base_url the address that the platform itself uses?",
                method="GET",
                url=answer.url,
            )
        query = f"?{target.query}" if target.query else ""
        return self._send("GET", target.path[len(base.path) :] + query, None, None)

    def version(self, product):
        """The version of a part of the API that is spoken with this server, as a pair of numbers."""
        if product not in self._versions:
            self._versions[product] = self.dialect.version(self, product)
        return self._versions[product]

    def places(self, resource):
        """What stands for the versions in a resource's path."""
        named = [name for name in ("le", "lp") if f"{{{name}}}" in resource.path]
        return {name: ".".join(map(str, self.version(name))) for name in named}

    def write(self, method, path, body=None, query=None, *, form=None):
        """Send one writing request, repeated only where the server certainly did nothing.

        :param form: sent as a web form instead of a JSON ``body``.
        :raises OutcomeUnknown: when the answer was lost; the caller must look before it decides.
        :raises ApiError: for a refusal.
        """
        if not self._writes_allowed:
            raise _errors.WriteInCheckMode(f"{method} {path} in check mode")
        return self._send(method, path, query, body, form)

    def ask(self, path, body):
        """POST a question: what the platform answers without changing anything; sent in check mode as well.

        :raises WriteInCheckMode: for a path that the dialect does not declare as one of its ``questions``.
        :raises ApiError: as :meth:`read`.
        """
        if not any(question.fullmatch(path) for question in self.dialect.questions):
            raise _errors.WriteInCheckMode(f"POST {path} is no question")
        return self._send("POST", path, None, body)

    def rehearse(self, method, path, body=None, query=None):
        """Build and sign a request without sending it.

        :raises ApiError: as sending it would, for what can be known beforehand.
        """
        url = self.connection.base_url + path
        try:
            requests.Request(method, url, params=self._texts(query), json=body, auth=self.auth).prepare()
        except (*UNSENDABLE, ValueError) as error:
            raise _unsendable({"method": method, "url": url}) from error

    def words_of(self, answer):
        """The server's own words in an answer, without the secrets in it."""
        self._learn(answer.json(), self.dialect.secret_names)
        return answer.words(self._hide) or None

    def patience(self):
        """A fresh schedule of pauses for one undertaking."""
        return Patience(self.connection.retries, self._sleep)

    def _send(self, method, path, query, body, form=None):
        patience = self.patience()
        url = self.connection.base_url + path
        texts = self._texts(query)
        mended = rested = False
        while True:
            if not rested:
                self._keep_pace()
            try:
                answer = self._attempt(method, url, {"params": texts, "json": body, "data": form}, patience.attempts)
            except _errors.Unanswered:
                if not patience.wait():
                    raise
                continue
            pause = self.dialect.pause(answer)
            if answer.ok:
                self._hold(pause)
                return answer
            # A refused login is mended at most once for a request, which the server has not carried out.
            if not mended and self._auth_mends(answer):
                mended = True
                continue
            throttled = rested = self.dialect.throttled(answer)
            if throttled:
                self._hold(patience.told(answer.headers.get("Retry-After")))
            repeatable = throttled or (method in READS and answer.status in REPEATABLE)
            if repeatable and patience.wait(answer.headers.get("Retry-After")):
                continue
            raise self._explained(answer, lost=method not in READS and answer.status in REPEATABLE and not throttled)

    def _auth_mends(self, answer):
        mends = getattr(self.auth, "mends", None)
        return mends is not None and mends(answer)

    def _hold(self, seconds):
        """Nobody sends before: what one of several threads is told holds for all of them."""
        if 0 < seconds <= LONGEST_PAUSE:
            self._not_before = max(self._not_before, time.monotonic() + seconds)

    def _keep_pace(self):
        pause = self._not_before - time.monotonic()
        if pause > 0:
            self._sleep(pause)

    def _texts(self, query):
        return {name: self.dialect.query_text(value) for name, value in (query or {}).items()}

    def _attempt(self, method, url, content, attempts):
        known = {"method": method, "url": _without_query(url), "attempts": attempts}
        sent_blindly = _errors.Unanswered if method in READS else _errors.OutcomeUnknown
        try:
            response = session_for(self.connection).request(
                method,
                url,
                **content,
                auth=self.auth,
                headers={"User-Agent": USER_AGENT, **self.dialect.headers},
                timeout=self.connection.timeout,
                verify=self.connection.verify,
                allow_redirects=False,
                stream=True,
            )
            received = time.time()
            text = body_of(response, self.connection.timeout, known, reading=method in READS)
        except trouble.SSLError as error:
            if method not in READS and _was_under_way(error):
                raise sent_blindly("the connection broke before the answer was complete", **known) from error
            raise untrusted(error, known) from error
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
        answer = _answer.Answer(
            method, _without_query(url), response.status_code, response.headers, text, attempts, received
        )
        return self._decodable(answer, sent_blindly)

    def _decodable(self, answer, sent_blindly):
        try:
            loaded = answer.json()
            if not answer.ok or answer.method not in READS:
                self._learn(loaded, self.dialect.secret_names)
        except _answer.NotJson as error:
            self._learn(answer.members(), self.dialect.secret_names)
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
        if self.dialect.throttled(answer):
            error = _errors.RateLimitedError(error.why, **error.of_request())
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
        pause = min(pause, BACKOFF_CEILING) * random.uniform(0.5, 1)  # noqa: S311  # nosec B311  # jitter, not a secret
        told = self.told(retry_after)
        if told > LONGEST_PAUSE:
            return False
        self._sleep(max(pause, told))
        self.attempts += 1
        return True

    def told(self, retry_after):
        """Seconds for which a server asks us to wait; 0 for what nobody can read."""
        try:
            return self._schedule.parse_retry_after(retry_after) if retry_after else 0
        except Exception:  # urllib3 raises InvalidHeader
            return 0


def _without_query(url):
    return url.partition("?")[0]


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


def _was_under_way(error):
    """Did TLS fail after the handshake, so that the request may have arrived?"""
    words = str(error).lower()
    early = ("certificate", "handshake", "wrong_version", "wrong version", "record layer")
    return not any(part in words for part in early)


def untrusted(error, known):
    """What went wrong with TLS, as an error that says what to do.

    :param known: what is known of the request, as errors take it.
    """
    text = str(error)
    if any(word in text for word in ("PEM lib", "[X509", "no certificate or crl found", "NO_CERTIFICATE_OR_CRL")):
        return _errors.UnavailableError("ca_path holds no certificate", hint="Give a file in the form PEM.", **known)
    if "CERTIFICATE_VERIFY_FAILED" not in text and "certificate" not in text.lower():
        return _errors.UnavailableError("the TLS handshake failed", hint="Is this address really https?", **known)
    return _errors.UnavailableError(
        "the server's certificate is not trusted",
        details=text.rsplit("certificate verify failed: ", 1)[-1].split(" (_ssl")[0] if "failed: " in text else None,
        hint="For a CA of your own set ca_path to its certificate; never switch validate_certs off in production.",
        **known,
    )
