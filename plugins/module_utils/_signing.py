# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How each platform wants a request signed: requests' auth classes over pure functions.

An auth object is applied to every attempt of a request, so a retry never repeats a nonce.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import secrets
import time
import urllib.parse

try:
    from requests.auth import AuthBase
except ImportError:  # the front end says what is missing before any request is made
    AuthBase = object

from ansible_collections.edtech.lti.plugins.module_utils._errors import InvalidError

NONCE_FLOOR = 10**15
NONCE_CEILING = 2**53

NESTED_IN_EXAM = frozenset({"documents", "attachments"})
"""Collections below one exam; every other word after an id is an action on the object itself."""

SIGNED_BY_US = ("nonce", "timestamp", "signature")


def fresh_nonce():
    """A number that does not repeat within 24 hours, whatever runs in parallel.

    Below 2**53 so that a JSON reader that uses doubles cannot alter it (docs/platforms/exam.md, 2).
    """
    return NONCE_FLOOR + secrets.randbelow(NONCE_CEILING - NONCE_FLOOR)


def wire_text(value):
    """The one text that stands for a parameter, both in the signature and in the request.

    Lists and dicts become compact JSON: the platform takes structured settings as text.
    Source: docs/platforms/exam.md, 3.

    :raises InvalidError: for null (clients and server disagree on its rendering) and for data
        that JSON cannot hold.
    """
    if value is None:
        raise InvalidError("null cannot be signed", hint="Use an empty text to clear a value.")
    if isinstance(value, bool):
        return "true" if value else "false"
    text = compact_json(value) if isinstance(value, (dict, list, tuple)) else str(value)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InvalidError(f"{text!r} is not valid Unicode text") from error
    return text


def compact_json(value):
    """JSON text without blanks, keys sorted, so that equal data always gives equal text.

    :raises InvalidError: when ``value`` holds what JSON cannot (NaN, dates).
    """
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise InvalidError(f"{value!r} cannot be written as JSON: {error}") from error


def exam_canonical(parameters):
    """The text that the exam platform signs: ``name=value`` sorted by name, joined by ``?``, all raw.

    Source: docs/platforms/exam.md, 2.

    :param parameters: names to texts, path ids, nonce and timestamp included.
    """
    return "?".join(f"{name}={parameters[name]}" for name in sorted(parameters))


def exam_signature(secret_key, parameters):
    """64 lower-case hex digits: HMAC-SHA256 of :func:`exam_canonical` under the user's secret key.

    :param parameters: names to values; values are rendered by :func:`wire_text`.
    """
    texts = {name: wire_text(value) for name, value in parameters.items()}
    message = exam_canonical(texts).encode("utf-8")
    return hmac.new(secret_key.encode("utf-8"), message, hashlib.sha256).hexdigest()


def exam_path_parameters(path):
    """The ids inside a path, under the names by which the platform signs them.

    ``/api/v3/exams/7`` gives ``{"id": "7"}``, ``/api/v3/exams/7/documents/9`` gives
    ``{"exam_id": "7", "id": "9"}``, and an action on an object (``/api/v3/exams/7/send_emails``)
    gives ``{"id": "7"}``. Source: docs/platforms/exam.md, 2.
    """
    match = re.match(r"^(?:.*?/)?api/v\d+/(.*)$", path)
    words = (match.group(1) if match else path).strip("/").split("/")
    found = {}
    for place, word in enumerate(words):
        if place == 0 or not word.isdigit():
            continue
        nested = words[place + 1 : place + 2] and (words[place + 1] in NESTED_IN_EXAM or len(words) > place + 2)
        found[f"{words[place - 1].rstrip('s')}_id" if nested else "id"] = word
    return found


class ExamAuth(AuthBase):
    """Signs a request for the exam platform: token in the header, signature among the parameters.

    Parameters of reading and deleting verbs travel in the query, those of the others as JSON
    (docs/platforms/exam.md, 2: bodies on DELETE are dropped by some proxies).

    :param api_token: goes into the ``Authorization`` header.
    :param secret_key: the HMAC key; never sent.
    :param clock: seconds since the epoch; the wire wants milliseconds.
    """

    def __init__(self, api_token, secret_key, clock=time.time, nonce=fresh_nonce):
        self._api_token = api_token
        self._secret_key = secret_key
        self._clock = clock
        self._nonce = nonce

    def __call__(self, request):
        address = urllib.parse.urlsplit(request.url)
        in_query = dict(urllib.parse.parse_qsl(address.query, keep_blank_values=True))
        in_body = _json_object(request.body)
        in_path = exam_path_parameters(urllib.parse.unquote(address.path))
        parameters = self._merged(in_query, in_body, in_path)
        stamps = {"nonce": str(self._nonce()), "timestamp": str(int(self._clock() * 1000))}
        stamps["signature"] = exam_signature(self._secret_key, {**parameters, **stamps})
        if request.method in ("GET", "HEAD", "DELETE"):
            request.url = urllib.parse.urlunsplit(address._replace(query=""))
            request.prepare_url(request.url, {**in_query, **in_body, **stamps})
            request.body = None
            request.headers.pop("Content-Type", None)
            request.headers.pop("Content-Length", None)
        else:
            body = {name: wire_text(value) for name, value in {**in_query, **in_body}.items()}
            request.url = urllib.parse.urlunsplit(address._replace(query=""))
            request.prepare_body(compact_json({**body, **stamps}).encode("utf-8"), None)
            request.headers["Content-Type"] = "application/json"
        request.headers["Authorization"] = f"Token token={self._api_token}"
        return request

    @staticmethod
    def _merged(in_query, in_body, in_path):
        merged = {}
        for source in (in_query, in_body, in_path):
            for name, value in source.items():
                if name in SIGNED_BY_US:
                    raise InvalidError(f"the parameter {name} is set by the signature", hint=f"Leave {name} out.")
                text = wire_text(value)
                if merged.setdefault(name, text) != text:
                    raise InvalidError(f"the parameter {name} is given twice, as {merged[name]!r} and {text!r}")
        return merged


def _json_object(body):
    if not body:
        return {}
    loaded = json.loads(body)
    if not isinstance(loaded, dict):
        raise InvalidError("the exam platform takes an object of parameters as body")
    return loaded


def id_key_base(method, url, seconds):
    """The text that Brightspace signs: verb, path (lower case, decoded) and time; no host and no query.

    Source: docs/platforms/d2l.md, 5.
    """
    path = urllib.parse.unquote(urllib.parse.urlsplit(url).path.lower())
    return f"{method.upper()}&{path}&{seconds}"


def id_key_signature(key, base):
    """URL-safe base64, without padding, of HMAC-SHA256 of ``base`` under an application's or a user's key."""
    digest = hmac.new(key.encode("utf-8"), base.encode("utf-8"), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode("ascii").rstrip("=")


class IdKeyAuth(AuthBase):
    """Signs a request for Brightspace the old way: five parameters that are appended to the query.

    The server tells its own time when ours is out of its window; from then on we sign with that.

    :param clock: seconds since the epoch.
    """

    _skews: dict = {}
    """Seconds by which a server's clock is ahead of ours, by host; kept for the life of the process."""

    def __init__(self, app_id, app_key, user_id, user_key, clock=time.time):
        self._app_id = app_id
        self._app_key = app_key
        self._user_id = user_id
        self._user_key = user_key
        self._clock = clock

    def __call__(self, request):
        host = urllib.parse.urlsplit(request.url).netloc.lower()
        seconds = int(self._clock()) + self._skews.get(host, 0)
        base = id_key_base(request.method, request.url, seconds)
        signed = {
            "x_a": self._app_id,
            "x_c": id_key_signature(self._app_key, base),
            "x_b": self._user_id,
            "x_d": id_key_signature(self._user_key, base),
            "x_t": str(seconds),
        }
        # Appended as text: the query that is there stays as it was written.
        address, joint = request.url, "&" if "?" in request.url else "?"
        request.url = f"{address}{joint}{urllib.parse.urlencode(signed)}"
        return request

    def mends(self, answer):
        """Takes over the server's clock from a refusal for ours; false when there is nothing to take over."""
        told = re.search(rb"Timestamp out of range\s*(\d{1,15})\b", answer.body, re.IGNORECASE)
        if answer.status != 403 or not told:
            return False
        self._skews[urllib.parse.urlsplit(answer.url).netloc.lower()] = int(told.group(1)) - int(self._clock())
        return True


class SubscriptionAuth(AuthBase):
    """Names the application to LumiNUS's gateway, and the user to LumiNUS behind it.

    Both travel as headers: a key in the query would stay in logs. Source: docs/platforms/luminus.md, 1.
    """

    def __init__(self, subscription_key, access_token):
        self._subscription_key = subscription_key
        self._access_token = access_token

    def __call__(self, request):
        request.headers["Ocp-Apim-Subscription-Key"] = self._subscription_key
        request.headers["Authorization"] = f"Bearer {self._access_token}"
        return request
