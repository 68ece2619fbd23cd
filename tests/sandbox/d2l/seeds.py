"""Putting things straight into Brightspace, for tests.

What a client would create goes through the same code as its request, after admission. Tokens,
keys, users and org units, which nobody creates by this API, are possible only here and by the
control routes.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable

from ..service import Service
from . import deployments, links, registrations, scopes, sharing
from .answers import Refusal
from .call import Call, Caller
from .keys import new_key_pair
from .org_units import ROOT, TYPES, tree
from .permissions import ALL
from .state import FULL_SCOPE, new_client, new_user
from .tokens import new_access_token, new_refresh_token
from .versions import supported

ADMIN = 169
_PRIVATE = ("d", "p", "q", "dp", "dq", "qi", "oth", "k")


class SeedError(ValueError):
    """Something that cannot be put into the state."""


class D2LSeeds:
    """Creates objects as the demo administrator; each method returns what a request would."""

    def __init__(self, service: Service):
        """Put things into the state of `service`."""
        self._service = service

    @property
    def _state(self) -> dict:
        return self._service.store["d2l"]

    def registration(self, **fields) -> dict:
        """Register a tool; every field has a default."""
        number = self._state["next"]["order"]
        given = {
            "IsEnabled": True,
            "Name": f"Tool {number}",
            "Description": None,
            "Domain": f"https://tool{number}.example.com",
            "RedirectUrls": [f"https://tool{number}.example.com/launch"],
            "OpenIDConnectLoginUrl": f"https://tool{number}.example.com/login",
            "KeysetUrl": f"https://tool{number}.example.com/jwks.json",
            "EnabledExtensions": [],
            "SendInstitutionRole": False,
            "CustomParameters": [],
            "TargetLinkUri": None,
            **fields,
        }
        return self._create(registrations.create, given)

    def deployment(self, client_id: str, **fields) -> dict:
        """Deploy a registration; every field has a default."""
        call = self._call(None)
        given = {field.name: field.default for field in deployments.FIELDS if field.is_in(call.version)}
        given |= {"ClientId": client_id, "IsEnabled": True, "Name": "Deployment", **fields}
        return self._create(deployments.create, given)

    def sharing_rule(
        self, deployment_id: str, org_unit_id: int = ROOT, org_unit: bool = True, descendants: bool = True
    ) -> dict:
        """Share a deployment with an org unit and with those below it."""
        given = {
            "SharingOrgUnitId": org_unit_id,
            "ShareWithOrgUnit": org_unit,
            "ShareWithDescendants": descendants,
        }
        return self._create(sharing.create, given, deploymentid=deployment_id.lower())

    def link(self, deployment_id: str, org_unit_id: int = ROOT, **fields) -> dict:
        """Create a link of an org unit, or of the organisation."""
        given = {
            "DeploymentId": deployment_id,
            "IsEnabled": True,
            "Name": "Link",
            "URL": "https://tool.example.com/launch",
            "Type": 1,
            **fields,
        }
        return self._create(links.create, given, **({} if org_unit_id == ROOT else {"orgunitid": str(org_unit_id)}))

    def token(
        self, scope: str = FULL_SCOPE, user: int | str = ADMIN, expires_in: int | None = None,
        client_id: str = "d2l-demo-client",
    ) -> dict:  # fmt: skip
        """Make an access token with any scope (`expires_in` 0 or less: it has expired)."""
        with self._service.store.lock:
            token, life = new_access_token(self._service, self._user(user), scope, client_id, expires_in)
            self._service.store.save()
        return {"access_token": token, "expires_in": life, "scope": scopes.as_text(scope)}

    def refresh_token(
        self, client_id: str = "d2l-demo-oauth-app", scope: str = FULL_SCOPE, user: int | str = ADMIN
    ) -> dict:
        """Make a refresh token, the first of a new chain."""
        with self._service.store.lock:
            self._client(client_id)
            token = new_refresh_token(self._service, client_id, self._user(user), scope)
            self._service.store.save()
        return {"refresh_token": token, "scope": scopes.as_text(scope)}

    def client_key(self, key: dict, client_id: str = "d2l-demo-client") -> dict:
        """Register the public JWK `key`, as if it stood in the client's JWKS."""
        if not isinstance(key, dict) or not key.get("kid") or key.get("kty") not in ("RSA", "EC"):
            raise SeedError("A key is an RSA or EC JWK with a kid.")
        if any(name in key for name in _PRIVATE):
            raise SeedError("Only the public half of a key belongs here.")
        with self._service.store.lock:
            client = self._client(client_id)
            client["keys"] = [*(one for one in client["keys"] if one["kid"] != key["kid"]), key]
            self._service.store.save()
        return {"client_id": client_id, "key_ids": [one["kid"] for one in client["keys"]]}

    def new_client_key(self, algorithm: str = "RS256", client_id: str = "d2l-demo-client") -> dict:
        """Make a key pair and register it; returns `private_key` (PEM) and `key_id`."""
        private, public = new_key_pair(algorithm)
        self.client_key(public, client_id)
        return {"private_key": private, "key_id": public["kid"]}

    def client(
        self, client_id: str, grants: list[str] = ("client_credentials",), secret: str | None = None,
        scope: str = FULL_SCOPE, user: int | str = ADMIN, redirect_uris: list[str] = (),
    ) -> dict:  # fmt: skip
        """Register an OAuth application."""
        with self._service.store.lock:
            made = new_client(self._user(user), list(grants), secret, scope, list(redirect_uris))
            self._state["clients"][client_id] = made
            self._service.store.save()
        return {"client_id": client_id, "grants": made["grants"], "scope": scope}

    def user(
        self, key_id: str, key: str | None = None, permissions: list[str] = ALL, org_unit: int = ROOT,
        descendants: bool = True, grants: list[dict] | None = None,
    ) -> dict:  # fmt: skip
        """Add a user with `permissions` at one org unit, or with several `grants`."""
        if grants is None:
            grants = [{"org_unit": org_unit, "descendants": descendants, "permissions": list(permissions)}]
        unknown = {one for grant in grants for one in grant["permissions"]} - set(ALL)
        if unknown:
            raise SeedError(f"There is no permission {', '.join(sorted(unknown))}. Known are: {', '.join(ALL)}.")
        with self._service.store.lock:
            number = max(int(one) for one in self._state["users"]) + 1
            made = new_user(number, key_id, key or secrets.token_urlsafe(16), grants)
            self._state["users"][str(number)] = made
            self._service.store.save()
        return {"id": number, "key_id": key_id, "key": made["key"]}

    def org_unit(
        self, code: str | None, name: str = "Added unit", type: int = 3, parents: list[int] = (ROOT,),
        id: int | None = None,
    ) -> dict:  # fmt: skip
        """Add an org unit; its id is above all others unless given."""
        with self._service.store.lock:
            known = tree(self._state["org_units"]).units
            if type not in TYPES or not all(one in known for one in parents) or id in known:
                raise SeedError("An org unit needs a known type, existing parents and a new id.")
            number = id or max(known) + 1
            made = {"id": number, "code": code, "name": name, "type": type, "parents": list(parents)}
            self._state["org_units"][str(number)] = made
            self._service.store.save()
        return dict(made)

    def _create(self, action: Callable, given: dict, **params: str) -> dict:
        with self._service.store.lock:
            call = self._call(given, params)
            try:
                made = action(call)
            except Refusal as refusal:
                raise SeedError(refusal.detail or f"status {refusal.status}") from refusal
            self._service.store.save()
        return json.loads(made.get_data())

    def _call(self, given, params: dict | None = None) -> Call:
        newest = list(supported(self._service, "le").values())[-1]
        caller = Caller(self._state["users"][str(ADMIN)], None, "seeds")
        return Call(self._service, self._service.now("d2l"), params or {}, version=newest, caller=caller, given=given)

    def _user(self, user: int | str) -> int:
        """Return the number of a user given by number or by ID-Key user id."""
        for one in self._state["users"].values():
            if user in (one["id"], one["key_id"]):
                return one["id"]
        raise SeedError(f"There is no user {user!r}.")

    def _client(self, client_id: str) -> dict:
        if client_id not in self._state["clients"]:
            raise SeedError(f"There is no client {client_id!r}.")
        return self._state["clients"][client_id]
