# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The exam platform (ProctorExam API v3): its endpoints, its resources and their own rules.

Every section number in this file is one of docs/platforms/exam.md.
"""

from __future__ import annotations

import html
import re

from ansible_collections.edtech.lti.plugins.module_utils import _errors
from ansible_collections.edtech.lti.plugins.module_utils._answer import SKEW_WORTH_NAMING, NotJson
from ansible_collections.edtech.lti.plugins.module_utils._client import Dialect
from ansible_collections.edtech.lti.plugins.module_utils._fields import Field, Fields
from ansible_collections.edtech.lti.plugins.module_utils._kinds import (
    Anything,
    Boolean,
    Choice,
    CommaSet,
    Instant,
    Integer,
    JsonText,
)
from ansible_collections.edtech.lti.plugins.module_utils._lookup import PREDICTED, objects, store_of
from ansible_collections.edtech.lti.plugins.module_utils._markup import Html
from ansible_collections.edtech.lti.plugins.module_utils._paging import numbered_pages
from ansible_collections.edtech.lti.plugins.module_utils._platform import Platform
from ansible_collections.edtech.lti.plugins.module_utils._resource import Parent, Resource, Store
from ansible_collections.edtech.lti.plugins.module_utils._settle import settle_delete
from ansible_collections.edtech.lti.plugins.module_utils._signing import ExamAuth, wire_text
from ansible_collections.edtech.lti.plugins.module_utils._task import InfoTask, StateTask

PAIR_HINT = (
    "Check api_token and secret_key: both belong to one user's profile and change together;"
    " the server also refuses a clock that is off."
)
ROLE_HINT = (
    "The token's user lacks the role for this: tool providers and LTI resources need an administrator,"
    " institute_id and objects of another institute a superuser."
)


def refused(answer, error):
    """The platform's own meaning of a refusal (5)."""
    if answer.status in (401, 403) and "not authorized" in (error.details or "").lower():
        # 5: one and the same refusal is 401 on some actions and 403 on others.
        return _errors.ForbiddenError(error.why, hint=_clock_hint(answer) or ROLE_HINT, **error.of_request())
    if answer.status in (400, 401, 403):
        # 5: how a bad signature is refused is documented nowhere, so all causes are named.
        error.hint = _clock_hint(answer) or (f"{PAIR_HINT} {ROLE_HINT}" if answer.status == 403 else PAIR_HINT)
    if answer.status == 406:
        error.hint = "This server does not speak version 3 of the API."
    if answer.status == 404 and not error.hint:
        error.hint = "Check the id, and that base_url is the exam platform's own address."
    if answer.status == 423:
        error.why = "LTI resources of open exams use it"
        error.details = _offenders(answer) or error.details
        error.hint = "Remove those LTI resources first, or set detach: true."
    return error


def _clock_hint(answer):
    skew = answer.clock_skew()
    if skew is None or abs(skew) < SKEW_WORTH_NAMING:
        return None
    amount = f"{abs(skew) / 60:.0f} minutes" if abs(skew) >= 120 else f"{abs(skew):.0f} seconds"
    return (
        f"This machine's clock is {amount} {'ahead of' if skew > 0 else 'behind'} the server's, and signatures"
        " carry the time: set the clock (NTP)."
    )


def _offenders(answer):
    """Names and ids of the exams in a 423 answer, which nests an array in an array (7)."""
    try:
        waiting, found = [answer.json()], []
    except NotJson:
        return None
    while waiting:
        item = waiting.pop(0)
        if isinstance(item, dict) and "id" in item:
            found.append(f"exam {item.get('name')!r} (id {item['id']})")
        elif isinstance(item, (dict, list)):
            waiting.extend(item.values() if isinstance(item, dict) else item)
    return ", ".join(found) or None


PLATFORM = Platform(
    name="exam",
    dialect=Dialect(
        pages=numbered_pages,
        headers={"Accept": "application/vnd.procwise.v3"},
        page_size=300,
        query_text=wire_text,
        refine=refused,
        secret_names=frozenset({"oauth_consumer_secret", "secret_key", "api_token", "token"}),
    ),
    credentials={"api_token": {"type": "str", "no_log": True}, "secret_key": {"type": "str", "no_log": True}},
    auth=lambda platform, run, connection, given: ExamAuth(
        platform.needed("api_token", given["api_token"]), platform.needed("secret_key", given["secret_key"])
    ),
)

STAMPS = (Field("created_at", writable=False), Field("updated_at", writable=False, volatile=True))


class RailsStore(Store):
    """A 404 that says so is absence; any other one is checked against the listing (5).

    8: whether LTI resources can be deleted by the API at all is documented nowhere.
    """

    def definitely_missing(self, error):
        return "couldn't find" in (error.details or "").lower()


EXAM = Resource(
    name="exam",
    title="exam",
    path="/api/v3/exams",
    key=("name",),
    optional_key=("institute_id",),
    store=RailsStore,
    gone=lambda exam: exam.get("status") == "deleted",  # 6: destroying is soft
    fields=Fields(
        Field("name", required=True),
        Field("type", required=True, readable=False),  # 6: only the mode reads back
        Field("institute_id", Integer(), clearable=False),
        Field("use_duration", Boolean()),
        Field("duration_minutes", Integer()),
        Field("start_time", Instant()),
        Field("end_time", Instant()),
        Field("global_proctoring", Boolean()),
        Field("global_reviewing", Boolean()),
        Field("for_reviewing", Boolean()),
        Field("upload_answers", Boolean()),
        Field("mobile_cam", Boolean()),
        Field("restrictions", compared=False, volatile=True),  # 6: prose goes in, a matrix comes out
        *(
            Field(f"allow_{what}", Boolean(), readable=False)
            for what in ("websites", "external_applications", "textbooks", "calculator", "pen_paper", "additional")
        ),
        Field("allowed_websites", CommaSet(), readable=False),
        Field("allowed_external_applications", readable=False),
        Field("allowed_textbooks", readable=False),
        Field("allowed_calculator_type", readable=False),
        Field("allowed_additional", readable=False),
        Field("student_experience", Boolean(), readable=False),
        Field("status", Choice("draft", "open", "closed"), writable=False, predicted="draft"),
        Field("mode", writable=False, volatile=True),  # 6: follows type and cameras
        *(
            Field(name, kind, writable=False)
            for name, kind in (
                ("timezone", Anything()),
                ("exam_language", Anything()),
                ("terms", Anything()),
                ("clipboard", Anything()),
                ("published", Boolean()),
                ("archived", Boolean()),
                ("web_cam", Boolean()),
                ("screen_share", Boolean()),
                ("live_proctoring", Boolean()),
                ("user_id", Integer()),
            )
        ),
        Field("token", secret=True, writable=False),
        *STAMPS,
    ),
)

TOOL_PROVIDER = Resource(
    name="tool_provider",
    title="tool provider",
    path="/api/v3/tool_providers",
    key=("tool_name",),
    optional_key=("institute_id",),
    store=RailsStore,
    fields=Fields(
        Field("tool_name", required=True),
        Field("tool_url", predicted=""),
        Field("oauth_consumer_key", required=True, option={"no_log": False}),
        Field("oauth_consumer_secret", required=True, secret=True),
        Field("use_as_basic_link", Boolean(), predicted=True),
        Field("lti_custom_data", JsonText(), predicted={}),
        Field("institute_id", Integer(), clearable=False),
        *STAMPS,
    ),
)

LTI_RESOURCE = Resource(
    name="lti_resource",
    title="LTI resource",
    path="/api/v3/lti_resources",
    key=("lti_resource_link_name", "exam_id"),
    parents=(
        Parent("exam_id", {"exam_name": "name"}, EXAM, scope=True),
        Parent("tool_provider_id", {"tool_provider_name": "tool_name"}, TOOL_PROVIDER),
    ),
    store=RailsStore,
    fields=Fields(
        Field("lti_resource_link_name", required=True),
        Field("exam_id", Integer(), required=True),
        Field("tool_provider_id", Integer(), required=True),  # 8: comes back as text
        Field("lti_resource_launch_url"),
        Field("open_in_new_tab", Boolean(), predicted=False),
        Field("lti_custom_data", JsonText(), predicted={}),
        Field("placeholder", writable=False),
        Field("lti_resource_link_id", writable=False),
        *STAMPS,
    ),
)


class DocumentStore(RailsStore):
    """The listing of documents is one object under its singular name, or a 404 (9)."""

    def all(self, wish=None):
        try:
            answer = self.client.read(self._path)
        except _errors.NotFoundError as error:
            if not self.definitely_missing(error):
                self.client.read(self._path.rpartition("/")[0])  # the exam: is anybody there at all?
            return []
        loaded = answer.json()
        if isinstance(loaded, dict) and "documents" in loaded:
            return self.listed(answer)
        item = self.unwrapped(answer)
        return [] if item is None else [item]


DOCUMENT = Resource(
    name="document",
    title="instructions document",
    path="/api/v3/exams/{exam_id}/documents",
    single=True,
    parents=(Parent("exam_id", {"exam_name": "name"}, EXAM, scope=True),),
    store=DocumentStore,
    fields=Fields(
        Field("exam_id", Integer(), required=True),
        Field("exam_content", Html(), required=True),
        Field("file_file_name", writable=False),
        Field("file_content_type", writable=False),
        Field("file_file_size", Integer(), writable=False),
        Field("file_updated_at", writable=False, volatile=True),
        Field("file_processing", Boolean(), writable=False, volatile=True),
        *STAMPS,
    ),
)

PLACEHOLDER = re.compile(r"\bLTI_EXAM_\d+\b")
NAMED_LINK = re.compile(r"\{lti:\s*([^{}]+?)\s*\}")
"""How instructions may name an LTI resource instead of its placeholder: ``{lti:Algebra paper}``."""


def placeholders_in(content):
    """The placeholders of LTI resources that a text holds, in order, each once."""
    return list(dict.fromkeys(PLACEHOLDER.findall(content or "")))


def links_of_exam(client, exam_id):
    """The LTI resources of one exam, as read; the platform lists those of a whole institute (8)."""
    return [link for link in objects(store_of(client, LTI_RESOURCE)) if str(link["exam_id"]) == str(exam_id)]


def instructions_of(client, exam_id):
    """The text of an exam's document, or an empty one."""
    listed = objects(store_of(client, DOCUMENT, {"exam_id": exam_id}))
    return (listed[0]["exam_content"] or "") if listed else ""


class ExamTask(StateTask):
    """Keeps an exam as described."""

    platform = PLATFORM
    resource = EXAM

    def inspect(self, work, plan):
        if work.run.options["state"] == "absent":
            return {}
        fields = EXAM.fields
        wished = {**(plan.found or {}), **work.wish}
        timed = {"use_duration", "duration_minutes"} & set(plan.send)
        if timed and wished.get("use_duration") and not wished.get("duration_minutes"):
            raise _errors.InvalidError("use_duration: true needs duration_minutes")
        start, end = (fields[name].kind.canonical(wished.get(name)) for name in ("start_time", "end_time"))
        known = all(isinstance(moment, float) for moment in (start, end))
        if known and {"start_time", "end_time"} & set(plan.send) and not start < end:
            raise _errors.InvalidError("end_time must be later than start_time")
        return {}


class ToolProviderTask(StateTask):
    """Keeps an external LTI 1.1 tool as described."""

    platform = PLATFORM
    resource = TOOL_PROVIDER
    more_options = {"detach": {"type": "bool", "default": False}}

    def inspect(self, work, plan):
        if plan.action != "delete":
            return {"detached": []}
        using = self._links(work, plan)
        if work.run.options["detach"]:
            names = ("id", "lti_resource_link_name", "exam_id")
            return {"detached": [{name: link[name] for name in names} for link in using]}
        if work.run.check_mode and using:
            exams = ", ".join(sorted({str(link["exam_id"]) for link in using}))
            work.run.warn(
                f"LTI resources of exams {exams} use this tool provider; if one of these exams is open, the real run"
                " will be refused. Remove the links first, or set detach: true."
            )
        return {"detached": []}

    def apply(self, work, plan, extra):
        # 11: links first, or the server answers 423.
        links, gone, doomed = store_of(work.client, LTI_RESOURCE), [], extra["detached"]
        try:
            for link in doomed:
                with _errors.attempting(f"removing LTI resource {link['lti_resource_link_name']!r}"):
                    settle_delete(links, link["id"])
                gone.append(link)
            return super().apply(work, plan, extra)
        except _errors.ApiError as error:
            if gone:
                error.why += f"; {len(gone)} of its {len(doomed)} LTI resources are removed already"
                error.done = {"changed": True, "detached": gone}
            raise

    @staticmethod
    def _links(work, plan):
        links = objects(store_of(work.client, LTI_RESOURCE))
        return [link for link in links if str(link["tool_provider_id"]) == str(plan.found["id"])]


class LtiResourceTask(StateTask):
    """Keeps a link from an exam to a tool provider as described."""

    platform = PLATFORM
    resource = LTI_RESOURCE

    def conclude(self, work, plan, after):
        """12: a placeholder that changes silently breaks the instructions that still hold the old one."""
        exam_id = (plan.found or work.wish).get("exam_id")
        moved = plan.action == "update" and "exam_id" in plan.send
        if exam_id == PREDICTED or not (plan.action in ("create", "delete") or moved):
            return
        held = placeholders_in(instructions_of(work.client, exam_id))
        if plan.action == "create":
            self._tell_dangling(work, exam_id, held, after)
        elif plan.found["placeholder"] in held:
            work.run.warn(
                f"The instructions of exam {exam_id} still hold {{{plan.found['placeholder']}}}, the placeholder of the"
                f" LTI resource {plan.found['lti_resource_link_name']!r} that leaves this exam."
            )

    @staticmethod
    def _tell_dangling(work, exam_id, held, after):
        if not held:
            return
        alive = {link["placeholder"] for link in links_of_exam(work.client, exam_id)}
        dangling = [f"{{{placeholder}}}" for placeholder in held if placeholder not in alive]
        if dangling:
            new = f"{{{after['placeholder']}}}" if after["placeholder"] else "a new one"
            work.run.warn(
                f"The instructions of exam {exam_id} still hold {', '.join(dangling)}, which no LTI resource of that"
                f" exam has any more; the link {after['lti_resource_link_name']!r} now has {new}."
                " Update the instructions."
            )


class DocumentTask(StateTask):
    """Keeps the student instructions of an exam as described."""

    platform = PLATFORM
    resource = DOCUMENT
    more_options = {"check_placeholders": {"type": "bool", "default": True}}

    def wish(self, run, client, parents):
        wish = super().wish(run, client, parents)
        content = wish.get("exam_content")
        if run.options["state"] == "present" and content and (NAMED_LINK.search(content) or placeholders_in(content)):
            predicted = parents.get("exam_id") in (None, PREDICTED)
            links = [] if predicted else links_of_exam(client, parents["exam_id"])
            wish["exam_content"] = self._filled_in(run, content, links)
            if run.options["check_placeholders"] and not predicted:
                self._refuse_unknown(wish["exam_content"], links)
        return wish

    @staticmethod
    def _filled_in(run, content, links):
        def placeholder(match):
            name = html.unescape(match.group(1))
            fitting = [link["placeholder"] for link in links if link["lti_resource_link_name"] == name]
            if len(fitting) > 1:
                raise _errors.AmbiguousError(
                    f"{len(fitting)} LTI resources of this exam are called {name!r}",
                    details=", ".join(fitting),
                    hint="Write the placeholder itself.",
                )
            if fitting:
                return f"{{{fitting[0]}}}"
            if not run.check_mode:
                raise _errors.InvalidError(
                    f"this exam has no LTI resource named {name!r}",
                    hint="Create it first with edtech.lti.exam_lti_resource, or correct the name in exam_content.",
                )
            run.warn(f"The LTI resource {name!r} does not exist yet; its placeholder is known once it is created.")
            return match.group(0)

        return NAMED_LINK.sub(placeholder, content)

    @staticmethod
    def _refuse_unknown(content, links):
        known = [link["placeholder"] for link in links]
        unknown = [placeholder for placeholder in placeholders_in(content) if placeholder not in known]
        if unknown:
            raise _errors.InvalidError(
                f"no LTI resource of this exam has the placeholder {', '.join(unknown)}",
                hint=f"It has {', '.join(known) or 'none'}. Set check_placeholders: false to write the text anyway.",
            )


EXAM_INFO = InfoTask(PLATFORM, EXAM, ("name", "institute_id", "status"))
TOOL_PROVIDER_INFO = InfoTask(PLATFORM, TOOL_PROVIDER, ("tool_name", "institute_id"))
LTI_RESOURCE_INFO = InfoTask(PLATFORM, LTI_RESOURCE, ("lti_resource_link_name", "exam_id", "tool_provider_id"))
