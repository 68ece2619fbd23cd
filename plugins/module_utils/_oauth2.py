# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Getting OAuth 2.0 access tokens: by a signed assertion, or by a refresh token that works only once."""

from __future__ import annotations

import dataclasses
import hashlib
import secrets
import threading
import time

try:
    from requests.auth import AuthBase
except ImportError:  # the front end says what is missing before any request is made
    AuthBase = object

from ansible_collections.edtech.lti.plugins.module_utils import _errors
from ansible_collections.edtech.lti.plugins.module_utils._client import Client, Dialect
from ansible_collections.edtech.lti.plugins.module_utils._connection import Connection, web_address

MARGIN = 60
"""Seconds before its end from which on an access token is not used any more (less for short lives)."""
LIFE_WHEN_UNTOLD = 300
LONGEST_LIFE = 366 * 86400
"""Seconds; what says more has not been understood."""
ASSERTION_LIFE = 50
"""Seconds; Brightspace recommends less than 60 (docs/platforms/d2l.md, 4)."""
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

CURVES = {"secp256r1": "ES256", "secp384r1": "ES384", "secp521r1": "ES512"}
HINTS = {
    "invalid_grant": "The refresh token is used up, expired or revoked: log in again in a browser, and put the new"
    " refresh token into oauth_token_file.",
    "invalid_client": "Check the client id with its secret; or that the key set registered for it holds"
    " oauth_key_id, and that oauth_audience is what the server wants.",
    "invalid_scope": "The application is not registered for all of these scopes; see oauth_scope.",
    "unauthorized_client": "The application is not registered for this grant type.",
}

_kept = {}
"""Access tokens of this process, by everything that they depend on."""


@dataclasses.dataclass(frozen=True)
class Token:
    """An access token. ``expires_at`` in seconds since the epoch, ``life`` in seconds."""

    text: str
    expires_at: float
    life: float
    scope: str | None = None

    def is_fresh(self):
        return time.time() < self.expires_at - min(MARGIN, self.life / 10)


def token_of(granted):
    """The :class:`Token` in a token endpoint's answer.

    :raises OutcomeUnknown: when there is none: whatever was granted is lost.
    """
    text = granted.get("access_token") if isinstance(granted, dict) else None
    if not isinstance(text, str) or not text:
        lost = _errors.OutcomeUnknown("the answer of the token endpoint holds no access_token")
        lost.kind = _errors.ProtocolError.kind
        raise lost
    try:
        life = float(granted.get("expires_in") or LIFE_WHEN_UNTOLD)
    except (TypeError, ValueError, OverflowError):
        life = LIFE_WHEN_UNTOLD
    if not 0 < life <= LONGEST_LIFE:
        life = LIFE_WHEN_UNTOLD
    return Token(text, time.time() + life, life, granted.get("scope"))


class TokenEndpoint:
    """Where tokens are asked for.

    :param address: its web address.
    :param connection: options of :meth:`Connection.checked`, the address apart.
    :param learn: takes each secret that comes, so that it is hidden.
    :raises InvalidError: when the address may not be trusted with credentials.
    """

    def __init__(self, address, connection, learn, hide=str):
        parts = web_address(address, "oauth_token_url")
        self.address = address
        self._path = parts.path or "/"
        self._learn = learn
        self._client = Client(
            Connection.checked(f"{parts.scheme}://{parts.netloc}", option="oauth_token_url", **connection),
            Dialect(headers={"Accept": "application/json"}, pages=None, refine=_refused),
            None,
            learn=lambda tree, names: learn(tree),
            hide=hide,
        )

    def ask(self, form):
        """Send one token request.

        :raises AuthError: for a refusal, with the usual cause.
        :raises OutcomeUnknown: when the answer was lost.
        """
        self._learn(form)
        try:
            with _errors.attempting("asking for an access token"):
                return self._client.write("POST", self._path, form=form).json()
        except _errors.ApiError as error:
            if error.hint:
                error.hint = error.hint.replace("base_url", "oauth_token_url")
            if error.status and error.status < 300:
                error.details = None  # what cannot be read may hold the tokens all the same
            raise

    def patience(self):
        return self._client.patience()


def _refused(answer, error):
    if answer.status == 404:
        error.hint = "Check oauth_token_url."
    if answer.status in (400, 401, 403):
        word = (error.details or "").partition(":")[0]
        hint = HINTS.get(word)
        if word == "invalid_client":
            hint = " ".join(filter(None, [_clock_hint(answer), hint]))
        return _errors.AuthError(f"the token endpoint answered {answer.status}", hint=hint, **error.of_request())
    return error


def _clock_hint(answer):
    """An assertion lives for less than a minute, and so does not survive a clock that is off by as much."""
    skew = answer.clock_skew()
    if skew is None or abs(skew) < ASSERTION_LIFE / 2:
        return None
    amount = f"{abs(skew) / 60:.0f} minutes" if abs(skew) >= 120 else f"{abs(skew):.0f} seconds"
    return (
        f"This machine's clock is {amount} {'ahead of' if skew > 0 else 'behind'} the server's, and client assertions"
        " carry the time: set the clock (NTP)."
    )


class BearerAuth(AuthBase):
    """Puts an access token into the header, and gets another one when the server says that it has ended.

    :param source: has ``token()``, a text, and ``renew(stale)``, which says whether there is a newer one.
    """

    def __init__(self, source):
        self.source = source
        self._used = threading.local()

    def __call__(self, request):
        self._used.token = self.source.token()
        request.headers["Authorization"] = f"Bearer {self._used.token}"
        return request

    def mends(self, answer):
        """Only a 401 that names the scheme speaks of the token (docs/platforms/d2l.md, 3)."""
        ended = answer.status == 401 and "WWW-Authenticate" in answer.headers
        return ended and self.source.renew(self._used.token)


class GivenToken:
    """An access token that somebody else got."""

    def __init__(self, text):
        self._text = text

    def token(self):
        return self._text

    def renew(self, stale):
        return False


class GrantedToken:
    """An access token that a grant gives, kept for its life.

    :param grant: has ``key``, which tells what the token depends on, and ``granted(stale)``, a :class:`Token`
        other than ``stale``.
    :param learn: takes each token's text, so that it is hidden.
    """

    def __init__(self, grant, learn):
        self.grant = grant
        self._learn = learn
        self._lock = threading.Lock()

    def current(self):
        """The :class:`Token` in use."""
        with self._lock:
            kept = _kept.get(self.grant.key)
            if kept is None or not kept.is_fresh():
                kept = _kept[self.grant.key] = self._granted(None)
            self._learn(kept.text)
            return kept

    def token(self):
        return self.current().text

    def renew(self, stale):
        with self._lock:
            kept = _kept.get(self.grant.key)
            if kept is None or kept.text == stale:
                _kept[self.grant.key] = self._granted(stale)
        return True

    def _granted(self, stale):
        """A token, or an error that nobody takes for one of the request that the token was for."""
        try:
            return self.grant.granted(stale)
        except (_errors.Unanswered, _errors.OutcomeUnknown) as error:
            plain = _errors.UnavailableError(error.why, hint=error.hint, **error.of_request())
            plain.kind, plain.attempted = error.kind, error.attempted
            raise plain from error


class ClientCredentials:
    """Asks for tokens with a client assertion (RFC 7523), signed with a private key.

    Nothing is used up by asking, so a lost answer is simply asked for again.

    :param endpoint: a :class:`TokenEndpoint`.
    :param private_key: PEM text.
    :param cache: a :class:`TokenFile` that keeps the access token across tasks, or None.
    """

    rotated = False

    def __init__(self, endpoint, client_id, private_key, key_id, scope, audience, cache=None):
        self.key = (endpoint.address, client_id, key_id, scope, audience, private_key)
        self._endpoint = endpoint
        self._client_id = client_id
        self._private_key = private_key
        self._key_id = key_id
        self._scope = scope
        self._audience = audience
        self._cache = cache

    def granted(self, stale):
        if self._cache is None:
            return token_of(self._asked())
        mark = {"token_url": self._endpoint.address, "client_id": self._client_id, "asked_scope": self._scope}
        with self._cache.locked():
            held = self._cache.held()
            if all(held.get(name) == value for name, value in mark.items()):
                kept = self._cache.access_token(held, stale)
                if kept is not None:
                    return kept
            if held.get("refresh_token"):
                raise _errors.InvalidError(
                    f"oauth_token_file {self._cache.path} holds a refresh token, which this way has no use for",
                    hint="Name another file.",
                )
            token = token_of(self._asked())
            with self._cache.replacement() as replace:
                replace({**mark, **kept_of(token)})
            return token

    def _asked(self):
        patience = self._endpoint.patience()
        while True:
            try:
                return self._endpoint.ask(
                    {
                        "grant_type": "client_credentials",
                        "client_id": self._client_id,
                        "client_assertion_type": ASSERTION_TYPE,
                        "client_assertion": client_assertion(
                            self._client_id, self._private_key, self._key_id, self._audience
                        ),
                        "scope": self._scope,
                    }
                )
            except _errors.OutcomeUnknown as lost:
                if not patience.wait():
                    lost.attempts = patience.attempts
                    raise


class RotatingRefreshToken:
    """Asks for tokens with a refresh token that works once: each answer brings the next one.

    A lost answer may have used it up, so it is never tried again by itself (docs/platforms/d2l.md, 4).

    :param file: a :class:`TokenFile`.
    :param on_rotation: called when the refresh token in the file was replaced.
    """

    def __init__(self, endpoint, client_id, client_secret, scope, file, on_rotation=lambda: None):
        self.key = (endpoint.address, client_id, scope, file.path)
        self.rotated = False
        self._endpoint = endpoint
        self._client_id = client_id
        self._client_secret = client_secret
        self._scope = scope
        self._file = file
        self._on_rotation = on_rotation

    def granted(self, stale):
        with self._file.locked():
            held = self._file.held()
            if held.get("client_id", self._client_id) != self._client_id:
                raise _errors.InvalidError(
                    f"oauth_token_file {self._file.path} belongs to another application ({held['client_id']})"
                )
            if held.get("token_url", self._endpoint.address) != self._endpoint.address:
                raise _errors.InvalidError(
                    f"oauth_token_file {self._file.path} belongs to another token endpoint ({held['token_url']})",
                    hint="Give each platform a file of its own.",
                )
            if held.get("asked_scope") == self._scope:
                kept = self._file.access_token(held, stale)
                if kept is not None:
                    return kept
            return self._refreshed(held)

    def _refreshed(self, held):
        self._refuse_doubt(held)
        if not isinstance(held.get("refresh_token"), str) or not held["refresh_token"]:
            raise _errors.InvalidError(
                f"oauth_token_file {self._file.path} holds no refresh token",
                hint="Log in once in a browser, and put the refresh token into that file.",
            )
        form = {
            "grant_type": "refresh_token",
            "refresh_token": held["refresh_token"],
            "client_id": self._client_id,
            "client_secret": self._client_secret,
            **({"scope": self._scope} if self._scope else {}),
        }
        # Whether the file can be written is found out before the refresh token is used up.
        with self._file.replacement() as replace:
            try:
                granted = self._endpoint.ask(form)
                token = token_of(granted)
            except _errors.OutcomeUnknown as lost:
                since = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
                replace({**held, "in_doubt_since": since, "in_doubt": _mark_of(held["refresh_token"])})
                lost.why += "; the refresh token may be used up"
                lost.hint = self._way_out()
                raise
            following = granted.get("refresh_token") or held["refresh_token"]
            mark = {"token_url": self._endpoint.address, "client_id": self._client_id, "asked_scope": self._scope}
            replace({"refresh_token": following, **mark, **kept_of(token)})
        self.rotated = following != held["refresh_token"]
        if self.rotated:
            self._on_rotation()
        return token

    def _refuse_doubt(self, held):
        if held.get("in_doubt_since") and held.get("in_doubt") in (None, _mark_of(str(held.get("refresh_token")))):
            raise _errors.AuthError(
                f"the answer to a refresh was lost at {held['in_doubt_since']}, and so the refresh token in"
                f" {self._file.path} may be used up",
                hint=self._way_out(),
            )

    def _way_out(self):
        return (
            f"Log in again in a browser and put the new refresh token into {self._file.path}; or, to try the old one"
            " once more, remove in_doubt_since from that file."
        )


def _mark_of(secret):
    """By which a refresh token is known again, and which tells nothing about it."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def kept_of(token):
    """What a token file keeps of an access token."""
    return {
        "access_token": token.text,
        "expires_at": token.expires_at,
        "expires_in": token.life,
        "scope": token.scope,
    }


def client_assertion(client_id, private_key, key_id, audience, clock=time.time):
    """A signed JWT by which a client proves who it is; each one can be used once.

    :param private_key: PEM text of an RSA key (RS256) or an elliptic one (ES256, ES384, ES512 by its curve).
    :raises InvalidError: for a key that cannot be used, and when PyJWT is not installed.
    """
    try:
        import jwt
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
    except ImportError as error:
        raise _errors.InvalidError(
            "signing with oauth_private_key needs the Python package PyJWT[crypto]",
            hint="Install it where the task runs: pip install 'PyJWT[crypto]'.",
        ) from error
    try:
        key = load_pem_private_key(private_key.encode("utf-8"), None)
    except (TypeError, ValueError, UnsupportedAlgorithm) as error:  # TypeError: the key is encrypted
        raise _errors.InvalidError(
            "oauth_private_key is not a private key in PEM form without a passphrase",
            hint="It begins with -----BEGIN PRIVATE KEY-----, or names a file that does.",
        ) from error
    curve = getattr(getattr(key, "curve", None), "name", None)
    algorithm = "RS256" if isinstance(key, RSAPrivateKey) else CURVES.get(curve)
    if algorithm is None:
        raise _errors.InvalidError("oauth_private_key is neither an RSA key nor one of the curves P-256, P-384, P-521")
    now = int(clock())
    claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": audience,
        "iat": now,
        "exp": now + ASSERTION_LIFE,
        "jti": secrets.token_urlsafe(24),
    }
    return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": key_id})
