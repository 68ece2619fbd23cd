"""The collection in an execution environment: what ansible-builder finds in it, and what it makes of our definition.

No image is built here: that takes a container engine and a registry.
"""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from tests.integration.playbooks import ROOT

BUILDER = str(Path(sys.executable).with_name("ansible-builder"))
DEFINITION = "execution-environment.yml"

# What ansible-core needs is in every image, and urllib3 comes with requests.
BROUGHT = {"ansible", "ansible_collections", "cryptography", "jinja2", "packaging", "urllib3", "yaml"}
PACKAGES = {"jwt": "pyjwt"}
"""Packages that are called otherwise than what is imported of them."""


def _builder(*arguments, cwd):
    done = subprocess.run([BUILDER, *arguments], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def found(installed, tmp_path_factory):
    """What ansible-builder would install for the collection: lines for pip, and lines for bindep."""
    folder = tmp_path_factory.mktemp("introspected")
    python, system = folder / "requirements.txt", folder / "bindep.txt"
    _builder("introspect", "--write-pip", python, "--write-bindep", system, installed[1], cwd=folder)
    texts = [file.read_text(encoding="utf-8") if file.exists() else "" for file in (python, system)]
    # Behind each line ansible-builder notes which collection asked for it.
    return [[line.partition("  # ")[0] for line in text.splitlines()] for text in texts]


@pytest.fixture(scope="module")
def context(installed, tmp_path_factory):
    """The build context that our definition gives, beside the collection's tarball."""
    folder = tmp_path_factory.mktemp("definition")
    (folder / "build").mkdir()
    shutil.copy(ROOT / DEFINITION, folder)
    shutil.copy(installed[0], folder / "build")
    _builder("create", "--context", "made", "--output-filename", "Containerfile", cwd=folder)
    return folder / "made"


def _imported(folder):
    """The top names of all that Python files import, not counting Python's own."""
    names = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names.add(node.module.partition(".")[0])
    return names - sys.stdlib_module_names


def test_an_image_gets_the_packages_that_the_plugins_import_and_no_other(found):
    named = {canonicalize_name(Requirement(line).name) for line in found[0]}

    wanted = _imported(ROOT / "plugins") - BROUGHT
    assert named == {canonicalize_name(PACKAGES.get(name, name)) for name in wanted}


def test_an_image_can_sign_for_client_credentials(found):
    extras = {canonicalize_name(Requirement(line).name): Requirement(line).extras for line in found[0]}
    assert extras["pyjwt"] == {"crypto"}


def test_requirements_leave_room_for_those_of_other_collections(found):
    bounds = [specifier.operator for line in found[0] for specifier in Requirement(line).specifier]
    assert set(bounds) == {">="}


def test_an_image_gets_no_system_packages(found):
    assert found[1] == []


def test_the_tarball_brings_the_files_for_images_and_none_for_development(installed):
    with tarfile.open(installed[0]) as archive:
        names = {member.name for member in archive.getmembers() if member.isfile()}

    assert {"requirements.txt", "bindep.txt", "meta/execution-environment.yml", DEFINITION} <= names
    assert {name for name in names if name.startswith("tests/")} <= {"tests/config.yml"}
    assert not {name for name in names if name.startswith("requirements-")}
    assert not {"noxfile.py", "bandit.yaml", "Makefile", "pyproject.toml"} & names


def test_the_definition_installs_the_tarball_that_is_built(installed, context):
    asked = yaml.safe_load((context / "_build" / "requirements.yml").read_text(encoding="utf-8"))

    held = [path.relative_to(context / "_build") for path in (context / "_build" / "collections").iterdir()]
    assert [path.name for path in held] == [installed[0].name]
    assert asked == {"collections": [{"name": f"/build/{held[0]}", "type": "file"}]}


def test_the_image_has_a_core_that_the_collection_supports_and_the_runner(context):
    lines = (context / "Containerfile").read_text(encoding="utf-8").splitlines()

    (refs,) = [line.partition("=")[2].strip('"') for line in lines if line.startswith("ARG ANSIBLE_INSTALL_REFS=")]
    core, runner = (Requirement(ref) for ref in refs.split())
    assert (core.name, runner.name) == ("ansible-core", "ansible-runner")
    supported = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))["requires_ansible"]
    lowest = next(specifier.version for specifier in core.specifier if specifier.operator == ">=")
    assert lowest in SpecifierSet(supported)


def test_the_base_image_can_be_chosen_at_the_build(context):
    lines = (context / "Containerfile").read_text(encoding="utf-8").splitlines()
    assert any(line.startswith("ARG EE_BASE_IMAGE=") for line in lines)
    assert "FROM $EE_BASE_IMAGE AS base" in lines


def test_nothing_else_of_the_checkout_goes_into_the_build(context, installed):
    files = {str(path.relative_to(context)) for path in context.rglob("*") if path.is_file()}
    ours = {name for name in files if not name.startswith("_build/scripts/")}
    assert ours == {"Containerfile", "_build/requirements.yml", f"_build/collections/{installed[0].name}"}
