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
from ansible_collections.edtech.lti.plugins.module_utils._platforms import canvas_settings, canvas_shapes
from ansible_collections.edtech.lti.plugins.module_utils._platforms.canvas import PLATFORM, comment_of, handback
from ansible_collections.edtech.lti.plugins.module_utils._platforms.canvas_description import (
    OF_SETTINGS,
    Description,
    described,
)
from ansible_collections.edtech.lti.plugins.module_utils._platforms.canvas_keys import (
    TOOL_CONFIGURATION,
    is_ours,
    is_overridden,
    without_key,
)
from ansible_collections.edtech.lti.plugins.module_utils._task import InfoTask, StateTask

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

    def run(self, run):
        # Nothing is no document: a key whose configuration was deleted is handed back with it.
        given = {name: value for name, value in run.given.items() if name != "settings" or value is not None}
        return super().run(dataclasses.replace(run, given=given))

    def wish(self, run, client, parents):
        if run.options["state"] == "absent":
            return super().wish(run, client, parents)
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
                raise _errors.InvalidError(
                    f"settings_url {error}", url=run.given["settings_url"].partition("?")[0]
                ) from error
        return wish

    def plan(self, work, found):
        work.description = Description()
        if found is not None:
            self._refuse_foreign(found)
        if work.run.options["state"] == "present":
            found = self._describe(work, found)
        plan = super().plan(work, found)
        if plan.action not in ("none", "update") or found is None:
            return plan
        return self._named(self._mended(plan) if work.description.settings else plan)

    @staticmethod
    def _refuse_foreign(found):
        """5.2: what the tool itself registered is changed by the tool; keys for API use have no configuration."""
        if not is_ours(found):
            what = "was made by dynamic registration" if found["is_lti_key"] else "is a key for API use"
            raise _errors.InvalidError(
                f"the key {found['name']!r} ({found['client_id']}) {what}, and is left alone",
                hint="Change it on Canvas's own pages, or give another client_id.",
            )

    def _describe(self, work, found):
        """Put what was said about the tool into the wish; the key as found, with what was still to find out."""
        run, store = work.run, work.store
        store.comment = comment_of(run)
        store.clears = run.options["clear_via_registration"]
        if found is not None:
            self._leave_alone(work, found)
            if not found["settings"] or not canvas_shapes.is_readable(found["settings"]):
                self._refuse_unreadable(work, found)
                return found
            found = self._with_level(store, found)
        said = work.wish.pop("settings", None)
        work.description = told = described(said, run.given, found, clears=store.clears)
        if said is None and found is not None:
            store.worked_out = lambda held: (
                described(None, run.given, {**found, "settings": held}, clears=False).settings
            )
        store.besides = told.besides
        if told.settings is not None:
            work.wish["settings"] = told.settings
        if told.redirect_uris is not None:
            work.wish.setdefault("redirect_uris", told.redirect_uris)
        if work.wish.get("redirect_uris") == [] and not (found and found["redirect_uris"] == []):
            raise _errors.InvalidError("redirect_uris cannot be empty", hint="Without one no launch would succeed.")
        return found

    @staticmethod
    def _refuse_unreadable(work, found):
        """Without a configuration a key can be switched, and nothing else (2.8)."""
        mine = {name: value for name, value in work.wish.items() if name != "binding"}
        options = any(work.run.given.get(name) is not None for name in OF_SETTINGS)
        if options or "settings" in mine or FIELDS.differing(mine, found):
            what = "cannot be read by this collection" if found["settings"] else "was deleted"
            raise _errors.ConflictError(
                f"the configuration of the key {found['name']!r} ({found['client_id']}) {what}",
                hint="Canvas takes no other configuration for a key whose own was deleted: remove the key"
                " (state: absent) and make a new one; it will have another client_id.",
            )

    @staticmethod
    def _with_level(store, found):
        """2.2: in old versions it is not the level in the settings that counts, but one that lists do not show."""
        level = store.level(found["client_id"]) if found["lti_registration_id"] is None else None
        if level is None:
            return found
        return {**found, "settings": canvas_settings.with_members(found["settings"], {"privacy_level": level})}

    @staticmethod
    def _leave_alone(work, found):
        """What cannot be compared is sent along, and what would change nothing is not sent."""
        if work.wish.get("test_cluster_only") is not None and found["test_cluster_only"] is None:
            work.store.unseen = {"test_cluster_only": work.wish["test_cluster_only"]}
            work.run.warn(
                "This Canvas does not show test_cluster_only. It cannot be compared, and is sent only along with other"
                " changes."
            )
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
        if "settings" in plan.send or not _uses_other_scopes(found):
            return plan
        return dataclasses.replace(
            plan,
            action="update",
            send={**plan.send, "settings": wanted},
            before={**plan.before, "scopes": found["scopes"]},
            after={**plan.after, "scopes": wanted["scopes"]},
        )

    def inspect(self, work, plan):
        told = work.description
        if told.kept:
            work.run.warn(
                f"Canvas still holds {', '.join(told.kept)}, which the settings no longer have. It stays,"
                " unless clear_via_registration is true."
            )
        if plan.action == "update" and "settings" in plan.send and not work.run.given.get("privacy_level"):
            before, after = (canvas_settings.level_of(one["settings"]) for one in (plan.found, plan.send))
            if before and canvas_settings.TELLS[after] - canvas_settings.TELLS[before]:
                work.run.warn(
                    f"The tool learns more about people than before: its privacy level was {before!r}, and the settings"
                    f" say {after!r}. With privacy_level the task itself can say which one it is to be."
                )
        if told.level_unknown:
            work.run.warn(
                "This Canvas does not show which privacy level counts for the key, and it is left as it is;"
                " say which one it should be with privacy_level."
            )
        return {}

    def conclude(self, work, plan, after):
        told = work.description
        # 2.6: until 2024 everything was stored; such keys have no registration.
        if not (after and after["client_id"] and after["lti_registration_id"] is None):
            for lost in told.losses:
                work.run.warn(f"Canvas will not store {lost}, which the settings have.")
        for sentence in work.store.told:
            work.run.warn(f"Canvas says: {sentence}")
        if told.settings and plan.changes and not FIELDS["settings"].kind.fulfilled(told.settings, after["settings"]):
            work.run.warn("If the settings stay as they were, somebody changed them on the Apps page (an overlay).")
        if told.settings and plan.changes and _uses_other_scopes(after):
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


def _uses_other_scopes(key):
    """May a key use other scopes than its settings say? What a prediction does not know is no."""
    return key["scopes"] is not None and set(key["scopes"]) != set(key["settings"]["scopes"])


def shown(found):
    """A key as results have it: whose it is was only for us."""
    whose = ("is_lti_key", "is_lti_registration")
    return {name: value for name, value in without_key(found).items() if name not in whose}


class ConfigurationInfoTask(InfoTask):
    """Keys for LTI 1.3 that were not made by dynamic registration."""

    def argument_spec(self):
        return {name: spec for name, spec in super().argument_spec().items() if name != "reveal_secrets"}

    def found(self, run, client, wanted):
        return [one for one in super().found(run, client, wanted) if is_ours(one)]

    def _shown(self, run, found):
        return shown(super()._shown(run, found))


CONFIGURATION_INFO = ConfigurationInfoTask(PLATFORM, TOOL_CONFIGURATION, ("name",))
