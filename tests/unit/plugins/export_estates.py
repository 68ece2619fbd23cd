"""Estates in the sandbox: how they are read for an export, and how an export is applied, in this process.

The tasks of the roles lti_export and lti_onboarding say the same in playbooks; tests/integration/test_export.py runs
those.
"""

from __future__ import annotations

import yaml

from ansible_collections.edtech.lti.plugins.module_utils._manifest import export, export_files, onboarding

from .conftest import Runner


class Loader(yaml.SafeLoader):
    """Reads host variables as Ansible does: what is marked as unsafe is a text."""


Loader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


def succeeded(result):
    """The result of a module that did not fail."""
    assert not result.get("failed"), result
    return result


def read_canvas(run, places=({"account_id": "self"},)):
    """What the role reads from a Canvas."""
    keys = succeeded(run("canvas_tool_configuration_info"))["tool_configurations"]
    found = []
    for place in places:
        here = succeeded(run("canvas_external_tool_info", **place))["external_tools"]
        seen = {tool["client_id"] for tool in here}
        for key in keys:
            if key["client_id"] not in seen:
                hidden = succeeded(run("canvas_external_tool_info", client_id=key["client_id"], **place))
                here += hidden["external_tools"]
        found += here
    registrations = run("canvas_lti_registration_info")
    levels = {}
    for key in keys:
        if key["lti_registration_id"] is None and key["binding"] == "on":
            path = f"/api/lti/accounts/self/developer_keys/{key['client_id']}/tool_configuration"
            answer = succeeded(run("api_request", platform="canvas", method="GET", path=path))["json"]
            levels[key["client_id"]] = answer["tool_configuration"].get("privacy_level")
    return {
        "tool_configurations": keys,
        "external_tools": found,
        "registrations": registrations.get("registrations"),
        "levels": levels,
    }


def read_d2l(run, units=(), **connection):
    """What the role reads from a Brightspace."""

    def told(module, name, **options):
        return succeeded(run(module, **connection, **options))[name]

    deployments = told("d2l_lti_deployment_info", "deployments")
    return {
        "registrations": told("d2l_lti_registration_info", "registrations"),
        "deployments": deployments,
        "sharing": {
            one["deployment_id"]: told("d2l_sharing_rule_info", "sharing_rules", deployment_id=one["deployment_id"])
            for one in deployments
        },
        "links": [
            link
            for unit in ({}, *({"org_unit_id": unit} for unit in units))
            for link in told("d2l_lti_link_info", "links", **unit)
        ],
    }


def read_exam(run):
    """What the role reads from an exam platform."""
    return {
        "tool_providers": succeeded(run("exam_tool_provider_info"))["tool_providers"],
        "lti_resources": succeeded(run("exam_lti_resource_info"))["lti_resources"],
        "exams": succeeded(run("exam_info"))["exams"],
    }


def read_luminus(run, *provider_ids):
    """What the role reads from LumiNUS."""
    found = []
    for one in provider_ids:
        result = succeeded(run("luminus_provider_info", provider_id=one, reveal_secrets=True))
        found.append({"provider_id": one, "exists": result["exists"], "provider": result["provider"]})
    return {"providers": found}


def runners(sandbox):
    """A runner for each platform."""
    return {platform: Runner(sandbox, platform) for platform in ("canvas", "d2l", "exam", "luminus")}


def apply(runs, texts, tenant, le_version="1.92"):
    """Apply the files of an export for one tenant, as lti_onboarding does.

    :param runs: runners by platform, of the platforms that the tenant has.
    :returns: the rows of ``onboarding.translations``.
    """
    variables = yaml.load(texts[f"inventory/host_vars/{tenant}/lti.yml"], Loader=Loader)
    group = yaml.load(texts["inventory/group_vars/all/lti_manifests.yml"], Loader=Loader)
    manifests = {key: texts[group["lti_onboarding_manifests"][key]] for key in variables["lti_onboarding_tools"]}
    rows = onboarding.translations(manifests, list(runs), variables["lti_onboarding_places"], le_version)
    for row in rows:
        assert row["state"] in ("ready", "skipped"), row
    for platform, take in (("canvas", _canvas), ("d2l", _d2l), ("exam", _exam)):
        if platform in runs:
            take(runs[platform], onboarding.objects(rows, platform), le_version)
    return rows


def _kept(run, module, **options):
    result = succeeded(run(module, **options))
    assert not result["changed"], (module, options, result["diff"])
    return result


def _canvas(run, objects, _le_version):
    for tool in objects["tools"]:
        options = {name: value for name, value in tool.items() if name != "installations"}
        _kept(run, "canvas_tool_configuration", **options)
        for one in tool["installations"]:
            _kept(run, "canvas_external_tool", **{"available": True, "client_id": tool["client_id"], **one})


def _d2l(run, objects, le_version):
    for registration in objects["registrations"]:
        options = {name: value for name, value in registration.items() if name != "deployments"}
        _kept(run, "d2l_lti_registration", le_version=le_version, **options)
        for deployment in registration["deployments"]:
            rest = {name: value for name, value in deployment.items() if name not in ("sharing", "links")}
            _kept(run, "d2l_lti_deployment", le_version=le_version, client_id=options["client_id"], **rest)
            _kept(
                run, "d2l_sharing_rules",
                le_version=le_version, deployment_id=rest["deployment_id"], rules=deployment["sharing"],
            )  # fmt: skip
            for link in deployment["links"]:
                _kept(run, "d2l_lti_link", le_version=le_version, deployment_id=rest["deployment_id"], **link)


def _exam(run, objects, _le_version):
    for provider in objects["tool_providers"]:
        _kept(run, "exam_tool_provider", **provider)
    for one in objects["exams"]:
        _kept(run, "exam", **{name: value for name, value in one.items() if name != "lti_resources"})
        for link in one["lti_resources"]:
            _kept(run, "exam_lti_resource", exam_id=one["id"], **link)


def exported(*reads):
    """The export of what was read, and its files."""
    made = export.exported(list(reads))
    return made, export_files.files(made)
