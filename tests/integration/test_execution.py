"""Where modules run, with which arguments, and over how many connections."""

from __future__ import annotations

import getpass

import pytest

from tests.integration.playbooks import connection, play, run, writes

SECRET = "vaulted-consumer-secret-Q7"
PATHS = pytest.mark.parametrize("shipped", [False, True], ids=["in the controller", "shipped"])


def provider(**options):
    return {
        "tool_name": "Remindo",
        "oauth_consumer_key": "school",
        "oauth_consumer_secret": SECRET,
        **options,
    }


@PATHS
def test_vaulted_secrets_and_unsafe_texts_arrive_as_plain_text(sandbox, tmp_path, shipped):
    from ansible.parsing.vault import VaultLib, VaultSecret

    (tmp_path / "password").write_text("vault-password")
    vault = VaultLib([("default", VaultSecret(b"vault-password"))])

    def vaulted(text):
        return vault.encrypt(text).decode().replace("\n", "\n          ")

    given = connection(sandbox)
    (tmp_path / "playbook.yml").write_text(
        f"""
- hosts: localhost
  gather_facts: false
  connection: local
  environment: {{{'A: "1"' if shipped else ""}}}
  vars:
    ansible_python_interpreter: "{{{{ ansible_playbook_python }}}}"
    key: !vault |
          {vaulted(given["secret_key"])}
    consumer_secret: !vault |
          {vaulted(SECRET)}
    strange: !unsafe "{{{{ lookup('pipe', 'id') }}}} ü ✓"
    number: !vault |
          {vaulted("7")}
  tasks:
    - edtech.lti.exam_tool_provider:
        base_url: "{given["base_url"]}"
        api_token: "{given["api_token"]}"
        secret_key: "{{{{ key }}}}"
        tool_name: !unsafe "{{{{ 1 + 1 }}}} & [x]"
        oauth_consumer_key: "{{{{ strange }}}}"
        oauth_consumer_secret: "{{{{ consumer_secret }}}}"
        lti_custom_data:
          strange: "{{{{ strange }}}}"
          nested: ["{{{{ number }}}}", {{"7": true}}]
        use_as_basic_link: no
""",
        encoding="utf-8",
    )
    arguments = [str(tmp_path / "playbook.yml"), "--vault-password-file", str(tmp_path / "password"), "-vvv"]
    first = run(tmp_path, *arguments).check()
    again = run(tmp_path, *arguments).check()

    (held,) = _values(sandbox.state("exam")["tool_providers"])
    assert held["tool_name"] == "{{ 1 + 1 }} & [x]"
    assert held["oauth_consumer_key"] == "{{ lookup('pipe', 'id') }} ü ✓"
    assert held["oauth_consumer_secret"] == SECRET
    assert held["lti_custom_data"] == """{"nested":["7",{"7":true}],"strange":"{{ lookup('pipe', 'id') }} ü ✓"}"""
    assert held["use_as_basic_link"] is False
    assert [first.of_modules()[0][1]["changed"], again.of_modules()[0][1]["changed"]] == [True, False]
    assert SECRET not in first.text + again.text
    assert given["secret_key"] not in first.text + again.text


def test_a_loop_over_200_links_uses_one_connection(sandbox, tmp_path):
    seeds = sandbox.seed("exam")
    seeds.exam(name="Algebra")
    seeds.tool_provider(tool_name="Remindo")
    loop = {
        "name": "links",
        "edtech.lti.exam_lti_resource": {
            "exam_name": "Algebra",
            "tool_provider_name": "Remindo",
            "lti_resource_link_name": "Paper {{ item }}",
        },
        "loop": list(range(200)),
    }
    first = run(tmp_path, [play([loop], connection(sandbox))]).check()

    assert {entry["connection"] for entry in sandbox.requests()} == {sandbox.requests()[0]["connection"]}
    assert len(writes(sandbox)) == 200
    assert len(_reads(sandbox, "/api/v3/exams")) == 1, "parents are looked up once in a loop"
    assert len(first.of("links")[0]["results"]) == 200
    sandbox.clear_requests()
    again = run(tmp_path, [play([loop], connection(sandbox))]).check()
    assert writes(sandbox) == []
    assert len({entry["connection"] for entry in sandbox.requests()}) == 1
    assert not any(item["changed"] for item in again.of("links")[0]["results"])


def test_what_a_loop_remembers_ends_with_it_and_is_not_shared_between_users(sandbox, tmp_path):
    """The same exam name stands for two exams in two institutes, and is asked for in one loop."""
    users = [("exam-demo-token", "exam-demo-secret"), ("exam-neighbour-token", "exam-neighbour-secret")]
    create = {
        "name": "exams",
        "edtech.lti.exam": {
            "name": "Algebra",
            "type": "demo",
            "api_token": "{{ item[0] }}",
            "secret_key": "{{ item[1] }}",
        },
        "loop": users,
    }
    listed = {
        "name": "links",
        "edtech.lti.exam_lti_resource_info": {
            "exam_name": "Algebra",
            "api_token": "{{ item[0] }}",
            "secret_key": "{{ item[1] }}",
        },
        "loop": users,
    }
    created = run(tmp_path, [play([create], connection(sandbox))]).check()
    assert [result["exam"]["institute_id"] for result in created.of("exams")[0]["results"]] == [1, 2]
    sandbox.clear_requests()

    run(tmp_path, [play([listed, {**listed, "name": "again"}], connection(sandbox))]).check()

    assert len(_reads(sandbox, "/api/v3/exams")) == 4, "once for each user in each of the two loops"


def _reads(sandbox, path):
    return [entry for entry in sandbox.requests() if (entry["method"], entry["path"]) == ("GET", path)]


def test_the_module_is_shipped_where_the_place_of_work_matters(sandbox, tmp_path):
    """Shipped modules are seen in the verbose output; those in the controller start no process."""

    def task(name, **keywords):
        return {"name": name, "edtech.lti.exam_info": {}, **keywords}

    def started(*tasks, **keywords):
        played = run(tmp_path, [play(list(tasks), connection(sandbox), **keywords)], "-vvv").check()
        return played.output.count("AnsiballZ_exam_info.py")

    assert started(task("plain")) == 0
    assert started(task("delegated", delegate_to="localhost"), hosts="localhost") == 0
    assert started(task("environment", environment={"HTTP_PROXY_UNUSED": "x"})) > 0
    assert started(task("async", **{"async": 30, "poll": 1})) > 0
    assert started(task("become", become=True, become_user=getpass.getuser(), become_method="ansible.builtin.su")) > 0


def test_environment_keyword_reaches_the_module(sandbox, tmp_path):
    given = connection(sandbox)
    environment = {
        "EXAM_BASE_URL": given["base_url"],
        "EXAM_API_TOKEN": given["api_token"],
        "EXAM_SECRET_KEY": given["secret_key"],
    }
    task = {"name": "list", "edtech.lti.exam_info": {}, "environment": environment}

    assert run(tmp_path, [play([task])], environment=dict.fromkeys(environment)).check().of("list")[0]["exams"] == []
    assert run(
        tmp_path, [play([{k: v for k, v in task.items() if k != "environment"}])], environment=environment
    ).check()


def test_defaults_of_a_group_reach_the_group_and_those_of_a_module_only_that(sandbox, tmp_path):
    tasks = [{"name": "exams", "edtech.lti.exam_info": {}}, {"name": "tools", "edtech.lti.exam_tool_provider_info": {}}]
    one = play(tasks, connection(sandbox))
    one["module_defaults"]["edtech.lti.exam_info"] = {"name": "Nobody"}
    # A group that the modules are not in must not reach them, whatever it holds.
    one["module_defaults"]["group/edtech.lti.canvas"] = {"base_url": "http://127.0.0.1:9", "access_token": "other"}
    sandbox.seed("exam").exam(name="Algebra")

    played = run(tmp_path, [one]).check()

    assert played.of("exams")[0]["exams"] == []
    assert played.of("tools")[0]["tool_providers"] == []


def test_tenants_as_hosts_run_side_by_side(sandbox, tmp_path):
    given = connection(sandbox)
    hosts = "\n".join(f"school{n} ansible_connection=local exam_name=Exam{n}" for n in range(6))
    (tmp_path / "inventory").write_text(f"[exam]\n{hosts}\n")
    task = {"name": "exam", "edtech.lti.exam": {"name": "{{ exam_name }}", "type": "demo"}}
    plays = [play([task], given, hosts="exam")]

    run(tmp_path, plays, "-i", str(tmp_path / "inventory"), "--forks", "6").check()
    names = sorted(exam["name"] for exam in _values(sandbox.state("exam")["exams"]))
    assert names == [f"Exam{n}" for n in range(6)]
    sandbox.clear_requests()
    run(tmp_path, plays, "-i", str(tmp_path / "inventory"), "--forks", "6").check()
    assert writes(sandbox) == []


def test_two_runs_at_once_leave_one_object_each(sandbox, tmp_path):
    """Ten hosts that stand for one tenant create the same exam at the same moment."""
    given = connection(sandbox)
    hosts = "\n".join(f"twin{n} ansible_connection=local" for n in range(10))
    (tmp_path / "inventory").write_text(f"[exam]\n{hosts}\n")
    sandbox.faults({"platform": "exam", "method": "GET", "kind": "slow", "times": 10, "seconds": 0.5})
    task = {"name": "tool", "edtech.lti.exam_tool_provider": provider()}

    played = run(
        tmp_path, [play([task], given, hosts="exam")], "-i", str(tmp_path / "inventory"), "--forks", "10"
    ).check()

    assert len(_values(sandbox.state("exam")["tool_providers"])) == 1
    ids = {result["tool_provider"]["id"] for result in played.of("tool")}
    assert len(ids) == 1
    assert SECRET not in played.text


def _values(held):
    return list(held.values()) if isinstance(held, dict) else held


def test_an_item_that_was_shipped_is_not_forgotten_by_the_next_one(sandbox, tmp_path):
    def items(*given):
        return [{"name": name, "state": state, "environment": environment} for name, state, environment in given]

    looped = {
        "name": "tools",
        "edtech.lti.exam_tool_provider": {
            **provider(),
            "tool_name": "{{ item.name }}",
            "state": "{{ item.state }}",
        },
        "environment": "{{ item.environment }}",
        "loop": items(("A", "present", {}), ("B", "absent", {"ANY": "1"}), ("B", "present", {})),
    }
    for name in "AB":
        sandbox.seed("exam").tool_provider(**{**provider(), "tool_name": name})

    results = run(tmp_path, [play([looped], connection(sandbox))]).check().of("tools")

    assert [item["changed"] for item in results[0]["results"]] == [False, True, True]
