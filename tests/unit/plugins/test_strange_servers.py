"""Servers that lie, that are slow, that refuse in odd ways: nothing is lost, doubled or touched by mistake."""

from __future__ import annotations

import itertools
import threading
import time

import pytest

from tests.unit.plugins.conftest import Runner
from tests.unit.plugins.scripted import Strange

TOOLS = "/api/v3/tool_providers"
PROVIDER = {"tool_name": "Remindo", "oauth_consumer_key": "k", "oauth_consumer_secret": "first-secret-Q7"}


@pytest.fixture
def strange(running_sandbox):
    """A strange server, and a runner that talks to it."""
    server = Strange()
    server.run = Runner(running_sandbox)
    server.run.connection.update(base_url=server.url, retries=2, timeout=2)
    yield server
    server.close()


def tool(number, **fields):
    return {
        "id": number,
        "tool_name": "Remindo",
        "oauth_consumer_key": "k",
        "oauth_consumer_secret": "s3cr3t-old",
        **fields,
    }


def writes(server):
    return [(method, path.split("?")[0]) for method, path, _headers, _body in server.seen if method != "GET"]


def test_a_create_that_a_gateway_gave_up_on_is_not_repeated(strange):
    """The server behind the gateway finishes later: a second POST would make a second object."""

    def late():
        threading.Timer(0.3, lambda: strange.held.update({1: tool(1, oauth_consumer_secret="first-secret-Q7")})).start()
        return 504, b"<h1>Gateway Timeout</h1>"

    strange.answers["POST", TOOLS] = late

    result = strange.run("exam_tool_provider", **PROVIDER)

    assert writes(strange) == [("POST", TOOLS)]
    assert result["failed"]
    assert "may still be at work" in result["msg"]
    time.sleep(0.4)
    assert not strange.run("exam_tool_provider", **PROVIDER)["changed"]


@pytest.mark.parametrize("module", ["exam_lti_resource", "exam_document"])
def test_an_address_that_serves_nothing_is_not_absence(strange, module):
    strange.answers["GET", "*"] = (404, b"<html><h1>404 Not Found</h1>nginx</html>")
    names = {"exam_name": "Algebra", "lti_resource_link_name": "Paper"}
    if module == "exam_document":
        names.pop("lti_resource_link_name")

    result = strange.run(module, **names, state="absent")

    assert result["failed"]
    assert result["failure"]["status"] == 404


@pytest.mark.parametrize("state", ["present", "absent"])
def test_an_object_that_was_not_asked_for_is_not_touched(strange, state):
    strange.answers["GET", f"{TOOLS}/1"] = {"tool_provider": tool(99)}

    result = strange.run("exam_tool_provider", id=1, tool_url="https://x.example", state=state)

    assert "tool provider 1 was asked for and 99 came" in result["msg"]
    assert writes(strange) == []


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_a_refusal_that_says_200_is_a_refusal_and_is_not_repeated(strange, method):
    strange.answers[method, "*"] = {"error": "not today"}
    if method != "POST":
        strange.held[1] = tool(1)

    result = strange.run("exam_tool_provider", **PROVIDER, state="absent" if method == "DELETE" else "present")

    assert "the server answered 200, but refused: not today" in result["msg"]
    assert len(writes(strange)) == 1


def test_an_object_that_somebody_else_made_is_never_taken_back(strange):
    theirs = {**tool(1), "tool_name": "Theirs", "oauth_consumer_key": "theirs"}
    strange.answers["POST", TOOLS] = {"tool_provider": theirs}

    result = strange.run("exam_tool_provider", **PROVIDER)

    assert "another object" in result["msg"]
    assert writes(strange) == [("POST", TOOLS)]


def test_an_object_that_was_there_before_is_never_taken_back(strange):
    strange.held[1] = {**tool(1), "tool_name": "Before"}
    strange.answers["POST", TOOLS] = {"tool_provider": strange.held[1]}

    result = strange.run("exam_tool_provider", **PROVIDER)

    assert "was there before" in result["msg"]
    assert writes(strange) == [("POST", TOOLS)]


@pytest.mark.parametrize("removable", [True, False])
def test_a_name_that_the_server_rewrites_is_an_error_because_it_is_never_found_again(strange, removable):
    made = {**tool(1), **PROVIDER, "tool_name": "Remindo"}
    strange.answers["POST", TOOLS] = lambda: strange.held.update({1: made}) or {"tool_provider": made}
    strange.answers["DELETE", f"{TOOLS}/1"] = (
        (lambda: strange.held.pop(1) and {}) if removable else (403, {"error": "no"})
    )

    result = strange.run("exam_tool_provider", **{**PROVIDER, "tool_name": " Remindo "})

    assert "keeps tool_name as 'Remindo'" in result["msg"]
    assert (result["changed"], list(strange.held)) == ((False, []) if removable else (True, [1]))


def test_a_create_whose_answer_holds_no_object_is_only_looked_for(strange):
    """202 Accepted: the object comes into being later, and a second POST would make a second one."""

    def accepted():
        threading.Timer(0.2, lambda: strange.held.update({1: tool(1, oauth_consumer_secret="first-secret-Q7")})).start()
        return 202, {}

    strange.answers["POST", TOOLS] = accepted

    strange.run("exam_tool_provider", **PROVIDER)

    time.sleep(0.3)
    assert writes(strange) == [("POST", TOOLS)]
    assert not strange.run("exam_tool_provider", **PROVIDER)["changed"]


def test_a_change_that_is_answered_without_the_object_is_looked_at(strange):
    def changed():
        strange.held[1]["tool_url"] = "https://x.example"
        return {"tool_provider": {"tool_url": "https://x.example"}}

    strange.held[1] = tool(1)
    strange.answers["PATCH", f"{TOOLS}/1"] = changed
    strange.answers["GET", f"{TOOLS}/1"] = lambda: {"tool_provider": strange.held[1]}

    result = strange.run("exam_tool_provider", tool_name="Remindo", tool_url="https://x.example")

    assert result["changed"]
    assert result["tool_provider"]["tool_url"] == "https://x.example"


@pytest.mark.parametrize(
    "listed",
    [
        {"items": [tool(1, oauth_consumer_secret="s3cr3t-old-and-long")]},
        {"tool_providers": [], "error": "backend down: s3cr3t-old-and-long", "secret_key": "s3cr3t-old-and-long"},
    ],
)
def test_a_listing_that_is_none_is_refused_without_its_secrets(strange, listed):
    strange.answers["GET", TOOLS] = listed

    for state in ("present", "absent"):
        result = strange.run("exam_tool_provider", **PROVIDER, state=state)
        assert result["failed"]
        assert "s3cr3t-old" not in str(result)


@pytest.mark.parametrize("status", [200, 401, 422, 500])
@pytest.mark.parametrize(
    "body",
    [
        b'{"tool_providers": [{"oauth_consumer_secret": "s3cr3t-old"}]}\n<!-- seen by proxy 7 -->',
        b'<p>proxy</p>{"Oauth_Consumer_Secret" :\n"s3cr3t-old"}',
        b'{"oauth_consumer_secret": "s3cr3t-old',
        b'{"oauth_consumer_secret": "s3cr3t-old \\" quoted", }',
        b'{"oauth_consumer_secret": "s3cr3t-old\xff"}',
    ],
)
def test_a_secret_in_what_is_no_json_as_a_whole_is_not_shown(strange, status, body):
    strange.answers["GET", TOOLS] = (status, body)

    result = strange.run("exam_tool_provider_info", retries=0)

    assert result["failed"]
    assert "s3cr3t-old" not in strange.run.shown[-1]


def test_a_busy_list_that_only_grows_is_fine(strange, monkeypatch):
    pages = itertools.count(1)

    def page(method, path):
        number = next(pages)
        headers = {"X-Pagination-Page": str((number - 1) % 2 + 1), "X-Pagination-Page-Count": "2"}
        body = b'{"tool_providers": [{"id": %d, "tool_name": "x"}]}' % number
        return 200, {**headers, "X-Pagination-Item-Count": str(400 + number)}, body

    monkeypatch.setattr(strange, "answer", page)

    assert len(strange.run("exam_tool_provider_info")["tool_providers"]) == 2


def test_ids_as_texts_in_lists_do_not_hide_a_twin(strange):
    def created():
        strange.held.update({2: tool("2"), 3: tool("3", oauth_consumer_secret="first-secret-Q7")})
        return {"tool_provider": tool(3, oauth_consumer_secret="first-secret-Q7")}

    strange.answers["POST", TOOLS] = created
    strange.answers["DELETE", f"{TOOLS}/3"] = lambda: strange.held.pop(3) and {}
    strange.answers["PATCH", f"{TOOLS}/2"] = {"tool_provider": tool("2", oauth_consumer_secret="first-secret-Q7")}

    result = strange.run("exam_tool_provider", **PROVIDER)

    assert "Another run created" in result["warnings"][0]
    assert list(strange.held) == [2]


def test_a_twin_that_cannot_be_taken_back_is_named(strange):
    def created():
        strange.held.update({2: tool(2), 3: tool(3)})
        return {"tool_provider": tool(3)}

    strange.answers["POST", TOOLS] = created
    strange.answers["DELETE", "*"] = (403, {"error": "no"})

    result = strange.run("exam_tool_provider", **PROVIDER)

    assert "(id 2), and ours (id 3) stays" in result["msg"]
    assert result["changed"]


def test_a_twin_that_is_about_to_go_is_not_called_ambiguous(strange):
    strange.held.update({1: tool(1), 2: tool(2)})
    looks = itertools.count()

    def listing():
        if next(looks) == 1:
            strange.held.pop(2)
        return {"tool_providers": list(strange.held.values())}

    strange.answers["GET", TOOLS] = listing

    assert not strange.run("exam_tool_provider", tool_name="Remindo")["changed"]


def test_nothing_that_says_which_one_is_meant_is_an_error(strange):
    strange.held[1] = tool(1, tool_name="")

    for name in ("", None):
        result = strange.run("exam_tool_provider", id=None, tool_name=name, state="absent")
        assert "tool_name" in result["msg"]
        assert result["failure"]["kind"] == "invalid"
    assert strange.run("exam_tool_provider", id=-1, state="absent")["failed"]
    assert writes(strange) == []


@pytest.mark.parametrize(
    "listed",
    [{"tool_providers": [1]}, {"tool_providers": [None]}, {"tool_providers": {"id": 1}}, [], "text", {"other": []}],
)
def test_a_listing_of_another_shape_is_refused_as_such(strange, listed):
    strange.answers["GET", TOOLS] = listed

    result = strange.run("exam_tool_provider", **PROVIDER)

    assert result["failure"]["kind"] == "protocol", result
    assert writes(strange) == []


def test_json_nested_deep_in_a_field_is_refused_as_such(strange):
    strange.answers["GET", TOOLS] = b'{"tool_providers": [{"id": 1, "tool_name": ' + b"[" * 900 + b"]" * 900 + b"}]}"

    result = strange.run("api_request", platform="exam", path=TOOLS)

    assert result["failed"] or result["json"]
    assert "mistake" not in str(result.get("msg"))


SPELT = [
    ("ABCDEFGHIJKLMNOPQRSTUVWXYZ", lambda secret: b"x" * 590 + secret.encode()),
    ("correct  horse  battery", lambda secret: secret.encode()),
    ("line-one\nline-two", lambda secret: secret.encode()),
    ("trailing-secret ", lambda secret: secret.strip().encode()),
    ("a/b+c=dé", lambda secret: b"a%2fb%2bc%3dd%c3%a9"),
    ("sécrèt-pass", lambda secret: secret.encode("latin-1")),
    ("abc<i>def</i>ghi", lambda secret: b"<p>" + secret.encode() + b"</p>"),
]


@pytest.mark.parametrize(("secret", "spelt"), SPELT, ids=[secret for secret, _spelt in SPELT])
def test_the_servers_words_hold_no_secret_however_they_are_cut_or_written(strange, secret, spelt):
    strange.answers["POST", TOOLS] = (422, spelt(secret))

    result = strange.run("exam_tool_provider", **{**PROVIDER, "oauth_consumer_secret": secret})

    text = result["msg"] + str(result["failure"])
    for part in (secret[:6], secret[-6:], spelt(secret).decode("latin-1")[-8:]):
        assert part.strip() not in text


def test_a_tool_whose_links_went_first_says_so_when_it_cannot_go_itself(strange):
    strange.held[1] = tool(1)
    strange.answers["GET", "/api/v3/lti_resources"] = {
        "lti_resources": [{"id": 7, "tool_provider_id": "1", "exam_id": 3, "lti_resource_link_name": "Paper"}]
    }
    strange.answers["DELETE", "/api/v3/lti_resources/7"] = {}
    strange.answers["DELETE", f"{TOOLS}/1"] = (500, b"")

    result = strange.run("exam_tool_provider", tool_name="Remindo", state="absent", detach=True)

    assert "1 of its 1 LTI resources are removed already" in result["msg"]
    assert (result["failed"], result["changed"], result["detached"][0]["id"]) == (True, True, 7)


@pytest.mark.parametrize("count", ["²", "-1", "many"])
def test_paging_headers_that_nobody_can_read_are_as_good_as_none(strange, monkeypatch, count):
    page = (200, {"X-Pagination-Page-Count": count}, b'{"tool_providers": []}')
    monkeypatch.setattr(strange, "answer", lambda method, path: page)

    assert strange.run("exam_tool_provider_info")["tool_providers"] == []


def test_a_list_that_changes_while_it_is_read_is_read_again(runner):
    """Somebody deletes an exam of page 1 between the two pages: the third moves up and is on neither."""
    runner.sandbox.switches({"exam.page_limit": 2})
    for name in ("One", "Two", "Three"):
        runner.sandbox.seed("exam").exam(name=name)
    from ansible_collections.edtech.lti.plugins.module_utils._client import Client

    read, calls = Client.read, []

    def read_and_disturb(self, path, query=None):
        answer = read(self, path, query)
        calls.append(query)
        if len(calls) == 1:
            assert Runner(runner.sandbox)("api_request", platform="exam", method="DELETE", path="/api/v3/exams/1")[
                "changed"
            ]
        return answer

    Client.read = read_and_disturb
    try:
        runner.sandbox.switches({"exam.soft_delete": False})
        assert not runner("exam", name="Three", type="demo")["changed"]
    finally:
        Client.read = read


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e12, 0, -3])
def test_a_timeout_that_no_socket_takes_is_refused(runner, value):
    assert "timeout must be above 0" in runner("exam_info", timeout=value)["msg"]


@pytest.mark.parametrize(
    "address",
    [
        "http://[::1",
        "ftp://me:hunter2pw@x",
        "http://127.0.0.1:99999",
        "https://me:hunter2pw@",
        "me:hunter2pw@x",
        "ftp://me:p/w@hunter2pw@x",
    ],
)
def test_an_address_that_cannot_be_read_is_refused_without_its_password(runner, address):
    result = runner("exam_info", base_url=address)

    assert "base_url" in result["msg"]
    assert "hunter2pw" not in result["msg"]


def test_markup_that_the_parser_chokes_on_is_compared_as_it_is(runner):
    runner("exam", name="Algebra", type="demo")
    document = {"exam_name": "Algebra", "exam_content": "<p>a</p><![foo[x]]>"}

    assert runner("exam_document", **document)["changed"]
    assert not runner("exam_document", **document)["changed"]
