"""The University of Washington's client finds in Canvas what was written.

`uw-restclients-canvas` is made and used by a university, and reads developer keys as well as LTI
registrations. It asks for the next page by the whole address in the link.
"""

from __future__ import annotations

import pytest
from commonconf.proxy import ConfProxy
from restclients_core.dao import LiveDAO
from restclients_core.exceptions import DataFailureException
from uw_canvas.developer_keys import DeveloperKeys
from uw_canvas.external_tools import ExternalTools
from uw_canvas.lti_registrations import LTIRegistrations

from .conftest import LAUNCH, TITLE

KEYS = "/api/v1/accounts/1/developer_keys"


@pytest.fixture
def log_in(sandbox, written, monkeypatch):
    """A function that makes the client use a token, by its own settings; the administrator does at first."""

    def use(token):
        settings = {"DAO_CLASS": "Live", "HOST": sandbox.base_url, "OAUTH_BEARER": token, "ACCOUNT_ID": "1"}
        named = {f"RESTCLIENTS_CANVAS_{name}": value for name, value in settings.items()}
        monkeypatch.setattr(ConfProxy, "backend", _Settings(named))

    use(sandbox.credentials["canvas"]["access_token"])
    # The client keeps its connections for the life of the process.
    monkeypatch.setattr(LiveDAO, "pools", {})
    return use


class _Settings:
    """What the client asks for its settings."""

    def __init__(self, values):
        self._values = values

    def get(self, name):
        try:
            return self._values[name]
        except KeyError:
            raise AttributeError(name) from None


@pytest.fixture
def client(log_in):
    """The client, logged in as the administrator."""


def pages(sandbox, path):
    """How many requests for this path there were; all were answered with 200."""
    asked = [entry for entry in sandbox.requests() if entry["path"] == path]
    assert {entry["status"] for entry in asked} == {200}
    return len(asked)


def test_the_key_is_found_with_its_binding(client, written):
    (key,) = DeveloperKeys().get_developer_keys({"id": written.client_id})

    assert (str(key["id"]), key["name"]) == (written.client_id, TITLE)
    assert key["developer_key_account_binding"]["workflow_state"] == "on"
    assert key["tool_configuration"]["target_link_uri"] == LAUNCH


def test_a_key_is_found_by_its_client_id(client, written):
    found = DeveloperKeys().get_developer_key_by_id(written.client_id)

    assert str(found["id"]) == written.client_id


@pytest.mark.parametrize("tokens", ["number", "bookmark"])
@pytest.mark.parametrize(("size", "requests"), [(0, 13), (100, 2)])
def test_more_than_a_hundred_keys_are_all_read(client, written, sandbox, size, requests, tokens):
    sandbox.switches({"canvas.page_tokens": tokens})
    many = sandbox.seed("canvas").developer_keys(120)["client_ids"]

    keys = DeveloperKeys(per_page=size).get_developer_keys()

    found = [str(key["id"]) for key in keys]
    assert sorted(found) == sorted([*many, written.client_id, written.registered_client_id])
    assert pages(sandbox, KEYS) == requests


def test_the_registrations_are_found(client, written):
    found = {str(one["id"]): one for one in LTIRegistrations().get_registrations()}

    assert found[written.registration]["name"] == "Essays"
    assert str(found[written.registration]["developer_key_id"]) == written.registered_client_id
    assert {str(one["developer_key_id"]) for one in found.values()} == {written.client_id, written.registered_client_id}


def test_registrations_beyond_the_first_page_are_found(client, written, sandbox):
    sandbox.seed("canvas").developer_keys(25)

    found = LTIRegistrations().get_registrations()

    assert len({one["id"] for one in found}) == 27


def test_a_registration_is_read_with_its_configuration(client, written):
    wanted = {"include": ["overlaid_configuration"]}

    found = LTIRegistrations().get_registration_by_id(written.registration, wanted)

    assert (found["admin_nickname"], found["workflow_state"]) == ("Essays of the faculty", "active")
    assert found["overlaid_configuration"]["title"] == found["configuration"]["title"]


def test_the_tools_are_found_where_they_were_installed(client, written):
    in_account = ExternalTools().get_external_tools_in_account("1")
    in_course = ExternalTools().get_external_tools_in_course("101")

    assert [(str(one["id"]), one["deployment_id"]) for one in in_account] == [
        (written.account_tool, written.account_deployment)
    ]
    assert [(str(one["id"]), one["deployment_id"]) for one in in_course] == [
        (written.course_tool, written.course_deployment)
    ]


def test_the_client_understands_a_refusal(log_in, written):
    log_in("canvas-installer-token")

    with pytest.raises(DataFailureException) as raised:
        DeveloperKeys().get_developer_keys()
    assert raised.value.status == 403
