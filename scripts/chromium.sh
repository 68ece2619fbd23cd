#!/usr/bin/env bash
# Has a Chromium for the tests of the report's page, as a package of the system. Where that cannot be, those tests are
# skipped and say so; everything else is tested all the same.
set -uo pipefail

for name in chromium chromium-browser google-chrome; do
  command -v "$name" > /dev/null && exit 0
done
as_root=()
if [ "$(id -u)" != 0 ]; then as_root=(sudo -n); fi
if command -v apt-get > /dev/null && "${as_root[@]}" true 2> /dev/null; then
  echo "No Chromium here: installing Debian's."
  "${as_root[@]}" apt-get update --quiet=2 && "${as_root[@]}" apt-get install --quiet=2 --yes --no-install-recommends chromium ||
    echo "It could not be installed; the tests of the report's page will be skipped."
else
  echo "No Chromium here, and no right to install one; the tests of the report's page will be skipped."
fi
