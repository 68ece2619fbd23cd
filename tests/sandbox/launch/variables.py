"""Substitution variables in custom parameters (LTI Core 1.3, 6.1 and appendix)."""

from __future__ import annotations

import re

_INSIDE = re.compile(r"\$\{([^}]*)\}")


def expanded(parameters: dict, known: dict, inside: bool = False) -> dict:
    """Return custom `parameters` with `$Variable` replaced by its value in `known`.

    What is not known stays as it was written. With `inside`, `${Variable}` in a longer text counts
    as well.
    """

    def value_of(text):
        if not isinstance(text, str):
            return text
        if text[:1] == "$" and text[1:] in known:
            return known[text[1:]]
        if not inside:
            return text
        return _INSIDE.sub(lambda found: str(known.get(found[1], found[0])), text)

    return {name: value_of(text) for name, text in parameters.items()}
