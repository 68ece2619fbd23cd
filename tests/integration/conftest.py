"""What integration tests share."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from tests.integration import packages
from tests.integration.playbooks import HERE


@pytest.fixture(scope="session")
def prepared(tmp_path_factory):
    """Variables for a run that ship modules to Pythons that have started already (see prepared_python.py).

    The connection is then called ``prepared`` instead of ``local``.
    """
    folder = tmp_path_factory.mktemp("prepared")
    address, compiled = folder / "socket", folder / "compiled"
    compiled.mkdir()
    server = subprocess.Popen([sys.executable, str(HERE / "prepared_python.py"), str(address), str(compiled)])
    try:
        while not address.exists():
            assert server.poll() is None, "it ended before it listened"
            time.sleep(0.01)
        yield {
            "ANSIBLE_CONNECTION_PLUGINS": str(HERE / "connection_plugins"),
            "ANSIBLE_PIPELINING": "true",
            "PREPARED_PYTHON": str(address),
        }
    finally:
        server.terminate()
        server.wait()


@pytest.fixture(scope="session")
def installed(tmp_path_factory):
    """The collection's tarball, and the otherwise empty folder into which it was installed."""
    return packages.installed(tmp_path_factory.mktemp("package"))
