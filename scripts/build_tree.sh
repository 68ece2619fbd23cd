#!/usr/bin/env bash
# Lays the collection out as Ansible wants to see it, below build/:
#   link/ansible_collections/edtech/lti  a link to this checkout, for runs while developing
#   tree/ansible_collections/edtech/lti  a copy of what git knows, for ansible-test
set -euo pipefail
cd "$(dirname "$0")/.."

mkdir -p build/link/ansible_collections/edtech
ln -sfn ../../../.. build/link/ansible_collections/edtech/lti

if [ "${1:-}" = tree ]; then
  copy=build/tree/ansible_collections/edtech/lti
  rm -rf "$copy"
  mkdir -p "$copy"
  # Files that are new and not yet committed count, deleted ones do not.
  git ls-files -z --cached --others --exclude-standard | while IFS= read -r -d '' file; do
    if [ -e "$file" ] || [ -L "$file" ]; then printf '%s\0' "$file"; fi
  done | tar --null --files-from=- -cf - | tar -C "$copy" -xf -
  # ansible-test asks git which files there are, and this checkout's git ignores build/.
  git -C "$copy" init --quiet
  git -C "$copy" add --all
fi
