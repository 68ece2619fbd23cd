# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Data classes, and which of them a scope, a substitution variable or a claim stands for. Data only.

Sources: LTI Core 1.3 (claims, appendix on substitution variables), LTI Assignment and Grade Services 2.0, LTI Names
and Role Provisioning Services 2.0, LTI Dynamic Registration 1.0, and docs/platforms/canvas.md, 6. What could carry
more than one thing is counted as the most telling one: an audit may be too strict, never too lenient.
"""

from __future__ import annotations

import re

from ansible_collections.edtech.lti.plugins.module_utils._platforms import canvas_settings

DATA_CLASSES = ("opaque_id", "name", "email", "username", "sis_id", "course", "role", "roster", "grades")
"""What a tool can learn about a student, by the names that manifests use."""
UNIDENTIFYING = ("opaque_id", "course", "role")
"""What a manifest allows that says nothing about data: nobody is known by it."""
TOOL_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-tool-configuration"
CANVAS = "https://canvas.instructure.com/lti/"
"""What Canvas puts before its own members of a registration, and its own scopes."""
RESOURCE_LINK = "LtiResourceLinkRequest"
DEEP_LINKING = "LtiDeepLinkingRequest"
AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
LTI = "https://purl.imsglobal.org/spec/lti/scope/"
OPENID_SCOPES = {
    "openid": (),
    "profile": ("name",),
    "email": ("email",),
    "address": (),
    "phone": (),
    "offline_access": (),
}
"""Scopes of OpenID Connect Core 1.0, 5.4: wishes for claims, with the data class that they ask for."""

LEVELS = {level: tuple(sorted(told)) for level, told in canvas_settings.TELLS.items() if level}
"""What each privacy level of Canvas tells besides (docs/platforms/canvas.md, 6.3): the SIS id goes with the name."""

_SCOPES = {
    **{f"{AGS}{name}": ("grades",) for name in ("lineitem", "lineitem.readonly", "result.readonly", "score")},
    NRPS: ("roster",),
    f"{LTI}noticehandlers": ("course",),
    f"{LTI}asset.readonly": ("grades",),
    f"{LTI}report": ("grades",),
    f"{LTI}eula/user": ("opaque_id",),
    f"{LTI}eula/deployment": (),
    "https://purl.imsglobal.org/spec/lti-reg/scope/registration": (),
    "https://purl.imsglobal.org/spec/lti-reg/scope/registration.readonly": (),
    f"{CANVAS}public_jwk/scope/update": (),
    f"{CANVAS}account_lookup/scope/show": ("course",),
    "https://canvas.instructure.com/lti-ags/progress/scope/show": (),
    f"{CANVAS}page_content/show": ("course",),
    f"{CANVAS}replace_editor_contents": (),
    f"{CANVAS}feature_flags/scope/show": (),
}
_SCOPE_FAMILIES = {
    f"{CANVAS}account_external_tools/scope/": (),
    # Events of everybody, beyond the course.
    f"{CANVAS}data_services/scope/": DATA_CLASSES,
}


def classes_of_scope(scope):
    """Data classes that a scope opens, as a tuple; None for one that is not known."""
    if scope in _SCOPES:
        return _SCOPES[scope]
    return next((classes for start, classes in _SCOPE_FAMILIES.items() if scope.startswith(start)), None)


# fmt: off
_VARIABLES = {
    ("name",): (
        "Person.", "User.image", "com.instructure.Person.",
    ),
    ("email",): (
        "Person.email", "vnd.Canvas.Person.email", "Person.sms",
    ),
    ("username",): (
        "User.username", "Canvas.user.loginId",
    ),
    ("sis_id",): (
        "Person.sourcedId", "Membership.personSourcedId", "Canvas.user.sisSourceId", "Canvas.user.sisIntegrationId",
        "com.instructure.Observee.sisIds",
    ),
    ("role",): (
        "Membership.", "Canvas.membership.", "com.instructure.membership.", "Canvas.enrollment.",
        "Canvas.xuser.allRoles", "Canvas.user.isRootAccountAdmin", "Canvas.user.adminableAccounts",
        "com.instructure.User.student_view", "com.instructure.User.allRoles", "com.instructure.PostMessageToken.role",
    ),
    ("grades",): (
        "Canvas.assignment.submission.", "com.instructure.Submission.", "Result.", "LineItem.", "LISResult.",
        "BasicOutcome.", "Submission.",
    ),
    ("roster",): (
        "ToolProxyBinding.memberships.", "Context.memberships.", "NamesAndRoles.", "LtiLink.memberships.",
    ),
    ("course",): (
        "Context.", "CourseTemplate.", "CourseOffering.", "CourseSection.", "Group.", "ResourceLink.", "LtiLink.",
        "Canvas.course.", "Canvas.term.", "Canvas.account.", "Canvas.rootAccount.", "Canvas.root_account.",
        "Canvas.module.", "Canvas.moduleItem.", "Canvas.file.", "Canvas.group.", "Canvas.assignment.",
        "com.instructure.Assignment.", "com.instructure.Course.", "com.instructure.Context.", "com.instructure.Group.",
        "com.instructure.Tag.", "com.instructure.File.", "com.instructure.contextLabel", "com.instructure.Account.",
        "com.instructure.User.sectionNames", "vnd.instructure.Course.", "vnd.Canvas.OriginalityReport.",
        "vnd.Canvas.previous",
    ),
    ("opaque_id",): (
        "User.", "Canvas.user.", "Canvas.masqueradingUser.", "com.instructure.User.", "vnd.instructure.User.",
        "com.instructure.Observee.",
    ),
    (): (
        "Canvas.api.", "Canvas.css.", "Canvas.environment.", "Canvas.externalTool.", "Canvas.shard.",
        "Canvas.logoutService.", "Canvas.xapi.", "Canvas.user.prefersHighContrast", "Canvas.user.lti_1_1_id_hash",
        "Caliper.", "Person.address.timezone", "Person.address.locale",
        "ToolConsumer.", "ToolConsumerInstance.", "ToolConsumerProfile.", "ToolConsumerInfo.",
        "ToolPlatform.", "ToolPlatformInstance.", "ToolProxy.", "ToolProxyBinding.", "Message.",
        "com.instructure.brandConfig", "com.instructure.Editor.", "com.instructure.RCS.", "com.instructure.instui_nav",
        "com.instructure.PostMessageToken", "com.instructure.assetProcessor", "ActivityReview.", "LtiPlatform.",
    ),
}
# fmt: on
_BY_START = sorted(
    ((start.lower(), classes) for classes, starts in _VARIABLES.items() for start in starts),
    key=lambda pair: -len(pair[0]),
)
_VARIABLE = re.compile(r"\$\{?([A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)+)")


def variables_in(text):
    """Names of substitution variables in a custom parameter, without their ``$``, in order."""
    return _VARIABLE.findall(text) if isinstance(text, str) else []


def classes_of_variable(name):
    """Data classes that a substitution variable stands for, as a tuple; None for one that is not known.

    The longest fitting beginning counts, without regard to case: ``Person.email.primary`` is an address although
    most of ``Person`` is a name.
    """
    lowered = f"{name.lower()}."
    found = next((classes for start, classes in _BY_START if lowered.startswith(start)), None)
    return found


_CLAIMS = {
    "sub": "opaque_id",
    **dict.fromkeys(
        ("name", "given_name", "family_name", "middle_name", "nickname", "picture", "profile", "website"), "name"
    ),
    **dict.fromkeys(("email", "email_verified"), "email"),
    "preferred_username": "username",
    "https://purl.imsglobal.org/spec/lti/claim/context": "course",
    "https://purl.imsglobal.org/spec/lti/claim/resource_link": "course",
    "https://purl.imsglobal.org/spec/lti/claim/roles": "role",
    "https://purl.imsglobal.org/spec/lti/claim/lis": "sis_id",
    "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice": "roster",
    "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint": "grades",
}


def class_of_claim(claim):
    """The data class of a claim by its name; None for one that tells nothing about students."""
    return _CLAIMS.get(claim)


def in_order(classes):
    """Data classes in the order in which all lists name them, each once."""
    held = set(classes)
    return [name for name in DATA_CLASSES if name in held]
