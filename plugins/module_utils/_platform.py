# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A platform: the options by which tasks reach it, and the client that they make."""

from __future__ import annotations

import dataclasses
import os
import typing

from ansible_collections.edtech.lti.plugins.module_utils._client import Client
from ansible_collections.edtech.lti.plugins.module_utils._connection import Connection
from ansible_collections.edtech.lti.plugins.module_utils._errors import InvalidError

WORDS = {
    **dict.fromkeys(("true", "yes", "on", "1", "y", "t"), True),
    **dict.fromkeys(("false", "no", "off", "0", "n", "f"), False),
}


@dataclasses.dataclass(frozen=True)
class Platform:
    """One platform, as its file in ``_platforms/`` declares it.

    Each option that a credential can supply falls back to an environment variable named after
    platform and option (``EXAM_SECRET_KEY``), and that to the file named by its ``_FILE`` twin; an
    empty text counts as not given (AWX hands over empty texts for fields left blank).

    :param name: also its action group and, in capitals, the prefix of its environment variables.
    :param dialect: how it speaks HTTP.
    :param credentials: the spec of its credential options.
    :param auth: makes the requests auth object out of the platform, the run, the connection, and the texts of all
        ``credentials`` and ``settings``.
    :param settings: the spec of the platform's further connection options.
    :param api: the part of a path with which its API begins, and before which ``base_url`` ends.
    """

    name: str
    dialect: typing.Any
    credentials: typing.Mapping
    auth: typing.Callable
    settings: typing.Mapping = dataclasses.field(default_factory=dict)
    api: str = "/api/"

    def options(self):
        """The argument spec of everything that says where the platform is and who is asking."""
        return {
            "base_url": {"type": "str"},
            **self.credentials,
            **self.settings,
            "timeout": {"type": "float", "default": 30},
            "retries": {"type": "int", "default": 4},
            "validate_certs": {"type": "bool", "default": True},
            "ca_path": {"type": "path"},
            "allow_http": {"type": "bool", "default": False},
        }

    def client(self, run):
        """A client for one task's run; nothing is sent yet.

        :raises InvalidError: naming the connection option that is missing or unusable.
        """
        credentials = {name: self.told(run, name) for name in self.credentials}
        settings = {name: self.told(run, name) for name in self.settings}
        for name, spec in self.credentials.items():
            if spec.get("no_log"):
                run.secrets.learn(credentials[name])
        connection = Connection.checked(
            self.needed("base_url", self.told(run, "base_url")),
            timeout=run.options["timeout"],
            retries=run.options["retries"],
            validate_certs=self._flag("validate_certs", self.told(run, "validate_certs")),
            ca_path=self.told(run, "ca_path"),
            allow_http=run.options["allow_http"],
            api=self.api,
        )
        # Who asks to see secrets gets them; otherwise whatever an answer repeats is hidden.
        revealed = run.options.get("reveal_secrets")
        return Client(
            connection,
            self.dialect,
            self.auth(self, run, connection, {**credentials, **settings}),
            learn=(lambda *unused: None) if revealed else run.secrets.learn_named,
            hide=run.secrets.scrub,
            identity=tuple(credentials.values()),
            settings=settings,
            writes_allowed=not run.check_mode,
        )

    def needed(self, name, value):
        """``value`` of a connection option.

        :raises InvalidError: when it is empty, saying all the places where it could have been given.
        """
        if value not in (None, ""):
            return value
        variable = self._variable(name)
        raise InvalidError(
            f"{name} is missing",
            hint=f"Give the option {name}, or set {variable} or {variable}_FILE in the environment.",
        )

    def _flag(self, name, value):
        """A truth value out of the environment; a misspelt one must not switch anything off."""
        word = str(value).strip().lower()
        if word not in WORDS:
            raise InvalidError(f"{self._variable(name)} is neither true nor false: {value!r}")
        return WORDS[word]

    def _variable(self, name):
        return f"{self.name}_{name}".upper()

    def told(self, run, name):
        """What an option of the platform is: as given, else out of the environment, else its default."""
        given = run.given.get(name)
        if given not in (None, ""):
            return given
        return from_environment(self._variable(name)) or run.options.get(name)


def from_environment(variable):
    """The text of an environment variable, or of the file that its ``_FILE`` twin names; or None.

    :raises InvalidError: when that file cannot be read.
    """
    text = os.environ.get(variable)
    if text:
        return text
    path = os.path.expanduser(os.environ.get(f"{variable}_FILE", ""))
    if not path:
        return None
    try:
        with open(path, encoding="utf-8") as file:
            return file.read().rstrip("\r\n") or None
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidError(f"{variable}_FILE names {path}, which cannot be read: {error}") from error
