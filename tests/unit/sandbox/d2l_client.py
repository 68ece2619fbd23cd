"""A client of Brightspace for the sandbox's own tests.

Written from the platform's page, sharing nothing with the sandbox and nothing with the
collection: a third reading of how requests are signed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
import uuid
from urllib.parse import unquote

import jwt
import requests

LTI = "/d2l/api/le/1.82/ltiadvantage"
TOKEN = "/core/connect/token"
NOBODY = "00000000-0000-4000-8000-000000000000"


class D2LClient:
    """Sends requests over one kept-alive session, with a bearer token unless told otherwise."""

    def __init__(self, base_url: str, token: str | None = "d2l-demo-token"):
        """Speak to the sandbox at `base_url`."""
        self.base_url = base_url
        self.token = token
        self.session = requests.Session()
        self.session.trust_env = False

    def send(self, method: str, path: str, body=None, token: str | None = "", **how) -> requests.Response:
        """Send a request; `path` begins at the root, or below the LTI Advantage routes without a slash."""
        token = self.token if token == "" else token
        headers = {**({"Authorization": f"Bearer {token}"} if token else {}), **how.pop("headers", {})}
        address = path if "://" in path else self.base_url + (path if path.startswith("/") else f"{LTI}/{path}")
        carried = {} if body is None else {"json": body}
        return self.session.request(
            method, address, headers=headers, timeout=10, allow_redirects=False, **carried, **how
        )

    def get(self, path: str, **query) -> requests.Response:
        """Read."""
        return self.send("GET", path, params=query)

    def post(self, path: str, body=None, **how) -> requests.Response:
        """Create."""
        return self.send("POST", path, body, **how)

    def put(self, path: str, body=None, **how) -> requests.Response:
        """Replace."""
        return self.send("PUT", path, body, **how)

    def delete(self, path: str) -> requests.Response:
        """Delete."""
        return self.send("DELETE", path)

    def grant(self, **form) -> requests.Response:
        """Ask the token route."""
        return self.session.post(self.base_url + TOKEN, data=form, timeout=10)

    def assertion(self, key: dict, algorithm: str = "RS256", header: dict | None = None, **claims) -> str:
        """Return a client assertion, right unless `claims` (None: left out) or `header` say otherwise."""
        now = int(time.time())
        given = {
            "iss": "d2l-demo-client",
            "sub": "d2l-demo-client",
            "aud": self.base_url + TOKEN,
            "iat": now,
            "exp": now + 60,
            "jti": str(uuid.uuid4()),
            **claims,
        }
        given = {name: value for name, value in given.items() if value is not None}
        head = {"kid": key["key_id"], **(header or {})}
        head = {name: value for name, value in head.items() if value is not None}
        return jwt.encode(given, key["private_key"], algorithm=algorithm, headers=head)

    def prove(self, assertion: str, scope: str = "ltiadvantage:*:*", **form) -> requests.Response:
        """Ask for a token with a client assertion."""
        return self.grant(
            grant_type="client_credentials",
            client_id="d2l-demo-client",
            client_assertion_type="urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            client_assertion=assertion,
            scope=scope,
            **form,
        )

    def signed(self, method: str, path: str, app=("d2l-demo-app", "d2l-demo-appkey"),
               user=("d2l-demo-user", "d2l-demo-userkey"), at: float | None = None, body=None, **changed):  # fmt: skip
        """Send a request with ID-Key parameters."""
        path = path if path.startswith("/") else f"{LTI}/{path}"
        plain, _mark, query = path.partition("?")
        seconds = str(int(time.time() if at is None else at))
        base = f"{method}&{unquote(plain.lower())}&{seconds}"
        given = {"x_a": app[0], "x_b": user[0], "x_c": _signature(app[1], base), "x_d": _signature(user[1], base),
                 "x_t": seconds, **changed}  # fmt: skip
        words = "&".join([*([query] if query else []), *(f"{name}={value}" for name, value in given.items())])
        return self.send(method, f"{plain}?{words}", body, token=None)


def _signature(key: str, base: str) -> str:
    digest = hmac.new(key.encode(), base.encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode().replace("+", "-").replace("/", "_").replace("=", "")


def registration(**fields) -> dict:
    """Return a whole request for a registration."""
    return {
        "IsEnabled": True,
        "Name": "Sample Tool",
        "Description": None,
        "Domain": "https://tool.example.com",
        "RedirectUrls": ["https://tool.example.com/lti/launch"],
        "OpenIDConnectLoginUrl": "https://tool.example.com/lti/login",
        "KeysetUrl": "https://tool.example.com/.well-known/jwks.json",
        "EnabledExtensions": [1, 3],
        "SendInstitutionRole": False,
        "CustomParameters": [],
        "TargetLinkUri": None,
        **fields,
    }


def deployment(client_id: str, **fields) -> dict:
    """Return a whole request for a deployment, as LE 1.82 has it."""
    flags = (
        "Anonymous", "SendOrgUnitInformation", "SendUserFirstName", "SendUserMiddleName", "SendUserLastName",
        "SendUserEmail", "SendD2LUserId", "SendD2LUsername", "SendD2LOrgDefinedId", "SendLinkTitle",
        "SendLinkDescription", "PreProvisioning", "OpenAsExternal", "IncludeInFinalGrade", "AutoMigrateLinks",
        "AutoCreateGrade",
    )  # fmt: skip
    return {
        "ClientId": client_id,
        "IsEnabled": True,
        "Name": "Sample Tool",
        "Description": None,
        "EnabledExtensions": [1],
        **dict.fromkeys(flags, False),
        "CustomParameters": [],
        "EnabledNoticeTypes": [],
        **fields,
    }


def rule(org_unit: int, here: bool = True, below: bool = False) -> dict:
    """Return a request for a sharing rule."""
    return {"SharingOrgUnitId": org_unit, "ShareWithOrgUnit": here, "ShareWithDescendants": below}


def link(deployment_id: str, **fields) -> dict:
    """Return a request for a link, without its nullable fields."""
    return {
        "DeploymentId": deployment_id,
        "IsEnabled": True,
        "Name": "Sample link",
        "URL": "https://tool.example.com/lti/launch",
        "Type": 1,
        **fields,
    }
