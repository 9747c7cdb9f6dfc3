#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# usage: Scripts/measure.sh [JOBS [BEATD [IDLE]]]
#
# Measures a real beatd with so many crontab lines (100000), the release build's unless another is
# named: its first load, its start with the state there, what it keeps in memory, and what it does
# in IDLE (60) seconds in which nothing is due. A line for each: name, jobs, figure.
set -eu
cd "$(dirname "$0")/.."

jobs=${1:-100000}
beatd=${2:-.build-release/release/beatd}
idle=${3:-60}
work=$(mktemp -d)
daemon=
trap 'if [ -n "$daemon" ]; then kill "$daemon" 2>/dev/null || :; fi; rm -rf "$work"' EXIT

# Nothing is due on most minutes: what is measured is having the jobs, not running them.
awk -v jobs="$jobs" 'BEGIN {
  for (i = 0; i < jobs; i++)
    printf "%d %d %d %d * /usr/local/bin/job-%d --quiet --tenant %d\n", \
      i * 7 % 60, i * 13 % 24, i % 28 + 1, i % 12 + 1, i, i
}' >"$work/jobs.crontab"

field() { awk -v name="$1:" '$1 == name { print $2 }' "/proc/$daemon/status"; }

now() { date +%s%N; }

start() {
  mkfifo "$work/log"
  before=$(now)
  "$beatd" --schedules "$work/jobs.crontab" --state "$work/state.db" --socket "$work/sock" \
    2>"$work/log" &
  daemon=$!
  # The log is read to its end, so that the daemon never waits for a reader.
  while read -r line; do
    case $line in *ready*) now >"$work/ready" ;; esac
  done <"$work/log" &
  while [ ! -s "$work/ready" ]; do sleep 0.01; done
  ready=$(cat "$work/ready")
  echo "$1, ms	$jobs	$(((ready - before) / 1000000))"
  echo "$1, processor time, ms	$jobs	$(ticks)"
}

stop() {
  kill "$daemon"
  wait "$daemon" || :
  daemon=
  rm -f "$work/log" "$work/ready"
}

# Of all threads, in milliseconds.
ticks() { awk '{ sub(/.*\) /, ""); print ($12 + $13) * 10 }' "/proc/$daemon/stat"; }

# Nanoseconds on a processor, and how often a thread woke, of all threads there are.
activity() {
  cat /proc/"$daemon"/task/*/schedstat | awk '{ t += $1 } END { printf "%d ", t }'
  cat /proc/"$daemon"/task/*/status | awk '/^voluntary/ { n += $2 } END { print n }'
}

start "first load"
stop
start "start with its state"
sleep 3
echo "resident, kB	$jobs	$(field VmRSS)"
echo "anonymous, kB	$jobs	$(field RssAnon)"
echo "most resident, kB	$jobs	$(field VmHWM)"
# Threads that were needed for loading have gone by then.
sleep 20
# shellcheck disable=SC2046 # two words
set -- $(activity)
sleep "$idle"
# shellcheck disable=SC2046
set -- "$1" "$2" $(activity)
echo "idle for $idle s, processor time, us	$jobs	$((($3 - $1) / 1000))"
echo "idle for $idle s, threads woken	$jobs	$(($4 - $2))"
stop
