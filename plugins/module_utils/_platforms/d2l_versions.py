# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Versions of D2L Brightspace's API: which there are, and which is spoken (docs/platforms/d2l.md, 1)."""

from __future__ import annotations

import re

from ansible_collections.edtech.lti.plugins.module_utils import _errors

NEWEST = {"le": (1, 92), "lp": (1, 58)}
"""The newest versions that this collection knows; a newer one might mean something else by the same names (1)."""
ALL_SHOWN = (1, 75)
"""From this version of LE on, answers are known to hold all that an update takes (7, 8)."""
OLDEST = {"le": (1, 40), "lp": (1, 10)}

_spoken = {}
"""Versions that servers support, by address and product, for the life of this process."""


def version_of(client, product):
    """The version to speak: the highest that both sides know, unless an option says otherwise (1)."""
    asked = client.settings.get(f"{product}_version")
    return _highest(client, product) if asked in (None, "") else asked_version(product, asked)


def asked_version(product, asked):
    """The version that an option names, as a pair of numbers.

    :raises InvalidError: for what is none, and for one that is too old.
    """
    parts = re.fullmatch(r"(\d{1,4})\.(\d{1,4})", str(asked))
    version = (int(parts.group(1)), int(parts.group(2))) if parts else (0, 0)
    if version < OLDEST[product]:
        raise _errors.InvalidError(
            f"{product}_version {asked!r} is not a version from {version_text(OLDEST[product])} on",
            hint='Write it in quotation marks, like "1.80": without them YAML makes 1.8 of it.',
        )
    return version


def version_text(version):
    """A version as it stands in addresses."""
    return ".".join(map(str, version))


def _highest(client, product):
    address = client.connection.base_url
    if address not in _spoken:
        _spoken[address] = _supported(client)
    there = _spoken[address].get(product, [])
    known = [version for version in there if OLDEST[product] <= version <= NEWEST[product]]
    if not known:
        raise _errors.InvalidError(
            f"the server supports {product.upper()} {_range(min(there), max(there))}, and this collection"
            f" {_range(OLDEST[product], NEWEST[product])}"
            if there
            else f"the server names no version of {product.upper()}",
            hint=f"Is base_url a Brightspace address? {product}_version asks for a certain version.",
        )
    return max(known)


def _range(first, last):
    return f"{version_text(first)} to {version_text(last)}"


def versions_of(answer, product):
    """Versions of a product as pairs of numbers, in an answer of ``/d2l/api/versions/``; what is none is left out."""
    entries = [one for one in answer or () if isinstance(one, dict) and one.get("ProductCode") == product]
    said = [version for one in entries for version in one.get("SupportedVersions") or ()]
    return _numbers(version for version in said if isinstance(version, str))


def _numbers(versions):
    return [tuple(map(int, one.split("."))) for one in versions if re.fullmatch(r"\d{1,4}\.\d{1,4}", one)]


def _supported(client):
    answer = client.read("/d2l/api/versions/")
    try:
        return {entry["ProductCode"]: _numbers(entry["SupportedVersions"]) for entry in answer.json()}
    except (TypeError, KeyError) as error:
        raise _errors.ProtocolError(
            "the answer is no list of versions",
            hint="Is base_url a Brightspace address?",
            method=answer.method,
            url=answer.url,
            status=answer.status,
        ) from error
