"""Putting things straight into Canvas, for tests.

What a client would create goes through the same code as its request, after admission.
"""

from __future__ import annotations

import copy
import secrets
from collections.abc import Callable

from ..service import Service
from . import bindings, external_tools, keys, registrations, tool_configurations
from .answers import Refusal
from .call import Call
from .configuration import with_defaults
from .contexts import account_context
from .registration_records import new_lti_key
from .state import PERMISSIONS, new_token, new_user

ADMIN = 1


class SeedError(ValueError):
    """Something that cannot be put into the state."""


class CanvasSeeds:
    """Creates objects as the demo administrator; each method returns what a request would."""

    def __init__(self, service: Service):
        """Put things into the state of `service`."""
        self._service = service

    @property
    def _state(self) -> dict:
        return self._service.store["canvas"]

    def settings(self, **fields) -> dict:
        """Return LTI JSON; every field has a default."""
        return {
            "title": "Sample Tool",
            "description": "A tool for tests",
            "target_link_uri": "https://tool.example.com/launch",
            "oidc_initiation_url": "https://tool.example.com/login",
            "public_jwk_url": "https://tool.example.com/jwks.json",
            "scopes": ["https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"],
            "custom_fields": {"course": "$Canvas.course.id"},
            "extensions": [
                {
                    "platform": "canvas.instructure.com",
                    "domain": "tool.example.com",
                    "tool_id": "sample-tool",
                    "privacy_level": "public",
                    "settings": {
                        "text": "Sample Tool",
                        "placements": [
                            {"placement": "course_navigation", "message_type": "LtiResourceLinkRequest"},
                            {"placement": "link_selection", "message_type": "LtiDeepLinkingRequest"},
                        ],
                    },
                }
            ],
            **fields,
        }

    def tool_configuration(self, name: str = "Sample Tool", binding: str | None = None, **settings) -> dict:
        """Create a key with its configuration in account 1, and set its binding if one is given."""
        given = {
            "developer_key": {"name": name, "redirect_uris": ["https://tool.example.com/launch"]},
            "tool_configuration": {"settings": self.settings(**settings)},
        }
        made = self._do(tool_configurations.create, given, account_id="1")
        if binding is not None:
            key_id = made["developer_key"]["id"]
            self.binding(key_id, binding)
            return self._do_shown(key_id, made)
        return made

    def developer_keys(self, count: int = 300, name: str = "Key") -> dict:
        """Create many keys, named `Key 1` and so on; returns the client ids, oldest first."""
        template = with_defaults(
            {
                "title": name, "description": name, "target_link_uri": "https://many.example.com/launch",
                "oidc_initiation_url": "https://many.example.com/login",
                "public_jwk_url": "https://many.example.com/jwks.json",
                "redirect_uris": ["https://many.example.com/launch"],
            }
        )  # fmt: skip
        with self._service.store.lock:
            call = self._call({})
            account = account_context(self._state, 1)
            made = [
                new_lti_key(
                    call, account, copy.deepcopy(template), state=call.switch("initial_binding"),
                    name=f"{name} {number}", disabled_placements=[],
                )
                for number in range(1, count + 1)
            ]  # fmt: skip
            self._service.store.save()
            return {"client_ids": [str(call.global_id(one["id"])) for one in made]}

    def site_admin_key(self, name: str = "Inherited Tool", state: str = "allow", visible: bool = True) -> dict:
        """Create a key of the site admin, which accounts inherit; returns the key."""
        return self._key_in(99, name, state, {"visible": visible})

    def neighbour_key(self, name: str = "Neighbour Tool") -> dict:
        """Create a key in the other root account; returns the key."""
        return self._key_in(5, name, "on", {})

    def dynamic_registration(self, name: str = "Dynamic Tool", state: str = "on") -> dict:
        """Create a key as Dynamic Registration does; returns the key."""
        return self._key_in(1, name, state, {}, dynamic=True)

    def binding(self, client_id: int | str, state: str, account_id: int | str = 1) -> dict:
        """Turn a key on or off."""
        given = {"developer_key_account_binding": {"workflow_state": state}}
        return self._do(bindings.create, given, account_id=str(account_id), developer_key_id=str(client_id))

    def external_tool(
        self, client_id: int | str, account_id: int | str | None = None, course_id: int | str | None = None
    ) -> dict:
        """Install a tool by client id, in account 1 unless told otherwise."""
        where = {"account_id": str(account_id or 1)} if course_id is None else {"course_id": str(course_id)}
        return self._do(external_tools.create, {"client_id": str(client_id)}, **where)

    def lti_registration(self, name: str = "Sample Registration", **fields) -> dict:
        """Create a registration in account 1; `fields` are those of the request."""
        given = {"name": name, "configuration": self.settings(), **fields}
        return self._do(registrations.create, given, account_id="1")

    def token(
        self, access_token: str | None = None, user: int = ADMIN, scopes: list[str] | None = None,
        expires_in: float | None = None, revoked: bool = False,
    ) -> dict:  # fmt: skip
        """Make an access token; `expires_in` 0 or less: it has expired."""
        with self._service.store.lock:
            if str(user) not in self._state["users"]:
                raise SeedError(f"There is no user {user!r}.")
            text = access_token or secrets.token_urlsafe(32)
            expires_at = None if expires_in is None else self._service.now("canvas") + expires_in
            self._state["tokens"][text] = new_token(user, scopes, expires_at, revoked)
            self._service.store.save()
        return {"access_token": text, "user": user, "scopes": scopes}

    def user(
        self, name: str, permissions: list[str] = PERMISSIONS, account: int | None = None, course: int | None = None
    ) -> dict:
        """Add a user with `permissions` in an account (1 unless told otherwise) or course, and a token."""
        unknown = set(permissions) - set(PERMISSIONS)
        if unknown:
            raise SeedError(
                f"There is no permission {', '.join(sorted(unknown))}. Known are: {', '.join(PERMISSIONS)}."
            )
        where = {"course": course} if course is not None else {"account": account or 1}
        with self._service.store.lock:
            number = max(int(one) for one in self._state["users"]) + 1
            grants = [{**where, "permissions": list(permissions)}]
            self._state["users"][str(number)] = new_user(number, name, grants)
            return {"id": number, **self.token(user=number)}

    def page(
        self, url: str, body: object = None, status: int | str = 200, content_type: str = "application/json"
    ) -> dict:
        """Put a page where Canvas can fetch settings from; `status` may be `timeout`."""
        if status != "timeout" and not (isinstance(status, int) and 100 <= status <= 599):
            raise SeedError("status is a number, or timeout.")
        with self._service.store.lock:
            body = self.settings() if body is None else body
            self._state["pages"][url] = {"status": status, "content_type": content_type, "body": body}
            self._service.store.save()
        return {"url": url, "status": status}

    def throttle(self, times: int = 1) -> dict:
        """Have the next requests refused as too many, whoever sends them."""
        self._service.memory["canvas"]["throttle_next"] = times
        return {"times": times}

    def deactivate_redirect_uri(self, client_id: int | str, uri: str) -> dict:
        """Let a redirect URI fall asleep, as happens to one not used for 90 days."""
        with self._service.store.lock:
            key = self._call({}).find("developer_keys", client_id)
            for one in key["redirect_uris"]:
                if one["uri"] == uri:
                    one["active"] = False
            self._service.store.save()
        return {"active": [one["uri"] for one in key["redirect_uris"] if one["active"]]}

    def _key_in(self, account: int, name: str, state: str, fields: dict, dynamic: bool = False) -> dict:
        with self._service.store.lock:
            call = self._call({})
            settings = self.settings()
            internal = tool_configurations.internal_form(settings)
            internal = with_defaults({**internal, "redirect_uris": [settings["target_link_uri"]]})
            key = new_lti_key(
                call, account_context(self._state, account), internal, state=state, name=name,
                disabled_placements=[], dynamic=dynamic, key_fields=fields,
            )  # fmt: skip
            self._service.store.save()
            return keys.shown(call, key)

    def _do_shown(self, key_id: int, made: dict) -> dict:
        with self._service.store.lock:
            call = self._call({})
            return {**made, "developer_key": keys.shown(call, call.find("developer_keys", key_id))}

    def _do(self, action: Callable, given: dict, **params: str):
        with self._service.store.lock:
            try:
                made = action(self._call(given, params)).body
            except Refusal as refusal:
                raise SeedError(f"status {refusal.reply.status}: {refusal}") from refusal
            self._service.store.save()
        # Not the state itself, which goes on changing.
        return copy.deepcopy(made)

    def _call(self, given: dict, params: dict | None = None) -> Call:
        admin = self._state["users"][str(ADMIN)]
        return Call(self._service, self._service.now("canvas"), params or {}, given, admin)
