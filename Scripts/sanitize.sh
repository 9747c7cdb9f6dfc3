#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Runs the tests under the address and thread sanitizers; arguments go to `swift test`.
set -eu
cd "$(dirname "$0")/.."

Scripts/install-dependencies.sh
# Swift's own crash reporter trips over the address sanitizer and can hang.
export SWIFT_BACKTRACE=enable=no
status=0
for sanitizer in address thread; do
  echo "beat: $sanitizer sanitizer"
  swift test --scratch-path ".build-$sanitizer" --sanitize "$sanitizer" --disable-xctest "$@" ||
    status=1
done
exit "$status"
