"""What vendors write that is not quite wrong, or wrong in ways of its own, and what is meant to keep preflight busy."""

from __future__ import annotations

import time

import pytest

from ansible_collections.edtech.lti.plugins.module_utils._manifest import preflight_texts as texts
from ansible_collections.edtech.lti.plugins.modules import lti_preflight

from .preflight_samples import PROVIDER, REGISTRATION, SETTINGS, TOOL, manifest, settings
from .test_preflight import EXTENSION, KEY, look, of_canvas, of_manifest, told

WHERE = f"canvas_settings.{EXTENSION}.domain"


# Addresses and domains


@pytest.mark.parametrize(
    ("uri", "code"),
    [
        ("http://labs.example.com/lti/launch", "http_address"),
        ("https://192.168.4.7/launch", "local_address"),
        ("javascript:alert(1)", "address_invalid"),
        ("", "address_invalid"),
        (" ", "address_invalid"),
        ("https://labs.example.com/%(path)s", "placeholder"),
    ],
)
def test_the_option_for_redirect_uris_is_looked_at_like_the_member(uri, code):
    found = look(redirect_uris=[SETTINGS["target_link_uri"], uri], canvas_settings=SETTINGS)
    assert (code, "redirect_uris[1]") in told(found)
    assert (code, "canvas_settings.redirect_uris[0]") in told(look(**of_canvas(redirect_uris=[uri])))


@pytest.mark.parametrize(
    "domain",
    [
        "not a domain!",
        " labs.example.com ",
        "labs.example.com/",
        "*.example.com",
        "labs..example.com",
        "labs@example.com",
    ],
)
def test_what_is_no_host_name_is_no_domain(domain):
    found = told(look(**of_canvas({"domain": domain}, redirect_uris=[SETTINGS["target_link_uri"]])))
    assert found == [("domain_not_bare", WHERE)]
    bare = domain.strip("/")
    if bare == domain:  # Brightspace takes it with a slash
        found = look(d2l_registration={**REGISTRATION, "domain": bare})
        assert ("domain_not_bare", "d2l_registration.domain") in told(found)


@pytest.mark.parametrize("domain", ["labs.example.com:8443", "example.com", "labs_2.example.com", "labs.example.com."])
def test_what_is_a_host_name_is_a_domain(domain):
    assert told(look(**of_canvas({"domain": domain}))) == []


def test_a_domain_may_be_that_of_the_login_alone_or_of_a_sister():
    elsewhere = {"target_link_uri": "https://elsewhere.example.org/launch"}
    assert told(look(**of_canvas(**elsewhere))) == []
    assert told(look(**of_canvas({"domain": "app.example.com"}))) == []
    secondary = {"domain": "labs.example.org", "secondary_domains": ["labs.example.com"]}
    assert told(look(**of_manifest(**{TOOL: secondary}))) == []


@pytest.mark.parametrize(
    "host",
    [
        "2130706433",
        "0x7f.1",
        "127.1",
        "[::1]",
        "[::ffff:10.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[fe80::1%25eth0]",
        "localhost.",
        "localhost.localdomain",
        "lab",
        "lab.home.arpa",
        "100.64.0.1",
        "224.0.0.1",
    ],
)
def test_every_spelling_of_a_local_address_is_found(host):
    found = look(**of_canvas(target_link_uri=f"https://{host}/lti/launch"))
    assert ("local_address", "canvas_settings.target_link_uri") in told(found)


@pytest.mark.parametrize("host", ["labs.example.com", "8.8.8.8", "[2606:4700::1111]", "[::ffff:8.8.8.8]", "fade.de"])
def test_what_the_internet_knows_is_not_local(host):
    assert not texts.is_local(texts.host_of(f"https://{host}/"))


@pytest.mark.parametrize(
    ("icon", "expected"),
    [("data:image/png;base64,AAAA", []), ("/icon.png", ["warning"]), ("https://labs.example.com/i.png", [])],
)
def test_a_picture_may_be_in_the_document_and_does_not_keep_a_tool_from_working(icon, expected):
    found = look(manifest=manifest(logo_uri=icon))
    assert [one["severity"] for one in found["findings"]] == expected


# Templates


@pytest.mark.parametrize(
    "text", ["$NAME", "<name>", "{0}", "Lab {}", "Lab <%= name %>", "@NAME@", "__NAME__", "Lab __LAB_NAME__"]
)
def test_a_template_in_a_name_is_found(text):
    assert ("placeholder", "canvas_settings.title") in told(look(**of_canvas(title=text)))
    assert ("placeholder", "manifest.client_name") in told(look(manifest=manifest(client_name=text)))


@pytest.mark.parametrize("host", ["{0}", "{}", "<%= host %>", "@HOST@", "__HOST__"])
def test_a_template_in_an_address_is_found(host):
    found = look(**of_canvas(target_link_uri=f"https://{host}/launch"))
    assert ("placeholder", "canvas_settings.target_link_uri") in told(found)


def test_what_a_tool_fills_in_itself_is_no_template():
    fields = {
        "user": "{userId}",
        "address": "https://labs.example.com/{id}",
        "pattern": "^[a-z]{3}$",
        "empty": "{}",
        "mail": "lab@EXAMPLE.com",
        "price": "$5",
    }
    described = settings(custom_fields=fields, description="A {curly} lab for {0} students; $HOME is <b>bold</b>")
    assert told(look(canvas_settings=described)) == []
    assert told(look(canvas_settings={**described, "custom_fields": "user={userId}\nempty={}"})) == []
    assert told(look(exam_tool_provider={**PROVIDER, "lti_custom_data": '{"user": "{userId}", "more": {}}'})) == []
    as_manifest = manifest(
        **{TOOL: {"custom_parameters": fields, "description": "{curly}", "description#de": "{rund}"}}
    )
    assert told(look(manifest=as_manifest)) == []


def test_a_level_that_is_none_is_told_with_those_that_are():
    (one,) = look(**of_canvas({"privacy_level": "Public"}))["findings"]
    assert one["message"] == "This is none of public, name_only, email_only, anonymous."


# Scopes


def test_a_scope_of_a_family_does_not_swallow_the_next_one():
    family = "https://canvas.instructure.com/lti/account_external_tools/scope/show"
    found = told(look(**of_canvas(scopes=[family, "https://labs.example.com/scope"])))
    assert ("scope_unknown", "canvas_settings.scopes[1]") in found
    assert "scope_broken" not in {code for code, _where in found}


# Time


@pytest.mark.parametrize(
    "text",
    [
        "{{" * 30000,
        "<%" * 30000,
        "{a" * 30000,
        "${" * 30000,
        "__A" * 20000,
        "@A" * 30000,
        "MY-" * 20000,
        "MY_A" * 15000 + "a",
        "$A_" + "_" * 60000 + "a",
        "://" * 20000,
        "://" + "a" * 60000,
        "?a=" * 20000,
        "-----BEGIN PRIVATE KEY-----" * 2000,
        "-----BEGIN " + "A" * 60000,
        "secretSecret" * 5000,
    ],
    ids=lambda text: text[:12],
)
@pytest.mark.parametrize("member", ["title", "target_link_uri", "client_secret"])
def test_no_text_keeps_it_busy(member, text):
    begun = time.process_time()
    look(**of_canvas(**{member: text}))
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    "text",
    [
        '{"x": "' + "a" * 60000 + '" "client_name"',
        '{"x": ' + "secret " * 9000,
        '{"x": ' + "secret" + " " * 60000,
        '{"x": ' + "secret: '" * 7000,
        '{"x": ' + '"d": ' * 9000,
    ],
    ids=["word", "names", "blanks", "quotes", "members"],
)
def test_no_unreadable_text_keeps_it_busy_before_anything_is_checked(text):
    class Learnt:
        def learn(self, _secret):
            """Nothing is kept."""

    begun = time.process_time()
    lti_preflight.TASK.teach(Learnt(), {"canvas_settings": text})
    assert time.process_time() - begun < 1


def test_many_addresses_and_keys_take_no_time():
    uris = [f"https://labs.example.com/{number}/" for number in range(6000)]
    keys = {"keys": [{**KEY, "kid": f"key-{number}"} for number in range(6000)]}
    begun = time.process_time()
    look(manifest=manifest(redirect_uris=uris, jwks=keys))
    assert time.process_time() - begun < 6


def test_depth_is_no_mistake_of_ours():
    deep = inner = {}
    for _level in range(5000):
        inner["a"] = {}
        inner = inner["a"]
    inner["client_secret"] = "planted-Q7-0815"
    assert [one for _path, one in texts.leaves(deep)] == ["planted-Q7-0815"]
