# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: progress
type: stdout
short_description: One line a tenant instead of one a task
version_added: 0.1.0
author:
  - edtech.lti contributors (@edtech-lti)
description:
  - Shows a run over many tenants so that people can follow it. Each tenant has one line when it is done, with how it
    ended, how long it took, what changed or why it failed. Every few seconds follow the totals with rate and time left,
    and at the end the failures by cause.
  - What a playbook shows once by C(ansible.builtin.debug) is shown as text.
  - The option C(-v) adds changed and failed tasks, C(-vv) everything that the callback
    P(ansible.builtin.default#callback) shows.
  - It says nothing that a task's result does not show. What C(no_log) hides stays hidden.
options:
  interval:
    description: Seconds between two lines with totals.
    type: float
    default: 10
    env:
      - name: EDTECH_LTI_PROGRESS_INTERVAL
    ini:
      - section: callback_edtech_lti_progress
        key: interval
  jsonl_path:
    description:
      - A file for machines. Each run begins it anew, and writes one JSON object a line.
      - "C(event) is V(start), V(tenant) or V(end). One of a tenant has C(tenant), C(state) (V(ok), V(changed),
        V(failed), V(unreachable) or V(not tried)), C(seconds), C(changed) (platforms), C(failures) and C(remarks) (each
        with C(platform), C(kind), C(msg)), C(check_mode), C(done) and C(total); the last one the totals, with
        C(remarks) as tenants by kind, C(causes), and the tenants in C(unfinished)."
      - "C(remarks) are what is no failure, and yet not as it should be: C(kind) is V(not read) where an audit or an
        export could not read a platform, V(still on), V(by hand) or V(kept) where a tool could not be taken away."
    type: path
    env:
      - name: EDTECH_LTI_PROGRESS_JSONL
    ini:
      - section: callback_edtech_lti_progress
        key: jsonl_path
  limit_path:
    description:
      - A file with the names of the tenants that failed or were not tried, for C(--limit @file). All tenants of the
        play are in it as soon as the first one is worked on, and leave it when they are done. So it is right when a run
        is cut off, but for the tenants of the last two seconds, who may be in it although they are done.
      - Names of tenants that this run does not work on stay in it. It is removed when no name is left.
      - Only runs of the roles P(edtech.lti.lti_onboarding#role) and P(edtech.lti.lti_offboarding#role) that write
        count. In check mode, by all other playbooks, and where a run ends before these roles, it is left alone.
    type: path
    env:
      - name: EDTECH_LTI_PROGRESS_LIMIT
    ini:
      - section: callback_edtech_lti_progress
        key: limit_path
  longest_text:
    description: Lines of one text that are shown. Of longer ones the middle is left out, unless there is C(-v).
    type: int
    default: 100
    env:
      - name: EDTECH_LTI_PROGRESS_LONGEST_TEXT
    ini:
      - section: callback_edtech_lti_progress
        key: longest_text
extends_documentation_fragment:
  - ansible.builtin.default_callback
  - ansible.builtin.result_format_callback
requirements:
  - Set as C(stdout_callback) in the configuration, or as E(ANSIBLE_STDOUT_CALLBACK).
notes:
  - With the strategy C(host_pinned) tenants are done one by one. With C(linear), which is Ansible's own choice, all
    tenants of a batch go through a task together and are done at about the same time; until then the line with totals
    names the task.
  - A tenant is known to be done by the summary that the roles P(edtech.lti.lti_onboarding#role) and
    P(edtech.lti.lti_offboarding#role) publish. With other playbooks the lines come at the end.
  - With O(display_ok_hosts=false) tenants that are as they should be have no line. Those of which something could not
    be read, or where a tool is still on, keep theirs.
seealso:
  - name: A thousand tenants
    description: How to work on a vendor's whole list of customers.
    link: https://github.com/edtech-lti/edtech.lti/blob/main/docs/guide/scale.md
"""

import time

from ansible import constants as C
from ansible.plugins.callback.default import CallbackModule as Default

from ansible_collections.edtech.lti.plugins.plugin_utils import _progress
from ansible_collections.edtech.lti.plugins.plugin_utils._progress_files import JsonLines, LimitFile

COLOURS = {
    "ok": C.COLOR_OK,
    "changed": C.COLOR_CHANGED,
    "failed": C.COLOR_ERROR,
    "unreachable": C.COLOR_UNREACHABLE,
    "not tried": C.COLOR_SKIP,
}
STATISTICS = ("set_stats", "ansible.builtin.set_stats", "ansible.legacy.set_stats")
WORK = ("lti_onboarding", "lti_offboarding")
"""Roles, and their statistics, that say of a tenant whether it is done."""
DEBUG = ("debug", "ansible.builtin.debug", "ansible.legacy.debug")


def _parts(result):
    """Host name, task and result, on any ansible-core."""
    if hasattr(result, "result"):
        return result.host.get_name(), result.task, result.result
    return result._host.get_name(), result._task, result._result


def _works(task):
    """Whether a task belongs to a role that works on tenants, and not to a part of it that others use to look."""
    role = getattr(task, "_role", None)
    if role is None or role.get_name(False) not in WORK:
        return False
    return (role._from_files or {}).get("tasks") in (None, "main", "main.yml")


class CallbackModule(Default):
    """Keeps count of tenants, and lets the default callback speak where more is wanted."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "edtech.lti.progress"

    def __init__(self):
        super().__init__()
        self._progress = _progress.Progress(time.monotonic())
        self._jsonl = self._limit = None
        self._plays = set()
        self._spoke = time.monotonic()
        self._at = {"task": "", "hosts": 0}
        self._errors = {}
        self._warnings = 0
        self._dry = False
        self._play = None
        self._hosts = []
        self._summarised = False
        self._working = None  # the play of the latest task that really writes

    def set_options(self, *args, **kwargs):
        """Read the options, and open the files that they name."""
        super().set_options(*args, **kwargs)
        self.open_files()

    def open_files(self):
        """Open the files that the options name; one that cannot be used is warned of, and stops nothing."""
        self._jsonl = self._opened(JsonLines, "jsonl_path")
        self._limit = self._opened(LimitFile, "limit_path")

    def _opened(self, kind, option):
        path = self.get_option(option)
        if not path:
            return None
        try:
            return kind(path)
        except (OSError, UnicodeDecodeError) as error:
            self._display.warning(f"{option} of the callback {self.CALLBACK_NAME} cannot be used: {error}")
            return None

    def _tell(self, event, **entry):
        if self._jsonl:
            self._guarded("_jsonl", self._jsonl.write, {"event": event, "time": round(time.time(), 3), **entry})

    def _guarded(self, which, call, *args, **kwargs):
        try:
            return call(*args, **kwargs)
        except OSError as error:
            setattr(self, which, None)
            self._display.warning(f"{self.CALLBACK_NAME} can write no more: {error}")
            return None

    def _say(self, text, colour=None):
        self._spoke = time.monotonic()
        self._display.display(text, color=colour)

    def _verbose(self, at_least):
        return self._display.verbosity >= at_least

    # What happens, from the whole to the single task.

    def v2_playbook_on_start(self, playbook):
        super().v2_playbook_on_start(playbook)
        self._tell("start", playbook=getattr(playbook, "_file_name", None))

    def v2_playbook_on_play_start(self, play):
        self._play = play
        if self._verbose(2):
            super().v2_playbook_on_play_start(play)
        if play._uuid in self._plays:
            return  # the next batch
        self._plays.add(play._uuid)
        hosts = play.get_variable_manager().get_vars(play=play).get("ansible_play_hosts_all", [])
        self._hosts = [name for name in hosts if name != "localhost"]
        if not self._summarised and not self._working and self._hosts:
            self._progress.expects(self._hosts, time.monotonic())
        if not self._verbose(2):
            self._say(f"{play.get_name()}".strip())

    def _task_starts(self, task, starts):
        if self._verbose(2):
            starts(task)
        else:
            # What the default callback remembers, so that -v has its headings.
            self._last_task_name = None
        if self._at["task"] != task.get_name():
            self._at = {"task": task.get_name(), "hosts": 0}
        self._show_sign_of_life()

    def v2_playbook_on_task_start(self, task, is_conditional):
        self._task_starts(task, lambda one: Default.v2_playbook_on_task_start(self, one, is_conditional))

    def v2_playbook_on_handler_task_start(self, task):
        self._task_starts(task, super().v2_playbook_on_handler_task_start)

    def v2_runner_on_start(self, host, task):
        super().v2_runner_on_start(host, task)
        self._progress.starts_with(host.get_name(), time.monotonic())
        self._at["hosts"] += 1
        self._show_sign_of_life()

    def _works_on(self, task):
        """A tenant is worked on, for which a task that really writes stands: from now on there are unfinished ones."""
        if self._working == self._play._uuid or self._play.check_mode or task.check_mode:
            return
        if not self._working and self._dry:  # what a play before this one only rehearsed
            self._progress.begins_anew()
            self._dry = False
        self._working = self._play._uuid
        self._progress.adds(self._hosts)
        self._keep_limit(at_once=True)

    def _show_sign_of_life(self):
        now = time.monotonic()
        if self._limit and self._working and self._limit.late:
            self._keep_limit()
        if now - self._spoke < self.get_option("interval"):
            return
        totals = self._progress.totals(now)
        if self._progress.states:
            self._say(f"... {_progress.totals_line(totals, self._dry)}")
        else:
            task, after = self._at["task"].rpartition(" : ")[2], _progress.duration(totals["seconds"])
            where = f" ({self._at['hosts']}/{totals['total']})" if self._play.strategy == "linear" else ""
            self._say(f"... 0/{totals['total']} tenants, after {after}: {task}{where}")

    def _finish(self, name, outcome, dry):
        now = time.monotonic()
        told = self._progress.finishes(name, outcome, now)
        if told is None:
            return
        self._errors.pop(name, None)  # rescued, or in the outcome
        self._dry = self._dry or dry
        self._tell("tenant", check_mode=dry, **told)
        self._keep_limit()
        plain = told["state"] == "ok" and not told["remarks"]
        if told["state"] != "not tried" and (not plain or self.get_option("display_ok_hosts")):
            spoke = self._spoke
            remarkable = told["state"] == "ok" and told["remarks"]
            self._say(_progress.tenant_line(told, dry), C.COLOR_WARN if remarkable else COLOURS[told["state"]])
            self._spoke = spoke  # totals come in between, however many lines there are
            self._show_sign_of_life()

    def _keep_limit(self, at_once=False):
        if self._limit and self._working:
            progress, now = self._progress, time.monotonic()
            self._guarded("_limit", self._limit.keep, progress.unfinished, progress.expected.__contains__, now, at_once)

    # Results of tasks.

    def v2_runner_on_ok(self, result):
        name, task, data = _parts(result)
        self._warnings += len(data.get("warnings") or ())
        if _works(task):
            self._works_on(task)
        self._see_summary(name, task, data)
        shown = data.get("changed") and (self._verbose(1) or (task.diff and data.get("diff")))
        if self._verbose(2) or shown:
            super().v2_runner_on_ok(result)
        elif task.action in DEBUG and task.run_once is True:
            self._show_text(result, data)
        elif self._verbose(1) and data.get("warnings"):
            self._handle_warnings(data)

    def _see_summary(self, name, task, data):
        if task.action not in STATISTICS:
            return
        dry = bool(task.check_mode)
        for statistic, by_host in ((data.get("ansible_stats") or {}).get("data") or {}).items():
            for tenant, remark in _progress.unread_of(statistic, by_host):
                self._progress.remarks.setdefault(tenant, []).append(remark)
            outcome = _progress.outcome_of(by_host.get(name)) if isinstance(by_host, dict) else None
            if outcome is None or (dry and self._working):  # a rehearsal after the work says nothing of the work
                continue
            self._summarised = True
            if statistic in WORK and not dry:
                self._works_on(task)
            self._finish(name, outcome, dry)

    def _show_text(self, result, data):
        message = data.get("msg")
        lines = message.splitlines() if isinstance(message, str) else message
        if not isinstance(lines, (list, tuple)) or not all(isinstance(line, str) for line in lines):
            super().v2_runner_on_ok(result)
            return
        most = self.get_option("longest_text")
        if len(lines) > most > 0 and not self._verbose(1):
            left = len(lines) - most
            lines = [
                *lines[: (most + 1) // 2],
                f"({left} lines more, which -v shows)",
                *lines[len(lines) - most // 2 :],
            ]
        self._say("\n".join(["", *lines, ""]))

    def v2_runner_on_failed(self, result, ignore_errors=False):
        name, task, data = _parts(result)
        if _works(task):
            self._works_on(task)
        # Whether it was rescued is known at the end; of a tenant that is done already nobody needs the cause again.
        if not ignore_errors and self._progress.states.get(name, "ok") in ("ok", "changed"):
            self._errors[name] = _progress.cause_of(data)
        if self._verbose(1):
            super().v2_runner_on_failed(result, ignore_errors=ignore_errors)

    def v2_runner_on_unreachable(self, result):
        name, task, data = _parts(result)
        cause = {**_progress.cause_of(data), "kind": "unreachable", "platform": ""}
        if self._verbose(1):
            super().v2_runner_on_unreachable(result)
        if not task.ignore_unreachable:
            self._finish(name, {"state": "unreachable", "changed": [], "failures": [cause]}, bool(task.check_mode))

    def v2_runner_on_skipped(self, result):
        if self._verbose(2):
            super().v2_runner_on_skipped(result)

    def v2_runner_item_on_ok(self, result):
        if self._verbose(2) or (self._verbose(1) and _parts(result)[2].get("changed")):
            super().v2_runner_item_on_ok(result)

    def v2_runner_item_on_failed(self, result):
        if self._verbose(1):
            super().v2_runner_item_on_failed(result)

    def v2_runner_item_on_skipped(self, result):
        if self._verbose(2):
            super().v2_runner_item_on_skipped(result)

    def v2_runner_retry(self, result):
        if self._verbose(1):
            super().v2_runner_retry(result)

    def v2_playbook_on_include(self, included_file):
        if self._verbose(2):
            super().v2_playbook_on_include(included_file)

    def v2_playbook_on_no_hosts_remaining(self):
        if self._verbose(1):
            super().v2_playbook_on_no_hosts_remaining()

    # The end.

    def v2_playbook_on_stats(self, stats):
        summarised = {name: stats.summarize(name) for name in stats.processed}
        if not self._summarised:  # then all with whom there was something to do are tenants, in whichever play
            self._progress.adds(name for name in summarised if name != "localhost")
        for name in sorted(summarised):
            self._finish_by_statistics(name, summarised[name], self._summarised)
        self._keep_limit(at_once=True)
        now = time.monotonic()
        totals = self._progress.totals(now)
        self._tell(
            "end",
            **{name: round(value, 3) if isinstance(value, float) else value for name, value in totals.items()},
            causes=[
                {"platform": key[0], "kind": key[1], "msg": cause["example"], "count": cause["count"]}
                for key, cause in self._progress.causes.items()
            ],
            unfinished=self._progress.unfinished(),
        )
        if self._verbose(1):
            super().v2_playbook_on_stats(stats)
        elif self.get_option("show_custom_stats") and stats.custom:
            self._say("\n".join(["", "CUSTOM STATS:", self._dump_results(stats.custom, indent=1)]))
        self._show_end(totals, self._progress.untried())

    def _finish_by_statistics(self, name, counts, known):
        if counts["failures"]:
            cause = self._errors.get(name, {"kind": "error", "msg": "It failed."})
            outcome = {"state": "failed", "changed": [], "failures": [{"platform": "", **cause}]}
        elif known or name == "localhost":
            return  # a check that ran on one host for all
        else:
            outcome = {"state": "changed" if counts["changed"] else "ok", "changed": [], "failures": []}
        self._finish(name, outcome, self._dry)

    def _show_end(self, totals, untried):
        lines = [_progress.totals_line({**totals, "left": None}, self._dry)]
        if self._progress.causes:
            lines += ["", "Failures by cause:", *(f"  {line}" for line in _progress.cause_lines(self._progress.causes))]
        if untried:
            more = len(untried) - 5
            names = ", ".join(untried[:5]) + (f" and {more} more" if more > 0 else "")
            lines += ["", f"Not tried ({len(untried)}): {names}"]
        if self._warnings and not self._verbose(1):
            lines += ["", f"Tasks gave {self._warnings} warning(s), which -v shows."]
        self._say("\n".join(["", *lines]), C.COLOR_ERROR if self._progress.causes or untried else C.COLOR_OK)
