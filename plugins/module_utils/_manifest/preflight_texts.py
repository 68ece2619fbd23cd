# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Preflight: what is wrong with addresses, domains, unfilled templates and secrets in any document. Data only."""

from __future__ import annotations

import ipaddress
import re
import socket
import urllib.parse

from ansible_collections.edtech.lti.plugins.module_utils._manifest import vocabulary
from ansible_collections.edtech.lti.plugins.module_utils._manifest.preflight_findings import NOTE, WARNING, at, finding

# A document may be made to keep a pattern busy: each begins with something rare, and what goes on to an end that may
# never come has a limit.
_PLACEHOLDERS = [
    re.compile(r"\$\{[^{}$]*\}"),
    re.compile(r"\{\{.{0,200}?\}\}"),
    re.compile(r"<%.{0,200}?%>"),
    re.compile(r"%\([A-Za-z_]\w*\)[sd]"),
    re.compile(r"\$[A-Z][A-Z0-9]*_[A-Z0-9_]*(?![\w.])"),
    re.compile(r"(?<!\w)__[A-Z][A-Z0-9_]{0,60}?__(?!\w)"),
    re.compile(r"(?<![\w.])@[A-Z][A-Z0-9_]{0,60}@"),
    re.compile(r"\b(?:YOUR|MY)[-_][A-Z][A-Z_-]*\b|\b(?:CHANGE|REPLACE)[-_]?ME\b"),
]
"""Templates of shells, Jinja, Ruby and PHP, Python (old), make, and people."""
_BRACES = [re.compile(r"(?<![{$])\{(?:[A-Za-z_][\w.:-]*|\d{0,3})\}")]
"""Python's (new). What a custom parameter holds may be a template of the tool's own, and a description anything."""
_IN_NAMES = [re.compile(r"<[A-Za-z][\w:. -]*>"), re.compile(r"\$[A-Za-z_]\w*")]
"""In addresses nothing else looks like this; in texts it may be markup, or money."""
_WHOLE = re.compile(r"\$[A-Za-z_]\w*|<[A-Za-z][\w:. -]*>")
"""A text that is nothing but this; a variable has a dot in it."""
_ADDRESS = re.compile(r"(?:^|_)(?:ur[il]s?|domains?)$")
_ICON = re.compile(r"(?:^|_)(?:icon|logo)_ur[il]$")
_LOCAL = (".local", ".localhost", ".localdomain", ".internal", ".intranet", ".lan", ".home.arpa", ".test", ".invalid")
_NUMBERS = re.compile(r"[0-9a-fx.]+")
_HOST = re.compile(r"(?:(?:[\w-]{1,63}\.)*[\w-]{1,63}\.?|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?")
_SECRET = re.compile(
    r"(?:secret|password)s?$|(?:^|_)(?:passwd|pwd|passphrase|private_?key|api_?key|(?:access|refresh|bearer|auth|api)_?token)$",
    re.IGNORECASE,
)
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|-")
_USER = re.compile(r"://([^/\\\s?#]*)@")
_QUERY = re.compile(r"[?&]([\w.-]{1,64})=([^&#\s]+)")
PEM_BLOCK = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*-----|$)")
"""A private key as people paste it."""
_WORD = re.compile(r"[A-Za-z]+\d{0,4}|\d{1,4}|")
_TURN = re.compile(r"[a-z][A-Z]")
_LEAST_SECRET = 8
"""Characters; a custom parameter that is shorter is a setting, whatever it is called."""
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def leaves(tree):
    """All values of a document that are neither objects nor lists, with their paths, in order."""
    waiting = [((), tree)]  # no recursion: a document may be nested more deeply than that goes
    while waiting:
        path, one = waiting.pop()
        if isinstance(one, dict):
            waiting += [((*path, str(name)), value) for name, value in reversed(one.items())]
        elif isinstance(one, list):
            waiting += [((*path, number), one[number]) for number in range(len(one) - 1, -1, -1)]
        else:
            yield path, one


def texts(tree):
    """All texts of a document with their paths; members that are null or empty are not there."""
    return ((path, one) for path, one in leaves(tree) if isinstance(one, str) and one)


def name_of(path):
    """The member that a text stands under, be it alone or in a list."""
    return next((part for part in reversed(path) if isinstance(part, str)), "")


def is_address(path):
    """Does a text under this path stand for an address or a domain?"""
    name = name_of(path).rpartition("/")[2]
    of_region = any(str(part).endswith("oidc_initiation_urls") for part in path)
    return not is_custom(path) and (of_region or bool(_ADDRESS.search(name)))


def is_custom(path):
    """Is it the value of a custom parameter, or a text of several?"""
    return any(part in ("custom_fields", "custom_parameters", "lti_custom_data") for part in path)


def of_document(document, root, production=True):
    """Findings that hold for any description of a tool, whichever its form.

    :param root: the option that the document comes from.
    :param production: false where http and local addresses are only worth a note.
    """
    found, foreign = [], []
    for path, value in leaves(document):
        where = at(root, *path)
        secret = secret_in(path, value)
        if secret:
            found.append(finding("secret_in_document", where, f"This is {secret[0]}, in clear."))
        if not isinstance(value, str) or not value:
            continue
        # A secret may look like anything, and is not told in parts.
        blank = None if secret else placeholder(path, value)
        if blank:
            found.append(finding("placeholder", where, f"{blank} was never filled in."))
        if not secret and not value.isascii() and not is_custom(path):
            if is_address(path) or name_of(path) in ("tool_id", "placement", "consumer_key"):
                found.append(finding("non_ascii_name", where, "This has characters that are not plain letters."))
            else:
                foreign.append(where)
        if is_address(path) and not blank:
            found += of_address(value, where, production, name=name_of(path))
    if foreign:
        more = f" and {len(foreign) - 1} more" if len(foreign) > 1 else ""
        found.append(finding("non_ascii_text", foreign[0], f"There are characters beyond plain letters here{more}."))
    return found


def placeholder(path, text):
    """What in a text was never filled in; None if nothing is. Variables of LTI, such as $Person.name.full, are."""
    custom, prose = is_custom(path), name_of(path).partition("#")[0] == "description"
    rest = re.sub(r"\$\{?[A-Za-z]\w*(?:\.\w+)+\}?", "", text) if custom else text
    patterns = [*_PLACEHOLDERS, *(() if custom or prose else _BRACES), *(_IN_NAMES if is_address(path) else ())]
    match = next((match for pattern in patterns for match in [pattern.search(rest)] if match), None)
    if match is None and not prose:
        match = _WHOLE.fullmatch(rest)
    return match.group() if match else None


def of_address(text, where, production=True, name=""):
    """Findings on one address, or one domain.

    :param name: the member that it stands under.
    """
    severity = None if production else NOTE
    host = host_of(text)
    if "domain" in name:
        return [_local(where, host, severity)] if _is_host(host) and is_local(host) else []
    parts = split(text)
    if _ICON.search(name) and (parts is None or not parts.netloc):
        if parts is not None and parts.scheme == "data":
            return []  # the picture itself
        return [finding("address_invalid", where, "This is no whole web address of a picture.", severity=WARNING)]
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
    bare = host.rstrip(".")
    address = _literal(bare)
    return not is_public(address) if address else "." not in bare or bare.endswith(_LOCAL)


def _is_host(text):
    return bool(text) and bool(_literal(text) or _HOST.fullmatch(text))


def _literal(host):
    """The IP address that a host is, also in the spellings of old (``2130706433``, ``0x7f.1``); None for a name."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        if not _NUMBERS.fullmatch(host):
            return None
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except OSError:
        return None


def is_public(address):
    """Is an IP address one of the internet? One that carries another is what that is."""
    if address.version == 6:
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast


def of_domain(domain, where, scheme_allowed=False):
    """Findings on a tool's domain.

    :param scheme_allowed: Brightspace takes it with https:// as well (docs/platforms/d2l.md, 7).
    """
    rest = re.sub(r"^https?://", "", domain).rstrip("/") if scheme_allowed else domain
    if _HOST.fullmatch(rest) or placeholder(("domain",), domain):
        return []
    if not any(one in rest for one in "/?@"):
        said = "The domain has a wildcard." if "*" in rest else "The domain is no host name."
        return [finding("domain_not_bare", where, said)]
    path = "/" in rest.partition("//")[2] if "//" in rest else True
    what = f"{'an address' if '//' in rest else 'something'}{' with a path' if path else ''}"
    return [finding("domain_not_bare", where, f"The domain is {what}, not a host name.")]


def of_relation(domains, addresses, where):
    """Does any of a tool's domains have to do with the addresses where the tool is?

    :param addresses: those of target and login; what is missing or unfilled says nothing.
    """
    hosts = [host_of(one) for one in addresses if one and not placeholder(("url",), one)]
    named = [host_of(one) for one in domains if one and not placeholder(("domain",), one)]
    hosts, named = [[one for one in dict.fromkeys(held) if _is_host(one)] for held in (hosts, named)]
    if not hosts or not named or {_home(one) for one in hosts} & {_home(one) for one in named}:
        return []
    said = f"The domain {', '.join(named)} has nothing to do with {' and '.join(hosts)}, where the tool is."
    return [finding("domain_unrelated", where, said)]


def _home(host):
    """What hosts of one owner mostly have in common: the last two labels."""
    return host if _literal(host) else ".".join(host.rstrip(".").split(".")[-2:])


def of_redirects(uris, where, *, domains=(), target=None):
    """Findings on the addresses to which a launch may go.

    :param domains: those that the tool has; none means that nothing is known.
    :param target: the tool's target link.
    """
    found, hosts = [], {host_of(one) for one in domains if _is_host(host_of(one))}
    given = set(uris)
    for number, uri in enumerate(uris):
        here = f"{where}[{number}]"
        host = host_of(uri)
        if not uri.strip():
            found.append(finding("address_invalid", here, "This is an empty text, and no web address."))
        if "*" in uri or "#" in uri:
            found.append(finding("redirect_uri_unmatchable", here, "A redirect URI has no wildcard and no fragment."))
        if hosts and host and not any(host == one or host.endswith(f".{one}") for one in hosts):
            outside = f"{host} is outside of the domain {', '.join(sorted(hosts))}."
            found.append(finding("redirect_outside_domain", here, outside))
        if uri.endswith("/") and uri.rstrip("/") in given:
            found.append(
                finding("redirect_slash_twins", here, "The same address is there without the slash at its end.")
            )
    if uris and target and target not in given:
        found.append(finding("target_not_redirect", where, "The target link is not among the redirect URIs."))
    return found


def secret_in(path, value):
    """What kind of secret a value is, or holds.

    :returns: a pair: its kind in words, and the texts that must not be shown; None where nobody could tell one.
    """
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    text = str(value)
    if PEM_BLOCK.search(text):
        return "a private key", [text]
    name = next((part for part in reversed(path) if isinstance(part, str) and is_secret_name(part)), None)
    if name and _is_clear(path, name, text):
        return ("a consumer secret" if name == "consumer_secret" else f"a secret ({name})"), [text]
    return _in_address(text)


def is_secret_name(name):
    """Is a member called as secrets are, such as ``client_secret``, ``clientSecret`` or ``api-key``?"""
    return bool(_SECRET.search(_HUMP.sub("_", name)))


def _is_clear(path, name, text):
    if any(pattern.fullmatch(text) for pattern in (*_PLACEHOLDERS, *_BRACES, _WHOLE)):
        return False
    # Options go to the platform as they are: there a name would be the secret.
    if name == "consumer_secret" and "options" not in path:
        return not is_reference(text)
    return not is_custom(path) or (
        len(text) >= _LEAST_SECRET and not vocabulary.variables_in(text) and not is_reference(text)
    )


def _in_address(text):
    """The secret that an address in a text holds, as :func:`secret_in` has it."""
    for user in _USER.findall(text):
        if user.strip(":") and not any(
            pattern.search(f"{user}@") for pattern in (*_PLACEHOLDERS, *_BRACES, *_IN_NAMES)
        ):
            _name, colon, password = user.partition(":")
            hidden = [user, password, urllib.parse.unquote(password)] if colon else [user]
            return "an address with credentials", [one for one in hidden if one]
    for name, value in _QUERY.findall(text):
        if is_secret_name(name) and not any(one in value for one in "${<%"):
            return f"an address with a secret ({name})", [value]
    return None


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
