// SPDX-License-Identifier: Apache-2.0
#include "library.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

#include "CFetch.h"

struct library cfetch_library;

static char failure[512];

/* Any TLS will do; the first is what Beat is built against. */
static const char *const names[] = {"libcurl.so.4", "libcurl-gnutls.so.4", "libcurl.so"};

struct symbol {
  const char *name;
  void *slot;
};

static int find_all(void *handle) {
  struct library *library = &cfetch_library;
  const struct symbol symbols[] = {
      {"curl_global_init", &library->global_init},
      {"curl_easy_init", &library->easy_init},
      {"curl_easy_cleanup", &library->easy_cleanup},
      {"curl_easy_setopt", &library->easy_setopt},
      {"curl_easy_getinfo", &library->easy_getinfo},
      {"curl_easy_strerror", &library->easy_strerror},
      {"curl_slist_append", &library->slist_append},
      {"curl_slist_free_all", &library->slist_free_all},
      {"curl_multi_init", &library->multi_init},
      {"curl_multi_cleanup", &library->multi_cleanup},
      {"curl_multi_add_handle", &library->multi_add_handle},
      {"curl_multi_remove_handle", &library->multi_remove_handle},
      {"curl_multi_perform", &library->multi_perform},
      {"curl_multi_poll", &library->multi_poll},
      {"curl_multi_wakeup", &library->multi_wakeup},
      {"curl_multi_info_read", &library->multi_info_read},
  };
  for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
    void *found = dlsym(handle, symbols[i].name);
    if (found == NULL) {
      snprintf(failure, sizeof failure, "it is too old: it has no %s", symbols[i].name);
      return -1;
    }
    *(void **)symbols[i].slot = found;
  }
  return 0;
}

static void load(void) {
  void *handle = NULL;
  for (size_t i = 0; handle == NULL && i < sizeof names / sizeof *names; i++) {
    handle = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL && i == 0) {
      const char *reason = dlerror();
      snprintf(failure, sizeof failure, "%s", reason ? reason : "it was not found");
    }
  }
  if (handle == NULL) return;
  failure[0] = '\0';
  if (find_all(handle) == 0 && cfetch_library.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
    snprintf(failure, sizeof failure, "it could not be set up");
  }
}

const char *cfetch_load(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, load);
  return failure[0] == '\0' ? NULL : failure;
}
