# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the module for any request is: an argument spec and a run over all platforms."""

from __future__ import annotations

from ansible_collections.edtech.lti.plugins.module_utils import _errors
from ansible_collections.edtech.lti.plugins.module_utils._errors import attempting
from ansible_collections.edtech.lti.plugins.module_utils._task import Task


class RequestTask(Task):
    """One signed request to any platform, for what no module covers yet."""

    def __init__(self, platforms):
        self._platforms = {platform.name: platform for platform in platforms}

    def argument_spec(self):
        connection = {}
        for platform in self._platforms.values():
            connection.update(platform.options())
        return {
            **connection,
            "platform": {"type": "str", "required": True, "choices": sorted(self._platforms)},
            "method": {"type": "str", "default": "GET", "choices": ["GET", "POST", "PUT", "PATCH", "DELETE"]},
            "path": {"type": "str", "required": True},
            "query": {"type": "dict", "default": {}},
            "body": {"type": "dict"},
            "paginate": {"type": "bool", "default": False},
            "reveal_secrets": {"type": "bool", "default": False},
        }

    def teach(self, secrets, arguments):
        for platform in self._platforms.values():
            for part in ("body", "query"):
                secrets.learn_named(arguments.get(part), platform.dialect.secret_names)

    def run(self, run):
        options = run.options
        platform = self._platforms[options["platform"]]
        method = options["method"]
        with attempting(f"{method} {options['path']}"):
            self._check(options)
            client = platform.client(run)
            if method != "GET" and run.check_mode:
                client.rehearse(method, options["path"], options["body"] or {}, options["query"])
                return {"changed": True, "status": None, "json": None, "pages": []}
            answers = self._answers(client, options)
        loaded = [answer.json() for answer in answers]
        if not options["reveal_secrets"]:
            run.secrets.learn_named(loaded, platform.dialect.secret_names)
        return {
            "changed": method != "GET",
            "status": answers[-1].status,
            "json": loaded[0],
            "pages": loaded if options["paginate"] else [],
        }

    @staticmethod
    def _check(options):
        path = options["path"]
        if not path.startswith("/") or any(odd in path.lower() for odd in ("?", "#", "//", "..", "%2e", "\\")):
            raise _errors.InvalidError(
                "path must begin at the server's root and hold no query",
                hint="Write it like /api/v3/exams, and parameters under query.",
            )
        if options["paginate"] and options["method"] != "GET":
            raise _errors.InvalidError("paginate reads all pages of a listing, so method must be GET")
        if options["body"] and options["method"] == "GET":
            raise _errors.InvalidError("a GET request carries its parameters under query, not body")

    @staticmethod
    def _answers(client, options):
        path, query = options["path"], options["query"] or {}
        if options["paginate"]:
            return list(client.pages(path, query))
        if options["method"] == "GET":
            return [client.read(path, query)]
        return [client.write(options["method"], path, options["body"] or {}, query)]
