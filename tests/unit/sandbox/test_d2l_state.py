"""What Brightspace holds outlives the process, in the state file."""

from __future__ import annotations

from tests.sandbox.testing import Sandbox
from tests.unit.sandbox.d2l_client import D2LClient, deployment, link, registration, rule


def test_state_survives_in_the_file(tmp_path):
    file = tmp_path / "state.json"
    form = {"client_id": "d2l-demo-oauth-app", "client_secret": "d2l-demo-oauth-secret", "grant_type": "refresh_token"}
    with Sandbox(state_file=file) as sandbox:
        d2l = D2LClient(sandbox.base_url)
        client = d2l.post("registration/", registration()).json()["ClientId"]
        deployed = d2l.post("deployment/", deployment(client)).json()["DeploymentId"]
        d2l.post(f"deployment/{deployed}/sharing/", rule(6606, True, True))
        number = d2l.post("links/orgunit/8101/", link(deployed)).json()["LinkId"]
        unit = sandbox.seed("d2l").org_unit("NEW-1")["id"]
        newest = d2l.grant(refresh_token="d2l-demo-refresh-token", **form).json()
    with Sandbox(state_file=file) as sandbox:
        d2l = D2LClient(sandbox.base_url, newest["access_token"])
        assert d2l.get(f"links/orgunit/8101/{number}").json()["IsAvailable"] is True
        assert d2l.get(f"deployment/{deployed}/sharing/6606").status_code == 200
        assert d2l.get(f"/d2l/api/lp/1.49/orgstructure/{unit}").status_code == 200
        assert d2l.grant(refresh_token="d2l-demo-refresh-token", **form).status_code == 400
        assert d2l.grant(refresh_token=newest["refresh_token"], **form).status_code == 200
        assert d2l.post("links/orgunit/8101/", link(deployed)).json()["LinkId"] > number
        sandbox.reset()
        assert d2l.send("GET", "registration/", token="d2l-demo-token").json()["Objects"] == []


def test_an_older_file_is_completed(tmp_path):
    file = tmp_path / "state.json"
    file.write_text('{"platforms": {"exam": {"exams": {}}}}')
    with Sandbox(state_file=file) as sandbox:
        assert D2LClient(sandbox.base_url).get("registration/").status_code == 200
