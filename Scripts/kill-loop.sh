#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# usage: Scripts/kill-loop.sh [KILLS [SEED]]
#
# Kills a real beatd with kill -9 at random, KILLS times (1,000 if not told otherwise), under jobs
# of every combination of policies, and holds the ledger and what the jobs saw against their
# schedules.
# BEAT_KILL_JOBS (200), BEAT_KILL_LIFE and BEAT_KILL_PAUSE (milliseconds at most) change the rest.
set -eu
cd "$(dirname "$0")/.."

Scripts/install-dependencies.sh
export BEAT_KILLS="${1:-1000}"
export BEAT_KILL_SEED="${2:-$(date +%s)}"
export BEAT_KILL_JOBS="${BEAT_KILL_JOBS:-200}"
swift build --build-tests
exec swift test --skip-build --disable-xctest --filter KillTests
