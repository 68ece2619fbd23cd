"""The open questions of Brightspace (`docs/platforms/d2l.md`, section 14, and **Sandbox** throughout)."""

from __future__ import annotations

from ..switches import Switch

# Both ends of a range have the same major number.
_VERSIONS = r"(\d+)\.\d+(-\1\.\d+)?(,(\d+)\.\d+(-\4\.\d+)?)*"

SWITCHES = (
    # versions and routes
    Switch("d2l.le_versions", "1.75-1.92", "Supported LE versions: ranges and single ones.", pattern=_VERSIONS),
    Switch("d2l.lp_versions", "1.46-1.58", "Supported LP versions: ranges and single ones.", pattern=_VERSIONS),
    Switch(
        "d2l.later_routes",
        True,
        "Routes that only the 2026 reference lists (link summaries, one sharing rule, deleting an "
        "organisation link, legacy domains, asset processors, migration jobs) exist, from LE 1.75 on.",
    ),
    Switch(
        "d2l.unknown_route",
        "404",
        "A route that does not exist, called with a bearer token: 404, or 403 for want of scopes.",
        choices=("404", "403"),
    ),
    # clock, credentials, permissions
    Switch("d2l.clock_offset", 0, "Seconds that the platform's clock is ahead of this machine's."),
    Switch("d2l.clock_window", 300, "Seconds that the time of an ID-Key signature may be away.", minimum=0),
    Switch(
        "d2l.strict_signature",
        False,
        "ID-Key: only the path decoded first and lower-cased then is accepted, no library's variant.",
    ),
    Switch(
        "d2l.signature_status",
        403,
        "Status of a wrong app, user or signature; older handlers say 401.",
        choices=(403, 401),
    ),
    Switch("d2l.challenge", True, "The 401 of an expired or unknown bearer token carries WWW-Authenticate."),
    Switch(
        "d2l.insufficient_scope",
        "problem",
        "Body of a 403 for a missing scope; challenge adds WWW-Authenticate to problem.",
        choices=("problem", "errors", "text", "challenge"),
    ),
    Switch(
        "d2l.error_body",
        "problem",
        "Body of other 400s and 403s: problem+json, an Errors list, or for 400 a bare JSON text.",
        choices=("problem", "errors", "string"),
    ),
    Switch("d2l.token_life", 3600, "Seconds that an access token lives.", minimum=1),
    Switch("d2l.token_form", "jwt", "What an access token looks like.", choices=("jwt", "opaque")),
    Switch(
        "d2l.assertion_audience",
        "token_endpoint",
        "Accepted aud of a client assertion: the token endpoint, https://api.brightspace.com/auth/token, or both.",
        choices=("token_endpoint", "api", "both"),
    ),
    Switch(
        "d2l.refresh_reuse_revokes",
        False,
        "Using a refresh token again also ends the newest one of its chain.",
    ),
    # rate limit
    Switch("d2l.credits_per_minute", 50_000, "Credits of an application in each window.", minimum=0),
    Switch("d2l.request_cost", 10, "Credits that a request costs.", minimum=0),
    Switch("d2l.rate_limit_window", 60, "Seconds until an application's credits are back.", minimum=1),
    Switch("d2l.rate_limit_headers", True, "Answers carry the rate-limit headers."),
    # lists
    Switch("d2l.page_size", 20, "Objects on one page of an LTI Advantage list.", minimum=1),
    Switch("d2l.org_page_size", 100, "Items on one page of the org structure.", minimum=1),
    Switch(
        "d2l.next",
        "absolute",
        "Next is an absolute address, one without host, or (wrongly) one at another host.",
        choices=("absolute", "relative", "foreign"),
    ),
    Switch("d2l.list_shape", "page", "A list is an ObjectListPage, or one bare array.", choices=("page", "array")),
    Switch("d2l.code_match", "ignore_case", "How org unit codes match.", choices=("ignore_case", "exact")),
    # requests
    Switch(
        "d2l.unknown_fields",
        "ignore",
        "Fields that a version does not have, or no longer, in a request.",
        choices=("ignore", "reject"),
    ),
    Switch(
        "d2l.missing_field",
        "refuse",
        "A required field that is left out: 400, or its default.",
        choices=("refuse", "default"),
    ),
    Switch("d2l.put", "full", "PUT replaces everything, or keeps what was not sent.", choices=("full", "partial")),
    Switch("d2l.in_use_status", 400, "Status of deleting what is in use.", choices=(400, 403, 409)),
    Switch("d2l.domain_conflict", True, "Only one enabled registration for a domain."),
    Switch(
        "d2l.change_client_id",
        "refuse",
        "PUT of a deployment with another ClientId: 400, or the deployment moves.",
        choices=("refuse", "allow"),
    ),
    Switch(
        "d2l.change_deployment_id",
        "allow",
        "PUT of a link with another DeploymentId: 400, or the link moves.",
        choices=("refuse", "allow"),
    ),
    Switch("d2l.sharing_post", "refuse", "POST of a sharing rule that exists.", choices=("refuse", "upsert")),
    Switch(
        "d2l.link_without_share",
        "refuse",
        "A new link in an org unit that the deployment is not shared with.",
        choices=("refuse", "allow"),
    ),
    # answers
    Switch("d2l.extensions_key", "plain", "The key EnabledExtensions of deployments.", choices=("plain", "blank")),
    Switch("d2l.url_casing", "Url", "BrightspaceKeysetUrl (2026) or BrightspaceKeysetURL.", choices=("Url", "URL")),
    Switch("d2l.force_deep_linking", True, "Extension 2 is always on, as it is since LMS 20.25.11."),
    Switch(
        "d2l.removed_fields",
        "shown",
        "Fields removed from a version's requests in its answers.",
        choices=("shown", "omitted"),
    ),
    Switch("d2l.empty_keyset_url", "null", "KeysetUrl of a registration without.", choices=("null", "empty")),
    Switch("d2l.id_case", "lower", "Letters of GUIDs in answers.", choices=("lower", "upper")),
    Switch("d2l.id_type", "number", "Link and org unit ids in LTI answers.", choices=("number", "string")),
    Switch("d2l.extra_fields", True, "Every structure carries one field that no reference knows."),
    # launches
    Switch(
        "d2l.shared_token_service",
        True,
        "Registrations name the token service of all customers, which the sandbox is not; false: its own.",
    ),
    Switch(
        "d2l.removed_flags",
        "ignored",
        "Anonymous (LE 1.92), org unit and link information (LE 1.89) in launches of a platform whose newest version"
        " has no such field: as if off, on and on, or as stored.",
        choices=("ignored", "kept"),
    ),
    # sharing
    Switch(
        "d2l.inherited_parameter",
        "both",
        "Spellings of the inherited filter: incldueInherited and includeInherited, or one only.",
        choices=("both", "documented", "mended"),
    ),
    Switch("d2l.inherited_default", False, "Inherited sharing rows are listed when no parameter says."),
    Switch("d2l.inherited_null", False, "Inherited is null, not false, where inherited rows are off."),
    Switch("d2l.list_shared_links", True, "An org unit's links include the organisation's that it sees."),
)
