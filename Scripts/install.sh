#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Copies what `make build` made to where it belongs, below DESTDIR if that is set. Never touches a
# file in /etc that is there already, and starts nothing.
set -eu
cd "$(dirname "$0")/.."

prefix=${PREFIX:-/usr/local}
destination=${DESTDIR:-}
units=${UNITDIR:-/etc/systemd/system}
binaries=.build-release/release

case $prefix in
  /*) ;;
  *) echo "beat: PREFIX must be an absolute path, not '$prefix'" >&2; exit 2 ;;
esac
for program in beatd beatctl; do
  if [ ! -x "$binaries/$program" ]; then
    echo "beat: $binaries/$program is not there; run 'make build' first" >&2
    exit 1
  fi
done

install -d "$destination$prefix/bin" "$destination$units" "$destination/etc/beat/schedules"
install -m 755 "$binaries/beatd" "$binaries/beatctl" "$destination$prefix/bin/"
unit=$(mktemp)
trap 'rm -f "$unit"' EXIT
sed "s|@PREFIX@|$prefix|g" systemd/beatd.service >"$unit"
install -m 644 "$unit" "$destination$units/beatd.service"
if [ ! -e "$destination/etc/beat/schedules/example.cron" ]; then
  install -m 644 systemd/example.cron "$destination/etc/beat/schedules/example.cron"
fi

[ -n "$destination" ] || cat <<TEXT
Installed. Job files and crontabs go into /etc/beat/schedules. To start beatd, now and at each boot:
  systemctl daemon-reload && systemctl enable --now beatd
TEXT
