# Copyright: (c) 2026, edtech.lti contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""D2L Brightspace: what there is: org units, registrations, deployments, sharing rules, links.

Every section number in this file is one of docs/platforms/d2l.md.
"""

from __future__ import annotations

from ansible_collections.edtech.lti.plugins.module_utils import _errors
from ansible_collections.edtech.lti.plugins.module_utils._fields import Field, Fields
from ansible_collections.edtech.lti.plugins.module_utils._kinds import (
    Anything,
    Boolean,
    Collected,
    Guid,
    Integer,
    NamedNumber,
    Nullable,
    Pairs,
    Text,
)
from ansible_collections.edtech.lti.plugins.module_utils._lookup import store_of
from ansible_collections.edtech.lti.plugins.module_utils._platforms.d2l import (
    DEEP_LINKING,
    EXTENSIONS,
    LE,
    LP,
    D2lStore,
    guid,
    root_org_unit,
)
from ansible_collections.edtech.lti.plugins.module_utils._resource import Identity, Parent, Resource


def flag(name, wire, initial=False, **more):
    """A flag that a new object gets switched off, unless it is said otherwise."""
    return Field(name, Boolean(), wire=wire, initial=initial, **more)


def extensions():
    """Extensions by name; deep linking that only the server has is no difference (8)."""
    return Collected(EXTENSIONS, forced={DEEP_LINKING})


def parameters():
    return Field("custom_parameters", Pairs(), wire="CustomParameters", initial={})


class OrgUnitStore(D2lStore):
    """Org units are read one by one, or by what they are called: there may be many thousands (11)."""

    def normal(self, item):
        item = super().normal(item)
        if isinstance(item, dict) and isinstance(item.get("Type"), dict):
            item = {**item, **{f"Type{name}": value for name, value in item["Type"].items()}}
        return item

    def definitely_missing(self, error):
        return root_org_unit(self.client) is not None


ORG_UNIT = Resource(
    name="org_unit",
    title="org unit",
    path=f"{LP}/orgstructure/",
    id=Identity("org_unit_id", "Identifier"),
    product="lp",
    key=("code",),
    # 11: the other filters match parts of texts.
    query=lambda wish: {
        wire: wish[name]
        for name, wire in (
            ("code", "exactOrgUnitCode"),
            ("name", "exactOrgUnitName"),
            ("code_contains", "orgUnitCode"),
            ("name_contains", "orgUnitName"),
            ("type_id", "orgUnitType"),
        )
        if wish.get(name) is not None
    },
    store=OrgUnitStore,
    fields=Fields(
        *(
            Field(name, kind, wire=wire, writable=False)
            for name, kind, wire in (
                ("name", Text(), "Name"),
                ("code", Text(), "Code"),
                ("path", Text(), "Path"),
                ("type_id", Integer(), "TypeId"),
                ("type_code", Text(), "TypeCode"),
                ("type_name", Text(), "TypeName"),
            )
        )
    ),
)


def bare_domain(text):
    """A domain as it is compared when a registration is looked for (7): vendors write it in many ways."""
    return (text or "").strip().lower().rpartition("://")[2].rstrip("/")


class Domain(Text):
    """The domain of a tool; what is nothing but a scheme or blanks would stand for all of them."""

    def checked(self, value):
        if value and not bare_domain(value):
            raise ValueError(f"is no domain: {value!r}")
        return value


def registrations_meant(wish, found, exactly):
    """Which registrations a domain and a name stand for (7).

    The platform allows one enabled registration for a domain, so that one is meant, whatever it is
    called; unless a disabled one bears the very name as well, and then either might be.
    """
    domain, name = bare_domain(wish.get("domain")), wish.get("name")
    if not domain and wish.get("domain"):
        return []
    of_domain = [one for one in found if not domain or bare_domain(one["domain"]) == domain]
    named = [one for one in of_domain if one["name"] == name]
    enabled = [one for one in of_domain if one["enabled"]]
    if not name:
        return enabled or of_domain
    exact = [one for one in enabled if one in named]
    if not domain:
        return named
    # To disable what is called otherwise would stop its launches, and a disabled twin does no harm.
    if exactly or not enabled or wish.get("enabled") is False:
        return exact or named
    return exact or [*enabled, *named]


class RegistrationStore(D2lStore):
    """Deep linking that the server forces is no reason to refuse a registration without a key set (7)."""

    def whole(self, held, payload):
        whole = super().whole(held, payload)
        if whole.get("EnabledExtensions") == [int(DEEP_LINKING)] and not whole.get("KeysetUrl"):
            whole["EnabledExtensions"] = []
        return whole


BRIGHTSPACE = (
    ("brightspace_audience", "BrightspaceAudience"),
    ("brightspace_issuer", "BrightspaceIssuer"),
    ("brightspace_keyset_url", "BrightspaceKeysetUrl"),
    ("brightspace_oauth2_access_token_url", "BrightspaceOAuth2AccessTokenUrl"),
    ("brightspace_oidc_authentication_endpoint", "BrightspaceOIDCAuthenticationEndpoint"),
)

REGISTRATION = Resource(
    name="registration",
    title="registration",
    path=f"{LE}/registration/",
    id=guid("client_id", "ClientId"),
    product="le",
    key=("domain",),
    optional_key=("name",),
    choose=registrations_meant,
    labels="name",
    guarded=True,
    store=RegistrationStore,
    fields=Fields(
        Field("name", wire="Name", required=True),
        Field("description", Text(None), wire="Description"),
        Field("domain", Domain(), wire="Domain", required=True),
        Field("redirect_urls", Collected(), wire="RedirectUrls", required=True),
        Field("oidc_login_url", wire="OpenIDConnectLoginUrl", required=True),
        Field("keyset_url", Nullable(), wire="KeysetUrl", option={"no_log": False}),
        Field("target_link_uri", Nullable(), wire="TargetLinkUri"),
        flag("enabled", "IsEnabled", initial=True),
        Field("enabled_extensions", extensions(), wire="EnabledExtensions", initial=[]),
        flag("send_institution_role", "SendInstitutionRole"),
        parameters(),
        *(Field(name, wire=wire, writable=False) for name, wire in BRIGHTSPACE),
    ),
)

DEPLOYMENT = Resource(
    name="deployment",
    title="deployment",
    path=f"{LE}/deployment/",
    id=guid("deployment_id", "DeploymentId"),
    product="le",
    key=("name", "client_id"),
    parents=(
        Parent("client_id", {"registration_domain": "domain", "registration_name": "name"}, REGISTRATION, scope=True),
    ),
    query=lambda wish: {"clientId": wish["client_id"]} if wish.get("client_id") else {},
    store=D2lStore,
    fields=Fields(
        Field("name", wire="Name", required=True),
        Field("client_id", Guid(), wire="ClientId", required=True),
        Field("description", Text(None), wire="Description"),
        flag("enabled", "IsEnabled", initial=True),
        Field("enabled_extensions", extensions(), wire="EnabledExtensions", initial=[]),
        flag("anonymous", "Anonymous", until=(1, 92)),
        flag("send_org_unit_information", "SendOrgUnitInformation", until=(1, 89)),
        flag("send_user_first_name", "SendUserFirstName"),
        flag("send_user_middle_name", "SendUserMiddleName"),
        flag("send_user_last_name", "SendUserLastName"),
        flag("send_user_email", "SendUserEmail"),
        flag("send_d2l_user_id", "SendD2LUserId"),
        flag("send_d2l_username", "SendD2LUsername"),
        flag("send_d2l_org_defined_id", "SendD2LOrgDefinedId"),
        flag("send_link_title", "SendLinkTitle", until=(1, 89)),
        flag("send_link_description", "SendLinkDescription", until=(1, 89)),
        flag("pre_provisioning", "PreProvisioning"),
        parameters(),
        flag("open_as_external", "OpenAsExternal"),
        flag("include_in_final_grade", "IncludeInFinalGrade"),
        flag("auto_migrate_links", "AutoMigrateLinks", since=(1, 67)),
        flag("auto_create_grade", "AutoCreateGrade", since=(1, 68)),
        Field("enabled_notice_types", Collected(Integer()), wire="EnabledNoticeTypes", initial=[], since=(1, 76)),
        Field("available_extensions", extensions(), wire="AvailableExtensions", writable=False, volatile=True),
        Field("available", Boolean(), wire="IsAvailable", writable=False, volatile=True),
        Field("notice_handlers", Anything(), wire="NoticeHandlers", writable=False, volatile=True),
    ),
)
ABOUT_THE_USER = tuple(
    f"send_{what}"
    for what in (
        "user_first_name",
        "user_middle_name",
        "user_last_name",
        "user_email",
        "d2l_user_id",
        "d2l_username",
        "d2l_org_defined_id",
    )
)
"""8: what these say counts for nothing while a deployment is anonymous."""


FLAGS = ("ShareWithOrgUnit", "ShareWithDescendants")


class SharingStore(D2lStore):
    """Rules of one deployment, each for one org unit (9)."""

    def all(self, wish=None, *, inherited=False):
        """:param inherited: with the rules that an org unit has from an ancestor; they can only be read there."""
        query = {**self.resource.query(wish or {}), "incldueInherited": inherited, "includeInherited": inherited}
        try:
            answers = self.client.pages(self._path, query)
        except _errors.NotFoundError as error:
            if store_of(self.client, DEPLOYMENT.edition(self.client)).get(self.scope["deployment_id"]) is not None:
                raise
            raise _errors.ParentMissingError(
                f"there is no deployment with id {self.scope['deployment_id']}",
                hint="Check deployment_id.",
                **error.of_request(),
            ) from error
        found = {}
        for item in (item for answer in answers for item in self.listed(answer)):
            if inherited or not item["Inherited"]:
                found[self.resource.id.on_wire(item), item["Inherited"]] = item
        return list(found.values())

    def get(self, object_id):
        held = self.all({"org_unit_id": object_id})
        return next((item for item in held if self.resource.id.is_of(item, object_id)), None)

    def update(self, object_id, payload):
        """9: an update carries two fields, and its answer does not say whether the rule is inherited."""
        held = self.get(object_id)
        if held is None:
            return None
        return self.put(object_id, {**{name: held[name] for name in FLAGS if name in held}, **payload})

    def create(self, payload):
        made = super().create(payload)
        return self._asked_for(payload["SharingOrgUnitId"], made)

    def put(self, object_id, both):
        """Give a rule that is known to exist its two flags."""
        item = self.unwrapped(self.client.write("PUT", self._member(object_id), both))
        if item is None:
            return self.normal({"SharingOrgUnitId": object_id, **both})
        return self._asked_for(object_id, item)

    def normal(self, item):
        item = super().normal(item)
        if not isinstance(item, dict):
            return item
        return {**item, "Inherited": item.get("Inherited") is True, "DeploymentId": self.scope["deployment_id"]}


SHARING_RULE = Resource(
    name="sharing_rule",
    title="sharing rule",
    path=f"{LE}/deployment/{{deployment_id}}/sharing/",
    id=Identity("org_unit_id", "SharingOrgUnitId", chosen=True),
    product="le",
    key=("org_unit_id",),
    labels="org_unit_code",
    parents=(
        Parent("deployment_id", {}, DEPLOYMENT, scope=True),
        Parent("org_unit_id", {"org_unit_code": "code"}, ORG_UNIT, scope=True, ours=False, trusted=True),
    ),
    query=lambda wish: {"orgUnitId": wish["org_unit_id"]} if wish.get("org_unit_id") else {},
    guarded=True,
    store=SharingStore,
    fields=Fields(
        Field("deployment_id", Guid(), wire="DeploymentId", sent=False, option={"required": True}),
        Field("org_unit_id", Integer(), wire="SharingOrgUnitId", required=True),
        Field("share_with_org_unit", Boolean(), wire="ShareWithOrgUnit", required=True),
        Field("share_with_descendants", Boolean(), wire="ShareWithDescendants", required=True),
        Field("inherited", Boolean(), wire="Inherited", writable=False, predicted=False),
    ),
)


class LinkStore(D2lStore):
    """Links of the organization, or of one org unit; each belongs to exactly one (10)."""

    def __init__(self, client, resource, scope=None):
        unit = (scope or {}).get("org_unit_id")
        super().__init__(client, resource, {"org_unit_id": f"orgunit/{unit}" if unit else "organization"})
        self._unit = unit
        self._owner = str(unit) if unit else None

    def all(self, wish=None):
        return [item for item in super().all(wish) if self._is_ours(item)]

    def get(self, object_id):
        """:raises InvalidError: for a link that belongs to another org unit and only is seen here."""
        item = super().get(object_id)
        if item is not None and not self._is_ours(item):
            raise _errors.InvalidError(
                f"link {object_id} belongs to org unit {item['OwnerOrgUnitId']}, and is only seen here",
                hint=f"Give org_unit_id: {item['OwnerOrgUnitId']} (or neither org_unit_id nor org_unit_code for a link"
                " of the organization).",
            )
        return item

    def _is_ours(self, item):
        owner = item.get("OwnerOrgUnitId")
        if owner is None:
            return True
        if self._owner is None:
            # Without leave to ask, the address has to do: it serves links of the organization only.
            self._owner = root_org_unit(self.client) or str(owner)
        return str(owner) == self._owner

    def normal(self, item):
        item = super().normal(item)
        return {**item, "(level)": self._unit} if isinstance(item, dict) else item


def links_meant(wish, found, exactly):
    """Links of a deployment by name; where several bear it, by address as well (10)."""
    same = LINK.fields["deployment_id"].same
    of_deployment = [link for link in found if same(link["deployment_id"], wish.get("deployment_id"))]
    named = [link for link in of_deployment if link["name"] == wish.get("name")]
    narrowed = [link for link in named if link["url"] == wish.get("url")]
    if exactly and wish.get("url"):
        return narrowed
    return narrowed if len(named) > 1 and narrowed else named


LINK = Resource(
    name="link",
    title="link",
    path=f"{LE}/links/{{org_unit_id}}/",
    id=Identity("link_id", "LinkId"),
    product="le",
    key=("name", "deployment_id"),
    optional_key=("url",),
    choose=links_meant,
    parents=(
        Parent("deployment_id", {}, DEPLOYMENT, scope=True, trusted=True),
        Parent("org_unit_id", {"org_unit_code": "code"}, ORG_UNIT, scope=True, optional=True, ours=False, trusted=True),
    ),
    query=lambda wish: {"deploymentId": wish["deployment_id"]} if wish.get("deployment_id") else {},
    store=LinkStore,
    fields=Fields(
        Field("org_unit_id", Integer(), wire="(level)", sent=False),
        Field("deployment_id", Guid(), wire="DeploymentId", required=True),
        Field("name", wire="Name", required=True),
        Field("description", Text(None), wire="Description"),
        Field("url", wire="URL", required=True),
        Field(
            "type",
            NamedNumber(
                {
                    1: "basic",
                    2: "widget",
                    3: "quicklink",
                    4: "insert_stuff",
                    5: "quiz_builder",
                    6: "activity_read_only",
                }
            ),
            wire="Type",
            initial="basic",
            clearable=False,
        ),
        flag("enabled", "IsEnabled", initial=True),
        Field("height", Integer(None), wire="Height"),
        Field("width", Integer(None), wire="Width"),
        parameters(),
        Field("available", Boolean(), wire="IsAvailable", writable=False, volatile=True),
        Field("owner_org_unit_id", Integer(), wire="OwnerOrgUnitId", writable=False),
    ),
)
