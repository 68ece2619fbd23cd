"""The open questions of LumiNUS (`docs/platforms/luminus.md`, section 7)."""

from __future__ import annotations

from ..switches import Switch

SWITCHES = (
    Switch("luminus.clock_offset", 0, "Seconds that the platform's clock is ahead of this machine's."),
    Switch("luminus.rate_limit", 0, "Calls of a subscription in any rate_window; 0: no limit.", minimum=0),
    Switch("luminus.rate_window", 60, "Seconds of the sliding window of the rate limit.", minimum=1, maximum=300),
    Switch("luminus.quota", 0, "Calls of a subscription in a quota_period; 0: no quota.", minimum=0),
    Switch("luminus.quota_period", 604800, "Seconds until a quota is replenished.", minimum=1),
    Switch("luminus.quota_retry_after", True, "The 403 of a used-up quota carries Retry-After."),
    Switch("luminus.challenge_space", False, "The gateway's challenge has a blank after its commas."),
    Switch(
        "luminus.bearer_challenge",
        "twice",
        "The challenge of a 401 for the bearer token: twice in one header, once, or not at all.",
        choices=("twice", "once", "none"),
    ),
    Switch(
        "luminus.without_bearer",
        "refuse",
        "A request with a subscription key and no bearer token: 401, or as if from an LTI administrator.",
        choices=("refuse", "admin"),
    ),
    Switch(
        "luminus.withheld",
        "omit",
        "The five fields that students do not see: left out, empty (texts and lists), or null.",
        choices=("omit", "empty", "null"),
    ),
    Switch("luminus.absent", "omit", "Fields without a value: left out, or empty.", choices=("omit", "empty")),
    Switch(
        "luminus.no_id", "zero", "resourceID and parentID of nothing: zero GUID, or left out.", choices=("zero", "omit")
    ),
    Switch("luminus.rights", False, "Providers carry the rights object `access`, as other resources do."),
    Switch(
        "luminus.unknown_populate",
        "ignore",
        "An entity in populate that providers do not have: ignored, or 400.",
        choices=("ignore", "refuse"),
    ),
    Switch(
        "luminus.admin_sees_modules",
        True,
        "LTI administrators read the providers of modules that they are not in.",
    ),
    Switch(
        "luminus.invalid_body",
        "object",
        "Body of a 400: messages by field, a JSON text, or empty.",
        choices=("object", "string", "empty"),
    ),
    Switch(
        "luminus.error_body",
        "string",
        "Body of LumiNUS's own 403, 404 and 500: a JSON text, messages by field, or empty.",
        choices=("string", "object", "empty"),
    ),
    Switch(
        "luminus.spurious_400",
        0,
        "How often each correct request gets 400 before its answer, over and over.",
        minimum=0,
    ),
    Switch(
        "luminus.failure",
        "none",
        "Every admitted request fails with 500: of LumiNUS, or of the gateway.",
        choices=("none", "backend", "gateway"),
    ),
    Switch(
        "luminus.token_failure",
        200,
        "The token route's refusals: 200 with text/plain, 400 with JSON (before 2019), 500 and empty.",
        choices=(200, 400, 500),
    ),
    Switch("luminus.token_life", 86400, "Seconds that an access token lives.", minimum=1),
)
