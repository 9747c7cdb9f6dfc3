// SPDX-License-Identifier: Apache-2.0
#include "CLinux.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LARGEST_ENTRY (1024 * 1024)

const char *clinux_error_text(int number) {
  const char *text = strerrordesc_np(number);
  return text ? text : "unknown error";
}

// Asks with an ever larger buffer: 1 found, 0 there is none. `by_name` NULL: by number.
static int look_up(
    const char *by_name, uid_t uid, char *buffer, size_t size, struct passwd *entry) {
  struct passwd *found = NULL;
  int error = by_name ? getpwnam_r(by_name, entry, buffer, size, &found)
                      : getpwuid_r(uid, entry, buffer, size, &found);
  if (found) return 1;
  if (error == 0 || error == ENOENT || error == ESRCH || error == EBADF || error == EPERM)
    return 0;
  return -error;
}

static int find(const char *by_name, uid_t uid, char **buffer, struct passwd *entry) {
  int result = -ERANGE;
  for (size_t size = 4096; size <= LARGEST_ENTRY; size *= 4) {
    *buffer = malloc(size);
    if (!*buffer) return -ENOMEM;
    result = look_up(by_name, uid, *buffer, size, entry);
    if (result == 1) return 1;
    free(*buffer);
    *buffer = NULL;
    if (result != -ERANGE && result != -EINTR) return result;
  }
  return result;
}

int clinux_account(uid_t uid, char *name, size_t name_size, char *home, size_t home_size) {
  char *buffer = NULL;
  struct passwd entry;
  int result = find(NULL, uid, &buffer, &entry);
  if (result != 1) return result;
  snprintf(name, name_size, "%s", entry.pw_name);
  snprintf(home, home_size, "%s", entry.pw_dir);
  free(buffer);
  return 1;
}

int clinux_account_named(
    const char *name, uid_t *uid, gid_t *gid, char *home, size_t home_size) {
  char *buffer = NULL;
  struct passwd entry;
  int result = find(name, 0, &buffer, &entry);
  if (result != 1) return result;
  *uid = entry.pw_uid;
  *gid = entry.pw_gid;
  int length = snprintf(home, home_size, "%s", entry.pw_dir);
  if (length < 0 || (size_t)length >= home_size) result = -ENAMETOOLONG;
  free(buffer);
  return result;
}

int clinux_groups(const char *name, gid_t gid, gid_t *groups, int capacity) {
  int count = capacity;
  getgrouplist(name, gid, groups, &count);
  return count;
}
