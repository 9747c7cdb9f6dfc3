// SPDX-License-Identifier: Apache-2.0
// Starts a child by clone(CLONE_VM | CLONE_VFORK): the child runs on a stack of its own in the
// parent's memory until execve, so its cost does not grow with the parent, and it reports an error
// by writing it into the parent's struct. Until execve the child makes system calls and nothing
// else: no allocation, no lock, no libc state but errno.
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define SIGNAL_COUNT 64
#define STACK_SIZE (64 * 1024)
#define GUARD_SIZE (16 * 1024)

// The thread sanitizer's stand-ins take the child for a process with memory of its own, and what
// the child's functions note down is never taken back: they leave by execve.
#define IN_CHILD
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#undef IN_CHILD
#define IN_CHILD __attribute__((disable_sanitizer_instrumentation))
extern int __clone(int (*run)(void *), void *stack, int flags, void *context, ...);
#define clone __clone
#endif
#endif

// What rt_sigaction takes, which is not glibc's struct. The raw call reaches the two signals that
// glibc keeps for itself as well.
struct kernel_action {
  void (*handler)(int);
  unsigned long flags;
  void (*restorer)(void);
  uint64_t mask;
};

struct start {
  const char *directory;
  char **programs, **arguments, **variables;
  struct clinux_plan plan;
  const struct clinux_limit *limits;
  const gid_t *groups;
  // Written by the child.
  int step, error, index;
};

static int set_mask(uint64_t wanted, uint64_t *before) {
  return (int)syscall(SYS_rt_sigprocmask, SIG_SETMASK, &wanted, before, sizeof wanted);
}

// Handlers go too, though execve would drop them: once the mask is empty one could run in the
// child.
IN_CHILD static int reset_signals(void) {
  for (int number = 1; number <= SIGNAL_COUNT; number++) {
    if (number == SIGKILL || number == SIGSTOP) continue;
    struct kernel_action action;
    if (syscall(SYS_rt_sigaction, number, NULL, &action, sizeof action.mask) < 0) return -1;
    if (action.handler == SIG_DFL) continue;
    memset(&action, 0, sizeof action);
    if (syscall(SYS_rt_sigaction, number, &action, NULL, sizeof action.mask) < 0) return -1;
  }
  return 0;
}

// The sources are moved out of 0 to 2 first: a parent that began with these closed may have got one
// of them for a pipe, and dup2 would overwrite it.
IN_CHILD static int place_files(int input, int output) {
  if (input <= 2 && (input = fcntl(input, F_DUPFD, 3)) < 0) return -1;
  if (output <= 2 && (output = fcntl(output, F_DUPFD, 3)) < 0) return -1;
  if (dup2(input, 0) < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0) return -1;
  return (int)syscall(SYS_close_range, 3u, ~0u, 0u);
}

IN_CHILD static int set_limits(struct start *start) {
  for (int index = 0; index < start->plan.limits; index++) {
    uint64_t most = start->limits[index].most;
    struct {
      uint64_t soft, hard;
    } limit = {most, most};
    start->index = index;
    if (syscall(SYS_prlimit64, 0, start->limits[index].resource, &limit, NULL) < 0) return -1;
  }
  return 0;
}

// By raw calls: glibc's would give every thread of the parent the new user too. In this order, as a
// user who is not root may set neither groups nor group.
IN_CHILD static int become_user(struct start *start) {
  uid_t uid = start->plan.uid;
  gid_t gid = start->plan.gid;
  start->step = CLINUX_STEP_GROUPS;
  if (syscall(SYS_setgroups, (size_t)start->plan.groups, start->groups) < 0) return -1;
  start->step = CLINUX_STEP_GROUP;
  if (syscall(SYS_setresgid, gid, gid, gid) < 0) return -1;
  start->step = CLINUX_STEP_USER;
  if (syscall(SYS_setresuid, uid, uid, uid) < 0) return -1;

  start->step = CLINUX_STEP_VERIFY;
  uid_t users[3];
  gid_t groups[3];
  if (syscall(SYS_getresuid, &users[0], &users[1], &users[2]) < 0) return -1;
  if (syscall(SYS_getresgid, &groups[0], &groups[1], &groups[2]) < 0) return -1;
  int is_user = users[0] == uid && users[1] == uid && users[2] == uid;
  int is_group = groups[0] == gid && groups[1] == gid && groups[2] == gid;
  int has_groups = syscall(SYS_getgroups, 0, NULL) == start->plan.groups;
  int is_stuck = uid == 0 || syscall(SYS_setuid, 0) < 0;
  if (is_user && is_group && has_groups && is_stuck) return 0;
  errno = EPERM;
  return -1;
}

// As a shell looks along PATH: what is not there is passed over, what may not be run is remembered.
IN_CHILD static void try_programs(struct start *start) {
  int denied = -1;
  for (int index = 0; index < start->plan.programs; index++) {
    execve(start->programs[index], start->arguments, start->variables);
    start->index = index;
    if (errno == EACCES) {
      if (denied < 0) denied = index;
    } else if (errno != ENOENT && errno != ENOTDIR) {
      return;
    }
  }
  if (denied < 0) return;
  start->index = denied;
  errno = EACCES;
}

IN_CHILD static int run_child(void *context) {
  struct start *start = context;
  start->step = CLINUX_STEP_SIGNALS;
  if (reset_signals() < 0) goto failed;
  start->step = CLINUX_STEP_SESSION;
  if (setsid() < 0) goto failed;
  start->step = CLINUX_STEP_FILES;
  if (place_files(start->plan.input, start->plan.output) < 0) goto failed;
  umask(start->plan.file_mask);
  start->step = CLINUX_STEP_NICENESS;
  if (start->plan.sets_niceness && setpriority(PRIO_PROCESS, 0, start->plan.niceness) < 0)
    goto failed;
  start->step = CLINUX_STEP_LIMITS;
  if (set_limits(start) < 0) goto failed;
  // Before the working directory, which is entered as the user.
  if (start->plan.switches_user && become_user(start) < 0) goto failed;
  start->step = CLINUX_STEP_DIRECTORY;
  if (chdir(start->directory) < 0) goto failed;
  start->step = CLINUX_STEP_SIGNALS;
  if (set_mask(0, NULL) < 0) goto failed;
  start->step = CLINUX_STEP_EXEC;
  try_programs(start);
failed:
  start->error = errno;
  syscall(SYS_exit_group, 127);
  __builtin_unreachable();
}

// Points `count` entries at the strings from `next` on, and a NULL behind them.
static const char *point(char **entries, int count, const char *next) {
  for (int index = 0; index < count; index++) {
    entries[index] = (char *)next;
    next += strlen(next) + 1;
  }
  entries[count] = NULL;
  return next;
}

static int fits(const char *strings, size_t length, struct clinux_plan plan) {
  if (plan.programs < 1 || plan.arguments < 1 || plan.variables < 0) return 0;
  if (plan.limits < 0 || plan.groups < 0) return 0;
  if (length == 0 || strings[length - 1] != 0) return 0;
  size_t count = 0;
  for (size_t index = 0; index < length; index++) count += strings[index] == 0;
  return count == 1 + (size_t)plan.programs + (size_t)plan.arguments + (size_t)plan.variables;
}

static char *map_stack(void) {
  char *low = mmap(NULL, GUARD_SIZE + STACK_SIZE, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  if (low == MAP_FAILED) return NULL;
  if (mprotect(low, GUARD_SIZE, PROT_NONE) == 0) return low;
  munmap(low, GUARD_SIZE + STACK_SIZE);
  return NULL;
}

// Signals are kept out while the child shares our memory: a handler in it would act on our data.
static int clone_child(struct start *start, char *stack, pid_t *pid, int *pidfd) {
  uint64_t mask;
  if (set_mask(~(uint64_t)0, &mask) < 0) return -errno;
  int flags = CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD;
  *pid = clone(run_child, stack + GUARD_SIZE + STACK_SIZE, flags, start, pidfd);
  int result = *pid < 0 ? -errno : 0;
  if (set_mask(mask, NULL) < 0 && result == 0) result = -errno;
  return result;
}

static void bury(pid_t pid, int pidfd) {
  while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) continue;
  close(pidfd);
}

int clinux_spawn(
    const char *strings, size_t length, struct clinux_plan plan,
    const struct clinux_limit *limits, const gid_t *groups, struct clinux_child *child) {
  *child = (struct clinux_child){.pid = -1, .pidfd = -1, .step = CLINUX_STEP_PLAN};
  if (!fits(strings, length, plan)) return -EINVAL;
  size_t entries = (size_t)plan.programs + (size_t)plan.arguments + (size_t)plan.variables + 3;
  char **table = calloc(entries, sizeof *table);
  char *stack = table ? map_stack() : NULL;
  if (!stack) {
    free(table);
    return -ENOMEM;
  }
  struct start start = {
      .directory = strings, .plan = plan, .limits = limits, .groups = groups};
  start.programs = table;
  start.arguments = start.programs + plan.programs + 1;
  start.variables = start.arguments + plan.arguments + 1;
  const char *next = point(start.programs, plan.programs, strings + strlen(strings) + 1);
  next = point(start.arguments, plan.arguments, next);
  point(start.variables, plan.variables, next);

  pid_t pid = -1;
  int pidfd = -1;
  int result = clone_child(&start, stack, &pid, &pidfd);
  child->step = CLINUX_STEP_CLONE;
  if (pid >= 0 && start.error != 0) {
    bury(pid, pidfd);
    child->step = start.step;
    child->index = start.index;
    result = -start.error;
  } else if (pid >= 0 && result < 0) {
    kill(pid, SIGKILL);
    bury(pid, pidfd);
  } else if (pid >= 0) {
    *child = (struct clinux_child){.pid = pid, .pidfd = pidfd, .step = CLINUX_STEP_NONE};
  }
  munmap(stack, GUARD_SIZE + STACK_SIZE);
  free(table);
  return result;
}
