# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the module lti_handback does."""

from __future__ import annotations

import os
import re

from ansible_collections.edtech.lti.plugins.module_utils import _errors
from ansible_collections.edtech.lti.plugins.module_utils._errors import attempting
from ansible_collections.edtech.lti.plugins.module_utils._handback import entries as _entries
from ansible_collections.edtech.lti.plugins.module_utils._handback.django_lti import DjangoLti
from ansible_collections.edtech.lti.plugins.module_utils._handback.file import SharedFile
from ansible_collections.edtech.lti.plugins.module_utils._handback.json_formats import Ltijs, Platforms, Pylti1p3
from ansible_collections.edtech.lti.plugins.module_utils._handback.markdown import Markdown
from ansible_collections.edtech.lti.plugins.module_utils._handback.merge import merge
from ansible_collections.edtech.lti.plugins.module_utils._handback.spring import Spring
from ansible_collections.edtech.lti.plugins.module_utils._task import Task

FORMATS = {
    "pylti1p3": Pylti1p3,
    "ltijs": Ltijs,
    "django_lti": DjangoLti,
    "spring": Spring,
    "json": Platforms,
    "markdown": Markdown,
}
TEXT = {"type": "str", "no_log": False}
"""None of it is secret, though some of it is called after tokens and keys."""

LONGEST_NAME = 255
KEY = re.compile(r"-{4,} ?BEGIN|[\x00-\x1f\x7f{]|^M[A-Za-z0-9+/_-]{39,}=*$")
"""What no name of a file holds, but keys do: PEM, JSON, several lines; or a bare key in base64, which begins so."""
RANDOM = re.compile(r"[A-Za-z0-9+=_-]{40,}")
"""Long words; those of capitals, small letters and digits are of some key, and not of somebody's invention."""
INNER = re.compile(r"[A-Za-z0-9+/=_-]{16,}")
"""Parts of a key that say something without the rest."""


class HandbackTask(Task):
    """Writes platforms into a tool's configuration file, or takes them out."""

    speaks_http = False

    def argument_spec(self):
        named = (*_entries.IDENTITY, *_entries.FACTS, *_entries.BESIDES, "deployment_id", "environment_source")
        return {
            "path": {"type": "path", "required": True},
            "format": {"type": "str", "required": True, "choices": list(FORMATS)},
            "platforms": {
                "type": "list",
                "elements": "dict",
                "required": True,
                "options": {
                    **{name: dict(TEXT) for name in named},
                    # Not texts: of a null that Ansible would make "None".
                    "deployment_ids": {"type": "list", "elements": "raw"},
                },
            },
            "state": {"type": "str", "default": "present", "choices": ["present", "absent"]},
            "purge_deployments": {"type": "bool", "default": False},
            "private_key_file": dict(TEXT),
            "public_key_file": dict(TEXT),
            "registration_id": dict(TEXT),
            "redirect_uri": dict(TEXT),
            "scope": dict(TEXT),
            "title": dict(TEXT),
            "contact": dict(TEXT),
            "mode": {"type": "raw"},
        }

    def teach(self, secrets, arguments):
        """A key where the name of its file belongs is refused, and must not be shown in the refusal."""
        for name in ("private_key_file", "public_key_file"):
            if _is_key(arguments.get(name)):
                for text in _texts(arguments[name]):
                    secrets.learn(text)

    def run(self, run):
        options = run.options
        absent = options["state"] == "absent"
        shown = _entries.HALF.sub("?", options["path"])
        with attempting(f"{'removing platforms from' if absent else 'handing platforms back to'} {shown}"):
            mode = _mode(options["mode"])
            form = self._format(options)
            entries = self._entries(run, absent)
            file = SharedFile(options["path"])
            merged = self._merged(run, form, file, entries)
            held = file.mode()
            if run.check_mode:
                self._look_ahead(run, file, merged, held, mode)
            elif _work(merged, held, mode):
                # What was read without the lock may be old by now.
                with file.locked():
                    merged, held = self._merged(run, form, file, entries), file.mode()
                    if merged.changes:
                        merged.warnings += file.replace(merged.content, mode)
                    elif _work(merged, held, mode):
                        file.chmod(mode)
        for sentence in merged.warnings:
            run.warn(sentence)
        return self._result(options, merged, held, mode)

    @staticmethod
    def _format(options):
        path = options["path"]
        _entries.refuse_unwritable(path, "path")
        if not os.path.isabs(path):
            raise _errors.InvalidError(
                f"path is not absolute: {path}", hint='Write it like "{{ playbook_dir }}/files/platforms.json".'
            )
        if options["format"] == "spring" and path.endswith((".yml", ".yaml")):
            raise _errors.InvalidError(
                "format spring writes properties, not YAML",
                hint="Give a path such as lti.properties, and import it with spring.config.import.",
            )
        for name in ("private_key_file", "public_key_file"):
            if _is_key(options[name]):
                raise _errors.InvalidError(
                    f"{name} holds a key", hint="Give the name of the file that has it; no key goes into this file."
                )
        for name, value in options.items():
            if isinstance(value, str):
                _entries.refuse_unwritable(value, name)
        return FORMATS[options["format"]](options)

    @staticmethod
    def _entries(run, absent):
        entries = _entries.gathered(run.options["platforms"], absent=absent, predicting=run.check_mode, warn=run.warn)
        wanted = run.options["registration_id"]
        if wanted and len(entries) > 1:
            raise _errors.InvalidError(
                f"registration_id is for one client, and platforms has {len(entries)}",
                hint="Give each platform a registration_id of its own.",
            )
        return [{**entry, "registration_id": entry["registration_id"] or wanted or None} for entry in entries]

    @staticmethod
    def _merged(run, form, file, entries):
        options = run.options
        return merge(
            form,
            file.held(),
            entries,
            absent=options["state"] == "absent",
            purge=options["purge_deployments"],
            predicting=run.check_mode,
        )

    @staticmethod
    def _look_ahead(run, file, merged, held, mode):
        """Say in check mode what a run would say, or fail of."""
        if merged.changes and not file.has_folder():
            run.warn(
                f"The folder {file.folder} does not exist yet; this prediction assumes that an earlier task creates it."
            )
        elif _work(merged, held, mode):
            merged.warnings += file.obstacles(merged.changes)

    @staticmethod
    def _result(options, merged, held, mode):
        before, after = merged.before, merged.after
        if _work(merged, held, mode) and mode is not None:
            before = (f"mode {held:04o}\n" if held is not None else "") + before
            after = f"mode {mode:04o}\n" + after
        path = options["path"]
        return {
            "changed": _work(merged, held, mode),
            "path": path,
            "entries": merged.entries,
            "diff": {"before": before, "after": after, "before_header": path, "after_header": path},
        }


def composed(options):
    """The text of a file that holds nothing but ``platforms``. Nothing is written.

    :param options: those of the module, by name; None for what is not given.
    :raises InvalidError: as a task with these options would.
    """
    form = HandbackTask._format(options)
    return merge(form, None, _entries.gathered(options["platforms"])).content.decode(form.encoding)


def _work(merged, held, mode):
    """Is there anything to do?"""
    return merged.changes or (None not in (mode, held) and mode != held)


def _is_key(value):
    """Is this a key, or a part of one, where the name of its file belongs?"""
    text = value if isinstance(value, str) else str(value or "")
    if len(text) > LONGEST_NAME or KEY.search(text):
        return True
    return any(all(re.search(kind, run) for kind in ("[a-z]", "[A-Z]", "[0-9]")) for run in RANDOM.findall(text))


def _texts(value):
    """All spellings in which a key might be shown; what is half a letter cannot be, so it parts them."""
    if isinstance(value, dict):
        value = [value, str(value), *value.values()]
        return [text for one in value[1:] for text in _texts(one)]
    if isinstance(value, list):
        return [text for one in [str(value), *value] for text in _texts(one)]
    text = str(value)
    inner = [one for one in INNER.findall(text) if one != text]
    return [piece for one in (text, *inner) for piece in _entries.HALF.split(one) if len(piece) > 3]


def _mode(value):
    """Permissions as a number; None for those that a file has anyway.

    :raises InvalidError: for what is none, symbolic ones included.
    """
    if value in (None, ""):
        return None
    # YAML reads 0640 as the octal number that it looks like; of 640 it makes another one, with which nobody could
    # read the file. Whoever really means such permissions can write them as a text.
    if isinstance(value, int) and not isinstance(value, bool) and re.fullmatch("[46][046][046]", f"{value:o}"):
        return value
    if isinstance(value, str) and re.fullmatch("[0-7]{3,4}", value):
        return int(value, 8)
    raise _errors.InvalidError(
        f"mode cannot be {value!r}",
        hint='Write it in quotes, and like "0640": without them YAML makes another number of it.',
    )
