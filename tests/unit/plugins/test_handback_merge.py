"""Merging, over generated files and handbacks; and many runs that write into one file at once."""

from __future__ import annotations

import json
import multiprocessing
import os
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.edtech.lti.plugins.module_utils import _errors
from ansible_collections.edtech.lti.plugins.module_utils._handback import entries as _entries
from ansible_collections.edtech.lti.plugins.module_utils._handback import file as _file
from ansible_collections.edtech.lti.plugins.module_utils._handback.merge import merge
from ansible_collections.edtech.lti.plugins.module_utils._handback.task import FORMATS

from .handback_samples import CANVAS, Handback

FORK = multiprocessing.get_context("fork")
WISH = {"private_key_file": "private.key"}
ADDRESSES = ("authentication_endpoint", "token_url", "audience", "keyset_url")

words = st.text(alphabet="abcXYZ019-:äß大", min_size=1, max_size=8)
names = st.none() | st.text(min_size=1, max_size=12).filter(lambda text: text.isprintable())
urls = st.builds("https://{}.example.edu/{}".format, st.sampled_from("abc"), st.sampled_from(["", "jwks", "token"]))


@st.composite
def handbacks(draw):
    """A few platforms, of few issuers and clients, so that they meet; each client once."""
    identities = st.tuples(urls, st.sampled_from(["10000000000077", "8c3d-guid", "3"]))
    found = draw(st.lists(identities, max_size=4, unique=True))
    return [
        {
            "issuer": issuer,
            "client_id": client_id,
            **{name: draw(urls) for name in ADDRESSES},
            "name": draw(names),
            "deployment_ids": draw(st.lists(words, max_size=3)),
        }
        for issuer, client_id in found
    ]


def merged(form, held, platforms, **more):
    return merge(FORMATS[form](WISH), held, _entries.gathered(platforms), **more)


def told(entry):
    """What an entry says, without what a format makes up for it."""
    return {name: entry[name] for name in ("issuer", "client_id", *ADDRESSES, "deployment_ids")}


def identities(platforms):
    return {(platform["issuer"], platform["client_id"]) for platform in platforms}


@pytest.mark.parametrize("form", FORMATS)
class TestMerge:
    @settings(max_examples=60, deadline=None)
    @given(first=handbacks(), second=handbacks())
    def test_twice_is_once(self, form, first, second):
        held = merged(form, None, first).content
        once = merged(form, held, second)

        again = merged(form, once.content, second)

        assert not again.changes
        assert again.content == once.content
        assert list(map(told, again.entries)) == list(map(told, once.entries))
        assert once.changes == (held != once.content)

    @settings(max_examples=60, deadline=None)
    @given(first=handbacks(), second=handbacks(), purge=st.booleans())
    def test_others_stay_as_they_were(self, form, first, second, purge):
        others = [one for one in first if (one["issuer"], one["client_id"]) not in identities(second)]
        held = merged(form, None, first)
        before = merged(form, held.content, others).entries

        changed = merged(form, held.content, second, purge=purge, predicting=True)

        again = merged(form, changed.content, others)
        assert again.entries == before
        # PyLTI1p3's default is the one thing that is said about a client because of another one.
        assert not again.changes

    @settings(max_examples=60, deadline=None)
    @given(first=handbacks(), second=handbacks())
    def test_the_order_of_a_file_stays_and_new_ones_follow(self, form, first, second):
        held = merged(form, None, first).content
        text = (merged(form, held, second).content or b"").decode(FORMATS[form].encoding)
        document = FORMATS[form](WISH).parsed(text)
        places = [FORMATS[form](WISH).place(document, entry) for entry in _entries.gathered(first)]

        assert None not in places
        for entry in merged(form, held, second).entries:
            if FORMATS[form].deployments:
                known = [one["deployment_ids"] for one in first if identities([one]) == identities([entry])]
                old = list(dict.fromkeys(known[0])) if known else []
                assert entry["deployment_ids"][: len(old)] == old

    @settings(max_examples=60, deadline=None)
    @given(first=handbacks(), second=handbacks())
    def test_removing_leaves_what_was_not_removed(self, form, first, second):
        held = merged(form, None, [*first, *(one for one in second if identities([one]) - identities(first))]).content

        gone = merged(form, held, second, absent=True)

        assert not merged(form, gone.content, second, absent=True).changes
        left = [one for one in first if identities([one]) - identities(second)]
        assert not merged(form, gone.content, left).changes or not left

    @settings(max_examples=30, deadline=None)
    @given(first=handbacks(), second=handbacks())
    def test_two_runs_in_either_order_hold_the_same_clients(self, form, first, second):
        later = [one for one in second if identities([one]) - identities(first)]
        one = merged(form, merged(form, None, first).content, later).content
        other = merged(form, merged(form, None, later).content, first).content

        for platforms in (first, later):
            assert list(map(told, merged(form, one, platforms).entries)) == list(
                map(told, merged(form, other, platforms).entries)
            )


def _hand_back(folder, form, number, count):
    run = Handback(folder, form)
    for own in range(count):
        result = run({**CANVAS, "client_id": f"{number}000{own}", "deployment_ids": [f"{number}:{own}"]})
        assert result["changed"], result


@pytest.mark.parametrize("form", ["pylti1p3", "spring", "markdown"])
def test_many_processes_write_into_one_file_and_nothing_is_lost(tmp_path, form):
    processes = [FORK.Process(target=_hand_back, args=(tmp_path, form, number, 5)) for number in range(1, 7)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)

    assert [process.exitcode for process in processes] == [0] * 6
    mine = {**CANVAS, "deployment_ids": []}
    everybody = [{**mine, "client_id": f"{number}000{own}"} for number in range(1, 7) for own in range(5)]
    result = Handback(tmp_path, form)(*everybody)
    assert not result["changed"]
    if form == "pylti1p3":
        ids = [entry["deployment_ids"] for entry in result["entries"]]
        assert ids == [[f"{number}:{own}"] for number in range(1, 7) for own in range(5)]
    assert os.listdir(tmp_path) == [f"platforms.{form}"]


def test_threads_add_their_deployments_to_one_entry(tmp_path):
    run = Handback(tmp_path, "json")
    threads = [threading.Thread(target=run, args=({**CANVAS, "deployment_ids": [str(one)]},)) for one in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    (item,) = run.data()
    assert sorted(item["deployment_ids"], key=int) == [str(one) for one in range(12)]


def test_whoever_waits_too_long_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(_file, "LOCK_PATIENCE", 0.05)
    run = Handback(tmp_path)
    with _file.SharedFile(str(run.path)).locked():
        result = run(CANVAS)

    assert (result["failure"]["kind"], "another run holds" in result["msg"]) == ("unavailable", True)
    assert run(CANVAS)["changed"]


def test_a_file_that_cannot_be_replaced_stays_whole(tmp_path, monkeypatch):
    run = Handback(tmp_path)
    run(CANVAS)
    before = run.text()

    def refused(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(_file.os, "fsync", refused)
    result = run({**CANVAS, "deployment_ids": ["new"]})

    assert "cannot be written: No space left on device" in result["msg"]
    assert run.text() == before
    assert os.listdir(tmp_path) == [run.path.name]


def test_a_second_run_needs_no_right_to_write(tmp_path, monkeypatch):
    run = Handback(tmp_path)
    run(CANVAS)

    def refused(*_arguments):
        raise _errors.InvalidError("no lock here")

    monkeypatch.setattr(_file.SharedFile, "locked", refused)

    assert not run(CANVAS)["changed"]


def test_what_others_wrote_meanwhile_is_not_lost(tmp_path, monkeypatch):
    """Between the first look and the lock somebody else writes."""
    run, other = Handback(tmp_path, "json"), Handback(tmp_path, "json")
    locked = _file.SharedFile.locked

    def later(self):
        monkeypatch.setattr(_file.SharedFile, "locked", locked)
        other({**CANVAS, "client_id": "1"})
        return locked(self)

    monkeypatch.setattr(_file.SharedFile, "locked", later)
    result = run(CANVAS)

    assert [item["client_id"] for item in run.data()] == ["1", CANVAS["client_id"]]
    assert json.loads(result["diff"]["before"])[0]["client_id"] == "1"
