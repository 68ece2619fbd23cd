# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Canvas: keeping and listing LTI 1.3 keys with their configurations.

Every section number in this file is one of docs/platforms/canvas.md.
"""

from __future__ import annotations

import dataclasses

from ansible_collections.edtech.lti.plugins.module_utils import _errors
from ansible_collections.edtech.lti.plugins.module_utils._document import fetched
from ansible_collections.edtech.lti.plugins.module_utils._platforms import canvas_settings
from ansible_collections.edtech.lti.plugins.module_utils._platforms.canvas import PLATFORM, handback
from ansible_collections.edtech.lti.plugins.module_utils._platforms.canvas_keys import (
    TOOL_CONFIGURATION,
    Addresses,
    is_ours,
    is_overridden,
)
from ansible_collections.edtech.lti.plugins.module_utils._task import InfoTask, StateTask

LONGEST_COMMENT = 2000
FIELDS = TOOL_CONFIGURATION.fields


class ConfigurationTask(StateTask):
    """Keeps a key for LTI 1.3 with its configuration, and its state in the account, as described."""

    platform = PLATFORM
    resource = TOOL_CONFIGURATION
    more_options = {
        "settings_url": {"type": "str"},
        "privacy_level": {"type": "str", "choices": list(canvas_settings.PRIVACY)},
        "custom_fields": {"type": "dict"},
        "disabled_placements": {"type": "list", "elements": "str"},
        "comment": {"type": "str"},
        "clear_via_registration": {"type": "bool", "default": False},
    }

    def __init__(self):
        super().__init__()
        self.rules = {**self.rules, "mutually_exclusive": [("settings", "settings_url")]}

    def wish(self, run, client, parents):
        if run.options["state"] == "absent":
            return super().wish(run, client, parents)
        if len(run.given.get("comment") or "") > LONGEST_COMMENT:
            raise _errors.InvalidError(f"comment is longer than {LONGEST_COMMENT} characters")
        wish = super().wish(run, client, parents)
        if run.given.get("settings_url"):
            text = fetched(
                run.given["settings_url"],
                client.connection,
                option="settings_url",
                allow_http=run.options["allow_http"],
            )
            try:
                wish["settings"] = FIELDS["settings"].kind.checked(text)
            except ValueError as error:
                raise _errors.InvalidError(f"settings_url {error}", url=run.given["settings_url"]) from error
        elif wish.get("settings", "") in (None, {}):
            raise _errors.InvalidError("settings cannot be empty", hint="Leave settings out to keep what is there.")
        return wish

    def plan(self, work, found):
        if found is not None:
            self._refuse_foreign(found)
        if work.run.options["state"] == "present":
            work.store.comment = work.run.given.get("comment")
            work.store.clears = work.run.options["clear_via_registration"]
            self._settle_settings(work, found)
            if found is not None:
                self._leave_alone(work, found)
        plan = super().plan(work, found)
        return self._named(self._mended(plan)) if plan.action in ("none", "update") and found else plan

    @staticmethod
    def _refuse_foreign(found):
        """5.2: what the tool itself registered is changed by the tool; keys for API use have no configuration."""
        if not is_ours(found):
            what = "was made by dynamic registration" if found["is_lti_key"] else "is a key for API use"
            raise _errors.InvalidError(
                f"the key {found['name']!r} ({found['client_id']}) {what}, and is left alone",
                hint="Change it on Canvas's own pages, or give another client_id.",
            )

    def _settle_settings(self, work, found):
        """Make one document of settings and what the other options say about them (9.3)."""
        run, given = work.run, work.wish.get("settings")
        held = found["settings"] if found else None
        if found is not None and held is None:
            raise _errors.ConflictError(
                f"the configuration of the key {found['name']!r} ({found['client_id']}) was deleted, and Canvas takes"
                " no other for that key",
                hint="Remove the key (state: absent) and make a new one; it will have another client_id.",
            )
        work.losses, work.kept = [], []
        touched = given is not None or any(run.given.get(name) is not None for name in OF_SETTINGS)
        if not touched:
            return
        if given is None and held is None:
            return  # the plan says what is missing
        wanted = canvas_settings.tidy(given) if given is not None else held
        if given is not None:
            work.store.besides = canvas_settings.extras(given)
            work.losses = canvas_settings.losses(given)
            wanted = self._with_sticky(work, wanted, found)
        wanted = _with_options(run.given, wanted, from_scratch=given is None)
        if not any(wanted.get(name) for name in canvas_settings.KEYS):
            # 2.9
            raise _errors.InvalidError(
                "the settings have neither public_jwk nor public_jwk_url",
                hint="Ask the vendor for the tool's key set address.",
            )
        work.wish["settings"] = wanted
        self._settle_addresses(work, given or {}, wanted, found)

    @staticmethod
    def _with_sticky(work, wanted, found):
        """2.7: what an update cannot clear stays, so it is no difference; except in 2023, where all is replaced."""
        if found is None or found["lti_registration_id"] is None:
            return wanted
        held = canvas_settings.sticky_members(found["settings"])
        named = canvas_settings.sticky_members(wanted)
        left = {name: value for name, value in held.items() if name not in named}
        if work.store.clears:
            return wanted
        work.kept = sorted(left)
        return canvas_settings.with_members(wanted, left)

    @staticmethod
    def _settle_addresses(work, given, wanted, found):
        """2.2: without redirect addresses it is the target link; where that was all there is, it moves along."""
        if "redirect_uris" in work.wish:
            return
        if given.get("redirect_uris"):
            work.wish["redirect_uris"] = FIELDS["redirect_uris"].checked(Addresses().from_wire(given["redirect_uris"]))
        elif found is None or found["redirect_uris"] == [found["settings"].get("target_link_uri")]:
            work.wish["redirect_uris"] = [wanted["target_link_uri"]]

    @staticmethod
    def _leave_alone(work, found):
        """What cannot be compared is sent along, and what would change nothing is not sent."""
        if "test_cluster_only" in work.wish and found["test_cluster_only"] is None:
            work.store.unseen = {"test_cluster_only": work.wish["test_cluster_only"]}
        if "binding" in work.wish and is_overridden(work.run, f"key {found['name']!r}", work.wish["binding"], found):
            del work.wish["binding"]

    @staticmethod
    def _named(plan):
        """2.2: a key without a name, which old versions allow, would be called "Unnamed tool" by any update."""
        if plan.action == "none" or plan.found["name"] or "name" in plan.send:
            return plan
        name = plan.send.get("settings", plan.found["settings"])["title"]
        return dataclasses.replace(plan, send={**plan.send, "name": name}, after={**plan.after, "name": name})

    @staticmethod
    def _mended(plan):
        """9.3, 11: the scopes of the key are those of its settings; if they went apart, sending the settings helps."""
        found = plan.found
        wanted = plan.send.get("settings", found["settings"])
        if wanted is None or "settings" in plan.send or set(found["scopes"] or []) == set(wanted["scopes"]):
            return plan
        return dataclasses.replace(
            plan,
            action="update",
            send={**plan.send, "settings": wanted},
            before={**plan.before, "scopes": found["scopes"]},
            after={**plan.after, "scopes": wanted["scopes"]},
        )

    def inspect(self, work, plan):
        if work.run.options["state"] == "present":
            for lost in work.losses:
                work.run.warn(f"Canvas will not store {lost}, which the settings have.")
            if work.kept:
                work.run.warn(
                    f"Canvas still holds {', '.join(work.kept)}, which the settings no longer have. Updating a"
                    " configuration cannot clear that; set clear_via_registration: true to clear it."
                )
        return {}

    def conclude(self, work, plan, after):
        for sentence in work.store.told:
            work.run.warn(f"Canvas says: {sentence}")
        scopes = after["settings"]["scopes"] if after and after["settings"] else []
        if plan.changes and after and after["scopes"] is not None and set(after["scopes"]) != set(scopes):
            work.run.warn(
                f"The key {after['name']!r} may use other scopes than its settings say, and Canvas did not mend that;"
                " the next run will find the same difference."
            )
        if after and after["workflow_state"] == "inactive":
            work.run.warn(f"The key {after['name']!r} is inactive, so that its tool cannot be launched.")

    def more_results(self, run, after):
        return {} if run.options["state"] == "absent" else {"handback": handback(run, after["client_id"])}

    def _shown(self, found):
        return shown(super()._shown(found))


OF_SETTINGS = ("privacy_level", "custom_fields", "disabled_placements")


def _with_options(given, settings, *, from_scratch):
    """Settings with what single options say.

    :param from_scratch: true where no settings were given, so that the list of disabled placements is all there is.
    """
    if given.get("privacy_level"):
        settings = canvas_settings.with_members(settings, {"privacy_level": given["privacy_level"]})
    if given.get("custom_fields"):
        settings = canvas_settings.with_custom_fields(settings, given["custom_fields"])
    if given.get("disabled_placements") is not None:
        try:
            return canvas_settings.with_disabled(settings, given["disabled_placements"], others=from_scratch)
        except ValueError as error:
            raise _errors.InvalidError(f"disabled_placements {error}") from error
    return settings


def shown(found):
    """A key as results have it: whose it is was only for us."""
    return {name: value for name, value in found.items() if name not in ("is_lti_key", "is_lti_registration")}


class ConfigurationInfoTask(InfoTask):
    """Keys for LTI 1.3 that were not made by dynamic registration."""

    def found(self, run, client, wanted):
        return [one for one in super().found(run, client, wanted) if is_ours(one)]

    def _shown(self, run, found):
        return shown(super()._shown(run, found))


CONFIGURATION_INFO = ConfigurationInfoTask(PLATFORM, TOOL_CONFIGURATION, ("name",))
