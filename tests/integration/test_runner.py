"""The path that AWX takes: jobs in private data directories, run where the collection is, and what comes back.

The jobs of a workflow, in its order, with the artifacts of those before as variables: plan, onboard in check mode,
onboard, once more, audit. Then one where everything goes wrong.
"""

from __future__ import annotations

import copy
import dataclasses
import fcntl
import json
import pickle
import re
import shutil

import pytest
import yaml

from tests.integration.playbooks import HERE, ROOT, TOKENS, WRITES
from tests.integration.private_data import Credential, Kept, Site, found
from tests.sandbox import service
from tests.sandbox.testing import Sandbox

PLATFORM = {
    "harbour-college": "canvas",
    "northern-university": "d2l",
    "city-school": "exam",
    "island-university": "luminus",
}
DEMO = {
    "canvas-demo-token": 'planted"Canvas/Token+7q==',
    "d2l-demo-token": "planted-D2L/Token+8w==",
    "exam-demo-token": "planted+Exam/Token=9e",
    "exam-demo-secret": 'planted"Exam\\Secret?1r',
    "luminus-demo-key": "planted/LuminusKey+2t==",
    "luminus-admin": "planted-Luminus.Token~3y",
}
"""The demo credentials of the sandbox, and what it takes instead here."""
CONSUMER_SECRET = 'planted<Consumer>"Secret"+4u'
WRONG = "planted*Wrong/Token+5v=="
LUMINUS_SECRET = "quiz-helper-secret"
"""Of the provider that is there already; LumiNUS tells it to whoever may read."""
TEMPLATE = "Lab {{ 7 * 7 }}"
"""The name of a tool on a platform, which nobody may take for a template."""
SECRETS = [*DEMO.values(), CONSUMER_SECRET, LUMINUS_SECRET, WRONG]


class _Loader(yaml.SafeLoader):
    pass


_Loader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


def types(base_url):
    """The credentials of the job templates, of the types that the role awx_content puts into AWX."""
    path = ROOT / "roles" / "awx_content" / "vars" / "main" / "credential_types.yml"
    held = yaml.load(path.read_text(encoding="utf-8"), _Loader)["__awx_content_credential_types"]
    (canvas, d2l, token, secret, key, luminus) = DEMO.values()
    typed = {
        "canvas": {"access_token": canvas, "environment": "self_hosted"},
        "d2l": {"access_token": d2l},
        "exam": {"api_token": token, "secret_key": secret},
        "luminus": {"subscription_key": key, "access_token": luminus},
    }
    return [
        *(Credential(held[name]["injectors"], {"base_url": base_url, **fields}) for name, fields in typed.items()),
        Credential({"extra_vars": {"vault_quiz_helper_consumer_secret": "{{ secret }}"}}, {"secret": CONSUMER_SECRET}),
    ]


HANDBACK = {"private_key_file": "quiz_helper.key"}
INVENTORY = {
    "all": {
        "children": ["canvas", "d2l", "exam", "luminus"],
        "vars": {
            "ansible_connection": "local",
            "ansible_python_interpreter": "{{ ansible_playbook_python }}",
            "lti_onboarding_manifests": {"quiz_helper": "manifests/quiz_helper.yml"},
            "lti_onboarding_handback": HANDBACK,
        },
    },
    **{platform: {"hosts": [host]} for host, platform in PLATFORM.items()},
    "_meta": {
        "hostvars": {
            host: {
                **yaml.safe_load(
                    (ROOT / "examples" / "demo" / "host_vars" / f"{host}.yml").read_text(encoding="utf-8")
                ),
                "remote_tower_id": number,
                "remote_tower_enabled": "true",
            }
            for number, host in enumerate(PLATFORM)
        }
    },
}
PROJECT = {
    **{f"{name}.yml": f"- import_playbook: edtech.lti.{name}\n" for name in ("plan", "onboard", "audit")},
    "collections/requirements.yml": "collections: []\n",
    "manifests/quiz_helper.yml": (ROOT / "examples" / "manifests" / "quiz_helper.yml").read_text(encoding="utf-8"),
}


@dataclasses.dataclass
class Done:
    """A job with what it left here and on the platforms.

    :param files: the texts of what it wrote where it ran, by name.
    :param modes: of the files in ``env`` there.
    :param injected: the secrets that a search finds among these.
    """

    kept: Kept
    requests: list
    files: dict
    modes: dict
    injected: set

    @property
    def writes(self):
        """The writing requests, those for tokens apart."""
        return [one for one in self.requests if one["method"] in WRITES and one["path"] != TOKENS]


def _workflow(folder, home):
    """Run all jobs, against a sandbox that takes the planted credentials and no others."""
    credentials = folder / "credentials.yml"
    text = service.CREDENTIALS_FILE.read_text(encoding="utf-8")
    for demo, planted in DEMO.items():
        assert demo in text
        text = text.replace(f": {demo}\n", f": {json.dumps(planted)}\n")
    credentials.write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(service, "CREDENTIALS_FILE", credentials)
        sandbox = Sandbox()
    done, artifacts = {}, []
    callbacks = folder / "callbacks"
    callbacks.mkdir()
    shutil.copy(HERE / "callback_plugins" / "at_once.py", callbacks)
    site = Site(folder, PROJECT, INVENTORY, home, callbacks)

    def keep(name, job, here=False):
        sandbox.clear_requests()
        kept = job.run_here() if here else job.run()
        written = [*job.worker.glob("inventory/handback/*.*"), *job.worker.glob("project/lti-audit/*")]
        env = job.worker / "env"
        done[name] = Done(
            kept,
            sandbox.requests(),
            files={path.name: path.read_text(encoding="utf-8") for path in written},
            modes={path.name: path.stat().st_mode & 0o777 for path in env.iterdir()},
            injected={secret for _place, secret in found(Kept("", [], [env]), SECRETS)},
        )
        artifacts.append(kept.artifacts)

    with sandbox:
        given = types(sandbox.base_url)
        keep("plan", site.job("plan", "plan.yml", credentials=given, diff=True))
        keep("check", site.job("check", "onboard.yml", credentials=given, check=True, diff=True, before=artifacts))
        files = {"lti_onboarding_handback": {**HANDBACK, "dir": "handback"}}
        loud = {"diff": True, "verbosity": 3}
        keep("onboard", site.job("onboard", "onboard.yml", credentials=given, **loud, extra=files, before=artifacts))
        keep("again", site.job("again", "onboard.yml", credentials=given, before=artifacts), here=True)
        sandbox.seed("exam").tool_provider(tool_name=TEMPLATE)
        keep("audit", site.job("audit", "audit.yml", credentials=given, before=artifacts))
        wrong = copy.deepcopy(given)
        wrong[0].fields["access_token"] = WRONG
        sandbox.reset()
        for platform in ("d2l", "exam"):
            sandbox.faults({"platform": platform, "method": "POST", "kind": "500", "times": 99})
        keep("failing", site.job("failing", "onboard.yml", credentials=wrong, **loud))
    return done


@pytest.fixture(scope="module")
def jobs(request, tmp_path_factory):
    """The jobs by name. All processes of a test run share them, since each takes seconds."""
    alone = not hasattr(request.config, "workerinput")
    shared = tmp_path_factory.getbasetemp() if alone else tmp_path_factory.getbasetemp().parent
    with open(shared / "runner.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = shared / "runner.pickle"
        if not kept.exists():
            home = tmp_path_factory.mktemp("execution-environment")
            shutil.copytree(request.getfixturevalue("installed")[1], home / ".ansible" / "collections")
            kept.write_bytes(pickle.dumps(_workflow(tmp_path_factory.mktemp("jobs"), home)))
        return pickle.loads(kept.read_bytes())


@pytest.mark.parametrize("name", ["plan", "check"])
def test_a_look_ahead_writes_nothing(jobs, name):
    done = jobs[name]
    assert (done.kept.status, {one["method"] for one in done.requests}) == ("successful", {"GET"})
    assert done.files == {}


def test_onboarding_runs_where_the_collection_is_and_nowhere_else(jobs):
    done = jobs["onboard"]
    paths = re.findall(r"task path: (\S+)", done.kept.output)
    assert paths
    assert {path.partition("/.ansible/collections/")[1] != "" for path in paths} == {True}
    assert done.kept.status == "successful"
    assert {one["platform"] for one in done.writes} == {"canvas", "d2l", "exam"}


def test_a_second_run_changes_nothing(jobs):
    done = jobs["again"]
    assert (done.kept.status, done.kept.changed, done.writes) == ("successful", {}, [])


@pytest.mark.parametrize("name", ["check", "onboard", "again"])
def test_the_artifacts_tell_of_each_tenant_and_not_only_of_the_last(jobs, name):
    summaries = jobs[name].kept.artifacts["lti_onboarding"]
    assert {host: list(one["platforms"]) for host, one in summaries.items()} == {
        host: [platform] for host, platform in PLATFORM.items()
    }
    changed = {"harbour-college", "northern-university", "city-school"} if name != "again" else set()
    assert {host for host, one in summaries.items() if one["changed"]} == changed


def test_the_plan_comes_back_for_each_tenant(jobs):
    plans = jobs["plan"].kept.artifacts["lti_plan"]
    assert set(plans) == set(PLATFORM)
    assert {line["action"] for host, lines in plans.items() for line in lines if host != "island-university"} == {
        "create"
    }


def test_the_files_that_tools_need_come_back_as_they_were_written(jobs):
    done = jobs["onboard"]
    handed = done.kept.artifacts["lti_handback"]
    assert set(handed["files"]) == {"quiz_helper.pylti1p3.json", "quiz_helper.md"}
    assert handed["left_out"] == []
    assert _parts(handed["files"]) == _parts(done.files)
    summaries = done.kept.artifacts["lti_onboarding"]
    clients = {
        host: summaries[host]["platforms"][PLATFORM[host]]["tools"][0]["handback"]["client_id"]
        for host in ("harbour-college", "northern-university")
    }
    written = json.loads(handed["files"]["quiz_helper.pylti1p3.json"])
    assert {one["client_id"] for entries in written.values() for one in entries} == set(clients.values())


def _parts(files):
    """What the files hold, whichever tenant's part comes first: in a folder, the tenant that was ready first."""
    sheet = re.split(r"(?m)^(?=<!-- lti_handback )", files["quiz_helper.md"])
    return json.loads(files["quiz_helper.pylti1p3.json"]), sorted(part.strip() for part in sheet)


def test_they_come_back_where_no_file_was_written_too(jobs):
    assert jobs["again"].files == {}
    assert jobs["again"].kept.artifacts["lti_handback"] == jobs["onboard"].kept.artifacts["lti_handback"]


def test_nothing_is_handed_back_that_is_only_predicted(jobs):
    assert "lti_handback" not in jobs["check"].kept.artifacts


def test_the_report_comes_back_as_data_and_as_a_page(jobs):
    done = jobs["audit"]
    told = done.kept.artifacts["lti_audit"]
    assert (done.kept.status, told["unread"], told["left_out"]) == ("successful", [], [])
    assert set(told["published"]) == {"json", "html"}
    assert told["published"]["json"] == json.loads(done.files["audit.json"])
    assert told["published"]["html"] == done.files["audit.html"]
    assert {one["tenant"] for one in told["published"]["json"]["tools"]} == set(PLATFORM)
    assert TEMPLATE in {one["tool"] for one in told["published"]["json"]["tools"]}
    assert TEMPLATE in told["published"]["html"]


def test_a_job_that_fails_says_where_and_the_others_are_done(jobs):
    done = jobs["failing"]
    assert done.kept.status == "failed"
    summaries = done.kept.artifacts["lti_onboarding"]
    failures = {host: summaries[host]["platforms"][platform]["failure"] for host, platform in PLATFORM.items()}
    assert {host: failure and failure["kind"] for host, failure in failures.items()} == {
        "harbour-college": "auth",
        "northern-university": "unavailable",
        "city-school": "unavailable",
        "island-university": None,
    }
    assert {one["platform"] for one in done.writes} == {"d2l", "exam"}  # so secrets were sent, and refused


NAMES = ("plan", "check", "onboard", "again", "audit", "failing")


@pytest.mark.parametrize("name", NAMES)
def test_a_secret_stands_in_nothing_that_stays(jobs, name):
    assert found(jobs[name].kept, SECRETS) == set()


@pytest.mark.parametrize("name", NAMES)
def test_secrets_came_in_files_that_nobody_else_may_read(jobs, name):
    done = jobs[name]
    assert done.injected == {*DEMO.values(), CONSUMER_SECRET} - (
        {DEMO["canvas-demo-token"]} if name == "failing" else set()
    ) | ({WRONG} if name == "failing" else set())
    assert {mode & 0o077 for mode in done.modes.values()} == {0}


def _tasks(node):
    for one in node if isinstance(node, list) else ():
        yield one
        for key in ("tasks", "pre_tasks", "post_tasks", "block", "rescue", "always"):
            yield from _tasks(one.get(key))


def test_no_statistic_has_the_name_of_a_variable():
    """AWX makes variables of them for the jobs that follow in a workflow, and these win over facts."""
    published, known = set(), set()
    for path in [*ROOT.glob("playbooks/*.yml"), *ROOT.glob("roles/*/tasks/*.yml")]:
        for task in _tasks(yaml.safe_load(path.read_text(encoding="utf-8"))):
            published |= set(task.get("ansible.builtin.set_stats", {}).get("data", {}))
            known |= {*task.get("ansible.builtin.set_fact", {}), *task.get("vars", {}), task.get("register")}
    for path in ROOT.glob("roles/*/meta/argument_specs.yml"):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["argument_specs"].values():
            known |= set(entry.get("options", {}))
    assert {"lti_onboarding", "lti_audit", "lti_handback"} <= published
    assert published & known == set()
    # The roles refuse variables that begin with their names and are none of theirs.
    roles = [path.name for path in ROOT.glob("roles/*")]
    assert [one for one in published for role in roles if one.startswith(f"{role}_")] == []
