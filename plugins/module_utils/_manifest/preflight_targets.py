# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Preflight: what Brightspace and the exam platform would be given, in the options of our modules. Data only.

Every section number in this file is one of docs/platforms/d2l.md.
"""

from __future__ import annotations

from ansible_collections.edtech.lti.plugins.module_utils._manifest import preflight_keys as keys
from ansible_collections.edtech.lti.plugins.module_utils._manifest import preflight_services as services
from ansible_collections.edtech.lti.plugins.module_utils._manifest import preflight_texts as texts
from ansible_collections.edtech.lti.plugins.module_utils._manifest import roads, schema
from ansible_collections.edtech.lti.plugins.module_utils._manifest.preflight_findings import finding

REGISTRATION, DEPLOYMENT, PROVIDER = "d2l_registration", "d2l_deployment", "exam_tool_provider"
_TEXT = {"type": ["string", "null"]}
_TEXTS = {"type": ["array", "null"], "items": {"type": "string"}}
_OBJECT = {"type": ["object", "null"]}
_REGISTRATION = {
    "type": "object",
    "properties": {
        **dict.fromkeys(("name", "domain", "oidc_login_url", "keyset_url", "target_link_uri", "description"), _TEXT),
        "redirect_urls": _TEXTS,
        "enabled_extensions": _TEXTS,
        "custom_parameters": _OBJECT,
    },
}
_DEPLOYMENT = {"type": "object", "properties": {"enabled_extensions": _TEXTS, "custom_parameters": _OBJECT}}
_PROVIDER = {"type": "object", "properties": dict.fromkeys(("tool_name", "tool_url", "oauth_consumer_key"), _TEXT)}
_ROSTER = "names_and_role_provisioning"


def _readable(given, shape, root):
    kept, problems = schema.mended(given, shape)
    return kept, [finding("wrong_shape", schema.at(path, root), f"This {words}.") for path, words in problems]


def of_registration(given, *, allowed=None, production=True):
    """Findings on the options of ``d2l_lti_registration``, and the options without what is wrong in them."""
    said, found = _readable(given, _REGISTRATION, REGISTRATION)
    found += texts.of_document(said, REGISTRATION, production)
    domain, uris = said.get("domain"), said.get("redirect_urls") or []
    if not domain:
        found.append(finding("d2l_domain_missing", f"{REGISTRATION}.domain", "The registration has no domain."))
    else:
        found += texts.of_domain(domain, f"{REGISTRATION}.domain", scheme_allowed=True)
        there = (said.get("target_link_uri"), said.get("oidc_login_url"))
        found += texts.of_relation([domain], there, f"{REGISTRATION}.domain")
    for name in ("name", "oidc_login_url"):
        if not given.get(name):
            found.append(finding("required_missing", f"{REGISTRATION}.{name}", f"{name} is missing."))
    if not given.get("redirect_urls"):
        missing = "The registration has no redirect URL, and Brightspace needs one."
        found.append(finding("redirect_uris_missing", f"{REGISTRATION}.redirect_urls", missing, severity="error"))
    found += texts.of_redirects(
        uris,
        f"{REGISTRATION}.redirect_urls",
        domains=[domain] if domain else [],
        target=said.get("target_link_uri"),
    )
    # 7: deep linking is on in any case, and needs no keys of the tool by itself.
    wanting = [name for name in said.get("enabled_extensions") or [] if name != "deep_linking"]
    if said.get("keyset_url"):
        found += keys.of_address(said["keyset_url"], f"{REGISTRATION}.keyset_url")
    elif wanting:
        missing = f"{', '.join(wanting)} cannot work without the tool's keys."
        found.append(finding("d2l_keyset_missing", f"{REGISTRATION}.keyset_url", missing))
    found += texts.of_variables(said.get("custom_parameters"), f"{REGISTRATION}.custom_parameters", allowed)
    return found, said


def of_deployment(given, registration=None, *, allowed=None, production=True, le_version=None):
    """Findings on the options of ``d2l_lti_deployment``.

    :param registration: the options of its registration, if they are known.
    """
    said, found = _readable(given, _DEPLOYMENT, DEPLOYMENT)
    found += texts.of_document(said, DEPLOYMENT, production)
    found += texts.of_variables(said.get("custom_parameters"), f"{DEPLOYMENT}.custom_parameters", allowed)
    here = said.get("enabled_extensions") or []
    if registration is not None:
        found += _one_level(here, registration.get("enabled_extensions") or [])
    if said.get("anonymous") is True:
        flags = [name for name in roads.USER_FLAGS if said.get(name)]
        if flags:
            idle = f"With anonymous: true, {', '.join(flags)} does nothing."
            found.append(finding("d2l_flag_without_effect", f"{DEPLOYMENT}.anonymous", idle))
        if _ROSTER in here:
            where = f"{DEPLOYMENT}.enabled_extensions"
            found.append(services.anonymous_with_roster(where, allowed, _ROSTER))
    offered = {"enabled_extensions": here} if registration is None else registration
    sent = roads.of_d2l(offered, said, (), le_version)
    return found + services.of_roads(sent, allowed, DEPLOYMENT, "d2l")


def _one_level(here, there):
    """Extensions that are on in one place only, and so do nothing (8)."""
    found = []
    for name in here:
        if name not in there and name != "deep_linking":
            said = f"{name} is on in the deployment and not in the registration, so it does not work."
            found.append(finding("d2l_extension_one_level", f"{DEPLOYMENT}.enabled_extensions", said))
    for name in there:
        if name not in here and name != "deep_linking":
            said = f"{name} is on in the registration and not in the deployment, so it does not work there."
            found.append(finding("d2l_extension_one_level", f"{DEPLOYMENT}.enabled_extensions", said))
    return found


def of_provider(given, *, allowed=None, production=True, secret_named=False):
    """Findings on the options of ``exam_tool_provider``.

    :param secret_named: does a manifest name the secret, which the options do not hold?
    """
    said, found = _readable(given, _PROVIDER, PROVIDER)
    # The secret is where it belongs here: it is an option of the module.
    shown = {name: value for name, value in said.items() if name != "oauth_consumer_secret"}
    found += texts.of_document(shown, PROVIDER, production)
    for name in ("tool_name", "tool_url"):
        if not given.get(name):
            found.append(finding("required_missing", f"{PROVIDER}.{name}", f"{name} is missing."))
    if not given.get("oauth_consumer_key"):
        found.append(finding("exam_key_missing", f"{PROVIDER}.oauth_consumer_key", "There is no consumer key."))
    if not given.get("oauth_consumer_secret") and not secret_named:
        where = f"{PROVIDER}.oauth_consumer_secret"
        found.append(finding("exam_secret_missing", where, "There is no consumer secret, and none is named."))
    custom = said.get("lti_custom_data")
    data = roads.custom_data(custom)
    if custom not in (None, "", {}) and (not isinstance(custom, (dict, str)) or data.get("lti_custom_data") == custom):
        found.append(finding("custom_data_shape", f"{PROVIDER}.lti_custom_data", "These are no custom data."))
    found += texts.of_variables(data, f"{PROVIDER}.lti_custom_data", allowed)
    return found + services.of_roads(roads.of_exam(said), allowed, PROVIDER, "exam")
