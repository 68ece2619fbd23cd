#!/usr/bin/env bash
# demo.sh PORT: starts the sandbox, which plays four platforms, and onboards one example tool on all of them by one
# manifest: the plan, the run, the second run that changes nothing, what the tool's side gets, and who gets what. Then
# the same tool on an old Canvas, which another sandbox on a port of its own plays for a moment.
# demo.sh stop: stops the sandbox that an earlier demo left running.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p build
pid_file=build/sandbox.pid

# A file outlives the process whose number it holds, and that number may be somebody else's by now.
is_sandbox() { [ -n "$1" ] && ps -p "$1" -o args= 2>/dev/null | grep -q 'tests\.sandbox'; }

stop() {
  local pid
  pid=$(cat "$pid_file" 2>/dev/null || true)
  rm -f "$pid_file"
  is_sandbox "$pid" || return 0
  kill "$pid"
  for _attempt in $(seq 50); do
    is_sandbox "$pid" || { echo "The sandbox has stopped."; return 0; }
    sleep 0.1
  done
  echo "The sandbox (process $pid) does not stop."
  return 1
}

stop
[ "$1" = stop ] && exit 0

port=$1
address=http://127.0.0.1:$port
ready() { python -c "import urllib.request as u; u.urlopen('$address/_sandbox/state', timeout=2)" 2>/dev/null; }
if ready; then
  echo "Another sandbox answers on port $port, and the demo would write into it. Try: make demo PORT=8470"
  exit 1
fi
nohup python -m tests.sandbox --port "$port" > build/sandbox.log 2>&1 < /dev/null &
echo $! > "$pid_file"
for _attempt in $(seq 50); do
  ready && break
  if ! kill -0 "$(cat "$pid_file")" 2>/dev/null; then
    cat build/sandbox.log
    rm -f "$pid_file"
    echo "The sandbox did not start. Is port $port taken? Try: make demo PORT=8470"
    exit 1
  fi
  sleep 0.2
done

handback=$PWD/build/demo-handback
report=$PWD/build/demo-report
rm -rf "$handback" "$report"

# Four institutions, each with another platform, and one manifest: examples/manifests/quiz_helper.yml.
play() {
  local playbook=$1
  shift
  ansible-playbook -i examples/demo "edtech.lti.$playbook" -e "sandbox=$address" -e "handback=$handback" "$@"
}

# What a playbook shows at its end, without what each task said.
shown() { python -c '
import json, re, sys
text = sys.stdin.read()
for block in re.findall(r"\"msg\": \[\n(.*?)\n    \]", text, re.DOTALL):
    print("\n".join(json.loads(line.strip().rstrip(",")) for line in block.splitlines()))
recap = text.partition("PLAY RECAP")[2].partition("\n")[2]
print("\n" + recap.strip() if recap else text)
'; }

# quietly LOG PLAYBOOK ...: keeps the whole output in a file, and shows the end of it.
quietly() {
  local log=build/$1
  shift
  play "$@" > "$log" 2>&1 || { cat "$log"; exit 1; }
  shown < "$log"
}

changed_nothing() {
  if grep -E '^[a-z-]+ +: ok=' "$1" | grep -qvE 'changed=0 .*failed=0'; then
    echo "The second run changed something."
    exit 1
  fi
}

printf '\n##### 1. What would change, and where? (edtech.lti.plan)\n\n'
quietly demo-plan.log plan
printf '\n##### 2. Do it (edtech.lti.onboard)\n\n'
play onboard
printf '\n##### 3. Do it again: nothing changes\n\n'
quietly demo-second-run.log onboard
changed_nothing build/demo-second-run.log

printf '\n##### 4. What the tool needs to know of the platforms: %s\n\n' "${handback#"$PWD/"}"
cat "$handback/quiz_helper.pylti1p3.json"
ls "$handback"

printf '\n##### 5. Who gets what? (edtech.lti.audit)\n\n'
play audit -e "lti_audit_dir=$report" > build/demo-audit.log 2>&1 || { cat build/demo-audit.log; exit 1; }
ls "$report"

printf '\n##### 6. The same tool on a Canvas of 2023, by the same playbook, twice\n\n'
python -m tests.sandbox --port 0 --set canvas.era=A > build/sandbox-old.log 2>&1 < /dev/null &
old=$!
trap 'kill "$old" 2>/dev/null || true' EXIT
for _attempt in $(seq 50); do
  old_address=$(sed -n 's|^The sandbox is ready: \(.*\)/$|\1|p' build/sandbox-old.log)
  [ -n "$old_address" ] && break
  kill -0 "$old" 2>/dev/null || { cat build/sandbox-old.log; exit 1; }
  sleep 0.1
done
for log in build/demo-old-first-run.log build/demo-old-second-run.log; do
  play onboard --limit harbour-college -e "sandbox=$old_address" -e "handback=$handback-old" > "$log" || { cat "$log"; exit 1; }
  grep '^harbour-college .*changed=' "$log"
done
changed_nothing "$log"
rm -rf "$handback-old"

cat <<END

The second run ended with changed=0 everywhere, on the old Canvas too.
Who gets what:                  file://$report/audit.html
What the tool's side needs:     $handback
What the platforms hold:        $address/
The sandbox is still running. Stop it with: make demo-stop
END
