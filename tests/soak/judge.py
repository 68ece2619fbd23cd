"""The invariants, judged from the sandbox's state and journal, not from what the modules say.

Each function raises `Broken` with the invariant's name. What each promise means: docs/reliability.md.
"""

from __future__ import annotations

import base64
import json
import re
import urllib.parse

from .d2l import TOKENS
from .kinds import Ground, Wanted

KINDS = (
    "auth", "forbidden", "not_found", "conflict", "invalid", "ambiguous", "rate_limited", "unavailable", "protocol",
)  # fmt: skip
DISTURBED = ("unavailable", "protocol", "rate_limited", "auth", "forbidden")
"""What a run may end with whose requests were disturbed."""
MEANWHILE = ("conflict", "ambiguous", "not_found", "invalid")
"""What a run may end with while another one changes the same objects."""
_STAMPS = ("updated_at", "updated_by")
_TRACES = ("Traceback", "MODULE FAILURE", "made a mistake", '"exception"')
_ASSUMED = "this prediction assumes that an earlier task creates it"
_READS = ("GET", "HEAD", "OPTIONS")


class Broken(AssertionError):
    """An invariant does not hold."""

    def __init__(self, invariant: str, evidence):
        """Name the invariant, and show what was found."""
        super().__init__(f"{invariant}: {evidence}")
        self.invariant = invariant


def writes(journal: list[dict]) -> list[tuple]:
    """Return the writing requests of a journal, those for tokens apart."""
    return [(one["method"], one["path"]) for one in journal if one["method"] not in _READS and one["path"] != TOKENS]


def no_foreign_touched(foreign: dict, now: dict) -> None:
    """What somebody else put there is exactly as it was."""
    for table, before in foreign.items():
        if not isinstance(before, dict):
            _same("no foreign object touched", table, before, now[table])
            continue
        for number, item in before.items():
            _same("no foreign object touched", f"{table} {number}", item, now[table].get(number))


def ours(ground: Ground, foreign: dict, now: dict) -> dict:
    """Return `{(kind, key): [(id, item), ...]}` of what is there and is not somebody else's."""
    own = {}
    for (kind, key), items in ground.alive(now).items():
        theirs = foreign[ground.kinds[kind].table]
        mine = [(number, item) for number, item in items if number not in theirs]
        if mine:
            own[kind, key] = mine
    return own


def nothing_strange(own: dict, known: set) -> None:
    """Nothing was made that nobody wished for."""
    strange = {one: items for one, items in own.items() if one not in known}
    if strange:
        raise Broken("nothing strange made", strange)


def twins(own: dict) -> dict:
    """Return what is there more than once."""
    return {one: items for one, items in own.items() if len(items) > 1}


def nothing_lost(ground: Ground, wanted: list[Wanted], before: dict, now: dict) -> None:
    """What was there and is not to go is there, under its id; and what nobody named is as it was."""
    for (kind, key), items in before.items():
        named = [one for one in wanted if (one.kind, one.key) == (kind, key)]
        goes = any(one.options is None for one in named) or any(ground.goes_along(one, kind, key) for one in wanted)
        if goes:
            continue
        options = {name for one in named for name in one.options}
        left = dict(now.get((kind, key), []))
        for number, item in items:
            if number not in left:
                raise Broken("nothing lost", f"{kind} {key} with id {number} is gone")
            free = ground.kinds[kind].may_change(options)
            for member, value in item.items():
                if member not in free:
                    _same("unnamed fields kept", f"{kind} {key} {member}", value, left[number].get(member))


def unnamed_options_kept(ground: Ground, wanted: list[Wanted], before: dict, now: dict, states: tuple) -> None:
    """What an option would say that nobody gave reads as before, wherever the platform keeps it."""
    for (kind, key), items in before.items():
        options = {name for one in wanted if (one.kind, one.key) == (kind, key) for name in one.options or {}}
        left = dict(now.get((kind, key), []))
        for number, item in items:
            for option, read in ground.kinds[kind].reads.items():
                if option not in options and number in left:
                    was, there = read(states[0], item), read(states[1], left[number])
                    _same("unnamed fields kept", f"{kind} {key} {option}", was, there)


def as_wished(ground: Ground, wanted: list[Wanted], own: dict, state: dict) -> None:
    """The state is what the wish says."""
    for one in wanted:
        items = own.get((one.kind, one.key), [])
        if one.options is None:
            if items:
                raise Broken("the clean run converges", f"{one.kind} {one.key} is still there")
            continue
        if len(items) != 1:
            raise Broken("the clean run converges", f"{one.kind} {one.key} is there {len(items)} times")
        reads = ground.kinds[one.kind].reads
        for option in set(reads) & set(one.options):
            held = reads[option](state, items[0][1])
            meant = ground.filled(state, one.key, option, one.options[option])
            _same("the clean run converges", f"{one.kind} {one.key} {option}", meant or None, held or None)


def visible(plain: dict) -> dict:
    """Return the state without the times of last changes."""
    if isinstance(plain, dict):
        return {name: visible(value) for name, value in plain.items() if name not in _STAMPS}
    return [visible(value) for value in plain] if isinstance(plain, list) else plain


def tells_the_truth(results: list[dict], before: dict, now: dict, *, alone: bool) -> None:
    """`changed` says whether something changed; a failure that does not know has lost an answer."""
    differs = visible(before) != visible(now)
    says = any(one.get("changed") for one in results)
    failed = bool(results) and bool(results[-1].get("failed"))
    if not alone:
        return
    if says and not differs:
        raise Broken("changed tells the truth", "a task says changed, and nothing is different")
    if differs and not says:
        kind = results[-1].get("failure", {}).get("kind") if failed else None
        if kind not in ("unavailable", "protocol", "rate_limited"):
            raise Broken("changed tells the truth", "something is different, and no task says changed")


def failures_explained(results: list[dict], allowed: tuple) -> str | None:
    """Return the kind of the failure at the end, if there is one; it is of an allowed kind, and a sentence."""
    failed = [one for one in results if one.get("failed")]
    for one in failed:
        kind = (one.get("failure") or {}).get("kind")
        if kind not in KINDS or not re.match(r"[A-Z].*[.…?]$", one["msg"], re.DOTALL) or "\n" in one["msg"]:
            raise Broken("failures explain themselves", one)
        if kind not in allowed:
            raise Broken("no failure without a cause", one)
    return failed[0]["failure"]["kind"] if failed else None


def no_trace(text: str) -> None:
    """No traceback and no crash of a module is to be seen."""
    found = [trace for trace in _TRACES if trace in text]
    if found:
        raise Broken("failures explain themselves", f"{found} in the output: {text[-1500:]}")


def no_secret(text: str, secrets) -> None:
    """No secret is to be seen, in any spelling."""
    for secret in {one for one in secrets if isinstance(one, str) and len(one) >= 6}:
        for spelling in _spellings(secret):
            if spelling in text:
                place = text.index(spelling)
                raise Broken("no secret shown", f"{secret!r} as {spelling!r} in ...{text[max(0, place - 200) :][:300]}")


def _spellings(secret: str) -> set[str]:
    raw = secret.encode()
    encoded = {base64.b64encode(raw).decode().rstrip("="), base64.urlsafe_b64encode(raw).decode().rstrip("=")}
    quoted = {urllib.parse.quote(secret, safe=""), urllib.parse.quote(secret), urllib.parse.quote_plus(secret)}
    return {secret, json.dumps(secret)[1:-1], *encoded, *quoted}


def no_quicklink_repeated(before: dict, now: dict, times: int) -> None:
    """A quicklink, which nobody could find again, is asked for once in a run."""
    made = len(now.get("quicklinks", ())) - len(before.get("quicklinks", ()))
    if made > times:
        raise Broken("no duplicate", f"{made} quicklinks in {times} runs")


def read_whole(disturbed: list[dict], undisturbed: list[dict]) -> None:
    """What was read while things went wrong is what there is to read, or else a failure."""
    for one, other in zip(disturbed, undisturbed, strict=False):
        if not one.get("failed") and one != other:
            raise Broken("nothing lost in reading", f"{one}, and then {other}")


def wrote_nothing(journal: list[dict], before: dict, now: dict, why: str) -> None:
    """Neither the journal nor the state shows a write."""
    if writes(journal):
        raise Broken(why, writes(journal))
    _same(why, "state", before, now)


def predicted(check: list[dict], real: list[dict]) -> None:
    """What check mode said is what the run did."""
    if len(check) != len(real):
        raise Broken("check mode predicts", f"{len(check)} results, and {len(real)} of the real run")
    for guess, done in zip(check, real, strict=True):
        if _ASSUMED in " ".join(guess.get("warnings", ())) and "developer_key_binding" in guess:
            continue  # what a key that is still to be made will be like, nobody can know
        if guess.get("changed") != done.get("changed"):
            raise Broken("check mode predicts", f"changed: {guess} and then {done}")
        for side in ("before", "after"):
            told, was = ((one.get("diff") or {}).get(side) or {} for one in (guess, done))
            if not _fits(told, was):
                raise Broken("check mode predicts", f"{side}: {told} and then {was}")


def _fits(told, was) -> bool:
    """Tell whether a prediction fits; what is known only after a creation fits anything."""
    if isinstance(told, dict) and isinstance(was, dict):
        return set(told) == set(was) and all(_fits(told[name], was[name]) for name in told)
    if isinstance(told, str) and ("(known after creation)" in told or "{lti:" in told):
        return True
    return told == was


def token_file_whole(file) -> bool:
    """Look at a token file; tell whether it says that a refresh is in doubt."""
    if not file.exists():
        return False
    text = file.read_text(encoding="utf-8")
    try:
        held = json.loads(text)
    except ValueError:
        held = None
    if not isinstance(held, dict) or not {"refresh_token", "access_token"} & set(held):
        raise Broken("no token file broken", f"it holds {len(text)} characters that are no tokens")
    if file.stat().st_mode & 0o777 != 0o600:
        raise Broken("no token file broken", f"its mode is {file.stat().st_mode & 0o777:o}")
    return bool(held.get("in_doubt_since"))


def _same(invariant: str, what: str, before, now) -> None:
    if before == now or (before in (None, "") and now in (None, "")):
        return
    if isinstance(before, dict) and isinstance(now, dict):
        names = [name for name in {*before, *now} if before.get(name) != now.get(name)]
        what, before, now = f"{what} {names}", [before.get(n) for n in names], [now.get(n) for n in names]
    raise Broken(invariant, f"{what}: {before!r}, and now {now!r}"[:3000])
