# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""LumiNUS: how it is reached, whose refusals mean what, and its LTI providers, which can only be read.

Every section number in this file is one of docs/platforms/luminus.md.
"""

from __future__ import annotations

import dataclasses
import re

from ansible_collections.edtech.lti.plugins.module_utils import _errors
from ansible_collections.edtech.lti.plugins.module_utils._answer import NotJson
from ansible_collections.edtech.lti.plugins.module_utils._client import Dialect
from ansible_collections.edtech.lti.plugins.module_utils._errors import attempting
from ansible_collections.edtech.lti.plugins.module_utils._fields import Field, Fields
from ansible_collections.edtech.lti.plugins.module_utils._kinds import Boolean, Guid, Text
from ansible_collections.edtech.lti.plugins.module_utils._lookup import store_of
from ansible_collections.edtech.lti.plugins.module_utils._platform import Platform
from ansible_collections.edtech.lti.plugins.module_utils._resource import Identity, Resource, Store
from ansible_collections.edtech.lti.plugins.module_utils._secrets import HIDDEN
from ansible_collections.edtech.lti.plugins.module_utils._signing import SubscriptionAuth
from ansible_collections.edtech.lti.plugins.module_utils._task import Task

GATEWAY = "the gateway"
LUMINUS = "LumiNUS"

HINTS = {
    (401, GATEWAY): "Check subscription_key: it may be misspelt, suspended, or of another gateway.",
    (401, LUMINUS): "Sign in again for a new access_token: they live for a day at most, and this one may have ended.",
    (403, LUMINUS): "A provider of a module is for members of that module, one of the system for LTI administrators:"
    " use the access_token of such a user.",
    (404, LUMINUS): "Check the id.",
}
PROXY_HINT = "This is neither the gateway's way to refuse nor LumiNUS's: does a proxy stand in between?"
ADDRESS_HINT = (
    "Is base_url the address of the gateway, such as https://luminus.azure-api.net or"
    " https://luminus.nus.edu.sg/v2/api?"
)


def told_by(answer):
    """What an answer's body holds: decoded JSON, None for an empty one, and :class:`NotJson` for anything else."""
    try:
        return answer.json()
    except NotJson:
        return NotJson


def speaker(answer):
    """Who refuses: :data:`GATEWAY`, :data:`LUMINUS` behind it, or None for somebody else.

    Told by status code and challenge, never by words. LumiNUS says nothing, a text, or lists of messages by
    field (5.1); the gateway an object with its status (5.2).
    """
    told, challenge = told_by(answer), (answer.headers.get("WWW-Authenticate") or "").lower()
    if "azureapimanagementkey" in challenge or (isinstance(told, dict) and isinstance(told.get("statusCode"), int)):
        return GATEWAY
    if challenge:
        return LUMINUS if "bearer" in challenge else None
    by_field = isinstance(told, dict) and told and all(isinstance(messages, list) for messages in told.values())
    return LUMINUS if told is None or isinstance(told, str) or by_field else None


def throttled(answer):
    """The rate limit, or the quota that comes back with time (5.2); LumiNUS's own 403 says something else."""
    return answer.status == 429 or (answer.status == 403 and speaker(answer) == GATEWAY)


def refused(answer, error):
    """Whose refusal it is, and what that means (5)."""
    if 300 <= answer.status < 400:
        return error
    who = speaker(answer)
    error.why = f"{who or 'the server'} answered {answer.status}"
    if throttled(answer):
        error.hint = "Try again later, or run fewer hosts at once (forks): all who use this subscription_key share it."
    elif answer.status == 404 and who != LUMINUS:
        # Not "not found": nothing is said about the provider.
        error = _errors.ProtocolError(error.why, hint=ADDRESS_HINT, **error.of_request())
    elif answer.status in (401, 403, 404):
        error.hint = HINTS.get((answer.status, who), PROXY_HINT)
    elif answer.status >= 500 and isinstance(told_by(answer), dict) and told_by(answer).get("activityId"):
        error.hint = f"Try again later; the gateway's operator can look up {told_by(answer)['activityId']}."
    return error


def no_pages(client, path, query, size):
    """Refuses to read all pages: below /lti there is no list (3)."""
    raise _errors.InvalidError(
        "LumiNUS has no list of LTI providers", hint="Leave paginate out; other lists take offset and limit in query."
    )


def query_text(value):
    """A parameter of a query: a text, a number, true or false, or several, separated by commas."""
    if isinstance(value, (list, tuple)):
        return ",".join(map(query_text, value))
    if value is None or isinstance(value, dict):
        raise _errors.InvalidError(f"a parameter of the query is {value!r}", hint="Give a text, a number or a flag.")
    return str(value).lower() if isinstance(value, bool) else str(value)


SECRET = {"type": "str", "no_log": True}

PLATFORM = Platform(
    name="luminus",
    dialect=Dialect(
        headers={"Accept": "application/json", "Content-Type": "application/json"},  # 1
        pages=no_pages,
        query_text=query_text,
        refine=refused,
        throttled=throttled,
        secret_names=frozenset({"consumersecret", "subscription-key", "access_token"}),
    ),
    credentials={"subscription_key": SECRET, "access_token": SECRET},
    auth=lambda platform, run, connection, given: SubscriptionAuth(
        platform.needed("subscription_key", given["subscription_key"]),
        platform.needed("access_token", given["access_token"]),
    ),
    api="/lti/",  # the other front has a path of its own before it (1)
)


class Uuid(Guid):
    """An id in its usual form; nothing is said by a zero GUID, by null, and by an empty text (4)."""

    def checked(self, value):
        """:raises ValueError: for what is none, and for the one that stands for nothing."""
        usual = self.from_wire(super().checked(value))
        if usual is None:
            raise ValueError(f"stands for no object: {value!r}")
        return usual

    def from_wire(self, value):
        digits = self.canonical(value)
        if not digits.strip("0"):
            return None
        parts = (digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:])
        return "-".join(parts) if self._FORM.fullmatch(digits) else str(value)


class Given(Text):
    """A text; an empty one says nothing (4)."""

    def from_wire(self, value):
        return None if value in (None, "") else str(value)


class Moment(Given):
    """A point in time, whose fraction of a second may have any number of digits (4); it is left out."""

    _FORM = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)?", re.IGNORECASE)

    def from_wire(self, value):
        """To the second, with the offset as it was sent; what is no such text is handed on as it is."""
        match = self._FORM.fullmatch(str(value))
        return match.group(1) + (match.group(2) or "") if match else super().from_wire(value)


class Listed(Text):
    """A list; nothing and an empty one are the same (2)."""

    option = {"type": "list", "elements": "raw"}

    def from_wire(self, value):
        return [] if value in (None, "") else value


class ProviderStore(Store):
    """Providers travel bare, one by one (2)."""

    def provider(self, object_id, query):
        """The provider as a wire object, or None when LumiNUS says that there is none.

        :raises ApiError: for every other refusal, and for an answer that holds no provider.
        """
        try:
            answer = self.client.read(self._member(object_id), query)
        except _errors.NotFoundError as error:
            if error.status != 404:
                raise
            return None  # LumiNUS's own; any other 404 is a ProtocolError
        item = answer.json()
        if not isinstance(item, dict) or self.resource.id.on_wire(item) is None:
            raise _errors.ProtocolError(
                "the answer is no LTI provider",
                method=answer.method,
                url=answer.url,
                status=answer.status,
                # No values: if it is a provider without an id, one of them is its secret.
                details=f"it has {', '.join(sorted(item)) or 'nothing'}" if isinstance(item, dict) else None,
                attempts=answer.attempts,
                hint=ADDRESS_HINT,
            )
        return self._asked_for(object_id, item)


def populated(*names):
    """Texts that only ``populate`` brings (2.1)."""
    return [Field(name, Given(), wire, writable=False) for name, wire in names]


PROVIDER = Resource(
    name="provider",
    title="LTI provider",
    path="/lti",
    id=Identity("id", "id", Uuid(), grows=False),
    store=ProviderStore,
    fields=Fields(
        Field("name", Given(), writable=False),
        Field("description", Given(), writable=False),
        Field("resource_id", Uuid(), "resourceID", writable=False),
        Field("consumer_key", Given(), "consumerKey", writable=False),
        Field("consumer_secret", Given(), "consumerSecret", secret=True, writable=False),
        Field("launch_url", Given(), "launchURL", writable=False),
        Field("cust_params", Listed(), "custParams", writable=False),
        Field("launch_data", Listed(), "launchData", writable=False),
        Field("publish", Boolean(), writable=False),
        Field("installable", Boolean(), writable=False),
        Field("parent_id", Uuid(), "parentID", writable=False),
        Field("document_target", Given(), "documentTarget", writable=False),
        Field("created_date", Moment(), "createdDate", writable=False),
        Field("creator_id", Uuid(), "creatorID", writable=False),
        *populated(
            ("creator_name", "creatorName"), ("creator_user_id", "creatorUserID"), ("creator_email", "creatorEmail")
        ),
        Field("last_updated_date", Moment(), "lastUpdatedDate", writable=False),
        Field("last_updated_by", Uuid(), "lastUpdatedBy", writable=False),
        *populated(
            ("last_updated_by_name", "lastUpdatedByName"),
            ("last_updated_by_user_id", "lastUpdatedByUserID"),
            ("last_updated_by_email", "lastUpdatedByEmail"),
        ),
    ),
)


def parameters(pairs):
    """Custom parameters as a dict, of a key that repeats the last value, and the keys that repeat.

    :returns: a pair; the dict is None for what is no list of keys and values.
    """
    try:
        listed = [(str(pair["key"]), "" if pair.get("value") is None else str(pair["value"])) for pair in pairs]
    except (TypeError, KeyError, AttributeError):
        return None, []
    keys = [key for key, _value in listed]
    return dict(listed), sorted({key for key in keys if keys.count(key) > 1})


class ProviderInfo(Task):
    """Reads one provider."""

    platform = PLATFORM
    resource = PROVIDER

    def argument_spec(self):
        return {
            **PLATFORM.options(),
            "provider_id": {"type": "str", "required": True},
            "populate": {
                "type": "list",
                "elements": "str",
                "choices": ["creator", "lastUpdatedUser"],
                "default": [],
            },
            "retry_invalid": {"type": "bool", "default": False},
            "reveal_secrets": {"type": "bool", "default": False},
        }

    def run(self, run):
        with attempting(f"reading LTI provider {run.options['provider_id']}"):
            provider_id = self._checked_id(run.options["provider_id"])
            # What an error repeats stays hidden, even from those who ask to see secrets.
            hiding = dataclasses.replace(run, options={**run.options, "reveal_secrets": False})
            client = PLATFORM.client(hiding)
            item = self._read(run, client, provider_id)
        if item is None:
            return {"changed": False, "exists": False, "provider": None, "providers": []}
        found = self._with_conclusions(run, PROVIDER.read(item))
        if not run.options["reveal_secrets"]:
            PROVIDER.fields.teach(run.secrets, found)
            # Half of the credentials; not learnt, since it may be a word that occurs elsewhere.
            key = HIDDEN if found["consumer_key"] else None
            found = {**PROVIDER.fields.shown(found), "consumer_key": key}
        return {"changed": False, "exists": True, "provider": found, "providers": [found]}

    @staticmethod
    def _checked_id(given):
        try:
            return PROVIDER.id.kind.checked(given.strip())
        except ValueError as error:
            raise _errors.InvalidError(
                f"provider_id {error}", hint="It looks like 1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed."
            ) from error

    @staticmethod
    def _read(run, client, provider_id):
        """The wire object or None; with ``retry_invalid`` a 400 is asked again (5.1)."""
        store = store_of(client, PROVIDER)
        wanted = list(dict.fromkeys(run.options["populate"] or []))
        patience, sent = client.patience(), 0
        while True:
            try:
                return store.provider(provider_id, {"populate": wanted} if wanted else None)
            except _errors.InvalidError as error:
                sent += error.attempts
                error.attempts = sent
                if error.status != 400:
                    raise
                if not run.options["retry_invalid"]:
                    error.hint = "LumiNUS also answers this to correct requests now and then: set retry_invalid: true."
                    raise
                error.hint = f"retry_invalid did not help; requests sent: {sent}."
                if not patience.wait():
                    raise

    @staticmethod
    def _with_conclusions(run, found):
        """A provider with what follows from it."""
        custom, repeated = parameters(found["cust_params"])
        if repeated:
            run.warn(
                f"LTI provider {found['name']!r} has several custom parameters called {', '.join(repeated)};"
                " custom_parameters holds the last of each, cust_params all."
            )
        return {**found, "custom_parameters": custom, "credentials_visible": found["consumer_secret"] is not None}


PROVIDER_INFO = ProviderInfo()
