#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Removes what install.sh put there, with the same DESTDIR and PREFIX. Schedules in /etc/beat and
# the state in /var/lib/beat are yours and stay.
set -eu

prefix=${PREFIX:-/usr/local}
destination=${DESTDIR:-}
units=${UNITDIR:-/etc/systemd/system}

if [ -z "$destination" ] && [ -d /run/systemd/system ]; then
  systemctl disable --now beatd.service 2>/dev/null || true
fi
rm -f "$destination$prefix/bin/beatd" "$destination$prefix/bin/beatctl" \
  "$destination$units/beatd.service"
if [ -z "$destination" ] && [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
echo "Removed. /etc/beat and /var/lib/beat were left alone."
