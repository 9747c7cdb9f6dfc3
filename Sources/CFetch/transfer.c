// SPDX-License-Identifier: Apache-2.0
#include "transfer.h"

#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* 169.254.0.0/16 is link-local, where clouds answer with their machines' credentials; one of them
   does at 100.100.100.200. */
static int is_refused_v4(const uint8_t *bytes) {
  static const uint8_t metadata[] = {100, 100, 100, 200};
  return (bytes[0] == 169 && bytes[1] == 254) || memcmp(bytes, metadata, sizeof metadata) == 0;
}

/* fe80::/10, the metadata address fd00:ec2::254, and IPv4 written as IPv6 (mapped, compatible,
   translated). */
static int is_refused_v6(const uint8_t *bytes) {
  static const uint8_t metadata[16] = {0xfd, 0x00, 0x0e, 0xc2, [14] = 0x02, [15] = 0x54};
  static const uint8_t none[12] = {0};
  static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
  static const uint8_t translated[12] = {0x00, 0x64, 0xff, 0x9b};
  if (bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80) return 1;
  if (memcmp(bytes, metadata, sizeof metadata) == 0) return 1;
  int holds_v4 = memcmp(bytes, none, sizeof none) == 0 ||
                 memcmp(bytes, mapped, sizeof mapped) == 0 ||
                 memcmp(bytes, translated, sizeof translated) == 0;
  return holds_v4 && is_refused_v4(bytes + 12);
}

static int is_refused(const struct curl_sockaddr *address, char *text) {
  if (address->family == AF_INET && address->addrlen >= sizeof(struct sockaddr_in)) {
    struct sockaddr_in v4;
    memcpy(&v4, &address->addr, sizeof v4);
    if (!is_refused_v4((const uint8_t *)&v4.sin_addr)) return 0;
    inet_ntop(AF_INET, &v4.sin_addr, text, INET6_ADDRSTRLEN);
    return 1;
  }
  if (address->family == AF_INET6 && address->addrlen >= sizeof(struct sockaddr_in6)) {
    struct sockaddr_in6 v6;
    /* libcurl's structure ends with the room for the largest address. */
    memcpy(&v6, (const char *)address + offsetof(struct curl_sockaddr, addr), sizeof v6);
    if (!is_refused_v6(v6.sin6_addr.s6_addr)) return 0;
    inet_ntop(AF_INET6, &v6.sin6_addr, text, INET6_ADDRSTRLEN);
    return 1;
  }
  return 0;
}

static curl_socket_t open_socket(
    void *context, curlsocktype purpose, struct curl_sockaddr *address) {
  cfetch_transfer *transfer = context;
  (void)purpose;
  if (transfer->refuses_link_local && is_refused(address, transfer->refused)) {
    return CURL_SOCKET_BAD;
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static size_t write_body(char *bytes, size_t size, size_t count, void *context) {
  cfetch_transfer *transfer = context;
  return transfer->writer(bytes, size * count, transfer->context);
}

/* What the request is; nothing of it is left to the environment or to libcurl's defaults. */
static int set_request(
    CURL *easy, const char *method, const char *url, const void *body, size_t length) {
  __typeof__(cfetch_library.easy_setopt) set = cfetch_library.easy_setopt;
  int is_bad = set(easy, CURLOPT_PROTOCOLS_STR, "http,https") != CURLE_OK;
  is_bad |= set(easy, CURLOPT_URL, url) != CURLE_OK;
  is_bad |= set(easy, CURLOPT_PATH_AS_IS, 1L) != CURLE_OK;
  is_bad |= set(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L) != CURLE_OK;
  is_bad |= set(easy, CURLOPT_FOLLOWLOCATION, 0L) != CURLE_OK;
  is_bad |= set(easy, CURLOPT_PROXY, "") != CURLE_OK;
  is_bad |= set(easy, CURLOPT_SSL_VERIFYPEER, 1L) != CURLE_OK;
  is_bad |= set(easy, CURLOPT_SSL_VERIFYHOST, 2L) != CURLE_OK;
  is_bad |= set(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) != CURLE_OK;
  if (strcmp(method, "HEAD") == 0) {
    return is_bad | (set(easy, CURLOPT_NOBODY, 1L) != CURLE_OK);
  }
  int takes_body = strcmp(method, "POST") == 0 || strcmp(method, "PUT") == 0 ||
                   strcmp(method, "PATCH") == 0;
  if (body != NULL || takes_body) {
    is_bad |= set(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)length) != CURLE_OK;
    is_bad |= set(easy, CURLOPT_COPYPOSTFIELDS, body != NULL ? body : "") != CURLE_OK;
  }
  return is_bad | (set(easy, CURLOPT_CUSTOMREQUEST, method) != CURLE_OK);
}

/* A connection serves one request: a server that has closed one it kept open would make libcurl
   send again what it may have taken. */
static int set_handling(cfetch_transfer *transfer, struct cfetch_limits limits) {
  __typeof__(cfetch_library.easy_setopt) set = cfetch_library.easy_setopt;
  CURL *easy = transfer->easy;
  int is_bad = set(easy, CURLOPT_NOSIGNAL, 1L) != CURLE_OK;
  is_bad |= set(easy, CURLOPT_PRIVATE, transfer) != CURLE_OK;
  is_bad |= set(easy, CURLOPT_ERRORBUFFER, transfer->error) != CURLE_OK;
  is_bad |= set(easy, CURLOPT_FRESH_CONNECT, 1L) != CURLE_OK;
  is_bad |= set(easy, CURLOPT_FORBID_REUSE, 1L) != CURLE_OK;
  is_bad |= set(easy, CURLOPT_CONNECTTIMEOUT_MS, limits.connect_ms) != CURLE_OK;
  is_bad |= set(easy, CURLOPT_TIMEOUT_MS, limits.total_ms) != CURLE_OK;
  is_bad |= set(easy, CURLOPT_WRITEFUNCTION, write_body) != CURLE_OK;
  is_bad |= set(easy, CURLOPT_WRITEDATA, transfer) != CURLE_OK;
  is_bad |= set(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket) != CURLE_OK;
  is_bad |= set(easy, CURLOPT_OPENSOCKETDATA, transfer) != CURLE_OK;
  /* Else the end of a transfer whose name is still being looked up waits for the resolver. Absent
     before libcurl 7.87. */
  set(easy, CURLOPT_QUICK_EXIT, 1L);
  return is_bad;
}

cfetch_transfer *cfetch_create(
    const char *method, const char *url, const void *body, size_t length,
    struct cfetch_limits limits, cfetch_writer writer, void *context) {
  cfetch_transfer *transfer = calloc(1, sizeof *transfer);
  if (transfer == NULL) return NULL;
  transfer->writer = writer;
  transfer->context = context;
  transfer->refuses_link_local = limits.refuses_link_local;
  transfer->easy = cfetch_library.easy_init();
  if (transfer->easy != NULL && set_request(transfer->easy, method, url, body, length) == 0 &&
      set_handling(transfer, limits) == 0) {
    return transfer;
  }
  cfetch_destroy(transfer);
  return NULL;
}

void cfetch_destroy(cfetch_transfer *transfer) {
  if (transfer->easy != NULL) cfetch_library.easy_cleanup(transfer->easy);
  cfetch_library.slist_free_all(transfer->headers);
  free(transfer);
}

int cfetch_add_header(cfetch_transfer *transfer, const char *line) {
  struct curl_slist *headers = cfetch_library.slist_append(transfer->headers, line);
  if (headers == NULL) return -1;
  transfer->headers = headers;
  return cfetch_library.easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, headers) == CURLE_OK
             ? 0
             : -1;
}

void *cfetch_context(const cfetch_transfer *transfer) { return transfer->context; }

static long long_info(const cfetch_transfer *transfer, CURLINFO info) {
  long value = 0;
  cfetch_library.easy_getinfo(transfer->easy, info, &value);
  return value;
}

static curl_off_t large_info(const cfetch_transfer *transfer, CURLINFO info) {
  curl_off_t value = 0;
  cfetch_library.easy_getinfo(transfer->easy, info, &value);
  return value;
}

int cfetch_status(cfetch_transfer *transfer) {
  return (int)long_info(transfer, CURLINFO_RESPONSE_CODE);
}

long long cfetch_retry_after(cfetch_transfer *transfer) {
  return large_info(transfer, CURLINFO_RETRY_AFTER);
}

const char *cfetch_location(cfetch_transfer *transfer) {
  char *url = NULL;
  cfetch_library.easy_getinfo(transfer->easy, CURLINFO_REDIRECT_URL, &url);
  return url;
}

const char *cfetch_error_text(const cfetch_transfer *transfer) {
  if (transfer->error[0] != '\0') return transfer->error;
  return cfetch_library.easy_strerror(transfer->code);
}

int cfetch_system_error(cfetch_transfer *transfer) {
  return (int)long_info(transfer, CURLINFO_OS_ERRNO);
}

int cfetch_is_connected(cfetch_transfer *transfer) {
  return large_info(transfer, CURLINFO_PRETRANSFER_TIME_T) > 0;
}

const char *cfetch_refused_address(const cfetch_transfer *transfer) { return transfer->refused; }
