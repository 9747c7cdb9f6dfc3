#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# What can be said about the code without running it: its format, and the house rules in TidyTests.
set -eu
cd "$(dirname "$0")/.."

Scripts/install-dependencies.sh
status=0
Scripts/lint.sh || status=1
swift test --disable-xctest --filter TidyTests || status=1
exit "$status"
