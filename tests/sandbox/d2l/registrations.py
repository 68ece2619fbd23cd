"""Tool registrations (`docs/platforms/d2l.md`, section 7)."""

from __future__ import annotations

import uuid

from .answers import Refusal, answer, invalid, not_found, nothing
from .call import Call
from .fields import Field, address, boolean, custom_parameters, numbers, read_structure, redirect_urls, text
from .paging import object_list
from .permissions import MANAGE_REGISTRATIONS

DEEP_LINKING = 2
# The first version that is sure to have the fields that came in later.
SURE = (1, 75)

AUDIENCE = "https://api.brightspace.com/auth/token"
TOKEN_URL = "https://auth.brightspace.com/core/connect/token"

extensions = numbers(1, 7)

FIELDS = (
    Field("IsEnabled", boolean, default=False),
    Field("Name", text(200, required=True), default=""),
    Field("Description", text(1000), nullable=True),
    Field("Domain", text(2000, required=True), default=""),
    Field("RedirectUrls", redirect_urls, default=[]),
    Field("OpenIDConnectLoginUrl", address(), default=""),
    Field("KeysetUrl", address(empty=True), nullable=True),
    Field("EnabledExtensions", extensions, default=[]),
    Field("SendInstitutionRole", boolean, default=False),
    Field("CustomParameters", custom_parameters, default=[], optional_before=SURE),
    Field("TargetLinkUri", address(empty=True), nullable=True),
)


def index(call: Call):
    """List registrations."""
    call.require(MANAGE_REGISTRATIONS)
    enabled = call.flag("isenabled")
    records = (one for one in call.state["registrations"].values() if enabled in (None, one["IsEnabled"]))
    return object_list(call, records, shown)


def show(call: Call):
    """Show one registration."""
    call.require(MANAGE_REGISTRATIONS)
    return answer(shown(call, call.find("registrations", "clientid")))


def create(call: Call):
    """Register a tool."""
    call.require(MANAGE_REGISTRATIONS)
    values = _read(call)
    record = {"ClientId": str(uuid.uuid4()), **values, "LegacyDomains": [], "order": call.next_number("order")}
    call.state["registrations"][record["ClientId"]] = record
    return answer(shown(call, record))


def update(call: Call):
    """Replace a registration."""
    call.require(MANAGE_REGISTRATIONS)
    record = call.find("registrations", "clientid")
    record.update(_read(call, record))
    return answer(shown(call, record))


def destroy(call: Call):
    """Delete a registration, unless it has deployments."""
    call.require(MANAGE_REGISTRATIONS)
    record = call.find("registrations", "clientid")
    if any(one["ClientId"] == record["ClientId"] for one in call.state["deployments"].values()):
        raise in_use(call, "The registration still has deployments.")
    del call.state["registrations"][record["ClientId"]]
    return nothing()


def legacy_domains(call: Call):
    """List the legacy domains of a registration."""
    call.require(MANAGE_REGISTRATIONS)
    return answer(call.find("registrations", "clientid")["LegacyDomains"])


def write_legacy_domains(call: Call):
    """Add (POST) or replace (PUT) legacy domains, a list of texts; their shape is a guess."""
    call.require(MANAGE_REGISTRATIONS)
    record = call.find("registrations", "clientid")
    given = call.body
    if not isinstance(given, list) or not all(isinstance(one, str) and one.strip() for one in given):
        raise invalid("The body must be a list of domains.")
    kept = record["LegacyDomains"] if call.request is not None and call.request.method == "POST" else []
    record["LegacyDomains"] = list(dict.fromkeys([*kept, *given]))
    return answer(record["LegacyDomains"])


def shown(call: Call, record: dict) -> dict:
    """Return RegistrationData."""
    values = {field.name: record[field.name] for field in FIELDS}
    values["EnabledExtensions"] = with_deep_linking(call, record["EnabledExtensions"])
    if not record["KeysetUrl"]:
        values["KeysetUrl"] = "" if call.switch("empty_keyset_url") == "empty" else None
    host = call.request.host_url.rstrip("/") if call.request is not None else "https://sandbox.example"
    casing = call.switch("url_casing")
    return call.structure(
        {
            "ClientId": call.guid(record["ClientId"]),
            **values,
            "BrightspaceAudience": AUDIENCE,
            "BrightspaceIssuer": host,
            f"BrightspaceKeyset{casing}": f"{host}/d2l/.well-known/jwks",
            f"BrightspaceOAuth2AccessToken{casing}": token_url(call, host),
            "BrightspaceOIDCAuthenticationEndpoint": f"{host}/d2l/lti/authenticate",
        }
    )


def token_url(call: Call, host: str) -> str:
    """Return where tools get their tokens, of the platform at `host`."""
    return TOKEN_URL if call.switch("shared_token_service") else f"{host}/core/connect/token"


def with_deep_linking(call: Call, enabled: list[int]) -> list[int]:
    """Return `enabled` with what the platform forces on."""
    return sorted({*enabled, DEEP_LINKING}) if call.switch("force_deep_linking") else enabled


def in_use(call: Call, detail: str) -> Refusal:
    """Return the refusal of deleting what something else needs."""
    status = call.switch("in_use_status")
    return Refusal(status, "not-authorized" if status == 403 else "invalid-parameters", detail)


def normalised_domain(domain: str) -> str:
    """Return `domain` as it is compared: no scheme, no slash at the end, lower case."""
    plain = domain.strip().lower()
    for scheme in ("https://", "http://"):
        plain = plain.removeprefix(scheme)
    return plain.rstrip("/")


def registration_of(call: Call, client_id: str) -> dict:
    """Return the registration with `client_id`, or refuse with 404."""
    record = call.state["registrations"].get(client_id)
    if record is None:
        raise not_found()
    return record


def _read(call: Call, stored: dict | None = None) -> dict:
    values = read_structure(call, FIELDS, stored)
    if values["EnabledExtensions"] and not values["KeysetUrl"]:
        raise invalid("KeysetUrl is required when an extension is enabled.")
    if values["IsEnabled"] and call.switch("domain_conflict"):
        _check_domain(call, values["Domain"], stored)
    return values


def _check_domain(call: Call, domain: str, stored: dict | None) -> None:
    wanted = normalised_domain(domain)
    for other in call.state["registrations"].values():
        if stored is not None and other["ClientId"] == stored["ClientId"]:
            continue
        legacy = {normalised_domain(one) for one in other["LegacyDomains"]}
        taken = other["IsEnabled"] and normalised_domain(other["Domain"]) == wanted
        if taken or wanted in legacy:
            raise invalid(f"The domain {domain} is already used by another registration.")
