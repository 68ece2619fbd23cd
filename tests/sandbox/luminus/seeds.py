"""Putting things straight into LumiNUS, for tests: its API creates nothing."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta, timezone

from ..service import Service
from .access import MEMBERSHIPS
from .bearer import new_access_token
from .providers import FIELDS, is_uuid
from .state import new_provider, new_user

_SINGAPORE = timezone(timedelta(hours=8))


class SeedError(ValueError):
    """Something that cannot be put into the state."""


class LuminusSeeds:
    """Adds providers, modules, people and what lets them in. A user is given by id or login."""

    def __init__(self, service: Service):
        """Put things into the state of `service`."""
        self._service = service

    @property
    def _state(self) -> dict:
        return self._service.store["luminus"]

    def provider(self, id: str | None = None, **fields) -> dict:
        """Add a provider, or change the one that has this `id`; returns it with None for what it lacks.

        Fields have the names of the wire. With `resourceID` it belongs to that module, otherwise to
        the system; `creatorID` and `lastUpdatedBy` may be logins.
        """
        unknown = sorted(set(fields) - set(FIELDS))
        if unknown:
            raise SeedError(f"A provider has no {', '.join(unknown)}.")
        id = (id or str(uuid.uuid4())).lower()
        if not is_uuid(id):
            raise SeedError(f"{id!r} is no UUID.")
        with self._service.store.lock:
            for name in {"creatorID", "lastUpdatedBy"} & set(fields):
                fields[name] = self._user(fields[name])["id"]
            now = written(self._service.now("luminus"))
            before = self._state["providers"].get(id) or new_provider(id, createdDate=now, lastUpdatedDate=now)
            made = {**before, **fields}
            self._check_places(made)
            self._state["providers"][id] = made
            self._service.store.save()
        return dict(made)

    def remove_provider(self, id: str) -> None:
        """Forget a provider, as if someone had deleted it on the platform's pages."""
        with self._service.store.lock:
            if self._state["providers"].pop(id.lower(), None) is None:
                raise SeedError(f"There is no provider {id!r}.")
            self._service.store.save()

    def module(self, name: str = "Added module", members: dict[str, str] | None = None, id: str | None = None) -> dict:
        """Add a module with `members`: `owner`, `staff` or `student` by user."""
        with self._service.store.lock:
            id = (id or str(uuid.uuid4())).lower()
            made = {
                "id": id,
                "name": name,
                "members": {self._user(user)["id"]: as_what for user, as_what in (members or {}).items()},
            }
            if not is_uuid(id) or not set(made["members"].values()) <= set(MEMBERSHIPS):
                raise SeedError(f"A module has a UUID, and members as {', '.join(MEMBERSHIPS)}.")
            self._state["modules"][id] = made
            self._service.store.save()
        return {**made, "members": dict(made["members"])}

    def user(self, login: str, name: str = "Added User", lti_admin: bool = False, email: str | None = None) -> dict:
        """Add a user; returns it with an `access_token` that does not expire."""
        with self._service.store.lock:
            made = new_user(str(uuid.uuid4()), login, name, lti_admin, email)
            token = f"luminus-{uuid.uuid4()}"
            self._state["users"][made["id"]] = made
            self._state["tokens"][token] = {"user": made["id"], "expires_at": None}
            self._service.store.save()
        return {**made, "access_token": token}

    def token(self, user: str = "lti.admin", expires_in: int | None = None) -> dict:
        """Make an access token (`expires_in` below -10: it has expired, clock drift included)."""
        with self._service.store.lock:
            token, life = new_access_token(self._service, self._user(user), expires_in)
            self._service.store.save()
        return {"access_token": token, "token_type": "bearer", "expires_in": life}

    def code(self, user: str = "lti.admin") -> dict:
        """Make an authorisation code."""
        with self._service.store.lock:
            code = str(uuid.uuid4())
            self._state["codes"][code] = {"user": self._user(user)["id"]}
            self._service.store.save()
        return {"code": code}

    def subscription(self, key: str | None = None, active: bool = True, name: str = "Added") -> dict:
        """Add a subscription key of 32 hex digits unless given, or suspend (`active` false) one."""
        with self._service.store.lock:
            key = key or uuid.uuid4().hex
            self._state["subscriptions"][key] = {"name": name, "active": bool(active)}
            self._service.store.save()
        return {"subscription_key": key, "active": bool(active)}

    def _user(self, user: str) -> dict:
        for one in self._state["users"].values():
            if user in (one["id"], one["login"]):
                return one
        raise SeedError(f"There is no user {user!r}.")

    def _check_places(self, provider: dict) -> None:
        """Refuse a module that is not there, and a parent that a provider cannot have (section 2.1)."""
        module, parent = provider["resourceID"], provider["parentID"]
        if module is not None and module not in self._state["modules"]:
            raise SeedError(f"There is no module {module!r}.")
        if parent is None:
            return
        above = self._state["providers"].get(parent)
        if module is None or above is None or above["resourceID"] is not None or not above["installable"]:
            raise SeedError("A parent is system-level and installable, and its child belongs to a module.")


def written(seconds: float) -> str:
    """Return a moment as LumiNUS writes it: +08:00, and no zeros at the end of the fraction."""
    moment = datetime.fromtimestamp(seconds, _SINGAPORE)
    fraction = f"{moment.microsecond // 1000:03}".rstrip("0")
    return f"{moment:%Y-%m-%dT%H:%M:%S}{'.' if fraction else ''}{fraction}+08:00"
