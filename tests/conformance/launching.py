"""Going through a launch as a browser does, with a real tool or only to see what is in it.

    launching = Launching(sandbox)
    launching.claims_of("canvas", tool=310, user="student", course=101, placement="course_navigation")
    launching.claims_of("d2l", link=101, org_unit=8101)  # or deployment="<GUID>"
    launching.claims_of("exam", resource=1)  # the form's parameters, as LTI 1.1 has no claims

return what the platform sends: the claims of a checked id_token, or the parameters of the signed form.
`received.py` tells which data classes they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlsplit

import jwt
import requests

_KEYS = {"canvas": "/api/lti/security/jwks", "d2l": "/d2l/.well-known/jwks"}
_AUTHORISE = {"canvas": "/api/lti/authorize_redirect", "d2l": "/d2l/lti/authenticate"}


@dataclass(frozen=True)
class Outcome:
    """Where a launch ended (`login`, `authorisation` or `launch`), with which status and what in the answer."""

    stage: str
    status: int
    body: dict

    @property
    def reason(self) -> str:
        """What the one who refused said."""
        return self.body.get("error_description", "")


class NotLaunched(Exception):
    """The platform did not send a launch; `outcome` says where it ended."""

    def __init__(self, outcome: Outcome):
        super().__init__(f"{outcome.stage}: {outcome.status} {outcome.body}")
        self.outcome = outcome


class Launching:
    """A browser in front of one sandbox, which knows where tools really run."""

    def __init__(self, sandbox):
        self._sandbox = sandbox
        self._hosts = {}
        self._session = requests.Session()
        self._session.trust_env = False

    def close(self) -> None:
        """Forget cookies and connections."""
        self._session.close()

    def tell_host(self, origin: str, address: str) -> None:
        """Tell browser and platforms that `origin` is found at `address`."""
        self._hosts[origin] = address
        self._control("/hosts", **{origin: address})

    def rotate(self, platform: str, keep_kid: bool = False) -> str:
        """Let a platform sign with a new key; return its kid."""
        return self._control("/keys", platform=platform, keep_kid=keep_kid)["kid"]

    def get(self, url: str) -> dict:
        """Read JSON from a platform or tool."""
        return self._send("GET", url).json()

    def begin(self, platform: str, **where) -> dict:
        """Click on a tool; return where the browser posts what: url, method, parameters."""
        return self._control("", platform=platform, **where)

    def launch(self, platform: str, **where) -> Outcome:
        """Click on a tool and go on until somebody refuses or the tool has opened."""
        begun = self.begin(platform, **where)
        login = self._send("POST", begun["url"], data=begun["parameters"])
        if login.status_code != 302:
            return _outcome("login", login)
        authorised = self._send("GET", login.headers["Location"])
        if authorised.status_code != 200:
            return _outcome("authorisation", authorised)
        form = _Form(authorised.text)
        return _outcome("launch", self._send("POST", form.action, data=form.fields))

    def claims_of(self, platform: str, **where) -> dict:
        """Return what a launch carries: the claims of the id_token, or the signed parameters of LTI 1.1.

        Stands in for the tool, with a redirect URI that the platform knows. Raises `NotLaunched`.
        """
        begun = self.begin(platform, **where)
        if platform == "exam":
            return begun["parameters"]
        told = begun["parameters"]
        asked = {
            **{name: told[name] for name in ("client_id", "login_hint", "lti_message_hint")},
            "redirect_uri": self._redirect_uri(platform, told["client_id"]),
            "scope": "openid",
            "response_type": "id_token",
            "response_mode": "form_post",
            "prompt": "none",
            "nonce": "a-nonce",
            "state": "a-state",
        }
        answer = self._send("POST", self._sandbox.base_url + _AUTHORISE[platform], data=asked)
        if answer.status_code != 200:
            raise NotLaunched(_outcome("authorisation", answer))
        return self._checked(platform, _Form(answer.text).fields["id_token"], told["client_id"])

    def _checked(self, platform: str, token: str, client_id: str) -> dict:
        keys = self._send("GET", self._sandbox.base_url + _KEYS[platform]).json()["keys"]
        kid = jwt.get_unverified_header(token)["kid"]
        key = next(one for one in keys if one["kid"] == kid)
        # By the platform's clock, which a switch may have moved.
        own_clock = {"verify_iat": False, "verify_exp": False}
        return jwt.decode(
            token, jwt.PyJWK(key, algorithm="RS256").key, ["RS256"], audience=client_id, options=own_clock
        )

    def _redirect_uri(self, platform: str, client_id: str) -> str:
        state = self._sandbox.state(platform)
        if platform == "d2l":
            return state["registrations"][client_id.lower()]["RedirectUrls"][0]
        key = state["developer_keys"][str(int(client_id) % 10**13)]
        return next(one["uri"] for one in key["redirect_uris"] if one["active"])

    def _control(self, path: str, **body) -> dict:
        answer = self._session.post(f"{self._sandbox.base_url}/_sandbox/launches{path}", json=body, timeout=10)
        if answer.status_code != 200:
            raise ValueError(answer.json()["error"])
        return answer.json()

    def _send(self, method: str, url: str, **how) -> requests.Response:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        found = url.replace(origin, self._hosts.get(origin, origin), 1)
        assert urlsplit(found).hostname == "127.0.0.1", f"The browser was sent to {url}."
        return self._session.request(method, found, allow_redirects=False, timeout=10, **how)


class _Form(HTMLParser):
    """The form that the platform's page sends by itself."""

    def __init__(self, page: str):
        super().__init__()
        self.action, self.fields = "", {}
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self.action = given["action"]
        elif tag == "input":
            self.fields[given["name"]] = given["value"]


def _outcome(stage: str, answer: requests.Response) -> Outcome:
    return Outcome(stage, answer.status_code, answer.json())
