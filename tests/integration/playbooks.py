"""Runs real playbooks with ansible-playbook and reads back what each task returned."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import http.server
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import yaml

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py"))

PREFIXES = ("ANSIBLE_", "EXAM_", "D2L_", "CANVAS_", "LUMINUS_")
"""Of environment variables that would reach a run from outside."""
CREDENTIALS = {
    "exam": ("api_token", "secret_key"),
    "d2l": ("access_token",),
    "canvas": ("access_token",),
    "luminus": ("subscription_key", "access_token"),
}
"""The options by which tests log in to each platform, unless they say otherwise."""

# Any environment of its own makes a task be shipped: see "Where modules run" in docs/guide/exam.md.
SHIPPED = {"EDTECH_LTI_TEST": "shipped"}

# Ansible as it is for users, without what callback_plugins/at_once.py makes faster.
PLAIN = {"ANSIBLE_CALLBACKS_ENABLED": "recorder"}


@dataclasses.dataclass
class Played:
    """What came out of one run of ansible-playbook."""

    code: int
    output: str
    records: list

    @property
    def text(self):
        """Everything that anybody could see: the output, and what was registered."""
        return self.output + json.dumps(self.records)

    def of(self, task):
        """The results of a task, by its name (without that of its role)."""
        return [record["result"] for record in self.records if record["task"].rpartition(" : ")[2] == task]

    def of_modules(self):
        """Names and results of the tasks that run our modules, without what differs by nature."""
        ours = [record for record in self.records if record["action"].startswith("edtech.lti.")]
        return [(record["task"], _without_internals(record["result"])) for record in ours]

    def check(self):
        """Fail with the whole output when the run did."""
        assert self.code == 0, self.output
        return self


def _without_internals(result):
    internal = ("invocation", "ansible_loop_var", "exception", "item", "failed_when_suppressed_exception")
    kept = {name: value for name, value in result.items() if not name.startswith("_ansible") and name not in internal}
    if "results" in kept:  # of a loop
        kept["results"] = [_without_internals(item) for item in kept["results"]]
    return kept


def platform_of(module):
    """The platform that a module is for, by its name; None for one that is for any."""
    name = module.partition("_")[0]
    return name if name in CREDENTIALS else None


def connection(sandbox, platform="exam", **changes):
    """Connection options for a platform of a sandbox; ``changes`` replace or (None) remove some."""
    given = {
        "base_url": sandbox.base_url,
        **{name: sandbox.credentials[platform][name] for name in CREDENTIALS[platform]},
        **changes,
    }
    return {name: value for name, value in given.items() if value is not None}


def play(tasks, defaults=None, *, group="exam", shipped=False, hosts="localhost", **more):
    """A play on the controller.

    :param defaults: for all modules of one platform; further groups come as ``module_defaults``.
    :param group: that platform.
    :param more: keywords of the play.
    """
    return {
        "hosts": hosts,
        "gather_facts": False,
        "connection": "local",
        "vars": {"ansible_python_interpreter": sys.executable, **more.pop("vars", {})},
        "module_defaults": {f"group/edtech.lti.{group}": defaults or {}, **more.pop("module_defaults", {})},
        **({"environment": SHIPPED} if shipped else {}),
        "tasks": tasks,
        **more,
    }


def run(folder, plays, *arguments, environment=None, collections=None, timeout=300):
    """Run plays (data, or the name of a playbook) with ansible-playbook.

    :param folder: an empty folder of the test.
    :param plays: a list of plays, or a playbook's path or collection name.
    :param arguments: for the command line.
    :param environment: variables to add; None removes one.
    :param collections: where collections are looked for, if not in the checkout.
    """
    record = Path(folder) / "record.jsonl"
    record.unlink(missing_ok=True)
    if not isinstance(plays, str):
        playbook = Path(folder) / "playbook.yml"
        playbook.write_text(yaml.safe_dump(plays, sort_keys=False, allow_unicode=True), encoding="utf-8")
        plays = str(playbook)
    variables = {
        **{name: value for name, value in os.environ.items() if not name.startswith(PREFIXES)},
        "ANSIBLE_COLLECTIONS_PATH": str(collections or ROOT / "build" / "link"),
        "ANSIBLE_ROLES_PATH": str(HERE / "targets"),
        "ANSIBLE_CALLBACK_PLUGINS": str(HERE / "callback_plugins"),
        "ANSIBLE_LOOKUP_PLUGINS": str(HERE / "lookup_plugins"),
        "ANSIBLE_CALLBACKS_ENABLED": "recorder,at_once",
        "ANSIBLE_INJECT_FACT_VARS": "false",
        "ANSIBLE_INJECT_INVOCATION": "true",  # as before 2.21, so that secrets are looked for there
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "ANSIBLE_NOCOLOR": "true",
        "ANSIBLE_RETRY_FILES_ENABLED": "false",
        "ANSIBLE_HOME": str(Path(folder) / "ansible"),
        "RECORD_FILE": str(record),
        "PWD": str(folder),  # as a shell sets it
        **(environment or {}),
    }
    done = subprocess.run(
        [str(Path(sys.executable).with_name("ansible-playbook")), plays, *arguments],
        cwd=folder,
        env={name: value for name, value in variables.items() if value is not None},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=timeout,
        check=False,
    )
    lines = record.read_text(encoding="utf-8").splitlines() if record.exists() else []
    return Played(done.returncode, done.stdout, [json.loads(line) for line in lines])


@contextlib.contextmanager
def published(folder):
    """The files of a folder at an address on this machine, as a tool's vendor has them on the web."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_message):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


WRITES = {"POST", "PUT", "PATCH", "DELETE"}
TOKENS = "/core/connect/token"
"""Where OAuth 2.0 logs in; that writes nothing on the platform."""


def writes(sandbox):
    """The writing requests in the sandbox's journal, those for tokens apart."""
    requests = [(entry["method"], entry["path"]) for entry in sandbox.requests()]
    return [(method, path) for method, path in requests if method in WRITES and path != TOKENS]


def logins(sandbox):
    """The statuses of the requests for tokens in the sandbox's journal."""
    return [entry["status"] for entry in sandbox.requests() if entry["path"] == TOKENS]


def tokens(sandbox):
    """The tokens that the sandbox gave out: nobody wrote them down, so nobody may see them."""
    held = sandbox.state("d2l")
    return [token for token in [*held["tokens"], *held["refresh_tokens"]] if not token.startswith("d2l-")]
