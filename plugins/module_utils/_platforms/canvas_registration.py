# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Canvas: keeping and listing registrations, the newer parents of keys and configurations ("Canvas Apps").

Every section number in this file is one of docs/platforms/canvas.md.
"""

from __future__ import annotations

import dataclasses

from ansible_collections.edtech.lti.plugins.module_utils import _errors
from ansible_collections.edtech.lti.plugins.module_utils._fields import Field, Fields
from ansible_collections.edtech.lti.plugins.module_utils._kinds import Anything, Boolean, Nullable, Text
from ansible_collections.edtech.lti.plugins.module_utils._lookup import objects, only_match
from ansible_collections.edtech.lti.plugins.module_utils._platforms import canvas_settings, canvas_shapes
from ansible_collections.edtech.lti.plugins.module_utils._platforms.canvas import (
    PLATFORM,
    CanvasId,
    CanvasStore,
    Limited,
    Switch,
    comment_of,
    handback,
)
from ansible_collections.edtech.lti.plugins.module_utils._platforms.canvas_keys import ACCOUNT, Addresses
from ansible_collections.edtech.lti.plugins.module_utils._resource import Identity, Resource
from ansible_collections.edtech.lti.plugins.module_utils._task import InfoTask, StateTask

RESET = {"scopes": [], "placements": [], "launch_settings": {}, "custom_fields": {}, "oidc_initiation_urls": {}}
"""What is empty and never null (5.1, 7)."""
NEW = {
    "scopes": [],
    "placements": [],
    "launch_settings": {},
    "custom_fields": {},
    "privacy_level": canvas_settings.DEFAULT_LEVEL,
}
NEEDED = ("title", "target_link_uri", "oidc_initiation_url")
"""What the internal form must have (7), beside a key."""


class Configuration(Text):
    """The internal form of the LTI JSON (7): what is not said stays, and null clears (5.1)."""

    option = {"type": "dict"}
    clearable = False

    def checked(self, value):
        """In the internal form, whichever was given; without what Canvas does not know."""
        value = {name: member for name, member in (value or {}).items() if name != "extensions" or member is not None}
        if "extensions" in value:
            both = [name for name in canvas_shapes.OF_EXTENSIONS if name in value]
            if both:
                raise ValueError(f"has extensions, and beside them {', '.join(both)}, which belongs into the extension")
            canvas_shapes.check_outer(value)
            value = canvas_settings.internal(value)
        canvas_shapes.check_internal(value)
        canvas_shapes.check_numbers(value)
        flat = {name: member for name, member in value.items() if name in canvas_shapes.INTERNAL}
        if "redirect_uris" in flat:
            flat["redirect_uris"] = Addresses().checked(Addresses().from_wire(flat["redirect_uris"]))
            if not flat["redirect_uris"]:
                raise ValueError("has no redirect_uris, without which no launch would succeed")
        if "privacy_level" in flat and not flat["privacy_level"]:
            flat["privacy_level"] = canvas_settings.DEFAULT_LEVEL  # 6.3: what the server makes of nothing
        if flat.get("custom_fields") is not None:
            flat["custom_fields"] = canvas_settings.fields_of(flat["custom_fields"])
        return flat

    def from_wire(self, value):
        return without_nothing(value) if isinstance(value, dict) else None

    def canonical(self, value):
        if not isinstance(value, dict):
            return value or {}
        made = {name: _canonical(name, member) for name, member in value.items()}
        return {name: member for name, member in made.items() if member not in (None, "", [], {})}

    def same(self, one, other):
        return bool(one) == bool(other) and self.canonical(one) == self.canonical(other)

    def fulfilled(self, wish, found):
        if wish and not isinstance(found, dict):
            return False
        held = self.canonical(found)
        return all(self.canonical({name: member}).get(name) == held.get(name) for name, member in (wish or {}).items())

    def planned(self, wish, found):
        """The whole as it is to be; what is null there is to be cleared."""
        emptied = {name: RESET.get(name) if member is None else member for name, member in (wish or {}).items()}
        return {**(found or {}), **emptied}


def without_nothing(configuration):
    """A configuration as results have it: what is null is not in it, nor is an empty list of addresses by region."""
    return {
        name: member
        for name, member in configuration.items()
        if member is not None and (name, member) != ("oidc_initiation_urls", {})
    }


def _canonical(name, member):
    """One member in the form that equal ones share; what a strange server made of it is itself."""
    try:
        canvas_shapes.check_internal({name: member})
    except (ValueError, AttributeError):
        return member
    if name == "privacy_level":
        return member or canvas_settings.DEFAULT_LEVEL
    if member is None:
        return None
    if name in ("redirect_uris", "scopes"):
        return sorted(set(member.split() if isinstance(member, str) else member))
    if name == "placements":
        return canvas_settings.canonical_placements(member)
    if name == "launch_settings":
        made = canvas_settings.canonical_launch(member)
        return {setting: value for setting, value in made.items() if setting != "placements" and value is not None}
    if name == "custom_fields":
        return canvas_settings.fields_of(member)
    if name == "public_jwk":
        return {part: value for part, value in member.items() if value is not None}
    return member


class RegistrationState(Switch):
    """The state of a registration, for which the server has the words of the second kind (5.1)."""

    def __init__(self):
        super().__init__("on", "off", "allow", "active", "inactive")

    def checked(self, value):
        return {"on": "active", "off": "inactive"}.get(value, value)

    def fulfilled(self, wish, found):
        """For Site Admin, on means that accounts may decide (5.1)."""
        return super().fulfilled(wish, found) or (wish in ("on", "active") and found == "allow")


class RegistrationStore(CanvasStore):
    """Registrations of an account; lists have an envelope, and the update of 5.1 takes what changes only.

    :ivar comment: for the change log, with the next update.
    :ivar named: the members of the configuration that the user named, and that alone are sent.
    """

    comment = None
    named = frozenset()

    def normal(self, item):
        """The binding counts: in 2025 a new registration is called active while its binding is off (2.4)."""
        bound, state = item.get("account_binding"), item.get("workflow_state")
        if isinstance(bound, dict) and state != "deleted":
            state = {"off": "inactive", "on": "active"}.get(bound.get("workflow_state"), bound.get("workflow_state"))
        return {
            **item,
            "workflow_state": state or item.get("workflow_state"),
            "overlaid_configuration": self._overlaid(item),
            "(account)": self.scope["account_id"],
            "(dynamic)": bool(item.get("dynamic_registration")),
        }

    def _overlaid(self, item):
        """The configuration with an overlay; None where that changes nothing."""
        kind = self.resource.fields["configuration"].kind
        overlaid = item.get("overlaid_configuration")
        differs = isinstance(overlaid, dict) and not kind.same(overlaid, item.get("configuration"))
        return kind.from_wire(overlaid) if differs else None

    def looked_up(self, object_id):
        return self.client.read(self._member(object_id), self.resource.query({}))

    def listed(self, answer):
        loaded = answer.json()
        found = loaded.get("data") if isinstance(loaded, dict) else None
        if not self.are_objects(found):
            raise self.strange(answer, "data")
        return [self.normal(item) for item in found]

    def update(self, object_id, payload):
        body = {**payload, **({"comment": self.comment} if self.comment else {})}
        if "configuration" in body:
            body["configuration"] = {name: body["configuration"][name] for name in self.named}
        item = self.unwrapped(self.client.write("PUT", self._member(object_id), body))
        if item is not None and self.resource.id.on_wire(item) is not None:
            self._asked_for(object_id, item)
        # The answer does not say what an overlay makes of it.
        return self.get(object_id)


def meant(wish, found, exactly):
    """Own registrations by client id, else by name."""
    own = [one for one in found if not one["inherited"]]
    if wish.get("client_id"):
        same = REGISTRATION.fields["client_id"].same
        return [one for one in own if same(one["client_id"], wish["client_id"])]
    return [one for one in own if one["name"] == wish.get("name")]


REGISTRATION = Resource(
    name="registration",
    title="registration",
    path="/api/v1/accounts/{account_id}/lti_registrations",
    id=Identity("registration_id", "id", CanvasId()),
    address=ACCOUNT,
    key=("name",),
    optional_key=("client_id",),
    choose=meant,
    query=lambda wish: {"include[]": ["account_binding", "configuration", "overlaid_configuration"]},
    gone=lambda item: item.get("workflow_state") == "deleted",
    store=RegistrationStore,
    fields=Fields(
        Field("account_id", wire="(account)", writable=False),
        Field("client_id", CanvasId(), wire="developer_key_id", sent=False),
        # 5.1: lengths
        Field("name", Limited(255), required=True),
        Field("admin_nickname", Limited(255)),
        Field("vendor", Limited(255)),
        Field("description", Limited(2048)),
        Field("configuration", Configuration(), required=True),
        Field("workflow_state", RegistrationState(), clearable=False, initial="inactive"),
        Field("lock_deploying", Boolean()),
        Field("overlaid_configuration", Anything(), writable=False, volatile=True),
        Field("inherited", Boolean(), writable=False, predicted=False),
        Field("dynamic", Boolean(), wire="(dynamic)", writable=False, predicted=False),
        Field("lti_version", Anything(), writable=False),
        Field("created_at", Nullable(), writable=False),
        Field("updated_at", Nullable(), writable=False, volatile=True),
    ),
)


class RegistrationTask(StateTask):
    """Keeps a registration as described."""

    platform = PLATFORM
    resource = REGISTRATION
    more_options = {"comment": {"type": "str"}}

    def _telling_options(self):
        return ("registration_id", "client_id", "name")

    def run(self, run):
        # Nothing is no configuration: one whose configuration was deleted is handed back with it.
        given = {name: value for name, value in run.given.items() if name != "configuration" or value is not None}
        return super().run(dataclasses.replace(run, given=given))

    def _label(self, run):
        nameless = not run.given.get("name") and not run.given.get("registration_id")
        return f"registration of client id {run.given.get('client_id')}" if nameless else super()._label(run)

    def find(self, work):
        """A client id is an id as well: one that does not exist is never created."""
        client_id = work.run.given.get("client_id")
        if client_id:
            REGISTRATION.fields["client_id"].checked(client_id)
        if work.run.given.get("registration_id") or not client_id:
            found = work.find()
            if found and client_id and not REGISTRATION.fields["client_id"].same(client_id, found["client_id"]):
                raise _errors.InvalidError(
                    f"registration {found['registration_id']} has the client id {found['client_id']}, not {client_id}",
                    hint="Nothing was done with either. Give one of the two.",
                )
            return found
        found = only_match(REGISTRATION, {"client_id": client_id}, objects(work.store), "registration_id", exactly=True)
        if found is None and work.run.options["state"] == "present":
            raise _errors.NotFoundError(
                f"there is no registration with the client id {client_id}",
                hint="Leave client_id out to create a new one; the server chooses its client id.",
            )
        return found

    def plan(self, work, found):
        work.wish = {name: value for name, value in work.wish.items() if name != "client_id"}
        if found is not None:
            self._refuse_foreign(work, found)
            if work.wish.get("lock_deploying") is not None and found["lock_deploying"] is None:
                work.run.warn("This Canvas shows no lock (lock_deploying) on registrations, and so none is set.")
                del work.wish["lock_deploying"]
        work.store.comment = comment_of(work.run)
        work.store.named = set(work.wish.get("configuration") or {})
        if found is None and work.wish.get("configuration"):
            # What the server makes of the rest (5.1, 7), said aloud.
            said = work.wish["configuration"]
            usual = {**NEW, "redirect_uris": [said.get("target_link_uri")]}
            work.wish["configuration"] = {**usual, **without_nothing(said)}
        plan = super().plan(work, found)
        self._refuse_incomplete(plan)
        if found is not None and found["dynamic"] and "configuration" in plan.send:
            raise _errors.InvalidError(
                f"the registration {found['name']!r} was made by the tool, which alone changes its configuration",
                hint="Leave configuration out; names and state can be changed.",
            )
        return plan

    @staticmethod
    def _refuse_incomplete(plan):
        """2.9: what the server would refuse as well, but only in the real run."""
        configuration = plan.send.get("configuration")
        if configuration is None:
            return
        missing = [name for name in NEEDED if not configuration.get(name)]
        if not any(configuration.get(name) for name in canvas_settings.KEYS):
            missing.append(" or ".join(canvas_settings.KEYS))
        if missing:
            raise _errors.InvalidError(f"the configuration lacks {', '.join(missing)}")

    @staticmethod
    def _refuse_foreign(work, found):
        if found["inherited"]:
            raise _errors.InvalidError(
                f"the registration {found['name']!r} belongs to Site Admin, and is left alone",
                hint="edtech.lti.canvas_developer_key_binding switches it on or off in this account.",
            )

    def inspect(self, work, plan):
        given = work.run.given.get("configuration") or {}
        if work.run.options["state"] != "present":
            return {}
        if given.get("extensions") is not None:
            lost = canvas_settings.losses(given)
        else:
            lost = [repr(name) for name in given if name not in {*canvas_shapes.INTERNAL, "extensions"}]
        for name in lost:
            work.run.warn(f"Canvas will not store {name}, which the configuration has.")
        return {}

    def conclude(self, work, plan, after):
        """An overlay is not managed (5.1), but nobody should believe that a tool gets less than it does."""
        overlaid = after and after["overlaid_configuration"]
        wished = work.wish.get("configuration")
        if not overlaid or not wished:
            return
        kind = REGISTRATION.fields["configuration"].kind
        others = [name for name in wished if not kind.fulfilled({name: after["configuration"].get(name)}, overlaid)]
        if others:
            work.run.warn(
                f"Changes that somebody made on the Apps page (an overlay) count more than the configuration of"
                f" {work.label}, for {', '.join(others)}; reset them there, where they are not meant."
            )

    def _shown(self, found):
        shown = super()._shown(found)
        configuration = shown["configuration"]
        return {**shown, "configuration": without_nothing(configuration) if configuration else configuration}

    def more_results(self, run, after):
        return {} if run.options["state"] == "absent" else {"handback": handback(run, after["client_id"])}


REGISTRATION_INFO = InfoTask(PLATFORM, REGISTRATION, ("client_id", "name"))
