# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""D2L Brightspace: keeping and listing the rules by which deployments are shared with org units.

Every section number in this file is one of docs/platforms/d2l.md.
"""

from __future__ import annotations

import concurrent.futures
import dataclasses
import typing

from ansible_collections.edtech.lti.plugins.module_utils import _errors
from ansible_collections.edtech.lti.plugins.module_utils._errors import attempting
from ansible_collections.edtech.lti.plugins.module_utils._lookup import PREDICTED, resolve_parents, store_of
from ansible_collections.edtech.lti.plugins.module_utils._platforms.d2l import PLATFORM
from ansible_collections.edtech.lti.plugins.module_utils._platforms.d2l_resources import ORG_UNIT, SHARING_RULE
from ansible_collections.edtech.lti.plugins.module_utils._resource import Parent
from ansible_collections.edtech.lti.plugins.module_utils._settle import settle, settle_delete
from ansible_collections.edtech.lti.plugins.module_utils._task import InfoTask, StateTask, Task

FLAGS = ("share_with_org_unit", "share_with_descendants")
ACTIONS = ("create", "update", "delete")
NAMED_AT_MOST = 10
"""Org units that a sentence names; the result has them all."""
HOPELESS = (_errors.AuthError, _errors.ForbiddenError, _errors.RateLimitedError)
"""What refuses one write refuses all the others as well."""
UNAVAILABLE_AT_MOST = 3
"""Writes that may fail for want of an answer before the others are not tried any more."""


class SharingRuleTask(StateTask):
    """Keeps one sharing rule as described."""

    platform = PLATFORM
    resource = SHARING_RULE
    proves_its_parents = True

    def wish(self, run, client, parents):
        if run.read_only.get("inherited") is True:
            raise _errors.InvalidError(
                "this rule is inherited, and can only be changed at the org unit that it comes from",
                hint="Leave inherited out to give this org unit a rule of its own.",
            )
        return super().wish(run, client, parents)

    def inspect(self, work, plan):
        shares = {**(plan.found or {}), **plan.send}.get("share_with_org_unit")
        if plan.found is None and work.store is not None and not shares:
            self._tell_inherited(work)
        return {}

    def conclude(self, work, plan, after):
        # Only now is what lay under the rule to be seen.
        if plan.action == "delete" and not work.run.check_mode:
            self._tell_inherited(work)

    @staticmethod
    def _tell_inherited(work):
        """9: a rule of an ancestor cannot be touched here, and shares all the same."""
        unit = work.wish["org_unit_id"]
        seen = work.store.all({"org_unit_id": unit}, inherited=True)
        if any(item["Inherited"] for item in seen if SHARING_RULE.id.is_of(item, unit)):
            work.run.warn(
                f"Org unit {unit} still sees the deployment, because an org unit above shares it with its descendants."
                " That rule can only be changed there."
            )


class SharingRuleInfoTask(InfoTask):
    """The sharing rules of a deployment; on request with those that org units inherit."""

    more_options = {
        "deployment_id": {"type": "str", "required": True},
        "include_inherited": {"type": "bool", "default": False},
    }

    def found(self, run, client, wanted):
        resource = self.resource.edition(client)
        store = store_of(client, resource, wanted)
        return [resource.read(item) for item in store.all(wanted, inherited=run.options["include_inherited"])]


SHARING_RULE_INFO = SharingRuleInfoTask(PLATFORM, SHARING_RULE)


@dataclasses.dataclass(frozen=True, eq=False)
class Step:
    """One write: what to do with the rule of one org unit, and the flags that it gets."""

    action: str
    org_unit_id: int
    flags: typing.Mapping | None = None


class SharingRulesTask(Task):
    """Keeps the whole set of a deployment's own rules: one look at all of them, then only the differing writes."""

    _unit = Parent("org_unit_id", {"org_unit_code": "code"}, ORG_UNIT, ours=False, trusted=True)

    def argument_spec(self):
        rule = {
            "org_unit_id": {"type": "int"},
            "org_unit_code": {"type": "str"},
            **{name: {"type": "bool"} for name in FLAGS},
        }
        return {
            **PLATFORM.options(),
            "deployment_id": {"type": "str", "required": True},
            "rules": {"type": "list", "elements": "dict", "required": True, "options": rule},
            "purge": {"type": "bool", "default": False},
            "concurrency": {"type": "int", "default": 8},
        }

    def run(self, run):
        deployment_id = run.given["deployment_id"]
        with attempting(f"sharing deployment {deployment_id or '(not made yet)'}"):
            if not 1 <= run.options["concurrency"] <= 16:
                raise _errors.InvalidError(f"concurrency is 1 to 16, not {run.options['concurrency']}")
            client = PLATFORM.client(run)
            store = self._store(run, client, deployment_id)
            wished = self._wished(run, client)
            found = {} if store is None else {rule["org_unit_id"]: rule for rule in self._read(store)}
            steps = self._steps(wished, found, run.options["purge"])
            done, failed = list(steps), {}
            if not run.check_mode and steps:
                done, failed = _written(store, steps, run.options["concurrency"])
            result = self._result(deployment_id, found, steps, done)
            if failed:
                self._fail(steps, failed, result)
        return result

    @staticmethod
    def _store(run, client, deployment_id):
        """The rules of the deployment; None in check mode where an earlier task would have created it."""
        resource = SHARING_RULE.edition(client)
        if deployment_id in (None, "", PREDICTED) and run.check_mode:
            run.warn("The deployment does not exist yet; this prediction assumes that an earlier task creates it.")
            return None
        if not deployment_id:
            raise _errors.InvalidError("deployment_id is empty", hint="Say which deployment is meant.")
        SHARING_RULE.fields["deployment_id"].checked(deployment_id)
        return store_of(client, resource, {"deployment_id": deployment_id})

    @staticmethod
    def _read(store):
        return [store.resource.read(item) for item in store.all()]

    def _wished(self, run, client):
        """The flags that each org unit's rule is to have: numbers to dicts.

        :raises InvalidError: for rules that contradict each other or say nothing, all of them at once.
        """
        rules = run.given["rules"] or []
        numbers = self._numbers(run, client, rules)
        wished = {}
        for place, (rule, number) in enumerate(zip(rules, numbers)):
            if number in wished:
                raise _errors.InvalidError(f"rules names org unit {number} twice, the second time as item {place}")
            wished[number] = {name: rule[name] for name in FLAGS if rule.get(name) is not None}
        return wished

    def _numbers(self, run, client, rules):
        """The org unit of each rule, by number; codes are looked up several at a time."""
        for place, rule in enumerate(rules):
            if (rule.get("org_unit_id") is None) == (rule.get("org_unit_code") in (None, "")):
                raise _errors.InvalidError(f"item {place} of rules needs either org_unit_id or org_unit_code")
            if rule.get("org_unit_id") is not None:
                SHARING_RULE.id.checked(rule["org_unit_id"])
        codes = list(dict.fromkeys(rule["org_unit_code"] for rule in rules if rule.get("org_unit_id") is None))
        with concurrent.futures.ThreadPoolExecutor(run.options["concurrency"]) as pool:
            looked_up = pool.map(lambda code: self._number(run, client, code), codes)
            by_code = dict(zip(codes, looked_up))
        unknown = [code for code, number in by_code.items() if number is None]
        if unknown:
            raise _errors.InvalidError(
                f"there is no org unit with the code {_some(map(repr, unknown))}", hint="Correct org_unit_code."
            )
        return [rule["org_unit_id"] or by_code[rule["org_unit_code"]] for rule in rules]

    def _number(self, run, client, code):
        asking = dataclasses.replace(run, given={"org_unit_code": code})
        try:
            return int(resolve_parents(asking, client, [self._unit], predict=False)["org_unit_id"])
        except _errors.ParentMissingError:
            return None

    @staticmethod
    def _steps(wished, found, purge):
        steps, incomplete = [], []
        for number, flags in wished.items():
            held = found.get(number)
            if held is None:
                incomplete += [number] if len(flags) < len(FLAGS) else []
                steps.append(Step("create", number, flags))
            elif any(held[name] != value for name, value in flags.items()):
                steps.append(Step("update", number, {**{n: held[n] for n in FLAGS if held[n] is not None}, **flags}))
        if incomplete:
            raise _errors.InvalidError(
                f"there is no rule yet for org unit {_some(map(str, incomplete))}, and a new one needs"
                f" {' and '.join(FLAGS)}"
            )
        return steps + [Step("delete", number) for number in found if purge and number not in wished]

    @staticmethod
    def _result(deployment_id, found, steps, done):
        before = {number: {name: rule[name] for name in FLAGS} for number, rule in found.items()}
        after = _after(before, done)
        of = {action: sorted(s.org_unit_id for s in done if s.action == action) for action in ACTIONS}
        header = f"sharing rules of deployment {deployment_id or PREDICTED}"
        return {
            "changed": bool(done),
            "sharing_rules": [
                {"deployment_id": deployment_id, "org_unit_id": number, **flags, "inherited": False}
                for number, flags in sorted(after.items())
            ],
            "created": of["create"],
            "updated": of["update"],
            "deleted": of["delete"],
            "unchanged": len(found) - len([step for step in steps if step.action != "create"]),
            "diff": {
                "before": _lines(before),
                "after": _lines(after),
                "before_header": header,
                "after_header": header,
            },
        }

    @staticmethod
    def _fail(steps, failed, result):
        """:raises ApiError: with what was done and what was not, so that the next run can finish it."""
        not_done = [
            {
                "org_unit_id": step.org_unit_id,
                "action": step.action,
                "msg": "It was not tried any more." if error is None else error.sentence(),
            }
            for step, error in failed.items()
        ]
        first = next(error for error in failed.values() if error is not None)
        units = _some(f"{step.org_unit_id} ({step.action})" for step in failed)
        first.why = f"{len(failed)} of {len(steps)} rules were not written: org unit {units}; {first.why}"
        first.hint = f"{first.hint or ''} Run again to do the rest; what is done stays.".strip()
        first.done = {**result, "not_done": sorted(not_done, key=lambda one: one["org_unit_id"])}
        raise first


def _after(before, done):
    gone = {step.org_unit_id for step in done if step.action == "delete"}
    kept = {number: flags for number, flags in before.items() if number not in gone}
    return {**kept, **{step.org_unit_id: dict(step.flags) for step in done if step.action != "delete"}}


def _lines(rules):
    """Rules for a diff, a line each."""
    words = [
        f"{number}: " + ", ".join(f"{name} {str(flags[name]).lower()}" for name in FLAGS)
        for number, flags in sorted(rules.items())
    ]
    return "".join(f"{line}\n" for line in words)


def _some(names):
    names = list(names)
    more = len(names) - NAMED_AT_MOST
    return ", ".join(names[:NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")


def _written(store, steps, concurrency):
    """Carry out steps, several at a time.

    :returns: the steps that were done, and those that were not, each with its error; None for those that
        were not tried any more.
    """
    done, failed, unavailable = [], {}, 0
    waiting = list(reversed(steps))
    with concurrent.futures.ThreadPoolExecutor(concurrency) as pool:
        running = {}
        while waiting or running:
            while waiting and len(running) < concurrency:
                step = waiting.pop()
                running[pool.submit(_write, store, step)] = step
            finished, _pending = concurrent.futures.wait(running, return_when=concurrent.futures.FIRST_COMPLETED)
            for future in finished:
                step = running.pop(future)
                error = future.exception()
                if error is None:
                    done.append(step)
                    continue
                if not isinstance(error, _errors.ApiError):
                    raise error
                failed[step] = error
                unavailable += isinstance(error, _errors.UnavailableError)
                if isinstance(error, HOPELESS) or unavailable >= UNAVAILABLE_AT_MOST:
                    failed.update(dict.fromkeys(waiting))
                    waiting = []
    return done, failed


def _write(store, step):
    """Carry out one step; a lost answer is looked after, because each write can be done twice without harm."""
    if step.action == "delete":
        settle_delete(store, step.org_unit_id)
        return
    fields = store.resource.fields
    both = {fields[name].on_wire: value for name, value in step.flags.items()}

    def fulfilled():
        item = store.get(step.org_unit_id)
        return item if item is not None and all(item.get(name) == value for name, value in both.items()) else None

    def create():
        try:
            return store.create({"SharingOrgUnitId": step.org_unit_id, **both})
        except (_errors.InvalidError, _errors.ConflictError) as refusal:
            # 9: a rule that another run made meanwhile is refused; then it only has to be as wished.
            if not _is_there(store, step.org_unit_id):
                refusal.hint = refusal.hint or "Check that there is an org unit with this number."
                raise
            return store.put(step.org_unit_id, both)

    write = create if step.action == "create" else lambda: store.put(step.org_unit_id, both)
    settle(store.client, write, fulfilled)


def _is_there(store, org_unit_id):
    """Is there a rule? A look that is refused as well says nothing of its own."""
    try:
        return store.get(org_unit_id) is not None
    except _errors.ApiError:
        return False
