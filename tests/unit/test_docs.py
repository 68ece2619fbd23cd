"""The pages: links and anchors lead somewhere, and README.md and docs/README.md name what there is."""

from __future__ import annotations

import re
import subprocess

import pytest

from tests.conftest import ROOT

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$")
FENCE = re.compile(r"^\s*(`{3,}|~{3,})")
# Filters of such names are for the roles and playbooks here.
INNER_FILTERS = ("audit_", "export_", "offboarding_", "onboarding_")


def pages():
    """All Markdown pages of the repository, new ones among them."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"]
    try:
        lines = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("This is no git repository.")
    return [ROOT / line for line in lines if (ROOT / line).exists() and not line.startswith("docs/site/")]


def prose(path):
    """The lines of a page that are no code."""
    fence = None
    for line in path.read_text(encoding="utf-8").splitlines():
        mark = FENCE.match(line)
        if mark and fence is None:
            fence = mark[1]
        elif fence is None:
            yield line
        elif mark and mark[1].startswith(fence):
            fence = None


def anchors(path):
    """The anchors of a page, as GitHub makes them of headings."""
    found = {}
    for line in prose(path):
        heading = HEADING.match(line)
        if heading:
            text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading[1])
            name = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
            count = found[name] = found.get(name, -1) + 1
            yield f"{name}-{count}" if count else name


def dead(path, root=ROOT):
    """The links of a page that lead nowhere, or out of the repository."""
    for line in prose(path):
        for target in LINK.findall(re.sub(r"`[^`]*`", lambda code: "" if "](" in code[0] else code[0], line)):
            place, _hash, anchor = target.partition("#")
            if "://" in target or target.startswith("mailto:"):
                continue
            file = (path.parent / place).resolve() if place else path
            gone = not file.exists() or root not in (file, *file.parents)
            if gone or (anchor and (file.suffix != ".md" or anchor not in set(anchors(file)))):
                yield target


def test_every_link_leads_somewhere():
    assert {str(path.relative_to(ROOT)): lost for path in pages() if (lost := sorted(set(dead(path))))} == {}


def test_a_link_that_leads_nowhere_is_noticed(tmp_path):
    (tmp_path / "other.md").write_text("# What's `it`, anyway?\n```\n# no heading\n```\n## Twice\n## Twice\n")
    page = tmp_path / "page.md"
    page.write_text(
        "# Page\n[a](other.md#whats-it-anyway) [b](other.md#twice-1) [c](#page) [d](https://example.com/#x)\n"
        "[e](other.md#no-heading) [f](other.md#twice-2) [g](none.md) [h](#none) [i](../outside.md) `[j](code.md)`\n"
        "```\n[k](code.md)\n```\n"
    )
    assert list(dead(page, tmp_path)) == [
        "other.md#no-heading",
        "other.md#twice-2",
        "none.md",
        "#none",
        "../outside.md",
    ]


def named(kind):
    """The names of our own in the tables of README.md whose heading begins with that, without ``edtech.lti``."""
    tables = re.findall(r"^\|.*\n(?:\|.*\n)+", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    rows = [row for table in tables if table.startswith(f"| {kind}") for row in table.splitlines()[2:]]
    found = []
    for row in rows:
        cell = row.split("|")[1]
        for name in re.findall(r"`edtech\.lti\.(\w+)`|`…(\w+)`", cell):
            whole, end = name
            found.append(whole or found[-1].partition("_")[0] + end)
    return sorted(found)


def test_the_readme_names_every_module():
    assert named("module") == sorted(path.stem for path in ROOT.glob("plugins/modules/*.py"))


def test_the_readme_names_every_plugin():
    there = [path.stem for kind in ("inventory", "callback") for path in ROOT.glob(f"plugins/{kind}/*.py")]
    assert named("plugin") == sorted(there)


def test_the_readme_names_every_filter_for_users():
    there = (path.stem for path in ROOT.glob("plugins/filter/*.yml"))
    assert named("filter") == sorted(name for name in there if not name.startswith(INNER_FILTERS))


def test_the_readme_names_every_role():
    assert named("role") == sorted(path.parent.name for path in ROOT.glob("roles/*/tasks"))


def test_the_readme_names_every_playbook():
    assert named("playbook") == sorted(path.stem for path in ROOT.glob("playbooks/*.yml"))


@pytest.mark.parametrize("folder", ["docs/guide", "docs/platforms", "docs", "roles", "examples"])
def test_the_list_of_pages_has_every_page(folder):
    page = ROOT / "docs" / "README.md"
    listed = {(page.parent / target).resolve() for target in LINK.findall(page.read_text(encoding="utf-8"))}
    pattern = "*/README.md" if folder in ("roles", "examples") else "*.md"
    there = set(pages()) & set((ROOT / folder).glob(pattern))
    assert sorted(map(str, there - listed - {page})) == []


@pytest.mark.parametrize("path", sorted(ROOT.glob("playbooks/*.yml")), ids=lambda path: path.stem)
def test_a_playbook_says_at_its_top_what_it_does(path):
    first, second = path.read_text(encoding="utf-8").splitlines()[:2]
    assert first == "---"
    assert re.match(r"# [A-Z].{20,}", second)
