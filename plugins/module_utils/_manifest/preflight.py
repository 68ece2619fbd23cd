# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Preflight: what the module ``lti_preflight`` does with the parts beside this file."""

from __future__ import annotations

import re

from ansible_collections.edtech.lti.plugins.module_utils import _errors
from ansible_collections.edtech.lti.plugins.module_utils._connection import LONGEST_TIMEOUT, Connection
from ansible_collections.edtech.lti.plugins.module_utils._errors import attempting
from ansible_collections.edtech.lti.plugins.module_utils._manifest import (
    document,
    preflight_canvas,
    preflight_findings,
    preflight_keys,
    preflight_live,
    preflight_manifest,
    preflight_server,
    preflight_targets,
    preflight_texts,
    vocabulary,
)
from ansible_collections.edtech.lti.plugins.module_utils._manifest.preflight_findings import ERROR, WARNING
from ansible_collections.edtech.lti.plugins.module_utils._task import Task

SUBJECTS = ("manifest", "canvas_settings", "d2l_registration", "d2l_deployment", "exam_tool_provider")
_FAILS = {"error": (ERROR,), "warning": (ERROR, WARNING), "never": ()}
_UNREADABLE_SECRET = re.compile(
    r"""(?:secret|passw(?:or)?d|pwd|passphrase|(?:private|api)[_-]?key|(?:access|refresh|bearer|auth|api)[_-]?token|["']d)"""
    r"""["']?\s*[:=]\s*(?:"([^"\n]+)|'([^'\n]+)|([^"'\s,}]+))""",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"""'([^'\n]{8,})'|"([^"\n]{8,})["]""")
_LEAST_KEY_TEXT = 8


class PreflightTask(Task):
    """Looks at descriptions of a tool before anything is written."""

    rules = {"required_one_of": [SUBJECTS]}

    def argument_spec(self):
        return {
            "manifest": {"type": "raw"},
            "canvas_settings": {"type": "raw"},
            "redirect_uris": {"type": "list", "elements": "str"},
            "d2l_registration": {"type": "dict"},
            "d2l_deployment": {"type": "dict"},
            "exam_tool_provider": {"type": "dict"},
            "platforms": {"type": "list", "elements": "str", "choices": list(document.PLATFORMS)},
            "data": {"type": "list", "elements": "str", "choices": list(vocabulary.DATA_CLASSES)},
            "le_version": {"type": "str"},
            "production": {"type": "bool", "default": True},
            "fail_on": {"type": "str", "default": "error", "choices": list(_FAILS)},
            "ignore": {"type": "list", "elements": "str", "default": []},
            "live": {"type": "bool", "default": False},
            "timeout": {"type": "float", "default": 10},
            "validate_certs": {"type": "bool", "default": True},
            "ca_path": {"type": "path"},
            "allow_http": {"type": "bool", "default": False},
            "allow_local": {"type": "bool", "default": False},
            "canvas": {"type": "dict", "options": preflight_server.OPTIONS},
        }

    def teach(self, secrets, arguments):
        connection = arguments.get("canvas")
        if isinstance(connection, dict):
            secrets.learn(connection.get("access_token"))
        for name in (*SUBJECTS, "redirect_uris"):
            for text in _secrets_in(name, arguments.get(name)):
                secrets.learn(text)
                secrets.learn(text.lower() if len(text) >= _LEAST_KEY_TEXT else None)  # as hosts are told

    def run(self, run):
        with attempting("the check before anything is written"):
            self._check(run.options)
            inspection = Inspection(run)
            found = [one for one in inspection.all() if one["code"] not in run.options["ignore"]]
            findings = preflight_findings.ordered(found)
            counts = preflight_findings.counts(findings)
            result = {"changed": False, "findings": findings, "counts": counts, "seen": inspection.seen}
            if findings and findings[0]["severity"] in _FAILS[run.options["fail_on"]]:
                worst = findings[0]
                refusal = _errors.InvalidError(
                    f"{preflight_findings.in_words(counts)}, the first at {worst['where']}: {worst['message']}",
                    hint=worst["fix"],
                )
                refusal.done = result
                raise refusal
        return result

    @staticmethod
    def _check(options):
        unknown = sorted(set(options["ignore"]) - set(preflight_findings.CODES))
        if unknown:
            raise _errors.InvalidError(f"ignore names {', '.join(unknown)}", hint="Use the codes of findings.")
        if not 0 < options["timeout"] <= LONGEST_TIMEOUT:
            raise _errors.InvalidError(f"timeout must be above 0 and at most {LONGEST_TIMEOUT}")


class Inspection:
    """One look at everything that a task names.

    :ivar seen: what the network answered; empty where it was not asked.
    """

    def __init__(self, run):
        self._run = run
        self._options = run.options
        self._production = run.options["production"]
        self.seen = []
        self._places = []
        self._manifest = None
        self._settings = None

    def all(self):
        """All findings, in the order in which they are looked for."""
        found = [*self._of_manifest(), *self._of_canvas(), *self._of_d2l(), *self._of_exam()]
        # Those in the settings are part of them.
        uris = {"redirect_uris": self._options["redirect_uris"]}
        found += preflight_texts.of_document(uris, "", self._production)
        if self._options["live"]:
            found += self._live()
        if self._options["canvas"] is not None:
            found += self._server()
        return found

    def _allowed(self, platform):
        """Data classes that the tool may receive on a platform; None where nobody said anything about it."""
        if self._options["data"] is not None:
            return self._options["data"]
        return None if self._manifest is None else document.allowed(document.for_platform(self._manifest, platform)[0])

    def _of_manifest(self):
        if self._options["manifest"] is None:
            return []
        manifest, found = preflight_manifest.read(self._options["manifest"])
        if manifest is None:
            return found
        more, self._manifest = preflight_manifest.of_manifest(
            manifest,
            self._options["platforms"],
            production=self._production,
            le_version=self._options["le_version"],
        )
        self._places += preflight_live.addresses(self._manifest, preflight_manifest.ROOT)
        return found + more

    def _of_canvas(self):
        if self._options["canvas_settings"] is None:
            return []
        given, found = preflight_canvas.read(self._options["canvas_settings"])
        if given is None:
            return found
        more, settings = preflight_canvas.of_settings(
            given,
            redirect_uris=self._options["redirect_uris"],
            allowed=self._allowed("canvas"),
            production=self._production,
        )
        self._places += preflight_live.addresses(settings, preflight_canvas.ROOT)
        self._settings = given
        return found + more

    def _of_d2l(self):
        found, registration = [], None
        allowed = self._allowed("d2l")
        if self._options["d2l_registration"] is not None:
            found, registration = preflight_targets.of_registration(
                self._options["d2l_registration"], allowed=allowed, production=self._production
            )
            self._places += preflight_live.addresses(registration, preflight_targets.REGISTRATION)
        if self._options["d2l_deployment"] is not None:
            found += preflight_targets.of_deployment(
                self._options["d2l_deployment"],
                registration,
                allowed=allowed,
                production=self._production,
                le_version=self._options["le_version"],
            )
        return found

    def _of_exam(self):
        if self._options["exam_tool_provider"] is None:
            return []
        named = ((self._manifest or {}).get("lti_1_1") or {}).get("consumer_secret")
        return preflight_targets.of_provider(
            self._options["exam_tool_provider"],
            allowed=self._allowed("exam"),
            production=self._production,
            secret_named=bool(named),
        )

    def _live(self):
        options = self._options
        verify = (options["ca_path"] or True) if options["validate_certs"] else False
        connection = Connection("", timeout=options["timeout"], retries=0, verify=verify)
        found, seen = preflight_live.looked_at(
            self._places,
            connection,
            allow_http=options["allow_http"],
            # Who develops has the tool there.
            allow_local=options["allow_local"] or not self._production,
        )
        self.seen += seen
        return found

    def _server(self):
        payload = {"settings": self._settings}
        if self._settings is None and self._manifest is not None:
            payload = preflight_manifest.canvas_payload(self._manifest) or {}
        settings = payload.get("settings")
        name, domain = None, None
        if settings is not None:
            uris = self._options["redirect_uris"] or payload.get("redirect_uris")
            settings = {**settings, "redirect_uris": uris} if uris else settings
            name, domain = settings.get("title"), preflight_canvas.domain_of(settings)
        found, seen = preflight_server.of_server(self._run, settings, name, domain)
        self.seen += seen
        return found


def _secrets_in(name, given):
    """Texts in a subject that must not be shown, be they where they belong or not."""
    if isinstance(given, str):
        reading = preflight_manifest if name == "manifest" else preflight_canvas
        tree, problems = reading.read(given)
        if tree is None:
            return _secrets_of_unreadable(given, problems)
        given = tree
    found = []
    for path, value in preflight_texts.leaves(given):
        member, secret = preflight_texts.name_of(path), preflight_texts.secret_in(path, value)
        if secret:
            found += secret[1]
        elif isinstance(value, str) and (
            member == "oauth_consumer_secret" or (member in preflight_keys.PRIVATE and len(value) >= _LEAST_KEY_TEXT)
        ):
            found.append(value)
    return found


def _secrets_of_unreadable(text, problems):
    """What looks like a secret in a text that cannot be read, and in what is said about it."""
    found = [one for groups in _UNREADABLE_SECRET.findall(text) for one in groups if one]
    found += [one.lstrip("*&!") for one in found]  # as YAML's own words have it
    found += preflight_texts.PEM_BLOCK.findall(text)
    found += (preflight_texts.secret_in((), text) or ("", []))[1] if "@" in text else []
    for one in problems:
        quoted = ["".join(groups) for groups in _QUOTED.findall(one["message"])]
        found += [word for word in quoted if re.search(r"\d", word) and not preflight_texts.is_reference(word)]
    return found
