"""No module shows a planted secret: however it runs, however it fails, whatever the server repeats."""

from __future__ import annotations

import itertools

import pytest
import requests

from ansible_collections.edtech.lti.plugins.module_utils import _oauth2
from ansible_collections.edtech.lti.plugins.module_utils._handback.file import SharedFile
from ansible_collections.edtech.lti.plugins.module_utils._manifest import preflight

from .planted import (
    ARGUMENTS,
    KINDS,
    MODULES,
    OLD,
    OTHERS,
    Echo,
    cases,
    in_controller,
    leaves,
    planted,
    secret_options,
    secrets_in,
    shipped,
    task_of,
    traces,
)

PATHS = pytest.mark.parametrize("path", [in_controller, shipped], ids=["in the controller", "shipped"])


@pytest.fixture(scope="module")
def echo():
    server = Echo()
    yield server
    server.close()


@pytest.fixture
def runs(echo, tmp_path, monkeypatch):
    """Runs a case by either way; returns its arguments and all that could be seen."""
    verbosity, checks = itertools.cycle(range(5)), itertools.cycle((False, False, True))

    def run(path, module, make, kind, **changes):
        _oauth2._kept.clear()
        given = {**make(echo, tmp_path), **changes}
        echo.kind, echo.secrets, echo.seen = kind, secrets_in(given), []
        echo.names = sorted(_secret_names(module))
        more = {"monkeypatch": monkeypatch} if path is shipped else {}
        return given, path(module, given, next(checks), next(verbosity), **more)

    run.folder = tmp_path
    return run


def _secret_names(module):
    task = task_of(module)
    platforms = getattr(task, "_platforms", {}).values() or [getattr(task, "platform", None)]
    return {name for one in platforms if one is not None for name in one.dialect.secret_names}


def handed_over(module, shown):
    """Is the result itself the secret? Then it is kept out of all output by other means, and tested with playbooks."""
    return task_of(module).confidential and '"failed": true' not in shown


def test_every_module_is_tried():
    assert {*ARGUMENTS, *(module for module, _name in OTHERS)} == set(MODULES)


@pytest.mark.parametrize("module", MODULES)
def test_every_secret_option_is_planted(module, echo, tmp_path):
    given = set()
    for make in cases(module).values():
        arguments = make(echo, tmp_path)
        given |= {*arguments} | {f"canvas.{name}" for name in arguments.get("canvas", ())}
    if module == "api_request":
        given |= {"oauth_private_key", "oauth_client_secret", "app_key", "user_key"}  # as with d2l_lti_registration
    assert set(secret_options(module)) <= given


@PATHS
@pytest.mark.parametrize("module", MODULES)
def test_no_failure_shows_a_secret(module, path, runs):
    for (name, make), kind in itertools.product(cases(module).items(), KINDS):
        given, shown = runs(path, module, make, kind)
        if handed_over(module, shown):
            continue
        assert traces(shown, {*secrets_in(given), OLD}) == [], (name, kind, shown)


WRONG = {
    "a list": lambda secret: [secret],
    "an object": lambda secret: {"key": secret},
    "a number": lambda secret: int.from_bytes(secret.encode()[3:10], "big"),
    "a fraction": lambda secret: int.from_bytes(secret.encode()[3:8], "big") + 0.5,
    "nested": lambda secret: [{"deep": [secret]}],
}
"""Other types in which a secret may be given."""


@PATHS
@pytest.mark.parametrize("module", MODULES)
def test_no_wrong_argument_shows_a_secret(module, path, runs):
    """Of the wrong type, beside an unknown option, under a misspelt name, or with others wrong beside it."""
    for make in cases(module).values():
        options = [name for name in make(Echo.nowhere, runs.folder) if name in secret_options(module)]
        for option, (name, change) in itertools.product(options, WRONG.items()):
            secret = planted(option)
            for changes in (
                {option: change(secret)},
                {option: change(secret), "timeout": "soon"},
                {option: change(secret), "no_such_option": 1},
                {f"{option}s": change(secret), option: secret},
                {option.replace("_", "-"): change(secret)},
            ):
                _given, shown = runs(path, module, make, "401", **changes)
                if handed_over(module, shown):
                    continue
                shape = {str(leaf) for leaf in leaves(change(secret)) if not isinstance(leaf, str) and leaf != 1}
                assert traces(shown, {secret, *shape}) == [], (option, name, changes, shown)


@PATHS
@pytest.mark.parametrize("module", MODULES)
def test_no_mistake_of_ours_shows_a_secret(module, path, runs, monkeypatch):
    """Whatever breaks inside, with a text that nobody foresaw, and causes of causes."""

    def broken(*arguments, **options):
        try:
            raise ValueError(f"{arguments} {options} {' '.join(secrets)}")
        except ValueError as error:
            raise KeyError(*secrets) from error

    secrets = set()
    monkeypatch.setattr(requests.Session, "request", broken)
    monkeypatch.setattr(SharedFile, "held", broken)
    monkeypatch.setattr(preflight.Inspection, "all", broken)
    for name, make in cases(module).items():
        secrets |= secrets_in(make(Echo.nowhere, runs.folder))
        _given, shown = runs(path, module, make, "401")
        if '"failed": true' in shown:
            assert traces(shown, secrets) == [], (name, shown)


@pytest.mark.parametrize("twin", [False, True], ids=["variable", "file"])
@pytest.mark.parametrize("module", [one for one in MODULES if one in ARGUMENTS and one != "d2l_access_token"])
def test_no_secret_out_of_the_environment_is_shown(module, twin, runs, monkeypatch, tmp_path):
    platform = module.partition("_")[0]
    for name, make in cases(module).items():
        given = make(Echo.nowhere, tmp_path)
        secrets = {option: text for option, text in given.items() if option in secret_options(module)}
        secrets.pop("oauth_consumer_secret", None)
        for option, text in secrets.items():
            variable = f"{platform}_{option}".upper()
            file = tmp_path / option
            file.write_text(text + "\n")
            monkeypatch.delenv(variable, raising=False)
            monkeypatch.setenv(f"{variable}_FILE" if twin else variable, str(file) if twin else text)
        _given, shown = runs(in_controller, module, make, "403", **dict.fromkeys(secrets, ""))
        for option in secrets:
            monkeypatch.delenv(f"{platform}_{option}".upper() + ("_FILE" if twin else ""))
        assert '"status": 403' in shown, (name, shown)
        assert traces(shown, set(secrets.values())) == [], (name, shown)
