"""Builds the documentation's site in build/docs/html: guides, roles, playbooks, and the reference by antsibull-docs.

Usage: ``python scripts/docs_site.py``, in an environment with requirements-docs.txt (``make docs`` sees to that). Any
warning is an error, a link to a page, a heading or a file that is not there among them. Links to other sites are not
followed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "build" / "docs" / "source"
HTML = ROOT / "build" / "docs" / "html"
COPY = ROOT / "build" / "docs" / "tree" / "ansible_collections" / "edtech" / "lti"
REPOSITORY = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["repository"]
# Filters of such names are for the roles and playbooks here; tests/unit/test_docs.py says so, too.
INNER_FILTERS = ("audit_", "export_", "offboarding_", "onboarding_")
LINK = re.compile(r"(?<!!)\[(?P<text>[^\]]*)\]\((?P<target>[^)\s]+)\)")


def tracked(pattern):
    """Files of the repository, new ones among them, as paths from its root."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", pattern]
    lines = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    return sorted(Path(line) for line in lines if (ROOT / line).exists())


def linked(text, page, pages):
    """The text of a page, with links to what is in the repository but not on the site leading to the repository.

    :raises SystemExit: a link leads to a file that does not exist.
    """

    def replaced(match):
        target, anchor = (*match["target"].split("#", 1), "")[:2]
        if not target or "://" in target or target.startswith("mailto:"):
            return match[0]
        path = (ROOT / page.parent / target).resolve()
        if not path.exists():
            sys.exit(f"{page}: the link to {match['target']} leads nowhere.")
        inside = path.relative_to(ROOT)
        if inside in pages:
            return match[0]
        kind = "tree" if path.is_dir() else "blob"
        return f"[{match['text']}]({REPOSITORY}/{kind}/main/{inside}{'#' + anchor if anchor else ''})"

    return LINK.sub(replaced, text)


def playbook_page():
    """One page about all playbooks, from the comment that each begins with."""
    parts = [
        "# Playbooks\n",
        "Each is called by its name, for example `ansible-playbook -i inventory edtech.lti.plan`.\n",
    ]
    for path in tracked(":(glob)playbooks/*.yml"):
        lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
        comment = []
        for line in lines[1:]:
            if not line.startswith("#"):
                break
            comment.append(line[2:])
        if not comment:
            sys.exit(f"{path} begins without a comment that says what it does.")
        parts.append(f"## edtech.lti.{path.stem}\n")
        for paragraph in "\n".join(comment).split("\n\n"):
            code = all(line.startswith("  ") for line in paragraph.splitlines())
            parts.append(f"```shell\n{paragraph}\n```\n" if code else f"{paragraph}\n")
    return "\n".join(parts)


def copy():
    """A copy of the collection for antsibull-docs, without ``plugins/action``.

    Those files are links to one; antsibull-docs takes such links for redirected modules, and then knows their
    options no more.
    """
    shutil.rmtree(COPY, ignore_errors=True)
    for path in tracked("*"):
        if path.parts[:2] != ("plugins", "action"):
            (COPY / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, COPY / path)


def antsibull_docs(*arguments):
    """Run antsibull-docs, which asks ansible-doc about the copy."""
    environment = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(COPY.parents[2])}
    subprocess.run(["antsibull-docs", *arguments], cwd=COPY, check=True, env=environment)


def filters_apart(index):
    """The index of the reference, with filters that users need before those that are for the roles and playbooks here.

    :raises SystemExit: antsibull-docs wrote something else than this can read.
    """
    lines = index.splitlines()
    for entry in (r"\* :ansplugin:`(\w+) filter <", r"    (\w+)_filter$"):
        found = [
            (match[1].startswith(INNER_FILTERS), at)
            for at, line in enumerate(lines)
            if (match := re.match(entry, line))
        ]
        outer = [lines[at] for inner, at in found if not inner]
        inner = [lines[at] for inner, at in found if inner]
        first, last = (found[0][1], found[-1][1]) if found else (0, 0)
        if not (outer and inner) or last - first + 1 != len(found):
            sys.exit("The index of the reference lists filters in another way than before.")
        between = ["", "Only for the roles and playbooks of this collection:", ""] if outer[0][0] == "*" else []
        lines[first : last + 1] = [*outer, *between, *inner]
    return "\n".join([*lines, ""])


def lay_out():
    """Put all sources where Sphinx reads them, in the folders of the repository, so that links stay as they are."""
    shutil.rmtree(SOURCE, ignore_errors=True)
    pages = set(tracked("*.md")) - set(tracked("docs/site/*"))
    for page in pages:
        (SOURCE / page).parent.mkdir(parents=True, exist_ok=True)
        text = linked((ROOT / page).read_text(encoding="utf-8"), page, pages)
        (SOURCE / page).write_text(text, encoding="utf-8")
    for name in ("conf.py", "index.md", "ansible.rst"):
        shutil.copy(ROOT / "docs" / "site" / name, SOURCE / name)
    (SOURCE / "playbooks.md").write_text(playbook_page(), encoding="utf-8")
    reference = SOURCE / "reference"
    reference.mkdir()
    options = ["--use-current", "--squash-hierarchy", "--fail-on-error", "--dest-dir", str(reference)]
    antsibull_docs("collection", *options, "edtech.lti")
    index = reference / "index.rst"
    index.write_text(filters_apart(index.read_text(encoding="utf-8")), encoding="utf-8")


def main():
    """Check the pages of the plugins, lay out, build."""
    copy()
    antsibull_docs("lint-collection-docs", "--plugin-docs", ".")
    lay_out()
    shutil.rmtree(HTML, ignore_errors=True)
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-W", "--keep-going", "-q", "-j", "2"]
    built = subprocess.run([*command, str(SOURCE), str(HTML)], cwd=ROOT, check=False)
    if built.returncode:
        sys.exit("The documentation was not built without a warning.")
    print(f"{len(list(HTML.rglob('*.html')))} pages in {HTML.relative_to(ROOT)}, without a warning.")


if __name__ == "__main__":
    main()
