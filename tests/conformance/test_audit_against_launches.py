"""The audit's data classes are those that real launches carry, for every privacy setting of every platform.

The audit reads by our modules and counts by its own tables; a launch is signed by the sandbox, and what it holds is
told by `received.py`. The two readings share nothing.
"""

from __future__ import annotations

import itertools
import json

import pytest

from ansible_collections.edtech.lti.plugins.module_utils._manifest import audit
from tests.unit.plugins.conftest import Runner

from .launching import Launching
from .received import facts_of, received

SCORE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
ROSTER = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
LEVELS = ("public", "name_only", "email_only", "anonymous")
VARIABLES = (
    None,
    "$Person.name.full",
    "$Person.email.primary",
    "$Canvas.user.loginId",
    "$Canvas.user.sisSourceId",
    "see ${User.username}",
    "$Nobody.knows.it",
)
FLAGS = (
    "SendUserFirstName",
    "SendUserMiddleName",
    "SendUserLastName",
    "SendUserEmail",
    "SendD2LUserId",
    "SendD2LUsername",
    "SendD2LOrgDefinedId",
)
CONTEXT_FLAGS = ("SendOrgUnitInformation", "SendLinkTitle", "SendLinkDescription")


@pytest.fixture
def launching(sandbox):
    """A browser."""
    made = Launching(sandbox)
    yield made
    made.close()


def _audited(sandbox, platform, **infos):
    """Data classes of the one tool there, as the audit reports them after reading by our info modules."""
    run = Runner(sandbox, platform)
    reading = {"tenant": "college", "platform": platform, "base_url": sandbox.base_url}
    reading.update({name: run(module) for name, module in infos.items()})
    if platform == "d2l":
        reading["versions"] = run("api_request", platform="d2l", method="GET", path="/d2l/api/versions/")
    found = audit.audited(reading)
    assert found["tenant"]["state"] == "read"
    (row,) = found["tools"]
    return row


def of_canvas(sandbox):
    """The audit of the only tool in Canvas."""
    return _audited(
        sandbox, "canvas", keys="canvas_tool_configuration_info", registrations="canvas_lti_registration_info"
    )


def of_brightspace(sandbox):
    """The audit of the only tool in Brightspace."""
    row = _audited(sandbox, "d2l", registrations="d2l_lti_registration_info", deployments="d2l_lti_deployment_info")
    return row


def of_exams(sandbox):
    """The audit of the only tool on the exam platform."""
    return _audited(
        sandbox, "exam", providers="exam_tool_provider_info", resources="exam_lti_resource_info", exams="exam_info"
    )


@pytest.mark.parametrize("era", ["A", "D"])
@pytest.mark.parametrize("scopes", [(), (SCORE,), (ROSTER,), (SCORE, ROSTER)], ids=len)
@pytest.mark.parametrize("level", LEVELS)
def test_canvas_at_every_level_with_every_variable(sandbox, launching, level, scopes, era):
    sandbox.switches({"canvas.era": era})
    for variable, where in itertools.product(VARIABLES, ("tool", "placement")):
        sandbox.reset()
        fields = {"x": variable} if variable else {}
        placement = {"placement": "course_navigation", "custom_fields": fields if where == "placement" else {}}
        extension = {
            "platform": "canvas.instructure.com",
            "domain": "tool.example.com",
            "privacy_level": level,
            "settings": {"placements": [placement]},
        }
        seeds = sandbox.seed("canvas")
        made = seeds.tool_configuration(
            binding="on",
            custom_fields=fields if where == "tool" else {},
            scopes=list(scopes),
            extensions=[extension],
        )
        tool = seeds.external_tool(made["developer_key"]["id"])
        carried = received(launching.claims_of("canvas", tool=tool["id"]), facts_of(sandbox, "canvas"))
        assert list(of_canvas(sandbox)["data"]) == carried, (variable, where)


@pytest.mark.parametrize("newest", ["1.88", "1.91", "1.92"])
@pytest.mark.parametrize("anonymous", [False, True])
def test_brightspace_with_every_flag_in_every_version(sandbox, launching, newest, anonymous):
    sandbox.switches({"d2l.le_versions": f"1.75-{newest}"})
    chosen = [(), *((flag,) for flag in (*FLAGS, *CONTEXT_FLAGS)), FLAGS]
    for flags, institution in itertools.product(chosen, (False, True)):
        sandbox.reset()
        seeds = sandbox.seed("d2l")
        tool = seeds.registration(SendInstitutionRole=institution)
        deployed = seeds.deployment(tool["ClientId"], Anonymous=anonymous, **dict.fromkeys(flags, True))
        seeds.sharing_rule(deployed["DeploymentId"])
        link = seeds.link(deployed["DeploymentId"], URL=tool["Domain"] + "/launch", Description="Essay")
        carried = received(launching.claims_of("d2l", link=link["LinkId"]), facts_of(sandbox, "d2l"))
        row = of_brightspace(sandbox)
        assert list(row["data"]) == carried, (flags, institution)
        if newest != "1.88":
            assert not any(road["controllable"] for road in row["data"]["course"])


@pytest.mark.parametrize(
    ("registered", "deployed"), [([1, 3], [1, 3]), ([1, 3], [1]), ([3], [1, 3]), ([1], [3]), ([], [])]
)
@pytest.mark.parametrize("variable", [None, "$User.username", "$Person.email.primary", "$CourseOffering.sourcedId"])
def test_brightspace_with_services_and_variables(sandbox, launching, registered, deployed, variable):
    seeds = sandbox.seed("d2l")
    parameters = [{"Name": "x", "Value": variable}] if variable else []
    tool = seeds.registration(EnabledExtensions=registered)
    made = seeds.deployment(tool["ClientId"], EnabledExtensions=deployed, CustomParameters=parameters)
    seeds.sharing_rule(made["DeploymentId"])

    carried = received(launching.claims_of("d2l", deployment=made["DeploymentId"]), facts_of(sandbox, "d2l"))

    assert list(of_brightspace(sandbox)["data"]) == carried


@pytest.mark.parametrize("custom", [{}, {"school": "Example"}])
def test_the_exam_platform(sandbox, launching, custom):
    seeds = sandbox.seed("exam")
    provider = seeds.tool_provider(tool_url="https://assess.example.com/lti", lti_custom_data=json.dumps(custom))
    resource = seeds.lti_resource(seeds.exam()["id"], provider["id"])

    carried = received(launching.claims_of("exam", resource=resource["id"]), facts_of(sandbox, "exam"))

    assert list(of_exams(sandbox)["data"]) == carried
