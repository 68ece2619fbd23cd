"""A tool that our modules registered can be launched, and each usual mistake ends in a way of its own.

PyLTI1p3 is the most used LTI 1.3 library for Python. It is the tool; the sandbox is the platform, which
takes every fact from what the modules wrote; what they hand back becomes the tool's configuration file.
"""

from __future__ import annotations

import json

import pytest
from pylti1p3.exception import LtiServiceException

from ansible_collections.edtech.lti.plugins.module_utils import _execution
from ansible_collections.edtech.lti.plugins.modules import lti_handback
from tests.unit.plugins.conftest import Runner

from .launching import Launching
from .tool import KEYSET, LAUNCH, LOGIN, ORIGIN, Tool

SCORE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
RESULTS = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly"
ROSTER = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
CUSTOM = "https://purl.imsglobal.org/spec/lti/claim/custom"
OFTEN = ["canvas", "d2l"]


class OnCanvas:
    """The tool in Canvas, on its own server: its addresses are the sandbox's."""

    platform = "canvas"

    def __init__(self, sandbox):
        self.run = Runner(sandbox, "canvas")
        self.run.connection["environment"] = "self_hosted"
        self.level, self.redirect_uris, self.scopes, self.client_id = "public", [LAUNCH], [SCORE, ROSTER], None
        self.where = {}

    def register(self):
        """Configure and install the tool; return what is handed back to its vendor."""
        self.configure(binding="on")
        return self.install()

    def configure(self, **options):
        """Write the tool configuration as it is described here."""
        settings = {
            "title": "Virtual Lab",
            "description": "Experiments in the browser",
            "target_link_uri": LAUNCH,
            "oidc_initiation_url": LOGIN,
            "public_jwk_url": KEYSET,
            "scopes": self.scopes,
            "custom_fields": {"course": "$Canvas.course.id", "other": "$Nobody.knows"},
            "extensions": [
                {
                    "platform": "canvas.instructure.com",
                    "domain": "labs.example.com",
                    "privacy_level": self.level,
                    "settings": {"placements": [{"placement": "course_navigation"}]},
                }
            ],
        }
        made = self.run(
            "canvas_tool_configuration",
            name="Virtual Lab",
            settings=settings,
            redirect_uris=self.redirect_uris,
            **options,
        )
        self.client_id = made["tool_configuration"]["client_id"]

    def install(self, **options):
        """Install the tool in account 1, once; return what is handed back."""
        made = self.run("canvas_external_tool", client_id=self.client_id, **options)
        self.where = {"tool": made["external_tool"]["external_tool_id"]}
        return made["handback"]

    def make_anonymous(self):
        self.level = "anonymous"
        self.configure()

    def turn_off(self):
        self.run("canvas_developer_key_binding", client_id=self.client_id, binding="off")

    def deploy_again(self):
        self.install(course_id="101")


class OnBrightspace:
    """The tool in Brightspace, which here gives tokens itself instead of by the service of all customers."""

    platform = "d2l"

    def __init__(self, sandbox):
        sandbox.switches({"d2l.shared_token_service": False})
        self.run = Runner(sandbox, "d2l")
        self.redirect_uris, self.client_id, self.deployment_id = [LAUNCH], None, None
        self.flags = {"send_user_first_name": True, "send_user_last_name": True, "send_user_email": True}
        self.where = {}

    def register(self):
        """Register, deploy, share and link the tool; return what is handed back to its vendor."""
        registered = self.configure()
        return {**registered, "deployment_ids": [self.deploy("Virtual Lab")]}

    def configure(self, **options):
        """Write the registration as it is described here; return what is handed back."""
        made = self.run(
            "d2l_lti_registration",
            name="Virtual Lab",
            domain=ORIGIN,
            redirect_urls=self.redirect_uris,
            oidc_login_url=LOGIN,
            keyset_url=KEYSET,
            enabled_extensions=["names_and_role_provisioning"],
            custom_parameters={"course": "$CourseOffering.sourcedId", "other": "$Nobody.knows"},
            **options,
        )
        self.client_id = made["registration"]["client_id"]
        return made["handback"]

    def deploy(self, name, **options):
        """Deploy and share the registration with a link for all courses; return the deployment id."""
        made = self.run(
            "d2l_lti_deployment",
            name=name,
            client_id=self.client_id,
            enabled_extensions=["names_and_role_provisioning"],
            **{**self.flags, **options},
        )
        self.deployment_id = made["deployment"]["deployment_id"]
        shared = {"share_with_org_unit": True, "share_with_descendants": True}
        self.run("d2l_sharing_rule", deployment_id=self.deployment_id, org_unit_id="6606", **shared)
        link = self.run("d2l_lti_link", deployment_id=self.deployment_id, name=name, url=LAUNCH)["link"]
        self.where = {"link": link["link_id"]}
        return self.deployment_id

    def make_anonymous(self):
        self.deploy("Virtual Lab", **dict.fromkeys(self.flags, False))

    def turn_off(self):
        self.run("d2l_lti_registration", client_id=self.client_id, enabled=False)

    def deploy_again(self):
        self.deploy("Another")


def hand_back(tool, told, **changes):
    """Write what was handed back (with `changes`) into the tool's file, by our own module."""
    arguments = {
        "path": str(tool.configuration),
        "format": "pylti1p3",
        "platforms": [{**told, **changes}],
        "private_key_file": "private.key",
        "public_key_file": "public.key",
    }
    result = _execution.run_in_controller(lti_handback.TASK, "lti_handback", arguments, False)
    assert result["changed"], result


def edit(tool, **fields):
    """Change the only entry of the tool's file by hand."""
    platforms = json.loads(tool.configuration.read_text(encoding="utf-8"))
    for entries in platforms.values():
        entries[0].update(fields)
    tool.configuration.write_text(json.dumps(platforms), encoding="utf-8")


@pytest.fixture
def tool(tmp_path, monkeypatch):
    """PyLTI1p3 behind a server, with keys and without a configuration."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    made = Tool(tmp_path)
    yield made
    made.stop()


@pytest.fixture
def launching(sandbox, tool):
    """A browser that finds the tool."""
    made = Launching(sandbox)
    made.tell_host(ORIGIN, tool.address)
    yield made
    made.close()


@pytest.fixture
def canvas(sandbox):
    """Canvas, with nothing in it yet."""
    return OnCanvas(sandbox)


@pytest.fixture
def brightspace(sandbox):
    """Brightspace, with nothing in it yet."""
    return OnBrightspace(sandbox)


@pytest.fixture(params=OFTEN)
def here(request, sandbox):
    """Each of the two, one after the other."""
    return {"canvas": OnCanvas, "d2l": OnBrightspace}[request.param](sandbox)


def go(launching, here):
    """Launch the tool as the student."""
    return launching.launch(here.platform, **here.where)


def test_a_correct_registration_is_launched_with_name_and_email(launching, tool, here):
    hand_back(tool, here.register())

    outcome = go(launching, here)

    assert (outcome.stage, outcome.status) == ("launch", 200)
    assert (outcome.body["family_name"], outcome.body["email"]) == ("Lovelace", "ada.l@students.example.edu")
    course = {"canvas": "101", "d2l": "MATH-101"}[here.platform]
    assert outcome.body[CUSTOM] == {"course": course, "other": "$Nobody.knows"}
    assert tool.launch.check_student_access()


def test_an_anonymous_tool_gets_neither_name_nor_email(launching, tool, here):
    hand_back(tool, here.register())
    here.make_anonymous()

    outcome = go(launching, here)

    assert (outcome.stage, outcome.status) == ("launch", 200)
    assert outcome.body["sub"]
    assert not {"name", "given_name", "family_name", "email", "picture"} & set(outcome.body)


def test_another_redirect_uri_is_refused_at_the_authorisation(launching, tool, here):
    here.redirect_uris = [f"{LAUNCH}/"]
    hand_back(tool, here.register())

    outcome = go(launching, here)

    assert (outcome.stage, outcome.status) == ("authorisation", 400)
    assert outcome.body["error"] == "invalid_redirect_uri"


def test_a_key_or_registration_that_is_off_is_refused_at_the_authorisation(launching, tool, here):
    hand_back(tool, here.register())
    here.turn_off()

    outcome = go(launching, here)

    assert (outcome.stage, outcome.status) == ("authorisation", 401)


def test_a_deployment_that_is_not_in_the_file_is_not_found(launching, tool, here):
    hand_back(tool, here.register(), deployment_ids=["1:of-an-earlier-installation"])

    outcome = go(launching, here)

    assert (outcome.stage, outcome.status, outcome.reason) == ("launch", 400, "Unable to find deployment")


def test_a_new_deployment_is_not_found_until_it_is_handed_back(launching, tool, here):
    told = here.register()
    hand_back(tool, told)
    here.deploy_again()

    assert go(launching, here).reason == "Unable to find deployment"

    of_new = launching.begin(here.platform, **here.where)["parameters"]["lti_deployment_id"]
    hand_back(tool, told, deployment_ids=[of_new])
    assert go(launching, here).status == 200


@pytest.mark.parametrize("wrong", ["client_id", "issuer"])
def test_a_wrong_client_id_or_issuer_is_an_exception_at_the_login(launching, tool, here, wrong):
    told = here.register()
    other = {"client_id": "10000000000078", "issuer": f"{told['issuer']}/"}[wrong]
    hand_back(tool, told, **{wrong: other})

    outcome = go(launching, here)

    assert (outcome.stage, outcome.status, outcome.body["error"]) == ("login", 400, "Exception")


@pytest.mark.parametrize(
    ("keep_kid", "reason"), [(True, "Signature verification failed"), (False, "Unable to find public key")]
)
def test_a_pinned_platform_key_fails_after_rotation(launching, tool, here, keep_kid, reason):
    told = here.register()
    keys = launching.get(told["keyset_url"])
    hand_back(tool, told)
    edit(tool, key_set=keys, key_set_url=None)
    assert go(launching, here).status == 200

    launching.rotate(here.platform, keep_kid)
    outcome = go(launching, here)

    assert (outcome.stage, outcome.status) == ("launch", 400)
    assert reason in outcome.reason


@pytest.mark.parametrize("keep_kid", [True, False])
def test_a_key_set_that_is_asked_for_survives_rotation(launching, tool, here, keep_kid):
    hand_back(tool, here.register())
    launching.rotate(here.platform, keep_kid)

    assert go(launching, here).status == 200


def test_a_granted_scope_gives_a_token_that_opens_the_roster(launching, tool, here):
    hand_back(tool, here.register())
    go(launching, here)

    members = tool.launch.get_nrps().get_members()

    assert {one["family_name"] for one in members} == {"Lovelace", "Noether"}


def test_a_scope_that_was_not_granted_gives_no_token(launching, tool, here):
    hand_back(tool, here.register())
    go(launching, here)

    with pytest.raises(LtiServiceException) as refused:
        tool.launch.get_service_connector().get_access_token([RESULTS])

    assert refused.value.response.status_code == 400
    assert refused.value.response.json()["error"] == "invalid_scope"


# Beyond the table.


def test_the_address_of_the_tokens_as_audience_gets_none_from_brightspace(launching, tool, brightspace):
    hand_back(tool, brightspace.register())
    edit(tool, auth_audience=None)
    go(launching, brightspace)

    with pytest.raises(LtiServiceException) as refused:
        tool.launch.get_service_connector().get_access_token([ROSTER])

    assert refused.value.response.json()["error"] == "invalid_client"
    assert "aud" in refused.value.response.json()["error_description"]


def test_a_disabled_deployment_is_refused_at_the_authorisation(launching, tool, brightspace):
    hand_back(tool, brightspace.register())
    brightspace.deploy("Virtual Lab", enabled=False)

    outcome = go(launching, brightspace)

    assert (outcome.stage, outcome.status, outcome.body["error"]) == ("authorisation", 403, "deployment_disabled")


def test_a_deployment_that_is_not_shared_is_refused_at_the_authorisation(launching, tool, brightspace):
    hand_back(tool, brightspace.register())
    rule = {"deployment_id": brightspace.deployment_id, "org_unit_id": "6606"}
    brightspace.run("d2l_sharing_rule", state="absent", **rule)

    outcome = go(launching, brightspace)

    assert (outcome.stage, outcome.status, outcome.body["error"]) == ("authorisation", 403, "not_shared")


def test_a_link_outside_of_the_domain_is_refused(launching, tool, brightspace):
    hand_back(tool, brightspace.register())
    elsewhere = {"name": "Elsewhere", "url": "https://elsewhere.example.com/launch"}
    link = brightspace.run("d2l_lti_link", deployment_id=brightspace.deployment_id, **elsewhere)["link"]

    outcome = launching.launch("d2l", link=link["link_id"])

    assert (outcome.stage, outcome.status, outcome.body["error"]) == ("authorisation", 400, "outside_domain")


def test_an_extension_of_the_deployment_only_is_no_service(launching, tool, brightspace):
    hand_back(tool, brightspace.register())
    brightspace.run("d2l_lti_registration", client_id=brightspace.client_id, enabled_extensions=[])

    assert go(launching, brightspace).status == 200
    assert not tool.launch.has_nrps()


def test_a_pinned_tool_key_of_canvas_is_enough_for_a_token(launching, tool, canvas, sandbox):
    hand_back(tool, canvas.register())
    key = sandbox.service.store["canvas"]["developer_keys"][str(int(canvas.client_id) % 10**13)]
    key.update(public_jwk=tool.keyset()["keys"][0], public_jwk_url=None)
    go(launching, canvas)

    assert tool.launch.get_service_connector().get_access_token([SCORE])


def test_a_tool_whose_keys_are_not_found_gets_no_token(launching, tool, canvas, sandbox):
    hand_back(tool, canvas.register())
    go(launching, canvas)
    key = sandbox.service.store["canvas"]["developer_keys"][str(int(canvas.client_id) % 10**13)]
    key["public_jwk_url"] = f"{ORIGIN}/nothing"

    with pytest.raises(LtiServiceException) as refused:
        tool.launch.get_service_connector().get_access_token([SCORE])

    assert "no key set" in refused.value.response.json()["error_description"]
