// SPDX-License-Identifier: Apache-2.0
// usage: beat-witness LOG MILLISECONDS EXIT-CODE [FAILING-ATTEMPTS]
//
// A job that says itself when it ran: appends a line to LOG when it starts and when it ends. Each
// is one O_APPEND write of less than 4 KiB, so that lines of many jobs never mix. With
// FAILING-ATTEMPTS it exits with EXIT-CODE in attempts up to that number and with 0 later.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t told_to_end;

static void note(int number) { told_to_end = number; }

static const char *variable(const char *name) {
  const char *value = getenv(name);
  return value ? value : "";
}

static int say(const char *path, const char *event, int code) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  long long milliseconds = (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
  char line[2048];
  int length = snprintf(
      line, sizeof line,
      "{\"v\":1,\"event\":\"%s\",\"job\":\"%s\",\"run_id\":\"%s\",\"scheduled_for\":\"%s\","
      "\"attempt\":%d,\"trigger\":\"%s\",\"pid\":%d,\"at\":%lld,\"exit\":%d}\n",
      event, variable("BEAT_JOB"), variable("BEAT_RUN_ID"), variable("BEAT_SCHEDULED_FOR"),
      atoi(variable("BEAT_ATTEMPT")), variable("BEAT_TRIGGER"), (int)getpid(), milliseconds, code);
  if (length < 0 || (size_t)length >= sizeof line) return -1;
  int file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return -1;
  ssize_t written = write(file, line, (size_t)length);
  close(file);
  return written == length ? 0 : -1;
}

// Sleeps to a deadline, or until it is told to end.
static void work(long milliseconds) {
  struct timespec end;
  clock_gettime(CLOCK_MONOTONIC, &end);
  end.tv_sec += milliseconds / 1000;
  end.tv_nsec += milliseconds % 1000 * 1000000;
  if (end.tv_nsec >= 1000000000) {
    end.tv_sec++;
    end.tv_nsec -= 1000000000;
  }
  while (!told_to_end && clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &end, NULL) == EINTR)
    continue;
}

int main(int count, char **arguments) {
  if (count < 4) return 2;
  struct sigaction action = {.sa_handler = note};
  sigaction(SIGTERM, &action, NULL);
  if (say(arguments[1], "start", 0) < 0) return 3;
  work(atol(arguments[2]));
  int code = atoi(arguments[3]);
  if (count > 4 && atoi(variable("BEAT_ATTEMPT")) > atoi(arguments[4])) code = 0;
  if (told_to_end) code = 143;
  return say(arguments[1], "end", code) < 0 ? 3 : code;
}
