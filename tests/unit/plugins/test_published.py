"""What a run publishes as statistics: within a limit, and nothing that is not this run's."""

from __future__ import annotations

import json

import pytest

from ansible_collections.edtech.lti.plugins.plugin_utils import _published as published

ENDS = {"pylti1p3": ".pylti1p3.json", "markdown": ".md", "spring": ".properties"}


def summary(client_id="5", issuer="https://lms.example.edu", key="lab", **handback):
    told = {
        "issuer": issuer,
        "client_id": client_id,
        "authentication_endpoint": f"{issuer}/login",
        "token_url": f"{issuer}/token",
        "keyset_url": f"{issuer}/keys",
        "deployment_ids": [f"d{client_id}"],
        **handback,
    }
    return {"platforms": {"canvas": {"tools": [{"key": key, "name": "Lab", "handback": told}]}}}


class TestTheHandback:
    def test_has_all_tenants_in_a_file_for_each_tool_and_format(self):
        made = published.handed_back({"college": summary("5"), "school": summary("6")}, {}, ENDS)
        assert (set(made["files"]), made["left_out"]) == ({"lab.pylti1p3.json", "lab.md"}, [])
        (entries,) = json.loads(made["files"]["lab.pylti1p3.json"]).values()
        assert [(one["client_id"], one["private_key_file"]) for one in entries] == [
            ("5", "private.key"),
            ("6", "private.key"),
        ]
        assert "college" in made["files"]["lab.md"]
        assert "school" in made["files"]["lab.md"]

    def test_is_the_same_in_whatever_order_the_tenants_were_worked_on(self):
        both = {"college": summary("5"), "school": summary("6")}
        turned = dict(reversed(both.items()))
        assert list(turned) != list(both)
        assert published.handed_back(turned, {}, ENDS) == published.handed_back(both, {}, ENDS)

    def test_has_no_file_for_what_handed_nothing_back(self):
        held = {"platforms": {"exam": {"tools": [{"key": "lab", "name": "Lab", "handback": None}]}}}
        assert published.handed_back({"college": held}, {}, ENDS) == {"files": {}, "left_out": []}

    def test_takes_the_options_of_the_variable(self):
        options = {"formats": ["pylti1p3", "spring"], "private_key_file": "lab.key", "contact": "lms@example.edu"}
        made = published.handed_back({"college": summary()}, options, ENDS)
        assert list(made["files"]) == ["lab.pylti1p3.json", "lab.properties"]
        assert '"lab.key"' in made["files"]["lab.pylti1p3.json"]

    def test_names_a_file_that_cannot_be_made_and_shows_no_key(self):
        key = "-----BEGIN PRIVATE KEY-----planted"
        made = published.handed_back({"college": summary()}, {"private_key_file": key}, ENDS)
        assert list(made["files"]) == ["lab.md"]
        (said,) = made["left_out"]
        assert said.startswith("lab.pylti1p3.json is not published: ")
        assert "holds a key" in said
        assert "planted" not in said

    def test_leaves_out_what_is_too_large_and_says_what_helps(self):
        whole = published.handed_back({"college": summary()}, {}, ENDS)["files"]
        size = len(whole["lab.pylti1p3.json"].encode())
        made = published.handed_back({"college": summary()}, {"publish_limit": size}, ENDS)
        assert made["files"] == {"lab.pylti1p3.json": whole["lab.pylti1p3.json"]}
        (said,) = made["left_out"]
        assert said.startswith("lab.md is not published: it has ")
        assert "publish_limit" in said


class TestTheReport:
    @pytest.mark.parametrize("limit", [9, 10])
    def test_fits_up_to_the_last_byte(self, limit):
        made = published.of_audit({"csv": "é" * 5}, limit)
        assert list(made["published"]) == (["csv"] if limit == 10 else [])
        assert len(made["left_out"]) == (0 if limit == 10 else 1)

    def test_counts_data_as_json_and_all_contents_together(self):
        made = published.of_audit({"json": {"a": 1}, "csv": "12345", "html": "123"}, 11)
        assert made["published"] == {"json": {"a": 1}, "html": "123"}
        assert made["left_out"] == [
            "csv is not published: it has 5 bytes, and of 11 there were 3 left. Write it to a folder that outlives the"
            " job (lti_audit_dir), or raise lti_audit_publish_limit."
        ]
