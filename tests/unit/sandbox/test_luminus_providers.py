"""Providers: who reads them, and what they look like."""

from __future__ import annotations

import re

import pytest

from tests.sandbox.luminus.seeds import SeedError
from tests.unit.sandbox.test_luminus_client import (
    BARE,
    ELSEWHERE,
    IN_MODULE,
    MODULE,
    NOWHERE,
    OTHER_MODULE,
    SYSTEM,
    UNPUBLISHED,
    LuminusClient,
)

ZERO = "00000000-0000-0000-0000-000000000000"
WITHHELD = {"consumerKey", "consumerSecret", "launchURL", "custParams", "launchData"}
ADMIN, STAFF = "c0000000-0000-4000-8000-000000000001", "c0000000-0000-4000-8000-000000000002"


@pytest.fixture
def luminus(sandbox):
    """A client of LumiNUS."""
    return LuminusClient(sandbox.base_url)


@pytest.fixture
def luminus_seeds(sandbox):
    """What puts things straight into LumiNUS."""
    return sandbox.seed("luminus")


@pytest.mark.parametrize(
    ("id", "statuses"),
    [
        (SYSTEM, [200, 403, 403, 403]),
        (BARE, [200, 403, 403, 403]),
        (IN_MODULE, [200, 200, 200, 403]),
        (UNPUBLISHED, [200, 200, 200, 403]),
        (ELSEWHERE, [200, 403, 403, 403]),
        (NOWHERE, [404, 404, 404, 404]),
    ],
)
def test_who_may_read_which_provider(luminus, id, statuses):
    people = ("admin", "staff", "student", "outsider")
    assert [luminus.provider(id, who).status_code for who in people] == statuses


def test_a_system_level_provider(luminus):
    assert luminus.provider(SYSTEM).json() == {
        "id": SYSTEM,
        "name": "Quiz Helper",
        "description": "Practice quizzes",
        "resourceID": ZERO,
        "consumerKey": "quiz-helper-key",
        "consumerSecret": "quiz-helper-secret",
        "launchURL": "https://quiz.example.com/lti/launch",
        "custParams": [
            {"key": "locale", "value": "en"},
            {"key": "feature", "value": "hints"},
            {"key": "feature", "value": "timer"},
        ],
        "launchData": ["lis_person_name_full", "lis_person_contact_email_primary"],
        "publish": False,
        "installable": True,
        "parentID": ZERO,
        "documentTarget": "iframe",
        "createdDate": "2019-08-05T10:15:30.21+08:00",
        "creatorID": ADMIN,
        "lastUpdatedDate": "2020-01-13T17:42:08.437+08:00",
        "lastUpdatedBy": ADMIN,
    }


def test_a_module_level_provider_names_its_module_and_parent(luminus):
    provider = luminus.provider(IN_MODULE, "staff").json()
    assert (provider["resourceID"], provider["parentID"]) == (MODULE, SYSTEM)
    assert (provider["publish"], provider["installable"]) == (True, False)
    assert provider["consumerSecret"] == "quiz-helper-secret"


def test_what_has_no_value_is_missing(luminus):
    missing = {"description", "custParams", "launchData", "documentTarget"}
    assert not missing & set(luminus.provider(BARE).json())


def test_an_empty_value_is_shown(luminus):
    provider = luminus.provider(UNPUBLISHED).json()
    assert (provider["description"], provider["launchData"]) == ("", [])
    assert provider["custParams"] == [{"key": "empty", "value": ""}]


def test_fractions_of_seconds_have_no_fixed_length(luminus):
    ids = (SYSTEM, BARE, IN_MODULE, UNPUBLISHED, ELSEWHERE)
    found = [luminus.provider(id).json() for id in ids]
    dates = [one[name] for one in found for name in ("createdDate", "lastUpdatedDate")]
    matches = [re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.(\d+))?\+08:00", date) for date in dates]
    assert {len(match[1] or "") for match in matches} == {0, 1, 2, 3, 7}


def test_students_do_not_see_five_fields(luminus):
    shown, all_of_it = (set(luminus.provider(IN_MODULE, who).json()) for who in ("student", "staff"))
    assert all_of_it - shown == WITHHELD


def test_a_student_here_may_be_staff_there(luminus, luminus_seeds):
    module = luminus_seeds.module(members={"e0000003": "owner", "staff.one": "student"})["id"]
    there = luminus_seeds.provider(resourceID=module)["id"]
    assert "consumerSecret" in luminus.provider(there, "student").json()
    assert "consumerSecret" not in luminus.provider(there, "staff").json()


@pytest.mark.parametrize("populate", ["creator", "Creator", " CREATOR , nothing", "creator,creator"])
def test_populate_adds_the_creator(luminus, populate):
    plain = luminus.provider(IN_MODULE).json()
    added = {
        "creatorName": "Tan Ah Kow",
        "creatorUserID": "staff.one",
        "creatorEmail": "staff.one@u.example.edu",
    }
    assert luminus.provider(IN_MODULE, populate=populate).json() == {**plain, **added}


def test_populate_adds_both_people(luminus):
    provider = luminus.provider(SYSTEM, populate="creator,lastUpdatedUser").json()
    assert provider["lastUpdatedByName"] == provider["creatorName"] == "Lim Wei Ling"
    assert provider["lastUpdatedByUserID"] == "lti.admin"
    assert provider["lastUpdatedByEmail"] == "lti.admin@u.example.edu"


@pytest.mark.parametrize("query", [{}, {"populate": ""}, {"populate": ","}, {"entities": "true"}])
def test_nobody_is_populated_unasked(luminus, query):
    assert luminus.provider(SYSTEM, **query).json() == luminus.provider(SYSTEM).json()


def test_the_names_of_query_parameters_know_no_case(luminus):
    assert "creatorName" in luminus.provider(SYSTEM, Populate="creator").json()


@pytest.mark.parametrize(
    "id", ["1", "Launch", SYSTEM[:-1], SYSTEM + "0", "{" + SYSTEM + "}", SYSTEM.replace("-", ""), SYSTEM[:-1] + "g"]
)
def test_what_is_no_uuid_is_a_400(luminus, id):
    answer = luminus.provider(id)
    assert (answer.status_code, answer.json()) == (400, {"id": [f"The value '{id}' is not valid."]})


@pytest.mark.parametrize(
    ("id", "who", "status", "text"),
    [
        (NOWHERE, "admin", 404, "The LTI provider does not exist."),
        (SYSTEM, "staff", 403, "The user is not authorised to read this LTI provider."),
        (IN_MODULE, "outsider", 403, "The user has no access to this module."),
    ],
)
def test_refusals_are_json_texts(luminus, id, who, status, text):
    answer = luminus.provider(id, who)
    assert (answer.status_code, answer.json()) == (status, text)
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"


def test_a_seeded_provider_is_read_as_it_was_made(luminus, luminus_seeds):
    parameters = [{"key": "k", "value": "1"}, {"key": "k", "value": "2"}]
    made = luminus_seeds.provider(
        name="Ünïcode 工具", resourceID=OTHER_MODULE, parentID=SYSTEM, custParams=parameters, creatorID="staff.one"
    )
    shown = luminus.provider(made["id"]).json()
    assert shown == {name: value for name, value in made.items() if value is not None}
    assert (shown["creatorID"], shown["custParams"]) == (STAFF, parameters)
    luminus_seeds.provider(made["id"], name="Renamed")
    assert luminus.provider(made["id"]).json() == {**shown, "name": "Renamed"}
    luminus_seeds.remove_provider(made["id"])
    assert luminus.provider(made["id"]).status_code == 404


@pytest.mark.parametrize(
    "fields",
    [
        {"colour": "red"},
        {"id": "b1"},
        {"resourceID": NOWHERE},
        {"parentID": SYSTEM},
        {"resourceID": MODULE, "parentID": BARE},
        {"resourceID": MODULE, "parentID": IN_MODULE},
        {"resourceID": MODULE, "parentID": NOWHERE},
        {"creatorID": "nobody"},
    ],
)
def test_a_provider_that_cannot_be_is_not_seeded(luminus_seeds, sandbox, fields):
    before = sandbox.state("luminus")
    with pytest.raises(SeedError):
        luminus_seeds.provider(**fields)
    assert sandbox.state("luminus") == before
