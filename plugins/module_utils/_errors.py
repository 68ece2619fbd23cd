# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can go wrong, as types: raised at the depth that knows, turned into one sentence at the edge."""

from __future__ import annotations

import contextlib


class ApiError(Exception):
    """A failure that an administrator can act on.

    :param why: the cause, as the end of a sentence ("the server answered 403").
    :param hint: what to do about it, a whole sentence, where the usual cause is known.
    :param method: HTTP verb of the request that failed, if one was sent.
    :param url: its address without the query (queries carry signatures).
    :param status: HTTP status of the answer, if there was one.
    :param details: the server's own words, shortened.
    :param attempts: how often the request was sent.
    :ivar done: result keys that say what was changed before it failed.
    """

    kind = "protocol"

    def __init__(self, why, *, hint=None, method=None, url=None, status=None, details=None, attempts=0):
        super().__init__(why)
        self.why = why
        self.hint = hint
        self.method = method
        self.url = url
        self.status = status
        self.details = details
        self.attempts = attempts
        self.attempted = None
        self.done = {}

    def sentence(self):
        """What was attempted, on what, why it failed, and what to do."""
        said = f"{self.attempted} failed: {self.why}" if self.attempted else _capital(self.why)
        if self.details and self.details not in said:
            said = f"{said}: {self.details}"
        said = said if said.endswith("...") else f"{said.rstrip('.')}."
        return f"{said} {self.hint}" if self.hint else said

    def of_request(self):
        """What is known of the request, for an error that says the same in other words."""
        return {name: getattr(self, name) for name in ("method", "url", "status", "details", "attempts")}

    def failure(self):
        """The machine-readable half of a failed result; the keys are the same for every kind."""
        return {"kind": self.kind, **self.of_request(), "hint": self.hint}


class AuthError(ApiError):
    """The platform does not accept who we say we are."""

    kind = "auth"


class ForbiddenError(ApiError):
    """The platform knows us and refuses this."""

    kind = "forbidden"


class ScopeMissingError(ForbiddenError):
    """The login does not cover this; whether its user might do it is not said."""


class NotFoundError(ApiError):
    """An object that was named explicitly is definitely not there."""

    kind = "not_found"


class ParentMissingError(NotFoundError):
    """An object that the task names as a parent is definitely not there."""


class ConflictError(ApiError):
    """The object's present state stands in the way."""

    kind = "conflict"


class InvalidError(ApiError):
    """The input cannot be sent, or the platform refused its content."""

    kind = "invalid"


class AmbiguousError(ApiError):
    """More than one object fits, and choosing one would be a guess."""

    kind = "ambiguous"


class RateLimitedError(ApiError):
    """The platform asked for a longer pause than we are willing to make."""

    kind = "rate_limited"


class UnavailableError(ApiError):
    """No usable answer: no connection, a timeout, a server error."""

    kind = "unavailable"


class Unanswered(UnavailableError):
    """As far as the platform is concerned nothing happened: never sent, or only a reading request."""


class OutcomeUnknown(UnavailableError):
    """A write was sent and its answer was lost: it may or may not have happened.

    :ivar pending: true when the server may still be working on it, so that having no effect yet
        means nothing.
    """

    pending = False


class ProtocolError(ApiError):
    """Something answered, but not the API."""

    kind = "protocol"


class WriteInCheckMode(RuntimeError):
    """A write was about to be sent in check mode: a mistake in this collection, never the user's."""


@contextlib.contextmanager
def attempting(deed):
    """Name what is being attempted, for any :class:`ApiError` raised inside; the innermost name wins."""
    try:
        yield
    except ApiError as error:
        if error.attempted is None:
            error.attempted = _capital(deed)
        raise


@contextlib.contextmanager
def after_change(why=""):
    """Whatever fails inside, something was changed before, and the result says so.

    :param why: the beginning of a sentence about what was done and what was not.
    """
    try:
        yield
    except ApiError as error:
        error.why = f"{why}: {error.why}" if why else error.why
        error.done = {"changed": True}
        raise


def _capital(text):
    return text[:1].upper() + text[1:]
