# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Preflight: what is wrong with addresses, domains, unfilled templates and secrets in any document. Data only."""

from __future__ import annotations

import ipaddress
import re
import urllib.parse

from ansible_collections.edtech.lti.plugins.module_utils._manifest import vocabulary
from ansible_collections.edtech.lti.plugins.module_utils._manifest.preflight_findings import NOTE, at, finding

_PLACEHOLDERS = [
    re.compile(r"\$\{[^{}$]*\}"),
    re.compile(r"\{\{.*?\}\}"),
    re.compile(r"%\([A-Za-z_]\w*\)[sd]"),
    re.compile(r"(?<![{$])\{[A-Za-z_][\w.:-]*\}"),
    re.compile(r"\$[A-Z][A-Z0-9]*_[A-Z0-9_]*(?![\w.])"),
    re.compile(r"\b(?:YOUR|MY)[-_][A-Z][A-Z_-]*\b|\b(?:CHANGE|REPLACE)[-_]?ME\b"),
]
"""Templates of shells, Jinja, Python (old and new) and people."""
_IN_NAMES = [re.compile(r"<[A-Za-z][\w:. -]*>"), re.compile(r"\$[A-Za-z_]\w*")]
"""In addresses nothing else looks like this; in texts it may be markup, or money."""
_WHOLE = re.compile(r"\$[A-Za-z_]\w*|<[A-Za-z][\w:. -]*>")
"""A custom parameter that is nothing but this; a variable has a dot in it."""
_ADDRESS = re.compile(r"(?:^|_)(?:ur[il]s?|domains?)$")
_LOCAL = (".local", ".localhost", ".internal", ".test", ".invalid")
_SECRET = re.compile(
    r"(?:^|_)(?:secret|password|passwd|private_key|access_token|shared_secret|api_key)$", re.IGNORECASE
)
PEM_BLOCK = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*-----|$)")
"""A private key as people paste it."""
_WORD = re.compile(r"[A-Za-z]+\d{0,4}|\d{1,4}|")
_TURN = re.compile(r"[a-z][A-Z]")


def texts(tree, path=()):
    """All texts of a document with their paths; members that are null or empty are not there."""
    if isinstance(tree, dict):
        for name, value in tree.items():
            yield from texts(value, (*path, str(name)))
    elif isinstance(tree, list):
        for number, value in enumerate(tree):
            yield from texts(value, (*path, number))
    elif isinstance(tree, str) and tree:
        yield path, tree


def name_of(path):
    """The member that a text stands under, be it alone or in a list."""
    return next((part for part in reversed(path) if isinstance(part, str)), "")


def is_address(path):
    """Does a text under this path stand for an address or a domain?"""
    name = name_of(path).rpartition("/")[2]
    of_region = any(str(part).endswith("oidc_initiation_urls") for part in path)
    return not is_custom(path) and (of_region or bool(_ADDRESS.search(name)))


def is_custom(path):
    """Is it the value of a custom parameter?"""
    return any(part in ("custom_fields", "custom_parameters", "lti_custom_data") for part in path[:-1])


def of_document(document, root, production=True):
    """Findings that hold for any description of a tool, whichever its form.

    :param root: the option that the document comes from.
    :param production: false where http and local addresses are only worth a note.
    """
    found, foreign = [], []
    for path, text in texts(document):
        where = at(root, *path)
        blank = placeholder(path, text)
        if blank:
            found.append(finding("placeholder", where, f"{blank} was never filled in."))
        secret = secret_in(path, text)
        if secret:
            found.append(finding("secret_in_document", where, f"This is {secret}, in clear."))
        elif not text.isascii() and not is_custom(path):
            if is_address(path) or name_of(path) in ("tool_id", "placement", "consumer_key"):
                found.append(finding("non_ascii_name", where, "This has characters that are not plain letters."))
            else:
                foreign.append(where)
        if is_address(path) and not blank:
            found += of_address(text, where, production, domain="domain" in name_of(path))
    if foreign:
        more = f" and {len(foreign) - 1} more" if len(foreign) > 1 else ""
        found.append(finding("non_ascii_text", foreign[0], f"There are characters beyond plain letters here{more}."))
    return found


def placeholder(path, text):
    """What in a text was never filled in; None if nothing is. Variables of LTI, such as $Person.name.full, are."""
    custom = is_custom(path)
    rest = re.sub(r"\$\{?[A-Za-z]\w*(?:\.\w+)+\}?", "", text) if custom else text
    patterns = [*_PLACEHOLDERS, *(_IN_NAMES if is_address(path) else ())]
    match = next((match for pattern in patterns for match in [pattern.search(rest)] if match), None)
    if match is None and custom:
        match = _WHOLE.fullmatch(rest)
    return match.group() if match else None


def of_address(text, where, production=True, domain=False):
    """Findings on one address, or one domain."""
    severity = None if production else NOTE
    host = host_of(text)
    if domain:
        return [_local(where, host, severity)] if host and is_local(host) else []
    parts = split(text)
    if parts is None or parts.scheme not in ("https", "http") or not host or any(one.isspace() for one in text):
        return [finding("address_invalid", where, "This is no web address.")]
    if parts.scheme == "http":
        what = " and is no address on the internet" if is_local(host) else ""
        return [finding("http_address", where, f"{host} is addressed by plain http{what}.", severity=severity)]
    return [_local(where, host, severity)] if is_local(host) else []


def _local(where, host, severity):
    return finding("local_address", where, f"{host} is no address on the internet.", severity=severity)


def split(text):
    """The parts of an address; None for what has none."""
    try:
        parts = urllib.parse.urlsplit(text)
        _port = parts.port
    except (ValueError, AttributeError):
        return None
    return parts


def host_of(text):
    """The host of an address or of a domain, in small letters; empty for what has none."""
    parts = split(text if "//" in str(text) else f"//{text}")
    return (parts.hostname or "").lower() if parts else ""


def is_local(host):
    """Is a host one that the internet does not know?"""
    if host == "localhost" or host.endswith(_LOCAL):
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False


def of_domain(domain, where, scheme_allowed=False):
    """Findings on a tool's domain.

    :param scheme_allowed: Brightspace takes it with https:// as well (docs/platforms/d2l.md, 7).
    """
    rest = re.sub(r"^https?://", "", domain).rstrip("/") if scheme_allowed else domain
    if "/" not in rest and "?" not in rest and "@" not in rest:
        return []
    path = "/" in rest.partition("//")[2] if "//" in rest else True
    what = f"{'an address' if '//' in rest else 'something'}{' with a path' if path else ''}"
    return [finding("domain_not_bare", where, f"The domain is {what}, not a host name.")]


def of_redirects(uris, where, *, domains=(), target=None):
    """Findings on the addresses to which a launch may go.

    :param domains: those that the tool has; none means that nothing is known.
    :param target: the tool's target link.
    """
    found, hosts = [], {host_of(one) for one in domains} - {""}
    for number, uri in enumerate(uris):
        here = f"{where}[{number}]"
        host = host_of(uri)
        if "*" in uri or "#" in uri:
            found.append(finding("redirect_uri_unmatchable", here, "A redirect URI has no wildcard and no fragment."))
        if hosts and host and not any(host == one or host.endswith(f".{one}") for one in hosts):
            outside = f"{host} is outside of the domain {', '.join(sorted(hosts))}."
            found.append(finding("redirect_outside_domain", here, outside))
        if uri.endswith("/") and uri.rstrip("/") in uris:
            found.append(
                finding("redirect_slash_twins", here, "The same address is there without the slash at its end.")
            )
    if uris and target and target not in uris:
        found.append(finding("target_not_redirect", where, "The target link is not among the redirect URIs."))
    return found


def secret_in(path, text):
    """What kind of secret a text is; None if it is none that anybody could tell."""
    name = name_of(path)
    if PEM_BLOCK.search(text):
        return "a private key"
    if name == "consumer_secret":
        return None if is_reference(text) else "a consumer secret"
    if name == "oauth_consumer_secret" or not _SECRET.search(name) or is_custom(path):
        return None
    return None if placeholder(path, text) or _WHOLE.fullmatch(text) else f"a secret ({name})"


def is_reference(text):
    """Does a text look like the name of a variable, and not like a secret itself?

    Names are made of words, such as ``vault_lab_secret`` or ``env:LAB_SECRET``; secrets mix letters and digits. Only in
    a path, such as ``vault/lab-tool/secret``, has a name hyphens.
    """
    words = re.split(r"[_./:-]" if "/" in text else r"[_.:]", text)
    wordlike = all(_WORD.fullmatch(word) and len(word) < 20 and len(_TURN.findall(word)) < 4 for word in words)
    return wordlike and (text[:1].isalpha() or text.startswith("_"))


def of_variables(parameters, where, allowed):
    """Findings on substitution variables in custom parameters.

    :param where: the path of the parameters.
    :param allowed: data classes that the tool may receive; None where nobody said.
    """
    found = []
    for name, value in (parameters or {}).items():
        for variable in dict.fromkeys(vocabulary.variables_in(value)):
            here, classes = f"{where}.{name}", vocabulary.classes_of_variable(variable)
            if classes is None:
                found.append(finding("variable_unknown", here, f"${variable} is no known substitution variable."))
            for data_class in set(classes or ()) & IDENTITY:
                severity = NOTE if data_class in (allowed or ()) else None
                sends = f"${variable} sends the {_SAID[data_class]} whatever the privacy level is."
                found.append(finding("identity_variable", here, sends, severity=severity))
    return found


_SAID = {"name": "user's name", "email": "e-mail address", "username": "user name", "sis_id": "SIS id"}
IDENTITY = frozenset(_SAID)
"""Data classes by which somebody is known."""
