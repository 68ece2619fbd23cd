"""What the role awx_content puts into AWX: credential types that modules understand, surveys that roles understand."""

from __future__ import annotations

import ast
import importlib
import json
import re
from pathlib import Path

import pytest
import yaml

from tests.awx_stand_in import injection, refusals
from tests.conftest import ROOT

from .conftest import MODULES, Runner

ROLE = ROOT / "roles" / "awx_content"
AWX = ROOT / "build" / "awx" / "ansible_collections" / "awx" / "awx"
PROJECT = ROOT / "examples" / "awx_project"
PLATFORMS = ("exam", "d2l", "canvas", "luminus")
INFO = {"exam": "exam_info", "d2l": "d2l_org_unit_info", "canvas": "canvas_tool_configuration_info"}
INFO["luminus"] = "luminus_provider_info"
ASKED = {
    "d2l": {"org_unit_id": 6606},
    "luminus": {"provider_id": "b0000000-0000-4000-8000-000000000011"},
}
PLAYBOOK_VARIABLES = {"target": "text", "batch": "text", "give_up_at": "integer"}
KINDS = {"text": ("str", "raw"), "integer": ("int", "raw"), "multiplechoice": ("str", "raw", "bool")}


class _Loader(yaml.SafeLoader):
    pass


_Loader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


def held(path):
    return yaml.load(path.read_text(encoding="utf-8"), _Loader)


VARS = {name: value for path in (ROLE / "vars" / "main").glob("*.yml") for name, value in held(path).items()}
TYPES = VARS["__awx_content_credential_types"]
TEMPLATES = VARS["__awx_content_job_templates"]
QUESTIONS = [
    *((key, question) for key, template in TEMPLATES.items() for question in template["survey"]),
    *(("workflow", question) for question in VARS["__awx_content_surveys"]["workflow"]),
]


def options(platform):
    """The options of a platform's modules that fall back to the environment, by their documentation."""
    found = set()
    for name in ("connection", platform):
        path = ROOT / "plugins" / "doc_fragments" / f"{name}.py"
        text = importlib.import_module(
            f"ansible_collections.edtech.lti.plugins.doc_fragments.{path.stem}"
        ).ModuleDocFragment.DOCUMENTATION
        for option, page in yaml.safe_load(text)["options"].items():
            if "Falls back to" in json.dumps(page):
                found.add(option)
    return found


@pytest.mark.parametrize("platform", PLATFORMS)
class TestCredentialType:
    def test_awx_takes_it(self, platform):
        assert refusals.of_credential_type(TYPES[platform]["inputs"], TYPES[platform]["injectors"]) == []

    def test_every_variable_is_one_that_modules_read(self, platform):
        known = {f"{platform}_{option}".upper() for option in options(platform)}
        assert {name.removesuffix("_FILE") for name in TYPES[platform]["injectors"]["env"]} <= known

    def test_every_way_in_of_the_modules_is_there(self, platform):
        """All but the refresh token, whose file is rewritten by each login and would be gone after the job."""
        task = importlib.import_module(MODULES + INFO[platform]).TASK
        secret = {name for name, spec in task.spec.items() if spec.get("no_log")} - {"oauth_client_secret"}
        fields = {field["id"] for field in TYPES[platform]["inputs"]["fields"]}
        assert secret <= fields
        assert "oauth_token_file" not in fields

    def test_every_secret_is_masked_by_awx_and_reaches_a_job_in_a_file_only(self, platform):
        kind = TYPES[platform]
        task = importlib.import_module(MODULES + INFO[platform]).TASK
        for field in kind["inputs"]["fields"]:
            secret = bool(task.spec.get(field["id"], {}).get("no_log"))
            assert field.get("secret", False) is secret, field["id"]
            named = [name for name, template in kind["injectors"]["env"].items() if f"{{ {field['id']} " in template]
            if secret:
                assert named == []
                assert kind["injectors"]["env"][f"{platform}_{field['id']}_FILE".upper()] == (
                    f"{{{{ tower.filename.{field['id']} }}}}"
                )

    def test_no_secret_is_in_the_environment_of_a_job(self, platform, tmp_path):
        inputs = {
            field["id"]: f"value-of-{field['id']}"
            for field in TYPES[platform]["inputs"]["fields"]
            if field["type"] == "string"
        }
        environment = injection.environment(TYPES[platform], inputs, tmp_path)
        secrets = [inputs[field["id"]] for field in TYPES[platform]["inputs"]["fields"] if field.get("secret")]
        assert secrets
        assert not [secret for secret in secrets if secret in json.dumps(environment)]

    def test_certificates_are_verified_unless_somebody_said_no(self, platform, tmp_path):
        """AWX fills in "false" for a flag that nobody set."""
        name = f"{platform}_VALIDATE_CERTS".upper()
        assert injection.environment(TYPES[platform], {}, tmp_path)[name] == "true"
        given = {"skip_certificate_check": True}
        assert injection.environment(TYPES[platform], given, tmp_path)[name] == "false"

    def test_an_empty_file_of_certificates_is_not_trusted(self, platform, tmp_path):
        """AWX writes the file in any case, and nothing would be trusted by an empty one."""
        name = f"{platform}_CA_PATH".upper()
        assert injection.environment(TYPES[platform], {}, tmp_path)[name] == ""
        path = injection.environment(TYPES[platform], {"ca_certificate": "PEM"}, tmp_path)[name]
        assert Path(path).read_text(encoding="utf-8") == "PEM"


def logins(sandbox):
    made = sandbox.seed("d2l").new_client_key("ES256")
    known = sandbox.credentials["d2l"]
    return {
        "access token": {"access_token": known["access_token"]},
        "client credentials": {
            "oauth_client_id": known["oauth_client_id"],
            "oauth_key_id": made["key_id"],
            "oauth_private_key": made["private_key"],
            "oauth_token_url": f"{sandbox.base_url}/core/connect/token",
        },
        "ID-Key": {name: known[name] for name in ("app_id", "app_key", "user_id", "user_key")},
    }


class TestJob:
    """A module that is given nothing but the environment of a job."""

    def read(self, sandbox, platform, inputs, tmp_path, monkeypatch):
        given = {"base_url": sandbox.base_url, **inputs}
        assert refusals.of_credential(TYPES[platform], given) == []
        for name, value in injection.environment(TYPES[platform], given, tmp_path).items():
            monkeypatch.setenv(name, value)
        result = Runner.at(None)(INFO[platform], **{"base_url": None, **ASKED.get(platform, {})})
        assert not result.get("failed"), result
        assert sandbox.requests()

    @pytest.mark.parametrize("platform", ["exam", "canvas", "luminus"])
    def test_logs_in_with_what_was_required_and_nothing_else(self, sandbox, platform, tmp_path, monkeypatch):
        names = set(TYPES[platform]["inputs"]["required"]) - {"base_url"}
        inputs = {name: sandbox.credentials[platform][name] for name in names}
        self.read(sandbox, platform, inputs, tmp_path, monkeypatch)

    @pytest.mark.parametrize("way", ["access token", "client credentials", "ID-Key"])
    def test_logs_in_to_brightspace_by_one_way_while_the_others_are_blank(self, sandbox, way, tmp_path, monkeypatch):
        self.read(sandbox, "d2l", logins(sandbox)[way], tmp_path, monkeypatch)


@pytest.mark.parametrize(("template", "question"), QUESTIONS, ids=lambda one: one if isinstance(one, str) else "")
class TestQuestion:
    def test_asks_for_a_variable_that_the_role_or_playbook_knows(self, template, question):
        variable = question["variable"]
        if variable in PLAYBOOK_VARIABLES:
            assert PLAYBOOK_VARIABLES[variable] == question["type"]
            for key in [template] if template != "workflow" else ["onboard"]:
                text = (ROOT / "playbooks" / f"{key}.yml").read_text(encoding="utf-8")
                assert re.search(rf"\b{variable}\b", text), f"{key}.yml does not know {variable}"
            return
        roles = [name for name in ("lti_onboarding", "lti_audit", "lti_offboarding") if variable.startswith(f"{name}_")]
        spec = held(ROOT / "roles" / roles[0] / "meta" / "argument_specs.yml")["argument_specs"]["main"]["options"]
        assert spec[variable]["type"] in KINDS[question["type"]]

    def test_is_only_required_where_no_other_job_runs_by_itself(self, template, question):
        """A schedule and a workflow have nobody to ask."""
        assert not question["required"] or template == "offboard"


@pytest.mark.parametrize("spec", [template["survey"] for template in TEMPLATES.values() if template["survey"]])
def test_awx_takes_every_survey(spec):
    assert refusals.of_survey({"name": "", "description": "", "spec": spec}) == []


def test_the_workflow_hands_each_answer_to_a_job_that_asks_for_it():
    asked = {question["variable"] for question in VARS["__awx_content_surveys"]["workflow"]}
    assert asked == {question["variable"] for question in TEMPLATES["onboard"]["survey"]}


def tasks(path):
    for one in held(path):
        yield one
        yield from one.get("block", [])


def spec_of(module):
    """The names of a module's options, out of its source."""
    path = AWX / "plugins" / "modules" / f"{module}.py"
    assert path.exists(), f"{path} is missing: make awx puts it there"
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "argument_spec"
    ]
    return {keyword.arg for keyword in calls[0].keywords}


OURS = [
    (module.removeprefix("awx.awx."), arguments)
    for path in sorted((ROLE / "tasks").glob("*.yml"))
    for task in tasks(path)
    for module, arguments in task.items()
    if module.startswith("awx.awx.")
]


@pytest.mark.parametrize(("module", "arguments"), OURS, ids=[module for module, _arguments in OURS])
def test_every_task_has_options_that_its_module_knows(module, arguments):
    assert set(arguments) <= spec_of(module)


class TestProject:
    """examples/awx_project, which people copy."""

    @pytest.mark.parametrize("key", TEMPLATES)
    def test_has_the_playbook_of_each_template(self, key):
        plays = held(PROJECT / TEMPLATES[key]["playbook"])
        if key != "failed":
            assert [play["ansible.builtin.import_playbook"] for play in plays] == ["project.yml", f"edtech.lti.{key}"]
            assert (ROOT / "playbooks" / f"{key}.yml").exists()

    def test_has_the_same_manifest_as_the_other_examples(self):
        ours, theirs = PROJECT / "manifests" / "virtual_lab.yml", ROOT / "examples" / "manifests" / "virtual_lab.yml"
        assert ours.read_bytes() == theirs.read_bytes()

    def test_its_variables_are_those_of_the_role(self):
        known = held(ROLE / "meta" / "argument_specs.yml")["argument_specs"]["main"]["options"]
        assert set(held(PROJECT / "awx_content.yml")) <= set(known)


def test_defaults_arguments_and_the_list_of_names_agree():
    spec = held(ROLE / "meta" / "argument_specs.yml")["argument_specs"]["main"]["options"]
    defaults = held(ROLE / "defaults" / "main.yml")
    assert {name: page.get("default") for name, page in spec.items()} == defaults
    assert set(spec) == set(VARS["__awx_content_variables"]) - {"awx_content_key", "awx_content_summary"}
    for name, kinds in (("job_templates", TEMPLATES), ("schedules", VARS["__awx_content_schedules"])):
        assert set(spec[f"awx_content_{name}"]["choices"]) == set(kinds) - {"failed"}
    assert set(spec["awx_content_credential_types"]["choices"]) == set(TYPES)
