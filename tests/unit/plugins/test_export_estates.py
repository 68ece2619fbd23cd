"""Whatever an estate holds: its export, applied, writes nothing, and says exactly what is sent."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.edtech.lti.plugins.module_utils._manifest import roads

from . import export_estates as estates
from .conftest import Runner
from .contract import RUNS, WORDS, some
from .test_canvas_contract import SERVERS
from .test_canvas_contract import wishes as canvas_wishes
from .test_contract import EXAM_OPTIONS, PROVIDER_OPTIONS
from .test_contract import LINK_OPTIONS as EXAM_LINK_OPTIONS
from .test_d2l_contract import (
    DEPLOYMENT_OPTIONS,
    EXTENSIONS,
    FLAGS,
    OLD_OPTIONS,
    REGISTRATION_NEEDS,
    REGISTRATION_OPTIONS,
    URLS,
)
from .test_d2l_contract import LINK_OPTIONS as D2L_LINK_OPTIONS

MORE_FLAGS = {
    name: st.booleans()
    for name in ("send_user_first_name", "send_user_last_name", "send_user_middle_name", "send_d2l_username")
}


def applied(sandbox, runs, texts, tenant="college", **versions):
    """Apply an export, and see that nothing was written."""
    sandbox.clear_requests()
    rows = estates.apply(runs, texts, tenant, **versions)
    assert [entry for entry in sandbox.requests() if entry["method"] != "GET"] == []
    return rows


def left_out(made):
    """Names of what was not exported."""
    return [row["tool"] for row in made["left"] if not row["exported"] and row["tool"]]


@pytest.mark.parametrize("era", ["A", "B", "C", "D"])
@settings(RUNS, max_examples=15)
@given(data=st.data())
def test_any_canvas(running_sandbox, era, data):
    running_sandbox.reset()
    switches = running_sandbox.switches({"canvas.era": era, **data.draw(SERVERS, label="server")})
    run = Runner(running_sandbox, "canvas")
    keys = data.draw(
        st.lists(canvas_wishes(switches["canvas.placement_order"], partly=False), max_size=3), label="keys"
    )
    for number, wish in enumerate(keys):
        made = estates.succeeded(run("canvas_tool_configuration", name=f"Quiz {number}", **wish))
        place = data.draw(st.sampled_from([None, {"account_id": "self"}, {"course_id": "101"}]), label="place")
        if place and wish.get("binding") == "on":
            client_id = made["tool_configuration"]["client_id"]
            estates.succeeded(run("canvas_external_tool", client_id=client_id, **place))

    read = estates.read_canvas(run, [{"account_id": "self"}, {"course_id": "101"}])
    made, texts = estates.exported({"tenant": "college", "canvas": read})

    assert left_out(made) == []
    assert sum(len(host["lti_onboarding_places"]) for host in made["hosts"].values()) == len(keys)
    rows = applied(running_sandbox, {"canvas": run}, texts)
    for key, row in zip(made["manifests"], rows, strict=True):
        assert made["manifests"][key]["data"] == row["data"]


@pytest.mark.parametrize("version", ["1.82", "1.90", "1.92"])
@settings(RUNS, max_examples=15)
@given(data=st.data())
def test_any_brightspace(running_sandbox, version, data):
    running_sandbox.reset()
    run = Runner(running_sandbox, "d2l")
    tool = data.draw(
        some(
            {**REGISTRATION_NEEDS, "keyset_url": URLS, "enabled_extensions": EXTENSIONS},
            {name: one for name, one in REGISTRATION_OPTIONS.items() if name != "keyset_url"},
        ),
        label="registration",
    )
    made = estates.succeeded(run("d2l_lti_registration", domain="quiz.example.com", le_version=version, **tool))
    client_id = made["registration"]["client_id"]
    old = {name: one for name, one in OLD_OPTIONS.items() if version == "1.82" or name == "anonymous"}
    options = {**DEPLOYMENT_OPTIONS, **MORE_FLAGS, **({} if version == "1.92" else old)}
    deployments = data.draw(st.dictionaries(WORDS, some(optional=options), min_size=1, max_size=2), label="deployments")
    for name, wish in deployments.items():
        held = estates.succeeded(run("d2l_lti_deployment", name=name, client_id=client_id, le_version=version, **wish))
        number = held["deployment"]["deployment_id"]
        for unit in data.draw(st.lists(st.sampled_from([6606, 8101, 8103]), unique=True), label="units"):
            flags = data.draw(st.fixed_dictionaries(FLAGS), label="flags")
            estates.succeeded(run("d2l_sharing_rule", deployment_id=number, org_unit_id=unit, **flags))
        links = data.draw(st.dictionaries(WORDS, some({"url": URLS}, D2L_LINK_OPTIONS), max_size=2), label="links")
        for link, options in links.items():
            estates.succeeded(run("d2l_lti_link", deployment_id=number, name=link, le_version=version, **options))

    read = estates.read_d2l(run, [8101], le_version=version)
    made, texts = estates.exported({"tenant": "college", "d2l": read})

    assert left_out(made) == []
    assert len(made["manifests"]) == len(deployments)
    applied(running_sandbox, {"d2l": run}, texts, le_version=version)
    for tool in made["manifests"].values():
        assert tool["data"] in [
            roads.classes(roads.of_d2l(read["registrations"][0], one, links_of(read, one), version))
            for one in read["deployments"]
        ]


def links_of(read, deployment):
    return [link for link in read["links"] if link["deployment_id"] == deployment["deployment_id"]]


@settings(RUNS, max_examples=30)
@given(data=st.data())
def test_any_exam_platform(running_sandbox, data):
    running_sandbox.reset()
    run = Runner(running_sandbox, "exam")
    url = {"tool_url": st.builds("https://{}.example/lti".format, st.from_regex(r"[a-z]{1,5}", fullmatch=True))}
    rest = {name: one for name, one in PROVIDER_OPTIONS.items() if name != "tool_url"}
    providers = data.draw(st.dictionaries(WORDS, some(url, rest), max_size=2), label="providers")
    exams = data.draw(st.dictionaries(WORDS, some(optional=EXAM_OPTIONS), max_size=2), label="exams")
    for name, options in providers.items():
        secret = {"oauth_consumer_key": f"key of {name}", "oauth_consumer_secret": "s3cret-of-a-tool-Q7"}
        estates.succeeded(run("exam_tool_provider", tool_name=name, **secret, **options))
    for exam, options in exams.items():
        estates.succeeded(run("exam", name=exam, type="demo", **options))
        for name in providers:
            for link in data.draw(st.lists(some(optional=EXAM_LINK_OPTIONS), max_size=2), label="links"):
                number = f"{name} {link.get('open_in_new_tab')}"
                estates.succeeded(
                    run(
                        "exam_lti_resource",
                        exam_name=exam,
                        tool_provider_name=name,
                        lti_resource_link_name=number,
                        **link,
                    )
                )

    made, texts = estates.exported({"tenant": "college", "exam": estates.read_exam(run)})

    assert left_out(made) == []
    applied(running_sandbox, {"exam": run}, texts)
    assert "s3cret-of-a-tool-Q7" not in "".join(texts.values())
