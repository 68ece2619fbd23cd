"""The collection as users get it: built, installed into an empty folder, and run from there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

from tests.integration.playbooks import PLAIN, connection, run, writes


def _without_ansible_settings():
    return {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}


def test_the_tarball_holds_what_users_need_and_nothing_else(installed):
    with tarfile.open(installed[0]) as archive:
        names = archive.getnames()

    tops = {name.split("/")[0] for name in names}
    assert {"plugins", "roles", "playbooks", "meta", "docs", "README.md", "LICENSE", "MANIFEST.json"} <= tops
    assert not {"build", ".venv", ".git", ".ci", "Makefile", "scripts"} & tops
    assert not [name for name in names if "tests/sandbox" in name or "__pycache__" in name or name.endswith(".pyc")]


def test_playbooks_run_from_the_installed_collection(installed, sandbox, tmp_path):
    given = connection(sandbox)
    environment = {
        **PLAIN,
        "EXAM_BASE_URL": given["base_url"],
        "EXAM_API_TOKEN": given["api_token"],
        "EXAM_SECRET_KEY": given["secret_key"],
    }
    (tmp_path / "inventory.yml").write_text(
        """
exam:
  hosts:
    college:
      ansible_connection: local
      ansible_python_interpreter: "{{ ansible_playbook_python }}"
      exam_onboarding_tool_providers:
        - {tool_name: Remindo, tool_url: "https://remindo.example.com/lti", oauth_consumer_key: college}
      exam_onboarding_consumer_secrets: {Remindo: planted-consumer-secret-Q7}
      exam_onboarding_exams:
        - name: Algebra
          type: record_review
          lti_resources: [{lti_resource_link_name: Algebra paper, tool_provider_name: Remindo}]
          instructions: "<p>Start here: {lti:Algebra paper}</p>"
""",
        encoding="utf-8",
    )
    arguments = ["edtech.lti.onboard_exam", "--inventory", "inventory.yml"]
    options = {"environment": environment, "collections": installed[1]}

    run(tmp_path, *arguments, "--check", "--diff", **options).check()
    assert {entry["method"] for entry in sandbox.requests()} == {"GET"}
    first = run(tmp_path, *arguments, "-vvv", **options).check()
    sandbox.clear_requests()
    second = run(tmp_path, *arguments, "-vvv", **options).check()

    held = sandbox.state("exam")
    assert [len(held[kind]) for kind in ("exams", "tool_providers", "lti_resources", "documents")] == [1, 1, 1, 1]
    assert "{LTI_EXAM_1}" in str(held["documents"])
    assert str(installed[1]) in first.output
    assert writes(sandbox) == []
    assert "changed=0" in second.output
    assert "planted-consumer-secret" not in first.text + second.text


def test_the_demo_runs_twice_from_the_installed_collection(installed, sandbox, tmp_path):
    inventory = installed[1] / "ansible_collections" / "edtech" / "lti" / "examples" / "demo"
    more = {"sandbox": sandbox.base_url, "handback": str(tmp_path / "handback")}
    arguments = ["edtech.lti.onboard", "--inventory", str(inventory), "--extra-vars", json.dumps(more)]
    options = {"environment": PLAIN, "collections": installed[1]}

    first = run(tmp_path, *arguments, **options).check()
    second = run(tmp_path, *arguments, **options).check()

    recaps = [played.output.split("PLAY RECAP")[1].splitlines()[1:] for played in (first, second)]
    assert [any("changed=0" not in line for line in recap if "ok=" in line) for recap in recaps] == [True, False]


def test_every_module_and_role_has_a_readable_page(installed, tmp_path):
    environment = {
        **_without_ansible_settings(),
        "ANSIBLE_COLLECTIONS_PATH": str(installed[1]),
        "ANSIBLE_HOME": str(tmp_path),
    }
    doc = str(Path(sys.executable).with_name("ansible-doc"))
    for kind in ("module", "role"):
        listed = subprocess.run(
            [doc, "--type", kind, "--list", "edtech.lti"], env=environment, capture_output=True, text=True, check=True
        ).stdout
        names = {line.split()[0] for line in listed.splitlines() if line.startswith("edtech.lti.")}
        assert names
        done = subprocess.run(
            [doc, "--type", kind, *sorted(names)], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert "ERROR" not in done.stderr
