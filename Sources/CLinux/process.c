// SPDX-License-Identifier: Apache-2.0
#include "CLinux.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// glibc gained the name P_PIDFD in 2.36; the value is ABI.
#define IDTYPE_PIDFD ((idtype_t)3)

char *const *clinux_environment(void) { return environ; }

int clinux_pidfd_open(pid_t pid) {
  int fd = (int)syscall(SYS_pidfd_open, pid, 0);
  return fd < 0 ? -errno : fd;
}

int clinux_pidfd_send_signal(int pidfd, int signal_number) {
  return syscall(SYS_pidfd_send_signal, pidfd, signal_number, NULL, 0) < 0 ? -errno : 0;
}

int clinux_kill_group(pid_t group, int signal_number) {
  // kill(-1) is every process there is, and kill(-0) our own group.
  if (group < 2) return -EINVAL;
  return kill(-group, signal_number) < 0 ? -errno : 0;
}

int clinux_reap(int pidfd, struct clinux_exit *how) {
  siginfo_t info;
  memset(&info, 0, sizeof info);
  int result;
  do result = waitid(IDTYPE_PIDFD, (id_t)pidfd, &info, WEXITED | WNOHANG);
  while (result < 0 && errno == EINTR);
  if (result < 0) return -errno;
  if (info.si_pid == 0) return 0;
  int exited = info.si_code == CLD_EXITED;
  how->code = exited ? info.si_status : 0;
  how->signal_number = exited ? 0 : info.si_status;
  return 1;
}

// The first version of linux/pidfd.h's struct pidfd_info, which newer kernels still take; Debian
// 12's headers have none.
struct pidfd_info_v0 {
  uint64_t mask, cgroup;
  uint32_t pid, tgid, ppid, users_and_groups[8];
  int32_t exit_code;
};
#define INFO_EXIT ((uint64_t)1 << 3)
#define GET_INFO _IOWR(0xFF, 11, struct pidfd_info_v0)

int clinux_pidfd_exit(int pidfd, struct clinux_exit *how) {
  struct pidfd_info_v0 info = {.mask = INFO_EXIT};
  if (ioctl(pidfd, GET_INFO, &info) < 0) return -errno;
  if (!(info.mask & INFO_EXIT)) return 0;
  how->code = WIFEXITED(info.exit_code) ? WEXITSTATUS(info.exit_code) : 0;
  how->signal_number = WIFSIGNALED(info.exit_code) ? WTERMSIG(info.exit_code) : 0;
  return 1;
}
