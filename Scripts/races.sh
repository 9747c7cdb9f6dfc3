#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# usage: Scripts/races.sh [ROUNDS]
#
# Starts two daemons at once on one state file, ROUNDS times (100 if not told otherwise): one runs,
# the other ends.
set -eu
cd "$(dirname "$0")/.."

Scripts/install-dependencies.sh
export BEAT_RACES="${1:-100}"
swift build --build-tests
exec swift test --skip-build --disable-xctest --filter 'FaultTests.*F16'
