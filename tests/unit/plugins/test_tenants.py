"""The list of institutions: what spreadsheets write is read, what is wrong is said with its line, all at once."""

from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.edtech.lti.plugins.plugin_utils._tenants import (
    group,
    refuse_groups,
    refuse_names,
    shared,
    slug,
    tenants,
)
from ansible_collections.edtech.lti.plugins.plugin_utils._tenants_file import AT_MOST, TenantsError, rows

LIST = "name,platforms,canvas_base_url,exam_base_url,region\r\ncollege,canvas exam,https://c.example,https://e.example/,North\r\n"


def read(text, name="list.csv", delimiter=None, **options):
    """The tenants of a list, given as text or bytes."""
    raw = text if isinstance(text, bytes) else text.encode("utf-8")
    return tenants(rows(raw, name, delimiter), **options)


def refused(text, name="list.csv", **options):
    """What is wrong with a list."""
    with pytest.raises(TenantsError) as caught:
        read(text, name, **options)
    return str(caught.value)


class TestWhatIsRead:
    @pytest.mark.parametrize(
        "raw",
        [
            LIST.encode(),
            LIST.replace("\r\n", "\n").encode(),
            LIST.encode("utf-8-sig"),
            LIST.replace(",", ";").encode("utf-8-sig"),
            LIST.replace(",", "\t").encode("utf-16"),
            ("sep=;\r\n" + LIST.replace(",", ";")).encode(),
            (LIST + "\r\n,,,,\r\n# a remark\r\n").encode(),
            LIST.replace("\r\n", ",\r\n").encode(),
        ],
        ids=["CSV", "Unix", "mark", "semicolons", "Unicode text", "sep", "rests", "one column more"],
    )
    def test_what_spreadsheets_write(self, raw):
        (one,) = read(raw)
        assert (one.name, one.platforms, one.tools) == ("college", ["canvas", "exam"], None)
        assert one.base_urls == {"canvas": "https://c.example", "exam": "https://e.example"}
        assert one.said["region"] == "North"

    def test_yaml_and_json_as_well(self):
        data = [{"name": "college", "Platforms": ["Canvas"], "base_url": "https://c.example", "since": "2026-01-02"}]
        for text in (yaml.safe_dump(data), yaml.safe_dump({"tenants": data}), json.dumps(data)):
            (one,) = read(text, "list.yml")
            assert (one.platforms, one.said["since"]) == (["canvas"], "2026-01-02")

    def test_headings_of_its_own(self):
        text = "Institution;LMS;LMS address;Sales region\nUniversité de Genève;Brightspace;https://g.example;Süd\n"
        columns = {"name": "institution", "platforms": "LMS", "base_url": "LMS address", "region": "Sales Region"}
        (one,) = read(text, columns=columns, slugs=True)
        assert (one.name, one.platforms, one.said["region"]) == ("universite-de-geneve", ["d2l"], "Süd")
        assert one.said["name"] == "Université de Genève"

    def test_filled_addresses_say_which_platforms_there_are(self):
        (one,) = read("name,exam_base_url,canvas_base_url,d2l_base_url\na,https://e.example,,https://d.example\n")
        assert one.platforms == ["d2l", "exam"]

    @pytest.mark.parametrize(("cell", "tools"), [("", None), ("none", []), ("lab; quiz", ["lab", "quiz"])])
    def test_tools(self, cell, tools):
        assert read(f'name,platforms,base_url,tools\na,exam,https://e.example,"{cell}"\n')[0].tools == tools

    def test_quoted_cells_hold_delimiters_and_lines(self):
        (one,) = read('name,platforms,base_url,about\na,exam,https://e.example,"two, and\nthree"\n')
        assert one.said["about"] == "two, and\nthree"

    def test_an_address_given_elsewhere_need_not_stand_in_the_list(self):
        assert read("name,platforms\na,exam\n", given=["exam"])[0].base_urls == {}


class TestWhatIsRefused:
    def test_all_problems_at_once_each_with_its_line(self):
        said = refused(
            "name,platforms,base_url\na,exam,https://e.example\n,exam,https://e.example\nA,exam,https://e.example\n"
            'b,moodle,https://e.example\nc,exam,"http://e.example"\nd,exam,e.example.com\n'
        )
        assert "Line 3: it has no name." in said
        assert "Line 4: A stands in line 2 already." in said
        assert "Line 5: 'moodle' is no platform" in said
        assert "Line 6: base_url is plain http to e.example" in said
        assert "Line 7: base_url is no web address: 'e.example.com'. It looks like https://e.example.com." in said

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("", "It holds no tenant."),
            ("name,platforms\n", "It holds no tenant."),
            ("a,b\nx,y\n", "There is no column 'name'. These are there: a, b."),
            ("name,region\nx,y\n", "There is no column 'platforms'"),
            ("name,Region,region \na,b,c\n", "The heading has the column region twice."),
            ("name,platforms,base_url\na,exam\n", "Line 2 has 2 cells, the heading 3"),
            ("name,platforms,base_url\na,exam,https://e.example,x\n", "Line 2 has 4 cells, the heading 3"),
            (
                "name,platforms,base_url,\na,exam,https://e.example,x\n",
                "Line 2 has a value in a column without a heading",
            ),
            ('name,platforms,base_url\n\na,exam,"https://e.example\n', "The row that begins in line 3 cannot be read"),
            ("name,platforms,base_url\na b,exam,https://e.example\n", "'a b' cannot be a host's name"),
            ("name,platforms,base_url\nall,exam,https://e.example\n", "'all' cannot be a tenant's name"),
            ("name,platforms,base_url\na,,https://e.example\n", "Line 2: it has no platform."),
            ("name,platforms,base_url\na,exam canvas,https://e.example\n", "base_url could be for any of canvas, exam"),
            ("name,platforms,base_url\na,exam,\n", "there is no address for exam: fill exam_base_url."),
            ("name,platforms,exam_base_url\na,canvas,https://e.example\n", "platforms does not name exam"),
            ("name,platforms,base_url\na,exam,https://e.example/login\n", "has a path, /login: use https://e.example."),
            ("name,platforms,base_url\na,exam,https://e.example?x=1\n", "neither credentials nor a query"),
            ("name,platforms,base_url\na,exam,https://{{ x }}.example\n", "base_url is no web address"),
        ],
    )
    def test_one_by_one(self, text, said):
        assert said in refused(text)

    @pytest.mark.parametrize(
        "column",
        ["canvas_access_token", "API token", "Password", "secret key", "d2l_oauth_private_key", "api-key", "pwd"],
    )
    def test_a_column_that_looks_like_a_secret(self, column):
        said = refused(f"name,platforms,base_url,{column}\na,exam,https://e.example,hunter2\n")
        assert "looks like a secret" in said
        assert "hunter2" not in said

    @pytest.mark.parametrize("column", ["consumer_key", "token_file", "d2l_oauth_key_id", "author", "keyword"])
    def test_a_column_that_looks_like_none(self, column):
        assert read(f"name,platforms,base_url,{column}\na,exam,https://e.example,x\n")

    @pytest.mark.parametrize(
        "value", ["-----BEGIN PRIVATE KEY-----", "Bearer abcdef", "https://user:hunter2@e.example"]
    )
    def test_a_value_that_is_a_secret(self, value):
        said = refused(f"name,platforms,base_url,note\na,exam,https://e.example,{value}\n")
        assert "note holds a secret" in said
        assert value not in said

    def test_a_secret_deep_inside(self):
        data = [{"name": "a", "platforms": "exam", "base_url": "https://e.example", "more": [{"password": "hunter2"}]}]
        assert "more holds a secret" in refused(yaml.safe_dump(data), "list.yml")

    @pytest.mark.parametrize(
        ("raw", "said"),
        [
            ("name,platforms\nZürich,exam\n".encode("latin-1"), "Line 2 is not in UTF-8"),
            (b"name\0", "zero byte"),
        ],
    )
    def test_what_is_no_text(self, raw, said):
        assert said in refused(raw)

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("a: [", "It is no YAML in line 2"),
            ("a: 1", "must be a list of tenants"),
            ("- {name: a, name: b}", "in line 1 has name twice"),
            ("- {name: a, Name: b}", "two keys of the same name"),
            ("- !!python/object/apply:os.system [id]", "It is no YAML"),
        ],
    )
    def test_broken_yaml(self, text, said):
        assert said in refused(text, "list.yaml")

    def test_of_very_many_problems_the_first_ones(self):
        said = refused("name,platforms,base_url\n" + ",exam,https://e.example\n" * 500)
        assert said.count("it has no name") == AT_MOST
        assert said.endswith(f"And {500 - AT_MOST} more.")

    @pytest.mark.parametrize("cell", ["-", "all", "n/a", "N/A", "*", "none lab", "lab, all", "yes"])
    def test_tools_that_could_mean_all_or_none(self, cell):
        said = refused(f'name,platforms,base_url,tools\na,exam,https://e.example,"{cell}"\n')
        assert f"Line 2: tools is {cell!r}, which could mean all or none" in said

    @pytest.mark.parametrize(
        ("columns", "said"),
        [
            (
                {"tools": "Apps"},
                "tools is called 'Apps' here, but there is no such column. These are there: name, plat",
            ),
            ({"title": "Region"}, ""),
            ({"name": "Region"}, "the list has a column name as well"),
            ({"title": "region", "area": "Region"}, "uses 'region' for title and for another one"),
            ({"name": "region", "region": "name"}, ""),
        ],
        ids=["missing", "renamed", "there already", "twice", "exchanged"],
    )
    def test_headings_that_are_not_as_the_option_says(self, columns, said):
        text = "name,platforms,base_url,region\na,exam,https://e.example,North\n"
        if said:
            assert said in refused(text, columns=columns)
        else:
            assert read(text, columns=columns)

    def test_a_name_that_a_group_has(self):
        found = read("name,platforms,base_url\nb,exam,https://b.example\nregion_north,exam,https://e.example\n")
        with pytest.raises(TenantsError, match=r"Line 3: 'region_north' .*: the column 'region' makes a group of that"):
            refuse_names(found, {"region_north": "the column 'region' makes a group"})

    def test_an_address_of_several_is_told_of(self):
        rest = "".join(f"t{number},exam,https://E.example/\n" for number in range(3))
        (said,) = shared(read(f"name,platforms,base_url\na,exam,https://e.example\nb,canvas,https://e.example\n{rest}"))
        assert said == "https://e.example is the address for exam of a (line 2), t0 (line 4), t1 (line 5) and 1 more."

    def test_groups_of_a_column_that_is_not_there(self):
        with pytest.raises(TenantsError, match="owner, which the list does not have"):
            refuse_groups(read(LIST), ["region", "owner"])


@given(st.text())
def test_any_text_is_read_or_refused(text):
    for name in ("list.csv", "list.yml"):
        try:
            read(text.encode("utf-8", "replace"), name)
        except TenantsError as error:
            assert error.problems


@given(st.text())
def test_what_a_slug_or_a_group_is_made_of_is_harmless(text):
    assert set(slug(text)) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert group("region", text).replace("_", "a").isalnum() or not group("region", text)
