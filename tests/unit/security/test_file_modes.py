"""Files that we write: who may read them, and whose place they take."""

from __future__ import annotations

import json
import os
import re
import stat

import pytest
import yaml

from tests.unit.plugins.conftest import Runner
from tests.unit.plugins.handback_samples import CANVAS

from .planted import ROOT, TOKENS, planted

TOKEN = {"access_token": "granted-token-1", "refresh_token": "refresh-token-2", "expires_in": 3600}


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def hand_back(path, **more):
    run = Runner.at("http://127.0.0.1:1")
    run.connection = {}
    return run("lti_handback", path=str(path), format="json", platforms=[CANVAS], **more)


def log_in(script, file):
    script.answers = [(200, {}, json.dumps(TOKEN).encode())]
    run = Runner.at(script.url, oauth_client_id="app", oauth_client_secret="s", oauth_token_url=script.url + TOKENS)
    return run("d2l_access_token", oauth_token_file=str(file))


@pytest.fixture(params=[0o000, 0o022, 0o077], ids=oct)
def umask(request):
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def test_a_hand_back_is_as_the_umask_says_and_keeps_what_it_was(tmp_path, umask):
    path = tmp_path / "platforms.json"
    hand_back(path)
    assert mode(path) == 0o666 & ~umask

    path.chmod(0o640)
    hand_back(path, state="absent")
    assert mode(path) == 0o640


def test_a_hand_back_can_be_for_its_owner_only(tmp_path, umask):
    path = tmp_path / "platforms.json"
    hand_back(path, mode="0600")
    assert mode(path) == 0o600


def test_nobody_reads_tokens_while_they_are_written(script, tmp_path, umask, monkeypatch):
    (tmp_path / "token").write_text(planted("refresh_token"))
    seen = []
    replace = os.replace
    monkeypatch.setattr(os, "replace", lambda old, new: (seen.append(os.stat(old).st_mode & 0o777), replace(old, new)))

    assert "access_token" in log_in(script, tmp_path / "token")

    assert seen == [0o600]
    assert mode(tmp_path / "token") == 0o600


def test_a_link_that_somebody_laid_beside_the_file_is_not_written_through(script, tmp_path):
    """In a folder for all, with the names of files that are only there for a moment."""
    target = tmp_path / "theirs"
    target.write_text("theirs")
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in (".token.", ".token.tmp", "token.tmp", ".lti_handback.", "platforms.json.tmp"):
        (folder / name).symlink_to(target)
    (folder / "token").write_text(planted("refresh_token"))

    log_in(script, folder / "token")
    hand_back(folder / "platforms.json")

    assert target.read_text() == "theirs"


def test_a_lock_is_not_written_through_a_link(script, tmp_path):
    """Its name can be known before; what stands there must neither be emptied nor filled."""
    target = tmp_path / "theirs"
    target.write_text("theirs")
    (tmp_path / "token").write_text(planted("refresh_token"))
    (tmp_path / "token.lock").symlink_to(target)

    log_in(script, tmp_path / "token")

    assert target.read_text() == "theirs"


def test_a_lock_makes_no_file_where_a_link_points(script, tmp_path):
    (tmp_path / "token").write_text(planted("refresh_token"))
    (tmp_path / "token.lock").symlink_to(tmp_path / "elsewhere")

    result = log_in(script, tmp_path / "token")

    assert not (tmp_path / "elsewhere").exists()
    assert result["failure"]["kind"] == "invalid"
    assert script.seen == []


WRITING = {"ansible.builtin.copy", "ansible.builtin.template", "ansible.builtin.file"}


def tasks(tree):
    if isinstance(tree, dict):
        yield tree
        for value in tree.values():
            yield from tasks(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from tasks(value)


FILES = sorted([*ROOT.glob("roles/*/tasks/*.yml"), *ROOT.glob("playbooks/*.yml")])


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_roles_write_is_not_for_everybody(path):
    """Reports and exports tell who gets whose data. A hand-back's mode is the user's, see its documentation."""
    loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
    for task in tasks(loaded):
        for name in WRITING & set(task):
            given = task[name] if isinstance(task[name], dict) else {}
            if given.get("state") == "absent":
                continue
            assert re.search(r"mode", str(list(given))), task
            assert re.fullmatch(r"0[0-7][0-7]0", given["mode"]) or path.name == "handback.yml", (task["name"], given)


class _Loader(yaml.SafeLoader):
    """Takes Ansible's own tags for the texts behind them."""


_Loader.add_multi_constructor("!", lambda loader, suffix, node: None)
