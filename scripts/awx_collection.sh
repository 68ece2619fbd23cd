#!/usr/bin/env bash
# Puts the collection awx.awx below build/awx, for the tests and the lint of the role awx_content. Python's package
# index has it only inside of the package `ansible`, whose hundred other collections nobody needs here.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -e build/awx/.ready ] && exit 0

version=12.3.0 # brings awx.awx 24.6.1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
pip download --quiet --no-deps --only-binary :all: --dest "$folder" "ansible==$version"
rm -rf build/awx
mkdir -p build/awx
python - "$folder"/ansible-*.whl build/awx << 'PYTHON'
import sys
import zipfile

source, target = sys.argv[1:]
with zipfile.ZipFile(source) as package:
    names = [name for name in package.namelist() if name.startswith("ansible_collections/awx/awx/")]
    package.extractall(target, names)
sys.exit(0 if names else f"{source} has no awx.awx")
PYTHON
touch build/awx/.ready
