# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What preflight can find: every code with its severity and its fix, and lists of findings. Data only.

A finding is a dict: ``code``, ``severity`` (``error``, ``warning``, ``note``), ``where`` (a path that begins with the
option), ``message`` and ``fix`` (a sentence each). docs/guide/preflight.md explains every code.
"""

from __future__ import annotations

ERROR, WARNING, NOTE = "error", "warning", "note"
SEVERITIES = (ERROR, WARNING, NOTE)

CODES = {
    # Can it be read?
    "invalid_json": (ERROR, "Correct it there; a comma after the last member is the usual cause."),
    "invalid_yaml": (ERROR, "Correct it there; mind the indentation and quote texts with a colon."),
    "json_read_as_yaml": (WARNING, "Correct it, or other programs will refuse the file."),
    "manifest_invalid": (ERROR, "Correct it; docs/manifest.schema.json says what a manifest looks like."),
    "member_twice": (WARNING, "Keep the one that is meant; programs take the last one without a word."),
    "wrong_shape": (ERROR, "Give it the shape that the vendor's and the platform's documentation show."),
    "settings_nested": (WARNING, "Give the inner object alone."),
    "required_missing": (ERROR, "Ask the vendor for it."),
    "null_members": (NOTE, "Nothing needs to be done: null and empty members count as absent."),
    "non_ascii_text": (NOTE, "Nothing needs to be done if it is meant; look at it where people see it."),
    "non_ascii_name": (WARNING, "Use plain letters in addresses and names that programs read."),
    "placeholder": (ERROR, "Fill it in; the document is a template."),
    # Addresses
    "address_invalid": (ERROR, "Give the whole address, beginning with https://."),
    "http_address": (ERROR, "Use https; browsers and platforms refuse the rest, or show no frame."),
    "local_address": (
        ERROR,
        "Give the address of the production server; this one exists on a developer's machine only.",
    ),
    "domain_not_bare": (ERROR, "Give the host name alone, such as tool.example.com."),
    "domain_unrelated": (WARNING, "Is that the tool's own domain? By it platforms tell which links are the tool's."),
    "redirect_uris_missing": (WARNING, "Ask the vendor for the redirect URIs; a launch to any other address fails."),
    "redirect_uris_shape": (WARNING, "Write a list of texts."),
    "redirect_uri_unmatchable": (ERROR, "Give each address in full: they are compared to the letter."),
    "redirect_outside_domain": (WARNING, "Is that the tool's own address? Correct it, or the domain."),
    "redirect_slash_twins": (WARNING, "Keep the one that the tool really uses."),
    "target_not_redirect": (NOTE, "Make sure with the vendor that the list of redirect URIs is complete."),
    # Keys and secrets
    "key_missing": (ERROR, "Ask the vendor for the address of the tool's key set (JWKS)."),
    "key_set_of_platform": (
        ERROR,
        "Ask the vendor for the address of the tool's own key set; this one is the platform's.",
    ),
    "public_jwk_shape": (ERROR, "Give one key as an object, or better public_jwk_url."),
    "pinned_key": (WARNING, "Ask the vendor for the address of the key set, which follows when keys change."),
    "key_set_shape": (ERROR, 'A key set looks like {"keys": [...]} and has at least one key.'),
    "key_private": (ERROR, "Ask the vendor for a new key at once: whoever saw this one can sign as the tool."),
    "key_unusable": (ERROR, "Ask the vendor for an RSA key of at least 2048 bits with its modulus and exponent."),
    "key_weak": (ERROR, "Ask the vendor for an RSA key of at least 2048 bits."),
    "key_without_kid": (ERROR, "Each key needs a kid, by which a signature names it."),
    "key_kid_twice": (ERROR, "Each key needs a kid of its own."),
    "key_use": (WARNING, "A key for signatures has use: sig."),
    "key_alg": (WARNING, "LTI signs with RS256, and hardly anything else is accepted."),
    "secret_in_document": (ERROR, "Put it into a vault, name the variable here, and have the secret changed."),
    # Data
    "data_missing": (NOTE, "Say under data what the tool may receive; without it, nothing that identifies anybody."),
    "asks_for_more": (WARNING, "Add the data class if the tool may have it; otherwise tell the vendor to do without."),
    "sends_too_much": (ERROR, "Take it out, or allow the data class under data."),
    "privacy_level_missing": (WARNING, "Say privacy_level in the Canvas extension; without it Canvas is anonymous."),
    "privacy_level_misplaced": (
        ERROR,
        "Move privacy_level into the extension, beside platform; here Canvas ignores it.",
    ),
    "privacy_public": (WARNING, "Ask the vendor what is really needed; name_only, email_only or anonymous may do."),
    "identity_variable": (
        WARNING,
        "Remove the field unless the tool may have this; the privacy level does not hold it back.",
    ),
    "variable_unknown": (WARNING, "Ask the vendor what it is for; nobody knows what it would carry."),
    "anonymous_with_roster": (ERROR, "Drop the roster scope, or stop calling the tool anonymous."),
    # Scopes and placements
    "scopes_missing": (NOTE, "Nothing needs to be done if the tool uses no services."),
    "scope_broken": (ERROR, "Join the parts, or write each scope as one text."),
    "scope_unknown": (WARNING, "Check the spelling; Canvas refuses a configuration with an unknown scope."),
    "scopes_many": (NOTE, "Ask the vendor which of them are used; leave out the rest."),
    "scope_beyond_course": (WARNING, "Ask the vendor why; it reaches beyond the courses in which the tool is used."),
    "platform_wrong": (ERROR, "Write canvas.instructure.com as platform of the extension."),
    "placements_missing": (WARNING, "Add at least one placement, or nobody can open the tool."),
    "placement_unknown": (WARNING, "Check the spelling, which counts to the letter."),
    "placement_duplicate": (WARNING, "Keep one of them."),
    "placement_message": (ERROR, "Use a message type that the placement takes."),
    "message_type_missing": (WARNING, "Say message_type: LtiResourceLinkRequest or LtiDeepLinkingRequest."),
    # Brightspace and the exam platform
    "d2l_domain_missing": (ERROR, "Give the tool's domain; Brightspace finds the registration by it."),
    "d2l_keyset_missing": (ERROR, "Give keyset_url, or take the extensions out."),
    "d2l_extension_one_level": (WARNING, "Enable it in the registration and in the deployment, or in neither."),
    "d2l_flag_without_effect": (NOTE, "Take it out, or set anonymous: false."),
    "exam_key_missing": (ERROR, "Give the consumer key that the tool's vendor issued."),
    "exam_secret_missing": (ERROR, "Name the variable of the consumer secret; without it no launch is accepted."),
    "custom_data_shape": (ERROR, "Give an object of texts."),
    "not_translatable": (ERROR, "Complete the manifest, or leave this platform out."),
    # Live
    "unreachable": (ERROR, "Check the address with the vendor, and whether this machine may connect there."),
    "local_not_asked": (WARNING, "If the tool really is in your own network, say allow_local: true."),
    "key_set_answer": (ERROR, "Ask the vendor; the address must answer with the key set in JSON, without a redirect."),
    "key_set_type": (WARNING, "Ask the vendor to serve it as application/json."),
    "login_answer": (ERROR, "Ask the vendor; the login address must be there for GET and POST."),
    "canvas_refuses": (ERROR, "Correct what Canvas names."),
    "canvas_not_asked": (WARNING, "See to it, or leave the option canvas out."),
    "canvas_cannot_validate": (NOTE, "Nothing needs to be done; the check by the server itself is left out."),
    "domain_taken": (WARNING, "Is the tool there already? Change that registration instead of adding one."),
}
"""Severity and usual fix by code."""


def finding(code, where, message, *, fix=None, severity=None):
    """One finding; severity and fix are those of its code unless said otherwise."""
    usual, usual_fix = CODES[code]
    return {
        "code": code,
        "severity": severity or usual,
        "where": where,
        "message": message,
        "fix": fix or usual_fix,
    }


def at(root, *path):
    """A path in words, such as ``canvas_settings.extensions[0].domain``."""
    said = root
    for part in path:
        said += f"[{part}]" if isinstance(part, int) else f".{part}" if said else part
    return said


def ordered(findings):
    """Findings without repetitions, the worst first, and otherwise in the order in which they were found."""
    once = {(one["code"], one["where"], one["message"]): one for one in reversed(findings)}
    kept = [one for one in findings if once.pop((one["code"], one["where"], one["message"]), None)]
    return sorted(kept, key=lambda one: SEVERITIES.index(one["severity"]))


def counts(findings):
    """How many findings there are of each severity."""
    return {severity: sum(one["severity"] == severity for one in findings) for severity in SEVERITIES}


def in_words(numbers):
    """Counts in words, such as ``1 error and 3 warnings``; notes are not worth it."""
    said = [f"{n} {name}{'' if n == 1 else 's'}" for name, n in numbers.items() if n and name != NOTE]
    return " and ".join(said) or "nothing"
