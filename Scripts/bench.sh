#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# usage: Scripts/bench.sh [--small] [NAME…]
#
# Runs every program Benchmarks/Sources/*Benchmark, or those named, at its full size. Figures are
# worth something only on a machine that does nothing else meanwhile. --small is to see that they
# still run: a debug build, a thousand of everything.
set -eu
cd "$(dirname "$0")/.."

configuration=release
size=
if [ "${1-}" = --small ]; then
  configuration=debug
  size=1000
  shift
fi
Scripts/install-dependencies.sh
swift build --package-path Benchmarks -c "$configuration"
[ $# -gt 0 ] || set -- $(cd Benchmarks/Sources && ls -d ./*Benchmark | sed 's|^\./||')
for name; do
  # shellcheck disable=SC2086 # no argument where there is no size
  "Benchmarks/.build/$configuration/$name" $size
done
