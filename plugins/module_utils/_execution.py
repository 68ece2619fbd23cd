# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a task: as a shipped module, or inside the controller. The only file that knows Ansible.

Both ways share everything from the raw arguments to the finished result, so that a playbook cannot
tell them apart.
"""

from __future__ import annotations

import datetime
import traceback

from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.errors import UnsupportedError

from ansible_collections.edtech.lti.plugins.module_utils import _client
from ansible_collections.edtech.lti.plugins.module_utils._errors import ApiError, ProtocolError
from ansible_collections.edtech.lti.plugins.module_utils._lookup import Run
from ansible_collections.edtech.lti.plugins.module_utils._secrets import HIDDEN, Secrets

MISSPELT_FLOOR = 8
"""Shorter texts under a name that is no option are words rather than secrets."""


def plain(value):
    """Plain data: no tagged, lazily decrypted or otherwise clever texts, and keys that JSON knows.

    ansible-core 2.19+ hands action plugins subclasses of the built-in types, and vaulted texts that
    are still encrypted; neither belongs into signatures or results.
    """
    if isinstance(value, dict):
        return {_text(key): plain(member) for key, member in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [plain(member) for member in value]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8")
    return _text(value)


def _text(value):
    # Up to ansible-core 2.18 whatever is done with an unsafe text gives another one; this does not.
    return str.__str__(str(value))


def run_module(task):
    """What a module's ``main()`` does."""
    module = _Module(task)
    result = _outcome(task, module.run, module.warn)
    if result.get("failed"):
        module.fail_json(**result)
    if task.confidential:
        # The result is the secret, and Ansible would hide it from the tasks that need it.
        module.params = module.run.secrets.scrub(module.params)
        module.no_log_values.clear()
    module.exit_json(**result)


_loops = {}
"""What the items of the loop that this process is working on have found so far; one loop at a time."""


def run_in_controller(task, name, arguments, check_mode, loop=None):
    """What the module ``name`` would return, without starting a process for it.

    :param task: the module's ``TASK``.
    :param arguments: the task's arguments as the action plugin has them.
    :param loop: the same for all items of one task's loop, so that they look up parents and listings only once.
    :returns: the result of the task as plain data.
    """
    given, read_only = _arguments(task, arguments)
    secrets = _learnt(task, given)
    validated = ArgumentSpecValidator(task.spec, **task.rules).validate(given)
    if validated.error_messages:
        message = validated.errors.msg
        if isinstance(validated.errors[0], UnsupportedError):
            message = f"Unsupported parameters for ({name}) module: {message}"
        return secrets.scrub({"failed": True, "changed": False, "msg": message})
    options = validated.validated_parameters
    if loop not in _loops:
        _loops.clear()
    known, listings = ({}, None) if loop is None else _loops.setdefault(loop, ({}, {}))
    run = Run({n: options[n] for n in given}, options, read_only, check_mode, secrets, known, listings)
    warnings = []
    result = _outcome(task, run, warnings.append)
    return {**result, "warnings": warnings} if warnings else result


def forget_loops():
    """What was found so far is forgotten, because a write is not seen here: an item runs somewhere else."""
    _loops.clear()


class _Module(AnsibleModule):
    """Keeps apart what the user gave and what is only a default: omitted is not null."""

    def __init__(self, task):
        self._task = task
        super().__init__(argument_spec=task.spec, supports_check_mode=True, **task.rules)
        given = {name: self.params[name] for name in self._given}
        self.run = Run(given, self.params, self._read_only, self.check_mode, self._secrets)

    def add_path_info(self, kwargs):
        """Nothing: Ansible would add a file's owner and size to a result with a ``path``, in a shipped module only."""
        return kwargs

    def _load_params(self):
        super()._load_params()
        internal = {name: value for name, value in self.params.items() if name.startswith("_ansible_")}
        given = {name: value for name, value in self.params.items() if name not in internal}
        self._given, self._read_only = _arguments(self._task, given)
        self.params = {**self._given, **internal}
        # Learnt before Ansible writes the arguments into the system's log.
        self._secrets = _learnt(self._task, self._given, self.no_log_values.add)


def _arguments(task, raw):
    """The user's arguments as plain data: those for options, and read-only keys that came along.

    Read-only keys are what an info module returned, handed back together with its id. A secret that
    is only the mask of one (again from an info module) is left out, which means "leave alone";
    Ansible would take the mask itself for a secret and hide it everywhere.

    :returns: a pair of dicts.
    """
    arguments, read_only = {}, {}
    for name, value in plain(raw).items():
        spec = task.spec.get(name, {})
        if not spec and name in task.tolerated and raw.get(task.told_by) is not None:
            read_only[name] = value
        elif not (value == HIDDEN and spec.get("no_log")):
            meant = _meant(spec, value)
            # To an option with a default, nothing means that default; and of some choices nothing is none.
            no_choice = "choices" in spec and task.choices_may_be_blank
            if meant is not None or (spec.get("default") is None and not no_choice):
                arguments[name] = meant
    return arguments, read_only


def _meant(spec, value):
    """None for an empty text that can only stand for nothing.

    Templates make empty texts of nulls, and so do surveys; only to a free text does an empty one
    mean something else.
    """
    free_text = spec.get("type", "str") in ("str", "path") and "choices" not in spec
    return None if value == "" and not free_text else value


def _learnt(task, arguments, on_learn=None):
    """The secrets among the arguments, of whatever type they are, and what stands under a name that may be misspelt."""
    secrets = Secrets(on_learn)
    task.teach(secrets, arguments)
    for text in _secret_texts(task.spec, arguments):
        secrets.learn(text)
    return secrets


def _secret_texts(spec, arguments):
    for name, value in arguments.items():
        known = spec.get(name)
        if known is None:
            yield from (text for text in _leaves(value) if len(text) >= MISSPELT_FLOOR and text not in spec)
        elif known.get("no_log"):
            yield from _leaves(value)
        elif known.get("options"):
            for one in value if isinstance(value, list) else [value]:
                yield from _secret_texts(known["options"], one if isinstance(one, dict) else {})


def _leaves(tree):
    """What stands in plain data, names included, as texts."""
    if isinstance(tree, dict):
        yield from tree
    if isinstance(tree, (dict, list)):
        for value in tree.values() if isinstance(tree, dict) else tree:
            yield from _leaves(value)
    elif tree is not None and not isinstance(tree, bool):
        yield str(tree)


def _outcome(task, run, warn):
    """The finished result of a task: failures explained, secrets hidden, warnings passed on."""
    said = []
    run.warn = said.append
    try:
        if task.speaks_http and _client.requests is None:
            result = {"failed": True, "changed": False, "msg": missing_required_lib("requests")}
        else:
            result = task.run(run) if task.confidential else run.secrets.scrub(task.run(run))
    except ApiError as error:
        result = _failed(error)
    except RecursionError:
        result = _failed(ProtocolError("the platform's answer is nested deeper than anybody can read"))
    except Exception as error:  # the text of a foreign exception may hold a secret in any form, so it is left out
        result = {
            "failed": True,
            "changed": False,
            "msg": f"edtech.lti made a mistake ({type(error).__name__}). Please report it, with the exception below.",
            "exception": "".join(traceback.format_tb(error.__traceback__)),
        }
    for text in dict.fromkeys(said):
        warn(run.secrets.scrub(text))
    return run.secrets.scrub(result) if result.get("failed") else result


def _failed(error):
    return {"failed": True, "changed": False, "msg": error.sentence(), "failure": error.failure(), **error.done}
