#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# usage: Scripts/fuzz.sh [TARGET [SECONDS]]
#
# Fuzzes one target, or all of them one after the other, for so many seconds each (60): expression,
# crontab, job-file, zone-file, zone-rule, duration. Inputs that reach new code are kept in
# Fuzz/.build-fuzz/corpus and tried first the next time. An input that traps or breaks a law is
# written to Fuzz/.build-fuzz/found and printed: mended, it goes to Fuzz/Corpus, for the tests.
set -eu
cd "$(dirname "$0")/.."

all="expression crontab job-file zone-file zone-rule duration"
targets=${1:-$all}
seconds=${2:-60}
built=Fuzz/.build-fuzz
# Swift's own crash reporter trips over the sanitizers and can hang.
export SWIFT_BACKTRACE=enable=no

product() {
  case $1 in
    expression) echo FuzzExpression ;;
    crontab) echo FuzzCrontab ;;
    job-file) echo FuzzJobFile ;;
    zone-file) echo FuzzZoneFile ;;
    zone-rule) echo FuzzZoneRule ;;
    duration) echo FuzzDuration ;;
    *)
      echo "beat: there is no target $1, but these: $all" >&2
      exit 2
      ;;
  esac
}

# The zone files of the system are seeds: what real ones look like, in all their versions.
seed_zones() {
  for zone in UTC Europe/Dublin Australia/Lord_Howe Africa/Casablanca Pacific/Apia \
    America/Scoresbysund Asia/Kolkata right/Europe/Berlin; do
    file=/usr/share/zoneinfo/$zone
    [ ! -f "$file" ] || cp "$file" "$built/corpus/zone-file/$(echo "$zone" | tr / -)"
  done
}

Scripts/install-dependencies.sh
status=0
for target in $targets; do
  name=$(product "$target")
  # Else it does not see files that are new in the libraries.
  touch Fuzz/Package.swift
  # The compiler heeds only the last of its sanitizer flags, the linker all of them; and two
  # `--sanitize` come in an order that is drawn at each start, unless hashing is fixed.
  SWIFT_DETERMINISTIC_HASHING=1 swift build --package-path Fuzz --scratch-path "$built" -c release \
    --product "$name" --sanitize fuzzer --sanitize address -Xswiftc -sanitize=fuzzer,address
  mkdir -p "$built/corpus/$target" "$built/found"
  [ "$target" != zone-file ] || seed_zones
  longest=512
  case $target in crontab | job-file | zone-file) longest=4096 ;; esac
  set -- "$built/corpus/$target"
  [ ! -d "Fuzz/Corpus/$target" ] || set -- "$@" "Fuzz/Corpus/$target"
  [ ! -f "Fuzz/Dictionaries/$target.dict" ] ||
    set -- "-dict=Fuzz/Dictionaries/$target.dict" "$@"
  echo "beat: fuzzing $target for $seconds s"
  "$built/release/$name" "-max_total_time=$seconds" "-max_len=$longest" -timeout=60 \
    -rss_limit_mb=2048 -print_final_stats=1 "-artifact_prefix=$built/found/$target-" "$@" ||
    status=1
done
exit "$status"
