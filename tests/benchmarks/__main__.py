"""Measures this collection against ``ansible.builtin.uri`` with hand-made look-ups, side by side on one sandbox.

Usage: ``python -m tests.benchmarks [LINKS [RULES]]`` (default 200 and 2000). Each contender first creates
everything on an empty platform and then finds nothing to do. Prints wall time and processor time of
ansible-playbook and its children, and what the sandbox saw: requests and connections.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile

from . import exam_links, sharing_rules
from .measuring import Bench


def main():
    """Run all contenders and print a table for each kind of work."""
    links, rules = (int(text) for text in [*sys.argv[1:], *["200", "2000"][len(sys.argv) - 1 :]])
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(folder)
        try:
            print(f"Python {platform.python_version()}, {os.cpu_count()} cores")
            print(f"ansible-playbook with nothing in it takes {bench.idle:.2f} s, which is in each figure below")
            if links:
                exam_links.compare(bench, links)
            if rules:
                sharing_rules.compare(bench, rules)
        finally:
            bench.close()


if __name__ == "__main__":
    main()
