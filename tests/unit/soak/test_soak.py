"""A short slice of the soak, and that its judge finds what is wrong. The whole: make soak."""

from __future__ import annotations

import base64

import pytest

from tests.sandbox.testing import Sandbox
from tests.soak import judge
from tests.soak.judge import Broken
from tests.soak.kinds import Wanted
from tests.soak.plans import GROUNDS, plan_of
from tests.soak.runs import Bench

SEEDS = (1, 2, 3, 4, 5, 6, 7, 8)


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    with Sandbox() as sandbox:
        yield Bench(sandbox, tmp_path_factory.mktemp("soak"))


@pytest.mark.parametrize("seed", SEEDS)
def test_every_invariant_holds(bench, seed):
    bench.run(seed)

    assert bench.figures["convergences"]


def test_a_seed_says_everything_that_is_planned():
    assert plan_of(7)[0].told() == plan_of(7)[0].told()
    assert plan_of(7)[0].told() != plan_of(8)[0].told()


EXAM = GROUNDS["exam"]
KEY = ("exam", ("Own exam", "1"))
CREATE = {"method": "POST", "path": "/api/v3/exams"}


def held(**changes):
    """The exam platform with one exam of ours, in the judge's reading."""
    exam = {"id": 1, "name": "Own exam", "institute_id": 1, "status": "open", "duration_minutes": 60, **changes}
    empty = {"tool_providers": {}, "lti_resources": {}, "documents": {}}
    return {"exams": {"1": {"upload_answers": False, **exam}}, **empty}


def own(state):
    return judge.ours(EXAM, {kind.table: {} for kind in EXAM.kinds.values()}, state)


WANTED = [Wanted("exam", ("Own exam", "1"), {"name": "Own exam", "duration_minutes": 60})]


def test_the_judge_accepts_what_is_as_wished():
    judge.as_wished(EXAM, WANTED, own(held()), held())
    judge.nothing_lost(EXAM, WANTED, own(held()), own(held(duration_minutes=30, status="draft")))
    judge.tells_the_truth([{"changed": False}], held(), held(), alone=True)


WRONG = {
    "another value": lambda: judge.as_wished(EXAM, WANTED, own(held(duration_minutes=30)), held()),
    "not made": lambda: judge.as_wished(EXAM, WANTED, {}, held()),
    "lost": lambda: judge.nothing_lost(EXAM, WANTED, own(held()), {}),
    "an unnamed field": lambda: judge.nothing_lost(EXAM, WANTED, own(held()), own(held(upload_answers=True))),
    "a foreign object": lambda: judge.no_foreign_touched(held(), held(name="own exam")),
    "something strange": lambda: judge.nothing_strange(own(held(name="Other")), {KEY}),
    "a write": lambda: judge.wrote_nothing([CREATE], {}, {}, "check mode writes nothing"),
    "said too much": lambda: judge.tells_the_truth([{"changed": True}], held(), held(), alone=True),
    "said too little": lambda: judge.tells_the_truth([{"changed": False}], held(), held(name="x"), alone=True),
    "a wrong prediction": lambda: judge.predicted([{"changed": True}], [{"changed": False}]),
    "no sentence": lambda: judge.failures_explained([{"failed": True, "msg": "no"}], judge.KINDS),
    "a traceback": lambda: judge.no_trace("Traceback (most recent call last)"),
    "a second quicklink": lambda: judge.no_quicklink_repeated({}, {"quicklinks": {"1": {}, "2": {}}}, 1),
    "half a list": lambda: judge.read_whole([{"exams": []}], [{"exams": [1]}]),
}


@pytest.mark.parametrize("look", WRONG.values(), ids=WRONG)
def test_the_judge_finds_what_is_wrong(look):
    with pytest.raises(Broken):
        look()


SECRET = "plain é&Q7"


@pytest.mark.parametrize(
    "shown",
    [SECRET, "plain%20%C3%A9%26Q7", "plain+%C3%A9%26Q7", base64.b64encode(SECRET.encode()).decode()],
)
def test_the_judge_knows_a_secret_in_every_spelling(shown):
    with pytest.raises(Broken, match="no secret shown"):
        judge.no_secret(f"before {shown} after", [SECRET])


def test_a_token_file_that_is_cut_off_is_broken(tmp_path):
    file = tmp_path / "tokens.json"
    file.write_text('{"refresh_tok')

    with pytest.raises(Broken, match="no token file broken"):
        judge.token_file_whole(file)
