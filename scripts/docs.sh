#!/usr/bin/env bash
# Builds the documentation's site into build/docs/html, with tools in an environment of their own: they would bind the
# versions of what the tests need.
set -euo pipefail
cd "$(dirname "$0")/.."
environment=build/docs-environment
if [ ! -e "$environment/.ready" ] || [ requirements-docs.txt -nt "$environment/.ready" ]; then
  rm -rf "$environment"
  python -m venv "$environment"
  "$environment/bin/pip" install --quiet -r requirements-docs.txt
  touch "$environment/.ready"
fi
PATH=$PWD/$environment/bin:$PATH python scripts/docs_site.py
