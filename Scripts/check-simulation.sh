#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# usage: Scripts/check-simulation.sh [MUTANT…]
#
# Checks the checker: plants each fault of Tests/SimulationTests/Mutants into a copy of the sources,
# and asks that the simulation finds it within 2,000 seeds. Without arguments all of them.
set -eu
cd "$(dirname "$0")/.."

copy=.build-mutants
seeds=${SIM_SEEDS:-2000}
steps=${SIM_STEPS:-300}
if [ $# -eq 0 ]; then
  for patch in Tests/SimulationTests/Mutants/*.patch; do
    name=${patch##*/}
    set -- "$@" "${name%.patch}"
  done
fi

missed=""
caught=0
for name in "$@"; do
  patch=$PWD/Tests/SimulationTests/Mutants/$name.patch
  Scripts/simulation-package.sh "$copy"
  # In the package the tests' folder is the program's.
  sed 's,Tests/SimulationTests/,Sources/Simulation/,' "$patch" >"$copy/mutant.patch"
  (cd "$copy" && patch -s -p1 <mutant.patch)
  if ! swift build --package-path "$copy" -c release >"$copy/build.log" 2>&1; then
    echo "beat: $name does not build: see $copy/build.log" >&2
    missed="$missed $name"
    continue
  fi
  if SIM_SEEDS=$seeds SIM_STEPS=$steps SIM_SHRINK=no "$copy/.build/release/Simulation" \
    >"$copy/$name.log" 2>&1; then
    echo "$name: NOT caught in $seeds seeds"
    missed="$missed $name"
  else
    caught=$((caught + 1))
    echo "$name: $(sed -n 1p "$copy/$name.log")"
  fi
done
echo "mutants: $caught caught${missed:+, not caught:$missed}"
[ -z "$missed" ]
