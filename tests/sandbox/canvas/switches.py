"""The eras and open questions of Canvas (`docs/platforms/canvas.md`, sections 0.2, 10.3 and 12)."""

from __future__ import annotations

from ..switches import Switch

SWITCHES = (
    # eras and flags
    Switch(
        "canvas.era",
        "D",
        "The server's age: A to early 2024, B 2024, C 2025, D 2026.",
        choices=("D", "C", "B", "A"),
    ),
    Switch("canvas.initial_binding", "off", "State of a new key's binding.", choices=("off", "on")),
    Switch(
        "canvas.lock_lti_registrations",
        False,
        "Installing by client id is refused while lock_deploying of the registration is true.",
    ),
    Switch("canvas.auto_deploy", False, "A new key comes with one tool in its account, unavailable and not listed."),
    Switch(
        "canvas.lti_registrations_next",
        False,
        "The routes for deployments and controls, and resetting overlays, exist; auto_deploy implies it.",
    ),
    Switch(
        "canvas.lti_deactivate_registrations",
        False,
        "A key is usable when its registration is active, not when its binding is on; inherited bindings can go.",
    ),
    Switch(
        "canvas.registrations_api",
        "era",
        "The routes of lti_registrations exist; era: in C and D.",
        choices=("era", "on", "off"),
    ),
    Switch("canvas.sub_account_access", False, "Sub-accounts may read lti_registrations."),
    Switch(
        "canvas.domain_restriction",
        False,
        "Keys are changed by PUT developer_keys and DELETE in the account of the host only, else 403.",
    ),
    Switch(
        "canvas.site_admin_permission",
        False,
        "Keys of the site admin are changed only with the permission modify_site_admin_developer_keys.",
    ),
    # ids and clock
    Switch("canvas.shard", 1, "The shard in global ids; 0: global ids are local ones.", minimum=0, maximum=99999),
    Switch(
        "canvas.string_ids",
        "accept",
        "Ids as texts: when the Accept header says so, always, or never.",
        choices=("accept", "always", "never"),
    ),
    Switch("canvas.clock_offset", 0, "Seconds that the platform's clock is ahead of this machine's."),
    # statuses
    Switch(
        "canvas.permission_status",
        "era",
        "Status for want of a permission; era: 403 in D, 401 before.",
        choices=("era", "403", "401"),
    ),
    Switch(
        "canvas.throttle_status",
        "era",
        "Status of a throttled request; era: 429 in D, 403 before.",
        choices=("era", "429", "403"),
    ),
    Switch(
        "canvas.binding_status",
        "era",
        "inverted: 200 for a new binding, 201 for a changed one; classic the other way round; era: inverted in D.",
        choices=("era", "inverted", "classic"),
    ),
    Switch(
        "canvas.key_off_body",
        "hash",
        "Body of the 422 when a tool is installed by a key that is off.",
        choices=("hash", "list", "text", "message", "empty"),
    ),
    Switch(
        "canvas.scopes_at_create",
        "accept",
        "developer_key.scopes sent when a configuration is created: accepted, or a 500.",
        choices=("accept", "fail"),
    ),
    # throttling
    Switch("canvas.high_water_mark", 600, "Units in a token's bucket above which it is throttled.", minimum=1),
    Switch("canvas.outflow", 10, "Units that leave a bucket each second.", minimum=0),
    Switch("canvas.request_cost", 37, "Thousandths of a unit that a request costs.", minimum=0),
    Switch("canvas.require_user_agent", False, "A request without User-Agent is refused."),
    # lists
    Switch("canvas.link_header_bug", False, "Links of the list of keys lack /api/v1, as until 2025."),
    Switch(
        "canvas.page_tokens",
        "number",
        "What page is in the links: a number or an opaque bookmark.",
        choices=("number", "bookmark"),
    ),
    Switch("canvas.last_link", True, "The links include last."),
    Switch("canvas.link_host", "own", "Links lead to this host, or (wrongly) to another.", choices=("own", "foreign")),
    Switch("canvas.id_filter", True, "The list of keys can be narrowed by id; older servers ignore that."),
    # answers
    Switch("canvas.api_key", "full", "api_key of a key in answers.", choices=("full", "masked")),
    Switch("canvas.test_cluster_only", False, "Keys show test_cluster_only, as on hosted Canvas."),
    Switch(
        "canvas.unset_settings",
        "null",
        "Settings without a value: null, left out, or null with {} for public_jwk, as some 2025 answers have it.",
        choices=("null", "absent", "empty"),
    ),
    Switch(
        "canvas.placement_order",
        "sent",
        "The order in which settings list the placements.",
        choices=("sent", "sorted", "reversed"),
    ),
    Switch("canvas.extra_fields", False, "Keys, configurations, tools and registrations carry an unknown field."),
    # launches
    Switch(
        "canvas.issuer",
        "https://canvas.instructure.com",
        "The issuer of launches, which is not the host; where Canvas is one's own, it is what its configuration says.",
    ),
    # background work and ageing
    Switch(
        "canvas.propagation_delay",
        "0",
        "How long installed tools stay as they were after a change: a number of requests, or seconds like 2s.",
        pattern=r"\d{1,6}s?",
    ),
    Switch("canvas.revive_redirect_uris", True, "Writing a redirect URI again makes it active again."),
)
