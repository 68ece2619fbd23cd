"""What launches carry for every privacy setting, told by hand: the audit has to find the same."""

from __future__ import annotations

import json

import pytest

from .launching import Launching, NotLaunched
from .received import facts_of, received

SCORE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
ROSTER = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
ALWAYS = ["opaque_id", "course", "role"]
IN_ORDER = ("opaque_id", "name", "email", "username", "sis_id", "course", "role", "roster", "grades")


@pytest.fixture
def launching(sandbox):
    """A browser."""
    made = Launching(sandbox)
    yield made
    made.close()


@pytest.fixture
def on_canvas(sandbox, launching):
    """A function from a privacy level, custom fields and scopes to the classes that a launch carries."""

    def classes(level, custom=None, in_placement=None, scopes=()):
        seeds = sandbox.seed("canvas")
        placement = {"placement": "course_navigation", "custom_fields": in_placement or {}}
        extension = {
            "platform": "canvas.instructure.com",
            "domain": "tool.example.com",
            "privacy_level": level,
            "settings": {"placements": [placement]},
        }
        made = seeds.tool_configuration(
            binding="on", custom_fields=custom or {}, scopes=list(scopes), extensions=[extension]
        )
        tool = seeds.external_tool(made["developer_key"]["id"])
        return received(launching.claims_of("canvas", tool=tool["id"]), facts_of(sandbox, "canvas"))

    return classes


@pytest.fixture
def on_brightspace(sandbox, launching):
    """A function from what registration, deployment and link have to the classes that a launch carries."""

    def classes(registration=None, link=None, **deployment):
        seeds = sandbox.seed("d2l")
        tool = seeds.registration(**(registration or {}))
        deployed = seeds.deployment(tool["ClientId"], **deployment)
        seeds.sharing_rule(deployed["DeploymentId"])
        made = seeds.link(deployed["DeploymentId"], URL=tool["Domain"] + "/launch", **(link or {}))
        return received(launching.claims_of("d2l", link=made["LinkId"]), facts_of(sandbox, "d2l"))

    return classes


def ordered(*classes):
    """These classes in the usual order."""
    return [one for one in IN_ORDER if one in classes]


@pytest.mark.parametrize(
    ("level", "more"),
    [
        ("public", ["name", "email", "sis_id"]),
        ("name_only", ["name", "sis_id"]),
        ("email_only", ["email"]),
        ("anonymous", []),
    ],
)
def test_each_privacy_level_of_canvas(on_canvas, level, more):
    assert on_canvas(level) == ordered(*ALWAYS, *more)


@pytest.mark.parametrize(
    ("value", "data"),
    [
        ("$Person.name.full", "name"),
        ("$Person.name.family", "name"),
        ("$Person.email.primary", "email"),
        ("$vnd.Canvas.Person.email.sis", "email"),
        ("$User.username", "username"),
        ("$Canvas.user.loginId", "username"),
        ("$Canvas.user.sisSourceId", "sis_id"),
        ("$Person.sourcedId", "sis_id"),
        ("$User.image", "name"),
        ("https://labs.example.com/?who=${Canvas.user.loginId}", "username"),
    ],
)
@pytest.mark.parametrize("where", ["custom", "in_placement"])
def test_variables_pass_by_the_privacy_level_of_canvas(on_canvas, value, data, where):
    assert on_canvas("anonymous", **{where: {"x": value}}) == ordered(*ALWAYS, data)


@pytest.mark.parametrize(
    "value", ["$Nobody.knows", "plain", "$Canvas.course.id", "$Canvas.membership.roles", "$User.id"]
)
def test_other_custom_values_are_no_news(on_canvas, value):
    assert on_canvas("anonymous", custom={"x": value}) == ALWAYS


@pytest.mark.parametrize(("scope", "data"), [(SCORE, "grades"), (ROSTER, "roster")])
def test_scopes_of_canvas(on_canvas, scope, data):
    assert on_canvas("anonymous", scopes=[scope]) == ordered(*ALWAYS, data)


@pytest.mark.parametrize(
    ("flag", "data"),
    [
        ("SendUserFirstName", "name"),
        ("SendUserMiddleName", "name"),
        ("SendUserLastName", "name"),
        ("SendUserEmail", "email"),
        ("SendD2LUserId", "opaque_id"),
        ("SendD2LUsername", "username"),
        ("SendD2LOrgDefinedId", "sis_id"),
        ("PreProvisioning", "opaque_id"),
    ],
)
def test_each_flag_of_brightspace_alone(on_brightspace, flag, data):
    assert on_brightspace(**{flag: True}) == ordered(*ALWAYS, data)


@pytest.mark.parametrize(
    ("newest", "course"), [("1.75-1.88", []), ("1.75-1.89", ["course"]), ("1.75-1.92", ["course"])]
)
def test_without_any_flag_the_course_goes_where_nobody_can_keep_it_back(sandbox, on_brightspace, newest, course):
    sandbox.switches({"d2l.le_versions": newest})

    assert on_brightspace() == ordered("opaque_id", "role", *course)


@pytest.mark.parametrize("flag", ["SendOrgUnitInformation", "SendLinkTitle", "SendLinkDescription"])
def test_flags_that_older_versions_have(sandbox, on_brightspace, flag):
    sandbox.switches({"d2l.le_versions": "1.75-1.88"})

    assert on_brightspace(link={"Description": "Essay"}, **{flag: True}) == ALWAYS


def test_anonymous_takes_every_user_flag_and_the_role_in_the_course(sandbox, on_brightspace):
    sandbox.switches({"d2l.le_versions": "1.75-1.91"})
    flags = dict.fromkeys(("SendUserFirstName", "SendUserEmail", "SendD2LUsername", "SendD2LOrgDefinedId"), True)

    assert on_brightspace(Anonymous=True, **flags) == ["opaque_id", "course"]
    assert on_brightspace(Anonymous=True, registration={"SendInstitutionRole": True}) == ALWAYS


def test_an_upgrade_makes_nobody_anonymous_any_more_unless_a_switch_says_so(sandbox, launching):
    sandbox.switches({"d2l.le_versions": "1.75-1.91"})
    seeds = sandbox.seed("d2l")
    tool = seeds.registration()
    deployed = seeds.deployment(tool["ClientId"], Anonymous=True, SendUserEmail=True)["DeploymentId"]
    seeds.sharing_rule(deployed)

    def has_email():
        return "email" in launching.claims_of("d2l", deployment=deployed)

    assert not has_email()
    sandbox.switches({"d2l.le_versions": "1.75-1.92"})
    assert has_email()
    sandbox.switches({"d2l.removed_flags": "kept"})
    assert not has_email()


@pytest.mark.parametrize(
    ("registered", "deployed", "more"),
    [([1, 3], [1, 3], ["roster", "grades"]), ([1, 3], [1], ["grades"]), ([3], [1, 3], ["roster"]), ([1], [3], [])],
)
def test_extensions_of_brightspace_need_both_levels(on_brightspace, registered, deployed, more):
    found = on_brightspace(registration={"EnabledExtensions": registered}, EnabledExtensions=deployed)

    assert found == ordered(*ALWAYS, *more)


@pytest.mark.parametrize("level", ["registration", "link", None])
def test_variables_of_brightspace_on_each_level(on_brightspace, level):
    parameters = {"CustomParameters": [{"Name": "x", "Value": "$User.username"}]}

    found = on_brightspace(**({level: parameters} if level else parameters))

    assert found == ordered(*ALWAYS, "username")


def test_the_nearer_custom_parameter_of_brightspace_wins(on_brightspace):
    of_registration = {"CustomParameters": [{"Name": "x", "Value": "$Person.email.primary"}]}
    of_link = {"CustomParameters": [{"Name": "x", "Value": "nothing"}]}

    assert on_brightspace(registration=of_registration, link=of_link) == ALWAYS


def test_the_exam_platform_names_nobody(sandbox, launching):
    seeds = sandbox.seed("exam")
    data = json.dumps({"school": "Example", "level": 3})
    provider = seeds.tool_provider(tool_url="https://assess.example.com/lti", lti_custom_data=data)
    resource = seeds.lti_resource(seeds.exam()["id"], provider["id"])

    launch = launching.claims_of("exam", resource=resource["id"])

    assert received(launch, facts_of(sandbox, "exam")) == ALWAYS


def test_facts_in_custom_data_are_found_whatever_they_are_called(sandbox, launching):
    facts = facts_of(sandbox, "exam")
    launch = {"custom_a": f"of {facts['email'][0]}", "custom_b": facts["sis_id"][0]}

    assert received(launch, facts) == ["email", "sis_id"]


def test_a_launch_that_is_refused_says_so(sandbox, launching):
    seeds = sandbox.seed("canvas")
    key = seeds.tool_configuration(binding="on")["developer_key"]["id"]
    tool = seeds.external_tool(key)["id"]
    seeds.binding(key, "off")

    with pytest.raises(NotLaunched) as refused:
        launching.claims_of("canvas", tool=tool)

    assert refused.value.outcome.status == 401
