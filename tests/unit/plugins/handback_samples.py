"""Handbacks as modules return them, and a way to run the module that writes them down."""

from __future__ import annotations

import json

from .conftest import Runner

FORMATS = ("pylti1p3", "ltijs", "django_lti", "spring", "json", "markdown")

CANVAS = {
    "issuer": "https://canvas.instructure.com",
    "client_id": "10000000000077",
    "deployment_ids": ["310:abc"],
    "authentication_endpoint": "https://sso.canvaslms.com/api/lti/authorize_redirect",
    "token_url": "https://sso.canvaslms.com/login/oauth2/token",
    "audience": "https://sso.canvaslms.com/login/oauth2/token",
    "keyset_url": "https://sso.canvaslms.com/api/lti/security/jwks",
    "environment": "production",
    "environment_source": "assumed",
}
OTHER_CLIENT = {**CANVAS, "client_id": "20000000000011", "deployment_ids": ["7:def"]}
BRIGHTSPACE = {
    "client_id": "8c3d6f1e-0f4b-4a55-9a0f-0c5f6f2f7f10",
    "deployment_id": "5b0e2f3a-1111-4222-8333-944445555666",
    "issuer": "https://lms.example.edu",
    "keyset_url": "https://lms.example.edu/d2l/.well-known/jwks",
    "authentication_endpoint": "https://lms.example.edu/d2l/lti/authenticate",
    "token_url": "https://auth.brightspace.com/core/connect/token",
    "audience": "https://api.brightspace.com/auth/token",
}
SECOND_DEPLOYMENT = {**BRIGHTSPACE, "deployment_id": "6c1f3a4b-1111-4222-8333-944445555777"}
NOT_YET = {**dict.fromkeys(BRIGHTSPACE), "name": "Virtual Lab"}
"""What Brightspace's module returns in check mode for a registration that does not exist yet."""


class Handback(Runner):
    """Runs the module on one file of a folder."""

    def __init__(self, folder, form="pylti1p3"):
        self.sandbox, self.shown, self.connection = None, [], {}
        self.form = form
        self.path = folder / f"platforms.{form}"
        self.keys = {"private_key_file": "private.key"} if form == "pylti1p3" else {}

    def __call__(self, *platforms, check=False, **options):
        given = {"path": str(self.path), "format": self.form, **self.keys, **options, "platforms": list(platforms)}
        return super().__call__("lti_handback", check, **given)

    def hold(self, content):
        """Put something into the file: data as JSON, or a text."""
        text = content if isinstance(content, str) else json.dumps(content, indent=4)
        self.path.write_bytes(text.encode("utf-8"))

    def text(self):
        return self.path.read_bytes().decode("utf-8")

    def data(self):
        return json.loads(self.text())
