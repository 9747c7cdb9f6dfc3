// SPDX-License-Identifier: Apache-2.0
#include "CLinux.h"

#include <errno.h>
#include <sys/epoll.h>

#define BATCH 64

int clinux_epoll_create(void) {
  int fd = epoll_create1(EPOLL_CLOEXEC);
  return fd < 0 ? -errno : fd;
}

static int add(int epoll, int fd, unsigned long long token, unsigned events) {
  struct epoll_event event = {.events = events, .data.u64 = token};
  return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

int clinux_epoll_add(int epoll, int fd, unsigned long long token) {
  return add(epoll, fd, token, EPOLLIN);
}

// A hang-up is reported without being asked for.
int clinux_epoll_add_hangup(int epoll, int fd, unsigned long long token) {
  return add(epoll, fd, token, 0);
}

int clinux_epoll_remove(int epoll, int fd) {
  return epoll_ctl(epoll, EPOLL_CTL_DEL, fd, NULL) < 0 ? -errno : 0;
}

int clinux_epoll_take(int epoll, unsigned long long *tokens, int capacity) {
  struct epoll_event events[BATCH];
  int count;
  do count = epoll_wait(epoll, events, capacity < BATCH ? capacity : BATCH, 0);
  while (count < 0 && errno == EINTR);
  if (count < 0) return -errno;
  for (int index = 0; index < count; index++) tokens[index] = events[index].data.u64;
  return count;
}
