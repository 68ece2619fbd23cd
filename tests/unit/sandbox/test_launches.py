"""Launches: clicks, what the platforms check when a tool comes back, their keys and their rotation."""

from __future__ import annotations

import pytest
import requests

from tests.conformance.launching import NotLaunched
from tests.unit.sandbox.canvas_client import CanvasClient, configuration_path, document

LAUNCH = "https://tool.example.com/launch"
CUSTOM = "https://purl.imsglobal.org/spec/lti/claim/custom"
MESSAGE = "https://purl.imsglobal.org/spec/lti/claim/message_type"
TARGET = "https://purl.imsglobal.org/spec/lti/claim/target_link_uri"


def asked(begun, **changes):
    """What a tool sends when it comes back."""
    told = {name: begun["parameters"][name] for name in ("client_id", "login_hint", "lti_message_hint")}
    fixed = {"scope": "openid", "response_type": "id_token", "response_mode": "form_post", "prompt": "none"}
    given = {**told, **fixed, "redirect_uri": LAUNCH, "nonce": "n", "state": "s", **changes}
    return {name: value for name, value in given.items() if value is not None}


def come_back(sandbox, begun, **changes):
    """Let the tool come back to Canvas."""
    return requests.get(f"{sandbox.base_url}/api/lti/authorize_redirect", params=asked(begun, **changes), timeout=5)


# the click


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({}, "platform"),
        ({"platform": "luminus"}, "platform"),
        ({"platform": "canvas", "tool": 9}, "no tool"),
        ({"platform": "canvas", "tool": 310, "user": "nobody"}, "no user"),
        ({"platform": "canvas", "tool": 310, "course": 501}, "course 501"),
        ({"platform": "canvas", "tool": 310, "course": 9}, "course 9"),
        ({"platform": "canvas", "tool": 310, "placement": "file_menu"}, "course_navigation"),
        ({"platform": "canvas", "nothing": 1}, "nothing"),
        ({"platform": "d2l", "deployment": "x"}, "no deployment"),
        ({"platform": "d2l", "link": 9}, "no link"),
        ({"platform": "exam", "resource": 9}, "no LTI resource"),
    ],
)
def test_a_click_that_cannot_be_is_refused(launching, canvas_tool, body, word):
    canvas_tool()
    name = body.pop("platform", None)

    with pytest.raises(ValueError, match=word):
        launching.begin(name, **body)


def test_a_click_tells_the_tool_who_the_platform_is(launching, canvas_tool):
    tool, client_id = canvas_tool()
    begun = launching.begin("canvas", tool=tool)
    told = begun["parameters"]

    assert begun["url"] == "https://tool.example.com/login"
    assert (told["iss"], told["client_id"], told["target_link_uri"]) == (
        "https://canvas.instructure.com", client_id, LAUNCH,
    )  # fmt: skip
    assert told["lti_deployment_id"].startswith(f"{tool}:")
    assert launching.begin("canvas", deployment_id=told["lti_deployment_id"])["url"] == begun["url"]


def test_clicks_are_not_journalled_but_what_the_tool_does_is(sandbox, launching, canvas_tool):
    tool, _client_id = canvas_tool()
    launching.claims_of("canvas", tool=tool)

    assert [one["path"] for one in sandbox.requests()] == ["/api/lti/authorize_redirect", "/api/lti/security/jwks"]


# coming back


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"scope": "profile"}, "invalid_request"),
        ({"response_type": "code"}, "invalid_request"),
        ({"response_mode": None}, "invalid_request"),
        ({"prompt": "login"}, "invalid_request"),
        ({"nonce": None}, "invalid_request"),
        ({"lti_message_hint": "of-another"}, "launch_no_longer_valid"),
        ({"client_id": "10000000000099"}, "unauthorized_client"),
        ({"login_hint": "somebody"}, "login_required"),
        ({"redirect_uri": f"{LAUNCH}/"}, "invalid_redirect_uri"),
        ({"redirect_uri": f"{LAUNCH}?x=1"}, "invalid_redirect_uri"),
    ],
)
def test_a_tool_that_comes_back_wrongly_is_refused(sandbox, launching, canvas_tool, changes, error):
    begun = launching.begin("canvas", tool=canvas_tool()[0])
    answer = come_back(sandbox, begun, **changes)

    assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert come_back(sandbox, begun).status_code == 200


def test_a_launch_works_once_and_not_for_ever(sandbox, launching, canvas_tool):
    tool, _client_id = canvas_tool()
    begun = launching.begin("canvas", tool=tool)
    assert come_back(sandbox, begun).status_code == 200
    assert come_back(sandbox, begun).json()["error"] == "launch_no_longer_valid"

    later = launching.begin("canvas", tool=tool)
    sandbox.switches({"canvas.clock_offset": 3700})
    assert come_back(sandbox, later).json()["error"] == "launch_no_longer_valid"


def test_what_the_tool_sends_cannot_break_out_of_the_page(sandbox, launching, canvas_tool):
    begun = launching.begin("canvas", tool=canvas_tool()[0])

    assert '"><script>' not in come_back(sandbox, begun, state='"><script>').text


def test_a_sleeping_redirect_uri_is_refused(sandbox, launching, canvas_tool):
    tool, client_id = canvas_tool()
    sandbox.seed("canvas").deactivate_redirect_uri(client_id, LAUNCH)

    answer = come_back(sandbox, launching.begin("canvas", tool=tool))

    assert answer.json()["error"] == "invalid_redirect_uri"


# keys


@pytest.mark.parametrize("platform", ["canvas", "d2l"])
def test_rotation_shows_old_and_new_key_unless_the_name_stays(sandbox, launching, platform):
    address = {"canvas": "/api/lti/security/jwks", "d2l": "/d2l/.well-known/jwks"}[platform]

    def shown():
        keys = requests.get(sandbox.base_url + address, timeout=5).json()["keys"]
        return {one["kid"]: one["n"] for one in keys if one["kty"] == "RSA"}

    first = shown()
    assert launching.rotate(platform) == "sandbox-1"
    assert shown() == {**first, "sandbox-1": shown()["sandbox-1"]}
    launching.rotate(platform)
    assert sorted(shown()) == ["sandbox-1", "sandbox-2"]
    before = shown()["sandbox-2"]
    assert launching.rotate(platform, keep_kid=True) == "sandbox-2"
    assert shown()["sandbox-2"] != before
    sandbox.reset()
    assert shown() == first


def test_brightspace_leaves_out_alg_and_canvas_does_not(sandbox):
    keys = {
        path: requests.get(sandbox.base_url + path, timeout=5).json()["keys"]
        for path in ("/api/lti/security/jwks", "/d2l/.well-known/jwks")
    }
    assert [one["alg"] for one in keys["/api/lti/security/jwks"]] == ["RS256"]
    assert not any("alg" in one or "d" in one for one in keys["/d2l/.well-known/jwks"])


def test_only_platforms_with_keys_rotate_them(launching):
    with pytest.raises(ValueError, match="consumer secret"):
        launching.rotate("exam")


# Canvas


def test_a_placement_brings_its_own_message_target_and_custom_fields(launching, canvas_tool):
    editor = {
        "placement": "editor_button",
        "message_type": "LtiDeepLinkingRequest",
        "target_link_uri": f"{LAUNCH}/deep",
        "custom_fields": {"who": "$Canvas.user.loginId"},
    }
    tool, _client_id = canvas_tool([{"placement": "course_navigation"}, editor], custom_fields={"who": "x", "b": "y"})

    plain = launching.claims_of("canvas", tool=tool)
    deep = launching.claims_of("canvas", tool=tool, placement="editor_button")

    assert (plain[MESSAGE], plain[CUSTOM]) == ("LtiResourceLinkRequest", {"who": "x", "b": "y"})
    assert (deep[MESSAGE], deep[TARGET]) == ("LtiDeepLinkingRequest", f"{LAUNCH}/deep")
    assert deep[CUSTOM] == {"who": "alovelac7", "b": "y"}
    assert "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings" in deep


def test_variables_count_as_a_whole_or_in_braces(launching, canvas_tool):
    custom = {
        "whole": "$Canvas.course.id",
        "braces": "c${Canvas.course.id}-${Unknown.thing}",
        "part": "c$Canvas.course.id",
        "case": "$canvas.course.id",
    }
    tool, _client_id = canvas_tool(custom_fields=custom)

    expected = {**custom, "whole": "102", "braces": "c102-${Unknown.thing}"}
    assert launching.claims_of("canvas", tool=tool, course=102)[CUSTOM] == expected


def test_a_disabled_placement_is_none(launching, canvas_tool):
    tool, _client_id = canvas_tool([{"placement": "course_navigation", "enabled": False}])

    with pytest.raises(ValueError, match="none"):
        launching.begin("canvas", tool=tool, placement="course_navigation")
    assert launching.claims_of("canvas", tool=tool)["https://www.instructure.com/placement"] is None


def test_a_tool_that_lags_behind_its_key_is_launched_as_it_was(sandbox, launching, canvas_tool):
    tool, client_id = canvas_tool(level="public")
    sandbox.switches({"canvas.propagation_delay": "60s"})
    with CanvasClient(sandbox.base_url) as canvas:
        anonymous = {"platform": "canvas.instructure.com", "privacy_level": "anonymous", "settings": {"placements": []}}
        canvas.put(configuration_path(client_id), document(extensions=[anonymous]))

    assert "email" in launching.claims_of("canvas", tool=tool)
    sandbox.switches({"canvas.clock_offset": 61})
    assert "email" not in launching.claims_of("canvas", tool=tool)


def test_a_tool_that_is_not_available_or_removed_is_refused(sandbox, launching, canvas_tool):
    tool, _client_id = canvas_tool()
    begun = launching.begin("canvas", tool=tool)
    record = sandbox.service.store["canvas"]["tools"][str(tool)]
    record["available"] = False
    assert come_back(sandbox, begun).json()["error"] == "not_available"
    record.update(available=True, workflow_state="deleted")
    assert come_back(sandbox, begun).status_code == 403


def test_a_key_without_configuration_and_a_tool_of_lti_1_1_have_no_launch(sandbox, launching, canvas_tool):
    tool, client_id = canvas_tool()
    key = sandbox.service.store["canvas"]["developer_keys"][str(int(client_id) % 10**13)]
    key["configuration"]["workflow_state"] = "deleted"
    with pytest.raises(ValueError, match="no configuration"):
        launching.begin("canvas", tool=tool)
    sandbox.service.store["canvas"]["tools"][str(tool)]["developer_key_id"] = None
    with pytest.raises(ValueError, match=r"LTI 1\.1"):
        launching.begin("canvas", tool=tool)


def test_the_teacher_is_another_person_with_another_role(launching, canvas_tool):
    tool, _client_id = canvas_tool()
    claims = launching.claims_of("canvas", tool=tool, user="teacher")

    assert claims["family_name"] == "Noether"
    assert any("#Instructor" in one for one in claims["https://purl.imsglobal.org/spec/lti/claim/roles"])


# Brightspace


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        (("registrations", "IsEnabled", False), 401, "registration_disabled"),
        (("deployments", "IsEnabled", False), 403, "deployment_disabled"),
        (("links", "IsEnabled", False), 403, "link_disabled"),
        (("links", "URL", "https://other.example.com/"), 400, "outside_domain"),
        (("registrations", "RedirectUrls", ["https://other.example.com/"]), 400, "invalid_redirect_uri"),
    ],
)
def test_brightspace_looks_at_every_level(sandbox, launching, brightspace_tool, change, status, error):
    deployment, _client_id = brightspace_tool()
    domain = next(iter(sandbox.state("d2l")["registrations"].values()))["Domain"]
    link = sandbox.seed("d2l").link(deployment, URL=f"{domain}/launch")["LinkId"]
    redirect_uri = f"{domain}/launch"
    begun = launching.begin("d2l", link=link)
    table, name, value = change
    for one in sandbox.service.store["d2l"][table].values():
        one[name] = value

    address = f"{sandbox.base_url}/d2l/lti/authenticate"
    answer = requests.get(address, params=asked(begun, redirect_uri=redirect_uri), timeout=5)

    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_what_is_gone_is_refused(sandbox, launching, brightspace_tool):
    deployment, _client_id = brightspace_tool()
    domain = next(iter(sandbox.state("d2l")["registrations"].values()))["Domain"]
    link = sandbox.seed("d2l").link(deployment, URL=f"{domain}/launch")["LinkId"]
    begun = launching.begin("d2l", link=link)
    state = sandbox.service.store["d2l"]

    def refused():
        address = f"{sandbox.base_url}/d2l/lti/authenticate"
        return requests.get(address, params=asked(begun, redirect_uri=f"{domain}/launch"), timeout=5).status_code

    state["links"].clear()
    assert refused() == 403
    state["deployments"].clear()
    assert refused() == 403
    state["registrations"].clear()
    assert refused() == 400


def test_links_of_an_org_unit_are_launched_there(sandbox, launching, brightspace_tool):
    deployment, _client_id = brightspace_tool()
    domain = next(iter(sandbox.state("d2l")["registrations"].values()))["Domain"]
    link = sandbox.seed("d2l").link(deployment, 8102, URL=domain)["LinkId"]

    context = launching.claims_of("d2l", link=link)["https://purl.imsglobal.org/spec/lti/claim/context"]
    assert (context["id"], context["label"]) == ("8102", "MATH-102")
    with pytest.raises(ValueError, match="8102"):
        launching.begin("d2l", link=link, org_unit=8101)
    with pytest.raises(ValueError, match="no org unit"):
        launching.begin("d2l", deployment=deployment, org_unit=9)


@pytest.mark.parametrize(("forced", "refused"), [(True, False), (False, True)])
def test_quicklinks_are_deep_linking(sandbox, launching, brightspace_tool, forced, refused):
    sandbox.switches({"d2l.force_deep_linking": forced})
    deployment, _client_id = brightspace_tool()
    domain = next(iter(sandbox.state("d2l")["registrations"].values()))["Domain"]
    link = sandbox.seed("d2l").link(deployment, URL=domain, Type=3)["LinkId"]

    if refused:
        with pytest.raises(NotLaunched, match="Deep linking"):
            launching.claims_of("d2l", link=link)
    else:
        assert launching.claims_of("d2l", link=link)[MESSAGE] == "LtiDeepLinkingRequest"


def test_without_a_link_the_target_of_the_registration_counts(launching, brightspace_tool):
    first, _client_id = brightspace_tool({"Domain": "one.example.com"})
    second, _client_id = brightspace_tool(
        {"Domain": "two.example.com", "TargetLinkUri": "https://two.example.com/start"}
    )

    assert launching.claims_of("d2l", deployment=first)[TARGET] == "https://one.example.com"
    assert launching.claims_of("d2l", deployment=second.upper())[TARGET] == "https://two.example.com/start"


# the exam platform


def test_the_exam_platform_launches_by_basic_or_deep_link(sandbox, launching):
    seeds = sandbox.seed("exam")
    exam = seeds.exam(name="Finals")["id"]
    basic = seeds.lti_resource(exam, seeds.tool_provider(tool_url="https://assess.example.com/")["id"])["id"]
    deep = seeds.tool_provider(tool_url="https://assess.example.com/", use_as_basic_link=False)["id"]

    launch = launching.begin("exam", resource=basic)
    assert launch["url"] == "https://assess.example.com/"
    parameters = launch["parameters"]
    assert (parameters["lti_message_type"], parameters["roles"]) == ("basic-lti-launch-request", "Learner")
    assert parameters["context_title"] == "Finals"
    other = launching.claims_of("exam", resource=seeds.lti_resource(exam, deep)["id"])
    assert other["lti_message_type"] == "ContentItemSelectionRequest"


@pytest.mark.parametrize("data", ["{", "[1]"])
def test_custom_data_that_are_no_object_stop_a_launch(sandbox, launching, data):
    seeds = sandbox.seed("exam")
    provider = seeds.tool_provider(tool_url="https://assess.example.com/", lti_custom_data=data)["id"]
    resource = seeds.lti_resource(seeds.exam()["id"], provider)["id"]

    with pytest.raises(ValueError, match="JSON"):
        launching.begin("exam", resource=resource)


def test_a_resource_without_an_address_or_exam_has_no_launch(sandbox, launching):
    seeds = sandbox.seed("exam")
    exam = seeds.exam()["id"]
    nowhere = seeds.lti_resource(exam, seeds.tool_provider()["id"])["id"]
    with pytest.raises(ValueError, match="address"):
        launching.begin("exam", resource=nowhere)
    sandbox.service.store["exam"]["exams"][str(exam)]["status"] = "deleted"
    with pytest.raises(ValueError, match="gone"):
        launching.begin("exam", resource=nowhere)
