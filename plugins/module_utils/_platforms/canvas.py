# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Canvas: how it is reached, what its refusals mean, what its ids are, and what a vendor needs back.

Every section number in this file is one of docs/platforms/canvas.md.
"""

from __future__ import annotations

import re
import urllib.parse

from ansible_collections.edtech.lti.plugins.module_utils import _errors
from ansible_collections.edtech.lti.plugins.module_utils._answer import NotJson
from ansible_collections.edtech.lti.plugins.module_utils._client import Dialect
from ansible_collections.edtech.lti.plugins.module_utils._connection import web_address
from ansible_collections.edtech.lti.plugins.module_utils._kinds import Text
from ansible_collections.edtech.lti.plugins.module_utils._oauth2 import BearerAuth, GivenToken
from ansible_collections.edtech.lti.plugins.module_utils._paging import linked_pages, next_in_header
from ansible_collections.edtech.lti.plugins.module_utils._platform import Platform
from ansible_collections.edtech.lti.plugins.module_utils._resource import Store

SHARD = 10**13
"""Global ids are this times the shard, plus the local id (1.6)."""
OUTFLOW = 10
UP_FRONT = 50
"""What a request is charged while it runs, and what leaves the bucket each second (1.4)."""
LONGEST_REST = 2
"""Seconds between two requests of ours while the bucket is low."""
THROTTLED = "rate limit exceeded"
LONGEST_COMMENT = 2000
LOCKED = "locked by an administrator"


class CanvasId(Text):
    """A number that one answer has in full (global) and another without its shard (local); text to the user."""

    _FORM = re.compile(r"(?:([0-9]{1,6})~)?([0-9]{1,19})")

    def __init__(self):
        super().__init__(empty=None)

    def checked(self, value):
        if value and self._parts(value) is None:
            raise ValueError(f"is no id of Canvas: {value!r}")
        return value.strip() if isinstance(value, str) else value

    def canonical(self, value):
        parts = self._parts(value)
        return "" if value is None else str(parts[0] * SHARD + parts[1]) if parts else str(value)

    def same(self, one, other):
        """Shards count only where both sides name one (1.6)."""
        mine, theirs = self._parts(one), self._parts(other)
        if mine is None or theirs is None:
            return self.canonical(one) == self.canonical(other)
        return mine[1] == theirs[1] and (mine[0] == theirs[0] or 0 in (mine[0], theirs[0]))

    def is_id(self, value):
        """Is it a number, and not another name that an address may have (1.6)?"""
        return self._parts(value) is not None

    def _parts(self, value):
        """Shard (0: not said) and local id; None for what is no id."""
        match = self._FORM.fullmatch(str(value).strip())
        if match is None or int(match.group(2)) == 0:
            return None
        shard, number = int(match.group(1) or 0), int(match.group(2))
        return (shard or number // SHARD, number % SHARD)


class Limited(Text):
    """A text that may not be longer than the server takes.

    :param letters: at most.
    """

    def __init__(self, letters):
        super().__init__(empty=None)
        self._letters = letters

    def checked(self, value):
        if len(value or "") > self._letters:
            raise ValueError(f"is longer than {self._letters} characters")
        return value or None


class Switch(Text):
    """The state of a key or registration, ``on`` and ``active`` being the same."""

    _SAME = {"active": "on", "inactive": "off"}

    def __init__(self, *choices):
        super().__init__()
        self.option = {"type": "str", "choices": list(choices)}

    def canonical(self, value):
        return "" if value is None else self._SAME.get(value, value)


def throttled(answer):
    """1.4: a text, as 429 or (until 2025) as 403; a 403 in JSON is a missing permission."""
    return answer.status == 429 or (answer.status == 403 and THROTTLED in answer.body[:500].decode("latin-1").lower())


def pause(answer):
    """1.4: what is left of the token's bucket does not pay for what other processes may have under way.

    Never long: a server may have a small bucket, and one that is really empty says so.
    """
    try:
        left = float(answer.headers.get("X-Rate-Limit-Remaining"))
    except (TypeError, ValueError):
        return 0
    return min(LONGEST_REST, max(0, 2 * UP_FRONT - left) / OUTFLOW)


def pages(client, path, query, size):
    """Pages that a header links (1.5), as long as possible."""
    return linked_pages(client, path, {"per_page": size, **query}, next_page)


def next_page(answer):
    """The address of the next page, with the prefix that the links of some lists lack (1.5)."""
    address = next_in_header(answer)
    prefix, found, _rest = urllib.parse.urlsplit(answer.url).path.partition("/api/v1/")
    target = urllib.parse.urlsplit(address or "")
    if not address or not found or "/api/" in target.path:
        return address
    path = f"{prefix}/api/v1{target.path.removeprefix(prefix)}"
    return urllib.parse.urlunsplit(target._replace(path=path))


def query_text(value):
    """A parameter of a query: a text, a number, true or false, or a list of such."""
    if isinstance(value, (list, tuple)):
        return [query_text(one) for one in value]
    if value is None or isinstance(value, dict):
        raise _errors.InvalidError(f"a parameter of the query is {value!r}", hint="Give a text, a number or a flag.")
    return str(value).lower() if isinstance(value, bool) else str(value)


def refused(answer, error):
    """The platform's own meaning of a refusal (1.1, 1.3, 9.7)."""
    words = (error.details or "").lower()
    if throttled(answer):
        return error
    if answer.status == 401 and "insufficient scopes" in words:
        error = _errors.ScopeMissingError("the access token lacks the scope for this", **error.of_request())
        error.hint = "Use a token without scopes, or one whose developer key has this route among its scopes."
    elif answer.status == 403 or (answer.status == 401 and _is_unauthorized(answer)):
        # Until 2026 a missing permission was a 401 (0.2).
        error = _errors.ForbiddenError(error.why, **error.of_request())
        error.hint = f"The token's user needs the permission {_permission(answer)} there."
        if LOCKED in words:
            error.hint = "Set unlock: true to lift the lock of the registration, or unlock it on the Apps page."
    elif answer.status == 401:
        error.hint = "Check access_token; it may have ended, or belong to another Canvas."
    elif answer.status == 404:
        error.hint = _missing(answer)
    elif answer.status == 422 and answer.url.endswith("/external_tools"):
        error.hint = 'The key must be switched on (binding: "on", or workflow_state: "on" of its registration) before.'
    return error


def _is_unauthorized(answer):
    try:
        loaded = answer.json()
    except NotJson:
        return False
    return isinstance(loaded, dict) and loaded.get("status") == "unauthorized"


def _permission(answer):
    path = urllib.parse.urlsplit(answer.url).path
    if "/lti_registration" in path:
        return "manage_lti_registrations"
    if "/external_tools" in path:
        verb = {"GET": "edit", "DELETE": "delete"}.get(answer.method, "add")
        return f"manage_lti_{verb} (LTI - {verb})"
    return "manage_developer_keys" if "developer_keys" in path else "to look at it"


def _missing(answer):
    path = urllib.parse.urlsplit(answer.url).path
    if not path.startswith("/api/"):
        return "base_url has a path; is that right? It mostly is the address alone."
    if "/lti_registration" in path:
        return "Is account_id a root account, and has this Canvas the registration API (since 2024)?"
    if path.endswith("/external_tools"):
        client = "client_id, and " if answer.method == "POST" else ""
        return f"Check {client}account_id or course_id; whoever the token belongs to must be able to see it."
    return "Check account_id: developer keys belong to root accounts only."


ENVIRONMENTS = {"production": "", "beta": "beta.", "test": "test."}
SELF_HOSTED = "self_hosted"


def authentication(platform, run, connection, given):
    """The auth object for the access token (1.1).

    :raises InvalidError: when it, or an address for the vendor, is missing or unusable.
    """
    if given["environment"] not in (None, "", *ENVIRONMENTS, SELF_HOSTED):
        raise _errors.InvalidError(
            f"environment is {given['environment']!r}", hint=f"Use one of {', '.join([*ENVIRONMENTS, SELF_HOSTED])}."
        )
    for name in HANDED_BACK:
        if given[name]:
            web_address(given[name], name)
    return BearerAuth(GivenToken(platform.needed("access_token", given["access_token"])))


PLAIN = {"type": "str"}
HANDED_BACK = {
    "issuer": "https://canvas.{}instructure.com",
    "authentication_endpoint": "https://sso.{}canvaslms.com/api/lti/authorize_redirect",
    "token_url": "https://sso.{}canvaslms.com/login/oauth2/token",
    "keyset_url": "https://sso.{}canvaslms.com/api/lti/security/jwks",
}
"""6: the same for all institutions, but not for all environments."""
OWN_PATHS = {
    "authentication_endpoint": "/api/lti/authorize_redirect",
    "token_url": "/login/oauth2/token",
    "keyset_url": "/api/lti/security/jwks",
}
"""6: where a self-hosted server has them; its issuer is that of production, unless configured otherwise."""

PLATFORM = Platform(
    name="canvas",
    dialect=Dialect(
        headers={"Accept": "application/json"},
        pages=pages,
        query_text=query_text,
        refine=refused,
        secret_names=frozenset({"api_key", "access_token", "shared_secret"}),
        pause=pause,
        throttled=throttled,
        questions=(re.compile(r"/api/v1/accounts/[^/]+/lti_registrations/configuration/validate"),),  # 5.1
    ),
    credentials={"access_token": {"type": "str", "no_log": True}},
    settings={
        "environment": {"type": "str", "choices": [*ENVIRONMENTS, SELF_HOSTED]},
        "issuer": PLAIN,
        "authentication_endpoint": PLAIN,
        # Ansible takes the names for those of secrets.
        "token_url": {"type": "str", "no_log": False},
        "keyset_url": {"type": "str", "no_log": False},
    },
    auth=authentication,
)


def handback(run, client_id, deployment_ids=()):
    """What the tool's vendor needs to know (6); the platform's answers hold none of the addresses."""
    base = (PLATFORM.told(run, "base_url") or "").rstrip("/")
    environment, source = _environment(PLATFORM.told(run, "environment"), urllib.parse.urlsplit(base).hostname or "")
    values = {name: text.format(ENVIRONMENTS.get(environment, "")) for name, text in HANDED_BACK.items()}
    if environment == SELF_HOSTED:
        values.update({name: f"{base}{path}" for name, path in OWN_PATHS.items()})
    values = {name: PLATFORM.told(run, name) or value for name, value in values.items()}
    return {
        "issuer": values["issuer"],
        "client_id": client_id,
        "deployment_ids": list(deployment_ids),
        "authentication_endpoint": values["authentication_endpoint"],
        "token_url": values["token_url"],
        "audience": values["token_url"],
        "keyset_url": values["keyset_url"],
        "environment": environment,
        "environment_source": source,
    }


def _environment(said, host):
    """Which environment this is, and how that is known: institutions may use names of their own for hosted Canvas."""
    if said:
        return said, "option"
    hosted = re.fullmatch(r".+?(?:\.(beta|test))?\.instructure\.com", host.lower())
    if hosted:
        return hosted.group(1) or "production", "host"
    return "production", "assumed"


def comment_of(run):
    """What is said for the change log with an update (2.2).

    :raises InvalidError: when it is too long.
    """
    comment = run.given.get("comment")
    if len(comment or "") > LONGEST_COMMENT:
        raise _errors.InvalidError(f"comment is longer than {LONGEST_COMMENT} characters")
    return comment


class CanvasStore(Store):
    """Objects travel bare, and so do most lists."""

    def normal(self, item):
        """A wire object with what our fields want to know of it."""
        return item

    def listed(self, answer):
        return [self.normal(item) for item in self.many(answer)]

    def many(self, answer):
        """The objects of a list of whatever kind.

        :raises ApiError: when the answer is none, since what cannot be seen is not absent.
        """
        found = answer.json()
        if not isinstance(found, list) or not all(isinstance(one, dict) and one.get("id") for one in found):
            raise self.strange(answer, "list of objects")
        return found

    def one(self, answer):
        """The object of whatever kind that an answer is.

        :raises ApiError: as :meth:`many`.
        """
        self._refuse_errors(answer)
        found = answer.json()
        if not isinstance(found, dict) or not found.get("id"):
            raise self.strange(answer, "id")
        return found

    def unwrapped(self, answer):
        self._refuse_errors(answer)
        loaded = answer.json()
        if loaded is None and answer.method != "GET":
            return None
        if not isinstance(loaded, dict):
            raise self.strange(answer, self.resource.title)
        return self.normal(loaded)
