// SPDX-License-Identifier: Apache-2.0
#include "SQLiteLimit.h"

#include <sqlite3.h>
#include <time.h>

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static int commit_rows(sqlite3 *database, sqlite3_stmt *insert, int rows, int64_t *number) {
  int code = sqlite3_exec(database, "BEGIN IMMEDIATE", 0, 0, 0);
  for (int row = 0; row < rows && code == SQLITE_OK; row++) {
    sqlite3_bind_int64(insert, 1, 1767225600000 + *number);
    sqlite3_bind_int64(insert, 2, 1767225600100 + *number);
    sqlite3_bind_int64(insert, 3, ++*number % 10000);
    code = sqlite3_step(insert) == SQLITE_DONE ? SQLITE_OK : sqlite3_errcode(database);
    sqlite3_reset(insert);
  }
  return code == SQLITE_OK ? sqlite3_exec(database, "COMMIT", 0, 0, 0) : code;
}

int sqlite_limit(const char *path, int rows, int commits, int64_t *latencies) {
  sqlite3 *database;
  int code = sqlite3_open(path, &database);
  if (code == SQLITE_OK)
    code = sqlite3_exec(
        database,
        "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
        "CREATE TABLE run (id INTEGER PRIMARY KEY, job INTEGER, due INTEGER, started INTEGER,"
        " state INTEGER, attempt INTEGER, note TEXT)",
        0, 0, 0);
  sqlite3_stmt *insert = 0;
  if (code == SQLITE_OK)
    code = sqlite3_prepare_v2(
        database,
        "INSERT INTO run (job, due, started, state, attempt, note) "
        "VALUES (?3, ?1, ?2, 1, 1, 'exit 0')",
        -1, &insert, 0);
  int64_t number = 0;
  for (int commit = 0; commit < commits && code == SQLITE_OK; commit++) {
    int64_t start = now();
    code = commit_rows(database, insert, rows, &number);
    latencies[commit] = now() - start;
  }
  sqlite3_finalize(insert);
  sqlite3_close(database);
  return code;
}
