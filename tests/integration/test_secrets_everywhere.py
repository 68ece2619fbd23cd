"""Real playbooks at the highest verbosity: no planted secret in any output, and nothing from a server is ever run."""

from __future__ import annotations

import itertools
import json

import pytest

from tests.integration.playbooks import play, run
from tests.unit.plugins.scripted import Script
from tests.unit.security.planted import (
    KINDS,
    MODULES,
    Echo,
    cases,
    planted,
    secret_options,
    secrets_in,
    traces,
)

PATHS = pytest.mark.parametrize("shipped", [False, True], ids=["in the controller", "shipped"])
NAMES = (
    *("api_token", "secret_key", "access_token", "oauth_private_key", "oauth_client_secret", "app_key", "user_key"),
    *("subscription_key", "oauth_consumer_secret", "api_key", "shared_secret", "token", "client_secret"),
    *("refresh_token", "client_assertion", "consumersecret", "subscription-key"),
)


@pytest.fixture
def echo():
    server = Echo()
    yield server
    server.close()


def by_name(tree):
    """Arguments with planted secrets replaced by the variables that hold them."""
    if isinstance(tree, dict):
        return {name: by_name(value) for name, value in tree.items()}
    if isinstance(tree, list):
        return [by_name(value) for value in tree]
    named = {planted(name): f"{{{{ planted['{name}'] }}}}" for name in NAMES}
    return named.get(tree, tree) if isinstance(tree, str) else tree


def ways(shipped, prepared):
    """A play's keywords and a run's variables for either way to run modules."""
    return ({"connection": "prepared"}, prepared) if shipped else ({}, {})


@PATHS
def test_no_output_of_any_module_shows_a_secret(echo, tmp_path, prepared, shipped):
    """The output, the log, and what callbacks get; all modules fail, each in another way."""
    kinds = itertools.cycle(kind for kind in KINDS if kind != "429")
    tasks, secrets = [], set()
    for module in MODULES:
        for name, make in cases(module).items():
            folder = tmp_path / f"{module}-{name}"
            folder.mkdir()
            given = {**make(echo, folder), "retries": 0}
            if "retries" not in _spec(module):
                del given["retries"]
            secrets |= secrets_in(given)
            shown = f"failed_{len(tasks)}"
            task = {"name": module, f"edtech.lti.{module}": by_name(given), "ignore_errors": True, "register": shown}
            tasks.append(task)
            if module != "d2l_access_token":  # its result is a secret, for the tasks that follow
                tasks.append({"name": "shown", "ansible.builtin.debug": {"var": shown}})
    option = next(iter(secret_options("exam_info")))
    for wrong in ({f"{option}s": "{{ planted.token }}"}, {option: ["{{ planted.token }}"]}, {"timeout": "soon"}):
        arguments = {"base_url": echo.url, "api_token": by_name(planted("api_token")), "secret_key": "x", **wrong}
        tasks.append({"name": "wrong", "edtech.lti.exam_info": arguments, "ignore_errors": True})
    looped = {"base_url": echo.url, "api_token": "{{ planted[item] }}", "secret_key": "{{ planted.secret_key }}"}
    control = {"loop": ["api_token"], "loop_control": {"label": "one"}, "ignore_errors": True}
    tasks.append({"name": "looped", "edtech.lti.exam_info": looped, **control})
    (tmp_path / "planted.json").write_text(json.dumps({"planted": {name: planted(name) for name in NAMES}}))
    answer = echo.answer

    def each_in_another_way(method, path):
        echo.kind = next(kinds)
        return answer(method, path)

    echo.answer = each_in_another_way
    keywords, variables = ways(shipped, prepared)
    plays = [play(tasks, **keywords, vars_files=["planted.json"])]
    log = tmp_path / "ansible.log"
    # A loop's items are what Ansible itself shows, see SECURITY.md; so they hold no secret here.
    played = run(tmp_path, plays, "-vvvv", "--diff", environment={**variables, "ANSIBLE_LOG_PATH": str(log)})

    assert played.code == 0, played.output[-3000:]
    failed = [record for record in played.records if record["outcome"] == "failed"]
    assert len(failed) >= len(MODULES)
    looked_at = json.dumps(played.records)
    secrets.discard(planted("granted_token"))  # only in the result that is itself a secret, which is the next line
    assert not any(planted("granted_token") in text for text in (played.output, log.read_text()))
    for where, text in {"output": played.output, "log": log.read_text(), "events": _but_tokens(looked_at)}.items():
        assert traces(text, secrets) == [], where


def _spec(module):
    from tests.unit.security.planted import task_of

    return task_of(module).spec


def _but_tokens(text):
    """Events without the results of d2l_access_token, which are secrets for the tasks that follow."""
    return json.dumps([one for one in json.loads(text) if one["task"] != "d2l_access_token"])


EVIL = {
    "a template": "{{ lookup('ansible.builtin.pipe', 'touch FOLDER/ran') }}",
    "a statement": "{% set x = lookup('ansible.builtin.pipe', 'touch FOLDER/ran') %}",
    "YAML": "!!python/object/apply:os.system ['touch FOLDER/ran']",
    "a key of YAML": "x: &a [*a]\n---\n- b",
    "a terminal": "a\x1b[2J\x1b]0;owned\x07b\x9b31m",
    "from right to left": "exe.\u202egpj",
    "a page": "</script><script>alert(1)</script>",
    "a formula": '=HYPERLINK("http://evil.example")',
    "half a letter": "a\ud800b",
    "no end": "x\0y",
    "a path": "../../../../FOLDER/ran",
    "a marker": "__omit_place_holder__",
}


@PATHS
def test_what_a_server_says_stays_text(tmp_path, prepared, shipped):
    """In results, and in whatever a play makes of them."""
    texts = [text.replace("FOLDER", str(tmp_path)) for text in EVIL.values()]
    server = Script()
    exams = [{"id": number, "name": text, "status": "new"} for number, text in enumerate(texts, 1)]
    server.answers = [(200, {}, json.dumps({"exams": exams}).encode())]
    tasks = [
        {"name": "read", "edtech.lti.exam_info": {}, "register": "read"},
        {"name": "kept", "ansible.builtin.set_fact": {"kept": "{{ read.exams | map(attribute='name') | list }}"}},
        {"name": "again", "ansible.builtin.set_fact": {"again": "{{ kept | join('|') }}"}},
        {"name": "published", "ansible.builtin.set_stats": {"data": {"names": "{{ kept }}", "all": "{{ again }}"}}},
        {"name": "shown", "ansible.builtin.debug": {"msg": "{{ kept }}"}},
        {"name": "joined", "ansible.builtin.debug": {"msg": "{{ again }} and {{ read.exams[0].name }}"}},
        {
            "name": "looped",
            "ansible.builtin.debug": {"msg": "{{ item.name }}"},
            "loop": "{{ read.exams }}",
            "loop_control": {"label": "{{ item.id }}"},
        },
        {"name": "written", "ansible.builtin.copy": {"content": "{{ again }}", "dest": "names.txt", "mode": "0600"}},
    ]
    keywords, variables = ways(shipped, prepared)
    given = {"base_url": server.url, "api_token": "t0ken-of-mine", "secret_key": "s3cret-of-mine"}
    try:
        played = run(
            tmp_path,
            [play(tasks, given, **keywords)],
            "-vvv",
            environment={**variables, "ANSIBLE_SHOW_CUSTOM_STATS": "true"},
        ).check()
    finally:
        server.close()

    assert not (tmp_path / "ran").exists()
    texts = [text.replace("\ud800", "\ufffd") for text in texts]
    assert [exam["name"] for exam in played.of("read")[0]["exams"]] == texts
    assert played.of("shown")[0]["msg"] == texts
    assert texts[0] in played.of("joined")[0]["msg"]
    assert "\x1b" not in played.output
    assert "\x07" not in played.output


@PATHS
def test_what_a_server_says_in_a_refusal_steers_no_terminal(tmp_path, prepared, shipped):
    server = Script()
    words = "".join(EVIL.values()).replace("FOLDER", str(tmp_path))
    server.answers = [(403, {}, json.dumps({"error": words}).encode())]
    keywords, variables = ways(shipped, prepared)
    given = {"base_url": server.url, "api_token": "t0ken-of-mine", "secret_key": "s3cret-of-mine"}
    tasks = [{"name": "read", "edtech.lti.exam_info": {}}]
    try:
        played = run(tmp_path, [play(tasks, given, **keywords)], "-vvv", environment=variables)
    finally:
        server.close()

    assert played.code != 0
    assert not (tmp_path / "ran").exists()
    assert not [letter for letter in "\x1b\x07\x9b\u202e" if letter in played.output]
    assert "lookup(" in played.of("read")[0]["msg"]


@PATHS
@pytest.mark.parametrize("levels", [90, 400, 900])
def test_what_is_nested_deep_leaves_no_run_hanging(tmp_path, prepared, shipped, levels):
    server = Script()
    server.answers = [(200, {}, b'{"a":' * levels + b"1" + b"}" * levels)]
    keywords, variables = ways(shipped, prepared)
    given = {"base_url": server.url, "api_token": "t0ken-of-mine", "secret_key": "s3cret-of-mine"}
    tasks = [{"name": "read", "edtech.lti.api_request": {"platform": "exam", "path": "/api/v3/exams"}}]
    try:
        played = run(tmp_path, [play(tasks, given, **keywords)], "-vvv", environment=variables, timeout=60)
    finally:
        server.close()

    (result,) = played.of("read")
    assert ("failure" in result) == (levels > 100)
