# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""D2L Brightspace: how it is reached, what its refusals mean, and how its objects travel.

Every section number in this file is one of docs/platforms/d2l.md.
"""

from __future__ import annotations

import os
import re
import urllib.parse

from ansible_collections.edtech.lti.plugins.module_utils import _errors
from ansible_collections.edtech.lti.plugins.module_utils._answer import NotJson
from ansible_collections.edtech.lti.plugins.module_utils._client import Dialect
from ansible_collections.edtech.lti.plugins.module_utils._kinds import Guid, NamedNumber
from ansible_collections.edtech.lti.plugins.module_utils._oauth2 import (
    BearerAuth,
    ClientCredentials,
    GivenToken,
    GrantedToken,
    RotatingRefreshToken,
    TokenEndpoint,
)
from ansible_collections.edtech.lti.plugins.module_utils._paging import linked_pages
from ansible_collections.edtech.lti.plugins.module_utils._platform import Platform
from ansible_collections.edtech.lti.plugins.module_utils._platforms.d2l_versions import (
    ALL_SHOWN,
    NEWEST,
    asked_version,
    version_of,
    version_text,
)
from ansible_collections.edtech.lti.plugins.module_utils._resource import Identity, Store
from ansible_collections.edtech.lti.plugins.module_utils._signing import IdKeyAuth
from ansible_collections.edtech.lti.plugins.module_utils._token_file import TokenFile

TOKEN_URL = "https://auth.brightspace.com/core/connect/token"
SCOPES = " ".join(
    [
        *(f"ltiadvantage:registrations:{verb}" for verb in ("create", "read", "update", "delete")),
        *(f"ltiadvantage:deployments:{verb}" for verb in ("create", "read", "update", "delete")),
        *(f"ltiadvantage:links:{verb}" for verb in ("create", "read", "update", "delete")),
        "ltiadvantage:quicklinks:create",
        "organizations:organization:read",
    ]
)
TOKEN_NAMES = frozenset({"access_token", "refresh_token", "client_secret", "client_assertion", "id_token"})

LE = "/d2l/api/le/{le}/ltiadvantage"
LP = "/d2l/api/lp/{lp}"

EXTENSIONS = NamedNumber(
    {
        1: "assignment_and_grade_services",
        2: "deep_linking",
        3: "names_and_role_provisioning",
        4: "activity_item_profile",
        5: "submission_review",
        6: "platform_notification_service",
        7: "asset_processor",
    }
)
DEEP_LINKING = "2"
NOTIFICATIONS = "platform_notification_service"

WAYS = {
    "client credentials": ("oauth_client_id", "oauth_private_key", "oauth_key_id"),
    "a refresh token": ("oauth_client_id", "oauth_client_secret", "oauth_token_file"),
    "ID-Key": ("app_id", "app_key", "user_id", "user_key"),
}
TELLING = {
    "client credentials": {"oauth_private_key", "oauth_key_id"},
    "a refresh token": {"oauth_client_secret"},
    "ID-Key": {"app_id", "app_key", "user_id", "user_key"},
}
"""Options that only one way has."""


def authentication(platform, run, connection, given):
    """The auth object for the one of the four ways (4, 5) that the credentials are for.

    :raises InvalidError: when they are for none, for several, or incomplete.
    """
    for product in NEWEST:
        if given[f"{product}_version"] not in (None, ""):
            asked_version(product, given[f"{product}_version"])
    way = _way(run, given)
    if way == "an access token":
        return BearerAuth(GivenToken(given["access_token"]))
    for name in WAYS[way]:
        platform.needed(name, given[name])
    if way == "ID-Key":
        return IdKeyAuth(*(given[name] for name in WAYS[way]))
    return BearerAuth(GrantedToken(_grant(way, run, connection, given), run.secrets.learn))


def _way(run, given):
    """Which way the credentials are for: options go before the environment, and a token before what gets one."""
    for names in (run.given, given):
        if names.get("access_token") not in (None, ""):
            return "an access token"
        ways = [way for way, telling in TELLING.items() if any(names.get(name) not in (None, "") for name in telling)]
        if len(ways) > 1:
            raise _errors.InvalidError(
                f"there are credentials for {' and for '.join(ways)}", hint="Give those of one way only."
            )
        if ways:
            return ways[0]
    if given["oauth_token_file"]:
        return "a refresh token"
    raise _errors.InvalidError(
        "there are no credentials",
        hint="Give access_token; or oauth_client_id, oauth_private_key and oauth_key_id; or oauth_client_id,"
        " oauth_client_secret and oauth_token_file; or app_id, app_key, user_id and user_key."
        " Each can also come from the environment, such as D2L_ACCESS_TOKEN.",
    )


def _grant(way, run, connection, given):
    options = {
        "timeout": connection.timeout,
        "retries": connection.retries,
        "validate_certs": connection.verify is not False,
        "ca_path": connection.verify if isinstance(connection.verify, str) else None,
        "allow_http": run.options["allow_http"],
    }
    address = given["oauth_token_url"] or TOKEN_URL
    endpoint = TokenEndpoint(
        address, options, lambda tree: run.secrets.learn_named(tree, TOKEN_NAMES), run.secrets.scrub
    )
    file = TokenFile(given["oauth_token_file"], run.secrets.learn) if given["oauth_token_file"] else None
    if way == "client credentials":
        return ClientCredentials(
            endpoint,
            given["oauth_client_id"],
            _pem(run, given["oauth_private_key"]),
            given["oauth_key_id"],
            given["oauth_scope"] or SCOPES,
            given["oauth_audience"] or address,
            file,
        )

    def tell():
        if run.check_mode:
            run.warn(
                f"This check run needed a new access token, and so the refresh token in {file.path} was replaced."
                " Nothing else was changed."
            )

    return RotatingRefreshToken(
        endpoint, given["oauth_client_id"], given["oauth_client_secret"], given["oauth_scope"], file, tell
    )


def _pem(run, text):
    """The private key itself, where its file is given instead."""
    if "-----BEGIN" in text:
        return text
    path = os.path.expanduser(text.strip())
    try:
        with open(path, encoding="utf-8") as file:
            key = file.read()
    except (OSError, ValueError) as error:
        binary = "the file is no text" if isinstance(error, UnicodeDecodeError) else "this is no path"
        why = getattr(error, "strerror", None) or binary
        raise _errors.InvalidError(
            f"oauth_private_key is neither a key in PEM form nor a file that can be read: {why}"
        ) from error
    run.secrets.learn(key)
    return key


def pages(client, path, query, size):
    """Both ways of paging (2): ``Next`` is an address to follow, a bookmark a parameter to add."""

    def following(answer):
        loaded = answer.json()
        if not isinstance(loaded, dict):
            return None
        paging = loaded.get("PagingInfo")
        if not isinstance(paging, dict) or not paging.get("HasMoreItems"):
            return loaded.get("Next")
        more = {name: client.dialect.query_text(value) for name, value in query.items()}
        return "?" + urllib.parse.urlencode({**more, "bookmark": paging.get("Bookmark") or ""})

    return linked_pages(client, path, query, following)


def query_text(value):
    """A parameter of a query: a text, a number, or true or false."""
    if value is None or isinstance(value, (dict, list)):
        raise _errors.InvalidError(f"a parameter of the query is {value!r}", hint="Give a text, a number or a flag.")
    return str(value).lower() if isinstance(value, bool) else str(value)


def pause(answer):
    """3: what is left of this minute's credits does not pay for the requests that may be under way."""
    left, cost, reset = (
        _decimal(answer.headers.get(name))
        for name in ("X-Rate-Limit-Remaining", "X-Request-Cost", "X-Rate-Limit-Reset")
    )
    return reset if left is not None and reset and left < (cost or 10) * 16 else 0


def _decimal(text):
    try:
        return float(text)
    except (TypeError, ValueError):
        return None


def missing_scope(method, url):
    """The scope that a route needs (6), as far as its address tells."""
    path = urllib.parse.urlsplit(url).path.lower()
    verb = {"GET": "read", "POST": "create", "PUT": "update", "DELETE": "delete"}.get(method, "read")
    if "/ltiadvantage/registration/" in path:
        verb = "update" if "/legacydomains/" in path and verb != "read" else verb
        return f"ltiadvantage:registrations:{verb}"
    if "/sharing/" in path and verb != "read":
        return "ltiadvantage:deployments:update"  # 6: there is no scope for sharing
    if "/links/summaries/" in path or "/ltiadvantage/links/" in path:
        return f"ltiadvantage:links:{verb}"
    if "/ltiadvantage/deployment/" in path:
        return f"ltiadvantage:deployments:{verb}"
    if "/quicklinks/" in path:
        return "ltiadvantage:quicklinks:create"
    return "organizations:organization:read" if re.search("/api/lp/[^/]+/org(structure|anization)/", path) else None


ID_KEY_HINT = "Check app_id, app_key, user_id and user_key; a user key may have expired."


def refused(answer, error):
    """The platform's own meaning of a refusal (3)."""
    words = (error.details or "").lower()
    if answer.status == 403:
        challenge = (answer.headers.get("WWW-Authenticate") or "").lower()
        scope = missing_scope(answer.method, answer.url)
        if "insufficient scope" in words or "insufficient_scope" in challenge or "no scopes defined" in words:
            why = f"the token lacks the scope {scope}" if scope else "the token lacks a scope for this"
            error = _errors.ScopeMissingError(why, **error.of_request())
            error.hint = "Add it to the application under Manage Extensibility, and to oauth_scope; then log in again."
        elif "timestamp out of range" in words:
            error = _errors.AuthError(error.why, **error.of_request())
            error.hint = "Signatures carry the time: set this machine's clock (NTP)."
        elif words == "invalid token":
            error = _errors.AuthError(error.why, hint=ID_KEY_HINT, **error.of_request())
        else:
            error.hint = f"The API user's role lacks the permission for this: {_permission(answer.url)}."
    elif answer.status == 401 and words == "invalid token":
        error.hint = ID_KEY_HINT
    elif answer.status == 401:
        error.hint = "The access token has ended or is not one of this platform; log in again."
    elif answer.status == 400 and "/ltiadvantage/links/" in answer.url.lower():
        error.hint = "The deployment must be shared with that org unit, and the address be within the tool's domain."
    elif answer.status == 404 and "/quicklinks/" in answer.url.lower():
        error.hint = "Check link_id and the org unit."
    elif answer.status == 404 and answer.url.endswith("/"):
        # 3: a list is never 404 because it is empty.
        error.hint = "Is base_url a Brightspace address, and does the server support this version of the API?"
    return error


def _permission(url):
    path = urllib.parse.urlsplit(url).path.lower()
    if "/registration/" in path:
        return "Manage LTI Advantage Tool Registrations"
    if "/quicklinks/" in path:
        return "Create Quicklinks from available External Learning Tools Links"
    if "/links/" in path:
        return "Manage External Learning Tool Links, in that org unit"
    return "Manage LTI Advantage Tool Deployments" if "/deployment/" in path else "see the organization's structure"


SECRET = {"type": "str", "no_log": True}
PLAIN = {"type": "str"}
NO_SECRET = {"type": "str", "no_log": False}  # Ansible takes the names for those of secrets

PLATFORM = Platform(
    name="d2l",
    dialect=Dialect(
        headers={"Accept": "application/json"},
        pages=pages,
        query_text=query_text,
        refine=refused,
        secret_names=TOKEN_NAMES,
        version=version_of,
        pause=pause,
    ),
    credentials={
        "access_token": SECRET,
        "oauth_client_id": PLAIN,
        "oauth_private_key": SECRET,
        "oauth_key_id": NO_SECRET,
        "oauth_client_secret": SECRET,
        "oauth_token_file": {"type": "path", "no_log": False},
        "app_id": PLAIN,
        "app_key": SECRET,
        "user_id": PLAIN,
        "user_key": SECRET,
    },
    settings={
        "oauth_token_url": {**NO_SECRET, "default": TOKEN_URL},
        **dict.fromkeys(("oauth_scope", "oauth_audience", "le_version", "lp_version"), PLAIN),
    },
    auth=authentication,
    api="/d2l/api/",
)


class D2lStore(Store):
    """Objects travel bare, listings under ``Objects``, and an update replaces the whole object (2)."""

    def normal(self, item):
        """A wire object under the names that our fields have: servers vary case, and add a blank (7, 8)."""
        if not isinstance(item, dict):
            return item
        names = {field.on_wire.lower(): field.on_wire for field in self.resource.fields}
        names[self.resource.id.wire.lower()] = self.resource.id.wire
        return {names.get(str(name).strip().lower(), str(name).strip()): value for name, value in item.items()}

    def listed(self, answer):
        loaded = answer.json()
        found = loaded.get("Objects", loaded.get("Items")) if isinstance(loaded, dict) else loaded
        found = [self.normal(item) for item in found] if isinstance(found, list) else found
        if not self.are_objects(found):
            raise self.strange(answer, "Objects")
        return found

    def unwrapped(self, answer):
        self._refuse_errors(answer)
        loaded = answer.json()
        if loaded is None and answer.method != "GET":
            return None
        if not isinstance(loaded, dict):
            raise self.strange(answer, self.resource.id.wire)
        return self.normal(loaded)

    def update(self, object_id, payload):
        """2: what is not sent may be emptied, so all that this version of the API knows is sent back."""
        held = self.get(object_id)
        if held is None:
            return None
        answer = self.client.write("PUT", self._member(object_id), self.whole(held, payload))
        item = self.unwrapped(answer)
        incomplete = item is None or self.resource.id.on_wire(item) is None
        return self.get(object_id) if incomplete else self._asked_for(object_id, item)

    def whole(self, held, payload):
        """What an update sends: an object as it is held, with what changes."""
        fields = [field for field in self.resource.fields if field.writable and field.sent]
        unseen = [f.on_wire for f in fields if f.on_wire not in {*held, *payload} and f.kind.empty is not None]
        if unseen and self.client.version("le") >= ALL_SHOWN:
            raise _errors.ProtocolError(
                f"the server does not show {', '.join(unseen)}, which an update would empty",
                hint="Nothing was sent. Give the options for these as well.",
            )
        return {**{field.on_wire: held[field.on_wire] for field in fields if field.on_wire in held}, **payload}

    def _member(self, object_id):
        return f"{self._path}{urllib.parse.quote(str(object_id), safe='')}"


def guid(option, wire):
    """An identity that the server makes, and that says nothing about its age."""
    return Identity(option, wire, Guid(), grows=False)


def root_org_unit(client):
    """Id of the organization itself, as text; None when the token may not ask for it (11)."""
    try:
        loaded = client.read(f"/d2l/api/lp/{version_text(client.version('lp'))}/organization/info").json()
        return str(loaded["Identifier"])
    except (_errors.ForbiddenError, _errors.NotFoundError):
        return None
    except (TypeError, KeyError, NotJson) as error:
        raise _errors.ProtocolError("the answer does not say which org unit is the organization") from error
