"""A Canvas that says whatever a test wants."""

from __future__ import annotations

import json

from .canvas_samples import SETTINGS
from .conftest import Runner
from .scripted import Script

TOKEN = "t0ken-of-an-administrator"
KEYS = "/api/v1/accounts/self/developer_keys"
CREATE = "/api/lti/accounts/self/developer_keys/tool_configuration"
TOOLS = "/api/v1/accounts/self/external_tools"
REGISTRATIONS = "/api/v1/accounts/self/lti_registrations"


def key(number, name="Quiz", **more):
    """A key as lists have it."""
    return {
        "id": 10**13 + number,
        "name": name,
        "email": None,
        "notes": None,
        "workflow_state": "active",
        "scopes": SETTINGS["scopes"],
        "redirect_uris": SETTINGS["target_link_uri"],
        "developer_key_account_binding": {"workflow_state": "on", "account_owns_binding": True},
        "is_lti_key": True,
        "is_lti_registration": False,
        "lti_registration_id": 52,
        "tool_configuration": SETTINGS,
        **more,
    }


class Canvas(Script):
    """Answers by method and path, with JSON; else it holds nothing.

    ``answers`` are functions or ``(status, headers, data)``; ``pages`` are pairs of data and ``Link``, in order,
    for whoever reads.
    """

    def __init__(self):
        super().__init__()
        self.answers = {}
        self.pages = []

    def forget(self):
        """Begin anew, for the next test."""
        self.answers.clear()
        self.pages = []
        self.seen.clear()
        return self

    def answer(self, method, path):
        told = self.answers.get((method, path), self.answers.get(method))
        told = told() if callable(told) else told
        if told is None and self.pages and method == "GET":
            data, link = self.pages.pop(0)
            told = (200, {"Link": link} if link else {}, data)
        status, headers, data = told or self._nothing(path)
        return status, headers, data if isinstance(data, bytes) else json.dumps(data).encode()

    @staticmethod
    def _nothing(path):
        if "lti_registration_by_client_id" in path:
            return 404, {}, {"errors": "LTI registration not found"}
        if path.endswith("/accounts/self"):
            return 200, {}, {"id": 1}
        return 200, {}, {"total": 0, "data": []} if path.endswith("lti_registrations") else []

    @property
    def asked(self):
        """Verbs and paths, in order."""
        return [(verb, path.split("?")[0]) for verb, path, _headers, _body in self.seen]

    @property
    def writes(self):
        return [one for one in self.asked if one[0] != "GET"]

    def runner(self, **connection):
        """Runs modules against this server."""
        common = {"base_url": self.url, "access_token": TOKEN, "retries": 2, "timeout": 5}
        return Runner.at(**{**common, **connection})
