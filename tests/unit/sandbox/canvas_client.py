"""A client of Canvas for the sandbox's own tests.

Written from the platform's page, sharing nothing with the sandbox and nothing with the collection.
"""

from __future__ import annotations

import re

import requests

CREATE = "/api/lti/accounts/1/developer_keys/tool_configuration"
KEYS = "accounts/1/developer_keys"
TOOLS = "accounts/1/external_tools"
APPS = "accounts/1/lti_registrations"
PER_SHARD = 10**13

LINEITEM = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"
SCORE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
ROSTER = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
LAUNCH = "https://tool.example.com/launch"
JWK = {"kty": "RSA", "alg": "RS256", "e": "AQAB", "n": "sXch", "kid": "one", "use": "sig"}


class CanvasClient:
    """Sends requests over one kept-alive session; paths are below `/api/v1` unless they begin with a slash."""

    def __init__(self, base_url: str, token: str | None = "canvas-demo-token"):
        """Speak to the sandbox at `base_url`."""
        self.base_url = base_url
        self.token = token
        self.session = requests.Session()
        self.session.trust_env = False

    def __enter__(self) -> CanvasClient:
        """Return itself."""
        return self

    def __exit__(self, *_) -> None:
        """Close the connection."""
        self.session.close()

    def send(self, method: str, path: str, body=None, token: str | None = "", **how) -> requests.Response:
        """Send a request with a JSON body, or with what requests takes."""
        token = self.token if token == "" else token
        headers = {**({"Authorization": f"Bearer {token}"} if token else {}), **how.pop("headers", {})}
        address = path if "://" in path else self.base_url + (path if path.startswith("/") else f"/api/v1/{path}")
        carried = {} if body is None else {"json": body}
        return self.session.request(
            method, address, headers=headers, timeout=10, allow_redirects=False, **carried, **how
        )

    def get(self, path: str, token: str | None = "", **query) -> requests.Response:
        """Read."""
        return self.send("GET", path, token=token, params=query)

    def post(self, path: str, body=None, **how) -> requests.Response:
        """Create."""
        return self.send("POST", path, body, **how)

    def put(self, path: str, body=None, **how) -> requests.Response:
        """Change."""
        return self.send("PUT", path, body, **how)

    def delete(self, path: str, **how) -> requests.Response:
        """Delete."""
        return self.send("DELETE", path, **how)

    def create(self, body: dict | None = None, **settings) -> dict:
        """Make a tool configuration and return the answer."""
        answer = self.post(CREATE, body or document(**settings))
        assert answer.status_code == 200, answer.text
        return answer.json()

    def turn(self, client_id: int, state: str) -> requests.Response:
        """Set the binding of a key in account 1."""
        return self.post(
            f"{KEYS}/{client_id}/developer_key_account_bindings",
            {"developer_key_account_binding": {"workflow_state": state}},
        )

    def listed(self, **query) -> list[dict]:
        """Return the keys of account 1 on one page."""
        return self.get(KEYS, per_page=100, **query).json()


def settings(**fields) -> dict:
    """Return LTI JSON for one tool."""
    return {
        "title": "Quiz",
        "description": "Practice quizzes",
        "target_link_uri": LAUNCH,
        "oidc_initiation_url": "https://tool.example.com/login",
        "public_jwk_url": "https://tool.example.com/jwks.json",
        "scopes": [LINEITEM],
        "custom_fields": {"course": "$Canvas.course.id"},
        "extensions": [extension()],
        **fields,
    }


def extension(*placements: dict, platform: str = "canvas.instructure.com", **launch) -> dict:
    """Return an extension with placements, one of a course if none are given."""
    given = list(placements) or [placement()]
    return {
        "platform": platform,
        "domain": "tool.example.com",
        "tool_id": "quiz",
        "privacy_level": "name_only",
        "settings": {"text": "Quiz", **launch, "placements": given},
    }


def placement(name: str = "course_navigation", message: str | None = "LtiResourceLinkRequest", **fields) -> dict:
    """Return a placement."""
    return {"placement": name, **({"message_type": message} if message else {}), **fields}


def document(key: dict | None = None, beside: dict | None = None, **fields) -> dict:
    """Return a whole request; `key` for developer_key, `beside` for what stands beside the settings."""
    return {
        "developer_key": {"name": "Quiz Helper", "redirect_uris": [LAUNCH], **(key or {})},
        "tool_configuration": {"settings": settings(**fields), **(beside or {})},
    }


def configuration_path(client_id: int, show_in: str = "") -> str:
    """Return where a configuration is changed, or shown in a context such as `accounts/1`."""
    below = f"{show_in}/" if show_in else ""
    return f"/api/lti/{below}developer_keys/{client_id}/tool_configuration"


def links(answer: requests.Response) -> dict[str, str]:
    """Return the Link header by rel."""
    return {rel: url for url, rel in re.findall(r'<([^>]+)>; rel="(\w+)"', answer.headers.get("Link", ""))}
