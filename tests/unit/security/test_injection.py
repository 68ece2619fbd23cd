"""Names that a server makes up stay text in every file and page that is made of them, and no path leads elsewhere."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
import yaml

from ansible_collections.edtech.lti.plugins.module_utils._manifest import audit_report, export_files
from tests.unit.plugins.conftest import Runner
from tests.unit.plugins.handback_samples import CANVAS, FORMATS

EVIL = {
    "a template": "{{ lookup('ansible.builtin.pipe', 'touch /tmp/x') }}",
    "a statement": "{% raw %}{% endraw %}",
    "a tag of YAML": "!!python/object/apply:os.system ['id']",
    "another document": "x\n---\n!unsafe y: &a [*a]\n...\n",
    "a comment": "a # b: c",
    "a page": "</script><script>alert(1)</script>",
    "a comment of a page": "--><script>alert(1)</script><!--",
    "a table": "| a | b |\n|---|---|",
    "a link": "[x](javascript:alert(1)) ![y](http://evil.example/z.png) `code` **b**",
    "a property": "x\nspring.datasource.password=1\\\n ${a} #{b}",
    "a program": '"""\nimport os\nos.system("id")\n"""',
    "a formula": '=HYPERLINK("http://evil.example","x")',
    "a call": "@SUM(1+1)*cmd|' /C calc'!A0",
    "a terminal": "a\x1b[2J\x07",
    "from right to left": "exe.\u202egpj",
    "a path": "../../etc/passwd",
}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("text", EVIL.values(), ids=EVIL)
def test_a_name_in_a_hand_back_is_a_name_or_refused(tmp_path, form, text):
    run = Runner.at("http://127.0.0.1:1")
    run.connection = {}
    path = tmp_path / "file"
    more = {"title": text} if form == "markdown" else {}
    keys = {"private_key_file": "private.key"} if form == "pylti1p3" else {}

    result = run("lti_handback", path=str(path), format=form, platforms=[{**CANVAS, "name": text}], **keys, **more)

    assert sorted(one.name for one in tmp_path.iterdir()) in ([], ["file"])
    if result.get("failed"):
        assert result["failure"]["kind"] == "invalid"
        assert not path.exists()
        return
    written = path.read_text(encoding="utf-8")
    again = run("lti_handback", path=str(path), format=form, platforms=[{**CANVAS, "name": text}], **keys, **more)
    assert not again.get("failed"), again
    assert again["changed"] is False
    if form == "markdown":
        assert not re.search(r"(?<!\\)<script", re.sub(r"<!-- lti_handback .* -->", "", written))
        assert not re.search(r"(?<!\\)\]\(|!\[", re.sub(r"<!-- lti_handback .* -->", "", written)), written
    elif form == "spring":
        assert not re.search(r"^spring\.datasource", written, re.MULTILINE)
    else:
        json.loads(written)


@pytest.mark.parametrize("text", EVIL.values(), ids=EVIL)
def test_a_name_in_an_export_is_read_back_as_it_was(text):
    manifest = {"client_name": text, "notes": [text, {text: text}]}
    hosts = {
        "college": {"lti_onboarding_tools": [text], "lti_onboarding_places": {"key": {"canvas": [{"name": text}]}}}
    }
    left = [{"tenant": "college", "platform": "canvas", "tool": text, "why": text, "exported": False}]
    made = export_files.files(
        {"manifests": {"key": manifest}, "hosts": hosts, "left": left, "failed": [], "secrets": []}
    )

    class Loader(yaml.SafeLoader):
        pass

    Loader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))
    for path, held in {"manifests/key.yml": manifest, "inventory/host_vars/college/lti.yml": hosts["college"]}.items():
        (document,) = yaml.load_all(made[path], Loader=Loader)
        assert document == held
        assert not [letter for letter in "\x1b\x07" if letter in made[path]]
    of_ansible = made["inventory/host_vars/college/lti.yml"]
    assert of_ansible.count("{{") + of_ansible.count("{%") == 0 or "!unsafe" in of_ansible
    report = made[export_files.REPORT]
    assert "<script" not in report
    assert len(report.splitlines()) == len(report.split("\n")) - 1


@pytest.mark.parametrize(
    "tenant", ["../evil", "/etc", "a/b", "a\\b", "..", ".", "", "a\0b", "a\nb", ".hidden", "x" * 300]
)
def test_no_host_is_a_path_to_elsewhere(tenant):
    export = {"manifests": {}, "hosts": {tenant: {}}, "left": [], "failed": [], "secrets": []}

    with pytest.raises(export_files.ManifestError, match="cannot have a folder"):
        export_files.files(export)


@pytest.mark.parametrize("text", EVIL.values(), ids=EVIL)
def test_no_cell_of_a_table_is_a_formula_or_steers_anything(text):
    row = {
        **dict.fromkeys(("id", "domain", "manifest", "why_not", "owner", "review", "notes", "tool", "tenant"), text),
        **{"platform": "canvas", "enabled": True, "available": [text], "data": {}, "approved": None, "excess": []},
        **{"drift": [], "loses": [], "unknown": []},
    }
    table = audit_report.as_csv({"tools": [row], "tenants": []})

    for cells in csv.reader(io.StringIO(table)):
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]
