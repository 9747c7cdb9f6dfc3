// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <stdint.h>

// Bare SQLite in the file at `path` (made anew): WAL, synchronous FULL, one table of seven columns,
// no index, one prepared INSERT. Commits `commits` times `rows` rows; each commit's nanoseconds go
// to `latencies`. Returns 0, or SQLite's result code.
int sqlite_limit(const char *path, int rows, int commits, int64_t *latencies);
