# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Canvas: what a user says about a tool, made into one document and its redirect addresses. Data only.

Every section number in this file is one of docs/platforms/canvas.md.
"""

from __future__ import annotations

import dataclasses
import typing

from ansible_collections.edtech.lti.plugins.module_utils import _errors
from ansible_collections.edtech.lti.plugins.module_utils._platforms import canvas_settings
from ansible_collections.edtech.lti.plugins.module_utils._platforms.canvas_keys import Addresses

OF_SETTINGS = ("privacy_level", "custom_fields", "disabled_placements")
"""Options that say something about the settings beside the document."""


@dataclasses.dataclass(frozen=True)
class Description:
    """What a key is to have, as far as anything was said about it.

    :ivar settings: the whole document, tidy; None for "leave alone".
    :ivar redirect_uris: all of them; None for "leave alone".
    :ivar besides: what is sent along and not compared; None for what Canvas holds of that.
    :ivar losses: names of what Canvas will not store.
    :ivar kept: names of what Canvas holds, the settings no longer have, and an update cannot clear.
    :ivar level_unknown: true when nobody says which privacy level the tool has or should have.
    """

    settings: typing.Mapping | None = None
    redirect_uris: list | None = None
    besides: typing.Mapping | None = None
    losses: tuple = ()
    kept: tuple = ()
    level_unknown: bool = False


def described(said, options, found, *, clears):
    """:class:`Description` of what ``said`` (settings, or None) and single ``options`` say about a key.

    :param found: the key as read, or None for a new one.
    :param clears: true when what an update cannot clear is cleared all the same.
    :raises InvalidError: for settings that Canvas would refuse.
    """
    touched = said is not None or any(options.get(name) is not None for name in OF_SETTINGS)
    if not touched or (said is None and found is None):
        return Description()
    wanted = canvas_settings.tidy(said) if said is not None else found["settings"]
    kept = {}
    if said is not None and found is not None and not clears:
        kept = _sticky(wanted, found)
        wanted = canvas_settings.with_members(wanted, kept)
    wanted = _with_options(options, wanted, from_scratch=said is None)
    unknown = canvas_settings.level_of(wanted) is None
    if unknown and (found is None or canvas_settings.level_of(found["settings"]) is not None):
        # The server fills in the same level (2.6); said aloud, a level of earlier times cannot survive (2.7).
        wanted = canvas_settings.with_members(wanted, {"privacy_level": canvas_settings.DEFAULT_LEVEL})
        unknown = False
    if not any(wanted.get(name) for name in canvas_settings.KEYS):
        # 2.9
        raise _errors.InvalidError(
            "the settings have neither public_jwk nor public_jwk_url",
            hint="Ask the vendor for the tool's key set address.",
        )
    return Description(
        wanted,
        _addresses(said or {}, wanted, found),
        None if said is None else canvas_settings.extras(said),
        () if said is None else tuple(canvas_settings.losses(said)),
        tuple(sorted(kept)),
        unknown,
    )


def _sticky(wanted, found):
    """What of the held settings stays although it is not wanted any more (2.7); in 2023 all was replaced."""
    if found["lti_registration_id"] is None:
        return {}
    named = canvas_settings.sticky_members(wanted)
    held = canvas_settings.sticky_members(found["settings"])
    return {name: value for name, value in held.items() if name not in named}


def _with_options(options, settings, *, from_scratch):
    """Settings with what single options say.

    :param from_scratch: true where no settings were given, so that the list of disabled placements is all there is.
    """
    if options.get("privacy_level"):
        settings = canvas_settings.with_members(settings, {"privacy_level": options["privacy_level"]})
    if options.get("custom_fields"):
        settings = canvas_settings.with_custom_fields(settings, options["custom_fields"])
    if options.get("disabled_placements") is not None:
        try:
            return canvas_settings.with_disabled(settings, options["disabled_placements"], others=from_scratch)
        except ValueError as error:
            raise _errors.InvalidError(f"disabled_placements {error}") from error
    return settings


def _addresses(said, wanted, found):
    """Redirect addresses that follow from the document, where no option gives them.

    A new key gets those that the vendor wrote into it, else the target link (2.2). One that is there gets those
    of them that it lacks, and loses none; but where the old target link was all there was, that moves along.
    """
    named = Addresses().from_wire(said.get("redirect_uris"))
    if found is None:
        return Addresses().checked(named or [wanted["target_link_uri"]])
    held = [*(found["redirect_uris"] or []), *(found["inactive_redirect_uris"] or [])]
    if held == [found["settings"].get("target_link_uri")]:
        return Addresses().checked(named or [wanted["target_link_uri"]])
    missing = [address for address in named if address not in held]
    return Addresses().checked([*held, *missing]) if missing else None
