#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Builds Beat and starts beatd on the sample in schedules/, in the foreground. All that it writes
# lies in .state/. Ctrl-C ends it.
set -eu
cd "$(dirname "$0")/.."

Scripts/build.sh
binaries=.build-release/release
mkdir -p .state/sample
"$binaries/beat-sample" .state/sample/app.db

cat <<TEXT

beatd starts on schedules/. Ctrl-C ends it. In another terminal, try:
  $binaries/beatctl --socket .state/beatd.sock list
  $binaries/beatctl --socket .state/beatd.sock history flaky

TEXT
exec "$binaries/beatd" --schedules schedules --state .state/beat.db --socket .state/beatd.sock
