# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tenants out of the rows of a list of institutions: names, platforms, addresses, tools. Data only.

Everything is looked at before there is a single host, and all problems are told at once.
"""

from __future__ import annotations

import dataclasses
import ipaddress
import re
import unicodedata
import urllib.parse

from ansible_collections.edtech.lti.plugins.plugin_utils._tenants_file import TenantsError, column

PLATFORMS = ("canvas", "d2l", "exam", "luminus")
OTHER_NAMES = {"brightspace": "d2l", "desire2learn": "d2l", "proctorexam": "exam", "instructure": "canvas"}
"""What institutions call them."""
OWN = ("name", "platforms", "base_url", "tools", *(f"{platform}_base_url" for platform in PLATFORMS))
"""Columns with a meaning; all others are the tenant's own."""

_NO_KEYS = {
    "-", "–", "—", "?", "*", "x", "all", "any",
    "every", "everything", "n/a", "na", "n.a.", "none", "null", "nil", "no", "yes", "true", "false",
}  # fmt: skip
"""What people write into a column of tools; it could mean all of them, or none. Only C(none) alone is documented."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_TAKEN = {"all", "ungrouped", "tenants", "localhost", *PLATFORMS}
_SECRET = re.compile(
    "secret|passw|passphrase|credential|token|bearer|api_?key|app_?key|user_?key|private_?key|subscription_?key"
    "|signing|secret_?key|(^|_)(pwd|pw|pin|auth)$"
)
_NO_SECRET = re.compile("_(file|path|dir|url|uri|name|id|expires|expires_on|expires_at)$")
_SECRET_VALUE = re.compile(r"-----BEGIN |^Bearer\s|://[^/\s@]*:[^/\s@]*@")


@dataclasses.dataclass
class Tenant:
    """One host: ``base_urls`` by platform, ``tools`` None where nothing is said, ``said`` all cells of the row.

    ``where`` is the row's place in the list.
    """

    name: str
    platforms: list
    base_urls: dict
    tools: list
    said: dict
    where: str = ""


def tenants(rows, columns=None, given=(), slugs=False, allow_http=False):
    """The tenants of a list.

    :param rows: pairs of a place and a dict, as of ``_tenants_file.rows``.
    :param columns: headings by the name that is meant, where a list calls it otherwise.
    :param given: platforms whose address comes from elsewhere.
    :param slugs: whether host names are made of names that are none.
    :param allow_http: whether addresses on other machines may be plain http.
    :raises TenantsError: with all that is wrong.
    """
    columns = {column(name): heading for name, heading in (columns or {}).items()}
    _refuse_renaming(rows, columns)
    rows = [(where, _renamed(row, columns)) for where, row in rows]
    _refuse_columns(rows)
    problems, found, places = [], [], {}
    for where, row in rows:
        try:
            one = _tenant(row, given, slugs, allow_http)
        except TenantsError as error:
            problems += [f"{where.capitalize()}: {problem}" for problem in error.problems]
            continue
        other = places.setdefault(one.name.lower(), where)
        if other != where:
            problems.append(
                f"{where.capitalize()}: {one.name} stands in {other} already. A tenant is one row; its platforms stand"
                " side by side in it."
            )
        found.append(dataclasses.replace(one, where=where))
    if problems:
        raise TenantsError(problems)
    return found


def _refuse_renaming(rows, columns):
    """Refuse headings that the list does not have: without its column a tenant would have every tool, for example."""
    there = list(dict.fromkeys(name for _where, row in rows for name in row))
    headings = [column(heading) for heading in columns.values()]
    problems = []
    for name, heading in columns.items():
        if column(heading) not in there:
            problems.append(
                f"columns says that {name} is called {str(heading)!r} here, but there is no such column. These are"
                f" there: {', '.join(there)}."
            )
        elif headings.count(column(heading)) > 1:
            problems.append(f"columns uses {str(heading)!r} for {name} and for another one.")
        if name in there and name not in headings:
            problems.append(
                f"columns says that {name} is called {str(heading)!r} here, but the list has a column {name} as well."
                f" Give that one another name, such as other_{name}: {name}."
            )
    if problems:
        raise TenantsError(problems)


def _renamed(row, columns):
    wanted = {column(heading): name for name, heading in columns.items()}
    return {wanted.get(name, name): value for name, value in row.items()}


def _refuse_columns(rows):
    names = list(dict.fromkeys(name for _where, row in rows for name in row))
    problems = []
    if "name" not in names:
        problems.append(f"There is no column 'name'. These are there: {', '.join(names)}.")
    if not [name for name in names if name in ("platforms", *OWN) and name not in ("name", "tools", "base_url")]:
        problems.append("There is no column 'platforms', nor one such as 'canvas_base_url'.")
    for name in names:
        if _looks_secret(name):
            problems.append(
                f"The column '{name}' looks like a secret, and a list of institutions is no place for one. Keep it in a"
                " vault or in files, and name these in the option 'connections'."
            )
    if problems:
        raise TenantsError(problems)


def _looks_secret(name):
    return bool(_SECRET.search(name)) and not _NO_SECRET.search(name)


def _secret_within(value, key=""):
    if isinstance(value, dict):
        return any(_looks_secret(column(name)) or _secret_within(held) for name, held in value.items())
    if isinstance(value, list):
        return any(_secret_within(held) for held in value)
    return isinstance(value, str) and bool(_SECRET_VALUE.search(value))


def _tenant(row, given, slugs, allow_http):
    problems = []
    for name, value in row.items():
        if _secret_within(value):
            problems.append(f"{name} holds a secret, and a list of institutions is no place for one.")
    if problems:
        raise TenantsError(problems)
    name = _name(row.get("name"), slugs, problems)
    platforms = _platforms(row, problems)
    base_urls = {}
    for platform in platforms:
        own, shared = row.get(f"{platform}_base_url"), row.get("base_url") if len(platforms) == 1 else None
        if own or shared:
            heading = f"{platform}_base_url" if own else "base_url"
            base_urls[platform] = _address(str(own or shared).strip(), heading, allow_http, problems)
        elif platform not in given:
            problems.append(f"there is no address for {platform}: fill {platform}_base_url.")
    if row.get("base_url") and len(platforms) > 1:
        problems.append(f"base_url could be for any of {', '.join(platforms)}: use {platforms[0]}_base_url and so on.")
    tools = _tools(row.get("tools"), problems)
    if problems:
        raise TenantsError(problems)
    return Tenant(name, platforms, base_urls, tools, {**row, "platforms": platforms, "tools": tools})


def _name(value, slugs, problems):
    text = "" if value is None else str(value).strip()
    if not text:
        problems.append("it has no name.")
    elif slugs:
        made = slug(text)
        if not made:
            problems.append(f"no host name can be made of {text!r}.")
        text = made
    elif not _NAME.fullmatch(text):
        problems.append(
            f"{text!r} cannot be a host's name, which has letters, digits, '-', '_' and '.'. Write"
            f" {slug(text) or '…'!r}, and keep the words in a column of another name, or set slugs: true."
        )
    if text.lower() in _TAKEN:
        problems.append(f"{text!r} cannot be a tenant's name: it means something else in an inventory.")
    return text


def slug(text):
    """A host's name made of any name: C(Université de Genève) is C(universite-de-geneve)."""
    for letter, plain in (("ß", "ss"), ("æ", "ae"), ("ø", "o"), ("Æ", "Ae"), ("Ø", "O"), ("ł", "l"), ("Ł", "L")):
        text = text.replace(letter, plain)
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def _words(value):
    if value is None:
        return []
    if isinstance(value, (list, tuple)):
        return [str(one).strip() for one in value]
    return [word for word in re.split(r"[\s,;|/+]+", str(value)) if word]


def _tools(value, problems):
    tools = _words(value)
    if [tool.lower() for tool in tools] == ["none"]:
        return []
    strange = [word for word in (str(value).strip(), *tools) if word.lower() in _NO_KEYS] if tools else []
    if strange or isinstance(value, dict):
        problems.append(
            f"tools is {str(value)!r}, which could mean all or none: leave it empty for all tools, write none for none,"
            " or the keys of manifests."
        )
    return tools if tools or isinstance(value, list) else None


def _platforms(row, problems):
    addressed = [platform for platform in PLATFORMS if row.get(f"{platform}_base_url")]
    words = [word.lower() for word in _words(row.get("platforms"))]
    named = [OTHER_NAMES.get(word, word) for word in words]
    for word in dict.fromkeys(word for word in named if word not in PLATFORMS):
        problems.append(f"{word!r} is no platform; there are {', '.join(PLATFORMS)}.")
    if named:
        for platform in addressed:
            if platform not in named:
                problems.append(f"{platform}_base_url is filled, but platforms does not name {platform}.")
    found = [platform for platform in PLATFORMS if platform in (named or addressed)]
    if not found and not problems:
        problems.append("it has no platform.")
    return found


def _address(text, heading, allow_http, problems):
    said = None
    try:
        parts = urllib.parse.urlsplit(text)
        usable = parts.scheme in ("https", "http") and parts.hostname and (parts.port or 1) > 0
        usable = usable and not re.search(r"[\s{}<>\"'\\]", text)
    except ValueError:
        usable = False
    if not usable:
        bare = re.fullmatch(r"[A-Za-z0-9.-]+\.[A-Za-z]{2,}/?", text)
        better = f"https://{text.rstrip('/')}" if bare else "https://school.example.com"
        said = f"{heading} is no web address: {text.rpartition('@')[2]!r}. It looks like {better}."
    elif "@" in parts.netloc or parts.query or parts.fragment:
        said = f"{heading} must hold neither credentials nor a query."
    elif parts.scheme == "http" and not allow_http and not _on_this_machine(parts.hostname):
        said = f"{heading} is plain http to {parts.hostname}: use https, or set allow_http: true where that is meant."
    elif parts.path.strip("/"):
        said = f"{heading} has a path, {parts.path}: use {parts.scheme}://{parts.netloc}."
    if said:
        problems.append(said)
    return text.rstrip("/")


def _on_this_machine(host):
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def group(name, value):
    """The group of those with a value in a column: C(region_north_east); an empty text where there is none."""
    words = re.sub(r"\W+", "_", str("" if value is None else value).strip().lower()).strip("_")
    return f"{name}_{words}" if words else ""


def refuse_groups(found, names):
    """Refuse columns that are to make groups where no tenant has them.

    :raises TenantsError: naming them.
    """
    known = {name for one in found for name in one.said}
    missing = [name for name in names if name not in known]
    if missing:
        raise TenantsError([f"group_columns names {', '.join(missing)}, which the list does not have."])


def refuse_names(found, groups):
    """Refuse tenants that are called as a group is, which Ansible would take one for the other.

    :param groups: the names of groups, with where they come from.
    :raises TenantsError: with the line of each.
    """
    problems = [
        f"{one.where.capitalize()}: {one.name!r} cannot be a tenant's name: {groups[one.name]} of that name."
        for one in found
        if one.name in groups
    ]
    if problems:
        raise TenantsError(problems)


def shared(found):
    """Sentences for addresses that several tenants have on the same platform, each with its tenants."""
    holders = {}
    for one in found:
        for platform, url in one.base_urls.items():
            holders.setdefault((platform, url.lower()), []).append(one)
    said = []
    for (platform, url), tenants_there in holders.items():
        if len(tenants_there) > 1:
            names = ", ".join(f"{one.name} ({one.where})" for one in tenants_there[:3])
            more = f" and {len(tenants_there) - 3} more" if len(tenants_there) > 3 else ""
            said.append(f"{url} is the address for {platform} of {names}{more}.")
    return said
