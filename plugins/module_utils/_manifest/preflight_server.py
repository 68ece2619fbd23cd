# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Preflight: what a Canvas itself says about a configuration, without keeping it (docs/platforms/canvas.md, 5.1)."""

from __future__ import annotations

import dataclasses

from ansible_collections.edtech.lti.plugins.module_utils import _errors
from ansible_collections.edtech.lti.plugins.module_utils._manifest.preflight_findings import ERROR, finding
from ansible_collections.edtech.lti.plugins.module_utils._platforms.canvas import PLATFORM
from ansible_collections.edtech.lti.plugins.module_utils._task import PLACE

ROOT = "canvas"
OPTIONS = {**PLATFORM.options(), "account_id": {"type": "str", "default": "self"}}
"""How Canvas is reached, in one dict."""
_REGISTRATIONS = "/api/v1/accounts/{}/lti_registrations"


def client_of(run):
    """A client for the connection that the option ``canvas`` holds, and the path of the account's registrations."""
    options = run.options[ROOT]
    # What only has its default falls back to the environment, as in the modules of Canvas.
    given = {name: value for name, value in options.items() if value not in (None, OPTIONS[name].get("default"))}
    account = options["account_id"]
    if not PLACE.fullmatch(account):
        raise _errors.InvalidError(f"canvas.account_id cannot be {account!r}", hint="Check canvas.account_id.")
    return PLATFORM.client(dataclasses.replace(run, given=given, options=options)), _REGISTRATIONS.format(account)


def of_server(run, settings, name, domain):
    """Findings of the server on a configuration.

    :param settings: the outer form with ``redirect_uris``; None if there is none to ask about.
    :param name: what the tool is called, so that it is no duplicate of itself.
    :param domain: its domain, if any.
    :returns: a pair: findings, and what was seen, as that of the live checks.
    """
    try:
        client, path = client_of(run)
    except _errors.ApiError as error:
        return [finding("canvas_not_asked", ROOT, _sentence(error), fix=error.hint, severity=ERROR)], []
    found, seen = [], []
    questions = [
        (settings, f"{path}/configuration/validate", lambda where: _validated(client, where, settings)),
        (domain, f"{path}/check_domain_duplicates", lambda where: _unique(client, where, domain, name)),
    ]
    for wanted, where, ask in questions:
        if wanted:
            findings, words = _asked(ask, where)
            found += findings
            seen.append({"where": ROOT, "url": client.connection.base_url + where, "seen": words})
    return found, seen


def _asked(ask, where):
    try:
        findings = ask(where)
    except _errors.NotFoundError:
        said = "This Canvas does not answer such questions, or not for this account."
        return [finding("canvas_cannot_validate", ROOT, said)], "answered 404"
    except _errors.ForbiddenError as error:
        return [finding("canvas_not_asked", ROOT, _sentence(error), fix=error.hint)], error.why
    except _errors.ApiError as error:
        return [finding("canvas_not_asked", ROOT, _sentence(error), fix=error.hint, severity=ERROR)], error.why
    return findings, "answered"


def _sentence(error):
    words = f" ({error.details})" if error.details else ""
    return f"Canvas could not be asked: {error.why}{words}."


def _validated(client, path, settings):
    try:
        client.ask(path, {"lti_configuration": settings})
    except _errors.InvalidError as error:
        if error.status != 422:
            raise
        return [finding("canvas_refuses", ROOT, f"Canvas refuses the configuration: {error.details or error.why}.")]
    return []


def _unique(client, path, domain, name):
    loaded = client.read(path, {"domain": domain}).json()
    held = loaded.get("duplicates") if isinstance(loaded, dict) else None
    others = [
        one for one in held or [] if isinstance(one, dict) and name not in (one.get("name"), one.get("admin_nickname"))
    ]
    if not others:
        return []
    names = ", ".join(f"{one.get('name')!r} ({one.get('id')})" for one in others)
    return [finding("domain_taken", ROOT, f"{domain} belongs to another active registration: {names}.")]
