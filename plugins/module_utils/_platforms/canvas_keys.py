# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Canvas: developer keys, with the tool configuration and the binding that belong to each.

Every section number in this file is one of docs/platforms/canvas.md.
"""

from __future__ import annotations

from ansible_collections.edtech.lti.plugins.module_utils import _errors
from ansible_collections.edtech.lti.plugins.module_utils._errors import after_change
from ansible_collections.edtech.lti.plugins.module_utils._fields import Field, Fields
from ansible_collections.edtech.lti.plugins.module_utils._kinds import Boolean, Collected, Nullable, Text
from ansible_collections.edtech.lti.plugins.module_utils._platforms import canvas_settings, canvas_shapes
from ansible_collections.edtech.lti.plugins.module_utils._platforms.canvas import CanvasId, CanvasStore, Switch
from ansible_collections.edtech.lti.plugins.module_utils._resource import Identity, Resource

ACCOUNT = {"account_id": {"type": "str", "default": "self"}}
BINDING = "(binding)"
OWNED = "(owned)"
MINE = {"name", "email", "notes", "test_cluster_only", "redirect_uris"}
"""What belongs to the key and not to its configuration (2.2)."""
# Not known to be kept where they are left out (2.7).
KEPT = ("email", "notes", "test_cluster_only", "client_credentials_audience")


class Settings(Text):
    """The LTI JSON of a tool; compared as 9.3 says."""

    option = {"type": "raw"}
    clearable = False

    def checked(self, value):
        value = canvas_shapes.parsed(value) if isinstance(value, str) else value
        if not isinstance(value, dict):
            raise ValueError("is neither an object nor the text of one")
        if isinstance(value.get("settings"), dict) and not value.get("title"):
            raise ValueError("has what is needed one level further in, under 'settings'")
        missing = [name for name in canvas_settings.REQUIRED if not value.get(name)]
        if missing:
            raise ValueError(f"lacks {', '.join(missing)}")
        canvas_shapes.check_outer(value)
        canvas_shapes.check_numbers(value)
        return value

    def from_wire(self, value):
        """In tidy form, if anybody can read it; None for a key whose configuration was deleted (2.8)."""
        return canvas_settings.tidy(value) if value and canvas_shapes.is_readable(value) else value or None

    def canonical(self, value):
        return canvas_settings.canonical(value) if value and canvas_shapes.is_readable(value) else value or {}


class Addresses(Collected):
    """Redirect addresses: one text with white space in answers (2.6); their order does not count."""

    def checked(self, value):
        addresses = super().checked([str(address).strip() for address in value or []])
        for address in addresses:
            if len(address.split()) > 1:
                raise ValueError(f"has white space inside {address!r}, of which Canvas would make two")
        return addresses

    def from_wire(self, value):
        return value.split() if isinstance(value, str) else super().from_wire(value)


class PerhapsShown(Boolean):
    """A flag that not every server shows (3.2): what cannot be seen is no difference."""

    def fulfilled(self, wish, found):
        return found is None or super().fulfilled(wish, found)


def with_binding(item):
    """A key with what its binding says (3.5): that of the account itself, or one that overrides it."""
    bound = item.get("developer_key_account_binding")
    bound = bound if isinstance(bound, dict) else {}
    return {**item, BINDING: bound.get("workflow_state"), OWNED: bound.get("account_owns_binding")}


class KeyStore(CanvasStore):
    """Keys of a root account; there is no address for a single one (3.1).

    :ivar besides: what of the user's settings is sent and not compared; None for what Canvas holds of that.
    :ivar unseen: fields of the key that this server takes and does not show (3.2).
    :ivar comment: for the change log, with the next update.
    :ivar clears: may fields that a PUT cannot clear be cleared through the registration?
    :ivar told: warnings that came with answers.
    :ivar worked_out: the settings to send, out of those that are held; None where the user gave all of them.
    """

    besides = None
    comment = None
    clears = False
    worked_out = None

    def __init__(self, client, resource, scope=None):
        super().__init__(client, resource, scope)
        self.unseen = {}
        self.told = []
        self._configurations = self._path.replace("/api/v1/", "/api/lti/", 1)

    def normal(self, item):
        awake, known = (Addresses().from_wire(item.get(name)) for name in ("redirect_uris", "all_redirect_uris"))
        readable = isinstance(awake, list) and isinstance(known, list)
        asleep = [address for address in known if address not in awake] if readable else None
        return {**with_binding(item), "(account)": self.scope["account_id"], "(asleep)": asleep}

    def get(self, object_id):
        """Older servers do not know the filter and list everything (9.1), so whatever comes is looked through."""
        held = self.all({"client_id": object_id})
        return next((item for item in held if self.resource.id.is_of(item, object_id)), None)

    def create(self, payload):
        key = {name: value for name, value in payload.items() if name in MINE}
        body = {"developer_key": key, "tool_configuration": self._configuration(payload["tool_configuration"])}
        made = self.written(self.client.write("POST", f"{self._configurations}/tool_configuration", body))
        return self._bound(made, payload, changed=True)

    def update(self, object_id, payload):
        """2.7: what is not sent is reset, renamed or kept, so all of it is sent."""
        held = self.get(object_id)
        if held is None:
            return None
        more = bool(set(payload) - {BINDING})
        return self._bound(self._put(held, payload) if more else held, payload, changed=more)

    def _put(self, held, payload):
        number = self.resource.id.on_wire(held)
        if not held.get("tool_configuration") or not canvas_shapes.is_readable(held["tool_configuration"]):
            raise _errors.ConflictError(
                f"the key {number} has no configuration that could be changed",
                hint="Look at it on Canvas's own pages; it may have been deleted, and then only a new key helps.",
            )
        said, there = payload.get("tool_configuration"), canvas_settings.tidy(held["tool_configuration"])
        # What was read before it was planned may be old, and an administrator's change in between is not undone.
        kept = self.worked_out(there) if said and self.worked_out else said or there
        besides = canvas_settings.extras(held["tool_configuration"]) if self.besides is None else self.besides
        key = {
            "name": held.get("name"),
            "redirect_uris": addresses_of(held),
            **{name: held[name] for name in KEPT if held.get(name) is not None},
            **self.unseen,
            **{name: value for name, value in payload.items() if name in MINE},
        }
        if said is None and set(held.get("scopes") or []) != set(there["scopes"]):
            key["scopes"] = held.get("scopes") or []  # somebody narrowed them, and nothing was said of that
        body = {"developer_key": key, "tool_configuration": self._configuration(kept, besides)}
        if self.comment:
            body["comment"] = self.comment
        answer = self.client.write("PUT", f"/api/lti/developer_keys/{number}/tool_configuration", body)
        item = self._asked_for(number, self.unwrapped(answer) or self.get(number))
        return self._cleared(item, kept) if self.clears and item else item

    def _configuration(self, kept, besides=None):
        made = {"settings": canvas_settings.document(kept, besides or self.besides or canvas_settings.NO_EXTRAS)}
        level = canvas_settings.level_of(kept)
        # 2.2: up to 2024 it is this one that counts.
        return {**made, "privacy_level": level} if level else made

    def level(self, client_id):
        """The privacy level that counts in an old version (2.2), which lists do not show; None where it is not to be
        seen either, as for a key that is off (2.3)."""
        try:
            loaded = self.client.read(f"{self._configurations}/{client_id}/tool_configuration").json()
            level = loaded["tool_configuration"]["privacy_level"]
        except (_errors.AuthError, _errors.ForbiddenError, _errors.NotFoundError, TypeError, KeyError):
            return None
        return level if level in canvas_settings.PRIVACY else None

    def _cleared(self, item, kept):
        """The registration takes nulls, where a PUT of the configuration keeps what is null (2.7)."""
        left = canvas_settings.sticky_members(canvas_settings.tidy(item.get("tool_configuration") or {}))
        left = [name for name in left if name not in canvas_settings.sticky_members(kept)]
        registration = item.get("lti_registration_id")
        if not left or not registration:
            return item
        path = f"/api/v1/accounts/{self.scope['account_id']}/lti_registrations/{registration}"
        whole = {**canvas_settings.internal(kept), "redirect_uris": addresses_of(item)}
        body = {"configuration": {**whole, **dict.fromkeys(left)}}
        with after_change(f"{', '.join(left)} could not be cleared through the registration"):
            self._refuse_errors(self.client.write("PUT", path, body))
        return self.get(self.resource.id.on_wire(item))

    def _bound(self, item, payload, *, changed):
        """3.5: switched with a request of its own, and only if need be.

        :param changed: was something else done before?
        """
        wanted = payload.get(BINDING)
        if item is None or wanted is None or item[BINDING] == wanted:
            return item
        if not changed:
            return bound(self, item, wanted)
        with after_change(f"the key is in place, but could not be switched {wanted}"):
            return bound(self, item, wanted)

    def delete(self, object_id):
        """3.4: the key with all that hangs on it, not only its configuration."""
        try:
            self._refuse_errors(self.client.write("DELETE", f"/api/v1/developer_keys/{object_id}"))
        except _errors.NotFoundError:
            if self.get(object_id) is not None:
                raise

    def unwrapped(self, answer):
        """A write answers with key and configuration side by side (2.6), a list has one in the other (3.1)."""
        self._refuse_errors(answer)
        loaded = answer.json()
        if loaded is None:
            return None
        key = loaded.get("developer_key") if isinstance(loaded, dict) else None
        configuration = loaded.get("tool_configuration") if isinstance(loaded, dict) else None
        if not isinstance(key, dict) or not isinstance(configuration, dict):
            raise self.strange(answer, "developer_key")
        said = loaded.get("warning_message") or []
        self.told += map(str, said if isinstance(said, list) else [said])
        return self.normal({**key, "tool_configuration": configuration.get("settings")})


def addresses_of(item):
    """All redirect addresses of a key, also those not used for long, which stand in another list (6)."""
    return Addresses().from_wire(item.get("all_redirect_uris") or item.get("redirect_uris"))


def bound(store, item, wanted):
    """Switch a key in the account of a store (3.5); wants the global id, and answers 200 or 201.

    :returns: the key with its binding as it is then.
    """
    number = store.resource.id.on_wire(item)
    path = f"/api/v1/accounts/{store.scope['account_id']}/developer_keys/{number}/developer_key_account_bindings"
    answer = store.client.write("POST", path, {"developer_key_account_binding": {"workflow_state": wanted}})
    loaded = answer.json()
    if not isinstance(loaded, dict) or "workflow_state" not in loaded:
        raise store.strange(answer, "workflow_state")
    return store.normal({**item, "developer_key_account_binding": loaded})


def is_overridden(run, label, wanted, found):
    """Does the binding of another account count for a key, so that switching it here would change nothing (3.2)?

    Then the user is told, unless it is as wanted anyway. ``allow`` leaves the decision to this account.
    """
    forced = found["binding_owned"] is False and found["binding"] in ("on", "off")
    if forced and found["binding"] != wanted:
        run.warn(
            f"The binding of another account counts for the {label}: it is {found['binding']!r} here, and to switch"
            f" it {wanted!r} would change nothing."
        )
    return forced


def is_ours(found):
    """Is a key for LTI, and not one that the tool itself registered (5.2)?"""
    return bool(found["is_lti_key"]) and not found["is_lti_registration"]


API_KEY = Field("api_key", Nullable(), writable=False, secret=True, volatile=True)
"""Useless for LTI, but a secret (2.4): known, so that it can be hidden wherever it turns up, and in no result."""


def without_key(found):
    """A key as results have it."""
    return {name: value for name, value in found.items() if name != API_KEY.name}


TOOL_CONFIGURATION = Resource(
    name="tool_configuration",
    title="tool configuration",
    path="/api/v1/accounts/{account_id}/developer_keys",
    id=Identity("client_id", "id", CanvasId()),
    address=ACCOUNT,
    key=("name",),
    # 9.1: nothing is guessed from titles or addresses.
    choose=lambda wish, found, exactly: [one for one in found if is_ours(one) and one["name"] == wish.get("name")],
    query=lambda wish: {"id": CanvasId().canonical(wish["client_id"])} if wish.get("client_id") else {},
    gone=lambda item: item.get("workflow_state") == "deleted",
    store=KeyStore,
    fields=Fields(
        Field("account_id", wire="(account)", writable=False),
        Field("name", required=True),
        Field("settings", Settings(), wire="tool_configuration", required=True),
        Field("redirect_uris", Addresses()),
        Field("inactive_redirect_uris", Addresses(), wire="(asleep)", writable=False, volatile=True),
        Field("notes"),
        Field("email"),
        Field("test_cluster_only", PerhapsShown()),
        Field("binding", Switch("on", "off", "allow"), wire=BINDING, clearable=False),
        Field("binding_owned", Boolean(), wire=OWNED, writable=False, predicted=True),
        Field("workflow_state", writable=False, predicted="active"),
        Field("scopes", Collected(), writable=False, volatile=True),
        Field("is_lti_key", Boolean(), writable=False, predicted=True),
        Field("is_lti_registration", Boolean(), writable=False, predicted=False),
        API_KEY,
        Field("lti_registration_id", CanvasId(), writable=False),
        Field("created_at", Nullable(), writable=False),
        Field("last_used_at", Nullable(), writable=False, volatile=True),
    ),
)


class BindingStore(CanvasStore):
    """Keys that an account can switch: its own ones, and those of Site Admin (3.1)."""

    def normal(self, item):
        return {**with_binding(item), "(account)": self.scope["account_id"], "(inherited)": "inherited_from" in item}

    def get(self, object_id):
        found = self._listed({"id": CanvasId().canonical(object_id)})
        own = [item for item in found if self.resource.id.is_of(item, object_id)]
        # An id without a shard is one of this server's own (1.6), and no key of Site Admin elsewhere.
        whole = self.resource.id.kind.canonical(object_id)
        others = [] if own else self._listed({"inherited": 1})
        return next((item for item in [*own, *others] if own or self.resource.id.on_wire(item) == whole), None)

    def _listed(self, query):
        return [item for answer in self.client.pages(self._path, query) for item in self.listed(answer)]

    def update(self, object_id, payload):
        held = self.get(object_id)
        return held and bound(self, held, payload[BINDING])


DEVELOPER_KEY = Resource(
    name="developer_key_binding",
    title="developer key",
    path="/api/v1/accounts/{account_id}/developer_keys",
    id=Identity("client_id", "id", CanvasId()),
    address=ACCOUNT,
    key=("client_id",),
    labels="client_id",
    gone=lambda item: item.get("workflow_state") == "deleted",
    store=BindingStore,
    fields=Fields(
        Field("account_id", wire="(account)", writable=False),
        Field("name", writable=False),
        Field("binding", Switch("on", "off", "allow"), wire=BINDING, required=True, option={"required": True}),
        Field("binding_owned", Boolean(), wire=OWNED, writable=False, volatile=True),
        Field("inherited", Boolean(), wire="(inherited)", writable=False),
        Field("workflow_state", writable=False),
        API_KEY,
        Field("lti_registration_id", CanvasId(), writable=False),
    ),
)
