"""Facts of platforms are handed back to tools: what holds for every format."""

from __future__ import annotations

import os
import stat

import pytest

from .handback_samples import (
    BRIGHTSPACE,
    CANVAS,
    FORMATS,
    NOT_YET,
    OTHER_CLIENT,
    SECOND_DEPLOYMENT,
    Handback,
)

HOLD_DEPLOYMENTS = [form for form in FORMATS if form not in ("ltijs", "spring")]
JSON = [form for form in FORMATS if form not in ("markdown", "spring")]
PLATFORMS = (CANVAS, OTHER_CLIENT, BRIGHTSPACE, SECOND_DEPLOYMENT)
ADDRESSES = ("issuer", "client_id", "authentication_endpoint", "token_url", "keyset_url")


@pytest.fixture(params=FORMATS)
def run(request, tmp_path):
    """Runs the module on a file that is not there yet, in each format."""
    return Handback(tmp_path, request.param)


@pytest.fixture
def pylti1p3(tmp_path):
    return Handback(tmp_path)


def only(result):
    (entry,) = result["entries"]
    return entry


def test_a_file_is_made_and_holds_what_was_handed_back(run):
    result = run(*PLATFORMS)

    assert (result["changed"], result["path"]) == (True, str(run.path))
    assert [[entry[name] for name in ADDRESSES] for entry in result["entries"]] == [
        [platform[name] for name in ADDRESSES] for platform in PLATFORMS[:3]
    ]
    assert result["diff"]["before"] == ""
    assert all(platform["keyset_url"] in result["diff"]["after"] for platform in PLATFORMS)


def test_the_second_run_changes_nothing_and_touches_nothing(run):
    first = run(*PLATFORMS)
    before = run.path.stat()

    again = run(*PLATFORMS)

    assert not again["changed"]
    assert again["entries"] == first["entries"]
    assert again["diff"]["before"] == again["diff"]["after"] == first["diff"]["after"]
    assert (run.path.stat().st_ino, run.path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_check_mode_writes_nothing_and_predicts_the_run(run):
    run(CANVAS)
    text = run.text()
    changed = {**CANVAS, "deployment_ids": ["311:new"], "keyset_url": "https://new.example.edu/jwks"}

    dry = run(changed, BRIGHTSPACE, check=True)
    assert run.text() == text
    assert run(changed, BRIGHTSPACE) == dry
    assert dry["changed"]


def test_what_came_out_can_be_handed_back_again(run):
    first = run(*PLATFORMS)

    assert not run(*first["entries"])["changed"]


def test_one_thing_changes_and_the_rest_stays(run):
    run(*PLATFORMS)
    before = run.text()
    address = "https://canvas.example.edu/new/token"

    result = run({**OTHER_CLIENT, "token_url": address})

    assert only(result)["token_url"] == address
    same = [line for line in run.text().splitlines() if line in before.splitlines()]
    assert len(run.text().splitlines()) - len(same) <= 2
    assert not run(CANVAS, BRIGHTSPACE)["changed"]


@pytest.mark.parametrize("form", HOLD_DEPLOYMENTS)
def test_two_deployments_of_one_registration_are_one_entry_with_two_ids(tmp_path, form):
    entry = only(Handback(tmp_path, form)(BRIGHTSPACE, SECOND_DEPLOYMENT))

    assert entry["deployment_ids"] == [BRIGHTSPACE["deployment_id"], SECOND_DEPLOYMENT["deployment_id"]]


@pytest.mark.parametrize("form", HOLD_DEPLOYMENTS)
def test_deployments_are_added_and_only_removed_when_asked(tmp_path, form):
    run = Handback(tmp_path, form)
    run({**CANVAS, "deployment_ids": ["1:a", "2:b"]}, OTHER_CLIENT)

    assert only(run({**CANVAS, "deployment_ids": ["3:c"]}))["deployment_ids"] == ["1:a", "2:b", "3:c"]
    kept = {**CANVAS, "deployment_ids": ["4:d", "2:b"]}
    assert only(run(kept, purge_deployments=True))["deployment_ids"] == ["2:b", "4:d"]
    assert not run(kept, purge_deployments=True)["changed"]
    assert only(run(OTHER_CLIENT))["deployment_ids"] == OTHER_CLIENT["deployment_ids"]


def test_purging_needs_the_ids_that_stay(pylti1p3):
    pylti1p3(CANVAS)
    none = {**CANVAS, "deployment_ids": []}

    refused = pylti1p3(none, purge_deployments=True)
    predicted = pylti1p3(none, purge_deployments=True, check=True)

    assert (refused["failure"]["kind"], "would remove all of them" in refused["msg"]) == ("invalid", True)
    assert (predicted["changed"], only(predicted)["deployment_ids"]) == (False, CANVAS["deployment_ids"])
    assert "names no deployment id" in predicted["warnings"][0]


def test_an_entry_is_removed_once_and_others_stay(run):
    run(*PLATFORMS)
    gone = {name: OTHER_CLIENT[name] for name in ("issuer", "client_id")}

    assert run(gone, state="absent", check=True)["changed"]
    removed = run(gone, state="absent")
    assert (removed["changed"], removed["entries"]) == (True, [])
    assert not run(gone, state="absent")["changed"]
    assert not run(CANVAS, BRIGHTSPACE, SECOND_DEPLOYMENT)["changed"]
    assert OTHER_CLIENT["client_id"] not in run.text()


def test_removing_what_was_added_leaves_the_file_of_before(run):
    run(CANVAS, BRIGHTSPACE)
    before = run.text()
    run(OTHER_CLIENT)

    run(OTHER_CLIENT, state="absent")

    assert run.text() == before


def test_removing_from_a_file_that_is_not_there_makes_none(run):
    assert not run(CANVAS, state="absent")["changed"]
    assert not run.path.exists()


def test_nothing_to_hand_back_makes_no_file(run):
    assert not run()["changed"]
    assert not run.path.exists()


def test_an_empty_file_is_a_file_without_entries(run):
    run.hold("\n")

    assert run(CANVAS)["changed"]
    assert not run(CANVAS)["changed"]


def test_what_a_handback_leaves_out_stays(run):
    run({**BRIGHTSPACE, "name": "Example University"})
    fewer = {**BRIGHTSPACE, "audience": None, "deployment_id": ""}

    result = run(fewer)

    assert not result["changed"]
    assert run.form == "spring" or only(result)["audience"] == BRIGHTSPACE["audience"]


@pytest.mark.parametrize("form", FORMATS)
def test_check_mode_predicts_what_an_earlier_task_would_have_created(tmp_path, form):
    run = Handback(tmp_path, form)
    run(CANVAS)
    before = run.text()

    result = run(CANVAS, NOT_YET, {**CANVAS, "client_id": None, "deployment_ids": []}, check=True)

    assert result["changed"]
    assert run.text() == before
    assert "(known after creation)" in result["diff"]["after"]
    assert result["entries"][1]["issuer"] is None or form == "spring"
    first, second = result["warnings"][:2]
    assert first.startswith("Virtual Lab is not all known yet (issuer, client_id, ")
    assert second.startswith("platforms[2] is not all known yet (client_id);")


def test_check_mode_predicts_a_deployment_that_is_not_there_yet(pylti1p3):
    pylti1p3(CANVAS)

    result = pylti1p3({**CANVAS, "deployment_ids": [None]}, check=True)

    assert result["changed"]
    assert only(result)["deployment_ids"] == CANVAS["deployment_ids"]
    assert "(known after creation)" in result["diff"]["after"]
    assert "(deployment_ids); this prediction assumes" in result["warnings"][0]


def test_check_mode_warns_where_it_cannot_know_of_new_deployments(pylti1p3):
    pylti1p3(CANVAS)

    result = pylti1p3({**CANVAS, "deployment_ids": []}, check=True)

    assert not result["changed"]
    assert "a real run adds those that are known by then" in result["warnings"][0]


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_real_run_refuses_what_is_not_known(run, name):
    result = run({**CANVAS, name: None})

    assert result["failure"]["kind"] == "invalid"
    assert f"platforms[0] has no {name}" in result["msg"]
    assert not run.path.exists()


def test_a_real_run_refuses_a_deployment_without_an_id(run):
    assert "platforms[0].deployment_ids holds an empty one" in run({**CANVAS, "deployment_ids": ["1:a", None]})["msg"]


def test_nothing_is_removed_for_a_client_that_is_not_known_in_check_mode(run):
    run(CANVAS)

    result = run({**CANVAS, "client_id": None}, state="absent", check=True)

    assert not result["changed"]
    assert "so nothing is removed for it" in result["warnings"][0]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("token_url", "https://a.example\nspring.datasource.password=x"),
        ("client_id", "10000 77"),
        ("keyset_url", "file:///etc/passwd"),
        ("issuer", "canvas.instructure.com"),
        ("registration_id", "a\rb"),
    ],
)
def test_what_is_no_address_or_id_is_refused(run, name, value):
    result = run({**CANVAS, name: value})

    assert result["failure"]["kind"] == "invalid"
    assert f"platforms[0].{name} " in result["msg"]
    assert not run.path.exists()


def test_two_handbacks_of_one_client_must_agree(run):
    result = run(BRIGHTSPACE, CANVAS, {**SECOND_DEPLOYMENT, "token_url": "https://other.example.edu/token"})

    assert "platforms[0] and platforms[2] are the same client, but token_url differs" in result["msg"]


def test_numbers_are_as_good_as_texts(run):
    run(CANVAS)

    assert not run({**CANVAS, "client_id": int(CANVAS["client_id"])})["changed"]


@pytest.mark.parametrize("form", JSON)
@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{\n  "a": 1,\n  "b" 2\n}', "line 3, column 7"),
        ("[1, 2", "line 1, column 6"),
        ('[{"a": 1}, {"b": 1, "c": 2, "b": 3}]', "'b' twice"),
        ('"a text"', "the file holds JSON, but not"),
        ("[[]]", "the file holds JSON, but not"),
        ('{"https://canvas.instructure.com": "x"}', "the file holds JSON, but not"),
    ],
)
def test_a_broken_file_is_left_alone(tmp_path, form, text, says):
    run = Handback(tmp_path, form)
    run.hold(text)

    for check in (True, False):
        result = run(CANVAS, check=check)
        assert (result["failure"]["kind"], result["changed"]) == ("invalid", False)
        assert says in result["msg"]
        assert str(run.path) in result["msg"]
    assert run.text() == text
    assert os.listdir(tmp_path) == [run.path.name]


@pytest.mark.parametrize("form", [form for form in FORMATS if form != "spring"])
def test_a_file_in_another_encoding_is_left_alone(tmp_path, form):
    run = Handback(tmp_path, form)
    run.path.write_bytes(b'{\n "caf\xe9": {}}')

    assert "not in UTF-8: line 2, column 6" in run(CANVAS)["msg"]


def test_permissions_of_an_existing_file_stay(run):
    run(CANVAS)
    run.path.chmod(0o640)
    run(BRIGHTSPACE)

    assert stat.S_IMODE(run.path.stat().st_mode) == 0o640


def test_a_new_file_has_the_usual_permissions(run):
    old = os.umask(0o027)
    try:
        run(CANVAS)
    finally:
        os.umask(old)

    assert stat.S_IMODE(run.path.stat().st_mode) == 0o640


@pytest.mark.parametrize("mode", ["0600", "600", 0o600])
def test_permissions_are_set_as_asked_and_that_alone_is_a_change(pylti1p3, mode):
    pylti1p3(CANVAS, mode="0644")

    dry = pylti1p3(CANVAS, mode=mode, check=True)
    result = pylti1p3(CANVAS, mode=mode)

    assert dry == result
    assert result["changed"]
    assert result["diff"]["before"].startswith("mode 0644\n")
    assert result["diff"]["after"].startswith("mode 0600\n")
    assert stat.S_IMODE(pylti1p3.path.stat().st_mode) == 0o600
    assert not pylti1p3(CANVAS, mode=mode)["changed"]


@pytest.mark.parametrize("mode", ["u=rw", "0888", -1, True, "99999"])
def test_permissions_that_are_none_are_refused(pylti1p3, mode):
    assert "mode cannot be" in pylti1p3(CANVAS, mode=mode)["msg"]
    assert not pylti1p3.path.exists()


def test_a_link_stays_a_link(run, tmp_path):
    real = tmp_path / "elsewhere"
    real.mkdir()
    run.path.symlink_to(real / "file")

    run(CANVAS)

    assert run.path.is_symlink()
    assert (real / "file").is_file()


def test_a_folder_that_is_missing_is_assumed_in_check_mode_only(run, tmp_path):
    run.path = tmp_path / "later" / "file"

    dry, real = run(CANVAS, check=True), run(CANVAS)

    assert dry["changed"]
    assert "does not exist yet; this prediction assumes" in dry["warnings"][-1]
    assert (real["failure"]["kind"], "Its folder must exist" in real["msg"]) == ("invalid", True)


def test_a_relative_path_is_refused(run):
    assert "path is not absolute" in run(CANVAS, path="files/platforms.json")["msg"]


def test_a_folder_is_no_file(run, tmp_path):
    assert "is a folder, and no file" in run(CANVAS, path=str(tmp_path))["msg"]


@pytest.mark.parametrize("name", ["private_key_file", "public_key_file"])
def test_a_key_in_place_of_its_file_is_refused_and_not_shown(run, name):
    key = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEF\n-----END PRIVATE KEY-----"

    result = run(CANVAS, **{name: key})

    assert f"{name} holds a key" in result["msg"]
    assert "MIIEvQIBADANBgkqhkiG9w0BAQEF" not in "".join(run.shown)
    assert not run.path.exists()


def test_one_registration_id_is_for_one_client(run):
    assert (
        "registration_id is for one client, and platforms has 2" in run(CANVAS, BRIGHTSPACE, registration_id="x")["msg"]
    )


def test_it_works_where_no_library_for_http_is(run, monkeypatch):
    from ansible_collections.edtech.lti.plugins.module_utils import _client

    monkeypatch.setattr(_client, "requests", None)

    assert run(CANVAS)["changed"]
