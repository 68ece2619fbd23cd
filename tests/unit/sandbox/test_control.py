"""The control routes, the journal and the page."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
import requests


@pytest.fixture
def control(sandbox):
    """A function that calls a control route."""
    with requests.Session() as session:
        session.trust_env = False
        yield lambda method, path, **how: session.request(method, sandbox.base_url + path, **how)


def test_the_journal_lists_requests_in_order_without_values(control, exam):
    exam.get("/exams", limit=5)
    exam.post("/tool_providers", tool_name="T", oauth_consumer_key="k", oauth_consumer_secret="XX")
    listed = control("GET", "/_sandbox/requests")
    first, second = listed.json()["requests"]
    assert list(first) == [
        "n", "platform", "method", "path", "query", "status", "connection", "fault", "ms",
    ]  # fmt: skip
    assert (first["n"], first["platform"], first["method"]) == (1, "exam", "GET")
    assert (first["path"], first["status"], first["fault"]) == ("/api/v3/exams", 200, None)
    assert first["query"] == ["limit", "nonce", "signature", "timestamp"]
    assert (second["n"], second["method"], second["status"]) == (2, "POST", 201)
    assert first["connection"] == second["connection"]
    assert first["ms"] > 0
    assert "XX" not in listed.text
    assert "token" not in listed.text


def test_the_journal_can_be_emptied(control, exam):
    exam.get("/exams")
    assert control("DELETE", "/_sandbox/requests").json() == {"requests": []}
    exam.get("/exams")
    assert [one["n"] for one in control("GET", "/_sandbox/requests").json()["requests"]] == [1]


def test_a_path_of_no_platform_is_a_json_404(control, sandbox):
    answer = control("GET", "/elsewhere?x=1")
    assert answer.status_code == 404
    assert "/elsewhere" in answer.json()["error"]
    assert sandbox.requests()[0]["platform"] is None
    assert control("GET", "/_sandbox/elsewhere").status_code == 404
    assert len(sandbox.requests()) == 1


def test_state_is_everything_the_platforms_hold(control, seeds):
    seeds.exam(name="Finals")
    state = control("GET", "/_sandbox/state").json()
    assert state["exam"]["exams"]["1"]["name"] == "Finals"


def test_reset_returns_to_the_start(control, exam, sandbox, seeds):
    seeds.exam()
    sandbox.switches({"exam.page_limit": 1})
    sandbox.faults({"kind": "500", "method": "DELETE"})
    exam.get("/exams")
    assert control("POST", "/_sandbox/reset").json() == {}
    assert sandbox.state("exam")["exams"] == {}
    assert sandbox.requests() == []
    assert control("GET", "/_sandbox/faults").json() == {"faults": []}
    assert control("GET", "/_sandbox/switches").json()["exam.page_limit"] == 300
    assert seeds.exam()["id"] == 1


def test_switches_are_read_and_changed(control):
    assert control("GET", "/_sandbox/switches").json()["exam.soft_delete"] is True
    changed = control("POST", "/_sandbox/switches", json={"exam.soft_delete": False})
    assert changed.json()["exam.soft_delete"] is False
    assert control("GET", "/_sandbox/switches").json() == changed.json()


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"exam.nothing": 1}, "exam.soft_delete"),
        ({"exam.soft_delete": "perhaps"}, "true or false"),
        ({"exam.create_status": 418}, "201 or 200"),
        ({"exam.page_limit": 0}, "from 1"),
        ({"exam.page_limit": "many"}, "whole number"),
        ({"exam.timezone": "CET"}, "+01:00"),
        (["exam.soft_delete"], "object"),
    ],
)
def test_a_switch_that_cannot_be_set_says_what_can(control, body, says):
    answer = control("POST", "/_sandbox/switches", json=body)
    assert answer.status_code == 400
    assert says in answer.json()["error"]


def test_switches_are_set_all_or_none(control, sandbox):
    control("POST", "/_sandbox/switches", json={"exam.page_limit": 5, "exam.nothing": 1})
    assert sandbox.switches()["exam.page_limit"] == 300


def test_faults_are_queued_listed_and_dropped(control):
    queued = control("POST", "/_sandbox/faults", json=[{"kind": "slow"}, {"kind": "429"}])
    assert queued.json()["faults"] == [
        {"platform": None, "method": None, "path": None, "kind": "slow", "times": 1, "skip": 0,
         "seconds": 1.0},
        {"platform": None, "method": None, "path": None, "kind": "429", "times": 1, "skip": 0,
         "retry_after": 0},
    ]  # fmt: skip
    assert control("GET", "/_sandbox/faults").json() == queued.json()
    assert control("DELETE", "/_sandbox/faults").json() == {"faults": []}


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ([{"kind": "418"}], "drop_after"),
        ([{}], "truncate"),
        ([{"kind": "500", "verb": "GET"}], "method"),
        ([{"kind": "500", "times": 0}], "at least 1"),
        ([{"kind": "500", "times": "2"}], "number"),
        ([{"kind": "500", "path": 5}], "text"),
        (["500"], "object"),
    ],
)
def test_a_fault_that_cannot_be_queued_says_why(control, body, says):
    answer = control("POST", "/_sandbox/faults", json=[{"kind": "500"}, *body])
    assert answer.status_code == 400
    assert says in answer.json()["error"]
    assert control("GET", "/_sandbox/faults").json() == {"faults": []}


def test_a_control_body_that_is_no_json_is_refused(control):
    assert control("POST", "/_sandbox/faults", data=b"{").status_code == 400


class Page(HTMLParser):
    """Collects the tags and the text of a page, and checks that tags are closed."""

    def __init__(self, text: str):
        """Read `text`."""
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        """Note an opened tag."""
        self.tags.append(tag)
        if tag not in ("meta", "br", "hr", "link", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        """Check a closed tag."""
        assert self.open.pop() == tag

    def handle_data(self, data):
        """Note text."""
        self.text += data


def test_the_page_shows_exams_with_their_links_and_instructions(control, seeds, exam):
    seeds.exam(name="Finals", type="record_review")
    seeds.tool_provider(tool_name="Remindo", oauth_consumer_secret="TOP-SECRET")
    seeds.lti_resource(1, 1, lti_resource_link_name="Essay")
    seeds.document(1, "<p>Go to {LTI_EXAM_1}</p>")
    exam.get("/exams")
    answer = control("GET", "/")
    page = Page(answer.text)
    assert page.open == []
    for shown in ("Finals", "open", "Essay", "{LTI_EXAM_1}", "<p>Go to {LTI_EXAM_1}</p>",
                  "Remindo", "********", "/api/v3/exams", "exam.soft_delete"):  # fmt: skip
        assert shown in page.text
    assert "TOP-SECRET" not in answer.text
    assert "script" not in page.tags
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    # Self-contained: nothing is loaded from anywhere.
    assert not {"link", "img", "iframe"} & set(page.tags)


def test_hostile_names_are_escaped(control, seeds, exam):
    hostile = "</li><script>alert('x')</script>{{ 7 * 7 }}\" onload=x"
    seeds.exam(name=hostile)
    seeds.tool_provider(tool_name=hostile, oauth_consumer_key=hostile, lti_custom_data=hostile)
    seeds.lti_resource(1, 1, lti_resource_link_name=hostile, lti_resource_launch_url=hostile)
    seeds.document(1, hostile)
    exam.session.get(f"{exam.base_url}/api/v3/<script>alert(1)</script>")
    answer = control("GET", "/")
    page = Page(answer.text)
    assert page.open == []
    assert "script" not in page.tags
    assert page.text.count(hostile) == 8
    assert "<script>" not in answer.text


def test_the_page_of_an_empty_sandbox_says_so(control):
    text = control("GET", "/").text
    for words in ("No exams yet.", "No tool providers yet.", "No requests yet."):
        assert words in text


def test_the_page_shows_waiting_faults(control, sandbox):
    sandbox.faults({"kind": "drop_after", "path": "/api/v3/exams*"})
    assert "Faults waiting" in control("GET", "/").text


def test_the_browsers_icon_request_is_not_journalled(control, sandbox):
    assert control("GET", "/favicon.ico").status_code == 204
    assert sandbox.requests() == []
