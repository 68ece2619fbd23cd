"""What AWX keeps: kinds of objects with their fields, as its API describes them."""

from __future__ import annotations

import dataclasses
from typing import Any

TEXT, FLAG, NUMBER, DATA = "text", "flag", "number", "data"
NOTICES = {
    f"notification_templates_{when}": "notification_templates" for when in ("started", "success", "error", "approvals")
}


@dataclasses.dataclass(frozen=True)
class Field:
    """A field: its shape, what it is when nobody says, and its values where they are few.

    ``of`` is the kind that a reference is to; a reference may be null.
    """

    shape: str = TEXT
    default: Any = ""
    required: bool = False
    choices: tuple = ()
    of: str = ""


@dataclasses.dataclass(frozen=True)
class Kind:
    """A kind of object: its ``type``, its fields, and what may be attached to it.

    ``ignored`` are fields that the modules send and that AWX does not let them set; ``within`` are those that make a
    name unique.
    """

    type: str
    fields: dict
    associations: dict = dataclasses.field(default_factory=dict)
    ignored: tuple = ()
    within: tuple = ()


def text(default="", **more):
    """A text."""
    return Field(TEXT, default, **more)


def flag(default=False):
    """Yes or no."""
    return Field(FLAG, default)


def number(default=0, **more):
    """A whole number, or null."""
    return Field(NUMBER, default, **more)


def data(**more):
    """A JSON object."""
    return Field(DATA, {}, **more)


def to(kind, required=False):
    """A reference by number."""
    return Field("reference", None, required=required, of=kind)


NAME = {"name": text(required=True)}
NAMED = {**NAME, "description": text()}


def asking(*names):
    """The switches by which a template asks at launch."""
    return {f"ask_{name}_on_launch": flag() for name in names}


PROMPTS = {
    "extra_data": data(),
    "inventory": to("inventories"),
    "scm_branch": text(),
    "job_type": text(None, choices=(None, "", "run", "check")),
    "job_tags": text(),
    "skip_tags": text(),
    "limit": text(),
    "diff_mode": Field(FLAG, None),
    "verbosity": number(None),
    "execution_environment": to("execution_environments"),
    "forks": number(None),
    "job_slice_count": number(None),
    "timeout": number(None),
}
LAUNCHED = {"credentials": "credentials", "labels": "labels", "instance_groups": "instance_groups"}

KINDS = {
    "organizations": Kind(
        "organization",
        {**NAMED, "max_hosts": number(), "default_environment": to("execution_environments")},
        {"galaxy_credentials": "credentials", "instance_groups": "instance_groups", **NOTICES},
    ),
    "instance_groups": Kind("instance_group", NAME),
    "notification_templates": Kind("notification_template", {**NAMED, "organization": to("organizations")}),
    "credential_types": Kind(
        "credential_type",
        {
            **NAMED,
            "kind": text(required=True, choices=("cloud", "net", "ssh", "vault", "scm", "galaxy")),
            "inputs": data(),
            "injectors": data(),
        },
        ignored=("managed",),
    ),
    "credentials": Kind(
        "credential",
        {
            **NAMED,
            "organization": to("organizations"),
            "credential_type": to("credential_types", required=True),
            "inputs": data(),
        },
        within=("organization", "credential_type"),
    ),
    "labels": Kind("label", {**NAME, "organization": to("organizations", required=True)}, within=("organization",)),
    "execution_environments": Kind(
        "execution_environment",
        {
            **NAMED,
            "organization": to("organizations"),
            "image": text(required=True),
            "credential": to("credentials"),
            "pull": text(choices=("", "always", "missing", "never")),
        },
    ),
    "projects": Kind(
        "project",
        {
            **NAMED,
            "organization": to("organizations", required=True),
            "scm_type": text(choices=("", "git", "svn", "insights", "archive")),
            "scm_url": text(),
            "scm_branch": text(),
            "scm_refspec": text(),
            "scm_clean": flag(),
            "scm_delete_on_update": flag(),
            "scm_track_submodules": flag(),
            "scm_update_on_launch": flag(),
            "scm_update_cache_timeout": number(),
            "allow_override": flag(),
            "timeout": number(),
            "credential": to("credentials"),
            "default_environment": to("execution_environments"),
        },
        NOTICES,
        within=("organization",),
    ),
    "inventories": Kind(
        "inventory",
        {
            **NAMED,
            "organization": to("organizations", required=True),
            "kind": text(choices=("", "smart", "constructed")),
            "host_filter": text(None),
            "variables": text(),
            "prevent_instance_group_fallback": flag(),
        },
        {"instance_groups": "instance_groups"},
        within=("organization",),
    ),
    "inventory_sources": Kind(
        "inventory_source",
        {
            **NAMED,
            "inventory": to("inventories", required=True),
            "source": text(required=True, choices=("scm", "ec2", "controller")),
            "source_path": text(),
            "source_vars": text(),
            "source_project": to("projects"),
            "credential": to("credentials"),
            "execution_environment": to("execution_environments"),
            "overwrite": flag(),
            "overwrite_vars": flag(),
            "update_on_launch": flag(),
            "update_cache_timeout": number(),
            "timeout": number(),
            "verbosity": number(1),
        },
        NOTICES,
        within=("inventory",),
    ),
    "job_templates": Kind(
        "job_template",
        {
            **NAMED,
            "job_type": text("run", choices=("run", "check")),
            "inventory": to("inventories"),
            "project": to("projects", required=True),
            "playbook": text(required=True),
            "scm_branch": text(),
            "forks": number(),
            "limit": text(),
            "verbosity": number(choices=(0, 1, 2, 3, 4, 5)),
            "extra_vars": text(),
            "job_tags": text(),
            "skip_tags": text(),
            "start_at_task": text(),
            "force_handlers": flag(),
            "timeout": number(),
            "use_fact_cache": flag(),
            "host_config_key": text(),
            "survey_enabled": flag(),
            "become_enabled": flag(),
            "diff_mode": flag(),
            "allow_simultaneous": flag(),
            "job_slice_count": number(1),
            "webhook_service": text(),
            "execution_environment": to("execution_environments"),
            "prevent_instance_group_fallback": flag(),
            **asking("scm_branch", "diff_mode", "variables", "limit", "tags", "skip_tags", "job_type", "verbosity"),
            **asking("inventory", "credential", "execution_environment", "forks", "instance_groups"),
            **asking("job_slice_count", "labels", "timeout"),
        },
        {**LAUNCHED, **NOTICES},
        ignored=("organization",),
        within=("organization",),
    ),
    "workflow_job_templates": Kind(
        "workflow_job_template",
        {
            **NAMED,
            "organization": to("organizations"),
            "extra_vars": text(),
            "survey_enabled": flag(),
            "allow_simultaneous": flag(),
            "inventory": to("inventories"),
            "limit": text(None),
            "scm_branch": text(None),
            "job_tags": text(None),
            "skip_tags": text(None),
            "webhook_service": text(),
            **asking("variables", "inventory", "scm_branch", "limit", "labels", "tags", "skip_tags"),
        },
        {"labels": "labels", **NOTICES},
        within=("organization",),
    ),
    "workflow_job_template_nodes": Kind(
        "workflow_job_template_node",
        {
            "identifier": text(required=True),
            "workflow_job_template": to("workflow_job_templates", required=True),
            "unified_job_template": to("unified_job_templates"),
            "all_parents_must_converge": flag(),
            **PROMPTS,
        },
        {
            **LAUNCHED,
            **{f"{when}_nodes": "workflow_job_template_nodes" for when in ("success", "failure", "always")},
        },
        ignored=("type",),
        within=("workflow_job_template",),
    ),
    "workflow_approval_templates": Kind("workflow_approval_template", {**NAMED, "timeout": number()}),
    "schedules": Kind(
        "schedule",
        {
            **NAMED,
            "rrule": text(required=True),
            "unified_job_template": to("unified_job_templates", required=True),
            "enabled": flag(True),
            **PROMPTS,
        },
        LAUNCHED,
        within=("unified_job_template",),
    ),
}
UNIFIED = (
    "job_templates",
    "projects",
    "inventory_sources",
    "workflow_job_templates",
    "workflow_approval_templates",
)
"""Kinds that can be launched. They share one row of numbers, and one list."""
