# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Formats that are JSON: what PyLTI1p3 reads, what ltijs takes, and one of our own."""

from __future__ import annotations

import json
import re

from ansible_collections.edtech.lti.plugins.module_utils import _errors
from ansible_collections.edtech.lti.plugins.module_utils._handback.entries import FACTS, label
from ansible_collections.edtech.lti.plugins.module_utils._handback.merge import Format, position

PAIRS = re.compile(r"\\\\|\\u[dD][89abAB]..\\u[dD][c-fC-F]..|(\\u[dD][89a-fA-F])")
"""A backslash of its own, a letter that JSON escapes in two halves, or (as group) a half without the other."""
DEEPEST = 100
"""Far deeper than any configuration, and not as deep as Python would go."""

WORDS = ("issuer", "client_id", "deployment_ids", *FACTS, "name", "environment")


class Number(float):
    """A number of somebody else's, which is written again as it stands there: 1.10 is not 1.1 to everybody."""

    def __new__(cls, text):
        made = super().__new__(cls, text)
        made.text = text
        return made

    def __eq__(self, other):
        return self.text == getattr(other, "text", None) or (not isinstance(other, Number) and float(self) == other)

    __hash__ = float.__hash__

    def __str__(self):
        return self.text

    def __copy__(self):
        return self

    def __deepcopy__(self, _memo):
        return self


def _whole(text):
    """A whole number; as it stands there, where Python would write another one, or refuse one as long as that."""
    return Number(text) if len(text) > 1000 or str(int(text)) != text else int(text)


def json_text(value, indent, begin=""):
    """Data as JSON, with one member a line."""
    if isinstance(value, Number):
        return value.text
    inner = begin + indent
    if value and isinstance(value, (dict, list)):
        texts = (
            [f"{json_text(name, indent)}: {json_text(one, indent, inner)}" for name, one in value.items()]
            if isinstance(value, dict)
            else [json_text(one, indent, inner) for one in value]
        )
        first, last = "{}" if isinstance(value, dict) else "[]"
        return f"{first}\n{inner}" + f",\n{inner}".join(texts) + f"\n{begin}{last}"
    return json.dumps(value, ensure_ascii=False)


class JsonFormat(Format):
    """A JSON document.

    :ivar empty: the type of an empty one.
    """

    empty: type = list

    def parsed(self, text):
        if not text.strip("\ufeff \t\r\n"):
            return self.empty()
        try:
            document = json.loads(
                text.lstrip("\ufeff"), object_pairs_hook=_without_twins, parse_float=Number, parse_int=_whole
            )
        except json.JSONDecodeError as error:
            raise _errors.InvalidError(
                f"the file is no JSON: {error.msg} at line {error.lineno}, column {error.colno}",
                hint="Mend it, or give another path; nothing was changed.",
            ) from error
        except RecursionError:
            document = None
        if document is None or _is_deep(document):
            raise _errors.InvalidError("the file is nested deeper than any configuration")
        refuse_halves(text)
        self.check(document)
        return document

    def check(self, document):
        """Refuse what is JSON, but not of this format."""
        if not isinstance(document, list) or not all(isinstance(item, dict) for item in document):
            raise strange("a list of objects")

    def written(self, document, held):
        indented = re.search(r"^\s*[{\[]\s*\n([ \t]+)\S", held.lstrip("\ufeff"))
        indent = indented.group(1) if indented else "  "
        text = json_text(document, indent) + "\n"
        return text.replace("\n", "\r\n") if "\r\n" in held else text

    def shown(self, document):
        return json_text(self.visible(document), "  ") + "\n"

    def visible(self, document):
        """The document without what this collection does not write."""
        raise NotImplementedError


def refuse_halves(text):
    """Refuse JSON that names half a letter: no encoding has it, so the file could not be written again."""
    half = next((found for found in PAIRS.finditer(text) if found.group(1)), None)
    if half:
        raise _errors.InvalidError(
            f"the file holds half a letter (a lone surrogate) at {position(text[: half.start()])}",
            hint="Mend it, or give another path; nothing was changed.",
        )


def _is_deep(document):
    layer = [document]
    for _depth in range(DEEPEST):
        layer = [
            one
            for outer in layer
            if isinstance(outer, (dict, list))
            for one in (outer.values() if isinstance(outer, dict) else outer)
        ]
    return bool(layer)


def strange(wanted):
    """The error for a document of another shape."""
    return _errors.InvalidError(
        f"the file holds JSON, but not {wanted}", hint="Check path and format; nothing was changed."
    )


def _without_twins(pairs):
    """A JSON object; of two members of one name, readers see only one, and the other would be lost."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _errors.InvalidError(
            f"the file has {twice!r} twice in one object", hint="Put both into one; nothing was changed."
        )
    return found


def update(item, values):
    """Set members; a None leaves alone."""
    item.update({name: value for name, value in values.items() if value is not None})


def text_or_none(value):
    return None if value is None else str(value)


class Platforms(JsonFormat):
    """A list of handbacks, in our own words: for software that nobody thought of."""

    def place(self, document, entry):
        for item in document:
            if (item.get("issuer"), text_or_none(item.get("client_id"))) == (entry["issuer"], entry["client_id"]):
                return item
        return None

    def told(self, document, place):
        return {
            **{name: place.get(name) for name in WORDS},
            "client_id": text_or_none(place.get("client_id")),
            "deployment_ids": ids_of(place.get("deployment_ids")),
        }

    def put(self, document, place, entry):
        if place is None:
            place = {"name": entry["name"]} if entry["name"] else {}
            document.append(place)
        update(place, {name: entry[name] for name in WORDS})
        return place

    def remove(self, document, place):
        document[:] = [item for item in document if item is not place]

    def visible(self, document):
        return [{name: value for name, value in item.items() if name in WORDS} for item in document]


def ids_of(value):
    """Deployment ids that a file holds, as texts.

    :raises InvalidError: when they are no list.
    """
    if value is not None and not isinstance(value, list):
        raise strange("a list of deployment ids for each client")
    return [str(one) for one in value or ()]


class Ltijs(JsonFormat):
    """A list of what ``registerPlatform`` of ltijs takes. It wants no deployment ids: it takes launches of any."""

    deployments = False
    members = {
        "url": "issuer",
        "name": "name",
        "clientId": "client_id",
        "authenticationEndpoint": "authentication_endpoint",
        "accesstokenEndpoint": "token_url",
        "authorizationServer": "audience",
    }

    def place(self, document, entry):
        for item in document:
            if (item.get("url"), text_or_none(item.get("clientId"))) == (entry["issuer"], entry["client_id"]):
                return item
        return None

    def told(self, document, place):
        return {
            **{ours: text_or_none(place.get(theirs)) for theirs, ours in self.members.items()},
            "deployment_ids": [],
            "keyset_url": None if _pinned(place) else _auth_config(place).get("key"),
        }

    def put(self, document, place, entry):
        if place is None:
            place = {"url": entry["issuer"], "name": entry["issuer"]}  # ltijs refuses a new one without a name
            document.append(place)
        update(place, {theirs: entry[ours] for theirs, ours in self.members.items()})
        if entry["keyset_url"] and not _pinned(place):
            place["authConfig"] = {**_auth_config(place), "method": "JWK_SET", "key": entry["keyset_url"]}
        return place

    def remove(self, document, place):
        document[:] = [item for item in document if item is not place]

    def advice(self, document, place, entry):
        if not _pinned(place):
            return []
        return [
            f"{label(entry)} has a pinned key (authConfig with {_pinned(place)}), which stays: launches fail once the"
            " platform changes its key. Without authConfig in the file, the next run writes the address of the keys."
        ]

    def visible(self, document):
        return [
            {
                **{name: value for name, value in item.items() if name in self.members},
                # A pinned key is public, but long; only that there is one is of interest.
                "authConfig": {
                    "method": _auth_config(item).get("method"),
                    "key": _auth_config(item).get("key")
                    if _auth_config(item).get("method") == "JWK_SET"
                    else "(pinned)",
                },
            }
            for item in document
        ]


def _pinned(item):
    """The method by which ltijs takes a key from the file itself; None where it asks the platform."""
    config = _auth_config(item)
    return config.get("method") if config.get("method") in ("RSA_KEY", "JWK_KEY") and config.get("key") else None


def _auth_config(item):
    found = item.get("authConfig")
    return found if isinstance(found, dict) else {}


class Pylti1p3(JsonFormat):
    """What ``ToolConfJsonFile`` of PyLTI1p3 reads: by issuer one client, or a list of them."""

    empty = dict
    members = {
        "client_id": "client_id",
        "auth_login_url": "authentication_endpoint",
        "auth_token_url": "token_url",
        "auth_audience": "audience",
        "key_set_url": "keyset_url",
        "deployment_ids": "deployment_ids",
    }
    named = ("private_key_file", "public_key_file")
    order = (
        *("default", "client_id", "auth_login_url", "auth_token_url", "auth_audience", "key_set_url", "key_set"),
        *(*named, "deployment_ids"),
    )

    def check(self, document):
        if not isinstance(document, dict):
            raise strange("an object of issuers, as PyLTI1p3 reads it")
        for clients in document.values():
            if not all(isinstance(item, dict) for item in _listed(clients)):
                raise strange("an object of issuers, as PyLTI1p3 reads it")

    def place(self, document, entry):
        for item in _listed(document.get(entry["issuer"], [])):
            if text_or_none(item.get("client_id")) == entry["client_id"]:
                return entry["issuer"], item
        return None

    def told(self, document, place):
        issuer, item = place
        return {
            "issuer": issuer,
            **{ours: text_or_none(item.get(theirs)) for theirs, ours in self.members.items()},
            "deployment_ids": ids_of(item.get("deployment_ids")),
        }

    def put(self, document, place, entry):
        issuer, item = place or self._new(document, entry)
        update(item, {theirs: entry[ours] for theirs, ours in self.members.items()})
        update(item, {name: self.wish.get(name) for name in self.named})
        if not item.get("private_key_file"):
            raise _errors.InvalidError(
                f"{label(entry)} has no private_key_file, and PyLTI1p3 refuses a whole file for that",
                hint="Give private_key_file: where the tool has its key, relative to the folder of this file.",
            )
        return issuer, item

    def _new(self, document, entry):
        """A place for a new client; who was alone with an issuer stays the one that is meant without a client id."""
        clients = document.get(entry["issuer"], [])
        others = _listed(clients)
        if len(others) == 1:
            others[0].setdefault("default", True)
        item = {name: None for name in self.order if name != "public_key_file" or self.wish.get(name)}
        item.update({"default": not others, "deployment_ids": []})
        document[entry["issuer"]] = [*others, item]
        return entry["issuer"], item

    def remove(self, document, place):
        issuer, gone = place
        left = [item for item in _listed(document[issuer]) if item is not gone]
        if left:
            if gone.get("default") is True:  # else nobody would be meant where a login names no client
                left[0]["default"] = True
            document[issuer] = left
        else:
            del document[issuer]

    def advice(self, document, place, entry):
        _issuer, item = place
        said = []
        if item.get("key_set"):
            said.append(
                f"{label(entry)} has pinned keys (key_set), which PyLTI1p3 takes before key_set_url:"
                " launches fail once the platform changes its key."
            )
        if not item["deployment_ids"]:
            said.append(f"{label(entry)} has no deployment id yet: PyLTI1p3 refuses its launches until it has.")
        return said

    def visible(self, document):
        return {
            issuer: [self._visible(item) for item in clients] if isinstance(clients, list) else self._visible(clients)
            for issuer, clients in document.items()
        }

    def _visible(self, item):
        return {name: value for name, value in item.items() if name in self.order and name != "key_set"}


def _listed(clients):
    return clients if isinstance(clients, list) else [clients]
