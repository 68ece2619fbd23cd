#!/usr/bin/env bash
# What a release must pass besides `make test` and the matrix of cores: the tarball is built, galaxy-importer takes it
# without a warning, bandit finds nothing in plugins/, and no package that is needed at run time is known to be
# vulnerable. Each is done even where an earlier one failed; the table at the end says which.
#
# Exit code: 1 if something failed. If only the audit could not be made, NOT_AUDITED_EXIT, which is 3 unless set.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
not_audited_exit=${NOT_AUDITED_EXIT:-3}
place=build/release
export PIP_DISABLE_PIP_VERSION_CHECK=1

prepare() {
  if [ ! -e "$place/.ready" ] || [ requirements-release.txt -nt "$place/.ready" ]; then
    rm -rf "$place"
    python3 -m venv "$place" || return
    "$place/bin/pip" install --quiet -r requirements-release.txt || return
    touch "$place/.ready"
  fi
  # The role awx_content is written with modules of awx.awx. Ansible finds collections wherever Python finds modules.
  PATH=$PWD/$place/bin:$PATH scripts/awx_collection.sh || return
  echo "$PWD/build/awx" > "$("$place/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/awx.pth"
}

build() {
  local tree=build/tree/ansible_collections/edtech/lti
  scripts/build_tree.sh tree || return
  ansible-galaxy collection build --force --output-path build "$tree" | tee "$place/built" || return
  tarball=$(sed -n 's/^Created collection for .* at //p' "$place/built")
  [ -f "$tarball" ]
}

# The importer calls an import with warnings a success, and shows them to everybody on Galaxy. Here they fail.
importer() {
  [ -n "$tarball" ] || { echo "There is no tarball."; return 1; }
  local log=$PWD/$place/importer.log config=$PWD/scripts/galaxy_importer.cfg
  # In a folder of its own, because it leaves importer_result.json where it stands.
  (cd "$place" && GALAXY_IMPORTER_CONFIG=$config python -m galaxy_importer.main "$tarball") > "$log" 2>&1
  if grep -E '^(WARNING|ERROR|CRITICAL)' "$log" || ! grep -q 'processing completed successfully' "$log"; then
    tail -n 3 "$log"
    echo "The whole log: $log"
    return 1
  fi
  echo "$(grep -c '^Loading ' "$log") items loaded, no warning"
}

# answers SERVICE: whether it reports what is known of an old release. pip-audit says "no known vulnerabilities" as well
# where a service, such as a mirror, knows nothing of any package.
answers() {
  echo 'requests==2.19.0' > "$place/old.txt" # CVE-2018-18074
  pip-audit --vulnerability-service "$1" --no-deps --disable-pip --format json --aliases on -r "$place/old.txt" \
    > "$place/audit-$1.json" 2> "$place/audit-$1.log" # fails where it finds something, as it should here
  grep -q CVE-2018-18074 "$place/audit-$1.json"
}

audit() {
  local service
  for service in pypi osv; do
    if answers "$service"; then
      pip-audit --vulnerability-service "$service" --strict --progress-spinner off -r requirements.txt
      return
    fi
    echo "The vulnerability service $service does not answer."
  done
  echo "not audited: no vulnerability service reachable"
  return 77
}

table=""
failed=0
audited=yes
tarball=""

# check NAME COMMAND...: runs it and notes how it ended.
check() {
  local name=$1 verdict=ok status=0
  shift
  printf '\n=== %s ===\n' "$name"
  "$@" || status=$?
  if [ "$name" = audit ] && [ "$status" = 77 ]; then
    verdict="NOT AUDITED: no vulnerability service reachable"
    audited=no
  elif [ "$status" != 0 ]; then
    verdict=FAILED
    failed=1
  fi
  table+=$(printf '%-10s %s' "$name" "$verdict")$'\n'
}

prepare || exit 1
PATH=$PWD/$place/bin:$PATH
unset ANSIBLE_COLLECTIONS_PATH # the importer lints what it unpacked, not this checkout
check build build
check importer importer
check bandit bandit --quiet -c bandit.yaml -r plugins
check audit audit

printf '\n%s' "$table"
[ "$failed" = 0 ] || exit 1
[ "$audited" = yes ] || exit "$not_audited_exit"
