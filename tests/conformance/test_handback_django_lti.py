"""django-lti, a tool for Django of the University of Michigan, loads the fixture that was handed back."""

from __future__ import annotations

import json
import re
import textwrap
from pathlib import Path

import django
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import IntegrityError

from tests.unit.plugins.conftest import Runner
from tests.unit.plugins.handback_samples import BRIGHTSPACE, CANVAS, OTHER_CLIENT, SECOND_DEPLOYMENT

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide" / "handback.md"


@pytest.fixture(scope="module")
def project():
    """A Django project with django-lti and a database in memory."""
    settings.configure(
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "lti_tool"],
        USE_TZ=True,
    )
    django.setup()
    call_command("migrate", verbosity=0)
    return __import__("lti_tool.models", fromlist=["models"])


@pytest.fixture
def models(project):
    """The tables of django-lti, with nothing in them but a key of the tool."""
    call_command("flush", interactive=False, verbosity=0)
    project.Key.objects.generate()
    return project


@pytest.fixture
def hand_back(tmp_path):
    """Runs the module on a file."""
    run = Runner.at(None)
    run.connection = {"path": str(tmp_path / "platforms.json"), "format": "django_lti"}
    return lambda *platforms, **options: run("lti_handback", platforms=list(platforms), **options)


@pytest.fixture
def load(tmp_path):
    return lambda: call_command("loaddata", str(tmp_path / "platforms.json"), verbosity=0)


def by_the_guide(tmp_path):
    """Run the lines of the guide on the file."""
    (lines,) = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    code = textwrap.dedent("  " + lines.lstrip()).replace(
        "/srv/handback/platforms.json", str(tmp_path / "platforms.json")
    )
    exec(compile(code, str(GUIDE), "exec"), {})


def launched(told, deployment_id):
    """What django-lti finds when a launch comes in: the registration as PyLTI1p3 has it, and the deployment."""
    from lti_tool.utils import DjangoToolConfig

    tool = DjangoToolConfig()
    found = tool.find_registration_by_params(told["issuer"], told["client_id"])
    tool.find_deployment_by_params(told["issuer"], deployment_id, told["client_id"])
    return found, tool.deployment


@pytest.mark.parametrize("way", ["loaddata", "guide"])
def test_launches_of_what_was_handed_back_are_taken(models, hand_back, load, tmp_path, way):
    hand_back(CANVAS, OTHER_CLIENT, BRIGHTSPACE, SECOND_DEPLOYMENT)
    for _again in range(2):
        load() if way == "loaddata" else by_the_guide(tmp_path)

    assert (models.LtiRegistration.objects.count(), models.LtiDeployment.objects.count()) == (3, 4)
    for told in (CANVAS, OTHER_CLIENT, BRIGHTSPACE, SECOND_DEPLOYMENT):
        found, deployment = launched(told, told.get("deployment_id") or told["deployment_ids"][0])
        assert deployment.is_active
        assert found.get_auth_login_url() == told["authentication_endpoint"]
        assert found.get_auth_token_url() == told["token_url"]
        assert found.get_auth_audience() == told["audience"]
        assert found.get_key_set_url() == told["keyset_url"]
    assert models.LtiDeployment.objects.count() == 4


def test_a_deployment_that_was_not_handed_back_is_inactive(models, hand_back, load):
    hand_back(CANVAS)
    load()

    assert not launched(CANVAS, "99:new")[1].is_active


def test_the_login_address_survives_a_second_load(models, hand_back, load):
    hand_back(CANVAS)
    load()
    (before,) = models.LtiRegistration.objects.values_list("uuid", flat=True)

    hand_back({**CANVAS, "deployment_ids": ["311:new"], "token_url": "https://new.example.edu/token"})
    load()

    registration = models.LtiRegistration.objects.get()
    assert (registration.uuid, registration.token_url) == (before, "https://new.example.edu/token")
    assert models.LtiDeployment.objects.filter(is_active=True).count() == 2


def test_rows_of_the_tool_are_in_the_way_of_a_fixture_but_not_of_the_guides_lines(models, hand_back, load, tmp_path):
    mine = models.LtiRegistration.objects.create(
        name="Made by hand", issuer=CANVAS["issuer"], client_id=CANVAS["client_id"], private_key="k", public_key="p"
    )
    models.LtiDeployment.objects.create(registration=mine, deployment_id=CANVAS["deployment_ids"][0])
    hand_back(CANVAS)

    with pytest.raises(IntegrityError, match="UNIQUE constraint failed"):
        load()
    assert models.LtiDeployment.objects.filter(is_active=True).count() == 0

    by_the_guide(tmp_path)
    kept = models.LtiRegistration.objects.get()
    assert (kept.pk, kept.uuid, kept.private_key) == (mine.pk, mine.uuid, "k")
    assert kept.auth_url == CANVAS["authentication_endpoint"]
    assert models.LtiDeployment.objects.get().is_active


def test_a_dump_is_taken_as_it_is(models, hand_back, load, tmp_path):
    mine = models.LtiRegistration.objects.create(
        name="Made by hand", issuer=CANVAS["issuer"], client_id=CANVAS["client_id"], private_key="k", public_key="p"
    )
    models.LtiDeployment.objects.create(registration=mine, deployment_id="1:old", is_active=True)
    tables = ("lti_tool.ltiregistration", "lti_tool.ltideployment")
    call_command("dumpdata", *tables, output=str(tmp_path / "platforms.json"), verbosity=0)

    assert hand_back(CANVAS, BRIGHTSPACE)["changed"]
    load()

    kept = models.LtiRegistration.objects.get(client_id=CANVAS["client_id"])
    assert (kept.pk, kept.uuid, kept.name, kept.private_key) == (mine.pk, mine.uuid, "Made by hand", "k")
    assert {one.deployment_id for one in kept.deployments.all()} == {"1:old", *CANVAS["deployment_ids"]}
    assert models.LtiRegistration.objects.count() == 2


def test_rows_that_are_made_later_fit_beside_those_of_the_fixture(models, hand_back, load, tmp_path):
    hand_back(CANVAS)
    load()
    later = models.LtiRegistration.objects.create(name="Later", issuer="https://a.example", client_id="1")

    keys = [item["pk"] for item in json.loads((tmp_path / "platforms.json").read_text())]
    assert later.pk not in keys
    assert max(keys) < 2**31
