# SPDX-License-Identifier: Apache-2.0
#
# Thin on purpose: each target is a script in Scripts/, which can be read and run by itself.

PREFIX ?= /usr/local
DESTDIR ?=
export PREFIX DESTDIR

.PHONY: help run test check build bench oracle fuzz sanitize install uninstall clean

help:
	@echo 'make run        build Beat and start it on the sample in schedules/'
	@echo 'make test       everything that proves it: build, tests, format, small benchmarks'
	@echo 'make check      format and house rules only'
	@echo 'make build      the release binaries, in .build-release/release'
	@echo 'make bench      the benchmarks at full size'
	@echo 'make oracle     next and previous against a slow oracle, 100,000 times'
	@echo 'make fuzz       every fuzzer for a minute'
	@echo 'make sanitize   the tests under the address and thread sanitizers'
	@echo 'make install    binaries and systemd unit; honours DESTDIR and PREFIX (/usr/local)'
	@echo 'make uninstall  takes them away again; schedules and state stay'
	@echo 'make clean      removes what was built'

run:
	@exec Scripts/run.sh

test:
	@Scripts/test.sh

check:
	@Scripts/check.sh

build:
	@Scripts/build.sh

bench:
	@Scripts/bench.sh

oracle:
	@Scripts/oracle.sh

fuzz:
	@Scripts/fuzz.sh

sanitize:
	@Scripts/sanitize.sh

install:
	@Scripts/install.sh

uninstall:
	@Scripts/uninstall.sh

clean:
	@Scripts/clean.sh
