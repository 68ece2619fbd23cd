"""Who the exam platform lets in."""

from __future__ import annotations

import time

import pytest

from tests.unit.sandbox.exam_client import sign

DAY = 24 * 60 * 60


def test_a_signed_request_is_admitted(exam):
    assert exam.get("/exams").json() == {"exams": []}


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/vnd.procwise.v2"])
def test_the_media_type_is_mandatory(exam, accept):
    answer = exam.send("GET", "/exams", headers={"Accept": accept})
    assert answer.status_code == 406


def test_the_media_type_may_be_one_of_several(exam):
    accept = "application/vnd.procwise.v3; q=1, */*"
    assert exam.send("GET", "/exams", headers={"Accept": accept}).status_code == 200


@pytest.mark.parametrize("header", ["", "Token token=wrong", "Token token=", "Bearer exam-demo-token", "Token"])
def test_an_unknown_token_is_refused(exam, header):
    answer = exam.send("GET", "/exams", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Token realm="Application"'
    assert answer.json() == {"error": "HTTP Token: Access denied."}


@pytest.mark.parametrize("missing", ["nonce", "timestamp", "signature"])
def test_each_signing_parameter_is_required(exam, missing):
    sent = exam.signed({}, "/exams")
    del sent[missing]
    answer = exam.session.get(f"{exam.base_url}/api/v3/exams", params=sent, headers=exam.headers())
    assert answer.status_code == 422
    assert answer.json() == {"error": f"Param is missing or the value is empty: {missing}"}


@pytest.mark.parametrize("seconds", [-1000, 1000])
def test_a_timestamp_outside_the_window_is_refused(exam, seconds):
    timestamp = int((time.time() + seconds) * 1000)
    answer = exam.send("GET", "/exams", timestamp=timestamp)
    assert (answer.status_code, answer.json()["error"]) == (401, "Timestamp is out of range.")


def test_a_timestamp_in_seconds_is_refused(exam):
    assert exam.send("GET", "/exams", timestamp=int(time.time())).status_code == 401


def test_another_secret_is_refused(exam):
    exam.secret_key = "another"
    answer = exam.get("/exams")
    assert (answer.status_code, answer.json()["error"]) == (401, "Signature is invalid.")


def test_the_id_in_the_path_is_signed(exam, seeds):
    seeds.exam()
    sent = exam.signed({}, "/exams")
    answer = exam.session.get(f"{exam.base_url}/api/v3/exams/1", params=sent, headers=exam.headers())
    assert answer.status_code == 401


def test_the_id_may_be_repeated_in_query_or_body(exam, seeds):
    seeds.exam()
    assert exam.get("/exams/1", id=1).status_code == 200
    assert exam.patch("/exams/1", id="1", name="Renamed").status_code == 200


def test_the_path_wins_over_query_and_body(exam, seeds):
    seeds.exam(name="first")
    seeds.exam(name="second")
    sent = exam.signed({"id": 2}, "/exams/1")
    answer = exam.session.get(f"{exam.base_url}/api/v3/exams/1", params=sent, headers=exam.headers())
    assert answer.json()["exam"]["name"] == "first"


def test_a_nonce_is_used_once(exam):
    assert exam.send("GET", "/exams", nonce=7).status_code == 200
    answer = exam.send("POST", "/exams", nonce="7")
    assert (answer.status_code, answer.json()["error"]) == (401, "Nonce has already been used.")


def test_a_nonce_is_counted_by_user(exam, as_user):
    assert exam.send("GET", "/exams", nonce=7).status_code == 200
    assert as_user("teacher").send("GET", "/exams", nonce=7).status_code == 200


def test_a_bad_signature_does_not_use_up_the_nonce(exam):
    exam.secret_key = "another"
    assert exam.send("GET", "/exams", nonce=7).status_code == 401
    exam.secret_key = "exam-demo-secret"
    assert exam.send("GET", "/exams", nonce=7).status_code == 200


def test_a_nonce_is_free_again_after_a_day(exam, sandbox):
    assert exam.send("GET", "/exams", nonce=7).status_code == 200
    for seconds, status in [(DAY - 60, 401), (DAY + 60, 200), (DAY + 60, 401)]:
        sandbox.switches({"exam.clock_offset": seconds})
        timestamp = int((time.time() + seconds) * 1000)
        assert exam.send("GET", "/exams", nonce=7, timestamp=timestamp).status_code == status


def test_a_reset_forgets_nonces(exam, sandbox):
    assert exam.send("GET", "/exams", nonce=7).status_code == 200
    sandbox.reset()
    assert exam.send("GET", "/exams", nonce=7).status_code == 200


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "PUT", "DELETE"])
@pytest.mark.parametrize("carrier", ["params", "json", "data"])
def test_parameters_may_travel_in_query_json_or_form(exam, seeds, method, carrier):
    seeds.exam(name="Old")
    path = "/exams" if method == "POST" else "/exams/1"
    params = {} if method in ("GET", "DELETE") else {"name": "New & = ? % + é", "type": "demo"}
    sent = exam.signed(params, path)
    answer = exam.session.request(method, f"{exam.base_url}/api/v3{path}", headers=exam.headers(), **{carrier: sent})
    assert answer.status_code == (201 if method == "POST" else 200)
    if params:
        assert answer.json()["exam"]["name"] == params["name"]


def test_parameters_may_be_split_over_query_and_body(exam):
    sent = exam.signed({"name": "Split", "type": "demo"}, "/exams")
    query = {name: sent.pop(name) for name in ("nonce", "timestamp", "type")}
    answer = exam.session.post(f"{exam.base_url}/api/v3/exams", params=query, json=sent, headers=exam.headers())
    assert answer.json()["exam"]["name"] == "Split"


def test_a_chunked_body_is_read(exam):
    sent = exam.signed({"name": "Chunked", "type": "demo"}, "/exams")
    answer = exam.session.post(
        f"{exam.base_url}/api/v3/exams",
        data=(f"{name}={value}&".encode() for name, value in sent.items()),
        headers={**exam.headers(), "Content-Type": "application/x-www-form-urlencoded"},
    )
    assert answer.json()["exam"]["name"] == "Chunked"


def test_values_are_taken_from_the_request_not_from_the_signed_text(exam, seeds):
    seeds.tool_provider(oauth_consumer_secret="kept")
    answer = exam.patch("/tool_providers/1", oauth_consumer_key="k?oauth_consumer_secret=s")
    provider = answer.json()["tool_provider"]
    assert provider["oauth_consumer_key"] == "k?oauth_consumer_secret=s"
    assert provider["oauth_consumer_secret"] == "kept"


def test_null_is_signed_as_nothing(exam, seeds):
    seeds.exam(start_time="2030-01-01T10:00:00Z")
    sent = exam.signed({"start_time": ""}, "/exams/1")
    answer = exam.session.patch(
        f"{exam.base_url}/api/v3/exams/1",
        json={**sent, "start_time": None},
        headers=exam.headers(),
    )
    assert answer.json()["exam"]["start_time"] is None


@pytest.mark.parametrize("body", [b"{", b'{"a": NaN}', b"\xff", b'{"a": "\\ud800"}', b"[" * 20000])
def test_a_body_that_is_no_json_is_refused(exam, body):
    answer = exam.session.post(
        f"{exam.base_url}/api/v3/exams",
        data=body,
        headers={**exam.headers(), "Content-Type": "application/json"},
    )
    assert answer.status_code == 400


def test_a_query_that_is_no_utf8_is_refused(exam):
    answer = exam.session.get(f"{exam.base_url}/api/v3/exams?name=%ff", headers=exam.headers())
    assert answer.status_code == 400


def test_lists_and_maps_in_a_query_are_signed_as_ruby_shows_them(exam):
    sent = {"nonce": 9, "timestamp": int(time.time() * 1000)}
    signed = {**sent, "a": '["x", "y"]', "b": '{"c"=>"z"}'}
    query = [*sent.items(), ("a[]", "x"), ("a[]", "y"), ("b[c]", "z")]
    query.append(("signature", sign(signed, exam.secret_key)))
    answer = exam.session.get(f"{exam.base_url}/api/v3/exams", params=query, headers=exam.headers())
    assert answer.status_code == 200


def test_signing_in_returns_the_credentials(sandbox, exam):
    answer = exam.session.post(
        f"{exam.base_url}/users/sign_in.json",
        json={"user": {"email": "administrator@demo.example", "password": "exam-demo-password"}},
    )
    user = answer.json()
    assert (user["api_token"], user["secret_key"]) == ("exam-demo-token", "exam-demo-secret")
    assert (user["id"], user["role"]) == (1, "administrator")
    assert (user["institute_id"], user["institute_name"]) == (1, "Demo University")
    assert "password" not in user


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"user": {"email": "administrator@demo.example", "password": "wrong"}}, 401),
        ({"user": {"email": "nobody@demo.example", "password": "exam-demo-password"}}, 401),
        ({"user": {"email": "administrator@demo.example"}}, 401),
        ({}, 422),
    ],
)
def test_signing_in_with_a_wrong_password_is_refused(exam, body, status):
    answer = exam.session.post(f"{exam.base_url}/users/sign_in.json", json=body)
    assert answer.status_code == status
    assert "secret_key" not in answer.text
