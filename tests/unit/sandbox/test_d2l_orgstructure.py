"""Org units, the organisation, and who is calling."""

from __future__ import annotations

import pytest

UNITS = "/d2l/api/lp/1.49/orgstructure/"


def found(d2l, **query) -> list[int]:
    """Return the ids on the first page."""
    return [int(one["Identifier"]) for one in d2l.get(UNITS, **query).json()["Items"]]


def walked(d2l, path=UNITS, **query) -> list[dict]:
    """Return the items of all pages."""
    items, bookmark = [], {}
    while True:
        answer = d2l.get(path, **query, **bookmark).json()
        items += answer["Items"]
        if not answer["PagingInfo"]["HasMoreItems"]:
            return items
        bookmark = {"bookmark": answer["PagingInfo"]["Bookmark"]}


def test_what_an_org_unit_looks_like(d2l):
    unit = d2l.get(UNITS + "8101").json()
    unit.pop("SandboxNote")
    assert unit == {
        "Identifier": "8101",
        "Name": "Calculus I",
        "Code": "MATH-101",
        "Path": "/content/enforced/8101-MATH-101/",
        "Type": {"Id": 3, "Code": "Course Offering", "Name": "Course Offering"},
    }
    assert d2l.get(UNITS + "6606").json()["Type"]["Code"] == "Organization"
    for path in ("1", "x", "8101x"):
        assert d2l.get(UNITS + path).status_code == 404


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ({"exactOrgUnitCode": "MATH-101"}, [8101]),
        ({"exactOrgUnitCode": "math-101"}, [8101]),
        ({"exactOrgUnitCode": "MATH"}, []),
        ({"exactOrgUnitCode": "MATH-101", "orgUnitCode": "CHEM"}, [8101]),
        ({"orgUnitCode": "math-10"}, [8101, 8102, 9101, 9102]),
        ({"EXACTORGUNITCODE": "BIO-200"}, [7010, 8110]),
        ({"exactOrgUnitCode": "BIO-200", "orgUnitType": "3"}, [8110]),
        ({"exactOrgUnitCode": "CHEM-201"}, [8120, 8121]),
        ({"exactOrgUnitName": "Thesis Seminar"}, [8140, 8141]),
        ({"exactOrgUnitName": "Thesis"}, []),
        ({"orgUnitName": "calculus"}, [8101, 8102, 9101, 9102]),
        ({"orgUnitName": "calculus", "orgUnitType": 7}, [9101, 9102]),
        ({"orgUnitType": 1}, [6606]),
        ({"orgUnitName": "débutant"}, [8106]),
        ({"exactOrgUnitCode": "CRS-2500"}, [12500]),
    ],
)
def test_org_units_are_found(d2l, query, ids):
    assert found(d2l, **query) == ids


def test_some_have_no_code(d2l):
    assert d2l.get(UNITS + "8130").json()["Code"] is None


def test_a_type_that_is_no_number(d2l):
    assert d2l.get(UNITS, orgUnitType="course").status_code == 400


def test_all_org_units_come_in_pages(d2l):
    first = d2l.get(UNITS).json()
    assert len(first["Items"]) == 100
    assert first["PagingInfo"]["HasMoreItems"] is True
    everything = walked(d2l)
    assert len({one["Identifier"] for one in everything}) == len(everything) > 3000
    assert len(walked(d2l, orgUnitType=3)) == 2500 + 13
    assert d2l.get(UNITS, bookmark="x").status_code == 400


def test_the_end_of_the_pages(d2l):
    info = d2l.get(UNITS, exactOrgUnitCode="nothing").json()
    assert info == {"PagingInfo": {"Bookmark": "", "HasMoreItems": False}, "Items": []}


def test_above_and_below(d2l):
    def ids(path, **query):
        return [int(one["Identifier"]) for one in d2l.get(UNITS + path, **query).json()]

    assert ids("8101/parents/") == [7001, 6801]
    assert ids("9101/ancestors/") == [8101, 7001, 6801, 6701, 6606]
    assert ids("8101/children/") == ids("8101/descendants/") == [9101, 9102]
    assert ids("6703/children/") == [7003, 7010]
    assert ids("6703/descendants/", ouTypeId=2) == [7003, 7010]
    assert len(ids("6606/descendants/", ouTypeId=3)) == 2513
    below = walked(d2l, UNITS + "6606/descendants/paged/", ouTypeId=7)
    assert len(below) == 502
    assert [one["Identifier"] for one in walked(d2l, UNITS + "8101/children/paged/")] == ["9101", "9102"]
    assert d2l.get(UNITS + "1/descendants/").status_code == 404


def test_codes_are_ones_that_the_platform_allows(d2l):
    for unit in walked(d2l):
        code = unit["Code"] or ""
        assert len(code) <= 50
        assert not set(code) & set("\\:*?\"<>|'#,%&")


def test_an_added_org_unit(d2l, d2l_seeds, sandbox):
    added = d2l_seeds.org_unit("NEW-1", "New course", parents=[7001])
    assert found(d2l, exactOrgUnitCode="NEW-1") == [added["id"]]
    assert added["id"] in [int(one["Identifier"]) for one in d2l.get(UNITS + "7001/children/").json()]
    sandbox.reset()
    assert found(d2l, exactOrgUnitCode="NEW-1") == []


def test_the_organisation_is_told_to_anyone(d2l):
    answer = d2l.send("GET", "/d2l/api/lp/1.49/organization/info", token=None).json()
    assert (answer["Identifier"], answer["Name"]) == ("6606", "Example University")
    assert "TimeZone" in answer


def test_who_is_calling(d2l, d2l_seeds):
    me = d2l.get("/d2l/api/lp/1.49/users/whoami").json()
    assert (me["Identifier"], me["UniqueName"], me["FirstName"]) == ("169", "administrator", "Demo")
    assert me["ProfileIdentifier"]
    for scope, status in (("core:*:*", 200), ("users:own_profile:read", 200), ("ltiadvantage:*:*", 403)):
        token = d2l_seeds.token(scope)["access_token"]
        assert d2l.send("GET", "/d2l/api/lp/1.49/users/whoami", token=token).status_code == status
