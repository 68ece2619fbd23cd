"""Deployments with their versions, and sharing rules."""

from __future__ import annotations

import threading

import pytest

from tests.unit.sandbox.d2l_client import NOBODY, D2LClient, deployment, registration, rule

LATE = "/d2l/api/le/1.92/ltiadvantage/"


@pytest.fixture
def client_id(d2l):
    """The id of a registration that allows 1 and 3."""
    return d2l.post("registration/", registration()).json()["ClientId"]


def test_what_a_deployment_looks_like(d2l, client_id):
    made = d2l.post("deployment/", deployment(client_id, AutoCreateGrade=True, EnabledNoticeTypes=[7, 5])).json()
    assert made.pop("DeploymentId") not in (client_id, None)
    made.pop("SandboxNote")
    assert made == {
        **deployment(client_id, AutoCreateGrade=True, EnabledNoticeTypes=[5, 7]),
        "EnabledExtensions": [1, 2],
        "AvailableExtensions": [1, 2, 3],
        "IsAvailable": True,
        "NoticeHandlers": [],
    }


def test_create_read_replace_delete(d2l, client_id):
    where = f"deployment/{d2l.post('deployment/', deployment(client_id)).json()['DeploymentId']}"
    changed = d2l.put(where, deployment(client_id, Name="Other", SendUserEmail=True))
    assert (changed.status_code, changed.json()["SendUserEmail"]) == (200, True)
    assert d2l.get(where).json() == changed.json()
    assert d2l.delete(where).status_code == 200
    for answer in (d2l.delete(where), d2l.get(where), d2l.put(where, deployment(client_id))):
        assert answer.status_code == 404


def test_a_deployment_needs_its_registration(d2l, client_id):
    assert d2l.post("deployment/", deployment(NOBODY)).status_code == 400
    assert d2l.post("deployment/", deployment("nothing")).status_code == 400
    where = f"deployment/{d2l.post('deployment/', deployment(client_id.upper())).json()['DeploymentId']}"
    other = d2l.post("registration/", registration(Domain="other.example.com")).json()["ClientId"]
    assert d2l.put(where, deployment(other)).status_code == 400
    assert d2l.get(where).json()["ClientId"] == client_id


def test_what_the_registration_does_not_allow_is_kept_without_effect(d2l, client_id):
    made = d2l.post("deployment/", deployment(client_id, EnabledExtensions=[5])).json()
    assert (made["EnabledExtensions"], made["AvailableExtensions"]) == ([2, 5], [1, 2, 3])


def test_available_means_both_enabled(d2l, client_id):
    where = f"deployment/{d2l.post('deployment/', deployment(client_id)).json()['DeploymentId']}"
    assert d2l.get(where).json()["IsAvailable"] is True
    d2l.put(f"registration/{client_id}", registration(IsEnabled=False))
    assert d2l.get(where).json()["IsAvailable"] is False
    d2l.put(f"registration/{client_id}", registration())
    assert d2l.put(where, deployment(client_id, IsEnabled=False)).json()["IsAvailable"] is False


def test_the_list_can_be_narrowed(d2l, d2l_seeds):
    one, off = d2l_seeds.registration(), d2l_seeds.registration(IsEnabled=False)
    first = d2l_seeds.deployment(one["ClientId"], Name="first")
    d2l_seeds.deployment(one["ClientId"], Name="second", IsEnabled=False)
    d2l_seeds.deployment(off["ClientId"], Name="third")

    def listed(**query):
        return [row["Name"] for row in d2l.get("deployment/", **query).json()["Objects"]]

    assert listed() == ["first", "second", "third"]
    assert listed(clientId=one["ClientId"].upper()) == ["first", "second"]
    assert listed(isEnabled="true") == ["first", "third"]
    assert listed(IsAvailable="true") == ["first"]
    assert listed(clientId=first["ClientId"], isEnabled="false") == ["second"]
    assert listed(clientId=NOBODY) == []


def fields_of(version: str) -> set[str]:
    """Return the request fields of `version` after the table of the platform's page."""
    minor = int(version.split(".")[1])
    fields = set(deployment(""))
    fields -= {"EnabledNoticeTypes"} if minor < 76 else set()
    fields -= {"AutoCreateGrade"} if minor < 68 else set()
    fields -= {"AutoMigrateLinks"} if minor < 67 else set()
    fields -= {"SendOrgUnitInformation", "SendLinkTitle", "SendLinkDescription"} if minor >= 89 else set()
    return fields - ({"Anonymous"} if minor >= 92 else set())


@pytest.mark.parametrize("version", ["1.40", "1.66", "1.67", "1.68", "1.75", "1.76", "1.88", "1.89", "1.91", "1.92"])
def test_the_fields_of_each_version(d2l, sandbox, client_id, version):
    sandbox.switches({"d2l.le_versions": "1.40-1.92"})
    where = f"/d2l/api/le/{version}/ltiadvantage/deployment/"
    known = fields_of(version)
    whole = deployment(client_id)
    made = d2l.post(where, {name: whole[name] for name in known})
    assert made.status_code == 200
    # What the version does not have is ignored, whatever it says.
    sent = {name: value for name, value in whole.items() if name not in known}
    sent = {name: ["nonsense"] if value == [] else not value for name, value in sent.items()}
    stored = d2l.put(where + made.json()["DeploymentId"], {**whole, **sent})
    assert stored.status_code == 200
    newest = d2l.get(f"{LATE}deployment/{made.json()['DeploymentId']}").json()
    for name in sent:
        assert newest[name] == whole[name]
    if version >= "1.75":
        for name in known - {"Description"}:
            body = {key: value for key, value in whole.items() if key != name}
            assert d2l.post(where, body).status_code == 400, name


def test_answers_have_no_fields_that_came_later(d2l, sandbox, client_id):
    sandbox.switches({"d2l.le_versions": "1.40-1.92"})
    made = d2l.post("deployment/", deployment(client_id)).json()["DeploymentId"]
    early = d2l.get(f"/d2l/api/le/1.66/ltiadvantage/deployment/{made}").json()
    assert not {"AutoMigrateLinks", "AutoCreateGrade", "EnabledNoticeTypes"} & set(early)
    late = d2l.get(f"{LATE}deployment/{made}").json()
    assert {"Anonymous", "SendOrgUnitInformation", "SendLinkTitle", "SendLinkDescription"} <= set(late)


def test_what_an_older_version_wrote_a_newer_one_keeps(d2l, client_id):
    made = d2l.post("deployment/", deployment(client_id, Anonymous=True, SendLinkTitle=True)).json()
    newer = f"{LATE}deployment/{made['DeploymentId']}"
    kept = d2l.put(newer, deployment(client_id, Anonymous=False, SendLinkTitle=False)).json()
    assert (kept["Anonymous"], kept["SendLinkTitle"]) == (True, True)


def test_deleting_a_deployment_takes_its_rules_along(d2l, sandbox, deployed):
    d2l.post(f"deployment/{deployed}/sharing/", rule(6606))
    assert d2l.delete(f"deployment/{deployed}").status_code == 200
    assert sandbox.state("d2l")["sharing"] == {}


def test_a_deployment_with_links_stays(d2l, d2l_seeds, deployed):
    d2l_seeds.sharing_rule(deployed)
    d2l_seeds.link(deployed, 8101)
    assert d2l.delete(f"deployment/{deployed}").status_code == 400
    assert d2l.get(f"deployment/{deployed}/sharing/").json()["Objects"] != []


def rows(d2l, deployed, **query) -> list[tuple]:
    answer = d2l.get(f"deployment/{deployed}/sharing/", **query)
    assert answer.status_code == 200
    names = ("SharingOrgUnitId", "ShareWithOrgUnit", "ShareWithDescendants", "Inherited")
    return [tuple(row[name] for name in names) for row in answer.json()["Objects"]]


def test_create_read_change_delete_a_rule(d2l, deployed):
    where = f"deployment/{deployed}/sharing/"
    assert rows(d2l, deployed) == []
    made = d2l.post(where, rule(6606, True, True)).json()
    made.pop("SandboxNote")
    assert made == rule(6606, True, True)
    assert rows(d2l, deployed) == [(6606, True, True, False)]
    assert d2l.get(where + "6606").json()["Inherited"] is False
    changed = d2l.put(where + "6606", {"ShareWithOrgUnit": False, "ShareWithDescendants": True})
    assert changed.status_code == 200
    assert "Inherited" not in changed.json()
    assert rows(d2l, deployed) == [(6606, False, True, False)]
    assert d2l.put(where + "6606", {"ShareWithOrgUnit": False}).status_code == 400
    assert d2l.delete(where + "6606").status_code == 200
    for answer in (
        d2l.delete(where + "6606"),
        d2l.get(where + "6606"),
        d2l.put(where + "6606", {"ShareWithOrgUnit": True, "ShareWithDescendants": True}),
        d2l.get(f"deployment/{NOBODY}/sharing/"),
        d2l.post(f"deployment/{NOBODY}/sharing/", rule(6606)),
        d2l.delete(f"deployment/{NOBODY}/sharing/"),
    ):
        assert answer.status_code == 404


@pytest.mark.parametrize("body", [rule(1), rule(0), rule("x"), rule(True), rule(8101, 1), {"SharingOrgUnitId": 8101}])
def test_rules_that_cannot_be(d2l, deployed, body):
    assert d2l.post(f"deployment/{deployed}/sharing/", body).status_code == 400


def test_an_id_may_be_a_text(d2l, deployed):
    assert d2l.post(f"deployment/{deployed}/sharing/", rule("8101")).json()["SharingOrgUnitId"] == 8101


def test_a_second_rule_for_an_org_unit_is_refused(d2l, deployed):
    where = f"deployment/{deployed}/sharing/"
    d2l.post(where, rule(8101))
    assert d2l.post(where, rule(8101, False, True)).status_code == 400
    assert rows(d2l, deployed) == [(8101, True, False, False)]


@pytest.mark.parametrize("name", ["incldueInherited", "includeInherited", "INCLDUEINHERITED"])
def test_inherited_rows(d2l, d2l_seeds, deployed, name):
    d2l_seeds.sharing_rule(deployed, 6701)
    d2l_seeds.sharing_rule(deployed, 8102, False, False)
    inherited = (8101, True, True, True)
    assert rows(d2l, deployed, orgUnitId=8101, **{name: "true"}) == [inherited]
    assert rows(d2l, deployed, orgUnitId="8101,8102", **{name: "true"}) == [inherited, (8102, False, False, False)]
    assert rows(d2l, deployed, orgUnitId=8103, **{name: "true"}) == []
    assert rows(d2l, deployed, orgUnitId=8101, **{name: "false"}) == []
    assert rows(d2l, deployed, orgUnitId=8101) == []
    assert rows(d2l, deployed, **{name: "true"}) == [(6701, True, True, False), (8102, False, False, False)]
    assert d2l.get(f"deployment/{deployed}/sharing/", orgUnitId=1).status_code == 400


def test_an_inherited_rule_is_not_there_to_be_changed(d2l, d2l_seeds, deployed):
    d2l_seeds.sharing_rule(deployed)
    where = f"deployment/{deployed}/sharing/8101"
    assert d2l.put(where, {"ShareWithOrgUnit": True, "ShareWithDescendants": True}).status_code == 404
    assert d2l.delete(where).status_code == 404


def test_all_rules_can_be_deleted_at_once(d2l, d2l_seeds, deployed):
    other = d2l_seeds.deployment(d2l_seeds.registration()["ClientId"])["DeploymentId"]
    for unit in (8101, 8102):
        d2l_seeds.sharing_rule(deployed, unit)
        d2l_seeds.sharing_rule(other, unit)
    assert d2l.delete(f"deployment/{deployed}/sharing/").status_code == 200
    assert rows(d2l, deployed) == []
    assert len(rows(d2l, other)) == 2
    assert d2l.delete(f"deployment/{deployed}/sharing/").status_code == 200


def test_many_writers_at_once(sandbox, d2l, deployed):
    statuses = []

    def write(start: int) -> None:
        client = D2LClient(sandbox.base_url)
        for unit in range(start, start + 20):
            statuses.append(client.post(f"deployment/{deployed}/sharing/", rule(unit)).status_code)
        client.session.close()

    threads = [threading.Thread(target=write, args=(10_001 + 20 * number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 160
    assert set(sandbox.state("d2l")["sharing"][deployed]) == {str(number) for number in range(10_001, 10_161)}
