#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Builds the release binaries into .build-release/release: Swift's own libraries are linked in, so
# that they run on a machine without a toolchain. A folder of its own, because a release build in
# .build would throw the debug build away.
set -eu
cd "$(dirname "$0")/.."

Scripts/install-dependencies.sh
for product in beatd beatctl beat-sample; do
  swift build --scratch-path .build-release -c release --static-swift-stdlib --product "$product"
done
