// SPDX-License-Identifier: Apache-2.0
#include "CLinux.h"

#include <errno.h>
#include <stdint.h>
#include <sys/timerfd.h>
#include <unistd.h>

int clinux_timerfd_create(int clock_id) {
  int fd = timerfd_create(clock_id, TFD_NONBLOCK | TFD_CLOEXEC);
  return fd < 0 ? -errno : fd;
}

int clinux_timerfd_arm(int fd, long long deadline_ns, int cancel_on_set) {
  // Before the clock's zero is as past as its first nanosecond; zero itself would disarm.
  long long deadline = deadline_ns < 0 ? 1 : deadline_ns;
  struct itimerspec shot = {
      .it_value = {.tv_sec = deadline / 1000000000, .tv_nsec = deadline % 1000000000}};
  int flags = TFD_TIMER_ABSTIME | (cancel_on_set ? TFD_TIMER_CANCEL_ON_SET : 0);
  return timerfd_settime(fd, flags, &shot, NULL) < 0 ? -errno : 0;
}

int clinux_timerfd_read(int fd) {
  uint64_t count = 0;
  ssize_t size;
  do size = read(fd, &count, sizeof count);
  while (size < 0 && errno == EINTR);
  if (size < 0) return -errno;
  return size == (ssize_t)sizeof count ? 0 : -EIO;
}
