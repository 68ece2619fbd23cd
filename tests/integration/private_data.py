"""A job as AWX 24 runs it, without AWX: a private data directory, a stream to another machine, and what is kept of it.

AWX makes a folder for each job (mode 0700), transmits it with parameters as one stream, has a worker run that where the
execution environment is, and processes the stream that comes back. What it keeps are events; the folder is removed at
both ends. In the folder, all of it 0600 or 0700, are:

* ``project/``: a copy of the project, ``requirements_collections/`` what its requirements name,
* ``inventory/hosts``: a script that prints the inventory as JSON,
* ``env/extravars`` (template, survey, ``awx_...`` variables, artifacts of the workflow's jobs before; strings that are
  not the template's are ``!unsafe``), ``env/cmdline`` and ``env/settings``,
* ``env/tmp...``: a file for each that a credential type injects, named by its path in the container.

The environment, with all that credentials inject into it, is a parameter. ``env/envvars`` is written by people who call
ansible-runner themselves; AWX suppresses such files.
"""

from __future__ import annotations

import base64
import dataclasses
import io
import json
import os
import subprocess
import sys
import urllib.parse
from pathlib import Path

import ansible_runner
import yaml
from jinja2.sandbox import ImmutableSandboxedEnvironment

IDENT = "7"
"""The number of the job."""


class Unsafe(str):
    """A text of a survey or of an artifact: never a template."""


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data):
        return True


_Dumper.add_representer(Unsafe, lambda dumper, text: dumper.represent_scalar("!unsafe", str(text)))


def unsafe(value):
    """Data with all its texts, keys too, as AWX writes what is not the template's."""
    if isinstance(value, dict):
        return {Unsafe(key): unsafe(member) for key, member in value.items()}
    if isinstance(value, list):
        return [unsafe(member) for member in value]
    return Unsafe(value) if isinstance(value, str) else value


@dataclasses.dataclass
class Credential:
    """A credential: what its type injects, and what its fields hold."""

    injectors: dict
    fields: dict

    def inject(self, folder, place):
        """Write the files; return what the environment gets, and what the command line does.

        :param folder: of the job here.
        :param place: the path of that folder where the job runs.
        """
        jinja = ImmutableSandboxedEnvironment()
        files = {}
        for name, template in self.injectors.get("file", {}).items():
            path = _fresh(folder / "env")
            path.write_text(jinja.from_string(template).render(**self.fields), encoding="utf-8")
            files[name.partition(".")[2]] = f"{place}/env/{path.name}"
        known = {**self.fields, "tower": {"filename": files}}
        environment = {
            name: jinja.from_string(one).render(**known) for name, one in self.injectors.get("env", {}).items()
        }
        variables = {
            name: jinja.from_string(one).render(**known) for name, one in self.injectors.get("extra_vars", {}).items()
        }
        arguments = []
        if variables:
            path = _fresh(folder / "env")
            path.write_text(yaml.dump(unsafe(variables), Dumper=_Dumper), encoding="utf-8")
            arguments = ["-e", f"@{place}/env/{path.name}"]
        return environment, arguments


def _fresh(folder):
    path = folder / f"tmp{len(list(folder.iterdir())):08x}"
    path.touch(mode=0o600)
    return path


@dataclasses.dataclass
class Kept:
    """What is there after a job.

    :param status: successful or failed.
    :param events: all of them, in their order.
    :param folders: those in which something may have stayed, but for ``env``, which the job brought along.
    :param stream: what the worker sent back.
    """

    status: str
    events: list
    folders: list
    stream: bytes = b""

    @property
    def artifacts(self):
        """What AWX shows as the job's artifacts, and gives to the next ones: what was set for no single host."""
        return self._stats.get("artifact_data", {})

    @property
    def changed(self):
        """How many tasks changed something, by host."""
        return self._stats["changed"]

    @property
    def output(self):
        """What people see."""
        return "\n".join(one["stdout"] for one in self.events)

    @property
    def _stats(self):
        (event,) = [one["event_data"] for one in self.events if one["event"] == "playbook_on_stats"]
        return event

    def texts(self):
        """Everything that stayed or was seen, by where it stands."""
        yield "the events", json.dumps(self.events)
        # Lines of JSON, and artifacts packed between them, which lie in a folder as well.
        yield "the stream", self.stream.decode("utf-8", "replace")
        for folder in self.folders:
            for path in sorted(folder.rglob("*")):
                if path.is_file():
                    yield str(path), path.read_text("utf-8", "replace")


@dataclasses.dataclass
class Site:
    """Where jobs come from, and where they run.

    :param folder: an empty one.
    :param project: the files of the project, by path.
    :param inventory: as inventory scripts print it.
    :param home: of the user who runs jobs; collections are below it, as ``~/.ansible/collections`` is in AWX's path.
    :param callbacks: a folder of callback plugins, which are all switched on; only to be faster.
    """

    folder: Path
    project: dict
    inventory: dict
    home: Path
    callbacks: Path | None = None

    def job(self, name, playbook, *, credentials=(), check=False, diff=False, verbosity=0, extra=None, before=()):
        """A job that is yet to run.

        :param name: of its folders.
        :param extra: variables of survey and launch.
        :param before: the artifacts of the jobs before in the workflow, oldest first.
        """
        folder, worker = self.folder / name / "control", self.folder / name / "worker"
        for one in (folder / "env", folder / "inventory", folder / "cp", worker):
            one.mkdir(mode=0o700, parents=True)
        for path, text in self.project.items():
            target = folder / "project" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        script = f"#! /usr/bin/env python3\n# -*- coding: utf-8 -*-\nprint({json.dumps(self.inventory)!r})\n"
        _write(folder / "inventory" / "hosts", script, 0o700)
        meta = {
            f"{prefix}_{name}": value
            for prefix in ("awx", "tower")
            for name, value in (("job_id", int(IDENT)), ("job_launch_type", "workflow"), ("user_name", "admin"))
        }
        handed = {key: value for artifacts in before for key, value in artifacts.items()}
        variables = {**unsafe(extra or {}), **unsafe(handed), **unsafe(meta)}
        _write(folder / "env" / "extravars", yaml.dump(variables, Dumper=_Dumper, allow_unicode=True))
        settings = {"job_timeout": 0, "suppress_ansible_output": True, "suppress_output_file": True}
        _write(folder / "env" / "settings", json.dumps(settings))
        arguments = ["--check"] * check + ["-u", "root"] + ["--diff"] * diff + ["-" + "v" * verbosity] * bool(verbosity)
        environment = {
            "AWX_PRIVATE_DATA_DIR": str(folder),
            "JOB_ID": IDENT,
            "INVENTORY_ID": "1",
            "ANSIBLE_FORCE_COLOR": "True",
            "ANSIBLE_HOST_KEY_CHECKING": "False",
            "ANSIBLE_INVENTORY_UNPARSED_FAILED": "True",
            "ANSIBLE_PARAMIKO_RECORD_HOST_KEYS": "False",
            "ANSIBLE_RETRY_FILES_ENABLED": "False",
            "MAX_EVENT_RES": "700000",
            "AWX_HOST": "https://awx.example.edu",
            "ANSIBLE_ROLES_PATH": f"{worker}/requirements_roles:~/.ansible/roles:/usr/share/ansible/roles",
            "ANSIBLE_COLLECTIONS_PATH": (
                f"{worker}/requirements_collections:~/.ansible/collections:/usr/share/ansible/collections"
            ),
        }
        if self.callbacks:
            environment["ANSIBLE_CALLBACK_PLUGINS"] = str(self.callbacks)
            environment["ANSIBLE_CALLBACKS_ENABLED"] = ",".join(path.stem for path in self.callbacks.glob("*.py"))
        for credential in credentials:
            injected, more = credential.inject(folder, worker)
            environment.update(injected)
            arguments += more
        _write(folder / "env" / "cmdline", ansible_runner.utils.args2cmdline(*arguments))
        return Job(folder, worker, playbook, environment, self._worker_environment())

    def _worker_environment(self):
        kept = {name: os.environ[name] for name in ("LANG", "PYTHONPATH", "TMPDIR") if name in os.environ}
        return {**kept, "HOME": str(self.home), "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}


def _write(path, text, mode=0o600):
    path.touch(mode=mode)
    path.write_text(text, encoding="utf-8")


@dataclasses.dataclass
class Job:
    """A private data directory that is ready, and what else it takes to run it."""

    folder: Path
    worker: Path
    playbook: str
    environment: dict
    worker_environment: dict

    def transmitted(self):
        """The stream to the worker: parameters, then the folder. All secrets are in it: AWX keeps it nowhere."""
        path = self.folder.with_name("stream")
        with open(path, "wb") as stream:
            ansible_runner.interface.run(
                streamer="transmit",
                _output=stream,
                private_data_dir=str(self.folder),
                ident=IDENT,
                playbook=self.playbook,
                inventory=str(self.folder / "inventory" / "hosts"),
                passwords={"Vault password:\\s*?$": "", "SSH password:\\s*?$": ""},
                suppress_env_files=True,
                envvars=self.environment,
                fact_cache_type="",
            )
        return path.read_bytes()

    def run(self):
        """Transmit, work and process, each in a folder of its own."""
        worked = self._call("worker", "--private-data-dir", str(self.worker), input=self.transmitted())
        processed = self.folder.with_name("processed")
        events = []
        result = ansible_runner.interface.run(
            streamer="process",
            quiet=True,
            _input=io.BytesIO(worked.stdout),
            private_data_dir=str(processed),
            ident=IDENT,
            event_handler=events.append,  # which returns nothing true, as AWX's does, so that no file keeps it too
        )
        assert events, worked.stdout + worked.stderr
        folders = [processed, self.worker / "artifacts", self.worker / "project"]
        return Kept(result.status, events, folders, worked.stdout + worked.stderr)

    def run_here(self):
        """Run it as people do who call ansible-runner themselves, with ``env/envvars``."""
        # The paths of the injected files are those of the worker's folder.
        self.folder.rename(self.worker.with_name("moved"))
        self.worker.rmdir()
        folder = self.worker.with_name("moved").rename(self.worker)
        _write(folder / "env" / "envvars", yaml.safe_dump(self.environment))
        _write(folder / "env" / "passwords", yaml.safe_dump({"SSH password:\\s*?$": ""}))
        (folder / "env" / "settings").unlink()  # so that there are files of the output, too
        done = self._call(
            "run",
            str(folder),
            "--playbook",
            self.playbook,
            "--ident",
            IDENT,
            "--inventory",
            str(folder / "inventory" / "hosts"),
        )
        artifacts = folder / "artifacts" / IDENT
        files = sorted((artifacts / "job_events").glob("*.json"), key=lambda path: int(path.name.partition("-")[0]))
        assert files, done.stdout + done.stderr
        events = [json.loads(path.read_text(encoding="utf-8")) for path in files]
        status = (artifacts / "status").read_text(encoding="utf-8")
        return Kept(status, events, [artifacts, folder / "project"], done.stdout + done.stderr)

    def _call(self, *arguments, **options):
        return subprocess.run(
            [sys.executable, "-m", "ansible_runner", *arguments],
            env=self.worker_environment,
            cwd=self.folder.parent,
            capture_output=True,
            timeout=300,
            check=False,
            **options,
        )


def spellings(secret):
    """The ways in which a secret may stand in a text: plain, as JSON, quoted for a URL, and inside of base64."""
    raw = secret.encode("utf-8")
    inner = {
        # By where it begins in a group of three bytes; without the letters that its neighbours have a part in.
        base64.b64encode(b"\0" * shift + raw).decode("ascii")[-(-shift * 4 // 3) : len(raw) // 3 * 4 - 4]
        for shift in range(3)
    }
    quoted = {urllib.parse.quote(secret), urllib.parse.quote(secret, safe=""), urllib.parse.quote_plus(secret)}
    escaped = json.dumps(secret)[1:-1]  # and once more, where events hold what a callback wrote as JSON
    return {
        secret,
        escaped,
        json.dumps(escaped)[1:-1],
        *quoted,
        *inner,
        *(one.replace("+", "-").replace("/", "_") for one in inner),
    }


def found(kept, secrets):
    """Where a secret stands in what stayed of a job: pairs of place and secret."""
    ways = {way: secret for secret in secrets for way in spellings(secret)}
    return {(place, ways[way]) for place, text in kept.texts() for way in ways if way in text}
