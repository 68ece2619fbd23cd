"""The exam platform as a ground for the soak."""

from __future__ import annotations

import json

from tests.sandbox.exam.seeds import ExamSeeds

from .kinds import Ground, Kind, Wanted, pick

EXAM, TOOL, LINKS = "Own exam", "Own tool", ("Own paper", "Own sheet")


def _exam_of(state, item):
    return state["exams"].get(str(item["exam_id"]), {"name": None, "status": "deleted"})


def _json(text):
    return json.loads(text) if text else {}


class Exam(Ground):
    """An exam, a tool provider, links between them, and instructions that name the links."""

    name = "exam"
    hidden = ("next_id",)
    kinds = {
        "exam": Kind(
            "exams",
            lambda state, item: item["status"] != "deleted",
            lambda state, item: (item["name"], str(item["institute_id"])),
            {name: (lambda state, item, name=name: item[name]) for name in ("duration_minutes", "upload_answers")},
            {"duration_minutes": ("duration_minutes",), "upload_answers": ("upload_answers",)},
            ("updated_at", "status"),  # instructions open it
        ),
        "tool_provider": Kind(
            "tool_providers",
            lambda state, item: True,
            lambda state, item: (item["tool_name"], str(item["institute_id"])),
            {
                **{name: (lambda state, item, name=name: item[name]) for name in (
                    "tool_url", "oauth_consumer_key", "oauth_consumer_secret", "use_as_basic_link")},
                "lti_custom_data": lambda state, item: _json(item["lti_custom_data"]),
            },
            {name: (name,) for name in (
                "tool_url", "oauth_consumer_key", "oauth_consumer_secret", "use_as_basic_link", "lti_custom_data")},
            ("updated_at",),
        ),
        "lti_resource": Kind(
            "lti_resources",
            lambda state, item: _exam_of(state, item)["status"] != "deleted",
            lambda state, item: (item["lti_resource_link_name"], _exam_of(state, item)["name"]),
            {
                "lti_resource_launch_url": lambda state, item: item["lti_resource_launch_url"],
                "open_in_new_tab": lambda state, item: item["open_in_new_tab"],
                "lti_custom_data": lambda state, item: _json(item["lti_custom_data"]),
            },
            {
                "lti_resource_launch_url": ("lti_resource_launch_url", "launch_url_given"),
                "open_in_new_tab": ("open_in_new_tab",),
                "lti_custom_data": ("lti_custom_data",),
            },
            ("updated_at",),
        ),
        "document": Kind(
            "documents",
            lambda state, item: _exam_of(state, item)["status"] != "deleted",
            lambda state, item: (_exam_of(state, item)["name"],),
            {"exam_content": lambda state, item: item["exam_content"]},
            {"exam_content": ("exam_content",)},
            ("updated_at", "id", "created_at"),  # where a second document replaces the first
        ),
    }  # fmt: skip

    def switches(self, rng):
        return pick(
            rng,
            **{
                "exam.create_status": [200, 201],
                "exam.auth_status": [401, 403, 400],
                "exam.error_body": ["json", "text", "empty", "html"],
                "exam.field_errors": ["errors", "bare"],
                "exam.foreign_object": ["forbidden", "missing"],
                "exam.timezone": ["+01:00", "-09:30", "+00:00"],
                "exam.page_limit": [1, 2, 300],
                "exam.page_tool_providers": [True, False],
                "exam.soft_delete": [True, False],
                "exam.delete_cascades": [True, False],
                "exam.lock": ["open", "any"],
                "exam.link_custom_data": ["empty", "provider"],
                "exam.link_follows_provider": [True, False],
                "exam.document_missing": ["404", "null"],
                "exam.second_document": ["422", "replace"],
                "exam.clock_offset": [0, 240],
            },
        )

    def connection(self, rng, sandbox, folder):
        known = sandbox.credentials["exam"]
        return {name: known[name] for name in ("api_token", "secret_key")}

    def foreign(self, rng, sandbox):
        seed, neighbour = sandbox.seed("exam"), ExamSeeds(sandbox.service, "superuser")
        near = rng.sample(["own exam", "Own exam 2", "Own  exam", "Geometry"], rng.randint(1, 4))
        exams = [seed.exam(name=name)["id"] for name in near]
        if rng.random() < 0.7:  # what bears our very name, and is not ours
            neighbour.exam(name=EXAM, institute_id=2)
            neighbour.tool_provider(tool_name=TOOL, institute_id=2, oauth_consumer_secret="neighbours-Q7")
        tool = seed.tool_provider(tool_name="own tool", oauth_consumer_secret="somebody-elses-Q7")["id"]
        for number in exams:
            for name in rng.sample(LINKS, rng.randint(0, 2)):
                seed.lti_resource(number, tool, lti_resource_link_name=name)
        seed.document(exams[0], "<p>Somebody else's</p>")

    def wish(self, rng, switches):
        tasks, has = [], {}
        for what, chance in (("exam", 0.9), ("tool", 0.8)):
            if rng.random() < chance:
                has[what] = rng.random() < 0.75
        if "exam" in has:
            options = pick(rng, duration_minutes=[30, 60, 90], upload_answers=[True, False])
            tasks.append(_task("exam", has["exam"], {"name": EXAM}, {"type": "demo", **options}))
        if "tool" in has:
            options = {
                "oauth_consumer_key": rng.choice(["key-a", "key-b"]),
                "oauth_consumer_secret": f"consumer+secret/{rng.randint(1, 3)}&Q7 é",
                **pick(
                    rng,
                    tool_url=["", "https://tool.example/lti?a=b"],
                    use_as_basic_link=[True, False],
                    lti_custom_data=[{}, {"a": "b", "n": 1}],
                ),
            }
            along = {} if has["tool"] else {"detach": True}
            tasks.append(_task("exam_tool_provider", has["tool"], {"tool_name": TOOL, **along}, options))
        both = has.get("exam") and has.get("tool")
        links = {name: rng.random() < 0.7 for name in LINKS if both and rng.random() < 0.6}
        for name, there in links.items():
            options = {
                "tool_provider_name": TOOL,
                **pick(
                    rng,
                    open_in_new_tab=[True, False],
                    lti_resource_launch_url=["https://tool.example/x", "https://tool.example/y"],
                    lti_custom_data=[{}, {"c": "d"}],
                ),
            }
            key = {"exam_name": EXAM, "lti_resource_link_name": name}
            tasks.append(_task("exam_lti_resource", there, key, options))
        if has.get("exam") and rng.random() < 0.5:
            named = "".join(f"<p>{{lti:{name}}}</p>" for name, there in links.items() if there)
            content = f"<p>{rng.choice(['Good luck', 'Begin'])}</p>{named}"
            tasks.append(_task("exam_document", rng.random() < 0.75, {"exam_name": EXAM}, {"exam_content": content}))
        return tasks or self.wish(rng, switches)

    def wanted(self, tasks):
        keys = {
            "exam": ("exam", lambda args: (args["name"], "1")),
            "exam_tool_provider": ("tool_provider", lambda args: (args["tool_name"], "1")),
            "exam_lti_resource": ("lti_resource", lambda args: (args["lti_resource_link_name"], args["exam_name"])),
            "exam_document": ("document", lambda args: (args["exam_name"],)),
        }
        found = []
        for task in tasks:
            kind, key = keys[task["module"]]
            args = task["args"]
            found.append(Wanted(kind, key(args), None if args.get("state") == "absent" else args))
        return found

    def filled(self, state, key, option, value):
        if option != "exam_content":
            return value
        links = self.alive(state)
        for name in LINKS:
            for number, _item in links.get(("lti_resource", (name, *key)), ()):
                value = value.replace(f"{{lti:{name}}}", f"{{LTI_EXAM_{number}}}")
        return value

    def removal(self, kind, number, item):
        if kind == "document":
            return _task("exam_document", False, {"exam_id": item["exam_id"]}, {})
        along = {"detach": True} if kind == "tool_provider" else {}
        module = kind if kind == "exam" else f"exam_{kind}"
        return _task(module, False, {"id": int(number), **along}, {})

    def secrets(self, state):
        tools = [tool["oauth_consumer_secret"] for tool in state["tool_providers"].values()]
        return [*tools, *(exam["token"] for exam in state["exams"].values())]

    def goes_along(self, wanted, kind, key):
        exam_goes = wanted.kind == "exam" and kind in ("lti_resource", "document") and key[-1] == wanted.key[0]
        tool_goes = wanted.kind == "tool_provider" and kind == "lti_resource"
        return wanted.options is None and (exam_goes or tool_goes)


def _task(module, there, key, options):
    return {"module": module, "args": {**key, **options} if there else {**key, "state": "absent"}}
