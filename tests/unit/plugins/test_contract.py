"""For any pair of desired and found state: check mode predicts the run, a second run is quiet,
nothing that was not asked for changes, and no secret is shown."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .conftest import Runner
from .contract import RUNS, WORDS, assert_contract, some

SECRETS = st.from_regex(r"[A-Za-z0-9+/=%&? äé-]{9,20}Q7", fullmatch=True)
SETTINGS = st.dictionaries(WORDS, st.none() | st.booleans() | st.integers(-999, 999) | WORDS, max_size=3)
MOMENTS = st.builds(
    "2026-{:02}-{:02}T{:02}:30:00{}".format,
    st.integers(1, 5),
    st.integers(1, 28),
    st.integers(0, 23),
    st.sampled_from(["+01:00", "Z", "-09:30", ".250+05:45"]),
)
LATER = st.builds(
    "2026-{:02}-{:02}T{:02}:30:00+02:00".format, st.integers(7, 12), st.integers(1, 28), st.integers(0, 23)
)


PROVIDER_OPTIONS = {
    "tool_url": st.just("") | st.builds("https://{}.example/lti".format, st.from_regex(r"[a-z]{1,5}", fullmatch=True)),
    "use_as_basic_link": st.booleans(),
    "lti_custom_data": SETTINGS | st.none(),
}
PROVIDER_NEEDS = {"oauth_consumer_key": WORDS, "oauth_consumer_secret": SECRETS}
EXAM_OPTIONS = {
    "start_time": MOMENTS | st.just("") | st.none(),
    "end_time": LATER | st.just(""),
    "duration_minutes": st.integers(1, 600),
    "mobile_cam": st.booleans(),
    "for_reviewing": st.booleans(),
    "upload_answers": st.booleans(),
    "allow_calculator": st.booleans(),
    "allowed_websites": st.lists(st.from_regex(r"[a-z]{1,5}\.example", fullmatch=True), max_size=2),
    "restrictions": WORDS,
}
LINK_OPTIONS = {
    "lti_resource_launch_url": st.just("") | st.just("https://tool.example/a?b=c&d=%20"),
    "open_in_new_tab": st.booleans(),
    "lti_custom_data": SETTINGS,
}
CONTENT = st.lists(
    st.sampled_from(["<p>a</p>", "<p class='x'>b &amp; c</p>", "{LTI_EXAM_1}", "{lti:Paper}", "plain\n text", "<br>"]),
    min_size=1,
    max_size=4,
).map("".join)


def _prepare_exam(runner):
    runner("exam", name="Algebra", type="demo")


def _prepare_link(runner):
    _prepare_exam(runner)
    for name in ("One", "Two"):
        runner("exam_tool_provider", tool_name=name, oauth_consumer_key="k", oauth_consumer_secret="prepared-secret-Q7")


def _prepare_document(runner):
    _prepare_link(runner)
    runner("exam_lti_resource", exam_name="Algebra", tool_provider_name="One", lti_resource_link_name="Paper")


def _nothing(runner):
    """An empty platform."""


MODULES = {
    "exam_tool_provider": (
        _nothing,
        {"tool_name": "Remindo"},
        some(PROVIDER_NEEDS, PROVIDER_OPTIONS),
        some(optional={**PROVIDER_NEEDS, **PROVIDER_OPTIONS}),
    ),
    "exam": (
        _nothing,
        {"name": "Geometry"},
        some({"type": st.just("demo")}, EXAM_OPTIONS),
        some(optional=EXAM_OPTIONS),
    ),
    "exam_lti_resource": (
        _prepare_link,
        {"lti_resource_link_name": "Paper", "exam_name": "Algebra"},
        some({"tool_provider_name": st.sampled_from(["One", "Two"])}, LINK_OPTIONS),
        some(optional={"tool_provider_id": st.sampled_from([1, "2"]), **LINK_OPTIONS}),
    ),
    "exam_document": (
        _prepare_document,
        {"exam_name": "Algebra"},
        some({"exam_content": CONTENT}),
        some(optional={"exam_content": CONTENT}),
    ),
}


@pytest.mark.parametrize("module", MODULES)
@RUNS
@given(data=st.data())
def test_any_wish_on_any_found_state(running_sandbox, module, data):
    prepare, key, creations, changes = MODULES[module]
    running_sandbox.reset()
    runner = Runner(running_sandbox)
    prepare(runner)
    found = data.draw(st.none() | creations, label="found")
    if found is not None:
        assert "failure" not in runner(module, **key, **found)
    wish = data.draw(creations if found is None else changes, label="wish")
    before = running_sandbox.state("exam")

    assert_contract(runner, module, {**key, **wish})

    untouched = {name: value for name, value in before.items() if name not in ("nonces", "next_id")}
    _assert_only_this_changed(module, untouched, running_sandbox.state("exam"))
    removed = {**key, "state": "absent"}
    assert_contract(runner, module, removed)
    _assert_no_secret(runner, {**(found or {}), **wish})


def _assert_only_this_changed(module, before, after):
    """No task touches objects of another kind, but for the exam that a document opens."""
    kinds = {"exam": "exams", "exam_tool_provider": "tool_providers", "exam_lti_resource": "lti_resources"}
    own = {kinds.get(module, "documents")} | ({"exams"} if module == "exam_document" else set())
    for kind in {"exams", "tool_providers", "lti_resources", "documents"} - own:
        assert after[kind] == before[kind], kind


def _assert_no_secret(runner, wish):
    shown = "".join(runner.shown)
    for secret in (runner.connection["secret_key"], runner.connection["api_token"], wish.get("oauth_consumer_secret")):
        if secret:
            assert json.dumps(secret)[1:-1] not in shown
            assert secret not in shown
