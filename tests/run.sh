#!/usr/bin/env bash
# Builds everything and runs every test. The last line is "N passed, N failed, N skipped".
# usage: tests/run.sh [NAME...]     only the test projects whose names contain one of NAME
set -uo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MASSTRANSIT_USAGE_TELEMETRY=false
configuration=${CONFIGURATION:-Debug}

# The real peers of the tests come from Debian; without them their tests are skipped and say so.
missing=()
[ -x /usr/sbin/rabbitmq-server ] || missing+=(rabbitmq-server)
/usr/bin/python3 -c 'import grpc, google.protobuf' 2>/dev/null || missing+=(python3-grpcio python3-protobuf)
/usr/bin/python3 -c 'import feedparser' 2>/dev/null || missing+=(python3-feedparser)
if [ ${#missing[@]} -gt 0 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "installing ${missing[*]}"
  { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"; } >/dev/null 2>&1 ||
    echo "could not install ${missing[*]}: the tests that need them will be skipped"
fi

# A failed restore is tried once more: the feed is not ours.
dotnet restore Microservices.sln -v q || dotnet restore Microservices.sln -v q || { echo "restore failed"; echo "0 passed, 1 failed, 0 skipped"; exit 1; }
# One compiler for all projects, which ends with the build: starting one for each takes half as long again.
dotnet build Microservices.sln -c "$configuration" --no-restore -v q -nologo -p:UseSharedCompilation=true; built=$?
dotnet build-server shutdown --vbcscompiler >/dev/null 2>&1
[ $built -eq 0 ] || { echo "build failed"; echo "0 passed, 1 failed, 0 skipped"; exit 1; }

# The failed tests of a log, each with the first lines of its message and stack.
told_failures() {
  grep -q '\[FAIL\]' "$1" || { grep -v '\[SKIP\]' "$1" | tail -50; return; }
  awk '/\[(SKIP|FAIL)\]/ { told = /\[FAIL\]/ ? 30 : 0 } /^ *=== / { told = 0 } told-- > 0 { print }' "$1" | head -300
}

# How many tests were skipped for which reason.
skip_reasons() {
  awk '/\[SKIP\]/ { getline; sub(/^ +/, ""); n[$0]++ } END { for (reason in n) print "   skipped " n[reason] ": " reason }' "$1" | sort
}

passed=0 failed=0 skipped=0
results=$(mktemp -d); trap 'rm -rf "$results"' EXIT
for project in tests/*.Tests; do
  name=$(basename "$project")
  if [ $# -gt 0 ]; then
    wanted=no; for part in "$@"; do [[ $name == *"$part"* ]] && wanted=yes; done
    [ $wanted = yes ] || continue
  fi
  echo "== $name"
  started=$SECONDS
  timeout --kill-after=30 600 dotnet exec "$project/bin/$configuration/net10.0/Sikap.$name.dll" -trx "$results/$name.trx" -noColor -noLogo > "$results/$name.log" 2>&1
  code=$?
  counters=$(grep -o '<Counters [^>]*>' "$results/$name.trx" 2>/dev/null)
  count() { echo "$counters" | grep -o "\b$1=\"[0-9]*\"" | grep -o '[0-9]*'; }
  if [ -z "$counters" ]; then
    # No result file: the process died or hung.
    tail -50 "$results/$name.log"; echo "$name ended with code $code and no results" | tee -a "$results/failures"
    failed=$((failed + 1)); continue
  fi
  bad=$(( $(count failed) + $(count error) + $(count timeout) + $(count aborted) ))
  ok=$(count passed); all=$(count total); not=$((all - ok - bad))
  # A runner that fails without a failed test (an error outside a test) is a failure too.
  if [ $code -ne 0 ] && [ $bad -eq 0 ]; then bad=1; fi
  if [ $bad -gt 0 ]; then
    cat "$results/$name.log"
    # Told once more at the end, where it is seen however long the output is.
    { echo "== $name: $bad failed, the runner ended with code $code"; told_failures "$results/$name.log"; } >> "$results/failures"
  fi
  skip_reasons "$results/$name.log"
  echo "   $ok passed, $bad failed, $not skipped in $((SECONDS - started)) s"
  passed=$((passed + ok)); failed=$((failed + bad)); skipped=$((skipped + not))
done
[ ! -s "$results/failures" ] || { echo; echo "What failed:"; cat "$results/failures"; }
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
