"""The open questions of the exam platform (`docs/platforms/exam.md`, section 13)."""

from __future__ import annotations

from ..switches import Switch

SWITCHES = (
    Switch("exam.create_status", 201, "Status of a successful create.", choices=(201, 200)),
    Switch(
        "exam.auth_status",
        401,
        "Status of a wrong token, signature, timestamp or repeated nonce.",
        choices=(401, 403, 400),
    ),
    Switch(
        "exam.clock_window",
        900,
        "Seconds that a request's timestamp may be away from the platform's clock.",
        minimum=0,
    ),
    Switch("exam.clock_offset", 0, "Seconds that the platform's clock is ahead of this machine's."),
    Switch(
        "exam.error_body",
        "json",
        "Form of an error's body (the 423 of a locked tool provider is always JSON).",
        choices=("json", "text", "empty", "html"),
    ),
    Switch(
        "exam.field_errors",
        "errors",
        "Validation errors by field stand under the key errors, or bare at the top.",
        choices=("errors", "bare"),
    ),
    Switch(
        "exam.foreign_object",
        "forbidden",
        "An object of another institute is refused as forbidden, or as if it did not exist.",
        choices=("forbidden", "missing"),
    ),
    Switch(
        "exam.ignore_fields",
        "",
        "Parameters, separated by commas, that a write accepts and then silently leaves out.",
    ),
    Switch("exam.timezone", "+01:00", "Zone of the times in answers.", pattern=r"[+-]\d\d:[0-5]\d"),
    Switch("exam.page_limit", 300, "Default and largest number of items on one page.", minimum=1),
    Switch("exam.page_headers", True, "Lists carry the X-Pagination headers."),
    Switch("exam.page_tool_providers", False, "The list of tool providers is paged too."),
    Switch(
        "exam.types",
        "demo,classroom,record_review,live",
        "Spellings of the exam types that create and update accept.",
    ),
    Switch(
        "exam.demo_mode",
        "record_review",
        "The type whose mode an exam of type demo shows.",
        choices=("record_review", "classroom", "live"),
    ),
    Switch(
        "exam.soft_delete",
        True,
        "A deleted exam stays readable, with the status deleted; otherwise it is gone.",
    ),
    Switch(
        "exam.delete_cascades",
        False,
        "Deleting an exam deletes its LTI resources; otherwise they stay but no longer lock.",
    ),
    Switch(
        "exam.lock",
        "open",
        "A tool provider is locked by the links of open exams, or of any exam not deleted.",
        choices=("open", "any"),
    ),
    Switch(
        "exam.lti_resource_delete",
        True,
        "LTI resources can be deleted; otherwise the route does not exist.",
    ),
    Switch(
        "exam.link_custom_data",
        "empty",
        "Custom data of a link created without: empty, or the tool provider's.",
        choices=("empty", "provider"),
    ),
    Switch(
        "exam.link_follows_provider",
        False,
        "A link created without a launch URL shows the provider's present one, not the first.",
    ),
    Switch(
        "exam.document_missing",
        "404",
        'Answer to reading the document of an exam without one: 404, or {"document": null}.',
        choices=("404", "null"),
    ),
    Switch(
        "exam.second_document",
        "422",
        "A second document of an exam is refused, or replaces the first under a new id.",
        choices=("422", "replace"),
    ),
    Switch(
        "exam.sanitise_html",
        False,
        "The text of a document is stored as a sanitiser rewrites it.",
    ),
)
