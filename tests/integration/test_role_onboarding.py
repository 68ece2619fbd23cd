"""The role lti_onboarding with its playbooks: one manifest, every platform of every institution, and who failed."""

from __future__ import annotations

import socket

import pytest
import yaml

from tests.integration.playbooks import ROOT, connection, run, writes

EXAMPLE = ROOT / "examples" / "demo"
PLATFORM = {
    "harbour-college": "canvas",
    "northern-university": "d2l",
    "city-school": "exam",
    "island-university": "luminus",
}
SECRETS = ("quiz-helper-secret", "canvas-demo-token", "d2l-demo-token", "exam-demo-secret", "luminus-demo-key")
MANIFEST = {
    "client_name": "Lab",
    "initiate_login_uri": "https://labs.example.com/login",
    "redirect_uris": ["https://labs.example.com/launch"],
    "jwks_uri": "https://labs.example.com/jwks.json",
    "https://purl.imsglobal.org/spec/lti-tool-configuration": {
        "domain": "labs.example.com",
        "target_link_uri": "https://labs.example.com/launch",
        "description": "Experiments",
        "messages": [{"type": "LtiDeepLinkingRequest", "placements": ["ContentArea"]}],
    },
    "lti_1_1": {"launch_url": "https://labs.example.com/lti", "consumer_key": "lab"},
}


def summaries(played):
    """The summary of each tenant, by the first of its platforms."""
    facts = [result.get("ansible_facts", {}) for result in played.of("Put the summary together")]
    found = [one["lti_onboarding_summary"] for one in facts if "lti_onboarding_summary" in one]
    return {next(iter(one["platforms"])): one for one in found}


def shape(value):
    """Keys of dicts and the shape of a list's members; values left out."""
    if isinstance(value, dict):
        return {key: shape(member) for key, member in value.items()}
    return [shape(member) for member in value] if isinstance(value, list) else None


def lines(played, task="Show a line for each institution and platform"):
    """The lines that the playbook shows at its end."""
    return played.of(task)[0]["msg"]


def line_of(played, *words):
    """The one line at the end that begins with these words."""
    (line,) = [line for line in lines(played) if line.split()[: len(words)] == list(words)]
    return " ".join(line.split())


@pytest.fixture
def inventory(sandbox, tmp_path):
    """A function that writes an inventory of hosts with groups and variables, and returns it for a command line."""

    def write(hosts, **common):
        groups = {}
        for host, (members, variables) in hosts.items():
            for group in members:
                groups.setdefault(group, {"hosts": {}})["hosts"][host] = {}
            groups.setdefault("everybody", {"hosts": {}})["hosts"][host] = variables
        shared = {
            "ansible_connection": "local",
            "ansible_python_interpreter": "{{ ansible_playbook_python }}",
            "lti_onboarding_manifests": {"lab": MANIFEST},
            "canvas_onboarding_connection": connection(sandbox, "canvas"),
            "d2l_onboarding_connection": connection(sandbox, "d2l"),
            "exam_onboarding_connection": connection(sandbox, "exam"),
            **common,
        }
        path = tmp_path / "hosts.yml"
        path.write_text(yaml.safe_dump({"all": {"vars": shared, "children": groups}}), encoding="utf-8")
        return "-i", str(path)

    return write


def test_the_example_is_planned_then_done_then_left_alone(sandbox, tmp_path):
    handback = tmp_path / "handback"
    arguments = (
        "-i",
        str(EXAMPLE),
        "-e",
        f"sandbox={sandbox.base_url}",
        "-e",
        f"handback={handback}",
        "-vvv",
        "--diff",
    )
    stats = {"ANSIBLE_SHOW_CUSTOM_STATS": "true"}

    planned = run(tmp_path, "edtech.lti.plan", *arguments, environment=stats).check()
    assert {entry["method"] for entry in sandbox.requests()} == {"GET"}
    assert not handback.exists()
    table = lines(planned, "Show the table")
    assert "17 to write, 0 as they should be, 1 differ" in table[-1]
    assert any(line.split()[:3] == ["northern-university", "d2l", "Quiz"] and " create" in line for line in table)
    assert '"lti_plan": {' in planned.output.split("CUSTOM STATS")[1]

    done = run(tmp_path, "edtech.lti.onboard", *arguments, environment=stats).check()
    files = {path.name: path.read_bytes() for path in handback.iterdir() if not path.name.startswith(".")}
    sandbox.clear_requests()
    again = run(tmp_path, "edtech.lti.onboard", *arguments, environment=stats).check()

    for host, platform in PLATFORM.items():
        (dry, real, last) = (summaries(played)[platform] for played in (planned, done, again))
        assert shape(dry) == shape(real) == shape(last)
        assert [one["changed"] for one in (dry, real, last)] == [platform != "luminus", platform != "luminus", False]
        (tool,) = real["platforms"][platform]["tools"]
        assert (tool["state"], bool(tool["drift"])) == ("done", platform == "luminus")
        if platform == "luminus":  # which sends the address of people, whatever the manifest allows
            assert line_of(again, host).startswith(f"{host} luminus differs Quiz Helper: LumiNUS sends email (")
        else:
            assert line_of(again, host) == f"{host} {platform} ok Quiz Helper"
    assert writes(sandbox) == []
    assert {path.name: path.read_bytes() for path in handback.iterdir() if path.name in files} == files
    told = yaml.safe_load(files["quiz_helper.pylti1p3.json"])
    assert {one["client_id"] for entries in told.values() for one in entries} == {
        summaries(done)[platform]["platforms"][platform]["tools"][0]["handback"]["client_id"]
        for platform in ("canvas", "d2l")
    }
    (provider,) = sandbox.state("exam")["tool_providers"].values()
    assert (provider["oauth_consumer_key"], provider["oauth_consumer_secret"]) == ("city-school", "quiz-helper-secret")
    for played in (planned, done, again):
        assert not [secret for secret in SECRETS if secret in played.text]


def test_each_tenant_that_fails_is_named_with_its_cause_and_the_others_are_done(sandbox, inventory, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{free.getsockname()[1]}"
    sandbox.faults({"platform": "d2l", "path": "/d2l/api/le/*", "kind": "429", "times": 9, "retry_after": 0})
    wrong = connection(sandbox, "exam", secret_key="wrong")
    refusing = {**connection(sandbox, "canvas"), "base_url": nowhere, "retries": 0}
    slow = {**connection(sandbox, "d2l"), "retries": 1}
    named = {"lab": {"exam": {}, "canvas": {"name": "Lab of the stranger"}}}
    hosts = {
        "healthy": (["canvas"], {}),
        "down": (["canvas"], {"canvas_onboarding_connection": refusing}),
        "throttled": (["d2l"], {"d2l_onboarding_connection": slow}),
        "stranger": (["exam", "canvas"], {"exam_onboarding_connection": wrong, "lti_onboarding_places": named}),
        "sloppy": (["canvas"], {"lti_onboarding_place": {}}),
    }

    played = run(
        tmp_path, "edtech.lti.onboard", *inventory(hosts, lti_onboarding_consumer_secrets={"lab": "s3cret-Q7"})
    )

    assert played.code != 0
    assert line_of(played, "healthy") == "healthy canvas changed Lab"
    assert line_of(played, "down").startswith("down canvas FAILED unavailable: ")
    assert line_of(played, "throttled").startswith("throttled d2l FAILED rate_limited: ")
    assert line_of(played, "stranger", "exam").startswith("stranger exam FAILED auth: ")
    assert line_of(played, "stranger", "canvas") == "stranger canvas changed Lab"
    assert line_of(played, "sloppy").startswith("sloppy - FAILED The role lti_onboarding has no variable")
    recap = played.output.split("PLAY RECAP")[1]
    failed = {line.split()[0] for line in recap.splitlines() if "failed=1" in line}
    assert failed == {"down", "throttled", "stranger", "sloppy"}
    names = {key["name"] for key in sandbox.state("canvas")["developer_keys"].values()}
    assert {"Lab", "Lab of the stranger"} <= names
    assert "s3cret-Q7" not in played.text


def test_one_refusal_keeps_everything_from_being_sent_for_this_tenant(sandbox, inventory, tmp_path):
    (tmp_path / "broken.yml").write_text("client_name: [Lab\n", encoding="utf-8")
    curious = {**MANIFEST, "platforms": {"canvas": {"options": {"privacy_level": "public"}}}}
    place = {"canvas": {"custom_fields": {"who": "$Person.name.full"}}, "exam": {}}
    hosts = {
        "level": (["canvas", "exam"], {"lti_onboarding_manifests": {"lab": curious}}),
        "place": (["canvas", "exam"], {"lti_onboarding_places": {"lab": place}}),
        "course": (["d2l"], {"lti_onboarding_manifests": {"lab": {**MANIFEST, "data": ["role"]}}}),
        "broken": (["canvas"], {"lti_onboarding_manifests": {"lab": "broken.yml"}}),
        "nowhere": (["canvas"], {"lti_onboarding_manifests": {"lab": "missing.yml"}}),
        "key": (["canvas"], {"lti_onboarding_tools": ["lap"]}),
        "misspelt": (["canvas"], {"lti_onboarding_places": {"lab": {"canvas": {"installation": []}}}}),
        "defect": (["canvas", "exam"], {"lti_onboarding_manifests": {"lab": {
            **MANIFEST, "jwks_uri": "http://labs.example.com/jwks.json"}}}),
    }  # fmt: skip

    played = run(tmp_path, "edtech.lti.onboard", *inventory(hosts))

    assert played.code != 0
    assert sandbox.requests() == []
    assert "name (privacy level public)" in line_of(played, "level", "canvas")
    assert line_of(played, "level", "exam").startswith("level exam skipped Nothing was written")
    assert "$Person.name.full in the custom field who" in line_of(played, "place", "canvas")
    assert "Brightspace would send more" in line_of(played, "course")
    assert "no valid YAML, line" in line_of(played, "broken")
    assert "missing.yml" in line_of(played, "nowhere")
    assert "no manifest for lap" in line_of(played, "key")
    assert "lti_onboarding_places.lab.canvas has installation" in line_of(played, "misspelt")
    assert "https" in line_of(played, "defect", "canvas")


def test_variables_are_all_looked_at_before_anything_is_sent(sandbox, inventory, tmp_path):
    (tmp_path / "files" / "folder.yml").mkdir(parents=True)
    secrets = {"lti_onboarding_consumer_secrets": {"lab": "s3cret-Q7"}}
    both = ["canvas", "exam"]
    token = "{{ vault_of_nobody }}"
    wrong = {
        "connection": {"exam_onboarding_connection": {**connection(sandbox, "exam"), "base_urll": "x"}},
        "undefined": {"exam_onboarding_connection": {**connection(sandbox, "exam"), "api_token": token}},
        "exams": {"lti_onboarding_places": {"lab": {"canvas": {}, "exam": {"exams": [{"nam": "Algebra"}]}}}},
        "formats": {"lti_onboarding_handback": {"dir": str(tmp_path), "formats": "xml"}},
        "folder": {"lti_onboarding_manifests": {"lab": "folder.yml"}},
        "empty": {"lti_onboarding_manifests": {"lab": None}},
        "lost": {"lti_onboarding_consumer_secrets": {"lab": token}},
    }
    hosts = {host: (both, {**secrets, **variables}) for host, variables in wrong.items()}

    played = run(tmp_path, "edtech.lti.onboard", *inventory(hosts))

    assert sandbox.requests() == []
    assert "exam_onboarding_connection has base_urll" in line_of(played, "connection")
    assert "vault_of_nobody" in line_of(played, "undefined")
    assert "lti_onboarding_places.lab.exam" in line_of(played, "exams", "exam")
    assert "lti_onboarding_handback.formats takes" in line_of(played, "formats")
    assert "folder.yml" in line_of(played, "folder")
    assert "lti_onboarding_manifests.lab is empty" in line_of(played, "empty")
    assert "vault_of_nobody" in line_of(played, "lost")
    assert "s3cret-Q7" not in played.text

    # What a job runner leaves blank is not given. LumiNUS sends what the manifest does not allow, and it is told.
    blank = dict.fromkeys(("platforms", "tools", "places", "preflight_options", "handback", "luminus_connection"), "")
    named = {**MANIFEST, "lti_1_1": {**MANIFEST["lti_1_1"], "consumer_secret": "vault_lab_consumer_secret"}}
    hosts = {
        "blank": (["canvas"], {**{f"lti_onboarding_{name}": value for name, value in blank.items()}, **secrets}),
        "listed": (
            ["canvas"],
            {"lti_onboarding_tools": "lab", "canvas_onboarding_connection": connection(sandbox, "canvas")},
        ),
        "secret": (
            both,
            {"lti_onboarding_consumer_secrets": {"lab": None}, "lti_onboarding_manifests": {"lab": named}},
        ),
        "island": (
            ["luminus"],
            {
                **secrets,
                "lti_onboarding_places": {"lab": {"luminus": {"provider_id": "b0000000-0000-4000-8000-000000000001"}}},
                "lti_onboarding_luminus_connection": connection(sandbox, "luminus"),
            },
        ),
    }
    planned = run(tmp_path, "edtech.lti.plan", *inventory(hosts))

    assert writes(sandbox) == []
    table = "\n".join(" ".join(line.split()) for line in lines(planned, "Show the table"))
    assert "blank canvas Lab developer key create" in table
    assert "listed canvas Lab developer key create" in table
    assert "secret exam - - failed Lab has no secret: the variable vault_lab_consumer_secret that" in table
    assert "secret canvas Lab - skipped" in table
    assert "island luminus Lab provider differs" in table
    assert "which data does not allow; nothing can be written there." in table


def test_one_vendor_with_both_halves(sandbox, inventory, tmp_path):
    """LTI 1.3 inside Canvas and LTI 1.1 on the exam side, by one manifest; its texts are never evaluated."""
    text = (ROOT / "examples" / "manifests" / "proctored_exams.yml").read_text(encoding="utf-8")
    evil = "{{ lookup('pipe', 'echo EVALU' ~ 'ATED') }}"
    (tmp_path / "vendor.yml").write_text(
        text.replace("description: Exams with proctoring", f'description: "{evil}"'), encoding="utf-8"
    )
    exams = [{"name": "Algebra", "type": "demo", "instructions": "<p>{lti:Exam paper}</p>"}]
    hosts = {
        "university": (
            ["canvas", "exam"],
            {
                "vault_question_player_consumer_secret": "s3cret-Q7",
                "lti_onboarding_places": {
                    "proctoring": {
                        "canvas": {"installations": [{"course_id": "sis_course_id:PHYS-101-2026"}]},
                        "exam": {"exams": exams},
                    }
                },
            },
        )
    }

    played = run(
        tmp_path,
        "edtech.lti.onboard",
        *inventory(
            hosts,
            lti_onboarding_manifests={"proctoring": "vendor.yml"},
            lti_onboarding_preflight_options={"ignore": ["placeholder"]},
        ),
        "-vvv",
    ).check()

    (key,) = [one for one in sandbox.state("canvas")["developer_keys"].values() if one["name"] == "Proctored Exams"]
    settings = key["configuration"]["internal"]
    assert settings["public_jwk_url"] == "https://proctoring.example.com/lti13/jwks"
    assert [one["placement"] for one in settings["placements"]] == ["link_selection"]
    assert (len(settings["custom_fields"]), settings["privacy_level"]) == (5, "public")
    assert settings["description"] == evil
    (binding,) = [one for one in sandbox.state("canvas")["bindings"].values() if one["developer_key_id"] == key["id"]]
    assert binding["workflow_state"] == "on"
    summary = summaries(played)["canvas"]["platforms"]
    (canvas,), (exam,) = summary["canvas"]["tools"], summary["exam"]["tools"]
    assert canvas["handback"]["client_id"] and exam["handback"] is None
    assert canvas["data"] == ["opaque_id", "name", "email", "sis_id", "course", "role"]
    assert exam["data"] == ["opaque_id", "course", "role"]
    (provider,) = sandbox.state("exam")["tool_providers"].values()
    assert (provider["tool_name"], provider["oauth_consumer_secret"]) == ("Question Player", "s3cret-Q7")
    (link,) = sandbox.state("exam")["lti_resources"].values()
    assert link["lti_resource_link_name"] == "Exam paper"
    assert "s3cret-Q7" not in played.text
    assert "EVALUATED" not in played.text
