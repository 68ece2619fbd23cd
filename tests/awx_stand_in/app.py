"""The routes of the stand-in, over what it holds in memory."""

from __future__ import annotations

import itertools
import json
import threading

from flask import Flask, Response, request

from . import refusals
from .kinds import DATA, FLAG, KINDS, NUMBER, TEXT, UNIFIED

ROOT = "/api/v2/"
ENCRYPTED = "$encrypted$"
SHAPES = {TEXT: str, FLAG: bool, NUMBER: int, DATA: dict}
BUILT_IN = {
    "Vault": (
        "vault",
        [
            {"id": "vault_password", "label": "Vault Password", "type": "string", "secret": True},
            {"id": "vault_id", "label": "Vault Identifier", "type": "string"},
        ],
        ["vault_password"],
    ),
    "Machine": ("ssh", [{"id": "password", "label": "Password", "type": "string", "secret": True}], []),
    "Source Control": ("scm", [{"id": "password", "label": "Password", "type": "string", "secret": True}], []),
    "Ansible Galaxy/Automation Hub API Token": ("galaxy", [{"id": "url", "label": "URL", "type": "string"}], []),
}


class RefusedError(Exception):
    """Something that AWX answers with 400; the detail is its answer."""


class Awx:
    """All that is held: objects by kind and number, what hangs on them, surveys, and the requests so far."""

    kinds = KINDS

    def __init__(self, token, playbooks):
        """Begin as a new AWX does, with an organisation and the types that come with it."""
        self.token = token
        self.playbooks = playbooks
        self.held = {kind: {} for kind in KINDS}
        self.links = {}
        self.surveys = {}
        self.requests = []
        self.lock = threading.RLock()
        self._numbers = itertools.count(1)
        self.add("organizations", {"name": "Default"})
        for name, (kind, fields, required) in BUILT_IN.items():
            self.add(
                "credential_types", {"name": name, "kind": kind, "inputs": {"fields": fields, "required": required}}
            )

    def add(self, kind, given):
        """Make an object as if by hand; returns it."""
        with self.lock:
            made = {name: field.default for name, field in KINDS[kind].fields.items()}
            made["id"] = next(self._numbers)
            self.held[kind][made["id"]] = self._changed(kind, made, given)
            return made

    def change(self, kind, number, given):
        """Change an object, or refuse to; returns it."""
        with self.lock:
            one = self.held[kind][number]
            if kind == "execution_environments" and given.get("organization") not in (None, one["organization"]):
                raise RefusedError({"organization": ["It cannot be changed."]})
            changed = self._changed(kind, dict(one), given)
            self.held[kind][number].update(changed)
            return self.held[kind][number]

    def _changed(self, kind, one, given):
        fields = KINDS[kind].fields
        unknown = set(given) - set(fields) - set(KINDS[kind].ignored)
        if unknown:
            raise RefusedError({name: [f"{KINDS[kind].type} has no such field"] for name in unknown})
        for name, value in given.items():
            if name in fields:
                one[name] = self._checked(name, fields[name], value)
        missing = [name for name, field in fields.items() if field.required and one[name] in ("", None)]
        if missing:
            raise RefusedError({name: ["This field is required."] for name in missing})
        self._refuse(kind, one, given)
        if kind == "credentials":
            secret = [field["id"] for field in self._type_of(one)["inputs"]["fields"] if field.get("secret")]
            one["inputs"] = {name: ENCRYPTED if name in secret else value for name, value in one["inputs"].items()}
        if kind == "job_templates":
            one["organization"] = self.held["projects"][one["project"]]["organization"]
        within = [*KINDS[kind].within, "name" if "name" in fields else "identifier"]
        for other in self.held[kind].values():
            if other["id"] != one["id"] and all(other[name] == one[name] for name in within):
                raise RefusedError({"__all__": [f"{KINDS[kind].type} with these {', '.join(within)} already exists."]})
        return one

    def _checked(self, name, field, value):
        if field.of:
            if value is not None and (not refusals.is_a(value, int) or self.found(field.of, value) is None):
                raise RefusedError({name: [f'Invalid pk "{value}" - object does not exist.']})
        elif value is None:
            if field.default is not None:
                raise RefusedError({name: ["This field may not be null."]})
        elif not refusals.is_a(value, SHAPES[field.shape]):
            raise RefusedError({name: [f"{value!r} is no {field.shape}"]})
        elif field.choices and value not in field.choices:
            raise RefusedError({name: [f'"{value}" is not a valid choice.']})
        return value

    def _type_of(self, credential):
        return self.held["credential_types"][credential["credential_type"]]

    def _refuse(self, kind, one, given):
        problems = []
        if kind == "credential_types":
            problems = refusals.of_credential_type(one["inputs"], one["injectors"])
        elif kind == "credentials":
            problems = refusals.of_credential(self._type_of(one), one["inputs"])
        elif kind == "schedules":
            template = self.found("unified_job_templates", one["unified_job_template"])
            asks = template.get("ask_variables_on_launch", False)
            problems = refusals.of_rule(one["rrule"])
            problems += refusals.of_answers(self.surveys.get(template["id"], {}), asks, one["extra_data"])
            if one["limit"] and not template.get("ask_limit_on_launch"):
                problems.append("Field is not configured to prompt on launch.")
        elif kind == "job_templates":
            project = self.held["projects"][one["project"]]
            if one["playbook"] not in project.get("playbooks", []):
                problems.append("Playbook not found for project.")
            if one["inventory"] is None and not one["ask_inventory_on_launch"]:
                problems.append("Job Templates must have an inventory or prompt for it.")
            if one["extra_vars"]:
                json.loads(one["extra_vars"])
        elif kind == "inventory_sources" and one["credential"] is not None:
            problems.append("Credentials of type insights and vault are disallowed for scm inventory sources.")
        if problems:
            raise RefusedError({"detail": problems})

    def found(self, kind, number):
        """The object with this number, or None."""
        kinds = UNIFIED if kind == "unified_job_templates" else (kind,)
        return next((self.held[kind][number] for kind in kinds if number in self.held[kind]), None)

    def fetch(self, project):
        """Have a project know its playbooks, as after an update."""
        self.held["projects"][project]["playbooks"] = list(self.playbooks)

    def attach(self, kind, number, association, given):
        """Attach or detach, as AWX does for ``id`` and ``disassociate``."""
        hanging = self.links.setdefault((kind, number, association), [])
        other = self.found(KINDS[kind].associations[association], given["id"])
        if set(given) - {"id", "disassociate"} or other is None:
            raise RefusedError({"id": ["There is no such object."]})
        if given.get("disassociate"):
            hanging[:] = [one for one in hanging if one != other["id"]]
            return
        if association == "credentials":
            self._refuse_credential(hanging, other)
        hanging.append(other["id"])

    def _refuse_credential(self, hanging, other):
        def unlike(credential):
            return credential["credential_type"], credential["inputs"].get("vault_id", "")

        kind = self._type_of(other)
        if kind["kind"] not in ("ssh", "vault", "cloud", "net", "kubernetes"):
            raise RefusedError({"error": f"Cannot assign a Credential of kind `{kind['kind']}`."})
        if unlike(other) in [unlike(self.held["credentials"][one]) for one in hanging]:
            raise RefusedError({"error": f"Cannot assign multiple {kind['name']} credentials."})

    def remove(self, kind, number):
        """Remove an object and what cannot be without it."""
        del self.held[kind][number]
        self.surveys.pop(number, None)
        for key in [key for key in self.links if key[:2] == (kind, number)]:
            del self.links[key]
        for key, hanging in self.links.items():
            if KINDS[key[0]].associations[key[2]] == kind:
                hanging[:] = [one for one in hanging if one != number]
        for other, name, field in [(its, *pair) for its in KINDS for pair in KINDS[its].fields.items()]:
            if field.of == kind or (field.of == "unified_job_templates" and kind in UNIFIED):
                for one in [one for one in self.held[other].values() if one[name] == number]:
                    if field.required and other != "job_templates":
                        self.remove(other, one["id"])
                    else:
                        one[name] = None


def shown(awx, kind, one):
    """An object as AWX answers it."""
    url = f"{ROOT}{kind}/{one['id']}/"
    related = {name: f"{url}{name}/" for name in KINDS[kind].associations}
    if kind in ("job_templates", "workflow_job_templates"):
        related["survey_spec"] = f"{url}survey_spec/"
    if kind == "projects":
        related["update"] = f"{url}update/"
    launched = one.get("unified_job_template")
    if launched is not None:
        of = next(name for name in UNIFIED if launched in awx.held[name])
        related["unified_job_template"] = f"{ROOT}{of}/{launched}/"
    answer = {**one, "type": KINDS[kind].type, "url": url, "related": related, "summary_fields": {}}
    if kind == "credential_types":
        answer["managed"] = one["name"] in BUILT_IN
    if kind == "projects":
        answer["scm_revision"] = "5eed" if answer.pop("playbooks", None) is not None else ""
        if answer["scm_type"] and not answer["scm_revision"]:
            answer["summary_fields"]["current_update"] = {"id": one["id"]}
    return answer


def fitting(awx, kind, query):
    """The objects of a list that a query asks for."""
    names = UNIFIED if kind == "unified_job_templates" else (kind,)
    found = [(name, one) for name in names for one in awx.held[name].values()]
    either = {name.removeprefix("or__"): value for name, value in query.items() if name.startswith("or__")}
    both = {name: value for name, value in query.items() if not name.startswith("or__") and name != "page"}

    def value(name, one, field):
        if field == "type":
            return KINDS[name].type
        if field not in ("id", "organization", *KINDS[name].fields):
            raise RefusedError({"detail": f"{KINDS[name].type} has no field named '{field}'"})
        return str(one.get(field))

    return [
        (name, one)
        for name, one in found
        if all(value(name, one, field) == wanted for field, wanted in both.items())
        and (not either or any(value(name, one, field) == wanted for field, wanted in either.items()))
    ]


def flask_app(awx):
    """The application."""
    app = Flask("tests.awx_stand_in", static_folder=None)
    app.json.sort_keys = False

    def answer(data, status=200):
        headers = {"X-API-Product-Name": "AWX", "X-API-Product-Version": "24.6.1"}
        return Response(json.dumps(data), status, headers, content_type="application/json")

    def listed(found):
        results = [shown(awx, kind, one) for kind, one in found]
        return answer({"count": len(results), "next": None, "previous": None, "results": results})

    @app.before_request
    def admit():
        awx.requests.append((request.method, request.path))
        if request.headers.get("Authorization") != f"Bearer {awx.token}":
            return answer({"detail": "Authentication credentials were not provided."}, 401)
        return None

    @app.errorhandler(RefusedError)
    def refuse(error):
        return answer(error.args[0], 400)

    @app.errorhandler(404)
    def nothing(_error):
        return answer({"detail": "Not found."}, 404)

    @app.errorhandler(405)
    def not_so(_error):
        return answer({"detail": f'Method "{request.method}" not allowed.'}, 405)

    def one_of(kind, number):
        if kind not in KINDS or number not in awx.held[kind]:
            raise LookupError
        return awx.held[kind][number]

    @app.errorhandler(LookupError)
    def nowhere(error):
        if isinstance(error, (KeyError, IndexError)):  # a mistake of ours
            raise error
        return answer({"detail": "Not found."}, 404)

    @app.get(f"{ROOT}ping/")
    def ping():
        return answer({"version": "24.6.1"})

    @app.get(f"{ROOT}project_updates/<int:number>/")
    def update(number):
        awx.fetch(number)
        ended = {"id": number, "status": "successful", "failed": False, "finished": "now", "scm_revision": "5eed"}
        return answer({**ended, "url": request.path, "event_processing_finished": True})

    @app.post(f"{ROOT}projects/<int:number>/update/")
    def fetch(number):
        one_of("projects", number)
        return answer({"id": number, "url": f"{ROOT}project_updates/{number}/"}, 202)

    @app.get(f"{ROOT}<kind>/")
    def search(kind):
        if kind not in (*KINDS, "unified_job_templates"):
            raise LookupError
        return listed(fitting(awx, kind, request.args.to_dict()))

    @app.post(f"{ROOT}<kind>/")
    def create(kind):
        if kind not in KINDS:
            raise LookupError
        return answer(shown(awx, kind, awx.add(kind, request.get_json())), 201)

    @app.get(f"{ROOT}<kind>/<int:number>/")
    def read(kind, number):
        return answer(shown(awx, kind, one_of(kind, number)))

    @app.patch(f"{ROOT}<kind>/<int:number>/")
    def change(kind, number):
        one_of(kind, number)
        return answer(shown(awx, kind, awx.change(kind, number, request.get_json())))

    @app.delete(f"{ROOT}<kind>/<int:number>/")
    def remove(kind, number):
        one_of(kind, number)
        awx.remove(kind, number)
        return answer({}, 202 if kind == "inventories" else 204)

    @app.get(f"{ROOT}<kind>/<int:number>/survey_spec/")
    def survey(kind, number):
        one_of(kind, number)
        return answer(awx.surveys.get(number, {}))

    @app.post(f"{ROOT}<kind>/<int:number>/survey_spec/")
    def ask(kind, number):
        one_of(kind, number)
        problems = refusals.of_survey(request.get_json())
        if problems:
            return answer({"error": "; ".join(problems)}, 400)
        awx.surveys[number] = request.get_json()
        return answer({})

    @app.post(f"{ROOT}workflow_job_template_nodes/<int:number>/create_approval_template/")
    def approve(number):
        node = one_of("workflow_job_template_nodes", number)
        made = awx.add("workflow_approval_templates", request.get_json())
        node["unified_job_template"] = made["id"]
        return answer(shown(awx, "workflow_approval_templates", made), 201)

    @app.get(f"{ROOT}<kind>/<int:number>/<association>/")
    def attached(kind, number, association):
        one_of(kind, number)
        if association not in KINDS[kind].associations:
            raise LookupError
        other = KINDS[kind].associations[association]
        return listed([(other, awx.held[other][one]) for one in awx.links.get((kind, number, association), [])])

    @app.post(f"{ROOT}<kind>/<int:number>/<association>/")
    def attach(kind, number, association):
        one_of(kind, number)
        if association not in KINDS[kind].associations:
            raise LookupError
        awx.attach(kind, number, association, request.get_json())
        return Response(status=204)

    return app
