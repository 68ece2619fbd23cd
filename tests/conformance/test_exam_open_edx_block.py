"""The Open edX block that talks to the exam platform in production works against the sandbox.

`xblock-proctor-exam` is the only public client known to run in production. It signs in its own
way (a JSON body on GET, whole seconds as nonce), so that it is understood says that the sandbox
verifies what the platform verifies, not only what this collection sends.

Only the client itself is real here; the Open edX platform around it is stubbed.
"""

from __future__ import annotations

import importlib
import sys
import types

import pytest

from tests.sandbox.testing import Sandbox

# The names that the client imports from the platform it usually runs in.
PLATFORM = {
    "pkg_resources": (),
    "django": (),
    "django.template": ("Context", "Template"),
    "django.utils": (),
    "django.utils.translation": ("ugettext_lazy",),
    "student": (),
    "student.models": ("CourseEnrollment",),
    "xblock": (),
    "xblock.fields": ("String", "Scope"),
    "xblock.fragment": ("Fragment",),
    "xblock.core": ("XBlock",),
    "xblockutils": (),
    "xblockutils.resources": ("ResourceLoader",),
    "xblockutils.studio_editable": ("StudioContainerXBlockMixin",),
    "lti_consumer": (),
    "lti_consumer.exceptions": ("LtiError",),
    "lti_consumer.lti": ("LtiConsumer",),
    "configurable_lti_consumer": ("ConfigurableLtiConsumerXBlock",),
}
STUDENT = {"user_id": "u-1", "resource_link_id": "r?l=1&x", "context_id": "course-v1:FUN+101+s1"}


class Anything:
    """Stands for whatever the platform offers: can be called, and has every attribute."""

    def __init__(self, *_, **__):
        """Take anything."""

    def __getattr__(self, name):
        """Have everything."""
        return Anything()


@pytest.fixture
def client(monkeypatch):
    """The client's module, loaded without its platform."""
    for name, offered in PLATFORM.items():
        module = types.ModuleType(name)
        for word in offered:
            setattr(module, word, type(word, (Anything,), {"settings": None}))
        monkeypatch.setitem(sys.modules, name, module)
    sys.modules["django.utils.translation"].ugettext_lazy = str
    for name in ("proctor_exam", "proctor_exam.proctor_exam"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    module = importlib.import_module("proctor_exam.proctor_exam")
    yield module
    for name in ("proctor_exam", "proctor_exam.proctor_exam"):
        sys.modules.pop(name, None)


@pytest.fixture
def sandbox():
    """A sandbox that holds one exam."""
    with Sandbox() as sandbox:
        sandbox.seed("exam").exam(name="Finals")
        yield sandbox


@pytest.fixture
def ask(client, sandbox, monkeypatch):
    """A function that lets the client ask for the state of the student."""
    monkeypatch.setattr(client, "API_URL", f"{sandbox.base_url}/api/v3")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    def user_state(exam_id: str = "1", token="exam-demo-token", secret_key="exam-demo-secret"):
        block = types.SimpleNamespace(lti_provider_key_secret=(token, secret_key))
        return client.ProctorExamXBlock.get_proctorexam_user_state(block, exam_id, STUDENT)

    return user_state


def test_a_known_student_is_shown(ask, sandbox):
    sandbox.seed("exam").lti_student(
        1,
        student_lms_id=STUDENT["user_id"],
        resource_link_id=STUDENT["resource_link_id"],
        context_id=STUDENT["context_id"],
    )
    assert ask()["student"]["status"] == "exam_started"
    (entry,) = sandbox.requests()
    # Nothing in the query: the client sends its parameters as a JSON body, on GET.
    assert (entry["method"], entry["query"], entry["status"]) == ("GET", [], 200)
    assert entry["path"] == "/api/v3/exams/1/show_lti_student"


def test_an_unknown_student_has_not_set_up(ask, sandbox):
    assert ask() == {"student": {"status": "not_setup"}}
    assert sandbox.requests()[0]["status"] == 404


def test_a_wrong_secret_is_refused(ask, sandbox):
    assert ask(secret_key="wrong") == {"error": "Signature is invalid."}
    assert sandbox.requests()[0]["status"] == 401


def test_a_wrong_token_is_refused(ask, sandbox):
    assert "error" in ask(token="wrong")
    assert sandbox.requests()[0]["status"] == 401


def test_two_calls_within_a_second_collide(ask, client, monkeypatch):
    now = client.time.time()
    monkeypatch.setattr(client, "time", types.SimpleNamespace(time=lambda: now))
    assert "student" in ask()
    assert ask() == {"error": "Nonce has already been used."}


def test_a_404_that_is_no_json_is_an_error_to_the_client(ask, sandbox):
    sandbox.switches({"exam.error_body": "html"})
    assert ask() == {"student": {"status": "error"}}
