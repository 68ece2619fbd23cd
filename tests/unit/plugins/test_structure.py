"""The shape of the code: who may import whom, how long a file may be, what a module must say."""

from __future__ import annotations

import ast
import importlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
HELPERS = ROOT / "plugins" / "module_utils"
MODULES = sorted((ROOT / "plugins" / "modules").glob("*.py"))
OURS = "ansible_collections.edtech.lti.plugins."

# From the top to the bottom; a file imports from its own line or below, never from above.
LAYERS = [
    ["_execution"],
    ["_manifest.export"],
    ["_manifest.export_tools"],
    ["_manifest.export_canvas", "_manifest.export_d2l", "_manifest.export_exam"],
    ["_manifest.export_files", "_manifest.export_piece", "_manifest.export_reading"],
    ["_manifest.preflight"],
    [
        "_manifest.preflight_canvas",
        "_manifest.preflight_live",
        "_manifest.preflight_manifest",
        "_manifest.preflight_server",
        "_manifest.preflight_targets",
    ],
    ["_manifest.preflight_keys", "_manifest.preflight_services"],
    ["_manifest.preflight_texts"],
    ["_manifest.preflight_findings"],
    ["_manifest.audit"],
    ["_manifest.audit_canvas", "_manifest.audit_d2l", "_manifest.audit_exam", "_manifest.audit_report"],
    ["_manifest.audit_drift", "_manifest.audit_reading"],
    ["_manifest.offboarding_outcome"],
    ["_manifest.offboarding", "_manifest.outcome"],
    ["_manifest.offboarding_canvas", "_manifest.offboarding_d2l", "_manifest.offboarding_exam"],
    ["_manifest.offboarding_found", "_manifest.offboarding_given"],
    ["_manifest.onboarding", "_manifest.onboarding_given"],
    ["_manifest.canvas", "_manifest.d2l", "_manifest.exam"],
    ["_manifest.translation"],
    ["_manifest.schema"],
    ["_manifest.document", "_manifest.roads"],
    ["_manifest.vocabulary"],
    [
        "_platforms.canvas_binding",
        "_platforms.canvas_configuration",
        "_platforms.canvas_registration",
        "_platforms.canvas_tool",
        "_platforms.d2l_auth",
        "_platforms.d2l_deployment",
        "_platforms.d2l_link",
        "_platforms.d2l_org_units",
        "_platforms.d2l_registration",
        "_platforms.d2l_sharing",
        "_platforms.exam",
        "_platforms.luminus",
    ],
    ["_platforms.canvas_description", "_platforms.d2l_cascade"],
    ["_platforms.canvas_keys"],
    ["_platforms.canvas_shapes", "_platforms.d2l_resources"],
    ["_platforms.canvas", "_platforms.canvas_settings", "_platforms.d2l"],
    ["_platforms.d2l_versions"],
    ["_handback.task"],
    ["_handback.django_lti"],
    ["_handback.json_formats", "_handback.markdown", "_handback.spring"],
    ["_handback.merge"],
    ["_handback.entries", "_handback.file"],
    ["_request"],
    ["_document", "_task"],
    ["_reconcile"],
    ["_lookup", "_plan", "_platform"],
    ["_resource"],
    ["_fields", "_token_file"],
    ["_oauth2"],
    ["_client", "_markup", "_paging", "_settle"],
    ["_connection", "_kinds"],
    ["_answer", "_body", "_signing"],
    ["_secrets", "_errors"],
]
DEPTH = {name: depth for depth, names in enumerate(LAYERS) for name in names}


def platform(name):
    """The platform that a helper file is about; empty for what all share."""
    return name.removeprefix("_platforms.").split("_")[0] if name.startswith("_platforms.") else ""


def helper_names():
    return sorted(".".join(path.relative_to(HELPERS).with_suffix("").parts) for path in HELPERS.rglob("*.py"))


def imports(path):
    """Absolute names of all that a file imports."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found


def imported_helpers(path):
    """Names of the helper files that a file imports."""
    prefix = OURS + "module_utils."
    names = [name.removeprefix(prefix) for name in imports(path) if name.startswith(prefix)]
    return {next(known for known in helper_names() if name == known or name.startswith(known + ".")) for name in names}


def test_every_helper_has_its_layer():
    assert sorted(DEPTH) == helper_names()


@pytest.mark.parametrize("name", helper_names())
def test_imports_go_downhill(name):
    path = HELPERS / (name.replace(".", "/") + ".py")
    for other in imported_helpers(path):
        assert DEPTH[other] >= DEPTH[name], f"{name} imports {other}"
        assert platform(name) == platform(other) or not (platform(name) and platform(other)), f"{name} imports {other}"


@pytest.mark.parametrize("name", sorted(set(helper_names()) - {"_execution"}))
def test_only_the_front_end_knows_ansible(name):
    path = HELPERS / (name.replace(".", "/") + ".py")
    assert [found for found in imports(path) if found.split(".")[0] == "ansible"] == []


def test_sandbox_and_plugins_are_two_independent_readings():
    for path in (ROOT / "tests" / "sandbox").rglob("*.py"):
        assert not [name for name in imports(path) if "ansible" in name], path
    for path in (ROOT / "plugins").rglob("*.py"):
        assert not [name for name in imports(path) if name.split(".")[0] == "tests"], path


@pytest.mark.parametrize(
    "path", [*HELPERS.rglob("*.py"), *(ROOT / "tests" / "sandbox").rglob("*.py")], ids=lambda p: p.name
)
def test_no_file_needs_a_long_scroll(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) < 450


@pytest.mark.parametrize("path", [*(ROOT / "plugins").rglob("*.py")], ids=lambda p: p.name)
def test_what_may_be_shipped_is_python_3_9(path):
    ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 9))


@pytest.fixture(scope="module")
def pages():
    """What ansible-doc says of all modules, by name."""
    command = [str(Path(sys.executable).with_name("ansible-doc")), "--json", "--type", "module"]
    done = subprocess.run(
        [*command, *(f"edtech.lti.{path.stem}" for path in MODULES)],
        env={**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "build" / "link")},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
class TestModule:
    def test_is_documentation_with_a_few_lines_of_code(self, path):
        text = path.read_text(encoding="utf-8")
        code = text.split('"""\n\nfrom ansible_collections')[1]
        assert len(code.splitlines()) <= 16

    def test_documents_every_attribute_once(self, path, pages):
        """As Ansible reads the page: it finds fragments by rules of its own."""
        page = pages[f"edtech.lti.{path.stem}"]["doc"]
        assert {"check_mode", "diff_mode", "idempotent", "action_group"} <= set(page["attributes"])
        assert len(page.get("notes", [])) == len(set(page.get("notes", [])))

    def test_has_examples_and_returns_that_can_be_read(self, path):
        module = importlib.import_module(OURS + "modules." + path.stem)
        assert yaml.safe_load(module.EXAMPLES)
        for key, value in yaml.safe_load(module.RETURN).items():
            assert key.isidentifier()
            assert "sample" in value, f"{path.stem}: {key} has no sample"

    def test_secret_options_and_fields_are_marked_everywhere(self, path):
        module = importlib.import_module(OURS + "modules." + path.stem)
        task = module.TASK
        resource = getattr(task, "resource", None)
        for field in resource.fields if resource else ():
            if field.secret:
                assert field.on_wire.lower() in task.platform.dialect.secret_names
                assert not field.writable or "info" in path.stem or task.spec[field.name]["no_log"]
        told = {field.name for field in resource.fields} - set(resource.address) if resource else set()
        assert all("default" not in task.spec[name] for name in told & set(task.spec))


def test_generated_metadata_is_up_to_date():
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "metadata.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_what_ships_stands_on_its_own():
    """Nothing names a folder outside of the project."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    for name in filter(None, listed):
        path = ROOT / name
        if path.is_file() and path.suffix in (".py", ".yml", ".md", ".sh", ".toml", ""):
            assert "../" + "shared" not in path.read_text(encoding="utf-8", errors="replace"), name


ROLES = sorted(path.parents[1].name for path in (ROOT / "roles").glob("*/meta/argument_specs.yml"))


@pytest.mark.parametrize("role", ROLES)
def test_a_role_that_refuses_misspelt_variables_takes_those_that_it_documents(role):
    folder = ROOT / "roles" / role
    options = yaml.safe_load((folder / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))["argument_specs"]
    held = {}
    for path in (folder / "vars").rglob("*.yml"):
        held.update(yaml.load(path.read_text(encoding="utf-8"), _Template) or {})
    known = held.get(f"__{role}_variables")
    if known is None:
        assert not [name for name in held if name.endswith("_misspelt")]
        return
    # A list, or a template that puts the role's name before each word.
    names = known if isinstance(known, list) else [f"{role}_{word}" for word in re.findall(r"'(\w+)'", known)]
    assert {name for name in options["main"]["options"] if name not in names} == set()


class _Template(yaml.SafeLoader):
    """Takes texts that Ansible leaves alone for texts."""


_Template.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))
