"""The file that facts are handed back in: its owner, its lock, its folder, and what is no file."""

from __future__ import annotations

import fcntl
import json
import os
import pathlib
import shutil
import socket
import stat
import tempfile
import threading

import pytest

from ansible_collections.edtech.lti.plugins.module_utils import _errors
from ansible_collections.edtech.lti.plugins.module_utils._handback import file as _file

from .handback_samples import CANVAS, OTHER_CLIENT, Handback

RUNNER, SHARED, STRANGER = 1501, 1500, 1600
"""Numbers of users and groups that need not exist."""
only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


@pytest.fixture
def run(tmp_path):
    return Handback(tmp_path, "json")


@pytest.fixture
def folder():
    """A folder that other users get at as well, unlike those of pytest."""
    found = pathlib.Path(tempfile.mkdtemp())
    found.chmod(0o777)
    yield found
    shutil.rmtree(found)


def somebody(run, *platforms, groups=(), **options):
    """What the module returns to another user, who runs it in a process of their own."""
    run(CANVAS, check=True)  # so that all code is loaded while we may read it
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups(list(groups))
            os.setgid(RUNNER)
            os.setuid(RUNNER)
            os.write(writing, json.dumps(run(*platforms, **options)).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as file:
        text = file.read()
    os.waitpid(child, 0)
    return json.loads(text)


def owner(path):
    found = path.stat()
    return found.st_uid, found.st_gid, oct(stat.S_IMODE(found.st_mode))


@only_root
def test_the_group_of_a_shared_file_stays_where_its_owner_cannot(folder):
    run = Handback(folder, "json")
    run.hold("[]")
    os.chown(run.path, 0, SHARED)
    run.path.chmod(0o640 | 0o020)

    dry = somebody(run, CANVAS, groups=[SHARED], check=True)
    real = somebody(run, CANVAS, groups=[SHARED])

    assert owner(run.path) == (RUNNER, SHARED, "0o660")
    assert dry == real
    assert real["warnings"] == [
        f"{run.path} belongs to user {RUNNER} now, and no longer to 0: only root can keep that."
    ]
    assert "warnings" not in somebody(run, OTHER_CLIENT, groups=[SHARED])


@only_root
def test_a_group_that_cannot_stay_is_named_and_ours_gets_no_more_rights_for_it(folder):
    run = Handback(folder, "json")
    run.hold("[]")
    os.chown(run.path, RUNNER, SHARED)
    run.path.chmod(0o640)

    dry = somebody(run, CANVAS, check=True)
    real = somebody(run, CANVAS)

    assert owner(run.path) == (RUNNER, RUNNER, "0o600")
    assert dry == real
    assert f"{run.path} belongs to group {RUNNER} now, and no longer to {SHARED}" in real["warnings"][0]


def test_the_group_is_kept_on_its_own(run, monkeypatch):
    run(CANVAS)
    asked = []

    def chown(_path, uid, gid):
        asked.append((uid, gid))
        if uid != -1:
            raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(_file.os, "chown", chown)
    run(OTHER_CLIENT)

    assert (-1, run.path.stat().st_gid) in asked


@only_root
def test_a_lock_file_that_somebody_left_bars_nobody(folder):
    run = Handback(folder, "json")
    left = folder / ".platforms.json.lock"
    left.touch(0o600)
    os.chown(left, STRANGER, STRANGER)

    assert somebody(run, CANVAS)["changed"]


@only_root
def test_users_wait_for_each_other(folder):
    run = Handback(folder, "json")
    holding, go_on = threading.Event(), threading.Event()

    def hold():
        with _file.SharedFile(str(run.path)).locked():
            holding.set()
            go_on.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    assert holding.wait(10)
    threading.Timer(0.3, go_on.set).start()
    result = somebody(run, CANVAS)
    holder.join()

    assert result["changed"], result


def test_a_lock_dies_with_its_process(run, tmp_path):
    child = os.fork()
    if child == 0:
        number = _file.SharedFile(str(run.path))._lock()
        os._exit(0 if number else 1)
    os.waitpid(child, 0)

    assert run(CANVAS)["changed"]
    assert os.listdir(tmp_path) == [run.path.name]


def test_whoever_waits_too_long_learns_what_to_look_for(run, tmp_path, monkeypatch):
    monkeypatch.setattr(_file, "LOCK_PATIENCE", 0.05)
    number = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(number, fcntl.LOCK_EX)
    try:
        result = run(CANVAS)
    finally:
        os.close(number)

    assert result["failure"]["kind"] == "unavailable"
    assert f"another run holds the lock on {tmp_path}" in result["msg"]
    assert "ends with the run that holds it" in result["failure"]["hint"]


@only_root
def test_permissions_alone_need_no_right_to_write_in_the_folder(folder):
    run = Handback(folder, "json")
    run(CANVAS)
    os.chown(run.path, RUNNER, RUNNER)
    folder.chmod(0o755)

    result = somebody(run, CANVAS, mode="0600")

    assert result["changed"], result
    assert owner(run.path) == (RUNNER, RUNNER, "0o600")
    dry = somebody(run, OTHER_CLIENT, check=True)
    real = somebody(run, OTHER_CLIENT)
    assert dry["changed"]
    assert f"{folder} is not writable" in dry["warnings"][0]
    assert f"{run.path} cannot be written: Permission denied" in real["msg"]
    assert "writable" in real["failure"]["hint"]


@only_root
def test_check_mode_says_when_permissions_are_not_ours_to_change(folder):
    run = Handback(folder, "json")
    run(CANVAS, mode="0644")

    assert "is not ours" in somebody(run, CANVAS, mode="0600", check=True)["warnings"][0]
    assert "cannot be changed: Operation not permitted" in somebody(run, CANVAS, mode="0600")["msg"]


def test_a_long_name_is_as_good_as_a_short_one(run, tmp_path):
    run.path = tmp_path / ("x" * 250)

    assert run(CANVAS, check=True)["changed"]
    assert run(CANVAS)["changed"]
    assert os.listdir(tmp_path) == ["x" * 250]


@pytest.mark.parametrize("check", [True, False])
def test_a_name_that_is_too_long_is_refused_in_check_mode_as_well(run, tmp_path, check):
    run.path = tmp_path / ("x" * 256)

    assert "File name too long" in run(CANVAS, check=check)["msg"]


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    ("make", "what"),
    [
        (os.mkfifo, "a named pipe"),
        (lambda path: socket.socket(socket.AF_UNIX).bind(str(path)), "a socket"),
        (lambda path: path.mkdir(), "a folder"),
    ],
)
def test_what_is_no_file_is_refused_at_once(run, make, what, check, monkeypatch):
    monkeypatch.chdir(run.path.parent)  # the address of a socket must be short
    make(pathlib.Path(run.path.name))
    outcome = []
    thread = threading.Thread(target=lambda: outcome.append(run(CANVAS, check=check)), daemon=True)
    thread.start()
    thread.join(5)

    assert outcome, "it hangs"
    assert outcome[0]["failure"]["kind"] == "invalid"
    assert f"is {what}, and no file" in outcome[0]["msg"]


def test_a_device_is_no_file():
    """Only looked at: whoever replaces a device takes it from everybody."""
    with pytest.raises(_errors.InvalidError, match="/dev/null is a device, and no file"):
        _file.SharedFile("/dev/null").held()
