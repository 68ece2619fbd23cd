"""Filters: documented, plain data in and out, refusals in Ansible's own type with the sentence in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.edtech.lti.plugins.filter import manifest as page

from .canvas_samples import settings
from .manifest_samples import manifest

ROOT = Path(__file__).resolve().parents[3]
FILTERS = page.FilterModule().filters()
PAGES = sorted((ROOT / "plugins" / "filter").glob("*.yml"))


@pytest.fixture(scope="module")
def documented():
    """What ansible-doc says of all filters, by name."""
    command = [str(Path(sys.executable).with_name("ansible-doc")), "--json", "--type", "filter"]
    done = subprocess.run(
        [*command, *(f"edtech.lti.{one.stem}" for one in PAGES)],
        env={**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "build" / "link")},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def test_each_filter_has_its_page_with_examples_and_results(documented):
    held = {name.removeprefix("edtech.lti."): one for name, one in documented.items()}
    assert set(FILTERS) <= set(held)
    for name, one in held.items():
        assert one["examples"], name
        assert one["return"]["_value"]["description"], name


@pytest.mark.parametrize("name", [name for name in FILTERS if name.startswith("manifest_to_")])
def test_a_translation_takes_text_and_says_all_of_it(name):
    made = FILTERS[name](json.dumps(manifest()))
    assert set(made) == {"payload", "losses", "warnings", "data", "roads", "uncontrollable"}
    assert made == FILTERS[name](manifest())


@pytest.mark.parametrize("name", [name for name in FILTERS if name.startswith("manifest_to_")])
@pytest.mark.parametrize("value", [None, 5, [], "", "{", {"client_name": "x", "data": ["y"]}])
def test_what_cannot_be_translated_is_refused_by_the_filters_name(name, value):
    with pytest.raises(AnsibleFilterError, match=name):
        FILTERS[name](value)


def test_a_filter_that_cannot_read_its_input_says_so():
    with pytest.raises(AnsibleFilterError, match="cannot read"):
        FILTERS["data_classes"](5, "canvas")
    with pytest.raises(AnsibleFilterError, match="no platform"):
        FILTERS["data_classes"]({}, "moodle")


def test_data_classes_come_with_their_roads():
    made = FILTERS["data_classes"](settings(extension={"privacy_level": "email_only"}), "canvas")
    assert made["data"]["email"] == [
        {"via": "privacy_level", "where": "privacy level email_only", "controllable": True}
    ]
    assert made["uncontrollable"] == ["opaque_id", "course", "role"]
    held = {"registration": {}, "deployment": {"send_user_email": True}}
    assert "email" in FILTERS["data_classes"](held, "d2l", le_version="1.82")["data"]
    assert (
        "name"
        in FILTERS["data_classes"]({"tool_provider": {"lti_custom_data": '{"a": "$Person.name.full"}'}}, "exam")["data"]
    )


def test_a_dynamic_registration_is_taken_as_it_stands():
    answer = {**manifest(scope="a"), "client_id": "5", "registration_access_token": "secret"}
    made = FILTERS["manifest_from_dynamic_registration"](answer)
    assert made["manifest"] == manifest(scope="a")
    assert made["asked"] == ["opaque_id", "course", "role"]
    with pytest.raises(AnsibleFilterError, match="no registration"):
        FILTERS["manifest_from_dynamic_registration"]({"client_name": "x"})
