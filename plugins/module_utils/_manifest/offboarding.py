# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one tenant has of tools that are to go, on each platform: the data behind the role lti_offboarding.

Nothing here guesses. What a manifest and the tenant's places name is looked for by its id where they give one, by its
natural key otherwise (docs/platforms); several that fit are a problem, and then that tool is left as it is.
"""

from __future__ import annotations

from ansible_collections.edtech.lti.plugins.module_utils._manifest import (
    document,
    offboarding_canvas,
    offboarding_d2l,
    offboarding_exam,
    onboarding,
    vocabulary,
)
from ansible_collections.edtech.lti.plugins.module_utils._manifest.document import ManifestError

PLATFORMS = {"canvas": offboarding_canvas, "d2l": offboarding_d2l, "exam": offboarding_exam}
BY_HAND = (
    "Nothing can be written on LumiNUS: have its operators take the provider {provider_id} out. Key and"
    " secret work until then."
)


def translations(manifests, tools, platforms, places=None):
    """Rows as ``onboarding.translations`` makes them, of the tools that are to go and of those that stay.

    What a tool would send does not matter any more, so nothing is refused because of that.

    :param manifests: dicts, or YAML or JSON texts, by key: of the tools that are to go, and of those that stay.
    :param tools: keys of those that are to go.
    :returns: the rows, each with ``leaving`` besides.
    """
    opened = {key: _opened(given) for key, given in manifests.items()}
    le_version = ".".join(map(str, onboarding.LE_VERSIONS[1]))
    rows = onboarding.translations(opened, platforms, places, le_version)
    return [{**row, "leaving": row["key"] in tools} for row in rows]


def _opened(given):
    """A manifest that allows everything; what cannot be read stays as it is, and is refused with its reason."""
    try:
        manifest = document.checked(document.parsed(given) if isinstance(given, str) else given)
    except ManifestError:
        return given
    parts = {
        name: {key: value for key, value in part.items() if key != "data"} if isinstance(part, dict) else part
        for name, part in (manifest.get("platforms") or {}).items()
    }
    if isinstance(manifest.get("lti_1_1"), dict):
        # Maybe each tenant that gets the tool has a key of its own; the tool is not known by it.
        manifest = {**manifest, "lti_1_1": {"consumer_key": "none", **manifest["lti_1_1"]}}
    return {**manifest, "data": list(vocabulary.DATA_CLASSES), **({"platforms": parts} if parts else {})}


def refusals(rows):
    """Why manifests cannot be used, by platform, in the form of ``outcome.cause``.

    One that stays counts as well: nobody can say what it shares with a tool that is to go.
    """
    found = {}
    for row in rows:
        if row["state"] == "refused":
            stays = "" if row["leaving"] else " (it stays, but what it shares with a tool that is to go is not known)"
            found.setdefault(row["platform"], []).append(f"{row['key']}{stays}: {row['why']}")
    return {platform: {"kind": "invalid", "msg": " ".join(said)} for platform, said in found.items()}


def questions(rows, platform, found=None):
    """What is to be looked up on a platform, a list for each step by its name.

    :param found: results of the steps before, by their names; steps that need them give an empty list without.
    """
    return PLATFORMS[platform].questions(_leaving(rows, platform), found or {})


def decisions(rows, platform, found, state="disabled", force=False, now=None):
    """What is to be done on a platform.

    :param found: results of all steps of :func:`questions`, by their names.
    :param state: ``disabled`` or ``absent``.
    :param force: whether what others still use goes as well.
    :param now: the time, as ISO 8601 in UTC.
    :returns: ``steps``, lists of items by the name of the loop that takes them, each with ``keys``, ``tool`` and
        ``what``; and ``tools``, by key: ``state`` (how it stands when all went well: ``disabled``, ``removed``,
        ``kept``, ``still_on`` or ``absent``), ``why``, ``ids``, ``warnings``, and ``problem`` (``kind`` and ``msg``
        of what keeps it from being worked on, or None).
    """
    staying = [row for row in rows if row["platform"] == platform and row["state"] == "ready" and not row["leaving"]]
    return PLATFORMS[platform].decisions(_leaving(rows, platform), staying, found, state, force, now)


def _leaving(rows, platform):
    return [row for row in rows if row["platform"] == platform and row["state"] == "ready" and row["leaving"]]
