#!/usr/bin/env bash
# ansible-test sanity on a copy of the tracked files, in virtual environments of its own.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/build_tree.sh tree

# ansible-test downloads a pip bootstrap script. Python brings pip along, so where that download is
# not possible this stands in for it, under the name that this version of ansible-test looks for.
python - <<'PYTHON'
import pathlib
import re

import ansible_test._internal.bootstrap  # noqa: F401 - fails early where ansible-test is missing
import ansible_test._internal.python_requirements as requirements

source = pathlib.Path(requirements.__file__).read_text(encoding="utf-8")
cache = pathlib.Path("~/.ansible/test/cache").expanduser()
cache.mkdir(parents=True, exist_ok=True)
for version in set(re.findall(r"\bpip='([0-9.]+)'", source)):
    bootstrap = cache / f"get_pip_{version.replace('.', '_')}.py"
    if not bootstrap.exists():
        bootstrap.write_text("import ensurepip\nensurepip.bootstrap(upgrade=True)\n", encoding="utf-8")
PYTHON

version=$(python -c 'import sys; print("%d.%d" % sys.version_info[:2])')
cd build/tree/ansible_collections/edtech/lti
ansible-test sanity --local --requirements --python "$version" "$@"

# What may be shipped to a target must also compile and import on the oldest Python that we promise.
oldest=3.9
for folder in "$HOME"/.pyenv/versions/"$oldest".*/bin; do PATH=$PATH:$folder; done
if [ $# -eq 0 ] && "python$oldest" -c '' 2>/dev/null; then
  ansible-test sanity --local --requirements --python "$oldest" --test compile --test import
elif [ $# -eq 0 ]; then
  echo "No Python $oldest here: compile and import were tested on $version only."
fi
