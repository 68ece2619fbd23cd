"""Starting, stopping, and the state file."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from tests.sandbox.cli import main
from tests.sandbox.store import StateFileError
from tests.sandbox.switches import SwitchError
from tests.sandbox.testing import Sandbox
from tests.unit.sandbox.exam_client import ExamClient

ROOT = Path(__file__).parents[3]


def test_state_survives_in_the_file(tmp_path):
    file = tmp_path / "state.json"
    with Sandbox(state_file=file) as sandbox:
        client = ExamClient(sandbox.base_url)
        assert client.post("/exams", name="Kept", type="demo").status_code == 201
    with Sandbox(state_file=file) as sandbox:
        client = ExamClient(sandbox.base_url)
        assert client.get("/exams/1").json()["exam"]["name"] == "Kept"
        assert client.post("/exams", name="Next", type="demo").json()["exam"]["id"] == 2
        sandbox.reset()
    assert json.loads(file.read_text())["platforms"]["exam"]["exams"] == {}


def test_the_file_is_rewritten_only_when_something_changed(tmp_path):
    file = tmp_path / "state.json"
    with Sandbox(state_file=file) as sandbox:
        client = ExamClient(sandbox.base_url)
        client.post("/exams", name="n", type="demo")
        before = file.stat()
        client.get("/exams")
        client.post("/exams", name="")
        assert file.stat().st_ino == before.st_ino
        client.patch("/exams/1", name="m")
        assert file.stat().st_ino != before.st_ino
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["state.json"]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"platforms": 5}', '{"platforms": {"exam": 5}}'])
def test_a_file_that_is_no_state_file_is_refused(tmp_path, text):
    file = tmp_path / "state.json"
    file.write_text(text)
    with pytest.raises(StateFileError):
        Sandbox(state_file=file)
    assert file.read_text() == text


def test_an_older_file_is_completed(tmp_path):
    file = tmp_path / "state.json"
    file.write_text('{"platforms": {"exam": {"exams": {}}, "gone": {}}}')
    with Sandbox(state_file=file) as sandbox:
        assert ExamClient(sandbox.base_url).get("/tool_providers").status_code == 200
        assert "gone" not in sandbox.state()


def test_switches_given_at_the_start_survive_a_reset():
    with Sandbox(switches={"exam.page_limit": 7}) as sandbox:
        sandbox.switches(exam__page_limit=3)
        sandbox.reset()
        assert sandbox.switches()["exam.page_limit"] == 7


def test_an_unknown_switch_is_refused_at_the_start():
    with pytest.raises(SwitchError, match="Known are"):
        Sandbox(switches={"exam.nothing": 1})


@pytest.mark.parametrize(
    "arguments",
    [
        ["--set", "exam.nothing=1"],
        ["--set", "exam.soft_delete=perhaps"],
        ["--host", "0.0.0.0"],
    ],
)
def test_a_start_that_cannot_be_says_why(capsys, arguments):
    assert main(["--port", "0", *arguments]) == 2
    assert "cannot start" in capsys.readouterr().err


def test_a_taken_port_says_so(capsys, running_sandbox):
    port = running_sandbox.base_url.rpartition(":")[2]
    assert main(["--port", port]) == 2
    assert "cannot start" in capsys.readouterr().err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_announces_itself_and_stops_cleanly(tmp_path, number):
    file = tmp_path / "state.json"
    command = [sys.executable, "-m", "tests.sandbox", "--port", "0", "--state", str(file)]
    process = subprocess.Popen(
        [*command, "--set", "exam.soft_delete=false"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        first = process.stdout.readline()
        base_url = first.split()[-1].rstrip("/")
        switches = requests.get(f"{base_url}/_sandbox/switches", timeout=5).json()
        assert switches["exam.soft_delete"] is False
        assert ExamClient(base_url).post("/exams", name="n", type="demo").status_code == 201
        process.send_signal(number)
        # Not communicate(), which would lose what readline() has read ahead.
        rest, errors = process.stdout.read(), process.stderr.read()
        assert process.wait(10) == 0
    finally:
        process.kill()
    assert errors == ""
    for shown in (f"{base_url}/api/v3", "exam-demo-token", "exam-demo-secret", "has stopped"):
        assert shown in rest
    assert json.loads(file.read_text())["platforms"]["exam"]["exams"]["1"]["name"] == "n"
