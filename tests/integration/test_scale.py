"""Many tenants: the list as inventory, batches and giving up, being cut off and finishing, what people see of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from tests.integration.playbooks import ROOT, run, writes

EVIL = "{{ lookup('pipe', 'id') }}"
MANIFEST = {
    "client_name": "Lab of {{ inventory_hostname }}",  # each has an object of its own on the one platform
    "lti_1_1": {"launch_url": "https://labs.example.com/lti", "consumer_key": "lab"},
}
PROGRESS = {"ANSIBLE_STDOUT_CALLBACK": "edtech.lti.progress", "ANSIBLE_STRATEGY": "host_pinned"}


@pytest.fixture
def fleet(sandbox, tmp_path):
    """A function that writes a list of tenants of the exam platform, and returns their inventory for a command line."""

    def write(*names, wrong=()):
        rows = [f"{name};exam;{sandbox.base_url};{'North' if name in wrong else 'South'}" for name in names]
        text = "\r\n".join(["Name;Platforms;Base URL;Region", *rows])
        (tmp_path / "list.csv").write_text(f"{text}\r\n", encoding="utf-8-sig")
        connection = {"api_token": "exam-demo-token", "secret_key": "{{ secrets[tenant.region] }}"}
        config = {"plugin": "edtech.lti.tenants", "file": "list.csv", "connections": {"exam": connection}}
        (tmp_path / "tenants.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
        variables = {
            "secrets": {"North": "wrong", "South": "exam-demo-secret"},
            "lti_onboarding_manifests": {"lab": MANIFEST},
            "lti_onboarding_consumer_secrets": {"lab": "quiz-helper-secret"},
            "lti_onboarding_preflight": False,
        }
        (tmp_path / "group_vars").mkdir(exist_ok=True)
        (tmp_path / "group_vars" / "all.yml").write_text(yaml.safe_dump(variables), encoding="utf-8")
        return "-i", str(tmp_path / "tenants.yml")

    return write


def listed(folder, config, text):
    """What ansible-inventory says of a list, and its exit code."""
    (folder / "list.csv").write_text(text, encoding="utf-8")
    (folder / "tenants.yml").write_text(yaml.safe_dump({"plugin": "edtech.lti.tenants", **config}), encoding="utf-8")
    done = subprocess.run(
        [str(Path(sys.executable).with_name("ansible-inventory")), "-i", str(folder / "tenants.yml"), "--list"],
        env={
            **os.environ,
            "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "build" / "link"),
            "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true",
            "ANSIBLE_NOCOLOR": "true",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, " ".join(done.stderr.split())


def test_the_list_becomes_hosts_groups_and_text_that_is_no_template(tmp_path):
    config = {
        "file": "list.csv",
        "connections": {"canvas": {"access_token": "{{ vault_token }}"}},
        "keyed_groups": [{"key": "tenant.title | lower", "prefix": "title"}],
        "groups": {"pilot": "tenant.tier == 'gold'"},
        "compose": {"greeting": "'To ' ~ tenant.title"},
    }
    text = f'name,platforms,canvas_base_url,tier,title\na,canvas,https://a.example,gold,"{EVIL}"\nb,canvas,https://b.example,,B\n'
    code, shown, _said = listed(tmp_path, config, text)
    assert code == 0
    data = json.loads(shown)
    assert [data[group]["hosts"] for group in ("tenants", "canvas", "tier_gold", "pilot")] == [
        ["a", "b"],
        ["a", "b"],
        ["a"],
        ["a"],
    ]
    a = data["_meta"]["hostvars"]["a"]
    assert json.dumps(EVIL) in json.dumps(
        a["tenant"]["title"]
    )  # ansible-core 2.18 says beside it that it is no template
    assert f"To {EVIL}" in json.dumps(a["greeting"])
    assert a["canvas_onboarding_connection"] == {
        "base_url": "{{ canvas_base_url }}",
        "access_token": "{{ vault_token }}",
    }
    assert a["ansible_connection"] == "local"
    assert data["title_b"]["hosts"] == ["b"]


@pytest.mark.parametrize(
    ("config", "text", "said"),
    [
        ({"file": "list.csv"}, "name,platforms\na b,moodle\n", "Line 2: 'a b' cannot be a host's name"),
        ({"file": "list.csv", "conections": {}}, "", "has no option conections"),
    ],
    ids=["list", "option"],
)
def test_what_is_wrong_stops_everything_with_its_reason(tmp_path, config, text, said):
    code, _shown, errors = listed(tmp_path, config, text)
    assert code != 0
    assert said in errors


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({}, "Line 3: 'tier_gold' cannot be a tenant's name: the column 'tier' makes a group of that name."),
        ({"groups": {"b": "true"}}, "Line 4: 'b' cannot be a tenant's name: the option 'groups' makes a group"),
        ({"keyed_groups": [{"key": "tenant.name", "separator": ""}]}, "Line 2: 'a' is made by 'keyed_groups', too."),
    ],
    ids=["column", "groups", "keyed_groups"],
)
def test_a_tenant_that_is_called_as_a_group_is_refused_and_nobody_is_added(tmp_path, config, said):
    second = "b" if "keyed_groups" in config else "tier_gold"
    text = f"name,platforms,canvas_base_url,tier\na,canvas,https://a.example,gold\n{second},canvas,https://t.example,\n"
    text += "" if second == "b" else "b,canvas,https://b.example,\n"
    code, shown, errors = listed(tmp_path, {"file": "list.csv", **config}, text)
    assert code != 0
    assert said in errors
    assert "https://a.example" not in shown


@pytest.mark.parametrize("meant", [False, True])
def test_an_address_that_two_tenants_have_is_warned_of_unless_it_is_meant(tmp_path, meant):
    text = "name,platforms,base_url\na,exam,https://e.example\nb,exam,https://e.example\n"
    code, _shown, errors = listed(tmp_path, {"file": "list.csv", "shared_addresses": meant}, text)
    assert code == 0
    assert ("https://e.example is the address for exam of a (line 2), b (line 3)." in errors) is not meant


@pytest.mark.parametrize("name", ["plan", "onboard", "offboard", "export"])
def test_tenants_come_in_the_same_order_in_every_run(tmp_path, name):
    groups = ["canvas", "d2l", "exam", "luminus"]
    inventory = {"all": {"children": {group: {"hosts": {f"{group}-college": {}}} for group in groups}}}
    (tmp_path / "hosts.yml").write_text(yaml.safe_dump(inventory), encoding="utf-8")
    arguments = ["-i", str(tmp_path / "hosts.yml"), "--list-hosts"]
    # Filters of Ansible that make sets would come out in another order with this seed.
    done = run(tmp_path, f"edtech.lti.{name}", *arguments, environment={"PYTHONHASHSEED": "0"}).check()
    patterns = [line.strip() for line in done.output.splitlines() if "pattern:" in line and "luminus" in line]
    assert set(patterns) == {f"pattern: {groups}"}


def test_a_batch_with_too_many_failures_is_the_last_and_the_next_run_does_the_rest(sandbox, fleet, tmp_path):
    environment = {
        **PROGRESS,
        "EDTECH_LTI_PROGRESS_JSONL": "lines.jsonl",
        "EDTECH_LTI_PROGRESS_LIMIT": "unfinished",
        "ANSIBLE_SHOW_CUSTOM_STATS": "true",
    }
    rolling = ("-e", "batch=2,50%", "-e", "give_up_at=40")
    played = run(
        tmp_path, "edtech.lti.onboard", *fleet("a", "b", "c", "d", "e", wrong=("b",)), *rolling, environment=environment
    )

    assert played.code != 0
    (lines,) = played.of("Show a line for each institution and platform")
    assert [line.split()[:4] for line in lines["msg"][:5]] == [
        ["a", "exam", "changed", "Lab"],
        ["b", "exam", "FAILED", "auth:"],
        *([name, "-", "not", "tried"] for name in "cde"),
    ]
    assert "1 of the 2 tenants of an earlier batch failed, more than 40 percent (give_up_at)." in lines["msg"][2]
    assert {entry["path"] for entry in sandbox.requests() if entry["status"] < 400} == {"/api/v3/tool_providers"}
    assert [name["tool_name"] for name in sandbox.state("exam")["tool_providers"].values()] == ["Lab of a"]
    told = [json.loads(line) for line in (tmp_path / "lines.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {one["tenant"]: one["state"] for one in told if one["event"] == "tenant"} == {
        "a": "changed",
        "b": "failed",
        **dict.fromkeys("cde", "not tried"),
    }
    assert [one["kind"] for one in told[-1]["causes"]] == ["auth"]
    assert sorted((tmp_path / "unfinished").read_text(encoding="utf-8").split()) == ["b", "c", "d", "e"]
    assert "5/5 tenants, 1 changed, 1 failed, 3 not tried" in played.output
    assert "Not tried (3): c, d, e" in played.output
    assert not [
        secret for secret in ("quiz-helper-secret", "exam-demo-secret", "exam-demo-token") if secret in played.text
    ]

    sandbox.clear_requests()
    again = run(
        tmp_path,
        "edtech.lti.onboard",
        *fleet("a", "b", "c", "d", "e"),
        "--limit",
        "@unfinished",
        environment=environment,
    )
    assert again.check().output.count("changed    ") == 4
    assert len(writes(sandbox)) == 4
    assert not (tmp_path / "unfinished").exists()
    assert sorted(one["tool_name"][-1] for one in sandbox.state("exam")["tool_providers"].values()) == list("abcde")


def test_a_run_that_is_cut_off_is_finished_by_the_next(sandbox, fleet, tmp_path):
    inventory = fleet("a", "b", "c", "d")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "EXAM_"))},
        **PROGRESS,
        "EDTECH_LTI_PROGRESS_LIMIT": "unfinished",
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "build" / "link"),
        "ANSIBLE_HOME": str(tmp_path / "ansible"),
    }
    cut_off = subprocess.Popen(
        [str(Path(sys.executable).with_name("ansible-playbook")), "edtech.lti.onboard", *inventory, "--forks", "1"],
        cwd=tmp_path,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while not [entry for entry in sandbox.requests() if entry["method"] == "POST"]:
            assert cut_off.poll() is None, "it ended before it was cut off"
            time.sleep(0.02)
    finally:
        os.killpg(cut_off.pid, signal.SIGKILL)
        cut_off.wait()
    before = {one["tool_name"] for one in sandbox.state("exam")["tool_providers"].values()}
    assert 1 <= len(before) < 4
    left = (tmp_path / "unfinished").read_text(encoding="utf-8").split()
    assert {f"Lab of {name}" for name in "abcd"} - before <= {f"Lab of {name}" for name in left}

    sandbox.clear_requests()
    run(tmp_path, "edtech.lti.onboard", *inventory, environment=PROGRESS).check()
    assert [method for method, _path in writes(sandbox)] == ["POST"] * (4 - len(before))
    assert sorted(one["tool_name"] for one in sandbox.state("exam")["tool_providers"].values()) == [
        f"Lab of {name}" for name in "abcd"
    ]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("batch=many", "batch takes numbers and shares such as 5,50,20%, not"),
        ("give_up_at=20", "give_up_at is looked at when a batch has ended"),
    ],
)
def test_batches_that_are_none_are_refused(fleet, tmp_path, given, said):
    played = run(tmp_path, "edtech.lti.onboard", *fleet("a"), "-e", given)
    assert played.code != 0
    assert said in " ".join(played.output.split())
    assert "Onboard the tools" not in played.output
