"""The grammar of scopes (`docs/platforms/d2l.md`, section 4): `group:resource:permission[,permission...]`."""

from __future__ import annotations

from functools import lru_cache

Scope = tuple[str, str, str]


@lru_cache(maxsize=256)
def parsed(text: str) -> frozenset[Scope]:
    """Return the scopes in `text`, one permission each; what does not parse is left out."""
    found = set()
    for word in text.split():
        parts = word.split(":")
        permissions = parts[-1].split(",")
        if len(parts) == 3 and all(parts) and all(permissions):
            found |= {(parts[0], parts[1], permission) for permission in permissions}
    return frozenset(found)


@lru_cache(maxsize=4096)
def allows(text: str, needed: str) -> bool:
    """Tell whether the scopes in `text` open a route that needs one of those in `needed`."""
    return any(_covers(parsed(text), one) for one in parsed(needed))


def is_subset(requested: str, registered: str) -> bool:
    """Tell whether every scope `requested` is among those `registered`."""
    given = parsed(registered)
    return all(_covers(given, one) for one in parsed(requested))


def as_text(scopes: str) -> str:
    """Return `scopes` in the form of a token: one permission each, sorted, blanks between."""
    return " ".join(":".join(one) for one in sorted(parsed(scopes)))


def _covers(given: frozenset[Scope], needed: Scope) -> bool:
    return any(all(has in ("*", wanted) for has, wanted in zip(one, needed, strict=True)) for one in given)
