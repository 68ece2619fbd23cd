#!/usr/bin/env bash
# Runs the stages of `make test` one after the other and prints the counts of each at the end.
# A stage that fails does not keep the others from running; the exit code then is 1.
# The sanity tests, which use one core, run beside the stages that follow; what they print comes at the end.
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

# settle STAGE STATUS SECONDS: notes how a stage ended.
settle() {
  if [ "$2" = 0 ]; then
    verdict=ok
    passed=$((passed + 1))
  else
    verdict=FAILED
    failed=$((failed + 1))
  fi
  table+=$(printf '%-12s %-7s %4d s  %s' "$1" "$verdict" "$3" "$(count "$1" "build/logs/$1.log")")$'\n'
}

beside=""
for stage in "$@"; do
  if [ "$stage" = sanity ] && [ $# -gt 1 ]; then
    (
      make --no-print-directory sanity > build/logs/sanity.log 2>&1
      status=$?
      echo "$SECONDS" > build/logs/sanity.end
      exit "$status"
    ) &
    beside=$!
    beside_begun=$SECONDS
    sleep 5 # until its own preparation of the tree is done
    continue
  fi
  printf '\n=== %s ===\n' "$stage"
  begun=$SECONDS
  make --no-print-directory "$stage" 2>&1 | tee "build/logs/$stage.log"
  settle "$stage" $? $((SECONDS - begun))
done
if [ -n "$beside" ]; then
  wait "$beside"
  status=$?
  printf '\n=== sanity (ran beside the others) ===\n'
  cat build/logs/sanity.log
  settle sanity "$status" $(($(cat build/logs/sanity.end) - beside_begun))
fi

printf '\n%s' "$table"
printf 'stages: %d passed, %d failed\n' "$passed" "$failed"
exit $((failed > 0))
