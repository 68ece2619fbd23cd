"""Each integration target, run inside the controller and shipped, with the same results to the letter."""

from __future__ import annotations

import pytest

from tests.integration.playbooks import HERE, MODULES, connection, play, run

TARGETS = sorted(path.name for path in (HERE / "targets").iterdir())

# The number of writing requests so far; a lazy variable, so each use asks the sandbox.
JOURNAL_WRITES = (
    "{{ (lookup('ansible.builtin.url', sandbox_url ~ '/_sandbox/requests', split_lines=false) | from_json).requests"
    " | rejectattr('method', 'equalto', 'GET') | length }}"
)


def played(sandbox, folder, target, shipped):
    """The records of one run of a target on a fresh sandbox, with the secrets gone from all that shows."""
    sandbox.reset()
    variables = {
        "sandbox_url": sandbox.base_url,
        "journal_writes": JOURNAL_WRITES,
        "common": str(HERE / "common"),
        "target_folder": str(HERE / "targets" / target),
    }
    tasks = [{"name": "Run the target", "ansible.builtin.include_role": {"name": target}}]
    # Only our modules are shipped on purpose; what is Ansible's own is the same either way.
    return run(folder, [play(tasks, connection(sandbox), shipped=shipped, vars=variables)], "-vv", timeout=900).check()


def test_every_module_has_a_target():
    assert TARGETS == MODULES


@pytest.mark.parametrize("target", TARGETS)
def test_target(sandbox, tmp_path, target):
    inside = played(sandbox, tmp_path, target, shipped=False)
    shipped = played(sandbox, tmp_path, target, shipped=True)

    assert len(inside.of_modules()) > 10
    pairs = zip(inside.of_modules(), shipped.of_modules(), strict=True)
    found = [difference for one, other in pairs for difference in _differences(one, other)]
    assert not found, "\n".join(map(str, found))


def _differences(one, other):
    """Where the results of one task differ: task, key, and both values."""
    (task, inside), (same_task, shipped) = _timeless(one), _timeless(other)
    assert task == same_task
    keys = sorted({*inside, *shipped})
    return [(task, key, inside.get(key), shipped.get(key)) for key in keys if inside.get(key) != shipped.get(key)]


def _timeless(value):
    """Without the moments at which the two runs happened."""
    if isinstance(value, dict):
        return {k: _timeless(v) for k, v in value.items() if k not in ("created_at", "updated_at", "file_updated_at")}
    if isinstance(value, (list, tuple)):
        return [_timeless(member) for member in value]
    return value
