"""The sheet for people, and what they wrote around it."""

from __future__ import annotations

import pytest

from .handback_samples import BRIGHTSPACE, CANVAS, OTHER_CLIENT, Handback

BOM = "\ufeff"


class TestMarkdown:
    @pytest.fixture
    def run(self, tmp_path):
        return Handback(tmp_path, "markdown")

    def test_a_sheet_has_a_title_a_contact_and_a_table_for_each_client(self, run):
        run({**CANVAS, "name": "Example | University"}, BRIGHTSPACE, title="Virtual Lab", contact="lms@example.edu")

        lines = run.text().splitlines()
        assert "# Virtual Lab" in lines
        assert "Questions: lms@example.edu" in lines
        assert "## Example \\| University" in lines
        assert "| Client id | `10000000000077` |" in lines
        assert "| Audience of token requests | `https://api.brightspace.com/auth/token` |" in lines

    def test_texts_of_others_stay_to_the_byte(self, run):
        run(CANVAS, OTHER_CLIENT)
        head, body = run.text().split("<!-- /lti_handback -->\n", 1)
        mine = f"{head}<!-- /lti_handback -->\n\nDear vendor,\t\n\n{body}\n* more \n"
        run.hold(mine)

        result = run({**OTHER_CLIENT, "deployment_ids": ["8:new"]}, BRIGHTSPACE)

        assert result["changed"]
        assert "\n\nDear vendor,\t\n\n" in run.text()
        assert "\n* more \n\n<!-- lti_handback" in run.text()
        assert "| Deployment ids | `7:def`<br>`8:new` |" in run.text()

    def test_a_table_that_somebody_wrote_into_is_written_again(self, run):
        run(CANVAS, OTHER_CLIENT)
        right = run.text()
        run.hold(right.replace("| `310:abc` |", "| `310:typo` |").replace("| `7:def` |", "| `7:typo` |"))

        assert run(CANVAS)["changed"]
        assert run.text() == right.replace("| `7:def` |", "| `7:typo` |")

    def test_a_title_can_change_and_a_head_can_go(self, run):
        run(CANVAS, title="Old")
        assert run(CANVAS, title="New")["changed"]
        assert "# New" in run.text()
        assert "# Old" not in run.text()

        run.hold("# My own\n\n" + run.text().split("<!-- /lti_handback -->\n", 1)[1])
        assert not run(CANVAS)["changed"]

    @pytest.mark.parametrize(
        ("old", "new", "says"),
        [
            ("<!-- /lti_handback -->\n", "", "a mark of lti_handback without its end at line 1, column 1"),
            ('<!-- lti_handback {"title"', '<!-- lti_handback {"title', "at line 1, column 1 holds no JSON"),
            (
                '<!-- lti_handback {"title": "LTI platform details"} -->\n',
                "",
                "without its beginning at line 2, column 1",
            ),
        ],
    )
    def test_a_mark_that_was_damaged_is_named(self, run, old, new, says):
        run(CANVAS, title="LTI platform details")
        run.hold(run.text().replace(old, new, 1) if new else run.text().replace(old, ""))
        before = run.text()

        assert says in run(CANVAS)["msg"]
        assert run.text() == before

    def test_a_comment_in_a_name_does_not_end_the_mark(self, run):
        named = {**CANVAS, "name": "a --> b <!-- /lti_handback -->"}
        run(named)

        assert not run(named)["changed"]
        assert run(named)["entries"][0]["name"] == named["name"]

    def test_a_mark_of_byte_order_stays_in_front(self, run):
        run.hold(f"{BOM}# My own\n\ntext\n")

        run(CANVAS, title="T")

        assert run.text().startswith(f"{BOM}<!-- lti_handback")
        assert run.text().count(BOM) == 1
        assert not run(CANVAS, title="T")["changed"]

    def test_line_ends_of_windows_stay(self, run):
        run.hold("# My own\r\n\r\ntext\r\n")

        run(CANVAS, title="T")
        run(OTHER_CLIENT)

        assert run.text().count("\r\n") == run.text().count("\n")
        assert "\r\r" not in run.text()
        assert not run(CANVAS, OTHER_CLIENT, title="T")["changed"]

    @pytest.mark.parametrize("eol", ["\n", "\r\n"])
    def test_front_matter_stays_in_front(self, run, eol):
        front = f"---{eol}layout: page{eol}---{eol}"
        run.hold(f"{front}# My own{eol}")

        run(CANVAS, title="T")

        assert run.text().startswith(f"{front}{eol}<!-- lti_handback")
        assert run.text().index("# My own") > run.text().index("# T")
        assert not run(CANVAS, title="T")["changed"]

    @pytest.mark.parametrize("fence", ["```", "~~~~", "  ```"])
    def test_marks_in_an_example_are_an_example(self, run, fence):
        run(OTHER_CLIENT)
        example = f"{fence}\n{run.text()}{fence}\n"
        run.hold(example)

        run(CANVAS)
        assert run.text().startswith(example)
        assert run({**OTHER_CLIENT, "deployment_ids": ["9:new"]})["changed"]

        assert run.text().startswith(example)
        assert run.text().count("<!-- lti_handback") == 4
        assert not run(CANVAS, {**OTHER_CLIENT, "deployment_ids": ["9:new"]})["changed"]
        assert run(OTHER_CLIENT, state="absent")["changed"]
        assert run.text().startswith(example)

    def test_a_fence_that_never_ends_hides_nothing(self, run):
        run.hold("```\nforgotten\n")
        run(CANVAS)

        assert not run(CANVAS)["changed"]
        assert run.text().count("<!-- lti_handback") == 1

    @pytest.mark.parametrize(
        ("facts", "ids"),
        [
            ('"client_id": "10000000000077", "deployment_ids": "7:abc"', ["7:abc", "310:abc"]),
            ('"client_id": 10000000000077, "deployment_ids": [7]', ["7", "310:abc"]),
        ],
    )
    def test_facts_that_somebody_wrote_by_hand_are_understood(self, run, facts, ids):
        run.hold(f'<!-- lti_handback {{"issuer": "{CANVAS["issuer"]}", {facts}}} -->\nx\n<!-- /lti_handback -->\n')

        result = run(CANVAS)

        assert result["entries"][0]["deployment_ids"] == ids
        assert run.text().count("<!-- lti_handback") == 1
        assert not run(CANVAS)["changed"]

    def test_half_a_letter_in_a_mark_is_refused(self, run):
        run.hold('text\n<!-- lti_handback {"issuer": "\\ud800"} -->\nx\n<!-- /lti_handback -->\n')

        assert "holds half a letter" in run(CANVAS)["msg"]
