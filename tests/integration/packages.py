"""The collection as users get it: its tarball, as `make build` makes it, and what ansible-galaxy installs of that."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.integration.playbooks import ROOT

GALAXY = str(Path(sys.executable).with_name("ansible-galaxy"))


def installed(folder):
    """Build the tarball and install it into an empty folder.

    :return: the path of the tarball, and a folder for ANSIBLE_COLLECTIONS_PATH. Both are below ``folder``.
    """
    # Without the checkout on the search path, where the collection would count as installed already.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
    environment["ANSIBLE_HOME"] = str(folder / "home")

    def call(*command, cwd=ROOT):
        done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    # A copy of its own, because others who test beside us build theirs in build/tree.
    copy = folder / "source"
    for name in call("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0"):
        if name and os.path.lexists(ROOT / name):
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy / name, follow_symlinks=False)
    call(GALAXY, "collection", "build", "--output-path", str(folder), cwd=copy)
    (tarball,) = folder.glob("edtech-lti-*.tar.gz")
    call(GALAXY, "collection", "install", str(tarball), "--collections-path", str(folder / "installed"), "--offline")
    return tarball, folder / "installed"
