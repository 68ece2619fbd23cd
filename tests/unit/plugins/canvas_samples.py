"""LTI JSON as vendors write it, what it means, and what leaves for Canvas on the wire."""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import io
import json
import sys
import urllib.parse

import requests
from hypothesis import strategies as st

from .contract import WORDS, some

CANVAS = "canvas.instructure.com"
AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"
SCOPES = (
    f"{AGS}lineitem",
    f"{AGS}score",
    f"{AGS}result.readonly",
    "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly",
)
AFTER_THE_COMMA = "line 3, column 1" if sys.version_info < (3, 13) else "line 2, column 15"
"""Where Python sees the mistake of a comma at the end of line 2; newer ones name the comma itself."""
JWK = {
    "kty": "RSA",
    "alg": "RS256",
    "e": "AQAB",
    "n": "sXchDaQebHnPiGvyDOAT4saGEUetSyo9MKLOoWFsueri",
    "kid": "one",
    "use": "sig",
}
SETTINGS = {
    "title": "Quiz Helper",
    "description": "Practice quizzes",
    "target_link_uri": "https://quiz.example.com/launch",
    "oidc_initiation_url": "https://quiz.example.com/login",
    "public_jwk_url": "https://quiz.example.com/jwks.json",
    "scopes": [SCOPES[0], SCOPES[1]],
    "custom_fields": {"course": "$Canvas.course.id"},
    "extensions": [
        {
            "platform": CANVAS,
            "domain": "quiz.example.com",
            "tool_id": "quiz-helper",
            "privacy_level": "name_only",
            "settings": {
                "text": "Quiz Helper",
                "selection_width": 800,
                "placements": [
                    {"placement": "course_navigation", "message_type": "LtiResourceLinkRequest"},
                    {"placement": "link_selection", "message_type": "LtiDeepLinkingRequest"},
                ],
            },
        }
    ],
}
STICKY = ("oidc_initiation_urls", "public_jwk", "public_jwk_url", "domain", "tool_id")


def settings(*without, extension=None, launch=None, **changes):
    """The sample's settings with other members; ``extension`` and ``launch`` are members deeper inside."""
    made = copy.deepcopy({**SETTINGS, **changes})
    made["extensions"][0]["settings"].update(launch or {})
    made["extensions"][0].update(extension or {})
    for name in without:
        for place in (made, made["extensions"][0]):
            place.pop(name, None)
    return made


def meaning(document):
    """What settings say by section 9.3 of docs/platforms/canvas.md: a reading apart from that of the plugins."""
    counts = [one for one in document.get("extensions") or [] if one["platform"] == CANVAS][:1]
    extension = counts[0] if counts else {}
    inner = extension.get("settings") or {}
    placements = [_placement(one) for one in inner.get("placements") or []]
    twice = len({one["placement"] for one in placements}) < len(placements)
    return {
        **{name: document.get(name) or None for name in ("title", "description", "target_link_uri")},
        **{name: document.get(name) or None for name in ("oidc_initiation_url", "oidc_initiation_urls")},
        "public_jwk_url": document.get("public_jwk_url") or None,
        "public_jwk": {n: v for n, v in (document.get("public_jwk") or {}).items() if v is not None} or None,
        "domain": extension.get("domain") or None,
        "tool_id": extension.get("tool_id") or None,
        "privacy_level": extension.get("privacy_level") or "anonymous",
        "scopes": set(document.get("scopes") or []),
        "custom_fields": _fields(document.get("custom_fields")),
        "launch": {
            n: _leaf(n, v) for n, v in inner.items() if n not in KNOWN_PLACEMENTS | {"placements"} and v is not None
        },
        "placements": placements if twice else sorted(placements, key=lambda one: one["placement"]),
    }


def _placement(written):
    read = {name: _leaf(name, value) for name, value in written.items() if value is not None}
    if isinstance(read.get("custom_fields"), dict):
        read["custom_fields"] = _fields(read["custom_fields"])
    return {"enabled": True, **read}


def _fields(written):
    if isinstance(written, str):
        pairs = [line.partition("=") for line in written.splitlines()]
        return {name: value for name, sign, value in pairs if sign and name.strip() and value.strip()}
    return {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in (written or {}).items()
        if value is not None
    }


def _leaf(name, value):
    if name in ("enabled", "use_tray", "prefer_sis_email", "oauth_compliant"):
        return {"true": True, "false": False}[str(value).lower()]
    return int(value) if name in ("selection_width", "selection_height", "launch_width", "launch_height") else value


KNOWN_PLACEMENTS = frozenset(
    {"course_navigation", "account_navigation", "editor_button", "link_selection", "top_navigation"}
)
_MESSAGES = {"RL": "LtiResourceLinkRequest", "DL": "LtiDeepLinkingRequest"}
_TAKES = (
    ("course_navigation", "RL"),
    ("account_navigation", "RL"),
    ("editor_button", "DL"),
    ("top_navigation", "RL"),
    ("link_selection", "RL"),
    ("link_selection", "DL"),
)

ADDRESSES = st.from_regex(r"https://tool\.example\.com/[a-z]{1,4}(\?x=%20y)?", fullmatch=True)
_SIZES = st.integers(1, 1500) | st.integers(1, 1500).map(str)
_FLAGS = st.booleans() | st.sampled_from(["true", "false"])
_NULL = st.none()
_TEXTS = st.one_of(
    WORDS, st.sampled_from(["a=b", "$Person.email.primary", "https://x.example/?a=b&c==d", "007", "true"])
)
CUSTOM_FIELDS = st.dictionaries(WORDS, _TEXTS | st.booleans() | st.integers(-99, 99) | _NULL, max_size=3)
_LINES = st.dictionaries(st.from_regex(r"[a-z_]{1,5}", fullmatch=True), _TEXTS, max_size=3).map(
    lambda fields: "\r\n".join(f"{name}={value}" for name, value in fields.items())
)
_DISPLAY = {
    "text": WORDS | _NULL,
    "icon_url": ADDRESSES,
    "labels": st.dictionaries(st.sampled_from(["en", "nl"]), WORDS, max_size=2),
    "selection_width": _SIZES,
    "launch_height": _SIZES | _NULL,
    "use_tray": _FLAGS,
    "windowTarget": st.just("_blank"),
    "required_permissions": st.just("manage_calendar,read"),
    "something_new": st.sampled_from([5, "5", True, ["a"], {"b": None}]),
}


@st.composite
def placements(draw, twice):
    """A list of placements; ``twice``: one may stand there more than once."""
    kinds = draw(st.lists(st.sampled_from(_TAKES), max_size=4, unique_by=None if twice else lambda kind: kind[0]))
    extra = some(
        optional={**_DISPLAY, "enabled": _FLAGS | _NULL, "default": st.just("disabled"), "custom_fields": CUSTOM_FIELDS}
    )
    made = []
    for name, kind in kinds:
        message = draw(st.sampled_from([_MESSAGES[kind], None, ""]))
        said = {} if message is None else {"message_type": message}
        made.append({"placement": name, **said, **draw(extra)})
    return made


@st.composite
def documents(draw, *, twice=False):
    """Settings that Canvas takes, written in all the ways that vendors write them."""
    jwk = st.just(JWK) | st.just({**JWK, "x5c": None})
    keys = draw(
        st.fixed_dictionaries({"public_jwk_url": ADDRESSES}, optional={"public_jwk": st.sampled_from([None, {}]) | jwk})
        | st.fixed_dictionaries({"public_jwk": jwk}, optional={"public_jwk_url": st.sampled_from([None, ""])})
    )
    launch = draw(
        some(optional={**_DISPLAY, "prefer_sis_email": _FLAGS, "course_navigation": st.just({"text": "old"})})
    )
    extension = {
        "platform": CANVAS,
        **draw(
            some(
                optional={
                    "domain": st.sampled_from(["tool.example.com", "https://tool.example.com/path", "", None]),
                    "tool_id": WORDS | _NULL,
                    "privacy_level": st.sampled_from(["public", "name_only", "email_only", "anonymous", None]),
                }
            )
        ),
        "settings": {**launch, "placements": draw(placements(twice))},
    }
    foreign = {"platform": "other.example.com", "settings": {"a": 1}}
    second = {"platform": CANVAS, "domain": "second.example.com", "settings": {"placements": []}}
    around = draw(st.sampled_from([[extension]] * 4 + [[foreign, extension], [extension, second]]))
    return {
        **draw(
            some({"title": WORDS, "description": WORDS, "target_link_uri": ADDRESSES, "oidc_initiation_url": ADDRESSES})
        ),
        **keys,
        **draw(
            some(
                optional={
                    "oidc_initiation_urls": st.dictionaries(st.sampled_from(["eu-west-1", "us"]), ADDRESSES, max_size=2)
                    | _NULL,
                    "scopes": st.lists(st.sampled_from(SCOPES), max_size=4) | _NULL,
                    "custom_fields": CUSTOM_FIELDS | _LINES | _NULL,
                    "environments": st.just([{"launch_url": "https://beta.example.com"}]),
                    "redirect_uris": st.lists(ADDRESSES, min_size=1, max_size=2) | ADDRESSES,
                }
            )
        ),
        "extensions": around,
    }


@dataclasses.dataclass(frozen=True)
class Sent:
    """One request as it left."""

    method: str
    path: str
    query: str
    headers: dict
    body: object
    url: str


@contextlib.contextmanager
def recorded():
    """A list of what leaves this process by HTTP, in order."""
    sent = []
    original = requests.adapters.HTTPAdapter.send

    def send(adapter, request, **options):
        parts = urllib.parse.urlsplit(request.url)
        body = json.loads(request.body) if request.body else None
        sent.append(Sent(request.method, parts.path, parts.query, dict(request.headers), body, request.url))
        return original(adapter, request, **options)

    requests.adapters.HTTPAdapter.send = send
    try:
        yield sent
    finally:
        requests.adapters.HTTPAdapter.send = original


def written(sent):
    """The writing requests among them."""
    return [one for one in sent if one.method != "GET"]


def key_of(runner, client_id=None):
    """The one key that Canvas lists (or that with ``client_id``), as it lists it."""
    answer = requests.get(
        f"{runner.sandbox.base_url}/api/v1/accounts/1/developer_keys",
        params={"per_page": 100},
        headers={"Authorization": "Bearer canvas-site-admin-token"},
        timeout=5,
    )
    listed = [one for one in answer.json() if client_id is None or str(one["id"]) == str(client_id)]
    assert len(listed) == 1, listed
    return listed[0]


@contextlib.contextmanager
def before(matches, deed):
    """Do ``deed`` once, before the first request leaves that ``matches(method, path)``.

    Where it returns a pair of status and data, that is the answer, and the request never leaves.
    """
    original, done = requests.adapters.HTTPAdapter.send, []

    def send(adapter, request, **options):
        told = None
        if not done and matches(request.method, urllib.parse.urlsplit(request.url).path):
            done.append(True)
            told = deed()
        return _answered(request, *told) if isinstance(told, tuple) else original(adapter, request, **options)

    requests.adapters.HTTPAdapter.send = send
    try:
        yield done
    finally:
        requests.adapters.HTTPAdapter.send = original


def _answered(request, status, data):
    response = requests.Response()
    response.status_code, response.url, response.request = status, request.url, request
    response.raw = io.BytesIO(json.dumps(data).encode())
    return response
