"""What a run over many tenants says, by the events of Ansible and by the summaries of roles."""

from __future__ import annotations

import json
import types

import pytest

from ansible_collections.edtech.lti.plugins.callback.progress import CallbackModule
from ansible_collections.edtech.lti.plugins.plugin_utils import _progress
from ansible_collections.edtech.lti.plugins.plugin_utils._progress_files import LimitFile

FAILED = {"kind": "unavailable", "msg": "Reading https://t7.example.com/api failed."}


def summary(*, changed=False, failure=None, **more):
    """A role's summary of a tenant with one platform."""
    failed = [failure["msg"]] if failure else []
    return {
        "changed": changed,
        "failed": failed,
        "platforms": {"exam": {"changed": changed, "failure": failure}},
        **more,
    }


class TestCount:
    def test_totals_name_rate_and_time_left(self):
        run = _progress.Progress(0)
        run.expects([f"t{number}" for number in range(1000)], 100)
        for number in range(37):
            outcome = _progress.outcome_of(summary(changed=number < 3, failure=FAILED if number == 9 else None))
            run.finishes(f"t{number}", outcome, 118)
        line = _progress.totals_line(run.totals(118))
        assert line == "37/1000 tenants, 3 changed, 1 failed, 2.1/s, about 8 min left"

    def test_of_what_was_not_tried_the_rate_knows_nothing_and_it_comes_in_the_order_of_the_play(self):
        run = _progress.Progress(0)
        run.expects(["a", "b", "c", "d", "e"], 0)
        run.finishes("a", _progress.outcome_of(summary()), 10)
        for name in ("e", "c"):
            run.finishes(name, _progress.outcome_of(summary(failure=FAILED, not_tried=True)), 10)
        run.finishes("b", _progress.outcome_of(summary(failure=FAILED)), 10)
        assert run.totals(10)["rate"] == pytest.approx(0.2)
        assert (run.untried(), run.unfinished()) == (["c", "d", "e"], ["b", "c", "d", "e"])

    def test_causes_that_differ_by_tenant_and_address_are_one(self):
        run = _progress.Progress(0)
        for number in range(40):
            address, name = f"https://t{number}.example.com:8{number}/x", f"'Lab {chr(65 + number)}'"
            failure = {"kind": "unavailable", "msg": f"Asking {address} for {name} of t{number} failed."}
            run.finishes(f"t{number}", _progress.outcome_of(summary(failure=failure)), 1)
        run.finishes("other", _progress.outcome_of(summary(failure={"kind": "auth", "msg": "No."})), 1)
        first, whom, second, _whom = _progress.cause_lines(run.causes)
        assert first.startswith("40 tenants: exam, unavailable: Asking https://t0.example.com")
        assert whom.strip() == "t0, t1, t2, t3, t4 and 35 more"
        assert second == "1 tenant: exam, auth: No."

    def test_it_remembers_a_word_for_each_tenant_however_different_the_causes_are(self):
        run = _progress.Progress(0)
        for number in range(5000):
            run.starts_with(f"t{number}", 0)
            letters = "".join(chr(97 + int(digit)) for digit in str(number))
            failure = {"kind": "invalid", "msg": f"{letters} " + "x" * 5000}
            run.finishes(f"t{number}", _progress.outcome_of(summary(failure=failure)), 1)
        assert len(run.causes) <= 51
        assert sum(cause["count"] for cause in run.causes.values()) == 5000
        assert not run.starts
        assert max(len(cause["example"]) for cause in run.causes.values()) <= 300

    def test_what_a_server_says_steers_no_terminal(self):
        told = _progress.Progress(0).finishes(
            "a", _progress.outcome_of(summary(failure={"kind": "x\x1b[2J", "msg": "red\x1b[31m\nnext\u202e"})), 1
        )
        line = _progress.tenant_line(told)
        assert line.isprintable()
        assert "red" in line

    @pytest.mark.parametrize("data", [None, "text", {"changed": True}, {"failed": []}, {"failed": "no", "changed": 1}])
    def test_what_is_no_summary_says_nothing(self, data):
        assert _progress.outcome_of(data) is None

    @pytest.mark.parametrize(
        ("seconds", "words"), [(0.04, "0.0 s"), (2.13, "2.1 s"), (45, "45 s"), (420, "7 min"), (6000, "1 h 40 min")]
    )
    def test_durations(self, seconds, words):
        assert _progress.duration(seconds) == words


class TestLimitFile:
    def test_names_of_other_runs_stay_and_an_empty_list_is_no_file(self, tmp_path):
        path = tmp_path / "todo"
        path.write_text("elsewhere\na\nb\n", encoding="utf-8")
        LimitFile(path).keep(lambda: ["b"], {"a", "b"}.__contains__, 0)
        assert path.read_text(encoding="utf-8") == "elsewhere\nb\n"
        LimitFile(path).keep(list, {"b", "elsewhere"}.__contains__, 0)
        assert not path.exists()

    def test_it_is_not_written_for_every_tenant(self, tmp_path):
        file = LimitFile(tmp_path / "todo")
        written = [file.keep(lambda: ["a"], {"a"}.__contains__, now / 10) for now in range(50)]
        assert [one for one in written if one is not None] == [1, 1, 1]


class Events:
    """The callback, and the events that Ansible sends it."""

    def __init__(self, **options):
        self.said = []
        self.callback = CallbackModule()
        self.callback._display = types.SimpleNamespace(
            verbosity=0, display=lambda text, **_how: self.said.append(text), warning=self.said.append
        )
        common = {"display_ok_hosts": True, "show_custom_stats": False, "show_per_host_start": False}
        own = {"interval": 10, "jsonl_path": None, "limit_path": None, "longest_text": 100}
        self.callback._plugin_options = {**common, **own, **options}
        self.callback.open_files()

    def play(self, *hosts, strategy="linear", check_mode=False):
        manager = types.SimpleNamespace(get_vars=lambda play: {"ansible_play_hosts_all": ["localhost", *hosts]})
        play = types.SimpleNamespace(
            _uuid=object(),
            strategy=strategy,
            check_mode=check_mode,
            get_name=lambda: "Play",
            get_variable_manager=lambda: manager,
        )
        self.callback.v2_playbook_on_play_start(play)

    def result(self, host, action="debug", check_mode=False, **data):
        task = types.SimpleNamespace(
            action=action, check_mode=check_mode, diff=False, run_once=True, ignore_unreachable=False, loop=None
        )
        return types.SimpleNamespace(host=types.SimpleNamespace(get_name=lambda: host), task=task, result=data)

    def begins(self, host, role="lti_onboarding", check_mode=False, **from_files):
        """The first task of a role ends."""
        result = self.result(host, "assert", check_mode)
        result.task._role = types.SimpleNamespace(get_name=lambda _fqcn: role, _from_files=from_files)
        self.callback.v2_runner_on_ok(result)

    def publishes(self, host, statistic, data, check_mode=False):
        stats = {"data": {statistic: data}}
        self.callback.v2_runner_on_ok(self.result(host, "ansible.builtin.set_stats", check_mode, ansible_stats=stats))

    def ends_well(self, host, check_mode=False, **more):
        self.publishes(host, "lti_onboarding", {host: summary(**more)}, check_mode)

    def stats(self, **failures):
        figures = {name: {"failures": count, "changed": 0} for name, count in failures.items()}
        self.callback.v2_playbook_on_stats(types.SimpleNamespace(processed=figures, summarize=figures.get, custom={}))
        return "\n".join(self.said)


class TestCallback:
    def test_a_rescued_failure_is_none_and_one_that_was_told_is_told_once(self):
        events = Events()
        events.play("a", "b")
        for name in ("a", "b"):
            events.callback.v2_runner_on_failed(events.result(name, msg="The server was away."))
        events.ends_well("a")
        events.ends_well("b", failure=FAILED)
        events.callback.v2_runner_on_failed(events.result("b", "assert", msg="b: as listed above"))
        text = events.stats(a=0, b=1)
        assert "The server was away." not in text
        assert "as listed above" not in text
        assert text.count("FAILED") == 1
        assert "2/2 tenants, 1 failed" in text

    def test_a_playbook_without_summaries_is_told_at_the_end(self):
        events = Events()
        events.play("a", "b", "c")
        events.callback.v2_runner_on_failed(
            events.result(
                "b", "edtech.lti.exam_info", msg="x", results=[{"failed": True, "failure": FAILED, "msg": "Gone."}]
            )
        )
        text = events.stats(localhost=0, a=0, b=1)
        assert "unavailable: Gone." in text
        assert "Not tried (1): c" in text
        assert "localhost" not in text

    def test_a_failure_after_a_good_end_counts(self):
        events = Events()
        events.play("a")
        events.ends_well("a")
        events.callback.v2_runner_on_failed(events.result("a", "assert", msg="Later."))
        assert "1/1 tenants, 1 failed" in events.stats(a=1)

    def test_no_log_hides_the_cause(self):
        events = Events()
        events.play("a")
        events.callback.v2_runner_on_failed(events.result("a", censored="the output has been hidden"))
        assert "the output has been hidden" in events.stats(a=1)

    def test_unreachable_tenants_fail_at_once(self):
        events = Events()
        events.play("a")
        events.callback.v2_runner_on_unreachable(events.result("a", msg="No route to host"))
        assert "unreachable: No route to host" in events.said[-1]

    def test_what_is_shown_once_is_text_and_the_middle_of_a_long_one_is_left_out(self):
        events = Events(longest_text=4)
        events.callback.v2_runner_on_ok(events.result("a", msg=[f"line {number}" for number in range(10)]))
        assert events.said[-1].split("\n") == [
            "",
            "line 0",
            "line 1",
            "(6 lines more, which -v shows)",
            "line 8",
            "line 9",
            "",
        ]

    def test_a_rehearsal_leaves_the_list_of_unfinished_tenants_alone(self, tmp_path):
        todo, lines = tmp_path / "todo", tmp_path / "lines"
        todo.write_text("a\n", encoding="utf-8")
        events = Events(limit_path=todo, jsonl_path=lines)
        events.play("a")
        events.ends_well("a", check_mode=True, changed=True)
        assert "1 to change" in events.stats(a=0)
        assert todo.read_text(encoding="utf-8") == "a\n"
        assert [json.loads(line)["event"] for line in lines.read_text(encoding="utf-8").splitlines()] == [
            "tenant",
            "end",
        ]

    def test_one_who_cannot_be_reached_leaves_the_others_their_good_end(self):
        events = Events()
        events.play("a", "b")
        events.callback.v2_runner_on_unreachable(events.result("a", msg="No route to host"))
        events.play("b")
        text = events.stats(a=0, b=0)
        assert "Not tried" not in text
        assert "2/2 tenants, 1 unreachable" in text

    def test_plays_with_other_hosts_count_as_one_run(self):
        events = Events()
        for name in "abc":
            events.play(name)
        events.play()
        assert [
            line.split()[0] for line in events.stats(a=0, b=0, c=0, localhost=0).splitlines() if " ok " in line
        ] == [
            "1/3",
            "2/3",
            "3/3",
        ]

    def test_a_file_that_cannot_be_written_stops_nothing(self, tmp_path):
        events = Events(jsonl_path=tmp_path / "no" / "lines")
        events.play("a")
        events.ends_well("a")
        assert "1/1 tenants" in events.stats(a=0)


class TestListOfUnfinished:
    @pytest.fixture
    def todo(self, tmp_path):
        path = tmp_path / "todo"
        path.write_text("b\nelsewhere\n", encoding="utf-8")
        return path

    def test_all_are_in_it_as_soon_as_the_work_begins(self, todo):
        events = Events(limit_path=todo)
        events.play("a", "b", "c")
        events.begins("a")
        assert todo.read_text(encoding="utf-8").split() == ["elsewhere", "a", "b", "c"]

    def test_a_play_before_it_names_more_than_are_worked_on(self, todo):
        events = Events(limit_path=todo)
        events.play("a", "b", "c")
        events.callback.v2_runner_on_ok(events.result("localhost", "assert"))
        events.play("a")
        events.begins("a")
        assert todo.read_text(encoding="utf-8").split() == ["b", "elsewhere", "a"]

    def test_who_is_done_leaves_it_with_the_next_task_when_there_was_no_time_before(self, todo, monkeypatch):
        events, now = Events(limit_path=todo), [1000.0]
        monkeypatch.setattr("time.monotonic", lambda: now[0])
        events.play("a", "b")
        events.begins("a")
        events.ends_well("a")
        assert "a" in todo.read_text(encoding="utf-8").split()
        now[0] += 3
        events.callback.v2_runner_on_start(types.SimpleNamespace(get_name=lambda: "b"), None)
        assert todo.read_text(encoding="utf-8").split() == ["elsewhere", "b"]

    @pytest.mark.parametrize(
        "run",
        [
            lambda events: events.publishes("a", "lti_audit", {"failed": 0, "changed": False, "unread": []}),
            lambda events: events.publishes("a", "preflight", {"a": {"failed": [], "changed": False}}),
            lambda events: events.begins("a", tasks="check"),
            lambda events: events.begins("a", "lti_audit"),
            lambda events: events.begins("a", check_mode=True),
            lambda events: events.callback.v2_runner_on_failed(events.result("localhost", msg="Refused.")),
            lambda events: events.callback.v2_runner_on_unreachable(events.result("a", msg="Away.")),
        ],
        ids=["audit", "preflight", "part of a role", "other role", "check mode", "refused", "unreachable"],
    )
    def test_runs_that_do_no_work_leave_it_alone(self, todo, run):
        events = Events(limit_path=todo)
        events.play("a", "b")
        run(events)
        events.stats(a=0, b=1, localhost=1)
        assert todo.read_text(encoding="utf-8") == "b\nelsewhere\n"

    def test_a_play_in_check_mode_leaves_it_alone_whatever_a_task_says(self, todo):
        events = Events(limit_path=todo)
        events.play("a", check_mode=True)
        events.begins("a")
        assert todo.read_text(encoding="utf-8") == "b\nelsewhere\n"

    def test_localhost_is_never_in_it(self, todo):
        events = Events(limit_path=todo)
        todo.write_text("localhost\n", encoding="utf-8")
        events.callback.open_files()
        events.play("a")
        events.callback.v2_runner_on_failed(events.result("localhost", msg="No."))
        events.begins("a")
        events.stats(localhost=1)
        assert todo.read_text(encoding="utf-8") == "a\n"

    def test_who_was_rehearsed_before_is_not_done(self, todo):
        events = Events(limit_path=todo)
        events.play("a", "b", check_mode=True)
        for name in "ab":
            events.ends_well(name, check_mode=True, changed=True)
        events.play("a", "b")
        events.begins("a")
        events.ends_well("a", changed=True)
        text = events.stats(a=0)
        assert todo.read_text(encoding="utf-8").split() == ["elsewhere", "b"]
        assert "1/2 tenants, 1 changed" in text

    def test_a_rehearsal_after_the_work_takes_nobody_out(self, todo):
        events = Events(limit_path=todo)
        events.play("a")
        events.begins("a")
        events.play("a", check_mode=True)
        events.ends_well("a", check_mode=True)
        events.callback.v2_playbook_on_stats(types.SimpleNamespace(processed={}, summarize=None, custom={}))
        assert todo.read_text(encoding="utf-8").split() == ["b", "elsewhere", "a"]


class TestRemarks:
    UNREAD = {
        "failed": 1,
        "changed": False,
        "unread": [{"tenant": "b", "platform": "canvas", "kind": "auth", "msg": "No."}],
    }

    @staticmethod
    def offboarded(state):
        tool = {"key": "lab", "name": "Lab", "state": state, "why": "It has no switch."}
        return {
            "changed": False,
            "failed": [],
            "platforms": {"exam": {"changed": False, "failure": None, "tools": [tool]}},
        }

    def test_a_tenant_that_was_not_read_is_not_plainly_ok(self, tmp_path):
        events = Events(display_ok_hosts=False, jsonl_path=tmp_path / "lines")
        events.play("a", "b")
        events.publishes("a", "lti_audit", self.UNREAD)
        text = events.stats(a=0, b=0)
        assert "2/2  not read   b" in text
        assert "canvas: auth: No." in text
        assert "2/2 tenants, 1 not read" in text
        assert "1/2" not in text
        told = [json.loads(line) for line in (tmp_path / "lines").read_text(encoding="utf-8").splitlines()]
        assert told[1]["remarks"] == [{"platform": "canvas", "kind": "not read", "msg": "auth: No."}]
        assert told[-1]["remarks"] == {"not read": 1}

    @pytest.mark.parametrize(("state", "words"), [("still_on", "still on"), ("kept", "kept"), ("by_hand", "by hand")])
    def test_a_tool_that_is_not_gone(self, state, words):
        events = Events(display_ok_hosts=False)
        events.play("a")
        events.publishes("a", "lti_offboarding", {"a": self.offboarded(state)})
        line = events.said[-1].split(None, 1)[1]
        assert line.startswith(words)
        assert line.endswith("exam: Lab: It has no switch.")
        assert f"1/1 tenants, 1 {words}" in events.stats(a=0)

    def test_what_is_gone_is_no_remark(self):
        assert _progress.outcome_of(self.offboarded("removed"))["remarks"] == []
