#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Sees to what a build needs: a Swift toolchain, which it only looks for, and Debian packages, which
# it installs. Says nothing and changes nothing when all is there.
set -eu

swift_wanted="6.2"

# What Beat links against, and what a Swift toolchain needs on a bare Debian to compile and link.
# "a|b" is satisfied by either and installs the first.
packages="
libsqlite3-dev
libcurl4-openssl-dev|libcurl4-gnutls-dev
libmicrohttpd-dev
libtomlplusplus-dev
libyaml-dev
pkg-config|pkgconf
g++
libc6-dev
libncurses6
libxml2
tzdata
"

fail() {
  printf 'beat: %s\n' "$1" >&2
  exit 1
}

# The first "N.N" in `swift --version`, compared number by number.
check_swift() {
  command -v swift >/dev/null 2>&1 || fail "no \`swift\` on PATH. Beat needs a Swift toolchain, \
$swift_wanted or newer: https://www.swift.org/install/linux/"
  text=$(swift --version 2>&1) || fail "\`swift --version\` fails, so this toolchain cannot run \
here. It says:
$text"
  version=$(printf '%s\n' "$text" |
    sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
  [ -n "$version" ] || fail "cannot read the version that \`swift --version\` gives: $text"
  major=${version%%.*} minor=${version#*.}
  if [ "$major" -lt "${swift_wanted%%.*}" ] ||
    { [ "$major" -eq "${swift_wanted%%.*}" ] && [ "$minor" -lt "${swift_wanted#*.}" ]; }; then
    fail "Swift $version is too old: Beat needs $swift_wanted or newer \
(https://www.swift.org/install/linux/)."
  fi
}

missing_packages() {
  # shellcheck disable=SC2086 # a list of words is meant
  there=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' $(echo $packages | tr '|' ' ') \
    2>/dev/null | sed -n 's/^installed //p') || true
  for entry in $packages; do
    found=no
    for name in $(echo "$entry" | tr '|' ' '); do
      if printf '%s\n' "$there" | grep -qxF "$name"; then found=yes; fi
    done
    [ "$found" = yes ] || printf '%s ' "${entry%%|*}"
  done
}

# Package lists may be absent (a fresh container) or out of date: install, and if that fails,
# refresh them and try once more.
install_packages() {
  printf 'beat: installing the missing packages: %s\n' "$missing"
  # shellcheck disable=SC2086 # a list of words is meant
  set -- env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends \
    -o Dpkg::Use-Pty=0 install $missing
  if ! $as_root "$@" >/dev/null 2>&1; then
    $as_root apt-get -qq update || fail "\`apt-get update\` failed; is there a network?"
    $as_root "$@" >/dev/null || fail "apt-get could not install: $missing"
  fi
}

if command -v dpkg-query >/dev/null 2>&1; then
  missing=$(missing_packages)
  if [ -n "$missing" ]; then
    as_root=
    if [ "$(id -u)" -ne 0 ]; then
      command -v sudo >/dev/null 2>&1 || fail "these Debian packages are missing, and only root \
can install them (there is no sudo here): $missing
      Run this as root, then try again:  apt-get install $missing"
      as_root=sudo
    fi
    install_packages
  fi
elif command -v pkg-config >/dev/null 2>&1; then
  for library in sqlite3 libcurl libmicrohttpd tomlplusplus yaml-0.1; do
    pkg-config --exists "$library" || fail "this is not a Debian, so nothing is installed by \
itself, and pkg-config does not find $library. Install its development files, then try again."
  done
else
  fail "this is not a Debian, and there is no pkg-config to look for libraries with. Install \
pkg-config and the development files of sqlite3, libcurl, libmicrohttpd, toml++ and libyaml."
fi
check_swift
