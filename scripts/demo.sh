#!/usr/bin/env bash
# demo.sh PORT: starts the sandbox, onboards the example on its platforms by the real playbook, runs it again, and then
# on an old Canvas as well, which another sandbox on a port of its own plays for a moment.
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

play() { ansible-playbook edtech.lti.demo -e "demo_base_url=$address" "$@"; }

changed_nothing() { grep -qE 'changed=0 .*failed=0' "$1" || { echo "The second run changed something."; exit 1; }; }

printf '\n##### 1. What would change? (ansible-playbook --check --diff)\n'
play --check --diff
printf '\n##### 2. Do it\n'
play
printf '\n##### 3. Do it again: nothing changes\n'
play | tee build/demo-second-run.log
changed_nothing build/demo-second-run.log

printf '\n##### 4. The same tool on a Canvas of 2023, by the same playbook, twice\n'
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
  play -e "demo_base_url=$old_address" --tags canvas > "$log" || { cat "$log"; exit 1; }
  grep 'changed=' "$log"
done
changed_nothing "$log"

cat <<END

The second run ended with changed=0, on the old Canvas too.
The sandbox is still running. See what it holds: $address/
Stop it with: make demo-stop
END
