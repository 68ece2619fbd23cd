"""What an export makes of an estate, tool by tool: what is one manifest, what is left out, and what the files say."""

from __future__ import annotations

import pytest
import yaml

from ansible_collections.edtech.lti.plugins.module_utils._manifest import export_files, export_reading, export_tools

from . import export_estates as estates
from .conftest import Runner

AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"
TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
BRIGHTSPACE = {
    "Name": "Sample Tool",
    "Domain": "tool.example.com",
    "OpenIDConnectLoginUrl": "https://tool.example.com/login",
    "KeysetUrl": "https://tool.example.com/jwks.json",
    "EnabledExtensions": [1],
}


@pytest.fixture
def runs(sandbox):
    return estates.runners(sandbox)


def exported(*reads):
    made, texts = estates.exported(*reads)
    return made, texts


def quietly_applied(sandbox, runs, texts, tenant):
    """Apply an export; nothing may be written."""
    sandbox.clear_requests()
    estates.apply(runs, texts, tenant)
    assert [entry for entry in sandbox.requests() if entry["method"] != "GET"] == []


def told(made):
    """The first sentence on what was left out or lost, by the tool's name, and whether the tool is exported."""
    return {row["tool"]: (row["exported"], row["why"]) for row in reversed(made["left"]) if row["tool"]}


class TestOneManifest:
    def test_for_a_tool_that_two_institutions_have_alike(self, sandbox, runs):
        sandbox.seed("canvas").tool_configuration(binding="on")
        held = estates.read_canvas(runs["canvas"])
        made, texts = exported({"tenant": "a", "canvas": held}, {"tenant": "b", "canvas": held})
        assert list(made["manifests"]) == ["sample_tool"]
        assert made["hosts"]["a"] == made["hosts"]["b"]
        quietly_applied(sandbox, {"canvas": runs["canvas"]}, texts, "b")

    def test_for_each_where_they_differ_in_anything(self, sandbox, runs):
        seeds = sandbox.seed("canvas")
        seeds.tool_configuration()
        one = estates.read_canvas(runs["canvas"])
        sandbox.reset()
        seeds.tool_configuration(scopes=[])
        other = estates.read_canvas(runs["canvas"])
        made, _texts = exported({"tenant": "a", "canvas": one}, {"tenant": "b", "canvas": other})
        assert sorted(made["manifests"]) == ["sample_tool_a_canvas", "sample_tool_b_canvas"]
        assert made["hosts"]["b"]["lti_onboarding_tools"] == ["sample_tool_b_canvas"]

    def test_for_both_halves_of_a_tool_and_every_platform(self, sandbox, runs):
        key = sandbox.seed("canvas").tool_configuration(binding="on")["developer_key"]["id"]
        sandbox.seed("canvas").external_tool(key)
        d2l, exam = sandbox.seed("d2l"), sandbox.seed("exam")
        client_id = d2l.registration(**BRIGHTSPACE, Description="Another text")["ClientId"]
        d2l.deployment(client_id, Name="Courses", SendUserEmail=True, EnabledExtensions=[1])
        exam.tool_provider(tool_name="Sample Tool", tool_url="https://tool.example.com/lti")
        read = {
            "tenant": "a",
            "canvas": estates.read_canvas(runs["canvas"]),
            "d2l": estates.read_d2l(runs["d2l"]),
            "exam": estates.read_exam(runs["exam"]),
        }
        made, texts = exported(read)
        (manifest,) = made["manifests"].values()
        assert set(manifest["platforms"]) == {"d2l", "exam"}
        assert manifest["platforms"]["d2l"]["data"] == ["opaque_id", "email", "course", "role", "grades"]
        assert manifest["platforms"]["exam"] == {"data": ["opaque_id", "course", "role"]}
        assert manifest["lti_1_1"]["consumer_secret"] == "vault_sample_tool_consumer_secret"
        quietly_applied(sandbox, {name: runs[name] for name in ("canvas", "d2l", "exam")}, texts, "a")

    def test_for_each_deployment_of_a_registration(self, sandbox, runs):
        d2l = sandbox.seed("d2l")
        client_id = d2l.registration(**BRIGHTSPACE)["ClientId"]
        for name, flags in (("All", {}), ("Some", {"SendUserEmail": True})):
            d2l.deployment(client_id, Name=name, **flags)
        sandbox.seed("canvas").tool_configuration()
        made, texts = exported(
            {"tenant": "a", "d2l": estates.read_d2l(runs["d2l"]), "canvas": estates.read_canvas(runs["canvas"])}
        )
        # Which of the two the one in Canvas is like nobody can tell.
        assert sorted(made["manifests"]) == ["sample_tool_a_canvas", "sample_tool_all", "sample_tool_some"]
        quietly_applied(sandbox, {name: runs[name] for name in ("canvas", "d2l")}, texts, "a")

    def test_is_put_together_with_the_one_of_the_same_institution(self, sandbox, runs):
        sandbox.seed("canvas").tool_configuration()
        client_id = sandbox.seed("d2l").registration(**BRIGHTSPACE)["ClientId"]
        for name, flags in (("All", {}), ("Some", {"SendUserEmail": True})):
            sandbox.seed("d2l").deployment(client_id, Name=name, **flags)
        sandbox.seed("exam").tool_provider(tool_name="Sample Tool", tool_url="https://tool.example.com/lti")
        college = {
            "tenant": "a",
            "canvas": estates.read_canvas(runs["canvas"]),
            "exam": estates.read_exam(runs["exam"]),
        }
        made, _texts = exported(college, {"tenant": "b", "d2l": estates.read_d2l(runs["d2l"])})
        assert sorted(made["manifests"]) == ["sample_tool_a_canvas_exam", "sample_tool_all", "sample_tool_some"]

    def test_is_for_the_platforms_alone_on_which_the_tool_was(self, sandbox, runs):
        sandbox.seed("canvas").tool_configuration()
        read = {
            "tenant": "a",
            "canvas": estates.read_canvas(runs["canvas"]),
            "d2l": estates.read_d2l(runs["d2l"]),
        }
        _made, texts = exported(read)
        rows = estates.apply({name: runs[name] for name in ("canvas", "d2l")}, texts, "a")
        assert {row["platform"]: row["state"] for row in rows} == {"canvas": "ready", "d2l": "skipped"}


class TestCanvas:
    @pytest.mark.parametrize("era", ["A", "B", "C", "D"])
    def test_a_hidden_tool_stays_hidden(self, sandbox, runs, era):
        new = era in "CD"
        sandbox.switches({"canvas.era": era, "canvas.auto_deploy": new})
        sandbox.seed("canvas").tool_configuration(binding="on")
        made, texts = exported({"tenant": "a", "canvas": estates.read_canvas(runs["canvas"])})
        place = made["hosts"]["a"]["lti_onboarding_places"]["sample_tool"]["canvas"]
        assert [one.get("available") for one in place["installations"]] == ([False] if new else [])
        quietly_applied(sandbox, {"canvas": runs["canvas"]}, texts, "a")

    def test_a_key_whose_scopes_somebody_narrowed_is_left_out_and_named(self, sandbox, runs):
        key = sandbox.seed("canvas").tool_configuration(scopes=[f"{AGS}score", f"{AGS}lineitem"])["developer_key"]
        runs["canvas"](
            "api_request",
            platform="canvas",
            method="PUT",
            path=f"/api/v1/developer_keys/{key['id']}",
            body={"developer_key": {"scopes": [f"{AGS}score"]}},
        )
        made, texts = exported({"tenant": "a", "canvas": estates.read_canvas(runs["canvas"])})
        assert made["manifests"] == {}
        assert "other scopes than its settings" in told(made)["Sample Tool"][1]
        quietly_applied(sandbox, {"canvas": runs["canvas"]}, texts, "a")

    def test_a_level_that_only_old_versions_have_counts(self, sandbox, runs):
        sandbox.switches({"canvas.era": "A"})
        run = runs["canvas"]
        sandbox.seed("canvas").tool_configuration(binding="on")
        (key,) = run("canvas_tool_configuration_info")["tool_configurations"]
        document = {**key["settings"], "extensions": [{**key["settings"]["extensions"][0], "privacy_level": "public"}]}
        body = {"developer_key": {"name": "Sample Tool"}}
        body["tool_configuration"] = {"settings": document, "privacy_level": "anonymous"}
        path = f"/api/lti/developer_keys/{key['client_id']}/tool_configuration"
        estates.succeeded(run("api_request", platform="canvas", method="PUT", path=path, body=body))
        made, texts = exported({"tenant": "a", "canvas": estates.read_canvas(run)})
        assert made["manifests"]["sample_tool"]["data"] == ["opaque_id", "course", "role", "grades"]
        quietly_applied(sandbox, {"canvas": run}, texts, "a")

    def test_what_an_installed_tool_sends_since_somebody_changed_it_counts(self, sandbox, runs):
        seeds = sandbox.seed("canvas")
        document = seeds.settings()
        document["extensions"][0]["privacy_level"] = "anonymous"
        key = seeds.tool_configuration(binding="on", **document)["developer_key"]["id"]
        tool = seeds.external_tool(key)
        path = f"/api/v1/accounts/1/external_tools/{tool['id']}"
        body = {"privacy_level": "email_only"}
        estates.succeeded(runs["canvas"]("api_request", platform="canvas", method="PUT", path=path, body=body))
        made, texts = exported({"tenant": "a", "canvas": estates.read_canvas(runs["canvas"])})
        assert "email" in made["manifests"]["sample_tool"]["data"]
        assert "changed by hand" in told(made)["Sample Tool"][1]
        quietly_applied(sandbox, {"canvas": runs["canvas"]}, texts, "a")

    def test_settings_that_no_manifest_can_say_are_left_out_and_named(self, sandbox, runs):
        sandbox.seed("canvas").tool_configuration()
        read = estates.read_canvas(runs["canvas"])
        del read["tool_configurations"][0]["settings"]["description"]  # as a server might show it
        made, texts = exported({"tenant": "a", "canvas": read})
        assert made["manifests"] == {}
        whys = [one["why"] for one in made["left"] if not one["exported"]]
        assert whys == ["To apply its manifest would change settings."]
        quietly_applied(sandbox, {"canvas": runs["canvas"]}, texts, "a")

    def test_what_is_not_the_accounts_own_is_named(self, sandbox, runs):
        seeds = sandbox.seed("canvas")
        seeds.site_admin_key("Inherited", state="on")
        seeds.dynamic_registration("Registered itself")
        key = seeds.tool_configuration(binding="on")["developer_key"]["id"]
        seeds.tool_configuration("Gone")
        gone = runs["canvas"]("canvas_tool_configuration_info", name="Gone")["tool_configurations"][0]["client_id"]
        path = f"/api/lti/developer_keys/{gone}/tool_configuration"
        estates.succeeded(runs["canvas"]("api_request", platform="canvas", method="DELETE", path=path))
        first, second = (seeds.external_tool(key) for _one in range(2))
        made, texts = exported({"tenant": "a", "canvas": estates.read_canvas(runs["canvas"])})
        rows = told(made)
        assert "registered itself" in rows["Registered itself"][1]
        assert "was deleted" in rows["Gone"][1]
        assert rows["Sample Tool"] == (
            True,
            f"It is installed more than once in account self; {second['id']} is left as it is.",
        )
        (installed,) = made["hosts"]["a"]["lti_onboarding_places"]["sample_tool"]["canvas"]["installations"]
        assert installed["external_tool_id"] == str(first["id"])
        quietly_applied(sandbox, {"canvas": runs["canvas"]}, texts, "a")


class TestBrightspace:
    def test_flags_stay_as_they_are_where_links_carry_the_same_data(self, sandbox, runs):
        d2l = sandbox.seed("d2l")
        client_id = d2l.registration(**BRIGHTSPACE, SendInstitutionRole=True)["ClientId"]
        number = d2l.deployment(client_id, Name="All", PreProvisioning=True, OpenAsExternal=True)["DeploymentId"]
        d2l.sharing_rule(number, 8101)
        d2l.link(number, 8101, CustomParameters=[{"Name": "who", "Value": "$User.username"}], Height=9)
        made, texts = exported({"tenant": "a", "d2l": estates.read_d2l(runs["d2l"], [8101])})
        manifest = made["manifests"]["sample_tool"]
        assert "username" in manifest["data"]
        flags = manifest["platforms"]["d2l"]["options"]["deployment"]
        assert (flags["send_d2l_username"], flags["pre_provisioning"]) == (False, True)
        place = made["hosts"]["a"]["lti_onboarding_places"]["sample_tool"]["d2l"]
        assert place["deployment"] == {
            "deployment_id": number, "name": "All", "open_as_external": True,
        }  # fmt: skip
        assert [link["height"] for link in place["links"]] == [9]
        quietly_applied(sandbox, {"d2l": runs["d2l"]}, texts, "a")

    def test_what_the_role_cannot_tell_apart_is_left_out_and_named(self, sandbox, runs):
        d2l = sandbox.seed("d2l")
        client_id = d2l.registration(**BRIGHTSPACE)["ClientId"]
        d2l.registration(**{**BRIGHTSPACE, "Name": "Old Tool", "IsEnabled": False})
        d2l.registration(Name="Unused", Domain="unused.example.com")
        kept = d2l.deployment(client_id, Name="All")["DeploymentId"]
        d2l.deployment(client_id, Name="All", SendUserEmail=True)
        first = d2l.link(kept, Name="Home")["LinkId"]
        d2l.link(kept, Name="Home", URL="https://tool.example.com/other")
        made, texts = exported({"tenant": "a", "d2l": estates.read_d2l(runs["d2l"])})
        rows = told(made)
        assert sorted(name for name, (exists, _why) in rows.items() if not exists) == [
            "Old Tool", "Sample Tool: All", "Unused",
        ]  # fmt: skip
        places = made["hosts"]["a"]["lti_onboarding_places"]
        assert [[link["link_id"] for link in place["d2l"]["links"]] for place in places.values()] == [[int(first)]]
        quietly_applied(sandbox, {"d2l": runs["d2l"]}, texts, "a")


class TestExamPlatform:
    def test_an_exam_with_links_to_two_tools_stands_with_both(self, sandbox, runs):
        seeds = sandbox.seed("exam")
        exam = seeds.exam(name="Algebra")["id"]
        seeds.exam(name="Launches nothing")
        for name in ("One", "Two"):
            tool = seeds.tool_provider(tool_name=name, tool_url=f"https://{name.lower()}.example.com/lti")["id"]
            seeds.lti_resource(exam, tool, lti_resource_link_name=name)
        made, texts = exported({"tenant": "a", "exam": estates.read_exam(runs["exam"])})
        places = made["hosts"]["a"]["lti_onboarding_places"]
        assert [[one["name"] for one in place["exam"]["exams"]] for place in places.values()] == [["Algebra"]] * 2
        assert [row["variable"] for row in made["secrets"]] == [
            "vault_one_consumer_secret",
            "vault_two_consumer_secret",
        ]
        quietly_applied(sandbox, {"exam": runs["exam"]}, texts, "a")

    def test_names_that_stand_twice_are_left_out_and_named(self, sandbox, runs):
        seeds = sandbox.seed("exam")
        tools = [
            seeds.tool_provider(tool_name="One", tool_url="https://one.example.com/lti")["id"] for _one in range(2)
        ]
        exams = [seeds.exam(name="Algebra")["id"] for _one in range(2)]
        seeds.tool_provider(tool_name="Without address")
        for exam in exams:
            seeds.lti_resource(exam, tools[0])
        seeds.lti_resource(exams[0], tools[0])
        made, texts = exported({"tenant": "a", "exam": estates.read_exam(runs["exam"])})
        out = [row["tool"] for row in made["left"] if not row["exported"]]
        assert sorted(out) == ["Algebra", "Algebra", "One", "Without address", f"exam {exams[1]}"]
        quietly_applied(sandbox, {"exam": runs["exam"]}, texts, "a")


class TestLuminus:
    def test_a_provider_is_exported_without_its_secret(self, sandbox, runs):
        number = "b0000000-0000-4000-8000-000000000001"
        held = estates.read_luminus(runs["luminus"], number, "b0000000-0000-4000-8000-00000000ffff")
        made, texts = exported({"tenant": "a", "luminus": held})
        assert made["hosts"]["a"]["lti_onboarding_places"]["quiz_helper"] == {"luminus": {"provider_id": number}}
        assert made["manifests"]["quiz_helper"]["lti_1_1"]["consumer_key"] == "quiz-helper-key"
        assert [row["why"] for row in made["left"] if not row["exported"]] == ["LumiNUS knows no such provider."]
        assert sandbox.state("luminus")["providers"][number]["consumerSecret"] not in "".join(texts.values())

    def test_what_was_read_keeps_no_secret(self):
        read = {"provider_id": "x", "exists": True, "provider": {"name": "Quiz", "consumer_secret": "s3cret"}}
        result = {"lti_export_item": "x", "exists": True, "provider": read["provider"]}
        kept = export_reading.read({"providers": {"results": [result]}}, "luminus")
        assert kept == {"providers": [{"provider_id": "x", "exists": True, "provider": {"name": "Quiz"}}]}


class TestFiles:
    def test_what_only_looks_like_a_template_is_never_one(self, sandbox, runs):
        sandbox.seed("canvas").tool_configuration()
        (key,) = runs["canvas"]("canvas_tool_configuration_info")["tool_configurations"]
        runs["canvas"]("canvas_tool_configuration", client_id=key["client_id"], notes='{{ "a": 1 }}\nand {% more %}')
        _made, texts = exported({"tenant": "a", "canvas": estates.read_canvas(runs["canvas"])})
        assert 'notes: !unsafe "{{ \\"a\\": 1 }}\\nand {% more %}"' in texts["inventory/host_vars/a/lti.yml"]
        assert yaml.load(texts["inventory/host_vars/a/lti.yml"], Loader=estates.Loader)

    def test_kinds_of_text_that_ansible_has_are_written_as_texts(self):
        kind = type("AnsibleUnsafeText", (str,), {})
        export = {"manifests": {"x": {kind("client_name"): kind("Quiz")}}, "hosts": {}, "secrets": [], "left": []}
        texts = export_files.files({**export, "failed": []})
        assert texts["manifests/x.yml"].endswith("---\nclient_name: Quiz\n")

    def test_comments_do_not_make_a_file_another_one(self):
        texts = {"a.yml": "---\na: '1'\n", "b.yml": "---\nb: [1]\n", "c.yml": "c: 1\n", "d.yml": "x: 1"}
        there = {"a.yml": "# mine\na: !unsafe 1\n", "b.yml": "b: [2]", "c.yml": None, "d.yml": "x: ["}
        made = export_files.compared({**texts, "e.md": "# E\n"}, {**there, "e.md": "# E"})
        assert made == {"new": ["c.yml"], "differing": ["b.yml", "d.yml"], "same": ["a.yml", "e.md"]}

    def test_a_folder_hides_a_file_of_the_same_name(self):
        assert export_files.hidden_by({"inventory/host_vars/a/lti.yml": "", "lti_export_report.md": ""}) == {
            "inventory/host_vars/a": [
                "inventory/host_vars/a.yml",
                "inventory/host_vars/a.yaml",
                "inventory/host_vars/a.json",
            ]
        }

    @pytest.mark.parametrize("tenant", ["../a", "a/b", ".a", ""])
    def test_a_host_that_cannot_be_a_folder_is_refused(self, tenant):
        host = {"lti_onboarding_tools": [], "lti_onboarding_places": {}}
        with pytest.raises(ValueError, match="cannot have a folder"):
            export_files.files({"manifests": {}, "hosts": {tenant: host}, "secrets": [], "left": [], "failed": []})

    def test_the_report_names_what_could_not_be_read(self):
        made, texts = exported({"tenant": "a", "exam": {"failed": "No | answer."}})
        assert made["hosts"] == {}
        assert "| a | exam | No \\| answer. |" in texts[export_files.REPORT]


def test_keys_are_names_of_variables_and_each_its_own():
    tools = [
        export_tools.Tool({"client_name": name}, [])
        for name in ("Étude & Co.", "测验", "Quiz", "quiz!", "Quiz 2", "x" * 99)
    ]
    assert export_tools.keys(tools) == ["etude_co", "tool", "quiz", "quiz_3", "quiz_2", "x" * 60]


def test_a_key_of_another_root_account_is_no_part_of_an_estate(sandbox):
    seeds = sandbox.seed("canvas")
    seeds.neighbour_key()
    seeds.tool_configuration()
    made, _texts = exported({"tenant": "a", "canvas": estates.read_canvas(Runner(sandbox, "canvas"))})
    assert list(made["manifests"]) == ["sample_tool"]
