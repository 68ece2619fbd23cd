"""The most used Python library for Canvas finds what was installed.

`canvasapi` is maintained at the University of Central Florida. It knows neither developer keys nor
registrations, but tools in accounts and courses.
"""

from __future__ import annotations

import pytest
from canvasapi import Canvas
from canvasapi.exceptions import Forbidden, InvalidAccessToken, ResourceDoesNotExist

from .conftest import LAUNCH, TITLE

# The library advises against plain http, which is all that the sandbox speaks.
pytestmark = pytest.mark.filterwarnings("ignore:Canvas may respond unexpectedly:UserWarning")


@pytest.fixture
def canvas(sandbox, written):
    """The library, logged in as the administrator."""
    return Canvas(sandbox.base_url, sandbox.credentials["canvas"]["access_token"])


def test_the_tool_of_the_account_is_found(canvas, written):
    (tool,) = canvas.get_account(1).get_external_tools()

    assert (str(tool.id), tool.name, tool.url) == (written.account_tool, TITLE, LAUNCH)
    assert (tool.deployment_id, str(tool.developer_key_id)) == (written.account_deployment, written.client_id)
    assert tool.version == "1.3"


def test_the_tool_of_the_course_is_found(canvas, written):
    (tool,) = canvas.get_course(101).get_external_tools()

    assert (str(tool.id), tool.name) == (written.course_tool, TITLE)
    assert (tool.deployment_id, str(tool.developer_key_id)) == (written.course_deployment, written.client_id)


def test_a_course_also_shows_what_accounts_above_it_have(canvas, written):
    shown = canvas.get_course(101).get_external_tools(include_parents=True)

    assert {str(tool.id) for tool in shown} == {written.account_tool, written.course_tool}


def test_a_tool_is_read_by_its_id(canvas, written):
    tool = canvas.get_account(1).get_external_tool(int(written.account_tool))

    assert (tool.name, tool.deployment_id) == (TITLE, written.account_deployment)
    assert tool.get_parent().name == "Example University"


def test_tools_beyond_the_first_page_are_found(canvas, written, sandbox):
    more = [str(sandbox.seed("canvas").external_tool(written.client_id)["id"]) for _again in range(105)]

    found = canvas.get_account(1).get_external_tools()

    assert sorted(str(tool.id) for tool in found) == sorted([written.account_tool, *more])
    assert len([one for one in sandbox.requests() if one["path"].endswith("/external_tools")]) == 2


def test_a_removed_tool_is_gone_from_the_list_and_by_its_id(canvas, written):
    account = canvas.get_account(1)
    account.get_external_tool(int(written.account_tool)).delete()

    assert list(account.get_external_tools()) == []
    with pytest.raises(ResourceDoesNotExist):
        account.get_external_tool(int(written.account_tool))


@pytest.mark.parametrize(
    ("token", "refusal"), [("canvas-teacher-token", Forbidden), ("no-such-token", InvalidAccessToken)]
)
def test_the_library_understands_a_refusal(sandbox, written, token, refusal):
    other = Canvas(sandbox.base_url, token)

    with pytest.raises(refusal):
        other.get_account(1)
