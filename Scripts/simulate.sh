#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# usage: Scripts/simulate.sh [SEEDS [STEPS]]
#
# Runs so many worlds (20,000; or a range FROM-TO) of so many decisions each (1,000) in a release
# build, until one breaks a law. SIM_SEED=N runs one world, SIM_TRACE=FILE a list of decisions.
set -eu
cd "$(dirname "$0")/.."

Scripts/simulation-package.sh .build-simulation
swift build --package-path .build-simulation -c release >&2
SIM_SEEDS=${1:-20000} SIM_STEPS=${2:-1000} exec .build-simulation/.build/release/Simulation
