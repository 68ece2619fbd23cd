"""Makes the checkout importable under the collection's real name, as Ansible does."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

from tests.sandbox.testing import Sandbox

ROOT = Path(__file__).resolve().parent.parent
LINK = ROOT / "build" / "link"


# Time limits have no place in tests that pass or fail. Continuous integration repeats the same examples,
# so that a change is judged by what it changed; everybody else looks for new ones.
settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.register_profile("thorough", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "default"))


def _link_checkout():
    """What ``scripts/build_tree.sh`` does, for those who call pytest themselves."""
    parent = LINK / "ansible_collections" / "edtech"
    parent.mkdir(parents=True, exist_ok=True)
    if not (parent / "lti").exists():
        (parent / "lti").symlink_to(ROOT, target_is_directory=True)


_link_checkout()
sys.path.insert(0, str(LINK))


@pytest.fixture(scope="session")
def running_sandbox():
    """One sandbox for a whole test process; use :func:`sandbox`."""
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running_sandbox):
    """A running sandbox with nothing in it."""
    running_sandbox.reset()
    yield running_sandbox
    running_sandbox.reset()
