"""Registrations, versions, and what every structure has in common."""

from __future__ import annotations

import re
import uuid

import pytest

from tests.unit.sandbox.d2l_client import NOBODY, deployment, registration

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def test_what_a_registration_looks_like(d2l):
    answer = d2l.post("registration/", registration())
    assert answer.status_code == 200
    made = answer.json()
    assert GUID.fullmatch(made.pop("ClientId"))
    made.pop("SandboxNote")
    assert made == {
        **registration(),
        "EnabledExtensions": [1, 2, 3],
        "BrightspaceAudience": "https://api.brightspace.com/auth/token",
        "BrightspaceIssuer": d2l.base_url,
        "BrightspaceKeysetUrl": f"{d2l.base_url}/d2l/.well-known/jwks",
        "BrightspaceOAuth2AccessTokenUrl": "https://auth.brightspace.com/core/connect/token",
        "BrightspaceOIDCAuthenticationEndpoint": f"{d2l.base_url}/d2l/lti/authenticate",
    }


def test_create_read_replace_delete(d2l):
    where = f"registration/{d2l.post('registration/', registration()).json()['ClientId']}"
    assert d2l.get(where).json()["Name"] == "Sample Tool"
    assert d2l.get(where.upper().replace("REGISTRATION", "Registration")).status_code == 200
    changed = d2l.put(where, registration(Name="Other", IsEnabled=False, EnabledExtensions=[]))
    assert (changed.status_code, changed.json()["Name"]) == (200, "Other")
    assert d2l.get(where).json() == changed.json()
    gone = d2l.delete(where)
    assert (gone.status_code, gone.content) == (200, b"")
    for answer in (d2l.delete(where), d2l.get(where), d2l.put(where, registration())):
        assert (answer.status_code, answer.content) == (404, b"")


@pytest.mark.parametrize("nullable", ["Description", "KeysetUrl", "TargetLinkUri"])
def test_a_nullable_field_left_out_becomes_null(d2l, nullable):
    given = registration(
        Description="d", KeysetUrl="https://t.example/jwks", TargetLinkUri="https://t.example/", EnabledExtensions=[]
    )
    where = f"registration/{d2l.post('registration/', given).json()['ClientId']}"
    del given[nullable]
    assert d2l.put(where, given).json()[nullable] is None
    assert d2l.put(where, {**given, nullable: None}).json()[nullable] is None


REQUIRED = [name for name in registration() if name not in ("Description", "KeysetUrl", "TargetLinkUri")]


@pytest.mark.parametrize("name", REQUIRED)
def test_a_required_field_left_out_or_null_is_refused(d2l, name):
    where = f"registration/{d2l.post('registration/', registration(IsEnabled=False)).json()['ClientId']}"
    without = {key: value for key, value in registration().items() if key != name}
    for body in (without, registration(**{name: None})):
        for answer in (d2l.post("registration/", body), d2l.put(where, body)):
            assert answer.status_code == 400
            assert answer.headers["Content-Type"] == "application/problem+json; charset=UTF-8"
            problem = answer.json()
            assert problem["type"].endswith("apiprop.html#invalid-parameters")
            assert (problem["title"], problem["status"]) == ("Invalid Parameters", 400)
            assert name in problem["detail"]
    assert d2l.get(where).json()["IsEnabled"] is False


@pytest.mark.parametrize(
    "fields",
    [
        {"Name": ""},
        {"Name": " "},
        {"Name": "n" * 201},
        {"Name": 5},
        {"Description": "d" * 1001},
        {"Domain": ""},
        {"Domain": "d" * 2001},
        {"IsEnabled": "true"},
        {"IsEnabled": 1},
        {"RedirectUrls": []},
        {"RedirectUrls": ["http://tool.example.com/"]},
        {"RedirectUrls": ["https://*.example.com/"]},
        {"RedirectUrls": "https://tool.example.com/"},
        {"RedirectUrls": ["nothing"]},
        {"OpenIDConnectLoginUrl": "nothing"},
        {"OpenIDConnectLoginUrl": ""},
        {"KeysetUrl": None},
        {"KeysetUrl": ""},
        {"EnabledExtensions": [8]},
        {"EnabledExtensions": [0]},
        {"EnabledExtensions": ["1"]},
        {"EnabledExtensions": [True]},
        {"EnabledExtensions": 1},
        {"CustomParameters": {"a": "b"}},
        {"CustomParameters": [{"Name": "a"}]},
        {"CustomParameters": [{"Name": "a", "Value": 5}]},
        {"TargetLinkUri": "nothing"},
    ],
)
def test_values_that_cannot_be(d2l, sandbox, fields):
    assert d2l.post("registration/", registration(**fields)).status_code == 400
    assert sandbox.state("d2l")["registrations"] == {}


def test_names_may_be_as_long_as_they_may(d2l):
    given = registration(Name="n" * 200, Description="d" * 1000)
    assert d2l.post("registration/", given).json()["Name"] == "n" * 200


@pytest.mark.parametrize("body", ["[]", "5", "", "{"])
def test_a_body_that_is_no_object(d2l, body):
    answer = d2l.send("POST", "registration/", data=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400


def test_a_body_without_its_type(d2l):
    assert d2l.send("POST", "registration/", data="{}").status_code == 400


def test_fields_that_are_not_the_clients_are_ignored(d2l):
    made = d2l.post("registration/", registration(ClientId=NOBODY, Colour="red", name="lower case")).json()
    assert made["ClientId"] != NOBODY
    assert "Colour" not in made
    assert made["Name"] == "Sample Tool"


def test_extensions_are_a_set(d2l):
    assert d2l.post("registration/", registration(EnabledExtensions=[3, 1, 3])).json()["EnabledExtensions"] == [1, 2, 3]


def test_no_extension_needs_no_keyset(d2l):
    made = d2l.post("registration/", registration(EnabledExtensions=[], KeysetUrl=None))
    assert made.json()["EnabledExtensions"] == [2]
    assert made.json()["KeysetUrl"] is None


@pytest.mark.parametrize("domain", ["https://tool.example.com", "TOOL.example.com", "http://tool.example.com/"])
def test_one_enabled_registration_for_a_domain(d2l, domain):
    first = d2l.post("registration/", registration()).json()["ClientId"]
    assert d2l.post("registration/", registration(Domain=domain)).status_code == 400
    second = d2l.post("registration/", registration(Domain=domain, IsEnabled=False))
    assert second.status_code == 200
    where = f"registration/{second.json()['ClientId']}"
    assert d2l.put(where, registration(Domain=domain)).status_code == 400
    assert d2l.get(where).json()["IsEnabled"] is False
    assert d2l.put(f"registration/{first}", registration(Name="Renamed")).status_code == 200
    d2l.put(f"registration/{first}", registration(IsEnabled=False))
    assert d2l.put(where, registration(Domain=domain)).status_code == 200


def test_a_legacy_domain_blocks_a_registration(d2l):
    where = f"registration/{d2l.post('registration/', registration()).json()['ClientId']}/legacydomains/"
    assert d2l.get(where).json() == []
    assert d2l.post(where, ["old.example.com"]).json() == ["old.example.com"]
    assert d2l.post(where, ["older.example.com"]).json() == ["old.example.com", "older.example.com"]
    assert d2l.post("registration/", registration(Domain="https://old.example.com")).status_code == 400
    assert d2l.put(where, []).json() == []
    assert d2l.post("registration/", registration(Domain="https://old.example.com")).status_code == 200
    assert d2l.post(where, {"Domain": "x"}).status_code == 400


def test_a_registration_with_deployments_stays(d2l):
    client = d2l.post("registration/", registration()).json()["ClientId"]
    d2l.post("deployment/", deployment(client))
    refused = d2l.delete(f"registration/{client}")
    assert (refused.status_code, refused.json()["status"]) == (400, 400)
    assert d2l.get(f"registration/{client}").status_code == 200


def test_the_list_can_be_narrowed_by_enabled(d2l, d2l_seeds):
    on = d2l_seeds.registration()["ClientId"]
    off = d2l_seeds.registration(IsEnabled=False)["ClientId"]

    def listed(**query):
        return [one["ClientId"] for one in d2l.get("registration/", **query).json()["Objects"]]

    assert listed() == [on, off]
    assert listed(isEnabled="true") == [on]
    assert listed(ISENABLED="False") == [off]
    assert listed(domain="x") == [on, off]
    assert d2l.get("registration/", isEnabled="perhaps").status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "registration", f"registration/{NOBODY}/", "deployment", f"deployment/{NOBODY}/sharing",
        f"deployment/{NOBODY}/sharing/6606/", "links/organization", "links/organization/1/", "links/orgunit/6606",
        "registration//", "/d2l/api/versions", "/d2l/api/le/versions", "/d2l/api/le/versions/1.82/",
        "/d2l/api/lp/1.49/orgstructure", "/d2l/api/lp/1.49/orgstructure/6606/",
        "/d2l/api/lp/1.49/organization/info/", "/d2l/api/lp/1.49/users/whoami/", "nothing/", "/d2l/api/xx/1.0/y",
        "/d2l/api/le/1.82/", "/d2l/api/", "/d2l",
    ],
)  # fmt: skip
def test_slashes_and_unknown_routes(d2l, path):
    answer = d2l.get(path)
    assert (answer.status_code, answer.content) == (404, b"")


def test_a_verb_that_a_route_does_not_have(d2l):
    assert d2l.send("PATCH", "registration/", {}).status_code == 404
    assert d2l.post(f"registration/{NOBODY}", {}).status_code == 404


@pytest.mark.parametrize("version", ["1.74", "1.93", "1.9", "2.82", "1.082", "82", "x"])
def test_versions_that_are_not_supported(d2l, version):
    assert d2l.get(f"/d2l/api/le/{version}/ltiadvantage/registration/").status_code == 404
    assert d2l.send("GET", f"/d2l/api/le/{version}/ltiadvantage/registration/", token=None).status_code == 404


@pytest.mark.parametrize("version", ["1.75", "1.92", "unstable"])
def test_versions_that_are_supported(d2l, version):
    assert d2l.get(f"/d2l/api/le/{version}/ltiadvantage/registration/").status_code == 200


def test_versions_are_told_to_anyone(d2l):
    d2l.token = None
    products = {one["ProductCode"]: one for one in d2l.get("/d2l/api/versions/").json()}
    assert products["le"]["LatestVersion"] == "1.92"
    assert products["le"]["SupportedVersions"][:2] == ["1.75", "1.76"]
    assert products["lp"]["SupportedVersions"][-1] == "1.58"
    # The level of the LTI standard, which is no version of this API.
    assert products["lti"]["LatestVersion"] == "1.3"
    assert d2l.get("/d2l/api/LE/versions/").json() == products["le"]
    assert d2l.get("/d2l/api/le/versions/1.82").json() == {"Supported": True, "LatestVersion": "1.92"}
    assert d2l.get("/d2l/api/le/versions/1.74").json()["Supported"] is False
    assert d2l.get("/d2l/api/xx/versions/").status_code == 404


def test_versions_can_be_checked_together(d2l):
    d2l.token = None
    asked = [{"ProductCode": "le", "Version": "1.82"}, {"ProductCode": "lp", "Version": "1.2"}]
    answer = d2l.post("/d2l/api/versions/check", asked).json()
    assert answer["Supported"] is False
    assert [one["Supported"] for one in answer["Versions"]] == [True, False]
    assert d2l.post("/d2l/api/versions/check", asked[:1]).json()["Supported"] is True
    assert d2l.post("/d2l/api/versions/check", [{"ProductCode": "xx"}]).status_code == 400


def test_client_ids_are_all_different(d2l_seeds):
    ids = {d2l_seeds.registration()["ClientId"] for _again in range(5)}
    assert len({uuid.UUID(one) for one in ids}) == 5
