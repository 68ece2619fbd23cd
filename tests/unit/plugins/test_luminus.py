"""Reading an LTI provider of LumiNUS: what it is, what is withheld, what is hidden (docs/platforms/luminus.md)."""

from __future__ import annotations

import json
import urllib.parse

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.edtech.lti.plugins.module_utils._platforms import luminus
from ansible_collections.edtech.lti.plugins.modules import luminus_provider_info

from .conftest import Runner
from .scripted import Script

INFO = "luminus_provider_info"
PROVIDER = "b0000000-0000-4000-8000-000000000001"
BARE = "b0000000-0000-4000-8000-000000000002"
IN_MODULE = "b0000000-0000-4000-8000-000000000011"
EMPTY_VALUES = "b0000000-0000-4000-8000-000000000012"
NOWHERE = "b0000000-0000-4000-8000-00000000ffff"
MODULE = "a0000000-0000-4000-8000-000000000001"
ADMIN = "c0000000-0000-4000-8000-000000000001"
STAFF = "c0000000-0000-4000-8000-000000000002"
HIDDEN = "(hidden)"

WHOLE = {
    "id": PROVIDER,
    "name": "Quiz Helper",
    "description": "Practice quizzes",
    "resource_id": None,
    "consumer_key": HIDDEN,
    "consumer_secret": HIDDEN,
    "launch_url": "https://quiz.example.com/lti/launch",
    "cust_params": [
        {"key": "locale", "value": "en"},
        {"key": "feature", "value": "hints"},
        {"key": "feature", "value": "timer"},
    ],
    "launch_data": ["lis_person_name_full", "lis_person_contact_email_primary"],
    "publish": False,
    "installable": True,
    "parent_id": None,
    "document_target": "iframe",
    "created_date": "2019-08-05T10:15:30+08:00",
    "creator_id": ADMIN,
    "creator_name": None,
    "creator_user_id": None,
    "creator_email": None,
    "last_updated_date": "2020-01-13T17:42:08+08:00",
    "last_updated_by": ADMIN,
    "last_updated_by_name": None,
    "last_updated_by_user_id": None,
    "last_updated_by_email": None,
    "custom_parameters": {"locale": "en", "feature": "timer"},
    "credentials_visible": True,
}
WITHHELD = {
    "consumer_key": None,
    "consumer_secret": None,
    "launch_url": None,
    "cust_params": [],
    "launch_data": [],
    "custom_parameters": {},
    "credentials_visible": False,
}


@pytest.fixture
def script():
    """A LumiNUS that answers what a test lays down."""
    server = Script()
    yield server
    server.close()


@pytest.fixture
def ask(script):
    """A function that reads a provider from that server, which answers with the given data or bytes."""
    run = Runner.at(script.url, subscription_key="k3y-of-mine", access_token="t0ken-of-mine")

    def read(body, **arguments):
        script.answers = [(200, {}, body if isinstance(body, bytes) else json.dumps(body).encode())]
        return run(INFO, **{"provider_id": PROVIDER, "retries": 0, **arguments})

    read.run = run
    return read


def test_a_provider_is_read_with_all_it_has(luminus_runner):
    result = luminus_runner(INFO, provider_id=PROVIDER)

    assert result["provider"] == WHOLE
    assert result["providers"] == [WHOLE]
    assert (result["exists"], result["changed"]) == (True, False)


def test_the_documentation_describes_every_key_of_a_provider():
    described = yaml.safe_load(luminus_provider_info.RETURN)["provider"]
    assert list(described["contains"]) == list(described["sample"]) == list(WHOLE)


def test_check_mode_reads_the_same(luminus_runner):
    real, dry = (luminus_runner(INFO, provider_id=PROVIDER, check=check) for check in (False, True))

    assert dry == real


def test_one_request_is_enough(luminus_runner):
    luminus_runner(INFO, provider_id=PROVIDER)

    (entry,) = luminus_runner.sandbox.requests()
    assert (entry["method"], entry["path"], entry["query"]) == ("GET", f"/lti/{PROVIDER}", [])


def test_key_and_token_travel_in_headers_and_nowhere_else(script, ask):
    ask({"id": PROVIDER})

    ((_method, path, headers, body),) = script.seen
    assert (path, body) == (f"/lti/{PROVIDER}", b"")
    assert headers["Ocp-Apim-Subscription-Key"] == "k3y-of-mine"
    assert headers["Authorization"] == "Bearer t0ken-of-mine"
    assert headers["Accept"] == headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("no_id", ["zero", "omit"])
@pytest.mark.parametrize("absent", ["omit", "empty"])
@pytest.mark.parametrize("rights", [True, False])
def test_the_spellings_of_nothing_are_one(luminus_runner, no_id, absent, rights):
    luminus_runner.sandbox.switches({"luminus.no_id": no_id, "luminus.absent": absent, "luminus.rights": rights})

    bare = luminus_runner(INFO, provider_id=BARE)["provider"]
    empty = luminus_runner(INFO, provider_id=EMPTY_VALUES)["provider"]

    nothing = {"description": None, "parent_id": None, "launch_data": []}
    assert bare.items() >= {**nothing, "resource_id": None, "document_target": None}.items()
    assert (bare["cust_params"], bare["custom_parameters"]) == ([], {})
    assert {name: empty[name] for name in nothing} == nothing
    assert empty["resource_id"] == MODULE
    assert set(bare) == set(empty) == set(WHOLE)


@pytest.mark.parametrize("value", ["00000000-0000-0000-0000-000000000000", "0" * 32, "", None])
def test_an_id_of_nothing_is_null(ask, value):
    found = ask({"id": PROVIDER, "resourceID": value, "parentID": value, "creatorID": value})["provider"]

    assert (found["resource_id"], found["parent_id"], found["creator_id"]) == (None, None, None)


@pytest.mark.parametrize("value", ["", None, []])
def test_a_list_of_nothing_is_an_empty_one(ask, value):
    found = ask({"id": PROVIDER, "custParams": value, "launchData": value})["provider"]

    assert (found["cust_params"], found["launch_data"], found["custom_parameters"]) == ([], [], {})


@pytest.mark.parametrize(
    ("value", "read"), [(STAFF.upper(), STAFF), (STAFF.replace("-", ""), STAFF), ("Staff.One", "Staff.One")]
)
def test_an_id_is_read_in_its_usual_form_and_anything_else_as_it_is(ask, value, read):
    assert ask({"id": PROVIDER, "creatorID": value})["provider"]["creator_id"] == read


@pytest.mark.parametrize("form", ["omit", "empty", "null"])
def test_a_student_does_not_see_five_fields_whatever_they_look_like(luminus_runner, form):
    luminus_runner.sandbox.switches({"luminus.withheld": form})

    seen = luminus_runner(INFO, provider_id=IN_MODULE, access_token="luminus-student")["provider"]
    by_staff = luminus_runner(INFO, provider_id=IN_MODULE, access_token="luminus-staff")["provider"]

    assert by_staff["credentials_visible"] is True
    assert seen == {**by_staff, **WITHHELD}


@pytest.mark.parametrize("body", [{"id": PROVIDER}, {"id": PROVIDER.upper(), "name": None, "publish": "", "x": 1}])
def test_no_field_is_insisted_on(ask, body):
    found = ask(body)["provider"]

    assert found == {**dict.fromkeys(WHOLE), **WITHHELD, "id": PROVIDER}


@pytest.mark.parametrize(
    ("populate", "creator", "updater"),
    [
        (["creator"], "lti.admin", None),
        (["lastUpdatedUser"], None, "lti.admin"),
        (["creator", "lastUpdatedUser", "creator"], "lti.admin", "lti.admin"),
        ([], None, None),
    ],
)
def test_users_are_read_when_asked_for(luminus_runner, populate, creator, updater):
    found = luminus_runner(INFO, provider_id=PROVIDER, populate=populate)["provider"]

    assert (found["creator_user_id"], found["last_updated_by_user_id"]) == (creator, updater)
    assert (found["creator_name"], found["creator_email"]) == (
        ("Lim Wei Ling", "lti.admin@u.example.edu") if creator else (None, None)
    )
    assert (found["last_updated_by_name"] is None) == (found["last_updated_by_email"] is None) == (updater is None)


def test_what_is_to_be_populated_is_sent_as_a_comma_list_without_repetition(script, ask):
    ask({"id": PROVIDER}, populate=["lastUpdatedUser", "creator", "creator"])

    query = urllib.parse.urlsplit(script.seen[0][1]).query
    assert urllib.parse.parse_qs(query) == {"populate": ["lastUpdatedUser,creator"]}


def test_only_known_users_can_be_asked_for(luminus_runner):
    result = luminus_runner(INFO, provider_id=PROVIDER, populate=["owner"])

    assert "value of populate must be one or more of: creator, lastUpdatedUser" in result["msg"]
    assert luminus_runner.sandbox.requests() == []


@given(st.from_regex(r"(\.[0-9]{1,12})?", fullmatch=True), st.sampled_from(["+08:00", "-03:30", "Z", ""]))
def test_a_time_is_read_with_any_number_of_digits(fraction, offset):
    read = luminus.PROVIDER.fields["created_date"].kind.from_wire(f"2020-02-29T23:59:59{fraction}{offset}")

    assert read == f"2020-02-29T23:59:59{offset}"


@pytest.mark.parametrize("text", ["yesterday", "2020-02-29", "2020-02-29T23:59:59.+08:00", "1583020799"])
def test_what_is_no_time_is_handed_on_as_it_is(ask, text):
    assert ask({"id": PROVIDER, "createdDate": text})["provider"]["created_date"] == text


@pytest.mark.parametrize("spelt", [PROVIDER.upper(), PROVIDER.replace("-", ""), f" {PROVIDER}\n"])
def test_an_id_is_sent_in_its_usual_form(luminus_runner, spelt):
    assert luminus_runner(INFO, provider_id=spelt)["provider"]["id"] == PROVIDER
    assert luminus_runner.sandbox.requests()[0]["path"] == f"/lti/{PROVIDER}"


@pytest.mark.parametrize(
    "given_id",
    [
        "7",
        "Launch/panopto",
        f"{PROVIDER}/..",
        f"{PROVIDER}?x=1",
        PROVIDER[:-1],
        f"{{{PROVIDER}}}",
        "g0000000-0000-4000-8000-000000000001",
        "00000000-0000-0000-0000-000000000000",
        "",
        " ",
    ],
)
@pytest.mark.parametrize("check", [True, False])
def test_what_is_no_id_is_refused_before_anything_is_sent(luminus_runner, given_id, check):
    result = luminus_runner(INFO, provider_id=given_id, check=check)

    assert result["failure"]["kind"] == "invalid"
    assert result["msg"].startswith(f"Reading LTI provider {given_id} failed: provider_id ")
    assert luminus_runner.sandbox.requests() == []


@pytest.mark.parametrize("path", ["", "/", "/v2/api", "/v2/api/"])
def test_both_fronts_are_addresses(luminus_runner, path):
    address = luminus_runner.sandbox.base_url + path

    assert luminus_runner(INFO, provider_id=PROVIDER, base_url=address)["exists"] is True


@pytest.mark.parametrize(("path", "right"), [("/lti", ""), ("/lti/", ""), ("/v2/api/lti/x", "/v2/api")])
def test_an_address_of_the_api_itself_is_refused_with_the_right_one(luminus_runner, path, right):
    address = luminus_runner.sandbox.base_url

    result = luminus_runner(INFO, provider_id=PROVIDER, base_url=address + path)

    assert result["failure"]["hint"] == f"Use {address}{right}."
    assert luminus_runner.sandbox.requests() == []


@pytest.mark.parametrize("name", ["base_url", "subscription_key", "access_token"])
def test_a_missing_connection_option_is_named_with_its_environment(luminus_runner, name):
    result = luminus_runner(INFO, provider_id=PROVIDER, **{name: ""})

    assert f"{name} is missing" in result["msg"]
    assert f"LUMINUS_{name.upper()}_FILE" in result["failure"]["hint"]


def test_the_connection_comes_from_the_environment_and_from_files(luminus_runner, monkeypatch, tmp_path):
    key = tmp_path / "key"
    key.write_text("luminus-demo-key\n", encoding="utf-8")
    monkeypatch.setenv("LUMINUS_BASE_URL", luminus_runner.connection["base_url"])
    monkeypatch.setenv("LUMINUS_SUBSCRIPTION_KEY_FILE", str(key))
    monkeypatch.setenv("LUMINUS_ACCESS_TOKEN", "luminus-staff")
    luminus_runner.connection = {"subscription_key": ""}

    assert luminus_runner(INFO, provider_id=IN_MODULE)["exists"] is True
    assert "luminus-demo-key" not in luminus_runner.shown[-1]


def test_key_and_secret_of_the_tool_are_hidden_unless_asked_for(luminus_runner):
    luminus_runner(INFO, provider_id=PROVIDER)
    assert not [word for word in ("quiz-helper-key", "quiz-helper-secret") if word in luminus_runner.shown[-1]]

    found = luminus_runner(INFO, provider_id=PROVIDER, reveal_secrets=True)["provider"]
    assert found == {**WHOLE, "consumer_key": "quiz-helper-key", "consumer_secret": "quiz-helper-secret"}


def test_the_secret_is_hidden_wherever_it_stands(luminus_runner):
    luminus_runner.sandbox.seed("luminus").provider(
        PROVIDER,
        consumerSecret="w0rd&of honour",
        launchURL="https://t.example/l?s=w0rd%26of%20honour",
        custParams=[{"key": "again", "value": "w0rd&of honour"}],
        description="the secret is w0rd&of honour",
    )

    luminus_runner(INFO, provider_id=PROVIDER)

    assert "honour" not in luminus_runner.shown[-1]


def test_a_consumer_key_that_is_a_common_word_takes_nothing_else_out(luminus_runner):
    luminus_runner.sandbox.seed("luminus").provider(PROVIDER, consumerKey="quiz")

    found = luminus_runner(INFO, provider_id=PROVIDER)["provider"]

    assert (found["consumer_key"], found["launch_url"]) == (HIDDEN, "https://quiz.example.com/lti/launch")


def test_our_own_credentials_stay_hidden_when_secrets_are_revealed(luminus_runner):
    luminus_runner.sandbox.seed("luminus").provider(PROVIDER, description="luminus-admin knows luminus-demo-key")

    result = luminus_runner(INFO, provider_id=PROVIDER, reveal_secrets=True)

    assert result["provider"]["description"] == "(hidden) knows (hidden)"


def test_custom_parameters_that_come_several_times_are_told(luminus_runner):
    several = luminus_runner(INFO, provider_id=PROVIDER)
    single = luminus_runner(INFO, provider_id=EMPTY_VALUES)

    assert len(several["warnings"]) == 1
    assert "several custom parameters called feature" in several["warnings"][0]
    assert single["provider"]["custom_parameters"] == {"empty": ""}
    assert "warnings" not in single


@pytest.mark.parametrize("odd", ["a=b", ["a=b"], [{"name": "a"}], {"a": "b"}, 7, [None], [["key", "value"]]])
def test_custom_parameters_that_are_none_are_handed_on_and_not_taken_for_empty(ask, odd):
    found = ask({"id": PROVIDER, "custParams": odd})["provider"]

    assert (found["cust_params"], found["custom_parameters"]) == (odd, None)


@pytest.mark.parametrize(
    ("pair", "read"),
    [({"key": "a", "value": None}, {"a": ""}), ({"key": "a"}, {"a": ""}), ({"key": 1, "value": 2.5}, {"1": "2.5"})],
)
def test_custom_parameters_are_texts(ask, pair, read):
    assert ask({"id": PROVIDER, "custParams": [pair]})["provider"]["custom_parameters"] == read


@pytest.mark.parametrize(
    "body",
    [
        {"id": BARE, "consumerSecret": "s3cret-of-another"},
        {"ID": PROVIDER, "consumerSecret": "s3cret-of-another"},
        {"id": None, "consumerSecret": "s3cret-of-another"},
        {"id": "", "consumerSecret": "s3cret-of-another"},
        {"status": "success", "code": 200, "data": {"id": PROVIDER, "consumerSecret": "s3cret-of-another"}},
        [{"id": PROVIDER, "consumerSecret": "s3cret-of-another"}],
        {},
        [],
        None,
        "text",
        0,
        b"",
        b"<h1>Maintenance</h1>",
        b'{"id": "b0000000-0000-4000-8000-000000000001", "consumerSecret": "s3cret-of-another"} <p>proxy</p>',
        b'[{"consumerSecret" :\n "s3cret-of-another',
        b'{"a": 1}\n{"ConsumerSecret": "s3cret-of-another\\"", "consumerSecret": "\\u00e9 s3cret-of-another"}',
    ],
    ids=repr,
)
@pytest.mark.parametrize("reveal", [True, False])
def test_an_answer_without_the_provider_is_neither_absence_nor_shown(ask, body, reveal):
    result = ask(body, reveal_secrets=reveal)

    assert result["failed"]
    assert result["failure"]["kind"] == "protocol"
    assert "exists" not in result
    assert "s3cret-of-another" not in ask.run.shown[-1]


def test_an_answer_of_another_service_is_told_by_what_it_has(ask):
    result = ask({"status": "success", "code": 200, "data": []})

    assert "the answer is no LTI provider: it has code, data, status" in result["msg"]
    assert "Is base_url the address of the gateway" in result["failure"]["hint"]


@pytest.mark.parametrize("body", ["string", "object", "empty"])
def test_a_provider_that_luminus_does_not_know_is_absent(luminus_runner, body):
    luminus_runner.sandbox.switches({"luminus.error_body": body})

    result = luminus_runner(INFO, provider_id=NOWHERE)

    assert result == {"changed": False, "exists": False, "provider": None, "providers": []}
    assert len(luminus_runner.sandbox.requests()) == 1


def test_a_removed_provider_is_absent_from_then_on(luminus_runner):
    assert luminus_runner(INFO, provider_id=BARE)["exists"] is True
    luminus_runner.sandbox.seed("luminus").remove_provider(BARE)

    assert luminus_runner(INFO, provider_id=BARE)["exists"] is False


def test_a_request_of_ones_own_hides_the_secret_too(luminus_runner):
    path = f"/lti/{PROVIDER}"
    result = luminus_runner("api_request", platform="luminus", path=path, query={"populate": ["creator"]})

    assert (result["json"]["consumerSecret"], result["json"]["creatorUserID"]) == (HIDDEN, "lti.admin")
    assert "quiz-helper-secret" not in luminus_runner.shown[-1]


def test_a_key_in_the_query_of_a_request_of_ones_own_is_hidden(luminus_runner):
    query = {"subscription-key": "an0ther-key"}
    luminus_runner.sandbox.seed("luminus").provider(PROVIDER, description="for an0ther-key")

    result = luminus_runner("api_request", platform="luminus", path=f"/lti/{PROVIDER}", query=query)

    assert result["json"]["description"] == "for (hidden)"


def test_there_are_no_pages_to_read(luminus_runner):
    result = luminus_runner("api_request", platform="luminus", path="/lti", paginate=True)

    assert "LumiNUS has no list of LTI providers" in result["msg"]
    assert luminus_runner.sandbox.requests() == []


@pytest.mark.parametrize(
    ("value", "sent"), [(True, "true"), (["a", "b"], "a,b"), (7, "7"), ("offset ASC", "offset+ASC")]
)
def test_a_query_of_ones_own_is_written_as_the_platform_writes_it(script, ask, value, sent):
    script.answers = [(200, {}, b"{}")]
    ask.run("api_request", platform="luminus", path="/lti/x", query={"name": value})

    assert script.seen[0][1].replace("%2C", ",") == f"/lti/x?name={sent}"


@pytest.mark.parametrize("value", [None, {"a": 1}])
def test_a_query_that_cannot_be_written_is_refused(script, ask, value):
    result = ask.run("api_request", platform="luminus", path="/lti/x", query={"name": value})

    assert "a parameter of the query is" in result["msg"]
    assert script.seen == []
