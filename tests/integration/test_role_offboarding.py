"""The role lti_offboarding with its playbook: what goes, what stays, and what is said about it."""

from __future__ import annotations

import pytest
import yaml

from tests.integration.playbooks import connection, run, writes

TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"


def manifest(name, domain):
    """A tool with both halves."""
    return {
        "client_name": name,
        "initiate_login_uri": f"https://{domain}/login",
        "redirect_uris": [f"https://{domain}/launch"],
        "jwks_uri": f"https://{domain}/jwks.json",
        TOOL: {
            "domain": domain,
            "target_link_uri": f"https://{domain}/launch",
            "messages": [{"type": "LtiResourceLinkRequest", "label": name, "placements": ["course_navigation"]}],
        },
        "lti_1_1": {"launch_url": f"https://{domain}/lti", "consumer_key": name, "links": [{"name": "Paper"}]},
    }


LAB, MAP = manifest("Lab", "labs.example.com"), manifest("Map", "maps.example.com")
"""The tool that is to go, and one that stays."""
COURSE = 8101
"""An org unit that the sandbox has from the beginning."""


def lines_of(played):
    """The lines that the playbook shows at its end, by host and platform; not those below "Look at"."""
    said = played.of("Show a line for each institution and platform")[0]["msg"]
    return {tuple(line.split()[:2]): " ".join(line.split()[2:]) for line in said if line[:1].strip()}


def summary_of(played, host):
    """The summary of one tenant."""
    for result in played.of("Publish the summary"):
        found = result["ansible_stats"]["data"].get("lti_offboarding", {})
        if host in found:
            return found[host]
    raise AssertionError(played.output)


def plans_of(played):
    """What was done or would be, without what did not change; of the only tenant."""
    facts = [one.get("ansible_facts", {}) for one in played.of("Put the summary together")]
    (plan,) = [one["lti_offboarding_plan"] for one in facts if "lti_offboarding_plan" in one]
    return [line for line in plan if line["action"] not in ("nothing", "absent")]


def kept_of(sandbox):
    """All that the platforms hold, without what reading and logging in change."""
    canvas, d2l, exam = (sandbox.state(name) for name in ("canvas", "d2l", "exam"))
    names = {
        "canvas": ("developer_keys", "bindings", "tools", "registrations"),
        "d2l": ("registrations", "deployments", "links", "sharing"),
        "exam": ("tool_providers", "lti_resources", "exams", "documents"),
    }
    held = {"canvas": canvas, "d2l": d2l, "exam": exam}
    return {platform: {name: held[platform][name] for name in parts} for platform, parts in names.items()}


@pytest.fixture
def tenants(sandbox, tmp_path):
    """A function that writes an inventory and returns it for a command line."""
    sandbox.switches({"canvas.lti_registrations_next": True})

    def write(hosts=None, **common):
        groups = {}
        for host, (members, variables) in (hosts or {"college": (["canvas", "d2l", "exam"], {})}).items():
            for group in members:
                groups.setdefault(group, {"hosts": {}})["hosts"][host] = {}
            groups.setdefault("everybody", {"hosts": {}})["hosts"][host] = variables
        shared = {
            "ansible_connection": "local",
            "ansible_python_interpreter": "{{ ansible_playbook_python }}",
            "lti_onboarding_manifests": {"lab": LAB, "map": MAP},
            "lti_onboarding_consumer_secrets": {"lab": "lab-s3cret-Q7", "map": "map-s3cret-Q7"},
            "lti_onboarding_preflight": False,
            **{f"{name}_onboarding_connection": connection(sandbox, name) for name in ("canvas", "d2l", "exam")},
            **common,
        }
        path = tmp_path / "hosts.yml"
        path.write_text(yaml.safe_dump({"all": {"vars": shared, "children": groups}}), encoding="utf-8")
        return "-i", str(path)

    return write


def off(folder, inventory, *more, state="disabled", tools="lab"):
    """Run the playbook."""
    said = ("-e", f"lti_offboarding_tools={tools}", "-e", f"lti_offboarding_state={state}")
    return run(folder, "edtech.lti.offboard", *inventory, *said, *more)


def test_a_tool_is_switched_off_then_on_then_removed_and_the_others_stay(sandbox, tenants, tmp_path):
    over = {"end_time": "2020-01-01T12:00:00+01:00", "start_time": "2020-01-01T09:00:00+01:00"}
    place = {
        "canvas": {"installations": [{"account_id": "self"}]},
        "d2l": {"sharing": [{"org_unit_id": 6606, "share_with_org_unit": True, "share_with_descendants": True}]},
        "exam": {"exams": [{"name": "Algebra", "type": "demo", **over}]},
    }
    told = {"lti_onboarding_handback": {"dir": str(tmp_path / "handback"), "formats": ["json"]}}
    inventory = tenants(lti_onboarding_places={"lab": place}, **told)
    run(tmp_path, "edtech.lti.onboard", *inventory).check()
    began = kept_of(sandbox)
    handback = (tmp_path / "handback" / "lab.json").read_text(encoding="utf-8")
    assert handback.count("client_id") == 2

    # Off, with all ids kept; the exam platform has no switch, and nobody says that it has.
    sandbox.clear_requests()
    dry = off(tmp_path, inventory, "--check", "--diff").check()
    assert writes(sandbox) == []
    real = off(tmp_path, inventory, "--diff").check()
    assert plans_of(dry) == plans_of(real)
    assert lines_of(real)[("college", "canvas")] == "changed Lab (off)"
    assert lines_of(real)[("college", "d2l")] == "changed Lab (off)"
    assert lines_of(real)[("college", "exam")] == "STILL ON Lab (cannot be switched off)"
    summary = summary_of(real, "college")
    assert summary["changed"] and summary["wanted"] == "disabled" and summary["failed"] == []
    canvas, d2l = (summary["platforms"][name]["tools"][0] for name in ("canvas", "d2l"))
    assert canvas["ids"]["deployment_ids"] and d2l["ids"]["deployment_ids"]
    held = kept_of(sandbox)
    assert [set(held[name][part]) for name in held for part in held[name]] == [
        set(began[name][part]) for name in began for part in began[name]
    ]
    for part in ("registrations", "deployments"):
        assert {one["Name"]: one["IsEnabled"] for one in held["d2l"][part].values()} == {"Lab": False, "Map": True}
    sandbox.clear_requests()
    assert summary_of(off(tmp_path, inventory).check(), "college")["changed"] is False
    assert writes(sandbox) == []

    # On again: Canvas by onboarding as it is; Brightspace where the places say so.
    on = {**place, "d2l": {**place["d2l"], "registration": {"enabled": True}, "deployment": {"enabled": True}}}
    run(tmp_path, "edtech.lti.onboard", *tenants(lti_onboarding_places={"lab": on}, **told)).check()
    again = kept_of(sandbox)
    for name in ("registrations", "deployments"):
        assert [one["IsEnabled"] for one in again["d2l"][name].values()] == [True, True]
        assert set(again["d2l"][name]) == set(began["d2l"][name])
    states = [
        {key: one["workflow_state"] for key, one in each["canvas"]["bindings"].items()} for each in (began, again)
    ]
    assert states[0] == states[1]

    # Gone, even where the tenant no longer gets it; what stays is as it was.
    sandbox.seed("exam").close_exam(1)
    inventory = tenants(lti_onboarding_places={"lab": place}, lti_onboarding_tools=["map"], **told)
    sandbox.clear_requests()
    dry = off(tmp_path, inventory, "--check", "--diff", state="absent").check()
    assert writes(sandbox) == []
    real = off(tmp_path, inventory, "--diff", state="absent").check()
    assert plans_of(dry) == plans_of(real)
    for platform in ("canvas", "d2l", "exam"):
        assert (platform, lines_of(real)[("college", platform)]) == (platform, "changed Lab (removed)")
    left = kept_of(sandbox)
    assert not [name for name in _names(left) if "Lab" in name]
    assert [name for name in _names(began) if "Lab" not in name] == _names(left) != []
    assert (tmp_path / "handback" / "lab.json").read_text(encoding="utf-8").count("client_id") == 0
    sandbox.clear_requests()
    last = off(tmp_path, inventory, state="absent").check()
    assert writes(sandbox) == []
    assert {text for key, text in lines_of(last).items() if key[0] == "college"} == {"ok Lab (not there)"}
    assert "s3cret" not in real.text


def _names(held):
    """Names of all tools that are there and not deleted, with what they are."""
    found = []
    for platform, parts in held.items():
        for part, objects in parts.items():
            for one in objects.values() if part != "exams" else ():
                name = next((one[name] for name in ("name", "Name", "tool_name") if one.get(name)), None)
                if name and one.get("workflow_state") != "deleted":
                    found.append(f"{platform} {part} {name}")
    return sorted(found)


def _seeded(sandbox):
    """Tools as people left them; each tenant of the next test is about one."""
    canvas, d2l, exam = (sandbox.seed(name) for name in ("canvas", "d2l", "exam"))
    ids = {}
    for name in ("Plain", "Twin", "Twin", "Spread"):
        ids[name] = canvas.tool_configuration(name, "on", title=name)["developer_key"]["id"]
        canvas.external_tool(ids[name])
    canvas.external_tool(ids["Spread"], course_id=101)
    for name in ("Linked", "Shared"):
        made = d2l.registration(Name=name, Domain=f"{name.lower()}.example.com")
        ids[name] = d2l.deployment(made["ClientId"], Name=name)["DeploymentId"]
        d2l.link(ids[name], Name=name)
    d2l.deployment(made["ClientId"], Name="By hand")
    d2l.sharing_rule(ids["Linked"])
    d2l.link(ids["Linked"], org_unit_id=COURSE, Name="Of a teacher")
    for number, name in enumerate(("Busy", "Foreign"), start=1):
        exam.tool_provider(tool_name=name)
        exam.exam(name=f"Exam of {name}")
        exam.lti_resource(number, number)
    exam.document(1)
    return ids


def test_what_is_not_clear_or_in_use_stays_and_is_named(sandbox, tenants, tmp_path):
    _seeded(sandbox)
    wrong = {"exam_onboarding_connection": connection(sandbox, "exam", secret_key="wrong")}

    def tenant(groups, name, **more):
        made = {"manifests": {"it": manifest(name, f"{name.lower()}.example.com")}}
        return groups, {"lti_onboarding_manifests": made["manifests"], "lti_offboarding_tools": ["it"], **more}

    hosts = {
        "half": tenant(["canvas", "exam"], "Plain", **wrong),
        "twice": tenant(["canvas"], "Twin"),
        "spread": tenant(["canvas"], "Spread"),
        "linked": tenant(["d2l"], "Linked"),
        "shared": tenant(["d2l"], "Shared"),
        "busy": tenant(["exam"], "Busy"),
        "island": tenant(["luminus"], "Plain", lti_onboarding_places={"it": {"luminus": {"provider_id": "p-1"}}}),
        "unknown": tenant(["canvas"], "Plain", lti_offboarding_tools="it, lap"),
        "sloppy": tenant(["canvas"], "Plain", lti_offboarding_stat="absent"),
        "nothing": tenant(["canvas"], "Plain", lti_offboarding_tools=[]),
    }
    inventory = tenants(hosts, lti_onboarding_consumer_secrets={})
    played = run(tmp_path, "edtech.lti.offboard", *inventory, "-e", "lti_offboarding_state=absent")

    assert played.code != 0
    said = lines_of(played)
    assert said[("half", "canvas")] == "changed Plain (removed)"
    assert said[("half", "exam")].startswith("FAILED auth: ")
    twins = [one for one in sandbox.state("canvas")["developer_keys"].values() if one["name"] == "Twin"]
    assert "FAILED ambiguous: Several LTI keys are called 'Twin': client ids" in said[("twice", "canvas")]
    assert len(twins) == 2 and all(str(one["id"]) in said[("twice", "canvas")] for one in twins)
    assert said[("spread", "canvas")] == "STILL ON Spread (still on)"
    assert "FAILED conflict: Linked is launched by 1 link(s)" in said[("linked", "d2l")]
    assert f"org unit {COURSE}" in said[("linked", "d2l")]
    assert said[("shared", "d2l")] == "kept Shared (kept)"
    assert "FAILED conflict: Busy is launched by exams that are not over: 'Exam of Busy'" in said[("busy", "exam")]
    assert said[("island", "luminus")] == "by hand Plain (by hand)"
    assert "has no manifest for lap, which lti_offboarding_tools names. There are it." in said[("unknown", "-")]
    assert "has no variable lti_offboarding_stat" in said[("sloppy", "-")]
    assert "lti_offboarding_tools is not given" in said[("nothing", "-")]
    recap = played.output.split("PLAY RECAP")[1].splitlines()
    failed = {line.split()[0] for line in recap if "failed=1" in line}
    assert failed == {"half", "twice", "linked", "busy", "unknown", "sloppy", "nothing"}
    left = _names(kept_of(sandbox))
    assert "canvas developer_keys Spread" in left and "canvas developer_keys Plain" not in left
    assert [one["course_id"] for one in _tools(sandbox, "Spread")] == [101]
    for name in (
        "registrations Linked",
        "deployments Linked",
        "links Linked",
        "links Of a teacher",
        "deployments By hand",
    ):
        assert f"d2l {name}" in left
    assert "d2l deployments Shared" not in left

    # What is in use goes when somebody says so; what bears another name stays even then.
    only = ("-l", "spread,linked,shared,busy", "-e", "lti_offboarding_state=absent", "-e", "lti_offboarding_force=yes")
    forced = lines_of(run(tmp_path, "edtech.lti.offboard", *inventory, *only).check())
    assert {text for key, text in forced.items() if key[0] in hosts} == {
        f"changed {name} (removed)" for name in ("Spread", "Linked", "Shared", "Busy")
    }
    left = _names(kept_of(sandbox))
    assert left == [
        "canvas developer_keys Twin", "canvas developer_keys Twin", "canvas registrations Twin",
        "canvas registrations Twin", "canvas tools Twin", "canvas tools Twin", "exam tool_providers Foreign",
    ]  # fmt: skip


def _tools(sandbox, name):
    """Where a tool is installed in Canvas."""
    return [
        {"course_id": one["context_id"]} if one["context_type"] == "Course" else {"course_id": None}
        for one in sandbox.state("canvas")["tools"].values()
        if one["workflow_state"] != "deleted" and one["name"] == name
    ]


def test_what_another_manifest_has_stays_also_where_the_tenant_is_not_said_to_get_it(sandbox, tenants, tmp_path):
    canvas = sandbox.seed("canvas")
    canvas.external_tool(canvas.tool_configuration("Lab", "on", title="Lab")["developer_key"]["id"])
    twin = {"canvas": {"account_id": 1, "installations": [{"account_id": 1}]}}
    inventory = tenants(
        {"college": (["canvas"], {})},
        lti_onboarding_manifests={"lab": LAB, "twin": LAB},
        lti_onboarding_places={"twin": twin},
        lti_onboarding_consumer_secrets={},
    )
    played = off(tmp_path, inventory, "-e", "lti_onboarding_tools=lab", state="absent").check()
    assert writes(sandbox) == []
    assert lines_of(played)[("college", "canvas")] == "kept Lab (kept)"
    assert "twin uses it, too. So does what is installed in account self" in played.output


@pytest.mark.parametrize("tools", [None, "5", '[""]'])
def test_nothing_goes_that_nobody_named(sandbox, tenants, tmp_path, tools):
    said = ("-e", f'{{"lti_offboarding_tools": {tools}}}') if tools else ()
    played = run(tmp_path, "edtech.lti.offboard", *tenants(), *said)

    assert played.code != 0
    assert played.of("Refuse to take away what nobody named")[0]["msg"].startswith("Nothing was done: say which tools")
    assert not played.of("Take away from all platforms of this institution")
    assert sandbox.requests() == []
