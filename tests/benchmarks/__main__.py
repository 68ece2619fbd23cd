"""Measures a loop of many LTI resources: this collection in the controller, the same module shipped,
and ``ansible.builtin.uri`` with hand-made look-ups, side by side against one sandbox.

Usage: ``python -m tests.benchmarks [ITEMS]`` (default 200). Each contender first creates all of them
on an empty platform and then finds nothing to do. Prints wall time, processor time and peak memory of
ansible-playbook and its children, and what the sandbox saw: requests and connections.
"""

from __future__ import annotations

import json
import os
import platform
import re
import resource
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
TOKEN, KEY = "exam-demo-token", "exam-demo-secret"


def module_play(url, items, shipped):
    """The collection's own module in a loop."""
    return {
        "module_defaults": {"group/edtech.lti.exam": {"base_url": url, "api_token": TOKEN, "secret_key": KEY}},
        **({"environment": {"SHIPPED": "1"}} if shipped else {}),
        "tasks": [
            {
                "name": "Links",
                "edtech.lti.exam_lti_resource": {
                    "exam_name": "Algebra",
                    "tool_provider_name": "Remindo",
                    "lti_resource_link_name": "Paper {{ item }}",
                    "lti_resource_launch_url": "https://remindo.example.com/{{ item }}",
                },
                "loop": list(range(items)),
            }
        ],
    }


def uri_play(url, items):
    """The same by ansible.builtin.uri: three look-ups, then a POST for each link that is missing."""
    common = {
        "headers": {"Accept": "application/vnd.procwise.v3", "Authorization": f"Token token={TOKEN}"},
        "status_code": [200, 201],
    }

    def listing(collection):
        query = "{{ {'limit': 300, 'page': 1} | signed(key) | urlencode }}"
        return {
            "name": f"List {collection}",
            "ansible.builtin.uri": {"url": f"{url}/api/v3/{collection}?{query}", **common},
            "register": collection,
        }

    body = (
        "{{ {'lti_resource_link_name': 'Paper ' ~ item,"
        " 'lti_resource_launch_url': 'https://remindo.example.com/' ~ item,"
        " 'exam_id': (exams.json.exams | selectattr('name', 'equalto', 'Algebra') | first).id,"
        " 'tool_provider_id': (tool_providers.json.tool_providers"
        " | selectattr('tool_name', 'equalto', 'Remindo') | first).id} | signed(key) }}"
    )
    return {
        "vars": {"key": KEY},
        "tasks": [
            *(listing(collection) for collection in ("exams", "tool_providers", "lti_resources")),
            {
                "name": "Links",
                "ansible.builtin.uri": {
                    "url": f"{url}/api/v3/lti_resources",
                    "method": "POST",
                    "body_format": "json",
                    "body": body,
                    **common,
                },
                "when": "'Paper ' ~ item not in lti_resources.json.lti_resources"
                " | map(attribute='lti_resource_link_name')",
                "loop": list(range(items)),
            },
        ],
    }


def control(url, path, payload=None):
    """Talk to the sandbox's control routes."""
    data = None if payload is None else json.dumps(payload).encode()
    request = urllib.request.Request(f"{url}{path}", data=data, headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def measured(folder, url, plays):
    """One run of ansible-playbook: what it took, and what the sandbox saw of it."""
    playbook = folder / "playbook.yml"
    playbook.write_text(yaml.safe_dump(plays), encoding="utf-8")
    seen = len(control(url, "/_sandbox/requests")["requests"])
    environment = {
        **os.environ,
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "build" / "link"),
        "ANSIBLE_FILTER_PLUGINS": str(ROOT / "tests" / "benchmarks" / "filter_plugins"),
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
    }
    command = [str(Path(sys.executable).with_name("ansible-playbook")), str(playbook)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    wall = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    requests = control(url, "/_sandbox/requests")["requests"][seen:]
    return {
        "wall": wall,
        "cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "requests": len(requests),
        "connections": len({entry["connection"] for entry in requests}),
    }


def prepare(url):
    """An exam and a tool provider on an otherwise empty platform."""
    control(url, "/_sandbox/reset", {})
    return {
        "module_defaults": {"group/edtech.lti.exam": {"base_url": url, "api_token": TOKEN, "secret_key": KEY}},
        "tasks": [
            {"name": "Exam", "edtech.lti.exam": {"name": "Algebra", "type": "demo"}},
            {
                "name": "Tool",
                "edtech.lti.exam_tool_provider": {
                    "tool_name": "Remindo",
                    "oauth_consumer_key": "k",
                    "oauth_consumer_secret": "benchmark-secret",
                },
            },
        ],
    }


def complete(play):
    """A play on the controller."""
    base = {
        "hosts": "localhost",
        "gather_facts": False,
        "connection": "local",
        "vars": {"ansible_python_interpreter": sys.executable},
    }
    return {**base, **play, "vars": {**base["vars"], **play.get("vars", {})}}


def main():
    """Run all contenders and print one table."""
    items = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    sandbox = subprocess.Popen(
        [sys.executable, "-m", "tests.sandbox", "--port", "0"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        url = re.search(r"http://\S+?(?=/\s)", sandbox.stdout.readline()).group(0)
        contenders = {
            "edtech.lti, in the controller": module_play(url, items, shipped=False),
            "edtech.lti, shipped": module_play(url, items, shipped=True),
            "ansible.builtin.uri by hand": uri_play(url, items),
        }
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            idle = measured(folder, url, [complete({"tasks": []})])["wall"]
            print(f"{items} LTI resources in one loop; {platform.python_version()}, {os.cpu_count()} cores")
            print(f"ansible-playbook with nothing in it takes {idle:.2f} s, which is in each figure below\n")
            print(f"{'':32}{'':14}{'wall s':>8}{'ms/item':>9}{'cpu s':>8}{'requests':>10}{'connections':>13}")
            for contender, play in contenders.items():
                measured(folder, url, [complete(prepare(url))])
                for case in ("all to do", "nothing to do"):
                    found = measured(folder, url, [complete(play)])
                    each = (found["wall"] - idle) / items * 1000
                    print(
                        f"{contender:32}{case:14}{found['wall']:8.2f}{each:9.1f}{found['cpu']:8.2f}"
                        f"{found['requests']:10}{found['connections']:13}",
                        flush=True,
                    )
    finally:
        sandbox.terminate()
        sandbox.wait()


if __name__ == "__main__":
    main()
