"""What the tests of security share with those of the plugins."""

from __future__ import annotations

import pytest

from tests.unit.plugins.conftest import _forget_earlier_tests, _no_long_pauses
from tests.unit.plugins.scripted import Script

__all__ = ["_forget_earlier_tests", "_no_long_pauses", "script"]


@pytest.fixture
def script():
    """A server that answers what a test lays down."""
    server = Script()
    yield server
    server.close()
