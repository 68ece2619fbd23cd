"""What others wrote into a file in their own manner: it is understood, and stays."""

from __future__ import annotations

import re
import time

import pytest

from ansible_collections.edtech.lti.plugins.module_utils._handback import spring as _spring

from .handback_samples import CANVAS, FORMATS, OTHER_CLIENT, Handback

PREFIX = "spring.security.oauth2.client."
JSON = [form for form in FORMATS if form not in ("markdown", "spring")]
BOM = "\ufeff"
EMPTY = {"pylti1p3": '{"x": {"n": %s}}', "django_lti": '[{"model": "a.b", "fields": {"n": %s}}]'}


def hand_written(number, client=None):
    """A registration as somebody wrote it, of the usual client unless another is given."""
    client = client or CANVAS
    return (
        f"{PREFIX}registration.{number}.client-id={client['client_id']}\n"
        f"{PREFIX}registration.{number}.client-name=Old\n"
        f"{PREFIX}provider.{number}.issuer={client['issuer']}\n"
    )


class TestSpring:
    @pytest.fixture
    def run(self, tmp_path):
        return Handback(tmp_path, "spring")

    @pytest.mark.parametrize(
        ("written", "meant"),
        [(r"a\ b\:c", "a b:c"), (r"\u0142ab", "\u0142ab"), (r"a\=b", "a=b"), (r"[x\\y]", r"[x\y]"), (r"a\tb", "a\tb")],
    )
    def test_keys_are_escaped_as_values_are(self, run, written, meant):
        run.hold(hand_written(written))
        named = {**CANVAS, "name": "New"}

        first, again = run(named), run(named)

        assert (first["changed"], again["changed"]) == (True, False)
        assert first["entries"][0]["registration_id"] == meant
        lines = [line for line in run.text().splitlines() if line]
        assert len(lines) == len({re.split(r"(?<!\\)=", line)[0] for line in lines}) == 7
        assert all(line.startswith((f"{PREFIX}registration.", f"{PREFIX}provider.")) for line in lines)
        ours = [line for line in lines if "authorization-uri" in line]
        assert ours == [
            f"{PREFIX}provider.{_spring.escaped_key(meant)}.authorization-uri={CANVAS['authentication_endpoint']}"
        ]

    def test_many_registrations_take_no_minutes(self, run):
        many = [{**CANVAS, "issuer": f"https://x{n}.example", "client_id": f"{n}", "name": "n"} for n in range(400)]
        run.hold("".join(hand_written(f"r{n}", one) for n, one in enumerate(many)))

        begin = time.process_time()
        assert run(*many)["changed"]
        assert not run(*many)["changed"]

        assert time.process_time() - begin < 10
        assert run.text().count("client-id") == 400

    @pytest.mark.parametrize("name", ["Uni ${HOME}", "${x}"])
    def test_a_name_that_spring_would_resolve_is_refused(self, run, name):
        result = run({**CANVAS, "name": name})

        assert result["failure"]["kind"] == "invalid"
        assert "client-name would hold ${, which Spring resolves" in result["msg"]
        assert not run.path.exists()

    def test_what_the_tool_resolves_itself_stays_and_may_be_asked_for(self, run):
        run(CANVAS, scope="openid,${X}", redirect_uri="${BASE}/lti/login")
        assert "redirect-uri=${BASE}/lti/login" in run.text()
        run.hold(hand_written("a").replace("Old", "${NAME}"))

        assert run({**CANVAS, "name": "${NAME}"})["entries"][0]["name"] == "${NAME}"

    def test_a_file_of_another_age_keeps_its_line_ends(self, run):
        run.hold("# mine\n".replace("\n", "\r") + hand_written("a").replace("\n", "\r"))

        run(CANVAS, OTHER_CLIENT)

        assert "\n" not in run.text()
        assert not run(CANVAS, OTHER_CLIENT)["changed"]

    def test_a_mark_of_byte_order_hides_no_property(self, run):
        run.hold(BOM + hand_written("a"))

        result = run(CANVAS)

        assert result["entries"][0]["registration_id"] == "a"
        assert run.text().startswith(BOM + hand_written("a").splitlines()[0])
        assert run.text().count("client-id") == 1
        assert "begins with a byte order mark" in result["warnings"][0]

    def test_what_begins_with_a_form_feed_is_read_back(self, run):
        assert run({**CANVAS, "client_id": "1"}, scope="\fopenid")["changed"]
        assert not run({**CANVAS, "client_id": "1"}, scope="\fopenid")["changed"]


class TestLtijs:
    @pytest.mark.parametrize("method", ["RSA_KEY", "JWK_KEY"])
    def test_a_pinned_key_stays_with_a_warning(self, tmp_path, method):
        run = Handback(tmp_path, "ltijs")
        pinned = {"method": method, "key": "-----BEGIN PUBLIC KEY-----"}
        run.hold([{"url": CANVAS["issuer"], "clientId": CANVAS["client_id"], "name": "Ours", "authConfig": pinned}])

        result = run(CANVAS)

        (item,) = run.data()
        assert item["authConfig"] == pinned
        assert f"has a pinned key (authConfig with {method}), which stays" in result["warnings"][0]
        assert result["entries"][0]["keyset_url"] is None
        assert not run(CANVAS)["changed"]

    @pytest.mark.parametrize("config", [None, "x", {}, {"method": "RSA_KEY"}, {"key": "https://old.example/jwks"}])
    def test_what_pins_no_key_is_completed(self, tmp_path, config):
        run = Handback(tmp_path, "ltijs")
        run.hold([{"url": CANVAS["issuer"], "clientId": CANVAS["client_id"], "authConfig": config}])

        assert "warnings" not in run(CANVAS)
        assert run.data()[0]["authConfig"] == {"method": "JWK_SET", "key": CANVAS["keyset_url"]}


class TestPylti1p3:
    def test_a_default_that_goes_is_followed_by_the_next(self, tmp_path):
        run = Handback(tmp_path)
        third = {**CANVAS, "client_id": "3"}
        run(CANVAS, OTHER_CLIENT, third)

        run(CANVAS, state="absent")

        assert [item["default"] for item in run.data()[CANVAS["issuer"]]] == [True, False]

    def test_where_nobody_was_meant_nobody_is(self, tmp_path):
        run = Handback(tmp_path)
        run(CANVAS, OTHER_CLIENT, {**CANVAS, "client_id": "3"})
        run.hold(run.text().replace('"default": true', '"default": false'))

        run(CANVAS, state="absent")

        assert [item["default"] for item in run.data()[CANVAS["issuer"]]] == [False, False]


class TestDjangoLti:
    @pytest.fixture
    def run(self, tmp_path):
        return Handback(tmp_path, "django_lti")

    @pytest.mark.parametrize(
        "reference", ["1", 1, [CANVAS["issuer"], CANVAS["client_id"]], ["11111111-2222-4333-8444-555555555555"]]
    )
    def test_a_deployment_may_name_its_registration_in_other_ways(self, run, reference):
        fields = {"issuer": CANVAS["issuer"], "client_id": CANVAS["client_id"]}
        fields["uuid"] = "11111111-2222-4333-8444-555555555555"
        deployment = {"registration": reference, "deployment_id": "310:abc", "is_active": False}
        other = {"registration": [CANVAS["issuer"]], "deployment_id": "9:z", "is_active": False}
        run.hold(
            [
                {"model": "lti_tool.LtiRegistration", "pk": 1, "fields": fields},
                {
                    "model": "lti_tool.ltiregistration",
                    "pk": 2,
                    "fields": {"issuer": CANVAS["issuer"], "client_id": "2"},
                },
                {"model": "lti_tool.ltideployment", "pk": 5, "fields": deployment},
                {"model": "lti_tool.ltideployment", "pk": 6, "fields": other},
            ]
        )

        result = run(CANVAS)

        assert result["entries"][0]["deployment_ids"] == ["310:abc"]
        assert [item["fields"].get("deployment_id") for item in run.data()] == [None, None, "310:abc", "9:z"]
        assert "deployment 310:abc is inactive" in result["warnings"][0]
        run(CANVAS, state="absent")
        assert [item["pk"] for item in run.data()] == [2, 6]

    def test_an_audience_that_is_not_there_is_null(self, run):
        assert run({**CANVAS, "audience": None})["entries"][0]["audience"] is None


@pytest.mark.parametrize("form", JSON)
class TestJson:
    @pytest.mark.parametrize(
        "number", ["1.10", "1e5", "1E400", "-0", "-0.0", "123456789012345678901234567890", "9" * 5000, "0.1e-7"]
    )
    def test_numbers_of_others_stay_as_they_are_written(self, tmp_path, form, number):
        run = Handback(tmp_path, form)
        run.hold(EMPTY.get(form, '[{"n": %s}]') % number)

        assert run(CANVAS)["changed"]
        assert f'"n": {number}' in run.text().replace("\n", "").replace("    ", "")
        assert not run(CANVAS)["changed"]

    @pytest.mark.parametrize("letter", ["\\ud800", "\\uDC00", "\\ud83c\\ud83c", "\\ud83cx\\udf93"])
    def test_half_a_letter_in_a_file_is_named_with_its_place(self, tmp_path, form, letter):
        run = Handback(tmp_path, form)
        run.hold((EMPTY.get(form, '[{"n": %s}]') % f'"\\\\ud800 \\ud83c\\udf93 {letter}"').replace(" {", "\n{"))

        result = run(CANVAS)

        assert result["failure"]["kind"] == "invalid"
        assert "the file holds half a letter (a lone surrogate) at line " in result["msg"]
        assert run.text()

    def test_whole_letters_that_were_escaped_are_none(self, tmp_path, form):
        run = Handback(tmp_path, form)
        run.hold(EMPTY.get(form, '[{"n": %s}]') % '"\\\\ud800 \\ud83c\\udf93"')

        assert run(CANVAS)["changed"]
        assert "🎓" in run.text()

    def test_what_is_nested_deeper_than_any_configuration_is_refused(self, tmp_path, form):
        run = Handback(tmp_path, form)
        run.hold(EMPTY.get(form, '[{"n": %s}]') % ("[" * 400 + "]" * 400))

        assert "nested deeper" in run(CANVAS)["msg"]
