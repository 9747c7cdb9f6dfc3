#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: Scripts/test-systemd.sh WRAPPER [OPTION...]    WRAPPER boots a throw-away systemd and runs
#                                                       the command that follows in it
#        Scripts/test-systemd.sh --inside               this machine is the throw-away one
#
# Installs beatd as a service and puts it through its life: start, reload, restart, a death, stop.
# Root only. It writes to /usr/local, /etc and /var of the machine that it runs on.
set -euo pipefail
cd "$(dirname "$0")/.."

if [[ $# -eq 0 ]]; then
  sed -n 's/^# \{0,1\}//; 3,7p' "$0" >&2
  exit 2
fi
if [[ $1 != --inside ]]; then
  Scripts/build.sh
  exec "$@" "$PWD/Scripts/test-systemd.sh" --inside
fi

step() { printf '   %s\n' "$*"; }

fail() {
  printf 'beat: %s\n' "$*" >&2
  systemctl status --no-pager --full beatd >&2 || true
  journalctl --unit beatd --no-pager --lines 40 >&2 || true
  exit 1
}

# expect WHAT WANTED GOT
expect() { [[ $2 == "$3" ]] || fail "$1: wanted '$2', got '$3'"; }

property() { systemctl show beatd --property "$1" --value; }

# wait_for SECONDS COMMAND...: until the command works.
wait_for() {
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < end)) || fail "waited in vain for: $*"
    sleep 0.1
  done
}

ran() { [[ $(beatctl --json history --state completed "$1") == *'"completed"'* ]]; }
listed() { [[ $(beatctl --json list) == *"\"$1\""* ]]; }
restarted() { [[ $(property NRestarts) -ge 1 && $(property ActiveState) == active ]]; }

[[ $(id -u) -eq 0 ]] || { echo "beat: only root can install a service" >&2; exit 1; }
[[ -d /run/systemd/system ]] || { echo "beat: systemd did not boot this machine" >&2; exit 1; }

step "install"
Scripts/install.sh >/dev/null
cat >/etc/beat/schedules/life.toml <<'TOML'
[jobs.tick]
every = "1s"
exec = ["/bin/date"]

[jobs.slow]
command = "sleep 3; echo done"
TOML
systemctl daemon-reload
systemd-analyze verify /etc/systemd/system/beatd.service || fail "systemd finds fault with the unit"

step "start: ready means that jobs are armed"
systemctl start beatd || fail "it does not start"
expect "state after start" active "$(property ActiveState)"
listed tick || fail "tick is not listed once systemd calls beatd ready"
expect "mode of the state folder" 700 "$(stat -c %a /var/lib/beat)"
expect "mode of the state file" 600 "$(stat -c %a /var/lib/beat/beat.db)"
expect "mode of the socket" 660 "$(stat -c %a /run/beat/beatd.sock)"
wait_for 10 ran tick

step "reload: the same process, and the new file's job"
pid=$(property MainPID)
printf '[jobs.added]\nevery = "1s"\nexec = ["/bin/true"]\n' >/etc/beat/schedules/added.toml
systemctl reload beatd || fail "it does not reload"
wait_for 10 listed added
expect "process after reload" "$pid" "$(property MainPID)"

step "restart: another process, and what ran is still known"
systemctl restart beatd || fail "it does not restart"
[[ $(property MainPID) != "$pid" ]] || fail "restart left the process alone"
ran tick || fail "the history of tick is gone after a restart"

step "death: systemd starts it again"
kill -KILL "$(property MainPID)"
wait_for 20 restarted
wait_for 10 listed tick

step "stop: what runs is let finish, nothing is left"
beatctl trigger slow >/dev/null
systemctl stop beatd || fail "it does not stop"
expect "state after stop" inactive "$(property ActiveState)"
expect "result of the stop" success "$(property Result)"
[[ ! -e /run/beat/beatd.sock ]] || fail "the socket is still there"
systemctl start beatd
ran slow || fail "the job that ran at the stop was cut off"
systemctl stop beatd

step "uninstall"
Scripts/uninstall.sh >/dev/null
[[ ! -e /usr/local/bin/beatd && ! -e /etc/systemd/system/beatd.service ]] || fail "files are left"
[[ -e /var/lib/beat/beat.db && -e /etc/beat/schedules/life.toml ]] || fail "data is gone"
echo "beat: passed under $(systemctl --version | head -n 1)"
