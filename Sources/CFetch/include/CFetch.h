// SPDX-License-Identifier: Apache-2.0
// HTTP requests through libcurl, which is loaded when the first of them is made: who links it at
// start pays several megabytes of memory for it.
//
// A pool and its transfers belong to one thread at a time; only cfetch_wake may be called from any.
#pragma once
#include <stddef.h>

#pragma clang assume_nonnull begin

typedef struct cfetch_pool cfetch_pool;
typedef struct cfetch_transfer cfetch_transfer;

// Loads libcurl, once in a process, from any thread: NULL it is there, else why it is not (valid
// for ever).
const char *_Nullable cfetch_load(void);

// Keeps SIGPIPE, which TLS on a broken connection raises, from the calling thread: what to give to
// cfetch_leave, on the same thread, when its work with transfers is over.
int cfetch_enter(void);
void cfetch_leave(int entered);

// Transfers that go on side by side. NULL: no memory, or libcurl was not loaded.
cfetch_pool *_Nullable cfetch_pool_create(void);
// To be called when no transfer is in it any more.
void cfetch_pool_destroy(cfetch_pool *pool);

// Makes cfetch_work return, or the next one return at once.
void cfetch_wake(cfetch_pool *pool);

// Sends and takes what can be, waiting for at most so long for something to do.
void cfetch_work(cfetch_pool *pool, int wait_ms);

// How a transfer ended.
enum cfetch_end {
  CFETCH_ANSWERED = 0,    // an answer came, whole
  CFETCH_BAD_REQUEST,     // libcurl does not take the URL
  CFETCH_NO_HOST,         // the name was not found
  CFETCH_NO_CONNECTION,   // no address could be connected to
  CFETCH_TIMED_OUT,       // the limit on connecting, or on the whole
  CFETCH_NO_TLS,          // no secure connection, or not to whom it should be
  CFETCH_NO_ANSWER,       // the connection was closed before a byte of an answer
  CFETCH_BROKEN,          // the connection broke, or the answer ended too early
  CFETCH_NOT_WANTED,      // the writer took less than it was given
  CFETCH_FAILED           // something else
};

// A transfer that has ended and is out of the pool, in `end` how; NULL: there is none.
cfetch_transfer *_Nullable cfetch_ended(cfetch_pool *pool, int *end);

// Takes bytes of an answer's body; taking less than `length` ends the transfer.
typedef size_t (*cfetch_writer)(const char *bytes, size_t length, void *context);

// What a request is, but for its headers.
struct cfetch_limits {
  long connect_ms;  // for name, connection and TLS
  long total_ms;
  int refuses_link_local;  // never connects to link-local addresses and the like
};

// A request that is not sent yet. Without a body where `body` is NULL. NULL: libcurl refused some
// of it, or there is no memory.
cfetch_transfer *_Nullable cfetch_create(
    const char *method, const char *url, const void *_Nullable body, size_t length,
    struct cfetch_limits limits, cfetch_writer writer, void *context);
// To be called when it is in no pool.
void cfetch_destroy(cfetch_transfer *transfer);

// Adds a line, `Name: value`; `Name;` for an empty value, `Name:` to leave out what libcurl would
// send. Not 0: no memory.
int cfetch_add_header(cfetch_transfer *transfer, const char *line);

// Begins; not 0: it could not.
int cfetch_begin(cfetch_pool *pool, cfetch_transfer *transfer);
// Ends a transfer before its time. It may block on nothing.
void cfetch_stop(cfetch_pool *pool, cfetch_transfer *transfer);

void *cfetch_context(const cfetch_transfer *transfer);
// The status of the latest answer; 0: none came.
int cfetch_status(cfetch_transfer *transfer);
// The seconds of Retry-After, a date counted from now; 0 or less: there is none.
long long cfetch_retry_after(cfetch_transfer *transfer);
// Where the answer points, absolute; NULL: nowhere. Valid while the transfer is.
const char *_Nullable cfetch_location(cfetch_transfer *transfer);
// What went wrong, in libcurl's words; valid while the transfer is.
const char *cfetch_error_text(const cfetch_transfer *transfer);
// The errno of a connection that could not be made; 0: none.
int cfetch_system_error(cfetch_transfer *transfer);
// Whether connection and TLS were made.
int cfetch_is_connected(cfetch_transfer *transfer);
// The address that was not connected to because of refuses_link_local; empty: none.
const char *cfetch_refused_address(const cfetch_transfer *transfer);

#pragma clang assume_nonnull end
