"""The supported cores of Ansible on their Pythons: `nox -l` lists the sessions, docs/releasing.md says more.

A session is a stage of `make test` on one core. `make test` itself runs on one core and one Python only.
"""

from __future__ import annotations

import os
import shutil
import subprocess

import nox

CORES = {
    "2.18": ["3.11"],
    "2.19": ["3.11", "3.12"],
    "2.20": ["3.12"],
    "2.21": ["3.13"],
}
"""Supported ansible-core versions, and the Pythons of a controller that each is tested on."""
OLDEST = "3.9"
"""On a target: scripts/sanity.sh compiles and imports with it what may be shipped."""

nox.needs_version = ">=2025.2"
nox.options.envdir = "build/nox"
nox.options.reuse_venv = "yes"
nox.options.download_python = "never"
nox.options.error_on_missing_interpreters = True  # what was not run is not green

ENVIRONMENT = {
    "ANSIBLE_COLLECTIONS_PATH": os.path.abspath("build/link"),
    "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
    "ANSIBLE_LOCALHOST_WARNING": "false",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
}
"""As the Makefile has it."""


def _let_pyenv_show_its_pythons():
    """Make python3.12 and the like that pyenv has installed answer to their names.

    pyenv shows only those that are chosen, which usually is one.
    """
    if not shutil.which("pyenv") or "PYENV_VERSION" in os.environ:
        return

    def said(*command):
        done = subprocess.run(["pyenv", *command], capture_output=True, text=True, check=False)  # noqa: S603, S607
        return done.stdout.split()

    wanted = {OLDEST, *(python for pythons in CORES.values() for python in pythons)}
    found = [version for version in said("versions", "--bare") if version.rpartition(".")[0] in wanted]
    chosen = said("version-name")[:1]  # stays first, for plain `python3`
    names = chosen[0].split(":") if chosen else []
    os.environ["PYENV_VERSION"] = ":".join([*names, *(version for version in found if version not in names)])


def _install(session, core, *more):
    session.install(f"ansible-core~={core}.0", *more)
    session.run("ansible", "--version", silent=True)
    session.log(f"ansible-core {core} on Python {session.python}")


def _pytest(session, core, folder):
    _install(session, core, "-r", "requirements-dev.txt")
    session.run("scripts/build_tree.sh", external=True)
    session.run("scripts/awx_collection.sh", external=True)
    arguments = session.posargs or [folder, "-n", "4", "--dist", "worksteal"]
    session.run("pytest", *arguments, env=ENVIRONMENT)


def unit(session, core):
    """Rules, property tests and the sandbox's own tests."""
    _pytest(session, core, "tests/unit")


def sanity(session, core):
    """ansible-test sanity, without an ignore file."""
    _install(session, core)
    session.run("scripts/sanity.sh", *session.posargs, external=True, env=ENVIRONMENT)


def integration(session, core):
    """Real ansible-playbook runs against the sandbox."""
    _pytest(session, core, "tests/integration")


def _declare(stage, core, pythons):
    def session_of_core(session):
        stage(session, core)

    session_of_core.__doc__ = stage.__doc__
    name = f"{stage.__name__}-{core}"
    # With one Python its version is no part of the name, so that `nox -s unit-2.21` is all there is to type.
    nox.session(
        session_of_core, name=name, python=pythons if len(pythons) > 1 else pythons[0], tags=[core, stage.__name__]
    )


_let_pyenv_show_its_pythons()
for _core, _pythons in CORES.items():
    for _stage in (sanity, unit, integration):
        _declare(_stage, _core, _pythons)
