"""Each switch of Brightspace changes what it says, and every switch is tried here."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import requests

from tests.sandbox.d2l.switches import SWITCHES
from tests.unit.sandbox.d2l_client import LTI, NOBODY, TOKEN, deployment, link, registration, rule

TRIED: set[str] = set()
UNITS = "/d2l/api/lp/1.49/orgstructure/"


def switches(*names: str):
    """Mark a test as trying these switches."""
    TRIED.update(f"d2l.{name}" for name in names)
    return lambda test: test


@pytest.fixture
def turn(sandbox):
    """A function that sets switches by their last word."""
    return lambda **values: sandbox.switches({f"d2l.{name}": value for name, value in values.items()})


@pytest.fixture
def one(d2l, deployed):
    """A registration and deployment, and the addresses of both."""
    client = d2l.get("deployment/").json()["Objects"][0]["ClientId"]
    return {"client": client, "registration": f"registration/{client}", "deployment": f"deployment/{deployed}"}


@switches("le_versions", "lp_versions")
def test_versions(d2l, turn):
    turn(le_versions="1.40-1.42,1.50", lp_versions="1.9,1.46")
    products = {row["ProductCode"]: row for row in d2l.get("/d2l/api/versions/").json()}
    assert products["le"]["SupportedVersions"] == ["1.40", "1.41", "1.42", "1.50"]
    assert (products["lp"]["SupportedVersions"], products["lp"]["LatestVersion"]) == (["1.9", "1.46"], "1.46")
    assert d2l.get("/d2l/api/le/1.41/ltiadvantage/registration/").status_code == 200
    assert d2l.get("/d2l/api/le/1.82/ltiadvantage/registration/").status_code == 404
    assert d2l.get("/d2l/api/lp/1.9/organization/info").status_code == 200


@switches("later_routes")
def test_later_routes(d2l, d2l_seeds, turn, deployed):
    d2l_seeds.sharing_rule(deployed)
    number = d2l_seeds.link(deployed)["LinkId"]
    paths = [f"deployment/{deployed}/sharing/6606", f"deployment/{deployed}/links/summaries/", "migration/jobs/"]
    assert [d2l.get(path).status_code for path in paths] == [200] * 3
    turn(later_routes=False)
    assert [d2l.get(path).status_code for path in paths] == [404] * 3
    assert d2l.delete(f"links/organization/{number}").status_code == 404
    turn(later_routes=True, le_versions="1.74")
    assert d2l.get(f"/d2l/api/le/1.74/ltiadvantage/{paths[0]}").status_code == 404
    assert d2l.get(f"/d2l/api/le/1.74/ltiadvantage/deployment/{deployed}").status_code == 200


@switches("unknown_route")
def test_unknown_route(d2l, turn):
    turn(unknown_route="403")
    answer = d2l.get("registration")
    assert answer.status_code == 403
    assert answer.json() == {"Errors": [{"Message": "No scopes defined for specified requests."}]}
    assert d2l.signed("GET", "registration").status_code == 404
    assert d2l.get(f"registration/{NOBODY}").content == b""


@switches("clock_offset", "clock_window")
def test_clock(d2l, turn):
    turn(clock_offset=3600)
    refused = d2l.signed("GET", "registration/")
    told = int(refused.text.split("\r\n")[1])
    assert abs(told - time.time() - 3600) < 5
    assert d2l.signed("GET", "registration/", at=told).status_code == 200
    turn(clock_offset=0, clock_window=30)
    assert d2l.signed("GET", "registration/", at=time.time() - 60).status_code == 403
    assert d2l.signed("GET", "registration/", at=time.time() - 20).status_code == 200


@switches("strict_signature", "signature_status")
def test_signatures(d2l, turn):
    # The client lower-cases before it decodes, which strictly is the wrong order.
    path = "deployment/%C3%89"
    assert d2l.signed("GET", path).status_code == 404
    turn(strict_signature=True, signature_status=401)
    answer = d2l.signed("GET", path)
    assert (answer.status_code, answer.text) == (401, "Invalid token")
    assert d2l.signed("GET", "registration/").status_code == 200


@switches("challenge")
def test_challenge(d2l, turn):
    turn(challenge=False)
    answer = d2l.send("GET", "registration/", token="wrong")
    assert answer.status_code == 401
    assert "WWW-Authenticate" not in answer.headers


@switches("insufficient_scope")
@pytest.mark.parametrize("form", ["problem", "errors", "text", "challenge"])
def test_insufficient_scope(d2l, turn, form):
    turn(insufficient_scope=form, error_body="errors")
    answer = d2l.send("POST", "registration/", {}, token="d2l-demo-readonly")
    assert answer.status_code == 403
    assert "Insufficient scope to call" in answer.text
    assert answer.headers.get("WWW-Authenticate") == (
        'Bearer error="insufficient_scope"' if form == "challenge" else None
    )
    kinds = {"text": "text/plain", "errors": "application/json"}
    assert answer.headers["Content-Type"].startswith(kinds.get(form, "application/problem+json"))
    if form == "errors":
        assert set(answer.json()) == {"Errors"}


@switches("error_body")
@pytest.mark.parametrize("form", ["errors", "string"])
def test_error_body(d2l, turn, form):
    turn(error_body=form)
    bad = d2l.post("registration/", {})
    assert (bad.status_code, bad.headers["Content-Type"]) == (400, "application/json; charset=UTF-8")
    text = bad.json() if form == "string" else bad.json()["Errors"][0]["Message"]
    assert text == "IsEnabled is required."
    forbidden = d2l.send("GET", "registration/", token="d2l-plain-token")
    assert (forbidden.status_code, forbidden.json()) == (403, {"Errors": [{"Message": "Not Authorized"}]})
    assert d2l.send("GET", "registration/", token="x").json()["title"] == "Unauthorized"


@switches("token_life", "token_form")
def test_tokens(d2l, turn):
    turn(token_life=2, token_form="opaque")
    form = {"client_id": "d2l-demo-oauth-app", "client_secret": "d2l-demo-oauth-secret"}
    given = d2l.grant(grant_type="refresh_token", refresh_token="d2l-demo-refresh-token", **form).json()
    assert given["expires_in"] == 2
    assert "." not in given["access_token"]
    assert d2l.send("GET", "registration/", token=given["access_token"]).status_code == 200
    turn(clock_offset=3)
    assert d2l.send("GET", "registration/", token=given["access_token"]).status_code == 401


@switches("assertion_audience")
def test_assertion_audience(d2l, d2l_seeds, turn):
    key = d2l_seeds.new_client_key("ES256")
    api, world = "https://api.brightspace.com/auth/token", "https://auth.brightspace.com/core/connect/token"

    def accepted():
        given = (api, world, d2l.base_url + TOKEN, ["x", api])
        return [d2l.prove(d2l.assertion(key, "ES256", aud=aud)).status_code == 200 for aud in given]

    assert accepted() == [False, True, True, False]
    turn(assertion_audience="api")
    assert accepted() == [True, False, False, True]
    turn(assertion_audience="both")
    assert accepted() == [True, True, True, True]


@switches("refresh_reuse_revokes")
def test_refresh_reuse_revokes(d2l, turn):
    turn(refresh_reuse_revokes=True)
    form = {
        "grant_type": "refresh_token",
        "client_id": "d2l-demo-oauth-app",
        "client_secret": "d2l-demo-oauth-secret",
    }
    newest = d2l.grant(refresh_token="d2l-demo-refresh-token", **form).json()["refresh_token"]
    assert d2l.grant(refresh_token="d2l-demo-refresh-token", **form).status_code == 400
    assert d2l.grant(refresh_token=newest, **form).json()["error"] == "invalid_grant"


@switches("credits_per_minute", "request_cost", "rate_limit_window", "rate_limit_headers")
def test_rate_limit(d2l, turn):
    turn(credits_per_minute=60, request_cost=25, rate_limit_window=1)
    answers = [d2l.get("registration/") for _again in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [answer.headers.get("X-Rate-Limit-Remaining") for answer in answers] == ["35", "10", None]
    assert answers[2].headers["Retry-After"] == "1"
    time.sleep(1.01)
    turn(rate_limit_headers=False)
    answer = d2l.get("registration/")
    assert answer.status_code == 200
    assert not [name for name in answer.headers if name.lower().startswith("x-")]


@switches("page_size", "next", "list_shape")
def test_lists(d2l, d2l_seeds, turn):
    for _again in range(3):
        d2l_seeds.registration()
    turn(page_size=2)
    page = d2l.get("registration/").json()
    assert len(page["Objects"]) == 2
    turn(next="relative")
    following = d2l.get("registration/").json()["Next"]
    assert following.startswith(f"{LTI}/registration/?")
    assert len(d2l.get(following).json()["Objects"]) == 1
    turn(next="foreign")
    assert d2l.get("registration/").json()["Next"].startswith("https://elsewhere.example/")
    turn(list_shape="array")
    assert len(d2l.get("registration/").json()) == 3


@switches("org_page_size", "code_match")
def test_org_structure(d2l, turn):
    turn(org_page_size=2, code_match="exact")
    assert len(d2l.get(UNITS).json()["Items"]) == 2
    assert [row["Code"] for row in d2l.get(UNITS, exactOrgUnitCode="chem-201").json()["Items"]] == ["chem-201"]
    assert d2l.get(UNITS, exactOrgUnitName="calculus i").json()["Items"] == []


@switches("unknown_fields")
def test_unknown_fields(d2l, turn, one):
    turn(unknown_fields="reject")
    answer = d2l.put(one["registration"], registration(Colour="red"))
    assert answer.status_code == 400
    assert "Colour" in answer.json()["detail"]
    late = "/d2l/api/le/1.92/ltiadvantage/deployment/"
    assert "Anonymous" in d2l.post(late, deployment(one["client"])).json()["detail"]
    assert d2l.post("deployment/", deployment(one["client"])).status_code == 200


@switches("missing_field")
def test_missing_field(d2l, turn):
    turn(missing_field="default")
    made = d2l.post("registration/", {"Name": "Bare"}).json()
    assert (made["IsEnabled"], made["RedirectUrls"], made["Domain"]) == (False, [], "")
    assert d2l.post("registration/", {"Name": None}).status_code == 400


@switches("put")
def test_put(d2l, turn, one):
    d2l.put(one["registration"], registration(Description="kept"))
    turn(put="partial")
    changed = d2l.put(one["registration"], {"Name": "Only this"}).json()
    assert (changed["Name"], changed["Description"], changed["IsEnabled"]) == ("Only this", "kept", True)
    assert d2l.put(one["registration"], {"Description": None}).json()["Description"] is None
    assert d2l.post("registration/", {"Name": "Only this"}).status_code == 400


@switches("in_use_status")
@pytest.mark.parametrize("status", [403, 409])
def test_in_use_status(d2l, d2l_seeds, turn, one, deployed, status):
    turn(in_use_status=status)
    d2l_seeds.link(deployed)
    for path in (one["registration"], one["deployment"]):
        answer = d2l.delete(path)
        assert answer.status_code == status
        assert answer.json()["status"] == status
        assert d2l.get(path).status_code == 200


@switches("domain_conflict")
def test_domain_conflict(d2l, turn):
    turn(domain_conflict=False)
    assert [d2l.post("registration/", registration()).status_code for _again in range(2)] == [200, 200]


@switches("change_client_id", "change_deployment_id")
def test_moving(d2l, d2l_seeds, turn, one, deployed):
    turn(change_client_id="allow", change_deployment_id="refuse")
    other = d2l_seeds.registration()["ClientId"]
    assert d2l.put(one["deployment"], deployment(other)).json()["ClientId"] == other
    assert d2l.put(one["deployment"], deployment(NOBODY)).status_code == 400
    second = d2l_seeds.deployment(other)["DeploymentId"]
    number = d2l_seeds.link(deployed)["LinkId"]
    assert d2l.put(f"links/organization/{number}", link(second)).status_code == 400
    assert d2l.put(f"links/organization/{number}", link(deployed)).status_code == 200


@switches("sharing_post", "link_without_share")
def test_sharing_and_links(d2l, turn, deployed):
    turn(sharing_post="upsert", link_without_share="allow")
    where = f"deployment/{deployed}/sharing/"
    d2l.post(where, rule(8102))
    assert d2l.post(where, rule(8102, False, True)).status_code == 200
    rows = d2l.get(where).json()["Objects"]
    assert [(row["ShareWithOrgUnit"], row["ShareWithDescendants"]) for row in rows] == [(False, True)]
    made = d2l.post("links/orgunit/8101/", link(deployed))
    assert (made.status_code, made.json()["IsAvailable"]) == (200, False)


@switches("extensions_key", "url_casing", "force_deep_linking", "removed_fields", "empty_keyset_url")
def test_spellings(d2l, turn, one):
    turn(extensions_key="blank", url_casing="URL", removed_fields="omitted")
    shown = d2l.get(one["deployment"]).json()
    assert shown["EnabledExtensions "] == [2]
    assert "EnabledExtensions" not in shown
    late = d2l.get(f"/d2l/api/le/1.92/ltiadvantage/{one['deployment']}").json()
    assert not {"Anonymous", "SendOrgUnitInformation", "SendLinkTitle", "SendLinkDescription"} & set(late)
    assert "Anonymous" in d2l.get(f"/d2l/api/le/1.91/ltiadvantage/{one['deployment']}").json()
    shown = d2l.get(one["registration"]).json()
    assert {"BrightspaceKeysetURL", "BrightspaceOAuth2AccessTokenURL"} <= set(shown)
    assert "BrightspaceKeysetUrl" not in shown
    assert "EnabledExtensions" in shown
    turn(force_deep_linking=False, empty_keyset_url="empty")
    bare = d2l.put(one["registration"], registration(EnabledExtensions=[], KeysetUrl=None)).json()
    assert (bare["EnabledExtensions"], bare["KeysetUrl"]) == ([], "")
    assert d2l.get(one["deployment"]).json()["AvailableExtensions"] == []


@switches("id_case", "id_type")
def test_ids(d2l, d2l_seeds, turn, one, deployed):
    d2l_seeds.sharing_rule(deployed)
    number = d2l_seeds.link(deployed)["LinkId"]
    turn(id_case="upper", id_type="string")
    shown = d2l.get(one["deployment"]).json()
    assert (shown["DeploymentId"], shown["ClientId"]) == (deployed.upper(), one["client"].upper())
    assert d2l.get(f"registration/{shown['ClientId']}").json()["ClientId"] == shown["ClientId"]
    shown = d2l.get(f"links/organization/{number}").json()
    assert (shown["LinkId"], shown["OwnerOrgUnitId"]) == (str(number), "6606")
    assert shown["DeploymentId"] == deployed.upper()
    assert d2l.get(one["deployment"] + "/sharing/").json()["Objects"][0]["SharingOrgUnitId"] == "6606"


@switches("extra_fields")
def test_extra_fields(d2l, turn, one):
    paths = (one["registration"], one["deployment"], UNITS + "6606", "/d2l/api/lp/1.49/users/whoami")
    assert all("SandboxNote" in d2l.get(path).json() for path in paths)
    turn(extra_fields=False)
    assert not any("SandboxNote" in d2l.get(path).json() for path in paths)


@switches("inherited_parameter", "inherited_default", "inherited_null")
def test_inherited(d2l, d2l_seeds, turn, deployed):
    d2l_seeds.sharing_rule(deployed)

    def inherited(unit=8101, **query):
        rows = d2l.get(f"deployment/{deployed}/sharing/", orgUnitId=unit, **query).json()["Objects"]
        return [row["Inherited"] for row in rows]

    turn(inherited_parameter="documented")
    assert inherited(includeInherited="true") == []
    assert inherited(incldueInherited="true") == [True]
    turn(inherited_parameter="mended")
    assert inherited(incldueInherited="true") == []
    assert inherited(includeInherited="true") == [True]
    turn(inherited_default=True)
    assert inherited() == [True]
    assert inherited(includeInherited="false") == []
    turn(inherited_null=True)
    assert inherited(6606, includeInherited="false") == [None]
    assert inherited(6606, includeInherited="true") == [False]


@switches("list_shared_links")
def test_list_shared_links(d2l, d2l_seeds, turn, deployed):
    d2l_seeds.sharing_rule(deployed)
    d2l_seeds.link(deployed)
    turn(list_shared_links=False)
    assert d2l.get("links/orgunit/8101/").json()["Objects"] == []


@switches("shared_token_service")
def test_registrations_name_the_token_service_of_all_customers_unless_told_otherwise(sandbox):
    seeds = sandbox.seed("d2l")
    shared = seeds.registration()["BrightspaceOAuth2AccessTokenUrl"]
    sandbox.switches({"d2l.shared_token_service": False})

    assert shared == "https://auth.brightspace.com/core/connect/token"
    assert seeds.registration()["BrightspaceOAuth2AccessTokenUrl"].endswith("/core/connect/token")


@switches("removed_flags")
@pytest.mark.parametrize(("value", "sent"), [("ignored", True), ("kept", False)])
def test_flags_that_left_the_requests_count_or_not(sandbox, launching, brightspace_tool, value, sent):
    sandbox.switches({"d2l.removed_flags": value})
    deployment, _client_id = brightspace_tool()
    assert (
        "https://purl.imsglobal.org/spec/lti/claim/context" in launching.claims_of("d2l", deployment=deployment)
    ) == sent


def test_every_switch_is_tried():
    assert {switch.name for switch in SWITCHES} == TRIED


def test_the_readme_lists_every_switch():
    text = (Path(__file__).parents[2] / "sandbox" / "README.md").read_text(encoding="utf-8")
    assert [switch.name for switch in SWITCHES if f"| `{switch.name}` |" not in text] == []


@pytest.mark.parametrize("name", ["le_versions", "lp_versions"])
@pytest.mark.parametrize("value", ["", "1", "1.75-", "1.75,", "newest", "1.75 - 1.80", "1.80-2.3"])
def test_versions_that_cannot_be(sandbox, name, value):
    with pytest.raises(ValueError, match="cannot be"):
        sandbox.switches({f"d2l.{name}": value})


def test_a_range_may_be_written_backwards(sandbox, d2l):
    sandbox.switches({"d2l.le_versions": "1.90-1.80"})
    assert d2l.get("/d2l/api/le/1.82/ltiadvantage/registration/").status_code == 200


FAULTS = [(LTI + "/registration/", "POST"), (TOKEN, "POST"), (UNITS, "GET")]


@pytest.mark.parametrize(("path", "method"), FAULTS)
@pytest.mark.parametrize("kind", ["500", "503", "429", "html", "drop_before", "drop_after", "truncate"])
def test_faults_are_met_here_too(d2l, sandbox, path, method, kind):
    sandbox.faults({"platform": "d2l", "kind": kind, "path": path, "method": method})
    try:
        answer = d2l.send(method, path, registration() if method == "POST" else None)
        assert kind in ("html", "500", "503", "429")
        assert kind == "html" or answer.status_code == int(kind)
    except requests.RequestException:
        assert kind in ("drop_before", "drop_after", "truncate")
    entry = sandbox.requests()[-1]
    assert (entry["platform"], entry["path"], entry["fault"]) == ("d2l", path, kind)
    if path.endswith("registration/"):
        made = sandbox.state("d2l")["registrations"]
        assert bool(made) is (kind in ("drop_after", "truncate"))


def test_a_path_in_another_case_is_the_platforms_too(d2l, sandbox):
    sandbox.faults({"platform": "d2l", "kind": "500"})
    assert d2l.get("/D2L/API/le/1.82/LTIAdvantage/registration/").status_code == 500
    assert d2l.get("/D2L/API/le/1.82/LTIAdvantage/registration/").status_code == 200
    assert {entry["platform"] for entry in sandbox.requests()} == {"d2l"}
