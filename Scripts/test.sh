#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Everything that proves Beat: build, tests, the oracle, format, benchmarks at their small sizes.
# A phase that fails does not keep the later ones from running; the summary says what ran.
# Arguments go to `swift test` (for example: --filter CronParserTests).
set -euo pipefail
cd "$(dirname "$0")/.."

status=0
summary=""
log=$(mktemp)
trap 'rm -f "$log"' EXIT
started=$SECONDS

# phase NAME COMMAND...: runs the command, notes how it ended and how long it took.
phase() {
  local name=$1 from=$SECONDS word=passed
  shift
  detail=""
  printf '\n== %s\n' "$name"
  if ! "$@"; then
    word=FAILED
    status=1
  fi
  summary+=$(printf '%-12s %-8s %4d s  %s' "$name" "$word" "$((SECONDS - from))" "$detail")$'\n'
  [[ $word == passed ]]
}

# A filter that matches nothing makes `swift test` end well with no test run: the count is read.
# Left out of what is shown are only the lines that say a test has started.
run_tests() {
  local ended
  swift test --skip-build --disable-xctest "$@" 2>&1 | tee "$log" |
    grep --line-buffered -v -e '^◇ .* started\.$'
  ended=${PIPESTATUS[0]}
  local count
  count=$(sed -n 's/.*Test run with \([0-9]*\) test.*/\1/p' "$log" |
    awk '{ n += $1 } END { print n + 0 }')
  if [[ $count -eq 0 && $ended -eq 0 ]]; then
    echo "beat: no test was run" >&2
    ended=1
  fi
  detail="$count tests"
  return "$ended"
}

# The oracle in a release build: the tests of a debug build try only some hundred triples.
run_oracle() {
  local ended
  Scripts/oracle.sh 2>&1 | tee "$log"
  ended=${PIPESTATUS[0]}
  detail="$(sed -n 's/^oracle: \([0-9]*\) triples.*/\1/p' "$log") triples"
  return "$ended"
}

phase dependencies Scripts/install-dependencies.sh || { printf '\n%s' "$summary"; exit 1; }
if phase build swift build --build-tests; then
  phase tests run_tests "$@" || true
fi
phase oracle run_oracle || true
phase format Scripts/lint.sh || true
if [[ -d Benchmarks ]]; then
  phase benchmarks Scripts/bench.sh --small || true
fi

printf '\n== summary\n%s' "$summary"
word=passed
[[ $status -eq 0 ]] || word=FAILED
printf '%-12s %-8s %4d s\n' "in all" "$word" "$((SECONDS - started))"
exit "$status"
