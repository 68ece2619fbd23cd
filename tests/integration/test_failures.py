"""What an administrator sees when something is wrong: the cause in one sentence, and never a secret."""

from __future__ import annotations

import json

import pytest

from tests.integration.playbooks import TOKENS, connection, logins, play, run, tokens, writes

SECRET = "planted-consumer-secret-Q7"
VARIABLES = ("--extra-vars", "@secrets.yml")


def hidden(folder, given, names=("api_token", "secret_key"), consumer=SECRET):
    """Connection options whose secrets come from a file of variables, as a vault would hand them in.

    Ansible prints the lines of a playbook around a failed task, so a secret that is written into
    the playbook itself is shown by Ansible, whatever a module does.
    """
    planted = {name: given[name] for name in names if name in given}
    (folder / "secrets.yml").write_text(json.dumps({"planted": {**planted, "consumer": consumer}}))
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


ID_KEY = ("app_id", "app_key", "user_id", "user_key")
D2L_SECRETS = ("access_token", "app_key", "user_key", "oauth_private_key", "oauth_client_secret")
TOOL = {
    "name": "Virtual Lab",
    "domain": "labs.example.com",
    "redirect_urls": ["https://labs.example.com/launch"],
    "oidc_login_url": "https://labs.example.com/login",
}
D2L_TASKS = [
    {"name": "registration", "edtech.lti.d2l_lti_registration": TOOL},
    {"name": "registrations", "edtech.lti.d2l_lti_registration_info": {}},
    {
        "name": "request",
        "edtech.lti.api_request": {"platform": "d2l", "path": "/d2l/api/le/1.92/ltiadvantage/registration/"},
    },
]


def id_key(sandbox, **changes):
    """Connection options for Brightspace by ID-Key."""
    demo = {name: sandbox.credentials["d2l"][name] for name in ID_KEY}
    return connection(sandbox, "d2l", **{"access_token": None, **demo, **changes})


def private_key(sandbox, **changes):
    """Connection options for Brightspace by client credentials."""
    made = sandbox.seed("d2l").new_client_key()
    return connection(
        sandbox,
        "d2l",
        **{
            "access_token": None,
            "oauth_client_id": "d2l-demo-client",
            "oauth_private_key": made["private_key"],
            "oauth_key_id": made["key_id"],
            "oauth_token_url": f"{sandbox.base_url}{TOKENS}",
            **changes,
        },
    )


def wrong_token(sandbox):
    return connection(sandbox, "d2l", access_token="planted-wrong-token-Q7")


def token_at_its_end(sandbox):
    sandbox.switches({"d2l.challenge": False})
    return connection(sandbox, "d2l", access_token=sandbox.seed("d2l").token(expires_in=0)["access_token"])


def narrow_token(sandbox):
    return connection(sandbox, "d2l", access_token=sandbox.seed("d2l").token("ltiadvantage:links:read")["access_token"])


def wrong_app_key(sandbox):
    return id_key(sandbox, app_key="planted-wrong-appkey-Q7")


def wrong_user_key(sandbox):
    sandbox.switches({"d2l.signature_status": 401})
    return id_key(sandbox, user_key="planted-wrong-userkey-Q7")


def key_of_another_pair(sandbox):
    return private_key(sandbox, oauth_key_id="another")


def unreachable_brightspace(sandbox):
    return id_key(sandbox, base_url="https://127.0.0.1:9", retries=0)


def unreachable_tokens(sandbox):
    return private_key(sandbox, oauth_token_url="https://127.0.0.1:9/token", retries=0)


def out_of_order(sandbox):
    sandbox.faults({"platform": "d2l", "kind": "502", "times": 99})
    return connection(sandbox, "d2l", retries=1)


D2L_CAUSES = [
    (wrong_token, "auth", "The access token has ended or is not one of this platform; log in again"),
    (token_at_its_end, "auth", "The access token has ended or is not one of this platform; log in again"),
    (narrow_token, "forbidden", "the token lacks the scope ltiadvantage:registrations:read"),
    (wrong_app_key, "auth", "Check app_id, app_key, user_id and user_key"),
    (wrong_user_key, "auth", "Check app_id, app_key, user_id and user_key"),
    (key_of_another_pair, "auth", "Check the client id with its secret; or that the key set registered for it holds"),
    (unreachable_brightspace, "unavailable", "127.0.0.1:9 cannot be reached"),
    (unreachable_tokens, "unavailable", "127.0.0.1:9 cannot be reached"),
    (out_of_order, "unavailable", "the server answered 502"),
]


@pytest.mark.parametrize("shipped", [False, True], ids=["in the controller", "shipped"])
@pytest.mark.parametrize(("wrong", "kind", "says"), D2L_CAUSES, ids=[cause.__name__ for cause, *_more in D2L_CAUSES])
def test_brightspace_says_the_cause_and_no_output_holds_a_secret(sandbox, tmp_path, wrong, kind, says, shipped):
    given = wrong(sandbox)
    tasks = [{**task, "ignore_errors": True, "diff": True} for task in D2L_TASKS]
    plays = [play(tasks, hidden(tmp_path, given, D2L_SECRETS), group="d2l", shipped=shipped)]

    played = run(tmp_path, plays, "-vvvv", *VARIABLES).check()

    for task in D2L_TASKS:
        (result,) = played.of(task["name"])
        assert says in result["msg"], result
        assert result["failure"]["kind"] == kind
    assert_hidden(sandbox, played, given)
    assert writes(sandbox) == []


def assert_hidden(sandbox, played, given):
    """Nothing of what was given, and no token that the platform gave out, can be seen."""
    for name in D2L_SECRETS:
        for line in str(given.get(name) or "").splitlines():
            assert line.startswith("-----") or line not in played.text, name
    for token in tokens(sandbox):
        assert token not in played.text


@pytest.mark.parametrize("shipped", [False, True], ids=["in the controller", "shipped"])
@pytest.mark.parametrize("hours", [1, -1])
def test_a_clock_that_is_off_is_corrected_once(sandbox, tmp_path, shipped, hours):
    sandbox.switches({"d2l.clock_offset": 3600 * hours})
    given = id_key(sandbox)

    plays = [play(D2L_TASKS, hidden(tmp_path, given, D2L_SECRETS), group="d2l", shipped=shipped)]
    played = run(tmp_path, plays, "-vvvv", *VARIABLES).check()

    assert played.of("registration")[0]["changed"]
    refused = [entry["path"] for entry in sandbox.requests() if entry["status"] == 403]
    assert 1 <= len(refused) <= len(D2L_TASKS), "once a task at most"
    assert len(sandbox.state("d2l")["registrations"]) == 1
    assert_hidden(sandbox, played, given)


LAUNCH = {"url": "https://labs.example.com/launch", "type": "basic", "enabled": True}
FLAGS = {"share_with_org_unit": True, "share_with_descendants": True}


def whole_life(deployment, client_id, link):
    """State tasks on objects that are there, each with the scope (of LTI Advantage) that it needs.

    :param deployment: id of a deployment that is shared with the root.
    """
    mine = {"deployment_id": deployment}
    update, remove = "deployments:update", {"state": "absent"}
    return [
        ("registrations:create", "d2l_lti_registration", TOOL),
        ("registrations:update", "d2l_lti_registration", {"client_id": client_id, "name": "New"}),
        ("registrations:delete", "d2l_lti_registration", {"domain": "unused.example.com", **remove}),
        ("deployments:create", "d2l_lti_deployment", {"client_id": client_id, "name": "New"}),
        ("deployments:update", "d2l_lti_deployment", {**mine, "name": "New"}),
        ("deployments:delete", "d2l_lti_deployment", {"client_id": client_id, "name": "Unused", **remove}),
        (update, "d2l_sharing_rule", {**mine, "org_unit_id": 8101, **FLAGS}),
        (update, "d2l_sharing_rule", {**mine, "org_unit_id": 6606, "share_with_org_unit": False}),
        (update, "d2l_sharing_rule", {**mine, "org_unit_id": 6606, **remove}),
        (update, "d2l_sharing_rules", {**mine, "rules": [{"org_unit_id": 8101, **FLAGS}], "purge": True}),
        ("links:create", "d2l_lti_link", {**mine, "name": "New", **LAUNCH}),
        ("links:update", "d2l_lti_link", {"link_id": link, "name": "New"}),
        ("links:delete", "d2l_lti_link", {"link_id": link, **remove}),
        ("quicklinks:create", "d2l_quicklink", {"link_id": link, "org_unit_id": 8101}),
    ]


def test_a_reading_token_is_enough_for_check_mode_and_the_real_run_names_the_scope(sandbox, tmp_path):
    seeds = sandbox.seed("d2l")
    client_id = seeds.registration(Domain="essays.example.com")["ClientId"]
    seeds.registration(Domain="unused.example.com")
    deployment = seeds.deployment(client_id)["DeploymentId"]
    seeds.deployment(client_id, Name="Unused")
    seeds.sharing_rule(deployment)
    link = seeds.link(deployment)["LinkId"]
    steps = whole_life(deployment, client_id, link)
    tasks = [
        {"name": f"step {place}", f"edtech.lti.{module}": options, "ignore_errors": True}
        for place, (_scope, module, options) in enumerate(steps)
    ]
    before = sandbox.state("d2l")
    plays = [play(tasks, connection(sandbox, "d2l", access_token="d2l-demo-readonly"), group="d2l")]

    dry = run(tmp_path, plays, "--check").check()
    assert writes(sandbox) == []
    real = run(tmp_path, plays).check()

    assert sandbox.state("d2l") == before
    for place, (scope, module, _options) in enumerate(steps):
        (predicted,), (refused,) = dry.of(f"step {place}"), real.of(f"step {place}")
        assert predicted["changed"], (module, scope, predicted)
        assert not refused["changed"]
        assert refused["failure"]["kind"] == "forbidden"
        assert f"the token lacks the scope ltiadvantage:{scope}" in refused["msg"], (module, refused["msg"])


@pytest.mark.parametrize("body", ["problem", "errors", "text", "challenge"])
def test_the_missing_scope_is_named_however_the_server_says_so(sandbox, tmp_path, body):
    sandbox.switches({"d2l.insufficient_scope": body})
    given = connection(sandbox, "d2l", access_token="d2l-demo-readonly")

    played = run(tmp_path, [play(D2L_TASKS[:1], given, group="d2l")])

    assert played.code != 0
    assert "the token lacks the scope ltiadvantage:registrations:create" in played.of("registration")[0]["msg"]


@pytest.mark.parametrize("shipped", [False, True], ids=["in the controller", "shipped"])
def test_a_login_for_a_whole_play_is_seen_nowhere(sandbox, tmp_path, shipped):
    """The key, the token that comes for it, and the tokens in a file, at the highest verbosity."""
    given = private_key(sandbox, oauth_token_file=str(tmp_path / "access.json"))
    refreshing = {
        "access_token": "",
        "oauth_client_id": "d2l-demo-oauth-app",
        "oauth_client_secret": "{{ planted.consumer }}",
        "oauth_token_file": str(tmp_path / "refresh.json"),
        "oauth_token_url": given["oauth_token_url"],
        "base_url": given["base_url"],
    }
    first = sandbox.seed("d2l").refresh_token()["refresh_token"]
    (tmp_path / "refresh.json").write_text(first)
    tasks = [
        {"name": "login", "edtech.lti.d2l_access_token": {}, "register": "login"},
        {"name": "shown", "ansible.builtin.debug": {"msg": "{{ login.token_type }} {{ login.expires_in }}"}},
        {
            "module_defaults": {
                "group/edtech.lti.d2l": {"base_url": sandbox.base_url, "access_token": "{{ login.access_token }}"}
            },
            "block": D2L_TASKS,
        },
        {
            "module_defaults": {"group/edtech.lti.d2l": refreshing},
            "block": [
                {"name": "refreshed", "edtech.lti.d2l_access_token": {}, "register": "login"},
                {"name": "listed", "edtech.lti.d2l_lti_registration_info": {}},
                {"name": "removed", "edtech.lti.d2l_lti_registration": {**TOOL, "state": "absent"}},
            ],
        },
    ]
    options = hidden(tmp_path, given, D2L_SECRETS, sandbox.credentials["d2l"]["oauth_app"]["client_secret"])
    plays = [play(tasks, options, group="d2l", shipped=shipped)]
    dry = run(tmp_path, plays, "-vvvv", "--diff", "--check", *VARIABLES).check()
    real = run(tmp_path, plays, "-vvvv", "--diff", *VARIABLES).check()

    assert real.of("registration")[0]["changed"]
    assert real.of("removed")[0]["changed"]
    assert real.of("shown")[0]["msg"].startswith("Bearer ")
    assert logins(sandbox) == [200, 200], "one for each file, and the real run needs none"
    for played in (dry, real):
        assert_hidden(sandbox, played, given)
        assert first not in played.text
        assert sandbox.credentials["d2l"]["oauth_app"]["client_secret"] not in played.text


CANVAS_SETTINGS = {
    "title": "Lab",
    "description": "Experiments",
    "target_link_uri": "https://labs.example.com/launch",
    "oidc_initiation_url": "https://labs.example.com/login",
    "public_jwk_url": "https://labs.example.com/jwks.json",
    "extensions": [
        {"platform": "canvas.instructure.com", "settings": {"placements": [{"placement": "course_navigation"}]}}
    ],
}
CANVAS_TASKS = {
    "key": {"edtech.lti.canvas_tool_configuration": {"name": "Lab", "settings": CANVAS_SETTINGS, "binding": "on"}},
    "keys": {"edtech.lti.canvas_tool_configuration_info": {}},
    "tool": {"edtech.lti.canvas_external_tool": {"client_id": "77"}},
    "request": {"edtech.lti.api_request": {"platform": "canvas", "path": "/api/v1/accounts/self/developer_keys"}},
}
ENDED = "Check access_token; it may have ended, or belong to another Canvas"
NEEDS_KEYS = "needs the permission manage_developer_keys"
CANVAS_CAUSES = {
    "wrong": ("planted-wrong-token-Q7", dict.fromkeys(CANVAS_TASKS, ("auth", ENDED))),
    "expired": ("canvas-expired-token", dict.fromkeys(CANVAS_TASKS, ("auth", "Expired access token."))),
    "revoked": ("canvas-revoked-token", dict.fromkeys(CANVAS_TASKS, ("auth", "Revoked access token."))),
    "scoped": ("canvas-scoped-token", {"key": ("forbidden", "the access token lacks the scope for this")}),
    "installer": ("canvas-installer-token", dict.fromkeys(("key", "keys", "request"), ("forbidden", NEEDS_KEYS))),
    "observer": (
        "canvas-observer-token",
        {"key": ("forbidden", NEEDS_KEYS), "tool": ("forbidden", "needs the permission manage_lti_add (LTI - add)")},
    ),
}
"""Tokens by what is wrong with them, each with the tasks that fail by it, the kind of failure and what it says."""


@pytest.mark.parametrize(("era", "shipped"), [("D", False), ("A", True)], ids=["in the controller", "shipped"])
def test_canvas_says_the_cause_and_no_output_holds_a_secret(sandbox, tmp_path, era, shipped):
    """In 2023 a missing permission was a 401, as a wrong token is."""
    sandbox.seed("canvas").tool_configuration("Other", binding="on")
    sandbox.switches({"canvas.era": era})
    held = sandbox.state("canvas")
    planted = {cause: token for cause, (token, _says) in CANVAS_CAUSES.items()}
    (tmp_path / "secrets.yml").write_text(json.dumps({"planted": planted}))
    blocks = [
        {
            "module_defaults": {
                "group/edtech.lti.canvas": {
                    "base_url": sandbox.base_url,
                    "access_token": f"{{{{ planted.{cause} }}}}",
                }
            },
            "block": [
                {"name": f"{name} {cause}", **CANVAS_TASKS[name], "ignore_errors": True, "diff": True} for name in fails
            ],
        }
        for cause, (_token, fails) in CANVAS_CAUSES.items()
    ]

    played = run(tmp_path, [play(blocks, shipped=shipped)], "-vvvv", *VARIABLES).check()

    for cause, (token, fails) in CANVAS_CAUSES.items():
        for name, (kind, says) in fails.items():
            (result,) = played.of(f"{name} {cause}")
            assert says in result["msg"], (name, cause, result)
            assert result["failure"]["kind"] == kind
            assert not result["changed"]
        assert token not in played.text
    assert sandbox.state("canvas") == held


@pytest.mark.parametrize("shipped", [False, True], ids=["in the controller", "shipped"])
def test_a_whole_life_on_canvas_shows_neither_the_token_nor_the_key_of_a_key(sandbox, tmp_path, shipped):
    """Each developer key has an api_key, good for nothing here, which the server's answers hold in full."""
    given = connection(sandbox, "canvas")
    tasks = [
        {"name": "key", **CANVAS_TASKS["key"], "register": "key"},
        *({"name": name, **CANVAS_TASKS[name], "register": "shown"} for name in ("keys", "tool", "request")),
        {"name": "shown", "ansible.builtin.debug": {"var": "shown"}},
        {
            "name": "gone",
            "edtech.lti.canvas_tool_configuration": {
                "client_id": "{{ key.tool_configuration.client_id }}",
                "state": "absent",
            },
        },
    ]
    plays = [play(tasks, hidden(tmp_path, given, ("access_token",)), group="canvas", shipped=shipped)]

    played = run(tmp_path, plays, "-vvvv", "--diff", *VARIABLES).check()

    assert played.of("gone")[0]["changed"]
    keys = [key["api_key"] for key in sandbox.state("canvas")["developer_keys"].values()]
    assert keys
    for secret in (*keys, given["access_token"]):
        assert secret not in played.text


def told(sandbox, control, setting, method="POST"):
    """A task that tells the sandbox something."""
    sent = f"{{{{ lookup('sandbox', '{method}', '{sandbox.base_url}/_sandbox/{control}', {setting}) }}}}"
    return {"ansible.builtin.set_fact": {"told": sent}}


def test_canvas_throttles_in_words_of_its_own(sandbox, tmp_path):
    """A text without Retry-After, under 429 or (until 2025) under 403; nothing was done, so any request is repeated."""
    tasks = [
        told(sandbox, "canvas/throttle", {"times": 2}),
        {"name": "key", **CANVAS_TASKS["key"]},
        told(sandbox, "switches", {"canvas.era": "B"}),
        told(sandbox, "canvas/throttle", {"times": 2}),
        {"name": "again", **CANVAS_TASKS["key"]},
        told(sandbox, "canvas/throttle", {"times": 1}),
        {"name": "given up", "edtech.lti.canvas_tool_configuration_info": {"retries": 0}, "ignore_errors": True},
    ]

    played = run(tmp_path, [play(tasks, connection(sandbox, "canvas"), group="canvas")]).check()

    assert [played.of(name)[0]["changed"] for name in ("key", "again")] == [True, False]
    assert played.of("given up")[0]["failure"]["kind"] == "rate_limited"
    refused = [entry["status"] for entry in sandbox.requests() if entry["status"] >= 400]
    assert refused == [429, 429, 403, 403, 403]
    assert len(sandbox.state("canvas")["developer_keys"]) == 1


def test_a_canvas_that_fails_in_the_middle_leaves_no_second_key_and_no_second_tool(sandbox, tmp_path):
    """Each run says how far it came, and the next one does the rest."""
    canvas = {"platform": "canvas", "method": "POST"}
    sandbox.faults(
        {**canvas, "path": "/api/lti/*/tool_configuration", "kind": "drop_after"},
        {**canvas, "path": "*/developer_key_account_bindings", "kind": "502", "times": 99},
    )
    tasks = [
        {"name": "key", **CANVAS_TASKS["key"], "ignore_errors": True},
        told(sandbox, "faults", "none", "DELETE"),
        {"name": "key again", **CANVAS_TASKS["key"]},
        told(sandbox, "faults", {**canvas, "path": "*/external_tools", "kind": "drop_after"}),
        {"name": "tool", **CANVAS_TASKS["tool"]},
        {"name": "tool again", **CANVAS_TASKS["tool"]},
        {
            "name": "in a faculty",
            "edtech.lti.canvas_tool_configuration": {"name": "Lab", "account_id": "2"},
            "ignore_errors": True,
        },
    ]

    played = run(tmp_path, [play(tasks, connection(sandbox, "canvas", retries=1), group="canvas")]).check()

    failed = played.of("key")[0]
    assert failed["changed"]
    assert failed["failure"]["status"] == 502
    assert [played.of(name)[0]["changed"] for name in ("key again", "tool", "tool again")] == [True, True, False]
    assert "developer keys belong to root accounts only" in played.of("in a faculty")[0]["msg"]
    assert played.of("in a faculty")[0]["failure"]["kind"] == "not_found"
    held = sandbox.state("canvas")
    assert [len(held[kind]) for kind in ("developer_keys", "tools")] == [1, 1]
    assert [path.rpartition("/")[2] for _method, path in writes(sandbox)] == [
        "tool_configuration",
        *["developer_key_account_bindings"] * 3,
        "external_tools",
    ]
