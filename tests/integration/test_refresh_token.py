"""One refresh-token file for many hosts: each refresh uses the token up, and none of them is lost."""

from __future__ import annotations

import json
import threading

import pytest

from tests.integration.playbooks import TOKENS, connection, logins, play, run, writes

HOSTS = 10
PATHS = pytest.mark.parametrize("shipped", [False, True], ids=["in the controller", "shipped"])


class Watched:
    """A token file that is read all the time, as somebody else would who happens to look at it."""

    def __init__(self, path):
        self.path = path
        self.wrong = []
        self.refresh_tokens = set()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._end.set()
        self._thread.join()

    def _watch(self):
        while not self._end.wait(0.002):
            text = self.path.read_text()
            try:
                self.refresh_tokens.add(json.loads(text)["refresh_token"])
            except (ValueError, KeyError):
                self.wrong.append(text)


def put(path, refresh_token):
    """What an administrator does after the login in a browser."""
    path.write_text(json.dumps({"refresh_token": refresh_token}))
    path.chmod(0o600)
    return path


def refreshing(sandbox, path, **changes):
    """Connection options that log in with the file."""
    app = sandbox.credentials["d2l"]["oauth_app"]
    return connection(
        sandbox,
        "d2l",
        **{
            "access_token": None,
            "oauth_client_id": app["client_id"],
            "oauth_client_secret": app["client_secret"],
            "oauth_token_file": str(path),
            "oauth_token_url": f"{sandbox.base_url}{TOKENS}",
            **changes,
        },
    )


def held(path):
    return json.loads(path.read_text())


@PATHS
def test_ten_hosts_share_one_file_through_several_refreshes(sandbox, tmp_path, prepared, shipped):
    sandbox.switches({"d2l.token_life": 4, "d2l.refresh_reuse_revokes": True})
    file = put(tmp_path / "tokens.json", sandbox.credentials["d2l"]["oauth_app"]["refresh_token"])
    where = "prepared" if shipped else "local"
    hosts = "\n".join(f"school{number} ansible_connection={where}" for number in range(HOSTS))
    (tmp_path / "inventory").write_text(f"[d2l]\n{hosts}\n")
    registration = {
        "name": "Tool of {{ inventory_hostname }}",
        "domain": "{{ inventory_hostname }}.example.com",
        "redirect_urls": ["https://{{ inventory_hostname }}.example.com/launch"],
        "oidc_login_url": "https://{{ inventory_hostname }}.example.com/login",
    }
    tasks = [
        {"name": "registered", "edtech.lti.d2l_lti_registration": registration},
        {"name": "later", "ansible.builtin.pause": {"seconds": 4}},
        {
            "name": "deployed",
            "edtech.lti.d2l_lti_deployment": {"registration_domain": registration["domain"], "name": "For all"},
        },
        {"name": "later still", "ansible.builtin.pause": {"seconds": 4}},
        {"name": "listed", "edtech.lti.d2l_lti_deployment_info": {"registration_domain": registration["domain"]}},
    ]
    plays = [play(tasks, refreshing(sandbox, file), group="d2l", hosts="d2l", shipped=shipped)]
    arguments = ("-i", str(tmp_path / "inventory"), "--forks", str(HOSTS))

    with Watched(file) as watched:
        played = run(tmp_path, plays, *arguments, environment=prepared).check()

    assert len(played.of("registered")) == len(played.of("deployed")) == HOSTS
    assert [len(result["deployments"]) for result in played.of("listed")] == [1] * HOSTS
    assert len(sandbox.state("d2l")["registrations"]) == HOSTS
    assert set(logins(sandbox)) == {200}, "no refresh token was used twice"
    assert 3 <= len(logins(sandbox)) < 3 * HOSTS
    assert not watched.wrong
    assert len(watched.refresh_tokens) >= 3
    assert file.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.glob("*tokens.json*")) == ["tokens.json", "tokens.json.lock"]
    assert not list(tmp_path.glob(".tokens.json*")), "nothing half written is left"

    sandbox.clear_requests()
    again = run(tmp_path, plays, *arguments, environment=prepared).check()
    assert writes(sandbox) == []
    assert set(logins(sandbox)) == {200}, "the chain is alive"
    assert not any(result["changed"] for _task, result in again.of_modules())


@PATHS
def test_a_play_refreshes_once(sandbox, tmp_path, shipped):
    file = put(tmp_path / "tokens.json", sandbox.seed("d2l").refresh_token()["refresh_token"])
    task = {"name": "listed", "edtech.lti.d2l_lti_registration_info": {}}

    run(tmp_path, [play([task] * 4, refreshing(sandbox, file), group="d2l", shipped=shipped)]).check()
    run(tmp_path, [play([task], refreshing(sandbox, file), group="d2l", shipped=shipped)]).check()

    assert logins(sandbox) == [200]


@PATHS
@pytest.mark.parametrize("lost", ["drop_after", "truncate"])
def test_a_lost_answer_marks_the_file_and_nobody_tries_again(sandbox, tmp_path, shipped, lost):
    first = sandbox.seed("d2l").refresh_token()["refresh_token"]
    file = put(tmp_path / "tokens.json", first)
    sandbox.faults({"platform": "d2l", "method": "POST", "path": TOKENS, "kind": lost})
    task = {"name": "listed", "edtech.lti.d2l_lti_registration_info": {}}
    plays = [play([{**task, "ignore_errors": True}] * 2, refreshing(sandbox, file), group="d2l", shipped=shipped)]

    played = run(tmp_path, plays).check()

    lost, refused = played.of("listed")
    assert len(logins(sandbox)) == 1
    assert "the refresh token may be used up" in lost["msg"]
    assert "Log in again in a browser and put the new refresh token into" in lost["msg"]
    assert "the answer to a refresh was lost at 20" in refused["msg"]
    assert refused["failure"]["kind"] == "auth"
    assert held(file)["in_doubt_since"]
    assert held(file)["refresh_token"] == first
    assert file.stat().st_mode & 0o777 == 0o600
    assert first not in played.text

    sandbox.clear_requests()
    assert run(tmp_path, [play([task], refreshing(sandbox, file), group="d2l", shipped=shipped)]).code != 0
    assert logins(sandbox) == [], "the next run does not try either"

    put(file, sandbox.seed("d2l").refresh_token()["refresh_token"])
    run(tmp_path, [play([task], refreshing(sandbox, file), group="d2l", shipped=shipped)]).check()
    assert logins(sandbox) == [200]
    assert "in_doubt_since" not in held(file)


def test_without_the_mark_the_old_token_is_tried_once_more(sandbox, tmp_path):
    """The request was lost, not the answer, so the old refresh token still works; only a person can know that."""
    file = put(tmp_path / "tokens.json", sandbox.seed("d2l").refresh_token()["refresh_token"])
    sandbox.faults({"platform": "d2l", "method": "POST", "path": TOKENS, "kind": "drop_before"})
    plays = [play([{"edtech.lti.d2l_lti_registration_info": {}}], refreshing(sandbox, file), group="d2l")]
    assert run(tmp_path, plays).code != 0
    left = held(file)
    assert left.pop("in_doubt_since")

    file.write_text(json.dumps(left))

    run(tmp_path, plays).check()


def test_a_file_that_cannot_be_replaced_costs_no_refresh_token(sandbox, tmp_path):
    folder = tmp_path / "locked"
    folder.mkdir()
    token = sandbox.seed("d2l").refresh_token()["refresh_token"]
    file = put(folder / "tokens.json", token)
    missing = refreshing(sandbox, file, oauth_token_file=str(folder / "none" / "tokens.json"))

    played = run(tmp_path, [play([{"edtech.lti.d2l_lti_registration_info": {}}], missing, group="d2l")])

    assert played.code != 0
    assert "Its folder must exist and be writable" in played.output
    assert logins(sandbox) == []
    assert held(file) == {"refresh_token": token}
