"""What AWX refuses beyond the shapes of fields: credential types, credentials, surveys, schedules."""

from __future__ import annotations

import re

import jinja2.sandbox

RESERVED_VARIABLES = {
    "VIRTUAL_ENV",
    "PATH",
    "PYTHONPATH",
    "JOB_ID",
    "INVENTORY_ID",
    "INVENTORY_SOURCE_ID",
    "INVENTORY_UPDATE_ID",
    "AD_HOC_COMMAND_ID",
    "REST_API_URL",
    "REST_API_TOKEN",
    "MAX_EVENT_RES",
    "CALLBACK_QUEUE",
    "CALLBACK_CONNECTION",
    "CACHE",
    "JOB_CALLBACK_DEBUG",
    "INVENTORY_HOSTVARS",
    "AWX_HOST",
    "PROJECT_REVISION",
    "SUPERVISOR_CONFIG_PATH",
}
IDENTIFIER = re.compile("[a-zA-Z_]+[a-zA-Z0-9_]*")
FIELD_SHAPES = {
    "id": str,
    "label": str,
    "type": str,
    "format": str,
    "choices": list,
    "help_text": str,
    "multiline": bool,
    "secret": bool,
    "ask_at_runtime": bool,
    "default": (str, bool),
}
ONLY_OF_TEXTS = ("choices", "multiline", "format", "secret")
QUESTION_SHAPES = {"text": str, "textarea": str, "password": str, "multiplechoice": str, "multiselect": str}
QUESTION_SHAPES |= {"integer": int, "float": float}


class Files:
    """``tower.filename`` of a template, with the names of its files."""

    def __init__(self, labels):
        for label in labels:
            setattr(self, label, "EXAMPLE_FILENAME")


def is_a(value, shape):
    """Is a value of JSON of this type? True and false are no numbers."""
    return isinstance(value, shape) and not (shape is int and isinstance(value, bool))


def of_credential_type(inputs, injectors):
    """Why AWX would not take a credential type; empty when it would."""
    return [*of_inputs(inputs), *([] if of_inputs(inputs) else of_injectors(inputs, injectors))]


def of_inputs(inputs):
    """Why AWX would not take what a credential type asks for."""
    found = [f"inputs: {name} was unexpected" for name in set(inputs) - {"fields", "required"}]
    fields = inputs.get("fields", [])
    ids = [field.get("id") for field in fields]
    for field in fields:
        where = field.get("id")
        if not (isinstance(where, str) and IDENTIFIER.fullmatch(where)) or "label" not in field:
            found.append(f"{where}: every field needs an id, which is an identifier, and a label")
        if where == "tower":
            found.append('"tower" is a reserved field name')
        for name, value in field.items():
            if name not in FIELD_SHAPES or not isinstance(value, FIELD_SHAPES[name]):
                found.append(f"{where}: {name}")
        kind = field.get("type", "string")
        if kind not in ("string", "boolean"):
            found.append(f"{where}: type {kind}")
        if field.get("format", "url") not in ("url", "ssh_private_key"):
            found.append(f"{where}: format {field['format']}")
        if kind == "boolean":
            found += [f"{name} not allowed for boolean type ({where})" for name in ONLY_OF_TEXTS if name in field]
        if "default" in field and not is_a(field["default"], {"string": str, "boolean": bool}.get(kind, ())):
            found.append(f"{where}: default is not a {kind}")
    if len(ids) != len(set(ids)):
        found.append("field ids must be unique")
    found += [f"required: {name} is no field" for name in inputs.get("required", []) if name not in ids]
    return found


def of_injectors(inputs, injectors):
    """Why AWX would not take how a credential type is handed to jobs."""
    found = [f"injectors: {name} was unexpected" for name in set(injectors) - {"env", "file", "extra_vars"}]
    labels = list(injectors.get("file", {}))
    found += [f"file {label}" for label in labels if not re.fullmatch(r"template(\.[a-zA-Z_]+[a-zA-Z0-9_]*)?", label)]
    if "template" in labels and len(labels) > 1:
        found.append("must use multi-file syntax when injecting multiple files")
    for name, template in injectors.get("env", {}).items():
        if not IDENTIFIER.fullmatch(name) or name.startswith("ANSIBLE_") or name in RESERVED_VARIABLES:
            found.append(f"environment variable {name} is not allowed")
        if not template.isascii():
            found.append(f"environment variable {name} is not ASCII")
    space = {field["id"]: "EXAMPLE" for field in inputs.get("fields", [])}
    space["tower"] = {"filename": Files(label.partition(".")[2] for label in labels)}
    sandbox = jinja2.sandbox.ImmutableSandboxedEnvironment(undefined=jinja2.StrictUndefined)
    for templates in injectors.values():
        for name, template in templates.items():
            try:
                sandbox.from_string(template).render(space)
            except jinja2.TemplateError as error:
                found.append(f"{name}: {error}")
    return found


def of_credential(kind, inputs):
    """Why AWX would not take the values of a credential of a type."""
    fields = {field["id"]: field for field in kind["inputs"].get("fields", [])}
    found = [f"{name} is not allowed" for name in set(inputs) - set(fields)]
    for name in set(inputs) & set(fields):
        shape = {"string": str, "boolean": bool}[fields[name].get("type", "string")]
        if not is_a(inputs[name], shape):
            found.append(f"{name} is not a {shape.__name__}")
        elif fields[name].get("format") == "url" and not re.match("https?://[^/]+", inputs[name]):
            found.append(f"{name} is not a 'url'")
    found += [f"required fields {name}" for name in kind["inputs"].get("required", []) if not inputs.get(name)]
    return found


def of_survey(survey):
    """Why AWX would not take a survey."""
    if not (isinstance(survey.get("name"), str) and isinstance(survey.get("description"), str)):
        return ["name and description must be texts"]
    if not survey.get("spec"):
        return ["'spec' doesn't contain any items"]
    found = []
    for question in survey["spec"]:
        known = {"question_name", "question_description", "variable", "type", "required", "min", "max", "default"}
        found += [f"{name} is unknown" for name in set(question) - known - {"choices"}]
        if not all(isinstance(question.get(name), str) for name in ("type", "question_name", "variable")):
            return [*found, "type, question_name and variable must be texts"]
        shape = QUESTION_SHAPES.get(question["type"])
        if shape is None or not isinstance(question.get("required"), bool):
            return [*found, f"{question['variable']}: type or required"]
        default = question.get("default", "")
        if default != "" and not isinstance(default, shape):
            found.append(f"{question['variable']}: default is not of its type")
        for name in ("min", "max"):
            if not isinstance(question.get(name), (int, type(None))):
                found.append(f"{question['variable']}: {name} must be a whole number")
        if "multi" in question["type"]:
            choices = question.get("choices", "").splitlines()
            if not choices or set(str(default).splitlines()) - set(choices):
                found.append(f"{question['variable']}: its default must be one of its choices")
    variables = [question["variable"] for question in survey["spec"]]
    return found if len(variables) == len(set(variables)) else [*found, "a variable is duplicated"]


def of_rule(rule):
    """Why AWX would not take when a schedule is due."""
    found = []
    if len(re.findall(r"DTSTART(?:;[^:]+)?:[0-9]+T[0-9]+Z?", rule)) != 1:
        found.append("one DTSTART is required in rrule")
    if re.search(r"DTSTART:[0-9]+T[0-9]+ ", rule):
        found.append("DTSTART cannot be a naive datetime")
    rules = re.findall(r"RRULE:(\S*)", rule)
    if not rules:
        found.append("one or more rule required in rrule")
    for one in rules:
        parts = dict(part.partition("=")[::2] for part in one.split(";"))
        if "INTERVAL" not in parts:
            found.append("INTERVAL required in rrule")
        if parts.get("FREQ") not in ("MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"):
            found.append("FREQ")
        if re.search("[0-9]", parts.get("BYDAY", "")):
            found.append("BYDAY with numeric prefix not supported")
    return found


def of_answers(survey, asks_for_any, answers):
    """Why AWX would not launch a template with such answers and nobody to ask."""
    questions = {question["variable"]: question for question in survey.get("spec", [])}
    found = [f"{name} is not allowed on launch" for name in set(answers) - set(questions) if not asks_for_any]
    for name, question in questions.items():
        if question["required"] and name not in answers and question.get("default", "") == "":
            found.append(f"'{name}' value missing")
    return found
