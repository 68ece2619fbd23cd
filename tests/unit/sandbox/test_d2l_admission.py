"""Who is let in: bearer tokens, ID-Key signatures, scopes, permissions, credits."""

from __future__ import annotations

import re
import time

import pytest

from tests.sandbox.d2l import scopes
from tests.unit.sandbox.d2l_client import NOBODY, D2LClient, link, registration, rule

OWN_SCOPE = {
    ("GET", "registration/"): "registrations:read",
    ("GET", f"registration/{NOBODY}"): "registrations:read",
    ("POST", "registration/"): "registrations:create",
    ("PUT", f"registration/{NOBODY}"): "registrations:update",
    ("DELETE", f"registration/{NOBODY}"): "registrations:delete",
    ("GET", f"registration/{NOBODY}/legacydomains/"): "registrations:read",
    ("POST", f"registration/{NOBODY}/legacydomains/"): "registrations:update",
    ("PUT", f"registration/{NOBODY}/legacydomains/"): "registrations:update",
    ("GET", "deployment/"): "deployments:read",
    ("GET", f"deployment/{NOBODY}"): "deployments:read",
    ("POST", "deployment/"): "deployments:create",
    ("PUT", f"deployment/{NOBODY}"): "deployments:update",
    ("DELETE", f"deployment/{NOBODY}"): "deployments:delete",
    ("GET", f"deployment/{NOBODY}/sharing/"): "deployments:read",
    ("POST", f"deployment/{NOBODY}/sharing/"): "deployments:update",
    ("DELETE", f"deployment/{NOBODY}/sharing/"): "deployments:update",
    ("GET", f"deployment/{NOBODY}/sharing/6606"): "deployments:read",
    ("PUT", f"deployment/{NOBODY}/sharing/6606"): "deployments:update",
    ("DELETE", f"deployment/{NOBODY}/sharing/6606"): "deployments:update",
    ("GET", f"deployment/{NOBODY}/links/summaries/"): "links:read",
    ("GET", "links/organization/"): "links:read",
    ("GET", "links/organization/1"): "links:read",
    ("POST", "links/organization/"): "links:create",
    ("PUT", "links/organization/1"): "links:update",
    ("DELETE", "links/organization/1"): "links:delete",
    ("GET", "links/orgunit/8101/"): "links:read",
    ("GET", "links/orgunit/8101/1"): "links:read",
    ("POST", "links/orgunit/8101/"): "links:create",
    ("PUT", "links/orgunit/8101/1"): "links:update",
    ("DELETE", "links/orgunit/8101/1"): "links:delete",
    ("POST", "quicklinks/orgunit/8101/link/1"): "quicklinks:create",
    ("POST", "migration/links/1"): "links:update",
    ("GET", "migration/jobs/"): "migrationjob:view",
    ("POST", "migration/jobs/"): "migrationjob:manage",
    ("GET", "migration/jobs/1"): "migrationjob:view",
    ("GET", f"deployment/{NOBODY}/assetprocessors/"): "assetprocessors:read",
    ("GET", "orgunit/8101/assetprocessors/"): "assetprocessors:read",
    ("GET", "orgunit/8101/assetprocessor/1"): "assetprocessors:read",
    ("DELETE", "orgunit/8101/assetprocessor/1"): "assetprocessors:delete",
    ("PUT", "orgunit/8101/assetprocessor/1/status"): "assetprocessors:update",
}


@pytest.mark.parametrize(("method", "path"), OWN_SCOPE)
def test_every_route_needs_its_own_scope(d2l, d2l_seeds, method, path):
    needed = OWN_SCOPE[method, path]
    others = sorted({f"ltiadvantage:{one}" for one in OWN_SCOPE.values()} - {f"ltiadvantage:{needed}"})
    d2l.token = d2l_seeds.token(" ".join([*others, "core:*:*"]))["access_token"]
    refused = d2l.send(method, path, {})
    assert refused.status_code == 403
    assert "Insufficient scope to call" in refused.text
    d2l.token = d2l_seeds.token(f"ltiadvantage:{needed}")["access_token"]
    assert d2l.send(method, path, {}).status_code in (200, 400, 404)


@pytest.mark.parametrize(
    ("given", "opens"),
    [
        ("ltiadvantage:*:*", True),
        ("*:*:*", True),
        ("ltiadvantage:links:read,create", True),
        ("broken ltiadvantage:links:create", True),
        ("ltiadvantage:links:read", False),
        ("ltiadvantage:link:create", False),
        ("LTIAdvantage:links:create", False),
        ("ltiadvantage:links:", False),
        ("ltiadvantage:links", False),
        ("ltiadvantage:links:create:x", False),
        ("ltiadvantage:links:create,", False),
        ("core:*:*", False),
        ("", False),
    ],
)
def test_the_grammar_of_scopes(given, opens):
    assert scopes.allows(given, "ltiadvantage:links:create") is opens


def test_the_readonly_token_reads_only(d2l, deployed):
    d2l.token = "d2l-demo-readonly"
    for path in ("registration/", "deployment/", f"deployment/{deployed}/sharing/", "links/organization/"):
        assert d2l.get(path).status_code == 200
    assert d2l.get("/d2l/api/lp/1.49/orgstructure/6606").status_code == 200
    assert d2l.post("registration/", registration()).status_code == 403
    assert d2l.get("/d2l/api/lp/1.49/users/whoami").status_code == 403


@pytest.mark.parametrize("given", ["Bearer wrong", "Bearer", "Basic d2l-demo-token", "d2l-demo-token"])
def test_a_token_nobody_gave_is_refused(d2l, given):
    answer = d2l.send("GET", "registration/", token=None, headers={"Authorization": given})
    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json; charset=UTF-8"
    assert answer.json() == {
        "type": "http://docs.valence.desire2learn.com/res/apiprop.html#invalid-token",
        "title": "Unauthorized",
        "status": 401,
        "detail": "Couldn't parse token",
        "instance": None,
    }
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_an_expired_token_is_refused(d2l, d2l_seeds):
    answer = d2l.send("GET", "registration/", token=d2l_seeds.token(expires_in=0)["access_token"])
    assert answer.status_code == 401
    assert "expired" in answer.json()["detail"]
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")


def test_no_credentials_at_all(d2l):
    answer = d2l.send("GET", "registration/", token=None)
    assert answer.status_code == 401
    assert "WWW-Authenticate" not in answer.headers


def test_a_token_and_a_signature_are_not_both_needed(d2l):
    assert d2l.signed("GET", "registration/").status_code == 200
    assert d2l.get("registration/", x_a="nobody", x_t="1").status_code == 200


@pytest.mark.parametrize(
    "how",
    [
        {"app": ("nobody", "d2l-demo-appkey")},
        {"app": ("d2l-demo-app", "wrong")},
        {"user": ("nobody", "d2l-demo-userkey")},
        {"user": ("d2l-demo-user", "wrong")},
        {"x_t": ""},
        {"x_t": "soon"},
        {"x_b": ""},
        {"x_d": ""},
    ],
)
def test_a_wrong_signature_is_refused(d2l, how):
    answer = d2l.signed("GET", "registration/", **how)
    assert (answer.status_code, answer.text) == (403, "Invalid token")
    assert answer.headers["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize("seconds", [-310, 310])
def test_a_clock_that_is_wrong_is_told_the_right_time(d2l, seconds):
    answer = d2l.signed("GET", "registration/", at=time.time() + seconds)
    assert answer.status_code == 403
    found = re.fullmatch(r"Timestamp out of range\r\n(\d+)\r\n", answer.text)
    assert abs(int(found[1]) - time.time()) < 5
    assert d2l.signed("GET", "registration/", at=int(found[1])).status_code == 200


def test_the_order_of_the_checks(d2l):
    late = time.time() - 400
    assert d2l.signed("GET", "registration/", app=("nobody", "x"), at=late).text == "Invalid token"
    for how in ({"app": ("d2l-demo-app", "wrong")}, {"user": ("nobody", "x")}):
        assert d2l.signed("GET", "registration/", at=late, **how).text.startswith("Timestamp out of range")


def test_the_window_is_the_platforms(d2l):
    assert d2l.signed("GET", "registration/", at=time.time() - 290).status_code == 200
    assert d2l.signed("GET", "registration/", at=time.time() + 290).status_code == 200


def test_only_the_path_is_signed(d2l):
    assert d2l.signed("GET", "registration/?isEnabled=true").status_code == 200
    assert d2l.signed("POST", "registration/", body=registration()).status_code == 200
    assert d2l.signed("GET", "/D2L/api/LE/1.82/LtiAdvantage/Registration/").status_code == 200


def test_names_of_parameters_in_any_case(d2l):
    answer = d2l.signed("GET", "registration/")
    again = d2l.send("GET", answer.request.url.replace("x_", "X_"), token=None)
    assert again.status_code == 200


@pytest.mark.parametrize("left_out", ["empty", "absent"])
def test_an_app_without_a_user_is_nobody(d2l, left_out):
    answer = d2l.signed("GET", "registration/", x_b="", x_d="")
    address = answer.request.url
    if left_out == "absent":
        address = address.replace("&x_b=", "").replace("&x_d=", "")
    answer = d2l.send("GET", address, token=None)
    assert answer.status_code == 403
    assert "Invalid token" not in answer.text


def test_signatures_have_permissions_but_no_scopes(d2l):
    plain = ("d2l-plain-user", "d2l-plain-userkey")
    assert d2l.signed("GET", "registration/", user=plain).json()["title"] == "Not Authorized"
    assert d2l.signed("GET", "/d2l/api/lp/1.49/users/whoami", user=plain).json()["UniqueName"] == "plain.user"


def test_a_scope_without_the_permission_is_not_enough(d2l):
    d2l.token = "d2l-plain-token"
    for path in ("registration/", "deployment/", "links/organization/", "migration/jobs/"):
        answer = d2l.get(path)
        assert answer.status_code == 403
        assert answer.json()["type"].endswith("#not-authorized")
        assert "Not authorized for [ orgUnitId: 6606, securityVariableName:" in answer.json()["detail"]


def test_link_permissions_belong_to_an_org_unit(d2l, d2l_seeds, deployed):
    d2l_seeds.sharing_rule(deployed)
    d2l.token = "d2l-course-token"
    assert d2l.post("links/orgunit/8101/", link(deployed)).status_code == 200
    for path in ("links/orgunit/8102/", "links/orgunit/9101/", "links/organization/"):
        assert d2l.post(path, link(deployed)).status_code == 403
        assert d2l.get(path).status_code == 403
    assert d2l.get("registration/").status_code == 403


@pytest.mark.parametrize(
    ("permission", "may"),
    [
        ("manage_links", {"list", "create", "update", "delete"}),
        ("create_links", {"list", "create", "update"}),
        ("delete_links", {"delete"}),
        ("create_quicklinks", {"list", "quicklink"}),
    ],
)
def test_what_each_link_permission_opens(sandbox, d2l_seeds, deployed, permission, may):
    d2l_seeds.sharing_rule(deployed)
    first, second = (d2l_seeds.link(deployed, 8101)["LinkId"] for _again in range(2))
    user = d2l_seeds.user("someone", permissions=[permission], org_unit=8101)
    d2l = D2LClient(sandbox.base_url, d2l_seeds.token(user=user["id"])["access_token"])
    where = "links/orgunit/8101/"
    done = {
        "list": d2l.get(where),
        "create": d2l.post(where, link(deployed)),
        "update": d2l.put(f"{where}{first}", link(deployed)),
        "quicklink": d2l.post(f"quicklinks/orgunit/8101/link/{first}"),
        "delete": d2l.delete(f"{where}{second}"),
    }
    assert {name for name, answer in done.items() if answer.status_code == 200} == may
    assert {answer.status_code for answer in done.values()} == {200, 403}
    d2l.session.close()


def test_registrations_and_deployments_are_permitted_apart(d2l, d2l_seeds, deployed):
    one = d2l_seeds.user("one", permissions=["manage_registrations"])
    other = d2l_seeds.user("other", permissions=["manage_deployments"])
    d2l.token = d2l_seeds.token(user=one["id"])["access_token"]
    assert d2l.get("registration/").status_code == 200
    assert d2l.post(f"deployment/{deployed}/sharing/", rule(8101)).status_code == 403
    d2l.token = d2l_seeds.token(user=other["key_id"])["access_token"]
    assert d2l.get("registration/").status_code == 403
    assert d2l.post(f"deployment/{deployed}/sharing/", rule(8101)).status_code == 200


def test_credits_are_counted_by_application(d2l, d2l_seeds):
    first = d2l.get("registration/")
    assert first.headers["X-Request-Cost"] == "10"
    assert first.headers["X-Rate-Limit-Remaining"] == "49990"
    assert 0 < float(first.headers["X-Rate-Limit-Reset"]) <= 60
    assert d2l.get(f"registration/{NOBODY}").headers["X-Rate-Limit-Remaining"] == "49980"
    d2l.token = d2l_seeds.token(client_id="another")["access_token"]
    assert d2l.get("registration/").headers["X-Rate-Limit-Remaining"] == "49990"


def test_a_throttled_request_is_not_carried_out(d2l, sandbox):
    sandbox.switches({"d2l.credits_per_minute": 10})
    assert d2l.get("registration/").status_code == 200
    answer = d2l.post("registration/", registration())
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert not [name for name in answer.headers if name.lower().startswith("x-")]
    assert sandbox.state("d2l")["registrations"] == {}
    sandbox.switches({"d2l.clock_offset": 61})
    assert d2l.get("registration/").status_code == 200
