# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Properties of Spring Boot, as spring-security-lti13 uses them; all other lines stay as they are."""

from __future__ import annotations

import re
import typing
import urllib.parse

from ansible_collections.edtech.lti.plugins.module_utils import _errors
from ansible_collections.edtech.lti.plugins.module_utils._handback.entries import label
from ansible_collections.edtech.lti.plugins.module_utils._handback.merge import Format

PREFIX = "spring.security.oauth2.client."
OURS = re.compile(re.escape(PREFIX) + r"(registration|provider)\.(.+)\.([^.]+)")
MARK = "\xef\xbb\xbf"
"""The mark of byte order in UTF-8, as it looks in Latin-1."""
SEPARATOR = re.compile(r"[#!]---\s*$")
"""Begins another document in the same file, which may hold for a profile only."""
NATURAL = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")

REGISTRATION = {"client-id": "client_id", "client-name": "name"}
PROVIDER = {
    "authorization-uri": "authentication_endpoint",
    "token-uri": "token_url",
    "jwk-set-uri": "keyset_url",
}
FIXED = {"authorization-grant-type": "implicit"}
"""What the library wants, whatever else a file says."""
DEFAULTS = {"scope": "openid", "redirect-uri": "{baseUrl}/lti/login"}
"""What a new registration gets where the task does not say otherwise."""


class Line(typing.NamedTuple):
    """One logical line: as it stands in the file, and the property in it, if there is one.

    :ivar part: kind (registration or provider), id, and member in one spelling; None for other lines. It is worked
        out once, because a file of many registrations is looked through for each of them.
    """

    raw: str
    key: str | None = None
    value: str | None = None
    part: tuple | None = None

    @classmethod
    def of(cls, raw, key, value):
        """The line of a property."""
        found = OURS.fullmatch(key)
        return cls(raw, key, value, (found.group(1), found.group(2), plain(found.group(3))) if found else None)


def plain(member):
    """A member's name in the one spelling in which Spring compares them: client-id is clientId is client_id."""
    return re.sub("[-_]", "", member).lower()


class Spring(Format):
    """Registrations and their providers. Their deployments are not held: the library takes launches of any."""

    encoding = "latin-1"  # as Java does; comments in UTF-8 come through unharmed
    deployments = False

    def parsed(self, text):
        return [*_lines(text)]

    def written(self, document, held):
        return "".join(line.raw for line in document)

    def shown(self, document):
        seen = {plain(name) for name in (*REGISTRATION, *PROVIDER, *FIXED, *DEFAULTS, "issuer", "provider")}
        lines = [line for line in document[: _end(document)] if line.part]
        return "".join(
            f"{line.key}={line.value if line.part[2] in seen | {'usernameattribute', 'issueruri'} else '(hidden)'}\n"
            for line in lines
        )

    def place(self, document, entry):
        wanted, table = entry["registration_id"], _table(document)
        for kind, number in table:
            if kind != "registration" or table[kind, number].get("clientid") != entry["client_id"]:
                continue
            known = _provider_of(table, number)[1]
            issuer = known.get("issuer") or known.get("issueruri")
            if issuer == entry["issuer"] or (issuer is None and _looks_like(known, entry, number == wanted)):
                return number
        return None

    def told(self, document, place):
        table = _table(document)
        registration, provider = table.get(("registration", place), {}), _provider_of(table, place)[1]
        return {
            "issuer": provider.get("issuer") or provider.get("issueruri"),
            **{ours: registration.get(plain(theirs)) for theirs, ours in REGISTRATION.items()},
            **{ours: provider.get(plain(theirs)) for theirs, ours in PROVIDER.items()},
            "audience": provider.get("tokenuri"),
            "deployment_ids": [],
            "registration_id": place,
        }

    def put(self, document, place, entry):
        table = _table(document)
        number = self._number(table, place, entry)
        new = place is None
        if new:
            _begin_block(document)
        given = {"scope": self.wish.get("scope"), "redirect-uri": self.wish.get("redirect_uri")}
        registration = {theirs: entry[ours] for theirs, ours in REGISTRATION.items()}
        asked = {
            **FIXED,
            **{name: given[name] or (DEFAULTS[name] if new else None) for name in DEFAULTS},
        }
        its_id, held = _provider_of(table, number)
        provider = {
            **{theirs: entry[ours] for theirs, ours in PROVIDER.items()},
            # Not issuer-uri: with that Spring Boot asks the platform for a description that it does not have.
            "issuer": None if "issueruri" in held else entry["issuer"],
            "user-name-attribute": "sub" if new else None,
        }
        mine = table.get(("registration", number), {})
        _refuse_resolved(entry, {**registration, **provider}, {**held, **mine})
        _set(document, "registration", number, {**registration, **asked}, mine)
        _set(document, "provider", its_id, provider, held)
        return number

    @staticmethod
    def _number(table, place, entry):
        """The registration's id, which is also a part of the tool's login address."""
        wanted = entry["registration_id"]
        if wanted and not re.fullmatch(r"[A-Za-z0-9_-]+", wanted):
            raise _errors.InvalidError(
                f"registration_id cannot be {wanted!r}", hint="Use letters, digits, - and _ only."
            )
        if place is not None and wanted not in (None, place):
            raise _errors.ConflictError(
                f"{label(entry)} stands there as registration {place}",
                hint="Leave registration_id out, or remove it first (state: absent).",
            )
        if place is not None:
            return place
        made = f"{entry['issuer'].rpartition('://')[2]} {entry['client_id']}".lower()
        number = wanted or re.sub("[^a-z0-9]+", "-", made).strip("-")
        if entry["known"] and ("registration", number) in table:
            held = table["registration", number].get("clientid")
            raise _errors.ConflictError(
                f"registration_id {number} is that of client {held}",
                hint="Remove that one first, or give another registration_id.",
            )
        return number

    def remove(self, document, place):
        table = _table(document)
        provider = _provider_of(table, place)[0]
        users = [
            number for kind, number in table if kind == "registration" and _provider_of(table, number)[0] == provider
        ]
        gone = {("registration", place), *([("provider", provider)] if users == [place] else [])}
        end = _end(document)
        left = [line for line in document[:end] if not (line.part and line.part[:2] in gone)]
        first = next(index for index, line in enumerate(document) if line.part and line.part[:2] in gone)
        # The blank line before it goes as well, unless it still parts something.
        follows = "".join(line.raw for line in left[first : first + 1])
        if 0 < first <= len(left) and not left[first - 1].raw.strip() and not follows.strip():
            del left[first - 1]
        document[:end] = left

    def advice(self, document, place, entry):
        said = []
        if document[0].raw == MARK:
            said.append(
                "The file begins with a byte order mark, which Java may take as part of its first property: take it"
                " out, or begin with a comment."
            )
        if entry["audience"] in (None, entry["token_url"]):
            return said
        return [
            *said,
            f"{label(entry)} wants {entry['audience']} as audience of token requests; spring-security-lti13 has no"
            " setting for that and names the token address, so the tool needs code of its own for services.",
        ]


def _looks_like(provider, entry, is_wanted):
    """Is this the platform of the entry, where the file does not name its issuer?"""
    addresses = {provider.get("authorizationuri"), provider.get("jwkseturi")} - {None}
    hosts = {urllib.parse.urlsplit(address).netloc for address in addresses}
    same = addresses & {entry["authentication_endpoint"], entry["keyset_url"]}
    return bool(is_wanted or same or urllib.parse.urlsplit(entry["issuer"]).netloc in hosts)


def _lines(text):
    if text.startswith(MARK):
        yield Line(MARK)
        text = text[len(MARK) :]
    natural = NATURAL.findall(text)
    index = 0
    while index < len(natural):
        first = index
        raw, body = natural[index], natural[index].strip("\r\n").lstrip(" \t\f")
        index += 1
        if not body or body[0] in "#!":
            yield Line(raw)
            continue
        while _continues(body) and index < len(natural):
            raw += natural[index]
            body = body[:-1] + natural[index].strip("\r\n").lstrip(" \t\f")
            index += 1
        key, value = re.fullmatch(r"((?:\\.|[^\\=: \t\f])*)[ \t\f]*[=:]?[ \t\f]*(.*)", body, re.DOTALL).groups()
        yield Line.of(raw, _unescaped(key, first), _unescaped(value, first))


def _continues(body):
    return (len(body) - len(body.rstrip("\\"))) % 2 == 1


def _unescaped(text, index):
    def meant(escape):
        letter = escape.group(1)
        if letter.startswith("u"):
            if len(letter) != 5:
                raise _errors.InvalidError(
                    f"the file is no properties file: \\u without four hexadecimal digits in line {index + 1}",
                    hint="Mend it, or give another path; nothing was changed.",
                )
            return chr(int(letter[1:], 16))
        return {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}.get(letter, letter)

    units = re.sub(r"\\(u[0-9A-Fa-f]{4}|.|$)", meant, text, flags=re.DOTALL)
    # Java writes a letter beyond the first 65,536 as two.
    return units.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _escaped(value):
    text = value.replace("\\", "\\\\")
    for letter, name in (("\t", "t"), ("\n", "n"), ("\r", "r"), ("\f", "f")):
        text = text.replace(letter, f"\\{name}")
    text = f"\\{text}" if text.startswith(" ") else text
    units = text.encode("utf-16-be", "surrogatepass")
    letters = [int.from_bytes(units[at : at + 2], "big") for at in range(0, len(units), 2)]
    return "".join(chr(letter) if letter < 0x7F else f"\\u{letter:04x}" for letter in letters)


def escaped_key(key):
    """A key as a properties file has it: unlike in a value, a blank, = and : would end it."""
    return re.sub(r"(?<!^)[ ]|[=:]|^[#!]", r"\\\g<0>", _escaped(key))


def _end(document):
    """Where the first document of the file ends; the others may be for a profile only, and are left alone."""
    return next((at for at, line in enumerate(document) if SEPARATOR.match(line.raw)), len(document))


def _table(document):
    """Members and values by kind and id, in the order of the file; as in Java, the last of several lines counts."""
    table = {}
    for line in document[: _end(document)]:
        if line.part:
            table.setdefault(line.part[:2], {})[line.part[2]] = line.value
    return table


def _provider_of(table, number):
    """Id and values of a registration's provider, which may bear another id."""
    its_id = table.get(("registration", number), {}).get("provider") or number
    return its_id, table.get(("provider", its_id), {})


def _eol(document):
    raws = [line.raw for line in document]
    if any(raw.endswith("\r\n") for raw in raws):
        return "\r\n"
    return "\r" if any(raw.endswith("\r") for raw in raws) else "\n"


def _begin_block(document):
    end = _end(document)
    if end and not document[end - 1].raw.endswith(("\n", "\r")):
        last = document[end - 1]
        document[end - 1] = last._replace(raw=last.raw + _eol(document))
    if end and document[end - 1].raw.strip():
        document.insert(end, Line(_eol(document)))


def _refuse_resolved(entry, values, held):
    """Refuse facts that Spring would take for the name of another property; what stands there already may stay."""
    for name, value in values.items():
        if "${" in (value or "") and held.get(plain(name)) != value:
            raise _errors.InvalidError(
                f"{label(entry)}: {name} would hold ${{, which Spring resolves: {value!r}",
                hint="Spring has no way to write that; give another text.",
            )


def _set(document, kind, number, values, held):
    """Change properties where they stand, or add them behind their kin."""
    values = {name: value for name, value in values.items() if value is not None and held.get(plain(name)) != value}
    if not values:
        return
    eol, end = _eol(document), _end(document)
    parts = [(at, line.part) for at, line in enumerate(document[:end]) if line.part and line.part[1] == number]
    same = {part[2]: at for at, part in parts if part[0] == kind}
    added = []
    for name, value in values.items():
        at = same.get(plain(name))
        key = f"{PREFIX}{kind}.{number}.{name}" if at is None else document[at].key
        line = Line.of(f"{escaped_key(key)}={_escaped(value)}{eol}", key, value)
        if at is None:
            added.append(line)
        else:
            document[at] = line
    kin = [at for at, part in parts if part[0] == kind] or [at for at, _part in parts]
    if added and kin and not document[kin[-1]].raw.endswith(("\n", "\r")):
        document[kin[-1]] = document[kin[-1]]._replace(raw=document[kin[-1]].raw + eol)
    place = kin[-1] + 1 if kin else end
    document[place:place] = added
