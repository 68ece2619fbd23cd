"""What is handed to the module and cannot be meant: keys, permissions, texts that no file can hold."""

from __future__ import annotations

import json
import stat

import pytest

from .handback_samples import CANVAS, FORMATS, Handback

SECRET = "c2VjcmV0LXBhcnQtb2YtYS1rZXk"
LONG = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj"


@pytest.fixture
def run(tmp_path):
    return Handback(tmp_path)


@pytest.mark.parametrize("option", ["private_key_file", "public_key_file"])
@pytest.mark.parametrize(
    "key",
    [
        f'{{"kty":"RSA","d":"{SECRET}","n":"x"}}',
        {"kty": "RSA", "d": SECRET},
        LONG * 20,
        LONG,
        f"a\n{SECRET}",
        f"{SECRET}\x00",
        f"---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ---- {SECRET}",
        f"keys/{'x' * 300}",
        "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW",
        "MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF",
        "eyJhbGciOiJSUzI1NiIsImtpZCI6IjEyMzQ1Njc4OTAifQ.eyJzdWIiOiJhYmNkZWZnaGlqayJ9.x",
        f"{LONG}\ud800",
    ],
    ids=str,
)
def test_a_key_in_any_shape_is_refused_and_not_shown(run, option, key):
    for check in (True, False):
        result = run(CANVAS, check=check, **{option: key})

        assert result["failure"]["kind"] == "invalid"
        assert f"{option} holds a key" in result["msg"]
    shown = "".join(run.shown)
    assert SECRET not in shown
    assert LONG not in shown
    assert not run.path.exists()


@pytest.mark.parametrize(
    "name",
    [
        "private.key",
        "/srv/university/projects/learning/tools/virtual/laboratory/handback/secrets/private",
        "keys/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.pem",
        "keys/8c3d6f1e-0f4b-4a55-9a0f-0c5f6f2f7f10.key",
        "My keys (2026)/lab.key",
        "MyUniversity/private.key",
        "../elsewhere-credentials_of_the_virtual_laboratory_production.pem",
    ],
)
def test_the_name_of_a_file_is_none(run, name):
    assert run(CANVAS, private_key_file=name)["changed"]
    assert run.data()[CANVAS["issuer"]][0]["private_key_file"] == name


@pytest.mark.parametrize("mode", [640, 644, 600, 660, 400, 440, 755, 416 | 0o1000, 0o200, 0, 0o602])
def test_a_number_that_lost_its_leading_zero_is_refused(run, mode):
    result = run(CANVAS, mode=mode)

    assert result["failure"]["kind"] == "invalid"
    assert f"mode cannot be {mode}" in result["msg"]
    assert 'like "0640"' in result["failure"]["hint"]
    assert not run.path.exists()


@pytest.mark.parametrize("mode", [0o640, 0o644, 0o600, 0o664, 0o400, 0o440])
def test_a_number_that_was_octal_is_taken(run, mode):
    run(CANVAS, mode=mode)

    assert stat.S_IMODE(run.path.stat().st_mode) == mode


@pytest.mark.parametrize(
    ("option", "value"),
    [("title", "a\ud800"), ("contact", "\udfff"), ("scope", "a\x00b"), ("redirect_uri", "\ud800"), ("title", "\x00")],
)
@pytest.mark.parametrize("form", FORMATS)
def test_texts_that_no_file_can_hold_are_refused(tmp_path, form, option, value):
    result = Handback(tmp_path, form)(CANVAS, **{option: value})

    assert result["failure"]["kind"] == "invalid"
    assert f"{option} holds " in result["msg"]
    json.dumps(result, ensure_ascii=False).encode("utf-8")


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", "a\ud800"),
        ("name", "a\x00"),
        ("environment", "\udc00"),
        ("client_id", "1\ud800"),
        ("issuer", "https://a\udc00"),
    ],
)
def test_such_texts_of_a_platform_are_refused(tmp_path, form, name, value):
    for check in (True, False):
        result = Handback(tmp_path, form)({**CANVAS, name: value}, check=check)

        assert result["failure"]["kind"] == "invalid"
        assert f"platforms[0].{name} holds " in result["msg"]
        json.dumps(result, ensure_ascii=False).encode("utf-8")


@pytest.mark.parametrize("one", ["a\ud800", "a\x00b", {"a": 1}, ["x"], True])
def test_so_are_those_of_a_deployment(run, one):
    result = run({**CANVAS, "deployment_ids": [one]})

    assert result["failure"]["kind"] == "invalid"
    assert "platforms[0].deployment_ids" in result["msg"]


@pytest.mark.parametrize("path", ["/tmp/a\x00b", "/tmp/a\udc80b"])
@pytest.mark.parametrize("check", [True, False])
def test_so_is_such_a_path(run, path, check):
    result = run(CANVAS, path=path, check=check)

    assert (result["failure"]["kind"], "path holds " in result["msg"]) == ("invalid", True)
