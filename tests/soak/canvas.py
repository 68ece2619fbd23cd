"""Canvas as a ground for the soak."""

from __future__ import annotations

import copy

from .kinds import Ground, Kind, Wanted, pick

KEY, REGISTRATION = "Own key", "Own registration"
SETTINGS = {
    "title": "Own tool",
    "description": "Made by a soak",
    "target_link_uri": "https://own.example.com/launch",
    "oidc_initiation_url": "https://own.example.com/login",
    "public_jwk_url": "https://own.example.com/keys",
    "scopes": ["https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"],
    "custom_fields": {"course": "$Canvas.course.id"},
    "extensions": [
        {
            "platform": "canvas.instructure.com",
            "domain": "own.example.com",
            "tool_id": "own-tool",
            "privacy_level": "name_only",
            "settings": {
                "text": "Own tool",
                "placements": [{"placement": "course_navigation", "message_type": "LtiResourceLinkRequest"}],
            },
        }
    ],
}
OF_SETTINGS = ("title", "description", "custom_fields", "scopes")


def _alive(state, item):
    return item["workflow_state"] != "deleted"


def _configuration(state, item):
    key = item if "configuration" in item else state["developer_keys"][str(item["key_id"])]
    return {name: key["configuration"]["internal"][name] for name in OF_SETTINGS}


def _binding(state, item):
    return state["bindings"].get(f"{item['id']}:1", {}).get("workflow_state")


def _place(state, item):
    key = state["developer_keys"][str(item["developer_key_id"])]
    return (key["name"], item["context_type"], str(item["context_id"]))


class Canvas(Ground):
    """A key with its configuration and binding, where its tool is installed, and a registration."""

    name = "canvas"
    hidden = ("next", "jobs")
    kinds = {
        # Each of both tables has a companion of everything in the other one; what was asked for is judged.
        "key": Kind(
            "developer_keys",
            lambda state, item: _alive(state, item) and item["name"] != REGISTRATION,
            lambda state, item: (item["name"], str(item["account_id"])),
            {"settings": _configuration, "notes": lambda state, item: item["notes"], "binding": _binding},
            {
                "settings": ("configuration", "scopes", "public_jwk_url", "oidc_initiation_url", "redirect_uris"),
                "notes": ("notes",),
            },
            ("updated_at", "configuration"),
        ),
        "registration": Kind(
            "registrations",
            lambda state, item: _alive(state, item) and item["name"] != KEY,
            lambda state, item: (item["name"], str(item["account_id"])),
            {
                "configuration": _configuration,
                "vendor": lambda state, item: item["vendor"],
                "admin_nickname": lambda state, item: item["admin_nickname"],
            },
            {"vendor": ("vendor",), "admin_nickname": ("admin_nickname",), "workflow_state": ("workflow_state",)},
            ("updated_at", "updated_by", "overlay"),
        ),
        "tool": Kind(
            "tools",
            _alive,
            _place,
            {},
            {},
            # It follows its key in the background.
            ("updated_at", "name", "description", "custom_fields", "url", "placements", "workflow_state"),
        ),
    }

    def switches(self, rng):
        return {
            "canvas.era": rng.choice("DDCBA"),
            **pick(
                rng,
                **{
                    "canvas.initial_binding": ["off", "on"],
                    "canvas.shard": [0, 1, 7],
                    "canvas.string_ids": ["accept", "always", "never"],
                    "canvas.clock_offset": [0, 240],
                    "canvas.permission_status": ["era", "403", "401"],
                    "canvas.throttle_status": ["era", "429", "403"],
                    "canvas.binding_status": ["era", "inverted", "classic"],
                    "canvas.link_header_bug": [True, False],
                    "canvas.page_tokens": ["number", "bookmark"],
                    "canvas.last_link": [True, False],
                    "canvas.id_filter": [True, False],
                    "canvas.api_key": ["full", "masked"],
                    "canvas.unset_settings": ["null", "absent", "empty"],
                    "canvas.placement_order": ["sent", "sorted", "reversed"],
                    "canvas.extra_fields": [True, False],
                    "canvas.request_cost": [37, 900],
                },
            ),
        }

    def connection(self, rng, sandbox, folder):
        return {"access_token": sandbox.credentials["canvas"]["access_token"]}

    def foreign(self, rng, sandbox):
        seed = sandbox.seed("canvas")
        near = rng.sample(["own key", "Own key 2", "Own keys", "Theirs"], rng.randint(1, 3))
        for name in near:
            made = seed.tool_configuration(name, binding="on")
            seed.external_tool(made["developer_key"]["id"], course_id="101")
        if rng.random() < 0.6:
            seed.neighbour_key(KEY)
            seed.site_admin_key("Inherited")
        if rng.random() < 0.3:
            seed.developer_keys(120, "Many")

    def wish(self, rng, switches):
        era, tasks = switches["canvas.era"], []
        if rng.random() < 0.8:
            tasks += self._key(rng)
        if era in "CD" and (rng.random() < 0.6 or not tasks):
            tasks.append(self._registration(rng))
        return tasks or self.wish(rng, switches)

    def _key(self, rng):
        if rng.random() < 0.2:
            return [{"module": "canvas_tool_configuration", "args": {"name": KEY, "state": "absent"}}]
        installs = rng.random() < 0.6
        options = {"settings": _settings(rng), **pick(rng, notes=["one", "two"], binding=["on", "off"])}
        apart = installs and rng.random() < 0.4
        if installs:
            options["binding"] = "on"
        if apart:
            del options["binding"]
        made = [{"module": "canvas_tool_configuration", "args": {"name": KEY, **options}, "register": "key"}]
        client = {"client_id": "@key.tool_configuration.client_id"}
        if apart:
            made.append({"module": "canvas_developer_key_binding", "args": {**client, "binding": "on"}})
        for place in rng.sample([{"course_id": "101"}, {"account_id": "3"}], rng.randint(1, 2)) if installs else ():
            state = {} if rng.random() < 0.75 else {"state": "absent"}
            made.append({"module": "canvas_external_tool", "args": {**client, **place, **state}})
        return made

    @staticmethod
    def _registration(rng):
        if rng.random() < 0.25:
            return {"module": "canvas_lti_registration", "args": {"name": REGISTRATION, "state": "absent"}}
        options = {
            "configuration": _settings(rng),
            **pick(rng, vendor=["One", "Two"], admin_nickname=["A", "B"], workflow_state=["on", "off"]),
        }
        return {"module": "canvas_lti_registration", "args": {"name": REGISTRATION, **options}}

    def wanted(self, tasks):
        found = []
        for task in tasks:
            args, module = task["args"], task["module"]
            options = None if args.get("state") == "absent" else args
            if module == "canvas_tool_configuration":
                found.append(Wanted("key", (KEY, "1"), _judged(options, "settings")))
            elif module == "canvas_lti_registration":
                found.append(Wanted("registration", (REGISTRATION, "1"), _judged(options, "configuration")))
            elif module == "canvas_developer_key_binding":
                found.append(Wanted("key", (KEY, "1"), {**found[0].options, "binding": args["binding"]}))
            else:
                place = ("Course", args["course_id"]) if "course_id" in args else ("Account", args["account_id"])
                found.append(Wanted("tool", (KEY, *place), options))
        return found

    def removal(self, kind, number, item):
        if kind == "key":
            return _task("canvas_tool_configuration", client_id=number)
        if kind == "registration":
            return _task("canvas_lti_registration", registration_id=number)
        where = {f"{item['context_type'].lower()}_id": str(item["context_id"])}
        return _task("canvas_external_tool", external_tool_id=number, **where)

    def secrets(self, state):
        return [*state["tokens"], *(key["api_key"] for key in state["developer_keys"].values() if key["api_key"])]

    def goes_along(self, wanted, kind, key):
        return wanted.options is None and wanted.kind == "key" and kind == "tool" and key[0] == KEY


def _task(module, **args):
    return {"module": module, "args": {**args, "state": "absent"}}


def _settings(rng):
    made = copy.deepcopy(SETTINGS)
    made["title"] = rng.choice(["Own tool", "Own tool, renamed"])
    made["custom_fields"] = rng.choice([{}, {"a": "$Canvas.course.id"}, {"a": "b", "c": "d"}])
    if rng.random() < 0.5:
        made["extensions"][0]["settings"]["placements"].append(
            {"placement": "link_selection", "message_type": "LtiDeepLinkingRequest"}
        )
    return made


def _judged(options, name):
    """The options, with that of the settings which the judge reads."""
    if options is None:
        return None
    return {**options, name: {one: options[name][one] for one in OF_SETTINGS}}
