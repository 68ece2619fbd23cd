"""What an administrator sees when something is wrong: the cause in one sentence, and never a secret."""

from __future__ import annotations

import json

import pytest

from tests.integration.playbooks import connection, play, run, writes

SECRET = "planted-consumer-secret-Q7"
VARIABLES = ("--extra-vars", "@secrets.yml")


def hidden(folder, given):
    """Connection options whose secrets come from a file of variables, as a vault would hand them in.

    Ansible prints the lines of a playbook around a failed task, so a secret that is written into
    the playbook itself is shown by Ansible, whatever a module does.
    """
    planted = {name: given[name] for name in ("api_token", "secret_key")}
    (folder / "secrets.yml").write_text(json.dumps({"planted": {**planted, "consumer": SECRET}}))
    return {**given, **{name: f"{{{{ planted.{name} }}}}" for name in planted}}


TASKS = [
    {
        "name": "tool",
        "edtech.lti.exam_tool_provider": {
            "tool_name": "Remindo",
            "oauth_consumer_key": "school",
            "oauth_consumer_secret": "{{ planted.consumer }}",
        },
    },
    {
        "name": "request",
        "edtech.lti.api_request": {
            "platform": "exam",
            "method": "POST",
            "path": "/api/v3/tool_providers",
            "body": {"tool_name": "x", "oauth_consumer_key": "k", "oauth_consumer_secret": "{{ planted.consumer }}"},
        },
    },
]


def wrong_secret_key(sandbox):
    return {"secret_key": "planted-wrong-secret-key"}


def clock_off(sandbox):
    sandbox.switches({"exam.clock_offset": 1800})
    return {}


def unreachable_host(sandbox):
    return {"base_url": "https://127.0.0.1:9", "retries": 0}


def html_500(sandbox):
    sandbox.faults({"platform": "exam", "kind": "500", "times": 99})
    return {"retries": 1}


def not_tls(sandbox):
    return {"base_url": sandbox.base_url.replace("http:", "https:"), "retries": 0}


CAUSES = [
    (wrong_secret_key, "Check api_token and secret_key"),
    (clock_off, "clock is 30 minutes behind the server's"),
    (unreachable_host, "127.0.0.1:9 cannot be reached"),
    (html_500, "the server answered 500"),
    (not_tls, "TLS handshake failed"),
]


@pytest.mark.parametrize("shipped", [False, True], ids=["in the controller", "shipped"])
@pytest.mark.parametrize(("wrong", "says"), CAUSES, ids=[cause.__name__ for cause, _says in CAUSES])
def test_the_message_names_the_cause_and_no_output_holds_a_secret(sandbox, tmp_path, wrong, says, shipped):
    given = connection(sandbox, **wrong(sandbox))
    tasks = [{**task, "ignore_errors": True, "diff": True} for task in TASKS]

    played = run(tmp_path, [play(tasks, hidden(tmp_path, given), shipped=shipped)], "-vvvv", *VARIABLES).check()

    for task in TASKS:
        (result,) = played.of(task["name"])
        assert says in result["msg"], result
        assert result["failure"]["kind"] in ("auth", "unavailable")
    for secret in (SECRET, given["secret_key"], given["api_token"]):
        assert secret not in played.text, played.output
    assert not sandbox.state("exam")["tool_providers"]


@pytest.mark.parametrize("shipped", [False, True], ids=["in the controller", "shipped"])
def test_a_whole_life_at_the_highest_verbosity_shows_no_secret_old_or_new(sandbox, tmp_path, shipped):
    """The old secret is nowhere in the playbook: only the server's answer holds it."""
    old = "planted-old-secret-Q7"
    sandbox.seed("exam").tool_provider(tool_name="Remindo", oauth_consumer_secret=old)
    tasks = [
        *TASKS[:1],
        {"name": "listed", "edtech.lti.exam_tool_provider_info": {}, "register": "listed"},
        {"name": "shown", "ansible.builtin.debug": {"var": "listed"}},
        {"name": "read", "edtech.lti.api_request": {"platform": "exam", "path": "/api/v3/tool_providers"}},
        {"name": "gone", "edtech.lti.exam_tool_provider": {"tool_name": "Remindo", "state": "absent"}},
    ]
    given = connection(sandbox)

    plays = [play(tasks, hidden(tmp_path, given), shipped=shipped)]
    dry = run(tmp_path, plays, "-vvvv", "--diff", "--check", *VARIABLES).check()
    real = run(tmp_path, plays, "-vvvv", "--diff", *VARIABLES).check()

    assert "(will be replaced)" in dry.output
    assert real.of("tool")[0]["changed"]
    for secret in (SECRET, old, given["secret_key"], given["api_token"]):
        assert secret not in dry.text
        assert secret not in real.text


def test_a_lost_answer_leaves_one_object_and_the_task_succeeds(sandbox, tmp_path):
    sandbox.faults({"platform": "exam", "method": "POST", "kind": "drop_after", "times": 1})

    played = run(tmp_path, [play(TASKS[:1], hidden(tmp_path, connection(sandbox)))], *VARIABLES).check()

    assert played.of("tool")[0]["changed"]
    assert len(sandbox.state("exam")["tool_providers"]) == 1
    assert writes(sandbox) == [("POST", "/api/v3/tool_providers")]


def test_two_tool_providers_of_one_name_fail_with_both_ids(sandbox, tmp_path):
    for _again in range(2):
        sandbox.seed("exam").tool_provider(tool_name="Remindo")

    played = run(tmp_path, [play(TASKS[:1], hidden(tmp_path, connection(sandbox)))], *VARIABLES)

    assert played.code != 0
    assert "2 tool providers are called 'Remindo' (ids 1, 2)" in played.output
