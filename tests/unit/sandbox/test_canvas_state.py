"""What Canvas holds outlives the process, in the state file; requests are quick."""

from __future__ import annotations

from tests.sandbox.testing import Sandbox
from tests.unit.sandbox.canvas_client import KEYS, TOOLS, CanvasClient, configuration_path, document


def test_state_survives_in_the_file(tmp_path):
    file = tmp_path / "state.json"
    with Sandbox(state_file=file) as sandbox, CanvasClient(sandbox.base_url) as canvas:
        key = canvas.create()["developer_key"]
        canvas.turn(key["id"], "on")
        tool = canvas.post(TOOLS, {"client_id": key["id"]}).json()
        token = sandbox.seed("canvas").token(user=2)["access_token"]
        sandbox.switches({"canvas.propagation_delay": "1"})
        canvas.put(configuration_path(key["id"]), document(title="Later"))
    with Sandbox(state_file=file) as sandbox, CanvasClient(sandbox.base_url) as canvas:
        assert canvas.listed()[0]["api_key"] == key["api_key"]
        assert canvas.get(f"{TOOLS}/{tool['id']}", token=token).json()["name"] == "Later"
        assert canvas.create()["developer_key"]["id"] == key["id"] + 1
        sandbox.reset()
        assert canvas.listed() == []
        assert canvas.get(TOOLS, token=token).status_code == 401


def test_an_older_file_is_completed(tmp_path):
    file = tmp_path / "state.json"
    file.write_text('{"platforms": {"exam": {"exams": {}}, "canvas": {"developer_keys": {}}}}')
    with Sandbox(state_file=file) as sandbox, CanvasClient(sandbox.base_url) as canvas:
        assert canvas.get(KEYS).status_code == 200
