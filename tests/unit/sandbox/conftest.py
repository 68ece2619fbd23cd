"""Fixtures: one sandbox for all tests of a session, reset for each of them."""

from __future__ import annotations

import pytest

from tests.conformance.launching import Launching
from tests.sandbox.testing import Sandbox
from tests.unit.sandbox.d2l_client import D2LClient
from tests.unit.sandbox.exam_client import ExamClient


@pytest.fixture(scope="session")
def running_sandbox():
    """The sandbox that serves the whole session."""
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running_sandbox):
    """The sandbox as if it had just started."""
    running_sandbox.reset()
    return running_sandbox


@pytest.fixture
def seeds(sandbox):
    """What puts things straight into the exam platform."""
    return sandbox.seed("exam")


@pytest.fixture
def exam(sandbox):
    """The demo administrator."""
    client = ExamClient(sandbox.base_url)
    yield client
    client.session.close()


@pytest.fixture
def as_user(sandbox):
    """A function from the word in a demo user's token to their client."""
    clients = []

    def client(word: str) -> ExamClient:
        clients.append(ExamClient(sandbox.base_url, f"exam-{word}-token", f"exam-{word}-secret"))
        return clients[-1]

    yield client
    for one in clients:
        one.session.close()


@pytest.fixture
def d2l_seeds(sandbox):
    """What puts things straight into Brightspace."""
    return sandbox.seed("d2l")


@pytest.fixture
def d2l(sandbox):
    """The demo administrator of Brightspace, with a bearer token."""
    client = D2LClient(sandbox.base_url)
    yield client
    client.session.close()


@pytest.fixture
def deployed(d2l_seeds):
    """The id of a deployment that nobody sees yet."""
    return d2l_seeds.deployment(d2l_seeds.registration()["ClientId"])["DeploymentId"]


@pytest.fixture
def launching(sandbox):
    """A browser."""
    made = Launching(sandbox)
    yield made
    made.close()


@pytest.fixture
def canvas_tool(sandbox):
    """A function that makes a tool in account 1 of Canvas; returns its id and client id."""

    def make(placements=({"placement": "course_navigation"},), level="public", **settings):
        seeds = sandbox.seed("canvas")
        extension = {
            "platform": "canvas.instructure.com",
            "domain": "tool.example.com",
            "privacy_level": level,
            "settings": {"placements": list(placements)},
        }
        made = seeds.tool_configuration(binding="on", **{"extensions": [extension], **settings})["developer_key"]["id"]
        return seeds.external_tool(made)["id"], str(made)

    return make


@pytest.fixture
def brightspace_tool(sandbox):
    """A function that makes a shared deployment in Brightspace; returns its id and client id."""

    def make(registration=None, **fields):
        seeds = sandbox.seed("d2l")
        tool = seeds.registration(**(registration or {}))
        made = seeds.deployment(tool["ClientId"], **fields)["DeploymentId"]
        seeds.sharing_rule(made)
        return made, tool["ClientId"]

    return make
