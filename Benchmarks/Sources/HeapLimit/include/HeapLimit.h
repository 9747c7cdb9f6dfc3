// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// What std::priority_queue of 16-byte entries takes, in nanoseconds an operation.
typedef struct {
  double push;
  double pop;
  double rearm;
} HeapLimit;

// One round over these deadlines: push all, re-arm (pop, push `later[i]` later) as many times, pop
// all.
HeapLimit heap_limit(const int64_t *deadlines, const int64_t *later, int64_t count);

#ifdef __cplusplus
}
#endif
