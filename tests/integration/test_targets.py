"""Each integration target, run inside the controller and shipped, with the same results to the letter."""

from __future__ import annotations

import re
import shutil

import pytest

from tests.integration.playbooks import (
    CREDENTIALS,
    HERE,
    MODULES,
    connection,
    platform_of,
    play,
    published,
    run,
    tokens,
)

ANY = ("exam", "d2l")
"""Platforms that the target of a module for any of them logs in to by default; the others' options are the same."""

TARGETS = sorted(path.name for path in (HERE / "targets").iterdir())

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@pytest.fixture(scope="session")
def pages():
    """The address of what vendors publish."""
    with published(HERE / "pages") as address:
        yield address


def played(sandbox, folder, target, pages, prepared=None):
    """The records of one run of a target on a fresh sandbox, with the secrets gone from all that shows.

    :param prepared: where to ship modules; None runs them in the controller.
    """
    sandbox.reset()
    scratch = folder / "scratch"  # the same path in both runs, because messages name it
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    sandbox.service.journal.count_writes_in(folder / "writes")
    wanted = platform_of(target)
    variables = {
        "sandbox_url": sandbox.base_url,
        # The number of writing requests so far; a lazy variable, so each use looks again.
        "journal_writes": f"{{{{ lookup('ansible.builtin.file', '{folder / 'writes'}') | int }}}}",
        "common": str(HERE / "common"),
        "target_folder": str(HERE / "targets" / target),
        "scratch": str(scratch),
        "pages_url": pages,
        **(_client_key(sandbox, scratch) if wanted == "d2l" else {}),
    }
    defaults = {
        f"group/edtech.lti.{platform}": connection(sandbox, platform)
        for platform in CREDENTIALS
        if wanted == platform or (wanted is None and platform in ANY)
    }
    tasks = [{"name": "Run the target", "ansible.builtin.include_role": {"name": target}}]
    # Only our modules are shipped on purpose; what is Ansible's own is the same either way.
    if prepared:
        variables["ansible_connection"] = "prepared"
    one = play(tasks, module_defaults=defaults, shipped=bool(prepared), vars=variables)
    outcome = run(folder, [one], "-vv", environment=prepared, timeout=900).check()
    assert not [token for token in tokens(sandbox) if token in outcome.text]
    return outcome


def _client_key(sandbox, folder):
    """Variables that name a new key of the sandbox's application for client credentials."""
    made = sandbox.seed("d2l").new_client_key("ES256")
    file = folder / "key.pem"
    file.write_text(made["private_key"], encoding="utf-8")
    return {"client_key_file": str(file), "client_key_id": made["key_id"]}


def test_every_module_has_a_target():
    assert TARGETS == MODULES


@pytest.mark.parametrize("target", TARGETS)
def test_target(sandbox, tmp_path, pages, prepared, target):
    inside = played(sandbox, tmp_path, target, pages)
    shipped = played(sandbox, tmp_path, target, pages, prepared)

    assert len(inside.of_modules()) > 10
    one, other = _comparable(inside.of_modules()), _comparable(shipped.of_modules())
    found = [difference for pair in zip(one, other, strict=True) for difference in _differences(*pair)]
    assert not found, "\n".join(map(str, found))


def _differences(one, other):
    """Where the results of one task differ: task, key, and both values."""
    (task, inside), (same_task, shipped) = one, other
    assert task == same_task
    keys = sorted({*inside, *shipped})
    return [(task, key, inside.get(key), shipped.get(key)) for key in keys if inside.get(key) != shipped.get(key)]


def _comparable(value, guids=None):
    """Without the moments of a run, and with the numbers of GUIDs in the order in which the run met them.

    A server makes GUIDs up, so those of two runs differ, but each stands for the same object in both.
    """
    guids = {} if guids is None else guids
    if isinstance(value, dict):
        moments = ("created_at", "updated_at", "file_updated_at")
        return {name: _comparable(value[name], guids) for name in sorted(value) if name not in moments}
    if isinstance(value, (list, tuple)):
        return [_comparable(member, guids) for member in value]
    if isinstance(value, str):
        return GUID.sub(lambda found: f"GUID {guids.setdefault(found[0].lower(), len(guids) + 1)}", value)
    return value
