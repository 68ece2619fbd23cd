"""Runs the collection's tasks in this process, as the action plugin does."""

from __future__ import annotations

import importlib
import json

import pytest

from ansible_collections.edtech.lti.plugins.module_utils import _client, _execution, _oauth2
from ansible_collections.edtech.lti.plugins.module_utils._platforms import d2l_versions
from ansible_collections.edtech.lti.plugins.module_utils._signing import IdKeyAuth

MODULES = "ansible_collections.edtech.lti.plugins.modules."

CREDENTIALS = {
    "exam": ("api_token", "secret_key"),
    "d2l": ("access_token",),
    "canvas": ("access_token",),
    "luminus": ("subscription_key", "access_token"),
}
"""What a runner logs in with, by platform."""


class Runner:
    """Runs modules against one sandbox, and keeps what anybody could have seen."""

    def __init__(self, sandbox, platform="exam"):
        self.sandbox = sandbox
        self.shown = []
        known = sandbox.credentials[platform]
        self.connection = {"base_url": sandbox.base_url, **{name: known[name] for name in CREDENTIALS[platform]}}

    @classmethod
    def at(cls, base_url, **connection):
        """Runs modules against a server that is no sandbox."""
        run = cls.__new__(cls)
        run.sandbox, run.shown, run.connection = None, [], {"base_url": base_url, **connection}
        return run

    def __call__(self, module, check=False, **arguments):
        task = importlib.import_module(MODULES + module).TASK
        given = {**self.connection, **arguments}
        result = _execution.run_in_controller(task, module, given, check)
        self.shown.append(json.dumps(result, default=str))
        return result

    def writes(self):
        """Writing requests since the last call."""
        entries = [entry for entry in self.sandbox.requests() if entry["method"] != "GET"]
        self.sandbox.clear_requests()
        return [(entry["method"], entry["path"]) for entry in entries]


@pytest.fixture
def runner(sandbox):
    """Runs modules against an empty sandbox."""
    return Runner(sandbox)


@pytest.fixture
def d2l_runner(sandbox):
    """Runs Brightspace modules as the administrator, with a bearer token, against an empty sandbox."""
    return Runner(sandbox, "d2l")


@pytest.fixture
def canvas_runner(sandbox):
    """Runs Canvas modules as the administrator of the root account, against an empty sandbox."""
    return Runner(sandbox, "canvas")


@pytest.fixture
def luminus_runner(sandbox):
    """Runs the LumiNUS module as an LTI administrator, against the sandbox's well-known providers."""
    return Runner(sandbox, "luminus")


@pytest.fixture
def server():
    """A Brightspace that says whatever a test wants."""
    from .scripted_d2l import Brightspace  # which needs the runner above

    server = Brightspace()
    yield server
    server.close()


@pytest.fixture
def run(server):
    """Runs modules against that server, with an access token."""
    return server.runner(access_token="t0ken-of-mine")


@pytest.fixture(autouse=True)
def _forget_earlier_tests():
    """What a process keeps of a server (tokens, versions, its clock) is not for the next test's server."""
    _oauth2._kept.clear()
    d2l_versions._spoken.clear()
    IdKeyAuth._skews.clear()


@pytest.fixture(autouse=True)
def _no_long_pauses(monkeypatch):
    """Backoff as it is, only shorter: how long it waits is tested with a clock of its own."""
    monkeypatch.setattr(_client, "BACKOFF_FACTOR", 0.001)
