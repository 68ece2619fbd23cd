"""What an administrator reads when something is wrong, and that no secret is in it."""

from __future__ import annotations

import threading

import pytest

from ansible_collections.edtech.lti.plugins.module_utils._connection import Connection
from ansible_collections.edtech.lti.plugins.module_utils._reconcile import Reconciler

PROVIDER = {"tool_name": "Remindo", "oauth_consumer_key": "k", "oauth_consumer_secret": "first-secret-Q7"}


@pytest.mark.parametrize("minutes", [30, -30])
def test_a_clock_that_is_off_is_named_with_its_amount(runner, minutes):
    runner.sandbox.switches({"exam.clock_offset": minutes * 60})

    result = runner("exam_info")

    assert result["failure"]["kind"] == "auth"
    assert f"30 minutes {'behind' if minutes > 0 else 'ahead of'} the server's" in result["msg"]
    assert "NTP" in result["msg"]


@pytest.mark.parametrize("wrong", [{"secret_key": "not-the-key"}, {"api_token": "not-the-token"}])
def test_wrong_credentials_are_named_and_not_shown(runner, wrong):
    result = runner("exam_tool_provider", **PROVIDER, **wrong)

    assert result["failure"]["kind"] == "auth"
    assert "Check api_token and secret_key" in result["msg"]
    shown = runner.shown[-1]
    assert "not-the" not in shown
    assert "Q7" not in shown
    assert runner.writes() == []


def test_a_missing_role_is_forbidden_whichever_status_says_so(runner):
    teacher = {"api_token": "exam-teacher-token", "secret_key": "exam-teacher-secret"}
    listing = runner("exam_tool_provider_info", **teacher)
    creating = runner(
        "api_request", platform="exam", method="POST", path="/api/v3/tool_providers", body=PROVIDER, **teacher
    )

    assert (listing["failure"]["status"], listing["failure"]["kind"]) == (401, "forbidden")
    assert (creating["failure"]["status"], creating["failure"]["kind"]) == (403, "forbidden")
    assert "administrator" in listing["msg"]


def test_being_unable_to_look_is_never_taken_for_absence(runner):
    runner("exam_tool_provider", **PROVIDER)
    runner.writes()
    runner.connection["retries"] = 0

    for kind in ("500", "html", "drop_before", "429"):
        runner.sandbox.faults({"platform": "exam", "method": "GET", "kind": kind, "times": 1})
        absent = runner("exam_tool_provider", tool_name="Remindo", state="absent")
        runner.sandbox.faults({"platform": "exam", "method": "GET", "kind": kind, "times": 1})
        present = runner("exam_tool_provider", **PROVIDER)
        assert absent["failed"]
        assert present["failed"]
    assert runner.writes() == []


def test_an_html_500_is_quoted_in_words_without_its_markup(runner):
    runner.connection["retries"] = 0
    runner.sandbox.faults({"platform": "exam", "kind": "500", "times": 1})

    result = runner("exam_info")

    assert result["failure"]["status"] == 500
    assert "the server answered 500" in result["msg"]
    assert "<" not in result["msg"]


def test_a_404_that_does_not_speak_of_the_object_is_checked_against_the_listing(runner):
    for body in ("text", "empty", "html"):
        runner.sandbox.switches({"exam.error_body": body})
        assert "there is no exam with id 99" in runner("exam", id=99, name="x")["msg"]
        assert not runner("exam", id=99, state="absent").get("failed")


def test_a_server_that_deletes_no_lti_resources_is_found_out(runner):
    runner("exam_tool_provider", **PROVIDER)
    runner("exam", name="Algebra", type="demo")
    link = {"exam_name": "Algebra", "tool_provider_name": "Remindo", "lti_resource_link_name": "Paper"}
    runner("exam_lti_resource", **link)
    runner.sandbox.switches({"exam.lti_resource_delete": False})

    result = runner("exam_lti_resource", **link, state="absent")

    assert result["failed"]
    assert "no way to delete it by the API" in result["msg"]
    assert len(runner("exam_lti_resource_info")["lti_resources"]) == 1


def test_two_of_one_name_fail_with_both_ids_and_the_institute_tells_them_apart(runner):
    runner.sandbox.seed("exam").tool_provider(tool_name="Remindo")
    runner.sandbox.seed("exam").tool_provider(tool_name="Remindo")

    result = runner("exam_tool_provider", **PROVIDER)

    assert result["failure"]["kind"] == "ambiguous"
    assert "(ids 1, 2)" in result["msg"]
    assert runner.writes() == []


@pytest.mark.parametrize(
    ("missing", "variable"),
    [("base_url", "EXAM_BASE_URL"), ("api_token", "EXAM_API_TOKEN"), ("secret_key", "EXAM_SECRET_KEY")],
)
def test_what_is_missing_names_all_the_places_where_it_could_be(runner, monkeypatch, missing, variable):
    for name in ("BASE_URL", "API_TOKEN", "SECRET_KEY"):
        monkeypatch.delenv(f"EXAM_{name}", raising=False)
        monkeypatch.delenv(f"EXAM_{name}_FILE", raising=False)
    runner.connection[missing] = ""

    result = runner("exam_info")

    assert f"{missing} is missing" in result["msg"]
    assert f"{variable} or {variable}_FILE" in result["msg"]


def test_credentials_come_from_the_environment_or_from_files(runner, monkeypatch, tmp_path):
    (tmp_path / "key").write_text("exam-demo-secret\n")
    monkeypatch.setenv("EXAM_BASE_URL", runner.connection.pop("base_url"))
    monkeypatch.setenv("EXAM_API_TOKEN", "exam-demo-token")
    monkeypatch.setenv("EXAM_SECRET_KEY", "")
    monkeypatch.setenv("EXAM_SECRET_KEY_FILE", str(tmp_path / "key"))
    runner.connection.update(api_token="", secret_key=None)

    assert runner("exam_info")["exams"] == []

    monkeypatch.setenv("EXAM_SECRET_KEY_FILE", str(tmp_path / "nowhere"))
    assert "cannot be read" in runner("exam_info")["msg"]


@pytest.mark.parametrize("token", ["exam-demo-token\n", "exam\ndemo", "tökén ✓"])
def test_a_token_that_cannot_be_sent_is_explained_without_being_shown(runner, token):
    result = runner("exam_info", api_token=token)

    assert result["failed"]
    assert token.strip() not in result["msg"]
    assert runner.sandbox.requests() == [] or result["failure"]["kind"] == "auth"


def test_what_the_server_ignores_or_rewrites_is_said(runner):
    runner.sandbox.switches({"exam.ignore_fields": "tool_url"})

    result = runner("exam_tool_provider", **PROVIDER, tool_url="https://r.example")

    assert result["changed"]
    assert any("did not keep tool_url" in warning for warning in result["warnings"])


@pytest.fixture
def both_look_first(monkeypatch):
    """Two runs of a test both look before either writes."""
    barrier = threading.Barrier(2, timeout=10)
    plan = Reconciler.plan

    def after_both_have_looked(self, found):
        barrier.wait()
        return plan(self, found)

    monkeypatch.setattr(Reconciler, "plan", after_both_have_looked)


def at_once(*calls):
    """The results of calls that run at the same time."""
    results = []
    threads = [threading.Thread(target=lambda call=call: results.append(call())) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.usefixtures("both_look_first")
def test_two_runs_at_once_leave_one_object(runner):
    """Both look, see nothing, and create: the newer object is taken back by the run that made it."""
    results = at_once(*[lambda: runner("exam_tool_provider", **PROVIDER)] * 2)

    assert [result.get("failed") for result in results] == [None, None], results
    assert {result["tool_provider"]["id"] for result in results} == {1}
    assert list(runner.sandbox.state("exam")["tool_providers"]) in (["1"], [1])


@pytest.mark.usefixtures("both_look_first")
def test_two_runs_at_once_leave_one_document(runner):
    """Here the platform refuses the second one, and the run that was refused finds the first."""
    runner.sandbox.seed("exam").exam(name="Algebra")
    document = {"exam_name": "Algebra", "exam_content": "<p>one</p>"}

    results = at_once(*[lambda: runner("exam_document", **document)] * 2)

    assert [result.get("failed") for result in results] == [None, None], results
    assert len(runner.sandbox.state("exam")["documents"]) == 1


def test_an_id_with_a_parent_that_is_only_predicted_is_still_looked_up(runner):
    runner("exam", name="Algebra", type="demo")
    runner("exam_tool_provider", **PROVIDER)
    runner("exam_lti_resource", exam_name="Algebra", tool_provider_name="Remindo", lti_resource_link_name="Paper")

    moved = runner("exam_lti_resource", check=True, id=1, exam_name="Geometry")
    missing = runner("exam_document", check=True, id=9, exam_name="Geometry", exam_content="x")

    assert moved["changed"]
    assert moved["diff"]["before"]["exam_id"] == 1
    assert missing["changed"]


def test_all_pages_are_read_before_anything_is_created(runner):
    runner.sandbox.switches({"exam.page_limit": 2, "exam.page_tool_providers": True})
    for number in range(5):
        runner.sandbox.seed("exam").exam(name=f"Exam {number}")
        runner.sandbox.seed("exam").tool_provider(tool_name=f"Tool {number}", oauth_consumer_key="k")
    runner.writes()

    assert not runner("exam", name="Exam 4", type="demo")["changed"]
    assert not runner("exam_tool_provider", tool_name="Tool 4", oauth_consumer_key="k")["changed"]
    assert len(runner("exam_info")["exams"]) == 5
    assert runner.writes() == []


@pytest.mark.parametrize("nothing", [None, ""])
def test_options_with_a_default_take_nothing_for_their_default(runner, nothing):
    """A null state must not become a third state in which a missing id is created."""
    result = runner("exam", id=99, name="Geometry", type="demo", state=nothing, timeout=nothing, validate_certs=nothing)

    assert result["failure"]["kind"] == "not_found"
    assert runner.writes() == []


@pytest.mark.parametrize("empty", [{"name": ""}, {"id": ""}, {"id": None}, {"institute_id": ""}])
def test_an_empty_filter_is_refused_and_does_not_list_everything(runner, empty):
    """Whoever removes what is listed would remove everything."""
    runner("exam", name="Geometry", type="demo")

    assert "is empty. Leave" in runner("exam_info", **empty)["msg"]
    assert runner("exam_info", status="")["failed"]


def test_an_empty_id_in_check_mode_stands_for_what_does_not_exist_yet(runner):
    runner("exam", name="Geometry", type="demo")

    assert runner("exam_info", check=True, id="")["exams"] == []


@pytest.mark.parametrize("nothing", [None, ""])
def test_a_flag_cannot_be_emptied_and_check_mode_says_so_as_well(runner, nothing):
    runner("exam_tool_provider", **PROVIDER)
    runner.writes()

    for check in (True, False):
        result = runner("exam_tool_provider", check=check, tool_name="Remindo", use_as_basic_link=nothing)
        assert "use_as_basic_link cannot be emptied" in result["msg"]
    assert runner.writes() == []


@pytest.mark.parametrize(("word", "verified"), [("True", True), (" no\n", False), ("0", False), ("ture", None)])
def test_a_misspelt_flag_in_the_environment_switches_nothing_off(runner, monkeypatch, word, verified):
    monkeypatch.setenv("EXAM_VALIDATE_CERTS", word)
    seen = []
    monkeypatch.setattr(Connection, "checked", lambda *given, **options: seen.append(options) or None)

    result = runner("exam_info")

    if verified is None:
        assert "EXAM_VALIDATE_CERTS is neither true nor false: 'ture'" in result["msg"]
        assert seen == []
    else:
        assert seen[0]["validate_certs"] is verified


@pytest.mark.parametrize("status", ["400", "401", "403"])
def test_a_wrong_key_is_suspected_whichever_status_says_so(runner, status):
    runner.sandbox.switches({"exam.auth_status": status})

    assert "Check api_token and secret_key" in runner("exam_info", secret_key="not-the-right-key")["msg"]


def test_a_name_in_one_institute_is_not_found_in_another(runner):
    runner.connection.update(api_token="exam-super-token", secret_key="exam-super-secret")
    first = runner("exam", name="Biology", type="demo", institute_id=1)["exam"]
    second = runner("exam", name="Biology", type="demo", institute_id=2)["exam"]

    assert (first["institute_id"], second["institute_id"]) == (1, 2)
    assert first["id"] != second["id"]
    assert [exam["id"] for exam in runner("exam_info", institute_id=2)["exams"]] == [second["id"]]


@pytest.mark.parametrize("change", [{"use_duration": True}, {"use_duration": True, "duration_minutes": None}])
def test_a_duration_that_is_used_must_be_there_after_a_change_too(runner, change):
    runner("exam", name="Geometry", type="demo")
    runner.writes()

    for check in (True, False):
        assert "needs duration_minutes" in runner("exam", check=check, name="Geometry", **change)["msg"]
    assert runner.writes() == []


@pytest.mark.parametrize("body", [{"nonce": 1}, {"name": None}, {"id": 4}])
def test_check_mode_refuses_a_request_that_cannot_be_signed(runner, body):
    request = {"platform": "exam", "method": "PATCH", "path": "/api/v3/exams/3", "body": body}

    dry, real = (runner("api_request", check=check, **request) for check in (True, False))

    assert dry["failed"]
    assert dry["msg"] == real["msg"]
    assert runner.writes() == []


def test_removing_asks_only_for_what_says_which_object_is_meant(runner):
    """A tool that is gone, or an exam that is misspelt beside an id, must not look like absence."""
    runner("exam", name="Algebra", type="demo")
    runner("exam_tool_provider", **PROVIDER)
    link = {"exam_name": "Algebra", "tool_provider_name": "Remindo", "lti_resource_link_name": "Paper"}
    for options in ({**link, "tool_provider_name": "Gone"}, {"id": 1, "exam_name": "Gone"}):
        made = runner("exam_lti_resource", **link)["lti_resource"]
        options = {**options, **({"id": made["id"]} if "id" in options else {})}
        assert runner("exam_lti_resource", **options, state="absent")["changed"]
        assert runner("exam_lti_resource_info")["lti_resources"] == []
    assert not runner("exam_lti_resource", **{**link, "exam_name": "Gone"}, state="absent")["changed"]
