// SPDX-License-Identifier: Apache-2.0
//
// Loaded into a beatd under test by LD_PRELOAD: sets its wall clock, lets syncs and writes of its
// state file fail, and gives its file system another name. What is to be done stands in the file
// that BEAT_FAULTS names: numbers of 64 bits, which the test changes while beatd runs.
//
// The wall clock alone is shifted. Timers on it fire when the shift changes, as the kernel cancels
// them when somebody sets the clock.
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum {
  CLOCK_SHIFT,     // nanoseconds added to the wall clock
  FIRST_SYNC,      // the number of the first sync that fails; 0: none does
  FAILING_SYNCS,   // how many fail from there on
  SYNCS,           // how many there have been
  FILE_SYSTEM,     // what statfs says of every file system; 0: the truth
  WRITE_ERROR,     // what every write of the state file fails with; 0: none does
  COUNT,
};

static int64_t nothing[COUNT];
static int64_t *faults = nothing;

static int64_t fault(int which) { return __atomic_load_n(&faults[which], __ATOMIC_ACQUIRE); }

// MARK: The clock

enum { BILLION = 1000000000, MOST = 256 };

static struct {
  int armed, flags;
  struct itimerspec wanted;
} timers[MOST];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int64_t nanoseconds(struct timespec time) {
  return (int64_t)time.tv_sec * BILLION + time.tv_nsec;
}

static struct timespec timespec_of(int64_t time) {
  if (time < 0) time = 0;
  return (struct timespec){.tv_sec = time / BILLION, .tv_nsec = time % BILLION};
}

int clock_gettime(clockid_t clock, struct timespec *time) {
  if (syscall(SYS_clock_gettime, clock, time) < 0) return -1;
  if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)
    *time = timespec_of(nanoseconds(*time) + fault(CLOCK_SHIFT));
  return 0;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  (void)zone;
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  *now = (struct timeval){.tv_sec = time.tv_sec, .tv_usec = time.tv_nsec / 1000};
  return 0;
}

time_t time(time_t *seconds) {
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  if (seconds) *seconds = time.tv_sec;
  return time.tv_sec;
}

// Arms the kernel's timer for what is wanted on the shifted clock.
static int arm(int fd, struct itimerspec *old) {
  struct itimerspec shot = timers[fd].wanted;
  int64_t deadline = nanoseconds(shot.it_value) - fault(CLOCK_SHIFT);
  if (nanoseconds(shot.it_value)) shot.it_value = timespec_of(deadline < 1 ? 1 : deadline);
  return (int)syscall(SYS_timerfd_settime, fd, timers[fd].flags, &shot, old);
}

int timerfd_settime(int fd, int flags, const struct itimerspec *wanted, struct itimerspec *old) {
  struct itimerspec now;
  int is_wall = fd >= 0 && fd < MOST && (flags & TFD_TIMER_ABSTIME);
  if (is_wall) {
    // Of a timer's clock nothing but the kernel knows: only the wall clock is far from zero.
    is_wall = nanoseconds(wanted->it_value) == 0 || (flags & TFD_TIMER_CANCEL_ON_SET);
  }
  if (!is_wall) {
    if (fd >= 0 && fd < MOST) timers[fd].armed = 0;
    return (int)syscall(SYS_timerfd_settime, fd, flags, wanted, old);
  }
  pthread_mutex_lock(&lock);
  timers[fd].armed = nanoseconds(wanted->it_value) != 0;
  timers[fd].flags = flags;
  timers[fd].wanted = *wanted;
  int result = arm(fd, old ? old : &now);
  pthread_mutex_unlock(&lock);
  return result;
}

// Makes the timers readable when the clock is set.
static void *watch(void *unused) {
  (void)unused;
  int64_t last = fault(CLOCK_SHIFT);
  for (;;) {
    struct timespec pause = {.tv_nsec = 2000000};
    syscall(SYS_nanosleep, &pause, NULL);
    if (fault(CLOCK_SHIFT) == last) continue;
    last = fault(CLOCK_SHIFT);
    pthread_mutex_lock(&lock);
    for (int fd = 0; fd < MOST; fd++) {
      if (!timers[fd].armed) continue;
      struct itimerspec at_once = {.it_value = {.tv_nsec = 1}};
      syscall(SYS_timerfd_settime, fd, 0, &at_once, NULL);
    }
    pthread_mutex_unlock(&lock);
  }
  return NULL;
}

// MARK: The file

static int is_state(int fd) {
  char link[64], path[4096];
  char *end = link + sizeof link - 1;
  *end = 0;
  do *--end = (char)('0' + fd % 10);
  while (fd /= 10);
  end -= sizeof "/proc/self/fd/" - 1;
  memcpy(end, "/proc/self/fd/", sizeof "/proc/self/fd/" - 1);
  ssize_t length = readlink(end, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return strstr(path, "beat.db") && !strstr(path, "beat.db.");
}

static int sync_fails(int fd) {
  if (!is_state(fd)) return 0;
  int64_t number = __atomic_add_fetch(&faults[SYNCS], 1, __ATOMIC_ACQ_REL);
  int64_t first = fault(FIRST_SYNC);
  return first && number >= first && number < first + fault(FAILING_SYNCS);
}

int fsync(int fd) {
  if (!sync_fails(fd)) return (int)syscall(SYS_fsync, fd);
  errno = EIO;
  return -1;
}

int fdatasync(int fd) {
  if (!sync_fails(fd)) return (int)syscall(SYS_fdatasync, fd);
  errno = EIO;
  return -1;
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t offset) {
  int error = (int)fault(WRITE_ERROR);
  if (!error || !is_state(fd)) return syscall(SYS_pwrite64, fd, bytes, count, offset);
  errno = error;
  return -1;
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset) {
  return pwrite64(fd, bytes, count, offset);
}

int statfs64(const char *path, struct statfs64 *status) {
  int result = (int)syscall(SYS_statfs, path, status);
  if (result == 0 && fault(FILE_SYSTEM)) status->f_type = (int)fault(FILE_SYSTEM);
  return result;
}

int statfs(const char *path, struct statfs *status) {
  int result = (int)syscall(SYS_statfs, path, status);
  if (result == 0 && fault(FILE_SYSTEM)) status->f_type = (int)fault(FILE_SYSTEM);
  return result;
}

__attribute__((constructor)) static void start(void) {
  const char *path = getenv("BEAT_FAULTS");
  int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
  if (fd < 0) return;
  void *shared = mmap(NULL, sizeof nothing, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (shared != MAP_FAILED) faults = shared;
  close(fd);
  pthread_t thread;
  pthread_create(&thread, NULL, watch, NULL);
  pthread_detach(thread);
}
