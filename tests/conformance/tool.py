"""A real tool: PyLTI1p3 behind a loopback server, configured by the file that it reads at each request.

It calls itself `https://labs.example.com`, as a vendor's would; the browser and the sandbox are told
where that really is.
"""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask, jsonify
from pylti1p3.contrib.flask import FlaskCacheDataStorage, FlaskMessageLaunch, FlaskOIDCLogin, FlaskRequest
from pylti1p3.registration import Registration
from pylti1p3.tool_config import ToolConfJsonFile

from tests.sandbox.wire import LoopbackServer

ORIGIN = "https://labs.example.com"
LOGIN = f"{ORIGIN}/lti/login"
LAUNCH = f"{ORIGIN}/lti/launch"
KEYSET = f"{ORIGIN}/lti/jwks.json"


class _Memory:
    """What PyLTI1p3 keeps between login and launch."""

    def __init__(self):
        self.kept = {}

    def get(self, key):
        return self.kept.get(key)

    def set(self, key, value, _seconds=None):
        self.kept[key] = value


class Tool:
    """The tool; its keys and its configuration file lie in `folder`.

    `launch_url` is what it names as redirect URI. `launch` is the last launch that it took, as
    PyLTI1p3 has it: `launch.get_service_connector()` gets tokens.
    """

    def __init__(self, folder: Path):
        """Make a key pair, and no configuration yet."""
        self.folder = folder
        self.configuration = folder / "platforms.json"
        self.launch_url = LAUNCH
        self.launch = None
        self._memory = _Memory()
        _write_key_pair(folder)
        self._server = LoopbackServer("127.0.0.1", 0, self._app())
        self._server.start_in_thread()

    @property
    def address(self) -> str:
        """Where it really runs."""
        return self._server.base_url

    def stop(self) -> None:
        """Stop serving."""
        self._server.stop()

    def keyset(self) -> dict:
        """Return its public keys."""
        public = (self.folder / "public.key").read_text(encoding="utf-8")
        return {"keys": [Registration.get_jwk(public)]}

    def _app(self) -> Flask:
        app = Flask("tool")
        storage = FlaskCacheDataStorage(self._memory)

        @app.post("/lti/login")
        def login():
            return FlaskOIDCLogin(FlaskRequest(), self._known(), launch_data_storage=storage).redirect(self.launch_url)

        @app.post("/lti/launch")
        def launch():
            taken = FlaskMessageLaunch(FlaskRequest(), self._known(), launch_data_storage=storage)
            claims = taken.get_launch_data()
            self.launch = taken
            return jsonify(claims)

        @app.get("/lti/jwks.json")
        def keys():
            return jsonify(self.keyset())

        # PyLTI1p3 raises a bare Exception where it does not know the platform.
        @app.errorhandler(Exception)
        def refuse(error: Exception):
            return jsonify(error=type(error).__name__, error_description=str(error)), 400

        return app

    def _known(self) -> ToolConfJsonFile:
        return ToolConfJsonFile(str(self.configuration))


def _write_key_pair(folder: Path) -> None:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    files = {
        "private.key": private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
        "public.key": private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        ),
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
