"""Names that Canvas knows: placements, messages, scopes, privacy levels (`docs/platforms/canvas.md`, section 6)."""

from __future__ import annotations

RESOURCE_LINK = "LtiResourceLinkRequest"
DEEP_LINKING = "LtiDeepLinkingRequest"
EULA = "LtiEulaRequest"

_TAKES_RESOURCE_LINKS = """
    account_navigation analytics_hub assignment_edit assignment_group_menu assignment_index_menu assignment_menu
    assignment_selection assignment_view collaboration conference_selection course_assignments_menu
    course_home_sub_navigation course_navigation course_settings_sub_navigation discussion_topic_index_menu
    discussion_topic_menu file_index_menu file_menu global_navigation homework_submission link_selection
    migration_selection module_group_menu module_index_menu module_index_menu_modal module_menu_modal module_menu
    post_grades quiz_index_menu quiz_menu resource_selection similarity_detection student_context_card
    submission_type_selection tool_configuration top_navigation user_navigation wiki_index_menu wiki_page_menu
"""
_TAKES_DEEP_LINKS = """
    assignment_selection ActivityAssetProcessor ActivityAssetProcessorContribution collaboration
    conference_selection course_assignments_menu editor_button homework_submission link_selection
    migration_selection module_index_menu_modal module_menu_modal resource_selection submission_type_selection
"""

PLACEMENTS = tuple(dict.fromkeys((_TAKES_RESOURCE_LINKS + _TAKES_DEEP_LINKS).split()))
SUPPORTS = {
    RESOURCE_LINK: frozenset(_TAKES_RESOURCE_LINKS.split()),
    DEEP_LINKING: frozenset(_TAKES_DEEP_LINKS.split()),
    EULA: frozenset(),
}
WARNINGS = {
    "resource_selection": "The resource_selection placement is deprecated.",
    "submission_type_selection": "The submission_type_selection placement is for approved tools only.",
}

PRIVACY_LEVELS = ("public", "name_only", "email_only", "anonymous")

_PUBLIC_SCOPES = """
    https://purl.imsglobal.org/spec/lti-ags/scope/lineitem
    https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly
    https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly
    https://purl.imsglobal.org/spec/lti-ags/scope/score
    https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly
    https://purl.imsglobal.org/spec/lti/scope/noticehandlers
    https://purl.imsglobal.org/spec/lti/scope/asset.readonly
    https://purl.imsglobal.org/spec/lti/scope/report
    https://purl.imsglobal.org/spec/lti/scope/eula/user
    https://purl.imsglobal.org/spec/lti/scope/eula/deployment
    https://purl.imsglobal.org/spec/lti-reg/scope/registration.readonly
    https://purl.imsglobal.org/spec/lti-reg/scope/registration
    https://canvas.instructure.com/lti/public_jwk/scope/update
    https://canvas.instructure.com/lti/account_lookup/scope/show
    https://canvas.instructure.com/lti-ags/progress/scope/show
    https://canvas.instructure.com/lti/page_content/show
"""
_HIDDEN_SCOPES = (
    *(
        f"https://canvas.instructure.com/lti/account_external_tools/scope/{verb}"
        for verb in ("create", "destroy", "list", "show", "update")
    ),
    *(
        f"https://canvas.instructure.com/lti/data_services/scope/{verb}"
        for verb in ("create", "show", "update", "list", "destroy", "list_event_types")
    ),
    "https://canvas.instructure.com/lti/feature_flags/scope/show",
    "https://canvas.instructure.com/lti/replace_editor_contents",
)
SCOPES = frozenset([*_PUBLIC_SCOPES.split(), *_HIDDEN_SCOPES])
# Besides those of LTI, a key's own scopes may name routes of the API.
API_SCOPE = "url:"
