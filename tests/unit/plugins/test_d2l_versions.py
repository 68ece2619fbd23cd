"""Which version of the API is spoken with a Brightspace server (docs/platforms/d2l.md, 1)."""

from __future__ import annotations

import pytest

from ansible_collections.edtech.lti.plugins.module_utils._platforms import d2l_versions

from .scripted_d2l import Brightspace

LIST = "d2l_lti_registration_info"
VERSIONS = "/d2l/api/versions/"
GUID = "6f1d2b3c-0a4e-4c58-9b7d-e2f30415a6b7"


def spoken(runner):
    """The LE versions in the paths that the sandbox was asked for."""
    paths = [entry["path"] for entry in runner.sandbox.requests() if "/ltiadvantage/" in entry["path"]]
    return {path.split("/")[4] for path in paths}


@pytest.mark.parametrize(
    ("supported", "chosen"),
    [
        ("1.75-1.92", "1.92"),
        ("1.75-1.99", "1.92"),
        ("1.9,1.40", "1.40"),
        ("1.9,1.40,1.100", "1.40"),
        ("1.40-1.42,1.50,2.0", "1.50"),
        ("1.91,1.93", "1.91"),
        ("1.0-1.40", "1.40"),
    ],
)
def test_the_highest_version_that_both_sides_know_is_spoken(d2l_runner, supported, chosen):
    d2l_runner.sandbox.switches({"d2l.le_versions": supported})

    assert d2l_runner(LIST)["registrations"] == []
    assert spoken(d2l_runner) == {chosen}


def test_the_other_product_has_a_version_of_its_own(d2l_runner):
    d2l_runner.sandbox.switches({"d2l.lp_versions": "1.9,1.46-1.47,1.59"})

    assert d2l_runner("d2l_org_unit_info", org_unit_id=6606)["org_units"][0]["code"] == "EXU"
    assert any(entry["path"].startswith("/d2l/api/lp/1.47/") for entry in d2l_runner.sandbox.requests())


@pytest.mark.parametrize(
    ("supported", "says"),
    [("1.93-1.95", "1.93 to 1.95"), ("2.0-2.3", "2.0 to 2.3"), ("1.0-1.39", "1.0 to 1.39"), ("1.9", "1.9 to 1.9")],
)
def test_a_server_without_a_version_that_we_know_is_an_error_that_says_what_there_is(d2l_runner, supported, says):
    d2l_runner.sandbox.switches({"d2l.le_versions": supported})

    result = d2l_runner(LIST)

    assert f"the server supports LE {says}, and this collection 1.40 to 1.92" in result["msg"]
    assert "le_version" in result["msg"]
    assert result["failure"]["kind"] == "invalid"
    assert spoken(d2l_runner) == set()


def test_an_option_asks_for_a_certain_version(d2l_runner):
    d2l_runner.sandbox.switches({"d2l.le_versions": "1.75-1.92"})
    assert d2l_runner(LIST, le_version="1.80")["registrations"] == []
    assert spoken(d2l_runner) == {"1.80"}


@pytest.mark.parametrize("version", ["1.94", "1.100", "2.0"])
def test_an_option_goes_beyond_what_we_know(d2l_runner, version):
    d2l_runner.sandbox.switches({"d2l.le_versions": version})

    assert d2l_runner(LIST, le_version=version)["registrations"] == []


@pytest.mark.parametrize("version", ["1.8", 1.8, "1.9", "1.39", "0.99"])
def test_a_version_that_yaml_has_cut_is_refused_with_the_cause(server, run, version):
    result = run(LIST, le_version=version)

    assert f"le_version {str(version)!r} is not a version from 1.40 on" in result["msg"]
    assert "quotation marks" in result["failure"]["hint"]
    assert server.bearers == []


@pytest.mark.parametrize(
    "version", ["1", "1.", ".92", "v1.92", "1.92.1", "unstable", "latest", "1,92", " 1.92", "1.92/../x", "1.-92"]
)
@pytest.mark.parametrize(("product", "module"), [("le", LIST), ("lp", "d2l_org_unit_info")])
def test_what_is_no_version_is_refused(server, run, product, module, version):
    result = run(module, **{f"{product}_version": version})

    assert f"{product}_version {version!r} is not a version" in result["msg"]
    assert [path for _method, path, *_rest in server.seen if path != VERSIONS] == []


def test_an_empty_option_is_none(server, run):
    assert run(LIST, le_version="", lp_version="")["registrations"] == []


def test_an_option_that_the_server_does_not_know_leads_to_a_hint(d2l_runner):
    result = d2l_runner(LIST, le_version="1.60")

    assert result["failure"]["status"] == 404
    assert "version of the API" in result["msg"]


def test_both_options_save_the_question(server, run):
    run(LIST, le_version="1.92", lp_version="1.58")

    assert [path for _method, path, *_rest in server.seen if path == VERSIONS] == []


def test_a_process_asks_once_whatever_its_tasks_do(server, run):
    for module in (LIST, "d2l_lti_deployment_info", LIST):
        run(module)
    run("d2l_lti_registration", check=True, domain="t.example", state="absent")

    assert [path for _method, path, *_rest in server.seen].count(VERSIONS) == 1


def test_each_server_is_asked_for_itself(server, run):
    other = Brightspace()
    try:
        run(LIST)
        other.runner(access_token="x-y-z")(LIST)
        assert [path for _method, path, *_rest in other.seen].count(VERSIONS) == 1
    finally:
        other.close()


def test_an_error_is_not_remembered(server, run):
    good = server.answers[VERSIONS]
    server.answers[VERSIONS] = (403, {}, b"")
    assert run(LIST)["failed"]
    server.answers[VERSIONS] = good

    assert run(LIST)["registrations"] == []


LE = {"ProductCode": "le", "LatestVersion": "1.92", "SupportedVersions": ["1.92"]}
LP = {"ProductCode": "lp", "LatestVersion": "1.58", "SupportedVersions": ["1.58"]}
GARBAGE = [
    None,
    {},
    [],
    "text",
    7,
    [1],
    [None],
    [[]],
    {"le": ["1.92"]},
    {"ProductCode": "le", "SupportedVersions": ["1.92"]},
    [{**LE, "SupportedVersions": None}, LP],
    [{**LE, "SupportedVersions": 1.92}, LP],
    [{**LE, "SupportedVersions": [1.92]}, LP],
    [{**LE, "SupportedVersions": "1.92"}, LP],
    [{**LE, "SupportedVersions": []}, LP],
    [{**LE, "SupportedVersions": ["x", "", "1.92.3", "-1.5"]}, LP],
    [{**LE, "SupportedVersions": ["1." + "9" * 5000]}, LP],
    [{**LE, "ProductCode": ["le"]}, LP],
    [{"SupportedVersions": ["1.92"]}],
    [{"ProductCode": "le"}],
    b"<html><h1>Welcome</h1></html>",
]


@pytest.mark.parametrize("told", GARBAGE, ids=lambda told: str(told)[:60])
def test_an_answer_that_is_no_list_of_versions_is_an_error_that_says_where_to_look(server, run, told):
    server.answers[VERSIONS] = (200, {}, told)

    result = run(LIST)

    assert result["failed"]
    assert "mistake" not in result["msg"]
    assert "base_url" in result["msg"]
    assert server.bearers == []


def test_one_strange_product_spoils_nothing(server, run):
    server.answers[VERSIONS] = (200, {}, [{**LE, "ProductCode": "new", "SupportedVersions": ["x"]}, LP, LE])

    assert run(LIST)["registrations"] == []


def test_a_product_that_the_task_does_not_need_spoils_nothing(d2l_runner):
    """The newest known LP version goes out of service some day; registrations are LE only."""
    d2l_runner.sandbox.switches({"d2l.lp_versions": "1.59-1.60"})

    assert d2l_runner(LIST).get("registrations") == []


def test_a_page_without_an_api_is_an_error_that_says_where_to_look(server, run):
    server.answers[VERSIONS] = (404, {}, b"<html>nginx</html>")

    assert "Brightspace address" in run(LIST)["msg"]


def test_versions_are_compared_as_numbers():
    assert d2l_versions.version_text(max([(1, 9), (1, 40)])) == "1.40"
    assert d2l_versions.OLDEST["le"] == (1, 40) > (1, 9)


def test_a_field_that_a_chosen_version_lacks_is_refused_by_name(d2l_runner):
    result = d2l_runner("d2l_lti_deployment", le_version="1.89", deployment_id=GUID, send_link_title=True)

    assert "send_link_title" in result["msg"]
    assert "1.89" in result["msg"]
