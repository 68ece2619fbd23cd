"""Links, quicklinks, lists, and what lies outside the core."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.unit.sandbox.d2l_client import NOBODY, link, registration, rule

WHERES = ["links/organization/", "links/orgunit/8101/"]


@pytest.fixture
def shared(d2l_seeds, deployed):
    """The id of a deployment that everybody sees."""
    d2l_seeds.sharing_rule(deployed)
    return deployed


def test_what_a_link_looks_like(d2l, shared):
    made = d2l.post("links/orgunit/8101/", link(shared)).json()
    assert isinstance(made.pop("LinkId"), int)
    made.pop("SandboxNote")
    assert made == {
        **link(shared), "Description": None, "Height": None, "Width": None, "CustomParameters": None,
        "IsAvailable": True, "OwnerOrgUnitId": 8101,
    }  # fmt: skip


@pytest.mark.parametrize("where", WHERES)
def test_create_read_replace_delete(d2l, shared, where):
    parameters = [{"Name": "course", "Value": "$CourseOffering.sourcedId"}]
    made = d2l.post(where, link(shared, Height=400, Description="d", CustomParameters=parameters))
    assert made.status_code == 200
    one = f"{where}{made.json()['LinkId']}"
    assert d2l.get(one).json() == made.json()
    changed = d2l.put(one, link(shared, Name="Other", Type=2)).json()
    assert (changed["Name"], changed["Type"], changed["Height"], changed["Description"]) == ("Other", 2, None, None)
    assert changed["CustomParameters"] is None
    gone = d2l.delete(one)
    assert (gone.status_code, gone.content) == (200, b"")
    for answer in (d2l.delete(one), d2l.get(one), d2l.put(one, link(shared))):
        assert answer.status_code == 404


def test_ids_grow(d2l_seeds, shared):
    ids = [d2l_seeds.link(shared, unit)["LinkId"] for unit in (6606, 8101, 8101)]
    assert ids == sorted(set(ids))


def test_the_organisations_links_belong_to_the_root(d2l, shared):
    assert d2l.post("links/organization/", link(shared)).json()["OwnerOrgUnitId"] == 6606


@pytest.mark.parametrize(
    "fields",
    [
        {"DeploymentId": NOBODY}, {"DeploymentId": "x"}, {"Name": ""}, {"Name": "n" * 201}, {"Description": "d" * 1001},
        {"URL": ""}, {"URL": "nothing"}, {"URL": "https://t.example/" + "u" * 2000}, {"Type": 0}, {"Type": 7},
        {"Type": "1"}, {"Height": 0}, {"Height": "600"}, {"Width": True}, {"CustomParameters": {}},
        {"IsEnabled": None}, {"DeploymentId": None}, {"Type": None}, {"URL": None}, {"Name": None},
    ],
)  # fmt: skip
@pytest.mark.parametrize("where", WHERES)
def test_values_that_cannot_be(d2l, shared, where, fields):
    assert d2l.post(where, link(shared, **fields)).status_code == 400


@pytest.mark.parametrize("name", ["DeploymentId", "IsEnabled", "Name", "URL", "Type"])
def test_required_fields(d2l, shared, name):
    body = {key: value for key, value in link(shared).items() if key != name}
    assert d2l.post("links/organization/", body).status_code == 400


def test_the_address_is_spelt_in_capitals(d2l, shared):
    body = link(shared)
    body["Url"] = body.pop("URL")
    assert d2l.post("links/organization/", body).status_code == 400


def test_an_org_unit_needs_a_share(d2l, deployed):
    assert d2l.post("links/orgunit/8101/", link(deployed)).status_code == 400
    d2l.post(f"deployment/{deployed}/sharing/", rule(8101, False, True))
    assert d2l.post("links/orgunit/8101/", link(deployed)).status_code == 400
    d2l.put(f"deployment/{deployed}/sharing/8101", {"ShareWithOrgUnit": True, "ShareWithDescendants": False})
    assert d2l.post("links/orgunit/8101/", link(deployed)).status_code == 200
    assert d2l.post("links/organization/", link(deployed)).status_code == 200


def test_an_org_unit_that_does_not_exist(d2l, shared):
    for path in ("links/orgunit/1/", "links/orgunit/x/", "links/orgunit/1/1"):
        assert d2l.get(path).status_code == 404
    assert d2l.post("links/orgunit/1/", link(shared)).status_code == 404


def test_available_follows_registration_deployment_and_share(d2l, sandbox, d2l_seeds, shared):
    one = f"links/orgunit/8101/{d2l_seeds.link(shared, 8101)['LinkId']}"
    assert d2l.get(one).json()["IsAvailable"] is True
    d2l.delete(f"deployment/{shared}/sharing/6606")
    assert d2l.get(one).json()["IsAvailable"] is False
    d2l_seeds.sharing_rule(shared, 6701)
    assert d2l.get(one).json()["IsAvailable"] is True
    state = sandbox.service.store["d2l"]
    for record in (*state["registrations"].values(), *state["deployments"].values(), *state["links"].values()):
        record["IsEnabled"] = False
        assert d2l.get(one).json()["IsAvailable"] is False
        record["IsEnabled"] = True


def test_the_organisations_link_needs_no_share(d2l, d2l_seeds, deployed):
    number = d2l_seeds.link(deployed)["LinkId"]
    assert d2l.get(f"links/organization/{number}").json()["IsAvailable"] is True
    assert d2l.get(f"links/orgunit/8101/{number}").status_code == 404


def test_an_org_unit_sees_the_organisations_links_but_cannot_change_them(d2l, d2l_seeds, shared):
    above, own, other = (d2l_seeds.link(shared, unit)["LinkId"] for unit in (6606, 8101, 8102))
    listed = d2l.get("links/orgunit/8101/").json()["Objects"]
    assert [(one["LinkId"], one["OwnerOrgUnitId"]) for one in listed] == [(above, 6606), (own, 8101)]
    assert [one["LinkId"] for one in d2l.get("links/organization/").json()["Objects"]] == [above]
    assert d2l.get(f"links/orgunit/8101/{above}").status_code == 200
    for number in (above, other):
        assert d2l.put(f"links/orgunit/8101/{number}", link(shared)).status_code == 404
        assert d2l.delete(f"links/orgunit/8101/{number}").status_code == 404
    assert d2l.get(f"links/organization/{own}").status_code == 404
    assert d2l.get(f"links/orgunit/8101/{other}").status_code == 404


def test_the_list_can_be_narrowed(d2l, d2l_seeds, shared):
    other = d2l_seeds.deployment(d2l_seeds.registration(IsEnabled=False)["ClientId"])["DeploymentId"]
    for name, of, on in (("a", shared, True), ("b", shared, False), ("c", other, True)):
        d2l_seeds.link(of, Name=name, IsEnabled=on)

    def listed(**query):
        return "".join(one["Name"] for one in d2l.get("links/organization/", **query).json()["Objects"])

    assert listed() == "abc"
    assert listed(deploymentId=shared.upper()) == "ab"
    assert listed(isEnabled="true") == "ac"
    assert listed(IsAvailable="true") == "a"
    assert listed(isavailable="false") == "bc"


def test_a_link_may_move_to_another_deployment(d2l, d2l_seeds, shared):
    other = d2l_seeds.deployment(d2l_seeds.registration()["ClientId"])["DeploymentId"]
    where = f"links/orgunit/8101/{d2l_seeds.link(shared, 8101)['LinkId']}"
    assert d2l.put(where, link(other)).status_code == 400
    d2l_seeds.sharing_rule(other)
    assert d2l.put(where, link(other)).json()["DeploymentId"] == other
    assert d2l.put(where, link(NOBODY)).status_code == 400


def test_summaries_show_links_of_all_org_units(d2l, d2l_seeds, shared):
    for unit in (6606, 8101, 9101):
        d2l_seeds.link(shared, unit)
    listed = d2l.get(f"deployment/{shared}/links/summaries/").json()["Objects"]
    assert [one["OwnerOrgUnitId"] for one in listed] == [6606, 8101, 9101]
    assert set(listed[0]) == {"LinkId", "IsEnabled", "URL", "Type", "OwnerOrgUnitId", "SandboxNote"}
    assert d2l.get(f"deployment/{NOBODY}/links/summaries/").status_code == 404


def test_every_quicklink_is_another_one(d2l, sandbox, d2l_seeds, shared):
    number = d2l_seeds.link(shared, 8101)["LinkId"]
    where = f"quicklinks/orgunit/8101/link/{number}"
    first, second = (d2l.post(where).json() for _again in range(2))
    assert first["PublicUrl"] != second["PublicUrl"]
    assert first["LinkId"] not in (number, second["LinkId"])
    assert "ou={orgUnitId}&type=lti&rcode=" in first["PublicUrl"]
    assert first["PublicUrl"].endswith("&srcou=8101")
    assert len(sandbox.state("d2l")["quicklinks"]) == 2
    assert d2l.post("quicklinks/orgunit/8101/link/9999").status_code == 404
    assert d2l.post(f"quicklinks/orgunit/8102/link/{number}").status_code == 404
    assert d2l.get(where).status_code == 404
    above = d2l_seeds.link(shared)["LinkId"]
    assert d2l.post(f"quicklinks/orgunit/8102/link/{above}").json()["PublicUrl"].endswith("&srcou=6606")


def everything(d2l, path, **query) -> list[list]:
    """Return the pages of a list."""
    pages, answer = [], d2l.get(path, **query).json()
    while True:
        pages.append(answer["Objects"])
        if answer["Next"] is None:
            return pages
        answer = d2l.send("GET", answer["Next"]).json()


def test_lists_come_in_pages(d2l, d2l_seeds):
    made = [d2l_seeds.registration(IsEnabled=number % 2 == 0)["ClientId"] for number in range(44)]
    pages = everything(d2l, "registration/")
    assert [len(page) for page in pages] == [20, 20, 4]
    assert [one["ClientId"] for page in pages for one in page] == made
    assert [len(page) for page in everything(d2l, "registration/", isEnabled="true")] == [20, 2]


def test_a_page_that_is_just_full_has_no_next(d2l, d2l_seeds):
    for _again in range(20):
        d2l_seeds.registration()
    assert d2l.get("registration/").json()["Next"] is None


def test_next_keeps_the_filters_and_carries_no_signature(d2l, d2l_seeds):
    for _again in range(21):
        d2l_seeds.registration()
    answer = d2l.signed("GET", "registration/?isEnabled=true&free=a%26b")
    following = answer.json()["Next"]
    target = urlsplit(following)
    assert following.startswith(d2l.base_url + "/d2l/api/le/1.82/ltiadvantage/registration/?")
    assert set(parse_qs(target.query)) == {"isEnabled", "free", "pageToken"}
    assert parse_qs(target.query)["free"] == ["a&b"]
    assert d2l.send("GET", following, token=None).status_code == 401
    assert len(d2l.signed("GET", f"{target.path}?{target.query}").json()["Objects"]) == 1


def test_a_page_goes_on_when_something_was_deleted(d2l, d2l_seeds):
    made = [d2l_seeds.registration()["ClientId"] for _again in range(25)]
    first = d2l.get("registration/").json()
    for one in made[:20]:
        d2l.delete(f"registration/{one}")
    rest = d2l.send("GET", first["Next"]).json()["Objects"]
    assert [one["ClientId"] for one in rest] == made[20:]


@pytest.mark.parametrize("token", ["x", "YWJj", "é", "YWZ0ZXI6LTE"])
def test_a_page_token_of_somebody_elses(d2l, token):
    assert d2l.get("registration/", pageToken=token).status_code == 400


def test_sharing_rules_come_in_pages(d2l, d2l_seeds, deployed):
    for number in range(1, 46):
        d2l_seeds.sharing_rule(deployed, 10_000 + number)
    pages = everything(d2l, f"deployment/{deployed}/sharing/")
    assert [one["SharingOrgUnitId"] for page in pages for one in page] == list(range(10_001, 10_046))
    asked = ",".join(str(10_000 + number) for number in range(1, 31))
    pages = everything(d2l, f"deployment/{deployed}/sharing/", orgUnitId=asked)
    assert [len(page) for page in pages] == [20, 10]


def test_migrations_have_nothing_to_move(d2l, shared):
    assert d2l.post("migration/links/1", {"DeploymentId": shared}).status_code == 404
    assert d2l.post("migration/links/1", {"DeploymentId": NOBODY}).status_code == 400
    job = d2l.post("migration/jobs/", {"OrgUnitId": 8101}).json()
    assert job["Status"] == 2
    assert d2l.get(f"migration/jobs/{job['JobId']}").json() == job
    assert d2l.get("migration/jobs/").json()["Objects"] == [job]
    assert d2l.post("migration/jobs/", {"OrgUnitId": 1}).status_code == 400
    assert d2l.get("migration/jobs/99").status_code == 404


def test_there_are_no_asset_processors(d2l, shared):
    for path in (f"deployment/{shared}/assetprocessors/", "orgunit/8101/assetprocessors/"):
        assert d2l.get(path).json() == {"Next": None, "Objects": []}
    assert d2l.get("orgunit/8101/assetprocessor/1").status_code == 404
    assert d2l.delete("orgunit/8101/assetprocessor/1").status_code == 404
    assert d2l.put("orgunit/8101/assetprocessor/1/status", {}).status_code == 404


def test_the_page_shows_tools_and_counts_rules(d2l, d2l_seeds, shared):
    d2l_seeds.link(shared, 8101, Name="<b>Essay</b>")
    d2l.post("registration/", registration(Name="Second"))
    for number in range(1, 110):
        d2l_seeds.link(shared, 10_000 + number)
    page = d2l.session.get(d2l.base_url).text
    for shown in ("D2L Brightspace", "Second", "sharing rules", "&lt;b&gt;Essay", "8101 Calculus I", "and 10 more",
                  "https://tool.example.com"):  # fmt: skip
        assert shown in page
    for secret in ("d2l-demo-oauth-secret", "d2l-demo-token", "d2l-demo-refresh-token", "d2l-demo-userkey"):
        assert secret not in page
