"""What an audit makes of what was read: rows, roads, what differs from manifests, what goes beyond approval."""

from __future__ import annotations

import copy
import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.edtech.lti.plugins.module_utils._manifest import audit, audit_report, canvas, d2l, exam
from ansible_collections.edtech.lti.plugins.module_utils._manifest.audit_d2l import spoken
from ansible_collections.edtech.lti.plugins.module_utils._manifest.vocabulary import DATA_CLASSES
from ansible_collections.edtech.lti.plugins.plugin_utils import _audit_given as audit_given

from .audit_sample import report, tool

AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
MANIFEST = {
    "client_name": "Lab",
    "initiate_login_uri": "https://labs.example.com/login",
    "redirect_uris": ["https://labs.example.com/launch"],
    "jwks_uri": "https://labs.example.com/jwks.json",
    "scope": AGS,
    TOOL: {
        "domain": "labs.example.com",
        "target_link_uri": "https://labs.example.com/launch",
        "description": "Experiments",
        "messages": [{"type": "LtiResourceLinkRequest", "placements": ["course_navigation"]}],
    },
    "data": ["opaque_id", "course", "role", "name", "sis_id", "grades"],
    "lti_1_1": {"launch_url": "https://labs.example.com/lti", "consumer_key": "key", "links": [{"name": "Paper"}]},
}
SETTINGS = canvas.to_canvas(MANIFEST)["payload"]["settings"]
KEY = {
    "client_id": "10000000000077",
    "name": "Lab",
    "settings": SETTINGS,
    "redirect_uris": ["https://labs.example.com/launch"],
    "binding": "on",
    "binding_owned": True,
    "workflow_state": "active",
    "scopes": [AGS],
    "lti_registration_id": "52",
}
INSTALLED = {
    "client_id": "77",
    "account_id": "self",
    "course_id": None,
    "deployment_id": "3:abc",
    "privacy_level": "name_only",
    "available": True,
}


def changed(tree, **fields):
    return {**copy.deepcopy(tree), **fields}


def looped(name, *pairs):
    return {"results": [{"lti_audit_item": item, name: listed} for item, listed in pairs]}


def in_canvas(keys=(KEY,), registrations=None, installed=(INSTALLED,), deployments=None, root=None, **options):
    """The part of a report on a tenant with Canvas."""
    reading = {
        "tenant": "college",
        "platform": "canvas",
        "base_url": "https://canvas.example.edu",
        "keys": {"tool_configurations": list(keys)},
        "registrations": {"registrations": registrations} if registrations is not None else {"msg": "404."},
        "installed": looped("external_tools", ({"account_id": "self"}, list(installed))),
        "deployments": deployments or {},
        "root": {"json": root or {"id": 1}},
    }
    return audit.audited(reading, **options)


def only(part):
    (row,) = part["tools"]
    return row


class TestCanvas:
    def test_a_tool_that_is_on(self):
        row = only(in_canvas())

        assert (row["tool"], row["enabled"], row["why_not"]) == ("Lab", True, "")
        assert (row["available"], row["deployments"]) == (["the root account"], ["3:abc"])
        assert (row["domain"], row["id"]) == ("labs.example.com", "10000000000077")
        assert list(row["data"]) == ["opaque_id", "name", "sis_id", "course", "role", "grades"]
        assert row["data"]["grades"] == [{"via": "scope", "where": AGS, "controllable": True}]

    @pytest.mark.parametrize(
        ("fields", "why_not"),
        [
            ({"binding": "off"}, "The key is off."),
            ({"binding": None}, "The key is off."),
            ({"binding": "allow"}, "The key is neither on nor off (allow)."),
            ({"binding": "off", "binding_owned": False}, "The binding of another account, which counts, is off."),
            ({"workflow_state": "inactive"}, "The key was deactivated."),
            ({"settings": None}, "Its configuration was deleted, so it cannot be launched."),
        ],
    )
    def test_says_why_a_tool_is_off(self, fields, why_not):
        row = only(in_canvas([changed(KEY, **fields)]))

        assert (row["enabled"], row["why_not"]) == (False, why_not)

    def test_the_scopes_of_the_key_count(self):
        row = only(in_canvas([changed(KEY, scopes=[NRPS])]))

        assert "roster" in row["data"]
        assert "grades" not in row["data"]
        assert "The scopes of the key, which count, are not those of its settings." in row["notes"]

    def test_an_overlay_counts_and_is_named(self):
        overlaid = {"title": "Lab", "privacy_level": "public", "placements": [], "scopes": [AGS]}
        row = only(in_canvas(registrations=[{"client_id": KEY["client_id"], "overlaid_configuration": overlaid}]))

        assert "email" in row["data"]
        assert "overlay" in row["notes"]

    def test_the_level_of_an_installed_tool_counts_too(self):
        row = only(in_canvas(installed=[changed(INSTALLED, privacy_level="public")]))

        assert "email" in row["data"]
        assert "In the root account it is installed with the privacy level public" in row["notes"]

    def test_what_nobody_knows_is_named(self):
        settings = changed(SETTINGS, custom_fields={"x": "$Strange.thing"}, scopes=["https://strange.example/scope"])
        row = only(in_canvas([changed(KEY, settings=settings, scopes=None)]))

        assert "Nobody knows what the variable $Strange.thing stands for." in row["notes"]
        assert "Nobody knows what the scope https://strange.example/scope opens." in row["notes"]

    def test_settings_of_a_strange_shape_may_send_everything(self):
        row = only(in_canvas([changed(KEY, settings={"extensions": "none"})]))

        assert list(row["data"]) == list(DATA_CLASSES)
        assert {road["via"] for roads in row["data"].values() for road in roads} == {"unknown"}

    def test_registrations_without_a_key_of_the_account_are_tools_too(self):
        configuration = {"title": "Maps", "privacy_level": "email_only", "placements": [], "launch_settings": {}}
        known = {"configuration": configuration, "workflow_state": "active"}
        registrations = [
            {"client_id": "78", "name": "Maps", "dynamic": True, **known},
            {"client_id": "79", "name": "Site", "inherited": True, "configuration": None, "workflow_state": "inactive"},
            {"client_id": "80", "name": "Leftover", "inherited": False, "dynamic": False, **known},
        ]
        maps, site = in_canvas([], registrations)["tools"]

        assert (maps["tool"], maps["enabled"], "email" in maps["data"]) == ("Maps", True, True)
        assert "It registered itself" in maps["notes"]
        assert (site["enabled"], list(site["data"])) == (False, list(DATA_CLASSES))

    def test_the_registrations_list_installs_everywhere_and_what_is_hidden(self):
        listed = [
            {"deployment_id": "3:abc", "context_type": "Account", "context_id": 1},
            {"deployment_id": "4:def", "context_type": "Course", "context_id": 102, "context_name": "Physics"},
            {"deployment_id": "5:ghi", "context_type": "Account", "context_id": 10**13 + 1},
            {"deployment_id": "6:jkl", "context_type": "Course", "context_id": 103, "workflow_state": "deleted"},
        ]
        deployments = {"results": [{"lti_audit_item": {"client_id": KEY["client_id"]}, "pages": [listed]}]}
        row = only(in_canvas(deployments=deployments))

        assert row["available"] == ["the root account", "course 102 (Physics)"]
        assert row["deployments"] == ["3:abc", "4:def", "5:ghi"]
        assert "Installed, but not available, in account 10000000000001." in row["notes"]

    def test_says_where_was_looked_and_where_not(self):
        told = in_canvas()["tenant"]

        assert (told["state"], told["failure"]) == ("read", None)
        assert "Installed tools in the root account." in told["looked"]
        assert any(gap.endswith("tools of Site Admin): 404.") for gap in told["gaps"])
        assert any("LTI 1.1" in gap for gap in told["gaps"])


REGISTRATION = {
    "client_id": "3c9e",
    "name": "Lab",
    "domain": "https://Labs.example.com/",
    "enabled": True,
    "enabled_extensions": ["names_and_role_provisioning"],
    "send_institution_role": False,
    "custom_parameters": {},
}
DEPLOYMENT = {
    "deployment_id": "b7f0",
    "client_id": "3C9E",
    "name": "All",
    "enabled": True,
    "send_user_email": True,
    "enabled_extensions": ["names_and_role_provisioning", "assignment_and_grade_services"],
    "custom_parameters": {},
}
LINK = {
    "link_id": 4,
    "deployment_id": "b7f0",
    "name": "Titration",
    "owner_org_unit_id": 7421,
    "enabled": True,
    "custom_parameters": {"who": "$User.username"},
}
RULE = {"org_unit_id": 6606, "share_with_org_unit": True, "share_with_descendants": True}
VERSIONS = [{"ProductCode": "le", "SupportedVersions": ["1.9", "1.92", "1.80"]}]


def in_d2l(registration=None, deployments=(DEPLOYMENT,), links=(LINK,), rules=(RULE,), **fields):
    options = {name: fields.pop(name) for name in ("manifests", "places") if name in fields}
    reading = {
        "tenant": "university",
        "platform": "d2l",
        "registrations": {"registrations": [registration or REGISTRATION]},
        "deployments": {"deployments": list(deployments)},
        "sharing": looped("sharing_rules", *((one, list(rules)) for one in deployments)),
        "links": looped("links", ({}, list(links))),
        "versions": {"json": VERSIONS},
        **fields,
    }
    return audit.audited(reading, **options)


class TestBrightspace:
    def test_a_tool_that_is_on(self):
        row = only(in_d2l())

        assert list(row["data"]) == ["opaque_id", "email", "username", "course", "role", "roster"]
        assert row["available"] == ["org unit 6606 with all below it", "link Titration in org unit 7421"]
        assert (row["domain"], row["deployments"]) == ("labs.example.com", ["b7f0"])

    def test_what_the_version_cannot_control_is_sent_and_says_so(self):
        newest, older = only(in_d2l()), only(in_d2l(le_version="1.80"))

        assert [road["controllable"] for road in newest["data"]["course"]] == [False]
        assert "course" not in older["data"]

    @pytest.mark.parametrize(
        ("registration", "deployments", "why_not"),
        [
            (changed(REGISTRATION, enabled=False), [DEPLOYMENT], "The registration is disabled."),
            (REGISTRATION, [], "It has no deployment."),
            (REGISTRATION, [changed(DEPLOYMENT, enabled=False)], "All its deployments are disabled."),
        ],
    )
    def test_says_why_a_tool_is_off(self, registration, deployments, why_not):
        row = only(in_d2l(registration, deployments))

        assert (row["enabled"], row["why_not"]) == (False, why_not)

    def test_only_what_is_enabled_sends_and_each_road_names_its_deployment(self):
        others = [
            changed(DEPLOYMENT, deployment_id="c1", name="Arts", send_user_email=False),
            changed(DEPLOYMENT, deployment_id="d1", name="Old", enabled=False, send_d2l_org_defined_id=True),
        ]
        row = only(in_d2l(deployments=[DEPLOYMENT, *others], links=[changed(LINK, enabled=False)]))

        assert [road["where"] for road in row["data"]["email"]] == ["send_user_email of the deployment (All)"]
        assert "sis_id" not in row["data"]
        assert "username" not in row["data"]
        assert "The deployment Old is disabled. The link Titration is disabled." in row["notes"]

    def test_sharing_that_cannot_be_read_is_a_gap(self):
        refused = {"results": [{"lti_audit_item": DEPLOYMENT, "failed": True, "msg": "No.", "failure": {"kind": "x"}}]}
        told = in_d2l(sharing=refused)["tenant"]

        assert "Sharing of the deployment All: No." in told["gaps"]

    @pytest.mark.parametrize(
        ("versions", "asked", "said"),
        [(VERSIONS, None, "1.92"), (VERSIONS, "1.80", "1.80"), ([], "", None), (["junk"], None, None)],
    )
    def test_the_version_that_is_spoken(self, versions, asked, said):
        assert spoken(versions, asked) == said


def in_exam(provider=None, status="open", exams=True, **options):
    provider = provider or {"id": 2, "tool_name": "Lab", "tool_url": "https://labs.example.com/lti"}
    link = {"tool_provider_id": "2", "exam_id": 12, "lti_resource_link_name": "Paper", "lti_custom_data": {}}
    reading = {
        "tenant": "school",
        "platform": "exam",
        "providers": {"tool_providers": [provider]},
        "resources": {"lti_resources": [link]},
        "exams": {"exams": [{"id": 12, "name": "Algebra", "status": status}]} if exams else {"msg": "403."},
    }
    return audit.audited(reading, **options)


class TestExamAndLuminus:
    def test_a_provider_is_on_while_an_exam_uses_it(self):
        row, closed = only(in_exam()), only(in_exam(status="closed"))

        assert (row["enabled"], row["available"]) == (True, ["exam Algebra (open), link Paper"])
        assert (closed["enabled"], closed["why_not"]) == (False, "All its exams are closed or deleted.")

    def test_without_the_exams_a_linked_provider_counts_as_on(self):
        part = in_exam(exams=False)

        assert only(part)["enabled"]
        assert "Exams: 403." in part["tenant"]["gaps"]

    def in_luminus(self, **fields):
        provider = {"id": "b0", "name": "Lab", "publish": True, "resource_id": "m", "launch_data": [], **fields}
        return {"tenant": "nus", "platform": "luminus", "providers": looped("providers", ("b0", [provider]))}

    def test_a_provider_of_luminus(self):
        row = only(audit.audited(self.in_luminus(launch_data=["lis_person_name_full"])))

        assert (row["enabled"], list(row["data"])) == (True, ["opaque_id", "name", "course", "role"])

    def test_what_students_do_not_see_cannot_be_told(self):
        row = only(audit.audited(self.in_luminus(credentials_visible=False, publish=False)))

        assert (row["enabled"], row["why_not"]) == (False, "It is not shown in its module.")
        assert [road["via"] for road in row["data"]["email"]] == ["unknown"]

    def test_a_provider_that_is_not_there_is_a_gap_and_a_refusal_of_all_a_failure(self):
        gone = {"tenant": "nus", "platform": "luminus", "providers": looped("providers", ("b0", []))}
        refused = {"results": [{"lti_audit_item": "b0", "msg": "No.", "failure": {"kind": "auth"}}]}

        assert "The provider b0 does not exist." in audit.audited(gone)["tenant"]["gaps"]
        assert audit.audited({**gone, "providers": refused})["tenant"]["failure"] == {"kind": "auth", "msg": "No."}


class TestDrift:
    @pytest.mark.parametrize(
        "text", ["client_name: [", "client_name: Lab\ndata: 1", None], ids=["yaml", "shape", "no file"]
    )
    def test_a_manifest_that_cannot_be_read_is_a_gap(self, text):
        gaps = in_canvas(manifests={"lab": text})["tenant"]["gaps"]

        assert gaps[-1].startswith("What differs from the manifest lab: ")

    def test_what_was_written_by_a_manifest_does_not_differ_from_it(self):
        row = only(in_canvas(manifests={"lab": MANIFEST}))

        assert (row["manifest"], row["drift"]) == ("lab", [])

    def test_each_difference_is_a_sentence(self):
        settings = changed(SETTINGS, title="Laboratory", scopes=[AGS, NRPS], custom_fields={"a": "1"})
        settings["extensions"][0]["privacy_level"] = "public"
        settings["extensions"][0]["settings"]["placements"].append({"placement": "editor_button"})
        key = changed(KEY, settings=settings, binding="off", redirect_uris=["https://other.example.com/"])
        row = only(in_canvas([key], manifests={"lab": MANIFEST}))

        assert row["drift"] == [
            "title is Laboratory; the manifest has Lab.",
            f"scopes has {NRPS}; the manifest has not.",
            "custom_fields.a is 1; the manifest has none.",
            "privacy_level is public; the manifest has name_only.",
            'placements.editor_button is {"enabled": true, "placement": "editor_button"}; the manifest has none.',
            "redirect_uris has https://other.example.com/; the manifest has not.",
            "redirect_uris lacks https://labs.example.com/launch, which the manifest has.",
            "binding is off; the manifest has on.",
        ]

    def test_the_place_of_a_tenant_says_which_key_is_meant_and_where_it_belongs(self):
        place = {"client_id": "77", "binding": None, "installations": [{"account_id": "self"}, {"course_id": "7"}]}
        row = only(
            in_canvas(
                [changed(KEY, name="Another name", binding="off")],
                manifests={"lab": MANIFEST},
                places={"lab": {"canvas": place}},
            )
        )

        assert row["manifest"] == "lab"
        assert row["drift"] == [
            "name is Another name; the manifest has Lab.",
            "It is not installed and available in course 7.",
        ]

    def test_a_manifest_that_is_refused_is_the_difference(self):
        (sentence,) = only(in_canvas(manifests={"lab": {**MANIFEST, "data": ["opaque_id"]}}))["drift"]

        assert sentence.startswith("The manifest is refused: Canvas would send more than the manifest allows")

    def test_a_manifest_to_which_nothing_fits_is_missing_unless_it_is_not_for_this_tenant(self):
        away = changed(KEY, name="Something else")

        assert in_canvas([away], manifests={"lab": MANIFEST})["tenant"]["missing"] == ["Lab (manifest lab)"]
        assert in_canvas([away], manifests={"lab": MANIFEST}, tools=[])["tenant"]["missing"] == []
        elsewhere = {"lab": {"d2l": {}}}
        assert in_canvas([away], manifests={"lab": MANIFEST}, places=elsewhere)["tenant"]["missing"] == []

    def test_brightspace(self):
        made = d2l.to_d2l(MANIFEST, "1.92")["payload"]
        registration = {**REGISTRATION, **made["registration"]}
        deployment = {**DEPLOYMENT, **made["deployment"]}
        links = [{**LINK, **one} for one in made["links"]]
        same = only(in_d2l(registration, [deployment], links, manifests={"lab": MANIFEST}))
        other = only(
            in_d2l(
                changed(registration, enabled_extensions=[*made["registration"]["enabled_extensions"], "deep_linking"]),
                [changed(deployment, send_user_email=True)],
                [],
                manifests={"lab": MANIFEST},
                places={"lab": {"d2l": {"sharing": [{"org_unit_id": 7, "share_with_org_unit": True}]}}},
            )
        )

        assert (same["manifest"], same["drift"]) == ("lab", [])
        assert other["drift"] == [
            "The deployment's send_user_email is true; the manifest has false.",
            "It is not shared with the org unit 7.",
            "There is no link Lab.",
        ]

    def test_exam_and_luminus(self):
        provider = {"id": 2, **exam.to_exam(MANIFEST)["payload"]["tool_provider"], "lti_custom_data": "{}"}
        places = {"lab": {"exam": {"exams": [{"name": "Algebra"}, {"name": "Botany"}]}}}
        row = only(in_exam(provider, manifests={"lab": MANIFEST}, places=places))
        renamed = changed(provider, tool_url="https://elsewhere.example.com/")

        assert row["drift"] == ["The exam Botany has no link Paper."]
        assert only(in_exam(renamed, manifests={"lab": MANIFEST}))["drift"] == [
            "tool_url is https://elsewhere.example.com/; the manifest has https://labs.example.com/lti."
        ]


class TestLuminus:
    def _drift(self, *launch_data):
        provider = {"id": "b0", "name": "Lab", "launch_url": "https://labs.example.com/lti", "launch_data": launch_data}
        reading = {"tenant": "nus", "platform": "luminus", "providers": looped("providers", ("b0", [provider]))}
        return only(audit.audited(reading, manifests={"lab": MANIFEST}))["drift"]

    def test_what_it_sends_beyond_the_manifest_is_drift(self):
        assert self._drift("lis_person_contact_email_primary", "lis_person_name_full") == [
            "It receives email (launch data lis_person_contact_email_primary), which the manifest does not allow."
        ]

    def test_what_the_manifest_allows_is_none(self):
        assert self._drift("lis_person_name_full") == []


class TestVariables:
    def test_what_is_blank_is_not_given(self):
        assert audit_given.given(dict.fromkeys(audit_given.SPEC, "")) == audit_given.given({})
        assert audit_given.given(dict.fromkeys(audit_given.SPEC)) == audit_given.given({})
        assert audit_given.given({})["problems"] == []

    def test_texts_are_what_they_stand_for(self):
        held = audit_given.given({"formats": "json,csv", "fail_on_excess": "yes", "luminus_providers": [5]})["held"]

        assert (held["formats"], held["fail_on_excess"], held["luminus_providers"]) == (["json", "csv"], True, ["5"])

    def test_an_empty_object_or_list_is_given(self):
        held = audit_given.given({"formats": [], "register": [], "tools": []})["held"]

        assert (held["formats"], held["register"], held["tools"]) == ([], [], [])

    def test_places_have_no_member_that_is_blank(self):
        places = {"canvas": [{"account_id": 5, "course_id": ""}], "d2l": ""}

        assert audit_given.given({"places": places})["held"]["places"] == {"canvas": [{"account_id": "5"}], "d2l": []}

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("formats", ["pdf"]),
            ("publish", ["pdf"]),
            ("publish_limit", "much"),
            ("platforms", "canvas,moodle"),
            ("places", {"canvas": "self"}),
            ("places", {"moodle": []}),
            ("manifests", ["lab.yml"]),
            ("fail_on_excess", "perhaps"),
            ("register", 5),
        ],
    )
    def test_what_cannot_be_used_is_a_sentence(self, name, value):
        (problem,) = audit_given.given({name: value})["problems"]

        assert f"lti_audit_{name}" in problem
        assert problem.endswith(".")


def judged(*entries, row=None, at="2026-11-22T09:00:00Z"):
    row = row or tool("Lab", tenant="college", domain="labs.example.com", data={"email": [], "name": []})
    part = {"tenant": {"tenant": "college", "platform": "canvas", "state": "read"}, "tools": [row]}
    made = audit_report.reported([part], list(entries), at)
    return made["tools"][0], made


class TestRegister:
    def test_without_a_register_nothing_is_beyond_it(self):
        part = {"tenant": {"tenant": "college", "platform": "canvas", "state": "read"}, "tools": [tool("Lab")]}
        made = audit_report.reported([part])

        assert (made["tools"][0]["excess"], made["tools"][0]["approved"], made["register"]["given"]) == (
            [],
            None,
            False,
        )

    def test_what_is_not_in_it_is_not_approved_at_all(self):
        row, made = judged({"tool": "Other", "data": ["name"]})

        assert (row["approved"], row["excess"]) == (None, ["name", "email"])
        assert made["register"]["unused"] == ["Other"]

    @pytest.mark.parametrize(
        "entry",
        [
            {"tool": "lab"},
            {"client_id": 10000000000077},
            {"domain": "LABS.example.com"},
            {"tool": "*", "platform": "canvas"},
            {"tool": "Lab", "tenant": "college"},
        ],
    )
    def test_an_entry_names_a_tool_in_several_ways(self, entry):
        row, made = judged({**entry, "data": ["name"], "owner": "Science", "notes": "Ticket 7."})

        assert (row["approved"], row["excess"], row["owner"], row["notes"]) == (
            ["name"],
            ["email"],
            "Science",
            "Ticket 7.",
        )
        assert made["summary"]["excess"] == 1

    def test_the_most_telling_entry_counts(self):
        loose = {"tool": "*", "data": ["name", "email"]}
        row, _made = judged(loose, {"tool": "Lab", "data": []}, {"tool": "Lab", "tenant": "college", "data": ["email"]})

        assert row["excess"] == ["name"]

    def test_a_review_that_was_due_is_told(self):
        late, _made = judged({"tool": "Lab", "data": ["name", "email"], "review": "2026-11-21"})
        due, _made = judged({"tool": "Lab", "data": ["name", "email"], "review": "2026-11-22"})

        assert (late["notes"], due["notes"]) == ("The review was due on 2026-11-21.", "")

    def test_two_entries_that_contradict_each_other_are_told(self):
        row, _made = judged({"tool": "Lab", "data": []}, {"domain": "labs.example.com", "data": ["name"]})

        assert "Several entries of the register fit" in row["notes"]

    def test_a_tool_that_is_off_is_no_sum(self):
        _row, made = judged(row=tool("Lab", enabled=False))

        assert made["summary"]["excess"] == 0

    @pytest.mark.parametrize(
        ("entry", "says"),
        [
            ("Lab", "entry 1 is no object"),
            ({"tool": "Lab"}, "entry 1 (Lab) has no list as data"),
            ({"tool": "Lab", "data": ["e-mail"]}, "has e-mail in data; the data classes are opaque_id"),
            ({"data": []}, "says for no tool that it is: give client_id, domain or tool"),
            ({"tool": "Lab", "data": [], "tennant": "x"}, "has tennant; there are"),
        ],
    )
    def test_a_wrong_entry_is_named(self, entry, says):
        with pytest.raises(ValueError, match=r"register's entry 1") as refused:
            judged(entry)
        assert says in str(refused.value)


def table(given):
    return list(csv.DictReader(io.StringIO(audit_report.as_csv(given))))


class TestTable:
    def test_a_line_for_each_tool_and_data_class_and_for_each_failure(self):
        lines = table(report())

        assert len(lines) == 5 * len(DATA_CLASSES) + 2
        assert lines[0]["why_not"].startswith("The tenant could not be read: Listing the LTI keys failed")
        email = next(one for one in lines if one["tool"] == "Virtual Lab" and one["data_class"] == "email")
        assert {name: email[name] for name in ("sent", "via", "controllable", "approved", "beyond")} == {
            "sent": "yes",
            "via": "privacy_level",
            "controllable": "yes",
            "approved": "no",
            "beyond": "yes",
        }
        assert {one["sent"] for one in lines if one["tool"] == "Map Room"} == {"if on", "no"}
        assert "unknown" in {one["sent"] for one in lines if one["tool"] == "Quiz Helper"}

    @given(st.text(), st.lists(st.text(min_size=1), max_size=2))
    def test_no_cell_is_a_formula_and_nothing_is_lost(self, name, places):
        lines = table(report([tool(name or "x", notes=name, available=places, drift=places)], []))

        assert all(
            not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for one in lines for cell in one.values()
        )
        assert lines[0]["notes"].removeprefix("'") == name.removeprefix("'")
