#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# usage: Scripts/oracle.sh [TRIPLES [SEED]]
#        Scripts/oracle.sh --only NUMBER SEED
#
# Holds next and previous against a slow oracle: random expressions × all zones × instants from
# 1900 to 2200; 100,000 triples if not told otherwise. --only tries the one that a failure names.
set -eu
cd "$(dirname "$0")/.."

Scripts/install-dependencies.sh
# Else it does not see files that are new in the libraries.
touch Fuzz/Package.swift
swift build --package-path Fuzz -c release --product OracleCheck
exec Fuzz/.build/release/OracleCheck "$@"
