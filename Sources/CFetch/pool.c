// SPDX-License-Identifier: Apache-2.0
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "transfer.h"

int cfetch_enter(void) {
  sigset_t pipe, before;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, &before);
  return !sigismember(&before, SIGPIPE);
}

void cfetch_leave(int entered) {
  if (!entered) return;
  sigset_t pipe;
  const struct timespec at_once = {0, 0};
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  while (sigtimedwait(&pipe, NULL, &at_once) == SIGPIPE) {
  }
  pthread_sigmask(SIG_UNBLOCK, &pipe, NULL);
}

struct cfetch_pool {
  CURLM *multi;
};

cfetch_pool *cfetch_pool_create(void) {
  if (cfetch_load() != NULL) return NULL;
  cfetch_pool *pool = malloc(sizeof *pool);
  if (pool == NULL) return NULL;
  pool->multi = cfetch_library.multi_init();
  if (pool->multi == NULL) {
    free(pool);
    return NULL;
  }
  return pool;
}

void cfetch_pool_destroy(cfetch_pool *pool) {
  cfetch_library.multi_cleanup(pool->multi);
  free(pool);
}

void cfetch_wake(cfetch_pool *pool) { cfetch_library.multi_wakeup(pool->multi); }

void cfetch_work(cfetch_pool *pool, int wait_ms) {
  int running = 0;
  cfetch_library.multi_poll(pool->multi, NULL, 0, wait_ms, NULL);
  cfetch_library.multi_perform(pool->multi, &running);
}

static int end_of(CURLcode code) {
  switch (code) {
    case CURLE_OK: return CFETCH_ANSWERED;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL: return CFETCH_BAD_REQUEST;
    case CURLE_COULDNT_RESOLVE_HOST: return CFETCH_NO_HOST;
    case CURLE_COULDNT_CONNECT: return CFETCH_NO_CONNECTION;
    case CURLE_OPERATION_TIMEDOUT: return CFETCH_TIMED_OUT;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS: return CFETCH_NO_TLS;
    case CURLE_GOT_NOTHING: return CFETCH_NO_ANSWER;
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE: return CFETCH_BROKEN;
    case CURLE_WRITE_ERROR: return CFETCH_NOT_WANTED;
    default: return CFETCH_FAILED;
  }
}

cfetch_transfer *cfetch_ended(cfetch_pool *pool, int *end) {
  int left = 0;
  CURLMsg *message;
  while ((message = cfetch_library.multi_info_read(pool->multi, &left)) != NULL) {
    if (message->msg != CURLMSG_DONE) continue;
    CURLcode code = message->data.result;
    cfetch_transfer *transfer = NULL;
    /* The message is gone with the handle. */
    CURL *easy = message->easy_handle;
    cfetch_library.easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&transfer);
    cfetch_library.multi_remove_handle(pool->multi, easy);
    transfer->code = code;
    *end = end_of(code);
    return transfer;
  }
  return NULL;
}

int cfetch_begin(cfetch_pool *pool, cfetch_transfer *transfer) {
  return cfetch_library.multi_add_handle(pool->multi, transfer->easy) == CURLM_OK ? 0 : -1;
}

void cfetch_stop(cfetch_pool *pool, cfetch_transfer *transfer) {
  cfetch_library.multi_remove_handle(pool->multi, transfer->easy);
}
