#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Removes what was built. The sample's state in .state/ stays: it is data.
set -eu
cd "$(dirname "$0")/.."

rm -rf .build .build-release .build-address .build-thread .build-simulation .build-mutants dist
[ ! -d Benchmarks ] || rm -rf Benchmarks/.build
# What fuzzers have gathered and found in Fuzz/.build-fuzz goes too.
[ ! -d Fuzz ] || rm -rf Fuzz/.build Fuzz/.build-fuzz
