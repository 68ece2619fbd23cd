"""Many institutions at once hand back into one file, and nothing is lost."""

from __future__ import annotations

import json
import os

import pytest

from tests.integration.playbooks import play, run

TENANTS = [f"tenant{number}" for number in range(1, 9)]


@pytest.mark.parametrize("shipped", [False, True])
def test_forks_write_into_one_file(tmp_path, shipped):
    folder = tmp_path / "handback"
    folder.mkdir()
    task = {
        "name": "hand back",
        "edtech.lti.lti_handback": {
            "path": str(folder / "platforms.json"),
            "format": "pylti1p3",
            "private_key_file": "private.key",
            "platforms": [
                {
                    "issuer": "https://canvas.instructure.com",
                    "client_id": "{{ inventory_hostname }}",
                    "deployment_ids": ["{{ inventory_hostname }}:a"],
                    "authentication_endpoint": "https://sso.canvaslms.com/api/lti/authorize_redirect",
                    "token_url": "https://sso.canvaslms.com/login/oauth2/token",
                    "keyset_url": "https://sso.canvaslms.com/api/lti/security/jwks",
                }
            ],
        },
    }
    inventory = ("-i", f"{','.join(TENANTS)},", "--forks", str(len(TENANTS)))
    plays = [play([task], hosts="all", shipped=shipped)]

    first = run(tmp_path, plays, *inventory).check().of("hand back")
    again = run(tmp_path, plays, *inventory).check().of("hand back")

    assert [result["changed"] for result in first] == [True] * 8
    assert [result["changed"] for result in again] == [False] * 8
    clients = json.loads((folder / "platforms.json").read_text())["https://canvas.instructure.com"]
    assert sorted(one["client_id"] for one in clients) == TENANTS
    assert [one["deployment_ids"] for one in clients] == [[f"{one['client_id']}:a"] for one in clients]
    assert [one["default"] for one in clients].count(True) == 1
    assert os.listdir(folder) == ["platforms.json"]
