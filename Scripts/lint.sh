#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Holds every Swift file against .swift-format. To put a file right: swift format -i FILE
set -eu
cd "$(dirname "$0")/.."

set -- Package.swift Sources Tests
[ ! -d Benchmarks ] || set -- "$@" Benchmarks/Package.swift Benchmarks/Sources Benchmarks/Tests
[ ! -d Fuzz ] || set -- "$@" Fuzz/Package.swift Fuzz/Sources
found=0
for path; do
  [ -e "$path" ] || continue
  swift format lint --strict --parallel --recursive "$path" || found=1
done
if [ "$found" -ne 0 ]; then
  echo "beat: the format differs; \`swift format -i FILE\` puts most of it right" >&2
  exit 1
fi
