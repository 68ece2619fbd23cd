"""The playbook preflight.yml: all manifests of all tenants, found defects in words, and nothing written."""

from __future__ import annotations

import json

import yaml

from tests.integration.playbooks import run

TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
LAB = {
    "client_name": "Virtual Lab",
    "initiate_login_uri": "https://labs.example.com/lti/login",
    "redirect_uris": ["https://labs.example.com/lti/launch"],
    "jwks_uri": "https://labs.example.com/lti/jwks.json",
    TOOL: {"domain": "labs.example.com", "target_link_uri": "https://labs.example.com/lti/launch"},
    "data": ["opaque_id", "course", "role"],
}
OLD = {
    "client_name": "Old Quiz",
    "lti_1_1": {"launch_url": "https://quiz.example.com/lti", "consumer_key": "a", "consumer_secret": "vault_quiz"},
    "data": ["opaque_id", "course", "role"],
}


def inventory(folder, tools):
    """An inventory with two tenants, of which one has a manifest with defects in a file."""
    (folder / "manifests").mkdir()
    template = {**LAB, "initiate_login_uri": "https://{{ host }}/login"}
    (folder / "manifests" / "template.json").write_text(json.dumps(template))
    (folder / "manifests" / "lab.yml").write_text(yaml.safe_dump(LAB))
    hosts = {
        "all": {
            "vars": {
                "lti_onboarding_manifests": {
                    "lab": "manifests/lab.yml",
                    "old": OLD,
                    "template": "manifests/template.json",
                }
            },
            "children": {
                "canvas": {"hosts": {"college": {"lti_onboarding_tools": tools}, "school": None}},
                "exam": {"hosts": {"school": None}},
            },
        }
    }
    hosts["all"]["children"]["canvas"]["hosts"]["school"] = {
        "lti_onboarding_tools": ["lab", "old"],
        # What another platform would be sent does not count.
        "lti_onboarding_places": {"lab": {"canvas": {}, "exam": False}, "old": {"exam": None}},
    }
    (folder / "hosts.yml").write_text(yaml.safe_dump(hosts))


def test_each_tenant_is_looked_at_and_only_the_one_with_defects_fails(sandbox, tmp_path):
    inventory(tmp_path, ["lab", "template"])
    played = run(tmp_path, "edtech.lti.preflight", "-i", "hosts.yml")

    assert played.code != 0
    assert "ERROR template, manifest.initiate_login_uri (placeholder): {{ host }} was never filled in." in played.output
    assert "college: 1 error(s) and 0 warning(s)" in played.output
    assert "school: " not in played.output.replace("[school]: ", "")
    found = [one["ansible_facts"]["preflight_summary"] for one in played.of("Keep the findings")]
    assert sorted(one["counts"]["error"] for one in found) == [0, 1]
    assert sandbox.requests() == []


def test_it_succeeds_where_nothing_is_wrong_and_refuses_to_do_nothing(tmp_path):
    inventory(tmp_path, ["lab"])
    run(tmp_path, "edtech.lti.preflight", "-i", "hosts.yml", "--check").check()

    nobody = run(tmp_path, "edtech.lti.preflight", "-i", "hosts.yml", "-e", "target=nobody")
    assert nobody.code != 0
    assert "Nothing was done: no host fits" in nobody.output
