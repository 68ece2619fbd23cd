"""Writes what follows from the list of modules, or checks that it is up to date.

- ``meta/runtime.yml``: the action groups.
- ``plugins/action/``: one link for each module to the action plugin that runs it. Links, not
  ``plugin_routing``: with a redirect ansible-core resolves all modules to one name, and then
  ``module_defaults`` of one platform's group reach the modules of all others.
- ``USER_AGENT`` in ``_client.py``: the version of ``galaxy.yml``.
- ``docs/manifest.schema.json``: the schema of the manifest, out of ``plugins/module_utils/_manifest/schema.py``.

Usage: ``metadata.py [--check]``; with ``--check`` nothing is written, and what is stale is printed.
"""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
PLATFORMS = ("exam", "d2l", "canvas", "luminus")
ACTION = "api_request"
REQUIRES_ANSIBLE = ">=2.18.0"


def module_names():
    """All modules of the collection, sorted."""
    return sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py"))


def request_platforms():
    """The platforms that ``api_request`` speaks to, and whose groups it therefore belongs to."""
    documentation = (ROOT / "plugins" / "modules" / f"{ACTION}.py").read_text(encoding="utf-8")
    return re.search(r"platform:.*?choices: \[([^\]]*)\]", documentation, re.DOTALL).group(1).split(", ")


def action_groups(names):
    """Group names to the modules in them; a module belongs to the platform that its name begins with."""
    groups = {"all": list(names)}
    for platform in PLATFORMS:
        own = [name for name in names if name == platform or name.startswith(f"{platform}_")]
        groups[platform] = sorted(own + [ACTION] * (platform in request_platforms()))
    return groups


class _Indented(yaml.SafeDumper):
    """Indents lists inside of mappings, as ansible-lint wants it."""

    def increase_indent(self, flow=False, indentless=False):
        return super().increase_indent(flow, False)


def runtime_text(names):
    """The content of ``meta/runtime.yml``."""
    content = {"requires_ansible": REQUIRES_ANSIBLE, "action_groups": action_groups(names)}
    text = yaml.dump(content, Dumper=_Indented, sort_keys=False, default_flow_style=False)
    return f"---\n# Written by scripts/metadata.py.\n{text}"


def client_text():
    """``_client.py`` with the version of ``galaxy.yml`` in its user agent."""
    version = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["version"]
    text = (ROOT / "plugins/module_utils/_client.py").read_text(encoding="utf-8")
    return re.sub(r'^USER_AGENT = ".*"$', f'USER_AGENT = "ansible-edtech.lti/{version}"', text, flags=re.MULTILINE)


def schema_text():
    """The published schema of the manifest; the collection is imported from the link that all tests use."""
    parent = ROOT / "build" / "link" / "ansible_collections" / "edtech"
    parent.mkdir(parents=True, exist_ok=True)
    if not (parent / "lti").exists():
        (parent / "lti").symlink_to(ROOT, target_is_directory=True)
    sys.path.insert(0, str(parent.parent.parent))
    return importlib.import_module("ansible_collections.edtech.lti.plugins.module_utils._manifest.schema").text()


def stale_texts(names):
    """Files whose text is not what it should be, with the text that they should have."""
    wanted = {
        ROOT / "meta" / "runtime.yml": runtime_text(names),
        ROOT / "plugins/module_utils/_client.py": client_text(),
        ROOT / "docs" / "manifest.schema.json": schema_text(),
    }
    return {
        path: text for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text
    }


def stale_links(names):
    """Links in ``plugins/action`` that are missing, wrong, or left over."""
    folder = ROOT / "plugins" / "action"
    wanted = {folder / f"{name}.py" for name in names if name != ACTION}
    present = {path for path in folder.glob("*.py") if path.name != f"{ACTION}.py"}
    right = {path for path in present if path.is_symlink() and path.readlink() == Path(f"{ACTION}.py")}
    return sorted(wanted - right), sorted(present - wanted)


def main():
    """Write, or check, and say what was stale; the exit code is 1 for a failed check."""
    names = module_names()
    texts = stale_texts(names)
    missing, left_over = stale_links(names)
    for path in [*texts, *missing, *left_over]:
        print(f"stale: {path.relative_to(ROOT)}")
    if "--check" in sys.argv:
        return int(bool(texts or missing or left_over))
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8")
    for path in [*missing, *left_over]:
        path.unlink(missing_ok=True)
    for path in missing:
        path.symlink_to(f"{ACTION}.py")
    return 0


if __name__ == "__main__":
    sys.exit(main())
