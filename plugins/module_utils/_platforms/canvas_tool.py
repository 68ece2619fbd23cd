# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Canvas: tools of LTI 1.3 as they are installed in accounts and courses; Canvas also calls that a deployment.

Every section number in this file is one of docs/platforms/canvas.md.
"""

from __future__ import annotations

import contextlib
import types

from ansible_collections.edtech.lti.plugins.module_utils import _errors
from ansible_collections.edtech.lti.plugins.module_utils._errors import after_change
from ansible_collections.edtech.lti.plugins.module_utils._fields import Field, Fields
from ansible_collections.edtech.lti.plugins.module_utils._kinds import Boolean, Nullable
from ansible_collections.edtech.lti.plugins.module_utils._lookup import PREDICTED, store_of
from ansible_collections.edtech.lti.plugins.module_utils._platforms.canvas import (
    LOCKED,
    PLATFORM,
    CanvasId,
    CanvasStore,
    handback,
)
from ansible_collections.edtech.lti.plugins.module_utils._platforms.canvas_keys import DEVELOPER_KEY
from ansible_collections.edtech.lti.plugins.module_utils._resource import Identity, Parent, Resource
from ansible_collections.edtech.lti.plugins.module_utils._task import InfoTask, StateTask

REGISTRATIONS = "/api/v1/accounts/self/lti_registrations"
KEY = "developer_key_id"
AVAILABLE = "(available)"


class ToolStore(CanvasStore):
    """Tools in one account or course.

    :ivar key: the developer key as it was found; empty where the token may not look at keys.
    :ivar client_id: the client id that is looked for, with its shard if that is known.
    :ivar may_unlock: is the lock of a registration lifted where it stands in the way?
    :ivar unlocked: was one lifted?
    :ivar blind: true when it could not be looked whether a tool hides behind its availability (4.2).
    """

    client_id = ""
    key = types.MappingProxyType({})
    may_unlock = False
    unlocked = False
    blind = False

    def __init__(self, client, resource, scope=None):
        where = {name: given for name, given in (scope or {}).items() if given is not None}
        if {"account_id", "course_id"} <= set(where):
            raise _errors.InvalidError("account_id and course_id exclude each other", hint="Give one of them.")
        super().__init__(client, resource, where if "course_id" in where else {"account_id": "self", **where})
        self._registrations = {}

    def place(self):
        if self.scope["course_id"] is not None:
            return "/api/v1/courses/{course_id}/external_tools"
        return "/api/v1/accounts/{account_id}/external_tools"

    def normal(self, item):
        if self.client_id and CanvasId().same(item.get(KEY), self.client_id):
            # 1.6: answers may have the local id, but the vendor needs the one with its shard.
            item = {**item, KEY: max(CanvasId().canonical(item[KEY]), self.client_id, key=len)}
        return {AVAILABLE: True, **item, **{f"({name})": self.scope[name] for name in ("account_id", "course_id")}}

    def all(self, wish=None):
        """Tools of LTI 1.3 here; where none belongs to the key that is looked for, those too that are not available."""
        found = [item for item in super().all(wish) if item.get("version") == "1.3"]
        client_id = (wish or {}).get("client_id")
        if not client_id or any(CanvasId().same(item.get(KEY), client_id) for item in found):
            return found
        return found + self._hidden(client_id)

    def get(self, object_id):
        item = super().get(object_id)
        if item is not None and item.get("version") != "1.3":
            raise _errors.InvalidError(
                f"external tool {object_id} is not one of LTI 1.3, and is left alone",
                hint="This module installs tools by the client id of their key only.",
            )
        if item is None:
            return None
        listed = any(self.resource.id.is_of(one, object_id) for one in super().all())
        return {**item, AVAILABLE: listed}

    def create(self, payload):
        with self._telling_unlocked():
            made = self._installed(payload)
        try:
            return self._switched(made, payload.get(AVAILABLE, True))
        except _errors.OutcomeUnknown:
            raise
        except _errors.ApiError as error:
            with after_change(
                f"it was to be installed without being available, and is there for everybody ({error.why})"
            ):
                self.delete(made["id"])
            error.why = f"{error.why}; it was removed again"
            raise

    def update(self, object_id, payload):
        """Nothing of a tool can be changed but whether it is available (4.2, 4.3)."""
        held = self.get(object_id)
        return held and self._switched(held, payload[AVAILABLE])

    def _installed(self, payload):
        body = {"client_id": CanvasId().canonical(payload[KEY])}
        try:
            return self.written(self.client.write("POST", self._path, body))
        except _errors.ForbiddenError as error:
            if not self.may_unlock or LOCKED not in (error.details or "").lower():
                raise
        self._unlock(payload[KEY])
        return self.written(self.client.write("POST", self._path, body))

    def _switched(self, item, available):
        if item[AVAILABLE] == available:
            return item
        path = self.control(item["id"], item.get("lti_registration_id"))
        answer = self.client.write("PUT", path, {"available": available})
        told = self.one(answer).get("available")
        if told is not available:
            raise self.strange(answer, f"available: {str(available).lower()}")
        return {**item, AVAILABLE: available}

    def control(self, number, registration):
        """Address of what says whether a tool is available where it is installed (4.3).

        :param number: id of the tool.
        :param registration: id of its registration, if that is known.
        :raises NotFoundError: where nothing says so.
        """
        try:
            return self._control(number, registration or self.registration(self.client_id))
        except _errors.NotFoundError as error:
            error.why = f"its availability cannot be set: {error.why}"
            error.hint = "Not every Canvas has availability by API. Set it on the Apps page, and leave available out."
            raise

    def _control(self, number, registration):
        if registration is None:
            raise _errors.NotFoundError("its registration cannot be found")
        kind, place = self._context()
        for answer in self.client.pages(f"{REGISTRATIONS}/{registration}/deployments/{number}/controls"):
            for control in self.many(answer):
                if CanvasId().same(control.get(f"{kind.lower()}_id"), place):
                    return f"{REGISTRATIONS}/{registration}/controls/{control['id']}"
        raise _errors.NotFoundError("there is nothing that says where it is available")

    @contextlib.contextmanager
    def _telling_unlocked(self):
        try:
            yield
        except _errors.ApiError as error:
            if self.unlocked:
                error.done = {"changed": True}
                error.why = f"the lock of its registration was lifted, and stays so; but then: {error.why}"
            raise

    def refuse_unhideable(self, client_id):
        """4.3: without the pages about availability an installed tool is there for everybody.

        :raises NotFoundError: where there are none.
        """
        try:
            registration = self.registration(client_id)
            if registration is None and self.blind:
                raise _errors.ForbiddenError(
                    "to install it without being available needs the permission manage_lti_registrations",
                    hint="Leave available out, or give the token's user that permission.",
                )
            if registration is None:
                raise _errors.NotFoundError("its registration cannot be found")
            self.client.read(f"{REGISTRATIONS}/{registration}/deployments", {"per_page": 1})
        except _errors.NotFoundError as error:
            error.why = f"it cannot be installed without being available: {error.why}"
            error.hint = "Not every Canvas has availability by API; leave available out, or install it by hand."
            raise

    def _unlock(self, client_id):
        registration = self.registration(client_id)
        if registration is None:
            raise _errors.NotFoundError(
                "its registration is locked, and cannot be found to lift the lock",
                hint="Unlock it on the Apps page; the token's user needs manage_lti_registrations to do it here.",
            )
        try:
            self._refuse_errors(self.client.write("PUT", f"{REGISTRATIONS}/{registration}", {"lock_deploying": False}))
        except _errors.OutcomeUnknown:
            self.unlocked = True  # perhaps; better said once too often
            raise
        self.unlocked = True

    def registration(self, client_id):
        """Id of the registration of a key; None where nobody says so: an old server, or a missing permission.

        The key itself tells it, too; by the client id it is not found while the key is off (5.1).
        """
        if self.key:
            return self.key["lti_registration_id"]
        client_id = CanvasId().canonical(client_id)
        if client_id not in self._registrations:
            self._registrations[client_id] = self._registration(client_id)
        return self._registrations[client_id]

    def _registration(self, client_id):
        try:
            path = f"/api/v1/accounts/self/lti_registration_by_client_id/{client_id}"
            return self.one(self.client.read(path))["id"]
        except _errors.ForbiddenError:
            self.blind = True
            return None
        except _errors.NotFoundError:
            pass
        try:
            key = store_of(self.client, DEVELOPER_KEY).get(client_id)
        except _errors.ForbiddenError:
            self.blind = True
            return None
        return key and DEVELOPER_KEY.read(key)["lti_registration_id"]

    def _hidden(self, client_id):
        """Tools of a key that the list leaves out, since they are not available here (4.2, 4.3)."""
        registration = self.registration(client_id)
        if registration is None:
            return []
        try:
            answers = self.client.pages(f"{REGISTRATIONS}/{registration}/deployments", {})
            listed = [item for answer in answers for item in self.many(answer)]
        except _errors.NotFoundError:
            return []  # 4.3: no such pages without the flag, and then nothing hides
        except _errors.ForbiddenError:
            self.blind = True
            return []
        kind, number = self._context()
        return [
            self.normal({**self._whole(one, client_id), AVAILABLE: False})
            for one in listed
            if one.get("workflow_state") != "deleted"
            and one.get("context_type") == kind
            and CanvasId().same(one.get("context_id"), number)
        ]

    def _context(self):
        """Kind and number of the account or course, which may have been given by another name (1.6)."""
        if self.scope["course_id"] is not None:
            kind, path, given = "Course", "courses", self.scope["course_id"]
        else:
            kind, path, given = "Account", "accounts", self.scope["account_id"]
        if CanvasId().is_id(given):
            return kind, given
        return kind, self.one(self.client.read(f"/api/v1/{path}/{given}"))["id"]

    def _whole(self, deployment, client_id):
        """A tool by its deployment, as far as its own address shows it."""
        known = {"id": deployment["id"], "deployment_id": deployment.get("deployment_id"), KEY: client_id}
        try:
            return {**known, **self.one(self.client.read(self._member(deployment["id"]))), "version": "1.3"}
        except (_errors.NotFoundError, _errors.ForbiddenError):
            return {**known, "version": "1.3", "workflow_state": None}


EXTERNAL_TOOL = Resource(
    name="external_tool",
    title="external tool",
    path="",
    id=Identity("external_tool_id", "id", CanvasId()),
    address={"account_id": {"type": "str"}, "course_id": {"type": "str"}},
    key=("client_id",),
    parents=(Parent("client_id", {}, DEVELOPER_KEY, scope=True, trusted=True),),
    gone=lambda item: item.get("workflow_state") == "deleted",
    eldest=True,
    store=ToolStore,
    fields=Fields(
        Field("client_id", CanvasId(), wire=KEY, required=True),
        Field("account_id", wire="(account_id)", writable=False),
        Field("course_id", wire="(course_id)", writable=False),
        Field("deployment_id", Nullable(), writable=False),
        *(
            Field(name, Nullable(), writable=False, volatile=True)
            for name in ("name", "description", "url", "domain", "privacy_level", "workflow_state")
        ),
        Field("available", Boolean(), wire=AVAILABLE, predicted=True),
        Field("lti_registration_id", CanvasId(), writable=False),
        Field("created_at", Nullable(), writable=False),
        Field("updated_at", Nullable(), writable=False, volatile=True),
    ),
)


class ToolTask(StateTask):
    """Keeps a tool installed in an account or course."""

    platform = PLATFORM
    resource = EXTERNAL_TOOL
    more_options = {"unlock": {"type": "bool", "default": False}}

    def _label(self, run):
        tool = run.given.get("external_tool_id") or f"of client id {run.given.get('client_id') or '(not known yet)'}"
        where = f"course {run.given['course_id']}" if run.given.get("course_id") else ""
        return f"external tool {tool} in {where or 'account ' + (run.given.get('account_id') or 'self')}"

    def find(self, work):
        wished = work.wish.get("client_id")
        if wished == PREDICTED:
            # The key is only assumed, but the account or course must be there, as for the real run.
            work.store.all()
        elif wished:
            work.store.client_id = CanvasId().canonical(wished)
            work.store.key = work.run.parents.get("client_id") or {}
            if "binding" not in work.store.key:
                work.store.key = {}  # taken as it was given, without being looked at
        return super().find(work)

    def plan(self, work, found):
        work.store.may_unlock = work.run.options["unlock"]
        work.store.client_id = work.store.client_id or CanvasId().canonical(found and found["client_id"])
        wished = work.run.given.get("client_id")
        if found and wished and not EXTERNAL_TOOL.fields["client_id"].same(wished, found["client_id"]):
            raise _errors.InvalidError(
                f"external tool {found['external_tool_id']} belongs to the key {found['client_id']}, not to {wished}",
                hint="A tool cannot be given to another key; install that one as well, and remove this one.",
            )
        return super().plan(work, found)

    def inspect(self, work, plan):
        if plan.action == "create" and plan.send.get("available") is False and work.store.client_id:
            work.store.refuse_unhideable(work.store.client_id)
        if plan.action == "update":
            work.store.control(plan.found["external_tool_id"], plan.found["lti_registration_id"])
        if plan.action == "create" and work.store.key.get("binding") == "off":
            work.run.warn(
                f"The key {work.store.key['name']!r} is off, and Canvas installs no tool of such a key;"
                ' switch it on before (binding: "on").'
            )
        gone = plan.action == "none" and plan.found is None
        if (plan.action == "create" or gone) and work.store.blind:
            work.run.warn(
                "Whether this tool is installed here already, but hidden by its availability, could not be looked up:"
                " that needs the permission manage_lti_registrations."
            )
        if plan.found is not None and work.run.options["state"] == "present":
            self._tell_twins(work, plan.found)
        return {}

    @staticmethod
    def _tell_twins(work, found):
        """4.1: each further installation is a deployment of its own, which grades and links may hang on."""
        twins = [item for item in work.twins if item["external_tool_id"] != found["external_tool_id"]]
        if twins:
            others = ", ".join(item["external_tool_id"] for item in twins)
            work.run.warn(
                f"The {work.label} is installed {len(twins) + 1} times; this is about {found['external_tool_id']}, the"
                f" eldest, and not about {others}."
            )

    def conclude(self, work, plan, after):
        if work.store.unlocked:
            work.run.warn("The lock of the tool's registration was lifted, and stays so (lock_deploying).")
        if after and after["available"] is False and "available" not in work.wish:
            work.run.warn(f"The {work.label} is installed, but not available there; available: true would change that.")

    def more_results(self, run, after):
        if after is None:
            return {}
        deployments = [after["deployment_id"]] if after["deployment_id"] else []
        return {"handback": handback(run, after["client_id"], deployments)}


TOOL_INFO = InfoTask(PLATFORM, EXTERNAL_TOOL, ("client_id", "name"))
