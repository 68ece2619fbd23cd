"""Secrets that are planted, arguments by which every module sends something, and a server that repeats all it gets."""

from __future__ import annotations

import base64
import contextlib
import functools
import hashlib
import html
import importlib
import io
import json
import re
import sys
import syslog
import types
import urllib.parse
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ansible_collections.edtech.lti.plugins.module_utils import _execution
from tests.unit.plugins.canvas_samples import SETTINGS
from tests.unit.plugins.preflight_samples import manifest
from tests.unit.plugins.scripted import Script

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = "ansible_collections.edtech.lti.plugins.modules."
MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py"))
TOKENS = "/core/connect/token"

MARK = "Q7q"
"""In every planted secret, and in nothing else."""


def _key():
    made = ec.generate_private_key(ec.SECP256R1())
    plain = serialization.NoEncryption()
    return made.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain).decode()


def planted(option):
    """A secret for an option: at random, with what has to be escaped somewhere; in headers only ASCII goes."""
    if option == "oauth_private_key":
        return PRIVATE_KEY
    random = base64.b32encode(hashlib.sha256(option.encode()).digest()).decode().lower()
    special = "+/=\"'&<>%" + ("" if option.endswith("_token") or option == "subscription_key" else " ü\\")
    mixed = "".join(random[2 * place : 2 * place + 2] + letter for place, letter in enumerate(special))
    return f"{MARK}{random[24:36]}{mixed}{random[36:48]}"


OLD = planted("what the server holds")
"""Under the names of secrets; nobody typed it."""

PRIVATE_KEY = _key()


def specified(spec, before=""):
    """Names (with those of what they stand in) of the secret options of an argument spec."""
    for name, one in spec.items():
        if one.get("no_log"):
            yield before + name
        yield from specified(one.get("options") or {}, f"{before}{name}.")


@functools.lru_cache(None)
def task_of(module):
    return importlib.import_module(PACKAGE + module).TASK


def secret_options(module):
    return sorted(specified(task_of(module).spec))


WAYS = {
    "exam": [("api_token", "secret_key")],
    "canvas": [("access_token",)],
    "d2l": [
        ("access_token",),
        ("oauth_client_id", "oauth_private_key", "oauth_key_id"),
        ("oauth_client_id", "oauth_client_secret", "oauth_token_file"),
        ("app_id", "app_key", "user_id", "user_key"),
    ],
    "luminus": [("subscription_key", "access_token")],
}
"""By which options one logs in, by platform."""

PROVIDER = "5b8f2c14-7d36-4e0a-9c51-2a6e8f0b3d97"
DEPLOYMENT = "1b8f2c14-7d36-4e0a-9c51-2a6e8f0b3d97"
ARGUMENTS = {
    "canvas_developer_key_binding": {"client_id": "10000000000077", "binding": "on"},
    "canvas_external_tool": {"client_id": "10000000000077"},
    "canvas_external_tool_info": {},
    "canvas_lti_registration": {"client_id": "10000000000077", "name": "Quiz"},
    "canvas_lti_registration_info": {},
    "canvas_tool_configuration": {"name": "Quiz", "settings": SETTINGS, "redirect_uris": ["https://quiz.example.com/"]},
    "canvas_tool_configuration_info": {},
    "d2l_access_token": {},
    "d2l_lti_deployment": {"name": "Lab", "registration_domain": "labs.example.com"},
    "d2l_lti_deployment_info": {},
    "d2l_lti_link": {"deployment_id": DEPLOYMENT, "name": "Lab", "url": "https://labs.example.com/"},
    "d2l_lti_link_info": {},
    "d2l_lti_registration": {"name": "Lab", "domain": "labs.example.com"},
    "d2l_lti_registration_info": {},
    "d2l_org_unit_info": {},
    "d2l_quicklink": {"org_unit_id": 7, "link_id": 3},
    "d2l_sharing_rule": {"deployment_id": DEPLOYMENT, "org_unit_id": 7, "share_with_org_unit": True},
    "d2l_sharing_rule_info": {"deployment_id": DEPLOYMENT},
    "d2l_sharing_rules": {"deployment_id": DEPLOYMENT, "rules": [{"org_unit_id": 7, "share_with_org_unit": True}]},
    "exam": {"name": "Algebra"},
    "exam_document": {"exam_id": 7, "exam_content": "<p>x</p>"},
    "exam_info": {},
    "exam_lti_resource": {"lti_resource_link_name": "Paper", "exam_id": 7, "tool_provider_id": 3},
    "exam_lti_resource_info": {"exam_id": 7},
    "exam_tool_provider": {"tool_name": "Remindo", "oauth_consumer_secret": planted("oauth_consumer_secret")},
    "exam_tool_provider_info": {},
    "luminus_provider_info": {"provider_id": PROVIDER},
}
"""What each module is to do, beside logging in. A new module is missed by a test."""


def cases(module):
    """Ways to run a module with planted secrets: pairs of a name and a function of the server and a folder."""
    platform = module.partition("_")[0]
    if platform in WAYS:
        return {"+".join(way): functools.partial(_logged_in, module, way) for way in WAYS[platform]}
    return {name: made for (of, name), made in OTHERS.items() if of == module}


def _logged_in(module, way, server, folder):
    given = {"base_url": server.url, "retries": 1, "timeout": 5, **ARGUMENTS.get(module, {})}
    given.update({name: planted(name) if not name.endswith(("_id", "_file")) else f"the-{name}" for name in way})
    if "oauth_client_id" in way:
        given["oauth_token_url"] = server.url + TOKENS
    if "oauth_token_file" in way:
        file = folder / "token"
        file.write_text(json.dumps({"refresh_token": planted("refresh_token"), "token_url": server.url + TOKENS}))
        given["oauth_token_file"] = str(file)
    return given


def _request(platform, server, folder):
    way = WAYS[platform][0]
    path = {"exam": "/api/v3/exams", "canvas": "/api/v1/accounts/1", "d2l": "/d2l/api/x", "luminus": "/lti/api/x"}
    body = {name: planted(name) for name in sorted(task_of("api_request")._platforms[platform].dialect.secret_names)}
    given = _logged_in("api_request", way, server, folder)
    return {**given, "platform": platform, "path": path[platform], "method": "POST", "body": body}


def _asked(server, folder):
    canvas = {"base_url": server.url, "access_token": planted("access_token")}
    document = manifest(client_secret=planted("client_secret"))
    return {"manifest": document, "canvas": canvas, "live": True, "allow_local": True, "timeout": 5}


def _handed(server, folder):
    one = {"issuer": "https://a.example", "client_id": "1", "deployment_ids": ["1"]}
    path = str(folder / "platforms.json")
    return {"path": path, "format": "pylti1p3", "platforms": [one], "private_key_file": PRIVATE_KEY}


OTHERS = {
    **{("api_request", platform): functools.partial(_request, platform) for platform in WAYS},
    ("lti_preflight", "canvas"): _asked,
    ("lti_handback", "a key for its file"): _handed,
}


def texts(tree):
    """All texts in plain data, keys included."""
    if isinstance(tree, dict):
        for name, value in tree.items():
            yield from texts(name)
            yield from texts(value)
    elif isinstance(tree, (list, tuple)):
        for value in tree:
            yield from texts(value)
    elif isinstance(tree, str):
        yield tree


def leaves(tree):
    """What stands in plain data, keys included."""
    if isinstance(tree, dict):
        yield from tree
        tree = list(tree.values())
    if isinstance(tree, list):
        for value in tree:
            yield from leaves(value)
    else:
        yield tree


def secrets_in(given):
    """The planted secrets among arguments, and the tokens that one logs in with."""
    found = {text for text in texts(given) if MARK in text or "BEGIN PRIVATE" in text}
    file = {"refresh_token", "granted_token", "next_refresh_token"} if "oauth_token_file" in given else set()
    granted = {"granted_token"} if "oauth_private_key" in given else set()
    return found | {planted(name) for name in file | granted}


SPELLINGS = {
    "plain": str,
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64url": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "quoted": lambda text: urllib.parse.quote(text, safe=""),
    "quoted in small letters": lambda text: re.sub("%..", lambda one: one[0].lower(), urllib.parse.quote(text)),
    "of a form": urllib.parse.quote_plus,
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON with letters": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "JSON in JSON": lambda text: json.dumps(json.dumps(text))[3:-3],
    "Python": lambda text: repr(text)[1:-1],
    "HTML": html.escape,
    "hex": lambda text: text.encode().hex(),
    "HEX": lambda text: text.encode().hex().upper(),
    "base64 after a letter": lambda text: base64.b64encode(b"x" + text.encode() + b"y").decode(),
    "base64 after two": lambda text: base64.b64encode(b"xx" + text.encode() + b"y").decode(),
}

SENT = ("plain", "base64", "base64url", "quoted", "JSON", "hex")
"""How a whole request may be repeated."""
WINDOW = 14
"""Characters in a row that may not be left of any spelling."""


STEP = 5


@functools.lru_cache(None)
def _pieces(secret):
    """Pieces of all spellings of a secret: pairs of spelling and piece. What every key has in common tells nothing."""
    found = {}
    for name, spell in SPELLINGS.items():
        spelt = spell(secret)
        for start in range(0, max(1, len(spelt) - WINDOW), STEP):
            piece = spelt[start : start + WINDOW]
            if "PRIVATE KEY" not in piece and "-----" not in piece:
                found.setdefault(piece, name)
    return tuple((name, piece) for piece, name in found.items())


def traces(shown, secrets):
    """What is left of secrets in a text: triples of secret, spelling and what was found."""
    return [(one[:40], name, piece) for one in secrets for name, piece in _pieces(one) if piece in shown]


class Echo(Script):
    """A platform that refuses in one way, and repeats in it all that came, and what it holds itself.

    :ivar kind: one of :data:`KINDS`.
    :ivar secrets: repeated as well, whether they came or not.
    :ivar grants: does the token endpoint give tokens?
    """

    nowhere = types.SimpleNamespace(url="http://127.0.0.1:1")
    """Stands for a server that is not asked."""

    def __init__(self):
        super().__init__()
        self.kind, self.secrets, self.names, self.grants = "403", (), (), True

    def answer(self, method, path):
        if path == TOKENS and self.grants:
            granted = {"access_token": planted("granted_token"), "refresh_token": planted("next_refresh_token")}
            return 200, {}, json.dumps({**granted, "token_type": "Bearer", "expires_in": 3600}).encode()
        return KINDS[self.kind](self._repeated())

    def _repeated(self):
        """Texts in all spellings: head, address and body of the request, and secrets."""
        _method, path, headers, body = self.seen[-1]
        came = [path, *headers.values(), body.decode("utf-8", "replace")]
        said = [spell(text) for text in self.secrets for spell in SPELLINGS.values()]
        said += [SPELLINGS[name](text) for text in came if text for name in SENT]
        held = dict.fromkeys(self.names, OLD) or {"x": 1}
        return {"said": said, "held": held}


def _json(status, shape):
    def made(told):
        return status, {"Content-Type": "application/json"}, json.dumps(shape(told)).encode()

    return made


def _of(status, content, write, **headers):
    def made(told):
        return status, {"Content-Type": content, **headers}, write(told).encode("utf-8", "replace")

    return made


def _page(told):
    return f"<html><p>{'</p><p>'.join(told['said'])}</p>{json.dumps(told['held'])}</html>"


def _broken(told):
    return json.dumps({**told["held"], "error": " ".join(told["said"])})[:-1]


def _moved(told):
    first = next((text for text in told["said"] if text.isascii() and text.isprintable()), "x")
    place = f"https://{urllib.parse.quote(OLD, safe='')}@elsewhere.example/{first}?token={first}"
    return 307, {"Location": place}, _page(told).encode()


def _throttled(told):
    return 429, {"Retry-After": "900"}, json.dumps({"errors": told["said"], **told["held"]}).encode()


KINDS = {
    "400 of one text": _json(400, lambda told: {"error": " ".join(told["said"]), **told["held"]}),
    "401": _json(401, lambda told: {"message": told["said"][0], "error_description": " ".join(told["said"])}),
    "403": _json(403, lambda told: [told]),
    "403 in plain text": _of(403, "text/plain", lambda told: "\n".join(told["said"])),
    "404": _json(404, lambda told: {"error": {"deep": [told]}}),
    "409": _json(409, lambda told: {"errors": [{"field": text, "message": text} for text in told["said"]]}),
    "422": _json(422, lambda told: {text: [text] for text in told["said"]}),
    "429": _throttled,
    "500": _of(500, "text/html", _page),
    "503 cut off": _of(503, "application/json", _broken),
    "200 of a page": _of(200, "text/html", _page),
    "200 cut off": _of(200, "application/json", _broken),
    "200 of a text": _json(200, lambda told: " ".join(told["said"])),
    "200 of another shape": _json(200, lambda told: {"answer": told, **told["held"]}),
    "200 of a list": _json(200, lambda told: [told, told["held"]]),
    "307": _moved,
}
"""How a platform can refuse or misunderstand."""


def in_controller(module, given, check=False, verbosity=0):
    """What the action plugin returns and would say."""
    return json.dumps(_execution.run_in_controller(task_of(module), module, given, check), ensure_ascii=False)


def shipped(module, given, check=False, verbosity=0, monkeypatch=None):
    """All that a shipped module writes: its result, what else it prints, and the system's log."""
    from ansible.module_utils import basic

    logged = []
    internal = {"_ansible_check_mode": check, "_ansible_verbosity": verbosity, "_ansible_diff": True}
    internal.update(_ansible_debug=verbosity > 3, _ansible_no_log=False, _ansible_syslog_facility="LOG_USER")
    arguments = {"ANSIBLE_MODULE_ARGS": {**given, **internal}}
    monkeypatch.setattr(basic, "_ANSIBLE_ARGS", json.dumps(arguments).encode())
    monkeypatch.setattr(basic, "_ANSIBLE_PROFILE", "legacy", raising=False)
    monkeypatch.setattr(basic, "has_journal", False)
    monkeypatch.setattr(syslog, "openlog", lambda *unused: None)
    monkeypatch.setattr(syslog, "syslog", lambda *said: logged.append(str(said[-1])))
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), contextlib.suppress(SystemExit):
        _execution.run_module(task_of(module))
    assert out.getvalue().strip(), "it said nothing"
    assert sys.stdout is not out
    return "\n".join((out.getvalue(), err.getvalue(), *logged))
