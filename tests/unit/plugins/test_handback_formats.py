"""What is particular to each format in which facts are handed back."""

from __future__ import annotations

import uuid

import pytest

from .handback_samples import BRIGHTSPACE, CANVAS, OTHER_CLIENT, SECOND_DEPLOYMENT, Handback

ISSUER = CANVAS["issuer"]
OLD_CLIENT = {
    "client_id": "10000000000001",
    "auth_login_url": "https://sso.canvaslms.com/api/lti/authorize_redirect",
    "auth_token_url": "https://sso.canvaslms.com/login/oauth2/token",
    "key_set_url": None,
    "key_set": {"keys": []},
    "private_key_file": "old.key",
    "deployment_ids": ["1:a"],
}


class TestPylti1p3:
    @pytest.fixture
    def run(self, tmp_path):
        return Handback(tmp_path)

    def test_has_all_that_the_library_reads(self, run):
        run(CANVAS, public_key_file="public.key")

        assert run.data() == {
            ISSUER: [
                {
                    "default": True,
                    "client_id": CANVAS["client_id"],
                    "auth_login_url": CANVAS["authentication_endpoint"],
                    "auth_token_url": CANVAS["token_url"],
                    "auth_audience": CANVAS["audience"],
                    "key_set_url": CANVAS["keyset_url"],
                    "key_set": None,
                    "private_key_file": "private.key",
                    "public_key_file": "public.key",
                    "deployment_ids": CANVAS["deployment_ids"],
                }
            ]
        }

    def test_the_audience_of_brightspace_is_its_own(self, run):
        run(BRIGHTSPACE)

        assert run.data()[BRIGHTSPACE["issuer"]][0]["auth_audience"] == "https://api.brightspace.com/auth/token"

    def test_one_client_of_an_issuer_becomes_a_list_and_stays_the_default(self, run):
        run.hold({ISSUER: OLD_CLIENT, "https://moodle.example.edu": {"client_id": "x"}})

        run(CANVAS)

        old, new = run.data()[ISSUER]
        assert old == {**OLD_CLIENT, "default": True}
        assert (new["client_id"], new["default"]) == (CANVAS["client_id"], False)
        assert run.data()["https://moodle.example.edu"] == {"client_id": "x"}

    def test_the_only_client_of_an_issuer_is_updated_where_it_stands(self, run):
        run.hold({ISSUER: {**OLD_CLIENT, "client_id": CANVAS["client_id"], "note": "mine"}})

        result = run(CANVAS)

        item = run.data()[ISSUER]
        assert (item["private_key_file"], item["note"]) == ("private.key", "mine")
        assert item["deployment_ids"] == ["1:a", "310:abc"]
        assert "pinned keys (key_set)" in result["warnings"][0]

    def test_what_somebody_else_set_stays(self, run):
        run.keys = {}
        mine = {**OLD_CLIENT, "client_id": CANVAS["client_id"], "default": False, "x": {"y": [1.5, None]}}
        run.hold({ISSUER: [{**OLD_CLIENT, "default": True}, mine]})

        run(CANVAS)

        other, item = run.data()[ISSUER]
        assert other == {**OLD_CLIENT, "default": True}
        kept = ("default", "x", "private_key_file", "key_set")
        assert [item[name] for name in kept] == [mine[name] for name in kept]
        assert list(item)[: len(mine)] == list(mine)

    def test_a_client_id_that_is_a_number_becomes_a_text_as_launches_have_it(self, run):
        run.hold({ISSUER: [{**OLD_CLIENT, "client_id": int(CANVAS["client_id"])}]})

        run(CANVAS)

        (item,) = run.data()[ISSUER]
        assert item["client_id"] == CANVAS["client_id"]

    def test_the_library_refuses_a_client_without_a_private_key_and_so_do_we(self, run):
        run.keys = {}

        result = run(CANVAS)

        assert "has no private_key_file, and PyLTI1p3 refuses a whole file for that" in result["msg"]

    def test_an_issuer_without_clients_goes(self, run):
        run(CANVAS, OTHER_CLIENT)
        run(CANVAS, state="absent")
        assert [item["client_id"] for item in run.data()[ISSUER]] == [OTHER_CLIENT["client_id"]]

        run(OTHER_CLIENT, state="absent")
        assert run.data() == {}

    def test_warns_of_a_client_whose_launches_fail(self, run):
        result = run({**CANVAS, "deployment_ids": []})

        assert "has no deployment id yet: PyLTI1p3 refuses its launches" in result["warnings"][0]

    def test_deployment_ids_that_are_no_list_are_refused(self, run):
        run.hold({ISSUER: [{"client_id": CANVAS["client_id"], "deployment_ids": "1:a"}]})

        assert "not a list of deployment ids" in run(CANVAS)["msg"]

    def test_a_diff_shows_nothing_that_we_did_not_write(self, run):
        run.hold({ISSUER: [{**OLD_CLIENT, "tool_secret": "planted-Q7"}]})

        result = run(CANVAS)

        assert "planted-Q7" in run.text()
        assert "planted-Q7" not in "".join(run.shown)
        assert result["diff"]["before"].count("client_id") == 1

    @pytest.mark.parametrize(("indent", "eol"), [("\t", "\n"), ("    ", "\r\n")])
    def test_the_manner_of_a_file_stays(self, run, indent, eol):
        run.hold(f'{{{eol}{indent}"https://a.example": {{"client_id": "ä"}}{eol}}}{eol}')

        run(CANVAS)

        assert run.text().split(eol)[1] == f'{indent}"https://a.example": {{'
        assert run.text().count("\r\n") == (run.text().count("\n") if eol == "\r\n" else 0)
        assert '"ä"' in run.text()

    def test_a_mark_of_byte_order_does_no_harm(self, run):
        run.hold('\ufeff{"https://a.example": {"client_id": "x"}}')

        run(CANVAS)

        assert set(run.data()) == {"https://a.example", ISSUER}


class TestLtijs:
    def test_each_object_is_what_register_platform_takes(self, tmp_path):
        run = Handback(tmp_path, "ltijs")
        run({**BRIGHTSPACE, "name": "Example University"}, CANVAS)

        first, second = run.data()
        assert first == {
            "url": BRIGHTSPACE["issuer"],
            "name": "Example University",
            "clientId": BRIGHTSPACE["client_id"],
            "authenticationEndpoint": BRIGHTSPACE["authentication_endpoint"],
            "accesstokenEndpoint": BRIGHTSPACE["token_url"],
            "authorizationServer": BRIGHTSPACE["audience"],
            "authConfig": {"method": "JWK_SET", "key": BRIGHTSPACE["keyset_url"]},
        }
        assert second["name"] == CANVAS["issuer"]

    def test_a_pinned_key_is_not_shown(self, tmp_path):
        run = Handback(tmp_path, "ltijs")
        pinned = {"method": "RSA_KEY", "key": "-----BEGIN PUBLIC KEY-----"}
        run.hold([{"url": CANVAS["issuer"], "clientId": CANVAS["client_id"], "authConfig": pinned}])

        result = run({**CANVAS, "name": "Ours"})

        assert "(pinned)" in result["diff"]["before"]
        assert "BEGIN PUBLIC KEY" not in "".join(run.shown)


class TestDjangoLti:
    @pytest.fixture
    def run(self, tmp_path):
        return Handback(tmp_path, "django_lti")

    def test_registrations_and_deployments_are_active_and_stamped(self, run):
        run(BRIGHTSPACE, SECOND_DEPLOYMENT)

        registration, *deployments = run.data()
        assert registration["model"] == "lti_tool.ltiregistration"
        assert {item["model"] for item in deployments} == {"lti_tool.ltideployment"}
        assert {item["fields"]["registration"] for item in deployments} == {registration["pk"]}
        assert all(item["fields"]["is_active"] is True for item in run.data())
        assert all(item["fields"]["datetime_modified"].endswith("Z") for item in run.data())
        assert (registration["fields"]["audience"], registration["fields"]["auth_url"]) == (
            BRIGHTSPACE["audience"],
            BRIGHTSPACE["authentication_endpoint"],
        )

    def test_keys_follow_from_what_they_are_for_and_fit_the_database(self, run, tmp_path):
        run(CANVAS, OTHER_CLIENT, BRIGHTSPACE)
        other = Handback(tmp_path / "..", "django_lti")
        other.path = tmp_path / "other"
        other(BRIGHTSPACE, CANVAS)

        def keys(one):
            return {(item["pk"], item["fields"].get("client_id")) for item in one.data()}

        assert keys(other) < keys(run)
        assert len({item["pk"] for item in run.data()}) == len(run.data())
        assert all(1_000_000_000 <= item["pk"] < 2**31 for item in run.data())

    def test_what_a_dump_of_the_database_says_stays(self, run):
        registration = {
            "model": "lti_tool.ltiregistration",
            "pk": 3,
            "fields": {
                "name": "Ours",
                "uuid": "11111111-2222-4333-8444-555555555555",
                "issuer": CANVAS["issuer"],
                "client_id": CANVAS["client_id"],
                "private_key": "planted-Q7",
                "is_active": True,
            },
        }
        off = {"model": "lti_tool.ltideployment", "pk": 1, "fields": {"registration": 3, "deployment_id": "1:a"}}
        key = {"model": "lti_tool.key", "pk": 1, "fields": {"private_key": "planted-Q7"}}
        run.hold([key, registration, off])

        result = run({**CANVAS, "registration_id": "11111111-2222-4333-8444-555555555555".upper()})

        kept, mine, old, new = run.data()
        assert (kept, old, new["fields"]["deployment_id"]) == (key, off, "310:abc")
        assert [mine["pk"], mine["fields"]["name"], mine["fields"]["uuid"]] == [
            3,
            "Ours",
            registration["fields"]["uuid"],
        ]
        assert mine["fields"]["private_key"] == "planted-Q7"
        assert "planted-Q7" not in "".join(run.shown)
        assert "deployment 1:a is inactive in the file, and stays so" in result["warnings"][0]

    def test_the_login_address_stays_the_same(self, run):
        given = str(uuid.uuid4())
        run({**CANVAS, "registration_id": given}, OTHER_CLIENT)
        before = run.data()

        run(CANVAS, OTHER_CLIENT)

        assert run.data() == before
        assert before[0]["fields"]["uuid"] == given
        assert uuid.UUID(before[2]["fields"]["uuid"]).version == 5

    def test_a_login_address_belongs_to_one_registration(self, run):
        given = str(uuid.uuid4())
        run(CANVAS, registration_id=given)

        assert (
            f"registration_id {given} is that of client 10000000000077"
            in run(OTHER_CLIENT, registration_id=given)["msg"]
        )
        assert "registration_id is no UUID: 'canvas'" in run(OTHER_CLIENT, registration_id="canvas")["msg"]

    def test_a_registration_goes_with_its_deployments(self, run):
        run(CANVAS, BRIGHTSPACE, SECOND_DEPLOYMENT)

        run(BRIGHTSPACE, state="absent")

        assert [item["model"].rpartition(".")[2] for item in run.data()] == ["ltiregistration", "ltideployment"]

    def test_another_document_is_refused(self, run):
        run.hold([{"issuer": CANVAS["issuer"]}])

        assert "not a Django fixture" in run(CANVAS)["msg"]


SECRETIVE = """\
# Our tool.  Straße
server.port = 8443
spring.security.oauth2.client.registration.canvas.clientId: 10000000000077
spring.security.oauth2.client.registration.canvas.client-secret=planted-Q7
spring.security.oauth2.client.registration.canvas.redirect-uri={baseUrl}/lti/\\
    login
! provider
spring.security.oauth2.client.provider.canvas.jwk-set-uri   https://sso.canvaslms.com/api/lti/security/jwks
spring.security.oauth2.client.provider.canvas.token_uri=https\\://old.example.edu/token
logging.level.root=INFO
#---
spring.config.activate.on-profile=test
server.port=9443
"""


class TestSpring:
    @pytest.fixture
    def run(self, tmp_path):
        return Handback(tmp_path, "spring")

    def test_a_registration_and_its_provider_are_written(self, run):
        run(CANVAS, registration_id="canvas", redirect_uri="https://tool.example.edu/lti/login")

        prefix = "spring.security.oauth2.client."
        assert run.text().splitlines() == [
            f"{prefix}registration.canvas.client-id=10000000000077",
            f"{prefix}registration.canvas.authorization-grant-type=implicit",
            f"{prefix}registration.canvas.scope=openid",
            f"{prefix}registration.canvas.redirect-uri=https://tool.example.edu/lti/login",
            f"{prefix}provider.canvas.authorization-uri=https://sso.canvaslms.com/api/lti/authorize_redirect",
            f"{prefix}provider.canvas.token-uri=https://sso.canvaslms.com/login/oauth2/token",
            f"{prefix}provider.canvas.jwk-set-uri=https://sso.canvaslms.com/api/lti/security/jwks",
            f"{prefix}provider.canvas.issuer=https://canvas.instructure.com",
            f"{prefix}provider.canvas.user-name-attribute=sub",
        ]

    def test_lines_of_others_stay_and_a_registration_is_recognised(self, run):
        run.hold(SECRETIVE)

        result = run(CANVAS)

        assert result["entries"][0]["registration_id"] == "canvas"
        prefix = "spring.security.oauth2.client."
        assert run.text().splitlines() == [
            *SECRETIVE.splitlines()[:6],
            f"{prefix}registration.canvas.authorization-grant-type=implicit",
            *SECRETIVE.splitlines()[6:8],
            f"{prefix}provider.canvas.token_uri=https://sso.canvaslms.com/login/oauth2/token",
            f"{prefix}provider.canvas.authorization-uri=https://sso.canvaslms.com/api/lti/authorize_redirect",
            f"{prefix}provider.canvas.issuer=https://canvas.instructure.com",
            *SECRETIVE.splitlines()[9:],
        ]
        assert "planted-Q7" not in "".join(run.shown)
        assert not run(CANVAS)["changed"]

    def test_a_new_registration_stands_before_the_part_for_a_profile(self, run):
        run.hold(SECRETIVE)

        run(BRIGHTSPACE, registration_id="brightspace")

        ours, _separator, profile = run.text().partition("#---")
        assert f"registration.brightspace.client-id={BRIGHTSPACE['client_id']}" in ours
        assert profile == SECRETIVE.partition("#---")[2]
        run(BRIGHTSPACE, state="absent")
        assert run.text() == SECRETIVE

    def test_a_provider_of_another_name_is_followed_and_kept_while_it_is_used(self, run):
        prefix = "spring.security.oauth2.client"
        shared = f"{prefix}.provider.hosted.authorization-uri={CANVAS['authentication_endpoint']}\n"
        run.hold(
            f"{prefix}.registration.a.client-id={CANVAS['client_id']}\n{prefix}.registration.a.provider=hosted\n"
            f"{prefix}.registration.b.client-id={OTHER_CLIENT['client_id']}\n{prefix}.registration.b.provider=hosted\n"
            f"{shared}"
        )

        assert run(CANVAS)["entries"][0]["registration_id"] == "a"
        assert "provider.a." not in run.text()
        run(CANVAS, state="absent")
        assert shared in run.text()
        run(OTHER_CLIENT, state="absent")
        assert run.text() == ""

    def test_the_same_client_in_another_environment_is_another_registration(self, run):
        beta = {name: str(value).replace("sso.", "sso.beta.") for name, value in CANVAS.items()}
        beta |= {"issuer": "https://canvas.beta.instructure.com", "deployment_ids": []}
        run(CANVAS, beta)

        entries = run(CANVAS, beta)["entries"]
        assert [entry["registration_id"] for entry in entries] == [
            "canvas-instructure-com-10000000000077",
            "canvas-beta-instructure-com-10000000000077",
        ]

    def test_an_issuer_address_of_spring_stays_and_no_other_is_written(self, run):
        """With issuer-uri Spring Boot asks the platform at its start, so it is never added."""
        run.hold(
            "spring.security.oauth2.client.registration.x.client-id=10000000000077\n"
            f"spring.security.oauth2.client.provider.x.issuer-uri={CANVAS['issuer']}\n"
        )
        run(CANVAS, BRIGHTSPACE)

        assert run.text().count("issuer") == 2
        assert run.text().count("issuer-uri") == 1

    def test_registration_ids_do_not_change_hands(self, run):
        run(CANVAS, registration_id="canvas")

        assert (
            "registration_id canvas is that of client 10000000000077"
            in run(OTHER_CLIENT, registration_id="canvas")["msg"]
        )
        assert "stands there as registration canvas" in run(CANVAS, registration_id="other")["msg"]
        assert "registration_id cannot be 'a.b'" in run(OTHER_CLIENT, registration_id="a.b")["msg"]

    def test_letters_beyond_ascii_are_escaped(self, run):
        named = {**CANVAS, "name": "Universität \\ 大学 🎓"}
        run(named)

        assert "client-name=Universit\\u00e4t \\\\ \\u5927\\u5b66 \\ud83c\\udf93\n" in run.text()
        assert run(named)["entries"][0]["name"] == named["name"]

    def test_says_that_the_audience_of_brightspace_has_no_place(self, run):
        assert "has no setting for that" in run(BRIGHTSPACE)["warnings"][0]
        assert "warnings" not in run(CANVAS)

    def test_windows_ends_its_lines_otherwise(self, run):
        run.hold("server.port=1\r\nserver.name=x")

        run(CANVAS)

        assert run.text().startswith("server.port=1\r\nserver.name=x\r\n\r\nspring.")
        assert run.text().count("\n") == run.text().count("\r\n")

    def test_a_broken_escape_is_named_with_its_line(self, run):
        run.hold("a=1\n\nb=\\u00g1\n")

        assert "\\u without four hexadecimal digits in line 3" in run(CANVAS)["msg"]
        assert run.text() == "a=1\n\nb=\\u00g1\n"

    def test_yaml_is_refused(self, run, tmp_path):
        assert "writes properties, not YAML" in run(CANVAS, path=str(tmp_path / "application.yml"))["msg"]
