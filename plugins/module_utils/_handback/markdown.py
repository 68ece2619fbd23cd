# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A sheet for the vendor: a Markdown document with a part for each client, among whatever else it says."""

from __future__ import annotations

import dataclasses
import json
import re

from ansible_collections.edtech.lti.plugins.module_utils import _errors
from ansible_collections.edtech.lti.plugins.module_utils._handback.entries import FACTS
from ansible_collections.edtech.lti.plugins.module_utils._handback.json_formats import refuse_halves, text_or_none
from ansible_collections.edtech.lti.plugins.module_utils._handback.merge import Format, position

BEGIN, END = "<!-- lti_handback ", "<!-- /lti_handback -->"
PART = re.compile(r"<!-- lti_handback (\{[^\r\n]*\}) -->\r?\n(.*?)<!-- /lti_handback -->(?:\r?\n)?", re.DOTALL)
MARK = re.compile(r"<!-- (/?)lti_handback")
FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})[^\r\n]*\r?\n(?:.*?\n)??^ {0,3}\1[`~]*[ \t]*\r?$", re.DOTALL | re.MULTILINE)
"""An example; marks in it are part of it. One that never ends hides nothing."""
FRONT = re.compile(r"---[ \t]*\r?\n(?:.*?\n)??(?:---|\.\.\.)[ \t]*(?:\r?\n|$)", re.DOTALL)
"""YAML at the top, which counts only there."""
MARK_OF_ORDER = "\ufeff"
WORDS = ("issuer", "client_id", "deployment_ids", *FACTS, "name", "environment")
ROWS = {
    "issuer": "Issuer (platform id)",
    "client_id": "Client id",
    "deployment_ids": "Deployment ids",
    "authentication_endpoint": "Authentication request address (OIDC)",
    "token_url": "Access token address",
    "audience": "Audience of token requests",
    "keyset_url": "Public keys of the platform (JWKS)",
    "environment": "Environment",
}
TITLE = "LTI platform details"


@dataclasses.dataclass
class Part:
    """A part of ours.

    :param facts: what it says; those without an issuer are the head.
    :param raw: how it stands in the file.
    :param fresh: was it written by this run, and has not got the file's line ends yet?
    """

    facts: dict
    raw: str = ""
    fresh: bool = False

    def say(self, facts):
        """Say this from now on; what somebody did to the table by hand goes."""
        self.facts = {**self.facts, **facts}
        # A comment ends at the first "-->", whatever stands before it.
        mark = json.dumps(self.facts, ensure_ascii=False, sort_keys=True).replace(">", "\\u003e")
        raw = f"{BEGIN}{mark} -->\n{_table(self.facts)}{END}\n"
        if raw.rstrip() != self.raw.replace("\r\n", "\n").rstrip():
            self.raw, self.fresh = raw, True


class Markdown(Format):
    """Somebody's own texts, and parts of ours among them.

    What a part says stands in its first line as well, as JSON in a comment, because nobody reads tables back safely.
    """

    def parsed(self, text):
        text = text[1:] if text.startswith(MARK_OF_ORDER) else text
        # As long as the text, and without the marks in examples.
        plain = FENCE.sub(lambda example: example.group().replace("lti_handback", "lti-handback"), text)
        document, done = [], 0
        for found in PART.finditer(plain):
            self._refuse_marks(plain, done, found.start())
            document += [text[done : found.start()], Part(_facts(text, found), text[found.start() : found.end()])]
            done = found.end()
        self._refuse_marks(plain, done, len(text))
        return [part for part in [*document, text[done:]] if isinstance(part, Part) or part.strip()]

    @staticmethod
    def _refuse_marks(text, start, end):
        mark = MARK.search(text, start, end)
        if mark:
            other = "beginning" if mark.group(1) else "end"
            raise _errors.InvalidError(
                f"the file has a mark of lti_handback without its {other} at {position(text[: mark.start()])}",
                hint="Mend or remove it; nothing was changed.",
            )

    def written(self, document, held):
        text, eol = "", "\r\n" if held.count("\r\n") * 2 > held.count("\n") else "\n"
        for before, part in zip([None, *document], document):
            raw = part.raw if isinstance(part, Part) else part
            raw = raw.replace("\n", eol) if isinstance(part, Part) and part.fresh else raw
            ours = isinstance(part, Part) or isinstance(before, Part)
            text += f"{_gap(text, raw, eol) if ours else ''}{raw}"
        return (MARK_OF_ORDER if held.startswith(MARK_OF_ORDER) else "") + text

    def shown(self, document):
        return "".join(PART.sub(r"\2", part.raw) for part in document if isinstance(part, Part))

    def prepare(self, document):
        """The head: title and whom to ask. It is written once, and again when the task says something else."""
        said = {name: " ".join(self.wish[name].split()) for name in ("title", "contact") if self.wish.get(name)}
        heads = [part for part in _parts(document) if "issuer" not in part.facts]
        if not heads and (said or not document):
            heads = [Part({"title": TITLE})]
            front = FRONT.match(document[0]) if document and isinstance(document[0], str) else None
            if front:
                document[:1] = [one for one in (front.group(), document[0][front.end() :]) if one]
            document.insert(1 if front else 0, heads[0])
        for head in heads[:1]:
            head.say(said)

    def place(self, document, entry):
        for part in _parts(document):
            known = (part.facts.get("issuer"), text_or_none(part.facts.get("client_id")))
            if known == (entry["issuer"], entry["client_id"]):
                return part
        return None

    def told(self, document, place):
        ids = place.facts.get("deployment_ids") or []
        return {
            **{name: place.facts.get(name) for name in WORDS},
            "client_id": text_or_none(place.facts.get("client_id")),
            # Whoever writes one by hand may write it without the brackets.
            "deployment_ids": [str(one) for one in (ids if isinstance(ids, list) else [ids])],
        }

    def put(self, document, place, entry):
        if place is None:
            place = Part({})
            document.append(place)
        place.say({name: entry[name] for name in WORDS if entry[name] is not None})
        return place

    def remove(self, document, place):
        document[:] = [part for part in document if part is not place]


def _parts(document):
    return [part for part in document if isinstance(part, Part)]


def _gap(text, following, eol):
    """What is to stand between two parts, so that there is a blank line."""
    if not text:
        return ""
    present = text[len(text.rstrip("\r\n")) :].count("\n")
    ahead = following[: len(following) - len(following.lstrip("\r\n"))].count("\n")
    return eol * max(2 - present - ahead, 0)


def _facts(text, found):
    try:
        facts = json.loads(found.group(1))
    except (ValueError, RecursionError) as error:
        raise _errors.InvalidError(
            f"the mark of lti_handback at {position(text[: found.start()])} holds no JSON",
            hint="Mend it, or remove the whole part; nothing was changed.",
        ) from error
    refuse_halves(found.group(1))
    return facts


def _table(part):
    if "issuer" not in part:
        contact = f"\nQuestions: {_plain(part['contact'])}\n" if part.get("contact") else ""
        return f"# {_plain(part.get('title') or TITLE)}\n{contact}"
    rows = [f"| {title} | {_cell(part.get(name))} |" for name, title in ROWS.items() if part.get(name)]
    return "\n".join(
        [f"## {_plain(part.get('name') or part['issuer'])}", "", "| what | value |", "| --- | --- |", *rows, ""]
    )


def _cell(value):
    values = value if isinstance(value, list) else [value]
    return "<br>".join(f"`{str(one).replace('|', chr(92) + '|').replace('`', '')}`" for one in values)


def _plain(text):
    """A text that Markdown shows as it is."""
    return re.sub(r"([\\`*_\[\]<>|#])", r"\\\1", text)
