// SPDX-License-Identifier: Apache-2.0
#include "CLinux.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LARGEST_ENTRY (1024 * 1024)

const char *clinux_error_text(int number) {
  const char *text = strerrordesc_np(number);
  return text ? text : "unknown error";
}

int clinux_account(uid_t uid, char *name, size_t name_size, char *home, size_t home_size) {
  for (size_t size = 4096; size <= LARGEST_ENTRY; size *= 4) {
    char *buffer = malloc(size);
    if (!buffer) return -ENOMEM;
    struct passwd entry, *found = NULL;
    int error = getpwuid_r(uid, &entry, buffer, size, &found);
    if (found) {
      snprintf(name, name_size, "%s", entry.pw_name);
      snprintf(home, home_size, "%s", entry.pw_dir);
    }
    free(buffer);
    if (found) return 1;
    if (error == 0 || error == ENOENT || error == ESRCH || error == EBADF || error == EPERM)
      return 0;
    if (error != ERANGE && error != EINTR) return -error;
  }
  return -ERANGE;
}
