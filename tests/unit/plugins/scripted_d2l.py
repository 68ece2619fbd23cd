"""A Brightspace with a token endpoint that says whatever a test wants."""

from __future__ import annotations

import itertools
import json
import urllib.parse

from .conftest import Runner
from .scripted import Script

TOKEN = "/core/connect/token"
REGISTRATIONS = "/d2l/api/le/1.92/ltiadvantage/registration/"
VERSIONS = [
    {"ProductCode": "le", "LatestVersion": "1.92", "SupportedVersions": ["1.75", "1.92"]},
    {"ProductCode": "lp", "LatestVersion": "1.58", "SupportedVersions": ["1.46", "1.58"]},
]
APP = {"oauth_client_id": "the-app", "oauth_client_secret": "s3cret-of-the-app"}


class Brightspace(Script):
    """Grants ``access-token-1``, ``-2``, ... with ``refresh-token-1``, ``-2``, ...; holds nothing.

    ``answers`` take the place of what it would say, by path: a function, or ``(status, headers, data)``.

    :ivar asked: the forms that came to the token endpoint.
    :ivar rotates: false where a grant brings no refresh token.
    :ivar life: seconds that an access token lives.
    """

    def __init__(self):
        super().__init__()
        self.answers = {"/d2l/api/versions/": (200, {}, VERSIONS)}
        self.rotates = True
        self.life = 3600
        self._numbers = itertools.count(1)

    @property
    def token_url(self):
        """The address of the token endpoint."""
        return self.url + TOKEN

    @property
    def asked(self):
        return [
            dict(urllib.parse.parse_qsl(body.decode(), keep_blank_values=True))
            for method, path, _headers, body in list(self.seen)
            if method == "POST" and path.startswith(TOKEN)
        ]

    @property
    def bearers(self):
        """The access tokens that came with requests for registrations, in order."""
        return [
            headers.get("Authorization", "").removeprefix("Bearer ")
            for _method, path, headers, _body in list(self.seen)
            if path.startswith(REGISTRATIONS)
        ]

    def answer(self, method, path):
        told = self.answers.get(path)
        told = told() if callable(told) else told
        status, headers, data = told or (200, {}, self.granted() if path == TOKEN else {"Next": None, "Objects": []})
        return status, headers, data if isinstance(data, bytes) else json.dumps(data).encode()

    def granted(self, **more):
        """What the token endpoint answers to a good request."""
        number = next(self._numbers)
        refresh = {"refresh_token": f"refresh-token-{number}"} if self.rotates else {}
        common = {"token_type": "Bearer", "expires_in": self.life, "scope": "x:y:z"}
        return {"access_token": f"access-token-{number}", **common, **refresh, **more}

    def runner(self, **credentials):
        """Runs modules against this server."""
        common = {"oauth_token_url": self.token_url, "retries": 2, "timeout": 5}
        return Runner.at(self.url, **{**common, **credentials})

    def renewing(self, path, **more):
        """A runner that logs in with the refresh token in the file at ``path``."""
        return self.runner(**{**APP, "oauth_token_file": str(path), **more})
