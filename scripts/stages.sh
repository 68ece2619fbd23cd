#!/usr/bin/env bash
# Runs the stages of `make test` one after the other and prints the counts of each at the end.
# A stage that fails does not keep the others from running; the exit code then is 1.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
mkdir -p build/logs

count() {
  case $1 in
    lint) sed 's/\x1b\[[0-9;]*m//g' "$2" | grep -oE '^(Passed|Failed): .* files' | tail -n 1 | sed 's/^/ansible-lint /' ;;
    sanity) echo "$(grep -c '^Running sanity test' "$2") sanity tests run" ;;
    *) grep -E '[0-9]+ (passed|failed|error)' "$2" | tail -n 1 | sed -E 's/^=+ *| *=+$//g' ;;
  esac
}

passed=0
failed=0
table=""
for stage in "$@"; do
  printf '\n=== %s ===\n' "$stage"
  begun=$SECONDS
  if make --no-print-directory "$stage" 2>&1 | tee "build/logs/$stage.log"; then
    verdict=ok
    passed=$((passed + 1))
  else
    verdict=FAILED
    failed=$((failed + 1))
  fi
  table+=$(printf '%-12s %-7s %4d s  %s' "$stage" "$verdict" $((SECONDS - begun)) "$(count "$stage" "build/logs/$stage.log")")$'\n'
done

printf '\n%s' "$table"
printf 'stages: %d passed, %d failed\n' "$passed" "$failed"
exit $((failed > 0))
