"""The file that keeps a refresh token which works once: the chain survives whatever happens."""

from __future__ import annotations

import concurrent.futures
import contextlib
import errno
import fcntl
import itertools
import json
import multiprocessing
import os
import resource
import signal
import socket
import stat
import tempfile
import threading
import time

import pytest

from ansible_collections.edtech.lti.plugins.module_utils import _errors, _oauth2, _token_file
from ansible_collections.edtech.lti.plugins.module_utils._token_file import TokenFile

from .conftest import Runner
from .scripted_d2l import APP, REGISTRATIONS, TOKEN

FORK = multiprocessing.get_context("fork")
LIST = "d2l_lti_registration_info"


@pytest.fixture
def path(tmp_path):
    """A token file as somebody makes it who has just logged in in a browser."""
    path = tmp_path / "token"
    path.write_text("refresh-token-0")
    path.chmod(0o600)
    return path


@pytest.fixture
def run(server, path):
    """Runs modules that log in with that file."""
    return server.renewing(path)


@pytest.fixture
def by_file(sandbox, path):
    """Runs modules on the sandbox that log in with a token file."""
    app = sandbox.credentials["d2l"]["oauth_app"]
    path.write_text(app["refresh_token"])
    run = Runner(sandbox, "d2l")
    del run.connection["access_token"]
    run.connection.update(
        oauth_client_id=app["client_id"],
        oauth_client_secret=app["client_secret"],
        oauth_token_file=str(path),
        oauth_token_url=sandbox.base_url + TOKEN,
        retries=2,
    )
    return run


def held(path):
    return json.loads(path.read_text())


def refused_on_disk(*_arguments, **_more):
    raise OSError(errno.ENOSPC, "No space left on device")


def new_process(run, *tasks, **more):
    """Results of tasks in a process that knows no token yet."""
    _oauth2._kept.clear()
    return [run(task, **more) for task in tasks or (LIST,)]


def test_the_next_refresh_token_is_on_disk_before_the_access_token_is_used(server, run, path):
    seen = []
    server.answers[REGISTRATIONS] = lambda: seen.append(held(path))

    assert run(LIST)["registrations"] == []

    assert seen[0]["refresh_token"] == "refresh-token-1"
    assert server.bearers == ["access-token-1"]
    assert [form["refresh_token"] for form in server.asked] == ["refresh-token-0"]


def test_a_request_for_a_token_says_what_the_platform_wants(server, run):
    run(LIST, oauth_scope="a:b:c")

    (request,) = [one for one in server.seen if one[1] == TOKEN]
    assert request[2]["Content-Type"] == "application/x-www-form-urlencoded"
    assert server.asked == [
        {
            "grant_type": "refresh_token",
            "refresh_token": "refresh-token-0",
            "client_id": APP["oauth_client_id"],
            "client_secret": APP["oauth_client_secret"],
            "scope": "a:b:c",
        }
    ]


def test_a_chain_lasts_from_process_to_process_and_a_token_for_its_life(server, run, path):
    for _process in range(3):
        assert new_process(run)[0]["registrations"] == []
    assert len(server.asked) == 1

    server.life = 1
    path.write_text(json.dumps({**held(path), "expires_at": 0}))
    for _process in range(3):
        new_process(run)
        path.write_text(json.dumps({**held(path), "expires_at": 0}))
    assert [form["refresh_token"] for form in server.asked] == [f"refresh-token-{number}" for number in range(4)]


def test_a_chain_lasts_on_the_sandbox(by_file, path):
    by_file.sandbox.switches({"d2l.token_life": 1, "d2l.refresh_reuse_revokes": True})
    for _process in range(3):
        assert new_process(by_file)[0]["registrations"] == []
        path.write_text(json.dumps({**held(path), "expires_at": 0}))

    assert len([entry for entry in by_file.sandbox.requests() if entry["path"] == TOKEN]) == 3


def test_a_server_that_does_not_rotate_is_fine(server, run, path):
    server.rotates = False

    assert new_process(run, "d2l_access_token")[0]["rotated"] is False
    assert held(path)["refresh_token"] == "refresh-token-0"


def test_login_module_says_that_it_rotated(run):
    first, again = new_process(run, "d2l_access_token", "d2l_access_token")[0], new_process(run, "d2l_access_token")[0]

    assert (first["rotated"], again["rotated"]) == (True, False)
    assert first["access_token"] == again["access_token"] == "access-token-1"


def test_check_mode_warns_that_it_rotated_and_only_then(run, path):
    rotated, later = (run(LIST, check=True) for _each in range(2))

    assert [str(path) in warning and "replaced" in warning for warning in rotated["warnings"]] == [True]
    assert "warnings" not in later
    assert held(path)["refresh_token"] == "refresh-token-1"


def test_a_run_for_real_does_not_warn(run):
    assert "warnings" not in run(LIST)


def test_a_token_that_the_server_has_ended_is_renewed_once(server, run, path):
    def told():
        challenge = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
        return (401, challenge, b"") if server.bearers[-1] != "access-token-2" else None

    server.answers[REGISTRATIONS] = told

    assert run(LIST)["registrations"] == []
    assert held(path)["refresh_token"] == "refresh-token-2"
    assert len(server.asked) == 2


def test_a_server_that_takes_no_token_costs_two_refreshes_and_no_more(server, run):
    server.answers[REGISTRATIONS] = (401, {"WWW-Authenticate": "Bearer"}, b"")

    assert run(LIST)["failure"]["kind"] == "auth"
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    "text",
    [
        "refresh-token-0",
        "refresh-token-0\n",
        "  refresh-token-0\r\n",
        '"refresh-token-0"',
        "\ufeffrefresh-token-0",
        '{"refresh_token": "refresh-token-0"}',
        '\ufeff{"refresh_token":"refresh-token-0"}',
        '{"refresh_token": "refresh-token-0", "note": "mine", "since": [2026], "client_id": "the-app"}',
        '{"access_token": "a", "token_type": "Bearer", "expires_in": 3600, "refresh_token": "refresh-token-0"}',
        '{"refresh_token": "refresh-token-0", "access_token": "old", "expires_at": 1}',
        '{"refresh_token": "refresh-token-0", "access_token": null, "expires_at": null}',
        '{"refresh_token": "refresh-token-0", "access_token": "old", "expires_at": "2030-01-01"}',
        '{"refresh_token": "refresh-token-0", "access_token": "old", "expires_at": NaN}',
    ],
)
def test_a_refresh_token_is_taken_as_people_write_it(server, run, path, text):
    path.write_text(text)

    assert run(LIST).get("registrations") == []
    assert [form["refresh_token"] for form in server.asked] == ["refresh-token-0"]
    assert held(path)["refresh_token"] == "refresh-token-1"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "holds no refresh token"),
        (None, "holds no refresh token"),
        ("{}", "holds no refresh token"),
        ('{"refresh_token": ""}', "holds no refresh token"),
        ('{"refresh_token": 7}', "holds no refresh token"),
        ('{"access_token": "a", "expires_at": 1}', "holds no refresh token"),
        ('{"refresh_token": "refresh-token-0"', "neither JSON nor a refresh token"),
        ('{"refresh_token":"refresh-token-0",}', "neither JSON nor a refresh token"),
        ("[1, 2]", "neither JSON nor a refresh token"),
        ("refresh_token: refresh-token-0", "neither JSON nor a refresh token"),
        ("refresh-token-0\nrefresh-token-1", "neither JSON nor a refresh token"),
        ('{"refresh_token": "refresh-token-0", "client_id": "another"}', "belongs to another application (another)"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_and_left_alone(server, run, path, text, says):
    path.unlink() if text is None else path.write_text(text)

    result = run(LIST)

    assert says in result["msg"]
    assert str(path) in result["msg"]
    assert result["failure"]["kind"] == "invalid"
    assert "refresh-token-0" not in run.shown[-1]
    assert server.seen == [] or server.asked == []
    assert (path.read_text() if path.exists() else None) == text


@pytest.mark.parametrize("odd", [{"expires_in": "3600"}, {"expires_in": []}, {"scope": 7}, {"client_id": None}])
def test_an_odd_member_is_no_crash(run, path, odd):
    path.write_text(
        json.dumps({"refresh_token": "refresh-token-0", "access_token": "a", "expires_at": time.time() + 999, **odd})
    )

    assert "mistake" not in str(run(LIST).get("msg"))


def test_a_file_that_is_no_text_is_refused(run, path):
    path.write_bytes(b"\xff\xfe\x00r")

    assert f"oauth_token_file {path} cannot be read" in run(LIST)["msg"]


def test_a_folder_in_place_of_the_file_is_refused(run, path):
    path.unlink()
    path.mkdir()

    assert "cannot be read" in run(LIST)["msg"]


@pytest.mark.parametrize("mode", [0o644, 0o666, 0o600, 0o400])
def test_the_file_is_for_its_owner_only_whatever_it_was(run, path, mode):
    path.chmod(mode)

    run(LIST)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE((path.parent / "token.lock").stat().st_mode) == 0o600


def test_a_generous_umask_changes_nothing(run, path):
    old = os.umask(0)
    try:
        run(LIST)
    finally:
        os.umask(old)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE((path.parent / "token.lock").stat().st_mode) == 0o600


def test_the_target_of_a_link_is_replaced_and_the_link_stays(run, path, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "elsewhere" / "link"
    link.symlink_to("../token")

    run(LIST, oauth_token_file=str(link))

    assert link.is_symlink()
    assert held(path)["refresh_token"] == "refresh-token-1"


def test_two_ways_to_one_file_share_its_lock(path, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(path)

    assert TokenFile(str(link), str).path == TokenFile(str(path), str).path


def test_nothing_is_left_beside_the_file(run, path):
    run(LIST)

    assert sorted(one.name for one in path.parent.iterdir()) == ["token", "token.lock"]


def test_a_folder_that_is_not_there_is_said_before_anything_is_sent(server, run, path):
    result = run(LIST, oauth_token_file=str(path.parent / "nowhere" / "token"))

    assert "oauth_token_file" in result["msg"]
    assert "folder must exist" in result["msg"]
    assert server.asked == []


@pytest.mark.parametrize(
    ("module", "name", "number"),
    [
        (os, "open", errno.EACCES),
        (os, "open", errno.EROFS),
        (fcntl, "flock", errno.ENOLCK),
        (tempfile, "mkstemp", errno.EACCES),
        (tempfile, "mkstemp", errno.EROFS),
        (tempfile, "mkstemp", errno.ENOSPC),
        (os, "fsync", errno.ENOSPC),
        (os, "fsync", errno.EIO),
        (os, "fsync", errno.EDQUOT),
    ],
)
def test_a_file_that_cannot_be_written_is_found_out_before_the_refresh_token_is_used(
    server, run, path, monkeypatch, module, name, number
):
    real = getattr(module, name)

    def fails(first=None, *more, **named):
        ours = name != "open" or str(first).startswith(str(path))
        if ours:
            raise OSError(number, os.strerror(number))
        return real(first, *more, **named)

    run(LIST, access_token="warm-up-of-imports")
    monkeypatch.setattr(module, name, fails)
    result = run(LIST)
    monkeypatch.undo()

    assert os.strerror(number) in result["msg"]
    assert f"oauth_token_file {path}" in result["msg"]
    assert server.asked == []
    assert path.read_text() == "refresh-token-0"
    assert new_process(run)[0]["registrations"] == []


def test_a_full_disk_is_found_out_before_the_refresh_token_is_used(server, run, path):
    """A limit of the kernel, so that real writes fail in their real places."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        result = run(LIST)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert os.strerror(errno.EFBIG) in result["msg"]
    assert f"oauth_token_file {path}" in result["msg"]
    assert server.asked == []
    assert path.read_text() == "refresh-token-0"
    assert [one.name for one in path.parent.iterdir() if one.name.startswith(".")] == []


def test_a_replacement_that_fails_in_the_end_is_an_error_that_names_the_file(server, run, path, monkeypatch):
    monkeypatch.setattr(os, "replace", refused_on_disk)

    result = run(LIST)

    assert "cannot be written: No space left on device" in result["msg"]
    assert server.bearers == []
    assert path.read_text() == "refresh-token-0"
    assert [one.name for one in path.parent.iterdir() if one.name.startswith(".")] == []


def test_a_folder_that_cannot_be_synced_undoes_nothing(run, path, monkeypatch):
    """Network file systems refuse it; the file is in its place by then, and that is what counts."""
    real = os.fsync

    def fsync(number):
        if stat.S_ISDIR(os.fstat(number).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")
        real(number)

    monkeypatch.setattr(os, "fsync", fsync)

    assert run(LIST).get("registrations") == []
    assert held(path)["refresh_token"] == "refresh-token-1"


def test_the_file_is_whole_at_every_moment(run, server, path):
    """Somebody who reads without the lock sees the old content or the new one."""
    seen, stop = set(), threading.Event()

    def look():
        while not stop.is_set():
            seen.add(path.read_text())

    watcher = threading.Thread(target=look)
    watcher.start()
    server.life = 0.001
    for _process in range(10):
        new_process(run)
    stop.set()
    watcher.join()

    for text in seen - {"refresh-token-0"}:
        assert json.loads(text)["refresh_token"].startswith("refresh-token-")


@pytest.mark.parametrize("kind", ["drop_after", "drop_before", "truncate", "html", "502", "503"])
def test_a_lost_answer_is_asked_for_once_and_marked(by_file, path, kind):
    by_file.sandbox.faults({"platform": "d2l", "path": TOKEN, "kind": kind})

    lost = by_file(LIST)
    asked = len(by_file.sandbox.requests())
    again = new_process(by_file)[0]

    assert "may be used up" in lost["msg"]
    assert "Log in again" in lost["msg"]
    assert "in_doubt_since" in again["msg"]
    assert again["failure"]["kind"] == "auth"
    assert held(path)["in_doubt_since"] in again["msg"]
    assert len(by_file.sandbox.requests()) == asked
    assert [entry["path"] for entry in by_file.sandbox.requests()].count(TOKEN) == 1


@pytest.mark.parametrize("told", [{}, [], None, {"access_token": ""}, {"token_type": "Bearer"}, b"", b"<h1>Hi</h1>"])
def test_a_good_answer_without_a_token_leaves_a_doubt(server, run, path, told):
    server.answers[TOKEN] = (200, {}, told)

    result = run(LIST)

    assert "may be used up" in result["msg"]
    assert held(path)["in_doubt_since"]
    assert held(path)["refresh_token"] == "refresh-token-0"
    assert len(server.asked) == 1


def test_a_doubt_tells_nothing_of_the_token_beside_what_the_file_held_before(server, run, path):
    """The mark by which the doubted token is known again is no second copy of it."""
    server.answers[TOKEN] = (502, {}, b"")

    run(LIST)

    assert path.read_text().count("refresh-token-0") == 1


def test_a_doubt_in_the_middle_of_a_write_ends_the_task_at_once(server, run, path):
    server.answers[REGISTRATIONS] = lambda: (
        (401, {"WWW-Authenticate": "Bearer"}, b"") if server.seen[-1][0] == "POST" else None
    )
    grants = itertools.count()
    server.answers[TOKEN] = lambda: (502, {}, b"") if next(grants) else None
    tool = {"redirect_urls": ["https://t.example/l"], "oidc_login_url": "https://t.example/in"}

    result = run("d2l_lti_registration", name="T", domain="t.example", **tool)

    assert "may be used up" in result["msg"]
    assert not result["changed"]
    assert [form["refresh_token"] for form in server.asked] == ["refresh-token-0", "refresh-token-1"]
    assert sum(request[:2] == ("POST", REGISTRATIONS) for request in server.seen) == 1
    assert held(path)["refresh_token"] == "refresh-token-1"
    assert held(path)["in_doubt_since"]


def test_a_doubt_of_an_older_token_is_over(server, run, path):
    """Somebody logged in again with another tool, which wrote the same file anew and kept what it did not know."""
    in_doubt(server, run)
    path.write_text(json.dumps({**held(path), "refresh_token": "fresh-0"}))
    new_process(run)
    path.write_text(json.dumps({**held(path), "expires_at": 0}))

    assert new_process(run)[0].get("registrations") == []
    assert "in_doubt_since" not in held(path)


def test_a_late_answer_leaves_a_doubt(server, run, path):
    server.answers[TOKEN] = lambda: time.sleep(1)

    result = run(LIST, timeout=0.4)

    assert "no answer within" in result["msg"]
    assert held(path)["in_doubt_since"]
    assert len(server.asked) == 1


def test_a_doubt_keeps_what_else_is_in_the_file(server, run, path):
    path.write_text('{"refresh_token": "refresh-token-0", "note": "mine"}')
    server.answers[TOKEN] = (502, {}, b"")

    run(LIST)

    assert held(path)["note"] == "mine"


def in_doubt(server, run):
    """Lose an answer of the token endpoint."""
    server.answers[TOKEN] = (502, {}, b"")
    assert "may be used up" in run(LIST)["msg"]
    del server.answers[TOKEN]
    server.seen.clear()


def test_a_doubt_ends_when_its_mark_is_removed(server, run, path):
    in_doubt(server, run)
    path.write_text(json.dumps({name: value for name, value in held(path).items() if name != "in_doubt_since"}))

    assert new_process(run)[0]["registrations"] == []
    assert [form["refresh_token"] for form in server.asked] == ["refresh-token-0"]
    assert "in_doubt_since" not in held(path)


@pytest.mark.parametrize("whole", [True, False], ids=["the file", "the member"])
def test_a_doubt_ends_when_a_new_refresh_token_is_put_in(server, run, path, whole):
    """Documented in both pages: a new token *or* the removal of the mark."""
    in_doubt(server, run)
    path.write_text("fresh-0" if whole else json.dumps({**held(path), "refresh_token": "fresh-0"}))

    assert new_process(run)[0].get("registrations") == []
    assert [form["refresh_token"] for form in server.asked] == ["fresh-0"]


def test_a_doubt_does_not_keep_from_using_an_access_token_that_is_good(server, run, path):
    run(LIST)
    path.write_text(json.dumps({**held(path), "in_doubt_since": "2026-01-01T00:00:00Z"}))

    assert new_process(run)[0]["registrations"] == []
    assert len(server.asked) == 1


def test_a_refused_refresh_token_says_what_to_do(by_file, path):
    path.write_text("never-given")

    result = by_file(LIST)

    assert result["failure"]["kind"] == "auth"
    assert "invalid_grant" in result["msg"]
    assert "log in again in a browser" in result["failure"]["hint"]
    assert path.read_text() == "never-given"
    assert len(by_file.sandbox.requests()) == 1


@pytest.mark.parametrize(
    ("change", "word", "hint"),
    [
        ({"oauth_client_secret": "wr0ng-secret"}, "invalid_client", "secret"),
        ({"oauth_client_id": "d2l-demo-client"}, "unauthorized_client", "not registered for this grant"),
        ({"oauth_scope": "users:everything:write"}, "invalid_scope", "oauth_scope"),
    ],
)
def test_a_refusal_costs_nothing_and_says_what_to_look_at(by_file, path, change, word, hint):
    result = by_file(LIST, **change)

    assert word in result["msg"]
    assert hint in result["failure"]["hint"]
    assert "wr0ng" not in by_file.shown[-1]
    assert path.read_text() == "d2l-demo-refresh-token"
    assert by_file(LIST)["registrations"] == []


def test_a_connection_that_was_never_made_leaves_no_doubt(run, path):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}{TOKEN}"
        result = run(LIST, oauth_token_url=address)

    assert result["failure"]["kind"] == "unavailable"
    assert path.read_text() == "refresh-token-0"


def test_a_throttled_refresh_is_waited_for(server, run, path):
    tries = itertools.count()
    server.answers[TOKEN] = lambda: (429, {"Retry-After": "0"}, b"") if next(tries) < 2 else None

    assert run(LIST)["registrations"] == []
    assert {form["refresh_token"] for form in server.asked} == {"refresh-token-0"}
    assert len(server.asked) == 3


@pytest.mark.parametrize("told", [(429, {"Retry-After": "9999"}, b""), (404, {}, b""), (302, {"Location": "/x"}, b"")])
def test_a_request_that_was_not_carried_out_leaves_no_doubt(server, run, path, told):
    server.answers[TOKEN] = told

    assert run(LIST)["failure"]["status"] == told[0]
    assert path.read_text() == "refresh-token-0"
    assert len(server.asked) == 1


def source(server, path):
    """What gives access tokens to one client."""
    options = {"timeout": 5, "retries": 2, "validate_certs": True, "ca_path": None, "allow_http": False}
    endpoint = _oauth2.TokenEndpoint(server.token_url, options, lambda tree: None)
    file = TokenFile(str(path), lambda text: None)
    grant = _oauth2.RotatingRefreshToken(endpoint, *APP.values(), None, file)
    return _oauth2.GrantedToken(grant, lambda text: None)


def together(functions):
    """Results of functions that start at the same moment."""
    gate = threading.Barrier(len(functions))

    def start(function):
        gate.wait()
        return function()

    with concurrent.futures.ThreadPoolExecutor(len(functions)) as pool:
        return list(pool.map(start, functions))


def test_threads_of_one_task_refresh_once(server, path):
    one = source(server, path)

    assert set(together([one.token] * 16)) == {"access-token-1"}
    assert len(server.asked) == 1


def test_threads_with_clients_of_their_own_refresh_once(server, path):
    assert set(together([source(server, path).token for _each in range(16)])) == {"access-token-1"}
    assert len(server.asked) == 1


def test_threads_that_find_the_token_ended_refresh_once(server, path):
    one = source(server, path)
    stale = one.token()

    assert all(together([lambda: one.renew(stale)] * 16))
    assert len(server.asked) == 2
    assert one.token() == "access-token-2"


def test_processes_that_find_the_token_ended_refresh_once(server, path):
    """Another process may have renewed it already: its token is taken, and no refresh token used up."""
    one, other = source(server, path), source(server, path)
    stale = one.token()
    one.renew(stale)
    _oauth2._kept.clear()
    other.renew(stale)

    assert len(server.asked) == 2
    assert other.token() == "access-token-2"


def worker(connection, rounds, results):
    """One of several runs that share a token file."""
    run = Runner.at(**connection)
    for _round in range(rounds):
        _oauth2._kept.clear()
        result = run(LIST)
        results.put(result.get("msg") or "fine")


def test_processes_share_a_file_and_the_chain_lives(by_file, path):
    by_file.sandbox.switches({"d2l.token_life": 1, "d2l.refresh_reuse_revokes": True})
    results = FORK.SimpleQueue()
    processes = [FORK.Process(target=worker, args=(by_file.connection, 4, results)) for _each in range(10)]
    for process in processes:
        process.start()
    said = [results.get() for _each in range(40)]
    for process in processes:
        process.join(30)

    assert set(said) == {"fine"}
    path.write_text(json.dumps({**held(path), "expires_at": 0}))
    assert new_process(by_file)[0]["registrations"] == []
    refreshes = [entry["status"] for entry in by_file.sandbox.requests() if entry["path"] == TOKEN]
    assert set(refreshes) == {200}
    assert len(refreshes) >= 2
    assert sorted(one.name for one in path.parent.iterdir()) == ["token", "token.lock"]


@contextlib.contextmanager
def holder(path):
    """A process that holds the file until it is killed."""
    ready = FORK.Event()

    def hold():
        with TokenFile(str(path), str).locked():
            ready.set()
            time.sleep(60)

    process = FORK.Process(target=hold)
    process.start()
    assert ready.wait(10)
    try:
        yield process
    finally:
        process.kill()
        process.join()


def test_a_killed_process_leaves_no_lock_behind(run, path):
    with holder(path) as process:
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        began = time.monotonic()

        assert run(LIST)["registrations"] == []
        assert time.monotonic() - began < 5


def test_whoever_comes_second_waits_for_the_first(run, path):
    with holder(path) as process:
        threading.Timer(0.4, process.kill).start()
        began = time.monotonic()

        assert run(LIST)["registrations"] == []
        assert time.monotonic() - began > 0.3


def test_a_lock_that_is_held_for_too_long_is_an_error_that_names_it(server, run, path, monkeypatch):
    monkeypatch.setattr(_token_file, "LOCK_PATIENCE", 0.2)
    with holder(path):
        result = run(LIST)

    assert f"{path}.lock" in result["msg"]
    assert result["failure"]["kind"] == "unavailable"
    assert server.asked == []


def test_a_lock_that_is_held_for_too_long_is_waited_for_once(run, path, monkeypatch):
    monkeypatch.setattr(_token_file, "LOCK_PATIENCE", 0.6)
    with holder(path):
        began = time.monotonic()
        run(LIST)

    assert time.monotonic() - began < 1.2


def test_a_process_that_was_started_meanwhile_does_not_keep_the_lock(path, monkeypatch):
    """A child inherits the open lock file, and with it the lock, unless that is given up explicitly."""
    monkeypatch.setattr(_token_file, "LOCK_PATIENCE", 1)
    file = TokenFile(str(path), str)
    with file.locked():
        child = FORK.Process(target=time.sleep, args=(30,))
        child.start()
    try:
        with file.locked():
            pass
    finally:
        child.kill()
        child.join()


def test_a_killed_refresh_leaves_a_file_that_explains_itself(by_file, path):
    """The answer came to nobody: the next run is not blocked, and says what to do."""
    by_file.sandbox.faults({"platform": "d2l", "path": TOKEN, "kind": "slow", "seconds": 5})
    process = FORK.Process(target=worker, args=(by_file.connection, 1, FORK.SimpleQueue()))
    process.start()
    end = time.monotonic() + 10
    while not by_file.sandbox.requests() and time.monotonic() < end:
        time.sleep(0.02)
    time.sleep(0.1)
    process.kill()
    process.join()

    result = new_process(by_file)[0]

    assert result["failure"]["kind"] == "auth"
    assert "log in again" in result["msg"].lower()
    assert "d2l-demo-refresh-token" not in by_file.shown[-1]


@pytest.mark.parametrize("module", [LIST, "d2l_access_token"])
def test_what_a_token_endpoint_repeats_shows_no_credential(server, run, path, module):
    server.answers[TOKEN] = lambda: (
        400,
        {},
        {
            "error": "invalid_grant",
            "error_description": " ".join(server.asked[-1].values()),
            "refresh_token": "n3xt-one",
        },
    )

    run(module)

    assert "invalid_grant" in run.shown[-1]
    for secret in ("refresh-token-0", APP["oauth_client_secret"], "n3xt-one"):
        assert secret not in run.shown[-1]


def test_no_result_error_or_warning_shows_a_token(server, run, path):
    run(LIST, check=True)
    path.write_text(json.dumps({**held(path), "expires_at": 0}))
    server.answers[REGISTRATIONS] = lambda: (403, {}, f"{server.bearers[-1]} {held(path)}".encode())
    new_process(run)
    path.write_text(json.dumps({**held(path), "expires_at": 0}))
    server.answers[TOKEN] = (502, {}, f"{held(path)}".encode())
    new_process(run)
    new_process(run)
    new_process(run, oauth_client_id="another")

    shown = "\n".join(run.shown)
    assert all(word in shown for word in ("(hidden)", "in_doubt_since", "another application"))
    for secret in ("access-token-", "refresh-token-", APP["oauth_client_secret"]):
        assert secret not in shown


def test_a_lost_answer_raises_what_the_caller_can_tell_apart(server, path):
    server.answers[TOKEN] = (502, {}, b"")

    with pytest.raises(_errors.UnavailableError, match="may be used up"):
        source(server, path).token()
    with pytest.raises(_errors.AuthError):
        source(server, path).token()
