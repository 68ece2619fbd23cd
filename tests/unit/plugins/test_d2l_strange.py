"""A Brightspace that answers what it should not, and input that only looks right."""

from __future__ import annotations

import json

import pytest

from .conftest import Runner

GUID = "6f1d2b3c-0a4e-4c58-9b7d-e2f30415a6b7"
LTI = "/d2l/api/le/1.92/ltiadvantage/"
UNITS = "/d2l/api/lp/1.58/orgstructure/"


def writes(server):
    return [(verb, path.split("?")[0]) for verb, path, _headers, _body in server.seen if verb != "GET"]


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"7"])
def test_an_answer_without_an_object_is_not_absence(server, run, body):
    server.answers[f"{LTI}registration/{GUID}"] = (200, {}, body)

    result = run("d2l_lti_registration", client_id=GUID, state="absent")

    assert result["failure"]["kind"] == "protocol", result
    assert writes(server) == []


@pytest.fixture
def deployed(server):
    server.answers[f"{LTI}deployment/{GUID}"] = (200, {}, {"DeploymentId": GUID, "Name": "Courses"})
    server.answers[f"{UNITS}8103"] = (200, {}, {"Identifier": "8103", "Name": "A course", "Code": "C"})
    return f"{LTI}deployment/{GUID}/sharing/"


RULE = {"deployment_id": GUID, "org_unit_id": 8103, "share_with_org_unit": True, "share_with_descendants": False}
OTHER = {"SharingOrgUnitId": 8102, "ShareWithOrgUnit": True, "ShareWithDescendants": False}


def test_a_rule_for_another_org_unit_is_no_answer_and_is_left_alone(server, run, deployed):
    listed = (200, {}, {"Next": None, "Objects": []})
    server.answers[deployed] = lambda: (200, {}, OTHER) if server.seen[-1][0] == "POST" else listed

    result = run("d2l_sharing_rule", **RULE)

    assert result["failure"]["kind"] == "protocol"
    assert "8102 came" in result["msg"]
    assert writes(server) == [("POST", deployed)]


def test_a_rule_goes_by_its_number_though_the_org_unit_is_gone(server, run, deployed):
    held = [{**OTHER, "SharingOrgUnitId": 8104}]
    server.answers[deployed] = lambda: (200, {}, {"Next": None, "Objects": held})
    server.answers[f"{deployed}8104"] = lambda: held.clear() or (200, {}, b"")
    server.answers[f"{UNITS}8104"] = (404, {}, b"")

    result = run("d2l_sharing_rule", deployment_id=GUID, org_unit_id=8104, state="absent")

    assert result["changed"], result
    assert writes(server) == [("DELETE", f"{deployed}8104")]


def test_rows_with_a_strange_id_are_no_list_of_rules(server, run, deployed):
    server.answers[deployed] = (200, {}, {"Next": None, "Objects": [{**OTHER, "SharingOrgUnitId": "x"}]})

    result = run("d2l_sharing_rules", deployment_id=GUID, rules=[], purge=True)

    assert result["failure"]["kind"] == "protocol"
    assert writes(server) == []


def test_what_the_server_does_not_show_is_not_emptied(server, run):
    shown = {"ClientId": GUID, "Name": "Quiz", "Domain": "quiz.example.com", "IsEnabled": True}
    server.answers[f"{LTI}registration/{GUID}"] = (200, {}, shown)

    result = run("d2l_lti_registration", client_id=GUID, description="new")

    assert "CustomParameters" in result["msg"]
    assert writes(server) == []


def test_a_token_file_is_of_one_token_endpoint(server, tmp_path):
    path = tmp_path / "token"
    path.write_text("refresh-token-0")
    run = server.renewing(path)
    assert "failure" not in run("d2l_lti_registration_info")
    before = json.loads(path.read_text())

    result = run("d2l_lti_registration_info", oauth_token_url="https://other.example.com/token")

    assert "another token endpoint" in result["msg"]
    assert json.loads(path.read_text()) == before


@pytest.fixture
def shared(sandbox):
    seed = sandbox.seed("d2l")
    registration = seed.registration(Name="Quiz", Domain="quiz.example.com")["ClientId"]
    deployment = seed.deployment(registration, Name="Courses")["DeploymentId"]
    seed.sharing_rule(deployment, 8101, org_unit=True, descendants=False)
    seed.link(deployment, 8101, Name="In a course")
    runner = Runner(sandbox, "d2l")
    runner.client_id, runner.deployment_id = registration, deployment
    return runner


@pytest.mark.parametrize("module", ["d2l_lti_deployment", "d2l_lti_registration"])
def test_sharing_rules_stay_while_a_link_that_nobody_knows_of_may_hold_the_deployment(shared, module):
    shared.sandbox.switches({"d2l.later_routes": False})
    of = {"deployment_id": shared.deployment_id} if "deployment" in module else {"client_id": shared.client_id}

    result = shared(module, **of, state="absent", cascade=True)

    assert result["failed"]
    assert list(shared.sandbox.state("d2l")["sharing"][shared.deployment_id]) == ["8101"]
    assert not result["changed"]


@pytest.mark.parametrize("module", ["d2l_lti_deployment", "d2l_lti_registration"])
def test_what_a_cascade_removed_before_it_failed_is_told_whole(shared, module):
    shared.connection["retries"] = 0
    shared.sandbox.faults({"platform": "d2l", "method": "DELETE", "kind": "500", "times": 9, "skip": 2})
    of = {"deployment_id": shared.deployment_id} if "deployment" in module else {"client_id": shared.client_id}
    planned = shared(module, check=True, **of, state="absent", cascade=True)["cascaded"]

    result = shared(module, **of, state="absent", cascade=True)

    assert result["changed"]
    assert result["cascaded"]["links"] == planned["links"]
    assert result["cascaded"]["sharing_rules"] == planned["sharing_rules"]
    assert result["cascaded"]["sharing_rules"][0]["org_unit_id"] == 8101
    assert "1 of 1 sharing rules" in result["msg"]


def test_a_disabled_second_registration_leaves_the_enabled_one_alone(shared):
    result = shared(
        "d2l_lti_registration",
        domain="quiz.example.com",
        name="Test",
        enabled=False,
        redirect_urls=["https://quiz.example.com/test"],
        oidc_login_url="https://quiz.example.com/login",
    )

    held = shared.sandbox.state("d2l")["registrations"].values()
    assert result["changed"]
    assert {one["Name"]: one["IsEnabled"] for one in held} == {"Quiz": True, "Test": False}


def test_a_registration_that_is_renamed_for_its_domain_is_told(shared):
    result = shared("d2l_lti_registration", check=True, domain="quiz.example.com", name="New name")

    assert "renamed to 'New name'" in result["warnings"][0]


def test_an_inherited_row_that_is_handed_back_makes_no_rule(shared):
    row = {**RULE, "deployment_id": shared.deployment_id, "inherited": True}

    result = shared("d2l_sharing_rule", **row)

    assert "is inherited" in result["msg"]
    assert shared.writes() == []


@pytest.mark.parametrize(
    ("module", "arguments"),
    [
        ("d2l_sharing_rules", {"rules": [{"org_unit_id": True, **{n: RULE[n] for n in list(RULE)[2:]}}]}),
        ("d2l_sharing_rule", {**RULE, "org_unit_id": True}),
        ("d2l_lti_link", {"name": "Home", "url": "https://x", "height": True}),
        ("d2l_lti_link", {"link_id": True}),
    ],
)
@pytest.mark.parametrize("check", [True, False])
def test_a_flag_is_no_number(shared, module, arguments, check):
    result = shared(module, check=check, **{**arguments, "deployment_id": shared.deployment_id})

    assert "is a number, not true" in result["msg"], result
    assert shared.writes() == []


def test_a_quicklink_is_predicted_for_whoever_may_only_make_quicklinks(shared):
    token = shared.sandbox.seed("d2l").token("ltiadvantage:quicklinks:create organizations:organization:read")
    shared.connection["access_token"] = token if isinstance(token, str) else token["access_token"]

    assert shared("d2l_quicklink", check=True, org_unit_id=8101, link_id=101)["changed"]
    assert shared("d2l_quicklink", org_unit_id=8101, link_id=101)["changed"]


@pytest.mark.parametrize("value", [None, ["a"], {"a": 1}])
def test_a_query_holds_texts_numbers_and_flags(shared, value):
    result = shared("api_request", platform="d2l", path=f"{LTI}registration/", query={"isEnabled": value})

    assert result["failure"]["kind"] == "invalid"
    assert shared.sandbox.requests() == []


def test_below_an_org_unit_that_is_not_there(shared):
    result = shared("d2l_org_unit_info", below=99999)

    assert "there is no org unit with id 99999" in result["msg"]


@pytest.mark.parametrize("address", ["keyset_url", "target_link_uri"])
def test_an_empty_address_is_null_to_the_platform(shared, address):
    wire = {"keyset_url": "KeysetUrl", "target_link_uri": "TargetLinkUri"}[address]
    shared("d2l_lti_registration", client_id=shared.client_id, **{address: "https://quiz.example.com/a"})
    shared("d2l_lti_registration", client_id=shared.client_id, **{address: ""})

    assert shared.sandbox.state("d2l")["registrations"][shared.client_id][wire] is None


def test_deep_linking_that_the_server_keeps_is_not_said_to_go(shared):
    known = {"client_id": shared.client_id, "keyset_url": "https://quiz.example.com/jwks"}
    shared("d2l_lti_registration", **known, enabled_extensions=["assignment_and_grade_services"])
    change = {**known, "enabled_extensions": ["names_and_role_provisioning"]}

    predicted = shared("d2l_lti_registration", check=True, **change)
    done = shared("d2l_lti_registration", **change)

    kept = {"names_and_role_provisioning", "deep_linking"}
    assert set(predicted["diff"]["after"]["enabled_extensions"]) == kept
    assert predicted["diff"] == done["diff"]
    assert set(done["registration"]["enabled_extensions"]) == kept


@pytest.mark.parametrize("module", ["d2l_sharing_rule", "d2l_lti_link"])
def test_nothing_is_to_be_removed_from_a_deployment_that_is_only_predicted(shared, module):
    of = {"org_unit_id": 8101} if module == "d2l_sharing_rule" else {"name": "Home"}

    predicted = shared(module, check=True, deployment_id="", state="absent", **of)
    refused = shared(module, deployment_id="", state="absent", **of)

    assert not predicted.get("failed"), predicted
    assert not predicted["changed"]
    assert refused["failed"]


def test_each_rule_that_was_not_written_has_its_own_reason(shared):
    rules = [{"org_unit_id": unit, **{n: RULE[n] for n in list(RULE)[2:]}} for unit in (99998, 99999)]

    result = shared("d2l_sharing_rules", deployment_id=shared.deployment_id, rules=rules)

    assert result["failure"]["method"] == "POST"
    assert len(result["not_done"]) == 2
    for one in result["not_done"]:
        assert "of 2 rules" not in one["msg"]
        assert "org unit" in one["msg"]


@pytest.mark.parametrize(("made", "said"), [({"LinkId": 7}, "no PublicUrl"), ({"PublicUrl": "/x", "LinkId": "?"}, "")])
def test_a_quicklink_with_a_strange_answer_was_made_all_the_same(server, run, made, said):
    server.answers[f"{UNITS}8103"] = (200, {}, {"Identifier": "8103", "Name": "A course", "Code": "C"})
    server.answers[f"{LTI}quicklinks/orgunit/8103/link/7"] = (200, {}, made)

    result = run("d2l_quicklink", org_unit_id=8103, link_id=7)

    assert result["changed"]
    assert said in result.get("msg", "")
    assert "mistake" not in result.get("msg", "")
