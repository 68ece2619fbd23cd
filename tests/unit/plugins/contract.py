"""What every state module promises, for any pair of desired and found state."""

from __future__ import annotations

import importlib

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from .conftest import MODULES

RUNS = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])

# The platform takes a text of blanks for an empty one, and keeps the rest as it is.
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12).filter(
    str.strip
)


def some(required=None, optional=None):
    """Dicts with all required keys and any of the optional ones."""
    return st.fixed_dictionaries(required or {}, optional=optional or {})


def assert_contract(runner, module, arguments):
    """Check mode writes nothing and predicts; the run does it; the second run is quiet."""
    start = _held(runner, module)
    runner.writes()
    predicted = runner(module, check=True, **arguments)
    assert runner.writes() == []
    assert _held(runner, module) == start

    done = runner(module, **arguments)
    written = runner.writes()
    assert "failure" not in done, done
    assert (predicted["changed"], predicted["diff"]) == (done["changed"], done["diff"])
    assert bool(written) == done["changed"]
    assert set(predicted) - {"warnings"} == set(done) - {"warnings"}
    _assert_predicted(predicted, done, module)

    again = runner(module, **arguments)
    assert runner.writes() == []
    assert not again["changed"]
    assert again["diff"]["before"] == again["diff"]["after"]


def _held(runner, module):
    """What the platform holds, without its book-keeping."""
    state = runner.sandbox.state(module.split("_")[0])
    return {name: value for name, value in state.items() if name != "nonces"}


def _assert_predicted(predicted, done, module):
    """What check mode claims to know is what happens; what it does not know it leaves null."""
    resource = importlib.import_module(MODULES + module).TASK.resource
    one, other = predicted[resource.name], done[resource.name]
    assert (one is None) == (other is None)
    for key, value in (one or {}).items():
        assert key in other
        if value not in (None, "", {}) and not key.endswith(("_time", "_at", "exam_content")) and key != "status":
            as_planned = key in resource.fields and resource.fields[key].kind.fulfilled(value, other[key])
            assert as_planned or other[key] == value, key
